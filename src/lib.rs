//! rolebook turns a library of role definitions into position descriptions in
//! Markdown, HTML and typeset PDF. The program is [`cli::run`]; each module says
//! at its head what it owns and what it may import.

pub mod catalog;
pub mod check;
pub mod cli;
pub mod compare;
pub mod diagnostic;
pub mod fs;
pub mod json;
pub mod markdown;
pub mod model;
pub mod organization;
pub mod publish;
pub mod render;
pub mod resolve;
pub mod site;
pub mod source;
pub mod view;
