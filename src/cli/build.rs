//! Owns the command `build`: load, resolve, check, view, render, publish, in one
//! straight path. May import everything.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::args::EmitArg;
use super::config::{BuildConfig, UiLanguage, today};
use super::press::{Press, Wanted};
use super::theme::{no_theme, unknown_theme};
use super::{Failure, Outcome, library, rebuild, report, threads};
use crate::catalog::Catalog;
use crate::check::{Checker, Overrides, check, check_look, check_settings};
use crate::diagnostic::{Code, Diagnostic, Message, Severity};
use crate::fs;
use crate::model::{Edition, Language};
use crate::publish::{document_path, publish};
use crate::render::{Artifact, Enclosed, Markup, Target, TemplateSet, ThemeSet, prepare_engine};
use crate::resolve::{ResolvedRole, provenance, resolve_as_far_as_possible};
use crate::source::Sources;
use crate::view::{CarriedRole, DocumentView, Locale, Logo, Names, Theme, document, pair};

pub(super) fn run(config: &BuildConfig) -> Result<Outcome, Failure> {
    let started = Instant::now();
    if fs::is_file(&config.library) {
        return rebuild::run(config);
    }
    if let Some(look) = &config.look {
        return Err(two_libraries(config, look));
    }
    library::must_be_one(&config.library)?;
    if config.emit.is_none() && config.targets.contains(&Target::Pdf) {
        prepare_engine();
    }
    if config.roles.len() != 1 {
        prefer_small_pages();
    }
    let pool = threads(config.jobs)?;
    let mut catalog = pool.install(|| match &config.roles[..] {
        [] => Catalog::load(&config.library),
        ids => Catalog::load_for(&config.library, ids),
    })?;
    let mut findings = std::mem::take(&mut catalog.findings);
    let mut summary = Summary::default();
    let mut unshown = 0;
    let ids = chosen(config, &catalog)?;
    match ground(config, &mut catalog, &mut findings)? {
        Some(ground) => {
            let job = pool.install(|| Job::new(config, &catalog, ground));
            if let Some(stage) = config.emit {
                return job.emit(stage, &ids, findings);
            }
            summary = pool.install(|| job.build(&ids, &mut findings))?;
            unshown = job.unshown.load(Ordering::Relaxed);
            // The program ends; the system takes the memory back faster than piece by piece.
            std::mem::forget(job);
        }
        None => summary.left_out = ids.len(),
    }
    report::sort(&mut findings, &catalog.sources);
    let errors = print_findings(&findings, &catalog.sources, config.ui)?;
    let warnings = findings.len() - errors;
    let line = summary.line(config, errors, warnings, started.elapsed());
    writeln!(anstream::stderr(), "{line}")?;
    report::say_unshown(unshown, &config.library, config.ui)?;
    Ok(if errors > 0 { Outcome::Findings } else { Outcome::Fine })
}

/// Documents with their places below the output folder, and what there is to say of them.
type Made = (Vec<(PathBuf, Artifact)>, Vec<Diagnostic>);

/// The documents of one role of a library, as `build` would write them; none if any of
/// them has an error. What there is to say comes along.
pub(super) fn documents(config: &BuildConfig, catalog: &mut Catalog, id: &str) -> Result<Made, Failure> {
    let mut findings = std::mem::take(&mut catalog.findings);
    let Some(ground) = ground(config, catalog, &mut findings)? else { return Ok((Vec::new(), findings)) };
    let (mut documents, found) = Job::new(config, catalog, ground).role(id);
    findings.extend(found);
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        documents.clear();
    }
    Ok((documents, findings))
}

