//! Owns the command `build`: load, resolve, check, view, render, publish, in one
//! straight path. May import everything.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::args::EmitArg;
use super::config::{BuildConfig, UiLanguage, today};
use super::crew::{Crew, asked_to_stop, prefer_small_pages, stop_between};
use super::incremental::{self, Build, Built};
use super::look::LookFiles;
use super::part::{Part, Rest, Share};
use super::press::{Press, Wanted};
use super::theme::no_theme;
use super::watching::{Named, Signal, Watch};
use super::{Failure, Outcome, library, rebuild, report};
use crate::catalog::Catalog;
use crate::check::{Checker, Overrides, check, check_named, check_settings};
use crate::diagnostic::{Code, Diagnostic, Message, Severity};
use crate::fs;
use crate::model::{Edition, Language};
use crate::publish::{DocumentFolder, KeptFindings, RELEASES_FOLDER, digest, document_path};
use crate::render::{
    Artifact, Enclosed, Markup, Target, TemplateSet, ThemeSet, prepare_engine, system_faces,
};
use crate::resolve::{self, ResolvedRole, provenance, resolve_as_far_as_possible};
use crate::source::Sources;
use crate::view::{CarriedRole, DocumentView, Locale, Logo, Names, Theme, document, pair};

/// Ctrl-C ends the waiting for changes within so long.
const STOPS_WITHIN: Duration = Duration::from_millis(100);

pub(super) fn run(config: &BuildConfig) -> Result<Outcome, Failure> {
    let part = Part::of(config);
    if fs::is_file(&config.library) {
        return if config.watch { Err(nothing_to_watch(config)) } else { rebuild::run(config) };
    }
    if let Some(look) = &config.look {
        return Err(two_libraries(config, look));
    }
    library::must_be_one(&config.library)?;
    if config.roles.len() != 1 {
        prefer_small_pages();
    }
    let crew = Crew::of(config.jobs)?;
    stop_between();
    if config.watch { watch(config, &crew) } else { once(config, &crew, part) }
}

/// What came of an attempt to build.
enum Attempt {
    Done(Outcome),
    /// Another run is writing to the same folder.
    Busy,
    /// The next part of the run has the rest.
    Over(Share, Rest),
}

/// Builds, when no other run writes to the same folder.
fn once(config: &BuildConfig, crew: &Crew, mut part: Part) -> Result<Outcome, Failure> {
    loop {
        match attempt(config, crew, &part)? {
            Attempt::Done(outcome) => return Ok(outcome),
            // What the library says may be another thing when the other run is done.
            Attempt::Busy if incremental::wait(config)? => {}
            Attempt::Busy => return Ok(Outcome::Stopped),
            Attempt::Over(share, rest) => part = part.go_on(share, rest),
        }
    }
}

/// Builds, and again whenever something changed, until Ctrl-C.
fn watch(config: &BuildConfig, crew: &Crew) -> Result<Outcome, Failure> {
    let (signals, inbox) = mpsc::channel();
    let (sender, changes) = mpsc::channel();
    // Watched before it is read, so that no change is missed.
    let watch = Watch::begin(&config.library, signals.clone(), inbox)?;
    std::thread::spawn(move || watch.run(|changes| sender.send(changes).is_ok()));
    let words = Message::new("waiting for changes; Ctrl-C ends it", "等待修改，按 Ctrl-C 结束");
    let mut said = false;
    while !asked_to_stop() {
        match once(config, crew, Part::whole()) {
            Ok(_) => {}
            Err(Failure::Environment(message)) => say(&message, &[], config)?,
            Err(Failure::Usage { message, hints }) => say(&message, &hints, config)?,
            Err(failure @ Failure::BrokenPipe) => return Err(failure),
        }
        if let Ok(catalog) = Catalog::begin(&config.library) {
            let _ = signals.send(Signal::Named(Named::of(&catalog.settings)));
        }
        if !std::mem::replace(&mut said, true) && !asked_to_stop() {
            writeln!(anstream::stderr(), "{}", config.ui.of(&words))?;
        }
        while !asked_to_stop() {
            match changes.recv_timeout(STOPS_WITHIN) {
                Ok(_) => break,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(Outcome::Fine),
            }
        }
        // Whatever else changed meanwhile is built with it.
        while changes.try_recv().is_ok() {}
    }
    Ok(Outcome::Fine)
}

