//! Owns how two texts differ word by word. May import `quantity`.
//!
//! A text is cut into words by ICU4X (dictionary for Chinese), quantities first.
//! Words are compared folded: full and half width, compatible forms (NFKC),
//! punctuation and spaces make no difference, unless the comparison is strict.

use std::sync::LazyLock;

use icu_normalizer::{ComposingNormalizer, ComposingNormalizerBorrowed};
use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};
use schemars::JsonSchema;
use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::quantity::{self, Quantity};

static WORDS: LazyLock<WordSegmenterBorrowed<'static>> =
    LazyLock::new(|| WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()));
static FOLD: LazyLock<ComposingNormalizerBorrowed<'static>> = LazyLock::new(ComposingNormalizer::new_nfkc);

/// A run of a text beside another text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Segment {
    /// What became of it
    pub kind: SegmentKind,
    /// The words, with the marks and spaces after them
    pub text: String,
    /// The words before, where a kept run was written otherwise: `三年` for `3年`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Whether it is a number, an amount, a percentage, a duration or a date
    pub quantity: bool,
}

/// What became of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    /// It stands in both texts.
    Kept,
    /// It stands in the earlier text only.
    Deleted,
    /// It stands in the later text only.
    Inserted,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Quantity(Quantity),
    Word(String),
    /// A mark or a space, in a strict comparison.
    Mark(String),
}

/// A word, and what follows it and does not count.
#[derive(Debug, Clone)]
struct Token<'a> {
    key: Key,
    text: &'a str,
    /// The characters of the word without what follows it.
    length: usize,
}

/// How a text became another one; a single kept run for equal texts, none for
/// two empty ones.
pub fn diff(before: &str, after: &str, strict: bool) -> Vec<Segment> {
    let (old, new) = (tokens(before, strict), tokens(after, strict));
    let keys = |tokens: &[Token<'_>]| tokens.iter().map(|token| token.key.clone()).collect::<Vec<_>>();
    let (old_keys, new_keys) = (keys(&old), keys(&new));
    let ops = capture_diff_slices(Algorithm::Patience, &old_keys, &new_keys);
    let ops = without_islands(&ops, &old, &new);
    let mut segments = Vec::new();
    for op in ops {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                for (old, new) in old[old_index..old_index + len].iter().zip(&new[new_index..new_index + len])
                {
                    push(&mut segments, SegmentKind::Kept, new, Some(old.text));
                }
            }
            _ => {
                for token in &old[op.old_range()] {
                    push(&mut segments, SegmentKind::Deleted, token, None);
                }
                for token in &new[op.new_range()] {
                    push(&mut segments, SegmentKind::Inserted, token, None);
                }
            }
        }
    }
    segments
}

/// Whether two texts say the same, but for what folding makes equal.
pub fn equal(one: &str, other: &str, strict: bool) -> bool {
    if one == other {
        return true;
    }
    let (one, other) = (tokens(one, strict), tokens(other, strict));
    one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| one.key == other.key)
}

/// The folded words of a text, quantities aside.
pub(super) fn folded_words(text: &str) -> impl Iterator<Item = String> {
    tokens(text, false).into_iter().filter_map(|token| match token.key {
        Key::Word(word) => Some(word),
        _ => None,
    })
}

/// The quantities that a change exchanges for each other: each deleted one with
/// the inserted one that stands for it. `None` if anything else changed.
pub(super) fn changed_quantities(segments: &[Segment]) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let mut changed = segments.iter().filter(|segment| segment.kind != SegmentKind::Kept);
    loop {
        match (changed.next(), changed.next()) {
            (None, _) => break,
            (Some(old), Some(new))
                if old.quantity
                    && new.quantity
                    && old.kind == SegmentKind::Deleted
                    && new.kind == SegmentKind::Inserted =>
            {
                pairs.push((bare(&old.text), bare(&new.text)));
            }
            _ => return None,
        }
    }
    (!pairs.is_empty()).then_some(pairs)
}

fn bare(text: &str) -> String {
    text.trim_end_matches(|c: char| is_mark(c) || c.is_whitespace()).to_string()
}

fn push(segments: &mut Vec<Segment>, kind: SegmentKind, token: &Token<'_>, before: Option<&str>) {
    let quantity = matches!(token.key, Key::Quantity(_));
    let before = before.filter(|&before| before != token.text);
    // Runs of one kind are one; a quantity that changed stands for itself.
    if let Some(last) = segments.last_mut()
        && last.kind == kind
        && (kind == SegmentKind::Kept || !(last.quantity || quantity))
    {
        if before.is_some() || last.before.is_some() {
            let so_far = last.before.get_or_insert_with(|| last.text.clone());
            so_far.push_str(before.unwrap_or(token.text));
        }
        last.text.push_str(token.text);
        last.quantity &= quantity;
        return;
    }
    segments.push(Segment { kind, text: token.text.into(), before: before.map(str::to_string), quantity });
}

