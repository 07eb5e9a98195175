//! Owns how the boxes of a chart are arranged: below each box, those that report to it
//! stand beside each other, or hang in one or more columns. May import nothing of
//! rolebook.
//!
//! Which way a box folds what is below it is not decided box by box. Each box has its
//! shapes: pairs of width and height that its subtree can take, none wider and higher
//! than another (a shape curve, as in floor planning). The shapes of a box are made of
//! those of the boxes below it, so that the whole chart has every sensible shape, and
//! whoever draws it takes the one that fits the paper or the screen. Subtrees never share
//! a column, so the drawing is a tidy one: a box stands in the middle above the row below
//! it, or at the left above what hangs from it; equal subtrees look equal, and no line
//! crosses a box.

/// The width of every box, in pixels.
pub(super) const BOX: i32 = 172;

/// The space between neighbours.
const BESIDE: i32 = 16;

/// The space between a box and the row below it; the lines are in it.
const LEVEL: i32 = 36;

/// How far a hanging box is set in: the line that it hangs on runs in it.
const INDENT: i32 = 24;

/// The space above each hanging box.
const HANGING: i32 = 10;

/// The most columns in which boxes hang.
const MOST_COLUMNS: usize = 12;

/// The most shapes of a box that are kept, and the most that are tried where they are
/// combined.
const MOST_SHAPES: usize = 24;

/// A box that is to be arranged.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    /// Its height; 0 for what only holds the roots together.
    pub(super) height: i32,
    /// The boxes below it; each comes later than this one.
    pub(super) below: Vec<usize>,
    /// Whether they stand in a row, however wide that is.
    pub(super) row: bool,
}

/// A shape that a box takes with all that is below it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    pub(super) width: i32,
    pub(super) height: i32,
    /// Where the middle of the box is, from the left.
    middle: i32,
    fold: Fold,
}

#[derive(Debug, Clone, PartialEq)]
enum Fold {
    /// Nothing is below it.
    Alone,
    /// What is below stands in a row, each in this shape.
    Row(Vec<usize>),
    /// What is below hangs in columns, each in this shape; where each column ends.
    Columns(Vec<usize>, Vec<usize>),
}

/// Where everything stands.
#[derive(Debug, Default)]
pub(super) struct Arrangement {
    /// The left top of each box.
    pub(super) places: Vec<(i32, i32)>,
    /// The lines, each from point to point.
    pub(super) lines: Vec<Vec<(i32, i32)>>,
}

/// The shapes of every box.
pub(super) struct Shapes<'a> {
    blocks: &'a [Block],
    of: Vec<Vec<Shape>>,
}

impl<'a> Shapes<'a> {
    /// The shapes of these boxes, of which the first is above all others.
    pub(super) fn of(blocks: &'a [Block]) -> Self {
        let mut shapes = Self { blocks, of: vec![Vec::new(); blocks.len()] };
        for at in (0..blocks.len()).rev() {
            shapes.of[at] = shapes.shapes_of(at);
        }
        shapes
    }

    /// The shapes of the whole, the narrowest first.
    pub(super) fn whole(&self) -> &[Shape] {
        &self.of[0]
    }

    fn shapes_of(&self, at: usize) -> Vec<Shape> {
        let block = &self.blocks[at];
        if block.below.is_empty() {
            return vec![Shape { width: BOX, height: block.height, middle: BOX / 2, fold: Fold::Alone }];
        }
        let mut shapes = self.rows(block);
        // What hangs alone looks like a mistake.
        if block.row || block.below.len() == 1 {
            return pareto(shapes);
        }
        for columns in 1..=MOST_COLUMNS.min(block.below.len()) {
            shapes.extend(self.columns(block, columns));
        }
        pareto(shapes)
    }

