//! A stream of decisions, chosen and learned from one by one: what it takes, as JSON.
//!
//! `cargo run --release -p assay-bandit --example stream -- [--decisions N] [--dimension N] [--arms N] [--alpha A] [--exploration E] [--algorithm linucb|thompson|greedy]`.
//!
//! Contexts and rewards come from the generator that `tests/fixtures/generate.py` and `scripts/beside/bandit.py` have, too; they are
//! made before the clock starts.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

#[path = "../tests/support/stream.rs"]
mod stream;

use std::error::Error;
use std::time::Instant;

use assay_bandit::{Algorithm, Policy, PolicyConfig, Scratch};
use assay_core::StrategyId;
use stream::Stream;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut decisions, mut dimension, mut count) = (1_000_000, 32, 10);
    let (mut alpha, mut exploration, mut name) = (1.0, 0.0, "linucb".to_owned());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or("an option has no value")?;
        match argument.as_str() {
            "--decisions" => decisions = value.parse()?,
            "--dimension" => dimension = value.parse()?,
            "--arms" => count = value.parse()?,
            "--alpha" => alpha = value.parse()?,
            "--exploration" => exploration = value.parse()?,
            "--algorithm" => name = value,
            other => return Err(format!("{other} is no option").into()),
        }
    }
    let algorithm = match name.as_str() {
        "linucb" => Algorithm::LinUcb { alpha },
        "thompson" => Algorithm::Thompson { scale: alpha },
        "greedy" => Algorithm::EpsilonGreedy,
        other => return Err(format!("{other} is no algorithm").into()),
    };
    let config = PolicyConfig {
        algorithm,
        exploration,
        ..PolicyConfig::default()
    };
    let mut stream = Stream::new(11, dimension, count);
    let rounds: Vec<(Vec<f64>, Vec<f64>)> = (0..decisions).map(|_| stream.round()).collect();
    let ids: Vec<StrategyId> = (0..count)
        .map(|arm| StrategyId::new(format!("arm-{arm}")))
        .collect();

    let mut chosen: Vec<usize> = Vec::with_capacity(decisions);
    let mut policy = Policy::new(config.clone(), dimension)?;
    let started = Instant::now();
    let arms: Vec<_> = ids.iter().map(|arm| policy.register(arm)).collect();
    let mut scratch = Scratch::default();
    for (seed, (context, rewards)) in (0..).zip(&rounds) {
        let choice = policy.choose(context, &arms, seed, &mut scratch)?;
        policy.learn(arms[choice.position], context, rewards[choice.position])?;
        chosen.push(choice.position);
    }
    let by_place = started.elapsed().as_secs_f64();

    let mut policy = Policy::new(config, dimension)?;
    let started = Instant::now();
    let mut differs = 0;
    for ((seed, (context, rewards)), chosen) in (0..).zip(&rounds).zip(&chosen) {
        let decision = policy.decide(context, &ids, seed)?;
        let position = decision.scores.iter().position(|s| s.arm == decision.arm);
        let position = position.ok_or("the arm is none of those offered")?;
        policy.update(&decision.arm, context, rewards[position])?;
        differs += usize::from(position != *chosen);
    }
    let by_name = started.elapsed().as_secs_f64();

    let digest = chosen.iter().fold(0_u64, |sum, arm| {
        sum.wrapping_mul(31).wrapping_add(*arm as u64)
    });
    println!(
        "{}",
        serde_json::json!({
            "algorithm": name,
            "decisions": decisions,
            "dimension": dimension,
            "arms": count,
            "choose_and_learn_seconds": by_place,
            "decide_and_update_seconds": by_name,
            "chosen_differently": differs,
            "digest_of_arms": digest,
        })
    );
    Ok(())
}
