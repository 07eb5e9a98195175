//! Owns what the tests share: a library in a temporary folder, the program run
//! on it, and the reading back of PDFs.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;

use hayro_syntax::Pdf;
use hayro_syntax::object::Dict;
use rolebook::catalog::Catalog;
use rolebook::model::{Edition, Language, ThemeSettings};
use rolebook::render::{Markup, Renderer, TemplateSet, ThemeSet};
use rolebook::resolve::resolve;
use rolebook::source::Sources;
use rolebook::view::{DocumentView, Locale, Names, document, pair};
use tempfile::TempDir;
use typst_layout::PagedDocument;

/// The built-in themes.
pub(crate) const THEMES: [&str; 4] = ["form", "outline", "agreement", "dossier"];

/// Every way to print a role: a theme, and its edition in Chinese; then two
/// languages beside each other.
pub(crate) const WAYS: [(&str, &str); 5] = [
    ("form", "zh-CN"),
    ("outline", "zh-CN"),
    ("agreement", "zh-CN"),
    ("dossier", "zh-CN"),
    ("form", "zh-CN+en"),
];

/// A library in a folder that goes away with it.
pub(crate) struct Library {
    folder: Rc<TempDir>,
}

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    out: PathBuf,
    /// Keeps the written files as long as the run.
    _folder: Rc<TempDir>,
}

impl Library {
    /// A library of two languages without roles.
    pub(crate) fn new() -> Self {
        let library = Self { folder: Rc::new(tempfile::tempdir().unwrap()) };
        library.file("rolebook.json", r#"{"languages": ["zh-CN", "en"]}"#)
    }

    /// Whatever is in a folder.
    pub(crate) fn at(folder: TempDir) -> Self {
        Self { folder: Rc::new(folder) }
    }

    /// A copy of a folder of this repository.
    pub(crate) fn copy_of(folder: &Path) -> Self {
        let library = Self { folder: Rc::new(tempfile::tempdir().unwrap()) };
        copy(folder, library.path());
        library
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Adds a file.
    pub(crate) fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Adds a role.
    pub(crate) fn role(self, id: &str, text: impl AsRef<[u8]>) -> Self {
        self.file(&format!("roles/{id}.json"), text)
    }

    /// Runs `rolebook build` on it, into a folder of its own.
    pub(crate) fn build(&self, arguments: &[&str]) -> Run {
        let mut all = vec!["build", ".", "--no-system-fonts"];
        all.extend(arguments);
        self.run(&all)
    }

    /// Runs the program in the library's folder, in English and without colors.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_in(self.path(), arguments)
    }

    /// The same with this on its standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Run {
        let mut given = tempfile::tempfile().unwrap();
        given.write_all(input.as_bytes()).unwrap();
        given.rewind().unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_rolebook"));
        self.run_given(program.current_dir(self.path()), arguments, given.into())
    }

    /// The same in another folder.
    pub(crate) fn run_in(&self, folder: &Path, arguments: &[&str]) -> Run {
        self.run_as(Command::new(env!("CARGO_BIN_EXE_rolebook")).current_dir(folder), arguments)
    }

    /// Runs `rolebook build` at a moment, in seconds since 1970.
    pub(crate) fn build_at(&self, moment: u32, arguments: &[&str]) -> Run {
        let mut program = Command::new(env!("CARGO_BIN_EXE_rolebook"));
        program.current_dir(self.path()).env("SOURCE_DATE_EPOCH", moment.to_string());
        self.run_as(&mut program, &[&["build", ".", "--no-system-fonts"], arguments].concat())
    }

    fn run_as(&self, program: &mut Command, arguments: &[&str]) -> Run {
        self.run_given(program, arguments, Stdio::null())
    }

    fn run_given(&self, program: &mut Command, arguments: &[&str], input: Stdio) -> Run {
        let program = program.args(arguments).env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1");
        let output = program.stdin(input).output().unwrap();
        Run {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            out: self.path().join("dist"),
            _folder: Rc::clone(&self.folder),
        }
    }
}

impl Run {
    /// The run must have been fine.
    #[track_caller]
    pub(crate) fn must_succeed(self) -> Self {
        assert_eq!(self.status, Some(0), "{}", self.stderr);
        self
    }

    /// The run must have found errors.
    #[track_caller]
    pub(crate) fn must_find(self) -> Self {
        assert_eq!(self.status, Some(1), "{}", self.stderr);
        self
    }

