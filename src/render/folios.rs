//! Owns the places that a template leaves for the numbers of pages, which are known when
//! a book is bound. May import `bind` and `typeset`.

use typst::foundations::{Label, Selector, Value};
use typst::introspection::{Introspector, MetadataElem};
use typst::utils::PicoStr;

use super::bind::FolioPlace;
use super::typeset::Typeset;

/// The label that templates give to such a place.
const LABEL: &str = "rolebook-page-number";

/// The places on the pages, in their order.
pub(super) fn folios(typeset: &Typeset<'_>) -> Vec<FolioPlace> {
    let Some(label) = Label::new(PicoStr::intern(LABEL)) else { return Vec::new() };
    let introspector = typeset.document.introspector();
    let found = introspector.query(&Selector::Label(label));
    let place = |content: &typst::foundations::Content| {
        let Value::Dict(dict) = &content.to_packed::<MetadataElem>()?.value else { return None };
        let at = introspector.position(content.location()?)?;
        let length = |key| match dict.get(key).ok()? {
            Value::Length(length) => Some(length.abs.to_pt()),
            _ => None,
        };
        let Value::Str(color) = dict.get("color").ok()? else { return None };
        Some(FolioPlace {
            page: at.page.get() - 1,
            x: at.point.x.to_pt(),
            baseline: at.point.y.to_pt() + length("height")?,
            size: length("size")?,
            color: color_of(color)?,
        })
    };
    found.iter().filter_map(place).collect()
}

/// The parts of a color written `#rrggbb`.
fn color_of(text: &str) -> Option<[f32; 3]> {
    let digits = text.strip_prefix('#').filter(|it| it.len() == 6)?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?].map(|part| f32::from(part) / 255.0))
}
