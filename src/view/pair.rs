//! Owns documents in two languages beside each other: two views of a role, made
//! into one, row by row. May import `markdown` and the rest of `view`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::rich::{Part, Rich};
use super::{Body, DocumentView, DutyView, Field, Keep, Section, SignatureView, TableView};
use crate::markdown;

/// The same thing in two languages.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Both<T> {
    /// In the first language.
    pub first: T,
    /// In the second language; empty where it has nothing.
    pub second: T,
}

/// What a bilingual document has in each of its languages.
#[derive(Debug, Clone, Serialize)]
pub struct Languages {
    /// The BCP 47 tags.
    pub lang: Both<&'static str>,
    /// The document's title without markup.
    pub document_title: Both<String>,
    /// The fixed words; `labels` of the document has them in both languages at once.
    pub labels: Both<BTreeMap<String, String>>,
}

/// A row of a bilingual section.
#[derive(Debug, Clone, Serialize)]
pub struct PairRow {
    /// Whether it must be on the page of what follows.
    pub keep: bool,
    /// Whether it is short enough to be kept on one page.
    pub whole: bool,
    /// What stands in it.
    #[serde(flatten)]
    pub part: PairPart,
}

/// What stands in a row of a bilingual section.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum PairPart {
    /// The heading of a duty: its number and its area.
    Duty {
        /// The number, such as `职责一`.
        label: Both<String>,
        /// The area; no parts if it has none.
        area: Both<Rich>,
    },
    /// What the rows after it have in common.
    Group {
        /// The words.
        label: Both<String>,
    },
    /// Running text, in blocks.
    Text {
        /// The text.
        body: Both<Rich>,
    },
    /// A label and what belongs to it.
    Field {
        /// The field.
        field: Both<Field>,
    },
    /// A list.
    Items {
        /// Whether it is numbered.
        ordered: bool,
        /// The items, inline.
        items: Vec<Both<Rich>>,
    },
    /// Short facts.
    Facts {
        /// The facts.
        facts: Both<Vec<Field>>,
    },
    /// A row of a table.
    Entry {
        /// The row.
        entry: Both<Entry>,
    },
}

/// A row of a table as it reads without its columns.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Entry {
    /// What its first cell says: the first line is what it is about.
    pub lines: Vec<Rich>,
    /// Its other cells, each with the head of its column.
    pub facts: Vec<Field>,
}

/// One document of two views of the same role, in two languages and one theme.
pub fn pair(first: DocumentView, second: DocumentView) -> DocumentView {
    let sections = pair_sections(first.sections, second.sections);
    let labels = first.labels.iter().map(|(name, words)| {
        let other = second.labels.get(name).unwrap_or(words);
        // The colon stands in the words of one language only.
        let words = if name == "colon" { words.clone() } else { in_both(words, other) };
        (name.clone(), words)
    });
    let labels = labels.collect();
    let languages = Languages {
        lang: Both { first: first.lang, second: second.lang },
        document_title: Both { first: first.document_title.clone(), second: second.document_title.clone() },
        labels: Both { first: first.labels, second: second.labels },
    };
    DocumentView {
        edition: format!("{}+{}", first.lang, second.lang),
        languages: Some(languages),
        title: either(first.title, second.title),
        document_title: in_both(&first.document_title, &second.document_title),
        organization: either(first.organization, second.organization),
        standing: in_both(&first.standing, &second.standing),
        version: in_both(&first.version, &second.version),
        footer: either(first.footer, second.footer),
        labels,
        sections,
        ..first
    }
}

/// Words in both languages on one line; once if they are the same.
fn in_both(first: &str, second: &str) -> String {
    if first == second { first.to_string() } else { format!("{first} / {second}") }
}

/// A text in both languages on one line; once if it is the same.
fn either(first: Rich, second: Rich) -> Rich {
    if first.to_plain() == second.to_plain() { first } else { Rich::joined([first, second], " / ") }
}

