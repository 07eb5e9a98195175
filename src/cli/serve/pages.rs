//! Owns what the pages of the preview say: the overview, a role, the findings, a
//! comparison. How they look is in `templates/serve/`. May import the rest of `serve`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::comparison;
use super::documents::{Documents, Key, Shown, editions};
use super::finding::{Finding, FindingView};
use super::library::{Counts, Snapshot, World};
use super::route::{Route, Shows};
use super::words::{filled, words};
use crate::cli::config::UiLanguage;
use crate::cli::words as help_words;
use crate::diagnostic::Severity;
use crate::markdown;
use crate::model::{Edition, Id, Language};
use crate::render::{PreviewTemplates, Target};

/// So many findings stand on one page.
const MOST_FINDINGS: usize = 500;

/// So many errors stand in a banner.
const MOST_IN_BANNER: usize = 3;

/// What all pages have.
#[derive(Serialize)]
struct Frame<'a> {
    lang: &'static str,
    words: BTreeMap<&'static str, &'static str>,
    here: &'static str,
    title: String,
    organization: String,
    logo: bool,
    /// The same page in each language.
    tongues: Vec<Choice>,
    /// What is wrong with the library itself.
    faults: Vec<FindingView<'a>>,
    more_faults: String,
    counts: Counts,
    checked: bool,
}

/// Something to choose from.
#[derive(Serialize)]
struct Choice {
    name: String,
    label: String,
    href: String,
    current: bool,
}

#[derive(Serialize)]
struct Overview {
    groups: Vec<Group>,
    count: String,
}

#[derive(Serialize)]
struct Group {
    id: String,
    label: String,
    rows: Vec<RoleRow>,
}

#[derive(Serialize)]
struct RoleRow {
    id: String,
    title: String,
    code: String,
    status: String,
    status_key: &'static str,
    version: String,
    languages: Vec<&'static str>,
    variant: String,
    words: String,
    counts: Counts,
    known: bool,
}

#[derive(Serialize)]
struct RolePage<'a> {
    id: String,
    file: String,
    document_title: String,
    /// The job title in each language of the edition, that of the preview first.
    titles: Vec<Title>,
    variant: String,
    editions: Vec<Choice>,
    themes: Vec<Choice>,
    shows: Vec<Choice>,
    show: &'static str,
    edition: String,
    html: Option<Pane>,
    pdf: Option<Pane>,
    /// The errors because of which an earlier version is shown.
    errors: Vec<FindingView<'a>>,
    more_errors: String,
    kept: bool,
    findings: Vec<FindingView<'a>>,
    counts: Counts,
    known: bool,
}

/// A title in a language.
#[derive(Serialize)]
struct Title {
    lang: &'static str,
    words: String,
}

/// A document within a page.
#[derive(Serialize)]
struct Pane {
    source: String,
    version: String,
}

#[derive(Serialize)]
struct FindingsPage<'a> {
    groups: Vec<FindingGroup<'a>>,
    many: String,
}

#[derive(Serialize)]
struct FindingGroup<'a> {
    file: String,
    href: String,
    title: String,
    findings: Vec<FindingView<'a>>,
}

#[derive(Serialize)]
struct ComparePage {
    roles: Vec<Choice>,
    source: String,
    version: String,
    editions: Vec<Choice>,
    says: String,
}

/// What is made of pages.
pub(super) struct Pages {
    pub(super) templates: PreviewTemplates,
}

/// A page and whether it is there.
pub(super) struct Page {
    pub(super) found: bool,
    pub(super) html: String,
}

/// The address of a page of the preview.
fn role_address(
    ui: UiLanguage,
    id: &str,
    edition: Option<Edition>,
    theme: Option<&str>,
    shows: Shows,
) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(edition) = edition {
        query.append_pair("lang", &edition.to_string());
    }
    if let Some(theme) = theme {
        query.append_pair("theme", theme);
    }
    if shows != Shows::Both {
        query.append_pair("show", shows.name());
    }
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/{}/roles/{id}{mark}{query}", ui.language())
}

/// The address of a role, in a language of the preview.
pub(super) fn role_path(language: Language, id: &str) -> String {
    format!("/{language}/roles/{id}")
}

fn document_address(id: &str, edition: Edition, theme: Option<&str>, target: Target) -> String {
    let theme = theme.map(|theme| format!("?theme={theme}")).unwrap_or_default();
    format!("/documents/{edition}/{id}.{}{theme}", target.extension())
}

