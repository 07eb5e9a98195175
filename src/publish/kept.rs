//! Owns the form in which a finding is kept from one run to the next. May import
//! `check`, `diagnostic` and `source`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::check::code;
use crate::diagnostic::{Diagnostic, Fix, Message, Related, Severity};
use crate::source::{SourceId, Sources, Span};

/// A finding without the texts that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptFinding {
    code: String,
    severity: Level,
    message: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    related: Vec<(Place, Words)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hints: Vec<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    brief: Option<Words>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    honored: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fix: Option<(Place, String)>,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    Error,
    Warning,
    Info,
}

/// A file, and the first byte and the one past the last.
type Place = (PathBuf, u32, u32);

/// English and Chinese.
type Words = (String, String);

fn words(message: &Message) -> Words {
    (message.en.clone(), message.zh_cn.clone())
}

fn message((en, zh_cn): &Words) -> Message {
    Message::new(en, zh_cn)
}

impl KeptFinding {
    /// What is kept of a finding about these texts.
    pub fn of(finding: &Diagnostic, sources: &Sources) -> Self {
        let place = |span: Span| (sources.path(span.source).to_owned(), span.start, span.end);
        Self {
            code: finding.code.as_str().to_string(),
            severity: match finding.severity {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warning,
                Severity::Info => Level::Info,
            },
            message: words(&finding.message),
            place: finding.span.map(place),
            subject: finding.subject.clone(),
            pointer: finding.pointer.clone(),
            related: finding.related.iter().map(|it| (place(it.span), words(&it.message))).collect(),
            hints: finding.hints.iter().map(words).collect(),
            reason: finding.reason.as_ref().map(words),
            brief: finding.brief.as_ref().map(words),
            honored: finding.honored,
            fix: finding.fix.as_ref().map(|fix| (place(fix.span), fix.with.clone())),
        }
    }

    /// The finding as it was; `source` finds a text by its path. None if it is of a rule
    /// that there is not, or a text is not there.
    pub fn restored(&self, source: &mut dyn FnMut(&Path) -> Option<SourceId>) -> Option<Diagnostic> {
        let mut span = |(path, start, end): &Place| {
            source(path).map(|source| Span::new(source, *start as usize..*end as usize))
        };
        let related = self
            .related
            .iter()
            .map(|(place, words)| span(place).map(|span| Related { span, message: message(words) }));
        let related = related.collect::<Option<Vec<_>>>()?;
        let place = match &self.place {
            Some(place) => Some(span(place)?),
            None => None,
        };
        let fix = match &self.fix {
            Some((place, with)) => Some(Fix { span: span(place)?, with: with.clone() }),
            None => None,
        };
        Some(Diagnostic {
            code: code(&self.code)?,
            severity: match self.severity {
                Level::Error => Severity::Error,
                Level::Warning => Severity::Warning,
                Level::Info => Severity::Info,
            },
            message: message(&self.message),
            span: place,
            subject: self.subject.clone(),
            pointer: self.pointer.clone(),
            related,
            hints: self.hints.iter().map(message).collect(),
            reason: self.reason.as_ref().map(message),
            brief: self.brief.as_ref().map(message),
            honored: self.honored,
            fix,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, RuleCode};

    #[test]
    fn a_finding_comes_back_as_it_was() {
        let mut sources = Sources::default();
        let (a, b) = (sources.add("a.json", "one two"), sources.add("b.json", "three"));
        let finding = Diagnostic::warning(Code::DuplicateId, Message::new("en", "中"))
            .at(Span::new(b, 1..3))
            .pointer("/x")
            .about("y")
            .related(Span::new(a, 0..3), Message::new("first", "先"))
            .hint("do", "做")
            .reason("why", "因")
            .brief("short", "短")
            .fix(Span::new(b, 0..2), "TH");
        let finding = Diagnostic { severity: Severity::Info, honored: true, ..finding };
        let kept = KeptFinding::of(&finding, &sources);
        let text = serde_json::to_string(&kept).unwrap();
        let kept: KeptFinding = serde_json::from_str(&text).unwrap();
        let mut find = |path: &Path| {
            [(Path::new("a.json"), a), (Path::new("b.json"), b)]
                .into_iter()
                .find(|(known, _)| *known == path)
                .map(|(_, id)| id)
        };
        assert_eq!(kept.restored(&mut find), Some(finding));
        assert_eq!(kept.restored(&mut |_| None), None);
        let of = |code: Code| KeptFinding::of(&Diagnostic::warning(code, Message::same("x")), &sources);
        let restored = |code: Code| of(code).restored(&mut |_| None).map(|finding| finding.code);
        let rule = Code::Rule(RuleCode::new("review_overdue"));
        assert_eq!(restored(rule), Some(rule));
        assert_eq!(restored(Code::Rule(RuleCode::new("of_another_version"))), None);
    }
}
