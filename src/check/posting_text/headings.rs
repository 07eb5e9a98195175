//! Owns what the headings of a posting say about the lines below them. May import
//! `model`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::model::WordingField;

/// The words of headings, by the kind of what stands below.
static HEADINGS: LazyLock<BTreeMap<WordingField, Vec<String>>> =
    LazyLock::new(|| serde_json::from_str(include_str!("headings.json")).expect("the headings parse"));

/// A heading with nothing behind it has at most so many characters.
const LONGEST: usize = 24;

/// The kind of field that each line stands in.
pub(super) fn fields<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<WordingField> {
    let mut current = WordingField::Text;
    let mut fields = Vec::new();
    for line in lines {
        let (label, content) = split(line);
        match named(&label) {
            // The name of the position is on the line itself.
            Some(WordingField::Title) => {
                fields.push(WordingField::Title);
                continue;
            }
            Some(field) => current = field,
            None if content.is_none() && fields.is_empty() && is_title(&label) => {
                fields.push(WordingField::Title);
                continue;
            }
            None => {}
        }
        fields.push(current);
    }
    fields
}

/// A line without its number and marks, up to a colon; and whether something follows.
fn split(line: &str) -> (String, Option<&str>) {
    let is_mark = |c: char| !c.is_alphabetic() || "一二三四五六七八九十".contains(c);
    let marks = line.char_indices().find(|&(_, c)| !is_mark(c)).map_or(line.len(), |(at, _)| at);
    // Only what a number or a mark ends is one: 三班倒 is none.
    let start = line[..marks]
        .rfind(|c: char| !c.is_alphanumeric())
        .map_or(0, |at| at + line[at..].chars().next().map_or(0, char::len_utf8));
    let rest = &line[start..];
    let (label, content) = match rest.split_once([':', '：']) {
        Some((label, content)) => (label, Some(content.trim()).filter(|content| !content.is_empty())),
        None => (rest, None),
    };
    let is_edge = |c: char| !c.is_alphanumeric() && !matches!(c, ')' | '）');
    (label.trim_matches(is_edge).to_lowercase(), content)
}

fn named(label: &str) -> Option<WordingField> {
    if label.chars().count() > LONGEST {
        return None;
    }
    HEADINGS.iter().find(|(_, words)| words.iter().any(|word| word == label)).map(|(field, _)| *field)
}

/// Whether the first line of a posting is the name of a position.
fn is_title(label: &str) -> bool {
    let marks = ['，', '。', '；', ',', ';', '！', '!'];
    !label.is_empty() && label.chars().count() <= LONGEST && !label.contains(marks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use WordingField::{Benefit, Duty, Requirement, Text, Title};

    #[test]
    fn headings_tell_what_stands_below() {
        let lines = [
            "前台小姐",
            "公司简介",
            "成立于1995年",
            "一、岗位职责",
            "1、接待来访",
            "【任职要求】",
            "三班倒",
            "2. 薪资待遇：面议",
            "## Requirements",
            "Fluent in English",
            "招聘岗位：司机",
            "About us",
        ];
        assert_eq!(
            fields(lines.into_iter()),
            [
                Title,
                Text,
                Text,
                Duty,
                Duty,
                Requirement,
                Requirement,
                Benefit,
                Requirement,
                Requirement,
                Title,
                Text,
            ]
        );
    }

    #[test]
    fn a_sentence_is_no_title() {
        assert_eq!(fields(["诚聘业务员，待遇面议", "男女不限"].into_iter()), [Text, Text]);
    }
}
