//! Policies: what they choose, with what probability, and what they keep when they are stored.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a panic in a test's helper is a failed test too"
)]

use std::collections::BTreeMap;

use assay_bandit::{Algorithm, BanditError, Policy, PolicyConfig, PolicyState, Scratch};
use assay_core::StrategyId;
use proptest::prelude::*;

fn arms(count: usize) -> Vec<StrategyId> {
    (0..count)
        .map(|i| StrategyId::new(format!("arm-{i}")))
        .collect()
}

fn config(algorithm: Algorithm, exploration: f64) -> PolicyConfig {
    PolicyConfig {
        algorithm,
        exploration,
        ..PolicyConfig::default()
    }
}

fn algorithms() -> Vec<Algorithm> {
    vec![
        Algorithm::LinUcb { alpha: 0.7 },
        Algorithm::Thompson { scale: 0.4 },
        Algorithm::EpsilonGreedy,
        Algorithm::Fixed {
            arm: StrategyId::from("arm-1"),
        },
    ]
}

/// Numbers in [-1, 1) from a seed.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    fn vector(&mut self, length: usize) -> Vec<f64> {
        (0..length).map(|_| self.next()).collect()
    }
}

/// A policy that has learned `updates` rewards of `count` arms, in turn but for the last arm, which it does not know.
fn learned(
    config: PolicyConfig,
    dimension: usize,
    count: usize,
    updates: usize,
    seed: u64,
) -> Policy {
    let mut policy = Policy::new(config, dimension).unwrap();
    let mut numbers = Numbers(seed);
    let arms = arms(count);
    for i in 0..updates {
        let context = numbers.vector(dimension);
        let arm = &arms[i % (count - 1).max(1)];
        policy.update(arm, &context, numbers.next()).unwrap();
    }
    policy
}

#[test]
fn settings_out_of_range_are_refused() {
    let with = |change: fn(&mut PolicyConfig)| {
        let mut config = PolicyConfig::default();
        change(&mut config);
        Policy::new(config, 3)
    };
    assert!(with(|_| ()).is_ok());
    for change in [
        (|c| c.ridge = 0.0) as fn(&mut PolicyConfig),
        |c| c.ridge = f64::NAN,
        |c| c.exploration = 1.1,
        |c| c.exploration = -0.1,
        |c| c.refactor_every = 0,
        |c| c.algorithm = Algorithm::LinUcb { alpha: -1.0 },
        |c| {
            c.algorithm = Algorithm::Thompson {
                scale: f64::INFINITY,
            }
        },
    ] {
        assert!(matches!(with(change), Err(BanditError::BadSetting { .. })));
    }
    assert!(Policy::new(PolicyConfig::default(), 0).is_err());
}

#[test]
fn choices_that_cannot_be_made_are_refused() {
    let policy = Policy::new(PolicyConfig::default(), 2).unwrap();
    let two = arms(2);
    assert_eq!(policy.decide(&[0.0, 1.0], &[], 1), Err(BanditError::NoArms));
    assert!(policy.decide(&[0.0], &two, 1).is_err());
    assert!(policy.decide(&[0.0, f64::NAN], &two, 1).is_err());
    assert_eq!(
        policy.decide(&[0.0, 1e31], &two, 1),
        Err(BanditError::TooLarge)
    );
    let twice = [two[0].clone(), two[0].clone()];
    assert!(policy.decide(&[0.0, 1.0], &twice, 1).is_err());
    let fixed = Algorithm::Fixed {
        arm: StrategyId::from("elsewhere"),
    };
    let fixed = Policy::new(config(fixed, 0.0), 2).unwrap();
    assert!(matches!(
        fixed.decide(&[0.0, 1.0], &two, 1),
        Err(BanditError::UnknownArm { .. })
    ));
}

