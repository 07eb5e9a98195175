//! Owns findings as programs read them: one line each, and JSON with a schema. May import
//! everything but the commands.

use schemars::JsonSchema;
use serde::Serialize;

use super::config::UiLanguage;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Sources, Span};

/// What `check --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Report {
    /// How many findings are errors
    pub(super) errors: usize,
    /// How many findings are warnings
    pub(super) warnings: usize,
    /// How many findings are only worth knowing, honored exceptions included
    pub(super) notes: usize,
    /// The findings, in the order of files and lines
    pub(super) findings: Vec<Finding>,
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Finding {
    /// The code of the rule; `rolebook explain CODE` says more
    pub(super) code: String,
    /// How much it weighs
    pub(super) level: Level,
    /// What was found, in the language of messages
    pub(super) message: String,
    /// Why it is one, in the language of messages, where its rule gives a reason
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// What to do about it, in the language of messages
    pub(super) hints: Vec<String>,
    /// Where it is; a path or an id only, where there is no text to point at
    pub(super) place: Place,
    /// The id of the role in whose file it is
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<String>,
    /// JSON Pointer to the value in its role
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pointer: Option<String>,
    /// Other places that belong to it
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related: Vec<RelatedPlace>,
    /// Whether it is justified by a lawful exception that the author claims
    pub(super) honored: bool,
    /// Whether `check --fix` mends it
    pub(super) fixable: bool,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    /// An error
    Error,
    /// A warning
    Warning,
    /// Worth knowing
    Info,
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Info,
        }
    }
}

impl Level {
    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A part of a file; lines and columns from 1, columns in characters.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct Place {
    /// The file
    pub(super) file: String,
    /// Its first line
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<usize>,
    /// Its first column
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) column: Option<usize>,
    /// The line on which it ends
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_line: Option<usize>,
    /// The column behind its last one
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_column: Option<usize>,
}

/// Another place that belongs to a finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RelatedPlace {
    /// The place
    pub(super) place: Place,
    /// What is there, in the language of messages
    pub(super) message: String,
}

impl Place {
    /// The place of a span.
    pub(super) fn of(span: Span, sources: &Sources) -> Self {
        let (from, to) = (sources.position(span), sources.position(Span { start: span.end, ..span }));
        Self {
            file: slashed(&sources.path(span.source).display().to_string()),
            line: Some(from.line),
            column: Some(from.column),
            end_line: Some(to.line),
            end_column: Some(to.column),
        }
    }

    /// Where a finding is.
    pub(super) fn of_finding(finding: &Diagnostic, sources: &Sources) -> Self {
        match (finding.span, &finding.subject) {
            (Some(span), _) => Self::of(span, sources),
            (None, subject) => {
                Self { file: slashed(subject.as_deref().unwrap_or_default()), ..Self::default() }
            }
        }
    }

    /// The id of the role whose file it is in.
    pub(super) fn role(&self) -> Option<String> {
        let (folder, name) = self.file.rsplit_once('/')?;
        let is_role = folder == "roles" || folder.ends_with("/roles");
        name.strip_suffix(".json").filter(|_| is_role).map(str::to_string)
    }
}

fn slashed(path: &str) -> String {
    if std::path::MAIN_SEPARATOR == '\\' { path.replace('\\', "/") } else { path.to_string() }
}

impl Report {
    /// The report of these findings.
    pub(super) fn of(findings: &[Diagnostic], sources: &Sources, ui: UiLanguage) -> Self {
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Info),
            findings: findings.iter().map(|finding| Finding::of(finding, sources, ui)).collect(),
        }
    }
}

impl Finding {
    fn of(finding: &Diagnostic, sources: &Sources, ui: UiLanguage) -> Self {
        let place = Place::of_finding(finding, sources);
        let related = finding.related.iter().map(|it| RelatedPlace {
            place: Place::of(it.span, sources),
            message: ui.of(&it.message).to_string(),
        });
        Self {
            code: finding.code.as_str().to_string(),
            level: finding.severity.into(),
            message: ui.of(&finding.message).to_string(),
            reason: finding.reason.as_ref().map(|reason| ui.of(reason).to_string()),
            hints: finding.hints.iter().map(|hint| ui.of(hint).to_string()).collect(),
            role: place.role(),
            place,
            pointer: finding.pointer.clone(),
            related: related.collect(),
            honored: finding.honored,
            fixable: finding.fix.is_some(),
        }
    }
}

/// A finding on one line, as compilers write it.
pub(super) fn short(finding: &Diagnostic, sources: &Sources, ui: UiLanguage) -> String {
    let place = Place::of_finding(finding, sources);
    let at = match (place.line, place.column) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        _ => String::new(),
    };
    let level = Level::from(finding.severity).as_str();
    let at = if place.file.is_empty() { String::new() } else { format!("{}{at}: ", place.file) };
    format!("{at}{level}[{}]: {}", finding.code, ui.of(&finding.message))
}

/// The JSON Schema (2020-12) of what `check --format json` prints.
pub(super) fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Report>().to_value();
    crate::compare::without_formats(&mut schema);
    schema
}
