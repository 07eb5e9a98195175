//! Owns the definition of a role as an author writes it. May import nothing of
//! rolebook but `model`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::reference::{Id, RoleReference, UnitReference};
use super::requirement::Qualifications;
use super::terms::{
    AuthorityDomain, AuthorityRight, Category, Confidentiality, DocumentStatus, EmploymentType, Frequency,
    HoursSystem, Involvement, LimitPer, Party, PayPeriod, PayType, RelationSide, SignatureLock, Workplace,
};
use super::text::Text;

/// A role definition (岗位定义): one file of `roles/`, whose stem is the role's id.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RoleDefinition {
    /// The schema that an editor checks this file against
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Version of the role model (模型版本)
    #[schemars(range(min = 1, max = 1))]
    pub schema_version: Option<u32>,
    /// Id of the base role that this one overlays (基准岗位)
    #[schemars(extend("x-reference" = "role"))]
    pub extends: Option<Id>,
    /// Name of the theme of its documents (版式); that of `rolebook.json` when absent
    #[schemars(extend("x-reference" = "theme"))]
    pub theme: Option<Id>,
    /// Values for placeholders such as `{{ company }}` (变量)
    pub variables: BTreeMap<String, Option<Text>>,
    /// Job title (岗位名称)
    #[schemars(extend("x-public" = true))]
    pub title: Option<Text>,
    /// Alternate titles (别称)
    #[schemars(extend("x-public" = true))]
    pub alternate_titles: Vec<Text>,
    /// Position code (岗位编号)
    #[schemars(extend("x-public" = true))]
    pub code: Option<String>,
    /// Document control (文件控制)
    pub document: Option<DocumentControl>,
    /// Employer, department, industry (单位、部门、行业)
    #[schemars(extend("x-public" = true))]
    pub organization: Option<Placement>,
    /// Job family (职族)
    #[schemars(extend("x-public" = true))]
    pub family: Option<Text>,
    /// Sub-family (职种)
    pub sub_family: Option<Text>,
    /// Grade (职级)
    pub grade: Option<String>,
    /// Nature of the position (岗位性质/序列)
    pub category: Option<Category>,
    /// Authorized headcount (定员标准)
    #[schemars(range(min = 0))]
    pub headcount: Option<u32>,
    /// Occupation codes (职业分类代码)
    #[schemars(extend("x-public" = true))]
    pub occupation_codes: Vec<OccupationCode>,
    /// Work locations (工作地点)
    #[schemars(extend("x-public" = true))]
    pub locations: Vec<Location>,
    /// Reporting lines (汇报关系)
    pub reporting: Option<Reporting>,
    /// Position summary (岗位概述)
    #[schemars(extend("x-public" = true))]
    pub summary: Option<Text>,
    /// Purpose (工作目标)
    #[schemars(extend("x-public" = true))]
    pub purpose: Option<Text>,
    /// Background (岗位背景)
    #[schemars(extend("x-public" = true))]
    pub background: Option<Text>,
    /// Duties (岗位职责)
    pub duties: Vec<Duty>,
    /// Authorities (岗位权限)
    pub authorities: Vec<Authority>,
    /// Key performance indicators (考核指标)
    pub kpis: Vec<Kpi>,
    /// Working relations (工作协作关系)
    pub relations: Vec<Relation>,
    /// Qualifications (任职资格)
    #[schemars(extend("x-public" = true))]
    pub qualifications: Option<Qualifications>,
    /// Working conditions (工作条件)
    #[schemars(extend("x-public" = true))]
    pub conditions: Option<WorkingConditions>,
    /// Records kept (所需记录文档)
    pub records: Vec<Text>,
    /// Compensation (薪酬)
    pub compensation: Option<Compensation>,
    /// Employment terms (用工条件)
    #[schemars(extend("x-public" = true))]
    pub employment: Option<EmploymentTerms>,
    /// Career path (职业发展)
    pub career: Option<CareerPath>,
    /// Confidentiality (工作保密)
    #[schemars(extend("x-public" = true))]
    pub confidentiality_statement: Option<Text>,
    /// Opening (招聘信息); a role with one can be published
    #[schemars(extend("x-public" = true))]
    pub posting: Option<Posting>,
    /// Sign-off (签署)
    pub sign_off: Option<SignOff>,
    /// Revision history (修订记录)
    pub revisions: Vec<Revision>,
    /// Further sections (自定义章节)
    pub sections: Vec<CustomSection>,
    /// Related documents (相关文件)
    pub references: Vec<Text>,
    /// The author's notes (备注); never printed
    pub notes: Option<Text>,
}

