//! Owns what is drawn of a chart: boxes with their lines of words, and the lines between
//! them, in pixels. May import `fold`, `words` and `view`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::fold::{Arrangement, BOX, Block, Shape, Shapes};
use super::words::{Faces, Type, printable};
use crate::view::{BoxKind, ChartView};

const TITLE: Type = Type { size: 13, pitch: 18, bold: true };
const FACT: Type = Type { size: 11, pitch: 15, bold: false };
const NOTE: Type = Type { size: 11, pitch: 15, bold: true };

/// The space inside a box, beside and above its words.
const BESIDE: i32 = 12;
const ABOVE: i32 = 9;

/// The most lines of a title, and of anything else.
const TITLE_LINES: usize = 5;
const OTHER_LINES: usize = 3;

/// How far a dotted line swings out at least.
const SWING: i32 = 40;

/// A drawing.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Drawing {
    pub(super) width: i32,
    pub(super) height: i32,
    /// The boxes, each before those below it.
    pub(super) boxes: Vec<DrawnBox>,
    /// The lines, each from point to point.
    pub(super) lines: Vec<Vec<(i32, i32)>>,
    /// The dotted lines, each a curve: an end, two points that draw it, the other end.
    pub(super) dotted: Vec<[(i32, i32); 4]>,
}

/// A box of a drawing.
#[derive(Debug, Clone, Serialize)]
pub(super) struct DrawnBox {
    /// The role's id; empty for somebody outside the library.
    pub(super) id: String,
    pub(super) href: String,
    /// Who is in it.
    pub(super) kind: BoxKind,
    /// How far up it stands: 0 at the top, 1 below, 2 further down.
    pub(super) level: usize,
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
    /// Where the words begin, from the top of the box.
    pub(super) top: i32,
    /// All of the title.
    pub(super) whole_title: String,
    pub(super) title: Vec<Words>,
    pub(super) facts: Vec<Words>,
    pub(super) remark: Vec<Words>,
    /// That more is below it.
    pub(super) note: Vec<Words>,
    /// The page that continues it, counted from 1; 0 for none.
    pub(super) continued: usize,
    /// Whether boxes below it follow.
    pub(super) opens: bool,
    /// How many boxes end here, it and boxes above it: after it nothing is below them.
    pub(super) closes: usize,
}

/// A line of words, and where it stands in a drawing: the left end of its baseline.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Words {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) text: String,
}

/// What is to be drawn: some boxes, and those below them.
pub(super) struct Plan<'a> {
    pub(super) view: &'a ChartView,
    pub(super) faces: &'a Faces,
    /// The boxes at the top.
    pub(super) roots: Vec<usize>,
    /// How many levels are drawn below the top.
    pub(super) depth: usize,
    /// What boxes say that are continued elsewhere: words, and a page.
    pub(super) continued: BTreeMap<usize, (String, usize)>,
    /// Which box is how far up, of all boxes of the view.
    pub(super) levels: &'a [usize],
    /// Whether those who stand below the top stand in a row.
    pub(super) row: bool,
}

/// How far up the boxes of a view stand. Somebody outside is above everybody and counts
/// for nothing; only the first tree has somebody at the very top.
pub(super) fn levels(view: &ChartView) -> Vec<usize> {
    let mut levels = vec![0; view.boxes.len()];
    for &root in view.roots.iter().skip(1) {
        levels[root] = 1;
    }
    for (at, shown) in view.boxes.iter().enumerate() {
        let step = usize::from(shown.kind == BoxKind::Role || shown.kind == BoxKind::Failed);
        for &report in &shown.reports {
            levels[report] = levels[at] + step;
        }
    }
    levels
}

/// The words of a box, and how high they are together.
struct Said {
    title: Vec<String>,
    facts: Vec<String>,
    remark: Vec<String>,
    note: Vec<String>,
    height: i32,
}

