//! Holds the role model: its schemas are current and say what the program says,
//! and every field of it is shown by every target.

use std::collections::BTreeSet;
use std::fs;

use rolebook::catalog::Catalog;
use rolebook::model::{self, Edition, Language, ThemeSettings};
use rolebook::render::{Markup, TemplateSet, ThemeSet, built_in_themes};
use rolebook::resolve::resolve;
use rolebook::source::Sources;
use rolebook::view::{Locale, Names, document, pair};
use serde_json::{Value, json};

use crate::support::{Library, THEMES, WAYS, pdf_pages, repository, squeeze};

/// Fields that no document shows, each with the reason.
const NOT_SHOWN: [(&str, &str); 11] = [
    ("/$schema", "for editors"),
    ("/schema_version", "for rolebook"),
    ("/extends", "used up by resolving"),
    ("/variables", "used up by resolving"),
    ("/notes", "the author's own, never printed"),
    ("/sections/0/public", "decides about the careers site"),
    ("/sign_off/blocks/0/party", "its usual label gives way to the block's own: see the other test"),
    ("/sign_off/blocks/0/lock", "what programs that sign do with the fields"),
    ("*/id", "for overlays and comparisons"),
    ("*/remove", "an overlay's word"),
    ("*/after", "an overlay's word"),
];

fn is_shown(pointer: &str) -> bool {
    !NOT_SHOWN.iter().any(|(known, _)| match known.strip_prefix('*') {
        Some(end) => pointer.ends_with(end),
        None => pointer == *known || pointer.starts_with(&format!("{known}/")),
    })
}

#[test]
fn the_checked_in_schemas_are_those_of_the_types() {
    for (name, schema, of) in [
        ("role", model::generate_role_schema(), "role"),
        ("rolebook", model::generate_library_schema(), "library"),
        ("theme", model::generate_theme_schema(), "theme"),
        ("wording", model::generate_wording_schema(), "wording"),
    ] {
        let path = repository().join(format!("schema/{name}.schema.json"));
        let current = format!("{schema:#}\n");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &current).unwrap();
        }
        let checked_in = fs::read_to_string(&path).unwrap_or_default();
        assert!(checked_in == current, "{} is out of date: UPDATE_GOLDEN=1 tests/run", path.display());
        let printed = Library::new().run(&["schema", of]).must_succeed().stdout;
        assert_eq!(printed, current);
    }
}

/// A value for every field that the schema has, and in `leaves` the pointer of
/// each with another value that it can have.
struct Sampler {
    leaves: Vec<(String, Value)>,
    count: usize,
}

