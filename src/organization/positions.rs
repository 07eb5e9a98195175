//! Owns what an organization keeps of each role: where it sits, whom it reports to, how
//! many people have it, and which version of its description is in force. May import
//! `resolve`, `check` and everything below them.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::catalog::Catalog;
use crate::check::check;
use crate::diagnostic::Severity;
use crate::model::{
    Authority, Category, DocumentControl, DocumentStatus, Id, Language, LibrarySettings, Location, Reporting,
    Text, UnitReference,
};
use crate::resolve::{ResolvedRole, bases, resolve};
use crate::source::Span;

/// A role as its organization has it.
#[derive(Debug, Clone)]
pub struct Position {
    /// The role's id.
    pub id: String,
    /// The job title.
    pub title: Text,
    /// The position code.
    pub code: Option<String>,
    /// The employer.
    pub employer: Option<Text>,
    /// The department.
    pub unit: Option<UnitReference>,
    /// The job family.
    pub family: Option<Text>,
    /// The sub-family.
    pub sub_family: Option<Text>,
    /// The grade.
    pub grade: Option<String>,
    /// The nature of the position.
    pub category: Option<Category>,
    /// How many people are to have it.
    pub headcount: Option<u32>,
    /// Where the work is done.
    pub locations: Vec<Location>,
    /// The reporting lines.
    pub reporting: Reporting,
    /// Where the role that it reports to was written.
    pub line: Span,
    /// The authorities.
    pub authorities: Vec<Authority>,
    /// The document's version, status and dates.
    pub document: DocumentControl,
    /// The languages of the library that it is written in.
    pub languages: Vec<Language>,
    /// The roles that it is a variant of, the nearest first.
    pub bases: Vec<String>,
}

/// The positions of a library.
#[derive(Debug, Clone, Default)]
pub struct Positions {
    /// Those without errors, by id in order.
    pub all: Vec<Position>,
    /// The ids of roles with errors, which nothing can be said of.
    pub failed: Vec<String>,
}

/// The positions of a library. A role that has errors in its structure is named and left
/// out.
pub fn positions(catalog: &Catalog) -> Positions {
    let ids: Vec<&str> = catalog.ids().collect();
    let read: Vec<Result<Position, &str>> =
        ids.into_par_iter().map(|id| position(catalog, id).ok_or(id)).collect();
    let mut positions = Positions::default();
    for position in read {
        match position {
            Ok(position) => positions.all.push(position),
            Err(id) => positions.failed.push(id.to_string()),
        }
    }
    positions
}

fn position(catalog: &Catalog, id: &str) -> Option<Position> {
    let resolved = catalog.roles.contains_key(id).then(|| resolve(catalog, id).ok()).flatten()?;
    if check(catalog, &resolved, &[]).iter().any(|finding| finding.severity == Severity::Error) {
        return None;
    }
    let languages = resolved.languages(catalog.settings.document_languages());
    let ResolvedRole { id, role, tree, .. } = resolved;
    let placement = role.organization.unwrap_or_default();
    Some(Position {
        line: tree.nearest("/reporting/reports_to"),
        bases: bases(catalog, &id).into_iter().map(str::to_string).collect(),
        title: role.title.unwrap_or_else(|| Text::Plain(id.clone())),
        code: role.code,
        employer: placement.name,
        unit: placement.unit,
        family: role.family,
        sub_family: role.sub_family,
        grade: role.grade,
        category: role.category,
        headcount: role.headcount,
        locations: role.locations,
        reporting: role.reporting.unwrap_or_default(),
        authorities: role.authorities,
        document: role.document.unwrap_or_default(),
        languages,
        id,
    })
}

impl Position {
    /// Whether its description is archived, so that it is a position no more.
    pub fn is_archived(&self) -> bool {
        self.document.status == Some(DocumentStatus::Archived)
    }
}

/// The order of a library's units: each before those that belong to it, sisters as
/// `rolebook.json` has them.
#[derive(Debug, Clone, Default)]
pub struct UnitOrder {
    places: BTreeMap<String, usize>,
    parents: BTreeMap<String, String>,
}

impl UnitOrder {
    /// The order of the units in these settings.
    pub fn of(settings: &LibrarySettings) -> Self {
        let units = settings.units.iter().filter_map(|unit| {
            let parent = unit.parent.as_ref().map(Id::as_str);
            Some((unit.id.as_ref()?.as_str(), parent))
        });
        let units: Vec<(&str, Option<&str>)> = units.collect();
        let known: BTreeSet<&str> = units.iter().map(|(id, _)| *id).collect();
        let mut order = Self::default();
        for (id, parent) in &units {
            if let Some(parent) = parent {
                order.parents.insert((*id).to_string(), (*parent).to_string());
            }
        }
        // Of units that belong to each other in a circle, none is above the others: they
        // come last.
        let tops = units.iter().filter(|(_, parent)| parent.is_none_or(|it| !known.contains(it)));
        let mut open: Vec<&str> = tops.rev().map(|(id, _)| *id).collect();
        while let Some(id) = open.pop() {
            if order.places.contains_key(id) {
                continue;
            }
            order.places.insert(id.to_string(), order.places.len());
            let below = units.iter().rev().filter(|(_, parent)| *parent == Some(id));
            open.extend(below.map(|(id, _)| *id));
        }
        for (id, _) in units {
            let place = order.places.len();
            order.places.entry(id.to_string()).or_insert(place);
        }
        order
    }

    /// By what the unit of a position is sorted: the library's own come first, then those
    /// that are words, then none.
    pub fn key(&self, unit: Option<&UnitReference>) -> (usize, usize, String) {
        let Some(unit) = unit else { return (2, 0, String::new()) };
        match unit.id().and_then(|id| self.places.get(id)) {
            Some(&place) => (0, place, String::new()),
            None => (1, 0, unit.0.get_or_any(Language::ZhCn).map(|it| it.0.to_string()).unwrap_or_default()),
        }
    }

    /// Whether a unit is the other one, or belongs to it, directly or over others.
    pub fn is_within(&self, unit: &str, of: &str) -> bool {
        let mut here = unit;
        // A circle has no more steps than there are units.
        for _ in 0..=self.parents.len() {
            if here == of {
                return true;
            }
            let Some(parent) = self.parents.get(here) else { return false };
            here = parent;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(units: &str) -> LibrarySettings {
        serde_json::from_str(&format!(r#"{{"units": {units}}}"#)).unwrap()
    }

    #[test]
    fn units_come_after_the_one_that_they_belong_to() {
        let order = UnitOrder::of(&settings(
            r#"[{"id": "b1", "parent": "b"}, {"id": "a"}, {"id": "b"}, {"id": "a1", "parent": "a"}]"#,
        ));
        let mut ids = ["b1", "b", "a1", "a"];
        ids.sort_by_key(|id| order.key(Some(&UnitReference(Text::Plain((*id).into())))));
        assert_eq!(ids, ["a", "a1", "b", "b1"]);
        assert!(order.is_within("b1", "b") && order.is_within("b", "b") && !order.is_within("b1", "a"));
    }

    #[test]
    fn units_in_a_circle_are_sorted_all_the_same() {
        let order = UnitOrder::of(&settings(
            r#"[{"id": "x", "parent": "y"}, {"id": "y", "parent": "x"}, {"id": "z"}]"#,
        ));
        assert_eq!(order.places.len(), 3);
        assert_eq!(order.places["z"], 0);
        assert!(!order.is_within("x", "z"));
    }
}
