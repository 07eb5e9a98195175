//! Holds that no text of a role is ever more than text: whatever stands in it
//! is shown as it is written, in every kind of place, target and theme.

use std::fs;

use comrak::nodes::NodeValue;
use comrak::{Arena, parse_document};
use scraper::{ElementRef, Html, Selector};
use serde_json::{Value, json};

use crate::escapes::{pages, readers};
use crate::support::{Library, WAYS, squeeze};

/// A text that would do something if it were not shown.
struct Case {
    /// As an author writes it.
    written: &'static str,
    /// As a document shows it.
    shown: &'static str,
    /// As it is shown where placeholders have no meaning: in the value of a
    /// variable and in `rolebook.json`.
    unfilled: &'static str,
    /// Whether it begins a block of Markdown, which a long text may hold.
    is_block: bool,
}

const fn same(written: &'static str) -> Case {
    Case { written, shown: written, unfilled: written, is_block: false }
}

const fn block(written: &'static str) -> Case {
    Case { written, shown: written, unfilled: written, is_block: true }
}

const CASES: [Case; 39] = [
    // Typst
    same("#read(\"/etc/passwd\")"),
    same("#panic()"),
    same("#import \"x\""),
    same("#{ 7 * 7 }"),
    same("$x$"),
    same("@label"),
    same("<label>"),
    same("\\u{41}"),
    same("/* c */"),
    same("*/"),
    same("// c"),
    same("] #panic() ["),
    same("\") #panic() (\""),
    same("= x"),
    same("/ x: y"),
    // HTML
    same("<script>alert(1)</script>"),
    same("</style><script>"),
    same("</title><script>alert(1)</script>"),
    same("\"><img src=x onerror=alert(1)>"),
    same("' onmouseover='alert(1)"),
    same("<!-- x"),
    // Markdown
    same("[a](javascript:alert(1))"),
    same("[a](data:text/html,x)"),
    same("![a](https://example.com/x.png)"),
    same("| a | b |"),
    same("https://example.com/<b>"),
    same("www.example.com/<b>"),
    same("---"),
    same("C #"),
    same("\"a\" 'b'"),
    block("- x"),
    block("+ x"),
    block("1. x"),
    block("> x"),
    block("# x"),
    block("```"),
    // Tera, and rolebook's own placeholders
    same("{% raw %}"),
    Case { written: "\\{{ 7 * 7 }}", shown: "{{ 7 * 7 }}", unfilled: "{{ 7 * 7 }}", is_block: false },
    Case { written: "{{ braces }}", shown: "{{ x }}", unfilled: "{{ braces }}", is_block: false },
];

/// A place in a role. Its name stands after the text there, so that each place
/// is told from the others.
struct Place {
    name: &'static str,
    /// Whether placeholders have a meaning there.
    filled: bool,
    /// Whether it holds blocks of Markdown.
    long: bool,
}

const fn short(name: &'static str) -> Place {
    Place { name, filled: true, long: false }
}

const fn long(name: &'static str) -> Place {
    Place { name, filled: true, long: true }
}

const fn unfilled(name: &'static str) -> Place {
    Place { name, filled: false, long: false }
}

const TITLE: Place = short("title");
const SUMMARY: Place = long("summary");
const PLACES: [Place; 15] = [
    TITLE,
    short("code"),
    short("organization"),
    unfilled("unit"),
    SUMMARY,
    short("area"),
    long("statement"),
    short("task"),
    short("matter"),
    short("mode"),
    short("record"),
    unfilled("variable"),
    short("section"),
    short("label"),
    short("name"),
];

impl Case {
    fn written_at(&self, name: &str) -> String {
        format!("{} {name}", self.written)
    }

    fn has(&self, place: &Place) -> bool {
        !(self.is_block && place.long)
    }

    fn shown_at(&self, place: &Place) -> String {
        let shown = if place.filled { self.shown } else { self.unfilled };
        squeeze(&format!("{shown}{}", place.name))
    }

    fn role(&self, id: &str) -> Value {
        let at = |name: &str| self.written_at(name);
        let long = |name: &str| if self.is_block { name.to_string() } else { self.written_at(name) };
        json!({
            "title": { "zh-CN": at("title"), "en": at("title") },
            "code": at("code"),
            "organization": { "name": at("organization"), "unit": id },
            "summary": long("summary"),
            "duties": [{ "area": at("area"), "statement": long("statement"), "tasks": [at("task"), "a"] }],
            "authorities": [{ "matter": at("matter"), "right": "decide" }],
            "relations": [{ "side": "internal", "counterpart": "甲", "mode": at("mode") }],
            "records": [at("record"), "{{ value }}"],
            "sections": [{ "title": at("section"), "body": "乙" }],
            "sign_off": { "blocks": [{ "party": "job_holder", "label": at("label"), "name": at("name") }] },
            "variables": { "value": at("variable"), "braces": "{{ x }}", "x": "filled twice" },
        })
    }
}

/// A library with a role for each case; its id is the case's number.
fn library() -> Library {
    let id = |index: usize| format!("case-{index}");
    let unit = |(index, case): (usize, &Case)| json!({ "id": id(index), "name": case.written_at("unit") });
    let units: Vec<Value> = CASES.iter().enumerate().map(unit).collect();
    let settings = json!({ "languages": ["zh-CN", "en"], "units": units });
    let library = Library::new().file("rolebook.json", settings.to_string());
    CASES
        .iter()
        .enumerate()
        .fold(library, |library, (index, case)| library.role(&id(index), case.role(&id(index)).to_string()))
}

