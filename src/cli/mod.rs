//! Owns the program as a person meets it: arguments, configuration, commands,
//! reports. The only place that prints. May import everything.

mod args;
mod authority_matrix;
mod book;
mod build;
mod carried;
mod check;
mod compare;
mod compared;
mod complete;
mod config;
mod crew;
mod explain;
mod extract;
mod findings;
mod fonts;
mod granted;
mod help;
mod incremental;
mod init;
mod library;
mod list;
mod look;
mod made;
mod man;
mod matrix;
mod new;
mod operands;
mod org_chart;
mod output;
mod part;
mod press;
mod progress;
mod reading;
mod rebuild;
mod register;
mod release;
mod report;
mod sarif;
mod schema;
mod serve;
mod site;
mod table;
mod theme;
mod verdict;
mod verify;
mod watching;
mod words;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

pub use args::{Args, Command};
pub use config::{BookConfig, BuildConfig, CheckConfig, ReleaseConfig, ServeConfig, SiteConfig, UiLanguage};

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to complain of: exit status 0.
    Fine,
    /// There were errors in the library, or differences between roles: exit status 1.
    Findings,
    /// What was asked for could not be read, which was reported: exit status 2.
    Unreadable,
    /// The command line said too little and the help was shown: exit status 2.
    Usage,
    /// Ctrl-C ended it: exit status 130.
    Stopped,
}

/// Why a command could not do its work: exit status 2.
#[derive(Debug)]
pub enum Failure {
    /// Something is wrong with the command line or the machine.
    Environment(crate::diagnostic::Message),
    /// The same, with what to do about it.
    Usage {
        /// What is wrong.
        message: crate::diagnostic::Message,
        /// What to do.
        hints: Vec<crate::diagnostic::Message>,
    },
    /// Whoever read the output has gone, which is no fault.
    BrokenPipe,
}

impl From<crate::fs::Error> for Failure {
    fn from(error: crate::fs::Error) -> Self {
        let (path, reason) = (error.path.display(), crate::fs::reason(&error.source));
        let remedy = error.remedy();
        let message = crate::diagnostic::Message::new(
            format!("{} {path}: {}", error.action.en, reason.en),
            format!("{} {path}：{}", error.action.zh_cn, reason.zh_cn),
        );
        match remedy {
            Some(hint) => Self::Usage { message, hints: vec![hint] },
            None => Self::Environment(message),
        }
    }
}

impl From<crate::fs::RevisionError> for Failure {
    fn from(error: crate::fs::RevisionError) -> Self {
        Self::Usage { message: error.message, hints: error.hints }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::BrokenPipe;
        }
        let reason = crate::fs::reason(&error);
        Self::Environment(crate::diagnostic::Message::new(
            format!("cannot write the output: {}", reason.en),
            format!("无法输出：{}", reason.zh_cn),
        ))
    }
}

/// The exit status after Ctrl-C, as shells have it: 128 and the number of the signal.
const STOPPED: u8 = 130;

/// Runs the program.
pub fn run() -> ExitCode {
    let typed: Vec<OsString> = std::env::args_os().collect();
    let (language, result) = match Args::try_parse_from(&typed) {
        Ok(args) => {
            let language = UiLanguage::choose(args.ui_lang);
            (language, command(args.command, language))
        }
        Err(error) => {
            let language = UiLanguage::choose(help::asked_language(&typed));
            (language, help::answer(&error, &typed, language))
        }
    };
    let (message, hints) = match result {
        Ok(Outcome::Fine) | Err(Failure::BrokenPipe) => return ExitCode::SUCCESS,
        Ok(Outcome::Findings) => return ExitCode::from(1),
        Ok(Outcome::Usage | Outcome::Unreadable) => return ExitCode::from(2),
        Ok(Outcome::Stopped) => return ExitCode::from(STOPPED),
        Err(Failure::Environment(message)) => (message, Vec::new()),
        Err(Failure::Usage { message, hints }) => (message, hints),
    };
    let text = report::failure(&message, &hints, language);
    let _ = writeln!(anstream::stderr(), "{text}");
    ExitCode::from(2)
}

fn command(command: Command, ui: UiLanguage) -> Result<Outcome, Failure> {
    match command {
        Command::Build(args) => BuildConfig::new(args, ui).and_then(|config| build::run(&config)),
        Command::Book(args) => BookConfig::new(args, ui).and_then(|config| book::run(&config)),
        Command::Site(args) => SiteConfig::new(args, ui).and_then(|config| site::run(&config)),
        Command::Serve(args) => serve::run(&ServeConfig::new(args, ui)),
        Command::Check(args) => CheckConfig::new(args, ui).and_then(|config| check::run(&config)),
        Command::Explain(args) => explain::run(&args, ui),
        Command::Release(args) => ReleaseConfig::new(args, ui).and_then(|config| release::run(&config)),
        Command::Compare(args) => compare::run(&args, ui),
        Command::Extract(args) => carried::run(&args),
        Command::Verify(args) => verify::run(&args, ui),
        Command::List(args) => list::run(&args, ui),
        Command::Register(args) => register::run(&args, ui),
        Command::OrgChart(args) => org_chart::run(&args, ui),
        Command::AuthorityMatrix(args) => authority_matrix::run(&args, ui),
        Command::Theme(args) => theme::run(&args, ui),
        Command::Fonts(args) => fonts::run(&args, ui),
        Command::Init(args) => init::run(&args, ui),
        Command::New(args) => new::run(&args, ui),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => complete::run(&args, ui),
        Command::Man(args) => man::run(&args, ui),
        Command::Help(args) => help::run(&args, ui),
    }
}
