//! A whole run as a file, and back.
//!
//! The format is JSON lines in UTF-8:
//!
//! ```text
//! {"format":"assay-run","version":1,"run":{…},"samples":N}
//! {"cluster":"HumanEval/0","position":0,"finished_at":1767323045000,"sample":{…}}   N times
//! {"end":true,"samples":N}
//! ```
//!
//! `run` is a [`RunRecord`], `sample` a core [`Sample`] with every text, `finished_at` milliseconds
//! since the Unix epoch. The last line tells a whole file from one that was cut off. A reader
//! refuses a `version` above its own; fields it does not know are left aside.

use std::io::{BufRead, Write};

use assay_core::{RunId, RunOrigin, RunStatus, Sample, SampleStage};
use futures::FutureExt;
use serde::{Deserialize, Serialize};
use sqlx::{Connection, Row, SqliteConnection};

use crate::insert::{Inserter, NewSample};
use crate::records::{NewRun, RunRecord};
use crate::runs::{RunColumns, fetch_run, insert_run};
use crate::samples::{read_sample, sample_rows_after};
use crate::{Store, StoreError};

/// The `format` of an exported run.
pub const EXPORT_FORMAT: &str = "assay-run";
/// The `version` this program writes, and the newest it reads.
pub const EXPORT_VERSION: u32 = 1;

const PAGE: u32 = 500;

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    version: u32,
    run: RunRecord,
    samples: u32,
}

#[derive(Serialize, Deserialize)]
struct Line {
    cluster: String,
    position: u32,
    finished_at: Option<i64>,
    sample: Sample,
}

#[derive(Serialize, Deserialize)]
struct End {
    end: bool,
    samples: u32,
}

impl Store {
    /// Writes a run with all its samples to `out`, as it is at one moment. Answers the number of
    /// samples. The caller flushes, and puts a file in place only when this has answered.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`], [`StoreError::Export`] when `out` fails.
    pub async fn export_run(
        &self,
        run: &RunId,
        out: &mut (dyn Write + Send),
    ) -> Result<u32, StoreError> {
        let mut connection = self.reader().await?;
        let mut transaction = connection.begin().await?;
        let record = fetch_run(&mut transaction, run).await?;
        let samples: u32 = sqlx::query_scalar(
            "SELECT count(*) FROM questions q CROSS JOIN samples s ON s.question = q.id
             WHERE q.run = (SELECT pk FROM runs WHERE id = ?)",
        )
        .bind(run.as_str())
        .fetch_one(&mut *transaction)
        .await?;
        write_line(
            out,
            &Head {
                format: EXPORT_FORMAT.to_owned(),
                version: EXPORT_VERSION,
                run: record,
                samples,
            },
        )?;
        let mut after = None;
        loop {
            let rows = sample_rows_after(&mut transaction, run, after, PAGE).await?;
            for row in &rows {
                let sample = read_sample(row)?;
                after = Some(sample.id);
                write_line(
                    out,
                    &Line {
                        cluster: row.try_get("cluster")?,
                        position: row.try_get("position")?,
                        finished_at: row.try_get("finished_at")?,
                        sample,
                    },
                )?;
            }
            if rows.len() < PAGE as usize {
                break;
            }
        }
        write_line(out, &End { end: true, samples })?;
        transaction.rollback().await?;
        Ok(samples)
    }

    /// Stores an exported run, all of it or nothing. It keeps its id and everything else but the
    /// numbers of its samples; a run that was at work when it was exported is `interrupted`.
    /// `origin` replaces what the file says, where given.
    ///
    /// # Errors
    /// [`StoreError::Import`] with the line, [`StoreError::RunExists`].
    pub async fn import_run<R>(
        &self,
        mut reader: R,
        origin: Option<RunOrigin>,
    ) -> Result<RunId, StoreError>
    where
        R: BufRead + Send + 'static,
    {
        self.inner
            .writer
            .write(move |connection| {
                async move { import(connection, &mut reader, origin).await }.boxed()
            })
            .await
    }
}

fn write_line<T: Serialize>(out: &mut (dyn Write + Send), line: &T) -> Result<(), StoreError> {
    let failed = |e: String| StoreError::Export(e);
    let mut text = serde_json::to_vec(line).map_err(|e| failed(e.to_string()))?;
    text.push(b'\n');
    out.write_all(&text).map_err(|e| {
        if e.kind() == std::io::ErrorKind::StorageFull {
            StoreError::DiskFull
        } else {
            failed(e.to_string())
        }
    })
}