impl Plan<'_> {
    /// The boxes that are drawn, each before those below it, with how far down it is.
    pub(super) fn boxes(&self) -> Vec<(usize, usize)> {
        let mut boxes = Vec::new();
        let mut open: Vec<(usize, usize)> = self.roots.iter().rev().map(|&root| (root, 0)).collect();
        while let Some((at, depth)) = open.pop() {
            boxes.push((at, depth));
            if depth < self.depth {
                open.extend(self.view.boxes[at].reports.iter().rev().map(|&report| (report, depth + 1)));
            }
        }
        boxes
    }

    /// The boxes at the top: the first with several below it, and those above that.
    fn tops(&self) -> BTreeSet<usize> {
        let mut tops = BTreeSet::new();
        for &root in &self.roots {
            let mut at = root;
            while tops.insert(at) {
                let [only] = self.view.boxes[at].reports[..] else { break };
                at = only;
            }
        }
        tops
    }

    /// Draws in the shape that `choose` takes of all.
    pub(super) fn draw(&self, choose: impl FnOnce(&[Shape]) -> usize) -> Drawing {
        let boxes = self.boxes();
        if boxes.is_empty() {
            return Drawing::default();
        }
        let said: Vec<Said> = boxes.iter().map(|&(at, _)| self.said(at)).collect();
        let mut heights: Vec<i32> = said.iter().map(|said| said.height).collect();
        heights.sort_unstable();
        // Boxes are equally high but for those with much more to say.
        let usual = heights[(heights.len() - 1) * 3 / 4];
        // One block above all holds several roots together.
        let held = usize::from(self.roots.len() > 1);
        let place: BTreeMap<usize, usize> =
            boxes.iter().enumerate().map(|(index, &(at, _))| (at, index + held)).collect();
        let mut blocks = Vec::new();
        if held > 0 {
            let below = self.roots.iter().map(|root| place[root]).collect();
            blocks.push(Block { height: 0, below, row: self.row });
        }
        let tops = self.tops();
        for (&(at, depth), said) in boxes.iter().zip(&said) {
            let shown = &self.view.boxes[at];
            let below = shown.reports.iter().filter(|_| depth < self.depth);
            let outside = matches!(shown.kind, BoxKind::Outside | BoxKind::Elsewhere);
            let height = if outside { said.height } else { said.height.max(usual) };
            let below = below.map(|report| place[report]).collect();
            blocks.push(Block { height, below, row: self.row && tops.contains(&at) });
        }
        let shapes = Shapes::of(&blocks);
        let chosen = choose(shapes.whole());
        let Arrangement { places, lines } = shapes.arranged(chosen);
        let (width, height) = (shapes.whole()[chosen].width, shapes.whole()[chosen].height);
        let drawn = boxes.iter().zip(said).enumerate().map(|(index, (&(at, depth), said))| {
            let block = index + held;
            let next = boxes.get(index + 1).map_or(0, |&(_, next)| next);
            let closes = (depth + 1).saturating_sub(next);
            self.drawn(at, said, places[block], blocks[block].height, closes)
        });
        let boxes: Vec<DrawnBox> = drawn.collect();
        let mut dotted = Vec::new();
        for (&at, &block) in &place {
            for superior in self.view.boxes[at].dotted.iter().filter_map(|superior| place.get(superior)) {
                let (from, to) = (superior - held, block - held);
                dotted.extend(ways(&boxes[from], &boxes[to]).into_iter().find(|way| {
                    let inside = way.iter().all(|&(x, _)| (0..=width).contains(&x));
                    let others = boxes.iter().enumerate().filter(|(index, _)| ![from, to].contains(index));
                    inside && others.into_iter().all(|(_, other)| !crosses(way, other))
                }));
            }
        }
        Drawing { width, height, boxes, lines, dotted }
    }

    fn said(&self, at: usize) -> Said {
        let shown = &self.view.boxes[at];
        let limit = BOX - 2 * BESIDE;
        let lines = |text: &str, how: Type, most: usize| match text {
            "" => Vec::new(),
            text => self.faces.lines(&printable(text), how, limit, most),
        };
        let title = lines(&shown.title, TITLE, TITLE_LINES);
        let facts: Vec<String> = shown.facts.iter().flat_map(|fact| lines(fact, FACT, OTHER_LINES)).collect();
        let remark = lines(&shown.remark, NOTE, OTHER_LINES);
        let note = match self.continued.get(&at) {
            Some((words, _)) => words.clone(),
            None => hidden(self.view, shown.hidden),
        };
        let note = lines(&note, NOTE, OTHER_LINES);
        let height = [(&title, TITLE), (&facts, FACT), (&remark, NOTE), (&note, NOTE)]
            .iter()
            .flat_map(|(lines, how)| lines.iter().map(|_| how.pitch))
            .sum::<i32>();
        Said { title, facts, remark, note, height: height + 2 * ABOVE }
    }

    fn drawn(&self, at: usize, said: Said, (x, y): (i32, i32), height: i32, closes: usize) -> DrawnBox {
        let shown = &self.view.boxes[at];
        let top = ABOVE + (height - said.height) / 2;
        let mut line = y + top;
        let mut set = |lines: Vec<String>, how: Type| -> Vec<Words> {
            let set = lines.into_iter().map(|text| {
                let words =
                    Words { x: x + BESIDE, y: line + how.size + (how.pitch - how.size) / 2 - 1, text };
                line += how.pitch;
                words
            });
            set.collect()
        };
        let (title, facts) = (set(said.title, TITLE), set(said.facts, FACT));
        let (remark, note) = (set(said.remark, NOTE), set(said.note, NOTE));
        DrawnBox {
            id: shown.id.clone(),
            href: shown.href.clone(),
            kind: shown.kind,
            level: self.levels[at].min(2),
            x,
            y,
            width: BOX,
            height,
            top,
            whole_title: printable(&shown.title),
            title,
            facts,
            remark,
            note,
            continued: self.continued.get(&at).map_or(0, |(_, page)| *page),
            opens: closes == 0,
            closes,
        }
    }
}

