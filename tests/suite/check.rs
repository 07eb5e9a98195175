//! Holds the checks: each rule finds its failing example and passes over the other one,
//! the command says what it found in every format, mends what has one safe answer, and
//! `docs/check.md` has the rules as they are (`UPDATE_GOLDEN=1` rewrites its tables).

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use rolebook::check::{Example, families, rules};
use rolebook::diagnostic::{Code, Message};
use rolebook::model::CheckLevel;
use serde_json::{Value, json};

use crate::support::{Library, Run, repository};

const TODAY: &str = "2026-06-30";

/// A small library without settings but those of the example.
fn library(example: &Example) -> Library {
    let library = Library::new().file("rolebook.json", "{}");
    example.files.iter().fold(library, |library, (path, file)| library.file(path, Example::text(file)))
}

fn check(library: &Library, arguments: &[&str]) -> Run {
    let mut all = vec!["check", ".", "--today", TODAY];
    all.extend(arguments);
    library.run(&all)
}

fn findings(run: &Run) -> Vec<Value> {
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    report["findings"].as_array().unwrap().clone()
}

fn codes(run: &Run) -> BTreeSet<String> {
    findings(run).iter().map(|finding| finding["code"].as_str().unwrap().to_string()).collect()
}

fn found_in(example: &Example) -> BTreeSet<String> {
    let day = example.today.as_deref().unwrap_or(TODAY);
    codes(&library(example).run(&["check", ".", "--format", "json", "--today", day]))
}