/// Sections beside each other, in the order that both views have; one that only
/// one of them has stands beside nothing.
fn pair_sections(firsts: Vec<Section>, mut seconds: Vec<Section>) -> Vec<Section> {
    let mut sections = Vec::new();
    for first in firsts {
        let counterpart = seconds.iter().position(|second| second.id == first.id).map(|at| {
            sections.extend(seconds.drain(..at).map(|second| pair_section(empty(&second), Some(second))));
            seconds.remove(0)
        });
        sections.push(pair_section(first, counterpart));
    }
    sections.extend(seconds.into_iter().map(|second| pair_section(empty(&second), Some(second))));
    sections
}

/// A section of the same name with nothing in it.
fn empty(section: &Section) -> Section {
    Section {
        id: section.id.clone(),
        number: String::new(),
        title: Rich::default(),
        keep: section.keep,
        whole: section.whole,
        body: Body::Fields { fields: Vec::new() },
    }
}

fn pair_section(first: Section, second: Option<Section>) -> Section {
    let whole = first.whole && second.as_ref().is_none_or(|second| second.whole);
    let (second_title, second_number, second_body) = match second {
        Some(section) => (section.title, section.number, Some(section.body)),
        None => (Rich::default(), String::new(), None),
    };
    let (firsts, blocks) = rows_of(first.body);
    let (seconds, other_blocks) = second_body.map(rows_of).unwrap_or_default();
    let mut seconds = seconds.into_iter();
    let mut rows = Vec::new();
    for group in firsts {
        rows.extend(pair_rows(group, seconds.next().unwrap_or_default()));
    }
    rows.extend(seconds.flat_map(|group| pair_rows(Vec::new(), group)));
    keep_company(&mut rows);
    // The statement ends on the page of the signatures.
    if (first.keep != Keep::None || !blocks.is_empty())
        && let Some(last) = rows.last_mut()
    {
        last.keep = true;
    }
    let blocks = zip(blocks, other_blocks).into_iter().map(pair_signature).collect();
    Section {
        keep: Keep::None,
        whole,
        body: Body::Pair { second_title, second_number, rows, blocks },
        ..first
    }
}

impl Both<SignatureView> {
    /// A place to sign with what both languages say of it on one line.
    pub(super) fn on_one_line(&self) -> SignatureView {
        let words = |of: fn(&SignatureView) -> &Rich| {
            Rich::joined([of(&self.first), of(&self.second)].into_iter().cloned(), " / ")
        };
        SignatureView {
            label: words(|it| &it.label),
            name: words(|it| &it.name),
            title: words(|it| &it.title),
            ..self.first.clone()
        }
    }
}

/// A place to sign in both languages; what reads the same is said once.
fn pair_signature(block: Both<SignatureView>) -> Both<SignatureView> {
    fn once(first: &Rich, second: Rich) -> Rich {
        if first.to_plain() == second.to_plain() { Rich::default() } else { second }
    }
    let Both { mut first, second } = block;
    if first.party.is_empty() {
        // Only the second language has it.
        let SignatureView { party, date, seal, lock, .. } = second;
        first = SignatureView { party, date, seal, lock, ..first };
    }
    let second = SignatureView {
        label: once(&first.label, second.label),
        name: once(&first.name, second.name),
        title: once(&first.title, second.title),
        ..second
    };
    Both { first, second }
}

/// A row in one language.
enum Row {
    Duty { label: String, area: Rich },
    Group(String),
    Text(Rich),
    Field(Field),
    Items { ordered: bool, items: Vec<Rich> },
    Facts(Vec<Field>),
    Entry(Entry),
}

impl Row {
    /// What the same row has in another language: the kind, and the field's name.
    fn key(&self) -> (std::mem::Discriminant<Self>, &str) {
        let name = if let Self::Field(field) = self { field.id } else { "" };
        (std::mem::discriminant(self), name)
    }

    /// A row of the same kind with nothing in it.
    fn empty(&self) -> Self {
        match self {
            Self::Duty { .. } => Self::Duty { label: String::new(), area: Rich::default() },
            Self::Group(_) => Self::Group(String::new()),
            Self::Text(_) => Self::Text(Rich::default()),
            Self::Field(_) => Self::Field(Field::default()),
            Self::Items { ordered, .. } => Self::Items { ordered: *ordered, items: Vec::new() },
            Self::Facts(_) => Self::Facts(Vec::new()),
            Self::Entry(_) => Self::Entry(Entry::default()),
        }
    }
}

