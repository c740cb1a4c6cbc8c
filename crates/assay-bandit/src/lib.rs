//! Which strategy to ask next, learned from what came of the last ones, and what that is worth.
//!
//! A [`Policy`] chooses an arm (a strategy) in a context (numbers that describe a problem and a model), says with what
//! probability it did, and learns from the reward. [`evaluate`] says what such a choice is worth on a [`Grid`] where every arm
//! was tried on every problem, by a policy that has not learned from the problem it chooses for; [`off_policy`] says what
//! another policy would have earned, by a log alone.
//!
//! Numbers in, numbers out: nothing here reads a clock, does IO or draws a random number that a seed does not decide.
//! `docs/adaptive.md` has the method, and how far it agrees with other implementations.

mod bootstrap;
pub mod check;
pub mod config;
pub mod cross_fit;
pub mod error;
pub mod grid;
mod learner;
mod model;
pub mod off_policy;
pub mod policy;
pub mod regret;
pub mod reward;
mod rng;
pub mod select;
pub mod state;
mod symmetric;
mod thompson;

pub use bootstrap::Bounds;
pub use check::{EstimatorCheck, EstimatorError, check_estimators};
pub use config::{Algorithm, PolicyConfig};
pub use cross_fit::{
    ArmMean, Comparison, GridEvaluation, GroupEvaluation, MeanScore, RelativeGain, RowChoice,
    evaluate,
};
pub use error::BanditError;
pub use grid::{Grid, GridPlan, GridRow, Learning};
pub use off_policy::{Estimator, LoggedRound, OffPolicy, OffPolicyEstimate, OffPolicyPlan};
pub use policy::{ArmIndex, ArmScore, ArmView, Choice, Decision, Estimate, Policy, Score, Scratch};
pub use regret::{MeanOfRepeats, Regret, RegretPoint, regret};
pub use reward::{Outcome, Reward, RewardParts, RewardScales, RewardWeights, reward};
pub use select::{SelectedEvaluation, evaluate_selected};
pub use state::{ArmState, PolicyState};
