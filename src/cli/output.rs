//! Owns in which format a command writes its result, and where to: a file, or standard
//! output. May import `config` and everything below `cli`.

use std::io::{IsTerminal, Write};
use std::path::Path;

use super::Failure;
use super::config::UiLanguage;
use crate::diagnostic::Message;
use crate::fs;

/// Formats and the endings of their files, the first of each the usual one.
pub(super) type Endings<'a, F> = &'a [(&'a str, F)];

/// The format that was asked for, or else that of the file's ending, or else the usual one.
pub(super) fn format<F: Copy + PartialEq>(
    asked: Option<F>,
    out: Option<&Path>,
    endings: Endings<'_, F>,
    usual: F,
) -> Result<F, Failure> {
    let (None, Some(path)) = (asked, out) else { return Ok(asked.unwrap_or(usual)) };
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
    if let Some((_, format)) = endings.iter().find(|(known, _)| *known == ending) {
        return Ok(*format);
    }
    let mut named: Vec<F> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for (ending, format) in endings {
        if !named.contains(format) {
            named.push(*format);
            names.push(format!(".{ending}"));
        }
    }
    let last = names.pop().unwrap_or_default();
    let (en, zh_cn, path) = (names.join(", "), names.join("、"), path.display());
    Err(Failure::Usage {
        message: Message::new(
            format!("--out {path}: the ending says no format"),
            format!("--out {path}：无法从扩展名判断格式"),
        ),
        hints: vec![Message::new(
            format!("end the name in {en} or {last}, or say --format"),
            format!("扩展名请用 {zh_cn} 或 {last}，或用 --format 指定"),
        )],
    })
}

/// Fails if what is no text would be shown in a terminal; `name` is that of its format,
/// `example` of a file.
pub(super) fn no_terminal(out: Option<&Path>, name: &str, example: &str) -> Result<(), Failure> {
    if out.is_some() || !std::io::stdout().is_terminal() {
        return Ok(());
    }
    let article = if name.starts_with(['A', 'E', 'I', 'O', 'U', 'X']) { "an" } else { "a" };
    Err(Failure::Usage {
        message: Message::new(
            format!("{article} {name} cannot be shown in a terminal"),
            format!("终端无法显示 {name}"),
        ),
        hints: vec![Message::new(
            format!("name a file: --out {example}"),
            format!("请指定文件：--out {example}"),
        )],
    })
}

/// Writes a result to a file, whole or not at all, which is said, or to standard output.
pub(super) fn write(out: Option<&Path>, bytes: &[u8], ui: UiLanguage) -> Result<(), Failure> {
    let Some(path) = out else { return Ok(std::io::stdout().lock().write_all(bytes)?) };
    fs::write_whole(path, bytes)?;
    let path = path.display();
    let says = Message::new(format!("{path} is written"), format!("已写入 {path}"));
    Ok(writeln!(anstream::stderr(), "{}", ui.of(&says))?)
}
