//! Owns the pages of a site: what each shows, and its rendering. May import `render`
//! and everything below it.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::Digest;

use super::address::{BaseUrl, root_of};
use super::job_posting::in_script;
use super::links::LinkCheck;
use super::listing::{Listing, Row};
use super::plain;
use crate::diagnostic::Diagnostic;
use crate::model::{Language, Organization, SiteSettings, Text};
use crate::render::{PICTURE_SIZE, SharedContext, TemplateSet};
use crate::view::{Locale, Logo, Look, OpeningView, Rich, Section, web_address};

/// What a site is made of beside its openings.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The templates.
    pub templates: &'a TemplateSet,
    /// Where the site stands.
    pub base: &'a BaseUrl,
    /// The words of each language.
    pub locales: &'a BTreeMap<Language, Locale>,
    /// The organization, with no placeholder left in it.
    pub organization: &'a Organization,
    /// The settings of the site, likewise.
    pub site: &'a SiteSettings,
    /// The library's look.
    pub look: &'a Look,
    /// The organization's logo.
    pub logo: Option<&'a Logo>,
    /// The languages of the site, the default one first.
    pub languages: &'a [Language],
}

/// A file that pages need: its path and content.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The path; the content's hash is in it, so that it can be kept for good.
    pub path: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// The pages of a site.
pub struct Pages<'a> {
    ground: Ground<'a>,
    shared: BTreeMap<Language, SharedContext>,
    /// The files that pages need.
    pub assets: Vec<Asset>,
    /// The links of the pages that were rendered.
    pub links: LinkCheck,
}

/// What all pages of a language share.
#[derive(Debug, Serialize)]
struct Shared<'a> {
    lang: &'static str,
    title: String,
    organization: String,
    words: &'a BTreeMap<String, String>,
    labels: &'a BTreeMap<String, String>,
    has_about: bool,
    has_benefits: bool,
    css: &'a str,
    js: &'a str,
    icon: &'a str,
    logo: &'a str,
    website: &'a str,
    picture_width: u32,
    picture_height: u32,
}

/// A page: what its head says, and its body.
#[derive(Debug, Serialize)]
struct Page<'a, T> {
    /// Where the page is in the menu: `openings`, `benefits`, `about`, or nowhere.
    here: &'static str,
    /// The way up to the site's root.
    root: String,
    /// The address in full.
    url: String,
    title: &'a str,
    description: &'a str,
    /// Whether search engines may show it.
    indexed: bool,
    /// The languages of the site, with this page in them or the list of openings.
    languages: Vec<Alternate>,
    /// The address of the picture; empty if there is none.
    image: &'a str,
    /// The JobPosting; empty if it has none.
    json_ld: String,
    body: T,
}

/// The same page in a language.
#[derive(Debug, Clone, Serialize)]
struct Alternate {
    tag: &'static str,
    label: String,
    /// The path, from the site's root.
    path: String,
    /// The address in full.
    url: String,
    /// Whether it is this page itself.
    current: bool,
    /// Whether it is the same page, and not the list of openings in its place.
    same: bool,
}

/// What is beside an opening on its page.
#[derive(Debug, Clone, Default)]
pub struct OpeningExtras {
    /// The languages that it is written in.
    pub languages: Vec<Language>,
    /// Whether it has a PDF.
    pub pdf: bool,
    /// The path of its picture; empty if it has none.
    pub image: String,
    /// Its JobPosting.
    pub job_posting: serde_json::Value,
    /// Its description as HTML, of [`Pages::description`].
    pub description: String,
}

/// The path of an opening's page without the language.
fn of_opening(id: &str) -> String {
    format!("jobs/{id}.html")
}

