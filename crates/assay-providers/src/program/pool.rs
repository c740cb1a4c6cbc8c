//! The started programs of one definition, and what is asked of them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use assay_core::{FinishReason, Generation, Usage};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::lines::Line;
use super::process::{Launch, MAX_OUTPUT, Process};
use super::wire::{self, Reply};
use crate::Failure;
use crate::text::AnswerText;

/// A program that was told of a cancelled request may take this long to be done with it.
const GRACE: Duration = Duration::from_secs(2);
/// How long a check looks on; a program that ends later, asked nothing, is noticed when it is next needed.
const COMING_UP: Duration = Duration::from_secs(1);

pub(super) struct Job {
    pub(super) id: u64,
    pub(super) line: Vec<u8>,
    pub(super) stops: Vec<String>,
    pub(super) cancel: CancellationToken,
    pub(super) events: mpsc::UnboundedSender<Event>,
}

pub(super) enum Event {
    Text(String),
    Done(Result<Answer, Failure>),
}

pub(super) struct Answer {
    text: String,
    finish: FinishReason,
    usage: Usage,
    latency: Duration,
    first_token: Option<Duration>,
}

impl Answer {
    pub(super) fn into_generation(self) -> Generation {
        let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
        Generation {
            text: self.text,
            finish: self.finish,
            usage: self.usage,
            latency_ms: ms(self.latency),
            first_token_ms: self.first_token.map(ms),
            attempts: 1,
            served_model: None,
            warnings: Vec::new(),
        }
    }
}

#[derive(Debug)]
pub(super) struct Pool {
    launch: Launch,
    limit: Duration,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Process>>,
}

/// How a program is left behind.
enum Left {
    /// It waits for the next request.
    Free,
    /// It still answers a request that nobody waits for.
    Busy,
    /// Nothing it says can be trusted any more.
    Lost,
}

impl Pool {
    pub(super) fn new(launch: Launch, concurrency: usize, limit: Duration) -> Self {
        Self {
            launch,
            limit,
            permits: Arc::new(Semaphore::new(concurrency.min(Semaphore::MAX_PERMITS))),
            idle: Mutex::new(Vec::new()),
        }
    }

    pub(super) fn command(&self) -> String {
        self.launch.command()
    }

    pub(super) fn lost(&self) -> Failure {
        self.launch.failed("what waits for it has ended")
    }

    /// Has one program at hand, and sees whether it comes up.
    ///
    /// # Errors
    /// [`Failure::NotStarted`].
    pub(super) async fn warm(&self) -> Result<(), Failure> {
        let _permit = self.permits.acquire().await.map_err(|_| self.lost())?;
        let mut process = self.take().await?;
        if process.ends_within(COMING_UP).await {
            return Err(self.launch.not_started(process.epitaph().await));
        }
        self.put(process);
        Ok(())
    }

    /// Starts on a job; its events come out of what is returned, the last of them [`Event::Done`].
    pub(super) fn submit(
        self: &Arc<Self>,
        job: impl FnOnce(mpsc::UnboundedSender<Event>) -> Job,
    ) -> mpsc::UnboundedReceiver<Event> {
        let (events, heard) = mpsc::unbounded_channel();
        let job = job(events);
        let pool = Arc::clone(self);
        // A task of its own: a program has to be brought to rest when nobody waits for its answer any more.
        tokio::spawn(async move { pool.carry_out(job).await });
        heard
    }

    async fn carry_out(&self, job: Job) {
        let Job {
            id,
            line,
            stops,
            cancel,
            events,
        } = job;
        let done = |result| {
            // Nobody listens any more when it was cancelled.
            let _ = events.send(Event::Done(result));
        };
        let permit = tokio::select! {
            biased;
            () = cancel.cancelled() => return done(Err(Failure::Cancelled)),
            permit = self.permits.acquire() => permit,
        };
        let Ok(_permit) = permit else {
            return done(Err(self.lost()));
        };
        let mut process = match self.take().await {
            Ok(process) => process,
            Err(failure) => return done(Err(failure)),
        };
        let asking = tokio::time::timeout(
            self.limit,
            self.ask(&mut process, id, &line, &stops, &events),
        );
        let (result, left) = tokio::select! {
            biased;
            () = cancel.cancelled() => (Err(Failure::Cancelled), Left::Busy),
            answer = asking => answer.unwrap_or_else(|_| (Err(self.too_late()), Left::Busy)),
        };
        done(result);
        match left {
            Left::Free => self.put(process),
            Left::Busy if calm(&mut process, id).await => self.put(process),
            Left::Busy => {
                tracing::debug!(program = %self.launch.name, id, "it goes on after a cancellation: ended")
            }
            Left::Lost => {}
        }
    }

    fn too_late(&self) -> Failure {
        Failure::Timeout {
            url: format!("program:{}", self.launch.name),
            phase: "the whole answer",
            limit: self.limit,
        }
    }

    /// A program that runs: one that waits, or a new one.
    async fn take(&self) -> Result<Process, Failure> {
        loop {
            let waiting = self
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop();
            let Some(mut process) = waiting else {
                return self.launch.start();
            };
            if process.ended().is_none() {
                return Ok(process);
            }
            let how = process.epitaph().await;
            if !process.asked {
                // It would end again.
                return Err(self.launch.not_started(how));
            }
            let how = self.launch.without_keys(&how);
            tracing::warn!(program = %self.launch.name, "it has to be started again: {how}");
        }
    }

