//! What a comparison is asked for.

use assay_core::{DatasetId, Language, ProblemId, RunId};
use assay_report::Figure;
use serde::{Deserialize, Serialize};

use crate::dto::{GridFigureQuery, PolicyFigureQuery, ProblemQuery, TrendQuery};

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
    /// Key or label of the line the others are compared with; all pairs when `None`.
    pub baseline: Option<String>,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub alpha: f64,
    pub correction: Correction,
    /// The k of pass@k.
    pub k: u32,
}

/// A figure of a comparison.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum CompareFigure {
    /// Each line's score with its interval.
    #[default]
    Scores,
    /// Differences from the baseline, or of all pairs.
    Differences,
    /// Scores by line and language.
    Languages,
    /// All pairs' differences and adjusted p-values, whatever the baseline.
    Significance,
    /// Scores against what an answer costs.
    Cost,
    /// Scores against how long an answer takes.
    Time,
    /// Who solves which problem.
    Problems,
}

/// Which figure of which comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FigureQuery {
    pub compare: CompareQuery,
    pub figure: CompareFigure,
    /// Of `problems`: the keys of the lines that are shown; all when empty.
    pub columns: Vec<String>,
    /// Of `problems`: only those on which the shown lines differ.
    pub only_differing: bool,
    /// Of `problems`: else the hardest comes first.
    pub easiest_first: bool,
}

impl FigureQuery {
    /// A figure with nothing left out.
    pub fn new(compare: CompareQuery, figure: CompareFigure) -> Self {
        Self {
            compare,
            figure,
            columns: Vec::new(),
            only_differing: false,
            easiest_first: false,
        }
    }
}

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FigureSource {
    Comparison(FigureQuery),
    Problem(ProblemQuery),
    Trends(TrendQuery),
    Policy(PolicyFigureQuery),
    Grid(GridFigureQuery),
}

/// What a comparison of its size can show.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PowerView {
    /// The smallest true difference that would be found; `None` where nothing is known of the spread.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub detectable: Option<f64>,
    /// Problems that a difference as large as the one seen would need.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub problems_needed: Option<u64>,
    /// Samples a problem that the same would need, where more samples help.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub samples_needed: Option<u64>,
    /// All of it in one sentence.
    pub words: String,
}

/// A problem that one of two lines solves and the other does not.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FlipView {
    pub dataset: DatasetId,
    pub problem: ProblemId,
    /// Where several languages are compared.
    pub language: Option<Language>,
    pub passed_a: u32,
    pub judged_a: u32,
    pub passed_b: u32,
    pub judged_b: u32,
    /// Share of all lines' samples that passed, in [0, 1].
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub share: f64,
}

/// Where two lines differ, in both directions.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FlipsView {
    pub a: String,
    pub b: String,
    pub label_a: String,
    pub label_b: String,
    /// Problems both have judged samples for.
    pub n: u32,
    pub both: u32,
    pub neither: u32,
    /// The hardest first.
    pub only_a: Vec<FlipView>,
    pub only_b: Vec<FlipView>,
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
    /// What a comparison of this size can show; `None` below two source problems.
    pub power: Option<PowerView>,
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
    /// The scores.
    pub figure: Figure,
    /// The pairs' differences; without marks where there are no pairs.
    pub differences: Figure,
    /// What a reader must know: problems left out, versions that differ.
    pub warnings: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum FigureFormat {
    Svg,
    Png,
    Pdf,
    Csv,
}
