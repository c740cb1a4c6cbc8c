//! Off-policy estimates beside the Open Bandit Pipeline; rewards and intervals.

use std::collections::BTreeMap;

use assay_bandit::{
    Estimator, Grid, GridPlan, GridRow, Learning, LoggedRound, OffPolicy, OffPolicyEstimate,
    OffPolicyPlan, Outcome, PolicyConfig, RewardScales, RewardWeights, evaluate, reward,
};
use assay_core::StrategyId;
use serde::Deserialize;

use crate::check::{Check, Found, oracle};

pub const CHECKS: &[Check] = &[
    Check {
        quantity: "direct replay",
        of: "OffPolicy::replay",
        oracle: "`ReplayMethod`",
        by: &["obp"],
        allowed: Some(1e-9),
        run: |found| estimator(found, Estimator::Replay, "replay"),
    },
    Check {
        quantity: "inverse propensity weighting",
        of: "OffPolicy::inverse_propensity",
        oracle: "`InverseProbabilityWeighting`",
        by: &["obp"],
        allowed: Some(1e-9),
        run: |found| estimator(found, Estimator::InversePropensity, "inverse_propensity"),
    },
    Check {
        quantity: "self-normalised weighting",
        of: "OffPolicy::self_normalized",
        oracle: "`SelfNormalizedInverseProbabilityWeighting`",
        by: &["obp"],
        allowed: Some(1e-9),
        run: |found| estimator(found, Estimator::SelfNormalized, "self_normalized"),
    },
    Check {
        quantity: "direct method",
        of: "OffPolicy::direct",
        oracle: "`DirectMethod`",
        by: &["obp"],
        allowed: Some(1e-9),
        run: |found| estimator(found, Estimator::Direct, "direct"),
    },
    Check {
        quantity: "doubly robust",
        of: "OffPolicy::doubly_robust",
        oracle: "`DoublyRobust`",
        by: &["obp"],
        allowed: Some(1e-9),
        run: |found| estimator(found, Estimator::DoublyRobust, "doubly_robust"),
    },
    Check {
        quantity: "self-normalised doubly robust",
        of: "OffPolicy::self_normalized_doubly_robust",
        oracle: "`SelfNormalizedDoublyRobust`",
        by: &["obp"],
        allowed: Some(1e-9),
        run: |found| {
            let name = "self_normalized_doubly_robust";
            estimator(found, Estimator::SelfNormalizedDoublyRobust, name);
        },
    },
    Check {
        quantity: "effective sample size, largest weight, standard error of weighted rewards",
        of: "OffPolicyEstimate",
        oracle: "their definitions, `scipy.stats.sem`",
        by: &["numpy", "scipy"],
        allowed: Some(1e-9),
        run: weights,
    },
    Check {
        quantity: "interval of inverse propensity weighting",
        of: "OffPolicyEstimate::interval",
        oracle: "`scipy.stats.bootstrap(method=\"BCa\")`",
        by: &["scipy"],
        allowed: None,
        run: intervals,
    },
    Check {
        quantity: "relative gain over the baseline and its interval",
        of: "GridEvaluation::relative_gain",
        oracle: "`scipy.stats.bootstrap(paired=True, method=\"BCa\")`",
        by: &["scipy"],
        allowed: None,
        run: gains,
    },
    Check {
        quantity: "reward, with and without each part",
        of: "reward",
        oracle: "its definition in exact rational arithmetic",
        by: &["python"],
        allowed: Some(1e-14),
        run: rewards,
    },
];

#[derive(Deserialize)]
struct Log {
    action: Vec<usize>,
    propensity: Vec<f64>,
    reward: Vec<f64>,
    target: Vec<Vec<f64>>,
    expected: Vec<Vec<f64>>,
    values: BTreeMap<String, f64>,
    effective_sample_size: f64,
    largest_weight: f64,
    standard_error: f64,
    interval: [f64; 2],
}

