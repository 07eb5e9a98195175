//! Owns on how many pages a chart is drawn, and what stands on each. May import `drawing`
//! and `view`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::drawing::{Drawing, Plan, levels};
use super::fold::Shape;
use super::words::Faces;
use crate::view::{BoxKind, ChartView, Look, Rich};

/// What the pixels of a drawing are on paper, in points, at a scale of 1.
const PIXEL: f64 = 0.75;

/// The largest scale: a drawing that is small fills its sheet no further.
const LARGEST_SCALE: f64 = 1.2;

/// A drawing is not smaller than this on a small sheet, or it goes on a large one; nor on a
/// large one, or it goes on several. At the last, the smallest words have 6.4 points.
const SMALL_SCALE: f64 = 0.85;
const LARGE_SCALE: f64 = 0.78;

/// Parts that share a page are no smaller than this.
const SHARED_SCALE: f64 = 0.9;

/// The most parts that share a page.
const SHARED: usize = 6;

/// What heading, legend, header and footer take of a page, beside and above, in points.
const TAKEN: (f64, f64) = (80.0, 178.0);

/// The longest side of a page that PDF knows, in points.
const LONGEST: f64 = 14_400.0;

/// A chart on a screen.
#[derive(Debug, Serialize)]
pub(super) struct Screen<'a> {
    lang: &'static str,
    title: &'a str,
    description: &'a str,
    organization: String,
    /// Whether title and legend are drawn as well.
    alone: bool,
    words: &'a BTreeMap<String, String>,
    look: &'a Look,
    /// The pale ground of boxes, as `#rrggbb`.
    tint: String,
    legend: Vec<Mark<'a>>,
    /// The whole picture.
    width: i32,
    height: i32,
    drawing: Drawing,
}

/// A chart on paper.
#[derive(Debug, Serialize)]
pub(super) struct Paper<'a> {
    lang: &'static str,
    document_title: &'a str,
    description: &'a str,
    organization: &'a Rich,
    labels: &'a BTreeMap<String, String>,
    legend: Vec<Mark<'a>>,
    pages: Vec<Sheet>,
}

/// A page.
#[derive(Debug, Serialize)]
struct Sheet {
    /// Counted from 1.
    number: usize,
    /// Whose part it is; empty on the first.
    heading: String,
    /// The words for the page that it continues, and that page; 0 on the first.
    from: String,
    from_page: usize,
    /// The paper, in whole points.
    width: i32,
    height: i32,
    drawing: Drawing,
}

/// What a kind of line or box means.
#[derive(Debug, Clone, Serialize)]
struct Mark<'a> {
    kind: &'static str,
    words: &'a str,
    /// Where it stands on a screen, from the left.
    x: i32,
}

/// The marks that a chart needs; `dotted` says whether there is a dotted line.
fn legend(view: &ChartView, dotted: bool) -> Vec<Mark<'_>> {
    let has = |kind: BoxKind| view.boxes.iter().any(|shown| shown.kind == kind);
    let marks = [
        ("line", view.boxes.iter().any(|shown| !shown.reports.is_empty())),
        ("dotted_line", dotted),
        ("outside", has(BoxKind::Outside)),
        ("elsewhere", has(BoxKind::Elsewhere)),
    ];
    let mut x = 0;
    let mark = |(kind, needed): (&'static str, bool)| {
        let words = view.words[kind].as_str();
        let mark = needed.then_some(Mark { kind, words, x })?;
        let columns = unicode_width::UnicodeWidthStr::width(words);
        x += 68 + 7 * i32::try_from(columns).unwrap_or_default();
        Some(mark)
    };
    let marks: Vec<Mark<'_>> = marks.into_iter().filter_map(mark).collect();
    // A line alone needs no explanation.
    if marks.len() > 1 { marks } else { Vec::new() }
}

/// A chart for a screen, at most so wide if it can be folded so far.
pub(super) fn on_screen<'a>(view: &'a ChartView, faces: &Faces, widest: i32, alone: bool) -> Screen<'a> {
    let levels = levels(view);
    let mut plan = plan(view, faces, &levels, view.roots.clone(), usize::MAX);
    let fits = |shapes: &[Shape]| shapes.iter().rposition(|shape| shape.width <= widest);
    let mut drawing = plan.draw(|shapes| fits(shapes).unwrap_or(0));
    if drawing.width > widest {
        plan.row = false;
        drawing = plan.draw(|shapes| fits(shapes).unwrap_or(0));
    }
    let (width, height) = (drawing.width.max(480), drawing.height);
    let (width, height) = if alone { (width + 64, height + 64 + 84 + 40) } else { (width + 4, height + 4) };
    Screen {
        lang: view.lang,
        title: &view.document_title,
        description: &view.description,
        organization: view.organization.to_plain(),
        alone,
        words: &view.words,
        look: &view.look,
        tint: tint(&view.look.accent),
        legend: legend(view, !drawing.dotted.is_empty()),
        width,
        height,
        drawing,
    }
}

