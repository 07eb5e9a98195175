//! Owns the folder of a library's documents: what rolebook wrote into it and of what, so
//! that the next run writes and removes no more than it must. May import `render` and
//! everything below it.
//!
//! Nothing that the manifest says is believed of a file that is no longer as it was left,
//! and a manifest that cannot be read is none: then every document is made again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::HEXLOWER;
use rayon::prelude::*;
use sha2::Digest;

use super::kept::KeptFindings;
use super::manifest::{FileRecord, Known, Manifest, Mode, RoleRecord, SHEET, SourceRecord, parts};
use crate::fs::{self, FolderLock, Stamp};
use crate::model::Edition;

/// The file that says what rolebook wrote.
const MANIFEST: &str = "documents.log";

/// The folder of what rolebook knows of its documents: hidden, so that nobody takes it for
/// one.
const OWN_FOLDER: &str = ".rolebook";

/// The file that one run at a time has locked.
const LOCK: &str = "lock";

/// What there was to say of a role whose documents are there.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// What was found.
    pub findings: KeptFindings,
    /// How many warnings the checks have of it that are not shown.
    pub unshown: usize,
}

/// The stamps of a library's role files, by id, with their paths: taken before any of
/// them is read.
pub type SourceStamps = BTreeMap<String, (PathBuf, Option<Stamp>)>;

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
    written: BTreeSet<String>,
    unchanged: BTreeSet<String>,
    removed: BTreeSet<String>,
    /// What is to be noted of each role by [`DocumentFolder::settle`].
    notes: BTreeMap<String, Vec<Note>>,
}

/// What one of many threads did.
#[derive(Debug)]
enum Note {
    /// The role's file was read.
    Source(SourceRecord),
    /// A document as it is now, if anything is there.
    File(String, Option<FileRecord>),
    /// The role's documents are there; none for one with errors.
    Role(Option<RoleRecord>),
}

impl State {
    fn is_ours(&self, path: &str) -> bool {
        self.written.contains(path) || self.unchanged.contains(path)
    }

    fn note(&mut self, id: &str, note: Note) {
        self.notes.entry(id.to_string()).or_default().push(note);
    }
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
    HEXLOWER.encode(&hash.finalize()[..16])
}

