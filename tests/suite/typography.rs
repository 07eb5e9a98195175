//! Holds the rules of typography by what stands where on the typeset pages: lines,
//! punctuation, indents, long words, what is kept together.

use serde_json::{Value, json};
use typst::layout::{Frame, FrameItem, Point, Transform};
use typst::text::TextItem;
use typst_layout::PagedDocument;

use crate::support::{Documents, Library, THEMES, WAYS, pdf_pages, repository, squeeze};

/// Marks that begin no line, and such as end none (clreq 3.1.3).
const CLOSING: &str = "。，、；：？！）》」】”’";
const OPENING: &str = "（《「【“‘";

/// A run of letters of one style on a page, in points from its top left.
#[derive(Debug, Clone)]
struct Run {
    page: usize,
    x: f64,
    y: f64,
    width: f64,
    size: f64,
    text: String,
    family: String,
    /// Characters with how far each moves on.
    advances: Vec<(String, f64)>,
}

fn runs(document: &PagedDocument) -> Vec<Run> {
    let mut runs = Vec::new();
    for (page, laid_out) in document.pages().iter().enumerate() {
        collect(&laid_out.frame, Transform::identity(), page, &mut runs);
    }
    runs
}

fn collect(frame: &Frame, transform: Transform, page: usize, runs: &mut Vec<Run>) {
    for (position, item) in frame.items() {
        let here = transform.pre_concat(Transform::translate(position.x, position.y));
        match item {
            FrameItem::Group(group) => collect(&group.frame, here.pre_concat(group.transform), page, runs),
            FrameItem::Text(text) => runs.push(run(text, Point::zero().transform(here), page)),
            _ => {}
        }
    }
}

fn run(text: &TextItem, at: Point, page: usize) -> Run {
    let advance = |glyph: &typst::text::Glyph| glyph.x_advance.at(text.size).to_pt();
    let advances = text.glyphs.iter().map(|glyph| (text.text[glyph.range()].to_string(), advance(glyph)));
    Run {
        page,
        x: at.x.to_pt(),
        y: at.y.to_pt(),
        width: text.width().to_pt(),
        size: text.size.to_pt(),
        text: text.text.to_string(),
        family: text.font.info().family.clone(),
        advances: advances.collect(),
    }
}

/// The lines of the pages: runs on one baseline without a gap between them.
fn lines(document: &PagedDocument) -> Vec<Vec<Run>> {
    let mut lines: Vec<Vec<Run>> = Vec::new();
    for run in runs(document) {
        let goes_on = lines.last().and_then(|line| line.last()).is_some_and(|last| {
            last.page == run.page
                && (last.y - run.y).abs() < 0.5
                && (-1.0..run.size * 1.1).contains(&(run.x - last.x - last.width))
        });
        if goes_on {
            lines.last_mut().unwrap().push(run);
        } else {
            lines.push(vec![run]);
        }
    }
    lines
}

fn words(line: &[Run]) -> String {
    line.iter().map(|run| run.text.as_str()).collect::<String>().trim().to_string()
}

fn one_role(role: &Value) -> Documents {
    Documents::of(Library::new().role("a", role.to_string()).path())
}

/// The lines of a role in Chinese.
fn chinese_lines(role: &Value, theme: &str) -> Vec<Vec<Run>> {
    one_role(role).typeset("a", theme, "zh-CN", lines)
}

