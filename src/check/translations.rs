//! Owns the check that a text has the language of each document. May import
//! `resolve` and everything below it.
//!
//! Which values are texts is said by the model; one that is a person's own name
//! (`x-own-name` in its schema) is written alike in every language.

use crate::diagnostic::{Code, Diagnostic, Message};
use crate::json::{Node, Pointer};
use crate::model::{Language, Shape, is_id, role_shape};
use crate::resolve::ResolvedRole;

pub(super) fn check(resolved: &ResolvedRole, languages: &[Language]) -> Vec<Diagnostic> {
    let mut walk = Walk { languages, findings: Vec::new() };
    for member in resolved.tree.members().iter().filter(|member| &*member.key != "notes") {
        if let Some(property) = role_shape().property(&member.key) {
            walk.node(&member.value, property, &Pointer::Root.key(&member.key));
        }
    }
    walk.findings
}

struct Walk<'a> {
    languages: &'a [Language],
    findings: Vec<Diagnostic>,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node, shape: &Shape<'_>, pointer: &Pointer<'_>) {
        if shape.is_text {
            match node.as_str() {
                Some(words) if shape.is_own_name || shape.reference.is_some() && is_id(words) => {}
                Some(words) => self.plain(node, words, pointer),
                None => self.per_language(node, pointer),
            }
            return;
        }
        for (index, item) in node.items().iter().enumerate() {
            if let Some(of_items) = &shape.items {
                self.node(item, of_items, &pointer.item(index));
            }
        }
        for member in node.members() {
            if let Some(property) = shape.property(&member.key) {
                self.node(&member.value, property, &pointer.key(&member.key));
            }
        }
    }

    fn per_language(&mut self, node: &Node, pointer: &Pointer<'_>) {
        let has_words = |node: &Node| node.as_str().is_some_and(|text| !text.trim().is_empty());
        let written = node.members().iter().filter(|member| has_words(&member.value));
        let tags: Vec<&str> = written.map(|member| &*member.key).collect();
        let found = tags.join(", ");
        if tags.is_empty() {
            // It shows nothing in any language.
            return;
        }
        for language in self.languages.iter().filter(|language| !tags.contains(&language.tag())) {
            let message = Message::new(
                format!("the text has no {language}; the {language} document shows {found} instead"),
                format!("文字缺少 {language} 版本，{language} 文档将显示 {found} 版本"),
            );
            let finding =
                Diagnostic::warning(Code::MissingTranslation, message).at(node.span).pointer(pointer);
            self.findings.push(
                finding
                    .hint(format!("write \"{language}\": \"…\""), format!("请补上 \"{language}\": \"…\""))
                    .brief(format!("no {language}"), format!("缺少 {language} 版本")),
            );
        }
    }

    /// One string for every language serves an English document unless it is Chinese.
    fn plain(&mut self, node: &Node, words: &str, pointer: &Pointer<'_>) {
        if !self.languages.contains(&Language::En) || !words.chars().any(is_han) {
            return;
        }
        let message = Message::new(
            "the text is one string for every language, and Chinese; the en document shows it as it stands",
            "此处一段文字用于所有语言，但它是中文，en 文档将照样显示",
        );
        let finding = Diagnostic::warning(Code::MissingTranslation, message).at(node.span).pointer(pointer);
        self.findings.push(
            finding
                .hint(
                    "write it per language: { \"zh-CN\": \"…\", \"en\": \"…\" }",
                    "请按语言分写：{ \"zh-CN\": \"…\", \"en\": \"…\" }",
                )
                .brief("Chinese only", "只有中文"),
        );
    }
}

/// Whether a character is a Chinese one: those of Unicode's script Han in use.
fn is_han(c: char) -> bool {
    matches!(c, '々' | '〇' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}
