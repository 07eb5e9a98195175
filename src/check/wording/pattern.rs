//! Owns the small language of triggers: how one is written, and how it is held against
//! a text. May import `fold`.
//!
//! | written | stands for |
//! | --- | --- |
//! | `限男` | itself |
//! | `<list>` | a word of the pack's list of that name |
//! | `<a\|b\|list>` | one of these; an empty one stands for nothing |
//! | `<number>`, `<number:16-60>` | a whole or decimal number, or a Chinese one; in this range |
//! | `<gap:6>` | up to six characters of the same clause |
//! | `<start>`, `<end>` | where a clause begins or ends |
//! | `<rest>` | the rest of a Latin word |

use std::collections::BTreeMap;

use super::fold::{Folded, Variants};

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq)]
enum Piece {
    /// One of these words, the longest first.
    Words(Vec<String>),
    /// A number in this range.
    Number { least: f64, most: f64 },
    /// Up to so many characters.
    Gap(usize),
    /// The start of a clause.
    Start,
    /// The end of a clause.
    End,
    /// Letters up to the end of a Latin word.
    Rest,
}

/// A trigger, ready to be held against texts.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
    /// The piece that a search finds first.
    anchor: usize,
}

/// What is wrong with a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// A `<` without its `>`.
    Unclosed,
    /// Neither a list of the pack nor a piece of the language.
    Unknown(String),
    /// It has no word that a search could find.
    NoWords,
}

impl Pattern {
    /// Reads a trigger.
    pub(super) fn parse(
        trigger: &str,
        lists: &BTreeMap<String, Vec<String>>,
        variants: &Variants,
    ) -> Result<Self, Fault> {
        let mut pieces = Vec::new();
        let mut rest = trigger;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('<') {
                let (inner, after) = inner.split_once('>').ok_or(Fault::Unclosed)?;
                pieces.push(piece(inner, lists, variants)?);
                rest = after;
            } else {
                let end = rest.find('<').unwrap_or(rest.len());
                pieces.push(Piece::Words(vec![fold_word(&rest[..end], variants)]));
                rest = &rest[end..];
            }
        }
        // Few words and long ones are rare in texts.
        let rarity = |piece: &Piece| match piece {
            Piece::Words(words) => {
                let least = words.iter().map(|word| word.chars().count()).min().unwrap_or(0);
                let least = u32::try_from(least.min(4)).unwrap_or_default();
                8_usize.pow(least).checked_sub(1).map(|weight| weight * 64 / words.len().max(1))
            }
            _ => None,
        };
        let anchor = (0..pieces.len()).max_by_key(|&index| rarity(&pieces[index]));
        match anchor {
            Some(anchor) if rarity(&pieces[anchor]).is_some_and(|rarity| rarity > 0) => {
                Ok(Self { pieces, anchor })
            }
            _ => Err(Fault::NoWords),
        }
    }

    /// The words of which a text has one wherever the pattern matches.
    pub(super) fn anchors(&self) -> &[String] {
        match &self.pieces[self.anchor] {
            Piece::Words(words) => words,
            _ => unreachable!("an anchor has words"),
        }
    }

    /// The range that it matches around one of its anchors.
    pub(super) fn match_around(
        &self,
        folded: &Folded,
        anchor: std::ops::Range<usize>,
    ) -> Option<(usize, usize)> {
        let start = backward(&self.pieces[..self.anchor], folded, anchor.start)?;
        let end = forward(&self.pieces[self.anchor + 1..], folded, anchor.end)?;
        let bounded = |at: usize, first: bool| {
            let piece = if first { self.pieces.first() } else { self.pieces.last() };
            matches!(piece, Some(Piece::Words(_) | Piece::Rest)) && splits_latin(&folded.text, at)
                || splits_number(&folded.text, at, first)
        };
        (!bounded(start, true) && !bounded(end, false)).then_some((start, end))
    }
}

