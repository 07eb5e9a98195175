//! Owns JSON with the place of every value: parsing, and the walk that holds a
//! value against a schema. May import `diagnostic`, `source` and the
//! patterns and words of `model`.

mod conform;
mod node;
mod parse;
mod quotes;

pub use conform::conform;
pub use node::{Member, Node, Value, join_pointer};
pub use parse::parse;
