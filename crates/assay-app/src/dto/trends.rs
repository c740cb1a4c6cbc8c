//! Scores over time.

use assay_core::{DatasetId, Language, RunId, StrategyId};
use assay_report::Figure;
use serde::{Deserialize, Serialize};

use crate::dto::RunDifference;

/// Which series are looked at over time. What is `None` leaves nothing out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrendQuery {
    pub dataset: Option<DatasetId>,
    pub dataset_version: Option<String>,
    pub language: Option<Language>,
    pub model: Option<String>,
    pub strategy: Option<StrategyId>,
    /// Only the newest so many runs that the rest leaves.
    pub newest: Option<u32>,
    /// The k of pass@k.
    pub k: u32,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub alpha: f64,
    /// Significant drops up to this size, as a share, are no regression.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub tolerated_drop: f64,
    /// Keys of the series that the figure shows; where none is named, of all with two runs or more.
    pub shown: Vec<String>,
}

impl Default for TrendQuery {
    fn default() -> Self {
        Self {
            dataset: None,
            dataset_version: None,
            language: None,
            model: None,
            strategy: None,
            newest: None,
            k: 1,
            alpha: 0.05,
            tolerated_drop: 0.0,
            shown: Vec::new(),
        }
    }
}

/// What came of a run beside the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TrendChange {
    /// Significantly worse, by more than is tolerated.
    Regression,
    /// Significantly better.
    Improvement,
    /// No change is shown. A bare drop is here.
    NotShown,
}

/// What a series scored in one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrendPointView {
    pub run: RunId,
    pub run_name: String,
    /// When the run began: RFC 3339, UTC.
    pub at: String,
    /// pass@k, in [0, 1].
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub value: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub low: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub high: f64,
    pub interval: String,
    pub n_problems: u32,
    pub n_samples: u32,
    /// Whether all its samples are judged.
    pub complete: bool,
    /// Whether trend, change point and steps look at it.
    pub counted: bool,
}

/// A run beside the one before it, on the problems both have judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrendStepView {
    pub earlier: RunId,
    pub earlier_name: String,
    pub later: RunId,
    pub later_name: String,
    /// When the later run began: RFC 3339, UTC.
    pub at: String,
    pub change: TrendChange,
    pub n: u32,
    /// Later less earlier, in [−1, 1].
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub diff: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub low: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub high: f64,
    pub interval: String,
    pub test: String,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub p: f64,
    /// After Holm's correction over the steps of the series.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub p_adjusted: f64,
    /// In which of the conditions that decide results the runs differ: values of the earlier and the later one.
    pub differences: Vec<RunDifference>,
    pub note: Option<String>,
}

/// Whether a series rises or falls.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SlopeView {
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub tau: Option<f64>,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub p: f64,
    pub significant: bool,
    /// As a share a unit of time, with its interval.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub value: f64,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub low: Option<f64>,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub high: Option<f64>,
    /// `hour`, `day`, `week`, `month of 30 days`.
    pub unit: String,
    /// All of it in words.
    pub words: String,
}

/// Where a series changed its level.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LevelChangeView {
    /// The first run of the new level.
    pub run: RunId,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub before: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub after: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub p: f64,
    pub significant: bool,
    /// All of it in words.
    pub words: String,
}

/// One model with one strategy in one language on one version of a data set.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrendSeriesView {
    pub key: String,
    pub label: String,
    pub model: String,
    pub strategy: StrategyId,
    pub language: Language,
    pub dataset: DatasetId,
    pub dataset_version: String,
    /// Labels of the series that this is the mean of; empty for a series of its own.
    pub mean_of: Vec<String>,
    /// The oldest first.
    pub points: Vec<TrendPointView>,
    /// Problems that trend and change point stand on.
    pub n_common: u32,
    /// `None` with fewer than three runs.
    pub slope: Option<SlopeView>,
    pub level_change: Option<LevelChangeView>,
    /// The oldest first.
    pub steps: Vec<TrendStepView>,
    /// The newest run beside the one before it: what changed since last time.
    pub latest: Option<TrendStepView>,
    /// What a reader must know of these numbers.
    pub notes: Vec<String>,
}

/// Series over time, with their figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrendsView {
    pub query: TrendQuery,
    /// By data set, version and language, then by label.
    pub series: Vec<TrendSeriesView>,
    /// Of each data set, version and language with several series: their mean over time, where two runs or more have
    /// all of them. Model and strategy are empty.
    pub means: Vec<TrendSeriesView>,
    pub figure: Figure,
    /// Runs that were looked at.
    pub n_runs: u32,
}
