//! Holds `extract`, `verify` and the building from what a PDF carries: what each says
//! of PDFs that are ours, signed, old, changed, damaged or somebody else's.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use rolebook::render::read_carried;
use rolebook::source::Sources;
use rolebook::view::CarriedRole;
use serde_json::Value;

use crate::support::{Library, repository};

/// The sample library with the PDFs of one role.
fn sample(arguments: &[&str]) -> Library {
    let library = Library::copy_of(&repository().join("data"));
    library.build(&[&["--format", "pdf"], arguments].concat()).must_succeed();
    library
}

/// A change appended to a PDF as a signature is: an object, a table of it, and a trailer
/// that names the table before it.
fn appended_as(pdf: &[u8], number: usize, object: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(pdf);
    let earlier = text.rsplit("startxref").next().unwrap().trim().lines().next().unwrap().to_string();
    let root = text.rsplit("/Root ").next().unwrap().split(" 0 R").next().unwrap().to_string();
    let mut bytes = pdf.to_vec();
    let place = bytes.len();
    bytes.extend(format!("{number} 0 obj\n").as_bytes());
    bytes.extend(object);
    bytes.extend(b"\nendobj\n");
    let start = bytes.len();
    let table = format!("xref\n{number} 1\n{place:010} 00000 n \n");
    let trailer = format!("trailer\n<< /Size 900001 /Root {root} 0 R /Prev {earlier} >>\n");
    bytes.extend(format!("{table}{trailer}startxref\n{start}\n%%EOF\n").as_bytes());
    bytes
}

pub(crate) fn appended(pdf: &[u8], object: &str) -> Vec<u8> {
    appended_as(pdf, 900_000, object.as_bytes())
}

/// A PDF whose attachment somebody exchanged.
fn with_role(pdf: &[u8], role: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(pdf);
    let head = &text[..text.find("/EmbeddedFile\n").or_else(|| text.find("/EmbeddedFile")).unwrap()];
    let number = head[..head.rfind(" 0 obj").unwrap()].rsplit('\n').next().unwrap().parse().unwrap();
    let object = format!("<< /Type /EmbeddedFile /Length {} >>\nstream\n{role}\nendstream", role.len());
    let changed = appended_as(pdf, number, object.as_bytes());
    assert_eq!(read_carried(&changed).unwrap(), role.as_bytes());
    changed
}

/// What a signature leaves in a PDF.
pub(crate) const SIGNATURE: &str = "<< /Type /Sig /ByteRange [0 9 99 9] /Contents <00> >>";

fn must_refuse(library: &Library, arguments: &[&str], message: &str, hint: &str) {
    let run = library.run(arguments);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{}", run.stderr);
    assert_eq!(run.stderr.lines().next(), Some(&*format!("error: {message}")), "{}", run.stderr);
    assert!(run.stderr.contains(hint), "no `{hint}` in:\n{}", run.stderr);
}

#[test]
fn extract_gives_the_attachment_byte_for_byte() {
    let library = sample(&["--role", "account-manager", "--lang", "zh-CN"]);
    let pdf = fs::read(library.path().join("dist/zh-CN/account-manager.pdf")).unwrap();
    let attached = read_carried(&pdf).unwrap();
    let library = library.file("signed.PDF", appended(&pdf, SIGNATURE));
    for path in ["dist/zh-CN/account-manager.pdf", "signed.PDF"] {
        let run = library.run(&["extract", path]).must_succeed();
        assert!(run.stdout.as_bytes() == attached && run.stderr.is_empty());
    }
    let run = library.run(&["extract", "signed.PDF", "--out", "new/role.json"]).must_succeed();
    assert_eq!((&*run.stdout, &*run.stderr), ("new/role.json\n", ""));
    assert!(fs::read(library.path().join("new/role.json")).unwrap() == attached);
    let library = library.file("mine.json", "mine");
    must_refuse(
        &library,
        &["extract", "signed.PDF", "-o", "mine.json"],
        "mine.json is there already; nothing was written",
        "name a new file: --out role.json",
    );
    assert_eq!(fs::read_to_string(library.path().join("mine.json")).unwrap(), "mine");
}