fn compare_address(ui: UiLanguage, ids: &[String], language: Option<Language>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for id in ids {
        query.append_pair("role", id);
    }
    if let Some(language) = language {
        query.append_pair("lang", language.tag());
    }
    format!("/{}/compare?{}", ui.language(), query.finish())
}

impl Pages {
    pub(super) fn new() -> Self {
        Self { templates: PreviewTemplates::new() }
    }

    fn render(&self, template: &str, frame: &Frame<'_>, page: &impl Serialize) -> String {
        self.templates.render(template, frame, page)
    }

    /// All roles.
    pub(super) fn overview(&self, snapshot: &Snapshot, ui: UiLanguage) -> Page {
        let address = |ui: UiLanguage| format!("/{}/", ui.language());
        let title = filled("library", ui, &[]);
        let frame = frame(snapshot, ui, "roles", title, &address);
        let Some(world) = &snapshot.world else { return self.unreadable(&frame) };
        let html = self.render("overview.html", &frame, &overview(snapshot, world, ui));
        Page { found: true, html }
    }

    /// That a library cannot be shown, and why.
    fn unreadable(&self, frame: &Frame<'_>) -> Page {
        Page { found: true, html: self.render("unreadable.html", frame, &()) }
    }

    /// That there is no such page.
    pub(super) fn missing(&self, snapshot: &Snapshot, ui: UiLanguage) -> Page {
        let address = |ui: UiLanguage| format!("/{}/", ui.language());
        let frame = frame(snapshot, ui, "", filled("missing", ui, &[]), &address);
        let html = match snapshot.world {
            Some(_) => self.render("missing.html", &frame, &()),
            None => self.render("unreadable.html", &frame, &()),
        };
        Page { found: false, html }
    }

    /// All findings.
    pub(super) fn findings(&self, snapshot: &Snapshot, ui: UiLanguage) -> Page {
        let address = |ui: UiLanguage| format!("/{}/findings", ui.language());
        let frame = frame(snapshot, ui, "findings", filled("findings", ui, &[]), &address);
        let Some(world) = &snapshot.world else { return self.unreadable(&frame) };
        // Those with errors first.
        let has_errors = |id: &str| snapshot.findings(id).any(|it| it.severity == Severity::Error);
        let (bad, fair): (Vec<&String>, Vec<&String>) = snapshot.roles.keys().partition(|id| has_errors(id));
        let of_roles = bad.into_iter().chain(fair).map(|id| {
            let mut findings: Vec<&Finding> = snapshot.findings(id).collect();
            findings.sort_by_key(|finding| finding.severity);
            (Some(id), findings)
        });
        let mut groups: Vec<FindingGroup<'_>> = Vec::new();
        let mut left = MOST_FINDINGS;
        for (id, findings) in std::iter::once((None, snapshot.faults.iter().collect())).chain(of_roles) {
            let findings: Vec<FindingView<'_>> =
                findings.into_iter().take(left).map(|it: &Finding| it.view(ui)).collect();
            left -= findings.len();
            if findings.is_empty() {
                continue;
            }
            groups.push(match id {
                None => FindingGroup {
                    file: String::new(),
                    href: String::new(),
                    title: filled("of_library", ui, &[]),
                    findings,
                },
                Some(id) => FindingGroup {
                    file: format!("roles/{id}.json"),
                    href: role_address(ui, id, None, None, Shows::Both),
                    title: snapshot.roles[id].row(world, id).title(ui.language()),
                    findings,
                },
            });
        }
        let all = frame.counts.errors + frame.counts.warnings + frame.counts.notes;
        let many =
            (all > MOST_FINDINGS).then(|| filled("many_findings", ui, &[("n", &MOST_FINDINGS.to_string())]));
        let page = FindingsPage { groups, many: many.unwrap_or_default() };
        Page { found: true, html: self.render("findings.html", &frame, &page) }
    }

