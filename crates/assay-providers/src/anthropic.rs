//! Anthropic's Messages API: `/v1/messages`, `/v1/messages/count_tokens`, `/v1/models` (API reference, version
//! 2023-06-01).
//!
//! It answers messages alone and takes no seed. A last message of the assistant is continued by models
//! before Claude 4.6; later ones refuse it.

use std::sync::Arc;

use assay_core::{FinishReason, GenerationRequest, ModelRef, Prompt, Role, Usage};
use reqwest::header::{HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::exchange::{
    Call, Complaint, Dialect, KeyStyle, ModelPage, Piece, Protocol, Remote, Site, Unread,
    prefill_of,
};
use crate::{
    Capabilities, Failure, ModelInfo, Provider, ProviderConfig, ProviderError, ProviderRegistry,
};

/// The vendor's own address, and the variable with the key of it.
pub(crate) const VENDOR_BASE: &str = "https://api.anthropic.com/v1";
pub(crate) const VENDOR_KEY: &str = "ANTHROPIC_API_KEY";

const VERSION: &str = "2023-06-01";
/// Models on one page of the list: as many as it gives.
const PAGE: usize = 1000;

#[derive(Debug, Default)]
struct Anthropic {
    dialect: Dialect,
}

pub(crate) fn open(
    model: &ModelRef,
    config: &ProviderConfig,
    _: &ProviderRegistry,
) -> Result<Arc<dyn Provider>, ProviderError> {
    let site = Site {
        default_url: Some(VENDOR_BASE),
        key_variable: Some(VENDOR_KEY),
        key_style: KeyStyle::Header("x-api-key"),
        // The vendor's own programs want the address without it.
        path: "/v1",
    };
    let capabilities = Capabilities {
        completion: false,
        chat: true,
        streaming: true,
        seed: false,
        context_length: None,
        concurrency: config.http.concurrency,
    };
    let remote = Remote::open(model, config, site, Anthropic::default(), capabilities)?;
    Ok(Arc::new(remote))
}

/// The part of a request that counts as its prompt, and the beginning of the answer in it.
fn prompt_of(model: &str, request: &GenerationRequest) -> (Map<String, Value>, String) {
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(model));
    let (mut system, mut turns) = (Vec::new(), Vec::new());
    if let Prompt::Chat { messages } = &request.prompt {
        for message in messages {
            match message.role {
                Role::System => system.push(message.content.as_str()),
                Role::User => turns.push(("user", message.content.as_str())),
                Role::Assistant => turns.push(("assistant", message.content.as_str())),
            }
        }
    }
    if !system.is_empty() {
        body.insert("system".to_owned(), json!(system.join("\n\n")));
    }
    // A last message of the assistant that ends with white space is refused, and so is an empty one.
    let prefill = prefill_of(request).trim_end().to_owned();
    if let Some(last) = turns.last_mut().filter(|(role, _)| *role == "assistant") {
        last.1 = &prefill;
    }
    let turns: Vec<Value> = turns
        .into_iter()
        .filter(|(_, content)| !content.is_empty())
        .map(|(role, content)| json!({"role": role, "content": content}))
        .collect();
    body.insert("messages".to_owned(), Value::Array(turns));
    (body, prefill)
}

impl Protocol for Anthropic {
    fn call(
        &self,
        model: &str,
        request: &GenerationRequest,
        stream: bool,
    ) -> Result<Call, Failure> {
        let (mut body, prefill) = prompt_of(model, request);
        let sampling = &request.sampling;
        body.insert("max_tokens".to_owned(), json!(sampling.max_tokens));
        body.insert("temperature".to_owned(), json!(sampling.temperature));
        if let Some(top_p) = sampling.top_p {
            body.insert("top_p".to_owned(), json!(top_p));
        }
        // Stop sequences of white space alone are refused.
        let (sent, cut): (Vec<String>, Vec<String>) = sampling
            .stop
            .iter()
            .cloned()
            .partition(|stop| !stop.trim().is_empty());
        if !sent.is_empty() {
            body.insert("stop_sequences".to_owned(), json!(sent));
        }
        if stream {
            body.insert("stream".to_owned(), json!(true));
        }
        self.dialect.apply(&mut body);
        Ok(Call {
            path: "messages".to_owned(),
            body: Value::Object(body).into(),
            cut,
            prefill,
        })
    }

