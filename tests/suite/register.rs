//! Holds the register of roles and the authority matrix: what they say of the sample
//! library, in every format, and what becomes of words that a spreadsheet or a page could
//! take for something else.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use quick_xml::events::Event;
use scraper::{Html, Selector};

use crate::support::{Library, pdf_info, pdf_pages, repository, squeeze};

fn sample() -> Library {
    Library::copy_of(&repository().join("data"))
}

/// The rows of a CSV, as a reader of the standard understands it.
fn rows(text: &str) -> Vec<Vec<String>> {
    assert!(text.starts_with('\u{feff}'), "Excel takes it for GBK without the mark");
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&text.as_bytes()[3..]);
    let row = |row: Result<csv::StringRecord, _>| row.unwrap().iter().map(str::to_string).collect();
    reader.records().map(row).collect()
}

fn part(path: &Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The cells of a worksheet by place, such as `B2`: type, style and content. Read by the
/// format's own rules, with no code of what wrote it.
fn cells(path: &Path) -> BTreeMap<String, (String, String)> {
    let (mut strings, mut current, mut inside) = (Vec::new(), String::new(), false);
    let shared = part(path, "xl/sharedStrings.xml");
    let mut reader = quick_xml::Reader::from_str(&shared);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == "t" => inside = true,
            Event::End(tag) if tag.name().as_ref() == "t" => inside = false,
            Event::End(tag) if tag.name().as_ref() == "si" => strings.push(std::mem::take(&mut current)),
            Event::Text(text) if inside => current.push_str(&text),
            Event::GeneralRef(reference) if inside => {
                current.push(match reference.to_string().as_str() {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    _ => '"',
                });
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let sheet = part(path, "xl/worksheets/sheet1.xml");
    let mut reader = quick_xml::Reader::from_str(&sheet);
    let (mut cells, mut open, mut in_value) = (BTreeMap::new(), None, false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == "c" => {
                let attribute = |name: &str| {
                    let found = tag.try_get_attribute(name).unwrap();
                    found.map(|it| it.value.into_owned()).unwrap_or_default()
                };
                open = Some((attribute("r"), attribute("t")));
            }
            Event::Start(tag) if tag.name().as_ref() == "v" => in_value = true,
            Event::End(tag) if tag.name().as_ref() == "v" => in_value = false,
            Event::Text(text) if in_value => {
                let (place, kind) = open.take().unwrap();
                let value = if kind == "s" {
                    strings[text.parse::<usize>().unwrap()].clone()
                } else {
                    text.to_string()
                };
                cells.insert(place, (kind, value));
            }
            Event::Eof => return cells,
            _ => {}
        }
    }
}

#[test]
fn the_register_has_a_row_for_each_role_by_department() {
    let library = sample();
    let text = library.run(&["register", ".", "--lang", "zh-CN"]).must_succeed().stdout;
    let rows = rows(&text);
    assert_eq!(rows.len(), 24);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()) && text.ends_with("\r\n"));
    let column =
        |name: &str| rows[0].iter().position(|head| head == name).unwrap_or_else(|| panic!("no {name}"));
    let role = |id: &str| rows.iter().find(|row| row.last().unwrap() == id).unwrap();
    let director = role("marketing-director");
    for (name, value) in [
        ("岗位编号", "SY-MK-01"),
        ("岗位名称", "营销总监"),
        ("英文名称", "Marketing Director"),
        ("所属部门", "营销中心"),
        ("职级", "M4"),
        ("定员标准", "1"),
        ("直接上级", "总经理"),
        ("直接上级编号", "SY-GM-01"),
        ("状态", "已发布"),
        ("版本号", "2.1"),
        ("生效日期", "2026-03-01"),
        ("复审日期", "2027-02-28"),
        ("密级", "机密"),
    ] {
        assert_eq!(director[column(name)], value, "{name}");
    }
    assert_eq!(role("account-manager-services")[column("虚线上级")], "销售经理");
    assert_eq!(role("key-account-manager-power")[column("基准岗位")], "key-account-manager");
    // A title in one language has no other.
    assert_eq!(role("distribution-team-leader")[column("英文名称")], "");
    let order: Vec<&str> = rows[1..].iter().map(|row| row.last().unwrap().as_str()).collect();
    let place = |id: &str| order.iter().position(|known| *known == id).unwrap();
    assert_eq!(order[0], "general-manager");
    assert!(place("hr-director") < place("marketing-director"), "as rolebook.json has the departments");
    assert!(
        place("marketing-director") < place("sales-manager"),
        "a department before those that belong to it"
    );
}

