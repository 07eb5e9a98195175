//! Owns how a comparison looks in a terminal. May import `table` and everything
//! below `cli`.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Color, Effects, Style};

use super::table::{padded, width, wrapped};
use crate::compare::SegmentKind;
use crate::view::{CellView, ComparisonView, RowKind, RowView, RunView};

const HEADING: Style = Style::new().effects(Effects::BOLD).fg_color(Some(Color::Ansi(AnsiColor::Cyan)));
const STRONG: Style = Style::new().effects(Effects::BOLD);
const FAINT: Style = Style::new().effects(Effects::DIMMED);
const OUT: Style = Style::new().effects(Effects::STRIKETHROUGH).fg_color(Some(Color::Ansi(AnsiColor::Red)));
const IN: Style = Style::new().effects(Effects::UNDERLINE).fg_color(Some(Color::Ansi(AnsiColor::Green)));
const WEIGHS: Style = Style::new().effects(Effects::BOLD).fg_color(Some(Color::Ansi(AnsiColor::Yellow)));

/// The space between two columns.
const GAP: &str = " │ ";

/// The narrowest column in which words can be read beside others; narrower, the
/// columns stand under each other.
const NARROWEST: usize = 16;

/// Before a row with a material difference.
const MATERIAL: &str = "▸";

/// The widest column of labels.
const WIDEST_LABEL: usize = 22;

/// A comparison in lines of at most `limit` columns. Without colors, words that are
/// gone stand in `[-…-]`, and new ones in `{+…+}`.
pub(super) fn print(view: &ComparisonView, limit: usize, coloured: bool) -> String {
    let printer = Printer::new(view, limit, coloured);
    let mut out = String::new();
    lines(HEADING, &view.document_title, limit, &mut out);
    for column in &view.columns {
        let line = format!("{}  {}", column.letter, column.title);
        if width(&line) + 1 + width(&column.operand) <= limit {
            let _ = writeln!(out, "{} {}", styled(STRONG, &line), styled(FAINT, &column.operand));
        } else {
            lines(STRONG, &line, limit, &mut out);
            for line in cut(&column.operand, limit - 3) {
                let _ = writeln!(out, "   {}", styled(FAINT, &line));
            }
        }
        for line in wrapped(&column.facts.join(" · "), limit.saturating_sub(3)) {
            let _ = writeln!(out, "   {}", styled(FAINT, &line));
        }
    }
    let _ = writeln!(out, "\n{}", styled(STRONG, &view.description));
    if view.sections.iter().flat_map(|section| &section.rows).any(|row| row.material) {
        let _ = writeln!(out, "{}", styled(FAINT, &format!("{MATERIAL} {}", view.words["material"])));
    }
    // The note in the language of the rows; the other formats have all.
    if let Some(note) = view.notes.iter().find(|note| note.language == view.lang) {
        let _ = writeln!(out, "\n{}", styled(HEADING, &note.title));
        lines(Style::new(), &note.versions, limit, &mut out);
        for (title, lines) in
            [(&note.material_title, &note.material), (&note.editorial_title, &note.editorial)]
        {
            let _ = writeln!(out, "{}", styled(STRONG, title));
            for (at, line) in lines.iter().enumerate() {
                for (number, part) in wrapped(line, limit.saturating_sub(4)).iter().enumerate() {
                    let lead = if number == 0 { format!("{:>2}. ", at + 1) } else { "    ".into() };
                    let _ = writeln!(out, "{lead}{part}");
                }
            }
            if lines.is_empty() {
                let _ = writeln!(out, "    {}", note.none);
            }
        }
        lines(WEIGHS, &note.sign_again, limit, &mut out);
    }
    for section in &view.sections {
        let _ = writeln!(out, "\n{}", styled(HEADING, &section.title));
        printer.head(view, &mut out);
        for row in &section.rows {
            printer.row(view, row, &mut out);
        }
    }
    out
}

/// A text in lines of one style.
fn lines(style: Style, text: &str, limit: usize, out: &mut String) {
    for line in wrapped(text, limit) {
        let _ = writeln!(out, "{}", styled(style, &line));
    }
}

fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

struct Printer {
    coloured: bool,
    label: usize,
    column: usize,
    /// Whether the columns stand under each other.
    stacked: bool,
}

impl Printer {
    fn new(view: &ComparisonView, limit: usize, coloured: bool) -> Self {
        let rows = || view.sections.iter().flat_map(|section| &section.rows);
        let longest = rows().map(|row| width(&row.label) + indent(row)).max().unwrap_or_default();
        let label = longest.clamp(4, WIDEST_LABEL);
        let count = view.columns.len();
        let free = limit.saturating_sub(label + count * GAP.chars().count());
        let column = free / count.max(1);
        let stacked = column < NARROWEST;
        Self { coloured, label, column: if stacked { limit.saturating_sub(4) } else { column }, stacked }
    }

    fn head(&self, view: &ComparisonView, out: &mut String) {
        if self.stacked {
            return;
        }
        let mut line = padded("", self.label);
        for column in &view.columns {
            let words = format!("{} {}", column.letter, column.title);
            let first = wrapped(&words, self.column).into_iter().next().unwrap_or_default();
            line.push_str(GAP);
            line.push_str(&padded(&first, self.column));
        }
        let _ = writeln!(out, "{}", styled(FAINT, line.trim_end()));
    }

