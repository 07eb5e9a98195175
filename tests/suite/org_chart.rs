//! Holds the organization chart: who is drawn below whom, what the picture and the page
//! say to a reader, and what becomes of lines that are wrong.

use std::collections::BTreeMap;
use std::path::PathBuf;

use quick_xml::events::Event;
use rolebook::catalog::Catalog;
use rolebook::model::Language;

use crate::support::{Library, Run, pdf_info, pdf_pages, poppler, repository, squeeze};

fn sample() -> Library {
    Library::copy_of(&repository().join("data"))
}

/// A library of these roles: id, title and superior, which may be empty.
fn of(roles: &[(&str, &str, &str)]) -> Library {
    let mut library = Library::new();
    for (id, title, superior) in roles {
        let reporting = if superior.is_empty() {
            serde_json::json!({})
        } else {
            serde_json::json!({ "reports_to": superior })
        };
        let role = serde_json::json!({
            "title": { "zh-CN": title, "en": title }, "headcount": 1, "code": "X-1", "reporting": reporting,
        });
        library = library.role(id, role.to_string());
    }
    library
}

fn chart(library: &Library, out: &str, more: &[&str]) -> (Run, PathBuf) {
    let mut arguments = vec!["org-chart", ".", "--no-system-fonts", "--out", out];
    arguments.extend(more);
    (library.run(&arguments), library.path().join(out))
}

/// What an SVG says: for each box how deep in lists it stands, and its words. The text
/// must be well-formed.
fn boxes(svg: &str) -> Vec<(usize, String)> {
    let mut reader = quick_xml::Reader::from_str(svg);
    let (mut boxes, mut depth, mut groups, mut in_text): (Vec<(usize, String)>, usize, Vec<bool>, bool) =
        (Vec::new(), 0, Vec::new(), false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == "g" => {
                let role = tag.try_get_attribute("role").unwrap().map(|it| it.value.into_owned());
                let is_item = role.as_deref() == Some("listitem");
                if is_item {
                    depth += 1;
                    boxes.push((depth, String::new()));
                }
                groups.push(is_item);
            }
            Event::End(tag) if tag.name().as_ref() == "g" && groups.pop().unwrap() => depth -= 1,
            Event::Start(tag) if tag.name().as_ref() == "text" => in_text = true,
            Event::End(tag) if tag.name().as_ref() == "text" => in_text = false,
            Event::Text(text) if in_text && depth > 0 => {
                boxes.last_mut().unwrap().1.push_str(&text);
            }
            Event::GeneralRef(reference) if in_text && depth > 0 => {
                let name = reference.to_string();
                let c = reference.resolve_char_ref().unwrap().or_else(|| {
                    let named = [("lt", '<'), ("gt", '>'), ("amp", '&'), ("quot", '"')];
                    named.into_iter().find(|it| it.0 == name).map(|it| it.1)
                });
                boxes.last_mut().unwrap().1.push(c.unwrap());
            }
            Event::Eof => return boxes,
            _ => {}
        }
    }
}

#[test]
fn every_role_is_drawn_once_below_its_superior() {
    let catalog = Catalog::load(&repository().join("data")).unwrap();
    for language in Language::ALL {
        let library = sample();
        let (run, path) = chart(&library, "chart.svg", &["--lang", language.tag()]);
        run.must_succeed();
        let svg = std::fs::read_to_string(path).unwrap();
        let boxes = boxes(&svg);
        // Patterns that others extend have no place; two superiors are no roles of the library.
        assert_eq!(boxes.len(), catalog.roles.len() - 2 + 2);
        let mut depths: BTreeMap<String, usize> = BTreeMap::new();
        for (depth, words) in &boxes {
            assert!(depths.insert(squeeze(words), *depth).is_none(), "{words} twice");
        }
        let depth = |words: &str| {
            let found = depths.iter().filter(|(known, _)| known.contains(&squeeze(words)));
            *found.map(|(_, depth)| depth).next().unwrap_or_else(|| panic!("no {words} in {depths:?}"))
        };
        let lines = match language {
            Language::ZhCn => ["董事会", "总经理总经理办公室", "营销总监", "销售经理客户业务部", "业务员"],
            Language::En => [
                "Board of Directors",
                "General Manager Office",
                "Marketing Director",
                "Sales Manager Client",
                "Sales Representative",
            ],
        };
        assert_eq!(lines.map(depth), [1, 2, 3, 4, 5]);
        // It stands alone, and names itself.
        assert!(!svg.contains("http://") || svg.matches("http").count() == 1, "only the namespace");
        assert!(
            svg.contains("aria-labelledby=\"org-chart-title\"")
                && svg.contains("<title id=\"org-chart-title\">")
        );
        assert!(svg.contains("prefers-color-scheme: dark") && svg.contains("stroke-dasharray"));
    }
}

