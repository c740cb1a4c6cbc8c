//! A run: models × problems × samples, asked once and kept for good.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Content, DatasetId, ErrorInfo, Language, Limits, ModelRef, Price, ProblemId, QualityWeights,
    RunId, SampleId, Sampling, Spending, StrategyId, Transport, Verdict,
};

/// Which problems of the data set are asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProblemSelection {
    All,
    /// The first `count`, in the data set's order.
    First {
        count: u32,
    },
    /// These, in the data set's order.
    Ids {
        ids: Vec<ProblemId>,
    },
}

/// What is executed of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Cleaning {
    /// The program that cleaning takes out of it.
    #[default]
    Full,
    /// The answer as it came (behind the prompt, where that was continued): what cleaning is measured against.
    Off,
}

/// What a run makes of answers and executions that are known already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum CacheUse {
    /// What is known is taken, what is new is kept.
    #[default]
    Full,
    /// Everything is asked and executed anew, and kept.
    Refresh,
    /// Nothing is taken and nothing kept.
    Off,
}

/// How much of what runs share (requests to one model, containers) falls to a run while others want it, too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
}

impl Priority {
    /// A run's share is its weight over the weights of all runs that want the same.
    pub fn weight(self) -> u32 {
        match self {
            Self::Low => 1,
            Self::Normal => 4,
            Self::High => 16,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// When a problem needs no more samples: Wald's sequential probability ratio test between "passes at most `low` of the
/// time" and "passes at least `high` of the time". Samples that are then still to be asked for are withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EarlyStop {
    /// Judged samples a problem has at least; also the largest k of pass@k that stays defined.
    pub at_least: u32,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub low: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub high: f64,
    /// The chance of either wrong decision.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub error: f64,
}

impl Default for EarlyStop {
    fn default() -> Self {
        Self {
            at_least: 5,
            low: 0.1,
            high: 0.5,
            error: 0.05,
        }
    }
}

/// Which policy chooses the strategy of each sample, where a run's strategy is `adaptive`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AdaptiveSpec {
    /// Its name; made with the usual settings where there is none of that name.
    pub policy: String,
    /// Whether it learns from what becomes of the samples.
    pub learn: bool,
}

impl Default for AdaptiveSpec {
    fn default() -> Self {
        Self {
            policy: "default".to_owned(),
            learn: true,
        }
    }
}

/// Everything that decides what a run does. Stored with the run, so that it can be done again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RunSpec {
    /// A name for people; made from models and data set when empty.
    pub name: Option<String>,
    pub models: Vec<ModelRef>,
    pub dataset: DatasetId,
    pub languages: Vec<Language>,
    pub problems: ProblemSelection,
    pub strategy: StrategyId,
    /// Samples per problem; the n of pass@k.
    pub samples: u32,
    pub sampling: Sampling,
    /// Seed of the run; every sample's seed is derived from it and from the sample's key.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub seed: u64,
    pub limits: Limits,
    #[serde(default)]
    pub cleaning: Cleaning,
    /// How much each part of a program's quality counts.
    #[serde(default)]
    pub quality_weights: QualityWeights,
    /// Requests in flight for each model at most; how many are worth having is found out.
    pub concurrency: u32,
    #[serde(default)]
    pub cache: CacheUse,
    /// Every problem gets all its samples where there is none.
    #[serde(default)]
    pub early_stop: Option<EarlyStop>,
    #[serde(default)]
    pub priority: Priority,
    /// Counts where `strategy` is `adaptive`.
    #[serde(default)]
    pub adaptive: Option<AdaptiveSpec>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    Running,
    Completed,
    /// Stopped by its user; what is stored stays usable and the rest can be resumed.
    Cancelled,
    /// The program ended while the run was on; can be resumed.
    Interrupted,
    /// The run could not go on (engine gone, model missing); can be resumed.
    Failed,
}

impl RunStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
        }
    }
}

/// Where a run's answers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum RunOrigin {
    /// Generated and executed here.
    Evaluated,
    /// Generated elsewhere, executed here.
    Graded,
    /// Made by this program elsewhere and shipped with it as an example.
    SampleWorkspace,
    /// Those of other runs, put together.
    Merged,
    /// Those of another run, or rather a part of them.
    Split,
}

