//! Holds the building from what a PDF carried: the same bytes, and what is said where
//! they cannot be.

use std::fs;
use std::path::Path;

use rolebook::render::read_carried;
use serde_json::Value;

use crate::support::{Library, THEMES, repository};

/// Takes the role out of a PDF and builds it again elsewhere; what was said.
fn again(library: &Library, pdf: &str, arguments: &[&str]) -> (Vec<u8>, Vec<u8>, String) {
    let original = fs::read(library.path().join(pdf)).unwrap();
    fs::write(library.path().join("role.json"), read_carried(&original).unwrap()).unwrap();
    let _ = fs::remove_dir_all(library.path().join("again"));
    let fixed = ["build", "role.json", "--format", "pdf", "--out", "again", "--no-system-fonts"];
    let run = library.run(&[&fixed, arguments].concat()).must_succeed();
    let place = Path::new(pdf).strip_prefix("dist").unwrap();
    let built =
        fs::read(library.path().join("again").join(place)).unwrap_or_else(|_| panic!("{}", run.stderr));
    (original, built, run.stderr)
}

#[track_caller]
fn must_be_equal(library: &Library, pdf: &str, arguments: &[&str]) {
    let (original, built, said) = again(library, pdf, arguments);
    assert!(original == built, "{pdf} differs: {said}");
    assert!(said.starts_with("1 role, 1 file in again, ") && said.lines().count() == 1, "{said}");
}

#[test]
fn every_role_of_the_sample_is_built_again_from_its_pdf() {
    let library = Library::copy_of(&repository().join("data"));
    let roles: Vec<String> = fs::read_dir(library.path().join("roles"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    library.build(&["--format", "pdf", "--lang", "zh-CN"]).must_succeed();
    assert!(roles.len() > 20);
    for role in roles {
        must_be_equal(&library, &format!("dist/zh-CN/{role}.pdf"), &["--library", "."]);
    }
}

#[test]
fn every_theme_and_edition_is_built_again() {
    let library = Library::copy_of(&repository().join("data"));
    for theme in THEMES {
        library
            .build(&[
                "--format",
                "pdf",
                "--role",
                "key-account-manager",
                "--theme",
                theme,
                "--lang",
                "zh-CN,en,zh-CN+en",
            ])
            .must_succeed();
        for edition in ["zh-CN", "en", "zh-CN+en"] {
            must_be_equal(&library, &format!("dist/{edition}/key-account-manager.pdf"), &["--library", "."]);
        }
    }
}

/// A library with a look of its own in every way but what is in files.
const SETTINGS: &str = r##"{"languages": ["zh-CN", "en"], "theme": "dossier", "organization": {"name": "某公司"},
    "units": [{"id": "u", "name": {"zh-CN": "部门", "en": "Unit"}}],
    "theme_settings": {"accent_color": "#7a1f2b", "paper": "us-letter", "margins": {"sides": 22.5},
    "numbering": "sections", "numerals": "decimal", "sections": ["summary", "identification", "sign_off"],
    "header": {"hash": false}, "footer": {"text": {"zh-CN": "内部资料", "en": "Internal"}}},
    "sign_off": {"blocks": [{"party": "hr"}]}}"##;

const ROLE: &str = r#"{"title": {"zh-CN": "甲", "en": "A"}, "summary": {"zh-CN": "**概述**", "en": "Summary"},
    "organization": {"unit": "u"}, "reporting": {"reports_to": "b"}, "notes": "never printed",
    "document": {"version": "1.0"}, "headcount": 2}"#;

