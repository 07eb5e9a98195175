//! Owns how contents become a comparison: which values are beside each other, what
//! became of each, and what is a change. May import the rest of `compare`, and
//! `model`.

use super::align::{Row, align};
use super::comparison::{
    Cell, Change, Comparison, FieldBody, FieldComparison, ItemComparison, Operand, Place, QuantityChange,
    SectionComparison, Status,
};
use super::content::{Content, ContentField, ContentItem, ContentSection, ContentValue, ItemValue, Value};
use super::materiality::{Essential, Materiality, rule_for};
use super::words::{Segment, SegmentKind, changed_quantities, diff, equal};
use crate::model::SECTIONS;

/// Compares roles. `operands` are the same, in the same order.
///
/// # Panics
/// If there is not one operand for each content.
pub fn compare(contents: &[Content], operands: Vec<Operand>, language: &str, strict: bool) -> Comparison {
    assert_eq!(contents.len(), operands.len(), "an operand for each content");
    let mut job = Job { strict, changes: Vec::new(), section: String::new() };
    let mut ids: Vec<&'static str> = Vec::new();
    for section in contents.iter().flat_map(|content| &content.sections) {
        if !ids.contains(&section.id) {
            ids.push(section.id);
        }
    }
    // The order of the documents, whichever of them has the section.
    ids.sort_by_key(|id| SECTIONS.iter().position(|known| known == id).unwrap_or(SECTIONS.len()));
    let sections: Vec<SectionComparison> = ids
        .into_iter()
        .map(|id| {
            job.section = id.to_string();
            let of = |content: &'_ Content| -> Vec<ContentField> {
                let found: Option<&ContentSection> = content.sections.iter().find(|section| section.id == id);
                found.map(|section| section.fields.clone()).unwrap_or_default()
            };
            let fields: Vec<Vec<ContentField>> = contents.iter().map(of).collect();
            let fields =
                job.fields(&fields.iter().map(Vec::as_slice).collect::<Vec<_>>(), &Context::default());
            SectionComparison { id: id.to_string(), same: fields.iter().all(|field| field.same), fields }
        })
        .collect();
    Comparison {
        language: language.to_string(),
        strict,
        operands,
        same: sections.iter().all(|section| section.same),
        sections,
        changes: job.changes,
        sign_again: None,
        change_notes: Vec::new(),
    }
}

/// What the fields of an item know of the item.
#[derive(Debug, Clone, Default)]
struct Context {
    /// What each operand's item is about.
    items: Vec<Option<String>>,
    /// What is said of its being essential, beside each operand.
    essential: Vec<Essential>,
}

struct Job {
    strict: bool,
    changes: Vec<Change>,
    section: String,
}

impl Job {
    /// The fields of several objects, each once, in the order of the model.
    fn fields(&mut self, objects: &[&[ContentField]], context: &Context) -> Vec<FieldComparison> {
        let mut paths: Vec<&str> = Vec::new();
        for fields in objects {
            // What an object has beyond those before it stands after what it follows.
            let mut at = 0;
            for field in *fields {
                match paths.iter().position(|known| *known == field.path) {
                    Some(known) => at = known + 1,
                    None => {
                        paths.insert(at, &field.path);
                        at += 1;
                    }
                }
            }
        }
        let compared = paths.into_iter().map(|path| {
            let values: Vec<Option<&ContentValue>> = objects
                .iter()
                .map(|fields| fields.iter().find(|field| field.path == path).map(|field| &field.value))
                .collect();
            self.field(path, &values, context)
        });
        compared.collect()
    }

    fn field(&mut self, path: &str, values: &[Option<&ContentValue>], context: &Context) -> FieldComparison {
        let is_list = values.iter().flatten().any(|value| matches!(value, ContentValue::List(_)));
        let body = if is_list {
            let lists: Vec<&[ContentItem]> = values
                .iter()
                .map(|value| match value {
                    Some(ContentValue::List(items)) => items.as_slice(),
                    _ => &[],
                })
                .collect();
            FieldBody::Items(self.items(path, &lists, context))
        } else {
            let values: Vec<Option<&Value>> = values
                .iter()
                .map(|value| match value {
                    Some(ContentValue::One(value)) => Some(value),
                    _ => None,
                })
                .collect();
            let cells = self.cells(&values);
            self.record_cells(path, &cells, context);
            FieldBody::Cells(cells)
        };
        let same = match &body {
            FieldBody::Cells(cells) => cells.iter().all(|cell| cell.status.is_same()),
            FieldBody::Items(items) => items.iter().all(|item| item.same),
        };
        FieldComparison { path: path.to_string(), same, body }
    }

