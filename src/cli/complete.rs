//! Owns the command `completions`. May import the rest of `cli`.

use std::io::Write;

use super::args::CompletionsArgs;
use super::config::UiLanguage;
use super::{Failure, Outcome, help};

pub(super) fn run(args: &CompletionsArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    // Into memory first: clap_complete panics if a reader goes away.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut help::localized(ui), "rolebook", &mut script);
    std::io::stdout().lock().write_all(&script)?;
    Ok(Outcome::Fine)
}
