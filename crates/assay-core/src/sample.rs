//! A sample: one answer of one model to one problem, and what became of it.

use serde::{Deserialize, Serialize};

use crate::{
    Execution, FinishReason, Language, ProblemId, Quality, RunId, SampleId, StrategyId, Transport,
    Turn, Usage,
};

/// Whether what was answered is a usable candidate; the flag beside [`Transport`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Content {
    Ok,
    NoCode,
    WrongLanguage,
    SyntaxError,
    /// Cut off, or the entry point is not defined.
    Incomplete,
    /// The body is `pass`, `...` or a comment.
    Placeholder,
}

impl Content {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NoCode => "no_code",
            Self::WrongLanguage => "wrong_language",
            Self::SyntaxError => "syntax_error",
            Self::Incomplete => "incomplete",
            Self::Placeholder => "placeholder",
        }
    }
}

/// The language an answer's code turned out to be in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DetectedLanguage {
    pub language: Language,
    /// From 0 to 1.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub confidence: f64,
}

/// What tells programs from one another: 64-bit hashes, for counting how many different ones a model wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Fingerprint {
    /// Of the program's words: comments and white space do not count.
    #[serde(with = "hex64")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub program: u64,
    /// Of its syntax tree, with names replaced by the order they first appear in.
    #[serde(with = "hex64")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub shape: u64,
}

/// JSON's numbers are not exact up to 64 bits everywhere.
mod hex64 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    // The signature is serde's.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub fn serialize<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{number:016x}"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map_err(D::Error::custom)
    }
}

/// What makes a sample unique.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SampleKey {
    pub run: RunId,
    /// The model in its text form; for graded files, the name the run was given.
    pub model: String,
    pub language: Language,
    pub problem: ProblemId,
    /// Counted from 0 for each problem.
    pub index: u32,
}

/// How far a sample has come. Each step is stored before it is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SampleStage {
    /// Planned; nothing is done yet.
    Pending,
    /// The model has answered and the answer is cleaned; it waits for its execution.
    Generated,
    /// Judged, or failed for good (no answer, no code).
    Done,
}

impl SampleStage {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Generated => "generated",
            Self::Done => "done",
        }
    }
}

/// A sample with everything that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Sample {
    pub id: SampleId,
    pub key: SampleKey,
    pub strategy: StrategyId,
    pub stage: SampleStage,
    /// The prompt as it was sent, for people.
    pub prompt: Option<String>,
    /// The answer exactly as received.
    pub raw: Option<String>,
    /// The program that was executed (without the tests).
    pub cleaned: Option<String>,
    /// The cleaning rule that fired.
    pub rule: Option<String>,
    pub warnings: Vec<String>,
    pub transport: Option<Transport>,
    pub content: Option<Content>,
    /// What went wrong with the request, when something did.
    pub transport_detail: Option<String>,
    pub finish: Option<FinishReason>,
    pub usage: Usage,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub latency_ms: Option<f64>,
    /// From sending to the first token, when the answer was streamed; milliseconds.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub first_token_ms: Option<f64>,
    /// The model the server says it used, when it says so.
    pub served_model: Option<String>,
    /// Requests made, retries included.
    pub attempts: u32,
    /// The language the answer's code turned out to be in, where it was told.
    #[serde(default)]
    pub detected: Option<DetectedLanguage>,
    /// How good the program looks; by its execution too, once it was executed.
    #[serde(default)]
    pub quality: Option<Quality>,
    /// What was asked before the answer that counts, where a strategy takes several turns.
    #[serde(default)]
    pub turns: Vec<Turn>,
    /// Whether the answer, and the execution, were known from an earlier sample that was the same in everything that
    /// decides them. What the answer took and cost is then what it took and cost the first time.
    #[serde(default)]
    pub answer_cached: bool,
    #[serde(default)]
    pub execution_cached: bool,
    /// What tells the program from others, where there is one.
    #[serde(default)]
    pub fingerprint: Option<Fingerprint>,
    /// The strategy that asked, where a policy chose it; `strategy` is then `adaptive`.
    #[serde(default)]
    pub arm: Option<StrategyId>,
    /// In US dollars, at the prices of the run; all turns together.
    #[serde(default)]
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub cost_usd: Option<f64>,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub seed: Option<u64>,
    pub execution: Option<Execution>,
}
