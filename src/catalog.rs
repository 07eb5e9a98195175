//! Owns the loaded library: its settings, its roles by id, and what was wrong
//! with its files. May import `diagnostic`, `source`, `fs`, `json` and `model`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::{Code, Diagnostic, Message};
use crate::fs;
use crate::json::{self, Node, Pointer};
use crate::model::{self, LibrarySettings};
use crate::source::{SourceId, Sources};

/// The name of the file that makes a folder a library.
pub const SETTINGS_FILE: &str = "rolebook.json";

/// The folder of a library's roles.
const ROLES_FOLDER: &str = "roles";

/// Where the files of a library are read; a path is one in the library.
enum Place<'a> {
    /// In its folder, as they are.
    Folder(&'a Path),
    /// In the history of its folder, as they were at a revision.
    Revision { folder: &'a Path, revision: &'a str, snapshot: &'a fs::Snapshot },
}

impl Place<'_> {
    /// A path as people know it: `roles/a.json@HEAD~1` at a revision.
    fn shown(&self, path: &Path) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.join(path),
            Self::Revision { folder, revision, .. } => {
                let mut shown = folder.join(path).into_os_string();
                shown.push("@");
                shown.push(revision);
                shown.into()
            }
        }
    }

    /// The files of roles, and what else is in their folder.
    fn list_roles(&self) -> Result<(Vec<PathBuf>, Vec<PathBuf>), fs::Error> {
        match self {
            Self::Folder(folder) => {
                let roles = folder.join(ROLES_FOLDER);
                let inside = |paths: Vec<PathBuf>| {
                    let names = paths.iter().filter_map(|path| path.file_name());
                    names.map(|name| Path::new(ROLES_FOLDER).join(name)).collect()
                };
                let (files, others) = (fs::list_files(&roles, "json")?, fs::list_others(&roles, "json")?);
                Ok((inside(files), inside(others)))
            }
            Self::Revision { snapshot, .. } => Ok(snapshot.list(ROLES_FOLDER, "json")),
        }
    }

    fn read(&self, paths: &[&Path]) -> Vec<Result<String, Box<Diagnostic>>> {
        match self {
            Self::Folder(folder) => {
                let paths = paths.par_iter().map(|path| folder.join(path));
                paths.map(|path| fs::read_text(&path, &path)).collect()
            }
            // A repository is read by one thread at a time.
            Self::Revision { snapshot, .. } => {
                paths.iter().map(|path| snapshot.read_text(path, &self.shown(path))).collect()
            }
        }
    }
}

/// A library in memory. A copy shares the roles with it.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// The folder.
    pub root: PathBuf,
    /// The settings; the defaults if `settings_failed`.
    pub settings: LibrarySettings,
    /// The settings with their places.
    pub settings_node: Node,
    /// Whether the settings have errors, so that nothing can be built by them.
    pub settings_failed: bool,
    /// The definitions without errors of their own, by id.
    pub roles: BTreeMap<String, Arc<Node>>,
    /// The ids whose files have errors.
    pub failed: BTreeSet<String>,
    /// Of these, the definitions that could be read, by id, with their errors.
    pub faulty: BTreeMap<String, Arc<Node>>,
    /// The files that nobody asked for, by id; paths in the library.
    unread: BTreeMap<String, PathBuf>,
    /// The texts that were read and are no roles yet, by id.
    unparsed: BTreeMap<String, SourceId>,
    /// What was wrong with the files.
    pub findings: Vec<Diagnostic>,
    /// Every text of the library.
    pub sources: Sources,
}

impl Catalog {
    /// Loads a library. Fails only if the folder cannot be listed; whatever is
    /// wrong with a file is a finding.
    pub fn load(root: &Path) -> Result<Self, fs::Error> {
        let mut catalog = Self::begin(root)?;
        catalog.add_all();
        Ok(catalog)
    }

    /// Begins to load a library: its settings, and which files of roles there are.
    pub fn begin(root: &Path) -> Result<Self, fs::Error> {
        Self::open(root, &Place::Folder(root))
    }

    /// Loads all roles.
    pub fn add_all(&mut self) {
        let root = self.root.clone();
        let ids = self.unread.keys().cloned().collect();
        self.read(&Place::Folder(&root), &ids);
    }

