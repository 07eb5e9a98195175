//! Holds what makes a PDF signable: the form fields, the sheet for e-sign platforms, and
//! the marks by which a program knows the document. That signatures hold in them is
//! tested with pyHanko, in tests/pdf.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use hayro_syntax::object::{Array, Dict, Name, Stream, String as PdfString};
use serde_json::Value;

use crate::support::{Library, Run, WAYS, pdf_catalog, pdf_pages, repository};

/// A form field as a reader finds it.
#[derive(Debug, Clone, PartialEq)]
struct Field {
    kind: String,
    name: String,
    described: String,
    /// The page, from 1, whose annotations it is among.
    page: usize,
    /// Left, lower, right, upper, in points from the bottom left.
    rect: [f64; 4],
    flags: i32,
    filled: bool,
    appearance: bool,
    lock: Option<(String, Vec<String>)>,
}

fn text(string: &PdfString<'_>) -> String {
    let bytes = string.as_bytes();
    match bytes.strip_prefix(b"\xfe\xff") {
        Some(wide) => {
            let wide = wide.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(wide).map(Result::unwrap).collect()
        }
        None => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

fn rect(dict: &Dict<'_>) -> [f64; 4] {
    let numbers: Vec<f64> = dict.get::<Array<'_>>("Rect").unwrap().iter::<f32>().map(f64::from).collect();
    numbers.try_into().unwrap()
}

/// Every form field of a PDF, in the order of the form.
fn fields(bytes: Vec<u8>) -> Vec<Field> {
    pdf_catalog(bytes, |catalog| {
        let Some(form) = catalog.get::<Dict<'_>>("AcroForm") else { return Vec::new() };
        assert!(!form.contains_key("NeedAppearances"));
        let pages: Vec<Dict<'_>> =
            catalog.get::<Dict<'_>>("Pages").unwrap().get::<Array<'_>>("Kids").unwrap().iter().collect();
        let has = |page: &Dict<'_>, name: &str| {
            let is_it = |it: Dict<'_>| it.get::<PdfString<'_>>("T").is_some_and(|it| text(&it) == name);
            page.get::<Array<'_>>("Annots").is_some_and(|it| it.iter::<Dict<'_>>().any(is_it))
        };
        let field = |dict: Dict<'_>| {
            let name = text(&dict.get::<PdfString<'_>>("T").unwrap());
            let page = 1 + pages.iter().position(|page| has(page, &name)).expect("on a page");
            let normal = dict.get::<Dict<'_>>("AP").and_then(|it| it.get::<Stream<'_>>("N"));
            let lock = dict.get::<Dict<'_>>("Lock").map(|lock| {
                let names = lock.get::<Array<'_>>("Fields");
                let names = names.map(|it| it.iter::<PdfString<'_>>().map(|it| text(&it)).collect());
                (lock.get::<Name<'_>>("Action").unwrap().as_str().to_string(), names.unwrap_or_default())
            });
            assert_eq!(dict.get::<Name<'_>>("Subtype").unwrap().as_str(), "Widget");
            Field {
                kind: dict.get::<Name<'_>>("FT").unwrap().as_str().to_string(),
                described: text(&dict.get::<PdfString<'_>>("TU").unwrap()),
                page,
                rect: rect(&dict),
                flags: dict.get::<i32>("F").unwrap(),
                filled: dict.contains_key("V"),
                appearance: normal.is_some_and(|it| it.dict().get::<Array<'_>>("BBox").is_some()),
                name,
                lock,
            }
        };
        form.get::<Array<'_>>("Fields").unwrap().iter::<Dict<'_>>().map(field).collect()
    })
}

/// Two parties: one whose name is known and who locks, one with a seal whose label stands
/// in the statement too.
const SIGNED: &str = r#"{
    "title": {"zh-CN": "客户经理", "en": "Account Manager"},
    "document": {"version": "2.1"},
    "summary": {"zh-CN": "维护客户。", "en": "Looks after customers."},
    "sign_off": {
        "statement": {"zh-CN": "本说明书经核准后生效。", "en": "In force once approved."},
        "blocks": [
            {"party": "job_holder", "name": {"zh-CN": "林晓", "en": "Lin Xiao"}, "lock": "own"},
            {"party": "approved", "seal": true, "lock": "document"},
            {"party": "hr", "date": false}
        ]
    }
}"#;

fn signed(arguments: &[&str]) -> Run {
    Library::new().role("a", SIGNED).build(arguments).must_succeed()
}

#[test]
fn each_place_to_sign_is_a_field_and_so_is_what_is_to_be_filled_in() {
    for (theme, edition) in WAYS {
        let run = signed(&["--format", "pdf", "--theme", theme, "--lang", edition]);
        let fields = fields(fs::read(run.path(&format!("{edition}/a.pdf"))).unwrap());
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        // The name of the first is printed, and the third has no date.
        let wanted = [
            "signature_1_job_holder",
            "date_1_job_holder",
            "name_2_approved",
            "signature_2_approved",
            "date_2_approved",
            "name_3_hr",
            "signature_3_hr",
        ];
        assert_eq!(names, wanted, "{theme} {edition}");
        for field in &fields {
            let signature = field.name.starts_with("signature_");
            assert_eq!(field.kind, if signature { "Sig" } else { "Tx" }, "{field:?}");
            // Printed, and fixed in place; neither hidden nor filled.
            assert_eq!(field.flags, 132, "{field:?}");
            assert!(field.appearance && !field.filled, "{field:?}");
            let [left, lower, right, upper] = field.rect;
            assert!(left > 30.0 && right < 565.0 && lower > 30.0 && upper < 810.0, "{field:?}");
            assert!(right - left > 80.0 && upper - lower > 10.0, "{theme} {edition}: {field:?}");
        }
        let overlap = |a: &Field, b: &Field| {
            let [al, ab, ar, au] = a.rect;
            let [bl, bb, br, bu] = b.rect;
            a.page == b.page && al < br && bl < ar && ab < bu && bb < au
        };
        for (index, field) in fields.iter().enumerate() {
            let over = fields[index + 1..].iter().find(|other| overlap(field, other));
            assert_eq!(over, None, "{theme} {edition}: over {field:?}");
        }
    }
}

#[test]
fn what_a_field_is_for_is_said_in_the_words_of_the_document() {
    let of = |edition: &str| {
        let run = signed(&["--format", "pdf", "--lang", edition]);
        let fields = fields(fs::read(run.path(&format!("{edition}/a.pdf"))).unwrap());
        fields.iter().take(3).map(|field| field.described.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("zh-CN"), ["本人签名", "本人签名 · 日期", "核准 · 姓名"]);
    assert_eq!(of("en"), ["Job holder", "Job holder · Date", "Approved by · Name"]);
    assert_eq!(of("zh-CN+en")[1], "本人签名 / Job holder · 日期 / Date");
}

#[test]
fn a_signature_locks_what_its_block_says_and_else_nothing() {
    let run = signed(&["--format", "pdf", "--lang", "en"]);
    let fields = fields(fs::read(run.path("en/a.pdf")).unwrap());
    let lock = |name: &str| fields.iter().find(|field| field.name == name).unwrap().lock.clone();
    let own = vec!["name_1_job_holder".to_string(), "date_1_job_holder".to_string()];
    assert_eq!(lock("signature_1_job_holder"), Some(("Include".into(), own)));
    assert_eq!(lock("signature_2_approved"), Some(("All".into(), Vec::new())));
    assert_eq!(lock("signature_3_hr"), None);
}

#[test]
fn a_print_shop_gets_the_same_pages_without_fields() {
    let with = signed(&["--format", "pdf", "--lang", "zh-CN"]);
    let without = signed(&["--format", "pdf", "--lang", "zh-CN", "--no-fields"]);
    let path = |run: &Run| run.path("zh-CN/a.pdf");
    assert_eq!(fields(fs::read(path(&without)).unwrap()), []);
    assert_eq!(pdf_pages(&path(&with)), pdf_pages(&path(&without)));
    let picture = |run: &Run| {
        let output = Command::new("pdftoppm").args(["-r", "60", "-png"]).arg(path(run)).output().unwrap();
        assert!(output.status.success());
        output.stdout
    };
    assert!(picture(&with) == picture(&without), "an empty field shows on the page");
}

#[test]
fn the_source_that_other_typst_compiles_has_no_links_to_nowhere() {
    let run = signed(&["--emit", "typst", "--lang", "en"]);
    let last = run.stdout.rfind("#let fields = ").map(|at| &run.stdout[at..]).unwrap();
    assert!(last.starts_with("#let fields = false\n"), "{last}");
}

#[test]
fn a_template_that_asks_for_a_field_that_is_not_there_is_told_which() {
    let library = Library::new().role("a", SIGNED).file(
        "templates/typst/form.typ",
        r#"#set document(title: "A", date: auto)
#link("rolebook-field:sign/9", box(width: 50pt, height: 20pt))"#,
    );
    let run = library.build(&["--format", "pdf", "--lang", "en"]).must_find();
    let said = "a template asks for the form field `sign/9`, which the document does not have";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(run.stderr.contains("it has 3 signature blocks, counted from 0"), "{}", run.stderr);
    assert_eq!(run.files(), Vec::<String>::new());
}

#[test]
fn a_field_that_is_no_rectangle_is_refused() {
    let library = Library::new().role("a", SIGNED).file(
        "templates/typst/form.typ",
        r#"#set document(title: "A", date: auto)
#link("rolebook-field:sign/0")[words]"#,
    );
    let run = library.build(&["--format", "pdf", "--lang", "en"]).must_find();
    assert!(run.stderr.contains("the form fields cannot be put into the PDF"), "{}", run.stderr);
    assert!(run.stderr.contains("`place-to-fill`"), "{}", run.stderr);
}

/// What a role may say, and what a PDF is written in.
const LIKE_A_PDF: [&str; 12] = [
    "[x](https://example.com/URI(rolebook-field:sign/0))",
    "[x](<https://example.com/URI(rolebook-field:sign/9>)",
    "[/URI(rolebook-field:sign/0)](https://example.com/)",
    "[/Obj 3 0 R /K[<<](https://example.com/)/Obj3)",
    "[x](<https://example.com/x)/Rect[1 2 3 4]/StructParent 0>)",
    "[x](mailto:a@example.com?subject=\\(x)",
    "[ ](https://example.com/) a link without words",
    "[](https://example.com/) a link with nothing in it",
    "[**/S/Link**](https://example.com/) ![](https://example.com/a.png)",
    "x\n\nendobj\n\n5 0 obj\n\n<</Type/Annot/Subtype/Link>>",
    "stream \\( endstream (( startxref 12 trailer \\<</Size 3/Root 1 0 R>>",
    "/Metadata 1 0 R /Suspects false %%EOF \\\\",
];

#[test]
fn no_text_of_a_role_is_taken_for_a_part_of_the_file() {
    let wanted: Vec<String> = ["name", "signature", "date"].map(|kind| format!("{kind}_1_hr")).into();
    let mut library = Library::new();
    for (index, text) in LIKE_A_PDF.iter().enumerate() {
        // Words in a title or a name are as they are written.
        let words = text.replace('\n', " ");
        let role = serde_json::json!({
            "title": {"en": words},
            "summary": {"en": text},
            "document": {"version": words},
            "sign_off": {"statement": {"en": text}, "blocks": [{"party": "hr", "label": {"en": text}}]},
        });
        library = library.role(&format!("r{index}"), role.to_string());
    }
    let run = library.build(&["--format", "pdf", "--lang", "en", "--theme", "outline"]).must_succeed();
    for (index, text) in LIKE_A_PDF.iter().enumerate() {
        let path = run.path(&format!("en/r{index}.pdf"));
        let fields = fields(fs::read(&path).unwrap());
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, wanted, "{text}");
        let checked = Command::new("qpdf").arg("--check").arg(&path).output().unwrap();
        assert!(checked.status.success(), "{text}: {}", String::from_utf8_lossy(&checked.stderr));
    }
}

#[test]
fn a_block_whose_label_is_blank_is_called_by_its_party() {
    let role = r#"{"title": {"en": "A"}, "sign_off": {"blocks": [{"party": "hr", "label": {"en": " "}}]}}"#;
    let run = Library::new().role("a", role).build(&["--format", "pdf", "--lang", "en"]).must_succeed();
    let described: Vec<String> =
        fields(fs::read(run.path("en/a.pdf")).unwrap()).into_iter().map(|field| field.described).collect();
    assert_eq!(described, ["Human Resources · Name", "Human Resources", "Human Resources · Date"]);
}

#[test]
fn a_program_knows_the_document_by_its_metadata() {
    let run = signed(&["--format", "pdf", "--lang", "en"]);
    let bytes = fs::read(run.path("en/a.pdf")).unwrap();
    let xmp = pdf_catalog(bytes, |catalog| {
        let metadata = catalog.get::<Stream<'_>>("Metadata").unwrap();
        String::from_utf8(metadata.decoded().unwrap().into_owned()).unwrap()
    });
    let library = Library::new().role("a", SIGNED);
    let resolved = library.run(&["build", ".", "--emit", "resolved", "--role", "a"]).must_succeed();
    let resolved: Value = serde_json::from_str(&resolved.stdout).unwrap();
    let hash = resolved["content_hash"].as_str().unwrap();
    for (name, value) in [("role", "a"), ("edition", "en"), ("version", "2.1"), ("contentHash", hash)] {
        assert!(xmp.contains(&format!(">{value}</rolebook:{name}>")), "{name}: {xmp}");
    }
}

fn sheet(run: &Run, edition: &str) -> Value {
    let text = run.text(&format!("{edition}/a.esign.json"));
    let sheet: Value = serde_json::from_str(&text).unwrap();
    let schema: Value =
        serde_json::from_str(&Library::new().run(&["schema", "esign"]).must_succeed().stdout).unwrap();
    let errors: Vec<String> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&sheet)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    sheet
}