/// What to say where a file is to be watched that nobody changes.
fn nothing_to_watch(config: &BuildConfig) -> Failure {
    let file = config.library.display();
    Failure::Usage {
        message: Message::new(
            format!("--watch goes with a library, and {file} is a file"),
            format!("--watch 须与岗位库同用，而 {file} 是文件"),
        ),
        hints: vec![Message::new(
            "name the folder that has a rolebook.json, or leave --watch out",
            "请指定含有 rolebook.json 的文件夹，或去掉 --watch",
        )],
    }
}

fn say(message: &Message, hints: &[Message], config: &BuildConfig) -> Result<(), Failure> {
    writeln!(anstream::stderr(), "{}", report::failure(message, hints, config.ui))?;
    Ok(())
}

/// Builds, unless another run is writing to the same folder.
fn attempt(config: &BuildConfig, crew: &Crew, part: &Part) -> Result<Attempt, Failure> {
    let prints = config.emit.is_none() && config.targets.contains(&Target::Pdf);
    let all_anew = !part.is_later() && (config.mode.force || !DocumentFolder::is_known(&config.out));
    if prints && (part.is_followed() || all_anew) {
        prepare_engine();
    }
    let mut catalog = Catalog::begin(&config.library)?;
    let ids = chosen(config, &catalog)?;
    let stamps = crew.together(|| incremental::stamps(&catalog));
    let mut findings = std::mem::take(&mut catalog.findings);
    let ground = crew.together(|| ground(config, &mut catalog, &mut findings))?;
    let add = |catalog: &mut Catalog, findings: &mut Vec<Diagnostic>| {
        crew.together(
            || if config.roles.is_empty() { catalog.add_all() } else { resolve::add(catalog, &ids) },
        );
        findings.append(&mut catalog.findings);
    };
    let Some(ground) = ground else {
        add(&mut catalog, &mut findings);
        let summary = Summary { left_out: ids.len(), ..Summary::default() };
        let notes = Vec::from_iter(DocumentFolder::is_known(&config.out).then(|| all_earlier(config)));
        let built = Built { findings, sources: catalog.sources, notes, ..Built::default() };
        return report_all(config, built, summary, part.elapsed()).map(Attempt::Done);
    };
    let asked = incremental::asked(config, &catalog.sources, &ground.fonts, ground.logo.as_ref());
    let ready = ground.ready(config, &catalog);
    if let Some(stage) = config.emit {
        let mut catalog = catalog.clone();
        add(&mut catalog, &mut findings);
        let job = crew.together(|| Job::new(config, &catalog, &ready));
        return job.emit(stage, &ids, findings).map(Attempt::Done);
    }
    let Some(folder) = DocumentFolder::begin(&config.out, &config.library, config.mode, part.began)? else {
        return Ok(Attempt::Busy);
    };
    let releases = Some(config.library.join(RELEASES_FOLDER)).filter(|folder| fs::exists(folder));
    let build = Build { config, crew, catalog: &catalog, ready: &ready, folder: &folder, releases, part };
    let built = build.all(&ids, &asked, &stamps, findings);
    if let Ok(Built { share, goes_on: Some(after), .. }) = &built
        && !asked_to_stop()
    {
        let (written, began) = folder.hand_over()?;
        return Ok(Attempt::Over(*share, Rest { after: after.clone(), written, began }));
    }
    // As far as it came, it need not be done again.
    let done = folder.finish()?;
    let built = built?;
    let roles = ids.len() - built.waiting - part.share(built.share).left_out;
    if !config.watch {
        // The program ends; the system takes the memory back faster than piece by piece.
        std::mem::forget(ready);
    }
    if asked_to_stop() {
        writeln!(anstream::stderr(), "{}", incremental::stopped(config.ui, roles, ids.len()))?;
        return Ok(Attempt::Done(Outcome::Stopped));
    }
    if config.mode.dry {
        incremental::show(config, &done)?;
    }
    let summary = Summary {
        roles,
        left_out: ids.len() - roles,
        // What an earlier part wrote is unchanged now.
        written: part.written + done.written.len(),
        unchanged: done.unchanged.len().saturating_sub(part.written),
        removed: done.removed.len(),
    };
    report_all(config, built, summary, part.elapsed()).map(Attempt::Done)
}

