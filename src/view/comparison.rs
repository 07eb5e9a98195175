//! Owns what a comparison shows: columns, sections and rows, with every label and
//! remark final. May import `compare`, `model` and the rest of `view`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::rich::Rich;
use super::{Locale, Look, Theme};
use crate::compare::{
    Cell, Change, ChangeNote, Comparison, FieldBody, FieldComparison, ItemComparison, Materiality, Segment,
    SegmentKind, Signer, Status, rule,
};
use crate::markdown;
use crate::model::{Language, Party, RoleDefinition, Term, Text};

/// A comparison as templates and terminals show it. Fields that a document has too
/// have the same names, so that both share a page.
#[derive(Debug, Clone, Serialize)]
pub struct ComparisonView {
    /// The language's BCP 47 tag.
    pub lang: &'static str,
    /// The name of its templates, `compare`.
    pub theme: &'static str,
    /// The heading, such as `岗位对比：A / B`.
    pub document_title: String,
    /// How many differences there are, or that there is none.
    pub description: String,
    /// The organization; no parts if there is none.
    pub organization: Rich,
    /// Nothing: a comparison has no code.
    pub code: Rich,
    /// Nothing: a comparison has no words of the library's in its footer.
    pub footer: Rich,
    /// Nothing: a comparison has no version.
    pub version: String,
    /// Nothing: a comparison has no hash.
    pub hash: String,
    /// The date of the content, ISO 8601, for metadata.
    pub date: String,
    /// The fixed words of documents, from the locale's `labels`.
    pub labels: BTreeMap<String, String>,
    /// Those of comparisons, from the locale's `compare`.
    pub words: BTreeMap<String, String>,
    /// What the library changes about the look.
    pub look: Look,
    /// Whether nothing differs.
    pub same: bool,
    /// Whether only what differs is shown at first.
    pub only_differences: bool,
    /// Whether the base that wrote a value is shown at first.
    pub origins: bool,
    /// What is compared, from left to right.
    pub columns: Vec<ColumnView>,
    /// The notes on the changes, one for each language.
    pub notes: Vec<ChangeNote>,
    /// The sections; each has rows.
    pub sections: Vec<ComparedSection>,
}

/// A column.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnView {
    /// Its letter.
    pub letter: String,
    /// The job title.
    pub title: String,
    /// As it was named on the command line.
    pub operand: String,
    /// Version, status, date, and the first digits of the content's hash.
    pub facts: Vec<String>,
}

/// A section.
#[derive(Debug, Clone, Serialize)]
pub struct ComparedSection {
    /// Its name, as in themes.
    pub id: String,
    /// The heading.
    pub title: String,
    /// Whether nothing in it differs.
    pub same: bool,
    /// The rows; none is without words.
    pub rows: Vec<RowView>,
}

/// A row.
#[derive(Debug, Clone, Serialize)]
pub struct RowView {
    /// What kind of row it is.
    pub kind: RowKind,
    /// The field.
    pub label: String,
    /// Whether nothing in it differs.
    pub same: bool,
    /// Whether a difference in it is material.
    pub material: bool,
    /// What is at stake, where a difference is material.
    pub reason: String,
    /// A cell for each column.
    pub cells: Vec<CellView>,
}

/// The kinds of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// A field.
    Field,
    /// What an item of a list is about; its other fields follow.
    Item,
    /// A field of an item.
    Part,
}

/// A cell.
#[derive(Debug, Clone, Serialize)]
pub struct CellView {
    /// What became of the value.
    pub status: Status,
    /// The words, in runs.
    pub runs: Vec<RunView>,
    /// That the item is only here, moved, perhaps split and so on; may be empty.
    pub remark: String,
    /// The base that wrote the value, where it is not the role itself; may be empty.
    pub from: String,
}

/// A run of words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunView {
    /// `kept`, `deleted` or `inserted`.
    pub kind: SegmentKind,
    /// The words.
    pub text: String,
}

/// What a command asks a comparison to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    /// Only what differs.
    pub only_differences: bool,
    /// The base that wrote a value.
    pub origins: bool,
}

