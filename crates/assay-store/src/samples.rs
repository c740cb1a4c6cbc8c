//! One sample: its steps, and reading it back whole.

use assay_core::{
    Compilation, DetectedLanguage, Execution, Fingerprint, RunId, Sample, SampleId, SampleKey,
    SampleStage, StrategyId, Usage,
};
use futures::FutureExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::cache::{insert_answer, insert_execution};
use crate::insert::{ANSWER_CACHED, EXECUTION_CACHED, list_column, quality_column};
use crate::records::{ExecutionRecord, FailureRecord, GenerationRecord};
use crate::words::{from_json, language, opt_parse, opt_word, parse, problem_id, run_id, word};
use crate::{Store, StoreError};

/// Everything of a sample; followed by where `s`, `q`, `r` and `t` come from.
const SAMPLE_COLUMNS: &str = "SELECT s.*, q.model, q.language, q.problem, q.cluster, q.position, r.id AS run_id, t.prompt, t.raw, t.cleaned, t.warnings, t.transport_detail, t.served_model, t.stdout, t.stderr, t.detail, t.diagnostics, t.toolchain, t.image, t.quality AS quality_parts, t.turns";

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

    /// A sample with everything that is known of it.
    ///
    /// # Errors
    /// [`StoreError::SampleNotFound`].
    pub async fn sample(&self, sample: SampleId) -> Result<Sample, StoreError> {
        let mut connection = self.reader().await?;
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SAMPLE_COLUMNS} FROM samples s JOIN questions q ON q.id = s.question
             JOIN runs r ON r.pk = q.run LEFT JOIN sample_texts t ON t.sample = s.id WHERE s.id = ?
             AND r.deleted_at IS NULL"
        )))
        .bind(sample.0)
        .fetch_optional(&mut *connection)
        .await?
        .ok_or(StoreError::SampleNotFound(sample))?;
        read_sample(&row)
    }

    /// The next samples of a run after `after`, whole, model by model and problem by problem in the
    /// order of the plan: for exports, which read a run of any size page by page.
    ///
    /// # Errors
    /// [`StoreError::SampleNotFound`] when `after` is gone.
    pub async fn samples_after(
        &self,
        run: &RunId,
        after: Option<SampleId>,
        limit: u32,
    ) -> Result<Vec<Sample>, StoreError> {
        let mut connection = self.reader().await?;
        sample_rows_after(&mut connection, run, after, limit)
            .await?
            .iter()
            .map(read_sample)
            .collect()
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

pub(crate) async fn sample_rows_after(
    connection: &mut SqliteConnection,
    run: &RunId,
    after: Option<SampleId>,
    limit: u32,
) -> Result<Vec<SqliteRow>, StoreError> {
    let place: Option<(i64, i64)> = match after {
        None => None,
        Some(after) => {
            let place = sqlx::query_as("SELECT question, sample_index FROM samples WHERE id = ?")
                .bind(after.0)
                .fetch_optional(&mut *connection)
                .await?;
            Some(place.ok_or(StoreError::SampleNotFound(after))?)
        }
    };
    let (question, index) = place.unwrap_or((0, -1));
    // Question by question along the index, so that a page costs its own length.
    Ok(sqlx::query(sqlx::AssertSqlSafe(format!(
        "{SAMPLE_COLUMNS} FROM runs r
         CROSS JOIN questions q INDEXED BY questions_of_run ON q.run = r.pk
         CROSS JOIN samples s ON s.question = q.id
         LEFT JOIN sample_texts t ON t.sample = s.id
         WHERE r.id = ?1 AND r.deleted_at IS NULL AND q.id >= ?2 AND (q.id > ?2 OR s.sample_index > ?3)
         ORDER BY q.id, s.sample_index LIMIT ?4"
    )))
    .bind(run.as_str())
    .bind(question)
    .bind(index)
    .bind(limit)
    .fetch_all(connection)
    .await?)
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

pub(crate) fn read_sample(row: &SqliteRow) -> Result<Sample, StoreError> {
    let text = |column: &str| row.try_get::<Option<String>, _>(column);
    let verdict = opt_parse("verdict", text("verdict")?.as_deref())?;
    let execution = match verdict {
        None => None,
        Some(verdict) => Some(Execution {
            verdict,
            detail: text("detail")?,
            exit_code: row.try_get("exit_code")?,
            signal: row.try_get("signal")?,
            stdout: text("stdout")?.unwrap_or_default(),
            stderr: text("stderr")?.unwrap_or_default(),
            truncated: row.try_get("truncated")?,
            duration_ms: row.try_get::<Option<f64>, _>("duration_ms")?.unwrap_or(0.0),
            cpu_ms: row.try_get("cpu_ms")?,
            peak_memory_kb: row.try_get("peak_memory_kb")?,
            compilation: match row.try_get::<Option<bool>, _>("compile_ok")? {
                None => None,
                Some(ok) => Some(Compilation {
                    ok,
                    duration_ms: row.try_get::<Option<f64>, _>("compile_ms")?.unwrap_or(0.0),
                    diagnostics: text("diagnostics")?.unwrap_or_default(),
                }),
            },
            toolchain: text("toolchain")?,
            image: text("image")?,
        }),
    };
    Ok(Sample {
        id: SampleId(row.try_get("id")?),
        key: read_key(row)?,
        strategy: StrategyId::new(row.try_get::<String, _>("strategy")?),
        stage: parse("stage", row.try_get("stage")?)?,
        prompt: text("prompt")?,
        raw: text("raw")?,
        cleaned: text("cleaned")?,
        rule: text("rule")?,
        warnings: match text("warnings")? {
            Some(list) => from_json("warnings", &list)?,
            None => Vec::new(),
        },
        transport: opt_parse("transport", text("transport")?.as_deref())?,
        content: opt_parse("content", text("content")?.as_deref())?,
        transport_detail: text("transport_detail")?,
        finish: opt_parse("finish", text("finish")?.as_deref())?,
        usage: Usage {
            prompt_tokens: row.try_get("prompt_tokens")?,
            completion_tokens: row.try_get("completion_tokens")?,
        },
        latency_ms: row.try_get("latency_ms")?,
        first_token_ms: row.try_get("first_token_ms")?,
        served_model: text("served_model")?,
        attempts: row.try_get("attempts")?,
        detected: read_detected(row)?,
        quality: match text("quality_parts")? {
            Some(quality) => Some(from_json("quality", &quality)?),
            None => None,
        },
        turns: match text("turns")? {
            Some(turns) => from_json("turns", &turns)?,
            None => Vec::new(),
        },
        cost_usd: row.try_get("cost_usd")?,
        answer_cached: row.try_get::<i64, _>("cached")? & ANSWER_CACHED != 0,
        execution_cached: row.try_get::<i64, _>("cached")? & EXECUTION_CACHED != 0,
        fingerprint: read_fingerprint(row)?,
        arm: text("arm")?.map(StrategyId::new),
        seed: row
            .try_get::<Option<i64>, _>("seed")?
            .map(i64::cast_unsigned),
        execution,
    })
}

fn read_fingerprint(row: &SqliteRow) -> Result<Option<Fingerprint>, StoreError> {
    let hash = |column: &str| row.try_get::<Option<i64>, _>(column);
    Ok(match (hash("program_hash")?, hash("shape_hash")?) {
        (Some(program), Some(shape)) => Some(Fingerprint {
            program: program.cast_unsigned(),
            shape: shape.cast_unsigned(),
        }),
        _ => None,
    })
}

pub(crate) fn read_detected(row: &SqliteRow) -> Result<Option<DetectedLanguage>, StoreError> {
    let found: Option<String> = row.try_get("detected")?;
    Ok(match found {
        Some(found) => Some(DetectedLanguage {
            language: language(&found),
            confidence: row.try_get::<Option<f64>, _>("confidence")?.unwrap_or(0.0),
        }),
        None => None,
    })
}

pub(crate) fn read_key(row: &SqliteRow) -> Result<SampleKey, StoreError> {
    Ok(SampleKey {
        run: run_id(row.try_get("run_id")?),
        model: row.try_get("model")?,
        language: language(row.try_get("language")?),
        problem: problem_id(row.try_get("problem")?),
        index: row.try_get("sample_index")?,
    })
}
