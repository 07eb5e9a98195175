//! Owns who reports to whom: the reporting lines of a library as trees, whatever is
//! wrong with them. May import `positions`, `check` and everything below them.

use std::collections::{BTreeMap, BTreeSet};

use super::positions::{Position, Positions};
use super::units::Units;
use crate::check::reporting_cycle;
use crate::diagnostic::Diagnostic;
use crate::markdown;
use crate::model::{DirectReport, Language, RoleReference, Text};

/// The reporting lines of a library, as trees: every place is in one of them, once.
#[derive(Debug)]
pub struct ReportingLines<'a> {
    /// The places, in no order of their own.
    pub places: Vec<Place<'a>>,
    /// The places that report to nobody who is known, the one with the most people below
    /// it first.
    pub roots: Vec<usize>,
    /// Lines that go round. One line of each circle is cut, so that there is a tree.
    pub circles: Vec<Diagnostic>,
    /// Ids of roles that others extend and that no line ties to anybody in the library:
    /// patterns, and no places of the organization.
    pub patterns: Vec<&'a str>,
}

/// Somebody in the organization.
#[derive(Debug)]
pub struct Place<'a> {
    /// Who it is.
    pub who: Who<'a>,
    /// The place that it reports to.
    pub superior: Option<usize>,
    /// The places that report to it: those that it lists itself first, in its order.
    pub reports: Vec<usize>,
    /// The places that it reports to by a dotted line.
    pub dotted: Vec<usize>,
    /// The same of people outside the library, by name.
    pub dotted_outside: Vec<&'a Text>,
    /// Whether its own line was cut, because it goes round.
    pub in_circle: bool,
}

/// Who has a place.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// A role of the library.
    Role(&'a Position),
    /// A role of the library that has errors, by its id.
    Failed(&'a str),
    /// Somebody outside the library.
    Outside(&'a Text),
}

/// What part of the lines is meant.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cut<'a> {
    /// A role, and whoever is below it; everybody if none.
    pub root: Option<&'a str>,
    /// A unit with those that belong to it; all if none.
    pub unit: Option<&'a str>,
}

impl<'a> ReportingLines<'a> {
    /// The lines between these positions. People outside the library are told apart by
    /// what they are called in `language`; one who is called as a single role of the
    /// library is, is that role.
    pub fn of(positions: &'a Positions, units: &Units, language: Language) -> Self {
        let mut builder = Builder::new(positions, language);
        builder.tie();
        let circles = builder.cut_circles();
        builder.sort(units);
        let patterns = builder.patterns;
        let places = builder.places;
        let mut roots: Vec<usize> = (0..places.len()).filter(|&at| places[at].superior.is_none()).collect();
        let sizes = sizes(&places, &roots);
        roots.sort_by_cached_key(|&at| (usize::MAX - sizes[at], key(&places[at].who, units)));
        Self { places, roots, circles, patterns }
    }

    /// How many places are below each place.
    pub fn sizes(&self) -> Vec<usize> {
        sizes(&self.places, &self.roots)
    }

    /// The places, each before those below it.
    pub fn in_order(&self) -> Vec<usize> {
        let mut order = Vec::new();
        let mut open: Vec<usize> = self.roots.iter().rev().copied().collect();
        while let Some(at) = open.pop() {
            order.push(at);
            open.extend(self.places[at].reports.iter().rev());
        }
        order
    }

    /// Whether a place is above another one.
    pub fn is_above(&self, above: usize, below: usize) -> bool {
        let mut at = below;
        while let Some(superior) = self.places[at].superior {
            if superior == above {
                return true;
            }
            at = superior;
        }
        false
    }

    /// The roots of a part of the lines, and which places belong to it. Where a part
    /// begins below somebody, that place is the root and does not belong to the part.
    pub fn part(&self, cut: Cut<'_>, units: &Units) -> (Vec<usize>, BTreeSet<usize>) {
        let of_unit = |at: usize| match (cut.unit, &self.places[at].who) {
            (None, _) => true,
            (Some(unit), Who::Role(position)) => {
                let own = position.unit.as_ref().and_then(|own| own.id());
                own.is_some_and(|own| units.is_within(own, unit))
            }
            (Some(_), _) => false,
        };
        let start = match cut.root {
            None => self.roots.clone(),
            Some(id) => (0..self.places.len()).filter(|&at| self.places[at].who.id() == Some(id)).collect(),
        };
        let mut inside = BTreeSet::new();
        let mut open = start.clone();
        while let Some(at) = open.pop() {
            if of_unit(at) {
                inside.insert(at);
            }
            open.extend(&self.places[at].reports);
        }
        if cut.unit.is_none() {
            return (start, inside);
        }
        let mut roots = Vec::new();
        let mut open: Vec<usize> = start.into_iter().rev().collect();
        while let Some(at) = open.pop() {
            let above = self.places[at]
                .superior
                .filter(|_| cut.root.is_none_or(|id| self.places[at].who.id() != Some(id)));
            if inside.contains(&at) && above.is_none_or(|above| !inside.contains(&above)) {
                let root = above.unwrap_or(at);
                if !roots.contains(&root) {
                    roots.push(root);
                }
            }
            open.extend(self.places[at].reports.iter().rev());
        }
        (roots, inside)
    }
}

impl<'a> Who<'a> {
    /// The id of a role.
    pub fn id(&self) -> Option<&'a str> {
        match self {
            Self::Role(position) => Some(&position.id),
            Self::Failed(id) => Some(id),
            Self::Outside(_) => None,
        }
    }
}

