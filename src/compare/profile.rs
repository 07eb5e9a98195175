//! Owns what a role says as a set of features, their weights, and how alike two
//! such sets are. May import `json`, `markdown` and `model`.
//!
//! A **feature** is two neighbouring characters of Chinese text, a word of any
//! other text, or a value with the path of its keys (`duties/frequency=daily`).
//! Text is taken without Markdown, in one width of characters (NFKC), in lower
//! case and without punctuation. How often a feature occurs counts on a doubling
//! scale: its 1st, 2nd, 4th, 8th … occurrence is each a feature of its own.
//!
//! The **weight** of a feature is `ln((N + 8) / d)`: `d` of the library's `N`
//! roles have it. What all roles say weighs next to nothing in a large library.
//! The eight roles that are not there keep the words that two roles share worth
//! something in a library of only these two.
//!
//! The **similarity** of two roles is twice the weight of what both say by the
//! weight of what the one and the other say (weighted Dice): from 0 to 1, the same
//! both ways, 1 for equal sets. 0.8 says that four fifths of each are in the other,
//! if both say equally much.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::json::{Node, Value};
use crate::markdown::{in_one_width, is_cjk, plain};
use crate::model::Language;

/// What tells one file from another, not one role from another: the author's
/// notes and the keeping of the document. It is not compared, nor are the ids of
/// list items.
const LEFT_OUT: [&str; 7] = ["notes", "theme", "code", "document", "revisions", "$schema", "schema_version"];

/// The roles that share nothing with anybody, as if they were in every library;
/// see the formula of the weights.
const STRANGERS: f64 = 8.0;

/// The numbers of a role's features, ascending.
pub(super) type Profile = Box<[u32]>;

/// The profiles of roles and the weights that they share.
pub(super) struct Profiles {
    /// One for each role, in the order of the roles.
    pub(super) profiles: Vec<Profile>,
    /// The weight of each profile: the sum of its features'.
    totals: Vec<f64>,
    /// The hash of each feature, by its number.
    pub(super) features: Vec<u64>,
    /// The weight of each feature, by its number.
    pub(super) weights: Vec<f64>,
    /// How many roles have it, by its number.
    pub(super) counts: Vec<u32>,
}

impl Profiles {
    /// Numbers and weighs the features of roles.
    pub(super) fn new(roles: Vec<Box<[u64]>>) -> Self {
        let mut numbers: HashMap<u64, u32, BuildHasherDefault<Unhashed>> = HashMap::default();
        let mut features = Vec::new();
        let mut counts: Vec<u32> = Vec::new();
        let mut profiles = Vec::with_capacity(roles.len());
        for role in roles {
            let mut profile: Vec<u32> = Vec::with_capacity(role.len());
            for feature in role {
                let number = *numbers.entry(feature).or_insert_with(|| {
                    features.push(feature);
                    counts.push(0);
                    u32::try_from(counts.len() - 1).expect("fewer than 2^32 features")
                });
                counts[number as usize] += 1;
                profile.push(number);
            }
            profile.sort_unstable();
            profiles.push(profile.into_boxed_slice());
        }
        let all = f64::from(u32::try_from(profiles.len()).expect("fewer than 2^32 roles")) + STRANGERS;
        let weights: Vec<f64> = counts.iter().map(|&count| (all / f64::from(count)).ln()).collect();
        let weight = |profile: &Profile| profile.iter().map(|&number| weights[number as usize]).sum();
        let totals = profiles.iter().map(weight).collect();
        Self { profiles, totals, features, weights, counts }
    }

    /// Keeps some of the roles; the weights stay those that all of them gave.
    pub(super) fn keep(&mut self, kept: &[bool]) {
        let mut flags = kept.iter();
        self.profiles.retain(|_| flags.next().copied().unwrap_or_default());
        let mut flags = kept.iter();
        self.totals.retain(|_| flags.next().copied().unwrap_or_default());
    }

