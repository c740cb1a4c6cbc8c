//! What policies decided for samples, and what they learned of what became of them.

use assay_core::{Content, Language, ProblemId, RunId, SampleId, StrategyId, Transport, Verdict};
use futures::FutureExt;
use serde::Serialize;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::insert::ANSWER_CACHED;
use crate::words::{opt_parse, problem_id};
use crate::{Store, StoreError};

/// Which strategy a policy chose for a sample, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecisionRecord {
    pub sample: SampleId,
    /// The policy's row, not its name: one that was begun anew is another.
    pub policy: i64,
    /// The last lesson the policy had learned.
    pub seen: i64,
    pub context_version: u32,
    pub context: Vec<f64>,
    pub arm: StrategyId,
    pub greedy: StrategyId,
    pub explored: bool,
    /// The share of random choices it was made under.
    pub exploration: f64,
    /// Whether the policy learned nothing then, and tried nothing.
    pub frozen: bool,
    /// The probability with which `arm` was chosen.
    pub propensity: f64,
    /// JSON: the arms it chose from, in order, with their scores.
    pub scores: String,
    pub seed: u64,
}

/// A sample whose outcome a policy may learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeRecord {
    pub sample: SampleId,
    pub run: RunId,
    pub model: String,
    pub language: Language,
    pub problem: ProblemId,
    /// The problem that this one and its translations come from.
    pub cluster: String,
    pub index: u32,
    /// The strategy that asked.
    pub arm: StrategyId,
    /// Whether a policy chose it.
    pub chosen: bool,
    pub passed: bool,
    /// From its text alone or with its execution, whichever is known.
    pub quality: Option<f64>,
    pub cost_usd: Option<f64>,
    pub latency_ms: Option<f64>,
    /// Whether its answer is a copy of an earlier one.
    pub cached: bool,
    /// See [`NewLesson::cell`].
    pub cell: String,
}

/// What is to be learned of one sample.
#[derive(Debug, Clone, PartialEq)]
pub struct NewLesson {
    pub policy: i64,
    pub sample: SampleId,
    pub arm: StrategyId,
    pub context_version: u32,
    pub context: Vec<f64>,
    pub reward: f64,
    /// JSON.
    pub parts: String,
    pub passed: bool,
    /// Equal for answers that are one and the same; such an answer teaches once.
    pub cell: String,
}

/// What was learned.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    pub seq: i64,
    pub sample: SampleId,
    pub arm: StrategyId,
    pub context_version: u32,
    pub context: Vec<f64>,
    pub reward: f64,
    pub passed: bool,
}

