//! Owns the command `compare`: in which language and form roles are compared, and
//! what of the comparison is written. May import everything but the other commands.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{CompareArgs, CompareFormat, Show};
use super::config::{UiLanguage, no_language, output_width};
use super::extract::{self, ExtractConfig};
use super::look::{print_findings, theme_of};
use super::matrix::{self, MatrixConfig, MatrixFormat};
use super::operands::{State, Unread, places, read, writers};
use super::{Failure, Outcome, compared, library, output};
use crate::catalog::Catalog;
use crate::compare::{Comparison, Content, Operand, compare};
use crate::diagnostic::Message;
use crate::fs;
use crate::json::Node;
use crate::model::{Language, LibrarySettings, RoleDefinition, Term};
use crate::render::{Renderer, Target, TemplateSet, ThemeSet};
use crate::source::Sources;
use crate::view::{Locale, Shown, change_note, comparison, content, signers};

pub(super) fn run(args: &CompareArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    if args.matrix || args.extract_base {
        return of_library(args, ui);
    }
    let format = format(args)?;
    let places = places(args)?;
    let mut states = Vec::new();
    let mut unreadable = false;
    for (typed, place) in places {
        match read(&typed, &place, ui)? {
            Ok(state) => states.push(state),
            Err(Unread { findings, sources }) => {
                unreadable = true;
                print_findings(findings, &sources, ui)?;
            }
        }
    }
    if unreadable {
        return Ok(Outcome::Unreadable);
    }
    let folder = args.library.first().map_or_else(PathBuf::new, |folder| library::plain(folder));
    let look = Look::of(&folder);
    let language = language(args, &states, ui)?;
    for (state, content) in states.iter().zip(contents_in(&states, language, &look.locale(language))) {
        if let Some(says) = lacks(state, language, content.untranslated) {
            writeln!(anstream::stderr(), "{}", ui.of(&says))?;
        }
    }
    let mut compared = compared_in(&states, language, args.strict, &look.locale(language));
    let mut same = compared.same;
    if compared.is_of_one_role() {
        same &= add_change_notes(&mut compared, &states, language, args.strict, &look);
    }
    let bytes = write(&compared, format, language, args, &look)?;
    match (&args.out, bytes) {
        (_, Err(Unread { findings, sources })) => {
            print_findings(findings, &sources, ui)?;
            return Ok(Outcome::Unreadable);
        }
        (Some(path), Ok(bytes)) => fs::write_whole(path, &bytes)?,
        (None, Ok(bytes)) => {
            if format == CompareFormat::Terminal {
                anstream::stdout().lock().write_all(&bytes)?;
            } else {
                std::io::stdout().lock().write_all(&bytes)?;
            }
        }
    }
    Ok(if same { Outcome::Fine } else { Outcome::Findings })
}

/// Adds what changed between two states of one role, in each language that both have:
/// who signs agreed to all of them. Gives whether nothing changed in any.
fn add_change_notes(
    compared: &mut Comparison,
    states: &[State],
    language: Language,
    strict: bool,
    look: &Look,
) -> bool {
    let mut languages = common_languages(states);
    if !languages.contains(&language) {
        languages.push(language);
    }
    let of = |language| (language, compared_in(states, language, strict, &look.locale(language)));
    let all: Vec<(Language, Comparison)> = languages.into_iter().map(of).collect();
    let mut parties: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for (party, rules) in all.iter().flat_map(|(_, compared)| compared.parties()) {
        let known = parties.entry(party).or_default();
        known.extend(rules.into_iter().filter(|rule| !known.contains(rule)).collect::<Vec<_>>());
    }
    let role = &states[1].resolved.role;
    let same = all.iter().all(|(_, compared)| compared.same);
    let signing = |language| signers(&parties, role, &look.locale(language), language);
    if !same {
        let note = |(language, compared): &(Language, Comparison)| {
            let signers = (!parties.is_empty()).then(|| signing(*language));
            change_note(compared, &look.locale(*language), *language, signers.as_deref())
        };
        compared.change_notes = all.iter().map(note).collect();
    }
    compared.sign_again = Some(signing(language));
    same
}

