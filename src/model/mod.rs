//! Owns the serde types of a role and of a library's settings, and the JSON
//! Schema generated from them. May import nothing of rolebook but `diagnostic`.
//!
//! Every type here is what an author writes. Two conventions run through all
//! of them, so that variants of a role can be written as overlays: every field
//! may be absent, and every object in a list may carry an `id`.
//!
//! What rolebook itself reads off the schema has keys of its own there:
//! `x-public` (the careers site may show it), `x-reference` (what an id in it
//! refers to), `x-vocabulary` (the vocabulary of its values), `x-carries` (an item of
//! a list says at least one of these), `x-words` (the field beside it that takes what
//! it cannot say), `x-own-name` (a name that is written alike in every language).

mod library;
mod reference;
mod requirement;
mod role;
mod schema;
mod shape;
mod terms;
mod text;
mod theme;
mod version;
mod wording;
mod words;

pub use library::*;
pub use reference::*;
pub use requirement::*;
pub use role::*;
pub use schema::*;
pub use shape::*;
pub use terms::*;
pub use text::*;
pub use theme::*;
pub use version::*;
pub use wording::*;
pub use words::*;
