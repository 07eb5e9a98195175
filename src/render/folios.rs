//! Owns the places that a template leaves for the numbers of pages, which are known when
//! a book is bound. May import `bind`, `marks` and `typeset`.

use typst::foundations::Value;

use super::bind::FolioPlace;
use super::marks::Mark;
use super::typeset::Typeset;

/// The label that templates give to such a place.
const LABEL: &str = "rolebook-page-number";

/// The places on the pages, in their order.
pub(super) fn folios(typeset: &Typeset<'_>) -> Vec<FolioPlace> {
    let place = |mark: Mark| {
        let Mark { at, says } = &mark;
        let Value::Str(color) = says.get("color").ok()? else { return None };
        Some(FolioPlace {
            page: at.page.get() - 1,
            x: at.point.x.to_pt(),
            baseline: at.point.y.to_pt() + mark.length("height")?,
            size: mark.length("size")?,
            color: color_of(color)?,
        })
    };
    Mark::all(typeset, LABEL).into_iter().filter_map(place).collect()
}

/// The parts of a color written `#rrggbb`.
fn color_of(text: &str) -> Option<[f32; 3]> {
    let digits = text.strip_prefix('#').filter(|it| it.len() == 6)?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?].map(|part| f32::from(part) / 255.0))
}
