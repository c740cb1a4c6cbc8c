//! Off-policy estimators against the truth, which a full grid knows.

use serde::{Deserialize, Serialize};

use crate::cross_fit::folds;
use crate::learner::{Learner, shuffled};
use crate::off_policy::{LoggedRound, OffPolicy, OffPolicyEstimate, OffPolicyPlan};
use crate::rng::derived;
use crate::{Algorithm, BanditError, Grid, GridPlan, Learning};

/// One estimator's answer beside the truth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EstimatorError {
    pub estimate: OffPolicyEstimate,
    /// Estimate less truth.
    pub error: f64,
    /// Whether the truth lies in the interval, where there is one.
    pub covered: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EstimatorCheck {
    /// Rounds of the log.
    pub rounds: usize,
    pub clusters: usize,
    /// The target's exact mean reward over the rows of the log.
    pub truth: f64,
    /// Mean reward of the policy that made the log.
    pub logged: f64,
    pub estimators: Vec<EstimatorError>,
}

/// Logs a run of the plan's policy and estimates from that log what another policy would have earned, which the grid knows.
///
/// The target learns every cell of all folds but the first, and then chooses the arm of the largest estimated mean. The log
/// is of the first fold's rows, `plan.passes` times in seeded orders: the plan's policy begins with nothing, chooses, and
/// learns its own choices alone. The model of the direct and the doubly robust estimates is what that policy expected before
/// it learned the round's reward. Direct replay is unbiased for uniform logs only (exploration 1).
///
/// # Errors
/// As [`crate::evaluate`]; when the policy neither explores nor is Thompson's: then no other policy can be told of.
pub fn check_estimators(grid: &Grid, plan: &GridPlan) -> Result<EstimatorCheck, BanditError> {
    let (of, clusters) = grid.clusters();
    let baseline = plan.check(grid, clusters)?;
    let random = matches!(plan.config.algorithm, Algorithm::Thompson { .. });
    if plan.config.exploration == 0.0 && !random {
        return Err(BanditError::Undefined {
            what: "what another policy would have earned",
            why: "the policy that makes the log leaves nothing to chance",
        });
    }
    let folds = folds(&of, clusters, plan);
    let (logged, training): (Vec<usize>, Vec<usize>) =
        (0..grid.rows.len()).partition(|row| folds[*row] == 0);

    let everything = GridPlan {
        learning: Learning::Everything,
        passes: 1,
        ..plan.clone()
    };
    let mut target = Learner::new(grid, &plan.config, baseline)?;
    target.train(grid, &everything, &training, plan.seed)?;

    let mut learner = Learner::new(grid, &plan.config, baseline)?;
    let offered = learner.offered.clone();
    let arms: Vec<_> = offered.iter().map(|arm| grid.arms[*arm].clone()).collect();
    let mut rounds = Vec::new();
    let mut chosen_by_target = Vec::new();
    let mut expected = Vec::new();
    let mut truth = 0.0;
    for pass in 0..plan.passes {
        let seed = derived(plan.seed, pass as u64);
        for (step, row) in shuffled(&logged, seed).into_iter().enumerate() {
            let row = &grid.rows[row];
            let decision =
                learner
                    .policy
                    .decide(&row.context, &arms, derived(!seed, step as u64))?;
            let position = arms.iter().position(|arm| *arm == decision.arm);
            let reward = row.rewards[offered[position.unwrap_or_default()]];
            rounds.push(LoggedRound::of(
                &decision,
                &row.context,
                reward,
                &row.cluster,
            ));
            expected.push(decision.scores.iter().map(|score| score.mean).collect());
            learner.policy.update(&decision.arm, &row.context, reward)?;

            let wanted = target.exploit(&row.context)?;
            truth += row.rewards[wanted];
            let one = |arm: &usize| f64::from(u8::from(*arm == wanted));
            chosen_by_target.push(offered.iter().map(one).collect());
        }
    }
    let n = rounds.len();
    truth /= n as f64;
    let log = OffPolicy::new(
        &rounds,
        &chosen_by_target,
        OffPolicyPlan {
            resamples: plan.resamples,
            seed: plan.seed,
            level: plan.level,
        },
    )?;
    let estimators: Vec<EstimatorError> = log
        .all(Some(&expected))?
        .into_iter()
        .map(|estimate| EstimatorError {
            error: estimate.value - truth,
            covered: estimate.interval.map(|interval| interval.contains(truth)),
            estimate,
        })
        .collect();
    Ok(EstimatorCheck {
        rounds: n,
        clusters: estimators.first().map_or(0, |e| e.estimate.clusters),
        truth,
        logged: rounds.iter().map(|round| round.reward).sum::<f64>() / n as f64,
        estimators,
    })
}
