//! Owns the command `site`: load, resolve, keep what is public, view, render, publish,
//! in one straight path. May import everything but the other commands.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use rayon::prelude::*;

use super::build::{STACK, plural, print_findings, progress_bar};
use super::config::{SiteConfig, UiLanguage};
use super::press::{Press, Wanted};
use super::theme::unknown_theme;
use super::{Failure, Outcome, library, report};
use crate::catalog::Catalog;
use crate::check::{check, check_look, check_settings};
use crate::diagnostic::{Code, Diagnostic, Message, Severity};
use crate::fs;
use crate::markdown;
use crate::model::{Language, Organization, RoleDefinition, SectionId, SiteSettings};
use crate::publish::SiteFolder;
use crate::render::{CardView, Markup, Target, TemplateSet, ThemeSet, prepare_engine};
use crate::resolve::{ResolvedRole, is_opening, origin, resolve_as_far_as_possible, site_settings};
use crate::site::{
    BaseUrl, BoardOpening, Employer, Entry, FeedHead, Ground, Listing, OpeningExtras, OpeningState, Pages,
    SitemapPage, atom, check_opening, digest, job_posting, json_feed, listings, robots, search_index,
    sitemap, state, write_board,
};
use crate::view::{
    ApplyDefaults, CarriedRole, Facet, Locale, Look, Names, OpeningView, Theme, document, opening,
};

/// Openings that are worked on at once: what they are made of is in memory together.
const AT_ONCE: usize = 256;

pub(super) fn run(config: &SiteConfig) -> Result<Outcome, Failure> {
    let started = Instant::now();
    library::must_be_one(&config.library)?;
    prepare_engine();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(config.jobs).stack_size(STACK);
    let pool = pool.build().map_err(|error| {
        Failure::Environment(Message::new(
            format!("cannot start threads: {error}"),
            format!("无法启动线程：{error}"),
        ))
    })?;
    let folder = SiteFolder::begin(&config.out)?.map_err(|_| not_ours(config))?;
    let mut catalog = pool.install(|| Catalog::load(&config.library))?;
    let mut findings = std::mem::take(&mut catalog.findings);
    let published = match prepare(config, &mut catalog, &mut findings)? {
        Some(prepared) => {
            let job = Job::new(config, &catalog, &prepared, &folder);
            let published = pool.install(|| job.build(&mut findings))?;
            std::mem::forget(job);
            published
        }
        None => Published::default(),
    };
    report::sort(&mut findings, &catalog.sources);
    let errors = print_findings(&findings, &catalog.sources, config.ui)?;
    let warnings = findings.len() - errors;
    let out = config.out.display();
    let seconds = || started.elapsed().as_secs_f64();
    if errors > 0 {
        let there = fs::exists(&config.out) && !fs::is_empty_folder(&config.out);
        let line = match (config.ui, there) {
            (UiLanguage::En, true) => {
                format!(
                    "nothing was published, the site in {out} is as it was: {errors} {}, {warnings} {}",
                    plural(errors, "error"),
                    plural(warnings, "warning")
                )
            }
            (UiLanguage::En, false) => format!(
                "nothing was published: {errors} {}, {warnings} {}",
                plural(errors, "error"),
                plural(warnings, "warning")
            ),
            (UiLanguage::ZhCn, true) => {
                format!("未发布，{out} 中的网站保持原样：{errors} 个错误，{warnings} 个警告")
            }
            (UiLanguage::ZhCn, false) => format!("未发布：{errors} 个错误，{warnings} 个警告"),
        };
        writeln!(anstream::stderr(), "{line}")?;
        return Ok(Outcome::Findings);
    }
    let files = folder.publish()?;
    // The program ends; the system takes the memory back faster than piece by piece.
    std::mem::forget(catalog);
    let Published { open, closed, later } = published;
    let line = match config.ui {
        UiLanguage::En => {
            let closed = if closed > 0 { format!(", {closed} closed") } else { String::new() };
            let later = if later > 0 { format!(", {later} not posted yet") } else { String::new() };
            format!(
                "{open} {} open{closed}{later}, {files} {} in {out}, {:.2} s, {warnings} {}",
                plural(open, "opening"),
                plural(files, "file"),
                seconds(),
                plural(warnings, "warning")
            )
        }
        UiLanguage::ZhCn => {
            let closed = if closed > 0 { format!("，{closed} 个已截止") } else { String::new() };
            let later =
                if later > 0 { format!("，{later} 个尚未到发布日期") } else { String::new() };
            format!(
                "{open} 个岗位在招{closed}{later}，{files} 个文件写入 {out}，用时 {:.2} 秒，{warnings} 个警告",
                seconds()
            )
        }
    };
    writeln!(anstream::stderr(), "{line}")?;
    Ok(Outcome::Fine)
}

