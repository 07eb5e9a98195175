//! Owns what a command is to do, checked once: arguments, environment and
//! defaults together. May import everything but the commands.
#![expect(clippy::disallowed_methods, reason = "the environment enters here")]

use std::path::PathBuf;

use super::Failure;
use super::args::{
    BookArgs, BuildArgs, CheckArgs, CheckFormat, EmitArg, EsignArg, FormatArg, ReleaseArgs, ServeArgs,
    SiteArgs, UiLang,
};
use super::library::plain;
use crate::check::Overrides;
use crate::diagnostic::Message;
use crate::model::{Edition, Language};
use crate::publish::Mode;
use crate::render::{EsignPlatform, Target};

/// The environment variable by which a part of a run hands on what the next one is to know.
pub(super) const PART: &str = "ROLEBOOK_PART";

/// The language of rolebook's own messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UiLanguage {
    /// 简体中文
    ZhCn,
    /// English
    En,
}

impl UiLanguage {
    /// The one that was asked for, or else that of the system's locale.
    pub fn choose(asked: Option<UiLang>) -> Self {
        match asked {
            Some(UiLang::ZhCn) => Self::ZhCn,
            Some(UiLang::En) => Self::En,
            None => {
                let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
                    .iter()
                    .filter_map(|name| std::env::var(name).ok())
                    .find(|value| !value.is_empty());
                if locale.is_some_and(|locale| locale.to_lowercase().starts_with("zh")) {
                    Self::ZhCn
                } else {
                    Self::En
                }
            }
        }
    }

    /// The language of documents that is the same.
    pub fn language(self) -> Language {
        match self {
            Self::ZhCn => Language::ZhCn,
            Self::En => Language::En,
        }
    }

    /// A message in this language.
    pub fn of(self, message: &Message) -> &str {
        match self {
            Self::ZhCn => &message.zh_cn,
            Self::En => &message.en,
        }
    }
}

/// The columns of the terminal; none where the output goes elsewhere.
pub(super) fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0))
}

/// The columns to print in: those of the terminal, else what `COLUMNS` says, else 100.
pub(super) fn output_width() -> usize {
    let terminal = terminal_width();
    let said = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    terminal.or_else(said).filter(|&width| width >= 40).unwrap_or(100)
}

/// What `build` is to do.
#[derive(Debug)]
pub struct BuildConfig {
    /// The library's folder, or a file that a PDF carried.
    pub library: PathBuf,
    /// The library whose look a document has that is built from a file.
    pub look: Option<PathBuf>,
    /// What to write each document as.
    pub targets: Vec<Target>,
    /// The roles to build; all if empty.
    pub roles: Vec<String>,
    /// The languages to build; the library's if empty.
    pub editions: Vec<Edition>,
    /// The theme; the library's if none.
    pub theme: Option<String>,
    /// The output folder.
    pub out: PathBuf,
    /// How many roles are built at once; 0 for one per core.
    pub jobs: usize,
    /// Whether every document is made again, and whether nothing is written.
    pub mode: Mode,
    /// The stage to print instead of writing.
    pub emit: Option<EmitArg>,
    /// Whether it is built again whenever something changes.
    pub watch: bool,
    /// What the parts of the run hand on that came before.
    pub part: Option<String>,
    /// Whether the places to sign are form fields of a PDF.
    pub fields: bool,
    /// Whether the documents are bound into a book.
    pub bound: bool,
    /// The platform for which a sheet beside each PDF says where to sign.
    pub esign: Option<EsignPlatform>,
    /// Whether the system's fonts may be used.
    pub system_fonts: bool,
    /// The language of messages.
    pub ui: UiLanguage,
}

impl BuildConfig {
    /// All PDFs of a library, as nobody asks for anything else.
    pub fn pdfs_of(library: PathBuf, ui: UiLanguage) -> Self {
        Self {
            library,
            look: None,
            targets: vec![Target::Pdf],
            roles: Vec::new(),
            editions: Vec::new(),
            theme: None,
            out: PathBuf::new(),
            jobs: 0,
            mode: Mode::default(),
            emit: None,
            watch: false,
            part: None,
            fields: true,
            bound: false,
            esign: None,
            system_fonts: true,
            ui,
        }
    }

