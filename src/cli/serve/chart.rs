//! Owns the organization chart of a library in memory, whose boxes lead to the roles. May
//! import the rest of `serve`.

use super::library::Snapshot;
use super::pages::role_path;
use crate::model::Language;
use crate::organization::{ReportingLines, Units, positions};
use crate::view::{ChartSource, Portion, chart};

/// The chart; none if no role has a place in it.
pub(super) fn svg(snapshot: &Snapshot, language: Language) -> Option<String> {
    let world = snapshot.world.as_ref()?;
    let catalog = &world.catalog;
    let units = Units::of(&catalog.settings);
    let positions = positions(catalog);
    let lines = ReportingLines::of(&positions, &units, language);
    // The look is the library's, whatever a role has.
    let first = catalog.roles.keys().find_map(|id| world.role(id))?;
    let printer = world.kit.press.printer_in(Some(world.theme()), &first).ok()?;
    let source = ChartSource {
        lines: &lines,
        units: &units,
        names: &world.names,
        locale: &world.kit.locales[&language],
        language,
        theme: &printer.theme,
        organization: catalog.settings.organization.as_ref().and_then(|it| it.name.as_ref()),
    };
    let view = chart(&source, Portion::default());
    if view.boxes.is_empty() {
        return None;
    }
    let view = view.with_links(|id| Some(role_path(language, id)));
    let svg = printer.renderer.chart_svg(&view, true).ok()?;
    // It stands in a frame, and a role is a page of its own.
    Some(svg.replace("<a href=", "<a target=\"_top\" href="))
}
