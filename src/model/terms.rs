//! Owns the closed vocabularies of a role: the values that an author chooses
//! from. Labels per language are data (`locales/`), keyed by the names here. And the
//! codes of currencies that are written for others.
//! May import nothing of rolebook.

use schemars::JsonSchema;
use serde::Deserialize;

/// A value of a closed vocabulary.
pub trait Term {
    /// The vocabulary's name, as the locale files group the labels.
    const VOCABULARY: &'static str;

    /// The value as it is written in JSON.
    fn key(self) -> &'static str;
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident = $vocabulary:literal { $($variant:ident = $key:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
        #[schemars(extend("x-vocabulary" = $vocabulary))]
        pub enum $name {
            $(#[doc = concat!("`", $key, "`")] #[serde(rename = $key)] $variant),+
        }

        impl $name {
            /// Every value, in the order of the schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }

        impl Term for $name {
            const VOCABULARY: &'static str = $vocabulary;

            fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }
        }
    };
}

vocabulary! {
    /// How far a document is on its way (文件状态).
    DocumentStatus = "document_status" {
        Draft = "draft", InReview = "in_review", Published = "published", Archived = "archived",
    }
}
vocabulary! {
    /// What a signature locks in the PDF (签署后锁定).
    SignatureLock = "signature_lock" {
        Own = "own", Document = "document",
    }
}
vocabulary! {
    /// Who may read a document (密级).
    Confidentiality = "confidentiality" {
        Public = "public", Internal = "internal", Confidential = "confidential", Secret = "secret",
    }
}
vocabulary! {
    /// The nature of a position (岗位性质/序列).
    Category = "category" {
        Management = "management", Professional = "professional", Technical = "technical",
        Sales = "sales", Service = "service", Administrative = "administrative", Operations = "operations",
    }
}
vocabulary! {
    /// The part that the job holder takes in a duty (参与程度).
    Involvement = "involvement" {
        Responsible = "responsible", Organize = "organize", Participate = "participate",
        Assist = "assist", Review = "review", Approve = "approve",
    }
}
vocabulary! {
    /// How often something happens (频率).
    Frequency = "frequency" {
        Continuous = "continuous", Daily = "daily", Weekly = "weekly", Biweekly = "biweekly",
        Monthly = "monthly", Quarterly = "quarterly", Semiannually = "semiannually",
        Annually = "annually", AsNeeded = "as_needed",
    }
}
vocabulary! {
    /// The field in which an authority lies (权限类别).
    AuthorityDomain = "authority_domain" {
        Personnel = "personnel", Finance = "finance", Business = "business", Information = "information",
    }
}
vocabulary! {
    /// What an authority entitles to (权限类型).
    AuthorityRight = "authority_right" {
        Propose = "propose", Recommend = "recommend", Review = "review", Confirm = "confirm",
        Approve = "approve", Decide = "decide", Execute = "execute", Supervise = "supervise",
        Inspect = "inspect", Accept = "accept", Evaluate = "evaluate", BeInformed = "be_informed",
        Report = "report", Allocate = "allocate",
    }
}
vocabulary! {
    /// What the limit of an authority is counted by (额度的计量对象).
    LimitPer = "limit_per" {
        Transaction = "transaction", Contract = "contract", Order = "order", Customer = "customer",
        Project = "project", Month = "month", Quarter = "quarter", Year = "year",
    }
}
vocabulary! {
    /// Where a counterpart of a working relation sits (内部/外部).
    RelationSide = "relation_side" { Internal = "internal", External = "external" }
}
vocabulary! {
    /// Whether a requirement must be met or counts in favour (必备/优先).
    Tier = "tier" { Required = "required", Preferred = "preferred" }
}
vocabulary! {
    /// A level of education (学历); it is meant as the lowest that qualifies.
    EducationLevel = "education_level" {
        Any = "any", JuniorHighSchool = "junior_high_school", HighSchool = "high_school",
        SecondaryVocational = "secondary_vocational", Associate = "associate",
        Bachelor = "bachelor", Master = "master", Doctorate = "doctorate",
    }
}
vocabulary! {
    /// Where the work is done (办公方式).
    Workplace = "workplace" { OnSite = "on_site", Hybrid = "hybrid", Remote = "remote", Field = "field" }
}
vocabulary! {
    /// How working hours are reckoned under Chinese labour law (工时制度).
    HoursSystem = "hours_system" {
        Standard = "standard", Comprehensive = "comprehensive", Flexible = "flexible",
    }
}
vocabulary! {
    /// How pay is made up (薪酬类型).
    PayType = "pay_type" {
        Monthly = "monthly", Annual = "annual", Hourly = "hourly", Piecework = "piecework",
        BasePlusBonus = "base_plus_bonus", BasePlusCommission = "base_plus_commission",
    }
}
vocabulary! {
    /// The time that an amount of pay is for (计薪周期).
    PayPeriod = "pay_period" { Hour = "hour", Day = "day", Week = "week", Month = "month", Year = "year" }
}
vocabulary! {
    /// The type of employment (用工类型), as schema.org and Google name it.
    EmploymentType = "employment_type" {
        FullTime = "full_time", PartTime = "part_time", Contractor = "contractor",
        Temporary = "temporary", Intern = "intern", Volunteer = "volunteer",
        PerDiem = "per_diem", Other = "other",
    }
}
vocabulary! {
    /// Who signs (签署方).
    Party = "party" {
        Prepared = "prepared", Reviewed = "reviewed", Approved = "approved", Hr = "hr",
        JobHolder = "job_holder", Supervisor = "supervisor", Organization = "organization",
    }
}

/// The code of ISO 4217 that is meant by what is none: RMB and ¥ are in every
/// contract, the code is CNY.
pub fn currency_meant(text: &str) -> Option<&'static str> {
    Some(match &*text.trim().to_uppercase() {
        "RMB" | "CNH" | "CNY" | "人民币" | "元" | "人民币元" | "¥" | "￥" | "YUAN" => "CNY",
        "USD" | "US$" | "$" | "美元" | "DOLLAR" => "USD",
        "HKD" | "HK$" | "港元" | "港币" => "HKD",
        "EUR" | "EURO" | "€" | "欧元" => "EUR",
        "JPY" | "YEN" | "日元" => "JPY",
        "GBP" | "£" | "英镑" | "UKP" => "GBP",
        "TWD" | "NTD" | "新台币" => "TWD",
        _ => return None,
    })
}