/// Document control (文件控制).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DocumentControl {
    /// Version (版本号)
    pub version: Option<String>,
    /// Status (状态)
    pub status: Option<DocumentStatus>,
    /// Effective date (生效日期), ISO 8601
    #[schemars(extend("format" = "date"))]
    pub effective_date: Option<String>,
    /// Review by (复审日期), ISO 8601
    #[schemars(extend("format" = "date"))]
    pub review_by: Option<String>,
    /// The version or document that this one replaces (替代版本)
    pub supersedes: Option<String>,
    /// Owner (归口部门)
    pub owner: Option<UnitReference>,
    /// Confidentiality (密级)
    pub confidentiality: Option<Confidentiality>,
    /// Prepared on (填写时间), ISO 8601
    #[schemars(extend("format" = "date"))]
    pub prepared_on: Option<String>,
}

/// Where in which organization a role sits (所属单位).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Placement {
    /// Employer (单位)
    #[schemars(extend("x-public" = true))]
    pub name: Option<Text>,
    /// Department (所属部门): the id of a unit, or a text
    #[schemars(extend("x-public" = true))]
    pub unit: Option<UnitReference>,
    /// Industry (行业)
    #[schemars(extend("x-public" = true))]
    pub industry: Option<Text>,
}

/// A code in an occupation classification (职业分类代码).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["code"]))]
pub struct OccupationCode {
    /// Id, by which overlays and comparisons find this item
    pub id: Option<Id>,
    /// The classification, such as O*NET-SOC, ISCO-08, ESCO or GB/T 6565
    #[schemars(extend("x-public" = true))]
    pub system: Option<String>,
    /// The code
    #[schemars(extend("x-public" = true))]
    pub code: Option<String>,
}

/// A work location (工作地点).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["name", "address"]))]
pub struct Location {
    /// Id, by which overlays and comparisons find this item
    pub id: Option<Id>,
    /// Name (名称)
    #[schemars(extend("x-public" = true))]
    pub name: Option<Text>,
    /// Address (地址)
    #[schemars(extend("x-public" = true))]
    pub address: Option<Address>,
}

/// A postal address (地址).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Address {
    /// Country, ISO 3166-1 alpha-2 (国家)
    #[schemars(regex(pattern = "^[A-Z]{2}$"), extend("x-public" = true))]
    pub country: Option<String>,
    /// Province or state (省/州)
    #[schemars(extend("x-public" = true))]
    pub region: Option<Text>,
    /// City (城市)
    #[schemars(extend("x-public" = true))]
    pub locality: Option<Text>,
    /// Street (街道)
    #[schemars(extend("x-public" = true))]
    pub street: Option<Text>,
    /// Postal code (邮编)
    #[schemars(extend("x-public" = true))]
    pub postal_code: Option<String>,
}

/// Reporting lines (汇报关系).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Reporting {
    /// Reports to (直接上级)
    pub reports_to: Option<RoleReference>,
    /// Dotted line (虚线上级)
    pub dotted_line: Vec<RoleReference>,
    /// Direct reports (直接下级)
    pub direct_reports: Vec<DirectReport>,
    /// Span of control, in people (所辖人数)
    pub span: Option<Span>,
    /// Deputy (岗位代理人)
    pub deputy: Option<RoleReference>,
}

/// A position that reports to this one (直接下级).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["role"]))]
pub struct DirectReport {
    /// Id, by which overlays and comparisons find this item
    pub id: Option<Id>,
    /// The position (岗位)
    pub role: Option<RoleReference>,
    /// How many people (人数)
    #[schemars(range(min = 0))]
    pub count: Option<u32>,
}

/// A span of control in people (所辖人数); one end may be open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Span {
    /// At least
    #[schemars(range(min = 0))]
    pub min: Option<u32>,
    /// At most
    #[schemars(range(min = 0))]
    pub max: Option<u32>,
}