    fn read_event(&self, data: &str) -> Result<Piece, Unread> {
        Ok(match serde_json::from_str::<Event>(data)? {
            Event::MessageStart { message } => Piece {
                answers: true,
                usage: message.usage.map(Usage::from).unwrap_or_default(),
                served_model: message.model,
                ..Piece::default()
            },
            Event::ContentBlockDelta { delta } => Piece {
                answers: true,
                thought: delta.kind == "thinking_delta",
                text: delta.text.unwrap_or_default(),
                ..Piece::default()
            },
            Event::MessageDelta { delta, usage } => Piece {
                answers: true,
                finish: delta.stop_reason.as_deref().map(finish_of),
                usage: usage.map(Usage::from).unwrap_or_default(),
                ..Piece::default()
            },
            Event::MessageStop => Piece {
                end: true,
                ..Piece::default()
            },
            Event::Error { error } => return Err(Unread::Said(complaint_of(&error))),
            // `ping`, the bounds of content blocks, and what is yet to come.
            Event::Other => Piece::default(),
        })
    }

    fn read_whole(&self, body: &str) -> Result<Piece, Unread> {
        let message = match serde_json::from_str(body)? {
            Whole::Message(message) => message,
            Whole::Error { error } => return Err(Unread::Said(complaint_of(&error))),
        };
        Ok(Piece {
            text: message
                .content
                .into_iter()
                .filter(|block| block.kind == "text")
                .filter_map(|block| block.text)
                .collect(),
            answers: true,
            finish: message.stop_reason.as_deref().map(finish_of),
            usage: message.usage.map(Usage::from).unwrap_or_default(),
            served_model: message.model,
            ..Piece::default()
        })
    }

    fn headers(&self) -> HeaderMap {
        HeaderMap::from_iter([(
            reqwest::header::HeaderName::from_static("anthropic-version"),
            HeaderValue::from_static(VERSION),
        )])
    }

    fn learn(&self, complaint: &Complaint, sent: &Call) -> bool {
        self.dialect.learn(complaint, sent)
    }

    fn failure_of(&self, model: &str, status: u16, detail: &str) -> Option<Failure> {
        (status == 400 && detail.contains("prefill")).then(|| Failure::Unsupported {
            model: model.to_owned(),
            detail: detail.to_owned(),
        })
    }

    fn models_path(&self, after: Option<&str>) -> Option<String> {
        Some(match after {
            Some(id) => format!("models?limit={PAGE}&after_id={id}"),
            None => format!("models?limit={PAGE}"),
        })
    }

    fn read_models(&self, body: &str) -> Result<ModelPage, Unread> {
        let list: ModelList = serde_json::from_str(body)?;
        Ok(ModelPage {
            next: list.last_id.filter(|_| list.has_more),
            models: list
                .data
                .into_iter()
                .map(|model| ModelInfo {
                    name: model.id,
                    context_length: model.max_input_tokens,
                })
                .collect(),
        })
    }

    fn count_call(&self, model: &str, request: &GenerationRequest) -> Option<Call> {
        let (body, prefill) = prompt_of(model, request);
        Some(Call {
            path: "messages/count_tokens".to_owned(),
            body: Value::Object(body).into(),
            cut: Vec::new(),
            prefill,
        })
    }

    fn read_count(&self, body: &str) -> Result<u32, Unread> {
        #[derive(Deserialize)]
        struct Count {
            input_tokens: u32,
        }
        Ok(serde_json::from_str::<Count>(body)?.input_tokens)
    }
}

fn finish_of(reason: &str) -> FinishReason {
    match reason {
        "end_turn" | "stop_sequence" => FinishReason::Stop,
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        _ => FinishReason::Other,
    }
}