    fn put(&self, process: Process) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(process);
    }

    async fn ask(
        &self,
        process: &mut Process,
        id: u64,
        line: &[u8],
        stops: &[String],
        events: &mpsc::UnboundedSender<Event>,
    ) -> (Result<Answer, Failure>, Left) {
        let started = Instant::now();
        let mut text = AnswerText::new(stops);
        let (mut first_token, mut streamed) = (None, String::new());
        let mut rest = line;
        let give = |text: &str| {
            if !text.is_empty() {
                let _ = events.send(Event::Text(text.to_owned()));
            }
        };
        let lost = |detail: String| (Err(self.launch.failed(detail)), Left::Lost);
        let (reply, left) = loop {
            let heard = match process.send_or_hear(&mut rest).await {
                Ok(None) => continue,
                Ok(Some(Line::Whole(line))) => line,
                Ok(Some(Line::TooLong)) => {
                    return lost(format!(
                        "a line of its output is longer than {} MB",
                        MAX_OUTPUT >> 20
                    ));
                }
                Ok(Some(Line::End(begun))) => {
                    let mut detail = process.epitaph().await;
                    if !begun.is_empty() {
                        detail.push_str(", in the middle of a line");
                    }
                    return self.broken_off(text, detail);
                }
                Err(_) => {
                    let detail = process.epitaph().await;
                    return self.broken_off(text, detail);
                }
            };
            if heard.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let reply: Reply = match serde_json::from_slice(&heard) {
                Ok(reply) => reply,
                Err(error) => return lost(self.no_reply(&heard, &error)),
            };
            if !reply.is_for(id) {
                let other = reply.id.map_or("no id".to_owned(), |id| {
                    format!("the id {}", self.shortened(&id.to_string()))
                });
                return lost(format!("it answers with {other}, and was asked with {id}"));
            }
            if let Some(detail) = reply.error() {
                let left = if rest.is_empty() {
                    Left::Free
                } else {
                    Left::Lost
                };
                let detail = format!("it says: {}", self.shortened(&detail));
                return (Err(self.launch.failed(detail)), left);
            }
            if let Some(delta) = &reply.delta {
                first_token.get_or_insert_with(|| started.elapsed());
                streamed.push_str(delta);
                if streamed.len() > MAX_OUTPUT {
                    return lost(format!("its answer is longer than {} MB", MAX_OUTPUT >> 20));
                }
                give(text.push(delta.as_bytes()));
            }
            if reply.is_last() {
                break (
                    Some(reply),
                    if rest.is_empty() {
                        Left::Free
                    } else {
                        Left::Lost
                    },
                );
            }
            if text.stopped() {
                // It was told of the stop sequence and writes on: what follows is of no use.
                break (None, Left::Busy);
            }
        };
        if let Some(whole) = reply.as_ref().and_then(|reply| reply.text.as_deref()) {
            if streamed.is_empty() {
                give(text.push(whole.as_bytes()));
            } else if whole != streamed {
                return lost("the text of its answer is not what its deltas add up to".to_owned());
            }
        }
        give(text.finish());
        let usage = Usage {
            prompt_tokens: reply.as_ref().and_then(|reply| reply.prompt_tokens),
            completion_tokens: reply.as_ref().and_then(|reply| reply.completion_tokens),
        };
        let finish = match &reply {
            Some(reply) if !text.stopped() => reply.finish(),
            _ => FinishReason::Stop,
        };
        let text = text.into_text();
        if text.is_empty() {
            return (Err(Failure::Empty { finish, usage }), left);
        }
        let answer = Answer {
            text,
            finish,
            usage,
            latency: started.elapsed(),
            first_token,
        };
        (Ok(answer), left)
    }

    /// A line that is no reply, as people are shown it.
    fn no_reply(&self, line: &[u8], error: &serde_json::Error) -> String {
        let what = if error.is_data() {
            "is not the object expected"
        } else {
            "is no JSON"
        };
        // The error may repeat what stands in the line.
        let error = self.shortened(&error.to_string());
        let line = self.shortened(&String::from_utf8_lossy(line));
        format!("a line of its output {what} ({error}): {line}")
    }

    /// The program's words, fit to be shown. Its keys go before they are cut, or the beginning of one could stay.
    fn shortened(&self, words: &str) -> String {
        shorten(&self.launch.without_keys(words))
    }

    /// The program is gone; whether some of the answer had come decides what the sample is called.
    fn broken_off(&self, mut text: AnswerText, detail: String) -> (Result<Answer, Failure>, Left) {
        text.finish();
        let partial = self.launch.without_keys(&text.into_text());
        let failure = if partial.is_empty() {
            self.launch.failed(detail)
        } else {
            Failure::Truncated {
                detail: format!(
                    "the program '{}' failed: {}",
                    self.launch.name,
                    self.launch.without_keys(&detail)
                ),
                partial,
            }
        };
        (Err(failure), Left::Lost)
    }
}

/// Tells the program that nobody waits for `id`; answers whether it is done with it within the grace.
async fn calm(process: &mut Process, id: u64) -> bool {
    if !process.in_step {
        return false;
    }
    let quiet = async {
        process.send(&wire::cancel(id)).await.ok()?;
        loop {
            let Ok(Line::Whole(line)) = process.lines.next().await else {
                return None;
            };
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let reply: Reply = serde_json::from_slice(&line).ok()?;
            if reply.is_for(id) && reply.is_last() {
                return Some(());
            }
        }
    };
    tokio::time::timeout(GRACE, quiet)
        .await
        .ok()
        .flatten()
        .is_some()
}

/// The first 200 characters on one line.
fn shorten(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = line.char_indices().nth(200) {
        line.truncate(at);
        line.push_str("...");
    }
    line
}
