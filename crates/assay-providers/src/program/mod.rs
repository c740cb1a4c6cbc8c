//! Models behind a program of the person's own, which reads requests and writes answers as JSON lines.
//!
//! A request is one line on its standard input:
//!
//! ```json
//! {"id": 1, "model": "mine", "prompt": {"mode": "completion", "text": "def f():"}, "sampling":
//!  {"temperature": 0.8, "top_p": null, "max_tokens": 512, "stop": []}, "seed": 7}
//! ```
//!
//! and its answer one line on its standard output, `{"id": 1, "text": "..."}`, with `finish`,
//! `prompt_tokens`, `completion_tokens` or `error` where there is one. Lines `{"id": 1, "delta": "..."}` may come
//! before. `{"cancel": 1}` says that nobody waits for that answer any more.

mod lines;
mod pool;
mod process;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use assay_core::{Generation, GenerationRequest, ModelRef};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::custom::{Defined, DefinitionKind, capabilities, defined};
use crate::{
    Capabilities, Check, Delta, Failure, ModelInfo, OnDelta, Provider, ProviderConfig,
    ProviderError, ProviderRegistry,
};
use pool::{Event, Job, Pool};
use process::Launch;

#[derive(Debug)]
struct Program {
    model: ModelRef,
    /// What the program is told.
    asked_model: String,
    capabilities: Capabilities,
    pool: Arc<Pool>,
    ids: AtomicU64,
    all: Vec<String>,
}

pub(crate) fn open(
    model: &ModelRef,
    config: &ProviderConfig,
    _: &ProviderRegistry,
) -> Result<Arc<dyn Provider>, ProviderError> {
    let kind = DefinitionKind::Program;
    let found = defined(model, config, kind, "a program has no URL", |all| {
        all.programs
    })?;
    let Defined {
        name,
        asked_model,
        definition,
        all,
    } = found;
    let concurrency = usize::try_from(definition.concurrency).unwrap_or(usize::MAX);
    let launch = Launch::new(&name, &definition, &config.data_dir, &config.keys)?;
    Ok(Arc::new(Program {
        asked_model,
        capabilities: capabilities(
            &definition.capabilities,
            definition.context_length,
            true,
            concurrency,
        ),
        pool: Arc::new(Pool::new(
            launch,
            concurrency,
            Duration::from_secs(definition.timeout_s.into()),
        )),
        model: model.clone(),
        ids: AtomicU64::new(1),
        all,
    }))
}

#[async_trait]
impl Provider for Program {
    fn model(&self) -> &ModelRef {
        &self.model
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    /// Starts the program, which stays for the first request, and sees whether it ends at once.
    async fn check(&self, cancel: &CancellationToken) -> Result<Check, ProviderError> {
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Failure::Cancelled.into()),
            started = self.pool.warm() => {
                started?;
                Ok(Check {
                    listed: None,
                    summary: format!("{} runs", self.pool.command()),
                })
            }
        }
    }

    /// The programs that are defined.
    async fn list_models(&self, _: &CancellationToken) -> Result<Vec<ModelInfo>, ProviderError> {
        let info = |name: &String| ModelInfo {
            name: name.clone(),
            context_length: None,
        };
        Ok(self.all.iter().map(info).collect())
    }

    async fn generate(
        &self,
        request: &GenerationRequest,
        on_delta: OnDelta<'_>,
        cancel: &CancellationToken,
    ) -> Result<Generation, ProviderError> {
        let (possible, word) = if request.prompt.is_chat() {
            (self.capabilities.chat, "chat")
        } else {
            (self.capabilities.completion, "completion")
        };
        if !possible {
            return Err(Failure::Unsupported {
                model: self.model.to_string(),
                detail: format!("its `capabilities` in providers.toml leave out {word}"),
            }
            .into());
        }
        // Ends with this call, however it ends: a caller who drops it has cancelled.
        let cancel = cancel.child_token();
        let _ends_with_the_call = cancel.clone().drop_guard();
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        let line = wire::request(id, &self.asked_model, request).map_err(|error| {
            Failure::Unsupported {
                model: self.model.to_string(),
                detail: error.to_string(),
            }
        })?;
        let mut events = self.pool.submit(|events| Job {
            id,
            line,
            stops: request.sampling.stop.clone(),
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
                    let answer = result.map_err(|failure| {
                        let attempts = u32::from(!matches!(failure, Failure::NotStarted { .. }));
                        ProviderError::new(failure, attempts)
                    })?;
                    return Ok(answer.into_generation());
                }
                None => return Err(ProviderError::new(self.pool.lost(), 1)),
            }
        }
    }
}
