//! Owns the turning of a view into a document in a target: templates, escapes,
//! typesetting. May import `view` and everything below it.

mod bind;
mod book;
mod carried;
mod chart;
mod escape;
mod esign;
mod faces;
mod fields;
mod file_writer;
mod folios;
mod frames;
mod inspect;
mod language;
mod lower;
mod marks;
mod pdf_file;
mod picture;
mod recode;
mod spreadsheet;
mod stamp;
mod templates;
mod themes;
mod typed_font;
mod typeset;
mod united_font;
mod words;

use std::collections::BTreeSet;

use typst::foundations::Bytes;

use fields::form_fields;
use stamp::Marks;

use crate::diagnostic::{Code, Diagnostic, Message, Severity};
use crate::view::{AuthorityMatrixView, ComparisonView, DocumentView, Logo, Rich, Theme};

pub use book::{Book, BookLine, BookPlace, CONTENTS, Leaves};
pub use carried::{CarriedFault, read_carried};
pub use escape::{html as escape_html, markdown as escape_markdown, typst as escape_typst};
pub use esign::{EsignPlatform, EsignSheet, esign_schema};
pub use faces::{FontFace, FontOrigin, built_in_faces, faces_of, has_face, system_faces};
pub use fields::{Place, PlaceKind, places};
pub use inspect::inspect;
pub use lower::Markup;
pub use picture::{CardView, PICTURE_SIZE};
pub use spreadsheet::{csv, xlsx};
pub use templates::{PreviewTemplates, SharedContext, TemplateSet};
pub use themes::{FALLBACK, ThemeSet, built_in_theme, built_in_themes};
pub use typeset::{Engine, Typeset, carrying, needs_font, prepare_engine};

/// What a document is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// CommonMark with GFM tables.
    Markdown,
    /// One self-contained HTML file.
    Html,
    /// PDF/UA-1 and PDF/A-3a.
    Pdf,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 3] = [Self::Markdown, Self::Html, Self::Pdf];

    /// The markup that its templates write.
    pub fn markup(self) -> Markup {
        match self {
            Self::Markdown => Markup::Markdown,
            Self::Html => Markup::Html,
            Self::Pdf => Markup::Typst,
        }
    }

    /// The extension of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Pdf => "pdf",
        }
    }
}

/// A file of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// What comes after the name and a dot.
    pub extension: &'static str,
    /// The file's content.
    pub bytes: Vec<u8>,
}

/// The extension of the sheet for an e-sign platform.
const ESIGN_EXTENSION: &str = "esign.json";

/// What a PDF has besides its pages.
#[derive(Debug, Clone, Copy, Default)]
pub struct Enclosed<'a> {
    /// The role that it carries, as
    /// [`CarriedRole::write`](crate::view::CarriedRole::write) gives it.
    pub carried: Option<&'a [u8]>,
    /// The platform that a sheet beside it tells where to sign.
    pub esign: Option<EsignPlatform>,
}

/// What renders views: the templates of a library and Typst with its fonts.
pub struct Renderer {
    templates: TemplateSet,
    engine: std::sync::OnceLock<Engine>,
    library_fonts: Vec<Vec<u8>>,
    families: Vec<String>,
    logo: Option<std::sync::Arc<Logo>>,
    system_fonts: bool,
}

impl Renderer {
    /// A renderer. Typst is set up when the first PDF is made.
    pub fn new(templates: TemplateSet, library_fonts: Vec<Vec<u8>>, system_fonts: bool) -> Self {
        let (engine, families) = (std::sync::OnceLock::new(), Vec::new());
        Self { templates, engine, library_fonts, families, logo: None, system_fonts }
    }

    /// A renderer for documents of one theme.
    pub fn of(
        theme: &Theme,
        templates: &TemplateSet,
        library_fonts: Vec<Vec<u8>>,
        system_fonts: bool,
    ) -> Self {
        let fonts = theme.settings.fonts.clone().unwrap_or_default();
        let families = fonts.body.into_iter().chain(fonts.heading).collect();
        Self {
            families,
            logo: theme.logo.clone(),
            ..Self::new(templates.of(theme), library_fonts, system_fonts)
        }
    }

    /// The templates.
    pub fn templates(&self) -> &TemplateSet {
        &self.templates
    }

    /// Typst, with its fonts.
    pub fn engine(&self) -> &Engine {
        self.engine.get_or_init(|| {
            let modules = self.templates.modules().map(|(path, text)| (path.into(), text.into())).collect();
            let fonts = self.library_fonts.iter().cloned().map(Bytes::new).collect();
            let engine = Engine::new(modules, fonts, self.system_fonts)
                .with_families(self.families.clone())
                .with_own(self.templates.own_modules());
            match &self.logo {
                Some(logo) => engine.with_logo(logo),
                None => engine,
            }
        })
    }