fn piece(inner: &str, lists: &BTreeMap<String, Vec<String>>, variants: &Variants) -> Result<Piece, Fault> {
    let unknown = || Fault::Unknown(inner.to_string());
    let (name, argument) = match inner.split_once(':') {
        Some((name @ ("number" | "gap"), argument)) => (name, Some(argument)),
        _ => (inner, None),
    };
    match (name, argument) {
        ("number", None) => return Ok(Piece::Number { least: 0.0, most: f64::MAX }),
        ("number", Some(range)) => {
            let (least, most) = range.split_once('-').ok_or_else(unknown)?;
            let number = |text: &str| text.parse().map_err(|_| unknown());
            return Ok(Piece::Number { least: number(least)?, most: number(most)? });
        }
        ("gap", Some(length)) => return Ok(Piece::Gap(length.parse().map_err(|_| unknown())?)),
        ("start", _) => return Ok(Piece::Start),
        ("end", _) => return Ok(Piece::End),
        ("rest", _) => return Ok(Piece::Rest),
        _ => {}
    }
    let mut words = Vec::new();
    for word in inner.split('|') {
        match lists.get(word) {
            Some(list) => words.extend(list.iter().map(|word| fold_word(word, variants))),
            // A lone Latin name can only be that of a list.
            None if word.starts_with(|c: char| c.is_ascii_alphabetic()) && !inner.contains('|') => {
                return Err(unknown());
            }
            None => words.push(fold_word(word, variants)),
        }
    }
    words.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    words.dedup();
    Ok(Piece::Words(words))
}

/// A word as the folded text has it; spaces at its ends, which English needs, are kept.
pub(super) fn fold_word(word: &str, variants: &Variants) -> String {
    if word == "~" {
        // Alone it is the one of 25~35; two would strike out.
        return word.to_string();
    }
    let folded = Folded::new(word, variants).text;
    let keeps = |at_start: bool| {
        let space = if at_start { word.starts_with(' ') } else { word.ends_with(' ') };
        if space { " " } else { "" }
    };
    if folded.is_empty() {
        return if word.is_empty() { String::new() } else { " ".to_string() };
    }
    format!("{}{folded}{}", keeps(true), keeps(false))
}

/// Whether a clause ends at this character.
pub(super) fn ends_clause(c: char) -> bool {
    matches!(c, ',' | ';' | '.' | '。' | '!' | '?' | '\n' | '|' | '•' | '·' | '●' | '【' | '】')
}

/// Whether a short statement may begin or end at this character.
fn bounds_statement(c: char) -> bool {
    ends_clause(c) || matches!(c, ':' | '(' | ')' | '[' | ']' | '/')
}

/// Whether the two sides of a place are of one Latin word.
fn splits_latin(text: &str, at: usize) -> bool {
    let is_latin = |c: char| c.is_ascii_alphabetic();
    text[..at].chars().next_back().is_some_and(is_latin) && text[at..].chars().next().is_some_and(is_latin)
}

/// Whether the two sides of a place are of one number, such as that of a telephone.
fn splits_number(text: &str, at: usize, is_start: bool) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let (mut before, mut after) = (text[..at].chars().rev(), text[at..].chars());
    let (near, far) = (before.next(), before.next());
    let (next, beyond) = (after.next(), after.next());
    let joins = |c: Option<char>| matches!(c, Some('-' | '.'));
    digit(near) && digit(next)
        || is_start && digit(next) && joins(near) && digit(far)
        || !is_start && digit(near) && joins(next) && digit(beyond)
}