/// A duty and its tasks (职责).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["statement", "area"]))]
pub struct Duty {
    /// Id, by which overlays and comparisons find this item
    pub id: Option<Id>,
    /// Area (职责领域)
    #[schemars(extend("x-public" = true))]
    pub area: Option<Text>,
    /// Statement (职责表述)
    #[schemars(extend("x-public" = true))]
    pub statement: Option<Text>,
    /// Tasks (工作任务)
    #[schemars(extend("x-public" = true))]
    pub tasks: Vec<Text>,
    /// Involvement (参与程度)
    pub involvement: Option<Involvement>,
    /// Frequency (频率)
    pub frequency: Option<Frequency>,
    /// Share of working time, per cent (时间占比)
    #[schemars(range(min = 0, max = 100))]
    pub time_percent: Option<f64>,
    /// Weight in the appraisal, per cent (权重)
    #[schemars(range(min = 0, max = 100))]
    pub weight: Option<f64>,
    /// Whether the duty is essential (核心职责)
    pub essential: Option<bool>,
    /// Why it is essential (核心理由)
    pub essential_reason: Option<Text>,
    /// Outputs (工作成果)
    pub outputs: Vec<Text>,
    /// What is assessed (考核重点)
    pub assessment_focus: Vec<Text>,
    /// Ids of the KPIs that measure this duty (关联考核指标)
    #[schemars(extend("x-reference" = "kpi"))]
    pub kpi_refs: Vec<Id>,
    /// Processes and policies that govern it (关联流程制度)
    pub process_refs: Vec<Text>,
}

/// An authority (权限).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["matter"]))]
pub struct Authority {
    /// Id, by which overlays and comparisons find this item
    pub id: Option<Id>,
    /// Domain (权限类别)
    pub domain: Option<AuthorityDomain>,
    /// Matter (权限事项)
    pub matter: Option<Text>,
    /// Right or rights (权限类型)
    pub right: Option<AuthorityRights>,
    /// Limit (额度)
    pub limit: Option<AuthorityLimit>,
    /// Conditions (条件)
    pub conditions: Option<Text>,
    /// Who decides beyond the limit (上报对象)
    pub escalates_to: Option<RoleReference>,
}

/// One right, or several on the same matter (权限类型).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum AuthorityRights {
    /// One right.
    One(AuthorityRight),
    /// Several rights, in the order of the work.
    Several(Vec<AuthorityRight>),
}

impl AuthorityRights {
    /// The rights, in order.
    pub fn as_slice(&self) -> &[AuthorityRight] {
        match self {
            Self::One(right) => std::slice::from_ref(right),
            Self::Several(rights) => rights,
        }
    }
}

/// The amount up to which an authority goes (额度).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-words" = "conditions"))]
pub struct AuthorityLimit {
    /// Amount (金额)
    #[schemars(range(min = 0))]
    pub amount: Option<f64>,
    /// Currency, ISO 4217 (币种)
    #[schemars(regex(pattern = "^[A-Z]{3}$"))]
    pub currency: Option<String>,
    /// What the amount is counted by (计量对象)
    pub per: Option<LimitPer>,
}

/// A key performance indicator (考核指标).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["name"]))]
pub struct Kpi {
    /// Id, by which duties, overlays and comparisons find this item
    pub id: Option<Id>,
    /// Name (指标名称)
    pub name: Option<Text>,
    /// Definition (指标定义)
    pub definition: Option<Text>,
    /// Formula (计算公式)
    pub formula: Option<Text>,
    /// Target (目标值)
    pub target: Option<Text>,
    /// Unit of the target (单位)
    pub unit: Option<Text>,
    /// Weight, per cent (权重)
    #[schemars(range(min = 0, max = 100))]
    pub weight: Option<f64>,
    /// Cycle (考核周期)
    pub cycle: Option<Frequency>,
    /// Source of the data (数据来源)
    pub source: Option<Text>,
    /// Evaluator (考核人)
    pub evaluator: Option<RoleReference>,
}