#[test]
fn a_page_is_tagged_as_lists_in_lists_and_the_same_every_time() {
    let library = sample();
    let (run, path) = chart(&library, "chart.pdf", &["--lang", "zh-CN"]);
    run.must_succeed();
    let (run, again) = chart(&library, "again.pdf", &["--lang", "zh-CN"]);
    run.must_succeed();
    assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(again).unwrap());
    let info = pdf_info(&path);
    assert!(info.contains("Tagged:          yes") && info.contains("组织架构图"), "{info}");
    let tags = poppler("pdfinfo", &["-struct-text", &path.to_string_lossy()]);
    // How far a line of the tags is set in says how deep it is.
    let deep = |words: &str| {
        let line = tags.lines().find(|line| line.contains(&format!("\"{words}\"")));
        line.unwrap_or_else(|| panic!("no {words} in {tags}")).find('"').unwrap()
    };
    assert!(deep("董事会") < deep("总经理") && deep("总经理") < deep("营销总监"));
    assert_eq!(deep("营销总监"), deep("人力资源总监"));
    assert!(deep("营销总监") < deep("销售经理") && deep("销售经理") < deep("业务员"));
}

/// A company of seven departments, each with managers and their people.
fn company() -> Library {
    let mut roles = vec![("gm".to_string(), "总经理".to_string(), String::new())];
    for department in 0..7 {
        let head = format!("d{department}");
        roles.push((head.clone(), format!("第{department}部门总监"), "gm".into()));
        for manager in 0..4 {
            let id = format!("{head}m{manager}");
            roles.push((id.clone(), format!("经理{department}之{manager}"), head.clone()));
            for worker in 0..6 {
                roles.push((
                    format!("{id}w{worker}"),
                    format!("专员{department}之{manager}之{worker}"),
                    id.clone(),
                ));
            }
        }
    }
    let roles: Vec<(&str, &str, &str)> = roles.iter().map(|(a, b, c)| (&**a, &**b, &**c)).collect();
    of(&roles)
}

#[test]
fn a_company_of_two_hundred_stays_readable_on_several_sheets() {
    let library = company();
    let (run, path) = chart(&library, "chart.pdf", &["--lang", "zh-CN"]);
    run.must_succeed();
    let pages: Vec<String> = pdf_pages(&path).iter().map(|page| squeeze(page)).collect();
    assert!((2..=8).contains(&pages.len()), "{} pages", pages.len());
    let all = pages.concat();
    for department in 0..7 {
        for manager in 0..4 {
            for worker in 0..6 {
                let title = format!("专员{department}之{manager}之{worker}");
                assert_eq!(all.matches(&title).count(), 1, "{title}");
            }
        }
    }
    // A box that goes on names the page on which it does.
    for (number, page) in pages.iter().enumerate().skip(1) {
        assert!(pages[0].contains(&format!("见第{}页", number + 1)), "{}", pages[0]);
        assert!(page.contains("承第1页"), "{page}");
    }
    let sizes = poppler("pdfinfo", &["-l", "99", &path.to_string_lossy()]);
    let sizes: Vec<&str> =
        sizes.lines().filter(|line| line.contains(" size:") && line.starts_with("Page ")).collect();
    assert!(sizes.iter().all(|line| line.contains("1191 x 842")), "{sizes:?}");
}

#[test]
fn a_part_is_a_role_a_unit_or_some_levels() {
    let library = sample();
    let says = |more: &[&str]| {
        let mut arguments = vec!["org-chart", ".", "--no-system-fonts", "--lang", "en"];
        arguments.extend(more);
        library.run(&arguments).must_succeed().stdout
    };
    let root = says(&["--root", "power-company-manager"]);
    assert!(
        root.starts_with("Organization Chart: Power Company Manager\n3 roles, 6 positions authorized\n"),
        "{root}"
    );
    assert!(root.contains("\n    └── Key Account Manager, Power Supply"), "{root}");
    let unit = says(&["--unit", "consumer-services"]);
    assert!(unit.contains("\nGeneral Manager  ") && unit.contains("Customer Service Manager"), "{unit}");
    assert!(
        !unit.contains("Sales Manager  ")
            && unit.starts_with("Organization Chart: Consumer Services Division\n3 roles"),
        "{unit}"
    );
    assert_eq!(says(&["--unit", "生活服务事业部"]), unit);
    let levels = says(&["--depth", "3"]);
    assert!(
        levels.contains("Marketing Director  Sales and Marketing · SY-MK-01 · 1 person  … 8 roles below\n"),
        "{levels}"
    );
    assert!(!levels.contains("Sales Manager  "));
    for (arguments, message) in [
        (
            ["--unit", "consumer-service"],
            "error: there is no unit `consumer-service`\n |\n = help: did you mean `consumer-services`?\n",
        ),
        (
            ["--root", "general-manger"],
            "error: there is no role `general-manger`\n |\n = help: did you mean `general-manager`?\n",
        ),
    ] {
        let run = library.run(&["org-chart", ".", arguments[0], arguments[1]]);
        assert_eq!((run.status, &*run.stderr), (Some(2), message));
    }
    let pattern = library.run(&["org-chart", ".", "--root", "account-manager"]);
    assert_eq!(pattern.status, Some(2));
    pattern.must_say("`account-manager` has no place in the organization chart");
}

