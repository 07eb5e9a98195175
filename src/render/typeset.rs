//! Owns Typst in the process: what all documents share, compiling one, and
//! exporting it. May import `lower` and everything below `render`.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::sync::{LazyLock, OnceLock};

use typst::diag::{FileError, FileResult, SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Duration, NativeElement, Selector, Smart};
use typst::introspection::Introspector;
use typst::model::{Destination, LinkElem, LinkTarget};
use typst::syntax::{DiagSpan, FileId, RootedPath, Source, Span, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontVariant, FontWeight};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World, WorldExt};
use typst_kit::fonts::{self, FontStore};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::carried;
use super::chart::Faces;
use super::fields::{FormField, PlaceKind, SCHEME};
use super::lower::marked_place;
use super::stamp::{Marks, stamp};
use super::templates::built_in_module;
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::source::{SourceId, Span as SourceSpan};
use crate::view::Logo;

/// Chinese and Latin, made by `fonts/subset.sh`.
const BUILT_IN_FONTS: [&[u8]; 3] = [
    include_bytes!("../../fonts/noto-serif-sc-regular.ttf"),
    include_bytes!("../../fonts/noto-sans-sc-regular.ttf"),
    include_bytes!("../../fonts/noto-sans-sc-bold.ttf"),
];

/// The built-in fonts, read.
pub(super) static FONTS: LazyLock<Vec<Font>> =
    LazyLock::new(|| BUILT_IN_FONTS.into_iter().map(Bytes::new).flat_map(Font::iter).collect());

/// Every code point that a built-in font has.
static BUILT_IN_COVERAGE: LazyLock<HashSet<u32>> =
    LazyLock::new(|| FONTS.iter().flat_map(|font| font.info().coverage.iter()).collect());

/// Typst's standard library.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let features = [Feature::A11yExtras].into_iter().collect();
    LazyHash::new(Library::builder().with_features(features).build())
});

/// Sets up, on a thread of its own, what every engine is made of, so that it is
/// there when the roles have been read: a tenth of the time of a single document.
pub fn prepare_engine() {
    std::thread::spawn(|| {
        LazyLock::force(&FONTS);
        LazyLock::force(&LIBRARY);
        LazyLock::force(&BUILT_IN_COVERAGE);
    });
}

/// Documents after which a memoized result that none of them used is dropped: as many as
/// are made at once but one, so that none drops what another is using. Of 300 roles on
/// two threads, 2 take 14 MB more than 1 and no less time.
static MEMORY_OF_DOCUMENTS: LazyLock<usize> =
    LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from).saturating_sub(1).max(1));

static MAIN: LazyLock<FileId> = LazyLock::new(|| file_id("main.typ"));

/// The file that each document carries one of its own of.
static CARRIED: LazyLock<FileId> = LazyLock::new(|| file_id(carried::NAME));

/// A file id is a `u16` that is never given back, so ids are made for the files
/// that all documents share and not for each document.
fn file_id(path: &str) -> FileId {
    RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).expect("a plain path")).intern()
}

/// What all documents share; workers borrow one.
pub struct Engine {
    fonts: FontStore,
    modules: BTreeMap<u16, Source>,
    library_fonts: Vec<Bytes>,
    module_texts: Vec<(String, String)>,
    /// The modules that are the library's own, and where they were read.
    own: Vec<(String, SourceId)>,
    system_fonts: bool,
    with_system_fonts: OnceLock<Box<Engine>>,
    /// The families that the theme names.
    families: Vec<String>,
    /// The one file that all documents can read.
    logo: Option<(FileId, Bytes)>,
    /// Every code point that a font has which is not built in.
    covered: OnceLock<HashSet<u32>>,
}

/// Whether a character is printed by a font; every font has those of ASCII.
pub fn needs_font(c: char) -> bool {
    !(c.is_ascii() || c.is_whitespace() || typst::text::is_default_ignorable(c))
}

impl Engine {
    /// An engine with the built-in fonts, then those of the library. The
    /// system's are read when a character needs them, if `system_fonts` says so.
    pub fn new(modules: Vec<(String, String)>, library_fonts: Vec<Bytes>, system_fonts: bool) -> Self {
        let mut store = FontStore::new();
        let of_library = library_fonts.iter().cloned().flat_map(Font::iter);
        for font in FONTS.iter().cloned().chain(of_library) {
            let info = font.info().clone();
            store.push((font, info));
        }
        let sources = modules.iter().map(|(path, text)| {
            let id = file_id(path);
            (id.into_raw().get(), Source::new(id, text.clone()))
        });
        Self {
            fonts: store,
            modules: sources.collect(),
            library_fonts,
            module_texts: modules,
            own: Vec::new(),
            system_fonts,
            with_system_fonts: OnceLock::new(),
            families: Vec::new(),
            logo: None,
            covered: OnceLock::new(),
        }
    }

