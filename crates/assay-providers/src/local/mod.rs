//! GGUF models run in this process by llama.cpp: nothing to install, nothing to start by hand.
//!
//! Why llama.cpp and why in process: `docs/adr/0004-local-models.md`.

mod engine;
mod gguf;
mod inference;
mod memory;
mod shelf;
mod split;
mod template;
mod turns;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use assay_core::{Generation, GenerationRequest, ModelRef};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::models::{ModelOrigin, ModelStore};
use crate::{
    Capabilities, Check, Delta, Failure, ModelInfo, OnDelta, Provider, ProviderConfig,
    ProviderError, ProviderRegistry,
};

pub(crate) use engine::Engine;
use engine::{Event, Job, Memory, ModelKey, too_large};
pub(crate) use gguf::GgufHeader;
pub(crate) use split::SplitName;

/// How local models are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalConfig {
    /// Threads of inference. `None`: all processors but one, at most 8. llama.cpp's threads spin while
    /// they wait for each other, so one thread too many costs not a little but nearly everything: on a
    /// busy two-core machine two threads made 0 to 8 tokens a second where one made 30.
    pub threads: Option<usize>,
    /// Tokens of prompt and answer together that memory is set aside for, at most; the model's own limit
    /// holds besides.
    pub max_context: u32,
    /// Bytes that all loaded models may take together: weights, and an estimate of cache and computation.
    /// The one unused for longest makes room for another. `None`: half of the machine's memory.
    pub memory_budget: Option<u64>,
    /// A model that was asked nothing for this long is unloaded.
    pub idle_after: Duration,
}

impl Default for LocalConfig {
    fn default() -> Self {
        Self {
            threads: None,
            max_context: 8192,
            memory_budget: None,
            idle_after: Duration::from_secs(300),
        }
    }
}

impl LocalConfig {
    /// The defaults, with `ASSAY_LOCAL_MEMORY` (MiB) as the budget where it is set to a number.
    pub fn from_env() -> Self {
        let given = std::env::var("ASSAY_LOCAL_MEMORY").unwrap_or_default();
        let memory_budget = match given.trim() {
            "" => None,
            text => {
                let budget = text
                    .parse::<u64>()
                    .ok()
                    .and_then(|mib| mib.checked_mul(1 << 20));
                if budget.is_none() {
                    tracing::warn!(value = text, "ASSAY_LOCAL_MEMORY is no number of MiB");
                }
                budget
            }
        };
        Self {
            memory_budget,
            ..Self::default()
        }
    }

    fn thread_count(&self) -> usize {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.unwrap_or((processors - 1).min(8)).max(1)
    }

    fn budget(&self) -> u64 {
        self.memory_budget.unwrap_or_else(memory::default_budget)
    }
}

/// A GGUF file, opened but not loaded: that happens with the first prompt.
#[derive(Debug)]
pub(crate) struct LocalModel {
    model: ModelRef,
    /// More than one where a model is split over files; the first names the others.
    files: Vec<PathBuf>,
    header: GgufHeader,
    store: ModelStore,
    config: LocalConfig,
    engine: Arc<Engine>,
}

impl LocalModel {
    /// `files` is not empty.
    pub(crate) fn new(
        model: &ModelRef,
        files: Vec<PathBuf>,
        config: &ProviderConfig,
        registry: &ProviderRegistry,
    ) -> Result<Self, Failure> {
        let header = GgufHeader::read(&files[0]).map_err(|detail| Failure::Load {
            detail: format!("{}: {detail}", files[0].display()),
        })?;
        Ok(Self {
            model: model.clone(),
            files,
            header,
            store: ModelStore::new(&config.data_dir),
            config: config.local.clone(),
            engine: Arc::clone(&registry.engine),
        })
    }

    /// Its files as they are now, and what it takes to run them.
    async fn measure(&self) -> Result<(ModelKey, Memory), Failure> {
        let mut key = ModelKey {
            path: self.files[0].clone(),
            bytes: 0,
            modified: None,
        };
        for file in &self.files {
            let meta = tokio::fs::metadata(file)
                .await
                .map_err(|error| Failure::ModelNotFound {
                    model: self.model.name.clone(),
                    detail: format!("{}: {error}", file.display()),
                    hint: "pull the model again".to_owned(),
                })?;
            self.store
                .check_size(file, meta.len())
                .map_err(|detail| Failure::Load { detail })?;
            key.bytes += meta.len();
            key.modified = key.modified.max(meta.modified().ok());
        }
        let context = self.header.context_length.unwrap_or(u32::MAX);
        let working = memory::working_set(&self.header, context.min(self.config.max_context));
        let memory = Memory {
            needs: key.bytes.saturating_add(working),
            budget: self.config.budget(),
            idle_after: self.config.idle_after,
        };
        Ok((key, memory))
    }
}

