//! Owns what a role asks of its holder: qualifications and physical demands.
//! May import nothing of rolebook but `model`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::reference::Id;
use super::terms::{EducationLevel, Tier};
use super::text::Text;

/// Qualifications (任职资格).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Qualifications {
    /// Education (学历、专业)
    #[schemars(extend("x-public" = true))]
    pub education: Vec<Education>,
    /// Work experience (工作经验)
    #[schemars(extend("x-public" = true))]
    pub experience: Vec<Experience>,
    /// Whether experience can take the place of education (经验可替代学历)
    #[schemars(extend("x-public" = true))]
    pub experience_in_place_of_education: Option<bool>,
    /// Training (培训经历)
    #[schemars(extend("x-public" = true))]
    pub training: Vec<Requirement>,
    /// Knowledge (知识)
    #[schemars(extend("x-public" = true))]
    pub knowledge: Vec<Requirement>,
    /// Skills (技能技巧)
    #[schemars(extend("x-public" = true))]
    pub skills: Vec<Requirement>,
    /// Abilities (能力)
    #[schemars(extend("x-public" = true))]
    pub abilities: Vec<Requirement>,
    /// Certificates (证书)
    #[schemars(extend("x-public" = true))]
    pub certifications: Vec<Requirement>,
    /// Languages (语言)
    #[schemars(extend("x-public" = true))]
    pub languages: Vec<Requirement>,
    /// Competencies (个人素质/胜任力)
    #[schemars(extend("x-public" = true))]
    pub competencies: Vec<Competency>,
    /// Physical demands (体力要求)
    #[schemars(extend("x-public" = true))]
    pub physical: Vec<Requirement>,
    /// Sensory demands (感官要求)
    #[schemars(extend("x-public" = true))]
    pub sensory: Vec<Requirement>,
    /// Background or security clearance (背景要求)
    #[schemars(extend("x-public" = true))]
    pub clearance: Option<Text>,
    /// Right to work (就业许可)
    #[schemars(extend("x-public" = true))]
    pub work_eligibility: Option<Text>,
}

/// A requirement with a name (要求).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["name", "description"]))]
pub struct Requirement {
    /// Id, by which overlays and comparisons find this item
    pub id: Option<Id>,
    /// Name (名称)
    #[schemars(extend("x-public" = true))]
    pub name: Option<Text>,
    /// Level (程度)
    #[schemars(extend("x-public" = true))]
    pub level: Option<Text>,
    /// Required or preferred (必备/优先); required when absent
    #[schemars(extend("x-public" = true))]
    pub tier: Option<Tier>,
    /// Description (说明)
    #[schemars(extend("x-public" = true))]
    pub description: Option<Text>,
    /// Lawful exception (法定例外)
    pub lawful_exception: Option<LawfulException>,
}

/// An education requirement (学历要求).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["level", "fields", "description"]))]
pub struct Education {
    /// Id, by which overlays and comparisons find this item
    pub id: Option<Id>,
    /// The lowest level that qualifies (学历)
    #[schemars(extend("x-public" = true))]
    pub level: Option<EducationLevel>,
    /// Fields of study (专业)
    #[schemars(extend("x-public" = true))]
    pub fields: Vec<Text>,
    /// Required or preferred (必备/优先); required when absent
    #[schemars(extend("x-public" = true))]
    pub tier: Option<Tier>,
    /// Description (说明), such as what may stand in its place
    #[schemars(extend("x-public" = true))]
    pub description: Option<Text>,
    /// Lawful exception (法定例外)
    pub lawful_exception: Option<LawfulException>,
}

/// An experience requirement (工作经验要求).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["months", "domain", "description"]))]
pub struct Experience {
    /// Id, by which overlays and comparisons find this item
    pub id: Option<Id>,
    /// The least number of months (月数)
    #[schemars(range(min = 0, max = 720), extend("x-public" = true))]
    pub months: Option<u32>,
    /// The kind of work (领域)
    #[schemars(extend("x-public" = true))]
    pub domain: Option<Text>,
    /// Required or preferred (必备/优先); required when absent
    #[schemars(extend("x-public" = true))]
    pub tier: Option<Tier>,
    /// Description (说明)
    #[schemars(extend("x-public" = true))]
    pub description: Option<Text>,
    /// Lawful exception (法定例外)
    pub lawful_exception: Option<LawfulException>,
}

/// A competency: one of the library's framework at a level, or one of its own (胜任力).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["competency_ref", "name"]))]
pub struct Competency {
    /// Id, by which overlays and comparisons find this item
    pub id: Option<Id>,
    /// Id of a competency in `rolebook.json`
    #[schemars(extend("x-public" = true, "x-reference" = "competency"))]
    pub competency_ref: Option<Id>,
    /// Name (名称), where it is not in the framework
    #[schemars(extend("x-public" = true))]
    pub name: Option<Text>,
    /// Level (等级): the id of a level in the framework, or a text
    #[schemars(extend("x-public" = true))]
    pub level: Option<Text>,
    /// Required or preferred (必备/优先); required when absent
    #[schemars(extend("x-public" = true))]
    pub tier: Option<Tier>,
    /// Description (说明)
    #[schemars(extend("x-public" = true))]
    pub description: Option<Text>,
    /// Lawful exception (法定例外)
    pub lawful_exception: Option<LawfulException>,
}

/// Why a requirement that the law forbids in general is lawful here (法定例外).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LawfulException {
    /// The law and article (依据)
    pub basis: Option<Text>,
    /// The reason in this role (理由)
    pub reason: Option<Text>,
}
