//! Owns the folder of a library's documents: what rolebook wrote into it and of what, so
//! that the next run writes and removes no more than it must. May import `render` and
//! everything below it.
//!
//! Nothing that the manifest says is believed of a file that is no longer as it was left,
//! and a manifest that cannot be read is none: then every document is made again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::Digest;

use super::kept::KeptFinding;
use crate::check::Days;
use crate::fs::{self, FolderLock, Stamp};
use crate::model::{Edition, is_id};

/// The file that says what rolebook wrote.
const MANIFEST: &str = "documents.json";

/// The folder of what rolebook knows of its documents: hidden, so that nobody takes it for
/// one.
const OWN_FOLDER: &str = ".rolebook";

/// What the path of a sheet ends with that says where a PDF is signed.
const SHEET: &str = ".esign.json";

/// The file that one run at a time has locked.
const LOCK: &str = "lock";

/// The form of the manifest; one of another form is none.
const FORM: u32 = 1;

/// How often the manifest is written while a run lasts, so that a killed one need not
/// begin again.
const SAVED_EVERY: Duration = Duration::from_secs(5);

/// So many times as long as it takes to write the manifest of a large library, the run
/// goes on before it is written again.
const SAVING_SHARE: u32 = 200;

/// What rolebook wrote into a folder, and of what.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    form: u32,
    /// The library, as a path from the folder.
    library: String,
    /// Tells the fonts of the system from others, where a document shows one of them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    system_fonts: String,
    /// The role files that were read, by id.
    sources: BTreeMap<String, SourceRecord>,
    /// The roles without errors, by id.
    roles: BTreeMap<String, RoleRecord>,
    /// The documents, by their path in the folder, with slashes.
    files: BTreeMap<String, FileRecord>,
}

/// A role file that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceRecord {
    /// None where it was changed so shortly before that its stamp says nothing.
    stamp: Option<Stamp>,
    digest: String,
}

/// A role whose documents were made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRecord {
    /// A digest of everything that the documents are made of but the roles' files.
    pub asked: String,
    /// The ids of all roles whose files have a part in them, ascending.
    pub reads: Vec<String>,
    /// A digest of these files, as [`DocumentFolder::inputs`] gives it.
    pub inputs: String,
    /// Its documents.
    pub files: Vec<String>,
    /// Whether one of them shows a font of the system.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub system_fonts: bool,
    /// The days by which what there is to say of it can be another thing.
    #[serde(default, skip_serializing_if = "Days::is_empty")]
    pub days: Days,
    /// Tells the releases of it from others.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub releases: String,
    /// How many warnings the checks have of it that are not shown.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unshown: usize,
    /// What there was to say of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<KeptFinding>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A document that was written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRecord {
    /// A digest of everything that it is made of.
    made_of: String,
    /// That of the file as it was left.
    stamp: Stamp,
    /// That of its content.
    digest: String,
    /// What there was to say of it when it was rendered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    findings: Vec<KeptFinding>,
}

/// What there was to say of a role whose documents are there.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// What was found.
    pub findings: Vec<KeptFinding>,
    /// How many warnings the checks have of it that are not shown.
    pub unshown: usize,
}

/// Paths of documents, each with the state in which it was seen.
type StampedPaths = Vec<(String, Stamp)>;

/// The stamps of a library's role files, by id, with their paths: taken before any of
/// them is read.
pub type SourceStamps = BTreeMap<String, (PathBuf, Option<Stamp>)>;

/// How far a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mode {
    /// Whether every document is made again.
    pub force: bool,
    /// Whether nothing is written, and it is only told what would be.
    pub dry: bool,
}

/// A document that is ready to be written.
#[derive(Debug, Clone, Copy)]
pub struct Writing<'a> {
    /// Its path in the folder, with slashes.
    pub path: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
    /// What it is made of.
    pub made_of: &'a str,
}

/// A folder that documents are being written to.
#[derive(Debug)]
pub struct DocumentFolder {
    out: PathBuf,
    mode: Mode,
    /// None in a run that writes nothing.
    lock: Option<FolderLock>,
    /// When the manifest was written that this run began with: of files as new as that,
    /// the stamps say nothing.
    saved: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    manifest: Manifest,
    /// Whether it is no longer the one that was written last.
    changed: bool,
    saved: Instant,
    saved_again_after: Duration,
    written: BTreeSet<String>,
    unchanged: BTreeSet<String>,
    removed: BTreeSet<String>,
    /// What is to be noted by [`DocumentFolder::settle`].
    notes: Vec<Note>,
}

