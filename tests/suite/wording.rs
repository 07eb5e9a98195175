//! Holds the wording rules: against the labelled sentences of `tests/truth/wording.json`,
//! against their own examples, and against `docs/wording-rules.md`, whose tables are made
//! of the same data (`UPDATE_GOLDEN=1` rewrites them).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use rolebook::catalog::Catalog;
use rolebook::check::posting_text::PostingText;
use rolebook::check::wording::{Rule, WordingRules, check};
use rolebook::diagnostic::{Diagnostic, Severity};
use rolebook::model::{CheckLevel, Language, Text, WordingField};
use rolebook::resolve::resolve;
use rolebook::source::Sources;
use serde::Deserialize;

use crate::support::{Library, repository};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Truth {
    sentences: Vec<Sentence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentence {
    text: String,
    language: Language,
    field: WordingField,
    expect: Vec<Expected>,
    /// Nothing was tuned on it.
    #[serde(default)]
    held_out: bool,
    /// The first was written before any rule.
    #[serde(default = "first")]
    round: u32,
}

fn first() -> u32 {
    1
}

#[derive(Deserialize, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct Expected {
    ground: String,
    level: String,
}

fn truth() -> Truth {
    let text = fs::read_to_string(repository().join("tests/truth/wording.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn name(level: CheckLevel) -> &'static str {
    match level {
        CheckLevel::Off => "off",
        CheckLevel::Info => "info",
        CheckLevel::Warning => "warning",
        CheckLevel::Error => "error",
    }
}

fn found(rules: &WordingRules, sentence: &Sentence) -> BTreeSet<Expected> {
    let hits = rules.scan(&sentence.text, Some(sentence.language), sentence.field);
    let expected = |rule: &Rule| Expected { ground: rule.ground().into(), level: name(rule.level).into() };
    hits.iter().map(|hit| expected(hit.rule)).collect()
}

/// How many of what is expected were found, and what was found beside.
#[derive(Default)]
struct Tally {
    found: usize,
    missed: usize,
    wrong: usize,
}

impl Tally {
    fn share(part: usize, whole: usize) -> String {
        if whole == 0 {
            return "–".into();
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of sentences")]
        let share = part as f64 / whole as f64 * 100.0;
        format!("{share:.1} %")
    }

    fn cells(&self) -> String {
        let precision = Self::share(self.found, self.found + self.wrong);
        let recall = Self::share(self.found, self.found + self.missed);
        format!("{} | {} | {} | {precision} | {recall}", self.found, self.missed, self.wrong)
    }
}

type Table = BTreeMap<(&'static str, String, String), Tally>;

fn tally<'a>(rules: &WordingRules, sentences: impl Iterator<Item = &'a Sentence>) -> Table {
    let mut table = Table::new();
    for sentence in sentences {
        let found = found(rules, sentence);
        let expected: BTreeSet<Expected> = sentence.expect.iter().cloned().collect();
        for of in expected.union(&found) {
            let key = (sentence.language.tag(), of.level.clone(), of.ground.clone());
            let tally = table.entry(key).or_default();
            match (expected.contains(of), found.contains(of)) {
                (true, true) => tally.found += 1,
                (true, false) => tally.missed += 1,
                _ => tally.wrong += 1,
            }
        }
    }
    table
}

/// What a page of the documentation says, in its language.
fn say(page: Language, en: &'static str, zh_cn: &'static str) -> &'static str {
    if page == Language::En { en } else { zh_cn }
}

/// The table of a part of the sentences, as a page of the documentation has it.
fn measured(rules: &WordingRules, truth: &Truth, page: Language) -> String {
    let mut out = String::new();
    let parts = [
        (say(page, "What the rules were tuned on", "规则据以调整的例句"), false),
        (say(page, "The held-out third of the first round", "第一轮中留作检验的三分之一"), true),
    ];
    for (title, held_out) in parts {
        let part: Vec<&Sentence> = truth.sentences.iter().filter(|it| it.held_out == held_out).collect();
        let (count, innocent) = (part.len(), part.iter().filter(|it| it.expect.is_empty()).count());
        let counted = match page {
            Language::En => format!("{count} sentences, {innocent} of them innocent."),
            Language::ZhCn => format!("共 {count} 句，其中 {innocent} 句没有问题。"),
        };
        let _ = writeln!(out, "\n### {title}\n\n{counted}\n");
        out.push_str(say(
            page,
            "| language | level | ground | found | missed | wrong | precision | recall |\n",
            "| 语言 | 级别 | 事由 | 查出 | 漏报 | 误报 | 精确率 | 召回率 |\n",
        ));
        out.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        let mut levels: BTreeMap<String, Tally> = BTreeMap::new();
        for ((language, level, ground), tally) in tally(rules, part.iter().copied()) {
            let _ = writeln!(out, "| {language} | {level} | `{ground}` | {} |", tally.cells());
            let all = levels.entry(level).or_default();
            all.found += tally.found;
            all.missed += tally.missed;
            all.wrong += tally.wrong;
        }
        let all = say(page, "all", "合计");
        for (level, tally) in levels {
            let _ = writeln!(out, "| {all} | {level} | {all} | {} |", tally.cells());
        }
    }
    out
}

/// Every rule with its source, as a page of the documentation has it.
fn listed(rules: &WordingRules, page: Language) -> String {
    let mut out = String::new();
    let of = |text: Option<&Text>| text.and_then(|text| text.get(page)).unwrap_or_default().to_string();
    for language in Language::ALL {
        let title = match page {
            Language::En => format!("For texts in {language}"),
            Language::ZhCn => format!("用于 {language} 文本"),
        };
        let _ = writeln!(out, "\n### {title}");
        for rule in rules.rules().iter().filter(|rule| rule.language == Some(language)) {
            let definition = &rule.definition;
            let colon = say(page, ": ", "：");
            let _ = writeln!(
                out,
                "\n#### `{}`{colon}{}, `{}` ({})\n",
                rule.code.as_str(),
                name(rule.level),
                rule.ground(),
                of(Some(&rule.ground_name))
            );
            let known = if definition.verified == Some(true) {
                say(page, "read in the sources below", "已在下列来源中核对")
            } else {
                say(page, "**not verified**", "**未经核实**")
            };
            let since = definition.in_force.as_deref().map(|date| match page {
                Language::En => format!("; in force since {date}"),
                Language::ZhCn => format!("；{date} 起施行"),
            });
            let checked = definition.checked.as_deref().unwrap_or("–");
            let since = since.unwrap_or_default();
            let article = of(definition.article.as_ref());
            let _ = match page {
                Language::En => writeln!(out, "- Basis: {article}: {known}{since}; last checked {checked}"),
                Language::ZhCn => writeln!(out, "- 依据：{article}（{known}{since}；{checked} 核对）"),
            };
            for source in &definition.sources {
                let _ = writeln!(out, "- {}{colon}<{source}>", say(page, "Source", "来源"));
            }
            let _ =
                writeln!(out, "- {}{colon}{}", say(page, "Why", "说明"), of(definition.explanation.as_ref()));
            let _ =
                writeln!(out, "- {}{colon}{}", say(page, "Remedy", "建议"), of(definition.remedy.as_ref()));
            let quoted = |texts: &[String]| {
                let texts = texts.iter().map(|text| format!("“{text}”"));
                texts.collect::<Vec<_>>().join(say(page, ", ", "、"))
            };
            let (fails, passes) = (quoted(&definition.fails), quoted(&definition.passes));
            let _ = match page {
                Language::En => writeln!(out, "- Finds: {fails}; passes over: {passes}"),
                Language::ZhCn => writeln!(out, "- 查出：{fails}；放过：{passes}"),
            };
            if definition.lawful_exception == Some(true) {
                let _ = writeln!(
                    out,
                    "- {}",
                    say(
                        page,
                        "A `lawful_exception` with `basis` and `reason` on the value can justify it",
                        "该项填写 `lawful_exception`（`basis` 和 `reason` 都要有）可以说明例外",
                    )
                );
            }
        }
    }
    out
}

#[test]
fn the_documentation_has_the_rules_and_what_was_measured() {
    let rules = WordingRules::built_in();
    for (page, file) in [(Language::En, "wording-rules.md"), (Language::ZhCn, "wording-rules.zh-CN.md")] {
        let path = repository().join("docs").join(file);
        let text = fs::read_to_string(&path).unwrap();
        let mut current = text.clone();
        for (mark, made) in [("measured", measured(&rules, &truth(), page)), ("rules", listed(&rules, page))]
        {
            let (open, close) = (format!("<!-- {mark} -->\n"), format!("\n<!-- end of {mark} -->"));
            let (before, rest) = current.split_once(&open).unwrap();
            let (_, after) = rest.split_once(&close).unwrap();
            current = format!("{before}{open}{made}{close}{after}");
        }
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &current).unwrap();
        } else {
            assert!(text == current, "docs/{file} is out of date: UPDATE_GOLDEN=1 tests/run");
        }
    }
}

