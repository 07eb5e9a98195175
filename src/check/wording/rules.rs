//! Owns the rules, ready to be held against texts. May import `clean`, `fold`, `pattern`
//! and `model`.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::clean::CleanTexts;
use super::fold::Variants;
use super::pattern::{Fault, Pattern, fold_word};
use crate::diagnostic::RuleCode;
use crate::model::{CheckLevel, Language, Text, WordingField, WordingPack, WordingRule};

/// A rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its code.
    pub code: RuleCode,
    /// How seriously a finding is taken.
    pub level: CheckLevel,
    /// What the ground is called.
    pub ground_name: Text,
    /// The language of the texts that it is for; any if there is none.
    pub language: Option<Language>,
    /// Everything else, as its author wrote it.
    pub definition: WordingRule,
    pub(super) unless: Vec<String>,
    pub(super) negatable: bool,
    pub(super) whole_words: bool,
    pub(super) spares_names: bool,
    pub(super) pack: usize,
}

impl Rule {
    /// The ground that it is about.
    pub fn ground(&self) -> &str {
        self.definition.ground.as_deref().unwrap_or_default()
    }

    /// Whether it looks at texts of this language.
    pub(super) fn is_for(&self, language: Option<Language>) -> bool {
        self.level != CheckLevel::Off
            && (language.is_none() || self.language.is_none() || language == self.language)
    }

    /// Whether it is about one of these fields.
    pub(super) fn is_about(&self, of: &[WordingField]) -> bool {
        let fields = &self.definition.fields;
        fields.is_empty() || of.iter().any(|field| fields.contains(field))
    }
}

/// What makes words innocent in the texts that a pack is for.
#[derive(Debug, Default)]
pub(super) struct Context {
    pub(super) negations: Vec<String>,
    pub(super) item_negations: Vec<String>,
    pub(super) adjacent_negations: Vec<String>,
    pub(super) trailing_negations: Vec<String>,
    pub(super) preventions: Vec<String>,
    pub(super) prevention_links: Vec<String>,
    pub(super) quotation_marks: Vec<String>,
    pub(super) quotation_leads: Vec<String>,
    pub(super) enumeration_ends: Vec<String>,
}

/// A trigger of a rule, or a phrase that the rule passes over.
#[derive(Debug)]
pub(super) struct Trigger {
    pub(super) rule: u32,
    pub(super) spares: bool,
    /// Whether it holds in fields that the rule is not about.
    pub(super) anywhere: bool,
    pub(super) pattern: Pattern,
}

/// Rules, ready to be held against texts.
#[derive(Debug)]
pub struct WordingRules {
    packs: Vec<WordingPack>,
    pub(super) rules: Vec<Rule>,
    pub(super) triggers: Vec<Trigger>,
    /// The triggers that each pattern of the automaton is an anchor of.
    pub(super) anchors: Vec<Vec<u32>>,
    pub(super) automaton: AhoCorasick,
    pub(super) variants: Variants,
    /// The texts that these rules, at these levels, found nothing in.
    pub(super) clean: CleanTexts,
    contexts: Vec<Context>,
}

/// Where in its pack something cannot be used, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    /// JSON Pointer into the pack.
    pub(super) pointer: String,
    pub(super) kind: FlawKind,
}

/// What cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FlawKind {
    /// A trigger or an innocent phrase.
    Trigger(Fault),
    /// A variant that is no two Chinese characters.
    Variant,
}