/// What a box says of so many roles below it that are not shown.
fn hidden(view: &ChartView, count: usize) -> String {
    match count {
        0 => String::new(),
        1 => view.words["below_one"].clone(),
        count => view.words["below"].replace("{n}", &count.to_string()),
    }
}

/// The ways in which a dotted line can go from one box to another: from side to side, or
/// around on the right or the left.
fn ways(from: &DrawnBox, to: &DrawnBox) -> Vec<[(i32, i32); 4]> {
    let middle = |it: &DrawnBox| it.y + it.height / 2;
    let right = |it: &DrawnBox| it.x + it.width;
    let (start, end) = (middle(from), middle(to));
    let apart = |left: i32, right: i32| SWING.max((right - left) / 2);
    let mut ways = Vec::new();
    if right(from) <= to.x {
        let by = apart(right(from), to.x);
        ways.push([(right(from), start), (right(from) + by, start), (to.x - by, end), (to.x, end)]);
    } else if right(to) <= from.x {
        let by = apart(right(to), from.x);
        ways.push([(from.x, start), (from.x - by, start), (right(to) + by, end), (right(to), end)]);
    }
    for swing in [SWING, 2 * SWING] {
        let out = right(from).max(right(to)) + swing;
        ways.push([(right(from), start), (out, start), (out, end), (right(to), end)]);
        let out = from.x.min(to.x) - swing;
        ways.push([(from.x, start), (out, start), (out, end), (to.x, end)]);
    }
    ways
}

/// Whether a curve runs over a box.
fn crosses([start, first, second, end]: &[(i32, i32); 4], over: &DrawnBox) -> bool {
    const STEPS: i32 = 48;
    (0..=STEPS).any(|step| {
        let (t, u) = (f64::from(step) / f64::from(STEPS), f64::from(STEPS - step) / f64::from(STEPS));
        let at = |one: i32, two: i32, three: i32, four: i32| {
            let [one, two, three, four] = [one, two, three, four].map(f64::from);
            u * u * u * one + 3.0 * u * u * t * two + 3.0 * u * t * t * three + t * t * t * four
        };
        let (x, y) = (at(start.0, first.0, second.0, end.0), at(start.1, first.1, second.1, end.1));
        let within =
            |value: f64, low: i32, size: i32| value > f64::from(low) && value < f64::from(low + size);
        within(x, over.x, over.width) && within(y, over.y, over.height)
    })
}
