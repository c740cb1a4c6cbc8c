//! What can keep weights from becoming a GGUF file.

use std::io;
use std::path::PathBuf;

use assay_core::Coded;

/// Why a repository's weights could not be converted. Each message fits "failed to convert …: ".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    #[error("the architecture {name} cannot be converted here")]
    Architecture { name: String },
    /// Something of the model that a GGUF file cannot say, or not surely the same.
    #[error("{what} cannot be expressed")]
    Unsupported { what: String },
    #[error("it has no {file}")]
    Missing { file: String },
    #[error("{file} cannot be read: {detail}")]
    File { file: String, detail: String },
    #[error("{file}: the tensor {tensor} {detail}")]
    Tensor {
        file: String,
        tensor: String,
        detail: String,
    },
    #[error("another process is converting to {path} right now")]
    Busy { path: PathBuf },
    #[error("{path} cannot be written or read")]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cancelled")]
    Cancelled,
}

impl ConvertError {
    /// Whether the model is one that is not converted here, however often it is tried.
    fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Architecture { .. } | Self::Unsupported { .. } | Self::Missing { .. }
        )
    }

    /// Whether trying again with the same files would end alike.
    pub(in crate::models) fn is_final(&self) -> bool {
        self.is_refusal() || matches!(self, Self::File { .. } | Self::Tensor { .. })
    }

    pub(super) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }

    pub(super) fn file(file: &str, detail: impl ToString) -> Self {
        Self::File {
            file: file.to_owned(),
            detail: detail.to_string(),
        }
    }

    pub(super) fn tensor(file: &str, tensor: &str, detail: impl Into<String>) -> Self {
        Self::Tensor {
            file: file.to_owned(),
            tensor: tensor.to_owned(),
            detail: detail.into(),
        }
    }

    pub(super) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

impl Coded for ConvertError {
    fn code(&self) -> &'static str {
        match self {
            Self::Architecture { .. } => "unknown-architecture",
            Self::Unsupported { .. } | Self::Missing { .. } => "not-convertible",
            Self::File { .. } | Self::Tensor { .. } => "bad-weights",
            Self::Busy { .. } => "download-busy",
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => "disk-full",
            Self::Io { .. } => "io-error",
            Self::Cancelled => "cancelled",
        }
    }

    fn is_missing_requirement(&self) -> bool {
        self.is_refusal()
    }

    fn hint(&self) -> Option<String> {
        Some(
            match self {
                Self::Architecture { .. } | Self::Unsupported { .. } | Self::Missing { .. } => {
                    "a GGUF file of it would run: add a quantisation to the name, as in \
                     hf:ORG/NAME:Q4_K_M, to take the most downloaded one that others made"
                }
                Self::File { .. } | Self::Tensor { .. } => {
                    "the repository is broken or of an unknown layout; tell its owners, or run a \
                     GGUF file of it: hf:ORG/NAME:Q4_K_M"
                }
                Self::Busy { .. } => "wait for it to end",
                Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                    "free some space on the disk and try again; what was downloaded is kept"
                }
                Self::Io { .. } => "check that you may write to the data folder",
                Self::Cancelled => return None,
            }
            .to_owned(),
        )
    }
}
