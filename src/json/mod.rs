//! Owns JSON with the place of every value: parsing, the walk that holds a value
//! against a shape, reading typed values out of it, and edits. May import `diagnostic`, `fs`, `source` and the
//! shapes, patterns and words of `model`.

/// The most findings about one text: who wrote a thousand mistakes sees enough, and a
/// text of nothing else costs no more.
const FINDINGS_LIMIT: usize = 1000;

mod conform;
mod edit;
mod node;
mod parse;
mod pointer;
mod quotes;
mod read;
mod written;

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::fs;
use crate::model::Shape;
use crate::source::Sources;

pub use conform::conform;
pub use edit::{EditedJson, order_of};
pub use node::{Member, Node, Value};
pub use parse::parse;
pub use pointer::{Pointer, join_pointer};
pub use read::{ReadError, read_typed};
pub use written::written_range;

/// Reads a file of a shape; or else everything that is wrong with it.
pub fn read(path: &Path, shape: &Shape<'_>, sources: &mut Sources) -> Result<Node, Vec<Diagnostic>> {
    let text = fs::read_text(path, path).map_err(|finding| vec![*finding])?;
    let source = sources.add(path, &text);
    let node = parse(sources, source)?;
    let faults = conform(&node, shape);
    if faults.is_empty() { Ok(node) } else { Err(faults) }
}
