//! The JSON that goes over the wire.

use std::borrow::Cow;
use std::collections::BTreeSet;

use assay_core::{FinishReason, GenerationRequest, Message, Prompt, Role, Usage};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

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

/// The body of a request, written without a detour: there are many of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) model: &'a str,
    pub(super) request: &'a GenerationRequest,
    pub(super) style: Style<'a>,
    /// Fields that the server does not take.
    pub(super) without: &'a BTreeSet<&'static str>,
}

impl Asked<'_> {
    /// Below the base URL.
    pub(super) fn path(&self) -> &'static str {
        match self.request.prompt {
            Prompt::Completion { .. } => "completions",
            Prompt::Chat { .. } => "chat/completions",
        }
    }

    fn put<M: SerializeMap, T: Serialize + ?Sized>(
        &self,
        map: &mut M,
        field: &str,
        value: &T,
    ) -> Result<(), M::Error> {
        if self.without.contains(field) {
            return Ok(());
        }
        map.serialize_entry(field, value)
    }
}

impl Serialize for Asked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { request, style, .. } = self;
        let sampling = &request.sampling;
        let mut writing = serializer.serialize_map(None)?;
        let map = &mut writing;
        self.put(map, "model", self.model)?;
        let chat = match &request.prompt {
            Prompt::Completion { text } => {
                self.put(map, "prompt", text)?;
                false
            }
            Prompt::Chat { messages } => {
                self.put(map, "messages", &Turns(messages))?;
                true
            }
        };
        self.put(map, "temperature", &sampling.temperature)?;
        let limit = if style.max_completion_tokens && chat {
            "max_completion_tokens"
        } else {
            "max_tokens"
        };
        self.put(map, limit, &sampling.max_tokens)?;
        if let Some(top_p) = &sampling.top_p {
            self.put(map, "top_p", top_p)?;
        }
        let (stops, _) = style.stops(request);
        if !stops.is_empty() {
            self.put(map, "stop", stops)?;
        }
        if let Some((field, seed)) = style.seed.zip(request.seed) {
            self.put(map, field, &wire_seed(seed))?;
        }
        if style.stream {
            self.put(map, "stream", &true)?;
            self.put(
                map,
                "stream_options",
                &StreamOptions {
                    include_usage: true,
                },
            )?;
        }
        writing.end()
    }
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

/// The messages of a chat.
struct Turns<'a>(&'a [Message]);

impl Serialize for Turns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Turn<'a> {
            role: &'static str,
            content: &'a str,
        }
        serializer.collect_seq(self.0.iter().map(|message| Turn {
            role: role(message.role),
            content: &message.content,
        }))
    }
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
pub(super) struct Reply<'a> {
    #[serde(default, borrow)]
    pub(super) choices: Vec<Choice<'a>>,
    pub(super) usage: Option<WireUsage>,
    #[serde(borrow)]
    pub(super) model: Option<Text<'a>>,
    pub(super) error: Option<Value>,
}

/// Text that is copied only where an escape is in it. By itself an `Option<Cow>` is always copied.
#[derive(Debug, Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

#[derive(Debug, Deserialize)]
pub(super) struct Choice<'a> {
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    message: Option<WireMessage<'a>>,
    #[serde(borrow)]
    delta: Option<WireMessage<'a>>,
    #[serde(borrow)]
    finish_reason: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
struct WireMessage<'a> {
    #[serde(borrow)]
    content: Option<Text<'a>>,
    /// What a reasoning model says to itself, under the names that servers give it.
    #[serde(alias = "reasoning", borrow)]
    reasoning_content: Option<Text<'a>>,
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

impl Choice<'_> {
    pub(super) fn text(&self) -> &str {
        self.text
            .as_ref()
            .or_else(|| self.message.as_ref()?.content.as_ref())
            .or_else(|| self.delta.as_ref()?.content.as_ref())
            .map_or("", |text| &text.0)
    }

    pub(super) fn thinks(&self) -> bool {
        [&self.message, &self.delta].into_iter().flatten().any(|m| {
            m.reasoning_content
                .as_ref()
                .is_some_and(|t| !t.0.is_empty())
        })
    }

    pub(super) fn finish(&self) -> Option<FinishReason> {
        self.finish_reason.as_ref().map(|reason| match &*reason.0 {
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
    use assay_core::Sampling;
    use serde_json::{Map, json};

    const PLAIN: Style<'_> = Style {
        stream: false,
        max_completion_tokens: false,
        stops: usize::MAX,
        seed: Some("seed"),
    };

    fn body(
        model: &str,
        request: &GenerationRequest,
        style: Style<'_>,
    ) -> (&'static str, Map<String, Value>) {
        without(model, request, style, &BTreeSet::new())
    }

    fn without(
        model: &str,
        request: &GenerationRequest,
        style: Style<'_>,
        without: &BTreeSet<&'static str>,
    ) -> (&'static str, Map<String, Value>) {
        let asked = Asked {
            model,
            request,
            style,
            without,
        };
        let written = serde_json::to_string(&asked).unwrap();
        (asked.path(), serde_json::from_str(&written).unwrap())
    }

    #[test]
    fn what_the_server_does_not_take_is_not_sent() {
        let request = request(Prompt::Completion {
            text: "x".to_owned(),
        });
        let (_, all) = body("m", &request, PLAIN);
        let (_, less) = without("m", &request, PLAIN, &["seed", "top_p"].into());
        let gone: Vec<_> = all.keys().filter(|k| !less.contains_key(*k)).collect();
        assert_eq!(gone, ["seed", "top_p"]);
    }

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
            let _ = serde_json::from_str::<Reply<'_>>(&body);
        }
    }
}
