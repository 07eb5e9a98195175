//! Holds the documentation: every command of it runs, in order, in a folder of
//! its own for each page; every file that it shows builds; whatever it links to
//! is there.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Library, copy, repository};

/// The pages, and the least number of commands that each has.
const PAGES: [(&str, usize); 19] = [
    ("README.md", 15),
    ("README.zh-CN.md", 15),
    ("docs/hr.zh-CN.md", 8),
    ("docs/templates.md", 6),
    ("docs/book.md", 3),
    ("docs/book.zh-CN.md", 3),
    ("docs/check.md", 9),
    ("docs/check.zh-CN.md", 8),
    ("docs/compare.md", 6),
    ("docs/organization.md", 11),
    ("docs/organization.zh-CN.md", 11),
    ("docs/serve.md", 2),
    ("docs/serve.zh-CN.md", 2),
    ("docs/signing.md", 3),
    ("docs/signing.zh-CN.md", 3),
    ("docs/site.md", 4),
    ("docs/site.zh-CN.md", 1),
    ("docs/verify.md", 6),
    ("docs/verify.zh-CN.md", 6),
];

/// Commands that are of the repository and not of rolebook.
const NOT_RUN: [&str; 3] = ["tests/run", "cargo install --path . --locked", "docs/pictures/make"];

/// A step of a page: a file that it shows, or a command.
#[derive(Debug)]
enum Step {
    File { path: String, text: String },
    Command(String),
}

fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut file = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(path) = line.strip_prefix("<!-- file: ").and_then(|rest| rest.strip_suffix(" -->")) {
            file = Some(path.to_string());
        } else if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            match (language, file.take()) {
                (_, Some(path)) => steps.push(Step::File { path, text: format!("{}\n", block.join("\n")) }),
                ("sh", None) => steps.extend(block.into_iter().map(|line| Step::Command(line.to_string()))),
                ("text", None) => {}
                (other, None) => panic!("a block of `{other}` is neither run nor a file: {block:?}"),
            }
        }
    }
    steps
}

#[test]
fn every_command_of_the_documentation_runs() {
    for (name, least) in PAGES {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        copy(&repository().join("data"), &folder.path().join("data"));
        fs::create_dir_all(folder.path().join("docs/example-theme")).unwrap();
        copy(&repository().join("docs/example-theme"), &folder.path().join("docs/example-theme"));
        // The commands run in one shell after the other, so that `cd` is kept by hand.
        let mut here = folder.path().to_path_buf();
        let mut count = 0;
        let mut rules = Vec::new();
        for step in steps(&fs::read_to_string(repository().join(name)).unwrap()) {
            match step {
                Step::File { path, text } => {
                    let file = here.join(&path);
                    fs::create_dir_all(file.parent().unwrap()).unwrap();
                    if path.ends_with(".css") {
                        rules.push(text.lines().last().unwrap().to_string());
                    }
                    fs::write(&file, text).unwrap();
                    let mut library = file.ancestors();
                    let library = library.find(|folder| folder.join("rolebook.json").is_file()).unwrap();
                    run(name, "rolebook build --format md,html", library);
                }
                Step::Command(line) if NOT_RUN.contains(&line.as_str()) => {}
                Step::Command(line) => {
                    if let Some(to) = line.strip_prefix("cd ") {
                        here.push(to);
                        assert!(here.is_dir(), "{name}: {line}");
                        continue;
                    }
                    run(name, &line, &here);
                    count += 1;
                }
            }
        }
        assert!(count >= least, "only {count} commands of {name} were found");
        let pages = html_below(folder.path());
        for rule in rules {
            assert!(pages.iter().any(|page| page.contains(&rule)), "{name}: `{rule}` is on no page");
        }
    }
}

/// The text of every HTML file below a folder.
fn html_below(folder: &Path) -> Vec<String> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts = paths.flat_map(|path| match path.extension() {
        _ if path.is_dir() => html_below(&path),
        Some(extension) if extension == "html" => vec![fs::read_to_string(&path).unwrap()],
        _ => Vec::new(),
    });
    // A template is no page.
    texts.filter(|text| text.starts_with("<!doctype html>")).collect()
}

fn run(page: &str, line: &str, here: &Path) {
    let program = Path::new(env!("CARGO_BIN_EXE_rolebook"));
    let path = std::env::join_paths(
        std::iter::once(program.parent().unwrap().to_path_buf())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let line = line.replace("cargo run --release -- ", "rolebook ");
    if line.starts_with("rolebook serve") {
        return preview(page, &line, here);
    }
    let output = Command::new("sh")
        .args(["-e", "-c", &line])
        .current_dir(here)
        .env("PATH", path.unwrap())
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    // Roles that differ are no failure.
    let differs = line.starts_with("rolebook compare ") && output.status.code() == Some(1);
    assert!(output.status.success() || differs, "{page}: `{line}`: {said}");
    assert!(!said.contains("error["), "{page}: `{line}`: {said}");
}

/// A preview runs until it is ended; it must begin.
fn preview(page: &str, line: &str, here: &Path) {
    let arguments = line.split_whitespace().skip(1);
    let mut program = Command::new(env!("CARGO_BIN_EXE_rolebook"))
        // Any port that is free will do.
        .args(arguments.filter(|argument| argument.parse::<u16>().is_err() && *argument != "--port"))
        .args(["--port", "0"])
        .current_dir(here)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut address).unwrap();
    program.kill().unwrap();
    program.wait().unwrap();
    assert!(address.starts_with("http://127.0.0.1:"), "{page}: `{line}`: {address}");
}

