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
    /// Pulled from a repository of the Hugging Face hub.
    Hub {
        /// `ORG/NAME` of the repository its files are in: another than the one asked for when that has no
        /// GGUF file.
        source: String,
        /// Of that repository, in hexadecimal.
        commit: String,
        /// As the file's name tells.
        quantisation: Option<String>,
        /// Whether it is what the repository's name alone stands for.
        by_default: bool,
        parts: Vec<ModelPart>,
        /// Of a file that was made here from the repository's safetensors.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        converted: Option<Conversion>,
    },
}

/// What a file was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    /// Of the way of converting: another one may give another file.
    pub version: u32,
    /// The files of the repository, as they were when they came.
    pub from: Vec<ModelPart>,
}

/// A file of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelPart {
    /// Its path below the model's folder.
    pub file: String,
    pub bytes: u64,
    /// As it was found.
    pub sha256: String,
    /// Whether the source told a digest beforehand and it fitted; otherwise only the size was compared.
    pub promised: bool,
}

/// The record beside an installed model's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalledModel {
    /// The name after `local:`, or after `hf:` when it is of the hub.
    pub id: String,
    pub name: String,
    /// The GGUF file in the same folder; the first of them where there are more.
    pub file: String,
    /// Of all files together.
    pub bytes: u64,
    /// Of several files their digests, joined by `+`.
    pub sha256: String,
    pub license: Option<String>,
    pub architecture: String,
    /// Tokens.
    pub context_length: Option<u32>,
    /// Whether it has a chat template.
    pub chat: bool,
    pub origin: ModelOrigin,
}

impl InstalledModel {
    /// The name a run is asked for with.
    pub fn reference(&self) -> String {
        match self.origin {
            ModelOrigin::Hub { .. } => format!("hf:{}", self.id),
            _ => format!("local:{}", self.id),
        }
    }

    /// Its files.
    pub fn parts(&self) -> impl Iterator<Item = ModelPart> + '_ {
        let one = ModelPart {
            file: self.file.clone(),
            bytes: self.bytes,
            sha256: self.sha256.clone(),
            promised: true,
        };
        let parts = match &self.origin {
            ModelOrigin::Hub { parts, .. } => parts.clone(),
            _ => vec![one],
        };
        parts.into_iter()
    }
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
    /// The name a run is asked for with: `local:ID` or `hf:ID`.
    pub reference: String,
    pub name: String,
    pub description: Option<String>,
    pub license: Option<String>,
    pub license_note: Option<String>,
    pub bytes: u64,
    pub parameters: Option<u64>,
    pub quantisation: Option<String>,
    /// Whether its file was made here from safetensors.
    pub converted: bool,
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

/// Writes a record in one step.
pub(super) fn write_record(path: &Path, model: &InstalledModel) -> Result<(), ModelError> {
    let write = || {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, model)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|source: std::io::Error| ModelError::Io {
        path: path.to_owned(),
        source,
    })
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
