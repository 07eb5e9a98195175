//! Owns the walk through what stands on a typeset page, and the text that is found on
//! it. May import nothing of rolebook.

use typst::layout::{Frame, FrameItem, Point, Transform};
use typst_layout::PagedDocument;

/// Shows every item of a page that is no group to `visit`, in the order of painting,
/// with the transformation from its place to the page.
pub(super) fn walk<'a>(frame: &'a Frame, visit: &mut impl FnMut(&'a FrameItem, Transform)) {
    walk_from(frame, Transform::identity(), visit);
}

fn walk_from<'a>(frame: &'a Frame, transform: Transform, visit: &mut impl FnMut(&'a FrameItem, Transform)) {
    for (position, item) in frame.items() {
        let here = transform.pre_concat(Transform::translate(position.x, position.y));
        match item {
            FrameItem::Group(group) => walk_from(&group.frame, here.pre_concat(group.transform), visit),
            item => visit(item, here),
        }
    }
}

/// Words on a page, in points from its top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FoundWords {
    /// The page, from 1.
    pub(super) page: usize,
    /// Where they begin.
    pub(super) x: f64,
    /// Their baseline.
    pub(super) baseline: f64,
}

/// The text of typeset pages, as a program that searches the PDF finds it: in the order
/// of painting, without spaces, since those are found or not by chance.
pub(super) struct PageText {
    letters: Vec<char>,
    places: Vec<FoundWords>,
}

impl PageText {
    /// The text of a document.
    pub(super) fn of(document: &PagedDocument) -> Self {
        let mut text = Self { letters: Vec::new(), places: Vec::new() };
        for (index, page) in document.pages().iter().enumerate() {
            walk(&page.frame, &mut |item, here| {
                let FrameItem::Text(run) = item else { return };
                let start = Point::zero().transform(here);
                let mut x = start.x.to_pt();
                for glyph in &run.glyphs {
                    let place = FoundWords { page: index + 1, x, baseline: start.y.to_pt() };
                    for letter in run.text[glyph.range()].chars().filter(|it| !it.is_whitespace()) {
                        text.letters.push(letter);
                        text.places.push(place);
                    }
                    x += glyph.x_advance.at(run.size).to_pt();
                }
            });
        }
        text
    }

    /// Where words stand, if they stand there exactly once.
    pub(super) fn find_once(&self, words: &str) -> Option<FoundWords> {
        let words: Vec<char> = words.chars().filter(|it| !it.is_whitespace()).collect();
        if words.is_empty() {
            return None;
        }
        let mut found = self.letters.windows(words.len()).enumerate().filter(|(_, here)| *here == words);
        let (at, _) = found.next()?;
        found.next().is_none().then(|| self.places[at])
    }
}
