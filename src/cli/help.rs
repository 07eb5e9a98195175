//! Owns the help, and what is said when a command line cannot be understood, in
//! the language of the messages. May import `args`, `config`, `table`, `words` and
//! `diagnostic`.
//!
//! clap speaks English only, so its command line is read as data: commands and
//! options for the help, kind and context for an error.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write;

use anstyle::{AnsiColor, Effects, Style};
use clap::builder::{PossibleValue, PossibleValuesParser, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory};

use super::args::{Args, HelpArgs, UiLang};
use super::config::UiLanguage;
use super::table::{padded, width, wrapped};
use super::words::{self, Labels};
use super::{Failure, Outcome};
use crate::diagnostic::{Message, did_you_mean};

const HEADING: Style =
    Style::new().effects(Effects::BOLD).fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
const LITERAL: Style =
    Style::new().effects(Effects::BOLD).fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));
const FAINT: Style = Style::new().effects(Effects::DIMMED);

/// The lines of a help are at most so wide, however wide the terminal is.
const WIDEST: usize = 100;

/// The words before which an explanation starts, at most so wide.
const WIDEST_TERM: usize = 26;

/// The longest name of a command.
const NAMES: usize = 16;

/// Values are explained each on a line of its own if one takes more than this.
const SHORT_VALUE: usize = 24;

pub(super) fn run(args: &HelpArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let path = find(&args.command)?;
    write!(anstream::stdout().lock(), "{}", page(&path, ui, terminal_width()))?;
    Ok(Outcome::Fine)
}

/// What there is to say to a command line that clap did not take: the help or
/// the version that was asked for, or what is wrong with it.
pub(super) fn answer(error: &clap::Error, typed: &[OsString], ui: UiLanguage) -> Result<Outcome, Failure> {
    let typed: Vec<String> = typed.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let path = path_of(&typed);
    match error.kind() {
        ErrorKind::DisplayHelp => {
            write!(anstream::stdout().lock(), "{}", page(&path, ui, terminal_width()))?;
            Ok(Outcome::Fine)
        }
        ErrorKind::DisplayVersion => {
            writeln!(std::io::stdout().lock(), "rolebook {}", env!("CARGO_PKG_VERSION"))?;
            Ok(Outcome::Fine)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            write!(anstream::stderr().lock(), "{}", page(&path, ui, terminal_width()))?;
            Ok(Outcome::Usage)
        }
        _ => Err(misunderstood(error, &path)),
    }
}

/// The language of messages that a command line asks for, whatever else is
/// wrong with it.
pub(super) fn asked_language(typed: &[OsString]) -> Option<UiLang> {
    let words: Vec<_> = typed.iter().map(|word| word.to_string_lossy()).collect();
    let values = words.iter().enumerate().filter_map(|(at, word)| match word.strip_prefix("--ui-lang") {
        Some("") => words.get(at + 1).map(AsRef::as_ref),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    });
    values.filter_map(|value| <UiLang as clap::ValueEnum>::from_str(value, false).ok()).next_back()
}

/// The commands that a command line names, as far as they are there.
fn path_of(typed: &[String]) -> Vec<String> {
    let mut path = Vec::new();
    let mut command = Args::command();
    for word in typed {
        if let Some(found) = command.find_subcommand(word).cloned() {
            path.push(word.clone());
            command = found;
        }
    }
    path
}

/// The commands of these names.
pub(super) fn find(names: &[String]) -> Result<Vec<String>, Failure> {
    let mut command = Args::command();
    for (at, name) in names.iter().enumerate() {
        let Some(found) = command.find_subcommand(name).cloned() else {
            let known: Vec<String> = command.get_subcommands().map(|it| it.get_name().to_string()).collect();
            let near = did_you_mean(name, known.iter().map(String::as_str)).map(str::to_string);
            return Err(no_command(name, near, &names[..at]));
        };
        command = found;
    }
    Ok(names.to_vec())
}

