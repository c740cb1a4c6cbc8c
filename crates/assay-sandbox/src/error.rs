//! What can go wrong around executing (never: what went wrong inside a program, that is a verdict).

use std::path::PathBuf;

use assay_core::{Coded, Language};

type Source = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error("no container engine answers at {endpoint}")]
    EngineUnreachable {
        endpoint: String,
        #[source]
        source: Source,
    },
    #[error("the container engine at {endpoint} does not let this user in")]
    EngineForbidden {
        endpoint: String,
        #[source]
        source: Source,
    },
    #[error("DOCKER_HOST={value} is not an address of a container engine")]
    EngineAddress { value: String },
    #[error("the image for {} is not built", .language.title())]
    ImageMissing { language: Language, image: String },
    #[error("neither {public} nor {own} is there to build on")]
    BaseMissing {
        public: String,
        own: String,
        /// Why the public one could not be pulled.
        reason: String,
    },
    #[error("the image for {} could not be built: {reason}", .language.title())]
    Build {
        language: Language,
        reason: String,
        /// The last lines of the build's log.
        log: Vec<String>,
    },
    #[error("there is no sandbox for the language {language:?}")]
    UnknownLanguage {
        language: String,
        known: Vec<String>,
    },
    #[error("languages/{folder}/language.toml: {reason}")]
    LanguageInvalid { folder: String, reason: String },
    #[error("the container engine refused to {action}")]
    Engine {
        action: &'static str,
        #[source]
        source: Source,
    },
    /// The container ended, stopped answering or spoke nonsense. The pool retries it.
    #[error("the sandbox container {what}")]
    Container { what: String },
    #[error("the sandbox cannot use {}", .path.display())]
    State {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the benchmark could not {action}: {reason}")]
    Bench {
        action: &'static str,
        reason: String,
    },
    #[error("cancelled")]
    Cancelled,
}

impl SandboxError {
    pub(crate) fn engine(action: &'static str, source: impl Into<Source>) -> Self {
        Self::Engine {
            action,
            source: source.into(),
        }
    }

    pub(crate) fn container(what: impl Into<String>) -> Self {
        Self::Container { what: what.into() }
    }
}

impl Coded for SandboxError {
    fn code(&self) -> &'static str {
        match self {
            Self::EngineUnreachable { .. } => "engine-unreachable",
            Self::EngineForbidden { .. } => "engine-forbidden",
            Self::EngineAddress { .. } => "engine-address",
            Self::ImageMissing { .. } => "image-missing",
            Self::BaseMissing { .. } => "base-image-missing",
            Self::Build { .. } => "image-build-failed",
            Self::UnknownLanguage { .. } => "unknown-language",
            Self::LanguageInvalid { .. } => "language-invalid",
            Self::Engine { .. } => "engine-error",
            Self::Container { .. } => "container-lost",
            Self::State { .. } => "sandbox-state",
            Self::Bench { .. } => "bench-failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::EngineUnreachable { .. } => Some(
                "start Docker (`sudo systemctl start docker`, or Docker Desktop), or point DOCKER_HOST \
                 at a running engine; `./scripts/run` installs one where it may"
                    .to_owned(),
            ),
            Self::EngineForbidden { .. } => Some(
                "add yourself to the engine's group (`sudo usermod -aG docker $USER`, then log in \
                 again), or use a rootless engine and set DOCKER_HOST"
                    .to_owned(),
            ),
            Self::EngineAddress { .. } => Some(
                "use unix:///path/to/docker.sock, tcp://host:port or http://host:port".to_owned(),
            ),
            Self::ImageMissing { language, .. } => {
                Some(format!("run `assay sandbox build --language {language}`"))
            }
            Self::BaseMissing { own, .. } => Some(format!(
                "`./scripts/run` makes it, or: mmdebstrap --variant=minbase bookworm - | docker import - {own}"
            )),
            Self::Build { log, .. } if !log.is_empty() => {
                Some(format!("the build's last lines:\n{}", log.join("\n")))
            }
            Self::UnknownLanguage { known, .. } => {
                Some(format!("known languages: {}", known.join(", ")))
            }
            Self::Container { .. } => Some(
                "run `assay sandbox doctor`; the engine's log may say why the container ended"
                    .to_owned(),
            ),
            Self::State { .. } => Some("is the disk full, or the folder not writable?".to_owned()),
            _ => None,
        }
    }

    fn is_missing_requirement(&self) -> bool {
        matches!(
            self,
            Self::EngineUnreachable { .. }
                | Self::EngineForbidden { .. }
                | Self::EngineAddress { .. }
                | Self::ImageMissing { .. }
                | Self::BaseMissing { .. }
        )
    }
}