#[test]
fn extract_names_what_gives_no_role() {
    let library = Library::new()
        .file("a.docx", b"PK\x03\x04 word")
        .file("empty.pdf", "")
        .file("half.pdf", "%PDF-1.7\n1 0 obj")
        .file(
            "locked.pdf",
            "%PDF-1.7\nxref\n0 0\ntrailer\n<< /Root 1 0 R /Encrypt 2 0 R >>\nstartxref\n9\n%%EOF",
        );
    let huge = fs::File::create(library.path().join("huge.pdf")).unwrap();
    huge.set_len(65 * 1024 * 1024).unwrap();
    let cases = [
        ("a.docx", "the file is no PDF", "name a PDF that rolebook made"),
        ("empty.pdf", "the file is no PDF", "name a PDF that rolebook made"),
        ("half.pdf", "the PDF is damaged, or a part of it is missing", "get the file once more"),
        ("locked.pdf", "the PDF is encrypted", "without a password"),
        (
            "huge.pdf",
            "the file is larger than the 64 MiB that rolebook reads",
            "name a PDF that rolebook made",
        ),
    ];
    for (path, message, hint) in cases {
        must_refuse(&library, &["extract", path], &format!("{path}: {message}"), hint);
        if path.ends_with(".docx") {
            continue;
        }
        must_refuse(&library, &["compare", path, "a"], &format!("{path}: {message}"), hint);
    }
    let run = library.run(&["extract", "nowhere.pdf"]);
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.starts_with("error: cannot read nowhere.pdf: "), "{}", run.stderr);
}

const SETTINGS: &str = r#"{"languages": ["zh-CN", "en"], "units": [{"id": "sales", "name": "销售部"}]}"#;

fn role(version: &str, weight: u32, title: &str) -> String {
    format!(
        r#"{{"title": {{"zh-CN": "{title}", "en": "Manager"}}, "organization": {{"unit": "sales"}},
        "document": {{"version": "{version}"}},
        "duties": [{{"id": "plan", "statement": {{"zh-CN": "计划", "en": "Plan"}}, "weight": {weight}}}],
        "notes": "never printed"}}"#
    )
}

/// A library of two languages and one role, its PDFs in `dist/` and one in `signed.pdf`.
fn one_role() -> Library {
    let library = Library::new().file("rolebook.json", SETTINGS).role("a", role("1.1", 30, "经理"));
    library.build(&["--format", "pdf"]).must_succeed();
    let pdf = fs::read(library.path().join("dist/zh-CN/a.pdf")).unwrap();
    library.file("signed.pdf", appended(&pdf, SIGNATURE))
}

pub(crate) fn answers(library: &Library, arguments: &[&str], status: i32) -> Value {
    let run = library.run(&[&["verify", "--format", "json"], arguments].concat());
    assert_eq!(run.status, Some(status), "{}{}", run.stdout, run.stderr);
    let answers: Value = serde_json::from_str(&run.stdout).unwrap();
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema = Library::new().run(&["schema", "verify"]).must_succeed().stdout;
        jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap()
    });
    let faults: Vec<String> = SCHEMA.iter_errors(&answers).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    answers
}

/// The answers alone.
pub(crate) fn words(answers: &Value) -> Vec<&str> {
    answers["files"].as_array().unwrap().iter().map(|file| file["answer"].as_str().unwrap()).collect()
}

/// The messages without the time that a run took.
fn timeless(text: &str) -> String {
    let lines = text.lines().map(|line| match line.rfind(", ").filter(|_| line.ends_with(" s")) {
        Some(at) => line[..at].to_string(),
        None => line.to_string(),
    });
    lines.map(|line| line + "\n").collect()
}

