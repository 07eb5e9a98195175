//! Owns which items of several lists belong together. May import `content` and
//! `similarity`.
//!
//! Items with the same id belong together. The others are matched by what they
//! say: of all ways to pair them, the one whose similarities are the greatest in
//! sum (Hungarian method), so that no early pair takes the partner of a better one.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

use super::content::ContentItem;
use super::similarity::{Rarity, Terms, similarity};

/// The least similarity at which two items without a common id are taken for the
/// same. The account manager family was read and paired by hand first
/// (`tests/truth/alignment.json`); from 0.20 to 0.25 the most pairs come out as they
/// were judged.
pub const SAME_FROM: f64 = 0.22;

/// The most that items can be alike which do not say the same.
const ALIKE: f64 = 0.98;

/// The least part of an item's words that another item must have for the one to
/// be taken for a piece of the other.
pub const PIECE_FROM: f64 = 0.6;

/// Items that belong together, one of each list at most.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// The position of the item in each list.
    pub(super) items: Vec<Option<usize>>,
    /// For each list but the first that has an item here: whether the item stands
    /// in another order than in the first list.
    pub(super) moved: Vec<bool>,
    /// How similar the item of each list is to the first item of the row.
    pub(super) similarity: Vec<f64>,
    /// For each list: the row whose item this one may be a piece of, or which may
    /// have taken this one in.
    pub(super) related: Vec<Option<usize>>,
}

/// Matches the items of several lists. The rows are in the order of the first
/// list; what another adds stands after what it follows there.
pub(super) fn align(lists: &[&[ContentItem]]) -> Vec<Row> {
    let texts = Texts::of(lists);
    let mut rows: Vec<Vec<Option<usize>>> = Vec::new();
    let mut order: Vec<usize> = Vec::new();
    for (list, items) in lists.iter().enumerate() {
        let matched = texts.matched(&rows, list);
        let mut before: Option<usize> = None;
        for (item, matched) in (0..items.len()).zip(matched) {
            let row = matched.unwrap_or_else(|| {
                rows.push(vec![None; lists.len()]);
                let row = rows.len() - 1;
                let at = before.and_then(|before| order.iter().position(|&known| known == before));
                order.insert(at.map_or(0, |at| at + 1), row);
                row
            });
            rows[row][list] = Some(item);
            before = Some(row);
        }
    }
    let rows: Vec<Vec<Option<usize>>> = order.into_iter().map(|row| rows[row].clone()).collect();
    texts.describe(&rows)
}

/// The lists, and what their items say.
struct Texts<'a> {
    lists: &'a [&'a [ContentItem]],
    terms: Vec<Vec<Terms>>,
    says: Vec<Vec<String>>,
    rarity: Rarity,
}

