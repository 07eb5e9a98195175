//! Owns the sections about the work itself: duties, authorities, indicators,
//! working relations. May import what `build` may.

use super::{Builder, FIELD_LINES_KEPT_WHOLE, lines_of};
use crate::model::{AuthorityDomain, AuthorityLimit, AuthorityRights, Duty, Frequency, RelationSide, Term};
use crate::view::rich::Rich;
use crate::view::{Body, Cell, DutyView, Field, Locale, RowGroup};

/// The longest duty that is kept on one page, in lines as [`lines_of_duty`] counts
/// them. A page of the closest theme has 48; a longer duty
/// breaks between its rows, or a quarter of a page would stay empty.
const LINES_KEPT_WHOLE: usize = 14;

/// How many lines a duty takes, about and rather too many.
fn lines_of_duty(duty: &DutyView) -> usize {
    let details = duty.details.iter().flat_map(|field| field.items.iter().chain([&field.value]));
    let texts = [&duty.area, &duty.statement].into_iter().chain(&duty.tasks).chain(details);
    1 + duty.details.len() + texts.map(lines_of).sum::<usize>()
}

/// A limit in words; none for one without an amount.
pub(in crate::view) fn limit_words(locale: &Locale, limit: &AuthorityLimit) -> String {
    let Some(amount) = limit.amount else { return String::new() };
    let currency = limit.currency.as_deref().map(|code| locale.currency(code)).unwrap_or_default();
    let amount = locale.fill("money", &[("amount", &Locale::number(amount)), ("currency", currency)]);
    let per = limit.per.map(|per| locale.term(per));
    let pattern = if per.is_some() { "limit" } else { "limit_any" };
    locale.fill(pattern, &[("amount", amount.trim()), ("per", per.unwrap_or_default())])
}

