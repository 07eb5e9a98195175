//! Owns the templates: one Tera for each markup, with that markup's escape. The
//! built-in templates are in the binary; a library's `templates/` overrides them
//! file by file. May import `lower`, `escape` and everything below `render`.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use include_dir::{Dir, include_dir};
use tera::{ErrorKind, Kwargs, State, Tera, TeraResult, Value};

use super::escape;
use super::language::Foreign;
use super::lower::{self, Markup, Run};
use crate::diagnostic::{Code, Diagnostic, Message};
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
                Err(finding) => findings.push(*finding),
            }
        }
        if site {
            match set.engine(Markup::Html, SITE) {
                Ok(engine) => set.site = engine,
                Err(finding) => findings.push(*finding),
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

    fn engine(&self, markup: Markup, folder: &'static str) -> Result<Tera, Box<Diagnostic>> {
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
        tera.add_raw_templates(texts).map_err(|error| self.template_error(folder, &error))?;
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

    fn template_error(&self, folder: &str, error: &tera::Error) -> Box<Diagnostic> {
        let (ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report)) = error.kind() else {
            return unplaced_error(folder, &error.to_string()).into();
        };
        let name = report.filename();
        let source = name.strip_prefix("library/").and_then(|name| {
            let path = format!("{folder}/{name}");
            self.overrides.iter().find(|own| own.name == path).map(|own| own.source)
        });
        let text = report.message();
        let finding = Diagnostic::error(
            Code::TemplateError,
            Message::new(format!("template error: {text}"), format!("模板错误：{text}")),
        );
        let span = report.span();
        let finding = match source {
            Some(source) => finding.at(Span::new(source, span.range.clone())),
            None => {
                // A built-in one, by the name that a file of the library would have.
                let name = name.trim_start_matches("built-in/");
                finding.about(format!("templates/{folder}/{name}:{}:{}", span.start_line, span.start_col + 1))
            }
        };
        finding
            .hint(
                "the names that a template can use are those of the view: rolebook build --emit view",
                "模板可用的名称即视图中的名称，可用 rolebook build --emit view 查看",
            )
            .into()
    }
}

/// Some of Tera's errors are a text only, with the place inside it:
/// `error: WHAT … --> library/form.md:2:4 …`
fn unplaced_error(folder: &str, text: &str) -> Diagnostic {
    let what =
        text.find("error: ").map_or(text, |at| &text[at + "error: ".len()..]).lines().next().unwrap_or(text);
    let place = text.split("--> ").nth(1).and_then(|rest| rest.lines().next()).map(|place| {
        let place = place.trim_start_matches("library/").trim_start_matches("built-in/");
        format!("templates/{folder}/{place}")
    });
    let message = Message::new(format!("template error: {what}"), format!("模板错误：{what}"));
    Diagnostic::error(Code::TemplateError, message)
        .about(place.unwrap_or_else(|| format!("templates/{folder}")))
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
