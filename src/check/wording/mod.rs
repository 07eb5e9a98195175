//! Owns what is looked for in the words of postings and position descriptions:
//! discrimination, deception and terms that the law forbids, in Chinese and English.
//! May import `resolve` and everything below it.
//!
//! The rules are data: `zh-CN.json` and `en.json` here, and the packs of a library, all
//! of one form (`model::WordingPack`, `schema/wording.schema.json`). A rule says what it
//! looks for and which phrases beside it are innocent; `pattern` has the language of its
//! triggers. What is found is a reason to look, never a statement about the law: an
//! article that nobody found in a source is marked so (`"verified": false`).

mod clean;
mod fold;
mod marks;
mod pack;
mod pattern;
mod role;
mod rules;
mod scan;

pub(super) use role::finding;
pub use role::{check, check_settings};
pub use rules::{Rule, WordingRules};
pub use scan::WordingHit;
