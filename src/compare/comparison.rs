//! Owns the result of a comparison. May import `materiality` and `words`, and
//! `model`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::materiality::Materiality;
use super::words::Segment;

/// Two to six roles, or states of one, beside each other. The first is the one
/// that the others are compared with.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Comparison {
    /// BCP 47 tag of the language that is compared
    pub language: String,
    /// Whether width, punctuation and ways of writing a value count
    pub strict: bool,
    /// What is compared, the columns from left to right
    pub operands: Vec<Operand>,
    /// Whether nothing differs in this language
    pub same: bool,
    /// The sections, in the order of the documents
    pub sections: Vec<SectionComparison>,
    /// Every difference from the first operand, in the order of the sections
    pub changes: Vec<Change>,
    /// Who must sign again, where two states of one role are compared: after the material
    /// changes in any of their languages
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_again: Option<Vec<Signer>>,
    /// The note on the changes between two states of one role, in each of its languages
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub change_notes: Vec<ChangeNote>,
}

/// A role that takes part.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Operand {
    /// As it was named on the command line
    pub operand: String,
    /// The role's id
    pub id: String,
    /// Its title in the language of the comparison
    pub title: String,
    /// The document's version
    pub version: Option<String>,
    /// The document's status, a term of the model
    pub status: Option<String>,
    /// The date from which it is in force, ISO 8601
    pub effective_date: Option<String>,
    /// SHA-256 of the role's content in all languages, hexadecimal
    pub content_hash: String,
}

/// A section.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SectionComparison {
    /// Its name, as in themes
    pub id: String,
    /// Whether nothing in it differs
    pub same: bool,
    /// Its fields
    pub fields: Vec<FieldComparison>,
}

/// A field.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FieldComparison {
    /// Its path in the model, such as `duties.tasks`
    pub path: String,
    /// Whether nothing in it differs
    pub same: bool,
    /// What it holds
    #[serde(flatten)]
    pub body: FieldBody,
}

/// What a field holds.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldBody {
    /// One value: a cell for each operand
    Cells(Vec<Cell>),
    /// A list: items that belong together, row by row
    Items(Vec<ItemComparison>),
}

/// Items that belong together.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ItemComparison {
    /// Whether nothing in them differs
    pub same: bool,
    /// Where the item stands in each operand; `null` where it has none
    pub places: Vec<Option<Place>>,
    /// What became of the item in each operand
    pub status: Vec<Status>,
    /// Of an item that may be a piece of another one, or of one that may have been
    /// taken into another: the position of that row in this list, from 0
    pub related: Vec<Option<usize>>,
    /// The words, if the items are texts
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<Cell>,
    /// The fields, if the items are objects
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldComparison>,
}

/// Where an item stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Place {
    /// The author's id
    pub id: Option<String>,
    /// JSON Pointer to it
    pub pointer: String,
    /// Its position in the list, from 1
    pub position: usize,
    /// Whether it stands in another order than in the first operand
    pub moved: bool,
    /// How similar it is to the first item of its row, 0 to 1
    pub similarity: f64,
}

/// A value in one operand.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Cell {
    /// What became of it
    pub status: Status,
    /// The words; empty where there is no value
    pub words: String,
    /// JSON Pointer to it
    pub pointer: Option<String>,
    /// The role or file that wrote it: the role itself, a base of it, or `rolebook.json`
    pub from: Option<String>,
    /// How the words differ from those of the first operand, if it has the value
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Segment>,
}

/// What became of a value or an item, beside the first operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is the first operand's own.
    Base,
    /// It is there in neither.
    Absent,
    /// It says the same.
    Same,
    /// It says the same in another place.
    Moved,
    /// It says something else.
    Reworded,
    /// It is new, and may be a piece of an item that was split.
    SplitCandidate,
    /// It is gone, and may have been taken into another item.
    MergedCandidate,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
}

/// A difference from the first operand.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Change {
    /// The operand that differs, by its position from 0
    pub operand: usize,
    /// The section
    pub section: String,
    /// The field's path in the model
    pub path: String,
    /// What the item is about that it belongs to
    pub item: Option<String>,
    /// What happened
    pub status: Status,
    /// JSON Pointer in the first operand
    pub before_pointer: Option<String>,
    /// JSON Pointer in the other one
    pub after_pointer: Option<String>,
    /// The words in the first operand
    pub before: Option<String>,
    /// The words in the other one
    pub after: Option<String>,
    /// The values that were exchanged, if nothing else changed
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quantities: Vec<QuantityChange>,
    /// How much it weighs
    pub materiality: Materiality,
    /// The code of the rule that makes it material
    pub rule: Option<String>,
}

/// A value that was exchanged for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QuantityChange {
    /// As it was written before
    pub before: String,
    /// As it is written now
    pub after: String,
}

/// Somebody who signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Signer {
    /// The party, a term of the model
    pub party: String,
    /// Who signs, as the document's block says it
    pub label: String,
    /// The codes of the rules for which they sign
    pub rules: Vec<String>,
}

/// A note on what changed, in one language (变更说明).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChangeNote {
    /// BCP 47 tag
    pub language: String,
    /// The heading
    pub title: String,
    /// From which version to which
    pub versions: String,
    /// The heading of the material changes
    pub material_title: String,
    /// The material changes, one sentence each
    pub material: Vec<String>,
    /// The heading of the editorial changes
    pub editorial_title: String,
    /// The editorial changes, one sentence each
    pub editorial: Vec<String>,
    /// What stands where there are no changes
    pub none: String,
    /// Who must sign again
    pub sign_again: String,
}

/// The JSON Schema (2020-12) of a comparison.
pub fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Comparison>().to_value();
    without_formats(&mut schema);
    schema
}

/// Leaves the integer formats of Rust out of a schema: they say nothing to a reader.
pub fn without_formats(schema: &mut serde_json::Value) {
    match schema {
        serde_json::Value::Object(object) => {
            object.remove("format");
            object.values_mut().for_each(without_formats);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(without_formats),
        _ => {}
    }
}

impl Status {
    /// Whether nothing differs.
    pub fn is_same(self) -> bool {
        matches!(self, Self::Base | Self::Absent | Self::Same)
    }
}

impl Comparison {
    /// Whether two states of one role are compared.
    pub fn is_of_one_role(&self) -> bool {
        self.operands.len() == 2 && self.operands[0].id == self.operands[1].id
    }

    /// How many changes are material, and how many editorial.
    pub fn counts(&self) -> (usize, usize) {
        let material = self.changes.iter().filter(|change| change.materiality == Materiality::Material);
        let material = material.count();
        (material, self.changes.len() - material)
    }

    /// The parties that must sign again, each with the codes of the rules.
    pub fn parties(&self) -> BTreeMap<&'static str, Vec<String>> {
        use crate::model::Term;
        let mut parties: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for code in self.changes.iter().filter_map(|change| change.rule.as_ref()) {
            let Some(rule) = super::materiality::rule(code) else { continue };
            for party in &rule.signs {
                let codes = parties.entry(party.key()).or_default();
                if !codes.contains(code) {
                    codes.push(code.clone());
                }
            }
        }
        parties
    }
}