/// The rows of a section in one language, in the groups that belong together, and
/// its signature blocks.
fn rows_of(body: Body) -> (Vec<Vec<Row>>, Vec<SignatureView>) {
    let groups = match body {
        Body::Grid { rows } => vec![rows.into_iter().flatten().map(Row::Field).collect()],
        Body::Fields { fields } => vec![fields.into_iter().map(Row::Field).collect()],
        Body::Prose { body } => vec![vec![Row::Text(body)]],
        Body::List { items } => vec![vec![Row::Items { ordered: false, items }]],
        Body::Duties { duties } => duties.into_iter().map(rows_of_duty).collect(),
        Body::Table(table) => rows_of_table(table),
        Body::SignOff { statement, blocks } => {
            let rows = if statement.is_empty() { Vec::new() } else { vec![Row::Text(statement)] };
            return (vec![rows], blocks);
        }
        Body::Pair { .. } => Vec::new(),
    };
    (groups, Vec::new())
}

fn rows_of_duty(duty: DutyView) -> Vec<Row> {
    let mut rows = vec![Row::Duty { label: duty.label, area: duty.area }];
    if !duty.statement.is_empty() {
        rows.push(Row::Text(duty.statement));
    }
    if !duty.tasks.is_empty() {
        rows.push(Row::Items { ordered: true, items: duty.tasks });
    }
    rows.extend(duty.details.into_iter().map(Row::Field));
    if !duty.facts.is_empty() {
        rows.push(Row::Facts(duty.facts));
    }
    rows
}

fn rows_of_table(table: TableView) -> Vec<Vec<Row>> {
    let TableView { columns, groups, .. } = table;
    let groups = groups.into_iter().map(|group| {
        let head = (!group.label.is_empty()).then_some(Row::Group(group.label));
        let rows = group.rows.into_iter().map(|cells| {
            let mut cells = cells.into_iter();
            let lines = cells.next().unwrap_or_default().lines;
            let facts = columns.iter().skip(1).zip(cells).filter(|(_, cell)| !cell.lines.is_empty());
            let facts = facts.map(|(column, cell)| Field {
                id: column.id,
                label: column.label.clone(),
                value: Rich::joined(cell.lines, " "),
                whole: true,
                ..Field::default()
            });
            Row::Entry(Entry { lines, facts: facts.collect() })
        });
        head.into_iter().chain(rows).collect()
    });
    groups.collect()
}

/// Rows beside each other: each with the first one that is left of its kind, or of
/// the same field.
fn pair_rows(firsts: Vec<Row>, mut seconds: Vec<Row>) -> Vec<PairRow> {
    let mut rows = Vec::new();
    for first in firsts {
        let at = seconds.iter().position(|second| second.key() == first.key());
        let second = at.map_or_else(|| first.empty(), |at| seconds.remove(at));
        push_pair(first, second, &mut rows);
    }
    for second in seconds {
        push_pair(second.empty(), second, &mut rows);
    }
    rows
}

