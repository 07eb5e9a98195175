//! Owns the command line as it is typed. May import nothing of rolebook.
//!
//! The comments here are the English words of the help; `words` has the Chinese
//! ones, and a test holds that none is missing.

use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};

/// One library of role definitions becomes position descriptions (岗位说明书): Markdown, HTML and PDF
#[derive(Debug, Parser)]
#[command(
    name = "rolebook",
    version,
    arg_required_else_help = true,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true
)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
    /// Language of rolebook's own messages [default: that of the system]
    #[arg(long, global = true, value_name = "LANG", display_order = 900)]
    pub ui_lang: Option<UiLang>,
    /// Print this help
    #[arg(long, short, global = true, action = ArgAction::Help, display_order = 901)]
    pub help: Option<bool>,
    /// Print the version
    #[arg(long, short = 'V', action = ArgAction::Version, display_order = 902)]
    pub version: Option<bool>,
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
    Build(BuildArgs),
    /// Bind the roles of a library in one PDF, with cover and contents
    Book(BookArgs),
    /// Publish the openings of a library as a careers site
    Site(SiteArgs),
    /// Preview a library in a browser; every change shows at once
    Serve(ServeArgs),
    /// Check the roles of a library, or a posting that is not JSON
    Check(CheckArgs),
    /// Explain a rule, or where a value of a role came from
    Explain(ExplainArgs),
    /// Release a version of a role: freeze it, and keep its PDFs
    Release(ReleaseArgs),
    /// Compare roles, or two states of one, side by side
    Compare(CompareArgs),
    /// Give back the role that a PDF carries
    Extract(ExtractArgs),
    /// Say whether PDFs are the library's current version
    Verify(VerifyArgs),
    /// List the roles of a library
    List(ListArgs),
    /// Write the register of roles, for a spreadsheet
    Register(RegisterArgs),
    /// Draw the organization chart from the reporting lines
    OrgChart(OrgChartArgs),
    /// Write the authority matrix: who proposes, reviews and decides what, up to which limit
    AuthorityMatrix(AuthorityMatrixArgs),
    /// List the themes, or show what one consists of
    Theme(ThemeArgs),
    /// List the fonts, and the characters of roles that none has
    Fonts(FontsArgs),
    /// Start a library that builds at once
    Init(InitArgs),
    /// Start a role: a skeleton, or a variant of another role
    New(NewArgs),
    /// Print the JSON Schema of a file that rolebook reads or writes
    Schema(SchemaArgs),
    /// Print a script that completes commands and options in a shell
    Completions(CompletionsArgs),
    /// Print a manual page, or write all of them
    Man(ManArgs),
    /// Print the help of a command
    Help(HelpArgs),
}