/// The view of a comparison, in the look of a library's theme.
pub fn comparison(
    compared: &Comparison,
    locale: &Locale,
    language: Language,
    theme: &Theme,
    organization: Option<&Text>,
    shown: Shown,
) -> ComparisonView {
    let view = View { compared, locale, of_one_role: compared.is_of_one_role() };
    let (material, editorial) = compared.counts();
    let hashes_differ = compared.operands.windows(2).any(|two| two[0].content_hash != two[1].content_hash);
    let summary = if !compared.same {
        let counts = [("material", &*material.to_string()), ("editorial", &*editorial.to_string())];
        locale.fill_compare("summary", &counts)
    } else if hashes_differ && view.of_one_role {
        locale.compare("same_language").to_string()
    } else {
        locale.compare("same").to_string()
    };
    let date = compared.operands.iter().filter_map(|operand| operand.effective_date.as_deref()).max();
    let mut titles: Vec<&str> = compared.operands.iter().map(|operand| operand.title.as_str()).collect();
    titles.dedup();
    let heading = locale.compare(if view.of_one_role { "title_states" } else { "title" });
    ComparisonView {
        lang: language.tag(),
        theme: "compare",
        document_title: [heading, &titles.join(" / ")].join(locale.pattern("colon")),
        description: summary,
        organization: organization
            .and_then(|name| name.get_or_any(language))
            .map(|(name, _)| Rich::markdown(name, ""))
            .unwrap_or_default(),
        code: Rich::default(),
        footer: Rich::default(),
        version: String::new(),
        hash: String::new(),
        date: date.unwrap_or("2000-01-01").to_string(),
        labels: locale.labels.clone(),
        words: locale.compare.clone(),
        look: Look::of(theme),
        same: compared.same,
        only_differences: shown.only_differences,
        origins: shown.origins,
        columns: (0..compared.operands.len()).map(|at| view.column(at)).collect(),
        notes: compared.change_notes.clone(),
        sections: view.sections(),
    }
}

impl ComparisonView {
    /// The same without rows in which nothing differs.
    #[must_use]
    pub fn without_same_rows(mut self) -> Self {
        for section in &mut self.sections {
            section.rows.retain(|row| !row.same);
        }
        self.sections.retain(|section| !section.rows.is_empty());
        self
    }

    /// Shows every text of the view to `visit`.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        visit(&self.document_title);
        self.organization.parts.iter().for_each(|part| visit(&part.text));
        for column in &self.columns {
            visit(&column.title);
            visit(&column.operand);
            column.facts.iter().for_each(|fact| visit(fact));
        }
        for note in &self.notes {
            visit(&note.versions);
            note.material.iter().chain(&note.editorial).for_each(|line| visit(line));
            visit(&note.sign_again);
        }
        for row in self.sections.iter().flat_map(|section| &section.rows) {
            visit(&row.label);
            row.cells.iter().flat_map(|cell| &cell.runs).for_each(|run| visit(&run.text));
        }
    }
}

/// The note on what changed between two states of one role, in one language; `signers`
/// are none if nothing is material in any language.
pub fn change_note(
    compared: &Comparison,
    locale: &Locale,
    language: Language,
    signers: Option<&[Signer]>,
) -> ChangeNote {
    let view = View { compared, locale, of_one_role: true };
    let (material, editorial): (Vec<&Change>, Vec<&Change>) =
        compared.changes.iter().partition(|change| change.materiality == Materiality::Material);
    let sentences = |changes: Vec<&Change>| changes.into_iter().map(|change| view.sentence(change)).collect();
    let version = |at: usize| {
        let operand = &compared.operands[at];
        let version = operand.version.as_deref();
        version.map_or_else(|| locale.compare("note_unversioned").to_string(), str::to_string)
    };
    let signers = signers.map(|signers| {
        if signers.is_empty() {
            return locale.compare("sign_no_block").to_string();
        }
        let named = signers.iter().map(|signer| {
            let reasons: Vec<&str> = signer.rules.iter().filter_map(|code| reason(code, language)).collect();
            let reasons = reasons.join(locale.pattern("list_separator"));
            locale.fill_compare("signer", &[("label", &signer.label), ("reasons", &reasons)])
        });
        let named: Vec<String> = named.collect();
        locale.fill_compare("sign_again", &[("signers", &named.join(locale.pattern("phrase_separator")))])
    });
    let sign_again = signers.unwrap_or_else(|| locale.compare("sign_nobody").to_string());
    let versions =
        [("title", &*compared.operands[1].title), ("before", &*version(0)), ("after", &*version(1))];
    let mut versions = locale.fill_compare("note_versions", &versions);
    if !compared.same && compared.operands[0].version == compared.operands[1].version {
        versions = locale.fill_compare("note_same_version", &[("versions", &versions)]);
    }
    ChangeNote {
        language: language.tag().to_string(),
        title: locale.compare("note_title").to_string(),
        versions,
        material_title: locale.compare("note_material").to_string(),
        material: sentences(material),
        editorial_title: locale.compare("note_editorial").to_string(),
        editorial: sentences(editorial),
        none: locale.compare("note_none").to_string(),
        sign_again,
    }
}