fn forward(pieces: &[Piece], folded: &Folded, at: usize) -> Option<usize> {
    let Some((piece, rest)) = pieces.split_first() else { return Some(at) };
    let text = &folded.text[at..];
    match piece {
        Piece::Words(words) => words
            .iter()
            .filter(|word| text.starts_with(word.as_str()))
            .find_map(|word| forward(rest, folded, at + word.len())),
        Piece::Number { least, most } => {
            let length =
                text.char_indices().find(|&(_, c)| !is_numeral(c)).map_or(text.len(), |(end, _)| end);
            let value = number(&text[..length])?;
            (*least <= value && value <= *most).then(|| forward(rest, folded, at + length))?
        }
        Piece::Gap(most) => {
            let mut end = at;
            for c in text.chars().map(Some).chain([None]).take(most + 1) {
                if let Some(found) = forward(rest, folded, end) {
                    return Some(found);
                }
                end += c.filter(|&c| !ends_clause(c))?.len_utf8();
            }
            None
        }
        Piece::Start => starts(folded, at).then(|| forward(rest, folded, at))?,
        Piece::End => ends(folded, at).then(|| forward(rest, folded, at))?,
        Piece::Rest => {
            let length = text.bytes().take_while(u8::is_ascii_lowercase).count();
            forward(rest, folded, at + length)
        }
    }
}

fn backward(pieces: &[Piece], folded: &Folded, at: usize) -> Option<usize> {
    let Some((piece, rest)) = pieces.split_last() else { return Some(at) };
    let text = &folded.text[..at];
    match piece {
        Piece::Words(words) => words
            .iter()
            .filter(|word| ends_with(text, word))
            .find_map(|word| backward(rest, folded, at - word.len())),
        Piece::Number { least, most } => {
            let start = text
                .char_indices()
                .rev()
                .find(|&(_, c)| !is_numeral(c))
                .map_or(0, |(start, c)| start + c.len_utf8());
            let value = number(&text[start..])?;
            (*least <= value && value <= *most).then(|| backward(rest, folded, start))?
        }
        Piece::Gap(most) => {
            let mut start = at;
            for c in text.chars().rev().map(Some).chain([None]).take(most + 1) {
                if let Some(found) = backward(rest, folded, start) {
                    return Some(found);
                }
                start -= c.filter(|&c| !ends_clause(c))?.len_utf8();
            }
            None
        }
        Piece::Start => starts(folded, at).then(|| backward(rest, folded, at))?,
        Piece::End => ends(folded, at).then(|| backward(rest, folded, at))?,
        Piece::Rest => {
            let length = text.bytes().rev().take_while(u8::is_ascii_lowercase).count();
            backward(rest, folded, at - length)
        }
    }
}

/// The same as that of `str`, which looks at more than the last byte only where that is
/// the right one.
fn ends_with(text: &str, word: &str) -> bool {
    word.as_bytes().last().is_none_or(|last| text.as_bytes().last() == Some(last)) && text.ends_with(word)
}

fn starts(folded: &Folded, at: usize) -> bool {
    let before = folded.text[..at].trim_end();
    folded.has_gap(at) || before.chars().next_back().is_none_or(bounds_statement) || is_list_mark(before)
}

/// Whether a line has nothing so far but the number or the mark of a list item.
fn is_list_mark(before: &str) -> bool {
    if !before.ends_with(['-', '+', '>', '、']) {
        return false;
    }
    let line = before.trim_end_matches(|c| is_numeral(c) || matches!(c, '-' | '+' | '>' | '、' | ' '));
    line.is_empty() || line.ends_with('\n')
}

fn ends(folded: &Folded, at: usize) -> bool {
    folded.has_gap(at) || folded.text[at..].trim_start().chars().next().is_none_or(bounds_statement)
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || c == '.' || CHINESE.contains(c) || matches!(c, '十' | '廿' | '卅')
}

/// The digits of Chinese, by their value.
const CHINESE: &str = "〇一二三四五六七八九";

