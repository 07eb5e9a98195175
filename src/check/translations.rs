//! Owns the check that a text has the language of each document. May import
//! `resolve` and everything below it.

use crate::diagnostic::{Code, Diagnostic, Message};
use crate::json::{Node, join_pointer};
use crate::model::Language;
use crate::resolve::ResolvedRole;

pub(super) fn check(resolved: &ResolvedRole, languages: &[Language]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for member in resolved.tree.members().iter().filter(|member| &*member.key != "notes") {
        walk(&member.value, &join_pointer("", &member.key), languages, &mut findings);
    }
    findings
}

fn walk(node: &Node, pointer: &str, languages: &[Language], findings: &mut Vec<Diagnostic>) {
    let members = node.members();
    let is_text = !members.is_empty() && members.iter().all(|it| Language::from_tag(&it.key).is_some());
    if is_text {
        let has_words = |node: &Node| node.as_str().is_some_and(|text| !text.trim().is_empty());
        let tags: Vec<&str> = members.iter().filter(|it| has_words(&it.value)).map(|it| &*it.key).collect();
        if tags.is_empty() {
            // It shows nothing in any language.
            return;
        }
        let found = tags.join(", ");
        for language in languages.iter().filter(|language| !tags.contains(&language.tag())) {
            findings.push(
                Diagnostic::warning(
                    Code::MissingTranslation,
                    Message::new(
                        format!("the text has no {language}; the {language} document shows {found} instead"),
                        format!("文字缺少 {language} 版本，{language} 文档将显示 {found} 版本"),
                    ),
                )
                .at(node.span)
                .pointer(pointer)
                .hint(format!("write \"{language}\": \"…\""), format!("请补上 \"{language}\": \"…\"")),
            );
        }
        return;
    }
    for (index, item) in node.items().iter().enumerate() {
        walk(item, &join_pointer(pointer, index), languages, findings);
    }
    for member in members {
        walk(&member.value, &join_pointer(pointer, &member.key), languages, findings);
    }
}