    fn row(&self, view: &ComparisonView, row: &RowView, out: &mut String) {
        let strong = row.kind == RowKind::Item;
        let mark = if row.material { MATERIAL } else { " " };
        let mut labels = wrapped(&row.label, self.label.saturating_sub(indent(row)));
        for (number, label) in labels.iter_mut().enumerate() {
            let mark = if number == 0 { mark } else { " " };
            label.insert_str(0, &format!("{mark}{}", " ".repeat(indent(row) - 1)));
        }
        let style = if strong { STRONG } else { FAINT };
        let labels: Vec<(Style, String)> = labels.into_iter().map(|label| (style, label)).collect();
        let cells: Vec<Vec<String>> = row.cells.iter().map(|cell| self.cell(view, cell, strong)).collect();
        if self.stacked {
            let words: Vec<String> =
                labels.iter().map(|(style, label)| styled(*style, label.trim())).collect();
            let _ = writeln!(out, "{}", words.join(" "));
            for (cell, column) in cells.iter().zip(&view.columns) {
                for (number, line) in cell.iter().enumerate() {
                    let lead = if number == 0 { column.letter.as_str() } else { " " };
                    let _ = writeln!(out, "  {} {line}", styled(STRONG, lead));
                }
            }
            return;
        }
        let lines = cells.iter().map(Vec::len).chain([labels.len()]).max().unwrap_or_default();
        for number in 0..lines {
            let mut line = match labels.get(number) {
                Some((style, label)) => {
                    let rest = self.label.saturating_sub(width(label));
                    let (mark, words) = label.split_at(label.chars().next().map_or(0, char::len_utf8));
                    format!("{}{}{}", styled(WEIGHS, mark), styled(*style, words), " ".repeat(rest))
                }
                None => " ".repeat(self.label),
            };
            for cell in &cells {
                line.push_str(&styled(FAINT, GAP));
                let words = cell.get(number).map(String::as_str).unwrap_or_default();
                let rest =
                    self.column.saturating_sub(width(&anstream::adapter::strip_str(words).to_string()));
                let _ = write!(line, "{words}{}", " ".repeat(rest));
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }

    /// The lines of a cell.
    fn cell(&self, view: &ComparisonView, cell: &CellView, strong: bool) -> Vec<String> {
        let mut runs: Vec<(Style, String)> = Vec::new();
        if !cell.remark.is_empty() {
            let gap = if cell.runs.is_empty() { "" } else { " " };
            runs.push((FAINT, format!("[{}]{gap}", cell.remark)));
        }
        let plain = if strong { STRONG } else { Style::new() };
        for RunView { kind, text } in &cell.runs {
            runs.push(match (kind, self.coloured) {
                (SegmentKind::Kept, _) => (plain, text.clone()),
                (SegmentKind::Deleted, true) => (OUT, text.clone()),
                (SegmentKind::Inserted, true) => (IN, text.clone()),
                (SegmentKind::Deleted, false) => (plain, format!("[-{text}-]")),
                (SegmentKind::Inserted, false) => (plain, format!("{{+{text}+}}")),
            });
        }
        if runs.is_empty() {
            runs.push((FAINT, view.words["none"].clone()));
        }
        let mut lines = styled_lines(&runs, self.column);
        if view.origins && !cell.from.is_empty() {
            lines.extend(wrapped(&cell.from, self.column).iter().map(|line| styled(FAINT, line)));
        }
        lines
    }
}

/// How far a row's label is set in: there is room for the mark.
fn indent(row: &RowView) -> usize {
    if row.kind == RowKind::Part { 4 } else { 2 }
}

/// Runs in lines of at most so many columns, each with its style.
fn styled_lines(runs: &[(Style, String)], limit: usize) -> Vec<String> {
    let text: String = runs.iter().map(|(_, text)| text.replace(['\n', '\t'], " ")).collect();
    let mut styles = runs.iter().flat_map(|(style, text)| text.chars().map(|_| *style));
    let mut chars = text.chars();
    let mut lines = Vec::new();
    for line in wrapped(&text, limit).iter().flat_map(|line| cut(line, limit)) {
        let mut out = String::new();
        let mut open: Option<Style> = None;
        for c in line.chars() {
            // Spaces at the end of a line were left out by wrapping.
            let style = loop {
                let style = styles.next().unwrap_or_default();
                if chars.next().is_none_or(|known| known == c) {
                    break style;
                }
            };
            if open != Some(style) {
                if let Some(open) = open {
                    let _ = write!(out, "{open:#}");
                }
                let _ = write!(out, "{style}");
                open = Some(style);
            }
            out.push(c);
        }
        if let Some(open) = open {
            let _ = write!(out, "{open:#}");
        }
        lines.push(out);
    }
    lines
}

/// A line without a place to break, cut where the column ends.
fn cut(line: &str, limit: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for c in line.chars() {
        let full = lines.last().is_some_and(|line| width(line) + width(c.encode_utf8(&mut [0; 4])) > limit);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
    }
    lines
}
