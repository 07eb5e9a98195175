//! Owns what is known of each rule: its code, level, reason, source and examples, which
//! are data, one file for each family beside the family's code. May import `model` and
//! `diagnostic`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value as Json;

use super::{
    completeness, consistency, history, numbers, opening, overlay, posting, typography, weights, writing,
};
use crate::diagnostic::{Code, Diagnostic, Message, RuleCode, Severity};
use crate::model::{CheckLevel, Language, Text};

/// A rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its code.
    pub code: String,
    /// How seriously a finding is taken unless the library says otherwise.
    pub level: CheckLevel,
    /// Whether documents cannot be made while it finds something, so that no library can
    /// make it less serious.
    #[serde(default)]
    pub structural: bool,
    /// Whether a finding can have one safe answer, which `check --fix` writes.
    #[serde(default)]
    pub fixable: bool,
    /// The version of rolebook that had it first.
    pub since: String,
    /// What it looks for and why.
    pub explanation: Text,
    /// Where it comes from.
    pub source: Text,
    /// A library in which it finds something.
    pub fails: Option<Example>,
    /// The same library with the fault mended.
    pub passes: Option<Example>,
    /// Lists of words that it looks for.
    #[serde(default)]
    pub words: BTreeMap<String, Vec<String>>,
    /// The family that it is of.
    #[serde(skip)]
    pub family: &'static str,
}

/// A small library that shows what a rule means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Its files by path; a string is the text of a file, anything else its JSON.
    pub files: BTreeMap<String, Json>,
    /// The day on which it is checked; 2026-06-30 if it does not matter.
    pub today: Option<String>,
}

impl Example {
    /// The text of one of its files.
    pub fn text(file: &Json) -> String {
        match file {
            Json::String(text) => text.clone(),
            json => format!("{json:#}\n"),
        }
    }
}

impl Rule {
    /// A text of it in both languages.
    fn both(text: &Text) -> Message {
        let of = |language| text.get(language).unwrap_or_default();
        Message::new(of(Language::En), of(Language::ZhCn))
    }

    /// What it looks for and why, in both languages.
    pub fn why(&self) -> Message {
        Self::both(&self.explanation)
    }

    /// Where it comes from, in both languages.
    pub fn from(&self) -> Message {
        Self::both(&self.source)
    }

    /// A list of words of it; empty if there is none of the name.
    pub(super) fn list(&self, name: &str) -> &[String] {
        self.words.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The families, in the order in which they are listed: name, what it is called, data.
const FAMILIES: [(&str, (&str, &str), &str); 11] = [
    ("files", ("Files and structure", "文件与结构"), include_str!("files.json")),
    ("completeness", ("Completeness", "完整性"), completeness::RULES),
    ("writing", ("Writing", "表述质量"), writing::RULES),
    ("weights", ("Shares, weights and limits", "占比、权重与额度"), weights::RULES),
    ("numbers", ("Translations", "译文"), numbers::RULES),
    ("overlay", ("Variants and names", "变体与名称"), overlay::RULES),
    ("history", ("Versions and dates", "版本与日期"), history::RULES),
    ("consistency", ("The library as a whole", "岗位库整体"), consistency::RULES),
    ("posting", ("Openings", "招聘信息"), posting::RULES),
    ("opening", ("Openings for search engines", "面向搜索引擎的招聘信息"), opening::RULES),
    ("typography", ("Typing", "书写"), typography::RULES),
];

static REGISTRY: LazyLock<BTreeMap<String, Rule>> = LazyLock::new(|| {
    let mut registry = BTreeMap::new();
    for (family, _, data) in FAMILIES {
        let rules: Vec<Rule> = serde_json::from_str(data).unwrap_or_else(|error| panic!("{family}: {error}"));
        for rule in rules {
            registry.insert(rule.code.clone(), Rule { family, ..rule });
        }
    }
    registry
});

/// What families are called, in their order.
pub fn families() -> impl Iterator<Item = (&'static str, Message)> {
    FAMILIES.iter().map(|(name, (en, zh_cn), _)| (*name, Message::new(*en, *zh_cn)))
}

/// Every rule but those of wording, by code.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    REGISTRY.values()
}

/// The rule with this code; none for one of wording.
pub fn rule(code: &str) -> Option<&'static Rule> {
    REGISTRY.get(code)
}

/// A finding of a rule, at the level that the rule has by itself.
///
/// # Panics
/// If the code is in no family's data, which the walk over all rules rules out.
pub(super) fn finding(code: &'static str, message: Message) -> Diagnostic {
    let known = rule(code).unwrap_or_else(|| panic!("{code} is in no family"));
    let severity = severity(known.level).unwrap_or(Severity::Info);
    let code = built_in(code).unwrap_or_else(|| Code::Rule(RuleCode::new(&known.code)));
    Diagnostic { severity, ..Diagnostic::info(code, message) }
}

/// The code with these letters; none if neither rolebook nor a rule but those of wording
/// has it.
pub fn code(letters: &str) -> Option<Code> {
    built_in(letters).or_else(|| rule(letters).map(|rule| Code::Rule(RuleCode::new(&rule.code))))
}

fn built_in(letters: &str) -> Option<Code> {
    Code::BUILT_IN.iter().copied().find(|it| it.as_str() == letters)
}

/// The severity of a level; none for what is not reported.
pub(super) fn severity(level: CheckLevel) -> Option<Severity> {
    match level {
        CheckLevel::Error => Some(Severity::Error),
        CheckLevel::Warning => Some(Severity::Warning),
        CheckLevel::Info => Some(Severity::Info),
        CheckLevel::Off => None,
    }
}
