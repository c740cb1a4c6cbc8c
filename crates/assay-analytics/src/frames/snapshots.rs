//! Snapshots of finished runs: found, made, forgotten.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use assay_core::RunId;
use assay_store::{QuestionColumns, RunReading, RunState, SampleColumns, Store, StoreError};
use polars::prelude::DataFrame;
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::counts::{RunCounts, add_counts, count_frame};
use super::error::Computed;
use super::file::{self, FINISHED, Part, Stamp, UNFINISHED};
use super::layout::{Cells, sample_frame};
use super::making::Making;
use super::warm::Warm;
use super::{SnapshotError, tables};
use crate::ScoreRow;

/// Samples that are one row group: what is in memory at a time while a snapshot is made.
const GROUP: usize = 65_536;
/// Samples that are read from the store at a time.
const PAGE: u32 = 8_192;
/// A file that was not finished for so long was left behind by a program that died.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 3600);

/// The columns of a file of counts.
const OF_COUNTS: [&str; 12] = [
    "cell",
    "model",
    "language",
    "strategy",
    "problem",
    "cluster",
    "samples",
    "judged",
    "passed",
    "infrastructure",
    "unanswered",
    "outstanding",
];

/// Reads runs as columns. Of a run that nobody works on there is a snapshot in a folder beside the store, as Parquet:
/// its samples, and what they count for; it is made when it is missing, of another state or version, or torn. A run
/// that is worked on is read from the store. Clones share everything.
#[derive(Clone)]
pub struct Snapshots {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    folder: PathBuf,
    warm: Mutex<Warm>,
    /// Runs whose snapshots are being made, or could not be; by state.
    taken: Mutex<HashMap<RunId, RunState>>,
    /// One is made at a time: it is the disk's and the processor's work, and nobody waits for it.
    turn: tokio::sync::Mutex<()>,
    background: TaskTracker,
    cancel: CancellationToken,
}

/// How far the making of snapshots is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotProgress {
    pub done: usize,
    pub all: usize,
}

