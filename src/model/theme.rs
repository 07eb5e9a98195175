//! Owns themes as their authors write them, what a library can change about
//! them, and the names of the sections that a document can have. May import
//! nothing of rolebook but `diagnostic` and `model`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::reference::Id;
use super::text::Text;
use crate::diagnostic::did_you_mean;

/// A theme (版式): one file of `templates/themes/`, whose stem is the theme's name.
/// What it sets holds unless the library sets it otherwise.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("additionalProperties" = false))]
pub struct ThemeDefinition {
    /// The schema that an editor checks this file against
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// What it looks like, in one line (说明)
    pub description: Option<Text>,
    /// The built-in theme that has whatever this one lacks, templates too (基准版式)
    pub base: Option<Id>,
    /// Whatever a library can set as well
    #[serde(flatten)]
    pub settings: ThemeSettings,
}

/// Where the settings of a theme stand in `rolebook.json`. A role has nothing there,
/// so that a pointer says by itself which file it leads into.
pub const THEME_SETTINGS: &str = "/theme_settings";

/// What a library changes about the look of its documents (版式设置).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ThemeSettings {
    /// Color of headings and marks, such as `#1f4e79` (主题色)
    #[schemars(regex(pattern = "^#[0-9A-Fa-f]{6}$"))]
    pub accent_color: Option<String>,
    /// Paper of the PDF (纸张); `a4` when absent
    pub paper: Option<Paper>,
    /// Margins of the PDF's pages (页边距); the theme's when absent
    pub margins: Option<Margins>,
    /// What is numbered (编号); the theme's choice when absent
    pub numbering: Option<Numbering>,
    /// How numbers are written (编号样式); the language's way when absent
    pub numerals: Option<Numerals>,
    /// The sections that a document has, in order (栏目及顺序); the theme's when empty
    pub sections: Vec<SectionId>,
    /// Fonts (字体); the built-in ones when absent
    pub fonts: Option<FontSettings>,
    /// What header and footer show (页眉页脚)
    pub header: Option<HeaderSettings>,
    /// The library's own words in the footer (页脚文字)
    pub footer: Option<FooterSettings>,
}

/// A pair of fonts, by family: built in, of the library's `fonts/`, or the
/// system's (字体). A character that they lack is taken from the built-in ones.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FontSettings {
    /// Font family of running text (正文字体)
    pub body: Option<String>,
    /// Font family of headings, labels and emphasis (标题字体)
    pub heading: Option<String>,
}

/// Margins in millimetres (页边距，毫米).
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Margins {
    /// Left and right, in millimetres (左右)
    #[schemars(range(min = 10, max = 40))]
    pub sides: Option<f64>,
    /// Top, in millimetres; the header is in it (上)
    #[schemars(range(min = 15, max = 50))]
    pub top: Option<f64>,
    /// Bottom, in millimetres; the footer is in it (下)
    #[schemars(range(min = 15, max = 50))]
    pub bottom: Option<f64>,
}

/// Which parts header and footer show (页眉页脚).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HeaderSettings {
    /// Whether the header has the organization's logo (标志); true when absent
    pub logo: Option<bool>,
    /// Whether the header has the employer (单位); true when absent
    pub organization: Option<bool>,
    /// Whether the header has the position code (岗位编号); true when absent
    pub code: Option<bool>,
    /// Whether the footer has the version (版本号); true when absent
    pub version: Option<bool>,
    /// Whether the footer has the hash of the content (内容校验); true when absent
    pub hash: Option<bool>,
}

/// The library's own words in the footer (页脚文字).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FooterSettings {
    /// A short line, such as `内部资料，注意保密` (文字)
    pub text: Option<Text>,
}

impl ThemeSettings {
    /// These settings, and of `below` what they leave open.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            accent_color: self.accent_color.or(below.accent_color),
            paper: self.paper.or(below.paper),
            margins: joined(self.margins, below.margins, |own, other| Margins {
                sides: own.sides.or(other.sides),
                top: own.top.or(other.top),
                bottom: own.bottom.or(other.bottom),
            }),
            numbering: self.numbering.or(below.numbering),
            numerals: self.numerals.or(below.numerals),
            sections: if self.sections.is_empty() { below.sections } else { self.sections },
            fonts: joined(self.fonts, below.fonts, |own, other| FontSettings {
                body: own.body.or(other.body),
                heading: own.heading.or(other.heading),
            }),
            header: joined(self.header, below.header, |own, other| HeaderSettings {
                logo: own.logo.or(other.logo),
                organization: own.organization.or(other.organization),
                code: own.code.or(other.code),
                version: own.version.or(other.version),
                hash: own.hash.or(other.hash),
            }),
            footer: joined(self.footer, below.footer, |own, other| FooterSettings {
                text: own.text.or(other.text),
            }),
        }
    }
}

/// Both, joined where there are two.
fn joined<T>(own: Option<T>, below: Option<T>, join: impl FnOnce(T, T) -> T) -> Option<T> {
    match (own, below) {
        (Some(own), Some(below)) => Some(join(own, below)),
        (own, below) => own.or(below),
    }
}

/// A size of paper (纸张).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Paper {
    /// 210 × 297 mm
    #[default]
    #[serde(rename = "a4")]
    A4,
    /// 8.5 × 11 in
    #[serde(rename = "us-letter")]
    UsLetter,
}

impl Paper {
    /// Its name in Typst, the same as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::UsLetter => "us-letter",
        }
    }
}

/// What a theme numbers (编号).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Numbering {
    /// Nothing.
    None,
    /// The sections: `一、` or `1.`
    Sections,
}

/// How headings are numbered (编号样式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Numerals {
    /// 一, 二, … 十一
    Chinese,
    /// 1, 2, … 11
    Decimal,
}

/// Every section that a document can have; `custom` stands for the role's own.
pub const SECTIONS: &[&str] = &[
    "identification",
    "summary",
    "purpose",
    "background",
    "duties",
    "authorities",
    "kpis",
    "relations",
    "qualifications",
    "conditions",
    "records",
    "compensation",
    "employment",
    "career",
    "confidentiality_statement",
    "posting",
    "custom",
    "references",
    "document",
    "revisions",
    "sign_off",
];

/// The built-in themes, and what they are called in Chinese. A test holds them against
/// the files.
pub const THEMES: [(&str, &str); 4] =
    [("form", "表格式"), ("outline", "条目式"), ("agreement", "协议式"), ("dossier", "档案式")];

/// The built-in theme that somebody means who writes this.
pub fn theme_meant(word: &str) -> Option<&'static str> {
    let called = THEMES.into_iter().find(|(_, called)| called.starts_with(word.trim()));
    let called = called.filter(|_| !word.trim().is_empty()).map(|(name, _)| name);
    called.or_else(|| did_you_mean(word, THEMES.map(|(name, _)| name)))
}

/// The name of a section, one of [`SECTIONS`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct SectionId(pub String);

impl JsonSchema for SectionId {
    fn schema_name() -> Cow<'static, str> {
        "SectionId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A section of a document; `custom` stands for the role's own",
            "type": "string",
            "enum": SECTIONS,
        })
    }
}
