//! Owns the variants of a position beside each other, on the page of their job family.
//! May import `view` and everything below it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::entry::{Entry, cut};
use crate::view::{Body, OpeningView, Rich};

/// The longest cell, in characters.
const CELL: usize = 140;

/// The most columns beside each other.
const COLUMNS: usize = 5;

/// What a variant says in each row.
#[derive(Debug, Clone)]
pub struct Column {
    /// What it is a variant of; never shown.
    of: String,
    /// Rows: what they are found by, their label, and what stands in them.
    cells: Vec<(String, String, String)>,
}

/// Variants beside each other.
#[derive(Debug, Clone, Serialize)]
pub struct ComparedView {
    /// The openings: title and address.
    pub columns: Vec<ComparedColumn>,
    /// The rows.
    pub rows: Vec<ComparedRow>,
}

/// An opening at the head of a column.
#[derive(Debug, Clone, Serialize)]
pub struct ComparedColumn {
    /// The title.
    pub title: String,
    /// The page, from the site's root.
    pub path: String,
}

/// A row: a fact, or a duty.
#[derive(Debug, Clone, Serialize)]
pub struct ComparedRow {
    /// The label.
    pub label: String,
    /// Whether all say the same.
    pub same: bool,
    /// The cells; empty where an opening has none of it.
    pub cells: Vec<String>,
}

impl Column {
    /// The column of an opening that is a variant of `of`.
    pub(super) fn of(view: &OpeningView, of: &str) -> Self {
        let mut cells = Vec::new();
        let mut add = |key: &str, label: &str, text: String| {
            if !text.is_empty() {
                cells.push((key.to_string(), label.to_string(), cut(&text, CELL)));
            }
        };
        let all = |value: &Rich, items: &[Rich]| {
            let items = items.iter().map(Rich::to_plain);
            std::iter::once(value.to_plain()).chain(items).filter(|it| !it.is_empty()).collect::<Vec<_>>()
        };
        for fact in view.facts.iter().filter(|fact| !matches!(fact.id, "code" | "family")) {
            add(fact.id, &fact.label, all(&fact.value, &fact.items).join("\n"));
        }
        let asked = ["qualifications.education", "qualifications.experience"];
        for section in &view.sections {
            if let Body::Fields { fields } = &section.body {
                for field in fields.iter().filter(|field| asked.contains(&field.id)) {
                    add(field.id, &field.label, all(&field.value, &field.items).join("\n"));
                }
            }
        }
        for section in &view.sections {
            if let Body::Duties { duties } = &section.body {
                for duty in duties {
                    let area = duty.area.to_plain();
                    let label = if area.is_empty() { duty.label.clone() } else { area };
                    add(&format!("duty {label}"), &label, duty.statement.to_plain());
                }
            }
        }
        Self { of: of.to_string(), cells }
    }
}

/// The groups of variants among openings, of which each has two or more.
pub(super) fn compared(entries: &[&Entry], lang: &str) -> Vec<ComparedView> {
    let mut groups: BTreeMap<&str, Vec<(&Entry, &Column)>> = BTreeMap::new();
    for entry in entries {
        if let Some(column) = &entry.column {
            groups.entry(&column.of).or_default().push((entry, column));
        }
    }
    let chunks = groups.values().flat_map(|group| group.chunks(COLUMNS));
    chunks.filter(|group| group.len() > 1).map(|group| view(group, lang)).collect()
}

fn view(group: &[(&Entry, &Column)], lang: &str) -> ComparedView {
    let columns =
        group.iter().map(|(entry, _)| ComparedColumn { title: entry.title.clone(), path: entry.path(lang) });
    // The rows of the first, and each further one after the row that it follows.
    let mut keys: Vec<(&str, &str)> = Vec::new();
    for (_, column) in group {
        let mut at = 0;
        for (key, label, _) in &column.cells {
            match keys.iter().position(|(known, _)| known == key) {
                Some(found) => at = found + 1,
                None => {
                    keys.insert(at, (key, label));
                    at += 1;
                }
            }
        }
    }
    let rows = keys.into_iter().map(|(key, label)| {
        let cell = |column: &Column| {
            let found = column.cells.iter().find(|(known, _, _)| known == key);
            found.map(|(_, _, text)| text.clone()).unwrap_or_default()
        };
        let cells: Vec<String> = group.iter().map(|(_, column)| cell(column)).collect();
        ComparedRow { label: label.to_string(), same: cells.iter().all(|it| *it == cells[0]), cells }
    });
    ComparedView { columns: columns.collect(), rows: rows.collect() }
}
