//! Owns the look at a typeset page: is all text inside its cell and its page?
//! May import `typeset` and everything below `render`.
//!
//! Typst draws text that does not fit over whatever is beside it and says
//! nothing. Here every run of text is held against the page's margins and
//! against the vertical lines of the tables around it.

use std::collections::BTreeSet;

use typst::layout::{Abs, FrameItem, Point, Transform};
use typst::text::TextItem;
use typst::visualize::Geometry;
use typst_layout::Page;

use super::frames::walk;
use super::typeset::Typeset;
use crate::diagnostic::{Code, Diagnostic, Message};

/// How far a glyph may reach over a line or a margin, in points: side bearings
/// and hanging punctuation do by less.
const TOLERANCE: f64 = 1.5;

/// The narrowest margin that a theme leaves, in points; text beyond it would be
/// cut by printers.
const SAFE_MARGIN: f64 = 14.0;

/// Text that stands outside its cell or its page, one finding for each field.
pub fn inspect(typeset: &Typeset<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, page) in typeset.document.pages().iter().enumerate() {
        let mut standing = Standing::default();
        walk(&page.frame, &mut |item, here| standing.item(item, here));
        for run in &standing.runs {
            let Some(place) = standing.misplaced(run, page) else { continue };
            let pointer = run.item.glyphs.iter().find_map(|glyph| typeset.field_of(glyph.span.0));
            let excerpt: String = run.item.text.chars().take(24).collect();
            if !seen
                .insert((pointer.clone(), if pointer.is_none() { excerpt.clone() } else { String::new() }))
            {
                continue;
            }
            let (en, zh_cn) = match place {
                Place::Cell => ("runs out of its cell", "超出了单元格"),
                Place::Page => ("runs off the page", "超出了页面"),
                Place::Bottom => ("runs off the bottom of the page", "超出了页面底部"),
            };
            let message = Message::new(
                format!("on page {} of the PDF, `{excerpt}` {en}", index + 1),
                format!("PDF 第 {} 页的“{excerpt}”{zh_cn}", index + 1),
            );
            let mut finding = match place {
                // What cannot be read must not be signed.
                Place::Bottom => Diagnostic::error(Code::TextOverflow, message).hint(
                    "this part is kept in one piece and is longer than a page: shorten it, or divide it",
                    "这一部分不会分页，但比一页还长：请缩短，或分成几项",
                ),
                Place::Cell | Place::Page => Diagnostic::warning(Code::TextOverflow, message).hint(
                    "shorten it, or put spaces into it where it may break",
                    "请缩短文字，或在可以换行处加空格",
                ),
            };
            finding.pointer = pointer;
            findings.push(finding);
        }
    }
    findings
}

#[derive(Clone, Copy)]
enum Place {
    Cell,
    Page,
    Bottom,
}

/// A run of text on the page, in points from the page's top left.
struct Run<'a> {
    item: &'a TextItem,
    left: f64,
    right: f64,
    baseline: f64,
}

/// A vertical line.
struct Line {
    x: f64,
    top: f64,
    bottom: f64,
}

/// What stands on a page and matters here.
#[derive(Default)]
struct Standing<'a> {
    runs: Vec<Run<'a>>,
    lines: Vec<Line>,
}

impl<'a> Standing<'a> {
    fn item(&mut self, item: &'a FrameItem, here: Transform) {
        match item {
            FrameItem::Text(text) => {
                let at = Point::zero().transform(here);
                let ink = text.glyphs.iter().rposition(|glyph| !text.text[glyph.range()].trim().is_empty());
                let width = ink.map_or(Abs::zero(), |last| {
                    text.glyphs[..=last].iter().map(|glyph| glyph.x_advance.at(text.size)).sum()
                });
                let (left, baseline) = (at.x.to_pt(), at.y.to_pt());
                self.runs.push(Run { item: text, left, right: left + width.to_pt(), baseline });
            }
            FrameItem::Shape(shape, _) if shape.stroke.is_some() => {
                let Geometry::Line(to) = shape.geometry else { return };
                let (from, to) = (Point::zero().transform(here), to.transform(here));
                if (from.x - to.x).abs() < Abs::pt(0.1) {
                    let (top, bottom) = (from.y.min(to.y).to_pt(), from.y.max(to.y).to_pt());
                    self.lines.push(Line { x: from.x.to_pt(), top, bottom });
                }
            }
            _ => {}
        }
    }

    fn misplaced(&self, run: &Run<'_>, page: &Page) -> Option<Place> {
        let (width, height) = (page.frame.width().to_pt(), page.frame.height().to_pt());
        if run.baseline > height - SAFE_MARGIN {
            return Some(Place::Bottom);
        }
        if run.right > width - SAFE_MARGIN || run.left < SAFE_MARGIN - TOLERANCE || run.baseline < SAFE_MARGIN
        {
            return Some(Place::Page);
        }
        // Half the height of a letter above the baseline is inside the run.
        let middle = run.baseline - run.item.size.to_pt() * 0.35;
        let crosses = |line: &Line| {
            line.x > run.left + TOLERANCE
                && line.x < run.right - TOLERANCE
                && line.top < middle
                && line.bottom > middle
        };
        self.lines.iter().any(crosses).then_some(Place::Cell)
    }
}
