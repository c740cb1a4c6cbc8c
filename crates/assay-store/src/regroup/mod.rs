//! Runs made of other runs: several merged into one, one split by model or by language.
//!
//! Samples are copied whole, with everything that is known of them; the sources are put away and otherwise stay as
//! they are. Either all of it happens or nothing.

mod combine;
mod copy;
mod plan;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use assay_core::{RunId, RunOrigin, RunStatus};
use futures::FutureExt;
use sqlx::SqliteConnection;

use crate::records::{NewRun, RunRecord, RunSource};
use crate::runs::{RunColumns, insert_run};
use crate::words::{to_json, word};
use crate::{Store, StoreError};

use copy::Copying;
use plan::{Block, Source};
pub use plan::{Difference, MergePlan, Renumbered, SourceRun, SplitBy, SplitPart, SplitPlan};

/// What a run that is made of others is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regrouped {
    pub id: RunId,
    pub name: String,
    pub note: Option<String>,
}

/// Hears how many samples of how many are copied, and says whether to go on.
pub type Step = Box<dyn FnMut(u32, u32) -> ControlFlow<()> + Send>;

impl Store {
    /// What merging these runs will make; changes nothing.
    ///
    /// # Errors
    /// [`StoreError::BadMerge`] of fewer than two runs, [`StoreError::RunsDiffer`] when they are not of one version
    /// of one data set, [`StoreError::RunBusy`], [`StoreError::RunNotFound`].
    pub async fn plan_merge(&self, runs: &[RunId]) -> Result<MergePlan, StoreError> {
        let mut connection = self.reader().await?;
        let sources = self.sources(&mut connection, runs).await?;
        Ok(plan::merge(&sources)?.0)
    }

    /// Merges the sources of a plan into one new run and puts them away. Samples that were asked the same in several
    /// of them are all there: those of the later run follow those of the earlier.
    ///
    /// # Errors
    /// As [`Store::plan_merge`]; [`StoreError::RunsChanged`] when that would be another plan by now,
    /// [`StoreError::RunExists`], [`StoreError::Cancelled`].
    pub async fn merge_runs(
        &self,
        plan: MergePlan,
        new: Regrouped,
        mut step: Step,
    ) -> Result<(), StoreError> {
        let now = self.now_ms();
        let store = self.clone();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let runs: Vec<RunId> = plan.sources.iter().map(|s| s.id.clone()).collect();
                    let sources = store.sources(connection, &runs).await?;
                    let (found, shifts) = plan::merge(&sources)?;
                    if found != plan {
                        return Err(StoreError::RunsChanged);
                    }
                    let status = if plan.outstanding == 0 {
                        RunStatus::Completed
                    } else {
                        RunStatus::Cancelled
                    };
                    let records: Vec<&RunRecord> = sources.iter().map(|s| &s.record).collect();
                    let Some(first) = records.first() else {
                        return Err(StoreError::BadMerge);
                    };
                    let spec = combine::spec(&first.spec, &sources);
                    let made = Made {
                        status,
                        created_at: now,
                        elapsed_s: records.iter().map(|r| r.elapsed_s).sum(),
                        withdrawn: records.iter().map(|r| r.withdrawn).sum(),
                        new: NewRun {
                            id: new.id,
                            name: new.name,
                            origin: RunOrigin::Merged,
                            environment: combine::environment(&records),
                            spec,
                            note: new.note,
                        },
                    };
                    let run = insert(connection, &made, &records).await?;
                    let kept: Vec<RunSource> =
                        sources.iter().map(|s| source(s, s.samples())).collect();
                    insert_sources(connection, run, &kept).await?;
                    let mut copying = Copying::new(connection, run, plan.samples).await?;
                    for (source, shifts) in sources.iter().zip(shifts) {
                        let placed = source.blocks.iter().zip(shifts);
                        copying.copy(connection, placed, &mut step).await?;
                    }
                    archive(connection, &runs).await
                }
                .boxed()
            })
            .await
    }

    /// What splitting a run will make; changes nothing.
    ///
    /// # Errors
    /// [`StoreError::BadSplit`] of a run that has only one, [`StoreError::RunBusy`], [`StoreError::RunNotFound`].
    pub async fn plan_split(&self, run: &RunId, by: SplitBy) -> Result<SplitPlan, StoreError> {
        let mut connection = self.reader().await?;
        let source = self.source(&mut connection, run).await?;
        plan::split(&source, by)
    }

    /// Splits a run into one new run for each part of a plan, in their order, and puts it away.
    ///
    /// # Errors
    /// As [`Store::plan_split`]; [`StoreError::RunsChanged`] when that would be another plan by now, or `new` is not
    /// one for each part; [`StoreError::RunExists`], [`StoreError::Cancelled`].
    pub async fn split_run(
        &self,
        plan: SplitPlan,
        new: Vec<Regrouped>,
        mut step: Step,
    ) -> Result<(), StoreError> {
        let now = self.now_ms();
        let store = self.clone();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let source_run = store.source(connection, &plan.source.id).await?;
                    let found = plan::split(&source_run, plan.by)?;
                    if found != plan || plan.parts.len() != new.len() {
                        return Err(StoreError::RunsChanged);
                    }
                    let mut done = 0;
                    for (part, new) in plan.parts.iter().zip(new) {
                        let record = &source_run.record;
                        let made = Made {
                            status: if part.outstanding == 0 {
                                RunStatus::Completed
                            } else {
                                record.status
                            },
                            created_at: now,
                            // How long one part of it took, nobody knows.
                            elapsed_s: 0.0,
                            withdrawn: 0,
                            new: NewRun {
                                id: new.id,
                                name: new.name,
                                origin: RunOrigin::Split,
                                spec: combine::part_spec(record, plan.by, &part.key),
                                environment: combine::part_environment(record, plan.by, &part.key),
                                note: new.note,
                            },
                        };
                        let run = insert(connection, &made, &[record]).await?;
                        let kept = source(&source_run, part.samples);
                        insert_sources(connection, run, &[kept]).await?;
                        let mut copying =
                            Copying::new(connection, run, plan.source.samples).await?;
                        copying.done = done;
                        let blocks = source_run.blocks.iter();
                        let placed = blocks
                            .filter(|block| block.key(plan.by) == part.key)
                            .map(|block| (block, 0));
                        copying.copy(connection, placed, &mut step).await?;
                        done = copying.done;
                    }
                    archive(connection, std::slice::from_ref(&plan.source.id)).await
                }
                .boxed()
            })
            .await
    }

    /// Takes a merge or a split back: deletes the runs it made and takes out again what was put away for them.
    /// Names the sources that are back.
    ///
    /// # Errors
    /// [`StoreError::NotRegrouped`] of a run that was not made of others, [`StoreError::RunBusy`],
    /// [`StoreError::RunNotFound`].
    pub async fn undo_regroup(&self, runs: &[RunId]) -> Result<Vec<RunId>, StoreError> {
        let now = self.now_ms();
        let store = self.clone();
        let runs = runs.to_vec();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let mut back = BTreeMap::new();
                    for run in &runs {
                        store.refuse_if_busy(connection, run).await?;
                        let record = crate::runs::fetch_run(connection, run).await?;
                        if record.sources.is_empty() {
                            return Err(StoreError::NotRegrouped(run.clone()));
                        }
                        sqlx::query("UPDATE runs SET deleted_at = ? WHERE id = ?")
                            .bind(now)
                            .bind(run.as_str())
                            .execute(&mut *connection)
                            .await?;
                        for source in record.sources.into_iter().filter(|s| s.archived) {
                            let there = sqlx::query(
                                "UPDATE runs SET archived = 0 WHERE id = ? AND deleted_at IS NULL",
                            )
                            .bind(source.run.as_str())
                            .execute(&mut *connection)
                            .await?;
                            if there.rows_affected() > 0 {
                                back.insert(source.run, ());
                            }
                        }
                    }
                    Ok(back.into_keys().collect())
                }
                .boxed()
            })
            .await
    }

    async fn source(
        &self,
        connection: &mut SqliteConnection,
        run: &RunId,
    ) -> Result<Source, StoreError> {
        self.refuse_if_busy(connection, run).await?;
        plan::read(connection, run).await
    }

    /// In the order in which they were made, each once.
    async fn sources(
        &self,
        connection: &mut SqliteConnection,
        runs: &[RunId],
    ) -> Result<Vec<Source>, StoreError> {
        let mut sources: Vec<Source> = Vec::with_capacity(runs.len());
        for run in runs {
            if sources.iter().all(|s| s.record.id != *run) {
                sources.push(self.source(connection, run).await?);
            }
        }
        sources.sort_by(|a, b| {
            (a.record.created_at, &a.record.id).cmp(&(b.record.created_at, &b.record.id))
        });
        Ok(sources)
    }
}

