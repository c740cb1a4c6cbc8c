//! Samples counted: for the list of runs, and for scores.

use std::collections::HashMap;

use assay_core::{RunId, Spending, StrategyId, Transport};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, QueryBuilder, Row, Sqlite, SqliteConnection};

use crate::records::{Counters, RunSummary, ScoreRow};
use crate::runs::{RUN_COLUMNS, read_run};
use crate::words::{count, language, problem_id, run_id};
use crate::{Store, StoreError};

impl Store {
    /// All runs but deleted ones, newest first, with their counters.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list_runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT {RUN_COLUMNS} FROM runs WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC"
        )))
        .fetch_all(&mut *connection)
        .await?;
        let mut counters = counters(&mut connection, None).await?;
        rows.iter()
            .map(|row| {
                let run = read_run(row)?;
                let models = counters.remove(run.id.as_str()).unwrap_or_default();
                Ok(summary(run, models))
            })
            .collect()
    }

    /// One run with its counters.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`].
    pub async fn run_summary(&self, run: &RunId) -> Result<RunSummary, StoreError> {
        let mut connection = self.reader().await?;
        let record = crate::runs::fetch_run(&mut connection, run).await?;
        let mut counters = counters(&mut connection, Some(run)).await?;
        let models = counters.remove(run.as_str()).unwrap_or_default();
        Ok(summary(record, models))
    }

    /// The models of a run that resuming it has to ask, in the order of the plan: those with samples that are pending
    /// or came without an answer. What is done is not read.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn models_to_ask(&self, run: &RunId) -> Result<Vec<String>, StoreError> {
        let mut connection = self.reader().await?;
        Ok(sqlx::query_scalar(
            "SELECT q.model FROM questions q
             WHERE q.run = (SELECT pk FROM runs WHERE id = ? AND deleted_at IS NULL)
               AND (EXISTS (SELECT 1 FROM samples s INDEXED BY samples_open
                             WHERE s.question = q.id AND s.stage <> 'done' AND s.stage = 'pending')
                 OR EXISTS (SELECT 1 FROM samples s INDEXED BY samples_scores
                             WHERE s.question = q.id AND s.stage = 'done' AND s.verdict IS NULL
                               AND s.content IS NULL))
             GROUP BY q.model ORDER BY min(q.id)",
        )
        .bind(run.as_str())
        .fetch_all(&mut *connection)
        .await?)
    }

    /// What the samples of these runs count for, by run, model, strategy and problem, in the order
    /// of the runs' plans. See [`ScoreRow`] for what counts.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn score_rows(&self, runs: &[RunId]) -> Result<Vec<ScoreRow>, StoreError> {
        if runs.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.reader().await?;
        let mut query = QueryBuilder::<Sqlite>::new(SELECT_SCORES);
        query.push(" WHERE r.deleted_at IS NULL AND r.id IN (");
        let mut list = query.separated(", ");
        for run in runs {
            list.push_bind(run.as_str().to_owned());
        }
        query.push(") GROUP BY q.id, s.strategy ORDER BY q.id, s.strategy");
        let rows = query.build().fetch_all(&mut *connection).await?;
        rows.iter().map(read_score).collect()
    }
}

/// What samples count for, one row a group of them; followed by which, and by how they are grouped.
pub(crate) const SELECT_SCORES: &str = "SELECT r.id AS run_id, q.model, s.strategy, q.language, q.problem, q.cluster, q.position,
   count(*) AS samples,
   sum(s.stage = 'done' AND coalesce(s.verdict <> 'infrastructure', s.content IS NOT NULL)) AS judged,
   sum(coalesce(s.verdict = 'passed', 0)) AS passed,
   sum(coalesce(s.verdict = 'infrastructure', 0)) AS infrastructure,
   sum(s.stage = 'done' AND s.verdict IS NULL AND s.content IS NULL) AS unanswered,
   sum(s.stage <> 'done') AS outstanding
 FROM runs r CROSS JOIN questions q ON q.run = r.pk CROSS JOIN samples s ON s.question = q.id";

