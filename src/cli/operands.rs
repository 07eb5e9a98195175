//! Owns the roles that `compare` is given: where each is to be found, its reading, and
//! who wrote its values. May import everything but the commands.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::CompareArgs;
use super::config::UiLanguage;
use super::{Failure, carried, library, report};
use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Message, Severity};
use crate::fs;
use crate::model::{Language, Text};
use crate::resolve::{ResolvedRole, load_for, resolve};
use crate::source::{Sources, Span};
use crate::view::{CarriedRole, Names};

/// The most roles that fit beside each other.
const MOST: usize = 6;

/// A role that was asked for, where it is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In a library as it is.
    Library { folder: PathBuf, id: String },
    /// In the first of these libraries that had it at a revision.
    Revision { folders: Vec<PathBuf>, id: String, revision: String },
    /// In a PDF that carries it.
    Pdf(PathBuf),
}

/// A role that was read.
pub(super) struct State {
    pub(super) typed: String,
    pub(super) resolved: ResolvedRole,
    pub(super) names: Arc<Names>,
    pub(super) sources: Arc<Sources>,
    /// The languages that it can be compared in.
    pub(super) languages: Vec<Language>,
    /// Whether it is from a PDF, which has no notes of the author's.
    pub(super) printed: bool,
}
/// What was asked for: as it was typed, and where it is.
pub(super) fn places(args: &CompareArgs) -> Result<Vec<(String, Place)>, Failure> {
    let libraries: Vec<PathBuf> = match &args.library[..] {
        [] => vec![PathBuf::new()],
        folders => folders.iter().map(|folder| library::plain(folder)).collect(),
    };
    let mut places = Vec::new();
    for typed in &args.roles {
        if Path::new(typed).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf")) {
            places.push((typed.clone(), Place::Pdf(PathBuf::from(typed))));
            continue;
        }
        let (folder, role) = match typed.rsplit_once('#') {
            Some((folder, role)) => (Some(library::plain(Path::new(folder))), role),
            None => (None, typed.as_str()),
        };
        let (id, revision) = match role.split_once('@') {
            Some((id, revision)) => (id.to_string(), Some(revision.to_string())),
            None => (role.to_string(), None),
        };
        let of = |folder: &PathBuf| match &revision {
            Some(revision) => {
                let (folders, revision) = (vec![folder.clone()], revision.clone());
                Place::Revision { folders, id: id.clone(), revision }
            }
            None => Place::Library { folder: folder.clone(), id: id.clone() },
        };
        match folder {
            Some(folder) => places.push((typed.clone(), of(&folder))),
            // One role of several libraries is meant in each of them.
            None if args.roles.len() == 1 && libraries.len() > 1 => {
                for folder in &libraries {
                    places.push((format!("{}#{role}", folder.display()), of(folder)));
                }
            }
            None if revision.is_some() => {
                let (folders, revision) = (libraries.clone(), revision.clone().unwrap_or_default());
                places.push((typed.clone(), Place::Revision { folders, id, revision }));
            }
            None => {
                let has = |folder: &&PathBuf| fs::is_file(&folder.join("roles").join(format!("{id}.json")));
                let folder = libraries.iter().find(has).unwrap_or(&libraries[0]);
                places.push((typed.clone(), of(folder)));
            }
        }
    }
    if (2..=MOST).contains(&places.len()) {
        return Ok(places);
    }
    let found = places.len();
    let message = match found {
        0 => Message::new("no roles to compare", "没有写要对比的岗位"),
        1 => Message::new("one role alone cannot be compared", "只有一个岗位，无法对比"),
        _ => Message::new(
            format!("{found} roles are more than fit beside each other"),
            format!("{found} 个岗位过多，无法并排"),
        ),
    };
    Err(Failure::Usage {
        message,
        hints: vec![
            Message::new(
                "name two to six: rolebook compare ROLE ROLE",
                "请写二至六个：rolebook compare 岗位 岗位",
            ),
            Message::new(
                "`rolebook list` shows the roles that there are",
                "`rolebook list` 可列出已有的岗位",
            ),
        ],
    })
}

/// Why a role could not be read.
pub(super) struct Unread {
    pub(super) findings: Vec<Diagnostic>,
    pub(super) sources: Arc<Sources>,
}