#[test]
fn the_labelled_sentences_are_many_and_half_of_them_innocent() {
    let truth = truth();
    let count = truth.sentences.len();
    let innocent = truth.sentences.iter().filter(|it| it.expect.is_empty()).count();
    let first = truth.sentences.iter().filter(|it| it.round == 1).count();
    let held_out = truth.sentences.iter().filter(|it| it.held_out && it.round == 1).count();
    assert!(first >= 400, "{first} sentences of the first round");
    assert!((count * 4..count * 6).contains(&(innocent * 10)), "{innocent} of {count} are innocent");
    assert!((first * 30..first * 37).contains(&(held_out * 100)), "{held_out} of {first} are held out");
    let texts: BTreeSet<&str> = truth.sentences.iter().map(|it| &*it.text).collect();
    assert_eq!(texts.len(), count, "a sentence is there twice");
}

#[test]
fn errors_are_found_and_innocent_sentences_are_left_alone() {
    let rules = WordingRules::built_in();
    let truth = truth();
    let is_error = |of: &&Expected| of.level == "error";
    let (mut expected, mut missed, mut wrong) = (0, Vec::new(), Vec::new());
    for sentence in &truth.sentences {
        let found = found(&rules, sentence);
        for of in sentence.expect.iter().filter(is_error) {
            expected += 1;
            if !found.contains(of) {
                missed.push(&sentence.text);
            }
        }
        if sentence.expect.is_empty() && found.iter().any(|of| is_error(&of)) {
            wrong.push(&sentence.text);
        }
    }
    assert_eq!(wrong, Vec::<&String>::new());
    assert!(missed.len() * 50 <= expected, "{} of {expected} are missed: {missed:?}", missed.len());
}