/// Arguments of `build`.
#[derive(Debug, clap::Args)]
pub struct BuildArgs {
    /// Folder of the library: the one with rolebook.json; or a file that extract wrote
    #[arg(default_value = ".")]
    pub library: PathBuf,
    /// Formats to write [default: all]
    #[arg(long, short, value_delimiter = ',', value_name = "FORMAT", ignore_case = true)]
    pub format: Vec<FormatArg>,
    /// Roles to build, by id [default: all]; can be given several times
    #[arg(long, short, value_delimiter = ',', value_name = "ID")]
    pub role: Vec<String>,
    /// Languages to build, or two beside each other: zh-CN+en [default: those of rolebook.json]
    #[arg(long, short, value_delimiter = ',', value_name = "LANG")]
    pub lang: Vec<String>,
    /// Theme [default: that of the role, else of rolebook.json]
    #[arg(long, short, value_name = "NAME")]
    pub theme: Option<String>,
    /// Folder to write to
    #[arg(long, short, default_value = "dist", value_name = "DIR")]
    pub out: PathBuf,
    /// How many documents to build at once [default: one per core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Write every document again, also those that are as they are to be
    #[arg(long)]
    pub force: bool,
    /// Show what would be written or removed, and do neither
    #[arg(long, conflicts_with = "emit")]
    pub dry_run: bool,
    /// Build again whenever something of the library changes, until Ctrl-C
    #[arg(long, short, conflicts_with_all = ["emit", "dry_run"])]
    pub watch: bool,
    /// Make no form fields of the places to sign: for a print shop
    #[arg(long)]
    pub no_fields: bool,
    /// Write ID.esign.json beside each PDF: where the parties sign, for an e-sign platform
    #[arg(long, value_name = "PLATFORM")]
    pub esign: Option<EsignArg>,
    /// Print what a stage hands to the next one, and write nothing
    #[arg(long, value_name = "STAGE")]
    pub emit: Option<EmitArg>,
    /// Use no fonts but the built-in ones and those of the library
    #[arg(long)]
    pub no_system_fonts: bool,
    /// With a file that extract wrote: library with the logo, templates, fonts and words that it had
    #[arg(long = "library", value_name = "DIR")]
    pub look: Option<PathBuf>,
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

/// An e-sign platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EsignArg {
    /// Any platform: in points from the top left
    Neutral,
    /// e签宝
    #[value(name = "esign-cn")]
    EsignCn,
    /// 腾讯电子签
    Tencent,
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

/// Arguments of `book`.
#[derive(Debug, clap::Args)]
pub struct BookArgs {
    /// Folder of the library: the one with rolebook.json
    #[arg(default_value = ".")]
    pub library: PathBuf,
    /// Roles to bind, by id [default: all]; can be given several times
    #[arg(long, short, value_delimiter = ',', value_name = "ID")]
    pub role: Vec<String>,
    /// Units whose roles to bind, with the units below them, by id or name [default: all]; can be given several times
    #[arg(long, short, value_delimiter = ',', value_name = "ID")]
    pub unit: Vec<String>,
    /// Languages to make a book in, or two beside each other: zh-CN+en [default: those of rolebook.json]
    #[arg(long, short, value_delimiter = ',', value_name = "LANG")]
    pub lang: Vec<String>,
    /// Theme [default: that of rolebook.json; a role's own for its pages]
    #[arg(long, short, value_name = "NAME")]
    pub theme: Option<String>,
    /// File to write; of one language only [default: dist/book-LANG.pdf]
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Date on the cover, such as 2026-01-31 [default: the latest that the roles state]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// How many roles to work on at once [default: one per core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Use no fonts but the built-in ones and those of the library
    #[arg(long)]
    pub no_system_fonts: bool,
}

/// Arguments of `site`.
#[derive(Debug, clap::Args)]
pub struct SiteArgs {
    /// Folder of the library: the one with rolebook.json
    #[arg(default_value = ".")]
    pub library: PathBuf,
    /// Folder to write to; a site that is there is replaced as a whole
    #[arg(long, short, default_value = "dist/site", value_name = "DIR")]
    pub out: PathBuf,
    /// Address that the site stands under [default: site.base_url of rolebook.json]
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Day by which openings are open or closed, such as 2026-01-31 [default: today]
    #[arg(long, value_name = "DATE")]
    pub today: Option<String>,
    /// Languages of the site [default: those of rolebook.json]
    #[arg(long, short, value_delimiter = ',', value_name = "LANG")]
    pub lang: Vec<String>,
    /// Write no PDFs
    #[arg(long)]
    pub no_pdf: bool,
    /// How many openings to work on at once [default: one per core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Use no fonts but the built-in ones and those of the library
    #[arg(long)]
    pub no_system_fonts: bool,
}

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    /// Folder of the library: the one with rolebook.json
    #[arg(default_value = ".")]
    pub library: PathBuf,
    /// Port of 127.0.0.1 to listen on; 0 for any [default: 4173, or the next one that is free]
    #[arg(long, short, value_name = "PORT")]
    pub port: Option<u16>,
    /// Open the preview in the browser
    #[arg(long)]
    pub open: bool,
    /// Use no fonts but the built-in ones and those of the library
    #[arg(long)]
    pub no_system_fonts: bool,
}

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// Folder of the library: the one with rolebook.json
    #[arg(default_value = ".")]
    pub library: PathBuf,
    /// Roles to check, by id [default: all]; can be given several times
    #[arg(long, short, value_delimiter = ',', value_name = "ID")]
    pub role: Vec<String>,
    /// Only findings in texts of this language, and those of no language
    #[arg(long, short, value_name = "LANG")]
    pub lang: Option<String>,
    /// How to print the findings
    #[arg(long, short, value_name = "FORMAT", default_value = "human", ignore_case = true)]
    pub format: CheckFormat,
    /// Take findings of this code or ground for errors; `warnings` means all warnings
    #[arg(long, short, value_delimiter = ',', value_name = "CODE")]
    pub deny: Vec<String>,
    /// Leave out findings of this code or ground
    #[arg(long, short, value_delimiter = ',', value_name = "CODE")]
    pub allow: Vec<String>,
    /// Look for nothing but this code or ground
    #[arg(long, short, value_delimiter = ',', value_name = "CODE")]
    pub select: Vec<String>,
    /// A posting to check instead of roles: txt, md, html or docx; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["role", "fix", "diff"])]
    pub text: Option<PathBuf>,
    /// Day by which reviews and openings are overdue, such as 2026-01-31 [default: today]
    #[arg(long, value_name = "DATE")]
    pub today: Option<String>,
    /// Mend the findings that have one safe answer; the rest of each file stays as it is
    #[arg(long)]
    pub fix: bool,
    /// Show what --fix would change, and write nothing
    #[arg(long)]
    pub diff: bool,
    /// How many roles to check at once [default: one per core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// With the line of the file, for people
    Human,
    /// One line for each finding
    Short,
    /// JSON for programs
    Json,
    /// SARIF 2.1.0, for code review
    Sarif,
}

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// Code of a rule, or id of a role [default: list all rules]
    #[arg(value_name = "CODE|ID")]
    pub of: Option<String>,
    /// Of a role: only the values below this JSON Pointer, such as /duties/0
    #[arg(value_name = "POINTER")]
    pub pointer: Option<String>,
    /// Folder of the library: the one with rolebook.json
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub library: PathBuf,
}

