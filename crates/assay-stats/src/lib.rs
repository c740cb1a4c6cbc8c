//! What Assay computes: pass@k, intervals, paired tests, power, multiplicity, ranks, strengths, trends.
//!
//! Numbers in, numbers out: nothing here reads a clock, does IO or draws a random number that a
//! seed does not decide. Every public function says in its docstring what it takes, what it returns,
//! what it refuses and where its formula comes from; `tests/oracles` checks each against an independent
//! implementation, and `docs/statistics.md` lists how far they agree.

pub mod bootstrap;
mod bounds;
pub mod bradley_terry;
pub mod change_point;
pub mod effect;
pub mod equivalence;
pub mod error;
pub mod interval;
mod linear;
pub mod mcnemar;
pub mod median;
pub mod multiplicity;
pub mod omnibus;
pub mod paired;
mod panel;
pub mod pass_at_k;
pub mod permutation;
pub mod power;
pub mod prediction;
pub mod proportion;
pub mod rank;
pub mod regression;
mod resample;
mod rng;
pub mod sequential;
mod special;
pub mod standard_error;
pub mod ties;
pub mod trend;

pub use bootstrap::{Bootstrap, BootstrapMethod, mean_interval, mean_intervals};
pub use bradley_terry::{BradleyTerry, bradley_terry};
pub use change_point::{ChangePoint, PermutationMethod, change_point};
pub use effect::{DiscordantEffect, discordant_effect};
pub use equivalence::{Equivalence, equivalence};
pub use error::StatsError;
pub use interval::{Interval, IntervalMethod};
pub use mcnemar::{McNemar, McNemarVariant, mcnemar, mcnemar_exact, mcnemar_mid_p};
pub use median::median;
pub use multiplicity::{benjamini_hochberg, holm};
pub use omnibus::{Omnibus, cochran_q, friedman};
pub use paired::{PairedDifference, paired_difference, paired_differences};
pub use pass_at_k::{ProblemMean, mean_over_problems, pass_at_k, pass_hat_k};
pub use permutation::{SignFlip, SignFlipMethod, sign_flip};
pub use power::{Design, Spread, detectable_difference, needed_problems, needed_samples, power};
pub use prediction::{CalibrationBin, auc, auc_interval, brier_score, calibration};
pub use proportion::{clopper_pearson, jeffreys, wilson};
pub use rank::{RankInterval, rank_intervals};
pub use regression::{Change, Measurement, PairedTest, Regression, RegressionRule, regression};
pub use sequential::{Sequential, sequential_share};
pub use standard_error::{ClusterCorrection, clustered_standard_error, standard_error};
pub use ties::{TieGroups, tie_groups};
pub use trend::{Trend, TrendMethod, trend};