#[test]
fn lines_that_go_round_are_found_and_drawn_all_the_same() {
    let library =
        of(&[("a", "甲", "c"), ("b", "乙", "a"), ("c", "丙", "b"), ("d", "丁", "nobody"), ("e", "戊", "d")]);
    for out in ["chart.svg", "chart.pdf"] {
        let (run, path) = chart(&library, out, &["--lang", "en"]);
        let run = run
            .must_find()
            .must_say("error[reporting_cycle]: the reporting lines go round in a circle: a → c → b → a");
        let run = run.must_say("--> roles/a.json:1:");
        run.must_say("1 role has errors and cannot be listed: d; `rolebook build` names them");
        assert!(path.is_file());
    }
    let svg = std::fs::read_to_string(library.path().join("chart.svg")).unwrap();
    let boxes = boxes(&svg);
    let words: Vec<(usize, &str)> = boxes.iter().map(|(depth, words)| (*depth, words.trim())).collect();
    let begins =
        |at: usize, depth: usize, start: &str| words[at].0 == depth && words[at].1.starts_with(start);
    assert!(begins(0, 1, "甲") && begins(1, 2, "乙") && begins(2, 3, "丙"), "{words:?}");
    assert!(
        words[0].1.ends_with("lines go round in a circle") && words[3].1.ends_with("role with errors"),
        "{words:?}"
    );
    assert!(begins(3, 1, "丁") && begins(4, 2, "戊"), "{words:?}");
    // On the ground of a box at the top, every word is white.
    for at_the_top in svg.split("<g class=\"org-top\">").skip(1) {
        let said = at_the_top.split("</g>").next().unwrap();
        assert_eq!(said.matches("<text ").count(), said.matches("fill=\"#ffffff\"").count(), "{said}");
    }
}

#[test]
fn words_of_a_role_are_words_whatever_they_look_like() {
    let evil = "</title><script>alert(1)</script> #panic() $x$ & \"q\" ]]>";
    let long = "超长岗位名称".repeat(40);
    let deep: Vec<(String, String)> = (0..30).map(|at| (format!("l{at:02}"), format!("第{at}级"))).collect();
    let mut roles = vec![("evil", evil, ""), ("long", long.as_str(), "evil")];
    for (at, (id, title)) in deep.iter().enumerate() {
        roles.push((id, title, if at == 0 { "long" } else { &deep[at - 1].0 }));
    }
    let library = of(&roles);
    let (run, path) = chart(&library, "chart.svg", &["--lang", "zh-CN"]);
    run.must_succeed();
    let svg = std::fs::read_to_string(path).unwrap();
    let boxes = boxes(&svg);
    assert!(
        squeeze(&boxes[0].1).starts_with(&squeeze("</title><script>alert(1)</script>#panic()$x$&\"q\"]]>")),
        "{boxes:?}"
    );
    assert!(boxes[1].1.contains('…') && !svg.contains("<script"), "{boxes:?}");
    // What is below the sixteenth level is counted.
    assert_eq!(boxes.len(), 16);
    assert!(boxes[15].1.ends_with("下设 16 个岗位"), "{boxes:?}");
    let (run, path) = chart(&library, "chart.pdf", &["--lang", "zh-CN"]);
    run.must_succeed();
    let text = squeeze(&pdf_pages(&path).concat());
    assert!(text.contains("<script>alert(1)") && text.contains("#panic()$x$"), "{text}");
}

#[test]
fn nobody_is_no_chart() {
    for language in ["en", "zh-CN"] {
        let run = Library::new().run(&["org-chart", ".", "--out", "chart.pdf", "--ui-lang", language]);
        let message = if language == "en" {
            "error: there is no role to draw"
        } else {
            "错误: 没有可以绘制的岗位"
        };
        assert_eq!(run.status, Some(2));
        run.must_say(message);
    }
}

#[test]
fn a_wide_level_is_folded_into_columns() {
    let boss = Library::new().role("boss", r#"{"title": "老板"}"#);
    let library = (0..60).fold(boss, |library, at| {
        library.role(
            &format!("w{at}"),
            format!(r#"{{"title": "员工{at}", "reporting": {{"reports_to": "boss"}}}}"#),
        )
    });
    let (run, path) = chart(&library, "chart.svg", &["--lang", "zh-CN"]);
    run.must_succeed();
    let svg = std::fs::read_to_string(path).unwrap();
    let width: u32 = svg.split("width=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    assert!(width < 1700, "{width}");
    assert_eq!(boxes(&svg).len(), 61);
}