fn no_command(name: &str, near: Option<String>, path: &[String]) -> Failure {
    let message = Message::new(format!("there is no command `{name}`"), format!("没有命令 `{name}`"));
    let mut hints = Vec::new();
    if let Some(near) = near {
        hints.push(Message::new(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")));
    }
    hints.push(see_help(path));
    Failure::Usage { message, hints }
}

fn see_help(path: &[String]) -> Message {
    let line = [&["rolebook".to_string()], path, &["--help".to_string()]].concat().join(" ");
    Message::new(format!("`{line}` shows what can be written"), format!("`{line}` 可查看用法"))
}

/// What is wrong with a command line, in rolebook's words.
fn misunderstood(error: &clap::Error, path: &[String]) -> Failure {
    let all = |kind: ContextKind| -> Vec<String> {
        match error.get(kind) {
            Some(ContextValue::String(text)) => vec![text.clone()],
            Some(ContextValue::Strings(texts)) => texts.clone(),
            _ => Vec::new(),
        }
    };
    let one = |kind| all(kind).into_iter().next();
    let argument = one(ContextKind::InvalidArg).unwrap_or_default();
    let value = one(ContextKind::InvalidValue).unwrap_or_default();
    let mut hints = Vec::new();
    let mut suggest = |near: Option<String>| {
        if let Some(near) = near {
            hints.push(Message::new(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")));
        }
    };
    let message = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let name = one(ContextKind::InvalidSubcommand).unwrap_or_default();
            return no_command(&name, one(ContextKind::SuggestedSubcommand), path);
        }
        ErrorKind::UnknownArgument => {
            let elsewhere = one(ContextKind::SuggestedSubcommand).map(|command| {
                format!("{command} {}", one(ContextKind::SuggestedArg).unwrap_or(argument.clone()))
            });
            suggest(elsewhere.or_else(|| one(ContextKind::SuggestedArg)));
            if argument.starts_with('-') {
                Message::new(format!("there is no option `{argument}`"), format!("没有选项 `{argument}`"))
            } else {
                Message::new(
                    format!("`{argument}` is one argument too many"),
                    format!("多余的参数 `{argument}`"),
                )
            }
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            Message::new(format!("`{argument}` needs a value"), format!("`{argument}` 需要一个值"))
        }
        ErrorKind::InvalidValue => {
            suggest(one(ContextKind::SuggestedValue));
            let (en, zh_cn) =
                (all(ContextKind::ValidValue).join(", "), all(ContextKind::ValidValue).join("、"));
            hints.push(Message::new(format!("choose one of {en}"), format!("可选：{zh_cn}")));
            not_a_value(&value, &argument)
        }
        ErrorKind::ValueValidation => {
            hints.extend(words::expected(argument.split(' ').next().unwrap_or_default()));
            not_a_value(&value, &argument)
        }
        ErrorKind::ArgumentConflict => match one(ContextKind::PriorArg).filter(|prior| *prior != argument) {
            Some(prior) => Message::new(
                format!("`{argument}` and `{prior}` cannot go together"),
                format!("`{argument}` 与 `{prior}` 不能同时使用"),
            ),
            None => Message::new(
                format!("`{argument}` can be given only once"),
                format!("`{argument}` 只能写一次"),
            ),
        },
        ErrorKind::MissingRequiredArgument => {
            let names = all(ContextKind::InvalidArg);
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            Message::new(format!("{} is missing", names.join(", ")), format!("缺少 {}", names.join("、")))
        }
        ErrorKind::InvalidUtf8 => Message::new("the command line is not UTF-8", "命令行不是 UTF-8 编码"),
        ErrorKind::TooManyValues => {
            Message::new(format!("`{argument}` takes no `{value}`"), format!("`{argument}` 不接受 `{value}`"))
        }
        _ => Message::new("the command line cannot be understood", "无法理解该命令行"),
    };
    hints.push(see_help(path));
    Failure::Usage { message, hints }
}

fn not_a_value(value: &str, argument: &str) -> Message {
    Message::new(
        format!("`{value}` is no value for `{argument}`"),
        format!("`{argument}` 的值不能是 `{value}`"),
    )
}

/// The columns of the terminal, if there is one.
fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(WIDEST, |(columns, _)| usize::from(columns.0).clamp(40, WIDEST))
}

fn labels(ui: UiLanguage) -> &'static Labels {
    match ui {
        UiLanguage::En => &words::ENGLISH,
        UiLanguage::ZhCn => &words::CHINESE,
    }
}

