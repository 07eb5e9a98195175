//! Holds the commands beside `build` end to end: what they write, print, say and
//! return, in both languages.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

use crate::support::{Library, repository};

const FINE: &str = r#"{"title": {"zh-CN": "客户经理", "en": "Account Manager"}}"#;

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[test]
fn init_makes_a_library_that_builds_without_a_finding() {
    let library = Library::new();
    let run = library.run(&["init", "fresh"]).must_succeed();
    assert_eq!(
        lines(&run.stdout),
        [
            "fresh/rolebook.json",
            "fresh/roles/office-assistant.json",
            "fresh/roles/office-manager.json",
            "fresh/schema/role.schema.json",
            "fresh/schema/rolebook.schema.json",
            "fresh/.gitignore",
            "fresh/README.md",
        ]
    );
    assert_eq!(
        run.stderr,
        "the library is ready; now:
  rolebook build fresh                        makes its position descriptions, in dist/
  fresh/rolebook.json                         has the organization's name: put yours there
  rolebook new --library fresh sales-manager  starts a role
"
    );
    for name in ["role", "rolebook"] {
        let own = fs::read_to_string(repository().join(format!("schema/{name}.schema.json"))).unwrap();
        let written =
            fs::read_to_string(library.path().join(format!("fresh/schema/{name}.schema.json"))).unwrap();
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(json(&own), json(&written));
    }
    for theme in ["form", "outline"] {
        let run = library.run(&["build", "fresh", "--no-system-fonts", "--theme", theme]).must_succeed();
        assert!(run.stderr.starts_with("2 roles, 12 files in dist, "), "{}", run.stderr);
        assert!(run.stderr.ends_with("0 errors, 0 warnings\n"), "{}", run.stderr);
    }
}

/// A disk that is full stands in for every way in which the output fails.
#[test]
#[cfg(target_os = "linux")]
fn files_are_written_whole_also_where_nothing_can_be_printed() {
    for (arguments, count) in [(&["init", "fresh"][..], 7), (&["man", "--out", "fresh"], 15)] {
        let library = Library::new();
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_rolebook"))
            .args(arguments)
            .current_dir(library.path())
            .stdout(full)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
        let mut open = vec![library.path().join("fresh")];
        let mut files = 0;
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { open.push(path) } else { files += 1 }
            }
        }
        assert!(files >= count, "{arguments:?}: {files} files");
    }
}

