//! What can go wrong with the store.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use assay_core::{Coded, RunId, SampleId, SampleStage};

/// An error of the store. Whatever it is, what was stored before stays stored, and no write is
/// ever half done.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    #[error(
        "the store {path} was written by a newer version of Assay (its layout is number {found}, this version knows up to {known})"
    )]
    Newer {
        path: PathBuf,
        found: i64,
        known: i64,
    },
    #[error("{path} is not a store of Assay, or its beginning is damaged")]
    NotAStore { path: PathBuf },
    #[error("the store is damaged: {detail}")]
    Corrupt { detail: String },
    #[error("no room is left on the disk of the store")]
    DiskFull,
    #[error("another program keeps the store locked")]
    Locked,
    #[error("the store may not be written to")]
    ReadOnly,
    #[error("failed to {action} {path}: {why}")]
    File {
        action: &'static str,
        path: PathBuf,
        why: String,
    },
    #[error("failed to bring the store's layout to number {version}: {detail}")]
    Migration { version: i64, detail: String },
    #[error("no run has the id {0}")]
    RunNotFound(String),
    #[error("{count} runs have an id that begins with {prefix}")]
    AmbiguousRun { prefix: String, count: usize },
    #[error("a run with the id {0} is already stored")]
    RunExists(RunId),
    #[error("run {0} is being worked on")]
    RunBusy(RunId),
    #[error("no sample has the number {}", .0.0)]
    SampleNotFound(SampleId),
    /// The step was done before, or the step before it was not: nothing is done twice.
    #[error("sample {} is {found:?}, not {expected:?}", .sample.0)]
    WrongStage {
        sample: SampleId,
        expected: SampleStage,
        found: SampleStage,
    },
    #[error("the same sample is planned twice: {0}")]
    DuplicateSample(String),
    #[error("the stored {what} '{value}' is not understood")]
    BadValue { what: &'static str, value: String },
    #[error("failed to read the exported run, line {line}: {why}")]
    Import { line: usize, why: String },
    #[error("failed to write the exported run: {0}")]
    Export(String),
    #[error("the runs are not of one version of one data set: {0}")]
    RunsDiffer(String),
    #[error("merging takes two runs or more")]
    BadMerge,
    #[error("run {run} has only one {by}")]
    BadSplit { run: RunId, by: &'static str },
    /// Between the plan and what it planned.
    #[error("the runs have changed meanwhile")]
    RunsChanged,
    #[error("run {0} was not made of other runs")]
    NotRegrouped(RunId),
    #[error("no view is called '{0}'")]
    ViewNotFound(String),
    #[error("a view is called '{0}' already")]
    ViewExists(String),
    #[error("no policy is called '{0}'")]
    PolicyNotFound(String),
    #[error("a policy is called '{0}' already")]
    PolicyExists(String),
    #[error("it was cancelled, and nothing was changed")]
    Cancelled,
    #[error("the store is closed")]
    Closed,
    #[error("failed to use the store: {0}")]
    Database(Arc<sqlx_error::Opaque>),
}

/// The driver's error, kept as a cause but not as a type of this crate's API.
pub mod sqlx_error {
    /// An error of the database driver.
    #[derive(Debug)]
    pub struct Opaque(pub(crate) sqlx::Error);

    impl std::fmt::Display for Opaque {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.fmt(f)
        }
    }

    impl std::error::Error for Opaque {}
}

// Primary result codes of SQLite: https://www.sqlite.org/rescode.html
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const NOT_A_DATABASE: i32 = 26;

/// SQLite's primary result code, when the error came from SQLite.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let extended: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xff)
}

impl StoreError {
    /// The error of opening the file at `path`.
    pub(crate) fn opening(path: &Path, error: sqlx::Error) -> Self {
        match primary_code(&error) {
            Some(CORRUPT) => Self::Corrupt {
                detail: format!("{}: {error}", path.display()),
            },
            Some(NOT_A_DATABASE) => Self::NotAStore {
                path: path.to_owned(),
            },
            Some(BUSY | LOCKED | READONLY | FULL) => error.into(),
            _ => Self::File {
                action: "open",
                path: path.to_owned(),
                why: error.to_string(),
            },
        }
    }