fn push_pair(first: Row, second: Row, rows: &mut Vec<PairRow>) {
    let part = match (first, second) {
        (Row::Duty { label, area }, Row::Duty { label: other, area: other_area }) => PairPart::Duty {
            label: Both { first: label, second: other },
            area: Both { first: area, second: other_area },
        },
        (Row::Group(first), Row::Group(second)) => PairPart::Group { label: Both { first, second } },
        (Row::Text(first), Row::Text(second)) => {
            for body in paragraphs(first, second) {
                let whole = lines(&body.first).max(lines(&body.second)) <= LINES_KEPT_WHOLE;
                rows.push(PairRow { keep: false, whole, part: PairPart::Text { body } });
            }
            return;
        }
        (Row::Field(first), Row::Field(second)) => PairPart::Field { field: Both { first, second } },
        (Row::Items { ordered, items: firsts }, Row::Items { items: seconds, .. }) => {
            PairPart::Items { ordered, items: zip(firsts, seconds) }
        }
        (Row::Facts(first), Row::Facts(second)) => PairPart::Facts { facts: Both { first, second } },
        (Row::Entry(first), Row::Entry(second)) => PairPart::Entry { entry: Both { first, second } },
        _ => unreachable!("rows are paired with rows of their kind"),
    };
    let keep = matches!(part, PairPart::Duty { .. } | PairPart::Group { .. });
    let mut height = 0;
    part.visit(&mut |text| height += lines(text));
    // The items of a list are whole, the list need not be.
    let is_list = matches!(&part, PairPart::Items { items, .. } if items.len() > 1);
    rows.push(PairRow { keep, whole: !is_list && height <= 2 * LINES_KEPT_WHOLE, part });
}

/// Keeps the first of short fields with the second, and the last with the one before
/// it, so that none is alone on a page.
fn keep_company(rows: &mut [PairRow]) {
    let is_short = |row: &PairRow| {
        let mut height = 0;
        row.part.visit(&mut |text| height += lines(text));
        matches!(row.part, PairPart::Field { .. }) && height <= 2 * FIELD_LINES_KEPT_WITH_NEXT
    };
    let Some(last) = rows.len().checked_sub(1) else { return };
    for at in [0, last.saturating_sub(1)] {
        if at < last && is_short(&rows[at]) && is_short(&rows[at + 1]) {
            rows[at].keep = true;
        }
    }
}

/// The longest row that is kept on one page, in lines of half a page.
const LINES_KEPT_WHOLE: usize = 12;

/// The longest field that is kept with another one, in lines of half a page.
const FIELD_LINES_KEPT_WITH_NEXT: usize = 3;

/// The columns of half-width characters in a line of half a page.
const LINE_WIDTH: usize = 40;

/// How many lines of half a page a text takes, about.
fn lines(text: &Rich) -> usize {
    text.width().div_ceil(LINE_WIDTH)
}

fn zip<T: Default>(firsts: Vec<T>, seconds: Vec<T>) -> Vec<Both<T>> {
    let count = firsts.len().max(seconds.len());
    let (mut firsts, mut seconds) = (firsts.into_iter(), seconds.into_iter());
    let mut next =
        || Both { first: firsts.next().unwrap_or_default(), second: seconds.next().unwrap_or_default() };
    (0..count).map(|_| next()).collect()
}

/// Texts of as many blocks each, block by block; any others as they are.
fn paragraphs(first: Rich, second: Rich) -> Vec<Both<Rich>> {
    fn blocks(text: &Rich) -> Option<Vec<Rich>> {
        let [Part { text, markdown: true, at, foreign }] = &text.parts[..] else { return None };
        Some(
            markdown::split_blocks(text)
                .into_iter()
                .map(|block| Rich::markdown(block, at.as_str()).with_foreign(*foreign))
                .collect(),
        )
    }
    match (blocks(&first), blocks(&second)) {
        (Some(firsts), Some(seconds)) if firsts.len() == seconds.len() => zip(firsts, seconds),
        _ => vec![Both { first, second }],
    }
}

impl PairPart {
    /// Shows every text of the row to `visit`.
    pub(super) fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Rich)) {
        match self {
            Self::Duty { area: both, .. } | Self::Text { body: both } => {
                visit(&both.first);
                visit(&both.second);
            }
            Self::Group { .. } => {}
            Self::Field { field } => {
                field.first.visit(visit);
                field.second.visit(visit);
            }
            Self::Items { items, .. } => {
                for item in items {
                    visit(&item.first);
                    visit(&item.second);
                }
            }
            Self::Facts { facts } => {
                facts.first.iter().chain(&facts.second).for_each(|fact| fact.visit(visit));
            }
            Self::Entry { entry } => {
                for entry in [&entry.first, &entry.second] {
                    entry.lines.iter().for_each(&mut *visit);
                    entry.facts.iter().for_each(|fact| fact.visit(visit));
                }
            }
        }
    }
}