    /// What stands in a row: for each height that the row can have, each in the
    /// narrowest shape that is no higher.
    fn rows(&self, block: &Block) -> Vec<Shape> {
        let gap = if block.height > 0 { LEVEL } else { 0 };
        let heights = self.measures(block, |shape| shape.height);
        let row = |height: i32| {
            let pick = |&below: &usize| self.of[below].iter().position(|shape| shape.height <= height);
            let picks: Vec<usize> = block.below.iter().map(pick).collect::<Option<_>>()?;
            let shapes: Vec<&Shape> =
                block.below.iter().zip(&picks).map(|(&below, &pick)| &self.of[below][pick]).collect();
            let row: i32 = shapes.iter().map(|shape| shape.width + BESIDE).sum::<i32>() - BESIDE;
            let (first, last) = (shapes.first()?, shapes.last()?);
            let width = row.max(BOX);
            let middle = (width - row) / 2 + (first.middle + row - last.width + last.middle) / 2;
            let highest = shapes.iter().map(|shape| shape.height).max()?;
            Some(Shape {
                width,
                height: block.height + gap + highest,
                middle: middle.clamp(BOX / 2, width - BOX / 2),
                fold: Fold::Row(picks),
            })
        };
        heights.into_iter().filter_map(row).collect()
    }

    /// What hangs in so many columns: for each width that the boxes in them can have, each
    /// in the lowest shape that is no wider.
    fn columns(&self, block: &Block, columns: usize) -> Vec<Shape> {
        let holds = block.height > 0;
        let widths = self.measures(block, |shape| shape.width);
        let hang = |width: i32| {
            // A box that hangs is at the left of its own subtree.
            let fits = |shape: &Shape| shape.width <= width && shape.middle == BOX / 2;
            let pick = |&below: &usize| self.of[below].iter().rposition(fits);
            let picks: Vec<usize> = block.below.iter().map(pick).collect::<Option<_>>()?;
            let shapes: Vec<&Shape> =
                block.below.iter().zip(&picks).map(|(&below, &pick)| &self.of[below][pick]).collect();
            let heights: Vec<i32> = shapes.iter().map(|shape| shape.height + HANGING).collect();
            let ends = parted(&heights, columns);
            if ends.len() != columns {
                return None;
            }
            let indent = if holds { INDENT } else { 0 };
            let (mut all, mut highest, mut start) = (0, 0, 0);
            for &end in &ends {
                let widest = shapes[start..end].iter().map(|shape| shape.width).max()?;
                all += indent + widest + BESIDE;
                highest = highest.max(heights[start..end].iter().sum());
                start = end;
            }
            let width = (all - BESIDE).max(BOX);
            let (gap, middle) = if columns == 1 {
                (0, BOX / 2)
            } else {
                (if holds { LEVEL - HANGING } else { 0 }, width / 2)
            };
            Some(Shape {
                width,
                height: block.height + gap + highest,
                middle,
                fold: Fold::Columns(picks, ends),
            })
        };
        widths.into_iter().filter_map(hang).collect()
    }

    /// The widths or heights that the shapes below a box have: some of them, if many.
    fn measures(&self, block: &Block, of: impl Fn(&Shape) -> i32) -> Vec<i32> {
        let mut all: Vec<i32> = block.below.iter().flat_map(|&below| &self.of[below]).map(of).collect();
        all.sort_unstable();
        all.dedup();
        spread(all)
    }

