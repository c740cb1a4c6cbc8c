//! Runs as columns: how a run stands, and all its samples without their texts, page by page.

use std::collections::BTreeMap;

use assay_core::{
    Content, FinishReason, Language, ProblemId, RunId, RunStatus, SampleId, SampleStage,
    StrategyId, Transport, Verdict,
};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, Transaction};

use crate::insert::{ANSWER_CACHED, EXECUTION_CACHED};
use crate::words::{count, language, opt_parse, parse, problem_id, run_id};
use crate::{Store, StoreError};

/// How a run stands. While it is not running, two equal states mean the same samples: whatever changes samples claims
/// the run first, and each claim counts as an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunState {
    pub run: RunId,
    pub status: RunStatus,
    pub attempts: u32,
    /// Milliseconds since the epoch.
    pub finished_at_ms: Option<i64>,
    pub withdrawn: u32,
    /// Numbers of the first and the last question of the plan, and of their first and last sample: a run that is
    /// deleted and imported again has others.
    pub first_question: Option<i64>,
    pub last_question: Option<i64>,
    pub first_sample: Option<i64>,
    pub last_sample: Option<i64>,
}

impl RunState {
    /// Whether nobody works on it.
    pub fn is_settled(&self) -> bool {
        self.status != RunStatus::Running
    }
}

/// What one model was asked: a problem in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionColumns {
    pub model: String,
    pub language: Language,
    pub problem: ProblemId,
    pub cluster: String,
    pub position: u32,
}

/// A sample without its texts.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleColumns {
    pub id: SampleId,
    /// Its place among the questions of its run.
    pub question: u32,
    pub index: u32,
    pub strategy: StrategyId,
    pub stage: SampleStage,
    pub transport: Option<Transport>,
    pub content: Option<Content>,
    pub rule: Option<String>,
    pub finish: Option<FinishReason>,
    pub prompt_tokens: Option<u32>,
    pub completion_tokens: Option<u32>,
    pub latency_ms: Option<f64>,
    pub first_token_ms: Option<f64>,
    pub attempts: u32,
    pub verdict: Option<Verdict>,
    pub duration_ms: Option<f64>,
    pub cpu_ms: Option<f64>,
    pub peak_memory_kb: Option<u32>,
    /// `overall` of its quality.
    pub quality: Option<f64>,
    pub detected: Option<Language>,
    pub cost_usd: Option<f64>,
    pub answer_cached: bool,
    pub execution_cached: bool,
    /// Its fingerprint.
    pub program: Option<u64>,
    pub shape: Option<u64>,
    /// Milliseconds since the epoch.
    pub finished_at_ms: Option<i64>,
}

const STATE_COLUMNS: &str = "SELECT r.id, r.status, r.attempts, r.finished_at, r.withdrawn,
    (SELECT min(id) FROM questions WHERE run = r.pk) AS first_question,
    (SELECT max(id) FROM questions WHERE run = r.pk) AS last_question,
    (SELECT min(id) FROM samples
      WHERE question = (SELECT min(id) FROM questions WHERE run = r.pk)) AS first_sample,
    (SELECT max(id) FROM samples
      WHERE question = (SELECT max(id) FROM questions WHERE run = r.pk)) AS last_sample
  FROM runs r WHERE r.deleted_at IS NULL AND r.id IN (";

impl Store {
    /// How these runs stand, in no order; runs that are not there are left out. Costs the same whatever their size.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn run_states(&self, runs: &[RunId]) -> Result<Vec<RunState>, StoreError> {
        let mut connection = self.reader().await?;
        let mut query = QueryBuilder::<Sqlite>::new(STATE_COLUMNS);
        let mut list = query.separated(", ");
        for run in runs {
            list.push_bind(run.as_str().to_owned());
        }
        query.push(")");
        let rows = query.build().fetch_all(&mut *connection).await?;
        rows.iter().map(read_state).collect()
    }

    /// The ids of all runs that are in the file, deleted ones that may come back too; in no order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn run_ids(&self) -> Result<Vec<RunId>, StoreError> {
        let mut connection = self.reader().await?;
        let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM runs WHERE purging = 0")
            .fetch_all(&mut *connection)
            .await?;
        Ok(ids.into_iter().map(run_id).collect())
    }

    /// The models of all runs, each where it first came: the oldest run first, and in it the order of its plan.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn models_in_order(&self) -> Result<Vec<String>, StoreError> {
        let mut connection = self.reader().await?;
        let all: Vec<String> = sqlx::query_scalar(
            "SELECT q.model FROM runs r
             CROSS JOIN questions q INDEXED BY questions_of_model ON q.run = r.pk
             WHERE r.deleted_at IS NULL
             GROUP BY r.pk, q.model ORDER BY r.created_at, r.id, min(q.id)",
        )
        .fetch_all(&mut *connection)
        .await?;
        let mut seen = std::collections::HashSet::new();
        Ok(all
            .into_iter()
            .filter(|model| seen.insert(model.clone()))
            .collect())
    }

    /// Begins to read all samples of a run as they are at one moment.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`].
    pub async fn read_columns(&self, run: &RunId) -> Result<RunReading, StoreError> {
        let mut transaction = self.inner.readers.begin().await?;
        let mut query = QueryBuilder::<Sqlite>::new(STATE_COLUMNS);
        query.push_bind(run.as_str().to_owned()).push(")");
        let row = query
            .build()
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or_else(|| StoreError::RunNotFound(run.to_string()))?;
        let state = read_state(&row)?;
        let rows = sqlx::query(
            "SELECT id, model, language, problem, cluster, position FROM questions
             WHERE run = (SELECT pk FROM runs WHERE id = ?) ORDER BY id",
        )
        .bind(run.as_str())
        .fetch_all(&mut *transaction)
        .await?;
        let mut questions = Vec::with_capacity(rows.len());
        let mut places = BTreeMap::new();
        for (place, row) in rows.iter().enumerate() {
            places.insert(
                row.try_get::<i64, _>("id")?,
                u32::try_from(place).unwrap_or(u32::MAX),
            );
            questions.push(QuestionColumns {
                model: row.try_get("model")?,
                language: language(row.try_get("language")?),
                problem: problem_id(row.try_get("problem")?),
                cluster: row.try_get("cluster")?,
                position: row.try_get("position")?,
            });
        }
        Ok(RunReading {
            transaction,
            state,
            questions,
            places,
            after: (0, -1),
        })
    }
}

