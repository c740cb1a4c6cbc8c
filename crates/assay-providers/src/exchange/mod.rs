//! One exchange over HTTP, whatever the protocol: an address with its key, proxy and certificates, time
//! limits, retries, the framing of streams, and what a status means. A provider writes its wire format as a
//! [`Protocol`] and is done: [`Remote`] makes a [`Provider`] of it.

mod aside;
mod attempt;
mod complaint;
mod dialect;
mod direct;
mod endpoint;
mod frames;
mod messages;
mod protocol;
mod reply;
mod road;

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use assay_core::{Generation, GenerationRequest, ModelRef, Prompt};
use async_trait::async_trait;
use reqwest::Method;
use tokio_util::sync::CancellationToken;

use crate::{
    Capabilities, Check, Delta, Failure, ModelInfo, OnDelta, Provider, ProviderConfig,
    ProviderError,
};
use attempt::AttemptError;

pub(crate) use complaint::Complaint;
pub(crate) use dialect::Dialect;
pub(crate) use endpoint::{Endpoint, KeyStyle, Site};
pub(crate) use frames::{Events, FrameError, Framing};
pub(crate) use messages::{messages_alone, sampled};
pub(crate) use protocol::{Body, Call, ModelPage, Piece, Protocol, Unread, prefill_of};

/// A request is put differently no more often than this.
const MAX_REPHRASED: u32 = 8;
/// Of a list of models no more pages are read.
const MAX_PAGES: usize = 50;
/// What costs no tokens is quick, or it is not there.
const QUICK: Duration = Duration::from_secs(20);

/// A model behind a server that speaks a protocol.
#[derive(Debug)]
pub(crate) struct Remote<P> {
    model: ModelRef,
    endpoint: Endpoint,
    protocol: P,
    capabilities: Capabilities,
}

impl<P: Protocol> Remote<P> {
    /// `capabilities.streaming` and `.concurrency` follow the configuration.
    ///
    /// # Errors
    /// As [`Endpoint::open`].
    pub(crate) fn open(
        model: &ModelRef,
        config: &ProviderConfig,
        site: Site<'_>,
        protocol: P,
        capabilities: Capabilities,
    ) -> Result<Self, ProviderError> {
        Ok(Self {
            model: model.clone(),
            endpoint: Endpoint::open(model, config, site)?,
            protocol,
            capabilities: Capabilities {
                streaming: capabilities.streaming && config.http.stream,
                concurrency: config.http.concurrency,
                ..capabilities
            },
        })
    }

