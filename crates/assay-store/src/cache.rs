//! Answers and executions that are known already.
//!
//! The caller makes the keys, of everything that decides a value: nothing here knows what a key stands for, and two
//! values never share one. What is kept goes in with the sample it was made for, in one transaction.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use assay_core::{CacheTally, Execution, Generation};
use futures::FutureExt;
use serde::de::DeserializeOwned;
use sqlx::{Row, SqliteConnection};

use crate::words::{from_json, to_json};
use crate::{Store, StoreError};

/// Uses within this are one: to write every use down would make reading as dear as writing.
const SAME_USE_MS: i64 = 3_600_000;
/// Entries of one transaction when entries are given up: others write in between.
const TRIM_BATCH: i64 = 5_000;
/// What an entry takes besides its text: key, row and two indexes.
const ROW_BYTES: usize = 150;

/// The SHA-256 of everything that decides a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CacheKey(pub [u8; 32]);

/// An answer to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptAnswer {
    pub key: CacheKey,
    pub answer: Generation,
    /// What it cost, where that is known: what a later use of it saves.
    pub cost_usd: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cache {
    Answers,
    Executions,
}

impl Cache {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Executions => "executions",
        }
    }

    fn table(self) -> &'static str {
        match self {
            Self::Answers => "answer_cache",
            Self::Executions => "execution_cache",
        }
    }
}

/// One cache in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CacheStats {
    pub entries: u64,
    pub bytes: u64,
    /// Since it was last cleared.
    pub hits: u64,
    pub misses: u64,
    /// What the answers in it cost the first time, where that is known; US dollars.
    pub cost_usd: Option<f64>,
}

/// Entries that were used and whose time of use is old.
#[derive(Debug, Default)]
pub(crate) struct Touched(Mutex<HashSet<(Cache, i64)>>);

