//! Owns the look of what is made of all roles of a library together: its theme, templates,
//! fonts and words. May import everything but the commands.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use super::config::UiLanguage;
use super::theme::unknown_theme;
use super::{Failure, library, report};
use crate::catalog::Catalog;
use crate::check::check_look;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{Id, Language, LibrarySettings};
use crate::render::{FALLBACK, Markup, Renderer, TemplateSet, ThemeSet};
use crate::source::Sources;
use crate::view::{Locale, Logo, Theme};

/// What a library has of its own look, with what is built in beside it.
pub(super) struct LookFiles {
    /// None if one of them has an error.
    pub(super) templates: Option<TemplateSet>,
    pub(super) themes: ThemeSet,
    pub(super) locales: BTreeMap<Language, Locale>,
    pub(super) logo: Option<Logo>,
    pub(super) fonts: Vec<Vec<u8>>,
}

impl LookFiles {
    /// Loads the look of a library in these languages, for these markups. What is wrong with
    /// it is added to `findings`.
    pub(super) fn load(
        catalog: &mut Catalog,
        languages: &[Language],
        markups: &[Markup],
        with_logo: bool,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Self, Failure> {
        let folder = catalog.root.join("templates");
        let templates = TemplateSet::load(&folder, markups, &mut catalog.sources);
        let locales = languages.iter().map(|&language| {
            (language, library::locale(&catalog.root, language, &mut catalog.sources, findings))
        });
        let locales = locales.collect();
        let (themes, faults) = ThemeSet::load(&folder, &mut catalog.sources);
        findings.extend(faults);
        let own = themes.names().into_iter().filter_map(|name| Some(check_look(themes.own(&name)?.1, "")));
        findings.extend(own.flatten());
        let logo = if with_logo { library::logo(catalog) } else { Ok(None) };
        let logo = logo.map_err(|fault| findings.push(*fault)).ok().flatten();
        let templates = templates.map_err(|faults| findings.extend(faults)).ok();
        let (fonts, odd) = library::fonts(&catalog.root)?;
        findings.extend(odd);
        let fonts = fonts.into_iter().map(|(_, bytes)| bytes).collect();
        Ok(Self { templates, themes, locales, logo, fonts })
    }

    /// What is wrong with the theme that a library names.
    pub(super) fn check_theme(&self, catalog: &Catalog) -> Option<Diagnostic> {
        let name = catalog.settings.theme.as_ref().filter(|name| !self.themes.knows(name.as_str()))?;
        Some(unknown_theme(name.as_str(), &self.themes).at(catalog.settings_node.nearest("/theme")))
    }
}

/// What is needed to show something of a whole library.
pub(super) struct Look {
    pub(super) locale: Locale,
    pub(super) theme: Theme,
    pub(super) renderer: Renderer,
}

impl Look {
    /// The look of a library in a language, for one markup; none if something of it is
    /// wrong, which is reported.
    pub(super) fn of(
        catalog: &mut Catalog,
        language: Language,
        markups: &[Markup],
        system_fonts: bool,
        ui: UiLanguage,
    ) -> Result<Option<Self>, Failure> {
        let mut findings = Vec::new();
        let mut files = LookFiles::load(catalog, &[language], markups, true, &mut findings)?;
        let wrong = findings.iter().any(|finding| finding.severity == Severity::Error);
        print_findings(findings, &catalog.sources, ui)?;
        let Some(templates) = files.templates.filter(|_| !wrong) else { return Ok(None) };
        let mut theme = theme_of(&catalog.settings, &files.themes);
        theme.logo = files.logo.map(Arc::new);
        let locale = files.locales.remove(&language).expect("it is loaded");
        let renderer = Renderer::of(&theme, &templates, files.fonts, system_fonts);
        Ok(Some(Self { locale, theme, renderer }))
    }
}

/// The theme of a library's documents; the usual one if the one that it names is not
/// there, which `build` reports.
pub(super) fn theme_of(settings: &LibrarySettings, themes: &ThemeSet) -> Theme {
    let name = settings.theme.as_ref().map(Id::as_str).filter(|name| themes.knows(name)).unwrap_or(FALLBACK);
    themes.theme(name, settings.theme_settings.clone().unwrap_or_default()).expect("it is known")
}

/// Reports findings in their order.
pub(super) fn print_findings(
    mut findings: Vec<Diagnostic>,
    sources: &Sources,
    ui: UiLanguage,
) -> Result<(), Failure> {
    report::sort(&mut findings, sources);
    let mut stderr = anstream::stderr().lock();
    for finding in &findings {
        writeln!(stderr, "{}\n", report::human(finding, sources, ui))?;
    }
    Ok(())
}
