//! Owns the careers site: its pages, what machines read of it, and the check that
//! its links lead somewhere. May import `render` and everything below it.
//!
//! Nothing here sees a whole role: each opening is the public part of one, made by
//! [`ResolvedRole::public`](crate::resolve::ResolvedRole::public) before anything else.

mod address;
mod board;
mod compared;
mod entry;
mod feeds;
mod job_posting;
mod links;
mod listing;
mod pages;
mod search;

use crate::model::{Language, Text};

pub use address::{BaseUrl, InvalidBaseUrl};
pub use board::{Board, BoardOpening, BoardWriter, board_schema};
pub use entry::{Entry, OpeningState, state};
pub use feeds::{FeedHead, SitemapPage, atom, json_feed, robots, sitemap};
pub use job_posting::{Employer, job_posting};
pub use links::{LinkCheck, LostLink};
pub use listing::{Listing, listings};
pub use pages::{Asset, Ground, OpeningExtras, Pages, digest};
pub use search::search_index;

/// A text in a language, without markup; empty if there is none.
fn plain(text: Option<&Text>, language: Language) -> String {
    let words = text.and_then(|text| text.get_or_any(language));
    words.map(|(words, _)| crate::markdown::plain(words)).unwrap_or_default()
}