impl<'a> Texts<'a> {
    fn of(lists: &'a [&'a [ContentItem]]) -> Self {
        let terms: Vec<Vec<Terms>> =
            lists.iter().map(|items| items.iter().map(Terms::of).collect()).collect();
        let rarity = Rarity::among(terms.iter().flatten());
        let says = lists.iter().map(|items| items.iter().map(ContentItem::says).collect()).collect();
        Self { lists, terms, says, rarity }
    }

    fn id(&self, list: usize, item: usize) -> Option<&str> {
        self.lists[list][item].id.as_deref()
    }

    fn similarity(&self, (list, item): (usize, usize), (other_list, other): (usize, usize)) -> f64 {
        if self.says[list][item] == self.says[other_list][other] {
            return 1.0;
        }
        // Numbers are no terms: an item that differs in one is like the other, and not it.
        similarity(&self.terms[list][item], &self.terms[other_list][other], &self.rarity).min(ALIKE)
    }

    /// The row that each item of a list belongs to, among those of the lists
    /// before it.
    fn matched(&self, rows: &[Vec<Option<usize>>], list: usize) -> Vec<Option<usize>> {
        let cells = |row: usize| {
            rows[row].iter().enumerate().filter_map(|(list, item)| item.map(|item| (list, item)))
        };
        // A row has one item of a list at most: the one with the id that the earliest
        // of the lists before has there.
        let mut matched: Vec<Option<usize>> = vec![None; self.lists[list].len()];
        for row in 0..rows.len() {
            let item = cells(row).find_map(|(known_list, known)| {
                let id = self.id(known_list, known)?;
                (0..matched.len()).find(|&item| matched[item].is_none() && self.id(list, item) == Some(id))
            });
            if let Some(item) = item {
                matched[item] = Some(row);
            }
        }
        let open: Vec<usize> = (0..matched.len()).filter(|&item| matched[item].is_none()).collect();
        let free: Vec<usize> = (0..rows.len()).filter(|row| !matched.contains(&Some(*row))).collect();
        if open.is_empty() || free.is_empty() {
            return matched;
        }
        let similar: Vec<Vec<f64>> = open
            .iter()
            .map(|&item| {
                let of_row = |&row: &usize| {
                    cells(row).map(|cell| self.similarity((list, item), cell)).fold(0.0, f64::max)
                };
                free.iter().map(of_row).collect()
            })
            .collect();
        for (item, row) in best_pairs(&similar) {
            matched[open[item]] = Some(free[row]);
        }
        matched
    }

    /// What there is to say of each row.
    fn describe(&self, rows: &[Vec<Option<usize>>]) -> Vec<Row> {
        let moved: Vec<Vec<bool>> = (0..self.lists.len()).map(|list| moved(rows, list)).collect();
        let described = rows.iter().enumerate().map(|(at, items)| {
            let first = items.iter().enumerate().find_map(|(list, item)| item.map(|item| (list, item)));
            let similarity = items.iter().enumerate().map(|(list, item)| match (first, item) {
                (Some(first), Some(item)) => self.similarity(first, (list, *item)),
                _ => 0.0,
            });
            Row {
                items: items.clone(),
                moved: moved.iter().map(|moved| moved[at]).collect(),
                similarity: similarity.collect(),
                related: (0..items.len()).map(|list| self.related(rows, at, list)).collect(),
            }
        });
        described.collect()
    }

    /// The row whose pair an item without a partner seems to be a piece of: an
    /// added item of what the first list has in one, or a removed one that the
    /// other list has taken into another.
    fn related(&self, rows: &[Vec<Option<usize>>], at: usize, list: usize) -> Option<usize> {
        let (whole_list, piece) = match (rows[at][0], rows[at][list]) {
            _ if list == 0 => return None,
            (None, Some(item)) => (0, (list, item)),
            (Some(item), None) => (list, (0, item)),
            _ => return None,
        };
        let piece = &self.terms[piece.0][piece.1];
        let mut best: Option<(f64, usize)> = None;
        for (row, items) in rows.iter().enumerate() {
            let (Some(first), Some(other)) = (items[0], items[list]) else { continue };
            let (whole, partner) = if whole_list == 0 {
                (&self.terms[0][first], &self.terms[list][other])
            } else {
                (&self.terms[list][other], &self.terms[0][first])
            };
            let part = piece.contained_in(whole, &self.rarity);
            let alone = similarity(partner, whole, &self.rarity);
            let together = similarity(&partner.with(piece), whole, &self.rarity);
            if part >= PIECE_FROM && together > alone && best.is_none_or(|(most, _)| part > most) {
                best = Some((part, row));
            }
        }
        best.map(|(_, row)| row)
    }
}

/// Pairs of a row and a column, each in one pair at most, whose values are the
/// greatest in sum; none of a value below [`SAME_FROM`].
fn best_pairs(similar: &[Vec<f64>]) -> Vec<(usize, usize)> {
    let (rows, columns) = (similar.len(), similar[0].len());
    let size = rows.max(columns);
    #[expect(clippy::cast_possible_truncation, reason = "a similarity is at most 1")]
    let weight = |row: usize, column: usize| -> i64 {
        match similar.get(row).and_then(|values| values.get(column)) {
            // Of equally similar items those in the same order belong together.
            Some(&value) if value >= SAME_FROM => {
                (value * 1e9) as i64 - row.abs_diff(column).min(1000) as i64
            }
            _ => 0,
        }
    };
    let weights = Matrix::from_fn(rows, size, |(row, column)| weight(row, column));
    let (_, columns) = kuhn_munkres(&weights);
    columns.into_iter().enumerate().filter(|&(row, column)| weight(row, column) > 0).collect()
}

/// For each row, whether a list has its item in another order than the first
/// list: all but the longest run that is in the same order.
fn moved(rows: &[Vec<Option<usize>>], list: usize) -> Vec<bool> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (row, items) in rows.iter().enumerate() {
        if let (Some(_), Some(item)) = (items[0], items[list]) {
            pairs.push((item, row));
        }
    }
    // The rows are in the order of the first list, so that their numbers rise where
    // the order is kept.
    pairs.sort_unstable();
    let rising = longest_rising(&pairs.iter().map(|&(_, row)| row).collect::<Vec<_>>());
    let mut moved = vec![false; rows.len()];
    for (_, row) in pairs {
        moved[row] = !rising.contains(&row);
    }
    moved
}

