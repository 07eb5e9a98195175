//! Owns the serde types of a role and of a library's settings, and the JSON
//! Schema generated from them. May import nothing of rolebook but `diagnostic`.
//!
//! Every type here is what an author writes. Two conventions run through all
//! of them, so that variants of a role can be written as overlays: every field
//! may be absent, and every object in a list may carry an `id`.

mod library;
mod reference;
mod requirement;
mod role;
mod schema;
mod terms;
mod text;
mod theme;

pub use library::*;
pub use reference::*;
pub use requirement::*;
pub use role::*;
pub use schema::*;
pub use terms::*;
pub use text::*;
pub use theme::*;
