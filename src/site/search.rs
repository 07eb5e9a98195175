//! Owns the index that a page's search loads on its first use. May import `view` and
//! everything below it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::entry::Entry;
use super::listing::{FACETS, Row, facets_of};
use crate::view::Locale;

/// What the index may take for a thousand openings, in bytes, words and all.
const BUDGET: usize = 900_000;

/// Bytes of an opening beside its words, about.
const BESIDE: usize = 320;

/// The index of the openings in a language, newest first. An opening is an object with
/// what a list shows (`t` title, `f` facts, `p` pay, `d` posted, `c` closes, `u` its
/// page's name) and what it is found by (`w` words, `k` facets by number, `o` days and
/// pay to sort by).
pub fn search_index(entries: &[Entry], locale: &Locale, lang: &str) -> Vec<u8> {
    let per_opening = (BUDGET / entries.len().clamp(1, 1000)).saturating_sub(BESIDE).clamp(300, 4000);
    let mut numbers: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut slugs: Vec<Value> = Vec::new();
    let mut openings = Vec::with_capacity(entries.len());
    for entry in entries {
        let row = Row::of(entry, locale, lang);
        let mut facets = Vec::new();
        for (folder, id, _) in FACETS {
            for facet in facets_of(entry, folder) {
                let number = *numbers.entry((id, &facet.slug)).or_insert_with(|| {
                    slugs.push(json!([id, facet.slug]));
                    slugs.len() - 1
                });
                facets.push(number);
            }
        }
        let words = &entry.words[..entry.words.floor_char_boundary(per_opening)];
        let closes = entry.closes.as_ref().map(|closes| closes.iso.as_str()).unwrap_or_default();
        openings.push(json!({
            "u": entry.id, "t": row.title, "f": row.facts, "p": row.pay, "d": row.posted, "c": row.closes,
            "k": facets, "o": [entry.posted.iso, closes, entry.monthly_pay.round()], "w": words,
        }));
    }
    serde_json::to_vec(&json!({ "facets": slugs, "openings": openings })).expect("an index is JSON")
}
