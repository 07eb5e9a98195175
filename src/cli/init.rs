//! Owns the command `init`: the files that a library starts from, which are
//! those of `starter/` and the schemas. May import everything but the other
//! commands.

use std::io::Write;
use std::path::Path;

use include_dir::{Dir, include_dir};

use super::args::InitArgs;
use super::config::UiLanguage;
use super::library::{plain, typed};
use super::{Failure, Outcome, table};
use crate::catalog::SETTINGS_FILE;
use crate::diagnostic::Message;
use crate::{fs, model};

static STARTER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/starter");

/// Files that a folder often has already; what is there is as good.
const WELCOME: [&str; 2] = [".gitignore", "README.md"];

pub(super) fn run(args: &InitArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let folder = plain(&args.folder);
    let mut files = files();
    if folder.exists() && !fs::is_folder(&folder) {
        let path = folder.display();
        return Err(Failure::Environment(Message::new(
            format!("{path} is a file; name a folder"),
            format!("{path} 是文件；请指定文件夹"),
        )));
    }
    files.retain(|(name, _)| !(WELCOME.contains(&name.as_str()) && fs::exists(&folder.join(name))));
    let there: Vec<String> = files
        .iter()
        .map(|(name, _)| folder.join(name))
        .filter(|path| fs::exists(path))
        .map(|path| path.display().to_string())
        .collect();
    if !there.is_empty() {
        return Err(in_the_way(&there, &folder));
    }
    // All files before the first line, which nobody may be there to read.
    for (name, text) in &files {
        fs::write_new(&folder.join(name), text.as_bytes())?;
    }
    let mut stdout = std::io::stdout().lock();
    for (name, _) in &files {
        writeln!(stdout, "{}", folder.join(name).display())?;
    }
    drop(stdout);
    let shown = typed(&folder);
    let (of, at) = if shown.is_empty() {
        Default::default()
    } else {
        (format!(" {shown}"), format!(" --library {shown}"))
    };
    let steps = [
        (
            format!("rolebook build{of}"),
            "makes its position descriptions, in dist/",
            "生成岗位说明书，写入 dist/",
        ),
        (
            folder.join(SETTINGS_FILE).display().to_string(),
            "has the organization's name: put yours there",
            "其中有单位名称，请改成贵单位",
        ),
        (format!("rolebook new{at} sales-manager"), "starts a role", "新建岗位"),
    ];
    let rows = steps.map(|(step, en, zh_cn)| vec![step, ui.of(&Message::new(en, zh_cn)).to_string()]);
    let next = Message::new("the library is ready; now:", "岗位库已建好，接下来：");
    let mut stderr = anstream::stderr().lock();
    writeln!(stderr, "{}", ui.of(&next))?;
    for line in table::aligned(&rows) {
        writeln!(stderr, "  {line}")?;
    }
    Ok(Outcome::Fine)
}

/// The files of a new library, by name: settings, roles, schemas, the rest.
fn files() -> Vec<(String, String)> {
    let text = |file: &include_dir::File<'_>| file.contents_utf8().expect("starter/ is UTF-8").to_string();
    let roles = STARTER.get_dir("roles").expect("the starter has roles");
    let schemas = [("role", model::role_schema()), ("rolebook", model::library_schema())]
        .map(|(name, schema)| (format!("schema/{name}.schema.json"), format!("{schema:#}\n")));
    let named = |name: &str| STARTER.get_file(name).map(text).expect("the starter has it");
    let mut files = vec![(SETTINGS_FILE.to_string(), named(SETTINGS_FILE))];
    files.extend(roles.files().map(|file| (file.path().to_string_lossy().replace('\\', "/"), text(file))));
    files.extend(schemas);
    files.push((".gitignore".to_string(), named("gitignore")));
    files.push(("README.md".to_string(), named("README.md")));
    files
}

fn in_the_way(there: &[String], folder: &Path) -> Failure {
    let message = if there.iter().any(|path| path.ends_with(SETTINGS_FILE)) {
        let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder }.display();
        Message::new(
            format!("there is a library in {shown} already; nothing was written"),
            format!("{shown} 中已有岗位库，未写入任何文件"),
        )
    } else {
        let (en, zh_cn) = (there.join(", "), there.join("、"));
        Message::new(
            format!("{en} would be overwritten; nothing was written"),
            format!("{zh_cn} 会被覆盖，未写入任何文件"),
        )
    };
    let hint = Message::new(
        "name a new folder; `rolebook new ID` adds a role to a library",
        "请换一个新文件夹；如要在已有岗位库中新建岗位，请用 `rolebook new 标识`",
    );
    Failure::Usage { message, hints: vec![hint] }
}
