//! Owns the reading of packs of rules: the built-in ones, and those of a library, of
//! which it says what is wrong. May import `rules`, `registry`, `catalog`, `json` and `model`.

use super::pattern::Fault;
use super::rules::{Flaw, FlawKind, WordingRules};
use crate::catalog::read_model;
use crate::check::registry;
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::json::{self, Node};
use crate::model::{Shape, WordingPack, wording_schema};
use crate::source::{SourceId, Sources};

/// The packs in the program.
const BUILT_IN: [&str; 2] = [include_str!("zh-CN.json"), include_str!("en.json")];

impl WordingRules {
    /// The built-in rules, for Chinese and English.
    ///
    /// # Panics
    /// If a built-in pack has a fault, which the tests of this module rule out.
    pub fn built_in() -> Self {
        let packs = BUILT_IN.map(|pack| serde_json::from_str(pack).expect("the built-in packs are JSON"));
        Self::of(packs.into()).expect("the built-in packs have no flaw")
    }

    /// These rules and those of a library's own pack. A rule of the pack takes the place
    /// of one with its code. Levels that were set before are those of the packs again.
    ///
    /// # Errors
    /// Everything that is wrong with the pack, each with its place.
    pub fn with_pack(&self, sources: &Sources, source: SourceId) -> Result<Self, Vec<Diagnostic>> {
        let node = json::parse(sources, source)?;
        let mut faults = json::conform(&node, &Shape::of(wording_schema()));
        if faults.is_empty() {
            faults = incomplete(&node);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut packs = self.packs().to_vec();
        packs.push(read_model::<WordingPack>(&node));
        Self::of(packs).map_err(|(_, flaws)| flaws.iter().map(|flaw| report(flaw, &node)).collect())
    }
}

/// What the schema cannot ask for: a rule has a code of its own, a ground and triggers.
fn incomplete(pack: &Node) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let mut codes: Vec<&str> = Vec::new();
    let rules = pack.get("rules").map(Node::items).unwrap_or_default();
    for (index, rule) in rules.iter().enumerate() {
        for key in ["code", "ground"] {
            if rule.get(key).and_then(Node::as_str).is_none() {
                let message = Message::new(format!("the rule has no `{key}`"), format!("规则没有 `{key}`"));
                faults.push(
                    Diagnostic::error(Code::IncompleteItem, message)
                        .at(rule.span)
                        .pointer(format!("/rules/{index}"))
                        .hint(format!("add one: \"{key}\": \"…\""), format!("请补上：\"{key}\": \"…\"")),
                );
            }
        }
        if rule.get("triggers").map(Node::items).unwrap_or_default().is_empty() {
            let message = Message::new("the rule has no triggers", "规则没有触发语");
            faults.push(
                Diagnostic::error(Code::IncompleteItem, message)
                    .at(rule.span)
                    .pointer(format!("/rules/{index}"))
                    .hint(
                        "add what it looks for: \"triggers\": [\"…\"]",
                        "请写明查找的词语：\"triggers\": [\"…\"]",
                    ),
            );
        }
        let Some(node) = rule.get("code") else { continue };
        let Some(code) = node.as_str() else { continue };
        let is_code = |code: &str| {
            code.starts_with(|c: char| c.is_ascii_lowercase())
                && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        if !is_code(code) {
            let message =
                Message::new(format!("`{code}` is no code of a rule"), format!("`{code}` 不能作为规则代码"));
            faults.push(
                Diagnostic::error(Code::InvalidValue, message)
                    .at(node.span)
                    .pointer(format!("/rules/{index}/code"))
                    .hint(
                        "write lower-case letters, digits and underscores, such as `own_wording`",
                        "只用小写字母、数字和下划线，如 `own_wording`",
                    ),
            );
        } else if registry::rule(code).is_some() {
            let message = Message::new(
                format!("`{code}` is the code of a rule of rolebook that is no wording"),
                format!("`{code}` 是 rolebook 自带的非用语规则的代码"),
            );
            faults.push(
                Diagnostic::error(Code::DuplicateId, message)
                    .at(node.span)
                    .pointer(format!("/rules/{index}/code"))
                    .hint("give the rule a code of its own", "请为该规则另起一个代码"),
            );
        } else if codes.contains(&code) {
            let message = Message::new(
                format!("two rules have the code `{code}`"),
                format!("有两条规则的代码是 `{code}`"),
            );
            faults.push(
                Diagnostic::error(Code::DuplicateId, message)
                    .at(node.span)
                    .pointer(format!("/rules/{index}/code"))
                    .hint("give one of them another code", "请给其中一条换一个代码"),
            );
        }
        codes.push(code);
    }
    faults
}

fn report(flaw: &Flaw, pack: &Node) -> Diagnostic {
    let written = pack.pointer(&flaw.pointer).and_then(Node::as_str).unwrap_or_default();
    let (message, hint) = match &flaw.kind {
        FlawKind::Variant => (
            Message::new(
                format!("`{written}` is no pair of Chinese characters"),
                format!("`{written}` 不是两个汉字"),
            ),
            Message::new(
                "write two characters, the written one first, such as `優优`",
                "请写两个汉字，写法在前、读法在后，如 `優优`",
            ),
        ),
        FlawKind::Trigger(Fault::Unclosed) => (
            Message::new(
                format!("`{written}` has a `<` without its `>`"),
                format!("`{written}` 中的 `<` 没有对应的 `>`"),
            ),
            Message::new("close it with `>`", "请用 `>` 结束"),
        ),
        FlawKind::Trigger(Fault::Unknown(name)) => (
            Message::new(
                format!("`<{name}>` is no list of this pack and no part of a trigger"),
                format!("`<{name}>` 不是本规则包的词表，也不是触发语的写法"),
            ),
            Message::new(
                "use a list of `words`, or <a|b>, <number>, <gap:6>, <start>, <end>, <rest>",
                "请用 `words` 中的词表，或 <甲|乙>、<number>、<gap:6>、<start>、<end>、<rest>",
            ),
        ),
        FlawKind::Trigger(Fault::NoWords) => (
            Message::new(
                format!("`{written}` has no word that must be there"),
                format!("`{written}` 中没有必须出现的词"),
            ),
            Message::new("write a word outside of numbers and gaps", "请至少写一个词，只有数字或间隔不够"),
        ),
    };
    Diagnostic::error(Code::InvalidValue, message)
        .at(pack.nearest(&flaw.pointer))
        .pointer(&flaw.pointer)
        .hint(hint.en, hint.zh_cn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CheckLevel, Language, WordingField};

    fn with(pack: &str) -> Result<WordingRules, Vec<Diagnostic>> {
        let mut sources = Sources::default();
        let source = sources.add("pack.json", pack);
        WordingRules::built_in().with_pack(&sources, source)
    }

    #[test]
    fn the_built_in_packs_conform_to_the_schema() {
        for pack in BUILT_IN {
            let mut sources = Sources::default();
            let source = sources.add("pack.json", pack);
            let node = json::parse(&sources, source).unwrap();
            assert_eq!(json::conform(&node, &Shape::of(wording_schema())), Vec::new());
            assert_eq!(incomplete(&node), Vec::new());
        }
    }

    #[test]
    fn a_pack_adds_rules_and_replaces_those_with_its_codes() {
        let pack = r#"{ "language": "zh-CN", "words": { "who": ["应届生"] }, "rules": [
            { "code": "own_wording", "ground": "style", "level": "info", "triggers": ["只要<who>"] },
            { "code": "gender_excluded", "ground": "gender", "level": "warning", "triggers": ["男士免谈"] } ] }"#;
        let rules = with(pack).unwrap();
        let codes = |text: &str| -> Vec<(String, CheckLevel)> {
            let hits = rules.scan(text, Some(Language::ZhCn), WordingField::Requirement);
            hits.iter().map(|hit| (hit.rule.code.as_str().to_string(), hit.rule.level)).collect()
        };
        assert_eq!(codes("只要应届生"), [("own_wording".to_string(), CheckLevel::Info)]);
        assert_eq!(codes("男士免谈"), [("gender_excluded".to_string(), CheckLevel::Warning)]);
        assert_eq!(codes("女性勿投"), []);
        assert_eq!(codes("男性优先"), [("gender_preferred".to_string(), CheckLevel::Error)]);
    }

    #[test]
    fn a_level_is_set_by_code_or_ground() {
        let mut rules = WordingRules::built_in();
        assert!(
            rules.set_level("school", CheckLevel::Error) && rules.set_level("age_limit", CheckLevel::Off)
        );
        assert!(!rules.set_level("nothing", CheckLevel::Off));
        let levels = |text: &str| -> Vec<CheckLevel> {
            let hits = rules.scan(text, None, WordingField::Requirement);
            hits.iter().map(|hit| hit.rule.level).collect()
        };
        assert_eq!(levels("名校毕业生优先"), [CheckLevel::Error]);
        assert_eq!(levels("35岁以下"), []);
    }

    #[test]
    fn what_is_wrong_with_a_pack_has_its_place() {
        let found = |pack: &str| -> Vec<(String, String)> {
            let faults = with(pack).unwrap_err();
            faults.into_iter().map(|it| (it.pointer.unwrap_or_default(), it.message.en)).collect()
        };
        assert_eq!(
            found(r#"{ "rules": [{ "code": "Own", "triggers": ["x"] }] }"#),
            [
                ("/rules/0".to_string(), "the rule has no `ground`".to_string()),
                ("/rules/0/code".to_string(), "`Own` is no code of a rule".to_string()),
            ]
        );
        assert_eq!(
            found(
                r#"{ "variants": ["優"], "rules": [{ "code": "own", "ground": "g", "triggers": ["限<who>"] }] }"#
            ),
            [("/variants/0".to_string(), "`優` is no pair of Chinese characters".to_string())]
        );
        assert_eq!(
            found(r#"{ "rules": [{ "code": "own", "ground": "g", "triggers": ["限男", "限<who>"] }] }"#),
            [(
                "/rules/0/triggers/1".to_string(),
                "`<who>` is no list of this pack and no part of a trigger".to_string()
            )]
        );
        assert_eq!(
            found(r#"{ "rules": [{ "code": "own", "ground": "g", "level": "fatal", "triggers": ["a"] }] }"#),
            [("/rules/0/level".to_string(), "`fatal` is not one of the values to choose from".to_string())]
        );
    }
}