#[test]
fn each_rule_finds_its_failing_examples_and_passes_over_the_others() {
    let rules = WordingRules::built_in();
    let mut faults = Vec::new();
    for rule in rules.rules() {
        let of = &rule.definition;
        let fields = if of.fields.is_empty() { vec![WordingField::Text] } else { of.fields.clone() };
        assert!(!of.fails.is_empty() && !of.passes.is_empty(), "{}: no examples", rule.code.as_str());
        for text in [&of.article, &of.explanation, &of.remedy] {
            for language in Language::ALL {
                let written = text.as_ref().and_then(|text| text.get(language));
                assert!(written.is_some(), "{}: no {language}", rule.code.as_str());
            }
        }
        for field in fields {
            let hits = |text: &str| {
                rules.scan(text, rule.language, field).iter().any(|hit| hit.rule.code == rule.code)
            };
            faults.extend(of.fails.iter().filter(|text| !hits(text)).map(|text| (rule.code, field, text)));
            faults.extend(of.passes.iter().filter(|text| hits(text)).map(|text| (rule.code, field, text)));
        }
    }
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn a_line_of_unknown_kind_is_no_more_accused_than_one_of_a_known_kind() {
    let rules = WordingRules::built_in();
    let truth = truth();
    for sentence in truth.sentences.iter().filter(|it| it.expect.is_empty() && !it.held_out) {
        let hits = rules.scan(&sentence.text, Some(sentence.language), WordingField::Text);
        let errors: Vec<&str> = hits
            .iter()
            .filter(|hit| hit.rule.level == CheckLevel::Error)
            .map(|hit| hit.rule.code.as_str())
            .collect();
        assert_eq!(errors, Vec::<&str>::new(), "{}", sentence.text);
    }
}

/// Findings in the role `clerk` of a library: code, severity, and the words at the place.
fn findings(library: &Library) -> Vec<(String, Severity, String)> {
    let catalog = Catalog::load(library.path()).unwrap();
    assert_eq!(catalog.findings, Vec::new());
    let resolved = resolve(&catalog, "clerk").unwrap();
    let found = check(&catalog.sources, &resolved, &WordingRules::built_in());
    let words = |it: &Diagnostic| catalog.sources.text(it.span.unwrap()).to_string();
    found.iter().map(|it| (it.code.as_str().to_string(), it.severity, words(it))).collect()
}

#[test]
fn a_finding_in_a_role_points_at_the_words_in_the_file_that_wrote_them() {
    let library = Library::new()
        .role(
            "base",
            r#"{ "title": "文员", "qualifications": { "skills": [{ "id": "a", "description": "熟练\n**限\u5973 性**，细心" }] } }"#,
        )
        .role(
            "clerk",
            r#"{ "extends": "base", "variables": { "who": "男士" }, "title": { "zh-CN": "女司机", "en": "Salesman" },
                "summary": "{{ who }}优先", "duties": [{ "statement": "35岁以下客群分析" }],
                "sign_off": { "statement": "限男性签字" }, "notes": "限男性" }"#,
        );
    assert_eq!(
        findings(&library),
        [
            ("gendered_title".to_string(), Severity::Warning, "女司机".to_string()),
            ("en_gendered_title".to_string(), Severity::Warning, "Salesman".to_string()),
            ("gender_only".to_string(), Severity::Error, "限\\u5973 性".to_string()),
            ("gender_preferred".to_string(), Severity::Error, "\"{{ who }}优先\"".to_string()),
        ]
    );
}