pub(crate) fn open(
    model: &ModelRef,
    config: &ProviderConfig,
    registry: &ProviderRegistry,
) -> Result<Arc<dyn Provider>, ProviderError> {
    let store = ModelStore::new(&config.data_dir);
    if model.url.is_some() {
        return Err(Failure::Unsupported {
            model: model.to_string(),
            detail: "a local model has no URL".to_owned(),
        }
        .into());
    }
    let path = resolve(&model.name, &store)?;
    let files = parts_beside(&path)?;
    Ok(Arc::new(LocalModel::new(model, files, config, registry)?))
}

/// The files of a model of which `path` is the first or only one, as llama.cpp names them when it splits
/// one: `NAME-00001-of-00003.gguf`.
fn parts_beside(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let Some(split) = SplitName::read(&name) else {
        return Ok(vec![path.to_owned()]);
    };
    let missing = |detail: String| Failure::Load {
        detail: format!("{}: {detail}", path.display()),
    };
    if split.part != 1 {
        return Err(missing(format!(
            "it is part {} of {}; name the first",
            split.part, split.of
        )));
    }
    (1..=split.of)
        .map(|part| path.with_file_name(split.name(part)))
        .map(|part| {
            if part.is_file() {
                Ok(part)
            } else {
                Err(missing(format!("its part {} is missing", part.display())))
            }
        })
        .collect()
}

/// The file a name stands for: a path when it looks like one, else the id of an installed model.
fn resolve(name: &str, store: &ModelStore) -> Result<PathBuf, Failure> {
    let not_found = |detail: String, hint: String| Failure::ModelNotFound {
        model: name.to_owned(),
        detail,
        hint,
    };
    let looks_like_path = name.contains(['/', '\\'])
        || Path::new(name)
            .extension()
            .is_some_and(|ext| ext.eq_ignore_ascii_case("gguf"));
    if looks_like_path {
        let path = PathBuf::from(name);
        return if path.is_file() {
            Ok(path)
        } else {
            Err(not_found(
                "there is no such file".to_owned(),
                "check the path of the GGUF file".to_owned(),
            ))
        };
    }
    store.path(name).map_err(|error| {
        use assay_core::Coded;
        not_found(error.to_string(), error.hint().unwrap_or_default())
    })
}

#[async_trait]
impl Provider for LocalModel {
    fn model(&self) -> &ModelRef {
        &self.model
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            completion: true,
            chat: self.header.has_chat_template,
            streaming: true,
            seed: true,
            context_length: self
                .header
                .context_length
                .map(|length| length.min(self.config.max_context)),
            // The next prompt waits at hand while this one is answered; more would only wait longer.
            concurrency: 1,
        }
    }

    async fn check(&self, _: &CancellationToken) -> Result<Check, ProviderError> {
        let (key, memory) = self.measure().await?;
        if memory.needs > memory.budget {
            return Err(too_large(&key, memory.needs, memory.budget).into());
        }
        let bytes = key.bytes;
        inference::check_processor()?;
        Ok(Check {
            listed: Some(true),
            summary: format!(
                "{} ({}, {} MB, {})",
                self.model.name,
                self.header.architecture,
                bytes / 1_000_000,
                if self.header.has_chat_template {
                    "completion and chat"
                } else {
                    "completion only"
                },
            ),
        })
    }

    async fn list_models(&self, _: &CancellationToken) -> Result<Vec<ModelInfo>, ProviderError> {
        Ok(self
            .store
            .installed()
            .into_iter()
            .filter(|model| !matches!(model.origin, ModelOrigin::Hub { .. }))
            .map(|model| ModelInfo {
                name: model.id,
                context_length: model.context_length,
            })
            .collect())
    }

    async fn generate(
        &self,
        request: &GenerationRequest,
        on_delta: OnDelta<'_>,
        cancel: &CancellationToken,
    ) -> Result<Generation, ProviderError> {
        if request.prompt.is_chat() && !self.header.has_chat_template {
            return Err(Failure::Unsupported {
                model: self.model.to_string(),
                detail: "it has no chat template, so it only continues text".to_owned(),
            }
            .into());
        }
        let (model, memory) = self.measure().await?;
        // Ends with this call, however it ends: a caller who drops it has cancelled.
        let cancel = cancel.child_token();
        let _ends_with_the_call = cancel.clone().drop_guard();
        let mut events = self.engine.submit(|events| Job {
            model,
            memory,
            request: request.clone(),
            threads: self.config.thread_count(),
            max_context: self.config.max_context,
            cancel: cancel.clone(),
            events,
        });
        loop {
            let event = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(ProviderError::new(Failure::Cancelled, 1)),
                event = events.recv() => event,
            };
            match event {
                Some(Event::Text(text)) => on_delta(Delta::Text(&text)),
                Some(Event::Done(result)) => {
                    let answer = result.map_err(|failure| ProviderError::new(failure, 1))?;
                    return Ok(answer.into_generation(&self.model.name));
                }
                None => {
                    let failure = Failure::Inference {
                        detail: "the thread of inference has ended".to_owned(),
                    };
                    return Err(ProviderError::new(failure, 1));
                }
            }
        }
    }
}
