//! Policies: what they choose, with what probability, and what they keep when they are stored.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a panic in a test's helper is a failed test too"
)]

#[path = "support/numbers.rs"]
mod numbers;

use std::collections::BTreeMap;

use assay_bandit::{Algorithm, BanditError, Policy, PolicyConfig, PolicyState, Scratch};
use assay_core::StrategyId;
use numbers::Numbers;
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

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