pub(crate) fn read_score(row: &SqliteRow) -> Result<ScoreRow, StoreError> {
    Ok(ScoreRow {
        run: run_id(row.try_get("run_id")?),
        model: row.try_get("model")?,
        strategy: StrategyId::new(row.try_get::<String, _>("strategy")?),
        language: language(row.try_get("language")?),
        problem: problem_id(row.try_get("problem")?),
        cluster: row.try_get("cluster")?,
        position: row.try_get("position")?,
        samples: row.try_get("samples")?,
        judged: row.try_get("judged")?,
        passed: row.try_get("passed")?,
        infrastructure: row.try_get("infrastructure")?,
        unanswered: row.try_get("unanswered")?,
        outstanding: row.try_get("outstanding")?,
    })
}

/// How the requests of a model end that has answered: its tokens cost something.
const ANSWERED: [Transport; 2] = [Transport::Ok, Transport::Empty];

/// Counters by model and strategy, with where the plan has the first of them.
type Found = HashMap<(String, String), (i64, Counters)>;
type BySeries = Vec<(String, StrategyId, Counters)>;

fn summary(run: crate::RunRecord, series: BySeries) -> RunSummary {
    let mut totals = Counters::default();
    let mut models: Vec<(String, Counters)> = Vec::new();
    for (model, _, counters) in &series {
        totals.add(counters);
        match models.iter_mut().find(|(of, _)| of == model) {
            Some((_, sum)) => sum.add(counters),
            None => models.push((model.clone(), counters.clone())),
        }
    }
    RunSummary {
        run,
        totals,
        models,
        series,
    }
}

async fn counters(
    connection: &mut SqliteConnection,
    run: Option<&RunId>,
) -> Result<HashMap<String, BySeries>, StoreError> {
    // First by question, in the order of the index: to sort a million samples would take thrice as long as to read them.
    let rows = sqlx::query(
        "SELECT r.id AS run_id, i.model, i.strategy, i.stage, i.verdict, i.transport, i.content,
                sum(i.n) AS n, sum(i.prompt_tokens) AS prompt_tokens,
                sum(i.completion_tokens) AS completion_tokens,
                sum(i.cost_usd) AS cost_usd, sum(i.costs) AS costs, sum(i.saved_usd) AS saved_usd,
                sum(i.answers_cached) AS answers_cached, sum(i.executions_cached) AS executions_cached,
                sum(i.quality_sum) AS quality_sum, sum(i.quality_n) AS quality_n, min(i.question) AS first
         FROM (SELECT q.run, q.model, q.id AS question, s.strategy, s.stage, s.verdict, s.transport, s.content,
                      count(*) AS n, sum(s.prompt_tokens) AS prompt_tokens,
                      sum(s.completion_tokens) AS completion_tokens,
                      sum(s.cost_usd) FILTER (WHERE s.cached & 1 = 0) AS cost_usd,
                      count(s.cost_usd) FILTER (WHERE s.cached & 1 = 0) AS costs,
                      sum(s.cost_usd) FILTER (WHERE s.cached & 1) AS saved_usd,
                      sum(s.cached & 1) AS answers_cached, sum(s.cached >> 1 & 1) AS executions_cached,
                      sum(s.quality) AS quality_sum, count(s.quality) AS quality_n
               FROM questions q CROSS JOIN samples s INDEXED BY samples_scores ON s.question = q.id
               WHERE q.run IN (SELECT pk FROM runs WHERE deleted_at IS NULL AND (?1 IS NULL OR id = ?1))
               GROUP BY q.run, q.id, s.stage, s.verdict, s.transport, s.content, s.strategy) i
         JOIN runs r ON r.pk = i.run
         GROUP BY i.run, i.model, i.strategy, i.stage, i.verdict, i.transport, i.content",
    )
    .bind(run.map(RunId::as_str))
    .fetch_all(connection)
    .await?;
    let mut found: HashMap<String, Found> = HashMap::new();
    for row in rows {
        let first: i64 = row.try_get("first")?;
        let of_series = found
            .entry(row.try_get("run_id")?)
            .or_default()
            .entry((row.try_get("model")?, row.try_get("strategy")?))
            .or_insert_with(|| (first, Counters::default()));
        of_series.0 = of_series.0.min(first);
        let n = count(row.try_get("n")?);
        let tokens = |column: &str| -> Result<u64, StoreError> {
            let sum: Option<i64> = row.try_get(column)?;
            Ok(sum.unwrap_or(0).max(0).cast_unsigned())
        };
        of_series.1.count(
            n,
            row.try_get("stage")?,
            row.try_get("verdict")?,
            row.try_get("transport")?,
            row.try_get("content")?,
        );
        of_series.1.prompt_tokens += tokens("prompt_tokens")?;
        of_series.1.completion_tokens += tokens("completion_tokens")?;
        let known = count(row.try_get("costs")?);
        let answers_cached = count(row.try_get("answers_cached")?);
        let transport: Option<&str> = row.try_get("transport")?;
        let answered = transport.is_some_and(|t| ANSWERED.iter().any(|of| of.as_str() == t));
        of_series.1.cost.add(Spending {
            usd: row.try_get("cost_usd")?,
            known,
            unknown: if answered {
                n.saturating_sub(known + answers_cached)
            } else {
                0
            },
        });
        add_cost(&mut of_series.1.saved_usd, row.try_get("saved_usd")?);
        of_series.1.answers_cached += answers_cached;
        of_series.1.executions_cached += count(row.try_get("executions_cached")?);
        of_series.1.quality_sum += row.try_get::<Option<f64>, _>("quality_sum")?.unwrap_or(0.0);
        of_series.1.quality_n += count(row.try_get("quality_n")?);
    }
    Ok(found
        .into_iter()
        .map(|(run, series)| {
            let mut series: Vec<_> = series.into_iter().collect();
            series.sort_by(|(a, (first_a, _)), (b, (first_b, _))| (first_a, a).cmp(&(first_b, b)));
            let series = series
                .into_iter()
                .map(|((model, strategy), (_, c))| (model, StrategyId::new(strategy), c))
                .collect();
            (run, series)
        })
        .collect())
}