impl Builder<'_> {
    pub(super) fn duties(&self) -> Option<Body> {
        let duties: Vec<DutyView> =
            self.role.duties.iter().enumerate().map(|(index, duty)| self.duty(duty, index)).collect();
        (!duties.is_empty()).then_some(Body::Duties { duties })
    }

    fn duty(&self, duty: &Duty, index: usize) -> DutyView {
        let at = format!("/duties/{index}");
        let here = |name: &str| format!("{at}/{name}");
        let frequency = duty.frequency.map(|frequency| self.term(frequency, &here("frequency")));
        let facts = [
            self.field(
                "duties.involvement",
                duty.involvement.map(|part| self.term(part, &here("involvement"))).unwrap_or_default(),
            ),
            self.field("duties.frequency", frequency.unwrap_or_default()),
            self.field("duties.time_percent", self.percent(duty.time_percent, &here("time_percent"))),
            self.field("duties.weight", self.percent(duty.weight, &here("weight"))),
            self.field(
                "duties.essential",
                duty.essential
                    .map(|essential| self.yes_no(essential, &here("essential")))
                    .unwrap_or_default(),
            ),
        ];
        let kpis =
            duty.kpi_refs.iter().enumerate().map(|(number, reference)| {
                self.kpi_name(reference.as_str(), &format!("{at}/kpi_refs/{number}"))
            });
        let details = [
            self.field(
                "duties.essential_reason",
                self.optional(duty.essential_reason.as_ref(), &here("essential_reason")),
            ),
            self.list_field("duties.outputs", self.texts(&duty.outputs, &here("outputs"))),
            self.field("duties.kpi_refs", self.join(kpis)),
            self.field(
                "duties.process_refs",
                self.join(self.texts(&duty.process_refs, &here("process_refs"))),
            ),
            self.assessment_focus(duty, index),
        ];
        let mut view = DutyView {
            label: self.locale.fill("duty", &[("n", &self.locale.numeral(index + 1))]),
            number: (index + 1).to_string(),
            area: self.optional(duty.area.as_ref(), &here("area")),
            statement_label: self.locale.field("duties.statement").to_string(),
            statement: self.optional(duty.statement.as_ref(), &here("statement")),
            tasks_label: self.locale.field("duties.tasks").to_string(),
            tasks: self.texts(&duty.tasks, &here("tasks")),
            facts: facts.into_iter().flatten().collect(),
            details: details.into_iter().flatten().collect(),
            whole: true,
            statement_whole: true,
            tasks_whole: true,
        };
        view.statement_whole = lines_of(&view.statement) <= FIELD_LINES_KEPT_WHOLE;
        view.tasks_whole = view.tasks.iter().map(lines_of).sum::<usize>() <= FIELD_LINES_KEPT_WHOLE;
        view.whole = lines_of_duty(&view) <= LINES_KEPT_WHOLE;
        view
    }

    /// The name of an indicator of the role.
    pub(super) fn kpi_name(&self, id: &str, at: &str) -> Rich {
        let known = self.role.kpis.iter().find(|kpi| kpi.id.as_ref().is_some_and(|it| it.as_str() == id));
        let name = known.and_then(|kpi| kpi.name.as_ref()).map(|name| self.text(name, at));
        name.unwrap_or_else(|| Rich::plain(id, at))
    }

    /// What is assessed; an empty field where the role has the key with nothing
    /// in it, which is a cell of the printed form to be filled in by hand.
    fn assessment_focus(&self, duty: &Duty, index: usize) -> Option<Field> {
        let at = format!("/duties/{index}/assessment_focus");
        let id = "duties.assessment_focus";
        let items = self.texts(&duty.assessment_focus, &at);
        if items.is_empty() && self.resolved.tree.pointer(&at).is_some() {
            let label = self.locale.field(id).to_string();
            return Some(Field { id, label, value: Rich::default(), items, long: false, whole: true });
        }
        self.list_field(id, items)
    }

    pub(super) fn authorities(&self) -> Option<Body> {
        let domains = AuthorityDomain::ALL.iter().copied().map(Some).chain([None]);
        let groups = domains.map(|domain| {
            let of_domain = self.role.authorities.iter().enumerate().filter(|(_, it)| it.domain == domain);
            let rows = of_domain.map(|(index, authority)| {
                let at = format!("/authorities/{index}");
                let rights = authority.right.as_ref().map(AuthorityRights::as_slice).unwrap_or_default();
                let rights = rights.iter().map(|&right| self.term(right, &format!("{at}/right")));
                let limit = authority.limit.as_ref().map(|limit| self.limit(limit, &format!("{at}/limit")));
                [
                    self.optional(authority.matter.as_ref(), &format!("{at}/matter")),
                    self.join(rights),
                    limit.unwrap_or_default(),
                    self.optional(authority.conditions.as_ref(), &format!("{at}/conditions")),
                    self.role_name(authority.escalates_to.as_ref(), &format!("{at}/escalates_to")),
                ]
                .map(Cell::of)
                .to_vec()
            });
            let label = domain.map(|domain| self.locale.term(domain).to_string()).unwrap_or_default();
            RowGroup { label, rows: rows.collect() }
        });
        let columns = [
            ("authorities.matter", 8),
            ("authorities.right", 4),
            ("authorities.limit", 5),
            ("authorities.conditions", 6),
            ("authorities.escalates_to", 5),
        ];
        self.table(&columns, groups.collect())
    }

    pub(super) fn limit(&self, limit: &AuthorityLimit, at: &str) -> Rich {
        Rich::plain(limit_words(self.locale, limit), at)
    }

    pub(super) fn kpis(&self) -> Option<Body> {
        let colon = self.locale.pattern("colon");
        let rows = self.role.kpis.iter().enumerate().map(|(index, kpi)| {
            let at = format!("/kpis/{index}");
            let here = |name: &str| format!("{at}/{name}");
            let labelled = |id: &str, text: Rich| {
                if text.is_empty() {
                    text
                } else {
                    Rich::plain(self.locale.field(id), "").then(colon).and(text)
                }
            };
            let definition = self.optional(kpi.definition.as_ref(), &here("definition"));
            let formula = self.optional(kpi.formula.as_ref(), &here("formula"));
            let target = self.optional(kpi.target.as_ref(), &here("target"));
            let unit = self.optional(kpi.unit.as_ref(), &here("unit"));
            // English sets a unit of letters apart: `92 points`, `40%`.
            let apart = unit.to_plain().starts_with(|c: char| c.is_ascii_alphanumeric() || c == '×');
            let space = if apart && self.locale.pattern("list_separator").ends_with(' ') { " " } else { "" };
            vec![
                Cell::lines([
                    self.optional(kpi.name.as_ref(), &here("name")),
                    definition,
                    labelled("kpis.formula", formula),
                ]),
                Cell::of(Rich::joined([target, unit], space)),
                Cell::of(self.percent(kpi.weight, &here("weight"))),
                Cell::of(kpi.cycle.map(|cycle| self.cycle(cycle, &here("cycle"))).unwrap_or_default()),
                Cell::of(self.optional(kpi.source.as_ref(), &here("source"))),
                Cell::of(self.role_name(kpi.evaluator.as_ref(), &here("evaluator"))),
            ]
        });
        let columns = [
            ("kpis.name", 11),
            ("kpis.target", 5),
            ("kpis.weight", 4),
            ("kpis.cycle", 5),
            ("kpis.source", 6),
            ("kpis.evaluator", 6),
        ];
        self.table(&columns, vec![RowGroup { label: String::new(), rows: rows.collect() }])
    }

    fn cycle(&self, cycle: Frequency, at: &str) -> Rich {
        Rich::plain(self.locale.term_of("cycle", cycle.key()), at)
    }

    pub(super) fn relations(&self) -> Option<Body> {
        let sides = RelationSide::ALL.iter().copied().map(Some).chain([None]);
        let groups = sides.map(|side| {
            let of_side = self.role.relations.iter().enumerate().filter(|(_, it)| it.side == side);
            let rows = of_side.map(|(index, relation)| {
                let at = format!("/relations/{index}");
                let frequency =
                    relation.frequency.map(|frequency| self.term(frequency, &format!("{at}/frequency")));
                [
                    self.role_name(relation.counterpart.as_ref(), &format!("{at}/counterpart")),
                    self.optional(relation.purpose.as_ref(), &format!("{at}/purpose")),
                    frequency.unwrap_or_default(),
                    self.optional(relation.mode.as_ref(), &format!("{at}/mode")),
                ]
                .map(Cell::of)
                .to_vec()
            });
            let label = side.map(|side| self.locale.term(side).to_string()).unwrap_or_default();
            RowGroup { label, rows: rows.collect() }
        });
        let columns = [
            ("relations.counterpart", 6),
            ("relations.purpose", 9),
            ("relations.frequency", 4),
            ("relations.mode", 6),
        ];
        self.table(&columns, groups.collect())
    }
}
