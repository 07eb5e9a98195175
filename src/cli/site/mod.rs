//! Owns the command `site`: load, resolve, keep what is public, view, render, publish,
//! in one straight path. May import everything but the other commands.

mod around;
mod opening;
mod prepared;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use rayon::prelude::*;

use self::around::Around;
use self::opening::Made;
use self::prepared::{Prepared, prepare};
use super::build::{plural, print_findings};
use super::config::{SiteConfig, UiLanguage};
use super::crew::{Crew, asked_to_stop, stop_between};
use super::press::{Press, Wanted};
use super::progress::progress_bar;
use super::{Failure, Outcome, library, report};
use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic, Message, Severity};
use crate::fs;
use crate::model::Language;
use crate::publish::{NoPlace, SiteFolder};
use crate::render::{Markup, prepare_engine};
use crate::resolve::{is_opening, origin};
use crate::site::{BoardWriter, Ground, OpeningState, Pages, digest};
use crate::view::{Locale, Names};

/// Openings that are worked on at once: what they are made of is in memory together.
const AT_ONCE: usize = 256;

pub(super) fn run(config: &SiteConfig) -> Result<Outcome, Failure> {
    let started = Instant::now();
    library::must_be_one(&config.library)?;
    prepare_engine();
    let crew = Crew::of(config.jobs)?;
    stop_between();
    let folder = SiteFolder::begin(&config.out)?.map_err(|why| no_place(config, why))?;
    let mut catalog = crew.together(|| Catalog::load(&config.library))?;
    let mut findings = std::mem::take(&mut catalog.findings);
    let mut unshown = 0;
    let published = match prepare(config, &mut catalog, &mut findings)? {
        Some(prepared) => {
            let job = Job::new(config, &crew, &catalog, &prepared, &folder);
            let published = match crew.together(|| job.build(&mut findings)) {
                Ok(published) => published,
                Err(Stop::Failure(failure)) => return Err(failure),
                Err(Stop::Findings(found)) => {
                    findings.extend(found);
                    Published::default()
                }
            };
            unshown = job.unshown.load(Ordering::Relaxed);
            std::mem::forget(job);
            published
        }
        None => Published::default(),
    };
    if asked_to_stop() {
        let message = Message::new("stopped: nothing was published", "已停止：未发布任何内容");
        writeln!(anstream::stderr(), "{}", config.ui.of(&message))?;
        return Ok(Outcome::Stopped);
    }
    report::sort(&mut findings, &catalog.sources);
    let errors = print_findings(&findings, &catalog.sources, config.ui)?;
    let warnings = findings.len() - errors;
    if errors > 0 {
        writeln!(anstream::stderr(), "{}", nothing_published(config, errors, warnings))?;
        report::say_unshown(unshown, &config.library, config.ui)?;
        return Ok(Outcome::Findings);
    }
    let files = folder.publish()?;
    // The program ends; the system takes the memory back faster than piece by piece.
    std::mem::forget(catalog);
    let seconds = started.elapsed().as_secs_f64();
    writeln!(anstream::stderr(), "{}", published.line(config, files, seconds, warnings))?;
    report::say_unshown(unshown, &config.library, config.ui)?;
    Ok(Outcome::Fine)
}

/// What to say of a folder in which no site can stand.
fn no_place(config: &SiteConfig, why: NoPlace) -> Failure {
    let out = config.out.display();
    match why {
        NoPlace::NotOurs => Failure::Usage {
            message: Message::new(
                format!("{out} has files in it that are no site of rolebook's; nothing was written"),
                format!("{out} 中有不属于 rolebook 网站的文件，未写入任何内容"),
            ),
            hints: vec![Message::new(
                "name a new or empty folder: --out dist/site",
                "请指定新的或空的文件夹：--out dist/site",
            )],
        },
        NoPlace::Mounted => Failure::Usage {
            message: Message::new(
                format!("{out} is where a disk or volume begins, and no new site can take its place at once"),
                format!("{out} 是磁盘或卷的挂载点，新网站无法一次性替换它"),
            ),
            hints: vec![Message::new(
                format!("name a folder in it: --out {}", config.out.join("site").display()),
                format!("请指定其中的文件夹：--out {}", config.out.join("site").display()),
            )],
        },
    }
}