    /// Loads what the documents of these roles need: the roles, their bases, and the
    /// roles that they name, with the bases of those.
    pub fn add(&mut self, ids: &[String]) {
        let root = self.root.clone();
        self.read_for(&Place::Folder(&root), ids);
    }

    /// The files of the roles that are not loaded yet, by id.
    pub fn unread(&self) -> impl Iterator<Item = (&str, PathBuf)> {
        self.unread.iter().map(|(id, path)| (id.as_str(), self.root.join(path)))
    }

    /// Whether the library has a role at all, be it one with errors.
    pub fn has_role_files(&self) -> bool {
        !(self.roles.is_empty() && self.failed.is_empty() && self.unread.is_empty())
    }

    /// Loads of a library what the documents of these roles need.
    pub fn load_for(root: &Path, ids: &[String]) -> Result<Self, fs::Error> {
        let mut catalog = Self::begin(root)?;
        catalog.add(ids);
        Ok(catalog)
    }

    /// Loads a library's texts and leaves it to [`Self::parse`] to make roles of some of
    /// them: a role takes four times the memory of its text.
    pub fn load_texts(root: &Path) -> Result<Self, fs::Error> {
        let mut catalog = Self::begin(root)?;
        let ids = catalog.unread.keys().cloned().collect();
        catalog.unparsed = catalog.read_texts(&Place::Folder(root), &ids).into_iter().collect();
        Ok(catalog)
    }

    /// Makes roles of the texts of these ids and of their bases.
    pub fn parse(&mut self, ids: &[String]) {
        let mut next: BTreeSet<String> = ids.iter().cloned().collect();
        while !next.is_empty() {
            let texts = next.iter().filter_map(|id| self.unparsed.remove_entry(id)).collect();
            next = self.make_roles(texts).into_iter().filter(|id| self.unparsed.contains_key(id)).collect();
        }
    }

    /// Keeps the texts of the roles and nothing else of them.
    pub fn forget(&mut self) {
        let roles = std::mem::take(&mut self.roles);
        self.unparsed.extend(roles.iter().map(|(id, node)| (id.clone(), node.span.source)));
        roles.into_par_iter().for_each(drop);
    }

    /// The same of a library as it was at a revision, which git knows. Its files are
    /// named as `roles/a.json@REVISION`.
    pub fn load_revision(root: &Path, revision: &str, ids: &[String]) -> Result<Self, fs::RevisionError> {
        let snapshot = fs::snapshot(root, revision, SETTINGS_FILE, ROLES_FOLDER)?;
        let place = Place::Revision { folder: root, revision, snapshot: &snapshot };
        let mut catalog = Self::open(root, &place).expect("a snapshot is listed already");
        catalog.read_for(&place, ids);
        Ok(catalog)
    }

    fn read_for(&mut self, place: &Place<'_>, ids: &[String]) {
        self.read_with_bases(place, ids.iter().cloned().collect());
        let mut named = BTreeSet::new();
        for node in self.roles.values().map(|node| &**node).chain([&self.settings_node]) {
            node.visit_strings(&mut |text| {
                if self.unread.contains_key(text) {
                    named.insert(text.to_string());
                }
            });
        }
        self.read_with_bases(place, named);
    }

    /// The settings, and the names of the roles' files.
    fn open(root: &Path, place: &Place<'_>) -> Result<Self, fs::Error> {
        let mut sources = Sources::default();
        let mut findings = Vec::new();
        let (settings, settings_node, settings_failed) = read_settings(place, &mut sources, &mut findings);
        let mut catalog = Self {
            root: root.to_owned(),
            settings,
            settings_node,
            settings_failed,
            roles: BTreeMap::new(),
            failed: BTreeSet::new(),
            faulty: BTreeMap::new(),
            unread: BTreeMap::new(),
            unparsed: BTreeMap::new(),
            findings,
            sources,
        };
        catalog.list_roles(place)?;
        Ok(catalog)
    }

