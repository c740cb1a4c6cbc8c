//! Regret, exact because every arm's reward is known.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::bootstrap::{Bounds, spread};
use crate::cross_fit::best_arm;
use crate::learner::{Learner, shuffled};
use crate::rng::derived;
use crate::{BanditError, Grid, GridPlan};

/// Points of a curve, at most.
pub const POINTS: usize = 200;

/// A mean over repeats.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MeanOfRepeats {
    pub mean: f64,
    /// Of a bootstrap over repeats; `None` where they are equal or one.
    pub interval: Option<Bounds>,
}

/// Regret after so many rounds: what another way of choosing would have earned until then, less what the policy did.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RegretPoint {
    pub round: usize,
    /// Against the best arm of each row.
    pub oracle: MeanOfRepeats,
    /// Against the arm that is best over the whole grid in hindsight; negative where the policy is better.
    pub best_fixed: MeanOfRepeats,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Regret {
    /// Rounds of a repeat: rows times passes.
    pub rounds: usize,
    pub repeats: usize,
    /// Up to [`POINTS`], evenly spaced, the last at the end.
    pub curve: Vec<RegretPoint>,
    /// The slope of the logarithm of regret against the oracle over that of the round, by least squares over the curve from a
    /// tenth of it on: 1 where nothing is learned, below where regret grows less than the rounds do. `None` where there was no
    /// regret.
    pub log_slope: Option<MeanOfRepeats>,
    /// Mean reward a round.
    pub reward: MeanOfRepeats,
    /// What choosing at random would have lost a round against the oracle, as expected.
    pub random: f64,
    /// What the best fixed arm loses a round against the oracle.
    pub best_fixed: f64,
}

/// Runs a policy online through the rows, `plan.passes` times, each pass in a new seeded order, choosing as it would in use and
/// learning the rewards of its own choices alone; and all that `repeats` times from different seeds. `plan.folds` and
/// `plan.learning` do not matter here.
///
/// # Errors
/// As [`crate::evaluate`]; without a repeat.
pub fn regret(grid: &Grid, plan: &GridPlan, repeats: usize) -> Result<Regret, BanditError> {
    let (_, clusters) = grid.clusters();
    let baseline = plan.check(grid, clusters)?;
    if repeats == 0 {
        return Err(BanditError::TooFew {
            what: "repeats",
            needed: 1,
            given: 0,
        });
    }
    let rounds = grid.rows.len() * plan.passes;
    let points = rounds.min(POINTS);
    let at: Vec<usize> = (1..=points).map(|i| i * rounds / points).collect();
    let means = (0..grid.arms.len()).map(|arm| grid.mean(|row| row.rewards[arm]));
    let best = best_arm(baseline, means);
    let runs: Vec<Run> = (0..repeats)
        .into_par_iter()
        .map(|repeat| run(grid, plan, baseline, best, &at, repeat))
        .collect::<Result<_, _>>()?;

    let over = |values: Vec<f64>| mean_of_repeats(plan, values);
    let slopes: Vec<f64> = runs
        .iter()
        .filter_map(|run| log_slope(&at, &run.oracle))
        .collect();
    let arms = grid.arms.len() as f64;
    Ok(Regret {
        rounds,
        repeats,
        curve: at
            .iter()
            .enumerate()
            .map(|(i, round)| RegretPoint {
                round: *round,
                oracle: over(runs.iter().map(|run| run.oracle[i]).collect()),
                best_fixed: over(runs.iter().map(|run| run.best_fixed[i]).collect()),
            })
            .collect(),
        log_slope: (slopes.len() == repeats).then(|| over(slopes)),
        reward: over(runs.iter().map(|run| run.earned / rounds as f64).collect()),
        random: grid.mean(|row| largest(&row.rewards) - row.rewards.iter().sum::<f64>() / arms),
        best_fixed: grid.mean(|row| largest(&row.rewards) - row.rewards[best]),
    })
}

struct Run {
    oracle: Vec<f64>,
    best_fixed: Vec<f64>,
    earned: f64,
}

fn run(
    grid: &Grid,
    plan: &GridPlan,
    baseline: usize,
    best: usize,
    at: &[usize],
    repeat: usize,
) -> Result<Run, BanditError> {
    let mut learner = Learner::new(grid, &plan.config, baseline)?;
    let rows: Vec<usize> = (0..grid.rows.len()).collect();
    let seed = derived(plan.seed, repeat as u64);
    let (mut earned, mut oracle, mut fixed) = (0.0, 0.0, 0.0);
    let mut found = Run {
        oracle: Vec::with_capacity(at.len()),
        best_fixed: Vec::with_capacity(at.len()),
        earned: 0.0,
    };
    let mut round = 0;
    for pass in 0..plan.passes {
        for row in shuffled(&rows, derived(seed, pass as u64)) {
            let arm = learner.step(grid, row, derived(!seed, round as u64))?;
            let rewards = &grid.rows[row].rewards;
            earned += rewards[arm];
            oracle += largest(rewards) - rewards[arm];
            fixed += rewards[best] - rewards[arm];
            round += 1;
            if at[found.oracle.len()] == round {
                found.oracle.push(oracle);
                found.best_fixed.push(fixed);
            }
        }
    }
    found.earned = earned;
    Ok(found)
}

fn largest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::MIN, f64::max)
}

fn mean_of_repeats(plan: &GridPlan, values: Vec<f64>) -> MeanOfRepeats {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let ones = vec![1.0; values.len()];
    let spread = spread(&[values, ones], |s| s[0] / s[1], plan.resampling());
    MeanOfRepeats {
        mean,
        interval: spread.interval,
    }
}

/// Least squares of log regret on log round.
fn log_slope(rounds: &[usize], regrets: &[f64]) -> Option<f64> {
    let from = rounds.len() / 10;
    let points: Vec<(f64, f64)> = rounds[from..]
        .iter()
        .zip(&regrets[from..])
        .filter(|(_, regret)| **regret > 0.0)
        .map(|(round, regret)| (libm::log(*round as f64), libm::log(*regret)))
        .collect();
    let n = points.len() as f64;
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |(x, y), p| (x + p.0, y + p.1));
    let (x, y) = (x / n, y / n);
    let (above, below) = points.iter().fold((0.0, 0.0), |(above, below), p| {
        (above + (p.0 - x) * (p.1 - y), below + (p.0 - x).powi(2))
    });
    (below > 0.0).then(|| above / below)
}
