//! Owns the command `book`: load, resolve, check, arrange, typeset, bind, in one straight
//! path. May import everything but the other commands.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use indicatif::ProgressBar;
use rayon::prelude::*;

use super::build::{self, Job, Ready, chosen, ground, plural, print_findings};
use super::config::{BookConfig, UiLanguage};
use super::crew::{Crew, asked_to_stop, prefer_small_pages, stop_between};
use super::press::Printer;
use super::progress::progress_bar;
use super::{Failure, Outcome, library, report};
use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic, Message, Severity};
use crate::fs;
use crate::json::Node;
use crate::model::{Edition, Language};
use crate::organization::Units;
use crate::render::{Book, BookLine, BookPlace, CONTENTS, Leaves, prepare_engine};
use crate::resolve::{ResolvedRole, load_for, part, resolve};
use crate::view::{
    BookHead, BookRole, BookWords, Chapter, ChapterView, OpenerView, Placed, UNDATED, chapter_anchor,
    chapters,
};

/// Roles that are bound together: their pages are in memory at once. As many on every
/// machine, since the order of a book's objects follows them.
const AT_ONCE: usize = 24;

pub(super) fn run(config: &BookConfig) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let folder = &config.build.library;
    library::must_be_one_for(folder, &|near| format!("rolebook book {near}"))?;
    prepare_engine();
    prefer_small_pages();
    let crew = Crew::of(config.build.jobs)?;
    stop_between();
    let mut catalog = crew.together(|| match &config.build.roles[..] {
        [] => Catalog::load(folder),
        ids => load_for(folder, ids),
    })?;
    let mut findings = std::mem::take(&mut catalog.findings);
    let ids = chosen(&config.build, &catalog)?;
    let units = units(config, &catalog)?;
    let editions = editions(config, &catalog)?;
    let mut books = Vec::new();
    let mut unshown = 0;
    if let Some(ground) = ground(&config.build, &mut catalog, &mut findings)? {
        let ready = ground.ready(&config.build, &catalog);
        let job = crew.together(|| Job::new(&config.build, &catalog, &ready));
        let (roles, found, warnings) = crew.together(|| gather(&job, &ids, units.as_ref()));
        findings.extend(found);
        unshown = warnings;
        if roles.is_empty() && !has_errors(&findings) {
            return Err(nothing_to_bind());
        }
        if !has_errors(&findings) {
            let progress = progress_bar(roles.len() * editions.len(), config.build.ui);
            for &edition in &editions {
                let (crew, ready, job, progress) = (&crew, &ready, &job, &progress);
                let binding = Binding { config, crew, ready, job, edition, progress };
                match binding.bind(&roles, &mut findings) {
                    Ok(made) => books.extend(made),
                    Err(found) => findings.extend(found),
                }
            }
            progress.finish_and_clear();
        }
        // The program ends; the system takes the memory back faster than piece by piece.
        std::mem::forget(ready);
    }
    if asked_to_stop() {
        writeln!(anstream::stderr(), "{}", stopped(config.build.ui))?;
        return Ok(Outcome::Stopped);
    }
    report::sort(&mut findings, &catalog.sources);
    let errors = print_findings(&findings, &catalog.sources, config.build.ui)?;
    let warnings = findings.len() - errors;
    if errors > 0 {
        let paths: Vec<PathBuf> = editions.iter().map(|&edition| path(config, edition)).collect();
        let line = nothing_bound(config.build.ui, &paths, errors, warnings);
        writeln!(anstream::stderr(), "{line}")?;
        report::say_unshown(unshown, folder, config.build.ui)?;
        return Ok(Outcome::Findings);
    }
    for book in &books {
        fs::write_whole(&book.path, &book.pdf)?;
    }
    let seconds = started.elapsed().as_secs_f64();
    for book in &books {
        writeln!(anstream::stderr(), "{}", book.line(config.build.ui))?;
    }
    writeln!(anstream::stderr(), "{}", last_line(config.build.ui, books.len(), seconds, warnings))?;
    report::say_unshown(unshown, folder, config.build.ui)?;
    Ok(Outcome::Fine)
}