/// Takes short equal runs between two changes into the changes, so that a reader
/// sees one change, and not three: runs of one character, and those that are
/// shorter than the change before and the change after them.
fn without_islands(ops: &[DiffOp], old: &[Token<'_>], new: &[Token<'_>]) -> Vec<DiffOp> {
    let length = |tokens: &[Token<'_>]| tokens.iter().map(|token| token.length).sum::<usize>();
    let change = |op: &DiffOp| length(&old[op.old_range()]).max(length(&new[op.new_range()]));
    // A value that was exchanged for another stands for itself.
    let only_quantities = |op: &DiffOp| {
        let all = |tokens: &[Token<'_>]| {
            !tokens.is_empty() && tokens.iter().all(|token| matches!(token.key, Key::Quantity(_)))
        };
        all(&old[op.old_range()]) && all(&new[op.new_range()])
    };
    let mut ops: Vec<DiffOp> = joined(ops);
    // A run that is taken in makes the change around it longer, so that the next one
    // may follow.
    while let Some(at) = (1..ops.len().saturating_sub(1)).find(|&at| {
        let DiffOp::Equal { old_index, len, .. } = ops[at] else { return false };
        let run = &old[old_index..old_index + len];
        let size = length(run);
        size <= 1 && !run.iter().any(|token| matches!(token.key, Key::Quantity(_)))
            || size < change(&ops[at - 1]).min(change(&ops[at + 1])).min(SHORT_RUN)
                && !only_quantities(&ops[at - 1])
                && !only_quantities(&ops[at + 1])
    }) {
        let taken = replaced(&[ops[at - 1], ops[at], ops[at + 1]]);
        ops.splice(at - 1..=at + 1, [taken]);
    }
    ops
}

/// An equal run of so many characters is never taken into the changes around it:
/// four Chinese words, or two English ones.
const SHORT_RUN: usize = 8;

/// Neighbouring changes as one.
fn joined(ops: &[DiffOp]) -> Vec<DiffOp> {
    let mut out: Vec<DiffOp> = Vec::new();
    for op in ops {
        match out.last_mut() {
            Some(last) if !is_equal(last) && !is_equal(op) => *last = replaced(&[*last, *op]),
            _ => out.push(*op),
        }
    }
    out
}

fn is_equal(op: &DiffOp) -> bool {
    matches!(op, DiffOp::Equal { .. })
}

/// Operations that follow each other as one change.
fn replaced(ops: &[DiffOp]) -> DiffOp {
    let (first, last) = (&ops[0], &ops[ops.len() - 1]);
    DiffOp::Replace {
        old_index: first.old_range().start,
        old_len: last.old_range().end - first.old_range().start,
        new_index: first.new_range().start,
        new_len: last.new_range().end - first.new_range().start,
    }
}

/// Punctuation that folding leaves out of account. Signs that change a meaning
/// stay: `%`, `≥`, `+`, `/`, `&`.
fn is_mark(c: char) -> bool {
    match c {
        '%' | '+' | '/' | '&' | '#' | '@' | '=' | '<' | '>' | '$' | '^' | '|' | '*' => false,
        _ if c.is_ascii_punctuation() => true,
        '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}' | '\u{30fb}' => true,
        '\u{2010}'..='\u{2027}' | '\u{2032}'..='\u{2037}' | '\u{2039}'..='\u{203a}' | '\u{b7}' => true,
        '\u{ff01}'..='\u{ff65}' => {
            fold_width(c) != c && is_mark(fold_width(c)) || ('\u{ff5f}'..='\u{ff65}').contains(&c)
        }
        '\u{fe30}'..='\u{fe6b}' => true,
        _ => false,
    }
}

/// A full-width form as its half-width one.
fn fold_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{ffe5}' => '¥',
        '\u{3000}' | '\u{a0}' => ' ',
        _ => c,
    }
}

fn tokens(text: &str, strict: bool) -> Vec<Token<'_>> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let folded: Vec<char> = chars.iter().map(|&(_, c)| fold_width(c)).collect();
    let offset = |at: usize| chars.get(at).map_or(text.len(), |&(offset, _)| offset);
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let (mut at, mut start) = (0, 0);
    while at < chars.len() {
        let before = at.checked_sub(1).map(|at| folded[at]);
        if let Some((quantity, length)) = quantity::read(&folded[at..], before) {
            push_words(&text[offset(start)..offset(at)], strict, &mut tokens);
            let text = &text[offset(at)..offset(at + length)];
            let key = if strict { Key::Word(text.to_string()) } else { Key::Quantity(quantity) };
            tokens.push(Token { key, text, length });
            at += length;
            start = at;
        } else {
            at += 1;
        }
    }
    push_words(&text[offset(start)..], strict, &mut tokens);
    join_tails(text, tokens)
}

/// The words of a run without quantities.
fn push_words<'a>(run: &'a str, strict: bool, tokens: &mut Vec<Token<'a>>) {
    let mut start = 0;
    for end in WORDS.segment_str(run).skip(1) {
        let text = &run[start..end];
        start = end;
        let mark = text.chars().all(|c| is_mark(c) || c.is_whitespace());
        let key = if mark {
            Key::Mark(if strict { text.to_string() } else { String::new() })
        } else {
            Key::Word(if strict { text.to_string() } else { FOLD.normalize(text).into_owned() })
        };
        tokens.push(Token { key, text, length: text.chars().count() });
    }
}

