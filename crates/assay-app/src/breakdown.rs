//! Runs seen sample by sample: what went wrong, what it took, how hard the problems were.

use assay_analytics::{Measure, SnapshotProgress, difficulty};
use assay_core::RunId;

use crate::compare::{group_by, once_each};
use crate::dto::{Breakdown, CompareBy, TaskProgress};
use crate::{App, AppError};

impl App {
    /// Tables of single samples. Snapshots that these runs lack are made first, which for a million samples takes some
    /// seconds.
    ///
    /// # Errors
    /// When a run is unknown, or its user stops it.
    pub async fn breakdown(
        &self,
        runs: &[RunId],
        by: CompareBy,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<Breakdown, AppError> {
        let task = self.begin_task(task);
        let (runs, by) = (once_each(runs), group_by(by));
        let evidence = self.evidence(&runs).await?;
        let snapshots = self.snapshots().await?;
        let tell = |progress: SnapshotProgress| {
            on_progress(TaskProgress {
                message: format!("reading runs: {} of {}", progress.done, progress.all),
                fraction: Some(progress.done as f64 / progress.all.max(1) as f64),
            });
        };
        match snapshots.prepare(&runs, &task.cancel, &tell).await {
            // What cannot be written is read from the store each time.
            Err(assay_analytics::SnapshotError::File { .. }) => {}
            prepared => prepared?,
        }
        let mut spreads = Vec::new();
        for measure in Measure::ALL {
            spreads.extend(snapshots.spread(&runs, by, measure).await?);
        }
        Ok(Breakdown {
            failures: snapshots.failures(&runs, by).await?,
            spreads,
            diversity: snapshots.diversity(&runs, by).await?,
            difficulty: difficulty(&evidence)?,
            contaminated: self.contaminated(&evidence)?,
        })
    }
}