fn stopped(ui: UiLanguage) -> &'static str {
    match ui {
        UiLanguage::En => "stopped: no book was made",
        UiLanguage::ZhCn => "已停止：未生成汇编",
    }
}

fn has_errors(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// The units whose roles are asked for, with those below them; none for all.
fn units(config: &BookConfig, catalog: &Catalog) -> Result<Option<BTreeSet<String>>, Failure> {
    if config.units.is_empty() {
        return Ok(None);
    }
    let mut all = BTreeSet::new();
    let units = Units::of(&catalog.settings);
    for typed in &config.units {
        let below = units.below(library::unit(typed, &units)?);
        all.extend(below.into_iter().map(|at| units.id(at).to_string()));
    }
    Ok(Some(all))
}

/// The editions to make a book of each.
fn editions(config: &BookConfig, catalog: &Catalog) -> Result<Vec<Edition>, Failure> {
    let editions = match &config.build.editions[..] {
        [] => catalog.settings.document_languages().iter().copied().map(Edition::from).collect(),
        asked => asked.to_vec(),
    };
    if config.out.is_some() && editions.len() > 1 {
        let example = format!("--lang {}", editions[0]);
        return Err(Failure::Usage {
            message: Message::new(
                "--out names one file, and there is a book for each language",
                "--out 只指定一个文件，而每种语言各有一本汇编",
            ),
            hints: vec![Message::new(
                format!("name one language too: {example}"),
                format!("请同时指定一种语言：{example}"),
            )],
        });
    }
    Ok(editions)
}

fn nothing_to_bind() -> Failure {
    Failure::Usage {
        message: Message::new("there is no role to bind", "没有可汇编的岗位"),
        hints: vec![Message::new(
            "`rolebook list` shows the roles that there are, with their units",
            "`rolebook list` 可列出已有的岗位及其部门",
        )],
    }
}

/// Where a book is written. Beside the folders of languages no role's file is in its way.
fn path(config: &BookConfig, edition: Edition) -> PathBuf {
    config.out.clone().unwrap_or_else(|| Path::new("dist").join(format!("book-{edition}.pdf")))
}

/// A role with the languages that it is written in.
struct Gathered {
    role: BookRole,
    languages: Vec<Language>,
}

/// Resolves and checks the roles that are asked for. What there is to say of them comes
/// along, and how many warnings of the checks are not shown.
fn gather(
    job: &Job<'_>,
    ids: &[String],
    units: Option<&BTreeSet<String>>,
) -> (Vec<Gathered>, Vec<Diagnostic>, usize) {
    let catalog = job.catalog;
    let is_asked_for = |id: &str| {
        let Some(units) = units else { return true };
        let organization = part(catalog, id, &["organization"]);
        let unit =
            organization.as_ref().and_then(|it| it.pointer("/organization/unit")).and_then(Node::as_str);
        unit.is_some_and(|unit| units.contains(unit))
    };
    let one = |id: &&String| {
        let mut made = build::Made::default();
        let resolved = job.resolve(id, &mut made);
        // What a book lacks for that is said of all roles at once.
        made.findings.retain(|finding| finding.code != Code::LanguageNotAvailable);
        let role = resolved.map(|(resolved, _)| Gathered {
            role: BookRole::of(&resolved),
            languages: resolved.languages(catalog.settings.document_languages()),
        });
        (role, made.findings, made.unshown)
    };
    let asked: Vec<&String> = ids.iter().filter(|id| is_asked_for(id)).collect();
    let (mut roles, mut findings, mut unshown) = (Vec::new(), Vec::new(), 0);
    for (role, found, warnings) in asked.par_iter().map(one).collect::<Vec<_>>() {
        roles.extend(role);
        findings.extend(found);
        unshown += warnings;
    }
    (roles, findings, unshown)
}

/// A book that was made.
struct Made {
    path: PathBuf,
    pdf: Vec<u8>,
    roles: usize,
    chapters: usize,
    pages: usize,
}

impl Made {
    fn line(&self, ui: UiLanguage) -> String {
        let Self { roles, chapters, pages, .. } = self;
        let path = self.path.display();
        match ui {
            UiLanguage::En => format!(
                "{path}: {roles} {}, {chapters} {}, {pages} {}",
                plural(*roles, "role"),
                plural(*chapters, "chapter"),
                plural(*pages, "page"),
            ),
            UiLanguage::ZhCn => format!("{path}：{roles} 个岗位，{chapters} 章，{pages} 页"),
        }
    }
}

fn last_line(ui: UiLanguage, books: usize, seconds: f64, warnings: usize) -> String {
    match ui {
        UiLanguage::En => {
            let (of_books, of_warnings) = (plural(books, "book"), plural(warnings, "warning"));
            format!("{books} {of_books}, {seconds:.2} s, 0 errors, {warnings} {of_warnings}")
        }
        UiLanguage::ZhCn => format!("{books} 本汇编，用时 {seconds:.2} 秒，0 个错误，{warnings} 个警告"),
    }
}

/// What to say where there are errors.
fn nothing_bound(ui: UiLanguage, paths: &[PathBuf], errors: usize, warnings: usize) -> String {
    let there: Vec<String> =
        paths.iter().filter(|path| fs::exists(path)).map(|path| path.display().to_string()).collect();
    match ui {
        UiLanguage::En => {
            let (of_errors, of_warnings) = (plural(errors, "error"), plural(warnings, "warning"));
            let is = if there.len() == 1 { "is as it was" } else { "are as they were" };
            let kept =
                if there.is_empty() { String::new() } else { format!(", {} {is}", there.join(" and ")) };
            format!("no book was made{kept}: {errors} {of_errors}, {warnings} {of_warnings}")
        }
        UiLanguage::ZhCn => {
            let kept = if there.is_empty() {
                String::new()
            } else {
                format!("，{} 保持原样", there.join("、"))
            };
            format!("未生成汇编{kept}：{errors} 个错误，{warnings} 个警告")
        }
    }
}

/// The making of one book.
struct Binding<'a> {
    config: &'a BookConfig,
    crew: &'a Crew,
    ready: &'a Ready,
    job: &'a Job<'a>,
    edition: Edition,
    progress: &'a ProgressBar,
}

