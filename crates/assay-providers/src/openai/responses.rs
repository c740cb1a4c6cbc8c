//! OpenAI's Responses API: `/v1/responses` (API reference, "Responses" and "Streaming events").
//!
//! It answers messages alone, takes neither seed nor stop sequences, and nothing is stored with the vendor.

use std::sync::Arc;

use assay_core::{FinishReason, GenerationRequest, ModelRef, Prompt, Role, Usage};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{VENDOR_BASE, VENDOR_KEY, read_models, refuse_error, wire};
use crate::exchange::{
    Call, Complaint, Dialect, KeyStyle, ModelPage, Piece, Protocol, Remote, Site, Unread,
    messages_alone, prefill_of, sampled,
};
use crate::{Failure, Provider, ProviderConfig, ProviderError, ProviderRegistry};

#[derive(Debug, Default)]
struct Responses {
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
        key_style: KeyStyle::Bearer,
        path: "",
    };
    let capabilities = messages_alone(config);
    let remote = Remote::open(model, config, site, Responses::default(), capabilities)?;
    Ok(Arc::new(remote))
}

impl Protocol for Responses {
    fn call(
        &self,
        model: &str,
        request: &GenerationRequest,
        stream: bool,
    ) -> Result<Call, Failure> {
        let sampling = &request.sampling;
        let mut body = Map::new();
        body.insert("model".to_owned(), json!(model));
        let mut input = Vec::new();
        if let Prompt::Chat { messages } = &request.prompt {
            for message in messages {
                match message.role {
                    // The first system message has a place of its own.
                    Role::System if body.get("instructions").is_none() => {
                        body.insert("instructions".to_owned(), json!(message.content));
                    }
                    // What the model itself has said is an item of its output.
                    Role::Assistant => input.push(json!({"type": "message", "role": "assistant",
                        "content": [{"type": "output_text", "text": message.content}]})),
                    role => {
                        input.push(json!({"role": wire::role(role), "content": message.content}));
                    }
                }
            }
        }
        body.insert("input".to_owned(), Value::Array(input));
        sampled(&mut body, "max_output_tokens", sampling, stream);
        body.insert("store".to_owned(), json!(false));
        let left_out = self.dialect.apply(&mut body);
        Ok(Call {
            path: "responses".to_owned(),
            body: Value::Object(body).into(),
            cut: sampling.stop.clone(),
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
        let event: Event = serde_json::from_str(data)?;
        Ok(match event.kind.as_str() {
            "response.output_text.delta" => Piece {
                text: event.delta.unwrap_or_default(),
                answers: true,
                ..Piece::default()
            },
            "response.reasoning_text.delta" | "response.reasoning_summary_text.delta" => Piece {
                thought: true,
                ..Piece::default()
            },
            "response.completed" | "response.incomplete" | "response.failed" => {
                let response = event
                    .response
                    .ok_or_else(|| Unread::Nonsense("its last event is empty".to_owned()))?;
                // The text has been heard already.
                Piece {
                    text: String::new(),
                    end: true,
                    ..response.piece()?
                }
            }
            "error" => {
                // Its words are in the event itself.
                refuse_error(Some(&serde_json::from_str(data)?))?;
                Piece::default()
            }
            _ => Piece::default(),
        })
    }

    fn read_whole(&self, body: &str) -> Result<Piece, Unread> {
        serde_json::from_str::<Response>(body)?.piece()
    }

    fn learn(&self, complaint: &Complaint, sent: &Call) -> bool {
        self.dialect.learn(complaint, sent)
    }

    fn models_path(&self, _after: Option<&str>) -> Option<String> {
        Some("models".to_owned())
    }

    fn read_models(&self, body: &str) -> Result<ModelPage, Unread> {
        read_models(body)
    }
}

#[derive(Debug, Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    /// A text in the events read here; other events have objects there.
    #[serde(default, deserialize_with = "text_or_nothing")]
    delta: Option<String>,
    response: Option<Response>,
}

fn text_or_nothing<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    let value = Option::<Value>::deserialize(value)?;
    Ok(value.and_then(|value| value.as_str().map(str::to_owned)))
}