struct Builder<'a> {
    positions: &'a Positions,
    language: Language,
    places: Vec<Place<'a>>,
    /// The place of each role.
    by_id: BTreeMap<&'a str, usize>,
    /// The place of each title that one role has and no other; none for one that
    /// several have.
    by_title: BTreeMap<String, Option<usize>>,
    /// The places of people outside the library.
    outside: BTreeMap<String, usize>,
    patterns: Vec<&'a str>,
}

impl<'a> Builder<'a> {
    fn new(positions: &'a Positions, language: Language) -> Self {
        let mut builder = Self {
            positions,
            language,
            places: Vec::new(),
            by_id: BTreeMap::new(),
            by_title: BTreeMap::new(),
            outside: BTreeMap::new(),
            patterns: Vec::new(),
        };
        let named: BTreeSet<&str> =
            positions.all.iter().flat_map(superiors).filter_map(RoleReference::id).collect();
        let bases: BTreeSet<&str> =
            positions.all.iter().flat_map(|position| &position.bases).map(String::as_str).collect();
        for position in positions.all.iter().filter(|position| !position.is_archived()) {
            let id = position.id.as_str();
            let tied = named.contains(id)
                || position.headcount.is_some()
                || superiors(position).any(|reference| reference.id().is_some());
            if bases.contains(id) && !tied {
                builder.patterns.push(id);
                continue;
            }
            let at = builder.add(Who::Role(position));
            builder.by_id.insert(id, at);
            let same = builder.by_title.entry(builder.words(&position.title)).or_insert(Some(at));
            if *same != Some(at) {
                *same = None;
            }
        }
        builder
    }

    fn add(&mut self, who: Who<'a>) -> usize {
        self.places.push(Place {
            who,
            superior: None,
            reports: Vec::new(),
            dotted: Vec::new(),
            dotted_outside: Vec::new(),
            in_circle: false,
        });
        self.places.len() - 1
    }

    /// What somebody is called, to be compared.
    fn words(&self, text: &Text) -> String {
        let words = text.get_or_any(self.language).map(|(words, _)| markdown::plain(words));
        words.unwrap_or_default().trim().to_lowercase()
    }

    /// Ties every place to the ones that it reports to.
    fn tie(&mut self) {
        for at in 0..self.places.len() {
            let Who::Role(position) = self.places[at].who else { continue };
            let superior = position.reporting.reports_to.as_ref();
            if let Some(superior) = superior.and_then(|it| self.place_of(it, at, true)) {
                self.places[at].superior = Some(superior);
            }
        }
        // Everybody whom a solid line leads to has a place by now.
        for at in 0..self.places.len() {
            let Who::Role(position) = self.places[at].who else { continue };
            for reference in &position.reporting.dotted_line {
                match self.place_of(reference, at, false) {
                    Some(place) if !self.places[at].dotted.contains(&place) => {
                        self.places[at].dotted.push(place);
                    }
                    Some(_) => {}
                    None if reference.id().is_none() => self.places[at].dotted_outside.push(&reference.0),
                    None => {}
                }
            }
        }
    }

