//! The sample workspace: real runs this program made, shipped so that the first screen is not empty.
//!
//! `assets/sample-workspace/` holds them as exported runs; `docs/guide/examples.md` says how they were made.

use std::io::BufReader;

use assay_core::{RunId, RunOrigin};
use flate2::read::GzDecoder;
use include_dir::{Dir, include_dir};

use crate::{App, AppError};

static RUNS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/sample-workspace");

/// What the user decided, and whether it was offered at all.
const KEY: &str = "sample_workspace";

impl App {
    /// Puts the sample workspace into a store that never had it. Called by the window's start only:
    /// scripts find no runs they did not make.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn welcome(&self) -> Result<(), AppError> {
        let offered: Option<bool> = self.store().await?.setting(KEY).await?;
        if offered.is_none() {
            self.restore_sample_workspace().await?;
        }
        Ok(())
    }

    /// # Errors
    /// When the store cannot be written.
    pub async fn restore_sample_workspace(&self) -> Result<(), AppError> {
        let store = self.store().await?;
        for file in RUNS
            .files()
            .filter(|f| f.path().extension().is_some_and(|e| e == "gz"))
        {
            let reader = BufReader::new(GzDecoder::new(file.contents()));
            match store
                .import_run(reader, Some(RunOrigin::SampleWorkspace))
                .await
            {
                // There already: restoring twice is no harm.
                Ok(_) | Err(assay_store::StoreError::RunExists(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(store.set_setting(KEY, &true).await?)
    }

    /// # Errors
    /// When the store cannot be written.
    pub async fn remove_sample_workspace(&self) -> Result<(), AppError> {
        let store = self.store().await?;
        for run in self.sample_runs().await? {
            store.purge_run(&run).await?;
            self.snapshots().await?.forget(&run).await;
        }
        Ok(store.set_setting(KEY, &false).await?)
    }

    pub(crate) async fn has_sample_workspace(&self) -> Result<bool, AppError> {
        Ok(!self.sample_runs().await?.is_empty())
    }

    async fn sample_runs(&self) -> Result<Vec<RunId>, AppError> {
        Ok(self
            .store()
            .await?
            .list_runs()
            .await?
            .into_iter()
            .filter(|summary| summary.run.origin == RunOrigin::SampleWorkspace)
            .map(|summary| summary.run.id)
            .collect())
    }
}
