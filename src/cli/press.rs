//! Owns what documents are made with: a theme, its templates and fonts, for each theme
//! that is asked for. May import everything but the commands.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use super::made::OwnLook;
use super::theme::unknown_theme;
use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::json::Node;
use crate::model::{Id, Language, LibrarySettings, THEME_SETTINGS};
use crate::publish::digest;
use crate::render::{FALLBACK, Renderer, Target, TemplateSet, ThemeSet};
use crate::resolve::ResolvedRole;
use crate::source::Sources;
use crate::view::{Locale, Logo, Theme};

/// What a command asks of documents.
pub(super) struct Wanted {
    /// The theme of all; that of each role if none.
    pub(super) theme: Option<String>,
    /// Whether there are PDFs among them.
    pub(super) prints: bool,
    /// Whether the places to sign are form fields.
    pub(super) fields: bool,
    /// Whether the documents are bound into a book.
    pub(super) bound: bool,
    /// Whether the system's fonts may be used.
    pub(super) system_fonts: bool,
}

/// What documents of a library are made with.
pub(super) struct Press {
    settings: LibrarySettings,
    settings_node: Node,
    themes: ThemeSet,
    templates: TemplateSet,
    fonts: Vec<Vec<u8>>,
    logo: Option<Arc<Logo>>,
    wanted: Wanted,
    /// What of the look is the library's own.
    pub(super) own_look: OwnLook,
    /// What draws pictures.
    plain: OnceLock<Renderer>,
    /// The themes that documents have asked for.
    printers: Mutex<BTreeMap<String, Attempt>>,
}

/// A printer, or why there is none.
type Attempt = Result<Arc<Printer>, Vec<Diagnostic>>;

/// What documents of one theme are made with.
pub(super) struct Printer {
    pub(super) theme: Theme,
    pub(super) renderer: Renderer,
    /// For each target, what tells that from others.
    made_with: [OnceLock<String>; 3],
}

impl Printer {
    /// Tells everything that documents in a target are made with from others: but their
    /// views, what is enclosed, and the fonts of the system.
    pub(super) fn made_with(&self, target: Target) -> &str {
        self.made_with[target as usize].get_or_init(|| {
            let program = super::made::program();
            let parts = self.renderer.made_with(target);
            digest(parts.into_iter().chain([program.as_bytes(), target.extension().as_bytes()]))
        })
    }
}

impl Press {
    pub(super) fn new(
        catalog: &Catalog,
        themes: ThemeSet,
        templates: TemplateSet,
        fonts: Vec<Vec<u8>>,
        logo: Option<Arc<Logo>>,
        locales: &BTreeMap<Language, Locale>,
        wanted: Wanted,
    ) -> Self {
        let (plain, printers) = (OnceLock::new(), Mutex::default());
        let own_look =
            if wanted.prints { OwnLook::new(&templates, &fonts, locales) } else { OwnLook::default() };
        let own_look = own_look.with_fields(wanted.fields);
        let templates = match (wanted.bound, wanted.fields) {
            (true, _) => templates.for_book(),
            (false, true) => templates,
            (false, false) => templates.without_fields(),
        };
        let (settings, settings_node) = (catalog.settings.clone(), catalog.settings_node.clone());
        Self { settings, settings_node, themes, templates, fonts, logo, wanted, own_look, plain, printers }
    }

    /// What pictures are drawn with: the fonts of the library, and no theme.
    pub(super) fn drawing(&self) -> &Renderer {
        self.plain.get_or_init(|| Renderer::new(self.templates.clone(), self.fonts.clone(), false))
    }

    /// What a role is printed with: in the theme that the command asks for, or else the
    /// role, or else the library.
    pub(super) fn printer(&self, resolved: &ResolvedRole) -> Result<Arc<Printer>, Vec<Diagnostic>> {
        self.printer_in(self.wanted.theme.as_deref(), resolved)
    }

    /// The same in this theme, which there must be, if one is named.
    pub(super) fn printer_in(
        &self,
        theme: Option<&str>,
        resolved: &ResolvedRole,
    ) -> Result<Arc<Printer>, Vec<Diagnostic>> {
        let of_role = resolved.role.theme.as_ref().map(Id::as_str);
        if let Some(name) = of_role.filter(|name| !self.themes.knows(name)) {
            let finding = unknown_theme(name, &self.themes);
            return Err(vec![finding.at(resolved.tree.nearest("/theme"))]);
        }
        self.printer_named(theme.or(of_role))
    }

