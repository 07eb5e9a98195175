//! Owns the comparison of roles of a library in memory, as `compare` writes it. May import
//! the rest of `serve` and the comparing of `compare`.

use std::sync::Arc;

use super::library::{Snapshot, World};
use crate::cli::compare::{common_languages, compared_in};
use crate::cli::config::UiLanguage;
use crate::cli::operands::State;
use crate::model::Language;
use crate::render::Target;
use crate::view::{Shown, comparison};

/// The most roles that fit beside each other.
pub(super) const MOST: usize = 6;

/// The languages in which roles can be compared, and the one in which they are.
pub(super) fn languages(
    snapshot: &Snapshot,
    ids: &[String],
    asked: Option<Language>,
    ui: UiLanguage,
) -> (Vec<Language>, Language) {
    let Some(world) = &snapshot.world else { return (Vec::new(), ui.language()) };
    let rows = || ids.iter().filter_map(|id| Some(snapshot.roles.get(id)?.row(world, id)));
    let library = world.catalog.settings.document_languages();
    let common: Vec<Language> =
        library.iter().copied().filter(|it| rows().all(|row| row.languages.contains(it))).collect();
    let usual = common.iter().copied().find(|&it| it == ui.language());
    let language = asked.filter(|it| common.contains(it)).or(usual).or(common.first().copied());
    (common, language.unwrap_or(library[0]))
}

/// The page of a comparison; none if one of the roles has never been without errors, or if
/// they are too few or too many.
pub(super) fn page(snapshot: &Snapshot, ids: &[String], language: Language) -> Option<Vec<u8>> {
    if !(2..=MOST).contains(&ids.len()) {
        return None;
    }
    let world = snapshot.world.as_ref()?;
    let states: Option<Vec<State>> = ids.iter().map(|id| state(snapshot, id)).collect();
    let states = states?;
    if !common_languages(&states).contains(&language) {
        return None;
    }
    let locale = &world.kit.locales[&language];
    let compared = compared_in(&states, language, false, locale);
    let printer = world.kit.press.printer_in(Some(world.theme()), &states[0].resolved).ok()?;
    let settings = &world.catalog.settings;
    let organization = settings.organization.as_ref().and_then(|organization| organization.name.as_ref());
    let shown = Shown { only_differences: false, origins: false };
    let view = comparison(&compared, locale, language, &printer.theme, organization, shown);
    printer.renderer.render_comparison(&view, Target::Html).ok()
}

/// The roles that cannot be compared with any other: those that have never been without
/// errors.
pub(super) fn unsound<'a>(snapshot: &Snapshot, ids: &'a [String]) -> Vec<&'a String> {
    ids.iter().filter(|id| snapshot.roles.contains_key(*id) && state(snapshot, id).is_none()).collect()
}

/// A role as it is, or as it was before it had errors.
fn state(snapshot: &Snapshot, id: &str) -> Option<State> {
    let (now, cell) = (snapshot.world.as_ref()?, snapshot.roles.get(id)?);
    let before = if cell.entry(now, id).stops { Some(cell.before(now, id)?) } else { None };
    let world: &World = before.as_ref().unwrap_or(now);
    let resolved = world.role(id)?;
    Some(State {
        typed: id.to_string(),
        languages: resolved.languages(world.catalog.settings.document_languages()),
        resolved,
        names: Arc::clone(&world.names),
        sources: world.sources(),
        printed: false,
    })
}
