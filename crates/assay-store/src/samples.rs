//! One sample: its steps, and ([`whole`]) reading it back.

mod whole;

use assay_core::{RunId, SampleId, SampleStage};
use futures::FutureExt;
use sqlx::SqliteConnection;

use crate::cache::{insert_answer, insert_execution};
use crate::insert::{ANSWER_CACHED, EXECUTION_CACHED, list_column, quality_column};
use crate::records::{ExecutionRecord, FailureRecord, GenerationRecord};
use crate::words::{opt_word, parse, word};
use crate::{Store, StoreError};
pub(crate) use whole::{read_detected, read_key, read_sample, sample_rows_after};

impl Store {
    /// Stores an answer: `pending` → `generated`, or `done` where it holds no usable code.
    /// Answers the stage the sample has reached.
    ///
    /// # Errors
    /// [`StoreError::WrongStage`] when an answer is stored already, [`StoreError::SampleNotFound`].
    pub async fn record_generation(
        &self,
        sample: SampleId,
        answer: GenerationRecord,
    ) -> Result<SampleStage, StoreError> {
        let now = self.now_ms();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let stage = if answer.program.is_some() {
                        SampleStage::Generated
                    } else {
                        SampleStage::Done
                    };
                    let changed = sqlx::query(
                        "UPDATE samples SET stage = ?, transport = ?, content = ?, rule = ?,
                         finish = ?, prompt_tokens = ?, completion_tokens = ?, latency_ms = ?,
                         first_token_ms = ?, attempts = ?, quality = ?, detected = ?,
                         confidence = ?, cost_usd = ?, cached = ?, program_hash = ?, shape_hash = ?,
                         finished_at = ?
                         WHERE id = ? AND stage = 'pending'",
                    )
                    .bind(word(&stage)?)
                    .bind(answer.transport.as_str())
                    .bind(answer.content.as_str())
                    .bind(&answer.rule)
                    .bind(opt_word(answer.finish.as_ref())?)
                    .bind(answer.usage.prompt_tokens)
                    .bind(answer.usage.completion_tokens)
                    .bind(answer.latency_ms)
                    .bind(answer.first_token_ms)
                    .bind(answer.attempts)
                    .bind(answer.quality.as_ref().map(|q| q.overall))
                    .bind(answer.detected.as_ref().map(|d| d.language.as_str()))
                    .bind(answer.detected.as_ref().map(|d| d.confidence))
                    .bind(answer.cost_usd)
                    .bind(i64::from(answer.cached) * ANSWER_CACHED)
                    .bind(answer.fingerprint.map(|f| f.program.cast_signed()))
                    .bind(answer.fingerprint.map(|f| f.shape.cast_signed()))
                    .bind((stage == SampleStage::Done).then_some(now))
                    .bind(sample.0)
                    .execute(&mut *connection)
                    .await?;
                    one(
                        connection,
                        changed.rows_affected(),
                        sample,
                        SampleStage::Pending,
                    )
                    .await?;
                    sqlx::query(
                        "INSERT OR REPLACE INTO sample_texts
                         (sample, prompt, raw, cleaned, warnings, served_model, quality, turns)
                         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    )
                    .bind(sample.0)
                    .bind(&answer.prompt)
                    .bind(&answer.raw)
                    .bind(&answer.program)
                    .bind(list_column("warnings", &answer.warnings)?)
                    .bind(&answer.served_model)
                    .bind(quality_column(answer.quality.as_ref())?)
                    .bind(list_column("turns", &answer.turns)?)
                    .execute(&mut *connection)
                    .await?;
                    if let Some(kept) = &answer.keep {
                        insert_answer(connection, kept, now).await?;
                    }
                    Ok(stage)
                }
                .boxed()
            })
            .await
    }

    /// Stores that a request failed for good: `pending` → `done`, not judged.
    ///
    /// # Errors
    /// [`StoreError::WrongStage`], [`StoreError::SampleNotFound`].
    pub async fn record_failed(
        &self,
        sample: SampleId,
        failure: FailureRecord,
    ) -> Result<(), StoreError> {
        let now = self.now_ms();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let changed = sqlx::query(
                        "UPDATE samples SET stage = 'done', transport = ?, latency_ms = ?,
                         attempts = ?, prompt_tokens = ?, completion_tokens = ?, cost_usd = ?,
                         finished_at = ? WHERE id = ? AND stage = 'pending'",
                    )
                    .bind(failure.transport.as_str())
                    .bind(failure.latency_ms)
                    .bind(failure.attempts)
                    .bind(failure.usage.prompt_tokens)
                    .bind(failure.usage.completion_tokens)
                    .bind(failure.cost_usd)
                    .bind(now)
                    .bind(sample.0)
                    .execute(&mut *connection)
                    .await?;
                    one(
                        connection,
                        changed.rows_affected(),
                        sample,
                        SampleStage::Pending,
                    )
                    .await?;
                    sqlx::query(
                        "INSERT OR REPLACE INTO sample_texts
                         (sample, prompt, raw, transport_detail, turns) VALUES (?, ?, ?, ?, ?)",
                    )
                    .bind(sample.0)
                    .bind(&failure.prompt)
                    .bind(&failure.raw)
                    .bind(&failure.detail)
                    .bind(list_column("turns", &failure.turns)?)
                    .execute(connection)
                    .await?;
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    /// Stores an execution: `generated` → `done`.
    ///
    /// # Errors
    /// [`StoreError::WrongStage`], [`StoreError::SampleNotFound`].
    pub async fn record_execution(
        &self,
        sample: SampleId,
        record: impl Into<ExecutionRecord>,
    ) -> Result<(), StoreError> {
        let now = self.now_ms();
        let ExecutionRecord {
            execution,
            quality,
            cached,
            keep,
        } = record.into();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let changed = sqlx::query(
                        "UPDATE samples SET stage = 'done', verdict = ?, exit_code = ?, signal = ?,
                         truncated = ?, duration_ms = ?, cpu_ms = ?, peak_memory_kb = ?,
                         compile_ok = ?, compile_ms = ?, quality = coalesce(?, quality),
                         cached = cached | ?, finished_at = ?
                         WHERE id = ? AND stage = 'generated'",
                    )
                    .bind(execution.verdict.as_str())
                    .bind(execution.exit_code)
                    .bind(execution.signal)
                    .bind(execution.truncated)
                    .bind(execution.duration_ms)
                    .bind(execution.cpu_ms)
                    .bind(execution.peak_memory_kb)
                    .bind(execution.compilation.as_ref().map(|c| c.ok))
                    .bind(execution.compilation.as_ref().map(|c| c.duration_ms))
                    .bind(quality.as_ref().map(|q| q.overall))
                    .bind(i64::from(cached) * EXECUTION_CACHED)
                    .bind(now)
                    .bind(sample.0)
                    .execute(&mut *connection)
                    .await?;
                    one(
                        connection,
                        changed.rows_affected(),
                        sample,
                        SampleStage::Generated,
                    )
                    .await?;
                    sqlx::query(
                        "UPDATE sample_texts SET stdout = ?, stderr = ?, detail = ?, diagnostics = ?,
                         toolchain = ?, image = ?, quality = coalesce(?, quality) WHERE sample = ?",
                    )
                    .bind(&execution.stdout)
                    .bind(&execution.stderr)
                    .bind(&execution.detail)
                    .bind(execution.compilation.as_ref().map(|c| &c.diagnostics))
                    .bind(&execution.toolchain)
                    .bind(&execution.image)
                    .bind(quality_column(quality.as_ref())?)
                    .bind(sample.0)
                    .execute(&mut *connection)
                    .await?;
                    if let Some(key) = keep {
                        insert_execution(connection, key, &execution, now).await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    /// Puts back what trouble of the surroundings left unjudged, so that a resumed run does it
    /// again: failed requests become `pending`, programs the sandbox could not judge `generated`.
    /// Answers how many of each. What was judged stays.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn reset_unjudged(&self, run: &RunId) -> Result<(u32, u32), StoreError> {
        let run = run.clone();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let asked = sqlx::query(
                        "UPDATE samples SET stage = 'pending', transport = NULL, latency_ms = NULL,
                         attempts = 0, prompt_tokens = NULL, completion_tokens = NULL,
                         cost_usd = NULL, cached = 0, finished_at = NULL
                         WHERE stage = 'done' AND verdict IS NULL AND content IS NULL
                         AND question IN (SELECT q.id FROM questions q JOIN runs r ON r.pk = q.run
                                          WHERE r.id = ?)",
                    )
                    .bind(run.as_str())
                    .execute(&mut *connection)
                    .await?
                    .rows_affected();
                    // What was not answered is decided anew: the strategy may have been the reason.
                    sqlx::query(
                        "DELETE FROM decisions WHERE sample IN (
                           SELECT s.id FROM samples s JOIN questions q ON q.id = s.question
                           JOIN runs r ON r.pk = q.run WHERE r.id = ? AND s.stage = 'pending')",
                    )
                    .bind(run.as_str())
                    .execute(&mut *connection)
                    .await?;
                    sqlx::query(
                        "DELETE FROM sample_texts WHERE sample IN (
                           SELECT s.id FROM samples s JOIN questions q ON q.id = s.question
                           JOIN runs r ON r.pk = q.run WHERE r.id = ? AND s.stage = 'pending')",
                    )
                    .bind(run.as_str())
                    .execute(&mut *connection)
                    .await?;
                    let executed = sqlx::query(
                        "UPDATE samples SET stage = 'generated', verdict = NULL, exit_code = NULL,
                         signal = NULL, truncated = 0, duration_ms = NULL, peak_memory_kb = NULL,
                         cpu_ms = NULL, compile_ok = NULL, compile_ms = NULL, cached = cached & 1, finished_at = NULL
                         WHERE stage = 'done' AND verdict = 'infrastructure'
                         AND question IN (SELECT q.id FROM questions q JOIN runs r ON r.pk = q.run
                                          WHERE r.id = ?)",
                    )
                    .bind(run.as_str())
                    .execute(connection)
                    .await?
                    .rows_affected();
                    let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
                    Ok((count(asked), count(executed)))
                }
                .boxed()
            })
            .await
    }

    /// The program of a sample that waits for its execution.
    ///
    /// # Errors
    /// [`StoreError::SampleNotFound`], also when the sample has no program.
    pub async fn program(&self, sample: SampleId) -> Result<String, StoreError> {
        let mut connection = self.reader().await?;
        let program: Option<Option<String>> =
            sqlx::query_scalar("SELECT cleaned FROM sample_texts WHERE sample = ?")
                .bind(sample.0)
                .fetch_optional(&mut *connection)
                .await?;
        program.flatten().ok_or(StoreError::SampleNotFound(sample))
    }
}

/// Says why no row was changed.
async fn one(
    connection: &mut SqliteConnection,
    changed: u64,
    sample: SampleId,
    expected: SampleStage,
) -> Result<(), StoreError> {
    if changed == 1 {
        return Ok(());
    }
    let stage: Option<String> = sqlx::query_scalar("SELECT stage FROM samples WHERE id = ?")
        .bind(sample.0)
        .fetch_optional(connection)
        .await?;
    let stage = stage.ok_or(StoreError::SampleNotFound(sample))?;
    Err(StoreError::WrongStage {
        sample,
        expected,
        found: parse("stage", &stage)?,
    })
}
