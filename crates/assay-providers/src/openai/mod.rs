//! Servers that speak OpenAI's HTTP API: `/v1/completions`, `/v1/chat/completions`, `/v1/models`, and
//! `/v1/responses`.
//!
//! Written against the API reference and checked against recorded replies and a real llama-server.

mod presets;
mod responses;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use assay_core::{GenerationRequest, ModelRef, Usage};
use serde_json::Value;

use crate::exchange::{
    Body, Call, Complaint, Dialect, KeyStyle, ModelPage, Piece, Protocol, Remote, Site, Unread,
    prefill_of,
};
use crate::{Capabilities, Failure, Provider, ProviderConfig, ProviderError, ProviderRegistry};
use wire::{MAX_STOPS, ModelList, Reply, Style};

pub(crate) use presets::{Preset, preset, presets};
pub(crate) use responses::open as open_responses;

/// The vendor's own address, and the variable with the key of it.
pub(crate) const VENDOR_BASE: &str = "https://api.openai.com/v1";
pub(crate) const VENDOR_KEY: &str = "OPENAI_API_KEY";

/// The protocol as a preset's server speaks it, with what was learnt from its complaints.
#[derive(Debug)]
struct OpenAi {
    preset: &'static Preset,
    dialect: Dialect,
    /// `max_tokens` has been replaced by `max_completion_tokens`.
    max_completion_tokens: AtomicBool,
    /// No more stop sequences are taken.
    stops: AtomicUsize,
}

/// A model of the preset that its name begins with.
pub(crate) fn open(
    model: &ModelRef,
    config: &ProviderConfig,
    _: &ProviderRegistry,
) -> Result<Arc<dyn Provider>, ProviderError> {
    let Some(preset) = preset(&model.provider) else {
        return Err(Failure::UnknownProvider {
            provider: model.provider.clone(),
            known: "those of presets.toml".to_owned(),
        }
        .into());
    };
    // Another server of the kind may be set up otherwise.
    let at_home = model.url.is_none() && !config.base_urls.contains_key(&model.provider);
    let without = (!preset.stream_options).then_some("stream_options");
    let protocol = OpenAi {
        preset,
        dialect: Dialect::without(without),
        max_completion_tokens: AtomicBool::new(preset.max_completion_tokens),
        stops: AtomicUsize::new(preset.stops.filter(|_| at_home).unwrap_or(usize::MAX)),
    };
    let site = Site {
        default_url: Some(&preset.url),
        key_variable: preset.key.as_deref(),
        key_style: KeyStyle::Bearer,
        path: "",
    };
    let capabilities = Capabilities {
        completion: preset.completion,
        chat: preset.chat,
        streaming: true,
        seed: preset.seed.is_some(),
        context_length: None,
        concurrency: config.http.concurrency,
    };
    let remote = Remote::open(model, config, site, protocol, capabilities)?;
    Ok(Arc::new(remote))
}

impl OpenAi {
    fn piece(reply: Reply<'_>) -> Result<Piece, Unread> {
        refuse_error(reply.error.as_ref())?;
        let choice = reply.choices.first();
        Ok(Piece {
            text: choice.map(|c| c.text().to_owned()).unwrap_or_default(),
            answers: choice.is_some(),
            thought: choice.is_some_and(|choice| choice.thinks()),
            finish: choice.and_then(|choice| choice.finish()),
            usage: reply.usage.map(Usage::from).unwrap_or_default(),
            served_model: reply.model.map(|model| model.0.into_owned()),
            end: false,
        })
    }
}

/// An error inside a reply of status 200, as it comes in the middle of a stream.
fn refuse_error(error: Option<&Value>) -> Result<(), Unread> {
    let Some(error) = error.filter(|error| !error.is_null()) else {
        return Ok(());
    };
    let said = Complaint::of_value(error).unwrap_or_else(|| Complaint {
        message: error.to_string(),
        ..Complaint::default()
    });
    Err(Unread::Said(said))
}

fn read_models(body: &str) -> Result<ModelPage, Unread> {
    let list: ModelList = serde_json::from_str(body)?;
    Ok(ModelPage {
        models: list.into_models(),
        next: None,
    })
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
            max_completion_tokens: self.max_completion_tokens.load(Ordering::Relaxed),
            stops: self.stops.load(Ordering::Relaxed),
            seed: self.preset.seed.as_deref(),
        };
        let without = self.dialect.left_out();
        let body = wire::Asked {
            model,
            request,
            style,
            without: &without,
        };
        let left_out = body.left_out();
        Ok(Call {
            path: body.path().to_owned(),
            body: Body::write(&body)?,
            cut: style.stops(request).1.to_vec(),
            prefill: prefill_of(request).to_owned(),
            left_out,
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
        let body = sent.body.tree();
        if body.get("max_tokens").is_some() && complaint.mentions(&["max_completion_tokens"]) {
            self.max_completion_tokens.store(true, Ordering::Relaxed);
            return true;
        }
        if self.dialect.learn(complaint, sent) {
            return true;
        }
        let stops = body["stop"].as_array().map_or(0, Vec::len);
        let fewer = if stops > MAX_STOPS && complaint.mentions(&["stop", "too many"]) {
            MAX_STOPS
        } else if stops > 0 && complaint.mentions(&["stop"]) && complaint.mentions(&["support"]) {
            0
        } else {
            return false;
        };
        self.stops.store(fewer, Ordering::Relaxed);
        true
    }

    fn models_path(&self, _after: Option<&str>) -> Option<String> {
        Some("models".to_owned())
    }

    fn serves(&self, listed: &str, name: &str) -> bool {
        let name = match name.rsplit_once(':') {
            Some((whole, _)) if self.preset.variants && listed != name => whole,
            _ => name,
        };
        listed == name
    }

    fn read_models(&self, body: &str) -> Result<ModelPage, Unread> {
        read_models(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_of_a_listed_model_is_served_where_there_are_variants() {
        let protocol = |id| OpenAi {
            preset: preset(id).unwrap(),
            dialect: Dialect::default(),
            max_completion_tokens: AtomicBool::new(false),
            stops: AtomicUsize::new(0),
        };
        let hub = protocol("hf-inference");
        assert!(hub.serves("a/b", "a/b:fastest"));
        assert!(hub.serves("a/b:free", "a/b:free"));
        assert!(!hub.serves("a/b", "a/c:fastest"));
        assert!(!protocol("vllm").serves("a/b", "a/b:fastest"));
    }
}