/// What documents are made with, but the roles.
pub(super) struct Ground {
    templates: TemplateSet,
    themes: ThemeSet,
    locales: BTreeMap<Language, Locale>,
    fonts: Vec<Vec<u8>>,
    logo: Option<Logo>,
    checker: Checker,
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
    let folder = config.library.join("templates");
    let templates = TemplateSet::load(&folder, &markups, &mut catalog.sources);
    let locales = load_locales(config, &mut catalog.sources, findings);
    let (themes, faults) = ThemeSet::load(&folder, &mut catalog.sources);
    // A theme that is not there may be one whose file has a fault: then that is said.
    let absent = config.theme.as_ref().filter(|name| !themes.knows(name));
    if let Some(name) = absent.filter(|_| faults.is_empty()) {
        return Err(no_theme(name, &themes));
    }
    catalog.settings_failed |= !faults.is_empty();
    findings.extend(faults);
    for name in themes.names() {
        if let Some((_, node)) = themes.own(&name) {
            let found = check_look(node, "");
            catalog.settings_failed |= found.iter().any(|finding| finding.severity == Severity::Error);
            findings.extend(found);
        }
    }
    if let Some(name) = &catalog.settings.theme
        && !themes.knows(name.as_str())
    {
        let finding = unknown_theme(name.as_str(), &themes);
        findings.push(finding.at(catalog.settings_node.nearest("/theme")));
        // Without it, nobody has said how the documents are to look.
        catalog.settings_failed |= config.theme.is_none();
    }
    // One Typst file that stands alone has no other one beside it.
    let logo = if config.emit == Some(EmitArg::Typst) { Ok(None) } else { library::logo(catalog) };
    let logo = logo.unwrap_or_else(|finding| {
        findings.push(*finding);
        catalog.settings_failed = true;
        None
    });
    match templates {
        Ok(templates) if !catalog.settings_failed => {
            let (fonts, found) = library::fonts(&config.library)?;
            findings.extend(found);
            let fonts = fonts.into_iter().map(|(_, bytes)| bytes).collect();
            let (checker, found) = Checker::new(catalog, &today(), Overrides::default());
            findings.extend(found);
            Ok(Some(Ground { templates, themes, locales, fonts, logo, checker }))
        }
        Ok(_) => Ok(None),
        Err(errors) => {
            findings.extend(errors);
            Ok(None)
        }
    }
}

/// Memory in pages of 4 KiB: a large library takes 130 MB instead of 184 MB so,
/// and a single document, of which that is not asked, a tenth less time in large ones.
pub(super) fn prefer_small_pages() {
    // A kernel that cannot do it makes no other document.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

pub(super) fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_string() } else { format!("{word}s") }
}

/// What a run came to.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Summary {
    pub(super) roles: usize,
    pub(super) files: usize,
    pub(super) left_out: usize,
}

