//! Holds `release`: what it writes and keeps, that it is all or nothing, and what
//! `verify` knows by it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::Digest;

use crate::support::{Library, Run, repository};
use crate::verify::{SIGNATURE, answers, appended, words};

const ROLE: &str = "\u{feff}{\r\n\t\"title\" : {\"zh-CN\":\"经理\", \"en\":\"Manager\"},\r\n\r\n\t\"document\" : { \"status\":\"published\", \"version\":\"1.9\" },\r\n\t\"duties\":[ {\"statement\": {\"zh-CN\":\"计划\",\"en\":\"Plan\"},\r\n\t\t\"weight\":30.0} ],\r\n\t\"revisions\" : [\r\n\t\t{ \"version\":\"1.9\", \"date\":\"2026-02-01\", \"summary\":\"b\" },\r\n\r\n\t\t{ \"version\":\"1.8\", \"date\":\"2025-02-01\", \"summary\":\"a\" }\r\n\t]\r\n}\r\n\r\n";

const DATE: [&str; 3] = ["--date", "2026-03-01", "--no-system-fonts"];

fn one() -> Library {
    Library::new().role("a", ROLE)
}

fn release(library: &Library, arguments: &[&str]) -> Run {
    library.run(&[&["release"], arguments, &DATE].concat())
}

fn role(library: &Library, id: &str) -> String {
    fs::read_to_string(library.path().join(format!("roles/{id}.json"))).unwrap()
}

/// Every file and folder of a library, and what is in it.
fn everything(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                all.insert(path.clone(), Vec::new());
                open.push(path);
            } else {
                all.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
    }
    all
}

#[test]
fn a_release_changes_of_the_file_what_it_must_and_no_other_byte() {
    let library = one();
    let run = release(
        &library,
        &["a", ".", "--summary", "zh-CN=改", "--summary", "en=Changed", "--author", "HR", "--material"],
    );
    let run = run.must_succeed();
    let entry = "{ \"version\" : \"1.10\", \"date\" : \"2026-03-01\", \"author\" : \"HR\", \"summary\" : { \"zh-CN\" : \"改\", \"en\" : \"Changed\" }, \"material\" : true }";
    let entry = entry.replace("\" : ", "\":");
    let wanted = ROLE
        .replace("\"version\":\"1.9\" }", "\"version\":\"1.10\", \"effective_date\":\"2026-03-01\" }")
        .replace("\t\t{ \"version\":\"1.9\"", &format!("\t\t{entry},\r\n\t\t{{ \"version\":\"1.9\""));
    assert_eq!(role(&library, "a"), wanted);
    assert_eq!(
        run.stdout,
        "roles/a.json
releases/a/1.10/a-1.10-zh-CN.pdf
releases/a/1.10/a-1.10-en.pdf
releases/a/1.10/role.json
releases/a/1.10/release.json
"
    );
    assert_eq!(
        run.stderr,
        "a 1.10 is released, in force from 2026-03-01
sign the PDFs in releases/a/1.10; `rolebook verify` tells a signed one by its bytes
"
    );
}

#[test]
fn what_is_kept_is_what_build_makes_and_its_record_holds() {
    let library = one();
    release(&library, &["a"]).must_succeed();
    let folder = library.path().join("releases/a/1.10");
    let record: Value = serde_json::from_slice(&fs::read(folder.join("release.json")).unwrap()).unwrap();
    let schema: Value =
        serde_json::from_str(&library.run(&["schema", "release"]).must_succeed().stdout).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&record), "{record:#}");
    assert_eq!(
        (&record["id"], &record["version"], &record["date"]),
        (&"a".into(), &"1.10".into(), &"2026-03-01".into())
    );
    library.build(&["--format", "pdf"]).must_succeed();
    let files = record["files"].as_array().unwrap();
    assert_eq!(files.len(), 3);
    for file in files {
        let bytes = fs::read(folder.join(file["name"].as_str().unwrap())).unwrap();
        let hash =
            sha2::Sha256::digest(&bytes).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        assert_eq!((&file["bytes"], &file["sha256"]), (&bytes.len().into(), &hash.into()));
        if let Some(edition) = file["edition"].as_str() {
            assert!(bytes == fs::read(library.path().join(format!("dist/{edition}/a.pdf"))).unwrap());
        }
    }
    let kept: Value = serde_json::from_slice(&fs::read(folder.join("role.json")).unwrap()).unwrap();
    assert_eq!(kept["content_hash"], record["content_hash"]);
    assert_eq!(kept["role"]["document"]["version"], "1.10");
    assert_eq!(kept["role"]["revisions"][0]["summary"]["en"], "Released");
}