#[test]
fn a_lawful_exception_on_the_value_makes_it_worth_knowing_only() {
    let role = |exception: &str| {
        let text = format!(
            r#"{{ "title": "井下工", "qualifications": {{ "physical": [
                {{ "description": "限男性；已婚优先", "lawful_exception": {exception} }} ] }} }}"#
        );
        let found = findings(&Library::new().role("clerk", text));
        found.into_iter().map(|(code, severity, _)| (code, severity)).collect::<Vec<_>>()
    };
    let married = ("marital_status".to_string(), Severity::Error);
    let basis_and_reason = r#"{ "basis": "女职工劳动保护特别规定附录", "reason": "矿山井下作业" }"#;
    assert_eq!(role(basis_and_reason), [("gender_only".to_string(), Severity::Info), married.clone()]);
    let limited = [("gender_only".to_string(), Severity::Error), married];
    for incomplete in [
        "null",
        r#"{ "basis": " ", "reason": "矿山井下作业" }"#,
        r#"{ "basis": "女职工劳动保护特别规定附录" }"#,
        r#"{ "reason": "矿山井下作业" }"#,
    ] {
        assert_eq!(role(incomplete), limited, "{incomplete}");
    }
}

#[test]
fn an_exception_that_changes_nothing_is_answered() {
    let answers = |exception: &str| {
        let library = Library::new().role(
            "clerk",
            format!(
                r#"{{ "title": "井下工", "qualifications": {{ "physical": [
                    {{ "description": "限男性；已婚优先", "lawful_exception": {exception} }} ] }} }}"#
            ),
        );
        let catalog = Catalog::load(library.path()).unwrap();
        let resolved = resolve(&catalog, "clerk").unwrap();
        let found = check(&catalog.sources, &resolved, &WordingRules::built_in());
        found.iter().map(|it| it.hints.last().unwrap().en.clone()).collect::<Vec<_>>()
    };
    let [limit, married] = &*answers(r#"{ "basis": "女职工劳动保护特别规定附录" }"#) else {
        panic!()
    };
    assert!(limit.contains("both `basis`") && limit.contains("`reason`"), "{limit}");
    assert!(married.contains("admits no exception"), "{married}");
    let claimed_nothing = answers("null");
    assert!(claimed_nothing.iter().all(|hint| !hint.contains("exception needs")), "{claimed_nothing:?}");
}

