//! Owns the built-in words of each language, `locales/TAG.json`, and what value of
//! a vocabulary somebody means who writes such a word. May import nothing of
//! rolebook but `diagnostic` and `model`.

use std::sync::LazyLock;

use serde_json::Value;

use super::text::Language;
use crate::diagnostic::did_you_mean;

/// The built-in words of a language.
///
/// # Panics
/// If a built-in file does not parse, which a test rules out.
pub fn built_in_words(language: Language) -> &'static Value {
    static ZH_CN: LazyLock<Value> = LazyLock::new(|| read(include_str!("../../locales/zh-CN.json")));
    static EN: LazyLock<Value> = LazyLock::new(|| read(include_str!("../../locales/en.json")));
    match language {
        Language::ZhCn => &ZH_CN,
        Language::En => &EN,
    }
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("the built-in words parse")
}

/// What a value of a vocabulary is called in a language; none if there is no such
/// value.
pub fn term_label(vocabulary: &str, key: &str, language: Language) -> Option<&'static str> {
    built_in_words(language).get("terms")?.get(vocabulary)?.get(key)?.as_str()
}

/// The value of a vocabulary that is meant by a word: a label in any language, the
/// greater part of one, or something near to a value or a label.
pub fn term_meant<'a>(vocabulary: &str, values: &[&'a str], word: &str) -> Option<&'a str> {
    let word = word.trim().to_lowercase();
    let labels: Vec<(&str, String)> = values
        .iter()
        .flat_map(|&value| labels(vocabulary, value).into_iter().map(move |label| (value, label)))
        .collect();
    let only = |fits: &dyn Fn(&str) -> bool| {
        let mut fitting = labels.iter().filter(|(_, label)| fits(label)).map(|(value, _)| *value);
        let first = fitting.next()?;
        fitting.all(|other| other == first).then_some(first)
    };
    // Two characters are a word in Chinese, hardly one in English.
    let says_much = |part: &str| part.chars().count() >= if part.is_ascii() { 4 } else { 2 };
    only(&|label| label == word)
        .or_else(|| did_you_mean(&word, values.iter().copied()))
        .or_else(|| only(&|label| says_much(&word) && label.contains(&word)))
        .or_else(|| only(&|label| says_much(label) && word.contains(label)))
        .or_else(|| {
            // A Chinese label is short: its parts say more than its slips.
            let labels = labels.iter().filter(|_| word.is_ascii());
            let near = did_you_mean(&word, labels.map(|(_, label)| label.as_str()))?;
            only(&|label| label == near)
        })
}

/// The labels of a value in every language, in small letters. A frequency is called
/// otherwise where it is the cycle of an indicator.
fn labels(vocabulary: &str, value: &str) -> Vec<String> {
    let also = (vocabulary == "frequency").then_some("cycle");
    let vocabularies = [Some(vocabulary), also].into_iter().flatten();
    vocabularies
        .flat_map(|name| Language::ALL.map(|language| term_label(name, value, language)))
        .flatten()
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AuthorityRight, EducationLevel, Frequency, Term};

    fn meant<T: Term + Copy>(all: &[T], word: &str) -> Option<&'static str> {
        let values: Vec<&str> = all.iter().map(|term| term.key()).collect();
        term_meant(T::VOCABULARY, &values, word)
    }

    #[test]
    fn a_label_in_either_language_means_its_value() {
        assert_eq!(meant(AuthorityRight::ALL, "审批"), Some("approve"));
        assert_eq!(meant(AuthorityRight::ALL, "approved"), Some("approve"));
        assert_eq!(meant(EducationLevel::ALL, "本科"), Some("bachelor"));
        assert_eq!(meant(EducationLevel::ALL, "Bachelor's degree"), Some("bachelor"));
        assert_eq!(meant(Frequency::ALL, "Yearly"), Some("annually"));
        assert_eq!(meant(Frequency::ALL, "季度"), Some("quarterly"));
        assert_eq!(meant(Frequency::ALL, "每月一次"), Some("monthly"));
    }

    #[test]
    fn a_word_that_could_be_several_means_none() {
        assert_eq!(meant(EducationLevel::ALL, "大学"), None);
        assert_eq!(meant(EducationLevel::ALL, "及以上"), None);
        assert_eq!(meant(AuthorityRight::ALL, "拥有"), None);
    }
}