/// Marks that do not count go along with the word before them; opening ones, and
/// those at the start of the text, with the word after them.
fn join_tails<'a>(text: &'a str, tokens: Vec<Token<'a>>) -> Vec<Token<'a>> {
    let at = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
    let mut joined: Vec<Token<'a>> = Vec::with_capacity(tokens.len());
    let mut lead: Option<usize> = None;
    let last_word = tokens.iter().rposition(|token| token.key != Key::Mark(String::new()));
    for (number, token) in tokens.into_iter().enumerate() {
        let start = at(token.text);
        let end = start + token.text.len();
        if token.key != Key::Mark(String::new()) {
            let text = &text[lead.take().unwrap_or(start)..end];
            joined.push(Token { text, ..token });
            continue;
        }
        let opens = token.text.starts_with(is_opening) && last_word.is_some_and(|last| number < last);
        match joined.last_mut() {
            Some(last) if lead.is_none() && !opens => last.text = &text[at(last.text)..end],
            _ => lead = lead.or(Some(start)),
        }
    }
    joined
}

/// Whether a mark belongs to what follows it.
fn is_opening(c: char) -> bool {
    "（《〈“‘「『【〔［｛([{".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kept words as they are, deleted ones in `[-…]`, inserted ones in `[+…]`.
    fn shown(before: &str, after: &str) -> String {
        let segments = diff(before, after, false);
        segments
            .iter()
            .map(|segment| match segment.kind {
                SegmentKind::Kept => segment.text.clone(),
                SegmentKind::Deleted => format!("[-{}]", segment.text),
                SegmentKind::Inserted => format!("[+{}]", segment.text),
            })
            .collect()
    }

    #[test]
    fn chinese_is_compared_word_by_word() {
        assert_eq!(
            shown("制定并实施市场开发计划。", "制定并监督实施年度市场开发计划。"),
            "制定并[+监督]实施[+年度]市场开发计划。"
        );
        assert_eq!(shown("负责客户关系维护", "负责供应商关系维护"), "负责[-客户][+供应商]关系维护");
    }

    #[test]
    fn english_is_compared_word_by_word() {
        assert_eq!(
            shown("Leads the sales team to the target.", "Leads the whole sales team to its target."),
            "Leads the [+whole ]sales team to [-the ][+its ]target."
        );
    }

    #[test]
    fn a_changed_number_is_one_change() {
        let segments = diff("3年以上销售经验", "5年以上销售经验", false);
        assert_eq!(shown("3年以上销售经验", "5年以上销售经验"), "[-3年][+5年]以上销售经验");
        assert_eq!(changed_quantities(&segments), Some(vec![("3年".into(), "5年".into())]));
        let segments = diff("不超过50万元，占比30%", "不超过80万元，占比20%", false);
        assert_eq!(
            changed_quantities(&segments),
            Some(vec![("50万元".into(), "80万元".into()), ("30%".into(), "20%".into())])
        );
        assert_eq!(changed_quantities(&diff("3年销售", "5年管理", false)), None);
    }

    #[test]
    fn the_same_value_width_and_punctuation_are_no_difference_unless_strict() {
        for (one, other) in [
            ("３年以上，经验。", "三年以上经验"),
            ("CRM系统（优先）", "ＣＲＭ系统(优先)"),
            ("50万元以内", "500,000元以内"),
            ("与客户、政府沟通;", "与客户，政府沟通；"),
        ] {
            assert!(equal(one, other, false), "{one} / {other}");
            assert!(!equal(one, other, true), "{one} / {other}");
            assert!(diff(one, other, false).iter().all(|segment| segment.kind == SegmentKind::Kept));
        }
        for (one, other) in [("≥ 95", "≤ 95"), ("5%", "5"), ("A/B", "AB"), ("3年", "5年")] {
            assert!(!equal(one, other, false), "{one} / {other}");
        }
    }

    #[test]
    fn an_island_of_one_character_is_part_of_the_change() {
        let segments = diff("编制的预算", "审核的计划", false);
        assert_eq!(segments.len(), 2, "{segments:?}");
    }

    #[test]
    fn nothing_of_either_text_is_lost() {
        for (before, after) in [
            ("", "新的职责"),
            ("（一）编制预算；", "编制预算"),
            ("a — b", "—b 3年，"),
            ("2026-01-01 起", "2026年1月1日起，五年"),
        ] {
            for strict in [false, true] {
                let segments = diff(before, after, strict);
                let after_again: String = segments
                    .iter()
                    .filter(|segment| segment.kind != SegmentKind::Deleted)
                    .map(|segment| segment.text.as_str())
                    .collect();
                let before_again: String = segments
                    .iter()
                    .filter(|segment| segment.kind != SegmentKind::Inserted)
                    .map(|segment| segment.before.as_deref().unwrap_or(&segment.text))
                    .collect();
                assert_eq!((&*before_again, &*after_again), (before, after));
            }
        }
    }
}
