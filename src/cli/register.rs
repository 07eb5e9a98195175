//! Owns the command `register`. May import everything but the other commands.

use super::args::{RegisterArgs, RegisterFormat};
use super::config::UiLanguage;
use super::look::Look;
use super::{Failure, Outcome, library, output};
use crate::organization::{Units, positions};
use crate::render::{csv, xlsx};
use crate::view::{Names, RegisterSource, Sheet, register};

const ENDINGS: output::Endings<'_, RegisterFormat> =
    &[("csv", RegisterFormat::Csv), ("xlsx", RegisterFormat::Xlsx)];

pub(super) fn run(args: &RegisterArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let out = args.out.as_deref();
    let format = output::format(args.format, out, ENDINGS, RegisterFormat::Csv)?;
    if format == RegisterFormat::Xlsx {
        output::no_terminal(out, "XLSX", "register.xlsx")?;
    }
    let mut catalog = library::load(&args.library)?;
    library::settings_must_be_fine(&catalog)?;
    let language = library::language(&catalog, args.lang.as_deref(), ui)?;
    let Some(look) = Look::of(&mut catalog, language, &[], false, ui)? else { return Ok(Outcome::Findings) };
    let positions = positions(&catalog);
    let names = Names::of(&catalog);
    let sheet = register(&RegisterSource {
        positions: &positions,
        units: &Units::of(&catalog.settings),
        names: &names,
        locale: &look.locale,
        language,
        languages: catalog.settings.document_languages(),
        theme: &look.theme,
        organization: catalog.settings.organization.as_ref().and_then(|it| it.name.as_ref()),
    });
    let bytes = match format {
        RegisterFormat::Csv => csv(&lines(&sheet)),
        RegisterFormat::Xlsx => xlsx(&sheet).map_err(Failure::Environment)?,
    };
    output::write(out, &bytes, ui)?;
    library::say_not_in(language, &positions, ui)?;
    library::say_failed(&positions.failed, ui)?;
    Ok(if positions.failed.is_empty() { Outcome::Fine } else { Outcome::Findings })
}

/// A table as rows of text, its heads first.
pub(super) fn lines(sheet: &Sheet) -> Vec<Vec<String>> {
    let heads = sheet.columns.iter().map(|column| column.label.clone()).collect();
    let rows = sheet.rows.iter().map(|row| row.iter().map(crate::view::SheetCell::to_text).collect());
    std::iter::once(heads).chain(rows).collect()
}