    /// A role beside what is found in it; none if there is no such role.
    pub(super) fn role(&self, snapshot: &Snapshot, documents: &Documents, route: &Route) -> Option<Page> {
        let Route::Role { ui, id, edition, theme, shows } = route else { return None };
        let (ui, shows) = (*ui, *shows);
        let (Some(world), Some(cell)) = (&snapshot.world, snapshot.roles.get(id)) else { return None };
        let theme = theme.as_deref().filter(|name| world.kit.themes.iter().any(|it| it == name));
        // What is shown of a role with errors is in the languages that it had before.
        let before = cell.before(world, id);
        let shown = before.as_ref().unwrap_or(world);
        let row = match &before {
            Some(before) => super::row::Row::of(&before.catalog, id),
            None => cell.row(world, id).clone(),
        };
        let all = editions(&row.languages);
        let usual = all.iter().copied().find(|it| it.second.is_none() && it.first == ui.language());
        let edition = edition.filter(|it| all.contains(it)).or(usual).or(all.first().copied());
        let edition = edition.unwrap_or_else(|| shown.catalog.settings.document_languages()[0].into());
        let look = |target| {
            let key = Key { id: id.clone(), edition, theme: theme.map(str::to_string), target };
            documents.look(snapshot, &key)
        };
        // What is not shown is not made.
        let html = if shows == Shows::Pdf { Shown::default() } else { look(Target::Html) };
        let pdf = if shows == Shows::Html { Shown::default() } else { look(Target::Pdf) };
        let pane = |shown: &Shown, target| {
            let source = document_address(id, edition, theme, target);
            shown.version.clone().map(|version| Pane { source, version })
        };
        let all_found: Vec<&Finding> =
            snapshot.findings(id).chain(&html.findings).chain(&pdf.findings).collect();
        let errors: Vec<&Finding> = all_found.iter().copied().filter(|finding| finding.stops()).collect();
        let mut sorted = all_found.clone();
        sorted.sort_by_key(|finding| finding.severity);
        let own = own_theme(shown, id);
        let choice =
            |name: String, label: String, href: String, current: bool| Choice { name, label, href, current };
        let page = RolePage {
            file: format!("roles/{id}.json"),
            document_title: row.title(edition.first),
            titles: titles(&row, edition, ui),
            variant: variant(&row, ui),
            editions: all
                .iter()
                .map(|it| {
                    let href = role_address(ui, id, Some(*it), theme, shows);
                    choice(it.to_string(), edition_label(*it), href, *it == edition)
                })
                .collect(),
            themes: std::iter::once((String::new(), filled("own_theme", ui, &[("theme", &own)])))
                .chain(world.kit.themes.iter().map(|name| (name.clone(), theme_label(name, ui))))
                .map(|(name, label)| {
                    let asked = Some(&*name).filter(|name| !name.is_empty());
                    let href = role_address(ui, id, Some(edition), asked, shows);
                    choice(name.clone(), label, href, theme.unwrap_or_default() == name)
                })
                .collect(),
            shows: Shows::ALL
                .iter()
                .map(|it| {
                    let href = role_address(ui, id, Some(edition), theme, *it);
                    choice(it.name().to_string(), filled(it.name(), ui, &[]), href, *it == shows)
                })
                .collect(),
            show: shows.name(),
            edition: edition.to_string(),
            html: pane(&html, Target::Html),
            pdf: pane(&pdf, Target::Pdf),
            kept: (html.stale || pdf.stale) && (html.version.is_some() || pdf.version.is_some()),
            more_errors: more(errors.len(), ui),
            errors: errors.iter().take(MOST_IN_BANNER).map(|finding| finding.view(ui)).collect(),
            counts: Counts::of(sorted.iter().copied()),
            findings: sorted.into_iter().map(|finding| finding.view(ui)).collect(),
            known: snapshot.checked,
            id: id.clone(),
        };
        let title = cell.row(world, id).title(ui.language());
        let title = if row.languages.is_empty() { row.title(ui.language()) } else { title };
        let address = |other: UiLanguage| role_address(other, id, Some(edition), theme, shows);
        let frame = frame(snapshot, ui, "role", title, &address);
        Some(Page { found: true, html: self.render("role.html", &frame, &page) })
    }

    /// Who reports to whom; `version` tells the chart that is there from others, if there is
    /// one.
    pub(super) fn organization(&self, snapshot: &Snapshot, ui: UiLanguage, version: Option<&str>) -> Page {
        let address = |ui: UiLanguage| format!("/{}/organization", ui.language());
        let frame = frame(snapshot, ui, "organization", filled("organization", ui, &[]), &address);
        if snapshot.world.is_none() {
            return self.unreadable(&frame);
        }
        let source = format!("/charts/{}.svg", ui.language());
        let chart = version.map(|version| Pane { source, version: version.to_string() });
        Page { found: true, html: self.render("organization.html", &frame, &chart) }
    }