impl WordingRules {
    /// The rules of packs. Of two rules with one code, the later one holds.
    pub(super) fn of(packs: Vec<WordingPack>) -> Result<Self, (usize, Vec<Flaw>)> {
        let mut variants = Variants::none();
        for (index, pack) in packs.iter().enumerate() {
            let flaws: Vec<Flaw> = pack
                .variants
                .iter()
                .enumerate()
                .filter(|(_, pair)| {
                    let mut pair = pair.chars();
                    let (written, read, more) = (pair.next(), pair.next(), pair.next());
                    !matches!((written, read, more), (Some(written), Some(read), None) if variants.add(written, read))
                })
                .map(|(at, _)| Flaw { pointer: format!("/variants/{at}"), kind: FlawKind::Variant })
                .collect();
            if !flaws.is_empty() {
                return Err((index, flaws));
            }
        }
        let mut made = Making { rules: Vec::new(), triggers: Vec::new(), words: BTreeMap::new() };
        for (index, pack) in packs.iter().enumerate() {
            let later = packs[index + 1..].iter().flat_map(|pack| &pack.rules);
            let later: Vec<Option<&str>> = later.map(|rule| rule.code.as_deref()).collect();
            let flaws = made.add(index, pack, &later, &variants);
            if !flaws.is_empty() {
                return Err((index, flaws));
            }
        }
        let fold = |words: &[String]| words.iter().map(|word| fold_word(word, &variants)).collect();
        let contexts = packs
            .iter()
            .map(|pack| Context {
                negations: fold(&pack.negations),
                item_negations: fold(&pack.item_negations),
                adjacent_negations: fold(&pack.adjacent_negations),
                trailing_negations: fold(&pack.trailing_negations),
                preventions: fold(&pack.preventions),
                prevention_links: fold(&pack.prevention_links),
                quotation_marks: fold(&pack.quotation_marks),
                quotation_leads: fold(&pack.quotation_leads),
                enumeration_ends: fold(&pack.enumeration_ends),
            })
            .collect();
        let (words, anchors): (Vec<String>, Vec<Vec<u32>>) = made.words.into_iter().unzip();
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .build(&words)
            .expect("rules have fewer words than an automaton can hold");
        let (rules, triggers, clean) = (made.rules, made.triggers, CleanTexts::none());
        Ok(Self { packs, rules, triggers, anchors, automaton, variants, clean, contexts })
    }

    /// The packs that they are of.
    pub(super) fn packs(&self) -> &[WordingPack] {
        &self.packs
    }

    /// What makes words innocent where this rule looks.
    pub(super) fn context(&self, rule: &Rule) -> &Context {
        &self.contexts[rule.pack]
    }

    /// The rules, in the order of their packs.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this code.
    pub fn rule(&self, code: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.code.as_str() == code)
    }

    /// Takes the rules with this code or of this ground for more or less serious.
    /// Whether there are any.
    pub fn set_level(&mut self, code_or_ground: &str, level: CheckLevel) -> bool {
        let mut known = false;
        for rule in &mut self.rules {
            if rule.code.as_str() == code_or_ground || rule.ground() == code_or_ground {
                rule.level = level;
                known = true;
            }
        }
        self.clean = CleanTexts::none();
        known
    }
}

/// Rules that are being made ready.
struct Making {
    rules: Vec<Rule>,
    triggers: Vec<Trigger>,
    words: BTreeMap<String, Vec<u32>>,
}

impl Making {
    fn add(
        &mut self,
        index: usize,
        pack: &WordingPack,
        later: &[Option<&str>],
        variants: &Variants,
    ) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        for (at, definition) in pack.rules.iter().enumerate() {
            let Some(code) = definition.code.as_deref() else { continue };
            if later.contains(&Some(code)) {
                continue;
            }
            let rule = number(self.rules.len());
            let lists = [
                ("triggers", &definition.triggers, false, false),
                ("anywhere", &definition.anywhere, false, true),
                ("except", &definition.except, true, true),
            ];
            for (key, list, spares, anywhere) in lists {
                for (place, trigger) in list.iter().enumerate() {
                    match Pattern::parse(trigger, &pack.words, variants) {
                        Ok(pattern) => self.trigger(Trigger { rule, spares, anywhere, pattern }),
                        Err(fault) => flaws.push(Flaw {
                            pointer: format!("/rules/{at}/{key}/{place}"),
                            kind: FlawKind::Trigger(fault),
                        }),
                    }
                }
            }
            let ground = definition.ground.as_deref().unwrap_or_default();
            self.rules.push(Rule {
                code: RuleCode::new(code),
                level: definition.level.unwrap_or(CheckLevel::Warning),
                ground_name: pack
                    .grounds
                    .get(ground)
                    .cloned()
                    .flatten()
                    .unwrap_or_else(|| Text::Plain(ground.to_string())),
                language: pack.language,
                unless: definition.unless.iter().map(|word| fold_word(word, variants)).collect(),
                negatable: definition.negatable.unwrap_or(true),
                whole_words: definition.whole_words.unwrap_or(true),
                spares_names: definition.spares_names.unwrap_or(false),
                definition: definition.clone(),
                pack: index,
            });
        }
        flaws
    }

    fn trigger(&mut self, trigger: Trigger) {
        let index = number(self.triggers.len());
        for word in trigger.pattern.anchors() {
            self.words.entry(word.clone()).or_default().push(index);
        }
        self.triggers.push(trigger);
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).expect("fewer than 2^32 rules and triggers")
}