/// What to say of a folder that somebody else wrote.
fn not_ours(config: &SiteConfig) -> Failure {
    let out = config.out.display();
    Failure::Usage {
        message: Message::new(
            format!("{out} has files in it that are no site of rolebook's; nothing was written"),
            format!("{out} 中有不属于 rolebook 网站的文件，未写入任何内容"),
        ),
        hints: vec![Message::new(
            "name a new or empty folder: --out dist/site",
            "请指定新的或空的文件夹：--out dist/site",
        )],
    }
}

/// What was published.
#[derive(Debug, Default, Clone, Copy)]
struct Published {
    open: usize,
    closed: usize,
    later: usize,
}

/// What a site is made with.
struct Prepared {
    base: BaseUrl,
    languages: Vec<Language>,
    locales: BTreeMap<Language, Locale>,
    organization: Organization,
    site: SiteSettings,
    templates: TemplateSet,
    themes: Mutex<Option<ThemeSet>>,
    theme: Theme,
    look: Look,
    fonts: Vec<Vec<u8>>,
}

/// Everything but the openings; none if something is wrong, which is among the findings.
fn prepare(
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
    let name = catalog.settings.theme.as_ref().map_or(crate::render::FALLBACK, |name| name.as_str());
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
    let (Some(mut theme), Some(base)) = (theme, base) else { return Ok(None) };
    if catalog.settings_failed || findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Ok(None);
    }
    theme.logo = logo.map(Arc::new);
    let look = Look { accent: theme.settings.accent_color.clone().unwrap_or_default(), ..Look::default() };
    let of_fonts = theme.settings.fonts.clone().unwrap_or_default();
    let look = Look {
        body_font: of_fonts.body.unwrap_or_default(),
        heading_font: of_fonts.heading.unwrap_or_default(),
        ..look
    };
    let fonts = fonts.into_iter().map(|(_, bytes)| bytes).collect();
    let themes = Mutex::new(Some(themes));
    Ok(Some(Prepared { base, languages, locales, organization, site, templates, themes, theme, look, fonts }))
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
    findings.push(match &config.base_url {
        Some(_) => finding.about("--base-url"),
        None => finding
            .at(catalog.settings_node.nearest(pointer))
            .pointer(pointer)
            .hint("or name it in the command: --base-url URL", "也可在命令中写：--base-url 网址"),
    });
    None
}

struct Job<'a> {
    config: &'a SiteConfig,
    catalog: &'a Catalog,
    prepared: &'a Prepared,
    folder: &'a SiteFolder,
    names: Names,
    press: Press<'a>,
    card_template: String,
    /// The pictures that are written.
    pictures: Mutex<BTreeSet<String>>,
}

/// What an opening came to.
#[derive(Default)]
struct Made {
    state: Option<OpeningState>,
    /// The languages that it is written in, of those of the site.
    languages: Vec<Language>,
    entries: Vec<(Language, Entry)>,
    board: Vec<u8>,
    findings: Vec<Diagnostic>,
}

