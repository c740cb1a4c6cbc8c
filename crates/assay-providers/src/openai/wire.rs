//! The JSON that goes over the wire.

use assay_core::{FinishReason, GenerationRequest, Prompt, Role, Usage};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::ModelInfo;

/// How the body of a request is put.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style<'a> {
    pub(super) stream: bool,
    /// Instead of `max_tokens`, in a chat.
    pub(super) max_completion_tokens: bool,
    /// As many stop sequences are sent.
    pub(super) stops: usize,
    /// The field that takes the seed.
    pub(super) seed: Option<&'a str>,
}

/// As many stop sequences OpenAI's API takes (API reference, `stop`); with more a request is refused.
pub(super) const MAX_STOPS: usize = 4;

impl Style<'_> {
    /// The stop sequences to send, and those left to cut the answer at.
    pub(super) fn stops(self, request: &GenerationRequest) -> (&[String], &[String]) {
        let stops = request.sampling.stop.as_slice();
        stops.split_at(stops.len().min(self.stops))
    }
}

/// The path below the base URL, and the body.
pub(super) fn body(
    model: &str,
    request: &GenerationRequest,
    style: Style<'_>,
) -> (&'static str, Map<String, Value>) {
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(model));
    let path = match &request.prompt {
        Prompt::Completion { text } => {
            body.insert("prompt".to_owned(), json!(text));
            "completions"
        }
        Prompt::Chat { messages } => {
            let messages: Vec<Value> = messages
                .iter()
                .map(|m| json!({"role": role(m.role), "content": m.content}))
                .collect();
            body.insert("messages".to_owned(), Value::Array(messages));
            "chat/completions"
        }
    };
    let sampling = &request.sampling;
    body.insert("temperature".to_owned(), json!(sampling.temperature));
    let limit = if style.max_completion_tokens && path == "chat/completions" {
        "max_completion_tokens"
    } else {
        "max_tokens"
    };
    body.insert(limit.to_owned(), json!(sampling.max_tokens));
    if let Some(top_p) = sampling.top_p {
        body.insert("top_p".to_owned(), json!(top_p));
    }
    let (stops, _) = style.stops(request);
    if !stops.is_empty() {
        body.insert("stop".to_owned(), json!(stops));
    }
    if let Some((field, seed)) = style.seed.zip(request.seed) {
        body.insert(field.to_owned(), json!(wire_seed(seed)));
    }
    if style.stream {
        body.insert("stream".to_owned(), json!(true));
        body.insert("stream_options".to_owned(), json!({"include_usage": true}));
    }
    (path, body)
}

/// The lower 31 bits: servers read seeds as signed or unsigned 32-bit numbers, some take all ones for
/// "draw one", and JavaScript in between loses what is beyond 53 bits. Seeds are hashes, so the lower
/// bits are as good as the whole.
fn wire_seed(seed: u64) -> u64 {
    seed & 0x7fff_ffff
}

pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