impl Snapshots {
    /// Snapshots in `folder`, which is made when it is needed; `warm_bytes` bound what is kept in memory.
    pub fn new(store: Store, folder: impl Into<PathBuf>, warm_bytes: usize) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                folder: folder.into(),
                warm: Mutex::new(Warm::new(warm_bytes)),
                taken: Mutex::default(),
                turn: tokio::sync::Mutex::default(),
                background: TaskTracker::new(),
                cancel: CancellationToken::new(),
            }),
        }
    }

    /// Where they lie.
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// Bytes of what is kept in memory.
    pub fn warm_bytes(&self) -> usize {
        lock(&self.inner.warm).bytes()
    }

    /// What the samples of these runs count for: the rows of [`Store::score_rows`], in its order. Nothing is waited for:
    /// a run without a snapshot is counted by the store, and its snapshot is made in the background.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn score_rows(&self, runs: &[RunId]) -> Result<Vec<ScoreRow>, SnapshotError> {
        let states = self.states(runs).await?;
        let mut found: Vec<Option<Arc<Vec<ScoreRow>>>> = {
            let mut warm = lock(&self.inner.warm);
            states.iter().map(|state| warm.get(state)).collect()
        };
        let cold: Vec<(usize, RunState)> = missing(&found)
            .into_iter()
            .filter(|place| states[*place].is_settled())
            .map(|place| (place, states[place].clone()))
            .collect();
        if !cold.is_empty() {
            for (place, counts) in self.read_counts(cold).await {
                let rows = Arc::new(counts.rows);
                lock(&self.inner.warm).keep(&states[place], Arc::clone(&rows));
                found[place] = Some(rows);
            }
        }
        let uncounted = missing(&found);
        if !uncounted.is_empty() {
            let ids: Vec<RunId> = uncounted
                .iter()
                .map(|place| states[*place].run.clone())
                .collect();
            let mut by_run: HashMap<RunId, Vec<ScoreRow>> = HashMap::new();
            for row in self.inner.store.score_rows(&ids).await? {
                let row = ScoreRow::from(row);
                by_run.entry(row.run.clone()).or_default().push(row);
            }
            for place in uncounted {
                let state = &states[place];
                let rows = Arc::new(by_run.remove(&state.run).unwrap_or_default());
                if state.is_settled() {
                    lock(&self.inner.warm).keep(state, Arc::clone(&rows));
                    self.make_later(state.clone());
                }
                found[place] = Some(rows);
            }
        }
        let mut all = Vec::with_capacity(found.iter().flatten().map(|rows| rows.len()).sum());
        for rows in found.iter().flatten() {
            all.extend_from_slice(rows);
        }
        Ok(all)
    }

    /// Makes the snapshot of a run in the background, where it lacks one and nobody works on the run.
    pub fn settle(&self, run: RunId) {
        let this = self.clone();
        self.inner.background.spawn(async move {
            match this.states(std::slice::from_ref(&run)).await.as_deref() {
                Ok([state]) if state.is_settled() => this.make_later(state.clone()),
                Ok(_) => {}
                Err(error) => tracing::warn!(%run, %error, "no snapshot is made"),
            }
        });
    }

    /// Makes the snapshots that these runs lack, one after another.
    ///
    /// # Errors
    /// [`SnapshotError::Cancelled`]; when the store cannot be read or a file not be written.
    pub async fn prepare(
        &self,
        runs: &[RunId],
        cancel: &CancellationToken,
        on_progress: &(dyn Fn(SnapshotProgress) + Send + Sync),
    ) -> Result<(), SnapshotError> {
        let states = self.states(runs).await?;
        let all = states.len();
        for (done, state) in states.iter().enumerate() {
            on_progress(SnapshotProgress { done, all });
            if state.is_settled() && !self.is_there(state).await? {
                let _turn = self.inner.turn.lock().await;
                self.make(&state.run, cancel).await?;
            }
        }
        on_progress(SnapshotProgress { done: all, all });
        Ok(())
    }

    /// Removes what there is of a run.
    pub async fn forget(&self, run: &RunId) {
        lock(&self.inner.warm).forget(run);
        let (folder, run) = (self.inner.folder.clone(), run.clone());
        // Nothing to tell whoever deletes a run if a thread is missing.
        let _ = spawn_blocking(move || file::remove(&folder, &run)).await;
    }

    /// Removes files of runs that the store no longer has, and those that a program left unfinished.
    ///
    /// # Errors
    /// When the store or the folder cannot be read.
    pub async fn sweep(&self) -> Result<(), SnapshotError> {
        let folder = self.inner.folder.clone();
        // Looked at first: a run that comes in between keeps its files.
        let files = spawn_blocking(move || list(&folder)).await??;
        let known: HashSet<PathBuf> = self
            .inner
            .store
            .run_ids()
            .await?
            .iter()
            .flat_map(|run| Part::ALL.map(|part| part.path(&self.inner.folder, run)))
            .collect();
        spawn_blocking(move || {
            for path in files.into_iter().filter(|path| !known.contains(path)) {
                if let Err(error) = std::fs::remove_file(&path) {
                    tracing::warn!(path = %path.display(), %error, "a file left behind cannot be removed");
                }
            }
        })
        .await?;
        Ok(())
    }

    /// Waits for what is made in the background, but no longer than `patience`; then it is left off, and nothing of it
    /// stays.
    pub async fn close(&self, patience: Duration) {
        self.inner.background.close();
        if tokio::time::timeout(patience, self.inner.background.wait())
            .await
            .is_err()
        {
            self.inner.cancel.cancel();
            self.inner.background.wait().await;
        }
    }

    /// How these runs stand, in the order in which the store has them.
    ///
    /// # Errors
    /// [`StoreError::RunNotFound`].
    pub async fn states(&self, runs: &[RunId]) -> Result<Vec<RunState>, SnapshotError> {
        let mut states = self.inner.store.run_states(runs).await?;
        if let Some(run) = runs
            .iter()
            .find(|run| !states.iter().any(|s| s.run == **run))
        {
            return Err(StoreError::RunNotFound(run.to_string()).into());
        }
        states.sort_by_key(|state| state.first_question);
        Ok(states)
    }

    async fn is_there(&self, state: &RunState) -> Result<bool, SnapshotError> {
        let (folder, state) = (self.inner.folder.clone(), state.clone());
        Ok(spawn_blocking(move || {
            let stamp = Stamp::of(&state);
            Part::ALL
                .iter()
                .all(|part| file::is_of(&part.path(&folder, &state.run), &stamp))
        })
        .await?)
    }

    async fn read_counts(&self, cold: Vec<(usize, RunState)>) -> Vec<(usize, RunCounts)> {
        let folder = self.inner.folder.clone();
        let read = spawn_blocking(move || {
            cold.into_iter()
                .filter_map(|(place, state)| Some((place, counts_of(&folder, &state)?)))
                .collect()
        });
        // A torn file that makes the reader panic is as good as none.
        read.await.unwrap_or_default()
    }

    fn make_later(&self, state: RunState) {
        if lock(&self.inner.taken).insert(state.run.clone(), state.clone()) == Some(state.clone()) {
            return;
        }
        let this = self.clone();
        self.inner.background.spawn(async move {
            let made = async {
                let _turn = this.inner.turn.lock().await;
                if this.is_there(&state).await? {
                    return Ok(());
                }
                this.make(&state.run, &this.inner.cancel).await
            }
            .await;
            match made {
                Ok(()) => {
                    lock(&this.inner.taken).remove(&state.run);
                }
                Err(SnapshotError::Cancelled | SnapshotError::Store(StoreError::Closed)) => {}
                // Not tried again in this state: the samples are in the store all the same.
                Err(error) => tracing::warn!(run = %state.run, %error, "no snapshot was made"),
            }
        });
    }

    /// Makes a run's snapshot from the store, both files or none.
    async fn make(&self, run: &RunId, cancel: &CancellationToken) -> Result<(), SnapshotError> {
        let mut reading = self.inner.store.read_columns(run).await?;
        let state = reading.state().clone();
        if !state.is_settled() {
            return Ok(());
        }
        let mut making = Making::new(&self.inner.folder, &state, reading.questions());
        let mut samples = group(&mut reading).await?;
        loop {
            let is_last = samples.is_empty();
            let writing = spawn_blocking(move || {
                making.add(&samples)?;
                Ok::<_, SnapshotError>(making)
            });
            // The next samples are read while these are written.
            samples = if is_last {
                Vec::new()
            } else {
                group(&mut reading).await?
            };
            making = writing.await??;
            if samples.is_empty() {
                break;
            }
            if cancel.is_cancelled() {
                return Err(SnapshotError::Cancelled);
            }
        }
        spawn_blocking(move || making.finish()).await??;
        // A run that was deleted or resumed in between must not leave what is no longer so.
        let now = self
            .inner
            .store
            .run_states(std::slice::from_ref(run))
            .await?;
        if now.first() != Some(&state) {
            self.forget(run).await;
        }
        Ok(())
    }

    /// These columns of a run's samples, and its cells: from its snapshot, which is made where there is none, or else
    /// from the store.
    pub(super) async fn samples(
        &self,
        state: &RunState,
        columns: &'static [&'static str],
    ) -> Result<tables::Samples, SnapshotError> {
        if state.is_settled() {
            if let Some(found) = self.read_samples(state, columns).await {
                return Ok(found);
            }
            let made = async {
                let _turn = self.inner.turn.lock().await;
                self.make(&state.run, &self.inner.cancel).await
            };
            match made.await {
                Ok(()) => {
                    if let Some(found) = self.read_samples(state, columns).await {
                        return Ok(found);
                    }
                }
                Err(error @ (SnapshotError::Store(_) | SnapshotError::Cancelled)) => {
                    return Err(error);
                }
                Err(error) => tracing::warn!(run = %state.run, %error, "no snapshot was made"),
            }
        }
        let mut reading = self.inner.store.read_columns(&state.run).await?;
        let questions: Arc<[QuestionColumns]> = reading.questions().into();
        let (mut cells, mut frame) = (Cells::default(), None);
        loop {
            let samples = group(&mut reading).await?;
            if samples.is_empty() && frame.is_some() {
                break;
            }
            let (questions, mut known) = (Arc::clone(&questions), cells);
            let (more, known) = spawn_blocking(move || {
                let all = sample_frame(&questions, &mut known, &samples).computed()?;
                add_counts(&all, &mut known).computed()?;
                Ok::<_, SnapshotError>((all.select(columns.iter().copied()).computed()?, known))
            })
            .await??;
            cells = known;
            frame = Some(match frame.take() {
                None => more,
                Some(before) => {
                    let mut both: DataFrame = before;
                    both.vstack_mut(&more).computed()?;
                    both
                }
            });
        }
        let counts = count_frame(&questions, &cells).computed()?;
        Ok(tables::Samples {
            counts: RunCounts::of(&state.run, &counts).computed()?,
            frame: frame.unwrap_or_default(),
        })
    }

    async fn read_samples(
        &self,
        state: &RunState,
        columns: &'static [&'static str],
    ) -> Option<tables::Samples> {
        let (folder, state) = (self.inner.folder.clone(), state.clone());
        spawn_blocking(move || {
            let counts = counts_of(&folder, &state)?;
            let path = Part::Samples.path(&folder, &state.run);
            let frame = file::read(&path, &Stamp::of(&state), columns)?;
            (frame.height() as u64 == counts.samples).then_some(tables::Samples { counts, frame })
        })
        .await
        .ok()
        .flatten()
    }
}

