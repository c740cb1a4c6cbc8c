//! Servers that speak OpenAI's HTTP API: `/v1/completions`, `/v1/chat/completions`, `/v1/models`.
//!
//! Written against the API reference and checked against recorded replies and a real llama-server.

mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use assay_core::{GenerationRequest, ModelRef, Usage};

use crate::exchange::{
    Call, Complaint, KeyStyle, ModelPage, Piece, Protocol, Remote, Site, Unread,
};
use crate::{
    Capabilities, Failure, ModelInfo, Provider, ProviderConfig, ProviderError, ProviderRegistry,
};
use wire::{MAX_STOPS, ModelList, Reply, Style};

/// The vendor's own address.
pub(crate) const DEFAULT_BASE: &str = "https://api.openai.com/v1";
pub(crate) const VENDOR_KEY: &str = "OPENAI_API_KEY";

/// The protocol, and what this server turned out not to understand: learnt from its complaints, kept for
/// later requests.
#[derive(Debug, Default)]
struct OpenAi {
    /// `stream_options` is unknown: no token counts in streams.
    no_stream_options: AtomicBool,
    /// `max_tokens` has been replaced by `max_completion_tokens`.
    max_completion_tokens: AtomicBool,
    /// No more than [`MAX_STOPS`] stop sequences are taken; known of the vendor.
    few_stops: AtomicBool,
}

pub(crate) fn open(
    model: &ModelRef,
    config: &ProviderConfig,
    _: &ProviderRegistry,
) -> Result<Arc<dyn Provider>, ProviderError> {
    let vendors_own = model.url.is_none() && !config.base_urls.contains_key(&model.provider);
    let protocol = OpenAi {
        few_stops: AtomicBool::new(vendors_own),
        ..OpenAi::default()
    };
    let site = Site {
        default_url: Some(DEFAULT_BASE),
        key_variable: Some(VENDOR_KEY),
        key_style: KeyStyle::Bearer,
    };
    let capabilities = Capabilities {
        completion: true,
        chat: true,
        streaming: true,
        seed: true,
        context_length: None,
        concurrency: config.http.concurrency,
    };
    let remote = Remote::open(model, config, site, protocol, capabilities)?;
    Ok(Arc::new(remote))
}

impl OpenAi {
    fn piece(reply: Reply) -> Result<Piece, Unread> {
        if let Some(error) = reply.error.filter(|error| !error.is_null()) {
            let said = Complaint::of_value(&error).unwrap_or_else(|| Complaint {
                message: error.to_string(),
                ..Complaint::default()
            });
            return Err(Unread::Said(said));
        }
        let choice = reply.choices.first();
        Ok(Piece {
            text: choice.map(|c| c.text().to_owned()).unwrap_or_default(),
            answers: choice.is_some(),
            thought: choice.is_some_and(wire::Choice::thinks),
            finish: choice.and_then(wire::Choice::finish),
            usage: reply.usage.map(Usage::from).unwrap_or_default(),
            served_model: reply.model,
            end: false,
        })
    }
}

impl Protocol for OpenAi {
    fn call(
        &self,
        model: &str,
        request: &GenerationRequest,
        stream: bool,
    ) -> Result<Call, Failure> {
        let style = Style {
            stream,
            stream_options: !self.no_stream_options.load(Ordering::Relaxed),
            max_completion_tokens: self.max_completion_tokens.load(Ordering::Relaxed),
            few_stops: self.few_stops.load(Ordering::Relaxed),
        };
        let (path, body) = wire::body(model, request, style);
        Ok(Call {
            path: path.to_owned(),
            body,
            cut: style.stops(request).1.to_vec(),
        })
    }

    fn read_event(&self, data: &str) -> Result<Piece, Unread> {
        if data.trim() == "[DONE]" {
            return Ok(Piece {
                end: true,
                ..Piece::default()
            });
        }
        Self::piece(serde_json::from_str(data)?)
    }

    fn read_whole(&self, body: &str) -> Result<Piece, Unread> {
        Self::piece(serde_json::from_str(body)?)
    }

    fn learn(&self, complaint: &Complaint, sent: &Call) -> bool {
        let sends = |field: &str| sent.body.get(field).is_some();
        let learnt = if sends("stream_options") && complaint.mentions(&["stream_options"]) {
            &self.no_stream_options
        } else if sends("max_tokens") && complaint.mentions(&["max_completion_tokens"]) {
            &self.max_completion_tokens
        } else if sent.body["stop"].as_array().map_or(0, Vec::len) > MAX_STOPS
            && complaint.mentions(&["stop", "too many"])
        {
            &self.few_stops
        } else {
            return false;
        };
        learnt.store(true, Ordering::Relaxed);
        true
    }

    fn models_path(&self, _after: Option<&str>) -> Option<String> {
        Some("models".to_owned())
    }

    fn read_models(&self, body: &str) -> Result<ModelPage, Unread> {
        let list: ModelList = serde_json::from_str(body)?;
        let models = list.data.into_iter().map(|model| ModelInfo {
            context_length: model.context_length(),
            name: model.id,
        });
        Ok(ModelPage {
            models: models.collect(),
            next: None,
        })
    }
}
