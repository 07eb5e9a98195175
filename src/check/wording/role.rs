//! Owns the walk over the texts of a resolved role, and the findings in them. May import
//! `scan`, `resolve` and everything below it.
//!
//! Which values are texts is said by the model. Names of people, organizations and
//! places are left alone, and so are signatures, revisions and the author's notes.

use super::rules::{Rule, WordingRules};
use super::scan::WordingHit;
use crate::diagnostic::{Code, Diagnostic, Message, Severity};
use crate::json::{Node, Pointer, written_range};
use crate::model::{CheckLevel, Language, Shape, Text, WordingField, is_id, role_shape};
use crate::resolve::ResolvedRole;
use crate::source::{Sources, Span};

/// Every wording in a role that a rule finds fault with, at the place that wrote it. What
/// a `lawful_exception` on the value justifies is worth knowing and no fault.
pub fn check(sources: &Sources, resolved: &ResolvedRole, rules: &WordingRules) -> Vec<Diagnostic> {
    let mut walk = Walk { sources, rules, findings: Vec::new() };
    for member in resolved.tree.members() {
        if let Some(property) = role_shape().property(&member.key) {
            walk.node(&member.value, property, &Pointer::Root.key(&member.key), None);
        }
    }
    walk.findings
}

/// The same in the texts of `rolebook.json` that postings show.
pub fn check_settings(sources: &Sources, settings: &Node, rules: &WordingRules) -> Vec<Diagnostic> {
    let mut walk = Walk { sources, rules, findings: Vec::new() };
    for (outer, inner) in [("organization", "overview"), ("site", "about")] {
        let Some(node) = settings.get(outer).and_then(|node| node.get(inner)) else { continue };
        let outer = Pointer::Root.key(outer);
        walk.words(node, WordingField::Text, &outer.key(inner), None);
    }
    walk.findings
}

/// The kind of a field of the model; none if no rule looks at it.
fn field(pointer: &Pointer<'_>) -> Option<WordingField> {
    let (mut top, mut next, mut last, mut in_exception) = ("", "", "", false);
    let mut rest = pointer;
    while let Some((before, key)) = rest.last() {
        last = if std::ptr::eq(rest, pointer) { key } else { last };
        in_exception |= key == "lawful_exception";
        (top, next) = (key, top);
        rest = before;
    }
    Some(match (top, next) {
        ("title" | "alternate_titles", _) | ("posting", "title") => WordingField::Title,
        ("duties" | "authorities" | "kpis" | "records", _) => WordingField::Duty,
        ("relations", _) if matches!(last, "purpose" | "mode") => WordingField::Duty,
        ("relations", _) => return None,
        ("qualifications", _) if in_exception => return None,
        ("qualifications", _) => WordingField::Requirement,
        ("conditions" | "employment", _) => WordingField::Condition,
        ("compensation", _) => WordingField::Benefit,
        ("posting", "contact" | "applicant_regions") => return None,
        ("summary" | "purpose" | "background" | "confidentiality_statement" | "posting" | "sections", _) => {
            WordingField::Text
        }
        ("career", "description") => WordingField::Text,
        _ => return None,
    })
}

struct Walk<'a> {
    sources: &'a Sources,
    rules: &'a WordingRules,
    findings: Vec<Diagnostic>,
}

impl Walk<'_> {
    /// `exception` is the one that the author claims for the value or one above it.
    fn node(&mut self, node: &Node, shape: &Shape<'_>, pointer: &Pointer<'_>, exception: Option<Claim>) {
        if shape.is_text {
            let Some(field) = field(pointer).filter(|_| !shape.is_own_name) else { return };
            let is_reference = shape.reference.is_some() && node.as_str().is_some_and(is_id);
            if !is_reference {
                self.words(node, field, pointer, exception);
            }
            return;
        }
        for (index, item) in node.items().iter().enumerate() {
            if let Some(of_items) = &shape.items {
                self.node(item, of_items, &pointer.item(index), claimed(item).or(exception));
            }
        }
        for member in node.members() {
            if let Some(property) = shape.property(&member.key) {
                let exception = claimed(&member.value).or(exception);
                self.node(&member.value, property, &pointer.key(&member.key), exception);
            }
        }
    }

    /// A text, in each language that it has.
    fn words(&mut self, node: &Node, field: WordingField, pointer: &Pointer<'_>, exception: Option<Claim>) {
        if let Some(words) = node.as_str() {
            self.text((node, words), None, field, pointer, exception);
        }
        for member in node.members() {
            if let Some(words) = member.value.as_str() {
                let language = Language::from_tag(&member.key);
                let pointer = pointer.key(&member.key);
                self.text((&member.value, words), language, field, &pointer, exception);
            }
        }
    }

    fn text(
        &mut self,
        (node, words): (&Node, &str),
        language: Option<Language>,
        field: WordingField,
        pointer: &Pointer<'_>,
        exception: Option<Claim>,
    ) {
        for hit in self.rules.scan(words, language, field) {
            let written = self.sources.text(node.span);
            let span = match written_range(written, words, hit.range.clone()) {
                Some(range) => {
                    let start = node.span.start as usize;
                    Span::new(node.span.source, start + range.start..start + range.end)
                }
                // What a placeholder brought in was written elsewhere.
                None => node.span,
            };
            let finding = finding(&hit, words).at(span).pointer(pointer);
            self.findings.push(match exception {
                Some(claim) => claim.answer(hit.rule, finding),
                None => finding,
            });
        }
    }
}

