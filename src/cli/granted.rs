//! Owns how an authority matrix looks in a terminal: matters below each other, and below
//! each who has which right. May import `table` and everything below `cli`.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Color, Effects, Style};

use super::table::{padded, width, wrapped};
use crate::view::{AuthorityMatrixView, DomainView, GrantView, MatrixColumnView, MatterView};

const HEADING: Style = Style::new().effects(Effects::BOLD).fg_color(Some(Color::Ansi(AnsiColor::Cyan)));
const STRONG: Style = Style::new().effects(Effects::BOLD);
const FAINT: Style = Style::new().effects(Effects::DIMMED);
const GAP_OR_CONFLICT: Style =
    Style::new().effects(Effects::BOLD).fg_color(Some(Color::Ansi(AnsiColor::Yellow)));

/// The space before who has a right, and that between two columns.
const INDENT: usize = 4;
const GAP: usize = 2;

/// The widest columns of rights and of those who have them: shares of the terminal.
const RIGHTS_SHARE: usize = 4;
const HOLDER_SHARE: usize = 3;

/// Who has a right over a matter, each part on lines of its own column.
struct Granted {
    rights: String,
    holder: String,
    limits: String,
}

/// Matters, each with who has a right over it.
type Matters<'a> = Vec<(&'a MatterView, Vec<Granted>)>;

/// A matrix in lines of at most `limit` columns.
pub(super) fn print(view: &AuthorityMatrixView, limit: usize) -> String {
    let mut out = String::new();
    lines(HEADING, &view.document_title, limit, &mut out);
    lines(FAINT, &view.description, limit, &mut out);
    if view.legend.is_empty() {
        lines(Style::new(), &view.words["no_authorities"], limit, &mut out);
    }
    let domains: Vec<(&str, Matters<'_>)> =
        view.domains.iter().map(|domain| (domain.title.as_str(), matters(domain, view))).collect();
    let all = || domains.iter().flat_map(|(_, matters)| matters).flat_map(|(_, granted)| granted);
    let widest = |of: fn(&Granted) -> &str, most: usize| {
        all().map(|granted| width(of(granted))).max().unwrap_or_default().min(most)
    };
    let rights = widest(|granted| &granted.rights, limit / RIGHTS_SHARE);
    let holder = widest(|granted| &granted.holder, limit / HOLDER_SHARE);
    for (title, matters) in &domains {
        let _ = writeln!(out);
        lines(HEADING, title, limit, &mut out);
        for (matter, granted) in matters {
            heading(view, matter, limit, &mut out);
            for granted in granted {
                row(granted, rights, holder, limit, &mut out);
            }
        }
    }
    if !view.notes.is_empty() {
        let _ = writeln!(out);
        lines(HEADING, &view.words["notes"], limit, &mut out);
        lines(FAINT, &view.words["notes_say"], limit, &mut out);
        let digits = view.notes.len().to_string().len();
        for note in &view.notes {
            let style = if note.kind == "hint" { FAINT } else { GAP_OR_CONFLICT };
            let lead = digits + GAP + width(&note.label) + 1;
            let text = one_line(&note.text);
            for (at, line) in wrapped(&text, limit.saturating_sub(lead)).iter().enumerate() {
                let _ = match at {
                    0 => writeln!(out, "{:>digits$}. {style}{}{style:#} {line}", note.number, note.label),
                    _ => writeln!(out, "{}{line}", " ".repeat(lead)),
                };
            }
        }
    }
    out
}

/// The matters of a domain in the order of their numbers, each with who has a right over it.
fn matters<'a>(domain: &'a DomainView, view: &AuthorityMatrixView) -> Matters<'a> {
    let rows = domain.tables.iter().flat_map(|table| table.rows.iter().map(|row| (row, &table.columns)));
    let mut matters: Matters<'_> = rows
        .map(|(row, columns)| {
            let cells = columns.iter().zip(&row.cells);
            let granted = cells.flat_map(|(column, cell)| cell.iter().map(|it| granted(it, column, view)));
            (row, granted.collect())
        })
        .collect();
    let number = |matter: &MatterView| {
        matter.number.rsplit('.').next().and_then(|it| it.parse::<usize>().ok()).unwrap_or_default()
    };
    matters.sort_by_key(|(matter, _)| number(matter));
    matters
}

fn granted(grant: &GrantView, column: &MatrixColumnView, view: &AuthorityMatrixView) -> Granted {
    let rights: Vec<&str> = grant.rights.iter().map(|right| right.label.as_str()).collect();
    let colon = &view.labels["colon"];
    let beyond = match grant.escalates_to.as_str() {
        "" => String::new(),
        superior => format!("{}{colon}{superior}", view.words["up_to"]),
    };
    // A column of roles says who; another one has the role in its cells.
    let is_right = grant
        .rights
        .iter()
        .any(|right| view.legend.iter().any(|mark| mark.part == right.part && mark.label == column.title));
    let holder = match grant.holder.as_str() {
        "" => column.title.clone(),
        role if is_right => role.to_string(),
        role => format!("{}{colon}{role}", column.title),
    };
    let limit = grant.limit.replace('\u{2060}', "");
    let limits = [limit.as_str(), &grant.conditions, &beyond];
    let limits: Vec<String> = limits.into_iter().filter(|text| !text.is_empty()).map(one_line).collect();
    Granted { rights: rights.join(" / "), holder: one_line(&holder), limits: limits.join(" · ") }
}

/// The title of a matter, with the numbers of what is amiss with it.
fn heading(view: &AuthorityMatrixView, matter: &MatterView, limit: usize, out: &mut String) {
    let notes = matter
        .notes
        .iter()
        .map(|note| format!(" ({})", view.words["note_number"].replace("{n}", &note.to_string())));
    let text = format!("{}{}", one_line(&matter.matter), notes.collect::<String>());
    let lead = width(&matter.number) + 1;
    for (at, line) in wrapped(&text, limit.saturating_sub(lead)).iter().enumerate() {
        let number = if at == 0 { matter.number.as_str() } else { "" };
        let _ = writeln!(out, "{STRONG}{}{line}{STRONG:#}", padded(number, lead));
    }
}

/// Who has which right, up to what: three columns.
fn row(granted: &Granted, rights: usize, holder: usize, limit: usize, out: &mut String) {
    let free = limit.saturating_sub(INDENT + rights + holder + 2 * GAP);
    let columns =
        [wrapped(&granted.rights, rights), wrapped(&granted.holder, holder), wrapped(&granted.limits, free)];
    for at in 0..columns.iter().map(Vec::len).max().unwrap_or_default() {
        let cell = |column: usize| columns[column].get(at).map_or("", String::as_str);
        let line = format!(
            "{}{}{}{}",
            " ".repeat(INDENT),
            padded(cell(0), rights + GAP),
            padded(cell(1), holder + GAP),
            cell(2)
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

/// A text in lines of one style.
fn lines(style: Style, text: &str, limit: usize, out: &mut String) {
    for line in wrapped(&one_line(text), limit) {
        let _ = writeln!(out, "{style}{line}{style:#}");
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
