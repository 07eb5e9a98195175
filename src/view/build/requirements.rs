//! Owns the sections about what the work asks: qualifications and working
//! conditions. May import what `build` may.

use super::Builder;
use crate::model::{Competency, Education, Experience, LawfulException, Requirement, Text, Tier};
use crate::view::Body;
use crate::view::rich::Rich;

impl Builder<'_> {
    pub(super) fn qualifications(&self) -> Option<Body> {
        let qualifications = self.role.qualifications.as_ref()?;
        let list = |id: &'static str, name: &str, items: &[Requirement]| {
            let each = items.iter().enumerate();
            let at = |index| format!("/qualifications/{name}/{index}");
            self.list_field(id, each.map(|(index, item)| self.requirement(item, &at(index))).collect())
        };
        let education = qualifications.education.iter().enumerate();
        let experience = qualifications.experience.iter().enumerate();
        let competencies = qualifications.competencies.iter().enumerate();
        let in_place = qualifications.experience_in_place_of_education.map(|replaces| {
            let pattern = if replaces {
                "experience_replaces_education"
            } else {
                "experience_does_not_replace_education"
            };
            let at = "/qualifications/experience_in_place_of_education";
            Rich::plain(self.locale.pattern(pattern), at)
        });
        self.fields([
            self.list_field(
                "qualifications.education",
                education.clone().map(|(index, item)| self.education(item, index)).collect(),
            ),
            self.list_field(
                "qualifications.education.fields",
                education.map(|(index, item)| self.education_fields(item, index)).collect(),
            ),
            self.list_field(
                "qualifications.experience",
                experience.map(|(index, item)| self.experience(item, index)).collect(),
            ),
            self.field("qualifications.experience_in_place_of_education", in_place.unwrap_or_default()),
            list("qualifications.training", "training", &qualifications.training),
            list("qualifications.knowledge", "knowledge", &qualifications.knowledge),
            list("qualifications.skills", "skills", &qualifications.skills),
            list("qualifications.abilities", "abilities", &qualifications.abilities),
            list("qualifications.certifications", "certifications", &qualifications.certifications),
            list("qualifications.languages", "languages", &qualifications.languages),
            self.list_field(
                "qualifications.competencies",
                competencies.map(|(index, item)| self.competency(item, index)).collect(),
            ),
            list("qualifications.physical", "physical", &qualifications.physical),
            list("qualifications.sensory", "sensory", &qualifications.sensory),
            self.long_field(
                "qualifications.clearance",
                self.optional(qualifications.clearance.as_ref(), "/qualifications/clearance"),
            ),
            self.long_field(
                "qualifications.work_eligibility",
                self.optional(qualifications.work_eligibility.as_ref(), "/qualifications/work_eligibility"),
            ),
        ])
    }

    /// The level; for a level that an item before has named, what is asked beyond
    /// it is said of the fields of study.
    fn education(&self, education: &Education, index: usize) -> Rich {
        if self.repeats_level(education, index) {
            return Rich::default();
        }
        let at = format!("/qualifications/education/{index}");
        let level = education.level.map(|level| self.term(level, &format!("{at}/level"))).unwrap_or_default();
        let description = self.optional(education.description.as_ref(), &format!("{at}/description"));
        self.qualified(
            level,
            Rich::default(),
            description,
            education.tier,
            education.lawful_exception.as_ref(),
            &at,
        )
    }

    fn education_fields(&self, education: &Education, index: usize) -> Rich {
        let at = format!("/qualifications/education/{index}");
        let fields = self.join(self.texts(&education.fields, &format!("{at}/fields")));
        if self.repeats_level(education, index) {
            let description = self.optional(education.description.as_ref(), &format!("{at}/description"));
            let exception = education.lawful_exception.as_ref();
            return self.qualified(fields, Rich::default(), description, education.tier, exception, &at);
        }
        let tier = education.tier.filter(|&tier| tier == Tier::Preferred);
        if fields.is_empty() {
            fields
        } else {
            self.qualified(fields, Rich::default(), Rich::default(), tier, None, &at)
        }
    }

    fn repeats_level(&self, education: &Education, index: usize) -> bool {
        let before = self.role.qualifications.iter().flat_map(|all| &all.education).take(index);
        !education.fields.is_empty() && before.into_iter().any(|other| other.level == education.level)
    }

    fn experience(&self, experience: &Experience, index: usize) -> Rich {
        let at = format!("/qualifications/experience/{index}");
        let domain = self.optional(experience.domain.as_ref(), &format!("{at}/domain"));
        let duration = experience.months.filter(|&months| months > 0).map(|months| {
            let words = self.locale.fill("at_least", &[("duration", &self.locale.duration(months))]);
            Rich::plain(words, format!("{at}/months"))
        });
        let name = match (&duration, domain.is_empty()) {
            (Some(duration), true) => {
                Rich::fill(self.locale.pattern("experience_any"), &[("duration", duration)])
            }
            (Some(duration), false) => {
                Rich::fill(self.locale.pattern("experience"), &[("duration", duration), ("domain", &domain)])
            }
            (None, _) => domain,
        };
        let description = self.optional(experience.description.as_ref(), &format!("{at}/description"));
        let exception = experience.lawful_exception.as_ref();
        self.qualified(name, Rich::default(), description, experience.tier, exception, &at)
    }

    fn competency(&self, competency: &Competency, index: usize) -> Rich {
        let at = format!("/qualifications/competencies/{index}");
        let reference = competency.competency_ref.as_ref();
        let known = reference.and_then(|id| self.names.competencies.get(id.as_str()));
        let name = match known {
            Some(name) => self.text(name, &format!("{at}/competency_ref")),
            None => self.optional(competency.name.as_ref(), &format!("{at}/name")),
        };
        let level = self.competency_level(competency, &format!("{at}/level"));
        let description = self.optional(competency.description.as_ref(), &format!("{at}/description"));
        self.qualified(name, level, description, competency.tier, competency.lawful_exception.as_ref(), &at)
    }

    /// The level: a name of the framework's, or a text.
    pub(super) fn competency_level(&self, competency: &Competency, at: &str) -> Rich {
        match (&competency.level, &competency.competency_ref) {
            (Some(Text::Plain(id)), Some(reference)) => {
                let known = self.names.level(reference.as_str(), id);
                known.map_or_else(|| Rich::plain(id, at), |name| self.text(name, at))
            }
            (level, _) => self.optional(level.as_ref(), at),
        }
    }

    fn requirement(&self, requirement: &Requirement, at: &str) -> Rich {
        let name = self.optional(requirement.name.as_ref(), &format!("{at}/name"));
        let level = self.optional(requirement.level.as_ref(), &format!("{at}/level"));
        let description = self.optional(requirement.description.as_ref(), &format!("{at}/description"));
        self.qualified(name, level, description, requirement.tier, requirement.lawful_exception.as_ref(), at)
    }

    /// `name (level, preferred): description (lawful exception: basis; reason)`
    fn qualified(
        &self,
        name: Rich,
        level: Rich,
        description: Rich,
        tier: Option<Tier>,
        exception: Option<&LawfulException>,
        at: &str,
    ) -> Rich {
        let preferred = (tier == Some(Tier::Preferred))
            .then(|| Rich::plain(self.locale.pattern("preferred"), format!("{at}/tier")));
        let required = (tier == Some(Tier::Required))
            .then(|| Rich::plain(self.locale.term(Tier::Required), format!("{at}/tier")));
        let remarks = self.join([level, preferred.or(required).unwrap_or_default()]);
        let head = name.and(self.in_parentheses(&remarks));
        let text = Rich::joined([head, description], self.locale.pattern("colon"));
        let Some(exception) = exception else { return text };
        let words = self.phrases([
            self.optional(exception.basis.as_ref(), &format!("{at}/lawful_exception/basis")),
            self.optional(exception.reason.as_ref(), &format!("{at}/lawful_exception/reason")),
        ]);
        let label = Rich::plain(self.locale.pattern("lawful_exception"), "");
        text.and(self.in_parentheses(&Rich::joined([label, words], self.locale.pattern("colon"))))
    }

    pub(super) fn conditions(&self) -> Option<Body> {
        let conditions = self.role.conditions.as_ref()?;
        let list = |id: &'static str, name: &str, items: &[Text]| {
            self.list_field(id, self.texts(items, &format!("/conditions/{name}")))
        };
        let travel = conditions.travel_percent.map(|percent| {
            let number = crate::view::Locale::number(percent);
            Rich::plain(self.locale.fill("travel", &[("n", &number)]), "/conditions/travel_percent")
        });
        self.fields([
            self.field(
                "conditions.workplace",
                conditions.workplace.map(|it| self.term(it, "/conditions/workplace")).unwrap_or_default(),
            ),
            self.field(
                "conditions.hours_system",
                conditions
                    .hours_system
                    .map(|it| self.term(it, "/conditions/hours_system"))
                    .unwrap_or_default(),
            ),
            self.field(
                "conditions.schedule",
                self.optional(conditions.schedule.as_ref(), "/conditions/schedule"),
            ),
            self.field("conditions.shifts", self.optional(conditions.shifts.as_ref(), "/conditions/shifts")),
            self.field("conditions.travel_percent", travel.unwrap_or_default()),
            list("conditions.equipment", "equipment", &conditions.equipment),
            list("conditions.environment", "environment", &conditions.environment),
            list("conditions.hazards", "hazards", &conditions.hazards),
            list("conditions.protective_equipment", "protective_equipment", &conditions.protective_equipment),
        ])
    }
}
