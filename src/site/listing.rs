//! Owns the lists of openings: all of them, and those of a department, a place, a type
//! of employment, a job family; each in pages. May import `view` and everything below
//! it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::compared::{COLUMNS, ComparedView, compared};
use super::entry::Entry;
use crate::view::{Facet, Locale};

/// Openings on a page: it stays under 50 KB, whatever they are called.
const ON_A_PAGE: usize = 40;

/// The same where variants are compared on the page: two full tables.
const ON_A_FAMILY_PAGE: usize = 2 * COLUMNS;

/// The kinds of facets: name in addresses, words of the site for the filter and for a
/// page's title.
pub(super) const FACETS: [(&str, &str, &str); 4] = [
    ("departments", "department", "in_department"),
    ("places", "place", "in_place"),
    ("types", "employment_type", "in_type"),
    ("families", "family", "in_family"),
];

/// One page of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Listing {
    /// Its path, from the site's root.
    #[serde(skip)]
    pub path: String,
    /// The path without the language, by which the same list is found in others.
    #[serde(skip)]
    pub place: String,
    /// The title; empty for the list of all.
    pub title: String,
    /// How many openings the list has on all of its pages, in words.
    pub count: String,
    /// The openings of this page.
    pub rows: Vec<Row>,
    /// Variants beside each other.
    pub compared: Vec<ComparedView>,
    /// `Page 2 of 3`; empty if there is one page.
    pub page_of: String,
    /// The page before, from the site's root; empty for the first.
    pub previous: String,
    /// The page after; empty for the last.
    pub next: String,
    /// What openings can be filtered by; on the list of all only.
    pub filters: Vec<Filter>,
    /// The newest day of its openings.
    #[serde(skip)]
    pub newest: String,
}

/// Something to filter by.
#[derive(Debug, Clone, Serialize)]
pub struct Filter {
    /// Its name, such as `department`.
    pub id: &'static str,
    /// Its label.
    pub label: String,
    /// The folder of its pages.
    pub folder: &'static str,
    /// What to choose from.
    pub options: Vec<FilterOption>,
}

/// Something to choose.
#[derive(Debug, Clone, Serialize)]
pub struct FilterOption {
    /// Its name in addresses.
    pub slug: String,
    /// Its label.
    pub label: String,
    /// How many openings it has.
    pub count: usize,
}

/// An opening in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The page, from the site's root.
    pub path: String,
    /// The title.
    pub title: String,
    /// Department, places, type: what there is of them.
    pub facts: Vec<String>,
    /// The pay.
    pub pay: String,
    /// `Posted …`
    pub posted: String,
    /// `Apply by …`; empty if no day is said.
    pub closes: String,
}

impl Row {
    /// A row whose words a script puts in.
    pub(super) fn blank() -> Self {
        let none = String::new;
        Self {
            path: "#main".into(),
            title: "…".into(),
            facts: Vec::new(),
            pay: none(),
            posted: none(),
            closes: none(),
        }
    }

    pub(super) fn of(entry: &Entry, locale: &Locale, lang: &str) -> Self {
        let places: Vec<&str> = entry.head.places.iter().map(|place| place.label.as_str()).collect();
        let places = places.join(locale.pattern("list_separator"));
        let label = |facet: &Option<Facet>| facet.as_ref().map(|it| it.label.clone()).unwrap_or_default();
        let mut facts = vec![label(&entry.head.department), places, label(&entry.head.employment_type)];
        facts.retain(|fact| !fact.is_empty());
        let day = |name: &str, words: &str| locale.fill_site(name, &[("date", words)]);
        Self {
            path: entry.path(lang),
            title: entry.head.title.clone(),
            facts,
            pay: entry.head.pay.clone(),
            posted: day("posted", &entry.head.posted.words),
            closes: entry.head.closes.as_ref().map(|closes| day("closes", &closes.words)).unwrap_or_default(),
        }
    }
}