#[test]
fn what_is_wrong_with_the_look_is_found_too() {
    let library = Library::new().role("a", r#"{"title": {"zh-CN": "甲", "en": "A"}}"#);
    let library = library
        .file(
            "rolebook.json",
            r#"{"languages": ["zh-CN", "en"], "theme": "forn", "organization": {"logo": "no.svg"}}"#,
        )
        .file("locales/en.json", r#"{"bok": {}}"#)
        .file("templates/html/form.css", "{% if %}")
        .file("templates/themes/mine.json", r#"{"colour": "red"}"#);
    let run = check(&library, &[]).must_find();
    for says in [
        "rolebook.json:1:",
        "there is no theme `forn`",
        "no.svg",
        "locales/en.json:1:2",
        "templates/html/form.css:1:",
        "templates/themes/mine.json:1:",
    ] {
        assert!(run.stdout.contains(says), "{says}: {}", run.stdout);
    }
}

#[test]
fn each_rule_finds_its_failing_example_and_nothing_in_the_other() {
    let mut faults = Vec::new();
    let mut count = 0;
    for rule in rules() {
        let (Some(fails), Some(passes)) = (&rule.fails, &rule.passes) else {
            assert!(rule.structural, "{} has no examples", rule.code);
            continue;
        };
        count += 1;
        let wanted = BTreeSet::from([rule.code.clone()]);
        for (example, wanted) in [(fails, wanted), (passes, BTreeSet::new())] {
            let found = found_in(example);
            if found != wanted {
                faults.push(format!("{}: {found:?} and not {wanted:?}", rule.code));
            }
        }
    }
    assert!(count >= 50, "only {count} rules have examples");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_code_is_explained_in_both_languages() {
    for code in Code::BUILT_IN {
        assert!(rolebook::check::rule(code.as_str()).is_some(), "{code} is in no family");
    }
    for rule in rules() {
        for message in [rule.why(), rule.from()] {
            assert!(!message.en.is_empty() && !message.zh_cn.is_empty(), "{}", rule.code);
        }
    }
    let library = Library::new();
    for (language, shown) in [("en", "This is found:"), ("zh-CN", "不合格的例子：")] {
        for code in ["vague_duty", "gender_only"] {
            let run = library.run(&["explain", code, "--ui-lang", language]).must_succeed();
            assert!(run.stdout.contains(shown), "{}", run.stdout);
        }
    }
    let run = library.run(&["explain", "vague_dut"]);
    assert_eq!(run.status, Some(2));
    run.must_say("did you mean `vague_duty`?");
    let all = library.run(&["explain"]).must_succeed().stdout;
    assert!(rules().all(|rule| all.contains(&rule.code)));
}

/// A library with a warning, an error and an exception.
fn mixed() -> Library {
    Library::new()
        .file("rolebook.json", "{}")
        .role("a", r#"{"title": "客户经理", "duties": [{"statement": "负责销售相关工作"}]}"#)
        .role(
            "b",
            r#"{"extends": "a", "title": "搬运工", "qualifications": {"physical": [
  {"name": "限男性", "lawful_exception": {"basis": "女职工禁忌劳动范围", "reason": "井下作业"}},
  {"name": "限女性"}]}}"#,
        )
}

#[test]
fn findings_point_into_the_file_that_wrote_them_once() {
    let run = check(&mixed(), &["--format", "short"]).must_find();
    assert_eq!(
        run.stdout,
        "roles/a.json:1:44: warning[vague_duty]: `负责销售相关工作` does not say what is done\n\
         roles/b.json:2:13: info[gender_only]: `限男性` is a wording about sex\n\
         roles/b.json:3:13: error[gender_only]: `限女性` is a wording about sex\n"
    );
    run.must_say("2 roles checked, ").must_say("1 error, 1 warning, 0 notes, 1 exception honored");
}

#[test]
fn a_finding_is_shown_with_its_line_and_a_caret() {
    let run = check(&mixed(), &["--role", "a", "--ui-lang", "zh-CN"]).must_succeed();
    for part in ["警告[vague_duty]", "roles/a.json:1:44", "^^^^", "请写明动作、对象和结果"] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
    assert!(!run.stdout.contains("roles/b.json"));
}

#[test]
fn a_command_takes_findings_for_more_or_less() {
    let library = mixed();
    let of = |arguments: &[&str]| {
        let run = check(&library, &[arguments, &["--format", "json"]].concat());
        (run.status, codes(&run).into_iter().collect::<Vec<_>>().join(" "))
    };
    assert_eq!(of(&["--allow", "gender"]), (Some(0), "gender_only vague_duty".to_string()));
    assert_eq!(of(&["--allow", "gender_only", "--deny", "warnings"]).0, Some(1));
    assert_eq!(of(&["--select", "vague_duty"]), (Some(0), "vague_duty".to_string()));
    assert_eq!(of(&["--select", "vague_duty", "--deny", "vague_duty"]).0, Some(1));
    let run = check(&library, &["--allow", "gender_onyl"]);
    assert_eq!(run.status, Some(2));
    run.must_say("there is no rule `gender_onyl`").must_say("did you mean `gender_only`?");
}

#[test]
fn a_library_sets_levels_profiles_and_packs() {
    let pack = r#"{"language": "zh-CN", "grounds": {"house": "用词规范"}, "rules": [
        {"code": "house_word", "ground": "house", "level": "error", "triggers": ["客服专员"]}]}"#;
    let role = r#"{"title": "客户经理", "duties": [{"statement": "带教客服专员并核对回访记录"}],
        "qualifications": {"education": [{"level": "bachelor", "description": "985院校毕业"}]},
        "reporting": {"reports_to": "b"}}"#;
    let with = |check: Value| {
        Library::new()
            .file("rolebook.json", json!({ "check": check }).to_string())
            .file("rules/house.json", pack)
            .role("a", role)
            .role("b", r#"{"title": "销售经理"}"#)
    };
    let of = |settings: Value| {
        let run = check(&with(settings), &["--format", "short"]);
        let short = |line: &str| line.split(": ").nth(1).unwrap_or_default().to_string();
        run.stdout.lines().map(short).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
    };
    let usual = of(json!({}));
    assert_eq!(usual, "warning[school_list] warning[superior_does_not_list]");
    assert_eq!(
        of(json!({ "campus": true, "levels": { "superior_does_not_list": "off" } })),
        "error[school_list]"
    );
    assert_eq!(
        of(json!({ "packs": ["rules/house.json"], "levels": { "school": "off" } })),
        "error[house_word] warning[superior_does_not_list]"
    );
    let run = check(&with(json!({ "levels": { "vage_duty": "off", "syntax_error": "off" } })), &[]);
    assert!(run.stdout.contains("did you mean `vague_duty`?"), "{}", run.stdout);
    assert!(run.stdout.contains("`syntax_error` has a level of its own"), "{}", run.stdout);
    let run = check(&with(json!({ "packs": ["../outside.json"] })), &[]).must_find();
    assert!(run.stdout.contains("invalid_value"), "{}", run.stdout);
}

