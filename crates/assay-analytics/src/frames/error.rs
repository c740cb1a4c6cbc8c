//! What keeps samples from being read as columns.

use std::path::{Path, PathBuf};

use assay_core::Coded;
use assay_store::StoreError;

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("failed to {action} {path}: {why}")]
    File {
        action: &'static str,
        path: PathBuf,
        why: String,
    },
    #[error("failed to compute over samples: {0}")]
    Compute(String),
    #[error("it was cancelled")]
    Cancelled,
}

impl SnapshotError {
    pub(crate) fn file(action: &'static str, path: &Path, why: impl std::fmt::Display) -> Self {
        Self::File {
            action,
            path: path.to_owned(),
            why: why.to_string(),
        }
    }
}

/// Polars stays inside: a conversion by `From` would show it.
pub(crate) trait Computed<T> {
    fn computed(self) -> Result<T, SnapshotError>;
}

impl<T> Computed<T> for polars::error::PolarsResult<T> {
    fn computed(self) -> Result<T, SnapshotError> {
        self.map_err(|error| SnapshotError::Compute(error.to_string()))
    }
}

impl From<tokio::task::JoinError> for SnapshotError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Compute(error.to_string())
    }
}

impl Coded for SnapshotError {
    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::File { .. } => "snapshot-file",
            Self::Compute(_) => "snapshot-compute",
            Self::Cancelled => "cancelled",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Store(error) => error.hint(),
            Self::File { .. } => Some(
                "check that you may write to the data folder and that its disk has space"
                    .to_owned(),
            ),
            Self::Compute(_) | Self::Cancelled => None,
        }
    }
}
