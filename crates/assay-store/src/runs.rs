//! Runs: made, taken, ended, found.

use assay_core::{ErrorInfo, Priority, RunId, RunStatus};
use futures::FutureExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::insert::{Inserter, NewSample};
use crate::records::{Heartbeat, NewRun, PlannedSample, RunRecord};
use crate::words::{from_json, opt_time, parse, run_id, time, to_json, word};
use crate::{Store, StoreError};

/// Followed by `FROM runs`.
pub(crate) const RUN_COLUMNS: &str = "id, name, status, origin, spec, environment, dataset, dataset_version, created_at, started_at, finished_at, elapsed_s, attempts, note, error, paused, priority, withdrawn, archived,
  (SELECT json_group_array(tag) FROM (SELECT tag FROM run_tags WHERE run = runs.pk ORDER BY tag)) AS tags,
  (SELECT json_group_array(json_object('run', source, 'name', name, 'origin', origin, 'spec', json(spec),
            'environment', json(environment), 'samples', samples, 'archived', json(iif(archived, 'true', 'false'))))
     FROM (SELECT * FROM run_sources WHERE run = runs.pk ORDER BY position)) AS sources";

impl Store {
    /// Stores a run and all its samples in one transaction, as running here: either the whole plan
    /// is there or nothing of it. Samples run in the order they are given in.
    ///
    /// # Errors
    /// [`StoreError::RunExists`], [`StoreError::DuplicateSample`].
    pub async fn create_run<I>(&self, new: NewRun, samples: I) -> Result<(), StoreError>
    where
        I: IntoIterator<Item = PlannedSample> + Send + 'static,
        I::IntoIter: Send,
    {
        let now = self.now_ms();
        let owner = self.inner.owner.claim()?.to_owned();
        let store = self.clone();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let id = new.id.clone();
                    let run = insert_run(
                        connection,
                        &RunColumns {
                            status: RunStatus::Running,
                            created_at: now,
                            started_at: Some(now),
                            finished_at: None,
                            elapsed_s: 0.0,
                            attempts: 1,
                            error: None,
                            owner: Some(&owner),
                            withdrawn: 0,
                            new: &new,
                        },
                    )
                    .await?;
                    let mut inserter = Inserter::new(connection, run).await?;
                    for plan in samples {
                        let sample = NewSample::planned(&id, plan, now);
                        inserter.push(connection, sample).await?;
                    }
                    inserter.flush(connection).await?;
                    store.inner.owner.begin(&id);
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    /// Takes a run that nobody works on, to resume it, and says how it is.
    ///
    /// # Errors
    /// [`StoreError::RunBusy`] when a live program has it, this one included.
    pub async fn claim_run(&self, run: &RunId) -> Result<RunRecord, StoreError> {
        let now = self.now_ms();
        let me = self.inner.owner.claim()?.to_owned();
        let store = self.clone();
        let run = run.clone();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    store.refuse_if_busy(connection, &run).await?;
                    sqlx::query(
                        "UPDATE runs SET status = 'running', owner = ?, cancel_requested = 0,
                         paused = 0, started_at = coalesce(started_at, ?), finished_at = NULL, error = NULL,
                         attempts = attempts + 1 WHERE id = ?",
                    )
                    .bind(me)
                    .bind(now)
                    .bind(run.as_str())
                    .execute(&mut *connection)
                    .await?;
                    store.inner.owner.begin(&run);
                    fetch_run(connection, &run).await
                }
                .boxed()
            })
            .await
    }

    /// Ends an attempt at a run and gives the run back. The run is given back even where this fails
    /// (a full disk): it then still says `running`, can be claimed again, and is marked interrupted
    /// at the next [`Store::mark_interrupted`].
    ///
    /// `elapsed_s` is the time at work over all attempts; `None` leaves what the last heartbeat said.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`].
    pub async fn finish_run(
        &self,
        run: &RunId,
        status: RunStatus,
        elapsed_s: Option<f64>,
        error: Option<&ErrorInfo>,
    ) -> Result<(), StoreError> {
        let now = self.now_ms();
        let status = word(&status)?;
        let error = error.map(|e| to_json("error", e)).transpose()?;
        let run = run.clone();
        // Last, or another claim could come between.
        let _end = End(self.clone(), run.clone());
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let done = sqlx::query(
                        "UPDATE runs SET status = ?, finished_at = ?, error = ?, owner = NULL,
                         cancel_requested = 0, paused = 0, elapsed_s = coalesce(?, elapsed_s) WHERE id = ?",
                    )
                    .bind(status)
                    .bind(now)
                    .bind(error)
                    .bind(elapsed_s)
                    .bind(run.as_str())
                    .execute(connection)
                    .await?;
                    found(done.rows_affected(), &run)
                }
                .boxed()
            })
            .await
    }

    /// Stores how long a run has been at work, and reads whether another program wants it to stop.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`], also when the run was deleted meanwhile.
    pub async fn heartbeat(&self, run: &RunId, elapsed_s: f64) -> Result<Heartbeat, StoreError> {
        let run = run.clone();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let wanted: Option<(bool, bool, String)> = sqlx::query_as(
                        "UPDATE runs SET elapsed_s = ? WHERE id = ?
                         RETURNING cancel_requested, paused, priority",
                    )
                    .bind(elapsed_s)
                    .bind(run.as_str())
                    .fetch_optional(connection)
                    .await?;
                    let (cancel_requested, paused, priority) =
                        wanted.ok_or_else(|| StoreError::RunNotFound(run.to_string()))?;
                    Ok(Heartbeat {
                        cancel_requested,
                        paused,
                        priority: parse("priority", &priority)?,
                    })
                }
                .boxed()
            })
            .await
    }

    /// Asks the program that works on a run, whichever it is, to stop; it does within a second or
    /// two. Answers whether the run is being worked on at all.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`].
    pub async fn request_cancel(&self, run: &RunId) -> Result<bool, StoreError> {
        let run = run.clone();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let running: Option<bool> = sqlx::query_scalar(
                        "UPDATE runs SET cancel_requested = (status = 'running')
                         WHERE id = ? AND deleted_at IS NULL
                         RETURNING status = 'running'",
                    )
                    .bind(run.as_str())
                    .fetch_optional(connection)
                    .await?;
                    running.ok_or_else(|| StoreError::RunNotFound(run.to_string()))
                }
                .boxed()
            })
            .await
    }

    /// Says how a run is to share the machine; the program that works on it heeds it within a second or two, and a
    /// priority stays for its later attempts. `None` leaves a thing as it is. Answers whether the run is being worked on.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`].
    pub async fn steer_run(
        &self,
        run: &RunId,
        paused: Option<bool>,
        priority: Option<Priority>,
    ) -> Result<bool, StoreError> {
        let run = run.clone();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let running: Option<bool> = sqlx::query_scalar(
                        "UPDATE runs SET paused = coalesce(?, paused) AND status = 'running',
                         priority = coalesce(?, priority) WHERE id = ? AND deleted_at IS NULL RETURNING status = 'running'",
                    )
                    .bind(paused)
                    .bind(priority.map(Priority::as_str))
                    .bind(run.as_str())
                    .fetch_optional(connection)
                    .await?;
                    running.ok_or_else(|| StoreError::RunNotFound(run.to_string()))
                }
                .boxed()
            })
            .await
    }

    /// Marks the runs interrupted whose program has died, and names them. Runs that a live program
    /// works on stay as they are.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn mark_interrupted(&self) -> Result<Vec<RunId>, StoreError> {
        let now = self.now_ms();
        let store = self.clone();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let open: Vec<(i64, String, Option<String>)> =
                        sqlx::query_as("SELECT pk, id, owner FROM runs WHERE status = 'running'")
                            .fetch_all(&mut *connection)
                            .await?;
                    let mut interrupted = Vec::new();
                    for (pk, id, owner) in open {
                        if owner
                            .is_some_and(|o| store.inner.owner.has_in_hand(&o, &run_id(id.clone())))
                        {
                            continue;
                        }
                        sqlx::query(
                            "UPDATE runs SET status = 'interrupted', owner = NULL,
                             cancel_requested = 0, paused = 0, finished_at = ? WHERE pk = ?",
                        )
                        .bind(now)
                        .bind(pk)
                        .execute(&mut *connection)
                        .await?;
                        interrupted.push(run_id(id));
                    }
                    Ok(interrupted)
                }
                .boxed()
            })
            .await
    }

    /// Refuses a run that is not there, or that a live program works on.
    pub(crate) async fn refuse_if_busy(
        &self,
        connection: &mut SqliteConnection,
        run: &RunId,
    ) -> Result<(), StoreError> {
        let row: Option<(String, Option<String>)> =
            sqlx::query_as("SELECT status, owner FROM runs WHERE id = ? AND deleted_at IS NULL")
                .bind(run.as_str())
                .fetch_optional(connection)
                .await?;
        let (status, owner) = row.ok_or_else(|| StoreError::RunNotFound(run.to_string()))?;
        if status == RunStatus::Running.as_str()
            && owner.is_some_and(|o| self.inner.owner.has_in_hand(&o, run))
        {
            return Err(StoreError::RunBusy(run.clone()));
        }
        Ok(())
    }

    /// A run by its id.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`].
    pub async fn get_run(&self, run: &RunId) -> Result<RunRecord, StoreError> {
        let mut connection = self.reader().await?;
        fetch_run(&mut connection, run).await
    }

    /// The id that begins with `prefix`; deleted runs are not looked at.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`], [`StoreError::AmbiguousRun`].
    pub async fn resolve_run(&self, prefix: &str) -> Result<RunId, StoreError> {
        self.resolve(
            "SELECT id FROM runs WHERE substr(id, 1, length(?1)) = ?1 AND deleted_at IS NULL",
            prefix,
        )
        .await
    }

    pub(crate) async fn resolve(
        &self,
        ids: &'static str,
        prefix: &str,
    ) -> Result<RunId, StoreError> {
        let prefix = prefix.trim();
        let mut connection = self.reader().await?;
        let ids: Vec<String> = sqlx::query_scalar(ids)
            .bind(prefix)
            .fetch_all(&mut *connection)
            .await?;
        if let Some(exact) = ids.iter().find(|id| id.as_str() == prefix) {
            return Ok(run_id(exact.clone()));
        }
        match <[String; 1]>::try_from(ids) {
            Ok([id]) if !prefix.is_empty() => Ok(run_id(id)),
            Ok(_) => Err(StoreError::RunNotFound(prefix.to_owned())),
            Err(ids) if ids.is_empty() => Err(StoreError::RunNotFound(prefix.to_owned())),
            Err(ids) => Err(StoreError::AmbiguousRun {
                prefix: prefix.to_owned(),
                count: ids.len(),
            }),
        }
    }
}