/// Arguments of `compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    /// Two to six roles: ID, ID@REVISION of git, LIBRARY#ID, or a PDF that rolebook made; one of two libraries
    #[arg(value_name = "ROLE")]
    pub roles: Vec<String>,
    /// Folder of the library: the one with rolebook.json; can be given several times [default: this folder]
    #[arg(long, value_name = "DIR")]
    pub library: Vec<PathBuf>,
    /// Language to compare [default: that of the messages, if all have it]
    #[arg(long, short, value_name = "LANG")]
    pub lang: Option<String>,
    /// How to print the comparison [default: by the ending of --out, else terminal]
    #[arg(long, short, value_name = "FORMAT")]
    pub format: Option<CompareFormat>,
    /// File to write to, or folder for a proposed base [default: standard output]
    #[arg(long, short, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// What to show [default: differences in a terminal, else all]
    #[arg(long, value_name = "WHAT")]
    pub show: Option<Show>,
    /// Say which base wrote a value
    #[arg(long)]
    pub origins: bool,
    /// Let width, punctuation and ways of writing a value count
    #[arg(long)]
    pub strict: bool,
    /// Columns of the terminal [default: as many as it has]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(40..=1000))]
    pub width: Option<u16>,
    /// Show how similar all roles of the library are
    #[arg(long, conflicts_with_all = ["roles", "extract_base"])]
    pub matrix: bool,
    /// Only roles of this job family, or a role and its variants
    #[arg(long, value_name = "FAMILY", requires = "matrix")]
    pub family: Option<String>,
    /// Propose a common base of these roles, and them as variants of it
    #[arg(long)]
    pub extract_base: bool,
    /// Id of the proposed base [default: made of the roles' ids]
    #[arg(long, value_name = "ID", requires = "extract_base")]
    pub base_id: Option<String>,
}

/// Arguments of `extract`.
#[derive(Debug, clap::Args)]
pub struct ExtractArgs {
    /// A PDF that rolebook made, signed or not
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// New file to write to [default: standard output]
    #[arg(long, short, value_name = "PATH")]
    pub out: Option<PathBuf>,
}