/// A whole reply, or one event of a stream: the fields hold for both.
#[derive(Debug, Deserialize)]
pub(super) struct Reply {
    #[serde(default)]
    pub(super) choices: Vec<Choice>,
    pub(super) usage: Option<WireUsage>,
    pub(super) model: Option<String>,
    pub(super) error: Option<Value>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    text: Option<String>,
    message: Option<WireMessage>,
    delta: Option<WireMessage>,
    finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireMessage {
    content: Option<String>,
    /// What a reasoning model says to itself, under the names that servers give it.
    #[serde(alias = "reasoning")]
    reasoning_content: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct WireUsage {
    prompt_tokens: Option<u32>,
    completion_tokens: Option<u32>,
}

impl From<WireUsage> for Usage {
    fn from(usage: WireUsage) -> Self {
        Self {
            prompt_tokens: usage.prompt_tokens,
            completion_tokens: usage.completion_tokens,
        }
    }
}

impl Choice {
    pub(super) fn text(&self) -> &str {
        self.text
            .as_deref()
            .or_else(|| self.message.as_ref()?.content.as_deref())
            .or_else(|| self.delta.as_ref()?.content.as_deref())
            .unwrap_or("")
    }

    pub(super) fn thinks(&self) -> bool {
        [&self.message, &self.delta]
            .into_iter()
            .flatten()
            .any(|m| m.reasoning_content.as_ref().is_some_and(|t| !t.is_empty()))
    }

    pub(super) fn finish(&self) -> Option<FinishReason> {
        self.finish_reason.as_deref().map(|reason| match reason {
            "stop" => FinishReason::Stop,
            "length" => FinishReason::Length,
            _ => FinishReason::Other,
        })
    }
}

/// `/v1/models`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum ModelList {
    Data {
        data: Vec<ListedModel>,
    },
    /// Without the object around it, as Together answers.
    Bare(Vec<ListedModel>),
}

impl ModelList {
    pub(super) fn into_models(self) -> Vec<ModelInfo> {
        let (Self::Data { data } | Self::Bare(data)) = self;
        data.into_iter()
            .map(|model| ModelInfo {
                context_length: model.context_length.or(model.max_model_len),
                // Gemini lists names with their kind before them, and takes them without.
                name: match model.id.strip_prefix("models/") {
                    Some(name) => name.to_owned(),
                    None => model.id,
                },
            })
            .collect()
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct ListedModel {
    id: String,
    /// vLLM's name for the context length.
    max_model_len: Option<u32>,
    /// What many gateways call it.
    context_length: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_core::{Message, Sampling};

    const PLAIN: Style<'_> = Style {
        stream: false,
        max_completion_tokens: false,
        stops: usize::MAX,
        seed: Some("seed"),
    };

    fn request(prompt: Prompt) -> GenerationRequest {
        GenerationRequest {
            prompt,
            sampling: Sampling {
                temperature: 0.8,
                top_p: Some(0.95),
                max_tokens: 64,
                stop: vec!["\ndef".to_owned()],
            },
            seed: Some(u64::MAX),
            origin: None,
        }
    }

    #[test]
    fn a_completion_says_everything_that_was_asked() {
        let request = request(Prompt::Completion {
            text: "def f():".to_owned(),
        });
        let (path, body) = body("m", &request, PLAIN);
        assert_eq!(path, "completions");
        assert_eq!(
            Value::Object(body),
            json!({"model": "m", "prompt": "def f():", "temperature": 0.8, "top_p": 0.95,
                   "max_tokens": 64, "stop": ["\ndef"], "seed": 0x7fff_ffff_u32})
        );
    }

    #[test]
    fn a_chat_is_streamed_with_its_token_counts() {
        let request = request(Prompt::Chat {
            messages: vec![Message {
                role: Role::User,
                content: "hi".to_owned(),
            }],
        });
        let style = Style {
            stream: true,
            max_completion_tokens: true,
            seed: Some("random_seed"),
            ..PLAIN
        };
        let (path, body) = body("m", &request, style);
        assert_eq!(path, "chat/completions");
        assert_eq!(body["messages"], json!([{"role": "user", "content": "hi"}]));
        assert_eq!(body["stream_options"], json!({"include_usage": true}));
        assert_eq!(body["max_completion_tokens"], 64);
        assert_eq!(body.get("max_tokens"), None);
        assert_eq!(body["random_seed"], 0x7fff_ffff_u32);
        assert_eq!(body.get("seed"), None);
    }

    #[test]
    fn what_is_not_set_is_not_sent() {
        let request = GenerationRequest {
            prompt: Prompt::Completion {
                text: String::new(),
            },
            sampling: Sampling::default(),
            seed: None,
            origin: None,
        };
        let (_, body) = body("m", &request, PLAIN);
        for absent in ["top_p", "stop", "seed", "stream", "stream_options"] {
            assert_eq!(body.get(absent), None, "{absent}");
        }
    }

    #[test]
    fn the_first_four_stops_are_sent_where_no_more_are_taken() {
        let mut request = request(Prompt::Completion {
            text: "x".to_owned(),
        });
        request.sampling.stop = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        let few = Style {
            stops: MAX_STOPS,
            ..PLAIN
        };
        assert_eq!(
            body("m", &request, few).1["stop"],
            json!(["a", "b", "c", "d"])
        );
        assert_eq!(few.stops(&request).1, ["e"]);
        assert_eq!(
            body("m", &request, PLAIN).1["stop"],
            json!(request.sampling.stop)
        );
        assert!(PLAIN.stops(&request).1.is_empty());
    }

    #[test]
    fn lists_of_models_are_read_in_both_forms() {
        for text in [
            r#"{"object":"list","data":[{"id":"models/a","max_model_len":4096},{"id":"b/c"}]}"#,
            r#"[{"id":"a","context_length":4096},{"id":"b/c"}]"#,
        ] {
            let models = serde_json::from_str::<ModelList>(text)
                .unwrap()
                .into_models();
            let found: Vec<_> = models
                .iter()
                .map(|m| (m.name.as_str(), m.context_length))
                .collect();
            assert_eq!(found, [("a", Some(4096)), ("b/c", None)]);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_body_panics(body in ".{0,200}") {
            let _ = serde_json::from_str::<Reply>(&body);
        }
    }
}
