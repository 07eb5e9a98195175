//! Owns which roles `build` looks at again, in portions, and what is said of those that it
//! leaves alone. May import everything but the other commands.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::ProgressBar;
use rayon::prelude::*;

use super::Failure;
use super::build::{Job, Made, Ready, system_fonts};
use super::config::{BuildConfig, UiLanguage};
use super::crew::{Crew, asked_to_stop};
use super::made::program;
use super::part::{Part, Share};
use super::progress::progress_bar;
use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Message};
use crate::fs::{self, Stamp};
use crate::publish::{
    DocumentFolder, Done, KeptFindings, RELEASE_FILE, ROLE_FILE, RoleRecord, Said, SourceStamps, Writing,
    digest,
};
use crate::render::{Target, prepare_engine};
use crate::resolve::{self, reads};
use crate::source::{Before, SourceId, Sources, Span};
use crate::view::Logo;

/// Roles that are in memory together for each thread, 60 KB each and as much for the roles
/// that they name: so many that few threads wait for the last of them.
const AT_ONCE: usize = 4;

/// Roles of which what the manifest says is in memory together.
const LOOKED_UP: usize = 1000;

/// How often it is looked whether another run is done.
const LOOKED_EVERY: Duration = Duration::from_millis(100);

/// The stamps of the files of all roles.
pub(super) fn stamps(catalog: &Catalog) -> SourceStamps {
    let files: Vec<(&str, PathBuf)> = catalog.unread().collect();
    let stamped = files.into_par_iter().map(|(id, path)| {
        let stamp = Stamp::of(&path);
        (id.to_string(), (path, stamp))
    });
    stamped.collect::<Vec<_>>().into_iter().collect()
}

/// Tells everything that a run was asked for and that documents are made of from
/// others: but the files of roles. `sources` has all other texts of the library.
pub(super) fn asked(
    config: &BuildConfig,
    sources: &Sources,
    fonts: &[Vec<u8>],
    logo: Option<&Logo>,
) -> String {
    let BuildConfig { library, targets, editions, theme, fields, esign, system_fonts, .. } = config;
    // Findings name files as the command names the library.
    let options = format!("{library:?} {targets:?} {editions:?} {theme:?} {fields} {esign:?} {system_fonts}");
    let program = program();
    let paths: Vec<String> = sources.files().iter().map(|it| it.path.display().to_string()).collect();
    let texts =
        sources.files().iter().zip(&paths).flat_map(|(it, path)| [path.as_bytes(), it.text.as_bytes()]);
    let others = [options.as_bytes(), program.as_bytes()];
    let fonts = fonts.iter().map(Vec::as_slice);
    digest(others.into_iter().chain(texts).chain(fonts).chain(logo.map(|logo| &*logo.bytes)))
}

/// Waits until no other run writes to the folder; whether that came.
pub(super) fn wait(config: &BuildConfig) -> Result<bool, Failure> {
    let out = config.out.display();
    let message = Message::new(
        format!("another rolebook is writing to {out}; waiting until it is done (Ctrl-C to give up)"),
        format!("另一个 rolebook 正在写入 {out}，等待其完成（按 Ctrl-C 放弃）"),
    );
    writeln!(anstream::stderr(), "{}", config.ui.of(&message))?;
    while DocumentFolder::is_busy(&config.out)? {
        if asked_to_stop() {
            return Ok(false);
        }
        std::thread::sleep(LOOKED_EVERY);
    }
    Ok(true)
}

/// What to say when Ctrl-C has ended it.
pub(super) fn stopped(ui: UiLanguage, done: usize, all: usize) -> String {
    let message = Message::new(
        format!("stopped: {done} of {all} roles are done; the next build goes on from there"),
        format!("已停止：{all} 个岗位中已完成 {done} 个，下次生成时从此处继续"),
    );
    ui.of(&message).to_string()
}

/// Prints what would be written and removed.
pub(super) fn show(config: &BuildConfig, done: &Done) -> Result<(), Failure> {
    let (write, remove) = match config.ui {
        UiLanguage::En => ("write ", "remove"),
        UiLanguage::ZhCn => ("写入", "删除"),
    };
    let mut stdout = std::io::stdout().lock();
    for (what, paths) in [(write, &done.written), (remove, &done.removed)] {
        for path in paths {
            writeln!(stdout, "{what} {}", config.out.join(path).display())?;
        }
    }
    stdout.flush()?;
    Ok(())
}

