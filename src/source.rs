//! Owns the texts that rolebook read and the places in them. May import nothing
//! of rolebook.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One text that was read. Cheap to copy; says nothing without its [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// A range of bytes in a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text that the range is in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes of `range` in `source`. Sources are at most 4 GiB by the limit
    /// that `fs` keeps.
    pub fn new(source: SourceId, range: Range<usize>) -> Self {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { source, start: offset(range.start), end: offset(range.end) }
    }

    /// The range of bytes.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A line and a column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A text and where it came from.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The path as it is shown to people.
    pub path: PathBuf,
    /// The text without a byte order mark.
    pub text: Arc<String>,
    /// What was before the text, which then is a part of another one.
    before: Before,
}

/// What is before a part of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Before {
    /// Bytes.
    pub bytes: u32,
    /// Lines.
    pub lines: u32,
}

/// A line of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// What is before it.
    pub before: Before,
    /// What it says, without its end.
    pub text: &'a str,
    /// The bytes in it of the place that was asked about, as far as they are in it.
    pub place: Range<usize>,
}

/// Every text that was read in a run.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a text. A byte order mark is dropped, so that columns are those an
    /// editor shows.
    pub fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.files.len()).expect("fewer than 2^32 sources"));
        let mut text = text.into();
        let mark = text.len() - text.trim_start_matches('\u{feff}').len();
        text.drain(..mark);
        self.files.push(SourceFile { path: path.into(), text: Arc::new(text), before: Before::default() });
        id
    }

    /// Adds one line of a text. Places in it are those of the whole text.
    pub fn add_line(
        &mut self,
        path: impl Into<PathBuf>,
        before: Before,
        line: impl Into<String>,
    ) -> SourceId {
        let id = self.add(path, line);
        self.files[id.0 as usize].before = before;
        id
    }

    /// Every text so far, in the order in which they were added.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The text that was read last from this path.
    pub fn latest(&self, path: &Path) -> Option<SourceId> {
        let at = self.files.iter().rposition(|file| file.path == path)?;
        u32::try_from(at).ok().map(SourceId)
    }

    /// Gives up a text that another one took the place of, so that it takes no memory:
    /// what points at it points at nothing.
    pub fn forget(&mut self, id: SourceId) {
        self.files[id.0 as usize].text = Arc::default();
    }

    /// The text with this id.
    pub fn file(&self, id: SourceId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The path of a source, as it is shown to people.
    pub fn path(&self, id: SourceId) -> &Path {
        &self.file(id).path
    }

    /// What stands at a place.
    pub fn text(&self, span: Span) -> &str {
        let SourceFile { text, before, .. } = self.file(span.source);
        let from_start = |at: u32| at.checked_sub(before.bytes).map(|at| at as usize);
        let range = from_start(span.start).zip(from_start(span.end));
        range.and_then(|(start, end)| text.get(start..end)).unwrap_or_default()
    }

    /// The bytes of the text that a place has, both ends moved back to where the text has
    /// them and a character begins: the text may be of another moment than the place.
    pub fn nearest(&self, span: Span) -> Range<usize> {
        let SourceFile { text, before, .. } = self.file(span.source);
        let nearest = |at: u32| text.floor_char_boundary(at.saturating_sub(before.bytes) as usize);
        let start = nearest(span.start);
        start..nearest(span.end).max(start)
    }

    /// The line in which a place starts.
    pub fn line(&self, span: Span) -> Line<'_> {
        let SourceFile { text, before, .. } = self.file(span.source);
        let Range { start: at, end: last } = self.nearest(span);
        let start = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |newline| newline + 1);
        let end =
            memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length);
        let lines = memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let before = Before { bytes: before.bytes + count(start), lines: before.lines + count(lines) };
        Line { before, text: &text[start..end], place: at - start..last.min(end) - start }
    }

    /// The line and column at which a place starts.
    pub fn position(&self, span: Span) -> Position {
        let Line { before, text, place } = self.line(span);
        Position { line: before.lines as usize + 1, column: text[..place.start].chars().count() + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn position_counts_characters_and_ignores_a_byte_order_mark() {
        let mut sources = Sources::default();
        let id = sources.add("a.json", "\u{feff}{\r\n  \"岗\": 1}");
        let at = sources.file(id).text.find('1').unwrap();
        assert_eq!(sources.position(Span::new(id, at..at + 1)), Position { line: 2, column: 8 });
        assert_eq!(sources.position(Span::new(id, 0..1)), Position { line: 1, column: 1 });
    }

    #[test]
    fn a_line_of_a_text_has_its_places() {
        let mut whole = Sources::default();
        let id = whole.add("a.json", "{\r\n  \"岗\": 1,\r\n  \"位\": 2}");
        let two = |source| Span::new(source, 25..26);
        let Line { before, text, place } = whole.line(two(id));
        assert_eq!((before, text, place), (Before { bytes: 16, lines: 2 }, "  \"位\": 2}", 9..10));
        let mut part = Sources::default();
        let line = part.add_line("a.json", before, text);
        assert_eq!((whole.text(two(id)), part.text(two(line))), ("2", "2"));
        assert_eq!(part.position(two(line)), whole.position(two(id)));
        assert_eq!(part.position(two(line)), Position { line: 3, column: 8 });
        assert_eq!(part.line(two(line)), whole.line(two(id)));
        assert_eq!(part.text(Span::new(line, 0..1)), "");
    }

    #[test]
    fn a_place_that_a_text_does_not_have_is_the_nearest_before_it() {
        let mut sources = Sources::default();
        let id = sources.add("a.json", "a岗位");
        let nearest = |range| sources.nearest(Span::new(id, range));
        assert_eq!(nearest(2..6), 1..4);
        assert_eq!(nearest(3..3), 1..1);
        assert_eq!(nearest(5..900), 4..7);
        assert_eq!(nearest(800..900), 7..7);
    }
}
