//! Owns the command `fonts`. May import everything but the other commands.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::Write;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::args::{FontsArgs, PrintFormat};
use super::config::UiLanguage;
use super::{Failure, Outcome, library, table};
use crate::catalog::{Catalog, SETTINGS_FILE};
use crate::diagnostic::Message;
use crate::fs;
use crate::render::{FontFace, FontOrigin, built_in_faces, faces_of, system_faces};
use crate::resolve::resolve_as_far_as_possible;

pub(super) fn run(args: &FontsArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let mut faces = built_in_faces();
    let mut missing = BTreeMap::new();
    let here = args.library.is_none() && fs::is_file(Path::new(SETTINGS_FILE));
    let folder = args.library.clone().or_else(|| here.then(|| ".".into()));
    let catalog = folder.map(|folder| library::load(&folder)).transpose()?;
    if let Some(catalog) = &catalog {
        for (path, bytes) in library::fonts(&catalog.root)? {
            faces.extend(faces_of(path, bytes));
        }
    }
    if args.system {
        faces.extend(system_faces());
    }
    if let Some(catalog) = &catalog {
        missing = missing_characters(catalog, &faces);
    }
    let mut stdout = std::io::stdout().lock();
    match args.format {
        PrintFormat::Json => {
            let fonts: Vec<Json> = faces.iter().map(to_json).collect();
            let missing: Vec<Json> = missing
                .iter()
                .map(|(c, ids)| json!({ "character": c, "code_point": code_point(*c), "roles": ids }))
                .collect();
            writeln!(stdout, "{:#}", json!({ "fonts": fonts, "missing": missing }))?;
        }
        PrintFormat::Table => {
            for line in table::aligned(&rows(&faces, ui)) {
                writeln!(stdout, "{line}")?;
            }
        }
    }
    drop(stdout);
    if missing.is_empty() {
        return Ok(Outcome::Fine);
    }
    let mut stderr = anstream::stderr().lock();
    for (&c, ids) in &missing {
        let (en, zh_cn) = (ids_in(ids, ", "), ids_in(ids, "、"));
        let says = Message::new(
            format!("none of these fonts has `{c}` ({}), in {en}", code_point(c)),
            format!("以上字体都没有字符 `{c}`（{}），见于 {zh_cn}", code_point(c)),
        );
        writeln!(stderr, "{}", ui.of(&says))?;
    }
    let says = if args.system {
        Message::new(
            "put a font file that has them into the library's folder fonts/",
            "请把含有这些字符的字体文件放入岗位库的 fonts/ 文件夹",
        )
    } else {
        Message::new(
            "put a font file that has them into the library's folder fonts/; `--system` shows whether the \
             system has one",
            "请把含有这些字符的字体文件放入岗位库的 fonts/ 文件夹；加上 `--system` 可查看系统字体是否含有",
        )
    };
    writeln!(stderr, "{}", ui.of(&says))?;
    Ok(Outcome::Findings)
}

/// The characters of the roles that no face has, and the roles.
fn missing_characters(catalog: &Catalog, faces: &[FontFace]) -> BTreeMap<char, BTreeSet<String>> {
    let had: HashSet<u32> = faces.iter().flat_map(|face| &face.characters).copied().collect();
    let mut missing: BTreeMap<char, BTreeSet<String>> = BTreeMap::new();
    for id in catalog.roles.keys() {
        let (Some(resolved), _) = resolve_as_far_as_possible(catalog, id) else { continue };
        for member in resolved.tree.members().iter().filter(|member| &*member.key != "notes") {
            member.value.visit_strings(&mut |text| {
                for c in
                    text.chars().filter(|&c| crate::render::needs_font(c) && !had.contains(&u32::from(c)))
                {
                    missing.entry(c).or_default().insert(id.clone());
                }
            });
        }
    }
    missing
}

/// The first few ids of many.
fn ids_in(ids: &BTreeSet<String>, comma: &str) -> String {
    let first: Vec<&str> = ids.iter().take(5).map(String::as_str).collect();
    let more = if ids.len() > first.len() { format!("{comma}… ({})", ids.len()) } else { String::new() };
    format!("{}{more}", first.join(comma))
}

fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

fn from(origin: &FontOrigin) -> (&'static str, Option<String>) {
    match origin {
        FontOrigin::BuiltIn => ("built-in", None),
        FontOrigin::Library(path) => ("library", Some(path.display().to_string())),
        FontOrigin::System(path) => ("system", Some(path.display().to_string())),
    }
}

fn to_json(face: &FontFace) -> Json {
    let (from, path) = from(&face.origin);
    json!({
        "family": face.family,
        "style": face.style,
        "weight": face.weight,
        "characters": face.characters.len(),
        "from": from,
        "path": path,
    })
}

fn rows(faces: &[FontFace], ui: UiLanguage) -> Vec<Vec<String>> {
    let say = |en: &str, zh_cn: &str| ui.of(&Message::new(en, zh_cn)).to_string();
    let mut rows = vec![vec![
        say("Family", "字体"),
        say("Style", "样式"),
        say("Weight", "字重"),
        say("Characters", "字符数"),
        say("From", "来源"),
    ]];
    rows.extend(faces.iter().map(|face| {
        let style = match face.style {
            "italic" => say("italic", "斜体"),
            "oblique" => say("oblique", "倾斜"),
            _ => say("normal", "正体"),
        };
        let from = match from(&face.origin) {
            (_, None) => say("built-in", "内置"),
            (_, Some(path)) => path,
        };
        vec![face.family.clone(), style, face.weight.to_string(), face.characters.len().to_string(), from]
    }));
    rows
}
