//! What an adaptive choice is worth, told by policies that have not learned from the problems they choose for.

use assay_core::StrategyId;
use assay_stats::{
    Bootstrap, BootstrapMethod, Design, detectable_difference, holm, mean_intervals,
    paired_differences, sign_flip,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::bootstrap::{Bounds, spread, sums};
use crate::learner::{Learner, shuffled};
use crate::policy::first_largest;
use crate::rng::derived;
use crate::{BanditError, Grid, GridPlan, PolicyConfig};

/// The power at which [`GridEvaluation::detectable`] is told.
pub const POWER: f64 = 0.8;

/// Mean score over the rows of a grid, with an interval over clusters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MeanScore {
    pub mean: f64,
    pub interval: Bounds,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArmMean {
    pub arm: StrategyId,
    pub score: MeanScore,
}

/// The adaptive choice against a way of choosing one arm for all rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// `None` for the best fixed arm as it is found on the training folds.
    pub against: Option<StrategyId>,
    /// Mean of the adaptive choice's score less the other's.
    pub difference: f64,
    pub interval: Bounds,
    /// Of the two-sided sign-flip test on clusters' sums.
    pub p: f64,
    /// After Holm's correction over all comparisons.
    pub p_holm: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RelativeGain {
    /// Mean adaptive score over mean baseline score, less 1: 0.2 is a gain of 20 %.
    pub value: f64,
    /// Of the ratio of means, clusters resampled; `None` where resamples without a solved problem make it infinite.
    pub interval: Option<Bounds>,
}

/// The rows of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupEvaluation {
    pub group: String,
    pub rows: usize,
    pub clusters: usize,
    pub baseline: f64,
    /// Mean score of the arm that is best in this group in hindsight, and that arm.
    pub best_fixed: f64,
    pub best_fixed_arm: StrategyId,
    pub oracle: f64,
    pub adaptive: f64,
    /// Adaptive less baseline.
    pub difference: f64,
    pub interval: Bounds,
}

/// What was chosen for a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowChoice {
    pub problem: String,
    pub cluster: String,
    pub group: String,
    /// The fold that was left out when the policy learned.
    pub fold: usize,
    pub arm: StrategyId,
    pub score: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GridEvaluation {
    pub rows: usize,
    pub clusters: usize,
    pub folds: usize,
    /// Each arm for all rows, in the order of the grid.
    pub fixed: Vec<ArmMean>,
    pub baseline: ArmMean,
    /// The arm with the largest mean score on these very rows: what no one could have known.
    pub best_fixed: ArmMean,
    /// For each fold the arm with the largest mean score on the others: a fixed arm chosen as honestly as the policy chooses.
    pub best_fixed_cross_fitted: MeanScore,
    pub best_fixed_of_folds: Vec<StrategyId>,
    /// The best arm of each row: no choice can be better.
    pub oracle: MeanScore,
    /// An arm at random for each row, as expected.
    pub random: MeanScore,
    /// What the policies choose, each for the fold it has not seen.
    pub adaptive: MeanScore,
    /// Against each arm in the order of the grid, and against the cross-fitted best one.
    pub comparisons: Vec<Comparison>,
    /// `None` where the baseline solves nothing.
    pub relative_gain: Option<RelativeGain>,
    /// The smallest difference from the baseline that a test on so many clusters finds with a chance of [`POWER`], at the
    /// level that Holm's first step leaves each of [`GridEvaluation::comparisons`] (Bonferroni's): the tests beside it are
    /// corrected, and one that is found at this level is found by them. Holm's later steps may find smaller ones. `None` where
    /// no cluster differs from the baseline: then nothing is known of how much differences spread.
    pub detectable: Option<f64>,
    pub groups: Vec<GroupEvaluation>,
    pub choices: Vec<RowChoice>,
}

