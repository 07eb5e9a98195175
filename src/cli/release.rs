//! Owns the command `release`: which version comes next, what the role's file says of it,
//! and what is kept of it. May import everything but the other commands; `build` makes its
//! documents.

use std::cmp::Ordering;
use std::io::Write;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::{Map, Value as Json, json};
use similar::TextDiff;

use super::build;
use super::config::{BuildConfig, ReleaseConfig, UiLanguage};
use super::{Failure, Outcome, library, report};
use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic, Message, Severity};
use crate::fs;
use crate::json::{EditedJson, Node, Value, order_of};
use crate::model::{self, DocumentStatus, Language, Revision, Term, Text, compare_versions, next_version};
use crate::publish::{
    RELEASE_FILE, RELEASES_FOLDER, ROLE_FILE, Release, ReleasedFile, release_folder, releases, version_folder,
};
use crate::resolve::{ResolvedRole, bases, load_for, resolve};
use crate::source::Sources;
use crate::view::{CarriedRole, Names};

/// The first version of a role that has none, or whose draft is counted from 0.
const FIRST: &str = "1.0";

/// A file that is kept: its name, the edition of a document, and what is in it.
type Kept = (String, Option<String>, Vec<u8>);

pub(super) fn run(config: &ReleaseConfig) -> Result<Outcome, Failure> {
    let (id, ui) = (&config.id, config.ui);
    let line = |near: &str| format!("rolebook release {id} {near}");
    if !fs::is_folder(&config.library) && fs::is_folder(Path::new(id)) {
        return Err(wrong_order(config));
    }
    library::must_be_one_for(&config.library, &line)?;
    let mut catalog = load_for(&config.library, std::slice::from_ref(id))?;
    if !catalog.knows(id) {
        return Err(no_role(id, &catalog));
    }
    let path = config.library.join("roles").join(format!("{id}.json"));
    if catalog.settings_failed || !catalog.roles.contains_key(id) {
        let findings = std::mem::take(&mut catalog.findings);
        return refuse(config, findings, &catalog.sources);
    }
    let before = match resolve(&catalog, id) {
        Ok(resolved) => resolved,
        Err(findings) => return refuse(config, findings, &catalog.sources),
    };
    let written = fs::read_bytes(&path)?;
    let text = String::from_utf8_lossy(&written).into_owned();
    let Ok(mut edited) = EditedJson::new(&text) else { return Err(changed_meanwhile(config, &path)) };
    let mut sources = Sources::default();
    let (known, faults) = releases(&config.library, id, &mut sources);
    if !faults.is_empty() {
        return refuse(config, faults, &sources);
    }
    let version = version(config, &before, &known)?;
    let folder = version_folder(&version).ok_or_else(|| no_version(&version))?;
    let at = release_folder(&config.library, id, &folder);
    if fs::exists(&at) {
        return Err(released_already(config, &version, &at, &known));
    }
    edit(&mut edited, config, &before, &version);

    catalog.replace(id, edited.text());
    let after = resolve(&catalog, id).ok();
    let building = BuildConfig {
        roles: vec![id.clone()],
        editions: config.editions.clone(),
        system_fonts: config.system_fonts,
        ..BuildConfig::pdfs_of(config.library.clone(), ui)
    };
    let (documents, findings) = build::documents(&building, &mut catalog, id)?;
    let blocks =
        |finding: &Diagnostic| finding.severity == Severity::Error || finding.code == Code::Unwritten;
    let Some(after) = after.filter(|_| !documents.is_empty() && !findings.iter().any(blocks)) else {
        return refuse(config, findings, &catalog.sources);
    };
    print_findings(findings, &catalog.sources, ui)?;

    let mut files: Vec<Kept> = Vec::new();
    for (path, artifact) in documents {
        let edition = path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
        files.push((format!("{id}-{folder}-{edition}.pdf"), Some(edition), artifact.bytes));
    }
    let names = Names::of(&catalog);
    files.push((ROLE_FILE.to_string(), None, CarriedRole::write(&after, &names, None)));
    let release = Release {
        id: id.clone(),
        version: version.clone(),
        date: config.date.clone(),
        content_hash: after.content_hash(),
        public_content_hash: after.public().content_hash(),
        rolebook: env!("CARGO_PKG_VERSION").to_string(),
        files: files
            .iter()
            .map(|(name, edition, bytes)| ReleasedFile::of(name.clone(), edition.clone(), bytes))
            .collect(),
    };
    files.push((RELEASE_FILE.to_string(), None, format!("{:#}\n", json!(release)).into_bytes()));
    let variants = changed_variants(config, edited.text())?;
    if config.dry_run {
        show(config, &path, (&text, edited.text()), &at, &files, &version)?;
        return warn_of(&variants, config);
    }
    if let Err(failure) = write(config, &path, (&written, edited.text()), &at, &files) {
        fs::remove_empty(at.parent().unwrap_or(&at), &config.library.join(RELEASES_FOLDER));
        return Err(failure);
    }
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{}", path.display())?;
    for (name, ..) in &files {
        writeln!(stdout, "{}", at.join(name).display())?;
    }
    drop(stdout);
    let (date, folder) = (&config.date, at.display());
    let says = Message::new(
        format!(
            "{id} {version} is released, in force from {date}\nsign the PDFs in {folder}; `rolebook verify` tells a signed one by its bytes"
        ),
        format!(
            "已发布 {id} {version} 版，自 {date} 起生效\n请用 {folder} 中的 PDF 签署；签署后可用 `rolebook verify` 核验"
        ),
    );
    writeln!(anstream::stderr(), "{}", ui.of(&says))?;
    warn_of(&variants, config)
}

