//! The trait every provider implements.

use std::fmt;

use assay_core::{Generation, GenerationRequest, ModelRef};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::ProviderError;

/// What a model can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Capabilities {
    /// Continues a text.
    pub completion: bool,
    /// Answers messages. A local model without a chat template does not.
    pub chat: bool,
    /// Text arrives while it is made.
    pub streaming: bool,
    /// A seed is honoured: the same request gives the same text. What a remote server makes of a seed
    /// is its own affair, so `true` there means that the seed is sent.
    pub seed: bool,
    /// Tokens of prompt and answer together, when known.
    pub context_length: Option<u32>,
    /// Requests worth having under way at once; more only wait in line.
    pub concurrency: usize,
}

/// A model a provider offers.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ModelInfo {
    /// The name to write after `PROVIDER:`.
    pub name: String,
    pub context_length: Option<u32>,
}

/// What [`Provider::check`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Whether the server names the model among those it serves; `None` when it lists none.
    pub listed: Option<bool>,
    /// One line for people: what was found where.
    pub summary: String,
}

/// A piece of an answer as it arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delta<'a> {
    Text(&'a str),
    /// The request failed after some text and is made again: what came so far is void.
    Restart,
}

/// Hears an answer as it arrives. Called from the task (or thread) that receives it; must not block.
pub type OnDelta<'a> = &'a (dyn Fn(Delta<'_>) + Send + Sync);

/// For callers who want the whole answer only: `provider.generate(&request, &ignore_deltas, &cancel)`.
pub fn ignore_deltas(_: Delta<'_>) {}

/// One model of one provider, ready to be asked.
///
/// Implementations are shared between tasks and bound their own concurrency where they must.
#[async_trait]
pub trait Provider: Send + Sync + fmt::Debug {
    /// The model this provider was opened for.
    fn model(&self) -> &ModelRef;

    fn capabilities(&self) -> Capabilities;

    /// Whether [`capabilities`](Self::capabilities) are what there is to know. Some servers tell them only when
    /// they are looked at, by [`check`](Self::check) or the first request; until then they are taken for granted.
    fn capabilities_are_known(&self) -> bool {
        true
    }

    /// Whether the server (or file) is there and has the model; costs no tokens.
    ///
    /// # Errors
    /// Unreachable server, refused key, or a model the server does not list.
    async fn check(&self, cancel: &CancellationToken) -> Result<Check, ProviderError>;

    /// The models this provider offers at its address, sorted by name.
    ///
    /// # Errors
    /// As [`check`](Self::check), except that a missing model is none.
    async fn list_models(
        &self,
        cancel: &CancellationToken,
    ) -> Result<Vec<ModelInfo>, ProviderError>;

    /// How many tokens the prompt of `request` has for this model; `None` where nothing can tell before it
    /// is answered. Costs no tokens.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    async fn count_tokens(
        &self,
        _request: &GenerationRequest,
        _cancel: &CancellationToken,
    ) -> Result<Option<u32>, ProviderError> {
        Ok(None)
    }

    /// Asks for one answer, retrying what may pass (lost connections, 429, 5xx) within the limits of its
    /// configuration. The text excludes the stop sequence that ended it.
    ///
    /// # Errors
    /// See [`Failure`](crate::Failure). A cancelled request ends with
    /// [`Failure::Cancelled`](crate::Failure::Cancelled) and counts as not made.
    async fn generate(
        &self,
        request: &GenerationRequest,
        on_delta: OnDelta<'_>,
        cancel: &CancellationToken,
    ) -> Result<Generation, ProviderError>;
}
