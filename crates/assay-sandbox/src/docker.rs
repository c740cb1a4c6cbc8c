//! The sandbox over an engine with Docker's API.

use assay_core::{Execution, Language, Limits};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;
use crate::image::{self, BuildEvent};
use crate::language::{self, LanguageFolder};
use crate::{
    EngineInfo, Gauges, Health, ImageInfo, LanguageDefinition, Program, Sandbox, SandboxConfig,
    SandboxError,
};

/// Warm, hardened containers of any engine with Docker's API.
pub struct DockerSandbox {
    engine: Engine,
    languages: Vec<LanguageFolder>,
    concurrency: usize,
}

impl DockerSandbox {
    /// Connects to the engine and removes what a dead process left behind. Containers start when
    /// they are first needed, and images need not be there yet.
    ///
    /// # Errors
    /// When no engine answers, or the state folder cannot be used.
    pub async fn open(config: SandboxConfig) -> Result<Self, SandboxError> {
        let engine = Engine::connect(config.engine.as_deref()).await?;
        let languages = language::load_all()?;
        let concurrency = config
            .concurrency
            .or_else(|| std::thread::available_parallelism().map(usize::from).ok())
            .unwrap_or(1);
        Ok(Self {
            engine,
            languages,
            concurrency,
        })
    }

    /// Every language there is a sandbox for.
    pub fn languages(&self) -> Vec<&LanguageDefinition> {
        self.languages
            .iter()
            .map(|folder| &folder.definition)
            .collect()
    }

    /// # Errors
    /// When the engine does not answer.
    pub async fn engine(&self) -> Result<EngineInfo, SandboxError> {
        self.engine.info().await
    }

    /// Every language's image, whether it is there or not.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn images(&self) -> Result<Vec<ImageInfo>, SandboxError> {
        let mut images = Vec::with_capacity(self.languages.len());
        for folder in &self.languages {
            images.push(image::inspect(&self.engine, folder).await?);
        }
        Ok(images)
    }

    /// Makes sure that programs of `language` can be executed; to be asked before a run starts.
    ///
    /// # Errors
    /// [`SandboxError::UnknownLanguage`], [`SandboxError::ImageMissing`], or the engine's trouble.
    pub async fn require(&self, language: &Language) -> Result<ImageInfo, SandboxError> {
        let folder = self.folder(language)?;
        let info = image::inspect(&self.engine, folder).await?;
        if info.present {
            Ok(info)
        } else {
            Err(SandboxError::ImageMissing {
                language: folder.language(),
                image: folder.image.clone(),
            })
        }
    }

    /// Builds the language's image. Takes a minute or two; `progress` hears of every step and of
    /// every line of the engine's log. An image that is there is left as it is unless `again`.
    ///
    /// # Errors
    /// [`SandboxError::BaseMissing`] when there is nothing to build on, [`SandboxError::Build`] with
    /// the end of the log when a step fails, [`SandboxError::Cancelled`].
    pub async fn build(
        &self,
        language: &Language,
        again: bool,
        progress: &(dyn Fn(BuildEvent) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<ImageInfo, SandboxError> {
        let folder = self.folder(language)?;
        if !again {
            let info = image::inspect(&self.engine, folder).await?;
            if info.present {
                return Ok(info);
            }
        }
        image::build(&self.engine, folder, progress, cancel).await
    }

    /// By how much this machine's wall-clock limits are stretched (≥ 1): measured once, by the
    /// first container of `language`, which this starts when there is none yet.
    ///
    /// # Errors
    /// When no container can be started.
    pub async fn timeout_scale(&self, language: &Language) -> Result<f64, SandboxError> {
        self.folder(language)?;
        Err(SandboxError::container(
            "is not connected in this build yet",
        ))
    }

    /// Removes containers that a dead process with the same state folder left. Returns how many.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn reap(&self) -> Result<u32, SandboxError> {
        Err(SandboxError::container(
            "is not connected in this build yet",
        ))
    }

    fn folder(&self, language: &Language) -> Result<&LanguageFolder, SandboxError> {
        self.languages
            .iter()
            .find(|folder| folder.language() == *language)
            .ok_or_else(|| SandboxError::UnknownLanguage {
                language: language.to_string(),
                known: self
                    .languages
                    .iter()
                    .map(|folder| folder.definition.id.clone())
                    .collect(),
            })
    }
}

#[async_trait]
impl Sandbox for DockerSandbox {
    async fn execute(
        &self,
        _program: &Program,
        _limits: &Limits,
        _cancel: &CancellationToken,
    ) -> Execution {
        Execution::infrastructure("the supervisor is not connected in this build yet")
    }

    fn concurrency(&self) -> usize {
        self.concurrency
    }

    async fn health(&self) -> Health {
        Health {
            engine: self.engine.info().await.ok(),
            images: self.images().await.unwrap_or_default(),
            timeout_scale: None,
            gauges: Gauges::default(),
        }
    }

    async fn close(&self) {}
}
