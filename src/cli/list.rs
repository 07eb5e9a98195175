//! Owns the command `list`. May import everything but the other commands.

use std::io::Write;

use serde_json::{Value as Json, json};

use super::args::{ListArgs, ListFormat};
use super::config::{UiLanguage, no_language};
use super::{Failure, Outcome, library, table};
use crate::diagnostic::Message;
use crate::model::{Language, Term};
use crate::organization::positions;
use crate::render::csv;
use crate::view::{Locale, Names, RegisterRow, register_row};

/// Columns that are cut in a narrow terminal, and down to which width: title, unit, superior.
const LONG: [(usize, usize); 3] = [(2, 24), (3, table::NARROWEST), (4, table::NARROWEST)];

/// Columns that a narrow terminal can do without, the first to go first:
/// languages, unit, version, status, code, superior.
const SPARE: [usize; 6] = [5, 3, 7, 6, 1, 4];

pub(super) fn run(args: &ListArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let language = match &args.lang {
        None => ui.language(),
        Some(tag) => Language::from_tag(tag).ok_or_else(|| no_language(tag, None))?,
    };
    let catalog = library::load(&args.library)?;
    let (positions, names) = (positions(&catalog), Names::of(&catalog));
    let rows = positions.all.iter().map(|position| register_row(position, &names, language));
    let rows: Vec<RegisterRow> = rows.collect();

    let mut stdout = std::io::stdout().lock();
    match args.format {
        ListFormat::Table => {
            let cells = cells(&rows, ui.language());
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
            let rows: Vec<Json> = rows.iter().map(to_json).collect();
            writeln!(stdout, "{:#}", Json::Array(rows))?;
        }
        ListFormat::Csv => {
            // A file of data is in one language, as the register is.
            stdout.write_all(&csv(&cells(&rows, language)))?;
        }
    }
    drop(stdout);
    if catalog.settings_failed {
        let says = Message::new(
            "rolebook.json has errors; `rolebook build` names them",
            "rolebook.json 有错误；运行 `rolebook build` 可查看",
        );
        writeln!(anstream::stderr(), "{}", ui.of(&says))?;
    }
    library::say_failed(&positions.failed, ui)?;
    let wrong = catalog.settings_failed || !positions.failed.is_empty();
    Ok(if wrong { Outcome::Findings } else { Outcome::Fine })
}

fn to_json(row: &RegisterRow) -> Json {
    let some = |text: &str| if text.is_empty() { Json::Null } else { json!(text) };
    json!({
        "id": row.id,
        "code": some(&row.code),
        "title": row.title,
        "unit": some(&row.unit),
        "reports_to": some(&row.reports_to),
        "reports_to_id": row.reports_to_id,
        "languages": row.languages,
        "status": row.status.map(Term::key),
        "version": some(&row.version),
    })
}

/// The table, its head first.
fn cells(rows: &[RegisterRow], language: Language) -> Vec<Vec<String>> {
    let locale = Locale::built_in(language);
    let say = |en: &str, zh_cn: &str| if language == Language::ZhCn { zh_cn } else { en }.to_string();
    let label = |field: &str| locale.field(field).to_string();
    let mut cells = vec![vec![
        say("Id", "标识"),
        label("code"),
        label("title"),
        label("organization.unit"),
        label("reporting.reports_to"),
        say("Languages", "语言"),
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
            row.status.map(|status| locale.term(status).to_string()).unwrap_or_default(),
            row.version.clone(),
        ]
    }));
    cells
}
