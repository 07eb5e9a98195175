//! Owns the JobPosting of schema.org that the page of an open role carries. May import
//! `view` and everything below it.

use serde_json::{Map, Value, json};

use super::plain;
use crate::model::{
    Address, EducationLevel, HoursSystem, Language, PayPeriod, RoleDefinition, Text, Tier, Workplace,
};
use crate::view::{Body, Field, Locale, OpeningView, Rich};

/// The organization that a site belongs to.
#[derive(Debug, Clone, Default)]
pub struct Employer {
    /// Its web address; may be empty.
    pub url: String,
    /// The address of its logo; may be empty.
    pub logo: String,
}

/// Adds a property that has something in it.
fn add(to: &mut Map<String, Value>, name: &str, value: Value) {
    let empty = match &value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    if !empty {
        to.insert(name.to_string(), value);
    }
}

/// The JobPosting of an opening. `role` is the public part of one; `description` is
/// HTML, `url` and `image` are addresses in full.
pub fn job_posting(
    view: &OpeningView,
    role: &RoleDefinition,
    locale: &Locale,
    language: Language,
    employer: &Employer,
    (description, url, image): (&str, &str, &str),
) -> Value {
    let mut posting = Map::new();
    let mut put = |name: &str, value: Value| add(&mut posting, name, value);
    let head = &view.head;
    let of_posting = role.posting.clone().unwrap_or_default();
    let conditions = role.conditions.clone().unwrap_or_default();
    let text = |text: Option<&Text>| plain(text, language);
    put("@context", json!("https://schema.org/"));
    put("@type", json!("JobPosting"));
    put("title", json!(head.title));
    put("description", json!(description));
    put("url", json!(url));
    put("image", json!(image));
    let number = role.code.as_deref().unwrap_or(&head.id);
    put("identifier", json!({ "@type": "PropertyValue", "name": view.organization, "value": number }));
    put("datePosted", json!(head.posted.iso));
    if let Some(closes) = &head.closes {
        // The day counts to its end.
        put("validThrough", json!(format!("{}T23:59:59", closes.iso)));
    }
    if let Some(kind) = role.employment.as_ref().and_then(|it| it.employment_type) {
        put("employmentType", json!(crate::model::Term::key(kind).to_uppercase()));
    }
    let mut organization = Map::new();
    add(&mut organization, "@type", json!("Organization"));
    add(&mut organization, "name", json!(view.organization));
    add(&mut organization, "sameAs", json!(employer.url));
    add(&mut organization, "logo", json!(employer.logo));
    put("hiringOrganization", Value::Object(organization));
    if let Some(department) = &head.department {
        put("employmentUnit", json!({ "@type": "Organization", "name": department.label }));
    }
    let places = role.locations.iter().filter_map(|location| location.address.as_ref());
    let places: Vec<Value> = places.filter(|it| it.country.is_some()).map(|it| place(it, language)).collect();
    let remote = conditions.workplace == Some(Workplace::Remote);
    put("jobLocation", one_or_all(places));
    if remote {
        put("jobLocationType", json!("TELECOMMUTE"));
        let regions = of_posting.applicant_regions.iter().map(|region| text(Some(region)));
        let mut regions: Vec<Value> = regions
            .filter(|region| !region.is_empty())
            .map(|name| json!({ "@type": "AdministrativeArea", "name": name }))
            .collect();
        if regions.is_empty() {
            let countries = role.locations.iter().filter_map(|it| it.address.as_ref()?.country.as_deref());
            regions.extend(countries.map(|code| json!({ "@type": "Country", "name": code })));
        }
        put("applicantLocationRequirements", one_or_all(regions));
    }
    put("baseSalary", salary(role));
    put("directApply", json!(!view.apply.url.is_empty() || !view.apply.email.is_empty()));
    if let Some(openings) = of_posting.openings {
        put("totalJobOpenings", json!(openings));
    }
    put("jobStartDate", json!(text(of_posting.start.as_ref())));
    put("industry", json!(text(role.organization.as_ref().and_then(|it| it.industry.as_ref()))));
    put("relevantOccupation", occupations(role, view));
    education_and_experience(role, &mut put);
    let field = |section: &str, id: &str| words_of(view, section, id);
    let all = |ids: &[&str]| -> Value {
        ids.iter().flat_map(|id| words_of(view, "qualifications", id)).map(Value::String).collect()
    };
    put("responsibilities", json!(responsibilities(view)));
    put(
        "qualifications",
        json!(lines(&[
            field("qualifications", "qualifications.training"),
            field("qualifications", "qualifications.certifications"),
            field("qualifications", "qualifications.languages"),
        ])),
    );
    put(
        "skills",
        all(&[
            "qualifications.knowledge",
            "qualifications.skills",
            "qualifications.abilities",
            "qualifications.competencies",
        ]),
    );
    put("physicalRequirement", all(&["qualifications.physical"]));
    put("sensoryRequirement", all(&["qualifications.sensory"]));
    put("securityClearanceRequirement", json!(lines(&[field("qualifications", "qualifications.clearance")])));
    put(
        "eligibilityToWorkRequirement",
        json!(lines(&[field("qualifications", "qualifications.work_eligibility")])),
    );
    put("jobBenefits", json!(lines(&[field("compensation", "compensation.benefits")])));
    put("incentiveCompensation", json!(lines(&[field("compensation", "compensation.incentives")])));
    let hours: Vec<String> = [
        conditions.hours_system.map(|hours: HoursSystem| locale.term(hours).to_string()),
        conditions.schedule.as_ref().map(|it| text(Some(it))),
        conditions.shifts.as_ref().map(|it| text(Some(it))),
    ]
    .into_iter()
    .flatten()
    .filter(|it| !it.is_empty())
    .collect();
    put("workHours", json!(hours.join(locale.pattern("phrase_separator"))));
    put("employerOverview", json!(text(of_posting.employer_overview.as_ref())));
    let contact = view.apply.contact.to_plain();
    if !contact.is_empty() || !view.apply.email.is_empty() {
        let mut point = Map::new();
        add(&mut point, "@type", json!("ContactPoint"));
        add(&mut point, "name", json!(contact));
        add(&mut point, "email", json!(view.apply.email));
        add(&mut point, "url", json!(view.apply.url));
        put("applicationContact", Value::Object(point));
    }
    Value::Object(posting)
}