/// Arguments of `release`.
#[derive(Debug, clap::Args)]
pub struct ReleaseArgs {
    /// Id of the role
    #[arg(value_name = "ID")]
    pub id: String,
    /// Folder of the library: the one with rolebook.json
    #[arg(default_value = ".")]
    pub library: PathBuf,
    /// Version [default: that of the draft, or the one after the version in force]
    #[arg(long, value_name = "V")]
    pub version: Option<String>,
    /// Day from which it is in force, such as 2026-01-31 [default: today]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// What changed, for the list of revisions; in one language as en=…, and then once for each
    #[arg(long, value_name = "TEXT")]
    pub summary: Vec<String>,
    /// Who changed it, for the list of revisions
    #[arg(long, value_name = "NAME")]
    pub author: Option<String>,
    /// Mark the change as material: it must be signed again
    #[arg(long)]
    pub material: bool,
    /// Languages to build, or two beside each other: zh-CN+en [default: those of rolebook.json]
    #[arg(long, short, value_delimiter = ',', value_name = "LANG")]
    pub lang: Vec<String>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Use no fonts but the built-in ones and those of the library
    #[arg(long)]
    pub no_system_fonts: bool,
}

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// PDFs, signed or not, and folders, in which every PDF is meant
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Folder of the library: the one with rolebook.json
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub library: PathBuf,
    /// How to print the answers
    #[arg(long, short, value_name = "FORMAT", default_value = "human", ignore_case = true)]
    pub format: VerifyFormat,
}

/// How the answers of `verify` are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VerifyFormat {
    /// Lines for people
    Human,
    /// JSON for programs
    Json,
}

/// How a comparison is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompareFormat {
    /// Columns in a terminal
    Terminal,
    /// Markdown
    #[value(alias = "markdown")]
    Md,
    /// HTML
    Html,
    /// PDF
    Pdf,
    /// JSON for programs
    Json,
}

/// What of a comparison is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Show {
    /// Only what differs
    Differences,
    /// Everything
    All,
}

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub struct SchemaArgs {
    /// Which schema
    #[arg(value_enum, default_value = "role", value_name = "FILE")]
    pub of: SchemaOf,
}

/// A kind of file that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// A file of roles/
    Role,
    /// rolebook.json
    Library,
    /// A file of templates/themes/
    Theme,
    /// A pack of wording rules
    Wording,
    /// What compare --format json prints
    Comparison,
    /// The openings of a careers site as data
    Jobs,
    /// What build --esign writes
    Esign,
    /// What verify --format json prints
    Verify,
    /// What check --format json prints
    Check,
    /// The record of a release, release.json
    Release,
}

/// Arguments of `list`.
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// Folder of the library: the one with rolebook.json
    #[arg(default_value = ".")]
    pub library: PathBuf,
    /// How to print the list
    #[arg(long, short, value_name = "FORMAT", default_value = "table", ignore_case = true)]
    pub format: ListFormat,
    /// Language of the titles [default: that of the messages]
    #[arg(long, short, value_name = "LANG")]
    pub lang: Option<String>,
}

/// How a list of roles is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A table for people
    Table,
    /// JSON for programs
    Json,
    /// CSV for spreadsheets
    Csv,
}

/// Arguments of `register`.
#[derive(Debug, clap::Args)]
pub struct RegisterArgs {
    /// Folder of the library: the one with rolebook.json
    #[arg(default_value = ".")]
    pub library: PathBuf,
    /// How to write the register [default: by the ending of --out, else csv]
    #[arg(long, short, value_name = "FORMAT", ignore_case = true)]
    pub format: Option<RegisterFormat>,
    /// File to write to [default: standard output]
    #[arg(long, short, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// Language of the register [default: that of the messages, if the library has it]
    #[arg(long, short, value_name = "LANG")]
    pub lang: Option<String>,
}

/// How a register is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RegisterFormat {
    /// CSV for spreadsheets
    Csv,
    /// XLSX for Excel
    Xlsx,
}

/// Arguments of `org-chart`.
#[derive(Debug, clap::Args)]
pub struct OrgChartArgs {
    /// Folder of the library: the one with rolebook.json
    #[arg(default_value = ".")]
    pub library: PathBuf,
    /// How to draw the chart [default: by the ending of --out, else terminal]
    #[arg(long, short, value_name = "FORMAT", ignore_case = true)]
    pub format: Option<ChartFormat>,
    /// File to write to [default: standard output]
    #[arg(long, short, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// Language of the chart [default: that of the messages, if the library has it]
    #[arg(long, short, value_name = "LANG")]
    pub lang: Option<String>,
    /// Only this unit and those that belong to it, by id or name
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
    /// Only this role and those below it
    #[arg(long, value_name = "ROLE", conflicts_with = "unit")]
    pub root: Option<String>,
    /// How many levels to draw [default: all, 16 at most]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=16))]
    pub depth: Option<u16>,
    /// Use no fonts but the built-in ones and those of the library
    #[arg(long)]
    pub no_system_fonts: bool,
}