/// The facets of an opening of one kind.
pub(super) fn facets_of<'a>(entry: &'a Entry, kind: &str) -> Vec<&'a Facet> {
    match kind {
        "departments" => entry.head.department.iter().collect(),
        "places" => entry.head.places.iter().collect(),
        "types" => entry.head.employment_type.iter().collect(),
        _ => entry.head.family.iter().collect(),
    }
}

/// The facets of each kind, by label, with the openings of each.
type Facets<'a> = BTreeMap<(String, String), Vec<&'a Entry>>;

fn facets<'a>(entries: &'a [Entry], kind: &str) -> Facets<'a> {
    let mut found: Facets<'_> = BTreeMap::new();
    let mut labels: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in entries {
        for facet in facets_of(entry, kind) {
            // Two that are called the same in addresses are one; the first names it.
            let label = labels.entry(&facet.slug).or_insert(&facet.label);
            found.entry(((*label).to_string(), facet.slug.clone())).or_default().push(entry);
        }
    }
    found
}

/// Every page of every list in a language. The openings come newest first.
pub fn listings(entries: &[Entry], locale: &Locale, lang: &str) -> Vec<Listing> {
    let all: Vec<&Entry> = entries.iter().collect();
    let mut filters = Vec::new();
    let mut lists = Vec::new();
    for (folder, id, title) in FACETS {
        let found = facets(entries, folder);
        let options = found.iter().map(|((label, slug), of)| FilterOption {
            slug: slug.clone(),
            label: label.clone(),
            count: of.len(),
        });
        if found.is_empty() {
            continue;
        }
        filters.push(Filter { id, label: locale.site(id).to_string(), folder, options: options.collect() });
        for ((label, slug), of) in &found {
            let title = locale.fill_site(title, &[("name", label)]);
            let on_a_page = if folder == "families" { ON_A_FAMILY_PAGE } else { ON_A_PAGE };
            paged(&format!("{folder}/{slug}"), &title, of, on_a_page, locale, lang, &mut lists);
        }
    }
    let start = lists.len();
    paged("index", "", &all, ON_A_PAGE, locale, lang, &mut lists);
    for list in &mut lists[start..] {
        list.filters.clone_from(&filters);
    }
    lists
}

fn paged(
    place: &str,
    title: &str,
    entries: &[&Entry],
    on_a_page: usize,
    locale: &Locale,
    lang: &str,
    out: &mut Vec<Listing>,
) {
    // Variants stand together on the page where they are compared.
    let mut entries = entries.to_vec();
    let of_family = place.starts_with("families/");
    if of_family {
        entries.sort_by(|a, b| a.head.id.cmp(&b.head.id));
    }
    let total = entries.len().div_ceil(on_a_page).max(1);
    let path = |number: usize| match number {
        1 => format!("{place}.html"),
        _ => format!("{place}.p{number}.html"),
    };
    for number in 1..=total {
        let chunk = entries.iter().skip((number - 1) * on_a_page).take(on_a_page);
        let chunk: Vec<&Entry> = chunk.copied().collect();
        let place = path(number);
        let other = |number: usize| format!("{lang}/{}", path(number));
        out.push(Listing {
            path: format!("{lang}/{place}"),
            place,
            title: title.to_string(),
            count: count(entries.len(), locale),
            rows: chunk.iter().map(|entry| Row::of(entry, locale, lang)).collect(),
            compared: if of_family { compared(&chunk, locale, lang) } else { Vec::new() },
            page_of: if total > 1 {
                let (n, all) = (number.to_string(), total.to_string());
                locale.fill_site("page_of", &[("n", &n), ("total", &all)])
            } else {
                String::new()
            },
            previous: if number > 1 { other(number - 1) } else { String::new() },
            next: if number < total { other(number + 1) } else { String::new() },
            filters: Vec::new(),
            newest: chunk.iter().map(|entry| entry.head.posted.iso.clone()).max().unwrap_or_default(),
        });
    }
}

/// How many openings, in words.
pub(super) fn count(number: usize, locale: &Locale) -> String {
    match number {
        1 => locale.site("count_one").to_string(),
        _ => locale.fill_site("count", &[("n", &number.to_string())]),
    }
}
