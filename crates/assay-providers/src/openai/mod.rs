//! Servers that speak OpenAI's HTTP API: `/v1/completions`, `/v1/chat/completions`, `/v1/models`.
//!
//! Written against the API reference and checked against recorded replies and a real llama-server.

mod attempt;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use assay_core::{Generation, GenerationRequest, ModelRef};
use async_trait::async_trait;
use reqwest::{Client, Url};
use tokio_util::sync::CancellationToken;

use crate::key::variable_of_host;
use crate::{
    ApiKey, Capabilities, Check, Delta, Failure, HttpConfig, ModelInfo, OnDelta, Provider,
    ProviderConfig, ProviderError, ProviderRegistry,
};
use attempt::AttemptError;

/// The vendor's own address.
const DEFAULT_BASE: &str = "https://api.openai.com/v1";
const VENDOR_HOST: &str = "api.openai.com";
const VENDOR_KEY: &str = "OPENAI_API_KEY";

/// A model behind an OpenAI-compatible server.
#[derive(Debug)]
struct OpenAi {
    model: ModelRef,
    /// Without a slash at its end.
    base: String,
    client: Client,
    key: Option<ApiKey>,
    key_variable: String,
    http: HttpConfig,
    dialect: Dialect,
}

/// What this server turned out not to understand; learnt from its complaints, kept for later requests.
#[derive(Debug, Default)]
struct Dialect {
    /// `stream_options` is unknown: no token counts in streams.
    no_stream_options: AtomicBool,
    /// `max_tokens` has been replaced by `max_completion_tokens`.
    max_completion_tokens: AtomicBool,
    /// No more than [`wire::MAX_STOPS`] stop sequences are taken; known of the vendor.
    few_stops: AtomicBool,
}

impl Dialect {
    fn of_host(host: &str) -> Self {
        Self {
            few_stops: AtomicBool::new(host == VENDOR_HOST),
            ..Self::default()
        }
    }
}

pub(crate) fn open(
    model: &ModelRef,
    config: &ProviderConfig,
    _: &ProviderRegistry,
) -> Result<Arc<dyn Provider>, ProviderError> {
    let base = model
        .url
        .as_deref()
        .or(config.openai_base_url.as_deref())
        .unwrap_or(DEFAULT_BASE)
        .trim()
        .trim_end_matches('/')
        .to_owned();
    let refused = |detail: String| Failure::Refused {
        url: base.clone(),
        detail,
    };
    let url = Url::parse(&base).map_err(|e| refused(e.to_string()))?;
    let Some(host) = url
        .host_str()
        .filter(|_| matches!(url.scheme(), "http" | "https"))
    else {
        return Err(refused("it is no http address".to_owned()).into());
    };
    let authority = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let (key, key_variable) = find_key(model, config, host, &authority);
    let mut client = Client::builder()
        .connect_timeout(config.http.connect)
        // A redirected POST becomes a GET: better to say that the address is wrong.
        .redirect(reqwest::redirect::Policy::none());
    if matches!(host, "127.0.0.1" | "localhost" | "[::1]") {
        // A proxy from the environment cannot know this machine's loopback.
        client = client.no_proxy();
    }
    let client = client.build().map_err(|e| refused(e.to_string()))?;
    Ok(Arc::new(OpenAi {
        model: model.clone(),
        base,
        client,
        key,
        key_variable,
        http: config.http.clone(),
        dialect: Dialect::of_host(host),
    }))
}

/// The key for this address and the variable to name in a hint. The vendor's key goes to the vendor (or
/// to the address in `OPENAI_BASE_URL`, which the person has set beside it) and never to a URL that was
/// written into a model's name: that one has a variable of its own.
fn find_key(
    model: &ModelRef,
    config: &ProviderConfig,
    host: &str,
    authority: &str,
) -> (Option<ApiKey>, String) {
    let mut variables = vec![variable_of_host(authority), variable_of_host(host)];
    if model.url.is_none() {
        variables = vec![VENDOR_KEY.to_owned(), "ASSAY_KEY_OPENAI".to_owned()];
    }
    for variable in &variables {
        if let Some(key) = config.keys.get(variable) {
            return (Some(key), variable.clone());
        }
    }
    (None, variables.swap_remove(0))
}

