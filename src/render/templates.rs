//! Owns the templates: one Tera for each markup, with that markup's escape. The
//! built-in templates are in the binary; a library's `templates/` overrides them
//! file by file. May import `lower`, `escape` and everything below `render`.

use std::fmt::Write as _;
use std::io::Write;
use std::ops::Range;
use std::path::Path;

use include_dir::{Dir, include_dir};
use tera::{ErrorKind, Kwargs, State, Tera, TeraResult, Value};

use super::escape;
use super::language::Foreign;
use super::lower::{self, Markup, Run};
use crate::diagnostic::{Code, Diagnostic, Message, did_you_mean};
use crate::fs;
use crate::model::ThemeSettings;
use crate::source::{SourceId, Sources, Span};
use crate::view::{DocumentView, Theme};

/// Every built-in file of `templates/`.
pub(super) static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

impl Markup {
    /// Every markup.
    pub const ALL: [Self; 3] = [Self::Markdown, Self::Html, Self::Typst];

    /// The folder of its templates, and the extension that they have.
    fn folder(self) -> (&'static str, &'static str) {
        match self {
            Self::Markdown => ("markdown", "md"),
            Self::Html => ("html", "html"),
            Self::Typst => ("typst", "typ"),
        }
    }

    /// The path below `templates/` of the template of this name.
    pub(super) fn template(self, name: &str) -> String {
        let (folder, extension) = self.folder();
        format!("{folder}/{name}.{extension}")
    }
}

/// The folder of the templates of a careers site.
const SITE: &str = "site";

/// What all pages of a language share, turned into a template's values once.
#[derive(Debug, Clone)]
pub struct SharedContext(Value);

impl SharedContext {
    /// The values of a view.
    pub fn new(view: &impl serde::Serialize) -> Self {
        Self(Value::from_serializable(view))
    }
}

/// The templates of a library and the built-in ones below them.
#[derive(Debug, Clone)]
pub struct TemplateSet {
    engines: [Tera; 3],
    /// Those of a careers site.
    site: Tera,
    /// The theme whose templates stand in for those that a theme lacks.
    base: String,
    overrides: Vec<Override>,
    /// Typst modules by path: the look, which no role changes.
    modules: Vec<(String, String)>,
}

/// The folder of the pages of the preview.
const PREVIEW: &str = "serve";

/// The pages of the preview, none of which a library has of its own.
#[derive(Debug, Clone)]
pub struct PreviewTemplates(Tera);

impl PreviewTemplates {
    /// The templates.
    ///
    /// # Panics
    /// If one does not parse, which a test rules out.
    #[expect(clippy::new_without_default, reason = "it reads templates")]
    pub fn new() -> Self {
        Self(TemplateSet::bare().engine(Markup::Html, PREVIEW).expect("the built-in templates parse"))
    }

    /// A page: what all have, and what this one has.
    ///
    /// # Panics
    /// If the template asks for what the page does not have: a fault of the template.
    pub fn render(
        &self,
        template: &str,
        frame: &impl serde::Serialize,
        page: &impl serde::Serialize,
    ) -> String {
        let mut context = tera::Context::new();
        context.insert("frame", frame);
        context.insert("page", page);
        self.0.render(template, &context).unwrap_or_else(|error| panic!("{template}: {error}"))
    }

    /// A file that the pages are made with.
    ///
    /// # Panics
    /// If there is no such file.
    pub fn asset(name: &str) -> &'static str {
        let file = BUILT_IN.get_file(format!("{PREVIEW}/{name}"));
        file.and_then(|file| file.contents_utf8()).unwrap_or_else(|| panic!("there is no {name}"))
    }
}

/// A template of the library's own.
#[derive(Debug, Clone)]
struct Override {
    /// Its path below `templates/`.
    name: String,
    text: String,
    source: SourceId,
}

/// What settings say where documents have no form fields.
pub(super) const NO_FIELDS: &str = "#let fields = false\n";

impl TemplateSet {
    /// Loads the built-in templates of some markups and what `folder` overrides of
    /// them. Every file of these that is not right is a finding.
    pub fn load(folder: &Path, markups: &[Markup], sources: &mut Sources) -> Result<Self, Vec<Diagnostic>> {
        Self::load_all(folder, markups, false, sources)
    }

