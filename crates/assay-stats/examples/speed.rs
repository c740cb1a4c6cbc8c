//! Times the bootstrap of many models that share problems, beside scipy's on the same scores:
//! `cargo run --release -p assay-stats --example speed -- [--python PATH] [--models N] [--problems N] [--resamples N]`.
//!
//! PATH is a Python with scipy; without it only this side is timed. Both sides are warmed up once, then measured in one
//! process each, one after the other, and print the median and the fastest of their runs.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::error::Error;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use assay_stats::{Bootstrap, mean_interval, mean_intervals};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/speed.py");

fn main() -> Result<(), Box<dyn Error>> {
    let mut python = None;
    let (mut models, mut problems, mut resamples) = (20, 164, 10_000);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or("an option has no value")?;
        match argument.as_str() {
            "--python" => python = Some(value),
            "--models" => models = value.parse()?,
            "--problems" => problems = value.parse()?,
            "--resamples" => resamples = value.parse()?,
            other => return Err(format!("{other} is no option").into()),
        }
    }
    let bootstrap = Bootstrap {
        resamples,
        ..Bootstrap::default()
    };
    println!("{models} models, {problems} problems, {resamples} resamples, BCa");
    for (name, steps) in [
        ("one sample a problem", 1),
        ("ten samples a problem", 10),
        ("any fractions", 0),
    ] {
        let scores = scores(models, problems, steps);
        let together = measure(50, || mean_intervals(&scores, None, &bootstrap))?;
        let each = measure(20, || {
            scores
                .iter()
                .map(|values| mean_interval(values, None, &bootstrap))
                .collect::<Result<Vec<_>, _>>()
        })?;
        println!("{name}");
        show("assay-stats, all models together", &together);
        show("assay-stats, model by model", &each);
        let Some(python) = &python else { continue };
        let theirs = scipy(python, &scores, resamples)?;
        let of = |name: &str| -> Result<Vec<f64>, Box<dyn Error>> {
            Ok(serde_json::from_value(theirs[name].clone())?)
        };
        let (vectorised, looped) = (of("vectorized")?, of("each")?);
        let versions = &theirs["versions"];
        let version = |of: &str| versions[of].as_str().unwrap_or("?").to_owned();
        println!("  scipy {}, numpy {}", version("scipy"), version("numpy"));
        show("scipy, one call, vectorized", &vectorised);
        show("scipy, model by model", &looped);
        let times = |of: fn(&[f64]) -> f64| of(&vectorised).min(of(&looped)) / of(&together);
        println!(
            "  {:.1} times as fast as scipy's faster way by medians, {:.1} by the fastest runs",
            times(median),
            times(fastest)
        );
        let bounds: Vec<[f64; 2]> = serde_json::from_value(theirs["bounds"].clone())?;
        let ours = mean_intervals(&scores, None, &bootstrap)?;
        let apart = ours.iter().zip(&bounds).fold(0.0_f64, |apart, (o, t)| {
            apart.max((o.low - t[0]).abs()).max((o.high - t[1]).abs())
        });
        println!("  largest difference of a bound: {apart:.4}");
    }
    Ok(())
}

/// Scores of models from weak to strong, the same on every machine: shares of `steps` samples, or any fractions for 0.
fn scores(models: usize, problems: usize, steps: u32) -> Vec<Vec<f64>> {
    // Numbers of a linear congruence (Knuth's MMIX), which is enough to scatter scores.
    let mut state = 20_u64;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..models)
        .map(|model| {
            let skill = (model as f64 + 1.0) / (models as f64 + 1.0);
            (0..problems)
                .map(|_| {
                    let rate = (skill + random() - 0.5).clamp(0.0, 1.0);
                    if steps == 0 {
                        return rate;
                    }
                    let passed = (0..steps).filter(|_| random() < rate).count();
                    passed as f64 / f64::from(steps)
                })
                .collect()
        })
        .collect()
}

/// Seconds of `runs` runs after one that warms up.
fn measure<T, E: Error + 'static>(
    runs: usize,
    mut run: impl FnMut() -> Result<T, E>,
) -> Result<Vec<f64>, Box<dyn Error>> {
    std::hint::black_box(run()?);
    (0..runs)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(run()?);
            Ok(start.elapsed().as_secs_f64())
        })
        .collect()
}

fn median(seconds: &[f64]) -> f64 {
    assay_stats::median(seconds).unwrap_or(f64::NAN)
}

fn fastest(seconds: &[f64]) -> f64 {
    seconds.iter().copied().fold(f64::INFINITY, f64::min)
}

fn show(name: &str, seconds: &[f64]) {
    println!(
        "  {name:34} median {:8.2} ms, fastest {:8.2} ms, of {}",
        1e3 * median(seconds),
        1e3 * fastest(seconds),
        seconds.len()
    );
}

fn scipy(
    python: &str,
    scores: &[Vec<f64>],
    resamples: u32,
) -> Result<serde_json::Value, Box<dyn Error>> {
    let mut child = Command::new(python)
        .arg(SCRIPT)
        .arg(resamples.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().ok_or("the script takes no input")?;
    input.write_all(&serde_json::to_vec(scores)?)?;
    drop(input);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("{python} {SCRIPT} ended with {}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
