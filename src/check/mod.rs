//! Owns what is looked for in resolved roles and in the settings. May import `resolve` and
//! everything below it, and `compare`.
//!
//! Every rule is one of a family, whose code is a file here and whose rules are data
//! beside it (`registry`). Without what `structure` finds no document can be made; the
//! rest is looked for by a [`Checker`], which knows the levels that the library sets.

mod checker;
mod completeness;
mod consistency;
mod currencies;
mod days;
mod history;
mod incomplete;
mod numbers;
mod opening;
mod overlay;
mod posting;
pub mod posting_text;
mod references;
mod registry;
mod scene;
mod settings;
mod titles;
mod translations;
mod typography;
mod unwritten;
mod weights;
pub mod wording;
mod writing;

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::model::Language;
use crate::resolve::ResolvedRole;

pub use checker::{CheckedRole, Checker, Overrides};
pub use consistency::{Facts, reporting_cycle};
pub use days::Days;
pub use opening::check_opening;
pub use references::check_named;
pub use registry::{Example, Rule, code, families, rule, rules};
pub use settings::check_look;
pub use unwritten::{is_unwritten, to_write};

/// Every finding in the structure of a role, for a document in each of these languages. It
/// depends on the settings and on the files that [`reads`](crate::resolve::reads) names, and
/// on nothing else: a build that does not look at the role again says it again.
pub fn check(catalog: &Catalog, resolved: &ResolvedRole, languages: &[Language]) -> Vec<Diagnostic> {
    let mut findings = references::check(catalog, resolved);
    findings.extend(titles::check(resolved));
    findings.extend(incomplete::check(catalog, resolved));
    findings.extend(currencies::check(resolved));
    findings.extend(translations::check(resolved, languages));
    findings.extend(unwritten::check(catalog, resolved));
    findings
}

/// Every finding in the settings of a library.
pub fn check_settings(catalog: &Catalog) -> Vec<Diagnostic> {
    let mut findings = settings::check(catalog);
    findings.extend(incomplete::check_settings(catalog));
    findings
}
