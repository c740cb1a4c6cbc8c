//! Evaluation on a full grid: cross-fitted, paired, reproducible; regret that is exact; estimators beside the truth.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

#[path = "support/environments.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod environments;

use std::collections::BTreeMap;

use assay_bandit::{
    Algorithm, BanditError, Estimator, Grid, GridEvaluation, GridPlan, GridRow, Learning, Policy,
    PolicyConfig, check_estimators, evaluate, evaluate_selected, regret,
};
use assay_core::StrategyId;
use assay_stats::{Design, detectable_difference};
use environments::{Law, arms, grid};

fn plan(learning: Learning) -> GridPlan {
    GridPlan {
        config: PolicyConfig::default(),
        baseline: StrategyId::from("arm-0"),
        folds: 5,
        passes: 1,
        seed: 7,
        level: 0.95,
        resamples: 500,
        learning,
    }
}

/// A context says nothing but which cluster it is of, and each cluster has a winner of its own, drawn without regard to anything.
/// A policy that has seen a row of the cluster knows all about it; one that has not knows nothing.
fn leaky(clusters: usize, rows_each: usize) -> Grid {
    let count = 4;
    let rows = (0..clusters * rows_each)
        .map(|i| {
            let cluster = i / rows_each;
            let mut context = vec![0.0; clusters];
            context[cluster] = 1.0;
            let winner = cluster * 7 / 3 % count;
            let scores: Vec<f64> = (0..count)
                .map(|arm| f64::from(u8::from(arm == winner)))
                .collect();
            GridRow {
                problem: format!("problem-{i}"),
                cluster: format!("cluster-{cluster}"),
                group: format!("language-{}", i % rows_each),
                context,
                rewards: scores.clone(),
                scores,
            }
        })
        .collect();
    Grid {
        arms: arms()[..count].to_vec(),
        rows,
    }
}

#[test]
fn no_policy_has_learned_from_the_cluster_it_chooses_for() {
    let grid = leaky(40, 3);
    // Were it allowed to, it would know: the grid is one that can show a leak.
    let mut policy = Policy::new(PolicyConfig::default(), 40).unwrap();
    for row in grid.rows.iter().filter(|row| row.group != "language-0") {
        for (arm, reward) in grid.arms.iter().zip(&row.rewards) {
            policy.update(arm, &row.context, *reward).unwrap();
        }
    }
    for row in grid.rows.iter().filter(|row| row.group == "language-0") {
        let greedy = policy.decide(&row.context, &grid.arms, 0).unwrap().greedy;
        let position = grid.arms.iter().position(|arm| *arm == greedy).unwrap();
        assert_eq!(row.scores[position], 1.0);
    }
    for learning in [Learning::Everything, Learning::OwnChoices] {
        let found = evaluate(&grid, &plan(learning)).unwrap();
        assert_eq!((found.rows, found.clusters), (120, 40));
        // What it knows nothing of it leaves to the baseline.
        assert!(
            found
                .choices
                .iter()
                .all(|choice| choice.arm == found.baseline.arm)
        );
        assert_eq!(found.adaptive, found.baseline.score);
        assert_eq!(found.oracle.mean, 1.0);
        assert!((found.random.mean - 0.25).abs() < 1e-12);
        // Rows of one cluster are in one fold.
        for cluster in found.choices.chunks(3) {
            assert!(cluster.iter().all(|choice| choice.fold == cluster[0].fold));
        }
    }
}

/// Taking the winner of the held-out rows would beat it, and so would fixing an arm after the fact.
#[test]
fn the_cross_fitted_fixed_arm_is_chosen_elsewhere() {
    let grid = grid(Law::Indifferent, 60, 3);
    let found = evaluate(&grid, &plan(Learning::Everything)).unwrap();
    assert_eq!(found.best_fixed_of_folds.len(), 5);
    assert!(found.best_fixed_cross_fitted.mean <= found.best_fixed.score.mean + 1e-12);
    for fold in 0..5 {
        let mut means = [0.0; environments::ARMS];
        for (row, choice) in grid.rows.iter().zip(&found.choices) {
            if choice.fold != fold {
                for (mean, score) in means.iter_mut().zip(&row.scores) {
                    *mean += score;
                }
            }
        }
        let best = (0..means.len())
            .max_by(|&a, &b| means[a].total_cmp(&means[b]))
            .unwrap();
        assert_eq!(found.best_fixed_of_folds[fold], grid.arms[best]);
    }
}

