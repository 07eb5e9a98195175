//! Owns what of a role is compared: every field of the model, in one language and
//! in the words of a document. May import `compare` and what `build` may.
//!
//! The schema leads the way, so that a new field takes part by itself.

use std::cell::Cell;

use serde_json::Value as Json;

use super::Builder;
use crate::catalog::read_model;
use crate::compare::{Content, ContentField, ContentItem, ContentSection, ContentValue, ItemValue, Value};
use crate::json::{Node, Value as JsonValue, join_pointer};
use crate::model::{self, AuthorityRights, Competency, RoleReference, SECTIONS, Text, UnitReference};
use crate::view::Locale;
use crate::view::rich::Rich;

/// Keys that say how a role was written, and ids, by which items are found.
const NOT_COMPARED: [&str; 7] =
    ["$schema", "schema_version", "extends", "variables", "id", "remove", "after"];

impl Builder<'_> {
    /// All that the role says. `from` names the role or file that wrote a value.
    pub(super) fn content(&self, from: &dyn Fn(&Node) -> String) -> Content {
        let schema = model::role_schema();
        let walk = Walk { builder: self, schema, from, untranslated: Cell::new(0) };
        let fields = walk.object(&self.resolved.tree, schema, "", "");
        let mut sections: Vec<ContentSection> = Vec::new();
        for field in fields {
            let id = section_of(&field.path);
            match sections.iter_mut().find(|section| section.id == id) {
                Some(section) => section.fields.push(field),
                None => sections.push(ContentSection { id, fields: vec![field] }),
            }
        }
        Content { sections, untranslated: walk.untranslated.get() }
    }
}

/// The section that a field belongs to, by its path.
fn section_of(path: &str) -> &'static str {
    let first = path.split('.').next().unwrap_or_default();
    match first {
        "title" | "alternate_titles" | "code" | "organization" | "family" | "sub_family" | "grade"
        | "category" | "headcount" | "occupation_codes" | "locations" | "reporting" => "identification",
        "sections" => "custom",
        _ => SECTIONS.iter().find(|id| **id == first).copied().unwrap_or("other"),
    }
}

struct Walk<'a> {
    builder: &'a Builder<'a>,
    schema: &'a Json,
    from: &'a dyn Fn(&Node) -> String,
    untranslated: Cell<usize>,
}

impl<'a> Walk<'a> {
    /// A schema, or the one that it refers to and that one's name.
    fn follow(&self, schema: &'a Json) -> (&'a Json, &'a str) {
        let name = schema.get("$ref").and_then(Json::as_str).and_then(|path| path.strip_prefix("#/$defs/"));
        name.map_or((schema, ""), |name| (&self.schema["$defs"][name], name))
    }

    /// The fields of an object, in the order of the model.
    fn object(&self, node: &Node, schema: &'a Json, path: &str, pointer: &str) -> Vec<ContentField> {
        let properties = schema.get("properties").and_then(Json::as_object);
        let mut fields = Vec::new();
        for (key, schema) in properties.into_iter().flatten() {
            let known = node.get(key).filter(|value| value.value != JsonValue::Null);
            let Some(value) = known.filter(|_| !NOT_COMPARED.contains(&key.as_str())) else { continue };
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let pointer = join_pointer(pointer, key);
            let (schema, name) = self.follow(schema);
            if let Some(value) = self.value(value, node, (schema, name), &path, &pointer) {
                if !value.words.is_empty() || value.key.is_some() {
                    fields.push(ContentField { path, value: ContentValue::One(value) });
                }
            } else if let Some(items) = schema.get("items") {
                let items = self.items(value, items, &path, &pointer);
                if !items.is_empty() {
                    fields.push(ContentField { path, value: ContentValue::List(items) });
                }
            } else {
                fields.extend(self.object(value, schema, &path, &pointer));
            }
        }
        fields
    }

    fn items(&self, list: &Node, schema: &'a Json, path: &str, pointer: &str) -> Vec<ContentItem> {
        let (schema, name) = self.follow(schema);
        let items = list.items().iter().enumerate().map(|(index, node)| {
            let pointer = join_pointer(pointer, index);
            let value = match self.value(node, node, (schema, name), path, &pointer) {
                Some(value) => ItemValue::Text(value),
                None => ItemValue::Fields(self.object(node, schema, path, &pointer)),
            };
            ContentItem { id: node.get("id").and_then(Node::as_str).map(str::to_string), pointer, value }
        });
        items
            .filter(|item| !matches!(&item.value, ItemValue::Text(value) if value.words.is_empty()))
            .collect()
    }

