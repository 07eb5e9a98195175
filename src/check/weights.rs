//! Owns the checks that shares and weights sum to 100 and that an amount has a currency.
//! May import `scene` and `registry`.

use super::registry::finding;
use super::scene::Scene;
use crate::diagnostic::{Diagnostic, Message};
use crate::model::DocumentStatus;

pub(super) const RULES: &str = include_str!("weights.json");

/// How far a sum may lie from 100: three shares of 33.3 are meant to be a whole.
const SLACK: f64 = 0.5;

pub(super) fn check(scene: &Scene<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if scene.status() == Some(DocumentStatus::Archived) {
        return findings;
    }
    let role = scene.role();
    let times: Vec<_> = role.duties.iter().map(|duty| duty.time_percent).collect();
    let weights: Vec<_> = role.duties.iter().map(|duty| duty.weight).collect();
    let kpis: Vec<_> = role.kpis.iter().map(|kpi| kpi.weight).collect();
    let sums = [
        ("time_share_sum", "/duties", "time_percent", times, ("shares of time", "时间占比")),
        ("duty_weight_sum", "/duties", "weight", weights, ("weights of the duties", "职责权重")),
        ("kpi_weight_sum", "/kpis", "weight", kpis, ("weights of the KPIs", "考核指标权重")),
    ];
    for (code, list, key, values, (en, zh_cn)) in sums {
        let known: Vec<f64> = values.iter().copied().flatten().collect();
        let sum: f64 = known.iter().sum();
        // Where some have no share yet, only too much is wrong.
        let whole = known.len() == values.len();
        if known.is_empty() || (sum - 100.0).abs() <= SLACK || !whole && sum < 100.0 {
            continue;
        }
        let parts: Vec<String> = known.iter().map(|part| short(*part)).collect();
        let total = short(sum);
        // One part alone is its own sum.
        let (en_parts, zh_cn_parts) = match &parts[..] {
            [_] => (String::new(), String::new()),
            _ => (format!(": {}", parts.join(" + ")), format!("：{}", parts.join(" + "))),
        };
        let message = Message::new(
            format!("the {en} sum to {total} and not to 100{en_parts}"),
            format!("{zh_cn}合计为 {total}，不是 100{zh_cn_parts}"),
        );
        let first = values.iter().position(Option::is_some).unwrap_or_default();
        findings.push(
            finding(code, message).at(scene.at(&format!("{list}/{first}/{key}"))).pointer(list).hint(
                format!("change `{key}` so that all of them make 100"),
                format!("请调整各项 `{key}`，使合计为 100"),
            ),
        );
    }
    for (index, authority) in role.authorities.iter().enumerate() {
        let Some(limit) = &authority.limit else { continue };
        let (Some(amount), None) = (limit.amount, &limit.currency) else { continue };
        let pointer = format!("/authorities/{index}/limit");
        let amount = short(amount);
        let message = Message::new(
            format!("the limit of {amount} has no currency"),
            format!("额度 {amount} 没有写明币种"),
        );
        findings.push(
            finding("limit_without_currency", message)
                .at(scene.at(&pointer))
                .pointer(&pointer)
                .hint("add it: \"currency\": \"CNY\"", "请补上：\"currency\": \"CNY\""),
        );
    }
    findings
}

/// A number without digits that say nothing.
fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}
