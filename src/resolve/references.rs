//! Owns what a role refers to by id. May import `model` and `json`.
//!
//! What refers to what is said by the model: `x-reference` in its schema.

use serde_json::Value as Json;

use super::ResolvedRole;
use crate::json::{Node, join_pointer};
use crate::model::{self, is_id};

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
        visit(&self.tree, model::role_schema(), "", &mut references);
        references
    }
}

fn visit<'a>(node: &'a Node, schema: &'static Json, pointer: &str, out: &mut Vec<Reference<'a>>) {
    let target = schema
        .get("$ref")
        .and_then(Json::as_str)
        .and_then(|reference| model::role_schema().pointer(reference.trim_start_matches('#')));
    let marked = |schema: &'static Json| schema.get("x-reference").and_then(Json::as_str);
    let schema = target.unwrap_or(schema);
    if let Some(to) = marked(schema) {
        out.extend(reference(to, node, pointer.to_string()));
    }
    if let Some(items) = schema.get("items") {
        for (index, item) in node.items().iter().enumerate() {
            visit(item, items, &join_pointer(pointer, index), out);
        }
    }
    for member in node.members() {
        let Some(property) = schema.get("properties").and_then(|properties| properties.get(&*member.key))
        else {
            continue;
        };
        let pointer = join_pointer(pointer, &member.key);
        let Some(to) = marked(property) else {
            visit(&member.value, property, &pointer, out);
            continue;
        };
        for (index, item) in member.value.items().iter().enumerate() {
            out.extend(reference(to, item, join_pointer(&pointer, index)));
        }
        out.extend(reference(to, &member.value, pointer));
    }
}

fn reference<'a>(to: &'static str, node: &'a Node, pointer: String) -> Option<Reference<'a>> {
    let id = node.as_str().filter(|text| is_id(text))?;
    Some(Reference { to, id, node, pointer })
}