/// The accent color, mixed with so much white that words are read on it. An office program
/// mixes none itself.
fn tint(accent: &str) -> String {
    let accent = if accent.is_empty() { "#1f4e79" } else { accent };
    let channel =
        |at: usize| u32::from_str_radix(accent.get(at..at + 2).unwrap_or("00"), 16).unwrap_or_default();
    let pale = |at: usize| (channel(at) * 8 + 255 * 92) / 100;
    format!("#{:02x}{:02x}{:02x}", pale(1), pale(3), pale(5))
}

fn plan<'a>(
    view: &'a ChartView,
    faces: &'a Faces,
    levels: &'a [usize],
    roots: Vec<usize>,
    depth: usize,
) -> Plan<'a> {
    Plan { view, faces, roots, depth, continued: BTreeMap::new(), levels, row: true }
}

/// A sheet of paper on its side, in points.
#[derive(Debug, Clone, Copy)]
struct Size {
    width: f64,
    height: f64,
}

/// How a chart falls into sheets: down to which depth the first one goes, whether that
/// stands in a row, its size, and what the other sheets have.
type Division = (usize, bool, Size, Vec<Vec<usize>>);

impl Size {
    /// The small and the large sheet that a library prints on.
    fn of(look: &Look) -> (Self, Self) {
        if look.paper == "us-letter" {
            (Self { width: 792.0, height: 612.0 }, Self { width: 1224.0, height: 792.0 })
        } else {
            (Self { width: 842.0, height: 595.0 }, Self { width: 1191.0, height: 842.0 })
        }
    }

    /// The largest scale at which one of these shapes fits; the widest of those.
    fn fit(self, shapes: &[Shape]) -> (usize, f64) {
        let room = ((self.width - TAKEN.0) / PIXEL, (self.height - TAKEN.1) / PIXEL);
        let scale = |shape: &Shape| {
            (room.0 / f64::from(shape.width)).min(room.1 / f64::from(shape.height.max(1))).min(LARGEST_SCALE)
        };
        let scales = shapes.iter().map(scale).enumerate();
        scales.fold((0, 0.0), |best, next| if next.1 >= best.1 { next } else { best })
    }
}

/// What one page shows.
struct PagePlan {
    roots: Vec<usize>,
    depth: usize,
    /// Whether those below the top stand in a row.
    row: bool,
    size: Size,
    /// The page that it continues, from 0.
    from: Option<usize>,
}

/// A chart on paper: on a small sheet, or a large one, or several large ones.
pub(super) fn on_paper<'a>(view: &'a ChartView, faces: &Faces) -> Paper<'a> {
    let levels = levels(view);
    let (small, large) = Size::of(&view.look);
    let paper = PaperRoom { view, faces, levels: &levels, large };
    let mut plans: Vec<PagePlan> = Vec::new();
    // The page that continues a box.
    let mut continued: BTreeMap<usize, usize> = BTreeMap::new();
    let whole = |row: bool, size: Size, least: f64| {
        let scale = paper.scale(&view.roots, usize::MAX, row, size);
        let roots = view.roots.clone();
        (scale >= least).then_some(PagePlan { roots, depth: usize::MAX, row, size, from: None })
    };
    let small_or_large = || whole(true, small, SMALL_SCALE).or_else(|| whole(true, large, LARGE_SCALE));
    match small_or_large() {
        Some(page) => plans.push(page),
        None => paper.split(&mut plans, &mut continued),
    }
    let pages = plans.iter().enumerate().map(|(index, page)| {
        let mut plan = plan(view, faces, &levels, page.roots.clone(), page.depth);
        plan.row = page.row;
        let ends = plan.boxes().into_iter().filter(|&(_, depth)| depth == page.depth);
        let ends = ends.filter_map(|(at, _)| Some((at, *continued.get(&at)?)));
        plan.continued = ends.map(|(at, on)| (at, (on_page(view, at, on + 1), on + 1))).collect();
        let drawing = plan.draw(|shapes| page.size.fit(shapes).0);
        let from_page = page.from.map_or(0, |from| from + 1);
        let from = view.words["from_page"].replace("{page}", &from_page.to_string());
        let titles: Vec<&str> = page.roots.iter().map(|&root| view.boxes[root].title.as_str()).collect();
        let heading = if page.from.is_some() { titles.join(&view.words["separator"]) } else { String::new() };
        #[expect(clippy::cast_possible_truncation, reason = "no page is longer than PDF knows")]
        let (width, height) = (page.size.width.ceil() as i32, page.size.height.ceil() as i32);
        Sheet { number: index + 1, heading, from, from_page, width, height, drawing }
    });
    let pages: Vec<Sheet> = pages.collect();
    Paper {
        lang: view.lang,
        document_title: &view.document_title,
        description: &view.description,
        organization: &view.organization,
        labels: &view.labels,
        legend: legend(view, pages.iter().any(|page| !page.drawing.dotted.is_empty())),
        pages,
    }
}

