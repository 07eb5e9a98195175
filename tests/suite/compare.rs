//! Holds the comparison of roles: which parts belong together, beside a truth that
//! was judged by hand; how words differ; what weighs; and the command itself.

use std::collections::BTreeMap;
use std::fs;

use rolebook::catalog::Catalog;
use rolebook::compare::{
    Comparison, Content, ContentField, ContentItem, ContentValue, FieldBody, ItemValue, Materiality, Operand,
    SegmentKind, Status, compare,
};
use rolebook::model::Language;
use rolebook::resolve::resolve;
use rolebook::view::{Locale, Names, content};
use serde_json::{Value, json};

use crate::model::full_role;
use crate::support::{Library, pdf_info, pdf_pages, repository, squeeze};

/// The contents of the roles of a library.
struct Roles {
    catalog: Catalog,
    names: Names,
}

impl Roles {
    fn of(library: &std::path::Path) -> Self {
        let catalog = Catalog::load(library).unwrap();
        assert!(catalog.findings.is_empty(), "{:?}", catalog.findings);
        let names = Names::of(&catalog);
        Self { catalog, names }
    }

    fn content(&self, id: &str, language: Language) -> Content {
        let resolved = resolve(&self.catalog, id).unwrap();
        content(&resolved, &self.names, &Locale::built_in(language), language, &|_| id.to_string())
    }
}

fn compared(contents: &[Content], strict: bool) -> Comparison {
    let operands = contents.iter().map(|_| Operand::default()).collect();
    compare(contents, operands, "zh-CN", strict)
}

/// Takes the ids out, so that only words can match items; gives them, by pointer.
fn without_ids(content: &mut Content) -> BTreeMap<String, String> {
    fn walk(fields: &mut [ContentField], ids: &mut BTreeMap<String, String>) {
        for field in fields {
            if let ContentValue::List(items) = &mut field.value {
                for item in items {
                    if let Some(id) = item.id.take() {
                        ids.insert(item.pointer.clone(), id);
                    }
                    if let ItemValue::Fields(fields) = &mut item.value {
                        walk(fields, ids);
                    }
                }
            }
        }
    }
    let mut ids = BTreeMap::new();
    for section in &mut content.sections {
        walk(&mut section.fields, &mut ids);
    }
    ids
}

fn items<'a>(content: &'a Content, path: &str) -> &'a [ContentItem] {
    let fields = content.sections.iter().flat_map(|section| &section.fields);
    let found = fields.filter(|field| field.path == path).find_map(|field| match &field.value {
        ContentValue::List(items) => Some(items.as_slice()),
        ContentValue::One(_) => None,
    });
    found.unwrap_or_default()
}

/// The pairs of a list in a comparison of two, by the items' pointers.
fn pairs(comparison: &Comparison, path: &str) -> Vec<(Option<String>, Option<String>)> {
    fn find(
        fields: &[rolebook::compare::FieldComparison],
        path: &str,
        out: &mut Vec<(Option<String>, Option<String>)>,
    ) {
        for field in fields {
            if let FieldBody::Items(items) = &field.body {
                for item in items {
                    if field.path == path {
                        let place = |at: usize| item.places[at].as_ref().map(|place| place.pointer.clone());
                        out.push((place(0), place(1)));
                    }
                    find(&item.fields, path, out);
                }
            }
        }
    }
    let mut out = Vec::new();
    for section in &comparison.sections {
        find(&section.fields, path, &mut out);
    }
    out
}

/// How many decisions about partners agree with the truth, of how many; and those
/// that do not.
#[derive(Default)]
struct Agreement {
    right: usize,
    all: usize,
    wrong: Vec<String>,
}

impl Agreement {
    fn count(&mut self, what: &str, expected: Option<&str>, found: Option<&str>) {
        self.all += 1;
        if expected == found {
            self.right += 1;
        } else {
            self.wrong.push(format!(
                "{what}: {} and not {}",
                found.unwrap_or("none"),
                expected.unwrap_or("none")
            ));
        }
    }

    /// Compares the pairs of two lists; `about` says what each item is about.
    fn list(
        &mut self,
        what: &str,
        pairs: &[(Option<String>, Option<String>)],
        about: [&BTreeMap<String, String>; 2],
    ) {
        let partner = |pointer: &str, from: usize| {
            pairs.iter().find_map(|(first, second)| {
                let (own, other) = if from == 0 { (first, second) } else { (second, first) };
                (own.as_deref() == Some(pointer)).then(|| other.clone()).flatten()
            })
        };
        for from in 0..2 {
            for (pointer, topic) in about[from] {
                let expected =
                    about[1 - from].iter().find(|(_, other)| *other == topic).map(|(at, _)| at.as_str());
                // A pair is one decision, and not two.
                if from == 1 && expected.is_some() {
                    continue;
                }
                let found = partner(pointer, from);
                self.count(&format!("{what} {topic}"), expected, found.as_deref());
            }
        }
    }
}

