//! Owns the reading of a library's files as a git repository had them at a
//! revision. May import nothing of rolebook but `diagnostic`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use gix::object::Kind;

use super::{TEXT_LIMIT, reason, text_of, too_large};
use crate::diagnostic::{Code, Diagnostic, Message};

/// Why a library cannot be read at a revision, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionError {
    /// What is wrong.
    pub message: Message,
    /// What to do.
    pub hints: Vec<Message>,
}

impl RevisionError {
    fn new(en: impl Into<String>, zh_cn: impl Into<String>) -> Self {
        Self { message: Message::new(en, zh_cn), hints: Vec::new() }
    }

    fn hint(mut self, en: impl Into<String>, zh_cn: impl Into<String>) -> Self {
        self.hints.push(Message::new(en, zh_cn));
        self
    }
}

/// A library as it was at a revision: its settings and its folder of roles. Texts are
/// read when they are asked for.
pub struct Snapshot {
    repository: gix::Repository,
    /// `rolebook.json`, and what is directly in `roles/`, by path in the library.
    entries: BTreeMap<PathBuf, gix::objs::tree::Entry>,
}

/// The library in `folder` as it was at `revision`, which may be whatever
/// `git rev-parse` takes for a commit: `HEAD~1`, a branch, a tag, a short hash,
/// `main@{1}`. `settings` is the file that makes a folder a library, and `roles` its
/// folder of roles.
///
/// Nothing is written, no program is run, and the files of the work tree do not count.
pub fn snapshot(
    folder: &Path,
    revision: &str,
    settings: &str,
    roles: &str,
) -> Result<Snapshot, RevisionError> {
    let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let absolute = shown.canonicalize().map_err(|error| {
        let reason = reason(&error);
        let path = shown.display();
        RevisionError::new(
            format!("cannot read {path}: {}", reason.en),
            format!("无法读取 {path}：{}", reason.zh_cn),
        )
    })?;
    let repository = repository_of(&absolute, shown)?;
    let not_there = || {
        let path = shown.display();
        RevisionError::new(
            format!("at the revision `{revision}` there was no library in {path}"),
            format!("修订版 `{revision}` 中，{path} 还不是岗位库"),
        )
        .hint(
            "name a later revision; `git log -- rolebook.json` shows since when the library is there",
            "请指定更晚的修订版；可用 `git log -- rolebook.json` 查看岗位库何时加入",
        )
    };
    let work_tree = repository.workdir().and_then(|path| path.canonicalize().ok()).ok_or_else(not_there)?;
    let inside = absolute.strip_prefix(&work_tree).map_err(|_| not_there())?.to_owned();
    let mut tree = tree_at(&repository, revision)?;
    for component in inside.components() {
        let Component::Normal(name) = component else { continue };
        let entry = entry(&tree, name.as_encoded_bytes()).filter(|entry| entry.mode.is_tree());
        tree = entry.and_then(|entry| tree_of(&repository, entry.oid)).ok_or_else(not_there)?;
    }
    let mut entries = BTreeMap::new();
    let found = entry(&tree, settings.as_bytes()).filter(|entry| !entry.mode.is_tree());
    entries.insert(PathBuf::from(settings), found.ok_or_else(not_there)?);
    let folder = entry(&tree, roles.as_bytes()).filter(|entry| entry.mode.is_tree());
    if let Some(folder) = folder.and_then(|entry| tree_of(&repository, entry.oid)) {
        for entry in folder.iter() {
            let entry = entry.map_err(|error| damaged(&error))?;
            let name = entry.inner.filename.to_string();
            if super::counts(&name) {
                entries.insert(Path::new(roles).join(OsString::from(name)), entry.inner.into());
            }
        }
    }
    drop(tree);
    Ok(Snapshot { repository, entries })
}

