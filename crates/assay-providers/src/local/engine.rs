//! One thread that runs all local models, one prompt at a time, and keeps those loaded that fit.

use std::fmt;
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use assay_core::GenerationRequest;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::inference::{Answer, LlamaCpp};
use super::shelf::Shelf;
use super::turns::Turns;
use crate::Failure;

/// A model in memory is known by its file as it was when it was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ModelKey {
    /// The file that is opened; a model in several files is opened by its first.
    pub(super) path: PathBuf,
    /// Of all its files together.
    pub(super) bytes: u64,
    pub(super) modified: Option<SystemTime>,
}

/// What a model may and will take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Memory {
    /// Bytes it is counted with: weights, cache and computation.
    pub(super) needs: u64,
    /// Bytes that all loaded models may take together.
    pub(super) budget: u64,
    /// How long it stays loaded without a prompt.
    pub(super) idle_after: Duration,
}

/// A prompt waiting for its turn.
pub(super) struct Job {
    pub(super) model: ModelKey,
    pub(super) memory: Memory,
    pub(super) request: GenerationRequest,
    pub(super) threads: usize,
    pub(super) max_context: u32,
    pub(super) cancel: CancellationToken,
    pub(super) events: UnboundedSender<Event>,
}

pub(super) enum Event {
    Text(String),
    Done(Result<Answer, Failure>),
}

/// What loads models and makes tokens; tests bring one of their own.
pub(super) trait Backend: Send + Sync + 'static {
    type Model;

    /// Loads the model of `job`, looking at its cancellation token on the way.
    fn load(&self, job: &Job) -> Result<Self::Model, Failure>;

    fn answer(&self, model: &Self::Model, job: &Job) -> Result<Answer, Failure>;
}

type Start = Box<dyn Fn() -> std::io::Result<mpsc::Sender<Job>> + Send + Sync>;

/// The queue to the thread of inference, which starts with the first prompt and ends with this value.
pub(crate) struct Engine {
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    start: Start,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::with(LlamaCpp)
    }
}

impl Engine {
    pub(super) fn with(backend: impl Backend) -> Self {
        let backend = Arc::new(backend);
        Self {
            queue: Mutex::default(),
            start: Box::new(move || start(Arc::clone(&backend))),
        }
    }

    /// Queues a job; its events come through the channel, [`Event::Done`] last.
    pub(super) fn submit(
        &self,
        job: impl FnOnce(UnboundedSender<Event>) -> Job,
    ) -> UnboundedReceiver<Event> {
        let (sender, receiver) = unbounded_channel();
        let mut job = job(sender);
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        // A thread that died of a panic is replaced, once per job.
        for _ in 0..2 {
            let sender = match queue.as_ref() {
                Some(sender) => sender.clone(),
                None => match (self.start)() {
                    Ok(sender) => queue.insert(sender).clone(),
                    Err(error) => {
                        let failure = Failure::Inference {
                            detail: format!("no thread could be started: {error}"),
                        };
                        let _ = job.events.send(Event::Done(Err(failure)));
                        return receiver;
                    }
                },
            };
            match sender.send(job) {
                Ok(()) => break,
                Err(mpsc::SendError(returned)) => {
                    *queue = None;
                    job = returned;
                }
            }
        }
        receiver
    }
}

fn start<B: Backend>(backend: Arc<B>) -> std::io::Result<mpsc::Sender<Job>> {
    let (sender, jobs) = mpsc::channel::<Job>();
    std::thread::Builder::new()
        .name("inference".to_owned())
        .spawn(move || {
            Room {
                backend: &*backend,
                models: Shelf::default(),
                turns: Turns::default(),
            }
            .work(&jobs);
        })?;
    Ok(sender)
}

/// What the thread of inference holds.
struct Room<'a, B: Backend> {
    backend: &'a B,
    models: Shelf<ModelKey, B::Model>,
    turns: Turns<ModelKey, Job>,
}

impl<B: Backend> Room<'_, B> {
    /// Until the engine is gone and what it queued is answered.
    fn work(&mut self, jobs: &mpsc::Receiver<Job>) {
        while self.hear(jobs) {
            let unloaded = self.models.expire(Instant::now());
            if unloaded > 0 {
                tracing::info!(unloaded, "idle models unloaded");
            }
            for job in self.turns.withdraw(|job| job.cancel.is_cancelled()) {
                let _ = job.events.send(Event::Done(Err(Failure::Cancelled)));
            }
            let models = &self.models;
            let next = self.turns.next(Instant::now(), |job, waited_for| {
                !models.contains(&job.model)
                    && models
                        .in_the_way(job.memory.needs, job.memory.budget)
                        .is_some_and(|mut going| going.any(waited_for))
            });
            if let Some(job) = next {
                let result = self.answer(&job);
                let _ = job.events.send(Event::Done(result));
            }
        }
    }

    /// Takes in what was asked for; waits when there is nothing to do, at most until a model's idle time
    /// ends. Whether there may be more to do.
    fn hear(&mut self, jobs: &mpsc::Receiver<Job>) -> bool {
        if self.turns.is_empty() {
            let first = match self.models.expires_in(Instant::now()) {
                Some(wait) => jobs.recv_timeout(wait),
                None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match first {
                Ok(job) => self.line_up(job),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        while let Ok(job) = jobs.try_recv() {
            self.line_up(job);
        }
        true
    }

    fn line_up(&mut self, job: Job) {
        self.turns.add(job.model.clone(), job, Instant::now());
    }

    fn answer(&mut self, job: &Job) -> Result<Answer, Failure> {
        let key = &job.model;
        let Memory {
            needs,
            budget,
            idle_after,
        } = job.memory;
        if !self.models.contains(key) {
            // Its file was replaced.
            self.models.remove(|other| other.path == key.path);
            if !self.models.make_room(needs, budget) {
                return Err(too_large(key, needs, budget));
            }
            let began = Instant::now();
            let model = self.backend.load(job)?;
            tracing::info!(path = %key.path.display(), bytes = needs, elapsed = ?began.elapsed(), "model loaded");
            self.models
                .put(key.clone(), needs, Instant::now(), idle_after, model);
        }
        let Some(model) = self.models.take_up(key, Instant::now(), idle_after) else {
            return Err(Failure::Inference {
                detail: format!("{} is not loaded", key.path.display()),
            });
        };
        let result = self.backend.answer(model, job);
        self.models.put_back(key, Instant::now());
        result
    }
}

pub(super) fn too_large(key: &ModelKey, needs: u64, budget: u64) -> Failure {
    Failure::TooLarge {
        model: key.path.display().to_string(),
        needs,
        budget,
    }
}

#[cfg(test)]
mod tests;