    /// Where everything stands if the whole takes one of its shapes.
    pub(super) fn arranged(&self, shape: usize) -> Arrangement {
        let mut out = Arrangement { places: vec![(0, 0); self.blocks.len()], lines: Vec::new() };
        let mut open = vec![(0, shape, 0, 0)];
        while let Some((at, shape, left, top)) = open.pop() {
            let (block, shape) = (&self.blocks[at], &self.of[at][shape]);
            let middle = left + shape.middle;
            out.places[at] = (middle - BOX / 2, top);
            let bottom = top + block.height;
            match &shape.fold {
                Fold::Alone => {}
                Fold::Row(picks) => {
                    let shapes =
                        || block.below.iter().zip(picks).map(|(&below, &pick)| &self.of[below][pick]);
                    let row: i32 = shapes().map(|shape| shape.width + BESIDE).sum::<i32>() - BESIDE;
                    let gap = if block.height > 0 { LEVEL } else { 0 };
                    let mut x = left + (shape.width - row) / 2;
                    let mut middles = Vec::new();
                    for ((&below, &pick), of) in block.below.iter().zip(picks).zip(shapes()) {
                        open.push((below, pick, x, bottom + gap));
                        middles.push(x + of.middle);
                        x += of.width + BESIDE;
                    }
                    if block.height > 0 {
                        let ends = middles.into_iter().map(|x| (x, bottom + LEVEL));
                        out.lines.extend(fork((middle, bottom), bottom + LEVEL / 2, ends.collect()));
                    }
                }
                Fold::Columns(picks, ends) => {
                    let holds = block.height > 0;
                    let indent = if holds { INDENT } else { 0 };
                    let gap = if holds && ends.len() > 1 { LEVEL - HANGING } else { 0 };
                    let (mut x, mut start) = (left, 0);
                    let mut spines = Vec::new();
                    for &end in ends {
                        let (mut y, mut widest, mut last) = (bottom + gap, 0, bottom);
                        for (&below, &pick) in block.below[start..end].iter().zip(&picks[start..end]) {
                            let of = &self.of[below][pick];
                            y += HANGING;
                            open.push((below, pick, x + indent, y));
                            last = y + self.blocks[below].height / 2;
                            if holds {
                                let edge = x + indent + of.middle - BOX / 2;
                                out.lines.push(vec![(x + INDENT / 2, last), (edge, last)]);
                            }
                            y += of.height;
                            widest = widest.max(of.width);
                        }
                        spines.push((x + INDENT / 2, last));
                        x += indent + widest + BESIDE;
                        start = end;
                    }
                    if holds && spines.len() == 1 {
                        out.lines.extend(spines.into_iter().map(|(x, y)| vec![(x, bottom), (x, y)]));
                    } else if holds {
                        out.lines.extend(fork((middle, bottom), bottom + LEVEL / 2, spines));
                    }
                }
            }
        }
        out
    }
}

/// The lines from a point down to a bar and from there to each of these ends.
fn fork(from: (i32, i32), bar: i32, ends: Vec<(i32, i32)>) -> Vec<Vec<(i32, i32)>> {
    if let [end] = ends[..]
        && end.0 == from.0
    {
        return vec![vec![from, end]];
    }
    let xs = || ends.iter().map(|&(x, _)| x).chain([from.0]);
    let (left, right) = (xs().min().unwrap_or(from.0), xs().max().unwrap_or(from.0));
    let mut lines = vec![vec![from, (from.0, bar)], vec![(left, bar), (right, bar)]];
    lines.extend(ends.into_iter().map(|(x, y)| vec![(x, bar), (x, y)]));
    lines
}

/// Items in order in so many columns, none of them empty, of which the highest is as low
/// as it can be: where each ends.
fn parted(heights: &[i32], columns: usize) -> Vec<usize> {
    let filled = |limit: i32| {
        let (mut ends, mut height) = (Vec::new(), 0);
        for (at, &item) in heights.iter().enumerate() {
            let must = heights.len() - at + ends.len() + 1 == columns;
            if at > 0 && (height + item > limit || must) && ends.last() != Some(&at) {
                ends.push(at);
                height = 0;
            }
            height += item;
        }
        ends.push(heights.len());
        ends
    };
    let (mut low, mut high) = (heights.iter().copied().max().unwrap_or(0), heights.iter().sum());
    while low < high {
        let limit = low + (high - low) / 2;
        if filled(limit).len() <= columns { high = limit } else { low = limit + 1 }
    }
    filled(low)
}