fn counts_of(folder: &Path, state: &RunState) -> Option<RunCounts> {
    let path = Part::Counts.path(folder, &state.run);
    let frame = file::read(&path, &Stamp::of(state), &OF_COUNTS)?;
    RunCounts::of(&state.run, &frame).ok()
}

fn missing<T>(found: &[Option<T>]) -> Vec<usize> {
    (0..found.len())
        .filter(|place| found[*place].is_none())
        .collect()
}

/// The next samples of a run; none at its end.
async fn group(reading: &mut RunReading) -> Result<Vec<SampleColumns>, SnapshotError> {
    let mut samples = Vec::new();
    while samples.len() < GROUP {
        let page = reading.page(PAGE).await?;
        if page.is_empty() {
            break;
        }
        samples.extend(page);
    }
    Ok(samples)
}

/// Files of snapshots, and unfinished ones that were left behind.
fn list(folder: &Path) -> Result<Vec<PathBuf>, SnapshotError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(SnapshotError::file("read", folder, error)),
    };
    let mut files = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_left_behind = || {
            let changed = entry.metadata().and_then(|about| about.modified()).ok();
            let age = changed.and_then(|at| SystemTime::now().duration_since(at).ok());
            age.is_some_and(|age| age > LEFT_BEHIND)
        };
        if name.ends_with(FINISHED) || (name.ends_with(UNFINISHED) && is_left_behind()) {
            files.push(path);
        }
    }
    Ok(files)
}

/// The content of a mutex, whatever happened to its last holder: what is behind it is valid after every operation.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