#[test]
fn what_cannot_be_learned_changes_nothing() {
    let mut policy = learned(PolicyConfig::default(), 2, 3, 20, 1);
    let before = policy.state();
    let new = StrategyId::from("new");
    for (context, reward) in [
        (vec![0.0], 1.0),
        (vec![0.0, f64::NAN], 1.0),
        (vec![f64::INFINITY, 0.0], 1.0),
        (vec![1e31, 0.0], 1.0),
        (vec![0.0, 1.0], f64::NAN),
        (vec![0.0, 1.0], f64::NEG_INFINITY),
        (vec![0.0, 1.0], 1e31),
    ] {
        assert!(policy.update(&new, &context, reward).is_err());
        assert_eq!(policy.state(), before);
    }
}

#[test]
fn equal_arms_leave_it_to_the_first() {
    for algorithm in [Algorithm::LinUcb { alpha: 1.0 }, Algorithm::EpsilonGreedy] {
        let mut policy = Policy::new(config(algorithm, 0.0), 3).unwrap();
        let mut arms = arms(5);
        // One is known and has learned nothing, others are not known: they tie.
        policy.register(&arms[3]);
        for _ in 0..5 {
            let decision = policy.decide(&[0.3, -0.7, 0.11], &arms, 4).unwrap();
            assert_eq!((&decision.arm, &decision.greedy), (&arms[0], &arms[0]));
            assert_eq!(decision.propensity, 1.0);
            arms.rotate_left(1);
        }
    }
}

#[test]
fn linucb_prefers_what_it_knows_less_and_then_what_is_better() {
    let arms = arms(2);
    let mut policy = Policy::new(config(Algorithm::LinUcb { alpha: 1.0 }, 0.0), 1).unwrap();
    policy.update(&arms[0], &[1.0], 0.1).unwrap();
    assert_eq!(policy.decide(&[1.0], &arms, 0).unwrap().arm, arms[1]);
    for _ in 0..200 {
        policy.update(&arms[0], &[1.0], 0.1).unwrap();
        policy.update(&arms[1], &[1.0], 0.9).unwrap();
    }
    let decision = policy.decide(&[1.0], &arms, 0).unwrap();
    assert_eq!((decision.arm, decision.updates), (arms[1].clone(), 401));
    // One dimension: theta is sum / (n + 1), the width 1 / sqrt(n + 1).
    let found = policy.estimate(&arms[1], &[1.0]).unwrap();
    assert!((found.mean - 180.0 / 201.0).abs() < 1e-12);
    assert!((found.width - 201.0_f64.sqrt().recip()).abs() < 1e-12);
    let views: Vec<_> = policy.arms().collect();
    assert_eq!((views[0].arm, views[0].pulls), (&arms[0], 201));
    assert!((views[1].mean_reward - 0.9).abs() < 1e-12 && views[1].reward_variance < 1e-12);
}

/// Each arm is chosen as often as its propensity says.
#[test]
fn propensities_are_what_happens() {
    for algorithm in algorithms() {
        let policy = learned(config(algorithm.clone(), 0.3), 3, 4, 60, 9);
        let arms = arms(4);
        let context = [0.4, -0.2, 0.9];
        let draws = 40_000;
        let mut counts: BTreeMap<StrategyId, u32> = BTreeMap::new();
        let mut explored = 0_u32;
        let mut last = None;
        for seed in 0..draws {
            let decision = policy.decide(&context, &arms, seed).unwrap();
            explored += u32::from(decision.explored);
            *counts.entry(decision.arm.clone()).or_default() += 1;
            last = Some(decision);
        }
        let n = f64::from(u32::try_from(draws).unwrap());
        assert!((f64::from(explored) / n - 0.3).abs() < 4.5 * (0.21 / n).sqrt());
        for score in last.unwrap().scores {
            let p = score.propensity;
            let share = f64::from(counts.get(&score.arm).copied().unwrap_or(0)) / n;
            assert!(
                (share - p).abs() < 4.5 * (p * (1.0 - p) / n).sqrt() + 1e-12,
                "{algorithm:?}: {share} is not {p}"
            );
        }
    }
}