/// How alike all roles are, or a common base of some.
fn of_library(args: &CompareArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    if let Some(other) = args.library.get(1) {
        let path = other.display();
        return Err(Failure::Usage {
            message: Message::new(
                format!("--library {path}: only one library at a time"),
                format!("--library {path}：一次只能处理一个岗位库"),
            ),
            hints: vec![Message::new("name one --library", "请只写一个 --library")],
        });
    }
    let catalog = library::load(args.library.first().map_or(Path::new("."), PathBuf::as_path))?;
    if args.extract_base {
        let config = ExtractConfig {
            catalog: &catalog,
            ids: &args.roles,
            base_id: args.base_id.as_deref(),
            out: args.out.as_deref(),
            ui,
        };
        return Ok(match extract::run(&config, &mut std::io::stdout().lock())? {
            Outcome::Findings => Outcome::Unreadable,
            outcome => outcome,
        });
    }
    let format = match format(args)? {
        CompareFormat::Terminal => MatrixFormat::Terminal,
        CompareFormat::Md => MatrixFormat::Markdown,
        CompareFormat::Html => MatrixFormat::Html,
        CompareFormat::Json => MatrixFormat::Json,
        CompareFormat::Pdf => {
            return Err(Failure::Usage {
                message: Message::new("--matrix has no PDF", "--matrix 不能输出 PDF"),
                hints: vec![Message::new(
                    "--out matrix.html makes a page that prints",
                    "可用 --out matrix.html 生成可打印的网页",
                )],
            });
        }
    };
    let language = library::language(&catalog, args.lang.as_deref(), ui)?;
    let shown = args.width.map_or_else(output_width, usize::from);
    let width = (args.out.is_none() || args.width.is_some()).then_some(shown);
    let config =
        MatrixConfig { catalog: &catalog, language, family: args.family.as_deref(), format, width, ui };
    match &args.out {
        None if format == MatrixFormat::Terminal => matrix::run(&config, &mut anstream::stdout().lock()),
        None => matrix::run(&config, &mut std::io::stdout().lock()),
        Some(path) => {
            let mut bytes = Vec::new();
            let outcome = matrix::run(&config, &mut anstream::StripStream::new(&mut bytes))?;
            fs::write_whole(path, &bytes)?;
            Ok(outcome)
        }
    }
}

const ENDINGS: output::Endings<'_, CompareFormat> = &[
    ("html", CompareFormat::Html),
    ("htm", CompareFormat::Html),
    ("pdf", CompareFormat::Pdf),
    ("md", CompareFormat::Md),
    ("json", CompareFormat::Json),
    ("txt", CompareFormat::Terminal),
];

fn format(args: &CompareArgs) -> Result<CompareFormat, Failure> {
    let format = output::format(args.format, args.out.as_deref(), ENDINGS, CompareFormat::Terminal)?;
    if format == CompareFormat::Pdf {
        output::no_terminal(args.out.as_deref(), "PDF", "compare.pdf")?;
    }
    Ok(format)
}

/// The languages that all of these are written in.
pub(super) fn common_languages(states: &[State]) -> Vec<Language> {
    let everywhere = |language: &Language| states.iter().all(|state| state.languages.contains(language));
    states[0].languages.iter().copied().filter(everywhere).collect()
}

fn language(args: &CompareArgs, states: &[State], ui: UiLanguage) -> Result<Language, Failure> {
    let common = common_languages(states);
    let Some(tag) = &args.lang else {
        let usual = common.iter().copied().find(|&language| language == ui.language());
        return Ok(usual.or(common.first().copied()).unwrap_or(states[0].languages[0]));
    };
    Language::from_tag(tag).ok_or_else(|| no_language(tag, None))
}

/// What a role has no words for in a language.
fn lacks(state: &State, language: Language, untranslated: usize) -> Option<Message> {
    let typed = &state.typed;
    if !state.languages.contains(&language) {
        return Some(Message::new(
            format!("`{typed}` is not written in {language}; the words that it has are compared"),
            format!("`{typed}` 没有 {language} 版本，对比时采用其已有文字"),
        ));
    }
    let texts = if untranslated == 1 { "1 text is".to_string() } else { format!("{untranslated} texts are") };
    (untranslated > 0).then(|| {
        Message::new(
            format!("`{typed}`: {texts} not written in {language}; the words that there are are compared"),
            format!("`{typed}` 有 {untranslated} 处文字没有 {language} 版本，对比时采用其已有文字"),
        )
    })
}

fn contents_in(states: &[State], language: Language, locale: &Locale) -> Vec<Content> {
    let printed = states.iter().any(|state| state.printed);
    let of = |state: &State| {
        let id = &state.resolved.id;
        let from = |node: &Node| writers(state, node.span, id);
        let content = content(&state.resolved, &state.names, locale, language, &from);
        if printed { content.without("notes") } else { content }
    };
    states.iter().map(of).collect()
}

