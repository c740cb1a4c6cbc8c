//! What goes into the store and what comes out, in core's terms.

use std::collections::BTreeMap;

use assay_core::{
    Content, DatasetId, DetectedLanguage, Environment, ErrorInfo, Execution, Fingerprint,
    FinishReason, Language, Priority, ProblemId, Quality, RunId, RunOrigin, RunSpec, RunStatus,
    SampleId, SampleKey, SampleStage, Spending, StrategyId, Transport, Turn, Usage, Verdict,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::cache::{CacheKey, KeptAnswer};

/// A run about to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRun {
    pub id: RunId,
    pub name: String,
    pub origin: RunOrigin,
    pub spec: RunSpec,
    pub environment: Environment,
    pub note: Option<String>,
}

/// One sample of a run about to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedSample {
    /// The model in its text form, or the name a graded file was given.
    pub model: String,
    pub language: Language,
    pub problem: ProblemId,
    /// See [`Problem::cluster`](assay_core::Problem).
    pub cluster: String,
    /// The problem's place in its data set, from 0; tables sort problems by it.
    pub position: u32,
    /// Counted from 0 for each problem.
    pub index: u32,
    pub strategy: StrategyId,
    pub seed: Option<u64>,
    /// The answer, where it was made elsewhere: the sample then waits only for its execution.
    pub generation: Option<GenerationRecord>,
}

/// An answer with the program made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct GenerationRecord {
    /// The prompt as it was sent, for people.
    pub prompt: Option<String>,
    /// The answer exactly as received.
    pub raw: Option<String>,
    /// The program to execute, without the tests. `None` where the answer holds no usable code:
    /// the sample is then done and counts as not passed.
    pub program: Option<String>,
    pub rule: Option<String>,
    pub warnings: Vec<String>,
    pub transport: Transport,
    pub content: Content,
    pub finish: Option<FinishReason>,
    pub usage: Usage,
    pub latency_ms: Option<f64>,
    pub first_token_ms: Option<f64>,
    pub served_model: Option<String>,
    /// Requests made, retries included; over all turns.
    pub attempts: u32,
    pub detected: Option<DetectedLanguage>,
    /// Told from the text alone.
    pub quality: Option<Quality>,
    /// What was asked and answered before the last request, where a sample takes several. Latency, usage and
    /// cost are over all of them.
    pub turns: Vec<Turn>,
    pub cost_usd: Option<f64>,
    /// Whether every turn of it was known already.
    pub cached: bool,
    /// The last turn's answer, where it is to be kept.
    pub keep: Option<KeptAnswer>,
    pub fingerprint: Option<Fingerprint>,
}

/// A program's execution, and what the caches have to do with it.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionRecord {
    pub execution: Execution,
    /// What the program's quality is now that it was executed; where there is none, what is stored stays.
    pub quality: Option<Quality>,
    /// Whether it was known already.
    pub cached: bool,
    /// The key under which it is to be kept.
    pub keep: Option<CacheKey>,
}

impl From<Execution> for ExecutionRecord {
    /// One that was made, and is not kept.
    fn from(execution: Execution) -> Self {
        Self {
            execution,
            quality: None,
            cached: false,
            keep: None,
        }
    }
}

/// A request that failed for good. The sample is done but not judged: it is never counted as a
/// wrong answer, and a resumed run asks again.
#[derive(Debug, Clone, PartialEq)]
pub struct FailureRecord {
    pub prompt: Option<String>,
    /// What came before the answer broke off, when something did.
    pub raw: Option<String>,
    pub transport: Transport,
    pub detail: String,
    pub attempts: u32,
    pub latency_ms: Option<f64>,
    /// Of the turns that were answered before.
    pub usage: Usage,
    pub cost_usd: Option<f64>,
    pub turns: Vec<Turn>,
}