    /// The same with the templates of a careers site.
    pub fn load_with_site(
        folder: &Path,
        markups: &[Markup],
        sources: &mut Sources,
    ) -> Result<Self, Vec<Diagnostic>> {
        Self::load_all(folder, markups, true, sources)
    }

    fn load_all(
        folder: &Path,
        markups: &[Markup],
        site: bool,
        sources: &mut Sources,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut overrides = Vec::new();
        let mut findings = Vec::new();
        let paths = fs::list_tree(folder).map_err(|error| vec![unreadable(&error)])?;
        for relative in paths {
            let name = relative.to_string_lossy().replace('\\', "/");
            let of_site = site && name.starts_with("site/");
            let known = of_site || markups.iter().any(|markup| name.starts_with(markup.folder().0));
            if !known {
                continue;
            }
            let path = folder.join(&relative);
            match fs::read_text(&path, &path) {
                Ok(text) => overrides.push(Override { name, source: sources.add(&path, &text), text }),
                Err(finding) => findings.push(*finding),
            }
        }
        let mut modules = built_in_texts("typst/modules");
        for own in overrides.iter().filter(|own| own.name.starts_with("typst/modules/")) {
            match modules.iter_mut().find(|(known, _)| *known == own.name) {
                Some(module) => module.1.clone_from(&own.text),
                None => modules.push((own.name.clone(), own.text.clone())),
            }
        }
        let mut set = Self { overrides, modules, ..Self::bare() };
        for &markup in markups {
            match set.engine(markup, markup.folder().0) {
                Ok(engine) => set.engines[markup as usize] = engine,
                Err(faults) => findings.extend(faults),
            }
        }
        if site {
            match set.engine(Markup::Html, SITE) {
                Ok(engine) => set.site = engine,
                Err(faults) => findings.extend(faults),
            }
        }
        if findings.is_empty() { Ok(set) } else { Err(findings) }
    }

    /// A set without any template.
    fn bare() -> Self {
        let (engines, base) = (Markup::ALL.map(|_| Tera::new()), String::new());
        Self { engines, site: Tera::new(), base, overrides: Vec::new(), modules: Vec::new() }
    }

    /// What a library has of its own for PDFs: names and texts.
    pub fn own_typst(&self) -> Vec<&[u8]> {
        let folder = Markup::Typst.folder().0;
        let own = self.overrides.iter().filter(|own| own.name.starts_with(folder));
        own.flat_map(|own| [own.name.as_bytes(), own.text.as_bytes()]).collect()
    }

    /// Everything that documents in a markup are made with, built-in templates aside.
    pub(super) fn made_with(&self, markup: Markup) -> Vec<&[u8]> {
        let folder = markup.folder().0;
        let own = self.overrides.iter().filter(|own| own.name.starts_with(folder));
        let own = own.map(|own| (&own.name, &own.text));
        let modules =
            self.modules.iter().filter(|_| markup == Markup::Typst).map(|(path, text)| (path, text));
        let texts = own.chain(modules).flat_map(|(path, text)| [path.as_bytes(), text.as_bytes()]);
        texts.chain([self.base.as_bytes()]).collect()
    }

    /// The templates for documents of one theme: with its settings, and those of its
    /// base where it has none of its own.
    #[must_use]
    pub fn of(&self, theme: &Theme) -> Self {
        let mut set = self.clone();
        set.base.clone_from(&theme.base);
        set.apply(&theme.settings);
        if let (Some(logo), Some(settings)) = (&theme.logo, set.settings()) {
            let _ = writeln!(settings, "#let logo = \"/{}\"", logo.file_name());
        }
        set
    }

    /// The module that holds what a library changes.
    fn settings(&mut self) -> Option<&mut String> {
        let found = self.modules.iter_mut().find(|(path, _)| path.ends_with("modules/settings.typ"));
        found.map(|(_, text)| text)
    }

    /// The same, whose documents have no form fields.
    #[must_use]
    pub fn without_fields(mut self) -> Self {
        if let Some(text) = self.settings() {
            text.push_str(NO_FIELDS);
        }
        self
    }