/// What to say where no document is made, and some are there.
fn all_earlier(config: &BuildConfig) -> Message {
    let out = config.out.display();
    Message::new(
        format!("the documents in {out} are still the earlier ones"),
        format!("{out} 中的文档仍是之前的版本"),
    )
}

/// Says what was found, and what the run came to.
fn report_all(
    config: &BuildConfig,
    built: Built,
    summary: Summary,
    took: Duration,
) -> Result<Outcome, Failure> {
    let Built { mut findings, sources, notes, unshown, .. } = built;
    report::sort(&mut findings, &sources);
    let errors = print_findings(&findings, &sources, config.ui)?;
    for note in notes {
        writeln!(anstream::stderr(), "{}", config.ui.of(&note))?;
    }
    let warnings = findings.len() - errors;
    let line = summary.line(config, errors, warnings, took);
    writeln!(anstream::stderr(), "{line}")?;
    report::say_unshown(unshown, &config.library, config.ui)?;
    Ok(if errors > 0 { Outcome::Findings } else { Outcome::Fine })
}

/// Documents with their places below the output folder, and what there is to say of them.
type Documents = (Vec<(PathBuf, Artifact)>, Vec<Diagnostic>);

/// The documents of one role of a library, as `build` would write them; none if any of
/// them has an error. What there is to say comes along.
pub(super) fn documents(config: &BuildConfig, catalog: &mut Catalog, id: &str) -> Result<Documents, Failure> {
    let mut findings = std::mem::take(&mut catalog.findings);
    let Some(ground) = ground(config, catalog, &mut findings)? else { return Ok((Vec::new(), findings)) };
    let ready = ground.ready(config, catalog);
    let made = Job::new(config, catalog, &ready).role(id, None);
    findings.extend(made.findings);
    let mut documents = Vec::new();
    if findings.iter().all(|finding| finding.severity != Severity::Error) {
        let files = made.documents.into_iter();
        documents.extend(files.filter_map(|document| Some((document.path.into(), document.file?))));
    }
    Ok((documents, findings))
}

/// What documents are made with, but the roles.
pub(super) struct Ground {
    pub(super) templates: TemplateSet,
    pub(super) themes: ThemeSet,
    pub(super) locales: BTreeMap<Language, Locale>,
    pub(super) fonts: Vec<Vec<u8>>,
    pub(super) logo: Option<Logo>,
    pub(super) checker: Checker,
}

impl Ground {
    pub(super) fn ready(self, config: &BuildConfig, catalog: &Catalog) -> Ready {
        let Self { templates, themes, locales, fonts, logo, checker } = self;
        let wanted = Wanted {
            theme: config.theme.clone(),
            prints: config.emit.is_none() && config.targets.contains(&Target::Pdf),
            fields: config.fields,
            bound: config.bound,
            system_fonts: config.system_fonts,
        };
        let press = Press::new(catalog, themes, templates, fonts, logo.map(Arc::new), &locales, wanted);
        Ready { press, locales, checker }
    }
}

/// What roles are checked and printed with.
pub(super) struct Ready {
    pub(super) press: Press,
    /// The words of each language.
    pub(super) locales: BTreeMap<Language, Locale>,
    pub(super) checker: Checker,
}

