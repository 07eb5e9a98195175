//! Owns which words of a text are in another language than the document, so that a
//! screen reader can speak them: English words in Chinese text, Chinese words in English.
//! May import `markdown` and the name of a markup.
//!
//! Abbreviations (KPI, CRM), codes and addresses are read letter by letter in either
//! language and are left alone.

use std::ops::Range;

use super::lower::Markup;
use crate::markdown::is_cjk;

/// The language of the words that are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foreign {
    /// English words in Chinese text.
    English,
    /// Chinese words in English text.
    Chinese,
}

impl Foreign {
    /// The language by its BCP 47 tag in a view.
    pub(super) fn of_tag(tag: &str) -> Option<Self> {
        match tag {
            "en" => Some(Self::English),
            "zh-CN" => Some(Self::Chinese),
            _ => None,
        }
    }

    /// What stands around words in it.
    pub(super) fn marks(self, markup: Markup) -> (&'static str, &'static str) {
        match (markup, self) {
            (Markup::Html, Self::English) => ("<span lang=\"en\">", "</span>"),
            (Markup::Html, Self::Chinese) => ("<span lang=\"zh-CN\">", "</span>"),
            (Markup::Typst, Self::English) => ("#text(lang: \"en\", region: \"us\")[", "]"),
            (Markup::Typst, Self::Chinese) => ("#text(lang: \"zh\", region: \"cn\")[", "]"),
            (Markup::Markdown, _) => ("", ""),
        }
    }

    /// The words of a text that are in it, in order.
    pub(super) fn words(self, text: &str) -> Vec<Range<usize>> {
        match self {
            Self::English => english(text),
            Self::Chinese => chinese(text),
        }
    }
}

/// Runs of English: words of letters with spaces between, one of which at least is
/// written like a word and not like an abbreviation.
fn english(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    // Whether the last word may be followed by another one of its run.
    let (mut open, mut run): (bool, Option<(Range<usize>, bool)>) = (false, None);
    let mut finish = |run: &mut Option<(Range<usize>, bool)>| {
        if let Some((range, true)) = run.take() {
            runs.push(range);
        }
    };
    let mut start = 0;
    for token in text.split_inclusive(|c: char| c.is_whitespace() || !c.is_ascii()) {
        let bare = token.trim_end_matches(|c: char| c.is_whitespace() || !c.is_ascii());
        let spaced = token.len() > bare.len() && token[bare.len()..] == *" ";
        let word = bare.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let at = start + bare.find(word).unwrap_or_default();
        start += token.len();
        if open && spaced && bare == "&" {
            continue;
        }
        let letters = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphabetic() || "-'&/".contains(c));
        if !letters {
            finish(&mut run);
            open = false;
            continue;
        }
        let like_a_word = word.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_lowercase));
        match &mut run {
            Some((range, any)) if open && bare.starts_with(word) => {
                range.end = at + word.len();
                *any |= like_a_word;
            }
            _ => {
                finish(&mut run);
                run = Some((at..at + word.len(), like_a_word));
            }
        }
        open = spaced && bare.ends_with(word);
    }
    finish(&mut run);
    runs
}

/// Runs of Chinese characters and the marks between them.
fn chinese(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|&(_, c)| is_cjk(c)) {
        let end = at + c.len_utf8();
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = end,
            _ => runs.push(at..end),
        }
    }
    // Marks alone are in no language.
    runs.retain(|run| text[run.clone()].chars().any(char::is_alphabetic));
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(foreign: Foreign, text: &str) -> Vec<&str> {
        foreign.words(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn english_words_in_chinese_are_found_and_abbreviations_are_not() {
        for (text, words) in [
            ("大客户经理（Key Account Manager），负责 CRM 系统", &["Key Account Manager"][..]),
            ("熟练使用Excel和PowerPoint。", &["Excel", "PowerPoint"]),
            ("通过 CET-6，持 PMP 证书，编号 SY-PW-01", &[]),
            ("见 https://example.com/jobs 或 hr@example.com", &[]),
            ("使用 Microsoft Office 365 办公", &["Microsoft Office"]),
            ("research & development, sales", &["research & development", "sales"]),
            ("向 IT Service Desk 报告", &["IT Service Desk"]),
            ("", &[]),
        ] {
            assert_eq!(found(Foreign::English, text), words, "{text}");
        }
    }

    #[test]
    fn chinese_words_in_english_are_found_and_marks_alone_are_not() {
        for (text, words) in [
            ("the position description (岗位说明书) of 客户经理", &["岗位说明书", "客户经理"][..]),
            ("计划、组织 and more", &["计划、组织"]),
            ("a full-width mark： here", &[]),
        ] {
            assert_eq!(found(Foreign::Chinese, text), words, "{text}");
        }
    }
}
