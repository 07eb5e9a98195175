//! Owns the days that a role names and that rules hold against the day of the check. May
//! import `model`.

use serde::{Deserialize, Serialize};

use crate::model::RoleDefinition;

/// A day that a role names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    /// `document.review_by`
    ReviewBy,
    /// `document.effective_date`
    EffectiveDate,
    /// `posting.valid_through`
    ValidThrough,
}

impl Day {
    const ALL: [Self; 3] = [Self::ReviewBy, Self::EffectiveDate, Self::ValidThrough];

    /// The day, ISO 8601; none if the role does not name it.
    pub(super) fn of(self, role: &RoleDefinition) -> Option<&str> {
        let document = role.document.as_ref();
        match self {
            Self::ReviewBy => document?.review_by.as_deref(),
            Self::EffectiveDate => document?.effective_date.as_deref(),
            Self::ValidThrough => role.posting.as_ref()?.valid_through.as_deref(),
        }
    }
}

/// How the days that a role names lay to the day on which it was looked at. What is found
/// in a role is the same on all days to which they lie in the same way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    looked_at: String,
    named: Vec<String>,
}

impl Days {
    /// Those of a role that is looked at on a day, ISO 8601.
    pub fn of(role: &RoleDefinition, today: &str) -> Self {
        let named = Day::ALL.into_iter().filter_map(|day| day.of(role)).map(str::to_string);
        Self { looked_at: today.to_string(), named: named.collect() }
    }

    /// Whether a role names none, so that the day does not matter.
    pub fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// Whether they lie to another day, ISO 8601, in the same way.
    pub fn lie_the_same_on(&self, today: &str) -> bool {
        self.named.iter().all(|day| (**day).cmp(&*self.looked_at) == (**day).cmp(today))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_matters_from_the_one_before_it_to_the_one_after_it() {
        let role: RoleDefinition = serde_json::from_value(serde_json::json!({
            "document": { "review_by": "2026-06-30", "effective_date": "2025-01-01" },
            "posting": { "valid_through": "2026-03-31" },
        }))
        .unwrap();
        let days = Days::of(&role, "2026-04-02");
        assert!(!days.is_empty());
        for (today, same) in [
            ("2026-04-01", true),
            ("2026-06-29", true),
            ("2026-06-30", false),
            ("2026-07-01", false),
            ("2026-03-31", false),
            ("2025-01-01", false),
        ] {
            assert_eq!(days.lie_the_same_on(today), same, "{today}");
        }
        assert!(Days::default().is_empty() && Days::default().lie_the_same_on("2026-04-01"));
    }
}
