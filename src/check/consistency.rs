//! Owns the checks of the library as a whole: whether its roles agree with each other.
//! What it needs of each role is taken out of it, so that no role is kept. May import
//! `compare`, `scene` and `registry`.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::overlay::share_a_name;
use super::registry::finding;
use super::scene::Scene;
use crate::compare::{features, twins};
use crate::diagnostic::{Diagnostic, Message};
use crate::markdown;
use crate::model::{AuthorityRight, DocumentStatus, Involvement, Language, LimitPer, RoleReference, Text};
use crate::resolve::bases;
use crate::source::Span;

pub(super) const RULES: &str = include_str!("consistency.json");

/// From how alike on two roles say nearly the same.
const NEARLY_THE_SAME: f64 = 0.9;

/// Fewer features than this are a skeleton.
const LEAST_FEATURES: usize = 30;

/// A duty of fewer characters than this is a common one.
const LEAST_DUTY: usize = 10;

/// With so many of the roles that own a duty another one is compared, whether it is a
/// variant of theirs.
const MOST_OWNERS: usize = 16;

/// What the library's rules need of a role.
#[derive(Debug, Clone)]
pub struct Facts {
    id: String,
    /// What it extends, the nearest first.
    bases: Vec<String>,
    archived: bool,
    title: Option<Text>,
    title_span: Span,
    code: Option<(String, Span)>,
    superior: Option<Named>,
    dotted: Vec<String>,
    reports: Vec<Named>,
    reports_span: Option<Span>,
    counterparts: Vec<Named>,
    limits: Vec<Limit>,
    duties: Vec<(String, Span, String)>,
    features: Box<[u32]>,
}

impl Facts {
    /// The last of its bases, of which it and others are variants; itself if it has none.
    fn origin(&self) -> &str {
        self.bases.last().unwrap_or(&self.id)
    }
}

/// Somebody whom a role names: by id, or by a name.
#[derive(Debug, Clone)]
struct Named {
    id: Option<String>,
    name: Text,
    span: Span,
    pointer: String,
}

/// How far an authority to decide goes.
#[derive(Debug, Clone)]
struct Limit {
    key: (String, String, Option<LimitPer>),
    words: String,
    amount: f64,
    span: Span,
    pointer: String,
}

/// What the library's rules need of a role.
pub(super) fn facts(scene: &Scene<'_>, language: Language) -> Facts {
    let role = scene.role();
    let reporting = role.reporting.clone().unwrap_or_default();
    let named = |reference: &RoleReference, pointer: String| Named {
        id: reference.id().map(str::to_string),
        name: reference.0.clone(),
        span: scene.at(&pointer),
        pointer,
    };
    let reports = reporting.direct_reports.iter().enumerate();
    let relations = role.relations.iter().enumerate();
    let words =
        |text: &Text| text.get_or_any(Language::ZhCn).map(|it| markdown::plain(it.0)).unwrap_or_default();
    let limits = role.authorities.iter().enumerate().filter_map(|(index, authority)| {
        let limit = authority.limit.as_ref()?;
        let rights = authority.right.as_ref()?.as_slice();
        rights.iter().find(|it| matches!(it, AuthorityRight::Approve | AuthorityRight::Decide))?;
        let matter = words(authority.matter.as_ref()?);
        let pointer = format!("/authorities/{index}/limit");
        Some(Limit {
            key: (folded(&matter), limit.currency.clone()?, limit.per),
            words: matter,
            amount: limit.amount?,
            span: scene.at(&format!("{pointer}/amount")),
            pointer,
        })
    });
    let duties = role.duties.iter().enumerate().filter_map(|(index, duty)| {
        let owns = matches!(duty.involvement, None | Some(Involvement::Responsible | Involvement::Organize));
        let text = words(duty.statement.as_ref().filter(|_| owns)?);
        let pointer = format!("/duties/{index}/statement");
        (text.chars().count() >= LEAST_DUTY).then(|| (folded(&text), scene.at(&pointer), text))
    });
    Facts {
        id: scene.resolved.id.clone(),
        bases: bases(scene.catalog, &scene.resolved.id).into_iter().map(str::to_string).collect(),
        archived: scene.status() == Some(DocumentStatus::Archived),
        title: role.title.clone(),
        title_span: scene.at("/title"),
        code: role.code.clone().map(|code| (code.trim().to_string(), scene.at("/code"))),
        superior: reporting.reports_to.as_ref().map(|it| named(it, LINE.into())),
        dotted: reporting.dotted_line.iter().filter_map(|it| it.id().map(str::to_string)).collect(),
        reports: reports
            .filter_map(|(index, report)| {
                Some(named(report.role.as_ref()?, format!("/reporting/direct_reports/{index}/role")))
            })
            .collect(),
        reports_span: scene.resolved.tree.pointer("/reporting/direct_reports").map(|node| node.span),
        counterparts: relations
            .filter_map(|(index, relation)| {
                Some(named(relation.counterpart.as_ref()?, format!("/relations/{index}/counterpart")))
            })
            .collect(),
        limits: limits.collect(),
        duties: duties.collect(),
        features: short(&features(&scene.resolved.tree, language, 2)),
    }
}

