//! Owns what a library can change about its theme, and the names of the sections
//! that a document can have. May import nothing of rolebook
//! but `model`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

/// What a library changes about the look of its documents (版式设置).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
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
    /// Header and footer of the PDF (页眉页脚)
    pub header: Option<HeaderSettings>,
}

/// Margins in millimetres (页边距，毫米).
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HeaderSettings {
    /// Whether the header has the employer (单位); true when absent
    pub organization: Option<bool>,
    /// Whether the header has the position code (岗位编号); true when absent
    pub code: Option<bool>,
    /// Whether the footer has the version (版本号); true when absent
    pub version: Option<bool>,
    /// Whether the footer has the hash of the content (内容校验); true when absent
    pub hash: Option<bool>,
}

/// A size of paper (纸张).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Numbering {
    /// Nothing.
    None,
    /// The sections: `一、` or `1.`
    Sections,
}

/// How headings are numbered (编号样式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
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

/// The name of a section, one of [`SECTIONS`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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