/// What to say where a library has no roles any more.
fn all_stays(config: &BuildConfig) -> Message {
    let out = config.out.display();
    Message::new(
        format!(
            "the library has no roles any more; the documents in {out} stay (delete the folder to remove them)"
        ),
        format!("岗位库中已没有岗位，{out} 中的文档保留（如需清除，请删除该文件夹）"),
    )
}

/// The building of a library's documents.
pub(super) struct Build<'a> {
    pub(super) config: &'a BuildConfig,
    pub(super) crew: &'a Crew,
    /// The library without its roles.
    pub(super) catalog: &'a Catalog,
    pub(super) ready: &'a Ready,
    pub(super) folder: &'a DocumentFolder,
    /// The folder of the library's releases, if there is one.
    pub(super) releases: Option<PathBuf>,
    /// The part of the run that this process does.
    pub(super) part: &'a Part,
}

/// What came of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    /// It has errors.
    Unsound,
    /// It is in none of the languages.
    Nothing,
    /// It has its documents.
    Made,
}

/// What came of a run.
#[derive(Default)]
pub(super) struct Built {
    pub(super) findings: Vec<Diagnostic>,
    /// How many warnings the checks have that are not shown.
    pub(super) unshown: usize,
    /// The texts that the findings are about.
    pub(super) sources: Sources,
    /// What there is to say of the documents that are no longer, or not yet, what they
    /// should be.
    pub(super) notes: Vec<Message>,
    /// What this part of the run did.
    pub(super) share: Share,
    /// How many of its roles it did not come to.
    pub(super) waiting: usize,
    /// Where another part must go on: behind a role, or with all of them again.
    pub(super) goes_on: Option<Option<String>>,
}

