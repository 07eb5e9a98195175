//! Holds what is compared: a library as it was at a revision, and the role that a PDF
//! carries.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use rolebook::catalog::Catalog;
use rolebook::diagnostic::Code;
use rolebook::render::{CarriedFault, read_carried};
use rolebook::resolve::resolve;
use rolebook::source::Sources;
use rolebook::view::{CarriedRole, Names};

use crate::support::{Library, poppler, repository};

/// Runs git in a folder, as nobody and without the machine's settings.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"])
        .args(["-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_string()
}

fn commit(library: Library, message: &str) -> Library {
    git(library.path(), &["add", "-A"]);
    git(library.path(), &["commit", "-q", "-m", message]);
    library
}

/// A repository in which the role of the library `hr` was written twice after the first
/// time, and once more in the work tree.
fn history() -> Library {
    let library = Library::new();
    fs::remove_file(library.path().join("rolebook.json")).unwrap();
    git(library.path(), &["init", "-q"]);
    let library = commit(library.file("readme.txt", "no library yet"), "zero");
    let library = library
        .file("hr/rolebook.json", r#"{"languages": ["zh-CN"], "variables": {"city": "旧址"}}"#)
        .file("hr/roles/base.json", r#"{"title": "基准"}"#)
        .file("hr/roles/a.json", r#"{"extends": "base", "title": "第一", "summary": "{{ city }}"}"#);
    let library = commit(library, "one");
    git(library.path(), &["tag", "-a", "v1", "-m", "first"]);
    let library = commit(library.file("hr/roles/a.json", r#"{"title": "第二"}"#), "two");
    let library = commit(
        library.file("hr/roles/a.json", r#"{"title": "第三"}"#).file("hr/rolebook.json", "{}"),
        "three",
    );
    library.file("hr/roles/a.json", r#"{"title": "第四"}"#)
}

fn title(catalog: &Catalog, id: &str) -> String {
    assert!(catalog.findings.is_empty(), "{:?}", catalog.findings);
    resolve(catalog, id).unwrap().to_json()["title"].as_str().unwrap().to_string()
}

#[test]
fn a_role_is_read_as_it_was_at_a_revision() {
    let library = history();
    let folder = library.path().join("hr");
    let short = git(&folder, &["rev-parse", "--short", "HEAD~2"]);
    let at = |revision: &str| {
        Catalog::load_revision(&folder, revision, &["a".into()]).unwrap_or_else(|error| panic!("{error:?}"))
    };
    assert_eq!(title(&at("HEAD"), "a"), "第三");
    assert_eq!(title(&at("HEAD~1"), "a"), "第二");
    assert_eq!(title(&at("main@{1}"), "a"), "第二");
    for revision in ["HEAD~2", "HEAD^^", "v1", "v1^{commit}", &short, "main~2"] {
        let catalog = at(revision);
        assert_eq!(title(&catalog, "a"), "第一");
        let resolved = resolve(&catalog, "a").unwrap();
        assert_eq!(resolved.to_json()["summary"], "旧址", "the settings are those of then");
        let shown = catalog.sources.path(resolved.tree.nearest("/title").source);
        assert_eq!(shown, folder.join(format!("roles/a.json@{revision}")));
        assert!(catalog.knows("base"));
    }
    assert_eq!(title(&Catalog::load(&folder).unwrap(), "a"), "第四");
    assert_eq!(git(library.path(), &["status", "--short"]), "M hr/roles/a.json", "nothing was written");
}

#[test]
fn what_is_no_revision_is_named() {
    let library = history();
    let folder = library.path().join("hr");
    let error = |folder: &Path, revision: &str| {
        let error = Catalog::load_revision(folder, revision, &[]).unwrap_err();
        assert!(!error.hints.is_empty(), "{error:?}");
        (error.message.en, error.hints[0].en.clone())
    };
    for revision in [
        "HEAD~9",
        "nowhere",
        "",
        "HEAD~1..HEAD",
        "HEAD:hr",
        "^",
        "@{",
        "--help",
        "\u{0}",
        "HEAD~99999999999999999999",
        "HEAD^{",
        "HEAD^99",
        ":1:x",
        "HEAD^{/[}",
        "@{u}",
        "@{push}",
        "@{-1}",
        "HEAD~-1",
        "岗位",
        "HEAD^{tree}",
        "HEAD^{blob}",
        "a...b",
        "^HEAD",
    ] {
        let (message, hint) = error(&folder, revision);
        assert_eq!(message, format!("there is no revision `{revision}`"));
        assert!(hint.contains("git log"), "{hint}");
    }
    assert!(error(&folder, "HEAD~3").0.contains("at the revision `HEAD~3` there was no library in"));
    assert!(error(library.path(), "HEAD").0.contains("there was no library in"));
    let outside = Library::new();
    assert!(error(outside.path(), "HEAD").0.contains("is in no git repository"));
    git(outside.path(), &["init", "-q"]);
    assert!(error(outside.path(), "HEAD").1.contains("no commit yet"));
    let elsewhere = tempfile::tempdir().unwrap();
    let url = format!("file://{}", library.path().display());
    git(elsewhere.path(), &["clone", "-q", "--depth", "1", &url, "shallow"]);
    git(elsewhere.path(), &["clone", "-q", "--bare", &url, "bare"]);
    let shallow = elsewhere.path().join("shallow/hr");
    assert_eq!(title(&Catalog::load_revision(&shallow, "HEAD", &["a".into()]).unwrap(), "a"), "第三");
    assert!(error(&shallow, "HEAD~1").1.contains("--unshallow"));
    assert!(error(&elsewhere.path().join("bare"), "HEAD").0.contains("there was no library in"));
}

#[cfg(unix)]
#[test]
fn what_was_wrong_with_a_file_then_is_found_as_in_a_folder() {
    let library = Library::new()
        .role("links", "{}")
        .role("Bad Name", "{}")
        .role("wrong", "{\n \"titel\": \"x\"}")
        .role("bytes", b"{\"title\": \"\xb4\xf3\"}")
        .role("large", " ".repeat(9 * 1024 * 1024))
        .file("roles/other.txt", "")
        .file("roles/sub/c.json", "{}")
        .file("roles/.hidden.json", "{}");
    let link = library.path().join("roles/links.json");
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", &link).unwrap();
    git(library.path(), &["init", "-q"]);
    let other = Library::new();
    git(other.path(), &["init", "-q"]);
    let other = commit(other, "other");
    let url = format!("file://{}", other.path().display());
    git(library.path(), &["submodule", "--quiet", "add", &url, "roles/module.json"]);
    let library = commit(library, "one");
    let ids: Vec<String> = ["links", "wrong", "bytes", "large", "module"].map(String::from).to_vec();
    let summary = |catalog: &Catalog| {
        let mut found: Vec<(Code, String)> = Vec::new();
        for finding in &catalog.findings {
            let subject = finding.subject.clone().unwrap_or_else(|| {
                let span = finding.span.unwrap();
                let at = catalog.sources.position(span);
                format!("{}:{}:{}", catalog.sources.path(span.source).display(), at.line, at.column)
            });
            found.push((finding.code, subject.replace("@HEAD", "")));
        }
        found.sort();
        found
    };
    let now = summary(&Catalog::load_for(library.path(), &ids).unwrap());
    let then = summary(&Catalog::load_revision(library.path(), "HEAD", &ids).unwrap());
    assert_eq!(now, then);
    assert_eq!(now.len(), 8, "{now:#?}");
}

#[test]
fn git_finds_the_library_of_the_current_folder() {
    // The tests run in the repository's own folder, which may be an export without history.
    if !repository().join(".git").exists() {
        return;
    }
    let catalog = Catalog::load_revision(Path::new("data"), "HEAD", &["account-manager".into()]).unwrap();
    assert!(catalog.roles.contains_key("account-manager"));
    let settings = catalog.sources.path(catalog.settings_node.span.source);
    assert_eq!(settings, Path::new("data/rolebook.json@HEAD"));
    let error = Catalog::load_revision(Path::new(""), "HEAD", &[]).unwrap_err();
    assert!(error.message.en.ends_with("there was no library in ."), "{error:?}");
}

/// The sample's account manager as PDF.
static PDF: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let library = Library::copy_of(&repository().join("data"));
    let run = library.build(&["--format", "pdf", "--role", "account-manager"]).must_succeed();
    assert_eq!(
        poppler("pdfdetach", &["-list", &run.path("en/account-manager.pdf").to_string_lossy()]),
        "1 embedded files\n1: role.json\n"
    );
    let pdf = fs::read(run.path("zh-CN/account-manager.pdf")).unwrap();
    let of = |pdf: &[u8]| String::from_utf8(read_carried(pdf).unwrap()).unwrap();
    assert_eq!(
        of(&pdf).replace("\"edition\": \"zh-CN\"", "\"edition\": \"en\""),
        of(&fs::read(run.path("en/account-manager.pdf")).unwrap()),
        "one role in every language"
    );
    pdf
});

fn carried(pdf: &[u8]) -> (CarriedRole, Sources) {
    let mut sources = Sources::default();
    let read = CarriedRole::read(read_carried(pdf).unwrap(), Path::new("x/a.pdf"), &mut sources);
    (read.unwrap_or_else(|findings| panic!("{findings:?}")), sources)
}

#[test]
fn a_pdf_gives_its_role_back() {
    let catalog = Catalog::load(&repository().join("data")).unwrap();
    let (names, resolved) = (Names::of(&catalog), resolve(&catalog, "account-manager").unwrap());
    let (read, sources) = carried(&PDF);
    assert_eq!(read.resolved.id, "account-manager");
    // All but what is never printed.
    let mut wanted = resolved.clone();
    assert!(wanted.role.notes.take().is_some());
    assert!(read.resolved.role == wanted.role);
    assert_eq!(read.stated_hash, resolved.content_hash());
    assert_eq!(read.resolved.content_hash(), read.stated_hash);
    assert_eq!(read.names, names.of_role(&resolved));
    assert_eq!(read.names, read.names.of_role(&read.resolved));
    assert_ne!(read.names, names);
    assert!(
        CarriedRole::write(&read.resolved, &read.names, read.made.as_ref()) == read_carried(&PDF).unwrap()
    );
    assert!(CarriedRole::write(&resolved, &names, read.made.as_ref()) == read_carried(&PDF).unwrap());
    let title = read.resolved.tree.nearest("/title/zh-CN");
    assert_eq!(sources.text(title), "\"客户经理\"");
    assert_eq!(sources.path(title.source), Path::new("x/a.pdf"));
    assert!(sources.position(title).line > 1);
}

#[test]
fn what_is_never_printed_is_not_carried() {
    let library = Library::new().role("a", r#"{"title": "A", "notes": "for our eyes only"}"#);
    let run = library.build(&["--format", "pdf"]).must_succeed();
    let bytes = read_carried(&fs::read(run.path("zh-CN/a.pdf")).unwrap()).unwrap();
    assert!(!String::from_utf8(bytes).unwrap().contains("eyes"));
}

#[test]
fn the_source_that_stands_alone_carries_nothing() {
    let run = Library::new().role("a", r#"{"title": "A"}"#).build(&["--emit", "typst"]).must_succeed();
    assert!(!run.stdout.contains("pdf.attach"));
}

#[test]
fn a_pdf_that_was_signed_gives_its_role_back() {
    // A signature is appended: a new version of an object, and a table that names the earlier one.
    let text = String::from_utf8_lossy(&PDF);
    let earlier = text.rsplit("startxref").next().unwrap().trim().lines().next().unwrap().to_string();
    let root = text.rsplit("/Root ").next().unwrap().split(" 0 R").next().unwrap().to_string();
    let mut signed = PDF.clone();
    let place = signed.len();
    signed.extend(b"900000 0 obj\n<< /Type /Sig /Contents <00> >>\nendobj\n");
    let start = signed.len();
    signed.extend(
        format!(
            "xref\n900000 1\n{place:010} 00000 n \ntrailer\n<< /Size 900001 /Root {root} 0 R /Prev {earlier} >>\n\
             startxref\n{start}\n%%EOF\n"
        )
        .as_bytes(),
    );
    assert_eq!(read_carried(&signed), read_carried(&PDF));
}

/// Numbers that look random and are the same in every run.
fn numbers() -> impl FnMut(usize) -> usize {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    }
}

#[test]
fn no_damage_to_a_pdf_does_more_than_fail() {
    let mut next = numbers();
    let mut faults = 0;
    for round in 0..600 {
        let mut pdf = PDF.clone();
        match round % 4 {
            0 => pdf.truncate(next(PDF.len())),
            // The table, the trailer and the catalog are at the end.
            1 => {
                for _ in 0..=next(8) {
                    let at = PDF.len() - 1 - next(PDF.len().min(20_000));
                    pdf[at] ^= 1 << next(8);
                }
            }
            2 => {
                for _ in 0..=next(200) {
                    let at = next(PDF.len());
                    pdf[at] = u8::try_from(next(256)).unwrap();
                }
            }
            _ => {
                let (from, to) = (next(PDF.len()), next(PDF.len()));
                pdf.drain(from.min(to)..from.max(to));
            }
        }
        match read_carried(&pdf) {
            Ok(bytes) => {
                let _ = CarriedRole::read(bytes, Path::new("a.pdf"), &mut Sources::default());
            }
            Err(fault) => {
                assert!(matches!(
                    fault,
                    CarriedFault::NotPdf
                        | CarriedFault::Damaged
                        | CarriedFault::NoRole
                        | CarriedFault::Encrypted
                ));
                faults += 1;
            }
        }
    }
    assert!((200..600).contains(&faults), "{faults}");
}

#[test]
fn no_damage_to_the_role_does_more_than_be_found() {
    let mut next = numbers();
    let role = read_carried(&PDF).unwrap();
    let bits: [&[u8]; 10] =
        [b"null", b"1e9", b"-1", b"[]", b"{}", b"\"\"", b"true", b"\"a\"", b",", b"{\"en\": null}"];
    for _ in 0..300 {
        let mut role = role.clone();
        // A value is put in the place of another one.
        let starts: Vec<usize> =
            role.windows(2).enumerate().filter(|(_, it)| it == b": ").map(|(at, _)| at).collect();
        let start = starts[next(starts.len())] + 2;
        let end = start + role[start..].iter().position(|&byte| byte == b'\n').unwrap();
        let comma = usize::from(role[end - 1] == b',');
        role.splice(start..end - comma, bits[next(bits.len())].iter().copied());
        let _ = CarriedRole::read(role, Path::new("a.pdf"), &mut Sources::default());
    }
}
