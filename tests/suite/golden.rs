//! Holds what every stage hands on against files: `tests/golden/CASE/` is a
//! library, `case.json` says what is run on it, `expected/` what comes out.
//! `UPDATE_GOLDEN=1` writes the expected files anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::support::{Library, Run, repository};

/// One run of a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// The arguments after `build .`
    arguments: Vec<String>,
    /// The exit status.
    status: i32,
    /// The expected file of the messages.
    stderr: Option<String>,
    /// The expected file of the output.
    stdout: Option<String>,
    /// The files written, each expected under its own path; Markdown and HTML.
    #[serde(default)]
    files: Vec<String>,
}

#[test]
fn every_stage_hands_on_what_is_expected() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut faults = Vec::new();
    let mut cases = 0;
    for entry in fs::read_dir(repository().join("tests/golden")).unwrap() {
        let case = entry.unwrap().path();
        if case.ends_with("pages") {
            // Pictures, which another test compares.
            continue;
        }
        let steps = fs::read_to_string(case.join("case.json")).unwrap();
        let steps: Vec<Step> = serde_json::from_str(&steps).unwrap();
        let library = Library::copy_of(&case);
        let expected = case.join("expected");
        let mut used = BTreeSet::new();
        cases += 1;
        for step in &steps {
            let arguments: Vec<&str> = step.arguments.iter().map(String::as_str).collect();
            let run = library.build(&arguments);
            assert_eq!(run.status, Some(step.status), "{}: {}", case.display(), run.stderr);
            for (name, found) in outputs(step, &run) {
                let path = expected.join(&name);
                if update {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(&path, &found).unwrap();
                }
                let wanted = fs::read_to_string(&path).unwrap_or_default();
                if wanted != found {
                    faults.push(format!("{}\n{}", path.display(), first_difference(&wanted, &found)));
                }
                used.insert(path);
            }
        }
        let mut present = BTreeSet::new();
        files_below(&expected, &mut present);
        for unused in present.difference(&used) {
            faults.push(format!("{} is expected by nothing", unused.display()));
        }
    }
    assert!(cases >= 4, "only {cases} cases were found");
    assert!(faults.is_empty(), "{}\nif that is meant: UPDATE_GOLDEN=1 tests/run", faults.join("\n\n"));
}

fn outputs(step: &Step, run: &Run) -> Vec<(String, String)> {
    let messages = step.stderr.iter().map(|name| (name.clone(), run.messages()));
    let printed = step.stdout.iter().map(|name| (name.clone(), run.stdout.clone()));
    let files = step.files.iter().map(|name| (name.clone(), without_styles(&run.text(name))));
    messages.chain(printed).chain(files).collect()
}

/// An HTML file without its style sheet, which is a file of `templates/` word by word.
fn without_styles(text: &str) -> String {
    match (text.find("<style>\n"), text.find("</style>")) {
        (Some(start), Some(end)) => format!("{}{}", &text[..start + "<style>".len()], &text[end..]),
        _ => text.to_string(),
    }
}

fn first_difference(wanted: &str, found: &str) -> String {
    let at = wanted.lines().zip(found.lines()).take_while(|(wanted, found)| wanted == found).count();
    let line = |text: &str| text.lines().nth(at).unwrap_or("(end)").to_string();
    format!("  line {}\n  expected: {}\n  found:    {}", at + 1, line(wanted), line(found))
}

fn files_below(folder: &Path, out: &mut BTreeSet<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, out);
        } else {
            out.insert(path);
        }
    }
}