/// What a box says that another page continues.
fn on_page(view: &ChartView, at: usize, page: usize) -> String {
    let count = below(view, at);
    let words = &view.words[if count == 1 { "on_page_one" } else { "on_page" }];
    words.replace("{n}", &count.to_string()).replace("{page}", &page.to_string())
}

/// How many roles are below a box.
fn below(view: &ChartView, at: usize) -> usize {
    let (mut count, mut open) = (0, vec![at]);
    while let Some(at) = open.pop() {
        count += view.boxes[at].reports.len() + view.boxes[at].hidden;
        open.extend(&view.boxes[at].reports);
    }
    count
}

struct PaperRoom<'a> {
    view: &'a ChartView,
    faces: &'a Faces,
    levels: &'a [usize],
    large: Size,
}

impl PaperRoom<'_> {
    /// The scale at which some boxes and so many levels below them fit on a sheet.
    fn scale(&self, roots: &[usize], depth: usize, row: bool, size: Size) -> f64 {
        let mut scale = 1.0;
        let mut plan = plan(self.view, self.faces, self.levels, roots.to_vec(), depth);
        plan.row = row;
        plan.draw(|shapes| {
            let (chosen, fit) = size.fit(shapes);
            scale = fit;
            chosen
        });
        scale
    }

    /// A sheet that is as large as what cannot be divided needs.
    fn grown(&self, roots: &[usize], depth: usize) -> Size {
        let scale = self.scale(roots, depth, false, self.large);
        let by = (LARGE_SCALE / scale).max(1.0);
        let side = |length: f64, taken: f64| ((length - taken) * by + taken).min(LONGEST);
        Size { width: side(self.large.width, TAKEN.0), height: side(self.large.height, TAKEN.1) }
    }

    /// Large sheets: on each as many levels as are readable, and what is below them on
    /// sheets that follow.
    fn split(&self, plans: &mut Vec<PagePlan>, continued: &mut BTreeMap<usize, usize>) {
        let mut open: Vec<(Vec<usize>, Option<usize>)> = vec![(self.view.roots.clone(), None)];
        let mut next = 0;
        while let Some((roots, from)) = open.get(next).cloned() {
            let page = plans.len();
            if from.is_some() {
                continued.extend(roots.iter().map(|&root| (root, page)));
            }
            let (depth, row, size, parts) = self.cut(&roots);
            let depth = if parts.is_empty() { usize::MAX } else { depth };
            plans.push(PagePlan { roots, depth, row, size, from });
            open.extend(parts.into_iter().map(|roots| (roots, Some(page))));
            next += 1;
        }
    }

    /// How many levels of some boxes a sheet shows, whether those below the top stand in a
    /// row, and which parts go on sheets of their own: so that there are few sheets, and
    /// then as many levels as can be on this one.
    fn cut(&self, roots: &[usize]) -> (usize, bool, Size, Vec<Vec<usize>>) {
        let boxes = plan(self.view, self.faces, self.levels, roots.to_vec(), usize::MAX).boxes();
        let deepest = boxes.iter().map(|&(_, depth)| depth).max().unwrap_or_default();
        let parts = |depth: usize| {
            let ends =
                boxes.iter().filter(|&&(at, own)| own == depth && !self.view.boxes[at].reports.is_empty());
            self.shared(&ends.map(|&(at, _)| at).collect::<Vec<_>>())
        };
        // One above all others goes with those below.
        let least = usize::from(deepest > 0 && roots.len() == 1);
        let mut best: Option<(usize, Division)> = None;
        for depth in (least..=deepest).rev() {
            let row = self.scale(roots, depth, true, self.large) >= LARGE_SCALE;
            if !row && self.scale(roots, depth, false, self.large) < LARGE_SCALE {
                continue;
            }
            let parts = parts(depth);
            // A part that needs more than its own sheet counts as those that it is made of.
            let sheets = |part: &Vec<usize>| {
                let whole = self.scale(part, usize::MAX, false, self.large) >= LARGE_SCALE;
                if whole {
                    1
                } else {
                    1 + part.iter().map(|&at| self.view.boxes[at].reports.len()).sum::<usize>()
                }
            };
            let count: usize = parts.iter().map(sheets).sum();
            if best.as_ref().is_none_or(|(least, _)| count < *least) {
                best = Some((count, (depth, row, self.large, parts)));
            }
        }
        let grown = || (least, false, self.grown(roots, least), parts(least));
        best.map_or_else(grown, |(_, cut)| cut)
    }

    /// Parts in order, those together on a page that fit.
    fn shared(&self, parts: &[usize]) -> Vec<Vec<usize>> {
        let mut pages: Vec<Vec<usize>> = Vec::new();
        for &part in parts {
            if let Some(page) = pages.last_mut().filter(|page| page.len() < SHARED) {
                let together: Vec<usize> = page.iter().copied().chain([part]).collect();
                if self.scale(&together, usize::MAX, false, self.large) >= SHARED_SCALE {
                    *page = together;
                    continue;
                }
            }
            pages.push(vec![part]);
        }
        pages
    }
}