#[test]
fn json_conforms_to_its_schema_and_sarif_has_its_structure() {
    let library = mixed();
    let schema: Value = serde_json::from_str(&library.run(&["schema", "check"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let report: Value = serde_json::from_str(&check(&library, &["--format", "json"]).stdout).unwrap();
    let faults: Vec<String> = validator.iter_errors(&report).map(|fault| fault.to_string()).collect();
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(report["errors"], 1);
    let honored: Vec<&Value> =
        report["findings"].as_array().unwrap().iter().filter(|it| it["honored"] == true).collect();
    assert_eq!(honored.len(), 1);
    assert_eq!(honored[0]["role"], "b");

    let log: Value = serde_json::from_str(&check(&library, &["--format", "sarif"]).stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "rolebook");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].as_str().unwrap().starts_with("roles/"));
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
    }
    assert_eq!(results[1]["suppressions"][0]["kind"], "inSource");
    assert_eq!(results[2].get("suppressions"), None);
}

#[test]
fn a_posting_that_is_no_json_is_checked_for_its_wording() {
    let library = mixed().file("posting.txt", "任职要求：\n1. 限男性\n");
    let run = library.run(&["check", "--text", "posting.txt", "--format", "short"]).must_find();
    assert_eq!(run.stdout, "posting.txt:2:4: error[gender_only]: `限男性` is a wording about sex\n");
    // The settings of the library that it is called in hold.
    let library = library.file("rolebook.json", r#"{"check": {"levels": {"gender_only": "warning"}}}"#);
    library.run(&["check", "--text", "posting.txt"]).must_succeed();
    let run = library.file("posting.pdf", "%PDF-1.7").run(&["check", "--text", "posting.pdf"]);
    assert_eq!(run.status, Some(2), "{}", run.stderr);
}

const UNTIDY: &str = "\u{feff}{\r\n\t\"title\" : \"客户经理\",\r\n\t\"summary\":   \"维护客户,处理投诉；；\\u4f7f用ＣＲＭ系统\",\r\n\t\"revisions\": [ {\"date\": \"2023-01-01\"},{\"date\": \"2024-01-01\", \"summary\": \"甲\"},\r\n\r\n\t{\"date\": \"2026-01-01\",   \"summary\": \"丙\"},{\"date\": \"2025-01-01\", \"summary\": \"乙\"} ]\r\n}\r\n";

#[test]
fn what_has_one_safe_answer_is_mended_and_the_rest_stays_byte_for_byte() {
    let library = Library::new().file("rolebook.json", "{}").role("a", UNTIDY);
    let path = library.path().join("roles/a.json");
    let run = check(&library, &["--diff"]).must_find();
    assert_eq!(fs::read_to_string(&path).unwrap(), UNTIDY);
    assert!(
        run.stdout.contains("+\t\"summary\":   \"维护客户，处理投诉；\\u4f7f用CRM系统\","),
        "{}",
        run.stdout
    );
    check(&library, &["--fix"]).must_succeed().must_say("mended 4 findings in 1 file");
    let expected = UNTIDY.replace("客户,处理投诉；；", "客户，处理投诉；").replace("ＣＲＭ", "CRM").replace(
        "{\"date\": \"2026-01-01\",   \"summary\": \"丙\"},{\"date\": \"2025-01-01\", \"summary\": \"乙\"}",
        "{\"date\": \"2025-01-01\", \"summary\": \"乙\"},{\"date\": \"2026-01-01\",   \"summary\": \"丙\"}",
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    let run = check(&library, &["--fix", "--format", "short"]).must_succeed();
    assert_eq!(run.stdout, "");
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
}

#[test]
fn what_one_answer_hides_is_mended_in_the_same_run() {
    // The order of the revisions and the marks inside them cannot be written at once.
    let library = Library::new().file("rolebook.json", "{}").role(
        "a",
        r#"{ "title": "客户经理", "revisions": [ {"date": "2023-01-01"}, {"date": "2024-01-01", "summary": "首次发布"},
            {"date": "2026-01-01", "summary": "改正职责,权限"}, {"date": "2025-01-01", "summary": "调整；；名称"} ] }"#,
    );
    let shown = check(&library, &["--diff"]).must_find().must_say("--fix would mend 3 findings in 1 file");
    let run = check(&library, &["--fix", "--format", "short"])
        .must_succeed()
        .must_say("mended 3 findings in 1 file");
    assert_eq!(run.stdout, "");
    for line in ["改正职责，权限", "调整；名称"] {
        assert!(shown.stdout.lines().any(|it| it.starts_with('+') && it.contains(line)), "{}", shown.stdout);
    }
    let mended = fs::read_to_string(library.path().join("roles/a.json")).unwrap();
    assert!(mended.contains("改正职责，权限") && mended.contains("调整；名称"), "{mended}");
    check(&library, &["--fix"]).must_succeed().must_say("mended 0 findings in 0 files");
}