    /// Roles beside each other; `version` tells the comparison that is there from others,
    /// if there is one.
    pub(super) fn compare(
        &self,
        snapshot: &Snapshot,
        ui: UiLanguage,
        ids: &[String],
        languages: &[Language],
        language: Language,
        version: Option<&str>,
    ) -> Page {
        let address = |ui: UiLanguage| compare_address(ui, ids, Some(language));
        let frame = frame(snapshot, ui, "compare", filled("comparison", ui, &[]), &address);
        let Some(world) = &snapshot.world else { return self.unreadable(&frame) };
        let unsound = if version.is_none() { comparison::unsound(snapshot, ids) } else { Vec::new() };
        let known: Vec<&String> = ids.iter().filter(|id| snapshot.roles.contains_key(*id)).collect();
        let says = match version {
            Some(_) => filled("compared", ui, &[("n", &known.len().to_string())]),
            None if known.len() < 2 => filled("compare_few", ui, &[]),
            None if !unsound.is_empty() => filled("compare_unsound", ui, &[]),
            None if known.len() > comparison::MOST => filled("compare_many", ui, &[]),
            None => filled("compare_no_language", ui, &[]),
        };
        // Those that stand in the way, if only some do.
        let shown = if unsound.is_empty() { known } else { unsound };
        let shown = shown.into_iter().filter_map(|id| Some((id, snapshot.roles.get(id)?)));
        let roles: Vec<Choice> = shown
            .map(|(id, cell)| Choice {
                name: id.clone(),
                label: cell.row(world, id).title(ui.language()),
                href: role_address(ui, id, None, None, Shows::Both),
                current: false,
            })
            .collect();
        let page = ComparePage {
            says,
            source: comparison_address(ids, language),
            version: version.unwrap_or_default().to_string(),
            editions: languages
                .iter()
                .map(|it| Choice {
                    name: it.tag().to_string(),
                    label: edition_label((*it).into()),
                    href: compare_address(ui, ids, Some(*it)),
                    current: *it == language,
                })
                .collect(),
            roles,
        };
        Page { found: true, html: self.render("compare.html", &frame, &page) }
    }
}

fn comparison_address(ids: &[String], language: Language) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for id in ids {
        query.append_pair("role", id);
    }
    format!("/comparisons/{language}.html?{}", query.finish())
}

fn more(errors: usize, ui: UiLanguage) -> String {
    match errors.saturating_sub(MOST_IN_BANNER) {
        0 => String::new(),
        left => filled("more_errors", ui, &[("n", &left.to_string())]),
    }
}

fn frame<'a>(
    snapshot: &'a Snapshot,
    ui: UiLanguage,
    here: &'static str,
    title: String,
    address: &dyn Fn(UiLanguage) -> String,
) -> Frame<'a> {
    let settings = snapshot.world.as_ref().map(|world| &world.catalog.settings);
    let organization = settings.and_then(|settings| settings.organization.as_ref());
    let name = organization.and_then(|it| it.short_name.as_ref().or(it.name.as_ref()));
    let name = name.and_then(|name| name.get_or_any(ui.language())).map(|(name, _)| markdown::plain(name));
    let errors: Vec<&Finding> = snapshot.faults.iter().filter(|it| it.severity == Severity::Error).collect();
    let all = snapshot.roles.keys().flat_map(|id| snapshot.findings(id)).chain(snapshot.faults.iter());
    let tongues = [UiLanguage::ZhCn, UiLanguage::En].map(|other| Choice {
        name: other.language().tag().to_string(),
        label: edition_label(other.language().into()),
        href: address(other),
        current: other == ui,
    });
    Frame {
        lang: ui.language().tag(),
        words: words(ui),
        here,
        title,
        organization: name.filter(|name| !name.is_empty()).unwrap_or_else(|| "rolebook".to_string()),
        logo: snapshot.world.as_ref().is_some_and(|world| world.kit.logo.is_some()),
        tongues: tongues.into(),
        more_faults: more(errors.len(), ui),
        faults: errors.into_iter().take(MOST_IN_BANNER).map(|finding| finding.view(ui)).collect(),
        counts: Counts::of(all),
        checked: snapshot.checked,
    }
}

