//! Owns what is looked for in resolved roles and in the settings. May import `resolve` and
//! everything below it.

mod currencies;
mod incomplete;
mod references;
mod settings;
mod titles;
mod translations;
mod unwritten;

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::model::Language;
use crate::resolve::ResolvedRole;

pub use settings::check_look;
pub use unwritten::{is_unwritten, to_write};

/// Every finding in a role, for a document in each of these languages. A warning depends on
/// the settings and on the files that [`reads`](crate::resolve::reads) names, and on nothing
/// else: a build that does not look at the role again says it again.
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