/// rolebook's command line, with its words in a language, for completions and
/// manual pages: they show no more of an option than its help.
pub(super) fn localized(ui: UiLanguage) -> Command {
    fn localize(command: Command, path: &str, ui: UiLanguage) -> Command {
        let names: Vec<String> = command.get_subcommands().map(|it| it.get_name().to_string()).collect();
        let about = said(command.get_about(), ui);
        let mut command = command.about(about).mut_args(|arg| {
            let help = explained(&arg, ui, false).join(" ");
            let hide = arg.get_action().takes_values();
            let values = arg.get_possible_values().into_iter().map(|value| {
                let help = said(value.get_help(), ui);
                if help.is_empty() { value } else { value.help(help) }
            });
            let values: Vec<PossibleValue> = values.collect();
            let arg = arg.help(help).hide_default_value(hide).hide_possible_values(hide);
            if hide && !values.is_empty() { arg.value_parser(PossibleValuesParser::new(values)) } else { arg }
        });
        let lines: Vec<String> = words::examples(path)
            .iter()
            .map(|example| format!("{}\n    {}\n", ui.of(&example.says), example.line))
            .collect();
        if !lines.is_empty() {
            command = command.after_help(lines.join("\n"));
        }
        if !names.is_empty() {
            let name = labels(ui).command;
            command = command.subcommand_value_name(name);
        }
        for name in names {
            let path = format!("{path} {name}");
            command = command.mut_subcommand(name, |command| localize(command, path.trim(), ui));
        }
        command
    }
    localize(Args::command(), "", ui)
}

/// Words of `args` in a language.
fn said(english: Option<&StyledStr>, ui: UiLanguage) -> String {
    let english = english.map(ToString::to_string).unwrap_or_default();
    words::help(&english).map_or(english, |message| ui.of(&message).to_string())
}

/// What an option is for, its default and its values; with `full`, values that
/// need an explanation have it, each on a line.
fn explained(arg: &Arg, ui: UiLanguage, full: bool) -> Vec<String> {
    let labels = labels(ui);
    let mut text = said(arg.get_help(), ui);
    let values: Vec<PossibleValue> = if arg.get_action().takes_values() {
        arg.get_possible_values().into_iter().filter(|value| !value.is_hide_set()).collect()
    } else {
        Vec::new()
    };
    let name = |value: &PossibleValue| value.get_name().to_string();
    let long =
        values.iter().any(|value| value.get_help().is_some_and(|help| help.to_string().len() > SHORT_VALUE));
    let separate = full && long;
    let mut notes = Vec::new();
    if !values.is_empty() && !separate {
        let names: Vec<String> = values.iter().map(name).collect();
        notes.push(format!("{}{}", labels.one_of, names.join(labels.comma)));
    }
    let defaults: Vec<_> = arg.get_default_values().iter().map(|it| it.to_string_lossy()).collect();
    if !defaults.is_empty() {
        notes.push(format!("{}{}", labels.default, defaults.join(labels.comma)));
    }
    for note in notes {
        let _ = write!(text, " [{note}]");
    }
    let mut lines = vec![text];
    if separate {
        let widest = values.iter().map(|value| width(value.get_name())).max().unwrap_or_default();
        lines.extend(
            values
                .iter()
                .map(|value| format!("  {}  {}", padded(&name(value), widest), said(value.get_help(), ui))),
        );
    }
    lines
}