/// An error in the middle of a stream has a kind and no status: that which it has elsewhere.
fn complaint_of(error: &Value) -> Complaint {
    let mut complaint = Complaint::of_value(error).unwrap_or_else(|| Complaint {
        message: error.to_string(),
        ..Complaint::default()
    });
    complaint.status = match error.get("type").and_then(Value::as_str) {
        Some("invalid_request_error") => Some(400),
        Some("authentication_error") => Some(401),
        Some("billing_error") => Some(402),
        Some("permission_error") => Some(403),
        Some("not_found_error") => Some(404),
        Some("request_too_large") => Some(413),
        Some("rate_limit_error") => Some(429),
        Some("timeout_error") => Some(504),
        Some("overloaded_error") => Some(529),
        _ => complaint.status,
    };
    complaint
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    MessageStart {
        message: Message,
    },
    ContentBlockDelta {
        delta: Block,
    },
    MessageDelta {
        delta: Ending,
        usage: Option<WireUsage>,
    },
    MessageStop,
    Error {
        error: Value,
    },
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Whole {
    Message(Message),
    Error { error: Value },
}

#[derive(Debug, Deserialize)]
struct Message {
    model: Option<String>,
    #[serde(default)]
    content: Vec<Block>,
    stop_reason: Option<String>,
    usage: Option<WireUsage>,
}

#[derive(Debug, Deserialize)]
struct Block {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Ending {
    stop_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireUsage {
    input_tokens: Option<u32>,
    cache_creation_input_tokens: Option<u32>,
    cache_read_input_tokens: Option<u32>,
    output_tokens: Option<u32>,
}

impl From<WireUsage> for Usage {
    /// A prompt is what is read anew, what is read from a cache, and what is written to it.
    fn from(usage: WireUsage) -> Self {
        let cached = [
            usage.cache_creation_input_tokens,
            usage.cache_read_input_tokens,
        ];
        Self {
            prompt_tokens: usage.input_tokens.map(|tokens| {
                let cached: u32 = cached.into_iter().flatten().sum();
                tokens.saturating_add(cached)
            }),
            completion_tokens: usage.output_tokens,
        }
    }
}

#[derive(Debug, Deserialize)]
struct ModelList {
    data: Vec<ListedModel>,
    #[serde(default)]
    has_more: bool,
    last_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ListedModel {
    id: String,
    max_input_tokens: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_core::Sampling;

    fn request(messages: &[(Role, &str)]) -> GenerationRequest {
        GenerationRequest {
            prompt: Prompt::Chat {
                messages: messages
                    .iter()
                    .map(|(role, content)| assay_core::Message {
                        role: *role,
                        content: (*content).to_owned(),
                    })
                    .collect(),
            },
            sampling: Sampling {
                temperature: 0.8,
                top_p: Some(0.95),
                max_tokens: 64,
                stop: vec!["\n\n".to_owned(), "\ndef".to_owned()],
            },
            seed: Some(7),
        }
    }

    #[test]
    fn a_request_is_put_as_the_vendor_wants_it() {
        let request = request(&[
            (Role::System, "Be brief."),
            (Role::User, "hi"),
            (Role::Assistant, "```python\n"),
        ]);
        let call = Anthropic::default().call("claude", &request, true).unwrap();
        assert_eq!(
            *call.body.tree(),
            json!({"model": "claude", "system": "Be brief.", "max_tokens": 64, "temperature": 0.8,
                   "top_p": 0.95, "stop_sequences": ["\ndef"], "stream": true,
                   "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "```python"}]})
        );
        assert_eq!(call.cut, ["\n\n"], "a stop of white space is cut at here");
        assert_eq!(call.prefill, "```python");
        let counted = Anthropic::default().count_call("claude", &request).unwrap();
        let body = counted.body.tree();
        let fields: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["messages", "model", "system"]);
    }

    #[test]
    fn a_blank_beginning_is_left_out() {
        let request = request(&[(Role::User, "hi"), (Role::Assistant, " \n")]);
        let call = Anthropic::default()
            .call("claude", &request, false)
            .unwrap();
        assert_eq!(
            call.body.tree()["messages"],
            json!([{"role": "user", "content": "hi"}])
        );
    }

    #[test]
    fn thoughts_are_no_text_and_a_prompt_in_a_cache_is_counted() {
        let read = |data: &str| Anthropic::default().read_event(data).unwrap();
        let thought = read(
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
        );
        assert!(thought.thought && thought.text.is_empty());
        let start = read(
            r#"{"type":"message_start","message":{"model":"claude-1","usage":{"input_tokens":3,
               "cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}}"#,
        );
        assert_eq!(start.usage.prompt_tokens, Some(15));
        for other in [r#"{"type":"ping"}"#, r#"{"type":"new_event","x":1}"#] {
            assert_eq!(read(other), Piece::default());
        }
    }

    #[test]
    fn an_error_inside_a_stream_has_the_status_of_its_kind() {
        let data = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
        let Err(Unread::Said(said)) = Anthropic::default().read_event(data) else {
            panic!("it is an error");
        };
        assert_eq!(
            (said.status, said.message.as_str()),
            (Some(529), "Overloaded")
        );
    }

    #[test]
    fn a_list_goes_on_behind_its_last_model() {
        let page = |text: &str| Anthropic::default().read_models(text).unwrap();
        let first = page(r#"{"data":[{"id":"a"},{"id":"b"}],"has_more":true,"last_id":"b"}"#);
        assert_eq!(first.models.len(), 2);
        let path = Anthropic::default().models_path(first.next.as_deref());
        assert_eq!(path.unwrap(), "models?limit=1000&after_id=b");
        let last = page(r#"{"data":[],"has_more":false,"last_id":"b"}"#);
        assert_eq!(last.next, None);
    }

    proptest::proptest! {
        #[test]
        fn no_event_panics(data in ".{0,200}") {
            let _ = Anthropic::default().read_event(&data);
            let _ = Anthropic::default().read_whole(&data);
        }
    }
}