/// The signature blocks of a role whose parties must sign again, with the rules for
/// which they do, in one language.
pub fn signers(
    parties: &BTreeMap<&'static str, Vec<String>>,
    role: &RoleDefinition,
    locale: &Locale,
    language: Language,
) -> Vec<Signer> {
    let blocks = role.sign_off.iter().flat_map(|sign_off| &sign_off.blocks);
    let signers = blocks.filter_map(|block| {
        let party = block.party.unwrap_or(Party::JobHolder);
        let rules = parties.get(party.key())?.clone();
        let own = block.label.as_ref().and_then(|label| label.get_or_any(language));
        let label = own.map_or_else(|| locale.term(party).to_string(), |(label, _)| markdown::plain(label));
        Some(Signer { party: party.key().to_string(), label, rules })
    });
    signers.collect()
}

/// What is at stake by a rule.
fn reason(code: &str, language: Language) -> Option<&'static str> {
    rule(code)?.reason.get_or_any(language).map(|(words, _)| words)
}

struct View<'a> {
    compared: &'a Comparison,
    locale: &'a Locale,
    of_one_role: bool,
}

impl View<'_> {
    fn column(&self, at: usize) -> ColumnView {
        let (operand, locale) = (&self.compared.operands[at], self.locale);
        let version = operand.version.as_deref().map(|it| locale.fill_compare("version", &[("version", it)]));
        let status = operand.status.as_deref().map(|it| locale.term_of("document_status", it).to_string());
        let date = operand.effective_date.as_deref();
        let date = date.map(|it| locale.fill_compare("effective", &[("date", &locale.date(it))]));
        let hash = operand.content_hash.get(..12).unwrap_or(&operand.content_hash);
        let hash = locale.fill_compare("hash", &[("hash", hash)]);
        ColumnView {
            letter: letter(at),
            title: operand.title.clone(),
            operand: operand.operand.clone(),
            facts: version.into_iter().chain(status).chain(date).chain([hash]).collect(),
        }
    }

    fn sections(&self) -> Vec<ComparedSection> {
        let sections = self.compared.sections.iter().map(|section| {
            let mut rows = Vec::new();
            for field in &section.fields {
                self.push_field(field, RowKind::Field, &mut rows);
            }
            let title = match section.id.as_str() {
                id @ ("custom" | "other") => self.locale.compare(id),
                id => self.locale.section(id),
            };
            ComparedSection { id: section.id.clone(), title: title.to_string(), same: section.same, rows }
        });
        sections.filter(|section| !section.rows.is_empty()).collect()
    }

    fn push_field(&self, field: &FieldComparison, kind: RowKind, rows: &mut Vec<RowView>) {
        match &field.body {
            FieldBody::Cells(cells) => {
                let label = self.locale.compared_field(&field.path).to_string();
                rows.push(self.row(kind, label, &field.path, field.same, cells));
            }
            FieldBody::Items(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.push_item(&field.path, items, item, at, kind, rows);
                }
            }
        }
    }

    fn push_item(
        &self,
        path: &str,
        items: &[ItemComparison],
        item: &ItemComparison,
        at: usize,
        kind: RowKind,
        rows: &mut Vec<RowView>,
    ) {
        let label = self.locale.compared_item(path);
        let label = match items.len() {
            1 => label.to_string(),
            _ => self.locale.fill_compare("numbered", &[("label", label), ("n", &(at + 1).to_string())]),
        };
        let first = rows.len();
        if item.fields.is_empty() {
            let kind = if kind == RowKind::Field { RowKind::Field } else { RowKind::Part };
            rows.push(self.row(kind, label, path, item.same, &item.cells));
        } else {
            let head = head(item);
            if let Some((path, FieldBody::Cells(cells))) =
                head.map(|head| (&item.fields[head].path, &item.fields[head].body))
            {
                rows.push(self.row(RowKind::Item, label, path, item.same, cells));
            } else {
                let absent = Cell {
                    status: Status::Absent,
                    words: String::new(),
                    pointer: None,
                    from: None,
                    segments: Vec::new(),
                };
                let cells = vec![absent; item.places.len()];
                rows.push(self.row(RowKind::Item, label, path, item.same, &cells));
            }
            for (at, field) in item.fields.iter().enumerate() {
                if Some(at) != head {
                    self.push_field(field, RowKind::Part, rows);
                }
            }
        }
        // What became of the item as a whole is said in its first row, and there alone.
        for row in &mut rows[first + 1..] {
            for (operand, cell) in row.cells.iter_mut().enumerate() {
                if item.places[operand].is_none() || item.places[0].is_none() {
                    cell.remark.clear();
                }
            }
        }
        for (operand, cell) in rows[first].cells.iter_mut().enumerate() {
            cell.remark = self.remark(item, operand);
        }
        let whole = self.compared.changes.iter().filter(|change| {
            let place = |at: usize| item.places[at].as_ref().map(|place| &place.pointer);
            change.path == path
                && change.before_pointer.as_ref() == place(0)
                && change.after_pointer.as_ref() == place(change.operand)
        });
        if let Some(rule) = whole.filter_map(|change| change.rule.as_ref()).next() {
            self.mark(&mut rows[first], rule);
        }
        rows[first].same &= item.status.iter().all(|status| status.is_same());
    }

    fn row(&self, kind: RowKind, label: String, path: &str, same: bool, cells: &[Cell]) -> RowView {
        let mut row = RowView {
            kind,
            label,
            same,
            material: false,
            reason: String::new(),
            cells: (0..cells.len()).map(|at| self.cell(cells, at)).collect(),
        };
        let changes = self.compared.changes.iter().filter(|change| {
            let cell = &cells[change.operand];
            change.path == path
                && !cell.status.is_same()
                && change.after_pointer == cell.pointer
                && change.before_pointer == cells[0].pointer
                && (cell.pointer.is_some() || cells[0].pointer.is_some())
        });
        if let Some(rule) = changes.filter_map(|change| change.rule.as_ref()).next() {
            self.mark(&mut row, rule);
        }
        row
    }

    fn mark(&self, row: &mut RowView, code: &str) {
        row.material = true;
        let language = Language::from_tag(&self.compared.language).unwrap_or(Language::ZhCn);
        row.reason = reason(code, language).unwrap_or_default().to_string();
    }

    fn cell(&self, cells: &[Cell], at: usize) -> CellView {
        let cell = &cells[at];
        let run = |segment: &Segment, before: bool| RunView {
            kind: segment.kind,
            text: segment.before.clone().filter(|_| before).unwrap_or_else(|| segment.text.clone()),
        };
        let whole = || vec![RunView { kind: SegmentKind::Kept, text: cell.words.clone() }];
        let two = cells.len() == 2;
        let runs = if cell.words.is_empty() && cell.pointer.is_none() {
            Vec::new()
        } else if two && at == 0 && !cells[1].segments.is_empty() {
            let own = cells[1].segments.iter().filter(|segment| segment.kind != SegmentKind::Inserted);
            own.map(|segment| run(segment, true)).collect()
        } else if cell.segments.is_empty() {
            whole()
        } else {
            let shown = cell.segments.iter().filter(|segment| !two || segment.kind != SegmentKind::Deleted);
            shown.map(|segment| run(segment, false)).collect()
        };
        let own = &self.compared.operands[at].id;
        let from = cell.from.as_deref().filter(|from| *from != own.as_str());
        CellView {
            status: cell.status,
            runs,
            remark: String::new(),
            from: from.map(|name| self.locale.fill_compare("from", &[("name", name)])).unwrap_or_default(),
        }
    }

    /// What became of an item as a whole.
    fn remark(&self, item: &ItemComparison, operand: usize) -> String {
        let state = |variant: &str, state: &str| {
            self.locale.compare(if self.of_one_role { state } else { variant }).to_string()
        };
        let related = item.related[operand].map(|row| (row + 1).to_string()).unwrap_or_default();
        match item.status[operand] {
            Status::Added => state("added", "added_state"),
            Status::Removed => state("removed", "removed_state"),
            Status::SplitCandidate => self.locale.fill_compare("split_candidate", &[("n", &related)]),
            Status::MergedCandidate => self.locale.fill_compare("merged_candidate", &[("n", &related)]),
            _ if item.places[operand].as_ref().is_some_and(|place| place.moved) => {
                self.locale.compare("moved").to_string()
            }
            Status::Base | Status::Absent | Status::Same | Status::Moved | Status::Reworded => String::new(),
        }
    }

    /// A change in a sentence.
    fn sentence(&self, change: &Change) -> String {
        let locale = self.locale;
        let section = match change.section.as_str() {
            id @ ("custom" | "other") => locale.compare(id),
            id => locale.section(id),
        };
        let field = locale.compared_item(&change.path);
        // A quoted sentence has its end in the sentence around it.
        let words = |words: &Option<String>| {
            words.as_deref().unwrap_or_default().trim_end_matches(['。', '.', '；', ';']).to_string()
        };
        let (before, after) = (words(&change.before), words(&change.after));
        let own = [&change.before, &change.after].iter().any(|own| own.is_some() && **own == change.item);
        let place = match change.item.as_deref().filter(|_| !own) {
            Some(item) => {
                locale.fill_compare("place_item", &[("section", section), ("item", item), ("field", field)])
            }
            None if field == section => section.to_string(),
            None => locale.fill_compare("place", &[("section", section), ("field", field)]),
        };
        let pattern = match change.status {
            Status::Added => "note_added",
            Status::Removed => "note_removed",
            Status::Moved => "note_moved",
            Status::SplitCandidate => "note_split_candidate",
            Status::MergedCandidate => "note_merged_candidate",
            Status::Base | Status::Absent | Status::Same | Status::Reworded => "note_reworded",
        };
        // Its number in the list, from 1.
        let number = |pointer: &Option<String>| {
            let index = pointer.as_deref().and_then(|it| it.rsplit('/').next()?.parse::<usize>().ok());
            index.map(|index| (index + 1).to_string()).unwrap_or_default()
        };
        let (from, to) = (number(&change.before_pointer), number(&change.after_pointer));
        let values =
            [("place", &*place), ("before", &*before), ("after", &*after), ("from", &*from), ("to", &*to)];
        locale.fill_compare(pattern, &values)
    }
}

/// The field that says what an item is about.
fn head(item: &ItemComparison) -> Option<usize> {
    const HEADS: [&str; 10] = [
        "area",
        "matter",
        "name",
        "counterpart",
        "competency_ref",
        "role",
        "title",
        "level",
        "version",
        "label",
    ];
    let is_value = |field: &&FieldComparison| matches!(field.body, FieldBody::Cells(_));
    let leaf = |field: &FieldComparison| field.path.rsplit('.').next().unwrap_or_default().to_string();
    let named = HEADS
        .iter()
        .find_map(|head| item.fields.iter().position(|field| is_value(&field) && leaf(field) == *head));
    named.or_else(|| item.fields.iter().position(|field| is_value(&field)))
}

/// A, B, C …
pub(crate) fn letter(at: usize) -> String {
    char::from(b'A' + u8::try_from(at).unwrap_or(25).min(25)).to_string()
}
