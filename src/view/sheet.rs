//! Owns a table for a spreadsheet: heads, and rows of texts, numbers and dates. May import
//! nothing of rolebook.

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// The language's BCP 47 tag.
    pub lang: &'static str,
    /// The heading.
    pub title: String,
    /// What is in it, in a sentence.
    pub description: String,
    /// The organization's name; may be empty.
    pub organization: String,
    /// The date of the content, ISO 8601, for metadata.
    pub date: String,
    /// The color of the heads, as `#rrggbb`; empty for the usual one.
    pub accent: String,
    /// The columns.
    pub columns: Vec<SheetColumn>,
    /// How many of them stay in view, from the left.
    pub fixed: u16,
    /// How many of them are printed, from the left; the others are for filters and programs.
    pub printed: u16,
    /// What stands before the sum of a column; no sums if it is empty.
    pub sum: String,
    /// The rows, each with one cell a column.
    pub rows: Vec<Vec<SheetCell>>,
}

/// A column.
#[derive(Debug, Clone, Default)]
pub struct SheetColumn {
    /// The head.
    pub label: String,
    /// Whether its numbers are added up.
    pub summed: bool,
}

impl SheetColumn {
    /// A column with this head.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), summed: false }
    }

    /// The same, whose numbers are added up.
    #[must_use]
    pub fn summed(self) -> Self {
        Self { summed: true, ..self }
    }
}

/// A cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum SheetCell {
    /// Nothing.
    #[default]
    Empty,
    /// A text.
    Text(String),
    /// A number.
    Number(u32),
    /// A day, ISO 8601.
    Date(String),
}

impl SheetCell {
    /// A text; nothing if it is empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// A number, if there is one.
    pub fn number(number: Option<u32>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }

    /// A day, if there is one.
    pub fn date(date: Option<&String>) -> Self {
        date.map_or(Self::Empty, |date| Self::Date(date.clone()))
    }

    /// The cell as text.
    pub fn to_text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Date(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }
}