impl Build<'_> {
    /// Brings the documents of these roles up to date.
    pub(super) fn all(
        &self,
        ids: &[String],
        asked: &str,
        stamps: &SourceStamps,
        findings: Vec<Diagnostic>,
    ) -> Result<Built, Failure> {
        let mut told = Told::new(self.catalog.sources.clone(), findings);
        let today = self.ready.checker.today();
        let releases = |id: &str| self.releases(id);
        let mut open: Vec<String> = Vec::new();
        let own = self.part.roles(ids);
        for ids in own.chunks(LOOKED_UP) {
            let look = || self.folder.unchanged(ids, asked, today, stamps, system_fonts, releases);
            let kept = self.crew.together(look);
            let is_again = |id: &&String| !kept.get(*id).is_some_and(|said| told.again(said));
            open.extend(ids.iter().filter(is_again).cloned());
        }
        let (mut share, mut waiting) = (Share::default(), open.len());
        if !open.is_empty() && self.config.targets.contains(&Target::Pdf) {
            prepare_engine();
        }
        let threads = self.crew.threads();
        let earlier = self.part.earlier.made;
        let progress = progress_bar(earlier + open.len(), self.config.ui).with_position(earlier as u64);
        progress.reset_eta();
        let mut failed: BTreeSet<&str> = BTreeSet::new();
        let mut last: Option<&String> = None;
        let mut goes_on = None;
        for portion in open.chunks(AT_ONCE * threads) {
            if share.made >= self.part.limit(threads) {
                goes_on = Some(last.cloned());
                break;
            }
            last = portion.last();
            let came = self.portion(portion, asked, stamps, &mut told, &progress)?;
            let made = came.iter().filter(|came| **came == Came::Made).count();
            share.made += made;
            share.left_out += came.len() - made;
            waiting -= came.len();
            let unsound = portion.iter().zip(&came).filter(|(_, came)| **came == Came::Unsound);
            failed.extend(unsound.map(|(id, _)| id.as_str()));
        }
        progress.finish_and_clear();
        if goes_on.is_none() && self.part.is_followed() {
            goes_on = Some(None);
        }
        let notes = if asked_to_stop() || goes_on.is_some() {
            Vec::new()
        } else if self.has_lost_all_roles() {
            vec![all_stays(self.config)]
        } else {
            self.tidy(ids, &failed)?
        };
        let Told { sources, findings, unshown, .. } = told;
        Ok(Built { findings, unshown, sources, notes, share, waiting, goes_on })
    }

    /// Makes the documents of a few roles; what came of each.
    fn portion(
        &self,
        ids: &[String],
        asked: &str,
        stamps: &SourceStamps,
        told: &mut Told,
        progress: &ProgressBar,
    ) -> Result<Vec<Came>, Failure> {
        if asked_to_stop() {
            return Ok(Vec::new());
        }
        let mut catalog = self.catalog.clone();
        self.crew.together(|| resolve::add(&mut catalog, ids));
        let found = std::mem::take(&mut catalog.findings);
        told.add(found, 0, &catalog.sources);
        let texts = catalog.roles.iter().map(|(id, node)| {
            let text = catalog.sources.file(node.span.source).text.as_str();
            (id.as_str(), text)
        });
        let texts: Vec<(&str, &str)> = texts.collect();
        let digests = self.crew.together(|| self.folder.sources(&texts, stamps));
        let job = self.crew.together(|| Job::new(self.config, &catalog, self.ready));
        let made = self.crew.each(ids, |id| {
            let made = job.role(id, Some(self.folder));
            let found = self.publish(id, asked, &digests, &job, made);
            progress.inc(1);
            found
        });
        self.folder.settle()?;
        let made = made?;
        let mut all = Vec::new();
        for (came, found, unshown) in made {
            told.add(found, unshown, &catalog.sources);
            all.push(came);
        }
        Ok(all)
    }

    /// Tells the releases of a role from others: what the checks say of its opening
    /// depends on them.
    fn releases(&self, id: &str) -> String {
        let folders = self.releases.as_ref().map(|all| fs::list_folders(&all.join(id))).unwrap_or_default();
        let stamps = folders.iter().flat_map(|folder| {
            [RELEASE_FILE, ROLE_FILE].map(|file| format!("{file} {:?}", Stamp::of(&folder.join(file))))
        });
        let stamps: Vec<String> = stamps.collect();
        if stamps.is_empty() { String::new() } else { digest(stamps.iter().map(String::as_bytes)) }
    }

    /// Writes the documents of a role, and notes what they are made of.
    fn publish(
        &self,
        id: &str,
        asked: &str,
        digests: &BTreeMap<String, String>,
        job: &Job<'_>,
        made: Made,
    ) -> Result<(Came, Vec<Diagnostic>, usize), Failure> {
        let Made { documents, resolved, system_fonts: shows_system_fonts, findings, unshown } = made;
        let Some(resolved) = resolved else {
            self.folder.note_role(id, None);
            return Ok((Came::Unsound, findings, unshown));
        };
        if shows_system_fonts {
            self.folder.note_system_fonts(system_fonts())?;
        }
        let mut files = Vec::new();
        for document in documents {
            let path = &document.path;
            match &document.file {
                Some(file) => {
                    let writing = Writing { path, bytes: &file.bytes, made_of: &document.made_of };
                    self.folder.write(writing, document.said)?;
                }
                None => self.folder.keep(path),
            }
            files.push(document.path);
        }
        let number = files.len();
        let reads: Vec<String> = reads(job.catalog, &resolved).into_iter().collect();
        // What a file with errors says is not known, and then the role is looked at again; so
        // is one that is in none of the languages.
        let is_known = |id: &String| digests.contains_key(id) || !job.catalog.knows(id);
        let record = (number > 0 && reads.iter().all(is_known)).then(|| RoleRecord {
            asked: asked.to_string(),
            inputs: DocumentFolder::inputs(&reads, |id| digests.get(id).map(String::as_str)),
            reads,
            files,
            system_fonts: shows_system_fonts,
            days: self.ready.checker.days(&resolved),
            releases: self.releases(id),
            unshown,
            findings: KeptFindings::of(&findings, &job.catalog.sources),
        });
        self.folder.note_role(id, record);
        Ok((if number == 0 { Came::Nothing } else { Came::Made }, findings, unshown))
    }

    /// Whether the library had roles and has none: the folder of roles may be on a disk that
    /// is away, or moved for a moment.
    fn has_lost_all_roles(&self) -> bool {
        !self.catalog.has_role_files() && self.folder.has_documents()
    }

    /// Removes the documents that no longer belong, as far as this run was asked about
    /// them. A role with errors keeps what it has. Gives what there is to say of those that
    /// stay.
    fn tidy(&self, ids: &[String], failed: &BTreeSet<&str>) -> Result<Vec<Message>, Failure> {
        let BuildConfig { roles, editions, targets, .. } = self.config;
        let foreign = self.folder.prune(|edition, id, extension| {
            let target = Target::ALL.into_iter().find(|target| target.extension() == extension);
            // Two languages beside each other are built only where somebody asks for them.
            let of_edition = match &editions[..] {
                [] => edition.second.is_none() || !self.catalog.knows(id),
                asked => asked.contains(edition),
            };
            (roles.is_empty() || ids.iter().any(|known| known == id))
                && targets.contains(&target.unwrap_or(Target::Pdf))
                && of_edition
                && !failed.contains(id)
        })?;
        if roles.is_empty() {
            self.folder.forget(|id| self.catalog.knows(id))?;
        }
        let out = self.config.out.display();
        let stays = |path: String| {
            Message::new(
                format!("{out}/{path} no longer belongs to the library; it stays, since somebody changed it"),
                format!("{out}/{path} 已不属于岗位库，但被人改动过，因此保留"),
            )
        };
        let mut notes: Vec<Message> = foreign.into_iter().map(stays).collect();
        let earlier: Vec<String> = self.folder.earlier(failed).into_iter().collect();
        if !earlier.is_empty() {
            notes.push(Message::new(
                format!(
                    "in {out}, the documents of these roles are still the earlier ones: {}",
                    earlier.join(", ")
                ),
                format!("{out} 中以下岗位的文档仍是之前的版本：{}", earlier.join("、")),
            ));
        }
        Ok(notes)
    }
}