/// What to say where there are errors.
fn nothing_published(config: &SiteConfig, errors: usize, warnings: usize) -> String {
    let out = config.out.display();
    let there = fs::exists(&config.out) && !fs::is_empty_folder(&config.out);
    match config.ui {
        UiLanguage::En => {
            let (of_errors, of_warnings) = (plural(errors, "error"), plural(warnings, "warning"));
            let kept = if there { format!(", the site in {out} is as it was") } else { String::new() };
            format!("nothing was published{kept}: {errors} {of_errors}, {warnings} {of_warnings}")
        }
        UiLanguage::ZhCn => {
            let kept = if there { format!("，{out} 中的网站保持原样") } else { String::new() };
            format!("未发布{kept}：{errors} 个错误，{warnings} 个警告")
        }
    }
}

/// What was published.
#[derive(Debug, Default, Clone, Copy)]
struct Published {
    open: usize,
    closed: usize,
    later: usize,
}

impl Published {
    fn add(&mut self, state: Option<OpeningState>) {
        match state {
            Some(OpeningState::Open) => self.open += 1,
            Some(OpeningState::Closed) => self.closed += 1,
            Some(OpeningState::NotYet) => self.later += 1,
            None => {}
        }
    }

    fn line(self, config: &SiteConfig, files: usize, seconds: f64, warnings: usize) -> String {
        let Self { open, closed, later } = self;
        let out = config.out.display();
        let some = |number: usize, words: String| if number > 0 { words } else { String::new() };
        match config.ui {
            UiLanguage::En => {
                let closed = some(closed, format!(", {closed} closed"));
                let later = some(later, format!(", {later} not posted yet"));
                let (openings, of_files) = (plural(open, "opening"), plural(files, "file"));
                let of_warnings = plural(warnings, "warning");
                format!(
                    "{open} {openings} open{closed}{later}, {files} {of_files} in {out}, {seconds:.2} s, \
                     {warnings} {of_warnings}"
                )
            }
            UiLanguage::ZhCn => {
                let closed = some(closed, format!("，{closed} 个已截止"));
                let later = some(later, format!("，{later} 个尚未到发布日期"));
                format!(
                    "{open} 个岗位在招{closed}{later}，{files} 个文件写入 {out}，用时 {seconds:.2} 秒，\
                     {warnings} 个警告"
                )
            }
        }
    }
}

/// Why the making of a part of the site stopped.
enum Stop {
    /// Something is wrong with the library or its templates.
    Findings(Vec<Diagnostic>),
    /// Something is wrong with the machine.
    Failure(Failure),
}

impl From<Box<Diagnostic>> for Stop {
    fn from(finding: Box<Diagnostic>) -> Self {
        Self::Findings(vec![*finding])
    }
}

impl From<Vec<Diagnostic>> for Stop {
    fn from(findings: Vec<Diagnostic>) -> Self {
        Self::Findings(findings)
    }
}

impl From<fs::Error> for Stop {
    fn from(error: fs::Error) -> Self {
        Self::Failure(error.into())
    }
}

/// The making of a site: each opening in `opening`, what is around them in `around`.
struct Job<'a> {
    config: &'a SiteConfig,
    crew: &'a Crew,
    catalog: &'a Catalog,
    prepared: &'a Prepared,
    folder: &'a SiteFolder,
    names: Names,
    press: Press,
    /// Tells the fonts of the library from others.
    fonts: String,
    /// Tells the templates and fonts that pictures are drawn with from others.
    drawn_with: String,
    /// The pictures that are written.
    pictures: Mutex<BTreeSet<String>>,
    /// How many warnings the checks have that are not shown.
    unshown: AtomicUsize,
}