#[test]
fn the_checked_in_schemas_are_those_of_the_commands() {
    for name in ["check", "verify", "release", "esign", "jobs"] {
        let current = Library::new().run(&["schema", name]).must_succeed().stdout;
        let path = repository().join(format!("schema/{name}.schema.json"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &current).unwrap();
        }
        let checked_in = fs::read_to_string(&path).unwrap_or_default();
        assert!(checked_in == current, "{} is out of date: UPDATE_GOLDEN=1 tests/run", path.display());
    }
}

#[test]
fn a_pdf_of_the_library_is_current_signed_or_not() {
    let library = one_role();
    let run = library.run(&["verify", "dist", "signed.pdf", "dist/en/a.pdf"]).must_succeed();
    assert_eq!(
        run.stdout,
        "current       dist/en/a.pdf: version 1.1
current       dist/zh-CN/a.pdf: version 1.1
current       signed.pdf: version 1.1
              it has 1 signature; whose they are, and whether they hold, a PDF reader shows
"
    );
    assert_eq!(timeless(&run.stderr), "3 files: 3 current\n");
    // A note is never printed, and a theme is no content.
    let library = library.role(
        "a",
        role("1.1", 30, "经理")
            .replace("never", "NEVER")
            .replace("{\"title", "{\"theme\": \"outline\", \"title"),
    );
    let answers = answers(&library, &["dist/en", "--library", "."], 0);
    assert_eq!(answers["all_current"], true);
    assert_eq!(
        (&answers["files"][0]["edition"], &answers["files"][0]["version"]),
        (&"en".into(), &"1.1".into())
    );
}

#[test]
fn what_differs_under_one_version_is_named_field_by_field() {
    let library = one_role().role("a", role("1.1", 35, "总经理"));
    let run = library.run(&["verify", "dist/en/a.pdf"]).must_find();
    assert_eq!(
        run.stdout,
        "DIFFERS       dist/en/a.pdf: it says version 1.1 as the library does, but its content is another
              Job title (/title): “经理” here, “总经理” in the library
              Weight (/duties/0/weight): “30%” here, “35%” in the library
"
    );
    assert_eq!(timeless(&run.stderr), "1 file: 1 differs\n");
    let run = library.run(&["verify", "dist/en/a.pdf", "--ui-lang", "zh-CN"]).must_find();
    assert_eq!(
        run.stdout,
        "内容不符      dist/en/a.pdf：版本号同为 1.1，内容却与岗位库不同
              岗位名称 (/title)：文件中为“经理”，岗位库中为“总经理”
              权重 (/duties/0/weight)：文件中为“30%”，岗位库中为“35%”
"
    );
    let differences = &answers(&library, &["dist/en/a.pdf"], 1)["files"][0]["differences"];
    assert_eq!(differences[1]["pointer"], "/duties/0/weight");
    assert_eq!(differences[1]["material"], true);
    // An id is in no document, and yet in the hash.
    let library = library.role("a", role("1.1", 30, "经理").replace("\"plan\"", "\"plans\""));
    let differences = &answers(&library, &["dist/en/a.pdf"], 1)["files"][0]["differences"];
    assert_eq!(differences[0]["pointer"], "/duties/0/id");
    assert_eq!((&differences[0]["file"], &differences[0]["library"]), (&"plan".into(), &"plans".into()));
    // A punctuation mark counts here.
    let library = library.role("a", role("1.1", 30, "经理").replace("计划", "计划。"));
    let differences = &answers(&library, &["dist/en/a.pdf"], 1)["files"][0]["differences"];
    assert_eq!(differences[0]["pointer"], "/duties/0/statement");
}