/// The longest subsequence of rising numbers.
fn longest_rising(numbers: &[usize]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; numbers.len()];
    for (at, &number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|&end| numbers[end] < number);
        before[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() { ends.push(at) } else { ends[length] = at }
    }
    let mut chain = Vec::new();
    let mut at = ends.last().copied();
    while let Some(here) = at {
        chain.push(numbers[here]);
        at = before[here];
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::super::content::{ItemValue, Value};
    use super::*;

    fn list(items: &[(&str, &str)]) -> Vec<ContentItem> {
        items
            .iter()
            .map(|&(id, words)| ContentItem {
                id: (!id.is_empty()).then(|| id.to_string()),
                pointer: String::new(),
                value: ItemValue::Text(Value {
                    words: words.into(),
                    written: words.into(),
                    key: None,
                    term: false,
                    pointer: String::new(),
                    from: String::new(),
                }),
            })
            .collect()
    }

    fn texts(items: &[&str]) -> Vec<ContentItem> {
        list(&items.iter().map(|&words| ("", words)).collect::<Vec<_>>())
    }

    fn rows(lists: &[Vec<ContentItem>]) -> Vec<Vec<Option<usize>>> {
        let lists: Vec<&[ContentItem]> = lists.iter().map(Vec::as_slice).collect();
        align(&lists).into_iter().map(|row| row.items).collect()
    }

    #[test]
    fn an_id_matches_whatever_the_words_say() {
        let found = rows(&[
            list(&[("a", "编制销售计划"), ("b", "维护客户关系")]),
            list(&[("b", "编制销售计划"), ("a", "维护客户关系")]),
        ]);
        assert_eq!(found, [[Some(0), Some(1)], [Some(1), Some(0)]]);
    }

    #[test]
    fn the_best_pairs_are_found_and_not_the_first() {
        // The first of the second list is nearest to the second of the first, but
        // only so has the other one a partner.
        let found = rows(&[
            texts(&["编制年度销售计划与预算", "编制年度销售计划"]),
            texts(&["编制年度销售计划", "编制年度销售计划与费用预算"]),
        ]);
        assert_eq!(found, [[Some(0), Some(1)], [Some(1), Some(0)]]);
    }

    #[test]
    fn what_has_nothing_in_common_stays_apart_and_in_order() {
        let found = rows(&[texts(&["驾驶车辆送货"]), texts(&["审核财务报表", "组织员工培训"])]);
        assert_eq!(found, [[None, Some(0)], [None, Some(1)], [Some(0), None]]);
        assert_eq!(rows(&[texts(&[]), texts(&[])]), Vec::<Vec<Option<usize>>>::new());
        assert_eq!(rows(&[texts(&[]), texts(&["甲"])]), [[None, Some(0)]]);
    }

    #[test]
    fn an_added_item_stands_after_the_one_that_it_follows() {
        let found = rows(&[
            texts(&["编制销售计划", "维护客户关系", "审批合同条款"]),
            texts(&["编制销售计划", "驾驶车辆送货", "维护客户关系", "审批合同条款"]),
        ]);
        assert_eq!(found, [[Some(0), Some(0)], [None, Some(1)], [Some(1), Some(2)], [Some(2), Some(3)]]);
    }

    #[test]
    fn one_of_three_moved_is_one_moved() {
        let one = texts(&["编制销售计划", "维护客户关系", "审批合同条款"]);
        let other = texts(&["审批合同条款", "编制销售计划", "维护客户关系"]);
        let rows = align(&[&one, &other]);
        assert_eq!(rows.iter().map(|row| row.moved[1]).collect::<Vec<_>>(), [false, false, true]);
    }

    #[test]
    fn a_split_names_the_item_that_was_split() {
        let one = texts(&["编制年度销售计划，维护重点客户关系，审批销售合同条款"]);
        let other = texts(&["编制年度销售计划", "维护重点客户关系", "审批销售合同条款"]);
        let rows = align(&[&one, &other]);
        let whole = rows.iter().position(|row| row.items[0].is_some()).unwrap();
        let pieces: Vec<_> = rows.iter().filter(|row| row.items[0].is_none()).collect();
        assert_eq!(pieces.len(), 2);
        assert!(pieces.iter().all(|row| row.related[1] == Some(whole)));
        // And the other way round they were merged.
        let rows = align(&[&other, &one]);
        let whole = rows.iter().position(|row| row.items[1].is_some()).unwrap();
        let pieces: Vec<_> = rows.iter().filter(|row| row.items[1].is_none()).collect();
        assert_eq!(pieces.len(), 2);
        assert!(pieces.iter().all(|row| row.related[1] == Some(whole)));
    }

    #[test]
    fn of_items_that_differ_in_a_number_the_same_ones_are_paired() {
        let found = rows(&[
            texts(&["审批50万元以内的合同", "审批100万元以内的合同", "审批200万元以内的合同"]),
            texts(&["审批100万元以内的合同", "审批200万元以内的合同"]),
        ]);
        assert_eq!(found, [[Some(0), None], [Some(1), Some(0)], [Some(2), Some(1)]]);
    }

    #[test]
    fn a_row_has_one_item_of_a_list_whatever_ids_say() {
        let found = rows(&[
            list(&[("x", "编制年度销售计划")]),
            list(&[("y", "编制年度销售计划")]),
            list(&[("x", "编制年度销售计划"), ("y", "驾驶车辆送货上门")]),
        ]);
        assert_eq!(found, [[Some(0), Some(0), Some(0)], [None, None, Some(1)]]);
    }

    #[test]
    fn three_lists_share_rows() {
        let found = rows(&[
            texts(&["编制销售计划"]),
            texts(&["维护客户关系"]),
            texts(&["维护重点客户关系", "编制年度销售计划"]),
        ]);
        assert_eq!(found, [[None, Some(0), Some(0)], [Some(0), None, Some(1)]]);
    }
}
