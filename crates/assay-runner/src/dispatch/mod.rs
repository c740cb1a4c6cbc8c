//! The dispatcher: one task that owns a run's state.

mod hand_out;
mod settle;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use assay_core::{CacheTally, Coded, ErrorInfo, RunEvent, RunProgress, RunStatus, SampleId};
use assay_providers::CancellationToken;
use assay_store::{Counters, OutstandingCursor, StoreError};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};

use crate::early::{Early, Question};
use crate::lane::Lane;
use crate::metrics;
use crate::progress::{Gauges, Tally};
use crate::runner::{RunnerConfig, Shared, internal};
use crate::share::{Place, Seat};
use crate::steps::{Context, Done, Ready};

/// Entries after which the caches are looked at whether they are too big.
const TRIM_EVERY: u32 = 10_000;

enum Stop {
    /// By the handle, or by another program.
    Asked,
    Failed(ErrorInfo),
}

/// What earlier attempts at a run have done.
pub(crate) struct Before {
    pub counters: Counters,
    pub withdrawn: u32,
    pub elapsed_s: f64,
}

/// How an attempt ended.
pub(crate) struct End {
    pub status: RunStatus,
    pub error: Option<ErrorInfo>,
    pub progress: RunProgress,
    pub elapsed_s: Option<f64>,
}

pub(crate) struct Dispatcher {
    context: Arc<Context>,
    shared: Arc<Shared>,
    config: RunnerConfig,
    lanes: Vec<Lane>,
    /// At the sandbox's places.
    seat: Seat,
    /// Programs that wait for the sandbox, and what they take in bytes.
    ready: VecDeque<Ready>,
    ready_bytes: usize,
    /// Answers of earlier attempts that have no verdict: how far they were read.
    backlog: OutstandingCursor,
    backlog_read: bool,
    /// Samples in a lane's flight, ready, or in execution.
    in_hand: HashSet<SampleId>,
    in_execution: usize,
    unjudged_in_a_row: u32,
    /// Each gives its place back with its outcome, unless it did so before.
    tasks: JoinSet<(Done, Option<Place>)>,
    tally: Tally,
    early: Option<Early>,
    /// Questions that need no more samples than those named.
    decided: Vec<(Question, Vec<SampleId>)>,
    stop: Option<Stop>,
    began: Instant,
    elapsed_before: f64,
    /// Since when the run is paused, and how long it was in all before that.
    paused_since: Option<Instant>,
    paused_for: Duration,
    memory_short: bool,
    /// What of the caches' use is written down.
    noted: CacheTally,
    kept: u32,
    outstanding: u32,
    told: Option<RunProgress>,
    told_at: Instant,
}

impl Dispatcher {
    pub(crate) fn new(
        context: Arc<Context>,
        shared: Arc<Shared>,
        config: RunnerConfig,
        lanes: Vec<Lane>,
        seat: Seat,
        early: Option<Early>,
        before: &Before,
    ) -> Self {
        let now = Instant::now();
        let stored = &before.counters;
        Self {
            context,
            shared,
            config,
            lanes,
            seat,
            ready: VecDeque::new(),
            ready_bytes: 0,
            backlog: OutstandingCursor::default(),
            backlog_read: stored.generated == 0,
            in_hand: HashSet::new(),
            in_execution: 0,
            unjudged_in_a_row: 0,
            tasks: JoinSet::new(),
            tally: Tally::new(stored, before.withdrawn),
            early,
            decided: Vec::new(),
            stop: None,
            began: now,
            elapsed_before: before.elapsed_s,
            paused_since: None,
            paused_for: Duration::ZERO,
            memory_short: false,
            noted: CacheTally::default(),
            kept: 0,
            outstanding: stored.total - stored.done,
            told: None,
            told_at: now,
        }
    }

    pub(crate) async fn run(mut self) -> End {
        let total = self.progress().total;
        self.shared.hub.tell(RunEvent::Started {
            run: self.shared.run.clone(),
            total,
            outstanding: self.outstanding,
        });
        let mut tick = tokio::time::interval(self.config.progress_every);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heartbeat = tokio::time::interval(self.config.heartbeat_every);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let stop = self.shared.stop.clone();
        let wake = Arc::clone(&self.shared.wake);
        loop {
            self.heed(&stop);
            if self.stop.is_none()
                && let Err(error) = self.go_on().await
            {
                self.fail(error.info());
            }
            if self.tasks.is_empty() && (self.stop.is_some() || !self.has_more()) {
                // Nothing under way, and nothing left to begin: all is done, or the run has stopped.
                break;
            }
            tokio::select! {
                () = stop.cancelled(), if self.stop.is_none() => self.stop = Some(Stop::Asked),
                Some(done) = self.tasks.join_next() => match done {
                    Ok((done, place)) => {
                        // What was given back for the stop must not be taken for given back unasked.
                        self.heed(&stop);
                        self.take_in(done);
                        drop(place);
                    }
                    Err(panic) => self.fail(internal(&panic.to_string())),
                },
                // A place came free, or somebody steers.
                () = wake.notified() => {}
                _ = tick.tick() => {
                    self.memory_short = self.config.memory.as_ref().is_some_and(|m| m.is_short());
                    self.tell_progress();
                }
                _ = heartbeat.tick(), if self.stop.is_none() => self.beat().await,
            }
        }
        self.kept = TRIM_EVERY;
        if let Err(error) = self.note_cache_use().await {
            tracing::warn!(%error, "failed to count what the caches did");
        }
        self.end()
    }

