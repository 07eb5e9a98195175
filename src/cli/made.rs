//! Owns what a document says of how it was made, so that the same one can be made
//! again. May import `publish` and everything below it.

use std::collections::BTreeMap;

use crate::fs;
use crate::model::{Edition, Language};
use crate::publish::digest;
use crate::render::TemplateSet;
use crate::view::{Locale, Made, Theme};

/// The parts of a look that a library has of its own, by a short hash of each.
#[derive(Debug, Clone, Default)]
pub(super) struct OwnLook {
    templates: Option<String>,
    fonts: Option<String>,
    words: BTreeMap<Language, String>,
    without_fields: bool,
}

impl OwnLook {
    pub(super) fn new(
        templates: &TemplateSet,
        fonts: &[Vec<u8>],
        locales: &BTreeMap<Language, Locale>,
    ) -> Self {
        let words = |locale: &Locale| serde_json::to_vec(locale).expect("words are JSON");
        let own = locales.iter().filter_map(|(language, locale)| {
            let own = words(locale);
            (own != words(&Locale::built_in(*language))).then(|| (*language, short_hash([&*own])))
        });
        let templates = templates.own_typst();
        Self {
            templates: (!templates.is_empty()).then(|| short_hash(templates)),
            fonts: (!fonts.is_empty()).then(|| short_hash(fonts.iter().map(Vec::as_slice))),
            words: own.collect(),
            without_fields: false,
        }
    }

    /// The same, of documents with form fields or without.
    pub(super) fn with_fields(self, fields: bool) -> Self {
        Self { without_fields: !fields, ..self }
    }

    /// How a document in a theme and an edition is made.
    pub(super) fn made(&self, theme: &Theme, edition: Edition, public: bool) -> Made {
        let mut look = BTreeMap::new();
        look.extend(theme.logo.as_ref().map(|logo| ("logo".to_string(), short_hash([&*logo.bytes]))));
        look.extend(self.templates.clone().map(|hash| ("templates".to_string(), hash)));
        look.extend(self.fonts.clone().map(|hash| ("fonts".to_string(), hash)));
        for language in edition.languages() {
            look.extend(self.words.get(&language).map(|hash| (format!("words.{language}"), hash.clone())));
        }
        Made {
            edition: edition.to_string(),
            public,
            without_fields: self.without_fields,
            theme: theme.name.clone(),
            base: theme.base.clone(),
            theme_settings: theme.settings.clone(),
            look,
            rolebook: env!("CARGO_PKG_VERSION").to_string(),
        }
    }
}

/// Tells this program from others: its version, and the file that it is in, since what
/// is being developed has the version of what was released.
pub(super) fn program() -> String {
    let file = fs::program_stamp().map(|file| (file.length, file.written));
    format!("{} {file:?}", env!("CARGO_PKG_VERSION"))
}

/// The first digits of the digest of these bytes.
fn short_hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    digest(parts)[..12].to_string()
}