impl Store {
    /// Keeps a decision and marks its sample with the arm. A sample that was decided before keeps that decision, and it
    /// is answered.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn record_decision(
        &self,
        decision: DecisionRecord,
    ) -> Result<DecisionRecord, StoreError> {
        let now = self.now_ms();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let new = sqlx::query(
                        "INSERT INTO decisions (sample, policy, seen, context_version, context, arm, greedy, explored,
                           exploration, frozen, propensity, scores, seed, decided_at)
                         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sample) DO NOTHING",
                    )
                    .bind(decision.sample.0)
                    .bind(decision.policy)
                    .bind(decision.seen)
                    .bind(decision.context_version)
                    .bind(bytes(&decision.context))
                    .bind(decision.arm.as_str())
                    .bind(decision.greedy.as_str())
                    .bind(decision.explored)
                    .bind(decision.exploration)
                    .bind(decision.frozen)
                    .bind(decision.propensity)
                    .bind(&decision.scores)
                    .bind(decision.seed.cast_signed())
                    .bind(now)
                    .execute(&mut *connection)
                    .await?
                    .rows_affected();
                    let decision = if new == 1 {
                        decision
                    } else {
                        let row = sqlx::query("SELECT * FROM decisions WHERE sample = ?")
                            .bind(decision.sample.0)
                            .fetch_one(&mut *connection)
                            .await?;
                        read_decision(&row)?
                    };
                    sqlx::query("UPDATE samples SET arm = ? WHERE id = ?")
                        .bind(decision.arm.as_str())
                        .bind(decision.sample.0)
                        .execute(connection)
                        .await?;
                    Ok(decision)
                }
                .boxed()
            })
            .await
    }

    /// What was decided for a sample, if anything was.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn decision(&self, sample: SampleId) -> Result<Option<DecisionRecord>, StoreError> {
        let mut connection = self.reader().await?;
        let row = sqlx::query("SELECT * FROM decisions WHERE sample = ?")
            .bind(sample.0)
            .fetch_optional(&mut *connection)
            .await?;
        row.as_ref().map(read_decision).transpose()
    }

    /// A policy's decisions after the sample `after`, by sample.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn decisions_of_policy(
        &self,
        policy: i64,
        after: SampleId,
        limit: u32,
    ) -> Result<Vec<DecisionRecord>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(
            "SELECT * FROM decisions WHERE policy = ? AND sample > ? ORDER BY sample LIMIT ?",
        )
        .bind(policy)
        .bind(after.0)
        .bind(limit)
        .fetch_all(&mut *connection)
        .await?;
        rows.iter().map(read_decision).collect()
    }

    /// A policy's newest decisions, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn latest_decisions(
        &self,
        policy: i64,
        limit: u32,
    ) -> Result<Vec<DecisionRecord>, StoreError> {
        let mut connection = self.reader().await?;
        let rows =
            sqlx::query("SELECT * FROM decisions WHERE policy = ? ORDER BY sample DESC LIMIT ?")
                .bind(policy)
                .bind(limit)
                .fetch_all(&mut *connection)
                .await?;
        rows.iter().map(read_decision).collect()
    }

    /// Which of a policy's lessons passed, in the order they were learned in.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn lessons_passed(&self, policy: i64) -> Result<Vec<bool>, StoreError> {
        let mut connection = self.reader().await?;
        let passed = sqlx::query_scalar("SELECT passed FROM lessons WHERE policy = ? ORDER BY seq")
            .bind(policy)
            .fetch_all(&mut *connection)
            .await?;
        Ok(passed)
    }

    /// What became of a sample; `None` while it is not judged.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn outcome(&self, sample: SampleId) -> Result<Option<OutcomeRecord>, StoreError> {
        let mut connection = self.reader().await?;
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{} AND s.id = ?",
            outcomes_sql()
        )))
        .bind(sample.0)
        .fetch_optional(&mut *connection)
        .await?;
        row.as_ref().map(read_outcome).transpose()
    }

    /// The source problem of a sample's problem, judged or not; `None` of a sample that is not there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn cluster_of(&self, sample: SampleId) -> Result<Option<String>, StoreError> {
        let mut connection = self.reader().await?;
        let cluster = sqlx::query_scalar(
            "SELECT q.cluster FROM samples s JOIN questions q ON q.id = s.question WHERE s.id = ?",
        )
        .bind(sample.0)
        .fetch_optional(&mut *connection)
        .await?;
        Ok(cluster)
    }

    /// The policy that decided last for a run's samples, in use or not; `None` before the first decision.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn policy_of_run(&self, run: &RunId) -> Result<Option<i64>, StoreError> {
        let mut connection = self.reader().await?;
        let policy = sqlx::query_scalar(
            "SELECT d.policy FROM runs r CROSS JOIN questions q ON q.run = r.pk
             CROSS JOIN samples s ON s.question = q.id CROSS JOIN decisions d ON d.sample = s.id
             WHERE r.id = ? ORDER BY d.decided_at DESC, d.sample DESC LIMIT 1",
        )
        .bind(run.as_str())
        .fetch_optional(&mut *connection)
        .await?;
        Ok(policy)
    }

    /// The judged samples of a run, in the order of the plan.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn outcomes(&self, run: &RunId) -> Result<Vec<OutcomeRecord>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{} AND r.id = ? ORDER BY s.id",
            outcomes_sql()
        )))
        .bind(run.as_str())
        .fetch_all(&mut *connection)
        .await?;
        rows.iter().map(read_outcome).collect()
    }

    /// Judged samples of a run that were decided by a policy in use, and whose answers have not taught it yet: what a killed
    /// program left behind. A copy of an answer that has taught it is none of them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn untaught(&self, run: &RunId) -> Result<Vec<SampleId>, StoreError> {
        let mut connection = self.reader().await?;
        let ids: Vec<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "SELECT d.sample FROM runs r CROSS JOIN questions q ON q.run = r.pk
             CROSS JOIN samples s ON s.question = q.id CROSS JOIN decisions d ON d.sample = s.id
             JOIN policies p ON p.id = d.policy
             WHERE r.id = ? AND p.retired_at IS NULL AND p.frozen = 0 AND s.stage = 'done'
             AND (s.verdict <> 'infrastructure' OR (s.verdict IS NULL AND s.content IS NOT NULL))
             AND NOT EXISTS (SELECT 1 FROM lessons l WHERE l.policy = d.policy AND l.sample = d.sample)
             AND NOT EXISTS (SELECT 1 FROM lessons l WHERE l.policy = d.policy AND l.cell = {CELL})
             ORDER BY d.sample"
        )))
        .bind(run.as_str())
        .fetch_all(&mut *connection)
        .await?;
        Ok(ids.into_iter().map(SampleId).collect())
    }

    /// Adds lessons behind those there are. One of a sample that taught the policy before, or of the same answer in another
    /// run, is left out, and so is everything for a policy that is frozen or no longer used. Answers how many were added.
    ///
    /// # Errors
    /// When the store cannot be written; nothing is then learned.
    pub async fn learn(&self, lessons: Vec<NewLesson>) -> Result<u32, StoreError> {
        let now = self.now_ms();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let mut added = 0;
                    for lesson in lessons {
                        added += sqlx::query(
                            "INSERT OR IGNORE INTO lessons (policy, sample, arm, context_version, context, reward, parts,
                               passed, cell, learned_at)
                             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
                             WHERE EXISTS (SELECT 1 FROM policies WHERE id = ?1 AND frozen = 0 AND retired_at IS NULL)",
                        )
                        .bind(lesson.policy)
                        .bind(lesson.sample.0)
                        .bind(lesson.arm.as_str())
                        .bind(lesson.context_version)
                        .bind(bytes(&lesson.context))
                        .bind(lesson.reward)
                        .bind(&lesson.parts)
                        .bind(lesson.passed)
                        .bind(&lesson.cell)
                        .bind(now)
                        .execute(&mut *connection)
                        .await?
                        .rows_affected();
                    }
                    Ok(u32::try_from(added).unwrap_or(u32::MAX))
                }
                .boxed()
            })
            .await
    }

    /// A policy's lessons after the lesson `after` up to `until`, in the order they were learned in.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn lessons(
        &self,
        policy: i64,
        after: i64,
        until: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Lesson>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(
            "SELECT seq, sample, arm, context_version, context, reward, passed FROM lessons
             WHERE policy = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
        )
        .bind(policy)
        .bind(after)
        .bind(until.unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(&mut *connection)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Lesson {
                    seq: row.try_get("seq")?,
                    sample: SampleId(row.try_get("sample")?),
                    arm: StrategyId::new(row.try_get::<String, _>("arm")?),
                    context_version: row.try_get("context_version")?,
                    context: numbers(row.try_get("context")?)?,
                    reward: row.try_get("reward")?,
                    passed: row.try_get("passed")?,
                })
            })
            .collect()
    }

    /// What a sample taught a policy, and the parts of that in JSON.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn reward_of(
        &self,
        policy: i64,
        sample: SampleId,
    ) -> Result<Option<(f64, String)>, StoreError> {
        let mut connection = self.reader().await?;
        let row =
            sqlx::query_as("SELECT reward, parts FROM lessons WHERE policy = ? AND sample = ? ORDER BY seq DESC LIMIT 1")
                .bind(policy)
                .bind(sample.0)
                .fetch_optional(&mut *connection)
                .await?;
        Ok(row)
    }
}

