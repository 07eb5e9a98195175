//! Owns what `verify` says of a PDF: the answers that there are, and their words for
//! people and programs. May import everything but the commands.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Color, Effects, Style};
use schemars::JsonSchema;
use serde::Serialize;

use super::config::UiLanguage;
use super::table::{cut, padded};
use crate::diagnostic::Message;

/// What `verify --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Verification {
    /// Whether every file is current
    pub(super) all_current: bool,
    /// The files, in the order in which they were named; those of a folder by name
    pub(super) files: Vec<Verdict>,
}

/// What there is to say of a file.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct Verdict {
    /// The file
    pub(super) file: String,
    /// The answer
    pub(super) answer: Answer,
    /// The answer in words, in the language of messages
    pub(super) message: String,
    /// The id of the role that the file carries
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// The version that the file carries
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    /// The version of the library's role
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) library_version: Option<String>,
    /// The language or languages of the document
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) edition: Option<String>,
    /// Whether it is of the careers site, which has the public part of a role
    pub(super) public: bool,
    /// SHA-256 of the content that the file carries, hexadecimal
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_hash: Option<String>,
    /// The release whose content the file carries
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) released_version: Option<String>,
    /// The file of a release with which this file begins, byte for byte
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) released_file: Option<ReleasedBytes>,
    /// How many digital signatures the file has; they are not checked
    pub(super) signatures: usize,
    /// What differs from the library; of content that is there under the same version, or
    /// that was altered
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) differences: Vec<Difference>,
    /// Names kept elsewhere in the library that the file shows as they were: a department,
    /// a superior's title
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) renamed: Vec<Difference>,
    /// Further remarks, in the language of messages
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) remarks: Vec<String>,
    /// What to do, in the language of messages
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<String>,
}

/// The bytes that were released.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ReleasedBytes {
    /// The version
    pub(super) version: String,
    /// The file's name in the folder of the release
    pub(super) name: String,
    /// How many bytes were appended after them; 0 if the file is the released one
    pub(super) appended: usize,
    /// How many digital signatures are in what was appended; they are not checked
    pub(super) signatures: usize,
}

/// A value that the file and the library do not have alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Difference {
    /// BCP 47 tag of the language of the words
    pub(super) language: String,
    /// The field's label
    pub(super) label: String,
    /// JSON Pointer to the value in the role that the file carries, or else in the
    /// library's
    pub(super) pointer: String,
    /// The words in the file; absent where it has none
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<String>,
    /// The words in the library; absent where it has none
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) library: Option<String>,
    /// Whether the change is one for which people sign again, by the rules of `compare`
    pub(super) material: bool,
}

/// The answers.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// Its content is the library's.
    Current,
    /// Its content is that of an earlier version.
    OlderVersion,
    /// It says a later version than the library has.
    NewerVersion,
    /// It says the library's version, or one that was released, and has another content.
    Differs,
    /// The data in it was changed after it was made.
    Altered,
    /// The library has no such role.
    UnknownRole,
    /// The library's role has errors.
    RoleHasErrors,
    /// It is none of rolebook's PDFs.
    #[default]
    NotOurs,
    /// It is damaged.
    Damaged,
    /// It is encrypted.
    Encrypted,
    /// It is larger than rolebook reads.
    TooLarge,
    /// It could not be read.
    Unreadable,
}

impl Answer {
    fn words(self) -> Message {
        let (en, zh_cn) = match self {
            Self::Current => ("current", "现行版本"),
            Self::OlderVersion => ("older", "旧版本"),
            Self::NewerVersion => ("newer", "较新版本"),
            Self::Differs => ("DIFFERS", "内容不符"),
            Self::Altered => ("ALTERED", "数据被改"),
            Self::UnknownRole => ("unknown role", "未知岗位"),
            Self::RoleHasErrors => ("no answer", "无法判断"),
            Self::NotOurs => ("not ours", "非本系统"),
            Self::Damaged => ("damaged", "已损坏"),
            Self::Encrypted => ("encrypted", "已加密"),
            Self::TooLarge => ("too large", "过大"),
            Self::Unreadable => ("unreadable", "无法读取"),
        };
        Message::new(en, zh_cn)
    }

    fn style(self) -> Style {
        let color = match self {
            Self::Current => AnsiColor::Green,
            Self::OlderVersion | Self::NewerVersion => AnsiColor::Yellow,
            _ => AnsiColor::Red,
        };
        Style::new().effects(Effects::BOLD).fg_color(Some(Color::Ansi(color)))
    }