impl<'a> Job<'a> {
    fn new(
        config: &'a SiteConfig,
        crew: &'a Crew,
        catalog: &'a Catalog,
        prepared: &'a Prepared,
        folder: &'a SiteFolder,
    ) -> Self {
        let Prepared { themes, templates, fonts, logo, locales, .. } = prepared;
        let wanted = Wanted {
            theme: None,
            prints: config.pdf,
            fields: true,
            bound: false,
            system_fonts: config.system_fonts,
        };
        let (themes, own, faces) = (themes.clone(), templates.clone(), fonts.clone());
        let press = Press::new(catalog, themes, own, faces, logo.clone(), locales, wanted);
        let fonts: String = fonts.par_iter().map(|font| digest(font)).collect();
        let mut drawn_with = templates.source_of(Markup::Typst, "card").unwrap_or_default() + &fonts;
        drawn_with.extend(templates.modules().map(|(_, text)| text));
        let (drawn_with, pictures) = (digest(drawn_with.as_bytes()), Mutex::default());
        let names = Names::public(catalog);
        let unshown = AtomicUsize::new(0);
        Self { config, crew, catalog, prepared, folder, names, press, fonts, drawn_with, pictures, unshown }
    }

    fn locale(&self, language: Language) -> &Locale {
        &self.prepared.locales[&language]
    }

    fn build(&self, findings: &mut Vec<Diagnostic>) -> Result<Published, Stop> {
        let Prepared { base, locales, organization, site, templates, look, logo, languages, .. } =
            self.prepared;
        let logo = logo.as_deref();
        let ground = Ground { templates, base, locales, organization, site, look, logo, languages };
        let pages = Pages::new(ground)?;
        for asset in &pages.assets {
            self.folder.write(&asset.path, &asset.bytes, "")?;
        }
        let ids: Vec<&str> = self.catalog.roles.keys().map(String::as_str).collect();
        let ids: Vec<&str> = ids.into_par_iter().filter(|id| is_opening(self.catalog, id)).collect();
        let mut variants: BTreeMap<&str, usize> = BTreeMap::new();
        for id in &ids {
            *variants.entry(origin(self.catalog, id)).or_default() += 1;
        }
        let variant_of = |id: &'a str| Some(origin(self.catalog, id)).filter(|of| variants[of] > 1);
        let progress = progress_bar(ids.len(), self.config.ui);
        let mut published = Published::default();
        let mut around = Around::default();
        let (url, date) = (base.to_string(), self.config.today.clone());
        let mut board = BoardWriter::begin(self.folder.create("jobs.json")?, url, date)?;
        for chunk in ids.chunks(AT_ONCE) {
            let make = |id: &&'a str| {
                let made = self.opening(&pages, id, variant_of(id));
                progress.inc(1);
                made
            };
            let made: Vec<Made> = self.crew.each(chunk, make).map_err(Stop::Failure)?;
            for (id, made) in chunk.iter().zip(made) {
                published.add(made.state);
                findings.extend(made.findings);
                if let Some(opening) = &made.board {
                    board.add(opening)?;
                }
                around.add(id, made.entries);
            }
        }
        board.finish()?;
        progress.finish_and_clear();
        if asked_to_stop() || findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Ok(published);
        }
        self.write_around(&pages, around)?;
        for lost in pages.links.lost(&self.folder.files(), |path| self.folder.read(path)) {
            let (page, target) = (&lost.page, &lost.target);
            let message = Message::new(
                format!("a link leads to `{target}`, which is not there"),
                format!("链接指向 `{target}`，但该处没有内容"),
            );
            findings.push(Diagnostic::error(Code::LostLink, message).about(page.clone()).hint(
                "correct the template in templates/site/ that has this link",
                "请改正 templates/site/ 中含有该链接的模板",
            ));
        }
        Ok(published)
    }
}