impl Snapshot {
    /// The files directly in the folder of roles with this extension, links among them, and
    /// whatever else is there; both sorted.
    pub fn list(&self, folder: &str, extension: &str) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let inside = self.entries.iter().filter(|(path, _)| path.starts_with(folder));
        let (files, others): (Vec<_>, Vec<_>) = inside.partition(|(path, entry)| {
            entry.mode.is_blob_or_symlink() && path.extension().is_some_and(|found| found == extension)
        });
        let paths = |of: Vec<(&PathBuf, _)>| of.into_iter().map(|(path, _)| path.clone()).collect();
        (paths(files), paths(others))
    }

    /// A text by its path in the library. What cannot be read as one is a finding, as
    /// it is for a file: a link, a text that is too large, one that is not UTF-8.
    pub fn read_text(&self, path: &Path, shown: &Path) -> Result<String, Box<Diagnostic>> {
        let subject = shown.display().to_string();
        let unreadable = |why: &str, why_zh: &str| {
            let message =
                Message::new(format!("cannot read the file: {why}"), format!("无法读取文件：{why_zh}"));
            Box::new(Diagnostic::error(Code::UnreadableFile, message).about(subject.clone()))
        };
        let entry = self.entries.get(path).ok_or_else(|| unreadable("it is not there", "文件不存在"))?;
        if entry.mode.is_link() {
            return Err(super::a_link().about(subject).into());
        }
        let lost = |error: &gix::Error| unreadable(&error.to_string(), "git 仓库中没有该对象");
        let header = self.repository.find_header(entry.oid).map_err(|error| lost(&error))?;
        if header.size() > TEXT_LIMIT {
            return Err(too_large(header.size()).about(subject).into());
        }
        let mut object = self.repository.find_object(entry.oid).map_err(|error| lost(&error))?;
        text_of(std::mem::take(&mut object.data), &subject)
    }
}

fn repository_of(folder: &Path, shown: &Path) -> Result<gix::Repository, RevisionError> {
    gix::discover(folder).map_err(|error| {
        let path = shown.display();
        if error.is_not_found() {
            return RevisionError::new(
                format!("{path} is in no git repository, so it has no revisions"),
                format!("{path} 不在 git 仓库中，没有修订版"),
            )
            .hint(
                "compare with another library folder or a PDF, or keep the library in git",
                "可与另一个岗位库文件夹或 PDF 比较，或用 git 管理岗位库",
            );
        }
        RevisionError::new(
            format!("cannot open the git repository of {path}: {error}"),
            format!("无法打开 {path} 所在的 git 仓库：{error}"),
        )
    })
}

/// The tree of the commit that a revision stands for.
fn tree_at<'a>(repository: &'a gix::Repository, revision: &str) -> Result<gix::Tree<'a>, RevisionError> {
    let commit = repository.rev_parse_single(revision).ok().and_then(|id| commit_of(repository, id.detach()));
    let Some(commit) = commit else { return Err(no_revision(repository, revision)) };
    let id = commit.tree_id().map_err(|error| damaged(&error))?;
    tree_of(repository, id.detach()).ok_or_else(|| {
        RevisionError::new(
            format!("the repository lacks the files of the revision `{revision}`"),
            format!("仓库中缺少修订版 `{revision}` 的文件"),
        )
        .hint("fetch them: git fetch", "请先获取：git fetch")
    })
}

/// The commit of this id, or the one that the tag of this id names.
fn commit_of(repository: &gix::Repository, mut id: gix::ObjectId) -> Option<gix::Commit<'_>> {
    // A tag of a tag is rare, and a circle of them cannot be made.
    for _ in 0..16 {
        let object = repository.find_object(id).ok()?;
        match object.kind {
            Kind::Commit => return object.try_into_commit().ok(),
            Kind::Tag => id = object.try_to_tag_ref_iter()?.target_id().ok()?,
            Kind::Tree | Kind::Blob => return None,
        }
    }
    None
}

fn tree_of(repository: &gix::Repository, id: gix::ObjectId) -> Option<gix::Tree<'_>> {
    repository.find_object(id).ok()?.try_into_tree().ok()
}

fn entry(tree: &gix::Tree<'_>, name: &[u8]) -> Option<gix::objs::tree::Entry> {
    let mut entries = tree.iter().filter_map(Result::ok);
    entries.find(|entry| entry.inner.filename == name).map(|entry| entry.inner.into())
}

fn no_revision(repository: &gix::Repository, revision: &str) -> RevisionError {
    let error =
        RevisionError::new(format!("there is no revision `{revision}`"), format!("没有修订版 `{revision}`"));
    if repository.head().is_ok_and(|head| head.is_unborn()) {
        return error.hint("the repository has no commit yet: git commit", "仓库中还没有提交：git commit");
    }
    if repository.is_shallow().unwrap_or_default() {
        return error.hint(
            "the clone holds a part of the history only; fetch the rest: git fetch --unshallow",
            "此克隆只含部分历史；请获取其余部分：git fetch --unshallow",
        );
    }
    error.hint(
        "name a commit, a branch or a tag as git does, such as HEAD~1; `git log --oneline` lists the commits",
        "按 git 的写法指定提交、分支或标签，如 HEAD~1；`git log --oneline` 可列出提交",
    )
}

fn damaged(error: &dyn std::fmt::Display) -> RevisionError {
    RevisionError::new(format!("the git repository is damaged: {error}"), format!("git 仓库已损坏：{error}"))
        .hint("`git fsck` says more", "`git fsck` 可查看详情")
}
