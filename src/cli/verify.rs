//! Owns the command `verify`: which PDFs are asked about, and what the library says to
//! what each carries. May import everything but the other commands.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use rayon::prelude::*;
use serde_json::Value as Json;

use super::args::{VerifyArgs, VerifyFormat};
use super::config::UiLanguage;
use super::progress::progress_bar;
use super::reading::{Carried, Reading, Unread, hash_of, own_role, pdf, signatures};
use super::verdict::{Answer, Difference, ReleasedBytes, Verdict, Verification, counts};
use super::{Failure, Outcome, library, report};
use crate::catalog::Catalog;
use crate::compare::{Materiality, Operand, compare};
use crate::diagnostic::{Diagnostic, Message};
use crate::fs;
use crate::model::{DocumentStatus, Language, Text, compare_versions};
use crate::publish::{RELEASES_FOLDER, ROLE_FILE, Release, release_folder, releases, version_folder};
use crate::resolve::{ResolvedRole, load_for, resolve};
use crate::source::Sources;
use crate::view::{CarriedRole, Locale, Names, content};

pub(super) fn run(args: &VerifyArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let files = files(&args.files)?;
    let folder = library::plain(&args.library);
    library::must_be_one_for(&folder, &|near| format!("rolebook verify --library {near} …"))?;
    let progress = progress_bar(files.len(), ui);
    let read = |file: PathBuf| {
        let reading = Reading::of(file);
        progress.inc(1);
        reading
    };
    let readings: Vec<Reading> = files.into_par_iter().map(read).collect();
    progress.finish_and_clear();
    let carried = readings.iter().filter_map(|reading| reading.carried.as_ref().ok());
    let ids: BTreeSet<String> = carried.map(|carried| carried.id.clone()).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let catalog = load_for(&folder, &ids)?;
    library::settings_must_be_fine(&catalog)?;
    let (judge, findings, sources) = Judge::new(&catalog, &ids, ui);
    let verdicts: Vec<Verdict> = readings.into_par_iter().map(|reading| judge.verdict(reading)).collect();
    let mut stderr = anstream::stderr().lock();
    for finding in &findings {
        writeln!(stderr, "{}\n", report::human(finding, &sources, ui))?;
    }
    let verification =
        Verification { all_current: verdicts.iter().all(|it| it.answer == Answer::Current), files: verdicts };
    match args.format {
        VerifyFormat::Json => {
            writeln!(std::io::stdout().lock(), "{:#}", serde_json::json!(verification))?;
        }
        VerifyFormat::Human => {
            let mut stdout = anstream::stdout().lock();
            for verdict in &verification.files {
                write!(stdout, "{}", verdict.print(ui))?;
            }
            stdout.flush()?;
        }
    }
    writeln!(stderr, "{}", counts(&verification.files, started.elapsed().as_secs_f64(), ui))?;
    Ok(match &verification.files {
        _ if verification.all_current => Outcome::Fine,
        files if files.iter().any(|file| file.answer == Answer::Unreadable) => Outcome::Unreadable,
        _ => Outcome::Findings,
    })
}

/// The files that are meant: those named, and the PDFs below the folders named.
fn files(operands: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for operand in operands {
        if !fs::exists(operand) {
            let path = operand.display();
            return Err(Failure::Usage {
                message: Message::new(format!("{path} is not there"), format!("{path} 不存在")),
                hints: vec![Message::new(
                    "name a PDF, or a folder with PDFs in it",
                    "请指定 PDF 文件，或含有 PDF 的文件夹",
                )],
            });
        }
        if !fs::is_folder(operand) {
            files.push(operand.clone());
            continue;
        }
        let mut below = fs::list_tree(operand)?;
        below.retain(|path| {
            let is_pdf = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf"));
            // The lock files of office programs.
            is_pdf && !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("~$"))
        });
        if below.is_empty() {
            let path = operand.display();
            return Err(Failure::Usage {
                message: Message::new(format!("there is no PDF in {path}"), format!("{path} 中没有 PDF")),
                hints: vec![Message::new(
                    "name the folder that has them; folders below it count too",
                    "请指定存放 PDF 的文件夹；其下各级文件夹都会查看",
                )],
            });
        }
        files.extend(below.into_iter().map(|path| library::plain(&operand.join(path))));
    }
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(file.clone()));
    Ok(files)
}

