//! Owns tables: which columns they have and how wide each is. May import what
//! `build` may.

use super::Builder;
use crate::markdown::is_cjk;
use crate::view::rich::Rich;
use crate::view::{Body, Cell, Column, RowGroup, TableView};

/// The half-width characters across a table of the narrowest theme, and those
/// that the space at a cell's edges takes.
const TABLE_WIDTH: usize = 88;
const CELL_EDGES: usize = 2;

/// The rows of a table are low if they have no more lines than this on average.
const LINES_OF_A_LOW_ROW: usize = 3;

/// The widest column that style sheets know, as they name it.
const WIDEST_COLUMN: u8 = 12;

/// The letters of the longest word that is left whole; a longer one breaks.
const LONGEST_WORD: usize = 20;

impl Builder<'_> {
    /// A table without the columns that are empty in every row.
    pub(super) fn table(&self, columns: &[(&'static str, u8)], groups: Vec<RowGroup>) -> Option<Body> {
        let groups: Vec<RowGroup> = groups.into_iter().filter(|group| !group.rows.is_empty()).collect();
        let rows = || groups.iter().flat_map(|group| &group.rows);
        let used: Vec<bool> =
            (0..columns.len()).map(|index| rows().any(|row| !row[index].lines.is_empty())).collect();
        let keep = |row: Vec<Cell>| {
            row.into_iter().zip(&used).filter(|(_, used)| **used).map(|(cell, _)| cell).collect()
        };
        let all: u8 =
            columns.iter().zip(&used).filter(|(_, used)| **used).map(|((_, weight), _)| weight).sum();
        let weight_of = |index: usize, weight: u8| {
            let longest = rows().map(|row| longest_word(&row[index])).max().unwrap_or_default();
            let needed = ((longest + CELL_EDGES) * usize::from(all)).div_ceil(TABLE_WIDTH);
            weight.max(u8::try_from(needed).unwrap_or(WIDEST_COLUMN).min(WIDEST_COLUMN))
        };
        let columns: Vec<Column> = columns
            .iter()
            .enumerate()
            .filter(|(index, _)| used[*index])
            .map(|(index, (id, weight))| Column {
                id,
                label: self.locale.field(id).to_string(),
                weight: weight_of(index, *weight),
            })
            .collect();
        if columns.is_empty() {
            return None;
        }
        let groups: Vec<RowGroup> = groups
            .into_iter()
            .map(|group| RowGroup { label: group.label, rows: group.rows.into_iter().map(keep).collect() })
            .collect();
        let low = are_low(&groups, &columns);
        Some(Body::Table(TableView { columns, groups, low }))
    }
}

/// Whether rows have few lines, about: a row has those of its highest cell.
fn are_low(groups: &[RowGroup], columns: &[Column]) -> bool {
    let all: usize = columns.iter().map(|column| usize::from(column.weight)).sum();
    let lines = |(cell, column): (&Cell, &Column)| {
        let width = (TABLE_WIDTH * usize::from(column.weight) / all).saturating_sub(CELL_EDGES).max(1);
        cell.lines.iter().map(|line| line.width().div_ceil(width)).sum::<usize>()
    };
    let rows = || groups.iter().flat_map(|group| &group.rows);
    let heights = rows().map(|row| row.iter().zip(columns).map(lines).max().unwrap_or_default());
    heights.sum::<usize>() <= LINES_OF_A_LOW_ROW * rows().count()
}

/// The letters of the longest word of a cell that has to stand on one line.
fn longest_word(cell: &Cell) -> usize {
    let parts = cell.lines.iter().flat_map(|line| &line.parts);
    let ends = |c: char| c.is_whitespace() || is_cjk(c) || matches!(c, '-' | '/');
    let words = parts.flat_map(|part| part.text.split(ends));
    words
        .map(|word| word.chars().count())
        .filter(|&letters| letters <= LONGEST_WORD)
        .max()
        .unwrap_or_default()
}

impl Cell {
    /// A cell of one line.
    pub(super) fn of(line: Rich) -> Self {
        Self::lines([line])
    }

    /// A cell of several lines.
    pub(super) fn lines(lines: impl IntoIterator<Item = Rich>) -> Self {
        Self { lines: lines.into_iter().filter(|line| !line.is_empty()).collect() }
    }
}
