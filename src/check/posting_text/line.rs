//! Owns a line of a posting and the way back to its file. May import nothing of
//! rolebook.

use std::ops::Range;

/// A line as a reader sees it.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// The line.
    pub(super) text: String,
    /// Whether its file says that it is a heading.
    pub(super) is_heading: bool,
    /// Whether its file says that it is an item of a list.
    pub(super) is_item: bool,
    /// Whether it is a row of a table.
    pub(super) is_row: bool,
    /// For each of its characters: where it begins here, and what it was written as.
    characters: Vec<(usize, Range<usize>)>,
}

impl Line {
    /// A line of a file that has nothing else.
    #[cfg(test)]
    pub(super) fn of(text: &str) -> Self {
        let mut line = Self::default();
        line.push_part(text, 0);
        line
    }

    /// Adds a character that was written as these bytes.
    pub(super) fn push(&mut self, c: char, written: Range<usize>) {
        self.characters.push((self.text.len(), written));
        self.text.push(c);
    }

    /// Adds a part of the file as it is; `at` is where it begins there.
    pub(super) fn push_part(&mut self, part: &str, at: usize) {
        for (offset, c) in part.char_indices() {
            self.push(c, at + offset..at + offset + c.len_utf8());
        }
    }

    /// Whether it says nothing.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// What a part of it was written as.
    pub(super) fn written(&self, part: Range<usize>) -> Range<usize> {
        let character = |at: usize| {
            let index = self.characters.partition_point(|(begin, _)| *begin <= at);
            self.characters
                .get(index.saturating_sub(1))
                .map(|(_, written)| written.clone())
                .unwrap_or_default()
        };
        let last = character(part.end.saturating_sub(1));
        character(part.start).start..last.end
    }
}