impl Sampler {
    fn sample(&mut self, schema: &Value, pointer: &str) -> Value {
        let reference = schema.get("x-reference").and_then(Value::as_str);
        if pointer.ends_with("/competency_ref") {
            // A competency of the framework has its own name: see the other test.
            return Value::Null;
        }
        let schema = match schema.get("$ref").and_then(Value::as_str) {
            Some(target) => model::role_schema().pointer(target.trim_start_matches('#')).unwrap(),
            None => schema,
        };
        let reference = reference.or_else(|| schema.get("x-reference").and_then(Value::as_str));
        let schema = schema.get("anyOf").map_or(schema, |choices| &choices[0]);
        if pointer.ends_with("/id") {
            return json!(if pointer.starts_with("/kpis") { "kpi" } else { "it" });
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let (value, other) = match kinds[0] {
            "object" => {
                let properties = schema.get("properties").and_then(Value::as_object);
                let members = properties.into_iter().flatten().filter(|(key, _)| {
                    !matches!(
                        key.as_str(),
                        "remove" | "after" | "extends" | "theme" | "variables" | "$schema" | "schema_version"
                    )
                });
                let members = members
                    .map(|(key, schema)| (key.clone(), self.sample(schema, &format!("{pointer}/{key}"))));
                return members.filter(|(_, value)| !value.is_null()).collect();
            }
            "array" if reference == Some("kpi") => return json!(["kpi"]),
            "array" => return json!([self.sample(&schema["items"], &format!("{pointer}/0"))]),
            "boolean" => (json!(true), json!(false)),
            "integer" => (json!(1), json!(5)),
            "number" => (json!(31.25), json!(17.5)),
            "string" if schema.get("enum").is_some() => {
                (schema["enum"][0].clone(), schema["enum"][1].clone())
            }
            "string" if schema.get("format").is_some() => (json!("2026-01-15"), json!("2027-03-09")),
            "string" if schema["pattern"] == "^[A-Z]{3}$" => (json!("CNY"), json!("USD")),
            "string" if schema["pattern"] == "^[A-Z]{2}$" => (json!("SG"), json!("US")),
            "string" => {
                self.count += 1;
                let word = format!("值{:03}", self.count);
                (json!(word), json!(format!("{word}改")))
            }
            kind => panic!("{pointer}: no sample for a {kind}"),
        };
        self.leaves.push((pointer.to_string(), other));
        value
    }
}

pub(crate) fn full_role() -> (Value, Vec<(String, Value)>) {
    let mut sampler = Sampler { leaves: Vec::new(), count: 0 };
    let role = sampler.sample(model::role_schema(), "");
    (role, sampler.leaves)
}

/// The documents of a role in every theme and markup, without the hash that any
/// change changes.
fn documents(role: &Value) -> Vec<(String, String)> {
    let library = Library::new().role("role", role.to_string());
    let catalog = Catalog::load(library.path()).unwrap();
    assert!(catalog.findings.is_empty(), "{:?}", catalog.findings);
    let resolved = resolve(&catalog, "role").unwrap_or_else(|findings| panic!("{findings:?}"));
    let templates =
        TemplateSet::load(&library.path().join("templates"), &Markup::ALL, &mut Sources::default()).unwrap();
    let mut documents = Vec::new();
    for (name, edition) in WAYS {
        let theme = ThemeSet::default().theme(name, ThemeSettings::default()).unwrap();
        let view = |language| {
            let locale = Locale::built_in(language);
            document(&resolved, &Names::default(), &locale, language, &theme)
        };
        let edition = Edition::from_tag(edition).unwrap();
        let mut view = match edition.second {
            Some(second) => pair(view(edition.first), view(second)),
            None => view(edition.first),
        };
        view.hash.clear();
        view.date.clear();
        for markup in [Markup::Markdown, Markup::Html, Markup::Typst] {
            let text = templates.render(markup, &view).unwrap_or_else(|finding| panic!("{finding:?}"));
            documents.push((format!("{name} {edition} {markup:?}"), text));
        }
    }
    documents
}

#[test]
fn every_field_is_shown_by_every_target() {
    let (role, leaves) = full_role();
    assert!(leaves.len() > 120, "the walk of the schema found {} fields only", leaves.len());
    let before = documents(&role);
    let mut missing = Vec::new();
    for (pointer, other) in leaves.iter().filter(|(pointer, _)| is_shown(pointer)) {
        let mut changed = role.clone();
        *changed.pointer_mut(pointer).unwrap() = other.clone();
        for ((name, before), (_, after)) in before.iter().zip(documents(&changed)) {
            if *before == after {
                missing.push(format!("{name} does not show {pointer}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn the_tests_know_every_theme() {
    let mut known = THEMES;
    known.sort_unstable();
    assert_eq!(built_in_themes(), known);
    assert_eq!(model::THEMES.map(|(name, _)| name), THEMES);
}

/// Every kind of item that overlays and comparisons find by its id says by the model
/// what it carries at least, in fields that it has.
#[test]
fn every_item_of_a_list_carries_something() {
    for schema in [model::role_schema(), model::library_schema()] {
        for (name, kind) in schema["$defs"].as_object().unwrap() {
            let Some(properties) = kind.get("properties").filter(|all| all.get("remove").is_some()) else {
                continue;
            };
            let carries = kind.get("x-carries").and_then(Value::as_array);
            let carries = carries.unwrap_or_else(|| panic!("{name} carries nothing"));
            assert!(!carries.is_empty());
            for field in carries {
                assert!(properties.get(field.as_str().unwrap()).is_some(), "{name} has no {field}");
            }
        }
    }
}

/// Every value to choose from, but a language or a look, has its words.
#[test]
fn every_vocabulary_has_labels() {
    for (name, kind) in model::role_schema()["$defs"].as_object().unwrap() {
        let Some(values) = kind.get("enum").and_then(Value::as_array) else { continue };
        let vocabulary = kind["x-vocabulary"].as_str().unwrap_or_else(|| panic!("{name} is no vocabulary"));
        for value in values.iter().filter_map(Value::as_str) {
            for language in Language::ALL {
                assert!(model::term_label(vocabulary, value, language).is_some(), "{vocabulary}.{value}");
            }
        }
    }
}

#[test]
fn what_is_not_shown_is_not_shown() {
    let (mut role, _) = full_role();
    let before = documents(&role);
    role["notes"] = json!("别的备注");
    assert_eq!(before, documents(&role));
}

#[test]
fn every_text_of_a_role_stands_in_its_pdf() {
    let (mut role, leaves) = full_role();
    let title = role["title"].take();
    role["title"] = json!({ "zh-CN": title, "en": title });
    let library = Library::new().role("role", role.to_string());
    role["title"] = title;
    for (theme, edition) in WAYS {
        let run = library.build(&["--format", "pdf", "--theme", theme, "--lang", edition]).must_succeed();
        let text = squeeze(&pdf_pages(&run.path(&format!("{edition}/role.pdf"))).concat());
        let missing: Vec<&str> = leaves
            .iter()
            .filter(|(pointer, _)| is_shown(pointer))
            .filter(|(pointer, _)| {
                let word = role.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
                word.starts_with('值') && !text.contains(word)
            })
            .map(|(pointer, _)| pointer.as_str())
            .collect();
        assert!(missing.is_empty(), "{theme} {edition}: {missing:?}");
    }
}

#[test]
fn every_field_has_a_label_and_every_theme_every_section() {
    let expected: BTreeSet<&str> = rolebook::model::SECTIONS.iter().copied().collect();
    for name in built_in_themes() {
        let theme = ThemeSet::default().theme(&name, ThemeSettings::default()).unwrap();
        let found: BTreeSet<&str> = theme.settings.sections.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(found, expected, "sections of {name}");
        assert_eq!(theme.settings.sections.len(), expected.len(), "a section of {name} stands twice");
    }
    for language in Language::ALL {
        let locale = Locale::built_in(language);
        for section in expected.iter().filter(|section| **section != "custom") {
            assert!(!locale.section(section).is_empty());
        }
    }
}

#[test]
fn a_competency_of_the_framework_is_shown_with_its_level() {
    let library = Library::new()
        .file(
            "rolebook.json",
            r#"{"languages": ["en"], "competencies": [{"id": "focus", "name": "Customer focus",
                "levels": [{"id": "1", "name": "Basic"}, {"id": "2", "name": "Proficient"}]}]}"#,
        )
        .role("a", r#"{"title": "A", "qualifications": {"competencies": [{"competency_ref": "focus", "level": "2"}]}}"#);
    let run = library.build(&["--format", "md", "--theme", "outline"]).must_succeed();
    assert!(run.text("en/a.md").contains("Customer focus (Proficient)"), "{}", run.text("en/a.md"));
}

#[test]
fn a_signature_block_without_a_label_is_labelled_by_its_party() {
    let library =
        Library::new().role("a", r#"{"title": "甲", "sign_off": {"blocks": [{"party": "supervisor"}]}}"#);
    for theme in built_in_themes() {
        let run = library.build(&["--theme", &theme]).must_succeed();
        assert!(run.text("zh-CN/a.md").contains("直属领导签名"), "{theme}");
        assert!(run.text("zh-CN/a.html").contains("直属领导签名"), "{theme}");
        assert!(pdf_pages(&run.path("zh-CN/a.pdf")).concat().contains("直属领导签名"), "{theme}");
    }
}

/// What rolebook finds wrong, an independent validator finds wrong, and what it
/// lets pass passes.
#[test]
fn the_schema_says_what_the_program_says() {
    let validator = jsonschema::options().should_validate_formats(true).build(model::role_schema()).unwrap();
    let (role, _) = full_role();
    assert!(
        validator.is_valid(&role),
        "{:?}",
        validator.iter_errors(&role).next().map(|error| error.to_string())
    );
    let faults = [
        json!({"title": 1}),
        json!({"titel": "x"}),
        json!({"title": {"de": "x"}}),
        json!({"title": "x", "category": "boss"}),
        json!({"title": "x", "headcount": -1}),
        json!({"title": "x", "headcount": 1.5}),
        json!({"title": "x", "headcount": "1"}),
        json!({"title": "x", "extends": "Not An Id"}),
        json!({"title": "x", "duties": {}}),
        json!({"title": "x", "duties": [null]}),
        json!({"title": "x", "duties": [{"tasks": [1]}]}),
        json!({"title": "x", "duties": [{"time_percent": 101}]}),
        json!({"title": "x", "document": {"effective_date": "2026-02-30"}}),
        json!({"title": "x", "document": {"effective_date": "tomorrow"}}),
        json!({"title": "x", "authorities": [{"right": "own"}]}),
        json!({"title": "x", "authorities": [{"right": ["decide", "own"]}]}),
        json!({"title": "x", "authorities": [{"right": {}}]}),
        json!({"title": "x", "compensation": {"range": {"currency": "rmb"}}}),
        json!([]),
        json!("x"),
    ];
    for fault in faults {
        assert!(!validator.is_valid(&fault), "the schema lets pass: {fault}");
        Library::new().role("a", fault.to_string()).build(&["--format", "md"]).must_find();
    }
    for fine in [json!({"title": "x", "duties": null}), json!({"title": {"en": null, "zh-CN": "x"}})] {
        assert!(validator.is_valid(&fine), "the schema refuses: {fine}");
        Library::new().role("a", fine.to_string()).build(&["--format", "md"]).must_succeed();
    }
}