#[test]
fn a_workbook_has_dates_sums_a_filter_and_the_same_bytes() {
    let library = sample();
    library.run(&["register", ".", "--lang", "en", "--out", "one.xlsx"]).must_succeed();
    library.run(&["register", ".", "--lang", "en", "--out", "two.xlsx"]).must_succeed();
    let path = library.path().join("one.xlsx");
    assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(library.path().join("two.xlsx")).unwrap());
    let cells = cells(&path);
    let heads: BTreeMap<&str, &str> = cells
        .iter()
        .filter(|(place, _)| place.ends_with('1') && place.chars().filter(char::is_ascii_digit).count() == 1)
        .map(|(place, (_, head))| (head.as_str(), place.trim_end_matches('1')))
        .collect();
    let of = |head: &str, row: u32| &cells[&format!("{}{row}", heads[head])];
    assert_eq!(of("Job title", 2), &("s".to_string(), "General Manager".to_string()));
    // 15 January 2026, as Excel counts days; a number, and no text.
    assert_eq!(of("Effective date", 2), &(String::new(), "46037".to_string()));
    assert_eq!(of("Authorized headcount", 25).1, "61");
    let sheet = part(&path, "xl/worksheets/sheet1.xml");
    assert!(
        sheet.contains("<pane ") && sheet.contains("state=\"frozen\"") && sheet.contains("fitToHeight=\"0\""),
        "{sheet}"
    );
    let table = part(&path, "xl/tables/table1.xml");
    assert!(table.contains("<autoFilter ") && table.contains("totalsRowFunction=\"sum\""), "{table}");
    let core = part(&path, "docProps/core.xml");
    assert!(core.contains("Register of Roles") && core.contains("Shuoyu Group Co., Ltd."), "{core}");
    assert!(core.contains("2026-10-15"), "{core}");
}