/// Of the clusters' mean differences from the first arm.
fn sd_of_clusters(grid: &Grid, found: &GridEvaluation) -> f64 {
    let mut clusters: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (row, choice) in grid.rows.iter().zip(&found.choices) {
        let differences = clusters.entry(&row.cluster).or_default();
        differences.push(choice.score - row.scores[0]);
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let means: Vec<f64> = clusters.values().map(|values| mean(values)).collect();
    let centre = mean(&means);
    let squares: f64 = means.iter().map(|m| (m - centre).powi(2)).sum();
    (squares / (means.len() as f64 - 1.0)).sqrt()
}

#[test]
fn where_nothing_differs_nothing_is_said_of_what_could_be_found() {
    let mut grid = grid(Law::Linear, 60, 2);
    for row in &mut grid.rows {
        row.scores = vec![row.scores[0]; row.scores.len()];
    }
    let found = evaluate(&grid, &plan(Learning::Everything)).unwrap();
    assert!(found.comparisons[0].difference.abs() < 1e-12);
    assert_eq!(found.detectable, None);
}

#[test]
fn a_context_that_matters_is_made_use_of() {
    for learning in [Learning::Everything, Learning::OwnChoices] {
        let grid = grid(Law::Linear, 400, 5);
        let found = evaluate(&grid, &plan(learning)).unwrap();
        assert!(found.adaptive.mean > found.best_fixed.score.mean);
        assert!(found.adaptive.mean < found.oracle.mean);
        assert_eq!(found.comparisons.len(), grid.arms.len() + 1);
        for (comparison, arm) in found.comparisons.iter().zip(&found.fixed) {
            assert_eq!(comparison.against.as_ref(), Some(&arm.arm));
            let difference = found.adaptive.mean - arm.score.mean;
            assert!((comparison.difference - difference).abs() < 1e-12);
            assert!(comparison.interval.low > 0.0);
            assert!(comparison.p <= comparison.p_holm && comparison.p_holm < 0.05);
        }
        assert_eq!(found.comparisons[5].against, None);
        let gain = found.relative_gain.unwrap();
        let ratio = found.adaptive.mean / found.baseline.score.mean - 1.0;
        assert!((gain.value - ratio).abs() < 1e-12);
        assert!(gain.interval.unwrap().contains(ratio) && gain.interval.unwrap().low > 0.0);
        let detectable = found.detectable.unwrap();
        assert!(detectable < found.comparisons[0].difference);
        // At the level that is left to each of the corrected tests.
        let expected = |alpha| {
            let sd = sd_of_clusters(&grid, &found);
            detectable_difference(Design::Paired { sd }, found.clusters as u64, alpha, 0.8)
        };
        assert!((detectable - expected(0.05 / 6.0).unwrap().unwrap()).abs() < 1e-9);
        assert!(detectable > expected(0.05).unwrap().unwrap());
        let scores: f64 = found.choices.iter().map(|choice| choice.score).sum();
        assert!((scores / 400.0 - found.adaptive.mean).abs() < 1e-12);
        assert_eq!(found.groups.len(), 1);
        assert!((found.groups[0].adaptive - found.adaptive.mean).abs() < 1e-12);
    }
}

#[test]
fn a_fixed_policy_is_its_arm() {
    let arm = StrategyId::from("arm-2");
    let config = PolicyConfig {
        algorithm: Algorithm::Fixed { arm: arm.clone() },
        ..PolicyConfig::default()
    };
    let plan = GridPlan {
        config,
        ..plan(Learning::Everything)
    };
    let found = evaluate(&grid(Law::Linear, 80, 2), &plan).unwrap();
    assert_eq!(found.adaptive, found.fixed[2].score);
    assert_eq!(found.comparisons[2].p, 1.0);
    assert_eq!(found.comparisons[2].difference, 0.0);
}

/// Linear policies with little and with much ridge, and one for each arm.
fn candidates(arms: &[StrategyId]) -> Vec<PolicyConfig> {
    let ridge = |ridge| PolicyConfig {
        ridge,
        ..PolicyConfig::default()
    };
    let fixed = |arm: &StrategyId| PolicyConfig {
        algorithm: Algorithm::Fixed { arm: arm.clone() },
        ..PolicyConfig::default()
    };
    let linear = [ridge(1.0), ridge(30.0)].into_iter();
    linear.chain(arms.iter().map(fixed)).collect()
}

#[test]
fn settings_are_chosen_by_the_training_rows() {
    let plan = plan(Learning::Everything);
    let linear = grid(Law::Linear, 300, 5);
    let found = evaluate_selected(&linear, &plan, &candidates(&linear.arms)).unwrap();
    assert!(found.selected.iter().all(|place| *place < 2));
    assert!(
        found
            .evaluation
            .comparisons
            .iter()
            .all(|c| c.difference > 0.0)
    );

    let indifferent = grid(Law::Indifferent, 300, 5);
    let found = evaluate_selected(&indifferent, &plan, &candidates(&indifferent.arms)).unwrap();
    let best = &found.evaluation.best_fixed;
    assert_eq!(best.arm.as_str(), "arm-0");
    assert!((best.score.mean - found.evaluation.adaptive.mean).abs() < 0.005);

    // A single candidate is what is evaluated without a choice.
    let one = evaluate_selected(&linear, &plan, &candidates(&linear.arms)[..1]).unwrap();
    let same = GridPlan {
        config: candidates(&linear.arms)[0].clone(),
        ..plan.clone()
    };
    assert_eq!(one.evaluation, evaluate(&linear, &same).unwrap());
    assert!(evaluate_selected(&linear, &plan, &[]).is_err());
}

/// Each cluster has a winner of its own that nothing foretells: whatever setting is chosen, it may not be by the cluster it is
/// for. Fixed arms win by turns, so that a choice by the held-out rows would beat a quarter.
#[test]
fn settings_are_not_chosen_by_the_rows_they_are_for() {
    let grid = leaky(40, 3);
    let plan = GridPlan {
        folds: 8,
        ..plan(Learning::Everything)
    };
    let all = candidates(&grid.arms);
    let found = evaluate_selected(&grid, &plan, &all[2..]).unwrap();
    for (fold, place) in found.selected.iter().enumerate() {
        let mut wins = [0.0; 4];
        for (row, choice) in grid.rows.iter().zip(&found.evaluation.choices) {
            if choice.fold != fold {
                for (wins, score) in wins.iter_mut().zip(&row.scores) {
                    *wins += score;
                }
            }
        }
        let most = wins.iter().copied().fold(0.0, f64::max);
        assert_eq!(wins[*place], most);
        let first = wins.iter().position(|w| *w == most).unwrap();
        assert_eq!(*place, first);
    }
}

#[test]
fn a_seed_decides_all_on_any_number_of_threads() {
    let grid = grid(Law::Bernoulli, 90, 1);
    let plan = plan(Learning::OwnChoices);
    let once = (
        evaluate(&grid, &plan).unwrap(),
        regret(&grid, &plan, 4).unwrap(),
        check_estimators(&grid, &plan).unwrap(),
    );
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let again = pool.install(|| {
            (
                evaluate(&grid, &plan).unwrap(),
                regret(&grid, &plan, 4).unwrap(),
                check_estimators(&grid, &plan).unwrap(),
            )
        });
        assert_eq!(once, again);
    }
    let other = GridPlan { seed: 8, ..plan };
    assert_ne!(evaluate(&grid, &other).unwrap().choices, once.0.choices);
}