/// How an organization chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChartFormat {
    /// A tree in the terminal
    Terminal,
    /// SVG, for pages and slides
    Svg,
    /// PDF
    Pdf,
}

/// Arguments of `authority-matrix`.
#[derive(Debug, clap::Args)]
pub struct AuthorityMatrixArgs {
    /// Folder of the library: the one with rolebook.json
    #[arg(default_value = ".")]
    pub library: PathBuf,
    /// How to write the matrix [default: by the ending of --out, else md, or terminal on a screen]
    #[arg(long, short, value_name = "FORMAT", ignore_case = true)]
    pub format: Option<MatrixFormatArg>,
    /// File to write to [default: standard output]
    #[arg(long, short, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// Language of the matrix [default: that of the messages, if the library has it]
    #[arg(long, short, value_name = "LANG")]
    pub lang: Option<String>,
    /// What stands in the columns
    #[arg(long, value_name = "WHAT", default_value = "roles")]
    pub columns: MatrixBy,
    /// Use no fonts but the built-in ones and those of the library
    #[arg(long)]
    pub no_system_fonts: bool,
}

/// How an authority matrix is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MatrixFormatArg {
    /// Lines to read in the terminal
    Terminal,
    /// Markdown
    #[value(alias = "markdown")]
    Md,
    /// HTML
    Html,
    /// PDF
    Pdf,
    /// CSV for spreadsheets
    Csv,
    /// XLSX for Excel
    Xlsx,
}

/// What stands in the columns of an authority matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MatrixBy {
    /// The roles
    Roles,
    /// The departments
    Units,
    /// Proposing, reviewing, deciding and so on, with the roles in the cells
    Rights,
}

/// How anything else is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PrintFormat {
    /// A table for people
    Table,
    /// JSON for programs
    Json,
}

/// Arguments of `theme`.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub struct ThemeArgs {
    /// What to do
    #[command(subcommand)]
    pub command: ThemeCommand,
}

/// The commands of `theme`.
#[derive(Debug, Subcommand)]
pub enum ThemeCommand {
    /// List the themes
    List(ThemeListArgs),
    /// Show the sections of a theme, in order, and its settings
    Show(ThemeShowArgs),
}

/// Arguments of `theme list`.
#[derive(Debug, clap::Args)]
pub struct ThemeListArgs {
    /// Folder of the library: the one with rolebook.json
    pub library: Option<PathBuf>,
    /// How to print the list
    #[arg(long, short, value_name = "FORMAT", default_value = "table", ignore_case = true)]
    pub format: PrintFormat,
}

/// Arguments of `theme show`.
#[derive(Debug, clap::Args)]
pub struct ThemeShowArgs {
    /// Name of the theme
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Folder of the library: the one with rolebook.json
    #[arg(long, value_name = "DIR")]
    pub library: Option<PathBuf>,
    /// How to print the list
    #[arg(long, short, value_name = "FORMAT", default_value = "table", ignore_case = true)]
    pub format: PrintFormat,
}

/// Arguments of `fonts`.
#[derive(Debug, clap::Args)]
pub struct FontsArgs {
    /// Folder of the library: the one with rolebook.json
    pub library: Option<PathBuf>,
    /// List the fonts of the system as well
    #[arg(long)]
    pub system: bool,
    /// How to print the list
    #[arg(long, short, value_name = "FORMAT", default_value = "table", ignore_case = true)]
    pub format: PrintFormat,
}

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
pub struct InitArgs {
    /// Folder to start the library in; made if it is not there
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

/// Arguments of `new`.
#[derive(Debug, clap::Args)]
pub struct NewArgs {
    /// Id of the new role, which is also the name of its file
    #[arg(value_name = "ID")]
    pub id: String,
    /// Make it a variant of this role: it takes over everything that it does not say itself
    #[arg(long, value_name = "ROLE")]
    pub from: Option<String>,
    /// Folder of the library: the one with rolebook.json
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub library: PathBuf,
}

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// The command; without one, the page of rolebook itself
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, short, value_name = "DIR", conflicts_with = "command")]
    pub out: Option<PathBuf>,
}

/// Arguments of `help`.
#[derive(Debug, clap::Args)]
pub struct HelpArgs {
    /// The command; without one, the help of rolebook itself
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}
