//! Measures the program as a whole against its floor: bare Typst, in a process of its
//! own, with the same fonts, on the same sources and the same files to attach, on as many
//! threads. `cargo bench --bench floor` prints medians and ratios of one run on the sample
//! library; `whole-program.py` has its two parts measure other libraries:
//!
//! ```text
//! floor sources LIBRARY FOLDER LANGUAGE [ROLE…]   writes what rolebook hands to Typst
//! floor bare FOLDER OUT THREADS                   typesets it
//! ```
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a measuring program")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rolebook::catalog::Catalog;
use rolebook::model::{Id, Language};
use rolebook::render::{FALLBACK, Markup, Renderer, TemplateSet, ThemeSet, carrying};
use rolebook::resolve::resolve;
use rolebook::source::Sources;
use rolebook::view::{CarriedRole, Locale, Logo, Made, Names, document};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration as TypstDuration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The file that each document carries.
const CARRIED: &str = "role.json";

/// The role of which one PDF is made.
const ONE: &str = "customer-service-manager";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["sources", library, folder, language, ref roles @ ..] => {
            let wanted =
                |id: &str, of: Language| of.tag() == language && (roles.is_empty() || roles.contains(&id));
            sources(Path::new(library), Path::new(folder), wanted);
        }
        ["bare", folder, out, threads] => {
            bare(Path::new(folder), Path::new(out), threads.parse().expect("a number of threads"));
        }
        _ => compare(),
    }
}

fn compare() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let work = tempfile::tempdir().expect("a temporary folder");
    let (one, all, out) = (work.path().join("one"), work.path().join("all"), work.path().join("out"));
    sources(&data, &one, |id, language| id == ONE && language == Language::ZhCn);
    sources(&data, &all, |_, _| true);
    let single = ["build", "--format", "pdf", "--force", "--lang", "zh-CN", "--role", ONE];
    report("one PDF, cold", 41, || timed(|| rolebook(&single, &data, &out)), || timed(|| child(&one, &out)));
    report(
        "every PDF of the sample library",
        11,
        || timed(|| rolebook(&["build", "--format", "pdf", "--force"], &data, &out)),
        || timed(|| child(&all, &out)),
    );
}

fn report(
    name: &str,
    rounds: usize,
    mut ours: impl FnMut() -> Duration,
    mut floor: impl FnMut() -> Duration,
) {
    let (mut of_ours, mut of_floor) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        of_floor.push(floor());
        of_ours.push(ours());
    }
    of_ours.sort();
    of_floor.sort();
    let (ours, floor) = (of_ours[rounds / 2].as_secs_f64() * 1e3, of_floor[rounds / 2].as_secs_f64() * 1e3);
    println!(
        "{name}: rolebook {ours:.0} ms, bare Typst {floor:.0} ms, ratio {:.2} (medians of {rounds})",
        ours / floor
    );
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn rolebook(arguments: &[&str], library: &Path, out: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolebook"));
    command.args(arguments).arg("--no-system-fonts").arg(library).arg("--out").arg(out);
    let status = command.stderr(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "rolebook failed");
}

fn child(folder: &Path, out: &Path) {
    let program = std::env::current_exe().expect("this program");
    let threads = std::thread::available_parallelism().map_or(1, usize::from).to_string();
    let status = Command::new(program).arg("bare").args([folder, out]).arg(threads).status();
    assert!(status.is_ok_and(|status| status.success()), "bare Typst failed");
}

/// Writes a file, and the folders that it stands in.
fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
    fs::write(path, bytes).expect("written");
}

/// Writes what rolebook hands to Typst for the documents of a library: a folder for each
/// theme, with a folder `shared` of the modules and the logo, and for each document its
/// source and the role that it carries.
fn sources(library: &Path, folder: &Path, wanted: impl Fn(&str, Language) -> bool) {
    let catalog = Catalog::load(library).expect("a library");
    let names = Names::of(&catalog);
    let templates = TemplateSet::load(&library.join("templates"), &[Markup::Typst], &mut Sources::default());
    let templates = templates.expect("templates without errors");
    let (themes, _) = ThemeSet::load(&library.join("templates"), &mut Sources::default());
    let settings = &catalog.settings;
    let logo = settings.organization.as_ref().and_then(|it| it.logo.as_ref());
    let logo = logo.and_then(|name| Logo::new(fs::read(library.join(name)).ok()?)).map(std::sync::Arc::new);
    let locales = Language::ALL.map(|language| (language, Locale::built_in(language)));
    let locales: BTreeMap<Language, Locale> = locales.into_iter().collect();
    let mut renderers = BTreeMap::new();
    for id in catalog.roles.keys() {
        let resolved = resolve(&catalog, id).unwrap_or_else(|_| panic!("{id} has errors"));
        let name = resolved.role.theme.as_ref().or(settings.theme.as_ref()).map_or(FALLBACK, Id::as_str);
        let (theme, renderer) = renderers.entry(name.to_string()).or_insert_with(|| {
            let mut theme =
                themes.theme(name, settings.theme_settings.clone().unwrap_or_default()).expect("a theme");
            theme.logo.clone_from(&logo);
            let renderer = Renderer::of(&theme, &templates, Vec::new(), false);
            let shared = folder.join(name).join("shared");
            for (path, text) in renderer.templates().modules() {
                write(&shared.join(path), text);
            }
            if let Some(logo) = &logo {
                write(&shared.join(logo.file_name()), &logo.bytes);
            }
            (theme, renderer)
        });
        for language in resolved.languages(settings.document_languages()) {
            if !wanted(id, language) {
                continue;
            }
            let made = Made {
                edition: language.to_string(),
                public: false,
                without_fields: false,
                theme: theme.name.clone(),
                base: theme.base.clone(),
                theme_settings: theme.settings.clone(),
                look: BTreeMap::new(),
                rolebook: env!("CARGO_PKG_VERSION").to_string(),
            };
            let view = document(&resolved, &names, &locales[&language], language, theme);
            let source = renderer.typst_source(&view).unwrap_or_else(|_| panic!("{id} has no source"));
            let path = folder.join(name).join(format!("{language}-{id}.typ"));
            write(&path, carrying(source));
            write(&path.with_extension("json"), CarriedRole::write(&resolved, &names, Some(&made)));
        }
    }
}

