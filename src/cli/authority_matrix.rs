//! Owns the command `authority-matrix`. May import everything but the other commands.

use std::io::{IsTerminal, Write};

use super::args::{AuthorityMatrixArgs, MatrixBy, MatrixFormatArg};
use super::config::{UiLanguage, output_width};
use super::look::{Look, print_findings};
use super::register::lines as rows;
use super::{Failure, Outcome, granted, library, output};
use crate::model::Language;
use crate::organization::{Positions, ReportingLines, Units, faults, matters, positions};
use crate::render::{Target, csv, xlsx};
use crate::view::{MatrixColumns, MatrixSource, Names, authority_matrix, authority_sheet};

const ENDINGS: output::Endings<'_, MatrixFormatArg> = &[
    ("html", MatrixFormatArg::Html),
    ("htm", MatrixFormatArg::Html),
    ("pdf", MatrixFormatArg::Pdf),
    ("md", MatrixFormatArg::Md),
    ("csv", MatrixFormatArg::Csv),
    ("xlsx", MatrixFormatArg::Xlsx),
    ("txt", MatrixFormatArg::Terminal),
];

pub(super) fn run(args: &AuthorityMatrixArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let out = args.out.as_deref();
    // What goes to a screen is for people, what goes to a program or a file is Markdown.
    let usual = match std::io::stdout().is_terminal() {
        true => MatrixFormatArg::Terminal,
        false => MatrixFormatArg::Md,
    };
    let format = output::format(args.format, out, ENDINGS, usual)?;
    let target = match format {
        MatrixFormatArg::Md => Some(Target::Markdown),
        MatrixFormatArg::Html => Some(Target::Html),
        MatrixFormatArg::Pdf => Some(Target::Pdf),
        MatrixFormatArg::Terminal | MatrixFormatArg::Csv | MatrixFormatArg::Xlsx => None,
    };
    match format {
        MatrixFormatArg::Pdf => output::no_terminal(out, "PDF", "authorities.pdf")?,
        MatrixFormatArg::Xlsx => output::no_terminal(out, "XLSX", "authorities.xlsx")?,
        _ => {}
    }
    let mut catalog = library::load(&args.library)?;
    library::settings_must_be_fine(&catalog)?;
    let language = library::language(&catalog, args.lang.as_deref(), ui)?;
    let markups: Vec<_> = target.iter().map(|target| target.markup()).collect();
    let Some(look) = Look::of(&mut catalog, language, &markups, !args.no_system_fonts, ui)? else {
        return Ok(Outcome::Findings);
    };
    let positions = positions(&catalog);
    let lines = ReportingLines::of(&positions, &Units::of(&catalog.settings), language);
    let matters = matters(&lines);
    let faults = faults(&matters, &lines, language);
    let names = Names::of(&catalog);
    let source = MatrixSource {
        matters: &matters,
        faults: &faults,
        lines: &lines,
        names: &names,
        locale: &look.locale,
        language,
        theme: &look.theme,
        organization: catalog.settings.organization.as_ref().and_then(|it| it.name.as_ref()),
    };
    let columns = match args.columns {
        MatrixBy::Roles => MatrixColumns::Roles,
        MatrixBy::Units => MatrixColumns::Units,
        MatrixBy::Rights => MatrixColumns::Rights,
    };
    let made = match target {
        Some(target) => look.renderer.render_matrix(&authority_matrix(&source, columns), target),
        None if format == MatrixFormatArg::Terminal => {
            let shown = granted::print(&authority_matrix(&source, columns), output_width());
            if out.is_none() {
                anstream::stdout().lock().write_all(shown.as_bytes())?;
                return said(&positions, language, ui);
            }
            Ok(anstream::adapter::strip_str(&shown).to_string().into_bytes())
        }
        None if format == MatrixFormatArg::Csv => Ok(csv(&rows(&authority_sheet(&source, columns)))),
        None => Ok(xlsx(&authority_sheet(&source, columns)).map_err(Failure::Environment)?),
    };
    match made {
        Ok(bytes) => output::write(out, &bytes, ui)?,
        Err(findings) => {
            print_findings(findings, &catalog.sources, ui)?;
            return Ok(Outcome::Findings);
        }
    }
    said(&positions, language, ui)
}

/// Says which roles the matrix shows in another language, and which it lacks.
fn said(positions: &Positions, language: Language, ui: UiLanguage) -> Result<Outcome, Failure> {
    library::say_not_in(language, positions, ui)?;
    library::say_failed(&positions.failed, ui)?;
    Ok(if positions.failed.is_empty() { Outcome::Fine } else { Outcome::Findings })
}
