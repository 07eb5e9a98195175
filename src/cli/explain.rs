//! Owns the command `explain`: what a rule is for, and where a role's value came from. May
//! import everything but the other commands.

use std::io::Write;

use super::args::ExplainArgs;
use super::config::{UiLanguage, terminal_width, today};
use super::{Failure, Outcome, library, table};
use crate::catalog::{Catalog, SETTINGS_FILE};
use crate::check::wording::Rule as WordingRule;
use crate::check::{Checker, Example, Overrides, Rule, families, rule, rules};
use crate::diagnostic::{Message, did_you_mean};
use crate::fs;
use crate::json::{Node, Value};
use crate::model::{CheckLevel, Text};
use crate::resolve::{provenance, resolve_as_far_as_possible};

pub(super) fn run(args: &ExplainArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let folder = library::plain(&args.library);
    let is_library = fs::is_file(&folder.join(SETTINGS_FILE));
    let mut catalog = match &args.of {
        Some(of) if is_library => Some(Catalog::load_for(&folder, std::slice::from_ref(of))?),
        None if is_library => Some(Catalog::load_for(&folder, &[])?),
        _ => None,
    };
    let checker = match &mut catalog {
        Some(catalog) => Checker::new(catalog, &today(), Overrides::default()).0,
        None => Checker::built_in(&today(), Overrides::default()),
    };
    let mut stdout = anstream::stdout().lock();
    let Some(of) = &args.of else {
        for line in list(&checker, ui) {
            writeln!(stdout, "{line}")?;
        }
        return Ok(Outcome::Fine);
    };
    if let Some(rule) = rule(of).filter(|_| args.pointer.is_none()) {
        write!(stdout, "{}", explained(rule, checker.level(rule), ui))?;
        return Ok(Outcome::Fine);
    }
    if let Some(rule) = checker.wording().rule(of).filter(|_| args.pointer.is_none()) {
        write!(stdout, "{}", wording(rule, ui))?;
        return Ok(Outcome::Fine);
    }
    let of_ground = || checker.wording().rules().iter().filter(|rule| rule.ground() == of);
    if let Some(first) = of_ground().next().filter(|_| args.pointer.is_none()) {
        writeln!(stdout, "{of} ({})\n", words(Some(&first.ground_name), ui))?;
        for line in wordings(of_ground(), ui) {
            writeln!(stdout, "{line}")?;
        }
        return Ok(Outcome::Fine);
    }
    match catalog.filter(|catalog| catalog.knows(of)) {
        Some(catalog) => {
            let lines = origins(&catalog, of, args.pointer.as_deref().unwrap_or_default())?;
            for line in lines {
                writeln!(stdout, "{line}")?;
            }
            Ok(Outcome::Fine)
        }
        None => Err(unknown(of, &checker, &args.library)),
    }
}

