//! Owns what of a role the public may see. May import `catalog` and everything
//! below it.
//!
//! It is an allow-list, and the schema is its only source: a value is public if its
//! field is marked `x-public`, whatever the fields around it are. A new field is
//! private until somebody marks it. What is public is inert besides: no character in it
//! turns the direction of the words around it.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::ResolvedRole;
use crate::json::{Member, Node, Value};
use crate::model;

/// The schema's mark of a public field.
const PUBLIC: &str = "x-public";

/// The schema's mark of objects that are public if a switch of theirs says so.
const PUBLIC_IF: &str = "x-public-if";

impl ResolvedRole {
    /// The role with its public fields and no others, ids of items left out too.
    #[must_use]
    pub fn public(&self) -> Self {
        let schema = model::role_schema();
        let tree = filter(&self.tree, schema, schema, false)
            .unwrap_or(Node { value: Value::Object(Vec::new()), span: self.tree.span });
        // A part of what conforms does.
        Self::of_conforming(&self.id, tree)
    }
}

/// The public part of a value; none if nothing of it is. `marked` says whether its field
/// is marked.
fn filter(node: &Node, schema: &Json, root: &Json, marked: bool) -> Option<Node> {
    let schema = match schema.get("$ref").and_then(Json::as_str) {
        Some(target) => root.pointer(target.trim_start_matches('#')).expect("the model's references resolve"),
        None => schema,
    };
    match &node.value {
        Value::Object(members) if has_fields(schema) => {
            if let Some(switch) = schema.get(PUBLIC_IF).and_then(Json::as_str)
                && node.get(switch).is_none_or(|switch| switch.value != Value::Bool(true))
            {
                return None;
            }
            let kept: Vec<Member> = members
                .iter()
                .filter_map(|member| {
                    let field = schema.get("properties")?.get(&*member.key)?;
                    let value = filter(&member.value, field, root, is_marked(field))?;
                    Some(Member { key: member.key.clone(), key_span: member.key_span, value })
                })
                .collect();
            (!kept.is_empty()).then_some(Node { value: Value::Object(kept), span: node.span })
        }
        Value::Array(items) => {
            let empty = Json::Null;
            let of_items = schema.get("items").unwrap_or(&empty);
            let kept: Vec<Node> =
                items.iter().filter_map(|item| filter(item, of_items, root, marked)).collect();
            (!kept.is_empty()).then_some(Node { value: Value::Array(kept), span: node.span })
        }
        _ => marked.then(|| inert_node(node)),
    }
}

/// A text without the characters that turn the direction of the words after it (Unicode
/// Annex 9, embeddings, overrides and isolates). Chinese and English need none, and one
/// that is left open turns what a page says after the text.
pub fn inert(text: &str) -> Cow<'_, str> {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.contains(turns) {
        return Cow::Borrowed(text);
    }
    let kept = text.replace(turns, "");
    // A text of nothing else still is one.
    Cow::Owned(if kept.trim().is_empty() { char::REPLACEMENT_CHARACTER.to_string() } else { kept })
}

/// A value with no text in it that does anything to others.
pub(super) fn inert_node(node: &Node) -> Node {
    let value = match &node.value {
        Value::String(text) => Value::String(inert(text).into()),
        Value::Array(items) => Value::Array(items.iter().map(inert_node).collect()),
        Value::Object(members) => {
            let member = |member: &Member| Member {
                key: member.key.clone(),
                key_span: member.key_span,
                value: inert_node(&member.value),
            };
            Value::Object(members.iter().map(member).collect())
        }
        other => other.clone(),
    };
    Node { value, span: node.span }
}

fn is_marked(field: &Json) -> bool {
    field.get(PUBLIC) == Some(&Json::Bool(true))
}

/// Whether an object of this schema has fields of its own that are marked or not; the
/// languages of a text are none.
fn has_fields(schema: &Json) -> bool {
    let types = schema.get("type").and_then(Json::as_array);
    !types.is_some_and(|types| types.iter().any(|kind| kind == "string"))
}

/// Every public field of the model, as a path such as `duties.tasks`, sorted.
pub fn public_fields() -> Vec<String> {
    let mut fields = Vec::new();
    walk(model::role_schema(), model::role_schema(), "", false, &mut fields);
    fields.sort();
    fields
}

fn walk(schema: &Json, root: &Json, path: &str, marked: bool, out: &mut Vec<String>) {
    let schema = match schema.get("$ref").and_then(Json::as_str) {
        Some(target) => root.pointer(target.trim_start_matches('#')).expect("the model's references resolve"),
        None => schema,
    };
    if let Some(items) = schema.get("items") {
        return walk(items, root, path, marked, out);
    }
    match schema.get("properties").and_then(Json::as_object).filter(|_| has_fields(schema)) {
        Some(properties) => {
            for (key, field) in properties {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(field, root, &path, is_marked(field), out);
            }
        }
        None if marked => out.push(path.to_string()),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_turns_nothing_after_it() {
        assert_eq!(inert("客户\u{202e}经理\u{2066}"), "客户经理");
        assert_eq!(inert("Café — 客户"), "Café — 客户");
        assert_eq!(inert("\u{202e} "), "\u{fffd}");
    }
}
