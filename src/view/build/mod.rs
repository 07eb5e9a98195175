//! Owns the making of a view from a resolved role. May import `resolve` and
//! everything below it, and the rest of `view`.

mod content;
mod employment;
mod identity;
mod opening;
mod requirements;
mod sign_off;
mod table;
mod work;

use std::collections::BTreeMap;

pub use opening::{
    ApplyDefaults, ApplyView, Day, Facet, OpeningHead, OpeningView, opening, slug, web_address,
};
pub(in crate::view) use work::limit_words;

use serde::{Deserialize, Serialize};

use super::rich::Rich;
use super::theme::Theme;
use super::{Body, DocumentView, Field, Keep, Locale, Look, Section};
use crate::catalog::Catalog;
use crate::check;
use crate::markdown;
use crate::model::{
    DocumentStatus, Language, Numbering, RoleDefinition, RoleReference, THEME_SETTINGS, Term, Text,
    UnitReference,
};
use crate::resolve::{self, ResolvedRole};

/// The columns of half-width characters in a line of the narrowest theme.
const LINE_WIDTH: usize = 68;

/// The longest field that is kept on one page, in lines. A page of the closest
/// theme has 48.
const FIELD_LINES_KEPT_WHOLE: usize = 14;

/// How many lines a text takes, about and rather too many.
fn lines_of(text: &Rich) -> usize {
    let breaks = text.parts.iter().map(|part| part.text.matches('\n').count()).sum::<usize>();
    text.width().div_ceil(LINE_WIDTH) + breaks
}

/// What of the section before the sign-off is kept with it. The rows of a table are
/// put in two groups for that, the last one or two in the second.
fn keep(body: &mut Body) -> Keep {
    match body {
        Body::Duties { .. } => Keep::Last,
        Body::Grid { rows } if rows.len() > ROWS_KEPT_WHOLE => Keep::Last,
        Body::Fields { fields } if fields.len() > ROWS_KEPT_WHOLE => Keep::Last,
        Body::Table(table) if table.rows().count() > ROWS_KEPT_WHOLE => {
            // Two rows at least on either side, if they are low.
            let (least, count) = if table.low { (ROWS_KEPT_WHOLE, 2) } else { (1, 1) };
            if let Some(last) = table.groups.last_mut().filter(|group| group.rows.len() > least) {
                let rows = last.rows.split_off(last.rows.len() - count);
                table.groups.push(super::RowGroup { label: String::new(), rows });
            }
            Keep::Last
        }
        Body::Prose { body } if lines_of(body) > LINES_KEPT_WITH_NEXT => Keep::Last,
        Body::List { items } if items.iter().map(lines_of).sum::<usize>() > LINES_KEPT_WITH_NEXT => {
            Keep::Last
        }
        _ => Keep::Section,
    }
}

/// Whether a section is a table of so few rows, none of them long, that it could only
/// break by leaving one of them alone, or a sign-off that fits on a page with room to
/// spare.
fn is_short(body: &Body) -> bool {
    match body {
        Body::Grid { rows } => rows.len() <= ROWS_KEPT_WHOLE,
        Body::Fields { fields } => {
            fields.len() <= ROWS_KEPT_WHOLE && fields.iter().all(|field| field.whole && !field.long)
        }
        Body::Table(table) => table.low && table.rows().count() <= ROWS_KEPT_WHOLE && table.groups.len() <= 2,
        Body::SignOff { statement, blocks } => {
            lines_of(statement) <= FIELD_LINES_KEPT_WHOLE && blocks.len() <= BLOCKS_KEPT_WHOLE
        }
        _ => false,
    }
}

/// The most rows of a table that are moved together to another page: of more, at
/// least two are on either page.
const ROWS_KEPT_WHOLE: usize = 3;

/// The longest text or list that goes to another page with what is after it, in lines.
const LINES_KEPT_WITH_NEXT: usize = 6;

/// The most signature blocks that are kept on one page with their agreement: two
/// rows of them.
const BLOCKS_KEPT_WHOLE: usize = 6;

