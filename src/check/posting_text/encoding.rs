//! Owns the decoding of files: UTF-8, UTF-16 with its mark, and GB18030, which the
//! programs of a Chinese Windows write. May import `diagnostic`.

use encoding_rs::{Encoding, GB18030};

use crate::diagnostic::{Code, Diagnostic, Message};

/// The text of a file, without a byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Box<Diagnostic>> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, faulty) = encoding.decode_without_bom_handling(&bytes[length..]);
        return if faulty { Err(fault(encoding.name())) } else { Ok(text.into_owned()) };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_string());
    }
    match GB18030.decode_without_bom_handling(bytes) {
        (text, false) if !text.contains('\0') => Ok(text.into_owned()),
        _ => Err(unknown()),
    }
}

fn unknown() -> Box<Diagnostic> {
    let finding = Diagnostic::error(
        Code::InvalidUtf8,
        Message::new("the text is neither UTF-8 nor GB18030", "文本既不是 UTF-8，也不是 GB18030 编码"),
    );
    Box::new(finding.hint("open it in an editor and save it as UTF-8", "用编辑器打开并另存为 UTF-8"))
}

fn fault(name: &str) -> Box<Diagnostic> {
    let finding = Diagnostic::error(
        Code::InvalidUtf8,
        Message::new(
            format!("the text begins as {name} and goes on as something else"),
            format!("文本以 {name} 编码开头，但后面的内容不符合该编码"),
        ),
    );
    Box::new(finding.hint("open it in an editor and save it as UTF-8", "用编辑器打开并另存为 UTF-8"))
}
