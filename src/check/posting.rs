//! Owns the checks of what an opening must say where it is published: the elements that
//! Chinese rules ask for, pay transparency elsewhere, and whether it still says what the
//! role says, and what was released of it. May import `scene`, `days`, `registry` and `fs`.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::days::Day;
use super::registry::finding;
use super::scene::{Scene, says};
use crate::diagnostic::{Diagnostic, Message};
use crate::fs;
use crate::model::{DocumentStatus, Jurisdiction, Language, Location, Text};

pub(super) const RULES: &str = include_str!("posting.json");

/// The member states of the European Union, ISO 3166-1 alpha-2.
const EUROPEAN_UNION: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// States of the US, as regions of an address name them.
const STATES: [([&str; 4], Jurisdiction); 5] = [
    (["colorado", "co", "us-co", "科罗拉多州"], Jurisdiction::Colorado),
    (["california", "ca", "us-ca", "加利福尼亚州"], Jurisdiction::California),
    (["new york", "ny", "us-ny", "纽约州"], Jurisdiction::NewYork),
    (["washington", "wa", "us-wa", "华盛顿州"], Jurisdiction::Washington),
    (["illinois", "il", "us-il", "伊利诺伊州"], Jurisdiction::Illinois),
];

/// The state that a region is called after, in any language.
fn states(region: &Text) -> impl Iterator<Item = Jurisdiction> {
    let named = Language::ALL.into_iter().filter_map(|language| region.get(language));
    named.filter_map(|name| {
        let name = name.trim().to_lowercase();
        let name = name.trim_start_matches("state of ").trim_end_matches(" state");
        STATES.iter().find(|(names, _)| names.contains(&name)).map(|(_, state)| *state)
    })
}

/// Where an opening must follow rules: what the settings say, and the places of work. One
/// without a country is taken for one in China if its title has Chinese words.
fn jurisdictions(scene: &Scene<'_>) -> BTreeSet<Jurisdiction> {
    let role = scene.role();
    let mut found: BTreeSet<Jurisdiction> = scene.jurisdictions.iter().copied().collect();
    let addresses: Vec<_> = role.locations.iter().filter_map(|it| it.address.as_ref()).collect();
    for address in &addresses {
        match address.country.as_deref() {
            Some("CN") => drop(found.insert(Jurisdiction::China)),
            Some("US") => {
                found.extend(address.region.iter().flat_map(states));
            }
            Some(country) if EUROPEAN_UNION.contains(&country) => {
                found.insert(Jurisdiction::EuropeanUnion);
            }
            _ => {}
        }
    }
    let in_chinese = scene.words("/title").iter().any(|words| words.language == Language::ZhCn);
    if addresses.iter().all(|address| address.country.is_none()) && in_chinese {
        found.insert(Jurisdiction::China);
    }
    found
}

pub(super) fn check(scene: &Scene<'_>) -> Vec<Diagnostic> {
    let role = scene.role();
    if role.posting.is_none() || scene.status() == Some(DocumentStatus::Archived) {
        return Vec::new();
    }
    if let Some(day) = scene.over(Day::ValidThrough) {
        let pointer = "/posting/valid_through";
        let message = Message::new(
            format!("the opening was open until {day}"),
            format!("招聘信息的有效期限为 {day}，已过期"),
        );
        return vec![finding("posting_expired", message).at(scene.at(pointer)).pointer(pointer).hint(
            "write a later day to go on hiring, or remove `posting`",
            "如仍在招聘，请写上新的截止日期；否则请删去 `posting`",
        )];
    }
    let places = jurisdictions(scene);
    let mut findings = Vec::new();
    if places.contains(&Jurisdiction::China) {
        china(scene, &mut findings);
    }
    pay_transparency(scene, &places, &mut findings);
    // The Act is federal: it holds in every state.
    let country = |it: &Location| it.address.as_ref().is_some_and(|it| it.country.as_deref() == Some("US"));
    let is_state = |it: &Jurisdiction| !matches!(it, Jurisdiction::China | Jurisdiction::EuropeanUnion);
    if places.iter().any(is_state) || role.locations.iter().any(country) {
        accommodation(scene, &mut findings);
    }
    drift(scene, &mut findings);
    findings
}

