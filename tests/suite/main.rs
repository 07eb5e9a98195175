//! The integration tests, as one binary: each binary would link all of Typst.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a test arranges its own files")]

mod book;
mod build;
mod check;
mod commands;
mod compare;
mod docs;
mod escapes;
mod extract;
mod generated;
mod golden;
mod incremental;
mod injection;
mod layering;
mod matrix;
mod model;
mod operands;
mod org_chart;
mod overlay;
mod pages;
mod rebuild;
mod register;
mod release;
mod serve;
mod signing;
mod site;
mod slips;
mod support;
mod typography;
mod verify;
mod wording;