impl<'a> Job<'a> {
    fn new(
        config: &'a SiteConfig,
        catalog: &'a Catalog,
        prepared: &'a Prepared,
        folder: &'a SiteFolder,
    ) -> Self {
        let wanted = Wanted { theme: None, prints: config.pdf, system_fonts: config.system_fonts };
        let themes = prepared.themes.lock().ok().and_then(|mut themes| themes.take()).unwrap_or_default();
        let (templates, fonts) = (prepared.templates.clone(), prepared.fonts.clone());
        let (logo, locales) = (prepared.theme.logo.clone(), &prepared.locales);
        let press = Press::new(catalog, themes, templates, fonts, logo, locales, wanted);
        let card_template = prepared.templates.source_of(Markup::Typst, "card").unwrap_or_default();
        let names = Names::public(catalog);
        let pictures = Mutex::default();
        Self { config, catalog, prepared, folder, names, press, card_template, pictures }
    }

    fn locale(&self, language: Language) -> &Locale {
        &self.prepared.locales[&language]
    }

    fn build(&self, findings: &mut Vec<Diagnostic>) -> Result<Published, Failure> {
        let Prepared { base, locales, organization, site, templates, look, theme, languages, .. } =
            self.prepared;
        let logo = theme.logo.as_deref();
        let ground = Ground { templates, base, locales, organization, site, look, logo, languages };
        let pages = match Pages::new(ground) {
            Ok(pages) => pages,
            Err(finding) => {
                findings.push(*finding);
                return Ok(Published::default());
            }
        };
        for asset in &pages.assets {
            self.folder.write(&asset.path, &asset.bytes, "")?;
        }
        let ids: Vec<&str> = self.catalog.roles.keys().map(String::as_str).collect();
        let ids: Vec<&str> = ids.into_par_iter().filter(|id| is_opening(self.catalog, id)).collect();
        let mut variants: BTreeMap<&str, usize> = BTreeMap::new();
        for id in &ids {
            *variants.entry(origin(self.catalog, id)).or_default() += 1;
        }
        let progress = progress_bar(ids.len());
        let mut published = Published::default();
        let mut entries: BTreeMap<Language, Vec<Entry>> = BTreeMap::new();
        let mut alternates: Vec<(String, Vec<Language>, String)> = Vec::new();
        let mut made = ids.chunks(AT_ONCE);
        let mut board = self.folder.create("jobs.json")?;
        let mut waiting: Vec<Vec<u8>> = Vec::new();
        let mut failure = None;
        let openings = std::iter::from_fn(|| {
            loop {
                if let Some(next) = waiting.pop() {
                    return Some(Ok(next));
                }
                let chunk = made.next()?;
                let results: Result<Vec<Made>, Failure> = chunk
                    .par_iter()
                    .map(|id| {
                        let of = origin(self.catalog, id);
                        let of = variants.get(of).filter(|&&count| count > 1).map(|_| of);
                        let made = self.opening(&pages, id, of);
                        progress.inc(1);
                        made
                    })
                    .collect();
                match results {
                    Ok(results) => {
                        for (id, made) in chunk.iter().zip(results) {
                            findings.extend(made.findings);
                            match made.state {
                                Some(OpeningState::Open) => published.open += 1,
                                Some(OpeningState::Closed) => published.closed += 1,
                                Some(OpeningState::NotYet) => published.later += 1,
                                None => {}
                            }
                            let day = made.entries.first().map(|(_, entry)| entry.posted.iso.clone());
                            if let Some(day) = day {
                                alternates.push(((*id).to_string(), made.languages, day));
                            }
                            for (language, entry) in made.entries {
                                entries.entry(language).or_default().push(entry);
                            }
                            if !made.board.is_empty() {
                                waiting.push(made.board);
                            }
                        }
                        waiting.reverse();
                    }
                    Err(error) => {
                        failure = Some(error);
                        return Some(Err(std::io::Error::other("an opening could not be written")));
                    }
                }
            }
        });
        let written = write_board(&mut board, &base.to_string(), &self.config.today, openings);
        progress.finish_and_clear();
        if let Some(failure) = failure {
            return Err(failure);
        }
        written?;
        drop(board);
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Ok(published);
        }
        if let Err(faults) = self.around(&pages, &mut entries, &alternates)? {
            findings.extend(faults);
            return Ok(published);
        }
        for lost in pages.links.lost(&self.folder.files()) {
            let (page, target) = (&lost.page, &lost.target);
            let message = Message::new(
                format!("a link leads to `{target}`, which is not there"),
                format!("链接指向 `{target}`，但该处没有内容"),
            );
            findings.push(Diagnostic::error(Code::LostLink, message).about(page.clone()).hint(
                "correct the template in templates/site/ that has this link",
                "请改正 templates/site/ 中含有该链接的模板",
            ));
        }
        Ok(published)
    }

    /// Everything of an opening.
    fn opening(&self, pages: &Pages<'_>, id: &str, of: Option<&str>) -> Result<Made, Failure> {
        let mut made = Made::default();
        let (resolved, found) = resolve_as_far_as_possible(self.catalog, id);
        made.findings.extend(found);
        let Some(whole) = resolved else { return Ok(made) };
        // From here on, nothing sees what is not public.
        let resolved = whole.public();
        let of_role = resolved.languages(self.catalog.settings.document_languages());
        made.languages = self.prepared.languages.clone();
        made.languages.retain(|language| of_role.contains(language));
        let now = state(&resolved.role, &self.config.today);
        made.findings.extend(check_opening(&resolved));
        made.findings.extend(check(self.catalog, &resolved, &made.languages));
        if made.findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Ok(made);
        }
        if made.languages.is_empty() {
            return Ok(made);
        }
        made.state = Some(now);
        if now == OpeningState::NotYet {
            return Ok(made);
        }
        let site = &self.prepared.site;
        let defaults = ApplyDefaults { url: site.apply_url.as_deref(), contact: site.contact.as_ref() };
        let mut board: Option<BoardOpening> = None;
        let mut image = String::new();
        for language in made.languages.clone() {
            let view = opening(&resolved, &self.names, self.locale(language), language, defaults);
            let path = format!("{language}/jobs/{id}.html");
            if now == OpeningState::Closed {
                match pages.closed(&view, language, &made.languages) {
                    Ok(html) => self.folder.write(&path, html.as_bytes(), "")?,
                    Err(finding) => made.findings.push(*finding),
                }
                continue;
            }
            let description = match pages.description(&view, language) {
                Ok(description) => description,
                Err(finding) => {
                    made.findings.push(*finding);
                    continue;
                }
            };
            if image.is_empty() {
                match self.picture(&view, &resolved.role, &made.languages, pages)? {
                    Ok(path) => image = path,
                    Err(found) => {
                        made.findings.extend(found);
                        return Ok(made);
                    }
                }
            }
            let base = &self.prepared.base;
            let logo = pages.logo();
            let website = self.prepared.organization.url.as_deref().and_then(crate::view::web_address);
            let employer = Employer {
                url: website.unwrap_or_default().to_string(),
                logo: if logo.is_empty() { String::new() } else { base.of(logo) },
            };
            let addresses = (&*description, &*base.of(&path), &*base.of(&image));
            let locale = self.locale(language);
            let posting = job_posting(&view, &resolved.role, locale, language, &employer, addresses);
            let (languages, pdf) = (made.languages.clone(), self.config.pdf);
            let board = board.get_or_insert_with(|| BoardOpening::of(id, &resolved.role, &view));
            board.add(&resolved.role, &view, base.of(&path), description.clone());
            let extras =
                OpeningExtras { languages, pdf, image: image.clone(), job_posting: posting, description };
            match pages.opening(&view, language, &extras) {
                Ok(html) => self.folder.write(&path, html.as_bytes(), "")?,
                Err(finding) => made.findings.push(*finding),
            }
            if pdf {
                made.findings.extend(self.pdf(&whole, &resolved, language)?);
            }
            made.entries.push((language, Entry::of(&view, of)));
        }
        made.board = board.map(|board| board.to_json()).unwrap_or_default();
        Ok(made)
    }

    /// The picture of an opening, with its title in every language; written once for all
    /// that look the same. `view` is that of the first language.
    fn picture(
        &self,
        view: &OpeningView,
        role: &RoleDefinition,
        languages: &[Language],
        pages: &Pages<'_>,
    ) -> Result<Result<String, Vec<Diagnostic>>, Failure> {
        let language = languages[0];
        let places: Vec<&str> = view.places.iter().map(|place| place.label.as_str()).collect();
        let label = |facet: &Option<Facet>| facet.as_ref().map(|it| it.label.clone());
        let mut facts: Vec<String> = label(&view.department).into_iter().collect();
        if !places.is_empty() {
            facts.push(places.join(self.locale(language).pattern("list_separator")));
        }
        facts.extend(label(&view.employment_type));
        let title = role.posting.as_ref().and_then(|posting| posting.title.as_ref()).or(role.title.as_ref());
        let further = languages[1..].iter().filter_map(|&other| title?.get(other)).map(markdown::plain);
        let titles: Vec<String> = std::iter::once(view.title.clone()).chain(further).collect();
        let organization = pages.organization(language);
        let card = CardView::new(language.tag(), &titles, &organization, &facts, &self.prepared.look);
        let name = card.digest(&self.card_template);
        let path = format!("assets/cards/{name}.png");
        let new = self.pictures.lock().is_ok_and(|mut pictures| pictures.insert(name.clone()));
        if !new || self.folder.reuse(&path, &name) {
            return Ok(Ok(path));
        }
        let picture = match self.press.drawing().picture(&card) {
            Ok(picture) => picture,
            Err(findings) => return Ok(Err(findings)),
        };
        self.folder.write(&path, &picture, &name)?;
        Ok(Ok(path))
    }

    /// The PDF of an opening, in the theme of its role; what is wrong with it.
    fn pdf(
        &self,
        whole: &ResolvedRole,
        public: &ResolvedRole,
        language: Language,
    ) -> Result<Vec<Diagnostic>, Failure> {
        let printer = match self.press.printer(whole) {
            Ok(printer) => printer,
            Err(findings) => return Ok(findings),
        };
        let theme = public_theme(&printer.theme);
        let view = document(public, &self.names, self.locale(language), language, &theme);
        let made = self.press.own_look.made(&theme, language.into(), true);
        let carried = CarriedRole::write(public, &self.names, Some(&made));
        let source = match printer.renderer.typst_source(&view) {
            Ok(source) => source,
            Err(finding) => return Ok(vec![*finding]),
        };
        let path = format!("{language}/jobs/{}.pdf", public.id);
        let mut made_of = carried.clone();
        made_of.extend(source.as_bytes());
        made_of.extend(printer.renderer.templates().modules().flat_map(|(_, text)| text.bytes()));
        made_of.extend(env!("CARGO_PKG_VERSION").bytes());
        made_of.extend(self.prepared.fonts.iter().flat_map(|font| digest(font).into_bytes()));
        made_of.extend(self.prepared.theme.logo.iter().flat_map(|logo| logo.bytes.iter()));
        let made_of = digest(&made_of);
        if self.folder.reuse(&path, &made_of) {
            return Ok(Vec::new());
        }
        let (artifact, found) = printer.renderer.render(&view, Target::Pdf, Some(&carried));
        if let Some(artifact) = artifact {
            self.folder.write(&path, &artifact.bytes, &made_of)?;
        }
        Ok(found.into_iter().map(|finding| self.press.locate(finding, public, &printer.theme)).collect())
    }

    /// Everything around the openings: lists, search, feeds, sitemap.
    fn around(
        &self,
        pages: &Pages<'_>,
        entries: &mut BTreeMap<Language, Vec<Entry>>,
        alternates: &[(String, Vec<Language>, String)],
    ) -> Result<Result<(), Vec<Diagnostic>>, Failure> {
        let Prepared { base, languages, .. } = self.prepared;
        let mut sitemap_pages = Vec::new();
        let mut lists: BTreeMap<Language, Vec<Listing>> = BTreeMap::new();
        for &language in languages {
            let entries = entries.entry(language).or_default();
            entries.sort_by(|a, b| (&b.posted.iso, &a.id).cmp(&(&a.posted.iso, &b.id)));
            lists.insert(language, listings(entries, self.locale(language), language.tag()));
        }
        let places: BTreeMap<Language, BTreeSet<String>> = lists
            .iter()
            .map(|(language, lists)| (*language, lists.iter().map(|list| list.place.clone()).collect()))
            .collect();
        let with = |place: &str| -> Vec<Language> {
            languages.iter().copied().filter(|language| places[language].contains(place)).collect()
        };
        let mut add = |place: &str, day: &str, of: &[Language]| {
            let path = |language: Language| format!("{language}/{place}");
            let alternates: Vec<(&'static str, String)> =
                of.iter().map(|&language| (language.tag(), path(language))).collect();
            for &language in of {
                let (path, day) = (path(language), day.to_string());
                sitemap_pages.push(SitemapPage { path, day, alternates: alternates.clone() });
            }
        };
        let newest = alternates.iter().map(|(_, _, day)| day.as_str()).max().unwrap_or_default();
        add("index.html", newest, languages);
        for (id, of, day) in alternates {
            add(&format!("jobs/{id}.html"), day, of);
        }
        for &language in languages {
            let (tag, locale) = (language.tag(), self.locale(language));
            let of_language = &entries[&language];
            let index = search_index(of_language, locale, tag);
            let index_path = format!("{tag}/search.{}.json", digest(&index));
            self.folder.write(&index_path, &index, "")?;
            let written: Vec<Result<(), Result<Box<Diagnostic>, fs::Error>>> = lists[&language]
                .par_iter()
                .map(|list| {
                    let html = pages.listing(list, language, &with(&list.place), &index_path);
                    let html = html.map_err(Ok)?;
                    self.folder.write(&list.path, html.as_bytes(), "").map_err(Err)
                })
                .collect();
            for result in written {
                match result {
                    Ok(()) => {}
                    Err(Ok(finding)) => return Ok(Err(vec![*finding])),
                    Err(Err(error)) => return Err(error.into()),
                }
            }
            let about = match pages.about(language) {
                Ok(about) => about,
                Err(finding) => return Ok(Err(vec![*finding])),
            };
            for (path, html) in about {
                self.folder.write(&path, html.as_bytes(), "")?;
                if language == languages[0] {
                    let place = path.split_once('/').map_or("", |(_, place)| place);
                    add(place, "", languages);
                }
            }
            for list in lists[&language].iter().filter(|list| list.place != "index.html") {
                let of = with(&list.place);
                if of.first() == Some(&language) {
                    add(&list.place, &list.newest, &of);
                }
            }
            let (title, author) = (pages.title(language), pages.organization(language));
            let head = FeedHead { title: &title, author: &author, lang: tag, today: &self.config.today };
            self.folder.write(&format!("{tag}/feed.xml"), &atom(head, of_language, base), "")?;
            let feed = json_feed(head, of_language, base, locale);
            self.folder.write(&format!("{tag}/feed.json"), &feed, "")?;
        }
        let outside = match pages.outside() {
            Ok(outside) => outside,
            Err(finding) => return Ok(Err(vec![*finding])),
        };
        for (path, html) in outside {
            self.folder.write(&path, html.as_bytes(), "")?;
        }
        self.folder.write("sitemap.xml", &sitemap(&sitemap_pages, base), "")?;
        self.folder.write("robots.txt", &robots(base), "")?;
        Ok(Ok(()))
    }
}

/// A theme as it is for the public: the opening stands in it, and the library's own
/// words for its internal documents do not.
fn public_theme(theme: &Theme) -> Theme {
    let mut theme = theme.clone();
    theme.settings.footer = None;
    let sections = &mut theme.settings.sections;
    if !sections.iter().any(|section| section.0 == "posting") {
        sections.push(SectionId("posting".to_string()));
    }
    theme
}
