//! Owns the command `list`. May import everything but the other commands.

use std::io::Write;

use rayon::prelude::*;
use serde_json::{Value as Json, json};

use super::args::{ListArgs, ListFormat};
use super::config::{UiLanguage, no_language};
use super::{Failure, Outcome, library, table};
use crate::catalog::Catalog;
use crate::check::check;
use crate::diagnostic::{Diagnostic, Message, Severity};
use crate::markdown;
use crate::model::{Language, Term, Text};
use crate::resolve::{self, ResolvedRole, resolve};
use crate::view::Locale;

/// Columns that are cut in a narrow terminal: title, unit, superior.
const LONG: [usize; 3] = [2, 3, 4];

/// Columns that a narrow terminal can do without, the first to go first:
/// languages, unit, version, status, code, superior.
const SPARE: [usize; 6] = [5, 3, 7, 6, 1, 4];

/// What the list says of a role.
struct Row {
    id: String,
    code: String,
    title: String,
    unit: String,
    reports_to_id: Option<String>,
    reports_to: String,
    languages: Vec<&'static str>,
    status: Option<&'static str>,
    version: String,
}

pub(super) fn run(args: &ListArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let language = match &args.lang {
        None => ui.language(),
        Some(tag) => Language::from_tag(tag).ok_or_else(|| no_language(tag, None))?,
    };
    let catalog = library::load(&args.library)?;
    let ids: Vec<&str> = catalog.ids().collect();
    let rows: Vec<Result<Row, &str>> =
        ids.into_par_iter().map(|id| row(&catalog, id, language).ok_or(id)).collect();
    let (rows, failed): (Vec<_>, Vec<_>) = rows.into_iter().partition(Result::is_ok);
    let rows: Vec<Row> = rows.into_iter().filter_map(Result::ok).collect();
    let failed: Vec<&str> = failed.into_iter().filter_map(Result::err).collect();

    let mut stdout = std::io::stdout().lock();
    match args.format {
        ListFormat::Table => {
            let cells = cells(&rows, ui);
            let width = terminal_size::terminal_size_of(&stdout).map(|(width, _)| usize::from(width.0));
            let (lines, left_out) = match width {
                None => (table::aligned(&cells), Vec::new()),
                Some(width) => table::fitted(&cells, width, &LONG, &SPARE),
            };
            for line in lines {
                writeln!(stdout, "{line}")?;
            }
            if !left_out.is_empty() {
                let names: Vec<&str> = left_out.iter().map(|&column| cells[0][column].as_str()).collect();
                let says = Message::new(
                    format!("for lack of room without: {}; `--format csv` has all", names.join(", ")),
                    format!("屏幕宽度不足，未显示：{}；`--format csv` 可输出全部", names.join("、")),
                );
                writeln!(anstream::stderr(), "{}", ui.of(&says))?;
            }
        }
        ListFormat::Json => {
            let rows: Vec<Json> = rows.iter().map(Row::to_json).collect();
            writeln!(stdout, "{:#}", Json::Array(rows))?;
        }
        ListFormat::Csv => {
            // Without the mark, Excel takes the text for GBK.
            write!(stdout, "\u{feff}")?;
            for row in cells(&rows, ui) {
                let row: Vec<String> = row.iter().map(|cell| csv(cell)).collect();
                write!(stdout, "{}\r\n", row.join(","))?;
            }
        }
    }
    drop(stdout);
    if failed.is_empty() && !catalog.settings_failed {
        return Ok(Outcome::Fine);
    }
    let mut stderr = anstream::stderr().lock();
    if catalog.settings_failed {
        let says = Message::new(
            "rolebook.json has errors; `rolebook build` names them",
            "rolebook.json 有错误；运行 `rolebook build` 可查看",
        );
        writeln!(stderr, "{}", ui.of(&says))?;
    }
    if !failed.is_empty() {
        let (count, en, zh_cn) = (failed.len(), failed.join(", "), failed.join("、"));
        let has = if count == 1 { "role has" } else { "roles have" };
        let says = Message::new(
            format!("{count} {has} errors and cannot be listed: {en}; `rolebook build` names them"),
            format!("{count} 个岗位有错误，未能列出：{zh_cn}；运行 `rolebook build` 可查看"),
        );
        writeln!(stderr, "{}", ui.of(&says))?;
    }
    Ok(Outcome::Findings)
}