    /// The place of somebody whom the role at a place names; made if it is not there and
    /// `make` says so.
    fn place_of(&mut self, reference: &'a RoleReference, from: usize, make: bool) -> Option<usize> {
        if let Some(id) = reference.id() {
            if let Some(&at) = self.by_id.get(id) {
                return Some(at);
            }
            // An archived role, a pattern, or one with errors.
            let known = self.positions.all.iter().find(|position| position.id == id);
            if !make {
                return None;
            }
            let at = match known {
                Some(position) => self.add(Who::Role(position)),
                None => self.add(Who::Failed(id)),
            };
            self.by_id.insert(id, at);
            return Some(at);
        }
        let words = self.words(&reference.0);
        if words.is_empty() {
            return None;
        }
        if let Some(&Some(at)) = self.by_title.get(&words)
            && at != from
        {
            return Some(at);
        }
        if let Some(&at) = self.outside.get(&words) {
            return Some(at);
        }
        let at = make.then(|| self.add(Who::Outside(&reference.0)))?;
        self.outside.insert(words, at);
        Some(at)
    }

    /// Cuts one line of each circle; what there is to say of it.
    fn cut_circles(&mut self) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let mut done = vec![false; self.places.len()];
        for start in 0..self.places.len() {
            let mut path: Vec<usize> = Vec::new();
            let mut next = Some(start);
            while let Some(at) = next.filter(|&at| !done[at]) {
                if let Some(first) = path.iter().position(|&it| it == at) {
                    let circle = path[first..].iter().chain([&at]);
                    let ids: Vec<&str> = circle.filter_map(|&at| self.places[at].who.id()).collect();
                    let mut finding = reporting_cycle(&ids).pointer("/reporting/reports_to");
                    if let Who::Role(position) = self.places[at].who {
                        finding = finding.at(position.line);
                    }
                    findings.push(finding);
                    self.places[at].superior = None;
                    self.places[at].in_circle = true;
                    break;
                }
                path.push(at);
                next = self.places[at].superior;
            }
            path.into_iter().for_each(|at| done[at] = true);
        }
        findings
    }

    /// Gives every place its reports, in order.
    fn sort(&mut self, units: &Units) {
        for at in 0..self.places.len() {
            if let Some(superior) = self.places[at].superior {
                self.places[superior].reports.push(at);
            }
        }
        for at in 0..self.places.len() {
            let mut reports = std::mem::take(&mut self.places[at].reports);
            let listed: &[DirectReport] = match self.places[at].who {
                Who::Role(position) => &position.reporting.direct_reports,
                Who::Failed(_) | Who::Outside(_) => &[],
            };
            let place_in_list = |report: usize| {
                let Who::Role(position) = self.places[report].who else { return usize::MAX };
                let means = |id: &str| id == position.id || position.bases.iter().any(|base| base == id);
                let named =
                    |it: &DirectReport| it.role.as_ref().and_then(RoleReference::id).is_some_and(means);
                listed.iter().position(named).unwrap_or(usize::MAX)
            };
            reports
                .sort_by_cached_key(|&report| (place_in_list(report), key(&self.places[report].who, units)));
            self.places[at].reports = reports;
        }
    }
}

/// Whom a position reports to, by whatever line.
fn superiors(position: &Position) -> impl Iterator<Item = &RoleReference> {
    position.reporting.reports_to.iter().chain(&position.reporting.dotted_line)
}

/// By what places are sorted: unit, code, id; people outside the library come last.
fn key(who: &Who<'_>, units: &Units) -> (usize, (usize, usize, String), String, String) {
    match who {
        Who::Role(position) => {
            let code = position.code.clone().unwrap_or_default();
            (0, units.key(position.unit.as_ref()), code, position.id.clone())
        }
        Who::Failed(id) => (1, (0, 0, String::new()), String::new(), (*id).to_string()),
        Who::Outside(name) => {
            let words = Language::ALL.map(|language| name.get(language).unwrap_or_default());
            (2, (0, 0, String::new()), String::new(), words.concat())
        }
    }
}

