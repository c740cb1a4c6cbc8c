//! Warm containers, one program at a time in each.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use assay_core::{Execution, Language, Limits};
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

use crate::container::Container;
use crate::engine::Engine;
use crate::language::LanguageFolder;
use crate::owner::Owner;
use crate::protocol::{Answer, Request};
use crate::room::Room;
use crate::shape::Shape;
use crate::slot::{SLOTS, Slots};
use crate::{Gauges, Isolation, LanguageGauges, Program, SandboxError};

/// What the supervisors' calibration takes on a machine of ordinary speed that has time for it, in
/// milliseconds (CPython 3.11, a laptop of 2020). A slower machine stretches limits accordingly.
const ORDINARY_CALIBRATION_MS: f64 = 4.0;
const MAX_TIMEOUT_SCALE: f64 = 8.0;

/// How long a new container waits for memory while other programs run.
const MEMORY_PATIENCE: Duration = Duration::from_secs(30);
const MEMORY_PAUSE: Duration = Duration::from_millis(200);

pub(crate) struct Pool {
    engine: Engine,
    owner: Owner,
    isolation: Isolation,
    recycle_after: u32,
    concurrency: u32,
    /// How many containers the machine has memory for.
    room: Room,
    /// One for each program that may run. All of them at once: nothing else runs.
    permits: Semaphore,
    idle: Mutex<Vec<Container>>,
    slots: Slots,
    timeout_scale: OnceCell<f64>,
    closed: CancellationToken,
    containers: AtomicU32,
    running: AtomicU32,
    waiting: AtomicU32,
    jobs: AtomicU64,
    executed: AtomicU64,
    recycled: AtomicU64,
    retried: AtomicU64,
    overturned: AtomicU64,
    languages: Mutex<BTreeMap<Language, Counts>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    containers: u32,
    running: u32,
    executed: u64,
    wall: Duration,
}

/// The right to run a program: one place, or all of them.
pub(crate) struct Place<'a> {
    pool: &'a Pool,
    _permit: SemaphorePermit<'a>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.pool.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counts while it lives.
struct Counted<'a>(&'a AtomicU32);

impl<'a> Counted<'a> {
    fn new(counter: &'a AtomicU32) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Self(counter)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A program of a language that runs, counted while it lives: an execution may be dropped at any time.
struct Running<'a> {
    pool: &'a Pool,
    language: &'a Language,
}

impl<'a> Running<'a> {
    fn new(pool: &'a Pool, language: &'a Language) -> Self {
        pool.count(language, |counts| counts.running += 1);
        Self { pool, language }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.pool.count(self.language, |counts| counts.running -= 1);
    }
}

impl Pool {
    pub fn new(
        engine: Engine,
        owner: Owner,
        isolation: Isolation,
        recycle_after: u32,
        concurrency: usize,
        room: Room,
        timeout_scale: Option<f64>,
    ) -> Self {
        let concurrency = u32::try_from(concurrency).unwrap_or(SLOTS).clamp(1, SLOTS);
        Self {
            engine,
            owner,
            isolation,
            recycle_after: recycle_after.max(1),
            concurrency,
            room,
            permits: Semaphore::new(concurrency as usize),
            idle: Mutex::default(),
            slots: Slots::default(),
            timeout_scale: OnceCell::new_with(timeout_scale.map(|scale| scale.max(1.0))),
            closed: CancellationToken::new(),
            containers: AtomicU32::new(0),
            running: AtomicU32::new(0),
            waiting: AtomicU32::new(0),
            jobs: AtomicU64::new(0),
            executed: AtomicU64::new(0),
            recycled: AtomicU64::new(0),
            retried: AtomicU64::new(0),
            overturned: AtomicU64::new(0),
            languages: Mutex::default(),
        }
    }

    pub fn concurrency(&self) -> u32 {
        self.concurrency
    }

    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    pub fn timeout_scale(&self) -> Option<f64> {
        self.timeout_scale.get().copied()
    }

    pub fn gauges(&self) -> Gauges {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Gauges {
            concurrency: self.concurrency,
            containers: self.containers.load(Ordering::Relaxed),
            running: self.running.load(Ordering::Relaxed),
            waiting: self.waiting.load(Ordering::Relaxed),
            executed: read(&self.executed),
            recycled: read(&self.recycled),
            retried: read(&self.retried),
            overturned: read(&self.overturned),
            languages: lock(&self.languages)
                .iter()
                .map(|(language, counts)| LanguageGauges {
                    language: language.clone(),
                    containers: counts.containers,
                    running: counts.running,
                    executed: counts.executed,
                    mean_ms: (counts.executed > 0)
                        .then(|| counts.wall.as_secs_f64() * 1e3 / counts.executed as f64),
                })
                .collect(),
        }
    }