#[test]
fn what_looks_like_a_formula_is_a_text() {
    let evil = r#"=HYPERLINK(\"http://x\",\"y\")"#;
    let role =
        format!(r#"{{"title": "@SUM(1)", "code": "{evil}", "grade": "+1", "family": "a,\"b\" c <d>&"}}"#);
    let library = Library::new()
        .file("rolebook.json", r#"{"languages": ["zh-CN"], "organization": {"name": "A & B"}}"#)
        .role("evil", role);
    let rows = rows(&library.run(&["register", "."]).must_succeed().stdout);
    assert_eq!(&rows[1][..3], ["1", "'=HYPERLINK(\"http://x\",\"y\")", "'@SUM(1)"]);
    assert!(
        rows[1].contains(&"'+1".to_string()) && rows[1].contains(&"a,\"b\" c <d>&".to_string()),
        "{rows:?}"
    );
    library.run(&["register", ".", "--out", "evil.xlsx"]).must_succeed();
    let cells = cells(&library.path().join("evil.xlsx"));
    assert_eq!(cells["B2"], ("s".into(), "=HYPERLINK(\"http://x\",\"y\")".into()));
    assert_eq!(cells["C2"], ("s".into(), "@SUM(1)".into()));
    assert!(!part(&library.path().join("evil.xlsx"), "xl/worksheets/sheet1.xml").contains("HYPERLINK"));
}

#[test]
fn an_empty_library_and_roles_with_errors_have_their_register() {
    let library = Library::new();
    assert_eq!(rows(&library.run(&["register", "."]).must_succeed().stdout).len(), 1);
    library.run(&["register", ".", "--out", "empty.xlsx"]).must_succeed();
    assert_eq!(cells(&library.path().join("empty.xlsx"))["A1"].1, "No.");
    let library = library.role("fine", r#"{"title": "好"}"#).role("bad", r#"{"title": ""}"#);
    let run = library.run(&["register", "."]).must_find();
    assert_eq!(rows(&run.stdout).len(), 2);
    run.must_say("1 role has errors and cannot be listed: bad; `rolebook build` names them");
    let run = library.run(&["register", ".", "--out", "register.ods"]);
    assert_eq!(run.status, Some(2));
    run.must_say("end the name in .csv or .xlsx, or say --format");
}

#[test]
fn a_matter_of_several_roles_is_one_row_with_the_limits_of_each() {
    let library = sample();
    let text = library.run(&["authority-matrix", ".", "--lang", "zh-CN"]).must_succeed().stdout;
    let line =
        |matter: &str| text.lines().find(|line| line.starts_with("| ") && line.contains(matter)).unwrap();
    let contracts = line("2.2 销售合同与价格优惠");
    assert!(contracts.contains("**审批**<br>每份合同不超过2,000,000"), "{contracts}");
    assert!(
        contracts.contains("**审批**<br>每份合同不超过200,000") && contracts.contains("上报：营销总监"),
        "{contracts}"
    );
    // Roles put it into different domains; it is one matter all the same.
    assert_eq!(text.matches("大客户信用分数调整 (").count(), 1);
    assert!(text.contains("大客户信用分数调整：各岗位归入的权限类别不同（财务权限、信息权限）。"), "{text}");
    assert!(
        text.contains(
            "1. **缺口** 1.3 客服人员的录用与考核：有岗位提议或审核，但没有岗位审批或决定（客户服务经理）。"
        ),
        "{text}"
    );
    assert!(
        text.contains("**冲突** 2.4 合同价格优惠：大客户经理（营销部）既提议又决定，没有分离。"),
        "{text}"
    );
    // What nobody says is in no column, and every number of a note leads to one.
    assert!(!text.contains("业务员"));
}

#[test]
fn a_matter_that_a_base_and_its_variants_have_is_one_unless_a_figure_differs() {
    let base = r#"{"title": "经理", "headcount": 1, "authorities": [
        {"id": "stay", "matter": {"zh-CN": "展会参展方案"}, "right": "approve"},
        {"id": "gift", "matter": {"zh-CN": "单次500元以内的礼品"}, "right": "approve"}]}"#;
    let variant = r#"{"extends": "base", "title": "大区经理", "authorities": [
        {"id": "stay", "matter": {"zh-CN": "大区市场活动计划"}},
        {"id": "gift", "matter": {"zh-CN": "单次800元以内的礼品"}}]}"#;
    let library = Library::new().role("base", base).role("variant", variant);
    let text = library.run(&["authority-matrix", ".", "--lang", "zh-CN"]).must_succeed().stdout;
    let rows: Vec<&str> = text.lines().filter(|line| line.contains("审批")).collect();
    let with = |words: &str| rows.iter().filter(|line| line.contains(words)).count();
    assert_eq!(with("展会参展方案") + with("大区市场活动计划"), 1, "{text}");
    assert_eq!((with("单次500元以内的礼品"), with("单次800元以内的礼品")), (1, 1), "{text}");
}

