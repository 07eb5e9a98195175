//! rolebook turns a library of role definitions into position descriptions.
pub mod catalog;
pub mod check;
pub mod diagnostic;
pub mod fs;
pub mod json;
pub mod markdown;
pub mod model;
pub mod resolve;
pub mod source;
