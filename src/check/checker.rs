//! Owns the run of all rules over a library, and how seriously each finding is taken: by
//! the rule, by the library's settings, and by what a command asks for. May import the
//! families.

use std::collections::{BTreeMap, BTreeSet};

use super::registry::Rule;
use super::wording::WordingRules;
use super::{Days, Facts, check, check_settings, scene::Scene};
use super::{
    completeness, consistency, history, numbers, opening, overlay, posting, registry, typography, weights,
    wording, writing,
};
use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic, Message, Severity, did_you_mean};
use crate::fs;
use crate::json::{Member, Node};
use crate::model::{CheckLevel, Jurisdiction};
use crate::resolve::{ResolvedRole, resolve_as_far_as_possible};

/// The largest pack of rules that is read, in bytes.
const PACK_LIMIT: u64 = 4 * 1024 * 1024;

/// What a command asks for beyond the settings. Codes may be grounds of wording rules.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Codes of which every finding is an error.
    pub deny: Vec<String>,
    /// Whether every warning is an error.
    pub deny_warnings: bool,
    /// Codes that are not reported.
    pub allow: Vec<String>,
    /// The only codes that are reported; all if empty.
    pub select: Vec<String>,
}

/// The rules, ready to be held against the roles of a library.
#[derive(Debug)]
pub struct Checker {
    today: String,
    jurisdictions: Vec<Jurisdiction>,
    wording: WordingRules,
    /// Levels that the settings give, by code.
    levels: BTreeMap<String, CheckLevel>,
    overrides: Overrides,
}

/// What came of a role.
#[derive(Debug, Default)]
pub struct CheckedRole {
    /// What was found in it.
    pub findings: Vec<Diagnostic>,
    /// What the library's rules need of it; none if it cannot be resolved.
    pub facts: Option<Facts>,
}

impl Checker {
    /// The rules for a library on a day, ISO 8601. What is wrong with its settings of the
    /// checks is found too.
    pub fn new(catalog: &mut Catalog, today: &str, overrides: Overrides) -> (Self, Vec<Diagnostic>) {
        let mut findings = Vec::new();
        let mut checker = Self::built_in(today, overrides);
        let settings = catalog.settings.check.clone().unwrap_or_default();
        for (index, name) in settings.packs.iter().enumerate() {
            findings.extend(checker.add_pack(catalog, index, name));
        }
        if settings.campus == Some(true) {
            checker.wording.set_level("school", CheckLevel::Error);
        }
        checker.jurisdictions = settings.jurisdictions;
        let at = "/check/levels";
        let members = catalog.settings_node.pointer(at).map(Node::members).unwrap_or_default();
        // A level of a rule holds against one of its ground, whichever stands first.
        let (of_rules, of_grounds): (Vec<&Member>, Vec<&Member>) =
            members.iter().partition(|member| checker.wording.rule(&member.key).is_some());
        for member in of_grounds.into_iter().chain(of_rules) {
            if let Some(level) = settings.levels.get(&*member.key).copied().flatten() {
                findings.extend(checker.set_level(&member.key, level).map(|it| it.at(member.key_span)));
            }
        }
        (checker, findings)
    }

    /// Gives a rule, or the rules of a ground, another level; what is wrong with that.
    fn set_level(&mut self, code: &str, level: CheckLevel) -> Option<Diagnostic> {
        let known = self.wording.set_level(code, level);
        let (message, (en, zh_cn)) = match registry::rule(code) {
            Some(rule) if rule.structural => (
                Message::new(
                    format!("`{code}` has a level of its own that cannot be changed"),
                    format!("`{code}` 的级别是固定的，不能修改"),
                ),
                (
                    "remove it: without this no document can be made".to_string(),
                    "请删去：存在此类问题时无法生成文档".to_string(),
                ),
            ),
            Some(_) => {
                self.levels.insert(code.to_string(), level);
                return None;
            }
            None if known => return None,
            None => {
                let message =
                    Message::new(format!("there is no rule `{code}`"), format!("没有规则 `{code}`"));
                (message, self.unknown(code))
            }
        };
        let finding = Diagnostic::warning(Code::InvalidValue, message).pointer("/check/levels");
        Some(finding.hint(en, zh_cn))
    }

    /// The level that a rule which is no wording has in this library.
    pub fn level(&self, rule: &Rule) -> CheckLevel {
        self.levels.get(&rule.code).copied().unwrap_or(rule.level)
    }

    /// The rules of the program, without a library.
    pub fn built_in(today: &str, overrides: Overrides) -> Self {
        Self {
            today: today.to_string(),
            jurisdictions: Vec::new(),
            wording: WordingRules::built_in(),
            levels: BTreeMap::new(),
            overrides,
        }
    }

    fn add_pack(&mut self, catalog: &mut Catalog, index: usize, name: &str) -> Vec<Diagnostic> {
        let pointer = format!("/check/packs/{index}");
        let at = catalog.settings_node.nearest(&pointer);
        let text = fs::read_inside(&catalog.root, name, PACK_LIMIT)
            .and_then(|bytes| fs::text_of(bytes, name).map_err(|fault| fault.message));
        let text = match text {
            Ok(text) => text,
            Err(message) => {
                return vec![Diagnostic::error(Code::InvalidValue, message).at(at).pointer(pointer).hint(
                    "name a pack of wording rules inside the library; `rolebook schema wording` has its form",
                    "请写岗位库内的用语规则包；其格式见 `rolebook schema wording`",
                )];
            }
        };
        let source = catalog.sources.add(catalog.root.join(name), &text);
        match self.wording.with_pack(&catalog.sources, source) {
            Ok(rules) => {
                self.wording = rules;
                Vec::new()
            }
            Err(faults) => faults,
        }
    }

