//! Owns what an organization chart shows: a box for each place, with every word final.
//! Where a box stands is decided when it is drawn. May import `organization`, `model`
//! and the rest of `view`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::rich::Rich;
use super::{Locale, Look, Names, Theme};
use crate::markdown;
use crate::model::{DocumentStatus, Language, Text};
use crate::organization::{Cut, Position, ReportingLines, Units, Who};

/// The most levels that are shown: more are no organization, and neither a page nor a
/// reader of its tags takes them.
const MOST_LEVELS: usize = 16;

/// An organization chart. Fields that a document has too have the same names, so that
/// both share a page.
#[derive(Debug, Clone, Serialize)]
pub struct ChartView {
    /// The language's BCP 47 tag.
    pub lang: &'static str,
    /// The heading, such as `组织架构图：客户业务部`.
    pub document_title: String,
    /// How many roles and people there are.
    pub description: String,
    /// The organization; no parts if there is none.
    pub organization: Rich,
    /// The date of the content, ISO 8601, for metadata.
    pub date: String,
    /// The fixed words of documents, from the locale's `labels`.
    pub labels: BTreeMap<String, String>,
    /// Those of charts, registers and matrices, from the locale's `organization`.
    pub words: BTreeMap<String, String>,
    /// What the library changes about the look.
    pub look: Look,
    /// The boxes, each before those below it.
    pub boxes: Vec<BoxView>,
    /// The boxes that stand below no other.
    pub roots: Vec<usize>,
}

/// A box.
#[derive(Debug, Clone, Serialize)]
pub struct BoxView {
    /// The role's id; empty for somebody outside the library.
    pub id: String,
    /// Where the box leads to; empty for nowhere.
    pub href: String,
    /// Who is in it.
    pub kind: BoxKind,
    /// The job title.
    pub title: String,
    /// Department, code and people, dotted lines, each on a line or more.
    pub facts: Vec<String>,
    /// What is to be seen at once: an error, a circle; may be empty.
    pub remark: String,
    /// How many roles below it are not shown.
    pub hidden: usize,
    /// The boxes below it.
    pub reports: Vec<usize>,
    /// The boxes to which it has a dotted line.
    pub dotted: Vec<usize>,
}

/// Who is in a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BoxKind {
    /// A role.
    Role,
    /// A role that does not belong to the part that is shown, above one that does.
    Elsewhere,
    /// A role with errors.
    Failed,
    /// Somebody outside the library.
    Outside,
}

/// What of an organization a chart shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Portion<'a> {
    /// The role or unit that it is cut to.
    pub cut: Cut<'a>,
    /// How many levels; all if none.
    pub depth: Option<usize>,
}

/// What a chart is made of.
pub struct ChartSource<'a> {
    /// The lines.
    pub lines: &'a ReportingLines<'a>,
    /// The order of the units.
    pub units: &'a Units,
    /// The names that ids stand for.
    pub names: &'a Names,
    /// The words.
    pub locale: &'a Locale,
    /// The language of the lines, and of the chart.
    pub language: Language,
    /// The look.
    pub theme: &'a Theme,
    /// The organization's name.
    pub organization: Option<&'a Text>,
}

/// The chart of a portion of an organization.
pub fn chart(source: &ChartSource<'_>, portion: Portion<'_>) -> ChartView {
    let ChartSource { lines, units, names, locale, language, theme, organization } = *source;
    let builder = Builder { source };
    let (roots, inside) = lines.part(portion.cut, units);
    let depth = portion.depth.unwrap_or(MOST_LEVELS).min(MOST_LEVELS);
    let (boxes, roots) = builder.boxes(&roots, &inside, depth);
    let of = match (portion.cut.root, portion.cut.unit) {
        (Some(role), _) => names.role(role).map(|title| words(title, language)),
        (None, Some(unit)) => names.unit(unit).map(|name| words(name, language)),
        (None, None) => None,
    };
    let title = locale.organization("chart").to_string();
    let positions = || inside.iter().filter_map(|&at| position(&lines.places[at].who));
    let dates = positions().filter_map(|position| position.document.effective_date.as_deref());
    ChartView {
        lang: language.tag(),
        document_title: std::iter::once(title).chain(of).collect::<Vec<_>>().join(locale.pattern("colon")),
        description: description(positions(), locale),
        organization: organization
            .and_then(|name| name.get_or_any(language))
            .map(|(name, _)| Rich::markdown(name, ""))
            .unwrap_or_default(),
        date: dates.max().unwrap_or("2000-01-01").to_string(),
        labels: locale.labels.clone(),
        words: locale.organization.clone(),
        look: Look::of(theme),
        boxes,
        roots,
    }
}

/// How many roles there are, and people as far as that is said.
pub(super) fn description<'a>(
    positions: impl Iterator<Item = &'a Position> + Clone,
    locale: &Locale,
) -> String {
    let count = |number: usize, one: &str, many: &str| {
        let name = if number == 1 { one } else { many };
        locale.fill_organization(name, &[("n", &number.to_string())])
    };
    let people: u32 = positions.clone().filter_map(|position| position.headcount).sum();
    let roles = count(positions.count(), "role", "roles");
    match usize::try_from(people) {
        Ok(people) if people > 0 => {
            let people = count(people, "person", "people");
            locale.fill_organization("roles_and_people", &[("roles", &roles), ("people", &people)])
        }
        _ => locale.fill_organization("roles_only", &[("roles", &roles)]),
    }
}

