//! HTTP endpoints that speak no protocol of their own: the person says what is sent and where the answer is.

mod body;

use std::sync::Arc;
use std::time::Duration;

use assay_core::{FinishReason, Generation, GenerationRequest, ModelRef, Usage};
use async_trait::async_trait;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::custom::{Defined, DefinitionKind, HttpDefinition, capabilities, defined};
use crate::exchange::{
    Call, Complaint, KeyStyle, Piece, Protocol, Remote, Site, Unread, prefill_of,
};
use crate::{
    ApiKey, ApiKeys, Capabilities, Check, Failure, ModelInfo, OnDelta, Provider, ProviderConfig,
    ProviderError, ProviderRegistry,
};

pub(crate) use body::{check_body, variables};

/// A model behind an endpoint of a person's own.
#[derive(Debug)]
struct HttpModel {
    remote: Remote<Template>,
    url: String,
    all: Vec<String>,
}

/// The wire format that a definition describes.
#[derive(Debug)]
struct Template {
    definition: HttpDefinition,
    method: Method,
    /// The last part of the URL, behind the base address.
    path: String,
    /// What a request is for, as the template sees it.
    asked_model: String,
    keys: ApiKeys,
}

pub(crate) fn open(
    model: &ModelRef,
    config: &ProviderConfig,
    _: &ProviderRegistry,
) -> Result<Arc<dyn Provider>, ProviderError> {
    let kind = DefinitionKind::Http;
    let found = defined(model, config, kind, "its URL is in its definition", |all| {
        all.http
    })?;
    let Defined {
        asked_model,
        definition,
        all,
        ..
    } = found;
    let (base, path) = split_url(&definition.url);
    // Keys are those its headers name, and no other is looked for.
    let mut here = ProviderConfig {
        keys: ApiKeys::none(),
        ..config.clone()
    };
    here.base_urls.remove(&model.provider);
    here.http.stream = false;
    if let Some(seconds) = definition.timeout_s {
        here.http.total = Duration::from_secs(seconds.into());
        here.http.first_byte = here.http.total;
    }
    if let Some(concurrency) = definition.concurrency {
        here.http.concurrency = usize::try_from(concurrency).unwrap_or(usize::MAX);
    }
    let template = Template {
        method: Method::from_bytes(definition.method.as_bytes()).unwrap_or(Method::POST),
        path: path.to_owned(),
        asked_model,
        keys: config.keys.clone(),
        definition: definition.clone(),
    };
    let keys = template.named_keys();
    let site = Site {
        default_url: Some(base),
        key_variable: None,
        key_style: KeyStyle::Bearer,
        path: "",
    };
    let capabilities = capabilities(
        &definition.capabilities,
        definition.context_length,
        false,
        1,
    );
    Ok(Arc::new(HttpModel {
        remote: Remote::open(model, &here, site, template, capabilities)?.with_keys(keys),
        url: definition.url.clone(),
        all,
    }))
}

/// A URL before its last slash, and behind it. One without a path has nothing behind.
fn split_url(url: &str) -> (&str, &str) {
    let query = url.find(['?', '#']).unwrap_or(url.len());
    let authority = url.find("://").map_or(0, |at| at + 3);
    match url[authority..query].rfind('/') {
        Some(at) => (&url[..authority + at], &url[authority + at + 1..]),
        None => (&url[..query], &url[query..]),
    }
}

impl Template {
    /// The variables of all headers with their keys, where they are set.
    fn named_keys(&self) -> Vec<(String, ApiKey)> {
        let values = self.definition.headers.values();
        let names = values.flat_map(|value| variables(value).unwrap_or_default());
        names
            .filter_map(|name| Some((name.to_owned(), self.keys.get(name)?)))
            .collect()
    }

