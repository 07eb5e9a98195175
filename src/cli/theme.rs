//! Owns the command `theme`. May import everything but the other commands.

use std::io::Write;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::args::{PrintFormat, ThemeArgs, ThemeCommand, ThemeListArgs, ThemeShowArgs};
use super::config::{UiLanguage, terminal_width};
use super::{Failure, Outcome, library, report, table, words};
use crate::catalog::SETTINGS_FILE;
use crate::diagnostic::{Code, Diagnostic, Message, did_you_mean};
use crate::fs;
use crate::markdown;
use crate::model::ThemeSettings;
use crate::render::{ThemeSet, built_in_theme};
use crate::source::Sources;
use crate::view::Locale;

pub(super) fn run(args: &ThemeArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    match &args.command {
        ThemeCommand::List(args) => list(args, ui),
        ThemeCommand::Show(args) => show(args, ui),
    }
}

/// The themes of a library, or of the folder that the command is given in, if it is
/// one; else the built-in ones.
fn themes(folder: Option<&Path>, ui: UiLanguage) -> Result<(ThemeSet, Outcome), Failure> {
    if let Some(folder) = folder {
        library::must_be_one(folder)?;
    }
    let mut sources = Sources::default();
    let folder = library::plain(folder.unwrap_or(Path::new(".")));
    if !fs::is_file(&folder.join(SETTINGS_FILE)) {
        return Ok((ThemeSet::default(), Outcome::Fine));
    }
    let (themes, faults) = ThemeSet::load(&folder.join("templates"), &mut sources);
    for fault in &faults {
        writeln!(anstream::stderr(), "{}\n", report::human(fault, &sources, ui))?;
    }
    Ok((themes, if faults.is_empty() { Outcome::Fine } else { Outcome::Findings }))
}

/// What a theme looks like, in a line.
fn says(name: &str, themes: &ThemeSet, ui: UiLanguage) -> String {
    match themes.own(name) {
        Some((theme, _)) => {
            let words = theme.description.as_ref().and_then(|words| words.get_or_any(ui.language()));
            words.map(|(words, _)| markdown::plain(words)).unwrap_or_default()
        }
        None => words::theme(name).map(|says| ui.of(&says).to_string()).unwrap_or_default(),
    }
}

fn list(args: &ThemeListArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let (themes, outcome) = themes(args.library.as_deref(), ui)?;
    let names = themes.names();
    let own = |name: &str| themes.own(name).is_some();
    let lines = match args.format {
        PrintFormat::Table => {
            let from = |name: &str| {
                let words = if own(name) {
                    Message::new("the library", "岗位库")
                } else {
                    Message::new("built-in", "内置")
                };
                ui.of(&words).to_string()
            };
            let row = |name: &String| vec![name.clone(), from(name), says(name, &themes, ui)];
            let mut rows = vec![head(ui, &[("name", "名称"), ("from", "来源"), ("looks like", "样式")])];
            rows.extend(names.iter().map(row));
            table::told(&rows, terminal_width())
        }
        PrintFormat::Json => {
            let theme = |name: &String| {
                let from = if own(name) { "library" } else { "built-in" };
                json!({ "name": name, "from": from, "description": says(name, &themes, ui) })
            };
            vec![format!("{:#}", Json::Array(names.iter().map(theme).collect()))]
        }
    };
    print(&lines)?;
    Ok(outcome)
}

fn show(args: &ThemeShowArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let name = &args.name;
    let (themes, outcome) = themes(args.library.as_deref(), ui)?;
    let theme = themes.theme(name, ThemeSettings::default()).ok_or_else(|| no_theme(name, &themes))?;
    let sections: Vec<&str> = theme.settings.sections.iter().map(|section| section.0.as_str()).collect();
    // What the file says itself, but the list of sections, which may be its base's.
    let written = match themes.own(name) {
        Some((_, node)) => node.to_json(),
        None => {
            serde_json::from_str(built_in_theme(name).expect("it is there")).expect("built-in themes parse")
        }
    };
    if args.format == PrintFormat::Json {
        let mut all = written;
        all["sections"] = json!(sections);
        print(&[format!("{all:#}")])?;
        return Ok(outcome);
    }
    let mut lines = Vec::new();
    let looks = says(name, &themes, ui);
    if !looks.is_empty() {
        let line = Message::new(format!("{name}: {looks}"), format!("{name}：{looks}"));
        lines.extend([ui.of(&line).to_string(), String::new()]);
    }
    let locale = Locale::built_in(ui.language());
    let mut rows = vec![head(ui, &[("no.", "序号"), ("section", "栏目"), ("heading", "标题")])];
    for (index, id) in sections.into_iter().enumerate() {
        let heading = match id {
            "custom" => ui.of(&Message::new("(the role's own sections)", "（岗位的自定义章节）")).to_string(),
            _ => locale.section(id).to_string(),
        };
        rows.push(vec![format!("{}", index + 1), id.to_string(), heading]);
    }
    lines.extend(table::aligned(&rows));
    let settings: Vec<Vec<String>> = written
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| !matches!(key.as_str(), "sections" | "$schema" | "description"))
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
    print(&lines)?;
    Ok(outcome)
}

/// What to say of a theme that is not there.
pub(super) fn no_theme(name: &str, themes: &ThemeSet) -> Failure {
    let (message, hints) = absent(name, themes);
    Failure::Usage { message, hints }
}

/// The same of one that a file names.
pub(super) fn unknown_theme(name: &str, themes: &ThemeSet) -> Diagnostic {
    let (message, hints) = absent(name, themes);
    Diagnostic { hints, ..Diagnostic::error(Code::InvalidValue, message).pointer("/theme") }
}

fn absent(name: &str, themes: &ThemeSet) -> (Message, Vec<Message>) {
    let known = themes.names();
    let message = Message::new(format!("there is no theme `{name}`"), format!("没有版式 `{name}`"));
    let mut hints = Vec::new();
    if let Some(near) = did_you_mean(name, known.iter().map(String::as_str)) {
        hints.push(Message::new(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")));
    }
    hints.push(Message::new(
        format!("choose one of {}", known.join(", ")),
        format!("可选：{}", known.join("、")),
    ));
    (message, hints)
}

/// The head of a table, in English and Chinese.
fn head(ui: UiLanguage, columns: &[(&str, &str)]) -> Vec<String> {
    columns.iter().map(|&(en, zh_cn)| ui.of(&Message::new(en, zh_cn)).to_string()).collect()
}

fn print(lines: &[String]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    for line in lines {
        writeln!(stdout, "{line}")?;
    }
    Ok(())
}