#[test]
fn gaps_and_conflicts_are_found_and_what_is_sound_is_not_noted() {
    let role = |superior: &str, unit: &str, right: &str, amount: u32, beyond: &str| {
        serde_json::json!({
            "title": format!("岗位{unit}{right}{amount}"), "organization": { "unit": { "zh-CN": unit } },
            "reporting": if superior.is_empty() { serde_json::json!({}) } else { serde_json::json!({ "reports_to": superior }) },
            "authorities": [{
                "id": "buy", "domain": "finance", "matter": { "zh-CN": "物资采购合同" }, "right": right,
                "limit": { "amount": amount, "currency": "CNY", "per": "contract" },
                "escalates_to": if beyond.is_empty() { serde_json::Value::Null } else { beyond.into() },
            }],
        })
        .to_string()
    };
    let notes = |library: &Library| {
        let text = library.run(&["authority-matrix", ".", "--lang", "zh-CN"]).must_succeed().stdout;
        text.split("## 待明确事项").nth(1).unwrap_or_default().to_string()
    };
    let sound = Library::new()
        .role("boss", role("", "甲", "approve", 500, ""))
        .role("head", role("boss", "甲", "approve", 100, "boss"))
        .role("clerk", role("head", "甲", "propose", 100, "head"));
    assert_eq!(notes(&sound), "");
    let above = sound.role("head", role("boss", "甲", "approve", 900, "boss"));
    assert!(
        notes(&above)
            .contains("**冲突** 1.1 物资采购合同：岗位甲approve900可决定的额度高于其上级岗位甲approve500。"),
        "{}",
        notes(&above)
    );
    let same = above
        .role("head", role("boss", "乙", "decide", 100, "boss"))
        .role("twin", role("boss", "乙", "decide", 100, "boss"));
    assert!(notes(&same).contains("同属一个部门，可决定的范围相同"), "{}", notes(&same));
    let gap = Library::new().role("clerk", role("", "甲", "review", 100, ""));
    assert!(
        notes(&gap).contains("**缺口** 1.1 物资采购合同：有岗位提议或审核，但没有岗位审批或决定"),
        "{}",
        notes(&gap)
    );
}

#[test]
fn the_matrix_can_be_read_in_a_terminal() {
    let library = sample();
    for (language, title, right, beyond, gap) in [
        (
            "en",
            "2.2 Sales contracts and price concessions (note 5) (note 11)",
            "Approve Sales Manager Up to CNY 200,000 per contract ·",
            "Beyond: Marketing Director",
            "1. Gap 1.3 Hiring and appraisal of service staff: ",
        ),
        (
            "zh-CN",
            "2.2 销售合同与价格优惠 (注5) (注11)",
            "审批 销售经理 每份合同不超过200,000元 · 上报：营销总监",
            "上报：总经理",
            "1. 缺口 1.3 客服人员的录用与考核：",
        ),
    ] {
        let run = ["authority-matrix", ".", "--format", "terminal", "--lang", language];
        let text = library.run(&run).must_succeed().stdout;
        let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in [title, right, beyond, gap] {
            assert!(one_line.contains(words), "{words} in {text}");
        }
        assert!(!text.contains("**") && !text.contains("<br>") && !text.contains("| "), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        // Matters stand in the order of their numbers, though tables may not.
        let numbers: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("3."))
            .map(|line| line.split(' ').next().unwrap())
            .collect();
        let ordered: Vec<String> = (1..=11).map(|number| format!("3.{number}")).collect();
        assert_eq!(numbers, ordered);
        // In another order, the same is said: who stands in each line, whatever the columns are.
        let by_right = [&run[..], &["--columns", "rights", "--out", "rights.txt"]].concat();
        library.run(&by_right).must_succeed();
        let by_right = std::fs::read_to_string(library.path().join("rights.txt")).unwrap();
        let one_line = by_right.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(one_line.contains(title) && one_line.contains(beyond), "{by_right}");
    }
    // What goes to a program is Markdown.
    let piped = library.run(&["authority-matrix", "."]).must_succeed().stdout;
    assert!(piped.starts_with("# Authority Matrix\n"), "{piped}");
}

