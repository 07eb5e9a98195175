//! Owns the look of what is made of all roles of a library together: its theme, templates,
//! fonts and words. May import everything but the commands.

use std::io::Write;
use std::sync::Arc;

use super::config::UiLanguage;
use super::{Failure, library, report};
use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{Id, Language, LibrarySettings};
use crate::render::{FALLBACK, Markup, Renderer, TemplateSet, ThemeSet};
use crate::source::Sources;
use crate::view::{Locale, Theme};

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
        let folder = catalog.root.join("templates");
        let mut findings = Vec::new();
        let locale = library::locale(&catalog.root, language, &mut catalog.sources, &mut findings);
        let (themes, faults) = ThemeSet::load(&folder, &mut catalog.sources);
        findings.extend(faults);
        let templates = TemplateSet::load(&folder, markups, &mut catalog.sources);
        let templates = templates.map_err(|faults| findings.extend(faults)).ok();
        let logo = library::logo(catalog).map_err(|fault| findings.push(*fault)).ok().flatten();
        let (fonts, odd) = library::fonts(&catalog.root)?;
        findings.extend(odd);
        let wrong = findings.iter().any(|finding| finding.severity == Severity::Error);
        print_findings(findings, &catalog.sources, ui)?;
        let Some(templates) = templates.filter(|_| !wrong) else { return Ok(None) };
        let mut theme = theme_of(&catalog.settings, &themes);
        theme.logo = logo.map(Arc::new);
        let fonts = fonts.into_iter().map(|(_, bytes)| bytes).collect();
        let renderer = Renderer::of(&theme, &templates, fonts, system_fonts);
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
