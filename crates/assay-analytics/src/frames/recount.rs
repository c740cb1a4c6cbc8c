//! The plainest question to single samples, for measurements: what of each model, language, strategy and problem was
//! judged, and what passed, from the samples' files alone.

use std::path::PathBuf;

use assay_core::RunId;
use polars::prelude::*;
use polars_lazy::prelude::*;
use tokio::task::spawn_blocking;

use super::error::Computed;
use super::file::{self, Part, Stamp};
use super::{SnapshotError, Snapshots};

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recount {
    pub groups: u64,
    pub judged: u64,
    pub passed: u64,
}

const COLUMNS: [&str; 7] = [
    "model", "language", "strategy", "problem", "stage", "content", "verdict",
];

impl Snapshots {
    /// The files of these runs' samples.
    ///
    /// # Errors
    /// When a run is unknown.
    pub async fn sample_files(&self, runs: &[RunId]) -> Result<Vec<PathBuf>, SnapshotError> {
        Ok(self
            .states(runs)
            .await?
            .iter()
            .map(|state| Part::Samples.path(self.folder(), &state.run))
            .collect())
    }

    /// Reads the columns that are needed of all samples of these runs, and groups them by their names.
    ///
    /// # Errors
    /// When a run lacks its snapshot.
    pub async fn recount(&self, runs: &[RunId]) -> Result<Recount, SnapshotError> {
        let (states, folder) = (self.states(runs).await?, self.folder().to_owned());
        spawn_blocking(move || {
            let mut all: Option<DataFrame> = None;
            for state in &states {
                let path = Part::Samples.path(&folder, &state.run);
                let more = file::read(&path, &Stamp::of(state), &COLUMNS)
                    .ok_or_else(|| SnapshotError::file("read", &path, "it is not there"))?;
                match &mut all {
                    None => all = Some(more),
                    Some(before) => {
                        before.vstack_mut(&more).computed()?;
                    }
                }
            }
            let is_judged = col("stage").eq(lit("done")).and(
                col("verdict")
                    .neq(lit("infrastructure"))
                    .fill_null(col("content").is_not_null()),
            );
            let is_passed = col("verdict").eq(lit("passed")).fill_null(lit(false));
            let counted = all
                .unwrap_or_default()
                .lazy()
                .with_columns([is_judged.alias("judged"), is_passed.alias("passed")])
                .group_by([
                    col("model"),
                    col("language"),
                    col("strategy"),
                    col("problem"),
                ])
                .agg([
                    col("judged").cast(DataType::UInt64).sum(),
                    col("passed").cast(DataType::UInt64).sum(),
                ])
                .collect()
                .computed()?;
            let sum = |name: &str| -> PolarsResult<u64> {
                Ok(counted.column(name)?.u64()?.sum().unwrap_or_default())
            };
            Ok(Recount {
                groups: counted.height() as u64,
                judged: sum("judged").computed()?,
                passed: sum("passed").computed()?,
            })
        })
        .await?
    }
}
