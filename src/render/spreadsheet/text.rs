//! Owns CSV (RFC 4180) that spreadsheets open as it is meant. May import nothing of
//! rolebook.

/// By this mark, Excel knows UTF-8; without it, it takes the text for the code page of the
/// system.
const MARK: &str = "\u{feff}";

/// A table as CSV. What a spreadsheet would run as a formula has the mark of a text before
/// it.
pub fn csv<'a>(rows: impl IntoIterator<Item = &'a Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(MARK.as_bytes().to_vec());
    for row in rows {
        writer.write_record(row.iter().map(|cell| inert(cell))).expect("memory takes a row");
    }
    writer.into_inner().expect("memory takes an end")
}

/// A cell that is no formula. Chinese and Japanese programs take wide signs for narrow
/// ones, and white space before a sign for nothing.
fn inert(cell: &str) -> String {
    let starts = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if cell.starts_with(starts) { format!("'{cell}") } else { cell.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_csv_or_a_spreadsheet_is_text() {
        let row = ["=1+1", "a,b", "say \"x\"", "", "-5", "＠x", "two\nlines", "客户"].map(str::to_string);
        let text = String::from_utf8(csv([&row.to_vec()])).unwrap();
        assert_eq!(text, "\u{feff}'=1+1,\"a,b\",\"say \"\"x\"\"\",,'-5,'＠x,\"two\nlines\",客户\r\n");
    }
}
