//! Owns the comparison of roles: which parts belong together, how their words
//! differ, and how much that weighs; which roles of a library are alike, and what a
//! family of them has in common. May import `resolve` and everything below it.

mod align;
pub mod base;
mod calendar;
mod clusters;
mod comparing;
mod comparison;
mod content;
mod figures;
mod materiality;
pub mod matrix;
mod neighbors;
mod numeral;
mod profile;
mod quantity;
mod similarity;
mod twins;
mod words;

pub use align::{PIECE_FROM, SAME_FROM};
pub use comparing::compare;
pub use comparison::*;
pub use content::*;
pub use figures::{Figure, figures};
pub use materiality::{Materiality, Rule, rule, rules};
pub use profile::features;
pub use similarity::alike;
pub use twins::twins;
pub use words::{Segment, SegmentKind, diff, equal};
