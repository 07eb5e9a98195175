//! Owns the lines of HTML as a browser shows them, and what it says beside them: of a
//! picture, and to search engines. May import `line`.

use std::convert::Infallible;
use std::ops::Range;

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

/// The `name` or `property` of an element `meta` that tells what the page is about.
const DESCRIPTIONS: [&str; 6] =
    ["description", "keywords", "og:title", "og:description", "twitter:title", "twitter:description"];

/// A start tag that is being read: its name, and the attributes that say something.
#[derive(Default)]
struct Tag {
    name: Vec<u8>,
    attribute: Vec<u8>,
    is_description: bool,
    words: Line,
}

impl Tag {
    fn value(&mut self, value: &[u8], text: &str, span: Range<usize>) {
        let is_meta = self.name == b"meta";
        match &*self.attribute {
            b"name" | b"property" if is_meta => {
                let value = String::from_utf8_lossy(value).to_ascii_lowercase();
                self.is_description |= DESCRIPTIONS.contains(&&*value);
            }
            b"content" if is_meta => self.words.add(value, text, span),
            b"alt" => self.words.add(value, text, span),
            _ => {}
        }
    }

    /// What it says beside the lines, if it does.
    fn words(self) -> Option<Line> {
        let says = self.name != b"meta" || self.is_description;
        Some(self.words).filter(|words| says && !words.is_blank())
    }
}

/// Each block of a document, as one line; and what is said beside them.
pub(super) fn lines(text: &str) -> (Vec<Line>, Vec<Line>) {
    let (mut lines, mut beside) = (vec![Line::default()], Vec::new());
    let mut tag = Tag::default();
    let mut unseen: Vec<Vec<u8>> = Vec::new();
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                tag = Tag { name: name.to_vec(), ..Tag::default() };
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
            CallbackEvent::AttributeName { name } => tag.attribute = name.to_vec(),
            CallbackEvent::AttributeValue { value } if unseen.is_empty() => {
                tag.value(value, text, span.start..span.end);
            }
            CallbackEvent::CloseStartTag { .. } => beside.extend(std::mem::take(&mut tag).words()),
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
                    line.add(value, text, span.start..span.end);
                }
            }
            _ => {}
        }
        None::<Infallible>
    });
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(text, emitter).finish();
    lines.retain(|line| !line.is_blank());
    (lines, beside)
}

fn is_one_of(names: &[&str], name: &[u8]) -> bool {
    names.iter().any(|known| known.as_bytes() == name)
}

impl Line {
    /// Adds what a part of the file shows, character by character beside what was written:
    /// an entity such as `&nbsp;` is one. White space is a single space.
    fn add(&mut self, shown: &[u8], text: &str, part: Range<usize>) {
        let mut at = part.start;
        for c in String::from_utf8_lossy(shown).chars() {
            let rest = text.get(at..part.end).unwrap_or_default();
            let Some(next) = rest.chars().next() else { return };
            let length = if next == '&' { entity(rest).unwrap_or(1) } else { next.len_utf8() };
            let written = at..at + length;
            at += length;
            // A line end of Windows is one character of HTML.
            if next == '\r' && text[at..].starts_with('\n') {
                at += 1;
            }
            self.push(if c.is_whitespace() { ' ' } else { c }, written);
        }
    }
}

/// The length of the entity that a text begins with.
fn entity(text: &str) -> Option<usize> {
    let name = text[1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    (name > 0 && text[1 + name..].starts_with(';')).then_some(name + 2)
}