/// What one of many threads did.
#[derive(Debug)]
enum Note {
    /// A document as it is now, if anything is there; and whether it was there before.
    File { path: String, record: Option<FileRecord>, was_there: bool },
    /// A role whose documents are there; none for one with errors.
    Role { id: String, record: Option<RoleRecord> },
}

/// What a run did to the files of a folder, or would do.
#[derive(Debug, Default)]
pub struct Done {
    /// The files that were written, by their path in the folder.
    pub written: BTreeSet<String>,
    /// Those that were as they are to be.
    pub unchanged: BTreeSet<String>,
    /// Those that no longer belonged.
    pub removed: BTreeSet<String>,
}

/// The first half of the SHA-256 of these bytes, each run with its length.
pub fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = sha2::Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(16).fold(String::with_capacity(32), |mut hex, byte| {
        use std::fmt::Write;
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The digest of a role's file, which a byte order mark does not change.
fn source_digest(text: &[u8]) -> String {
    digest([text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text)])
}

/// The edition, the id and the extension of a document's path; none for a path that is
/// not one of rolebook's documents.
fn parts(path: &str) -> Option<(Edition, &str, &str)> {
    let (edition, name) = path.split_once('/')?;
    let (id, extension) = name.split_once('.')?;
    let known = matches!(extension, "md" | "html" | "pdf" | "esign.json");
    Some((Edition::from_tag(edition)?, id, extension)).filter(|_| known && is_id(id))
}

/// The way from one folder to another, with slashes: the same wherever both are moved to
/// together.
fn way(from: &Path, to: &Path) -> String {
    let absolute =
        |path: &Path| fs::resolved(if path.as_os_str().is_empty() { Path::new(".") } else { path });
    let (from, to) = (absolute(from), absolute(to));
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| "..".into());
    let down = to.components().skip(shared).map(|part| part.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<_>>().join("/")
}

impl DocumentFolder {
    /// Begins to write the documents of a library. None while another run writes to the
    /// same folder.
    pub fn begin(out: &Path, library: &Path, mode: Mode) -> Result<Option<Self>, fs::Error> {
        let own = out.join(OWN_FOLDER);
        let lock = if mode.dry {
            None
        } else {
            let Some(lock) = FolderLock::take(&own.join(LOCK))? else { return Ok(None) };
            Some(lock)
        };
        let path = own.join(MANIFEST);
        let saved = Stamp::of(&path).map_or(0, |stamp| stamp.written);
        let manifest = fs::read_bytes(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let library = way(out, library);
        let of_it = |known: &Manifest| known.form == FORM && known.library == library;
        let mut manifest = manifest.filter(of_it).unwrap_or_default();
        (manifest.form, manifest.library) = (FORM, library);
        manifest.files.retain(|path, _| parts(path).is_some());
        if mode.force {
            manifest.roles.clear();
            // A sheet that says where to sign is not made again, and holds as long as its PDF
            // comes out the same.
            let made_again = manifest.files.iter_mut().filter(|(path, _)| !path.ends_with(SHEET));
            made_again.for_each(|(_, file)| file.made_of.clear());
        }
        if lock.as_ref().is_some_and(|lock| lock.was_left) {
            for edition in fs::list_folders(out) {
                let name = edition.file_name().unwrap_or_default().to_string_lossy();
                if Edition::from_tag(&name).is_some() {
                    fs::remove_unfinished(&edition);
                }
            }
            fs::remove_unfinished(&own);
        }
        let state = State {
            manifest,
            changed: false,
            saved: Instant::now(),
            saved_again_after: SAVED_EVERY,
            written: BTreeSet::new(),
            unchanged: BTreeSet::new(),
            removed: BTreeSet::new(),
            notes: Vec::new(),
        };
        Ok(Some(Self { out: out.to_owned(), mode, lock, saved, state: Mutex::new(state) }))
    }

    /// Whether it is known what an earlier run wrote to a folder.
    pub fn is_known(out: &Path) -> bool {
        fs::is_file(&out.join(OWN_FOLDER).join(MANIFEST))
    }

    /// Whether there is a document of an earlier run.
    pub fn has_documents(&self) -> bool {
        !self.state().manifest.files.is_empty()
    }

    /// Whether a run is writing to a folder.
    pub fn is_busy(out: &Path) -> Result<bool, fs::Error> {
        FolderLock::is_taken(&out.join(OWN_FOLDER).join(LOCK))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stamp of a file that is as it was left.
    fn as_left(&self, path: &str, known: &FileRecord) -> Option<Stamp> {
        let path = self.out.join(path);
        let stamp = Stamp::of(&path)?;
        if stamp == known.stamp && stamp.was_old_at(self.saved) {
            return Some(stamp);
        }
        let same = |bytes: Vec<u8>| digest([&*bytes]) == known.digest;
        (stamp.length == known.stamp.length && fs::read_bytes(&path).is_ok_and(same)).then_some(stamp)
    }

    /// A digest of the files of these roles; `of` gives that of each, or none for one that
    /// is not there.
    pub fn inputs<'a>(reads: &[String], of: impl Fn(&str) -> Option<&'a str>) -> String {
        let parts = reads.iter().flat_map(|id| [id.as_bytes(), of(id).unwrap_or("-").as_bytes()]);
        digest(parts)
    }

    /// Which of these roles have all their documents as they are to be, and what there is
    /// to say of each. `asked` is of this run and `today` its day, ISO 8601; `system_fonts`
    /// tells the fonts of the system from others and is looked at only where a document
    /// shows one, and `releases` those of a role.
    pub fn unchanged(
        &self,
        ids: &[String],
        asked: &str,
        today: &str,
        stamps: &SourceStamps,
        system_fonts: impl FnOnce() -> String,
        releases: impl Fn(&str) -> String,
    ) -> BTreeMap<String, Said> {
        let mut state = self.state();
        let State { manifest, changed, unchanged, .. } = &mut *state;
        let candidates = ids.iter().filter_map(|id| manifest.roles.get_key_value(id));
        let is_candidate = |(id, role): &(&String, &RoleRecord)| {
            role.asked == asked && role.days.lie_the_same_on(today) && role.releases == releases(id)
        };
        let candidates: Vec<(&String, &RoleRecord)> = candidates.filter(is_candidate).collect();
        let shows_system_fonts = candidates.iter().any(|(_, role)| role.system_fonts);
        let other_fonts = shows_system_fonts && system_fonts() != manifest.system_fonts;
        let read: BTreeSet<&String> = candidates.iter().flat_map(|(_, role)| &role.reads).collect();
        let read: Vec<&String> = read.into_iter().collect();
        let digests: BTreeMap<&str, String> = read
            .par_iter()
            .filter_map(|id| {
                let (path, stamp) = stamps.get(*id)?;
                // What is no regular file, such as a link, is no role.
                let stamp = (*stamp)?;
                let known = manifest.sources.get(*id).filter(|known| known.stamp == Some(stamp));
                let digest = match known {
                    Some(known) => known.digest.clone(),
                    None => source_digest(&fs::read_at_most(path, fs::TEXT_LIMIT).ok()??),
                };
                Some((id.as_str(), digest))
            })
            .collect();
        let as_left = |path: &String| {
            let known = manifest.files.get(path)?;
            self.as_left(path, known).map(|stamp| (path.clone(), stamp))
        };
        let sound: Vec<(String, Said, StampedPaths)> = candidates
            .par_iter()
            .filter_map(|(id, role)| {
                let inputs = Self::inputs(&role.reads, |id| digests.get(id).map(String::as_str));
                if inputs != role.inputs || other_fonts && role.system_fonts {
                    return None;
                }
                let files = role.files.iter().map(as_left).collect::<Option<Vec<_>>>()?;
                let said = Said { findings: role.findings.clone(), unshown: role.unshown };
                Some(((*id).clone(), said, files))
            })
            .collect();
        let digests: Vec<(String, String)> =
            digests.into_iter().map(|(id, digest)| (id.to_string(), digest)).collect();
        for (id, digest) in digests {
            *changed |= self.note_source(manifest, id, digest, stamps);
        }
        let mut roles = BTreeMap::new();
        for (id, said, files) in sound {
            for (path, stamp) in files {
                if let Some(known) = manifest.files.get_mut(&path) {
                    // What was read in doubt need not be read the next time.
                    *changed |= known.stamp != stamp || !stamp.was_old_at(self.saved);
                    known.stamp = stamp;
                }
                unchanged.insert(path);
            }
            roles.insert(id, said);
        }
        roles
    }

    /// Notes that a role's file was read; whether that is news.
    fn note_source(
        &self,
        manifest: &mut Manifest,
        id: String,
        digest: String,
        stamps: &SourceStamps,
    ) -> bool {
        let began = self.lock.as_ref().map_or(0, |lock| lock.taken);
        let stamp = stamps.get(&id).and_then(|(_, stamp)| *stamp).filter(|stamp| stamp.was_old_at(began));
        let record = SourceRecord { stamp, digest };
        let news = manifest.sources.get(&id) != Some(&record);
        if news {
            manifest.sources.insert(id, record);
        }
        news
    }

    /// Notes the texts of roles that were read; gives the digest of each.
    pub fn sources(&self, texts: &[(&str, &str)], stamps: &SourceStamps) -> BTreeMap<String, String> {
        let texts = texts.par_iter().map(|(id, text)| (id.to_string(), source_digest(text.as_bytes())));
        let digests: BTreeMap<String, String> = texts.collect();
        let mut state = self.state();
        for (id, digest) in &digests {
            let news = self.note_source(&mut state.manifest, id.clone(), digest.clone(), stamps);
            state.changed |= news;
        }
        digests
    }

    /// What there was to say of a document that is there, made of the same; none if it is
    /// to be made.
    pub fn has(&self, path: &str, made_of: &str) -> Option<Vec<KeptFinding>> {
        let known = self.state().manifest.files.get(path).filter(|file| file.made_of == made_of).cloned()?;
        self.as_left(path, &known).map(|_| known.findings)
    }

    /// Notes that a document that is there is one of this run.
    pub fn keep(&self, path: &str) {
        self.state().unchanged.insert(path.to_string());
    }

    /// Writes a document, whole or not at all; one that is there with the same content is
    /// left alone.
    pub fn write(&self, document: Writing<'_>, findings: Vec<KeptFinding>) -> Result<(), fs::Error> {
        let Writing { path, bytes, made_of } = document;
        let digest = digest([bytes]);
        let known = self.state().manifest.files.get(path).filter(|file| file.digest == digest).cloned();
        let known = known.filter(|known| !self.mode.force && self.as_left(path, known).is_some());
        if self.mode.dry {
            let mut state = self.state();
            let files = if known.is_some() { &mut state.unchanged } else { &mut state.written };
            files.insert(path.to_string());
            return Ok(());
        }
        let target = self.out.join(path);
        if known.is_none() {
            fs::write_whole(&target, bytes)?;
        }
        // Whoever changes the file from here on leaves another stamp.
        let stamp = Stamp::of(&target);
        let record = stamp.map(|stamp| FileRecord { made_of: made_of.to_string(), stamp, digest, findings });
        let note = Note::File { path: path.to_string(), record, was_there: known.is_some() };
        self.state().notes.push(note);
        Ok(())
    }

    /// The digest of a document's content as it was left.
    pub fn digest_of(&self, path: &str) -> Option<String> {
        self.state().manifest.files.get(path).map(|file| file.digest.clone())
    }

    /// Which of these roles have documents of earlier runs there.
    pub fn earlier(&self, ids: &BTreeSet<&str>) -> BTreeSet<String> {
        if ids.is_empty() {
            return BTreeSet::new();
        }
        let state = self.state();
        let of = state.manifest.files.keys().filter_map(|path| Some((path, parts(path)?.1)));
        let of = of.filter(|(path, id)| ids.contains(id) && fs::exists(&self.out.join(path)));
        of.map(|(_, id)| id.to_string()).collect()
    }

    /// Notes a role whose documents are there; none for one with errors.
    pub fn note_role(&self, id: &str, record: Option<RoleRecord>) {
        self.state().notes.push(Note::Role { id: id.to_string(), record });
    }

    /// Takes down what the threads noted, and writes it down from time to time.
    ///
    /// A copy is kept: the notes lie scattered in the memory of threads that have given
    /// back what was around them, and would hold pages of it for the rest of the run.
    pub fn settle(&self) -> Result<(), fs::Error> {
        let mut state = self.state();
        let notes = std::mem::take(&mut state.notes);
        state.changed |= !notes.is_empty();
        for note in &notes {
            match note {
                Note::File { path, record, was_there } => {
                    let files = if *was_there { &mut state.unchanged } else { &mut state.written };
                    files.insert(path.clone());
                    match record {
                        Some(record) => drop(state.manifest.files.insert(path.clone(), record.clone())),
                        None => drop(state.manifest.files.remove(path)),
                    }
                }
                Note::Role { id, record } => match record {
                    Some(record) => drop(state.manifest.roles.insert(id.clone(), record.clone())),
                    None => drop(state.manifest.roles.remove(id)),
                },
            }
        }
        if state.saved.elapsed() > state.saved_again_after { self.save(&mut state) } else { Ok(()) }
    }

    /// Notes which fonts of the system documents show.
    pub fn note_system_fonts(&self, system_fonts: &str) {
        let mut state = self.state();
        if state.manifest.system_fonts != system_fonts {
            // What shows others is made again.
            state.manifest.roles.retain(|_, role| !role.system_fonts);
            state.manifest.system_fonts = system_fonts.to_string();
            state.changed = true;
        }
    }

    /// Removes the documents of earlier runs that no longer belong: those that this run
    /// was asked about, by edition, id and extension, and that it did not make. One that
    /// somebody changed stays, and is no longer rolebook's: these are given back.
    pub fn prune(
        &self,
        asked_about: impl Fn(&Edition, &str, &str) -> bool,
    ) -> Result<Vec<String>, fs::Error> {
        let mut state = self.state();
        let ours = |state: &State, path: &str| state.written.contains(path) || state.unchanged.contains(path);
        let gone: Vec<(String, FileRecord)> = state
            .manifest
            .files
            .iter()
            .filter(|(path, _)| !ours(&state, path))
            .filter(|(path, file)| {
                let Some((edition, id, extension)) = parts(path) else { return false };
                // A sheet that says where to sign belongs to its PDF as long as that is the
                // same one.
                let of_pdf = path.strip_suffix(SHEET).map(|stem| format!("{stem}.pdf"));
                let pdf =
                    of_pdf.filter(|pdf| ours(&state, pdf)).and_then(|pdf| state.manifest.files.get(&pdf));
                let holds = pdf.is_some_and(|pdf| file.made_of.ends_with(&pdf.digest));
                !holds && asked_about(&edition, id, extension)
            })
            .map(|(path, file)| (path.clone(), file.clone()))
            .collect();
        let mut foreign = Vec::new();
        for (path, file) in gone {
            let target = self.out.join(&path);
            if !fs::exists(&target) {
                state.manifest.files.remove(&path);
                state.changed = true;
                continue;
            }
            if self.as_left(&path, &file).is_none() {
                foreign.push(path.clone());
            } else {
                if !self.mode.dry {
                    fs::remove_file(&target)?;
                    if let Some(folder) = target.parent() {
                        fs::remove_empty(folder, &self.out);
                    }
                }
                state.removed.insert(path.clone());
            }
            state.manifest.files.remove(&path);
            state.changed = true;
        }
        Ok(foreign)
    }

    /// Forgets the roles that are no longer there.
    pub fn forget(&self, is_there: impl Fn(&str) -> bool) {
        let State { manifest, changed, .. } = &mut *self.state();
        let before = manifest.roles.len() + manifest.sources.len();
        manifest.roles.retain(|id, _| is_there(id));
        manifest.sources.retain(|id, _| is_there(id));
        *changed |= manifest.roles.len() + manifest.sources.len() != before;
    }

    fn save(&self, state: &mut State) -> Result<(), fs::Error> {
        if self.mode.dry || !state.changed {
            return Ok(());
        }
        let begun = Instant::now();
        let path = self.out.join(OWN_FOLDER).join(MANIFEST);
        fs::stream_whole(&path, |file| serde_json::to_writer(file, &state.manifest).map_err(Into::into))?;
        (state.changed, state.saved) = (false, Instant::now());
        state.saved_again_after = SAVED_EVERY.max(begun.elapsed() * SAVING_SHARE);
        Ok(())
    }

    /// Writes down what was done, and lets others write to the folder. If the program
    /// ends with it, the system takes the memory back, which it does faster.
    pub fn finish(self, program_ends: bool) -> Result<Done, fs::Error> {
        self.settle()?;
        let mut state = self.state();
        self.save(&mut state)?;
        let done = Done {
            written: std::mem::take(&mut state.written),
            unchanged: std::mem::take(&mut state.unchanged),
            removed: std::mem::take(&mut state.removed),
        };
        drop(state);
        if let Some(lock) = self.lock {
            lock.give_back()?;
        }
        if program_ends {
            std::mem::forget(self.state);
        }
        Ok(done)
    }
}