/// A role of the library, or its public part.
struct Side {
    resolved: ResolvedRole,
    names: Names,
    hash: String,
    names_hash: [u8; 32],
}

impl Side {
    fn new(resolved: ResolvedRole, names: &Names) -> Self {
        let names = names.of_role(&resolved);
        let (hash, names_hash) = (resolved.content_hash(), hash_of(&serde_json::json!(names)));
        Self { resolved, names, hash, names_hash }
    }

    fn version(&self) -> Option<&str> {
        self.resolved.role.document.as_ref()?.version.as_deref()
    }
}

/// What a library has of a role.
struct Held {
    /// The role; none if there is none.
    role: Option<Result<Side, ()>>,
    public: OnceLock<Side>,
    releases: Vec<Release>,
}

/// A role's id, the hashes of the content and the names that a file carries, and that of
/// the content that it is held against.
type Pair = (String, String, [u8; 32], String);

/// What a library says to what a file carries.
struct Judge<'a> {
    catalog: &'a Catalog,
    public_names: Names,
    locales: BTreeMap<Language, Locale>,
    held: BTreeMap<String, Held>,
    /// The differences that were found already.
    known: Mutex<BTreeMap<Pair, Vec<Difference>>>,
    ui: UiLanguage,
}

impl<'a> Judge<'a> {
    /// Resolves each role once. What is wrong with the releases comes along.
    fn new(catalog: &'a Catalog, ids: &[String], ui: UiLanguage) -> (Self, Vec<Diagnostic>, Sources) {
        let (names, public_names) = (Names::of(catalog), Names::public(catalog));
        let of = |id: &String| {
            let role = catalog.knows(id).then(|| {
                let sound = catalog.roles.contains_key(id).then(|| resolve(catalog, id).ok()).flatten();
                sound.map(|resolved| Side::new(resolved, &names)).ok_or(())
            });
            let mut sources = Sources::default();
            let (releases, findings) = releases(&catalog.root, id, &mut sources);
            (id.clone(), Held { role, public: OnceLock::new(), releases }, findings, sources)
        };
        let all: Vec<_> = ids.par_iter().map(of).collect();
        let (mut held, mut findings, mut sources) = (BTreeMap::new(), Vec::new(), Sources::default());
        for (id, of_id, found, of_found) in all {
            held.insert(id, of_id);
            // Places are places in these sources: the few files at fault are read once more.
            if !found.is_empty() {
                findings.extend(found.into_iter().map(|finding| placed(finding, &of_found, &mut sources)));
            }
        }
        let locale =
            |language| library::locale(&catalog.root, language, &mut Sources::default(), &mut Vec::new());
        let locales = Language::ALL.into_iter().map(|language| (language, locale(language))).collect();
        (Self { catalog, public_names, locales, held, known: Mutex::default(), ui }, findings, sources)
    }

    fn say(&self, en: impl Into<String>, zh_cn: impl Into<String>) -> String {
        self.ui.of(&Message::new(en, zh_cn)).to_string()
    }

    fn verdict(&self, reading: Reading) -> Verdict {
        let file = reading.file.display().to_string();
        let carried = match reading.carried {
            Ok(carried) => carried,
            Err(unread) => return self.unread(file, &unread),
        };
        let held = &self.held[&carried.id];
        let mut verdict = Verdict {
            file,
            id: Some(carried.id.clone()),
            version: carried.version.clone(),
            edition: carried.edition.clone(),
            public: carried.public,
            content_hash: Some(carried.hash.clone()),
            signatures: carried.signatures,
            ..Verdict::default()
        };
        let released = held.releases.iter().find(|release| {
            let hash = if carried.public { &release.public_content_hash } else { &release.content_hash };
            *hash == carried.hash
        });
        verdict.released_version = released.map(|release| release.version.clone());
        if !held.releases.is_empty() {
            // The bytes are needed a second time by these few files only.
            match pdf(&reading.file) {
                Ok(pdf) => verdict.released_file = released_file(&held.releases, &pdf),
                Err(unread) => return self.unread(verdict.file, &unread),
            }
        }
        match &held.role {
            None => self.unknown_role(&mut verdict, &carried),
            Some(Err(())) => {
                let id = &carried.id;
                verdict.answer = Answer::RoleHasErrors;
                verdict.message = self.say(
                    format!("the role `{id}` of the library has errors"),
                    format!("岗位库中的 `{id}` 有错误"),
                );
                verdict.hint = Some(self.say(
                    format!("`rolebook build --role {id}` names them"),
                    format!("运行 `rolebook build --role {id}` 可查看"),
                ));
            }
            Some(Ok(whole)) => {
                let side = if carried.public {
                    held.public.get_or_init(|| Side::new(whole.resolved.public(), &self.public_names))
                } else {
                    whole
                };
                verdict.library_version = whole.version().map(str::to_string);
                if let Err(unread) = self.beside(&mut verdict, &reading.file, &carried, side, held, released)
                {
                    return self.unread(verdict.file, &unread);
                }
            }
        }
        self.remark_on_bytes(&mut verdict, released);
        verdict
    }