    /// The messages must have these words.
    #[track_caller]
    pub(crate) fn must_say(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "no `{words}` in:\n{}", self.stderr);
        self
    }

    /// The messages without the time that the run took.
    pub(crate) fn messages(&self) -> String {
        self.stderr
            .lines()
            .map(|line| match (line.find(", "), line.rfind(" s, ")) {
                (Some(_), Some(end)) if line.contains(" in dist, ") => {
                    let start = line.find(" in dist, ").unwrap() + " in dist, ".len();
                    format!("{}N.NN{}\n", &line[..start], &line[end..])
                }
                _ if line.contains("用时 ") => {
                    let start = line.find("用时 ").unwrap() + "用时 ".len();
                    let end = line.find(" 秒").unwrap();
                    format!("{}N.NN{}\n", &line[..start], &line[end..])
                }
                _ => format!("{line}\n"),
            })
            .collect()
    }

    /// The path of a written file.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.out.join(name)
    }

    /// A written file.
    #[track_caller]
    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}\n{}", self.stderr))
    }

    /// The names of all written files, sorted; but of what rolebook keeps for itself.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        collect(&self.out, &self.out, &mut names);
        names.retain(|name| name.split('/').all(|part| part != ".rolebook"));
        names.sort();
        names
    }
}

/// The roles of a library, to be typeset in this process.
pub(crate) struct Documents {
    catalog: Catalog,
    names: Names,
    templates: TemplateSet,
}

impl Documents {
    pub(crate) fn of(library: &Path) -> Self {
        let catalog = Catalog::load(library).unwrap();
        assert!(catalog.findings.is_empty(), "{:?}", catalog.findings);
        let templates =
            TemplateSet::load(&library.join("templates"), &[Markup::Typst], &mut Sources::default()).unwrap();
        let names = Names::of(&catalog);
        Self { catalog, names, templates }
    }

    /// The view of a role in a theme.
    pub(crate) fn view(&self, role: &str, theme: &str, language: Language) -> DocumentView {
        let resolved = resolve(&self.catalog, role).unwrap_or_else(|findings| panic!("{findings:?}"));
        let theme = ThemeSet::default().theme(theme, ThemeSettings::default()).unwrap();
        document(&resolved, &self.names, &Locale::built_in(language), language, &theme)
    }

    /// Shows a typeset role to `look`.
    pub(crate) fn typeset<T>(
        &self,
        role: &str,
        theme: &str,
        edition: &str,
        look: impl FnOnce(&PagedDocument) -> T,
    ) -> T {
        let view = |language| self.view(role, theme, language);
        let edition = Edition::from_tag(edition).unwrap();
        let view = match edition.second {
            Some(second) => pair(view(edition.first), view(second)),
            None => view(edition.first),
        };
        let theme = ThemeSet::default().theme(theme, ThemeSettings::default()).unwrap();
        let renderer = Renderer::of(&theme, &self.templates, Vec::new(), false);
        let source = renderer.typst_source(&view).unwrap();
        let typeset = renderer.engine().compile(source).unwrap_or_else(|findings| panic!("{findings:?}"));
        look(&typeset.document)
    }
}

/// The text of a PDF, a string a page, in the order of the page’s content.
pub(crate) fn pdf_pages(path: &Path) -> Vec<String> {
    let text = poppler("pdftotext", &["-raw", "-enc", "UTF-8", &path.to_string_lossy(), "-"]);
    let mut pages: Vec<String> = text.split('\u{c}').map(str::to_string).collect();
    pages.pop();
    pages
}

/// What `pdfinfo` says of a PDF.
pub(crate) fn pdf_info(path: &Path) -> String {
    poppler("pdfinfo", &[&path.to_string_lossy()])
}

/// What `pdffonts` says of a PDF.
pub(crate) fn pdf_fonts(path: &Path) -> String {
    poppler("pdffonts", &[&path.to_string_lossy()])
}

/// What a program of poppler says.
pub(crate) fn poppler(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|error| {
        panic!("{program} of poppler-utils is needed; tests/run installs it: {error}")
    });
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A text without any white space: what a page's line breaks do not change.
pub(crate) fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The repository's own folder.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Copies what is in a folder into another one.
/// Shows the catalog of a PDF to `look`, as a reader that shares no code with rolebook
/// understands it.
pub(crate) fn pdf_catalog<T>(bytes: Vec<u8>, look: impl FnOnce(Dict<'_>) -> T) -> T {
    let pdf = Pdf::new(bytes).expect("a PDF");
    let xref = pdf.xref();
    look(xref.get::<Dict<'_>>(xref.root_id()).expect("a catalog"))
}

pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// The files of a folder with their content; but of what rolebook keeps for itself.
pub(crate) fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(&here).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap() == ".rolebook" {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else if let Ok(bytes) = fs::read(&path) {
                // What is being written goes away under its reader.
                all.insert(path.strip_prefix(folder).unwrap().to_owned(), bytes);
            }
        }
    }
    all
}

fn collect(root: &Path, folder: &Path, names: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, names);
        } else {
            names.push(path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"));
        }
    }
}