    /// The same, for a theme that names these families.
    #[must_use]
    pub fn with_families(mut self, families: Vec<String>) -> Self {
        self.families = families;
        self
    }

    /// The same, with modules that are a library's own: paths, and what was read there.
    #[must_use]
    pub fn with_own(mut self, own: Vec<(String, SourceId)>) -> Self {
        self.own = own;
        self
    }

    /// The same, for documents that show a logo.
    #[must_use]
    pub fn with_logo(mut self, logo: &Logo) -> Self {
        self.logo = Some((file_id(logo.file_name()), Bytes::new(logo.bytes.clone())));
        self
    }

    /// The families that the theme names and that no font has.
    pub fn unknown_families(&self) -> Vec<&str> {
        let engine = self.for_characters(&BTreeSet::new());
        self.families.iter().map(String::as_str).filter(|family| !engine.has_family(family)).collect()
    }

    fn has_family(&self, family: &str) -> bool {
        self.fonts.book().contains_family(&family.to_lowercase())
    }

    /// The engine to typeset these characters with: this one, or one with the
    /// system's fonts if only they have one of them, or a family of the theme.
    pub fn for_characters(&self, characters: &BTreeSet<char>) -> &Self {
        let has_all = || {
            characters.iter().all(|&c| self.covers(c)) && self.families.iter().all(|it| self.has_family(it))
        };
        if !self.system_fonts || has_all() {
            return self;
        }
        self.with_system_fonts.get_or_init(|| {
            let mut engine = Self::new(self.module_texts.clone(), self.library_fonts.clone(), false);
            engine.fonts.extend(fonts::system());
            engine.logo.clone_from(&self.logo);
            engine.own.clone_from(&self.own);
            Box::new(engine)
        })
    }

    /// The fonts of these families, in their order, to measure words with.
    pub(super) fn faces(&self, families: &[String]) -> Faces {
        let book = self.fonts.book();
        let of = |weight: FontWeight| {
            let variant = FontVariant { weight, ..FontVariant::default() };
            let chosen = families.iter().filter_map(|family| book.select(&family.to_lowercase(), variant));
            chosen.filter_map(|index| self.fonts.font(index)).collect()
        };
        Faces::new(of(FontWeight::REGULAR), of(FontWeight::BOLD))
    }

    /// Whether any font has a character, or none is needed for it.
    pub fn covers(&self, c: char) -> bool {
        if !needs_font(c) {
            return true;
        }
        let further = || {
            self.covered.get_or_init(|| {
                let book = self.fonts.book();
                let infos = (FONTS.len()..).map_while(|index| book.info(index));
                infos.flat_map(|info| info.coverage.iter()).collect()
            })
        };
        BUILT_IN_COVERAGE.contains(&u32::from(c)) || further().contains(&u32::from(c))
    }

    /// Typesets a document. What Typst says of it is reported in rolebook's way:
    /// with the field that the words came from.
    pub fn compile(&self, main: String) -> Result<Typeset<'_>, Vec<Diagnostic>> {
        self.typeset(main, None)
    }

    /// The same of a document that carries the role that it was made from, as a file
    /// for programs.
    pub fn compile_carrying(&self, main: String, role: Bytes) -> Result<Typeset<'_>, Vec<Diagnostic>> {
        self.typeset(carrying(main), Some(role))
    }

    fn typeset(&self, main: String, carried: Option<Bytes>) -> Result<Typeset<'_>, Vec<Diagnostic>> {
        let world = DocumentWorld { engine: self, main: Source::new(*MAIN, main), carried };
        let Warned { output, warnings } = typst::compile::<PagedDocument>(&world);
        typst::comemo::evict(*MEMORY_OF_DOCUMENTS);
        let mut findings: Vec<Diagnostic> = warnings
            .iter()
            .filter(|warning| warning.message.contains("unknown font family"))
            .map(|warning| world.diagnostic(Code::MissingFont, warning))
            .collect();
        match output {
            Ok(document) if findings.is_empty() => Ok(Typeset { world, document }),
            Ok(_) => Err(findings),
            Err(errors) => {
                findings.extend(errors.iter().map(|error| world.diagnostic(Code::TypesetError, error)));
                Err(findings)
            }
        }
    }
}

/// The names that a module defines for others.
fn names(module: &str) -> impl Iterator<Item = &str> {
    module.lines().filter_map(|line| {
        let rest = line.strip_prefix("#let ")?;
        rest.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).next()
    })
}

/// The source of a document that carries the role that it was made from, in the file
/// `role.json`. It is added here and not in the templates, so that no override of them
/// loses it and the source that `--emit typst` prints needs no other file.
pub fn carrying(mut main: String) -> String {
    let name = carried::NAME;
    let _ = write!(
        main,
        "#pdf.attach(\"/{name}\", relationship: \"source\", mime-type: \"application/json\", \
         description: \"The role as data, for rolebook / 岗位数据，供 rolebook 读取\")",
    );
    main
}