/// What all documents of a theme share.
struct Theme {
    modules: BTreeMap<u16, Source>,
    files: BTreeMap<u16, Bytes>,
}

fn file_id(path: &str) -> FileId {
    RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).expect("a path")).intern()
}

/// The files below a folder, with their paths in it.
fn files_below(folder: &Path) -> Vec<(String, PathBuf)> {
    let (mut files, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(here).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it is below it").to_string_lossy();
                files.push((name.replace('\\', "/"), path));
            }
        }
    }
    files.sort();
    files
}

impl Theme {
    fn load(shared: &Path) -> Self {
        let mut theme = Self { modules: BTreeMap::new(), files: BTreeMap::new() };
        for (name, path) in files_below(shared) {
            let id = file_id(&name);
            let key = id.into_raw().get();
            let bytes = fs::read(path).expect("a shared file");
            if name.ends_with(".typ") {
                theme.modules.insert(key, Source::new(id, String::from_utf8(bytes).expect("a module")));
            } else {
                theme.files.insert(key, Bytes::new(bytes));
            }
        }
        theme
    }
}

/// Typesets every source of a folder, each on a thread that does nothing else meanwhile;
/// a single one on all threads.
fn bare(folder: &Path, out: &Path, threads: usize) {
    fs::create_dir_all(out).expect("a folder");
    let fonts: Vec<Font> = [
        &include_bytes!("../fonts/noto-serif-sc-regular.ttf")[..],
        include_bytes!("../fonts/noto-sans-sc-regular.ttf"),
        include_bytes!("../fonts/noto-sans-sc-bold.ttf"),
    ]
    .into_iter()
    .flat_map(|bytes| Font::iter(Bytes::new(bytes)))
    .collect();
    let book = LazyHash::new(FontBook::from_fonts(&fonts));
    let features = [Feature::A11yExtras].into_iter().collect();
    let library = LazyHash::new(Library::builder().with_features(features).build());
    let (main, carried) = (file_id("main.typ"), file_id(CARRIED));
    let mut documents: Vec<(PathBuf, std::sync::Arc<Theme>)> = Vec::new();
    for entry in fs::read_dir(folder).expect("themes") {
        let of_theme = entry.expect("a theme").path();
        let theme = std::sync::Arc::new(Theme::load(&of_theme.join("shared")));
        for entry in fs::read_dir(&of_theme).expect("sources") {
            let path = entry.expect("a source").path();
            if path.extension().is_some_and(|it| it == "typ") {
                documents.push((path, std::sync::Arc::clone(&theme)));
            }
        }
    }
    documents.sort_by(|one, other| one.0.cmp(&other.0));
    // As rolebook does it, for as many threads.
    let memory = threads.saturating_sub(1).max(1);
    let work = |(path, theme): &(PathBuf, std::sync::Arc<Theme>)| {
        let text = fs::read_to_string(path).expect("a source");
        let role = Bytes::new(fs::read(path.with_extension("json")).expect("a role"));
        let main = Source::new(main, text);
        let world = Bare { library: &library, book: &book, fonts: &fonts, theme, main, carried, role };
        let document = typst::compile::<PagedDocument>(&world).output.expect("it compiles");
        typst::comemo::evict(memory);
        let date = Datetime::from_ymd_hms(2026, 1, 1, 0, 0, 0).expect("a date");
        let options = PdfOptions {
            ident: Smart::Custom("bare".into()),
            timestamp: Some(Timestamp::new_utc(date)),
            standards: PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_3a]).expect("both hold"),
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).expect("it exports");
        fs::write(out.join(path.file_name().expect("a name")).with_extension("pdf"), pdf).expect("written");
    };
    let pool =
        |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool of threads");
    if let [only] = &documents[..] {
        return pool(threads).install(|| work(only));
    }
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                pool(1).install(|| {
                    while let Some(document) = documents.get(next.fetch_add(1, Ordering::Relaxed)) {
                        work(document);
                    }
                });
            });
        }
    });
}

struct Bare<'a> {
    library: &'a LazyHash<Library>,
    book: &'a LazyHash<FontBook>,
    fonts: &'a [Font],
    theme: &'a Theme,
    main: Source,
    carried: FileId,
    role: Bytes,
}

impl World for Bare<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            return Ok(self.main.clone());
        }
        let module = self.theme.modules.get(&id.into_raw().get());
        module.cloned().ok_or_else(|| FileError::NotFound(id.vpath().get_without_slash().into()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.carried {
            return Ok(self.role.clone());
        }
        let file = self.theme.files.get(&id.into_raw().get());
        file.cloned().ok_or_else(|| FileError::NotFound(id.vpath().get_without_slash().into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<TypstDuration>) -> Option<Datetime> {
        None
    }
}