/// A stored run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    pub id: RunId,
    pub name: String,
    pub status: RunStatus,
    pub origin: RunOrigin,
    pub spec: RunSpec,
    pub environment: Environment,
    pub dataset: DatasetId,
    pub dataset_version: String,
    pub created_at: Timestamp,
    /// Of the first attempt.
    pub started_at: Option<Timestamp>,
    /// Of the last attempt.
    pub finished_at: Option<Timestamp>,
    /// Seconds at work, over all attempts.
    pub elapsed_s: f64,
    /// How often the run was started or resumed.
    pub attempts: u32,
    pub note: Option<String>,
    pub error: Option<ErrorInfo>,
    /// Whether it is to begin nothing new for the time being.
    #[serde(default)]
    pub paused: bool,
    #[serde(default)]
    pub priority: Priority,
    /// Samples that early stopping made needless; they are in no counter.
    #[serde(default)]
    pub withdrawn: u32,
    /// In alphabetical order; case does not tell two apart.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Put away: still there, and shown only where it is asked for.
    #[serde(default)]
    pub archived: bool,
    /// What it was merged of or split from; none of a run that was made by running it.
    #[serde(default)]
    pub sources: Vec<RunSource>,
}

/// A run that another one was made of, as it was then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSource {
    pub run: RunId,
    pub name: String,
    pub origin: RunOrigin,
    pub spec: RunSpec,
    pub environment: Environment,
    /// Of those the made run has.
    pub samples: u32,
    /// Whether it was archived for it.
    pub archived: bool,
}

/// A deleted run that can come back.
#[derive(Debug, Clone, PartialEq)]
pub struct DeletedRun {
    pub run: RunRecord,
    pub deleted_at: Timestamp,
    pub samples: u32,
}

/// Samples counted. `total = done + generated + pending`, `done = judged + infrastructure +
/// unanswered`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Counters {
    pub total: u32,
    pub pending: u32,
    /// Answered, and waiting for their execution.
    pub generated: u32,
    pub done: u32,
    /// Done, with something said of the program; answers without code are judged as not passed.
    pub judged: u32,
    pub passed: u32,
    pub infrastructure: u32,
    /// Done without an answer: the request failed for good.
    pub unanswered: u32,
    /// Done, judged without execution because the answer holds no usable code.
    pub without_code: u32,
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
    /// Of the samples the model answered for this run: what was known already costs nothing again.
    pub cost: Spending,
    /// What that would have cost, in US dollars, where it is known.
    pub saved_usd: Option<f64>,
    /// Samples whose answer, and whose execution, was known already.
    pub answers_cached: u32,
    pub executions_cached: u32,
    /// The sum of `overall` over the samples that have a quality, and how many those are.
    pub quality_sum: f64,
    pub quality_n: u32,
    /// Done samples by [`Verdict::as_str`]; those without an execution are not in it.
    pub verdicts: BTreeMap<String, u32>,
    /// By [`Transport::as_str`].
    pub transports: BTreeMap<String, u32>,
    /// By [`Content::as_str`].
    pub contents: BTreeMap<String, u32>,
}

/// A stored run with its counters.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunSummary {
    pub run: RunRecord,
    pub totals: Counters,
    /// By model, in the order of the run's plan.
    pub models: Vec<(String, Counters)>,
    /// By model and strategy, in the same order: a merged run may have asked a model in several ways.
    pub series: Vec<(String, StrategyId, Counters)>,
}

/// A sample that is not done.
#[derive(Debug, Clone, PartialEq)]
pub struct OutstandingSample {
    pub id: SampleId,
    /// Its place, to be given for the next page.
    pub cursor: OutstandingCursor,
    pub model: String,
    pub language: Language,
    pub problem: ProblemId,
    pub index: u32,
    pub strategy: StrategyId,
    /// `Pending` or `Generated`.
    pub stage: SampleStage,
    pub seed: Option<u64>,
}

/// A place in the list of outstanding samples; the default is its beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutstandingCursor {
    pub(crate) question: i64,
    pub(crate) index: i64,
}