async fn import(
    connection: &mut SqliteConnection,
    reader: &mut (dyn BufRead + Send),
    origin: Option<RunOrigin>,
) -> Result<RunId, StoreError> {
    let mut lines = Lines {
        reader,
        number: 0,
        text: String::new(),
    };
    let head = lines.head()?;
    let mut run = head.run;
    if run.status == RunStatus::Running {
        run.status = RunStatus::Interrupted;
    }
    // What was deleted and is brought along again is not in the way.
    sqlx::query("DELETE FROM runs WHERE id = ? AND deleted_at IS NOT NULL")
        .bind(run.id.as_str())
        .execute(&mut *connection)
        .await?;
    let new = NewRun {
        id: run.id.clone(),
        name: run.name,
        origin: origin.unwrap_or(run.origin),
        spec: run.spec,
        environment: run.environment,
        note: run.note,
    };
    let key = insert_run(
        connection,
        &RunColumns {
            status: run.status,
            created_at: run.created_at.as_millisecond(),
            started_at: run.started_at.map(|t| t.as_millisecond()),
            finished_at: run.finished_at.map(|t| t.as_millisecond()),
            elapsed_s: run.elapsed_s,
            attempts: run.attempts,
            error: run.error.as_ref(),
            owner: None,
            withdrawn: run.withdrawn,
            new: &new,
        },
    )
    .await?;
    keep_upkeep(connection, key, &run.tags, run.archived).await?;
    crate::regroup::insert_sources(connection, key, &run.sources).await?;
    let mut inserter = Inserter::new(connection, key).await?;
    for _ in 0..head.samples {
        let line: Line = lines.next()?;
        line.check().map_err(|why| lines.fail(why))?;
        inserter
            .push(
                connection,
                NewSample {
                    sample: line.sample,
                    cluster: line.cluster,
                    position: line.position,
                    finished_at: line.finished_at,
                },
            )
            .await?;
    }
    let end: End = lines.next()?;
    if !end.end || end.samples != head.samples {
        return Err(lines.fail("the file does not end as its first line says"));
    }
    inserter.flush(connection).await?;
    Ok(new.id)
}

async fn keep_upkeep(
    connection: &mut SqliteConnection,
    run: i64,
    tags: &[String],
    archived: bool,
) -> Result<(), StoreError> {
    for tag in tags {
        sqlx::query("INSERT OR IGNORE INTO run_tags (run, tag) VALUES (?, ?)")
            .bind(run)
            .bind(tag)
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("UPDATE runs SET archived = ? WHERE pk = ?")
        .bind(archived)
        .bind(run)
        .execute(connection)
        .await?;
    Ok(())
}

impl Line {
    /// What the store relies on and a file made by hand may break.
    fn check(&self) -> Result<(), &'static str> {
        let sample = &self.sample;
        match sample.stage {
            SampleStage::Pending if sample.execution.is_some() || sample.transport.is_some() => {
                Err("field 'sample': it is pending, yet has an outcome")
            }
            SampleStage::Generated if sample.execution.is_some() || sample.cleaned.is_none() => {
                Err("field 'sample': it waits for its execution, yet has one or has no program")
            }
            SampleStage::Done if sample.transport.is_none() => {
                Err("field 'sample': it is done, yet nothing says whether it was answered")
            }
            _ => Ok(()),
        }
    }
}

struct Lines<'a> {
    reader: &'a mut (dyn BufRead + Send),
    number: usize,
    text: String,
}

impl Lines<'_> {
    fn fail(&self, why: impl Into<String>) -> StoreError {
        StoreError::Import {
            line: self.number,
            why: why.into(),
        }
    }

    fn read(&mut self) -> Result<(), StoreError> {
        self.text.clear();
        self.number += 1;
        let read = self
            .reader
            .read_line(&mut self.text)
            .map_err(|e| self.fail(e.to_string()))?;
        if read == 0 {
            return Err(self.fail("the file ends too early"));
        }
        Ok(())
    }

    fn next<T: for<'de> Deserialize<'de>>(&mut self) -> Result<T, StoreError> {
        self.read()?;
        serde_json::from_str(&self.text).map_err(|e| self.fail(e.to_string()))
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        #[derive(Deserialize)]
        struct Mark {
            format: String,
            version: u32,
        }
        let mark: Mark = self.next()?;
        if mark.format != EXPORT_FORMAT {
            return Err(self.fail(format!(
                "field 'format' is '{}', not '{EXPORT_FORMAT}'",
                mark.format
            )));
        }
        if mark.version > EXPORT_VERSION {
            return Err(self.fail(format!(
                "it was written by a newer version of Assay (field 'version' is {}, this version reads up to {EXPORT_VERSION})",
                mark.version
            )));
        }
        serde_json::from_str(&self.text).map_err(|e| self.fail(e.to_string()))
    }
}
