//! Why a model gave no answer.

use std::time::Duration;

use assay_core::{Coded, FinishReason, Transport, Usage};
use serde::{Deserialize, Serialize};

/// A failed request: what went wrong, and after how many attempts.
#[derive(Debug, thiserror::Error)]
#[error("{failure}")]
pub struct ProviderError {
    pub failure: Failure,
    /// Requests made, retries included; 0 when none left the program.
    pub attempts: u32,
}

/// What went wrong. Each message fits "failed to generate: ".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Failure {
    #[error("no provider is called '{provider}'; there are {known}")]
    UnknownProvider { provider: String, known: String },
    #[error("{name} cannot be used: {detail}")]
    Setting {
        /// What was set: a file, a variable, a model's name.
        name: String,
        detail: String,
    },
    #[error("{url} cannot be reached: {detail}")]
    Refused { url: String, detail: String },
    #[error("{url} did not answer in time ({phase} took more than {} s)", limit.as_secs_f64())]
    Timeout {
        url: String,
        /// `connecting`, `the first byte`, `the next byte` or `the whole answer`.
        #[serde(deserialize_with = "phase")]
        phase: Phase,
        limit: Duration,
    },
    #[error("{url} refused the key: {detail} (HTTP {status})")]
    Auth {
        url: String,
        status: u16,
        detail: String,
        /// The environment variable that is read for this address.
        variable: String,
        /// Whether a key was sent.
        sent: bool,
    },
    #[error("the model '{model}' is not there: {detail}")]
    ModelNotFound {
        model: String,
        detail: String,
        /// What to do about it.
        hint: String,
    },
    #[error("{url} asks for fewer requests: {detail} (HTTP 429)")]
    RateLimited {
        url: String,
        detail: String,
        retry_after: Option<Duration>,
    },
    #[error("{url} answered with HTTP {status}: {detail}")]
    Http {
        url: String,
        status: u16,
        detail: String,
    },
    #[error("{url} sent a reply that cannot be read: {detail}")]
    BadReply { url: String, detail: String },
    #[error("the answer broke off after {} characters: {detail}", partial.chars().count())]
    Truncated {
        detail: String,
        /// What had arrived.
        partial: String,
    },
    #[error("the model answered with no text at all")]
    Empty { finish: FinishReason, usage: Usage },
    #[error("{model} cannot do this: {detail}")]
    Unsupported { model: String, detail: String },
    #[error("the prompt has {tokens} tokens and the model takes {limit}")]
    PromptTooLong { tokens: u32, limit: u32 },
    #[error("the model could not be loaded: {detail}")]
    Load { detail: String },
    #[error(
        "{model} needs about {} MB of memory, and local models may take {} MB",
        needs.div_ceil(1_000_000), budget / 1_000_000
    )]
    TooLarge {
        model: String,
        /// Bytes.
        needs: u64,
        budget: u64,
    },
    #[error("the model could not be run: {detail}")]
    Inference { detail: String },
    #[error("the recording {recording} cannot serve: {detail}")]
    NotRecorded { recording: String, detail: String },
    #[error("its definition cannot be used: {detail}")]
    Definition { detail: String },
    #[error("the program '{program}' cannot be started: {detail}")]
    NotStarted { program: String, detail: String },
    #[error("the program '{program}' failed: {detail}")]
    Program { program: String, detail: String },
    #[error("cancelled")]
    Cancelled,
}

/// A step of a request. (Spelled out as a reference, serde would want to borrow it from its input.)
type Phase = &'static str;

/// The phases there are, back from a recording.
fn phase<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Phase, D::Error> {
    let text = String::deserialize(deserializer)?;
    let known = [
        "connecting",
        "the first byte",
        "the next byte",
        "the whole answer",
    ];
    Ok(known
        .into_iter()
        .find(|phase| *phase == text)
        .unwrap_or("a step of the request"))
}

impl ProviderError {
    pub fn new(failure: Failure, attempts: u32) -> Self {
        Self { failure, attempts }
    }

    /// The flag of the sample; `None` when it was cancelled, for then it is still outstanding.
    pub fn transport(&self) -> Option<Transport> {
        self.failure.transport()
    }

    pub fn is_cancelled(&self) -> bool {
        self.failure == Failure::Cancelled
    }
}

impl From<Failure> for ProviderError {
    /// A failure before any request was made.
    fn from(failure: Failure) -> Self {
        Self::new(failure, 0)
    }
}

impl Failure {
    /// See [`ProviderError::transport`]. What has no flag of its own (a refused key, a model that cannot
    /// be loaded, an unreadable reply) was answered with an error: `http_error`.
    pub fn transport(&self) -> Option<Transport> {
        Some(match self {
            Self::Refused { .. } => Transport::Refused,
            Self::Timeout { .. } => Transport::Timeout,
            Self::RateLimited { .. } => Transport::RateLimited,
            Self::Truncated { .. } => Transport::Truncated,
            Self::Empty { .. } => Transport::Empty,
            Self::UnknownProvider { .. }
            | Self::Setting { .. }
            | Self::Auth { .. }
            | Self::ModelNotFound { .. }
            | Self::Http { .. }
            | Self::BadReply { .. }
            | Self::Unsupported { .. }
            | Self::PromptTooLong { .. }
            | Self::Load { .. }
            | Self::TooLarge { .. }
            | Self::Inference { .. }
            | Self::NotRecorded { .. }
            | Self::Definition { .. }
            | Self::NotStarted { .. }
            | Self::Program { .. } => Transport::HttpError,
            Self::Cancelled => return None,
        })
    }

