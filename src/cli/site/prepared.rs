//! Owns what a site is made with beside its openings: where it will stand, its words,
//! templates and look. May import everything but the commands.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::check::{Checker, Overrides, check_look, check_settings};
use crate::cli::config::SiteConfig;
use crate::cli::theme::unknown_theme;
use crate::cli::{Failure, library};
use crate::diagnostic::{Code, Diagnostic, Message, Severity};
use crate::model::{Language, Organization, SiteSettings};
use crate::render::{FALLBACK, Markup, TemplateSet, ThemeSet};
use crate::resolve::site_settings;
use crate::site::BaseUrl;
use crate::view::{Locale, Logo, Look};

/// What a site is made with.
pub(super) struct Prepared {
    /// Where it will stand.
    pub(super) base: BaseUrl,
    /// Its languages, the default one first.
    pub(super) languages: Vec<Language>,
    /// The words of each language.
    pub(super) locales: BTreeMap<Language, Locale>,
    /// The organization, with no placeholder left in it.
    pub(super) organization: Organization,
    /// The settings of the site, likewise.
    pub(super) site: SiteSettings,
    pub(super) templates: TemplateSet,
    pub(super) themes: ThemeSet,
    pub(super) logo: Option<Arc<Logo>>,
    pub(super) look: Look,
    /// The library's own fonts.
    pub(super) fonts: Vec<Vec<u8>>,
    pub(super) checker: Checker,
}

/// Everything but the openings; none if something is wrong, which is among the findings.
pub(super) fn prepare(
    config: &SiteConfig,
    catalog: &mut Catalog,
    findings: &mut Vec<Diagnostic>,
) -> Result<Option<Prepared>, Failure> {
    if !catalog.settings_failed {
        findings.extend(check_settings(catalog));
    }
    let folder = config.library.join("templates");
    let mut locales = BTreeMap::new();
    for language in Language::ALL {
        let locale = library::locale(&config.library, language, &mut catalog.sources, findings);
        locales.insert(language, locale);
    }
    let markups: &[Markup] = &[Markup::Typst];
    let templates = TemplateSet::load_with_site(&folder, markups, &mut catalog.sources);
    let (themes, faults) = ThemeSet::load(&folder, &mut catalog.sources);
    findings.extend(faults);
    for name in themes.names() {
        if let Some((_, node)) = themes.own(&name) {
            findings.extend(check_look(node, ""));
        }
    }
    let name = catalog.settings.theme.as_ref().map_or(FALLBACK, |name| name.as_str());
    let theme = themes.theme(name, catalog.settings.theme_settings.clone().unwrap_or_default());
    if theme.is_none() {
        findings
            .push(unknown_theme(name, &themes).at(catalog.settings_node.nearest("/theme")).pointer("/theme"));
    }
    let logo = library::logo(catalog).unwrap_or_else(|finding| {
        findings.push(*finding);
        None
    });
    let (organization, site, found) =
        if catalog.settings_failed { Default::default() } else { site_settings(catalog) };
    findings.extend(found);
    let base = base_url(config, catalog, &site, findings);
    let (fonts, found) = library::fonts(&config.library)?;
    findings.extend(found);
    let languages = match &config.languages[..] {
        [] => catalog.settings.document_languages().to_vec(),
        asked => asked.to_vec(),
    };
    let templates = match templates {
        Ok(templates) => templates,
        Err(faults) => {
            findings.extend(faults);
            return Ok(None);
        }
    };
    let (Some(theme), Some(base)) = (theme, base) else { return Ok(None) };
    if catalog.settings_failed || findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Ok(None);
    }
    let (checker, found) = Checker::new(catalog, &config.today, Overrides::default());
    findings.extend(found);
    let look = Look::of(&theme);
    let fonts = fonts.into_iter().map(|(_, bytes)| bytes).collect();
    let logo = logo.map(Arc::new);
    Ok(Some(Prepared {
        base,
        languages,
        locales,
        organization,
        site,
        templates,
        themes,
        logo,
        look,
        fonts,
        checker,
    }))
}

/// The address of the site: the one that the command names, or else the library.
fn base_url(
    config: &SiteConfig,
    catalog: &Catalog,
    site: &SiteSettings,
    findings: &mut Vec<Diagnostic>,
) -> Option<BaseUrl> {
    let pointer = "/site/base_url";
    let hint = (
        "write where the site will stand, such as https://careers.example.com or https://example.com/careers",
        "请写网站将来的网址，例如 https://careers.example.com 或 https://example.com/careers",
    );
    let text = config.base_url.as_ref().or(site.base_url.as_ref());
    let message = match text.map(|text| (text, BaseUrl::parse(text))) {
        Some((_, Ok(base))) => return Some(base),
        Some((text, Err(_))) => Message::new(
            format!("`{text}` is no address that a site can stand under"),
            format!("`{text}` 不能作为网站的网址"),
        ),
        None if catalog.settings_failed => return None,
        None => Message::new("nobody has said where the site will stand", "没有写明网站的网址"),
    };
    let finding = Diagnostic::error(Code::InvalidBaseUrl, message).hint(hint.0, hint.1);
    let foreign = text.is_some_and(|text| !text.is_ascii());
    let finding = if foreign {
        finding.hint(
            "a domain of other than ASCII letters is written in its form that begins with xn--",
            "中文域名请写成以 xn-- 开头的形式",
        )
    } else {
        finding
    };
    findings.push(match &config.base_url {
        Some(_) => finding.about("--base-url"),
        None => finding
            .at(catalog.settings_node.nearest(pointer))
            .pointer(pointer)
            .hint("or name it in the command: --base-url URL", "也可在命令中写：--base-url 网址"),
    });
    None
}