#[test]
fn the_matrix_is_a_page_a_pdf_and_a_table_with_heads() {
    let library = sample();
    for (language, columns) in [("zh-CN", "roles"), ("en", "units"), ("en", "rights")] {
        for ending in ["html", "pdf", "csv", "xlsx"] {
            let out = format!("{language}-{columns}.{ending}");
            let arguments = [
                "authority-matrix",
                ".",
                "--no-system-fonts",
                "--lang",
                language,
                "--columns",
                columns,
                "--out",
                &out,
            ];
            library.run(&arguments).must_succeed();
        }
        let path = |ending: &str| library.path().join(format!("{language}-{columns}.{ending}"));
        let read = |ending: &str| std::fs::read_to_string(path(ending)).unwrap();
        let page = Html::parse_document(&read("html"));
        let count = |selector: &str| page.select(&Selector::parse(selector).unwrap()).count();
        // The same matters in every language and in every order of columns.
        assert_eq!((count("tbody th[scope=row]"), count("tbody tr"), count("script, link")), (29, 29, 0));
        let references = Selector::parse(".refs a").unwrap();
        let links: Vec<&str> = page.select(&references).filter_map(|link| link.attr("href")).collect();
        assert!(!links.is_empty());
        for link in links {
            assert_eq!(count(link), 1, "{link}");
        }
        assert_eq!(rows(&read("csv")).len(), 30);
        assert!(pdf_info(&path("pdf")).contains("Tagged:          yes"));
        let text = squeeze(&pdf_pages(&path("pdf")).concat());
        let matter = if language == "en" {
            "Flexiblepaymentplansforkeyaccounts"
        } else {
            "大客户灵活付款方案"
        };
        assert!(text.contains(matter) && text.contains("300,000"), "{text}");
        let cells = cells(&path("xlsx"));
        assert!(cells.values().any(|(_, value)| value.contains("300,000") && !value.contains('\u{2060}')));
    }
}

#[test]
fn a_library_without_authorities_says_so() {
    let library = Library::new().role("one", r#"{"title": {"zh-CN": "岗位", "en": "Role"}}"#);
    for (ending, words) in [
        ("md", "No role of the library has authorities."),
        ("html", "No role of the library has authorities."),
    ] {
        let out = format!("none.{ending}");
        library.run(&["authority-matrix", ".", "--out", &out]).must_succeed();
        assert!(std::fs::read_to_string(library.path().join(out)).unwrap().contains(words));
    }
    library.run(&["authority-matrix", ".", "--out", "none.pdf", "--no-system-fonts"]).must_succeed();
}

#[test]
fn spaces_between_words_are_plain_in_markdown() {
    let data = repository().join("data");
    for columns in ["roles", "rights"] {
        let arguments = ["authority-matrix", data.to_str().unwrap(), "--lang", "en", "--columns", columns];
        let text = Library::new().run(&arguments).must_succeed().stdout;
        assert!(text.contains("<br>Beyond: ") && !text.contains("&#32;"), "{text}");
    }
}

#[test]
fn words_of_an_authority_are_words_in_every_format() {
    let evil = r##"<script>alert(1)</script> | #panic() $x$ **b** [a](javascript:x)"##;
    let role = serde_json::json!({
        "title": evil, "authorities": [
            { "id": "a", "matter": evil, "right": "decide", "conditions": evil, "escalates_to": evil },
            { "id": "b", "matter": "x".repeat(400), "right": ["propose", "decide"], "limit": { "amount": 1e15, "currency": "CNY" } },
        ],
    });
    let library = Library::new().role("evil", role.to_string());
    let html = {
        library.run(&["authority-matrix", ".", "--out", "evil.html"]).must_succeed();
        std::fs::read_to_string(library.path().join("evil.html")).unwrap()
    };
    let page = Html::parse_document(&html);
    assert_eq!(page.select(&Selector::parse("script, a[href^=javascript]").unwrap()).count(), 0);
    let markdown = library.run(&["authority-matrix", "."]).must_succeed().stdout;
    let cells = markdown.lines().find(|line| line.contains("1.1")).unwrap().replace("\\|", "");
    assert_eq!(cells.matches('|').count(), 3, "{cells}");
    assert!(markdown.contains("\\<script\\>"), "{markdown}");
    library.run(&["authority-matrix", ".", "--out", "evil.pdf", "--no-system-fonts"]).must_succeed();
    let text = squeeze(&pdf_pages(&library.path().join("evil.pdf")).concat());
    assert!(text.contains("#panic()$x$"), "{text}");
}