#[derive(Debug, Deserialize)]
struct Response {
    status: Option<String>,
    model: Option<String>,
    #[serde(default)]
    output: Vec<Item>,
    usage: Option<WireUsage>,
    incomplete_details: Option<Incomplete>,
    error: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Item {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    content: Option<Vec<Part>>,
}

#[derive(Debug, Deserialize)]
struct Part {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireUsage {
    input_tokens: Option<u32>,
    output_tokens: Option<u32>,
}

#[derive(Debug, Deserialize)]
struct Incomplete {
    reason: Option<String>,
}

impl Response {
    fn piece(self) -> Result<Piece, Unread> {
        refuse_error(self.error.as_ref())?;
        let finish = match self.status.as_deref() {
            Some("completed") => FinishReason::Stop,
            Some("incomplete") => match self.incomplete_details.and_then(|d| d.reason).as_deref() {
                Some("max_output_tokens" | "max_tokens") => FinishReason::Length,
                _ => FinishReason::Other,
            },
            _ => FinishReason::Other,
        };
        let text = self
            .output
            .into_iter()
            .filter(|item| item.kind == "message")
            .flat_map(|item| item.content.unwrap_or_default())
            .filter(|part| part.kind == "output_text")
            .filter_map(|part| part.text)
            .collect();
        Ok(Piece {
            text,
            answers: self.status.is_some(),
            finish: Some(finish),
            usage: self.usage.map_or(Usage::default(), |usage| Usage {
                prompt_tokens: usage.input_tokens,
                completion_tokens: usage.output_tokens,
            }),
            served_model: self.model,
            ..Piece::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_core::{Message, Sampling};

    #[test]
    fn a_request_is_put_without_what_the_protocol_has_not() {
        let message = |role, content: &str| Message {
            role,
            content: content.to_owned(),
        };
        let request = GenerationRequest {
            prompt: Prompt::Chat {
                messages: vec![
                    message(Role::System, "Be brief."),
                    message(Role::User, "hi"),
                    message(Role::System, "Again."),
                    message(Role::Assistant, "a"),
                ],
            },
            sampling: Sampling {
                stop: vec!["\n#".to_owned()],
                ..Sampling::default()
            },
            seed: Some(7),
            origin: None,
        };
        let call = Responses::default().call("m", &request, true).unwrap();
        assert_eq!(
            *call.body.tree(),
            json!({"model": "m", "instructions": "Be brief.",
                   "input": [{"role": "user", "content": "hi"}, {"role": "system", "content": "Again."},
                             {"type": "message", "role": "assistant",
                              "content": [{"type": "output_text", "text": "a"}]}],
                   "max_output_tokens": 512, "temperature": 0.0, "store": false, "stream": true})
        );
        assert_eq!(call.cut, ["\n#"], "stop sequences are cut at here");
    }

    #[test]
    fn reasoning_is_no_text_and_an_answer_cut_off_says_so() {
        let read = |data: &str| Responses::default().read_event(data).unwrap();
        let thought = read(r#"{"type":"response.reasoning_text.delta","delta":"hm"}"#);
        assert!(thought.thought && thought.text.is_empty());
        let end = read(
            r#"{"type":"response.incomplete","response":{"status":"incomplete","model":"m-1",
               "incomplete_details":{"reason":"max_output_tokens"},
               "output":[{"type":"reasoning"},{"type":"message","content":[{"type":"output_text","text":"a"}]}],
               "usage":{"input_tokens":5,"output_tokens":7}}}"#,
        );
        assert_eq!((end.finish, end.end), (Some(FinishReason::Length), true));
        assert_eq!(end.text, "", "it has been heard");
        assert_eq!(end.usage.completion_tokens, Some(7));
        assert_eq!(read(r#"{"type":"x","delta":{"a":1}}"#), Piece::default());
    }

    #[test]
    fn errors_inside_a_stream_are_errors() {
        for data in [
            r#"{"type":"error","code":"server_error","message":"went wrong"}"#,
            r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"went wrong"}}}"#,
        ] {
            let Err(Unread::Said(said)) = Responses::default().read_event(data) else {
                panic!("{data}");
            };
            assert_eq!(said.message, "went wrong");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_event_panics(data in ".{0,200}") {
            let _ = Responses::default().read_event(&data);
            let _ = Responses::default().read_whole(&data);
        }
    }
}
