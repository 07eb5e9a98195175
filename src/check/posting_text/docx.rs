//! Owns the text of a Word file: its paragraphs, one on each line. May import
//! `diagnostic`.
//!
//! Read is the main document (ECMA-376, part 1, 17.2): tables and text boxes too, deleted
//! text and headers not.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::diagnostic::{Code, Diagnostic, Message};

/// The most that the main document may unpack to, in bytes: a small file can unpack to
/// gigabytes. A posting of ten pages has under 1 MiB.
const LIMIT: u64 = 64 * 1024 * 1024;

/// The paragraphs, each with a line end.
pub(super) fn text(bytes: &[u8]) -> Result<String, Box<Diagnostic>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let document = archive.by_name("word/document.xml").map_err(|_| unreadable())?;
    let mut xml = Vec::new();
    document.take(LIMIT + 1).read_to_end(&mut xml).map_err(|_| unreadable())?;
    if xml.len() as u64 > LIMIT {
        return Err(too_large());
    }
    let xml = String::from_utf8(xml).map_err(|_| unreadable())?;
    paragraphs(&xml).ok_or_else(unreadable)
}

fn paragraphs(xml: &str) -> Option<String> {
    let mut reader = Reader::from_str(xml);
    let mut out = String::new();
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
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "Fallback" => skipped = skipped.saturating_sub(1),
                _ if skipped > 0 => {}
                "p" => {
                    out.push_str(&open.pop()?);
                    out.push('\n');
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
            Event::Eof => return open.is_empty().then_some(out),
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
