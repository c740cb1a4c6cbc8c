//! One problem across runs, and what its answers took.

use assay_core::{DatasetId, Language, ProblemId, RunId, StrategyId};
use serde::Serialize;
use sqlx::{Connection, QueryBuilder, Row, Sqlite};

use crate::page::read_row;
use crate::records::{SampleRow, ScoreRow};
use crate::scores::{SELECT_SCORES, read_score};
use crate::words::{count, language, problem_id, run_id};
use crate::{Store, StoreError};

/// Everyone's answers to one problem, in all languages it was asked in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProblemAnswers {
    /// What all of them count for, by run, model, strategy and language.
    pub counts: Vec<ScoreRow>,
    /// First one of each question, then the second ones, and so on, up to the limit.
    pub answers: Vec<ProblemAnswer>,
    /// How many there are.
    pub total: u32,
}

/// One answer with its program.
#[derive(Debug, Clone, PartialEq)]
pub struct ProblemAnswer {
    pub sample: SampleRow,
    /// What was executed; `None` where no program was found in the answer, or there is none yet.
    pub program: Option<String>,
}

/// What the answers of one model to one problem took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EffortRow {
    pub run: RunId,
    pub model: String,
    pub strategy: StrategyId,
    pub language: Language,
    pub problem: ProblemId,
    pub cluster: String,
    /// Answers in which code was looked for.
    pub answers: u32,
    /// Those whose cost is known, and their costs added up.
    pub costs: u32,
    pub cost_usd: f64,
    /// Those whose time is known, and their times added up.
    pub times: u32,
    pub latency_ms: f64,
}

impl Store {
    /// Everyone's answers to a problem in these runs of its data set: to its translations too, and to the
    /// problem they were all translated from, by whose name they may be asked for.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn answers_to(
        &self,
        dataset: &DatasetId,
        problem: &ProblemId,
        runs: &[RunId],
        limit: u32,
    ) -> Result<ProblemAnswers, StoreError> {
        if runs.is_empty() {
            return Ok(ProblemAnswers::default());
        }
        let mut connection = self.reader().await?;
        // One transaction: answers and counts are of the same moment.
        let mut transaction = connection.begin().await?;
        let clusters: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT q.cluster FROM runs r CROSS JOIN questions q ON q.run = r.pk
             WHERE r.deleted_at IS NULL AND r.dataset = ?1 AND (q.problem = ?2 OR q.cluster = ?2)",
        )
        .bind(dataset.as_str())
        .bind(problem.as_str())
        .fetch_all(&mut *transaction)
        .await?;
        let which = |query: &mut QueryBuilder<Sqlite>| {
            query
                .push(" WHERE r.deleted_at IS NULL AND r.dataset = ")
                .push_bind(dataset.to_string());
            query.push(" AND r.id IN (");
            let mut list = query.separated(", ");
            for run in runs {
                list.push_bind(run.to_string());
            }
            query.push(") AND q.cluster IN (");
            let mut list = query.separated(", ");
            for cluster in &clusters {
                list.push_bind(cluster.clone());
            }
            query.push(")");
        };
        let mut counting = QueryBuilder::<Sqlite>::new(SELECT_SCORES);
        which(&mut counting);
        counting.push(" GROUP BY q.id, s.strategy ORDER BY q.id, s.strategy");
        let counts = counting.build().fetch_all(&mut *transaction).await?;
        let counts = counts
            .iter()
            .map(read_score)
            .collect::<Result<Vec<_>, _>>()?;
        let mut listing = QueryBuilder::<Sqlite>::new(
            "SELECT s.*, q.model, q.language, q.problem, r.id AS run_id, t.cleaned,
               substr(coalesce(t.detail, t.transport_detail), 1, 240) AS detail
             FROM runs r CROSS JOIN questions q ON q.run = r.pk CROSS JOIN samples s ON s.question = q.id
             LEFT JOIN sample_texts t ON t.sample = s.id",
        );
        which(&mut listing);
        listing
            .push(" ORDER BY s.sample_index, q.id, s.id LIMIT ")
            .push_bind(limit);
        let rows = listing.build().fetch_all(&mut *transaction).await?;
        transaction.rollback().await?;
        Ok(ProblemAnswers {
            total: counts.iter().map(|row| row.samples).sum(),
            answers: rows
                .iter()
                .map(|row| {
                    Ok(ProblemAnswer {
                        sample: read_row(row)?,
                        program: row.try_get("cleaned")?,
                    })
                })
                .collect::<Result<_, StoreError>>()?,
            counts,
        })
    }

    /// What answers took in these runs, by run, model, strategy and problem.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn effort_rows(&self, runs: &[RunId]) -> Result<Vec<EffortRow>, StoreError> {
        if runs.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.reader().await?;
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT r.id AS run_id, q.model, s.strategy, q.language, q.problem, q.cluster,
               count(*) AS answers,
               count(s.cost_usd) AS costs, total(s.cost_usd) AS cost_usd,
               count(s.latency_ms) AS times, total(s.latency_ms) AS latency_ms
             FROM runs r CROSS JOIN questions q ON q.run = r.pk CROSS JOIN samples s ON s.question = q.id
             WHERE r.deleted_at IS NULL AND s.content IS NOT NULL AND r.id IN (",
        );
        let mut list = query.separated(", ");
        for run in runs {
            list.push_bind(run.as_str().to_owned());
        }
        query.push(") GROUP BY q.id, s.strategy ORDER BY q.id, s.strategy");
        let rows = query.build().fetch_all(&mut *connection).await?;
        rows.iter()
            .map(|row| {
                Ok(EffortRow {
                    run: run_id(row.try_get("run_id")?),
                    model: row.try_get("model")?,
                    strategy: StrategyId::new(row.try_get::<String, _>("strategy")?),
                    language: language(row.try_get("language")?),
                    problem: problem_id(row.try_get("problem")?),
                    cluster: row.try_get("cluster")?,
                    answers: count(row.try_get("answers")?),
                    costs: count(row.try_get("costs")?),
                    cost_usd: row.try_get("cost_usd")?,
                    times: count(row.try_get("times")?),
                    latency_ms: row.try_get("latency_ms")?,
                })
            })
            .collect()
    }
}