/// A working relation (协作关系).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["counterpart"]))]
pub struct Relation {
    /// Id, by which overlays and comparisons find this item
    pub id: Option<Id>,
    /// Inside or outside the organization (内部/外部)
    pub side: Option<RelationSide>,
    /// Counterpart (协作对象)
    pub counterpart: Option<RoleReference>,
    /// Purpose (协作事项)
    pub purpose: Option<Text>,
    /// Frequency (频率)
    pub frequency: Option<Frequency>,
    /// Mode (方式)
    pub mode: Option<Text>,
}

/// Working conditions (工作条件).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WorkingConditions {
    /// Workplace (办公方式)
    #[schemars(extend("x-public" = true))]
    pub workplace: Option<Workplace>,
    /// Hours system (工时制度)
    #[schemars(extend("x-public" = true))]
    pub hours_system: Option<HoursSystem>,
    /// Schedule (工作时间特征)
    #[schemars(extend("x-public" = true))]
    pub schedule: Option<Text>,
    /// Shifts (班次)
    #[schemars(extend("x-public" = true))]
    pub shifts: Option<Text>,
    /// Travel, per cent of working time (出差)
    #[schemars(range(min = 0, max = 100), extend("x-public" = true))]
    pub travel_percent: Option<f64>,
    /// Environment (工作环境)
    #[schemars(extend("x-public" = true))]
    pub environment: Vec<Text>,
    /// Occupational hazards (职业病危害)
    pub hazards: Vec<Text>,
    /// Protective equipment (劳保用品)
    #[schemars(extend("x-public" = true))]
    pub protective_equipment: Vec<Text>,
    /// Tools and equipment (使用工具/设备)
    #[schemars(extend("x-public" = true))]
    pub equipment: Vec<Text>,
}

/// Compensation (薪酬).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Compensation {
    /// Pay type (薪酬类型)
    pub pay_type: Option<PayType>,
    /// What pay is set by (定薪依据)
    pub basis: Option<Text>,
    /// Base pay (基本工资)
    #[schemars(extend("x-public" = true))]
    pub range: Option<PayRange>,
    /// Bonus and incentives (奖金与绩效激励)
    #[schemars(extend("x-public" = true))]
    pub incentives: Vec<Text>,
    /// Benefits and allowances (福利津贴)
    #[schemars(extend("x-public" = true))]
    pub benefits: Vec<Text>,
    /// Career development and training (职业发展与培训)
    pub development: Vec<Text>,
    /// Non-material reward (非物质报酬)
    pub recognition: Vec<Text>,
    /// Pay grade (薪级)
    pub grade_ref: Option<String>,
}

/// A range of base pay (基本工资).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-words" = "basis"))]
pub struct PayRange {
    /// Lowest amount (下限)
    #[schemars(range(min = 0), extend("x-public" = true))]
    pub min: Option<f64>,
    /// Highest amount (上限)
    #[schemars(range(min = 0), extend("x-public" = true))]
    pub max: Option<f64>,
    /// Currency, ISO 4217 (币种)
    #[schemars(regex(pattern = "^[A-Z]{3}$"), extend("x-public" = true))]
    pub currency: Option<String>,
    /// The time that the amount is for (计薪周期)
    #[schemars(extend("x-public" = true))]
    pub period: Option<PayPeriod>,
    /// Months paid in a year (年发薪月数)
    #[schemars(range(min = 1, max = 36), extend("x-public" = true))]
    pub months_per_year: Option<f64>,
}

/// Employment terms (用工条件).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EmploymentTerms {
    /// Type (用工类型)
    #[serde(rename = "type")]
    #[schemars(extend("x-public" = true))]
    pub employment_type: Option<EmploymentType>,
    /// Duration of the contract (合同期限)
    #[schemars(extend("x-public" = true))]
    pub duration: Option<Text>,
    /// Probation, in months (试用期)
    #[schemars(range(min = 0, max = 6), extend("x-public" = true))]
    pub probation_months: Option<u32>,
}

/// Career path (职业发展).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CareerPath {
    /// Positions that lead here (来源岗位)
    pub from: Vec<RoleReference>,
    /// Positions that this one leads to (晋升/轮岗方向)
    pub to: Vec<RoleReference>,
    /// Description (发展前景)
    #[schemars(extend("x-public" = true))]
    pub description: Option<Text>,
}