    /// What a preview shows of a library: pages and PDFs of all roles.
    pub fn preview_of(config: &ServeConfig) -> Self {
        Self {
            targets: vec![Target::Html, Target::Pdf],
            system_fonts: config.system_fonts,
            ..Self::pdfs_of(config.library.clone(), config.ui)
        }
    }

    /// Checks what was typed.
    pub fn new(args: BuildArgs, ui: UiLanguage) -> Result<Self, Failure> {
        let mut targets: Vec<Target> = args
            .format
            .iter()
            .map(|format| match format {
                FormatArg::Md => Target::Markdown,
                FormatArg::Html => Target::Html,
                FormatArg::Pdf => Target::Pdf,
            })
            .collect();
        targets.sort_unstable();
        targets.dedup();
        if targets.is_empty() {
            targets = Target::ALL.to_vec();
        }
        if args.esign.is_some() && !targets.contains(&Target::Pdf) {
            return Err(Failure::Usage {
                message: Message::new(
                    "--esign tells where a PDF is signed, and no PDF is built",
                    "--esign 说明 PDF 的签署位置，但本次不生成 PDF",
                ),
                hints: vec![Message::new("add --format pdf", "请加上 --format pdf")],
            });
        }
        let editions = editions(&args.lang)?;
        Ok(Self {
            library: plain(&args.library),
            look: args.look.as_deref().map(plain),
            targets,
            roles: args.role,
            editions,
            theme: args.theme,
            out: args.out,
            jobs: args.jobs.map_or(0, usize::from),
            mode: Mode { force: args.force, dry: args.dry_run },
            emit: args.emit,
            watch: args.watch,
            part: std::env::var(PART).ok(),
            fields: !args.no_fields,
            bound: false,
            esign: args.esign.map(|platform| match platform {
                EsignArg::Neutral => EsignPlatform::Neutral,
                EsignArg::EsignCn => EsignPlatform::EsignCn,
                EsignArg::Tencent => EsignPlatform::Tencent,
            }),
            system_fonts: !args.no_system_fonts,
            ui,
        })
    }
}

/// What `book` is to do.
#[derive(Debug)]
pub struct BookConfig {
    /// How its documents are made.
    pub build: BuildConfig,
    /// The units whose roles are bound; all if empty.
    pub units: Vec<String>,
    /// The file; one for each language in `dist/` if none.
    pub out: Option<PathBuf>,
    /// The date on the cover, ISO 8601; the latest of the roles if none.
    pub date: Option<String>,
}

impl BookConfig {
    /// Checks what was typed.
    pub fn new(args: BookArgs, ui: UiLanguage) -> Result<Self, Failure> {
        let build = BuildConfig {
            roles: args.role,
            editions: editions(&args.lang)?,
            theme: args.theme,
            jobs: args.jobs.map_or(0, usize::from),
            bound: true,
            fields: false,
            system_fonts: !args.no_system_fonts,
            ..BuildConfig::pdfs_of(plain(&args.library), ui)
        };
        let date = args.date.map(|date| day(Some(date), "--date")).transpose()?;
        Ok(Self { build, units: args.unit, out: args.out, date })
    }
}

/// What `site` is to do.
#[derive(Debug)]
pub struct SiteConfig {
    /// The library's folder.
    pub library: PathBuf,
    /// The output folder.
    pub out: PathBuf,
    /// The address that was asked for.
    pub base_url: Option<String>,
    /// The day by which openings are open or closed, ISO 8601.
    pub today: String,
    /// The languages; the library's if empty.
    pub languages: Vec<Language>,
    /// Whether each opening has a PDF.
    pub pdf: bool,
    /// How many openings are worked on at once; 0 for one per core.
    pub jobs: usize,
    /// Whether the system's fonts may be used.
    pub system_fonts: bool,
    /// The language of messages.
    pub ui: UiLanguage,
}