/// The variants that take over from the role's file what a release writes into it, and
/// are other content with it.
fn changed_variants(config: &ReleaseConfig, text: &str) -> Result<Vec<String>, Failure> {
    let mut catalog = Catalog::load(&config.library)?;
    let hashes = |catalog: &Catalog| -> Vec<(String, String)> {
        let ids: Vec<&String> = catalog.roles.keys().collect();
        let variants = ids.into_par_iter().filter(|id| bases(catalog, id).contains(&&*config.id));
        variants.filter_map(|id| Some((id.clone(), resolve(catalog, id).ok()?.content_hash()))).collect()
    };
    let before = hashes(&catalog);
    catalog.replace(&config.id, text);
    let after = hashes(&catalog);
    Ok(after.into_iter().filter(|variant| !before.contains(variant)).map(|(id, _)| id).collect())
}

/// Says which variants a release has changed.
fn warn_of(variants: &[String], config: &ReleaseConfig) -> Result<Outcome, Failure> {
    if !variants.is_empty() {
        let says = Message::new(
            format!(
                "mind its variants, which take over what was written and are other content now under their old \
                 versions: {}; release those that are in force too",
                variants.join(", ")
            ),
            format!(
                "请注意：以下变体沿用上述改动，内容随之变化而版本号未变：{}；其中现行的也请发布新版本",
                variants.join("、")
            ),
        );
        writeln!(anstream::stderr(), "{}", config.ui.of(&says))?;
    }
    Ok(Outcome::Fine)
}

/// What to say of a role that is not there, or is named by its file.
fn no_role(id: &str, catalog: &Catalog) -> Failure {
    let stem = Path::new(id).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    match (library::no_role(id, catalog), stem.filter(|stem| catalog.knows(stem))) {
        (Failure::Usage { message, .. }, Some(stem)) => {
            let hint = Message::new(
                format!("write its id alone: rolebook release {stem}"),
                format!("请只写岗位标识：rolebook release {stem}"),
            );
            Failure::Usage { message, hints: vec![hint] }
        }
        (failure, _) => failure,
    }
}

/// What to say where the library was named before the role.
fn wrong_order(config: &ReleaseConfig) -> Failure {
    let (folder, id) = (library::typed(Path::new(&config.id)), config.library.display());
    Failure::Usage {
        message: Message::new(
            format!("{folder} is a folder, not a role"),
            format!("{folder} 是文件夹，不是岗位"),
        ),
        hints: vec![Message::new(
            format!("the role comes first: rolebook release {id} {folder}"),
            format!("先写岗位，再写岗位库：rolebook release {id} {folder}"),
        )],
    }
}

