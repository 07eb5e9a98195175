//! Owns the texts of a view: runs of words, each with the place in the role
//! that it came from. May import `markdown` and `model`.

use serde::Serialize;

use crate::markdown::is_cjk;
use crate::model::Language;

/// A text of a view. Templates show it by the filters `inline` and `blocks`,
/// which also show a plain string.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Rich {
    /// The runs, in order; none for an empty text.
    pub parts: Vec<Part>,
}

/// A run of words from one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The words.
    pub text: String,
    /// Whether the words are Markdown; else they are shown as they stand.
    pub markdown: bool,
    /// JSON Pointer to the value in the role, or below [`THEME_SETTINGS`] to one of
    /// the library's or the theme's; empty for rolebook's own words.
    ///
    /// [`THEME_SETTINGS`]: crate::model::THEME_SETTINGS
    pub at: String,
    /// The BCP 47 tag of the language that words in the other script are in: English
    /// words in Chinese text, or the other way round. Absent if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreign: Option<&'static str>,
}

impl Rich {
    /// The text, or none.
    #[must_use]
    pub fn shown_if(self, shown: bool) -> Self {
        if shown { self } else { Self::default() }
    }

    /// A text of one run of Markdown.
    pub fn markdown(text: impl Into<String>, at: impl Into<String>) -> Self {
        Self { parts: vec![Part { text: text.into(), markdown: true, at: at.into(), foreign: None }] }
    }

    /// A text of one run that is shown as it stands; but for `\{{`, by which a
    /// role writes two braces that are no placeholder.
    pub fn plain(text: impl Into<String>, at: impl Into<String>) -> Self {
        let text = text.into().replace("\\{{", "{{");
        Self { parts: vec![Part { text, markdown: false, at: at.into(), foreign: None }] }
    }

    /// The text as part of a document in this language: words in the other script are in
    /// the other language.
    #[must_use]
    pub fn in_document(mut self, language: Language) -> Self {
        for part in &mut self.parts {
            part.foreign = match language {
                Language::ZhCn => part.text.contains(|c: char| c.is_ascii_lowercase()).then_some("en"),
                Language::En => part.text.contains(is_cjk).then_some("zh-CN"),
            };
        }
        self
    }

    /// The text with words in that language in the other script.
    #[must_use]
    pub fn with_foreign(mut self, foreign: Option<&'static str>) -> Self {
        self.parts.iter_mut().for_each(|part| part.foreign = foreign);
        self
    }

    /// Adds rolebook's own words.
    #[must_use]
    pub fn then(mut self, words: &str) -> Self {
        if !words.is_empty() {
            self.parts.push(Part { text: words.into(), markdown: false, at: String::new(), foreign: None });
        }
        self
    }

    /// Adds another text.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// Texts one after the other with words between them.
    pub fn joined(texts: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut all = Self::default();
        for text in texts.into_iter().filter(|text| !text.is_empty()) {
            if !all.is_empty() {
                all = all.then(between);
            }
            all = all.and(text);
        }
        all
    }

    /// Fills the `{name}`s of a pattern.
    pub fn fill(pattern: &str, values: &[(&str, &Self)]) -> Self {
        let mut all = Self::default();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            all = all.then(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
                all = all.and((*value).clone());
            }
            rest = after;
        }
        all.then(rest)
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.text.is_empty())
    }

    /// The words without markup.
    pub fn to_plain(&self) -> String {
        let words = |part: &Part| {
            if part.markdown { crate::markdown::plain(&part.text) } else { part.text.clone() }
        };
        self.parts.iter().map(words).collect()
    }

    /// Its width in half-width columns, about.
    pub fn width(&self) -> usize {
        self.to_plain().chars().map(|c| if crate::markdown::is_cjk(c) { 2 } else { 1 }).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_filled_in_its_own_order() {
        let domain = Rich::markdown("sales", "/x");
        let duration = Rich::plain("3 years", "/y");
        let filled = Rich::fill("{duration} in {domain}.", &[("domain", &domain), ("duration", &duration)]);
        assert_eq!(filled.to_plain(), "3 years in sales.");
        assert_eq!(filled.parts[2].at, "/x");
    }
}
