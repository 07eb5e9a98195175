//! Owns which changes are material: the rules are data, `materiality.json`. May
//! import `model`.
//!
//! A rule names fields of the model. A change of one of them is material, and so
//! is an item that is added to a list it names, or removed; anything else is
//! editorial. A changed order alone is always editorial.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Party, Text};

/// A rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name, as it is printed.
    pub code: String,
    /// The fields, by their path in the model.
    pub paths: Vec<String>,
    /// For fields of duties: whether the duty must be an essential one, in either state.
    #[serde(default)]
    pub essential: Vec<Essential>,
    /// Who must sign again after such a change.
    pub signs: Vec<Party>,
    /// What is at stake, in a few words.
    pub reason: Text,
}

/// What a role says of a duty's being essential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Essential {
    /// It is, in one of the two states.
    Yes,
    /// It is not.
    No,
    /// Nothing is said.
    Unsaid,
}

/// How much a change weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Materiality {
    /// It changes what is agreed: it has to be signed again.
    Material,
    /// It changes the words.
    Editorial,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    rules: Vec<Rule>,
}

/// The rules, in the order in which they are tried.
pub fn rules() -> &'static [Rule] {
    static RULES: LazyLock<RuleFile> = LazyLock::new(|| {
        serde_json::from_str(include_str!("materiality.json")).expect("the built-in rules parse")
    });
    &RULES.rules
}

/// The rule that makes a change of this field material, if one does.
pub(super) fn rule_for(path: &str, essential: Essential) -> Option<&'static Rule> {
    rules().iter().find(|rule| {
        rule.paths.iter().any(|known| known == path)
            && (rule.essential.is_empty() || rule.essential.contains(&essential))
    })
}

/// The rule with this code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules().iter().find(|rule| rule.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_name_fields_and_look_at_what_is_essential() {
        let code = |path, essential| rule_for(path, essential).map(|rule| rule.code.as_str());
        assert_eq!(code("reporting.reports_to", Essential::Unsaid), Some("reporting_line"));
        assert_eq!(code("authorities.limit", Essential::Unsaid), Some("authority_limit"));
        assert_eq!(code("kpis.weight", Essential::Unsaid), Some("kpi"));
        assert_eq!(
            code("qualifications.experience.months", Essential::Unsaid),
            Some("qualification_threshold")
        );
        assert_eq!(code("compensation.range", Essential::Unsaid), Some("pay"));
        assert_eq!(code("duties.statement", Essential::Yes), Some("essential_duty"));
        assert_eq!(code("duties.statement", Essential::No), None);
        assert_eq!(code("duties", Essential::No), None);
        assert_eq!(code("duties", Essential::Unsaid), Some("undecided_duty"));
        assert_eq!(code("summary", Essential::Unsaid), None);
    }
}