/// Says what is wrong with a role that is not released.
fn refuse(
    config: &ReleaseConfig,
    mut findings: Vec<Diagnostic>,
    sources: &Sources,
) -> Result<Outcome, Failure> {
    let unwritten = findings.iter().any(|finding| finding.code == Code::Unwritten);
    let errors = findings.iter().any(|finding| finding.severity == Severity::Error);
    if errors {
        findings.retain(|finding| finding.severity == Severity::Error || finding.code == Code::Unwritten);
    }
    print_findings(findings, sources, config.ui)?;
    let id = &config.id;
    let says = if unwritten && !errors {
        Message::new(
            format!("nothing was released: `{id}` has texts that are still to be written"),
            format!("未发布：`{id}` 还有尚未填写的文字"),
        )
    } else {
        Message::new(
            format!("`{id}` was not released: correct these errors first"),
            format!("未发布 `{id}`：请先改正上述错误"),
        )
    };
    writeln!(anstream::stderr(), "{}", config.ui.of(&says))?;
    Ok(Outcome::Findings)
}

fn print_findings(mut findings: Vec<Diagnostic>, sources: &Sources, ui: UiLanguage) -> Result<(), Failure> {
    report::sort(&mut findings, sources);
    Ok(report::print(std::io::stderr().lock(), &findings, sources, ui)?)
}

/// The version to be released: the one asked for, or else that of the draft, or else the
/// one after the version in force.
fn version(config: &ReleaseConfig, before: &ResolvedRole, known: &[Release]) -> Result<String, Failure> {
    let id = &config.id;
    let document = before.role.document.clone().unwrap_or_default();
    let present = document.version.as_deref().map(str::trim).filter(|version| !version.is_empty());
    if let Some(version) = &config.version {
        if version.is_empty() || version.chars().any(char::is_control) {
            return Err(no_version(version));
        }
        if let Some(present) = present
            && compare_versions(version, present) == Some(Ordering::Less)
        {
            return Err(Failure::Usage {
                message: Message::new(
                    format!("--version {version} comes before {present}, which `{id}` has now"),
                    format!("--version {version} 早于 `{id}` 现有的版本 {present}"),
                ),
                hints: vec![Message::new(
                    "name a later one; where versions are counted anew, change it in the role's file first",
                    "请写更晚的版本号；如需重新编号，请先在岗位文件中修改",
                )],
            });
        }
        return Ok(version.clone());
    }
    let Some(present) = present else { return Ok(FIRST.to_string()) };
    let hash = before.content_hash();
    if let Some(same) = known.iter().find(|release| release.content_hash == hash) {
        let version = &same.version;
        return Err(Failure::Usage {
            message: Message::new(
                format!("nothing of `{id}` has changed since {version} was released"),
                format!("`{id}` 自 {version} 版发布以来没有改动"),
            ),
            hints: vec![Message::new(
                "--version V releases it again all the same",
                "如仍需再次发布，请用 --version 写明版本号",
            )],
        });
    }
    let in_force = matches!(document.status, Some(DocumentStatus::Published | DocumentStatus::Archived));
    let was_released = known.iter().any(|release| release.version == present);
    if !in_force && !was_released {
        // A draft is counted from 0 until it is one that people sign.
        let first = present.trim_start_matches(['v', 'V']).split('.').next();
        return Ok(if first == Some("0") { FIRST.to_string() } else { present.to_string() });
    }
    next_version(present).ok_or_else(|| Failure::Usage {
        message: Message::new(
            format!("which version comes after `{present}` cannot be told"),
            format!("无法判断 `{present}` 之后的版本号"),
        ),
        hints: vec![Message::new(
            format!("name it: rolebook release {id} --version V"),
            format!("请写明：rolebook release {id} --version 版本号"),
        )],
    })
}

fn no_version(version: &str) -> Failure {
    let shown: String = version.chars().filter(|c| !c.is_control()).take(40).collect();
    Failure::Usage {
        message: Message::new(format!("`{shown}` cannot be a version"), format!("`{shown}` 不能作为版本号")),
        hints: vec![Message::new(
            "write a short one on one line, such as 1.2 or A/0: --version 1.2",
            "请写简短的一行，如 1.2 或 A/0：--version 1.2",
        )],
    }
}

