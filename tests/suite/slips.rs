//! Holds what is said of the slips of somebody who writes a role by hand: each is
//! told for what it is, where it is, with what to write instead.

use std::fs;

use crate::support::{Library, Run};

/// What rolebook says of one role, in English and in Chinese.
fn said_of(role: &str) -> [Run; 2] {
    ["en", "zh-CN"]
        .map(|language| Library::new().role("a", role).build(&["--format", "md", "--ui-lang", language]))
}

/// The role must be refused for this reason, at this place, with this hint; in English
/// and in Chinese.
#[track_caller]
fn must_refuse(role: &str, place: &str, en: [&str; 2], zh_cn: [&str; 2]) {
    for (run, [message, hint]) in said_of(role).into_iter().zip([en, zh_cn]) {
        run.must_find()
            .must_say(&format!("]: {message}\n --> roles/a.json:{place}\n"))
            .must_say(&format!(": {hint}\n"));
    }
}

#[test]
fn an_item_whose_id_is_misspelt_is_no_new_item_in_silence() {
    let base = r#"{"title": "甲", "duties": [{"id": "safety", "statement": "安全", "tasks": ["巡检"]}]}"#;
    let variant = r#"{"extends": "base", "duties": [{"id": "safty", "tasks": ["点检"]}]}"#;
    let library = Library::new().role("base", base).role("variant", variant);
    let run = library.build(&["--format", "md"]).must_succeed();
    let run = run.must_say(
        "warning[incomplete_item]: the item `safty` has none of `statement`, `area`
 --> roles/variant.json:1:39
  |
1 | {\"extends\": \"base\", \"duties\": [{\"id\": \"safty\", \"tasks\": [\"点检\"]}]}
  |                                       ^^^^^^^
  |
  = field: /duties/1
  = help: did you mean `safety`? an item of the base is changed by its id
  = help: write `statement` or `area`, or remove the item
",
    );
    assert!(run.stderr.ends_with("0 errors, 1 warning\n"), "{}", run.stderr);
    let run = library.build(&["--format", "md", "--ui-lang", "zh-CN"]).must_succeed();
    run.must_say("警告[incomplete_item]: 项 `safty` 没有 `statement`、`area` 中的任何一个")
        .must_say("是否想写 `safety`？要改基准岗位的某一项，须写它的标识");

    let variant = r#"{"extends": "base", "duties": [
        {"id": "safety", "tasks": ["点检"]}, {"id": "visas", "area": "签证"}, {"id": "safetx", "statement": "另一项"}]}"#;
    let library = Library::new().role("base", base).role("variant", variant);
    let run = library.build(&["--format", "md"]).must_succeed();
    assert!(run.stderr.ends_with("0 errors, 0 warnings\n"), "{}", run.stderr);
}