    fn try_headers(&self) -> Result<HeaderMap, Failure> {
        let look_up = |variable: &str| Some(self.keys.get(variable)?.reveal().to_owned());
        let mut headers = HeaderMap::new();
        for (name, value) in &self.definition.headers {
            let setting = |name: &str, detail: &str| Failure::Setting {
                name: name.to_owned(),
                detail: detail.to_owned(),
            };
            let value = body::expand(value, look_up)
                .map_err(|variable| setting(&variable, "this environment variable is not set"))?;
            let key = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| setting(name, "it is no name of a header"))?;
            let mut value = HeaderValue::from_str(&value)
                .map_err(|_| setting(name, "its value holds characters that no header can"))?;
            value.set_sensitive(true);
            headers.insert(key, value);
        }
        Ok(headers)
    }

    fn count(&self, reply: &Value, pointer: Option<&String>) -> Option<u32> {
        let count = reply.pointer(pointer?)?.as_u64()?;
        u32::try_from(count).ok()
    }

    fn finish(&self, reply: &Value) -> FinishReason {
        let pointer = self.definition.finish.as_ref();
        let reason = pointer.and_then(|pointer| reply.pointer(pointer)?.as_str());
        match reason.unwrap_or_default() {
            "stop" | "end_turn" | "eos" | "eos_token" | "stop_sequence" | "STOP" => {
                FinishReason::Stop
            }
            "length" | "max_tokens" | "MAX_TOKENS" => FinishReason::Length,
            _ => FinishReason::Other,
        }
    }
}

impl Protocol for Template {
    fn call(&self, _: &str, request: &GenerationRequest, _: bool) -> Result<Call, Failure> {
        // Before anything is sent: the headers themselves cannot fail where they are put in.
        self.try_headers()?;
        let body = body::render(&self.definition.body, &self.asked_model, request)
            .map_err(|detail| Failure::Definition { detail })?;
        Ok(Call {
            path: self.path.clone(),
            body: body.into(),
            // Whether the endpoint was told of them, and heeds them, nobody knows.
            cut: request.sampling.stop.clone(),
            prefill: prefill_of(request).to_owned(),
            left_out: Vec::new(),
        })
    }

    fn method(&self) -> Method {
        self.method.clone()
    }

    fn knock_path(&self) -> &str {
        &self.path
    }

    fn headers(&self) -> HeaderMap {
        self.try_headers().unwrap_or_default()
    }

    fn read_event(&self, data: &str) -> Result<Piece, Unread> {
        self.read_whole(data)
    }

    fn read_whole(&self, body: &str) -> Result<Piece, Unread> {
        let reply: Value = serde_json::from_str(body)?;
        let error = self.definition.error.as_ref();
        let error = error.and_then(|pointer| reply.pointer(pointer));
        if let Some(error) = error.filter(|error| !error.is_null() && **error != "") {
            return Err(Unread::Said(Complaint::of_value(error).unwrap_or_else(
                || Complaint {
                    message: error.to_string(),
                    ..Complaint::default()
                },
            )));
        }
        let pointer = &self.definition.text;
        let text = match reply.pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => {
                return Err(Unread::Nonsense(format!("it holds no text at {pointer}")));
            }
            Some(_) => {
                return Err(Unread::Nonsense(format!(
                    "what it holds at {pointer} is no text"
                )));
            }
        };
        Ok(Piece {
            text,
            answers: true,
            thought: false,
            finish: Some(self.finish(&reply)),
            usage: Usage {
                prompt_tokens: self.count(&reply, self.definition.prompt_tokens.as_ref()),
                completion_tokens: self.count(&reply, self.definition.completion_tokens.as_ref()),
            },
            served_model: None,
            end: true,
        })
    }
}

#[async_trait]
impl Provider for HttpModel {
    fn model(&self) -> &ModelRef {
        self.remote.model()
    }

    fn capabilities(&self) -> Capabilities {
        self.remote.capabilities()
    }

    /// Whether its keys are set and something answers there; whether that takes a request, only one can tell.
    async fn check(&self, cancel: &CancellationToken) -> Result<Check, ProviderError> {
        self.remote.protocol().try_headers()?;
        let status = self.remote.knock(cancel).await?;
        Ok(Check {
            listed: None,
            summary: format!("something answers at {} (HTTP {status} to HEAD)", self.url),
        })
    }

    /// The endpoints that are defined.
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
        self.remote.generate(request, on_delta, cancel).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_put_together_again() {
        for (url, base, path) in [
            ("https://h", "https://h", ""),
            ("https://h/", "https://h", ""),
            ("https://h/a", "https://h", "a"),
            ("https://h/a/b?c=/d/e", "https://h/a", "b?c=/d/e"),
            ("https://h/a/", "https://h/a", ""),
            ("https://h?x=/y", "https://h", "?x=/y"),
        ] {
            assert_eq!(split_url(url), (base, path), "{url}");
        }
    }
}
