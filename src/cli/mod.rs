//! Owns the program as a person meets it: arguments, configuration, commands,
//! reports. The only place that prints. May import everything.

mod args;
mod build;
mod config;
mod report;
mod schema;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

pub use args::{Args, Command};
pub use config::{BuildConfig, UiLanguage};

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to complain of: exit status 0.
    Fine,
    /// There were errors in the library: exit status 1.
    Findings,
}

/// Why a command could not do its work: exit status 2.
#[derive(Debug)]
pub enum Failure {
    /// Something is wrong with the command line or the machine.
    Environment(crate::diagnostic::Message),
    /// Whoever read the output has gone, which is no fault.
    BrokenPipe,
}

impl From<crate::fs::Error> for Failure {
    fn from(error: crate::fs::Error) -> Self {
        let (path, source) = (error.path.display(), &error.source);
        Self::Environment(crate::diagnostic::Message::new(
            format!("{} {path}: {source}", error.action.en),
            format!("{} {path}：{source}", error.action.zh_cn),
        ))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::BrokenPipe;
        }
        Self::Environment(crate::diagnostic::Message::new(
            format!("cannot write the output: {error}"),
            format!("无法输出：{error}"),
        ))
    }
}

/// Runs the program.
pub fn run() -> ExitCode {
    let args = Args::parse();
    let language = UiLanguage::choose(args.ui_lang);
    let result = match args.command {
        Command::Build(args) => BuildConfig::new(args, language).and_then(|config| build::run(&config)),
        Command::Schema(args) => schema::run(&args),
    };
    match result {
        Ok(Outcome::Fine) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(Failure::Environment(message)) => {
            let text = report::failure(&message, language);
            let _ = writeln!(anstream::stderr(), "{text}");
            ExitCode::from(2)
        }
    }
}
