//! Owns how two texts differ word by word. May import `quantity`,
//! `numeral` and `markdown`.
//!
//! A text is cut into words by ICU4X (dictionary for Chinese), quantities first.
//! Words are compared folded: full and half width, compatible forms (NFKC), forms
//! of the apostrophe, punctuation and spaces make no difference, unless the
//! comparison is strict. A mark between two numbers counts.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use icu_normalizer::{ComposingNormalizer, ComposingNormalizerBorrowed};
use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};
use schemars::JsonSchema;
use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::numeral::is_chinese;
use super::quantity::{self, Quantity, Reading, fold};

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
    quantity: bool,
}

/// How a text became another one; a single kept run for equal texts, none for
/// two empty ones.
pub fn diff(before: &str, after: &str, strict: bool) -> Vec<Segment> {
    let (old, new) = (tokens(before, strict), tokens(after, strict));
    let mut numbers = HashMap::new();
    let (old_keys, new_keys) = (numbered(&old, &mut numbers), numbered(&new, &mut numbers));
    let algorithm = if old.len() + new.len() > MANY { Algorithm::Myers } else { Algorithm::Patience };
    let ops = capture_diff_slices(algorithm, &old_keys, &new_keys);
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
            _ if strict && rewritten(&old[op.old_range()], &new[op.new_range()]) => {
                for (old, new) in old[op.old_range()].iter().zip(&new[op.new_range()]) {
                    push(&mut segments, SegmentKind::Deleted, old, None);
                    push(&mut segments, SegmentKind::Inserted, new, None);
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

/// More words than this in both texts are compared with an algorithm whose time is
/// bounded: patience takes the square of the number of words that stand in both once.
const MANY: usize = 4_000;

/// The keys of words as numbers, the same for the same key.
fn numbered<'a>(tokens: &'a [Token<'_>], numbers: &mut HashMap<&'a Key, usize>) -> Vec<usize> {
    let number = |token: &'a Token<'_>| {
        let next = numbers.len();
        *numbers.entry(&token.key).or_insert(next)
    };
    tokens.iter().map(number).collect()
}

/// Whether the words of two runs stand for each other one by one, so that each can
/// be marked by itself: marks for marks, quantities for quantities.
fn rewritten(old: &[Token<'_>], new: &[Token<'_>]) -> bool {
    let class = |token: &Token<'_>| (token.quantity, matches!(token.key, Key::Mark(_)));
    old.len() > 1 && old.len() == new.len() && old.iter().zip(new).all(|(old, new)| class(old) == class(new))
}

/// Whether two texts say the same, but for what folding makes equal.
pub fn equal(one: &str, other: &str, strict: bool) -> bool {
    if one == other {
        return true;
    }
    let (one, other) = (tokens(one, strict), tokens(other, strict));
    let counts = |token: &&Token<'_>| token.key != Key::Mark(String::new());
    one.iter().filter(counts).map(|token| &token.key).eq(other.iter().filter(counts).map(|token| &token.key))
}

/// The folded words of a text, quantities aside.
pub(super) fn folded_words(text: &str) -> impl Iterator<Item = String> {
    tokens(text, false).into_iter().filter_map(|token| match token.key {
        Key::Word(word) => Some(word),
        _ => None,
    })
}

/// The quantities that a change exchanges for each other: in each run of changes as
/// many deleted as inserted ones, paired in their order and each pair of the same
/// dimension; a range gives its two ends. `None` if anything else changed.
pub(super) fn changed_quantities(segments: &[Segment]) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for run in segments.split(|segment| segment.kind == SegmentKind::Kept) {
        let of = |kind: SegmentKind| run.iter().filter(move |segment| segment.kind == kind);
        let as_many = of(SegmentKind::Deleted).count() == of(SegmentKind::Inserted).count();
        if !as_many || run.iter().any(|segment| !segment.quantity) {
            return None;
        }
        for (old, new) in of(SegmentKind::Deleted).zip(of(SegmentKind::Inserted)) {
            pairs.extend(quantity::exchanged(&bare(&old.text), &bare(&new.text))?);
        }
    }
    (!pairs.is_empty()).then_some(pairs)
}

/// A quantity without the marks that go along with it.
fn bare(text: &str) -> String {
    let aside = |c: char| is_mark(c) || c.is_whitespace() || is_ignored(c);
    let text = text.trim_end_matches(aside);
    let text = text.trim_start_matches(|c: char| aside(c) && !matches!(c, '-' | '–' | '~' | '～'));
    text.chars().filter(|&c| !is_ignored(c)).collect()
}

fn push(segments: &mut Vec<Segment>, kind: SegmentKind, token: &Token<'_>, before: Option<&str>) {
    let quantity = token.quantity;
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
///
/// In a strict comparison, where marks are words too, no run with a mark and no run
/// beside a change of marks only is taken in.
fn without_islands(ops: &[DiffOp], old: &[Token<'_>], new: &[Token<'_>]) -> Vec<DiffOp> {
    let (old, new) = (Sums::of(old), Sums::of(new));
    let change = |op: &DiffOp| old.length(&op.old_range()).max(new.length(&op.new_range()));
    // A value that was exchanged for another stands for itself.
    let only_quantities =
        |op: &DiffOp| old.only_quantities(&op.old_range()) && new.only_quantities(&op.new_range());
    let has_marks = |op: &DiffOp| old.marks(&op.old_range()) + new.marks(&op.new_range()) > 0;
    let is_island = |before: &DiffOp, run: &DiffOp, after: &DiffOp| {
        if is_equal(before) || !is_equal(run) || is_equal(after) {
            return false;
        }
        let size = old.length(&run.old_range());
        let quantities = old.quantities(&run.old_range()) > 0;
        ![before, run, after].into_iter().any(has_marks)
            && (size <= 1 && !quantities
                || size < change(before).min(change(after)).min(SHORT_RUN)
                    && !only_quantities(before)
                    && !only_quantities(after))
    };
    let mut out: Vec<DiffOp> = Vec::new();
    for mut op in joined(ops) {
        // A run that is taken in makes the change around it longer, so that the one
        // before may follow.
        while let [.., before, run] = out[..]
            && is_island(&before, &run, &op)
        {
            op = replaced(&[before, run, op]);
            out.truncate(out.len() - 2);
        }
        out.push(op);
    }
    out
}

/// Of the words up to each one: their characters, quantities and marks.
struct Sums(Vec<[usize; 3]>);

impl Sums {
    fn of(tokens: &[Token<'_>]) -> Self {
        let mut sums = vec![[0; 3]];
        let mut last = [0; 3];
        for token in tokens {
            last[0] += token.length;
            last[1] += usize::from(token.quantity);
            last[2] += usize::from(matches!(token.key, Key::Mark(_)));
            sums.push(last);
        }
        Self(sums)
    }

    fn length(&self, range: &Range<usize>) -> usize {
        self.0[range.end][0] - self.0[range.start][0]
    }

    fn quantities(&self, range: &Range<usize>) -> usize {
        self.0[range.end][1] - self.0[range.start][1]
    }

    fn marks(&self, range: &Range<usize>) -> usize {
        self.0[range.end][2] - self.0[range.start][2]
    }

    fn only_quantities(&self, range: &Range<usize>) -> bool {
        !range.is_empty() && self.quantities(range) == range.len()
    }
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
        '，' | '\u{ff5f}'..='\u{ff65}' => true,
        '\u{ff01}'..='\u{ff5e}' => is_mark(fold(c)),
        '\u{fe30}'..='\u{fe6b}' => true,
        _ => false,
    }
}

/// Characters that nobody sees: zero width space, byte order mark, soft hyphen.
fn is_ignored(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}')
}

/// A text as it is read.
struct Folded {
    chars: Vec<char>,
    /// Where each character starts in the text, and the end of the text.
    offsets: Vec<usize>,
}

impl Folded {
    /// Folds width and apostrophes, and leaves out what nobody sees and spaces between
    /// two Chinese characters; all of it stays in a strict comparison.
    fn of(text: &str, strict: bool) -> Self {
        let (mut chars, mut offsets): (Vec<char>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut gap = None;
        for (offset, c) in text.char_indices() {
            if !strict && is_ignored(c) {
                continue;
            }
            let c = match fold(c) {
                '’' | '‘' | 'ʼ' if !strict => '\'',
                '\t' if !strict => ' ',
                c => c,
            };
            if !strict && c == ' ' {
                gap = gap.or(Some(chars.len()));
            } else if let Some(start) = gap.take()
                && let Some(&before) = chars[..start].last()
                && is_han(before)
                && is_han(c)
                && !(is_chinese(before) && is_chinese(c))
            {
                chars.truncate(start);
                offsets.truncate(start);
            }
            chars.push(c);
            offsets.push(offset);
        }
        if let Some(first) = offsets.first_mut() {
            *first = 0;
        }
        offsets.push(text.len());
        Self { chars, offsets }
    }
}

fn is_han(c: char) -> bool {
    crate::markdown::is_cjk(c) && c.is_alphabetic()
}

fn tokens(text: &str, strict: bool) -> Vec<Token<'_>> {
    let folded = Folded::of(text, strict);
    if folded.chars.is_empty() && !text.is_empty() {
        return vec![Token { key: Key::Mark(String::new()), text, length: 0, quantity: false }];
    }
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let (mut at, mut start, mut done) = (0, 0, 0);
    while at < folded.chars.len() {
        let Some((reading, end)) = quantity::read(&folded.chars, at, done) else {
            at += 1;
            continue;
        };
        push_words(text, &folded, &(start..at), strict, &mut tokens);
        let written = &text[folded.offsets[at]..folded.offsets[end]];
        let quantity = matches!(reading, Reading::Quantity(_));
        let key = match reading {
            _ if strict => Key::Word(written.to_string()),
            Reading::Quantity(quantity) => Key::Quantity(quantity),
            Reading::Label(label) => Key::Word(label),
            Reading::About => Key::Word("约".to_string()),
        };
        tokens.push(Token { key, text: written, length: end - at, quantity });
        (at, start) = (end, end);
        if quantity {
            done = end;
        }
    }
    push_words(text, &folded, &(start..at), strict, &mut tokens);
    join_tails(text, tokens)
}

/// The words of a run without quantities.
fn push_words<'a>(
    text: &'a str,
    folded: &Folded,
    run: &Range<usize>,
    strict: bool,
    tokens: &mut Vec<Token<'a>>,
) {
    let words: String = folded.chars[run.clone()].iter().collect();
    let (mut at, mut start) = (run.start, 0);
    for end in WORDS.segment_str(&words).skip(1) {
        let word = &words[start..end];
        let length = word.chars().count();
        let written = &text[folded.offsets[at]..folded.offsets[at + length]];
        let mark = word.chars().all(|c| is_mark(c) || c.is_whitespace());
        let key = match (mark, strict) {
            (true, true) => Key::Mark(written.to_string()),
            (true, false) => match (at..at + length).find_map(|at| quantity::between(&folded.chars, at)) {
                Some(says) => Key::Word(says.to_string()),
                None => Key::Mark(String::new()),
            },
            (false, true) => Key::Word(written.to_string()),
            (false, false) => Key::Word(FOLD.normalize(word).into_owned()),
        };
        tokens.push(Token { key, text: written, length, quantity: false });
        (at, start) = (at + length, end);
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
    // A text of nothing but marks.
    if let Some(start) = lead {
        joined.push(Token {
            key: Key::Mark(String::new()),
            text: &text[start..],
            length: 0,
            quantity: false,
        });
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
    fn two_values_are_never_taken_for_one() {
        for (one, other) in DIFFER {
            let segments = diff(one, other, false);
            let changed = segments.iter().any(|segment| segment.kind != SegmentKind::Kept);
            assert!(!equal(one, other, false) && changed, "{one} / {other}");
            lossless(one, other);
        }
    }

    #[test]
    fn one_value_is_the_same_however_it_is_written() {
        for (one, other) in SAME {
            let segments = diff(one, other, false);
            let kept = segments.iter().all(|segment| segment.kind == SegmentKind::Kept);
            assert!(equal(one, other, false) && kept, "{one} / {other}: {segments:?}");
            assert!(!equal(one, other, true), "{one} / {other}");
            lossless(one, other);
        }
    }

    const DIFFER: &[(&str, &str)] = &[
        // Dotted numbers
        ("2026.10", "2026.1"),
        ("条款3.10", "条款3.1"),
        ("条款3.0", "条款3"),
        ("版本1.10", "版本1.1"),
        ("version 1.10", "version 1.1"),
        ("版本2026.10.1", "版本2026.10.01"),
        ("v1.10", "v1.1"),
        ("Windows 3.10", "Windows 3.1"),
        ("Windows 3.0", "Windows 3"),
        ("3.5.2", "3.50.2"),
        ("第3.10条", "第3.1条"),
        ("3.0版", "3版"),
        ("得分3.10", "得分3.1"),
        // Ranges and lists
        ("每月5、15日", "每月5～15日"),
        ("第3、5条", "第3—5条"),
        ("第3条、第5条", "第3条—第5条"),
        ("10元、20元", "10元-20元"),
        ("3年-5年", "3年、5年"),
        ("周一、周五", "周一～周五"),
        ("Monday, Friday", "Monday–Friday"),
        ("Mon, Fri", "Mon-Fri"),
        ("比例1:3", "比例1-3"),
        ("比例1 : 3", "比例1、3"),
        ("8:30", "8-30"),
        ("P5-P7", "P5、P7"),
        ("Level 3-Level 5", "Level 3, Level 5"),
        ("A3-5", "A3、5"),
        ("50万元 - 3年", "50万元、3年"),
        // Signs
        ("利润-5%", "利润5%"),
        ("利润−5%", "利润5%"),
        ("profit -5%", "profit 5%"),
        ("增长-3", "增长3"),
        ("小于-5", "小于5"),
        ("~5%", "5%"),
        ("约5%", "5%"),
        ("~ 5%", "5%"),
        ("-$5", "$5"),
        ("环比—3%", "环比3%"),
        (".5%", "5%"),
        ("要求.5", "要求5"),
        // Days and order
        ("每月15日前", "每月15天前"),
        ("每月5、15日前", "每月5、15天前"),
        ("15日或20日", "15天或20天"),
        ("第2年", "第24个月"),
        ("第2周", "第14天"),
        ("第二年", "第二十四个月"),
        ("6月30日", "6月30天"),
        ("2026年", "24312个月"),
        ("上半年", "上6个月"),
        // Elliptic numerals
        ("两千五元", "两千零五元"),
        ("一百五人", "一百零五人"),
        ("数十万元", "十万元"),
        ("三四年", "四年"),
        ("十几年", "十年"),
        // Identifiers
        ("HR-001", "HR-1"),
        ("工号007", "工号7"),
        ("证件110101199003074512", "证件110101199003074513"),
        ("卡号6222020200112233445", "卡号6222020200112233446"),
        ("0.0000001", "0.0000002"),
        ("误差0.0000001%", "误差0.0000002%"),
        ("010-12345678", "10-12345678"),
        ("比率3，100%", "3100%"),
        ("比率3，100%", "比率3100%"),
        ("3，100元", "3,100元"),
        // Units
        ("5个百分点", "5%"),
        ("3千米", "3000"),
        ("$5m", "$5k"),
        ("三年级", "36个月级"),
        ("百万元", "百元"),
        ("每周三次", "每周三、周四"),
        ("1:30", "1:3"),
        ("3-5年", "3-5个月"),
        ("2026年3月", "2026年3日"),
        ("1年6个月", "1年、6个月"),
    ];

    const SAME: &[(&str, &str)] = &[
        // Ranges
        ("3%-5%", "3%～5%"),
        ("3%-5%", "3%至5%"),
        ("10%－20%", "10%至20%"),
        ("3 -5", "3 - 5"),
        ("3年 -5年", "3年-5年"),
        ("12万元至18万元", "12万至18万元"),
        ("12万元至18万元", "12-18万元"),
        ("十二至十八万元", "12-18万元"),
        ("3-5年", "3年至5年"),
        ("3-5年", "三至五年"),
        ("三至五年", "3至5年"),
        ("3 to 5 years", "3-5 years"),
        ("three to five years", "3–5 years"),
        ("$3-5 million", "$3 million to $5 million"),
        ("¥10万-20万", "10-20万元"),
        ("周一至周五", "周一～周五"),
        ("周一至五", "周一—周五"),
        ("Monday to Friday", "Mon–Fri"),
        ("Monday to Friday", "Monday through Friday"),
        ("3级-5级", "3-5级"),
        ("第3条—第5条", "第3条至第5条"),
        ("第三至五条", "第3—5条"),
        ("1-3月", "1月至3月"),
        ("8:30-17:30", "08:30～17:30"),
        ("-5%~5%", "-5%至5%"),
        // Chinese numerals
        ("三十五岁", "35岁"),
        ("第十二条", "第12条"),
        ("第三季度", "第3季度"),
        ("三季度", "3季度"),
        ("三级", "3级"),
        ("二十万", "20万"),
        ("三万五千元", "35000元"),
        ("3万5千元", "3.5万元"),
        ("3万500元", "30500元"),
        ("1亿2000万元", "1.2亿元"),
        ("一亿二千万元", "1.2亿元"),
        ("3千元", "3000元"),
        ("百万元", "100万元"),
        ("百分之零点五", "0.5%"),
        ("百分之百", "100%"),
        ("千分之五", "5‰"),
        ("千分之五", "0.5%"),
        ("壹拾万元", "10万元"),
        ("三点五年", "3.5年"),
        ("两千五百元", "2500元"),
        ("两千五元", "2500元"),
        ("二十四小时", "24小时"),
        ("五百强", "500强"),
        // English
        ("twenty-five percent", "25%"),
        ("thirty percent", "30%"),
        ("one hundred percent", "100%"),
        ("fifteen days", "15 days"),
        ("twenty years", "20 years"),
        ("$1 billion", "$1,000 million"),
        ("$5m", "$5 million"),
        ("3-year", "3 years"),
        ("3-year plan", "3 year plan"),
        ("3 yrs", "3 years"),
        ("one year and 6 months", "18 months"),
        // Durations
        ("半年", "6个月"),
        ("一年半", "18个月"),
        ("1年6个月", "18个月"),
        ("三个半小时", "210分钟"),
        ("一个半月", "1.5个月"),
        ("120分钟", "2小时"),
        ("30日内", "30天内"),
        // Dates
        ("March 1, 2026", "1 March 2026"),
        ("1 Mar 2026", "1 March 2026"),
        ("Mar. 1st, 2026", "2026-03-01"),
        ("May 5, 2026-05-06", "5 May 2026-05-06"),
        ("2026-03", "2026年3月"),
        ("2026.03", "2026年3月"),
        ("2026 年 3 月 1 日", "2026年3月1日"),
        ("二〇二六年三月一日", "2026年3月1日"),
        ("二〇二六年度", "2026年度"),
        ("2025年至2026年", "2025-2026年"),
        ("三月一日", "3月1日"),
        ("每月15号", "每月15日"),
        // Currencies
        ("人民币10万元", "10万元"),
        ("US$10", "$10"),
        ("HK$10", "10港元"),
        ("10港币", "10港元"),
        ("10美金", "10美元"),
        ("£10", "10英镑"),
        ("10日元", "JPY 10"),
        // Folding
        ("the customer’s", "the customer's"),
        ("the customerʼs", "the customer's"),
        ("岗 位职责", "岗位职责"),
        ("岗　位 职 责", "岗位职责"),
        ("岗\u{200b}位\u{feff}职\u{ad}责", "岗位职责"),
        ("3\u{200b}年", "3年"),
        ("\u{feff}岗位", "岗位"),
        ("12.0", "12"),
        ("得分 12.0", "得分 12"),
        ("约5%", "~5%"),
        ("比例1：3", "比例1:3"),
    ];

    #[test]
    fn a_numeral_inside_a_word_stays_a_word() {
        for text in [
            "一定程度",
            "三方协议",
            "统一",
            "十分重要",
            "one-off",
            "3D",
            "百",
            "B2B",
            "万一",
            "第三方",
            "一线",
            "一致",
            "三包",
            "四季",
            "五险一金",
            "九九六",
            "统一个人标准",
            "本周一定",
        ] {
            assert!(tokens(text, false).iter().all(|token| !token.quantity), "{text}");
        }
    }

    #[test]
    fn changed_quantities_stand_for_each_other() {
        let of = |one: &str, other: &str| {
            let pairs = changed_quantities(&diff(one, other, false))?;
            Some(pairs.iter().map(|(old, new)| format!("{old}→{new}")).collect::<Vec<_>>().join(" "))
        };
        let is = |one: &str, other: &str, expected: &str| {
            assert_eq!(of(one, other).as_deref(), Some(expected), "{one} / {other}");
        };
        is("占比10%～20%", "占比20%～30%", "10%→20% 20%→30%");
        is("10%-20%", "20%-30%", "10%→20% 20%→30%");
        is("8:30-17:30", "9:00-18:00", "8:30→9:00 17:30→18:00");
        is("10元、20元", "30元、40元", "10元→30元 20元→40元");
        is("（3年）", "（5年）", "3年→5年");
        is("第三条", "第五条", "三→五");
        is("利润-5%", "利润-3%", "-5%→-3%");
        is("12-18万元", "15-20万元", "12-18万元→15-20万元");
        is("周一至周五", "周一至周六", "周五→周六");
        assert_eq!(of("金额50万元，期限", "金额，期限3年"), None);
        assert_eq!(of("50万元", "3年"), None);
        assert_eq!(of("3年", "3年以上"), None);
        assert_eq!(shown("10%-20%", "20%-30%"), "[-10%-20%][+20%-30%]");
    }

    #[test]
    fn strictly_each_mark_width_and_way_of_writing_is_marked_by_itself() {
        let segments = diff("销售、市场；50万元，Ａ", "销售、 市场;500,000元，A", true);
        let shown: Vec<(SegmentKind, &str)> =
            segments.iter().map(|segment| (segment.kind, segment.text.as_str())).collect();
        use SegmentKind::{Deleted, Inserted, Kept};
        assert_eq!(
            shown,
            [
                (Kept, "销售、"),
                (Inserted, " "),
                (Kept, "市场"),
                (Deleted, "；"),
                (Inserted, ";"),
                (Deleted, "50万元"),
                (Inserted, "500,000元"),
                (Kept, "，"),
                (Deleted, "Ａ"),
                (Inserted, "A"),
            ]
        );
        assert_eq!(changed_quantities(&segments), None);
        assert!(!equal("岗 位", "岗位", true) && !equal("don’t", "don't", true));
    }

    #[test]
    fn long_texts_take_no_long_time() {
        let mut state = 1u32;
        let mut word = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            format!("w{} ", state >> 14)
        };
        let mut text = || (0..20_000).map(|_| word()).collect::<String>();
        let (one, other) = (text(), text());
        let start = std::time::Instant::now();
        assert!(!diff(&one, &other, false).is_empty());
        // An unoptimized build on a busy machine; a release build takes a tenth.
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    #[track_caller]
    fn lossless(before: &str, after: &str) {
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

    #[test]
    fn nothing_of_either_text_is_lost() {
        for (before, after) in [
            ("", "新的职责"),
            ("（一）编制预算；", "编制预算"),
            ("a — b", "—b 3年，"),
            ("2026-01-01 起", "2026年1月1日起，五年"),
            ("——", "职责"),
            ("\u{200b}", "\u{feff}职责\u{ad}"),
            (" 岗 位 \u{200b}", "岗\u{200b}  位"),
            ("3\u{ad}年 -\u{200b}5年", "~3年，３－５年"),
        ] {
            lossless(before, after);
            lossless(after, before);
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(512))]

        #[test]
        fn whatever_is_written_is_kept_and_compared(
            one in "([0-9]{1,4}|[-–—~～至:.,，、年月日元%万亿半个周第一十百零两人章条$¥ \u{200b}]|to | May | Mon|percent|twenty-){0,12}",
            other in "([0-9]{1,4}|[-–—~～至:.,，、年月日元%万亿半个周第一十百零两人章条$¥ \u{200b}]|to | May | Mon|percent|twenty-){0,12}",
        ) {
            lossless(&one, &other);
            let segments = diff(&one, &other, false);
            let marks_only = |text: &str| text.chars().all(|c| is_mark(c) || c.is_whitespace() || is_ignored(c));
            let same = segments.iter().all(|it| it.kind == SegmentKind::Kept || marks_only(&it.text));
            proptest::prop_assert!(equal(&one, &one, false));
            proptest::prop_assert_eq!(equal(&one, &other, false), same);
            changed_quantities(&segments);
        }
    }
}
