//! The sandbox over an engine with Docker's API.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use assay_core::{Coded, Execution, Language, Limits};
use async_trait::async_trait;
use bollard::query_parameters::ListContainersOptionsBuilder;
use tokio_util::sync::CancellationToken;

use crate::container;
use crate::doctor::Trials;
use crate::engine::Engine;
use crate::image::{self, BuildEvent};
use crate::language::{self, LanguageFolder};
use crate::owner::{OWNER_LABEL, Owner, STATE_LABEL};
use crate::pool::Pool;
use crate::room::Room;
use crate::{
    EngineInfo, Gauges, Health, ImageInfo, LanguageDefinition, Program, Sandbox, SandboxConfig,
    SandboxError,
};

/// How often a program is tried when its container is lost.
const ATTEMPTS: u32 = 3;
/// Before the second attempt; doubled before each further one.
const PAUSE: Duration = Duration::from_millis(250);

/// Warm, hardened containers of any engine with Docker's API.
pub struct DockerSandbox {
    engine: Engine,
    languages: Vec<LanguageFolder>,
    pool: Arc<Pool>,
    confirm: bool,
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
        let info = engine.info().await?;
        let processors = info.processors.map(|count| count as usize);
        let concurrency = config
            .concurrency
            .or(processors.filter(|count| *count > 0))
            .or_else(|| std::thread::available_parallelism().map(usize::from).ok())
            .unwrap_or(1);
        let owner = Owner::register(&config.state_dir)?;
        let pool = Arc::new(Pool::new(
            engine.clone(),
            owner,
            config.isolation,
            config.recycle_after,
            concurrency,
            Room::new(info.memory_bytes, &engine.endpoint),
            config.timeout_scale,
        ));
        tokio::spawn(Pool::give_up_idle(Arc::downgrade(&pool), config.idle_after));
        let sandbox = Self {
            engine,
            languages,
            pool,
            confirm: config.confirm,
        };
        let reaped = sandbox.reap().await?;
        if reaped > 0 {
            tracing::info!(reaped, "removed containers that a dead process had left");
        }
        Ok(sandbox)
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
        let labels = self.pool.owner().labels("version");
        image::build(&self.engine, folder, labels, progress, cancel).await
    }

    /// By how much this machine's wall-clock limits are stretched (≥ 1): measured once, by the
    /// first container of `language`, which this starts when there is none yet.
    ///
    /// # Errors
    /// When no container can be started.
    pub async fn timeout_scale(&self, language: &Language) -> Result<f64, SandboxError> {
        let folder = self.folder(language)?;
        if self.pool.timeout_scale().is_none() {
            self.pool.warm_up(folder, &Limits::default()).await?;
        }
        Ok(self.pool.timeout_scale().unwrap_or(1.0))
    }

    /// What the executor is doing, without asking the engine.
    pub fn gauges(&self) -> Gauges {
        self.pool.gauges()
    }

    /// Starts a container in every place, so that the first programs need not wait for theirs.
    ///
    /// # Errors
    /// When a container cannot be started.
    pub async fn warm_up(&self, language: &Language, limits: &Limits) -> Result<(), SandboxError> {
        self.pool.warm_up_all(self.folder(language)?, limits).await
    }

    /// Removes containers that a dead process with the same state folder left. Returns how many.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn reap(&self) -> Result<u32, SandboxError> {
        let owner = self.pool.owner();
        let filter = format!("{STATE_LABEL}={}", owner.state());
        let filters = HashMap::from([("label".to_owned(), vec![filter])]);
        let options = ListContainersOptionsBuilder::new()
            .all(true)
            .filters(&filters)
            .build();
        let containers = self
            .engine
            .docker
            .list_containers(Some(options))
            .await
            .map_err(|error| SandboxError::engine("list containers", error))?;
        let mut reaped = 0;
        for found in containers {
            let left_by = found.labels.as_ref().and_then(|all| all.get(OWNER_LABEL));
            if let (Some(id), Some(left_by)) = (&found.id, left_by)
                && owner.is_dead(left_by)
            {
                container::remove(&self.engine, id).await;
                reaped += 1;
            }
        }
        owner.forget_dead();
        Ok(reaped)
    }

    /// What the doctor tries in `language`.
    pub(crate) fn trials(&self, language: &Language) -> Result<Trials, SandboxError> {
        let folder = self.folder(language)?;
        toml::from_str(folder.trials).map_err(|error| SandboxError::LanguageInvalid {
            folder: language.to_string(),
            reason: format!("trials.toml: {error}"),
        })
    }

    pub(crate) fn raw_engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn labels(&self, purpose: &str) -> HashMap<String, String> {
        self.pool.owner().labels(purpose)
    }

    /// Containers of this process that the engine has.
    pub(crate) async fn own_containers(&self) -> Result<u32, SandboxError> {
        let owner = self.pool.owner().labels("")[OWNER_LABEL].clone();
        let filters = HashMap::from([("label".to_owned(), vec![format!("{OWNER_LABEL}={owner}")])]);
        let options = ListContainersOptionsBuilder::new()
            .all(true)
            .filters(&filters)
            .build();
        let found = self
            .engine
            .docker
            .list_containers(Some(options))
            .await
            .map_err(|error| SandboxError::engine("list containers", error))?;
        Ok(found.len() as u32)
    }

    pub(crate) fn folder(&self, language: &Language) -> Result<&LanguageFolder, SandboxError> {
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

    /// One execution; an end that something else on the machine may have caused is confirmed.
    async fn judge(&self, program: &Program, limits: &Limits) -> Result<Execution, SandboxError> {
        let folder = self.folder(&program.language)?;
        let (answer, doubtful) = self.attempt(folder, program, limits, false).await?;
        if !self.confirm || !doubtful {
            return Ok(answer);
        }
        // Was it the program, or what ran beside it? Once more, with nothing beside it.
        let (again, _) = self.attempt(folder, program, limits, true).await?;
        if again.verdict != answer.verdict {
            self.pool.count_overturned();
            let (first, verdict) = (answer.verdict.as_str(), again.verdict.as_str());
            tracing::info!(first, verdict, "a verdict did not stand");
        }
        Ok(again)
    }

    /// One execution, in another container when the first is lost, and whether its verdict is doubtful.
    async fn attempt(
        &self,
        folder: &LanguageFolder,
        program: &Program,
        limits: &Limits,
        alone: bool,
    ) -> Result<(Execution, bool), SandboxError> {
        let mut pause = PAUSE;
        let mut attempt = 1;
        loop {
            let place = self.pool.place(alone).await?;
            let error = match self.pool.execute(&place, folder, program, limits).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            drop(place);
            // An image does not appear by waiting.
            if attempt == ATTEMPTS || matches!(error, SandboxError::ImageMissing { .. }) {
                return Err(error);
            }
            tracing::warn!(%error, attempt, "executing again");
            self.pool.count_retry();
            tokio::time::sleep(pause).await;
            pause *= 2;
            attempt += 1;
        }
    }
}

#[async_trait]
impl Sandbox for DockerSandbox {
    async fn identity(&self, language: &Language) -> Option<String> {
        self.require(language).await.ok()?.digest
    }

    async fn execute(
        &self,
        program: &Program,
        limits: &Limits,
        cancel: &CancellationToken,
    ) -> Execution {
        // Dropping an execution removes its container.
        let outcome = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(SandboxError::Cancelled),
            () = self.pool.closed() => Err(SandboxError::Cancelled),
            outcome = self.judge(program, limits) => outcome,
        };
        match outcome {
            Ok(execution) => execution,
            Err(error) => {
                let info = error.info();
                Execution::infrastructure(match info.hint {
                    Some(hint) => format!("{}\n{hint}", info.message),
                    None => info.message,
                })
            }
        }
    }

    fn concurrency(&self) -> usize {
        self.pool.concurrency() as usize
    }

    async fn health(&self) -> Health {
        Health {
            engine: self.engine.info().await.ok(),
            images: self.images().await.unwrap_or_default(),
            timeout_scale: self.pool.timeout_scale(),
            gauges: self.pool.gauges(),
        }
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