    fn list_roles(&mut self, place: &Place<'_>) -> Result<(), fs::Error> {
        let (mut paths, others) = place.list_roles()?;
        // A link or a folder that is named like a role is meant for one: it cannot be read.
        let is_named_so = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json");
        let (named_so, others): (Vec<_>, Vec<_>) = others.into_iter().partition(is_named_so);
        paths.extend(named_so);
        for other in others {
            let message = Message::new("this is no role file and is left out", "这不是岗位文件，已忽略");
            let shown = place.shown(&other).display().to_string();
            let finding = Diagnostic::warning(Code::NotARole, message).about(shown);
            self.findings.push(finding.hint(
                "a role is a file of its own directly in roles/, and its name ends in .json",
                "岗位须是 roles/ 下的单个文件，文件名以 .json 结尾",
            ));
        }
        if paths.is_empty() {
            let message = Message::new("the library has no roles", "岗位库中没有岗位");
            let roles = place.shown(Path::new(ROLES_FOLDER)).display().to_string();
            let finding = Diagnostic::warning(Code::NotARole, message).about(roles);
            self.findings.push(
                finding.hint("write the first one: roles/ID.json", "请新建第一个岗位：roles/标识.json"),
            );
        }
        for path in paths {
            let id = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            if !model::is_id(&id) {
                self.findings.push(
                    Diagnostic::error(
                        Code::InvalidId,
                        Message::new(
                            format!("the file name `{id}` is not an id"),
                            format!("文件名 `{id}` 不能作为岗位标识"),
                        ),
                    )
                    .about(place.shown(&path).display().to_string())
                    .hint(
                        "rename the file: lower-case letters, digits and hyphens, such as account-manager.json",
                        "请改名：只用小写字母、数字和连字符，如 account-manager.json",
                    ),
                );
                self.failed.insert(id);
                continue;
            }
            self.unread.insert(id, path);
        }
        Ok(())
    }

    fn read_with_bases(&mut self, place: &Place<'_>, mut ids: BTreeSet<String>) {
        while !ids.is_empty() {
            let bases = self.read(place, &ids);
            ids = bases.into_iter().filter(|base| self.unread.contains_key(base)).collect();
        }
    }

    /// Reads the roles of these ids that are there and were not read before;
    /// gives their bases.
    fn read(&mut self, place: &Place<'_>, ids: &BTreeSet<String>) -> BTreeSet<String> {
        let texts = self.read_texts(place, ids);
        self.make_roles(texts)
    }

    fn read_texts(&mut self, place: &Place<'_>, ids: &BTreeSet<String>) -> Vec<(String, SourceId)> {
        let files: Vec<_> = ids.iter().filter_map(|id| self.unread.remove_entry(id)).collect();
        let texts = place.read(&files.iter().map(|(_, path)| path.as_path()).collect::<Vec<_>>());
        let mut ids: Vec<(String, SourceId)> = Vec::new();
        for ((id, path), text) in files.into_iter().zip(texts) {
            match text {
                Ok(text) => ids.push((id, self.sources.add(place.shown(&path), text))),
                Err(finding) => {
                    self.findings.push(*finding);
                    self.failed.insert(id);
                }
            }
        }
        ids
    }

    /// Makes roles of texts; gives their bases.
    fn make_roles(&mut self, texts: Vec<(String, SourceId)>) -> BTreeSet<String> {
        let sources = &self.sources;
        let checked: Vec<_> = texts
            .into_par_iter()
            .map(|(id, source)| {
                let mut findings = Vec::new();
                let node = check_file(sources, source, model::role_shape(), &mut findings);
                (id, node, findings)
            })
            .collect();
        let mut bases = BTreeSet::new();
        for (id, node, findings) in checked {
            self.findings.extend(findings);
            if let Ok(node) = &node {
                bases.extend(node.get("extends").and_then(Node::as_str).map(str::to_string));
            }
            self.take(&id, node);
        }
        bases
    }

    /// Takes up what a file says of a role.
    fn take(&mut self, id: &str, node: Result<Node, Option<Node>>) {
        match node {
            Ok(node) => drop(self.roles.insert(id.to_string(), Arc::new(node))),
            Err(node) => {
                self.failed.insert(id.to_string());
                self.faulty.extend(node.map(|node| (id.to_string(), Arc::new(node))));
            }
        }
    }

