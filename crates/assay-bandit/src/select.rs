//! Which settings of a policy to use, told by training rows alone.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::cross_fit::{GridEvaluation, evaluate_by};
use crate::learner::{Learner, shuffled};
use crate::policy::first_largest;
use crate::rng::derived;
use crate::{BanditError, Grid, GridPlan, PolicyConfig};

/// An evaluation in which each fold's settings were chosen on the other folds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SelectedEvaluation {
    pub evaluation: GridEvaluation,
    /// The settings chosen for each fold, as positions among the candidates.
    pub selected: Vec<usize>,
}

/// As [`crate::evaluate`], but the settings are chosen, too, and as honestly: for each fold, every candidate is cross-fitted
/// within the training folds, and the one with the largest mean score there learns from all of them (nested cross-validation,
/// Varma and Simon 2006, doi:10.1186/1471-2105-7-91). Equal candidates leave it to the first. With a candidate
/// [`crate::Algorithm::Fixed`] for each arm, it can be found that no context should be looked at. `plan.config` does not matter.
///
/// # Errors
/// As [`crate::evaluate`]; without a candidate, or with one that is refused.
pub fn evaluate_selected(
    grid: &Grid,
    plan: &GridPlan,
    candidates: &[PolicyConfig],
) -> Result<SelectedEvaluation, BanditError> {
    if candidates.is_empty() {
        return Err(BanditError::TooFew {
            what: "a choice of settings",
            needed: 1,
            given: 0,
        });
    }
    candidates.iter().try_for_each(PolicyConfig::check)?;
    let (of, _) = grid.clusters();
    let (evaluation, selected) = evaluate_by(grid, plan, |baseline, training, fold| {
        let seed = derived(!plan.seed, fold as u64);
        select(grid, plan, baseline, candidates, training, &of, seed)
    })?;
    let selected = selected.into_iter().map(|(place, _)| place).collect();
    Ok(SelectedEvaluation {
        evaluation,
        selected,
    })
}

fn select(
    grid: &Grid,
    plan: &GridPlan,
    baseline: usize,
    candidates: &[PolicyConfig],
    rows: &[usize],
    of: &[usize],
    seed: u64,
) -> Result<(usize, PolicyConfig), BanditError> {
    let mut clusters: Vec<usize> = rows.iter().map(|row| of[*row]).collect();
    clusters.sort_unstable();
    clusters.dedup();
    // With one cluster left there is nothing to learn from: all candidates are equal.
    let folds = plan.folds.min(clusters.len());
    let dealt = shuffled(&clusters, seed);
    let fold_of = |row: usize| {
        dealt
            .iter()
            .position(|c| *c == of[row])
            .map(|at| at % folds)
    };
    let parts: Vec<Option<usize>> = rows.iter().map(|row| fold_of(*row)).collect();
    let totals: Vec<f64> = candidates
        .par_iter()
        .map(|config| {
            let mut total = 0.0;
            for fold in 0..folds {
                let part = |inside: bool| -> Vec<usize> {
                    let rows = rows.iter().zip(&parts);
                    rows.filter(|(_, part)| (**part == Some(fold)) == inside)
                        .map(|(row, _)| *row)
                        .collect()
                };
                let mut learner = Learner::new(grid, config, baseline)?;
                learner.train(grid, plan, &part(false), derived(seed, fold as u64))?;
                for row in part(true).into_iter().map(|row| &grid.rows[row]) {
                    total += row.scores[learner.exploit(&row.context)?];
                }
            }
            Ok(total)
        })
        .collect::<Result<_, BanditError>>()?;
    let best = first_largest(totals.into_iter());
    Ok((best, candidates[best].clone()))
}
