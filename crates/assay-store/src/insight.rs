//! What went wrong in a run, and how different its programs are.

use assay_core::{RunId, SampleId};
use sqlx::Row;

use crate::words::{count, opt_parse, problem_id};
use crate::{Diversity, FailureGroup, Store, StoreError};

impl Store {
    /// What did not pass, by what became of request, answer and program, the most frequent first; each with the newest
    /// sample of its kind.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn failure_groups(&self, run: &RunId) -> Result<Vec<FailureGroup>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(
            "WITH kinds AS (
               SELECT s.transport, s.content, s.verdict, count(*) AS n, max(s.id) AS example
               FROM questions q CROSS JOIN samples s ON s.question = q.id
               WHERE q.run = (SELECT pk FROM runs WHERE id = ? AND deleted_at IS NULL) AND s.stage = 'done'
                 AND coalesce(s.verdict, '') <> 'passed'
               GROUP BY s.transport, s.content, s.verdict)
             SELECT k.*, q.model, q.problem, substr(coalesce(t.detail, t.transport_detail), 1, 240) AS detail
             FROM kinds k JOIN samples s ON s.id = k.example JOIN questions q ON q.id = s.question
             LEFT JOIN sample_texts t ON t.sample = s.id ORDER BY k.n DESC, k.example",
        )
        .bind(run.as_str())
        .fetch_all(&mut *connection)
        .await?;
        rows.iter()
            .map(|row| {
                let text = |column: &str| row.try_get::<Option<String>, _>(column);
                Ok(FailureGroup {
                    transport: opt_parse("transport", text("transport")?.as_deref())?,
                    content: opt_parse("content", text("content")?.as_deref())?,
                    verdict: opt_parse("verdict", text("verdict")?.as_deref())?,
                    count: count(row.try_get("n")?),
                    example: SampleId(row.try_get("example")?),
                    model: row.try_get("model")?,
                    problem: problem_id(row.try_get("problem")?),
                    detail: text("detail")?,
                })
            })
            .collect()
    }

    /// How different the programs are that each model wrote for one problem: means over the problems for which it wrote
    /// at least two. Models that never did are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn diversity(&self, run: &RunId) -> Result<Vec<Diversity>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(
            "SELECT model, count(*) AS problems, avg(1.0 * programs / n) AS programs,
                    avg(1.0 * shapes / n) AS shapes, sum(n) AS samples FROM (
               SELECT q.id, q.model, count(s.program_hash) AS n,
                      count(DISTINCT s.program_hash) AS programs, count(DISTINCT s.shape_hash) AS shapes
               FROM questions q CROSS JOIN samples s ON s.question = q.id
               WHERE q.run = (SELECT pk FROM runs WHERE id = ? AND deleted_at IS NULL) GROUP BY q.id HAVING n >= 2)
             GROUP BY model ORDER BY min(id)",
        )
        .bind(run.as_str())
        .fetch_all(&mut *connection)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Diversity {
                    model: row.try_get("model")?,
                    problems: count(row.try_get("problems")?),
                    samples: count(row.try_get("samples")?),
                    programs: row.try_get("programs")?,
                    shapes: row.try_get("shapes")?,
                })
            })
            .collect()
    }
}
