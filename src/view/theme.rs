//! Owns the theme of a document: a name, and settings of which none is left open
//! but those that the language decides. May import `model` and `logo`.
//!
//! How a theme looks is in its templates; this is the part that all targets share.

use std::sync::Arc;

use super::logo::Logo;
use crate::model::ThemeSettings;

/// A theme as a library wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Its name, and that of its templates.
    pub name: String,
    /// The theme that has the templates which it lacks.
    pub base: String,
    /// The library's settings over the theme's own over those of its base.
    pub settings: ThemeSettings,
    /// The organization's logo, where documents show it.
    pub logo: Option<Arc<Logo>>,
}