    /// The same, for documents that are bound into a book.
    #[must_use]
    pub fn for_book(self) -> Self {
        let mut set = self.without_fields();
        if let Some(text) = set.settings() {
            text.push_str("#let book = true\n");
        }
        set
    }

    fn apply(&mut self, settings: &ThemeSettings) {
        let Some(text) = self.settings() else { return };
        // The schema admits six digits in it and nothing else.
        if let Some(accent) = &settings.accent_color {
            let _ = writeln!(text, "#let accent = rgb(\"{accent}\")");
        }
        if let Some(paper) = settings.paper {
            let _ = writeln!(text, "#let paper = \"{}\"", paper.name());
        }
        if let Some(margins) = settings.margins {
            let sides = [("x", margins.sides), ("top", margins.top), ("bottom", margins.bottom)];
            for (side, length) in sides {
                if let Some(length) = length {
                    let _ = writeln!(text, "#let margins = margins + ({side}: {length}mm)");
                }
            }
        }
        if let Some(fonts) = &settings.fonts {
            for (name, family) in [("body-font", &fonts.body), ("heading-font", &fonts.heading)] {
                if let Some(family) = family {
                    let mut escaped = String::new();
                    escape::typst(family, &mut escaped);
                    let _ = writeln!(text, "#let {name} = (\"{escaped}\",)");
                }
            }
        }
    }

