//! A provider that answers from a recording.

use std::sync::Arc;

use assay_core::{Generation, GenerationRequest, ModelRef};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::file::{Exchanges, Outcome};
use crate::{Capabilities, Check, Delta, Failure, ModelInfo, OnDelta, Provider, ProviderError};

#[derive(Debug)]
struct Replay {
    model: ModelRef,
    capabilities: Capabilities,
    exchanges: Arc<Exchanges>,
}

pub(super) fn open(
    exchanges: Arc<Exchanges>,
    model: &ModelRef,
) -> Result<Arc<dyn Provider>, ProviderError> {
    let Some(capabilities) = exchanges.capabilities(model) else {
        let known: Vec<String> = exchanges.models().iter().map(ToString::to_string).collect();
        return Err(Failure::NotRecorded {
            recording: exchanges.path().display().to_string(),
            detail: format!("it knows {}, not {model}", known.join(", ")),
        }
        .into());
    };
    Ok(Arc::new(Replay {
        model: model.clone(),
        capabilities,
        exchanges,
    }))
}

#[async_trait]
impl Provider for Replay {
    fn model(&self) -> &ModelRef {
        &self.model
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    async fn check(&self, _: &CancellationToken) -> Result<Check, ProviderError> {
        Ok(Check {
            listed: Some(true),
            summary: format!("replayed from {}", self.exchanges.path().display()),
        })
    }

    /// Those that were recorded of this model's provider.
    async fn list_models(&self, _: &CancellationToken) -> Result<Vec<ModelInfo>, ProviderError> {
        let mut models: Vec<ModelInfo> = self
            .exchanges
            .models()
            .into_iter()
            .filter(|model| model.provider == self.model.provider && model.url == self.model.url)
            .map(|model| ModelInfo {
                context_length: self
                    .exchanges
                    .capabilities(&model)
                    .and_then(|capabilities| capabilities.context_length),
                name: model.name,
            })
            .collect();
        models.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(models)
    }

    async fn generate(
        &self,
        request: &GenerationRequest,
        on_delta: OnDelta<'_>,
        cancel: &CancellationToken,
    ) -> Result<Generation, ProviderError> {
        if cancel.is_cancelled() {
            return Err(Failure::Cancelled.into());
        }
        match self.exchanges.next(&self.model, request) {
            Ok(Outcome::Generation(generation)) => {
                on_delta(Delta::Text(&generation.text));
                Ok(generation)
            }
            Ok(Outcome::Failure { failure, attempts }) => {
                Err(ProviderError::new(failure, attempts))
            }
            Err(recorded) => Err(Failure::NotRecorded {
                recording: self.exchanges.path().display().to_string(),
                detail: match recorded {
                    0 => format!(
                        "it has no answer of {} to this prompt with this sampling and seed",
                        self.model
                    ),
                    times => format!(
                        "{} was asked this more often than the {times} times it was recorded",
                        self.model
                    ),
                },
            }
            .into()),
        }
    }
}
