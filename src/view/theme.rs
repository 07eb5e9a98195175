//! Owns themes: which sections a document has, in which order, numbered or not.
//! May import `locale`.
//!
//! How a theme looks is in its templates; this is the part that all targets
//! share, `templates/themes/NAME.json`.

use serde::Deserialize;

use super::locale::Numerals;

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
}

/// What a theme numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbering {
    /// Nothing.
    None,
    /// The sections: `一、` or `1.`
    Sections,
}

/// Every section that a theme can have; `custom` stands for the role's own.
pub fn section_ids() -> &'static [&'static str] {
    &[
        "identification",
        "summary",
        "purpose",
        "background",
        "duties",
        "authorities",
        "kpis",
        "relations",
        "qualifications",
        "conditions",
        "records",
        "compensation",
        "employment",
        "career",
        "confidentiality_statement",
        "posting",
        "custom",
        "references",
        "document",
        "revisions",
        "sign_off",
    ]
}