    fn engine(&self, markup: Markup, folder: &'static str) -> Result<Tera, Vec<Diagnostic>> {
        let mut tera = Tera::new();
        tera.autoescape_on([""]);
        tera.set_escape_fn(match markup {
            Markup::Markdown => escape_markdown,
            Markup::Html => escape_html,
            Markup::Typst => escape_typst,
        });
        let filter = move |lowering: fn(Markup, &[Run<'_>]) -> String| {
            move |value: Value, _: Kwargs, _: &State| -> TeraResult<Value> {
                Ok(Value::safe_string(&lowering(markup, &runs(&value)?)))
            }
        };
        tera.register_filter("inline", filter(lower::inline));
        tera.register_filter("blocks", filter(lower::blocks));
        tera.set_fallback_prefixes(["library/", "built-in/"]).expect("no template is there yet");
        let in_folder = |name: &str| {
            let name = name.strip_prefix(folder)?.strip_prefix('/')?;
            (!name.starts_with("modules/") && !is_script(name)).then(|| name.to_string())
        };
        let mut texts: Vec<(String, String)> = built_in_texts(folder)
            .into_iter()
            .filter_map(|(name, text)| Some((format!("built-in/{}", in_folder(&name)?), text)))
            .collect();
        for own in &self.overrides {
            if let Some(name) = in_folder(&own.name) {
                texts.push((format!("library/{name}"), own.text.clone()));
            }
        }
        tera.add_raw_templates(texts).map_err(|error| self.template_errors(folder, &error))?;
        Ok(tera)
    }

    /// Renders a document's template, `THEME.md`, `THEME.html` or `THEME.typ`; of a
    /// bilingual document, `pair.md` and so on.
    pub fn render(&self, markup: Markup, view: &DocumentView) -> Result<String, Box<Diagnostic>> {
        let name = if view.languages.is_some() { "pair" } else { &view.theme };
        self.render_named(markup, name, view)
    }

    /// Renders the template of this name, or else that of the theme's base.
    pub fn render_named(
        &self,
        markup: Markup,
        template: &str,
        view: &impl serde::Serialize,
    ) -> Result<String, Box<Diagnostic>> {
        let (folder, extension) = markup.folder();
        let engine = &self.engines[markup as usize];
        let mut name = format!("{template}.{extension}");
        if !engine.contains_template(&name) {
            name = format!("{}.{extension}", self.base);
        }
        if !engine.contains_template(&name) {
            let message = Message::new(
                format!("the theme `{template}` has no template {folder}/{name}"),
                format!("版式 `{template}` 没有模板 {folder}/{name}"),
            );
            return Err(Diagnostic::error(Code::TemplateError, message)
                .about(format!("templates/{folder}/{name}"))
                .hint(
                    "use another theme, or add the file to the library",
                    "请换用其他版式，或在岗位库中补上该文件",
                )
                .into());
        }
        let context = tera::Context::from_serialize(view).expect("a view is an object");
        engine.render(&name, &context).map_err(|error| self.template_error(folder, &error))
    }

    /// Renders the template `html/NAME.svg`.
    pub fn render_svg(&self, name: &str, view: &impl serde::Serialize) -> Result<String, Box<Diagnostic>> {
        let context = tera::Context::from_serialize(view).expect("a view is an object");
        let rendered = self.engines[Markup::Html as usize].render(&format!("{name}.svg"), &context);
        rendered.map_err(|error| self.template_error(Markup::Html.folder().0, &error))
    }

    /// Renders a template of the careers site, such as `index.html` or `site.css`, with
    /// what all pages share and what this one has.
    pub fn render_page(
        &self,
        template: &str,
        shared: &SharedContext,
        page: &impl serde::Serialize,
    ) -> Result<String, Box<Diagnostic>> {
        let mut context = tera::Context::new();
        context.insert_value("site", shared.0.clone());
        context.insert("page", page);
        self.site.render(template, &context).map_err(|error| self.template_error(SITE, &error))
    }

    /// The script of the careers site, which is no template.
    pub fn site_script(&self) -> &str {
        let own = self.overrides.iter().find(|own| own.name == "site/site.js");
        own.map_or_else(
            || BUILT_IN.get_file("site/site.js").and_then(|file| file.contents_utf8()).expect("there is one"),
            |own| own.text.as_str(),
        )
    }

    /// The text of a template: the library's own, or else the built-in one.
    pub fn source_of(&self, markup: Markup, name: &str) -> Option<String> {
        let path = markup.template(name);
        let own = self.overrides.iter().find(|own| own.name == path).map(|own| own.text.clone());
        own.or_else(|| BUILT_IN.get_file(&path)?.contents_utf8().map(str::to_string))
    }

    /// The Typst modules, by their path below `templates/typst/`.
    pub fn modules(&self) -> impl Iterator<Item = (&str, &str)> {
        self.modules.iter().map(|(path, text)| (path.trim_start_matches("typst/"), text.as_str()))
    }

    /// The first of what is wrong.
    fn template_error(&self, folder: &str, error: &tera::Error) -> Box<Diagnostic> {
        self.template_errors(folder, error).swap_remove(0).into()
    }

    /// What is wrong with templates, at least one finding.
    fn template_errors(&self, folder: &str, error: &tera::Error) -> Vec<Diagnostic> {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let span = report.span();
                let place = Place { line: span.start_line, column: span.start_col + 1, width: 1 };
                let finding = self.placed(folder, report.filename(), &place, report.message());
                let own = finding.span.map(|at| Span::new(at.source, span.range.clone()));
                vec![Diagnostic { span: own, ..finding }]
            }
            ErrorKind::MissingParent { current, parent } => {
                let text = self.own(folder, current).map(|own| own.text.as_str()).unwrap_or_default();
                let place = Place::of(text, text.find(parent.as_str()).unwrap_or_default(), parent);
                vec![self.placed(folder, current, &place, &format!("Unknown template `{parent}`"))]
            }
            _ => {
                let reports = reports(error.to_string().as_str())
                    .map(|(what, name, place)| self.placed(folder, name, &place, what))
                    .collect::<Vec<_>>();
                if !reports.is_empty() {
                    return reports;
                }
                let what = error.to_string();
                vec![template_fault(&what).about(format!("templates/{folder}"))]
            }
        }
    }

    /// The library's own template that the engine knows by this name.
    fn own(&self, folder: &str, name: &str) -> Option<&Override> {
        let path = format!("{folder}/{}", name.strip_prefix("library/")?);
        self.overrides.iter().find(|own| own.name == path)
    }

    /// What is wrong at a place of a template that the engine knows by this name, and
    /// what to do about it.
    fn placed(&self, folder: &str, name: &str, place: &Place, what: &str) -> Diagnostic {
        let finding = template_fault(what);
        let Some(own) = self.own(folder, name) else {
            // A built-in one, by the name that a file of the library would have.
            let name = name.trim_start_matches("built-in/");
            let finding = finding.about(format!("templates/{folder}/{name}:{}:{}", place.line, place.column));
            return self.not_the_librarys(folder, finding);
        };
        let finding = finding.at(Span::new(own.source, place.range(&own.text)));
        if let Some(unknown) = what.strip_prefix("Unknown template `") {
            return self.no_template(folder, unknown.trim_end_matches('`'), finding);
        }
        if what.starts_with("Unknown filter") {
            return finding.hint(
                "the filters are those of Tera (https://keats.github.io/tera/), `inline` and `blocks`",
                "可用的过滤器是 Tera 自带的（https://keats.github.io/tera/）以及 `inline`、`blocks`",
            );
        }
        let of_tera = ["test", "function", "component"]
            .iter()
            .any(|kind| what.strip_prefix("Unknown ").is_some_and(|rest| rest.starts_with(kind)));
        if of_tera {
            return finding.hint(
                "tests and functions are those of Tera (https://keats.github.io/tera/), components those of \
                 the template and of what it extends",
                "可用的测试和函数是 Tera 自带的（https://keats.github.io/tera/），组件来自本模板及其所继承的模板",
            );
        }
        finding.hint(
            "the names that a template can use are those of the view: rolebook build --emit view",
            "模板可用的名称即视图中的名称，可用 rolebook build --emit view 查看",
        )
    }

    /// Says which templates there are beside one that there is not.
    fn no_template(&self, folder: &str, unknown: &str, finding: Diagnostic) -> Diagnostic {
        let mut names: Vec<String> = built_in_texts(folder).into_iter().map(|(name, _)| name).collect();
        names.extend(self.overrides.iter().map(|own| own.name.clone()));
        let in_folder = |name: &String| {
            let name = name.strip_prefix(folder)?.strip_prefix('/')?;
            (!name.starts_with("modules/") && !is_script(name)).then(|| name.to_string())
        };
        let mut names: Vec<String> = names.iter().filter_map(in_folder).collect();
        names.sort();
        names.dedup();
        // What all names end in makes no two of them alike.
        let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_string();
        let stems: Vec<String> = names.iter().map(|name| stem(name)).collect();
        let near = did_you_mean(&stem(unknown), stems.iter().map(String::as_str));
        let near = near.and_then(|near| names.iter().find(|name| stem(name) == near));
        match near {
            Some(near) => finding.hint(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")),
            None => finding.hint(
                format!("the templates of templates/{folder}/ are: {}", names.join(", ")),
                format!("templates/{folder}/ 中的模板有：{}", names.join("、")),
            ),
        }
    }

    /// Says of a built-in template that nobody can correct it, and what may be at fault.
    fn not_the_librarys(&self, folder: &str, finding: Diagnostic) -> Diagnostic {
        let own = self
            .overrides
            .iter()
            .filter(|own| own.name.strip_prefix(folder).is_some_and(|name| !name.starts_with("/modules/")));
        let own: Vec<String> = own.map(|own| format!("templates/{}", own.name)).collect();
        if own.is_empty() {
            return finding;
        }
        finding.hint(
            format!(
                "this template is built into rolebook; the library's own take the whole place of built-in ones \
                 and need all of their blocks and components: {}",
                own.join(", ")
            ),
            format!(
                "这是 rolebook 内置的模板；岗位库自己的模板会整个取代同名的内置模板，须含有其全部区块和组件：{}",
                own.join("、")
            ),
        )
    }

    /// The modules of the library's own, by their path below `templates/typst/`.
    pub(super) fn own_modules(&self) -> Vec<(String, SourceId)> {
        let own = self.overrides.iter().filter_map(|own| {
            let path = own.name.strip_prefix("typst/")?;
            path.starts_with("modules/").then(|| (path.to_string(), own.source))
        });
        own.collect()
    }
}