impl SiteConfig {
    /// Checks what was typed.
    pub fn new(args: SiteArgs, ui: UiLanguage) -> Result<Self, Failure> {
        let mut languages = Vec::new();
        for tag in &args.lang {
            let language = Language::from_tag(tag).ok_or_else(|| no_language(tag, None))?;
            if !languages.contains(&language) {
                languages.push(language);
            }
        }
        let today = day(args.today, "--today")?;
        Ok(Self {
            library: plain(&args.library),
            out: args.out,
            base_url: args.base_url,
            today,
            languages,
            pdf: !args.no_pdf,
            jobs: args.jobs.map_or(0, usize::from),
            system_fonts: !args.no_system_fonts,
            ui,
        })
    }
}

/// What `serve` is to do.
#[derive(Debug)]
pub struct ServeConfig {
    /// The library's folder.
    pub library: PathBuf,
    /// The port that was asked for; 0 for any.
    pub port: Option<u16>,
    /// Whether a browser is opened.
    pub open: bool,
    /// Whether the system's fonts may be used.
    pub system_fonts: bool,
    /// The language of messages.
    pub ui: UiLanguage,
}

impl ServeConfig {
    /// Takes what was typed.
    pub fn new(args: ServeArgs, ui: UiLanguage) -> Self {
        let ServeArgs { library, port, open, no_system_fonts } = args;
        Self { library: plain(&library), port, open, system_fonts: !no_system_fonts, ui }
    }
}

/// What `check` is to do.
#[derive(Debug)]
pub struct CheckConfig {
    /// The library's folder.
    pub library: PathBuf,
    /// The roles to check; all if empty.
    pub roles: Vec<String>,
    /// The only language whose texts are looked at.
    pub language: Option<Language>,
    /// How findings are printed.
    pub format: CheckFormat,
    /// What findings count as.
    pub overrides: Overrides,
    /// A posting to check instead of a library; `-` is standard input.
    pub text: Option<PathBuf>,
    /// The day by which reviews and openings are overdue, ISO 8601.
    pub today: String,
    /// Whether findings with one safe answer are mended.
    pub fix: bool,
    /// Whether what would be mended is shown only.
    pub diff: bool,
    /// How many roles are checked at once; 0 for one per core.
    pub jobs: usize,
    /// The language of messages.
    pub ui: UiLanguage,
}

impl CheckConfig {
    /// Checks what was typed.
    pub fn new(args: CheckArgs, ui: UiLanguage) -> Result<Self, Failure> {
        let language = match &args.lang {
            None => None,
            Some(tag) => Some(Language::from_tag(tag).ok_or_else(|| no_language(tag, None))?),
        };
        let (warnings, deny): (Vec<_>, Vec<_>) = args.deny.into_iter().partition(|code| code == "warnings");
        Ok(Self {
            library: plain(&args.library),
            roles: each_once(args.role),
            language,
            format: args.format,
            overrides: Overrides {
                deny,
                deny_warnings: !warnings.is_empty(),
                allow: args.allow,
                select: args.select,
            },
            text: args.text,
            today: day(args.today, "--today")?,
            fix: args.fix,
            diff: args.diff,
            jobs: args.jobs.map_or(0, usize::from),
            ui,
        })
    }
}

/// What was typed, each once.
fn each_once(typed: Vec<String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::with_capacity(typed.len());
    for word in typed {
        if !once.contains(&word) {
            once.push(word);
        }
    }
    once
}

/// The editions of these tags, each once.
fn editions(tags: &[String]) -> Result<Vec<Edition>, Failure> {
    let mut editions = Vec::new();
    for tag in tags {
        let Some(edition) = Edition::from_tag(tag) else {
            let both = Language::ALL.map(Language::tag).join("+");
            return Err(no_language(tag, Some(&both)));
        };
        if !editions.contains(&edition) {
            editions.push(edition);
        }
    }
    Ok(editions)
}

