//! Owns what a PDF carries as far as `verify` needs it of every file, and why a file
//! carries nothing. May import everything but the commands.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use sha2::Digest;

use super::carried::{PDF_LIMIT, too_large};
use super::verdict::Answer;
use crate::diagnostic::{Diagnostic, Message};
use crate::fs;
use crate::model::is_id;
use crate::render::{CarriedFault, read_carried};
use crate::resolve::content_hash;
use crate::source::Sources;
use crate::view::CarriedRole;

/// What a file came to before the library was asked.
pub(super) struct Reading {
    pub(super) file: PathBuf,
    pub(super) carried: Result<Carried, Unread>,
}

/// Why a file has nothing to ask the library about.
pub(super) struct Unread {
    pub(super) answer: Answer,
    pub(super) message: Message,
    pub(super) hint: Option<Message>,
}

/// What a file carries, as far as all files need it.
pub(super) struct Carried {
    pub(super) id: String,
    pub(super) version: Option<String>,
    /// Whether the document says that it is a draft, or under review.
    pub(super) draft: bool,
    pub(super) edition: Option<String>,
    pub(super) public: bool,
    pub(super) stated_hash: String,
    pub(super) hash: String,
    pub(super) names: [u8; 32],
    /// Whether the data is written as rolebook writes it.
    pub(super) as_written: bool,
    pub(super) signatures: usize,
}

impl From<CarriedFault> for Unread {
    fn from(fault: CarriedFault) -> Self {
        let answer = match fault {
            CarriedFault::NotPdf | CarriedFault::NoRole => Answer::NotOurs,
            CarriedFault::Damaged => Answer::Damaged,
            CarriedFault::Encrypted => Answer::Encrypted,
            CarriedFault::TooLarge => Answer::TooLarge,
        };
        let (message, hint) = fault.messages();
        Self { answer, message, hint: Some(hint) }
    }
}

impl Reading {
    pub(super) fn of(file: PathBuf) -> Self {
        let carried = pdf(&file).and_then(|pdf| Carried::of(&pdf, &file));
        Self { file, carried }
    }
}

/// The bytes of a PDF.
pub(super) fn pdf(file: &Path) -> Result<Vec<u8>, Unread> {
    match fs::read_at_most(file, PDF_LIMIT) {
        Ok(Some(pdf)) => Ok(pdf),
        Ok(None) => {
            let (message, hint) = too_large();
            Err(Unread { answer: Answer::TooLarge, message, hint: Some(hint) })
        }
        Err(error) => {
            let reason = fs::reason(&error.source);
            let message =
                Message::new(format!("cannot be read: {}", reason.en), format!("无法读取：{}", reason.zh_cn));
            Err(Unread { answer: Answer::Unreadable, message, hint: None })
        }
    }
}

impl Carried {
    fn of(pdf: &[u8], file: &Path) -> Result<Self, Unread> {
        let bytes = read_carried(pdf)?;
        let Some(mut root) = serde_json::from_slice::<Json>(&bytes).ok().filter(Json::is_object) else {
            return Err(misfit(bytes, file));
        };
        let as_written = format!("{root:#}\n").as_bytes() == bytes;
        let text = |value: Option<&Json>| value.and_then(Json::as_str).map(str::to_string);
        let id = text(root.get("id")).filter(|id| is_id(id));
        let (Some(id), true) = (id, root["role"].is_object()) else { return Err(misfit(bytes, file)) };
        let role = root["role"].take();
        Ok(Self {
            version: text(role.pointer("/document/version")),
            draft: role.pointer("/document/status").is_some_and(|it| it == "draft" || it == "in_review"),
            edition: text(root.pointer("/document/edition")),
            public: root.pointer("/document/public") == Some(&Json::Bool(true)),
            stated_hash: text(root.get("content_hash")).unwrap_or_default(),
            hash: content_hash(role),
            names: hash_of(&root["names"]),
            as_written,
            signatures: signatures(pdf),
            id,
        })
    }
}

/// Data that is no role of this rolebook's: what is wrong with it.
fn misfit(bytes: Vec<u8>, file: &Path) -> Unread {
    let found = CarriedRole::read(bytes, file, &mut Sources::default()).err().unwrap_or_default();
    misfit_by(&found)
}

fn misfit_by(findings: &[Diagnostic]) -> Unread {
    let first = findings.first().map_or_else(|| Message::same(""), |finding| finding.message.clone());
    let message = Message::new(
        format!("the PDF carries a role.json that is no role of this rolebook: {}", first.en),
        format!("PDF 中的 role.json 不是本版 rolebook 的岗位数据：{}", first.zh_cn),
    );
    let hint = Message::new(
        "if a newer rolebook made it, verify it with that one",
        "如由更新版本的 rolebook 生成，请用该版本核验",
    );
    Unread { answer: Answer::NotOurs, message, hint: Some(hint) }
}

/// The role that a file carries.
pub(super) fn own_role(file: &Path) -> Result<CarriedRole, Unread> {
    let bytes = read_carried(&pdf(file)?)?;
    CarriedRole::read(bytes, file, &mut Sources::default()).map_err(|found| misfit_by(&found))
}

/// How many signatures there are: each names the bytes that it is of, and that as text.
pub(super) fn signatures(bytes: &[u8]) -> usize {
    const NAME: &[u8] = b"/ByteRange";
    let names_bytes = |at: usize| bytes[at + NAME.len()..].trim_ascii_start().starts_with(b"[");
    memchr::memmem::find_iter(bytes, NAME).filter(|&at| names_bytes(at)).count()
}

pub(super) fn hash_of(value: &Json) -> [u8; 32] {
    sha2::Sha256::digest(value.to_string().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_names_bytes_and_a_word_alone_is_none() {
        assert_eq!(signatures(b"<</Type/Sig/ByteRange [0 1 2 3]>> <</ByteRange[0 1 2 3]>>"), 2);
        assert_eq!(signatures(b"<rolebook:version>1.0/ByteRange</rolebook:version>"), 0);
    }
}
