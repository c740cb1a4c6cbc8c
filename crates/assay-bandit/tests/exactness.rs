//! What a policy has learned, after many updates, beside a solution of all of them at once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a panic in a test's helper is a failed test too"
)]

#[path = "support/numbers.rs"]
mod numbers;

use assay_bandit::{Policy, PolicyConfig};
use assay_core::StrategyId;
use numbers::Numbers;
use proptest::prelude::*;

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
}
