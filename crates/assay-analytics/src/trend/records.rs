//! What is found of series over time.

use assay_core::{DatasetId, Language, RunId, StrategyId};
use serde::{Deserialize, Serialize};

use crate::DatasetFacts;
use crate::compare::Pair;
use crate::score::{IntervalKind, ScoreOptions};

/// How series are looked at over time.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendOptions {
    /// The k of pass@k.
    pub k: u32,
    /// Confidence level of all intervals.
    pub level: f64,
    /// p-values below it count as significant.
    pub alpha: f64,
    /// Significant drops up to this size are no regression: 0.01 is a point.
    pub tolerated_drop: f64,
    /// Resamples and seed of bootstraps and permutation tests.
    pub resamples: u32,
    pub seed: u64,
}

impl Default for TrendOptions {
    fn default() -> Self {
        let score = ScoreOptions::default();
        Self {
            k: 1,
            level: score.level,
            alpha: 0.05,
            tolerated_drop: 0.0,
            resamples: score.resamples,
            seed: score.seed,
        }
    }
}

/// What a series scored in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendPoint {
    pub run: RunId,
    pub run_name: String,
    /// When the run began, in milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// pass@k on the run's own problems, between 0 and 1, as the bounds are.
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub kind: IntervalKind,
    pub n_problems: u32,
    pub n_samples: u32,
    /// Whether all its samples are judged.
    pub complete: bool,
    /// Whether trend, change point and steps look at it: with less than half of the problems that the largest run of the
    /// series has, a run is a trial.
    pub counted: bool,
}

/// The time that a slope is given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    Hour,
    Day,
    Week,
    /// 30 days.
    Month,
}

impl TimeUnit {
    /// The unit that a series of this length has at least two of.
    pub(super) fn of(span_ms: i64) -> Self {
        [Self::Month, Self::Week, Self::Day]
            .into_iter()
            .find(|unit| span_ms >= 2 * unit.ms())
            .unwrap_or(Self::Hour)
    }

    pub(super) fn ms(self) -> i64 {
        const HOUR: i64 = 3_600_000;
        match self {
            Self::Hour => HOUR,
            Self::Day => 24 * HOUR,
            Self::Week => 7 * 24 * HOUR,
            Self::Month => 30 * 24 * HOUR,
        }
    }

    /// As it follows "points a".
    pub fn label(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month of 30 days",
        }
    }
}

/// Whether a series rises or falls, and how fast.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Slope {
    /// Kendall's tau-b; `None` where all scores are equal.
    pub tau: Option<f64>,
    /// Of Mann and Kendall's test, two-sided.
    pub p: f64,
    pub exact: bool,
    pub significant: bool,
    /// Theil and Sen's slope, as a share a unit of time, with its interval; the latter is `None` where all scores are equal.
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub unit: TimeUnit,
}

/// Where a series changed its level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelChange {
    /// The first run of the new level.
    pub run: RunId,
    /// Mean score before it, and from it on.
    pub before: f64,
    pub after: f64,
    pub p: f64,
    /// Orders that were drawn; `None` where all were visited.
    pub resamples: Option<u32>,
    pub significant: bool,
}

/// What came of a run beside the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Significantly worse, by more than is tolerated.
    Regression,
    /// Significantly better.
    Improvement,
    /// No change is shown. A bare drop is here.
    NotShown,
}

impl From<assay_stats::Change> for Change {
    fn from(change: assay_stats::Change) -> Self {
        match change {
            assay_stats::Change::Regression => Self::Regression,
            assay_stats::Change::Improvement => Self::Improvement,
            assay_stats::Change::NotShown => Self::NotShown,
        }
    }
}

/// A run and the one before it, on the problems both have judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub earlier: RunId,
    pub later: RunId,
    pub change: Change,
    /// `a` is the later run, `b` the earlier one; adjusted over the steps of the series.
    pub pair: Pair,
}

/// One model with one strategy in one language on one version of a data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendSeries {
    /// Stable: `DATASET/VERSION/LANGUAGE/STRATEGY/MODEL`.
    pub key: String,
    /// For people; unique among the series it was made with.
    pub label: String,
    pub model: String,
    pub strategy: StrategyId,
    pub language: Language,
    pub dataset: DatasetId,
    pub dataset_version: String,
    /// Labels of the series that this is the mean of; empty for a series of its own.
    pub mean_of: Vec<String>,
    /// The oldest first; runs without a score have none.
    pub points: Vec<TrendPoint>,
    /// Problems that all counted runs have judged: what slope and change point stand on.
    pub n_common: u32,
    /// `None` with fewer than three counted runs, or without a common problem.
    pub slope: Option<Slope>,
    /// `None` as `slope` is, and where all scores are equal.
    pub level_change: Option<LevelChange>,
    /// One a pair of counted runs that follow each other and share a problem, the oldest first.
    pub steps: Vec<Step>,
    /// What a reader must know, in sentences.
    pub notes: Vec<String>,
}

impl TrendSeries {
    pub fn point(&self, run: &RunId) -> Option<&TrendPoint> {
        self.points.iter().find(|point| point.run == *run)
    }

    /// The newest run that counts, beside the one before it: what changed since last time.
    pub fn latest(&self) -> Option<&Step> {
        let newest = self.points.iter().rev().find(|point| point.counted)?;
        self.steps.last().filter(|step| step.later == newest.run)
    }
}

/// Series over time, with everything their figures and tables show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trends {
    pub k: u32,
    pub level: f64,
    pub alpha: f64,
    pub tolerated_drop: f64,
    pub resamples: u32,
    pub seed: u64,
    pub datasets: Vec<DatasetFacts>,
    /// By data set, version and language, then by label.
    pub series: Vec<TrendSeries>,
    /// Of each data set, version and language with several series: their mean over time, where two runs or more have all
    /// of them. Model and strategy are empty.
    pub means: Vec<TrendSeries>,
}
