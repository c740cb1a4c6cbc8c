//! Copying samples from run to run, by the thousand and within SQLite.

use std::collections::HashMap;
use std::ops::ControlFlow;

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{Block, Step};
use crate::StoreError;

/// Samples of one statement, about; between two of them the copy can be stopped.
const CHUNK: u32 = 1_000;

/// Samples on their way into one run.
pub(super) struct Copying {
    run: i64,
    /// By model, language and problem.
    questions: HashMap<(String, String, String), i64>,
    samples: String,
    texts: String,
    pub(super) done: u32,
    all: u32,
}

impl Copying {
    pub(super) async fn new(
        connection: &mut SqliteConnection,
        run: i64,
        all: u32,
    ) -> Result<Self, StoreError> {
        // All columns there are, so that no later layout can be forgotten here.
        let samples = columns(connection, "samples", &["id", "question", "sample_index"]).await?;
        let texts = columns(connection, "sample_texts", &["sample"]).await?;
        let list = |prefix: &str, columns: &[String]| {
            let names: Vec<String> = columns.iter().map(|c| format!("{prefix}{c}")).collect();
            names.join(", ")
        };
        Ok(Self {
            run,
            questions: HashMap::new(),
            samples: format!(
                "INSERT INTO samples (question, sample_index, {})
                 SELECT json_extract(j.value, '$[1]'), s.sample_index + json_extract(j.value, '$[2]'), {}
                 FROM json_each(?) j CROSS JOIN samples s ON s.question = json_extract(j.value, '$[0]')
                 ORDER BY j.key, s.sample_index",
                list("", &samples),
                list("s.", &samples)
            ),
            texts: format!(
                "INSERT INTO sample_texts (sample, {})
                 SELECT n.id, {}
                 FROM json_each(?) j CROSS JOIN samples s ON s.question = json_extract(j.value, '$[0]')
                 CROSS JOIN samples n ON n.question = json_extract(j.value, '$[1]')
                   AND n.sample_index = s.sample_index + json_extract(j.value, '$[2]')
                 CROSS JOIN sample_texts t ON t.sample = s.id",
                list("", &texts),
                list("t.", &texts)
            ),
            done: 0,
            all,
        })
    }

    /// Copies blocks, each with what is added to its indices.
    pub(super) async fn copy<'a>(
        &mut self,
        connection: &mut SqliteConnection,
        blocks: impl Iterator<Item = (&'a Block, i64)> + Send,
        step: &mut Step,
    ) -> Result<(), StoreError> {
        let mut chunk: Vec<(i64, i64, i64)> = Vec::new();
        let mut waiting = 0;
        for (block, shift) in blocks {
            let question = self.question(connection, block).await?;
            chunk.push((block.question, question, shift));
            waiting += block.samples;
            if waiting >= CHUNK {
                self.flush(connection, &mut chunk, step).await?;
                waiting = 0;
            }
        }
        self.flush(connection, &mut chunk, step).await
    }

    async fn question(
        &mut self,
        connection: &mut SqliteConnection,
        block: &Block,
    ) -> Result<i64, StoreError> {
        let key = (
            block.model.clone(),
            block.language.clone(),
            block.problem.clone(),
        );
        if let Some(id) = self.questions.get(&key) {
            return Ok(*id);
        }
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO questions (run, model, language, problem, cluster, position)
             VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(self.run)
        .bind(&block.model)
        .bind(&block.language)
        .bind(&block.problem)
        .bind(&block.cluster)
        .bind(block.position)
        .fetch_one(connection)
        .await?;
        self.questions.insert(key, id);
        Ok(id)
    }

    async fn flush(
        &mut self,
        connection: &mut SqliteConnection,
        chunk: &mut Vec<(i64, i64, i64)>,
        step: &mut Step,
    ) -> Result<(), StoreError> {
        if chunk.is_empty() {
            return Ok(());
        }
        let placed = crate::words::to_json("copy", &chunk)?;
        chunk.clear();
        let copied = sqlx::query(AssertSqlSafe(self.samples.clone()))
            .bind(&placed)
            .execute(&mut *connection)
            .await?;
        sqlx::query(AssertSqlSafe(self.texts.clone()))
            .bind(&placed)
            .execute(&mut *connection)
            .await?;
        self.done += u32::try_from(copied.rows_affected()).unwrap_or(u32::MAX);
        match step(self.done, self.all) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(StoreError::Cancelled),
        }
    }
}

async fn columns(
    connection: &mut SqliteConnection,
    table: &str,
    without: &[&str],
) -> Result<Vec<String>, StoreError> {
    let all: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info(?)")
        .bind(table)
        .fetch_all(connection)
        .await?;
    Ok(all
        .into_iter()
        .filter(|name| !without.contains(&name.as_str()))
        .collect())
}
