//! Owns the command `check`: hold every rule against every role, a portion of them in
//! memory at a time, report, and mend what has one safe answer. May import everything but
//! the other commands.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use rayon::prelude::*;
use similar::TextDiff;

use super::args::CheckFormat;
use super::build::plural;
use super::config::{CheckConfig, UiLanguage};
use super::crew::{Crew, prefer_small_pages};
use super::findings::{Report, short};
use super::look::LookFiles;
use super::{Failure, Outcome, library, report, sarif};
use crate::catalog::Catalog;
use crate::check::posting_text::PostingText;
use crate::check::{CheckedRole, Checker, Facts};
use crate::diagnostic::{Code, Diagnostic, Fix, Message, Severity};
use crate::fs;
use crate::model::Language;
use crate::render::Markup;
use crate::source::{SourceId, Sources};

/// The longest posting that is read, in bytes; a Word file can have pictures.
const POSTING_LIMIT: usize = 4 * 1024 * 1024;

/// What was mended is looked at again so often at most.
const PASSES: usize = 8;

/// So many roles are in memory at once, beside their bases.
const AT_ONCE: usize = 512;

pub(super) fn run(config: &CheckConfig) -> Result<Outcome, Failure> {
    let started = Instant::now();
    if let Some(file) = &config.text {
        return posting(config, file, started);
    }
    library::must_be_one_for(&config.library, &|near| format!("rolebook check {near}"))?;
    prefer_small_pages();
    let crew = Crew::of(config.jobs)?;
    let mut would_change = false;
    let (mut catalog, checker, found) = open(config, &crew)?;
    let (mut findings, roles) = crew.together(|| everything(config, &mut catalog, &checker, &found));
    if config.fix || config.diff {
        let mut mended = Mended::default();
        // Of two answers that overlap one is taken, and the other is found again.
        for _ in 0..PASSES {
            if !mended.mend(&findings, &mut catalog) {
                break;
            }
            (findings, _) = crew.together(|| everything(config, &mut catalog, &checker, &found));
        }
        if config.diff {
            std::io::stdout().lock().write_all(mended.diff(&catalog.sources).as_bytes())?;
        } else {
            mended.write(&catalog.sources)?;
            crew.together(|| print(config, &findings, &catalog.sources))?;
        }
        writeln!(anstream::stderr(), "{}", mended.line(config))?;
        would_change = config.diff && mended.count > 0;
    } else {
        crew.together(|| print(config, &findings, &catalog.sources))?;
    }
    let counts = Counts::of(&findings);
    writeln!(anstream::stderr(), "{}", counts.line(config.ui, Some(roles), started))?;
    // The program ends; the system takes the memory back faster than piece by piece.
    std::mem::forget(catalog);
    Ok(match counts.errors {
        0 if would_change => Outcome::Findings,
        // A library without roles is no sound one: perhaps it is the wrong folder.
        0 if roles == 0 => Outcome::Unreadable,
        0 => Outcome::Fine,
        _ => Outcome::Findings,
    })
}

/// The library's texts, the rules for them, and what is wrong with the settings of these and
/// with the look of the documents.
fn open(config: &CheckConfig, crew: &Crew) -> Result<(Catalog, Checker, Vec<Diagnostic>), Failure> {
    let mut catalog = crew.together(|| Catalog::load_texts(&config.library))?;
    if let Some(id) = config.roles.iter().find(|id| !catalog.knows(id)) {
        return Err(library::no_role(id, &catalog));
    }
    let (checker, mut found) = Checker::new(&mut catalog, &config.today, config.overrides.clone());
    must_know(config, &checker)?;
    let look = LookFiles::load(&mut catalog, &Language::ALL, &Markup::ALL, true, &mut found)?;
    found.extend(look.check_theme(&catalog));
    Ok((catalog, checker, found))
}

