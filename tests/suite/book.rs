//! Holds `book` end to end: what is bound, in which order, with which numbers and links,
//! and what is said where nothing can be bound.

use std::collections::BTreeMap;
use std::fs;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, MaybeRef, ObjRef, Object, String as PdfString};

use crate::support::{Library, Run, pdf_info, pdf_pages, repository, squeeze};

const SETTINGS: &str = r#"{
  "organization": {"name": {"zh-CN": "示例公司", "en": "Example Company"}},
  "languages": ["zh-CN", "en"],
  "units": [
    {"id": "group", "name": {"zh-CN": "总部", "en": "Headquarters"}},
    {"id": "sales", "name": {"zh-CN": "销售部", "en": "Sales"}, "parent": "group"},
    {"id": "east", "name": {"zh-CN": "华东区", "en": "East"}, "parent": "sales"},
    {"id": "finance", "name": {"zh-CN": "财务部", "en": "Finance"}, "parent": "group"},
    {"id": "empty", "name": {"zh-CN": "空部门", "en": "Nobody's"}, "parent": "group"}
  ]
}"#;

fn role(zh: &str, en: &str, code: &str, unit: &str, superior: &str) -> String {
    let unit =
        if unit.is_empty() { String::new() } else { format!(r#""organization": {{"unit": "{unit}"}},"#) };
    let superior = if superior.is_empty() {
        String::new()
    } else {
        format!(r#""reporting": {{"reports_to": "{superior}"}},"#)
    };
    format!(
        r#"{{"title": {{"zh-CN": "{zh}", "en": "{en}"}}, "code": "{code}", {unit} {superior}
        "document": {{"version": "1.0", "status": "published", "effective_date": "2026-03-01", "owner": "finance", "review_by": "2030-01-01", "prepared_on": "2026-02-01"}},
        "summary": {{"zh-CN": "负责{zh}的工作。", "en": "Does the work of the {en}."}},
        "duties": [{{"id": "a", "area": {{"zh-CN": "计划", "en": "Planning"}}, "statement": {{"zh-CN": "编制并落实年度计划", "en": "Draw up the yearly plan and carry it out"}}, "time_percent": 100}}]}}"#
    )
}

fn library() -> Library {
    Library::new()
        .file("rolebook.json", SETTINGS)
        .role("a-clerk", role("会计", "Accountant", "F-02", "finance", "z-head"))
        .role("z-head", role("财务经理", "Finance Manager", "F-09", "finance", ""))
        .role("seller", role("销售员", "Seller", "S-02", "east", "sales-head"))
        .role("sales-head", role("销售经理", "Sales Manager", "S-01", "sales", ""))
        .role("drifter", role("顾问", "Adviser", "X-01", "", ""))
}

fn book(library: &Library, arguments: &[&str]) -> Run {
    let mut all = vec!["book", ".", "--no-system-fonts"];
    all.extend(arguments);
    library.run(&all)
}

/// A line of an outline: how deep, its words, and the page that it leads to, from 0.
type Line = (usize, String, usize);

/// What a book says of itself, as a reader that shares no code with rolebook sees it.
struct Seen {
    outline: Vec<Line>,
    /// The pages that the links of each page lead to, both from 0.
    links: Vec<Vec<usize>>,
    /// The structure types in the order of reading.
    structure: Vec<String>,
}

fn text(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(rest) => {
            let units: Vec<u16> = rest.chunks(2).map(|it| u16::from_be_bytes([it[0], it[1]])).collect();
            String::from_utf16(&units).unwrap()
        }
        None => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

fn see(bytes: Vec<u8>) -> Seen {
    let pdf = Pdf::new(bytes).expect("a PDF");
    let xref = pdf.xref();
    let catalog = xref.get::<Dict<'_>>(xref.root_id()).expect("a catalog");
    let reference = |array: &Array<'_>| match array.raw_iter().next() {
        Some(MaybeRef::Ref(reference)) => reference,
        other => panic!("a destination begins with its page: {other:?}"),
    };
    let mut pages: Vec<ObjRef> = Vec::new();
    fn collect(node: &Dict<'_>, pages: &mut Vec<ObjRef>) {
        let kids = node.get::<Array<'_>>(b"Kids").unwrap();
        for (kid, raw) in kids.iter::<Dict<'_>>().zip(kids.raw_iter()) {
            match raw {
                MaybeRef::Ref(_) if kid.get::<Array<'_>>(b"Kids").is_some() => collect(&kid, pages),
                MaybeRef::Ref(page) => pages.push(page),
                MaybeRef::NotRef(_) => panic!("a page is an object of its own"),
            }
        }
    }
    collect(&catalog.get::<Dict<'_>>(b"Pages").unwrap(), &mut pages);
    let page_of = |array: &Array<'_>| {
        let page = reference(array);
        pages.iter().position(|it| *it == page).expect("a page of the book")
    };
    let mut outline = Vec::new();
    fn walk(
        item: Option<Dict<'_>>,
        depth: usize,
        page_of: &dyn Fn(&Array<'_>) -> usize,
        outline: &mut Vec<Line>,
    ) {
        let mut next = item;
        while let Some(item) = next {
            let title = text(item.get::<PdfString<'_>>(b"Title").unwrap().as_bytes());
            outline.push((depth, title, page_of(&item.get::<Array<'_>>(b"Dest").unwrap())));
            walk(item.get::<Dict<'_>>(b"First"), depth + 1, page_of, outline);
            next = item.get::<Dict<'_>>(b"Next");
        }
    }
    let root = catalog.get::<Dict<'_>>(b"Outlines").unwrap();
    walk(root.get::<Dict<'_>>(b"First"), 0, &page_of, &mut outline);
    let links = pages.iter().map(|page| {
        let page = xref.get::<Dict<'_>>((*page).into()).unwrap();
        let annotations =
            page.get::<Array<'_>>(b"Annots").map(|it| it.iter::<Dict<'_>>().collect::<Vec<_>>());
        let to = |it: &Dict<'_>| Some(page_of(&it.get::<Dict<'_>>(b"A")?.get::<Array<'_>>(b"D")?));
        annotations.unwrap_or_default().iter().filter_map(to).collect()
    });
    let links = links.collect();
    let mut structure = Vec::new();
    fn elements(element: &Dict<'_>, structure: &mut Vec<String>) {
        let kind = element.get::<hayro_syntax::object::Name<'_>>(b"S").unwrap();
        structure.push(String::from_utf8(kind.to_vec()).unwrap());
        let Some(kids) = element.get::<Array<'_>>(b"K") else { return };
        for kid in kids.iter::<Object<'_>>() {
            if let Object::Dict(kid) = kid
                && kid.get::<hayro_syntax::object::Name<'_>>(b"S").is_some()
            {
                elements(&kid, structure);
            }
        }
    }
    let tags = catalog.get::<Dict<'_>>(b"StructTreeRoot").unwrap();
    for kid in tags.get::<Array<'_>>(b"K").unwrap().iter::<Dict<'_>>() {
        elements(&kid, &mut structure);
    }
    Seen { outline, links, structure }
}

/// The pages after cover and contents, by their printed numbers.
fn numbered(pages: &[String]) -> BTreeMap<usize, &String> {
    let number = |page: &&String| page.lines().rev().find_map(|line| line.trim().parse().ok());
    pages.iter().skip(2).filter_map(|page| Some((number(&page)?, page))).collect()
}

#[test]
fn every_role_is_in_it_once_and_on_the_page_that_the_contents_say() {
    let run = book(&library(), &["--lang", "zh-CN"]).must_succeed();
    let path = run.path("book-zh-CN.pdf");
    let pages = pdf_pages(&path);
    assert_eq!(run.stderr.lines().next(), Some("dist/book-zh-CN.pdf: 5 roles, 3 chapters, 10 pages"));
    assert_eq!(pages.len(), 10);
    let seen = see(fs::read(&path).unwrap());
    let titles = |depth: usize| -> Vec<&str> {
        seen.outline.iter().filter(|line| line.0 == depth).map(|line| line.1.as_str()).collect()
    };
    assert_eq!(titles(0), ["目录", "第一章 销售部", "第二章 财务部", "第三章 其他岗位"]);
    assert_eq!(titles(1), ["销售经理", "华东区", "财务经理", "会计", "顾问"]);
    let numbered = numbered(&pages);
    assert_eq!(numbered.keys().copied().collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
    let contents = &pages[1];
    for (title, page) in [("销售经理", 2), ("销售员", 3), ("财务经理", 5), ("会计", 6), ("顾问", 8)]
    {
        let line = contents.lines().find(|line| line.contains(title)).unwrap();
        let said: usize =
            line.rsplit(|c: char| !c.is_ascii_digit()).find(|it| !it.is_empty()).unwrap().parse().unwrap();
        assert_eq!(said, page, "{line}");
        let heading = squeeze(&format!("{title}岗位说明书"));
        assert_eq!(pages.iter().filter(|page| squeeze(page).contains(&heading)).count(), 1, "{title}");
        assert!(squeeze(numbered[&page]).contains(&heading), "{title} on page {page}");
        let line = seen.outline.iter().find(|line| line.1 == title).unwrap();
        assert_eq!(line.2, page + 1, "the bookmark of {title}");
    }
    assert_eq!(seen.outline[0].2, 1);
    // Chapter and roles of each, in the order of the list.
    assert_eq!(seen.links[1], [2, 3, 4, 5, 6, 7, 8, 9]);
    // The superior of the seller and of the accountant.
    assert_eq!((&seen.links[4][..], &seen.links[7][..]), (&[3][..], &[6][..]));
}

#[test]
fn roles_that_are_bound_one_after_the_other_lead_to_each_other() {
    // More than are in memory together; each reports to the next one, the last to the first.
    const ROLES: usize = 60;
    let library = (0..ROLES).fold(Library::new(), |library, at| {
        let superior = format!("role-{:02}", (at + 1) % ROLES);
        let text = format!(
            r#"{{"title": {{"zh-CN": "第{at}号", "en": "Number {at}"}}, "reporting": {{"reports_to": "{superior}"}}}}"#
        );
        library.role(&format!("role-{at:02}"), text)
    });
    let run = book(&library, &["--lang", "en"]).must_succeed();
    let seen = see(fs::read(run.path("book-en.pdf")).unwrap());
    let page = |at: usize| {
        let title = format!("Number {at}");
        let mut of_role = seen.outline.iter().filter(|line| line.1 == title);
        let page = of_role.next().unwrap().2;
        assert!(of_role.next().is_none(), "{title} is there once");
        page
    };
    let pages: Vec<usize> = (0..ROLES).map(page).collect();
    assert!(pages.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{pages:?}");
    for at in 0..ROLES {
        assert_eq!(seen.links[pages[at]], [pages[(at + 1) % ROLES]], "the superior of {at}");
    }
    let text = pdf_pages(&run.path("book-en.pdf"));
    for (at, page) in pages.iter().enumerate() {
        assert!(text[*page].contains(&format!("Number {at}\n")), "{at}: {}", text[*page]);
    }
}

#[test]
fn headings_go_from_chapter_to_role_to_section() {
    let run = book(&library(), &["--lang", "en"]).must_succeed();
    let seen = see(fs::read(run.path("book-en.pdf")).unwrap());
    let headings: Vec<&str> =
        seen.structure.iter().filter(|kind| kind.starts_with('H')).map(String::as_str).collect();
    assert_eq!(headings.iter().filter(|kind| **kind == "H1").count(), 4, "contents and three chapters");
    assert_eq!(headings.iter().filter(|kind| **kind == "H2").count(), 5, "a role each");
    for pair in headings.windows(2) {
        let level = |kind: &str| kind[1..].parse::<usize>().unwrap();
        assert!(level(pair[1]) <= level(pair[0]) + 1, "{headings:?}");
    }
    assert_eq!(seen.structure.iter().filter(|kind| *kind == "Document").count(), 1);
}

#[test]
fn the_same_library_makes_the_same_bytes() {
    let (one, other) = (library(), library());
    let bytes = |library: &Library, jobs: &str| {
        let run = book(library, &["--lang", "zh-CN", "--jobs", jobs]).must_succeed();
        fs::read(run.path("book-zh-CN.pdf")).unwrap()
    };
    let first = bytes(&one, "1");
    assert!(first == bytes(&other, "4"));
    let changed = other.role("a-clerk", role("出纳", "Cashier", "F-02", "finance", "z-head"));
    assert!(first != bytes(&changed, "4"));
}

#[test]
fn the_cover_has_the_latest_date_of_the_roles_or_the_one_that_is_asked_for() {
    let library = library();
    let cover = |arguments: &[&str]| {
        let run = book(&library, arguments).must_succeed();
        let path = run.path("book-en.pdf");
        (pdf_pages(&path)[0].clone(), pdf_info(&path))
    };
    let (page, info) = cover(&["--lang", "en"]);
    assert!(page.contains("1 March 2026") && page.contains("5 positions"), "{page}");
    assert!(info.contains("Title:           Position Descriptions of Example Company"), "{info}");
    let (page, _) = cover(&["--lang", "en", "--date", "2026-12-31"]);
    assert!(page.contains("31 December 2026"), "{page}");
}

#[test]
fn a_book_is_as_confidential_as_what_it_binds() {
    let role = |level: &str| {
        format!(r#"{{"title": {{"zh-CN": "甲", "en": "A"}}, "document": {{"confidentiality": "{level}"}}}}"#)
    };
    let cover = |library: &Library| {
        let run = book(library, &["--lang", "en"]).must_succeed();
        pdf_pages(&run.path("book-en.pdf"))[0].clone()
    };
    let library = Library::new().role("a", role("internal")).role("b", role("confidential"));
    let library = library.role("c", role("public"));
    let page = cover(&library);
    assert!(page.contains("Confidential") && !page.contains("Internal"), "{page}");
    let open = r#"{"title": {"zh-CN": "甲", "en": "A"}}"#;
    let page = cover(&Library::new().role("a", open));
    assert!(!page.contains("Confidential"), "{page}");
}

#[test]
fn a_unit_or_single_roles_make_a_book_of_their_own() {
    let library = library();
    let roles = |arguments: &[&str]| {
        let run = book(&library, &[&["--lang", "en"], arguments].concat()).must_succeed();
        let seen = see(fs::read(run.path("book-en.pdf")).unwrap());
        seen.outline.iter().filter(|line| line.0 < 3).map(|line| line.1.clone()).collect::<Vec<_>>()
    };
    let of_sales = roles(&["--unit", "sales"]);
    assert!(of_sales.iter().any(|it| it == "Seller") && !of_sales.iter().any(|it| it == "Accountant"));
    assert_eq!(roles(&["--unit", "销售部"]), of_sales, "by its name");
    let one = roles(&["--role", "drifter"]);
    assert_eq!(one[..2], ["Contents", "Chapter 1 Position descriptions"]);
    let run = book(&library, &["--unit", "saels"]);
    assert_eq!(run.status, Some(2));
    run.must_say("there is no unit `saels`").must_say("did you mean `sales`?");
    let run = book(&library, &["--unit", "empty"]);
    assert_eq!(run.status, Some(2));
    run.must_say("there is no role to bind");
}

#[test]
fn two_languages_stand_beside_each_other() {
    let run = book(&library(), &["--lang", "zh-CN+en", "--out", "dist/both.pdf"]).must_succeed();
    let pages = pdf_pages(&run.path("both.pdf"));
    assert!(
        pages[0].contains("岗位说明书汇编") && pages[0].contains("Position Descriptions"),
        "{}",
        pages[0]
    );
    assert!(pages[1].contains("销售经理 Sales Manager"), "{}", pages[1]);
}

#[test]
fn a_role_with_an_error_makes_no_book_and_keeps_the_old_one() {
    let library = library();
    let run = book(&library, &["--lang", "en"]).must_succeed();
    let before = fs::read(run.path("book-en.pdf")).unwrap();
    let library = library.role("broken", r#"{"title": "Broken", "statment": "x"}"#);
    let run = book(&library, &["--lang", "en"]).must_find();
    let run = run.must_say("unknown key `statment`");
    let run = run.must_say("no book was made, dist/book-en.pdf is as it was: 1 error, 0 warnings");
    assert!(before == fs::read(run.path("book-en.pdf")).unwrap());
}

#[test]
fn a_library_without_units_and_dates_has_one_chapter_and_no_date() {
    let library =
        Library::new().role("a", r#"{"title": {"en": "Clerk"}}"#).role("b", r#"{"title": {"en": "Head"}}"#);
    let run = book(&library, &["--lang", "en"]).must_succeed();
    let pages = pdf_pages(&run.path("book-en.pdf"));
    assert!(!pages[0].contains("As of") && !pages[0].contains("2000"), "{}", pages[0]);
    assert!(pages[1].contains("Chapter 1 Position descriptions"), "{}", pages[1]);
    assert_eq!(pages.len(), 5);
}

#[test]
fn a_role_that_lacks_the_language_is_left_out_and_named() {
    let library =
        library().role("local", r#"{"title": {"zh-CN": "本地岗位"}, "summary": {"zh-CN": "只有中文。"}}"#);
    let run = book(&library, &[]).must_succeed();
    let run = run.must_say("1 role is not written in en and not in its book: local");
    let run = run.must_say("dist/book-zh-CN.pdf: 6 roles").must_say("dist/book-en.pdf: 5 roles");
    assert_eq!(run.files(), ["book-en.pdf", "book-zh-CN.pdf"]);
    let run = book(&library, &["--out", "one.pdf"]);
    assert_eq!(run.status, Some(2));
    run.must_say("--out names one file, and there is a book for each language").must_say("--lang zh-CN");
}

#[test]
fn fonts_and_pictures_of_all_roles_stand_once() {
    let library = Library::copy_of(&repository().join("data"));
    let run = book(&library, &["--lang", "zh-CN"]).must_succeed();
    let path = run.path("book-zh-CN.pdf");
    let fonts = crate::support::pdf_fonts(&path);
    assert_eq!(fonts.lines().skip(2).count(), 4, "{fonts}");
    // One by one, these roles have more than 3 MB.
    let size = fs::metadata(&path).unwrap().len();
    assert!(size < 1_500_000, "{size} bytes");
}

#[test]
fn a_footer_without_a_place_for_the_number_is_an_error() {
    let base = fs::read_to_string(repository().join("templates/typst/modules/base.typ")).unwrap();
    let without = base.replace("if book { page-number } else", "if false { } else");
    assert_ne!(base, without);
    let library = library().file("templates/typst/modules/base.typ", without);
    let run = book(&library, &["--lang", "en"]).must_find();
    run.must_say("a page has not one place for its number in the book").must_say("no book was made");
}