/// The names that ids of a library stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Names {
    roles: BTreeMap<String, Text>,
    units: BTreeMap<String, Text>,
    competencies: BTreeMap<String, Text>,
    /// The levels of each competency.
    levels: BTreeMap<String, BTreeMap<String, Text>>,
}

impl Names {
    /// The names of a library.
    pub fn of(catalog: &Catalog) -> Self {
        use rayon::prelude::*;
        let ids: Vec<&String> = catalog.roles.keys().chain(catalog.faulty.keys()).collect();
        let title = |id: &&String| Some(((*id).clone(), resolve::title(catalog, id)?));
        let roles: Vec<_> = ids.par_iter().filter_map(title).collect();
        Self { roles: roles.into_iter().collect(), ..Self::of_settings(catalog) }
    }

    /// Takes the titles of these roles anew; the name of one that is gone goes.
    pub fn refresh<'a>(&mut self, catalog: &Catalog, ids: impl IntoIterator<Item = &'a String>) {
        for id in ids {
            match resolve::title(catalog, id) {
                Some(title) => drop(self.roles.insert(id.clone(), title)),
                None => drop(self.roles.remove(id)),
            }
        }
    }

    /// The names of units and competencies, inert; those of roles are nobody's business
    /// outside.
    pub fn public(catalog: &Catalog) -> Self {
        let mut names = Self::of_settings(catalog);
        let levels = names.levels.values_mut().flat_map(BTreeMap::values_mut);
        for name in names.units.values_mut().chain(names.competencies.values_mut()).chain(levels) {
            *name = name.map(|words| resolve::inert(words).into_owned());
        }
        names
    }

    fn of_settings(catalog: &Catalog) -> Self {
        let mut names = Self::default();
        for unit in &catalog.settings.units {
            if let (Some(id), Some(name)) = (&unit.id, &unit.name) {
                names.units.insert(id.as_str().into(), name.clone());
            }
        }
        for competency in &catalog.settings.competencies {
            let Some(id) = &competency.id else { continue };
            if let Some(name) = &competency.name {
                names.competencies.insert(id.as_str().into(), name.clone());
            }
            for level in &competency.levels {
                if let (Some(level_id), Some(name)) = (&level.id, &level.name) {
                    let levels = names.levels.entry(id.as_str().into()).or_default();
                    levels.insert(level_id.as_str().into(), name.clone());
                }
            }
        }
        names
    }

    /// The names that a role's document can show, and no others.
    #[must_use]
    pub fn of_role(&self, resolved: &ResolvedRole) -> Self {
        let mut names = Self::default();
        for reference in resolved.references() {
            let (from, to) = match reference.to {
                "role" => (&self.roles, &mut names.roles),
                "unit" => (&self.units, &mut names.units),
                "competency" => (&self.competencies, &mut names.competencies),
                _ => continue,
            };
            if let Some(name) = from.get(reference.id) {
                to.insert(reference.id.into(), name.clone());
            }
        }
        let qualifications = resolved.role.qualifications.iter();
        for competency in qualifications.flat_map(|qualifications| &qualifications.competencies) {
            if let (Some(id), Some(Text::Plain(level))) = (&competency.competency_ref, &competency.level)
                && let Some(name) = self.level(id.as_str(), level)
            {
                let levels = names.levels.entry(id.as_str().into()).or_default();
                levels.insert(level.clone(), name.clone());
            }
        }
        names
    }

    /// The title of a role.
    pub(in crate::view) fn role(&self, id: &str) -> Option<&Text> {
        self.roles.get(id)
    }

    /// The name of a unit.
    pub(in crate::view) fn unit(&self, id: &str) -> Option<&Text> {
        self.units.get(id)
    }

    /// The name of a level of a competency.
    fn level(&self, competency: &str, level: &str) -> Option<&Text> {
        self.levels.get(competency)?.get(level)
    }
}