/// How many places are below each place of trees.
fn sizes(places: &[Place<'_>], roots: &[usize]) -> Vec<usize> {
    let mut order = roots.to_vec();
    let mut next = 0;
    while next < order.len() {
        order.extend(&places[order[next]].reports);
        next += 1;
    }
    let mut sizes = vec![0; places.len()];
    for at in order.into_iter().rev() {
        sizes[at] = places[at].reports.iter().map(|&report| sizes[report] + 1).sum();
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::organization::positions;

    /// The lines of a library of these roles, as `id(reports)`.
    fn shown(roles: &[(&str, &str)]) -> (String, usize, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| crate::fs::write_whole(&folder.path().join(name), text.as_bytes());
        write("rolebook.json", r#"{"languages": ["zh-CN"]}"#).unwrap();
        for (id, rest) in roles {
            write(&format!("roles/{id}.json"), &format!(r#"{{"title": "岗位 {id}", {rest} "notes": "x"}}"#))
                .unwrap();
        }
        let catalog = Catalog::load(folder.path()).unwrap();
        let positions = positions(&catalog);
        let lines = ReportingLines::of(&positions, &Units::default(), Language::ZhCn);
        fn tree(lines: &ReportingLines<'_>, at: usize) -> String {
            let place = &lines.places[at];
            let name = |at: usize| match &lines.places[at].who {
                Who::Role(position) => position.id.clone(),
                Who::Failed(id) => format!("!{id}"),
                Who::Outside(name) => name.get(Language::ZhCn).unwrap().to_string(),
            };
            let dotted = place.dotted.iter().map(|&at| format!("~{}", name(at)));
            let name = dotted.fold(name(at), |name, dotted| name + &dotted);
            let below: Vec<String> = place.reports.iter().map(|&at| tree(lines, at)).collect();
            if below.is_empty() { name } else { format!("{name}({})", below.join(" ")) }
        }
        let trees: Vec<String> = lines.roots.iter().map(|&at| tree(&lines, at)).collect();
        let patterns = lines.patterns.iter().map(|id| (*id).to_string()).collect();
        (trees.join(" "), lines.circles.len(), patterns)
    }

    #[test]
    fn lines_make_trees_in_the_order_of_the_superiors_list() {
        let (trees, ..) = shown(&[
            (
                "a",
                r#""reporting": {"reports_to": {"zh-CN": "董事会"}, "direct_reports": [{"role": "c"}, {"role": "b"}]},"#,
            ),
            ("b", r#""reporting": {"reports_to": "a"},"#),
            ("c", r#""reporting": {"reports_to": "a"},"#),
            ("d", r#""reporting": {"reports_to": {"zh-CN": "董事会 "}},"#),
            ("e", r#""reporting": {"reports_to": "岗位 b"},"#),
            ("f", ""),
        ]);
        assert_eq!(trees, "董事会(a(c b(e)) d) f");
    }

    #[test]
    fn a_dotted_line_leads_to_an_outsider_whatever_the_order_of_ids() {
        let solid = r#""reporting": {"reports_to": {"zh-CN": "董事会"}},"#;
        let dotted = r#""reporting": {"reports_to": "m", "dotted_line": [{"zh-CN": "董事会"}]},"#;
        let (trees, ..) = shown(&[("a", dotted), ("m", solid), ("z", dotted)]);
        assert_eq!(trees, "董事会(m(a~董事会 z~董事会))");
    }

    #[test]
    fn a_circle_is_found_and_everybody_in_it_shown_once() {
        let (trees, circles, _) = shown(&[
            ("a", r#""reporting": {"reports_to": "c"},"#),
            ("b", r#""reporting": {"reports_to": "a"},"#),
            ("c", r#""reporting": {"reports_to": "b"},"#),
            ("d", r#""reporting": {"reports_to": "d"},"#),
            ("e", r#""reporting": {"reports_to": "a"},"#),
        ]);
        assert_eq!((&*trees, circles), ("a(b(c) e) d", 2));
    }

    #[test]
    fn a_pattern_is_no_place_and_a_role_with_errors_is_one() {
        let (trees, _, patterns) = shown(&[
            ("base", r#""reporting": {"reports_to": {"zh-CN": "上级"}},"#),
            ("one", r#""extends": "base", "reporting": {"reports_to": "bad"},"#),
            ("bad", r#""reporting": {"reports_to": "nobody"},"#),
        ]);
        assert_eq!((&*trees, &*patterns), ("!bad(one)", &["base".to_string()][..]));
    }
}