/// Evaluates a policy on a full grid.
///
/// Clusters are dealt out to folds in a seeded order. For each fold a policy learns from the rows of all others and then, no
/// longer exploring, chooses for the rows of this one: the arm of the largest estimated mean reward, the baseline where nothing
/// is known. So no policy chooses for a problem it has learned from, in whatever language or by whatever model.
///
/// Intervals are BCa bootstraps over clusters (percentile where that is undefined); differences are paired, tested by sign
/// flips of clusters' sums, and corrected by Holm over all comparisons.
///
/// # Errors
/// When grid or plan are refused: see [`Grid::check`] and [`GridPlan`]; when the baseline is no arm, or there are fewer clusters
/// than folds.
pub fn evaluate(grid: &Grid, plan: &GridPlan) -> Result<GridEvaluation, BanditError> {
    let config = |_: usize, _: &[usize], _: usize| Ok((0, plan.config.clone()));
    Ok(evaluate_by(grid, plan, config)?.0)
}

/// Settings, and what place they have among others.
pub(crate) type Selected = (usize, PolicyConfig);

/// As [`evaluate`], with the settings that `config` chooses by the baseline and the training rows of each fold.
pub(crate) fn evaluate_by(
    grid: &Grid,
    plan: &GridPlan,
    config: impl Fn(usize, &[usize], usize) -> Result<Selected, BanditError> + Sync,
) -> Result<(GridEvaluation, Vec<Selected>), BanditError> {
    let (of, clusters) = grid.clusters();
    let baseline = plan.check(grid, clusters)?;
    let folds = folds(&of, clusters, plan);
    let fitted: Vec<Fitted> = (0..plan.folds)
        .into_par_iter()
        .map(|fold| fit(grid, plan, baseline, &folds, fold, &config))
        .collect::<Result<_, _>>()?;

    // Of each row: each arm, then the cross-fitted best, the oracle, a random one, the adaptive choice.
    let arms = grid.arms.len();
    let mut chosen = vec![0; grid.rows.len()];
    for (row, arm) in fitted.iter().flat_map(|fitted| &fitted.choices) {
        chosen[*row] = *arm;
    }
    let column = |of: &dyn Fn(usize) -> f64| (0..grid.rows.len()).map(of).collect::<Vec<f64>>();
    let scores = |row: usize| &grid.rows[row].scores;
    let mut series: Vec<Vec<f64>> = (0..arms)
        .map(|arm| column(&|row| scores(row)[arm]))
        .collect();
    series.push(column(&|row| scores(row)[fitted[folds[row]].best_fixed]));
    series.push(column(&|row| {
        scores(row).iter().copied().fold(0.0, f64::max)
    }));
    series.push(column(&|row| {
        (scores(row).iter().sum::<f64>() / arms as f64).clamp(0.0, 1.0)
    }));
    series.push(column(&|row| scores(row)[chosen[row]]));
    let adaptive = series.len() - 1;

    let bootstrap = bootstrap(plan);
    let intervals = mean_intervals(&series, Some(&of), &bootstrap)?;
    let means: Vec<MeanScore> = series
        .iter()
        .zip(intervals)
        .map(|(values, interval)| MeanScore {
            mean: values.iter().sum::<f64>() / values.len() as f64,
            interval: interval.into(),
        })
        .collect();
    let arm_mean = |arm: usize| ArmMean {
        arm: grid.arms[arm].clone(),
        score: means[arm],
    };
    let best = best_arm(baseline, (0..arms).map(|arm| means[arm].mean));
    let comparisons = comparisons(grid, plan, &series, &of, clusters)?;
    let level_of_each = (1.0 - plan.level) / comparisons.len() as f64;
    let evaluation = GridEvaluation {
        rows: grid.rows.len(),
        clusters,
        folds: plan.folds,
        fixed: (0..arms).map(arm_mean).collect(),
        baseline: arm_mean(baseline),
        best_fixed: arm_mean(best),
        best_fixed_cross_fitted: means[arms],
        best_fixed_of_folds: fitted
            .iter()
            .map(|fitted| grid.arms[fitted.best_fixed].clone())
            .collect(),
        oracle: means[arms + 1],
        random: means[arms + 2],
        adaptive: means[adaptive],
        comparisons,
        relative_gain: relative_gain(plan, &series[adaptive], &series[baseline], &of, clusters),
        detectable: detectable(
            level_of_each,
            &series[adaptive],
            &series[baseline],
            &of,
            clusters,
        )?,
        groups: groups(grid, plan, baseline, &series, &of)?,
        choices: grid
            .rows
            .iter()
            .zip(&chosen)
            .zip(&folds)
            .map(|((row, arm), fold)| RowChoice {
                problem: row.problem.clone(),
                cluster: row.cluster.clone(),
                group: row.group.clone(),
                fold: *fold,
                arm: grid.arms[*arm].clone(),
                score: row.scores[*arm],
            })
            .collect(),
    };
    let selected = fitted.into_iter().map(|fitted| fitted.selected).collect();
    Ok((evaluation, selected))
}