struct End(Store, RunId);

impl Drop for End {
    fn drop(&mut self) {
        self.0.inner.owner.end(&self.1);
    }
}

pub(crate) fn found(rows: u64, run: &RunId) -> Result<(), StoreError> {
    if rows == 0 {
        return Err(StoreError::RunNotFound(run.to_string()));
    }
    Ok(())
}

pub(crate) struct RunColumns<'a> {
    pub status: RunStatus,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub elapsed_s: f64,
    pub attempts: u32,
    pub error: Option<&'a ErrorInfo>,
    pub owner: Option<&'a str>,
    pub withdrawn: u32,
    pub new: &'a NewRun,
}

/// Answers the row's key.
pub(crate) async fn insert_run(
    connection: &mut SqliteConnection,
    run: &RunColumns<'_>,
) -> Result<i64, StoreError> {
    let inserted = sqlx::query_scalar(
        "INSERT INTO runs (id, name, status, origin, spec, environment, dataset, dataset_version,
         created_at, started_at, finished_at, elapsed_s, attempts, note, error, owner, priority,
         withdrawn)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING pk",
    )
    .bind(run.new.id.as_str())
    .bind(&run.new.name)
    .bind(word(&run.status)?)
    .bind(word(&run.new.origin)?)
    .bind(to_json("spec", &run.new.spec)?)
    .bind(to_json("environment", &run.new.environment)?)
    .bind(run.new.spec.dataset.as_str())
    .bind(&run.new.environment.dataset_version)
    .bind(run.created_at)
    .bind(run.started_at)
    .bind(run.finished_at)
    .bind(run.elapsed_s)
    .bind(run.attempts)
    .bind(&run.new.note)
    .bind(run.error.map(|e| to_json("error", e)).transpose()?)
    .bind(run.owner)
    .bind(run.new.spec.priority.as_str())
    .bind(run.withdrawn)
    .fetch_one(connection)
    .await;
    match inserted {
        Err(sqlx::Error::Database(e)) if e.is_unique_violation() => {
            Err(StoreError::RunExists(run.new.id.clone()))
        }
        other => Ok(other?),
    }
}

