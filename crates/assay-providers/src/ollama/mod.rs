//! Ollama's own API, which knows more than its OpenAI-compatible one: raw prompts, the model's context length and
//! template, and pulls.
//!
//! Written against Ollama's API reference (`docs/api.md` of its repository).

mod pull;
mod show;
mod wire;

use std::sync::Arc;

use assay_core::{Generation, GenerationRequest, ModelRef};
use async_trait::async_trait;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::exchange::{KeyStyle, Remote, Site};
use crate::{
    Capabilities, Check, Failure, ModelInfo, OnDelta, Provider, ProviderConfig, ProviderError,
    ProviderRegistry,
};
pub use pull::{PullProgress, pull_ollama};
use show::Shown;
use wire::Ollama;

pub(crate) const DEFAULT_BASE: &str = "http://127.0.0.1:11434";
/// Of Ollama's own cloud; a server of one's own wants none.
pub(crate) const KEY: &str = "OLLAMA_API_KEY";
const PORT: u16 = 11434;

const SITE: Site<'_> = Site {
    default_url: Some(DEFAULT_BASE),
    key_variable: Some(KEY),
    key_style: KeyStyle::Bearer,
    path: "",
};

#[derive(Debug)]
struct OllamaModel {
    remote: Remote<Ollama>,
}

pub(crate) fn open(
    model: &ModelRef,
    config: &ProviderConfig,
    _: &ProviderRegistry,
) -> Result<Arc<dyn Provider>, ProviderError> {
    let capabilities = Capabilities {
        completion: true,
        chat: true,
        streaming: true,
        seed: true,
        context_length: None,
        concurrency: 1,
    };
    let remote = Remote::open(model, config, SITE, Ollama::default(), capabilities)?;
    Ok(Arc::new(OllamaModel { remote }))
}

/// The address in `OLLAMA_HOST`, which the server reads too: a host, a port, or a URL, each with or without the
/// rest. What stands for all addresses of this machine when listening is its loopback when asking.
pub(crate) fn base_of_host(host: &str) -> Option<String> {
    let host = host.trim().trim_matches(['"', '\'']);
    if host.is_empty() {
        return None;
    }
    let (scheme, rest) = host.split_once("://").unwrap_or(("http", host));
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    // The last colon begins the port, unless it is inside an IPv6 address.
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port.parse().ok()?),
        _ if host.contains("://") => (authority, if scheme == "https" { 443 } else { 80 }),
        _ => (authority, PORT),
    };
    let name = match name {
        "" | "0.0.0.0" => "127.0.0.1",
        "[::]" => "[::1]",
        name => name,
    };
    Some(format!(
        "{scheme}://{name}:{port}{}",
        path.trim_end_matches('/')
    ))
}

impl OllamaModel {
    /// What `/api/show` says of the model, asked once. A server that has no such address knows nothing.
    async fn shown(&self, cancel: &CancellationToken) -> Result<&Shown, ProviderError> {
        let asking = || async {
            let name = &self.remote.model().name;
            let body = json!({"model": name});
            match self.remote.ask("what the model is", "api/show", &body, cancel).await {
                Ok(reply) => Ok(Shown::read(&reply).unwrap_or_else(|error| {
                    tracing::debug!(model = %self.remote.model(), %error, "/api/show cannot be read");
                    Shown::default()
                })),
                Err(error) if matches!(error.failure, Failure::Http { status: 404 | 405 | 501, .. }) => {
                    Ok(Shown::default())
                }
                Err(error) => Err(error),
            }
        };
        self.remote.protocol().shown.get_or_try_init(asking).await
    }
}

#[async_trait]
impl Provider for OllamaModel {
    fn model(&self) -> &ModelRef {
        self.remote.model()
    }

    /// Until the server was asked, by a check or a first request, a model is taken to be able to do everything.
    fn capabilities(&self) -> Capabilities {
        let shown = self.remote.protocol().shown.get();
        let shown = shown.cloned().unwrap_or_default();
        Capabilities {
            completion: shown.completion,
            chat: shown.chat,
            context_length: shown.context_length,
            ..self.remote.capabilities()
        }
    }

    fn capabilities_are_known(&self) -> bool {
        self.remote.protocol().shown.initialized()
    }

    async fn check(&self, cancel: &CancellationToken) -> Result<Check, ProviderError> {
        let shown = self.shown(cancel).await?;
        if *shown == Shown::default() {
            // It may not have been asked at all.
            let models = self.list_models(cancel).await?;
            let name = &self.model().name;
            let tagged = format!("{name}:latest");
            let listed = models.iter().any(|m| m.name == *name || m.name == tagged);
            if !listed && !models.is_empty() {
                return self.remote.check(cancel).await;
            }
        }
        if !shown.completion {
            return Err(Failure::Unsupported {
                model: self.model().to_string(),
                detail: "it makes embeddings and no text".to_owned(),
            }
            .into());
        }
        let context = match shown.context_length {
            Some(length) => format!(", {length} tokens of context"),
            None => String::new(),
        };
        let modes = if shown.chat {
            "completion and chat"
        } else {
            "completion only"
        };
        Ok(Check {
            listed: Some(true),
            summary: format!("Ollama has {} ({modes}{context})", self.model().name),
        })
    }

    async fn list_models(
        &self,
        cancel: &CancellationToken,
    ) -> Result<Vec<ModelInfo>, ProviderError> {
        self.remote.list_models(cancel).await
    }

    async fn generate(
        &self,
        request: &GenerationRequest,
        on_delta: OnDelta<'_>,
        cancel: &CancellationToken,
    ) -> Result<Generation, ProviderError> {
        match self.shown(cancel).await {
            Ok(shown) => {
                let possible = if request.prompt.is_chat() {
                    shown.chat
                } else {
                    shown.completion
                };
                if !possible {
                    return Err(Failure::Unsupported {
                        model: self.model().to_string(),
                        detail: "its template has no place for messages, or it makes no text"
                            .to_owned(),
                    }
                    .into());
                }
            }
            // What may pass is left to the request itself, which is made again.
            Err(error) if error.failure.is_transient() => {}
            Err(error) => return Err(error),
        }
        self.remote.generate(request, on_delta, cancel).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_ollama_host_is_an_address() {
        for (host, base) in [
            ("", None),
            ("0.0.0.0", Some("http://127.0.0.1:11434")),
            (":8000", Some("http://127.0.0.1:8000")),
            ("gpu.example", Some("http://gpu.example:11434")),
            ("gpu.example:1", Some("http://gpu.example:1")),
            ("https://gpu.example", Some("https://gpu.example:443")),
            ("http://gpu.example/x/", Some("http://gpu.example:80/x")),
            ("\"127.0.0.1:1\"", Some("http://127.0.0.1:1")),
            ("[::]:2", Some("http://[::1]:2")),
            ("[::1]", Some("http://[::1]:11434")),
            ("host:port", None),
        ] {
            assert_eq!(base_of_host(host).as_deref(), base, "{host}");
        }
    }
}
