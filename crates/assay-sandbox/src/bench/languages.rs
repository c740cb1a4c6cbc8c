//! Every language's throughput in the sandbox, beside a container for each program and beside the bare
//! toolchain; what concurrency costs; and whether anything grows over thousands of programs.

use std::time::Instant;

use assay_core::{Language, Limits, Problem};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{Throughput, pass, raw};
use crate::{DockerSandbox, Program, Sandbox, SandboxConfig, SandboxError};

/// One language by all three ways, the same programs and as many workers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LanguageBench {
    pub language: Language,
    pub toolchain: Option<String>,
    /// Seconds from nothing to the first verdict.
    pub cold_start_s: f64,
    /// Warm containers.
    pub sandbox: Throughput,
    /// A container for each program, made and removed, with the bare toolchain inside.
    pub container: Throughput,
    /// The bare toolchain, one process after another, without any sandbox; the image's, so the same compiler.
    pub bare: Throughput,
    pub over_container: f64,
    pub over_bare: f64,
}

/// What a program costs when so many are executed at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Crowd {
    pub workers: u32,
    pub programs_per_s: f64,
    /// Workers' time for one program, in milliseconds.
    pub ms_per_program: f64,
}

/// Thousands of programs in a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Soak {
    pub programs: u32,
    pub passed: u32,
    pub programs_per_s: f64,
    /// This process' resident memory after a tenth of them and at the end, in MiB; where the system tells.
    pub early_mb: Option<f64>,
    pub end_mb: Option<f64>,
    /// Containers of this program that the engine still had after closing.
    pub left_over: u32,
}

/// The programs of `problems` that have a canonical solution: as an answer to be judged, and as one text.
fn programs(problems: &[Problem], language: &Language) -> Vec<(Program, String)> {
    problems
        .iter()
        .filter(|problem| problem.language == *language)
        .filter_map(|problem| {
            let solution = problem.canonical_solution.as_deref()?;
            let source = format!("{}{solution}", problem.prompt);
            let whole = format!("{source}\n{}", problem.tests);
            Some((Program::answer(problem, source), whole))
        })
        .collect()
}

