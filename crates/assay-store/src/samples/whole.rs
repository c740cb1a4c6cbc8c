//! A sample read back with everything that is known of it.

use assay_core::{
    Compilation, DetectedLanguage, Execution, Fingerprint, RunId, Sample, SampleId, SampleKey,
    StrategyId, Usage,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::insert::{ANSWER_CACHED, EXECUTION_CACHED};
use crate::words::{from_json, language, opt_parse, parse, problem_id, run_id};
use crate::{Store, StoreError};

/// Everything of a sample; followed by where `s`, `q`, `r` and `t` come from.
const SAMPLE_COLUMNS: &str = "SELECT s.*, q.model, q.language, q.problem, q.cluster, q.position, r.id AS run_id, t.prompt, t.raw, t.cleaned, t.warnings, t.transport_detail, t.served_model, t.stdout, t.stderr, t.detail, t.diagnostics, t.toolchain, t.image, t.quality AS quality_parts, t.turns";

impl Store {
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
