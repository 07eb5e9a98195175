//! Owns folders and files that are written beside what they replace, and take its place
//! at once. May import what `fs` may.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Error, failed, list_everything, unread};

/// A folder beside another one, which goes away unless it takes that one's place.
#[derive(Debug)]
pub struct Sibling {
    folder: tempfile::TempDir,
}

impl Sibling {
    /// A new, empty folder beside `path`; the folder of both is made as needed.
    pub fn of(path: &Path) -> Result<Self, Error> {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(parent).map_err(failed(
            "cannot make the folder",
            "无法创建文件夹",
            parent,
        ))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".rolebook-");
        // A temporary folder is its owner's alone; a site is everybody's.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let folder = builder.tempdir_in(parent).map_err(failed(
            "cannot make a folder in",
            "无法创建文件夹于",
            parent,
        ))?;
        Ok(Self { folder })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file of it. Nobody reads it before it is whole, so that it is written
    /// straight away.
    pub fn write(&self, relative: &Path, bytes: &[u8]) -> Result<(), Error> {
        let path = self.prepared(relative)?;
        std::fs::write(&path, bytes).map_err(failed("cannot write", "无法写入", &path))
    }

    /// A file of it, to be written bit by bit.
    pub fn create(&self, relative: &Path) -> Result<NewFile, Error> {
        let path = self.prepared(relative)?;
        let file = std::fs::File::create(&path).map_err(failed("cannot write", "无法写入", &path))?;
        Ok(NewFile { out: std::io::BufWriter::new(file), path })
    }

    /// Takes over a file as it is: the same one where the system can, else a copy. A link
    /// is taken over as a link.
    pub fn take_over(&self, from: &Path, relative: &Path) -> Result<(), Error> {
        let path = self.prepared(relative)?;
        #[cfg(unix)]
        if let Ok(target) = std::fs::read_link(from) {
            return std::os::unix::fs::symlink(target, &path).map_err(failed(
                "cannot copy",
                "无法复制",
                from,
            ));
        }
        if std::fs::hard_link(from, &path).is_ok() {
            return Ok(());
        }
        std::fs::copy(from, &path).map(|_| ()).map_err(unread("cannot copy", "无法复制", from))
    }

    /// Takes over everything that another folder has, empty folders among it, except the
    /// paths that are left out; they are written with slashes.
    pub fn take_rest(&self, from: &Path, left_out: impl Fn(&str) -> bool) -> Result<(), Error> {
        let (paths, empty) = list_everything(from)?;
        for path in paths {
            if !left_out(&path.to_string_lossy().replace('\\', "/")) {
                self.take_over(&from.join(&path), &path)?;
            }
        }
        for path in empty {
            let path = self.folder.path().join(path);
            std::fs::create_dir_all(&path).map_err(failed(
                "cannot make the folder",
                "无法创建文件夹",
                &path,
            ))?;
        }
        Ok(())
    }

    fn prepared(&self, relative: &Path) -> Result<PathBuf, Error> {
        let path = self.folder.path().join(relative);
        let parent = path.parent().unwrap_or(self.folder.path());
        if !parent.is_dir() {
            std::fs::create_dir_all(parent).map_err(failed(
                "cannot make the folder",
                "无法创建文件夹",
                parent,
            ))?;
        }
        Ok(path)
    }

    /// Puts it in the place of `path`, in one step where the system can. What was there
    /// is removed.
    pub fn replace(self, path: &Path) -> Result<(), Error> {
        let new = self.folder.path().to_owned();
        if !super::exists(path) {
            std::fs::rename(&new, path).map_err(failed("cannot write", "无法写入", path))?;
            let _ = self.folder.keep();
            return Ok(());
        }
        if exchange(&new, path) {
            // What was there is in the temporary folder now, which goes away.
            return Ok(());
        }
        let old = Self::of(path)?;
        let aside = old.folder.path().join("old");
        std::fs::rename(path, &aside).map_err(failed("cannot replace", "无法替换", path))?;
        if let Err(error) = std::fs::rename(&new, path) {
            let _ = std::fs::rename(&aside, path);
            return Err(failed("cannot replace", "无法替换", path)(error));
        }
        let _ = self.folder.keep();
        Ok(())
    }
}

