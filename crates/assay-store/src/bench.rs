//! Finished runs of made-up samples, by the million: what analytics is measured on.

use assay_core::{Language, RunId, RunStatus};
use futures::FutureExt;

use crate::records::NewRun;
use crate::runs::{RunColumns, insert_run};
use crate::{Store, StoreError};

/// A finished run to be made up.
#[derive(Debug, Clone)]
pub struct BenchRun {
    pub new: NewRun,
    pub model: String,
    /// How good the model is, in thousandths of problems solved.
    pub skill: u32,
    pub languages: Vec<Language>,
    /// Problems in each language.
    pub problems: u32,
    /// Samples of the whole run, spread evenly over its questions.
    pub samples: u32,
}

impl Store {
    /// Puts a run of made-up samples into the store, as finished; they have no texts. The same run has the same samples
    /// each time. Made by SQLite itself: a million a few seconds.
    ///
    /// # Errors
    /// [`StoreError::RunExists`], and when the store cannot be written.
    #[doc(hidden)]
    pub async fn make_up_run(&self, run: BenchRun) -> Result<RunId, StoreError> {
        let now = self.now_ms();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let key = insert_run(
                        connection,
                        &RunColumns {
                            status: RunStatus::Completed,
                            created_at: now,
                            started_at: Some(now),
                            finished_at: Some(now),
                            elapsed_s: 1.0,
                            attempts: 1,
                            error: None,
                            owner: None,
                            withdrawn: 0,
                            new: &run.new,
                        },
                    )
                    .await?;
                    for language in &run.languages {
                        sqlx::query(
                            "WITH RECURSIVE p (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM p WHERE n + 1 < ?4)
                             INSERT INTO questions (run, model, language, problem, cluster, position)
                             SELECT ?1, ?2, ?3, ?3 || '/' || n, 'HumanEval/' || n, n FROM p WHERE ?4 > 0",
                        )
                        .bind(key)
                        .bind(&run.model)
                        .bind(language.as_str())
                        .bind(run.problems)
                        .execute(&mut *connection)
                        .await?;
                    }
                    make_up_samples(connection, key, &run, now).await?;
                    Ok(run.new.id)
                }
                .boxed()
            })
            .await
    }
}

/// Numbers from 0 to 999,999 that look drawn, of question (by its place in the run) and index: the same on any machine.
const DRAWN: &str =
    "(k.place * 7919 + i.n * 104729 + (k.place * 31 + 17) * (i.n * 37 + 11)) % 999983";

async fn make_up_samples(
    connection: &mut sqlx::SqliteConnection,
    key: i64,
    run: &BenchRun,
    now: i64,
) -> Result<(), StoreError> {
    let questions = (run.languages.len() as u64) * u64::from(run.problems);
    if questions == 0 {
        return Ok(());
    }
    let each = u64::from(run.samples) / questions;
    let more = u64::from(run.samples) % questions;
    let statement = format!(
        "WITH RECURSIVE i (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i WHERE n < ?2),
         k AS (SELECT id, position, row_number() OVER (ORDER BY id) - 1 AS place FROM questions WHERE run = ?1),
         drawn AS (SELECT k.id AS question, k.position, k.place, i.n AS n, {DRAWN} AS d FROM k CROSS JOIN i
                   WHERE i.n < ?2 + (k.place < ?3) ORDER BY k.id, i.n)
         INSERT INTO samples (question, sample_index, strategy, stage, transport, content, rule, finish,
             prompt_tokens, completion_tokens, latency_ms, first_token_ms, attempts, verdict, exit_code, duration_ms,
             cpu_ms, peak_memory_kb, quality, detected, confidence, cost_usd, cached, program_hash, shape_hash,
             finished_at)
         SELECT question, n, 'instruct', 'done',
             CASE WHEN d % 499 = 0 THEN 'timeout' ELSE 'ok' END,
             CASE WHEN d % 499 = 0 THEN NULL WHEN d % 97 = 0 THEN 'no_code' ELSE 'ok' END,
             'fence', 'stop', 150 + d % 200, 40 + d % 400, 300.0 + d % 4000, 80.0 + d % 300, 1,
             CASE WHEN d % 499 = 0 OR d % 97 = 0 THEN NULL
                  WHEN d % 1009 = 0 THEN 'infrastructure'
                  WHEN (d / 7) % 1000 < ?4 - 250 + (position * 37) % 500 THEN 'passed'
                  ELSE (CASE d % 5 WHEN 0 THEN 'exception' WHEN 1 THEN 'timeout' WHEN 2 THEN 'compile_error'
                        ELSE 'failed' END) END,
             0, 20.0 + d % 900, 15.0 + d % 800, 9000 + d % 30000, (d % 1000) / 1000.0, 'python', 0.9,
             (150 + d % 200) * 1e-6 + (40 + d % 400) * 4e-6, d % 11 = 0,
             CASE WHEN d % 499 = 0 OR d % 97 = 0 THEN NULL ELSE place * 1000 + d % 23 END,
             CASE WHEN d % 499 = 0 OR d % 97 = 0 THEN NULL ELSE place * 1000 + d % 7 END,
             ?5
         FROM drawn"
    );
    sqlx::query(sqlx::AssertSqlSafe(statement))
        .bind(key)
        .bind(each.cast_signed())
        .bind(more.cast_signed())
        .bind(run.skill)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}
