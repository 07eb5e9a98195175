//! Owns what the command `site` makes of one opening: its pages, picture and PDFs, and
//! what lists and feeds say of it. May import everything but the commands.

use std::sync::atomic::Ordering;

use super::{Job, Stop};
use crate::check::{check, check_opening};
use crate::cli::{Failure, report};
use crate::diagnostic::{Code, Diagnostic, Message, Severity};
use crate::markdown;
use crate::model::{Language, RoleDefinition, SectionId};
use crate::render::{CardView, Enclosed, Target};
use crate::resolve::{ResolvedRole, resolve_as_far_as_possible};
use crate::site::{
    BoardOpening, Employer, Entry, OpeningExtras, OpeningState, Pages, digest, job_posting, state,
};
use crate::view::{ApplyDefaults, CarriedRole, Facet, OpeningView, Theme, document, opening, web_address};

/// What an opening came to.
#[derive(Default)]
pub(super) struct Made {
    /// None if it is not on the site.
    pub(super) state: Option<OpeningState>,
    /// What lists say of it, in each language that it is written in; empty if it is not
    /// open.
    pub(super) entries: Vec<(Language, Entry)>,
    /// What `jobs.json` says of it.
    pub(super) board: Option<BoardOpening>,
    pub(super) findings: Vec<Diagnostic>,
}

