//! Owns the sections about the terms of the work: compensation, employment,
//! career, opening. May import what `build` may.

use super::Builder;
use crate::model::{PayRange, Text};
use crate::view::rich::Rich;
use crate::view::{Body, Field, Locale};

/// An address that can be followed where the target can, shown as it stands.
fn linked(address: &str, at: &str) -> Rich {
    let bare = !address.is_empty() && !address.contains(|c: char| c.is_whitespace() || "<>\\".contains(c));
    if bare { Rich::markdown(format!("<{address}>"), at) } else { Rich::plain(address, at) }
}

impl Builder<'_> {
    pub(super) fn compensation(&self) -> Option<Body> {
        let compensation = self.role.compensation.as_ref()?;
        let list = |id: &'static str, name: &str, items: &[Text]| {
            self.list_field(id, self.texts(items, &format!("/compensation/{name}")))
        };
        let grade =
            compensation.grade_ref.as_ref().map(|grade| Rich::plain(grade, "/compensation/grade_ref"));
        self.fields([
            self.field(
                "compensation.pay_type",
                compensation.pay_type.map(|it| self.term(it, "/compensation/pay_type")).unwrap_or_default(),
            ),
            self.field(
                "compensation.basis",
                self.optional(compensation.basis.as_ref(), "/compensation/basis"),
            ),
            self.field(
                "compensation.range",
                compensation.range.as_ref().map(|range| self.pay_range(range)).unwrap_or_default(),
            ),
            self.field("compensation.grade_ref", grade.unwrap_or_default()),
            list("compensation.incentives", "incentives", &compensation.incentives),
            list("compensation.benefits", "benefits", &compensation.benefits),
            list("compensation.development", "development", &compensation.development),
            list("compensation.recognition", "recognition", &compensation.recognition),
        ])
    }

    pub(super) fn pay_range(&self, range: &PayRange) -> Rich {
        let number = |amount: Option<f64>| amount.map(Locale::number).unwrap_or_default();
        let (min, max) = (number(range.min), number(range.max));
        let currency = range.currency.as_deref().map(|code| self.locale.currency(code)).unwrap_or_default();
        let values = [("min", &*min), ("max", &*max), ("amount", &*min), ("currency", currency)];
        let pattern = match (range.min, range.max) {
            (Some(min), Some(max)) if min.total_cmp(&max).is_eq() => "money",
            (Some(_), Some(_)) => "money_range",
            (Some(_), None) => "money_at_least",
            (None, Some(_)) => "money_at_most",
            (None, None) => "",
        };
        let mut money = if pattern.is_empty() { String::new() } else { self.locale.fill(pattern, &values) };
        if let Some(period) = range.period.filter(|_| !money.is_empty()) {
            money = self
                .locale
                .fill("per_period", &[("money", money.trim()), ("period", self.locale.term(period))]);
        }
        let months = range.months_per_year.map(|months| {
            let words = self.locale.fill("months_per_year", &[("n", &Locale::number(months))]);
            Rich::plain(words, "/compensation/range/months_per_year")
        });
        let money = Rich::plain(money.trim(), "/compensation/range");
        match months {
            Some(months) if !money.is_empty() => {
                Rich::fill(self.locale.pattern("pay"), &[("money", &money), ("months", &months)])
            }
            months => months.unwrap_or(money),
        }
    }

    pub(super) fn employment(&self) -> Option<Body> {
        let employment = self.role.employment.as_ref()?;
        let probation = employment.probation_months.map(|months| {
            Rich::plain(self.locale.count(months, "month", "months"), "/employment/probation_months")
        });
        self.grid([
            self.field(
                "employment.type",
                employment.employment_type.map(|it| self.term(it, "/employment/type")).unwrap_or_default(),
            ),
            self.field(
                "employment.duration",
                self.optional(employment.duration.as_ref(), "/employment/duration"),
            ),
            self.field("employment.probation_months", probation.unwrap_or_default()),
        ])
    }

    pub(super) fn career(&self) -> Option<Body> {
        let career = self.role.career.as_ref()?;
        self.fields([
            self.field("career.from", self.join(self.role_names(&career.from, "/career/from"))),
            self.field("career.to", self.join(self.role_names(&career.to, "/career/to"))),
            self.long_field(
                "career.description",
                self.optional(career.description.as_ref(), "/career/description"),
            ),
        ])
    }

    /// One of the facts of a posting that its document and its page both have.
    pub(super) fn posting_field(&self, id: &'static str) -> Option<Field> {
        let posting = self.role.posting.as_ref()?;
        let at = format!("/{}", id.replace('.', "/"));
        let count = |count: u32| Rich::plain(self.locale.fill("openings", &[("n", &count.to_string())]), &at);
        let value = match id {
            "posting.openings" => posting.openings.map(count).unwrap_or_default(),
            "posting.date_posted" => self.date(posting.date_posted.as_ref(), &at),
            "posting.valid_through" => self.date(posting.valid_through.as_ref(), &at),
            "posting.start" => self.optional(posting.start.as_ref(), &at),
            "posting.applicant_regions" => self.join(self.texts(&posting.applicant_regions, &at)),
            _ => unreachable!("a posting has no fact `{id}`"),
        };
        self.field(id, value)
    }

    pub(super) fn posting(&self) -> Option<Body> {
        let posting = self.role.posting.as_ref()?;
        let apply = posting.apply.as_ref();
        let link =
            |value: Option<&String>, at: &str| value.map(|value| linked(value, at)).unwrap_or_default();
        self.fields([
            self.field("posting.title", self.optional(posting.title.as_ref(), "/posting/title")),
            self.posting_field("posting.openings"),
            self.posting_field("posting.date_posted"),
            self.posting_field("posting.valid_through"),
            self.posting_field("posting.start"),
            self.posting_field("posting.applicant_regions"),
            self.field("posting.apply.url", link(apply.and_then(|it| it.url.as_ref()), "/posting/apply/url")),
            self.field(
                "posting.apply.email",
                link(apply.and_then(|it| it.email.as_ref()), "/posting/apply/email"),
            ),
            self.long_field(
                "posting.apply.instructions",
                self.optional(apply.and_then(|it| it.instructions.as_ref()), "/posting/apply/instructions"),
            ),
            self.field("posting.contact", self.optional(posting.contact.as_ref(), "/posting/contact")),
            self.long_field(
                "posting.employer_overview",
                self.optional(posting.employer_overview.as_ref(), "/posting/employer_overview"),
            ),
            self.long_field(
                "posting.equal_opportunity_statement",
                self.optional(
                    posting.equal_opportunity_statement.as_ref(),
                    "/posting/equal_opportunity_statement",
                ),
            ),
            self.list_field("posting.notes", self.texts(&posting.notes, "/posting/notes")),
        ])
    }
}