/// An opening (招聘信息).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Posting {
    /// Number of openings (招聘人数)
    #[schemars(range(min = 1), extend("x-public" = true))]
    pub openings: Option<u32>,
    /// Title of the opening (招聘名称)
    #[schemars(extend("x-public" = true))]
    pub title: Option<Text>,
    /// Date posted (发布日期), ISO 8601
    #[schemars(extend("format" = "date", "x-public" = true))]
    pub date_posted: Option<String>,
    /// Valid through (有效期限), ISO 8601
    #[schemars(extend("format" = "date", "x-public" = true))]
    pub valid_through: Option<String>,
    /// How to apply (应聘方式)
    #[schemars(extend("x-public" = true))]
    pub apply: Option<Apply>,
    /// Contact (联系人)
    #[schemars(extend("x-public" = true))]
    pub contact: Option<Text>,
    /// Regions that applicants may live in (可应聘地区)
    #[schemars(extend("x-public" = true))]
    pub applicant_regions: Vec<Text>,
    /// Start (到岗时间)
    #[schemars(extend("x-public" = true))]
    pub start: Option<Text>,
    /// The employer in brief (单位情况)
    #[schemars(extend("x-public" = true))]
    pub employer_overview: Option<Text>,
    /// Equal opportunity (平等就业声明)
    #[schemars(extend("x-public" = true))]
    pub equal_opportunity_statement: Option<Text>,
    /// Notes to applicants (注意事项)
    #[schemars(extend("x-public" = true))]
    pub notes: Vec<Text>,
}

/// How to apply (应聘方式).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Apply {
    /// Address of the application form (应聘网址)
    #[schemars(extend("x-public" = true))]
    pub url: Option<String>,
    /// Address for applications by mail (应聘邮箱)
    #[schemars(extend("x-public" = true))]
    pub email: Option<String>,
    /// What to send and what happens then (应聘说明)
    #[schemars(extend("x-public" = true))]
    pub instructions: Option<Text>,
}

/// Who signs a document, and under which words (签署).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SignOff {
    /// The agreement that is signed (协议)
    pub statement: Option<Text>,
    /// Signature blocks (签署栏)
    pub blocks: Vec<SignatureBlock>,
}

/// A place to sign (签署栏).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["party", "label"]))]
pub struct SignatureBlock {
    /// Id, by which overlays and comparisons find this item
    pub id: Option<Id>,
    /// Party (签署方)
    pub party: Option<Party>,
    /// Label (名目), where the party's usual one does not fit
    pub label: Option<Text>,
    /// The signer's name (姓名), printed under the line
    #[schemars(extend("x-own-name" = true))]
    pub name: Option<Text>,
    /// The signer's title (职务), printed under the line
    pub title: Option<Text>,
    /// Whether there is a place for the date (日期); yes when absent
    pub date: Option<bool>,
    /// Whether there is a place for a seal (盖章); no when absent
    pub seal: Option<bool>,
    /// What this signature locks in the PDF (签署后锁定): the signer's own name and date, or the whole document; nothing when absent
    pub lock: Option<SignatureLock>,
}

/// A revision (修订记录).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["summary", "version", "date"]))]
pub struct Revision {
    /// Id, by which overlays and comparisons find this item
    pub id: Option<Id>,
    /// Version (版本)
    pub version: Option<String>,
    /// Date (日期), ISO 8601
    #[schemars(extend("format" = "date"))]
    pub date: Option<String>,
    /// Author (修订人)
    #[schemars(extend("x-own-name" = true))]
    pub author: Option<Text>,
    /// What changed (修订内容)
    pub summary: Option<Text>,
    /// Whether it must be signed again (是否重大修订)
    pub material: Option<bool>,
}

/// A section of the author's own (自定义章节).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-carries" = ["title", "body"], "x-public-if" = "public"))]
pub struct CustomSection {
    /// Id, by which overlays and comparisons find this item
    pub id: Option<Id>,
    /// Title (标题)
    #[schemars(extend("x-public" = true))]
    pub title: Option<Text>,
    /// Body (内容)
    #[schemars(extend("x-public" = true))]
    pub body: Option<Text>,
    /// Whether the careers site may show it (是否公开); no when absent
    pub public: Option<bool>,
}
