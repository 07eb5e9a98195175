//! Owns how a command finds the library that it works on, and how it names what
//! is there. May import everything
//! but the commands.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::Failure;
use super::config::{UiLanguage, no_language};
use crate::catalog::{Catalog, SETTINGS_FILE};
use crate::diagnostic::{Code, Diagnostic, Message, did_you_mean};
use crate::fs;
use crate::json;
use crate::model::{Language, Shape};
use crate::organization::{Position, Positions, Units};
use crate::render::has_face;
use crate::source::Sources;
use crate::view::{Locale, Logo};

/// So many roles are named in a sentence about more of them.
const NAMED: usize = 10;

/// Fails unless the folder is a library.
pub(super) fn must_be_one(folder: &Path) -> Result<(), Failure> {
    must_be_one_for(folder, &|near| format!("rolebook build {near}"))
}

/// The same for another command than `build`; `line` is how it names a library.
pub(super) fn must_be_one_for(folder: &Path, line: &dyn Fn(&str) -> String) -> Result<(), Failure> {
    if !fs::is_folder(folder) {
        let path = folder.display();
        return Err(Failure::Environment(Message::new(
            format!("{path} is not a folder; name the folder of the library"),
            format!("{path} 不是文件夹；请指定岗位库所在的文件夹"),
        )));
    }
    if fs::is_file(&folder.join(SETTINGS_FILE)) { Ok(()) } else { Err(no_settings(folder, line)) }
}

/// What to say of a folder without a rolebook.json: where there is one, a level below
/// or above, or how to get one.
fn no_settings(folder: &Path, line: &dyn Fn(&str) -> String) -> Failure {
    let searched = std::path::absolute(folder_or_here(folder));
    let searched = searched.unwrap_or_else(|_| folder.to_owned());
    let searched = searched.display();
    let message = Message::new(
        format!("there is no library in {searched}; a library is a folder with a {SETTINGS_FILE}"),
        format!("{searched} 不是岗位库；岗位库是含有 {SETTINGS_FILE} 的文件夹"),
    );
    let mut hints = Vec::new();
    if fs::is_folder(&folder.join("roles")) {
        hints.push(Message::new(
            format!("roles/ is there: put back {SETTINGS_FILE}; `{{}}` is enough to begin with"),
            format!("roles/ 还在：请放回 {SETTINGS_FILE}，内容只写 `{{}}` 即可"),
        ));
    }
    for near in near_libraries(folder) {
        let line = line(&typed(&near));
        let near = near.display();
        hints.push(Message::new(
            format!("there is one in {near}: `{line}`"),
            format!("{near} 中有一个：`{line}`"),
        ));
    }
    if hints.is_empty() {
        hints.push(Message::new(
            "`rolebook init DIR` starts a library in the folder DIR",
            "`rolebook init 文件夹` 可新建岗位库",
        ));
    }
    Failure::Usage { message, hints }
}

/// The libraries in the folders of this one, and the one that it is in, at most three.
fn near_libraries(folder: &Path) -> Vec<PathBuf> {
    let below = fs::list_others(folder_or_here(folder), "json").unwrap_or_default();
    let below = below.into_iter().filter(|path| fs::is_folder(path)).map(|path| plain(&path));
    let above = match folder.file_name() {
        Some(_) => folder.parent().map(|above| folder_or_here(above).to_owned()),
        None => Some(folder.join("..")),
    };
    let is_library = |path: &PathBuf| fs::is_file(&path.join(SETTINGS_FILE));
    below.chain(above).filter(is_library).take(3).collect()
}

/// The empty path is the current folder.
fn folder_or_here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// A path as people know it: `roles/a.json`, not `./roles/a.json`.
pub(super) fn plain(path: &Path) -> PathBuf {
    path.strip_prefix(".").map_or_else(|_| path.to_owned(), PathBuf::from)
}

/// The library in this folder.
pub(super) fn load(folder: &Path) -> Result<Catalog, Failure> {
    let folder = plain(folder);
    must_be_one(&folder)?;
    Ok(Catalog::load(&folder)?)
}

/// A path as it is typed in a command: quoted where a shell would part it.
pub(super) fn typed(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "_-./\\:+,@%=".contains(c);
    if path.chars().all(is_plain) {
        path
    } else if path.contains(['"', '$', '`', '!']) {
        format!("'{}'", path.replace('\'', "'\\''"))
    } else {
        format!("\"{path}\"")
    }
}

/// The files of a font's folder that are meant for people.
const BESIDE_FONTS: [&str; 3] = ["txt", "md", "pdf"];

/// A font file, and what is in it.
pub(super) type FontFile = (PathBuf, Vec<u8>);