fn released_already(config: &ReleaseConfig, version: &str, at: &Path, known: &[Release]) -> Failure {
    let (id, folder) = (&config.id, at.display());
    let date = known.iter().find(|release| release.version == version).map(|release| release.date.as_str());
    let (en, zh_cn) =
        date.map_or_else(Default::default, |date| (format!(" for {date}"), format!("（{date} 起生效）")));
    Failure::Usage {
        message: Message::new(
            format!("{id} {version} was released already{en}: {folder} is there, and nothing was written"),
            format!("{id} {version} 版已经发布过{zh_cn}：{folder} 已存在，未写入任何文件"),
        ),
        hints: vec![Message::new(
            "a released version stays as it is; release the change as another one: --version V",
            "已发布的版本不再改动；请用 --version 另写版本号发布改动",
        )],
    }
}

/// What a release changes in the role's own file; a variant gets values of its own.
fn edit(edited: &mut EditedJson, config: &ReleaseConfig, before: &ResolvedRole, version: &str) {
    let order = |pointer: &str| order_of(model::role_schema(), pointer);
    let set = |edited: &mut EditedJson, pointer: &str, value: &Json| {
        if edited.root().pointer(pointer).map(Node::to_json).as_ref() != Some(value) {
            edited.set(pointer, value, &order);
        }
    };
    let document = before.role.document.clone().unwrap_or_default();
    set(edited, "/document/version", &json!(version));
    set(edited, "/document/status", &json!(DocumentStatus::Published.key()));
    set(edited, "/document/effective_date", &json!(config.date));
    // What it replaces, where the paper says so.
    let in_force = matches!(document.status, Some(DocumentStatus::Published | DocumentStatus::Archived));
    if let (true, Some(_), Some(present)) = (in_force, &document.supersedes, &document.version)
        && present != version
    {
        set(edited, "/document/supersedes", &json!(present));
    }
    let own = edited.root().get("revisions").filter(|node| matches!(node.value, Value::Array(_)));
    let items = own.map(|own| own.items().to_vec()).unwrap_or_default();
    let is_it = |item: &Node| item.get("version").and_then(Node::as_str) == Some(version);
    if let Some(at) = items.iter().position(is_it) {
        // The author has written of it already.
        for (key, value) in revision(config, before, version, false) {
            set(edited, &format!("/revisions/{at}/{key}"), &value);
        }
        return;
    }
    let mut entry = Map::new();
    let inherits = own.is_none() && !before.role.revisions.is_empty();
    if inherits || items.iter().any(|item| item.get("id").is_some()) {
        entry.insert("id".to_string(), json!(new_id(&before.role.revisions, &items)));
    }
    entry.extend(revision(config, before, version, true));
    let entry = Json::Object(entry);
    match own {
        Some(_) => {
            let index = if newest_first(&items) { 0 } else { items.len() };
            edited.insert("/revisions", index, &entry);
        }
        None => edited.set("/revisions", &json!([entry]), &order),
    }
}

/// The members of an entry in the list of revisions: those that the command line gives, and
/// in a new entry what it must say.
fn revision(config: &ReleaseConfig, before: &ResolvedRole, version: &str, new: bool) -> Map<String, Json> {
    let mut entry = Map::new();
    if new {
        entry.insert("version".to_string(), json!(version));
    }
    entry.insert("date".to_string(), json!(config.date));
    entry.extend(config.author.as_ref().map(|author| ("author".to_string(), json!(author))));
    let summary = if config.summary.is_empty() && new {
        Some(default_summary(before))
    } else {
        summary(&config.summary)
    };
    entry.extend(summary.map(|summary| ("summary".to_string(), summary)));
    if config.material {
        entry.insert("material".to_string(), json!(true));
    }
    entry
}

/// What changed, as one text: plain, or for each language.
fn summary(typed: &[(Option<Language>, String)]) -> Option<Json> {
    let plain: Vec<&str> =
        typed.iter().filter(|(of, _)| of.is_none()).map(|(_, words)| words.as_str()).collect();
    let mut texts = Map::new();
    for (language, words) in typed {
        if let Some(language) = language {
            texts.insert(language.tag().to_string(), json!(words));
        }
    }
    match (texts.is_empty(), plain.is_empty()) {
        (true, true) => None,
        (true, false) => Some(json!(plain.join("\n"))),
        _ => Some(Json::Object(texts)),
    }
}

