//! Owns JSON with the place of every value: parsing, and the walk that holds a
//! value against a schema. May import `diagnostic`, `source` and the
//! patterns of `model`.

/// The most findings about one text: who wrote a thousand mistakes sees enough, and a
/// text of nothing else costs no more.
const FINDINGS_LIMIT: usize = 1000;

mod conform;
mod node;
mod parse;

pub use conform::conform;
pub use node::{Member, Node, Value, join_pointer};
pub use parse::parse;