/// The font files of the library in this folder, and what else there is in `fonts/`
/// that somebody may take for a font.
pub(super) fn fonts(folder: &Path) -> Result<(Vec<FontFile>, Vec<Diagnostic>), Failure> {
    let (mut files, mut findings) = (Vec::new(), Vec::new());
    let folder = folder.join("fonts");
    let mut paths = fs::list_files(&folder, "ttf")?;
    paths.extend(fs::list_others(&folder, "ttf")?);
    paths.sort();
    for path in paths {
        let extension = path.extension().map(|it| it.to_string_lossy().to_lowercase());
        let is_named = |names: &[&str]| extension.as_ref().is_some_and(|it| names.contains(&it.as_str()));
        if fs::is_file(&path) && is_named(&["ttf", "otf", "ttc"]) {
            let bytes = fs::read_bytes(&path)?;
            if has_face(&bytes) {
                files.push((path, bytes));
                continue;
            }
        } else if fs::is_file(&path) && (extension.is_none() || is_named(&BESIDE_FONTS)) {
            continue;
        }
        let message = Message::new("this is no font file and is left out", "这不是字体文件，已忽略");
        let finding = Diagnostic::warning(Code::NotAFont, message).about(path.display().to_string());
        findings.push(finding.hint(
            "a font is a file directly in fonts/, in the format of its ending: .ttf, .otf or .ttc",
            "字体须是 fonts/ 下的单个文件，格式与扩展名一致：.ttf、.otf 或 .ttc",
        ));
    }
    Ok((files, findings))
}

/// The words of a language: the built-in ones, and over them those of the library.
/// What is wrong with a file of these is a finding.
pub(super) fn locale(
    folder: &Path,
    language: Language,
    sources: &mut Sources,
    findings: &mut Vec<Diagnostic>,
) -> Locale {
    let mut locale = Locale::built_in(language);
    let path = folder.join("locales").join(format!("{language}.json"));
    if fs::is_file(&path) {
        match json::read(&path, &Shape::of(&Locale::schema(language)), sources) {
            Ok(words) => locale.overlay(language, &words.to_json()),
            Err(faults) => findings.extend(faults),
        }
    }
    locale
}

/// The logo of the library's organization; what is wrong with it is a finding.
pub(super) fn logo(catalog: &Catalog) -> Result<Option<Logo>, Box<Diagnostic>> {
    let at = "/organization/logo";
    let Some(node) = catalog.settings_node.pointer(at) else { return Ok(None) };
    let Some(name) = node.as_str() else { return Ok(None) };
    let (limit, kinds) = (Logo::LIMIT / 1024, "SVG, PNG or JPEG");
    let fault = match fs::read_inside(&catalog.root, name, Logo::LIMIT) {
        Ok(bytes) => match Logo::new(bytes) {
            Some(logo) => return Ok(Some(logo)),
            None => Message::new("this file is no picture that rolebook knows", "不是可用的图片文件"),
        },
        Err(fault) => fault,
    };
    let finding = Diagnostic::error(Code::InvalidValue, fault).at(node.span).pointer(at);
    Err(finding
        .hint(
            format!("name a file inside the library: {kinds}, at most {limit} KiB"),
            format!("请写岗位库内的文件：SVG、PNG 或 JPEG，不超过 {limit} KiB"),
        )
        .into())
}

/// A command that needs the settings stops if they have errors.
pub(super) fn settings_must_be_fine(catalog: &Catalog) -> Result<(), Failure> {
    if !catalog.settings_failed {
        return Ok(());
    }
    Err(Failure::Usage {
        message: Message::new("rolebook.json has errors", "rolebook.json 有错误"),
        hints: vec![Message::new(
            "`rolebook build` names them; correct them first",
            "运行 `rolebook build` 可查看，请先改正",
        )],
    })
}

/// The language that was asked for, or else that of the messages if the library has it.
pub(super) fn language(catalog: &Catalog, asked: Option<&str>, ui: UiLanguage) -> Result<Language, Failure> {
    match asked {
        Some(tag) => Language::from_tag(tag).ok_or_else(|| no_language(tag, None)),
        None => {
            let languages = catalog.settings.document_languages();
            Ok(languages.iter().copied().find(|&it| it == ui.language()).unwrap_or(languages[0]))
        }
    }
}

/// Names the roles that nothing can be said of.
pub(super) fn say_failed(failed: &[String], ui: UiLanguage) -> Result<(), Failure> {
    if failed.is_empty() {
        return Ok(());
    }
    let (count, en, zh_cn) = (failed.len(), failed.join(", "), failed.join("、"));
    let has = if count == 1 { "role has" } else { "roles have" };
    let says = Message::new(
        format!("{count} {has} errors and cannot be listed: {en}; `rolebook build` names them"),
        format!("{count} 个岗位有错误，未能列出：{zh_cn}；运行 `rolebook build` 可查看"),
    );
    writeln!(anstream::stderr(), "{}", ui.of(&says))?;
    Ok(())
}

