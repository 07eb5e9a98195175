//! Owns what a rule sees of a role: its values, its texts with their places, and where
//! and when it is checked. May import `catalog` and `resolve`.

use super::days::Day;
use crate::catalog::Catalog;
use crate::json::{Node, join_pointer};
use crate::model::{DocumentStatus, Jurisdiction, Language, RoleDefinition, Text};
use crate::resolve::ResolvedRole;
use crate::source::Span;

/// A role as a rule sees it.
pub(super) struct Scene<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) resolved: &'a ResolvedRole,
    pub(super) jurisdictions: &'a [Jurisdiction],
    /// ISO 8601. Rules see it through a [`Day`] of the role only.
    today: &'a str,
}

/// A text of a role in one language.
pub(super) struct Words<'a> {
    pub(super) language: Language,
    pub(super) text: &'a str,
    pub(super) span: Span,
    pub(super) pointer: String,
}

impl<'a> Scene<'a> {
    /// A role on a day, ISO 8601.
    pub(super) fn new(
        catalog: &'a Catalog,
        resolved: &'a ResolvedRole,
        jurisdictions: &'a [Jurisdiction],
        today: &'a str,
    ) -> Self {
        Self { catalog, resolved, jurisdictions, today }
    }

    pub(super) fn role(&self) -> &'a RoleDefinition {
        &self.resolved.role
    }

    pub(super) fn status(&self) -> Option<DocumentStatus> {
        self.role().document.as_ref()?.status
    }

    /// The place of a value, or of the nearest one above it.
    pub(super) fn at(&self, pointer: &str) -> Span {
        self.resolved.tree.nearest(pointer)
    }

    /// What a text says in each language that it has.
    pub(super) fn words(&self, pointer: &str) -> Vec<Words<'a>> {
        self.resolved.tree.pointer(pointer).map(|node| words_of(node, pointer)).unwrap_or_default()
    }

    /// A day of the role that is over.
    pub(super) fn over(&self, day: Day) -> Option<&'a str> {
        day.of(self.role()).filter(|day| *day < self.today)
    }

    /// A day of the role that is over or has come.
    pub(super) fn come(&self, day: Day) -> Option<&'a str> {
        day.of(self.role()).filter(|day| *day <= self.today)
    }
}

/// What a text says in each language that it has; a plain one is in the language that
/// its letters tell.
pub(super) fn words_of<'a>(node: &'a Node, pointer: &str) -> Vec<Words<'a>> {
    if let Some(text) = node.as_str() {
        let language = if text.chars().any(is_han) { Language::ZhCn } else { Language::En };
        return vec![Words { language, text, span: node.span, pointer: pointer.to_string() }];
    }
    let of = |member: &'a crate::json::Member| {
        let (language, text) = (Language::from_tag(&member.key)?, member.value.as_str()?);
        Some(Words { language, text, span: member.value.span, pointer: join_pointer(pointer, &member.key) })
    };
    node.members().iter().filter_map(of).collect()
}

/// Whether a text says anything.
pub(super) fn says(text: Option<&Text>) -> bool {
    text.is_some_and(|text| text.get_or_any(Language::ZhCn).is_some())
}

/// Whether a character is a Chinese one.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}
