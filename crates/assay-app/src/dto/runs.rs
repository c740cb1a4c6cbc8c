//! Runs as lists and pages show them.

use assay_core::{
    Content, DatasetId, Environment, ErrorInfo, Language, Priority, ProblemId, RunId, RunOrigin,
    RunProgress, RunSpec, RunStatus, SampleId, StrategyId, Transport, Verdict,
};
use std::collections::BTreeMap;

use serde::Serialize;

use super::{RunDifference, RunSourceView};

/// A score with its interval. Never shown without it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Headline {
    pub model: String,
    pub strategy: StrategyId,
    /// pass@1, the mean over problems, in [0, 1].
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub value: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub low: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub high: f64,
    /// `wilson`, `bca`, `percentile`.
    pub kind: String,
    pub n_problems: u32,
    pub n_samples: u32,
    /// Problems without a judged sample: while there are any, the score is incomplete.
    pub n_unjudged: u32,
    pub flags: Flags,
    /// Mean of `overall` over the samples whose program has a quality.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub quality: Option<f64>,
    /// In US dollars; `None` where no price is known.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub cost_usd: Option<f64>,
    /// Answers whose cost is known, and those whose cost is not: `cost_usd` is that of the former.
    pub costs_known: u32,
    pub costs_unknown: u32,
}

/// The two flags of answers, counted: whether a request was answered, and whether what was answered is a
/// usable candidate. Neither stands for the other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Flags {
    /// Requests that have an outcome.
    pub asked: u32,
    /// Of those: answered, with some text.
    pub answered: u32,
    /// Of the answered: usable candidates.
    pub usable: u32,
    /// By `Transport::as_str`.
    pub transports: BTreeMap<String, u32>,
    /// By `Content::as_str`.
    pub contents: BTreeMap<String, u32>,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RunSummary {
    pub id: RunId,
    pub name: String,
    pub status: RunStatus,
    pub origin: RunOrigin,
    pub dataset: DatasetId,
    pub dataset_version: String,
    pub languages: Vec<Language>,
    pub models: Vec<String>,
    pub strategy: StrategyId,
    /// RFC 3339, UTC.
    pub created_at: String,
    pub finished_at: Option<String>,
    pub progress: RunProgress,
    /// One a model, in the order of the spec.
    pub scores: Vec<Headline>,
    /// In alphabetical order.
    pub tags: Vec<String>,
    /// Put away: shown only where it is asked for.
    pub archived: bool,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RunDetail {
    pub summary: RunSummary,
    pub spec: RunSpec,
    pub environment: Environment,
    pub error: Option<ErrorInfo>,
    /// The command that does the same run again; `None` for an example that ships with the program.
    pub command: Option<String>,
    pub priority: Priority,
    /// What did not pass, the most frequent first.
    pub failures: Vec<FailureKind>,
    /// One a model that wrote several programs for a problem.
    pub diversity: Vec<ProgramDiversity>,
    /// What answers that were known already would have cost, in US dollars.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub saved_usd: Option<f64>,
    /// Samples whose answer, and whose execution, was known already.
    pub answers_cached: u32,
    pub executions_cached: u32,
    /// What it was merged of or split from.
    pub sources: Vec<RunSourceView>,
    /// In what those differ: the settings are then those of the first.
    pub differences: Vec<RunDifference>,
}

/// Samples of a run that did not pass for the same reason, and one of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FailureKind {
    pub transport: Option<Transport>,
    pub content: Option<Content>,
    pub verdict: Option<Verdict>,
    pub count: u32,
    pub example: SampleId,
    pub model: String,
    pub problem: ProblemId,
    pub detail: Option<String>,
}

/// How different the programs are that a model wrote for one problem: means over the problems with at least two.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProgramDiversity {
    pub model: String,
    pub n_problems: u32,
    pub n_samples: u32,
    /// Different programs as a share of all; comments and white space do not count.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub distinct_programs: f64,
    /// Different syntax trees as a share of all; names do not count.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub distinct_shapes: f64,
}

/// What a spec will take, told before it is started.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Estimate {
    pub problems: u32,
    pub samples: u32,
    /// Upper bound: every sample using all of its tokens.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub max_completion_tokens: u64,
    /// In US dollars, by the prices known: from answers of one token to every sample using all of its tokens.
    /// `None` where a model's price is not known.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub cost_low: Option<f64>,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub cost_high: Option<f64>,
    /// What the cost rests on, or why there is none.
    pub cost_basis: String,
    /// From earlier runs of the same models, when there are any.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub seconds: Option<f64>,
    /// Models that are downloaded before the run begins.
    pub downloads: Vec<String>,
    /// What `seconds` rests on, or why there is none.
    pub basis: String,
    /// What stands in the way of starting.
    pub problems_found: Vec<ErrorInfo>,
}
