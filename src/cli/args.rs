//! Owns the command line as it is typed. May import nothing of rolebook.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// One library of role definitions (岗位说明书) as Markdown, HTML and PDF.
#[derive(Debug, Parser)]
#[command(name = "rolebook", version, propagate_version = true, arg_required_else_help = true)]
pub struct Args {
    /// Language of rolebook's own messages; that of the system if not given
    #[arg(long, global = true, value_name = "LANG")]
    pub ui_lang: Option<UiLang>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UiLang {
    /// 简体中文
    #[value(name = "zh-CN", alias = "zh")]
    ZhCn,
    /// English
    En,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the documents of a library
    #[command(after_help = BUILD_EXAMPLES)]
    Build(BuildArgs),
    /// Print the JSON Schema of a role or of rolebook.json
    Schema(SchemaArgs),
}

const BUILD_EXAMPLES: &str = "Examples:
  rolebook build                                   everything in this folder, into dist/
  rolebook build data --format pdf --theme outline
  rolebook build data --role account-manager --lang en
  rolebook build data --role account-manager --emit view";

/// Arguments of `build`.
#[derive(Debug, clap::Args)]
pub struct BuildArgs {
    /// Folder of the library: the one with rolebook.json
    #[arg(default_value = ".")]
    pub library: PathBuf,
    /// Formats to write [default: all]
    #[arg(long, short, value_delimiter = ',', value_name = "FORMAT")]
    pub format: Vec<FormatArg>,
    /// Roles to build, by id [default: all]; can be given several times
    #[arg(long, short, value_delimiter = ',', value_name = "ID")]
    pub role: Vec<String>,
    /// Languages to build [default: those of rolebook.json]
    #[arg(long, short, value_delimiter = ',', value_name = "LANG")]
    pub lang: Vec<String>,
    /// Theme [default: that of rolebook.json]
    #[arg(long, short, value_name = "NAME")]
    pub theme: Option<String>,
    /// Folder to write to
    #[arg(long, short, default_value = "dist", value_name = "DIR")]
    pub out: PathBuf,
    /// How many documents to build at once [default: one per core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Print what a stage hands to the next one, and write nothing
    #[arg(long, value_name = "STAGE")]
    pub emit: Option<EmitArg>,
    /// Use no fonts but the built-in ones and those of the library
    #[arg(long)]
    pub no_system_fonts: bool,
}

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum FormatArg {
    /// Markdown
    #[value(alias = "markdown")]
    Md,
    /// HTML
    Html,
    /// PDF
    Pdf,
}

/// A stage whose result can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EmitArg {
    /// The role after its bases and placeholders, with the source of each value
    Resolved,
    /// What the templates see
    View,
    /// What is typeset
    Typst,
}

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub struct SchemaArgs {
    /// Which schema
    #[arg(value_enum, default_value = "role")]
    pub of: SchemaOf,
}

/// A kind of file that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// A file of roles/
    Role,
    /// rolebook.json
    Library,
}