    /// What is said as one value; none of a list, and of an object whose fields are
    /// compared one by one. `parent` is the object that the value belongs to.
    fn value(
        &self,
        node: &Node,
        parent: &Node,
        (schema, name): (&Json, &str),
        path: &str,
        pointer: &str,
    ) -> Option<Value> {
        let builder = self.builder;
        let words: Rich;
        let mut key = Some(canonical(node));
        match name {
            "Text" => {
                let text: Text = read_model(node);
                if path == "qualifications.competencies.level" && text_id(&text).is_some() {
                    words = builder.competency_level(&read_model::<Competency>(parent), pointer);
                } else {
                    return Some(self.text(&text, node, pointer));
                }
            }
            "RoleReference" => {
                let reference: RoleReference = read_model(node);
                words = builder.role_name(Some(&reference), pointer);
                key = reference.id().map(str::to_string);
            }
            "UnitReference" => {
                let reference: UnitReference = read_model(node);
                words = builder.unit_name(Some(&reference), pointer);
                key = reference.id().map(str::to_string);
            }
            "Span" => words = builder.people(read_model(node)),
            "AuthorityLimit" => words = builder.limit(&read_model(node), pointer),
            "PayRange" => words = builder.pay_range(&read_model(node)),
            "Address" => words = builder.address(&read_model(node), pointer),
            "AuthorityRights" => {
                let rights: AuthorityRights = read_model(node);
                words = builder.join(rights.as_slice().iter().map(|&right| builder.term(right, pointer)));
            }
            _ if schema.get("enum").is_some() => {
                let vocabulary = if path == "kpis.cycle" { "cycle".to_string() } else { snake_case(name) };
                words = Rich::plain(builder.locale.term_of(&vocabulary, node.as_str()?), pointer);
            }
            _ => {
                words = match &node.value {
                    JsonValue::String(text) if schema.get("format").is_some() => {
                        Rich::plain(builder.locale.date(text), pointer)
                    }
                    JsonValue::String(text) => self.string(text, path, pointer),
                    JsonValue::Number(number) => {
                        Rich::plain(self.number(number.parse().ok()?, path), pointer)
                    }
                    JsonValue::Bool(value) => builder.yes_no(*value, pointer),
                    JsonValue::Null | JsonValue::Array(_) | JsonValue::Object(_) => return None,
                };
            }
        }
        let words = words.to_plain();
        // A phrase that shows nothing of an incomplete object hides no difference.
        let words = if words.is_empty() { canonical(node) } else { words };
        let term = schema.get("enum").is_some() || matches!(node.value, JsonValue::Bool(_));
        let (written, from) = (words.clone(), (self.from)(node));
        Some(Value { words, written, key, term, pointer: pointer.into(), from })
    }

    /// A text in the language of the comparison.
    fn text(&self, text: &Text, node: &Node, pointer: &str) -> Value {
        let found = text.get_or_any(self.builder.language);
        if found.is_some_and(|(_, language)| language.is_some_and(|it| it != self.builder.language)) {
            self.untranslated.set(self.untranslated.get() + 1);
        }
        let written = found.map(|(words, _)| words).unwrap_or_default();
        let place = node.get(self.builder.language.tag()).unwrap_or(node);
        Value {
            words: crate::markdown::plain(written),
            written: written.to_string(),
            key: None,
            term: false,
            pointer: pointer.into(),
            from: (self.from)(place),
        }
    }

    /// A plain string: a reference by id has the name of what it refers to.
    fn string(&self, text: &str, path: &str, pointer: &str) -> Rich {
        match path {
            "duties.kpi_refs" => self.builder.kpi_name(text, pointer),
            "qualifications.competencies.competency_ref" => {
                let known = self.builder.names.competencies.get(text);
                known.map_or_else(|| Rich::plain(text, pointer), |name| self.builder.text(name, pointer))
            }
            _ => Rich::plain(text, pointer),
        }
    }

    /// A number with what it counts.
    fn number(&self, number: f64, path: &str) -> String {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the schema has whole numbers here"
        )]
        let count = number as u32;
        let locale = self.builder.locale;
        match path {
            "qualifications.experience.months" => {
                locale.fill("at_least", &[("duration", &locale.duration(count))])
            }
            "employment.probation_months" => locale.count(count, "month", "months"),
            "headcount" | "reporting.direct_reports.count" | "posting.openings" => {
                locale.count(count, "person", "people")
            }
            _ if path.ends_with("percent") || path.ends_with("weight") => locale.percent(number),
            _ => Locale::number(number),
        }
    }
}

fn text_id(text: &Text) -> Option<&str> {
    match text {
        Text::Plain(text) if model::is_id(text) => Some(text),
        _ => None,
    }
}

/// A value in one way of writing, whatever the order of keys.
fn canonical(node: &Node) -> String {
    let mut json = node.to_json();
    json.sort_all_objects();
    match json {
        Json::String(text) => text,
        Json::Number(number) => number.as_f64().map_or_else(|| number.to_string(), |it| it.to_string()),
        json => json.to_string(),
    }
}

/// The vocabulary of a type: `education_level` of `EducationLevel`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (at, c) in name.char_indices() {
        if c.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}