    fn unread(&self, file: String, unread: &Unread) -> Verdict {
        Verdict {
            file,
            answer: unread.answer,
            message: self.ui.of(&unread.message).to_string(),
            hint: unread.hint.as_ref().map(|hint| self.ui.of(hint).to_string()),
            ..Verdict::default()
        }
    }

    fn unknown_role(&self, verdict: &mut Verdict, carried: &Carried) {
        let id = &carried.id;
        verdict.answer = Answer::UnknownRole;
        verdict.message =
            self.say(format!("the library has no role `{id}`"), format!("岗位库中没有岗位 `{id}`"));
        if let Some(version) = &verdict.released_version {
            let remark = self.say(
                format!("its content is what was released as {version}"),
                format!("其内容与已发布的 {version} 版一致"),
            );
            verdict.remarks.push(remark);
        }
        verdict.hint = Some(self.say(
            "if it is another library's, name that one: --library DIR",
            "如属于其他岗位库，请用 --library 指定",
        ));
    }

    /// What a file carries beside the library's role, or its public part.
    fn beside(
        &self,
        verdict: &mut Verdict,
        file: &Path,
        carried: &Carried,
        side: &Side,
        held: &Held,
        released: Option<&Release>,
    ) -> Result<(), Unread> {
        let altered = carried.stated_hash != carried.hash;
        let same = carried.hash == side.hash;
        if same && !altered && carried.as_written && carried.names == side.names_hash {
            self.current(verdict, side, held);
            return Ok(());
        }
        if !carried.as_written && !altered {
            own_role(file)?;
        }
        if altered {
            verdict.answer = Answer::Altered;
            verdict.message = self.say(
                "the role in it was changed after the PDF was made; its pages may say otherwise",
                "其中的岗位数据在 PDF 生成之后被改动过，可能与页面所示不同",
            );
            match self.differences(file, carried, side) {
                Ok(differences) => verdict.differences = differences,
                Err(unread) => verdict.remarks.push(self.ui.of(&unread.message).to_string()),
            }
            return Ok(());
        }
        if same {
            self.current(verdict, side, held);
            verdict.renamed = self.differences(file, carried, side)?;
            if !verdict.renamed.is_empty() {
                verdict.remarks.insert(0, self.say(
                    "the role is the same; only these names, which are kept elsewhere in the library, have changed",
                    "岗位内容相同；只有上列名称（写在岗位库别处）后来改过",
                ));
            }
            return Ok(());
        }
        self.otherwise(verdict, file, carried, side, held, released)
    }

    fn current(&self, verdict: &mut Verdict, side: &Side, held: &Held) {
        verdict.answer = Answer::Current;
        verdict.message = match &verdict.library_version {
            Some(version) => self.say(format!("version {version}"), format!("版本 {version}")),
            None => {
                self.say("as in the library, which gives it no version", "与岗位库一致；该岗位没有版本号")
            }
        };
        let kept = held.releases.iter().find(|it| Some(&it.version) == verdict.library_version.as_ref());
        if let Some(kept) = kept.filter(|it| !verdict.public && it.content_hash != side.hash) {
            let (id, version) = (&kept.id, &kept.version);
            let remark = self.say(
                format!(
                    "but not what was released as {version}: the library's role was changed since; `rolebook release {id}` makes a new version of it"
                ),
                format!("但与已发布的 {version} 版不同：发布后岗位库又有改动；可用 `rolebook release {id}` 发布新版本"),
            );
            verdict.remarks.push(remark);
        }
    }

