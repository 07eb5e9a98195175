//! Owns what of a role is compared: its sections, fields and list items in one
//! language, as plain words. May import nothing of rolebook.
//!
//! `view` makes it from a resolved role, since labels, dates and amounts are
//! written as a document writes them.

/// A role in one language, ready to be compared.
#[derive(Debug, Clone, Default)]
pub struct Content {
    /// The sections that have anything in them.
    pub sections: Vec<ContentSection>,
    /// How many texts are in another language, for want of this one.
    pub untranslated: usize,
}

/// A section.
#[derive(Debug, Clone)]
pub struct ContentSection {
    /// The section's name, as in themes.
    pub id: &'static str,
    /// Its fields, in the order of the model.
    pub fields: Vec<ContentField>,
}

/// A field.
#[derive(Debug, Clone)]
pub struct ContentField {
    /// The field's path in the model, such as `duties.tasks`.
    pub path: String,
    /// What it holds.
    pub value: ContentValue,
}

/// What a field holds.
#[derive(Debug, Clone)]
pub enum ContentValue {
    /// One value.
    One(Value),
    /// A list.
    List(Vec<ContentItem>),
}

/// An item of a list.
#[derive(Debug, Clone)]
pub struct ContentItem {
    /// The author's id, by which items are matched first.
    pub id: Option<String>,
    /// JSON Pointer to the item in its role.
    pub pointer: String,
    /// What it says.
    pub value: ItemValue,
}

/// What an item says.
#[derive(Debug, Clone)]
pub enum ItemValue {
    /// A text or a term.
    Text(Value),
    /// An object's fields, in the order of the model.
    Fields(Vec<ContentField>),
}

/// A value.
#[derive(Debug, Clone)]
pub struct Value {
    /// The words that a document shows.
    pub words: String,
    /// The text as it was written, with its marks and markup.
    pub written: String,
    /// What tells the value apart where words do not: a term, a number, an id.
    pub key: Option<String>,
    /// Whether the words are one term of a vocabulary, which changes as a whole.
    pub term: bool,
    /// JSON Pointer to the value in its role.
    pub pointer: String,
    /// The role, or the file, that wrote the value.
    pub from: String,
}

impl Content {
    /// The same without a field.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        for section in &mut self.sections {
            section.fields.retain(|field| field.path != path);
        }
        self.sections.retain(|section| !section.fields.is_empty());
        self
    }
}

impl ContentItem {
    /// The value of one of its fields.
    pub fn value(&self, path: &str) -> Option<&Value> {
        match &self.value {
            ItemValue::Text(_) => None,
            ItemValue::Fields(fields) => {
                fields.iter().filter(|field| field.path == path).find_map(|field| match &field.value {
                    ContentValue::One(value) => Some(value),
                    ContentValue::List(_) => None,
                })
            }
        }
    }

    /// All that the item says, as one text that is the same for the same item.
    pub(super) fn says(&self) -> String {
        fn add(value: &Value, out: &mut String) {
            out.push('\u{1}');
            out.push_str(value.key.as_deref().unwrap_or(&value.words));
        }
        fn walk(fields: &[ContentField], out: &mut String) {
            for field in fields {
                out.push('\u{2}');
                out.push_str(&field.path);
                match &field.value {
                    ContentValue::One(value) => add(value, out),
                    ContentValue::List(items) => items.iter().for_each(|item| out.push_str(&item.says())),
                }
            }
        }
        let mut out = String::new();
        match &self.value {
            ItemValue::Text(value) => add(value, &mut out),
            ItemValue::Fields(fields) => walk(fields, &mut out),
        }
        out
    }

    /// What the item is about: its first words.
    pub fn head(&self) -> &str {
        match &self.value {
            ItemValue::Text(value) => &value.words,
            ItemValue::Fields(fields) => {
                // A term or a number names nothing; the first text does.
                let values = || {
                    fields.iter().filter_map(|field| match &field.value {
                        ContentValue::One(value) if !value.words.is_empty() => Some(value),
                        _ => None,
                    })
                };
                let named = values().find(|value| value.key.is_none() || is_name(&value.pointer));
                named.or_else(|| values().next()).map_or("", |value| &value.words)
            }
        }
    }
}

/// Whether a value with a key is the name of its item all the same: somebody, or a
/// competency of the framework.
fn is_name(pointer: &str) -> bool {
    ["/role", "/counterpart", "/competency_ref"].iter().any(|end| pointer.ends_with(end))
}
