//! Owns how findings look in a terminal. May import everything but the commands.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anstream::adapter::strip_str;
use anstream::stream::{AsLockedWrite, RawStream};
use anstream::{AutoStream, ColorChoice};
use rayon::prelude::*;

use super::config::UiLanguage;
use super::{Failure, library};
use crate::diagnostic::{Code, Diagnostic, Message, Severity};
use crate::source::{Sources, Span};

/// So many findings of one kind in one file are reported as one.
const MANY: usize = 4;

/// Puts findings in the order of files and lines, each once. That a base has errors
/// comes behind the errors themselves.
pub(super) fn sort(findings: &mut Vec<Diagnostic>, sources: &Sources) {
    findings.par_sort_by_cached_key(|finding| {
        let path = match (finding.span, &finding.subject) {
            (Some(span), _) => sources.path(span.source).display().to_string(),
            (None, subject) => subject.clone().unwrap_or_default(),
        };
        let start = finding.span.map(|span| span.start);
        let follows = matches!(finding.code, Code::BaseHasErrors | Code::NamedRoleHasErrors);
        let message = finding.message.en.clone();
        (follows, path, start, finding.severity, finding.code, finding.pointer.clone(), message)
    });
    // What a variant takes over is found in it again, maybe as another item of a list.
    findings.dedup_by(|next, last| {
        let same_place = next.span.is_some() && next.span == last.span;
        next == last || same_place && next.code == last.code && next.message == last.message
    });
}

/// Of what the checks found, that which stops something, and the number of the warnings, so
/// that whoever builds a document sees what is in its way.
pub(super) fn shown(findings: impl IntoIterator<Item = Diagnostic>) -> (Vec<Diagnostic>, usize) {
    let (errors, rest): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| finding.severity == Severity::Error);
    let warnings = rest.iter().filter(|finding| finding.severity == Severity::Warning).count();
    (errors, warnings)
}

/// Says how many warnings of the checks were not shown, and how to see them.
pub(super) fn say_unshown(unshown: usize, folder: &Path, ui: UiLanguage) -> Result<(), Failure> {
    if unshown == 0 {
        return Ok(());
    }
    let line = format!("rolebook check {}", library::typed(folder));
    let line = line.trim_end();
    let warnings = if unshown == 1 { "warning" } else { "warnings" };
    let message = Message::new(
        format!("the checks have {unshown} {warnings}: `{line}` shows them"),
        format!("检查另有 {unshown} 个警告：运行 `{line}` 可查看"),
    );
    writeln!(anstream::stderr(), "{}", ui.of(&message))?;
    Ok(())
}

/// Prints findings to a stream, in their order, with colors if it shows them.
pub(super) fn print(
    stream: impl RawStream + AsLockedWrite,
    findings: &[Diagnostic],
    sources: &Sources,
    ui: UiLanguage,
) -> std::io::Result<()> {
    let choice = AutoStream::choice(&stream);
    let mut texts = printed(findings, sources, ui);
    // The threads take the colors out, and nothing is left for the stream to look for.
    let choice = if choice == ColorChoice::Never {
        texts.par_iter_mut().for_each(|text| *text = strip_str(text).to_string());
        ColorChoice::AlwaysAnsi
    } else {
        choice
    };
    let mut stream = BufWriter::new(AutoStream::new(stream, choice));
    for text in texts {
        writeln!(stream, "{text}\n")?;
    }
    stream.flush()
}

/// The findings as they are printed. Many of one kind in one file are one, with a line for
/// each, where the first of them stands: what else there is to say stays visible.
fn printed(findings: &[Diagnostic], sources: &Sources, ui: UiLanguage) -> Vec<String> {
    let kind = |finding: &Diagnostic| {
        let span = finding.span.filter(|_| finding.brief.is_some())?;
        Some((finding.code, sources.path(span.source)))
    };
    let mut alike: BTreeMap<_, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in findings {
        if let Some(kind) = kind(finding) {
            alike.entry(kind).or_default().push(finding);
        }
    }
    let text = |finding: &Diagnostic| match kind(finding)
        .and_then(|kind| alike.get(&kind))
        .filter(|alike| alike.len() >= MANY)
    {
        None => Some(human(finding, sources, ui)),
        Some(alike) if std::ptr::eq(alike[0], finding) => Some(together(alike, sources, ui)),
        Some(_) => None,
    };
    findings.par_iter().filter_map(text).collect()
}