    /// Every answer, in the order in which they are counted.
    const ALL: [Self; 12] = [
        Self::Current,
        Self::OlderVersion,
        Self::NewerVersion,
        Self::Differs,
        Self::Altered,
        Self::UnknownRole,
        Self::RoleHasErrors,
        Self::NotOurs,
        Self::Damaged,
        Self::Encrypted,
        Self::TooLarge,
        Self::Unreadable,
    ];
}

/// The widest answer in either language.
const WIDEST: usize = 12;

/// How many differences of a file are printed for people.
const SHOWN: usize = 12;

/// The longest excerpt of a value, in columns.
const EXCERPT: usize = 60;

impl Verdict {
    /// As it is printed for people: one line, and what there is to add below it.
    pub(super) fn print(&self, ui: UiLanguage) -> String {
        let (style, words) = (self.answer.style(), self.answer.words());
        let label = padded(ui.of(&words), WIDEST);
        let says = Message::new(format!(": {}", self.message), format!("：{}", self.message));
        let mut out = format!("{style}{label}{style:#}  {}{}\n", self.file, ui.of(&says));
        let mut add = |line: &str| {
            let _ = writeln!(out, "{}  {line}", " ".repeat(WIDEST));
        };
        let shown = [in_one_language(&self.differences, ui), in_one_language(&self.renamed, ui)].concat();
        for difference in shown.iter().take(SHOWN) {
            add(&difference.print(ui));
        }
        if let Some(more) = shown.len().checked_sub(SHOWN).filter(|&more| more > 0) {
            add(ui.of(&Message::new(format!("and {more} more"), format!("另有 {more} 处"))));
        }
        self.remarks.iter().for_each(|remark| add(remark));
        self.hint.iter().for_each(|hint| add(hint));
        out
    }
}

/// The differences as people see them: a value that differs in two languages is one, in
/// the language of messages.
fn in_one_language(all: &[Difference], ui: UiLanguage) -> Vec<&Difference> {
    let tag = ui.language().tag();
    let mut shown: Vec<&Difference> = Vec::new();
    for (at, difference) in all.iter().enumerate() {
        let alike = || all.iter().filter(|other| other.pointer == difference.pointer);
        let first = all[..at].iter().all(|other| other.pointer != difference.pointer);
        if alike().any(|other| other.language == tag) {
            shown.extend(alike().filter(|other| first && other.language == tag));
        } else {
            shown.push(difference);
        }
    }
    shown
}

impl Difference {
    fn print(&self, ui: UiLanguage) -> String {
        let excerpt = |words: &Option<String>| match words {
            Some(words) => format!("“{}”", cut(&words.replace('\n', " "), EXCERPT)),
            None => ui.of(&Message::new("nothing", "无")).to_string(),
        };
        let (label, pointer) = (&self.label, &self.pointer);
        let (file, library) = (excerpt(&self.file), excerpt(&self.library));
        let head = if label.is_empty() { pointer.clone() } else { format!("{label} ({pointer})") };
        let says = Message::new(
            format!("{head}: {file} here, {library} in the library"),
            format!("{head}：文件中为{file}，岗位库中为{library}"),
        );
        ui.of(&says).to_string()
    }
}

/// How many files have each answer, in one line.
pub(super) fn counts(files: &[Verdict], seconds: f64, ui: UiLanguage) -> String {
    let of = |answer: Answer| files.iter().filter(|file| file.answer == answer).count();
    let there = Answer::ALL.into_iter().map(|answer| (answer, of(answer))).filter(|(_, count)| *count > 0);
    let there: Vec<String> = there
        .map(|(answer, count)| {
            let words = answer.words();
            let says = Message::new(
                format!("{count} {}", words.en.to_lowercase()),
                format!("{} {count} 个", words.zh_cn),
            );
            ui.of(&says).to_string()
        })
        .collect();
    let total = files.len();
    let noun = if total == 1 { "file" } else { "files" };
    let says = Message::new(
        format!("{total} {noun}: {}, {seconds:.2} s", there.join(", ")),
        format!("{total} 个文件：{}，用时 {seconds:.2} 秒", there.join("，")),
    );
    ui.of(&says).to_string()
}

/// The JSON Schema (2020-12) of what `verify --format json` prints.
pub(super) fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Verification>().to_value();
    crate::compare::without_formats(&mut schema);
    schema
}

#[cfg(test)]
mod tests {
    use super::super::table::width;
    use super::*;

    #[test]
    fn the_answers_stand_in_one_column() {
        let widest = |of: fn(&Message) -> &str| {
            Answer::ALL.into_iter().map(|answer| width(of(&answer.words()))).max().unwrap()
        };
        assert_eq!(widest(|words| &words.en), WIDEST);
        assert!(widest(|words| &words.zh_cn) <= WIDEST);
    }
}