#[test]
fn init_overwrites_nothing() {
    let library = Library::new().file("b/roles/office-manager.json", "mine");
    let run = library.run(&["init", "."]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert_eq!(
        run.stderr,
        "error: there is a library in . already; nothing was written
 |
 = help: name a new folder; `rolebook new ID` adds a role to a library
"
    );
    let run = library.run(&["init", "b", "--ui-lang", "zh-CN"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert!(
        run.stderr.starts_with("错误: b/roles/office-manager.json 会被覆盖，未写入任何文件\n"),
        "{}",
        run.stderr
    );
    assert!(!library.path().join("b/rolebook.json").exists());
    let run = library.run(&["init", "rolebook.json"]);
    assert_eq!((run.status, &*run.stderr), (Some(2), "error: rolebook.json is a file; name a folder\n"));
}

#[test]
fn commands_to_copy_are_quoted_where_a_path_needs_it() {
    let library = Library::new();
    let run = library.run(&["init", "人事 (new)/it's $5"]).must_succeed();
    assert!(run.stderr.contains("  rolebook build '人事 (new)/it'\\''s $5' "), "{}", run.stderr);
    let run = library.run(&["init", "two words"]).must_succeed();
    for words in [
        "  rolebook build \"two words\"  ",
        "  two words/rolebook.json  ",
        "new --library \"two words\" sales",
    ] {
        assert!(run.stderr.contains(words), "no {words} in {}", run.stderr);
    }
    let run = library.run(&["new", "clerk", "--library", "two words"]).must_succeed();
    assert!(run.stderr.contains("`rolebook build \"two words\" --role clerk`"), "{}", run.stderr);
}

#[test]
fn init_keeps_the_readme_of_a_folder_that_has_one() {
    let library = Library::new().file("repo/README.md", "mine").file("repo/roles/other.json", FINE);
    library.run(&["init", "repo"]).must_succeed();
    assert_eq!(fs::read_to_string(library.path().join("repo/README.md")).unwrap(), "mine");
    assert!(library.path().join("repo/roles/other.json").exists());
    assert!(library.path().join("repo/.gitignore").exists());
}

#[test]
fn a_new_role_builds_and_every_text_to_write_is_named() {
    let library = Library::new();
    let run = library.run(&["new", "sales-manager"]).must_succeed();
    assert_eq!(run.stdout, "roles/sales-manager.json\n");
    assert_eq!(
        run.stderr,
        "open it and write what stands in [to write: …]
`rolebook build --role sales-manager` names what is still to be written, and makes its documents
"
    );
    let text = fs::read_to_string(library.path().join("roles/sales-manager.json")).unwrap();
    let marks = text.matches("[to write: ").count() - text.matches("every [to write: ").count();
    assert!(marks >= 30, "{marks}");
    // The code is the same in every language, and written in the first.
    assert_eq!(text.matches("\"code\": \"〔待填写：岗位编号〕\"").count(), 1);
    let marks = marks + 1;
    let run = library.build(&["--format", "md"]).must_succeed();
    assert_eq!(
        run.stderr.lines().filter(|line| line.starts_with("   line ")).count(),
        marks,
        "{}",
        run.stderr
    );
    let run = run
        .must_say(&format!(
            "warning[unwritten]: {marks} texts are still to be written\n--> roles/sales-manager.json\n"
        ))
        .must_say("\n   line 7    /title  [to write: job title]\n");
    assert!(run.stderr.ends_with(&format!("0 errors, {marks} warnings\n")), "{}", run.stderr);
    let run = library.build(&["--format", "md", "--ui-lang", "zh-CN"]);
    run.must_succeed()
        .must_say(&format!("警告[unwritten]: 还有 {marks} 处尚未填写\n"))
        .must_say("\n   第 7 行  /title  〔待填写：岗位名称〕\n");
}

#[test]
fn what_has_one_language_in_a_new_role_has_that_of_the_library() {
    let library = Library::new().file("rolebook.json", r#"{"languages": ["en", "zh-CN"]}"#);
    library.run(&["new", "clerk", "--ui-lang", "zh-CN"]).must_succeed();
    let text = fs::read_to_string(library.path().join("roles/clerk.json")).unwrap();
    assert!(text.contains("\"code\": \"[to write: position code]\""), "{text}");
}

#[test]
fn a_new_role_shows_how_duties_authorities_and_indicators_are_written() {
    let library = Library::new();
    library.run(&["new", "a"]).must_succeed();
    let text = fs::read_to_string(library.path().join("roles/a.json")).unwrap();
    let role: serde_json::Value = serde_json::from_str(&text).unwrap();
    for pointer in [
        "/code",
        "/duties/0/time_percent",
        "/duties/0/weight",
        "/duties/0/kpi_refs/0",
        "/authorities/0/conditions",
        "/authorities/1/limit/amount",
        "/authorities/1/limit/currency",
        "/authorities/1/limit/per",
        "/authorities/1/escalates_to",
        "/kpis/0/weight",
    ] {
        assert!(role.pointer(pointer).is_some(), "no {pointer}");
    }
}

#[test]
fn a_new_role_of_a_library_in_one_language_has_plain_texts() {
    let library = Library::new().file("rolebook.json", r#"{"languages": ["en"]}"#);
    library.run(&["new", "a"]).must_succeed();
    let text = fs::read_to_string(library.path().join("roles/a.json")).unwrap();
    assert!(text.contains(r#""title": "[to write: job title]""#), "{text}");
    assert!(!text.contains("〔"), "{text}");
    library.build(&["--format", "md"]).must_succeed();
}

#[test]
fn a_variant_takes_over_its_base_but_not_what_was_decided_for_it() {
    let base = r#"{"title": {"zh-CN": "甲", "en": "A"}, "code": "A-1", "summary": "{{ market }} {{ client }}",
        "variables": {"market": "华东"}, "document": {"version": "3", "effective_date": "2024-01-01"},
        "posting": {"openings": 1}, "$schema": "../x.json"}"#;
    let library = Library::new().role("base", base);
    let run = library.run(&["new", "base-east", "--from", "base", "--library", "."]).must_succeed();
    assert_eq!(run.stdout, "roles/base-east.json\n");
    let text = fs::read_to_string(library.path().join("roles/base-east.json")).unwrap();
    let mut variant: serde_json::Value = serde_json::from_str(&text).unwrap();
    let notes = variant.as_object_mut().unwrap().remove("notes").unwrap();
    assert!(
        notes["en"].as_str().unwrap().contains(" \"variables\" can give other values to market. "),
        "{notes}"
    );
    assert!(notes["zh-CN"].as_str().unwrap().contains("可在 \"variables\" 中另写：market。"), "{notes}");
    assert_eq!(
        variant,
        serde_json::json!({
            "$schema": "../x.json",
            "extends": "base",
            "title": { "zh-CN": "〔待填写：变体的岗位名称〕", "en": "[to write: job title of the variant]" },
            "code": "〔待填写：变体的岗位编号〕",
            "document": { "version": "0.1", "status": "draft", "effective_date": null },
            "posting": null,
            "variables": {
                "client": { "zh-CN": "〔待填写：client 的值〕", "en": "[to write: value of client]" },
            },
        })
    );
    let run = library.build(&["--format", "md", "--role", "base-east"]).must_succeed();
    let places: Vec<&str> =
        run.stderr.lines().filter(|line| line.contains("= field: ")).map(str::trim).collect();
    assert_eq!(places, ["= field: /title", "= field: /code", "= field: /variables/client"], "{}", run.stderr);
    let library = library.role("base", base.replace("华东", "华北"));
    let run = library.build(&["--format", "md", "--role", "base-east"]).must_succeed();
    assert!(run.text("zh-CN/base-east.md").contains("华北"), "what the base says now, the variant says");
}

#[test]
fn new_refuses_what_is_no_id_what_is_there_and_what_is_not() {
    let library = Library::new().role("account-manager", FINE).role("broken", r#"{"titel": 1}"#);
    let refusals: [(&[&str], &str); 5] = [
        (
            &["new", "Sales Manager"],
            "error: `Sales Manager` is not an id
 |
 = help: write lower-case letters, digits and hyphens, such as sales-manager
",
        ),
        (
            &["new", "account-manager"],
            "error: roles/account-manager.json is there already; nothing was written
 |
 = help: choose another id
",
        ),
        (
            &["new", "x", "--from", "acount-manager"],
            "error: there is no role `acount-manager`
 |
 = help: did you mean `account-manager`?
",
        ),
        (
            &["new", "x", "--from", "broken", "--ui-lang", "zh-CN"],
            "错误: 岗位 `broken` 有错误
 |
 = 建议: 运行 `rolebook build` 可查看，请先改正
",
        ),
        (
            &["new", "x", "--library", "nowhere"],
            "error: nowhere is not a folder; name the folder of the library\n",
        ),
    ];
    for (arguments, message) in refusals {
        let run = library.run(arguments);
        assert_eq!((run.status, &*run.stdout, &*run.stderr), (Some(2), "", message));
    }
    assert!(!library.path().join("roles/x.json").exists());
}

fn three_roles() -> Library {
    Library::new()
        .file(
            "rolebook.json",
            r#"{"languages": ["zh-CN", "en"], "units": [{"id": "sales", "name": {"zh-CN": "销售部", "en": "Sales"}}]}"#,
        )
        .role("boss", r#"{"title": {"zh-CN": "经理", "en": "Boss, \"the\""}}"#)
        .role(
            "clerk",
            r#"{"title": "文员", "code": "OFF-3", "organization": {"unit": "sales"}, "reporting": {"reports_to": "boss"},
                "document": {"version": "1.2", "status": "in_review"}}"#,
        )
}

#[test]
fn list_prints_a_table_that_is_aligned_also_in_chinese() {
    let run = three_roles().run(&["list"]).must_succeed();
    assert_eq!(
        run.stdout,
        "Id     Position code  Job title    Department  Reports to   Languages  Status     Version
boss                  Boss, \"the\"                           zh-CN en
clerk  OFF-3          文员         Sales       Boss, \"the\"  zh-CN      In review  1.2
"
    );
    assert_eq!(run.stderr, "");
    let run = three_roles().run(&["list", ".", "--ui-lang", "zh-CN"]).must_succeed();
    assert_eq!(
        run.stdout,
        "标识   岗位编号  岗位名称  所属部门  直接上级  语言      状态    版本号
boss             经理                          zh-CN en
clerk  OFF-3     文员      销售部    经理      zh-CN     审核中  1.2
"
    );
}

#[test]
fn list_prints_json_and_csv() {
    let run = three_roles().run(&["list", "--format", "json", "--lang", "zh-CN"]).must_succeed();
    let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        json[1],
        serde_json::json!({
            "id": "clerk", "code": "OFF-3", "title": "文员", "unit": "销售部", "reports_to": "经理", "reports_to_id": "boss",
            "languages": ["zh-CN"], "status": "in_review", "version": "1.2",
        })
    );
    let run = three_roles().run(&["list", "--format", "csv"]).must_succeed();
    assert_eq!(
        run.stdout,
        "\u{feff}Id,Position code,Job title,Department,Reports to,Languages,Status,Version\r
boss,,\"Boss, \"\"the\"\"\",,,zh-CN en,,\r
clerk,OFF-3,文员,Sales,\"Boss, \"\"the\"\"\",zh-CN,In review,1.2\r\n"
    );
    // A file is in one language, whatever that of the messages.
    let run = three_roles().run(&["list", "--format", "csv", "--lang", "zh-CN"]).must_succeed();
    assert!(
        run.stdout.starts_with("\u{feff}标识,岗位编号,岗位名称,所属部门,直接上级,语言,状态,版本号\r\n"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.ends_with("clerk,OFF-3,文员,销售部,经理,zh-CN,审核中,1.2\r\n"), "{}", run.stdout);
}

#[test]
fn list_prints_words_and_nothing_that_a_spreadsheet_runs() {
    let library = Library::new()
        .role("a", r#"{"title": "**重点**客户\n经理", "document": {"version": "+1\n2"}}"#)
        .role("b", r#"{"title": "=1+1", "organization": {"unit": "@销售,部"}}"#);
    let run = library.run(&["list"]).must_succeed();
    let rows = lines(&run.stdout);
    assert_eq!(rows.len(), 3, "{}", run.stdout);
    assert!(
        rows[1].starts_with("a ") && rows[1].contains(" 重点客户经理  ") && rows[1].ends_with("  +1 2"),
        "{}",
        rows[1]
    );
    let run = library.run(&["list", "--format", "csv"]).must_succeed();
    let rows: Vec<&str> = run.stdout.split("\r\n").collect();
    assert_eq!(rows[1..], ["a,,重点客户经理,,,zh-CN,,'+1 2", "b,,'=1+1,\"'@销售,部\",,zh-CN,,", ""]);
    let run = library.run(&["list", "--format", "json"]).must_succeed();
    assert!(run.stdout.contains(r#""title": "=1+1""#), "{}", run.stdout);
}

#[test]
fn list_names_the_roles_with_errors() {
    let library = three_roles()
        .role("bad", r#"{"titel": "x"}"#)
        .role("lost", r#"{"title": "x", "reporting": {"reports_to": "nobody"}}"#);
    let run = library.run(&["list"]).must_find();
    assert_eq!(run.stdout.lines().count(), 3);
    assert_eq!(
        run.stderr,
        "2 roles have errors and cannot be listed: bad, lost; `rolebook build` names them\n"
    );
    let run = library.run(&["list", "--lang", "fr"]);
    assert_eq!(
        (run.status, &*run.stderr),
        (Some(2), "error: there is no language `fr`\n |\n = help: choose one of zh-CN, en\n")
    );
}

#[test]
fn fonts_lists_the_built_in_ones_and_those_of_the_library() {
    let font = fs::read(repository().join("fonts/noto-sans-sc-bold.ttf")).unwrap();
    let library = Library::new().role("a", FINE).file("fonts/more.ttf", font);
    let run = library.run(&["fonts", "."]).must_succeed();
    let rows = lines(&run.stdout);
    assert_eq!(rows[0], "Family         Style   Weight  Characters  From");
    assert!(rows[1].starts_with("Noto Serif SC  normal  400     ") && rows[1].ends_with("  built-in"));
    assert!(rows[4].starts_with("Noto Sans SC   normal  700     ") && rows[4].ends_with("  fonts/more.ttf"));
    assert_eq!(rows.len(), 5);
    let run = library.run(&["fonts", "--format", "json"]).must_succeed();
    let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (json["fonts"][3]["from"].as_str(), json["missing"].as_array().map(Vec::len)),
        (Some("library"), Some(0))
    );
}

#[test]
fn fonts_names_the_characters_that_no_font_has() {
    let library = Library::new().role("a", r#"{"title": "龑", "notes": "𠮷"}"#);
    let run = library.run(&["fonts"]).must_find();
    assert_eq!(
        run.stderr,
        "none of these fonts has `龑` (U+9F91), in a
put a font file that has them into the library's folder fonts/; `--system` shows whether the system has one
"
    );
}

#[test]
fn themes_are_listed_and_shown() {
    let library = Library::new();
    let run = library.run(&["theme", "list", "--ui-lang", "zh-CN"]).must_succeed();
    assert!(run.stdout.starts_with("名称"), "{}", run.stdout);
    assert!(run.stdout.contains("内置  条目式："), "{}", run.stdout);
    let names: Vec<&str> = run.stdout.lines().skip(1).filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains(&"form") && names.contains(&"outline"), "{names:?}");
    for name in names {
        let run = library.run(&["theme", "show", name]).must_succeed();
        assert!(run.stdout.starts_with(&format!("{name}: ")), "{name} has no description:\n{}", run.stdout);
        assert!(run.stdout.contains("  duties") && run.stdout.contains("Duties and Tasks"), "{}", run.stdout);
        let run = library.run(&["theme", "show", name, "--format", "json"]).must_succeed();
        let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert!(json["sections"].is_array());
    }
    let run = library.run(&["theme", "show", "outlin"]);
    assert_eq!(run.status, Some(2));
    assert!(
        run.stderr.starts_with("error: there is no theme `outlin`\n |\n = help: did you mean `outline`?\n")
    );
}

#[test]
fn completions_and_manual_pages_are_in_the_language_of_the_messages() {
    let library = Library::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = library.run(&["completions", shell]).must_succeed();
        assert!(run.stdout.contains("no-system-fonts"), "{shell}");
    }
    let run = library.run(&["completions", "fish", "--ui-lang", "zh-CN"]).must_succeed();
    assert!(
        run.stdout.contains("生成岗位库的全部文档") && run.stdout.contains("模板看到的内容"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("Print this"), "{}", run.stdout);
    let run = library.run(&["man", "build"]).must_succeed();
    assert!(run.stdout.contains(".SH NAME\nrolebook\\-build \\- Build the documents"), "{}", run.stdout);
    let run = library.run(&["man", "--out", "pages", "--ui-lang", "zh-CN"]).must_succeed();
    assert!(run.stdout.lines().any(|line| line == "pages/rolebook-theme-show.1"), "{}", run.stdout);
    for path in run.stdout.lines() {
        let page = fs::read_to_string(library.path().join(path)).unwrap();
        for heading in page.lines().filter_map(|line| line.strip_prefix(".SH ")) {
            assert!(!heading.is_ascii(), "{path}: {heading}");
        }
    }
    let run = library.run(&["man", "buidl"]);
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("did you mean `build`?"), "{}", run.stderr);
}

#[test]
fn help_is_the_same_by_every_way_to_ask_for_it() {
    let library = Library::new();
    let help = library.run(&["build", "--help"]).must_succeed().stdout;
    assert!(
        help.starts_with("Build the documents of a library\n\nUsage: rolebook build [LIBRARY] [OPTIONS]\n"),
        "{help}"
    );
    assert!(help.contains("Examples:\n  rolebook build  "), "{help}");
    assert!(!help.contains('\u{1b}'), "{help}");
    assert_eq!(library.run(&["build", "-h"]).must_succeed().stdout, help);
    assert_eq!(library.run(&["help", "build"]).must_succeed().stdout, help);
    let all = library.run(&["--help"]).must_succeed().stdout;
    let run = library.run(&[]);
    assert_eq!((run.status, &*run.stdout, &run.stderr), (Some(2), "", &all));
    for group in ["Make:", "Look:", "Set up:", "Options:", "Examples:"] {
        assert!(all.lines().any(|line| line == group), "no {group} in\n{all}");
    }
    let version = library.run(&["-V"]).must_succeed();
    assert_eq!(version.stdout, concat!("rolebook ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn the_whole_help_is_chinese_where_the_locale_is() {
    let help = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_rolebook"))
            .args(arguments)
            .env("LC_ALL", "zh_CN.UTF-8")
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let all = help(&["help"]);
    assert!(all.starts_with("用一个岗位库生成全部岗位说明书：Markdown、HTML 和 PDF\n\n用法：rolebook <命令> [选项]\n\n生成：\n"), "{all}");
    for english in ["Usage", "Options", "Commands", "default", "one of", "Print", "Example"] {
        assert!(!all.contains(english), "{english} in\n{all}");
        for command in [
            "build",
            "extract",
            "list",
            "theme",
            "fonts",
            "init",
            "new",
            "schema",
            "completions",
            "man",
            "help",
        ] {
            let page = help(&[command, "--help"]);
            assert!(page.contains("\n用法：rolebook "), "{page}");
            assert!(!page.contains(english), "{english} in\n{page}");
        }
    }
}

/// A command line, what is said of it in English and in Chinese, and a hint.
type Mistake = (&'static [&'static str], &'static str, &'static str, Option<(&'static str, &'static str)>);

#[test]
fn every_way_to_get_the_command_line_wrong_is_explained() {
    let library = Library::new();
    let cases: [Mistake; 10] = [
        (
            &["buld"],
            "there is no command `buld`",
            "没有命令 `buld`",
            Some(("did you mean `build`?", "是否想写 `build`？")),
        ),
        (
            &["build", "--formt", "md"],
            "there is no option `--formt`",
            "没有选项 `--formt`",
            Some(("did you mean `--format`?", "是否想写 `--format`？")),
        ),
        (
            &["build", "--format", "docx"],
            "`docx` is no value for `--format <FORMAT>`",
            "`--format <FORMAT>` 的值不能是 `docx`",
            Some(("choose one of md, html, pdf", "可选：md、html、pdf")),
        ),
        (&["build", "--format"], "`--format <FORMAT>` needs a value", "`--format <FORMAT>` 需要一个值", None),
        (
            &["build", "--jobs", "many"],
            "`many` is no value for `--jobs <N>`",
            "`--jobs <N>` 的值不能是 `many`",
            Some(("write a whole number from 1 to 1024", "请写 1 到 1024 的整数")),
        ),
        (&["build", "a", "b"], "`b` is one argument too many", "多余的参数 `b`", None),
        (
            &["build", "--out", "a", "--out", "b"],
            "`--out <DIR>` can be given only once",
            "`--out <DIR>` 只能写一次",
            None,
        ),
        (&["new"], "`<ID>` is missing", "缺少 `<ID>`", None),
        (
            &["man", "build", "--out", "x"],
            "`[COMMAND]...` and `--out <DIR>` cannot go together",
            "`[COMMAND]...` 与 `--out <DIR>` 不能同时使用",
            None,
        ),
        (
            &["build", "--no-system-fonts=x"],
            "`--no-system-fonts` takes no `x`",
            "`--no-system-fonts` 不接受 `x`",
            None,
        ),
    ];
    for (arguments, en, zh_cn, hint) in cases {
        for (language, error, message) in [("en", "error", en), ("zh-CN", "错误", zh_cn)] {
            let run = library.run(&[&["--ui-lang", language], arguments].concat());
            assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{arguments:?}");
            assert_eq!(run.stderr.lines().next(), Some(&*format!("{error}: {message}")), "{}", run.stderr);
            if let Some((en, zh_cn)) = hint {
                let hint = if language == "en" { en } else { zh_cn };
                assert!(run.stderr.contains(hint), "no {hint} in\n{}", run.stderr);
            }
            assert!(run.stderr.contains("--help` "), "{}", run.stderr);
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolebook"))
        .args(["completions", "powershell"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), &*stderr), (Some(0), ""));
}

#[test]
fn a_code_or_a_title_that_is_written_for_an_id_names_the_id() {
    let library = Library::new()
        .role(
            "sales-manager",
            r#"{"title": {"zh-CN": "销售经理", "en": "Sales Manager"}, "code": "SY-MK-02"}"#,
        )
        .role("clerk", r#"{"title": {"zh-CN": "内勤", "en": "Clerk"}, "code": "SY-MK-03"}"#)
        .role("office-clerk", r#"{"title": {"zh-CN": "内勤", "en": "Clerk"}, "code": "SY-MK-03"}"#);
    for (arguments, says) in [
        (&["build", ".", "--role", "SY-MK-02"] as &[&str], "it is the code of `sales-manager`; write its id"),
        (&["check", ".", "--role", "sales manager"], "it is the title of `sales-manager`; write its id"),
        (&["release", "销售经理", "."], "it is the title of `sales-manager`; write its id"),
        (&["compare", "clerk", "SY-MK-02"], "it is the code of `sales-manager`; write its id"),
        (&["new", "a", "--from", "SY-MK-02"], "it is the code of `sales-manager`; write its id"),
        (&["explain", "SY-MK-02"], "it is the code of `sales-manager`; write its id"),
        (
            &["org-chart", ".", "--root", "Clerk "],
            "it is the title of `clerk`, `office-clerk`; write the id of one",
        ),
        (
            &["build", ".", "--role", "sy-mk-02", "--ui-lang", "zh-CN"],
            "这是 `sales-manager` 的岗位编号；请写标识",
        ),
        (&["build", ".", "--role", "sales-manger"], "did you mean `sales-manager`?"),
    ] {
        let run = library.run(arguments);
        assert_eq!(run.status, Some(2), "{arguments:?}: {}", run.stderr);
        run.must_say(says);
    }
}

#[test]
fn help_says_what_can_be_given_several_times() {
    let library = Library::new();
    for (arguments, usage) in [
        (["compare", "--help"], "Usage: rolebook compare [ROLE]... [OPTIONS]\n"),
        (["build", "--help"], "Usage: rolebook build [LIBRARY] [OPTIONS]\n"),
    ] {
        let run = library.run(&arguments).must_succeed();
        assert!(run.stdout.contains(usage), "{}", run.stdout);
    }
}
