//! Off-policy estimates: what is refused, and what must hold whatever the log.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

use assay_bandit::{
    BanditError, Estimator, LoggedRound, OffPolicy, OffPolicyEstimate, OffPolicyPlan, Policy,
    PolicyConfig,
};
use assay_core::StrategyId;
use proptest::prelude::*;

const ARMS: usize = 3;

fn arms() -> Vec<StrategyId> {
    (0..ARMS)
        .map(|arm| StrategyId::new(format!("arm-{arm}")))
        .collect()
}

fn round(cluster: usize, chosen: usize, propensity: f64, reward: f64) -> LoggedRound {
    let arms = arms();
    LoggedRound {
        context: vec![1.0],
        chosen: arms[chosen].clone(),
        arms,
        propensity,
        reward,
        cluster: format!("cluster-{cluster}"),
    }
}

fn plan() -> OffPolicyPlan {
    OffPolicyPlan {
        resamples: 200,
        ..OffPolicyPlan::default()
    }
}

fn log() -> (Vec<LoggedRound>, Vec<Vec<f64>>) {
    let rounds = (0..30)
        .map(|i| round(i, i % ARMS, 1.0 / 3.0, f64::from(u8::from(i % 4 == 0))))
        .collect();
    (rounds, vec![vec![1.0, 0.0, 0.0]; 30])
}

#[test]
fn logs_and_targets_that_are_none_are_refused() {
    let (rounds, target) = log();
    assert!(OffPolicy::new(&rounds, &target, plan()).is_ok());
    assert!(OffPolicy::new(&[], &[], plan()).is_err());
    assert!(OffPolicy::new(&rounds, &target[1..], plan()).is_err());
    for change in [
        (|r| r.propensity = 0.0) as fn(&mut LoggedRound),
        |r| r.propensity = 1.5,
        |r| r.propensity = f64::NAN,
        |r| r.reward = f64::NAN,
        |r| r.chosen = StrategyId::from("elsewhere"),
        |r| {
            r.arms.pop();
        },
    ] {
        let mut rounds = rounds.clone();
        change(&mut rounds[4]);
        assert!(OffPolicy::new(&rounds, &target, plan()).is_err());
    }
    for wrong in [
        vec![0.5, 0.4, 0.0],
        vec![1.5, -0.5, 0.0],
        vec![f64::NAN, 0.5, 0.5],
        vec![1.0, 0.0],
    ] {
        let mut target = target.clone();
        target[4] = wrong;
        assert!(OffPolicy::new(&rounds, &target, plan()).is_err());
    }
    for (resamples, level) in [(99, 0.95), (200, 0.0), (200, 1.0), (200, f64::NAN)] {
        let plan = OffPolicyPlan {
            resamples,
            level,
            ..plan()
        };
        assert!(OffPolicy::new(&rounds, &target, plan).is_err());
    }
    let log = OffPolicy::new(&rounds, &target, plan()).unwrap();
    assert!(log.direct(&vec![vec![0.5; ARMS]; 29]).is_err());
    assert!(log.direct(&vec![vec![0.5; ARMS - 1]; 30]).is_err());
    assert!(log.doubly_robust(&vec![vec![f64::NAN; ARMS]; 30]).is_err());
}

#[test]
fn a_target_the_log_never_followed_is_undefined() {
    let rounds: Vec<LoggedRound> = (0..9).map(|i| round(i, 0, 0.5, 1.0)).collect();
    let log = OffPolicy::new(&rounds, &vec![vec![0.0, 1.0, 0.0]; 9], plan()).unwrap();
    assert!(matches!(log.replay(), Err(BanditError::Undefined { .. })));
    assert!(log.self_normalized().is_err());
    let left = log.all(None).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].value, left[0].effective_sample_size), (0.0, 0.0));
}

#[test]
fn rounds_of_one_cluster_count_once() {
    let (rounds, target) = log();
    let estimate = |rounds: &[LoggedRound]| {
        let target = vec![target[0].clone(); rounds.len()];
        OffPolicy::new(rounds, &target, plan())
            .unwrap()
            .inverse_propensity()
    };
    let plain = estimate(&rounds);
    let copies: Vec<LoggedRound> = (0..4).flat_map(|_| rounds.clone()).collect();
    let copied = estimate(&copies);
    assert_eq!((copied.n, copied.clusters), (120, 30));
    assert!((plain.value - copied.value).abs() < 1e-12);
    let (one, other) = (
        plain.standard_error.unwrap(),
        copied.standard_error.unwrap(),
    );
    assert!((one - other).abs() < 1e-12);

    let single: Vec<LoggedRound> = rounds
        .iter()
        .map(|round| LoggedRound {
            cluster: "one".to_owned(),
            ..round.clone()
        })
        .collect();
    assert_eq!(estimate(&single).interval, None);
}