impl ChartView {
    /// The same with boxes that lead to what `address` gives for the id of their role.
    #[must_use]
    pub fn with_links(mut self, address: impl Fn(&str) -> Option<String>) -> Self {
        for shown in self.boxes.iter_mut().filter(|it| matches!(it.kind, BoxKind::Role | BoxKind::Elsewhere))
        {
            shown.href = address(&shown.id).unwrap_or_default();
        }
        self
    }

    /// Shows every text of the view to `visit`.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        visit(&self.document_title);
        visit(&self.description);
        self.organization.parts.iter().for_each(|part| visit(&part.text));
        self.words.values().for_each(|words| visit(words));
        for shown in &self.boxes {
            visit(&shown.title);
            visit(&shown.remark);
            shown.facts.iter().for_each(|fact| visit(fact));
        }
    }
}

fn words(text: &Text, language: Language) -> String {
    text.get_or_any(language).map(|(words, _)| markdown::plain(words)).unwrap_or_default()
}

fn position<'a>(who: &Who<'a>) -> Option<&'a Position> {
    match who {
        Who::Role(position) => Some(position),
        Who::Failed(_) | Who::Outside(_) => None,
    }
}

struct Builder<'a> {
    source: &'a ChartSource<'a>,
}

impl Builder<'_> {
    /// The boxes of places and of those below them that are inside, and which of them are
    /// roots.
    fn boxes(&self, roots: &[usize], inside: &BTreeSet<usize>, depth: usize) -> (Vec<BoxView>, Vec<usize>) {
        let lines = self.source.lines;
        let sizes = lines.sizes();
        let mut boxes: Vec<BoxView> = Vec::new();
        let mut of_place: BTreeMap<usize, usize> = BTreeMap::new();
        let mut tops = Vec::new();
        // A place, the box above it, and how many levels are left below.
        let mut open: Vec<(usize, Option<usize>, usize)> =
            roots.iter().rev().map(|&root| (root, None, depth.saturating_sub(1))).collect();
        while let Some((at, above, left)) = open.pop() {
            let shown = boxes.len();
            boxes.push(self.of_place(at, inside.contains(&at)));
            of_place.insert(at, shown);
            match above {
                Some(above) => boxes[above].reports.push(shown),
                None => tops.push(shown),
            }
            let reports = lines.places[at].reports.iter().filter(|report| inside.contains(report));
            if left == 0 {
                boxes[shown].hidden = reports.map(|&report| sizes[report] + 1).sum();
            } else {
                open.extend(reports.rev().map(|&report| (report, Some(shown), left - 1)));
            }
        }
        for (&at, &shown) in &of_place {
            let dotted = lines.places[at].dotted.iter().filter_map(|superior| of_place.get(superior));
            boxes[shown].dotted = dotted.copied().collect();
        }
        (boxes, tops)
    }

    fn of_place(&self, at: usize, inside: bool) -> BoxView {
        let ChartSource { lines, names, locale, language, .. } = *self.source;
        let place = &lines.places[at];
        let (kind, title, mut facts, mut remark) = match &place.who {
            Who::Role(position) => {
                let kind = if inside { BoxKind::Role } else { BoxKind::Elsewhere };
                let unit = position.unit.as_ref();
                let unit = unit
                    .map(|unit| words(unit.id().and_then(|id| names.unit(id)).unwrap_or(&unit.0), language));
                let code = position.code.clone().map(|code| code.trim().to_string());
                let people = position.headcount.map(|n| locale.count(n, "person", "people"));
                let marks: Vec<String> = code.into_iter().chain(people).filter(|it| !it.is_empty()).collect();
                let facts = unit.into_iter().chain([marks.join(" · ")]).collect();
                let archived = position.document.status == Some(DocumentStatus::Archived);
                let remark = if archived { locale.pattern("standing_archived") } else { "" };
                (kind, words(&position.title, language), facts, remark.to_string())
            }
            Who::Failed(id) => {
                let title = names.role(id).map_or_else(|| (*id).to_string(), |title| words(title, language));
                (BoxKind::Failed, title, Vec::new(), locale.organization("failed").to_string())
            }
            Who::Outside(name) => (BoxKind::Outside, words(name, language), Vec::new(), String::new()),
        };
        let superiors = place.dotted.iter().map(|&superior| self.name(superior));
        let superiors: Vec<String> =
            superiors.chain(place.dotted_outside.iter().map(|name| words(name, language))).collect();
        if !superiors.is_empty() {
            let superiors = superiors.join(locale.pattern("list_separator"));
            facts.push(locale.fill_organization("dotted_to", &[("names", &superiors)]));
        }
        facts.retain(|fact| !fact.is_empty());
        if place.in_circle {
            remark = locale.organization("circle").to_string();
        }
        BoxView {
            id: place.who.id().unwrap_or_default().to_string(),
            href: String::new(),
            kind,
            title,
            facts,
            remark,
            hidden: 0,
            reports: Vec::new(),
            dotted: Vec::new(),
        }
    }

    fn name(&self, at: usize) -> String {
        let ChartSource { lines, names, language, .. } = *self.source;
        match &lines.places[at].who {
            Who::Role(position) => words(&position.title, language),
            Who::Failed(id) => {
                names.role(id).map_or_else(|| (*id).to_string(), |title| words(title, language))
            }
            Who::Outside(name) => words(name, language),
        }
    }
}