    fn count(&self, language: &Language, change: impl FnOnce(&mut Counts)) {
        change(lock(&self.languages).entry(language.clone()).or_default());
    }

    pub fn count_retry(&self) {
        self.retried.fetch_add(1, Ordering::Relaxed);
    }

    pub fn count_overturned(&self) {
        self.overturned.fetch_add(1, Ordering::Relaxed);
    }

    /// Resolves when the pool is closed.
    pub async fn closed(&self) {
        self.closed.cancelled().await;
    }

    /// Waits for a place; for all of them when `alone`.
    pub async fn place(&self, alone: bool) -> Result<Place<'_>, SandboxError> {
        let wanted = if alone { self.concurrency } else { 1 };
        let waiting = Counted::new(&self.waiting);
        let permit = self
            .permits
            .acquire_many(wanted)
            .await
            .map_err(|_| SandboxError::Cancelled)?;
        drop(waiting);
        self.running.fetch_add(1, Ordering::Relaxed);
        Ok(Place {
            pool: self,
            _permit: permit,
        })
    }

    /// Executes `program` in a warm container, or in a new one; tells its execution, and whether something beside it
    /// may have ended it so.
    ///
    /// # Errors
    /// When no container could be started, or the one that was used is lost.
    pub async fn execute(
        &self,
        _place: &Place<'_>,
        folder: &LanguageFolder,
        program: &Program,
        limits: &Limits,
    ) -> Result<(Execution, bool), SandboxError> {
        let mut taken = self.take(folder, limits).await?;
        let language = &program.language;
        let start = Instant::now();
        let running = Running::new(self, language);
        let answer = self.ask(&mut taken, folder, program, limits).await?;
        drop(running);
        self.executed.fetch_add(1, Ordering::Relaxed);
        self.count(language, |counts| {
            counts.executed += 1;
            counts.wall += start.elapsed();
        });
        if let Some(leftovers) = &answer.leftovers {
            tracing::debug!(leftovers, "a program left something behind");
        }
        let (reusable, doubtful) = (answer.reusable, answer.is_doubtful());
        let mut execution = Execution::from(answer);
        if let Some(container) = &taken.container {
            execution.toolchain = Some(container.hello.toolchain.clone());
            execution.image.clone_from(&container.digest);
        }
        if reusable {
            taken.put_back();
        }
        Ok((execution, doubtful))
    }

    async fn ask(
        &self,
        taken: &mut Taken<'_>,
        folder: &LanguageFolder,
        program: &Program,
        limits: &Limits,
    ) -> Result<Answer, SandboxError> {
        let id = self.jobs.fetch_add(1, Ordering::Relaxed);
        let scale = self.timeout_scale().unwrap_or(1.0);
        let request = Request::new(id, program, &folder.definition, limits, scale);
        taken.execute(&request).await
    }

    /// Makes sure a container has been started once, so that the machine is measured.
    pub async fn warm_up(
        &self,
        folder: &LanguageFolder,
        limits: &Limits,
    ) -> Result<(), SandboxError> {
        let _place = self.place(false).await?;
        self.take(folder, limits).await?.put_back();
        Ok(())
    }

    /// As [`Pool::warm_up`], with a container in every place.
    pub async fn warm_up_all(
        &self,
        folder: &LanguageFolder,
        limits: &Limits,
    ) -> Result<(), SandboxError> {
        // Place after place would wait for somebody else's, who waits for ours.
        let _all = self.place(true).await?;
        let containers = (0..self.concurrency).map(|_| self.take(folder, limits));
        for taken in futures::future::try_join_all(containers).await? {
            taken.put_back();
        }
        Ok(())
    }

