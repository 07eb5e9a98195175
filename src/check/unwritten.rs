//! Owns the check that no text is still that of the skeleton which a new role
//! starts from, and the form of such a text. May import `resolve` and everything
//! below it.

use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::json::{Node, Pointer};
use crate::model::Language;
use crate::resolve::ResolvedRole;
use crate::source::Sources;

/// What marks a text that is still to be written, wherever in it the mark stands. A
/// text that is meant so can hardly have it, and templates print it as it stands.
fn mark(language: Language) -> &'static str {
    match language {
        Language::ZhCn => "〔待填写：",
        Language::En => "[to write: ",
    }
}

/// The text to stand in a skeleton where `what` is to be written.
pub fn to_write(language: Language, what: &Message) -> String {
    match language {
        Language::ZhCn => format!("{}{}〕", mark(language), what.zh_cn),
        Language::En => format!("{}{}]", mark(language), what.en),
    }
}

/// Whether any text of a role, but for the author's notes, has the mark.
pub fn is_unwritten(resolved: &ResolvedRole) -> bool {
    fn any(node: &Node) -> bool {
        let is_marked = |text: &str| Language::ALL.iter().any(|&language| text.contains(mark(language)));
        node.as_str().is_some_and(is_marked)
            || node.items().iter().any(any)
            || node.members().iter().any(|member| any(&member.value))
    }
    resolved.tree.members().iter().any(|member| &*member.key != "notes" && any(&member.value))
}

pub(super) fn check(catalog: &Catalog, resolved: &ResolvedRole) -> Vec<Diagnostic> {
    let mut walk = Walk { sources: &catalog.sources, findings: Vec::new() };
    // Variables are used up in a resolved role; those of the role itself are
    // named where they are written, not where they are printed.
    if let Some(variables) = catalog.roles.get(&resolved.id).and_then(|node| node.get("variables")) {
        walk.node(variables, &Pointer::Root.key("variables"));
    }
    for member in resolved.tree.members().iter().filter(|member| &*member.key != "notes") {
        walk.node(&member.value, &Pointer::Root.key(&member.key));
    }
    walk.findings
}

struct Walk<'a> {
    sources: &'a Sources,
    findings: Vec<Diagnostic>,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node, pointer: &Pointer<'_>) {
        // The languages of one text are one finding, at the first of them.
        let texts = node.members().iter().filter(|member| Language::from_tag(&member.key).is_some());
        let marked: Vec<&Node> =
            texts.map(|member| &member.value).chain([node]).filter(|node| self.unwritten(node)).collect();
        if let Some(first) = marked.first() {
            let found = |language: Language| {
                let own = node.get(language.tag()).filter(|own| self.unwritten(own));
                own.unwrap_or(first).as_str().unwrap_or_default()
            };
            let message = Message::new(
                format!("this is still to be written: {}", found(Language::En)),
                format!("此处尚未填写：{}", found(Language::ZhCn)),
            );
            let finding = Diagnostic::warning(Code::Unwritten, message).at(first.span).pointer(pointer);
            self.findings.push(
                finding
                    .hint(
                        "write it in every language, or remove the entry if the role does not need it",
                        "请写出各语言的内容；如不需要，请删去该项",
                    )
                    .brief(found(Language::En), found(Language::ZhCn)),
            );
            return;
        }
        for (index, item) in node.items().iter().enumerate() {
            self.node(item, &pointer.item(index));
        }
        for member in node.members() {
            self.node(&member.value, &pointer.key(&member.key));
        }
    }

    /// Whether a text has the mark, and has it where it was written: what a
    /// placeholder brought in is reported at the variable.
    fn unwritten(&self, node: &Node) -> bool {
        let marked = |text: &str| Language::ALL.iter().any(|&language| text.contains(mark(language)));
        node.as_str().is_some_and(marked) && marked(self.sources.text(node.span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_to_write_has_the_mark_of_its_language() {
        let what = Message::new("summary", "岗位概述");
        assert_eq!(to_write(Language::ZhCn, &what), "〔待填写：岗位概述〕");
        assert_eq!(to_write(Language::En, &what), "[to write: summary]");
    }
}