#[test]
fn a_state_of_elsewhere_is_refused() {
    let state = learned(PolicyConfig::default(), 2, 3, 20, 1).state();
    let refused = |change: fn(&mut PolicyState)| {
        let mut changed = state.clone();
        change(&mut changed);
        Policy::restore(changed).err()
    };
    assert_eq!(refused(|_| ()), None);
    assert!(matches!(
        refused(|s| s.format = 2),
        Some(BanditError::UnknownFormat {
            format: 2,
            known: 1
        })
    ));
    for change in [
        (|s| s.dimension = 3) as fn(&mut PolicyState),
        |s| s.updates += 1,
        |s| s.config.ridge = -1.0,
        |s| s.arms[0].theta[0] = f64::NAN,
        |s| {
            s.arms[0].design.pop();
        },
        |s| s.arms[1].arm = s.arms[0].arm.clone(),
    ] {
        assert!(refused(change).is_some());
    }
}

/// Solves `M x = b` by elimination with pivots: another way than the policy's.
fn eliminate(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let d = right.len();
    for column in 0..d {
        let pivot = (column..d)
            .max_by(|&i, &j| matrix[i][column].abs().total_cmp(&matrix[j][column].abs()))
            .unwrap();
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..d {
            let factor = matrix[row][column] / matrix[column][column];
            let above = matrix[column].clone();
            for (entry, above) in matrix[row].iter_mut().zip(above) {
                *entry -= factor * above;
            }
            right[row] -= factor * right[column];
        }
    }
    for i in (0..d).rev() {
        let known: f64 = (i + 1..d).map(|j| matrix[i][j] * right[j]).sum();
        right[i] = (right[i] - known) / matrix[i][i];
    }
    right
}

/// `A` and `b` of an arm, added up with compensation (Neumaier): nearly what exact sums would be.
struct Exact {
    design: Vec<(f64, f64)>,
    moment: Vec<(f64, f64)>,
    dimension: usize,
}

fn add((sum, rest): &mut (f64, f64), value: f64) {
    let total = *sum + value;
    *rest += if sum.abs() >= value.abs() {
        (*sum - total) + value
    } else {
        (value - total) + *sum
    };
    *sum = total;
}

impl Exact {
    fn new(dimension: usize, ridge: f64) -> Self {
        let entry = |i: usize| {
            (
                if i.is_multiple_of(dimension + 1) {
                    ridge
                } else {
                    0.0
                },
                0.0,
            )
        };
        Self {
            design: (0..dimension * dimension).map(entry).collect(),
            moment: vec![(0.0, 0.0); dimension],
            dimension,
        }
    }

    fn learn(&mut self, x: &[f64], reward: f64) {
        for (i, a) in x.iter().enumerate() {
            for (j, b) in x.iter().enumerate() {
                add(&mut self.design[i * self.dimension + j], a * b);
            }
            add(&mut self.moment[i], reward * a);
        }
    }

    fn theta(&self) -> Vec<f64> {
        let value = |(sum, rest): &(f64, f64)| sum + rest;
        let rows = self.design.chunks(self.dimension);
        eliminate(
            rows.map(|row| row.iter().map(value).collect()).collect(),
            self.moment.iter().map(value).collect(),
        )
    }
}

/// The largest distance of an arm's theta from the exact one's, over the largest number of that.
fn distance(policy: &Policy, exact: &Exact) -> f64 {
    let exact = exact.theta();
    let view = policy.arms().next().unwrap();
    let size = exact.iter().fold(0.0_f64, |m, t| m.max(t.abs()));
    view.theta
        .iter()
        .zip(&exact)
        .fold(0.0_f64, |m, (a, b)| m.max((a - b).abs()))
        / size
}

/// A million rewards: what is streamed is what is solved at once.
#[test]
fn a_million_updates_leave_theta_exact() {
    let dimension = 8;
    let arm = StrategyId::from("arm");
    let mut policy = Policy::new(PolicyConfig::default(), dimension).unwrap();
    let mut exact = Exact::new(dimension, 1.0);
    let mut numbers = Numbers(3);
    for _ in 0..1_000_000 {
        let x = numbers.vector(dimension);
        let reward = 0.5 + 0.2 * x[0] - 0.1 * x[3] + 0.2 * numbers.next();
        policy.update(&arm, &x, reward).unwrap();
        exact.learn(&x, reward);
    }
    assert_ne!(policy.state().arms[0].since_refactor, 0);
    let found = distance(&policy, &exact);
    assert!(found < 1e-11, "{found}");
}