/// Every place of every case that a document does not show, by what `read` finds
/// in the document with the case's number.
fn missing(edition: &str, read: impl Fn(&str) -> String) -> Vec<String> {
    let mut missing = Vec::new();
    for (index, case) in CASES.iter().enumerate() {
        let text = squeeze(&read(&format!("{edition}/case-{index}")));
        assert!(!text.contains("filledtwice"), "{edition}: {}", case.written);
        for place in PLACES.iter().filter(|place| case.has(place)) {
            let expected = case.shown_at(place);
            // An escape that is shown would stand before it.
            if !text.contains(&expected) || text.contains(&format!("\\{expected}")) {
                missing.push(format!("{edition}: no `{expected}` in {index}: {text}"));
            }
        }
    }
    missing
}

#[test]
fn markdown_shows_every_text_as_it_stands() {
    let library = library();
    for (theme, edition) in WAYS {
        let run = library.build(&["--format", "md", "--theme", theme, "--lang", edition]).must_succeed();
        let missing = missing(edition, |name| text_of_markdown(&run.text(&format!("{name}.md"))));
        assert!(missing.is_empty(), "{theme}: {}", missing.join("\n"));
    }
}

/// The text of a document as GitHub shows it, which must be nothing but text,
/// structure and links that are safe.
fn text_of_markdown(source: &str) -> String {
    let arena = Arena::new();
    let [_, github] = readers();
    let mut text = String::new();
    for node in parse_document(&arena, source, &github).descendants() {
        match &node.data().value {
            NodeValue::Text(words) => text.push_str(words),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::HtmlInline(html) => panic!("HTML {html:?} in:\n{source}"),
            NodeValue::HtmlBlock(_) | NodeValue::CodeBlock(_) | NodeValue::Image(_) => {
                panic!("{:?} in:\n{source}", node.data().value)
            }
            NodeValue::Link(link) => assert!(is_safe(&link.url), "{} in:\n{source}", link.url),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push('\n'),
            _ => {}
        }
    }
    // No case has emphasis, so these are rolebook's own that went wrong.
    assert!(!text.contains("**"), "emphasis that is none in:\n{source}");
    text
}

/// Whether an address leads nowhere but to a page, a mailbox or a telephone, or
/// to a place in the document.
fn is_safe(address: &str) -> bool {
    address.starts_with('#')
        || ["http:", "https:", "mailto:", "tel:"].iter().any(|scheme| address.starts_with(scheme))
}

#[test]
fn html_shows_every_text_as_it_stands() {
    let library = library();
    for (theme, edition) in WAYS {
        let run = library.build(&["--format", "html", "--theme", theme, "--lang", edition]).must_succeed();
        let missing = missing(edition, |name| text_of_html(&run.text(&format!("{name}.html"))));
        assert!(missing.is_empty(), "{theme}: {}", missing.join("\n"));
        for (index, case) in CASES.iter().enumerate() {
            let document = Html::parse_document(&run.text(&format!("{edition}/case-{index}.html")));
            let title: String = only(&document, "title").text().collect();
            let expected = case.shown_at(&TITLE);
            assert!(squeeze(&title).contains(&expected), "{theme}: no `{expected}` in the title {title:?}");
            if case.has(&SUMMARY) {
                let description = only(&document, "meta[name=description]").attr("content").unwrap();
                assert_eq!(squeeze(description), case.shown_at(&SUMMARY), "{theme}");
            }
        }
    }
}

fn only<'a>(document: &'a Html, selector: &str) -> ElementRef<'a> {
    let selected: Vec<ElementRef<'_>> = document.select(&Selector::parse(selector).unwrap()).collect();
    assert_eq!(selected.len(), 1, "{selector}");
    selected[0]
}

/// The text of a page, in which nothing may run, load or lead astray.
fn text_of_html(source: &str) -> String {
    let document = Html::parse_document(source);
    for element in document.select(&Selector::parse("*").unwrap()) {
        let name = element.value().name();
        let may_stand = !matches!(
            name,
            "script" | "img" | "iframe" | "object" | "embed" | "form" | "base" | "link" | "label" | "b"
        );
        assert!(may_stand, "<{name}> in:\n{source}");
        for (attribute, value) in element.value().attrs() {
            assert!(!attribute.starts_with("on"), "{attribute} in:\n{source}");
            let is_address = ["href", "src", "action", "formaction", "srcdoc", "data"].contains(&attribute);
            assert!(!is_address || is_safe(value), "{attribute}={value} in:\n{source}");
        }
    }
    assert!(!document.tree.nodes().any(|node| node.value().is_comment()), "a comment in:\n{source}");
    only(&document, "style");
    only(&document, "body").text().collect()
}

#[test]
fn pdf_shows_every_text_as_it_stands() {
    let library = library();
    for (theme, edition) in WAYS {
        let run = library.build(&["--format", "pdf", "--theme", theme, "--lang", edition]).must_succeed();
        let missing =
            missing(edition, |name| pages(&fs::read(run.path(&format!("{name}.pdf"))).unwrap()).concat());
        assert!(missing.is_empty(), "{theme}: {}", missing.join("\n"));
    }
}