/// The shapes of which none is as wide and as high as another, the narrowest first; some
/// of them, if many.
fn pareto(mut shapes: Vec<Shape>) -> Vec<Shape> {
    shapes.sort_by_key(|shape| (shape.width, shape.height));
    let mut kept: Vec<Shape> = Vec::new();
    for shape in shapes {
        if kept.last().is_none_or(|last| shape.height < last.height) {
            kept.push(shape);
        }
    }
    spread(kept)
}

/// As many of these as are kept, the first and the last among them.
fn spread<T>(all: Vec<T>) -> Vec<T> {
    let count = all.len();
    if count <= MOST_SHAPES {
        return all;
    }
    let last = MOST_SHAPES - 1;
    let mut wanted = (0..MOST_SHAPES).map(|step| step * (count - 1) / last).peekable();
    let keep = |(at, item)| wanted.next_if_eq(&at).map(|_| item);
    all.into_iter().enumerate().filter_map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A box of 60 pixels above boxes with so many below each.
    fn two_levels(below: &[usize]) -> Vec<Block> {
        let mut blocks = vec![Block { height: 60, ..Block::default() }];
        for &count in below {
            let at = blocks.len();
            blocks[0].below.push(at);
            blocks.push(Block { height: 60, below: (at + 1..=at + count).collect(), row: false });
            blocks.extend(vec![Block { height: 60, ..Block::default() }; count]);
        }
        blocks
    }

    fn overlap((left, top): (i32, i32), (x, y): (i32, i32)) -> bool {
        (left - x).abs() < BOX && (top - y).abs() < 60
    }

    #[test]
    fn in_no_shape_is_a_box_over_another_or_outside() {
        let blocks = two_levels(&[0, 7, 1, 30, 3, 0, 12]);
        let shapes = Shapes::of(&blocks);
        assert!(shapes.whole().len() > 5);
        for (at, shape) in shapes.whole().iter().enumerate() {
            let arranged = shapes.arranged(at);
            for (one, &place) in arranged.places.iter().enumerate() {
                assert!(arranged.places[..one].iter().all(|&other| !overlap(place, other)), "{shape:?}");
                let inside = place.0 >= 0 && place.0 + BOX <= shape.width && place.1 + 60 <= shape.height;
                assert!(inside, "{place:?} in {shape:?}");
            }
            let ends = arranged.lines.iter().flatten();
            assert!(
                ends.clone().all(|&(x, y)| (0..=shape.width).contains(&x) && (0..=shape.height).contains(&y))
            );
        }
    }

    #[test]
    fn wider_shapes_are_lower() {
        let blocks = two_levels(&[5, 9, 2, 14]);
        let shapes = Shapes::of(&blocks);
        let sorted = |two: &[Shape]| two[0].width < two[1].width && two[0].height > two[1].height;
        assert!(shapes.whole().windows(2).all(sorted));
        // From one column to one row.
        assert!(shapes.whole()[0].width < 2 * BOX + 2 * INDENT + 1);
        assert_eq!(shapes.whole().last().map(|shape| shape.height), Some(3 * 60 + 2 * LEVEL));
    }

    #[test]
    fn a_box_stands_in_the_middle_above_its_row() {
        let blocks = two_levels(&[0, 0, 0]);
        let shapes = Shapes::of(&blocks);
        let arranged = shapes.arranged(shapes.whole().len() - 1);
        assert_eq!(arranged.places[0].0, arranged.places[2].0);
        assert_eq!(arranged.places[1].1, 60 + LEVEL);
    }

    #[test]
    fn columns_are_as_even_as_can_be() {
        assert_eq!(parted(&[1, 1, 1, 1, 1], 2), [3, 5]);
        assert_eq!(parted(&[5, 1, 1, 1], 2), [1, 4]);
        assert_eq!(parted(&[1, 1, 1], 3), [1, 2, 3]);
        assert_eq!(parted(&[9, 1], 2), [1, 2]);
    }
}