/// Loads what documents are made with; none if something of it is wrong, which is among
/// the findings.
pub(super) fn ground(
    config: &BuildConfig,
    catalog: &mut Catalog,
    findings: &mut Vec<Diagnostic>,
) -> Result<Option<Ground>, Failure> {
    if !catalog.settings_failed {
        let found = check_settings(catalog);
        catalog.settings_failed = found.iter().any(|finding| finding.severity == Severity::Error);
        findings.extend(found);
    }
    let markups: Vec<Markup> = match config.emit {
        Some(EmitArg::Typst) => vec![Markup::Typst],
        Some(_) => Vec::new(),
        None => config.targets.iter().map(|target| target.markup()).collect(),
    };
    let wanted = |language: &Language| {
        let is_in = |edition: &Edition| edition.languages().any(|it| it == *language);
        config.editions.is_empty() || config.editions.iter().any(is_in)
    };
    let languages: Vec<Language> = Language::ALL.into_iter().filter(wanted).collect();
    // One Typst file that stands alone has no other one beside it.
    let with_logo = config.emit != Some(EmitArg::Typst);
    let mut found = Vec::new();
    let files = LookFiles::load(catalog, &languages, &markups, with_logo, &mut found)?;
    catalog.settings_failed |= found.iter().any(|finding| finding.severity == Severity::Error);
    findings.extend(found);
    // A theme that is not there may be one whose file has a fault: then that is said.
    if let Some(name) = config.theme.as_ref().filter(|name| !files.themes.knows(name))
        && !catalog.settings_failed
    {
        return Err(no_theme(name, &files.themes));
    }
    if let Some(finding) = files.check_theme(catalog) {
        findings.push(finding);
        // Without it, nobody has said how the documents are to look.
        catalog.settings_failed |= config.theme.is_none();
    }
    let LookFiles { templates, themes, locales, logo, fonts } = files;
    let Some(templates) = templates.filter(|_| !catalog.settings_failed) else { return Ok(None) };
    let (checker, found) = Checker::new(catalog, &today(), Overrides::default());
    findings.extend(found);
    Ok(Some(Ground { templates, themes, locales, fonts, logo, checker }))
}

pub(super) fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_string() } else { format!("{word}s") }
}

/// What a run came to.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Summary {
    pub(super) roles: usize,
    pub(super) left_out: usize,
    pub(super) written: usize,
    pub(super) unchanged: usize,
    pub(super) removed: usize,
}

impl Summary {
    /// The last line of a run.
    pub(super) fn line(self, config: &BuildConfig, errors: usize, warnings: usize, took: Duration) -> String {
        let (seconds, out) = (took.as_secs_f64(), config.out.display());
        let Self { roles, left_out, written, unchanged, removed } = self;
        let all_new = written > 0 && unchanged == 0 && removed == 0;
        match config.ui {
            UiLanguage::En => {
                let some = |count: usize, words: &str| match count {
                    0 => String::new(),
                    _ => format!(", {count} {words}"),
                };
                let files = plural(written, "file");
                let files = match (config.mode.dry, all_new) {
                    (true, _) => format!("{files} to write"),
                    (false, true) => files,
                    (false, false) => format!("{files} written"),
                };
                format!(
                    "{roles} {}{}, {written} {files}{}{} in {out}, {seconds:.2} s, {errors} {}, {warnings} {}",
                    plural(roles, "role"),
                    some(left_out, "left out"),
                    some(unchanged, "unchanged"),
                    some(removed, if config.mode.dry { "to remove" } else { "removed" }),
                    plural(errors, "error"),
                    plural(warnings, "warning"),
                )
            }
            UiLanguage::ZhCn => {
                let some = |count: usize, words: &str| match count {
                    0 => String::new(),
                    _ => format!("，{count} 个{words}"),
                };
                let left_out = if left_out > 0 {
                    format!("（另有 {left_out} 个因错误未生成）")
                } else {
                    String::new()
                };
                let writes = if config.mode.dry { "将写入" } else { "写入" };
                let unchanged = some(unchanged, "未变");
                let removed = some(removed, if config.mode.dry { "将删除" } else { "已删除" });
                format!(
                    "{roles} 个岗位{left_out}，{written} 个文件{writes} {out}{unchanged}{removed}，\
                     用时 {seconds:.2} 秒，{errors} 个错误，{warnings} 个警告"
                )
            }
        }
    }
}

