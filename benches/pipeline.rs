//! Measures each stage on its own and the whole build, on the sample library.
//! `cargo bench` prints the medians; figures are compared within one run only.
#![allow(missing_docs, reason = "criterion makes the functions")]
#![allow(clippy::print_stdout, reason = "a measuring program")]

use std::path::{Path, PathBuf};

use criterion::{Criterion, criterion_group, criterion_main};
use rolebook::catalog::Catalog;
use rolebook::check::{Checker, Facts, Overrides};
use rolebook::compare::{Comparison, Content, Operand, compare};
use rolebook::json;
use rolebook::model::{Language, ThemeSettings};
use rolebook::publish::{DocumentFolder, Mode};
use rolebook::render::{Enclosed, Engine, Markup, Renderer, Target, TemplateSet, ThemeSet};
use rolebook::resolve::resolve;
use rolebook::source::Sources;
use rolebook::view::{CarriedRole, Locale, Names, Shown, comparison, content, document};

const ROLE: &str = "key-account-manager-marketing";

/// The day on which roles are checked.
const TODAY: &str = "2026-11-01";

fn library() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

fn stages(criterion: &mut Criterion) {
    let catalog = Catalog::load(&library()).expect("the sample library is there");
    let text = rolebook::fs::read_text(&library().join(format!("roles/{ROLE}.json")), Path::new(ROLE))
        .expect("a role");
    let mut sources = Sources::default();
    let source = sources.add(ROLE, &text);
    let resolved = resolve(&catalog, ROLE).expect("no errors");
    let names = Names::of(&catalog);
    let locale = Locale::built_in(Language::ZhCn);
    let theme = ThemeSet::default().theme("form", ThemeSettings::default()).expect("a theme");
    let view = || document(&resolved, &names, &locale, Language::ZhCn, &theme);
    let templates = TemplateSet::load(&library().join("templates"), &Markup::ALL, &mut Sources::default())
        .expect("no errors");
    let renderer = Renderer::new(templates, Vec::new(), false);
    let shown = view();

    criterion.bench_function("parse one role", |bench| bench.iter(|| json::parse(&sources, source)));
    criterion.bench_function("resolve one role", |bench| bench.iter(|| resolve(&catalog, ROLE)));
    criterion.bench_function("view of one role", |bench| bench.iter(view));
    criterion.bench_function("render Markdown", |bench| {
        bench.iter(|| renderer.render(&shown, Target::Markdown, Enclosed::default()));
    });
    criterion.bench_function("render HTML", |bench| {
        bench.iter(|| renderer.render(&shown, Target::Html, Enclosed::default()));
    });
    criterion.bench_function("render Typst source", |bench| bench.iter(|| renderer.typst_source(&shown)));
}

/// Two two-page roles beside each other, from what was loaded to a page of HTML.
fn comparing(criterion: &mut Criterion) {
    let catalog = Catalog::load(&library()).expect("the sample library is there");
    let names = Names::of(&catalog);
    let locale = Locale::built_in(Language::ZhCn);
    let theme = ThemeSet::default().theme("form", ThemeSettings::default()).expect("a theme");
    let templates = TemplateSet::load(&library().join("templates"), &[Markup::Html], &mut Sources::default())
        .expect("no errors");
    let renderer = Renderer::new(templates, Vec::new(), false);
    let roles = [ROLE, "key-account-manager-power"].map(|id| resolve(&catalog, id).expect("no errors"));
    let contents = || {
        let of = |role| content(role, &names, &locale, Language::ZhCn, &|_| String::new());
        roles.iter().map(of).collect::<Vec<_>>()
    };
    let compared = |contents: &[Content]| {
        compare(contents, vec![Operand::default(), Operand::default()], "zh-CN", false)
    };
    let view =
        |compared: &Comparison| comparison(compared, &locale, Language::ZhCn, &theme, None, Shown::default());
    let (loaded, done) = (contents(), compared(&contents()));
    let mut group = criterion.benchmark_group("compare two roles");
    group.bench_function("contents", |bench| bench.iter(contents));
    group.bench_function("alignment and words", |bench| bench.iter(|| compared(&loaded)));
    group.bench_function("view", |bench| bench.iter(|| view(&done)));
    group.bench_function("all, to HTML", |bench| {
        bench.iter(|| renderer.render_comparison(&view(&compared(&contents())), Target::Html));
    });
    group.finish();
}

/// The rules: making them ready, one role, and what there is between roles.
fn checking(criterion: &mut Criterion) {
    let mut catalog = Catalog::load(&library()).expect("the sample library is there");
    let (checker, _) = Checker::new(&mut catalog, TODAY, Overrides::default());
    let ids: Vec<String> = catalog.roles.keys().cloned().collect();
    let all = || ids.iter().map(|id| checker.role(&catalog, id)).collect::<Vec<_>>();
    let facts: Vec<Facts> = all().into_iter().filter_map(|role| role.facts).collect();
    let mut group = criterion.benchmark_group("check");
    group.bench_function("make the rules ready", |bench| {
        bench.iter(|| Checker::built_in(TODAY, Overrides::default()));
    });
    group.bench_function("one role", |bench| bench.iter(|| checker.role(&catalog, ROLE)));
    group.sample_size(20);
    group.bench_function("each role of the sample library", |bench| bench.iter(all));
    group.bench_function("what is between them", |bench| bench.iter(|| checker.library(&facts)));
    group.finish();
}

