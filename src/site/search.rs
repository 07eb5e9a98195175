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
        let closes = entry.head.closes.as_ref().map(|closes| closes.iso.as_str()).unwrap_or_default();
        openings.push(json!({
            "u": entry.head.id, "t": row.title, "f": row.facts, "p": row.pay, "d": row.posted, "c": row.closes,
            "k": facets, "o": [entry.head.posted.iso, closes, entry.head.monthly_pay.round()], "w": words,
        }));
    }
    serde_json::to_vec(&json!({ "facets": slugs, "openings": openings })).expect("an index is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;
    use crate::view::{Day, Facet, OpeningHead};

    #[test]
    fn the_index_of_a_thousand_openings_is_under_a_megabyte() {
        let facet = |slug: &str, label: &str| Facet { slug: slug.into(), label: label.into() };
        let day = Day { iso: "2026-11-01".into(), words: "2026年11月1日".into() };
        let entry = |number: usize| Entry {
            head: OpeningHead {
                id: format!("account-manager-enterprise-{number}"),
                title: format!("企业客户部大客户经理（华东区）{number}"),
                description: String::new(),
                department: Some(facet(&format!("department-{}", number % 40), "企业解决方案事业部")),
                places: vec![facet("shanghai", "上海市"), facet("hangzhou", "杭州市")],
                employment_type: Some(facet("full-time", "全日制用工")),
                family: Some(facet("sales", "市场营销")),
                pay: "9,000–16,000 元/月，每年发薪 13 个月".into(),
                monthly_pay: 9000.0,
                posted: day.clone(),
                closes: Some(day.clone()),
            },
            words: "客户经理与沟通能力".repeat(400),
            column: None,
        };
        let entries: Vec<Entry> = (0..1000).map(entry).collect();
        let index = search_index(&entries, &Locale::built_in(Language::ZhCn), "zh-CN");
        assert!(index.len() < 1_000_000, "{}", index.len());
        let index: Value = serde_json::from_slice(&index).unwrap();
        assert_eq!(index["openings"].as_array().unwrap().len(), 1000);
    }
}