/// What to say where a library is named twice.
fn two_libraries(config: &BuildConfig, look: &Path) -> Failure {
    let (folder, look) = (config.library.display(), library::typed(look));
    let look = if look.is_empty() { look } else { format!(" {look}") };
    let folder = if config.library.as_os_str().is_empty() { ".".to_string() } else { folder.to_string() };
    Failure::Usage {
        message: Message::new(
            format!("--library goes with a file that `extract` wrote, and {folder} is a folder"),
            format!("--library 须与 `extract` 写出的文件同用，而 {folder} 是文件夹"),
        ),
        hints: vec![Message::new(
            format!("to build a library, name it alone: rolebook build{look}"),
            format!("如要生成岗位库，只写它即可：rolebook build{look}"),
        )],
    }
}

/// The ids to build: those asked for, each of which must be there.
pub(super) fn chosen(config: &BuildConfig, catalog: &Catalog) -> Result<Vec<String>, Failure> {
    if config.roles.is_empty() {
        return Ok(catalog.ids().map(str::to_string).collect());
    }
    if let Some(id) = config.roles.iter().find(|id| !catalog.knows(id)) {
        return Err(library::no_role(id, catalog));
    }
    let mut ids = config.roles.clone();
    ids.sort();
    ids.dedup();
    Ok(ids)
}

pub(super) fn print_findings(
    findings: &[Diagnostic],
    sources: &Sources,
    ui: UiLanguage,
) -> Result<usize, Failure> {
    report::print(std::io::stderr().lock(), findings, sources, ui)?;
    Ok(findings.iter().filter(|finding| finding.severity == Severity::Error).count())
}

/// The making of documents of roles that are loaded.
pub(super) struct Job<'a> {
    config: &'a BuildConfig,
    pub(super) catalog: &'a Catalog,
    names: Names,
    ready: &'a Ready,
}

/// What came of a role.
#[derive(Default)]
pub(super) struct Made {
    /// Its documents, in every language and format; none if any of them has an error.
    pub(super) documents: Vec<Document>,
    /// The role; none if it has an error.
    pub(super) resolved: Option<ResolvedRole>,
    /// Whether one of them shows a font of the system.
    pub(super) system_fonts: bool,
    pub(super) findings: Vec<Diagnostic>,
    /// How many warnings the checks have of it that are not shown.
    pub(super) unshown: usize,
}

/// A document.
pub(super) struct Document {
    /// Its path in the output folder, with slashes.
    pub(super) path: String,
    /// A digest of everything that it is made of.
    pub(super) made_of: String,
    /// None if it is there as it is to be.
    pub(super) file: Option<Artifact>,
    /// What there was to say of it, before it was known where.
    pub(super) said: KeptFindings,
}

impl<'a> Job<'a> {
    pub(super) fn new(config: &'a BuildConfig, catalog: &'a Catalog, ready: &'a Ready) -> Self {
        Self { config, catalog, names: Names::of(catalog), ready }
    }

    /// The documents of a role; those that are in the folder already are not rendered.
    pub(super) fn role(&self, id: &str, folder: Option<&DocumentFolder>) -> Made {
        let mut made = Made::default();
        let Some((resolved, editions)) = self.resolve(id, &mut made) else { return made };
        let printer = match self.ready.press.printer(&resolved) {
            Ok(printer) => printer,
            Err(found) => {
                made.findings.extend(found);
                return made;
            }
        };
        let prints = self.config.targets.contains(&Target::Pdf);
        for edition in editions {
            let how = self.ready.press.own_look.made(&printer.theme, edition, false);
            let carried = prints.then(|| CarriedRole::write(&resolved, &self.names, Some(&how)));
            let view = self.view(&resolved, edition, &printer.theme);
            let seen = digest([&*serde_json::to_vec(&view).expect("a view is JSON")]);
            for &target in &self.config.targets {
                let esign = self.config.esign.filter(|_| target == Target::Pdf);
                let mut made_of = vec![printer.made_with(target).as_bytes(), seen.as_bytes()];
                let platform = format!("{esign:?}");
                if target == Target::Pdf {
                    made_of.extend([carried.as_deref().unwrap_or_default(), platform.as_bytes()]);
                    if printer.renderer.shows_system_fonts(&view) {
                        made_of.push(system_fonts().as_bytes());
                        made.system_fonts = true;
                    }
                }
                let made_of = digest(made_of);
                let path = format!("{}/{id}.{}", view.edition, target.extension());
                let there = folder.and_then(|folder| there(folder, &path, &made_of, esign.is_some()));
                let (documents, found) = there.unwrap_or_else(|| {
                    let enclosed = Enclosed { carried: carried.as_deref(), esign };
                    let (files, found) = printer.renderer.render(&view, target, enclosed);
                    let kept = KeptFindings::of(&found, &self.catalog.sources);
                    (documents_of(&view.edition, id, files, &made_of, kept), found)
                });
                made.documents.extend(documents);
                let located = found.into_iter().map(|it| self.locate(it, &resolved, &printer.theme));
                made.findings.extend(located);
            }
        }
        if made.findings.iter().any(|finding| finding.severity == Severity::Error) {
            made.documents.clear();
        } else {
            made.resolved = Some(resolved);
        }
        made
    }

