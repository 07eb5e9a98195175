//! Owns the check that a text and its translation have the same numbers. May import
//! `compare`, `scene` and `registry`.

use super::registry::finding;
use super::scene::Scene;
use crate::compare::{Figure, figures};
use crate::diagnostic::{Diagnostic, Message};
use crate::json::{Node, Pointer};
use crate::model::Language;

pub(super) const RULES: &str = include_str!("numbers.json");

pub(super) fn check(scene: &Scene<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for member in scene.resolved.tree.members().iter().filter(|member| &*member.key != "notes") {
        walk(&member.value, &Pointer::Root.key(&member.key), &mut findings);
    }
    findings
}

fn walk(node: &Node, pointer: &Pointer<'_>, findings: &mut Vec<Diagnostic>) {
    let of = |language: Language| node.get(language.tag()).and_then(Node::as_str);
    if let (Some(chinese), Some(english)) = (of(Language::ZhCn), of(Language::En)) {
        let has_digit = |text: &str| text.bytes().any(|b| b.is_ascii_digit());
        // Numbers that nobody wrote in digits in either are a matter of style.
        if has_digit(chinese) && has_digit(english) {
            findings.extend(differing(node, pointer, chinese, english));
        }
        return;
    }
    for (index, item) in node.items().iter().enumerate() {
        walk(item, &pointer.item(index), findings);
    }
    for member in node.members() {
        walk(&member.value, &pointer.key(&member.key), findings);
    }
}

/// A finding if each of the two has a number in digits that the other has nowhere: one
/// alone may be the way of a language.
fn differing(node: &Node, pointer: &Pointer<'_>, chinese: &str, english: &str) -> Option<Diagnostic> {
    let (own, other) = (figures(chinese), figures(english));
    let alone = |of: &[Figure], among: &[Figure]| -> Vec<String> {
        let lost = of.iter().filter(|it| it.in_digits && !among.iter().any(|that| that.same(it)));
        lost.map(|it| it.written.clone()).collect()
    };
    let (only_chinese, only_english) = (alone(&own, &other), alone(&other, &own));
    if only_chinese.is_empty() || only_english.is_empty() {
        return None;
    }
    let (zh, en) = (only_chinese.join("、"), only_english.join(", "));
    let message = Message::new(
        format!("the numbers of the languages differ: zh-CN has {zh}, en has {en}"),
        format!("两种语言的数字不一致：zh-CN 为 {zh}，en 为 {en}"),
    );
    let place = node.get(Language::En.tag()).map_or(node.span, |node| node.span);
    let finding = finding("translation_numbers_differ", message).at(place).pointer(pointer);
    let related = node.get(Language::ZhCn.tag()).map(|node| node.span);
    let finding = match related {
        Some(span) => finding.related(span, Message::new("the Chinese text", "中文")),
        None => finding,
    };
    Some(finding.hint("correct the one that is wrong", "请改正写错的一种语言"))
}