#[test]
fn where_there_is_nothing_to_check_nothing_is_called_sound() {
    let library = Library::new().file("rolebook.json", "{}").file("roles/.gitkeep", "");
    let run = check(&library, &["--format", "short"]);
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    run.must_say("nothing was checked, there are no roles");
    let library = library.file("empty.txt", " \n\t\n").file("empty.html", "<p><img src='a.png'></p>");
    for file in ["empty.txt", "empty.html"] {
        let run = library.run(&["check", "--text", file, "--format", "short"]);
        assert_eq!(run.status, Some(2), "{}", run.stderr);
        assert_eq!(
            run.stdout,
            format!("{file}: error[unreadable_file]: there is no text in it: nothing was checked\n")
        );
    }
}

#[test]
fn a_posting_comes_from_standard_input_too() {
    let library = Library::new();
    let run = library
        .run_with(&["check", "--text", "-", "--format", "short"], "任职要求：\n1. 限男性\n")
        .must_find();
    assert_eq!(run.stdout, "-:2:4: error[gender_only]: `限男性` is a wording about sex\n");
    library.run_with(&["check", "--text", "-"], "任职要求：\n1. 本科学历\n").must_succeed();
    let run = library.run_with(&["check", "--text", "-", "--format", "json"], "");
    assert_eq!((run.status, codes(&run)), (Some(2), BTreeSet::from(["unreadable_file".to_string()])));
}

