//! Owns the tree of JSON values with their places. May import nothing of
//! rolebook but `source`.
//!
//! Its strings are those of Typst: a short one, as most keys are, lies in the tree itself,
//! and a copy of a tree shares the long ones.

use ecow::EcoString;

use crate::source::Span;

/// A JSON value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it was written.
    pub span: Span,
}

/// A JSON value; the order of keys is the author's.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(EcoString),
    /// A string, unescaped.
    String(EcoString),
    /// A list.
    Array(Vec<Node>),
    /// An object without duplicate keys.
    Object(Vec<Member>),
}

/// A key of an object and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The key.
    pub key: EcoString,
    /// Where the key was written.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value of a key, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Object(members) => {
                members.iter().find(|member| &*member.key == key).map(|member| &member.value)
            }
            _ => None,
        }
    }

    /// The string, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if this is a list; none otherwise.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// The members, if this is an object; none otherwise.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The value that a JSON Pointer (RFC 6901) leads to.
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        let mut node = self;
        for token in pointer.split('/').skip(1) {
            node = match &node.value {
                Value::Array(items) => items.get(token.parse::<usize>().ok()?)?,
                Value::Object(_) if token.contains('~') => {
                    node.get(&token.replace("~1", "/").replace("~0", "~"))?
                }
                Value::Object(_) => node.get(token)?,
                _ => return None,
            };
        }
        Some(node)
    }

    /// The place of the value that a pointer leads to, or of the nearest value
    /// above it.
    pub fn nearest(&self, pointer: &str) -> Span {
        let mut pointer = pointer;
        loop {
            if let Some(node) = self.pointer(pointer) {
                return node.span;
            }
            pointer = pointer.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// Calls `visit` with each string in this value, keys aside.
    pub fn visit_strings<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        match &self.value {
            Value::String(text) => visit(text),
            Value::Array(items) => items.iter().for_each(|item| item.visit_strings(visit)),
            Value::Object(members) => members.iter().for_each(|member| member.value.visit_strings(visit)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// A value that was written nowhere; all of it gets one place.
    pub fn from_json(value: &serde_json::Value, span: Span) -> Self {
        use serde_json::Value as Json;
        let value = match value {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => Value::Number(EcoString::from(number.to_string())),
            Json::String(text) => Value::String(text.as_str().into()),
            Json::Array(items) => {
                Value::Array(items.iter().map(|item| Self::from_json(item, span)).collect())
            }
            Json::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(key, value)| Member {
                        key: key.as_str().into(),
                        key_span: span,
                        value: Self::from_json(value, span),
                    })
                    .collect(),
            ),
        };
        Self { value, span }
    }

    /// The value without places.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(text) => text.parse::<serde_json::Number>().map_or(Json::Null, Json::Number),
            Value::String(text) => Json::String(text.to_string()),
            Value::Array(items) => items.iter().map(Self::to_json).collect(),
            Value::Object(members) => {
                members.iter().map(|member| (member.key.to_string(), member.value.to_json())).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn a_pointer_leads_to_a_value_or_the_nearest_above() {
        let mut sources = Sources::default();
        let source = sources.add("a.json", r#"{"a/b": [1, {"c": "x"}]}"#);
        let node = super::super::parse(&sources, source).unwrap();
        assert_eq!(node.pointer("/a~1b/1/c").and_then(Node::as_str), Some("x"));
        assert_eq!(sources.text(node.nearest("/a~1b/1/d/e")), r#"{"c": "x"}"#);
    }
}
