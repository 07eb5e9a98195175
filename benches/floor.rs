//! Measures the program as a whole against its floor: bare Typst, in a process
//! of its own, with the same fonts, on the same sources, on as many threads.
//! `cargo bench --bench floor` prints medians and ratios of one run.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a measuring program")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rayon::prelude::*;
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

fn main() {
    let arguments: Vec<PathBuf> =
        std::env::args_os().skip(1).filter(|it| it != "--bench").map(PathBuf::from).collect();
    match &arguments[..] {
        // The child: typesets every .typ of a folder.
        [command, sources, out] if command.as_os_str() == "bare" => bare(sources, out),
        _ => compare(),
    }
}

fn compare() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let work = tempfile::tempdir().expect("a temporary folder");
    let roles: Vec<String> = fs::read_dir(data.join("roles"))
        .expect("the sample library")
        .map(|entry| {
            entry.expect("a file").path().file_stem().expect("a name").to_string_lossy().into_owned()
        })
        .collect();
    let (one, all) = (work.path().join("one"), work.path().join("all"));
    fs::create_dir_all(&one).expect("a folder");
    fs::create_dir_all(&all).expect("a folder");
    for role in &roles {
        for lang in ["zh-CN", "en"] {
            let output = rolebook(&["build", "--emit", "typst", "--lang", lang, "--role", role], &data, None);
            if !output.is_empty() {
                fs::write(all.join(format!("{lang}-{role}.typ")), &output).expect("written");
                if role == "customer-service-manager" && lang == "zh-CN" {
                    fs::write(one.join("one.typ"), &output).expect("written");
                }
            }
        }
    }
    let out = work.path().join("out");
    let single = ["build", "--format", "pdf", "--lang", "zh-CN", "--role", "customer-service-manager"];
    report(
        "one PDF, cold",
        41,
        || timed(|| drop(rolebook(&single, &data, Some(&out)))),
        || timed(|| child(&one, &out)),
    );
    report(
        "every PDF of the sample library",
        11,
        || timed(|| drop(rolebook(&["build", "--format", "pdf"], &data, Some(&out)))),
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

fn rolebook(arguments: &[&str], library: &Path, out: Option<&Path>) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolebook"));
    command.args(arguments).arg("--no-system-fonts").arg(library).stderr(Stdio::null());
    if let Some(out) = out {
        command.arg("--out").arg(out);
    }
    command.output().expect("rolebook runs").stdout
}

fn child(sources: &Path, out: &Path) {
    let program = std::env::current_exe().expect("this program");
    let status = Command::new(program).arg("bare").args([sources, out]).status();
    assert!(status.is_ok_and(|status| status.success()), "bare Typst failed");
}

fn bare(sources: &Path, out: &Path) {
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
    let id = RootedPath::new(VirtualRoot::Project, VirtualPath::new("main.typ").expect("a path")).intern();
    let paths: Vec<PathBuf> =
        fs::read_dir(sources).expect("sources").map(|entry| entry.expect("a file").path()).collect();
    paths.par_iter().for_each(|path| {
        let text = fs::read_to_string(path).expect("a source");
        let world = Bare { library: &library, book: &book, fonts: &fonts, main: Source::new(id, text) };
        let document = typst::compile::<PagedDocument>(&world).output.expect("it compiles");
        typst::comemo::evict(2);
        let date = Datetime::from_ymd_hms(2026, 1, 1, 0, 0, 0).expect("a date");
        let options = PdfOptions {
            ident: Smart::Custom("bare".into()),
            timestamp: Some(Timestamp::new_utc(date)),
            standards: PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_3a]).expect("both hold"),
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).expect("it exports");
        fs::write(out.join(path.file_name().expect("a name")).with_extension("pdf"), pdf).expect("written");
    });
}

struct Bare<'a> {
    library: &'a LazyHash<Library>,
    book: &'a LazyHash<FontBook>,
    fonts: &'a [Font],
    main: Source,
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
        Err(FileError::NotFound(id.vpath().get_without_slash().into()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        Err(FileError::NotFound(id.vpath().get_without_slash().into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<TypstDuration>) -> Option<Datetime> {
        None
    }
}
