//! Holds that the libraries which the benchmarks generate are the same in every run, and
//! without faults, so that what is measured is what rolebook does with sound ones.

use std::process::Command;

use crate::support::{Library, content, repository};

fn generate(library: &Library, name: &str, roles: &str) {
    let made = Command::new("python3")
        .arg(repository().join("benches/large_library.py"))
        .args([name, roles])
        .current_dir(library.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .status()
        .unwrap();
    assert!(made.success());
}

#[test]
fn a_generated_library_is_sound_and_always_the_same() {
    let library = Library::new();
    generate(&library, "one", "40");
    generate(&library, "two", "40");
    let of = |name: &str| content(&library.path().join(name));
    assert_eq!(of("one").len(), 41);
    assert!(of("one") == of("two"));
    let run = library.run(&["check", "one", "--today", "2026-11-01"]).must_succeed();
    assert_eq!(run.stdout, "");
    let run = library.run(&["build", "one", "--format", "md", "--no-system-fonts"]).must_succeed();
    assert!(run.stderr.starts_with("40 roles, 80 files in dist, "), "{}", run.stderr);
}
