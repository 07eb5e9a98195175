//! Owns the checks of how texts are typed, each of which has one safe answer. May import
//! `scene` and `registry`.

use std::ops::Range;

use super::registry::finding;
use super::scene::is_han;
use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Message};
use crate::json::{Node, Pointer, written_range};
use crate::model::{Shape, role_shape};
use crate::source::Span;

pub(super) const RULES: &str = include_str!("typography.json");

/// Marks of Latin width and what they are between Chinese characters. A full stop is none
/// of them: it parts the names of a domain too.
const WIDE: [(char, char); 5] = [(',', '，'), (';', '；'), (':', '：'), ('?', '？'), ('!', '！')];

/// Marks that stand alone.
const SINGLE: &str = "，。；：、？！";

/// A part of a text, what takes its place, and the rule that says so.
type Slip = (&'static str, Range<usize>, String);

/// The slips in the texts of a file.
pub(super) fn check_file(catalog: &Catalog, role: &Node) -> Vec<Diagnostic> {
    let mut walk = Walk { catalog, findings: Vec::new() };
    for member in role.members().iter().filter(|it| &*it.key != "notes") {
        if let Some(property) = role_shape().property(&member.key) {
            // What a variable begins and ends with stands beside other words.
            let is_whole = &*member.key != "variables";
            walk.node(&member.value, property, &Pointer::Root.key(&member.key), is_whole);
        }
    }
    walk.findings
}

struct Walk<'a> {
    catalog: &'a Catalog,
    findings: Vec<Diagnostic>,
}

impl Walk<'_> {
    /// `is_whole` says that spaces at the ends of a text say nothing.
    fn node(&mut self, node: &Node, shape: &Shape<'_>, pointer: &Pointer<'_>, is_whole: bool) {
        if shape.is_text {
            self.text(node, pointer, is_whole);
            for member in node.members() {
                self.text(&member.value, &pointer.key(&member.key), is_whole);
            }
            return;
        }
        for (index, item) in node.items().iter().enumerate() {
            if let Some(of_items) = &shape.items {
                self.node(item, of_items, &pointer.item(index), is_whole);
            }
        }
        for member in node.members() {
            if let Some(property) = shape.member(&member.key) {
                self.node(&member.value, property, &pointer.key(&member.key), is_whole);
            }
        }
    }

    fn text(&mut self, node: &Node, pointer: &Pointer<'_>, is_whole: bool) {
        let Some(text) = node.as_str().filter(|text| may_have_slips(text)) else { return };
        let kept = left_alone(text);
        for (code, range, with) in slips(text) {
            let is_at_end = range.start == 0 || range.end == text.len();
            let is_kept = kept.iter().any(|kept| kept.start < range.end && range.start < kept.end);
            if !is_kept && (is_whole || !is_at_end || code != "stray_space") {
                self.findings.extend(report(self.catalog, node, pointer, (code, range, with)));
            }
        }
    }
}

/// Whether a look at each character finds nothing that could be a slip: so it is with
/// nearly all texts.
fn may_have_slips(text: &str) -> bool {
    let mut before = None;
    for c in text.chars() {
        let is_near = match c {
            ' ' => matches!(before, None | Some(' ')),
            _ if c.is_ascii() => WIDE.iter().any(|it| it.0 == c) && before.is_some_and(is_han),
            _ => before == Some(c) && SINGLE.contains(c) || is_wide_alphanumeric(c),
        };
        if is_near {
            return true;
        }
        before = Some(c);
    }
    before == Some(' ')
}

/// The parts of a text that are no prose: code, addresses, and where links lead.
fn left_alone(text: &str) -> Vec<Range<usize>> {
    let mut kept = Vec::new();
    let mut ticks = text.match_indices('`').map(|(at, _)| at);
    while let (Some(start), Some(end)) = (ticks.next(), ticks.next()) {
        kept.push(start..end);
    }
    for (start, _) in text.match_indices("](") {
        kept.push(start..text[start..].find(')').map_or(text.len(), |length| start + length));
    }
    let ends_address = |c: char| c.is_whitespace() || "<>()（）《》“”，。；、".contains(c);
    let marks = text.match_indices("://").chain(text.match_indices('@'));
    for (at, mark) in marks {
        let start = at - text[..at].rsplit(ends_address).next().map_or(0, str::len);
        let after = at + mark.len();
        kept.push(start..text[after..].find(ends_address).map_or(text.len(), |length| after + length));
    }
    kept
}