#[test]
fn the_sheet_names_the_places_of_the_fields_with_or_without_them() {
    for (theme, edition) in WAYS {
        let arguments = ["--format", "pdf", "--theme", theme, "--lang", edition, "--esign", "neutral"];
        let run = signed(&arguments);
        let sheet = sheet(&run, edition);
        let fields = fields(fs::read(run.path(&format!("{edition}/a.pdf"))).unwrap());
        let height = sheet["document"]["pages"][0]["height"].as_f64().unwrap();
        let signers = sheet["signers"].as_array().unwrap();
        let mut places = Vec::new();
        for signer in signers {
            for key in ["name_area", "signature", "date"] {
                let area = &signer[key];
                if area.is_null() {
                    continue;
                }
                let number = |key: &str| area[key].as_f64().unwrap();
                let (x, y, width, tall) = (number("x"), number("y"), number("width"), number("height"));
                let page = usize::try_from(area["page"].as_u64().unwrap()).unwrap();
                places.push((page, [x, height - y - tall, x + width, height - y]));
            }
        }
        assert_eq!(places.len(), fields.len(), "{theme} {edition}");
        for ((page, place), field) in places.iter().zip(&fields) {
            assert_eq!(*page, field.page);
            let near = place.iter().zip(&field.rect).all(|(a, b)| (a - b).abs() < 0.05);
            assert!(near, "{theme} {edition}: {place:?} is not that of {field:?}");
        }
        assert_eq!(signers[0]["name"], if edition == "zh-CN" { "林晓" } else { "林晓 / Lin Xiao" });
        assert_eq!(signers[1]["seal_kind"], "organization");
        assert!(signers[1]["seal"]["width"].as_f64().unwrap() > 50.0);
        let bare = signed(&[&arguments[..], &["--no-fields"]].concat());
        let mut without = self::sheet(&bare, edition);
        for (signer, with) in without["signers"].as_array_mut().unwrap().iter_mut().zip(signers) {
            assert!(with["field"].is_string() && signer["field"].is_null(), "{signer}");
            signer["field"] = with["field"].clone();
        }
        assert_eq!(without["signers"], sheet["signers"]);
    }
}

