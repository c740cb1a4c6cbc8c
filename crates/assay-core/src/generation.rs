//! What is asked of a model and what it answers.

use serde::{Deserialize, Serialize};

use crate::{Language, ProblemId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    System,
    User,
    Assistant,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Message {
    pub role: Role,
    pub content: String,
}

/// A prompt in one of the two modes a model may offer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Prompt {
    /// The model continues `text`.
    Completion { text: String },
    /// The model answers `messages`; a last message of the assistant is continued (prefill).
    Chat { messages: Vec<Message> },
}

/// How a model was asked, which decides how its answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// The model continued the problem's prompt.
    Completion,
    /// The model answered messages.
    Chat,
}

impl Prompt {
    pub fn mode(&self) -> ResponseMode {
        match self {
            Self::Completion { .. } => ResponseMode::Completion,
            Self::Chat { .. } => ResponseMode::Chat,
        }
    }

    pub fn is_chat(&self) -> bool {
        matches!(self, Self::Chat { .. })
    }

    /// The prompt as one text for people: messages under the name of their role.
    pub fn display_text(&self) -> String {
        match self {
            Self::Completion { text } => text.clone(),
            Self::Chat { messages } => messages
                .iter()
                .map(|m| {
                    let role = match m.role {
                        Role::System => "system",
                        Role::User => "user",
                        Role::Assistant => "assistant",
                    };
                    format!("[{role}]\n{}", m.content)
                })
                .collect::<Vec<_>>()
                .join("\n\n"),
        }
    }
}

/// How tokens are drawn. What is `None` is left to the provider's default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Sampling {
    /// 0 is greedy decoding.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub temperature: f64,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub top_p: Option<f64>,
    pub max_tokens: u32,
    pub stop: Vec<String>,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            temperature: 0.0,
            top_p: None,
            max_tokens: 512,
            stop: Vec::new(),
        }
    }
}

/// One request for one sample.
#[derive(Debug, Clone, PartialEq)]
pub struct GenerationRequest {
    pub prompt: Prompt,
    pub sampling: Sampling,
    /// The seed of this sample, derived from the run's seed and the sample's key.
    pub seed: Option<u64>,
    /// What it is asked for. No model is told; recordings tell equal requests apart by it.
    pub origin: Option<RequestOrigin>,
}

/// Which request of which sample: the same in every run of the same samples.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestOrigin {
    pub language: Language,
    pub problem: ProblemId,
    /// The sample's, as in [`SampleKey`](crate::SampleKey).
    pub index: u32,
    /// Counted from 0 for each sample.
    pub turn: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// The model ended, or met a stop sequence.
    Stop,
    /// `max_tokens` was reached: the answer may be cut off.
    Length,
    /// Anything else a server says (content filter, tool call).
    Other,
}

impl FinishReason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::Other => "other",
        }
    }
}

/// Tokens, as the server or the tokenizer counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Usage {
    pub prompt_tokens: Option<u32>,
    pub completion_tokens: Option<u32>,
}

/// An answered request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Generation {
    /// The raw text, exactly as received.
    pub text: String,
    pub finish: FinishReason,
    pub usage: Usage,
    /// From sending to the last token, of the attempt that succeeded; milliseconds.
    pub latency_ms: f64,
    /// From sending to the first token, when it was streamed; milliseconds.
    pub first_token_ms: Option<f64>,
    /// Requests made, retries included; at least 1.
    pub attempts: u32,
    /// The model the server says it used, when it says so.
    pub served_model: Option<String>,
    /// Where the answer is not quite to what was asked, as when the server takes no temperature; for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// An earlier request of a sample that took several, and what was answered to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Turn {
    /// What was sent, for people.
    pub prompt: String,
    /// The answer exactly as received.
    pub reply: String,
    pub usage: Usage,
    /// What was found out about the answer before the next request, and told to the model in it: a
    /// compiler's message, a public example that went wrong. Never a hidden test.
    pub feedback: Option<String>,
}

/// Whether the request was answered. It says nothing of what was answered: that is
/// [`Content`](crate::Content), another flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    Ok,
    HttpError,
    Timeout,
    Refused,
    RateLimited,
    /// The stream ended before its end mark.
    Truncated,
    /// Answered with no text at all.
    Empty,
    /// The text was given, not requested (`grade`, `import`).
    Provided,
}

impl Transport {
    pub const ALL: [Self; 8] = [
        Self::Ok,
        Self::HttpError,
        Self::Timeout,
        Self::Refused,
        Self::RateLimited,
        Self::Truncated,
        Self::Empty,
        Self::Provided,
    ];

    /// Whether a text is there to be cleaned and executed.
    pub fn has_text(self) -> bool {
        matches!(self, Self::Ok | Self::Provided)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::HttpError => "http_error",
            Self::Timeout => "timeout",
            Self::Refused => "refused",
            Self::RateLimited => "rate_limited",
            Self::Truncated => "truncated",
            Self::Empty => "empty",
            Self::Provided => "provided",
        }
    }
}
