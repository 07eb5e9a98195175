//! Owns the reading of typed values out of nodes, without a copy between: a deserializer
//! for serde. `null` in an object says that the key is not there. May import `node` and
//! `pointer`.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::node::{Node, Value};

/// Reads a typed value.
///
/// # Errors
/// What the type does not admit.
pub fn read_typed<T: DeserializeOwned>(node: &Node) -> Result<T, ReadError> {
    T::deserialize(node)
}

/// What a type does not admit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError(String);

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ReadError {}

impl de::Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl<'de> IntoDeserializer<'de, ReadError> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(text) => {
                if let Ok(number) = text.parse() {
                    visitor.visit_u64(number)
                } else if let Ok(number) = text.parse() {
                    visitor.visit_i64(number)
                } else {
                    visitor.visit_f64(text.parse().map_err(de::Error::custom)?)
                }
            }
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => {
                let mut items = SeqDeserializer::new(items.iter());
                let value = visitor.visit_seq(&mut items)?;
                items.end()?;
                Ok(value)
            }
            Value::Object(members) => {
                let known = members.iter().filter(|member| member.value.value != Value::Null);
                let mut members = MapDeserializer::new(known.map(|member| (&*member.key, &member.value)));
                let value = visitor.visit_map(&mut members)?;
                members.end()?;
                Ok(value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.value == Value::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    /// The enums of the model are terms: strings.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match &self.value {
            Value::String(term) => {
                StrDeserializer::<ReadError>::new(term).deserialize_enum(name, variants, visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::source::Sources;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Example {
        name: Option<String>,
        count: Option<u32>,
        share: Option<f64>,
        kind: Option<Kind>,
        list: Vec<Option<bool>>,
        any: Option<serde_json::Value>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        FullTime,
    }

    fn read(text: &str) -> Result<Example, ReadError> {
        let mut sources = Sources::default();
        let source = sources.add("a.json", text);
        read_typed(&super::super::parse(&sources, source).expect("it is JSON"))
    }

    #[test]
    fn it_reads_what_serde_json_reads() {
        let text = r#"{"name": "岗\n位", "count": 7, "share": 2, "kind": "full_time", "list": [true, null],
            "any": {"a": [-1, 1.5, "x", false]}}"#;
        assert_eq!(read(text), Ok(serde_json::from_str(text).unwrap()));
    }

    #[test]
    fn a_key_with_null_is_not_there() {
        assert_eq!(read(r#"{"name": null, "stranger": null}"#), Ok(Example::default()));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        for misfit in [r#"{"count": -1}"#, r#"{"kind": "half"}"#, r#"{"kind": 1}"#, r#"{"stranger": 1}"#, "7"]
        {
            assert!(read(misfit).is_err(), "{misfit}");
        }
    }
}