#[test]
fn a_keyword_stands_in_the_document_exactly_once_or_is_none() {
    let run = signed(&["--format", "pdf", "--lang", "zh-CN,en", "--esign", "neutral"]);
    for edition in ["zh-CN", "en"] {
        let sheet = sheet(&run, edition);
        let text = pdf_pages(&run.path(&format!("{edition}/a.pdf"))).concat();
        let text: String = text.split_whitespace().collect();
        for signer in sheet["signers"].as_array().unwrap() {
            let label: String = signer["label"].as_str().unwrap().split_whitespace().collect();
            let times = text.matches(&label).count();
            assert_eq!(
                signer["keyword"].is_object(),
                times == 1,
                "{edition}: {label} stands there {times} times"
            );
        }
    }
    // 核准 is in the statement too; in English it is `approved`, not `Approved by`.
    assert!(run.stderr.contains("no keyword for `核准`"), "{}", run.stderr);
    assert!(!run.stderr.contains("Approved by"), "{}", run.stderr);
}

#[test]
fn each_platform_has_its_own_shape_for_the_same_place() {
    let of = |platform: &str| sheet(&signed(&["--format", "pdf", "--lang", "en", "--esign", platform]), "en");
    let (neutral, esign_cn, tencent) = (of("neutral"), of("esign-cn"), of("tencent"));
    let height = neutral["document"]["pages"][0]["height"].as_f64().unwrap();
    let area = &neutral["signers"][1]["signature"];
    let number = |value: &Value| value.as_f64().unwrap();
    let pos = &esign_cn["signers"][1]["signatures"][0]["posBean"];
    let middle = (
        number(&area["x"]) + number(&area["width"]) / 2.0,
        number(&area["y"]) + number(&area["height"]) / 2.0,
    );
    assert!((number(&pos["posX"]) - middle.0).abs() < 0.02);
    assert!((number(&pos["posY"]) - (height - middle.1)).abs() < 0.02);
    assert_eq!(esign_cn["signers"][1]["signatures"][1]["purpose"], "seal");
    let component = &tencent["signers"][1]["SignComponents"][0];
    assert_eq!(component["ComponentType"], "SIGN_SIGNATURE");
    for (theirs, ours) in [("PosX", "x"), ("PosY", "y"), ("Width", "width"), ("Height", "height")] {
        assert_eq!(component[&format!("Component{theirs}")], area[ours]);
    }
    let ids: BTreeSet<&str> = tencent["signers"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|signer| signer["SignComponents"].as_array().unwrap())
        .map(|component| component["ComponentId"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 6, "{ids:?}");
}

#[test]
fn a_chinese_role_of_two_pages_is_small() {
    let library = Library::copy_of(&repository().join("data"));
    let path = library.path().join("roles/marketing-clerk.json");
    let mut role: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let mut further =
        ["career", "employment", "records", "revisions", "compensation", "relations"].into_iter();
    loop {
        let arguments = ["--format", "pdf", "--lang", "zh-CN", "--role", "marketing-clerk"];
        let pdf = library.build(&arguments).must_succeed().path("zh-CN/marketing-clerk.pdf");
        if pdf_pages(&pdf).len() == 2 {
            let bytes = fs::metadata(&pdf).unwrap().len();
            assert!(bytes < 150_000, "{bytes} bytes");
            break;
        }
        let key = further.next().expect("fewer than three pages without them");
        role.as_object_mut().unwrap().remove(key);
        fs::write(&path, role.to_string()).unwrap();
    }
}

#[test]
fn a_sheet_without_a_pdf_is_refused() {
    let run = Library::new().role("a", SIGNED).build(&["--format", "md", "--esign", "neutral"]);
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("no PDF is built"), "{}", run.stderr);
}

