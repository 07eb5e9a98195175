//! Owns what a document shows: its sections in order, in one language, with
//! every label, number and date final. May import `resolve` and everything
//! below it.
//!
//! A template decides how things look and nothing else. Whatever a template
//! would have to decide is decided here.

mod authority_matrix;
mod book;
mod build;
mod carried;
mod chart;
mod comparison;
mod locale;
mod logo;
mod pair;
mod register;
mod rich;
mod sheet;
mod theme;

use serde::Serialize;

use crate::model::SignatureLock;

pub use authority_matrix::{
    AuthorityMatrixView, DomainView, GrantView, MarkView, MatrixColumnView, MatrixColumns, MatrixSource,
    MatrixTableView, MatterView, NoteView, RightView, authority_matrix, authority_sheet,
};
pub use book::{
    BookHead, BookRole, BookView, BookWords, Chapter, ChapterOutline, ChapterView, OpenerView, Placed,
    chapter_anchor, chapters,
};
pub use build::{
    ApplyDefaults, ApplyView, Day, Facet, Names, OpeningHead, OpeningView, UNDATED, content, document,
    opening, slug, web_address,
};
pub use carried::{CarriedRole, Made};
pub use chart::{BoxKind, BoxView, ChartSource, ChartView, Portion, chart};
pub use comparison::{
    CellView, ColumnView, ComparedSection, ComparisonView, RowKind, RowView, RunView, Shown, change_note,
    comparison, signers,
};
pub use locale::Locale;
pub use logo::Logo;
pub use pair::{Both, Entry, Languages, PairPart, PairRow, pair};
pub use register::{RegisterRow, RegisterSource, register, register_row};
pub use rich::{Part, Rich};
pub use sheet::{Sheet, SheetCell, SheetColumn};
pub use theme::Theme;

/// A document: a role in one language and one theme.
#[derive(Debug, Clone, Serialize)]
pub struct DocumentView {
    /// The role's id.
    pub id: String,
    /// The language's BCP 47 tag; of two languages, that of the first.
    pub lang: &'static str,
    /// The language or the two languages, such as `zh-CN+en`; also the folder that
    /// the document is written to.
    pub edition: String,
    /// What a bilingual document has in each of its languages.
    pub languages: Option<Languages>,
    /// The theme's name.
    pub theme: String,
    /// The job title.
    pub title: Rich,
    /// The document's title without markup, such as `大客户经理岗位说明书`.
    pub document_title: String,
    /// The summary without markup, for metadata; may be empty.
    pub description: String,
    /// The employer; no parts if the role has none.
    pub organization: Rich,
    /// The position code; no parts if the role has none.
    pub code: Rich,
    /// What the footer says of a paper that is not in force, such as `草案`; empty if
    /// it is.
    pub standing: String,
    /// The document's version, as the footer shows it; empty if it has none.
    pub version: String,
    /// The first digits of the hash of the role's own content, as the footer shows
    /// them.
    pub hash: String,
    /// The document's version as the role has it; empty if it has none.
    pub document_version: String,
    /// The hash of the role's own content, all of it.
    pub content_hash: String,
    /// The library's own words in the footer; no parts if there are none.
    pub footer: Rich,
    /// The date of the content, ISO 8601: the latest that the role states.
    pub date: String,
    /// Fixed words that templates need, from the locale's `labels`.
    pub labels: std::collections::BTreeMap<String, String>,
    /// What the library changes about the look.
    pub look: Look,
    /// The sections in the theme's order; none of them is empty.
    pub sections: Vec<Section>,
}

/// What a library changes about the look of a page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Look {
    /// The color of headings and marks, as `#rrggbb`; empty for the theme's.
    pub accent: String,
    /// The organization's logo as a `data:` address; empty if it has none.
    pub logo: String,
    /// The paper, by its name in Typst.
    pub paper: &'static str,
    /// The font family of running text; empty for the theme's.
    pub body_font: String,
    /// The font family of headings, labels and emphasis; empty for the theme's.
    pub heading_font: String,
}

