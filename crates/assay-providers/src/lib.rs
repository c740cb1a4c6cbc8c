//! Models that answer prompts, behind one trait.
//!
//! - [`Provider`] is what the rest of the program sees: capabilities, a check before a run, and
//!   [`Provider::generate`], which streams and can be cancelled at any moment.
//! - [`ProviderRegistry`] turns a [`ModelRef`](assay_core::ModelRef) into a provider. A new provider is one
//!   file here, one line in `registry.rs`, and a fixture under the conformance suite in `tests/`.
//! - [`models`] holds the catalogue of models that can be pulled, and the store they are pulled into.
//!
//! Every failure is a [`ProviderError`]: it knows the [`Transport`](assay_core::Transport) flag the sample
//! gets, a code and a hint for people, and how many requests were made.

mod error;
mod http;
mod key;
mod local;
pub mod models;
mod openai;
mod provider;
mod registry;
mod text;

pub use error::{Failure, ProviderError};
pub use http::{Clock, HttpConfig, RetryPolicy, SystemClock};
pub use key::{ApiKey, ApiKeys, KeySource, key_variables_of_url};
pub use local::LocalConfig;
pub use provider::{Capabilities, Check, Delta, ModelInfo, OnDelta, Provider, ignore_deltas};
pub use registry::{ProviderConfig, ProviderRegistry};

/// Cancels a request; re-exported so that callers need not name its crate.
pub use tokio_util::sync::CancellationToken;