    /// Takes out a role.
    fn take_out(&mut self, id: &str) {
        self.roles.remove(id);
        self.failed.remove(id);
        self.faulty.remove(id);
    }

    /// Takes a text for that of a role, as if its file had it: what the role would be.
    pub fn replace(&mut self, id: &str, text: &str) {
        let path = self.root.join(ROLES_FOLDER).join(format!("{id}.json"));
        let source = self.sources.add(path, text);
        self.take_out(id);
        let node = check_file(&self.sources, source, model::role_shape(), &mut self.findings);
        self.take(id, node);
    }

    /// Takes a text for that of a file of which nothing but the text is kept.
    pub fn rewrite(&mut self, source: SourceId, text: &str) -> SourceId {
        let rewritten = self.sources.add(self.sources.path(source).to_owned(), text);
        self.findings.retain(|finding| finding.span.is_none_or(|span| span.source != source));
        for known in self.unparsed.values_mut().filter(|known| **known == source) {
            *known = rewritten;
        }
        rewritten
    }

    /// Reads the settings once more. The roles stay as they were read.
    pub fn refresh_settings(&mut self) {
        let path = self.root.join(SETTINGS_FILE);
        self.forget_file(&path);
        let place = Place::Folder(&self.root);
        (self.settings, self.settings_node, self.settings_failed) =
            read_settings(&place, &mut self.sources, &mut self.findings);
    }

    /// Reads the roles of these ids once more, and lists anew which roles there are, if that
    /// is asked for or one of them came or went. Gives the ids of which anything is another
    /// now: changed, come or gone. A file with the same text as before is the same.
    pub fn refresh(&mut self, touched: &BTreeSet<String>, list: bool) -> Result<BTreeSet<String>, fs::Error> {
        let root = self.root.clone();
        let place = Place::Folder(&root);
        let file = |id: &String| Path::new(ROLES_FOLDER).join(format!("{id}.json"));
        let stays = |id: &String| self.knows(id) && fs::is_file(&root.join(file(id)));
        let (mut files, mut changed) = (BTreeMap::new(), BTreeSet::new());
        if list || !touched.iter().all(stays) {
            self.findings.retain(|finding| !matches!(finding.code, Code::NotARole | Code::InvalidId));
            let (known, ill_named): (BTreeSet<String>, BTreeSet<String>) =
                self.ids().map(str::to_string).partition(|id| model::is_id(id));
            self.failed.retain(|id| !ill_named.contains(id));
            self.list_roles(&place)?;
            files = std::mem::take(&mut self.unread);
            changed.extend(files.keys().filter(|id| !known.contains(*id)).cloned());
            changed.extend(known.into_iter().filter(|id| !files.contains_key(id)));
        } else {
            files.extend(touched.iter().map(|id| (id.clone(), file(id))));
        }
        let differs = |id: &&String| files.get(*id).is_some_and(|path| self.differs(&place, path));
        changed.extend(touched.iter().filter(differs).cloned());
        for id in &changed {
            self.take_out(id);
            self.forget_file(&root.join(file(id)));
        }
        self.unread.extend(files.into_iter().filter(|(id, _)| changed.contains(id)));
        self.read(&place, &changed);
        Ok(changed)
    }

    /// Whether a file has another text than the one that was read, or is not to be read.
    fn differs(&self, place: &Place<'_>, path: &Path) -> bool {
        let text = place.read(&[path]).remove(0);
        let source = self.sources.latest(&place.shown(path));
        match (text, source) {
            (Ok(text), Some(source)) => {
                *self.sources.file(source).text != *text.trim_start_matches('\u{feff}')
            }
            _ => true,
        }
    }

