//! A provider whose answers are written down.

use std::sync::Arc;

use assay_core::{Generation, GenerationRequest, ModelRef};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::RecordingError;
use super::file::{Outcome, Writer};
use crate::{Capabilities, Check, Failure, ModelInfo, OnDelta, Provider, ProviderError};

#[derive(Debug)]
struct Recorder {
    inner: Arc<dyn Provider>,
    writer: Arc<Writer>,
}

pub(super) fn wrap(
    writer: Arc<Writer>,
    inner: Arc<dyn Provider>,
) -> Result<Arc<dyn Provider>, RecordingError> {
    writer.model(inner.model(), inner.capabilities())?;
    Ok(Arc::new(Recorder { inner, writer }))
}

#[async_trait]
impl Provider for Recorder {
    fn model(&self) -> &ModelRef {
        self.inner.model()
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn capabilities_are_known(&self) -> bool {
        self.inner.capabilities_are_known()
    }

    async fn check(&self, cancel: &CancellationToken) -> Result<Check, ProviderError> {
        self.inner.check(cancel).await
    }

    async fn list_models(
        &self,
        cancel: &CancellationToken,
    ) -> Result<Vec<ModelInfo>, ProviderError> {
        self.inner.list_models(cancel).await
    }

    /// An answer that cannot be written down is none: a recording has all or the run says why not.
    async fn generate(
        &self,
        request: &GenerationRequest,
        on_delta: OnDelta<'_>,
        cancel: &CancellationToken,
    ) -> Result<Generation, ProviderError> {
        let result = self.inner.generate(request, on_delta, cancel).await;
        let outcome = match &result {
            Ok(generation) => Outcome::Generation(generation.clone()),
            Err(error) if error.is_cancelled() => return result,
            Err(error) => Outcome::Failure {
                failure: error.failure.clone(),
                attempts: error.attempts,
            },
        };
        match self.writer.exchange(self.model(), request, outcome) {
            Ok(()) => result,
            Err(error) => {
                let attempts = match &result {
                    Ok(generation) => generation.attempts,
                    Err(error) => error.attempts,
                };
                let why = std::error::Error::source(&error).map(ToString::to_string);
                let failure = Failure::NotRecorded {
                    recording: self.writer.path().display().to_string(),
                    detail: format!("it cannot be written: {}", why.unwrap_or_default()),
                };
                Err(ProviderError::new(failure, attempts))
            }
        }
    }
}
