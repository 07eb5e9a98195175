//! Owns the printing of a proposed base and its overlays, or the writing of their
//! files. May import everything but the commands.

use std::io::Write;
use std::path::Path;

use super::config::UiLanguage;
use super::{Failure, Outcome, library, report};
use crate::catalog::Catalog;
use crate::compare::base::{self, BaseProposal};
use crate::diagnostic::Message;
use crate::fs;
use crate::model::is_id;

/// Whose base is to be proposed, and where it goes.
#[derive(Debug)]
pub(super) struct ExtractConfig<'a> {
    /// The library.
    pub(super) catalog: &'a Catalog,
    /// The ids of two and more roles.
    pub(super) ids: &'a [String],
    /// The id of the base; made from what the ids have in common if none.
    pub(super) base_id: Option<&'a str>,
    /// The folder to write `roles/ID.json` into; the proposal is printed if none.
    pub(super) out: Option<&'a Path>,
    /// The language of messages.
    pub(super) ui: UiLanguage,
}

/// Proposes a base. Files are written only if none of them is there.
pub(super) fn run(config: &ExtractConfig<'_>, out: &mut impl Write) -> Result<Outcome, Failure> {
    let ExtractConfig { catalog, ids, ui, .. } = *config;
    let base_id = check(config)?;
    let proposal = match base::extract(catalog, ids, &base_id) {
        Ok(proposal) => proposal,
        Err(findings) => {
            let mut stderr = anstream::stderr().lock();
            for finding in findings {
                writeln!(stderr, "{}\n", report::human(&finding, &catalog.sources, ui))?;
            }
            return Ok(Outcome::Findings);
        }
    };
    match config.out {
        None => {
            let json = serde_json::to_string_pretty(&proposal).expect("a proposal is plain data");
            writeln!(out, "{json}")?;
        }
        Some(folder) => write(&proposal, folder, ui, out)?,
    }
    Ok(Outcome::Fine)
}

/// What was asked for must be there and make sense; the base's id comes back.
fn check(config: &ExtractConfig<'_>) -> Result<String, Failure> {
    let ExtractConfig { catalog, ids, .. } = *config;
    let usage = |message, hint| Failure::Usage { message, hints: vec![hint] };
    for id in ids {
        if !catalog.knows(id) {
            return Err(library::no_role(id, catalog));
        }
        if !catalog.roles.contains_key(id) {
            return Err(usage(
                Message::new(format!("the role `{id}` has errors"), format!("岗位 `{id}` 有错误")),
                Message::new(
                    "`rolebook build` names them; correct them first",
                    "运行 `rolebook build` 可查看，请先改正",
                ),
            ));
        }
    }
    if ids.iter().all(|id| *id == ids[0]) {
        return Err(usage(
            Message::new("a common base needs two roles or more", "提取共同的基准岗位至少需要两个岗位"),
            Message::new("name the ids of the roles", "请写出各岗位的标识"),
        ));
    }
    let Some(base_id) = config.base_id else {
        return Ok(base::propose_id(ids, |id| catalog.knows(id)));
    };
    let another = Message::new("choose another id", "请换一个标识");
    if !is_id(base_id) {
        let message =
            Message::new(format!("`{base_id}` is not an id"), format!("`{base_id}` 不能作为岗位标识"));
        let hint = Message::new(
            "write lower-case letters, digits and hyphens, such as account-manager",
            "只用小写字母、数字和连字符，如 account-manager",
        );
        return Err(usage(message, hint));
    }
    if catalog.knows(base_id) {
        let message =
            Message::new(format!("there is a role `{base_id}` already"), format!("岗位 `{base_id}` 已存在"));
        return Err(usage(message, another));
    }
    Ok(base_id.to_string())
}

fn write(
    proposal: &BaseProposal,
    folder: &Path,
    ui: UiLanguage,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let files: Vec<_> = std::iter::once(&proposal.base)
        .chain(&proposal.overlays)
        .map(|role| (folder.join("roles").join(format!("{}.json", role.id)), role))
        .collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| fs::exists(path)) {
        let path = path.display();
        return Err(Failure::Usage {
            message: Message::new(
                format!("{path} is there already; nothing was written"),
                format!("{path} 已存在，未写入任何文件"),
            ),
            hints: vec![Message::new(
                "name a new folder; compare its files with the library's before you copy them there",
                "请指定一个新文件夹；核对其中的文件后再复制到岗位库",
            )],
        });
    }
    for (at, (path, role)) in files.iter().enumerate() {
        fs::write_new(path, format!("{:#}\n", role.definition).as_bytes())?;
        let (path, values, shared) = (path.display(), role.values, role.from_base);
        let own = values - shared;
        let says = match at {
            0 => Message::new(
                format!("{path}: the base, {values} values"),
                format!("{path}：基准岗位，{values} 个值"),
            ),
            _ => Message::new(
                format!("{path}: {shared} of {values} values moved to the base, {own} stay"),
                format!("{path}：{values} 个值中有 {shared} 个移入基准岗位，保留 {own} 个"),
            ),
        };
        writeln!(out, "{}", ui.of(&says))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_once_and_never_over_others() {
        let catalog = Catalog::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).unwrap();
        let ids = ["marketing-clerk", "marketing-statistician"].map(str::to_string);
        let folder = tempfile::tempdir().unwrap();
        let config = ExtractConfig {
            catalog: &catalog,
            ids: &ids,
            base_id: None,
            out: Some(folder.path()),
            ui: UiLanguage::En,
        };
        let mut out = Vec::new();
        assert_eq!(run(&config, &mut out).unwrap(), Outcome::Fine);
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 3);
        assert!(text.contains("marketing-base.json: the base, "), "{text}");
        assert!(
            text.contains("marketing-clerk.json: ") && text.contains(" values moved to the base, "),
            "{text}"
        );
        let written = fs::list_files(&folder.path().join("roles"), "json").unwrap();
        assert_eq!(written.len(), 3);
        let again = run(&config, &mut Vec::new());
        assert!(
            matches!(again, Err(Failure::Usage { message, .. }) if message.en.contains("is there already"))
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let catalog = Catalog::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).unwrap();
        let refused = |ids: &[&str], base_id: Option<&str>| {
            let ids: Vec<String> = ids.iter().map(|id| (*id).to_string()).collect();
            let config =
                ExtractConfig { catalog: &catalog, ids: &ids, base_id, out: None, ui: UiLanguage::En };
            matches!(run(&config, &mut Vec::new()), Err(Failure::Usage { .. }))
        };
        assert!(refused(&["hr-director"], None));
        assert!(refused(&["hr-director", "hr-director"], None));
        assert!(refused(&["hr-director", "nobody"], None));
        assert!(refused(&["hr-director", "sales-manager"], Some("general-manager")));
        assert!(refused(&["hr-director", "sales-manager"], Some("No Id")));
        assert!(!refused(&["hr-director", "sales-manager"], Some("manager-base")));
    }
}