    /// How alike two roles are, from 0 to 1. Two that say nothing are equal.
    pub(super) fn similarity(&self, a: usize, b: usize) -> f64 {
        let (first, second) = (&self.profiles[a], &self.profiles[b]);
        let (mut i, mut j) = (0, 0);
        let mut both = 0.0;
        while let (Some(&x), Some(&y)) = (first.get(i), second.get(j)) {
            if x == y {
                both += self.weights[x as usize];
            }
            i += usize::from(x <= y);
            j += usize::from(y <= x);
        }
        let all = self.totals[a] + self.totals[b];
        if all > 0.0 { (2.0 * both / all).min(1.0) } else { 1.0 }
    }
}

/// The hashes of a role's features, each once, ascending. A text that lacks the
/// language is taken in the one that it has. Of `part` words and values about one is
/// looked at, the same ones in every role; all of them for 1.
pub fn features(role: &Node, language: Language, part: u64) -> Box<[u64]> {
    // Hashes are spread evenly: the lowest are as good a choice as any.
    let hashes = Hashes { highest: u64::MAX / part, kept: Vec::with_capacity(4096) };
    let mut reader = Reader { language, hashes };
    for member in role.members().iter().filter(|member| !LEFT_OUT.contains(&&*member.key)) {
        reader.node(&member.value, hash_text(PATH, &member.key));
    }
    let mut hashes = reader.hashes.kept;
    hashes.sort_unstable();
    let mut features = Vec::with_capacity(hashes.len());
    for same in hashes.chunk_by(|a, b| a == b) {
        for level in 0..=same.len().ilog2() {
            features.push(mix(same[0] ^ u64::from(level).wrapping_mul(GOLDEN)));
        }
    }
    features.sort_unstable();
    features.dedup();
    features.into_boxed_slice()
}

/// Kinds of features, so that a word and a value never meet.
const PATH: u64 = 1;
const WORD: u64 = 2;
const PAIR: u64 = 3;

/// The hashes of which features are made.
struct Hashes {
    highest: u64,
    kept: Vec<u64>,
}

impl Hashes {
    fn push(&mut self, hash: u64) {
        if hash <= self.highest {
            self.kept.push(hash);
        }
    }
}

struct Reader {
    language: Language,
    hashes: Hashes,
}