/// What a result depends on besides its spec: enough to say on which ground two runs differ.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Environment {
    pub assay_version: String,
    /// `linux x86_64`.
    pub platform: String,
    pub dataset_version: String,
    pub dataset_sha256: String,
    /// Container engine and its version.
    pub engine: Option<String>,
    /// Image digest by language.
    pub images: BTreeMap<String, String>,
    /// Toolchain version by language.
    pub toolchains: BTreeMap<String, String>,
    /// File digest by model, where the model is a file.
    pub models: BTreeMap<String, String>,
    /// SHA-256 of the strategy's file, where it is the user's own.
    #[serde(default)]
    pub strategy_sha256: Option<String>,
    /// Whether the answers are those of a recording, and no model was asked.
    #[serde(default)]
    pub replayed: bool,
    /// What tokens cost by model, where they cost something and it is known.
    #[serde(default)]
    pub prices: BTreeMap<String, Price>,
    /// By how much wall-clock limits were stretched on this machine.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub timeout_scale: Option<f64>,
}

/// How far a run is. Counters only grow within one attempt.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RunProgress {
    pub total: u32,
    pub generated: u32,
    pub done: u32,
    pub passed: u32,
    /// Requests that were not answered, over all models.
    pub transport_failed: u32,
    /// Answers without usable code.
    pub content_failed: u32,
    /// Done samples by verdict (`Verdict::as_str`); samples without an execution are not in it.
    pub verdicts: BTreeMap<String, u32>,
    pub in_generation: u32,
    /// Requests that may be in flight now, over all models; follows latency, errors and memory.
    pub generation_limit: u32,
    /// Answered, and waiting for a container.
    pub waiting: u32,
    pub in_execution: u32,
    /// Nothing new is begun until the run goes on.
    pub paused: bool,
    /// Whether memory is short, so that nothing new is asked for.
    pub memory_short: bool,
    /// Answers and executions of this attempt that were known already, and those that were not.
    pub cache: CacheTally,
    /// Samples that early stopping made needless; they are not in `total`.
    pub withdrawn: u32,
    pub completion_tokens: u32,
    /// In US dollars, so far; `None` where no price is known.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub cost_usd: Option<f64>,
    /// Answers whose cost is known, and those whose cost is not: `cost_usd` is that of the former.
    pub costs_known: u32,
    pub costs_unknown: u32,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub elapsed_s: f64,
    /// Samples a second over the last minute; `None` until there is one.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub rate_per_s: Option<f64>,
    /// Seconds left at that rate.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub remaining_s: Option<f64>,
    /// Between these the time left lies, as far as the rate of the last minute varied (two standard errors).
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub remaining_low_s: Option<f64>,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub remaining_high_s: Option<f64>,
    /// What the whole run will have cost at the mean of the answers so far, in US dollars.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub cost_projected_usd: Option<f64>,
}

/// What the two caches did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CacheTally {
    pub answer_hits: u32,
    pub answer_misses: u32,
    pub execution_hits: u32,
    pub execution_misses: u32,
}

impl RunProgress {
    /// For people.
    pub fn cost(&self) -> Spending {
        Spending {
            usd: self.cost_usd,
            known: self.costs_known,
            unknown: self.costs_unknown,
        }
    }
}

/// What a run tells while it goes. `Progress` is coalesced to about ten a second; the oldest
/// `SampleDone` and `Warning` are dropped for a listener that is thousands behind (all of them are
/// in the store); `Started` and `Finished` are never dropped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RunEvent {
    Started {
        run: RunId,
        total: u32,
        outstanding: u32,
    },
    Progress {
        run: RunId,
        progress: RunProgress,
    },
    /// One sample is done and stored.
    SampleDone {
        run: RunId,
        sample: SampleId,
        model: String,
        problem: ProblemId,
        index: u32,
        transport: Transport,
        content: Option<Content>,
        verdict: Option<Verdict>,
        detail: Option<String>,
    },
    /// Trouble that does not end the run (a retried request, an engine that came back).
    Warning {
        run: RunId,
        error: ErrorInfo,
    },
    /// The last event of a run.
    Finished {
        run: RunId,
        status: RunStatus,
        progress: RunProgress,
        error: Option<ErrorInfo>,
    },
}