fn report(
    catalog: &Catalog,
    node: &Node,
    pointer: &Pointer<'_>,
    (code, range, with): Slip,
) -> Option<Diagnostic> {
    let text = node.as_str()?;
    let written = written_range(catalog.sources.text(node.span), text, range.clone())?;
    let start = node.span.start as usize;
    let span = Span::new(node.span.source, start + written.start..start + written.end);
    let found = &text[range];
    let message = match code {
        "stray_space" => Message::new("there are spaces that say nothing", "有多余的空格"),
        "repeated_punctuation" => Message::new(format!("`{found}` is typed twice"), format!("“{found}”重复")),
        "halfwidth_punctuation" => Message::new(
            format!("`{found}` stands between Chinese characters"),
            format!("中文之间用了半角标点“{found}”"),
        ),
        _ => Message::new(
            format!("`{found}` is typed in full-width letters or digits"),
            format!("“{found}”用了全角字母或数字"),
        ),
    };
    let (en, zh_cn) = if with.trim().is_empty() {
        ("remove them".to_string(), "请删去".to_string())
    } else {
        (format!("write `{with}`"), format!("请写“{with}”"))
    };
    Some(finding(code, message).at(span).pointer(pointer).fix(span, with).hint(
        format!("{en}; `rolebook check --fix` does it"),
        format!("{zh_cn}；`rolebook check --fix` 可自动改正"),
    ))
}

fn slips(text: &str) -> Vec<Slip> {
    let mut slips = Vec::new();
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let at = |index: usize| chars.get(index).map(|it| it.1);
    let place = |index: usize| chars.get(index).map_or(text.len(), |it| it.0);
    let mut index = 0;
    while let Some(c) = at(index) {
        let mut end = index + 1;
        let before = index.checked_sub(1).and_then(at);
        if c == ' ' {
            while at(end) == Some(' ') {
                end += 1;
            }
            let outer = before.is_none() || at(end).is_none();
            // Spaces at the ends of a line are Markdown.
            let inner = end - index > 1 && before != Some('\n') && !matches!(at(end), Some('\n' | '|'));
            let inner = inner && before != Some('|');
            // A text of spaces is one in which nothing is written.
            if (outer || inner) && end - index < chars.len() {
                let with = if outer { "" } else { " " };
                slips.push(("stray_space", place(index)..place(end), with.to_string()));
            }
        } else if SINGLE.contains(c) && at(end) == Some(c) {
            while at(end) == Some(c) {
                end += 1;
            }
            // More than two are meant: ？？？
            if end - index == 2 && !"？！".contains(c) {
                slips.push(("repeated_punctuation", place(index)..place(end), c.to_string()));
            }
        } else if let Some((_, wide)) = WIDE.iter().find(|it| it.0 == c) {
            if before.is_some_and(is_han) && at(end).is_some_and(is_han) {
                slips.push(("halfwidth_punctuation", place(index)..place(end), wide.to_string()));
            }
        } else if is_wide_alphanumeric(c) {
            while at(end).is_some_and(is_wide_alphanumeric) {
                end += 1;
            }
            let narrow = |c: &(usize, char)| char::from_u32(u32::from(c.1) - 0xfee0);
            let with: String = chars[index..end].iter().filter_map(narrow).collect();
            slips.push(("fullwidth_alphanumeric", place(index)..place(end), with));
        }
        index = end;
    }
    slips
}

fn is_wide_alphanumeric(c: char) -> bool {
    matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> String {
        let mut text = text.to_string();
        let kept = left_alone(&text);
        for (_, range, with) in slips(&text).into_iter().rev() {
            assert!(may_have_slips(&text), "{text}");
            if kept.iter().all(|kept| kept.end <= range.start || range.end <= kept.start) {
                text.replace_range(range, &with);
            }
        }
        text
    }

    #[test]
    fn slips_of_typing_are_mended_and_markup_is_left_alone() {
        assert_eq!(mended("负责客户,维护关系;回访"), "负责客户，维护关系；回访");
        assert_eq!(mended(" ＣＲＭ系统，，２０２６年  使用 "), "CRM系统，2026年 使用");
        for innocent in [
            "合计 1,000 元，比例 3:1",
            "第一行  \n第二行",
            "- 甲\n  - 乙",
            "| 甲  |  乙 |",
            "见 a.b,c",
            "见 https://招聘.公司.中国/岗位?甲:乙",
            "写信给张三@公司.中国",
            "见[制度](制度,附件.文件)",
            "输入`全  码,甲`",
            "   ",
            "真的？？",
        ] {
            assert_eq!(mended(innocent), innocent);
        }
    }
}
