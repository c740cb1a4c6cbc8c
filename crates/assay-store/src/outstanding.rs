//! What of a run is still to be done.

use assay_core::{Language, ProblemId, RunId, SampleId, SampleStage, StrategyId};
use futures::FutureExt;
use sqlx::{QueryBuilder, Row, Sqlite};

use crate::records::{OutstandingCursor, OutstandingSample};
use crate::words::{count, language, parse, problem_id, word};
use crate::{Store, StoreError};

/// The partial index on samples is used only where `stage <> 'done'` is said in so many words.
macro_rules! outstanding_sql {
    ($index:literal, $condition:literal) => {
        concat!(
            "SELECT s.id, s.question, s.sample_index, s.strategy, s.stage, s.seed, ",
            "q.model, q.language, q.problem ",
            "FROM questions q INDEXED BY ",
            $index,
            " CROSS JOIN samples s INDEXED BY samples_open ON s.question = q.id ",
            "WHERE q.run = (SELECT pk FROM runs WHERE id = ?1 AND deleted_at IS NULL) ",
            $condition,
            " AND q.id >= ?4 AND s.stage <> 'done' AND s.stage = ?2 ",
            "AND (q.id > ?4 OR s.sample_index > ?5) ",
            "ORDER BY q.id, s.sample_index LIMIT ?6"
        )
    };
}

impl Store {
    /// The next samples of a run that are in `stage`, after `after`, in the order of the plan; of
    /// one model where one is named, so that no model waits behind another's.
    ///
    /// What is done is not read: the cost is that of what is left.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn outstanding(
        &self,
        run: &RunId,
        stage: SampleStage,
        model: Option<&str>,
        after: OutstandingCursor,
        limit: u32,
    ) -> Result<Vec<OutstandingSample>, StoreError> {
        let mut connection = self.reader().await?;
        let sql = if model.is_some() {
            outstanding_sql!("questions_of_model", "AND q.model = ?3")
        } else {
            outstanding_sql!("questions_of_run", "AND ?3 IS NULL")
        };
        let rows = sqlx::query(sql)
            .bind(run.as_str())
            .bind(word(&stage)?)
            .bind(model)
            .bind(after.question)
            .bind(if after == OutstandingCursor::default() {
                -1
            } else {
                after.index
            })
            .bind(limit)
            .fetch_all(&mut *connection)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(OutstandingSample {
                    id: SampleId(row.try_get("id")?),
                    cursor: OutstandingCursor {
                        question: row.try_get("question")?,
                        index: row.try_get("sample_index")?,
                    },
                    model: row.try_get("model")?,
                    language: language(row.try_get("language")?),
                    problem: problem_id(row.try_get("problem")?),
                    index: row.try_get("sample_index")?,
                    strategy: StrategyId::new(row.try_get::<String, _>("strategy")?),
                    stage: parse("stage", row.try_get("stage")?)?,
                    seed: row
                        .try_get::<Option<i64>, _>("seed")?
                        .map(i64::cast_unsigned),
                })
            })
            .collect()
    }

    /// Takes what is left to be asked of a question out of the run, but for what is under way: its samples are decided
    /// without them. Answers how many went.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn withdraw(
        &self,
        run: &RunId,
        model: &str,
        language: &Language,
        problem: &ProblemId,
        under_way: Vec<SampleId>,
    ) -> Result<u32, StoreError> {
        let (run, model) = (run.clone(), model.to_owned());
        let (language, problem) = (language.clone(), problem.clone());
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let mut query = QueryBuilder::<Sqlite>::new(
                        "DELETE FROM samples WHERE stage = 'pending' AND question = (
                           SELECT q.id FROM questions q JOIN runs r ON r.pk = q.run WHERE r.id = ",
                    );
                    query
                        .push_bind(run.as_str())
                        .push(" AND q.model = ")
                        .push_bind(model)
                        .push(" AND q.language = ")
                        .push_bind(language.as_str())
                        .push(" AND q.problem = ")
                        .push_bind(problem.as_str())
                        .push(") AND id NOT IN (");
                    let mut list = query.separated(", ");
                    for sample in &under_way {
                        list.push_bind(sample.0);
                    }
                    query.push(")");
                    let gone = query.build().execute(&mut *connection).await?;
                    let gone = u32::try_from(gone.rows_affected()).unwrap_or(u32::MAX);
                    sqlx::query("UPDATE runs SET withdrawn = withdrawn + ? WHERE id = ?")
                        .bind(gone)
                        .bind(run.as_str())
                        .execute(connection)
                        .await?;
                    Ok(gone)
                }
                .boxed()
            })
            .await
    }

    /// How many samples of a run are not done, and how many it has: `(outstanding, total)`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn count_outstanding(&self, run: &RunId) -> Result<(u32, u32), StoreError> {
        let mut connection = self.reader().await?;
        let open: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM questions q CROSS JOIN samples s ON s.question = q.id
             WHERE q.run = (SELECT pk FROM runs WHERE id = ? AND deleted_at IS NULL) AND s.stage <> 'done'",
        )
        .bind(run.as_str())
        .fetch_one(&mut *connection)
        .await?;
        let total: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM questions q CROSS JOIN samples s ON s.question = q.id
             WHERE q.run = (SELECT pk FROM runs WHERE id = ? AND deleted_at IS NULL)",
        )
        .bind(run.as_str())
        .fetch_one(&mut *connection)
        .await?;
        Ok((count(open), count(total)))
    }
}