    /// A role without errors, and the languages to build it in. What there is to say of it
    /// is added to `made`.
    pub(super) fn resolve(&self, id: &str, made: &mut Made) -> Option<(ResolvedRole, Vec<Edition>)> {
        if !self.catalog.roles.contains_key(id) {
            // Its file has errors, which are reported already.
            return None;
        }
        let findings = &mut made.findings;
        let (resolved, found) = resolve_as_far_as_possible(self.catalog, id);
        findings.extend(found);
        let resolved = resolved?;
        let library = self.catalog.settings.document_languages();
        let of_role = resolved.languages(library);
        let single = |languages: &[Language]| languages.iter().copied().map(Edition::from).collect();
        let wanted: Vec<Edition> = match &self.config.editions[..] {
            // Without a title it is in no language, and that it lacks one is said already.
            _ if resolved.role.title.is_none() => Vec::new(),
            _ if of_role.is_empty() => single(library),
            [] => single(&of_role),
            editions => editions.to_vec(),
        };
        let mut editions = Vec::new();
        let mut languages: Vec<Language> = Vec::new();
        for edition in wanted {
            let Some(missing) = edition.languages().find(|language| !of_role.contains(language)) else {
                editions.push(edition);
                languages.extend(edition.languages());
                continue;
            };
            let message = Message::new(
                format!("`{id}` is not written in {missing}, so it is not built in {edition}"),
                format!("`{id}` 没有 {missing} 版本，未生成 {edition} 文档"),
            );
            let finding = Diagnostic::warning(Code::LanguageNotAvailable, message)
                .at(resolved.tree.nearest("/title"))
                .pointer("/title");
            findings.push(finding.hint(
                format!("give the title in it: {{ \"{missing}\": \"…\" }}, and name the language in rolebook.json"),
                format!("请为岗位名称补上该语言：{{ \"{missing}\": \"…\" }}，并在 rolebook.json 的 languages 中列出"),
            ));
        }
        languages.sort_unstable();
        languages.dedup();
        let checker = &self.ready.checker;
        findings.extend(checker.graded(check(self.catalog, &resolved, &languages)));
        findings.extend(check_named(self.catalog, &resolved));
        // What an opening lacks is the site's matter.
        let beyond = checker.beyond_structure(self.catalog, &resolved);
        let beyond = beyond.into_iter().filter(|finding| finding.code != Code::IncompleteOpening);
        let (shown, unshown) = report::shown(beyond);
        findings.extend(shown);
        made.unshown += unshown;
        let is_sound = findings.iter().all(|finding| finding.severity != Severity::Error);
        is_sound.then_some((resolved, editions))
    }

    pub(super) fn locate(&self, finding: Diagnostic, resolved: &ResolvedRole, theme: &Theme) -> Diagnostic {
        self.ready.press.locate(finding, resolved, theme, &self.catalog.sources)
    }

    pub(super) fn view(&self, resolved: &ResolvedRole, edition: Edition, theme: &Theme) -> DocumentView {
        view(resolved, &self.names, &self.ready.locales, edition, theme)
    }

