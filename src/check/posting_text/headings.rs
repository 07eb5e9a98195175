//! Owns what the headings of a posting say about the lines below them. May import
//! `model` and `line`.
//!
//! Headings that are known by their words are data: `headings.json`. Below a heading of
//! duties much is innocent that is none elsewhere, so that any other heading ends them,
//! known or not: one by its form, or one that speaks of the person.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::line::Line;
use crate::model::WordingField;

/// The words of headings.
#[derive(Deserialize)]
struct Headings {
    /// Whole headings, by the kind of what stands below.
    known: BTreeMap<WordingField, Vec<String>>,
    /// What a heading of duties that is not known has in it.
    of_duties: Vec<String>,
    /// What a heading about the person has in it.
    of_person: Vec<String>,
    /// What such a heading ends with.
    of_person_at_end: Vec<String>,
}

static HEADINGS: LazyLock<Headings> =
    LazyLock::new(|| serde_json::from_str(include_str!("headings.json")).expect("the headings parse"));

/// A heading with nothing behind it has at most so many characters.
const LONGEST: usize = 24;

/// The name of a position in Latin letters has at most so many characters.
const LONGEST_LATIN_TITLE: usize = 60;

/// A heading that only its shortness tells has at most so many: Chinese characters, or
/// Latin words.
const SHORT: (usize, usize) = (10, 4);

/// The kinds of field that each line may stand in: mostly one. The first line may be the
/// name of the position as well as a text.
pub(super) fn fields<'a>(lines: impl Iterator<Item = &'a Line>) -> Vec<&'static [WordingField]> {
    let mut current = WordingField::Text;
    // How the items below the heading begin, as soon as there is one.
    let mut items: Option<Mark> = None;
    let mut fields = Vec::new();
    for line in lines {
        let (label, content) = split(&line.text);
        let mark = Mark::of(&line.text);
        match named(&label) {
            // The name of the position is on the line itself.
            Some(WordingField::Title) => {
                fields.push(TITLE_OR_TEXT);
                continue;
            }
            Some(field) => (current, items) = (field, None),
            None if content.is_none() && fields.is_empty() && is_title(&label) => {
                fields.push(TITLE_OR_TEXT);
                continue;
            }
            None if content.is_none() && is_formed(line) => {
                let of_duties = has_any(&label, &HEADINGS.of_duties);
                if of_duties || current == WordingField::Duty {
                    current = if of_duties { WordingField::Duty } else { WordingField::Text };
                    items = None;
                }
            }
            None if content.is_none()
                && current == WordingField::Duty
                && ends_duties(line, &label, mark, items) =>
            {
                (current, items) = (WordingField::Text, None);
            }
            None => items = items.or(Some(mark)),
        }
        fields.push(alone(current));
    }
    fields
}

const TITLE_OR_TEXT: &[WordingField] = &[WordingField::Title, WordingField::Text];

fn alone(field: WordingField) -> &'static [WordingField] {
    match field {
        WordingField::Title => &[WordingField::Title],
        WordingField::Duty => &[WordingField::Duty],
        WordingField::Requirement => &[WordingField::Requirement],
        WordingField::Condition => &[WordingField::Condition],
        WordingField::Benefit => &[WordingField::Benefit],
        WordingField::Text => &[WordingField::Text],
    }
}

/// How a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Nothing,
    /// `一、`, as chapters of Chinese texts are numbered.
    Chapter,
    /// `1.`, `(2)`, `③`.
    Number,
    /// `-`, `•`.
    Bullet,
}

impl Mark {
    fn of(line: &str) -> Self {
        let line = line.trim_start().trim_start_matches(['(', '（']);
        let rest = line.trim_start_matches(|c| "一二三四五六七八九十".contains(c));
        if rest.len() < line.len() && rest.starts_with(['、', '.', '．', ')', '）', '，']) {
            return Self::Chapter;
        }
        match line.chars().next() {
            Some(c) if c.is_numeric() => Self::Number,
            Some(c) if !c.is_alphabetic() && !matches!(c, '【' | '[' | '「' | '《' | '“' | '"') => {
                Self::Bullet
            }
            _ => Self::Nothing,
        }
    }
}

/// Whether a line is a heading by its form alone.
fn is_formed(line: &Line) -> bool {
    let text = line.text.trim();
    let enclosed = [("【", "】"), ("[", "]"), ("［", "］"), ("「", "」"), ("**", "**"), ("__", "__")];
    line.is_heading
        || text.starts_with('#')
        || text.trim_end_matches(['*', '_']).ends_with([':', '：'])
        || enclosed.iter().any(|(open, close)| {
            text.strip_prefix(open)
                .and_then(|rest| rest.strip_suffix(close))
                .is_some_and(|inner| !inner.contains(close) && inner.chars().count() <= LONGEST)
        })
}

