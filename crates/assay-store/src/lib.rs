//! Runs, samples and settings in one SQLite file.
//!
//! Every method answers only when what it wrote is committed and on the disk, so an outcome may be
//! announced as soon as its `record_*` has answered. A sample moves through three stages, each
//! exactly once: `pending` → `generated` → `done`; a step that was made before is refused with
//! [`StoreError::WrongStage`].
//!
//! Any number of programs may have a store open. One run is worked on by one of them at a time:
//! [`Store::create_run`] and [`Store::claim_run`] take it, [`Store::finish_run`] gives it back, and
//! [`Store::mark_interrupted`] takes it from the dead.
//!
//! A deleted run is in no answer of any method but those that say so, and comes back whole until it is removed for
//! good.
//!
//! No type of the database driver shows in this API.

mod bench;
mod cache;
mod columns;
mod decisions;
mod deletion;
mod error;
mod insert;
mod insight;
mod listing;
mod open;
mod outstanding;
mod owner;
mod page;
mod policies;
mod problems;
mod records;
mod regroup;
mod runs;
mod samples;
mod scores;
mod settings;
mod transfer;
mod upkeep;
mod views;
mod words;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::FutureExt;
use jiff::Timestamp;
use sqlx::SqlitePool;
use sqlx::sqlite::SqlitePoolOptions;

pub use bench::BenchRun;
pub use cache::{Cache, CacheKey, CacheStats, KeptAnswer};
pub use columns::{QuestionColumns, RunReading, RunState, SampleColumns};
pub use decisions::{DecisionRecord, Lesson, NewLesson, OutcomeRecord};
pub use error::StoreError;
pub use policies::{ArmRecord, PolicyHead, PolicyKnowledge, PolicyRecord};
pub use problems::{EffortRow, ProblemAnswer, ProblemAnswers};
pub use records::{
    Counters, DeletedRun, Diversity, ExecutionRecord, FailureGroup, FailureRecord,
    GenerationRecord, Heartbeat, NewRun, OutstandingCursor, OutstandingSample, PlannedSample,
    RunRecord, RunSource, RunSummary, SampleFilter, SamplePage, SampleQuery, SampleRow, SampleSort,
    ScoreRow,
};
pub use regroup::{
    Difference, MergePlan, Regrouped, Renumbered, SourceRun, SplitBy, SplitPart, SplitPlan, Step,
};
pub use transfer::{EXPORT_FORMAT, EXPORT_VERSION};
pub use views::View;

use owner::Owner;
use writer::Writer;

/// Readers at a time; more wait their turn.
const READERS: u32 = 4;

type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// An open store. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    readers: SqlitePool,
    writer: Writer,
    owner: Owner,
    touched: cache::Touched,
    listings: listing::Listings,
    clock: Clock,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.inner.path)
            .finish()
    }
}

impl Store {
    /// Opens the store at `path`, making it and its folder where there is none and bringing an
    /// older layout up to date, a copy of the old file being left beside it.
    ///
    /// # Errors
    /// [`StoreError::Newer`] and [`StoreError::NotAStore`], the file being left as it is;
    /// [`StoreError::Corrupt`], [`StoreError::DiskFull`], [`StoreError::ReadOnly`],
    /// [`StoreError::File`], [`StoreError::Migration`].
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with_clock(path, Timestamp::now).await
    }

    /// As [`Store::open`], with the clock that stamps what is stored.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_with_clock(
        path: impl AsRef<Path>,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        let connection = open::open_writer(&path, clock()).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(open::reader_options(&path))
            .await
            .map_err(|e| StoreError::opening(&path, e))?;
        Ok(Self {
            inner: Arc::new(Inner {
                owner: Owner::new(&path),
                touched: cache::Touched::default(),
                listings: listing::Listings::default(),
                path,
                readers,
                writer: Writer::start(connection),
                clock: Arc::new(clock),
            }),
        })
    }

    /// Where the store lies.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Waits for the writes under way and closes the file; every later call answers
    /// [`StoreError::Closed`]. A store that is only dropped loses nothing either.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        self.inner.listings.close().await;
        self.inner.writer.close().await;
    }

    /// Examines the whole file: what is wrong with it, line by line; empty when it is sound.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        let mut connection = self.inner.readers.acquire().await?;
        open::integrity(&mut connection).await
    }

    /// Numbers of the layouts the store has been through, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn layouts(&self) -> Result<Vec<i64>, StoreError> {
        self.inner
            .writer
            .write(|connection| open::layouts(connection).boxed())
            .await
    }

    /// Lets the file grow to this many pages and no further: as a full disk would, for tests of what
    /// then happens.
    ///
    /// # Errors
    /// When the store is closed.
    #[doc(hidden)]
    pub async fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let limit = format!("PRAGMA max_page_count = {pages}");
                    sqlx::query(sqlx::AssertSqlSafe(limit))
                        .execute(connection)
                        .await?;
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    fn now_ms(&self) -> i64 {
        (self.inner.clock)().as_millisecond()
    }

    async fn reader(&self) -> Result<sqlx::pool::PoolConnection<sqlx::Sqlite>, StoreError> {
        Ok(self.inner.readers.acquire().await?)
    }
}