/// What to say of something that is neither a rule nor a role.
fn unknown(of: &str, checker: &Checker, folder: &std::path::Path) -> Failure {
    let codes = checker.codes();
    let roles = Catalog::load_for(folder, &[]).ok();
    let ids: Vec<&str> = roles.iter().flat_map(Catalog::ids).collect();
    let known = codes.iter().map(String::as_str).chain(ids);
    let named = roles.as_ref().and_then(|catalog| library::named_otherwise(of, catalog));
    let hint = match (named, did_you_mean(of, known)) {
        (Some(named), _) => named,
        (None, Some(near)) => Message::new(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")),
        (None, None) => Message::new(
            "`rolebook explain` lists all rules, `rolebook list` all roles",
            "`rolebook explain` 可列出全部规则，`rolebook list` 可列出全部岗位",
        ),
    };
    Failure::Usage {
        message: Message::new(
            format!("there is neither a rule nor a role `{of}`"),
            format!("没有规则或岗位 `{of}`"),
        ),
        hints: vec![hint],
    }
}

/// All rules, family by family.
fn list(checker: &Checker, ui: UiLanguage) -> Vec<String> {
    let mut lines = Vec::new();
    for (family, name) in families() {
        lines.push(ui.of(&name).to_string());
        let cells: Vec<Vec<String>> = rules()
            .filter(|rule| rule.family == family)
            .map(|rule| {
                vec![
                    format!("  {}", rule.code),
                    level(checker.level(rule), ui).to_string(),
                    first_sentence(ui.of(&rule.why())),
                ]
            })
            .collect();
        lines.extend(table::told(&cells, terminal_width()));
        lines.push(String::new());
    }
    lines.push(ui.of(&Message::new("Wording", "用语")).to_string());
    lines.extend(wordings(checker.wording().rules(), ui));
    lines
}

/// A line for each of these rules.
fn wordings<'a>(rules: impl IntoIterator<Item = &'a WordingRule>, ui: UiLanguage) -> Vec<String> {
    let cells = rules.into_iter().map(|rule| {
        vec![
            format!("  {}", rule.code.as_str()),
            level(rule.level, ui).to_string(),
            first_sentence(&words(rule.definition.explanation.as_ref(), ui)),
        ]
    });
    table::told(&cells.collect::<Vec<_>>(), terminal_width())
}

fn first_sentence(text: &str) -> String {
    let end = text.find('。').map(|at| at + '。'.len_utf8());
    let end = end.or_else(|| text.find(". ").map(|at| at + 1)).unwrap_or(text.len());
    text[..end].to_string()
}

fn level(level: CheckLevel, ui: UiLanguage) -> &'static str {
    match (level, ui) {
        (CheckLevel::Error, UiLanguage::En) => "error",
        (CheckLevel::Warning, UiLanguage::En) => "warning",
        (CheckLevel::Info, UiLanguage::En) => "info",
        (CheckLevel::Off, UiLanguage::En) => "off",
        (CheckLevel::Error, UiLanguage::ZhCn) => "错误",
        (CheckLevel::Warning, UiLanguage::ZhCn) => "警告",
        (CheckLevel::Info, UiLanguage::ZhCn) => "提示",
        (CheckLevel::Off, UiLanguage::ZhCn) => "关闭",
    }
}

fn words(text: Option<&Text>, ui: UiLanguage) -> String {
    let found = text.and_then(|text| text.get_or_any(ui.language()));
    found.map(|(words, _)| words.to_string()).unwrap_or_default()
}

/// A line with a heading, in the language of messages; none if there is nothing to say.
fn labelled(out: &mut String, ui: UiLanguage, (en, zh_cn): (&str, &str), text: &str) {
    if text.is_empty() {
        return;
    }
    let line = match ui {
        UiLanguage::En => format!("{en}: {text}\n"),
        UiLanguage::ZhCn => format!("{zh_cn}：{text}\n"),
    };
    out.push_str(&line);
}

fn explained(rule: &Rule, own: CheckLevel, ui: UiLanguage) -> String {
    let mut out = format!("{} ({})\n\n{}\n\n", rule.code, level(own, ui), ui.of(&rule.why()));
    labelled(&mut out, ui, ("source", "来源"), ui.of(&rule.from()));
    labelled(&mut out, ui, ("since", "始于版本"), &rule.since);
    if rule.structural {
        labelled(
            &mut out,
            ui,
            ("level", "级别"),
            ui.of(&Message::new("cannot be changed", "固定，不能修改")),
        );
    }
    if rule.fixable {
        labelled(&mut out, ui, ("mended by", "可自动改正"), "rolebook check --fix");
    }
    for (example, title) in [
        (&rule.fails, Message::new("This is found:", "不合格的例子：")),
        (&rule.passes, Message::new("This is fine:", "合格的例子：")),
    ] {
        let Some(example) = example else { continue };
        out.push_str(&format!("\n{}\n", ui.of(&title)));
        for (path, file) in &example.files {
            let text = Example::text(file);
            let text: String = text.lines().map(|line| format!("    {line}\n")).collect();
            out.push_str(&format!("\n  {path}\n{text}"));
        }
    }
    out
}