/// A file beside the one that it is to replace; it goes away unless it does.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    file: tempfile::NamedTempFile,
}

impl Draft {
    /// What a file that is there is to become. It keeps who may read and write it.
    pub fn of(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let write = || -> std::io::Result<tempfile::NamedTempFile> {
            let mut file = tempfile::Builder::new().prefix(".rolebook-").tempfile_in(folder)?;
            file.write_all(bytes)?;
            file.as_file().set_permissions(std::fs::metadata(path)?.permissions())?;
            Ok(file)
        };
        let file = write().map_err(failed("cannot write", "无法写入", path))?;
        Ok(Self { path: path.to_owned(), file })
    }
}

/// Puts a folder where nothing is and a file in the place of another one: both, or
/// neither if one of them fails.
pub fn place_both(folder: Sibling, at: &Path, file: Draft) -> Result<(), Error> {
    if super::exists(at) {
        let there = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(failed("cannot write", "无法写入", at)(there));
    }
    folder.replace(at)?;
    let Draft { path, file } = file;
    file.persist(&path).map(drop).map_err(|error| {
        let _ = std::fs::remove_dir_all(at);
        failed("cannot write", "无法写入", &path)(error.error)
    })
}

/// Removes a folder and those around it, up to `top`, as far as they are empty.
pub fn remove_empty(folder: &Path, top: &Path) {
    for folder in folder.ancestors().take_while(|folder| folder.starts_with(top)) {
        if std::fs::remove_dir(folder).is_err() {
            break;
        }
    }
}

/// A file that is written bit by bit.
#[derive(Debug)]
pub struct NewFile {
    out: std::io::BufWriter<std::fs::File>,
    path: PathBuf,
}

impl NewFile {
    /// Writes more of it.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.out.write_all(bytes).map_err(failed("cannot write", "无法写入", &self.path))
    }

    /// Writes what is left of it.
    pub fn finish(mut self) -> Result<(), Error> {
        self.out.flush().map_err(failed("cannot write", "无法写入", &self.path))
    }
}

/// Whether two folders could change places in one step.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_and_a_file_are_placed_both_or_neither() {
        let root = tempfile::tempdir().unwrap();
        let (file, at) = (root.path().join("roles/a.json"), root.path().join("kept/a/1.0"));
        std::fs::create_dir(root.path().join("roles")).unwrap();
        let staged = || {
            std::fs::write(&file, "old").unwrap();
            let folder = Sibling::of(&at).unwrap();
            folder.write(Path::new("x"), b"x").unwrap();
            (folder, Draft::of(&file, b"new").unwrap())
        };
        // The file's folder goes away before the file can be placed.
        let (folder, draft) = staged();
        std::fs::remove_dir_all(root.path().join("roles")).unwrap();
        place_both(folder, &at, draft).unwrap_err();
        assert!(!super::super::exists(&at));
        remove_empty(at.parent().unwrap(), &root.path().join("kept"));
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 0);
        std::fs::create_dir(root.path().join("roles")).unwrap();
        let (folder, draft) = staged();
        place_both(folder, &at, draft).unwrap();
        assert_eq!(
            (std::fs::read(&file).unwrap(), std::fs::read(at.join("x")).unwrap()),
            (b"new".to_vec(), b"x".to_vec())
        );
        let (folder, draft) = staged();
        place_both(folder, &at, draft).unwrap_err();
        assert_eq!(std::fs::read(&file).unwrap(), b"old");
        remove_empty(&at, &root.path().join("kept"));
        assert!(at.is_dir(), "what is not empty stays");
    }
}