#[test]
fn the_message_that_the_documentation_shows_is_the_programs_own() {
    let role = "{\n  \"title\": \"客户经理\",\n  \"duties\": [{ \"statment\": \"x\" }]\n}\n";
    let library = Library::new().role("account-manager", role);
    for (page, language) in [("README.md", "en"), ("README.zh-CN.md", "zh-CN")] {
        let said = library.build(&["--ui-lang", language]).must_find().stderr;
        let shown = said.split("\n\n").next().unwrap();
        let text = fs::read_to_string(repository().join(page)).unwrap();
        assert!(text.contains(shown), "{page} does not show:\n{shown}");
    }
}

#[test]
fn every_schema_and_way_to_sign_is_documented() {
    let text = |page: &str| fs::read_to_string(repository().join(page)).unwrap();
    let help = Library::new().run(&["schema", "--help", "--ui-lang", "en"]).must_succeed().stdout;
    let listed = help.lines().map(str::trim_start).filter_map(|line| line.split_once("  "));
    let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase());
    let schemas: Vec<&str> = listed.map(|(name, _)| name).filter(is_name).collect();
    assert!(schemas.contains(&"role") && schemas.contains(&"esign"), "{help}");
    for page in ["README.md", "README.zh-CN.md"] {
        let text = text(page);
        let row = text.lines().find(|line| line.starts_with("| `rolebook schema")).unwrap();
        let command = row.split(" | ").next().unwrap();
        let named: Vec<&str> = command.split(|c: char| !c.is_alphanumeric()).collect();
        for schema in &schemas {
            assert!(named.contains(schema), "{page} does not name the schema {schema}");
        }
        for option in ["--esign", "--no-fields", "docs/signing"] {
            assert!(text.contains(option), "{page} does not name {option}");
        }
    }
    for page in ["docs/signing.md", "docs/signing.zh-CN.md"] {
        for mark in ["urn:rolebook:pdf:1.0:", "`role`", "`edition`", "`version`", "`contentHash`"] {
            assert!(text(page).contains(mark), "{page} does not name {mark}");
        }
    }
}

/// The names in backticks in the first cells of the tables below a heading.
fn names_below(page: &str, heading: &str, cells: usize) -> BTreeSet<String> {
    let start = page.find(&format!("\n## {heading}\n")).unwrap() + 4;
    let end = page[start..].find("\n## ").map_or(page.len(), |end| start + end);
    let rows = page[start..end].lines().filter(|line| line.starts_with("| `"));
    let cells = rows.flat_map(|row| row.split('|').skip(1).take(cells));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_string).collect()
}

/// Every name of a member, and every `kind` and `part`, of a view.
fn names_of(view: &Value, names: &mut BTreeSet<String>) {
    match view {
        Value::Object(members) => {
            // The runs of a text are the filters' matter.
            if members.contains_key("parts") {
                return;
            }
            for (name, value) in members {
                names.insert(name.clone());
                if name == "kind" || name == "part" {
                    names.insert(value.as_str().unwrap().to_string());
                }
                // Below it are the words of the locale.
                if name != "labels" {
                    names_of(value, names);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names_of(item, names)),
        _ => {}
    }
}

#[test]
fn the_names_that_templates_can_use_are_documented() {
    let library = Library::copy_of(&repository().join("data"));
    let printed = library.build(&["--emit", "view", "--lang", "zh-CN,zh-CN+en"]).must_succeed().stdout;
    let mut names = BTreeSet::new();
    for view in serde_json::Deserializer::from_str(&printed).into_iter::<Value>() {
        names_of(&view.unwrap(), &mut names);
    }
    let page = fs::read_to_string(repository().join("docs/templates.md")).unwrap();
    let all = names_below(&page, "The view", 2);
    let undocumented: Vec<&String> = names.difference(&all).collect();
    assert!(undocumented.is_empty(), "docs/templates.md does not name {undocumented:?}");
    let first = names_below(&page, "The view", 1);
    let unknown: Vec<&String> = first.difference(&names).collect();
    assert!(unknown.is_empty(), "docs/templates.md names {unknown:?}, which no view has");
}

#[test]
fn what_the_documentation_links_to_is_there() {
    for (name, _) in PAGES {
        let page = repository().join(name);
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("http") || link.starts_with('#') {
                continue;
            }
            let target: PathBuf = page.parent().unwrap().join(link);
            assert!(target.exists(), "{name} links to {link}, which is not there");
        }
    }
}
