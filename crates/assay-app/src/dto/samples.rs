//! Samples as the table and the detail pane show them.

use assay_core::{
    Content, DetectedLanguage, Language, Problem, ProblemId, RunId, Sample, SampleId, SampleStage,
    StrategyId, Transport, Verdict,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SampleSort {
    /// By run, model, then the data set's order.
    #[default]
    Natural,
    Model,
    Problem,
    Verdict,
    Duration,
    Latency,
    Quality,
    Cost,
}

/// Which samples a page shows. An empty list filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SampleQuery {
    pub runs: Vec<RunId>,
    pub models: Vec<String>,
    pub languages: Vec<Language>,
    pub strategies: Vec<StrategyId>,
    pub verdicts: Vec<Verdict>,
    pub transports: Vec<Transport>,
    pub contents: Vec<Content>,
    /// Cleaning rules.
    pub rules: Vec<String>,
    /// Found in the problem's id, the answer, the program or the detail.
    pub text: Option<String>,
    pub sort: SampleSort,
    pub descending: bool,
    pub offset: u32,
    /// At most 1,000.
    pub limit: u32,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SampleRow {
    pub id: SampleId,
    pub run: RunId,
    pub model: String,
    pub language: Language,
    pub problem: ProblemId,
    pub index: u32,
    pub strategy: StrategyId,
    pub stage: SampleStage,
    pub transport: Option<Transport>,
    pub content: Option<Content>,
    pub verdict: Option<Verdict>,
    /// Why, at most 240 characters.
    pub detail: Option<String>,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub duration_ms: Option<f64>,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub latency_ms: Option<f64>,
    pub completion_tokens: Option<u32>,
    pub rule: Option<String>,
    pub detected: Option<DetectedLanguage>,
    /// `overall` of its quality.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub quality: Option<f64>,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub cost_usd: Option<f64>,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SamplePage {
    pub total: u32,
    pub rows: Vec<SampleRow>,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SampleDetail {
    pub sample: Sample,
    pub run_name: String,
    /// `None` when the data set is not installed any more.
    pub problem: Option<Problem>,
}
