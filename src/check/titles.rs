//! Owns the check that each of a role's own sections has a title. May import
//! `resolve` and everything below it.

use crate::diagnostic::{Code, Diagnostic, Message};
use crate::model::{Language, Text};
use crate::resolve::ResolvedRole;

/// Every document needs a title where it shows a text: for the heading, and for the
/// bookmark that leads to it.
pub(super) fn check(resolved: &ResolvedRole) -> Vec<Diagnostic> {
    let has_words =
        |text: &Option<Text>| text.as_ref().is_some_and(|it| it.get_or_any(Language::ZhCn).is_some());
    let sections = resolved.role.sections.iter().enumerate();
    let untitled = sections.filter(|(_, section)| has_words(&section.body) && !has_words(&section.title));
    untitled
        .map(|(index, _)| {
            let pointer = format!("/sections/{index}/title");
            Diagnostic::error(
                Code::MissingTitle,
                Message::new(
                    "the section has a text and no `title`",
                    "自定义章节有正文，但没有 `title`（标题）",
                ),
            )
            .at(resolved.tree.nearest(&pointer))
            .pointer(pointer)
            .hint("add one: \"title\": \"…\"", "请补上：\"title\": \"…\"")
        })
        .collect()
}