#[test]
fn an_older_and_a_newer_version_are_told_apart() {
    let library = one_role().role("a", role("1.10", 30, "经理"));
    let run = library.run(&["verify", "dist/en/a.pdf"]).must_find();
    assert_eq!(
        run.stdout,
        "older         dist/en/a.pdf: version 1.1; the library has 1.10
              releases/ has no version 1.1 to hold its content against
              `rolebook compare dist/en/a.pdf a` shows what has changed
"
    );
    let library = library.role("a", role("1.0", 30, "经理"));
    assert_eq!(words(&answers(&library, &["dist/en"], 1)), ["newer_version"]);
    // The role's own list of revisions comes first: here A came after B.
    let revisions = r#""revisions": [{"version": "1.1"}, {"version": "A"}], "duties""#;
    let library = library.role("a", role("A", 30, "经理").replace("\"duties\"", revisions));
    assert_eq!(words(&answers(&library, &["dist/en"], 1)), ["older_version"]);
    let library = library.role("a", role("A", 30, "经理"));
    let file = &answers(&library, &["dist/en"], 1)["files"][0];
    assert_eq!(file["answer"], "differs");
    assert_eq!(file["message"], "it has 1.1 and the library A; which is the later one cannot be told");
}

#[test]
fn a_name_kept_elsewhere_in_the_library_is_no_other_content() {
    let library = one_role().file("rolebook.json", SETTINGS.replace("销售部", "市场部"));
    let run = library.run(&["verify", "dist/en/a.pdf"]).must_succeed();
    assert_eq!(
        run.stdout,
        "current       dist/en/a.pdf: version 1.1
              Department (/organization/unit): “销售部” here, “市场部” in the library
              the role is the same; only these names, which are kept elsewhere in the library, have changed
"
    );
}

#[test]
fn a_role_that_was_exchanged_in_a_pdf_is_told() {
    let library = one_role().role("a", role("1.1", 90, "经理"));
    let pdf = fs::read(library.path().join("signed.pdf")).unwrap();
    let own = String::from_utf8(read_carried(&pdf).unwrap()).unwrap();
    // It looks like the library's role now, and was not made so.
    let library =
        library.file("forged.pdf", with_role(&pdf, &own.replace("\"weight\": 30", "\"weight\": 90")));
    let run = library.run(&["verify", "forged.pdf"]).must_find();
    assert_eq!(
        run.stdout.lines().next().unwrap(),
        "ALTERED       forged.pdf: the role in it was changed after the PDF was made; its pages may say otherwise"
    );
    // Two keys of one name say one thing to one reader and another to the next.
    let twice = own.replace("\"weight\": 30", "\"weight\": 90, \"weight\": 30");
    let library = library.role("a", role("1.1", 30, "经理")).file("twice.pdf", with_role(&pdf, &twice));
    let file = &answers(&library, &["twice.pdf"], 1)["files"][0];
    assert_eq!(file["answer"], "not_ours");
    assert!(file["message"].as_str().unwrap().ends_with("the key `weight` is written twice"), "{file}");
    // Other spaces say the same.
    let spaced = own.replace("\"weight\": 30", "\"weight\":   30");
    let library = library.file("spaced.pdf", with_role(&pdf, &spaced));
    assert_eq!(words(&answers(&library, &["spaced.pdf"], 0)), ["current"]);
}

