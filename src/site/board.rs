//! Owns `jobs.json`, the openings as data for job boards, and its schema. May import
//! `view` and everything below it.

use std::collections::BTreeMap;
use std::io::Write;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::model::{RoleDefinition, Term, Text, Workplace};
use crate::view::OpeningView;

/// The openings of an organization as data.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Board {
    /// Version of this format: 1
    pub version: u32,
    /// The site that the openings are on
    pub url: String,
    /// The day on which they were open, ISO 8601
    pub date: String,
    /// The openings, newest first
    pub openings: Vec<BoardOpening>,
}

/// An opening.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BoardOpening {
    /// Its id: unique on the site, and the same as long as the opening is there
    pub id: String,
    /// The organization's own number of the position
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The day it was posted on, ISO 8601
    #[schemars(extend("format" = "date"))]
    pub date_posted: String,
    /// The last day to apply on, ISO 8601
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    pub valid_through: Option<String>,
    /// full_time, part_time, contractor, temporary, intern, volunteer, per_diem or other
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employment_type: Option<String>,
    /// on_site, hybrid, remote or field
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workplace: Option<String>,
    /// Whether the work is done from anywhere
    pub remote: bool,
    /// How many people are sought
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openings: Option<u32>,
    /// Base pay
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay: Option<BoardPay>,
    /// Where to apply: the address of a form
    #[serde(skip_serializing_if = "String::is_empty")]
    pub apply_url: String,
    /// Where to apply: an address for mail
    #[serde(skip_serializing_if = "String::is_empty")]
    pub apply_email: String,
    /// The opening in each language that it is written in, by BCP 47 tag
    pub languages: BTreeMap<String, BoardText>,
}

/// Base pay.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BoardPay {
    /// Lowest amount
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Highest amount
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// ISO 4217
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// hour, day, week, month or year
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Months paid in a year
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months_per_year: Option<f64>,
}

/// An opening in a language.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BoardText {
    /// Its page
    pub url: String,
    /// The title
    pub title: String,
    /// The employer
    pub organization: String,
    /// The department
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The job family
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The places of work
    pub locations: Vec<BoardLocation>,
    /// What it is about, in short
    #[serde(skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// All that the page says of it, as HTML: h3, h4, p, ul, ol, li, strong, em, a, br,
    /// blockquote, pre, code
    pub description_html: String,
}

/// A place of work.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BoardLocation {
    /// ISO 3166-1 alpha-2
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Province or state
    #[serde(skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// City
    #[serde(skip_serializing_if = "String::is_empty")]
    pub locality: String,
    /// Street
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// Postal code
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
}

impl BoardOpening {
    /// An opening without its languages. `role` is the public part of one.
    pub fn of(id: &str, role: &RoleDefinition, view: &OpeningView) -> Self {
        let posting = role.posting.clone().unwrap_or_default();
        let workplace = role.conditions.as_ref().and_then(|it| it.workplace);
        let range = role.compensation.as_ref().and_then(|it| it.range.clone());
        Self {
            id: id.to_string(),
            code: role.code.clone(),
            date_posted: posting.date_posted.unwrap_or_default(),
            valid_through: posting.valid_through,
            employment_type: role
                .employment
                .as_ref()
                .and_then(|it| it.employment_type)
                .map(|it| it.key().to_string()),
            workplace: workplace.map(|it| it.key().to_string()),
            remote: workplace == Some(Workplace::Remote),
            openings: posting.openings,
            pay: range.map(|range| BoardPay {
                min: range.min,
                max: range.max,
                currency: range.currency,
                period: range.period.map(|it| it.key().to_string()),
                months_per_year: range.months_per_year,
            }),
            apply_url: view.apply.url.clone(),
            apply_email: view.apply.email.clone(),
            languages: BTreeMap::new(),
        }
    }

    /// Adds a language.
    pub fn add(&mut self, role: &RoleDefinition, view: &OpeningView, url: String, html: String) {
        let language = crate::model::Language::from_tag(view.lang).unwrap_or(crate::model::Language::ZhCn);
        let plain = |text: Option<&Text>| {
            let words = text.and_then(|text| text.get_or_any(language));
            words.map(|(words, _)| crate::markdown::plain(words)).unwrap_or_default()
        };
        let locations = role.locations.iter().filter_map(|location| location.address.as_ref());
        let text = BoardText {
            url,
            title: view.title.clone(),
            organization: view.organization.clone(),
            department: view.department.as_ref().map(|it| it.label.clone()),
            family: view.family.as_ref().map(|it| it.label.clone()),
            locations: locations
                .map(|address| BoardLocation {
                    country: address.country.clone(),
                    region: plain(address.region.as_ref()),
                    locality: plain(address.locality.as_ref()),
                    street: plain(address.street.as_ref()),
                    postal_code: address.postal_code.clone(),
                })
                .collect(),
            summary: view.description.clone(),
            description_html: html,
        };
        self.languages.insert(view.lang.to_string(), text);
    }

    /// The opening as JSON.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("an opening is JSON")
    }
}

/// Writes the file: what it begins with, each opening as it is made, and its end.
pub fn write_board(
    out: &mut impl Write,
    url: &str,
    date: &str,
    openings: impl IntoIterator<Item = std::io::Result<Vec<u8>>>,
) -> std::io::Result<()> {
    let head = serde_json::to_string(&Board {
        version: 1,
        url: url.into(),
        date: date.into(),
        openings: Vec::new(),
    })
    .expect("a board is JSON");
    let head = head.strip_suffix("]}").expect("it ends with the openings");
    out.write_all(head.as_bytes())?;
    for (index, opening) in openings.into_iter().enumerate() {
        out.write_all(if index > 0 { b",\n" } else { b"\n" })?;
        out.write_all(&opening?)?;
    }
    out.write_all(b"\n]}\n")?;
    out.flush()
}

/// The JSON Schema of `jobs.json`.
pub fn board_schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Board>();
    schema.insert("title".into(), "rolebook jobs.json".into());
    schema.to_value()
}