#[test]
fn findings_of_one_language_are_those_in_its_texts_and_in_none() {
    let library = Library::new().file("rolebook.json", "{}").role(
        "a",
        r#"{ "title": { "zh-CN": "女司机", "en": "Salesman" }, "duties": [{ "statement": "负责相关工作" }] }"#,
    );
    let found = |language: &[&str]| {
        let mut arguments =
            vec!["--format", "json", "--select", "gendered_title,en_gendered_title,vague_duty"];
        arguments.extend(language);
        codes(&check(&library, &arguments)).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(found(&[]), ["en_gendered_title", "gendered_title", "vague_duty"]);
    assert_eq!(found(&["--lang", "en"]), ["en_gendered_title", "vague_duty"]);
    assert_eq!(found(&["--lang", "zh-CN"]), ["gendered_title", "vague_duty"]);
}

#[test]
fn explain_says_which_file_wrote_a_value() {
    let run = mixed().run(&["explain", "b", "/duties"]).must_succeed();
    assert_eq!(run.stdout.trim(), "/duties/0/statement  roles/a.json:1:44  负责销售相关工作");
    let run = mixed().run(&["explain", "b", "/nothing"]);
    assert_eq!(run.status, Some(2));
    run.must_say("`b` has no value at `/nothing`");
}

#[test]
fn the_sample_library_is_clean() {
    let library = Library::copy_of(&repository().join("data"));
    let run = library.run(&["check", "--today", "2026-11-24", "--format", "short"]).must_succeed();
    let warnings: Vec<&str> = run.stdout.lines().filter(|line| line.contains(": warning[")).collect();
    assert!(warnings.is_empty(), "{}", warnings.join("\n"));
}

/// The tables of all rules but those of wording, in a language.
fn tables(chinese: bool) -> String {
    let of = |message: &Message| if chinese { message.zh_cn.clone() } else { message.en.clone() };
    let level = |level| match level {
        CheckLevel::Error => Message::new("error", "错误"),
        CheckLevel::Warning => Message::new("warning", "警告"),
        CheckLevel::Info => Message::new("info", "提示"),
        CheckLevel::Off => Message::new("off", "关闭"),
    };
    let mut text = String::new();
    for (family, name) in families() {
        let head = if chinese {
            "| 代码 | 级别 | 查什么 | 来源 |"
        } else {
            "| code | level | what for | source |"
        };
        let _ = write!(text, "\n### {}\n\n{head}\n| --- | --- | --- | --- |\n", of(&name));
        for rule in rules().filter(|rule| rule.family == family) {
            let mut level = of(&level(rule.level));
            if rule.structural {
                level.push_str(if chinese { "（固定）" } else { " (fixed)" });
            }
            if rule.fixable {
                level.push_str(if chinese { "，可自动改正" } else { ", mended by `--fix`" });
            }
            let (why, from) = (of(&rule.why()), of(&rule.from()));
            let _ = writeln!(text, "| `{}` | {level} | {why} | {from} |", rule.code);
        }
    }
    text
}

#[test]
fn the_documentation_has_the_rules_as_they_are() {
    let marks = ("<!-- rules -->\n", "\n<!-- end of rules -->");
    for (page, chinese) in [("docs/check.md", false), ("docs/check.zh-CN.md", true)] {
        let path = repository().join(page);
        let text = fs::read_to_string(&path).unwrap();
        let start = text.find(marks.0).unwrap() + marks.0.len();
        let end = text.find(marks.1).unwrap();
        let wanted = tables(chinese);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, format!("{}{wanted}{}", &text[..start], &text[end..])).unwrap();
        } else {
            assert_eq!(&text[start..end], wanted, "{page}: UPDATE_GOLDEN=1 rewrites it");
        }
    }
}

#[test]
fn build_and_site_stop_at_errors_and_count_warnings() {
    let role = |name: &str| {
        format!(
            r#"{{"title": "客户经理", "summary": "面向客户的联络人。", "duties": [{{"statement": "负责销售相关工作"}}],
            "locations": [{{"address": {{"country": "CN", "locality": "滨江"}}}}], "organization": {{"name": "朔屿"}},
            "qualifications": {{"skills": [{{"name": "{name}"}}]}}, "posting": {{"openings": 1, "date_posted": "2026-06-01"}}}}"#
        )
    };
    let with = |name: &str| {
        let settings = r#"{"site": {"base_url": "https://careers.example.com"}}"#;
        Library::new().file("rolebook.json", settings).role("a", role(name))
    };
    let site = |library: &Library| library.run(&["site", ".", "--no-pdf", "--today", TODAY]);
    let fine = with("熟悉客户关系管理");
    let run = fine.build(&["--format", "md"]).must_succeed();
    assert!(!run.stderr.contains("vague_duty"), "{}", run.stderr);
    run.must_say(" warnings: `rolebook check` shows them");
    site(&fine).must_succeed().must_say(" warnings: `rolebook check` shows them");
    let unlawful = with("限男性");
    let run = unlawful.build(&["--format", "md"]).must_find().must_say("error[gender_only]");
    assert_eq!(run.files(), Vec::<String>::new());
    site(&unlawful).must_find().must_say("error[gender_only]").must_say("nothing was published");
}

#[test]
fn what_is_no_prose_is_not_mended() {
    let role = r#"{"title": {"zh-CN": "客户经理"}, "variables": {"level": {"en": "Senior "}},
 "summary": {"zh-CN": "见 https://招聘,公司:中国/岗位 或写信给张三,李四@公司.中国"},
 "posting": {"apply": {"url": "https://招聘.公司.中国/岗位,甲"}}}"#;
    let library = Library::new().file("rolebook.json", "{}").role("a", role);
    let run = check(&library, &["--fix"]);
    assert!(!run.stderr.contains("mended 1"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(library.path().join("roles/a.json")).unwrap(), role);
}