impl<'a> Pages<'a> {
    /// The pages of a site. What is wrong with a template is a finding.
    pub fn new(ground: Ground<'a>) -> Result<Self, Box<Diagnostic>> {
        let look = SharedContext::new(&serde_json::json!({ "look": ground.look }));
        let css = ground.templates.render_page("site.css", &look, &())?;
        let mut assets = vec![
            asset("site", "css", css.into_bytes()),
            asset("site", "js", ground.templates.site_script().as_bytes().to_vec()),
        ];
        let mut logo_path = String::new();
        if let Some(logo) = ground.logo {
            let ending = logo.file_name().rsplit('.').next().unwrap_or("svg");
            assets.push(asset("logo", ending, logo.bytes.clone()));
            logo_path.clone_from(&assets[2].path);
        }
        let icon = ground.templates.render_page("icon.svg", &look, &())?;
        assets.push(asset("icon", "svg", icon.into_bytes()));
        let mut shared = BTreeMap::new();
        for &language in ground.languages {
            let locale = &ground.locales[&language];
            shared.insert(
                language,
                SharedContext::new(&Shared {
                    lang: language.tag(),
                    title: title(ground, language),
                    organization: organization(ground, language),
                    words: &locale.site,
                    labels: &locale.labels,
                    has_about: has_about(ground),
                    has_benefits: !ground.site.benefits.is_empty(),
                    css: &assets[0].path,
                    js: &assets[1].path,
                    icon: &assets[assets.len() - 1].path,
                    logo: &logo_path,
                    website: ground.organization.url.as_deref().and_then(web_address).unwrap_or_default(),
                    picture_width: PICTURE_SIZE.0,
                    picture_height: PICTURE_SIZE.1,
                }),
            );
        }
        Ok(Self { ground, shared, assets, links: LinkCheck::new(ground.base) })
    }

    /// The path of the logo; empty if there is none.
    pub fn logo(&self) -> &str {
        let logo = self.assets.iter().find(|asset| asset.path.starts_with("assets/logo."));
        logo.map(|asset| asset.path.as_str()).unwrap_or_default()
    }

    /// The title of the site.
    pub fn title(&self, language: Language) -> String {
        title(self.ground, language)
    }

    /// The organization's name.
    pub fn organization(&self, language: Language) -> String {
        organization(self.ground, language)
    }