fn truth() -> Value {
    let text = fs::read_to_string(repository().join("tests/truth/alignment.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// What each item of a list is about, by its pointer.
fn topics(
    content: &Content,
    ids: &BTreeMap<String, String>,
    path: &str,
    topics: &Value,
) -> BTreeMap<String, String> {
    items(content, path)
        .iter()
        .map(|item| {
            let id = item.id.as_ref().or_else(|| ids.get(&item.pointer)).unwrap();
            let topic =
                topics[id].as_str().unwrap_or_else(|| panic!("the truth says nothing of {path} {id}"));
            (item.pointer.clone(), topic.to_string())
        })
        .collect()
}

fn agreement(with_ids: bool) -> Agreement {
    let roles = Roles::of(&repository().join("data"));
    let truth = truth();
    let mut agreement = Agreement::default();
    let family: Vec<&String> = truth["lists"]["duties"].as_object().unwrap().keys().collect();
    for (at, first) in family.iter().enumerate() {
        for second in &family[at + 1..] {
            let mut contents = [first, second].map(|id| roles.content(id, Language::ZhCn));
            let ids = [0, 1].map(|at| {
                let mut copy = contents[at].clone();
                let ids = without_ids(&mut copy);
                if !with_ids {
                    contents[at] = copy;
                }
                ids
            });
            let comparison = compared(&contents, false);
            for (path, of_roles) in truth["lists"].as_object().unwrap() {
                let about = [0, 1].map(|at| {
                    let id = if at == 0 { first } else { second };
                    topics(&contents[at], &ids[at], path, &of_roles[id.as_str()])
                });
                let what = format!("{first} / {second}: {path}");
                agreement.list(&what, &pairs(&comparison, path), [&about[0], &about[1]]);
            }
        }
    }
    agreement
}

fn tasks() -> Agreement {
    let roles = Roles::of(&repository().join("data"));
    let truth = truth();
    let mut agreement = Agreement::default();
    for (duty, of_roles) in truth["tasks"].as_object().unwrap() {
        let of_roles: Vec<(&String, &Value)> = of_roles.as_object().unwrap().iter().collect();
        for (at, (first, first_topics)) in of_roles.iter().enumerate() {
            for (second, second_topics) in &of_roles[at + 1..] {
                let contents = [first, second].map(|id| roles.content(id, Language::ZhCn));
                let about =
                    [(&contents[0], first_topics), (&contents[1], second_topics)].map(|(content, topics)| {
                        let duties = items(content, "duties");
                        let duty = duties.iter().find(|item| item.id.as_ref() == Some(duty)).unwrap();
                        let topics = topics.as_array().unwrap().iter().enumerate();
                        topics
                            .map(|(at, topic)| {
                                (format!("{}/tasks/{at}", duty.pointer), topic.as_str().unwrap().to_string())
                            })
                            .collect::<BTreeMap<_, _>>()
                    });
                let comparison = compared(&contents, false);
                let what = format!("{first} / {second}: {duty}");
                agreement.list(&what, &pairs(&comparison, "duties.tasks"), [&about[0], &about[1]]);
            }
        }
    }
    agreement
}

#[test]
fn alignment_agrees_with_what_was_judged_by_hand() {
    // As the family is compared: by ids where it has them, tasks by words.
    let (lists, tasks) = (agreement(true), tasks());
    let (right, all) = (lists.right + tasks.right, lists.all + tasks.all);
    let wrong = [lists.wrong, tasks.wrong].concat().join("\n");
    assert!(all > 1000, "{all} decisions");
    assert!(right * 100 >= all * 95, "{right} of {all} decisions are right; wrong:\n{wrong}");
    // Without the ids, by words alone.
    let Agreement { right, all, wrong } = agreement(false);
    assert!(right * 100 >= all * 92, "{right} of {all} decisions are right; wrong:\n{}", wrong.join("\n"));
}

/// Two roles, compared in Chinese.
fn of(first: &Value, second: &Value, strict: bool) -> Comparison {
    let library = Library::new().role("first", first.to_string()).role("second", second.to_string());
    let roles = Roles::of(library.path());
    compared(&["first", "second"].map(|id| roles.content(id, Language::ZhCn)), strict)
}

/// What happened, in the order of the changes: status, path, and the words.
fn changes(comparison: &Comparison) -> Vec<(Status, &str, Option<&str>, Option<&str>)> {
    comparison
        .changes
        .iter()
        .map(|change| (change.status, &*change.path, change.before.as_deref(), change.after.as_deref()))
        .collect()
}

fn duties(statements: &[&str]) -> Value {
    let duties: Vec<Value> = statements.iter().map(|words| json!({ "statement": words })).collect();
    json!({ "title": "甲", "duties": duties })
}

#[test]
fn every_field_of_the_model_takes_part() {
    let (role, leaves) = full_role();
    let library = Library::new().role("first", role.to_string());
    let roles = Roles::of(library.path());
    let first = roles.content("first", Language::ZhCn);
    let mut missed = Vec::new();
    for (pointer, other) in leaves.iter().filter(|(pointer, _)| !pointer.ends_with("/id")) {
        let mut changed = role.clone();
        *changed.pointer_mut(pointer).unwrap() = other.clone();
        let library = Library::new().role("second", changed.to_string());
        let second = Roles::of(library.path()).content("second", Language::ZhCn);
        let comparison = compared(&[first.clone(), second], false);
        if comparison.same || comparison.changes.is_empty() {
            missed.push(pointer.as_str());
        }
    }
    assert!(missed.is_empty(), "a change of these is no difference: {missed:?}");
    assert!(compared(&[first.clone(), first], false).same);
}

#[test]
fn every_field_has_a_label_in_a_comparison() {
    let (mut role, _) = full_role();
    role["theme"] = json!("outline");
    role["qualifications"]["competencies"] = json!([{ "competency_ref": "focus", "level": "1" }]);
    let library = Library::new()
        .file("rolebook.json", r#"{"languages": ["zh-CN", "en"], "competencies": [{"id": "focus", "name": "专注", "levels": [{"id": "1", "name": "合格"}]}]}"#)
        .role("a", role.to_string())
        .role("b", r#"{"title": "乙"}"#);
    for language in ["zh-CN", "en"] {
        let run = library.run(&["compare", "a", "b", "--lang", language, "--show", "all"]);
        assert_eq!(run.status, Some(1), "{}", run.stderr);
        assert!(
            run.stdout.contains(if language == "en" { "Lawful exception:" } else { "法定例外依据" }),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn swapped_duties_are_one_that_moved() {
    let (one, other) = (["编制年度销售计划", "维护重点客户关系"], ["维护重点客户关系", "编制年度销售计划"]);
    let comparison = of(&duties(&one), &duties(&other), false);
    let [(Status::Moved, "duties", Some(before), Some(after))] = changes(&comparison)[..] else {
        panic!("{:?}", comparison.changes)
    };
    assert_eq!(before, after);
    assert_eq!(comparison.changes[0].materiality, Materiality::Editorial);
}

#[test]
fn one_duty_split_in_two_is_a_candidate() {
    let one = ["编制年度销售计划，维护重点客户关系", "组织员工培训"];
    let two = ["编制年度销售计划", "维护重点客户关系", "组织员工培训"];
    let comparison = of(&duties(&one), &duties(&two), false);
    let statuses: Vec<Status> = comparison.changes.iter().map(|change| change.status).collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == Status::SplitCandidate).count(),
        1,
        "{statuses:?}"
    );
    let comparison = of(&duties(&two), &duties(&one), false);
    let statuses: Vec<Status> = comparison.changes.iter().map(|change| change.status).collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == Status::MergedCandidate).count(),
        1,
        "{statuses:?}"
    );
}

#[test]
fn the_same_words_in_another_order_are_reworded() {
    let comparison = of(&duties(&["计划并审批预算"]), &duties(&["审批预算并计划"]), false);
    assert_eq!(comparison.changes.len(), 1);
    assert_eq!(comparison.changes[0].status, Status::Reworded);
}

#[test]
fn a_number_alone_is_one_changed_value() {
    let role = |months: u32, amount: u32, words: &str| {
        json!({
            "title": "甲",
            "qualifications": { "experience": [{ "id": "sales", "months": months, "domain": "销售" }] },
            "authorities": [{ "id": "price", "matter": "价格优惠", "right": "decide",
                "limit": { "amount": amount, "currency": "CNY", "per": "contract" } }],
            "summary": words,
        })
    };
    let comparison = of(&role(36, 50_000, "带领5人团队"), &role(60, 80_000, "带领8人团队"), false);
    let values: Vec<(&str, &str, &str, Materiality)> = comparison
        .changes
        .iter()
        .map(|change| {
            let [value] = &change.quantities[..] else { panic!("{change:?}") };
            (&*change.path, &*value.before, &*value.after, change.materiality)
        })
        .collect();
    assert_eq!(
        values,
        [
            ("summary", "5", "8", Materiality::Editorial),
            ("authorities.limit", "50,000元", "80,000元", Materiality::Material),
            ("qualifications.experience.months", "3年", "5年", Materiality::Material),
        ]
    );
}

#[test]
fn width_and_punctuation_count_only_when_strict() {
    let (one, other) = (duties(&["编制计划，完成３项指标。"]), duties(&["编制计划,完成3项指标"]));
    assert!(of(&one, &other, false).same);
    assert!(!of(&one, &other, true).same);
    // A value that is written otherwise.
    let (one, other) = (duties(&["三年内完成"]), duties(&["36个月内完成"]));
    assert!(of(&one, &other, false).same);
    assert!(!of(&one, &other, true).same);
    // Markup is a way of writing too.
    let (one, other) = (duties(&["编制**计划**"]), duties(&["编制计划"]));
    assert!(of(&one, &other, false).same);
    assert!(!of(&one, &other, true).same);
}

#[test]
fn empty_and_missing_lists_are_the_same() {
    let empty = json!({ "title": "甲", "duties": [], "alternate_titles": [], "kpis": [] });
    assert!(of(&empty, &json!({ "title": "甲" }), false).same);
    let comparison = of(&duties(&[]), &duties(&["编制计划"]), false);
    assert_eq!(changes(&comparison), [(Status::Added, "duties", None, Some("编制计划"))]);
}

#[test]
fn roles_with_nothing_in_common_are_added_and_removed() {
    let comparison =
        of(&duties(&["驾驶车辆送货", "装卸货物"]), &duties(&["审核财务报表", "组织员工培训"]), false);
    let statuses: Vec<Status> = comparison.changes.iter().map(|change| change.status).collect();
    let count = |status| statuses.iter().filter(|it| **it == status).count();
    assert_eq!((count(Status::Added), count(Status::Removed), statuses.len()), (2, 2, 4));
}

#[test]
fn a_bilingual_role_is_compared_in_one_language() {
    let role = |zh: &str, en: &str| json!({ "title": { "zh-CN": "甲", "en": "A" }, "summary": { "zh-CN": zh, "en": en } });
    let library = Library::new()
        .role("a", role("编制计划", "Draws up plans").to_string())
        .role("b", role("编制计划", "Draws up budgets").to_string());
    let roles = Roles::of(library.path());
    let of = |language| compared(&["a", "b"].map(|id| roles.content(id, language)), false);
    assert!(of(Language::ZhCn).same);
    let comparison = of(Language::En);
    assert_eq!(
        changes(&comparison),
        [(Status::Reworded, "summary", Some("Draws up plans"), Some("Draws up budgets"))]
    );
}

#[test]
fn a_change_of_a_reference_is_seen_though_the_names_are_the_same() {
    let library = Library::new()
        .role("boss-a", r#"{"title": "经理"}"#)
        .role("boss-b", r#"{"title": "经理"}"#)
        .role("a", r#"{"title": "甲", "reporting": {"reports_to": "boss-a"}}"#)
        .role("b", r#"{"title": "甲", "reporting": {"reports_to": "boss-b"}}"#);
    let roles = Roles::of(library.path());
    let comparison = compared(&["a", "b"].map(|id| roles.content(id, Language::ZhCn)), false);
    assert_eq!(comparison.changes.len(), 1);
    let change = &comparison.changes[0];
    assert_eq!((&*change.path, change.rule.as_deref()), ("reporting.reports_to", Some("reporting_line")));
    assert_eq!(change.after.as_deref(), Some("经理 [boss-b]"));
}

#[test]
fn what_weighs_follows_the_rules() {
    let role = |statement: &str, essential: Value, tier: &str| {
        json!({
            "title": "甲",
            "duties": [{ "id": "a", "area": "计划", "statement": statement, "essential": essential }],
            "kpis": [{ "id": "k", "name": "达成率", "target": "95", "weight": 30 }],
            "qualifications": { "skills": [{ "id": "s", "name": "谈判", "tier": tier }] },
        })
    };
    let rules = |one: &Value, other: &Value| -> Vec<(String, Option<String>)> {
        let comparison = of(one, other, false);
        comparison.changes.iter().map(|change| (change.path.clone(), change.rule.clone())).collect()
    };
    let rule = |path: &str, code: &str| (path.to_string(), (!code.is_empty()).then(|| code.to_string()));
    let base = role("编制销售计划", json!(true), "required");
    assert_eq!(
        rules(&base, &role("编制预算", json!(true), "required")),
        [rule("duties.statement", "essential_duty")]
    );
    assert_eq!(
        rules(&role("编制销售计划", json!(false), "required"), &role("编制预算", json!(false), "required")),
        [rule("duties.statement", "")]
    );
    assert_eq!(
        rules(&base, &role("编制销售计划", json!(false), "preferred")),
        [
            rule("duties.essential", "essential_duty"),
            rule("qualifications.skills.tier", "qualification_threshold")
        ]
    );
    let mut heavier = base.clone();
    heavier["kpis"][0]["weight"] = json!(40);
    heavier["kpis"][0]["name"] = json!("计划达成率");
    assert_eq!(rules(&base, &heavier), [rule("kpis.name", ""), rule("kpis.weight", "kpi")]);
}

#[test]
fn a_value_says_which_base_it_came_from() {
    let library = Library::new()
        .role("base", r#"{"title": "基准", "summary": "概述", "duties": [{"id": "a", "statement": "编制计划", "tasks": ["甲"]}]}"#)
        .role("a", r#"{"title": "甲", "extends": "base", "duties": [{"id": "a", "tasks": ["乙"]}]}"#)
        .role("b", r#"{"title": "乙", "extends": "a", "summary": "另一概述"}"#);
    let run = library.run(&["compare", "a", "b", "--format", "json"]);
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    let mut from = BTreeMap::new();
    fn walk(value: &Value, from: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(object) => {
                let text = |key: &str| object.get(key).and_then(Value::as_str);
                if let (Some(pointer), Some(writer)) = (text("pointer"), text("from")) {
                    let key = format!("{pointer} {}", text("words").unwrap());
                    from.entry(key).or_insert(writer.to_string());
                }
                object.values().for_each(|value| walk(value, from));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, from)),
            _ => {}
        }
    }
    walk(&json["sections"], &mut from);
    let of = |key: &str| from.get(key).map(String::as_str);
    assert_eq!(of("/summary 概述"), Some("base"));
    assert_eq!(of("/summary 另一概述"), Some("b"));
    assert_eq!(of("/duties/0/statement 编制计划"), Some("base"));
    assert_eq!(of("/duties/0/tasks/0 乙"), Some("a"));
}

fn two() -> Library {
    Library::new()
        .role("a", r#"{"title": "客户经理", "code": "A-1", "summary": "编制销售计划，完成3项指标。", "duties": [{"id": "plan", "area": "计划", "statement": "编制年度销售计划", "essential": true}]}"#)
        .role("b", r#"{"title": "客户经理", "code": "A-2", "summary": "编制销售计划，完成5项指标。", "duties": [{"id": "plan", "area": "计划", "statement": "编制年度营销计划", "essential": true}, {"id": "visit", "area": "回访", "statement": "走访客户"}]}"#)
}

#[test]
fn the_terminal_shows_what_differs_in_columns() {
    let run = two().run(&["compare", "a", "b", "--width", "72", "--ui-lang", "zh-CN"]);
    assert_eq!((run.status, &*run.stderr), (Some(1), ""));
    assert_eq!(
        run.stdout.lines().filter(|line| !line.contains("内容校验")).collect::<Vec<_>>().join("\n"),
        include_str!("compare/two.txt").trim_end()
    );
    // Too narrow for two columns beside a label.
    let run = two().run(&["compare", "a", "b", "--width", "40", "--ui-lang", "zh-CN"]);
    assert!(run.stdout.contains("  A A-[-1-]\n  B A-{+2+}"), "{}", run.stdout);
    let run = two().run(&["compare", "a", "b", "--show", "all", "--ui-lang", "zh-CN"]);
    assert!(run.stdout.contains("岗位名称"), "{}", run.stdout);
}

#[test]
fn the_exit_status_says_whether_anything_differs() {
    let library = two();
    assert_eq!(library.run(&["compare", "a", "b"]).status, Some(1));
    let run = library.run(&["compare", "a", "a"]);
    assert_eq!((run.status, &*run.stderr), (Some(0), ""));
    assert!(run.stdout.contains("没有差异。"), "{}", run.stdout);
    for (arguments, says) in [
        (&["compare"][..], "no roles to compare"),
        (&["compare", "a"], "one role alone cannot be compared"),
        (&["compare", "a", "c"], "there is no role `c`"),
        (&["compare", "a", "b", "a", "b", "a", "b", "a"], "7 roles are more than fit"),
        (&["compare", "a", "b", "--lang", "fr"], "there is no language `fr`"),
        (&["compare", "a", "nowhere#b"], "nowhere is not a folder"),
        (&["compare", "a", "b", "--width", "7"], "--width"),
    ] {
        let run = library.run(arguments);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{arguments:?}");
        assert!(run.stderr.contains(says), "{arguments:?}: {}", run.stderr);
    }
    let broken = two().role("c", r#"{"title": "丙", "dutis": []}"#);
    let run = broken.run(&["compare", "a", "c"]);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""));
    assert!(
        run.stderr.contains("error[unknown_key]") && run.stderr.contains("roles/c.json:1:16"),
        "{}",
        run.stderr
    );
    // What is wrong elsewhere does not matter here.
    assert_eq!(broken.run(&["compare", "a", "b"]).status, Some(1));
}

#[test]
fn json_conforms_to_its_schema() {
    let library = two();
    let schema: Value =
        serde_json::from_str(&library.run(&["schema", "comparison"]).must_succeed().stdout).unwrap();
    let current = format!("{schema:#}\n");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(repository().join("schema/comparison.schema.json"), &current).unwrap();
    }
    let checked_in =
        fs::read_to_string(repository().join("schema/comparison.schema.json")).unwrap_or_default();
    assert!(checked_in == current, "schema/comparison.schema.json is out of date: UPDATE_GOLDEN=1 tests/run");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let data = repository().join("data").display().to_string();
    for arguments in [
        vec!["compare", "a", "b", "--format", "json"],
        vec![
            "compare",
            "account-manager",
            "key-account-manager",
            "account-manager-finance",
            "--library",
            &data,
            "--format",
            "json",
            "--strict",
        ],
    ] {
        let json: Value = serde_json::from_str(&library.run(&arguments).stdout).unwrap();
        let fault = validator.iter_errors(&json).next().map(|fault| fault.to_string());
        assert!(fault.is_none(), "{arguments:?}: {fault:?}");
    }
    let mut fault: Value =
        serde_json::from_str(&library.run(&["compare", "a", "b", "--format", "json"]).stdout).unwrap();
    fault["changes"][0]["status"] = json!("gone");
    assert!(!validator.is_valid(&fault));
}

#[test]
fn a_page_has_a_switch_and_no_script() {
    let library = two();
    let run = library.run(&["compare", "a", "b", "--out", "dist/compare.html", "--lang", "zh-CN"]);
    assert_eq!((run.status, &*run.stdout), (Some(1), ""));
    let page = run.text("compare.html");
    assert!(!page.contains("<script") && !page.contains("http"), "a page of its own, without script");
    let html = scraper::Html::parse_document(&page);
    let select = |selector: &str| html.select(&scraper::Selector::parse(selector).unwrap()).count();
    assert_eq!(select("input#only-differences[type=checkbox]"), 1);
    assert_eq!(select("label[for=only-differences]"), 1);
    assert_eq!(select("#duties tbody tr.item"), 2);
    assert!(select("tr.same") >= 1 && select("del") >= 2 && select("ins") >= 2);
    assert_eq!(select("section[id] table thead th[scope=col]"), select("section[id] table") * 3);
    let run = library.run(&["compare", "a", "b", "--out", "dist/d.html", "--show", "differences"]);
    assert!(run.text("d.html").contains(r#"id="only-differences" class="switch" checked"#));
}

#[test]
fn hostile_words_are_inert_in_every_format() {
    let words = "</script><script>alert(1)</script> #panic() | `x` *y* [z](javascript:1)";
    let library = Library::new()
        .role("a", json!({ "title": words, "summary": "甲" }).to_string())
        .role("b", json!({ "title": "乙", "summary": words, "duties": [{ "area": words }] }).to_string());
    let run = library.run(&["compare", "a", "b", "--out", "dist/c.html"]);
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    let page = run.text("c.html");
    assert!(!page.contains("<script") && !page.contains("href"), "{page}");
    let run = library.run(&["compare", "a", "b", "--out", "dist/c.pdf"]);
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    assert!(squeeze(&pdf_pages(&run.path("c.pdf")).concat()).contains("#panic()"));
    let run = library.run(&["compare", "a", "b", "--format", "md"]);
    let html = comrak::markdown_to_html(&run.stdout, &comrak_options());
    assert!(!html.contains("<script") && !html.contains("href"), "{html}");
    let table = scraper::Html::parse_fragment(&html);
    for row in table.select(&scraper::Selector::parse("tbody tr").unwrap()) {
        assert_eq!(row.child_elements().count(), 3, "{}", row.html());
    }
}

fn comrak_options() -> comrak::Options<'static> {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options
}

#[test]
fn a_pdf_is_wide_and_says_what_it_is() {
    let data = repository().join("data").display().to_string();
    let library = Library::new();
    let out = library.path().join("c.pdf").display().to_string();
    let roles = ["account-manager", "account-manager-finance", "account-manager-services"];
    for count in [2, 3] {
        let mut arguments = vec!["compare", "--library", &data, "--out", &out, "--lang", "zh-CN"];
        arguments.extend(&roles[..count]);
        assert_eq!(library.run(&arguments).status, Some(1));
        let first = fs::read(&out).unwrap();
        let info = pdf_info(std::path::Path::new(&out));
        assert!(info.contains("841.89 x 595.276 pts (A4)"), "{info}");
        assert!(info.contains("Tagged:          yes"), "{info}");
        let text = squeeze(&pdf_pages(std::path::Path::new(&out)).concat());
        assert!(text.contains("岗位对比：客户经理/客户经理（金融服务）"), "{}", &text[..200]);
        library.run(&arguments);
        assert!(first == fs::read(&out).unwrap(), "the same bytes twice");
    }
}

#[test]
fn one_role_of_two_libraries_is_compared_between_them() {
    let library = Library::new()
        .file("old/rolebook.json", "{}")
        .file(
            "old/roles/a.json",
            r#"{"title": "甲", "document": {"version": "1.0"}, "compensation": {"pay_type": "monthly"},
            "sign_off": {"blocks": [{"party": "job_holder"}, {"party": "reviewed"}]}}"#,
        )
        .file("new/rolebook.json", "{}")
        .file(
            "new/roles/a.json",
            r#"{"title": "甲", "document": {"version": "2.0"}, "compensation": {"pay_type": "hourly"},
            "sign_off": {"blocks": [{"party": "job_holder"}, {"party": "reviewed"}]}}"#,
        );
    for arguments in
        [&["compare", "a", "--library", "old", "--library", "new"][..], &["compare", "old#a", "new#a"]]
    {
        let run = library.run(&[arguments, &["--ui-lang", "zh-CN"]].concat());
        assert_eq!(run.status, Some(1), "{}", run.stderr);
        for words in [
            "版本对比：甲",
            "甲：1.0 → 2.0",
            "实质性变更\n 1. 薪酬福利·薪酬类型：由“月薪制”改为“小时工资制”。",
            "文字性变更\n 1. 文件控制·版本号：由“1.0”改为“2.0”。",
            "须重新签署：本人签名（薪酬）。",
        ] {
            assert!(run.stdout.contains(words), "no `{words}` in\n{}", run.stdout);
        }
    }
    // Editorial changes alone are signed by nobody again.
    let run = library
        .file("new/roles/a.json", r#"{"title": "甲", "summary": "新的概述", "document": {"version": "1.0"}, "compensation": {"pay_type": "monthly"},
            "sign_off": {"blocks": [{"party": "job_holder"}, {"party": "reviewed"}]}}"#)
        .run(&["compare", "old#a", "new#a"]);
    assert!(run.stdout.contains("没有实质性变更，无须重新签署。"), "{}", run.stdout);
    assert!(run.stdout.contains("1. 岗位概述：新增“新的概述”。"), "{}", run.stdout);
}

#[test]
fn segments_tell_a_kept_value_that_is_written_otherwise() {
    let comparison = of(&duties(&["三年内完成销售计划"]), &duties(&["3年内完成年度销售计划"]), false);
    let FieldBody::Items(items) =
        &comparison.sections.iter().find(|it| it.id == "duties").unwrap().fields[0].body
    else {
        panic!()
    };
    let FieldBody::Cells(cells) = &items[0].fields[0].body else { panic!() };
    let kept = &cells[1].segments[0];
    assert_eq!(
        (kept.kind, &*kept.text, kept.before.as_deref()),
        (SegmentKind::Kept, "3年内完成", Some("三年内完成"))
    );
}

/// Runs git in a library, as nobody in particular.
fn git(library: &Library, arguments: &[&str]) {
    let run = std::process::Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(library.path())
        .output()
        .unwrap();
    assert!(run.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn a_role_is_compared_with_its_past_and_with_a_pdf_of_it() {
    let role = |version: &str, limit: u32| {
        json!({
            "title": { "zh-CN": "采购经理", "en": "Purchasing Manager" },
            "document": { "version": version },
            "notes": "内部备注",
            "authorities": [{ "id": "orders", "matter": { "zh-CN": "采购订单", "en": "Purchase orders" }, "right": "approve",
                "limit": { "amount": limit, "currency": "CNY", "per": "order" } }],
            "sign_off": { "blocks": [{ "party": "job_holder" }, { "party": "supervisor" }, { "party": "hr" }] },
        })
        .to_string()
    };
    let library = Library::new().role("purchasing", role("1.0", 50_000));
    library.build(&["--role", "purchasing", "--lang", "zh-CN", "--format", "pdf"]).must_succeed();
    git(&library, &["init", "-q"]);
    git(&library, &["add", "rolebook.json", "roles"]);
    git(&library, &["commit", "-qm", "first"]);
    let library = library.role("purchasing", role("1.1", 80_000));
    for before in ["purchasing@HEAD", "dist/zh-CN/purchasing.pdf"] {
        let run = library.run(&["compare", before, "purchasing", "--lang", "zh-CN"]);
        assert_eq!(run.status, Some(1), "{}", run.stderr);
        for words in [
            "版本对比：采购经理",
            "采购经理：1.0 → 1.1",
            "岗位权限·采购订单·额度：由“每张订单不超过50,000元”改为“每张订单不超过80,000元”。",
            "须重新签署：本人签名（权限与额度）；直属领导签名（权限与额度）。",
        ] {
            assert!(run.stdout.contains(words), "{before}: no `{words}` in\n{}", run.stdout);
        }
        assert!(!run.stdout.contains("备注"), "{}", run.stdout);
        let run = library.run(&["compare", before, "purchasing", "--format", "json", "--lang", "zh-CN"]);
        let json: Value = serde_json::from_str(&run.stdout).unwrap();
        let languages: Vec<&str> = json["change_notes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|note| note["language"].as_str().unwrap())
            .collect();
        assert_eq!(languages, ["zh-CN", "en"]);
        assert_eq!(
            json["change_notes"][0]["sign_again"],
            "须重新签署：本人签名（权限与额度）；直属领导签名（权限与额度）。"
        );
        assert_eq!(json["sign_again"].as_array().unwrap().len(), 2);
        let html =
            library.run(&["compare", before, "purchasing", "--lang", "zh-CN", "--out", "dist/note.html"]);
        assert!(html.text("note.html").contains(r#"<section class="note-of-changes" lang="en">"#));
        let pdf =
            library.run(&["compare", before, "purchasing", "--lang", "zh-CN", "--out", "dist/note.pdf"]);
        assert_eq!(pdf.status, Some(1), "{}", pdf.stderr);
    }
    git(&library, &["commit", "-qam", "second"]);
    assert_eq!(library.run(&["compare", "purchasing@HEAD", "purchasing"]).status, Some(0));
    for (operand, says) in [
        ("purchasing@nowhere", "nowhere"),
        ("nobody@HEAD", "there was no role `nobody` at HEAD"),
        ("missing.pdf", "missing.pdf"),
        ("rolebook.json.pdf", "rolebook.json.pdf"),
    ] {
        let run = library.run(&["compare", operand, "purchasing"]);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{operand}");
        assert!(run.stderr.contains(says), "{operand}: {}", run.stderr);
    }
    let library = library.file("other.pdf", "no PDF");
    let run = library.run(&["compare", "other.pdf", "purchasing"]);
    assert!(run.stderr.contains("other.pdf: the file is no PDF"), "{}", run.stderr);
}

#[test]
fn two_pdfs_need_no_library() {
    let library = two();
    library.build(&["--format", "pdf", "--lang", "zh-CN"]).must_succeed();
    let elsewhere = tempfile::tempdir().unwrap();
    for id in ["a", "b"] {
        let name = format!("{id}.pdf");
        fs::copy(library.path().join("dist/zh-CN").join(&name), elsewhere.path().join(&name)).unwrap();
    }
    let elsewhere = Library::at(elsewhere);
    for (format, says) in [("terminal", "岗位编号"), ("html", "<ins>"), ("md", "| 岗位编号 |")] {
        let run = elsewhere.run(&["compare", "a.pdf", "b.pdf", "--format", format, "--lang", "zh-CN"]);
        assert_eq!((run.status, &*run.stderr), (Some(1), ""), "{format}");
        assert!(run.stdout.contains(says), "{format}: {}", run.stdout);
    }
}

#[test]
fn a_value_with_a_placeholder_names_who_filled_it() {
    let library = Library::new()
        .role(
            "base",
            r#"{"title": "基准", "summary": "{{ w }}为先", "purpose": "不变", "variables": {"w": "效率"}}"#,
        )
        .role("a", r#"{"title": "甲", "extends": "base", "variables": {"w": "诚信"}}"#)
        .role("b", r#"{"title": "乙", "extends": "base", "variables": {"w": "质量"}}"#);
    let run = library.run(&["compare", "a", "b", "--format", "json"]);
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    let cells = |section: &str| {
        let section = json["sections"].as_array().unwrap().iter().find(|it| it["id"] == section).unwrap();
        section["fields"][0]["cells"]
            .as_array()
            .unwrap()
            .iter()
            .map(|cell| cell["from"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(cells("summary"), ["base + a", "base + b"]);
    assert_eq!(cells("purpose"), ["base", "base"]);
}

#[test]
fn a_text_that_lacks_the_language_is_counted() {
    let library = Library::new()
        .role("a", r#"{"title": {"zh-CN": "甲", "en": "A"}, "summary": {"zh-CN": "领导", "en": "Leads"}}"#)
        .role("b", r#"{"title": {"zh-CN": "甲", "en": "A"}, "summary": {"zh-CN": "领导"}}"#);
    let run = library.run(&["compare", "a", "b", "--lang", "en"]);
    assert_eq!(
        (run.status, &*run.stderr),
        (Some(1), "`b`: 1 text is not written in en; the words that there are are compared\n")
    );
}

#[test]
fn a_language_that_a_role_lacks_is_said() {
    let run = two().run(&["compare", "a", "b", "--lang", "en"]);
    assert_eq!(run.status, Some(1));
    assert_eq!(
        run.stderr,
        "`a` is not written in en; the words that it has are compared\n`b` is not written in en; the words that it has are compared\n"
    );
}

#[test]
fn variants_of_an_extracted_base_are_what_the_roles_were() {
    let library = Library::copy_of(&repository().join("data"));
    let roles = ["account-manager-finance", "account-manager-services", "customer-service-manager"];
    let mut arguments = vec!["compare", "--extract-base", "--out", "new", "--base-id", "service-base"];
    arguments.extend(roles);
    let run = library.run(&arguments).must_succeed();
    assert_eq!(run.stdout.lines().count(), 4, "{}", run.stdout);
    // The other roles, to which these refer.
    let new = library.path().join("new");
    fs::copy(library.path().join("rolebook.json"), new.join("rolebook.json")).unwrap();
    for entry in fs::read_dir(library.path().join("roles")).unwrap() {
        let path = entry.unwrap().path();
        let to = new.join("roles").join(path.file_name().unwrap());
        if !to.exists() {
            fs::copy(&path, to).unwrap();
        }
    }
    for role in roles {
        let text = fs::read_to_string(new.join(format!("roles/{role}.json"))).unwrap();
        assert!(text.contains(r#""extends": "service-base""#), "{text}");
        let run = library.run(&["compare", role, &format!("new#{role}"), "--strict", "--format", "json"]);
        let json: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(run.status, Some(0), "{:#}", json["changes"]);
        assert_eq!(json["operands"][0]["content_hash"], json["operands"][1]["content_hash"]);
    }
    // Nothing is written over.
    let run = library.run(&arguments);
    assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{}", run.stderr);
    for (arguments, says) in [
        (&["compare", "--extract-base", "general-manager"][..], "a common base needs two roles or more"),
        (&["compare", "--extract-base", "general-manager", "nobody"], "there is no role `nobody`"),
        (
            &["compare", "--extract-base", "a", "b", "--library", "x", "--library", "y"],
            "only one library at a time",
        ),
        (&["compare", "--matrix", "--format", "pdf", "--out", "x.pdf"], "--matrix has no PDF"),
        (&["compare", "--matrix", "--family", "account-manger"], "did you mean `account-manager`?"),
        (&["compare", "--matrix", "general-manager"], "--matrix"),
    ] {
        let run = library.run(arguments);
        assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{arguments:?}");
        assert!(run.stderr.contains(says), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn the_matrix_is_printed_in_every_form() {
    let library = Library::copy_of(&repository().join("data"));
    let family = ["compare", "--matrix", "--family", "account-manager"];
    let run = library.run(&[&family[..], &["--width", "100", "--ui-lang", "zh-CN"]].concat()).must_succeed();
    assert!(run.stdout.contains("共 9 个岗位") && run.stdout.contains("几乎相同的岗位"), "{}", run.stdout);
    let run = library.run(&[&family[..], &["--format", "json"]].concat()).must_succeed();
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(json["roles"].as_array().unwrap().len(), 9);
    library.run(&[&family[..], &["--out", "dist/m.html", "--lang", "zh-CN"]].concat()).must_succeed();
    let page = fs::read_to_string(library.path().join("dist/m.html")).unwrap();
    assert!(page.contains("大客户经理（供电）") && !page.contains("<script"), "{page}");
    let run = library.run(&[&family[..], &["--format", "md", "--lang", "en"]].concat()).must_succeed();
    assert!(
        run.stdout.contains("| Key Account Manager, Power")
            || run.stdout.contains("Key Account Manager, Power"),
        "{}",
        run.stdout
    );
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let role = |pay: &str| {
        json!({
            "title": "一个名称特别长的岗位（负责很多很多事情的那一种）",
            "compensation": { "pay_type": pay },
            "sign_off": { "blocks": [
                { "party": "job_holder", "label": "一个名称特别长的签署方" }, { "party": "hr", "label": "另一个名称特别长的签署方" }
            ] }
        })
        .to_string()
    };
    let library = Library::new()
        .file("a-folder-with-a-long-name/rolebook.json", "{}")
        .file("a-folder-with-a-long-name/roles/a.json", role("monthly"))
        .role("a", role("hourly"));
    for width in [40, 55, 72, 110] {
        let run =
            library.run(&["compare", "a-folder-with-a-long-name#a", "a", "--width", &width.to_string()]);
        assert_eq!(run.status, Some(1), "{}", run.stderr);
        for line in run.stdout.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{width}: {line}");
        }
        assert!(run.stdout.contains("须重新签署"), "{}", run.stdout);
    }
}

#[test]
fn a_change_in_another_language_is_a_change_and_is_signed() {
    let role = |en: &str| {
        json!({
            "title": { "zh-CN": "甲", "en": "A" },
            "authorities": [{ "id": "a", "matter": { "zh-CN": "付款", "en": "Payments" }, "right": "approve",
                "conditions": { "zh-CN": "50万元以内", "en": en } }],
            "sign_off": { "blocks": [{ "party": "job_holder" }] },
        })
        .to_string()
    };
    let library = Library::new()
        .file("old/rolebook.json", r#"{"languages": ["zh-CN", "en"]}"#)
        .file("old/roles/a.json", role("up to CNY 500,000"))
        .role("a", role("up to CNY 5,000,000"));
    let run = library.run(&["compare", "old#a", "a", "--lang", "zh-CN", "--format", "json"]);
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&json["same"], json["sign_again"].as_array().unwrap().len()), (&json!(true), 1));
    assert_eq!(json["change_notes"][0]["sign_again"], "须重新签署：本人签名（权限与额度）。");
    assert_eq!(json["change_notes"][0]["none"], "无");
    assert_eq!(json["change_notes"][1]["none"], "None");
}

#[test]
fn a_pdf_whose_role_was_changed_is_told() {
    let library = two();
    let roles = Roles::of(library.path());
    let resolved = resolve(&roles.catalog, "a").unwrap();
    let theme = rolebook::render::ThemeSet::default().theme("form", Default::default()).unwrap();
    let locale = Locale::built_in(Language::ZhCn);
    let view = rolebook::view::document(&resolved, &roles.names, &locale, Language::ZhCn, &theme);
    let templates = rolebook::render::TemplateSet::load(
        std::path::Path::new(""),
        &rolebook::render::Markup::ALL,
        &mut rolebook::source::Sources::default(),
    );
    let renderer = rolebook::render::Renderer::new(templates.unwrap(), Vec::new(), false);
    let carried = String::from_utf8(rolebook::view::CarriedRole::write(&resolved, &roles.names)).unwrap();
    for (name, carried, says) in [
        ("fine.pdf", carried.clone(), ""),
        (
            "changed.pdf",
            carried.replace("完成3项指标", "完成9项指标"),
            "changed.pdf: the role in it was changed",
        ),
    ] {
        let (pdf, found) = renderer.render(
            &view,
            rolebook::render::Target::Pdf,
            rolebook::render::Enclosed { carried: Some(carried.as_bytes()), esign: None },
        );
        let [pdf] = &pdf[..] else { panic!("{found:?}") };
        fs::write(library.path().join(name), &pdf.bytes).unwrap();
        let run = library.run(&["compare", name, "b"]);
        assert_eq!(run.status, Some(1), "{}", run.stderr);
        assert!(run.stderr.contains(says) && run.stderr.is_empty() == says.is_empty(), "{}", run.stderr);
    }
}

#[test]
fn a_file_has_a_format_by_its_ending_and_no_colors() {
    let library = two();
    let run = library.run(&["compare", "a", "b", "--out", "dist/c.docx"]);
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("the ending says no format"), "{}", run.stderr);
    let run = library.run(&["compare", "a", "b", "--out", "dist/c.txt"]);
    assert_eq!(run.status, Some(1));
    assert!(run.text("c.txt").contains("A-[-1-]") && !run.text("c.txt").contains('\u{1b}'));
    let run = library.run(&["compare", "a", "b", "--out", "dist/c.md"]);
    assert!(run.text("c.md").contains("<ins>营销</ins>") && run.text("c.md").contains("<del>销售</del>"));
}

#[test]
fn a_revision_is_looked_for_in_every_library() {
    let library = Library::new()
        .file("first/rolebook.json", "{}")
        .file("first/roles/other.json", r#"{"title": "丙"}"#)
        .file("second/rolebook.json", "{}")
        .file("second/roles/a.json", r#"{"title": "甲", "code": "1"}"#);
    git(&library, &["init", "-q"]);
    git(&library, &["add", "first", "second"]);
    git(&library, &["commit", "-qm", "first"]);
    fs::write(library.path().join("second/roles/a.json"), r#"{"title": "甲", "code": "2"}"#).unwrap();
    let libraries = ["--library", "first", "--library", "second"];
    let run = library.run(&[&["compare", "a@HEAD", "a"][..], &libraries].concat());
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    fs::remove_file(library.path().join("second/roles/a.json")).unwrap();
    let run = library.run(&[&["compare", "a@HEAD", "a"][..], &libraries].concat());
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("a@REVISION"), "{}", run.stderr);
}

#[test]
fn a_note_tells_a_new_name_a_new_place_and_an_old_version() {
    let role = |order: [&str; 2]| {
        let duties: Vec<Value> =
            order.iter().map(|area| json!({ "area": area, "statement": format!("{area}事项") })).collect();
        json!({ "title": "甲", "document": { "version": "1.0" }, "organization": { "unit": "buying" }, "duties": duties }).to_string()
    };
    let settings = |name: &str| {
        json!({ "languages": ["zh-CN"], "units": [{ "id": "buying", "name": name }] }).to_string()
    };
    let library = Library::new().file("rolebook.json", settings("采购部")).role("a", role(["计划", "团队"]));
    library.build(&["--format", "pdf"]).must_succeed();
    let library = library.file("rolebook.json", settings("供应链部")).role("a", role(["团队", "计划"]));
    let run = library.run(&["compare", "dist/zh-CN/a.pdf", "a"]);
    for words in [
        "甲：1.0 → 1.0（内容有变，版本号未变）",
        "岗位信息·所属部门：由“采购部”改为“供应链部”。",
        "岗位职责·职责：“团队”由第 2 项调至第 1 项。",
    ] {
        assert!(run.stdout.contains(words), "no `{words}` in\n{}", run.stdout);
    }
}
