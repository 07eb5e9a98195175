//! Owns the variants of a position beside each other, on the page of their job family.
//! May import `view` and everything below it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::entry::{Entry, cut};
use crate::view::{Body, Field, Locale, OpeningView, Rich};

/// The most that a cell says, in characters: the page stays under 50 KB.
const CELL: usize = 140;

/// The most columns beside each other.
pub(super) const COLUMNS: usize = 5;

/// What a variant says in each row.
#[derive(Debug, Clone)]
pub struct Column {
    /// What it is a variant of; never shown.
    of: String,
    /// What stands in each row of facts.
    facts: Vec<Cell>,
    /// What it says of each duty.
    duties: Vec<Cell>,
}

/// What a variant says in a row.
#[derive(Debug, Clone)]
struct Cell {
    /// The same for the same row of another variant.
    row: String,
    /// The row's label.
    label: String,
    /// What the variant says, line by line.
    lines: Vec<String>,
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
    /// The lines of each cell; none where an opening has nothing of it.
    pub cells: Vec<Vec<String>>,
}

impl Cell {
    fn new(row: &str, label: &str, all: impl Iterator<Item = String>) -> Self {
        let (mut lines, mut room) = (Vec::new(), CELL);
        for line in all.filter(|line| !line.is_empty()) {
            if room == 0 {
                lines.push("…".to_string());
                break;
            }
            lines.push(cut(&line, room));
            room = room.saturating_sub(line.chars().count());
        }
        Self { row: row.to_string(), label: label.to_string(), lines }
    }
}

impl Column {
    /// The column of an opening, which is a variant of `of`.
    pub(super) fn of(view: &OpeningView, of: &str) -> Self {
        let field = |field: &Field| {
            let lines = std::iter::once(&field.value).chain(&field.items).map(Rich::to_plain);
            Cell::new(field.id, &field.label, lines)
        };
        let shown = view.facts.iter().filter(|fact| !matches!(fact.id, "code" | "family"));
        let mut facts: Vec<Cell> = shown.map(field).collect();
        let asked = ["qualifications.education", "qualifications.experience"];
        let mut duties = Vec::new();
        for section in &view.sections {
            match &section.body {
                Body::Fields { fields } => {
                    facts.extend(fields.iter().filter(|field| asked.contains(&field.id)).map(field));
                }
                Body::Duties { duties: of_section } => duties.extend(of_section.iter().map(|duty| {
                    let (area, statement) = (duty.area.to_plain(), duty.statement.to_plain());
                    let label = if area.is_empty() { cut(&statement, CELL) } else { area };
                    let line = if statement.is_empty() { label.clone() } else { statement };
                    Cell::new(&label, &label, std::iter::once(line))
                })),
                _ => {}
            }
        }
        facts.retain(|fact| !fact.lines.is_empty());
        duties.retain(|duty| !duty.label.is_empty());
        Self { of: of.to_string(), facts, duties }
    }
}

/// The groups of variants among openings, of which each has two or more.
pub(super) fn compared(entries: &[&Entry], locale: &Locale, lang: &str) -> Vec<ComparedView> {
    let mut groups: BTreeMap<&str, Vec<(&Entry, &Column)>> = BTreeMap::new();
    for entry in entries {
        if let Some(column) = &entry.column {
            groups.entry(&column.of).or_default().push((entry, column));
        }
    }
    let chunks = groups.values().flat_map(|group| group.chunks(COLUMNS));
    chunks.filter(|group| group.len() > 1).map(|group| view(group, locale, lang)).collect()
}

fn view(group: &[(&Entry, &Column)], locale: &Locale, lang: &str) -> ComparedView {
    let columns = group
        .iter()
        .map(|(entry, _)| ComparedColumn { title: entry.head.title.clone(), path: entry.path(lang) });
    let facts: Vec<&[Cell]> = group.iter().map(|(_, column)| &*column.facts).collect();
    let duties: Vec<&[Cell]> = group.iter().map(|(_, column)| &*column.duties).collect();
    let mut rows: Vec<ComparedRow> = names(&facts).into_iter().map(|cell| row(cell, &facts)).collect();
    // A duty that only one variant has would be a row of its own in which the others say
    // nothing: all of these stand in one row, by their names.
    let has = |cells: &&&[Cell], name: &str| cells.iter().any(|cell| cell.row == name);
    let is_shared = |name: &str| duties.iter().filter(|cells| has(cells, name)).count() > 1;
    let shared: Vec<&Cell> = names(&duties).into_iter().filter(|cell| is_shared(&cell.row)).collect();
    let own = |cells: &&[Cell]| {
        let own = cells.iter().filter(|cell| !is_shared(&cell.row)).map(|cell| cell.label.clone());
        own.collect::<Vec<String>>()
    };
    let own: Vec<Vec<String>> = duties.iter().map(own).collect();
    let label = if shared.is_empty() { locale.section("duties") } else { locale.site("further_duties") };
    rows.extend(shared.into_iter().map(|cell| row(cell, &duties)));
    if own.iter().any(|cell| !cell.is_empty()) {
        rows.push(ComparedRow { label: label.to_string(), same: false, cells: own });
    }
    ComparedView { columns: columns.collect(), rows }
}

/// One cell of each row: the rows of the first column, and each further one after the
/// row that it follows.
fn names<'a>(columns: &[&'a [Cell]]) -> Vec<&'a Cell> {
    let mut names: Vec<&Cell> = Vec::new();
    for column in columns {
        let mut at = 0;
        for cell in *column {
            match names.iter().position(|known| known.row == cell.row) {
                Some(found) => at = found + 1,
                None => {
                    names.insert(at, cell);
                    at += 1;
                }
            }
        }
    }
    names
}

fn row(of: &Cell, columns: &[&[Cell]]) -> ComparedRow {
    let cell = |column: &&[Cell]| {
        let found = column.iter().find(|cell| cell.row == of.row);
        found.map(|cell| cell.lines.clone()).unwrap_or_default()
    };
    let cells: Vec<Vec<String>> = columns.iter().map(cell).collect();
    ComparedRow { label: of.label.clone(), same: cells.iter().all(|it| *it == cells[0]), cells }
}
