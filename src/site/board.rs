//! Owns `jobs.json`, the openings as data for job boards, and its schema. May import
//! `view` and everything below it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::plain;
use crate::fs::{self, NewFile};
use crate::model::{Language, RoleDefinition, Term, Workplace};
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
    /// The openings, sorted by id
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
    /// All that the page says of it, as HTML: h2, h3, p, ul, ol, li, strong, em, a, br,
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
    pub fn add(
        &mut self,
        role: &RoleDefinition,
        view: &OpeningView,
        language: Language,
        url: String,
        html: String,
    ) {
        let head = &view.head;
        let locations = role.locations.iter().filter_map(|location| location.address.as_ref());
        let text = BoardText {
            url,
            title: head.title.clone(),
            organization: view.organization.clone(),
            department: head.department.as_ref().map(|it| it.label.clone()),
            family: head.family.as_ref().map(|it| it.label.clone()),
            locations: locations
                .map(|address| BoardLocation {
                    country: address.country.clone(),
                    region: plain(address.region.as_ref(), language),
                    locality: plain(address.locality.as_ref(), language),
                    street: plain(address.street.as_ref(), language),
                    postal_code: address.postal_code.clone(),
                })
                .collect(),
            summary: head.description.clone(),
            description_html: html,
        };
        self.languages.insert(view.lang.to_string(), text);
    }
}

/// Writes `jobs.json`, opening by opening, so that not all of them are in memory.
#[derive(Debug)]
pub struct BoardWriter {
    out: NewFile,
    empty: bool,
}

impl BoardWriter {
    /// Writes what the file begins with.
    pub fn begin(mut out: NewFile, url: String, date: String) -> Result<Self, fs::Error> {
        let head = Board { version: 1, url, date, openings: Vec::new() };
        let head = serde_json::to_string(&head).expect("a board is JSON");
        out.write(head.strip_suffix("]}").expect("it ends with the openings").as_bytes())?;
        Ok(Self { out, empty: true })
    }

    /// Writes an opening.
    pub fn add(&mut self, opening: &BoardOpening) -> Result<(), fs::Error> {
        self.out.write(if self.empty { b"\n" } else { b",\n" })?;
        self.empty = false;
        self.out.write(&serde_json::to_vec(opening).expect("an opening is JSON"))
    }

    /// Writes its end.
    pub fn finish(mut self) -> Result<(), fs::Error> {
        self.out.write(b"\n]}\n")?;
        self.out.finish()
    }
}

/// The JSON Schema of `jobs.json`.
pub fn board_schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Board>();
    schema.insert("title".into(), "rolebook jobs.json".into());
    schema.to_value()
}
