//! Owns the command `extract`, and the reading of a PDF whose role a command needs.
//! May import everything but the other commands.

use std::io::Write;
use std::path::Path;

use super::args::ExtractArgs;
use super::{Failure, Outcome};
use crate::diagnostic::Message;
use crate::fs;
use crate::render::read_carried;

/// The largest PDF that is read, in bytes: a role has some 150 KB, and signatures with
/// their certificates and pictures add a few megabytes at most.
pub(super) const PDF_LIMIT: u64 = 64 * 1024 * 1024;

pub(super) fn run(args: &ExtractArgs) -> Result<Outcome, Failure> {
    let role = of_file(&args.file)?;
    let Some(out) = &args.out else {
        std::io::stdout().lock().write_all(&role)?;
        return Ok(Outcome::Fine);
    };
    if fs::exists(out) {
        let path = out.display();
        return Err(Failure::Usage {
            message: Message::new(
                format!("{path} is there already; nothing was written"),
                format!("{path} 已存在，未写入任何文件"),
            ),
            hints: vec![Message::new("name a new file: --out role.json", "请指定新文件：--out role.json")],
        });
    }
    fs::write_new(out, &role)?;
    writeln!(std::io::stdout().lock(), "{}", out.display())?;
    Ok(Outcome::Fine)
}

/// What a PDF carries, byte for byte.
pub(super) fn of_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let shown = path.display();
    let usage = |(message, hint): (Message, Message)| Failure::Usage {
        message: Message::new(format!("{shown}: {}", message.en), format!("{shown}：{}", message.zh_cn)),
        hints: vec![hint],
    };
    let pdf = fs::read_at_most(path, PDF_LIMIT)?.ok_or_else(|| usage(too_large()))?;
    read_carried(&pdf).map_err(|fault| usage(fault.messages()))
}

/// What to say of a PDF above the limit.
pub(super) fn too_large() -> (Message, Message) {
    let limit = PDF_LIMIT / (1024 * 1024);
    (
        Message::new(
            format!("the file is larger than the {limit} MiB that rolebook reads"),
            format!("文件超过可读取的 {limit} MiB"),
        ),
        Message::new("name a PDF that rolebook made", "请指定由 rolebook 生成的 PDF"),
    )
}