/// Whether a line among duties is a heading of something else: it is short, no sentence,
/// and begins otherwise than they do or speaks of the person.
fn ends_duties(line: &Line, label: &str, mark: Mark, items: Option<Mark>) -> bool {
    let text = line.text.trim();
    let is_sentence = text.contains(['，', '。', '；', '、', ',', ';', '.', '!', '！'])
        && mark == Mark::Nothing
        || text.ends_with(['。', '；', ';', '.', ',', '，']);
    let length = if label.is_ascii() { label.split_whitespace().count() } else { label.chars().count() };
    let most = if label.is_ascii() { SHORT.1 } else { SHORT.0 };
    if is_sentence || line.is_item || label.is_empty() || length > most || has_any(label, &HEADINGS.of_duties)
    {
        return false;
    }
    let differs = items.is_some_and(|items| items != mark) && matches!(mark, Mark::Nothing | Mark::Chapter);
    let of_person = has_any(label, &HEADINGS.of_person)
        || HEADINGS.of_person_at_end.iter().any(|word| label.ends_with(word.as_str()));
    differs || of_person && (mark != Mark::Bullet)
}

/// Whether a label has one of these words in it.
fn has_any(label: &str, words: &[String]) -> bool {
    words.iter().any(|word| {
        if word.is_ascii() {
            label.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == word)
        } else {
            label.contains(word.as_str())
        }
    })
}

/// A line without its number and marks, up to a colon or the end of a cell; and whether
/// something follows.
fn split(line: &str) -> (String, Option<&str>) {
    let is_mark = |c: char| !c.is_alphabetic() || "一二三四五六七八九十".contains(c);
    let marks = line.char_indices().find(|&(_, c)| !is_mark(c)).map_or(line.len(), |(at, _)| at);
    // Only what a number or a mark ends is one: 三班倒 is none.
    let start = line[..marks]
        .rfind(|c: char| !c.is_alphanumeric())
        .map_or(0, |at| at + line[at..].chars().next().map_or(0, char::len_utf8));
    let rest = &line[start..];
    let is_edge = |c: char| !c.is_alphanumeric() && !matches!(c, ')' | '）');
    let (label, content) = match rest.split_once([':', '：', '|', '\t']) {
        Some((label, content)) => {
            (label, Some(content.trim()).filter(|content| !content.trim_matches(is_edge).is_empty()))
        }
        None => (rest, None),
    };
    (label.trim_matches(is_edge).to_lowercase(), content)
}

fn named(label: &str) -> Option<WordingField> {
    if label.chars().count() > LONGEST {
        return None;
    }
    HEADINGS.known.iter().find(|(_, words)| words.iter().any(|word| word == label)).map(|(field, _)| *field)
}

/// Whether the first line of a posting may be the name of a position.
fn is_title(label: &str) -> bool {
    let marks = ['，', '。', '；', ',', ';', '！', '!'];
    let longest = if label.is_ascii() { LONGEST_LATIN_TITLE } else { LONGEST };
    !label.is_empty() && label.chars().count() <= longest && !label.contains(marks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use WordingField::{Benefit, Duty, Requirement, Text};

    fn of(lines: &[&str]) -> Vec<&'static [WordingField]> {
        let lines: Vec<Line> = lines.iter().map(|text| Line::of(text)).collect();
        fields(lines.iter())
    }

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
        let single = [Text, Text, Duty, Duty, Requirement, Requirement, Benefit, Requirement, Requirement];
        let mut expected = vec![TITLE_OR_TEXT];
        expected.extend(single.map(alone));
        expected.extend([TITLE_OR_TEXT, alone(Text)]);
        assert_eq!(of(&lines), expected);
    }

    #[test]
    fn a_heading_that_is_not_known_ends_the_duties() {
        let headings = [
            "我们需要这样的你：",
            "希望你",
            "【人员条件】",
            "二、用人标准",
            "其他要求",
            "## 你",
            "**人员画像**",
            "About you:",
            "Ideal candidate",
            "性别：男",
            "年龄：",
            "| 户籍 | 上海 |",
        ];
        for heading in headings {
            let fields = of(&["司机", "岗位职责：", "1. 驾驶车辆", "2. 维护车辆", heading, "1. 五年驾龄"]);
            assert_eq!(fields[3], [Duty], "{heading}");
            assert_ne!(fields[5], [Duty], "{heading}");
        }
        assert_ne!(of(&["司机", "职责", "驾驶车辆", "希望你", "有驾照"])[4], [Duty]);
    }

    #[test]
    fn duties_go_on_below_what_is_no_heading_or_one_of_duties() {
        let others = ["接待来访", "3、客户回访", "负责以下工作：", "- 保养", "协助年检，记录里程"];
        for line in others {
            let fields = of(&["司机", "岗位职责：", "1. 驾驶车辆。", "2. 维护车辆。", line, "4. 年检"]);
            let ends = line == "接待来访";
            assert_eq!(fields[5] != [Duty], ends, "{line}");
        }
        assert_eq!(of(&["司机", "职责", "驾驶车辆", "接待来访", "维护车辆"])[4], [Duty]);
        assert_eq!(of(&["司机", "职责", "一、驾驶车辆", "二、接待来访", "三、维护车辆"])[4], [Duty]);
    }

    #[test]
    fn a_sentence_is_no_title() {
        assert_eq!(of(&["诚聘业务员，待遇面议", "男女不限"]), [[Text], [Text]]);
    }
}
