//! Where models come from, what they cost, and what one answers to a test prompt.

use assay_core::{FinishReason, Price, Usage};
use serde::{Deserialize, Serialize};

/// How a provider is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// Weights on this machine, run inside the program.
    InProcess,
    /// A server on this machine or in this network, without a key as a rule.
    Server,
    /// A vendor's service, with a key.
    Service,
    /// A program of the user's that speaks JSON lines.
    Program,
    /// An address with a template of the user's.
    Template,
}

/// What may stand before the colon of a model's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProviderInfo {
    /// `openrouter`
    pub id: String,
    pub title: String,
    pub kind: ProviderKind,
    /// Where requests go unless a model names another address.
    pub default_url: Option<String>,
    /// The variable its key is kept under.
    pub key_variable: Option<String>,
    /// What a model of it is called, for example: `openrouter:qwen/qwen-2.5-coder-32b-instruct`.
    pub example: String,
    /// One or two sentences for people.
    pub note: String,
}

/// A model that a server offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelOffer {
    /// What a run spec takes.
    pub reference: String,
    pub name: String,
    pub context_length: Option<u32>,
}

/// A custom provider: how it is reached, as it stands in `providers.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CustomProvider {
    Program(CustomProgram),
    Template(CustomTemplate),
}

/// A program that gets a JSON line a request and answers with JSON lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CustomProgram {
    /// What stands after `program:`.
    pub name: String,
    /// The program and its arguments.
    pub command: Vec<String>,
    pub cwd: Option<String>,
    /// Environment variables it is given the values of; only their names are kept.
    pub env_keys: Vec<String>,
    pub chat: bool,
    pub completion: bool,
    pub seed: bool,
    pub concurrency: u32,
    pub timeout_s: u32,
}

/// One request of HTTP, its parts written as templates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CustomTemplate {
    /// What stands after `http:`.
    pub name: String,
    pub url: String,
    pub method: String,
    /// Names and values; `${VARIABLE}` in a value is a key's place.
    pub headers: Vec<(String, String)>,
    /// The body as a template over prompt, messages, temperature, max_tokens, stop, seed and model.
    pub body: String,
    /// JSON pointer (RFC 6901) to the answer's text.
    pub text: String,
    pub finish: Option<String>,
    pub prompt_tokens: Option<String>,
    pub completion_tokens: Option<String>,
    pub error: Option<String>,
    pub chat: bool,
    pub completion: bool,
    pub concurrency: u32,
    pub timeout_s: u32,
}

/// What a model answered to a prompt that was sent to try it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TestAnswer {
    pub reference: String,
    pub text: String,
    pub finish: FinishReason,
    pub usage: Usage,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub latency_ms: f64,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub first_token_ms: Option<f64>,
    pub served_model: Option<String>,
    pub attempts: u32,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub cost_usd: Option<f64>,
}

/// What a model's tokens cost and how many it takes, and where that is written.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelFacts {
    pub price: Option<Price>,
    pub context_length: Option<u32>,
    /// `prices.toml of the data folder`, `the list that ships with Assay, as of 2026-10-01`.
    pub source: Option<String>,
}