impl Look {
    /// The look of a theme.
    pub(crate) fn of(theme: &Theme) -> Self {
        let settings = &theme.settings;
        let fonts = settings.fonts.clone().unwrap_or_default();
        Self {
            accent: settings.accent_color.clone().unwrap_or_default(),
            logo: theme.logo.as_ref().map(|logo| logo.data_url()).unwrap_or_default(),
            paper: settings.paper.unwrap_or_default().name(),
            body_font: fonts.body.unwrap_or_default(),
            heading_font: fonts.heading.unwrap_or_default(),
        }
    }
}

/// A section with a heading.
#[derive(Debug, Clone, Serialize)]
pub struct Section {
    /// The section's name in themes, also a unique anchor.
    pub id: String,
    /// The number before the heading, such as `一、`; empty if the theme has none.
    pub number: String,
    /// The heading.
    pub title: Rich,
    /// What of it must be on the page of the next section.
    pub keep: Keep,
    /// Whether it is kept on one page: a table of three rows, a sign-off of few words.
    pub whole: bool,
    /// What is in it.
    #[serde(flatten)]
    pub body: Body,
}

/// What of a section must be on the page of the next one: the section before the
/// sign-off keeps it company, since signatures never stand alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// Nothing.
    None,
    /// Its last part: duty, two fields or rows of fields, paragraph, item, or group of
    /// rows.
    Last,
    /// All of it; it is short.
    Section,
}

/// The kinds of section; a template has one piece for each.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    /// Short facts, two to a row where they fit.
    Grid {
        /// The rows; each has one wide field or one or two narrow ones.
        rows: Vec<Vec<Field>>,
    },
    /// Facts under each other, each a label with a text or a list.
    Fields {
        /// The fields.
        fields: Vec<Field>,
    },
    /// Running text.
    Prose {
        /// The text, in blocks.
        body: Rich,
    },
    /// A list.
    List {
        /// The items, inline.
        items: Vec<Rich>,
    },
    /// Duties with their tasks.
    Duties {
        /// The duties.
        duties: Vec<DutyView>,
    },
    /// A table.
    Table(TableView),
    /// Any section in two languages, row by row.
    Pair {
        /// The heading in the second language.
        second_title: Rich,
        /// The number before it; empty if the theme has none.
        second_number: String,
        /// The rows.
        rows: Vec<PairRow>,
        /// The signature blocks, of the sign-off; in the second language, what reads
        /// the same in both is empty.
        blocks: Vec<Both<SignatureView>>,
    },
    /// The signature blocks. They are on the page where the statement ends, and if
    /// the section is whole, all of it is.
    SignOff {
        /// The agreement that is signed, in blocks; no parts if there is none.
        statement: Rich,
        /// The blocks.
        blocks: Vec<SignatureView>,
    },
}

/// A label and what belongs to it: one value, or a list, or nothing yet.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Field {
    /// The field's name in the model, such as `reporting.reports_to`.
    pub id: &'static str,
    /// The label.
    pub label: String,
    /// The value; no parts if the field is a list or empty.
    pub value: Rich,
    /// The items of a list, inline.
    pub items: Vec<Rich>,
    /// Whether the value is a long text, in blocks.
    pub long: bool,
    /// Whether it is short enough to be kept on one page.
    pub whole: bool,
}

/// A duty.
#[derive(Debug, Clone, Serialize)]
pub struct DutyView {
    /// Its number as a heading says it, such as `职责一`.
    pub label: String,
    /// Its number in the language's digits, such as `1`.
    pub number: String,
    /// The area; no parts if it has none.
    pub area: Rich,
    /// The label of the statement.
    pub statement_label: String,
    /// The statement, in blocks; no parts if it has none.
    pub statement: Rich,
    /// Whether the statement is short enough to be kept on one page.
    pub statement_whole: bool,
    /// The label of the tasks.
    pub tasks_label: String,
    /// The tasks, inline.
    pub tasks: Vec<Rich>,
    /// Whether the tasks are short enough to be kept on one page.
    pub tasks_whole: bool,
    /// Short facts: involvement, frequency, share of time, weight, essential.
    pub facts: Vec<Field>,
    /// Longer facts: reason, outputs, indicators, processes; and what is
    /// assessed, which may be empty where a form leaves a cell to fill in.
    pub details: Vec<Field>,
    /// Whether it is short enough to be kept on one page.
    pub whole: bool,
}