    /// Whether the same request may succeed later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Refused { .. }
            | Self::Timeout { .. }
            | Self::RateLimited { .. }
            | Self::Truncated { .. } => true,
            Self::Http { status, .. } => matches!(status, 408 | 409 | 425 | 500..),
            _ => false,
        }
    }

    /// Whether no other request to the same model can succeed either: a run had better stop.
    pub fn is_fatal(&self) -> bool {
        matches!(
            self,
            Self::UnknownProvider { .. }
                | Self::Setting { .. }
                | Self::Auth { .. }
                | Self::ModelNotFound { .. }
                | Self::Unsupported { .. }
                | Self::Load { .. }
                | Self::TooLarge { .. }
                | Self::NotRecorded { .. }
                | Self::Definition { .. }
                | Self::NotStarted { .. }
        )
    }
}

impl Coded for ProviderError {
    fn code(&self) -> &'static str {
        self.failure.code()
    }

    fn hint(&self) -> Option<String> {
        self.failure.hint()
    }

    fn is_missing_requirement(&self) -> bool {
        self.failure.is_missing_requirement()
    }
}

impl Coded for Failure {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownProvider { .. } => "unknown-provider",
            Self::Setting { .. } => "bad-provider-setting",
            Self::Refused { .. } => "provider-unreachable",
            Self::Timeout { .. } => "provider-timeout",
            Self::Auth { .. } => "api-key-refused",
            Self::ModelNotFound { .. } => "unknown-model",
            Self::RateLimited { .. } => "rate-limited",
            Self::Http { .. } => "provider-error",
            Self::BadReply { .. } => "bad-reply",
            Self::Truncated { .. } => "truncated-reply",
            Self::Empty { .. } => "empty-reply",
            Self::Unsupported { .. } => "unsupported-prompt",
            Self::PromptTooLong { .. } => "prompt-too-long",
            Self::Load { .. } => "model-load-failed",
            Self::TooLarge { .. } => "model-too-large",
            Self::Inference { .. } => "inference-failed",
            Self::NotRecorded { .. } => "not-recorded",
            Self::Definition { .. } => "bad-provider-definition",
            Self::NotStarted { .. } => "program-not-started",
            Self::Program { .. } => "program-failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownProvider { .. } => {
                "write local:NAME or openai:NAME@http://HOST:PORT/v1".to_owned()
            }
            Self::Setting { name, .. } => format!("correct {name}, or leave it out"),
            Self::Refused { .. } => {
                "check that the server runs and that the address, with its /v1, is right".to_owned()
            }
            Self::Timeout { .. } => {
                "the server is slow or busy: send fewer requests at once, or allow more time"
                    .to_owned()
            }
            Self::Auth {
                variable,
                sent: true,
                ..
            } => {
                format!("the key in {variable} is not accepted for this address and model")
            }
            Self::Auth {
                variable,
                sent: false,
                ..
            } => {
                format!("no key was sent: put it into the environment variable {variable}")
            }
            Self::ModelNotFound { hint, .. } => hint.clone(),
            Self::RateLimited { .. } => {
                "send fewer requests at once, or wait and resume the run".to_owned()
            }
            Self::Http {
                status: 400 | 422, ..
            } => "the server does not take this request: see its words above".to_owned(),
            Self::Http { .. } => "look at the server's log; the run can be resumed".to_owned(),
            Self::BadReply { .. } => {
                "check that the address is that of the API itself, for most with /v1 at its end"
                    .to_owned()
            }
            Self::Truncated { .. } => {
                "the server or a proxy closed the connection early".to_owned()
            }
            Self::Empty { .. } => return None,
            Self::Unsupported { .. } => {
                "choose another strategy (chat or completion), or another model".to_owned()
            }
            Self::PromptTooLong { .. } => {
                "shorten the prompt or choose a model with a longer context".to_owned()
            }
            Self::Load { .. } => {
                "if its file is damaged, `assay models pull ID` replaces it; a file of your own has to be imported again"
                    .to_owned()
            }
            Self::TooLarge { .. } => {
                "choose a smaller model or quantisation, or allow more: ASSAY_LOCAL_MEMORY=MIB".to_owned()
            }
            Self::Inference { .. } => {
                "if memory is short, close other programs or choose a smaller model".to_owned()
            }
            Self::NotRecorded { .. } => {
                "a replay needs the models, data set, problems, strategy, sampling and seed of the run that was recorded; a recording needs room on the disk".to_owned()
            }
            Self::Definition { .. } => "correct it in providers.toml in the data folder".to_owned(),
            Self::NotStarted { .. } => {
                "check its command, cwd and env_keys in providers.toml in the data folder".to_owned()
            }
            Self::Program { .. } => {
                "ASSAY_LOG=debug shows all it writes to standard error".to_owned()
            }
            Self::Cancelled => return None,
        })
    }

    fn is_missing_requirement(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. }
                | Self::Auth { .. }
                | Self::ModelNotFound { .. }
                | Self::NotStarted { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_key_names_the_variable_and_an_unsent_one_says_so() {
        let failure = |sent| Failure::Auth {
            url: "http://h/v1".into(),
            status: 401,
            detail: "no".into(),
            variable: "ASSAY_KEY_H".into(),
            sent,
        };
        assert!(
            failure(false)
                .hint()
                .unwrap()
                .contains("put it into the environment variable ASSAY_KEY_H")
        );
        assert!(
            failure(true)
                .hint()
                .unwrap()
                .contains("ASSAY_KEY_H is not accepted")
        );
    }

    #[test]
    fn only_a_cancelled_request_has_no_flag() {
        assert_eq!(Failure::Cancelled.transport(), None);
        let empty = Failure::Empty {
            finish: FinishReason::Stop,
            usage: Usage::default(),
        };
        assert_eq!(empty.transport(), Some(Transport::Empty));
    }
}