    /// A sound file whose content is not the library's.
    fn otherwise(
        &self,
        verdict: &mut Verdict,
        file: &Path,
        carried: &Carried,
        side: &Side,
        held: &Held,
        released: Option<&Release>,
    ) -> Result<(), Unread> {
        let id = &carried.id;
        let none = || Message::new("no version", "无版本号");
        let name = |version: &Option<String>| match version {
            Some(version) => Message::same(version.clone()),
            None => none(),
        };
        let library = name(&verdict.library_version);
        let root = library::typed(&self.catalog.root);
        let at = if root.is_empty() { root } else { format!("--library {root} ") };
        let line = format!("rolebook compare {at}{} {id}", library::typed(Path::new(&verdict.file)));
        let compare =
            self.say(format!("`{line}` shows what has changed"), format!("运行 `{line}` 可查看变化"));
        if let Some(release) = released {
            let version = &release.version;
            if Some(version) == verdict.library_version.as_ref() {
                verdict.answer = Answer::Differs;
                verdict.message = self.say(
                    format!("it is what was released as {version}; the library's role was changed since and still says {version}"),
                    format!("它就是已发布的 {version} 版；岗位库后来有改动，版本号却仍是 {version}"),
                );
                verdict.differences = self.differences(file, carried, side)?;
                verdict.hint = Some(self.say(
                    format!("`rolebook release {id}` gives the change a version of its own"),
                    format!("请用 `rolebook release {id}` 为改动发布新版本"),
                ));
                return Ok(());
            }
            let later = verdict.library_version.as_ref().and_then(|it| self.order(side, version, it));
            let date = &release.date;
            verdict.answer =
                if later == Some(Ordering::Greater) { Answer::NewerVersion } else { Answer::OlderVersion };
            verdict.message = self.say(
                format!("version {version}, as it was released for {date}; the library has {}", library.en),
                format!("版本 {version}，与 {date} 起生效的发布一致；岗位库现为 {}", library.zh_cn),
            );
            verdict.hint = Some(compare);
            return Ok(());
        }
        if carried.public {
            verdict.answer = Answer::Differs;
            verdict.message = self.say(
                "a PDF of the careers site; its content is not what the library would publish now",
                "招聘网站的 PDF；内容与岗位库现在会发布的不同",
            );
            verdict.differences = self.differences(file, carried, side)?;
            verdict.hint =
                Some(self.say("`rolebook site` publishes it anew", "运行 `rolebook site` 可重新发布"));
            return Ok(());
        }
        if carried.version == verdict.library_version {
            verdict.answer = Answer::Differs;
            let document = side.resolved.role.document.as_ref();
            let published = document.is_some_and(|it| it.status == Some(DocumentStatus::Published));
            verdict.message = match &carried.version {
                Some(version) if carried.draft && published => self.say(
                    format!("a draft of version {version}, which the library has published since, with another content"),
                    format!("{version} 版的草案；岗位库此后已发布该版，内容与草案不同"),
                ),
                Some(version) => self.say(
                    format!("it says version {version} as the library does, but its content is another"),
                    format!("版本号同为 {version}，内容却与岗位库不同"),
                ),
                None => self.say(
                    "its content is another, and neither it nor the library has a version to tell them apart",
                    "内容与岗位库不同，且双方都没有版本号可供区分",
                ),
            };
            verdict.differences = self.differences(file, carried, side)?;
            return Ok(());
        }
        let own_version = name(&carried.version);
        let kept = held.releases.iter().find(|release| Some(&release.version) == carried.version.as_ref());
        if let Some(kept) = kept {
            let version = &kept.version;
            verdict.answer = Answer::Differs;
            verdict.message = self.say(
                format!("it says version {version}, but is not what was released as {version}"),
                format!("它写着版本 {version}，内容却与已发布的 {version} 版不同"),
            );
            verdict.differences = match self.kept(kept) {
                Some(kept) => self.differences(file, carried, &kept)?,
                None => self.differences(file, carried, side)?,
            };
            return Ok(());
        }
        let versions = carried.version.as_ref().zip(verdict.library_version.as_ref());
        match versions.and_then(|(own, library)| self.order(side, own, library)) {
            Some(order) => {
                verdict.answer =
                    if order == Ordering::Greater { Answer::NewerVersion } else { Answer::OlderVersion };
                verdict.message = self.say(
                    format!("version {}; the library has {}", own_version.en, library.en),
                    format!("版本 {}；岗位库现为 {}", own_version.zh_cn, library.zh_cn),
                );
                verdict.remarks.push(self.say(
                    format!(
                        "{RELEASES_FOLDER}/ has no version {} to hold its content against",
                        own_version.en
                    ),
                    format!("{RELEASES_FOLDER}/ 中没有 {} 版，无法核对其内容", own_version.zh_cn),
                ));
                verdict.hint = Some(compare);
            }
            None => {
                verdict.answer = Answer::Differs;
                verdict.message = self.say(
                    format!(
                        "it has {} and the library {}; which is the later one cannot be told",
                        own_version.en, library.en
                    ),
                    format!("它是 {}，岗位库是 {}，无法判断先后", own_version.zh_cn, library.zh_cn),
                );
                verdict.differences = self.differences(file, carried, side)?;
            }
        }
        Ok(())
    }