/// One value as it is: some readers know no list of one.
fn one_or_all(mut values: Vec<Value>) -> Value {
    if values.len() == 1 { values.remove(0) } else { Value::Array(values) }
}

fn place(address: &Address, language: Language) -> Value {
    let mut postal = Map::new();
    let text = |text: Option<&Text>| json!(plain(text, language));
    add(&mut postal, "@type", json!("PostalAddress"));
    add(&mut postal, "streetAddress", text(address.street.as_ref()));
    add(&mut postal, "addressLocality", text(address.locality.as_ref()));
    add(&mut postal, "addressRegion", text(address.region.as_ref()));
    add(&mut postal, "postalCode", json!(address.postal_code.as_deref().unwrap_or_default()));
    add(&mut postal, "addressCountry", json!(address.country));
    json!({ "@type": "Place", "address": postal })
}

fn salary(role: &RoleDefinition) -> Value {
    let range = role.compensation.as_ref().and_then(|it| it.range.clone()).unwrap_or_default();
    let (Some(currency), Some(period)) = (&range.currency, range.period) else { return Value::Null };
    let unit = match period {
        PayPeriod::Hour => "HOUR",
        PayPeriod::Day => "DAY",
        PayPeriod::Week => "WEEK",
        PayPeriod::Month => "MONTH",
        PayPeriod::Year => "YEAR",
    };
    let mut value = Map::new();
    add(&mut value, "@type", json!("QuantitativeValue"));
    match (range.min, range.max) {
        (None, None) => return Value::Null,
        (Some(min), Some(max)) if min.total_cmp(&max).is_ne() => {
            add(&mut value, "minValue", json!(min));
            add(&mut value, "maxValue", json!(max));
        }
        (Some(amount), Some(_)) => add(&mut value, "value", json!(amount)),
        (min, max) => {
            add(&mut value, "minValue", json!(min));
            add(&mut value, "maxValue", json!(max));
        }
    }
    add(&mut value, "unitText", json!(unit));
    json!({ "@type": "MonetaryAmount", "currency": currency, "value": value })
}