/// The comparison of roles in the words of a language.
pub(super) fn compared_in(states: &[State], language: Language, strict: bool, locale: &Locale) -> Comparison {
    let operands = states.iter().map(|state| operand(state, language)).collect();
    compare(&contents_in(states, language, locale), operands, language.tag(), strict)
}

fn operand(state: &State, language: Language) -> Operand {
    let role: &RoleDefinition = &state.resolved.role;
    let document = role.document.clone().unwrap_or_default();
    let title = role.title.as_ref().and_then(|title| title.get_or_any(language));
    Operand {
        operand: state.typed.clone(),
        id: state.resolved.id.clone(),
        title: title.map(|(title, _)| crate::markdown::plain(title)).unwrap_or_default(),
        version: document.version,
        status: document.status.map(|status| status.key().to_string()),
        effective_date: document.effective_date,
        content_hash: state.resolved.content_hash(),
    }
}

/// What the library that the command is given in says of labels and looks.
struct Look {
    folder: PathBuf,
    catalog: Option<Catalog>,
}

impl Look {
    fn of(folder: &Path) -> Self {
        let catalog = library::must_be_one(folder).ok().and_then(|()| Catalog::load_for(folder, &[]).ok());
        Self { folder: folder.to_owned(), catalog: catalog.filter(|catalog| !catalog.settings_failed) }
    }

    /// The words of a language; the built-in ones where the library's are not right,
    /// which `build` reports.
    fn locale(&self, language: Language) -> Locale {
        match &self.catalog {
            Some(_) => library::locale(&self.folder, language, &mut Sources::default(), &mut Vec::new()),
            None => Locale::built_in(language),
        }
    }
}

fn write(
    compared: &Comparison,
    format: CompareFormat,
    language: Language,
    args: &CompareArgs,
    look: &Look,
) -> Result<Result<Vec<u8>, Unread>, Failure> {
    if format == CompareFormat::Json {
        return Ok(Ok(format!("{:#}\n", serde_json::json!(compared)).into_bytes()));
    }
    let mut sources = Sources::default();
    // Without a library, the built-in templates alone.
    let (templates, settings, themes, faults) = match &look.catalog {
        Some(catalog) => {
            let templates = look.folder.join("templates");
            let (themes, faults) = ThemeSet::load(&templates, &mut sources);
            (templates, catalog.settings.clone(), themes, faults)
        }
        None => (PathBuf::new(), LibrarySettings::default(), ThemeSet::default(), Vec::new()),
    };
    if !faults.is_empty() {
        return Ok(Err(Unread { findings: faults, sources: Arc::new(sources) }));
    }
    let mut theme = theme_of(&settings, &themes);
    theme.logo =
        look.catalog.as_ref().and_then(|catalog| library::logo(catalog).ok().flatten()).map(Arc::new);
    let show =
        args.show.unwrap_or(if format == CompareFormat::Terminal { Show::Differences } else { Show::All });
    let shown = Shown { only_differences: show == Show::Differences, origins: args.origins };
    let organization = settings.organization.as_ref().and_then(|organization| organization.name.as_ref());
    let mut view = comparison(compared, &look.locale(language), language, &theme, organization, shown);
    // A page in a browser has a switch for it.
    if show == Show::Differences && format != CompareFormat::Html {
        view = view.without_same_rows();
    }
    let target = match format {
        CompareFormat::Terminal | CompareFormat::Json => {
            let width = args.width.map_or_else(output_width, usize::from);
            let coloured = args.out.is_none()
                && anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
            let text = compared::print(&view, width, coloured);
            let plain = || anstream::adapter::strip_str(&text).to_string();
            return Ok(Ok(if args.out.is_some() { plain() } else { text }.into_bytes()));
        }
        CompareFormat::Md => Target::Markdown,
        CompareFormat::Html => Target::Html,
        CompareFormat::Pdf => Target::Pdf,
    };
    let rendered = TemplateSet::load(&templates, &[target.markup()], &mut sources).and_then(|templates| {
        let (fonts, _) = library::fonts(&look.folder).unwrap_or_default();
        let fonts = fonts.into_iter().map(|(_, bytes)| bytes).collect();
        Renderer::of(&theme, &templates, fonts, true).render_comparison(&view, target)
    });
    Ok(rendered.map_err(|findings| Unread { findings, sources: Arc::new(sources) }))
}