    /// The role as a release kept it.
    fn kept(&self, release: &Release) -> Option<Side> {
        let folder = version_folder(&release.version)?;
        let file = release_folder(&self.catalog.root, &release.id, &folder).join(ROLE_FILE);
        let bytes = fs::read_at_most(&file, fs::TEXT_LIMIT).ok()??;
        let kept = CarriedRole::read(bytes, &file, &mut Sources::default()).ok()?;
        (kept.resolved.content_hash() == release.content_hash).then(|| Side::new(kept.resolved, &kept.names))
    }

    /// Whether one version comes before another: by the role's list of revisions, or else
    /// as versions are counted.
    fn order(&self, side: &Side, one: &str, other: &str) -> Option<Ordering> {
        let revisions = &side.resolved.role.revisions;
        let at = |version: &str| revisions.iter().position(|it| it.version.as_deref() == Some(version));
        if let (Some(one), Some(other)) = (at(one), at(other)) {
            let order = one.cmp(&other);
            let dates: Vec<&String> = revisions.iter().filter_map(|it| it.date.as_ref()).collect();
            let newest_first = dates.first() > dates.last();
            return Some(if newest_first { order.reverse() } else { order });
        }
        compare_versions(one, other)
    }

    /// What differs between what a file carries and the library.
    fn differences(&self, file: &Path, carried: &Carried, side: &Side) -> Result<Vec<Difference>, Unread> {
        // The languages of a document and its copies have the same differences.
        let key = (carried.id.clone(), carried.hash.clone(), carried.names, side.hash.clone());
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(&key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let differences = self.compared(&own_role(file)?, side);
        lock().insert(key, differences.clone());
        Ok(differences)
    }

    /// What differs between a carried role and the library, in every language.
    fn compared(&self, own: &CarriedRole, side: &Side) -> Vec<Difference> {
        let written = |resolved: &ResolvedRole| match &resolved.role.title {
            Some(Text::Plain(_)) | None => self.catalog.settings.document_languages().to_vec(),
            _ => resolved.languages(&Language::ALL),
        };
        let mut languages = written(&own.resolved);
        languages.extend(written(&side.resolved));
        languages.sort_unstable();
        languages.dedup();
        let mut differences: Vec<Difference> = Vec::new();
        for language in languages {
            let locale = &self.locales[&language];
            let of = |resolved: &ResolvedRole, names: &Names| {
                let content = content(resolved, names, locale, language, &|_| String::new());
                content.without("notes").without("theme")
            };
            let contents = [of(&own.resolved, &own.names), of(&side.resolved, &side.names)];
            let compared = compare(&contents, vec![Operand::default(); 2], language.tag(), true);
            for change in compared.changes {
                let label = self.locales[&self.ui.language()].compared_item(&change.path).to_string();
                let difference = Difference {
                    language: language.tag().to_string(),
                    label,
                    pointer: change.before_pointer.or(change.after_pointer).unwrap_or_default(),
                    file: change.before,
                    library: change.after,
                    material: change.materiality == Materiality::Material,
                };
                // A number is the same in every language.
                let known = differences.iter().any(|known| {
                    known.pointer == difference.pointer
                        && known.file == difference.file
                        && known.library == difference.library
                });
                if !known {
                    differences.push(difference);
                }
            }
        }
        if differences.is_empty() {
            unseen(&own.resolved.to_json(), &side.resolved.to_json(), "", &mut differences);
        }
        differences
    }

    /// Whether the file is, or begins with, one that was released.
    fn remark_on_bytes(&self, verdict: &mut Verdict, released: Option<&Release>) {
        if let Some(file) = &verdict.released_file {
            let (version, appended, signed) = (&file.version, file.appended, file.signatures);
            let noun = if signed == 1 { "signature" } else { "signatures" };
            let remark = match (appended, signed) {
                (0, _) => self.say(
                    format!("byte for byte the file released as {version}"),
                    format!("与发布的 {version} 版文件逐字节相同"),
                ),
                (_, 0) => self.say(
                    format!(
                        "the file released as {version}, with {appended} bytes appended that are no signature: look at what was changed"
                    ),
                    format!("发布的 {version} 版文件，其后追加了 {appended} 字节，且不是签名：请查看改了什么"),
                ),
                _ => self.say(
                    format!(
                        "the file released as {version}, with {signed} {noun} appended; whose they are, and whether they hold, a PDF reader shows"
                    ),
                    format!("发布的 {version} 版文件，其后追加了 {signed} 个签名；签名人及是否有效请用 PDF 阅读器查看"),
                ),
            };
            verdict.remarks.push(remark);
            return;
        }
        if let Some(release) = released.filter(|release| {
            release.files.iter().any(|file| file.edition.is_some() && file.edition == verdict.edition)
        }) {
            let version = &release.version;
            let remark = self.say(
                format!("not the very file released as {version}: made anew, in another look, or changed; its pages were not checked"),
                format!("不是发布的 {version} 版文件本身：可能是重新生成、换了版面，或被改过；未核对其页面"),
            );
            verdict.remarks.push(remark);
        }
        if verdict.signatures > 0 {
            let count = verdict.signatures;
            let noun = if count == 1 { "signature" } else { "signatures" };
            let remark = self.say(
                format!("it has {count} {noun}; whose they are, and whether they hold, a PDF reader shows"),
                format!("含有 {count} 个签名；签名人及是否有效请用 PDF 阅读器查看"),
            );
            verdict.remarks.push(remark);
        }
    }
}

/// The file of a release that these bytes are or begin with.
fn released_file(releases: &[Release], pdf: &[u8]) -> Option<ReleasedBytes> {
    for release in releases {
        for file in release.files.iter().filter(|file| file.edition.is_some()) {
            let length = usize::try_from(file.bytes).unwrap_or(usize::MAX);
            // Few of the files end where a PDF does: the others need not be hashed.
            let ends = pdf.get(..length).is_some_and(|it| it.trim_ascii_end().ends_with(b"%%EOF"));
            if ends && file.begins(pdf) {
                return Some(ReleasedBytes {
                    version: release.version.clone(),
                    name: file.name.clone(),
                    appended: pdf.len() - length,
                    signatures: signatures(&pdf[length..]),
                });
            }
        }
    }
    None
}

/// What differs in data that no document shows, such as the ids of items.
fn unseen(file: &Json, library: &Json, pointer: &str, out: &mut Vec<Difference>) {
    if file == library || matches!(pointer, "/notes" | "/theme") {
        return;
    }
    let pairs: Vec<(String, &Json, &Json)> = match (file, library) {
        (Json::Object(one), Json::Object(other)) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            keys.into_iter().map(|key| (key.clone(), &file[key], &library[key])).collect()
        }
        (Json::Array(one), Json::Array(other)) if one.len() == other.len() => {
            one.iter().zip(other).enumerate().map(|(at, (one, other))| (at.to_string(), one, other)).collect()
        }
        _ => {
            let words = |value: &Json| match value {
                Json::Null => None,
                Json::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            out.push(Difference {
                language: String::new(),
                label: String::new(),
                pointer: pointer.to_string(),
                file: words(file),
                library: words(library),
                material: false,
            });
            return;
        }
    };
    for (step, one, other) in pairs {
        unseen(one, other, &crate::json::join_pointer(pointer, step), out);
    }
}

/// A finding with its place in other sources.
fn placed(finding: Diagnostic, from: &Sources, to: &mut Sources) -> Diagnostic {
    match finding.span {
        Some(span) => {
            let file = from.file(span.source);
            let source = to.add(file.path.clone(), &*file.text);
            finding.at(crate::source::Span::new(source, span.range()))
        }
        None => finding,
    }
}