/// The day that was typed after `option`, or else today.
fn day(typed: Option<String>, option: &str) -> Result<String, Failure> {
    match typed {
        Some(day) if is_day(&day) => Ok(day),
        Some(day) => Err(Failure::Usage {
            message: Message::new(format!("`{day}` is no date"), format!("`{day}` 不是日期")),
            hints: vec![Message::new(
                format!("write year, month and day: {option} 2026-01-31"),
                format!("请写年、月、日：{option} 2026-01-31"),
            )],
        }),
        None => Ok(today()),
    }
}

/// What `release` is to do.
#[derive(Debug)]
pub struct ReleaseConfig {
    /// The library's folder.
    pub library: PathBuf,
    /// The role's id.
    pub id: String,
    /// The version; the next one if none.
    pub version: Option<String>,
    /// The day from which it is in force, ISO 8601.
    pub date: String,
    /// What changed: words for every language, or for the one that they name.
    pub summary: Vec<(Option<Language>, String)>,
    /// Who changed it.
    pub author: Option<String>,
    /// Whether it must be signed again.
    pub material: bool,
    /// Whether to show what would be written and write nothing.
    pub dry_run: bool,
    /// What languages to build; the role's if empty.
    pub editions: Vec<Edition>,
    /// Whether the system's fonts may be used.
    pub system_fonts: bool,
    /// The language of messages.
    pub ui: UiLanguage,
}

impl ReleaseConfig {
    /// Checks what was typed.
    pub fn new(args: ReleaseArgs, ui: UiLanguage) -> Result<Self, Failure> {
        let of_language = |typed: String| match typed.split_once('=') {
            Some((tag, words)) if Language::from_tag(tag).is_some() => {
                Ok((Language::from_tag(tag), words.trim().to_string()))
            }
            // It would stand in a version that nobody changes any more.
            Some((tag, _)) if is_like_a_tag(tag) => Err(no_language(tag, None)),
            _ => Ok((None, typed.trim().to_string())),
        };
        Ok(Self {
            library: plain(&args.library),
            id: args.id,
            version: args.version.map(|version| version.trim().to_string()),
            date: day(args.date, "--date")?,
            summary: args.summary.into_iter().map(of_language).collect::<Result<_, _>>()?,
            author: args.author,
            material: args.material,
            dry_run: args.dry_run,
            editions: editions(&args.lang)?,
            system_fonts: !args.no_system_fonts,
            ui,
        })
    }
}

/// Whether a text is written as tags of languages are: `zh`, `en-US`, `zh_CN`.
fn is_like_a_tag(text: &str) -> bool {
    let (language, region) = text.split_once(['-', '_']).unwrap_or((text, "CN"));
    language.len() == 2
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && (2..=4).contains(&region.len())
        && region.bytes().all(|byte| byte.is_ascii_alphabetic())
}

const DAY: &[time::format_description::BorrowedFormatItem<'_>] =
    time::macros::format_description!("[year]-[month]-[day]");

/// Whether a text is a day, ISO 8601.
fn is_day(text: &str) -> bool {
    time::Date::parse(text, DAY).is_ok()
}

/// The day in UTC: that of `SOURCE_DATE_EPOCH`, or else of the clock.
pub(super) fn today() -> String {
    let said = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let moment = said.and_then(|seconds| time::OffsetDateTime::from_unix_timestamp(seconds).ok());
    let moment = moment.unwrap_or_else(|| std::time::SystemTime::now().into());
    moment.format(&DAY).expect("every moment has a day")
}

/// What to say of a language that is not there; `further` can be asked for as well.
pub(super) fn no_language(tag: &str, further: Option<&str>) -> Failure {
    let known = Language::ALL.map(Language::tag);
    let known: Vec<&str> = known.iter().copied().chain(further).collect();
    Failure::Usage {
        message: Message::new(format!("there is no language `{tag}`"), format!("没有语言 `{tag}`")),
        hints: vec![Message::new(
            format!("choose one of {}", known.join(", ")),
            format!("可选：{}", known.join("、")),
        )],
    }
}
