//! Owns the places of a typeset page that people fill in: where a template put them,
//! and whose they are. May import `marks`, `typeset` and everything below `render`.

use typst::foundations::Value;

use super::marks::Mark;
use super::typeset::Typeset;
use crate::model::SignatureLock;
use crate::view::DocumentView;

/// The label that templates give to a place.
const LABEL: &str = "rolebook-place";

/// The scheme of the addresses by which templates ask for a form field. No text of a
/// role can have it, since links of unknown schemes are dropped.
pub(super) const SCHEME: &str = "rolebook-field:";

/// What is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceKind {
    /// The signature.
    Signature,
    /// The signer's name, where it is not printed.
    Name,
    /// The date of the signature.
    Date,
    /// The seal; it is no form field, since it is put on with the signature.
    Seal,
}

impl PlaceKind {
    /// The kind by its name in templates.
    fn of_template(name: &str) -> Option<Self> {
        Some(match name {
            "sign" => Self::Signature,
            "name" => Self::Name,
            "date" => Self::Date,
            "seal" => Self::Seal,
            _ => return None,
        })
    }
}

/// A place on a page, in points from the page's top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// What is filled in.
    pub kind: PlaceKind,
    /// Which signature block of the document it belongs to, from 0.
    pub block: usize,
    /// The page, from 1.
    pub page: usize,
    /// The distance of its left edge.
    pub x: f64,
    /// The distance of its upper edge.
    pub y: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

/// The places that the template has put on the pages, in the order of the document.
pub fn places(typeset: &Typeset<'_>) -> Vec<Place> {
    let place = |mark: Mark| {
        let Mark { at, says } = &mark;
        let kind = match says.get("kind").ok()? {
            Value::Str(name) => PlaceKind::of_template(name)?,
            _ => return None,
        };
        let block = match says.get("block").ok()? {
            Value::Int(block) => usize::try_from(*block).ok()?,
            _ => return None,
        };
        Some(Place {
            kind,
            block,
            page: at.page.get(),
            x: at.point.x.to_pt(),
            y: at.point.y.to_pt(),
            width: mark.length("width")?,
            height: mark.length("height")?,
        })
    };
    Mark::all(typeset, LABEL).into_iter().filter_map(place).collect()
}

/// A form field: its address in the template, its name and what people are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FormField {
    /// What comes after [`SCHEME`].
    pub(super) address: String,
    /// What is filled in.
    pub(super) kind: PlaceKind,
    /// The field's name, the same in every language and without a dot.
    pub(super) name: String,
    /// What it is for, in the document's language.
    pub(super) description: String,
    /// For a signature, the names of the fields that it locks.
    pub(super) locks: Option<Locks>,
}

/// What a signature locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Locks {
    /// These fields.
    Fields(Vec<String>),
    /// Every field of the document.
    All,
}

/// The form fields that a document can have: three for each signature block.
pub(super) fn form_fields(view: &DocumentView) -> Vec<FormField> {
    let word = |key: &str| view.labels.get(key).map(String::as_str).unwrap_or_default();
    let mut fields = Vec::new();
    for (index, block) in view.signature_blocks().into_iter().enumerate() {
        let named = |kind: &str| format!("{kind}_{}_{}", index + 1, block.party);
        let label = block.label.to_plain();
        let locks = block.lock.map(|lock| match lock {
            SignatureLock::Own => Locks::Fields(vec![named("name"), named("date")]),
            SignatureLock::Document => Locks::All,
        });
        let field = |at: &str, kind, name, description, locks| {
            let address = format!("{at}/{index}");
            FormField { address, kind, name, description, locks }
        };
        let described = |what: &str| format!("{label} · {}", word(what));
        fields.extend([
            field("name", PlaceKind::Name, named("name"), described("name"), None),
            field("sign", PlaceKind::Signature, named("signature"), label.clone(), locks),
            field("date", PlaceKind::Date, named("date"), described("date"), None),
        ]);
    }
    fields
}