#[test]
fn every_file_that_is_no_answer_has_its_own() {
    let library = one_role()
        .role("b", r#"{"title": "B"}"#)
        .file("c/letter.docx", b"PK\x03\x04 word")
        .file("c/empty.pdf", "")
        .file("c/half.PDF", "%PDF-1.7\n1 0 obj")
        .file("c/~$half.pdf", "lock")
        .file(
            "c/locked.pdf",
            "%PDF-1.7\nxref\n0 0\ntrailer\n<< /Root 1 0 R /Encrypt 2 0 R >>\nstartxref\n9\n%%EOF",
        )
        .file("c/other.pdf", "%PDF-1.7\n1 0 obj\n<< >>\nendobj\nxref\n1 1\n0000000009 00000 n \ntrailer\n<< /Root 1 0 R >>\nstartxref\n30\n%%EOF");
    library.build(&["--format", "pdf", "--role", "b", "--lang", "zh-CN"]).must_succeed();
    fs::File::create(library.path().join("c/huge.pdf")).unwrap().set_len(65 * 1024 * 1024).unwrap();
    let pdf = fs::read(library.path().join("dist/en/a.pdf")).unwrap();
    let own = String::from_utf8(read_carried(&pdf).unwrap()).unwrap();
    let future = with_role(&pdf, &own.replace("\"weight\"", "\"heft\""));
    let library =
        library.file("c/future.pdf", future).file("c/deep.pdf", with_role(&pdf, &"[".repeat(100_000)));
    fs::rename(library.path().join("dist/zh-CN/b.pdf"), library.path().join("c/gone.pdf")).unwrap();
    fs::remove_file(library.path().join("roles/b.json")).unwrap();
    let run = library.run(&["verify", "c/letter.docx", "c"]).must_find();
    assert_eq!(
        run.stdout,
        "not ours      c/letter.docx: the file is no PDF
              name a PDF that rolebook made
not ours      c/deep.pdf: the PDF carries a role.json that is no role of this rolebook: lists and objects are nested more than 512 deep
              if a newer rolebook made it, verify it with that one
not ours      c/empty.pdf: the file is no PDF
              name a PDF that rolebook made
ALTERED       c/future.pdf: the role in it was changed after the PDF was made; its pages may say otherwise
              the PDF carries a role.json that is no role of this rolebook: unknown key `heft`
unknown role  c/gone.pdf: the library has no role `b`
              if it is another library's, name that one: --library DIR
damaged       c/half.PDF: the PDF is damaged, or a part of it is missing
              get the file once more from where it came
too large     c/huge.pdf: the file is larger than the 64 MiB that rolebook reads
              name a PDF that rolebook made
encrypted     c/locked.pdf: the PDF is encrypted
              save it without a password first
not ours      c/other.pdf: the PDF carries no role
              the PDFs of `rolebook build` carry theirs; one that was printed or saved anew loses it
"
    );
    let library = library.role("a", r#"{"titel": "A"}"#);
    let file = &answers(&library, &["dist/en/a.pdf"], 1)["files"][0];
    assert_eq!(
        (&file["answer"], &file["hint"]),
        (&"role_has_errors".into(), &"`rolebook build --role a` names them".into())
    );
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let library = one_role();
    fs::create_dir(library.path().join("none")).unwrap();
    must_refuse(&library, &["verify", "nowhere.pdf"], "nowhere.pdf is not there", "name a PDF, or a folder");
    must_refuse(&library, &["verify", "none"], "there is no PDF in none", "name the folder that has them");
    must_refuse(&library, &["verify"], "`<FILE>...` is missing", "rolebook verify --help");
    let no_library = library.run(&["verify", "signed.pdf", "--library", "none"]);
    assert_eq!(no_library.status, Some(2));
    assert!(no_library.stderr.contains("there is no library in "), "{}", no_library.stderr);
    assert!(no_library.stderr.contains("`rolebook verify --library"), "{}", no_library.stderr);
    let library = library.file("rolebook.json", "{");
    must_refuse(
        &library,
        &["verify", "signed.pdf"],
        "rolebook.json has errors",
        "`rolebook build` names them",
    );
}

/// Numbers that look random and are the same in every run.
fn numbers() -> impl FnMut(usize) -> usize {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    }
}

/// A PDF as damaged as `kind` says: a part of it flipped, overwritten, cut out, doubled,
/// or exchanged for something that means something in a PDF.
fn damaged(pdf: &[u8], kind: usize, next: &mut dyn FnMut(usize) -> usize) -> Vec<u8> {
    const BITS: [&[u8]; 12] = [
        b"endobj",
        b"stream\n",
        b"endstream",
        b"<<",
        b">>",
        b"99999999999999999999",
        b"-1",
        b"/Prev 9",
        b"/Length 0",
        b" 0 R",
        b"%%EOF",
        b"startxref\n0\n",
    ];
    let mut pdf = pdf.to_vec();
    let length = pdf.len();
    // The tables and the catalog are at the end.
    let near = |next: &mut dyn FnMut(usize) -> usize| length - 1 - next(length.min(20_000));
    match kind % 6 {
        0 => pdf.truncate(next(length)),
        1 => (0..=next(8)).for_each(|_| {
            let at = near(next);
            pdf[at] ^= 1 << next(8);
        }),
        2 => (0..=next(200)).for_each(|_| {
            let at = next(length);
            pdf[at] = u8::try_from(next(256)).unwrap();
        }),
        3 => {
            let (from, to) = (next(length), next(length));
            pdf.drain(from.min(to)..from.max(to));
        }
        4 => {
            let (from, at) = (near(next), near(next));
            let part = pdf[from..(from + next(500)).min(length)].to_vec();
            pdf.splice(at..at, part);
        }
        _ => {
            let (at, bit) = (near(next), BITS[next(BITS.len())]);
            let end = (at + next(2) * bit.len()).min(length);
            pdf.splice(at..end, bit.iter().copied());
        }
    }
    pdf
}

#[test]
fn no_damage_keeps_verify_from_an_answer() {
    let library = one_role();
    let whole = fs::read(library.path().join("dist/zh-CN/a.pdf")).unwrap();
    let signed = fs::read(library.path().join("signed.pdf")).unwrap();
    let mut next = numbers();
    fs::create_dir(library.path().join("c")).unwrap();
    for kind in 0..300 {
        let pdf = damaged(if kind % 12 < 6 { &whole } else { &signed }, kind, &mut next);
        fs::write(library.path().join(format!("c/{kind:03}.pdf")), pdf).unwrap();
    }
    let answers = answers(&library, &["c"], 1);
    let words = words(&answers);
    assert_eq!(words.len(), 300);
    for (answer, least) in [("current", 30), ("damaged", 100)] {
        let count = words.iter().filter(|it| **it == answer).count();
        assert!(count >= least, "{answer}: {count}, {words:?}");
    }
    // Nothing that differs is made out of damage: what the bytes were is deflated and summed.
    assert!(words.iter().all(|it| ["current", "damaged", "not_ours", "encrypted"].contains(it)), "{words:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]
    #[test]
    fn no_bytes_do_more_than_fail(
        is_signed in any::<bool>(),
        kinds in proptest::collection::vec((0_usize..6, any::<u64>()), 1..4),
        tail in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        static PDFS: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
            let library = one_role();
            ["dist/zh-CN/a.pdf", "signed.pdf"].map(|path| fs::read(library.path().join(path)).unwrap())
        });
        let mut pdf = PDFS[usize::from(is_signed)].clone();
        for (kind, seed) in kinds {
            let mut state = seed | 1;
            let mut next = |below: usize| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                usize::try_from((state >> 33) % below.max(1) as u64).unwrap()
            };
            if !pdf.is_empty() {
                pdf = damaged(&pdf, kind, &mut next);
            }
        }
        pdf.extend(&tail);
        if let Ok(role) = read_carried(&pdf) {
            // It is the role, or something of which is said that it is none.
            let read = CarriedRole::read(role, Path::new("a.pdf"), &mut Sources::default());
            prop_assert!(read.is_err() || read.is_ok_and(|read| read.resolved.content_hash() == read.stated_hash));
        }
    }

    #[test]
    fn no_text_in_a_pdf_does_more_than_fail(text in ".{0,200}") {
        let read = CarriedRole::read(text.into_bytes(), Path::new("a.pdf"), &mut Sources::default());
        prop_assert!(read.is_err());
    }
}
