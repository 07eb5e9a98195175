//! Owns the JSON Schemas (2020-12) generated from the model's types. May import
//! nothing of rolebook but `model`.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::library::LibrarySettings;
use super::role::{AuthorityRights, RoleDefinition};
use super::shape::Shape;
use super::terms::AuthorityRight;
use super::theme::ThemeDefinition;
use super::wording::WordingPack;

/// The schema of one file of `roles/`: the checked-in one, which is read in a
/// quarter of the time that it takes to generate it.
pub fn role_schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| read(include_str!("../../schema/role.schema.json")));
    &SCHEMA
}

/// The schema of `rolebook.json`: the checked-in one.
pub fn library_schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> =
        LazyLock::new(|| read(include_str!("../../schema/rolebook.schema.json")));
    &SCHEMA
}

/// The shape of a role.
pub fn role_shape() -> &'static Shape<'static> {
    static SHAPE: LazyLock<Shape<'static>> = LazyLock::new(|| Shape::of(role_schema()));
    &SHAPE
}

/// The shape of `rolebook.json`.
pub fn library_shape() -> &'static Shape<'static> {
    static SHAPE: LazyLock<Shape<'static>> = LazyLock::new(|| Shape::of(library_schema()));
    &SHAPE
}

/// The schema of a theme, `templates/themes/NAME.json`: the checked-in one.
pub fn theme_schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| read(include_str!("../../schema/theme.schema.json")));
    &SCHEMA
}

/// The schema of a pack of wording rules: the checked-in one.
pub fn wording_schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| read(include_str!("../../schema/wording.schema.json")));
    &SCHEMA
}

fn read(schema: &str) -> Value {
    serde_json::from_str(schema).expect("the checked-in schemas parse")
}

/// The schema of one file of `roles/`, from the types; a test holds the
/// checked-in one against it.
pub fn generate_role_schema() -> Value {
    generate::<RoleDefinition>()
}

/// The schema of `rolebook.json`, from the types.
pub fn generate_library_schema() -> Value {
    generate::<LibrarySettings>()
}

/// The schema of a theme, from the types.
pub fn generate_theme_schema() -> Value {
    generate::<ThemeDefinition>()
}

/// The schema of a pack of wording rules, from the types.
pub fn generate_wording_schema() -> Value {
    generate::<WordingPack>()
}

fn generate<T: JsonSchema>() -> Value {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    let mut schema = schema.to_value();
    admit_overlays(&mut schema);
    let mut root = Map::new();
    root.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    if let Value::Object(members) = schema {
        root.extend(members.into_iter().filter(|(key, _)| key != "$schema"));
    }
    root.insert("type".into(), "object".into());
    Value::Object(root)
}

/// Lets every value be `null` (an overlay's way to remove one) and every list
/// item carry the overlay keys `remove` and `after`; drops what only the Rust
/// side needs to know.
fn admit_overlays(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.remove("default");
            // The integer formats of Rust say nothing to an author.
            if object.get("format").is_some_and(|format| format != "date") {
                object.remove("format");
            }
            flatten_optional(object);
            if let Some(Value::Array(terms)) = object.remove("oneOf") {
                let mut values: Vec<Value> =
                    terms.iter().filter_map(|term| term.get("const").cloned()).collect();
                values.push(Value::Null);
                object.insert("enum".into(), Value::Array(values));
                object.insert("type".into(), json!(["string", "null"]));
            }
            if let Some(Value::String(one)) = object.get("type")
                && one != "null"
                && !object.contains_key("$schema")
            {
                let types = json!([one, "null"]);
                object.insert("type".into(), types);
            }
            if let Some(Value::Object(properties)) = object.get_mut("properties")
                && properties
                    .get("id")
                    .is_some_and(|id| id.get("$ref").is_some() || id.get("anyOf").is_some())
            {
                properties.insert(
                    "remove".into(),
                    json!({ "description": "In an overlay: remove the base's item with this id", "type": "boolean" }),
                );
                properties.insert(
                    "after".into(),
                    json!({ "description": "In an overlay: place this item after the one with this id", "$ref": "#/$defs/Id" }),
                );
            }
            for value in object.values_mut() {
                admit_overlays(value);
            }
            // `null` removes a member of an object; in a list it says nothing.
            if let Some(Value::Object(items)) = object.get_mut("items") {
                items.insert("not".into(), json!({ "type": "null" }));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(admit_overlays),
        _ => {}
    }
}

/// `anyOf: [X, null]` becomes X itself, which admits `null` by then.
fn flatten_optional(object: &mut Map<String, Value>) {
    let Some(Value::Array(choices)) = object.get("anyOf") else { return };
    let mut others = choices.iter().filter(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
    let (Some(only), None) = (others.next().cloned(), others.next()) else { return };
    object.remove("anyOf");
    if let Value::Object(only) = only {
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
}

impl JsonSchema for AuthorityRights {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AuthorityRights".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        use super::terms::Term;
        let rights: Vec<&str> = AuthorityRight::ALL.iter().map(|right| right.key()).collect();
        json_schema!({
            "description": "One right, or several on the same matter (权限类型)",
            "anyOf": [
                { "type": "string", "enum": rights, "x-vocabulary": AuthorityRight::VOCABULARY },
                {
                    "type": "array",
                    "items": { "type": "string", "enum": rights, "x-vocabulary": AuthorityRight::VOCABULARY },
                },
                { "type": "null" },
            ],
        })
    }
}
