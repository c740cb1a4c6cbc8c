//! Cleaning alone: replies in, programs out, without a model and without execution.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use assay_cleaning::{Cleaned, CleaningInput};
use assay_core::{Content, Language};
use assay_datasets::{GivenReply, read_replies_file};
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::{App, AppError};

/// What was made of one reply.
#[derive(Debug, Clone, Serialize)]
pub struct CleanedReply {
    /// As the line has it.
    pub id: serde_json::Value,
    /// The part of the reply that is code.
    pub code: String,
    /// The whole program, where it is more or less than `code`: with the prompt's part, without a `main`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    pub language: Option<Language>,
    pub confidence: f64,
    pub rule: String,
    pub content: Content,
    pub changed: bool,
    pub warnings: Vec<String>,
}

/// How many replies there were, and how many gave a usable program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CleanedCount {
    pub replies: u64,
    pub usable: u64,
}

impl App {
    /// Cleans the replies in `file` (JSON lines, plain or `.gz`; `-` is standard input) one after the other
    /// and gives each to `take`, which answers whether to go on.
    ///
    /// The file is read twice, the first time to check it: `take` sees nothing of a file with a bad line. One
    /// reply at a time is in memory.
    ///
    /// # Errors
    /// A bad line, with its number and field, or a file that cannot be read.
    pub async fn clean_file(
        &self,
        file: PathBuf,
        take: impl FnMut(CleanedReply) -> bool + Send + 'static,
    ) -> Result<CleanedCount, AppError> {
        tokio::task::spawn_blocking(move || clean_all(&file, take))
            .await
            .map_err(|e| AppError::failed("clean-failed", e.to_string()))?
    }
}

fn clean_all(
    file: &Path,
    mut take: impl FnMut(CleanedReply) -> bool,
) -> Result<CleanedCount, AppError> {
    let kept = if file == Path::new("-") {
        Some(keep_standard_input()?)
    } else {
        None
    };
    let path = kept.as_ref().map_or(file, |kept| kept.path());
    read_replies_file(path, |_| true).map_err(|error| named(error, path, file))?;
    let mut count = CleanedCount::default();
    read_replies_file(path, |reply| {
        let cleaned = clean_reply(reply);
        count.replies += 1;
        count.usable += u64::from(cleaned.content == Content::Ok);
        take(cleaned)
    })?;
    Ok(count)
}

/// Standard input cannot be read twice: it is kept in a file that goes when this is dropped.
fn keep_standard_input() -> Result<NamedTempFile, AppError> {
    let failed = |error: std::io::Error| {
        AppError::failed(
            "standard-input",
            format!("failed to keep standard input: {error}"),
        )
    };
    let mut kept = NamedTempFile::new().map_err(failed)?;
    std::io::copy(&mut std::io::stdin().lock(), kept.as_file_mut()).map_err(failed)?;
    File::flush(kept.as_file_mut()).map_err(failed)?;
    Ok(kept)
}

/// The error under the name that the user gave, not that of the file that was kept.
fn named(error: assay_datasets::DatasetError, path: &Path, given: &Path) -> AppError {
    let mut error = AppError::from(error);
    if path != given {
        let kept = path.display().to_string();
        error.info.message = error.info.message.replace(&kept, "standard input");
    }
    error
}

fn clean_reply(reply: GivenReply) -> CleanedReply {
    let Cleaned {
        program,
        code,
        rule,
        changed,
        warnings,
        content,
        language,
        confidence,
    } = assay_cleaning::clean(&CleaningInput {
        response: &reply.response,
        languages: &reply.languages,
        prompt: &reply.prompt,
        entry_point: &reply.entry_point,
        mode: reply.mode,
        finish: None,
    });
    CleanedReply {
        id: reply.id,
        program: (program != code).then_some(program),
        code,
        language,
        confidence: (confidence * 1000.0).round() / 1000.0,
        rule,
        content,
        changed,
        warnings,
    }
}
