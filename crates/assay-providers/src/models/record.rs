//! What is known of a model: the record beside its file, and its line in a list.

use std::path::{Path, PathBuf};

use assay_fetch::Checksum;
use serde::{Deserialize, Serialize};

use super::ModelError;
use crate::local::GgufHeader;

/// The record's file name; a model counts as installed when it is there.
pub(super) const RECORD: &str = "model.json";

/// Where an installed model came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ModelOrigin {
    /// Pulled by its id in the catalogue.
    Catalogue,
    /// Copied from a file of the person's own.
    File { path: PathBuf },
    /// Downloaded from an address the person gave.
    Url { url: String },
}

/// The record beside an installed model's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalledModel {
    /// The name after `local:`.
    pub id: String,
    pub name: String,
    /// The name of the GGUF file in the same folder.
    pub file: String,
    pub bytes: u64,
    pub sha256: String,
    pub license: Option<String>,
    pub architecture: String,
    /// Tokens.
    pub context_length: Option<u32>,
    /// Whether it has a chat template.
    pub chat: bool,
    pub origin: ModelOrigin,
}

/// How a model stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ModelState {
    Available,
    Installed {
        path: PathBuf,
    },
    /// There is a record, and the file does not fit it.
    Damaged {
        detail: String,
    },
}

/// A line of the list of models: from the catalogue, from the folder, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelListing {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub license: Option<String>,
    pub license_note: Option<String>,
    pub bytes: u64,
    pub parameters: Option<u64>,
    pub quantisation: Option<String>,
    pub context_length: Option<u32>,
    pub chat: bool,
    #[serde(flatten)]
    pub state: ModelState,
}

pub(super) fn read_record(folder: &Path) -> Option<InstalledModel> {
    let text = std::fs::read_to_string(folder.join(RECORD)).ok()?;
    match serde_json::from_str::<InstalledModel>(&text) {
        // A record names a file of its own folder, whatever somebody wrote into it.
        Ok(record) if !record.file.contains(['/', '\\']) => Some(record),
        Ok(_) => None,
        Err(error) => {
            tracing::warn!(folder = %folder.display(), %error, "a model's record cannot be read");
            None
        }
    }
}

pub(super) fn header_of(path: &Path) -> Result<GgufHeader, ModelError> {
    GgufHeader::read(path).map_err(|detail| ModelError::NotAModel {
        path: path.to_owned(),
        detail,
    })
}

pub(super) fn describe(
    id: &str,
    path: &Path,
    found: &Checksum,
    origin: ModelOrigin,
) -> Result<InstalledModel, ModelError> {
    let header = header_of(path)?;
    Ok(InstalledModel {
        id: id.to_owned(),
        name: header.name.unwrap_or_else(|| id.to_owned()),
        file: path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        bytes: found.bytes.unwrap_or_default(),
        sha256: found.sha256.clone().unwrap_or_default(),
        license: None,
        architecture: header.architecture,
        context_length: header.context_length,
        chat: header.has_chat_template,
        origin,
    })
}
