//! Owns what a role refers to by id. May import `model` and `json`.
//!
//! What refers to what is said by the model: `x-reference` in its schema.

use super::ResolvedRole;
use crate::json::{Node, Pointer};
use crate::model::{Shape, is_id, role_shape};

/// An id in a role that stands for something else.
#[derive(Debug, Clone)]
pub struct Reference<'a> {
    /// What it stands for, as the model says it: `role`, `unit`, `competency` or `kpi`.
    pub to: &'static str,
    /// The id.
    pub id: &'a str,
    /// The value that it is.
    pub node: &'a Node,
    /// The pointer to it.
    pub pointer: String,
}

impl ResolvedRole {
    /// Every id in the role that stands for something else, in the role's order; the
    /// levels of competencies aside.
    pub fn references(&self) -> Vec<Reference<'_>> {
        let mut references = Vec::new();
        visit(&self.tree, role_shape(), &Pointer::Root, &mut references);
        references
    }
}

fn visit<'a>(node: &'a Node, shape: &Shape<'static>, pointer: &Pointer<'_>, out: &mut Vec<Reference<'a>>) {
    if let Some(to) = shape.reference {
        out.extend(reference(to, node, pointer));
    }
    if let Some(of_items) = &shape.items {
        for (index, item) in node.items().iter().enumerate() {
            visit(item, of_items, &pointer.item(index), out);
        }
    }
    for member in node.members() {
        let Some(property) = shape.property(&member.key) else { continue };
        let pointer = pointer.key(&member.key);
        let Some(to) = property.field_reference else {
            visit(&member.value, property, &pointer, out);
            continue;
        };
        for (index, item) in member.value.items().iter().enumerate() {
            out.extend(reference(to, item, &pointer.item(index)));
        }
        out.extend(reference(to, &member.value, &pointer));
    }
}

fn reference<'a>(to: &'static str, node: &'a Node, pointer: &Pointer<'_>) -> Option<Reference<'a>> {
    let id = node.as_str().filter(|text| is_id(text))?;
    Some(Reference { to, id, node, pointer: pointer.to_string() })
}
