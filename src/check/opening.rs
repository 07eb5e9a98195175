//! Owns the checks of what an opening must say to be published: what a JobPosting of
//! schema.org must have, and should have, by Google's rules. May import `resolve`,
//! `scene`, `days` and `registry`.
//!
//! Source: Google Search Central, "Job posting (JobPosting) structured data", required
//! properties: datePosted, description, hiringOrganization, jobLocation (or, of remote
//! work, applicantLocationRequirements), title.

use super::days::Day;
use super::registry::finding;
use super::scene::Scene;
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::model::{DocumentStatus, Location, Text, Workplace};
use crate::resolve::ResolvedRole;

pub(super) const RULES: &str = include_str!("opening.json");

pub(super) fn check(scene: &Scene<'_>) -> Vec<Diagnostic> {
    let role = scene.role();
    let over = scene.over(Day::ValidThrough).is_some();
    if role.posting.is_none() || over || scene.status() == Some(DocumentStatus::Archived) {
        return Vec::new();
    }
    let mut findings = check_opening(&scene.resolved.public());
    let qualifications = role.qualifications.clone().unwrap_or_default();
    let in_place = qualifications.experience_in_place_of_education == Some(true);
    let level = qualifications.education.iter().any(|it| it.level.is_some());
    let months = qualifications.experience.iter().any(|it| it.months.is_some());
    if in_place && !(level && months) {
        let pointer = "/qualifications/experience_in_place_of_education";
        let message = Message::new(
            "experience may take the place of education, and one of the two says nothing",
            "写了经验可替代学历，但学历或经验没有写全",
        );
        findings.push(
            finding("experience_in_place_incomplete", message).at(scene.at(pointer)).pointer(pointer).hint(
                "write `level` of `education` and `months` of `experience`; search engines need both",
                "请写明 `education` 的 `level` 和 `experience` 的 `months`；搜索引擎两者都要",
            ),
        );
    }
    for (index, location) in role.locations.iter().enumerate() {
        let Some(address) = &location.address else { continue };
        if address.country.is_none() || address.locality.is_some() || address.region.is_some() {
            continue;
        }
        let pointer = format!("/locations/{index}/address");
        let message =
            Message::new("the address names a country and no city or region", "地址只有国家，没有城市或省份");
        findings.push(finding("address_incomplete", message).at(scene.at(&pointer)).pointer(&pointer).hint(
            "add `locality` and `region`: search engines show openings by place",
            "请补上 `locality`（城市）和 `region`（省份）：搜索引擎按地点展示招聘信息",
        ));
    }
    findings
}

/// What is missing from an opening, each with what to write. `resolved` is the public
/// part of a role, whose places are those in the files.
pub fn check_opening(resolved: &ResolvedRole) -> Vec<Diagnostic> {
    let role = &resolved.role;
    let mut findings = Vec::new();
    let mut missing = |pointer: &str, what: Message, en: &str, zh_cn: &str| {
        let finding = Diagnostic::error(Code::IncompleteOpening, what).at(resolved.tree.nearest(pointer));
        findings.push(finding.pointer(pointer).hint(en, zh_cn));
    };
    let has = |text: Option<&Text>| {
        text.is_some_and(|text| text.get_or_any(crate::model::Language::ZhCn).is_some())
    };
    // A summary that is the title once more says nothing of the work.
    let summary = role.summary.as_ref().filter(|&summary| Some(summary) != role.title.as_ref());
    let described = has(summary)
        || has(role.purpose.as_ref())
        || has(role.background.as_ref())
        || role.duties.iter().any(|duty| has(duty.statement.as_ref()) || !duty.tasks.is_empty());
    if !described {
        missing(
            "/summary",
            Message::new("the opening does not say what the work is", "招聘岗位没有写明工作内容"),
            "write `summary` (more than the title) or `duties`",
            "请填写 `summary`（岗位概述，不能与名称相同）或 `duties`（职责）",
        );
    }
    if role.posting.as_ref().is_none_or(|posting| posting.date_posted.is_none()) {
        missing(
            "/posting/date_posted",
            Message::new("the opening has no date", "招聘岗位没有发布日期"),
            "add to `posting`: \"date_posted\": \"2026-01-31\"",
            "请在 `posting` 中补上：\"date_posted\": \"2026-01-31\"",
        );
    }
    if !has(role.organization.as_ref().and_then(|organization| organization.name.as_ref())) {
        missing(
            "/organization/name",
            Message::new("the opening has no employer", "招聘岗位没有写明单位"),
            "name the organization in rolebook.json: \"organization\": { \"name\": … }",
            "请在 rolebook.json 中写明单位：\"organization\": { \"name\": … }",
        );
    }
    let remote = role.conditions.as_ref().and_then(|it| it.workplace) == Some(Workplace::Remote);
    let regions = role.posting.as_ref().is_some_and(|posting| !posting.applicant_regions.is_empty());
    if !(role.locations.iter().any(has_country) || remote && regions) {
        if remote {
            missing(
                "/posting/applicant_regions",
                Message::new(
                    "the work is remote and the opening does not say where applicants may live",
                    "岗位为远程办公，但没有写明应聘者可在哪些地区",
                ),
                "add to `posting`: \"applicant_regions\": [\"China\"], or give `locations` with a country",
                "请在 `posting` 中补上：\"applicant_regions\": [\"中国\"]，或填写含国家代码的 `locations`",
            );
        } else {
            missing(
                "/locations",
                Message::new(
                    "the opening has no place of work with a country",
                    "招聘岗位没有写明含国家代码的工作地点",
                ),
                "add one: \"locations\": [{ \"address\": { \"country\": \"CN\", \"locality\": … } }]",
                "请补上：\"locations\": [{ \"address\": { \"country\": \"CN\", \"locality\": … } }]",
            );
        }
    }
    if let Some(posting) = &role.posting
        && let (Some(posted), Some(through)) = (&posting.date_posted, &posting.valid_through)
        && through < posted
    {
        missing(
            "/posting/valid_through",
            Message::new(
                format!("the opening ends on {through}, before it is posted on {posted}"),
                format!("截止日期 {through} 早于发布日期 {posted}"),
            ),
            "correct one of the two dates",
            "请改正其中一个日期",
        );
    }
    findings
}

fn has_country(location: &Location) -> bool {
    location.address.as_ref().is_some_and(|address| address.country.is_some())
}
