//! Holds `build` end to end: what is written, what is said, what is left alone.

use std::fs;

use hayro_syntax::object::{Array, Dict, Stream, String as PdfString};
use rolebook::model::Language;
use rolebook::view::pair;
use serde_json::{Value, json};

use crate::support::{
    Documents, Library, THEMES, WAYS, pdf_catalog, pdf_fonts, pdf_info, pdf_pages, repository, squeeze,
};

const FINE: &str = r#"{"title": "客户经理"}"#;

#[test]
fn a_role_is_written_in_every_language_and_format() {
    let run = Library::new()
        .role("a", r#"{"title": {"zh-CN": "甲", "en": "A"}}"#)
        .role("b", FINE)
        .build(&[])
        .must_succeed();
    let wanted = ["en/a.html", "en/a.md", "en/a.pdf", "zh-CN/a.html", "zh-CN/a.md", "zh-CN/a.pdf"];
    let wanted: Vec<&str> = wanted.into_iter().chain(["zh-CN/b.html", "zh-CN/b.md", "zh-CN/b.pdf"]).collect();
    assert_eq!(run.files(), wanted);
    assert!(run.stderr.starts_with("2 roles, 9 files in dist, "), "{}", run.stderr);
}

#[test]
fn a_role_with_errors_is_left_out_and_its_earlier_output_stays() {
    let library = Library::new().role("good", FINE).role("bad", FINE);
    let before = library.build(&["--format", "md,pdf"]).must_succeed();
    let (text, pdf) = (before.text("zh-CN/bad.md"), fs::read(before.path("zh-CN/bad.pdf")).unwrap());
    fs::remove_file(before.path("zh-CN/good.md")).unwrap();
    let library = library.role("bad", r#"{"title": "改过", "duties": 1}"#);
    let run = library.build(&["--format", "md,pdf"]).must_find().must_say("roles/bad.json:1:");
    assert_eq!(run.text("zh-CN/bad.md"), text);
    assert_eq!(fs::read(run.path("zh-CN/bad.pdf")).unwrap(), pdf);
    assert!(run.text("zh-CN/good.md").contains("客户经理"));
}

#[test]
fn an_error_that_only_the_pdf_shows_keeps_all_formats_back() {
    let run = Library::new().role("a", r#"{"title": "龑"}"#).build(&[]).must_find().must_say("U+9F91");
    assert!(run.files().is_empty(), "{:?}", run.files());
}

#[test]
fn a_library_font_brings_the_character_that_was_missing() {
    let library = Library::new().role("a", r#"{"title": "龑"}"#);
    library.build(&["--format", "pdf"]).must_find().must_say("no font has the character `龑`");
    let run = library.file("fonts/more.ttf", own_font()).build(&["--format", "pdf"]).must_succeed();
    assert!(pdf_fonts(&run.path("zh-CN/a.pdf")).contains("RolebookTest"));
}

/// A font of the family `Rolebook Test` with one character, which the built-in ones
/// lack; `tests/font/draw.py` draws it.
fn own_font() -> Vec<u8> {
    fs::read(repository().join("tests/font/rolebook-test.ttf")).unwrap()
}

#[test]
fn a_character_of_the_footer_that_no_font_has_is_the_matter_of_its_file() {
    let footer = r#"{"footer": {"text": {"zh-CN": "内部龑"}}}"#;
    let library = Library::new()
        .file("rolebook.json", format!("{{\"languages\": [\"zh-CN\"],\n\"theme_settings\": {footer}}}"))
        .role("a", FINE)
        .role("b", FINE);
    let run = library.build(&["--format", "pdf"]).must_find().must_say("rolebook.json:2:");
    let run = run.must_say("= field: /theme_settings/footer/text");
    assert_eq!(run.stderr.matches("error[").count(), 1, "{}", run.stderr);
    let run = library.run(&["fonts"]).must_find().must_say("`龑` (U+9F91), in rolebook.json\n");
    assert!(!run.stderr.contains("in a"), "{}", run.stderr);
    let library = Library::new().role("a", FINE).file("templates/themes/house.json", format!("\n{footer}"));
    let run = library.build(&["--format", "pdf", "--theme", "house"]).must_find();
    run.must_say("templates/themes/house.json:2:").must_say("= field: /footer/text");
    let run = library.run(&["fonts", "--format", "json"]).must_find();
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(json["missing"][0]["files"], json!(["templates/themes/house.json"]), "{}", run.stdout);
}

#[test]
fn a_section_without_a_title_is_named_before_anything_is_rendered() {
    let library = Library::new()
        .role("a", r#"{"title": "甲", "sections": [{"title": "一", "body": "x"}, {"body": "正文"}]}"#);
    for theme in THEMES {
        let run = library.build(&["--theme", theme]).must_find();
        let run = run
            .must_say("error[missing_title]: the section has a text and no `title`")
            .must_say("roles/a.json:1:");
        let run = run.must_say("= field: /sections/1/title").must_say("add one: \"title\"");
        assert!(!run.stderr.contains("typeset") && run.files().is_empty(), "{}", run.stderr);
    }
}

#[test]
fn nothing_in_fonts_is_passed_over_in_silence() {
    let font = fs::read(repository().join("fonts/noto-sans-sc-regular.ttf")).unwrap();
    let library = Library::new()
        .role("a", FINE)
        .file("fonts/UPPER.TTF", &font)
        .file("fonts/broken.otf", "not a font")
        .file("fonts/web.woff2", &font)
        .file("fonts/below/more.ttf", &font)
        .file("fonts/OFL.txt", "licence")
        .file("fonts/LICENSE", "licence");
    for arguments in [&["build", ".", "--format", "md"][..], &["fonts"]] {
        let run = library.run(arguments).must_succeed();
        let named: Vec<&str> =
            run.stderr.lines().filter_map(|line| line.trim().strip_prefix("--> ")).collect();
        assert_eq!(named, ["fonts/below", "fonts/broken.otf", "fonts/web.woff2"], "{}", run.stderr);
        assert_eq!(run.stderr.matches("warning[not_a_font]").count(), 3);
    }
    assert!(library.run(&["fonts"]).stdout.contains("fonts/UPPER.TTF"));
}

#[test]
fn settings_with_errors_build_nothing_and_all_roles_are_still_checked() {
    let library =
        Library::new().file("rolebook.json", r#"{"languages": "zh-CN"}"#).role("a", r#"{"titel": "x"}"#);
    let run = library.build(&[]).must_find().must_say("rolebook.json:1:").must_say("roles/a.json:1:");
    assert!(run.files().is_empty());
}

#[test]
fn no_library_is_an_error_of_the_command() {
    let run = Library::new().run(&["build", "nowhere"]);
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("nowhere is not a folder"), "{}", run.stderr);
}

#[test]
fn a_folder_without_settings_is_not_taken_for_a_library() {
    let library = Library::new().role("a", FINE);
    fs::remove_file(library.path().join("rolebook.json")).unwrap();
    let run = library.build(&[]);
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("a library is a folder with a rolebook.json"), "{}", run.stderr);
    assert!(run.files().is_empty());
}

#[test]
fn nothing_in_roles_is_passed_over_in_silence() {
    let library = Library::new().role("a", FINE).file("roles/B.JSON", FINE).file("roles/sub/c.json", FINE);
    let run = library.build(&["--format", "md"]).must_succeed();
    assert!(run.stderr.contains("roles/B.JSON") && run.stderr.contains("roles/sub"), "{}", run.stderr);
    Library::new().build(&[]).must_succeed().must_say("the library has no roles");
}

#[test]
fn a_title_without_words_is_no_title() {
    for title in [r#""""#, r#""  ""#, "{}", r#"{"en": null}"#, r#"{"zh-CN": ""}"#] {
        let run = Library::new().role("a", format!(r#"{{"title": {title}}}"#)).build(&["--format", "md"]);
        run.must_find().must_say("missing_title");
    }
}

#[test]
fn a_role_in_none_of_the_languages_of_the_library_is_named() {
    let library = Library::new().file("rolebook.json", r#"{"languages": ["zh-CN"]}"#);
    let run = library.role("a", r#"{"title": {"en": "Only"}}"#).build(&["--format", "md"]);
    run.must_succeed().must_say("`a` is not written in zh-CN");
}

#[test]
fn two_languages_stand_beside_each_other() {
    let library = Library::new().role(
        "a",
        r#"{"title": {"zh-CN": "客户经理", "en": "Account Manager"},
        "summary": {"zh-CN": "第一段。\n\n第二段。", "en": "First paragraph.\n\nSecond paragraph."},
        "duties": [
            {"area": {"zh-CN": "拜访", "en": "Visits"}, "tasks": [{"zh-CN": "约见", "en": "Meet"}, {"zh-CN": "记录", "en": "Record"}]},
            {"area": {"zh-CN": "报价", "en": "Quotes"}}
        ],
        "sign_off": {"blocks": [{"party": "job_holder"}]}}"#,
    );
    let run = library.build(&["--lang", "zh-CN+en"]).must_succeed();
    assert_eq!(run.files(), ["zh-CN+en/a.html", "zh-CN+en/a.md", "zh-CN+en/a.pdf"]);
    let markdown = run.text("zh-CN+en/a.md");
    assert!(markdown.contains("| 签署确认 / Sign-off | "), "{markdown}");
    for row in ["| 第一段。 | First paragraph. |", "| 1. 约见 | 1. Meet |", "| 2. 记录 | 2. Record |"]
    {
        assert!(markdown.contains(row), "no {row} in {markdown}");
    }
    assert!(markdown.contains("| **职责二**：报价 | **Duty 2**: Quotes |"), "{markdown}");
    let html = run.text("zh-CN+en/a.html");
    assert!(html.contains(r#"<div lang="zh-CN">约见</div> <div lang="en">Meet</div>"#), "{html}");
    let pdf = squeeze(&pdf_pages(&run.path("zh-CN+en/a.pdf")).concat());
    assert_eq!(pdf.matches("签名Signature").count(), 1, "who signs, signs once: {pdf}");
    let places =
        ["职责一", "Visits", "约见", "Meet", "记录", "Record", "职责二", "Quotes"].map(|it| pdf.find(it));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}: {pdf}");
    let run = library.build(&["--lang", "en+zh-CN", "--format", "md"]).must_succeed();
    assert!(run.text("en+zh-CN/a.md").contains("| First paragraph. | 第一段。 |"));
}

#[test]
fn two_languages_must_be_two_and_the_role_must_have_both() {
    for tag in ["en+en", "zh-CN+", "zh-CN+en+en", "zh-CN+fr", "+"] {
        let run = Library::new().role("a", FINE).build(&["--lang", tag]);
        assert_eq!(run.status, Some(2), "{tag}");
        assert!(run.stderr.contains("choose one of zh-CN, en, zh-CN+en"), "{}", run.stderr);
    }
    let run = Library::new().role("a", FINE).build(&["--lang", "zh-CN+en"]);
    run.must_succeed().must_say("`a` is not written in en, so it is not built in zh-CN+en");
}

#[test]
fn what_looks_like_a_link_definition_stands_in_both_languages() {
    let role = r#"{"title": {"zh-CN": "甲", "en": "A"},
        "purpose": {"zh-CN": "[备注]: 见附件三", "en": "[Note]: annex"}}"#;
    let run = Library::new().role("a", role).build(&["--lang", "zh-CN+en", "--format", "md"]).must_succeed();
    let markdown = run.text("zh-CN+en/a.md").replace('\\', "");
    assert!(markdown.contains("| [备注]: 见附件三 | [Note]: annex |"), "{markdown}");
}

#[test]
fn an_empty_text_in_one_language_is_a_missing_translation() {
    let role = r#"{"title": {"zh-CN": "甲", "en": "A"},
        "records": [{"zh-CN": "", "en": "one"}, {"zh-CN": "二", "en": "two"}],
        "background": {"zh-CN": " ", "en": "Background."}, "purpose": {"zh-CN": "", "en": ""}}"#;
    let library = Library::new().role("a", role);
    let run = library.build(&["--lang", "zh-CN+en", "--format", "md"]).must_succeed();
    assert_eq!(run.stderr.matches("missing_translation").count(), 2, "{}", run.stderr);
    let markdown = run.text("zh-CN+en/a.md");
    for row in ["| one | one |", "| 二 | two |", "| Background. | Background. |"] {
        assert!(markdown.replace("• ", "").contains(row), "no {row} in {markdown}");
    }
    assert!(!markdown.contains("Purpose"), "{markdown}");
    library.build(&["--lang", "en", "--format", "md"]).must_succeed().must_say("0 warnings");
}

#[test]
fn a_variable_may_be_empty_in_a_language_that_needs_no_such_word() {
    let role = r#"{"title": {"zh-CN": "甲", "en": "A"}, "variables": {"article": {"zh-CN": "", "en": "the "}},
        "summary": {"zh-CN": "{{ article }}客户", "en": "{{ article }}customer"}}"#;
    let run = Library::new().role("a", role).build(&["--format", "md", "--theme", "outline"]).must_succeed();
    assert!(run.text("zh-CN/a.md").contains("\n客户\n") && run.text("en/a.md").contains("\nthe customer\n"));
}

#[test]
fn a_section_that_only_one_language_has_stands_beside_nothing() {
    let role = json!({ "title": "甲", "summary": "概述。", "purpose": "目标。", "records": ["一"],
        "sign_off": { "blocks": [{ "party": "job_holder", "label": "签署方甲" }] } });
    let documents = Documents::of(Library::new().role("a", role.to_string()).path());
    let both = |less: &[&str], more: &[&str]| {
        let view = |language, left_out: &[&str]| {
            let mut view = documents.view("a", "form", language);
            view.sections.retain(|section| !left_out.contains(&section.id.as_str()));
            view
        };
        let pair = pair(view(Language::ZhCn, less), view(Language::En, more));
        serde_json::to_value(pair).unwrap()
    };
    let whole = both(&[], &[]);
    let ids = |view: &Value| {
        let sections = view["sections"].as_array().unwrap();
        sections.iter().map(|section| section["id"].as_str().unwrap().to_string()).collect::<Vec<_>>()
    };
    let gaps = both(&["summary", "sign_off"], &["records"]);
    assert_eq!(ids(&gaps), ids(&whole));
    let section =
        |id: &str| gaps["sections"].as_array().unwrap().iter().find(|section| section["id"] == id).unwrap();
    assert_eq!(section("summary")["rows"][0]["body"]["second"]["parts"][0]["text"], "概述。");
    assert_eq!(section("summary")["rows"][0]["body"]["first"]["parts"], json!([]));
    assert_eq!(section("sign_off")["blocks"][0]["second"]["label"]["parts"][0]["text"], "签署方甲");
}

#[test]
fn a_role_can_do_without_the_sign_off_of_the_library() {
    let library = Library::new()
        .file("rolebook.json", r#"{"sign_off": {"blocks": [{"party": "hr", "label": "签署方"}]}}"#)
        .role("with", FINE)
        .role("without", r#"{"title": "甲", "sign_off": null}"#);
    let run = library.build(&["--format", "md"]).must_succeed();
    assert!(run.text("zh-CN/with.md").contains("签署方"));
    assert!(!run.text("zh-CN/without.md").contains("签署方"));
}

#[test]
fn one_mistake_does_not_hide_another() {
    let role = r#"{"title": "甲", "summary": "{{ nothing }}", "reporting": {"reports_to": "nobody"}}"#;
    let run = Library::new().role("a", role).build(&["--format", "md"]);
    run.must_find().must_say("unresolved_placeholder").must_say("there is no role `nobody`");
}

#[test]
fn a_theme_of_the_settings_that_is_not_there_is_named_with_its_place() {
    let library = Library::new().file("rolebook.json", r#"{"theme": "fancy"}"#).role("a", FINE);
    let run = library.build(&["--format", "md"]).must_find().must_say("rolebook.json:1:11");
    assert!(run.files().is_empty(), "in another theme, documents there would be lost: {:?}", run.files());
    let run = library.build(&["--format", "md", "--theme", "outline"]).must_find();
    assert_eq!(run.files(), ["zh-CN/a.md"], "the command has said which theme");
}

#[test]
fn the_fault_of_a_theme_is_said_also_where_the_command_names_the_theme() {
    let library = Library::new().role("a", FINE).file("templates/themes/house.json", "{\n x");
    let run = library.build(&["--theme", "house"]).must_find().must_say("templates/themes/house.json:2:2");
    assert!(run.files().is_empty() && !run.stderr.contains("no theme"), "{}", run.stderr);
    let run = Library::new().role("a", FINE).build(&["--theme", "house"]);
    assert_eq!(run.status, Some(2), "{}", run.stderr);
}

#[test]
fn a_line_break_of_the_author_is_one_in_every_target() {
    let library = Library::new().role("a", r#"{"title": "甲", "summary": "一  \n二"}"#);
    let run = library.build(&["--theme", "outline"]).must_succeed();
    assert!(run.text("zh-CN/a.md").contains("一\\\n二"), "{}", run.text("zh-CN/a.md"));
    assert!(run.text("zh-CN/a.html").contains("一<br>二"));
}

#[test]
fn a_huge_file_is_refused() {
    let library = Library::new().role("a", FINE);
    fs::File::create(library.path().join("roles/huge.json")).unwrap().set_len(100 * 1024 * 1024).unwrap();
    let run = library.build(&["--format", "md"]).must_find().must_say("the file has 100 MiB");
    assert_eq!(run.files(), ["zh-CN/a.md"]);
}

#[test]
fn the_same_library_gives_the_same_bytes_on_one_thread_and_on_many() {
    let library = Library::copy_of(&repository().join("data"));
    let bytes = |jobs: &str, out: &str| {
        let run = library.build(&[
            "--jobs",
            jobs,
            "--out",
            out,
            "--format",
            "md,html,pdf",
            "--role",
            "account-manager,customer-service-manager,general-manager",
        ]);
        let run = run.must_succeed();
        let names: Vec<String> = run
            .files()
            .into_iter()
            .filter(|name| name.starts_with(out.trim_start_matches("dist/")))
            .collect();
        names.iter().map(|name| fs::read(run.path(name)).unwrap()).collect::<Vec<_>>()
    };
    let (one, many) = (bytes("1", "dist/one"), bytes("4", "dist/many"));
    assert_eq!(one.len(), 18);
    assert!(one == many);
}

#[test]
fn the_sample_library_builds_without_a_finding() {
    let run = Library::copy_of(&repository().join("data")).build(&[]).must_succeed();
    let roles = fs::read_dir(repository().join("data/roles")).unwrap().count();
    assert!(run.stderr.starts_with(&format!("{roles} roles, ")), "{}", run.stderr);
    assert!(run.stderr.contains("0 errors, 0 warnings"), "{}", run.stderr);
}

#[test]
fn a_pdf_has_title_language_and_tags_and_says_which_standards_it_keeps() {
    let run = Library::new().role("a", FINE).build(&["--format", "pdf"]).must_succeed();
    let path = run.path("zh-CN/a.pdf");
    let info = pdf_info(&path);
    assert!(info.contains("客户经理岗位说明书"), "{info}");
    assert!(info.lines().any(|line| line.starts_with("Tagged:") && line.ends_with("yes")), "{info}");
    let bytes = fs::read(path).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    for sign in ["<pdfuaid:part>1<", "<pdfaid:part>3<", "<pdfaid:conformance>A<"] {
        assert!(text.contains(sign), "no {sign}");
    }
    let language = |catalog: Dict<'_>| catalog.get::<PdfString<'_>>("Lang").unwrap().as_bytes().to_vec();
    assert_eq!(pdf_catalog(bytes.clone(), language), b"zh-CN");
}

#[test]
fn a_link_in_the_name_of_the_organization_is_none_in_the_page_header() {
    let library = Library::new()
        .role("a", r#"{"title": "甲", "organization": {"name": "[示例](https://example.com)"}}"#);
    for theme in THEMES {
        library.build(&["--theme", theme]).must_succeed();
    }
}

#[test]
fn bookmarks_lead_to_the_sections() {
    let library =
        Library::new().role("a", r#"{"title": "甲", "summary": "概述", "duties": [{"statement": "一"}]}"#);
    for theme in THEMES {
        let run = library.build(&["--format", "pdf", "--theme", theme]).must_succeed();
        let bytes = fs::read(run.path("zh-CN/a.pdf")).unwrap();
        let titles = pdf_catalog(bytes, |catalog| {
            let mut titles = Vec::new();
            let outlines = catalog.get::<Dict<'_>>("Outlines").expect("bookmarks");
            let mut next = outlines.get::<Dict<'_>>("First");
            while let Some(item) = next {
                let title = item.get::<PdfString<'_>>("Title").unwrap().as_bytes().to_vec();
                let wide = title[2..].chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                titles.push(char::decode_utf16(wide).map(Result::unwrap).collect::<String>());
                next = item.get::<Dict<'_>>("Next");
            }
            titles
        });
        let sections = ["岗位概述", "职责"];
        let found = sections.iter().all(|section| titles.iter().any(|title| title.contains(section)));
        assert!(found, "{theme}: {titles:?}");
    }
}

#[test]
fn the_words_of_a_pdf_come_in_the_order_of_reading() {
    let library = Library::copy_of(&repository().join("data"));
    let run = library.build(&[
        "--format",
        "pdf",
        "--role",
        "customer-service-manager",
        "--theme",
        "outline",
        "--lang",
        "zh-CN",
    ]);
    let text = squeeze(&pdf_pages(&run.must_succeed().path("zh-CN/customer-service-manager.pdf")).concat());
    let at = |word: &str| text.find(word).unwrap_or_else(|| panic!("no {word}"));
    let places = ["岗位概述", "岗位职责", "任职资格", "薪酬福利", "招聘信息", "文件控制", "签署确认"].map(at);
    assert!(places.is_sorted(), "{places:?}");
}

/// A role with `duties` duties of `tasks` tasks each.
fn long_role(duties: usize, tasks: usize) -> String {
    let task = "“按月整理客户往来记录，汇总后报送部门负责人审阅并归档”";
    let tasks = vec![format!("\"{}\"", &task[3..task.len() - 3]); tasks].join(", ");
    let duty = |number| {
        format!(r#"{{"area": "领域{number}", "statement": "职责表述第{number}项", "tasks": [{tasks}]}}"#)
    };
    let duties: Vec<String> = (1..=duties).map(duty).collect();
    format!(
        r#"{{"title": "长岗位", "duties": [{}], "sign_off": {{"statement": "本人确认。", "blocks": [
            {{"party": "job_holder", "label": "签署方甲"}}, {{"party": "supervisor", "label": "签署方乙"}}]}}}}"#,
        duties.join(", ")
    )
}

#[test]
fn the_sign_off_is_whole_and_never_alone_however_long_the_role_is() {
    for theme in THEMES {
        for duties in [0, 1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 40] {
            let library = Library::new().role("a", long_role(duties, 3));
            let run = library.build(&["--format", "pdf", "--theme", theme]).must_succeed();
            let pages: Vec<String> =
                pdf_pages(&run.path("zh-CN/a.pdf")).iter().map(|page| squeeze(page)).collect();
            let last = pages.last().unwrap();
            for words in ["本人确认。", "签署方甲", "签署方乙"] {
                assert!(
                    last.contains(words),
                    "{theme}, {duties} duties: {words} is not with the rest: {pages:?}"
                );
            }
            let company =
                if duties == 0 { "长岗位".to_string() } else { format!("职责表述第{duties}项") };
            assert!(last.contains(&company), "{theme}, {duties} duties: the sign-off is alone: {last}");
        }
    }
}

#[test]
fn a_duty_that_fits_on_a_page_is_not_split() {
    for theme in THEMES {
        let library = Library::new().role("a", long_role(12, 7));
        let run = library.build(&["--format", "pdf", "--theme", theme]).must_succeed();
        let task = "按月整理客户往来记录，汇总后报送部门负责人审阅并归档";
        for page in pdf_pages(&run.path("zh-CN/a.pdf")) {
            let page = squeeze(&page);
            assert_eq!(page.matches(task).count(), 7 * page.matches("职责表述第").count(), "{theme}");
        }
    }
}

#[test]
fn a_duty_longer_than_a_page_goes_on_over_the_next() {
    let library = Library::new().role("a", long_role(1, 90));
    let run = library.build(&["--format", "pdf"]).must_succeed();
    assert!(run.stderr.contains("0 warnings"), "{}", run.stderr);
    assert!(pdf_pages(&run.path("zh-CN/a.pdf")).len() > 1);
}

#[test]
fn a_template_of_the_library_takes_the_place_of_the_built_in_one() {
    let library =
        Library::new().role("a", FINE).file("templates/markdown/form.md", "own: {{ title | inline }}\n");
    assert_eq!(library.build(&["--format", "md"]).must_succeed().text("zh-CN/a.md"), "own: 客户经理\n");
}

#[test]
fn a_template_error_names_template_line_and_column() {
    let library = Library::new().role("a", FINE);
    let library = library.file("templates/html/form.html", "<p>\n{{ nosuch }}\n");
    let run = library.build(&["--format", "html"]).must_find();
    assert!(run.stderr.contains("templates/html/form.html:2:4"), "{}", run.stderr);
    let library = library.file("templates/html/form.html", "<p>\n{{ title | nosuch }}\n");
    library.build(&["--format", "html"]).must_find().must_say("templates/html/form.html:2:");
    let library = library.file("templates/html/form.html", "{% if %}\n");
    library.build(&["--format", "html"]).must_find().must_say("templates/html/form.html:1:");
}

#[test]
fn what_a_template_names_and_is_not_there_is_shown_with_what_there_is() {
    let library = Library::new().role("a", FINE);
    let of = |text: &str| Library::copy_of(library.path()).file("templates/markdown/form.md", text);
    let path = |library: &Library| library.path().join("templates/markdown/form.md").display().to_string();
    let own = of("x\n{{ title | shout }} {{ code | cry }}\n");
    let folder = own.path().display().to_string();
    let run = own.run(&["build", &folder, "--format", "md"]).must_find();
    run.must_say(&format!(
        "error[template_error]: template error: Unknown filter `shout`\n --> {}:2:12\n  |\n\
         2 | {{{{ title | shout }}}} {{{{ code | cry }}}}\n  |            ^^^^^\n  |\n  = help: the filters are",
        path(&own)
    ))
    .must_say("Unknown filter `cry`")
    .must_say("2 errors");
    for (text, place, says) in [
        ("{% include \"frm.md\" %}", ":1:12\n", "did you mean `form.md`?"),
        ("{% extends \"bse.md\" %}", ":1:13\n", "did you mean `base.md`?"),
        ("{% include \"nope.md\" %}", ":1:12\n", "the templates of templates/markdown/ are: agreement.md, "),
        ("{{ shout() }}", ":1:", "tests and functions are those of Tera"),
    ] {
        let own = of(text);
        own.build(&["--format", "md"]).must_find().must_say(place).must_say(text).must_say(says);
    }
    // A built-in page that lacks what the library's own base has not.
    let own = Library::copy_of(library.path())
        .file("templates/html/base.html", "<html>{% block content %}{% endblock content %}</html>\n");
    own.build(&["--format", "html"])
        .must_find()
        .must_say("this template is built into rolebook")
        .must_say("templates/html/base.html");
}

#[test]
fn a_module_that_is_wrong_is_shown_and_one_that_lacks_names_is_named() {
    let library = Library::new().role("a", FINE);
    let own = Library::copy_of(library.path()).file("templates/typst/modules/form.typ", "\n#let x = (\n");
    own.build(&["--format", "pdf"])
        .must_find()
        .must_say("templates/typst/modules/form.typ:2:10\n  |\n2 | #let x = (\n  |          ^\n")
        .must_say("correct it; without this file, rolebook takes its own of this name");
    let base = fs::read_to_string(repository().join("templates/typst/modules/base.typ")).unwrap();
    let base: Vec<&str> = base.lines().filter(|line| !line.contains("pale")).collect();
    let own = Library::copy_of(library.path()).file("templates/typst/modules/base.typ", base.join("\n"));
    own.build(&["--format", "pdf"])
        .must_find()
        .must_say("this file is built into rolebook; a module of the library's own takes the whole place")
        .must_say("templates/typst/modules/base.typ lacks `pale`");
    let own = Library::copy_of(library.path()).file("templates/typst/form.typ", "\n#let x = (\n");
    own.build(&["--format", "pdf"]).must_find().must_say("it is in line 2 of what the template makes");
}

#[test]
fn a_comparison_shows_where_its_template_is_wrong() {
    let library = Library::new().role("a", FINE).role("b", FINE);
    let library = library.file("templates/html/compare.html", "<p>\n{{ nosuch }}\n");
    let run = library.run(&["compare", "a", "b", "--format", "html"]);
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    run.must_say("templates/html/compare.html:2:4\n  |\n2 | {{ nosuch }}\n");
}

#[test]
fn a_label_of_the_library_takes_the_place_of_the_built_in_one() {
    let library = Library::new()
        .role("a", r#"{"title": "甲", "code": "1"}"#)
        .file("locales/zh-CN.json", r#"{"fields": {"code": "工号"}}"#);
    assert!(library.build(&["--format", "md"]).must_succeed().text("zh-CN/a.md").contains("工号"));
    let library = library.file("locales/zh-CN.json", "{\n x");
    library.build(&["--format", "md"]).must_find().must_say("locales/zh-CN.json:2:2");
    let library = library.file("locales/zh-CN.json", r#"{"fields": {"cod": "x"}}"#);
    library.build(&["--format", "md"]).must_find().must_say("did you mean `code`?");
}

#[test]
fn a_library_reads_nothing_outside_itself() {
    let base = fs::read_to_string(repository().join("templates/typst/modules/base.typ")).unwrap();
    let lines = base.lines().count();
    let secret = Library::new().file("secret.txt", "secret");
    let outside = secret.path().join("secret.txt").display().to_string();
    let name = secret.path().file_name().unwrap().to_string_lossy().into_owned();
    let paths = [
        outside.as_str(),
        &format!("../../../../{name}/secret.txt"),
        "/rolebook.json",
        "../rolebook.json",
        "../../../roles/a.json",
        "base.typ",
    ];
    for path in paths {
        let module = format!("{base}#let stolen = read(\"{path}\")\n");
        let library = Library::new().role("a", FINE).file("templates/typst/modules/base.typ", module);
        let run = library.build(&["--format", "pdf"]).must_find().must_say("error[typeset_error]");
        let place = format!("templates/typst/modules/base.typ:{}:", lines + 1);
        let run = run.must_say(&place);
        let refused = ["file not found", "would escape the project root"];
        assert!(refused.iter().any(|words| run.stderr.contains(words)), "{path}: {}", run.stderr);
        assert!(run.files().is_empty(), "{path}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    use std::process::{Command, Stdio};
    let library = Library::copy_of(&repository().join("data"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolebook"))
        .args(["build", ".", "--emit", "view"])
        .current_dir(library.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A library whose settings change its theme, with one role.
fn library_with(theme_settings: &str) -> Library {
    let role = r#"{"title": "客户经理", "code": "AM-1", "summary": "概述。", "purpose": "目标。",
        "organization": {"name": "某公司"}, "document": {"version": "1.0"},
        "duties": [{"statement": "拜访客户。"}]}"#;
    Library::new()
        .file("rolebook.json", format!(r#"{{"languages": ["zh-CN"], "theme_settings": {theme_settings}}}"#))
        .role("a", role)
}

#[test]
fn a_library_changes_the_look_of_every_theme() {
    let settings = r##"{"accent_color": "#7a1f2b", "paper": "us-letter", "margins": {"sides": 30},
        "numbering": "sections", "numerals": "decimal", "sections": ["duties", "summary", "identification"],
        "header": {"code": false, "hash": false}}"##;
    let plain = library_with("{}");
    let library = library_with(settings);
    for theme in THEMES {
        let (before, run) = (
            plain.build(&["--theme", theme]).must_succeed(),
            library.build(&["--theme", theme]).must_succeed(),
        );
        let (html, pdf) = (run.text("zh-CN/a.html"), run.path("zh-CN/a.pdf"));
        assert!(html.contains("--accent: #7a1f2b") && html.contains("size: letter"), "{theme}");
        assert!(pdf_info(&before.path("zh-CN/a.pdf")).contains("(A4)"), "{theme}");
        assert!(pdf_info(&pdf).contains("612 x 792 pts (letter)"), "{theme}: {}", pdf_info(&pdf));
        let text = squeeze(&pdf_pages(&pdf).concat());
        let places = ["1.岗位职责", "2.岗位概述"].map(|heading| text.find(heading));
        assert!(places[0].is_some() && places[0] < places[1], "{theme}: {text}");
        let markdown = run.text("zh-CN/a.md");
        let order = ["拜访客户", "概述。"].map(|words| markdown.find(words));
        assert!(order[0].is_some() && order[0] < order[1], "{theme}: {markdown}");
        assert!(!markdown.contains("目标。"), "{theme}: a section that is not named is left out");
        assert!(
            !text.contains("内容校验")
                && pdf_pages(&before.path("zh-CN/a.pdf")).concat().contains("内容校验")
        );
        assert_ne!(fs::read(&pdf).unwrap(), fs::read(before.path("zh-CN/a.pdf")).unwrap());
    }
}

#[test]
fn a_library_has_themes_of_its_own() {
    let library = Library::new()
        .file(
            "templates/themes/house.json",
            r##"{"base": "dossier", "accent_color": "#123456", "numbering": "none"}"##,
        )
        .file("templates/markdown/house.md", "house: {{ title | inline }}\n")
        .role("a", r#"{"title": "甲", "summary": "概述。", "theme": "house"}"#)
        .role("b", r#"{"title": "乙", "summary": "概述。"}"#);
    let run = library.build(&[]).must_succeed();
    assert_eq!(run.text("zh-CN/a.md"), "house: 甲\n");
    assert!(
        run.text("zh-CN/a.html").contains("--accent: #123456"),
        "the base's page with the theme's colour"
    );
    assert!(squeeze(&pdf_pages(&run.path("zh-CN/a.pdf")).concat()).contains("概述。"));
    assert!(run.text("zh-CN/b.md").contains("岗位说明书"), "other roles are in the library's theme");
    let run = library.build(&["--theme", "house", "--format", "md"]).must_succeed();
    assert_eq!(run.text("zh-CN/b.md"), "house: 乙\n", "the command's theme is for all");
    let library = library
        .file("rolebook.json", r##"{"theme": "house", "theme_settings": {"accent_color": "#654321"}}"##);
    let run = library.build(&["--format", "html"]).must_succeed();
    assert!(run.text("zh-CN/b.html").contains("--accent: #654321"), "the library's settings win");
}

#[test]
fn what_is_wrong_with_a_theme_is_said_once_with_its_place() {
    let library = Library::new().role("a", FINE).role("b", r#"{"title": "乙", "theme": "hous"}"#);
    let run = library
        .build(&["--format", "md"])
        .must_find()
        .must_say("roles/b.json:1:")
        .must_say("no theme `hous`");
    assert_eq!(run.files(), ["zh-CN/a.md"]);
    let faults = [
        ("house", r#"{"bas": "form"}"#, "did you mean `base`?"),
        ("house", r#"{"base": "forn"}"#, "there is no built-in theme `forn`"),
        ("house", r#"{"sections": ["duties", "duties"]}"#, "in this list twice"),
        ("house", r#"{"fonts": {"body": "a\"; x"}}"#, "is no name of a font family"),
        ("house", "{\n x", "templates/themes/house.json:2:2"),
        ("My House", "{}", "`My House` is no name of a theme"),
        ("base", "{}", "`base` is no name of a theme"),
        ("components", "{}", "`components` is no name of a theme"),
        ("pair", "{}", "`pair` is no name of a theme"),
    ];
    for (name, text, words) in faults {
        let library = Library::new()
            .role("a", FINE)
            .role("b", FINE)
            .file(&format!("templates/themes/{name}.json"), text);
        let run = library.build(&[]).must_find().must_say(words);
        assert_eq!(run.stderr.matches("error[").count(), 1, "{}", run.stderr);
        assert!(run.files().is_empty(), "{name}: {:?}", run.files());
    }
}

#[test]
fn a_theme_has_fonts_of_the_library() {
    let settings = |family: &str| format!(r#"{{"theme_settings": {{"fonts": {{"body": "{family}"}}}}}}"#);
    let library = Library::new()
        .role("a", r#"{"title": "龑", "summary": "龑"}"#)
        .role("b", FINE)
        .file("rolebook.json", settings("Rolebook Test"));
    library.build(&["--format", "pdf"]).must_find().must_say("no font has the family `Rolebook Test`");
    let library = library.file("fonts/own.ttf", own_font());
    let run = library.build(&["--format", "html,pdf"]).must_succeed();
    assert!(run.text("zh-CN/a.html").contains(r#"--own-serif: "Rolebook Test","#));
    assert!(pdf_fonts(&run.path("zh-CN/a.pdf")).contains("RolebookTest"));
    let library = library.file("rolebook.json", settings("Absent Serif"));
    let run = library.build(&[]).must_find().must_say("no font has the family `Absent Serif`");
    assert!(
        run.stderr.contains("rolebook.json:1:") && run.stderr.matches("error[").count() == 1,
        "{}",
        run.stderr
    );
    assert!(!run.files().iter().any(|file| file.ends_with(".md")), "no format is written alone");
}

#[test]
fn the_logo_and_the_words_of_the_footer_are_shown() {
    let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z" fill="#123"/></svg>"##;
    let settings = |logo: &str| {
        format!(
            r#"{{"languages": ["zh-CN"], "organization": {{"name": "某公司", "logo": "{logo}"}},
            "theme_settings": {{"footer": {{"text": "内部资料"}}}}}}"#
        )
    };
    let library =
        Library::new().role("a", FINE).file("logo.svg", svg).file("rolebook.json", settings("logo.svg"));
    for theme in THEMES {
        let run = library.build(&["--theme", theme]).must_succeed();
        assert!(run.text("zh-CN/a.html").contains("src=\"data:image/svg+xml;base64,PHN2Zy"), "{theme}");
        assert!(run.text("zh-CN/a.md").contains("内部资料") && run.text("zh-CN/a.html").contains("内部资料"));
        assert!(pdf_pages(&run.path("zh-CN/a.pdf")).concat().contains("内部资料"), "{theme}");
    }
    let outside = Library::new().file("logo.svg", svg);
    let path = outside.path().join("logo.svg").display().to_string();
    for (logo, words) in [
        (path.as_str(), "is outside the library"),
        ("../", "is outside the library"),
        ("none.svg", "cannot read `none.svg`"),
        ("roles", "`roles` is no file"),
        ("roles/a.json", "this file is no picture"),
    ] {
        let library = Library::new().role("a", FINE).file("rolebook.json", settings(logo));
        let run = library.build(&[]).must_find().must_say("rolebook.json:1:").must_say(words);
        assert!(run.files().is_empty(), "{logo}: {:?}", run.files());
    }
}

#[test]
fn the_example_of_the_documentation_builds() {
    let library = Library::copy_of(&repository().join("docs/example-theme"));
    let run = library.build(&[]).must_succeed();
    assert!(run.stderr.contains("0 errors, 0 warnings"), "{}", run.stderr);
    assert!(run.text("en/librarian.html").contains("letter"));
    let text = squeeze(&pdf_pages(&run.path("en/librarian.pdf")).concat());
    let order = ["Librarian", "PositionSummary", "Thedesk", "Signature"].map(|words| text.find(words));
    assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{order:?} in {text}");
}

#[test]
fn theme_settings_are_checked() {
    library_with(r#"{"sections": ["duties", "summary", "duties"]}"#)
        .build(&[])
        .must_find()
        .must_say("the section `duties` is in this list twice");
    library_with(r#"{"sections": ["dutys"]}"#).build(&[]).must_find().must_say("did you mean `duties`?");
    library_with(r#"{"accent_color": "red"}"#)
        .build(&[])
        .must_find()
        .must_say("/theme_settings/accent_color");
    library_with(r#"{"margins": {"sides": 3}}"#)
        .build(&[])
        .must_find()
        .must_say("/theme_settings/margins/sides");
    let pale = library_with(r##"{"accent_color": "#ffee99"}"##).build(&[]);
    pale.must_succeed().must_say("contrast with white 1.2 to 1");
}

#[test]
fn a_paper_that_is_not_in_force_says_so_at_its_foot() {
    let role = |status: &str, summary: &str| {
        json!({ "title": { "zh-CN": "甲", "en": "A" }, "summary": { "zh-CN": summary, "en": summary },
            "document": { "version": "1.0", "status": status } })
        .to_string()
    };
    let library = Library::new()
        .role("draft", role("draft", "S"))
        .role("review", role("in_review", "S"))
        .role("published", role("published", "S"))
        .role("archived", role("archived", "S"))
        .role("unwritten", role("published", "[to write: summary]"));
    for (theme, edition) in WAYS {
        let run = library.build(&["--theme", theme, "--lang", edition]).must_succeed();
        for (id, chinese, english) in [
            ("draft", "草案", "Draft"),
            ("review", "审核中", "In review"),
            ("archived", "已废止", "Archived"),
            ("unwritten", "草案", "Draft"),
            ("published", "", ""),
        ] {
            let standing = match edition {
                "zh-CN" => chinese.to_string(),
                _ if chinese.is_empty() => String::new(),
                _ => format!("{chinese} / {english}"),
            };
            let markdown = run.text(&format!("{edition}/{id}.md"));
            let html = run.text(&format!("{edition}/{id}.html"));
            let pdf = squeeze(&pdf_pages(&run.path(&format!("{edition}/{id}.pdf"))).concat());
            if standing.is_empty() {
                assert!(
                    !markdown.contains("**草案") && !html.contains("class=\"standing\""),
                    "{theme}, {id}"
                );
                assert!(!pdf.contains("草案"), "{theme}, {id}: {pdf}");
            } else {
                assert!(markdown.contains(&format!("**{standing}** · ")), "{theme}, {id}: {markdown}");
                assert!(
                    html.contains(&format!("<strong class=\"standing\">{standing}</strong>")),
                    "{theme}, {id}"
                );
                let foot = format!("{}版本1.0", squeeze(&standing));
                assert!(pdf.contains(&foot), "{theme}, {id}: no {foot} in {pdf}");
            }
        }
    }
}

#[test]
fn words_in_another_language_say_so_to_a_screen_reader() {
    let run = Library::new()
        .role(
            "a",
            r#"{"title": {"zh-CN": "大客户经理（Key Account Manager）", "en": "Key Account Manager (大客户经理)"},
                "summary": {"zh-CN": "用 CRM 与**Microsoft Excel**，见 hr@example.com。", "en": "Owns the 岗位说明书."}}"#,
        )
        .build(&["--format", "html,pdf"])
        .must_succeed();
    for (language, words, other) in [
        (
            "zh-CN",
            ["<span lang=\"en\">Key Account Manager</span>", "<span lang=\"en\">Microsoft Excel</span>"],
            "en-US",
        ),
        ("en", ["<span lang=\"zh-CN\">大客户经理</span>", "<span lang=\"zh-CN\">岗位说明书</span>"], "zh-CN"),
    ] {
        let html = run.text(&format!("{language}/a.html"));
        assert!(words.iter().all(|words| html.contains(words)), "{html}");
        assert!(!html.contains("<span lang=\"en\">CRM") && !html.contains("<span lang=\"en\">hr@"), "{html}");
        let pdf = fs::read(run.path(&format!("{language}/a.pdf"))).unwrap();
        let painted = pdf_catalog(pdf, |catalog| {
            let pages = catalog.get::<Dict<'_>>("Pages").unwrap().get::<Array<'_>>("Kids").unwrap();
            let page = pages.iter::<Dict<'_>>().next().unwrap();
            let content = page.get::<Stream<'_>>("Contents").unwrap();
            String::from_utf8_lossy(&content.decoded().unwrap()).into_owned()
        });
        let marks = painted.matches(&format!("/Lang({other})")).count();
        assert!(marks >= 2, "{language}: {marks} marks of {other}");
    }
}
