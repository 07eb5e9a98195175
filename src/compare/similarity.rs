//! Owns how much two texts are about the same thing. May import `markdown`, and
//! `words` and `content`.
//!
//! A text is a vector of terms: its words, and for Chinese the pairs of
//! neighbouring characters in them. A term weighs by how rare it is among the
//! texts that are compared (inverse document frequency); two texts are as similar
//! as the cosine of their vectors.

use std::collections::{BTreeMap, BTreeSet};

use super::content::{ContentField, ContentItem, ContentValue, ItemValue};
use super::words::folded_words;

/// A text as terms with weights.
#[derive(Debug, Clone, Default)]
pub(super) struct Terms {
    weights: BTreeMap<String, f64>,
}

impl Terms {
    /// The terms of an item: what it is about counts most, then what it says,
    /// then its details.
    pub(super) fn of(item: &ContentItem) -> Self {
        let mut terms = Self::default();
        match &item.value {
            ItemValue::Text(value) => terms.add(&value.words, 1.0),
            ItemValue::Fields(fields) => {
                for field in fields {
                    terms.add_field(field, false);
                }
                // An item of nothing but terms and numbers is about these.
                if terms.weights.is_empty() {
                    fields.iter().for_each(|field| terms.add_field(field, true));
                }
            }
        }
        terms
    }

    /// Adds what a field says; terms and numbers too, if `all` says so.
    fn add_field(&mut self, field: &ContentField, all: bool) {
        let weight = match field.path.rsplit('.').next().unwrap_or_default() {
            "area" | "name" | "matter" | "counterpart" | "domain" | "title" | "role" | "competency_ref" => {
                3.0
            }
            "statement" | "purpose" | "definition" | "summary" => 2.0,
            _ => 1.0,
        };
        match &field.value {
            ContentValue::One(value) if all || value.key.is_none() || weight > 1.0 => {
                self.add(&value.words, weight);
            }
            // A term or a number says little of what an item is about.
            ContentValue::One(_) => {}
            ContentValue::List(items) => {
                for item in items {
                    match &item.value {
                        ItemValue::Text(value) if all || value.key.is_none() => {
                            self.add(&value.words, weight);
                        }
                        ItemValue::Text(_) => {}
                        ItemValue::Fields(fields) => {
                            fields.iter().for_each(|field| self.add_field(field, all));
                        }
                    }
                }
            }
        }
    }

    fn add(&mut self, words: &str, weight: f64) {
        for word in folded_words(words) {
            let word = word.to_lowercase();
            let chars: Vec<char> = word.chars().collect();
            let chinese = chars.first().is_some_and(|&c| crate::markdown::is_cjk(c));
            if chinese && chars.len() > 2 {
                for pair in chars.windows(2) {
                    *self.weights.entry(pair.iter().collect()).or_default() += weight;
                }
            } else {
                *self.weights.entry(word).or_default() += weight;
            }
        }
    }

    /// The part of these terms that the other text has too, 0 to 1.
    pub(super) fn contained_in(&self, other: &Self, rarity: &Rarity) -> f64 {
        let weigh = |term: &String, weight: f64| weight * rarity.of(term);
        let all: f64 = self.weights.iter().map(|(term, &weight)| weigh(term, weight)).sum();
        let shared = self.weights.iter().filter(|(term, _)| other.weights.contains_key(*term));
        let shared: f64 = shared.map(|(term, &weight)| weigh(term, weight)).sum();
        if all > 0.0 { shared / all } else { 0.0 }
    }

    /// These terms and those of another text.
    pub(super) fn with(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for (term, weight) in &other.weights {
            *both.weights.entry(term.clone()).or_default() += weight;
        }
        both
    }
}

/// How rare terms are among the texts that are compared.
#[derive(Debug, Clone, Default)]
pub(super) struct Rarity {
    texts: f64,
    counts: BTreeMap<String, f64>,
}

impl Rarity {
    pub(super) fn among<'a>(texts: impl Iterator<Item = &'a Terms>) -> Self {
        let mut rarity = Self::default();
        for terms in texts {
            rarity.texts += 1.0;
            for term in terms.weights.keys() {
                *rarity.counts.entry(term.clone()).or_default() += 1.0;
            }
        }
        rarity
    }

    /// Few texts say little of rarity, so that every list counts as one of some
    /// more texts that have none of its terms.
    fn of(&self, term: &str) -> f64 {
        const MORE: f64 = 6.0;
        let count = self.counts.get(term).copied().unwrap_or_default();
        ((self.texts + MORE) / (count + 0.5)).ln()
    }
}

/// Pairs of texts, by their numbers, that are about the same thing at least so much, and
/// how much. Only texts that share a term are looked at.
pub fn alike(texts: &[String], least: f64) -> Vec<(usize, usize, f64)> {
    let terms: Vec<Terms> = texts
        .iter()
        .map(|text| {
            let mut terms = Terms::default();
            terms.add(text, 1.0);
            terms
        })
        .collect();
    let rarity = Rarity::among(terms.iter());
    let mut with_term: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut pairs = Vec::new();
    for (one, own) in terms.iter().enumerate() {
        let others = own.weights.keys().filter_map(|term| with_term.get(term.as_str()));
        let others: BTreeSet<usize> = others.flatten().copied().collect();
        for other in others {
            let similarity = similarity(own, &terms[other], &rarity);
            if similarity >= least {
                pairs.push((other, one, similarity));
            }
        }
        own.weights.keys().for_each(|term| with_term.entry(term).or_default().push(one));
    }
    pairs.sort_by_key(|&(one, other, _)| (one, other));
    pairs
}

/// How much two texts are about the same thing, 0 to 1.
pub(super) fn similarity(one: &Terms, other: &Terms, rarity: &Rarity) -> f64 {
    // A term that is said three times does not weigh three times as much.
    let weigh = |term: &String, weight: f64| weight.sqrt() * rarity.of(term);
    let length = |terms: &Terms| -> f64 {
        terms.weights.iter().map(|(term, &weight)| weigh(term, weight).powi(2)).sum::<f64>().sqrt()
    };
    let dot: f64 = one
        .weights
        .iter()
        .filter_map(|(term, &weight)| {
            other.weights.get(term).map(|&other| weigh(term, weight) * weigh(term, other))
        })
        .sum();
    let lengths = length(one) * length(other);
    if lengths > 0.0 { (dot / lengths).clamp(0.0, 1.0) } else { 0.0 }
}