/// The first ones of roles, as a sentence names them.
pub(super) fn first_ones(ids: &[&str]) -> Message {
    let named = &ids[..ids.len().min(NAMED)];
    let more = if ids.len() > NAMED { "…" } else { "" };
    Message::new(named.join(", ") + more, named.join("、") + more)
}

/// Names the roles that are not written in the language that they are shown in: what they
/// say is shown as it is.
pub(super) fn say_not_in(language: Language, positions: &Positions, ui: UiLanguage) -> Result<(), Failure> {
    let others = positions.all.iter().filter(|position| !position.languages.contains(&language));
    let ids: Vec<&str> = others.map(|position| position.id.as_str()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let (count, named) = (ids.len(), first_ones(&ids));
    let (is, them) = if count == 1 { ("role is", "its") } else { ("roles are", "their") };
    let says = Message::new(
        format!("{count} {is} not written in {language} and shown in {them} own: {}", named.en),
        format!("{count} 个岗位没有 {language} 版本，按其原有语言显示：{}", named.zh_cn),
    );
    writeln!(anstream::stderr(), "{}", ui.of(&says))?;
    Ok(())
}

/// The unit that was meant: by its id, or by its name in any language.
pub(super) fn unit(typed: &str, units: &Units) -> Result<usize, Failure> {
    let folded = |name: &str| name.trim().to_lowercase();
    let has_name = |at: usize| {
        let name = |language| units.name(at)?.get(language);
        Language::ALL.into_iter().filter_map(name).any(|name| folded(name) == folded(typed))
    };
    if let Some(at) = units.at(typed).or_else(|| (0..units.len()).find(|&at| has_name(at))) {
        return Ok(at);
    }
    let ids: Vec<&str> = (0..units.len()).map(|at| units.id(at)).collect();
    let hint = match did_you_mean(typed, ids.iter().copied()) {
        Some(near) => Message::new(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")),
        None if ids.is_empty() => {
            Message::new("rolebook.json has no `units`", "rolebook.json 中没有 `units`（部门）")
        }
        None => Message::new(
            format!("the units are: {}", ids.join(", ")),
            format!("已有的部门：{}", ids.join("、")),
        ),
    };
    let message = Message::new(format!("there is no unit `{typed}`"), format!("没有部门 `{typed}`"));
    Err(Failure::Usage { message, hints: vec![hint] })
}

/// What to say of a role that is not there.
pub(super) fn no_role(id: &str, catalog: &Catalog) -> Failure {
    let message = Message::new(format!("there is no role `{id}`"), format!("没有岗位 `{id}`"));
    let near = || did_you_mean(id, catalog.ids());
    let near =
        || near().map(|near| Message::new(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")));
    let listed =
        || Message::new("`rolebook list` shows the roles that there are", "`rolebook list` 可列出已有的岗位");
    let hint = named_otherwise(id, catalog).or_else(near).unwrap_or_else(listed);
    Failure::Usage { message, hints: vec![hint] }
}

/// What to say of the code or the title of a role, in any language, that is written for
/// its id.
pub(super) fn named_otherwise(typed: &str, catalog: &Catalog) -> Option<Message> {
    let folded = |text: &str| crate::markdown::plain(text).trim().to_lowercase();
    let wanted = folded(typed);
    // Nobody has read the roles that nobody asked for.
    let whole = Catalog::load(&catalog.root).ok().filter(|_| !wanted.is_empty())?;
    let positions = crate::organization::positions(&whole);
    let ids = |has: &dyn Fn(&Position) -> bool| {
        let ids = positions.all.iter().filter(|position| has(position)).map(|position| position.id.as_str());
        ids.collect::<Vec<_>>()
    };
    let by_code = ids(&|position| position.code.as_deref().is_some_and(|code| folded(code) == wanted));
    let by_title = ids(&|position| {
        let title = |language| position.title.get(language);
        Language::ALL.into_iter().filter_map(title).any(|title| folded(title) == wanted)
    });
    let (ids, en, zh_cn) = match (by_code.is_empty(), by_title.is_empty()) {
        (false, _) => (by_code, "the code", "岗位编号"),
        (true, false) => (by_title, "the title", "岗位名称"),
        (true, true) => return None,
    };
    let quoted: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
    let named = first_ones(&quoted);
    let its = if ids.len() == 1 { "its id" } else { "the id of one" };
    Some(Message::new(
        format!("it is {en} of {}; write {its}", named.en),
        format!("这是 {} 的{zh_cn}；请写标识", named.zh_cn),
    ))
}