/// What tells whether two answers are one and the same: who was asked what, how, in which version of a data set, with which
/// sampling and seed. Lessons keep it ([`NewLesson::cell`]): one written otherwise would be another.
const CELL: &str = "q.model || char(31) || q.language || char(31) || q.problem || char(31) || s.sample_index || char(31) ||
    coalesce(s.arm, s.strategy) || char(31) ||
    r.dataset || ' ' || r.dataset_version || ' ' || coalesce(json_extract(r.spec, '$.sampling'), '') || ' ' ||
    coalesce(s.seed, '')";

/// Judged samples: the model answered, and something was said of the answer. What was decided for a sample stands beside it.
fn outcomes_sql() -> String {
    format!(
        "SELECT s.id, r.id AS run_id, q.model, q.language, q.problem, q.cluster, s.sample_index,
         coalesce(s.arm, s.strategy) AS arm, s.arm IS NOT NULL AS chosen, s.transport, s.content, s.verdict, s.quality,
         s.cost_usd, s.latency_ms, s.cached, {CELL} AS cell
         FROM samples s JOIN questions q ON q.id = s.question JOIN runs r ON r.pk = q.run
         WHERE s.stage = 'done' AND r.deleted_at IS NULL
         AND (s.verdict <> 'infrastructure' OR (s.verdict IS NULL AND s.content IS NOT NULL))"
    )
}

