//! Owns a finding as the preview shows it: with its place and excerpt, so that it needs
//! none of the texts it was found in. May import everything but the commands.

use std::path::Path;

use serde::Serialize;

use crate::cli::config::UiLanguage;
use crate::diagnostic::{Diagnostic, Message, Severity};
use crate::source::{Line, Sources, Span};

/// The most characters of a line that are shown before, in and after what is meant.
const CONTEXT: usize = 80;

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) severity: Severity,
    pub(super) code: &'static str,
    message: Message,
    place: Place,
    pointer: Option<String>,
    related: Vec<(Place, Message)>,
    reason: Option<Message>,
    hints: Vec<Message>,
    /// Whether a claimed exception justifies it.
    honored: bool,
    /// Whether the document is made in spite of it.
    only_of_opening: bool,
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Place {
    /// The file, and below it line and column where they are known; may be empty.
    file: String,
    line: Option<usize>,
    column: Option<usize>,
    excerpt: Option<Excerpt>,
}

/// A line of a file, in three parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Excerpt {
    before: String,
    marked: String,
    after: String,
}

/// A finding in the words of a language.
#[derive(Debug, Serialize)]
pub(super) struct FindingView<'a> {
    level: &'static str,
    level_label: &'a str,
    code: &'static str,
    message: Vec<Words<'a>>,
    place: &'a Place,
    pointer: Option<&'a str>,
    related: Vec<RelatedView<'a>>,
    reason: Option<Vec<Words<'a>>>,
    hints: Vec<Vec<Words<'a>>>,
    honored: bool,
}

/// A part of a message: what stands between backticks there is quoted.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Words<'a> {
    text: &'a str,
    quoted: bool,
}

#[derive(Debug, Serialize)]
struct RelatedView<'a> {
    place: &'a Place,
    message: Vec<Words<'a>>,
}

impl Finding {
    /// The finding of a library in the folder `root`.
    pub(super) fn of(finding: &Diagnostic, sources: &Sources, root: &Path) -> Self {
        let place = match (finding.span, &finding.subject) {
            (Some(span), _) => Place::of(span, sources, root),
            (None, subject) => Place::of_subject(subject.as_deref().unwrap_or_default(), root),
        };
        let related =
            finding.related.iter().map(|it| (Place::of(it.span, sources, root), it.message.clone()));
        Self {
            severity: finding.severity,
            code: finding.code.as_str(),
            message: finding.message.clone(),
            place,
            pointer: finding.pointer.clone().filter(|pointer| !pointer.is_empty()),
            related: related.collect(),
            reason: finding.reason.clone(),
            hints: finding.hints.clone(),
            honored: finding.honored,
            only_of_opening: finding.code == crate::diagnostic::Code::IncompleteOpening,
        }
    }

    /// A failure of the machine, as a finding.
    pub(super) fn failure(message: Message, hints: Vec<Message>) -> Self {
        Self {
            severity: Severity::Error,
            code: crate::diagnostic::Code::UnreadableFile.as_str(),
            message,
            place: Place { file: String::new(), line: None, column: None, excerpt: None },
            pointer: None,
            related: Vec::new(),
            reason: None,
            hints,
            honored: false,
            only_of_opening: false,
        }
    }

    /// Whether it is a failure of the machine.
    pub(super) fn is_failure(&self) -> bool {
        self.code == crate::diagnostic::Code::UnreadableFile.as_str() && self.place.file.is_empty()
    }

    /// Whether no document is made because of it, by the rule that `build` has.
    pub(super) fn stops(&self) -> bool {
        self.severity == Severity::Error && !self.only_of_opening
    }

    /// Whether it is about a file in the folder of roles that is no role's.
    pub(super) fn is_of_list(&self) -> bool {
        let list = [crate::diagnostic::Code::NotARole, crate::diagnostic::Code::InvalidId];
        list.iter().any(|code| code.as_str() == self.code) && self.place.file.starts_with("roles")
    }

    /// The file that it is in.
    pub(super) fn file(&self) -> &str {
        &self.place.file
    }

    /// In the words of a language.
    pub(super) fn view(&self, ui: UiLanguage) -> FindingView<'_> {
        let related =
            self.related.iter().map(|(place, message)| RelatedView { place, message: parts(ui.of(message)) });
        FindingView {
            level: level(self.severity),
            level_label: label(self.severity, ui),
            code: self.code,
            message: parts(ui.of(&self.message)),
            place: &self.place,
            pointer: self.pointer.as_deref(),
            related: related.collect(),
            reason: self.reason.as_ref().map(|reason| parts(ui.of(reason))),
            hints: self.hints.iter().map(|hint| parts(ui.of(hint))).collect(),
            honored: self.honored,
        }
    }
}

