//! Owns the command `man`: manual pages in roff. May import the rest of `cli`
//! and `fs`.

use std::io::Write;

use clap::Command;

use super::args::ManArgs;
use super::config::UiLanguage;
use super::{Failure, Outcome, help, words};
use crate::fs;

/// What a page says it is from.
const SOURCE: &str = concat!("rolebook ", env!("CARGO_PKG_VERSION"));

pub(super) fn run(args: &ManArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let mut root = help::localized(ui);
    root.build();
    let Some(folder) = &args.out else {
        let path = help::find(&args.command)?;
        let mut command = &root;
        for name in &path {
            command = command.find_subcommand(name).expect("it was found before");
        }
        std::io::stdout().lock().write_all(page(command, ui)?.as_bytes())?;
        return Ok(Outcome::Fine);
    };
    let mut commands = vec![&root];
    let mut paths = Vec::new();
    while let Some(command) = commands.pop() {
        let path = folder.join(format!("{}.1", name(command)));
        fs::write_whole(&path, page(command, ui)?.as_bytes())?;
        paths.push(path);
        commands.extend(command.get_subcommands().collect::<Vec<_>>().into_iter().rev());
    }
    // All files before the first line, which nobody may be there to read.
    let mut stdout = std::io::stdout().lock();
    for path in paths {
        writeln!(stdout, "{}", path.display())?;
    }
    Ok(Outcome::Fine)
}

/// The name of a command's page: `rolebook-theme-list`.
fn name(command: &Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_string()
}

fn page(command: &Command, ui: UiLanguage) -> Result<String, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).title(name(command)).source(SOURCE).render(&mut page)?;
    let page = String::from_utf8(page).expect("the words are UTF-8");
    let lines = page.lines().map(|line| match line.strip_prefix(".SH ") {
        Some(heading) => {
            let known = words::MANUAL.iter().find(|(found, ..)| *found == heading.trim_matches('"'));
            known.map_or_else(
                || line.to_string(),
                |(_, en, zh_cn)| format!(".SH {}", if ui == UiLanguage::En { en } else { zh_cn }),
            )
        }
        None => line.to_string(),
    });
    Ok(lines.map(|line| line + "\n").collect())
}