/// The samples of one run on their way out of the store; see [`Store::read_columns`].
pub struct RunReading {
    transaction: Transaction<'static, Sqlite>,
    state: RunState,
    questions: Vec<QuestionColumns>,
    /// Where a question stands among them, by its number.
    places: BTreeMap<i64, u32>,
    /// Question and index of the sample that was read last.
    after: (i64, i64),
}

impl RunReading {
    /// How the run stood when the reading began; all pages are of that moment.
    pub fn state(&self) -> &RunState {
        &self.state
    }

    /// What was asked, in the order of the plan.
    pub fn questions(&self) -> &[QuestionColumns] {
        &self.questions
    }

    /// The next samples in the order of the plan, at most so many; none at the end.
    ///
    /// # Errors
    /// When the store cannot be read, or holds what no version wrote.
    pub async fn page(&mut self, limit: u32) -> Result<Vec<SampleColumns>, StoreError> {
        let rows = sqlx::query(
            "SELECT q.id AS question, s.id, s.sample_index, s.strategy, s.stage, s.transport, s.content, s.rule,
                    s.finish, s.prompt_tokens, s.completion_tokens, s.latency_ms, s.first_token_ms, s.attempts,
                    s.verdict, s.duration_ms, s.cpu_ms, s.peak_memory_kb, s.quality, s.detected, s.cost_usd,
                    s.cached, s.program_hash, s.shape_hash, s.finished_at
             FROM runs r CROSS JOIN questions q INDEXED BY questions_of_run ON q.run = r.pk
             CROSS JOIN samples s ON s.question = q.id
             WHERE r.id = ?1 AND q.id >= ?2 AND (q.id > ?2 OR s.sample_index > ?3)
             ORDER BY q.id, s.sample_index LIMIT ?4",
        )
        .bind(self.state.run.as_str())
        .bind(self.after.0)
        .bind(self.after.1)
        .bind(limit)
        .fetch_all(&mut *self.transaction)
        .await?;
        let mut samples = Vec::with_capacity(rows.len());
        for row in &rows {
            self.after = (row.try_get("question")?, row.try_get("sample_index")?);
            samples.push(self.sample(row)?);
        }
        Ok(samples)
    }

    fn sample(&self, row: &SqliteRow) -> Result<SampleColumns, StoreError> {
        let text = |column: &str| row.try_get::<Option<&str>, _>(column);
        let cached: i64 = row.try_get("cached")?;
        let hash = |column: &str| -> Result<Option<u64>, StoreError> {
            Ok(row
                .try_get::<Option<i64>, _>(column)?
                .map(i64::cast_unsigned))
        };
        Ok(SampleColumns {
            id: SampleId(row.try_get("id")?),
            question: self.places.get(&self.after.0).copied().ok_or_else(|| {
                StoreError::BadValue {
                    what: "question",
                    value: self.after.0.to_string(),
                }
            })?,
            index: row.try_get("sample_index")?,
            strategy: StrategyId::new(row.try_get::<&str, _>("strategy")?),
            stage: parse("stage", row.try_get("stage")?)?,
            transport: opt_parse("transport", text("transport")?)?,
            content: opt_parse("content", text("content")?)?,
            rule: text("rule")?.map(str::to_owned),
            finish: opt_parse("finish", text("finish")?)?,
            prompt_tokens: row.try_get("prompt_tokens")?,
            completion_tokens: row.try_get("completion_tokens")?,
            latency_ms: row.try_get("latency_ms")?,
            first_token_ms: row.try_get("first_token_ms")?,
            attempts: row.try_get("attempts")?,
            verdict: opt_parse("verdict", text("verdict")?)?,
            duration_ms: row.try_get("duration_ms")?,
            cpu_ms: row.try_get("cpu_ms")?,
            peak_memory_kb: row.try_get("peak_memory_kb")?,
            quality: row.try_get("quality")?,
            detected: text("detected")?.map(language),
            cost_usd: row.try_get("cost_usd")?,
            answer_cached: cached & ANSWER_CACHED != 0,
            execution_cached: cached & EXECUTION_CACHED != 0,
            program: hash("program_hash")?,
            shape: hash("shape_hash")?,
            finished_at_ms: row.try_get("finished_at")?,
        })
    }
}

fn read_state(row: &SqliteRow) -> Result<RunState, StoreError> {
    Ok(RunState {
        run: run_id(row.try_get("id")?),
        status: parse("run status", row.try_get("status")?)?,
        attempts: count(row.try_get("attempts")?),
        finished_at_ms: row.try_get("finished_at")?,
        withdrawn: count(row.try_get("withdrawn")?),
        first_question: row.try_get("first_question")?,
        last_question: row.try_get("last_question")?,
        first_sample: row.try_get("first_sample")?,
        last_sample: row.try_get("last_sample")?,
    })
}
