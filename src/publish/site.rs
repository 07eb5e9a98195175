//! Owns the folder of a site: what a build writes stands beside the old site until
//! all of it is there, then takes its place. May import `render` and everything
//! below it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::fs;

/// The file of a site that says what rolebook wrote: hidden, so that no host shows it
/// among the pages.
const MANIFEST: &str = ".rolebook-site.json";

/// What rolebook wrote into a folder.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Manifest {
    /// Each file, and for one that is costly to make what it was made of.
    files: BTreeMap<String, String>,
}

/// The folder has something in it that rolebook did not make a site of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOurs;

/// A site that is being written.
#[derive(Debug)]
pub struct SiteFolder {
    out: PathBuf,
    new: fs::Sibling,
    old: Manifest,
    written: Mutex<Manifest>,
}

impl SiteFolder {
    /// Begins a site that is to stand in `out`. A folder that is there must be empty, or
    /// a site of rolebook's.
    pub fn begin(out: &Path) -> Result<Result<Self, NotOurs>, fs::Error> {
        let manifest = out.join(MANIFEST);
        let old = if fs::is_file(&manifest) {
            match serde_json::from_slice(&fs::read_bytes(&manifest)?) {
                Ok(old) => old,
                Err(_) => return Ok(Err(NotOurs)),
            }
        } else if fs::exists(out) && !fs::is_empty_folder(out) {
            return Ok(Err(NotOurs));
        } else {
            Manifest::default()
        };
        let new = fs::Sibling::of(out)?;
        Ok(Ok(Self { out: out.to_owned(), new, old, written: Mutex::default() }))
    }

    /// Writes a file; `made_of` names what it was made of, where making it is costly.
    pub fn write(&self, path: &str, bytes: &[u8], made_of: &str) -> Result<(), fs::Error> {
        self.note(path, made_of);
        self.new.write(Path::new(path), bytes)
    }

    /// A file to be written bit by bit.
    pub fn create(&self, path: &str) -> Result<impl std::io::Write + use<>, fs::Error> {
        self.note(path, "");
        self.new.create(Path::new(path))
    }

    /// Whether the old site has this file, made of the same: then it is taken over.
    pub fn reuse(&self, path: &str, made_of: &str) -> bool {
        let same = self.old.files.get(path).is_some_and(|known| known == made_of && !known.is_empty());
        let done = same && self.new.take_over(&self.out.join(path), Path::new(path)).is_ok();
        if done {
            self.note(path, made_of);
        }
        done
    }

    fn note(&self, path: &str, made_of: &str) {
        let mut written = self.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        written.files.insert(path.to_string(), made_of.to_string());
    }

    /// The files so far, sorted.
    pub fn files(&self) -> Vec<String> {
        let written = self.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        written.files.keys().cloned().collect()
    }

    /// Puts the new site in the place of the old one. What somebody else put into the
    /// old one, such as a `CNAME`, is taken along; of rolebook's own files none is.
    pub fn publish(self) -> Result<usize, fs::Error> {
        let written = self.written.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        for path in fs::list_whole_tree(&self.out)? {
            let name = path.to_string_lossy().replace('\\', "/");
            let ours = name == MANIFEST || self.old.files.contains_key(&name);
            if !ours && !written.files.contains_key(&name) {
                self.new.take_over(&self.out.join(&path), &path)?;
            }
        }
        let manifest = serde_json::to_vec(&written).expect("a manifest is JSON");
        self.new.write(Path::new(MANIFEST), &manifest)?;
        self.new.replace(&self.out)?;
        Ok(written.files.len())
    }
}