fn parts(message: &str) -> Vec<Words<'_>> {
    let pieces: Vec<&str> = message.split('`').collect();
    // A backtick alone quotes nothing.
    if pieces.len().is_multiple_of(2) {
        return vec![Words { text: message, quoted: false }];
    }
    let words = pieces.into_iter().enumerate().map(|(at, text)| Words { text, quoted: at % 2 == 1 });
    words.filter(|words| !words.text.is_empty()).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

fn label(severity: Severity, ui: UiLanguage) -> &'static str {
    match (severity, ui) {
        (Severity::Error, UiLanguage::En) => "Error",
        (Severity::Error, UiLanguage::ZhCn) => "错误",
        (Severity::Warning, UiLanguage::En) => "Warning",
        (Severity::Warning, UiLanguage::ZhCn) => "警告",
        (Severity::Info, UiLanguage::En) => "Note",
        (Severity::Info, UiLanguage::ZhCn) => "提示",
    }
}

/// A path as it is in the library, with slashes.
fn in_library(path: &str, root: &Path) -> String {
    let path = Path::new(path).strip_prefix(root).unwrap_or(Path::new(path));
    path.display().to_string().replace(std::path::MAIN_SEPARATOR, "/")
}

impl Place {
    fn of(span: Span, sources: &Sources, root: &Path) -> Self {
        let position = sources.position(span);
        let Line { text, place, .. } = sources.line(span);
        let excerpt = Excerpt {
            before: last_characters(text[..place.start].trim_start()),
            marked: first_characters(&text[place.clone()]),
            after: first_characters(text[place.end..].trim_end()),
        };
        Self {
            file: in_library(&sources.path(span.source).display().to_string(), root),
            line: Some(position.line),
            column: Some(position.column),
            excerpt: (!text.is_empty()).then_some(excerpt),
        }
    }

    /// A path, with line and column if they come along: `a.json:2:13`.
    fn of_subject(subject: &str, root: &Path) -> Self {
        let mut parts = subject.rsplitn(3, ':');
        let column = parts.next().and_then(|text| text.parse().ok());
        let line = parts.next().and_then(|text| text.parse().ok());
        match (parts.next(), line, column) {
            (Some(path), Some(line), Some(column)) => {
                Self { file: in_library(path, root), line: Some(line), column: Some(column), excerpt: None }
            }
            _ => Self { file: in_library(subject, root), line: None, column: None, excerpt: None },
        }
    }
}

fn first_characters(text: &str) -> String {
    match text.char_indices().nth(CONTEXT) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}

fn last_characters(text: &str) -> String {
    match text.char_indices().rev().nth(CONTEXT) {
        Some((at, c)) => format!("…{}", &text[at + c.len_utf8()..]),
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    #[test]
    fn an_excerpt_is_the_line_in_three_parts_however_long() {
        let mut sources = Sources::default();
        let text = format!("{{\n  \"title\": \"{}岗位\" }}", "长".repeat(200));
        let source = sources.add("hr/roles/a.json", &text);
        let at = text.find('岗').unwrap();
        let found =
            Diagnostic::error(Code::InvalidValue, Message::same("x")).at(Span::new(source, at..at + 6));
        let finding = Finding::of(&found, &sources, Path::new("hr"));
        let excerpt = finding.place.excerpt.as_ref().unwrap();
        assert_eq!((finding.file(), finding.place.line), ("roles/a.json", Some(2)));
        assert_eq!((&*excerpt.marked, &*excerpt.after), ("岗位", "\" }"));
        assert_eq!(excerpt.before, format!("…{}", "长".repeat(CONTEXT)));
    }

    #[test]
    fn what_stands_between_backticks_is_quoted() {
        let words = |text, quoted| Words { text, quoted };
        assert_eq!(parts("there is no `a`"), [words("there is no ", false), words("a", true)]);
        assert_eq!(parts("a ` alone"), [words("a ` alone", false)]);
    }

    #[test]
    fn a_place_outside_a_text_is_its_end_and_a_subject_may_have_a_line() {
        let mut sources = Sources::default();
        let source = sources.add("a.json", "岗");
        let found = Diagnostic::error(Code::InvalidValue, Message::same("x")).at(Span::new(source, 1..900));
        assert_eq!(Finding::of(&found, &sources, Path::new("")).place.line, Some(1));
        let found = Diagnostic::error(Code::InvalidUtf8, Message::same("x")).about("hr/roles/a.json:3:7");
        let finding = Finding::of(&found, &sources, Path::new("hr"));
        assert_eq!(
            (finding.file(), finding.place.line, finding.place.column),
            ("roles/a.json", Some(3), Some(7))
        );
    }
}
