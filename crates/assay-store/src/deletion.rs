//! Deletion: at once from every list, back as long as nobody removed it for good, and then gone.

use assay_core::RunId;
use futures::FutureExt;
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Row};

use crate::records::DeletedRun;
use crate::runs::{RUN_COLUMNS, found, read_run};
use crate::words::{count, run_id, time};
use crate::{Store, StoreError};

/// Samples of one transaction when a run is removed for good: others write in between.
const PIECE: i64 = 2_000;

impl Store {
    /// Deletes runs, all of these or none: they are in no list and no comparison any more, and nothing of them is
    /// removed until [`Store::purge_run`] or [`Store::purge_deleted`] does it.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`]; [`StoreError::RunBusy`] when a live program works on one.
    pub async fn delete_runs(&self, runs: &[RunId]) -> Result<(), StoreError> {
        let now = self.now_ms();
        let store = self.clone();
        let runs = runs.to_vec();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    for run in &runs {
                        store.refuse_if_busy(connection, run).await?;
                        sqlx::query("UPDATE runs SET deleted_at = ? WHERE id = ?")
                            .bind(now)
                            .bind(run.as_str())
                            .execute(&mut *connection)
                            .await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    /// Brings deleted runs back as they were, all of these or none.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`] of a run that is not deleted, or is gone for good.
    pub async fn restore_runs(&self, runs: &[RunId]) -> Result<(), StoreError> {
        let runs = runs.to_vec();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    for run in &runs {
                        let done = sqlx::query(
                            "UPDATE runs SET deleted_at = NULL
                             WHERE id = ? AND deleted_at IS NOT NULL AND purging = 0",
                        )
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

    /// Deleted runs that can come back, the last deleted first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn deleted_runs(&self) -> Result<Vec<DeletedRun>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT {RUN_COLUMNS}, deleted_at,
               (SELECT count(*) FROM questions q CROSS JOIN samples s ON s.question = q.id
                WHERE q.run = runs.pk) AS samples
             FROM runs WHERE deleted_at IS NOT NULL AND purging = 0
             ORDER BY deleted_at DESC, id DESC"
        )))
        .fetch_all(&mut *connection)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(DeletedRun {
                    run: read_run(row)?,
                    deleted_at: time("time", row.try_get("deleted_at")?)?,
                    samples: count(row.try_get("samples")?),
                })
            })
            .collect()
    }

    /// The id of the deleted run that begins with `prefix`.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`], [`StoreError::AmbiguousRun`].
    pub async fn resolve_deleted(&self, prefix: &str) -> Result<RunId, StoreError> {
        self.resolve(
            "SELECT id FROM runs WHERE substr(id, 1, length(?1)) = ?1
             AND deleted_at IS NOT NULL AND purging = 0",
            prefix,
        )
        .await
    }

    /// Removes a run for good, deleted before or not, in pieces that let others write in between. What is cut off in
    /// the middle is out of every list all the same, and the next [`Store::purge_deleted`] removes the rest.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`]; [`StoreError::RunBusy`] when a live program works on it.
    pub async fn purge_run(&self, run: &RunId) -> Result<(), StoreError> {
        let now = self.now_ms();
        let store = self.clone();
        let id = run.clone();
        let pk: i64 = self
            .inner
            .writer
            .write(move |connection| {
                async move {
                    let shown: Option<bool> =
                        sqlx::query_scalar("SELECT deleted_at IS NULL FROM runs WHERE id = ?")
                            .bind(id.as_str())
                            .fetch_optional(&mut *connection)
                            .await?;
                    if shown.ok_or_else(|| StoreError::RunNotFound(id.to_string()))? {
                        store.refuse_if_busy(connection, &id).await?;
                    }
                    Ok(sqlx::query_scalar(
                        "UPDATE runs SET deleted_at = coalesce(deleted_at, ?), purging = 1
                         WHERE id = ? RETURNING pk",
                    )
                    .bind(now)
                    .bind(id.as_str())
                    .fetch_one(connection)
                    .await?)
                }
                .boxed()
            })
            .await?;
        while self.purge_piece(pk).await? {}
        Ok(())
    }

    /// Removes for good what was deleted at `before` or earlier, and what a removal that was cut off left. Names the
    /// runs.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn purge_deleted(&self, before: Timestamp) -> Result<Vec<RunId>, StoreError> {
        let ids: Vec<String> = {
            let mut connection = self.reader().await?;
            sqlx::query_scalar("SELECT id FROM runs WHERE purging = 1 OR deleted_at <= ?")
                .bind(before.as_millisecond())
                .fetch_all(&mut *connection)
                .await?
        };
        let mut gone = Vec::with_capacity(ids.len());
        for id in ids.into_iter().map(run_id) {
            match self.purge_run(&id).await {
                // Another program was faster.
                Err(StoreError::RunNotFound(_)) => {}
                Ok(()) => gone.push(id),
                Err(error) => return Err(error),
            }
        }
        Ok(gone)
    }

    /// Whether there may be more.
    async fn purge_piece(&self, pk: i64) -> Result<bool, StoreError> {
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let gone = sqlx::query(
                        "DELETE FROM samples WHERE id IN (
                           SELECT s.id FROM questions q CROSS JOIN samples s ON s.question = q.id
                           WHERE q.run = ? LIMIT ?)",
                    )
                    .bind(pk)
                    .bind(PIECE)
                    .execute(&mut *connection)
                    .await?;
                    if gone.rows_affected() > 0 {
                        return Ok(true);
                    }
                    sqlx::query("DELETE FROM runs WHERE pk = ?")
                        .bind(pk)
                        .execute(connection)
                        .await?;
                    Ok(false)
                }
                .boxed()
            })
            .await
    }
}
