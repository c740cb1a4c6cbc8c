//! One thread that runs all local models, one prompt after the other.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError, mpsc};

use assay_core::GenerationRequest;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::inference::{Answer, LoadedModels, answer};
use crate::Failure;

/// A prompt waiting for its turn.
pub(super) struct Job {
    pub(super) path: PathBuf,
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

/// The queue to the thread of inference, which starts with the first prompt and ends with this value.
#[derive(Debug, Default)]
pub(crate) struct Engine {
    queue: Mutex<Option<mpsc::Sender<Job>>>,
}

impl Engine {
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
                None => match start() {
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

fn start() -> std::io::Result<mpsc::Sender<Job>> {
    let (sender, jobs) = mpsc::channel::<Job>();
    std::thread::Builder::new()
        .name("inference".to_owned())
        .spawn(move || {
            let mut models = LoadedModels::default();
            while let Ok(job) = jobs.recv() {
                let result = if job.cancel.is_cancelled() {
                    Err(Failure::Cancelled)
                } else {
                    models.get(&job).and_then(|model| answer(model, &job))
                };
                let _ = job.events.send(Event::Done(result));
            }
        })?;
    Ok(sender)
}
