//! Scores and comparisons: from rows of counts to what is shown, with intervals and tests.
//!
//! [`Evidence`] is what was counted, [`scores`] what each group scores on its own, [`compare`] how
//! groups differ on the problems they share, [`grid`] who solves which of them, [`by_language`] what each
//! scores in each language, [`efforts`] what answers cost and took, and [`trends`] how scores
//! go over time. Which estimator, interval and test is
//! used where is decided here; `assay-stats` computes them. [`Snapshots`] is where rows come from, and tables of single
//! samples.

mod alike;
pub mod by_language;
pub mod compare;
mod consistency;
mod contamination;
mod difficulty;
pub mod effort;
pub mod error;
pub mod evidence;
mod frames;
pub mod grid;
pub mod group;
mod label;
mod pairing;
pub mod pareto;
pub mod power;
pub mod published;
mod ranking;
pub mod score;
pub mod trend;

pub use by_language::{ByLanguage, LanguageCell, LanguageRow, by_language};
pub use compare::{
    CompareOptions, Comparison, Correction, DatasetFacts, Effect, Pair, TestKind, Warning, compare,
};
pub use consistency::{Consistency, consistency};
pub use contamination::{Contamination, contamination};
pub use difficulty::{Difficulty, difficulty};
pub use effort::{Effort, EffortKind, EffortRow, efforts};
pub use error::AnalyticsError;
pub use evidence::{Evidence, RunFacts, ScoreRow};
pub use frames::{
    DiversityOfGroup, Failures, Measure, Recount, SnapshotError, SnapshotProgress, Snapshots,
    Spread,
};
pub use grid::{
    Flip, Flips, Grid, GridCell, GridColumn, GridOptions, GridRow, ProblemAt, flips, grid,
};
pub use group::GroupBy;
pub use label::short_model_name;
pub use pareto::{dominates, pareto_front};
pub use power::Power;
pub use published::{Measured, PublishedScore, Reproduction, reproductions};
pub use ranking::Ranked;
pub use score::{Incomplete, IntervalKind, PassAt, Score, ScoreOptions, scores};
pub use trend::{
    Change, LevelChange, RUNS_FOR_A_TREND, Slope, Step, TimeUnit, TrendOptions, TrendPoint,
    TrendSeries, Trends, trends,
};