#[test]
fn the_next_version_is_the_one_that_people_expect() {
    let version = |document: &str, arguments: &[&str]| {
        let library = Library::new().role("a", format!(r#"{{"title": "经理", "document": {document}}}"#));
        let run = release(&library, &[&["a", "--dry-run"], arguments].concat());
        let said = run.stderr.lines().last().unwrap_or_default();
        said.rsplit_once("this is released as ").map(|(_, version)| version.to_string())
    };
    let cases = [
        (r"{}", "1.0"),
        (r#"{"version": "0.1", "status": "draft"}"#, "1.0"),
        (r#"{"version": "2.0", "status": "in_review"}"#, "2.0"),
        (r#"{"version": "1.0", "status": "draft"}"#, "1.0"),
        (r#"{"version": "1.0", "status": "published"}"#, "1.1"),
        (r#"{"version": "1.9", "status": "archived"}"#, "1.10"),
        (r#"{"version": "A/0", "status": "published"}"#, "A/1"),
    ];
    for (document, wanted) in cases {
        assert_eq!(version(document, &[]).as_deref(), Some(wanted), "{document}");
    }
    assert_eq!(
        version(r#"{"version": "A/3", "status": "published"}"#, &["--version", "B/0"]).as_deref(),
        Some("B/0")
    );
    assert_eq!(version(r#"{"version": "final", "status": "published"}"#, &[]), None);
}

#[test]
fn a_variant_gets_values_of_its_own() {
    let base = r#"{"title": "经理", "document": {"version": "1.0", "status": "published", "supersedes": "0.9"}, "revisions": [{"version": "1.0"}]}"#;
    let variant = "{\n  \"extends\": \"base\",\n  \"title\": \"东区经理\",\n  \"summary\": \"x\"\n}\n";
    let library = Library::new().role("base", base).role("east", variant);
    let run = release(&library, &["east"]).must_succeed();
    assert_eq!(run.stderr.lines().count(), 2, "{}", run.stderr);
    assert_eq!(role(&library, "base"), base);
    assert_eq!(
        role(&library, "east"),
        "{
  \"extends\": \"base\",
  \"title\": \"东区经理\",
  \"document\": {
    \"version\": \"1.1\",
    \"status\": \"published\",
    \"effective_date\": \"2026-03-01\",
    \"supersedes\": \"1.0\"
  },
  \"summary\": \"x\",
  \"revisions\": [
    {
      \"id\": \"r1\",
      \"version\": \"1.1\",
      \"date\": \"2026-03-01\",
      \"summary\": \"发布\"
    }
  ]
}
"
    );
    let resolved = library.build(&["--emit", "resolved", "--role", "east"]).must_succeed().stdout;
    let resolved: Value = serde_json::from_str(&resolved).unwrap();
    let versions: Vec<&str> = resolved["role"]["revisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["version"].as_str().unwrap())
        .collect();
    assert_eq!(versions, ["1.0", "1.1"], "the history that it had is kept");
    // What is written into the base is in its variants too.
    let run = release(&library, &["base", "--dry-run"]).must_succeed();
    assert!(
        run.stderr.ends_with("under their old versions: east; release those that are in force too\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_entry_that_the_author_wrote_is_not_written_twice() {
    let text = r#"{"title": "经理", "document": {"version": "2.0", "status": "draft"},
 "revisions": [{"version": "1.0"}, {"version": "2.0", "summary": "新增职责"}]}"#;
    let library = Library::new().role("a", text);
    release(&library, &["a"]).must_succeed();
    let wanted = text.replace("\"draft\"", "\"published\", \"effective_date\": \"2026-03-01\"").replace(
        "{\"version\": \"2.0\", \"summary\"",
        "{\"version\": \"2.0\", \"date\": \"2026-03-01\", \"summary\"",
    );
    assert_eq!(role(&library, "a"), wanted);
}

#[test]
fn what_cannot_be_released_leaves_everything_as_it_was() {
    let library = one()
        .role("bad", r#"{"titel": "A"}"#)
        .role("lost", r#"{"title": "A", "reporting": {"reports_to": "nobody"}}"#)
        .role("open", r#"{"title": "A", "summary": "[to write: summary]", "document": {"version": "1.0"}}"#)
        .role("final", r#"{"title": "A", "document": {"version": "final", "status": "published"}}"#)
        .role("blocked", r#"{"title": "A"}"#)
        .file("releases/blocked", "a file where a folder should be");
    release(&library, &["a"]).must_succeed();
    let before = everything(library.path());
    let long = "1".repeat(200);
    let cases: [(&[&str], i32, &str, &str); 18] = [
        (&["b", "--summary", "zh=改"], 2, "there is no language `zh`", "choose one of zh-CN, en"),
        (&["b", "--summary", "zh_TW=改"], 2, "there is no language `zh_TW`", "choose one of zh-CN, en"),
        (&["roles", "a"], 2, "roles is a folder, not a role", "rolebook release a roles"),
        (&["roles/a.json"], 2, "there is no role `roles/a.json`", "write its id alone: rolebook release a"),
        (&["bad"], 1, "`bad` was not released: correct these errors first", "did you mean `title`?"),
        (&["lost"], 1, "`lost` was not released: correct these errors first", "there is no role `nobody`"),
        (
            &["open"],
            1,
            "nothing was released: `open` has texts that are still to be written",
            "warning[unwritten]",
        ),
        (&["b"], 2, "there is no role `b`", "`rolebook list` shows"),
        (
            &["final"],
            2,
            "which version comes after `final` cannot be told",
            "rolebook release final --version V",
        ),
        (&["a"], 2, "nothing of `a` has changed since 1.10 was released", "--version V releases it again"),
        (
            &["a", "--version", "1.10"],
            2,
            "a 1.10 was released already for 2026-03-01: releases/a/1.10 is there",
            "another one: --version V",
        ),
        (
            &["a", "--version", "1.2"],
            2,
            "--version 1.2 comes before 1.10, which `a` has now",
            "name a later one",
        ),
        (&["a", "--version", ""], 2, "`` cannot be a version", "such as 1.2 or A/0"),
        (&["a", "--version", "1\n2"], 2, "`12` cannot be a version", "such as 1.2 or A/0"),
        (&["a", "--version", &long], 2, "cannot be a version", "such as 1.2 or A/0"),
        (&["a", "nowhere"], 2, "nowhere is not a folder", ""),
        (&["blocked"], 2, "cannot make the folder releases/blocked", ""),
        (&["a", "--lang", "de"], 2, "there is no language `de`", "choose one of"),
    ];
    for (arguments, status, message, hint) in cases {
        let run = release(&library, arguments);
        assert_eq!((run.status, &*run.stdout), (Some(status), ""), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(message) && run.stderr.contains(hint), "{arguments:?}: {}", run.stderr);
        assert!(everything(library.path()) == before, "{arguments:?} changed something");
    }
    let run = library.run(&["release", "a", "--date", "tomorrow"]);
    assert!(run.stderr.contains("write year, month and day: --date 2026-01-31"), "{}", run.stderr);
    let run = release(&library, &["a", "--version", "2.0", "--dry-run"]).must_succeed();
    assert!(everything(library.path()) == before, "a dry run changed something");
    assert!(
        run.stdout.contains("\n-\t\"document\" : { \"status\":\"published\", \"version\":\"1.10\","),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("\nreleases/a/2.0/a-2.0-en.pdf: "), "{}", run.stdout);
    assert_eq!(run.stderr, "nothing was written; without --dry-run, this is released as 2.0\n");
}

#[test]
fn a_version_leads_to_no_other_folder() {
    let library = Library::new().file("in/rolebook.json", "{}").file("in/roles/a.json", ROLE);
    let before = everything(library.path()).len();
    let mut made = 1;
    for (version, folder) in [("../../x", "%2E.%2F..%2Fx"), ("9/..", "9%2F.%2E"), ("C:\\x", "C%3A%5Cx")] {
        release(&library, &["a", "in", "--version", version]).must_succeed();
        let releases = library.path().join("in/releases/a");
        let record = fs::read(releases.join(folder).join("release.json")).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&record).unwrap()["version"], version);
        made += 1 + everything(&releases.join(folder)).len();
    }
    assert_eq!(everything(library.path()).len(), before + 1 + made);
}

#[test]
fn verify_knows_the_very_file_that_was_released() {
    let library = one();
    release(&library, &["a"]).must_succeed();
    let pdf = fs::read(library.path().join("releases/a/1.10/a-1.10-zh-CN.pdf")).unwrap();
    let signed = appended(&appended(&pdf, SIGNATURE), SIGNATURE);
    let library = library.file("signed.pdf", &signed).file("drawn.pdf", appended(&pdf, "<< /Type /Annot >>"));
    let mut other = pdf.clone();
    let at = other.windows(6).position(|it| it == b"stream").unwrap() + 40;
    other[at] ^= 1;
    let library = library.file("touched.pdf", other);
    let run = library.run(&["verify", "signed.pdf", "drawn.pdf", "touched.pdf"]).must_succeed();
    let appended_bytes = fs::read(library.path().join("drawn.pdf")).unwrap().len() - pdf.len();
    assert_eq!(
        run.stdout,
        format!(
            "current       signed.pdf: version 1.10
              the file released as 1.10, with 2 signatures appended; whose they are, and whether they hold, a PDF reader shows
current       drawn.pdf: version 1.10
              the file released as 1.10, with {appended_bytes} bytes appended that are no signature: look at what was changed
current       touched.pdf: version 1.10
              not the very file released as 1.10: made anew, in another look, or changed; its pages were not checked
"
        )
    );
    let file = &answers(&library, &["signed.pdf"], 0)["files"][0]["released_file"];
    assert_eq!((&file["name"], &file["signatures"]), (&"a-1.10-zh-CN.pdf".into(), &2.into()));
    // The next version makes it an older one, of which the content is known.
    let changed = role(&library, "a").replace("30.0", "35");
    let library = library.role("a", changed);
    let drifted = &answers(&library, &["signed.pdf"], 1)["files"][0];
    assert_eq!(drifted["answer"], "differs");
    assert_eq!(
        drifted["message"],
        "it is what was released as 1.10; the library's role was changed since and still says 1.10"
    );
    assert_eq!(drifted["differences"][0]["pointer"], "/duties/0/weight");
    release(&library, &["a"]).must_succeed();
    let run = library.run(&["verify", "signed.pdf"]).must_find();
    assert_eq!(
        run.stdout,
        "older         signed.pdf: version 1.10, as it was released for 2026-03-01; the library has 1.11
              the file released as 1.10, with 2 signatures appended; whose they are, and whether they hold, a PDF reader shows
              `rolebook compare signed.pdf a` shows what has changed
"
    );
    // A draft of what was published since.
    let draft = r#"{"title": "D", "document": {"version": "1.0", "status": "draft"}}"#;
    let library = library.role("d", draft);
    library.build(&["--format", "pdf", "--role", "d", "--lang", "zh-CN"]).must_succeed();
    release(&library, &["d"]).must_succeed();
    let run = library.run(&["verify", "dist/zh-CN/d.pdf"]).must_find();
    assert_eq!(
        run.stdout,
        "DIFFERS       dist/zh-CN/d.pdf: a draft of version 1.0, which the library has published since, with another content
              Status (/document/status): “Draft” here, “Published” in the library
              Effective date (/document/effective_date): nothing here, “1 March 2026” in the library
              Revision (/revisions/0): nothing here, “Released” in the library
"
    );
    // A paper that says a released version and is another.
    let text =
        role(&library, "a").replace("\"version\":\"1.11\"", "\"version\":\"1.10\"").replace("35", "45");
    let library = library.role("a", text);
    library.build(&["--format", "pdf", "--lang", "en"]).must_succeed();
    let text = role(&library, "a").replace("\"version\":\"1.10\", \"eff", "\"version\":\"3.0\", \"eff");
    let library = library.role("a", text);
    let run = library.run(&["verify", "dist/en/a.pdf"]).must_find();
    assert!(
        run.stdout.starts_with(
            "DIFFERS       dist/en/a.pdf: it says version 1.10, but is not what was released as 1.10\n"
        ),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("Weight (/duties/0/weight): “45%” here, “30%” in the library\n"),
        "{}",
        run.stdout
    );
    // A record that somebody broke is said, and the rest goes on.
    let library = library.file("releases/a/1.10/release.json", "{\"id\": \"a\"}");
    let run = library.run(&["verify", "signed.pdf"]).must_find();
    assert!(run.stderr.contains("this is no record of a release of this role"), "{}", run.stderr);
    assert!(
        run.stdout.starts_with("older         signed.pdf: version 1.10; the library has 3.0\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_pdf_of_the_careers_site_is_held_against_the_public_part() {
    let library = Library::copy_of(&repository().join("data"));
    let site = ["site", "--no-system-fonts", "--base-url", "https://example.com", "--today", "2027-01-15"];
    library.run(&site).must_succeed();
    let all = answers(&library, &["dist/site"], 0);
    assert!(words(&all).len() >= 4, "{all:#}");
    let file = all["files"].as_array().unwrap().iter().find(|it| it["edition"] == "zh-CN").unwrap();
    assert_eq!(file["public"], true);
    let (id, path) = (file["id"].as_str().unwrap().to_string(), file["file"].as_str().unwrap().to_string());
    let run = library.run(&["extract", &path]).must_succeed();
    assert!(run.stdout.contains("\"public\": true"));
    release(&library, &[&id]).must_succeed();
    // Status, version and dates are nobody's business outside.
    assert_eq!(words(&answers(&library, &[&path], 0)), ["current"]);
    let text = role(&library, &id);
    let mut changed: Value = serde_json::from_str(&text).unwrap();
    changed["alternate_titles"] = "[\"别名\"]".parse().unwrap();
    let library = library.role(&id, format!("{changed:#}\n"));
    let file = &answers(&library, &[&path], 1)["files"][0];
    assert_eq!(file["answer"], "differs");
    assert!(file["differences"][0]["pointer"].as_str().unwrap().starts_with("/alternate_titles"), "{file:#}");
    release(&library, &[&id]).must_succeed();
    let file = &answers(&library, &[&path], 1)["files"][0];
    assert_eq!(file["answer"], "older_version");
}