/// The view of a role in one language and one theme.
pub fn document(
    resolved: &ResolvedRole,
    names: &Names,
    locale: &Locale,
    language: Language,
    theme: &Theme,
) -> DocumentView {
    let settings = &theme.settings;
    let header = settings.header.clone().unwrap_or_default();
    let footer = settings.footer.as_ref().and_then(|footer| footer.text.as_ref());
    let shown = |part: Option<bool>| part.unwrap_or(true);
    let builder = Builder { resolved, role: &resolved.role, names, locale, language };
    let mut sections = Vec::new();
    for id in &settings.sections {
        builder.push_section(&id.0, &mut sections);
    }
    for index in 1..sections.len() {
        if matches!(sections[index].body, Body::SignOff { .. }) {
            sections[index - 1].keep = keep(&mut sections[index - 1].body);
        }
    }
    if settings.numbering == Some(Numbering::Sections) {
        for (index, section) in sections.iter_mut().enumerate() {
            section.number = locale.section_number(index + 1, settings.numerals);
        }
    }
    let role = &resolved.role;
    let title = role.title.as_ref().map(|title| builder.text(title, "/title")).unwrap_or_default();
    let organization = role.organization.as_ref();
    let version = role.document.as_ref().and_then(|document| document.version.as_deref());
    let content_hash = resolved.content_hash();
    DocumentView {
        id: resolved.id.clone(),
        lang: language.tag(),
        edition: language.tag().to_string(),
        languages: None,
        theme: theme.name.clone(),
        document_title: Rich::fill(&locale.document_title, &[("title", &title)]).to_plain(),
        title,
        description: role
            .summary
            .as_ref()
            .or(role.purpose.as_ref())
            .and_then(|summary| summary.get_or_any(language))
            .map(|(summary, _)| markdown::plain(summary))
            .unwrap_or_default(),
        organization: builder
            .optional(organization.and_then(|organization| organization.name.as_ref()), "/organization/name")
            .shown_if(shown(header.organization)),
        code: role
            .code
            .as_ref()
            .map(|code| Rich::plain(code, "/code"))
            .unwrap_or_default()
            .shown_if(shown(header.code)),
        standing: standing(resolved, locale),
        version: version
            .filter(|_| shown(header.version))
            .map(|version| locale.fill("version", &[("version", version)]))
            .unwrap_or_default(),
        hash: if shown(header.hash) {
            locale.fill("hash", &[("hash", &content_hash[..12])])
        } else {
            String::new()
        },
        document_version: version.unwrap_or_default().to_string(),
        content_hash,
        footer: builder.optional(footer, &format!("{THEME_SETTINGS}/footer/text")),
        date: latest_date(role),
        labels: locale.labels.clone(),
        look: Look::of(theme),
        sections,
    }
}

/// What of a role is compared, in one language. `from` names the role or file that
/// wrote a value.
pub fn content(
    resolved: &ResolvedRole,
    names: &Names,
    locale: &Locale,
    language: Language,
    from: &dyn Fn(&crate::json::Node) -> String,
) -> crate::compare::Content {
    Builder { resolved, role: &resolved.role, names, locale, language }.content(from)
}

/// What the footer says of a paper that is not in force: that it is a draft, under
/// review or archived. One that is published with a text still to be written is a
/// draft.
fn standing(resolved: &ResolvedRole, locale: &Locale) -> String {
    let status = resolved.role.document.as_ref().and_then(|document| document.status);
    let pattern = match status {
        Some(DocumentStatus::InReview) => "standing_in_review",
        Some(DocumentStatus::Archived) => "standing_archived",
        Some(DocumentStatus::Draft) => "standing_draft",
        _ if check::is_unwritten(resolved) => "standing_draft",
        _ => return String::new(),
    };
    locale.pattern(pattern).to_string()
}

/// The date of a document whose role states none.
pub const UNDATED: &str = "2000-01-01";

/// The latest date that a role states of itself; a day long gone if it states
/// none, so that the same content always has the same date.
fn latest_date(role: &RoleDefinition) -> String {
    let document = role.document.as_ref();
    let dates = document.into_iter().flat_map(|document| [&document.effective_date, &document.prepared_on]);
    let revisions = role.revisions.iter().map(|revision| &revision.date);
    let latest = dates.chain(revisions).filter_map(Option::as_ref).max();
    // The public part of a role has no other date.
    let posted = role.posting.as_ref().and_then(|posting| posting.date_posted.as_ref());
    latest.or(posted).map_or_else(|| UNDATED.to_string(), Clone::clone)
}

