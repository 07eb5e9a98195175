//! Owns the command `theme`. May import everything but the other commands.

use std::io::Write;

use serde_json::{Value as Json, json};

use super::args::{PrintFormat, ThemeArgs, ThemeCommand, ThemeListArgs, ThemeShowArgs};
use super::config::UiLanguage;
use super::{Failure, Outcome, table, words};
use crate::diagnostic::{Message, did_you_mean};
use crate::model::SECTIONS;
use crate::render::{built_in_theme, built_in_themes};
use crate::view::Locale;

pub(super) fn run(args: &ThemeArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    match &args.command {
        ThemeCommand::List(args) => list(args, ui),
        ThemeCommand::Show(args) => show(args, ui),
    }
}

fn list(args: &ThemeListArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let says = |name: &str| words::theme(name).map(|says| ui.of(&says).to_string()).unwrap_or_default();
    let names = built_in_themes();
    let lines = match args.format {
        PrintFormat::Table => {
            let from = ui.of(&Message::new("built-in", "内置")).to_string();
            let row = |name: &String| vec![name.clone(), from.clone(), says(name)];
            let mut rows = vec![head(ui, &[("name", "名称"), ("from", "来源"), ("looks like", "样式")])];
            rows.extend(names.iter().map(row));
            table::aligned(&rows)
        }
        PrintFormat::Json => {
            let theme =
                |name: &String| json!({ "name": name, "from": "built-in", "description": says(name) });
            vec![format!("{:#}", Json::Array(names.iter().map(theme).collect()))]
        }
    };
    print(&lines)
}

fn show(args: &ThemeShowArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let name = &args.name;
    let text = built_in_theme(name).ok_or_else(|| no_theme(name))?;
    let theme: Json = serde_json::from_str(text).expect("built-in themes parse");
    if args.format == PrintFormat::Json {
        return print(&[format!("{theme:#}")]);
    }
    let mut lines = Vec::new();
    if let Some(says) = words::theme(name) {
        let line = Message::new(format!("{name}: {}", says.en), format!("{name}：{}", says.zh_cn));
        lines.extend([ui.of(&line).to_string(), String::new()]);
    }
    let locale = Locale::built_in(ui.language());
    let members = theme.as_object().expect("a theme is an object");
    let sections = members.get("sections").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut rows = vec![head(ui, &[("no.", "序号"), ("section", "章节"), ("heading", "标题")])];
    for (index, section) in sections.iter().enumerate() {
        let id = section.as_str().unwrap_or_default();
        let heading = match id {
            "custom" => ui.of(&Message::new("(the role's own sections)", "（岗位的自定义章节）")).to_string(),
            _ if SECTIONS.contains(&id) => locale.section(id).to_string(),
            _ => String::new(),
        };
        rows.push(vec![format!("{}", index + 1), id.to_string(), heading]);
    }
    lines.extend(table::aligned(&rows));
    let settings: Vec<Vec<String>> = members
        .iter()
        .filter(|(key, _)| *key != "sections")
        .map(|(key, value)| {
            vec![key.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_string)]
        })
        .collect();
    if !settings.is_empty() {
        let mut rows = vec![head(ui, &[("setting", "设置"), ("value", "值")])];
        rows.extend(settings);
        lines.push(String::new());
        lines.extend(table::aligned(&rows));
    }
    print(&lines)
}

/// What to say of a theme that is not there.
pub(super) fn no_theme(name: &str) -> Failure {
    let known = built_in_themes();
    let message = Message::new(format!("there is no theme `{name}`"), format!("没有版式 `{name}`"));
    let mut hints = Vec::new();
    if let Some(near) = did_you_mean(name, known.iter().map(String::as_str)) {
        hints.push(Message::new(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")));
    }
    hints.push(Message::new(
        format!("choose one of {}", known.join(", ")),
        format!("可选：{}", known.join("、")),
    ));
    Failure::Usage { message, hints }
}

/// The head of a table, in English and Chinese.
fn head(ui: UiLanguage, columns: &[(&str, &str)]) -> Vec<String> {
    columns.iter().map(|&(en, zh_cn)| ui.of(&Message::new(en, zh_cn)).to_string()).collect()
}

fn print(lines: &[String]) -> Result<Outcome, Failure> {
    let mut stdout = std::io::stdout().lock();
    for line in lines {
        writeln!(stdout, "{line}")?;
    }
    Ok(Outcome::Fine)
}