impl Log {
    fn estimates(&self, resamples: usize) -> Vec<OffPolicyEstimate> {
        let arms: Vec<StrategyId> = (0..self.target[0].len())
            .map(|arm| StrategyId::new(arm.to_string()))
            .collect();
        let rounds: Vec<LoggedRound> = (0..self.action.len())
            .map(|i| LoggedRound {
                context: vec![1.0],
                arms: arms.clone(),
                chosen: arms[self.action[i]].clone(),
                propensity: self.propensity[i],
                reward: self.reward[i],
                cluster: i.to_string(),
            })
            .collect();
        let plan = OffPolicyPlan {
            resamples,
            ..OffPolicyPlan::default()
        };
        let log = OffPolicy::new(&rounds, &self.target, plan).unwrap();
        log.all(Some(&self.expected)).unwrap()
    }
}

fn estimator(found: &mut Found, which: Estimator, name: &str) {
    for log in oracle::<Vec<Log>>("off_policy") {
        let Some(value) = log.values.get(name) else {
            continue;
        };
        let estimates = log.estimates(100);
        let ours = estimates.iter().find(|e| e.estimator == which).unwrap();
        found.close(ours.value, *value);
    }
}

fn weights(found: &mut Found) {
    for log in oracle::<Vec<Log>>("off_policy") {
        for estimate in log.estimates(100) {
            if estimate.estimator == Estimator::InversePropensity {
                found.close(estimate.effective_sample_size, log.effective_sample_size);
                found.close(estimate.largest_weight, log.largest_weight);
                found.close(estimate.standard_error.unwrap(), log.standard_error);
            }
        }
    }
}

fn intervals(found: &mut Found) {
    for log in oracle::<Vec<Log>>("off_policy") {
        for estimate in log.estimates(20_000) {
            if estimate.estimator == Estimator::InversePropensity {
                let interval = estimate.interval.unwrap();
                // A bound's Monte-Carlo error is about sqrt(0.025 / 20,000) / 0.06 standard errors, 2 %.
                let allowed = 0.08 * log.standard_error;
                found.within(interval.low, log.interval[0], allowed);
                found.within(interval.high, log.interval[1], allowed);
            }
        }
    }
}

#[derive(Deserialize)]
struct Ratio {
    a: Vec<f64>,
    b: Vec<f64>,
    value: f64,
    interval: [f64; 2],
}

/// A policy that always chooses the first arm, with the second as the baseline.
fn gains(found: &mut Found) {
    let arms = [StrategyId::from("a"), StrategyId::from("b")];
    for case in oracle::<Vec<Ratio>>("ratios") {
        let row = |(i, (a, b)): (usize, (&f64, &f64))| GridRow {
            problem: i.to_string(),
            cluster: i.to_string(),
            group: String::new(),
            context: vec![1.0],
            rewards: vec![*a, *b],
            scores: vec![*a, *b],
        };
        let rows = case.a.iter().zip(&case.b).enumerate().map(row).collect();
        let grid = Grid {
            arms: arms.to_vec(),
            rows,
        };
        let plan = GridPlan {
            config: PolicyConfig {
                algorithm: assay_bandit::Algorithm::Fixed {
                    arm: arms[0].clone(),
                },
                ..PolicyConfig::default()
            },
            baseline: arms[1].clone(),
            folds: 2,
            passes: 1,
            seed: 5,
            level: 0.95,
            resamples: 20_000,
            learning: Learning::Everything,
        };
        let gain = evaluate(&grid, &plan).unwrap().relative_gain.unwrap();
        found.within(gain.value, case.value, 1e-12);
        let interval = gain.interval.unwrap();
        let allowed = 0.03 * (case.interval[1] - case.interval[0]);
        found.within(interval.low, case.interval[0], allowed);
        found.within(interval.high, case.interval[1], allowed);
    }
}

#[derive(Deserialize)]
struct Rewarded {
    #[serde(flatten)]
    outcome: Outcome,
    value: f64,
}

fn rewards(found: &mut Found) {
    for case in oracle::<Vec<Rewarded>>("rewards") {
        let (weights, scales) = (RewardWeights::default(), RewardScales::default());
        let ours = reward(&case.outcome, weights, scales).unwrap();
        found.close(ours.value, case.value);
    }
}