pub(crate) async fn fetch_run(
    connection: &mut SqliteConnection,
    run: &RunId,
) -> Result<RunRecord, StoreError> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {RUN_COLUMNS} FROM runs WHERE id = ? AND deleted_at IS NULL"
    )))
    .bind(run.as_str())
    .fetch_optional(connection)
    .await?
    .ok_or_else(|| StoreError::RunNotFound(run.to_string()))?;
    read_run(&row)
}

pub(crate) fn read_run(row: &SqliteRow) -> Result<RunRecord, StoreError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    Ok(RunRecord {
        id: run_id(text("id")?),
        name: text("name")?,
        status: parse("run status", &text("status")?)?,
        origin: parse("run origin", &text("origin")?)?,
        spec: from_json("run settings", &text("spec")?)?,
        environment: from_json("run environment", &text("environment")?)?,
        dataset: assay_core::DatasetId::new(text("dataset")?),
        dataset_version: text("dataset_version")?,
        created_at: time("time", row.try_get("created_at")?)?,
        started_at: opt_time("time", row.try_get("started_at")?)?,
        finished_at: opt_time("time", row.try_get("finished_at")?)?,
        elapsed_s: row.try_get("elapsed_s")?,
        attempts: crate::words::count(row.try_get("attempts")?),
        note: row.try_get("note")?,
        error: row
            .try_get::<Option<String>, _>("error")?
            .map(|e| from_json("run error", &e))
            .transpose()?,
        paused: row.try_get("paused")?,
        priority: parse("priority", &text("priority")?)?,
        withdrawn: crate::words::count(row.try_get("withdrawn")?),
        tags: from_json("tags", &text("tags")?)?,
        archived: row.try_get("archived")?,
        sources: from_json("sources", &text("sources")?)?,
    })
}
