//! Owns the units of a library: which belongs to which, and their order. May import
//! `model`.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Id, Language, LibrarySettings, Text, UnitReference};

/// The units of a library as a tree. A unit is named by its place in `rolebook.json`,
/// where a few without ids do not count.
#[derive(Debug, Clone, Default)]
pub struct Units {
    ids: Vec<String>,
    names: Vec<Option<Text>>,
    parents: Vec<Option<usize>>,
    /// The place of each id.
    places: BTreeMap<String, usize>,
    /// The rank of each: a unit comes before those that belong to it, sisters as
    /// `rolebook.json` has them.
    ranks: Vec<usize>,
}

impl Units {
    /// The units of these settings.
    pub fn of(settings: &LibrarySettings) -> Self {
        let listed = || settings.units.iter().filter_map(|unit| Some((unit.id.as_ref()?, unit)));
        let mut places = BTreeMap::new();
        for (at, (id, _)) in listed().enumerate() {
            places.entry(id.as_str().to_string()).or_insert(at);
        }
        let parent = |id: Option<&Id>| places.get(id?.as_str()).copied();
        let mut units = Self {
            ids: listed().map(|(id, _)| id.as_str().to_string()).collect(),
            names: listed().map(|(_, unit)| unit.name.clone()).collect(),
            parents: listed().map(|(_, unit)| parent(unit.parent.as_ref())).collect(),
            ranks: Vec::new(),
            places,
        };
        // Of units that belong to each other in a circle, none is above the others: they
        // come last.
        let mut order: Vec<usize> =
            units.children(None).into_iter().flat_map(|top| units.below(top)).collect();
        let seen: BTreeSet<usize> = order.iter().copied().collect();
        order.extend((0..units.ids.len()).filter(|at| !seen.contains(at)));
        let mut ranks = vec![0; units.ids.len()];
        for (rank, at) in order.into_iter().enumerate() {
            ranks[at] = rank;
        }
        units.ranks = ranks;
        units
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The place of a unit.
    pub fn at(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The id of a unit.
    pub fn id(&self, at: usize) -> &str {
        &self.ids[at]
    }

    /// What a unit is called.
    pub fn name(&self, at: usize) -> Option<&Text> {
        self.names[at].as_ref()
    }

    /// The units that belong to one directly; for none, those that belong to no other.
    pub fn children(&self, of: Option<usize>) -> Vec<usize> {
        (0..self.ids.len()).filter(|&at| self.parents[at] == of).collect()
    }

    /// A unit and those that belong to it, directly or over others, each before its own.
    pub fn below(&self, unit: usize) -> Vec<usize> {
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        let mut open = vec![unit];
        while let Some(here) = open.pop() {
            if seen.insert(here) {
                found.push(here);
                open.extend(self.children(Some(here)).into_iter().rev());
            }
        }
        found
    }

    /// Whether a unit is the other one, or belongs to it, directly or over others.
    pub fn is_within(&self, unit: &str, of: &str) -> bool {
        let (Some(mut here), Some(of)) = (self.at(unit), self.at(of)) else { return unit == of };
        // A circle has no more steps than there are units.
        for _ in 0..=self.ids.len() {
            if here == of {
                return true;
            }
            let Some(parent) = self.parents[here] else { return false };
            here = parent;
        }
        false
    }

    /// By what the unit of a position is sorted: the library's own come first, then those
    /// that are words, then none.
    pub fn key(&self, unit: Option<&UnitReference>) -> (usize, usize, String) {
        let Some(unit) = unit else { return (2, 0, String::new()) };
        match unit.id().and_then(|id| self.at(id)) {
            Some(at) => (0, self.ranks[at], String::new()),
            None => (1, 0, unit.0.get_or_any(Language::ZhCn).map(|it| it.0.to_string()).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(units: &str) -> Units {
        Units::of(&serde_json::from_str(&format!(r#"{{"units": {units}}}"#)).unwrap())
    }

    #[test]
    fn units_come_after_the_one_that_they_belong_to() {
        let units =
            units(r#"[{"id": "b1", "parent": "b"}, {"id": "a"}, {"id": "b"}, {"id": "a1", "parent": "a"}]"#);
        let mut ids = ["b1", "b", "a1", "a"];
        ids.sort_by_key(|id| units.key(Some(&UnitReference(Text::Plain((*id).into())))));
        assert_eq!(ids, ["a", "a1", "b", "b1"]);
        assert!(units.is_within("b1", "b") && units.is_within("b", "b") && !units.is_within("b1", "a"));
        let below: Vec<&str> =
            units.below(units.at("b").unwrap()).into_iter().map(|at| units.id(at)).collect();
        assert_eq!(below, ["b", "b1"]);
    }

    #[test]
    fn units_in_a_circle_are_sorted_all_the_same() {
        let units = units(r#"[{"id": "x", "parent": "y"}, {"id": "y", "parent": "x"}, {"id": "z"}]"#);
        let rank = |id: &str| units.key(Some(&UnitReference(Text::Plain(id.into())))).1;
        assert_eq!(["x", "y", "z"].map(rank), [1, 2, 0]);
        assert!(!units.is_within("x", "z") && units.is_within("x", "y"));
        assert_eq!(units.below(0).len(), 2);
    }
}
