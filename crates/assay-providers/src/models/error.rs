//! What can go wrong with the store of models.

use std::path::PathBuf;

use assay_core::Coded;
use assay_fetch::FetchError;

use super::ConvertError;

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
    #[error("'{name}' names no model of the hub")]
    BadHubName { name: String },
    #[error("the hub has no repository {repo}, or does not show it")]
    NotOnHub { repo: String, sent_token: bool },
    #[error("the repository {repo} is given out only to those its owners let in")]
    Gated {
        repo: String,
        /// Where its terms are.
        page: String,
        sent_token: bool,
    },
    #[error("{repo} has no GGUF file for {name}{}", has(there))]
    NoGguf {
        /// As it was asked for.
        name: String,
        repo: String,
        /// What it has instead.
        there: Vec<String>,
    },
    #[error("{repo} cannot be run from its safetensors: {source}")]
    Convert {
        repo: String,
        #[source]
        source: ConvertError,
    },
    #[error("the hub {endpoint} cannot be asked: {detail}")]
    Hub { endpoint: String, detail: String },
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

fn has(there: &[String]) -> String {
    if there.is_empty() {
        return String::new();
    }
    format!("; it has {}", there.join(", "))
}

impl ModelError {
    pub fn is_cancelled(&self) -> bool {
        matches!(
            self,
            Self::Fetch(FetchError::Cancelled)
                | Self::Convert {
                    source: ConvertError::Cancelled,
                    ..
                }
        )
    }
}

impl Coded for ModelError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown-model",
            Self::NotInstalled { .. } => "model-not-installed",
            Self::Damaged { .. } => "model-damaged",
            Self::BadId { .. } => "bad-model-id",
            Self::BadHubName { .. } => "bad-model-id",
            Self::NotOnHub { .. } => "unknown-model",
            Self::Gated { .. } => "model-gated",
            Self::NoGguf { .. } => "no-gguf",
            Self::Convert { source, .. } => source.code(),
            Self::Hub { .. } => "hub-unreachable",
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
            Self::BadHubName { .. } => {
                "write hf:ORG/NAME, hf:ORG/NAME:Q4_K_M or hf:ORG/NAME:FILE.gguf".to_owned()
            }
            Self::NotOnHub { sent_token: false, .. } => {
                "check the name; for a private repository put a token into HF_TOKEN".to_owned()
            }
            Self::NotOnHub { sent_token: true, .. } => {
                "check the name, and that the token in HF_TOKEN may read it".to_owned()
            }
            Self::Gated { page, sent_token: false, .. } => format!(
                "accept its terms at {page} and put a token of your account into HF_TOKEN"
            ),
            Self::Gated { page, sent_token: true, .. } => format!(
                "accept its terms at {page} with the account of the token in HF_TOKEN"
            ),
            Self::NoGguf { there, .. } if there.is_empty() => {
                "only GGUF files and safetensors can be run here: look for a repository with GGUF in its name, or run the model in a server".to_owned()
            }
            Self::NoGguf { .. } => "name one of those, or none".to_owned(),
            Self::Convert { repo, source } => {
                return source
                    .hint()
                    .map(|hint| hint.replace("ORG/NAME", repo));
            }
            Self::Hub { .. } => {
                "check the network, and HF_ENDPOINT where it is set; a download goes on where it stopped".to_owned()
            }
            Self::BadId { .. } | Self::Exists { .. } => "choose another name".to_owned(),
            Self::NotAModel { .. } => "only GGUF files can be run here".to_owned(),
            Self::Io { .. } => "check that you may write to the data folder".to_owned(),
            Self::Fetch(error) => return error.hint(),
        })
    }

    fn is_missing_requirement(&self) -> bool {
        match self {
            Self::NotInstalled { .. }
            | Self::Damaged { .. }
            | Self::NotOnHub { .. }
            | Self::Gated { .. }
            | Self::NoGguf { .. }
            | Self::Hub { .. } => true,
            Self::Convert { source, .. } => source.is_missing_requirement(),
            Self::Fetch(error) => error.is_missing_requirement(),
            _ => false,
        }
    }
}