#[test]
fn every_list_of_items_is_looked_at() {
    let items = [
        r#""duties": [{"tasks": ["x"]}]"#,
        r#""duties": [{"area": " ", "statement": {"en": ""}}]"#,
        r#""authorities": [{"right": "approve"}]"#,
        r#""kpis": [{"weight": 10}]"#,
        r#""relations": [{"purpose": "x"}]"#,
        r#""revisions": [{"author": "x"}]"#,
        r#""sections": [{"public": true}]"#,
        r#""locations": [{"id": "x"}]"#,
        r#""occupation_codes": [{"system": "ISCO-08"}]"#,
        r#""reporting": {"direct_reports": [{"count": 2}]}"#,
        r#""sign_off": {"blocks": [{"seal": true}]}"#,
        r#""qualifications": {"skills": [{"level": "x"}]}"#,
        r#""qualifications": {"competencies": [{"level": "x"}]}"#,
        r#""qualifications": {"education": [{"tier": "preferred"}]}"#,
        r#""qualifications": {"experience": [{"tier": "preferred"}]}"#,
    ];
    for item in items {
        let role = format!(r#"{{"title": "x", {item}}}"#);
        let run = Library::new().role("a", &role).build(&["--format", "md"]).must_succeed();
        assert_eq!(
            run.stderr.matches("warning[incomplete_item]: this item has no").count()
                + run.stderr.matches("warning[incomplete_item]: the item `x` has no").count(),
            1,
            "{role}\n{}",
            run.stderr
        );
    }
    let settings = r#"{"units": [{"id": "sales"}], "competencies": [{"id": "a", "name": "A", "levels": [{"id": "1"}]}]}"#;
    let run = Library::new().file("rolebook.json", settings).role("a", r#"{"title": "x"}"#);
    let run = run.build(&["--format", "md"]).must_succeed();
    // The id of a level is a word of the document.
    let run = run.must_say("the item `sales` has no `name`");
    assert!(run.stderr.ends_with("0 errors, 1 warning\n"), "{}", run.stderr);
}

#[test]
fn an_amount_is_digits_alone() {
    let amount = |text: &str| {
        format!(r#"{{"title": "x", "authorities": [{{"matter": "m", "limit": {{"amount": {text}}}}}]}}"#)
    };
    for written in [r#""2,000""#, r#""2000元""#, r#""￥ 2，000""#, r#""2 000""#] {
        let place = "1:68";
        must_refuse(
            &amount(written),
            place,
            [
                "expected a number, found a text",
                "write 2000: digits alone, without quotes, unit or thousands comma",
            ],
            ["此处应为数字，实际是文字", "写 2000：只写数字，不加引号、单位和千位分隔逗号"],
        );
    }
    for unclear in [r#""2万""#, r#""2k""#, r#""2-3""#, r#""-2元""#] {
        let [en, _] = said_of(&amount(unclear));
        let en = en.must_find().must_say("help: write a number without quotes");
        assert!(!en.stderr.contains("help: write 2"), "{}", en.stderr);
    }
    for (written, number) in [("2,000", "2000"), ("1,234,567.50", "1234567.50"), ("2，000", "2000")] {
        must_refuse(
            &amount(written),
            "1:68",
            [&format!("a comma inside the number {written}"), &format!("write {number}: digits alone")],
            [&format!("数字 {written} 中有千位分隔逗号"), &format!("写 {number}，不加逗号")],
        );
    }
}

#[test]
fn a_duration_in_years_is_not_taken_for_months() {
    for (written, says) in [("3年", "write 36: digits alone"), ("24个月", "write 24: digits alone")] {
        let role =
            format!(r#"{{"title": "x", "qualifications": {{"experience": [{{"months": "{written}"}}]}}}}"#);
        Library::new().role("a", role).build(&["--format", "md"]).must_find().must_say(says);
    }
    let role = r#"{"title": "x", "qualifications": {"experience": [{"months": "8周"}]}}"#;
    let run = Library::new().role("a", role).build(&["--format", "md"]).must_find();
    assert!(!run.stderr.contains("write 8"), "{}", run.stderr);
}

#[test]
fn texts_to_be_written_are_one_finding_that_hides_nothing() {
    let library = Library::new();
    library.run(&["new", "sales-manager"]).must_succeed();
    let path = library.path().join("roles/sales-manager.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"currency\": \"CNY\"", "\"currency\": \"RMB\"")).unwrap();
    let run = library.build(&["--format", "md"]).must_succeed();
    assert_eq!(run.stderr.matches("[unwritten]").count(), 1, "{}", run.stderr);
    let run = run
        .must_say("texts are still to be written\n--> roles/sales-manager.json\n = help: ")
        .must_say("\n   line 7    /title  [to write: job title]\n")
        .must_say("warning[invalid_value]: `RMB` is no code of ISO 4217");
    let lines = run.stderr.lines().filter(|line| line.starts_with("   line ")).count();
    assert!(run.stderr.contains(&format!("warning[unwritten]: {lines} texts ")), "{}", run.stderr);
    assert!(run.stderr.ends_with(&format!("0 errors, {} warnings\n", lines + 1)), "{}", run.stderr);
    let run = library.build(&["--format", "md", "--ui-lang", "zh-CN"]).must_succeed();
    run.must_say(&format!("警告[unwritten]: 还有 {lines} 处尚未填写\n"))
        .must_say("\n   第 7 行  /title  〔待填写：岗位名称〕\n");
}

#[test]
fn values_to_choose_from_are_named_with_what_they_mean() {
    let right =
        |word: &str| format!(r#"{{"title": "x", "authorities": [{{"matter": "m", "right": "{word}"}}]}}"#);
    for word in ["审批", "approved", "Approve"] {
        must_refuse(
            &right(word),
            "1:57",
            [&format!("`{word}` is not one of the values to choose from"), "did you mean `approve`?"],
            [&format!("`{word}` 不在可选值之中"), "是否想写 `approve`？"],
        );
    }
    let [_, zh_cn] = said_of(&right("拥有"));
    let zh_cn = zh_cn.must_find().must_say("可选值：`propose` 提议、`recommend` 建议、");
    assert!(!zh_cn.stderr.contains("是否想写"), "{}", zh_cn.stderr);
    let [en, _] = said_of(r#"{"title": "x", "duties": [{"area": "x", "frequency": "sometimes"}]}"#);
    en.must_find().must_say("`weekly`, `biweekly` (Every two weeks), `monthly`");
    let [en, zh_cn] = said_of(r#"{"title": "x", "qualifications": {"education": [{"level": "本科"}]}}"#);
    en.must_find().must_say("did you mean `bachelor`?");
    zh_cn.must_find().must_say("`bachelor` 大学本科及以上");
}

#[test]
fn words_where_none_go_are_told_where_to_go() {
    let limit =
        |text: &str| format!(r#"{{"title": "x", "authorities": [{{"matter": "m", "limit": {text}}}]}}"#);
    for (written, place) in [(r#"{"zh-CN": "不超过36小时"}"#, "1:58"), (r#""不超过36小时""#, "1:57")]
    {
        let [en, zh_cn] = said_of(&limit(written));
        en.must_find()
            .must_say(&format!(" --> roles/a.json:{place}\n"))
            .must_say("help: words go into `conditions` beside it: \"conditions\": \"…\"");
        zh_cn.must_find().must_say("文字说明请写在旁边的 `conditions` 里");
    }
    for (written, tag) in [
        ("zh", "zh-CN"),
        ("cn", "zh-CN"),
        ("zh_CN", "zh-CN"),
        ("中文", "zh-CN"),
        ("english", "en"),
        ("EN", "en"),
    ] {
        must_refuse(
            &format!(r#"{{"title": {{"{written}": "x"}}}}"#),
            "1:12",
            [&format!("unknown key `{written}`"), &format!("did you mean `{tag}`?")],
            [&format!("未知的键 `{written}`"), &format!("是否想写 `{tag}`？")],
        );
    }
    must_refuse(
        r#"{"title": "x", "code": {"zh-CN": "WH-02"}}"#,
        "1:24",
        [
            "expected a text, found an object",
            "this has no languages; write one text for all of them: \"WH-02\"",
        ],
        ["此处应为文字，实际是对象", "此处不分语言，只写一段文字：\"WH-02\""],
    );
    must_refuse(
        r#"{"title": "x", "qualifications": {"skills": ["Excel"]}}"#,
        "1:46",
        ["expected an object, found a text", "write an object: { \"name\": \"Excel\" }"],
        ["此处应为对象，实际是文字", "请写成对象：{ \"name\": \"Excel\" }"],
    );
}

#[test]
fn a_quote_that_is_missing_or_too_much_is_shown_where_it_is() {
    let unclosed = ["the text begun here is not closed", "从这里开始的文字没有结束"];
    must_refuse(
        "{\"title\": \"x\",\n  \"code\": \"WH-02”,\n  \"summary\": \"x\"}",
        "2:11",
        [unclosed[0], "it ends with the typographic ”; JSON needs the straight one: \""],
        [unclosed[1], "它以中文引号 ” 结尾；JSON 只认英文半角引号：\""],
    );
    for text in ["x,", "请核对“每一次”送货,", "“每一次”,"] {
        must_refuse(
            &format!("{{\"title\": \"x\",\n  \"summary\": \"{text}\n  \"code\": \"x\"}}"),
            "2:14",
            [unclosed[0], "close it with \" on the same line; a line break inside a text is written \\n"],
            [unclosed[1], "请在同一行用英文双引号 \" 结束；文字中的换行写 \\n"],
        );
    }
    must_refuse(
        "{\"title\": \"x\",\n  \"summary\": \"x}\n",
        "2:14",
        [unclosed[0], "close it with \" on the same line; a line break inside a text is written \\n"],
        [unclosed[1], "请在同一行用英文双引号 \" 结束；文字中的换行写 \\n"],
    );
    must_refuse(
        r#"{"summary": "Check "every" delivery"}"#,
        "1:20",
        ["a straight quote inside a text ends it too early", r#"write “every” or \"every\" inside a text"#],
        ["文字里面的英文双引号使文字提前结束", r#"文字里面请写 “every” 或 \"every\""#],
    );
    must_refuse(
        r#"{"records": ["检查"每日"清单", "b"]}"#,
        "1:17",
        ["a straight quote inside a text ends it too early", r#"write “每日” or \"每日\" inside a text"#],
        ["文字里面的英文双引号使文字提前结束", r#"文字里面请写 “每日” 或 \"每日\""#],
    );
    let [en, _] = said_of(r#"{"title": "x" "summary": "y"}"#);
    en.must_find().must_say("a comma is missing between two items");
}

#[test]
fn a_currency_a_theme_and_a_base_by_another_name_are_understood() {
    let currency = |code: &str| {
        format!(r#"{{"title": "x", "authorities": [{{"matter": "m", "limit": {{"currency": "{code}"}}}}]}}"#)
    };
    let [en, zh_cn] = said_of(&currency("RMB"));
    en.must_succeed()
        .must_say("warning[invalid_value]: `RMB` is no code of ISO 4217")
        .must_say("help: write `CNY`");
    zh_cn
        .must_succeed()
        .must_say("警告[invalid_value]: `RMB` 不是 ISO 4217 的币种代码")
        .must_say("请写 `CNY`");
    for word in ["人民币", "rmb", "元"] {
        let [en, _] = said_of(&currency(word));
        en.must_find().must_say("did you mean `CNY`?").must_say("three capital letters of ISO 4217");
    }
    let [en, _] = said_of(&currency("CNY"));
    assert!(en.must_succeed().stderr.ends_with("0 errors, 0 warnings\n"));

    let library = Library::new().file("rolebook.json", r#"{"theme": "表格"}"#).role("a", r#"{"title": "x"}"#);
    let run = library.build(&["--format", "md"]).must_find();
    run.must_say("there is no theme `表格`")
        .must_say("did you mean `form`?")
        .must_say("choose one of `form`, `outline`, `agreement`, `dossier`, or a theme of the library");
    let run = library.build(&["--format", "md", "--ui-lang", "zh-CN"]).must_find();
    run.must_say("可选：`form` 表格式、`outline` 条目式、");

    let library = Library::new()
        .role("store-manger", r#"{"extends": "store-manager", "title": "x"}"#)
        .role("Store_Manager", r#"{"title": "x"}"#)
        .role("lost", r#"{"extends": "lots", "title": "x"}"#);
    let run = library.build(&["--format", "md"]).must_find().must_say(
        "help: roles/Store_Manager.json is there, but its name is no id: rename it to store-manager.json",
    );
    assert!(!run.stderr.contains("did you mean `lost`"), "{}", run.stderr);
    let run = library.build(&["--format", "md", "--ui-lang", "zh-CN"]).must_find();
    run.must_say("有文件 roles/Store_Manager.json，但其文件名不能作为标识；请改名为 store-manager.json");
}

#[test]
fn the_error_of_a_base_comes_before_that_of_its_variants() {
    let library = Library::new().role("a", r#"{"extends": "z"}"#).role("z", r#"{"titel": "x"}"#);
    let said = library.build(&["--format", "md"]).must_find().stderr;
    let at = |words: &str| said.find(words).unwrap_or_else(|| panic!("no {words} in\n{said}"));
    assert!(at("unknown key `titel`") < at("the base `z` has errors of its own"), "{said}");
}

#[test]
fn a_finding_in_a_base_is_reported_once() {
    let library = Library::new()
        .role("base", r#"{"title": "x", "duties": [{"id": "a", "area": "x"}, {"id": "b", "tasks": ["x"]}]}"#)
        .role("variant", r#"{"extends": "base", "duties": [{"id": "a", "remove": true}]}"#);
    let run = library.build(&["--format", "md"]).must_succeed();
    assert!(run.stderr.ends_with("0 errors, 1 warning\n"), "{}", run.stderr);
}

#[test]
fn a_chinese_text_without_a_language_is_missed_in_english_documents() {
    let role = r#"{"title": {"zh-CN": "甲", "en": "A"}, "code": "采-1", "summary": "中文概述", "purpose": "KPI 100%",
        "organization": {"unit": "采购部"}, "reporting": {"reports_to": {"zh-CN": "乙", "en": "B"}},
        "duties": [{"area": "Area", "tasks": ["任务"]}], "revisions": [{"version": "1", "author": "张三"}],
        "sign_off": {"blocks": [{"party": "hr", "name": "李四"}]}, "notes": "备注"}"#;
    let library = Library::new().role("a", role);
    let run = library.build(&["--format", "md", "--lang", "en"]).must_succeed();
    let fields: Vec<&str> = run.stderr.lines().filter_map(|line| line.strip_prefix("  = field: ")).collect();
    assert_eq!(fields, ["/summary", "/organization/unit", "/duties/0/tasks/0"], "{}", run.stderr);
    let run = run.must_say(
        "warning[missing_translation]: the text is one string for every language, and Chinese; \
         the en document shows it as it stands",
    );
    assert!(run.stderr.ends_with("0 errors, 3 warnings\n"), "{}", run.stderr);
    let run = library.build(&["--format", "md", "--lang", "en", "--ui-lang", "zh-CN"]).must_succeed();
    run.must_say("此处一段文字用于所有语言，但它是中文，en 文档将照样显示");
    let run = library.build(&["--format", "md", "--lang", "zh-CN"]).must_succeed();
    assert!(run.stderr.ends_with("0 errors, 0 warnings\n"), "{}", run.stderr);
}

#[test]
fn a_folder_that_is_no_library_leads_to_one_that_is() {
    let library = Library::new().role("a", r#"{"title": "x"}"#);
    let library = library.file("outer/good/rolebook.json", "{}").file("outer/bare/roles/a.json", "{}");
    let library = library.file("outer/empty/inner/x.txt", "");
    let shown = fs::canonicalize(library.path()).unwrap().join("outer");
    let run = library.run(&["build", "outer"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    let said = run.must_say("outer; a library is a folder with a rolebook.json\n");
    assert!(said.stderr.contains(&*shown.file_name().unwrap().to_string_lossy()));
    said.must_say("help: there is one in outer/good: `rolebook build outer/good`")
        .must_say("help: there is one in .: `rolebook build .`");
    let run = library.run(&["list", "outer/bare", "--ui-lang", "zh-CN"]);
    assert_eq!(run.status, Some(2));
    run.must_say("roles/ 还在：请放回 rolebook.json，内容只写 `{}` 即可");
    let run = library.run(&["build", "outer/empty"]);
    assert_eq!(run.status, Some(2));
    run.must_say("help: `rolebook init DIR` starts a library in the folder DIR");
}

#[test]
fn a_format_is_taken_in_capitals_too() {
    let library = Library::new().role("a", r#"{"title": "x"}"#);
    assert_eq!(library.build(&["--format", "MD,Html"]).must_succeed().files().len(), 2);
    library.run(&["list", "--format", "CSV"]).must_succeed();
}

#[test]
fn what_is_said_of_a_slip_is_said_once_and_of_what_was_written() {
    let library = Library::new();
    for (role, says, not) in [
        (r#"{"title": "甲", "headcount": 1.5}"#, "expected a whole number, found 1.5\n", "found a number"),
        (
            r#"{"title": "甲", "document": {"revisions": []}}"#,
            "`revisions` is at the top level, beside `document`; the keys here are ",
            "did you mean",
        ),
        (
            r#"{"title": "甲", "organization": {"unit": "sales"}}"#,
            "to name a department that is not in rolebook.json, write its name per language: { \"en\": \"sales\" }",
            "somebody",
        ),
        (
            r#"{"title": "甲", "duties": [{"statement": "编制计划", "time_percent": 40}]}"#,
            "the shares of time sum to 40 and not to 100\n",
            "100: 40",
        ),
    ] {
        let run = Library::copy_of(library.path()).role("a", role).run(&["check", "."]);
        let said = run.stdout + &run.stderr;
        assert!(said.contains(says) && !said.contains(not), "{says}: {said}");
    }
    // A list's item has no key of the whole beside it.
    let role = r#"{"title": "甲", "duties": [{"statement": "编制计划", "revisions": []}]}"#;
    let run = Library::copy_of(library.path()).role("a", role).build(&["--format", "md"]).must_find();
    assert!(!run.stderr.contains("top level"), "{}", run.stderr);
}

#[test]
fn a_character_that_no_font_has_is_shown_in_the_language_that_it_is_in() {
    let role = "{\n\"title\": {\n\"zh-CN\": \"甲\",\n\"en\": \"A \u{1F600}\"\n}}";
    let library = Library::new().role("a", role);
    for editions in [&["--lang", "en"] as &[&str], &["--lang", "zh-CN+en"]] {
        let run = library.build(&[&["--format", "pdf"], editions].concat()).must_find();
        run.must_say("error[missing_glyph]: no font has the character `\u{1F600}`").must_say(
            match editions[1] {
                "en" => "roles/a.json:4:7\n",
                _ => "roles/a.json:2:10\n",
            },
        );
    }
    let library = library.role("a", "{\n\"title\": \"A \u{1F600}\"}");
    let run = library.build(&["--format", "pdf", "--lang", "zh-CN"]).must_find();
    run.must_say("roles/a.json:2:10\n").must_say("= field: /title\n");
}
