//! Owns ids and references to roles, units and people outside the library.
//! May import nothing of rolebook but `model`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::text::Text;

/// The form of an id, as a regular expression for the schema.
pub const ID_PATTERN: &str = "^[a-z0-9][a-z0-9-]*$";

/// Whether a string has the form of an id: `[a-z0-9][a-z0-9-]*`.
pub fn is_id(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// The id of a role, a unit, a competency or a list item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(transparent)]
pub struct Id(pub String);

impl Id {
    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl JsonSchema for Id {
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An id: lower-case letters, digits and hyphens",
            "type": ["string", "null"],
            "pattern": ID_PATTERN,
        })
    }
}

/// Somebody: a role of this library by its id, or a text for anybody else.
///
/// A string of the form of an id is always an id, so that a misspelt one is an
/// error and not a stranger; name an outsider whose name looks like an id with
/// a text per language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct RoleReference(pub Text);

/// A unit of the organization by its id in `rolebook.json`, or a text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct UnitReference(pub Text);

impl RoleReference {
    /// The role id this refers to, if it is one.
    pub fn id(&self) -> Option<&str> {
        text_id(&self.0)
    }
}

impl UnitReference {
    /// The unit id this refers to, if it is one.
    pub fn id(&self) -> Option<&str> {
        text_id(&self.0)
    }
}

fn text_id(text: &Text) -> Option<&str> {
    match text {
        Text::Plain(text) if is_id(text) => Some(text),
        _ => None,
    }
}

impl JsonSchema for RoleReference {
    fn schema_name() -> Cow<'static, str> {
        "RoleReference".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        reference_schema(
            generator,
            "A role of this library by its id, or a text for anybody outside it",
            "role",
        )
    }
}

impl JsonSchema for UnitReference {
    fn schema_name() -> Cow<'static, str> {
        "UnitReference".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        reference_schema(generator, "A unit of rolebook.json by its id, or a text", "unit")
    }
}

/// The shape of a text, marked with what an id in it refers to (`x-reference`).
fn reference_schema(generator: &mut SchemaGenerator, description: &str, to: &str) -> Schema {
    let mut schema = Text::json_schema(generator);
    schema.insert("description".into(), description.into());
    schema.insert("x-reference".into(), to.into());
    schema
}
