//! A run's samples as a file, and how files are written: whole or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

use assay_core::{RunId, SampleId};

use crate::{App, AppError, lock};

/// How samples are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleExport {
    /// Everything: the run in the first line, then a sample a line.
    Jsonl,
    /// A table of samples without their texts.
    Csv,
}

const PAGE: u32 = 500;

impl App {
    /// Writes a run's samples to `out`.
    ///
    /// # Errors
    /// When the run is unknown or `out` cannot be written.
    pub async fn export_run(
        &self,
        run: &RunId,
        format: SampleExport,
        out: &mut (dyn Write + Send),
    ) -> Result<(), AppError> {
        match format {
            SampleExport::Jsonl => {
                self.store().await?.export_run(run, out).await?;
            }
            SampleExport::Csv => self.export_csv(run, out).await?,
        }
        out.flush()
            .map_err(|e| AppError::failed("export-failed", format!("failed to write: {e}")))
    }

    /// Writes a run's samples to a file, in place only when it is whole. Answers its size in bytes.
    ///
    /// # Errors
    /// As [`App::export_run`].
    pub async fn export_run_to(
        &self,
        run: &RunId,
        format: SampleExport,
        path: &Path,
    ) -> Result<u64, AppError> {
        let mut file = beside(path)?;
        self.export_run(run, format, file.as_file_mut()).await?;
        let bytes = file.as_file().metadata().map_or(0, |m| m.len());
        file.persist(path)
            .map_err(|e| AppError::file("write", path, &e.error))?;
        Ok(bytes)
    }

    async fn export_csv(&self, run: &RunId, out: &mut (dyn Write + Send)) -> Result<(), AppError> {
        let store = self.store().await?;
        store.get_run(run).await?;
        let mut csv = csv::Writer::from_writer(out);
        let failed =
            |e: csv::Error| AppError::failed("export-failed", format!("failed to write: {e}"));
        csv.write_record([
            "run",
            "model",
            "language",
            "problem",
            "sample",
            "strategy",
            "transport",
            "content",
            "rule",
            "detected",
            "confidence",
            "verdict",
            "quality",
            "syntactic",
            "completeness",
            "semantic",
            "executability",
            "duration_ms",
            "latency_ms",
            "prompt_tokens",
            "completion_tokens",
            "cost_usd",
            "detail",
            // The strategy a policy chose, and the number by which `assay bandit why` knows the sample.
            "arm",
            "id",
        ])
        .map_err(failed)?;
        let mut after: Option<SampleId> = None;
        loop {
            let page = store.samples_after(run, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            for sample in &page {
                let number = |n: Option<f64>| n.map(|n| format!("{n:.3}")).unwrap_or_default();
                let count = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
                let execution = sample.execution.as_ref();
                csv.write_record([
                    sample.key.run.as_str(),
                    &sample.key.model,
                    sample.key.language.as_str(),
                    sample.key.problem.as_str(),
                    &sample.key.index.to_string(),
                    sample.strategy.as_str(),
                    sample.transport.map(|t| t.as_str()).unwrap_or_default(),
                    sample.content.map(|c| c.as_str()).unwrap_or_default(),
                    sample.rule.as_deref().unwrap_or_default(),
                    sample
                        .detected
                        .as_ref()
                        .map(|d| d.language.as_str())
                        .unwrap_or_default(),
                    &number(sample.detected.as_ref().map(|d| d.confidence)),
                    execution.map(|e| e.verdict.as_str()).unwrap_or_default(),
                    &number(sample.quality.as_ref().map(|q| q.overall)),
                    &number(sample.quality.as_ref().map(|q| q.syntactic)),
                    &number(sample.quality.as_ref().map(|q| q.completeness)),
                    &number(sample.quality.as_ref().map(|q| q.semantic)),
                    &number(sample.quality.as_ref().map(|q| q.executability)),
                    &number(execution.map(|e| e.duration_ms)),
                    &number(sample.latency_ms),
                    &count(sample.usage.prompt_tokens),
                    &count(sample.usage.completion_tokens),
                    &sample
                        .cost_usd
                        .map(|usd| format!("{usd:.8}"))
                        .unwrap_or_default(),
                    execution
                        .and_then(|e| e.detail.as_deref())
                        .or(sample.transport_detail.as_deref())
                        .unwrap_or_default(),
                    sample.arm.as_ref().map_or("", |arm| arm.as_str()),
                    &sample.id.0.to_string(),
                ])
                .map_err(failed)?;
            }
        }
        csv.flush()
            .map_err(|e| AppError::failed("export-failed", format!("failed to write: {e}")))
    }
}

impl App {
    pub(crate) fn remember_exported(&self, path: &Path) {
        if let Ok(path) = path.canonicalize() {
            lock(&self.exported).insert(path);
        }
    }

    /// The path a front may open with the system's programs: the data folder, what lies in it, or a file
    /// that was exported since the start. A page can be made to ask for anything; it gets only these.
    ///
    /// # Errors
    /// Any other path, and one that is not there.
    pub fn openable(&self, path: &Path) -> Result<PathBuf, AppError> {
        let found = path
            .canonicalize()
            .map_err(|e| AppError::file("open", path, &e))?;
        let in_data_dir = self
            .config
            .data_dir
            .canonicalize()
            .is_ok_and(|folder| found.starts_with(folder));
        if in_data_dir || lock(&self.exported).contains(&found) {
            Ok(found)
        } else {
            Err(AppError::usage(
                "bad-path",
                format!("{} is not a file of this program", path.display()),
                "only exports and the data folder can be opened from here",
            ))
        }
    }
}

/// Writes a file beside its place and renames it there: a reader never sees half of it, and an older
/// file stays when writing fails.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    let mut file = beside(path)?;
    file.write_all(bytes)
        .map_err(|e| AppError::file("write", path, &e))?;
    file.as_file()
        .sync_all()
        .map_err(|e| AppError::file("write", path, &e))?;
    file.persist(path)
        .map_err(|e| AppError::file("write", path, &e.error))?;
    Ok(())
}

fn beside(path: &Path) -> Result<tempfile::NamedTempFile, AppError> {
    let folder = path
        .parent()
        .filter(|f| !f.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(AppError::usage(
            "bad-path",
            format!("there is no folder {}", folder.display()),
            "make the folder first, or choose another place",
        ));
    }
    let mut builder = tempfile::Builder::new();
    // The permissions of a new file as the user's umask makes them, not the temporary file's 0600.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
        .prefix(".assay-")
        .tempfile_in(folder)
        .map_err(|e| AppError::file("write", path, &e))
}
