//! Owns XLSX: a workbook with one table that is filtered, sorted and printed as it is. May
//! import `view`.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Table, TableColumn,
    TableFunction, TableStyle, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use crate::diagnostic::Message;
use crate::view::{Sheet, SheetCell};

/// The columns of half-width characters that a column has at least and at most.
const NARROWEST: usize = 6;
const WIDEST: usize = 36;

/// The room that the button of a filter takes in a head.
const BUTTON: usize = 3;

/// The most characters that a cell takes (Excel's specifications and limits).
const LONGEST_TEXT: usize = 32_767;

/// The most rows of a worksheet, head and sum apart (the same).
const MOST_ROWS: usize = 1_048_574;

/// The color of the lines below rows.
const HAIR: u32 = 0x00c9_d1da;

/// A3, as Excel numbers paper.
const A3: u8 = 8;

/// A table as a workbook; equal bytes for equal tables.
pub fn xlsx(sheet: &Sheet) -> Result<Vec<u8>, Message> {
    if sheet.rows.len() > MOST_ROWS {
        return Err(Message::new(
            format!("a worksheet has no room for {} rows", sheet.rows.len()),
            format!("一个工作表放不下 {} 行", sheet.rows.len()),
        ));
    }
    written(sheet).map_err(|error| {
        Message::new(format!("cannot make the workbook: {error}"), format!("无法生成工作簿：{error}"))
    })
}

fn written(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let font = if sheet.lang.starts_with("zh") { "Microsoft YaHei" } else { "Calibri" };
    let plain = Format::new()
        .set_font_name(font)
        .set_font_size(10)
        .set_align(FormatAlign::VerticalCenter)
        .set_border_bottom(FormatBorder::Thin)
        .set_border_bottom_color(Color::RGB(HAIR));
    let mut workbook = Workbook::new();
    let created = day(&sheet.date).or_else(|| day("2000-01-01"));
    let mut properties = DocProperties::new()
        .set_title(&sheet.title)
        .set_subject(&sheet.description)
        .set_author(&sheet.organization)
        .set_company(&sheet.organization)
        .set_comment(format!("rolebook {}", env!("CARGO_PKG_VERSION")));
    if let Some(created) = &created {
        properties = properties.set_creation_datetime(created);
    }
    workbook.set_properties(&properties);
    let worksheet = workbook.add_worksheet();
    worksheet.set_name(tab(&sheet.title))?;
    fill(worksheet, sheet, &plain)?;
    set_up_page(worksheet, sheet)?;
    workbook.save_to_buffer()
}

fn fill(worksheet: &mut Worksheet, sheet: &Sheet, plain: &Format) -> Result<(), XlsxError> {
    let wrapped = plain.clone().set_text_wrap();
    let dated = plain.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Center);
    let counted = plain.clone().set_align(FormatAlign::Center);
    let head = head_format(sheet, plain);
    for (column, widest) in (0..).zip(widths(sheet)) {
        #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
        worksheet.set_column_width(column, widest as f64)?;
    }
    worksheet.set_row_height(0, 30)?;
    for (row, cells) in (1..).zip(&sheet.rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                SheetCell::Empty => worksheet.write_blank(row, column, plain)?,
                SheetCell::Text(text) => {
                    worksheet.write_string_with_format(row, column, cut(text), &wrapped)?
                }
                SheetCell::Number(number) => {
                    worksheet.write_number_with_format(row, column, *number, &counted)?
                }
                SheetCell::Date(date) => match day(date) {
                    Some(day) => worksheet.write_datetime_with_format(row, column, &day, &dated)?,
                    // What is no day stays as it was written.
                    None => worksheet.write_string_with_format(row, column, cut(date), &wrapped)?,
                },
            };
        }
    }
    let mut names: Vec<String> = Vec::new();
    for column in &sheet.columns {
        // Excel repairs a table of which two heads are the same.
        let mut name = column.label.clone();
        while name.is_empty() || names.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
            name.push_str(" *");
        }
        names.push(name);
    }
    let last_column = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let last_row = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX);
    if sheet.rows.is_empty() {
        // A table has a row at least.
        for (column, name) in (0..).zip(&names) {
            worksheet.write_string_with_format(0, column, name, &head)?;
        }
        return Ok(());
    }
    let has_sums = !sheet.sum.is_empty() && sheet.columns.iter().any(|column| column.summed);
    let columns = names.iter().zip(&sheet.columns).enumerate().map(|(index, (name, column))| {
        let set = TableColumn::new().set_header(name).set_header_format(&head);
        if has_sums && column.summed {
            set.set_total_function(TableFunction::Sum)
        } else if has_sums && index == 0 {
            set.set_total_label(&sheet.sum)
        } else {
            set
        }
    });
    let columns: Vec<TableColumn> = columns.collect();
    let table = Table::new()
        .set_name("Rolebook")
        .set_style(TableStyle::Light1)
        .set_columns(&columns)
        .set_total_row(has_sums)
        .set_alt_text_title(&sheet.title)
        .set_alt_text(&sheet.description);
    let end = last_row + u32::from(has_sums);
    worksheet.add_table(0, 0, end, last_column, &table)?;
    if has_sums {
        let strong = plain.clone().set_bold().set_border_top(FormatBorder::Thin);
        for (column, set) in (0..).zip(&sheet.columns) {
            if set.summed {
                let cells = sheet.rows.iter().map(|row| row.get(usize::from(column)));
                let numbers = cells.filter_map(|cell| match cell {
                    Some(SheetCell::Number(number)) => Some(u64::from(*number)),
                    _ => None,
                });
                let sum: u64 = numbers.sum();
                // The result stands in the file for programs that do not calculate.
                let formula = format!("SUBTOTAL(109,Rolebook[{}])", in_formula(&names[usize::from(column)]));
                let formula = Formula::new(formula).set_result(sum.to_string());
                let strong = strong.clone().set_align(FormatAlign::Center);
                worksheet.write_formula_with_format(end, column, formula, &strong)?;
            } else if column == 0 {
                worksheet.write_string_with_format(end, column, &sheet.sum, &strong)?;
            } else {
                worksheet.write_blank(end, column, &strong)?;
            }
        }
    }
    Ok(())
}