fn add_cost(sum: &mut Option<f64>, more: Option<f64>) {
    if let Some(more) = more {
        *sum.get_or_insert(0.0) += more;
    }
}

impl Counters {
    fn count(
        &mut self,
        n: u32,
        stage: &str,
        verdict: Option<&str>,
        transport: Option<&str>,
        content: Option<&str>,
    ) {
        self.total += n;
        match stage {
            "pending" => self.pending += n,
            "generated" => self.generated += n,
            _ => {
                self.done += n;
                match (verdict, content) {
                    (Some("infrastructure"), _) => self.infrastructure += n,
                    (Some(verdict), _) => {
                        self.judged += n;
                        if verdict == "passed" {
                            self.passed += n;
                        }
                    }
                    (None, Some(_)) => {
                        self.judged += n;
                        self.without_code += n;
                    }
                    (None, None) => self.unanswered += n,
                }
            }
        }
        for (map, key) in [
            (&mut self.verdicts, verdict),
            (&mut self.transports, transport),
            (&mut self.contents, content),
        ] {
            if let Some(key) = key {
                *map.entry(key.to_owned()).or_default() += n;
            }
        }
    }

    fn add(&mut self, other: &Self) {
        self.total += other.total;
        self.pending += other.pending;
        self.generated += other.generated;
        self.done += other.done;
        self.judged += other.judged;
        self.passed += other.passed;
        self.infrastructure += other.infrastructure;
        self.unanswered += other.unanswered;
        self.without_code += other.without_code;
        self.prompt_tokens += other.prompt_tokens;
        self.completion_tokens += other.completion_tokens;
        self.cost.add(other.cost);
        add_cost(&mut self.saved_usd, other.saved_usd);
        self.answers_cached += other.answers_cached;
        self.executions_cached += other.executions_cached;
        self.quality_sum += other.quality_sum;
        self.quality_n += other.quality_n;
        for (map, more) in [
            (&mut self.verdicts, &other.verdicts),
            (&mut self.transports, &other.transports),
            (&mut self.contents, &other.contents),
        ] {
            for (key, n) in more {
                *map.entry(key.clone()).or_default() += n;
            }
        }
    }
}