/// The digest of a role's file, which a byte order mark does not change.
fn source_digest(text: &[u8]) -> String {
    digest([text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text)])
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
    /// Begins to write the documents of a library, or goes on where the manifest was so long
    /// when the run began. None while another run writes to the same folder.
    pub fn begin(
        out: &Path,
        library: &Path,
        mode: Mode,
        began: Option<u64>,
    ) -> Result<Option<Self>, fs::Error> {
        let own = out.join(OWN_FOLDER);
        let lock = if mode.dry {
            None
        } else {
            let Some(lock) = FolderLock::take(&own.join(LOCK))? else { return Ok(None) };
            Some(lock)
        };
        let path = own.join(MANIFEST);
        let saved = Stamp::of(&path).map_or(0, |stamp| stamp.written);
        let manifest = Manifest::open(&path, way(out, library), mode, began)?;
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
            written: BTreeSet::new(),
            unchanged: BTreeSet::new(),
            removed: BTreeSet::new(),
            notes: BTreeMap::new(),
        };
        Ok(Some(Self { out: out.to_owned(), mode, lock, saved, state: Mutex::new(state) }))
    }

    /// Whether it is known what an earlier run wrote to a folder.
    pub fn is_known(out: &Path) -> bool {
        fs::is_file(&out.join(OWN_FOLDER).join(MANIFEST))
    }

    /// Whether there is a document of an earlier run.
    pub fn has_documents(&self) -> bool {
        let manifest = &self.state().manifest;
        manifest.ids().iter().any(|id| !manifest.get(id).files.is_empty())
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
        system_fonts: impl FnOnce() -> &'static str,
        releases: impl Fn(&str) -> String,
    ) -> BTreeMap<String, Said> {
        let mut state = self.state();
        let known = state.manifest.get_all(ids.iter().map(String::as_str));
        let candidates = known.iter().filter_map(|(id, known)| Some((*id, known, known.role.as_ref()?)));
        let is_candidate = |(id, _, role): &(&str, &Known, &RoleRecord)| {
            role.asked == asked && role.days.lie_the_same_on(today) && role.releases == releases(id)
        };
        let candidates: Vec<_> = candidates.filter(is_candidate).collect();
        let shows_system_fonts = candidates.iter().any(|(_, _, role)| role.system_fonts);
        let other_fonts = shows_system_fonts && system_fonts() != state.manifest.system_fonts();
        let read: BTreeSet<&str> =
            candidates.iter().flat_map(|(_, _, role)| &role.reads).map(String::as_str).collect();
        let of_others = state.manifest.get_all(read.iter().copied().filter(|id| !known.contains_key(id)));
        let source = |id: &str| known.get(id).or_else(|| of_others.get(id))?.source.as_ref();
        let sources: BTreeMap<&str, SourceRecord> = read
            .par_iter()
            .filter_map(|id| {
                let (path, stamp) = stamps.get(*id)?;
                // What is no regular file, such as a link, is no role.
                let stamp = (*stamp)?;
                let digest = match source(id).filter(|known| known.stamp == Some(stamp)) {
                    Some(known) => known.digest.clone(),
                    None => source_digest(&fs::read_at_most(path, fs::TEXT_LIMIT).ok()??),
                };
                Some((*id, self.source_record(stamp, digest)))
            })
            .collect();
        let digest = |id: &str| sources.get(id).map(|source| source.digest.as_str());
        let sound: Vec<(&str, &Known, &RoleRecord, Vec<Stamp>)> = candidates
            .par_iter()
            .filter_map(|(id, known, role)| {
                if Self::inputs(&role.reads, digest) != role.inputs || other_fonts && role.system_fonts {
                    return None;
                }
                let as_left = |path: &String| self.as_left(path, known.files.get(path)?);
                let stamps = role.files.iter().map(as_left).collect::<Option<Vec<_>>>()?;
                Some((*id, *known, *role, stamps))
            })
            .collect();
        for (id, record) in &sources {
            if source(id) != Some(record) {
                state.note(id, Note::Source(record.clone()));
            }
        }
        let mut roles = BTreeMap::new();
        for (id, known, role, stamps) in sound {
            for (path, stamp) in role.files.iter().zip(stamps) {
                // What was read in doubt need not be read the next time.
                let record = &known.files[path];
                if record.stamp != stamp || !stamp.was_old_at(self.saved) {
                    let record = FileRecord { stamp, ..record.clone() };
                    state.note(id, Note::File(path.clone(), Some(record)));
                }
                state.unchanged.insert(path.clone());
            }
            if known.files.len() == role.files.len() {
                state.manifest.is_ours(id);
            }
            roles.insert(id.to_string(), Said { findings: role.findings.clone(), unshown: role.unshown });
        }
        roles
    }

    /// What is noted of a role's file that was read.
    fn source_record(&self, stamp: Stamp, digest: String) -> SourceRecord {
        let began = self.lock.as_ref().map_or(0, |lock| lock.taken);
        SourceRecord { stamp: Some(stamp).filter(|stamp| stamp.was_old_at(began)), digest }
    }

    /// Notes the texts of roles that were read; gives the digest of each.
    pub fn sources(&self, texts: &[(&str, &str)], stamps: &SourceStamps) -> BTreeMap<String, String> {
        let texts = texts.par_iter().map(|(id, text)| (id.to_string(), source_digest(text.as_bytes())));
        let digests: BTreeMap<String, String> = texts.collect();
        let mut state = self.state();
        for (id, digest) in &digests {
            let stamp = stamps.get(id).and_then(|(_, stamp)| *stamp);
            let unknown = SourceRecord { stamp: None, digest: digest.clone() };
            let record = stamp.map_or(unknown, |stamp| self.source_record(stamp, digest.clone()));
            state.note(id, Note::Source(record));
        }
        digests
    }

    /// What there was to say of a document that is there, made of the same; none if it is
    /// to be made.
    pub fn has(&self, path: &str, made_of: &str) -> Option<KeptFindings> {
        let known = self.known(path).filter(|file| file.made_of == made_of)?;
        self.as_left(path, &known).map(|_| known.findings)
    }

    /// What is known of a document.
    fn known(&self, path: &str) -> Option<FileRecord> {
        let (_, id, _) = parts(path)?;
        self.state().manifest.get(id).files.remove(path)
    }

    /// Notes that a document that is there is one of this run.
    pub fn keep(&self, path: &str) {
        self.state().unchanged.insert(path.to_string());
    }

    /// Writes a document, whole or not at all; one that is there with the same content is
    /// left alone.
    pub fn write(&self, document: Writing<'_>, findings: KeptFindings) -> Result<(), fs::Error> {
        let Writing { path, bytes, made_of } = document;
        let digest = digest([bytes]);
        let known = self.known(path).filter(|file| file.digest == digest);
        let was_there = known.is_some_and(|known| !self.mode.force && self.as_left(path, &known).is_some());
        let target = self.out.join(path);
        if !was_there && !self.mode.dry {
            fs::write_whole(&target, bytes)?;
        }
        // Whoever changes the file from here on leaves another stamp.
        let stamp = Stamp::of(&target);
        let record = stamp.map(|stamp| FileRecord { made_of: made_of.to_string(), stamp, digest, findings });
        let mut state = self.state();
        let files = if was_there { &mut state.unchanged } else { &mut state.written };
        files.insert(path.to_string());
        if let Some((_, id, _)) = parts(path) {
            state.note(id, Note::File(path.to_string(), record));
        }
        Ok(())
    }

    /// The digest of a document's content as it was left.
    pub fn digest_of(&self, path: &str) -> Option<String> {
        self.known(path).map(|file| file.digest)
    }

    /// Which of these roles have documents of earlier runs there.
    pub fn earlier(&self, ids: &BTreeSet<&str>) -> BTreeSet<String> {
        if ids.is_empty() {
            return BTreeSet::new();
        }
        let state = self.state();
        let has =
            |id: &&&str| state.manifest.get(id).files.keys().any(|path| fs::exists(&self.out.join(path)));
        ids.iter().filter(has).map(ToString::to_string).collect()
    }

    /// Notes a role whose documents are there; none for one with errors.
    pub fn note_role(&self, id: &str, record: Option<RoleRecord>) {
        self.state().note(id, Note::Role(record));
    }

    /// Writes down what the threads noted.
    pub fn settle(&self) -> Result<(), fs::Error> {
        let mut state = self.state();
        let notes = std::mem::take(&mut state.notes);
        let mut roles: Vec<(String, Known, bool)> = Vec::with_capacity(notes.len());
        for (id, notes) in notes {
            let mut known = state.manifest.get(&id);
            let is_news = notes
                .iter()
                .any(|note| !matches!(note, Note::Source(source) if known.source.as_ref() == Some(source)));
            for note in notes {
                match note {
                    Note::Source(source) => known.source = Some(source),
                    Note::File(path, Some(record)) => drop(known.files.insert(path, record)),
                    Note::File(path, None) => drop(known.files.remove(&path)),
                    Note::Role(role) => known.role = role,
                }
            }
            if is_news {
                let is_ours = known.files.keys().all(|path| state.is_ours(path));
                roles.push((id, known, is_ours));
            }
        }
        state.manifest.put(roles.iter().map(|(id, known, is_ours)| (id.as_str(), known, *is_ours)))
    }

    /// Notes which fonts of the system documents show.
    pub fn note_system_fonts(&self, system_fonts: &str) -> Result<(), fs::Error> {
        self.state().manifest.note_system_fonts(system_fonts)
    }

    /// Removes the documents of earlier runs that no longer belong: those that this run
    /// was asked about, by edition, id and extension, and that it did not make. One that
    /// somebody changed stays, and is no longer rolebook's: these are given back.
    pub fn prune(
        &self,
        asked_about: impl Fn(&Edition, &str, &str) -> bool,
    ) -> Result<Vec<String>, fs::Error> {
        self.settle()?;
        let mut state = self.state();
        let ids = state.manifest.ids_of_others();
        let known = state.manifest.get_all(ids.iter().map(String::as_str));
        let (mut foreign, mut changed) = (Vec::new(), Vec::new());
        for (id, mut known) in known {
            let belongs = |(path, file): &(&String, &FileRecord)| {
                let Some((edition, id, extension)) = parts(path) else { return true };
                // A sheet that says where to sign belongs to its PDF as long as that is the
                // same one.
                let pdf = path.strip_suffix(SHEET).map(|stem| format!("{stem}.pdf"));
                let pdf = pdf.filter(|pdf| state.is_ours(pdf)).and_then(|pdf| known.files.get(&pdf));
                let holds = pdf.is_some_and(|pdf| file.made_of.ends_with(&pdf.digest));
                state.is_ours(path) || holds || !asked_about(&edition, id, extension)
            };
            let gone = known.files.iter().filter(|file| !belongs(file));
            let gone: Vec<String> = gone.map(|(path, _)| path.clone()).collect();
            for path in &gone {
                let Some(file) = known.files.remove(path) else { continue };
                let target = self.out.join(path);
                if !fs::exists(&target) {
                    continue;
                }
                if self.as_left(path, &file).is_none() {
                    foreign.push(path.clone());
                    continue;
                }
                if !self.mode.dry {
                    fs::remove_file(&target)?;
                    if let Some(folder) = target.parent() {
                        fs::remove_empty(folder, &self.out);
                    }
                }
                state.removed.insert(path.clone());
            }
            if !gone.is_empty() {
                changed.push((id, known));
            }
        }
        state.manifest.put(changed.iter().map(|(id, known)| (*id, known, false)))?;
        foreign.sort();
        Ok(foreign)
    }

    /// Forgets the roles that are no longer there.
    pub fn forget(&self, is_there: impl Fn(&str) -> bool) -> Result<(), fs::Error> {
        let mut state = self.state();
        let ids = state.manifest.ids();
        let gone = ids.iter().map(String::as_str).filter(|id| !is_there(id));
        let mut known = state.manifest.get_all(gone);
        known.retain(|_, known| known.role.is_some() || known.source.is_some());
        known.values_mut().for_each(|known| (known.role, known.source) = (None, None));
        state.manifest.put(known.iter().map(|(id, known)| (*id, known, false)))
    }

    /// Writes down what was done so far, for another process that goes on: how many files
    /// were written, and how long the manifest was when the run began.
    pub fn hand_over(self) -> Result<(usize, u64), fs::Error> {
        self.settle()?;
        let State { manifest, written, .. } = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = self.lock {
            lock.give_back()?;
        }
        Ok((written.len(), manifest.began()))
    }

    /// Writes down what was done, and lets others write to the folder.
    pub fn finish(self) -> Result<Done, fs::Error> {
        self.settle()?;
        let State { manifest, written, unchanged, removed, .. } =
            self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        manifest.finish()?;
        if let Some(lock) = self.lock {
            lock.give_back()?;
        }
        Ok(Done { written, unchanged, removed })
    }
}