fn occupations(role: &RoleDefinition, view: &OpeningView) -> Value {
    let codes = role.occupation_codes.iter().filter_map(|code| {
        let value = code.code.as_ref()?;
        let mut category = Map::new();
        add(&mut category, "@type", json!("CategoryCode"));
        add(&mut category, "inCodeSet", json!(code.system.as_deref().unwrap_or_default()));
        add(&mut category, "codeValue", json!(value));
        Some(Value::Object(category))
    });
    let codes: Vec<Value> = codes.collect();
    if codes.is_empty() {
        return Value::Null;
    }
    json!({ "@type": "Occupation", "name": view.head.title, "occupationalCategory": codes })
}

/// What Google knows of education and experience; what is merely preferred is no
/// requirement.
fn education_and_experience(role: &RoleDefinition, put: &mut impl FnMut(&str, Value)) {
    let Some(qualifications) = &role.qualifications else { return };
    let required = |tier: Option<Tier>| tier != Some(Tier::Preferred);
    let levels = qualifications.education.iter().filter(|it| required(it.tier)).filter_map(|it| it.level);
    let mut credentials: Vec<&str> = Vec::new();
    let mut none = false;
    for level in levels {
        let category = match level {
            EducationLevel::Any | EducationLevel::JuniorHighSchool => {
                none = true;
                continue;
            }
            EducationLevel::HighSchool | EducationLevel::SecondaryVocational => "high school",
            EducationLevel::Associate => "associate degree",
            EducationLevel::Bachelor => "bachelor degree",
            EducationLevel::Master | EducationLevel::Doctorate => "postgraduate degree",
        };
        if !credentials.contains(&category) {
            credentials.push(category);
        }
    }
    let of_credential = |category: &&str| json!({ "@type": "EducationalOccupationalCredential", "credentialCategory": category });
    let educated = !credentials.is_empty();
    match &credentials[..] {
        [] if none => put("educationRequirements", json!("no requirements")),
        [] => {}
        [one] => put("educationRequirements", of_credential(one)),
        several => put("educationRequirements", several.iter().map(of_credential).collect()),
    }
    let experience = qualifications.experience.iter().filter(|it| required(it.tier));
    let months = experience.clone().filter_map(|it| it.months).max();
    let experienced = months.is_some_and(|months| months > 0);
    match months {
        Some(0) => put("experienceRequirements", json!("no requirements")),
        Some(months) => put(
            "experienceRequirements",
            json!({ "@type": "OccupationalExperienceRequirements", "monthsOfExperience": months }),
        ),
        None => {}
    }
    // Google wants it with both others only.
    if let Some(instead) = qualifications.experience_in_place_of_education.filter(|_| educated && experienced)
    {
        put("experienceInPlaceOfEducation", json!(instead));
    }
}

/// The values of a field, as plain words.
fn words_of(view: &OpeningView, section: &str, id: &str) -> Vec<String> {
    let section = view.sections.iter().find(|known| known.id == section);
    let Some(Body::Fields { fields }) = section.map(|section| &section.body) else { return Vec::new() };
    let of_field = |field: &Field| {
        let value = std::iter::once(&field.value).chain(&field.items).map(Rich::to_plain);
        value.filter(|words| !words.is_empty()).collect::<Vec<_>>()
    };
    fields.iter().filter(|field| field.id == id).flat_map(of_field).collect()
}

fn lines(values: &[Vec<String>]) -> String {
    values.concat().join("\n")
}

fn responsibilities(view: &OpeningView) -> String {
    let mut all = Vec::new();
    for section in &view.sections {
        let Body::Duties { duties } = &section.body else { continue };
        for duty in duties {
            let words = [duty.area.to_plain(), duty.statement.to_plain()];
            let words: Vec<String> = words.into_iter().filter(|it| !it.is_empty()).collect();
            all.push(words.join(": "));
        }
    }
    all.retain(|words| !words.is_empty());
    all.join("\n")
}

/// JSON as it stands inside a `script` element: nothing in it ends the element, begins a
/// comment, or turns the direction of the words around it.
pub(super) fn in_script(value: &Value) -> String {
    let json = value.to_string();
    let mut out = String::with_capacity(json.len() + json.len() / 8);
    for c in json.chars() {
        let special = matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\u{feff}')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
        if special {
            let _ = std::fmt::Write::write_fmt(&mut out, format_args!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_script_ends_it() {
        let hostile = json!({ "a": "</script><!-- & \u{202e}\u{2028}\"'" });
        let inside = in_script(&hostile);
        assert!(!inside.contains(['<', '>', '&', '\u{202e}', '\u{2028}']));
        assert_eq!(serde_json::from_str::<Value>(&inside).unwrap(), hostile);
    }
}
