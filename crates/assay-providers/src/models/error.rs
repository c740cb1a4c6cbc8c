//! What can go wrong with the store of models.

use std::path::PathBuf;

use assay_core::Coded;
use assay_fetch::FetchError;

/// Why a model could not be listed, pulled, verified or imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    #[error("no model is called '{id}'; the catalogue has {known}")]
    Unknown { id: String, known: String },
    #[error("the model '{id}' is not installed")]
    NotInstalled { id: String },
    #[error("the model '{id}' is damaged: {detail}")]
    Damaged { id: String, detail: String },
    #[error("'{id}' cannot be a model's name: use letters, digits, dots and hyphens")]
    BadId { id: String },
    #[error("a model called '{id}' is there already")]
    Exists { id: String },
    #[error("{path} is no model: {detail}")]
    NotAModel { path: PathBuf, detail: String },
    #[error("{path} cannot be written or read")]
    Io {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error(transparent)]
    Fetch(#[from] FetchError),
}

impl ModelError {
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Fetch(FetchError::Cancelled))
    }
}

impl Coded for ModelError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown-model",
            Self::NotInstalled { .. } => "model-not-installed",
            Self::Damaged { .. } => "model-damaged",
            Self::BadId { .. } => "bad-model-id",
            Self::Exists { .. } => "model-exists",
            Self::NotAModel { .. } => "not-a-model",
            Self::Io { .. } => "io-error",
            Self::Fetch(error) => error.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unknown { .. } => {
                "`assay models list` shows them; a GGUF file of your own is local:/path/to/file.gguf"
                    .to_owned()
            }
            Self::NotInstalled { id } => format!("run `assay models pull {id}`"),
            Self::Damaged { id, .. } => format!("run `assay models pull {id}` again"),
            Self::BadId { .. } | Self::Exists { .. } => "choose another name".to_owned(),
            Self::NotAModel { .. } => "only GGUF files can be run here".to_owned(),
            Self::Io { .. } => "check that you may write to the data folder".to_owned(),
            Self::Fetch(error) => return error.hint(),
        })
    }

    fn is_missing_requirement(&self) -> bool {
        match self {
            Self::NotInstalled { .. } | Self::Damaged { .. } => true,
            Self::Fetch(error) => error.is_missing_requirement(),
            _ => false,
        }
    }
}
