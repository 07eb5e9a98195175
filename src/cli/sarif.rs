//! Owns findings as SARIF 2.1.0 (OASIS standard, 27 March 2020), which platforms for code
//! review read. May import everything but the commands.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::config::UiLanguage;
use super::findings::Place;
use crate::check::rule;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Sources, Span};

/// The log of one run.
pub(super) fn log(findings: &[Diagnostic], sources: &Sources, ui: UiLanguage) -> Value {
    let codes: BTreeSet<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let rules: Vec<Value> = codes.iter().map(|code| described(code, findings, ui)).collect();
    let results: Vec<Value> = findings.iter().map(|it| result(it, &codes, sources, ui)).collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "rolebook",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "language": ui.language().tag(),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A rule by its code; one of a pack is described by what it found first.
fn described(code: &str, findings: &[Diagnostic], ui: UiLanguage) -> Value {
    let mut described = Map::new();
    described.insert("id".into(), json!(code));
    let first = findings.iter().find(|finding| finding.code.as_str() == code);
    let why = rule(code).map(|rule| ui.of(&rule.why()).to_string());
    let why = why.or_else(|| Some(ui.of(first?.reason.as_ref()?).to_string()));
    if let Some(why) = why.filter(|why| !why.is_empty()) {
        described.insert("shortDescription".into(), json!({ "text": why }));
    }
    if let Some(rule) = rule(code) {
        described.insert("help".into(), json!({ "text": ui.of(&rule.from()) }));
    }
    Value::Object(described)
}

fn result(finding: &Diagnostic, codes: &[&str], sources: &Sources, ui: UiLanguage) -> Value {
    let code = finding.code.as_str();
    let mut text = ui.of(&finding.message).to_string();
    for hint in finding.reason.iter().chain(&finding.hints) {
        text.push('\n');
        text.push_str(ui.of(hint));
    }
    let mut result = Map::new();
    result.insert("ruleId".into(), json!(code));
    result.insert("ruleIndex".into(), json!(codes.binary_search(&code).unwrap_or_default()));
    result.insert("level".into(), json!(level(finding.severity)));
    result.insert("message".into(), json!({ "text": text }));
    let place = Place::of_finding(finding, sources);
    // What stands nowhere has no place: an empty address would be that of the whole library.
    let mut location = if place.file.is_empty() { json!({}) } else { physical(&place) };
    if let Some(pointer) = finding.pointer.as_ref().filter(|pointer| !pointer.is_empty()) {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": pointer }]);
    }
    if location.as_object().is_some_and(|location| !location.is_empty()) {
        result.insert("locations".into(), json!([location]));
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().zip(1..).map(|(it, id)| {
            let mut place = physical(&Place::of(it.span, sources));
            place["id"] = json!(id);
            place["message"] = json!({ "text": ui.of(&it.message) });
            place
        });
        result.insert("relatedLocations".into(), related.collect());
    }
    if let Some(fix) = &finding.fix {
        let place = Place::of(fix.span, sources);
        result.insert(
            "fixes".into(),
            json!([{ "artifactChanges": [{
                "artifactLocation": { "uri": uri(&place.file) },
                "replacements": [{
                    "deletedRegion": region(&place),
                    "insertedContent": { "text": fix.with },
                }],
            }] }]),
        );
    }
    if finding.honored {
        let why = finding.related.first().map(|it| written(it.span, sources)).unwrap_or_default();
        result.insert(
            "suppressions".into(),
            json!([{ "kind": "inSource", "status": "accepted", "justification": why }]),
        );
    }
    Value::Object(result)
}

fn written(span: Span, sources: &Sources) -> String {
    sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn physical(place: &Place) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(&place.file) } });
    if place.line.is_some() {
        physical["region"] = region(place);
    }
    json!({ "physicalLocation": physical })
}

fn region(place: &Place) -> Value {
    json!({
        "startLine": place.line, "startColumn": place.column,
        "endLine": place.end_line, "endColumn": place.end_column,
    })
}

/// A path as a reference that a URI may have (RFC 3986).
fn uri(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    let escaped = path.bytes().fold(String::new(), |mut uri, b| {
        if plain(b) {
            uri.push(char::from(b));
        } else {
            uri.push_str(&format!("%{b:02X}"));
        }
        uri
    });
    if Path::new(path).is_absolute() { format!("file://{escaped}") } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Message};

    #[test]
    fn what_stands_nowhere_has_no_place() {
        let nowhere =
            || Diagnostic::warning(Code::MissingFont, Message::new("a font is missing", "缺少字体"));
        let findings = [nowhere(), nowhere().pointer("/title"), nowhere().about("fonts/a b.ttf")];
        let log = log(&findings, &Sources::default(), UiLanguage::En);
        let results = &log["runs"][0]["results"];
        assert_eq!(results[0].get("locations"), None);
        assert_eq!(
            results[1]["locations"],
            json!([{ "logicalLocations": [{ "fullyQualifiedName": "/title" }] }])
        );
        let place = &results[2]["locations"][0]["physicalLocation"];
        assert_eq!(place, &json!({ "artifactLocation": { "uri": "fonts/a%20b.ttf" } }));
    }
}
