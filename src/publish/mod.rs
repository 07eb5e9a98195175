//! Owns the writing of finished documents and sites into the output folder. May import
//! `render` and everything below it.

mod documents;
mod kept;
mod manifest;
mod release;
mod site;

use std::path::{Path, PathBuf};

use crate::fs;
use crate::render::Artifact;

pub use documents::{DocumentFolder, Done, Said, SourceStamps, Writing, digest};
pub use kept::KeptFindings;
pub use manifest::{Mode, RoleRecord};
pub use release::{
    RELEASE_FILE, RELEASES_FOLDER, ROLE_FILE, Release, ReleasedFile, release_folder, release_schema,
    releases, version_folder,
};
pub use site::{NoPlace, SiteFolder};

/// The path of a document below the output folder: `zh-CN/account-manager.pdf`.
/// The tags of languages and an id have no character that could lead elsewhere.
pub fn document_path(edition: &str, id: &str, artifact: &Artifact) -> PathBuf {
    Path::new(edition).join(format!("{id}.{}", artifact.extension))
}

/// Writes the documents of a role, each whole or not at all.
pub fn publish(out: &Path, documents: &[(PathBuf, Artifact)]) -> Result<(), fs::Error> {
    for (path, artifact) in documents {
        fs::write_whole(&out.join(path), &artifact.bytes)?;
    }
    Ok(())
}
