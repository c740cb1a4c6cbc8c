//! How long a comparison takes, of runs with a million samples and more.

mod made_up;

use std::path::{Path, PathBuf};
use std::time::Instant;

use assay_analytics::{Recount, SnapshotProgress};
use assay_core::RunId;
use assay_stats::median;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use made_up::made_up;

use super::BenchAnswer;
use super::machine::{Peak, machine};
use crate::dto::{CompareBy, CompareQuery, Correction, TaskProgress};
use crate::{App, AppConfig, AppError};

/// What is measured of the analytics.
#[derive(Debug, Clone)]
pub struct AnalyticsBench {
    /// Samples of all runs together.
    pub samples: u32,
    /// Models, each in a run of its own.
    pub models: u32,
    /// How often each thing is measured.
    pub rounds: u32,
    /// An interpreter with pandas and pyarrow, to be measured beside.
    pub python: Option<PathBuf>,
    /// Where the store is made, and left; one that is there is taken. A temporary folder that goes when nothing is
    /// given.
    pub folder: Option<PathBuf>,
}

#[derive(Debug, Serialize)]
struct Measured {
    machine: String,
    samples: u32,
    runs: u32,
    groups: u32,
    pairs: u32,
    /// Seconds to make the store; nothing where it was there.
    made_s: Option<f64>,
    store_mb: f64,
    /// The store counts all samples: what a comparison without snapshots begins with.
    counted_by_store_s: f64,
    /// All snapshots are made; nothing where they were there.
    snapshots_made_s: Option<f64>,
    snapshots_mb: f64,
    /// From the request to the comparison as the window gets it. Cold: the program has just opened, files may be in the
    /// system's memory. Warm: it was asked for another comparison of the same runs before. Again: for this one.
    cold_ms: Times,
    warm_ms: Times,
    again_ms: Times,
    /// The part of the cold and the warm one that is reading what was counted; the rest is statistics and drawing.
    cold_rows_ms: Times,
    warm_rows_ms: Times,
    /// Resident memory before the first comparison, at most while comparing, and what is kept warm.
    memory_before_mb: Option<f64>,
    memory_peak_mb: Option<f64>,
    warm_mb: f64,
    /// All samples read from their files and grouped by model, language, strategy and problem.
    recount: Counter,
    pandas: Option<Counter>,
    pandas_missing: Option<String>,
    /// Time of pandas over ours.
    ratio: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Times {
    median: f64,
    all: Vec<f64>,
}

impl Times {
    fn of(all: Vec<f64>) -> Self {
        Self {
            median: median(&all).unwrap_or(f64::NAN),
            all,
        }
    }
}

#[derive(Debug, Serialize)]
struct Counter {
    name: String,
    seconds: Times,
    groups: u64,
    judged: u64,
    passed: u64,
    peak_mb: Option<f64>,
}

impl App {
    /// Makes a store of made-up finished runs and measures the comparison of all of them, cold and warm; beside it, the
    /// grouping of single samples, which pandas does on the same files where it is given.
    ///
    /// # Errors
    /// When the store cannot be made, or pandas counts otherwise.
    pub async fn bench_analytics(
        &self,
        request: AnalyticsBench,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<BenchAnswer, AppError> {
        check(&request)?;
        let task = self.begin_task(task);
        let temporary = match &request.folder {
            None => Some(tempfile::tempdir().map_err(failed)?),
            Some(folder) => {
                std::fs::create_dir_all(folder).map_err(|e| AppError::file("make", folder, &e))?;
                None
            }
        };
        let folder = match (&request.folder, &temporary) {
            (Some(folder), _) => folder.clone(),
            (None, Some(temporary)) => temporary.path().to_owned(),
            (None, None) => return Err(AppError::failed("bench-failed", "there is no folder")),
        };
        let measuring = measure(&request, &folder, &on_progress, &task.cancel);
        let measured = tokio::select! {
            biased;
            () = task.cancel.cancelled() => return Err(AppError::cancelled("the measurement was stopped")),
            measured = measuring => measured?,
        };
        let json = serde_json::to_value(&measured).map_err(failed)?;
        Ok(BenchAnswer {
            json,
            text: text(&measured),
        })
    }
}

fn failed(error: impl std::fmt::Display) -> AppError {
    AppError::failed("bench-failed", error.to_string())
}

fn check(request: &AnalyticsBench) -> Result<(), AppError> {
    if request.models < 2 || request.rounds == 0 || request.samples < request.models {
        return Err(AppError::usage(
            "bad-bench",
            "there is nothing to compare",
            "give at least 2 models, 1 round and a sample a model",
        ));
    }
    Ok(())
}

async fn open(folder: &Path) -> Result<App, AppError> {
    App::open(AppConfig::new(folder)).await
}

async fn measure(
    request: &AnalyticsBench,
    folder: &Path,
    on_progress: &(dyn Fn(TaskProgress) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<Measured, AppError> {
    let tell =
        |message: String, fraction: Option<f64>| on_progress(TaskProgress { message, fraction });
    let app = open(folder).await?;
    let (runs, made_s) = made_up(&app, request, &tell).await?;

    tell("counting in the store".to_owned(), None);
    let start = Instant::now();
    app.store().await?.score_rows(&runs).await?;
    let counted_by_store_s = start.elapsed().as_secs_f64();

    let progress = |p: SnapshotProgress| {
        let fraction = p.done as f64 / p.all.max(1) as f64;
        tell(
            format!("making snapshots: {} of {}", p.done, p.all),
            Some(fraction),
        );
    };
    let are_there = bytes_in(&folder.join("snapshots")) > 0;
    let start = Instant::now();
    app.snapshots()
        .await?
        .prepare(&runs, cancel, &progress)
        .await?;
    let snapshots_made_s = (!are_there).then(|| start.elapsed().as_secs_f64());
    app.close().await;

    let query = |alpha: f64| CompareQuery {
        runs: runs.clone(),
        by: CompareBy::Series,
        baseline: None,
        alpha,
        correction: Correction::Holm,
        k: 1,
    };
    let ms = |start: Instant| start.elapsed().as_secs_f64() * 1e3;
    let peak = Peak::watch();
    let memory_before = crate::health::resident();
    let (mut cold, mut cold_rows) = (Vec::new(), Vec::new());
    for round in 0..request.rounds {
        tell(
            format!("comparing, cold: {round} of {}", request.rounds),
            None,
        );
        let app = open(folder).await?;
        let start = Instant::now();
        app.evidence(&runs).await?;
        cold_rows.push(ms(start));
        app.close().await;
        let app = open(folder).await?;
        let start = Instant::now();
        app.compare(&query(0.05)).await?;
        cold.push(ms(start));
        app.close().await;
    }
    let app = open(folder).await?;
    let view = app.compare(&query(0.05)).await?;
    let (mut warm, mut warm_rows, mut again) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..request.rounds {
        tell(
            format!("comparing, warm: {round} of {}", request.rounds),
            None,
        );
        // Another level of significance: nothing of the comparison is known, what was counted is.
        let alpha = 0.049 - f64::from(round) * 1e-5;
        let start = Instant::now();
        app.compare(&query(alpha)).await?;
        warm.push(ms(start));
        let start = Instant::now();
        app.evidence(&runs).await?;
        warm_rows.push(ms(start));
        let start = Instant::now();
        app.compare(&query(alpha)).await?;
        again.push(ms(start));
    }
    let warm_bytes = app.snapshots().await?.warm_bytes();
    let memory_peak = peak.highest();
    drop(peak);

    tell("grouping single samples".to_owned(), None);
    let files = app.snapshots().await?.sample_files(&runs).await?;
    let (recount, counted) = recount(&app, &runs, request.rounds).await?;
    let (pandas, pandas_missing) = match &request.python {
        None => (None, Some("no interpreter was given".to_owned())),
        Some(python) => {
            tell("grouping them with pandas".to_owned(), None);
            (
                Some(by_pandas(python, &files, request.rounds, counted).await?),
                None,
            )
        }
    };
    let store_path = app.store().await?.path().to_owned();
    app.close().await;
    let mb = |bytes: u64| bytes as f64 / 1e6;
    Ok(Measured {
        machine: machine(),
        samples: request.samples,
        runs: request.models,
        groups: u32::try_from(view.scores.len()).unwrap_or(u32::MAX),
        pairs: u32::try_from(view.pairs.len()).unwrap_or(u32::MAX),
        made_s,
        store_mb: std::fs::metadata(&store_path).map_or(0.0, |about| mb(about.len())),
        counted_by_store_s,
        snapshots_made_s,
        snapshots_mb: mb(bytes_in(&folder.join("snapshots"))),
        cold_ms: Times::of(cold),
        warm_ms: Times::of(warm),
        again_ms: Times::of(again),
        cold_rows_ms: Times::of(cold_rows),
        warm_rows_ms: Times::of(warm_rows),
        memory_before_mb: memory_before.map(mb),
        memory_peak_mb: memory_peak.map(mb),
        warm_mb: mb(warm_bytes as u64),
        ratio: pandas
            .as_ref()
            .map(|pandas| pandas.seconds.median / recount.seconds.median),
        recount,
        pandas,
        pandas_missing,
    })
}

async fn recount(app: &App, runs: &[RunId], rounds: u32) -> Result<(Counter, Recount), AppError> {
    let snapshots = app.snapshots().await?;
    let peak = Peak::watch();
    let mut seconds = Vec::new();
    let mut counted = None;
    for _ in 0..rounds {
        let start = Instant::now();
        counted = Some(snapshots.recount(runs).await?);
        seconds.push(start.elapsed().as_secs_f64());
    }
    let counted = counted.ok_or_else(|| failed("nothing was counted"))?;
    let counter = Counter {
        name: "Assay (polars)".to_owned(),
        seconds: Times::of(seconds),
        groups: counted.groups,
        judged: counted.judged,
        passed: counted.passed,
        peak_mb: peak.highest().map(|bytes| bytes as f64 / 1e6),
    };
    Ok((counter, counted))
}

async fn by_pandas(
    python: &Path,
    files: &[PathBuf],
    rounds: u32,
    ours: Recount,
) -> Result<Counter, AppError> {
    #[derive(Deserialize)]
    struct Answer {
        version: String,
        seconds: Vec<f64>,
        groups: u64,
        judged: u64,
        passed: u64,
        peak_mb: f64,
    }
    let output = tokio::process::Command::new(python)
        .args(["-c", include_str!("frames.py")])
        .arg(rounds.to_string())
        .args(files)
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|e| AppError::file("start", python, &e))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        let last = why.lines().last().unwrap_or_default();
        return Err(failed(format!("pandas could not count: {last}")));
    }
    let answer: Answer = serde_json::from_slice(&output.stdout).map_err(failed)?;
    let theirs = Recount {
        groups: answer.groups,
        judged: answer.judged,
        passed: answer.passed,
    };
    if theirs != ours {
        return Err(failed(format!(
            "pandas counted {theirs:?}, and Assay {ours:?}"
        )));
    }
    Ok(Counter {
        name: format!("pandas {}", answer.version),
        seconds: Times::of(answer.seconds),
        groups: answer.groups,
        judged: answer.judged,
        passed: answer.passed,
        peak_mb: Some(answer.peak_mb),
    })
}

/// What the files of a folder take.
fn bytes_in(folder: &Path) -> u64 {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some(entry.metadata().ok()?.len()))
        .sum()
}

fn text(m: &Measured) -> String {
    let seconds = |s: Option<f64>| s.map_or("was there".to_owned(), |s| format!("{s:.1} s"));
    let mb = |mb: Option<f64>| mb.map_or("?".to_owned(), |mb| format!("{mb:.0} MB"));
    let line = |c: &Counter| {
        format!(
            "  {:<20} {:>8.3} s   {} groups, {} of {} passed, at most {}",
            c.name,
            c.seconds.median,
            c.groups,
            c.passed,
            c.judged,
            mb(c.peak_mb)
        )
    };
    let times = |name: &str, t: &Times| {
        let all: Vec<String> = t.all.iter().map(|ms| format!("{ms:.0}")).collect();
        format!("  {name:<28} {:>8.1} ms   ({})", t.median, all.join(", "))
    };
    let mut lines = vec![
        m.machine.clone(),
        format!(
            "{} samples in {} runs; a comparison of {} series has {} pairs",
            m.samples, m.runs, m.groups, m.pairs
        ),
        format!("store: {:.0} MB, made in {}", m.store_mb, seconds(m.made_s)),
        format!("counted by the store: {:.2} s", m.counted_by_store_s),
        format!(
            "snapshots: {:.1} MB, made in {}",
            m.snapshots_mb,
            seconds(m.snapshots_made_s)
        ),
        "the whole comparison, medians:".to_owned(),
        times("cold", &m.cold_ms),
        times("  of it reading counts", &m.cold_rows_ms),
        times("warm, asked otherwise", &m.warm_ms),
        times("  of it reading counts", &m.warm_rows_ms),
        times("warm, the same again", &m.again_ms),
        format!(
            "memory: {} before, at most {}, kept warm {:.1} MB",
            mb(m.memory_before_mb),
            mb(m.memory_peak_mb),
            m.warm_mb
        ),
        "all samples by model, language, strategy and problem, from their files:".to_owned(),
        line(&m.recount),
    ];
    match (&m.pandas, &m.pandas_missing) {
        (Some(pandas), _) => {
            lines.push(line(pandas));
            if let Some(ratio) = m.ratio {
                lines.push(format!("  {ratio:.1} times as long"));
            }
        }
        (None, Some(why)) => lines.push(format!("  pandas: {why}")),
        (None, None) => {}
    }
    lines.join("\n")
}
