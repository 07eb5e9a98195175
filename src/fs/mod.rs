//! Owns every access to files: what may be read, how large, and how a file is
//! written so that no reader ever sees a part of it. May import nothing of
//! rolebook but `diagnostic`.
#![expect(clippy::disallowed_methods, reason = "the only place that touches the file system")]

mod log;
mod revision;
mod staging;
mod stamp;

use std::fmt;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, Message};

pub use log::{Log, LogLine};
pub use revision::{RevisionError, Snapshot, snapshot};
pub use staging::{Draft, NewFile, Sibling, place_both, remove_empty};
pub use stamp::{FolderLock, Stamp, program_stamp, remove_file, remove_unfinished};

/// The largest file that is read as a role, settings or template, in bytes. The
/// longest real description known is under 100 KB.
pub const TEXT_LIMIT: u64 = 8 * 1024 * 1024;

/// What the name of a file begins with that is being written.
const UNFINISHED: &str = ".rolebook-";

/// The environment failed: a path and what the system said of it.
#[derive(Debug)]
pub struct Error {
    /// What was being done, in both languages.
    pub action: Message,
    /// The path it was done to.
    pub path: PathBuf,
    /// What the system said.
    pub source: std::io::Error,
    /// Whether something was to be written there, and not read.
    writes: bool,
}

impl Error {
    /// What to do about it, where that is known.
    pub fn remedy(&self) -> Option<Message> {
        use std::io::ErrorKind;
        Some(match (self.source.kind(), self.writes) {
            (ErrorKind::NotADirectory | ErrorKind::AlreadyExists, true) => Message::new(
                "a file stands where a folder is meant: name another place, or move the file away",
                "该位置已有同名文件：请另选位置，或移走该文件",
            ),
            (ErrorKind::PermissionDenied, true) => Message::new(
                "name another place, or ask whoever looks after the machine for the right to this one",
                "请换一个位置，或请管理员授予权限",
            ),
            (ErrorKind::PermissionDenied, false) => Message::new(
                "ask whoever looks after the machine for the right to read it",
                "请管理员授予读取权限",
            ),
            (ErrorKind::ReadOnlyFilesystem, _) => {
                Message::new("name a place on another disk", "请换一个可写的磁盘位置")
            }
            (ErrorKind::StorageFull | ErrorKind::QuotaExceeded, _) => {
                Message::new("make room, or name a place on another disk", "请清理空间，或换一个磁盘位置")
            }
            _ => return None,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.action.en, self.path.display(), self.source)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// What the system says of a failure; systems speak English here, so the usual
/// reasons are put into Chinese.
pub fn reason(error: &std::io::Error) -> Message {
    use std::io::ErrorKind;
    let english = error.to_string();
    let chinese = match error.kind() {
        ErrorKind::NotFound => "文件或文件夹不存在",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists => "文件已存在",
        ErrorKind::NotADirectory => "路径中有一部分不是文件夹",
        ErrorKind::IsADirectory => "这是文件夹，不是文件",
        ErrorKind::DirectoryNotEmpty => "文件夹不为空",
        ErrorKind::ReadOnlyFilesystem => "磁盘为只读",
        ErrorKind::StorageFull => "磁盘空间不足",
        ErrorKind::QuotaExceeded => "超出磁盘配额",
        ErrorKind::FileTooLarge => "文件过大",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => "文件正被其他程序使用",
        ErrorKind::InvalidFilename => "文件名不被系统接受",
        ErrorKind::Interrupted => "操作被中断",
        _ => return Message::same(english),
    };
    Message::new(english, chinese)
}

/// The failure of writing something.
fn failed<'a>(en: &'a str, zh_cn: &'a str, path: &'a Path) -> impl FnOnce(std::io::Error) -> Error + 'a {
    move |source| Error {
        action: Message::new(en, zh_cn),
        path: path.to_owned(),
        source: bare(source),
        writes: true,
    }
}

/// The failure alone. `tempfile` adds the name of the file beside the one that is to be
/// written, which nobody has heard of.
fn bare(error: std::io::Error) -> std::io::Error {
    let code = || {
        let text = error.get_ref()?.to_string();
        let (_, after) = text.split_once("(os error ")?;
        after.split_once(')')?.0.parse().ok()
    };
    code().map_or(error, std::io::Error::from_raw_os_error)
}

/// The failure of reading something.
fn unread<'a>(en: &'a str, zh_cn: &'a str, path: &'a Path) -> impl FnOnce(std::io::Error) -> Error + 'a {
    move |source| Error { writes: false, ..failed(en, zh_cn, path)(source) }
}