/// What a posting must say: the rule's code, whether it is there, its pointer, what it is
/// and what to do in English and Chinese.
type Element = (&'static str, bool, &'static str, (&'static str, &'static str), (&'static str, &'static str));

fn china(scene: &Scene<'_>, findings: &mut Vec<Diagnostic>) {
    let role = scene.role();
    let settings = &scene.catalog.settings;
    let organization = settings.organization.as_ref();
    let site = settings.site.as_ref();
    let posting = role.posting.clone().unwrap_or_default();
    let qualifications = role.qualifications.clone().unwrap_or_default();
    let range = role.compensation.as_ref().and_then(|it| it.range.as_ref());
    let conditions = role.conditions.as_ref();
    let employer = says(posting.employer_overview.as_ref())
        || says(organization.and_then(|it| it.overview.as_ref()))
        || says(site.and_then(|it| it.about.as_ref()));
    let requirements = !qualifications.education.is_empty()
        || !qualifications.experience.is_empty()
        || !qualifications.skills.is_empty()
        || !qualifications.knowledge.is_empty()
        || !qualifications.abilities.is_empty()
        || !qualifications.certifications.is_empty();
    let work = role.duties.iter().any(|duty| says(duty.statement.as_ref()) || !duty.tasks.is_empty());
    let pay = range.is_some_and(|range| range.min.is_some() || range.max.is_some());
    let conditioned = conditions.is_some_and(|it| {
        it.hours_system.is_some()
            || it.workplace.is_some()
            || says(it.schedule.as_ref())
            || !it.environment.is_empty()
    });
    let kind = role.employment.as_ref().is_some_and(|it| it.employment_type.is_some());
    let elements: [Element; 9] = [
        (
            "posting_lacks_employer",
            employer,
            "/posting/employer_overview",
            ("about the employer", "用人单位基本情况"),
            (
                "write `organization.overview` in rolebook.json, or `posting.employer_overview`",
                "请在 rolebook.json 的 `organization.overview` 或岗位的 `posting.employer_overview` 中填写",
            ),
        ),
        (
            "posting_lacks_openings",
            posting.openings.is_some(),
            "/posting/openings",
            ("how many are hired", "招聘人数"),
            ("add to `posting`: \"openings\": 1", "请在 `posting` 中补上：\"openings\": 1"),
        ),
        (
            "posting_lacks_requirements",
            requirements,
            "/qualifications",
            ("what it takes", "招聘条件"),
            (
                "write `qualifications`: education, experience or skills",
                "请填写 `qualifications`（任职资格）：学历、经验或技能",
            ),
        ),
        (
            "posting_lacks_duties",
            work,
            "/duties",
            ("what the work is", "工作内容"),
            ("write `duties`", "请填写 `duties`（岗位职责）"),
        ),
        (
            "posting_lacks_place",
            !role.locations.is_empty(),
            "/locations",
            ("where the work is", "工作地点"),
            ("write `locations`", "请填写 `locations`（工作地点）"),
        ),
        (
            "posting_lacks_pay",
            pay,
            "/compensation/range",
            ("what the base pay is", "基本劳动报酬"),
            (
                "write `compensation.range` with `min`, `max`, `currency` and `period`",
                "请填写 `compensation.range`：`min`、`max`、`currency`、`period`",
            ),
        ),
        (
            "posting_lacks_validity",
            posting.valid_through.is_some(),
            "/posting/valid_through",
            ("until when it is open", "有效期限"),
            (
                "add to `posting`: \"valid_through\": \"2026-12-31\"",
                "请在 `posting` 中补上：\"valid_through\": \"2026-12-31\"",
            ),
        ),
        (
            "posting_lacks_employment_type",
            kind,
            "/employment/type",
            ("the type of employment", "用工类型"),
            (
                "add: \"employment\": { \"type\": \"full_time\" }",
                "请补上：\"employment\": { \"type\": \"full_time\" }",
            ),
        ),
        (
            "posting_lacks_conditions",
            conditioned,
            "/conditions",
            ("the working conditions", "工作条件"),
            (
                "write `conditions`: hours, place or surroundings of the work",
                "请填写 `conditions`：工时制度、办公方式或工作环境",
            ),
        ),
    ];
    for (code, there, pointer, (en, zh_cn), (hint, hint_zh)) in elements {
        if !there {
            let message =
                Message::new(format!("the opening does not say {en}"), format!("招聘信息没有写明{zh_cn}"));
            findings.push(finding(code, message).at(scene.at(pointer)).pointer(pointer).hint(hint, hint_zh));
        }
    }
}