fn wording(rule: &WordingRule, ui: UiLanguage) -> String {
    let definition = &rule.definition;
    let ground = words(Some(&rule.ground_name), ui);
    let mut out = format!("{} ({}, {ground})\n\n", rule.code.as_str(), level(rule.level, ui));
    let why = words(definition.explanation.as_ref(), ui);
    if !why.is_empty() {
        out.push_str(&format!("{why}\n\n"));
    }
    let mut article = words(definition.article.as_ref(), ui);
    if !article.is_empty() && definition.verified != Some(true) {
        article.push_str(ui.of(&Message::new(" (not verified)", "（未经核实）")));
    }
    labelled(&mut out, ui, ("basis", "依据"), &article);
    labelled(
        &mut out,
        ui,
        ("in force since", "施行日期"),
        definition.in_force.as_deref().unwrap_or_default(),
    );
    labelled(&mut out, ui, ("last checked", "核对日期"), definition.checked.as_deref().unwrap_or_default());
    for source in &definition.sources {
        labelled(&mut out, ui, ("source", "来源"), source);
    }
    labelled(&mut out, ui, ("instead", "建议"), &words(definition.remedy.as_ref(), ui));
    if definition.lawful_exception == Some(true) {
        labelled(
            &mut out,
            ui,
            ("exception", "例外"),
            ui.of(&Message::new(
                "a `lawful_exception` with `basis` and `reason` on the requirement justifies it",
                "在该项要求上填写 `lawful_exception`（`basis` 依据、`reason` 理由）即可说明例外",
            )),
        );
    }
    for (examples, title) in [
        (&definition.fails, Message::new("This is found:", "不合格的例子：")),
        (&definition.passes, Message::new("This is fine:", "合格的例子：")),
    ] {
        if !examples.is_empty() {
            out.push_str(&format!("\n{}\n", ui.of(&title)));
            out.extend(examples.iter().map(|example| format!("    {example}\n")));
        }
    }
    out
}

/// Where the values below a pointer of a role were written.
fn origins(catalog: &Catalog, id: &str, pointer: &str) -> Result<Vec<String>, Failure> {
    let resolved =
        catalog.roles.contains_key(id).then(|| resolve_as_far_as_possible(catalog, id).0).flatten();
    let Some(resolved) = resolved else {
        return Err(Failure::Usage {
            message: Message::new(format!("the role `{id}` has errors"), format!("岗位 `{id}` 有错误")),
            hints: vec![Message::new("`rolebook check` names them", "运行 `rolebook check` 可查看")],
        });
    };
    let pointer = if pointer.is_empty() || pointer.starts_with('/') {
        pointer.to_string()
    } else {
        format!("/{}", pointer.replace('.', "/"))
    };
    let pointer = pointer.trim_end_matches('/');
    let below =
        |it: &str| it == pointer || it.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/'));
    let cells: Vec<Vec<String>> = provenance(catalog, &resolved)
        .into_iter()
        .filter(|(it, _)| below(it))
        .map(|(it, origin)| {
            let value = resolved.tree.pointer(&it).map(shown).unwrap_or_default();
            vec![it, format!("{}:{}:{}", origin.file, origin.line, origin.column), value]
        })
        .collect();
    if cells.is_empty() {
        return Err(Failure::Usage {
            message: Message::new(
                format!("`{id}` has no value at `{pointer}`"),
                format!("`{id}` 在 `{pointer}` 处没有值"),
            ),
            hints: vec![Message::new(
                format!("`rolebook explain {id}` lists all of them"),
                format!("`rolebook explain {id}` 可列出全部值"),
            )],
        });
    }
    Ok(table::aligned(&cells))
}

/// A value on one line, cut.
fn shown(node: &Node) -> String {
    const MOST: usize = 40;
    let text = match &node.value {
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => node.to_json().to_string(),
    };
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
