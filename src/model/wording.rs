//! Owns packs of wording rules as their authors write them. May import nothing of
//! rolebook but `model`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::library::CheckLevel;
use super::text::{Language, Text};

/// A pack of wording rules (用语规则包).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WordingPack {
    /// The schema that an editor checks this file against
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// The language of the texts that its rules are for (语言)
    pub language: Option<Language>,
    /// What each ground is called (事由)
    pub grounds: BTreeMap<String, Option<Text>>,
    /// Lists of words that triggers name as `<list>` (词表)
    pub words: BTreeMap<String, Vec<String>>,
    /// Characters that are read as others, such as traditional ones (异体字): two
    /// characters each, the written one first
    pub variants: Vec<String>,
    /// Words that turn what follows them in their clause into its opposite (否定词)
    pub negations: Vec<String>,
    /// Words that do so up to the next 、 of an enumeration (分项否定词)
    pub item_negations: Vec<String>,
    /// Words that do so only right before the words in question (紧邻否定词)
    pub adjacent_negations: Vec<String>,
    /// Words that do so right behind the words in question (后置否定词)
    pub trailing_negations: Vec<String>,
    /// Words that do so only to what they are about: the next thing behind them (防止类词)
    pub preventions: Vec<String>,
    /// What may stand between such a word and what it is about (防止类词的连接语)
    pub prevention_links: Vec<String>,
    /// What follows a quotation that is spoken about, not said (引述标志)
    pub quotation_marks: Vec<String>,
    /// What stands in a sentence before a quotation that is spoken about (引述前导语)
    pub quotation_leads: Vec<String>,
    /// What ends an enumeration of wrongs that are spoken about (列举收尾语)
    pub enumeration_ends: Vec<String>,
    /// The rules (规则)
    pub rules: Vec<WordingRule>,
}

/// A rule about wording (用语规则).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["code"]))]
pub struct WordingRule {
    /// Its code: lower-case letters, digits and underscores
    pub code: Option<String>,
    /// The ground that it is about (事由)
    pub ground: Option<String>,
    /// How seriously a finding is taken (级别); `warning` when absent
    pub level: Option<CheckLevel>,
    /// The fields that it applies to (适用栏目); all when empty
    pub fields: Vec<WordingField>,
    /// What it looks for (触发语)
    pub triggers: Vec<String>,
    /// What it looks for in every field, whatever `fields` says (不限栏目的触发语)
    pub anywhere: Vec<String>,
    /// Innocent phrases: a trigger that shares characters with one is passed over (例外语)
    pub except: Vec<String>,
    /// A text that has one of these anywhere is passed over (豁免语)
    pub unless: Vec<String>,
    /// Whether a negation before or behind it makes it innocent (否定语境); yes when absent
    pub negatable: Option<bool>,
    /// Whether it must begin and end where words do (词边界); yes when absent
    pub whole_words: Option<bool>,
    /// Whether a capital letter in running text makes it a name (专名); no when absent
    pub spares_names: Option<bool>,
    /// Whether a `lawful_exception` on the value can justify it (可适用法定例外)
    pub lawful_exception: Option<bool>,
    /// The law and article (依据)
    pub article: Option<Text>,
    /// In force since (施行日期), ISO 8601
    #[schemars(extend("format" = "date"))]
    pub in_force: Option<String>,
    /// Last checked (核对日期), ISO 8601
    #[schemars(extend("format" = "date"))]
    pub checked: Option<String>,
    /// Whether the article was found in a source when it was last checked (已核实)
    pub verified: Option<bool>,
    /// Where the article was read (来源)
    pub sources: Vec<String>,
    /// Why the wording is a problem (说明)
    pub explanation: Option<Text>,
    /// What to write instead (建议)
    pub remedy: Option<Text>,
    /// Texts that it finds fault with (反例)
    pub fails: Vec<String>,
    /// Texts that it passes over (正例)
    pub passes: Vec<String>,
}

/// The kind of field that a text stands in (栏目).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WordingField {
    /// The name of the position.
    Title,
    /// What its holder does.
    Duty,
    /// What its holder must be or have.
    Requirement,
    /// Working conditions and terms of employment.
    Condition,
    /// Pay and benefits.
    Benefit,
    /// Any other text, and lines of which nothing is known.
    Text,
}
