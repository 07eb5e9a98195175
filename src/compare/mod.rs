//! Owns the comparing of roles: which ones of a library are alike, and what a
//! family of them has in common. May import `resolve` and everything below it.

pub mod base;
mod clusters;
pub mod matrix;
mod neighbors;
mod profile;