/// A table; its rows may be in groups.
#[derive(Debug, Clone, Serialize)]
pub struct TableView {
    /// The columns that have anything in them.
    pub columns: Vec<Column>,
    /// The groups of rows.
    pub groups: Vec<RowGroup>,
    /// Whether its rows are so low that none should be alone on a page.
    pub low: bool,
}

impl TableView {
    /// The rows of all groups.
    fn rows(&self) -> impl Iterator<Item = &Vec<Cell>> {
        self.groups.iter().flat_map(|group| &group.rows)
    }
}

/// A column of a table.
#[derive(Debug, Clone, Serialize)]
pub struct Column {
    /// The field's name in the model.
    pub id: &'static str,
    /// The head.
    pub label: String,
    /// Its share of the width, next to the others'.
    pub weight: u8,
}

/// Rows that belong together.
#[derive(Debug, Clone, Serialize)]
pub struct RowGroup {
    /// What they have in common; empty if the table has no groups.
    pub label: String,
    /// The rows, each with one cell a column.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell: lines under each other, each inline. The first is what the cell is
/// about, the others explain it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Cell {
    /// The lines; none if the cell is empty.
    pub lines: Vec<Rich>,
}

/// A place to sign.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SignatureView {
    /// The party, as in the model; unique among the blocks with its position.
    pub party: &'static str,
    /// Who signs, such as `本人签名`.
    pub label: Rich,
    /// The signer's name; no parts if it is to be filled in.
    pub name: Rich,
    /// The signer's title; no parts if there is none.
    pub title: Rich,
    /// Whether there is a place for the date.
    pub date: bool,
    /// Whether there is a place for a seal.
    pub seal: bool,
    /// What the signature locks in the PDF; templates have no use for it.
    #[serde(skip)]
    pub lock: Option<SignatureLock>,
}

impl DocumentView {
    /// The signature blocks in their order; in a bilingual document, with what both
    /// languages say of them.
    pub fn signature_blocks(&self) -> Vec<SignatureView> {
        let blocks = |section: &Section| match &section.body {
            Body::SignOff { blocks, .. } => blocks.clone(),
            Body::Pair { blocks, .. } => blocks.iter().map(Both::on_one_line).collect(),
            _ => Vec::new(),
        };
        self.sections.iter().flat_map(blocks).collect()
    }

    /// Shows every text of the view to `visit`, in the order of the document.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Rich)) {
        visit(&self.title);
        visit(&self.organization);
        visit(&self.code);
        visit(&self.footer);
        for section in &self.sections {
            visit(&section.title);
            section.body.visit(visit);
        }
    }
}

impl Body {
    fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Rich)) {
        match self {
            Self::Grid { rows } => rows.iter().flatten().for_each(|field| field.visit(visit)),
            Self::Fields { fields } => fields.iter().for_each(|field| field.visit(visit)),
            Self::Prose { body } => visit(body),
            Self::List { items } => items.iter().for_each(visit),
            Self::Duties { duties } => {
                for duty in duties {
                    visit(&duty.area);
                    visit(&duty.statement);
                    duty.tasks.iter().for_each(&mut *visit);
                    duty.facts.iter().chain(&duty.details).for_each(|field| field.visit(visit));
                }
            }
            Self::Table(table) => {
                table.rows().flatten().flat_map(|cell| &cell.lines).for_each(visit);
            }
            Self::Pair { second_title, rows, blocks, .. } => {
                visit(second_title);
                rows.iter().for_each(|row| row.part.visit(visit));
                blocks
                    .iter()
                    .flat_map(|block| [&block.first, &block.second])
                    .for_each(|block| block.visit(visit));
            }
            Self::SignOff { statement, blocks } => {
                visit(statement);
                blocks.iter().for_each(|block| block.visit(visit));
            }
        }
    }
}

impl SignatureView {
    fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Rich)) {
        visit(&self.label);
        visit(&self.name);
        visit(&self.title);
    }
}

impl Field {
    fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Rich)) {
        visit(&self.value);
        self.items.iter().for_each(visit);
    }
}
