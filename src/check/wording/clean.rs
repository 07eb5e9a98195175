//! Owns the memory of texts in which no rule found anything. May import `model`.
//!
//! Roles of a library share most of their sentences: a variant has its base's, and a
//! department's roles have each other's. Such a sentence is looked at once.
//!
//! A text is remembered by its hash, which nobody can foresee, since its key is drawn anew
//! for each set of rules. The hash chooses a place and is kept there whole, so that another
//! text passes for this one once in 2^64 times. A new text takes the place of an old one.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::{Language, WordingField};

/// How many texts are remembered: half a megabyte.
const PLACES: usize = 1 << 16;

/// Texts in which nothing was found, in each language and field.
#[derive(Debug)]
pub(super) struct CleanTexts {
    key: RandomState,
    places: Box<[AtomicU64]>,
}

/// A text, as it is remembered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fingerprint(u64);

impl CleanTexts {
    /// No text yet.
    pub(super) fn none() -> Self {
        Self { key: RandomState::new(), places: (0..PLACES).map(|_| AtomicU64::new(0)).collect() }
    }

    /// What a text is remembered by.
    pub(super) fn fingerprint(
        &self,
        text: &str,
        language: Option<Language>,
        field: WordingField,
    ) -> Fingerprint {
        // No place holds a nought but one that is empty.
        Fingerprint(self.key.hash_one((text, language, field)).max(1))
    }

    /// Whether nothing was found in it.
    pub(super) fn has(&self, text: Fingerprint) -> bool {
        self.place(text).load(Ordering::Relaxed) == text.0
    }

    /// Remembers that nothing was found in it.
    pub(super) fn add(&self, text: Fingerprint) {
        self.place(text).store(text.0, Ordering::Relaxed);
    }

    fn place(&self, text: Fingerprint) -> &AtomicU64 {
        let index = usize::try_from(text.0 % PLACES as u64).expect("a place is a usize");
        &self.places[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_remembered_in_its_language_and_field() {
        let texts = CleanTexts::none();
        let of = |text: &str, language, field| texts.fingerprint(text, language, field);
        let plain = of("负责客户", None, WordingField::Duty);
        assert!(!texts.has(plain));
        texts.add(plain);
        assert!(texts.has(of("负责客户", None, WordingField::Duty)));
        assert!(!texts.has(of("负责客户", Some(Language::ZhCn), WordingField::Duty)));
        assert!(!texts.has(of("负责客户", None, WordingField::Title)));
        assert!(!texts.has(of("负责顾客", None, WordingField::Duty)));
    }
}
