//! GGUF models run in this process by llama.cpp: nothing to install, nothing to start by hand.
//!
//! Why llama.cpp and why in process: `docs/adr/0004-local-models.md`.

mod engine;
mod gguf;
mod inference;
mod template;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use assay_core::{Generation, GenerationRequest, ModelRef};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::models::ModelStore;
use crate::{
    Capabilities, Check, Delta, Failure, ModelInfo, OnDelta, Provider, ProviderConfig,
    ProviderError, ProviderRegistry,
};

pub(crate) use engine::Engine;
use engine::{Event, Job};
pub(crate) use gguf::GgufHeader;

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
}

impl Default for LocalConfig {
    fn default() -> Self {
        Self {
            threads: None,
            max_context: 8192,
        }
    }
}

impl LocalConfig {
    fn thread_count(&self) -> usize {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.unwrap_or((processors - 1).min(8)).max(1)
    }
}

/// A GGUF file, opened but not loaded: that happens with the first prompt.
#[derive(Debug)]
struct LocalModel {
    model: ModelRef,
    path: PathBuf,
    header: GgufHeader,
    store: ModelStore,
    config: LocalConfig,
    engine: Arc<Engine>,
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
    let header = GgufHeader::read(&path).map_err(|detail| Failure::Load {
        detail: format!("{}: {detail}", path.display()),
    })?;
    Ok(Arc::new(LocalModel {
        model: model.clone(),
        path,
        header,
        store,
        config: config.local.clone(),
        engine: Arc::clone(&registry.engine),
    }))
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
        let bytes = tokio::fs::metadata(&self.path)
            .await
            .map_err(|error| Failure::ModelNotFound {
                model: self.model.name.clone(),
                detail: format!("{}: {error}", self.path.display()),
                hint: "pull the model again".to_owned(),
            })?
            .len();
        self.store
            .check_size(&self.path, bytes)
            .map_err(|detail| Failure::Load { detail })?;
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
        // Ends with this call, however it ends: a caller who drops it has cancelled.
        let cancel = cancel.child_token();
        let _ends_with_the_call = cancel.clone().drop_guard();
        let mut events = self.engine.submit(|events| Job {
            path: self.path.clone(),
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