    async fn take(
        &self,
        folder: &LanguageFolder,
        limits: &Limits,
    ) -> Result<Taken<'_>, SandboxError> {
        let shape = Shape::new(folder, limits);
        if let Some(container) = self.room_or_idle(folder, &shape).await {
            return Ok(Taken::new(self, container));
        }
        let slot = self.slots.take();
        let labels = self.owner.labels("program");
        let container = Container::start(&self.engine, folder, shape, labels, slot.number).await?;
        slot.keep();
        self.containers.fetch_add(1, Ordering::Relaxed);
        self.count(&container.language, |counts| counts.containers += 1);
        let measured = container.hello.calibration_ms;
        self.timeout_scale
            .get_or_init(|| async { timeout_scale(measured) })
            .await;
        Ok(Taken::new(self, container))
    }

    /// An idle container of this shape, or room for a new one: where the count or the memory says so, idle ones are
    /// given up until another fits, those of the same language with other limits first, then the longest idle. Waits
    /// for memory that running programs hold, but not for ever: the machine may be short of it for other reasons.
    async fn room_or_idle(&self, folder: &LanguageFolder, shape: &Shape) -> Option<Container> {
        let start = Instant::now();
        loop {
            let (surplus, short) = {
                let mut idle = lock(&self.idle);
                if let Some(at) = idle.iter().rposition(|one| one.shape == *shape) {
                    return Some(idle.remove(at));
                }
                let short = !self.room.has_memory_for(folder, shape.memory_mb);
                let count = self.containers.load(Ordering::Relaxed);
                let full = count >= self.room.most().max(self.concurrency).min(SLOTS);
                let language = folder.language();
                let sibling = idle.iter().position(|one| one.language == language);
                let at = sibling.unwrap_or(0);
                let given = (full || short) && at < idle.len();
                (given.then(|| idle.remove(at)), short)
            };
            if let Some(container) = surplus {
                self.discard(container).await;
                continue;
            }
            let others = self.running.load(Ordering::Relaxed) > 1;
            if !short || !others || start.elapsed() > MEMORY_PATIENCE {
                return None;
            }
            tokio::time::sleep(MEMORY_PAUSE).await;
        }
    }

    /// Gives up containers nobody wanted for so long, while there is a pool.
    pub async fn give_up_idle(pool: Weak<Self>, after: Duration) {
        let mut ticks = tokio::time::interval((after / 4).max(Duration::from_millis(100)));
        loop {
            ticks.tick().await;
            let Some(pool) = pool.upgrade() else { return };
            if pool.closed.is_cancelled() {
                return;
            }
            let old: Vec<_> = lock(&pool.idle)
                .extract_if(.., |one| one.idle_since.elapsed() > after)
                .collect();
            for container in old {
                pool.discard(container).await;
            }
        }
    }

    async fn discard(&self, container: Container) {
        self.forget(&container);
        container.remove().await;
    }

    /// Takes a container that goes out of the count.
    fn forget(&self, container: &Container) {
        self.containers.fetch_sub(1, Ordering::Relaxed);
        self.recycled.fetch_add(1, Ordering::Relaxed);
        self.count(&container.language, |counts| counts.containers -= 1);
        self.slots.free(container.slot);
    }

    /// Ends what runs, waits for it, removes every container.
    pub async fn close(&self) {
        self.closed.cancel();
        if let Ok(everything) = self.permits.acquire_many(self.concurrency).await {
            everything.forget();
        }
        self.permits.close();
        let idle = std::mem::take(&mut *lock(&self.idle));
        futures::future::join_all(idle.into_iter().map(|container| self.discard(container))).await;
    }
}

/// A container that executes for somebody. It goes back to the idle ones only by
/// [`Taken::put_back`]; dropped (an error, a cancelled execution) it is removed.
struct Taken<'a> {
    pool: &'a Pool,
    container: Option<Container>,
}

impl<'a> Taken<'a> {
    fn new(pool: &'a Pool, container: Container) -> Self {
        Self {
            pool,
            container: Some(container),
        }
    }

    async fn execute(&mut self, request: &Request<'_>) -> Result<Answer, SandboxError> {
        match &mut self.container {
            Some(container) => container.execute(request).await,
            None => Err(SandboxError::container("was given back")),
        }
    }

    /// Gives the container back, clean; one that is used up is removed instead.
    fn put_back(mut self) {
        let pool = self.pool;
        let keep = self.container.as_ref().is_some_and(|container| {
            pool.isolation == Isolation::Pool
                && container.jobs < pool.recycle_after
                && !pool.closed.is_cancelled()
        });
        if keep && let Some(mut container) = self.container.take() {
            container.idle_since = Instant::now();
            lock(&pool.idle).push(container);
        }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(container) = self.container.take() {
            // Its own drop removes it, in the background.
            self.pool.forget(&container);
        }
    }
}

/// By how much limits are stretched on a machine whose calibration took this long.
fn timeout_scale(calibration_ms: f64) -> f64 {
    let scale = calibration_ms / ORDINARY_CALIBRATION_MS;
    if scale.is_finite() {
        scale.clamp(1.0, MAX_TIMEOUT_SCALE)
    } else {
        1.0
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it is held; were it otherwise, the lists would still be whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fast_machines_are_not_hurried_and_slow_ones_get_time() {
        assert_eq!(timeout_scale(2.0), 1.0);
        assert_eq!(timeout_scale(8.0), 2.0);
        assert_eq!(timeout_scale(1e9), MAX_TIMEOUT_SCALE);
        assert_eq!(timeout_scale(f64::NAN), 1.0);
    }
}