struct DocumentWorld<'a> {
    engine: &'a Engine,
    main: Source,
    /// The role that the document carries.
    carried: Option<Bytes>,
}

impl World for DocumentWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.engine.fonts.book()
    }

    fn main(&self) -> FileId {
        *MAIN
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == *MAIN {
            return Ok(self.main.clone());
        }
        let module = self.engine.modules.get(&id.into_raw().get());
        module.cloned().ok_or_else(|| FileError::NotFound(id.vpath().get_without_slash().into()))
    }

    // No file but the role and the logo can be read: neither a template's mistake nor a role's text
    // reaches anything on the machine.
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if let Some((_, bytes)) = self.engine.logo.as_ref().filter(|(logo, _)| *logo == id) {
            return Ok(bytes.clone());
        }
        if let Some(carried) = self.carried.as_ref().filter(|_| id == *CARRIED) {
            return Ok(carried.clone());
        }
        Err(FileError::NotFound(id.vpath().get_without_slash().into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.engine.fonts.font(index)
    }

    // The clock would make equal input give unequal documents.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

impl DocumentWorld<'_> {
    fn diagnostic(&self, code: Code, found: &SourceDiagnostic) -> Diagnostic {
        let text = &found.message;
        let message = Message::new(format!("typesetting: {text}"), format!("排版：{text}"));
        let mut finding = Diagnostic::error(code, message);
        for hint in &found.hints {
            finding.hints.push(Message::same(hint.v.to_string()));
        }
        self.placed(finding, found.span)
    }

    /// A finding with its place: the field that the words came from, or a module. Says
    /// what to do about it.
    fn placed(&self, mut finding: Diagnostic, span: DiagSpan) -> Diagnostic {
        let Some((id, range)) = span.id().zip(self.range(span)) else { return finding };
        let Ok(source) = self.source(id) else { return finding };
        let lines = source.lines();
        let line = lines.byte_to_line(range.start).unwrap_or_default() + 1;
        let column = lines.byte_to_column(range.start).unwrap_or_default() + 1;
        if id == *MAIN {
            finding.pointer = self.field_at(range.start);
            if finding.pointer.is_some() {
                return finding;
            }
            return finding.hint(
                format!("it is in line {line} of what the template makes: rolebook build --emit typst"),
                format!("在模板生成内容的第 {line} 行：可用 rolebook build --emit typst 查看"),
            );
        }
        let path = id.vpath().get_without_slash();
        if let Some(&(_, own)) = self.engine.own.iter().find(|(own, _)| own == path) {
            let finding = finding.at(SourceSpan::new(own, range));
            return match built_in_module(path) {
                Some(_) => finding.hint(
                    "correct it; without this file, rolebook takes its own of this name",
                    "请改正；删去此文件时，rolebook 使用内置的同名文件",
                ),
                None => finding,
            };
        }
        finding.subject = Some(format!("templates/typst/{path}:{line}:{column}"));
        self.not_the_librarys(finding)
    }

    /// Says of a built-in module that nobody can correct it, and which of the library's
    /// own may be at fault.
    fn not_the_librarys(&self, finding: Diagnostic) -> Diagnostic {
        let lacking = self.engine.own.iter().filter_map(|(path, _)| {
            let (_, text) = self.engine.module_texts.iter().find(|(known, _)| known == path)?;
            let has: BTreeSet<&str> = names(text).collect();
            let lacks = names(built_in_module(path)?).filter(|name| !has.contains(name));
            let lacks: Vec<String> = lacks.map(|name| format!("`{name}`")).collect();
            (!lacks.is_empty()).then_some((path, lacks))
        });
        let (mut en, mut zh_cn) = (Vec::new(), Vec::new());
        for (path, lacks) in lacking {
            en.push(format!("templates/typst/{path} lacks {}", lacks.join(", ")));
            zh_cn.push(format!("templates/typst/{path} 缺少 {}", lacks.join("、")));
        }
        if en.is_empty() {
            return finding;
        }
        finding.hint(
            format!(
                "this file is built into rolebook; a module of the library's own takes the whole place of the \
                 built-in one and must have all of its names: {}",
                en.join("; ")
            ),
            format!(
                "这是 rolebook 内置的文件；岗位库自己的模块会整个取代同名的内置模块，须含有其全部名称：{}",
                zh_cn.join("；")
            ),
        )
    }

    /// The pointer of the field that a place of the Typst source shows.
    fn field_at(&self, offset: usize) -> Option<String> {
        let place = marked_place(self.main.text(), offset)?;
        (!place.is_empty()).then(|| place.to_string())
    }
}