/// Contexts that differ by a hundred-thousandth: the condition number of `A` is above 1e10 in the end, so that rounding
/// errors of single sums (1e-14) may move theta by 1e-3 along the directions hardly seen, in any arithmetic of this
/// precision. What the formula adds to that is much less, and what is expected in contexts like those seen does not suffer.
#[test]
fn nearly_collinear_contexts_leave_theta_as_exact_as_it_can_be() {
    let dimension = 8;
    let arm = StrategyId::from("arm");
    let small = PolicyConfig {
        ridge: 1e-4,
        ..PolicyConfig::default()
    };
    let mut policy = Policy::new(small, dimension).unwrap();
    let mut exact = Exact::new(dimension, 1e-4);
    let mut numbers = Numbers(4);
    let mut context = Vec::new();
    for _ in 0..300_000 {
        let common = 1.0 + 0.5 * numbers.next();
        context = (0..dimension)
            .map(|_| common + 1e-5 * numbers.next())
            .collect();
        let reward = 0.4 * common + 0.1 * numbers.next();
        policy.update(&arm, &context, reward).unwrap();
        exact.learn(&context, reward);
    }
    let found = distance(&policy, &exact);
    assert!(found < 1e-3, "{found}");

    // A fresh solution of what it has summed up.
    let state = policy.state();
    assert_ne!(state.arms[0].since_refactor, 0);
    let mut summed = Exact::new(dimension, 0.0);
    for i in 0..dimension {
        for j in 0..=i {
            let entry = (state.arms[0].design[i * (i + 1) / 2 + j], 0.0);
            summed.design[i * dimension + j] = entry;
            summed.design[j * dimension + i] = entry;
        }
        summed.moment[i] = (state.arms[0].moment[i], 0.0);
    }
    let found = distance(&policy, &summed);
    assert!(found < 1e-4, "{found}");

    let mean: f64 = exact.theta().iter().zip(&context).map(|(t, x)| t * x).sum();
    let found = policy.estimate(&arm, &context).unwrap().mean;
    assert!((found - mean).abs() < 1e-7, "{found} {mean}");
    // The direction that was seen so often is known to 1/sqrt(n), the others are not.
    let width = |x: &[f64]| policy.estimate(&arm, x).unwrap().width;
    assert!(width(&[1.0; 8]) < 0.002);
    assert!(width(&[1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]) > 10.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Sherman and Morrison's formula against a solution of the whole system, whether or not it was computed anew between.
    #[test]
    fn what_is_streamed_is_what_is_solved(seed: u64, dimension in 1_usize..12, updates in 1_usize..60, every in 1_u32..70, ridge in 0.01_f64..10.0) {
        let config = PolicyConfig { ridge, refactor_every: every, ..PolicyConfig::default() };
        let mut policy = Policy::new(config, dimension).unwrap();
        let mut exact = Exact::new(dimension, ridge);
        let mut numbers = Numbers(seed);
        let arm = StrategyId::from("arm");
        for _ in 0..updates {
            let (x, reward) = (numbers.vector(dimension), numbers.next());
            policy.update(&arm, &x, reward).unwrap();
            exact.learn(&x, reward);
        }
        let x = numbers.vector(dimension);
        let rows: Vec<Vec<f64>> = exact.design.chunks(dimension).map(|row| row.iter().map(|e| e.0 + e.1).collect()).collect();
        let solved = eliminate(rows, x.clone());
        let width = solved.iter().zip(&x).map(|(s, x)| s * x).sum::<f64>().sqrt();
        let mean: f64 = exact.theta().iter().zip(&x).map(|(t, x)| t * x).sum();
        let found = policy.estimate(&arm, &x).unwrap();
        prop_assert!((found.width - width).abs() < 1e-9 && (found.mean - mean).abs() < 1e-8, "{found:?} {mean} {width}");
    }

    #[test]
    fn propensities_sum_to_one(seed: u64, which in 0_usize..4, exploration in 0.0_f64..=1.0, count in 2_usize..10, updates in 0_usize..80) {
        let config = config(algorithms()[which].clone(), exploration);
        let policy = learned(config, 3, count, updates, seed);
        let context = Numbers(seed ^ 1).vector(3);
        let decision = policy.decide(&context, &arms(count), seed).unwrap();
        let total: f64 = decision.scores.iter().map(|s| s.propensity).sum();
        prop_assert!((total - 1.0).abs() < 1e-12);
        let chosen = decision.scores.iter().find(|s| s.arm == decision.arm).unwrap();
        prop_assert_eq!(chosen.propensity, decision.propensity);
        prop_assert!(chosen.propensity > 0.0);
        for score in &decision.scores {
            prop_assert!(score.propensity >= exploration / count as f64 - 1e-15);
            let estimate = policy.estimate(&score.arm, &context).unwrap();
            prop_assert_eq!((estimate.mean, estimate.width), (score.mean, score.width));
        }
    }

    /// Stored as JSON and read back, a policy goes on to the last bit as if it had not been.
    #[test]
    fn what_is_restored_goes_on_to_the_last_bit(seed: u64, which in 0_usize..4, updates in 0_usize..40, more in 1_usize..40, every in 1_u32..30) {
        let config = PolicyConfig { refactor_every: every, ..config(algorithms()[which].clone(), 0.1) };
        let mut policy = learned(config, 4, 4, updates, seed);
        let text = serde_json::to_string(&policy.state()).unwrap();
        let mut restored = Policy::restore(serde_json::from_str(&text).unwrap()).unwrap();
        let mut numbers = Numbers(!seed);
        let arms = arms(4);
        for i in 0..more {
            let (context, reward) = (numbers.vector(4), numbers.next());
            let decision = policy.decide(&context, &arms, i as u64).unwrap();
            prop_assert_eq!(&decision, &restored.decide(&context, &arms, i as u64).unwrap());
            policy.update(&decision.arm, &context, reward).unwrap();
            restored.update(&decision.arm, &context, reward).unwrap();
        }
        prop_assert_eq!(serde_json::to_string(&policy.state()).unwrap(), serde_json::to_string(&restored.state()).unwrap());
    }

    /// Rewards that come late or in another order teach the same.
    #[test]
    fn the_order_of_a_batch_does_not_matter(seed: u64, updates in 1_usize..50) {
        let mut numbers = Numbers(seed);
        let arms = arms(3);
        let mut batch: Vec<(usize, Vec<f64>, f64)> = (0..updates).map(|i| (i * 7 % 3, numbers.vector(4), numbers.next())).collect();
        let learn = |batch: &[(usize, Vec<f64>, f64)]| {
            let mut policy = Policy::new(PolicyConfig::default(), 4).unwrap();
            for (arm, context, reward) in batch {
                policy.update(&arms[*arm], context, *reward).unwrap();
            }
            policy
        };
        let forward = learn(&batch);
        batch.reverse();
        let backward = learn(&batch);
        let context = numbers.vector(4);
        for arm in &arms {
            let (one, other) = (forward.estimate(arm, &context).unwrap(), backward.estimate(arm, &context).unwrap());
            prop_assert!((one.mean - other.mean).abs() < 1e-12 && (one.width - other.width).abs() < 1e-12);
        }
    }

    /// The fast way chooses what the other one does.
    #[test]
    fn choices_by_place_are_the_same(seed: u64, which in 0_usize..4, updates in 0_usize..40) {
        let mut policy = learned(config(algorithms()[which].clone(), 0.2), 3, 4, updates, seed);
        let arms = arms(4);
        let context = Numbers(seed ^ 2).vector(3);
        let decision = policy.decide(&context, &arms, seed).unwrap();
        let places: Vec<_> = arms.iter().map(|arm| policy.register(arm)).collect();
        let mut scratch = Scratch::default();
        let choice = policy.choose(&context, &places, seed, &mut scratch).unwrap();
        prop_assert_eq!(&arms[choice.position], &decision.arm);
        prop_assert_eq!(&arms[choice.greedy], &decision.greedy);
        prop_assert_eq!((choice.explored, choice.propensity), (decision.explored, decision.propensity));
        prop_assert_eq!(scratch.scores().len(), 4);
    }
}