fn pay_transparency(scene: &Scene<'_>, places: &BTreeSet<Jurisdiction>, findings: &mut Vec<Diagnostic>) {
    let compensation = scene.role().compensation.clone().unwrap_or_default();
    let range = compensation.range.unwrap_or_default();
    let of = |wanted: &[Jurisdiction]| -> (String, String) {
        let names = places.iter().filter(|it| wanted.contains(it)).map(|&it| name(it));
        let (en, zh): (Vec<&str>, Vec<&str>) = names.unzip();
        (en.join(", "), zh.join("、"))
    };
    let bounded = range.min.is_some() && range.max.is_some() && range.currency.is_some();
    let all = [
        Jurisdiction::Colorado,
        Jurisdiction::California,
        Jurisdiction::NewYork,
        Jurisdiction::Washington,
        Jurisdiction::Illinois,
        Jurisdiction::EuropeanUnion,
    ];
    let (en, zh_cn) = of(&all);
    if !en.is_empty() && !bounded {
        let pointer = "/compensation/range";
        let message = Message::new(
            format!("the opening has no pay range, which is asked for in {en}"),
            format!("招聘信息没有薪酬区间，而{zh_cn}要求写明"),
        );
        findings.push(finding("pay_range_missing", message).at(scene.at(pointer)).pointer(pointer).hint(
            "write `min`, `max`, `currency` and `period` of `compensation.range`",
            "请填写 `compensation.range` 的 `min`、`max`、`currency` 和 `period`",
        ));
    }
}

fn name(place: Jurisdiction) -> (&'static str, &'static str) {
    match place {
        Jurisdiction::China => ("China", "中国"),
        Jurisdiction::Colorado => ("Colorado", "科罗拉多州"),
        Jurisdiction::California => ("California", "加利福尼亚州"),
        Jurisdiction::NewYork => ("New York", "纽约州"),
        Jurisdiction::Washington => ("Washington", "华盛顿州"),
        Jurisdiction::Illinois => ("Illinois", "伊利诺伊州"),
        Jurisdiction::EuropeanUnion => ("the European Union", "欧盟"),
    }
}

/// What the Americans with Disabilities Act makes of duties and physical demands.
fn accommodation(scene: &Scene<'_>, findings: &mut Vec<Diagnostic>) {
    let role = scene.role();
    if !role.duties.is_empty() && role.duties.iter().all(|duty| duty.essential.is_none()) {
        let message = Message::new("no duty is marked as essential or not", "没有注明哪些职责是核心职责");
        findings.push(
            finding("essential_functions_unmarked", message).at(scene.at("/duties")).pointer("/duties").hint(
                "mark each duty: \"essential\": true or false",
                "请为每项职责写上 \"essential\": true 或 false",
            ),
        );
    }
    let demands = role.qualifications.as_ref().is_some_and(|it| !it.physical.is_empty());
    if demands {
        let mut accommodated = false;
        scene.resolved.tree.visit_strings(&mut |text: &str| {
            accommodated |= text.to_lowercase().contains("reasonable accommodation");
        });
        if !accommodated {
            let pointer = "/qualifications/physical";
            let message = Message::new(
                "physical demands stand without `with or without reasonable accommodation`",
                "写了体力要求，但没有写明“提供或不提供合理便利”",
            );
            findings.push(
                finding("physical_without_accommodation", message)
                    .at(scene.at(pointer))
                    .pointer(pointer)
                    .hint(
                        "add to a description: with or without reasonable accommodation",
                        "请在说明中加上：with or without reasonable accommodation",
                    ),
            );
        }
    }
}

