//! Models that answer prompts, behind one trait.
//!
//! - [`Provider`] is what the rest of the program sees: capabilities, a check before a run, and
//!   [`Provider::generate`], which streams and can be cancelled at any moment.
//! - [`ProviderRegistry`] turns a [`ModelRef`](assay_core::ModelRef) into a provider; [`providers`] lists
//!   what there is. A server that speaks OpenAI's protocol is an entry of `presets.toml`; one that does not
//!   is a file here that writes its wire format over `exchange`, and an entry in `registry.rs`. Either runs
//!   under the conformance suite in `tests/`.
//! - [`Recording`] writes down what providers answer, and answers in their place.
//! - [`models`] holds the catalogue of models that can be pulled, and the store they are pulled into.
//!
//! Every failure is a [`ProviderError`]: it knows the [`Transport`](assay_core::Transport) flag the sample
//! gets, a code and a hint for people, and how many requests were made.

mod anthropic;
pub mod bench;
mod config_file;
mod custom;
mod cutoffs;
mod error;
mod exchange;
mod hf;
mod http;
mod key;
mod local;
pub mod models;
mod ollama;
mod openai;
mod prices;
mod program;
mod provider;
mod recording;
mod registry;
mod template;
mod text;

pub use config_file::ConfigFileError;
pub use custom::{
    Capability, CustomProviders, Definition, DefinitionKind, HttpDefinition, ProgramDefinition,
};
pub use cutoffs::training_cutoff;
pub use error::{Failure, ProviderError};
pub use http::{Clock, HttpConfig, ProxyAddress, RetryPolicy, SystemClock};
pub use key::{ApiKey, ApiKeys, KeySource, key_variable_of_provider, key_variables_of_url};
pub use local::LocalConfig;
pub use ollama::{PullProgress, pull_ollama};
pub use prices::{CostEstimate, ModelFacts, Prices, PromptSize, Workload, estimate};
pub use provider::{Capabilities, Check, Delta, ModelInfo, OnDelta, Provider, ignore_deltas};
pub use recording::{Recording, RecordingError};
pub use registry::{ProviderConfig, ProviderInfo, ProviderKind, ProviderRegistry, providers};

/// Cancels a request; re-exported so that callers need not name its crate.
pub use tokio_util::sync::CancellationToken;