#[test]
fn a_baseline_that_solves_nothing_has_no_ratio() {
    let mut grid = grid(Law::Linear, 30, 2);
    for row in &mut grid.rows {
        row.scores[0] = 0.0;
    }
    let found = evaluate(&grid, &plan(Learning::Everything)).unwrap();
    assert_eq!(found.relative_gain, None);
}

#[test]
fn grids_and_plans_that_are_none_are_refused() {
    let good = grid(Law::Linear, 30, 2);
    let plan = plan(Learning::Everything);
    assert_eq!(evaluate(&good, &plan).err(), None);
    for change in [
        (|g| g.arms.clear()) as fn(&mut Grid),
        |g| g.rows.clear(),
        |g| g.arms[1] = g.arms[0].clone(),
        |g| g.rows[3].context[0] = f64::NAN,
        |g| {
            g.rows[3].context.pop();
        },
        |g| {
            g.rows[3].rewards.pop();
        },
        |g| g.rows[3].scores[1] = 1.5,
        |g| g.rows[3].rewards[1] = f64::INFINITY,
        |g| g.rows.iter_mut().for_each(|r| r.cluster = "one".to_owned()),
    ] {
        let mut grid = good.clone();
        change(&mut grid);
        assert!(evaluate(&grid, &plan).is_err());
    }
    for change in [
        (|p| p.folds = 1) as fn(&mut GridPlan),
        |p| p.folds = 31,
        |p| p.passes = 0,
        |p| p.resamples = 99,
        |p| p.level = 1.0,
        |p| p.baseline = StrategyId::from("elsewhere"),
        |p| p.config.ridge = 0.0,
    ] {
        let mut plan = plan.clone();
        change(&mut plan);
        assert!(evaluate(&good, &plan).is_err());
    }
    assert!(regret(&good, &plan, 0).is_err());
}