fn source(of: &Source, samples: u32) -> RunSource {
    let record = &of.record;
    RunSource {
        run: record.id.clone(),
        name: record.name.clone(),
        origin: record.origin,
        spec: record.spec.clone(),
        environment: record.environment.clone(),
        samples,
        archived: !record.archived,
    }
}

/// A run that is made of others, about to be stored.
struct Made {
    status: RunStatus,
    created_at: i64,
    elapsed_s: f64,
    withdrawn: u32,
    new: NewRun,
}

async fn insert(
    connection: &mut SqliteConnection,
    made: &Made,
    sources: &[&RunRecord],
) -> Result<i64, StoreError> {
    let times = |of: fn(&RunRecord) -> Option<jiff::Timestamp>| {
        sources
            .iter()
            .filter_map(move |r| of(r))
            .map(|at| at.as_millisecond())
    };
    insert_run(
        connection,
        &RunColumns {
            status: made.status,
            created_at: made.created_at,
            started_at: times(|r| r.started_at).min(),
            finished_at: times(|r| r.finished_at).max(),
            elapsed_s: made.elapsed_s,
            attempts: 1,
            error: None,
            owner: None,
            withdrawn: made.withdrawn,
            new: &made.new,
        },
    )
    .await
}

pub(crate) async fn insert_sources(
    connection: &mut SqliteConnection,
    run: i64,
    sources: &[RunSource],
) -> Result<(), StoreError> {
    for (position, source) in (0i64..).zip(sources) {
        sqlx::query(
            "INSERT INTO run_sources (run, position, source, name, origin, spec, environment, samples, archived)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(run)
        .bind(position)
        .bind(source.run.as_str())
        .bind(&source.name)
        .bind(word(&source.origin)?)
        .bind(to_json("spec", &source.spec)?)
        .bind(to_json("environment", &source.environment)?)
        .bind(source.samples)
        .bind(source.archived)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn archive(connection: &mut SqliteConnection, runs: &[RunId]) -> Result<(), StoreError> {
    for run in runs {
        sqlx::query("UPDATE runs SET archived = 1 WHERE id = ?")
            .bind(run.as_str())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
