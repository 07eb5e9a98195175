//! Owns the manifest of a folder of documents: what is known of each role from one run to
//! the next. May import `check` and everything below it, and `kept`.
//!
//! It is a file of lines. The first says of what library it is; another one is all that is
//! known of a role, as `ID<TAB>JSON`. What a run notes is appended, so that a killed one need
//! not begin again; of two lines about the same the later one holds. A run keeps nothing of
//! it in memory but where the lines are.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::kept::KeptFindings;
use crate::check::Days;
use crate::fs::{self, Log, LogLine, Stamp};
use crate::model::{Edition, is_id};

/// The form of the manifest; one of another form is none.
const FORM: u32 = 3;

/// What the path of a sheet ends with that says where a PDF is signed.
pub(super) const SHEET: &str = ".esign.json";

/// So many bytes of lines that no longer hold are left alone.
const SLACK: u64 = 64 * 1024;

/// What is between the id and the rest of a line.
const TAB: char = '\t';

/// How far a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mode {
    /// Whether every document is made again.
    pub force: bool,
    /// Whether nothing is written, and it is only told what would be.
    pub dry: bool,
}

/// What the manifest is about.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    form: u32,
    /// The library, as a path from the folder.
    library: String,
    /// Tells the fonts of the system from others, where a document shows one of them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    system_fonts: String,
}

/// What is known of a role.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Known {
    /// Its file, if it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<SourceRecord>,
    /// What its documents are made of, if it had no errors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<RoleRecord>,
    /// Its documents, by their path in the folder, with slashes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) files: BTreeMap<String, FileRecord>,
}

/// A role file that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceRecord {
    /// None where it was changed so shortly before that its stamp says nothing.
    pub(super) stamp: Option<Stamp>,
    pub(super) digest: String,
}

/// A role whose documents were made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRecord {
    /// A digest of everything that the documents are made of but the roles' files.
    pub asked: String,
    /// The ids of all roles whose files have a part in them, ascending.
    pub reads: Vec<String>,
    /// A digest of these files, as [`super::DocumentFolder::inputs`] gives it.
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
    #[serde(default, skip_serializing_if = "KeptFindings::is_empty")]
    pub findings: KeptFindings,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A document that was written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileRecord {
    /// A digest of everything that it is made of.
    pub(super) made_of: String,
    /// That of the file as it was left.
    pub(super) stamp: Stamp,
    /// That of its content.
    pub(super) digest: String,
    /// What there was to say of it when it was rendered.
    #[serde(default, skip_serializing_if = "KeptFindings::is_empty")]
    pub(super) findings: KeptFindings,
}

/// The edition, the id and the extension of a document's path; none for a path that is
/// not one of rolebook's documents.
pub(super) fn parts(path: &str) -> Option<(Edition, &str, &str)> {
    let (edition, name) = path.split_once('/')?;
    let (id, extension) = name.split_once('.')?;
    let known = matches!(extension, "md" | "html" | "pdf" | "esign.json");
    Some((Edition::from_tag(edition)?, id, extension)).filter(|_| known && is_id(id))
}

/// Where the line of a role is.
#[derive(Debug)]
struct Place {
    line: LogLine,
    /// Whether all documents that it names are of this run.
    is_ours: bool,
}

/// The manifest of a folder.
#[derive(Debug)]
pub(super) struct Manifest {
    log: Log,
    head: Head,
    places: BTreeMap<String, Place>,
    /// The bytes of the lines of earlier runs.
    began: u64,
    mode: Mode,
}

impl Known {
    fn is_empty(&self) -> bool {
        self.source.is_none() && self.role.is_none() && self.files.is_empty()
    }

    /// What a line says of a role. Paths that lead elsewhere are none of its documents.
    fn read(id: &str, json: &str) -> Self {
        let mut known: Self = serde_json::from_str(json).unwrap_or_default();
        known.files.retain(|path, _| parts(path).is_some_and(|(_, of, _)| of == id));
        known
    }

    /// Takes its documents for old ones. A sheet that says where to sign is not made again,
    /// and holds as long as its PDF comes out the same.
    fn forced(mut self) -> Self {
        self.role = None;
        let made_again = self.files.iter_mut().filter(|(path, _)| !path.ends_with(SHEET));
        made_again.for_each(|(_, file)| file.made_of.clear());
        self
    }
}

impl Manifest {
    /// Opens the manifest of a library's documents. One of another library, or of another
    /// form, is none. A run that goes on says how long it was when it began.
    pub(super) fn open(
        path: &Path,
        library: String,
        mode: Mode,
        began: Option<u64>,
    ) -> Result<Self, fs::Error> {
        let mut head = Head { form: FORM, library, system_fonts: String::new() };
        let mut places = BTreeMap::new();
        let as_head = |line: &str| serde_json::from_str::<Head>(line).ok();
        let mut is_this_one = false;
        let mut log = Log::open(path, !mode.dry, |line, text| {
            if line.start == 0 {
                is_this_one = as_head(text)
                    .is_some_and(|found| found.form == head.form && found.library == head.library);
            }
            match text.split_once(TAB) {
                _ if !is_this_one => {}
                Some((id, "")) => drop(places.remove(id)),
                Some((id, _)) if is_id(id) => {
                    places.insert(id.to_string(), Place { line, is_ours: false });
                }
                Some(_) => {}
                None => head.system_fonts = as_head(text).unwrap_or_default().system_fonts,
            }
        })?;
        if !is_this_one {
            log.clear();
        }
        // One that became shorter meanwhile is another run's.
        let began = began.filter(|began| *began <= log.length()).unwrap_or(log.length());
        Ok(Self { log, head, places, began, mode })
    }

