//! Owns the making of a book: documents and pages of its own are typeset each for itself
//! and bound into one PDF. May import `bind`, `folios`, `typeset` and everything below
//! `render`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rayon::prelude::*;

use super::bind::{
    Binder, Binding, Bound, FolioPlace, Numerals, Opened, OutlineEntry, Placing, Plan, SCHEME,
};
use super::folios::folios;
use super::{Renderer, inspect};
use crate::diagnostic::{Code, Diagnostic, Message, Severity};
use crate::render::Markup;
use crate::view::DocumentView;

/// Some pages of a book, typeset.
pub struct Leaves {
    pdf: Vec<u8>,
    folios: Vec<FolioPlace>,
    pages: usize,
}

impl Leaves {
    /// How many pages they are.
    pub fn pages(&self) -> usize {
        self.pages
    }
}

impl Renderer {
    /// The pages of a document in a book, and what there is to say of it. `links` are the
    /// fields whose words are links to other documents of the book: pointer and id.
    pub fn book_document(
        &self,
        view: &DocumentView,
        links: &BTreeMap<String, String>,
    ) -> Result<(Leaves, Vec<Diagnostic>), Vec<Diagnostic>> {
        let source = self.typst_source(view).map_err(|finding| vec![*finding])?;
        let (typeset, findings) = self.typeset(linked(&source, links), view, None)?;
        let places = folios(&typeset);
        let pages = typeset.document.pages().len();
        if (0..pages).any(|page| places.iter().filter(|place| place.page == page).count() != 1) {
            return Err(vec![no_folio()]);
        }
        let pdf = typeset.pdf(&format!("{}/{}", view.edition, view.id), &view.date)?;
        Ok((Leaves { pdf, folios: places, pages }, findings))
    }

    /// Pages of a book's own: what a template makes of a view. `characters` are those that
    /// they have, `id` and `date` are as in [`Typeset::pdf`](super::Typeset::pdf).
    pub fn book_pages(
        &self,
        template: &str,
        view: &impl serde::Serialize,
        characters: &BTreeSet<char>,
        id: &str,
        date: &str,
    ) -> Result<Leaves, Vec<Diagnostic>> {
        let text = self.templates.render_named(Markup::Typst, template, view).map_err(|it| vec![*it])?;
        let typeset = self.engine().for_characters(characters).compile(text)?;
        let findings = inspect(&typeset);
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(findings);
        }
        let (folios, pages) = (folios(&typeset), typeset.document.pages().len());
        Ok(Leaves { pdf: typeset.pdf(id, date)?, folios, pages })
    }
}

/// A Typst source in which the words of these fields are links. Each field is between the
/// marks of [`marked_place`](super::lower::marked_place), and no text can have such a mark.
fn linked(source: &str, links: &BTreeMap<String, String>) -> String {
    let (mut out, mut rest) = (String::with_capacity(source.len() + 64 * links.len()), source);
    while let Some(start) = rest.find("/*@") {
        let Some(length) = rest[start..].find("*/") else { break };
        let (pointer, end) = (&rest[start + 3..start + length], start + length + 2);
        out.push_str(&rest[..end]);
        rest = &rest[end..];
        if let Some(id) = links.get(pointer) {
            let (words, after) = rest.split_at(rest.find("/*@").unwrap_or(rest.len()));
            if !words.trim().is_empty() {
                let _ = write!(out, "#link(\"{SCHEME}{id}\")[{words}]");
                rest = after;
            }
        }
    }
    out + rest
}

/// What to say where a template leaves no place for the number of a page.
fn no_folio() -> Diagnostic {
    let message = Message::new(
        "a page has not one place for its number in the book",
        "页面上没有（或不止一处）汇编页码的位置",
    );
    Diagnostic::error(Code::TemplateError, message).about("templates/typst/modules/base.typ").hint(
        "put `#page-number` of the built-in templates/typst/modules/base.typ into the footer once",
        "请在页脚中放入一处内置 templates/typst/modules/base.typ 的 `#page-number`",
    )
}

/// Where leaves go in a book.
#[derive(Debug, Clone)]
pub struct BookPlace {
    /// What links to their first page say.
    pub anchor: String,
    /// The chapter, from 0; none for what stands before the first.
    pub chapter: Option<usize>,
    /// The number of their first page.
    pub page: usize,
    /// Whether they are a document, whose title is a heading and whose headings are in
    /// the outline.
    pub is_document: bool,
}

/// A line of a book's outline.
#[derive(Debug, Clone)]
pub struct BookLine {
    /// Its words.
    pub title: String,
    /// What it leads to.
    pub anchor: String,
    /// The lines below it.
    pub lines: Vec<BookLine>,
}

/// A book that is being bound.
pub struct Book {
    binder: Binder,
    /// The objects of destinations, by what links say.
    destinations: BTreeMap<String, usize>,
    /// The elements of the chapters.
    chapters: Vec<usize>,
    bound: BTreeMap<String, (Option<usize>, Bound)>,
    /// The numbers of the outline's lines for documents.
    entries: BTreeMap<String, usize>,
}

/// What links to the list of contents say.
pub const CONTENTS: &str = "book/contents";

/// What links to the cover say.
const COVER: &str = "book/cover";

