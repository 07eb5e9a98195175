//! Owns the form in which a document carries the role that it was made from, so that
//! the document can be compared without its library. May import `resolve` and
//! everything below it, and the rest of `view`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::Names;
use crate::catalog::read_model;
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::fs;
use crate::json::{self, Member, Node, Value};
use crate::model::{self, Edition, Shape, ThemeSettings, is_id};
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
    /// How the document was made; none where that is not said.
    pub made: Option<Made>,
}

/// How a document was made of its role: what is needed to make the same one again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// The language or languages, such as `zh-CN+en`.
    pub edition: String,
    /// Whether it is made of the role's public part.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// Whether its places to sign are no form fields.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_fields: bool,
    /// The theme's name.
    pub theme: String,
    /// The theme that has the templates which it lacks.
    pub base: String,
    /// The theme's settings, those of the library among them.
    pub theme_settings: ThemeSettings,
    /// A short hash of each part of the look that the library had of its own: `logo`,
    /// `templates`, `fonts`, and `words` of a language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub look: BTreeMap<String, String>,
    /// The version of rolebook.
    pub rolebook: String,
}

impl CarriedRole {
    /// A role as a document carries it: one JSON object, the same for the same role and
    /// the same way of making. The author's notes, which are never printed, are not in
    /// it.
    pub fn write(resolved: &ResolvedRole, names: &Names, made: Option<&Made>) -> Vec<u8> {
        let mut role = resolved.to_json();
        if let Some(members) = role.as_object_mut() {
            members.shift_remove("notes");
        }
        let mut carried = json!({ "id": resolved.id, "content_hash": resolved.content_hash() });
        if let Some(made) = made {
            carried["document"] = without_nothing(json!(made));
        }
        carried["role"] = role;
        carried["names"] = json!(names.of_role(resolved));
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
        let id = root.get("id").and_then(Node::as_str).unwrap_or_default().to_string();
        let (true, Some(role)) = (is_id(&id), role) else {
            let message = Message::new("this is no role of rolebook", "这不是 rolebook 的岗位数据");
            let finding = Diagnostic::error(Code::NotARole, message).at(root.span);
            return Err(vec![finding.hint("name a PDF that rolebook made", "请指定由 rolebook 生成的 PDF")]);
        };
        let mut findings = json::conform(&root, &Shape::of(&ENVELOPE));
        findings.extend(root.get("document").and_then(unknown_edition));
        findings.extend(role.members().iter().filter_map(used_up));
        let (resolved, found) = ResolvedRole::of_tree(&id, role);
        findings.extend(found);
        match resolved {
            Some(resolved) if findings.is_empty() => {
                let made = root.get("document").filter(|made| matches!(made.value, Value::Object(_)));
                Ok(Self {
                    resolved,
                    names: root.get("names").map(read_model).unwrap_or_default(),
                    stated_hash: root.get("content_hash").and_then(Node::as_str).unwrap_or_default().into(),
                    made: made.map(read_model),
                })
            }
            _ => Err(findings),
        }
    }
}

impl Made {
    /// The languages.
    pub fn edition(&self) -> Option<Edition> {
        Edition::from_tag(&self.edition)
    }
}

/// The same without what says nothing.
fn without_nothing(value: Json) -> Json {
    match value {
        Json::Object(members) => {
            let members = members.into_iter().map(|(key, value)| (key, without_nothing(value)));
            let nothing = |value: &Json| value.is_null() || value.as_object().is_some_and(Map::is_empty);
            members.filter(|(_, value)| !nothing(value)).collect()
        }
        other => other,
    }
}

/// What is around the role.
static ENVELOPE: LazyLock<Json> = LazyLock::new(|| {
    let named = json!({ "type": "object", "additionalProperties": { "$ref": "#/$defs/Text" } });
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "properties": {
            "id": text,
            "content_hash": text,
            "document": {
                "type": "object",
                "properties": {
                    "edition": text,
                    "public": { "type": "boolean" },
                    "without_fields": { "type": "boolean" },
                    "theme": { "$ref": "#/$defs/Id" },
                    "base": { "$ref": "#/$defs/Id" },
                    "theme_settings": { "$ref": "#/$defs/ThemeSettings" },
                    "look": { "type": "object", "additionalProperties": text },
                    "rolebook": text,
                },
            },
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
        "$defs": model::library_schema()["$defs"],
    })
});

/// What the way of making must say, if it is said at all.
fn unknown_edition(made: &Node) -> Option<Diagnostic> {
    if made.value == Value::Null {
        return None;
    }
    let of = |key: &str| made.get(key).filter(|it| it.value != Value::Null);
    let absent =
        ["edition", "theme", "base", "theme_settings", "rolebook"].into_iter().find(|key| of(key).is_none());
    if let Some(key) = absent {
        let message = Message::new(format!("`{key}` is missing"), format!("缺少 `{key}`"));
        return Some(Diagnostic::error(Code::InvalidValue, message).at(made.span).pointer("/document"));
    }
    let edition = of("edition")?;
    let tag = edition.as_str()?;
    Edition::from_tag(tag).is_none().then(|| {
        let message = Message::new(format!("there is no language `{tag}`"), format!("没有语言 `{tag}`"));
        Diagnostic::error(Code::InvalidValue, message).at(edition.span).pointer("/document/edition")
    })
}

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
        let mistakes = [
            (r#"{"edition": "de"}"#, "/document"),
            (r#"{"edition": "zh-CN", "theme": "../form"}"#, "/document/theme"),
            (
                r##"{"edition": "zh-CN+zh-CN", "theme": "a", "base": "form", "theme_settings": {}, "rolebook": ""}"##,
                "/document/edition",
            ),
            (r#"{"theme_settings": {"accent_color": "red; eval"}}"#, "/document/theme_settings/accent_color"),
            (r#"{"public": 1}"#, "/document/public"),
        ];
        for (made, pointer) in mistakes {
            let found = findings(&format!(r#"{{"id": "a", "role": {{"title": "A"}}, "document": {made}}}"#));
            assert_eq!(found[0].pointer.as_deref(), Some(pointer), "{made}: {found:?}");
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