    pub(crate) fn file(action: &'static str, path: &Path, error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            return Self::DiskFull;
        }
        Self::File {
            action,
            path: path.to_owned(),
            why: error.to_string(),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match primary_code(&error) {
            Some(FULL) => Self::DiskFull,
            Some(BUSY | LOCKED) => Self::Locked,
            Some(READONLY) => Self::ReadOnly,
            Some(CORRUPT | NOT_A_DATABASE) => Self::Corrupt {
                detail: error.to_string(),
            },
            _ => match error {
                sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Closed,
                sqlx::Error::Io(ref io) if io.kind() == std::io::ErrorKind::StorageFull => {
                    Self::DiskFull
                }
                other => Self::Database(Arc::new(sqlx_error::Opaque(other))),
            },
        }
    }
}

impl Coded for StoreError {
    fn code(&self) -> &'static str {
        match self {
            Self::Newer { .. } => "store-newer",
            Self::NotAStore { .. } => "not-a-store",
            Self::Corrupt { .. } => "store-damaged",
            Self::DiskFull => "disk-full",
            Self::Locked => "store-locked",
            Self::ReadOnly => "store-read-only",
            Self::File { .. } => "store-file",
            Self::Migration { .. } => "store-migration",
            Self::RunNotFound(_) => "run-not-found",
            Self::AmbiguousRun { .. } => "run-ambiguous",
            Self::RunExists(_) => "run-exists",
            Self::RunBusy(_) => "run-busy",
            Self::SampleNotFound(_) => "sample-not-found",
            Self::WrongStage { .. } => "sample-wrong-stage",
            Self::DuplicateSample(_) => "sample-duplicate",
            Self::BadValue { .. } => "store-bad-value",
            Self::Import { .. } => "run-import",
            Self::Export(_) => "run-export",
            Self::RunsDiffer(_) => "runs-differ",
            Self::BadMerge => "bad-merge",
            Self::BadSplit { .. } => "bad-split",
            Self::RunsChanged => "runs-changed",
            Self::NotRegrouped(_) => "run-not-regrouped",
            Self::ViewNotFound(_) => "view-not-found",
            Self::ViewExists(_) => "view-exists",
            Self::PolicyNotFound(_) => "policy-not-found",
            Self::PolicyExists(_) => "policy-exists",
            Self::Cancelled => "cancelled",
            Self::Closed => "store-closed",
            Self::Database(_) => "store-database",
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Newer { .. } => {
                "update Assay, or choose another data folder; the store was not touched"
            }
            Self::NotAStore { .. } => "choose another data folder, or move this file away",
            Self::Corrupt { .. } => {
                "copy the file away, then restore a backup or start with an empty data folder"
            }
            Self::DiskFull => {
                "free some space on the disk of the data folder and resume; everything stored so far is kept"
            }
            Self::Locked => "close other programs that use this data folder and try again",
            Self::ReadOnly | Self::File { .. } => {
                "check that the data folder exists and that you may write to it"
            }
            Self::Migration { .. } => {
                "the copy made before the change lies beside the store; please report this"
            }
            Self::RunNotFound(_) => "list the runs to see their ids",
            Self::RunsDiffer(_) => "choose runs of one data set and version",
            Self::BadMerge => "choose another run",
            Self::BadSplit { .. } => "choose a run of several, or split it by something else",
            Self::RunsChanged => "look at what would be made again",
            Self::NotRegrouped(_) => "only a merge or a split can be taken back",
            Self::ViewNotFound(_) => "list the views to see their names",
            Self::ViewExists(_) => "choose another name, or replace it",
            Self::PolicyNotFound(_) => "`assay bandit list` shows the policies there are",
            Self::PolicyExists(_) => "choose another name, or reset that policy",
            Self::AmbiguousRun { .. } => "give more characters of the id",
            Self::RunBusy(_) => "wait for it to end, or cancel it first",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