/// Features at half their length: of a few hundred they tell as much.
fn short(features: &[u64]) -> Box<[u32]> {
    // Ascending by their upper halves as they are; two that differ only below are one.
    let mut short: Vec<u32> = features.iter().map(|&it| (it >> 32) as u32).collect();
    short.dedup();
    short.into()
}

/// A text as it is compared: letters and digits, lower case.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The pointer to whom a role reports to.
const LINE: &str = "/reporting/reports_to";

/// That lines of superiors go round; the first role of the circle is also its last.
pub fn reporting_cycle(circle: &[&str]) -> Diagnostic {
    let circle = circle.join(" → ");
    let message = Message::new(
        format!("the reporting lines go round in a circle: {circle}"),
        format!("汇报关系形成循环：{circle}"),
    );
    finding("reporting_cycle", message)
        .hint("correct `reports_to` in one of them", "请改正其中一个岗位的 `reports_to`")
}

/// What is wrong between the roles of a library, each with the id that it is about.
pub(super) fn check(all: &[Facts]) -> Vec<(String, Diagnostic)> {
    let roles: Vec<&Facts> = all.iter().filter(|it| !it.archived).collect();
    let by_id = roles.iter().map(|it| (it.id.as_str(), *it)).collect();
    let mut variants: BTreeMap<&str, Vec<&Facts>> = BTreeMap::new();
    for role in &roles {
        for base in &role.bases {
            variants.entry(base).or_default().push(role);
        }
    }
    let listed = roles.iter().map(|role| {
        let ids = role.reports.iter().filter_map(|it| it.id.as_deref());
        (role.id.as_str(), ids.collect())
    });
    let listed = listed.collect();
    let library = Library { by_id, variants, listed, roles };
    let rules = [
        Library::lines,
        Library::cycles,
        Library::codes,
        Library::duties,
        Library::limits,
        Library::cooperation,
        Library::names,
        Library::near_duplicates,
    ];
    rules.par_iter().flat_map_iter(|rule| rule(&library)).collect()
}

struct Library<'a> {
    roles: Vec<&'a Facts>,
    /// The roles that extend another, by its id.
    variants: BTreeMap<&'a str, Vec<&'a Facts>>,
    /// The ids that a role lists among its direct reports, by its id.
    listed: BTreeMap<&'a str, BTreeSet<&'a str>>,
    by_id: BTreeMap<&'a str, &'a Facts>,
}

type Found = Vec<(String, Diagnostic)>;

impl<'a> Library<'a> {
    /// Whether a name in one role means another: itself, or what it is a variant of.
    fn means(&self, named: &Named, id: &str) -> bool {
        let extends =
            |base: &str| self.by_id.get(id).is_some_and(|role| role.bases.iter().any(|it| it == base));
        named.id.as_deref().is_some_and(|it| it == id || extends(it))
    }

    /// Whether a role lists another among its direct reports, or what that extends.
    fn lists(&self, superior: &Facts, role: &Facts) -> bool {
        let listed = self.listed.get(superior.id.as_str());
        let mut meant = role.bases.iter().chain([&role.id]);
        listed.is_some_and(|listed| meant.any(|id| listed.contains(id.as_str())))
    }

