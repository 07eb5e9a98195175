//! Owns what an organization keeps of each role: where it sits, whom it reports to, how
//! many people have it, and which version of its description is in force. May import
//! `resolve`, `check` and everything below them.

use rayon::prelude::*;

use crate::catalog::Catalog;
use crate::check::check;
use crate::diagnostic::Severity;
use crate::model::{
    Authority, Category, DocumentControl, DocumentStatus, Language, Location, Reporting, Text, UnitReference,
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
