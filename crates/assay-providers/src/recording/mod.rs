//! Runs recorded and replayed: what was asked and what came back, in a file of JSON lines.
//!
//! A [`Recording`] that is being made wraps providers and appends a line for each request that ended; one
//! that is opened answers in their place, without a network and without weights. Answers are found by
//! model, prompt, sampling, seed and origin: each sample gets its own answer again, in whatever order the
//! samples are asked for and however often a replay is stopped and resumed. Equal requests without an origin
//! get their answers in the order they were recorded. Failures are answered as failures. A cancelled request counts as not made, and is not
//! recorded. What pieces an answer came in is not kept: a replay gives it in one.

mod file;
mod record;
mod replay;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use assay_core::{Coded, ModelRef};

use crate::{Failure, Provider, ProviderError};

use file::{Exchanges, Writer};

/// Why a recording could not be made or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    #[error("{path} cannot be written or read")]
    Io {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{path} is there already")]
    Exists { path: PathBuf },
    #[error("{path}, line {line}: {detail}")]
    BadLine {
        path: PathBuf,
        /// From 1.
        line: usize,
        detail: String,
    },
}

impl RecordingError {
    fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

impl Coded for RecordingError {
    fn code(&self) -> &'static str {
        match self {
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                "recording-not-found"
            }
            Self::Io { .. } => "io-error",
            Self::Exists { .. } => "recording-exists",
            Self::BadLine { .. } => "bad-recording",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                "check the path".to_owned()
            }
            Self::Io { .. } => {
                "check that you may write there, and that the disk has room".to_owned()
            }
            Self::Exists { .. } => {
                "choose another name; a recording is only added to when its run is resumed"
                    .to_owned()
            }
            Self::BadLine { .. } => {
                "it is no recording of this program's, or one that was changed".to_owned()
            }
        })
    }
}

/// A file of requests and what came of them: being made, or being played.
#[derive(Debug, Clone)]
pub struct Recording(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Making(Arc<Writer>),
    Playing(Arc<Exchanges>),
}

impl Recording {
    /// Begins a recording in a file that is not there yet.
    ///
    /// # Errors
    /// [`RecordingError::Exists`], [`RecordingError::Io`].
    pub fn create(path: &Path) -> Result<Self, RecordingError> {
        Ok(Self(Kind::Making(Arc::new(Writer::create(path)?))))
    }

    /// Goes on with a recording, as when its run is resumed; begins one where there is none. A last line
    /// that was cut off by a kill is taken out.
    ///
    /// # Errors
    /// [`RecordingError::BadLine`] of a file that is no recording, [`RecordingError::Io`].
    pub fn append(path: &Path) -> Result<Self, RecordingError> {
        if path.exists() {
            Ok(Self(Kind::Making(Arc::new(Writer::append(path)?))))
        } else {
            Self::create(path)
        }
    }

    /// Reads a recording to answer from it. A last line that was cut off by a kill is left out.
    ///
    /// # Errors
    /// [`RecordingError::BadLine`], [`RecordingError::Io`].
    pub fn open(path: &Path) -> Result<Self, RecordingError> {
        Ok(Self(Kind::Playing(Arc::new(Exchanges::read(path)?))))
    }

    /// Whether it answers in the place of providers, instead of writing down what they answer.
    pub fn is_played(&self) -> bool {
        matches!(self.0, Kind::Playing(_))
    }

    /// The same provider, whose every answered or failed request is written down and flushed before it is
    /// told. A recording that is being played leaves the provider as it is.
    ///
    /// # Errors
    /// [`RecordingError::Io`] when the line that describes the model cannot be written.
    pub fn wrap(&self, provider: Arc<dyn Provider>) -> Result<Arc<dyn Provider>, RecordingError> {
        match &self.0 {
            Kind::Making(writer) => record::wrap(Arc::clone(writer), provider),
            Kind::Playing(_) => Ok(provider),
        }
    }

    /// A provider that answers for `model` from what was recorded.
    ///
    /// # Errors
    /// [`Failure::NotRecorded`] when the recording does not know the model, or is only being made.
    pub fn provider(&self, model: &ModelRef) -> Result<Arc<dyn Provider>, ProviderError> {
        match &self.0 {
            Kind::Playing(exchanges) => replay::open(Arc::clone(exchanges), model),
            Kind::Making(writer) => Err(Failure::NotRecorded {
                recording: writer.path().display().to_string(),
                detail: "it is only being made".to_owned(),
            }
            .into()),
        }
    }

    /// The models a played recording answers for, in the order they were recorded.
    pub fn models(&self) -> Vec<ModelRef> {
        match &self.0 {
            Kind::Playing(exchanges) => exchanges.models(),
            Kind::Making(_) => Vec::new(),
        }
    }
}