/// What the builders of sections share.
struct Builder<'a> {
    resolved: &'a ResolvedRole,
    role: &'a RoleDefinition,
    names: &'a Names,
    locale: &'a Locale,
    language: Language,
}

impl Builder<'_> {
    /// Adds a section, unless there is nothing in it.
    fn push_section(&self, id: &str, sections: &mut Vec<Section>) {
        let role = self.role;
        let body = match id {
            "identification" => self.identification(),
            "summary" => self.prose(role.summary.as_ref(), "/summary"),
            "purpose" => self.prose(role.purpose.as_ref(), "/purpose"),
            "background" => self.prose(role.background.as_ref(), "/background"),
            "duties" => self.duties(),
            "authorities" => self.authorities(),
            "kpis" => self.kpis(),
            "relations" => self.relations(),
            "qualifications" => self.qualifications(),
            "conditions" => self.conditions(),
            "records" => self.list(&role.records, "/records"),
            "compensation" => self.compensation(),
            "employment" => self.employment(),
            "career" => self.career(),
            "confidentiality_statement" => {
                self.prose(role.confidentiality_statement.as_ref(), "/confidentiality_statement")
            }
            "posting" => self.posting(),
            "references" => self.list(&role.references, "/references"),
            "document" => self.document_control(),
            "revisions" => self.revisions(),
            "sign_off" => self.sign_off(),
            "custom" => return self.push_custom_sections(sections),
            _ => None,
        };
        if let Some(body) = body {
            let title = Rich::plain(self.locale.section(id), "");
            let whole = is_short(&body);
            sections.push(Section {
                id: id.to_string(),
                number: String::new(),
                title,
                keep: Keep::None,
                whole,
                body,
            });
        }
    }

    /// The author's own sections.
    fn push_custom_sections(&self, sections: &mut Vec<Section>) {
        for (index, section) in self.role.sections.iter().enumerate() {
            let at = format!("/sections/{index}");
            let title = self.optional(section.title.as_ref(), &format!("{at}/title"));
            let body = self.optional(section.body.as_ref(), &format!("{at}/body"));
            if !title.is_empty() || !body.is_empty() {
                let id = format!("section-{}", index + 1);
                sections.push(Section {
                    id,
                    number: String::new(),
                    title,
                    keep: Keep::None,
                    whole: false,
                    body: Body::Prose { body },
                });
            }
        }
    }

    /// A text in the document's language, or else in one that it has.
    fn text(&self, text: &Text, at: &str) -> Rich {
        let words = text.get_or_any(self.language).map(|(words, _)| Rich::markdown(words, at));
        words.unwrap_or_default().in_document(self.language)
    }

    fn optional(&self, text: Option<&Text>, at: &str) -> Rich {
        text.map(|text| self.text(text, at)).unwrap_or_default()
    }

    fn texts(&self, texts: &[Text], at: &str) -> Vec<Rich> {
        let each = texts.iter().enumerate().map(|(index, text)| self.text(text, &format!("{at}/{index}")));
        each.filter(|text| !text.is_empty()).collect()
    }

    fn term<T: Term>(&self, term: T, at: &str) -> Rich {
        Rich::plain(self.locale.term(term), at)
    }

    fn date(&self, iso: Option<&String>, at: &str) -> Rich {
        iso.map(|iso| Rich::plain(self.locale.date(iso), at)).unwrap_or_default()
    }

    fn percent(&self, number: Option<f64>, at: &str) -> Rich {
        number.map(|number| Rich::plain(self.locale.percent(number), at)).unwrap_or_default()
    }

    fn yes_no(&self, value: bool, at: &str) -> Rich {
        Rich::plain(self.locale.pattern(if value { "yes" } else { "no" }), at)
    }

    /// The title of a role of the library, or the text for somebody outside it.
    fn role_name(&self, reference: Option<&RoleReference>, at: &str) -> Rich {
        let Some(reference) = reference else { return Rich::default() };
        let title = reference.id().and_then(|id| self.names.roles.get(id));
        self.text(title.unwrap_or(&reference.0), at)
    }

    fn role_names(&self, references: &[RoleReference], at: &str) -> Vec<Rich> {
        let each = references.iter().enumerate();
        each.map(|(index, reference)| self.role_name(Some(reference), &format!("{at}/{index}"))).collect()
    }

    fn unit_name(&self, reference: Option<&UnitReference>, at: &str) -> Rich {
        let Some(reference) = reference else { return Rich::default() };
        let name = reference.id().and_then(|id| self.names.units.get(id));
        self.text(name.unwrap_or(&reference.0), at)
    }

    fn in_parentheses(&self, text: &Rich) -> Rich {
        if text.is_empty() {
            return Rich::default();
        }
        Rich::fill(self.locale.pattern("parentheses"), &[("text", text)])
    }

    fn join(&self, texts: impl IntoIterator<Item = Rich>) -> Rich {
        Rich::joined(texts, self.locale.pattern("list_separator"))
    }

    fn phrases(&self, texts: impl IntoIterator<Item = Rich>) -> Rich {
        Rich::joined(texts, self.locale.pattern("phrase_separator"))
    }

    /// A field with one short value; none if the value is empty.
    fn field(&self, id: &'static str, value: Rich) -> Option<Field> {
        let label = self.locale.field(id).to_string();
        (!value.is_empty()).then(|| Field { id, label, value, items: Vec::new(), long: false, whole: true })
    }

    /// A field with a long text.
    fn long_field(&self, id: &'static str, value: Rich) -> Option<Field> {
        let whole = lines_of(&value) <= FIELD_LINES_KEPT_WHOLE;
        self.field(id, value).map(|field| Field { long: true, whole, ..field })
    }

    /// A field with a list; one item alone is a value.
    fn list_field(&self, id: &'static str, mut items: Vec<Rich>) -> Option<Field> {
        items.retain(|item| !item.is_empty());
        if items.len() == 1 {
            return self.field(id, items.remove(0));
        }
        let label = self.locale.field(id).to_string();
        let whole = items.iter().map(lines_of).sum::<usize>() <= FIELD_LINES_KEPT_WHOLE;
        (!items.is_empty()).then(|| Field { id, label, value: Rich::default(), items, long: false, whole })
    }

    fn prose(&self, text: Option<&Text>, at: &str) -> Option<Body> {
        let body = self.optional(text, at);
        (!body.is_empty()).then_some(Body::Prose { body })
    }

    fn list(&self, texts: &[Text], at: &str) -> Option<Body> {
        let items = self.texts(texts, at);
        (!items.is_empty()).then_some(Body::List { items })
    }

    fn fields(&self, fields: impl IntoIterator<Item = Option<Field>>) -> Option<Body> {
        let fields: Vec<Field> = fields.into_iter().flatten().collect();
        (!fields.is_empty()).then_some(Body::Fields { fields })
    }

    /// Fields two to a row, unless one is too wide for half a row: the label and
    /// 24 columns of text fit there in every theme.
    fn grid(&self, fields: impl IntoIterator<Item = Option<Field>>) -> Option<Body> {
        let mut rows: Vec<Vec<Field>> = Vec::new();
        let mut narrow: Option<Field> = None;
        let mut wide = Vec::new();
        for field in fields.into_iter().flatten() {
            let is_wide = field.long || !field.items.is_empty() || field.value.width() > 30;
            if is_wide && narrow.is_some() {
                // A row is filled before a wide field begins a new one.
                wide.push(field);
            } else if is_wide {
                rows.push(vec![field]);
            } else if let Some(first) = narrow.take() {
                rows.push(vec![first, field]);
                rows.extend(wide.drain(..).map(|field| vec![field]));
            } else {
                narrow = Some(field);
            }
        }
        rows.extend(narrow.map(|field| vec![field]));
        rows.extend(wide.into_iter().map(|field| vec![field]));
        (!rows.is_empty()).then_some(Body::Grid { rows })
    }
}
