//! Owns the command `fonts`. May import everything but the other commands.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::Write;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::args::{FontsArgs, PrintFormat};
use super::config::UiLanguage;
use super::{Failure, Outcome, library, report, table};
use crate::catalog::{Catalog, SETTINGS_FILE};
use crate::diagnostic::Message;
use crate::fs;
use crate::json::Node;
use crate::model::THEME_SETTINGS;
use crate::render::{FontFace, FontOrigin, ThemeSet, built_in_faces, faces_of, system_faces};
use crate::resolve::resolve_as_far_as_possible;

pub(super) fn run(args: &FontsArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let mut faces = built_in_faces();
    let mut missing = BTreeMap::new();
    let here = args.library.is_none() && fs::is_file(Path::new(SETTINGS_FILE));
    let folder = args.library.clone().or_else(|| here.then(|| ".".into()));
    let mut catalog = folder.map(|folder| library::load(&folder)).transpose()?;
    if let Some(catalog) = &catalog {
        let (files, findings) = library::fonts(&catalog.root)?;
        for (path, bytes) in files {
            faces.extend(faces_of(path, bytes));
        }
        for finding in findings {
            writeln!(anstream::stderr(), "{}\n", report::human(&finding, &catalog.sources, ui))?;
        }
    }
    if args.system {
        faces.extend(system_faces());
    }
    if let Some(catalog) = &mut catalog {
        missing = missing_characters(catalog, &faces);
    }
    let mut stdout = std::io::stdout().lock();
    match args.format {
        PrintFormat::Json => {
            let fonts: Vec<Json> = faces.iter().map(to_json).collect();
            let missing: Vec<Json> = missing
                .iter()
                .map(|(c, places)| {
                    json!({
                        "character": c,
                        "code_point": code_point(*c),
                        "roles": places.roles,
                        "files": places.files,
                    })
                })
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
    for (&c, places) in &missing {
        let (en, zh_cn) = (places.named(", "), places.named("、"));
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

/// Where a character is written.
#[derive(Default)]
struct Places {
    /// The roles.
    roles: BTreeSet<String>,
    /// The files of settings.
    files: BTreeSet<String>,
}

impl Places {
    /// The first few of many.
    fn named(&self, comma: &str) -> String {
        let count = self.roles.len() + self.files.len();
        let first: Vec<&str> = self.files.iter().chain(&self.roles).take(5).map(String::as_str).collect();
        let more = if count > first.len() { format!("{comma}… ({count})") } else { String::new() };
        format!("{}{more}", first.join(comma))
    }
}

/// The characters of the roles and of the footers that no face has.
fn missing_characters(catalog: &mut Catalog, faces: &[FontFace]) -> BTreeMap<char, Places> {
    let had: HashSet<u32> = faces.iter().flat_map(|face| &face.characters).copied().collect();
    let mut missing: BTreeMap<char, Places> = BTreeMap::new();
    let mut look = |node: &Node, add: &dyn Fn(&mut Places)| {
        node.visit_strings(&mut |text| {
            for c in text.chars().filter(|&c| crate::render::needs_font(c) && !had.contains(&u32::from(c))) {
                add(missing.entry(c).or_default());
            }
        });
    };
    for id in catalog.roles.keys() {
        let (Some(resolved), _) = resolve_as_far_as_possible(catalog, id) else { continue };
        for member in resolved.tree.members().iter().filter(|member| &*member.key != "notes") {
            look(&member.value, &|places| {
                places.roles.insert(id.clone());
            });
        }
    }
    // What is wrong with a theme's file is the matter of `build`.
    let (themes, _) = ThemeSet::load(&catalog.root.join("templates"), &mut catalog.sources);
    let own = themes.names();
    let own = own.iter().filter_map(|name| themes.own(name)?.1.pointer("/footer/text"));
    let footer = catalog.settings_node.pointer(&format!("{THEME_SETTINGS}/footer/text"));
    for node in own.chain(footer) {
        let file = catalog.sources.path(node.span.source).display().to_string();
        look(node, &|places| {
            places.files.insert(file.clone());
        });
    }
    missing
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
