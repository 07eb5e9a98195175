//! Owns the comparison of roles: which parts belong together, how their words
//! differ, and how much that weighs. May import `resolve` and everything below it.

mod align;
mod comparing;
mod comparison;
mod content;
mod materiality;
mod quantity;
mod similarity;
mod words;

pub use align::{PIECE_FROM, SAME_FROM};
pub use comparing::compare;
pub use comparison::*;
pub use content::*;
pub use materiality::{Materiality, Rule, rule, rules};
pub use words::{Segment, SegmentKind, diff, equal};