impl Summary {
    /// The last line of a run.
    pub(super) fn line(self, config: &BuildConfig, errors: usize, warnings: usize, took: Duration) -> String {
        let (seconds, out) = (took.as_secs_f64(), config.out.display());
        let Self { roles, files, left_out } = self;
        match config.ui {
            UiLanguage::En => {
                let left_out = if left_out > 0 { format!(", {left_out} left out") } else { String::new() };
                format!(
                    "{roles} {}{left_out}, {files} {} in {out}, {seconds:.2} s, {errors} {}, {warnings} {}",
                    plural(roles, "role"),
                    plural(files, "file"),
                    plural(errors, "error"),
                    plural(warnings, "warning"),
                )
            }
            UiLanguage::ZhCn => {
                let left_out = if left_out > 0 {
                    format!("（另有 {left_out} 个因错误未生成）")
                } else {
                    String::new()
                };
                format!(
                    "{roles} 个岗位{left_out}，{files} 个文件写入 {out}，用时 {seconds:.2} 秒，{errors} 个错误，{warnings} 个警告"
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

fn load_locales(
    config: &BuildConfig,
    sources: &mut Sources,
    findings: &mut Vec<Diagnostic>,
) -> BTreeMap<Language, Locale> {
    let mut locales = BTreeMap::new();
    for language in Language::ALL {
        let wanted = config.editions.iter().any(|edition| edition.languages().any(|it| it == language));
        if !config.editions.is_empty() && !wanted {
            continue;
        }
        let locale = library::locale(&config.library, language, sources, findings);
        locales.insert(language, locale);
    }
    locales
}

pub(super) fn print_findings(
    findings: &[Diagnostic],
    sources: &Sources,
    ui: UiLanguage,
) -> Result<usize, Failure> {
    let mut stderr = anstream::stderr().lock();
    for text in report::printed(findings, sources, ui) {
        writeln!(stderr, "{text}\n")?;
    }
    Ok(findings.iter().filter(|finding| finding.severity == Severity::Error).count())
}

pub(super) struct Job<'a> {
    config: &'a BuildConfig,
    catalog: &'a Catalog,
    names: Names,
    pub(super) locales: BTreeMap<Language, Locale>,
    pub(super) press: Press<'a>,
    checker: Checker,
    /// How many warnings the checks have that are not shown.
    pub(super) unshown: AtomicUsize,
}

impl<'a> Job<'a> {
    pub(super) fn new(config: &'a BuildConfig, catalog: &'a Catalog, ground: Ground) -> Self {
        let Ground { templates, themes, locales, fonts, logo, checker } = ground;
        let wanted = Wanted {
            theme: config.theme.clone(),
            prints: config.emit.is_none() && config.targets.contains(&Target::Pdf),
            fields: config.fields,
            bound: config.bound,
            system_fonts: config.system_fonts,
        };
        let press = Press::new(catalog, themes, templates, fonts, logo.map(Arc::new), &locales, wanted);
        let (names, unshown) = (Names::of(catalog), AtomicUsize::new(0));
        Self { config, catalog, names, locales, press, checker, unshown }
    }

    fn build(&self, ids: &[String], findings: &mut Vec<Diagnostic>) -> Result<Summary, Failure> {
        let progress = progress_bar(ids.len());
        let collected = Mutex::new(Vec::new());
        let results: Result<Vec<usize>, Failure> = ids
            .par_iter()
            .map(|id| {
                let (documents, found) = self.role(id);
                collected.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(found);
                publish(&self.config.out, &documents)?;
                progress.inc(1);
                Ok(documents.len())
            })
            .collect();
        progress.finish_and_clear();
        findings.extend(collected.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner));
        let counts = results?;
        let roles = counts.iter().filter(|&&files| files > 0).count();
        Ok(Summary { roles, files: counts.iter().sum(), left_out: ids.len() - roles })
    }

    /// The documents of a role, in every language and format; none if any of
    /// them has an error.
    fn role(&self, id: &str) -> Made {
        let (resolved, editions, mut findings) = match self.resolve(id) {
            Ok(resolved) => resolved,
            Err(findings) => return (Vec::new(), findings),
        };
        let printer = match self.press.printer(&resolved) {
            Ok(printer) => printer,
            Err(found) => {
                findings.extend(found);
                return (Vec::new(), findings);
            }
        };
        let prints = self.config.targets.contains(&Target::Pdf);
        let mut documents = Vec::new();
        for edition in editions {
            let made = self.press.own_look.made(&printer.theme, edition, false);
            let carried = prints.then(|| CarriedRole::write(&resolved, &self.names, Some(&made)));
            let view = self.view(&resolved, edition, &printer.theme);
            for &target in &self.config.targets {
                let enclosed = Enclosed { carried: carried.as_deref(), esign: self.config.esign };
                let (files, found) = printer.renderer.render(&view, target, enclosed);
                findings.extend(found.into_iter().map(|it| self.press.locate(it, &resolved, &printer.theme)));
                let place = |file: Artifact| (document_path(&view.edition, id, &file), file);
                documents.extend(files.into_iter().map(place));
            }
        }
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            documents.clear();
        }
        (documents, findings)
    }

    /// A role without errors, and the languages to build it in.
    pub(super) fn resolve(
        &self,
        id: &str,
    ) -> Result<(ResolvedRole, Vec<Edition>, Vec<Diagnostic>), Vec<Diagnostic>> {
        if !self.catalog.roles.contains_key(id) {
            // Its file has errors, which are reported already.
            return Err(Vec::new());
        }
        let (resolved, mut findings) = resolve_as_far_as_possible(self.catalog, id);
        let Some(resolved) = resolved else { return Err(findings) };
        let library = self.catalog.settings.document_languages();
        let of_role = resolved.languages(library);
        let single = |languages: &[Language]| languages.iter().copied().map(Edition::from).collect();
        let wanted: Vec<Edition> = match &self.config.editions[..] {
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
        findings.extend(self.checker.graded(check(self.catalog, &resolved, &languages)));
        // What an opening lacks is the site's matter.
        let beyond = self.checker.beyond_structure(self.catalog, &resolved);
        let beyond = beyond.into_iter().filter(|finding| finding.code != Code::IncompleteOpening);
        findings.extend(report::shown(beyond, &self.unshown));
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(findings);
        }
        Ok((resolved, editions, findings))
    }

    pub(super) fn view(&self, resolved: &ResolvedRole, edition: Edition, theme: &Theme) -> DocumentView {
        let of = |language| {
            let locale = &self.locales[&language];
            document(resolved, &self.names, locale, language, theme)
        };
        match edition.second {
            Some(second) => pair(of(edition.first), of(second)),
            None => of(edition.first),
        }
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
            let (resolved, editions, found) = match self.resolve(id) {
                Ok(resolved) => resolved,
                Err(found) => {
                    findings.extend(found);
                    continue;
                }
            };
            findings.extend(found);
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
            let printer = match self.press.printer(&resolved) {
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
                    Err(finding) => findings.push(self.press.locate(*finding, &resolved, &printer.theme)),
                }
            }
        }
        stdout.flush()?;
        report::sort(&mut findings, &self.catalog.sources);
        let errors = print_findings(&findings, &self.catalog.sources, self.config.ui)?;
        Ok(if errors > 0 { Outcome::Findings } else { Outcome::Fine })
    }
}

pub(super) fn progress_bar(roles: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} {elapsed}").expect("a template");
    ProgressBar::new(roles as u64).with_style(style)
}
