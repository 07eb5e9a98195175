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

/// Why no site can stand in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPlace {
    /// It has something in it that rolebook did not make a site of.
    NotOurs,
    /// It is where a disk or volume begins, which no other folder can take the place of.
    Mounted,
}

/// A site that is being written.
#[derive(Debug)]
pub struct SiteFolder {
    /// The folder itself, where `out` was a link to it.
    out: PathBuf,
    new: fs::Sibling,
    old: Manifest,
    written: Mutex<Manifest>,
}

/// The manifest of a folder; an empty one if it has none, nothing if it is no manifest.
fn manifest_of(folder: &Path) -> Result<Option<Manifest>, fs::Error> {
    let path = folder.join(MANIFEST);
    if !fs::is_file(&path) {
        return Ok(Some(Manifest::default()));
    }
    Ok(serde_json::from_slice(&fs::read_bytes(&path)?).ok())
}

impl SiteFolder {
    /// Begins a site that is to stand in `out`. A folder that is there must be empty, or
    /// a site of rolebook's.
    pub fn begin(out: &Path) -> Result<Result<Self, NoPlace>, fs::Error> {
        let out = fs::resolved(out);
        if fs::is_mounted(&out) {
            return Ok(Err(NoPlace::Mounted));
        }
        let Some(old) = manifest_of(&out)? else { return Ok(Err(NoPlace::NotOurs)) };
        if !fs::is_file(&out.join(MANIFEST)) && fs::exists(&out) && !fs::is_empty_folder(&out) {
            return Ok(Err(NoPlace::NotOurs));
        }
        let new = fs::Sibling::of(&out)?;
        Ok(Ok(Self { out, new, old, written: Mutex::default() }))
    }

    /// Writes a file; `made_of` names what it was made of, where making it is costly.
    pub fn write(&self, path: &str, bytes: &[u8], made_of: &str) -> Result<(), fs::Error> {
        self.note(path, made_of);
        self.new.write(Path::new(path), bytes)
    }

    /// A file to be written bit by bit.
    pub fn create(&self, path: &str) -> Result<fs::NewFile, fs::Error> {
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

    /// A file that was written, as text; empty if it cannot be read.
    pub fn read(&self, path: &str) -> String {
        let bytes = fs::read_bytes(&self.new.path().join(path)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
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
        // Another run may have published since this one began.
        let latest = manifest_of(&self.out)?.unwrap_or_default();
        self.new.take_rest(&self.out, |path| {
            let ours = [&self.old, &latest, &written].iter().any(|known| known.files.contains_key(path));
            ours || path == MANIFEST
        })?;
        let manifest = serde_json::to_vec(&written).expect("a manifest is JSON");
        self.new.write(Path::new(MANIFEST), &manifest)?;
        self.new.replace(&self.out)?;
        Ok(written.files.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(out: &Path) -> SiteFolder {
        SiteFolder::begin(out).unwrap().unwrap()
    }

    #[test]
    fn of_two_runs_at_once_the_last_one_leaves_nothing_of_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("site");
        let (first, second) = (begin(&out), begin(&out));
        first.write("search.1.json", b"1", "").unwrap();
        first.publish().unwrap();
        second.write("search.2.json", b"2", "").unwrap();
        second.publish().unwrap();
        assert!(!fs::exists(&out.join("search.1.json")) && fs::exists(&out.join("search.2.json")));
    }

    #[test]
    #[cfg(unix)]
    fn a_link_to_the_folder_stays_and_leads_to_the_new_site() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        begin(&real).publish().unwrap();
        std::os::unix::fs::symlink("real", &link).unwrap();
        let site = begin(&link);
        site.write("a.html", b"a", "").unwrap();
        site.publish().unwrap();
        assert!(link.is_symlink() && fs::exists(&real.join("a.html")));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_visitor_sees_one_whole_site_or_the_other() {
        use std::sync::atomic::{AtomicBool, Ordering};
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("site");
        let publish = || {
            let site = begin(&out);
            site.write("index.html", b"x", "").unwrap();
            site.publish().unwrap();
        };
        publish();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let visitor = scope.spawn(|| {
                let mut missed = 0;
                while !done.load(Ordering::Relaxed) {
                    missed += usize::from(!fs::exists(&out.join("index.html")));
                }
                missed
            });
            (0..200).for_each(|_| publish());
            done.store(true, Ordering::Relaxed);
            assert_eq!(visitor.join().unwrap(), 0);
        });
    }
}