impl Binding<'_> {
    /// The book; none if no role is written in its language, or after Ctrl-C.
    fn bind(
        &self,
        roles: &[Gathered],
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Option<Made>, Vec<Diagnostic>> {
        let has_all = |role: &&Gathered| self.edition.languages().all(|it| role.languages.contains(&it));
        let (bound, others): (Vec<_>, Vec<_>) = roles.iter().partition(has_all);
        if !others.is_empty() {
            findings.push(self.not_in_it(&others));
        }
        self.progress.inc(others.len() as u64);
        if bound.is_empty() {
            return Ok(None);
        }
        let printer = self.ready.press.printer_of_library()?;
        let catalog = self.job.catalog;
        let words = BookWords::new(catalog, self.edition, &self.ready.locales, &printer.theme);
        let chapters =
            chapters(&Units::of(&catalog.settings), bound.iter().map(|role| role.role.clone()).collect());
        let head = words.head(&chapters);
        let own = OwnPages { printer: &printer, words: &words, head: &head, edition: self.edition };

        let anchors = chapters.iter().flat_map(Chapter::roles).map(str::to_string);
        let anchors: Vec<String> = anchors.chain((0..chapters.len()).map(chapter_anchor)).collect();
        let mut book = Book::new(chapters.len(), anchors);
        // How many pages open a chapter does not depend on the numbers on them.
        let unplaced = BTreeMap::new();
        let opener = |index: usize| {
            own.opener(words.chapter(index, &chapters[index], 0, &unplaced), "").map(|it| it.pages())
        };
        let of_openers: Result<Vec<usize>, Vec<Diagnostic>> =
            self.crew.together(|| (0..chapters.len()).into_par_iter().map(opener).collect());
        let of_openers = of_openers?;
        let pages = self.bind_roles(&mut book, &words, &chapters, &of_openers, findings)?;
        if asked_to_stop() {
            return Ok(None);
        }
        let Pages { placed, starts, count } = pages;
        let latest = placed.values().map(|placed| placed.date.as_str()).max().unwrap_or_default().to_string();
        let date = self.config.date.clone().unwrap_or(latest);
        let views: Vec<ChapterView> = (0..chapters.len())
            .map(|index| words.chapter(index, &chapters[index], starts[index], &placed))
            .collect();
        let openers: Result<Vec<Leaves>, Vec<Diagnostic>> =
            self.crew.together(|| views.par_iter().map(|view| own.opener(view.clone(), &date)).collect());
        let places = views.iter().zip(&starts).enumerate().map(|(index, (view, &page))| BookPlace {
            anchor: view.anchor.clone(),
            chapter: Some(index),
            page,
            is_document: false,
        });
        let openers: Vec<(BookPlace, Leaves)> = places.zip(openers?).collect();
        if openers.iter().zip(&of_openers).any(|((_, opener), pages)| opener.pages() != *pages) {
            return Err(vec![unsteady_opener()]);
        }
        self.crew.together(|| book.bind(&openers)).map_err(|finding| vec![*finding])?;
        let mut lines =
            vec![BookLine { title: words.contents(), anchor: CONTENTS.to_string(), lines: Vec::new() }];
        lines.extend(views.iter().map(|view| line_of(&words, view)));
        let front = self.crew.together(|| own.front(views, &date))?;
        let made = Made {
            path: path(self.config, self.edition),
            pdf: book.finish(&front, &lines).map_err(|finding| vec![*finding])?,
            roles: bound.len(),
            chapters: chapters.len(),
            pages: front.pages() + count,
        };
        Ok(Some(made))
    }

    /// Binds the roles of all chapters, each of which is opened by so many pages.
    fn bind_roles(
        &self,
        book: &mut Book,
        words: &BookWords<'_>,
        chapters: &[Chapter],
        of_openers: &[usize],
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Pages, Vec<Diagnostic>> {
        let in_chapter = |(index, chapter): (usize, &'_ Chapter)| -> Vec<(usize, String)> {
            chapter.roles().map(|id| (index, id.to_string())).collect()
        };
        let roles: Vec<(usize, String)> = chapters.iter().enumerate().flat_map(in_chapter).collect();
        let bound: BTreeSet<&str> = roles.iter().map(|(_, id)| id.as_str()).collect();
        let mut pages = Pages { placed: BTreeMap::new(), starts: Vec::new(), count: 0 };
        let mut faults = Vec::new();
        for some in roles.chunks(AT_ONCE) {
            let one = |(at, id): &(usize, String)| -> Result<MadeRole, Infallible> {
                Ok(self.role(words, &chapters[*at], &bound, id))
            };
            let Ok(made) = self.crew.each(some, one);
            if asked_to_stop() {
                return Ok(pages);
            }
            let mut leaves = Vec::new();
            for ((chapter, id), made) in some.iter().zip(made) {
                while pages.starts.len() <= *chapter {
                    let opener = of_openers[pages.starts.len()];
                    pages.starts.push(pages.count + 1);
                    pages.count += opener;
                }
                let Ok((role, known, found)) = made.map_err(|found| faults.extend(found)) else { continue };
                findings.extend(found);
                let page = pages.count + 1;
                pages.count += role.pages();
                pages.placed.insert(id.clone(), Placed { page, ..known });
                let place =
                    BookPlace { anchor: id.clone(), chapter: Some(*chapter), page, is_document: true };
                leaves.push((place, role));
            }
            if faults.is_empty() {
                self.crew.together(|| book.bind(&leaves)).map_err(|finding| vec![*finding])?;
            }
            self.progress.inc(some.len() as u64);
        }
        if faults.is_empty() { Ok(pages) } else { Err(faults) }
    }

    fn role(&self, words: &BookWords<'_>, chapter: &Chapter, bound: &BTreeSet<&str>, id: &str) -> MadeRole {
        let resolved: ResolvedRole = resolve(self.job.catalog, id)?;
        let printer: Arc<Printer> = self.ready.press.printer(&resolved)?;
        let mut view = self.job.view(&resolved, self.edition, &printer.theme);
        view.code = words.running_head(chapter, id);
        let locate = |found: Vec<Diagnostic>| -> Vec<Diagnostic> {
            found.into_iter().map(|it| self.job.locate(it, &resolved, &printer.theme)).collect()
        };
        let references = resolved.references().into_iter();
        let links = references
            .filter(|it| it.to == "role" && it.id != id && bound.contains(it.id))
            .map(|it| (it.pointer, it.id.to_string()))
            .collect();
        let (leaves, found) = printer.renderer.book_document(&view, &links).map_err(locate)?;
        let date = if view.date == UNDATED { String::new() } else { view.date };
        let placed = Placed { page: 0, standing: view.standing, date };
        Ok((leaves, placed, locate(found)))
    }

    /// What to say of roles that are not written in the language of a book.
    fn not_in_it(&self, others: &[&Gathered]) -> Diagnostic {
        let (count, edition) = (others.len(), self.edition);
        let ids: Vec<&str> = others.iter().map(|role| role.role.id.as_str()).collect();
        let named = library::first_ones(&ids);
        let is = if count == 1 { "role is" } else { "roles are" };
        let message = Message::new(
            format!("{count} {is} not written in {edition} and not in its book: {}", named.en),
            format!("{count} 个岗位没有 {edition} 版本，未收入该汇编：{}", named.zh_cn),
        );
        Diagnostic::warning(Code::LanguageNotAvailable, message)
            .about(path(self.config, edition).display().to_string())
            .hint("give their titles in every language of the book", "请为这些岗位的名称补上汇编的每种语言")
    }
}

/// A role's pages, what is known of it, and what there is to say; or why there are none.
type MadeRole = Result<(Leaves, Placed, Vec<Diagnostic>), Vec<Diagnostic>>;

/// The pages of a book after its contents.
struct Pages {
    /// What is known of each role.
    placed: BTreeMap<String, Placed>,
    /// The first page of each chapter.
    starts: Vec<usize>,
    count: usize,
}

/// What makes the pages that are a book's own.
struct OwnPages<'a> {
    printer: &'a Printer,
    words: &'a BookWords<'a>,
    head: &'a BookHead,
    edition: Edition,
}