#[test]
fn regret_adds_up() {
    let grid = grid(Law::Linear, 150, 4);
    let plan = GridPlan {
        passes: 3,
        ..plan(Learning::OwnChoices)
    };
    let found = regret(&grid, &plan, 5).unwrap();
    assert_eq!((found.rounds, found.repeats), (450, 5));
    assert_eq!((found.curve.len(), found.curve[199].round), (200, 450));
    let rounds: Vec<usize> = found.curve.iter().map(|point| point.round).collect();
    assert!(rounds.windows(2).all(|pair| pair[0] < pair[1]));
    // The oracle earns what the policy did and its regret.
    let mean = |of: &dyn Fn(&[f64]) -> f64| {
        grid.rows.iter().map(|row| of(&row.rewards)).sum::<f64>() / grid.rows.len() as f64
    };
    let oracle = mean(&|rewards| rewards.iter().copied().fold(0.0, f64::max));
    let last = found.curve[199];
    assert!((found.reward.mean + last.oracle.mean / 450.0 - oracle).abs() < 1e-12);
    let fixed = (0..grid.arms.len())
        .map(|arm| mean(&|rewards| rewards[arm]))
        .fold(0.0, f64::max);
    assert!((found.best_fixed - (oracle - fixed)).abs() < 1e-12);
    assert!((last.best_fixed.mean / 450.0 - (fixed - found.reward.mean)).abs() < 1e-12);
    assert!(found.random > last.oracle.mean / 450.0);
    let interval = last.oracle.interval.unwrap();
    assert!(interval.contains(last.oracle.mean));
    // What is a little better each round grows more slowly than the rounds.
    assert!(found.log_slope.unwrap().mean < 1.0);
}

/// Over many logs, an estimator that is unbiased is right on the mean, and its intervals hold the truth as often as they say.
#[test]
fn estimators_find_the_truth_of_the_grid() {
    let config = PolicyConfig {
        exploration: 0.5,
        ..PolicyConfig::default()
    };
    let logs = 40;
    let mut errors: Vec<(Estimator, Vec<f64>, u32)> = Vec::new();
    for seed in 0..logs {
        let plan = GridPlan {
            config: config.clone(),
            folds: 2,
            seed,
            ..plan(Learning::OwnChoices)
        };
        let found = check_estimators(&grid(Law::Bernoulli, 500, 100 + seed), &plan).unwrap();
        assert_eq!((found.rounds, found.clusters), (250, 250));
        assert_eq!(found.estimators.len(), 6);
        for estimator in found.estimators {
            let name = estimator.estimate.estimator;
            let covered = u32::from(estimator.covered.unwrap());
            match errors.iter_mut().find(|(other, ..)| *other == name) {
                Some((_, errors, all)) => {
                    errors.push(estimator.error);
                    *all += covered;
                }
                None => errors.push((name, vec![estimator.error], covered)),
            }
        }
    }
    for (name, errors, covered) in &errors {
        let mean = errors.iter().sum::<f64>() / errors.len() as f64;
        let error = assay_stats::standard_error(errors).unwrap();
        // Neither replay of a log that was not uniform nor the direct method promises it.
        if !matches!(name, Estimator::Replay | Estimator::Direct) {
            assert!(mean.abs() < 3.5 * error, "{name:?}: {mean} {error}");
            // The standard error of the share that is covered is 3.4 %.
            let share = f64::from(*covered) / errors.len() as f64;
            assert!(share > 0.82, "{name:?}: {share}");
        }
    }
    let spread = |estimator: Estimator| {
        let (_, errors, _) = errors
            .iter()
            .find(|(other, ..)| *other == estimator)
            .unwrap();
        errors.iter().map(|e| e * e).sum::<f64>()
    };
    assert!(spread(Estimator::DoublyRobust) < spread(Estimator::InversePropensity));
}

#[test]
fn a_log_without_chance_tells_of_no_other_policy() {
    let certain = PolicyConfig {
        exploration: 0.0,
        ..PolicyConfig::default()
    };
    let plan = GridPlan {
        config: certain,
        ..plan(Learning::OwnChoices)
    };
    assert!(matches!(
        check_estimators(&grid(Law::Linear, 30, 2), &plan),
        Err(BanditError::Undefined { .. })
    ));
}