/// Fails if a code that was typed is none.
fn must_know(config: &CheckConfig, checker: &Checker) -> Result<(), Failure> {
    let typed = &config.overrides;
    let codes = typed.deny.iter().chain(&typed.allow).chain(&typed.select);
    let Some(code) = codes.into_iter().find(|code| !checker.knows(code)) else { return Ok(()) };
    let (en, zh_cn) = checker.unknown(code);
    Err(Failure::Usage {
        message: Message::new(format!("there is no rule `{code}`"), format!("没有规则 `{code}`")),
        hints: vec![Message::new(en, zh_cn)],
    })
}

/// Everything that is found in a library, in the order in which it is told, and in how many
/// roles it was looked for.
fn everything(
    config: &CheckConfig,
    catalog: &mut Catalog,
    checker: &Checker,
    found: &[Diagnostic],
) -> (Vec<Diagnostic>, usize) {
    let all = config.roles.is_empty();
    let asked = |id: &str| all || config.roles.iter().any(|it| it == id);
    let ids: Vec<String> = catalog.ids().map(str::to_string).collect();
    let mut findings = Vec::new();
    if all {
        findings.extend(checker.graded(found.to_vec()));
        findings.extend(checker.settings(catalog));
    }
    let mut facts: Vec<Facts> = Vec::with_capacity(ids.len());
    for portion in ids.chunks(AT_ONCE) {
        catalog.parse(portion);
        let checked: Vec<CheckedRole> = portion.par_iter().map(|id| checker.role(catalog, id)).collect();
        for (id, role) in portion.iter().zip(checked) {
            if asked(id) {
                findings.extend(role.findings);
            }
            facts.extend(role.facts);
        }
        catalog.forget();
    }
    let of_files = catalog.findings.iter().filter(|finding| all || concerns(finding, catalog, &asked));
    findings.extend(checker.graded(of_files.cloned().collect()));
    let between = checker.library(&facts);
    findings.extend(between.into_iter().filter(|(id, _)| asked(id)).map(|(_, finding)| finding));
    if let Some(language) = config.language {
        findings.retain(|finding| of_language(finding, language));
    }
    report::sort(&mut findings, &catalog.sources);
    (findings, if all { ids.len() } else { config.roles.len() })
}

/// Whether a finding is in the file of a role that was asked for.
fn concerns(finding: &Diagnostic, catalog: &Catalog, asked: &dyn Fn(&str) -> bool) -> bool {
    let path = match (finding.span, &finding.subject) {
        (Some(span), _) => catalog.sources.path(span.source),
        (None, Some(subject)) => Path::new(subject),
        (None, None) => return false,
    };
    path.file_stem().is_some_and(|stem| asked(&stem.to_string_lossy()))
}

/// Whether a finding is in a text of a language, or in none of a language.
fn of_language(finding: &Diagnostic, language: Language) -> bool {
    let last = finding.pointer.as_deref().and_then(|pointer| pointer.rsplit('/').next());
    last.and_then(Language::from_tag).is_none_or(|own| own == language)
}

/// Checks a posting that is not JSON.
fn posting(config: &CheckConfig, file: &Path, started: Instant) -> Result<Outcome, Failure> {
    let (bytes, name) = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        (bytes, "-".to_string())
    } else {
        (fs::read_bytes(file)?, file.display().to_string())
    };
    if bytes.len() > POSTING_LIMIT {
        let limit = POSTING_LIMIT / 1024;
        return Err(Failure::Usage {
            message: Message::new(
                format!("{name} is too long for a posting: more than {limit} KiB"),
                format!("{name} 太长，招聘信息不超过 {limit} KiB"),
            ),
            hints: vec![Message::new("check one posting at a time", "请逐份检查")],
        });
    }
    // The levels and packs of a library hold for its postings too.
    let has_library = fs::is_file(&config.library.join(crate::catalog::SETTINGS_FILE));
    let is_typed = !config.library.as_os_str().is_empty() && config.library != Path::new(".");
    if is_typed && !has_library {
        let file = library::typed(file);
        library::must_be_one_for(&config.library, &|near| format!("rolebook check --text {file} {near}"))?;
    }
    let mut catalog = if has_library { Some(Catalog::load_for(&config.library, &[])?) } else { None };
    let (checker, mut findings) = match &mut catalog {
        Some(catalog) => Checker::new(catalog, &config.today, config.overrides.clone()),
        None => (Checker::built_in(&config.today, config.overrides.clone()), Vec::new()),
    };
    must_know(config, &checker)?;
    let mut sources = catalog.map(|catalog| catalog.sources).unwrap_or_default();
    let mut unreadable = false;
    match PostingText::read(&bytes, &name) {
        Ok(posting) if posting.is_empty() => {
            unreadable = true;
            findings.push(blank().about(&*name));
        }
        Ok(posting) => {
            let source = sources.add(&name, &posting.text);
            findings.extend(checker.graded(posting.check(source, checker.wording())));
        }
        Err(finding) => {
            unreadable = true;
            findings.push(*finding);
        }
    }
    report::sort(&mut findings, &sources);
    print(config, &findings, &sources)?;
    let counts = Counts::of(&findings);
    writeln!(anstream::stderr(), "{}", counts.line(config.ui, None, started))?;
    Ok(match counts.errors {
        _ if unreadable => Outcome::Unreadable,
        0 => Outcome::Fine,
        _ => Outcome::Findings,
    })
}

