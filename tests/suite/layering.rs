//! Holds the table of modules: a lower one never imports a higher one.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules, the lowest first; those of one row may import each other.
const TABLE: [&[&str]; 10] = [
    &["diagnostic", "source", "fs"],
    &["json", "model", "markdown"],
    &["catalog"],
    &["resolve"],
    &["check", "compare", "organization"],
    &["view"],
    &["render"],
    &["site"],
    &["publish"],
    &["cli"],
];

fn layer(module: &str) -> Option<usize> {
    TABLE.iter().position(|row| row.contains(&module))
}

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
}

#[test]
fn a_module_imports_none_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files.sort();
    let mut faults = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&src).unwrap();
        let module = relative.components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
        if matches!(&*module, "lib" | "main") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{}: a file begins with what it owns", relative.display());
        let Some(own) = layer(&module) else {
            faults.push(format!("{}: `{module}` is not in the table", relative.display()));
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            for (at, _) in line.match_indices("crate::") {
                let rest = &line[at + "crate::".len()..];
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if layer(&name).is_some_and(|imported| imported > own) {
                    faults.push(format!(
                        "{}:{}: imports `{name}`, which is above it",
                        relative.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