/// Findings of one kind in one file, a line for each.
fn together(findings: &[&Diagnostic], sources: &Sources, ui: UiLanguage) -> String {
    let words = Words::of(ui);
    let first = findings[0];
    let count = findings.len();
    let title = match first.code {
        Code::Unwritten => {
            Message::new(format!("{count} texts are still to be written"), format!("还有 {count} 处尚未填写"))
        }
        Code::MissingTranslation => Message::new(
            format!("{count} texts lack a language of the documents"),
            format!("{count} 处文字缺少文档所用的语言"),
        ),
        _ => first.message.clone(),
    };
    let mut lines = String::new();
    for finding in findings {
        let (Some(span), Some(brief)) = (finding.span, &finding.brief) else { continue };
        let line = sources.position(span).line;
        let (field, brief) = (finding.pointer.as_deref().unwrap_or_default(), ui.of(brief));
        let line = Message::new(
            format!("\n   line {line:<5}{field}  {brief}"),
            format!("\n   第 {line} 行  {field}  {brief}"),
        );
        lines.push_str(ui.of(&line));
    }
    let path = first.span.map(|span| sources.path(span.source).display().to_string()).unwrap_or_default();
    let mut group = words
        .level(first.severity)
        .primary_title(ui.of(&title))
        .id(first.code.as_str())
        .elements(Vec::<Snippet<'_, annotate_snippets::Annotation<'_>>>::new())
        .element(origin(&path));
    for hint in &first.hints {
        group = group.element(Level::HELP.with_name(words.help).message(ui.of(hint)));
    }
    format!("{}{lines}", Renderer::styled().render(&[group]))
}

/// A finding with its excerpt, as it is printed.
pub(super) fn human(finding: &Diagnostic, sources: &Sources, ui: UiLanguage) -> String {
    let words = Words::of(ui);
    let mut group = words
        .level(finding.severity)
        .primary_title(ui.of(&finding.message))
        .id(finding.code.as_str())
        .elements(Vec::<Snippet<'_, annotate_snippets::Annotation<'_>>>::new());
    if let Some(span) = finding.span {
        group = group.element(snippet(span, sources, AnnotationKind::Primary, ""));
    } else if let Some(subject) = &finding.subject {
        group = group.element(origin(subject));
    }
    for related in &finding.related {
        let label = ui.of(&related.message);
        group = group.element(snippet(related.span, sources, AnnotationKind::Context, label));
    }
    group = notes(group, finding, &words, ui);
    Renderer::styled().render(&[group])
}

fn notes<'a>(mut group: Group<'a>, finding: &'a Diagnostic, words: &Words, ui: UiLanguage) -> Group<'a> {
    if let Some(pointer) = finding.pointer.as_ref().filter(|pointer| !pointer.is_empty()) {
        group = group.element(Level::NOTE.with_name(words.field).message(pointer));
    }
    if let Some(reason) = &finding.reason {
        group = group.element(Level::NOTE.with_name(words.reason).message(ui.of(reason)));
    }
    for hint in &finding.hints {
        group = group.element(Level::HELP.with_name(words.help).message(ui.of(hint)));
    }
    group
}

/// A path, with line and column if they come along: `a.json:2:13`.
fn origin(subject: &str) -> Origin<'_> {
    let mut parts = subject.rsplitn(3, ':');
    let numbers =
        (parts.next().and_then(|text| text.parse().ok()), parts.next().and_then(|text| text.parse().ok()));
    match (parts.next(), numbers) {
        (Some(path), (Some(column), Some(line))) => Origin::path(path).line(line).char_column(column),
        _ => Origin::path(subject),
    }
}

/// The line of a place; of a value over several lines, the first.
fn snippet<'a>(
    span: Span,
    sources: &'a Sources,
    kind: AnnotationKind,
    label: &'a str,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let line = sources.line(span);
    let annotation = kind.span(line.place);
    let annotation = if label.is_empty() { annotation } else { annotation.label(label) };
    Snippet::source(line.text)
        .line_start(line.before.lines as usize + 1)
        .path(sources.path(span.source).to_string_lossy())
        .annotation(annotation)
}

/// A failure of the environment, and what to do about it, as it is printed.
pub(super) fn failure(message: &Message, hints: &[Message], ui: UiLanguage) -> String {
    let words = Words::of(ui);
    let title = Level::ERROR.with_name(words.error).primary_title(ui.of(message));
    let mut group = Group::with_title(title);
    for hint in hints {
        group = group.element(Level::HELP.with_name(words.help).message(ui.of(hint)));
    }
    Renderer::styled().render(&[group])
}

struct Words {
    error: &'static str,
    warning: &'static str,
    info: &'static str,
    field: &'static str,
    reason: &'static str,
    help: &'static str,
}

impl Words {
    fn level(&self, severity: Severity) -> Level<'static> {
        match severity {
            Severity::Error => Level::ERROR.with_name(self.error),
            Severity::Warning => Level::WARNING.with_name(self.warning),
            Severity::Info => Level::INFO.with_name(self.info),
        }
    }

    fn of(ui: UiLanguage) -> Self {
        match ui {
            UiLanguage::En => Self {
                error: "error",
                warning: "warning",
                info: "info",
                field: "field",
                reason: "why",
                help: "help",
            },
            UiLanguage::ZhCn => Self {
                error: "错误",
                warning: "警告",
                info: "提示",
                field: "字段",
                reason: "理由",
                help: "建议",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_inside_a_character_is_shown_with_its_line() {
        let mut sources = Sources::default();
        let source = sources.add("a.json", "\n岗位\n");
        for range in [2..3, 3..5, 5..900, 900..901] {
            let finding =
                Diagnostic::warning(Code::Unwritten, Message::same("x")).at(Span::new(source, range));
            assert!(human(&finding, &sources, UiLanguage::En).contains("a.json"));
        }
    }
}
