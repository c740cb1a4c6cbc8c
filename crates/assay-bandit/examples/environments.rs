//! What policies come to where the best choice is known, as a table: `cargo run --release -p assay-bandit --example environments`.

#![allow(clippy::print_stdout, reason = "it prints what it found")]

#[path = "../tests/support/environments.rs"]
mod environments;

use std::error::Error;

use environments::{ARMS, DIMENSION, LAWS, ROUNDS, SEEDS, algorithms, summary};

fn main() -> Result<(), Box<dyn Error>> {
    println!(
        "{SEEDS} seeds, {ROUNDS} rounds, {ARMS} arms, {DIMENSION} numbers of context; 95 % intervals over seeds\n"
    );
    println!(
        "| rewards | policy | slope of log regret | regret a round | gain over the best fixed arm |"
    );
    println!("|---|---|--:|--:|--:|");
    for law in LAWS {
        for (name, config) in algorithms() {
            let found = summary(law, &config)?;
            let cell =
                |(mean, low, high): (f64, f64, f64)| format!("{mean:.3} [{low:.3}, {high:.3}]");
            let (loss, low, high) = found.loss_per_cent;
            println!(
                "| {} | {name} | {} | {} | {:.2} % [{:.2}, {:.2}] |",
                law.name(),
                cell(found.slope),
                cell(found.regret),
                -loss,
                -high,
                -low,
            );
        }
    }
    Ok(())
}
