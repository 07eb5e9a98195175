//! Owns how the marks that templates put on pages are found again, with what they say.
//! May import `typeset`.

use typst::foundations::{Content, Dict, Label, Selector, Value};
use typst::introspection::{Introspector, MetadataElem, PagedPosition};
use typst::utils::PicoStr;

use super::typeset::Typeset;

/// A mark: metadata with a label, whose value is a dictionary.
pub(super) struct Mark {
    /// Where it stands.
    pub(super) at: PagedPosition,
    /// What the template says there.
    pub(super) says: Dict,
}

impl Mark {
    /// All marks of a label, in the order of the document.
    pub(super) fn all(typeset: &Typeset<'_>, label: &str) -> Vec<Self> {
        let Some(label) = Label::new(PicoStr::intern(label)) else { return Vec::new() };
        let introspector = typeset.document.introspector();
        let mark = |content: &Content| {
            let Value::Dict(says) = &content.to_packed::<MetadataElem>()?.value else { return None };
            Some(Self { at: introspector.position(content.location()?)?, says: says.clone() })
        };
        introspector.query(&Selector::Label(label)).iter().filter_map(mark).collect()
    }

    /// A length that it says, in points.
    pub(super) fn length(&self, key: &str) -> Option<f64> {
        match self.says.get(key).ok()? {
            Value::Length(length) => Some(length.abs.to_pt()),
            _ => None,
        }
    }
}