    /// What is printed with that is no role's: in the theme that the command asks for, or
    /// else the library.
    pub(super) fn printer_of_library(&self) -> Result<Arc<Printer>, Vec<Diagnostic>> {
        self.printer_named(self.wanted.theme.as_deref())
    }

    /// The same in this theme, or else in the library's.
    fn printer_named(&self, theme: Option<&str>) -> Result<Arc<Printer>, Vec<Diagnostic>> {
        let settings = &self.settings;
        let of_library = settings.theme.as_ref().map(Id::as_str);
        let name = theme.or(of_library).unwrap_or(FALLBACK);
        let mut printers = self.printers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(printer) = printers.get(name) {
            return printer.clone();
        }
        let theme = self.themes.theme(name, settings.theme_settings.clone().unwrap_or_default());
        let mut theme = theme.expect("it was checked");
        let header = theme.settings.header.clone().unwrap_or_default();
        theme.logo = self.logo.clone().filter(|_| header.logo.unwrap_or(true));
        let renderer = Renderer::of(&theme, &self.templates, self.fonts.clone(), self.wanted.system_fonts);
        if self.wanted.prints && theme.settings.fonts.is_some() {
            let unknown = renderer.engine().unknown_families();
            if !unknown.is_empty() {
                let missing: Vec<_> =
                    unknown.into_iter().map(|family| self.missing_font(family, name)).collect();
                printers.insert(name.to_string(), Err(missing.clone()));
                return Err(missing);
            }
        }
        let printer = Arc::new(Printer { theme, renderer, made_with: Default::default() });
        printers.insert(name.to_string(), Ok(Arc::clone(&printer)));
        Ok(printer)
    }

    /// A family that a setting names and that no font has.
    fn missing_font(&self, family: &str, theme: &str) -> Diagnostic {
        let message =
            Message::new(format!("no font has the family `{family}`"), format!("没有字体属于 `{family}`"));
        let finding = Diagnostic::error(Code::MissingFont, message).hint(
            "`rolebook fonts --system` lists those there are; a font file in the library's fonts/ adds one",
            "`rolebook fonts --system` 列出可用字体；也可把字体文件放入岗位库的 fonts/ 文件夹",
        );
        let places = ["/fonts/body", "/fonts/heading"].map(|at| self.setting(at, theme));
        match places.into_iter().flatten().find(|(node, _)| node.as_str() == Some(family)) {
            Some((node, pointer)) => finding.at(node.span).pointer(pointer),
            None => finding,
        }
    }

    /// A setting of a theme as it is written, with its pointer: the library's, or else
    /// the one in the theme's own file.
    fn setting(&self, at: &str, theme: &str) -> Option<(&Node, String)> {
        let pointer = format!("{THEME_SETTINGS}{at}");
        if let Some(node) = self.settings_node.pointer(&pointer) {
            return Some((node, pointer));
        }
        let (_, own) = self.themes.own(theme)?;
        Some((own.pointer(at)?, at.to_string()))
    }

    /// Gives a finding of the renderer the place in the file that wrote the value.
    pub(super) fn locate(
        &self,
        mut finding: Diagnostic,
        resolved: &ResolvedRole,
        theme: &Theme,
        sources: &Sources,
    ) -> Diagnostic {
        if finding.span.is_none() {
            let of_settings = finding.pointer.as_deref().and_then(|it| it.strip_prefix(THEME_SETTINGS));
            if let Some((node, pointer)) = of_settings.and_then(|at| self.setting(at, &theme.name)) {
                return finding.at(node.span).pointer(pointer);
            }
            finding.pointer = finding.pointer.map(|pointer| text_at(pointer, &resolved.tree));
            match &finding.pointer {
                Some(pointer) => finding.span = Some(resolved.tree.nearest(pointer)),
                None if finding.subject.is_none() => {
                    finding.subject = Some(sources.path(resolved.tree.span.source).display().to_string());
                }
                None => {}
            }
        }
        finding
    }
}

/// The pointer to a text in a language, or to the text where it is for all languages and has
/// no part for one.
pub(super) fn text_at(pointer: String, tree: &Node) -> String {
    match pointer.rsplit_once('/') {
        Some((text, language))
            if Language::from_tag(language).is_some() && tree.pointer(&pointer).is_none() =>
        {
            text.to_string()
        }
        _ => pointer,
    }
}