/// The value of a number below a hundred in Chinese characters, or of any in digits.
fn number(text: &str) -> Option<f64> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return text.parse().ok();
    }
    let digit = |c: char| CHINESE.chars().position(|known| known == c).and_then(|at| u32::try_from(at).ok());
    let value = |text: &str, empty: u32| match text.chars().count() {
        0 => Some(empty),
        1 => digit(text.chars().next()?),
        _ => None,
    };
    // Twenty and thirty have a character each.
    let text = &*text.replace('廿', "二十").replace('卅', "三十");
    match text.split_once('十') {
        Some((tens, ones)) => Some(f64::from(value(tens, 1)? * 10 + value(ones, 0)?)),
        None => value(text, 0).filter(|_| !text.is_empty()).map(f64::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(trigger: &str, text: &str) -> Option<String> {
        let lists = BTreeMap::from([("who".to_string(), vec!["男".to_string(), "男性".to_string()])]);
        let variants = Variants::none();
        let pattern = Pattern::parse(trigger, &lists, &variants).unwrap();
        let folded = Folded::new(text, &variants);
        let anchors = pattern.anchors().to_vec();
        anchors.iter().find_map(|anchor| {
            folded.text.match_indices(anchor.as_str()).find_map(|(start, _)| {
                let (start, end) = pattern.match_around(&folded, start..start + anchor.len())?;
                Some(folded.text[start..end].to_string())
            })
        })
    }

    #[test]
    fn words_lists_and_nothing() {
        assert_eq!(found("限<who>", "本次限男性报名").as_deref(), Some("限男性"));
        assert_eq!(found("<仅|>限<who>", "仅限男").as_deref(), Some("仅限男"));
        assert_eq!(found("限<who>", "限女"), None);
    }

    #[test]
    fn numbers_in_a_range_in_digits_and_characters() {
        let young = "<number:16-60><周|>岁以下";
        assert_eq!(found(young, "３５周岁以下").as_deref(), Some("35周岁以下"));
        assert_eq!(found(young, "三十五岁以下").as_deref(), Some("三十五岁以下"));
        assert_eq!(found(young, "十八岁以下").as_deref(), Some("十八岁以下"));
        assert_eq!(found(young, "卅五岁以下").as_deref(), Some("卅五岁以下"));
        assert_eq!(found(young, "廿岁以下").as_deref(), Some("廿岁以下"));
        assert_eq!(found(young, "12岁以下"), None);
        assert_eq!(found(young, "135岁以下"), None);
        assert_eq!(found("985", "400-985-2110"), None);
        assert_eq!(found("985", "编号2985"), None);
        assert_eq!(found("985", "985/211").as_deref(), Some("985"));
    }

    #[test]
    fn gaps_stay_in_a_clause() {
        assert_eq!(found("不得<gap:2>怀孕", "不得再次怀孕").as_deref(), Some("不得再次怀孕"));
        assert_eq!(found("不得<gap:2>怀孕", "不得在此怀孕妇女"), Some("不得在此怀孕".into()));
        assert_eq!(found("不得<gap:4>怀孕", "不得，怀孕"), None);
        assert_eq!(found("<start>男<end>", "性别：男，大专").as_deref(), Some("男"));
        assert_eq!(found("<start>男<end>", "男装"), None);
        assert_eq!(found("<start>男<end>", "- 男").as_deref(), Some("男"));
        assert_eq!(found("<start>男<end>", "3、男").as_deref(), Some("男"));
        assert_eq!(found("<start>男<end>", "女、男"), None);
    }

    #[test]
    fn latin_words_are_whole() {
        assert_eq!(found("salesm<a|e>n", "Salesmen wanted").as_deref(), Some("salesmen"));
        assert_eq!(found("man", "manager"), None);
        assert_eq!(found("nurtur<rest>", "a nurturing person").as_deref(), Some("nurturing"));
    }

    #[test]
    fn faults_are_told_apart() {
        let parse =
            |trigger| Pattern::parse(trigger, &BTreeMap::new(), &Variants::none()).map(|_| ()).unwrap_err();
        assert_eq!(parse("限<who"), Fault::Unclosed);
        assert_eq!(parse("限<who>"), Fault::Unknown("who".into()));
        assert_eq!(parse("<gap:x>限"), Fault::Unknown("gap:x".into()));
        assert_eq!(parse("<number><男|>"), Fault::NoWords);
    }
}