/// Reads a text. What cannot be read as one is a finding about the path: the
/// caller goes on with the other files. A link is not followed, so that nothing
/// outside a library is read.
///
/// `shown` is the path as people know it.
pub fn read_text(path: &Path, shown: &Path) -> Result<String, Box<Diagnostic>> {
    let subject = shown.display().to_string();
    let unreadable = |error: std::io::Error| {
        let reason = reason(&error);
        let message = Message::new(
            format!("cannot read the file: {}", reason.en),
            format!("无法读取文件：{}", reason.zh_cn),
        );
        Box::new(Diagnostic::error(Code::UnreadableFile, message).about(subject.clone()))
    };
    let metadata = std::fs::symlink_metadata(path).map_err(unreadable)?;
    if metadata.is_symlink() {
        return Err(a_link().about(subject).into());
    }
    // Whoever opens a pipe waits for somebody to write to it.
    if !metadata.is_file() {
        let message = if metadata.is_dir() {
            Message::new("a folder stands where a file is meant", "应为文件，实为文件夹")
        } else {
            Message::new("not a regular file", "不是普通文件")
        };
        let finding = Diagnostic::error(Code::UnreadableFile, message).about(subject);
        return Err(finding.hint("give it another name, or move it away", "请改名，或将其移走").into());
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.len() > TEXT_LIMIT {
        return Err(too_large(metadata.len()).about(subject).into());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    file.take(TEXT_LIMIT + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > TEXT_LIMIT {
        return Err(too_large(bytes.len() as u64).about(subject).into());
    }
    text_of(bytes, &subject)
}

/// The text that these bytes are. Those that are not UTF-8 are a finding about
/// `subject`.
pub fn text_of(bytes: Vec<u8>, subject: &str) -> Result<String, Box<Diagnostic>> {
    String::from_utf8(bytes).map_err(|error| invalid_utf8(&error, subject).into())
}

fn a_link() -> Diagnostic {
    let message = Message::new("a link; rolebook reads none", "这是链接，rolebook 不读取链接");
    Diagnostic::error(Code::UnreadableFile, message)
        .hint("copy the file itself into the library", "请把文件本身复制到岗位库中")
}

fn too_large(bytes: u64) -> Diagnostic {
    let (found, limit) = (bytes / (1024 * 1024), TEXT_LIMIT / (1024 * 1024));
    Diagnostic::error(
        Code::FileTooLarge,
        Message::new(
            format!("the file has {found} MiB; rolebook reads at most {limit} MiB"),
            format!("文件大小为 {found} MiB，超过上限 {limit} MiB"),
        ),
    )
    .hint("keep one role to a file, and pictures out of it", "每个文件只写一个岗位，不要把图片写进去")
}

fn invalid_utf8(error: &std::string::FromUtf8Error, subject: &str) -> Diagnostic {
    let at = error.utf8_error().valid_up_to();
    let bytes = error.as_bytes();
    let before = String::from_utf8_lossy(&bytes[..at]);
    let line = before.matches('\n').count() + 1;
    let column =
        before.rsplit('\n').next().unwrap_or_default().trim_start_matches('\u{feff}').chars().count() + 1;
    let byte = bytes.get(at).copied().unwrap_or_default();
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let message = Message::new("the file is UTF-16, not UTF-8", "文件是 UTF-16 编码，不是 UTF-8");
        return Diagnostic::error(Code::InvalidUtf8, message).about(subject).hint(
            "open the file in an editor and save it as UTF-8; older Notepad calls UTF-16 “Unicode”",
            "用编辑器打开并另存为 UTF-8；旧版记事本把 UTF-16 称为“Unicode”",
        );
    }
    Diagnostic::error(
        Code::InvalidUtf8,
        Message::new(
            format!("the file is not UTF-8: byte 0x{byte:02x} cannot stand here"),
            format!("文件不是 UTF-8 编码：此处不能出现字节 0x{byte:02x}"),
        ),
    )
    .about(format!("{subject}:{line}:{column}"))
    .hint(
        "open the file in an editor and save it as UTF-8; files from older Windows programs are often GBK",
        "用编辑器打开并另存为 UTF-8；旧版 Windows 程序的文件常为 GBK 编码",
    )
}

/// Reads a file of any content, such as a font.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(unread("cannot read", "无法读取", path))
}

/// Reads a file of any content, if it has at most `limit` bytes; none of a larger one.
pub fn read_at_most(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, Error> {
    let read = || -> std::io::Result<Option<Vec<u8>>> {
        let file = std::fs::File::open(path)?;
        let length = file.metadata()?.len();
        if length > limit {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        file.take(limit + 1).read_to_end(&mut bytes)?;
        Ok((bytes.len() as u64 <= limit).then_some(bytes))
    };
    read().map_err(unread("cannot read", "无法读取", path))
}

/// Reads a file of a library by its path in it. It must be there in truth: a path or
/// link that leads out of the library is refused, and so is a file above `limit` bytes.
pub fn read_inside(root: &Path, relative: &str, limit: u64) -> Result<Vec<u8>, Message> {
    let failed = |error: &std::io::Error| {
        let reason = reason(error);
        Message::new(
            format!("cannot read `{relative}`: {}", reason.en),
            format!("无法读取 `{relative}`：{}", reason.zh_cn),
        )
    };
    let folder = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let folder = folder.canonicalize().map_err(|error| failed(&error))?;
    let path = folder.join(relative).canonicalize().map_err(|error| failed(&error))?;
    if !path.starts_with(&folder) {
        return Err(Message::new(
            format!("`{relative}` is outside the library"),
            format!("`{relative}` 在岗位库之外"),
        ));
    }
    let metadata = path.metadata().map_err(|error| failed(&error))?;
    if !metadata.is_file() {
        return Err(Message::new(format!("`{relative}` is no file"), format!("`{relative}` 不是文件")));
    }
    if metadata.len() > limit {
        let found = metadata.len().div_ceil(1024);
        return Err(Message::new(
            format!("`{relative}` has {found} KiB"),
            format!("`{relative}` 大小为 {found} KiB"),
        ));
    }
    std::fs::read(&path).map_err(|error| failed(&error))
}

/// The files of one folder with this extension, sorted by name; empty if there
/// is no such folder. Hidden files do not count.
pub fn list_files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Error> {
    let entries = list(folder)?.into_iter();
    Ok(entries.filter(|it| it.is_file && it.has_extension(extension)).map(|it| it.path).collect())
}

/// What is in a folder but no file with this extension: folders, other endings,
/// `.JSON`. Hidden files and the lock files of office programs do not count.
pub fn list_others(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Error> {
    let entries = list(folder)?.into_iter();
    Ok(entries.filter(|it| !(it.is_file && it.has_extension(extension))).map(|it| it.path).collect())
}

/// The folders in a folder, sorted; none if there is no such folder.
pub fn list_folders(folder: &Path) -> Vec<PathBuf> {
    let entries = list(folder).unwrap_or_default().into_iter();
    entries.map(|it| it.path).filter(|path| path.is_dir()).collect()
}

/// What is in a folder.
struct Entry {
    path: PathBuf,
    /// Whether it is a file, or a link to one.
    is_file: bool,
}

impl Entry {
    fn has_extension(&self, extension: &str) -> bool {
        self.path.extension().is_some_and(|found| found == extension)
    }
}

/// What is in a folder, sorted, but hidden files and the lock files of office
/// programs; nothing if there is no such folder.
fn list(folder: &Path) -> Result<Vec<Entry>, Error> {
    let mut found = Vec::new();
    let entries = match std::fs::read_dir(folder) {
        // What cannot be looked at may well be there.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unread("cannot list", "无法列出", folder))?,
    };
    for entry in entries {
        let entry = entry.map_err(unread("cannot list", "无法列出", folder))?;
        if counts(&entry.file_name().to_string_lossy()) {
            let path = entry.path();
            // Most file systems say of what kind an entry is; only a link is followed.
            let is_file = match entry.file_type() {
                Ok(kind) if !kind.is_symlink() => kind.is_file(),
                _ => path.is_file(),
            };
            found.push((entry.file_name(), Entry { path, is_file }));
        }
    }
    found.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found.into_iter().map(|(_, entry)| entry).collect())
}

/// Whether a name is neither that of a hidden file nor of an office program's lock.
fn counts(name: &str) -> bool {
    !name.starts_with('.') && !name.starts_with("~$")
}

/// Every file below a folder, as paths relative to it, sorted; empty if there is
/// no such folder. Links are not followed, so nothing outside is reached.
pub fn list_tree(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let (mut paths, _) = list_everything(folder)?;
    let hidden = |path: &Path| path.iter().any(|part| part.to_string_lossy().starts_with('.'));
    paths.retain(|path| !hidden(path) && folder.join(path).symlink_metadata().is_ok_and(|it| it.is_file()));
    Ok(paths)
}

/// What is below a folder: everything that is no folder, hidden files and links among
/// them, and the folders that have nothing in them; both sorted, and relative to it.
fn list_everything(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Error> {
    let (mut paths, mut empty) = (Vec::new(), Vec::new());
    let mut open = if folder.is_dir() { vec![PathBuf::new()] } else { Vec::new() };
    while let Some(relative) = open.pop() {
        let here = folder.join(&relative);
        let mut entries = 0;
        for entry in std::fs::read_dir(&here).map_err(unread("cannot list", "无法列出", &here))? {
            let entry = entry.map_err(unread("cannot list", "无法列出", &here))?;
            let kind = entry.file_type().map_err(unread("cannot list", "无法列出", &here))?;
            entries += 1;
            let path = relative.join(entry.file_name());
            if kind.is_dir() { open.push(path) } else { paths.push(path) }
        }
        if entries == 0 && relative != Path::new("") {
            empty.push(relative);
        }
    }
    paths.sort();
    empty.sort();
    Ok((paths, empty))
}

/// Whether there is a folder; the empty path is the current one.
pub fn is_folder(path: &Path) -> bool {
    path.as_os_str().is_empty() || path.is_dir()
}

/// Whether there is a folder with nothing in it.
pub fn is_empty_folder(path: &Path) -> bool {
    std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

/// Whether a file is there and has nothing in it.
pub fn is_empty_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0)
}

/// Whether there is a file.
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Whether there is anything at a path, be it a link to nothing.
pub fn exists(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

/// Where a path leads once links are followed; the path itself if nothing is there.
pub fn resolved(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Whether another disk, a volume or the like begins at a folder, so that no other folder
/// can take its place.
#[cfg(unix)]
pub fn is_mounted(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| std::fs::metadata(path).ok().map(|it| it.dev());
    match folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => device(folder).is_some_and(|own| device(parent).is_some_and(|above| above != own)),
        None => folder.has_root(),
    }
}

/// Whether another disk, a volume or the like begins at a folder, so that no other folder
/// can take its place.
#[cfg(not(unix))]
pub fn is_mounted(folder: &Path) -> bool {
    folder.has_root() && folder.parent().is_none()
}

/// Writes a file whole or not at all: into a new file beside it, then renamed
/// over it. Folders are made as needed.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write(path, bytes, true)
}

/// The same, but fails if anything is there already, which stays as it was.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write(path, bytes, false)
}

/// Whether a file is there and nobody is to write to it.
pub fn is_read_only(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|known| known.permissions().readonly())
}

fn write(path: &Path, bytes: &[u8], over: bool) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed("cannot make the folder", "无法创建文件夹", folder))?;
    let write = || -> std::io::Result<()> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(UNFINISHED);
        // A temporary file is its owner's alone; what is published has the mode
        // that the user's umask gives any new file.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        if over {
            // Who may read a file is for its owner to say.
            if let Ok(known) = std::fs::metadata(path) {
                file.as_file().set_permissions(known.permissions())?;
            }
            file.persist(path).map_err(|error| error.error)?;
        } else {
            file.persist_noclobber(path).map_err(|error| error.error)?;
        }
        Ok(())
    };
    write().map_err(failed("cannot write", "无法写入", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_is_told_without_the_name_of_a_file_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nowhere/a.json");
        let missing = path.parent().unwrap();
        let told = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(missing).unwrap_err();
        assert!(told.to_string().contains(UNFINISHED), "{told}");
        let error = failed("cannot write", "无法写入", &path)(told);
        assert_eq!(error.source.kind(), std::io::ErrorKind::NotFound);
        assert!(!error.source.to_string().contains(UNFINISHED), "{}", error.source);
        assert_eq!(Draft::of(&path, b"").unwrap_err().source.to_string(), error.source.to_string());
    }

    #[test]
    fn a_file_that_is_not_utf8_names_the_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::fs::write(&path, b"{\n  \"title\": \"\xb4\xf3\"}").unwrap();
        let found = read_text(&path, Path::new("a.json")).unwrap_err();
        assert_eq!((found.code, found.subject.as_deref()), (Code::InvalidUtf8, Some("a.json:2:13")));
    }

    #[test]
    fn a_file_in_utf16_is_told_as_such() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        for bytes in [b"\xff\xfe{\0}\0", b"\xfe\xff\0{\0}"] {
            std::fs::write(&path, bytes).unwrap();
            let found = read_text(&path, Path::new("a.json")).unwrap_err();
            assert_eq!(found.code, Code::InvalidUtf8);
            assert_eq!(found.message.en, "the file is UTF-16, not UTF-8");
        }
    }

    #[test]
    fn a_huge_file_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::fs::File::create(&path).unwrap().set_len(100 * 1024 * 1024).unwrap();
        let found = read_text(&path, Path::new("a.json")).unwrap_err();
        assert_eq!(found.code, Code::FileTooLarge);
        assert!(found.message.en.contains("100 MiB"));
    }
}