    fn items(&mut self, path: &str, lists: &[&[ContentItem]], context: &Context) -> Vec<ItemComparison> {
        let rows = align(lists);
        rows.iter().map(|row| self.item(path, lists, row, context)).collect()
    }

    fn item(&mut self, path: &str, lists: &[&[ContentItem]], row: &Row, context: &Context) -> ItemComparison {
        let items: Vec<Option<&ContentItem>> =
            row.items.iter().zip(lists).map(|(at, items)| at.map(|at| &items[at])).collect();
        let places = items.iter().enumerate().map(|(operand, item)| {
            let item = (*item)?;
            Some(Place {
                id: item.id.clone(),
                pointer: item.pointer.clone(),
                position: row.items[operand].map_or(0, |at| at + 1),
                moved: row.moved[operand],
                similarity: (row.similarity[operand] * 1000.0).round() / 1000.0,
            })
        });
        let places: Vec<Option<Place>> = places.collect();
        let texts: Vec<Option<&Value>> = items
            .iter()
            .map(|item| match &(*item)?.value {
                ItemValue::Text(value) => Some(value),
                ItemValue::Fields(_) => None,
            })
            .collect();
        // An item that only one side has is one change, and not one for each field.
        let changes_before = self.changes.len();
        let (mut cells, mut fields) = (Vec::new(), Vec::new());
        let inner = Context {
            items: items.iter().map(|item| item.map(|item| item.head().to_string())).collect(),
            essential: essential(path, &items, context),
        };
        if texts.iter().any(Option::is_some) {
            cells = self.cells(&texts);
            self.record_cells(path, &cells, context);
        } else {
            let objects: Vec<&[ContentField]> = items
                .iter()
                .map(|item| match item.map(|item| &item.value) {
                    Some(ItemValue::Fields(fields)) => fields.as_slice(),
                    _ => &[],
                })
                .collect();
            fields = self.fields(&objects, &inner);
        }
        let differs: Vec<bool> = (0..items.len())
            .map(|operand| self.changes[changes_before..].iter().any(|change| change.operand == operand))
            .collect();
        let one_sided = |operand: usize| items[0].is_some() != items[operand].is_some();
        let inside = self.changes.split_off(changes_before);
        self.changes.extend(inside.into_iter().filter(|change| !one_sided(change.operand)));
        let status: Vec<Status> = (0..items.len())
            .map(|operand| match (items[0].is_some(), items[operand].is_some()) {
                (true, _) if operand == 0 => Status::Base,
                (false, false) => Status::Absent,
                (false, true) if row.related[operand].is_some() => Status::SplitCandidate,
                (false, true) => Status::Added,
                (true, false) if row.related[operand].is_some() => Status::MergedCandidate,
                (true, false) => Status::Removed,
                (true, true) if differs[operand] => Status::Reworded,
                (true, true) if row.moved[operand] => Status::Moved,
                (true, true) => Status::Same,
            })
            .collect();
        for operand in 1..items.len() {
            let moved = row.moved[operand];
            if one_sided(operand) || moved {
                let status = if one_sided(operand) { status[operand] } else { Status::Moved };
                let change = self.item_change(path, operand, &items, status, &inner, context);
                self.changes.push(change);
            }
        }
        let same = status.iter().all(|status| status.is_same()) && !row.moved.contains(&true);
        ItemComparison { same, places, status, related: row.related.clone(), cells, fields }
    }

    fn item_change(
        &self,
        path: &str,
        operand: usize,
        items: &[Option<&ContentItem>],
        status: Status,
        inner: &Context,
        outer: &Context,
    ) -> Change {
        let words = |item: Option<&ContentItem>| item.map(|item| item.head().to_string());
        let pointer = |item: Option<&ContentItem>| item.map(|item| item.pointer.clone());
        let rule = match status {
            Status::Moved => None,
            _ => rule_for(path, inner.essential.get(operand).copied().unwrap_or(Essential::Unsaid)),
        };
        Change {
            operand,
            section: self.section.clone(),
            path: path.to_string(),
            item: outer.item(operand),
            status,
            before_pointer: pointer(items[0]),
            after_pointer: pointer(items[operand]),
            before: words(items[0]),
            after: words(items[operand]),
            quantities: Vec::new(),
            materiality: if rule.is_some() { Materiality::Material } else { Materiality::Editorial },
            rule: rule.map(|rule| rule.code.clone()),
        }
    }