#[test]
fn equal_input_gives_equal_bytes_on_any_thread_zone_and_locale() {
    let data = repository().join("data");
    let build = |jobs: &str, zone: &str, locale: &str| {
        let library = Library::copy_of(&data);
        let output = Command::new(env!("CARGO_BIN_EXE_rolebook"))
            .args(["build", ".", "--no-system-fonts", "--esign", "neutral", "--jobs", jobs])
            .args(["--role", "marketing-clerk,sales-manager,account-manager-finance,general-manager"])
            .current_dir(library.path())
            .env("TZ", zone)
            .env("LC_ALL", locale)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut files = Vec::new();
        for lang in ["en", "zh-CN"] {
            let mut paths: Vec<_> = fs::read_dir(library.path().join("dist").join(lang))
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect();
            paths.sort();
            for path in paths {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                files.push((lang, name, fs::read(path).unwrap()));
            }
        }
        files
    };
    let first = build("1", "UTC", "C");
    assert_eq!(first.len(), 32);
    for (jobs, zone, locale) in
        [("4", "Asia/Shanghai", "zh_CN.UTF-8"), ("2", "America/New_York", "tr_TR.UTF-8")]
    {
        for (a, b) in first.iter().zip(build(jobs, zone, locale)) {
            assert!(*a == b, "{} {} differs with {jobs} threads in {zone} and {locale}", a.0, a.1);
        }
    }
}