fn sample_roles() -> Vec<String> {
    let folder = repository().join("data/roles");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> =
        names.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() {
    let documents = Documents::of(&repository().join("data"));
    let mut faults = Vec::new();
    let mut seen = 0;
    for theme in THEMES {
        for role in sample_roles() {
            for line in documents.typeset(&role, theme, "zh-CN", lines) {
                let words = words(&line);
                seen += 1;
                if words.starts_with(|c| CLOSING.contains(c)) || words.ends_with(|c| OPENING.contains(c)) {
                    faults.push(format!("{theme}, {role}, page {}: {words}", line[0].page + 1));
                }
            }
        }
    }
    assert!(seen > 5_000, "only {seen} lines were found");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Wherever in a line the marks come to stand.
#[test]
fn marks_keep_to_their_lines_wherever_they_fall() {
    let text = "《甲》、（乙）、“丙”、【丁】：戊、己；庚。辛？壬！《客户服务规范》（试行）第三条，".repeat(9);
    for before in 0..42 {
        let lines =
            chinese_lines(&json!({ "title": "甲", "summary": "客".repeat(before) + &text }), "outline");
        for line in lines {
            let words = words(&line);
            assert!(!words.starts_with(|c| CLOSING.contains(c)), "{words}");
            assert!(!words.ends_with(|c| OPENING.contains(c)), "{words}");
        }
    }
}

#[test]
fn marks_side_by_side_and_at_the_end_of_a_line_are_squeezed() {
    // By one of three beginnings, the mark falls on the end of a line.
    let text = |before: usize| format!("《甲》，《乙》。{}{}", "客".repeat(before), "客户，".repeat(60));
    for theme in THEMES {
        let lines = |before| chinese_lines(&json!({ "title": "甲", "summary": text(before) }), theme);
        let lines: Vec<Vec<Run>> = (0..3).flat_map(lines).collect();
        let first = lines.iter().find(|line| words(line).starts_with("《甲》")).unwrap();
        let (advances, size) = (first.iter().flat_map(|run| &run.advances), first[0].size);
        let mark = advances.clone().find(|(mark, _)| mark == "》").unwrap();
        assert!(mark.1 < size * 0.75, "{theme}: {mark:?} of {size}");
        let ends = lines.iter().filter(|line| words(line).ends_with("客户，") && words(line).len() > 60);
        let ends: Vec<&Vec<Run>> = ends.collect();
        assert!(!ends.is_empty(), "{theme}: no line ends with a mark");
        for end in ends {
            let (_, advance) = end.last().unwrap().advances.last().unwrap();
            assert!(*advance < size * 0.75, "{theme}: {advance} of {size}");
        }
    }
}

#[test]
fn chinese_prose_begins_two_characters_in() {
    let summary = "负责区域市场的开发与维护，".repeat(20);
    for theme in ["outline", "agreement", "dossier"] {
        let lines = chinese_lines(&json!({ "title": "甲", "summary": summary }), theme);
        let first = lines.iter().position(|line| words(line).starts_with("负责区域市场")).unwrap();
        let (first, second) = (&lines[first][0], &lines[first + 1][0]);
        assert!((first.x - second.x - 2.0 * first.size).abs() < 0.5, "{theme}: {first:?} {second:?}");
    }
}

#[test]
fn a_line_that_an_address_leaves_short_is_not_drawn_apart() {
    let see = format!("参见 {ADDRESS}/{} 的规定", "p".repeat(20));
    let role = json!({
        "title": "甲", "summary": see,
        "duties": [{ "id": "a", "statement": see, "tasks": [see, see.replace("参见", "参见甲")], "outputs": [see] }],
    });
    for theme in THEMES {
        let lines = chinese_lines(&role, theme);
        let seen: Vec<&Run> = lines.iter().flatten().filter(|run| run.text.contains("参见")).collect();
        assert_eq!(seen.len(), 5, "{theme}: {seen:?}");
        for run in seen {
            let apart = run.advances.iter().find(|(character, _)| character == "参").unwrap().1;
            assert!(apart < run.size * 1.05, "{theme}: {apart} of {}", run.size);
        }
    }
}

#[test]
fn latin_stands_apart_from_chinese() {
    for theme in THEMES {
        let lines = chinese_lines(&json!({ "title": "甲", "summary": "使用CRM系统" }), theme);
        let line = lines.iter().find(|line| words(line).contains("CRM")).unwrap();
        let before = line.iter().flat_map(|run| &run.advances).find(|(mark, _)| mark == "用").unwrap().1;
        assert!(before > line[0].size * 1.1, "{theme}: {before}");
    }
}

#[test]
fn emphasis_is_set_in_hei_and_the_rest_in_song() {
    for theme in THEMES {
        let role = json!({ "title": "甲", "summary": "概述**重点**与*着重*，其余" });
        let lines = chinese_lines(&role, theme);
        let line = lines.iter().find(|line| words(line).starts_with("概述")).unwrap();
        let family = |word: &str| &line.iter().find(|run| run.text.contains(word)).unwrap().family;
        for (word, wanted) in [("概述", "Serif"), ("重点", "Sans"), ("着重", "Sans"), ("其余", "Serif")]
        {
            assert_eq!(*family(word), format!("Noto {wanted} SC"), "{theme}: {word}");
        }
    }
}

#[test]
fn english_documents_have_no_chinese_marks() {
    let library = Library::copy_of(&repository().join("data"));
    for theme in THEMES {
        let run = library.build(&["--format", "pdf,html", "--lang", "en", "--theme", theme]).must_succeed();
        for name in run.files() {
            let text = match name.strip_suffix(".pdf") {
                Some(_) => pdf_pages(&run.path(&name)).concat(),
                None => {
                    let html = run.text(&name);
                    html[html.find("<body").unwrap()..].to_string()
                }
            };
            assert!(text.len() > 1_000, "{name}");
            let marks: Vec<char> = text.chars().filter(|c| "，。；：、（）？！《》".contains(*c)).collect();
            assert!(marks.is_empty(), "{theme} {name}: {marks:?}");
        }
    }
}

const ADDRESS: &str = "https://portal.example.com/procurement/guidelines/2026/framework-agreement?region=east&customer=key_accounts";
const MAILBOX: &str = "key.account.management.enterprise@strategic-partnerships.example.com";
const PART: &str = "KX20260815ZZPLMNOQ4471RSTUVWX9981";
const WORD: &str = "Responsibilities";

/// A role with words too long for their places in every kind of place.
fn long_worded() -> Library {
    Library::new()
        .file(
            "rolebook.json",
            json!({ "languages": ["zh-CN", "en"], "organization": { "name": format!("{PART} {MAILBOX}") } })
                .to_string(),
        )
        .role(
            "a",
            json!({
                "title": { "zh-CN": format!("客户经理{PART}"), "en": format!("Account manager {MAILBOX}") },
                "code": format!("KAM/{PART}-EAST_CHINA-2026.08"),
                "summary": {
                    "zh-CN": format!("负责 {ADDRESS} 与 {MAILBOX}、{PART}。`{ADDRESS}`"),
                    "en": format!("In charge of {ADDRESS}, {MAILBOX} and {PART}. `{ADDRESS}`"),
                },
                "document": { "version": format!("2026.08-rc.1+{PART}") },
                "duties": [{
                    "area": PART, "statement": ADDRESS, "tasks": [MAILBOX, ADDRESS], "outputs": [PART, MAILBOX]
                }],
                "authorities": [{
                    "domain": "business", "matter": PART, "right": "approve", "conditions": MAILBOX,
                    "escalates_to": { "en": MAILBOX, "zh-CN": PART }
                }],
                "kpis": [{
                    "name": PART, "target": WORD, "weight": 50, "cycle": "quarterly", "definition": ADDRESS,
                    "source": MAILBOX, "evaluator": { "en": PART, "zh-CN": PART }
                }],
                "relations": [{
                    "side": "internal", "counterpart": { "en": MAILBOX, "zh-CN": MAILBOX }, "purpose": ADDRESS,
                    "frequency": "weekly", "mode": PART
                }],
                "records": [ADDRESS, PART],
                "sections": [{ "title": PART, "body": ADDRESS }, { "title": WORD, "body": MAILBOX }],
                "sign_off": {
                    "statement": ADDRESS,
                    "blocks": [
                        { "party": "job_holder", "label": PART, "name": MAILBOX, "title": PART },
                        { "party": "hr", "label": MAILBOX, "name": PART, "title": ADDRESS, "seal": true }
                    ]
                }
            })
            .to_string(),
        )
}

#[test]
fn long_words_stay_in_their_places_and_are_read_back_unchanged() {
    let library = long_worded();
    for theme in THEMES {
        let run = library.build(&["--format", "pdf", "--theme", theme]).must_succeed();
        assert!(run.stderr.contains("0 errors, 0 warnings"), "{theme}: {}", run.stderr);
        for language in ["zh-CN", "en"] {
            let text = squeeze(&pdf_pages(&run.path(&format!("{language}/a.pdf"))).concat());
            for (word, times) in [(ADDRESS, 8), (MAILBOX, 8), (PART, 12)] {
                let found = text.matches(word).count();
                assert!(found >= times, "{theme} {language}: {word} {found} times in {text}");
            }
            assert!(!text.contains('\u{200b}') && !text.contains('\u{ad}'), "{theme} {language}");
        }
    }
}

/// Also where no line shows the end of a column.
#[test]
fn long_words_do_not_run_into_each_other() {
    let documents = Documents::of(long_worded().path());
    for theme in THEMES {
        for language in ["zh-CN", "en"] {
            let lines = documents.typeset("a", theme, language, lines);
            for (index, line) in lines.iter().enumerate() {
                let (first, last) = (&line[0], line.last().unwrap());
                let (left, right) = (first.x, last.x + last.width);
                for other in &lines[index + 1..] {
                    let overlaps = other[0].page == first.page
                        && (other[0].y - first.y).abs() < 4.0
                        && other[0].x < right - 2.0
                        && other.last().unwrap().x + other.last().unwrap().width > left + 2.0;
                    assert!(!overlaps, "{theme} {language}: {} | {}", words(line), words(other));
                }
            }
        }
    }
}

#[test]
fn an_address_breaks_after_its_marks_before_anywhere_else() {
    for theme in THEMES {
        let role = json!({ "title": "A", "summary": format!("See {ADDRESS}/{ADDRESS} for it.") });
        let lines = one_role(&role).typeset("a", theme, "en", lines);
        let start = lines.iter().position(|line| words(line).starts_with("See")).unwrap();
        let broken: Vec<String> = lines[start..]
            .iter()
            .map(|line| words(line))
            .take_while(|line| !line.contains("for it"))
            .collect();
        assert!(broken.len() > 1, "{theme}: {broken:?}");
        for line in broken {
            assert!(line.ends_with(|c| "/.-_?=&:".contains(c)), "{theme}: {line}");
        }
    }
}

/// A role with a table of so many rows before its sign-off.
fn role_with_revisions(count: usize) -> Value {
    let revision = |number: usize| json!({ "version": format!("{number}.0"), "date": "2026-01-15", "summary": format!("修订说明第{number}次") });
    json!({
        "title": "甲",
        "revisions": (1..=count).map(revision).collect::<Vec<_>>(),
        "sign_off": { "statement": "本人确认。", "blocks": [{ "party": "job_holder", "label": "签署方甲" }] }
    })
}

#[test]
fn a_table_shows_its_heads_once_a_page() {
    let settings =
        json!({ "languages": ["zh-CN"], "theme_settings": { "sections": ["revisions", "sign_off"] } });
    let counts: Vec<usize> = (11..16).chain(20..36).chain([80]).collect();
    let library =
        counts.iter().fold(Library::new().file("rolebook.json", settings.to_string()), |library, count| {
            library.role(&format!("r-{count}"), role_with_revisions(*count).to_string())
        });
    for theme in THEMES {
        let run = library.build(&["--format", "pdf", "--theme", theme]).must_succeed();
        for count in &counts {
            let pages = pdf_pages(&run.path(&format!("zh-CN/r-{count}.pdf")));
            for page in &pages {
                let page = squeeze(page);
                let (heads, rows) = (page.matches("修订内容").count(), page.matches("修订说明第").count());
                assert_eq!(heads, usize::from(rows > 0), "{theme}, {count} rows: {page}");
            }
            let last = squeeze(pages.last().unwrap());
            assert!(
                last.contains("本人确认。") && last.contains(&format!("第{count}次")),
                "{theme}, {count}: {last}"
            );
        }
    }
}

#[test]
fn no_row_stands_alone_on_a_page() {
    let settings = json!({ "languages": ["zh-CN"], "theme_settings": { "sections": ["records", "conditions", "revisions", "document"] } });
    let counts = 1..=40;
    let mut library = Library::new().file("rolebook.json", settings.to_string());
    for count in counts.clone() {
        let mut role = role_with_revisions(5);
        role["records"] = json!((1..=count).map(|number| format!("记录{number}")).collect::<Vec<_>>());
        role["conditions"] = json!({
            "workplace": "on_site", "hours_system": "standard", "schedule": "排班",
            "environment": ["现场"], "travel_percent": 20
        });
        role["document"] = json!({
            "version": "1.0", "status": "published", "effective_date": "2026-01-01", "review_by": "2027-01-01",
            "supersedes": "0.9", "confidentiality": "internal", "prepared_on": "2025-12-01"
        });
        library = library.role(&format!("r-{count}"), role.to_string());
    }
    let rows = [
        &["办公方式", "工时制度", "工作时间特征", "出差", "工作环境"][..],
        &["第1次", "第2次", "第3次", "第4次", "第5次"][..],
    ];
    for theme in THEMES {
        let run = library.build(&["--format", "pdf", "--theme", theme]).must_succeed();
        for count in counts.clone() {
            for page in pdf_pages(&run.path(&format!("zh-CN/r-{count}.pdf"))) {
                let page = squeeze(&page);
                for rows in rows {
                    let here = rows.iter().filter(|row| page.contains(**row)).count();
                    assert_ne!(here, 1, "{theme}, {count} before: {page}");
                }
            }
        }
    }
}

/// The parties of a sign-off with everything that a block can have.
#[test]
fn the_place_for_the_seal_is_clear_of_words_and_every_name_has_a_line() {
    let both = |chinese: &str, english: &str| json!({ "zh-CN": chinese, "en": english });
    let role = json!({ "title": both("甲", "A"), "sign_off": { "blocks": [
        { "party": "job_holder" },
        { "party": "supervisor", "name": "王芳", "title": both("市场营销总监", "Director of Sales and Marketing") },
        { "party": "hr", "title": both("人力资源部", "Human Resources"), "seal": true }
    ] } });
    let documents = one_role(&role);
    for theme in THEMES {
        for (language, seal, date) in
            [("zh-CN", "盖章处", "日期"), ("en", "(seal)", "Date"), ("zh-CN+en", "盖章处", "Date")]
        {
            let runs = documents.typeset("a", theme, language, runs);
            let mark = runs.iter().find(|run| run.text.contains(seal)).unwrap();
            // The words are in the middle of a circle of 20 mm.
            let middle = (mark.x + mark.width / 2.0, mark.y);
            let near: Vec<&Run> = runs
                .iter()
                .filter(|run| run.page == mark.page && (run.y - middle.1).abs() < 27.0)
                .filter(|run| run.x + run.width > middle.0 - 28.0 && run.x < middle.0 + 28.0)
                .filter(|run| !["盖章处", "seal", "（", "）"].iter().any(|part| run.text.contains(part)))
                .collect();
            assert!(near.is_empty(), "{theme}, {language}: {near:?}");
            let level = |words: &str| {
                let mut heights: Vec<f64> =
                    runs.iter().filter(|run| run.text.trim() == words).map(|run| run.y).collect();
                heights.retain(|y| (y - middle.1).abs() < 80.0);
                heights
            };
            let (names, dates) = (level(if language == "en" { "Name" } else { "姓名" }), level(date));
            for heights in [&names, &dates] {
                assert_eq!(heights.len(), 3, "{theme}, {language}: {heights:?}");
                assert!(heights.iter().all(|y| (y - heights[0]).abs() < 0.1), "{theme}, {language}");
            }
        }
    }
}

#[test]
fn a_long_text_before_the_sign_off_keeps_it_company() {
    let settings = json!({ "languages": ["zh-CN"], "theme_settings": { "sections": ["background", "records", "sign_off"] } });
    let sign_off =
        json!({ "statement": "本人确认。", "blocks": [{ "party": "job_holder", "label": "签署方甲" }] });
    let sentence = "负责区域市场的开发与维护，定期拜访重点客户，掌握需求变化并及时反馈。";
    let counts: Vec<usize> = (12..40).collect();
    let mut library = Library::new().file("rolebook.json", settings.to_string());
    for count in &counts {
        let texts: Vec<String> = (1..=*count).map(|number| format!("第{number}段。{sentence}")).collect();
        let prose = json!({ "title": "甲", "background": texts.join("\n\n"), "sign_off": sign_off });
        let list = json!({ "title": "甲", "records": texts, "sign_off": sign_off });
        library = library
            .role(&format!("p-{count}"), prose.to_string())
            .role(&format!("l-{count}"), list.to_string());
    }
    for theme in THEMES {
        let run = library.build(&["--format", "pdf", "--theme", theme]).must_succeed();
        for count in &counts {
            for kind in ["p", "l"] {
                let pages = pdf_pages(&run.path(&format!("zh-CN/{kind}-{count}.pdf")));
                let last = squeeze(pages.last().unwrap());
                assert!(last.contains("本人确认。"), "{theme}, {kind}-{count}: {last}");
                assert!(last.contains(&format!("第{count}段。")), "{theme}, {kind}-{count}: {last}");
                let all = squeeze(&pages.concat());
                assert_eq!(all.matches("段。").count(), *count, "{theme}, {kind}-{count}");
            }
        }
    }
}

#[test]
fn a_long_agreement_goes_on_over_the_next_page_and_ends_with_the_signatures() {
    let clause = "本人确认已阅读并理解上述岗位职责与权限，承诺遵守公司的各项规章制度，保守工作中知悉的商业秘密，并按期完成各项工作任务。";
    let clauses = |count: usize, head: &dyn Fn(usize) -> String| {
        (1..=count)
            .map(|number| format!("{}第{number}条。{clause}{clause}", head(number)))
            .collect::<Vec<_>>()
    };
    let counts: Vec<usize> = (8..26).step_by(3).chain([25]).collect();
    let mut library = Library::new();
    for count in &counts {
        let statements = [
            ("p", clauses(*count, &|_| String::new()).join("\n\n")),
            ("l", clauses(*count, &|number| format!("{number}. ")).join("\n")),
        ];
        for (kind, statement) in statements {
            let role = json!({
                "title": { "zh-CN": "甲", "en": "A" },
                "duties": [{ "statement": { "zh-CN": "职责表述", "en": "Duty" } }],
                "sign_off": { "statement": { "zh-CN": statement, "en": statement }, "blocks": [
                    { "party": "job_holder", "label": { "zh-CN": "签署方甲", "en": "Party A" } },
                    { "party": "supervisor", "label": { "zh-CN": "签署方乙", "en": "Party B" } }
                ] }
            });
            library = library.role(&format!("{kind}-{count}"), role.to_string());
        }
    }
    for (theme, edition) in WAYS {
        let arguments = ["--format", "pdf", "--theme", theme, "--lang", edition];
        let run = library.build(&arguments).must_succeed().must_say("0 errors, 0 warnings");
        for (count, kind) in counts.iter().flat_map(|count| [(count, "p"), (count, "l")]) {
            let way = format!("{theme}, {edition}, {kind}-{count}");
            let path = run.path(&format!("{edition}/{kind}-{count}.pdf"));
            let pages: Vec<String> = pdf_pages(&path).iter().map(|page| squeeze(page)).collect();
            let last = pages.last().unwrap();
            assert!(last.contains("签署方甲") && last.contains("签署方乙"), "{way}: {last}");
            // In two languages, a list is one row of the page.
            if edition == "zh-CN" || kind == "p" {
                assert!(last.contains(&format!("第{count}条。")), "{way}: the signatures are alone: {last}");
            }
            let all = pages.concat();
            let times = if edition == "zh-CN" { 1 } else { 2 };
            assert_eq!(all.matches("条。").count(), count * times, "{way}");
            let begins = pages.iter().find(|page| page.contains("第1条。")).unwrap();
            assert!(begins.contains("签署确认"), "{way}: the heading is elsewhere: {begins}");
        }
    }
}

#[test]
fn many_signatures_go_on_over_the_next_page() {
    let block = |number| {
        let (zh, en) = (format!("签署方{number}"), format!("Party {number}"));
        json!({ "party": "job_holder", "label": { "zh-CN": zh, "en": en } })
    };
    let blocks: Vec<Value> = (1..=30).map(block).collect();
    let role = json!({ "title": { "zh-CN": "甲", "en": "A" }, "sign_off": { "blocks": blocks } });
    let library = Library::new().role("a", role.to_string());
    for (theme, edition) in WAYS {
        let arguments = ["--format", "pdf", "--theme", theme, "--lang", edition];
        let run = library.build(&arguments).must_succeed().must_say("0 errors, 0 warnings");
        let pages = pdf_pages(&run.path(&format!("{edition}/a.pdf"))).concat();
        assert_eq!(squeeze(&pages).matches("签署方").count(), 30, "{theme}, {edition}");
    }
}

#[test]
fn what_runs_off_the_bottom_of_a_page_is_an_error() {
    let role = json!({ "title": "甲", "authorities": [{
        "domain": "business", "matter": "审批合同与付款申请。".repeat(400), "right": "approve"
    }] });
    let library = Library::new().role("a", role.to_string());
    let run = library.build(&["--format", "pdf"]).must_find().must_say("error[text_overflow]");
    let run = run.must_say("runs off the bottom of the page").must_say("longer than a page: shorten it");
    assert!(run.must_say("/authorities/0/matter").files().is_empty());
}

#[test]
fn no_heading_is_the_last_thing_on_a_page() {
    let sample = Documents::of(&repository().join("data"));
    let long = Documents::of(&repository().join("tests/golden/pages/library"));
    let roles = sample_roles().into_iter().map(|role| (&sample, role));
    let mut headings = 0;
    for (documents, role) in roles.chain([(&long, "forty-duties".to_string())]) {
        for theme in THEMES {
            for language in ["zh-CN", "en"] {
                let known = section_headings(language);
                let is_heading = |line: &[Run]| {
                    let words = words(line);
                    // A number may stand before it.
                    known
                        .iter()
                        .any(|it| words.strip_suffix(it).is_some_and(|rest| rest.chars().count() <= 4))
                };
                let (last_lines, ends) = documents.typeset(&role, theme, language, |document| {
                    let pages = document.pages().len();
                    let mut lines = lines(document);
                    lines.retain(|line| line[0].size > 8.2);
                    headings += lines.iter().filter(|line| is_heading(line)).count();
                    let on = |page| lines.iter().filter(move |line| line[0].page == page);
                    let last_lines = |page| {
                        let end = on(page).map(|line| line[0].y).fold(0.0, f64::max);
                        on(page).filter(|line| line[0].y > end - 3.0).cloned().collect::<Vec<_>>()
                    };
                    let body: Vec<Run> = runs(document).into_iter().filter(|run| run.size > 8.2).collect();
                    let last =
                        |page| body.iter().filter(|run| run.page == page).max_by(|a, b| a.y.total_cmp(&b.y));
                    (
                        (0..pages - 1).map(last_lines).collect::<Vec<Vec<Vec<Run>>>>(),
                        (0..pages - 1).filter_map(last).cloned().collect::<Vec<Run>>(),
                    )
                });
                for last in last_lines {
                    let all = last.iter().all(|line| is_heading(line));
                    assert!(!all, "{theme} {role} {language}: {last:?}");
                }
                for end in ends {
                    // Headings are the only large bold type below the title.
                    assert!(
                        end.size < 10.6 || end.family != "Noto Sans SC",
                        "{theme} {role} {language}: {end:?}"
                    );
                }
            }
        }
    }
    assert!(headings > 500, "only {headings} headings were found");
}

/// The headings of sections in a language.
fn section_headings(language: &str) -> Vec<String> {
    let locale = std::fs::read_to_string(repository().join(format!("locales/{language}.json"))).unwrap();
    let locale: Value = serde_json::from_str(&locale).unwrap();
    locale["sections"].as_object().unwrap().values().map(|it| it.as_str().unwrap().to_string()).collect()
}