/// What there is to say of a role; nothing if it has errors.
fn row(catalog: &Catalog, id: &str, language: Language) -> Option<Row> {
    let resolved = catalog.roles.contains_key(id).then(|| resolve(catalog, id).ok()).flatten()?;
    let is_error = |finding: &Diagnostic| finding.severity == Severity::Error;
    if check(catalog, &resolved, &[]).iter().any(is_error) {
        return None;
    }
    Some(describe(catalog, &resolved, language))
}

fn describe(catalog: &Catalog, resolved: &ResolvedRole, language: Language) -> Row {
    let role = &resolved.role;
    let words =
        |text: &Text| text.get_or_any(language).map(|(words, _)| markdown::plain(words)).unwrap_or_default();
    let unit = role.organization.as_ref().and_then(|organization| organization.unit.as_ref());
    let named = |id: &str| {
        let mut units = catalog.settings.units.iter();
        let unit = units.find(|unit| unit.id.as_ref().is_some_and(|known| known.as_str() == id));
        unit.and_then(|unit| unit.name.as_ref()).map_or_else(|| id.to_string(), words)
    };
    let reports_to = role.reporting.as_ref().and_then(|reporting| reporting.reports_to.as_ref());
    let superior = reports_to.and_then(|reference| reference.id());
    let document = role.document.as_ref();
    Row {
        id: resolved.id.clone(),
        code: role.code.clone().unwrap_or_default(),
        title: role.title.as_ref().map(words).unwrap_or_default(),
        unit: unit.map(|unit| unit.id().map_or_else(|| words(&unit.0), named)).unwrap_or_default(),
        reports_to: reports_to
            .map(|reference| match superior {
                Some(id) if catalog.roles.contains_key(id) => words(&resolve::title(catalog, id)),
                Some(id) => id.to_string(),
                None => words(&reference.0),
            })
            .unwrap_or_default(),
        reports_to_id: superior.map(str::to_string),
        languages: resolved
            .languages(catalog.settings.document_languages())
            .into_iter()
            .map(Language::tag)
            .collect(),
        status: document.and_then(|document| document.status).map(Term::key),
        version: document
            .and_then(|document| document.version.as_deref())
            .map(|version| version.split_whitespace().collect::<Vec<_>>().join(" "))
            .unwrap_or_default(),
    }
}

impl Row {
    fn to_json(&self) -> Json {
        let some = |text: &str| if text.is_empty() { Json::Null } else { json!(text) };
        json!({
            "id": self.id,
            "code": some(&self.code),
            "title": self.title,
            "unit": some(&self.unit),
            "reports_to": some(&self.reports_to),
            "reports_to_id": self.reports_to_id,
            "languages": self.languages,
            "status": self.status,
            "version": some(&self.version),
        })
    }
}

/// The table, its head first.
fn cells(rows: &[Row], ui: UiLanguage) -> Vec<Vec<String>> {
    let locale = Locale::built_in(ui.language());
    let label = |field: &str| locale.field(field).to_string();
    let mut cells = vec![vec![
        ui.of(&Message::new("Id", "标识")).to_string(),
        label("code"),
        label("title"),
        label("organization.unit"),
        label("reporting.reports_to"),
        ui.of(&Message::new("Languages", "语言")).to_string(),
        label("document.status"),
        label("document.version"),
    ]];
    cells.extend(rows.iter().map(|row| {
        vec![
            row.id.clone(),
            row.code.clone(),
            row.title.clone(),
            row.unit.clone(),
            row.reports_to.clone(),
            row.languages.join(" "),
            row.status
                .map(|status| locale.term_of("document_status", status).to_string())
                .unwrap_or_default(),
            row.version.clone(),
        ]
    }));
    cells
}

/// A cell of CSV (RFC 4180). What a spreadsheet would run as a formula has the mark
/// of a text before it.
fn csv(cell: &str) -> String {
    let cell = if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell.to_string() };
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}
