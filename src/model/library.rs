//! Owns the settings of a library, `rolebook.json`. May import nothing of
//! rolebook but `model`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::reference::Id;
use super::role::SignOff;
use super::text::{Language, Text};
use super::theme::ThemeSettings;

/// The settings of a library (岗位库设置).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LibrarySettings {
    /// The schema that an editor checks this file against
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Version of the role model (模型版本)
    #[schemars(range(min = 1, max = 1))]
    pub schema_version: Option<u32>,
    /// The organization (单位)
    pub organization: Option<Organization>,
    /// Languages of the documents, the default one first (语言)
    pub languages: Vec<Language>,
    /// Name of the theme (版式), for roles that name none; `form` when absent
    #[schemars(extend("x-reference" = "theme"))]
    pub theme: Option<Id>,
    /// What the library changes about its theme (版式设置)
    pub theme_settings: Option<ThemeSettings>,
    /// Sign-off of roles that have none of their own (默认签署)
    pub sign_off: Option<SignOff>,
    /// Values for placeholders (变量)
    pub variables: BTreeMap<String, Option<Text>>,
    /// Competency framework (素质库)
    pub competencies: Vec<CompetencyDefinition>,
    /// Units of the organization (部门)
    pub units: Vec<Unit>,
    /// The careers site (招聘网站)
    pub site: Option<SiteSettings>,
    /// Checks (检查)
    pub check: Option<CheckSettings>,
}

impl LibrarySettings {
    /// The languages of the documents, the default one first: Chinese if none is said.
    pub fn document_languages(&self) -> &[Language] {
        if self.languages.is_empty() { &[Language::ZhCn] } else { &self.languages }
    }
}

/// The organization that a library belongs to (单位).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Organization {
    /// Full name (名称); also the placeholder `{{ company }}`
    pub name: Option<Text>,
    /// Short name (简称)
    pub short_name: Option<Text>,
    /// Logo, a path inside the library to an SVG, PNG or JPEG file (标志)
    pub logo: Option<String>,
    /// Web address (网址)
    pub url: Option<String>,
    /// Postal address (地址)
    pub address: Option<Text>,
    /// The organization in brief (单位情况)
    pub overview: Option<Text>,
}

/// A competency of the framework (素质).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["name"]))]
pub struct CompetencyDefinition {
    /// Id that roles refer to
    pub id: Option<Id>,
    /// Name (名称)
    pub name: Option<Text>,
    /// Definition (定义)
    pub definition: Option<Text>,
    /// Levels, the lowest first (等级)
    pub levels: Vec<CompetencyLevel>,
}

/// A level of a competency (等级).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["id", "name"]))]
pub struct CompetencyLevel {
    /// Id that roles refer to, such as `3`
    pub id: Option<Id>,
    /// Name (名称)
    pub name: Option<Text>,
    /// What it looks like at this level (行为描述)
    pub description: Option<Text>,
}

/// A unit of the organization (部门).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["name"]))]
pub struct Unit {
    /// Id that roles refer to
    pub id: Option<Id>,
    /// Name (名称)
    pub name: Option<Text>,
    /// Id of the unit that this one belongs to (上级部门)
    #[schemars(extend("x-reference" = "unit"))]
    pub parent: Option<Id>,
}

/// The careers site (招聘网站).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SiteSettings {
    /// Title (标题)
    pub title: Option<Text>,
    /// Address that the site is published under (网址)
    pub base_url: Option<String>,
    /// Where to apply, for openings that name no place (应聘网址)
    pub apply_url: Option<String>,
    /// Contact (联系人)
    pub contact: Option<Text>,
    /// About the employer (关于我们)
    pub about: Option<Text>,
    /// Benefits of all employees (员工福利)
    pub benefits: Vec<Text>,
}

/// Settings of the checks (检查).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CheckSettings {
    /// Level per rule code, or per ground of wording rules (级别)
    pub levels: BTreeMap<String, Option<CheckLevel>>,
    /// Packs of wording rules of the library's own, paths inside it (用语规则包)
    pub packs: Vec<String>,
    /// Whether openings are for graduates, so that naming schools is an error (校园招聘)
    pub campus: Option<bool>,
    /// Jurisdictions whose rules openings follow wherever the place of work is (适用地区)
    pub jurisdictions: Vec<Jurisdiction>,
}

/// A jurisdiction with rules of its own for what an opening must say (适用地区).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
pub enum Jurisdiction {
    /// China (中国).
    #[serde(rename = "CN")]
    China,
    /// Colorado (美国科罗拉多州).
    #[serde(rename = "US-CO")]
    Colorado,
    /// California (美国加利福尼亚州).
    #[serde(rename = "US-CA")]
    California,
    /// New York (美国纽约州).
    #[serde(rename = "US-NY")]
    NewYork,
    /// Washington (美国华盛顿州).
    #[serde(rename = "US-WA")]
    Washington,
    /// Illinois (美国伊利诺伊州).
    #[serde(rename = "US-IL")]
    Illinois,
    /// European Union (欧盟).
    #[serde(rename = "EU")]
    EuropeanUnion,
}

/// How seriously a finding is taken (级别).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckLevel {
    /// Not reported.
    Off,
    /// Reported, and nothing stops.
    Info,
    /// Reported, and nothing stops.
    Warning,
    /// Reported, and the role is left out.
    Error,
}