/// A typeset document.
pub struct Typeset<'a> {
    world: DocumentWorld<'a>,
    /// Its pages.
    pub document: PagedDocument,
}

impl Typeset<'_> {
    /// The pointer of the field that a piece of the page shows, if it shows one.
    pub(super) fn field_of(&self, span: Span) -> Option<String> {
        (span.id() == Some(*MAIN))
            .then(|| self.world.range(span))
            .flatten()
            .and_then(|range| self.world.field_at(range.start))
    }

    /// The document as PDF/UA-1 and PDF/A-3a at once, with form fields where its template
    /// asks for them and marks for programs; equal bytes for equal input. `id` is the same
    /// for every version of a document, `date` is ISO 8601.
    pub(super) fn stamped_pdf(
        &self,
        id: &str,
        date: &str,
        fields: &[FormField],
        marks: Option<&Marks>,
    ) -> Result<Vec<u8>, Vec<Diagnostic>> {
        self.require_known(fields)?;
        let pdf = self.pdf(id, date)?;
        stamp(&pdf, fields, marks).ok_or_else(|| {
            let message =
                Message::new("the form fields cannot be put into the PDF", "无法在 PDF 中加入签署域");
            vec![Diagnostic::error(Code::TypesetError, message).hint(
                "a field is one empty rectangle: draw each with `place-to-fill` of \
                 templates/typst/modules/base.typ",
                "签署域须是一个空白矩形：请用 templates/typst/modules/base.typ 中的 `place-to-fill` 绘制",
            )]
        })
    }

    /// The fields that the template asks for: what comes after [`SCHEME`], and where.
    fn asked(&self) -> Vec<(String, Span)> {
        let found = self.document.introspector().query(&Selector::Elem(LinkElem::ELEM, None));
        let address = |link: &typst::foundations::Content| {
            let LinkTarget::Dest(Destination::Url(url)) = &link.to_packed::<LinkElem>()?.dest else {
                return None;
            };
            Some((url.strip_prefix(SCHEME)?.to_string(), link.span()))
        };
        found.iter().filter_map(address).collect()
    }

    /// Whether the template asks for this field.
    pub(super) fn asks_for(&self, address: &str) -> bool {
        self.asked().iter().any(|(asked, _)| asked == address)
    }

    /// Finds the fields that are asked for and that the document does not have.
    fn require_known(&self, fields: &[FormField]) -> Result<(), Vec<Diagnostic>> {
        let blocks = fields.iter().filter(|field| field.kind == PlaceKind::Signature).count();
        let mut asked = self.asked();
        asked.retain(|(address, _)| fields.iter().all(|field| field.address != *address));
        let finding = |(address, span): &(String, Span)| {
            let message = Message::new(
                format!("a template asks for the form field `{address}`, which the document does not have"),
                format!("模板要用签署域 `{address}`，但文件中没有"),
            );
            let finding = Diagnostic::error(Code::TypesetError, message).hint(
                format!(
                    "it has {blocks} signature blocks, counted from 0, each with `sign`, `name` and `date`"
                ),
                format!("共有 {blocks} 个签署栏，序号从 0 起，各有 `sign`、`name`、`date`"),
            );
            self.world.placed(finding, (*span).into())
        };
        if asked.is_empty() { Ok(()) } else { Err(asked.iter().map(finding).collect()) }
    }

    /// The document as Typst writes it: PDF/UA-1 and PDF/A-3a at once.
    pub fn pdf(&self, id: &str, date: &str) -> Result<Vec<u8>, Vec<Diagnostic>> {
        static STANDARDS: LazyLock<PdfStandards> = LazyLock::new(|| {
            PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_3a]).expect("both hold at once")
        });
        let options = PdfOptions {
            ident: Smart::Custom(id.to_string()),
            creator: Smart::Custom(Some(format!("rolebook {}", env!("CARGO_PKG_VERSION")))),
            timestamp: Some(Timestamp::new_utc(midnight(date))),
            standards: STANDARDS.clone(),
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&self.document, &options).map_err(|errors| {
            errors
                .iter()
                .map(|error| {
                    let missing = error.message.contains("could not be displayed");
                    let code = if missing { Code::MissingGlyph } else { Code::TypesetError };
                    self.world.diagnostic(code, error)
                })
                .collect()
        })
    }
}

fn midnight(date: &str) -> Datetime {
    let mut numbers = date.split('-').map(|part| part.parse::<i32>().unwrap_or_default());
    let mut next = || numbers.next().unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    let small = |number: i32| u8::try_from(number).unwrap_or_default();
    Datetime::from_ymd_hms(year, small(month), small(day), 0, 0, 0)
        .unwrap_or_else(|| Datetime::from_ymd_hms(2000, 1, 1, 0, 0, 0).expect("a date"))
}
