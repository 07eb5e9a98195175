//! Owns what the careers site shows of an opening. May import what `build` may.

use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::Digest;

use super::{Builder, Names};
use crate::markdown;
use crate::model::{Language, Posting, Term, Text, Workplace};
use crate::resolve::ResolvedRole;
use crate::view::rich::Rich;
use crate::view::{Body, Field, Keep, Locale, Section};

/// The sections of an opening, in order. Whatever else the role has is not asked for,
/// and is not there: the role is the public part of one.
const SECTIONS: [&str; 11] = [
    "summary",
    "purpose",
    "background",
    "duties",
    "qualifications",
    "conditions",
    "compensation",
    "employment",
    "career",
    "confidentiality_statement",
    "custom",
];

/// What is said of an opening wherever it is named: on its page, in lists, feeds and
/// pictures.
#[derive(Debug, Clone, Serialize)]
pub struct OpeningHead {
    /// The role's id.
    pub id: String,
    /// The title that it is posted under, without markup.
    pub title: String,
    /// What it is about, without markup; may be empty.
    pub description: String,
    /// The department.
    pub department: Option<Facet>,
    /// The cities; working from home counts as one.
    pub places: Vec<Facet>,
    /// The type of employment.
    pub employment_type: Option<Facet>,
    /// The job family.
    pub family: Option<Facet>,
    /// The pay; empty if it is not said.
    pub pay: String,
    /// The lowest pay of a month, to sort by; 0 if it is not said.
    pub monthly_pay: f64,
    /// The day that it was posted on.
    pub posted: Day,
    /// The last day to apply on.
    pub closes: Option<Day>,
}

/// An opening in one language.
#[derive(Debug, Clone, Serialize)]
pub struct OpeningView {
    /// What is said of it in short.
    #[serde(flatten)]
    pub head: OpeningHead,
    /// The language's BCP 47 tag.
    pub lang: &'static str,
    /// Other titles, without markup.
    pub alternate_titles: Vec<String>,
    /// The employer, without markup.
    pub organization: String,
    /// Short facts.
    pub facts: Vec<Field>,
    /// How to apply.
    pub apply: ApplyView,
    /// The sections; none of them is empty.
    pub sections: Vec<Section>,
}

/// Something that openings are filtered by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Facet {
    /// Its name in addresses, the same in every language.
    pub slug: String,
    /// Its name for people.
    pub label: String,
}

/// A day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Day {
    /// ISO 8601.
    pub iso: String,
    /// As the language writes it.
    pub words: String,
}

/// How to apply.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ApplyView {
    /// The address of a form: `http:` or `https:`, else empty.
    pub url: String,
    /// The address for mail; empty if there is none.
    pub email: String,
    /// The same as one that a browser can follow.
    pub mailto: String,
    /// What to send, in blocks.
    pub instructions: Rich,
    /// Whom to ask, inline.
    pub contact: Rich,
}

/// What the site says of openings that do not say it themselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApplyDefaults<'a> {
    /// The address of a form.
    pub url: Option<&'a str>,
    /// Whom to ask.
    pub contact: Option<&'a Text>,
}

/// The view of an opening. `resolved` is the public part of a role.
pub fn opening(
    resolved: &ResolvedRole,
    names: &Names,
    locale: &Locale,
    language: Language,
    defaults: ApplyDefaults<'_>,
) -> OpeningView {
    Builder { resolved, role: &resolved.role, names, locale, language }.opening(defaults)
}

/// The name in addresses of something: its English words, or else a digest of what it
/// is called. Words that would lose more than usual marks, such as `C++`, go by the digest,
/// so that they are not taken for others.
pub fn slug(english: Option<&str>, canonical: &str) -> String {
    let english = english.unwrap_or_default();
    let mut slug = String::new();
    for c in english.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    let kept = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || ",.'’&/()-–_:".contains(c);
    if !slug.is_empty() && slug.len() <= 60 && english.chars().all(kept) {
        return slug.to_string();
    }
    let digest = sha2::Sha256::digest(canonical.as_bytes());
    format!("x{}", HEXLOWER.encode(&digest[..5]))
}

