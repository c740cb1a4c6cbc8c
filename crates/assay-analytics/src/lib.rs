//! Scores and comparisons: from rows of counts to what is shown, with intervals and tests.
//!
//! [`Evidence`] is what was counted, [`scores`] what each group scores on its own, [`compare`] how
//! groups differ on the problems they share. Which estimator, interval and test is used where is
//! decided here; `assay-stats` computes them.

pub mod compare;
pub mod error;
pub mod evidence;
pub mod group;
mod label;
mod ranking;
pub mod score;

pub use compare::{
    CompareOptions, Comparison, Correction, DatasetFacts, Effect, Pair, TestKind, Warning, compare,
};
pub use error::AnalyticsError;
pub use evidence::{Evidence, RunFacts, ScoreRow};
pub use group::GroupBy;
pub use label::short_model_name;
pub use ranking::Ranked;
pub use score::{Incomplete, IntervalKind, PassAt, Score, ScoreOptions, scores};