fn read_outcome(row: &SqliteRow) -> Result<OutcomeRecord, StoreError> {
    let word = |column: &str| row.try_get::<Option<String>, _>(column);
    let verdict: Option<Verdict> = opt_parse("verdict", word("verdict")?.as_deref())?;
    // Read to be refused where they are not understood, like everywhere.
    let _: Option<Transport> = opt_parse("transport", word("transport")?.as_deref())?;
    let _: Option<Content> = opt_parse("content", word("content")?.as_deref())?;
    Ok(OutcomeRecord {
        sample: SampleId(row.try_get("id")?),
        run: RunId::new(row.try_get::<String, _>("run_id")?),
        model: row.try_get("model")?,
        language: Language::new(row.try_get::<&str, _>("language")?),
        problem: problem_id(row.try_get("problem")?),
        cluster: row.try_get("cluster")?,
        index: row.try_get("sample_index")?,
        arm: StrategyId::new(row.try_get::<String, _>("arm")?),
        chosen: row.try_get("chosen")?,
        passed: verdict == Some(Verdict::Passed),
        quality: row.try_get("quality")?,
        cost_usd: row.try_get("cost_usd")?,
        latency_ms: row.try_get("latency_ms")?,
        cached: row.try_get::<i64, _>("cached")? & ANSWER_CACHED != 0,
        cell: row.try_get("cell")?,
    })
}

fn read_decision(row: &SqliteRow) -> Result<DecisionRecord, StoreError> {
    Ok(DecisionRecord {
        sample: SampleId(row.try_get("sample")?),
        policy: row.try_get("policy")?,
        seen: row.try_get("seen")?,
        context_version: row.try_get("context_version")?,
        context: numbers(row.try_get("context")?)?,
        arm: StrategyId::new(row.try_get::<String, _>("arm")?),
        greedy: StrategyId::new(row.try_get::<String, _>("greedy")?),
        explored: row.try_get("explored")?,
        exploration: row.try_get("exploration")?,
        frozen: row.try_get("frozen")?,
        propensity: row.try_get("propensity")?,
        scores: row.try_get("scores")?,
        seed: row.try_get::<i64, _>("seed")?.cast_unsigned(),
    })
}

/// Exactly as they are.
fn bytes(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

fn numbers(bytes: &[u8]) -> Result<Vec<f64>, StoreError> {
    let (numbers, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(StoreError::BadValue {
            what: "context",
            value: format!("{} bytes", bytes.len()),
        });
    }
    Ok(numbers.iter().map(|n| f64::from_le_bytes(*n)).collect())
}