    /// Prints what a stage makes of each role.
    fn emit(
        &self,
        stage: EmitArg,
        ids: &[String],
        mut findings: Vec<Diagnostic>,
    ) -> Result<Outcome, Failure> {
        let mut stdout = std::io::stdout().lock();
        for id in ids {
            let mut made = Made::default();
            let ready = self.resolve(id, &mut made);
            findings.extend(made.findings);
            let Some((resolved, editions)) = ready else { continue };
            if stage == EmitArg::Resolved {
                let origins: serde_json::Map<String, serde_json::Value> = provenance(self.catalog, &resolved)
                    .into_iter()
                    .map(|(pointer, origin)| (pointer, serde_json::json!(origin)))
                    .collect();
                let hash = resolved.content_hash();
                let printed = serde_json::json!({
                    "id": id, "content_hash": hash, "role": resolved.to_json(), "provenance": origins,
                });
                writeln!(stdout, "{printed:#}")?;
                continue;
            }
            let printer = match self.ready.press.printer(&resolved) {
                Ok(printer) => printer,
                Err(found) => {
                    findings.extend(found);
                    continue;
                }
            };
            for edition in editions {
                let view = self.view(&resolved, edition, &printer.theme);
                if stage == EmitArg::View {
                    writeln!(stdout, "{:#}", serde_json::json!(view))?;
                    continue;
                }
                match printer.renderer.typst_source_alone(&view) {
                    Ok(source) => writeln!(stdout, "{source}")?,
                    Err(finding) => findings.push(self.locate(*finding, &resolved, &printer.theme)),
                }
            }
        }
        stdout.flush()?;
        report::sort(&mut findings, &self.catalog.sources);
        let errors = print_findings(&findings, &self.catalog.sources, self.config.ui)?;
        Ok(if errors > 0 { Outcome::Findings } else { Outcome::Fine })
    }
}

/// What a document of a role shows, in one language or two beside each other.
pub(super) fn view(
    resolved: &ResolvedRole,
    names: &Names,
    locales: &BTreeMap<Language, Locale>,
    edition: Edition,
    theme: &Theme,
) -> DocumentView {
    let of = |language| document(resolved, names, &locales[&language], language, theme);
    match edition.second {
        Some(second) => pair(of(edition.first), of(second)),
        None => of(edition.first),
    }
}

/// The files of a rendered document; a sheet that says where to sign is made of its PDF
/// as well.
fn documents_of(
    edition: &str,
    id: &str,
    files: Vec<Artifact>,
    made_of: &str,
    mut said: KeptFindings,
) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    for file in files {
        let path = document_path(edition, id, &file).to_string_lossy().replace('\\', "/");
        let pdf = documents.first().and_then(|pdf| pdf.file.as_ref());
        let made_of = match pdf {
            Some(pdf) => format!("{made_of} {}", digest([&*pdf.bytes])),
            None => made_of.to_string(),
        };
        let said = std::mem::take(&mut said);
        documents.push(Document { path, made_of, file: Some(file), said });
    }
    documents
}

/// A document that is in the folder as it is to be, with the sheet that says where to
/// sign if there is to be one, and what there was to say of it.
fn there(
    folder: &DocumentFolder,
    path: &str,
    made_of: &str,
    with_sheet: bool,
) -> Option<(Vec<Document>, Vec<Diagnostic>)> {
    let said = folder.has(path, made_of)?;
    // Before it is known where, what is said of a document is about no line.
    let found = said.restored(&mut |_, _, _| None)?;
    let there = |path: String, made_of: String, said| Document { path, made_of, file: None, said };
    let mut documents = vec![there(path.to_string(), made_of.to_string(), said)];
    if with_sheet {
        let made_of = format!("{made_of} {}", folder.digest_of(path)?);
        let path = format!("{}.esign.json", path.strip_suffix(".pdf")?);
        let said = folder.has(&path, &made_of)?;
        documents.push(there(path, made_of, said));
    }
    Some((documents, found))
}

/// Tells the fonts of the system from others: by the files that they are in.
pub(super) fn system_fonts() -> &'static str {
    static FONTS: OnceLock<String> = OnceLock::new();
    FONTS.get_or_init(|| {
        let faces = system_faces().into_iter();
        let files = faces.map(|face| format!("{:?} {} {}", face.origin, face.family, face.weight));
        let files: Vec<String> = files.collect();
        digest(files.iter().map(String::as_bytes))
    })
}
