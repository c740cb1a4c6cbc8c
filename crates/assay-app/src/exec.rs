//! One program by itself.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use assay_core::{Language, Limits};
use assay_sandbox::{Program, Sandbox as _};
use tokio_util::sync::CancellationToken;

use crate::dto::ExecOutcome;
use crate::{App, AppError};

/// What `assay exec` is asked for.
#[derive(Debug, Clone)]
pub struct ExecRequest {
    pub language: Language,
    /// `-` is standard input.
    pub file: PathBuf,
    pub stdin: Option<PathBuf>,
    pub timeout_s: f64,
    pub memory_mb: u32,
}

impl App {
    /// # Errors
    /// When a file cannot be read, or the sandbox is not ready.
    pub async fn exec(&self, request: ExecRequest) -> Result<ExecOutcome, AppError> {
        let wall_ms = wall_ms(request.timeout_s)?;
        let mut program = Program::script(request.language.clone(), read_text(&request.file)?);
        if let Some(path) = &request.stdin {
            program = program.with_stdin(read_text(path)?);
        }
        let sandbox = self.sandbox().await?;
        let image = sandbox.require(&request.language).await?;
        let limits = Limits {
            wall_ms,
            memory_mb: request.memory_mb,
            ..Limits::default()
        };
        let done = sandbox
            .execute(&program, &limits, &CancellationToken::new())
            .await;
        Ok(ExecOutcome {
            language: request.language,
            verdict: done.verdict,
            detail: done.detail,
            exit_code: done.exit_code,
            signal: done.signal,
            stdout: done.stdout,
            stderr: done.stderr,
            truncated: done.truncated,
            duration_ms: done.duration_ms,
            cpu_ms: done.cpu_ms,
            peak_memory_kb: done.peak_memory_kb,
            compile: done.compilation,
            image: done.image.or(image.digest),
            toolchain: done.toolchain.or(image.toolchain),
        })
    }
}

/// A limit given in seconds, in milliseconds.
pub(crate) fn wall_ms(seconds: f64) -> Result<u32, AppError> {
    if seconds.is_finite() && (0.01..=3600.0).contains(&seconds) {
        // In range by the check above.
        Ok((seconds * 1000.0).round() as u32)
    } else {
        Err(AppError::usage(
            "bad-timeout",
            format!("a timeout of {seconds} seconds is not possible"),
            "give between 0.01 and 3600 seconds",
        ))
    }
}

fn read_text(path: &Path) -> Result<String, AppError> {
    let read = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    read.map_err(|error| {
        if error.kind() == std::io::ErrorKind::InvalidData {
            AppError::usage(
                "bad-text",
                format!("{} is not UTF-8 text", path.display()),
                "give a source file",
            )
        } else {
            AppError {
                kind: crate::ErrorKind::Usage,
                ..AppError::file("read", path, &error)
            }
        }
    })
}
