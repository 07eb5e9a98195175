//! Owns the check that every id in a role refers to something. May import
//! `catalog`, `resolve` and everything below them.

use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic, Message, did_you_mean};
use crate::json::Node;
use crate::model::is_id;
use crate::resolve::{Reference, ResolvedRole, unnamed};

pub(super) fn check(catalog: &Catalog, resolved: &ResolvedRole) -> Vec<Diagnostic> {
    let mut walk = Walk { catalog, resolved, findings: Vec::new() };
    for reference in resolved.references() {
        walk.reference(&reference);
    }
    walk.levels();
    walk.findings
}

/// The roles that a role names and whose titles cannot be told for their errors: without
/// them, its documents would show ids.
pub fn check_named(catalog: &Catalog, resolved: &ResolvedRole) -> Vec<Diagnostic> {
    let finding = |reference: Reference<'_>| {
        let id = reference.id;
        let message = Message::new(
            format!("`{id}` has errors, and its title cannot be told"),
            format!("岗位 `{id}` 有错误，无法得知其名称"),
        );
        Diagnostic::error(Code::NamedRoleHasErrors, message)
            .at(reference.node.span)
            .pointer(&reference.pointer)
            .hint(format!("correct roles/{id}.json first"), format!("请先改正 roles/{id}.json"))
    };
    unnamed(catalog, resolved).into_iter().map(finding).collect()
}

struct Walk<'a> {
    catalog: &'a Catalog,
    resolved: &'a ResolvedRole,
    findings: Vec<Diagnostic>,
}

impl Walk<'_> {
    fn reference(&mut self, reference: &Reference<'_>) {
        let (kind, text) = (reference.to, reference.id);
        let catalog = self.catalog;
        // Themes are of the renderer, which says what is wrong with a name of one.
        if kind == "theme" || kind == "role" && catalog.knows(text) {
            return;
        }
        let settings = &catalog.settings;
        let known: Vec<&str> = match kind {
            "role" => catalog.ids().collect(),
            "unit" => settings.units.iter().filter_map(|unit| Some(unit.id.as_ref()?.as_str())).collect(),
            "competency" => settings
                .competencies
                .iter()
                .filter_map(|competency| Some(competency.id.as_ref()?.as_str()))
                .collect(),
            _ => self.resolved.role.kpis.iter().filter_map(|kpi| Some(kpi.id.as_ref()?.as_str())).collect(),
        };
        if known.contains(&text) {
            return;
        }
        let (en, zh_cn) = match kind {
            "role" => (format!("there is no role `{text}`"), format!("没有岗位 `{text}`")),
            "unit" => {
                (format!("rolebook.json has no unit `{text}`"), format!("rolebook.json 中没有部门 `{text}`"))
            }
            "competency" => (
                format!("rolebook.json has no competency `{text}`"),
                format!("rolebook.json 中没有素质 `{text}`"),
            ),
            _ => (
                format!("the role has no KPI with the id `{text}`"),
                format!("本岗位没有标识为 `{text}` 的考核指标"),
            ),
        };
        let mut finding = Diagnostic::error(Code::BrokenReference, Message::new(en, zh_cn))
            .at(reference.node.span)
            .pointer(&reference.pointer);
        if let Some(near) = did_you_mean(text, known.iter().copied()) {
            finding = finding.hint(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？"));
        }
        self.findings.push(if kind == "unit" {
            finding.hint(
                format!(
                    "to name a department that is not in rolebook.json, write its name per language: {{ \"en\": \"{text}\" }}"
                ),
                "如果是 rolebook.json 中没有的部门，请按语言写出名称：{ \"zh-CN\": \"…\" }",
            )
        } else if kind == "role" {
            finding.hint(
                format!("to name somebody outside the library, write the name per language: {{ \"en\": \"{text}\" }}"),
                "如果不在岗位库内，请按语言写出名称：{ \"zh-CN\": \"…\" }",
            )
        } else {
            finding.hint(format!("the ids there are: {}", list(&known, "none")), format!("已有的标识：{}", list(&known, "无")))
        });
    }

    /// The level of a competency of the framework is one of its levels.
    fn levels(&mut self) {
        let qualifications = self.resolved.tree.get("qualifications");
        let items =
            qualifications.and_then(|node| node.get("competencies")).map(Node::items).unwrap_or_default();
        for (index, item) in items.iter().enumerate() {
            let (Some(id), Some(level)) = (
                item.get("competency_ref").and_then(Node::as_str),
                item.get("level").filter(|level| level.as_str().is_some()),
            ) else {
                continue;
            };
            let framework = &self.catalog.settings.competencies;
            let Some(competency) =
                framework.iter().find(|known| known.id.as_ref().is_some_and(|known| known.as_str() == id))
            else {
                continue;
            };
            let levels: Vec<&str> =
                competency.levels.iter().filter_map(|level| Some(level.id.as_ref()?.as_str())).collect();
            let found = level.as_str().unwrap_or_default();
            if is_id(found) && !levels.contains(&found) {
                let ids = list(&levels, "—");
                self.findings.push(
                    Diagnostic::error(
                        Code::BrokenReference,
                        Message::new(
                            format!("the competency `{id}` has no level `{found}`"),
                            format!("素质 `{id}` 没有等级 `{found}`"),
                        ),
                    )
                    .at(level.span)
                    .pointer(format!("/qualifications/competencies/{index}/level"))
                    .hint(format!("its levels are: {ids}"), format!("可用等级：{ids}")),
                );
            }
        }
    }
}

fn list(ids: &[&str], none: &str) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    if ids.is_empty() { none.to_string() } else { ids.join(", ") }
}
