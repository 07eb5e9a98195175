//! Owns the checks of versions and dates: the order of revisions, a review that is
//! overdue. May import `scene`, `days` and `registry`.

use super::days::Day;
use super::registry::finding;
use super::scene::Scene;
use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Message};
use crate::json::Node;
use crate::model::DocumentStatus;

pub(super) const RULES: &str = include_str!("history.json");

pub(super) fn check(scene: &Scene<'_>) -> Vec<Diagnostic> {
    let Some(day) = scene.over(Day::ReviewBy) else { return Vec::new() };
    if scene.status() == Some(DocumentStatus::Archived) {
        return Vec::new();
    }
    let message = Message::new(
        format!("the role was to be reviewed by {day}"),
        format!("岗位应在 {day} 前复审，现已逾期"),
    );
    let pointer = "/document/review_by";
    vec![
        finding("review_overdue", message).at(scene.at(pointer)).pointer(pointer).hint(
            "review the role, then write the day of the next review",
            "请复审该岗位，然后写上下次复审日期",
        ),
    ]
}

/// The order of the revisions in a file.
pub(super) fn check_file(catalog: &Catalog, role: &Node) -> Vec<Diagnostic> {
    let revisions = role.get("revisions").map(Node::items).unwrap_or_default();
    let date = |node: &Node| node.get("date").and_then(Node::as_str).map(str::to_string);
    let Some(dates) = revisions.iter().map(date).collect::<Option<Vec<_>>>() else { return Vec::new() };
    let pairs = || dates.windows(2);
    let (up, down) = (pairs().filter(|it| it[0] < it[1]).count(), pairs().filter(|it| it[0] > it[1]).count());
    if up == 0 || down == 0 {
        return Vec::new();
    }
    // In the direction that most of them have.
    let ascending = up >= down;
    let mut order: Vec<usize> = (0..revisions.len()).collect();
    order.sort_by(|&a, &b| {
        let by_date = dates[a].cmp(&dates[b]);
        if ascending { by_date } else { by_date.reverse() }
    });
    let is_wrong = |pair: &[String]| if ascending { pair[0] > pair[1] } else { pair[0] < pair[1] };
    let at = pairs().position(is_wrong).unwrap_or_default() + 1;
    let (before, own) = (&dates[at - 1], &dates[at]);
    let message = Message::new(
        format!("the revision of {own} stands after that of {before}"),
        format!("{own} 的修订排在 {before} 的修订之后，次序有误"),
    );
    let span = crate::source::Span { end: revisions[revisions.len() - 1].span.end, ..revisions[0].span };
    // What stands between two revisions stays where it is.
    let mut text = String::new();
    for (place, &index) in order.iter().enumerate() {
        text.push_str(catalog.sources.text(revisions[index].span));
        if let Some(next) = revisions.get(place + 1) {
            let between = crate::source::Span { start: revisions[place].span.end, ..next.span };
            let between = crate::source::Span { end: next.span.start, ..between };
            text.push_str(catalog.sources.text(between));
        }
    }
    let pointer = format!("/revisions/{at}/date");
    let place = revisions[at].get("date").map_or(revisions[at].span, |node| node.span);
    let finding = finding("revisions_out_of_order", message).at(place).pointer(pointer);
    // As many pairs up as down do not tell which of the two orders was meant.
    vec![if up == down {
        finding.hint("put the revisions in the order of their dates", "请按日期排列修订记录")
    } else {
        finding.fix(span, text).hint(
            "put the revisions in the order of their dates; `rolebook check --fix` does it",
            "请按日期排列修订记录；`rolebook check --fix` 可自动排列",
        )
    }]
}
