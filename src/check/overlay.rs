//! Owns the checks of what a variant does to its base, and of names that stand where an
//! id would be better. May import `scene` and `registry`.

use super::registry::finding;
use super::scene::Scene;
use crate::diagnostic::{Diagnostic, Message};
use crate::json::{Node, join_pointer};
use crate::model::{Language, Text};
use crate::resolve::definition;

pub(super) const RULES: &str = include_str!("overlay.json");

pub(super) fn check(scene: &Scene<'_>) -> Vec<Diagnostic> {
    let mut findings = replaced(scene);
    findings.extend(unit_by_name(scene));
    findings
}

/// Lists of a variant whose items have no ids, where the base has a list too.
fn replaced(scene: &Scene<'_>) -> Vec<Diagnostic> {
    let catalog = scene.catalog;
    let Some(own) = catalog.roles.get(&scene.resolved.id) else { return Vec::new() };
    let Some(base_id) = own.get("extends").and_then(Node::as_str) else { return Vec::new() };
    let mut lists = Vec::new();
    nameless(own, "", &mut lists);
    if lists.is_empty() {
        return Vec::new();
    }
    let Ok(base) = definition(catalog, base_id) else { return Vec::new() };
    let mut findings = Vec::new();
    for (pointer, node) in lists {
        let lost = base.pointer(&pointer).map(Node::items).unwrap_or_default();
        if lost.is_empty() {
            continue;
        }
        let (count, new) = (lost.len(), node.items().len());
        let message = Message::new(
            format!("this list of {new} without ids replaces the {count} of `{base_id}`"),
            format!("此列表的 {new} 项没有标识，将整体替换 `{base_id}` 的 {count} 项"),
        );
        let place = node.items().first().map_or(node.span, |item| item.span);
        findings.push(finding("list_replaced", message).at(place).pointer(pointer).hint(
            "give each item an `id`: that of the base's item to change it, a new one to add to the list",
            "请为每项写上 `id`：写基准岗位某项的标识即修改该项，写新标识即新增一项",
        ));
    }
    findings
}

/// The lists of objects without any id; texts per language are no such objects.
fn nameless<'a>(node: &'a Node, pointer: &str, out: &mut Vec<(String, &'a Node)>) {
    let is_text = |node: &Node| node.members().iter().all(|it| Language::from_tag(&it.key).is_some());
    for member in node.members() {
        let pointer = join_pointer(pointer, &member.key);
        let items = member.value.items();
        let objects = items.iter().any(|item| !item.members().is_empty() && !is_text(item));
        if objects && items.iter().all(|item| item.get("id").is_none()) {
            out.push((pointer, &member.value));
        } else {
            nameless(&member.value, &pointer, out);
        }
    }
}

fn unit_by_name(scene: &Scene<'_>) -> Option<Diagnostic> {
    let unit = scene.role().organization.as_ref()?.unit.as_ref()?;
    if unit.id().is_some() {
        return None;
    }
    let units = &scene.catalog.settings.units;
    let known = units.iter().find(|it| it.name.as_ref().is_some_and(|name| share_a_name(name, &unit.0)))?;
    let id = known.id.as_ref()?.as_str();
    let name = unit.0.get_or_any(Language::ZhCn)?.0;
    let pointer = "/organization/unit";
    let message = Message::new(
        format!("`{name}` is the unit `{id}` of rolebook.json, written as a name"),
        format!("“{name}”就是 rolebook.json 中的部门 `{id}`，此处写成了名称"),
    );
    Some(
        finding("name_instead_of_id", message)
            .at(scene.at(pointer))
            .pointer(pointer)
            .hint(format!("write its id: \"unit\": \"{id}\""), format!("请写标识：\"unit\": \"{id}\"")),
    )
}

/// Whether two texts say the same in a language.
pub(super) fn share_a_name(one: &Text, other: &Text) -> bool {
    Language::ALL.iter().any(|&language| {
        let (one, other) = (one.get(language), other.get(language));
        one.is_some() && one.map(str::trim) == other.map(str::trim)
    })
}