fn own_look() -> Library {
    Library::new()
        .file("rolebook.json", SETTINGS)
        .role("a", ROLE)
        .role("b", r#"{"title": {"zh-CN": "乙", "en": "B"}}"#)
}

#[test]
fn a_pdf_without_fields_is_built_again_without_them() {
    let library = Library::copy_of(&repository().join("data"));
    library.build(&["--format", "pdf", "--no-fields", "--role", "sales-manager"]).must_succeed();
    must_be_equal(&library, "dist/en/sales-manager.pdf", &["--library", "."]);
}

#[test]
fn no_library_is_needed_for_what_its_settings_say() {
    let library = own_look();
    library.build(&["--format", "pdf", "--lang", "zh-CN,en,zh-CN+en"]).must_succeed();
    fs::remove_file(library.path().join("rolebook.json")).unwrap();
    for edition in ["zh-CN", "en", "zh-CN+en"] {
        must_be_equal(&library, &format!("dist/{edition}/a.pdf"), &[]);
    }
    // Other formats, another language and another theme come of it too.
    let run = library
        .run(&["build", "role.json", "--out", "more", "--lang", "en", "--format", "md", "--dry-run"])
        .must_succeed();
    assert_eq!(run.stdout, "write  more/en/a.md\n");
    assert!(!library.path().join("more").exists());
    let run = library
        .run(&["build", "role.json", "--out", "more", "--lang", "en", "--theme", "form"])
        .must_succeed();
    assert!(run.stderr.starts_with("1 role, 3 files in more, "), "{}", run.stderr);
    assert!(fs::read_to_string(library.path().join("more/en/a.md")).unwrap().contains("Summary"));
}

#[test]
fn what_only_a_library_has_is_named_where_it_is_missing() {
    let logo =
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>";
    let words = r#"{"sections": {"summary": "岗位综述"}}"#;
    let theme = r##"{"base": "outline", "accent_color": "#004400"}"##;
    let library = own_look()
        .file("logo.svg", logo)
        .file(
            "rolebook.json",
            SETTINGS.replace("\"name\": \"某公司\"", "\"name\": \"某公司\", \"logo\": \"logo.svg\""),
        )
        .file("locales/zh-CN.json", words)
        .file("templates/typst/modules/house.typ", "// ours\n")
        .file("templates/themes/house.json", theme);
    library.build(&["--format", "pdf", "--lang", "zh-CN", "--theme", "house"]).must_succeed();
    must_be_equal(&library, "dist/zh-CN/a.pdf", &["--library", "."]);
    let (original, built, said) = again(&library, "dist/zh-CN/a.pdf", &[]);
    assert!(original != built);
    assert_eq!(
        said.lines().next().unwrap(),
        "not the same PDF as before: it had its library's own logo, templates, words (zh-CN); name the library with \
         --library DIR"
    );
    let library = library.file("logo.svg", logo.replace("rect width='9'", "rect width='8'"));
    let (original, built, said) = again(&library, "dist/zh-CN/a.pdf", &["--library", "."]);
    assert!(original != built);
    assert_eq!(
        said.lines().next().unwrap(),
        "not the same PDF as before: changed in the library since: logo"
    );
}

#[test]
fn a_pdf_of_the_careers_site_is_built_again() {
    let library = Library::copy_of(&repository().join("data"));
    let site = ["site", "--no-system-fonts", "--base-url", "https://example.com", "--today", "2027-01-15"];
    library.run(&site).must_succeed();
    let pdf =
        fs::read_dir(library.path().join("dist/site/en/jobs")).unwrap().map(|entry| entry.unwrap().path());
    let pdf = pdf.filter(|path| path.extension().is_some_and(|it| it == "pdf")).min().unwrap();
    let id = pdf.file_stem().unwrap().to_string_lossy().into_owned();
    fs::create_dir_all(library.path().join("dist/en")).unwrap();
    fs::copy(&pdf, library.path().join(format!("dist/en/{id}.pdf"))).unwrap();
    must_be_equal(&library, &format!("dist/en/{id}.pdf"), &["--library", "."]);
}

#[test]
fn what_a_release_kept_is_built_again() {
    let library = own_look();
    library.run(&["release", "a", "--date", "2026-01-01", "--no-system-fonts"]).must_succeed();
    let kept = "releases/a/1.0/role.json";
    library.run(&["build", kept, "--library", ".", "--out", "again", "--no-system-fonts"]).must_succeed();
    // It says no language and no theme: those of the library are taken.
    for edition in ["zh-CN", "en"] {
        let built = fs::read(library.path().join(format!("again/{edition}/a.pdf"))).unwrap();
        let released = fs::read(library.path().join(format!("releases/a/1.0/a-1.0-{edition}.pdf"))).unwrap();
        assert!(built == released, "{edition}");
    }
}

#[test]
fn a_role_that_was_changed_is_said_to_be_another_document() {
    let library = own_look();
    library.build(&["--format", "pdf", "--role", "a", "--lang", "en"]).must_succeed();
    let carried = read_carried(&fs::read(library.path().join("dist/en/a.pdf")).unwrap()).unwrap();
    let changed = String::from_utf8(carried).unwrap().replace("\"headcount\": 2", "\"headcount\": 3");
    let library = library.file("changed.json", changed);
    let run = library.run(&["build", "changed.json", "--format", "pdf", "--out", "again"]).must_succeed();
    assert!(run.stderr.starts_with("the role was changed after the PDF was made"), "{}", run.stderr);
    // The hash that it states is that of what is in it.
    let built = read_carried(&fs::read(library.path().join("again/en/a.pdf")).unwrap()).unwrap();
    let built: Value = serde_json::from_slice(&built).unwrap();
    assert_eq!(built["role"]["headcount"], 3);
    let verdict = library.role("a", ROLE.replace("\"headcount\": 2", "\"headcount\": 3"));
    verdict.run(&["verify", "again"]).must_succeed();
}

#[test]
fn what_is_no_carried_role_is_refused() {
    let library =
        own_look().file("x.docx", b"PK\x03\x04").file("text.json", "{\"a\": 1}").file("list.json", "[");
    library.build(&["--format", "pdf", "--role", "a", "--lang", "en"]).must_succeed();
    let library = library.file("bad.json", r#"{"id": "a", "role": {"titel": "A"}}"#);
    let fixed = "is neither the folder of a library nor a role that a PDF carried";
    let cases: [(&[&str], i32, &str, &str); 9] = [
        (&["roles/a.json"], 2, fixed, "to build a role of a library: rolebook build --role a"),
        (
            &["rolebook.json"],
            2,
            fixed,
            "name the folder of a library, or a file that `rolebook extract` wrote",
        ),
        (&["dist/en/a.pdf"], 2, fixed, "rolebook extract dist/en/a.pdf --out role.json"),
        (&["x.docx"], 2, fixed, "name the folder of a library"),
        (&["text.json"], 2, fixed, "name the folder of a library"),
        (&["list.json"], 1, "error[syntax_error]", "list.json:1:"),
        (&["bad.json"], 1, "error[unknown_key]: unknown key `titel`", "did you mean `title`?"),
        (
            &["text.json", "--role", "a"],
            2,
            "--role needs a library, and text.json is a file",
            "name the folder",
        ),
        (
            &[".", "--library", "."],
            2,
            "--library goes with a file that `extract` wrote, and . is a folder",
            "name it alone: rolebook build",
        ),
    ];
    for (arguments, status, message, hint) in cases {
        let run = library.run(&[&["build", "--out", "none"], arguments].concat());
        assert_eq!(run.status, Some(status), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(message) && run.stderr.contains(hint), "{arguments:?}: {}", run.stderr);
        assert!(!library.path().join("none").exists());
    }
    let run = library.run(&["extract", "dist/en/a.pdf", "--out", "role.json"]).must_succeed();
    assert_eq!(run.stdout, "role.json\n");
    let run = library.run(&["build", "role.json", "--library", "nowhere"]);
    assert!(run.stderr.contains("nowhere is not a folder"), "{}", run.stderr);
}

#[test]
fn what_is_wrong_in_the_librarys_templates_is_shown_there() {
    let library = Library::new()
        .file("rolebook.json", r#"{"languages": ["zh-CN"]}"#)
        .role("a", r#"{"title": "客户经理", "summary": "维护客户。"}"#);
    library.build(&["--format", "pdf"]).must_succeed();
    again(&library, "dist/zh-CN/a.pdf", &["--library", "."]);
    let arguments = ["build", "role.json", "--out", "again", "--no-system-fonts", "--library", "."];
    for (format, file, text, place) in [
        ("pdf", "templates/typst/modules/form.typ", "#let x = (\n", ":1:10\n"),
        ("md", "templates/markdown/form.md", "{{ nosuch }}\n", ":1:4\n"),
        ("md", "templates/markdown/form.md", "{{ title | nosuch }}\n", ":1:12\n"),
    ] {
        let library = Library::copy_of(library.path()).file(file, text);
        let run = library.run(&[&arguments[..], &["--format", format]].concat()).must_find();
        run.must_say(&format!("{file}{place}")).must_say(text);
    }
}