/// Whether the opening still says what the role says.
fn drift(scene: &Scene<'_>, findings: &mut Vec<Diagnostic>) {
    let role = scene.role();
    let Some(posting) = &role.posting else { return };
    if let (Some(own), Some(title)) = (&posting.title, &role.title) {
        let known: Vec<&Text> = [title].into_iter().chain(&role.alternate_titles).collect();
        let strange = |language: Language| {
            let own = own.get(language)?;
            let titles: Vec<&str> = known.iter().filter_map(|title| title.get(language)).collect();
            let shares = |title: &&str| {
                // What stands in brackets or behind a comma says which of several it is.
                let words = |text: &str| {
                    let text = text.trim().to_lowercase();
                    text.split(['（', '(', ',', '，'])
                        .next()
                        .map(|it| it.trim().to_string())
                        .unwrap_or(text.clone())
                };
                words(own).contains(&words(title)) || words(title).contains(&words(own))
            };
            (!titles.is_empty() && !titles.iter().any(shares)).then_some((own, titles[0]))
        };
        if let Some((own, title)) = Language::ALL.iter().find_map(|&language| strange(language)) {
            let pointer = "/posting/title";
            let message = Message::new(
                format!("the opening is called `{own}`, the role `{title}`"),
                format!("招聘名称“{own}”与岗位名称“{title}”不一致"),
            );
            findings.push(
                finding("posting_title_differs", message).at(scene.at(pointer)).pointer(pointer).hint(
                    "use the title of the role, or add this one to `alternate_titles`",
                    "请使用岗位名称，或把该名称加入 `alternate_titles`（别称）",
                ),
            );
        }
    }
    released(scene, findings);
    let effective = scene.come(Day::EffectiveDate);
    if let (Some(posted), Some(effective)) = (posting.date_posted.as_deref(), effective)
        && posted < effective
    {
        let pointer = "/posting/date_posted";
        let message = Message::new(
            format!("the opening was posted on {posted}, before this version took effect on {effective}"),
            format!("招聘信息发布于 {posted}，早于现行版本的生效日期 {effective}"),
        );
        findings.push(
            finding("posting_older_than_role", message).at(scene.at(pointer)).pointer(pointer).hint(
                "see whether duties, place and pay are still what was posted, then write a new date",
                "请核对职责、地点和薪酬是否仍与发布时一致，然后更新发布日期",
            ),
        );
    }
}

/// Whether place and pay are those of the version as it was released. The opening itself,
/// such as its dates, may change between releases, and so the hash of the public part
/// does not tell.
fn released(scene: &Scene<'_>, findings: &mut Vec<Diagnostic>) {
    let Some((version, released)) = release(scene) else { return };
    let own = scene.resolved.to_json();
    let of = |role: &Value, key: &str| role.get(key).cloned().unwrap_or_default();
    for (key, en, zh_cn) in [("locations", "place", "工作地点"), ("compensation", "pay", "薪酬")] {
        if of(&own, key) == of(&released, key) {
            continue;
        }
        let pointer = format!("/{key}");
        let message = Message::new(
            format!("the {en} is not that of version {version} as it was released"),
            format!("{zh_cn}与已发布的 {version} 版不同"),
        );
        findings.push(
            finding("posting_differs_from_release", message).at(scene.at(&pointer)).pointer(&pointer).hint(
                "put it back, or release the change as a version of its own with `rolebook release`",
                "请改回，或用 `rolebook release` 把改动作为新版本发布",
            ),
        );
    }
}

/// The version of the role, and what was released of it: `role.json` beside the
/// `release.json` that names the version.
fn release<'a>(scene: &Scene<'a>) -> Option<(&'a str, Value)> {
    let version = scene.role().document.as_ref()?.version.as_deref()?;
    let folder = scene.catalog.root.join("releases").join(&scene.resolved.id);
    let read = |path: &Path| -> Option<Value> {
        serde_json::from_slice(&fs::read_at_most(path, fs::TEXT_LIMIT).ok()??).ok()
    };
    let releases = fs::list_others(&folder, "json").ok()?;
    let released = releases.iter().find(|release| {
        read(&release.join("release.json")).is_some_and(|it| it["version"].as_str() == Some(version))
    })?;
    Some((version, read(&released.join("role.json"))?.get("role")?.clone()))
}
