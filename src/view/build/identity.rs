//! Owns the sections that say which role and which document this is:
//! identification, document control, revisions. May import what `build` may.

use super::Builder;
use crate::model::{Address, Location, Span};
use crate::view::rich::Rich;
use crate::view::{Body, Cell, RowGroup};

impl Builder<'_> {
    pub(super) fn identification(&self) -> Option<Body> {
        let role = self.role;
        let organization = role.organization.as_ref();
        let reporting = role.reporting.as_ref();
        let title = self.optional(role.title.as_ref(), "/title");
        let direct_reports = reporting.map(|reporting| {
            let each = reporting.direct_reports.iter().enumerate().map(|(index, report)| {
                let at = format!("/reporting/direct_reports/{index}");
                let name = self.role_name(report.role.as_ref(), &format!("{at}/role"));
                let count = report.count.map(|count| {
                    Rich::plain(self.locale.count(count, "person", "people"), format!("{at}/count"))
                });
                match count {
                    Some(count) => {
                        Rich::fill(self.locale.pattern("report"), &[("role", &name), ("count", &count)])
                    }
                    None => name,
                }
            });
            self.join(each)
        });
        let headcount = role
            .headcount
            .map(|count| Rich::plain(self.locale.count(count, "person", "people"), "/headcount"));
        let codes = role.occupation_codes.iter().enumerate().map(|(index, code)| {
            let at = format!("/occupation_codes/{index}");
            let system = Rich::plain(code.system.as_deref().unwrap_or_default(), format!("{at}/system"));
            let number = Rich::plain(code.code.as_deref().unwrap_or_default(), format!("{at}/code"));
            Rich::joined([system, number], " ")
        });
        let reporting_text = |texts: Option<Rich>| texts.unwrap_or_default();
        self.grid([
            self.field("title", title),
            self.field("code", role.code.as_ref().map(|code| Rich::plain(code, "/code")).unwrap_or_default()),
            self.field(
                "organization.name",
                self.optional(organization.and_then(|it| it.name.as_ref()), "/organization/name"),
            ),
            self.field(
                "organization.unit",
                self.unit_name(organization.and_then(|it| it.unit.as_ref()), "/organization/unit"),
            ),
            self.field(
                "reporting.reports_to",
                self.role_name(reporting.and_then(|it| it.reports_to.as_ref()), "/reporting/reports_to"),
            ),
            self.field(
                "reporting.dotted_line",
                reporting_text(
                    reporting.map(|it| self.join(self.role_names(&it.dotted_line, "/reporting/dotted_line"))),
                ),
            ),
            self.field("reporting.direct_reports", reporting_text(direct_reports)),
            self.field(
                "reporting.span",
                reporting_text(reporting.and_then(|it| it.span).map(|span| self.people(span))),
            ),
            self.field(
                "reporting.deputy",
                self.role_name(reporting.and_then(|it| it.deputy.as_ref()), "/reporting/deputy"),
            ),
            self.field("headcount", headcount.unwrap_or_default()),
            self.field("family", self.optional(role.family.as_ref(), "/family")),
            self.field("sub_family", self.optional(role.sub_family.as_ref(), "/sub_family")),
            self.field(
                "grade",
                role.grade.as_ref().map(|grade| Rich::plain(grade, "/grade")).unwrap_or_default(),
            ),
            self.field(
                "category",
                role.category.map(|category| self.term(category, "/category")).unwrap_or_default(),
            ),
            self.field(
                "organization.industry",
                self.optional(organization.and_then(|it| it.industry.as_ref()), "/organization/industry"),
            ),
            self.field(
                "alternate_titles",
                self.join(self.texts(&role.alternate_titles, "/alternate_titles")),
            ),
            self.field("occupation_codes", self.join(codes)),
            self.list_field(
                "locations",
                role.locations
                    .iter()
                    .enumerate()
                    .map(|(index, location)| self.location(location, index))
                    .collect(),
            ),
        ])
    }

    pub(super) fn people(&self, span: Span) -> Rich {
        let words = |count: Option<u32>| count.map(|count| count.to_string()).unwrap_or_default();
        let (min, max) = (words(span.min), words(span.max));
        let values = [("min", &*min), ("max", &*max), ("n", &*min)];
        let pattern = match (span.min, span.max) {
            (None, None) => return Rich::default(),
            (Some(min), Some(max)) if min == max => {
                if min == 1 {
                    "person"
                } else {
                    "people"
                }
            }
            (Some(1..), Some(_)) => "people_range",
            (_, Some(_)) => "people_at_most",
            (Some(_), None) => "people_at_least",
        };
        Rich::plain(self.locale.fill(pattern, &values), "/reporting/span")
    }

    pub(super) fn location(&self, location: &Location, index: usize) -> Rich {
        let at = format!("/locations/{index}");
        let name = self.optional(location.name.as_ref(), &format!("{at}/name"));
        let Some(address) = &location.address else { return name };
        let address = self.address(address, &format!("{at}/address"));
        if name.is_empty() { address } else { name.and(self.in_parentheses(&address)) }
    }

    pub(super) fn address(&self, address: &Address, at: &str) -> Rich {
        let country = address
            .country
            .as_ref()
            .map(|code| Rich::plain(self.locale.country(code), format!("{at}/country")));
        let values = [
            ("country", country.unwrap_or_default()),
            ("region", self.optional(address.region.as_ref(), &format!("{at}/region"))),
            ("locality", self.optional(address.locality.as_ref(), &format!("{at}/locality"))),
            ("street", self.optional(address.street.as_ref(), &format!("{at}/street"))),
        ];
        // A part that is missing takes the separator before the next one along.
        let mut lines = Rich::default();
        for piece in self.locale.pattern("address").split('{').skip(1) {
            let (name, between) = piece.split_once('}').unwrap_or((piece, ""));
            let Some((_, value)) = values.iter().find(|(known, _)| *known == name) else { continue };
            if !value.is_empty() {
                lines = lines.and(value.clone()).then(between);
            }
        }
        if let Some(last) = lines.parts.last()
            && last.at.is_empty()
        {
            lines.parts.pop();
        }
        match &address.postal_code {
            Some(code) if lines.is_empty() => Rich::plain(code, format!("{at}/postal_code")),
            Some(code) => {
                let code = Rich::plain(code, format!("{at}/postal_code"));
                Rich::fill(self.locale.pattern("postal_code"), &[("address", &lines), ("code", &code)])
            }
            None => lines,
        }
    }

    pub(super) fn document_control(&self) -> Option<Body> {
        let document = self.role.document.as_ref()?;
        let string = |value: &Option<String>, at: &str| {
            value.as_ref().map(|value| Rich::plain(value, at)).unwrap_or_default()
        };
        self.grid([
            self.field("document.version", string(&document.version, "/document/version")),
            self.field(
                "document.status",
                document.status.map(|status| self.term(status, "/document/status")).unwrap_or_default(),
            ),
            self.field(
                "document.effective_date",
                self.date(document.effective_date.as_ref(), "/document/effective_date"),
            ),
            self.field("document.review_by", self.date(document.review_by.as_ref(), "/document/review_by")),
            self.field("document.supersedes", string(&document.supersedes, "/document/supersedes")),
            self.field("document.owner", self.unit_name(document.owner.as_ref(), "/document/owner")),
            self.field(
                "document.confidentiality",
                document
                    .confidentiality
                    .map(|level| self.term(level, "/document/confidentiality"))
                    .unwrap_or_default(),
            ),
            self.field(
                "document.prepared_on",
                self.date(document.prepared_on.as_ref(), "/document/prepared_on"),
            ),
        ])
    }

    pub(super) fn revisions(&self) -> Option<Body> {
        let rows = self.role.revisions.iter().enumerate().map(|(index, revision)| {
            let at = format!("/revisions/{index}");
            let version =
                revision.version.as_ref().map(|version| Rich::plain(version, format!("{at}/version")));
            let material = revision.material.map(|material| self.yes_no(material, &format!("{at}/material")));
            vec![
                version.unwrap_or_default(),
                self.date(revision.date.as_ref(), &format!("{at}/date")),
                self.optional(revision.author.as_ref(), &format!("{at}/author")),
                self.optional(revision.summary.as_ref(), &format!("{at}/summary")),
                material.unwrap_or_default(),
            ]
        });
        let rows: Vec<Vec<Cell>> = rows.map(|row| row.into_iter().map(Cell::of).collect()).collect();
        let columns = [
            ("revisions.version", 3),
            ("revisions.date", 6),
            ("revisions.author", 4),
            ("revisions.summary", 10),
            ("revisions.material", 3),
        ];
        self.table(&columns, vec![RowGroup { label: String::new(), rows }])
    }
}
