//! Owns the lines of HTML as a browser shows them. May import `line`.

use std::convert::Infallible;

use html5gum::Span;
use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

use super::line::Line;

/// Elements that stand inside a line.
const INLINE: [&str; 24] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "label", "mark",
    "q", "s", "small", "span", "strong", "sub", "sup", "u", "wbr",
];

/// Elements that head what stands below.
const HEADINGS: [&str; 7] = ["h1", "h2", "h3", "h4", "h5", "h6", "dt"];

/// The cells of a row of a table.
const CELLS: [&str; 2] = ["td", "th"];

/// Elements whose content nobody sees. The title of a page is seen in search results.
const UNSEEN: [&str; 4] = ["script", "style", "template", "noscript"];

/// Each block of a document, as one line.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    let mut unseen: Vec<Vec<u8>> = Vec::new();
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                if is_one_of(&UNSEEN, name) {
                    unseen.push(name.to_vec());
                }
                let continues_row =
                    name == b"td" && lines.last().is_some_and(|line| line.is_row && !line.is_blank());
                if continues_row {
                    // The cells of a row are read as one line.
                    if let Some(line) = lines.last_mut() {
                        line.push('|', span.start..span.end);
                    }
                } else if !is_one_of(&INLINE, name) {
                    let mut line = Line::default();
                    line.is_heading = is_one_of(&HEADINGS, name);
                    line.is_item = name == b"li";
                    line.is_row = is_one_of(&CELLS, name);
                    lines.push(line);
                }
            }
            CallbackEvent::EndTag { name } => {
                if let Some(at) = unseen.iter().rposition(|open| open == name) {
                    unseen.truncate(at);
                }
                if !is_one_of(&INLINE, name) && !is_one_of(&CELLS, name) {
                    lines.push(Line::default());
                }
            }
            CallbackEvent::String { value } if unseen.is_empty() => {
                if let Some(line) = lines.last_mut() {
                    add(line, &String::from_utf8_lossy(value), text, span.start..span.end);
                }
            }
            _ => {}
        }
        None::<Infallible>
    });
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(text, emitter).finish();
    lines.retain(|line| !line.is_blank());
    lines
}

fn is_one_of(names: &[&str], name: &[u8]) -> bool {
    names.iter().any(|known| known.as_bytes() == name)
}

/// Adds what a part of the file shows, character by character beside what was written:
/// an entity such as `&nbsp;` is one. White space is a single space.
fn add(line: &mut Line, shown: &str, text: &str, part: std::ops::Range<usize>) {
    let mut at = part.start;
    for c in shown.chars() {
        let rest = text.get(at..part.end).unwrap_or_default();
        let Some(next) = rest.chars().next() else { return };
        let length = if next == '&' { entity(rest).unwrap_or(1) } else { next.len_utf8() };
        let written = at..at + length;
        at += length;
        // A line end of Windows is one character of HTML.
        if next == '\r' && text[at..].starts_with('\n') {
            at += 1;
        }
        line.push(if c.is_whitespace() { ' ' } else { c }, written);
    }
}

/// The length of the entity that a text begins with.
fn entity(text: &str) -> Option<usize> {
    let name = text[1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    (name > 0 && text[1 + name..].starts_with(';')).then_some(name + 2)
}