    /// Asks for something that costs no tokens; once, for it can be asked again by hand.
    async fn quickly<T>(
        &self,
        what: &'static str,
        cancel: &CancellationToken,
        asking: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, ProviderError> {
        let limit = self.endpoint.http.first_byte.min(QUICK);
        let asking = async {
            tokio::time::timeout(limit, asking)
                .await
                .unwrap_or_else(|_| Err(self.endpoint.timeout(what, limit)))
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(ProviderError::new(Failure::Cancelled, 1)),
            found = asking => found.map_err(|failure| ProviderError::new(failure, 1)),
        }
    }

    async fn body_of(
        &self,
        method: Method,
        path: &str,
        json: Option<&Body>,
    ) -> Result<String, Failure> {
        let headers = self.protocol.headers();
        let reply = self.endpoint.send(method, path, json, headers).await?;
        let status = reply.status;
        let body = self
            .endpoint
            .read_body(reply, self.endpoint.http.max_reply)
            .await?;
        if status.is_success() {
            return Ok(body);
        }
        Err(self.failure_of(status.as_u16(), &Complaint::of_body(&body), None))
    }

    async fn models(&self) -> Result<Vec<ModelInfo>, Failure> {
        let mut models = Vec::new();
        let mut after = None;
        for _ in 0..MAX_PAGES {
            let Some(path) = self.protocol.models_path(after.as_deref()) else {
                break;
            };
            let body = self.body_of(Method::GET, &path, None).await.map_err(|f| {
                // A list cannot lack a model: whatever a 404 says, it is about the address.
                match f {
                    Failure::ModelNotFound { detail, .. } => Failure::Http {
                        url: self.endpoint.base.clone(),
                        status: 404,
                        detail,
                    },
                    failure => failure,
                }
            })?;
            let page = self.read(self.protocol.read_models(&body))?;
            models.extend(page.models);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        models.sort_by(|a: &ModelInfo, b| a.name.cmp(&b.name));
        Ok(models)
    }

    fn refuse_what_it_cannot_do(&self, request: &GenerationRequest) -> Result<(), Failure> {
        let detail = match &request.prompt {
            Prompt::Completion { .. } if !self.capabilities.completion => {
                "it answers messages and does not continue texts"
            }
            Prompt::Chat { .. } if !self.capabilities.chat => {
                "it continues texts and does not answer messages"
            }
            _ => return Ok(()),
        };
        Err(Failure::Unsupported {
            model: self.model.to_string(),
            detail: detail.to_owned(),
        })
    }
}

#[async_trait]
impl<P: Protocol> Provider for Remote<P> {
    fn model(&self) -> &ModelRef {
        &self.model
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    async fn check(&self, cancel: &CancellationToken) -> Result<Check, ProviderError> {
        let base = &self.endpoint.base;
        let name = &self.model.name;
        let unlisted = |why: &str| Check {
            listed: None,
            summary: format!("{base} is there; {why}"),
        };
        let models = match self.list_models(cancel).await {
            Ok(models) => models,
            // Some servers and gateways offer no list; only a request can tell there.
            Err(error)
                if matches!(
                    error.failure,
                    Failure::Http {
                        status: 404 | 405 | 501,
                        ..
                    }
                ) =>
            {
                return Ok(unlisted("it lists no models"));
            }
            Err(error) => return Err(error),
        };
        if models.is_empty() {
            return Ok(unlisted("its list of models is empty"));
        }
        if models
            .iter()
            .any(|info| self.protocol.serves(&info.name, name))
        {
            return Ok(Check {
                listed: Some(true),
                summary: format!("{base} serves {name}"),
            });
        }
        let some: Vec<&str> = models.iter().take(5).map(|i| i.name.as_str()).collect();
        let more = if models.len() > some.len() {
            ", ..."
        } else {
            ""
        };
        Err(ProviderError::new(
            Failure::ModelNotFound {
                model: name.clone(),
                detail: format!("{base} does not list it"),
                hint: format!("it offers {}{more}", some.join(", ")),
            },
            1,
        ))
    }

    async fn list_models(
        &self,
        cancel: &CancellationToken,
    ) -> Result<Vec<ModelInfo>, ProviderError> {
        self.quickly("the list of models", cancel, self.models())
            .await
    }

    async fn count_tokens(
        &self,
        request: &GenerationRequest,
        cancel: &CancellationToken,
    ) -> Result<Option<u32>, ProviderError> {
        let Some(call) = self.protocol.count_call(&self.model.name, request) else {
            return Ok(None);
        };
        self.refuse_what_it_cannot_do(request)?;
        let counting = async {
            let body = self
                .body_of(Method::POST, &call.path, Some(&call.body))
                .await?;
            self.read(self.protocol.read_count(&body)).map(Some)
        };
        self.quickly("the count of tokens", cancel, counting).await
    }

    async fn generate(
        &self,
        request: &GenerationRequest,
        on_delta: OnDelta<'_>,
        cancel: &CancellationToken,
    ) -> Result<Generation, ProviderError> {
        self.refuse_what_it_cannot_do(request)?;
        let http = &self.endpoint.http;
        let (mut attempts, mut rephrased) = (0, 0);
        loop {
            attempts += 1;
            let delivered = AtomicBool::new(false);
            let deliver = |delta: Delta<'_>| {
                delivered.store(true, Ordering::Relaxed);
                on_delta(delta);
            };
            // Pinned where it is made: it is large, and each move would copy it.
            let attempt = pin!(self.attempt(request, &deliver));
            // Dropping the attempt closes its connection, which is how a server learns of it.
            let result = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(ProviderError::new(Failure::Cancelled, attempts)),
                result = tokio::time::timeout(http.total, attempt) => result,
            };
            let result = result.unwrap_or_else(|_| {
                Err(self.endpoint.timeout("the whole answer", http.total).into())
            });
            let (failure, retry_after) = match result {
                Ok(answer) => return Ok(answer.into_generation(attempts)),
                Err(AttemptError::Rephrase(failure)) if rephrased < MAX_REPHRASED => {
                    tracing::debug!(model = %self.model, complaint = %failure, "asking in other words");
                    // That was no failure of the model.
                    attempts -= 1;
                    rephrased += 1;
                    continue;
                }
                Err(AttemptError::Rephrase(failure)) => (failure, None),
                Err(AttemptError::Failed {
                    failure,
                    retry_after,
                }) => (failure, retry_after),
            };
            let wait = if failure.is_transient() {
                http.retry.wait(attempts, retry_after, http.clock.chance())
            } else {
                None
            };
            let Some(wait) = wait else {
                return Err(ProviderError::new(failure, attempts));
            };
            tracing::warn!(model = %self.model, attempts, ?wait, error = %failure, "asking again");
            if delivered.load(Ordering::Relaxed) {
                on_delta(Delta::Restart);
            }
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(ProviderError::new(Failure::Cancelled, attempts)),
                () = http.clock.sleep(wait) => {}
            }
        }
    }
}