/// The findings of a run, and the lines that they are about: of a large library, the texts
/// would be most of it.
struct Told {
    findings: Vec<Diagnostic>,
    unshown: usize,
    sources: Sources,
    lines: HashMap<(PathBuf, Before), SourceId>,
}

impl Told {
    fn new(sources: Sources, findings: Vec<Diagnostic>) -> Self {
        Self { findings, unshown: 0, sources, lines: HashMap::new() }
    }

    /// Adds what was found in these texts, and how many warnings are not shown.
    fn add(&mut self, found: Vec<Diagnostic>, unshown: usize, texts: &Sources) {
        self.unshown += unshown;
        for mut finding in found {
            let related = finding.related.iter_mut().map(|related| &mut related.span);
            let fix = finding.fix.as_mut().map(|fix| &mut fix.span);
            let spans = related.chain(&mut finding.span).chain(fix);
            for span in spans {
                let line = texts.line(*span);
                let source = self.line(texts.path(span.source), line.before, line.text);
                *span = Span { source, ..*span };
            }
            self.findings.push(finding);
        }
    }

    /// A line that a finding is about.
    fn line(&mut self, path: &Path, before: Before, text: &str) -> SourceId {
        let Self { lines, sources, .. } = self;
        let add = || sources.add_line(path, before, text);
        *lines.entry((path.to_owned(), before)).or_insert_with(add)
    }

    /// Adds what an earlier run found; not if it cannot be told any more.
    fn again(&mut self, said: &Said) -> bool {
        let found = said.findings.restored(&mut |path, before, text| Some(self.line(path, before, text)));
        let Some(found) = found else { return false };
        self.findings.extend(found);
        self.unshown += said.unshown;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    #[test]
    fn findings_of_all_portions_are_about_lines_of_one_set() {
        let mut told = Told::new(Sources::default(), Vec::new());
        let found = |sources: &mut Sources, path: &str, text: &str| {
            let source = sources.add(path, text);
            Diagnostic::warning(Code::Unwritten, Message::same("x"))
                .at(Span::new(source, 0..1))
                .related(Span::new(source, 1..2), Message::same("y"))
        };
        for (path, text) in [("a", "ab"), ("b", "cd"), ("a", "ab")] {
            let mut sources = Sources::default();
            sources.add("other", "");
            let finding = found(&mut sources, path, text);
            told.add(vec![finding], 1, &sources);
        }
        assert_eq!(told.unshown, 3);
        let texts: Vec<_> = told
            .findings
            .iter()
            .map(|it| (told.sources.text(it.span.unwrap()), told.sources.text(it.related[0].span)))
            .collect();
        assert_eq!(texts, [("a", "b"), ("c", "d"), ("a", "b")]);
        assert_eq!(told.sources.files().len(), 2);
    }
}
