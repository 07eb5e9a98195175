//! Owns the check that every item of a list says what it is about. May import
//! `catalog`, `resolve` and everything below them.
//!
//! An item whose id is not one of the base's is a new one: a slip in an id makes a
//! duty that has tasks and nothing else. What an item says at least is told by the
//! model: `x-carries` in its schema.

use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic, Message, did_you_mean};
use crate::json::{Node, Pointer, Value};
use crate::model::{Shape, library_shape, role_shape};
use crate::resolve::ResolvedRole;

pub(super) fn check(catalog: &Catalog, resolved: &ResolvedRole) -> Vec<Diagnostic> {
    let is_variant = catalog.roles.get(&resolved.id).is_some_and(|node| node.get("extends").is_some());
    let mut walk = Walk { is_variant, findings: Vec::new() };
    walk.node(&resolved.tree, role_shape(), &Pointer::Root);
    walk.findings
}

/// The same for `rolebook.json`.
pub(super) fn check_settings(catalog: &Catalog) -> Vec<Diagnostic> {
    let mut walk = Walk { is_variant: false, findings: Vec::new() };
    // Its sign-off is adopted by roles, and looked at there.
    for part in ["units", "competencies"] {
        if let (Some(node), Some(shape)) = (catalog.settings_node.get(part), library_shape().property(part)) {
            walk.node(node, shape, &Pointer::Root.key(part));
        }
    }
    walk.findings
}

struct Walk {
    is_variant: bool,
    findings: Vec<Diagnostic>,
}

impl Walk {
    fn node(&mut self, node: &Node, shape: &Shape<'_>, pointer: &Pointer<'_>) {
        if let Some(of_items) = &shape.items {
            let carries = &of_items.carries;
            for (index, item) in node.items().iter().enumerate() {
                let pointer = pointer.item(index);
                if !carries.is_empty() && !carries.iter().any(|field| item.get(field).is_some_and(says)) {
                    let finding = self.incomplete(item, node.items(), carries);
                    self.findings.push(finding.pointer(&pointer));
                }
                self.node(item, of_items, &pointer);
            }
        }
        for member in node.members() {
            if let Some(property) = shape.property(&member.key) {
                self.node(&member.value, property, &pointer.key(&member.key));
            }
        }
    }

    fn incomplete(&self, item: &Node, all: &[Node], carries: &[&str]) -> Diagnostic {
        let names: Vec<String> = carries.iter().map(|field| format!("`{field}`")).collect();
        let lacks = Message::new(
            match &names[..] {
                [only] => format!("no {only}"),
                _ => format!("none of {}", names.join(", ")),
            },
            match &names[..] {
                [only] => format!("没有 {only}"),
                _ => format!("没有 {} 中的任何一个", names.join("、")),
            },
        );
        let id = item.get("id").filter(|id| id.as_str().is_some());
        let place = id.map_or(item.span, |id| id.span);
        let name = id.and_then(Node::as_str);
        let message = match name {
            Some(name) => Message::new(
                format!("the item `{name}` has {}", lacks.en),
                format!("项 `{name}` {}", lacks.zh_cn),
            ),
            None => Message::new(format!("this item has {}", lacks.en), format!("此项{}", lacks.zh_cn)),
        };
        let finding = Diagnostic::warning(Code::IncompleteItem, message).at(place);
        // What the base has of an item was written in another file.
        let elsewhere = |other: &&Node| {
            let mut members = other.members().iter();
            self.is_variant && members.any(|member| member.value.span.source != place.source)
        };
        let of_base: Vec<&str> =
            all.iter().filter(elsewhere).filter_map(|other| other.get("id")?.as_str()).collect();
        let finding = match name.and_then(|name| did_you_mean(name, of_base.iter().copied())) {
            Some(near) => finding.hint(
                format!("did you mean `{near}`? an item of the base is changed by its id"),
                format!("是否想写 `{near}`？要改基准岗位的某一项，须写它的标识"),
            ),
            None => finding,
        };
        finding.hint(
            format!("write {}, or remove the item", names.join(" or ")),
            format!("请写上 {}，或删去该项", names.join(" 或 ")),
        )
    }
}

/// Whether a value says anything.
fn says(node: &Node) -> bool {
    match &node.value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => items.iter().any(says),
        Value::Object(members) => members.iter().any(|member| says(&member.value)),
    }
}
