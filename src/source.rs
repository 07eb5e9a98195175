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
        self.files.push(SourceFile { path: path.into(), text: Arc::new(text) });
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
        self.file(span.source).text.get(span.range()).unwrap_or_default()
    }

    /// The bytes of a place, both ends moved back to where the text has them and a character
    /// begins: the text may be of another moment than the place.
    pub fn nearest(&self, span: Span) -> Range<usize> {
        let text = &self.file(span.source).text;
        let start = text.floor_char_boundary(span.start as usize);
        start..text.floor_char_boundary(span.end as usize).max(start)
    }

    /// The line and column at which a place starts.
    pub fn position(&self, span: Span) -> Position {
        let text = &self.file(span.source).text;
        let before = &text[..self.nearest(span).start];
        let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |newline| newline + 1);
        Position {
            line: memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
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
