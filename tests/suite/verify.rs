//! Holds `extract`, `verify` and the building from what a PDF carries: what each says
//! of PDFs that are ours, signed, old, changed, damaged or somebody else's.

use std::fs;

use rolebook::render::read_carried;

use crate::support::{Library, repository};

/// The sample library with the PDFs of one role.
fn sample(arguments: &[&str]) -> Library {
    let library = Library::copy_of(&repository().join("data"));
    library.build(&[&["--format", "pdf"], arguments].concat()).must_succeed();
    library
}

/// A change appended to a PDF as a signature is: new objects, a table of them, and a
/// trailer that names the table before it.
pub(crate) fn appended(pdf: &[u8], object: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(pdf);
    let earlier = text.rsplit("startxref").next().unwrap().trim().lines().next().unwrap().to_string();
    let root = text.rsplit("/Root ").next().unwrap().split(" 0 R").next().unwrap().to_string();
    let mut bytes = pdf.to_vec();
    let place = bytes.len();
    bytes.extend(format!("900000 0 obj\n{object}\nendobj\n").as_bytes());
    let start = bytes.len();
    let table = format!("xref\n900000 1\n{place:010} 00000 n \n");
    let trailer = format!("trailer\n<< /Size 900001 /Root {root} 0 R /Prev {earlier} >>\n");
    bytes.extend(format!("{table}{trailer}startxref\n{start}\n%%EOF\n").as_bytes());
    bytes
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
