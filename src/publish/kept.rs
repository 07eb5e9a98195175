//! Owns the form in which findings are kept from one run to the next. May import
//! `check`, `diagnostic` and `source`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::check::code;
use crate::diagnostic::{Diagnostic, Fix, Message, Related, Severity};
use crate::source::{Before, SourceId, Sources, Span};

/// Findings, with the lines that they are about and without the texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptFindings {
    lines: Vec<KeptLine>,
    findings: Vec<KeptFinding>,
}

/// A line of a file: the bytes and the lines before it, and what it says.
type KeptLine = (PathBuf, u32, u32, String);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptFinding {
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

/// The number of a line, and of the file the first byte and the one past the last.
type Place = (usize, u32, u32);

/// English and Chinese.
type Words = (String, String);

fn words(message: &Message) -> Words {
    (message.en.clone(), message.zh_cn.clone())
}

fn message((en, zh_cn): &Words) -> Message {
    Message::new(en, zh_cn)
}

impl KeptFindings {
    /// What is kept of findings about these texts.
    pub fn of(findings: &[Diagnostic], sources: &Sources) -> Self {
        let mut kept = Self::default();
        let mut known = BTreeMap::new();
        let mut place = |span: Span| {
            let line = sources.line(span);
            let number = *known.entry((span.source, line.before)).or_insert_with(|| {
                let Before { bytes, lines } = line.before;
                kept.lines.push((sources.path(span.source).to_owned(), bytes, lines, line.text.to_string()));
                kept.lines.len() - 1
            });
            (number, span.start, span.end)
        };
        kept.findings = findings.iter().map(|finding| KeptFinding::of(finding, &mut place)).collect();
        kept
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The findings as they were; `line` takes up a line of a file. None if one is of a rule
    /// that there is not, or a line is not taken up.
    pub fn restored(
        &self,
        line: &mut dyn FnMut(&Path, Before, &str) -> Option<SourceId>,
    ) -> Option<Vec<Diagnostic>> {
        let lines = self
            .lines
            .iter()
            .map(|(path, bytes, lines, text)| line(path, Before { bytes: *bytes, lines: *lines }, text));
        let lines: Vec<SourceId> = lines.collect::<Option<_>>()?;
        self.findings.iter().map(|finding| finding.restored(&lines)).collect()
    }
}

impl KeptFinding {
    fn of(finding: &Diagnostic, place: &mut dyn FnMut(Span) -> Place) -> Self {
        Self {
            code: finding.code.as_str().to_string(),
            severity: match finding.severity {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warning,
                Severity::Info => Level::Info,
            },
            message: words(&finding.message),
            place: finding.span.map(&mut *place),
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

    /// None if it is of a rule that there is not, or of a line.
    fn restored(&self, lines: &[SourceId]) -> Option<Diagnostic> {
        let span = |(line, start, end): &Place| {
            lines.get(*line).map(|source| Span::new(*source, *start as usize..*end as usize))
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
    fn findings_come_back_as_they_were_about_lines() {
        let mut sources = Sources::default();
        let (a, b) = (sources.add("a.json", "one\ntwo"), sources.add("b.json", "three"));
        let finding = Diagnostic::warning(Code::DuplicateId, Message::new("en", "中"))
            .at(Span::new(b, 1..3))
            .pointer("/x")
            .about("y")
            .related(Span::new(a, 4..7), Message::new("first", "先"))
            .hint("do", "做")
            .reason("why", "因")
            .brief("short", "短")
            .fix(Span::new(b, 0..2), "TH");
        let finding = Diagnostic { severity: Severity::Info, honored: true, ..finding };
        let kept = KeptFindings::of(&[finding.clone(), finding.clone()], &sources);
        let text = serde_json::to_string(&kept).unwrap();
        let kept: KeptFindings = serde_json::from_str(&text).unwrap();
        let mut lines = Sources::default();
        let restored =
            kept.restored(&mut |path, before, text| Some(lines.add_line(path, before, text))).unwrap();
        // Each line is kept once.
        let texts: Vec<&str> = lines.files().iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["three", "two"]);
        let related = restored[1].related[0].span;
        assert_eq!((lines.text(related), lines.position(related).line), ("two", 2));
        let mut expected = finding;
        let line =
            |number: usize, range| Span::new(lines.latest(&lines.files()[number].path).unwrap(), range);
        expected.span = Some(line(0, 1..3));
        expected.related[0].span = line(1, 4..7);
        expected.fix.as_mut().unwrap().span = line(0, 0..2);
        assert_eq!(restored, [expected.clone(), expected]);
        assert_eq!(kept.restored(&mut |_, _, _| None), None);
        let of = |code: Code| KeptFindings::of(&[Diagnostic::warning(code, Message::same("x"))], &sources);
        let restored = |code: Code| {
            let findings = of(code).restored(&mut |_, _, _| None)?;
            Some(findings[0].code)
        };
        let rule = Code::Rule(RuleCode::new("review_overdue"));
        assert_eq!(restored(rule), Some(rule));
        assert_eq!(restored(Code::Rule(RuleCode::new("of_another_version"))), None);
    }
}