    /// Everything that documents in a target are made with but their views, what is
    /// enclosed, the fonts of the system, and what is built into rolebook.
    pub fn made_with(&self, target: Target) -> Vec<&[u8]> {
        let mut parts = self.templates.made_with(target.markup());
        if target == Target::Pdf {
            parts.extend(self.library_fonts.iter().map(Vec::as_slice));
            parts.extend(self.families.iter().map(String::as_bytes));
            parts.extend(self.logo.iter().map(|logo| &*logo.bytes));
            parts.push(if self.system_fonts { b"system" } else { b"" });
        }
        parts
    }

    /// Whether a PDF shows a font of the system.
    pub fn shows_system_fonts(&self, view: &DocumentView) -> bool {
        let of_system = |engine: &Engine| {
            let characters = characters(&texts(view));
            !std::ptr::eq(engine, engine.for_characters(&characters))
        };
        self.system_fonts && of_system(self.engine())
    }

    /// A document in a target, and what there is to say of it. No file is made if any
    /// of that is an error. A PDF may have a second one, the sheet of an e-sign platform.
    pub fn render(
        &self,
        view: &DocumentView,
        target: Target,
        enclosed: Enclosed<'_>,
    ) -> (Vec<Artifact>, Vec<Diagnostic>) {
        let rendered = match target {
            Target::Markdown => self.markup(view, Markup::Markdown),
            Target::Html => self.markup(view, Markup::Html),
            Target::Pdf => self.pdf(view, enclosed),
        };
        match rendered {
            Ok((files, findings)) => (files, findings),
            Err(findings) => (Vec::new(), findings),
        }
    }

    fn markup(
        &self,
        view: &DocumentView,
        markup: Markup,
    ) -> Result<(Vec<Artifact>, Vec<Diagnostic>), Vec<Diagnostic>> {
        let text = self.templates.render(markup, view).map_err(|finding| vec![*finding])?;
        let (extension, text) = match markup {
            Markup::Markdown => (Target::Markdown.extension(), tidy_markdown(&text)),
            _ => (Target::Html.extension(), text),
        };
        Ok((vec![Artifact { extension, bytes: text.into_bytes() }], Vec::new()))
    }

    /// The Typst source of a document.
    pub fn typst_source(&self, view: &DocumentView) -> Result<String, Box<Diagnostic>> {
        self.templates.render(Markup::Typst, view)
    }

    /// The same as one file that any Typst compiles: the modules stand in it,
    /// where the template imports them.
    pub fn typst_source_alone(&self, view: &DocumentView) -> Result<String, Box<Diagnostic>> {
        let mut source = self.typst_source(view)?;
        // A module can import another one, so that a few rounds are needed.
        for _ in 0..4 {
            for (path, text) in self.templates.modules() {
                // A file that another Typst compiles has nothing that makes fields of the links.
                let fields = if path.ends_with("/settings.typ") { templates::NO_FIELDS } else { "" };
                source = source.replace(&format!("#import \"/{path}\": *\n"), &format!("{text}{fields}"));
            }
        }
        Ok(source)
    }

    /// A comparison in a target.
    pub fn render_comparison(
        &self,
        view: &ComparisonView,
        target: Target,
    ) -> Result<Vec<u8>, Vec<Diagnostic>> {
        let markup = target.markup();
        let text = self.templates.render_named(markup, view.theme, view).map_err(|finding| vec![*finding])?;
        match target {
            Target::Markdown => Ok(tidy_markdown(&text).into_bytes()),
            Target::Html => Ok(text.into_bytes()),
            Target::Pdf => {
                let mut characters = BTreeSet::new();
                view.visit(&mut |words| characters.extend(words.chars()));
                // What no font has was an error of its document; here it is a box.
                let typeset = self.engine().for_characters(&characters).compile(text)?;
                let operands: Vec<&str> = view.columns.iter().map(|column| &*column.operand).collect();
                typeset.stamped_pdf(&format!("compare/{}", operands.join("/")), &view.date, &[], None)
            }
        }
    }

    /// An authority matrix in a target.
    pub fn render_matrix(
        &self,
        view: &AuthorityMatrixView,
        target: Target,
    ) -> Result<Vec<u8>, Vec<Diagnostic>> {
        let text = self.templates.render_named(target.markup(), view.theme, view).map_err(|it| vec![*it])?;
        match target {
            Target::Markdown => Ok(tidy_markdown(&text).into_bytes()),
            Target::Html => Ok(text.into_bytes()),
            Target::Pdf => {
                let mut characters = BTreeSet::new();
                view.visit(&mut |words| characters.extend(words.chars()));
                let typeset = self.engine().for_characters(&characters).compile(text)?;
                typeset.stamped_pdf(&format!("authority-matrix/{}", view.lang), &view.date, &[], None)
            }
        }
    }