/// A posting without a word is nothing that was found to be sound.
fn blank() -> Diagnostic {
    Diagnostic::error(
        Code::UnreadableFile,
        Message::new("there is no text in it: nothing was checked", "其中没有文字，未作检查"),
    )
    .hint("a picture of a text cannot be read: check the text itself", "图片中的文字无法读取，请检查文字稿")
}

fn print(config: &CheckConfig, findings: &[Diagnostic], sources: &Sources) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    let text = match config.format {
        CheckFormat::Human => return Ok(report::print(stdout, findings, sources, config.ui)?),
        CheckFormat::Short => {
            findings.iter().map(|finding| short(finding, sources, config.ui) + "\n").collect()
        }
        CheckFormat::Json => {
            let report = serde_json::json!(Report::of(findings, sources, config.ui));
            format!("{report:#}\n")
        }
        CheckFormat::Sarif => format!("{:#}\n", sarif::log(findings, sources, config.ui)),
    };
    stdout.write_all(text.as_bytes())?;
    Ok(())
}

/// How many findings there are.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    errors: usize,
    warnings: usize,
    notes: usize,
    honored: usize,
}

impl Counts {
    fn of(findings: &[Diagnostic]) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            *match finding.severity {
                Severity::Error => &mut counts.errors,
                Severity::Warning => &mut counts.warnings,
                Severity::Info if finding.honored => &mut counts.honored,
                Severity::Info => &mut counts.notes,
            } += 1;
        }
        counts
    }

    /// The last line of a run.
    fn line(self, ui: UiLanguage, roles: Option<usize>, started: Instant) -> String {
        let Self { errors, warnings, notes, honored } = self;
        let seconds = started.elapsed().as_secs_f64();
        let any = errors + warnings + notes > 0;
        if roles == Some(0) {
            let nothing = Message::new(
                format!(
                    "nothing was checked, there are no roles: {errors} {}, {warnings} {}, {notes} {}",
                    plural(errors, "error"),
                    plural(warnings, "warning"),
                    plural(notes, "note")
                ),
                format!("没有岗位，未作检查：{errors} 个错误，{warnings} 个警告，{notes} 个提示"),
            );
            return ui.of(&nothing).to_string();
        }
        match ui {
            UiLanguage::En => {
                let checked =
                    roles.map(|it| format!("{it} {} checked, ", plural(it, "role"))).unwrap_or_default();
                let honored = match honored {
                    0 => String::new(),
                    1 => ", 1 exception honored".to_string(),
                    many => format!(", {many} exceptions honored"),
                };
                let why = if any { "; `rolebook explain CODE` says why" } else { "" };
                format!(
                    "{checked}{seconds:.2} s: {errors} {}, {warnings} {}, {notes} {}{honored}{why}",
                    plural(errors, "error"),
                    plural(warnings, "warning"),
                    plural(notes, "note"),
                )
            }
            UiLanguage::ZhCn => {
                let checked = roles.map(|it| format!("检查了 {it} 个岗位，")).unwrap_or_default();
                let honored =
                    if honored > 0 { format!("，{honored} 处法定例外") } else { String::new() };
                let why = if any { "；`rolebook explain 代码` 可查看理由" } else { "" };
                format!(
                    "{checked}用时 {seconds:.2} 秒：{errors} 个错误，{warnings} 个警告，{notes} 个提示{honored}{why}"
                )
            }
        }
    }
}