/// The help of a command.
fn page(path: &[String], ui: UiLanguage, limit: usize) -> String {
    let labels = labels(ui);
    let mut command = Args::command();
    for name in path {
        command = command.find_subcommand(name).cloned().expect("it was found before");
    }
    // Options of all commands are rolebook's own.
    let mut arguments: Vec<Arg> = command.get_arguments().cloned().collect();
    if !path.is_empty() {
        arguments.extend(Args::command().get_arguments().filter(|arg| arg.is_global_set()).cloned());
    }
    let (positionals, options): (Vec<&Arg>, Vec<&Arg>) =
        arguments.iter().partition(|arg| arg.is_positional());

    let mut out = String::new();
    for line in wrapped(&said(command.get_about(), ui), limit) {
        let _ = writeln!(out, "{line}");
    }
    let mut usage = format!("{LITERAL}{}{LITERAL:#}", [&["rolebook".to_string()], path].concat().join(" "));
    if command.has_subcommands() {
        let _ = write!(usage, " <{}>", labels.command);
    }
    for arg in &positionals {
        let _ = write!(usage, " {}", positional(arg));
    }
    let _ = write!(usage, " [{}]", labels.some_options);
    let heading = |out: &mut String, words: &str| {
        let _ = writeln!(out, "\n{HEADING}{words}{}{HEADING:#}", labels.colon);
    };
    let _ = writeln!(out, "\n{HEADING}{}{}{HEADING:#}{}{usage}", labels.usage, labels.colon, labels.space);
    let about = |name: &str| {
        let about = command.find_subcommand(name).map(|it| said(it.get_about(), ui)).unwrap_or_default();
        (name.to_string(), vec![about])
    };
    if path.is_empty() {
        for (words, names) in words::groups() {
            heading(&mut out, ui.of(&words));
            rows(&mut out, &names.iter().map(|name| about(name)).collect::<Vec<_>>(), NAMES, limit);
        }
    } else if command.has_subcommands() {
        heading(&mut out, labels.commands);
        let commands: Vec<_> = command.get_subcommands().map(|it| about(it.get_name())).collect();
        rows(&mut out, &commands, NAMES, limit);
    }
    for (words, arguments) in [(labels.arguments, positionals), (labels.options, options)] {
        if arguments.is_empty() {
            continue;
        }
        heading(&mut out, words);
        let terms: Vec<_> = arguments.iter().map(|arg| (term(arg), explained(arg, ui, true))).collect();
        let widest = terms.iter().map(|(term, _)| width(term)).max().unwrap_or_default();
        rows(&mut out, &terms, widest.min(WIDEST_TERM), limit);
    }
    let examples = words::examples(&path.join(" "));
    if !examples.is_empty() {
        heading(&mut out, labels.examples);
        let widest = examples.iter().map(|example| width(example.line)).max().unwrap_or_default();
        let explanation =
            examples.iter().map(|example| width(ui.of(&example.says))).max().unwrap_or_default();
        for example in examples {
            let (line, says) = (example.line, ui.of(&example.says));
            let _ = if widest + explanation + 5 <= limit {
                let space = " ".repeat(widest - width(line));
                writeln!(out, "  {LITERAL}{line}{LITERAL:#}{space}   {FAINT}{says}{FAINT:#}")
            } else {
                writeln!(out, "  {FAINT}# {says}{FAINT:#}\n  {LITERAL}{line}{LITERAL:#}")
            };
        }
    }
    out
}