#[test]
fn only_grounds_that_the_law_names_admit_an_exception() {
    let texts = [
        ("ethnicity", "限汉族"),
        ("religion", "无宗教信仰"),
        ("disability", "四肢健全"),
        ("household_registration", "限本地户口"),
        ("en_religion", "Must be a practicing Christian"),
    ];
    let rules = WordingRules::built_in();
    for (code, text) in texts {
        assert_ne!(rules.rule(code).unwrap().definition.lawful_exception, Some(true), "{code}");
        let library = Library::new().role(
            "clerk",
            format!(
                r#"{{ "title": "文员", "qualifications": {{ "physical": [ {{ "description": "{text}",
                    "lawful_exception": {{ "basis": "内部规定", "reason": "岗位需要" }} }} ] }} }}"#
            ),
        );
        let catalog = Catalog::load(library.path()).unwrap();
        let resolved = resolve(&catalog, "clerk").unwrap();
        let found = check(&catalog.sources, &resolved, &rules);
        let [finding] = &*found else { panic!("{code}: {found:?}") };
        assert_eq!(
            (finding.code.as_str(), finding.severity, finding.honored),
            (code, Severity::Error, false)
        );
        assert!(finding.hints.last().unwrap().en.contains("admits no exception"), "{code}");
        assert_eq!(finding.related.len(), 1, "{code}");
    }
    // The errors that a law can justify: limits by sex, and carriers of a pathogen.
    let justified: BTreeSet<&str> = rules
        .rules()
        .iter()
        .filter(|rule| rule.level == CheckLevel::Error && rule.definition.lawful_exception == Some(true))
        .map(Rule::ground)
        .collect();
    assert_eq!(justified, BTreeSet::from(["gender", "pathogen"]));
}

/// Each would take minutes, some of them hours, if what stands around a match were looked for anew for each.
#[test]
fn a_long_line_of_faults_takes_no_longer_than_its_length_asks_for() {
    let rules = WordingRules::built_in();
    let many = 4_000;
    for (piece, faults) in [
        ("本岗位限男性", many),
        ("本岗位限男性、", many),
        ("本岗位限男性，", many),
        ("“限男性”", many),
        ("\"限男性\"的", many),
        ("诚聘女文员", many),
        ("避免纠纷限男性", many),
        ("must be able to lift, ", many),
        ("\u{201c}Native speakers only\u{201d} ", many),
        ("不得限男性，", 0),
    ] {
        let text = piece.repeat(many);
        assert_eq!(rules.scan(&text, None, WordingField::Text).len(), faults, "{piece}");
    }
}

/// The codes of what `check --text` finds in a posting.
fn found_in_posting(rules: &WordingRules, text: &str) -> Vec<String> {
    let posting = PostingText::read(text.as_bytes(), "-").unwrap();
    let mut sources = Sources::default();
    let source = sources.add("-", &posting.text);
    posting.check(source, rules).iter().map(|it| it.code.as_str().to_string()).collect()
}

#[test]
fn a_posting_of_one_line_is_found_fault_with_as_the_documentation_says() {
    let rules = WordingRules::built_in();
    for rule in rules.rules() {
        for text in &rule.definition.fails {
            let found = found_in_posting(&rules, text);
            assert!(found.iter().any(|code| code == rule.code.as_str()), "{text}: {found:?}");
        }
    }
    assert_eq!(found_in_posting(&rules, "male/female: male"), ["en_sex_only"]);
}

