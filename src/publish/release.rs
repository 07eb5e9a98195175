//! Owns `releases/`, where a library keeps the versions of its roles that people sign:
//! what is written of one, where, and how it is read back. May import `render` and
//! everything below it.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::Digest;

use crate::diagnostic::Diagnostic;
use crate::fs;
use crate::json;
use crate::model::Shape;
use crate::source::Sources;

/// The folder of a library's releases.
pub const RELEASES_FOLDER: &str = "releases";

/// The file that says what a release is.
pub const RELEASE_FILE: &str = "release.json";

/// The role as it was released, beside it.
pub const ROLE_FILE: &str = "role.json";

/// A version of a role that was released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The role's id
    pub id: String,
    /// The version, as the document says it
    pub version: String,
    /// The day from which it is in force, ISO 8601
    pub date: String,
    /// SHA-256 of the role's content in all languages, hexadecimal; the documents show its
    /// first digits
    pub content_hash: String,
    /// The same of the part of the role that the careers site shows
    pub public_content_hash: String,
    /// The version of rolebook that made the documents
    pub rolebook: String,
    /// The documents and the role's data, which stand beside this file
    pub files: Vec<ReleasedFile>,
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleasedFile {
    /// Its name
    pub name: String,
    /// The language or languages of a document, such as `zh-CN`; absent for the role's data
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Its length in bytes; a signature adds bytes and changes none of these
    pub bytes: u64,
    /// SHA-256 of these bytes, hexadecimal
    pub sha256: String,
}

impl ReleasedFile {
    /// What is to be said of these bytes.
    pub fn of(name: String, edition: Option<String>, bytes: &[u8]) -> Self {
        Self { name, edition, bytes: bytes.len() as u64, sha256: sha256(bytes) }
    }

    /// Whether a file begins with all bytes of this one.
    pub fn begins(&self, file: &[u8]) -> bool {
        let length = usize::try_from(self.bytes).ok();
        length.and_then(|length| file.get(..length)).is_some_and(|bytes| sha256(bytes) == self.sha256)
    }
}

/// SHA-256 in hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&sha2::Sha256::digest(bytes))
}

/// The JSON Schema (2020-12) of `release.json`.
pub fn release_schema() -> Json {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    let mut schema = settings.into_generator().into_root_schema_for::<Release>().to_value();
    if let Some(bytes) =
        schema.pointer_mut("/$defs/ReleasedFile/properties/bytes").and_then(Json::as_object_mut)
    {
        bytes.remove("format");
    }
    schema
}

/// The longest name that a version gives its folder, in bytes.
const LONGEST: usize = 100;

/// Names that Windows keeps for devices.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A version as a part of a path, another one for each version: letters of any script,
/// digits, `.`, `-` and `_` stand for themselves, whatever else as `%` and the hexadecimal
/// digits of its bytes: `A/0` becomes `A%2F0`. None for a version that is blank or too long.
pub fn version_folder(version: &str) -> Option<String> {
    let mut name = String::new();
    let last = version.chars().count().checked_sub(1)?;
    let device = DEVICES.contains(&&*version.split('.').next().unwrap_or_default().to_lowercase());
    for (at, c) in version.chars().enumerate() {
        let plain = c.is_alphanumeric() || matches!(c, '-' | '_') || (c == '.' && at > 0 && at < last);
        if plain && !(device && at == 0) {
            name.push(c);
        } else {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| name.push_str(&format!("%{byte:02X}")));
        }
    }
    (!version.trim().is_empty() && name.len() <= LONGEST).then_some(name)
}

/// The folder of a release in a library.
pub fn release_folder(library: &Path, id: &str, folder: &str) -> PathBuf {
    library.join(RELEASES_FOLDER).join(id).join(folder)
}

/// The releases of a role, in the order of their folders' names; what is wrong with one
/// that cannot be read.
pub fn releases(library: &Path, id: &str, sources: &mut Sources) -> (Vec<Release>, Vec<Diagnostic>) {
    static SCHEMA: LazyLock<Json> = LazyLock::new(release_schema);
    let folder = library.join(RELEASES_FOLDER).join(id);
    let (mut releases, mut findings) = (Vec::new(), Vec::new());
    for path in fs::list_others(&folder, "json").unwrap_or_default() {
        let file = path.join(RELEASE_FILE);
        if !fs::is_file(&file) {
            continue;
        }
        match json::read(&file, &Shape::of(&SCHEMA), sources) {
            Ok(node) => {
                let release = node.to_json();
                // What the schema cannot say: that all of it is there.
                match serde_json::from_value::<Release>(release) {
                    Ok(release) if release.id == id => releases.push(release),
                    _ => findings.push(incomplete(&file)),
                }
            }
            Err(found) => findings.extend(found),
        }
    }
    (releases, findings)
}

fn incomplete(file: &Path) -> Diagnostic {
    use crate::diagnostic::{Code, Message};
    let message = Message::new("this is no record of a release of this role", "这不是该岗位的发布记录");
    Diagnostic::error(Code::InvalidValue, message).about(file.display().to_string()).hint(
        "take the folder from a backup, or delete it if it is of no use",
        "请从备份恢复该文件夹；若已无用，请删除",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_version_names_a_folder_and_never_leads_elsewhere() {
        let folder = |version: &str| version_folder(version).unwrap();
        assert_eq!(folder("1.0"), "1.0");
        assert_eq!(folder("A/0"), "A%2F0");
        assert_eq!(folder("第3版"), "第3版");
        assert_eq!(folder(".."), "%2E%2E");
        assert_eq!(folder("../../x"), "%2E.%2F..%2Fx");
        assert_eq!(folder("C:\\x"), "C%3A%5Cx");
        assert_eq!((&*folder("nul"), &*folder("COM1.2")), ("%6Eul", "%43OM1.2"));
        assert_eq!(folder("1.0 "), "1.0%20");
        assert_eq!(
            (version_folder(""), version_folder(" "), version_folder(&"1".repeat(101))),
            (None, None, None)
        );
    }

    proptest! {
        #[test]
        fn no_two_versions_share_a_folder(one in ".{0,8}", other in ".{0,8}") {
            let (Some(a), Some(b)) = (version_folder(&one), version_folder(&other)) else { return Ok(()) };
            prop_assert_eq!(a == b, one == other);
            prop_assert!(!a.contains(['/', '\\', '\0', ':']) && !a.starts_with('.') && !a.ends_with('.'));
        }
    }
}