impl OwnPages<'_> {
    fn opener(&self, mut chapter: ChapterView, date: &str) -> Result<Leaves, Vec<Diagnostic>> {
        // Only the contents say it: it could take a line of its own.
        chapter.groups.iter_mut().flat_map(|group| &mut group.roles).for_each(|role| role.standing.clear());
        let characters = self.head.characters(std::slice::from_ref(&chapter));
        let id = format!("{}/book/{}", self.edition, chapter.anchor);
        let view = OpenerView { head: self.head.clone(), chapter };
        self.printer.renderer.book_pages("chapter", &view, &characters, &id, date)
    }

    fn front(&self, chapters: Vec<ChapterView>, date: &str) -> Result<Leaves, Vec<Diagnostic>> {
        let characters = self.head.characters(&chapters);
        let view = self.words.view(self.head.clone(), chapters, date);
        self.printer.renderer.book_pages("book", &view, &characters, &format!("{}/book", self.edition), date)
    }
}

/// What to say where the numbers on the page that opens a chapter change its length.
fn unsteady_opener() -> Diagnostic {
    let message = Message::new(
        "what opens a chapter has another number of pages when the pages are numbered",
        "填入页码后，章首页的页数发生变化",
    );
    Diagnostic::error(Code::TemplateError, message).about("templates/typst/chapter.typ").hint(
        "give the numbers a column of a fixed width, as the built-in modules/book.typ does",
        "请像内置的 modules/book.typ 那样，为页码留出固定宽度的一列",
    )
}

/// A chapter in the outline.
fn line_of(words: &BookWords<'_>, view: &ChapterView) -> BookLine {
    let (title, groups) = words.outline(view);
    let mut lines = Vec::new();
    for (name, roles) in groups {
        let of_roles: Vec<BookLine> =
            roles.into_iter().map(|(anchor, title)| BookLine { title, anchor, lines: Vec::new() }).collect();
        match of_roles.first() {
            Some(first) if !name.is_empty() => {
                lines.push(BookLine { title: name, anchor: first.anchor.clone(), lines: of_roles });
            }
            _ => lines.extend(of_roles),
        }
    }
    BookLine { title, anchor: view.anchor.clone(), lines }
}