    /// Everything that is known of a role.
    pub(super) fn get(&self, id: &str) -> Known {
        let Some(place) = self.places.get(id) else { return Known::default() };
        let line = self.log.line(place.line).unwrap_or_default();
        let known = line.split_once(TAB).filter(|(of, _)| *of == id);
        let known = known.map(|(_, json)| Known::read(id, json)).unwrap_or_default();
        if self.is_forced(place.line) { known.forced() } else { known }
    }

    /// The same of many roles; of those that something is known of.
    pub(super) fn get_all<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, Known> {
        let lines = ids.into_iter().filter_map(|id| {
            let place = self.places.get(id)?;
            Some((id, self.is_forced(place.line), self.log.line(place.line).unwrap_or_default()))
        });
        let lines: Vec<(&str, bool, String)> = lines.collect();
        let known = lines.into_par_iter().map(|(id, is_forced, line)| {
            let known = Known::read(id, line.split_once(TAB).map_or("", |(_, json)| json));
            (id, if is_forced { known.forced() } else { known })
        });
        known.collect::<Vec<_>>().into_iter().collect()
    }

    /// The bytes of the lines of earlier runs.
    pub(super) fn began(&self) -> u64 {
        self.began
    }

    /// Whether what a line says is of an earlier run, and every document is made again.
    fn is_forced(&self, line: LogLine) -> bool {
        self.mode.force && line.start < self.began
    }

    /// The roles that something is known of.
    pub(super) fn ids(&self) -> Vec<String> {
        self.places.keys().cloned().collect()
    }

    /// Those of which a document may be another run's.
    pub(super) fn ids_of_others(&self) -> Vec<String> {
        let others = self.places.iter().filter(|(_, place)| !place.is_ours);
        others.map(|(id, _)| id.clone()).collect()
    }

    /// Notes that all documents of a role are of this run.
    pub(super) fn is_ours(&mut self, id: &str) {
        if let Some(place) = self.places.get_mut(id) {
            place.is_ours = true;
        }
    }

    /// Notes what is known of roles, and whether all their documents are of this run.
    pub(super) fn put<'a>(
        &mut self,
        roles: impl IntoIterator<Item = (&'a str, &'a Known, bool)>,
    ) -> Result<(), fs::Error> {
        if self.mode.dry {
            return Ok(());
        }
        let mut lines = Vec::new();
        if self.log.length() == 0 {
            lines.push(json(&self.head));
        }
        let ahead = lines.len();
        let mut noted = Vec::new();
        for (id, known, is_ours) in roles {
            let json = if known.is_empty() { String::new() } else { json(known) };
            noted.push((id, json.is_empty(), is_ours));
            lines.push(format!("{id}{TAB}{json}"));
        }
        if noted.is_empty() {
            return Ok(());
        }
        let places = self.log.append(&lines)?;
        for (line, (id, is_empty, is_ours)) in places.into_iter().skip(ahead).zip(noted) {
            if is_empty {
                self.places.remove(id);
            } else if let Some(known) = self.places.get_mut(id) {
                *known = Place { line, is_ours };
            } else {
                self.places.insert(id.to_string(), Place { line, is_ours });
            }
        }
        Ok(())
    }

    /// Tells the fonts of the system from others, where a document shows one of them.
    pub(super) fn system_fonts(&self) -> &str {
        &self.head.system_fonts
    }

    /// Notes which fonts of the system documents show. What shows others is made again.
    pub(super) fn note_system_fonts(&mut self, system_fonts: &str) -> Result<(), fs::Error> {
        if self.head.system_fonts == system_fonts {
            return Ok(());
        }
        self.head.system_fonts = system_fonts.to_string();
        let ids = self.ids();
        let mut known = self.get_all(ids.iter().map(String::as_str));
        known.retain(|_, known| known.role.as_ref().is_some_and(|role| role.system_fonts));
        known.values_mut().for_each(|known| known.role = None);
        self.put(known.iter().map(|(id, known)| (*id, known, false)))?;
        if !self.mode.dry {
            self.log.append(&[json(&self.head)])?;
        }
        Ok(())
    }

    /// Ends the run. Lines that no longer hold are taken out when they are more than the
    /// others.
    pub(super) fn finish(self) -> Result<(), fs::Error> {
        let lines: Vec<LogLine> = self.places.values().map(|place| place.line).collect();
        let live: u64 = lines.iter().map(|line| u64::from(line.length)).sum();
        if self.mode.dry || self.log.length() <= 2 * live + SLACK {
            return Ok(());
        }
        self.log.keep(&json(&self.head), &lines)
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("records are JSON")
}