/// What was mended, or would be.
#[derive(Default)]
struct Mended {
    count: usize,
    /// Its text as it was read and as it is now, of each file.
    files: BTreeMap<PathBuf, (SourceId, SourceId)>,
}

impl Mended {
    /// Takes the safe answers of these findings. Whether there were any.
    fn mend(&mut self, findings: &[Diagnostic], catalog: &mut Catalog) -> bool {
        let mut by_file: BTreeMap<SourceId, Vec<Fix>> = BTreeMap::new();
        for fix in findings.iter().filter_map(|finding| finding.fix.clone()) {
            by_file.entry(fix.span.source).or_default().push(fix);
        }
        let any = !by_file.is_empty();
        for (source, mut fixes) in by_file {
            fixes.sort_by_key(|fix| (fix.span.start, std::cmp::Reverse(fix.span.end)));
            fixes.dedup();
            let mut kept: Vec<Fix> = Vec::new();
            for fix in fixes {
                if kept.last().is_none_or(|last| last.span.end <= fix.span.start) {
                    kept.push(fix);
                }
            }
            let mut text = catalog.sources.file(source).text.to_string();
            for fix in kept.iter().rev() {
                text.replace_range(fix.span.range(), &fix.with);
            }
            self.count += kept.len();
            let path = catalog.sources.path(source).to_path_buf();
            let now = catalog.rewrite(source, &text);
            self.files.entry(path).and_modify(|file| file.1 = now).or_insert((source, now));
        }
        any
    }

    /// What is another text now, with a line around it.
    fn diff(&self, sources: &Sources) -> String {
        let of_file = |(path, (old, new)): (&PathBuf, &(SourceId, SourceId))| {
            let name = path.display().to_string();
            let [old, new] = [old, new].map(|source| sources.file(*source).text.as_str());
            let diff = TextDiff::from_lines(old, new);
            diff.unified_diff().context_radius(1).header(&name, &name).to_string()
        };
        self.files.iter().map(of_file).collect()
    }

    /// Writes the files.
    fn write(&self, sources: &Sources) -> Result<(), Failure> {
        for (path, (old, new)) in &self.files {
            write(path, &sources.file(*old).text, &sources.file(*new).text)?;
        }
        Ok(())
    }

    fn line(&self, config: &CheckConfig) -> String {
        let (count, files) = (self.count, self.files.len());
        let (of_findings, of_files) = (plural(count, "finding"), plural(files, "file"));
        let message = if config.diff {
            Message::new(
                format!("--fix would mend {count} {of_findings} in {files} {of_files}"),
                format!("--fix 将改正 {files} 个文件中的 {count} 处"),
            )
        } else {
            Message::new(
                format!("mended {count} {of_findings} in {files} {of_files}"),
                format!("已改正 {files} 个文件中的 {count} 处"),
            )
        };
        config.ui.of(&message).to_string()
    }
}

/// Writes a file that still is what was read, with its byte order mark if it has one.
fn write(path: &Path, old: &str, new: &str) -> Result<(), Failure> {
    let written = fs::read_bytes(path)?;
    let name = path.display();
    if fs::is_read_only(path) {
        return Err(Failure::Environment(Message::new(
            format!("{name} is read-only; nothing was written to it"),
            format!("{name} 是只读文件，未写入"),
        )));
    }
    let mark: &[u8] = if written.starts_with(b"\xef\xbb\xbf") { b"\xef\xbb\xbf" } else { b"" };
    if written[mark.len()..] != *old.as_bytes() {
        return Err(Failure::Environment(Message::new(
            format!("{name} was changed while it was checked; nothing was written to it"),
            format!("{name} 在检查期间被修改，未写入"),
        )));
    }
    Ok(fs::write_whole(path, &[mark, new.as_bytes()].concat())?)
}