/// What one fold's policy chose, by rows, and the best fixed arm of its training rows.
struct Fitted {
    choices: Vec<(usize, usize)>,
    best_fixed: usize,
    selected: Selected,
}

fn fit(
    grid: &Grid,
    plan: &GridPlan,
    baseline: usize,
    folds: &[usize],
    fold: usize,
    config: &impl Fn(usize, &[usize], usize) -> Result<Selected, BanditError>,
) -> Result<Fitted, BanditError> {
    let (held_out, training): (Vec<usize>, Vec<usize>) =
        (0..grid.rows.len()).partition(|row| folds[*row] == fold);
    let selected = config(baseline, &training, fold)?;
    let mut learner = Learner::new(grid, &selected.1, baseline)?;
    learner.train(grid, plan, &training, derived(plan.seed, 1 + fold as u64))?;
    let totals = (0..grid.arms.len()).map(|arm| {
        let scores = training.iter().map(|row| grid.rows[*row].scores[arm]);
        scores.sum::<f64>()
    });
    let best_fixed = best_arm(baseline, totals);
    let choices = held_out
        .into_iter()
        .map(|row| Ok((row, learner.exploit(&grid.rows[row].context)?)))
        .collect::<Result<_, BanditError>>()?;
    Ok(Fitted {
        choices,
        best_fixed,
        selected,
    })
}

/// The fold of each row.
pub(crate) fn folds(of: &[usize], clusters: usize, plan: &GridPlan) -> Vec<usize> {
    let numbers: Vec<usize> = (0..clusters).collect();
    let mut fold = vec![0; clusters];
    for (place, cluster) in shuffled(&numbers, derived(plan.seed, 0))
        .into_iter()
        .enumerate()
    {
        fold[cluster] = place % plan.folds;
    }
    of.iter().map(|cluster| fold[*cluster]).collect()
}

/// The arm of the largest value; the baseline where it is among them, else the first.
pub(crate) fn best_arm(baseline: usize, values: impl Iterator<Item = f64>) -> usize {
    let values: Vec<f64> = values.collect();
    let best = first_largest(values.iter().copied());
    if values[baseline] == values[best] {
        baseline
    } else {
        best
    }
}

fn bootstrap(plan: &GridPlan) -> Bootstrap {
    Bootstrap {
        method: BootstrapMethod::Bca,
        // The plan was checked: it fits.
        resamples: u32::try_from(plan.resamples).unwrap_or(u32::MAX),
        seed: plan.seed,
        level: plan.level,
    }
}