/// An address that a browser may follow: of the web, and of nothing that could end it.
pub fn web_address(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>\"'\\`{}|^".contains(c) && !unseen(c);
    (!rest.is_empty() && rest.chars().all(plain)).then_some(text)
}

/// Characters that change how others are shown and are not seen themselves.
fn unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn mail_address(text: &str) -> Option<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".!#$*+-/=^_~@".contains(c);
    let (user, host) = text.split_once('@')?;
    (!user.is_empty() && host.contains('.') && !host.contains('@') && text.chars().all(plain)).then_some(text)
}

impl Builder<'_> {
    fn opening(&self, defaults: ApplyDefaults<'_>) -> OpeningView {
        let role = self.role;
        let posting = role.posting.clone().unwrap_or_default();
        let mut sections = Vec::new();
        for id in SECTIONS {
            self.push_section(id, &mut sections);
        }
        let mut more = |id: &'static str, body: Option<Body>| {
            if let Some(body) = body {
                let title = Rich::plain(self.locale.field(id), "");
                let id = id.rsplit('.').next().unwrap_or(id).to_string();
                sections.push(Section {
                    id,
                    number: String::new(),
                    title,
                    keep: Keep::None,
                    whole: false,
                    body,
                });
            }
        };
        more("posting.notes", self.list(&posting.notes, "/posting/notes"));
        more(
            "posting.employer_overview",
            self.prose(posting.employer_overview.as_ref(), "/posting/employer_overview"),
        );
        more(
            "posting.equal_opportunity_statement",
            self.prose(posting.equal_opportunity_statement.as_ref(), "/posting/equal_opportunity_statement"),
        );
        OpeningView {
            head: self.opening_head(&posting),
            lang: self.language.tag(),
            alternate_titles: self.texts(&role.alternate_titles, "").iter().map(Rich::to_plain).collect(),
            organization: self
                .optional(role.organization.as_ref().and_then(|it| it.name.as_ref()), "")
                .to_plain(),
            facts: self.opening_facts(),
            apply: self.apply(defaults),
            sections,
        }
    }

    fn opening_head(&self, posting: &Posting) -> OpeningHead {
        let role = self.role;
        let title = self.optional(posting.title.as_ref(), "").to_plain();
        let title = if title.is_empty() { self.optional(role.title.as_ref(), "").to_plain() } else { title };
        let summary = role.summary.as_ref().or(role.purpose.as_ref()).or(role.background.as_ref());
        let range = role.compensation.as_ref().and_then(|compensation| compensation.range.as_ref());
        OpeningHead {
            id: self.resolved.id.clone(),
            title,
            description: self.optional(summary, "").to_plain(),
            department: self.department(),
            places: self.places(),
            employment_type: role.employment.as_ref().and_then(|it| it.employment_type).map(|kind| Facet {
                slug: kind.key().replace('_', "-"),
                label: self.locale.term(kind).to_string(),
            }),
            family: role.family.as_ref().and_then(|family| self.facet(family)),
            pay: range.map(|range| self.pay_range(range).to_plain()).unwrap_or_default(),
            monthly_pay: range.map(monthly).unwrap_or_default(),
            posted: posting.date_posted.as_ref().map(|iso| self.day(iso)).unwrap_or_default(),
            closes: posting.valid_through.as_ref().map(|iso| self.day(iso)),
        }
    }

    fn day(&self, iso: &str) -> Day {
        Day { iso: iso.to_string(), words: self.locale.date(iso) }
    }

    fn facet(&self, text: &Text) -> Option<Facet> {
        let label = self.text(text, "").to_plain();
        let (canonical, _) = text.get_or_any(Language::ZhCn)?;
        let english = text.written(Language::En).map(markdown::plain);
        (!label.is_empty()).then(|| Facet { slug: slug(english.as_deref(), canonical), label })
    }

    fn department(&self) -> Option<Facet> {
        let unit = self.role.organization.as_ref()?.unit.as_ref()?;
        let name = unit.id().and_then(|id| self.names.units.get(id)).unwrap_or(&unit.0);
        self.facet(name)
    }

    /// The cities, or where there is none the names of the places.
    fn places(&self) -> Vec<Facet> {
        let mut places: Vec<Facet> = Vec::new();
        for location in &self.role.locations {
            let address = location.address.as_ref();
            let city = address.and_then(|it| it.locality.as_ref().or(it.region.as_ref()));
            places.extend(city.or(location.name.as_ref()).and_then(|place| self.facet(place)));
        }
        if self.role.conditions.as_ref().and_then(|it| it.workplace) == Some(Workplace::Remote) {
            let label = self.locale.term(Workplace::Remote).to_string();
            places.push(Facet { slug: "remote".to_string(), label });
        }
        let mut seen = std::collections::BTreeSet::new();
        places.retain(|place| seen.insert(place.slug.clone()));
        places
    }

    fn opening_facts(&self) -> Vec<Field> {
        let role = self.role;
        let unit = role.organization.as_ref().and_then(|it| it.unit.as_ref());
        let locations = role.locations.iter().enumerate();
        let workplace = role.conditions.as_ref().and_then(|it| it.workplace);
        let employment = role.employment.as_ref().and_then(|it| it.employment_type);
        let range = role.compensation.as_ref().and_then(|it| it.range.as_ref());
        let facts = [
            self.field("organization.unit", self.unit_name(unit, "/organization/unit")),
            self.list_field(
                "locations",
                locations.map(|(index, location)| self.location(location, index)).collect(),
            ),
            self.field(
                "employment.type",
                employment.map(|it| self.term(it, "/employment/type")).unwrap_or_default(),
            ),
            self.field(
                "conditions.workplace",
                workplace.map(|it| self.term(it, "/conditions/workplace")).unwrap_or_default(),
            ),
            self.posting_field("posting.applicant_regions"),
            self.field("compensation.range", range.map(|range| self.pay_range(range)).unwrap_or_default()),
            self.posting_field("posting.openings"),
            self.posting_field("posting.start"),
            self.field("family", self.optional(role.family.as_ref(), "/family")),
            self.field("code", role.code.as_ref().map(|code| Rich::plain(code, "/code")).unwrap_or_default()),
            self.posting_field("posting.date_posted"),
            self.posting_field("posting.valid_through"),
        ];
        facts.into_iter().flatten().collect()
    }

    fn apply(&self, defaults: ApplyDefaults<'_>) -> ApplyView {
        let posting = self.role.posting.clone().unwrap_or_default();
        let apply = posting.apply.unwrap_or_default();
        let email = apply.email.as_deref().and_then(mail_address).unwrap_or_default();
        let own = apply.url.as_deref().and_then(web_address);
        // One that can be written to needs no form beside it.
        let url = own.or(defaults.url.filter(|_| email.is_empty()).and_then(web_address));
        let contact = self.optional(posting.contact.as_ref(), "/posting/contact");
        let contact = if contact.is_empty() { self.optional(defaults.contact, "") } else { contact };
        ApplyView {
            url: url.unwrap_or_default().to_string(),
            email: email.to_string(),
            mailto: if email.is_empty() {
                String::new()
            } else {
                format!("mailto:{}", email.replace('#', "%23").replace('^', "%5E"))
            },
            instructions: self.optional(apply.instructions.as_ref(), "/posting/apply/instructions"),
            contact,
        }
    }
}

/// The lowest pay of a month, about: 21.75 working days, as Chinese law reckons.
fn monthly(range: &crate::model::PayRange) -> f64 {
    use crate::model::PayPeriod;
    let amount = range.min.or(range.max).unwrap_or_default();
    match range.period {
        Some(PayPeriod::Hour) => amount * 8.0 * 21.75,
        Some(PayPeriod::Day) => amount * 21.75,
        Some(PayPeriod::Week) => amount * 52.0 / 12.0,
        Some(PayPeriod::Month) | None => amount,
        Some(PayPeriod::Year) => amount / 12.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_names_have_different_slugs() {
        assert_eq!(slug(Some("Sales & Marketing (East)"), "销售"), "sales-marketing-east");
        let lossy = ["C", "C++", "C#", "Café", "Caf"].map(|name| slug(Some(name), name));
        let different: std::collections::BTreeSet<&String> = lossy.iter().collect();
        assert_eq!(different.len(), lossy.len(), "{lossy:?}");
        assert_eq!(slug(None, "销售").len(), 11);
    }
}
