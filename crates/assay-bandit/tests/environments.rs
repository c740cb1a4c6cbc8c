//! Policies where the best choice is known: regret grows less than the rounds do, the context is made use of where it matters,
//! and costs next to nothing where it does not. `examples/environments.rs` prints what is tested here.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

#[path = "support/environments.rs"]
mod environments;

use environments::{LAWS, Law, algorithms, summary};

#[track_caller]
fn holds(law: Law) {
    assert!(LAWS.contains(&law));
    for (name, config) in algorithms() {
        let found = summary(law, &config).unwrap();
        let (slope, _, high) = found.slope;
        assert!(high < 1.0, "{law:?}, {name}: slope {slope}, up to {high}");
        if law.context_matters() {
            let (gain, low, _) = found.gain;
            assert!(low > 0.0, "{law:?}, {name}: gains {gain}, from {low}");
        } else {
            let (loss, _, high) = found.loss_per_cent;
            assert!(high < 2.0, "{law:?}, {name}: loses {loss} %, up to {high}");
        }
    }
}

#[test]
fn linear_rewards() {
    holds(Law::Linear);
}

#[test]
fn passed_or_not() {
    holds(Law::Bernoulli);
}

#[test]
fn a_changing_pool_of_arms() {
    holds(Law::ChangingPool);
}

#[test]
fn a_context_without_meaning() {
    holds(Law::Indifferent);
}