impl Job<'_> {
    /// Makes everything of an opening; `of` is what it is a variant of, if others are too.
    pub(super) fn opening(&self, pages: &Pages<'_>, id: &str, of: Option<&str>) -> Result<Made, Failure> {
        let mut made = Made::default();
        let (resolved, found) = resolve_as_far_as_possible(self.catalog, id);
        made.findings.extend(found);
        let Some(whole) = resolved else { return Ok(made) };
        // From here on, nothing sees what is not public.
        let public = whole.public();
        let of_role = public.languages(self.catalog.settings.document_languages());
        let mut languages = self.prepared.languages.clone();
        languages.retain(|language| of_role.contains(language));
        made.findings.extend(check_opening(&public));
        let checker = &self.prepared.checker;
        made.findings.extend(checker.graded(check(self.catalog, &public, &languages)));
        let (shown, unshown) = report::shown(checker.beyond_structure(self.catalog, &whole));
        made.findings.extend(shown);
        self.unshown.fetch_add(unshown, Ordering::Relaxed);
        if made.findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Ok(made);
        }
        if languages.is_empty() {
            made.findings.push(self.in_no_language(&public));
            return Ok(made);
        }
        let now = state(&public.role, &self.config.today);
        made.state = Some(now);
        let stopped = match now {
            OpeningState::NotYet => Ok(()),
            OpeningState::Closed => self.closed(pages, &public, &languages),
            OpeningState::Open => self.open(pages, (&whole, &public), &languages, of, &mut made),
        };
        match stopped {
            Ok(()) => {}
            Err(Stop::Findings(found)) => made.findings.extend(found),
            Err(Stop::Failure(failure)) => return Err(failure),
        }
        Ok(made)
    }

    fn in_no_language(&self, public: &ResolvedRole) -> Diagnostic {
        let tags: Vec<&str> = self.prepared.languages.iter().map(|language| language.tag()).collect();
        let (en, zh_cn) = (tags.join(", "), tags.join("、"));
        let message = Message::new(
            format!("the opening has no title in a language of the site ({en}) and is not on it"),
            format!("招聘岗位没有网站语言（{zh_cn}）的名称，因此不会发布"),
        );
        Diagnostic::warning(Code::IncompleteOpening, message)
            .at(public.tree.nearest("/title"))
            .pointer("/title")
            .hint("add the title in one of these languages", "请补上其中一种语言的岗位名称")
    }

    fn view(&self, public: &ResolvedRole, language: Language) -> OpeningView {
        let site = &self.prepared.site;
        let defaults = ApplyDefaults { url: site.apply_url.as_deref(), contact: site.contact.as_ref() };
        opening(public, &self.names, self.locale(language), language, defaults)
    }

    fn closed(&self, pages: &Pages<'_>, public: &ResolvedRole, languages: &[Language]) -> Result<(), Stop> {
        for &language in languages {
            let view = self.view(public, language);
            let html = pages.closed(&view, language, languages)?;
            self.folder.write(&page_of(public, language), html.as_bytes(), "")?;
        }
        Ok(())
    }

    fn open(
        &self,
        pages: &Pages<'_>,
        (whole, public): (&ResolvedRole, &ResolvedRole),
        languages: &[Language],
        of: Option<&str>,
        made: &mut Made,
    ) -> Result<(), Stop> {
        let base = &self.prepared.base;
        let (logo, website) = (pages.logo(), self.prepared.organization.url.as_deref().and_then(web_address));
        let employer = Employer {
            url: website.unwrap_or_default().to_string(),
            logo: if logo.is_empty() { String::new() } else { base.of(logo) },
        };
        let role = &public.role;
        let views: Vec<OpeningView> = languages.iter().map(|&language| self.view(public, language)).collect();
        let image = self.picture(&views[0], role, languages, pages)?;
        let mut board = BoardOpening::of(&public.id, role, &views[0]);
        for (&language, view) in languages.iter().zip(&views) {
            let path = page_of(public, language);
            let (url, image_url) = (base.of(&path), base.of(&image));
            let description = pages.description(view, language)?;
            let addresses = (&*description, &*url, &*image_url);
            let job_posting = job_posting(view, role, self.locale(language), language, &employer, addresses);
            board.add(role, view, language, url, description.clone());
            let (languages, pdf, image) = (languages.to_vec(), self.config.pdf, image.clone());
            let extras = OpeningExtras { languages, pdf, image, job_posting, description };
            let html = pages.opening(view, language, &extras)?;
            self.folder.write(&path, html.as_bytes(), "")?;
            if pdf {
                made.findings.extend(self.pdf(whole, public, language)?);
            }
            made.entries.push((language, Entry::of(view, of)));
        }
        made.board = Some(board);
        Ok(())
    }

    /// The path of the picture of an opening, with its title in every language; written
    /// once for all that look the same. `view` is that of the first language.
    fn picture(
        &self,
        view: &OpeningView,
        role: &RoleDefinition,
        languages: &[Language],
        pages: &Pages<'_>,
    ) -> Result<String, Stop> {
        let (language, head) = (languages[0], &view.head);
        let places: Vec<&str> = head.places.iter().map(|place| place.label.as_str()).collect();
        let label = |facet: &Option<Facet>| facet.as_ref().map(|it| it.label.clone());
        let mut facts: Vec<String> = label(&head.department).into_iter().collect();
        if !places.is_empty() {
            facts.push(places.join(self.locale(language).pattern("list_separator")));
        }
        facts.extend(label(&head.employment_type));
        let title = role.posting.as_ref().and_then(|posting| posting.title.as_ref()).or(role.title.as_ref());
        let further = languages[1..].iter().filter_map(|&other| title?.get(other)).map(markdown::plain);
        let titles: Vec<String> = std::iter::once(head.title.clone()).chain(further).collect();
        let organization = pages.organization(language);
        let card = CardView::new(language.tag(), &titles, &organization, &facts, &self.prepared.look);
        let name = card.digest(&self.drawn_with);
        let path = format!("assets/cards/{name}.png");
        let new = self.pictures.lock().is_ok_and(|mut pictures| pictures.insert(name.clone()));
        if new && !self.folder.reuse(&path, &name) {
            self.folder.write(&path, &self.press.drawing().picture(&card)?, &name)?;
        }
        Ok(path)
    }

    /// Writes the PDF of an opening, in the theme of its role; what is wrong with it.
    fn pdf(
        &self,
        whole: &ResolvedRole,
        public: &ResolvedRole,
        language: Language,
    ) -> Result<Vec<Diagnostic>, Stop> {
        let printer = self.press.printer(whole)?;
        let theme = public_theme(&printer.theme);
        let view = document(public, &self.names, self.locale(language), language, &theme);
        let made = self.press.own_look.made(&theme, language.into(), true);
        let carried = CarriedRole::write(public, &self.names, Some(&made));
        let source = printer.renderer.typst_source(&view)?;
        let path = format!("{language}/jobs/{}.pdf", public.id);
        let mut made_of = carried.clone();
        made_of.extend(source.as_bytes());
        made_of.extend(printer.renderer.templates().modules().flat_map(|(_, text)| text.bytes()));
        made_of.extend(env!("CARGO_PKG_VERSION").bytes());
        made_of.extend(self.fonts.bytes());
        made_of.extend(self.prepared.logo.iter().flat_map(|logo| logo.bytes.iter()));
        let made_of = digest(&made_of);
        if self.folder.reuse(&path, &made_of) {
            return Ok(Vec::new());
        }
        let enclosed = Enclosed { carried: Some(&carried), esign: None };
        let (files, found) = printer.renderer.render(&view, Target::Pdf, enclosed);
        for pdf in files {
            self.folder.write(&path, &pdf.bytes, &made_of)?;
        }
        let sources = &self.catalog.sources;
        let located = found.into_iter().map(|it| self.press.locate(it, public, &printer.theme, sources));
        Ok(located.collect())
    }
}

fn page_of(public: &ResolvedRole, language: Language) -> String {
    format!("{language}/jobs/{}.html", public.id)
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