/// An exception that an author claims for a value.
#[derive(Debug, Clone, Copy)]
struct Claim {
    span: Span,
    /// Whether it names the law that allows it and says why that law applies.
    is_complete: bool,
}

impl Claim {
    /// A finding of a rule, and what the claim does about it.
    fn answer(self, rule: &Rule, finding: Diagnostic) -> Diagnostic {
        let claimed = Message::new("the exception claimed for it", "所主张的法定例外");
        if rule.definition.lawful_exception != Some(true) {
            let (ground, ground_zh) = both(Some(&rule.ground_name));
            return finding.related(self.span, claimed).hint(
                format!("{ground} admits no exception: the one that is claimed changes nothing; drop it and the wording"),
                format!("{ground_zh}方面没有法定例外，所主张的例外不起作用；请连同该用语一并删去"),
            );
        }
        if !self.is_complete {
            return finding.related(self.span, claimed).hint(
                "an exception needs both `basis`, the law, and `reason`, why it applies to this position",
                "法定例外须同时填写 `basis`（法律依据）和 `reason`（本岗位适用的理由）",
            );
        }
        Diagnostic { severity: Severity::Info, honored: true, reason: None, hints: Vec::new(), ..finding }
            .related(self.span, claimed)
            .hint("nothing to do as long as the exception holds", "只要例外成立，无须处理")
    }
}

/// The exception that the author claims for a value, if it says anything.
fn claimed(node: &Node) -> Option<Claim> {
    let exception = node.get("lawful_exception")?;
    let says = |node: &Node| {
        let mut says = false;
        node.visit_strings(&mut |words| says |= !words.trim().is_empty());
        says
    };
    let has = |key: &str| exception.get(key).is_some_and(says);
    says(exception).then(|| Claim { span: exception.span, is_complete: has("basis") && has("reason") })
}

/// What is said about a hit in a text, without its place.
pub(in crate::check) fn finding(hit: &WordingHit<'_>, text: &str) -> Diagnostic {
    let rule = hit.rule;
    let found =
        text.get(hit.range.clone()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let (ground, ground_zh) = both(Some(&rule.ground_name));
    let message =
        Message::new(format!("`{found}` is a wording about {ground}"), format!("“{found}”涉及{ground_zh}"));
    let code = Code::Rule(rule.code);
    let finding = match rule.level {
        CheckLevel::Error => Diagnostic::error(code, message),
        CheckLevel::Warning => Diagnostic::warning(code, message),
        CheckLevel::Info | CheckLevel::Off => Diagnostic::info(code, message),
    };
    let (why, why_zh) = reason(rule);
    let finding = if why.is_empty() { finding } else { finding.reason(why, why_zh) };
    let (remedy, remedy_zh) = both(rule.definition.remedy.as_ref());
    if remedy.is_empty() { finding } else { finding.hint(remedy, remedy_zh) }
}

/// Why a rule is there, and by which article; and whether nobody found the article.
fn reason(rule: &Rule) -> (String, String) {
    let (why, why_zh) = both(rule.definition.explanation.as_ref());
    let (article, article_zh) = both(rule.definition.article.as_ref());
    if article.is_empty() {
        return (why, why_zh);
    }
    let known = rule.definition.verified == Some(true);
    (
        format!("{why} ({article}{})", if known { "" } else { "; not verified" }),
        format!("{why_zh}（{article_zh}{}）", if known { "" } else { "；未经核实" }),
    )
}

/// A text in English and in Chinese; the one where the other is missing.
fn both(text: Option<&Text>) -> (String, String) {
    let of =
        |language| text.and_then(|text| text.get_or_any(language)).map_or("", |(words, _)| words).to_string();
    (of(Language::En), of(Language::ZhCn))
}