/// A place in a template: line and column from 1, and so many characters.
struct Place {
    line: usize,
    column: usize,
    width: usize,
}

impl Place {
    /// The place of words that begin at a byte of a text.
    fn of(text: &str, at: usize, words: &str) -> Self {
        let before = &text[..at];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[start..].chars().count() + 1,
            width: words.chars().count(),
        }
    }

    /// Its bytes in the text.
    fn range(&self, text: &str) -> Range<usize> {
        let start: usize = text.split_inclusive('\n').take(self.line - 1).map(str::len).sum();
        let line = text[start..].lines().next().unwrap_or_default();
        let byte = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
        start + byte(self.column - 1)..start + byte(self.column - 1 + self.width)
    }
}

/// What Tera says in a text only: what is wrong, in which template and where.
///
/// ```text
/// error: WHAT
///  --> library/form.md:2:4
///   |
/// 2 | {{ a | b }}
///   |        ^
/// ```
fn reports(text: &str) -> impl Iterator<Item = (&str, &str, Place)> {
    text.split("error: ").skip(1).filter_map(|report| {
        let mut lines = report.lines();
        let what = lines.next()?;
        let mut place = lines.next()?.split_once("--> ")?.1.rsplitn(3, ':');
        let mut number = || place.next()?.parse::<usize>().ok().filter(|&number| number > 0);
        let (column, line) = (number()?, number()?);
        let width = lines.nth(2).map_or(1, |line| line.matches('^').count());
        Some((what, place.next()?, Place { line, column, width }))
    })
}

