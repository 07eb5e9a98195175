//! Owns the checks that a role says what its status asks for, and that an essential duty
//! can be measured. May import `scene` and `registry`.

use super::registry::finding;
use super::scene::{Scene, says};
use crate::diagnostic::{Diagnostic, Message};
use crate::model::{DocumentStatus, Term};

pub(super) const RULES: &str = include_str!("completeness.json");

/// A field that a status asks for: pointer, whether only a published role needs it, names.
const ASKED: [(&str, bool, &str, &str); 8] = [
    ("/code", false, "position code", "岗位编号"),
    ("/organization/unit", false, "department", "所属部门"),
    ("/summary", false, "summary or purpose", "岗位概述或工作目标"),
    ("/duties", false, "duties", "岗位职责"),
    ("/qualifications", false, "qualifications", "任职资格"),
    ("/document/version", true, "version", "版本号"),
    ("/document/effective_date", true, "effective date", "生效日期"),
    ("/document/review_by", true, "review date", "复审日期"),
];

pub(super) fn check(scene: &Scene<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let status = scene.status();
    if let Some(status @ (DocumentStatus::InReview | DocumentStatus::Published)) = status {
        for (pointer, published, en, zh_cn) in ASKED {
            if published && status != DocumentStatus::Published || has(scene, pointer) {
                continue;
            }
            let (of, of_zh) = match status {
                DocumentStatus::Published => ("published", "已发布"),
                _ => ("in review", "审核中"),
            };
            let message = Message::new(
                format!("the role is {of} and has no {en}"),
                format!("岗位状态为“{of_zh}”，但没有{zh_cn}"),
            );
            let key = pointer.rsplit('/').next().unwrap_or_default();
            findings.push(
                finding("incomplete_for_status", message).at(scene.at(pointer)).pointer(pointer).hint(
                    format!("write `{key}`, or set `document.status` to `{}`", DocumentStatus::Draft.key()),
                    format!(
                        "请填写 `{key}`，或把 `document.status` 改为 `{}`（草案）",
                        DocumentStatus::Draft.key()
                    ),
                ),
            );
        }
    }
    if status != Some(DocumentStatus::Archived) {
        unmeasured(scene, &mut findings);
    }
    findings
}

fn has(scene: &Scene<'_>, pointer: &str) -> bool {
    let role = scene.role();
    match pointer {
        "/summary" => says(role.summary.as_ref()) || says(role.purpose.as_ref()),
        "/duties" => !role.duties.is_empty(),
        pointer => scene.resolved.tree.pointer(pointer).is_some(),
    }
}

fn unmeasured(scene: &Scene<'_>, findings: &mut Vec<Diagnostic>) {
    for (index, duty) in scene.role().duties.iter().enumerate() {
        if duty.essential != Some(true) || !duty.kpi_refs.is_empty() || !duty.outputs.is_empty() {
            continue;
        }
        let pointer = format!("/duties/{index}");
        let message = Message::new(
            "the duty is essential, and nothing says how it is measured",
            "此项为核心职责，但没有写明用什么来衡量",
        );
        findings.push(
            finding("essential_duty_unmeasured", message)
                .at(scene.at(&format!("{pointer}/essential")))
                .pointer(&pointer)
                .hint(
                    "name its KPIs in `kpi_refs`, or what comes of it in `outputs`",
                    "请在 `kpi_refs` 中关联考核指标，或在 `outputs` 中写明工作成果",
                ),
        );
    }
}