/// The text of one side of a header, at most 80 characters with what they are written as: an
/// ampersand begins a command there, and two are one.
fn in_header(text: &str) -> String {
    let mut room = 80;
    let written = text.chars().map(|c| if c == '&' { "&&".to_string() } else { c.to_string() });
    written
        .take_while(|piece| {
            let fits = piece.chars().count() <= room;
            room = room.saturating_sub(piece.chars().count());
            fits
        })
        .collect()
}

fn set_up_page(worksheet: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    worksheet.set_freeze_panes(1, sheet.fixed)?;
    worksheet.set_landscape();
    worksheet.set_paper_size(A3);
    worksheet.set_print_fit_to_pages(1, 0);
    worksheet.set_repeat_rows(0, 0)?;
    if usize::from(sheet.printed) < sheet.columns.len() && sheet.printed > 0 {
        let last = u32::try_from(sheet.rows.len() + 1).unwrap_or(u32::MAX);
        worksheet.set_print_area(0, 0, last, sheet.printed - 1)?;
    }
    worksheet.set_margins(0.4, 0.4, 0.7, 0.6, 0.3, 0.3);
    worksheet.set_header(format!("&L{}&R{}", in_header(&sheet.organization), in_header(&sheet.title)));
    worksheet.set_footer("&C&P / &N");
    Ok(())
}

/// White on the accent color.
fn head_format(sheet: &Sheet, plain: &Format) -> Format {
    let accent = u32::from_str_radix(sheet.accent.trim_start_matches('#'), 16).unwrap_or(0x001f_4e79);
    plain
        .clone()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_font_color(Color::White)
        .set_background_color(Color::RGB(accent))
}

/// How wide each column is, in half-width characters: a Chinese one takes two.
fn widths(sheet: &Sheet) -> Vec<usize> {
    let width = |text: &str| text.lines().map(UnicodeWidthStr::width).max().unwrap_or_default();
    let of = |(index, column): (usize, &crate::view::SheetColumn)| {
        let cells = sheet.rows.iter().filter_map(|row| row.get(index)).map(|cell| width(&cell.to_text()));
        // A head of several words has two lines.
        let head = width(&column.label);
        let head = if head > 14 { head.div_ceil(2) } else { head } + BUTTON;
        (cells.max().unwrap_or_default() + 1).max(head).clamp(NARROWEST, WIDEST)
    };
    sheet.columns.iter().enumerate().map(of).collect()
}

/// A day as Excel counts it.
fn day(iso: &str) -> Option<ExcelDateTime> {
    ExcelDateTime::parse_from_str(iso).ok().filter(|_| iso.len() == 10)
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

/// The name of a worksheet: at most 31 characters, and none that means something in a
/// formula.
fn tab(title: &str) -> String {
    let name: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    if name.trim().is_empty() { "rolebook".to_string() } else { name }
}

/// The name of a column in a formula: some marks in it are escaped.
fn in_formula(name: &str) -> String {
    let escape = |c: char| if "[]#'@".contains(c) { format!("'{c}") } else { c.to_string() };
    name.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_cut_between_ampersands_and_not_inside_a_pair() {
        let at_the_end = format!("{}&", "甲".repeat(79));
        assert_eq!(in_header(&at_the_end), "甲".repeat(79));
        assert_eq!(in_header("A&B"), "A&&B");
        assert_eq!(in_header(&"&".repeat(90)), "&".repeat(80));
    }
}