    /// A value of each operand, beside that of the first.
    fn cells(&self, values: &[Option<&Value>]) -> Vec<Cell> {
        let cells = values.iter().enumerate().map(|(operand, value)| {
            let status = match (values[0], *value) {
                (Some(_), _) if operand == 0 => Status::Base,
                (None, None) => Status::Absent,
                (None, Some(_)) => Status::Added,
                (Some(_), None) => Status::Removed,
                (Some(first), Some(value)) if self.same(first, value) => Status::Same,
                (Some(_), Some(_)) => Status::Reworded,
            };
            let Some(value) = value else {
                return Cell {
                    status,
                    words: String::new(),
                    pointer: None,
                    from: None,
                    segments: Vec::new(),
                };
            };
            let (words, segments) = match values[0] {
                Some(first) if status == Status::Reworded => self.segments(first, value),
                _ => (self.words(value), Vec::new()),
            };
            Cell {
                status,
                words,
                pointer: Some(value.pointer.clone()),
                from: Some(value.from.clone()),
                segments,
            }
        });
        cells.collect()
    }

    /// The words of a value: those of the file, where every mark counts.
    fn words(&self, value: &Value) -> String {
        if self.strict && value.key.is_none() { value.written.clone() } else { value.words.clone() }
    }

    /// The words of a value, and how they differ from the other's. Of two that read
    /// the same and are not, the keys tell them apart.
    fn segments(&self, reference: &Value, value: &Value) -> (String, Vec<Segment>) {
        let (before, after) = (self.words(reference), self.words(value));
        if equal(&before, &after, self.strict) {
            let keyed = |words: &str, value: &Value| match &value.key {
                Some(key) => format!("{words} [{key}]"),
                None => words.to_string(),
            };
            let (before, after) = (keyed(&before, reference), keyed(&after, value));
            let segments = diff(&before, &after, true);
            return (after, segments);
        }
        if reference.term && value.term {
            let of = |kind, text: &str| Segment { kind, text: text.into(), before: None, quantity: false };
            let segments = vec![of(SegmentKind::Deleted, &before), of(SegmentKind::Inserted, &after)];
            return (after, segments);
        }
        let segments = diff(&before, &after, self.strict);
        (after, segments)
    }

    fn same(&self, one: &Value, other: &Value) -> bool {
        match (&one.key, &other.key) {
            // What an id stands for can have another name by now.
            (Some(key), Some(other_key)) => key == other_key && equal(&one.words, &other.words, false),
            _ if self.strict => one.written == other.written,
            _ => equal(&one.words, &other.words, false),
        }
    }

    fn record_cells(&mut self, path: &str, cells: &[Cell], context: &Context) {
        for (operand, cell) in cells.iter().enumerate().skip(1) {
            if cell.status.is_same() {
                continue;
            }
            let essential = context.essential.get(operand).copied().unwrap_or(Essential::Unsaid);
            let rule = rule_for(path, essential);
            let present = |cell: &Cell| cell.pointer.is_some().then(|| cell.words.clone());
            let quantities = match cell.status {
                Status::Reworded => changed_quantities(&cell.segments).unwrap_or_default(),
                _ => Vec::new(),
            };
            self.changes.push(Change {
                operand,
                section: self.section.clone(),
                path: path.to_string(),
                item: context.item(operand),
                status: cell.status,
                before_pointer: cells[0].pointer.clone(),
                after_pointer: cell.pointer.clone(),
                before: present(&cells[0]),
                after: present(cell),
                quantities: quantities
                    .into_iter()
                    .map(|(before, after)| QuantityChange { before, after })
                    .collect(),
                materiality: if rule.is_some() { Materiality::Material } else { Materiality::Editorial },
                rule: rule.map(|rule| rule.code.clone()),
            });
        }
    }
}

impl Context {
    /// What the item is about, in the operand or else in the first.
    fn item(&self, operand: usize) -> Option<String> {
        let of = |operand: usize| self.items.get(operand).cloned().flatten();
        of(operand).or_else(|| of(0)).filter(|item| !item.is_empty())
    }
}

/// What the first and each other operand say of a duty's being essential.
fn essential(path: &str, items: &[Option<&ContentItem>], outer: &Context) -> Vec<Essential> {
    if path != "duties" {
        return outer.essential.clone();
    }
    let says = |item: Option<&ContentItem>| match item?.value("duties.essential")?.key.as_deref() {
        Some("true") => Some(Essential::Yes),
        _ => Some(Essential::No),
    };
    let first = says(items[0]);
    let beside = items.iter().map(|item| match (first, says(*item)) {
        (Some(Essential::Yes), _) | (_, Some(Essential::Yes)) => Essential::Yes,
        (None, None) => Essential::Unsaid,
        _ => Essential::No,
    });
    beside.collect()
}