fn template_fault(what: &str) -> Diagnostic {
    let message = Message::new(format!("template error: {what}"), format!("模板错误：{what}"));
    Diagnostic::error(Code::TemplateError, message)
}

/// What a built-in module defines, if there is one with this path below `templates/typst/`.
pub(super) fn built_in_module(path: &str) -> Option<&'static str> {
    BUILT_IN.get_file(format!("typst/{path}"))?.contents_utf8()
}

/// What to say of a folder that cannot be read.
pub(super) fn unreadable(error: &fs::Error) -> Diagnostic {
    let reason = fs::reason(&error.source);
    let message = Message::new(
        format!("{}: {}", error.action.en, reason.en),
        format!("{}：{}", error.action.zh_cn, reason.zh_cn),
    );
    Diagnostic::error(Code::UnreadableFile, message).about(error.path.display().to_string())
}

/// Whether a file among the templates is a script, which browsers get as it stands.
fn is_script(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "js")
}

fn built_in_texts(folder: &str) -> Vec<(String, String)> {
    fn collect(dir: &Dir<'_>, out: &mut Vec<(String, String)>) {
        for file in dir.files() {
            let text = file.contents_utf8().expect("templates are UTF-8");
            out.push((file.path().to_string_lossy().replace('\\', "/"), text.to_string()));
        }
        dir.dirs().for_each(|dir| collect(dir, out));
    }
    let mut texts = Vec::new();
    if let Some(dir) = BUILT_IN.get_dir(folder) {
        collect(dir, &mut texts);
    }
    texts.sort();
    texts
}

/// The runs of a rich text, or a plain string as one.
fn runs<'a>(value: &'a Value) -> TeraResult<Vec<Run<'a>>> {
    if let Some(text) = value.as_str() {
        return Ok(vec![Run { text, markdown: false, at: "", foreign: None }]);
    }
    let parts = value.get_from_path("parts").and_then(Value::as_array);
    let Some(parts) = parts else {
        return Err(tera::Error::message(
            "this is no text: `inline` and `blocks` take a text of the view or a string",
        ));
    };
    let run = |part: &'a Value| {
        let get = |key: &'static str| part.get_from_path(key);
        Run {
            text: get("text").and_then(Value::as_str).unwrap_or_default(),
            markdown: get("markdown").and_then(Value::as_bool).unwrap_or_default(),
            at: get("at").and_then(Value::as_str).unwrap_or_default(),
            foreign: get("foreign").and_then(Value::as_str).and_then(Foreign::of_tag),
        }
    };
    Ok(parts.iter().map(run).collect())
}

fn escape_markdown(text: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let mut escaped = String::with_capacity(text.len());
    escape::markdown(text, true, &mut escaped);
    out.write_all(escaped.as_bytes())
}

fn escape_html(text: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let mut escaped = String::with_capacity(text.len());
    escape::html(text, &mut escaped);
    out.write_all(escaped.as_bytes())
}

fn escape_typst(text: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let mut escaped = String::with_capacity(text.len() * 2);
    escape::typst(text, &mut escaped);
    out.write_all(escaped.as_bytes())
}
