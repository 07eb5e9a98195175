//! Owns the form in which a document carries the role that it was made from, so that
//! the document can be compared without its library. May import `resolve` and
//! everything below it, and the rest of `view`.

use std::path::Path;
use std::sync::LazyLock;

use serde_json::{Value as Json, json};

use super::Names;
use crate::catalog::read_model;
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::fs;
use crate::json::{self, Member, Node, Value};
use crate::model::{self, is_id};
use crate::resolve::ResolvedRole;
use crate::source::Sources;

/// A role that a document carries, and the names that the ids in it stand for.
#[derive(Debug, Clone)]
pub struct CarriedRole {
    /// The role.
    pub resolved: ResolvedRole,
    /// The names of what the role refers to.
    pub names: Names,
    /// The hash of the content as the document states it. It differs from that of
    /// `resolved` if somebody changed the role after the document was made.
    pub stated_hash: String,
}

impl CarriedRole {
    /// A role as a document carries it: one JSON object, the same for the same role.
    /// The author's notes, which are never printed, are not in it either.
    pub fn write(resolved: &ResolvedRole, names: &Names) -> Vec<u8> {
        let mut role = resolved.to_json();
        if let Some(members) = role.as_object_mut() {
            members.shift_remove("notes");
        }
        let carried = json!({
            "id": resolved.id,
            "content_hash": resolved.content_hash(),
            "role": role,
            "names": names.of_role(resolved),
        });
        // In lines, so that a finding about it has a place that says something.
        format!("{carried:#}\n").into_bytes()
    }

    /// Reads what a document carries. Everything that is wrong is reported at once;
    /// `shown` is the document's path as people know it.
    pub fn read(bytes: Vec<u8>, shown: &Path, sources: &mut Sources) -> Result<Self, Vec<Diagnostic>> {
        let text = fs::text_of(bytes, &shown.display().to_string()).map_err(|finding| vec![*finding])?;
        let source = sources.add(shown, &text);
        let mut root = json::parse(sources, source)?;
        let role = take(&mut root, "role");
        let mut findings = json::conform(&root, &ENVELOPE);
        let id = root.get("id").and_then(Node::as_str).unwrap_or_default();
        let (true, Some(role)) = (is_id(id), role) else {
            let message = Message::new("this is no role of rolebook", "这不是 rolebook 的岗位数据");
            let finding = Diagnostic::error(Code::NotARole, message).at(root.span);
            return Err(vec![finding.hint("name a PDF that rolebook made", "请指定由 rolebook 生成的 PDF")]);
        };
        findings.extend(role.members().iter().filter_map(used_up));
        let (resolved, found) = ResolvedRole::of_tree(id, role);
        findings.extend(found);
        match resolved {
            Some(resolved) if findings.is_empty() => Ok(Self {
                resolved,
                names: root.get("names").map(|names| read_model(&names.to_json())).unwrap_or_default(),
                stated_hash: root.get("content_hash").and_then(Node::as_str).unwrap_or_default().into(),
            }),
            _ => Err(findings),
        }
    }
}

/// What is around the role.
static ENVELOPE: LazyLock<Json> = LazyLock::new(|| {
    let named = json!({ "type": "object", "additionalProperties": { "$ref": "#/$defs/Text" } });
    json!({
        "type": "object",
        "properties": {
            "id": { "type": "string" },
            "content_hash": { "type": "string" },
            "names": {
                "type": "object",
                "properties": {
                    "roles": named,
                    "units": named,
                    "competencies": named,
                    "levels": { "type": "object", "additionalProperties": named },
                },
            },
        },
        "$defs": { "Text": model::role_schema()["$defs"]["Text"] },
    })
});

/// Takes a member out of an object.
fn take(node: &mut Node, key: &str) -> Option<Node> {
    let Value::Object(members) = &mut node.value else { return None };
    let at = members.iter().position(|member| &*member.key == key)?;
    Some(members.remove(at).value)
}

/// A key that a file of `roles/` may have and a resolved role has not.
fn used_up(member: &Member) -> Option<Diagnostic> {
    let key = &*member.key;
    matches!(key, "extends" | "variables" | "$schema" | "schema_version").then(|| {
        let message =
            Message::new(format!("a resolved role has no `{key}`"), format!("合并后的岗位不应有 `{key}`"));
        Diagnostic::error(Code::UnknownKey, message).at(member.key_span).pointer(format!("/{key}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<Diagnostic> {
        CarriedRole::read(text.as_bytes().to_vec(), Path::new("a.pdf"), &mut Sources::default())
            .expect_err("must fail")
    }

    #[test]
    fn what_does_not_conform_is_named_with_its_place() {
        assert_eq!(findings("{")[0].code, Code::SyntaxError);
        assert_eq!(findings("[]")[0].code, Code::NotARole);
        assert_eq!(findings(r#"{"id": "A", "role": {}}"#)[0].code, Code::NotARole);
        let mistakes = [
            (r#"{"titel": "A", "title": "A"}"#, Code::UnknownKey),
            (r#"{"title": "A", "duties": 1}"#, Code::WrongType),
            (r#"{"title": "A", "extends": "b"}"#, Code::UnknownKey),
            (r#"{"summary": "A"}"#, Code::MissingTitle),
            (r"[]", Code::MissingTitle),
        ];
        for (role, code) in mistakes {
            let found = findings(&format!(r#"{{"id": "a", "role": {role}}}"#));
            assert_eq!(found[0].code, code, "{role}: {found:?}");
            assert!(found[0].span.is_some(), "{role}");
        }
        let names = r#"{"id": "a", "role": {"title": "A"}, "names": {"roles": {"b": 1}}}"#;
        assert_eq!(findings(names)[0].pointer.as_deref(), Some("/names/roles/b"));
    }

    #[test]
    fn a_text_of_nothing_but_mistakes_costs_little() {
        let mut role = String::from(r#"{"id": "a", "role": {"title": "A""#);
        for index in 0..100_000 {
            role.push_str(&format!(r#", "x{index}": 1"#));
        }
        role.push_str(&format!(r#", "{}": 1}}}}"#, "y".repeat(1_000_000)));
        assert!(findings(&role).len() <= 1000);
    }
}
