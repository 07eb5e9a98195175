//! Holds what a build leaves alone, removes and completes, end to end.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use rolebook::fs::FolderLock;

use crate::support::{Library, Run, content, pdf_pages, repository};

const FINE: &str = r#"{"title": {"zh-CN": "客户经理", "en": "Account Manager"}}"#;

/// What a run says that it came to.
fn summary(run: &Run) -> String {
    let line = run.stderr.lines().rfind(|line| line.contains(" in dist, ")).unwrap_or_default();
    line.split(" in dist").next().unwrap().to_string()
}

/// When each file of the output was written, by its name.
fn times(run: &Run) -> BTreeMap<String, std::time::SystemTime> {
    let written = |name: &String| fs::metadata(run.path(name)).unwrap().modified().unwrap();
    run.files().iter().map(|name| (name.clone(), written(name))).collect()
}

/// Makes a file look as if it was written long ago, so that its stamp can be relied on.
fn age(path: &Path) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(1_700_000_000)).unwrap();
}

#[test]
fn what_is_as_it_was_is_not_written_again() {
    let library = Library::new().role("a", FINE).role("b", FINE);
    let first = library.build(&[]).must_succeed();
    assert_eq!(summary(&first), "2 roles, 12 files");
    let before = times(&first);
    let again = library.build(&[]).must_succeed();
    assert_eq!(summary(&again), "2 roles, 0 files written, 12 unchanged");
    assert_eq!(times(&again), before);
    // Written again with the same content, or with other spaces, a role is the same.
    let library = library.role("a", FINE).role("b", FINE.replace(": ", ":\n    "));
    let touched = library.build(&[]).must_succeed();
    assert_eq!((summary(&touched), times(&touched)), (summary(&again), before.clone()));
    let library = library.role("b", r#"{"title": {"zh-CN": "客户代表", "en": "Account Manager"}}"#);
    let edited = library.build(&[]).must_succeed();
    assert_eq!(
        summary(&edited),
        "2 roles, 6 files written, 6 unchanged",
        "the hash in the footer is of all languages"
    );
    let after = times(&edited);
    assert!(before.iter().all(|(name, time)| (after[name] != *time) == name.contains("/b.")), "{after:?}");
}

#[test]
fn what_somebody_changed_or_deleted_is_written_again() {
    let library = Library::new().role("a", FINE).role("b", FINE);
    let run = library.build(&[]).must_succeed();
    let whole = content(&run.path(""));
    for name in run.files() {
        age(&run.path(&name));
    }
    assert_eq!(summary(&library.build(&[]).must_succeed()), "2 roles, 0 files written, 12 unchanged");
    fs::remove_file(run.path("en/a.pdf")).unwrap();
    fs::write(run.path("en/a.md"), "changed").unwrap();
    let mut same_length = fs::read(run.path("zh-CN/b.html")).unwrap();
    same_length.reverse();
    fs::write(run.path("zh-CN/b.html"), same_length).unwrap();
    let run = library.build(&[]).must_succeed();
    assert_eq!(summary(&run), "2 roles, 3 files written, 9 unchanged");
    assert!(content(&run.path("")) == whole);
}

#[test]
fn what_a_role_names_and_extends_counts_as_its_own() {
    let library = Library::new()
        .role("base", r#"{"title": {"zh-CN": "基准", "en": "Base"}, "summary": {"zh-CN": "甲", "en": "A"}}"#)
        .role("variant", r#"{"extends": "base", "title": {"zh-CN": "变体", "en": "Variant"}}"#)
        .role("report", r#"{"title": {"zh-CN": "下属", "en": "Report"}, "reporting": {"reports_to": "chief"}}"#)
        .role("chief", r#"{"extends": "base", "title": {"zh-CN": "{{ name }}", "en": "{{ name }}"}, "variables": {"name": "甲"}}"#)
        .role("other", FINE);
    let build = |library: &Library| library.build(&["--format", "md"]).must_succeed();
    build(&library);
    let library = library
        .role("base", r#"{"title": {"zh-CN": "基准", "en": "Base"}, "summary": {"zh-CN": "乙", "en": "A"}}"#);
    let run = build(&library);
    assert_eq!(summary(&run), "5 roles, 6 files written, 4 unchanged");
    assert!(run.text("zh-CN/variant.md").contains('乙') && run.text("zh-CN/chief.md").contains('乙'));
    let library = library.role(
        "chief",
        r#"{"extends": "base", "title": {"zh-CN": "{{ name }}", "en": "{{ name }}"}, "variables": {"name": "丙"}}"#,
    );
    let run = build(&library);
    assert_eq!(summary(&run), "5 roles, 4 files written, 6 unchanged");
    assert!(run.text("zh-CN/report.md").contains('丙'));
    // Of a run that looked at one of them only, the others are not taken for current.
    let library = library.role("base", r#"{"title": {"zh-CN": "基准", "en": "Base"}, "summary": "丁"}"#);
    library.build(&["--format", "md", "--role", "variant"]).must_succeed();
    let run = build(&library);
    assert!(run.text("zh-CN/chief.md").contains('丁') && run.text("zh-CN/base.md").contains('丁'));
}

#[test]
fn everything_that_a_document_is_made_of_counts() {
    let role = r#"{"title": {"zh-CN": "甲", "en": "A"}, "summary": {"zh-CN": "概述", "en": "S"}}"#;
    let library = Library::new().role("a", role);
    let comes_to = |library: &Library, arguments: &[&str]| summary(&library.build(arguments).must_succeed());
    assert_eq!(comes_to(&library, &[]), "1 role, 6 files");
    let library = library.file("templates/markdown/form.md", "own: {{ title | inline }}\n");
    assert_eq!(comes_to(&library, &[]), "1 role, 2 files written, 4 unchanged");
    let library = library.file("locales/zh-CN.json", r#"{"sections": {"summary": "概要"}}"#);
    assert_eq!(comes_to(&library, &[]), "1 role, 2 files written, 4 unchanged");
    assert_eq!(comes_to(&library, &["--theme", "outline"]), "1 role, 6 files");
    assert_eq!(comes_to(&library, &[]), "1 role, 6 files");
    assert_eq!(comes_to(&library, &["--no-fields"]), "1 role, 2 files written, 4 unchanged");
    assert_eq!(comes_to(&library, &[]), "1 role, 2 files written, 4 unchanged");
    let settings = r##"{"languages": ["zh-CN", "en"], "theme_settings": {"accent_color": "#123456"}}"##;
    let library = library.file("rolebook.json", settings);
    assert_eq!(comes_to(&library, &[]), "1 role, 4 files written, 2 unchanged");
    let library = library.file("templates/themes/form-own.json", r#"{"base": "form"}"#);
    assert_eq!(comes_to(&library, &[]), "1 role, 0 files written, 6 unchanged", "no document has this theme");
    let font = fs::read(repository().join("tests/font/rolebook-test.ttf")).unwrap();
    let library = library.file("fonts/more.ttf", font);
    assert_eq!(comes_to(&library, &[]), "1 role, 2 files written, 4 unchanged");
    let logo = r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>"#;
    let settings = settings
        .replace("\"theme_settings\"", "\"organization\": {\"logo\": \"logo.svg\"}, \"theme_settings\"");
    let library = library.file("logo.svg", logo).file("rolebook.json", settings);
    assert_eq!(comes_to(&library, &[]), "1 role, 4 files written, 2 unchanged");
    let library = library.file("logo.svg", logo.replace("M0", "M1"));
    assert_eq!(comes_to(&library, &[]), "1 role, 4 files written, 2 unchanged");
}

#[test]
fn what_no_longer_belongs_is_removed_if_rolebook_wrote_it_and_nobody_changed_it() {
    let library = Library::new().role("a", FINE).role("b", FINE).role("c", FINE);
    let run = library.build(&["--format", "md,html"]).must_succeed();
    fs::write(run.path("en/foreign.md"), "mine").unwrap();
    fs::write(run.path("en/b.md"), "signed").unwrap();
    fs::remove_file(library.path().join("roles/b.json")).unwrap();
    fs::rename(library.path().join("roles/c.json"), library.path().join("roles/d.json")).unwrap();
    let run = library.build(&["--format", "md", "--role", "a"]).must_succeed();
    assert_eq!(run.files().len(), 13, "a run that was asked about one role removes nothing else");
    let run = library.build(&["--format", "md", "--lang", "en"]).must_succeed();
    assert!(
        run.files().contains(&"zh-CN/c.md".to_string()) && run.files().contains(&"en/c.html".to_string())
    );
    assert!(!run.files().contains(&"en/c.md".to_string()), "it was asked about this one");
    let run =
        run.must_say("dist/en/b.md no longer belongs to the library; it stays, since somebody changed it");
    assert_eq!(run.text("en/b.md"), "signed");
    let run = library.build(&["--format", "md,html"]).must_succeed();
    run.path("en/b.md");
    assert!(summary(&run).contains(" removed"), "{}", run.stderr);
    let mut wanted = vec!["en/a.html", "en/a.md", "en/b.md", "en/d.html", "en/d.md", "en/foreign.md"];
    wanted.extend(["zh-CN/a.html", "zh-CN/a.md", "zh-CN/d.html", "zh-CN/d.md"]);
    assert_eq!(run.files(), wanted);
    // A language that is dropped.
    let library = library.file("rolebook.json", r#"{"languages": ["zh-CN"]}"#);
    let run = library.build(&["--format", "md,html"]).must_succeed();
    assert_eq!(
        run.files(),
        ["en/b.md", "en/foreign.md", "zh-CN/a.html", "zh-CN/a.md", "zh-CN/d.html", "zh-CN/d.md"]
    );
    fs::remove_file(run.path("en/b.md")).unwrap();
    fs::remove_file(run.path("en/foreign.md")).unwrap();
    library.build(&[]).must_succeed();
}

#[test]
fn what_somebody_asked_for_by_name_stays_as_long_as_its_role() {
    let library = Library::new().role("a", FINE).role("b", FINE);
    library.build(&["--lang", "zh-CN+en", "--format", "md"]).must_succeed();
    let run = library.build(&["--format", "md"]).must_succeed();
    assert!(run.files().contains(&"zh-CN+en/a.md".to_string()));
    let run = library.build(&["--lang", "zh-CN+en", "--format", "md"]).must_succeed();
    assert_eq!(summary(&run), "2 roles, 0 files written, 2 unchanged");
    let library = library.role("a", FINE.replace("客户经理", "客户代表"));
    let run = library.build(&["--lang", "zh-CN+en", "--format", "md"]).must_succeed();
    assert_eq!(summary(&run), "2 roles, 1 file written, 1 unchanged");
    fs::remove_file(library.path().join("roles/b.json")).unwrap();
    let run = library.build(&["--format", "md"]).must_succeed();
    assert_eq!(run.files(), ["en/a.md", "zh-CN+en/a.md", "zh-CN/a.md"]);
}

#[test]
fn a_sheet_for_signing_stays_as_long_as_its_pdf_is_the_same() {
    let signed = |title: &str| {
        format!(r#"{{"title": "{title}", "sign_off": {{"blocks": [{{"party": "job_holder"}}]}}}}"#)
    };
    let library = Library::new().role("a", signed("甲"));
    let all = library.build(&["--esign", "neutral"]).must_succeed();
    assert!(all.files().contains(&"zh-CN/a.esign.json".to_string()));
    let before = times(&all);
    let again = library.build(&["--esign", "neutral"]).must_succeed();
    assert_eq!(summary(&again), "1 role, 0 files written, 4 unchanged");
    let run = library.build(&[]).must_succeed();
    assert_eq!(times(&run), before, "the PDF is the same one, and so the sheet holds");
    let run = library.build(&["--force"]).must_succeed();
    assert_eq!(run.files(), all.files(), "made again, the PDF is the same one");
    let other = library.build(&["--esign", "tencent"]).must_succeed();
    assert_eq!(summary(&other), "1 role, 1 file written, 3 unchanged", "the sheet alone");
    let other = library.build(&["--esign", "tencent"]).must_succeed();
    assert_eq!(summary(&other), "1 role, 0 files written, 4 unchanged");
    let library = library.role("a", signed("乙"));
    let run = library.build(&[]).must_succeed();
    assert_eq!(run.files(), ["zh-CN/a.html", "zh-CN/a.md", "zh-CN/a.pdf"]);
}

#[test]
fn a_role_named_through_a_placeholder_has_its_title_in_every_build() {
    let names = |title: &str| {
        format!(
            r#"{{"title": "{title}", "variables": {{"region": "east"}}, "reporting": {{"reports_to": "{{{{ region }}}}-lead"}}}}"#
        )
    };
    let library = Library::new().role("east-lead", r#"{"title": "华东主管"}"#).role("a", names("甲"));
    let shows = |run: &Run| fs::read_to_string(run.path("zh-CN/a.md")).unwrap().contains("华东主管");
    assert!(shows(&library.build(&["--format", "md"]).must_succeed()));
    let library = library.role("a", names("乙"));
    let run = library.build(&["--format", "md"]).must_succeed();
    assert!(shows(&run));
    assert_eq!(
        summary(&library.build(&["--format", "md"])),
        summary(&run).replace("1 file written, ", "0 files written, ").replace("1 unchanged", "2 unchanged")
    );
    let library = library.role("east-lead", r#"{"title": "华东区域主管"}"#);
    let run = library.build(&["--format", "md"]).must_succeed();
    assert!(fs::read_to_string(run.path("zh-CN/a.md")).unwrap().contains("华东区域主管"));
    // In whatever reads no more than one role, too.
    let view = library.build(&["--role", "a", "--emit", "view"]).must_succeed().stdout;
    assert!(view.contains("华东区域主管"), "{view}");
    let comparison = library.run(&["compare", "a", "east-lead", "--format", "md"]);
    assert!(comparison.stdout.contains("华东区域主管"), "{}", comparison.stdout);
    library.run(&["release", "a", ".", "--version", "1.0"]).must_succeed();
    let released = library.path().join("releases/a/1.0/a-1.0-zh-CN.pdf");
    assert!(pdf_pages(&released).concat().contains("华东区域主管"));
}

#[test]
fn documents_stay_while_the_folder_of_roles_is_away() {
    let library = Library::new().role("a", FINE);
    let before = library.build(&["--format", "md"]).must_succeed().files();
    let (roles, aside) = (library.path().join("roles"), library.path().join("aside"));
    fs::rename(&roles, &aside).unwrap();
    let run = library.build(&["--format", "md"]).must_succeed();
    let run = run.must_say("the library has no roles any more; the documents in dist stay");
    assert_eq!(run.files(), before);
    fs::rename(&aside, &roles).unwrap();
    assert_eq!(
        summary(&library.build(&["--format", "md"]).must_succeed()),
        "1 role, 0 files written, 2 unchanged"
    );
}

#[cfg(unix)]
#[test]
fn a_role_that_became_a_link_to_the_same_text_is_refused() {
    let library = Library::new().role("a", FINE);
    library.build(&["--format", "md"]).must_succeed();
    let (role, aside) = (library.path().join("roles/a.json"), library.path().join("a.json"));
    fs::rename(&role, &aside).unwrap();
    std::os::unix::fs::symlink(&aside, &role).unwrap();
    library.build(&["--format", "md"]).must_find().must_say("rolebook reads none");
}

#[test]
fn a_role_with_errors_keeps_its_last_good_documents_and_that_is_said() {
    let library = Library::new().role("a", FINE).role("b", FINE);
    let before = times(&library.build(&["--format", "md"]).must_succeed());
    let library = library.role("b", r#"{"title": 1}"#);
    for _ in 0..2 {
        let run = library.build(&["--format", "md"]).must_find();
        let run = run.must_say("in dist, the documents of these roles are still the earlier ones: b\n");
        assert_eq!(summary(&run), "1 role, 1 left out, 0 files written, 2 unchanged");
        assert_eq!(times(&run), before);
    }
    let library = library.role("b", FINE);
    let run = library.build(&["--format", "md"]).must_succeed();
    assert_eq!(summary(&run), "2 roles, 0 files written, 4 unchanged");
}

#[test]
fn errors_of_a_role_change_no_document_of_those_that_name_it() {
    let boss = |more: &str| format!(r#"{{"title": {{"zh-CN": "销售经理", "en": "Sales Manager"}}{more}}}"#);
    let report = r#"{"title": {"zh-CN": "甲", "en": "A"}, "reporting": {"reports_to": "boss"}}"#;
    let library = Library::new().role("boss", boss("")).role("a", report).role("b", FINE);
    let first = library.build(&["--format", "md"]).must_succeed();
    assert!(fs::read_to_string(first.path("en/a.md")).unwrap().contains("Sales Manager"));
    let before = times(&first);
    // Its title can be told, whatever else is wrong.
    let library = library.role("boss", boss(r#", "headcuont": 1"#));
    let run = library.build(&["--format", "md"]).must_find();
    assert_eq!(summary(&run), "2 roles, 1 left out, 0 files written, 4 unchanged");
    assert_eq!(times(&run), before);
    // Not even that.
    let library = library.role("boss", &boss("")[1..]);
    let run = library.build(&["--format", "md"]).must_find();
    let run = run.must_say("[named_role_has_errors]: `boss` has errors, and its title cannot be told");
    let run = run.must_say("roles/a.json:1:").must_say("are still the earlier ones: a, boss\n");
    assert_eq!(summary(&run), "1 role, 2 left out, 0 files written, 2 unchanged");
    assert_eq!(times(&run), before);
    // Nor is a wrong one made where there is none.
    library.build(&["--format", "md", "--out", "fresh"]).must_find();
    let fresh = content(&library.path().join("fresh"));
    assert!(fresh.len() == 2 && fresh.keys().all(|path| path.ends_with("b.md")), "{:?}", fresh.keys());
    let library = library.role("boss", boss(""));
    let run = library.build(&["--format", "md"]).must_succeed();
    assert_eq!(summary(&run), "3 roles, 0 files written, 6 unchanged");
}

#[test]
fn errors_of_the_words_stop_the_build_as_those_of_the_settings_do() {
    let words = |more: &str| format!(r#"{{"fields": {{"code": "CODE"}}{more}}}"#);
    let role = r#"{"title": {"zh-CN": "甲", "en": "A"}, "code": "X-1"}"#;
    let library = Library::new().role("a", role).file("locales/en.json", words(""));
    let first = library.build(&["--format", "md"]).must_succeed();
    assert!(fs::read_to_string(first.path("en/a.md")).unwrap().contains("CODE"));
    let before = times(&first);
    let library = library.file("locales/en.json", words(r#", "bok": {}"#));
    let run = library.build(&["--format", "md"]).must_find();
    let run = run.must_say("the documents in dist are still the earlier ones\n");
    assert_eq!(summary(&run), "0 roles, 1 left out, 0 files written");
    assert_eq!(times(&run), before);
}

#[test]
#[cfg(unix)]
fn what_is_named_like_a_role_and_is_no_file_keeps_its_documents() {
    let library = Library::new().role("a", FINE).role("b", FINE);
    let before = times(&library.build(&["--format", "md"]).must_succeed());
    let role = library.path().join("roles/a.json");
    let refused = |says: &str| {
        let run = library.build(&["--format", "md"]).must_find().must_say(says);
        assert_eq!(summary(&run), "1 role, 1 left out, 0 files written, 2 unchanged", "{says}");
        assert_eq!(times(&run), before);
        fs::remove_file(&role).or_else(|_| fs::remove_dir(&role)).unwrap();
    };
    fs::remove_file(&role).unwrap();
    std::os::unix::fs::symlink("nowhere.json", &role).unwrap();
    refused("a link; rolebook reads none");
    fs::create_dir(&role).unwrap();
    refused("a folder stands where a file is meant");
    assert!(Command::new("mkfifo").arg(&role).status().unwrap().success());
    refused("not a regular file");
}

#[test]
fn a_warning_is_said_again_of_a_role_that_is_not_looked_at() {
    let library = Library::new()
        .role(
            "a",
            "{\"title\": {\"zh-CN\": \"甲\", \"en\": \"A\"},\n \"summary\": {\"zh-CN\": \"只有中文\"}}",
        )
        .role("b", FINE);
    let first = library.build(&["--format", "md"]).must_succeed().must_say("roles/a.json:2:");
    let again = library.build(&["--format", "md"]).must_succeed();
    let findings = |run: &Run| run.stderr.rsplit_once("\n\n").unwrap().0.to_string();
    assert_eq!(findings(&again), findings(&first));
    assert!(again.stderr.contains("1 warning"), "{}", again.stderr);
    // Typed in another way, the library's files are named in another way.
    let above = library.path().parent().unwrap();
    let name = library.path().file_name().unwrap().to_string_lossy().into_owned();
    let out = format!("{name}/dist");
    let run = library.run_in(above, &["build", &name, "--no-system-fonts", "--format", "md", "--out", &out]);
    assert!(run.stderr.contains(&format!("{name}/roles/a.json:2:")), "{}", run.stderr);
    assert!(run.stderr.contains("0 files written, 4 unchanged"), "{}", run.stderr);
}

/// What a run said before its last lines, and what it said of the checks.
fn said(run: &Run) -> (String, String) {
    let checks = run.stderr.lines().find(|line| line.starts_with("the checks have")).unwrap_or_default();
    (run.stderr.rsplit_once("\n\n").map(|it| it.0).unwrap_or_default().to_string(), checks.to_string())
}

#[test]
fn what_the_checks_say_of_a_role_is_said_again_and_counts_as_part_of_it() {
    let vague = r#"{"title": {"zh-CN": "甲", "en": "A"}, "duties": [{"statement": {"zh-CN": "负责销售相关工作", "en": "Sell"}}]}"#;
    let library = Library::new().role("a", vague).role("b", FINE);
    let build = |library: &Library| library.build(&["--format", "md"]);
    let first = build(&library).must_succeed();
    assert!(said(&first).1.starts_with("the checks have "), "{}", first.stderr);
    let again = build(&library).must_succeed();
    assert_eq!(summary(&again), "2 roles, 0 files written, 4 unchanged");
    assert_eq!(said(&again), said(&first));
    // What a level makes an error leaves the role out, though its documents are there.
    let levels = |level: &str| {
        format!(r#"{{"languages": ["zh-CN", "en"], "check": {{"levels": {{"vague_duty": "{level}"}}}}}}"#)
    };
    let library = library.file("rolebook.json", levels("error"));
    for _ in 0..2 {
        let run = build(&library).must_find().must_say("error[vague_duty]");
        assert_eq!(summary(&run), "1 role, 1 left out, 0 files written, 2 unchanged");
    }
    let library = library.file("rolebook.json", levels("off"));
    let run = build(&library).must_succeed();
    assert_eq!(summary(&run), "2 roles, 0 files written, 4 unchanged");
    assert_ne!(said(&run), said(&first));
    // So does a pack of the library's own, and what stands in it.
    let pack = |word: &str| {
        format!(
            r#"{{"language": "zh-CN", "grounds": {{"own": "用词规范"}}, "rules": [
                {{"code": "own_word", "ground": "own", "level": "error", "triggers": ["{word}"]}}]}}"#
        )
    };
    let with_pack = r#"{"languages": ["zh-CN", "en"], "check": {"packs": ["own.json"]}}"#;
    let library = library.file("own.json", pack("没有的词")).file("rolebook.json", with_pack);
    assert_eq!(summary(&build(&library).must_succeed()), "2 roles, 0 files written, 4 unchanged");
    let library = library.file("own.json", pack("销售相关"));
    let run = build(&library).must_find().must_say("error[own_word]");
    assert_eq!(summary(&run), "1 role, 1 left out, 0 files written, 2 unchanged");
}

#[test]
fn a_role_is_looked_at_again_on_a_day_that_makes_another_thing_of_it() {
    let due = r#"{"title": {"zh-CN": "甲", "en": "A"}, "document": {"review_by": "2026-03-31"}}"#;
    let library = Library::new().role("a", due).role("b", FINE).file(
        "rolebook.json",
        r#"{"languages": ["zh-CN", "en"], "check": {"levels": {"review_overdue": "error"}}}"#,
    );
    let (day, noon) = (86_400, 1_774_699_200); // 2026-03-28, 12:00
    let build = |days: u32| library.build_at(noon + days * day, &["--format", "md"]);
    build(0).must_succeed();
    let before = said(&build(1).must_succeed());
    let run = build(3).must_succeed();
    assert_eq!((summary(&run), said(&run)), ("2 roles, 0 files written, 4 unchanged".to_string(), before));
    for days in [4, 5] {
        let run = build(days).must_find().must_say("error[review_overdue]");
        assert_eq!(summary(&run), "1 role, 1 left out, 0 files written, 2 unchanged");
    }
    assert_eq!(summary(&build(2).must_succeed()), "2 roles, 0 files written, 4 unchanged");
}

#[test]
fn a_release_counts_for_what_the_checks_say_of_an_opening() {
    let role = |pay: u32| {
        format!(
            r#"{{"title": {{"zh-CN": "甲", "en": "A"}}, "document": {{"status": "published", "version": "1.0"}},
                "compensation": {{"range": {{"min": {pay}, "max": 20000, "currency": "CNY", "period": "month"}}}},
                "posting": {{"openings": 1, "date_posted": "2026-01-05"}}}}"#
        )
    };
    let levels =
        r#"{"languages": ["zh-CN", "en"], "check": {"levels": {"posting_differs_from_release": "error"}}}"#;
    let library = Library::new().role("a", role(8000)).role("b", FINE).file("rolebook.json", levels);
    let build = |library: &Library| library.build(&["--format", "md"]);
    build(&library).must_succeed();
    // The role is as it was; what is known to be released of it is not.
    let released = format!(r#"{{"role": {}}}"#, role(9000));
    let library = library
        .file("releases/a/1.0/release.json", r#"{"version": "1.0"}"#)
        .file("releases/a/1.0/role.json", released);
    for _ in 0..2 {
        let run = build(&library).must_find().must_say("error[posting_differs_from_release]");
        assert_eq!(summary(&run), "1 role, 1 left out, 0 files written, 2 unchanged");
    }
    let library = library.file("releases/a/1.0/role.json", format!(r#"{{"role": {}}}"#, role(8000)));
    assert_eq!(summary(&build(&library).must_succeed()), "2 roles, 0 files written, 4 unchanged");
}

#[test]
fn force_writes_everything_and_a_dry_run_nothing() {
    let library = Library::new().role("a", FINE).role("b", FINE);
    let run = library.build(&["--format", "md", "--dry-run"]).must_succeed();
    assert!(!run.path("").exists(), "not even the folder is made");
    assert_eq!(
        run.stdout,
        "write  dist/en/a.md\nwrite  dist/en/b.md\nwrite  dist/zh-CN/a.md\nwrite  dist/zh-CN/b.md\n"
    );
    assert_eq!(summary(&run), "2 roles, 4 files to write");
    let run = library.build(&["--format", "md"]).must_succeed();
    for name in run.files() {
        age(&run.path(&name));
    }
    let old = times(&run);
    fs::remove_file(library.path().join("roles/a.json")).unwrap();
    let library = library.role("b", r#"{"title": {"zh-CN": "客户代表", "en": "Account Manager"}}"#);
    let kept = |folder: &Path| fs::read(folder.join(".rolebook/documents.log")).unwrap();
    let manifest = kept(&run.path(""));
    let run = library.build(&["--format", "md", "--dry-run"]).must_succeed();
    assert_eq!(
        run.stdout,
        "write  dist/en/b.md\nwrite  dist/zh-CN/b.md\nremove dist/en/a.md\nremove dist/zh-CN/a.md\n"
    );
    assert_eq!(summary(&run), "1 role, 2 files to write, 2 to remove");
    assert!(times(&run) == old && kept(&run.path("")) == manifest);
    let run = library.build(&["--format", "md", "--dry-run", "--ui-lang", "zh-CN"]).must_succeed();
    assert!(
        run.stdout.starts_with("写入 dist/en/b.md\n写入 dist/zh-CN/b.md\n删除 dist/en/a.md\n"),
        "{}",
        run.stdout
    );
    let run = library.build(&["--format", "md", "--force"]).must_succeed();
    assert_eq!(summary(&run), "1 role, 2 files written, 2 removed");
    let new = times(&run);
    assert!(new.iter().all(|(name, time)| old[name] != *time), "{new:?}");
}

#[test]
fn what_the_manifest_says_is_not_believed_blindly() {
    let library = Library::new().role("a", FINE);
    let run = library.build(&["--format", "md"]).must_succeed();
    let manifest = run.path(".rolebook/documents.log");
    let whole = content(&run.path(""));
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(library.path().join("outside.md"), "mine").unwrap();
    for wrong in ["", "{", "[]", "{\"form\": 99}", &text[..text.len() / 2]] {
        fs::write(&manifest, wrong).unwrap();
        let run = library.build(&["--format", "md"]).must_succeed();
        assert!(summary(&run).starts_with("1 role, 2 files"), "{wrong}: {}", run.stderr);
        assert!(content(&run.path("")) == whole);
    }
    // Paths that lead elsewhere are none of rolebook's documents.
    let text = fs::read_to_string(&manifest).unwrap();
    let record = text[text.rfind("\"en/a.md\":").unwrap() + 10..].to_string();
    let record = &record[..=record.find('}').unwrap()];
    let wrong = text.replace("\"files\":{", &format!("\"files\":{{\"../outside.md\":{record},"));
    fs::write(&manifest, wrong).unwrap();
    library.build(&["--format", "md"]).must_succeed();
    assert_eq!(fs::read_to_string(library.path().join("outside.md")).unwrap(), "mine");
}

#[test]
fn another_library_in_the_same_folder_loses_nothing() {
    let one = Library::new().role("a", FINE);
    let other = Library::new().role("b", FINE);
    let run = one.build(&["--format", "md"]).must_succeed();
    let out = run.path("").to_string_lossy().into_owned();
    other.build(&["--format", "md", "--out", &out]).must_succeed();
    assert_eq!(run.files(), ["en/a.md", "en/b.md", "zh-CN/a.md", "zh-CN/b.md"]);
}

/// A build that is running.
fn start(library: &Library, arguments: &[&str]) -> Child {
    spawn(Command::new(env!("CARGO_BIN_EXE_rolebook")), library, arguments)
}

/// The same on one thread, in parts of at least so many roles.
fn start_in_parts(library: &Library, size: usize, arguments: &[&str]) -> Child {
    let mut program = Command::new(env!("CARGO_BIN_EXE_rolebook"));
    program.env("ROLEBOOK_PART", format!(r#"{{"size": {size}}}"#));
    spawn(program, library, &[&["--jobs", "1"], arguments].concat())
}

fn spawn(mut program: Command, library: &Library, arguments: &[&str]) -> Child {
    program
        .args(["build", ".", "--no-system-fonts"])
        .args(arguments)
        .current_dir(library.path())
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until something is so.
#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..6000 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("never: {what}");
}

fn many_roles() -> Library {
    (0..40).fold(Library::new(), |library, number| library.role(&format!("role-{number}"), FINE))
}

#[test]
fn a_killed_build_leaves_no_half_file_and_the_next_one_completes_it() {
    let library = many_roles();
    let dist = library.path().join("dist");
    library.build(&["--out", "fresh"]).must_succeed();
    let fresh = content(&library.path().join("fresh"));
    assert_eq!(fresh.len(), 240);
    // At the start, at the first file, and at moments of which nothing is known.
    for (files, milliseconds) in [(0, 0), (0, 40), (1, 0), (1, 130), (7, 20), (20, 310)] {
        let before = content(&dist).len();
        let mut child = start(&library, &[]);
        until("documents are written", || {
            content(&dist).len() >= (before + files).min(fresh.len()) || child.try_wait().unwrap().is_some()
        });
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        for (path, bytes) in content(&dist) {
            let half = path.file_name().unwrap().to_string_lossy().starts_with(".rolebook-");
            assert!(half || fresh[&path] == bytes, "{}", path.display());
        }
    }
    // On a slow machine the last one may have come to its end: this one has all to do again.
    let mut child = start(&library, &["--force"]);
    until("it has begun", || fs::read(dist.join(".rolebook/lock")).is_ok_and(|mark| !mark.is_empty()));
    child.kill().unwrap();
    child.wait().unwrap();
    fs::write(dist.join("zh-CN/.rolebook-abc"), "a half file").unwrap();
    library.build(&[]).must_succeed();
    let now = content(&dist);
    let strange = now.keys().chain(fresh.keys()).find(|path| now.get(*path) != fresh.get(*path));
    assert_eq!(strange, None);
    let run = library.build(&[]).must_succeed();
    assert_eq!(summary(&run), "40 roles, 0 files written, 240 unchanged");
}

#[test]
#[cfg(unix)]
fn ctrl_c_stops_between_two_roles_and_the_next_build_goes_on() {
    let library = many_roles();
    let dist = library.path().join("dist");
    let mut child = start(&library, &["--jobs", "1"]);
    until("a document is written", || !content(&dist).is_empty());
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    assert!(said.contains(" of 40 roles are done; the next build goes on from there"), "{said}");
    let done = content(&dist);
    assert!(done.len().is_multiple_of(6) && done.len() < 240, "whole roles, and not all: {}", done.len());
    let run = library.build(&[]).must_succeed();
    assert_eq!(
        summary(&run),
        format!("40 roles, {} files written, {} unchanged", 240 - done.len(), done.len())
    );
}

/// How many roles the parts of a run had made when the one began that is running.
#[cfg(target_os = "linux")]
fn made_before(child: &Child) -> Option<usize> {
    let environment = fs::read(format!("/proc/{}/environ", child.id())).ok()?;
    let environment = String::from_utf8(environment).ok()?;
    let (_, rest) = environment.split_once("\"made\":")?;
    rest.split_once(',')?.0.parse().ok()
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_in_parts_comes_to_the_same_as_one_that_is_not() {
    let library = many_roles()
        .role("a", r#"{"title": {"zh-CN": "客户经理"}, "name": "x"}"#)
        .role("b", r#"{"title": {"zh-CN": "甲", "en": "A"}, "summary": {"zh-CN": "只有中文"}}"#);
    let whole = library.build(&["--out", "whole"]).must_find();
    let said = |text: &str| {
        let text = text.replace("whole", "dist");
        let (before, last) = text.trim_end().rsplit_once('\n').unwrap();
        assert!(before.contains("[unknown_key]") && before.contains("[missing_translation]"), "{text}");
        // The time that it took is another one.
        let (numbers, rest) = last.split_once(" in dist, ").unwrap();
        format!("{before}\n{numbers}{}", rest.split_once(" s, ").unwrap().1)
    };
    let expected = said(&whole.stderr);
    let dist = library.path().join("dist");
    for arguments in [&[][..], &["--force"]] {
        let mut child = start_in_parts(&library, 1, arguments);
        let mut parts = std::collections::BTreeSet::new();
        while child.try_wait().unwrap().is_none() {
            parts.extend(made_before(&child));
            std::thread::sleep(Duration::from_millis(1));
        }
        let mut text = String::new();
        child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(1), "{text}");
        // The first portion has the role with an error.
        let expected_parts: Vec<usize> = (3..40).step_by(4).chain([41]).collect();
        assert_eq!(parts.into_iter().collect::<Vec<_>>(), expected_parts, "{arguments:?}: {text}");
        assert_eq!(said(&text), expected, "{arguments:?}");
        assert!(content(&dist) == content(&whole.path("")));
    }
    let run = library.build(&[]).must_find();
    let unchanged = content(&dist).len();
    assert_eq!(summary(&run), format!("41 roles, 1 left out, 0 files written, {unchanged} unchanged"));
}

#[test]
#[cfg(target_os = "linux")]
fn ctrl_c_stops_a_later_part_too() {
    let library = many_roles();
    let dist = library.path().join("dist");
    // Those that are there already, behind the ones that are made, count once.
    let there = ["--role", "role-7", "--role", "role-8", "--role", "role-9"];
    library.build(&[&["--format", "pdf"], &there[..]].concat()).must_succeed();
    let mut child = start_in_parts(&library, 20, &["--format", "pdf"]);
    until("the second part writes", || {
        made_before(&child) == Some(20) && content(&dist).len() > 2 * (20 + 3)
    });
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    let done = content(&dist).len() / 2;
    assert!((24..40).contains(&done), "{done}");
    assert!(said.contains(&format!("stopped: {done} of 40 roles are done")), "{said}");
}

#[test]
fn two_builds_into_one_folder_follow_each_other() {
    let library = Library::new().role("a", FINE);
    let dist = library.path().join("dist");
    let lock = FolderLock::take(&dist.join(".rolebook/lock")).unwrap().unwrap();
    let mut child = start(&library, &["--format", "md"]);
    let mut messages = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    messages.read_line(&mut said).unwrap();
    assert_eq!(said, "another rolebook is writing to dist; waiting until it is done (Ctrl-C to give up)\n");
    assert!(content(&dist).is_empty());
    // What it builds is what is there when its turn has come.
    let library = library.role("a", r#"{"title": "改过"}"#);
    lock.give_back().unwrap();
    assert!(child.wait().unwrap().success());
    assert!(fs::read_to_string(dist.join("zh-CN/a.md")).unwrap().contains("改过"));
    assert_eq!(content(&dist).len(), 1);
    drop(library);
}

#[test]
fn many_builds_at_once_end_as_one() {
    let library = many_roles();
    let children: Vec<Child> = (0..4).map(|_| start(&library, &["--format", "md,html"])).collect();
    for mut child in children {
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(child.wait().unwrap().success(), "{said}");
    }
    let fresh = library.build(&["--format", "md,html", "--out", "fresh"]).must_succeed();
    assert!(content(&library.path().join("dist")) == content(&fresh.path("../fresh")));
}

/// One thing that somebody does to a library or to its documents.
#[derive(Debug, Clone)]
enum Edit {
    Role(usize, u8),
    Base(u8),
    Settings(u8),
    Words(u8),
    Template(u8),
    Theme(u8),
    Remove(usize),
    Touch(usize),
    Delete(usize),
    Change(usize),
    Foreign(usize),
}

fn edits() -> impl Strategy<Value = Edit> {
    let some = 0_usize..5;
    prop_oneof![
        4 => (some.clone(), any::<u8>()).prop_map(|(role, word)| Edit::Role(role, word)),
        1 => any::<u8>().prop_map(Edit::Base),
        1 => any::<u8>().prop_map(Edit::Settings),
        1 => any::<u8>().prop_map(Edit::Words),
        1 => any::<u8>().prop_map(Edit::Template),
        1 => any::<u8>().prop_map(Edit::Theme),
        2 => some.clone().prop_map(Edit::Remove),
        1 => some.clone().prop_map(Edit::Touch),
        1 => (0_usize..100).prop_map(Edit::Delete),
        1 => (0_usize..100).prop_map(Edit::Change),
        1 => some.prop_map(Edit::Foreign),
    ]
}

impl Edit {
    fn apply(&self, library: &Library, dist: &Path, foreign: &mut BTreeMap<PathBuf, Vec<u8>>) {
        let write = |name: &str, text: String| {
            let path = library.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let documents: Vec<PathBuf> =
            content(dist).into_keys().filter(|path| !foreign.contains_key(path)).collect();
        let pick = |at: usize| documents.get(at % documents.len().max(1)).map(|path| dist.join(path));
        match self {
            Self::Role(role, word) => {
                let text = match word % 6 {
                    0 => format!(
                        r#"{{"extends": "base", "title": {{"zh-CN": "变体{word}", "en": "V{word}"}}}}"#
                    ),
                    1 => format!(r#"{{"title": "只有中文{word}", "summary": "{{{{ team }}}}"}}"#),
                    2 => format!(
                        r#"{{"title": {{"zh-CN": "甲{word}", "en": "A"}}, "reporting": {{"reports_to": "base"}}}}"#
                    ),
                    3 => format!(
                        r#"{{"title": {{"zh-CN": "缺译", "en": "M"}}, "summary": {{"zh-CN": "无{word}"}}}}"#
                    ),
                    // It names a role that may not be there, or no longer be.
                    4 => format!(
                        r#"{{"title": {{"zh-CN": "丙", "en": "C"}}, "reporting": {{"reports_to": "role-{}"}}}}"#,
                        word % 5
                    ),
                    _ => format!(r#"{{"title": {{"zh-CN": "乙", "en": "B{word}"}}}}"#),
                };
                write(&format!("roles/role-{role}.json"), text);
            }
            Self::Base(word) => write(
                "roles/base.json",
                format!(
                    r#"{{"title": {{"zh-CN": "基准{word}", "en": "Base"}}, "purpose": {{"zh-CN": "目标{word}", "en": "P"}}}}"#
                ),
            ),
            Self::Settings(word) => {
                let languages =
                    ["\"zh-CN\", \"en\"", "\"zh-CN\"", "\"en\", \"zh-CN\""][usize::from(word % 3)];
                let team = format!("团队{}", word % 4);
                write(
                    "rolebook.json",
                    format!(r#"{{"languages": [{languages}], "variables": {{"team": "{team}"}}}}"#),
                );
            }
            Self::Words(word) => {
                write(
                    "locales/zh-CN.json",
                    format!(r#"{{"fields": {{"reporting.reports_to": "上级{}"}}}}"#, word % 3),
                );
            }
            Self::Template(word) => {
                write("templates/markdown/form.md", format!("own {}: {{{{ title | inline }}}}\n", word % 3));
            }
            Self::Theme(word) => {
                let theme = ["form", "outline"][usize::from(word % 2)];
                write("templates/themes/house.json", format!(r#"{{"base": "{theme}"}}"#));
            }
            Self::Remove(role) => {
                drop(fs::remove_file(library.path().join(format!("roles/role-{role}.json"))));
            }
            Self::Touch(role) => {
                let path = library.path().join(format!("roles/role-{role}.json"));
                if let Ok(text) = fs::read(&path) {
                    fs::write(path, text).unwrap();
                }
            }
            Self::Delete(at) => drop(pick(*at).map(fs::remove_file)),
            Self::Change(at) => {
                if let Some(path) = pick(*at) {
                    let mut bytes = fs::read(&path).unwrap();
                    bytes.reverse();
                    fs::write(path, bytes).unwrap();
                }
            }
            Self::Foreign(at) => {
                let path = PathBuf::from(format!("zh-CN/foreign-{at}.md"));
                fs::create_dir_all(dist.join("zh-CN")).unwrap();
                fs::write(dist.join(&path), "mine").unwrap();
                foreign.insert(path, b"mine".to_vec());
            }
        }
    }
}

/// What a run found, without what it says of the output folder.
fn findings(run: &Run) -> Vec<&str> {
    let of_folder = |line: &&str| !["in dist", "in fresh", "dist/"].iter().any(|it| line.contains(it));
    run.stderr.lines().filter(of_folder).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn a_build_after_any_edits_gives_what_a_fresh_one_gives(
        rounds in proptest::collection::vec(proptest::collection::vec(edits(), 1..4), 1..5),
        formats in prop_oneof![5 => Just("md,html"), 1 => Just("md,pdf")],
    ) {
        let library = Library::new();
        let dist = library.path().join("dist");
        let mut foreign = BTreeMap::new();
        for edit in [Edit::Settings(0), Edit::Base(0), Edit::Theme(0), Edit::Role(0, 0), Edit::Role(1, 2), Edit::Role(2, 3)] {
            edit.apply(&library, &dist, &mut foreign);
        }
        for (round, edits) in rounds.iter().enumerate() {
            let earlier = content(&dist);
            for edit in edits {
                edit.apply(&library, &dist, &mut foreign);
            }
            let arguments = ["--format", formats, "--theme", "house"];
            let run = library.build(&arguments);
            let out = format!("fresh-{round}");
            let fresh = library.build(&[&arguments[..], &["--out", &out]].concat());
            prop_assert_eq!(run.status, fresh.status, "{}", &run.stderr);
            prop_assert_eq!(findings(&run), findings(&fresh));
            // A document takes its place from whatever stands there.
            let mut wanted = foreign.clone();
            wanted.extend(content(&library.path().join(&out)));
            let found = content(&dist);
            for (path, bytes) in &wanted {
                prop_assert!(found.get(path) == Some(bytes), "{} is not as fresh: {}", path.display(), &run.stderr);
            }
            // A role with errors keeps what it had; and what somebody changed, if it no
            // longer belongs.
            for path in found.keys().filter(|path| !wanted.contains_key(*path)) {
                let id = path.file_stem().unwrap().to_string_lossy().into_owned();
                let said = run.stderr.lines().any(|line| {
                    line.contains("are still the earlier ones") && line.contains(&id)
                        || line.contains("since somebody changed it") && line.contains(&id)
                });
                if said && line_of_change(&run, path) {
                    foreign.insert(path.clone(), found[path].clone());
                }
                prop_assert!(said && earlier.contains_key(path), "{} stays: {}", path.display(), &run.stderr);
            }
        }
    }
}

/// Whether a file stays as somebody changed it.
fn line_of_change(run: &Run, path: &Path) -> bool {
    let path = path.to_string_lossy();
    run.stderr.lines().any(|line| line.contains("since somebody changed it") && line.contains(&*path))
}
