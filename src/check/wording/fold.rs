//! Owns a text as the rules read it, and the way back to the text as it was written.
//! May import `markdown`.
//!
//! One width of characters (NFKC), lower case, traditional characters as simplified
//! ones; no Markdown, no invisible characters, and no spaces beside Chinese ones.

use std::ops::Range;
use std::sync::LazyLock;

use icu_normalizer::{ComposingNormalizer, ComposingNormalizerBorrowed};

use crate::markdown::{in_one_width, is_cjk};

static FOLD: LazyLock<ComposingNormalizerBorrowed<'static>> = LazyLock::new(ComposingNormalizer::new_nfkc);

/// The Chinese characters that variants are given for: CJK Unified Ideographs.
const HAN: Range<u32> = 0x4e00..0xa000;

/// Which character is read as which other.
#[derive(Debug)]
pub(super) struct Variants(Vec<u16>);

impl Variants {
    /// Every character as itself.
    pub(super) fn none() -> Self {
        Self(HAN.map(|c| u16::try_from(c).expect("HAN is below 2^16")).collect())
    }

    /// Reads `written` as `read`; false if one of them is no Chinese character.
    pub(super) fn add(&mut self, written: char, read: char) -> bool {
        let (written, read) = (u32::from(written), u32::from(read));
        if !HAN.contains(&written) || !HAN.contains(&read) {
            return false;
        }
        self.0[(written - HAN.start) as usize] = u16::try_from(read).expect("HAN is below 2^16");
        true
    }

    fn of(&self, c: char) -> char {
        let index = u32::from(c).wrapping_sub(HAN.start) as usize;
        self.0.get(index).and_then(|&read| char::from_u32(u32::from(read))).unwrap_or(c)
    }
}

/// A folded text.
#[derive(Debug, Default)]
pub(super) struct Folded {
    /// The text as the rules read it.
    pub(super) text: String,
    /// For each of its bytes, where the character that it comes from was written; none
    /// where nobody needs to know.
    origins: Option<Vec<u32>>,
    /// The bytes before which white space was left out, ascending.
    gaps: Vec<u32>,
}

impl Folded {
    /// Folds a text.
    pub(super) fn new(written: &str, variants: &Variants) -> Self {
        let origins = Vec::with_capacity(written.len());
        Self { text: String::with_capacity(written.len()), origins: Some(origins), gaps: Vec::new() }
            .fold(written, variants)
    }

    /// Folds a text that nothing need lead back to: in half the time.
    pub(super) fn without_origins(written: &str, variants: &Variants) -> Self {
        let text = String::with_capacity(written.len());
        Self { text, origins: None, gaps: Vec::new() }.fold(written, variants)
    }

    fn fold(mut self, written: &str, variants: &Variants) -> Self {
        let folded = &mut self;
        let (mut space, mut line) = (None, None);
        let mut last_is_cjk = true;
        for (at, c) in written.char_indices() {
            // Nearly all characters are of these two kinds.
            let is_han = HAN.contains(&u32::from(c));
            if !is_han && !c.is_ascii_alphanumeric() {
                if c == '\n' {
                    line = line.or(Some(at));
                    continue;
                }
                if c.is_whitespace() {
                    space = space.or(Some(at));
                    continue;
                }
                if is_markup(c) && !is_range(folded, c, written, at) || is_invisible(c) {
                    continue;
                }
            }
            let is_cjk = is_han || !c.is_ascii() && is_cjk(c);
            if let Some(at) = line {
                folded.push('\n', at);
            } else if let Some(at) = space {
                if last_is_cjk || is_cjk {
                    folded.gaps.push(offset(folded.text.len()));
                } else {
                    folded.push(' ', at);
                }
            }
            (space, line) = (None, None);
            last_is_cjk = is_cjk;
            folded.character(c, at, variants);
        }
        self
    }

    fn character(&mut self, c: char, at: usize, variants: &Variants) {
        match c {
            '\u{2018}' | '\u{2019}' => self.push('\'', at),
            '\u{2010}'..='\u{2015}' => self.push('-', at),
            '\u{301c}' => self.push('~', at),
            _ if c.is_ascii() => self.push(c.to_ascii_lowercase(), at),
            _ if HAN.contains(&u32::from(c)) => self.push(variants.of(c), at),
            _ if let Some(c) = in_one_width(c) => self.push(c.to_ascii_lowercase(), at),
            _ => {
                for c in FOLD.normalize(c.encode_utf8(&mut [0; 4])).chars().flat_map(char::to_lowercase) {
                    self.push(variants.of(c), at);
                }
            }
        }
    }

    fn push(&mut self, c: char, at: usize) {
        self.text.push(c);
        if let Some(origins) = &mut self.origins {
            origins.resize(self.text.len(), offset(at));
        }
    }

    /// What a range of the folded text was written as.
    pub(super) fn written(&self, range: Range<usize>, written: &str) -> Range<usize> {
        let origins = self.origins.as_deref().unwrap_or_default();
        let origin = |byte: usize| origins.get(byte).map_or(written.len(), |&at| at as usize);
        let last = origin(range.end.saturating_sub(1));
        let length = written[last..].chars().next().map_or(0, char::len_utf8);
        origin(range.start)..last + length
    }

    /// Whether white space was left out before this byte.
    pub(super) fn has_gap(&self, at: usize) -> bool {
        self.gaps.binary_search(&offset(at)).is_ok()
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Whether a `~` that comes next is the one of 25~35, not one of two that strike out.
fn is_range(folded: &Folded, c: char, written: &str, at: usize) -> bool {
    c == '~'
        && !written[..at].ends_with('~')
        && !written[at + 1..].starts_with('~')
        && folded.text.ends_with(|last: char| last.is_ascii_digit() || matches!(last, '岁' | '十'))
}

/// Marks of Markdown that may stand inside a word.
fn is_markup(c: char) -> bool {
    matches!(c, '*' | '`' | '~' | '\\' | '_')
}

/// Characters that nobody sees: soft hyphen, joiners, marks of direction, noncharacters.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Folded {
        let mut variants = Variants::none();
        assert!(variants.add('優', '优') && !variants.add('a', '优'));
        Folded::new(text, &variants)
    }

    #[test]
    fn a_text_is_folded_and_leads_back() {
        let text = "**限 男**，３５岁，Native\u{200b}  Speaker’s";
        let it = folded(text);
        assert_eq!(it.text, "限男,35岁,native speaker's");
        let back = |part: &str| {
            let start = it.text.find(part).unwrap();
            &text[it.written(start..start + part.len(), text)]
        };
        assert_eq!(back("限男"), "限 男");
        assert_eq!(back("35岁"), "３５岁");
        assert_eq!(back("native speaker"), "Native\u{200b}  Speaker");
        assert!(it.has_gap(it.text.find('男').unwrap()) && !it.has_gap(it.text.find('岁').unwrap()));
    }

    #[test]
    fn traditional_characters_and_lines() {
        assert_eq!(folded("~~25~~岁，35~40岁~50").text, "25岁,35~40岁~50");
        assert_eq!(folded("男性優先\r\n  - 限男").text, "男性优先\n-限男");
        // A character may become several: each leads back to the one.
        let text = "第㈠条";
        let it = folded(text);
        assert_eq!(it.text, "第(一)条");
        assert_eq!(&text[it.written(3..4, text)], "㈠");
    }
}