#[async_trait]
impl Provider for OpenAi {
    fn model(&self) -> &ModelRef {
        &self.model
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            completion: true,
            chat: true,
            streaming: true,
            seed: true,
            context_length: None,
            concurrency: self.http.concurrency,
        }
    }

    async fn check(&self, cancel: &CancellationToken) -> Result<Check, ProviderError> {
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
                return Ok(Check {
                    listed: None,
                    summary: format!("{} is there; it lists no models", self.base),
                });
            }
            Err(error) => return Err(error),
        };
        if models.is_empty() {
            return Ok(Check {
                listed: None,
                summary: format!("{} is there; its list of models is empty", self.base),
            });
        }
        if models.iter().any(|info| info.name == self.model.name) {
            return Ok(Check {
                listed: Some(true),
                summary: format!("{} serves {}", self.base, self.model.name),
            });
        }
        let some: Vec<&str> = models
            .iter()
            .take(5)
            .map(|info| info.name.as_str())
            .collect();
        Err(ProviderError::new(
            Failure::ModelNotFound {
                model: self.model.name.clone(),
                detail: format!("{} does not list it", self.base),
                hint: format!(
                    "it offers {}{}",
                    some.join(", "),
                    if models.len() > some.len() {
                        ", ..."
                    } else {
                        ""
                    }
                ),
            },
            1,
        ))
    }

    async fn list_models(
        &self,
        cancel: &CancellationToken,
    ) -> Result<Vec<ModelInfo>, ProviderError> {
        let limit = self.http.first_byte.min(Duration::from_secs(20));
        let listing = async {
            tokio::time::timeout(limit, self.get_models())
                .await
                .unwrap_or_else(|_| Err(self.timeout("the list of models", limit)))
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(ProviderError::new(Failure::Cancelled, 1)),
            models = listing => models.map_err(|failure| ProviderError::new(failure, 1)),
        }
    }

    async fn generate(
        &self,
        request: &GenerationRequest,
        on_delta: OnDelta<'_>,
        cancel: &CancellationToken,
    ) -> Result<Generation, ProviderError> {
        let clock = &self.http.clock;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let delivered = AtomicBool::new(false);
            let deliver = |delta: Delta<'_>| {
                delivered.store(true, Ordering::Relaxed);
                on_delta(delta);
            };
            let attempt = async {
                tokio::time::timeout(self.http.total, self.attempt(request, &deliver))
                    .await
                    .unwrap_or_else(|_| {
                        Err(self.timeout("the whole answer", self.http.total).into())
                    })
            };
            // Dropping the attempt closes its connection, which is how a server learns of it.
            let result = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(ProviderError::new(Failure::Cancelled, attempts)),
                result = attempt => result,
            };
            let error = match result {
                Ok(answer) => return Ok(answer.into_generation(attempts)),
                Err(error) => error,
            };
            let AttemptError::Failed {
                failure,
                retry_after,
            } = error
            else {
                // The request is put differently from now on; that was no failure of the model.
                attempts -= 1;
                continue;
            };
            let wait = if failure.is_transient() {
                self.http.retry.wait(attempts, retry_after, clock.chance())
            } else {
                None
            };
            let Some(wait) = wait else {
                return Err(ProviderError::new(failure, attempts));
            };
            tracing::warn!(model = %self.model, attempts, ?wait, error = %failure, "asking again");
            if delivered.into_inner() {
                on_delta(Delta::Restart);
            }
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(ProviderError::new(Failure::Cancelled, attempts)),
                () = clock.sleep(wait) => {}
            }
        }
    }
}

impl OpenAi {
    fn timeout(&self, phase: &'static str, limit: Duration) -> Failure {
        Failure::Timeout {
            url: self.base.clone(),
            phase,
            limit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(model: &str, keys: crate::ApiKeys) -> (Option<ApiKey>, String) {
        let model: ModelRef = model.parse().unwrap();
        let mut config = ProviderConfig::new("/nowhere");
        config.keys = keys;
        let url = Url::parse(model.url.as_deref().unwrap_or(DEFAULT_BASE)).unwrap();
        let host = url.host_str().unwrap().to_owned();
        let authority = url
            .port()
            .map_or(host.clone(), |port| format!("{host}:{port}"));
        find_key(&model, &config, &host, &authority)
    }

    #[test]
    fn the_vendor_is_known_to_take_few_stops_and_others_are_not() {
        let few = |base: &str| {
            let url = Url::parse(base).unwrap();
            let dialect = Dialect::of_host(url.host_str().unwrap());
            dialect.few_stops.into_inner()
        };
        assert!(few(DEFAULT_BASE));
        assert!(!few("http://127.0.0.1:8080/v1"));
    }

    #[test]
    fn the_vendors_key_never_goes_to_a_url_in_a_models_name() {
        let keys = crate::ApiKeys::none().with(VENDOR_KEY, ApiKey::new("vendor"));
        assert!(key_of("openai:m", keys.clone()).0.is_some());
        let (key, variable) = key_of("openai:m@http://lab.example:8080/v1", keys.clone());
        assert_eq!(key, None);
        assert_eq!(variable, "ASSAY_KEY_LAB_EXAMPLE_8080");
        let keys = keys.with("ASSAY_KEY_LAB_EXAMPLE", ApiKey::new("lab"));
        let (key, _) = key_of("openai:m@http://lab.example:8080/v1", keys);
        assert_eq!(key, Some(ApiKey::new("lab")));
    }
}
