//! Owns the text of a Word file: its paragraphs, one on each line. May import
//! `diagnostic`.
//!
//! Read are the main document (ECMA-376, part 1, 17.2), tables and text boxes too, and what
//! is printed beside it: headers, footers, footnotes and endnotes. Deleted text and comments
//! are not.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::diagnostic::{Code, Diagnostic, Message};

/// The most that the parts may unpack to, in bytes: a small file can unpack to gigabytes.
/// A posting of ten pages has under 1 MiB.
const LIMIT: u64 = 64 * 1024 * 1024;

/// What stands beside the main document, by how the names of such parts begin.
const BESIDE: [&str; 4] = ["word/header", "word/footer", "word/footnotes", "word/endnotes"];

/// The paragraphs of a Word file, each with a line end.
pub(super) struct Paragraphs {
    /// Those of the main document.
    pub(super) main: String,
    /// Those beside it.
    pub(super) beside: String,
}

/// The paragraphs of the bytes of a file.
pub(super) fn paragraphs(bytes: &[u8]) -> Result<Paragraphs, Box<Diagnostic>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let mut names: Vec<String> = archive
        .file_names()
        .filter_map(Result::ok)
        .filter(|name| name.ends_with(".xml") && BESIDE.iter().any(|part| name.starts_with(part)))
        .map(Cow::into_owned)
        .collect();
    names.sort_unstable();
    let mut left = LIMIT;
    let mut read = |name: &str| {
        let part = archive.by_name(name).map_err(|_| unreadable())?;
        let mut xml = Vec::new();
        part.take(left + 1).read_to_end(&mut xml).map_err(|_| unreadable())?;
        left = left.checked_sub(xml.len() as u64).ok_or_else(too_large)?;
        let xml = String::from_utf8(xml).map_err(|_| unreadable())?;
        of_part(&xml).ok_or_else(unreadable)
    };
    let main = read("word/document.xml")?;
    let beside = names.iter().map(|name| read(name)).collect::<Result<String, _>>()?;
    Ok(Paragraphs { main, beside })
}

/// The cells of a row of a table that is being read.
#[derive(Default)]
struct Row {
    cells: Vec<Vec<String>>,
}

impl Row {
    /// A row whose cells have a line each, such as 性别 and 男, is one line; of another, each
    /// paragraph is one.
    fn lines(self) -> String {
        let cells: Vec<Vec<String>> = self
            .cells
            .into_iter()
            .map(|cell| cell.into_iter().filter(|line| !line.trim().is_empty()).collect())
            .collect();
        let is_line = cells.iter().all(|cell| cell.len() <= 1 && !cell.concat().contains('\n'));
        let lines: Vec<String> = cells.into_iter().flatten().collect();
        let mut lines = lines.join(if is_line { " | " } else { "\n" });
        lines.push('\n');
        lines
    }
}

/// The paragraphs of a part, each with a line end.
fn of_part(xml: &str) -> Option<String> {
    let mut reader = Reader::from_str(xml);
    let mut out = String::new();
    // The rows that are open: a table can stand in a cell of another.
    let mut rows: Vec<Row> = Vec::new();
    // The paragraphs that are open: a text box has its own inside of another.
    let mut open: Vec<String> = Vec::new();
    let (mut in_text, mut skipped) = (false, 0_usize);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                // What older programs show in place of a text box: the same again.
                "Fallback" => skipped += 1,
                _ if skipped > 0 => {}
                "p" => open.push(String::new()),
                "t" => in_text = true,
                "tr" => rows.push(Row::default()),
                "tc" => {
                    if let Some(row) = rows.last_mut() {
                        row.cells.push(Vec::new());
                    }
                }
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "Fallback" => skipped = skipped.saturating_sub(1),
                _ if skipped > 0 => {}
                "p" => {
                    let paragraph = open.pop()?;
                    match rows.last_mut().and_then(|row| row.cells.last_mut()) {
                        Some(cell) => cell.push(paragraph),
                        None => {
                            out.push_str(&paragraph);
                            out.push('\n');
                        }
                    }
                }
                "tr" => {
                    let lines = rows.pop()?.lines();
                    match rows.last_mut().and_then(|row| row.cells.last_mut()) {
                        Some(cell) => cell.extend(lines.lines().map(str::to_string)),
                        None => out.push_str(&lines),
                    }
                }
                "t" => in_text = false,
                _ => {}
            },
            Event::Empty(tag) if skipped == 0 => {
                if let Some(paragraph) = open.last_mut() {
                    match tag.local_name().as_ref() {
                        "br" | "cr" => paragraph.push('\n'),
                        "tab" => paragraph.push('\t'),
                        "noBreakHyphen" => paragraph.push('-'),
                        _ => {}
                    }
                }
            }
            Event::Text(text) if in_text => {
                if let Some(paragraph) = open.last_mut() {
                    paragraph.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(entity) if in_text => {
                let named = match &*entity {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => entity.resolve_char_ref().ok()?,
                };
                if let Some(paragraph) = open.last_mut() {
                    paragraph.extend(named);
                }
            }
            Event::Eof => return (open.is_empty() && rows.is_empty()).then_some(out),
            _ => {}
        }
    }
}

fn unreadable() -> Box<Diagnostic> {
    let finding = Diagnostic::error(
        Code::UnreadableFile,
        Message::new("this is no Word file that can be read", "这不是可以读取的 Word 文件"),
    );
    Box::new(finding.hint("open it in Word and save it as .docx again", "请用 Word 打开并重新另存为 .docx"))
}

fn too_large() -> Box<Diagnostic> {
    let finding = Diagnostic::error(
        Code::FileTooLarge,
        Message::new("the text in this Word file is too large", "此 Word 文件中的文字过多"),
    );
    Box::new(finding.hint("save the posting alone as a file", "请只把招聘信息存为一个文件"))
}
