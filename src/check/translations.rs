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
    let tags: Vec<&str> = node.members().iter().map(|member| &*member.key).collect();
    let is_text = !tags.is_empty() && tags.iter().all(|tag| Language::from_tag(tag).is_some());
    if is_text {
        for language in languages.iter().filter(|language| !tags.contains(&language.tag())) {
            let found = tags.join(", ");
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
                .hint(format!("add \"{language}\": \"…\""), format!("请补上 \"{language}\": \"…\"")),
            );
        }
        return;
    }
    for (index, item) in node.items().iter().enumerate() {
        walk(item, &join_pointer(pointer, index), languages, findings);
    }
    for member in node.members() {
        walk(&member.value, &join_pointer(pointer, &member.key), languages, findings);
    }
}