    fn superior(&self, role: &'a Facts) -> Option<&'a Facts> {
        self.by_id.get(role.superior.as_ref()?.id.as_deref()?).copied()
    }

    /// Reporting lines that only one end knows.
    fn lines(&self) -> Found {
        let mut findings = Vec::new();
        for role in &self.roles {
            if let (Some(line), Some(superior)) = (&role.superior, self.superior(role))
                && superior.id != role.id
                && !self.lists(superior, role)
            {
                let (id, own) = (&superior.id, &role.id);
                let message = Message::new(
                    format!("`{own}` reports to `{id}`, which does not list it among its direct reports"),
                    format!("`{own}` 的直接上级是 `{id}`，但 `{id}` 的直接下级中没有它"),
                );
                let found = finding("superior_does_not_list", message).at(line.span).pointer(&line.pointer);
                let found = match superior.reports_span {
                    Some(span) => found.related(span, Message::new("its direct reports", "其直接下级")),
                    None => found,
                };
                findings.push((
                    own.clone(),
                    found.hint(
                        format!("add to `direct_reports` in roles/{id}.json: {{ \"role\": \"{own}\" }}"),
                        format!("请在 roles/{id}.json 的 direct_reports 中加上 {{ \"role\": \"{own}\" }}"),
                    ),
                ));
            }
            for report in &role.reports {
                let Some(other) = report.id.as_deref().and_then(|id| self.by_id.get(id)) else { continue };
                let variants = || self.variants.get(other.id.as_str()).into_iter().flatten();
                let named = |it: &Facts| it.superior.as_ref().is_some_and(|line| self.means(line, &role.id));
                if named(other) || other.dotted.contains(&role.id) || variants().any(|it| named(it)) {
                    continue;
                }
                let (id, own) = (&other.id, &role.id);
                let elsewhere = other.superior.as_ref();
                let to = elsewhere.and_then(|it| Some(it.name.get_or_any(Language::En)?.0.to_string()));
                let to = to.unwrap_or_else(|| "—".to_string());
                let message = Message::new(
                    format!("`{id}` is listed as a direct report of `{own}`, but reports to `{to}`"),
                    format!("`{own}` 的直接下级中有 `{id}`，但 `{id}` 的直接上级是 `{to}`"),
                );
                let found =
                    finding("report_reports_elsewhere", message).at(report.span).pointer(&report.pointer);
                let found = match elsewhere {
                    Some(line) => found.related(line.span, Message::new("its superior", "其直接上级")),
                    None => found,
                };
                findings.push((
                    own.clone(),
                    found.hint(
                        format!("write \"reports_to\": \"{own}\" in roles/{id}.json, or remove it here"),
                        format!("请在 roles/{id}.json 中写 \"reports_to\": \"{own}\"，或在此处删去"),
                    ),
                ));
            }
        }
        findings
    }

    /// Lines of superiors that go round; each circle once.
    fn cycles(&self) -> Found {
        let mut findings = Vec::new();
        let mut done: BTreeSet<&str> = BTreeSet::new();
        for start in &self.roles {
            let mut path: Vec<&Facts> = Vec::new();
            let mut next = Some(*start);
            while let Some(role) = next {
                if done.contains(role.id.as_str()) {
                    break;
                }
                if let Some(at) = path.iter().position(|it| it.id == role.id) {
                    let circle: Vec<&str> = path[at..].iter().chain([&role]).map(|it| &*it.id).collect();
                    let line = role.superior.as_ref().map(|line| line.span);
                    let found = reporting_cycle(&circle);
                    let found = match line {
                        Some(span) => found.at(span).pointer(LINE),
                        None => found.about(&role.id),
                    };
                    findings.push((role.id.clone(), found));
                    break;
                }
                path.push(role);
                next = self.superior(role);
            }
            done.extend(path.iter().map(|it| it.id.as_str()));
        }
        findings
    }

    fn codes(&self) -> Found {
        let mut findings = Vec::new();
        let mut seen: BTreeMap<&str, &Facts> = BTreeMap::new();
        for role in &self.roles {
            let Some((code, span)) = role.code.as_ref().filter(|it| !it.0.is_empty()) else { continue };
            let Some(first) = seen.get(code.as_str()) else {
                seen.insert(code, role);
                continue;
            };
            let (own, other) = (&role.id, &first.id);
            let message = Message::new(
                format!("`{own}` has the position code `{code}`, and so has `{other}`"),
                format!("`{own}` 与 `{other}` 的岗位编号都是 `{code}`"),
            );
            let found = finding("duplicate_code", message).pointer("/code");
            let inherited = first.code.as_ref().is_some_and(|it| it.1 == *span);
            // A code that was taken over is to be written where the title is.
            let found = found.at(if inherited { role.title_span } else { *span });
            let found = match &first.code {
                Some((_, at)) => found.related(*at, Message::new("the other one", "另一处")),
                None => found,
            };
            findings.push((
                own.clone(),
                found.hint(
                    format!("give `{own}` a code of its own: \"code\": \"…\""),
                    format!("请为 `{own}` 写上自己的岗位编号：\"code\": \"…\""),
                ),
            ));
        }
        findings
    }

    /// The same duty, written more than once, of roles that are no variants of each other.
    /// One that many have is one finding, where it stands for the second time.
    fn duties(&self) -> Found {
        let mut owners: BTreeMap<&str, Vec<(&Facts, Span, &str)>> = BTreeMap::new();
        for role in &self.roles {
            for (key, span, words) in &role.duties {
                let owners = owners.entry(key).or_default();
                let is_known = owners
                    .iter()
                    .take(MOST_OWNERS)
                    .any(|(other, at, _)| at == span || role.origin() == other.origin());
                if !is_known {
                    owners.push((role, *span, words));
                }
            }
        }
        let mut findings = Vec::new();
        for owners in owners.values() {
            let [(first, at, words), (second, span, _), ..] = owners[..] else { continue };
            let (own, other, more) = (&second.id, &first.id, owners.len() - 2);
            let message = match more {
                0 => Message::new(
                    format!("`{other}` and `{own}` own the same duty: {words}"),
                    format!("`{other}` 与 `{own}` 负责同一项职责：{words}"),
                ),
                _ => Message::new(
                    format!("`{other}`, `{own}` and {more} more own the same duty: {words}"),
                    format!("`{other}`、`{own}` 等 {} 个岗位负责同一项职责：{words}", owners.len()),
                ),
            };
            let found = finding("same_duty_twice", message).at(span);
            findings.push((
                own.clone(),
                found.related(at, Message::new("the other one", "另一处")).hint(
                    "say which of them is responsible, and give the others a different `involvement`",
                    "请明确由谁负责，并把其他岗位的 `involvement` 改为参与、协助或审核",
                ),
            ));
        }
        findings
    }

    /// Authorities that go further than those of the superiors.
    fn limits(&self) -> Found {
        let mut findings = Vec::new();
        for role in &self.roles {
            for limit in &role.limits {
                let mut above = self.superior(role);
                // A circle is told elsewhere.
                for _ in 0..self.roles.len().min(32) {
                    let Some(superior) = above else { break };
                    let theirs = superior.limits.iter().find(|it| it.key == limit.key);
                    let Some(theirs) = theirs else {
                        above = self.superior(superior);
                        continue;
                    };
                    if limit.amount > theirs.amount {
                        let (own, id) = (&role.id, &superior.id);
                        let (words, currency) = (&limit.words, &limit.key.1);
                        let (more, less) = (limit.amount, theirs.amount);
                        let message = Message::new(
                            format!(
                                "`{own}` may decide on {currency} {more}, its superior `{id}` on {less}: {words}"
                            ),
                            format!("“{words}”：`{own}` 的额度 {currency} {more} 高于上级 `{id}` 的 {less}"),
                        );
                        let found = finding("limit_above_superior", message).at(limit.span);
                        findings.push((
                            own.clone(),
                            found
                                .pointer(&limit.pointer)
                                .related(theirs.span, Message::new("the superior's limit", "上级的额度"))
                                .hint("correct one of the two", "请改正其中一个额度"),
                        ));
                    }
                    break;
                }
            }
        }
        findings
    }

    /// Cooperation that only one of two roles knows.
    fn cooperation(&self) -> Found {
        let mut findings = Vec::new();
        for role in &self.roles {
            for relation in &role.counterparts {
                let Some(other) = relation.id.as_deref().and_then(|id| self.by_id.get(id)) else { continue };
                let in_line = |one: &Facts, other: &Facts| {
                    one.superior.as_ref().is_some_and(|it| self.means(it, &other.id))
                };
                let back = other.counterparts.iter().any(|it| self.means(it, &role.id));
                if back || other.id == role.id || in_line(role, other) || in_line(other, role) {
                    continue;
                }
                let (own, id) = (&role.id, &other.id);
                let message = Message::new(
                    format!("`{own}` works with `{id}`, which does not name it among its relations"),
                    format!("`{own}` 写了与 `{id}` 协作，但 `{id}` 的协作关系中没有它"),
                );
                let found = finding("cooperation_not_mutual", message).at(relation.span);
                findings.push((
                    own.clone(),
                    found.pointer(&relation.pointer).hint(
                        format!("add to `relations` of roles/{id}.json: {{ \"counterpart\": \"{own}\" }}"),
                        format!(
                            "请在 roles/{id}.json 的 `relations` 中加上 {{ \"counterpart\": \"{own}\" }}"
                        ),
                    ),
                ));
            }
        }
        findings
    }

    /// Roles of the library that stand as names.
    fn names(&self) -> Found {
        let mut titles: BTreeMap<&str, Vec<&Facts>> = BTreeMap::new();
        for role in &self.roles {
            for language in Language::ALL {
                if let Some(title) = role.title.as_ref().and_then(|title| title.get(language)) {
                    titles.entry(title.trim()).or_default().push(role);
                }
            }
        }
        let mut findings = Vec::new();
        for role in &self.roles {
            let Some(line) = role.superior.as_ref().filter(|it| it.id.is_none()) else { continue };
            let named =
                Language::ALL.iter().filter_map(|&language| line.name.get(language)).find_map(|name| {
                    // Two of one title: nobody knows which is meant.
                    let [only] = titles.get(name.trim())?[..] else { return None };
                    let same = only.title.as_ref().is_some_and(|title| share_a_name(title, &line.name));
                    (same && only.id != role.id).then_some((name, only))
                });
            let named = named.or_else(|| {
                let name = line.name.get(Language::ZhCn)?;
                let roles = titles.get(name.trim())?;
                let first = roles.first().filter(|it| it.id != role.id)?;
                roles.iter().all(|it| it.id == first.id).then_some((name, *first))
            });
            let Some((name, other)) = named else { continue };
            let (own, id) = (&role.id, &other.id);
            let message = Message::new(
                format!("`{name}` is the role `{id}` of this library, written as a name"),
                format!("“{name}”就是本岗位库的 `{id}`，此处写成了名称"),
            );
            let found = finding("name_instead_of_id", message).at(line.span).pointer(&line.pointer);
            findings.push((
                own.clone(),
                found.hint(
                    format!("write its id: \"reports_to\": \"{id}\""),
                    format!("请写标识：\"reports_to\": \"{id}\""),
                ),
            ));
        }
        findings
    }

    /// Roles that say nearly the same and are no variants of each other.
    fn near_duplicates(&self) -> Found {
        let enough: Vec<&Facts> =
            self.roles.iter().copied().filter(|it| it.features.len() >= LEAST_FEATURES).collect();
        let features: Vec<&[u32]> = enough.iter().map(|it| &*it.features).collect();
        // Each role is told of the one that is nearest to it.
        let mut nearest: BTreeMap<u32, (u32, f64)> = BTreeMap::new();
        for (a, b, similarity) in twins(&features, NEARLY_THE_SAME) {
            let (one, other) = (enough[a as usize], enough[b as usize]);
            if one.origin() == other.origin() {
                continue;
            }
            let known = nearest.entry(b).or_insert((a, similarity));
            if known.1 < similarity {
                *known = (a, similarity);
            }
        }
        let mut findings = Vec::new();
        for (b, (a, similarity)) in nearest {
            let (role, twin) = (enough[b as usize], enough[a as usize]);
            let (own, other) = (&role.id, &twin.id);
            let percent = format!("{:.0}", (similarity * 100.0).floor());
            let message = Message::new(
                format!("`{own}` and `{other}` say nearly the same ({percent} %)"),
                format!("`{own}` 与 `{other}` 的内容几乎相同（{percent}%）"),
            );
            let found = finding("near_duplicate", message).at(role.title_span).pointer("/title");
            findings.push((
                own.clone(),
                found.related(twin.title_span, Message::new("the other one", "另一个岗位")).hint(
                    format!("keep one of them, or make one a variant: `rolebook compare {other} {own}` shows what differs"),
                    format!("请只保留一个，或把其中一个改为变体；`rolebook compare {other} {own}` 可查看差异"),
                ),
            ));
        }
        findings
    }
}