    /// The day on which roles are checked, ISO 8601.
    pub fn today(&self) -> &str {
        &self.today
    }

    /// The wording rules, at the levels that the library gives them.
    pub fn wording(&self) -> &WordingRules {
        &self.wording
    }

    /// Every code that a finding can have, sorted.
    pub fn codes(&self) -> Vec<String> {
        let own = registry::rules().map(|rule| rule.code.clone());
        let wording = self.wording.rules().iter().map(|rule| rule.code.as_str().to_string());
        own.chain(wording).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether a code, or a ground of wording rules, is known.
    pub fn knows(&self, code: &str) -> bool {
        registry::rule(code).is_some()
            || self.wording.rules().iter().any(|rule| rule.code.as_str() == code || rule.ground() == code)
    }

    /// What to do about a code that is not known, in both languages.
    pub fn unknown(&self, code: &str) -> (String, String) {
        let codes = self.codes();
        let grounds = self.wording.rules().iter().map(super::wording::Rule::ground);
        match did_you_mean(code, codes.iter().map(String::as_str).chain(grounds)) {
            Some(near) => (format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")),
            None => (
                "`rolebook explain` lists all rules".to_string(),
                "`rolebook explain` 可列出全部规则".to_string(),
            ),
        }
    }

    /// Everything about one role of a library: its structure and what the rules find.
    pub fn role(&self, catalog: &Catalog, id: &str) -> CheckedRole {
        let Some(node) = catalog.roles.get(id) else { return CheckedRole::default() };
        let mut findings = history::check_file(catalog, node);
        findings.extend(typography::check_file(catalog, node));
        let (resolved, found) = resolve_as_far_as_possible(catalog, id);
        findings.extend(found);
        let Some(resolved) = resolved else { return CheckedRole { findings, facts: None } };
        let languages = resolved.languages(catalog.settings.document_languages());
        findings.extend(check(catalog, &resolved, &languages));
        findings.extend(self.rules(catalog, &resolved));
        let scene = self.scene(catalog, &resolved);
        let facts = consistency::facts(&scene, catalog.settings.document_languages()[0]);
        CheckedRole { findings: self.graded(findings), facts: Some(facts) }
    }

    /// The days that a role names, beside the one on which it is checked.
    pub fn days(&self, resolved: &ResolvedRole) -> Days {
        Days::of(&resolved.role, &self.today)
    }

    /// What the rules find in a role beyond its structure, at the levels that hold.
    pub fn beyond_structure(&self, catalog: &Catalog, resolved: &ResolvedRole) -> Vec<Diagnostic> {
        self.graded(self.rules(catalog, resolved))
    }

    fn rules(&self, catalog: &Catalog, resolved: &ResolvedRole) -> Vec<Diagnostic> {
        let scene = self.scene(catalog, resolved);
        let mut findings = completeness::check(&scene);
        findings.extend(writing::check(&scene));
        findings.extend(weights::check(&scene));
        findings.extend(numbers::check(&scene));
        findings.extend(overlay::check(&scene));
        findings.extend(history::check(&scene));
        findings.extend(posting::check(&scene));
        findings.extend(opening::check(&scene));
        findings.extend(wording::check(&catalog.sources, resolved, &self.wording));
        findings
    }

    fn scene<'a>(&'a self, catalog: &'a Catalog, resolved: &'a ResolvedRole) -> Scene<'a> {
        Scene::new(catalog, resolved, &self.jurisdictions, &self.today)
    }

    /// What the rules find in the settings.
    pub fn settings(&self, catalog: &Catalog) -> Vec<Diagnostic> {
        let mut findings = check_settings(catalog);
        findings.extend(wording::check_settings(&catalog.sources, &catalog.settings_node, &self.wording));
        self.graded(findings)
    }

    /// What is wrong between roles, each with the role that it is about.
    pub fn library(&self, facts: &[Facts]) -> Vec<(String, Diagnostic)> {
        let found = consistency::check(facts);
        found.into_iter().filter_map(|(id, it)| Some((id, self.grade(it)?))).collect()
    }

    /// Findings at the levels that hold; what is not to be reported is left out.
    pub fn graded(&self, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        findings.into_iter().filter_map(|finding| self.grade(finding)).collect()
    }

    fn grade(&self, mut finding: Diagnostic) -> Option<Diagnostic> {
        let code = finding.code.as_str();
        let ground = self.wording.rule(code).map(super::wording::Rule::ground);
        let named = |list: &[String]| list.iter().any(|it| it == code || Some(it.as_str()) == ground);
        // A code can stand for an error here and a warning there: only of one that is a
        // warning can the level be another.
        let is_error = finding.severity == Severity::Error;
        let fixed = registry::rule(code).is_some_and(|rule| rule.structural)
            || is_error && Code::BUILT_IN.contains(&finding.code);
        // In what cannot be read the rules that were selected find nothing.
        let is_selected = self.overrides.select.is_empty() || named(&self.overrides.select);
        if !(is_selected || fixed && is_error) {
            return None;
        }
        if finding.honored {
            return Some(finding);
        }
        if !fixed && let Some(&level) = self.levels.get(code) {
            finding.severity = registry::severity(level)?;
        }
        if named(&self.overrides.allow) && !fixed {
            return None;
        }
        let denied = self.overrides.deny_warnings && finding.severity == Severity::Warning;
        if denied || named(&self.overrides.deny) {
            finding.severity = Severity::Error;
        }
        Some(finding)
    }
}
