//! Owns themes: which sections a document has, in which order, numbered or not.
//! May import `model`.
//!
//! How a theme looks is in its templates; this is the part that all targets
//! share, `templates/themes/NAME.json`.

use serde::Deserialize;

use crate::model::{Numbering, Numerals, ThemeSettings};

/// The order and numbering of a theme's sections.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// The sections, in order.
    pub sections: Vec<String>,
    /// What is numbered.
    pub numbering: Numbering,
    /// The numerals of what is numbered; the language's if there are none.
    pub numerals: Option<Numerals>,
    /// What the library changes about it.
    #[serde(skip)]
    pub settings: ThemeSettings,
}

impl Theme {
    /// The theme as a library wants it.
    #[must_use]
    pub fn with(mut self, settings: ThemeSettings) -> Self {
        if !settings.sections.is_empty() {
            self.sections = settings.sections.iter().map(|section| section.0.clone()).collect();
        }
        self.numbering = settings.numbering.unwrap_or(self.numbering);
        self.numerals = settings.numerals.or(self.numerals);
        self.settings = settings;
        self
    }
}
