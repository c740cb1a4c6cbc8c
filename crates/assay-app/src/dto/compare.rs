//! What a comparison is asked for.

use assay_core::RunId;
use assay_report::Figure;
use serde::{Deserialize, Serialize};

/// What is compared: each group of samples with the same key is one line of the chart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum CompareBy {
    /// One model with one strategy in one run.
    #[default]
    Series,
    Model,
    Strategy,
    Language,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Correction {
    #[default]
    Holm,
    BenjaminiHochberg,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CompareQuery {
    pub runs: Vec<RunId>,
    pub by: CompareBy,
    /// Key of the series the others are compared with; all pairs when `None`.
    pub baseline: Option<String>,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub alpha: f64,
    pub correction: Correction,
    /// The k of pass@k.
    pub k: u32,
}

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ScoreView {
    /// Names the line in pairs, ranking and figure.
    pub key: String,
    pub label: String,
    pub runs: Vec<RunId>,
    /// pass@k, the mean over problems, in [0, 1]; `None`, as its interval is, when no problem has k
    /// judged samples.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub value: Option<f64>,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub low: Option<f64>,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub high: Option<f64>,
    /// What kind of interval, in words.
    pub kind: Option<String>,
    pub n_problems: u32,
    pub n_samples: u32,
    /// Problems without a judged sample: while there are any, the score is incomplete.
    pub n_unjudged: u32,
    /// 1 is the best, on the problems common to all; a tie group shares the best rank among it. `None`
    /// when no problem is common.
    pub rank: Option<u32>,
    /// Ranks it may well have.
    pub rank_best: Option<u32>,
    pub rank_worst: Option<u32>,
    /// Within a group, none is shown to be behind its first.
    pub tie_group: Option<u32>,
    /// What a reader must know of these numbers.
    pub notes: Vec<String>,
}

/// Two lines of a comparison on the problems they have in common.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PairView {
    pub a: String,
    pub b: String,
    /// Problems both were judged on.
    pub n: u32,
    /// Mean of the per-problem differences, a − b, in [−1, 1].
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub diff: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub low: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub high: f64,
    pub interval: String,
    /// `McNemar, exact`, `McNemar, mid-p`, `sign-flip permutation`.
    pub test: String,
    /// Problems only a solved, and only b; `None` when n > 1 samples.
    pub only_a: Option<u32>,
    pub only_b: Option<u32>,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub p: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub p_adjusted: f64,
    pub significant: bool,
    /// Odds ratio of the discordant pairs, when it is defined.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub odds_ratio: Option<f64>,
    pub note: Option<String>,
}

/// A comparison with its figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ComparisonView {
    pub query: CompareQuery,
    /// Problems that all lines have a value for.
    pub n_common: u32,
    /// Best first.
    pub scores: Vec<ScoreView>,
    pub pairs: Vec<PairView>,
    pub figure: Figure,
    /// What a reader must know: problems left out, versions that differ.
    pub warnings: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum FigureFormat {
    Svg,
    Png,
    Csv,
}