    /// What an opening's page says of it, as plain HTML.
    pub fn description(&self, view: &OpeningView, language: Language) -> Result<String, Box<Diagnostic>> {
        #[derive(Serialize)]
        struct Body<'a> {
            sections: &'a [Section],
        }
        let body = Body { sections: &view.sections };
        self.ground.templates.render_page("description.html", &self.shared[&language], &body)
    }

    /// The page of an open opening.
    pub fn opening(
        &self,
        view: &OpeningView,
        language: Language,
        extras: &OpeningExtras,
    ) -> Result<String, Box<Diagnostic>> {
        #[derive(Serialize)]
        struct Body<'a> {
            opening: &'a OpeningView,
            description: &'a str,
            pdf: String,
            family: String,
        }
        let tag = language.tag();
        let family = view.head.family.as_ref().map(|family| format!("{tag}/families/{}.html", family.slug));
        let body = Body {
            opening: view,
            description: &extras.description,
            pdf: if extras.pdf { format!("{tag}/jobs/{}.pdf", view.head.id) } else { String::new() },
            family: family.unwrap_or_default(),
        };
        let image = if extras.image.is_empty() { String::new() } else { self.ground.base.of(&extras.image) };
        let place = of_opening(&view.head.id);
        let page = Page {
            description: &super::entry::cut(&view.head.description, 200),
            image: &image,
            json_ld: in_script(&extras.job_posting),
            ..self.page(language, &place, &extras.languages, &view.head.title, body)
        };
        self.render("opening.html", language, &format!("{tag}/{place}"), &page)
    }

    /// The page of an opening that has closed.
    pub fn closed(
        &self,
        view: &OpeningView,
        language: Language,
        languages: &[Language],
    ) -> Result<String, Box<Diagnostic>> {
        #[derive(Serialize)]
        struct Body {
            title: String,
            since: String,
        }
        let locale = &self.ground.locales[&language];
        let title = locale.fill_site("closed_title", &[("title", &view.head.title)]);
        let since = view
            .head
            .closes
            .as_ref()
            .map(|closes| locale.fill_site("closed_since", &[("date", &closes.words)]));
        let place = of_opening(&view.head.id);
        let body = Body { title: title.clone(), since: since.unwrap_or_default() };
        let mut page = self.page(language, &place, languages, &title, body);
        page.indexed = false;
        self.render("closed.html", language, &format!("{}/{place}", language.tag()), &page)
    }

    /// A page of a list. `languages` has those in which there is the same page; `index`
    /// is the path of the search index.
    pub fn listing(
        &self,
        listing: &Listing,
        language: Language,
        languages: &[Language],
        index: &str,
    ) -> Result<String, Box<Diagnostic>> {
        #[derive(Serialize)]
        struct Body<'a> {
            list: &'a Listing,
            index: &'a str,
            lead: Rich,
            /// A row that the script copies.
            blank: Row,
        }
        let text = |text: Option<&Text>| {
            text.and_then(|text| text.get_or_any(language))
                .map(|(words, _)| Rich::markdown(words, "").in_document(language))
        };
        let is_first = listing.title.is_empty() && listing.previous.is_empty();
        let about = text(self.ground.site.about.as_ref()).filter(|_| is_first).unwrap_or_default();
        let site = title(self.ground, language);
        let title = if listing.title.is_empty() { &site } else { &listing.title };
        let title = match listing.page_of.is_empty() || listing.previous.is_empty() {
            true => title.clone(),
            false => format!("{title} · {}", listing.page_of),
        };
        let lead = about.to_plain();
        let body = Body { list: listing, index, lead: about, blank: Row::blank() };
        let page = Page {
            here: "openings",
            description: if lead.is_empty() { &title } else { &lead },
            ..self.page(language, &listing.place, languages, &title, body)
        };
        self.render(
            if listing.title.is_empty() { "index.html" } else { "list.html" },
            language,
            &listing.path,
            &page,
        )
    }

    /// The pages about the employer and its benefits: path and HTML.
    pub fn about(&self, language: Language) -> Result<Vec<(String, String)>, Box<Diagnostic>> {
        #[derive(Serialize)]
        struct Body {
            texts: Vec<Rich>,
            items: Vec<Rich>,
            facts: Vec<(String, Rich)>,
        }
        let (organization, site) = (self.ground.organization, self.ground.site);
        let locale = &self.ground.locales[&language];
        let text = |text: &Text| {
            text.get_or_any(language).map(|(words, _)| Rich::markdown(words, "").in_document(language))
        };
        let mut pages = Vec::new();
        let languages = self.ground.languages;
        if has_about(self.ground) {
            let texts = [&organization.overview, &site.about];
            let mut facts = Vec::new();
            let mut fact = |name: &str, value: Option<Rich>| {
                facts.extend(value.map(|value| (locale.site(name).to_string(), value)));
            };
            fact("address", organization.address.as_ref().and_then(text));
            let website = organization.url.as_deref().and_then(web_address);
            fact("website", website.map(|url| Rich::markdown(format!("<{url}>"), "")));
            fact("contact", site.contact.as_ref().and_then(text));
            let title = locale.fill_site("about_title", &[("name", &self.organization(language))]);
            let texts: Vec<Rich> = texts.into_iter().flatten().filter_map(text).collect();
            let description = texts.first().map(Rich::to_plain).unwrap_or_default();
            let body = Body { texts, items: Vec::new(), facts };
            let page = Page {
                here: "about",
                description: &super::entry::cut(&description, 200),
                ..self.page(language, "about.html", languages, &title, body)
            };
            let path = format!("{}/about.html", language.tag());
            let html = self.render("about.html", language, &path, &page)?;
            pages.push((path, html));
        }
        if !site.benefits.is_empty() {
            let items: Vec<Rich> = site.benefits.iter().filter_map(text).collect();
            let lead = locale.site("benefits_text");
            let body = Body { texts: vec![Rich::plain(lead, "")], items, facts: Vec::new() };
            let page = Page {
                here: "benefits",
                description: lead,
                ..self.page(language, "benefits.html", languages, locale.site("benefits_title"), body)
            };
            let path = format!("{}/benefits.html", language.tag());
            let html = self.render("about.html", language, &path, &page)?;
            pages.push((path, html));
        }
        Ok(pages)
    }

    /// The page that leads to the languages, and the one for addresses that lead nowhere:
    /// path and HTML.
    pub fn outside(&self) -> Result<Vec<(String, String)>, Box<Diagnostic>> {
        #[derive(Serialize)]
        struct Door {
            tag: &'static str,
            label: String,
            path: String,
            title: String,
            organization: String,
            choose: String,
            not_found: String,
            not_found_text: String,
            home: String,
        }
        let door = |&language: &Language| {
            let locale = &self.ground.locales[&language];
            Door {
                tag: language.tag(),
                label: locale.site("language").to_string(),
                path: format!("{language}/index.html"),
                title: self.title(language),
                organization: self.organization(language),
                choose: locale.site("choose").to_string(),
                not_found: locale.site("not_found").to_string(),
                not_found_text: locale.site("not_found_text").to_string(),
                home: locale.site("home").to_string(),
            }
        };
        let doors: Vec<Door> = self.ground.languages.iter().map(door).collect();
        let first = self.ground.languages[0];
        let locale = &self.ground.locales[&first];
        let mut pages = Vec::new();
        let title = self.title(first);
        let missing = locale.site("not_found");
        for (name, title, root) in [
            ("index.html", title.as_str(), String::new()),
            // A host shows it for any address, so that its links begin at the host's root.
            ("404.html", missing, format!("{}/", self.ground.base.path())),
        ] {
            let mut page = self.page(first, "index.html", self.ground.languages, title, &doors);
            page.root = root;
            page.url = self.ground.base.of("index.html");
            page.indexed = name == "index.html";
            page.description = if page.indexed { title } else { "" };
            let template = if page.indexed { "root.html" } else { "404.html" };
            pages.push((name.to_string(), self.render(template, first, name, &page)?));
        }
        Ok(pages)
    }

    /// A page at `place` in a language, which is there in these.
    fn page<'b, T>(
        &self,
        language: Language,
        place: &str,
        languages: &[Language],
        title: &'b str,
        body: T,
    ) -> Page<'b, T> {
        let path = format!("{language}/{place}");
        let alternate = |&other: &Language| {
            let same = languages.contains(&other);
            let path = if same { format!("{other}/{place}") } else { format!("{other}/index.html") };
            Alternate {
                tag: other.tag(),
                label: self.ground.locales[&other].site("language").to_string(),
                url: self.ground.base.of(&path),
                path,
                current: other == language,
                same,
            }
        };
        Page {
            here: "",
            root: root_of(&path),
            url: self.ground.base.of(&path),
            title,
            description: "",
            indexed: true,
            languages: self.ground.languages.iter().map(alternate).collect(),
            image: "",
            json_ld: String::new(),
            body,
        }
    }

    fn render(
        &self,
        template: &str,
        language: Language,
        path: &str,
        page: &impl Serialize,
    ) -> Result<String, Box<Diagnostic>> {
        let html = self.ground.templates.render_page(template, &self.shared[&language], page)?;
        self.links.page(path, &html);
        Ok(html)
    }
}

/// The name of a file has the hash of its content in it.
fn asset(name: &str, ending: &str, bytes: Vec<u8>) -> Asset {
    Asset { path: format!("assets/{name}.{}.{ending}", digest(&bytes)), bytes }
}

/// A few digits that differ between different contents.
pub fn digest(bytes: &[u8]) -> String {
    HEXLOWER.encode(&sha2::Sha256::digest(bytes)[..6])
}

fn organization(ground: Ground<'_>, language: Language) -> String {
    let organization = ground.organization;
    plain(organization.short_name.as_ref().or(organization.name.as_ref()), language)
}

fn title(ground: Ground<'_>, language: Language) -> String {
    let locale = &ground.locales[&language];
    let (own, name) = (plain(ground.site.title.as_ref(), language), organization(ground, language));
    match (own.is_empty(), name.is_empty()) {
        (false, _) => own,
        (true, false) => locale.fill_site("careers_at", &[("name", &name)]),
        (true, true) => locale.site("openings").to_string(),
    }
}

fn has_about(ground: Ground<'_>) -> bool {
    ground.organization.overview.is_some() || ground.site.about.is_some()
}
