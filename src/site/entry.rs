//! Owns what the lists of a site, its feeds and its search know of an opening once its
//! page is written. May import `view` and everything below it.

use icu_normalizer::ComposingNormalizer;

use super::compared::Column;
use crate::model::RoleDefinition;
use crate::view::{Body, OpeningHead, OpeningView, Rich};

/// Whether an opening can be applied for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpeningState {
    /// It can.
    Open,
    /// It could, up to the day that its posting says.
    Closed,
    /// It will be posted on a day to come.
    NotYet,
}

/// The state of an opening on a day, ISO 8601. The last day counts as open.
pub fn state(role: &RoleDefinition, today: &str) -> OpeningState {
    let posting = role.posting.as_ref();
    let posted = posting.and_then(|posting| posting.date_posted.as_deref());
    let through = posting.and_then(|posting| posting.valid_through.as_deref());
    if posted.is_some_and(|posted| posted > today) {
        OpeningState::NotYet
    } else if through.is_some_and(|through| through < today) {
        OpeningState::Closed
    } else {
        OpeningState::Open
    }
}

/// The longest description in lists and feeds, in characters.
const DESCRIPTION: usize = 240;

/// The most that is kept to search in, in bytes.
const WORDS: usize = 4096;

/// An open opening in one language, in short.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What is said of it in short, its description cut.
    pub head: OpeningHead,
    /// What a search looks in, the most telling words first, each part on a line.
    pub words: String,
    /// What it is compared by with its variants; none if it has no open one.
    pub column: Option<Column>,
}

impl Entry {
    /// The entry of a view; `of` is what it is a variant of, if others are too.
    pub fn of(view: &OpeningView, of: Option<&str>) -> Self {
        let mut head = view.head.clone();
        head.description = cut(&head.description, DESCRIPTION);
        Self { head, words: words(view), column: of.map(|of| Column::of(view, of)) }
    }

    /// The path of its page.
    pub fn path(&self, lang: &str) -> String {
        format!("{lang}/jobs/{}.html", self.head.id)
    }
}

/// A text of at most so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_string(),
    }
}

/// Words as they are searched: in one width and in lower case.
pub(super) fn folded(text: &str) -> String {
    ComposingNormalizer::new_nfkc().normalize(text).to_lowercase()
}

fn words(view: &OpeningView) -> String {
    let mut words = String::new();
    let mut add = |text: &str| {
        if words.len() < WORDS && !text.is_empty() {
            words.push_str(text);
            words.push('\n');
        }
    };
    let head = &view.head;
    add(&head.title);
    view.alternate_titles.iter().for_each(|title| add(title));
    head.department.iter().chain(&head.places).chain(&head.family).for_each(|facet| add(&facet.label));
    add(&head.description);
    let mut plain = |rich: &Rich| add(&rich.to_plain());
    for section in &view.sections {
        match &section.body {
            Body::Duties { duties } => {
                for duty in duties {
                    plain(&duty.area);
                    plain(&duty.statement);
                }
            }
            Body::Fields { fields } if section.id == "qualifications" => {
                for field in fields {
                    plain(&field.value);
                    field.items.iter().for_each(&mut plain);
                }
            }
            _ => {}
        }
    }
    let mut folded = folded(&words);
    folded.truncate(folded.floor_char_boundary(WORDS));
    folded
}