    /// Takes out what was found in a file, and its text.
    fn forget_file(&mut self, path: &Path) {
        let shown = path.display().to_string();
        let of_file = |subject: &str| {
            subject.strip_prefix(&*shown).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        let source = self.sources.latest(path);
        self.findings.retain(|finding| match (finding.span, &finding.subject) {
            (Some(span), _) => Some(span.source) != source,
            (None, subject) => !subject.as_deref().is_some_and(of_file),
        });
        if let Some(source) = source {
            self.sources.forget(source);
        }
    }

    /// Whether a role of this id is there, with errors or without, read or not.
    pub fn knows(&self, id: &str) -> bool {
        self.roles.contains_key(id)
            || self.failed.contains(id)
            || self.unread.contains_key(id)
            || self.unparsed.contains_key(id)
    }

    /// Every id that is there, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let ids = self.roles.keys().chain(&self.failed).chain(self.unread.keys()).chain(self.unparsed.keys());
        ids.map(String::as_str).collect::<BTreeSet<&str>>().into_iter()
    }
}

/// Reads the settings: with their places, and whether they have errors. The defaults if
/// they have.
fn read_settings(
    place: &Place<'_>,
    sources: &mut Sources,
    findings: &mut Vec<Diagnostic>,
) -> (LibrarySettings, Node, bool) {
    let path = place.shown(Path::new(SETTINGS_FILE));
    let node = match place.read(&[Path::new(SETTINGS_FILE)]).remove(0) {
        Err(finding) => {
            findings.push(finding.hint(
                "a library is a folder with a rolebook.json; name the folder that has one",
                "岗位库是含有 rolebook.json 的文件夹；请指定该文件夹",
            ));
            None
        }
        Ok(text) => {
            let source = sources.add(&path, &text);
            check_file(sources, source, model::library_shape(), findings).ok()
        }
    };
    match node {
        Some(node) => (read_model(&node), node, false),
        None => {
            let source = sources.add(&path, "");
            let value = json::Value::Object(Vec::new());
            let node = Node { value, span: crate::source::Span::new(source, 0..0) };
            (LibrarySettings::default(), node, true)
        }
    }
}

/// Parses a source and holds it against its shape. If it has errors, which are all added
/// to `findings`, what could be read of it fails.
fn check_file(
    sources: &Sources,
    source: SourceId,
    shape: &model::Shape<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Result<Node, Option<Node>> {
    let node = match json::parse(sources, source) {
        Ok(node) => node,
        Err(errors) => {
            findings.extend(errors);
            return Err(None);
        }
    };
    let mut errors = json::conform(&node, shape);
    duplicate_ids(&node, &Pointer::Root, &mut errors);
    let sound = errors.is_empty();
    findings.extend(errors);
    if sound { Ok(node) } else { Err(Some(node)) }
}

/// Two items of one list with the same id.
fn duplicate_ids(node: &Node, pointer: &Pointer<'_>, findings: &mut Vec<Diagnostic>) {
    let mut seen: Vec<&Node> = Vec::new();
    for (index, item) in node.items().iter().enumerate() {
        let pointer = pointer.item(index);
        duplicate_ids(item, &pointer, findings);
        let Some(id) = item.get("id").filter(|id| id.as_str().is_some()) else { continue };
        if let Some(first) = seen.iter().find(|first| first.as_str() == id.as_str()) {
            let name = id.as_str().unwrap_or_default();
            findings.push(
                Diagnostic::error(
                    Code::DuplicateId,
                    Message::new(
                        format!("the id `{name}` is used twice in this list"),
                        format!("此列表中标识 `{name}` 用了两次"),
                    ),
                )
                .at(id.span)
                .pointer(&pointer.key("id"))
                .related(first.span, Message::new("first used here", "第一次用在这里"))
                .hint("give one of them another id", "请给其中一个换一个标识"),
            );
        } else {
            seen.push(id);
        }
    }
    for member in node.members() {
        duplicate_ids(&member.value, &pointer.key(&member.key), findings);
    }
}

/// Reads a typed value from a node that conforms to its shape.
///
/// # Panics
/// If the schema admits what the type does not: a fault of the model, not of
/// the library.
pub fn read_model<T: serde::de::DeserializeOwned>(node: &Node) -> T {
    json::read_typed(node).unwrap_or_else(|error| {
        // Where it stands is looked for only now that somebody needs to know.
        let again = serde_path_to_error::deserialize::<_, T>(node);
        let path = again.err().map(|error| error.path().to_string()).unwrap_or_default();
        panic!("the schema admits what the model does not, at {path}: {error}")
    })
}