/// A sample in a list: everything but its long texts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SampleRow {
    pub id: SampleId,
    pub key: SampleKey,
    pub strategy: StrategyId,
    /// The strategy a policy chose, where the sample's is `adaptive`.
    pub arm: Option<StrategyId>,
    pub stage: SampleStage,
    pub transport: Option<Transport>,
    pub content: Option<Content>,
    pub verdict: Option<Verdict>,
    /// Why, at most 240 characters: of the execution, else of the request.
    pub detail: Option<String>,
    pub rule: Option<String>,
    pub finish: Option<FinishReason>,
    pub usage: Usage,
    pub latency_ms: Option<f64>,
    pub duration_ms: Option<f64>,
    pub peak_memory_kb: Option<u32>,
    pub attempts: u32,
    pub detected: Option<DetectedLanguage>,
    /// `overall` of its quality.
    pub quality: Option<f64>,
    pub cost_usd: Option<f64>,
    pub finished_at: Option<Timestamp>,
}

/// Which samples a list holds. An empty list of a field means every value of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SampleFilter {
    /// Every run but archived ones where none is named.
    pub runs: Vec<RunId>,
    pub models: Vec<String>,
    pub languages: Vec<Language>,
    pub strategies: Vec<StrategyId>,
    pub stages: Vec<SampleStage>,
    pub verdicts: Vec<Verdict>,
    pub transports: Vec<Transport>,
    pub contents: Vec<Content>,
    /// Cleaning rules.
    pub rules: Vec<String>,
    /// A part of the problem's id.
    pub problem: Option<String>,
    /// A part of the problem's id, the prompt, the answer, the program, its output or the detail; the case of ASCII
    /// letters does not matter.
    pub text: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleSort {
    /// The order of the plan.
    #[default]
    Plan,
    Model,
    Language,
    /// The data set's order.
    Problem,
    Verdict,
    Latency,
    Duration,
    CompletionTokens,
    Quality,
    Cost,
    FinishedAt,
}

/// A page of a list of samples.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SampleQuery {
    pub filter: SampleFilter,
    pub sort: SampleSort,
    pub descending: bool,
    pub offset: u32,
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SamplePage {
    pub rows: Vec<SampleRow>,
    /// Samples that fit the filter, on all pages.
    pub total: u32,
}

/// What the answers of one model to one problem count for.
///
/// A sample is *judged* when it is done and either has a verdict other than
/// [`Verdict::Infrastructure`] or its answer held no code that could be executed: the model was
/// asked, it answered, and the answer does not solve the problem. Requests that failed and
/// programs the sandbox could not run are not judged: they make the score incomplete, never lower.
/// `samples = judged + infrastructure + unanswered + outstanding`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreRow {
    pub run: RunId,
    pub model: String,
    pub strategy: StrategyId,
    pub language: Language,
    pub problem: ProblemId,
    pub cluster: String,
    pub position: u32,
    /// Planned samples.
    pub samples: u32,
    /// The n of pass@k.
    pub judged: u32,
    /// The c of pass@k.
    pub passed: u32,
    pub infrastructure: u32,
    pub unanswered: u32,
    pub outstanding: u32,
}

/// Samples of a run that did not pass for the same reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FailureGroup {
    pub transport: Option<Transport>,
    pub content: Option<Content>,
    pub verdict: Option<Verdict>,
    pub count: u32,
    /// The newest of them, and what is told of it.
    pub example: SampleId,
    pub model: String,
    pub problem: ProblemId,
    /// At most 240 characters.
    pub detail: Option<String>,
}

/// How different the programs are that a model wrote for one problem.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diversity {
    pub model: String,
    /// Problems with at least two programs; the means are over these.
    pub problems: u32,
    /// Their programs together.
    pub samples: u32,
    /// Different programs as a share of all, in (0, 1].
    pub programs: f64,
    /// Different syntax trees as a share of all, names apart.
    pub shapes: f64,
}

/// What a working program reads back when it says that it is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heartbeat {
    /// Another program asked for the run to be cancelled.
    pub cancel_requested: bool,
    pub paused: bool,
    pub priority: Priority,
}
