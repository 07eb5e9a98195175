//! Owns the themes that there are: the built-in ones and a library's own, which are
//! the files of `templates/themes/`. May import `json`, `model` and everything
//! below `render`.

use std::collections::BTreeMap;
use std::path::Path;

use include_dir::Dir;

use super::lower::Markup;
use super::templates::{BUILT_IN, unreadable};
use crate::catalog::read_model;
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::fs;
use crate::json::{self, Node};
use crate::model::{Shape, ThemeDefinition, ThemeSettings, is_id, theme_schema};
use crate::source::Sources;
use crate::view::Theme;

/// The themes of a library, by name.
#[derive(Debug, Clone, Default)]
pub struct ThemeSet {
    own: BTreeMap<String, (ThemeDefinition, Node)>,
}

impl ThemeSet {
    /// The built-in themes and those of a library, whose `templates/` folder this is.
    /// Every file that is not right is a finding.
    pub fn load(templates: &Path, sources: &mut Sources) -> (Self, Vec<Diagnostic>) {
        let mut themes = Self::default();
        let mut findings = Vec::new();
        let folder = templates.join("themes");
        let files = match fs::list_files(&folder, "json") {
            Ok(files) => files,
            Err(error) => return (themes, vec![unreadable(&error)]),
        };
        for path in files {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if !is_id(&name) {
                let message = Message::new(
                    format!("`{name}` is no name of a theme"),
                    format!("`{name}` 不能作为版式名称"),
                );
                findings.push(
                    Diagnostic::error(Code::InvalidId, message).about(path.display().to_string()).hint(
                        "use lower-case letters, digits and hyphens: our-house.json",
                        "请只用小写字母、数字和连字符，例如 our-house.json",
                    ),
                );
                continue;
            }
            if is_piece(&name) {
                let message = Message::new(
                    format!(
                        "`{name}` is no name of a theme: the templates of this name are pieces of all themes"
                    ),
                    format!("`{name}` 不能作为版式名称：同名模板是各版式共用的部件"),
                );
                findings.push(
                    Diagnostic::error(Code::InvalidId, message)
                        .about(path.display().to_string())
                        .hint("give it another name: our-house.json", "请换一个名称，例如 our-house.json"),
                );
                continue;
            }
            match json::read(&path, &Shape::of(theme_schema()), sources) {
                Ok(node) => {
                    themes.own.insert(name, (read_model(&node), node));
                }
                Err(faults) => findings.extend(faults),
            }
        }
        for (definition, node) in themes.own.values() {
            if let Some(base) = &definition.base
                && built_in_theme(base.as_str()).is_none()
            {
                let known = built_in_themes().join(", ");
                let message = Message::new(
                    format!("there is no built-in theme `{}`", base.as_str()),
                    format!("没有内置版式 `{}`", base.as_str()),
                );
                findings.push(
                    Diagnostic::error(Code::InvalidValue, message)
                        .at(node.nearest("/base"))
                        .pointer("/base")
                        .hint(format!("choose one of {known}"), format!("可选：{known}")),
                );
            }
        }
        (themes, findings)
    }

    /// The names of all themes, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names = built_in_themes();
        names.extend(self.own.keys().cloned());
        names.sort();
        names.dedup();
        names
    }

    /// Whether there is a theme of this name.
    pub fn knows(&self, name: &str) -> bool {
        self.own.contains_key(name) || built_in_theme(name).is_some()
    }

    /// A theme of the library's own, and the file that it stands in.
    pub fn own(&self, name: &str) -> Option<(&ThemeDefinition, &Node)> {
        self.own.get(name).map(|(definition, node)| (definition, node))
    }

    /// The theme of this name as a library wants it; none if there is no such theme.
    pub fn theme(&self, name: &str, settings: ThemeSettings) -> Option<Theme> {
        let of_built_in = |name: &str| -> Option<ThemeDefinition> {
            Some(serde_json::from_str(built_in_theme(name)?).expect("built-in themes parse"))
        };
        let definition = match self.own.get(name) {
            Some((definition, _)) => definition.clone(),
            None => of_built_in(name)?,
        };
        // A theme of the library in place of a built-in one is based on that one.
        let base = definition.base.as_ref().map_or(name, |base| base.as_str());
        let base = if built_in_theme(base).is_some() { base } else { FALLBACK };
        let below = of_built_in(base).expect("there is the base").settings;
        let settings = settings.over(definition.settings).over(below);
        Some(Theme { name: name.to_string(), base: base.to_string(), settings, logo: None })
    }
}

/// Whether the built-in templates of this name are no theme's: what all themes are
/// made of, and documents in two languages.
fn is_piece(name: &str) -> bool {
    let mut templates = Markup::ALL.iter().map(|markup| markup.template(name));
    built_in_theme(name).is_none() && templates.any(|path| BUILT_IN.get_file(path).is_some())
}

/// The theme of libraries that name none, and the base of themes that name none.
pub const FALLBACK: &str = "form";

/// The text of a built-in theme, `templates/themes/NAME.json`.
pub fn built_in_theme(name: &str) -> Option<&'static str> {
    BUILT_IN.get_file(format!("themes/{name}.json"))?.contents_utf8()
}

/// The names of the built-in themes, sorted.
pub fn built_in_themes() -> Vec<String> {
    let folder: &Dir<'_> = BUILT_IN.get_dir("themes").expect("there are themes");
    let stem = |file: &include_dir::File<'_>| Some(file.path().file_stem()?.to_string_lossy().into_owned());
    let mut names: Vec<String> = folder.files().filter_map(stem).collect();
    names.sort();
    names
}
