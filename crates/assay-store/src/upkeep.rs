//! What people make of their runs: names, notes, tags, and which are put away.

use assay_core::RunId;
use futures::FutureExt;

use crate::runs::found;
use crate::{Store, StoreError};

impl Store {
    /// Changes a run's name.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`].
    pub async fn rename_run(&self, run: &RunId, name: String) -> Result<(), StoreError> {
        self.set(
            "UPDATE runs SET name = ? WHERE id = ? AND deleted_at IS NULL",
            run,
            Some(name),
        )
        .await
    }

    /// Changes a run's note; `None` removes it.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`].
    pub async fn note_run(&self, run: &RunId, note: Option<String>) -> Result<(), StoreError> {
        self.set(
            "UPDATE runs SET note = ? WHERE id = ? AND deleted_at IS NULL",
            run,
            note,
        )
        .await
    }

    async fn set(
        &self,
        sql: &'static str,
        run: &RunId,
        value: Option<String>,
    ) -> Result<(), StoreError> {
        let run = run.clone();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let done = sqlx::query(sql)
                        .bind(value)
                        .bind(run.as_str())
                        .execute(connection)
                        .await?;
                    found(done.rows_affected(), &run)
                }
                .boxed()
            })
            .await
    }

    /// Gives tags to runs and takes others away, of all these runs or of none. A tag that a run has in another
    /// spelling stays as it is.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`].
    pub async fn tag_runs(
        &self,
        runs: &[RunId],
        add: Vec<String>,
        remove: Vec<String>,
    ) -> Result<(), StoreError> {
        let runs = runs.to_vec();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    for run in &runs {
                        let pk: i64 = sqlx::query_scalar(
                            "SELECT pk FROM runs WHERE id = ? AND deleted_at IS NULL",
                        )
                        .bind(run.as_str())
                        .fetch_optional(&mut *connection)
                        .await?
                        .ok_or_else(|| StoreError::RunNotFound(run.to_string()))?;
                        for tag in &remove {
                            sqlx::query("DELETE FROM run_tags WHERE run = ? AND tag = ?")
                                .bind(pk)
                                .bind(tag)
                                .execute(&mut *connection)
                                .await?;
                        }
                        for tag in &add {
                            sqlx::query("INSERT OR IGNORE INTO run_tags (run, tag) VALUES (?, ?)")
                                .bind(pk)
                                .bind(tag)
                                .execute(&mut *connection)
                                .await?;
                        }
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    /// Puts runs away, or takes them out again: all of these or none.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`]; [`StoreError::RunBusy`] of one that is to be put away while a live program works
    /// on it.
    pub async fn archive_runs(&self, runs: &[RunId], archived: bool) -> Result<(), StoreError> {
        let store = self.clone();
        let runs = runs.to_vec();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    for run in &runs {
                        if archived {
                            store.refuse_if_busy(connection, run).await?;
                        }
                        let done = sqlx::query(
                            "UPDATE runs SET archived = ? WHERE id = ? AND deleted_at IS NULL",
                        )
                        .bind(archived)
                        .bind(run.as_str())
                        .execute(&mut *connection)
                        .await?;
                        found(done.rows_affected(), run)?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
    }
}