    fn heed(&mut self, stop: &CancellationToken) {
        if self.stop.is_none() && stop.is_cancelled() {
            self.stop = Some(Stop::Asked);
        }
    }

    fn end(mut self) -> End {
        let (status, error) = match self.stop.take() {
            Some(Stop::Asked) if self.shared.interrupted.load(Ordering::SeqCst) => {
                (RunStatus::Interrupted, None)
            }
            Some(Stop::Asked) => (RunStatus::Cancelled, None),
            Some(Stop::Failed(error)) => (RunStatus::Failed, Some(error)),
            None => match self.lanes.iter_mut().find_map(|l| l.halted.take()) {
                Some(error) => (RunStatus::Failed, Some(error)),
                None => (RunStatus::Completed, None),
            },
        };
        let progress = self.progress();
        End {
            status,
            error,
            elapsed_s: Some(progress.elapsed_s),
            progress,
        }
    }

    /// Whether anything is left that could be begun, now or later.
    fn has_more(&self) -> bool {
        !self.backlog_read || !self.ready.is_empty() || self.lanes.iter().any(Lane::has_more)
    }

    async fn go_on(&mut self) -> Result<(), StoreError> {
        while let Some((question, under_way)) = self.decided.pop() {
            self.withdraw(question, under_way).await?;
        }
        let paused = self.shared.paused.load(Ordering::SeqCst);
        match (paused, self.paused_since) {
            (true, None) => self.paused_since = Some(Instant::now()),
            (false, Some(since)) => {
                self.paused_for += since.elapsed();
                self.paused_since = None;
            }
            _ => {}
        }
        if paused {
            // Others may have what this run would have taken.
            self.seat.content();
            for lane in &self.lanes {
                lane.seat.content();
            }
            return Ok(());
        }
        self.hand_out().await
    }

    /// Takes a question's samples out of the plan that nobody has begun.
    async fn withdraw(
        &mut self,
        question: Question,
        under_way: Vec<SampleId>,
    ) -> Result<(), StoreError> {
        for lane in &mut self.lanes {
            if lane.model == question.model {
                lane.queue
                    .retain(|sample| Question::from(sample) != question);
            }
        }
        let Question {
            model,
            language,
            problem,
        } = question;
        let gone = self
            .context
            .store
            .withdraw(&self.context.run, &model, &language, &problem, under_way)
            .await?;
        self.tally.withdrawn(gone);
        Ok(())
    }

    async fn beat(&mut self) {
        let elapsed = self.elapsed_before + self.attempt().as_secs_f64();
        match self
            .context
            .store
            .heartbeat(&self.context.run, elapsed)
            .await
        {
            Ok(beat) => {
                if beat.cancel_requested {
                    self.shared.stop.cancel();
                }
                self.shared.paused.store(beat.paused, Ordering::SeqCst);
                let weight = beat.priority.weight();
                self.seat.weigh(weight);
                for lane in &self.lanes {
                    lane.seat.weigh(weight);
                }
            }
            Err(error) => return self.fail(error.info()),
        }
        if let Err(error) = self.note_cache_use().await {
            self.fail(error.info());
        }
    }

    /// Writes down what the caches did since the last time, and keeps them within their limit.
    async fn note_cache_use(&mut self) -> Result<(), StoreError> {
        let now = self.context.cached.tally();
        let before = std::mem::replace(&mut self.noted, now);
        let more = CacheTally {
            answer_hits: now.answer_hits - before.answer_hits,
            answer_misses: now.answer_misses - before.answer_misses,
            execution_hits: now.execution_hits - before.execution_hits,
            execution_misses: now.execution_misses - before.execution_misses,
        };
        self.context.store.note_cache_use(more).await?;
        self.kept += more.answer_misses + more.execution_misses;
        if self.kept >= TRIM_EVERY {
            self.kept = 0;
            self.context
                .store
                .trim_caches(self.config.cache_bytes.load(Ordering::Relaxed))
                .await?;
        }
        Ok(())
    }

    /// Time at work in this attempt.
    fn attempt(&self) -> Duration {
        let paused = self
            .paused_since
            .map_or(Duration::ZERO, |since| since.elapsed());
        self.began
            .elapsed()
            .saturating_sub(self.paused_for + paused)
    }

    fn progress(&mut self) -> RunProgress {
        let live = self.lanes.iter().filter(|lane| lane.has_more());
        let gauges = Gauges {
            in_generation: self.lanes.iter().map(|lane| lane.in_flight).sum(),
            generation_limit: live.map(|lane| lane.seat.limit()).sum(),
            waiting: self.ready.len(),
            in_execution: self.in_execution,
            paused: self.paused_since.is_some(),
            memory_short: self.memory_short,
            cache: self.context.cached.tally(),
        };
        let attempt = self.attempt();
        self.tally.progress(attempt, self.elapsed_before, &gauges)
    }

    fn tell_progress(&mut self) {
        let progress = self.progress();
        let still = RunProgress {
            elapsed_s: 0.0,
            rate_per_s: None,
            remaining_s: None,
            remaining_low_s: None,
            remaining_high_s: None,
            ..progress.clone()
        };
        // Where nothing moves, the clock does: once a second.
        if self.told.as_ref() == Some(&still) && self.told_at.elapsed() < Duration::from_secs(1) {
            return;
        }
        metrics::progressed(self.shared.run.as_str(), &progress);
        self.told = Some(still);
        self.told_at = Instant::now();
        self.shared.hub.tell(RunEvent::Progress {
            run: self.shared.run.clone(),
            progress,
        });
    }
}