/// What an entry says if nobody says it: that the version was released.
fn default_summary(before: &ResolvedRole) -> Json {
    let words = |language: Language| match language {
        Language::ZhCn => "发布",
        Language::En => "Released",
    };
    match &before.role.title {
        Some(Text::Localized(_)) => {
            let languages = before.languages(&Language::ALL).into_iter();
            languages.map(|language| (language.tag().to_string(), json!(words(language)))).collect()
        }
        Some(Text::Plain(title)) if title.is_ascii() => json!(words(Language::En)),
        _ => json!(words(Language::ZhCn)),
    }
}

/// Whether the entries stand with the newest first: by their dates, or else versions.
fn newest_first(items: &[Node]) -> bool {
    let (Some(first), Some(last)) = (items.first(), items.last()) else { return false };
    let of = |item: &Node, key: &str| item.get(key).and_then(Node::as_str).map(str::to_string);
    let by_date = of(first, "date").zip(of(last, "date")).map(|(first, last)| first.cmp(&last));
    let by_version = || {
        let (first, last) = of(first, "version").zip(of(last, "version"))?;
        compare_versions(&first, &last)
    };
    by_date.filter(|order| order.is_ne()).or_else(by_version) == Some(Ordering::Greater)
}

/// An id that no entry has, counted up from those that they have.
fn new_id(revisions: &[Revision], own: &[Node]) -> String {
    let of_role =
        revisions.iter().filter_map(|revision| revision.id.as_ref().map(|id| id.as_str().to_string()));
    let of_file = own.iter().filter_map(|item| item.get("id")?.as_str().map(str::to_string));
    let ids: Vec<String> = of_role.chain(of_file).collect();
    let head = |id: &str| id.trim_end_matches(|c: char| c.is_ascii_digit()).to_string();
    let heads = ids.iter().rev().filter(|id| id.ends_with(|c: char| c.is_ascii_digit())).map(|id| head(id));
    let head = heads.into_iter().next().unwrap_or_else(|| "r".to_string());
    let numbers = ids.iter().filter_map(|id| id.strip_prefix(&head)?.parse::<u64>().ok());
    let mut number = numbers.max().unwrap_or_default().saturating_add(1);
    while ids.contains(&format!("{head}{number}")) {
        number += 1;
    }
    format!("{head}{number}")
}

/// Shows what would be written.
fn show(
    config: &ReleaseConfig,
    path: &Path,
    (before, after): (&str, &str),
    at: &Path,
    files: &[Kept],
    version: &str,
) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    let shown = path.display().to_string();
    let diff = TextDiff::from_lines(before, after);
    write!(stdout, "{}", diff.unified_diff().context_radius(2).header(&shown, &shown))?;
    for (name, _, bytes) in files {
        let (file, length) = (at.join(name), bytes.len());
        let says = Message::new(
            format!("{}: {length} bytes", file.display()),
            format!("{}：{length} 字节", file.display()),
        );
        writeln!(stdout, "{}", config.ui.of(&says))?;
    }
    let says = Message::new(
        format!("nothing was written; without --dry-run, this is released as {version}"),
        format!("未写入任何文件；去掉 --dry-run 即发布为 {version} 版"),
    );
    writeln!(anstream::stderr(), "{}", config.ui.of(&says))?;
    Ok(())
}

/// Writes all of it or nothing.
fn write(
    config: &ReleaseConfig,
    path: &Path,
    (read, text): (&[u8], &str),
    at: &Path,
    files: &[Kept],
) -> Result<(), Failure> {
    let draft = fs::Draft::of(path, text.as_bytes())?;
    let folder = fs::Sibling::of(at)?;
    for (name, _, bytes) in files {
        folder.write(&PathBuf::from(name), bytes)?;
    }
    if fs::read_bytes(path)? != read {
        return Err(changed_meanwhile(config, path));
    }
    Ok(fs::place_both(folder, at, draft)?)
}

/// What to say of a file that somebody wrote while it was worked on.
fn changed_meanwhile(config: &ReleaseConfig, path: &Path) -> Failure {
    let (shown, id) = (path.display(), &config.id);
    Failure::Usage {
        message: Message::new(
            format!("{shown} was changed by somebody else meanwhile; nothing was written"),
            format!("{shown} 刚刚被他人改动，未写入任何文件"),
        ),
        hints: vec![Message::new(
            format!("look at the change, then run it again: rolebook release {id}"),
            format!("请查看改动后重新运行：rolebook release {id}"),
        )],
    }
}
