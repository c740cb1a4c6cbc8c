//! What a run came to: the answer of `eval` and `grade`.

use std::collections::BTreeMap;

use assay_core::{
    Compilation, Content, DatasetId, Language, ProblemId, RunId, RunStatus, Spending, StrategyId,
    Transport, Verdict,
};
use serde::Serialize;

/// A score with its interval, as the command line prints it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimated {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// `wilson`, `bca`, `percentile`.
    pub kind: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatasetTag {
    pub id: DatasetId,
    pub version: String,
    pub sha256: String,
}

/// One model's part of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelOutcome {
    pub model: String,
    pub n_problems: u32,
    pub n_samples: u32,
    /// Problems without a judged sample: while there are any, the score is incomplete.
    pub n_unjudged: u32,
    /// By k, in text: `"1"`. Empty when nothing is judged; a k above the judged samples is left out.
    pub pass_at: BTreeMap<String, Estimated>,
    pub verdicts: BTreeMap<String, u32>,
    pub transports: BTreeMap<String, u32>,
    pub contents: BTreeMap<String, u32>,
    /// Mean of `overall` over the samples whose program has a quality.
    pub quality: Option<f64>,
    /// In US dollars, where prices are known.
    pub cost_usd: Option<f64>,
    /// Answers whose cost is known, and those whose cost is not: `cost_usd` is that of the former.
    pub costs_known: u32,
    pub costs_unknown: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SampleResult {
    pub task_id: ProblemId,
    pub sample: u32,
    pub model: String,
    pub language: Language,
    pub transport: Option<Transport>,
    pub content: Option<Content>,
    /// The cleaning rule that fired.
    pub rule: Option<String>,
    /// `overall` of the program's quality.
    pub quality: Option<f64>,
    pub verdict: Option<Verdict>,
    pub duration_ms: Option<f64>,
    pub detail: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UsageTotals {
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
    /// In US dollars, where prices are known.
    pub cost_usd: Option<f64>,
    /// Answers whose cost is known, and those whose cost is not: `cost_usd` is that of the former.
    pub costs_known: u32,
    pub costs_unknown: u32,
}

impl UsageTotals {
    /// For people.
    pub fn cost(&self) -> Spending {
        Spending {
            usd: self.cost_usd,
            known: self.costs_known,
            unknown: self.costs_unknown,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Timing {
    /// Over all attempts at the run, in seconds.
    pub wall_s: f64,
    /// Executed programs per second of that time.
    pub programs_per_s: f64,
}

/// Everything a script wants to know of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunOutcome {
    pub run_id: RunId,
    pub name: String,
    pub status: RunStatus,
    pub dataset: DatasetTag,
    pub strategy: StrategyId,
    pub n_problems: u32,
    pub n_samples: u32,
    /// Of the only model; with several, see `models`.
    pub pass_at: BTreeMap<String, Estimated>,
    /// Every verdict, 0 where there is none of it.
    pub verdicts: BTreeMap<String, u32>,
    pub models: Vec<ModelOutcome>,
    pub results: Vec<SampleResult>,
    pub usage: UsageTotals,
    pub timing: Timing,
    pub warnings: Vec<String>,
}

/// One program run by itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExecOutcome {
    pub language: Language,
    pub verdict: Verdict,
    pub detail: Option<String>,
    pub exit_code: Option<i32>,
    pub signal: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub truncated: bool,
    pub duration_ms: f64,
    pub cpu_ms: Option<f64>,
    pub peak_memory_kb: Option<u32>,
    /// What the compiler or type checker said, where the language has one.
    pub compile: Option<Compilation>,
    pub image: Option<String>,
    pub toolchain: Option<String>,
}