#[test]
fn a_decision_becomes_a_round() {
    let policy = Policy::new(PolicyConfig::default(), 2).unwrap();
    let decision = policy.decide(&[1.0, 0.5], &arms(), 3).unwrap();
    let round = LoggedRound::of(&decision, &[1.0, 0.5], 0.7, "problem");
    assert_eq!((&round.chosen, &round.arms), (&decision.arm, &arms()));
    assert_eq!(round.propensity, decision.propensity);
    let text = serde_json::to_string(&round).unwrap();
    assert_eq!(serde_json::from_str::<LoggedRound>(&text).unwrap(), round);
}

/// Choices, rewards, the log's probabilities and a model's estimates.
type Drawn = Vec<(usize, f64, [f64; ARMS], [f64; ARMS])>;

fn drawn() -> impl Strategy<Value = Drawn> {
    let three = || prop::array::uniform3(0.05_f64..1.0);
    prop::collection::vec((0..ARMS, 0.0_f64..=1.0, three(), three()), 4..40)
}

fn normalised(weights: &[f64]) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    weights.iter().map(|w| w / total).collect()
}

fn of(estimates: &[OffPolicyEstimate], which: Estimator) -> f64 {
    estimates
        .iter()
        .find(|e| e.estimator == which)
        .unwrap()
        .value
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A target that is the policy of the log earned what the log says.
    #[test]
    fn the_logs_own_policy_earned_what_it_did(drawn in drawn()) {
        let target: Vec<Vec<f64>> = drawn.iter().map(|(_, _, p, _)| normalised(p)).collect();
        let rounds: Vec<LoggedRound> = drawn.iter().zip(&target).enumerate()
            .map(|(i, ((chosen, reward, ..), p))| round(i, *chosen, p[*chosen], *reward)).collect();
        let log = OffPolicy::new(&rounds, &target, plan()).unwrap();
        let earned = rounds.iter().map(|r| r.reward).sum::<f64>() / rounds.len() as f64;
        let found = log.all(None).unwrap();
        for which in [Estimator::InversePropensity, Estimator::SelfNormalized] {
            prop_assert!((of(&found, which) - earned).abs() < 1e-12);
        }
        prop_assert!((found[0].effective_sample_size - rounds.len() as f64).abs() < 1e-9);
        prop_assert!((found[0].largest_weight - 1.0).abs() < 1e-12);
    }

    /// With a model that expects nothing, doubly robust is the weighting alone; with one that is never wrong, the model alone.
    #[test]
    fn doubly_robust_lies_between_its_parts(drawn in drawn()) {
        let target: Vec<Vec<f64>> = drawn.iter().map(|(_, _, _, q)| normalised(q)).collect();
        let rounds: Vec<LoggedRound> = drawn.iter().enumerate()
            .map(|(i, (chosen, reward, p, _))| round(i, *chosen, normalised(p)[*chosen], *reward)).collect();
        let log = OffPolicy::new(&rounds, &target, plan()).unwrap();
        let nothing = log.all(Some(&vec![vec![0.0; ARMS]; rounds.len()])).unwrap();
        prop_assert!((of(&nothing, Estimator::DoublyRobust) - of(&nothing, Estimator::InversePropensity)).abs() < 1e-12);
        prop_assert!((of(&nothing, Estimator::SelfNormalizedDoublyRobust) - of(&nothing, Estimator::SelfNormalized)).abs() < 1e-12);
        let right: Vec<Vec<f64>> = drawn.iter().map(|(chosen, reward, _, q)| {
            let mut expected = q.to_vec();
            expected[*chosen] = *reward;
            expected
        }).collect();
        let right = log.all(Some(&right)).unwrap();
        for which in [Estimator::DoublyRobust, Estimator::SelfNormalizedDoublyRobust] {
            prop_assert!((of(&right, which) - of(&right, Estimator::Direct)).abs() < 1e-12);
        }
        for estimate in &right {
            if let Some(interval) = estimate.interval {
                prop_assert!(interval.low <= interval.high);
            }
        }
    }
}