    /// A document, typeset from its source, and what there is to say of it.
    fn typeset(
        &self,
        source: String,
        view: &DocumentView,
        carried: Option<&[u8]>,
    ) -> Result<(Typeset<'_>, Vec<Diagnostic>), Vec<Diagnostic>> {
        let texts = texts(view);
        let characters = characters(&texts);
        let engine = self.engine().for_characters(&characters);
        let missing: BTreeSet<char> = characters.into_iter().filter(|&c| !engine.covers(c)).collect();
        if !missing.is_empty() {
            // Two languages beside each other are shown by one value.
            let language = view.languages.is_none().then_some(view.lang);
            return Err(missing_glyphs(&missing, &texts, language));
        }
        let typeset = match carried {
            Some(carried) => engine.compile_carrying(source, Bytes::new(carried.to_vec())),
            None => engine.compile(source),
        }?;
        let findings = inspect(&typeset);
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(findings);
        }
        Ok((typeset, findings))
    }

    fn pdf(
        &self,
        view: &DocumentView,
        enclosed: Enclosed<'_>,
    ) -> Result<(Vec<Artifact>, Vec<Diagnostic>), Vec<Diagnostic>> {
        let source = self.typst_source(view).map_err(|finding| vec![*finding])?;
        let (typeset, mut findings) = self.typeset(source, view, enclosed.carried)?;
        let marks = Marks {
            role: view.id.clone(),
            edition: view.edition.clone(),
            version: view.document_version.clone(),
            content_hash: view.content_hash.clone(),
        };
        let id = format!("{}/{}", view.edition, view.id);
        let bytes = typeset.stamped_pdf(&id, &view.date, &form_fields(view), Some(&marks))?;
        let sheet = enclosed.esign.map(|platform| {
            let file = format!("{}.{}", view.id, Target::Pdf.extension());
            let (sheet, finding) = esign::sheet(&typeset, view, &file, &bytes, platform);
            findings.extend(finding);
            let text = serde_json::to_string_pretty(&sheet).expect("a sheet is plain data");
            Artifact { extension: ESIGN_EXTENSION, bytes: (text + "\n").into_bytes() }
        });
        let pdf = Artifact { extension: Target::Pdf.extension(), bytes };
        Ok((std::iter::once(pdf).chain(sheet).collect(), findings))
    }
}

/// All words of a document.
fn texts(view: &DocumentView) -> Vec<&Rich> {
    let mut texts = Vec::new();
    view.visit(&mut |text| texts.push(text));
    texts
}

fn characters(texts: &[&Rich]) -> BTreeSet<char> {
    texts.iter().flat_map(|text| &text.parts).flat_map(|part| part.text.chars()).collect()
}

/// Characters that no font has, one finding for each text.
/// Points at the words in the language that is shown, if there is one, which may not be
/// there by itself: see `Press::locate`.
fn missing_glyphs(missing: &BTreeSet<char>, texts: &[&Rich], language: Option<&str>) -> Vec<Diagnostic> {
    let parts = texts.iter().flat_map(|text| &text.parts);
    parts
        .filter_map(|part| {
            let found: BTreeSet<char> = part.text.chars().filter(|c| missing.contains(c)).collect();
            if found.is_empty() {
                return None;
            }
            let name = |&c: &char| format!("`{c}` (U+{:04X})", u32::from(c));
            let names: Vec<String> = found.iter().map(name).collect();
            let (noun, names) = (if names.len() == 1 { "character" } else { "characters" }, names.join(", "));
            let finding = Diagnostic::error(
                Code::MissingGlyph,
                Message::new(format!("no font has the {noun} {names}"), format!("没有字体含有字符 {names}")),
            );
            let at =
                language.map_or_else(|| part.at.to_string(), |language| format!("{}/{language}", part.at));
            Some(finding.pointer(at).hint(
                "put a font file that has it into the library's folder fonts/, or write another character",
                "请把含有该字符的字体文件放入岗位库的 fonts/ 文件夹，或改用其他字符",
            ))
        })
        .collect()
}

/// Markdown without trailing spaces and without more than one empty line, which
/// templates leave behind and no reader wants.
fn tidy_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            empty = true;
            continue;
        }
        if empty && !out.is_empty() {
            out.push('\n');
        }
        empty = false;
        out.push_str(line);
        out.push('\n');
    }
    out
}