/// Measures the languages that have problems here and an image; all three ways in turn, round by round.
///
/// `problems` must be such that program and tests together are a script whose exit code tells (the
/// starter set is).
///
/// # Errors
/// [`SandboxError::Cancelled`], or the sandbox's trouble.
pub async fn bench_languages(
    sandbox: &DockerSandbox,
    problems: &[Problem],
    rounds: u32,
    progress: &(dyn Fn(&str) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<Vec<LanguageBench>, SandboxError> {
    let workers = sandbox.concurrency();
    let mut measured = Vec::new();
    let languages: Vec<Language> = sandbox
        .languages()
        .iter()
        .map(|language| Language::new(&language.id))
        .collect();
    for language in languages {
        let programs = programs(problems, &language);
        let Ok(image) = sandbox.require(&language).await else {
            continue;
        };
        if programs.is_empty() {
            continue;
        }
        let folder = sandbox.folder(&language)?;
        let (judged, texts): (Vec<Program>, Vec<String>) = programs.into_iter().unzip();
        progress(&format!("{language}: starting containers"));
        let start = Instant::now();
        let first = sandbox
            .execute(&judged[0], &Limits::default(), cancel)
            .await;
        let cold_start_s = start.elapsed().as_secs_f64();
        tracing::debug!(verdict = first.verdict.as_str(), "first verdict");
        // A resident compiler is warm after some programs, as it is in any run.
        sandbox.warm_up(&language, &Limits::default()).await?;
        pass(sandbox, &judged, workers, cancel).await?;
        let (mut ours, mut containers, mut bare) = (Vec::new(), Vec::new(), Vec::new());
        for round in 1..=rounds.max(1) {
            progress(&format!("{language}, round {round}: the sandbox"));
            ours.push(pass(sandbox, &judged, workers, cancel).await?);
            progress(&format!("{language}, round {round}: a container each"));
            let start = Instant::now();
            let labels = || sandbox.labels("bench");
            let outcomes: Vec<_> = futures::stream::iter(&texts)
                .map(|text| raw::container(sandbox.raw_engine(), folder, labels(), text))
                .buffer_unordered(workers)
                .collect()
                .await;
            let mut passed = 0;
            for outcome in outcomes {
                passed += u32::from(outcome?);
            }
            containers.push((start.elapsed().as_secs_f64(), passed));
            progress(&format!("{language}, round {round}: the bare toolchain"));
            let looped = raw::bare(sandbox.raw_engine(), folder, labels(), &texts, workers).await?;
            bare.push((looped.wall_s, looped.passed));
            if cancel.is_cancelled() {
                return Err(SandboxError::Cancelled);
            }
        }
        let sandboxed = Throughput::new("sandbox".to_owned(), texts.len(), &ours);
        let container = Throughput::new("a container each".to_owned(), texts.len(), &containers);
        let bare = Throughput::new("bare toolchain".to_owned(), texts.len(), &bare);
        measured.push(LanguageBench {
            over_container: sandboxed.programs_per_s / container.programs_per_s,
            over_bare: sandboxed.programs_per_s / bare.programs_per_s,
            language,
            toolchain: image.toolchain,
            cold_start_s,
            sandbox: sandboxed,
            container,
            bare,
        });
    }
    Ok(measured)
}

/// The cost of a program at several sizes of the pool, each a sandbox of its own.
///
/// # Errors
/// As [`bench_languages`].
pub async fn bench_crowd(
    config: &SandboxConfig,
    problems: &[Problem],
    sizes: &[u32],
    progress: &(dyn Fn(&str) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<Vec<Crowd>, SandboxError> {
    let python = Language::python();
    let programs: Vec<Program> = programs(problems, &python)
        .into_iter()
        .map(|(p, _)| p)
        .collect();
    let mut crowds = Vec::new();
    for &workers in sizes {
        progress(&format!("Python with {workers} at once"));
        let sandbox = DockerSandbox::open(SandboxConfig {
            concurrency: Some(workers as usize),
            ..config.clone()
        })
        .await?;
        let measured = async {
            sandbox.warm_up(&python, &Limits::default()).await?;
            let mut rounds = Vec::new();
            for _ in 0..3 {
                rounds.push(pass(&sandbox, &programs, workers as usize, cancel).await?);
            }
            Ok::<_, SandboxError>(Throughput::new(String::new(), programs.len(), &rounds))
        }
        .await;
        sandbox.close().await;
        let programs_per_s = measured?.programs_per_s;
        crowds.push(Crowd {
            workers,
            programs_per_s,
            ms_per_program: f64::from(workers) * 1e3 / programs_per_s,
        });
    }
    Ok(crowds)
}

/// `count` Python programs in a row, in a sandbox of its own.
///
/// # Errors
/// As [`bench_languages`].
pub async fn bench_soak(
    config: &SandboxConfig,
    problems: &[Problem],
    count: u32,
    progress: &(dyn Fn(&str) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<Soak, SandboxError> {
    let sandbox = DockerSandbox::open(config.clone()).await?;
    let programs: Vec<Program> = programs(problems, &Language::python())
        .into_iter()
        .map(|(p, _)| p)
        .collect();
    let parts = 10;
    let each = (count / parts).max(1) as usize;
    let (mut passed, mut done, mut early_mb) = (0, 0, None);
    let start = Instant::now();
    for part in 0..parts {
        progress(&format!("{done} of {count} programs in a row"));
        let batch: Vec<Program> = programs.iter().cycle().take(each).cloned().collect();
        let (_, good) = pass(&sandbox, &batch, sandbox.concurrency(), cancel).await?;
        passed += good;
        done += each as u32;
        if part == 0 {
            early_mb = resident_mb();
        }
    }
    let wall_s = start.elapsed().as_secs_f64();
    let end_mb = resident_mb();
    sandbox.close().await;
    let left_over = sandbox.own_containers().await?;
    Ok(Soak {
        programs: done,
        passed,
        programs_per_s: f64::from(done) / wall_s,
        early_mb,
        end_mb,
        left_over,
    })
}

/// Resident memory of this process, in MiB, where the system tells.
fn resident_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}