/// Terms and their explanations beside them; below, where a term is too wide.
fn rows(out: &mut String, rows: &[(String, Vec<String>)], widest: usize, limit: usize) {
    let indent = 2 + widest + 2;
    for (term, explanations) in rows {
        let mut lines = Vec::new();
        for text in explanations {
            let (head, text) = text.split_at(hanging(text));
            let broken = wrapped(text, limit.saturating_sub(indent + width(head)));
            for (number, line) in broken.into_iter().enumerate() {
                let head = if number == 0 { head.to_string() } else { " ".repeat(width(head)) };
                lines.push(format!("{head}{line}"));
            }
        }
        let mut lines = lines.into_iter();
        let space = " ".repeat(widest.saturating_sub(width(term)));
        let _ = if width(term) > widest {
            writeln!(out, "  {LITERAL}{term}{LITERAL:#}")
        } else {
            writeln!(out, "  {LITERAL}{term}{LITERAL:#}{space}  {}", lines.next().unwrap_or_default())
        };
        for line in lines {
            let _ = writeln!(out, "{}{line}", " ".repeat(indent));
        }
    }
}

/// The bytes of a value and the spaces after it, at the head of its explanation;
/// none of a text that explains no value.
fn hanging(text: &str) -> usize {
    let after = |from: usize, of: fn(char) -> bool| text[from..].find(of).map_or(text.len(), |at| from + at);
    if !text.starts_with(' ') {
        return 0;
    }
    let value = after(0, |c| c != ' ');
    after(after(value, |c| c == ' '), |c| c != ' ')
}

fn positional(arg: &Arg) -> String {
    let name = value_name(arg);
    let more = if matches!(arg.get_action(), clap::ArgAction::Append) { "..." } else { "" };
    if arg.is_required_set() { format!("<{name}>{more}") } else { format!("[{name}]{more}") }
}

fn value_name(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    names.first().map_or_else(|| arg.get_id().as_str().to_uppercase(), ToString::to_string)
}

/// An argument as it is written: `-f, --format <FORMAT>`.
fn term(arg: &Arg) -> String {
    if arg.is_positional() {
        return positional(arg);
    }
    let short = arg.get_short().map_or_else(|| "    ".to_string(), |short| format!("-{short}, "));
    let long = arg.get_long().unwrap_or_default();
    if arg.get_action().takes_values() {
        format!("{short}--{long} <{}>", value_name(arg))
    } else {
        format!("{short}--{long}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(command: &Command, visit: &mut dyn FnMut(&str, String)) {
        let name = command.get_name().to_string();
        visit(&name, command.get_about().map(ToString::to_string).unwrap_or_default());
        for arg in command.get_arguments() {
            visit(
                &format!("{name} {}", arg.get_id()),
                arg.get_help().map(ToString::to_string).unwrap_or_default(),
            );
            for value in arg.get_possible_values() {
                if let Some(help) = value.get_help() {
                    visit(&format!("{name} {} {}", arg.get_id(), value.get_name()), help.to_string());
                }
            }
        }
        for command in command.get_subcommands() {
            walk(command, visit);
        }
    }

    #[test]
    fn every_command_option_and_value_has_chinese_words() {
        let mut missing = Vec::new();
        walk(&Args::command(), &mut |place, english| {
            if words::help(&english).is_none() {
                missing.push(format!("{place}: {english:?} is not in words.rs"));
            }
        });
        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }

    #[test]
    fn every_command_is_in_one_group_and_has_an_example() {
        let mut grouped: Vec<&str> =
            words::groups().iter().flat_map(|(_, names)| names.iter().copied()).collect();
        grouped.sort_unstable();
        let command = Args::command();
        let mut names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        names.sort_unstable();
        assert_eq!(grouped, names);
        for name in names {
            assert!(!words::examples(name).is_empty(), "{name} has no example in words.rs");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn no_line_of_a_help_is_wider_than_the_terminal() {
        let command = Args::command();
        for ui in [UiLanguage::En, UiLanguage::ZhCn] {
            for name in command.get_subcommands().map(|it| it.get_name().to_string()) {
                for line in anstream::adapter::strip_str(&page(&[name], ui, 80)).to_string().lines() {
                    // A line to be typed is not broken.
                    assert!(width(line) <= 80 || line.trim_start().starts_with("rolebook "), "{line}");
                }
            }
        }
    }
}
