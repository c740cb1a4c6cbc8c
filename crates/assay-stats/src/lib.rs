//! What Assay computes: pass@k, intervals, paired tests, multiplicity, ranks.
//!
//! Numbers in, numbers out: nothing here reads a clock, does IO or draws a random number that a
//! seed does not decide. Every public function says in its docstring what it takes, what it returns,
//! what it refuses and where its formula comes from; `tests/oracles.rs` checks each against the
//! Python function of the same name.

pub mod bootstrap;
mod bounds;
pub mod effect;
pub mod error;
pub mod interval;
pub mod mcnemar;
pub mod median;
pub mod multiplicity;
pub mod paired;
pub mod pass_at_k;
pub mod permutation;
pub mod prediction;
pub mod proportion;
pub mod rank;
mod resample;
mod rng;
pub mod sequential;
mod special;
pub mod standard_error;

pub use bootstrap::{Bootstrap, BootstrapMethod, mean_interval, mean_intervals};
pub use effect::{DiscordantEffect, discordant_effect};
pub use error::StatsError;
pub use interval::{Interval, IntervalMethod};
pub use mcnemar::{McNemar, McNemarVariant, mcnemar, mcnemar_exact, mcnemar_mid_p};
pub use median::median;
pub use multiplicity::{benjamini_hochberg, holm};
pub use paired::{PairedDifference, paired_difference, paired_differences};
pub use pass_at_k::{ProblemMean, mean_over_problems, pass_at_k};
pub use permutation::{SignFlip, SignFlipMethod, sign_flip};
pub use prediction::{CalibrationBin, auc, auc_interval, brier_score, calibration};
pub use proportion::{clopper_pearson, jeffreys, wilson};
pub use rank::{RankInterval, rank_intervals};
pub use sequential::{Sequential, sequential_share};
pub use standard_error::{ClusterCorrection, clustered_standard_error, standard_error};