#[test]
fn the_requirements_below_any_heading_are_looked_at() {
    let rules = WordingRules::built_in();
    for heading in [
        "我们需要这样的你：",
        "希望你",
        "【人员条件】",
        "二、用人标准",
        "其他要求",
        "## 你",
        "Ideal candidate",
    ] {
        let text =
            format!("客户经理\n\n一、岗位职责\n1. 35岁以下客群的回访\n2. 编制报表\n{heading}\n1. 35岁以下\n");
        assert_eq!(found_in_posting(&rules, &text), ["age_limit"], "{heading}");
    }
    let form = "岗位职责：\n1. 编制报表\n性别：女\n年龄：18-30\n学历：全日制本科\n户籍：上海\n婚否：未婚\n身高：160以上\n";
    let codes =
        ["gender_stated", "age_limit", "study_form", "household_registration", "marital_status", "looks"];
    assert_eq!(found_in_posting(&rules, form), codes);
}

#[test]
fn the_sample_library_has_no_wording_to_be_ashamed_of() {
    let catalog = Catalog::load(&repository().join("data")).unwrap();
    let rules = WordingRules::built_in();
    for id in catalog.roles.keys() {
        let found = check(&catalog.sources, &resolve(&catalog, id).unwrap(), &rules);
        let serious: Vec<&Diagnostic> = found.iter().filter(|it| it.severity == Severity::Error).collect();
        assert!(serious.is_empty(), "{id}: {serious:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_can_be_scanned_and_a_hit_is_a_part_of_it(pieces in proptest::collection::vec(piece(), 0..24)) {
        static RULES: LazyLock<WordingRules> = LazyLock::new(WordingRules::built_in);
        let text = pieces.concat();
        for field in [WordingField::Title, WordingField::Duty, WordingField::Text] {
            let hits = RULES.scan(&text, None, field);
            for hit in &hits {
                prop_assert!(text.get(hit.range.clone()).is_some_and(|words| !words.is_empty()), "{:?}", hit.range);
            }
            prop_assert!(hits.windows(2).all(|two| two[0].range.end <= two[1].range.start));
        }
        for name in ["a.txt", "a.md", "a.html", "a.docx"] {
            let Ok(posting) = PostingText::read(text.as_bytes(), name) else { continue };
            let mut sources = Sources::default();
            let source = sources.add(name, &posting.text);
            for finding in posting.check(source, &RULES) {
                prop_assert!(!sources.text(finding.span.unwrap()).is_empty(), "{name}: {:?}", finding.span);
            }
        }
    }

    #[test]
    fn any_bytes_are_a_posting_or_a_finding(bytes in proptest::collection::vec(any::<u8>(), 0..200), sign in 0..4_usize) {
        let sign: &[u8] = [&b""[..], b"PK\x03\x04", b"\xff\xfe", b"<html>"][sign];
        let bytes = [sign, &bytes].concat();
        if let Err(fault) = PostingText::read(&bytes, "-") {
            prop_assert_eq!(fault.subject.as_deref(), Some("-"));
        }
    }
}

/// Words of rules, what may stand around them, and anything else.
fn piece() -> impl Strategy<Value = String> {
    let known = [
        "限",
        "男",
        "女性",
        "优先",
        "３５",
        "岁以下",
        "年龄",
        "不得",
        "“",
        "”",
        "，",
        "\n",
        "\r\n",
        " ",
        "**",
        "&nbsp;",
        "&",
        "<b>",
        "</p>",
        "<script>",
        "- ",
        "985",
        "-",
        ".",
        "无",
        "残疾",
        "乙肝",
        "阴性",
        "English ",
        "native ",
        "speaker ",
        "salesman",
        "young and ",
        "dynamic ",
        "\u{200b}",
        "㈠",
        "優先",
        "İ",
        "ﬁ",
    ];
    prop_oneof![
        6 => proptest::sample::select(known.to_vec()).prop_map(str::to_string),
        1 => any::<String>(),
    ]
}
