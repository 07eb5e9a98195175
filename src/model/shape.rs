//! Owns a schema as walks over values read it: every reference followed, every name found
//! at a glance. May import nothing of rolebook.
//!
//! It is made of a JSON Schema once, so that a walk over ten thousand roles asks no map
//! for words such as `$ref` or `type`. The schemas of the model do not contain themselves.

use serde_json::Value as Json;

/// A field of a schema, and all that is below it.
#[derive(Debug)]
pub struct Shape<'a> {
    /// What the schema says of the values, a reference followed.
    pub schema: &'a Json,
    /// The types that a value may have; all of them if none is set.
    pub types: Types,
    /// The schemas to choose from, if there are several; then nothing else is said.
    pub choices: Vec<Shape<'a>>,
    /// The values to choose from, if there are only some.
    pub values: Option<Vec<&'a str>>,
    /// Whether a text is a date.
    pub is_date: bool,
    /// The pattern of a text.
    pub pattern: Option<&'a str>,
    /// The least and the greatest number.
    pub range: (Option<f64>, Option<f64>),
    /// The items of a list.
    pub items: Option<Box<Shape<'a>>>,
    /// What tells the keys that are known from each other, ascending.
    tokens: Vec<(usize, u64)>,
    /// These keys and their values.
    properties: Vec<(&'a str, Shape<'a>)>,
    /// The values of other keys.
    others: Option<Box<Shape<'a>>>,
    /// What an id here refers to (`x-reference`).
    pub reference: Option<&'a str>,
    /// What an id in this field, or in the list that it is, refers to.
    pub field_reference: Option<&'a str>,
    /// An item of a list says at least one of these (`x-carries`).
    pub carries: Vec<&'a str>,
    /// Whether it is a text, which may differ by language.
    pub is_text: bool,
    /// Whether it is a name that is written alike in every language (`x-own-name`).
    pub is_own_name: bool,
}

/// A set of the types of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Types(u8);

impl Types {
    /// `null`
    pub const NULL: Self = Self(1);
    /// `true` and `false`
    pub const BOOLEAN: Self = Self(2);
    /// Numbers.
    pub const NUMBER: Self = Self(4);
    /// Whole numbers.
    pub const INTEGER: Self = Self(8);
    /// Strings.
    pub const STRING: Self = Self(16);
    /// Lists.
    pub const ARRAY: Self = Self(32);
    /// Objects.
    pub const OBJECT: Self = Self(64);

    /// Whether one of the types of the other set is among these.
    pub fn has(self, types: Self) -> bool {
        self.0 & types.0 != 0
    }

    /// Whether there are none, which says nothing of a value.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn of(schema: &Json) -> Self {
        let names = match schema.get("type") {
            Some(Json::Array(several)) => several.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        let each = names.iter().filter_map(Json::as_str).map(|name| match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "number" => Self::NUMBER,
            "integer" => Self::INTEGER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            _ => Self::OBJECT,
        });
        Self(each.fold(0, |all, one| all | one.0))
    }
}

/// Tells keys from each other without a look at their letters one by one: the length, and
/// the first of the bytes.
fn token(key: &str) -> (usize, u64) {
    let first = key.bytes().take(WHOLE).fold(0, |first, byte| first << 8 | u64::from(byte));
    (key.len(), first)
}

/// No longer keys are all in their token.
const WHOLE: usize = 8;

impl<'a> Shape<'a> {
    /// The shape of what conforms to a schema.
    pub fn of(schema: &'a Json) -> Self {
        Self::field(schema, schema)
    }

    fn field(field: &'a Json, root: &'a Json) -> Self {
        let mut schema = field;
        while let Some(reference) = schema.get("$ref").and_then(Json::as_str) {
            schema =
                root.pointer(reference.trim_start_matches('#')).expect("the references of a schema resolve");
        }
        let part = |part: &'a Json| Self::field(part, root);
        let strings = |key: &str| -> Option<Vec<&'a str>> {
            Some(schema.get(key)?.as_array()?.iter().filter_map(Json::as_str).collect())
        };
        let properties = schema.get("properties").and_then(Json::as_object);
        let of_properties = properties.into_iter().flatten().map(|(key, field)| (key.as_str(), part(field)));
        let mut of_properties: Vec<_> = of_properties.collect();
        of_properties.sort_unstable_by_key(|(key, _)| token(key));
        let others = schema.get("additionalProperties").filter(|others| others.is_object());
        let choices = schema.get("anyOf").and_then(Json::as_array).into_iter().flatten();
        let reference = |schema: &'a Json| schema.get("x-reference").and_then(Json::as_str);
        let bound = |key: &str| schema.get(key).and_then(Json::as_f64);
        Self {
            schema,
            types: Types::of(schema),
            choices: choices.map(part).collect(),
            values: strings("enum"),
            is_date: schema.get("format").is_some_and(|format| format == "date"),
            pattern: schema.get("pattern").and_then(Json::as_str),
            range: (bound("minimum"), bound("maximum")),
            items: schema.get("items").map(|items| Box::new(part(items))),
            is_text: of_properties.iter().any(|(key, _)| *key == super::Language::En.tag()),
            tokens: of_properties.iter().map(|(key, _)| token(key)).collect(),
            properties: of_properties,
            others: others.map(|others| Box::new(part(others))),
            reference: reference(schema),
            field_reference: reference(field),
            carries: strings("x-carries").unwrap_or_default(),
            is_own_name: field.get("x-own-name").is_some(),
        }
    }

    /// The value of a key that the schema knows.
    pub fn property(&self, key: &str) -> Option<&Self> {
        let wanted = token(key);
        let first = self.tokens.partition_point(|token| *token < wanted);
        let alike = self.tokens[first..].iter().take_while(|token| **token == wanted).count();
        let mut alike = self.properties[first..first + alike].iter();
        alike.find(|(known, _)| key.len() <= WHOLE || *known == key).map(|(_, shape)| shape)
    }

    /// The value of any key that the schema allows.
    pub fn member(&self, key: &str) -> Option<&Self> {
        self.property(key).or(self.others.as_deref())
    }
}