impl Book {
    /// A book of so many chapters, in which links can lead to these places.
    pub fn new(chapters: usize, anchors: impl IntoIterator<Item = String>) -> Self {
        let mut binder = Binder::new();
        let chapters = (0..chapters).map(|_| binder.reserve()).collect();
        let own = [COVER, CONTENTS].map(str::to_string);
        let destinations = anchors.into_iter().chain(own).map(|anchor| (anchor, binder.reserve())).collect();
        Self { binder, destinations, chapters, bound: BTreeMap::new(), entries: BTreeMap::new() }
    }

    /// Binds leaves, each at its place.
    pub fn bind(&mut self, leaves: &[(BookPlace, Leaves)]) -> Result<(), Box<Diagnostic>> {
        let opened: Vec<Option<Opened<'_>>> =
            leaves.par_iter().map(|(_, it)| Opened::read(&it.pdf, it.folios.clone())).collect();
        let opened: Vec<Opened<'_>> = opened.into_iter().collect::<Option<_>>().ok_or_else(not_bound)?;
        let mut plans = Vec::new();
        for ((place, _), part) in leaves.iter().zip(&opened) {
            let element = place.chapter.map_or(self.binder.document(), |chapter| self.chapters[chapter]);
            let entry = place.is_document.then(|| self.binder.reserve());
            self.entries.extend(entry.map(|entry| (place.anchor.clone(), entry)));
            let placing = Placing {
                element,
                entry,
                destinations: vec![(0, self.destinations[&place.anchor])],
                first_page: place.page,
                numerals: Numerals::Arabic,
                title_level: if place.is_document { 2 } else { 0 },
            };
            plans.push(self.binder.plan(part, placing, &self.destinations).ok_or_else(not_bound)?);
        }
        let rewritten: Vec<_> = plans.par_iter().map(Plan::rewrite).collect();
        drop(plans);
        for ((place, _), part) in leaves.iter().zip(rewritten) {
            let bound = self.binder.add(part.ok_or_else(not_bound)?);
            self.bound.insert(place.anchor.clone(), (place.chapter, bound));
        }
        Ok(())
    }

    /// The book: before all else its cover and contents, then the leaves in the order of
    /// the outline. A line that leads to no leaves is for the lines below it.
    pub fn finish(mut self, front: &Leaves, outline: &[BookLine]) -> Result<Vec<u8>, Box<Diagnostic>> {
        let opened = Opened::read(&front.pdf, front.folios.clone()).ok_or_else(not_bound)?;
        let placing = Placing {
            element: self.binder.document(),
            entry: None,
            destinations: vec![(0, self.destinations[COVER]), (1, self.destinations[CONTENTS])],
            first_page: 1,
            numerals: Numerals::Roman,
            title_level: 0,
        };
        let plan = self.binder.plan(&opened, placing, &self.destinations).ok_or_else(not_bound)?;
        let front_bound = self.binder.add(plan.rewrite().ok_or_else(not_bound)?);
        let mut order = Vec::new();
        collect(outline, &mut BTreeSet::new(), &mut order);
        let mut parts = vec![front_bound];
        let mut elements = vec![Vec::new(); self.chapters.len()];
        for anchor in order {
            if let Some((chapter, bound)) = self.bound.get(anchor) {
                parts.push(*bound);
                elements[chapter.expect("only cover and contents are in no chapter")].push(bound.element());
            }
        }
        for (&chapter, elements) in self.chapters.iter().zip(&elements) {
            self.binder.section(chapter, elements);
        }
        let outline = outline.iter().map(|line| self.entry(line)).collect();
        let elements = std::iter::once(front_bound.element()).chain(self.chapters.iter().copied()).collect();
        let binding = Binding { parts, elements, front_pages: front.pages, outline };
        self.binder.finish(&opened, &binding).ok_or_else(not_bound)
    }

    fn entry(&mut self, line: &BookLine) -> OutlineEntry {
        let number = self.entries.get(&line.anchor).filter(|_| line.lines.is_empty()).copied();
        let of_part = number.and_then(|_| self.bound.get(&line.anchor)).map(|(_, bound)| *bound);
        let number = number.unwrap_or_else(|| self.binder.reserve());
        let entries = line.lines.iter().map(|line| self.entry(line)).collect();
        let destination = self.destinations[&line.anchor];
        OutlineEntry { number, title: line.title.clone(), destination, entries, of_part }
    }
}

/// What the lines lead to, in their order and each once.
fn collect<'a>(lines: &'a [BookLine], known: &mut BTreeSet<&'a str>, order: &mut Vec<&'a str>) {
    for line in lines {
        if known.insert(&line.anchor) {
            order.push(&line.anchor);
        }
        collect(&line.lines, known, order);
    }
}

fn not_bound() -> Box<Diagnostic> {
    let message = Message::new("the pages cannot be bound into one PDF", "无法把页面合并为一个 PDF");
    let finding = Diagnostic::error(Code::TypesetError, message).hint(
        "a library's own templates can cause this: try without its templates/typst/",
        "可能由岗位库自有模板引起：请暂时移开 templates/typst/ 再试",
    );
    finding.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_field_become_a_link_and_no_others() {
        let links = BTreeMap::from([("/a".to_string(), "boss".to_string())]);
        let source = "[x/*@/a*/Boss/*@/b*/ 2/*@*/] [/*@/a*//*@*/]";
        let expected = "[x/*@/a*/#link(\"rolebook-book:boss\")[Boss]/*@/b*/ 2/*@*/] [/*@/a*//*@*/]";
        assert_eq!(linked(source, &links), expected);
        assert_eq!(linked(source, &BTreeMap::new()), source);
    }
}