fn comparisons(
    grid: &Grid,
    plan: &GridPlan,
    series: &[Vec<f64>],
    of: &[usize],
    clusters: usize,
) -> Result<Vec<Comparison>, BanditError> {
    let adaptive = series.len() - 1;
    let pairs: Vec<(usize, usize)> = (0..=grid.arms.len()).map(|s| (adaptive, s)).collect();
    let bootstrap = bootstrap(plan);
    let differences = paired_differences(series, &pairs, Some(of), &bootstrap)?;
    let p: Vec<f64> = pairs
        .par_iter()
        .map(|(s, t)| {
            let rows = series[*s].iter().zip(&series[*t]).map(|(a, b)| a - b);
            let sums = sums(rows, of, clusters);
            Ok(sign_flip(&sums, bootstrap.resamples, plan.seed)?.p)
        })
        .collect::<Result<_, BanditError>>()?;
    let adjusted = holm(&p)?;
    Ok(differences
        .into_iter()
        .zip(p.iter().zip(adjusted))
        .enumerate()
        .map(|(s, (difference, (p, p_holm)))| Comparison {
            against: grid.arms.get(s).cloned(),
            difference: difference.mean,
            interval: difference.interval.into(),
            p: *p,
            p_holm,
        })
        .collect())
}

fn relative_gain(
    plan: &GridPlan,
    adaptive: &[f64],
    baseline: &[f64],
    of: &[usize],
    clusters: usize,
) -> Option<RelativeGain> {
    let columns = [adaptive, baseline].map(|s| sums(s.iter().copied(), of, clusters));
    let [above, below] = [0, 1].map(|c| columns[c].iter().sum::<f64>());
    (below > 0.0).then(|| RelativeGain {
        value: above / below - 1.0,
        interval: spread(&columns, |s| s[0] / s[1] - 1.0, plan.resampling()).interval,
    })
}

/// At the level `alpha` of one test.
fn detectable(
    alpha: f64,
    adaptive: &[f64],
    baseline: &[f64],
    of: &[usize],
    clusters: usize,
) -> Result<Option<f64>, BanditError> {
    let rows = adaptive.iter().zip(baseline).map(|(a, b)| a - b);
    let counts = sums(std::iter::repeat_n(1.0, of.len()), of, clusters);
    let means: Vec<f64> = sums(rows, of, clusters)
        .iter()
        .zip(counts)
        .map(|(sum, count)| sum / count)
        .collect();
    let n = means.len() as f64;
    let centre = means.iter().sum::<f64>() / n;
    let squares: f64 = means.iter().map(|m| (m - centre).powi(2)).sum();
    let sd = (squares / (n - 1.0)).sqrt();
    if sd == 0.0 {
        return Ok(None);
    }
    let design = Design::Paired { sd };
    Ok(detectable_difference(
        design,
        clusters as u64,
        alpha,
        POWER,
    )?)
}

fn groups(
    grid: &Grid,
    plan: &GridPlan,
    baseline: usize,
    series: &[Vec<f64>],
    of: &[usize],
) -> Result<Vec<GroupEvaluation>, BanditError> {
    let arms = grid.arms.len();
    let names = grid.rows.iter().map(|row| row.group.as_str());
    let (group_of, count) = crate::bootstrap::numbered(names);
    let bootstrap = bootstrap(plan);
    (0..count)
        .into_par_iter()
        .map(|group| {
            let rows: Vec<usize> = (0..of.len())
                .filter(|row| group_of[*row] == group)
                .collect();
            let take = |s: usize| rows.iter().map(|row| series[s][*row]).collect::<Vec<f64>>();
            let mean = |s: usize| take(s).iter().sum::<f64>() / rows.len() as f64;
            let clusters: Vec<usize> = rows.iter().map(|row| of[*row]).collect();
            let pair = [take(series.len() - 1), take(baseline)];
            let found = paired_differences(&pair, &[(0, 1)], Some(&clusters), &bootstrap)?;
            let best = best_arm(baseline, (0..arms).map(mean));
            let distinct: std::collections::BTreeSet<_> = clusters.iter().collect();
            Ok(GroupEvaluation {
                group: grid.rows[rows[0]].group.clone(),
                rows: rows.len(),
                clusters: distinct.len(),
                baseline: mean(baseline),
                best_fixed: mean(best),
                best_fixed_arm: grid.arms[best].clone(),
                oracle: mean(arms + 1),
                adaptive: mean(series.len() - 1),
                difference: found[0].mean,
                interval: found[0].interval.into(),
            })
        })
        .collect()
}
