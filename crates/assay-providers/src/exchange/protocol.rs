//! What a protocol adds to an exchange: how a request is put, and how its answer is read.

use std::borrow::Cow;
use std::fmt;

use assay_core::{FinishReason, GenerationRequest, Prompt, Role, Usage};
use bytes::Bytes;
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde::Serialize;
use serde_json::Value;

use super::complaint::Complaint;
use super::frames::Framing;
use crate::{Failure, ModelInfo};

/// The wire format of one kind of server. Everything else (address, key, proxy, retries, limits, stop
/// sequences the server is not told of, cancellation) is the exchange's own.
pub(crate) trait Protocol: Send + Sync + fmt::Debug {
    /// How `request` is put, for every attempt anew: what was [learnt](Self::learn) changes it.
    ///
    /// # Errors
    /// [`Failure::Unsupported`] when this protocol cannot express it.
    fn call(&self, model: &str, request: &GenerationRequest, stream: bool)
    -> Result<Call, Failure>;

    /// What one event of a stream says: the data of a server-sent event, or a line.
    ///
    /// # Errors
    /// When it cannot be read, or holds an error of the server.
    fn read_event(&self, data: &str) -> Result<Piece, Unread>;

    /// What an answer in one piece says.
    ///
    /// # Errors
    /// As [`read_event`](Self::read_event).
    fn read_whole(&self, body: &str) -> Result<Piece, Unread>;

    /// How an answer of this content type is laid out.
    fn framing(&self, content_type: &str) -> Framing {
        Framing::of_content_type(content_type)
    }

    /// How answers are asked for.
    fn method(&self) -> Method {
        Method::POST
    }

    /// A path below the base address, at which to see whether something answers.
    fn knock_path(&self) -> &str {
        ""
    }

    /// Sent with every request, beside the key.
    fn headers(&self) -> HeaderMap {
        HeaderMap::new()
    }

    /// Learns from a complaint (status 400 or 422) how this server has to be asked. `true` when `sent` is
    /// put differently from now on: it is sent again at once. Must not answer `true` for ever.
    fn learn(&self, _complaint: &Complaint, _sent: &Call) -> bool {
        false
    }

    /// A failure the protocol knows better than by its status.
    fn failure_of(&self, _model: &str, _status: u16, _detail: &str) -> Option<Failure> {
        None
    }

    /// Where models are listed, below the base address; `after` continues a list. `None` when nowhere.
    fn models_path(&self, _after: Option<&str>) -> Option<String> {
        None
    }

    /// Whether a model that is listed under `listed` answers when `name` is asked for.
    fn serves(&self, listed: &str, name: &str) -> bool {
        listed == name
    }

    /// # Errors
    /// When the list cannot be read.
    fn read_models(&self, _body: &str) -> Result<ModelPage, Unread> {
        Ok(ModelPage::default())
    }

    /// How a server is asked for the number of tokens of a prompt; `None` when it cannot be.
    fn count_call(&self, _model: &str, _request: &GenerationRequest) -> Option<Call> {
        None
    }

    /// # Errors
    /// When the number cannot be read.
    fn read_count(&self, _body: &str) -> Result<u32, Unread> {
        Err(Unread::Nonsense("no number is expected".to_owned()))
    }
}

/// A POST of JSON.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Below the base address, without a slash before it.
    pub(crate) path: String,
    pub(crate) body: Body,
    /// The stop sequences the server is not told of: only a closed connection stops it there.
    pub(crate) cut: Vec<String>,
    /// The beginning of the answer, where the request gave one: some servers repeat it.
    pub(crate) prefill: String,
    /// Fields of the request that the server does not take, and was not sent.
    pub(crate) left_out: Vec<&'static str>,
}

impl Call {
    /// What an answer to it is not quite to, in words: how tokens are drawn is what is measured.
    pub(super) fn told(&self, request: &GenerationRequest) -> Vec<String> {
        let sampling = &request.sampling;
        let told = |field: &&str| match *field {
            "temperature" => Some(format!(
                "the server takes no temperature: its own was used, not {}",
                sampling.temperature
            )),
            "top_p" => sampling
                .top_p
                .map(|top_p| format!("the server takes no top-p: its own was used, not {top_p}")),
            "seed" | "random_seed" => Some(
                "the server takes no seed: asked again, it may answer something else".to_owned(),
            ),
            _ => None,
        };
        self.left_out.iter().filter_map(told).collect()
    }
}

/// A document of JSON that is sent.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    Tree(Value),
    /// Written already: for protocols whose requests are many.
    Text(Bytes),
}

impl Body {
    /// # Errors
    /// When what is written is no JSON, which is a fault of the protocol.
    pub(crate) fn write(document: &impl Serialize) -> Result<Self, Failure> {
        let text = serde_json::to_vec(document).map_err(|error| Failure::Definition {
            detail: error.to_string(),
        })?;
        Ok(Self::Text(text.into()))
    }

    /// The bytes that are sent.
    pub(super) fn text(&self) -> Result<Bytes, serde_json::Error> {
        match self {
            Self::Tree(tree) => serde_json::to_vec(tree).map(Bytes::from),
            Self::Text(text) => Ok(text.clone()),
        }
    }

    /// To look into, when something is wrong with it.
    pub(crate) fn tree(&self) -> Cow<'_, Value> {
        match self {
            Self::Tree(tree) => Cow::Borrowed(tree),
            Self::Text(text) => Cow::Owned(serde_json::from_slice(text).unwrap_or_default()),
        }
    }
}

impl From<Value> for Body {
    fn from(tree: Value) -> Self {
        Self::Tree(tree)
    }
}

/// The beginning of the answer that a request gives: a last message of the assistant.
pub(crate) fn prefill_of(request: &GenerationRequest) -> &str {
    match &request.prompt {
        Prompt::Chat { messages } => messages
            .last()
            .filter(|message| message.role == Role::Assistant)
            .map_or("", |message| &message.content),
        Prompt::Completion { .. } => "",
    }
}

/// What one event says, or a whole answer. Later numbers replace earlier ones.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// It belongs to an answer, even where it holds no text. A reply in which nothing does is none.
    pub(crate) answers: bool,
    /// A token of reasoning, which is no part of the answer: it only times the first token.
    pub(crate) thought: bool,
    /// Why the answer ended. After it a closed connection is no loss.
    pub(crate) finish: Option<FinishReason>,
    pub(crate) usage: Usage,
    pub(crate) served_model: Option<String>,
    /// The end mark: nothing is read after it.
    pub(crate) end: bool,
}

/// Why an event or a reply says nothing.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It is not what the protocol promises.
    Nonsense(String),
    /// It is an error, inside a reply of status 200.
    Said(Complaint),
}

impl From<serde_json::Error> for Unread {
    fn from(error: serde_json::Error) -> Self {
        Self::Nonsense(format!("it is not the JSON expected ({error})"))
    }
}

/// Some of the models of a server.
#[derive(Debug, Default)]
pub(crate) struct ModelPage {
    pub(crate) models: Vec<ModelInfo>,
    /// Where the list goes on.
    pub(crate) next: Option<String>,
}
