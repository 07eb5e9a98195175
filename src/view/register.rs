//! Owns the register of roles: what a list of all roles says of each, in the words of one
//! language. May import `organization`, `model` and the rest of `view`.

use std::collections::BTreeMap;

use super::sheet::{Sheet, SheetCell, SheetColumn};
use super::{Locale, Look, Names, Theme};
use crate::markdown;
use crate::model::{DocumentStatus, Language, Location, RoleReference, Text, UnitReference};
use crate::organization::{Position, Positions, Units};

/// What the register says of a role. A text that it does not have is empty.
#[derive(Debug, Clone)]
pub struct RegisterRow {
    /// The role's id.
    pub id: String,
    /// The position code.
    pub code: String,
    /// The job title, in the language or else in one that it has.
    pub title: String,
    /// The department.
    pub unit: String,
    /// The id of the role that it reports to, if that is one.
    pub reports_to_id: Option<String>,
    /// The title of whoever it reports to.
    pub reports_to: String,
    /// The languages of the library that it is written in.
    pub languages: Vec<&'static str>,
    /// The status of its description.
    pub status: Option<DocumentStatus>,
    /// The version of its description.
    pub version: String,
}

/// What the register says of a position.
pub fn register_row(position: &Position, names: &Names, language: Language) -> RegisterRow {
    let superior = position.reporting.reports_to.as_ref();
    let version = position.document.version.as_deref().unwrap_or_default();
    RegisterRow {
        id: position.id.clone(),
        code: position.code.clone().unwrap_or_default(),
        title: words(&position.title, language),
        unit: unit(position.unit.as_ref(), names, language),
        reports_to_id: superior.and_then(RoleReference::id).map(str::to_string),
        reports_to: superior.map(|superior| role(superior, names, language)).unwrap_or_default(),
        languages: position.languages.iter().map(|language| language.tag()).collect(),
        status: position.document.status,
        version: version.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// What a register is made of.
pub struct RegisterSource<'a> {
    /// The positions.
    pub positions: &'a Positions,
    /// The order of the units.
    pub units: &'a Units,
    /// The names that ids stand for.
    pub names: &'a Names,
    /// The words.
    pub locale: &'a Locale,
    /// The language.
    pub language: Language,
    /// The languages of the library.
    pub languages: &'a [Language],
    /// The look.
    pub theme: &'a Theme,
    /// The organization's name.
    pub organization: Option<&'a Text>,
}

/// The register, department by department. It has the same columns for every library of
/// the same languages, so that programs can rely on them.
pub fn register(source: &RegisterSource<'_>) -> Sheet {
    let RegisterSource { positions, units, names, locale, language, languages, theme, organization } =
        *source;
    let mut sorted: Vec<&Position> = positions.all.iter().collect();
    sorted.sort_by_cached_key(|position| {
        (units.key(position.unit.as_ref()), position.code.clone().unwrap_or_default(), position.id.clone())
    });
    let others: Vec<Language> = languages.iter().copied().filter(|&it| it != language).collect();
    let (field, own) =
        (|id: &str| SheetColumn::new(locale.field(id)), |id: &str| SheetColumn::new(locale.organization(id)));
    let mut columns = vec![own("number"), field("code"), field("title")];
    columns.extend(others.iter().map(|other| own(&format!("title_{}", other.tag()))));
    columns.extend([field("organization.unit"), field("family"), field("sub_family"), field("category")]);
    columns.extend([field("grade"), field("headcount").summed(), field("locations")]);
    columns.extend([field("reporting.reports_to"), own("superior_code"), field("reporting.dotted_line")]);
    columns.extend([field("document.status"), field("document.version"), field("document.effective_date")]);
    columns.push(field("document.review_by"));
    let printed = u16::try_from(columns.len()).unwrap_or(u16::MAX);
    columns.extend([field("organization.name"), field("document.supersedes"), field("document.owner")]);
    columns.extend([field("document.confidentiality"), own("languages"), own("base"), own("id")]);
    let codes = positions.all.iter().filter_map(|it| Some((it.id.as_str(), it.code.as_deref()?)));
    let codes: BTreeMap<&str, &str> = codes.collect();
    let row = |(number, position): (usize, &&Position)| {
        let row = register_row(position, names, language);
        let document = &position.document;
        let superior_code =
            row.reports_to_id.as_deref().and_then(|id| codes.get(id)).copied().unwrap_or_default();
        let text =
            |text: Option<&Text>| SheetCell::text(text.map(|text| words(text, language)).unwrap_or_default());
        let mut cells = vec![
            SheetCell::number(u32::try_from(number + 1).ok()),
            SheetCell::text(row.code),
            SheetCell::text(row.title),
        ];
        cells.extend(others.iter().map(|&other| {
            let localized = matches!(position.title, Text::Localized(_));
            let title = position.title.get(other).filter(|_| localized);
            SheetCell::text(title.map(markdown::plain).unwrap_or_default())
        }));
        let list = locale.pattern("list_separator");
        let joined = |texts: Vec<String>| SheetCell::text(texts.join(list));
        let dotted = position.reporting.dotted_line.iter().map(|it| role(it, names, language));
        cells.extend([
            SheetCell::text(row.unit),
            text(position.family.as_ref()),
            text(position.sub_family.as_ref()),
            SheetCell::text(position.category.map(|it| locale.term(it)).unwrap_or_default()),
            SheetCell::text(position.grade.clone().unwrap_or_default()),
            SheetCell::number(position.headcount),
            joined(
                position.locations.iter().map(|it| place(it, language)).filter(|it| !it.is_empty()).collect(),
            ),
            SheetCell::text(row.reports_to),
            SheetCell::text(superior_code),
            joined(dotted.collect()),
            SheetCell::text(row.status.map(|it| locale.term(it)).unwrap_or_default()),
            SheetCell::text(row.version),
            SheetCell::date(document.effective_date.as_ref()),
            SheetCell::date(document.review_by.as_ref()),
            text(position.employer.as_ref()),
            SheetCell::text(document.supersedes.clone().unwrap_or_default()),
            SheetCell::text(unit(document.owner.as_ref(), names, language)),
            SheetCell::text(document.confidentiality.map(|it| locale.term(it)).unwrap_or_default()),
            SheetCell::text(row.languages.join(" ")),
            SheetCell::text(position.bases.first().cloned().unwrap_or_default()),
            SheetCell::text(row.id),
        ]);
        cells
    };
    let rows: Vec<Vec<SheetCell>> = sorted.iter().enumerate().map(row).collect();
    let date = sorted.iter().filter_map(|it| it.document.effective_date.as_deref()).max();
    Sheet {
        lang: language.tag(),
        title: locale.organization("register").to_string(),
        description: super::chart::description(sorted.iter().copied(), locale),
        organization: organization.map(|name| words(name, language)).unwrap_or_default(),
        date: date.unwrap_or("2000-01-01").to_string(),
        accent: Look::of(theme).accent,
        columns,
        fixed: 3,
        printed,
        sum: locale.organization("sum").to_string(),
        rows,
    }
}

fn words(text: &Text, language: Language) -> String {
    text.get_or_any(language).map(|(words, _)| markdown::plain(words)).unwrap_or_default()
}

/// The title of a role, or the words for somebody else.
fn role(reference: &RoleReference, names: &Names, language: Language) -> String {
    words(reference.id().and_then(|id| names.role(id)).unwrap_or(&reference.0), language)
}

fn unit(reference: Option<&UnitReference>, names: &Names, language: Language) -> String {
    let name = |reference: &UnitReference| {
        words(reference.id().and_then(|id| names.unit(id)).unwrap_or(&reference.0), language)
    };
    reference.map(name).unwrap_or_default()
}

/// A location by its name, or else by its city or region.
fn place(location: &Location, language: Language) -> String {
    let address = location.address.as_ref();
    let by_address = || address.and_then(|address| address.locality.as_ref().or(address.region.as_ref()));
    location.name.as_ref().or_else(by_address).map(|name| words(name, language)).unwrap_or_default()
}