#[test]
#[cfg(unix)]
fn a_file_that_nobody_is_to_write_is_not_mended_and_others_keep_their_rights() {
    use std::os::unix::fs::PermissionsExt;
    let role = |id: &str| format!(r#"{{"title": "客户经理,{id}"}}"#).replace("经理,", "经理,客户");
    let library = Library::new().file("rolebook.json", "{}").role("a", role("a")).role("b", role("b"));
    let mode = |id: &str, mode: u32| {
        let path = library.path().join(format!("roles/{id}.json"));
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("a", 0o600);
    check(&library, &["--fix", "--role", "a"]);
    let a = library.path().join("roles/a.json");
    assert!(fs::read_to_string(&a).unwrap().contains("经理，客户"));
    assert_eq!(fs::metadata(&a).unwrap().permissions().mode() & 0o777, 0o600);
    mode("b", 0o444);
    let run = check(&library, &["--fix", "--role", "b"]);
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("b.json is read-only"), "{}", run.stderr);
    assert!(fs::read_to_string(library.path().join("roles/b.json")).unwrap().contains("经理,客户"));
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_whatever_is_selected() {
    let library = Library::new().file("rolebook.json", "{}").role("a", "{\"title\": ");
    let run = check(&library, &["--select", "gender", "--format", "json"]);
    assert_eq!((run.status, codes(&run)), (Some(1), BTreeSet::from(["syntax_error".to_string()])));
}

#[test]
fn packs_keep_each_other_and_the_codes_of_the_program() {
    let pack = |code: &str| json!({ "language": "zh-CN", "rules": [{ "code": code, "ground": "house", "triggers": ["狼性"] }] });
    let settings = json!({ "check": { "packs": ["good.json", "bad.json"] } });
    let library = Library::new()
        .file("rolebook.json", settings.to_string())
        .file("good.json", pack("house_word").to_string())
        .file("bad.json", pack("vague_duty").to_string())
        .role("a", r#"{"title": {"zh-CN": "客户经理"}, "summary": {"zh-CN": "打造狼性团队"}}"#);
    let run = check(&library, &["--format", "json"]);
    let found = codes(&run);
    assert!(found.contains("house_word") && found.contains("duplicate_id"), "{found:?}");
}

#[test]
fn a_level_of_a_rule_beats_that_of_its_ground_and_explain_says_it() {
    for levels in
        [json!({ "age_limit": "off", "age": "error" }), json!({ "age": "error", "age_limit": "off" })]
    {
        let settings = json!({ "check": { "levels": levels } }).to_string();
        let library = Library::new().file("rolebook.json", &settings).role("a", r#"{"title": "A"}"#);
        let run = library.run(&["explain", "age_limit", "--ui-lang", "en"]).must_succeed();
        assert!(run.stdout.starts_with("age_limit (off"), "{}", run.stdout);
        let run = library.run(&["explain", "age", "--ui-lang", "en"]).must_succeed();
        assert!(run.stdout.contains("age_limit") && run.stdout.contains("off"), "{}", run.stdout);
    }
    let settings = json!({ "check": { "levels": { "review_overdue": "error" } } }).to_string();
    let library = Library::new().file("rolebook.json", &settings).role("a", r#"{"title": "A"}"#);
    let run = library.run(&["explain", "review_overdue", "--ui-lang", "en"]).must_succeed();
    assert!(run.stdout.starts_with("review_overdue (error)"), "{}", run.stdout);
}

#[test]
fn the_words_about_the_employer_are_looked_at_too() {
    let settings = json!({ "organization": { "overview": { "zh-CN": "本公司只招男性。" } } }).to_string();
    let library = Library::new().file("rolebook.json", &settings).role("a", r#"{"title": "客户经理"}"#);
    let run = check(&library, &["--format", "json"]);
    let first = findings(&run).into_iter().find(|it| it["code"] == "gender_only").unwrap();
    assert_eq!(first["pointer"], "/organization/overview/zh-CN");
}