/// What a build of a thousand roles does before it knows that nothing is to be made.
fn nothing_changed(criterion: &mut Criterion) {
    const ROLES: usize = 1000;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (library, out) = (folder.path().join("library"), folder.path().join("out"));
    let write = |name: String, text: String| {
        rolebook::fs::write_whole(&library.join(name), text.as_bytes()).expect("written");
    };
    write("rolebook.json".to_string(), "{}".to_string());
    for number in 0..ROLES {
        write(format!("roles/role-{number}.json"), format!("{{\"title\": \"岗位{number}\"}}"));
    }
    let build = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rolebook"));
        let command = command.args(["build", "--format", "md,html", "--no-system-fonts", "--out"]);
        let status = command.arg(&out).arg(&library).stderr(std::process::Stdio::null()).status();
        assert!(status.is_ok_and(|status| status.success()), "the library builds");
    };
    build();
    // Of what was written a moment ago, the next run reads the content to be sure.
    std::thread::sleep(std::time::Duration::from_secs(1));
    build();
    let manifest = rolebook::fs::read_bytes(&out.join(".rolebook/documents.log")).expect("a manifest");
    let manifest = String::from_utf8(manifest).expect("a text");
    let line = manifest.lines().find_map(|line| line.strip_prefix("role-0\t")).expect("a line");
    let known: serde_json::Value = serde_json::from_str(line).expect("JSON");
    let asked = known["role"]["asked"].as_str().expect("a digest").to_string();
    let mut group = criterion.benchmark_group("nothing changed");
    group.sample_size(20);
    group.bench_function("the decision, for 1,000 roles", |bench| {
        bench.iter(|| {
            let catalog = Catalog::begin(&library).expect("a library");
            let ids: Vec<String> = catalog.ids().map(str::to_string).collect();
            let stamped = catalog.unread().map(|(id, path)| {
                let stamp = rolebook::fs::Stamp::of(&path);
                (id.to_string(), (path, stamp))
            });
            let stamps = stamped.collect();
            let begun = DocumentFolder::begin(&out, &library, Mode { force: false, dry: true }, None);
            let folder = begun.expect("a folder").expect("nobody else writes to it");
            let unchanged = folder.unchanged(&ids, &asked, TODAY, &stamps, || "", |_| String::new());
            assert_eq!(unchanged.len(), ROLES);
        });
    });
    group.bench_function("the whole program, for 1,000 roles", |bench| bench.iter(build));
    group.finish();
}

/// What a PDF costs that conforms, carries its role and has form fields, against a plain
/// export of the same pages by Typst in the same process. Each document differs a little
/// from the one before, so that neither side reuses the other's work.
fn pdf(criterion: &mut Criterion) {
    let catalog = Catalog::load(&library()).expect("the sample library is there");
    let resolved = resolve(&catalog, ROLE).expect("no errors");
    let names = Names::of(&catalog);
    let locale = Locale::built_in(Language::ZhCn);
    let theme = ThemeSet::default().theme("form", ThemeSettings::default()).expect("a theme");
    let templates = TemplateSet::load(&library().join("templates"), &Markup::ALL, &mut Sources::default())
        .expect("no errors");
    let renderer = Renderer::new(templates.clone(), Vec::new(), false);
    let plain = Renderer::new(templates.without_fields(), Vec::new(), false);
    let mut view = document(&resolved, &names, &locale, Language::ZhCn, &theme);
    let mut number = 0;
    let mut next = || {
        number += 1;
        view.hash = format!("{number:012}");
        view.clone()
    };
    let carried = CarriedRole::write(&resolved, &names, None);
    let mut group = criterion.benchmark_group("one PDF");
    group.sample_size(60);
    let enclosed = Enclosed { carried: Some(&carried), esign: None };
    group.bench_function("rolebook", |bench| {
        bench.iter_batched(
            &mut next,
            |view| renderer.render(&view, Target::Pdf, enclosed),
            criterion::BatchSize::PerIteration,
        );
    });
    let engine: &Engine = plain.engine();
    let (files, _) = renderer.render(&next(), Target::Pdf, enclosed);
    let source = plain.typst_source(&next()).expect("no errors");
    let typeset = engine.compile(source).unwrap_or_else(|_| panic!("no errors"));
    let bare = typst_pdf::pdf(&typeset.document, &typst_pdf::PdfOptions::default()).expect("no errors");
    let pages = typeset.document.pages().len();
    println!(
        "one PDF of {pages} pages: {} bytes, plain export by Typst {}",
        files[0].bytes.len(),
        bare.len()
    );
    group.bench_function("plain export by Typst", |bench| {
        bench.iter_batched(
            || plain.typst_source(&next()).expect("no errors"),
            |source| {
                let typeset = engine.compile(source).unwrap_or_else(|_| panic!("no errors"));
                typst_pdf::pdf(&typeset.document, &typst_pdf::PdfOptions::default())
            },
            criterion::BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    group.sample_size(20);
    group.bench_function("load the sample library", |bench| bench.iter(|| Catalog::load(&library())));
    group.bench_function("load its templates", |bench| {
        bench.iter(|| {
            TemplateSet::load(&library().join("templates"), &Markup::ALL, &mut Sources::default())
                .map(|_| Markup::Html)
        });
    });
    group.finish();

    let out = tempfile::tempdir().expect("a temporary folder");
    let build = |formats: &str| {
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_rolebook"))
            .args(["build", "--force", "--format", formats, "--no-system-fonts", "--out"])
            .arg(out.path())
            .arg(library())
            .stderr(std::process::Stdio::null())
            .status();
        assert!(status.is_ok_and(|status| status.success()), "the sample library builds");
    };
    let mut group = criterion.benchmark_group("whole build of the sample library");
    group.sample_size(10);
    group.bench_function("Markdown and HTML", |bench| bench.iter(|| build("md,html")));
    group.bench_function("all formats", |bench| bench.iter(|| build("md,html,pdf")));
    group.finish();
}

criterion_group!(benches, stages, comparing, checking, pdf, nothing_changed, whole);
criterion_main!(benches);
