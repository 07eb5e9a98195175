//! Owns what tells that a file is still the one that it was, without reading it, and that
//! one run at a time writes into a folder. May import what `fs` may.

use std::fs::{File, Metadata, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::{Error, UNFINISHED, failed, unread};

/// What the system says of a file. Two files of equal stamps are the same one with the
/// same content, unless it was changed within the time that the system counts as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Bytes.
    pub length: u64,
    /// When it was last written, in nanoseconds since 1970.
    pub written: u64,
    /// When anything about it was last changed, and which file it is, where the system
    /// says so.
    identity: (u64, u64),
}

impl Stamp {
    /// That of a regular file; none if there is none.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::symlink_metadata(path).ok().filter(Metadata::is_file)?;
        Some(Self { length: metadata.len(), written: written(&metadata), identity: identity(&metadata) })
    }

    /// Whether the file was old at a time, so that whoever changes it from then on leaves
    /// another stamp. A system that counts in whole seconds may count in two of them.
    pub fn was_old_at(&self, time: u64) -> bool {
        let tick = if self.written.is_multiple_of(1_000_000_000) { 2_000_000_000 } else { 100_000_000 };
        self.written.saturating_add(tick) < time
    }
}

fn written(metadata: &Metadata) -> u64 {
    let since = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    let changed = metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec());
    (u64::try_from(changed).unwrap_or_default(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// That of the program that runs; none where the system does not say which it is.
pub fn program_stamp() -> Option<Stamp> {
    Stamp::of(&std::env::current_exe().ok()?)
}

/// Removes a file; one that is not there is removed already.
pub fn remove_file(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(failed("cannot remove", "无法删除", path)(error))
        }
        _ => Ok(()),
    }
}

/// Removes from a folder the files that a run was writing when it was killed.
pub fn remove_unfinished(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// The right to write into a folder, which one run has at a time.
#[derive(Debug)]
pub struct FolderLock {
    file: File,
    path: PathBuf,
    /// Whether whoever had it before was killed.
    pub was_left: bool,
    /// When it was taken, by the clock of the file system.
    pub taken: u64,
}

impl FolderLock {
    /// Takes the right; `path` is a file that stands for it. None while another run has it.
    pub fn take(path: &Path) -> Result<Option<Self>, Error> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(failed(
            "cannot make the folder",
            "无法创建文件夹",
            folder,
        ))?;
        let open = || File::options().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = open().map_err(failed("cannot write", "无法写入", path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            // A file system without locks has none to wait for.
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => {
                return Err(failed("cannot lock", "无法锁定", path)(error));
            }
        }
        let mark = |file: &mut File| -> std::io::Result<(bool, u64)> {
            let was_left = file.read_to_end(&mut Vec::new())? > 0;
            file.write_all(b"rolebook is writing\n")?;
            Ok((was_left, written(&file.metadata()?)))
        };
        let (was_left, taken) = mark(&mut file).map_err(failed("cannot write", "无法写入", path))?;
        Ok(Some(Self { file, path: path.to_owned(), was_left, taken }))
    }

    /// Whether a run has the right.
    pub fn is_taken(path: &Path) -> Result<bool, Error> {
        let file = match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            file => file.map_err(unread("cannot read", "无法读取", path))?,
        };
        Ok(matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Gives it back, with nothing left half done.
    pub fn give_back(self) -> Result<(), Error> {
        self.file.set_len(0).map_err(failed("cannot write", "无法写入", &self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_has_the_right_and_who_is_killed_leaves_a_mark() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/lock");
        let first = FolderLock::take(&path).unwrap().unwrap();
        assert!(!first.was_left && FolderLock::take(&path).unwrap().is_none());
        first.give_back().unwrap();
        let second = FolderLock::take(&path).unwrap().unwrap();
        assert!(!second.was_left);
        drop(second);
        assert!(FolderLock::take(&path).unwrap().unwrap().was_left);
    }

    #[test]
    fn another_content_of_the_same_length_has_another_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "one").unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000)).unwrap();
        let old = Stamp::of(&path).unwrap();
        assert_eq!((old.length, old.written), (3, 1_000_000_000_000_000_000));
        assert!(old.was_old_at(old.written + 2_000_000_001) && !old.was_old_at(old.written + 2_000_000_000));
        std::fs::write(&path, "two").unwrap();
        assert_ne!(Stamp::of(&path).unwrap(), old);
        assert_eq!(Stamp::of(folder.path()), None);
    }
}