impl Touched {
    fn add(&self, cache: Cache, id: i64) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((cache, id));
    }

    fn take(&self) -> HashSet<(Cache, i64)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store {
    /// The answer that is kept under `key`. One that cannot be read any more is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn cached_answer(&self, key: CacheKey) -> Result<Option<Generation>, StoreError> {
        self.cached(Cache::Answers, "answer", key).await
    }

    /// The execution that is kept under `key`. One that cannot be read any more is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn cached_execution(&self, key: CacheKey) -> Result<Option<Execution>, StoreError> {
        self.cached(Cache::Executions, "execution", key).await
    }

    async fn cached<T: DeserializeOwned>(
        &self,
        cache: Cache,
        column: &'static str,
        key: CacheKey,
    ) -> Result<Option<T>, StoreError> {
        let sql = match cache {
            Cache::Answers => "SELECT id, answer, used_at FROM answer_cache WHERE key = ?",
            Cache::Executions => "SELECT id, execution, used_at FROM execution_cache WHERE key = ?",
        };
        let mut connection = self.reader().await?;
        let row = sqlx::query(sql)
            .bind(&key.0[..])
            .fetch_optional(&mut *connection)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let text: String = row.try_get(column)?;
        let value = match from_json(column, &text) {
            Ok(value) => value,
            Err(error) => {
                tracing::warn!(%error, "an entry of a cache cannot be read and counts as none");
                return Ok(None);
            }
        };
        if self.now_ms() - row.try_get::<i64, _>("used_at")? > SAME_USE_MS {
            self.inner.touched.add(cache, row.try_get("id")?);
        }
        Ok(Some(value))
    }

    /// Keeps answers beside no sample: those of a conversation that goes on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn keep_answer(&self, kept: KeptAnswer) -> Result<(), StoreError> {
        let now = self.now_ms();
        self.inner
            .writer
            .write(move |connection| {
                async move { insert_answer(connection, &kept, now).await }.boxed()
            })
            .await
    }

    /// Keeps an execution beside no sample: one that only gave feedback.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn keep_execution(
        &self,
        key: CacheKey,
        execution: Execution,
    ) -> Result<(), StoreError> {
        let now = self.now_ms();
        self.inner
            .writer
            .write(move |connection| {
                async move { insert_execution(connection, key, &execution, now).await }.boxed()
            })
            .await
    }

    /// Adds to the counts of hits and misses, and writes down what was used.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn note_cache_use(&self, more: CacheTally) -> Result<(), StoreError> {
        let touched = self.inner.touched.take();
        if more == CacheTally::default() && touched.is_empty() {
            return Ok(());
        }
        let now = self.now_ms();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    for (cache, hits, misses) in [
                        (Cache::Answers, more.answer_hits, more.answer_misses),
                        (
                            Cache::Executions,
                            more.execution_hits,
                            more.execution_misses,
                        ),
                    ] {
                        sqlx::query(
                            "UPDATE cache_counts SET hits = hits + ?, misses = misses + ?
                             WHERE cache = ?",
                        )
                        .bind(hits)
                        .bind(misses)
                        .bind(cache.as_str())
                        .execute(&mut *connection)
                        .await?;
                    }
                    for (cache, id) in touched {
                        let sql = format!("UPDATE {} SET used_at = ? WHERE id = ?", cache.table());
                        sqlx::query(sqlx::AssertSqlSafe(sql))
                            .bind(now)
                            .bind(id)
                            .execute(&mut *connection)
                            .await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    /// One cache in numbers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn cache_stats(&self, cache: Cache) -> Result<CacheStats, StoreError> {
        let mut connection = self.reader().await?;
        let sql = match cache {
            Cache::Answers => {
                "SELECT count(*) AS n, total(bytes) AS bytes, sum(cost_usd) AS cost FROM answer_cache"
            }
            Cache::Executions => {
                "SELECT count(*) AS n, total(bytes) AS bytes, NULL AS cost FROM execution_cache"
            }
        };
        let sums = sqlx::query(sql).fetch_one(&mut *connection).await?;
        let counts: (i64, i64) =
            sqlx::query_as("SELECT hits, misses FROM cache_counts WHERE cache = ?")
                .bind(cache.as_str())
                .fetch_one(&mut *connection)
                .await?;
        let whole = |n: i64| n.max(0).cast_unsigned();
        Ok(CacheStats {
            entries: whole(sums.try_get("n")?),
            bytes: sums.try_get::<f64, _>("bytes")? as u64,
            hits: whole(counts.0),
            misses: whole(counts.1),
            cost_usd: sums.try_get("cost")?,
        })
    }

    /// Empties a cache and its counts; answers how many entries it had. Samples keep what they have.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn clear_cache(&self, cache: Cache) -> Result<u64, StoreError> {
        let mut gone = 0;
        loop {
            let removed = self.remove_oldest(cache, i64::MAX).await?;
            gone += removed;
            if removed == 0 {
                break;
            }
        }
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    sqlx::query("UPDATE cache_counts SET hits = 0, misses = 0 WHERE cache = ?")
                        .bind(cache.as_str())
                        .execute(connection)
                        .await?;
                    Ok(())
                }
                .boxed()
            })
            .await?;
        Ok(gone)
    }

    /// Gives entries up until both caches together take at most `limit` bytes: executions before answers, since those
    /// cost time and these may have cost money, and of each what was not used for longest. Answers how many went.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn trim_caches(&self, limit: u64) -> Result<u64, StoreError> {
        let answers = self.cache_stats(Cache::Answers).await?.bytes;
        let executions = self.cache_stats(Cache::Executions).await?.bytes;
        let mut excess = (answers + executions).saturating_sub(limit);
        let mut gone = 0;
        for cache in [Cache::Executions, Cache::Answers] {
            while excess > 0 {
                let before = self.cache_stats(cache).await?.bytes;
                let removed = self
                    .remove_oldest(cache, i64::try_from(excess).unwrap_or(i64::MAX))
                    .await?;
                if removed == 0 {
                    break;
                }
                gone += removed;
                let after = self.cache_stats(cache).await?.bytes;
                excess = excess.saturating_sub(before.saturating_sub(after));
            }
        }
        Ok(gone)
    }

    /// Removes the longest unused entries that come to `bytes` together, a batch at most.
    async fn remove_oldest(&self, cache: Cache, bytes: i64) -> Result<u64, StoreError> {
        let table = cache.table();
        // The running sum up to the entry before: the entry that crosses the mark goes, too.
        let sql = format!(
            "DELETE FROM {table} WHERE id IN (
               SELECT id FROM (
                 SELECT id, sum(bytes) OVER (ORDER BY used_at, id) - bytes AS before
                 FROM (SELECT id, bytes, used_at FROM {table} ORDER BY used_at, id LIMIT {TRIM_BATCH}))
               WHERE before < ?)"
        );
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    Ok(sqlx::query(sqlx::AssertSqlSafe(sql))
                        .bind(bytes)
                        .execute(connection)
                        .await?
                        .rows_affected())
                }
                .boxed()
            })
            .await
    }
}

/// Keeps an answer; the newest counts, for a person may have asked anew.
pub(crate) async fn insert_answer(
    connection: &mut SqliteConnection,
    kept: &KeptAnswer,
    now: i64,
) -> Result<(), StoreError> {
    let text = to_json("answer", &kept.answer)?;
    sqlx::query(
        "INSERT INTO answer_cache (key, answer, bytes, cost_usd, used_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET answer = excluded.answer, bytes = excluded.bytes,
         cost_usd = excluded.cost_usd, used_at = excluded.used_at",
    )
    .bind(&kept.key.0[..])
    .bind(&text)
    .bind(size(&text))
    .bind(kept.cost_usd)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn insert_execution(
    connection: &mut SqliteConnection,
    key: CacheKey,
    execution: &Execution,
    now: i64,
) -> Result<(), StoreError> {
    let text = to_json("execution", execution)?;
    sqlx::query(
        "INSERT INTO execution_cache (key, execution, bytes, used_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET execution = excluded.execution, bytes = excluded.bytes,
         used_at = excluded.used_at",
    )
    .bind(&key.0[..])
    .bind(&text)
    .bind(size(&text))
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

fn size(text: &str) -> i64 {
    i64::try_from(text.len() + ROW_BYTES).unwrap_or(i64::MAX)
}