fn overview(snapshot: &Snapshot, world: &World, ui: UiLanguage) -> Overview {
    let language = ui.language();
    let locale = &world.kit.locales[&language];
    let units = &world.catalog.settings.units;
    let mut groups: BTreeMap<(usize, String), Vec<RoleRow>> = BTreeMap::new();
    for (id, cell) in &snapshot.roles {
        let row = cell.row(world, id);
        let text = |text: &crate::model::Text| {
            text.get_or_any(language).map(|(words, _)| markdown::plain(words)).unwrap_or_default()
        };
        let unit_id = row.unit.as_ref().and_then(|unit| unit.id());
        let at =
            units.iter().position(|unit| unit.id.as_ref().is_some_and(|it| Some(it.as_str()) == unit_id));
        let (order, label) = match (at, &row.unit) {
            (Some(at), _) => {
                let name = units[at].name.as_ref().map(text);
                (at, name.unwrap_or_else(|| unit_id.unwrap_or_default().to_string()))
            }
            (None, Some(unit)) => (units.len(), text(&unit.0)),
            (None, None) => (usize::MAX, filled("no_unit", ui, &[])),
        };
        let in_every_language = |text: &crate::model::Text| {
            Language::ALL.into_iter().filter_map(|it| text.get(it).map(str::to_string)).collect::<Vec<_>>()
        };
        let unit_words = at.and_then(|at| units[at].name.as_ref()).map(in_every_language).unwrap_or_default();
        let row = RoleRow {
            title: row.title(language),
            code: row.code.clone(),
            status: row
                .status
                .map(|status| locale.term_of("document_status", status).to_string())
                .unwrap_or_default(),
            status_key: row.status.unwrap_or_default(),
            version: row.version.clone(),
            languages: row.languages.iter().map(|it| it.tag()).collect(),
            variant: variant(row, ui),
            words: format!("{}\n{label}\n{}", row.words, unit_words.join("\n")),
            counts: Counts::of(snapshot.findings(id)),
            known: snapshot.checked,
            id: id.clone(),
        };
        groups.entry((order, label)).or_default().push(row);
    }
    let all = snapshot.roles.len();
    let count = if all == 1 {
        filled("one_role", ui, &[])
    } else {
        filled("all_shown", ui, &[("all", &all.to_string())])
    };
    let groups = groups.into_iter().enumerate();
    let groups = groups.map(|(at, ((_, label), rows))| Group { id: format!("unit-{at}"), label, rows });
    Overview { groups: groups.collect(), count }
}

fn variant(row: &super::row::Row, ui: UiLanguage) -> String {
    row.base.as_ref().map(|base| filled("variant_of", ui, &[("base", base)])).unwrap_or_default()
}

/// The titles of a role in the languages of an edition, each once.
fn titles(row: &super::row::Row, edition: Edition, ui: UiLanguage) -> Vec<Title> {
    let mut languages = vec![edition.first];
    languages.extend(edition.second);
    languages.sort_by_key(|&language| language != ui.language());
    let mut titles: Vec<Title> = languages
        .into_iter()
        .map(|language| Title { lang: language.tag(), words: row.title(language) })
        .collect();
    titles.dedup_by(|second, first| second.words == first.words);
    titles
}

/// The theme that a role has if none is asked for.
fn own_theme(world: &Arc<World>, id: &str) -> String {
    let of_role = world.role(id).and_then(|resolved| resolved.role.theme);
    of_role.as_ref().map_or(world.theme(), Id::as_str).to_string()
}

/// A theme's name, and the first words of what it is.
fn theme_label(name: &str, ui: UiLanguage) -> String {
    match help_words::theme(name) {
        Some(says) => {
            let first = ui.of(&says).split([':', ',', '：', '，']).next().unwrap_or_default();
            let gap = if ui == UiLanguage::En { ": " } else { "：" };
            format!("{name}{gap}{first}")
        }
        None => name.to_string(),
    }
}

fn edition_label(edition: Edition) -> String {
    let of = |language| match language {
        Language::ZhCn => "简体中文",
        Language::En => "English",
    };
    match edition.second {
        Some(second) => format!("{} + {}", of(edition.first), of(second)),
        None => of(edition.first).to_string(),
    }
}

/// A folder's name, as it is shown in a terminal.
pub(super) fn folder_name(path: &Path) -> String {
    if path.as_os_str().is_empty() { ".".to_string() } else { path.display().to_string() }
}
