//! Owns the drawing of an organization chart: as SVG, and as PDF. May import `typeset`,
//! `templates` and everything below `render`.

mod drawing;
mod fold;
mod pages;
mod words;

use std::collections::BTreeSet;

use super::{Markup, Renderer};
use crate::diagnostic::Diagnostic;
use crate::view::ChartView;

pub(super) use words::Faces;

/// How wide a drawing on a screen is at most, where its boxes can be folded so far, in
/// pixels.
const SCREEN: i32 = 1520;

impl Renderer {
    /// A chart as one SVG: with its title and what its lines mean if it is to stand
    /// `alone`, without them for a page that says so itself.
    pub fn chart_svg(&self, view: &ChartView, alone: bool) -> Result<String, Vec<Diagnostic>> {
        let engine = self.engine_for(view);
        let faces = engine.faces(&self.heading_families(view));
        let drawing = pages::on_screen(view, &faces, SCREEN, alone);
        self.templates.render_svg("org-chart", &drawing).map_err(|finding| vec![*finding])
    }

    /// A chart as PDF/UA-1 and PDF/A-3a: on one page if it is readable so, else on
    /// several, each of which continues a box of one before.
    pub fn chart_pdf(&self, view: &ChartView) -> Result<Vec<u8>, Vec<Diagnostic>> {
        let engine = self.engine_for(view);
        let faces = engine.faces(&self.heading_families(view));
        let pages = pages::on_paper(view, &faces);
        let source = self
            .templates
            .render_named(Markup::Typst, "org-chart", &pages)
            .map_err(|finding| vec![*finding])?;
        let typeset = engine.compile(source)?;
        typeset.stamped_pdf(
            &format!("org-chart/{}/{}", view.lang, view.document_title),
            &view.date,
            &[],
            None,
        )
    }

    fn engine_for(&self, view: &ChartView) -> &super::Engine {
        let mut characters = BTreeSet::new();
        view.visit(&mut |words| characters.extend(words.chars()));
        self.engine().for_characters(&characters)
    }

    fn heading_families(&self, view: &ChartView) -> Vec<String> {
        let own = Some(view.look.heading_font.clone()).filter(|family| !family.is_empty());
        own.into_iter().chain(["Noto Sans SC".to_string()]).collect()
    }
}