impl Reader {
    fn node(&mut self, node: &Node, path: u64) {
        match &node.value {
            Value::Null => {}
            Value::Bool(value) => self.hashes.push(mix(path ^ u64::from(*value))),
            Value::Number(text) => self.hashes.push(hash_text(path, text)),
            Value::String(text) if is_value(text) => self.hashes.push(hash_text(path, text)),
            Value::String(text) => self.text(text),
            Value::Array(items) => items.iter().for_each(|item| self.node(item, path)),
            Value::Object(members) => {
                if let Some(text) = words(node, self.language) {
                    self.text(text);
                    return;
                }
                for member in members.iter().filter(|member| &*member.key != "id") {
                    self.node(&member.value, hash_text(path, &member.key));
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        let marks = |c: char| matches!(c, '*' | '_' | '`' | '[' | '<' | '>' | '\\' | '&' | '#' | '\n' | '~');
        let bare;
        let text = if text.contains(marks) {
            bare = plain(text);
            &bare
        } else {
            text
        };
        let before = self.hashes.kept.len();
        let mut is_simple = true;
        self.characters(text.chars().map_while(|c| {
            let simple = in_one_width(c);
            is_simple &= simple.is_some();
            simple
        }));
        if !is_simple {
            self.hashes.kept.truncate(before);
            self.characters(ComposingNormalizerBorrowed::new_nfkc().normalize(text).chars());
        }
    }

    fn characters(&mut self, characters: impl Iterator<Item = char>) {
        let hashes = &mut self.hashes;
        let alone = |c: char| mix(PAIR ^ (u64::from(u32::from(c)) << 8));
        let mut word: Option<u64> = None;
        let mut run: Option<(char, bool)> = None;
        for c in characters {
            // All of these are letters; the tables of Unicode need not be asked.
            let is_letter = matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric();
            let wide = is_letter && is_cjk(c);
            if !wide && let Some((c, true)) = run.take() {
                hashes.push(alone(c));
            }
            if (wide || !is_letter)
                && let Some(word) = word.take()
            {
                hashes.push(mix(word));
            }
            if wide {
                if let Some((before, _)) = run {
                    let (before, c) = (u64::from(u32::from(before)), u64::from(u32::from(c)));
                    hashes.push(mix(PAIR ^ (before << 8) ^ (c << 32)));
                }
                run = Some((c, run.is_none()));
            } else if is_letter {
                let hash = word.unwrap_or(hash_text(WORD, ""));
                word = Some(c.to_lowercase().fold(hash, |hash, c| step(hash, u64::from(u32::from(c)))));
            }
        }
        if let Some((c, true)) = run {
            hashes.push(alone(c));
        }
        if let Some(word) = word {
            hashes.push(mix(word));
        }
    }
}

/// The words of a text per language; none for any other object.
pub(super) fn words(node: &Node, language: Language) -> Option<&str> {
    let members = node.members();
    if members.is_empty() || !members.iter().all(|member| Language::from_tag(&member.key).is_some()) {
        return None;
    }
    let own = node.get(language.tag()).and_then(Node::as_str);
    own.or_else(|| Language::ALL.into_iter().find_map(|other| node.get(other.tag())?.as_str()))
}

/// Whether a string is a term, an id, a date or a code rather than words.
fn is_value(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
        && !text.is_empty()
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// One step of FNV-1a, on a character instead of a byte.
fn step(hash: u64, value: u64) -> u64 {
    (hash ^ value).wrapping_mul(0x0000_0100_0000_01b3)
}

fn hash_text(seed: u64, text: &str) -> u64 {
    mix(text.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| step(hash, u64::from(byte))))
}

/// The finalizer of SplitMix64: spreads the bits of a hash; the same everywhere
/// and always.
pub(super) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(GOLDEN);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Takes a hash as it is.
#[derive(Default)]
pub(super) struct Unhashed(u64);

impl Hasher for Unhashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| step(hash, u64::from(byte)));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn of(role: &str, language: Language) -> Box<[u64]> {
        let mut sources = Sources::default();
        let source = sources.add("a.json", role);
        features(&crate::json::parse(&sources, source).unwrap(), language, 1)
    }

    #[test]
    fn width_case_punctuation_and_markup_do_not_count() {
        let zh = |text: &str| of(&serde_json::json!({ "summary": text }).to_string(), Language::ZhCn);
        assert_eq!(zh("负责**客户**，及Ｂ２Ｂ业务"), zh("负责客户,及b2b业务。"));
        assert_ne!(zh("负责客户"), zh("客户负责"));
        assert_eq!(zh("Key Accounts: sales"), zh("key accounts — SALES!"));
        assert_eq!(zh("甲").len(), 1);
        assert_eq!(zh("甲乙丙").len(), 2);
    }

    #[test]
    fn how_often_something_is_said_counts_on_a_doubling_scale() {
        let en = |text: &str| of(&serde_json::json!({ "summary": text }).to_string(), Language::En).len();
        assert_eq!([en("A"), en("A A"), en("A A A"), en("A A A A")], [1, 2, 2, 3]);
    }

    #[test]
    fn values_count_with_their_path_and_ids_do_not_count() {
        let a = of(r#"{"duties": [{"id": "a", "frequency": "daily", "weight": 10}]}"#, Language::En);
        let b = of(r#"{"duties": [{"id": "b", "frequency": "daily", "weight": 10}]}"#, Language::En);
        let c = of(r#"{"relations": [{"id": "a", "frequency": "daily", "weight": 10}]}"#, Language::En);
        assert_eq!(a, b);
        assert!(a.iter().all(|feature| !c.contains(feature)));
    }

    #[test]
    fn a_missing_translation_is_read_in_the_language_there_is() {
        let role = r#"{"summary": {"zh-CN": "客户经理"}}"#;
        assert_eq!(of(role, Language::En), of(role, Language::ZhCn));
    }
}