/// Reads a role. What is wrong with it is told apart from a place that is not there.
pub(super) fn read(typed: &str, place: &Place, ui: UiLanguage) -> Result<Result<State, Unread>, Failure> {
    match place {
        Place::Library { folder, id } => {
            library::must_be_one(folder)?;
            let catalog = load_for(folder, std::slice::from_ref(id))?;
            if catalog.knows(id) {
                return Ok(from_catalog(typed, id, catalog));
            }
            let mut failure = library::no_role(id, &catalog);
            if let Failure::Usage { hints, .. } = &mut failure {
                hints.push(Message::new(
                    format!("a role that is gone can be named as git had it: {id}@REVISION"),
                    format!("已删除的岗位可写成 git 中的版本：{id}@版本"),
                ));
            }
            Err(failure)
        }
        Place::Revision { folders, id, revision } => {
            let mut failure = None;
            for folder in folders {
                match Catalog::load_revision(folder, revision, std::slice::from_ref(id)) {
                    Ok(catalog) if catalog.knows(id) => return Ok(from_catalog(typed, id, catalog)),
                    Ok(_) => failure = Some(was_no_role(id, revision)),
                    // That the role was not there says more than that the revision was not.
                    Err(error) => failure = failure.or(Some(error.into())),
                }
            }
            Err(failure.unwrap_or_else(|| was_no_role(id, revision)))
        }
        Place::Pdf(path) => from_pdf(typed, path, ui),
    }
}

fn was_no_role(id: &str, revision: &str) -> Failure {
    Failure::Usage {
        message: Message::new(
            format!("there was no role `{id}` at {revision}"),
            format!("{revision} 时没有岗位 `{id}`"),
        ),
        hints: vec![Message::new(
            format!("`git log -- roles/{id}.json` shows when it came"),
            format!("`git log -- roles/{id}.json` 可查看该岗位何时加入"),
        )],
    }
}

fn from_pdf(typed: &str, path: &Path, ui: UiLanguage) -> Result<Result<State, Unread>, Failure> {
    let bytes = carried::of_file(path)?;
    let mut sources = Sources::default();
    let carried = CarriedRole::read(bytes, path, &mut sources);
    let sources = Arc::new(sources);
    Ok(match carried {
        Ok(CarriedRole { resolved, names, stated_hash, .. }) => {
            if stated_hash != resolved.content_hash() {
                let says = Message::new(
                    format!(
                        "{typed}: the role in it was changed after the document was made; its pages may say otherwise"
                    ),
                    format!("{typed}：其中的岗位数据在生成文档之后被改动过，可能与页面所示不同"),
                );
                writeln!(anstream::stderr(), "{}", report::failure(&says, &[], ui))?;
            }
            // A title without a language could be in any.
            let languages = match &resolved.role.title {
                Some(Text::Plain(_)) => Language::ALL.to_vec(),
                _ => resolved.languages(&Language::ALL),
            };
            let (typed, names) = (typed.to_string(), Arc::new(names));
            Ok(State { typed, resolved, names, sources, languages, printed: true })
        }
        Err(findings) => Err(Unread { findings, sources }),
    })
}

fn from_catalog(typed: &str, id: &str, mut catalog: Catalog) -> Result<State, Unread> {
    let mut findings: Vec<Diagnostic> = std::mem::take(&mut catalog.findings);
    findings.retain(|finding| finding.severity == Severity::Error);
    if !catalog.settings_failed && catalog.roles.contains_key(id) {
        match resolve(&catalog, id) {
            Ok(resolved) => {
                let languages = resolved.languages(catalog.settings.document_languages());
                let names = Arc::new(Names::of(&catalog));
                let (typed, sources) = (typed.to_string(), Arc::new(catalog.sources));
                return Ok(State { typed, resolved, names, sources, languages, printed: false });
            }
            Err(found) => findings.extend(found),
        }
    }
    Err(Unread { findings, sources: Arc::new(catalog.sources) })
}

/// The role that wrote a value, and those that wrote the values of placeholders in it.
pub(super) fn writers(state: &State, span: Span, own: &str) -> String {
    let mut writers = vec![writer(&state.sources, span, own)];
    let written = state.sources.text(span);
    for (name, span) in &state.resolved.variables {
        let named = written
            .split("{{")
            .skip(1)
            .any(|rest| rest.split_once("}}").is_some_and(|(inside, _)| inside.trim() == &**name));
        let writer = writer(&state.sources, *span, own);
        if named && !writers.contains(&writer) {
            writers.push(writer);
        }
    }
    writers.join(" + ")
}

/// The role whose file this is, or `rolebook.json`; a PDF says it all itself.
fn writer(sources: &Sources, span: Span, own: &str) -> String {
    let path = sources.path(span.source);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match name.split_once(".json") {
        Some(("rolebook", _)) => "rolebook.json".to_string(),
        Some((id, _)) => id.to_string(),
        None => own.to_string(),
    }
}
