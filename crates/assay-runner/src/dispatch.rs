//! The dispatcher: one task that owns a run's state.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use assay_core::{
    Coded, Content, ErrorInfo, RunEvent, RunProgress, RunStatus, SampleId, SampleStage, Transport,
    Verdict,
};
use assay_providers::CancellationToken;
use assay_store::{Counters, OutstandingCursor, OutstandingSample, StoreError};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};

use crate::generate::generate;
use crate::lane::Lane;
use crate::progress::Tally;
use crate::runner::{RunnerConfig, Shared, internal};
use crate::steps::{Context, Done, Ready, Spent, execute};

enum Stop {
    /// By the handle, or by another program.
    Asked,
    Failed(ErrorInfo),
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
    /// Programs that wait for the sandbox.
    ready: VecDeque<Ready>,
    /// Answers of earlier attempts that have no verdict: how far they were read.
    backlog: OutstandingCursor,
    backlog_read: bool,
    /// Samples in a lane's flight, ready, or in execution.
    in_hand: HashSet<SampleId>,
    in_execution: usize,
    execution_permits: usize,
    unjudged_in_a_row: u32,
    tasks: JoinSet<Done>,
    tally: Tally,
    stop: Option<Stop>,
    began: Instant,
    elapsed_before: f64,
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
        stored: &Counters,
        elapsed_before: f64,
    ) -> Self {
        let now = Instant::now();
        Self {
            // Twice what runs at once: a place is taken again while the outcome is being stored.
            execution_permits: 2 * context.sandbox.concurrency().max(1),
            context,
            shared,
            config,
            lanes,
            ready: VecDeque::new(),
            backlog: OutstandingCursor::default(),
            backlog_read: stored.generated == 0,
            in_hand: HashSet::new(),
            in_execution: 0,
            unjudged_in_a_row: 0,
            tasks: JoinSet::new(),
            tally: Tally::new(stored),
            stop: None,
            began: now,
            elapsed_before,
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
        loop {
            self.heed(&stop);
            if self.stop.is_none()
                && let Err(error) = self.hand_out().await
            {
                self.fail(error.info());
            }
            if self.tasks.is_empty() {
                // Nothing under way and nothing handed out: all is done, or the run has stopped.
                break;
            }
            tokio::select! {
                () = stop.cancelled(), if self.stop.is_none() => self.stop = Some(Stop::Asked),
                Some(done) = self.tasks.join_next() => match done {
                    Ok(done) => {
                        // What was given back for the stop must not be taken for given back unasked.
                        self.heed(&stop);
                        self.take_in(done);
                    }
                    Err(panic) => self.fail(internal(&panic.to_string())),
                },
                _ = tick.tick() => self.tell_progress(),
                _ = heartbeat.tick(), if self.stop.is_none() => self.beat().await,
            }
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

    /// Starts whatever there is a permit for.
    async fn hand_out(&mut self) -> Result<(), StoreError> {
        if !self.backlog_read && self.ready.len() < self.config.waiting_programs / 2 {
            self.read_backlog().await?;
        }
        while self.in_execution < self.execution_permits
            && let Some(ready) = self.ready.pop_front()
        {
            self.in_execution += 1;
            self.tasks.spawn(execute(Arc::clone(&self.context), ready));
        }
        for number in 0..self.lanes.len() {
            while self.ready.len() < self.config.waiting_programs {
                let Some(sample) = self.next_of(number).await? else {
                    break;
                };
                let lane = &mut self.lanes[number];
                lane.in_flight += 1;
                self.in_hand.insert(sample.id);
                self.tasks.spawn(generate(
                    Arc::clone(&self.context),
                    number,
                    Arc::clone(&lane.provider),
                    lane.cancel.clone(),
                    sample,
                ));
            }
        }
        Ok(())
    }

    /// The next sample of a model that has a permit left.
    async fn next_of(&mut self, number: usize) -> Result<Option<OutstandingSample>, StoreError> {
        let lane = &mut self.lanes[number];
        if lane.halted.is_some() || lane.in_flight >= lane.permits {
            return Ok(None);
        }
        if lane.queue.is_empty() && !lane.read {
            let page = self
                .context
                .store
                .outstanding(
                    &self.context.run,
                    SampleStage::Pending,
                    Some(&lane.model),
                    lane.cursor,
                    self.config.page,
                )
                .await?;
            match page.last() {
                Some(last) => lane.cursor = last.cursor,
                None => lane.read = true,
            }
            lane.queue.extend(page);
        }
        Ok(lane.queue.pop_front())
    }

    /// Reads a page of answers that wait for their execution since an earlier attempt.
    async fn read_backlog(&mut self) -> Result<(), StoreError> {
        let page = self
            .context
            .store
            .outstanding(
                &self.context.run,
                SampleStage::Generated,
                None,
                self.backlog,
                self.config.page,
            )
            .await?;
        match page.last() {
            Some(last) => self.backlog = last.cursor,
            None => self.backlog_read = true,
        }
        for sample in page {
            // Answers of this attempt are in the same stage; they are in hand until they are judged.
            if self.in_hand.insert(sample.id) {
                self.ready.push_back(Ready {
                    sample,
                    answer: None,
                });
            }
        }
        Ok(())
    }

    fn take_in(&mut self, done: Done) {
        match done {
            Done::Generated { lane, ready, spent } => {
                self.answered(lane, spent);
                self.ready.push_back(ready);
            }
            Done::WithoutCode {
                lane,
                sample,
                transport,
                content,
                spent,
            } => {
                self.answered(lane, spent);
                self.tally.without_code();
                self.announce(sample, transport, Some(content), None, None);
            }
            Done::Unanswered {
                lane,
                sample,
                transport,
                error,
                of_the_model,
                spent,
            } => {
                self.lanes[lane].in_flight -= 1;
                self.tally.unanswered(spent);
                self.announce(sample, transport, None, None, Some(error.message.clone()));
                if of_the_model {
                    self.failed_request(lane, error);
                } else {
                    self.warn_once(lane, error);
                }
            }
            Done::Refused {
                lane,
                sample,
                error,
            } => {
                self.lanes[lane].in_flight -= 1;
                self.in_hand.remove(&sample);
                self.halt(lane, error);
            }
            Done::Executed {
                sample,
                transport,
                content,
                verdict,
                detail,
            } => {
                self.in_execution -= 1;
                self.tally.executed(verdict);
                self.judged(verdict, detail.as_deref());
                self.announce(sample, transport, content, Some(verdict), detail);
            }
            Done::GivenBack { lane, sample } => {
                self.in_hand.remove(&sample.id);
                match lane {
                    None => self.in_execution -= 1,
                    Some(lane) => {
                        self.lanes[lane].in_flight -= 1;
                        if self.stop.is_none() && self.lanes[lane].halted.is_none() {
                            // Nobody asked for it. Again, but not for ever.
                            self.lanes[lane].queue.push_front(sample);
                            let error = internal("a provider gave a request up unasked");
                            self.failed_request(lane, error);
                        }
                    }
                }
            }
            Done::Broken { error } => self.fail(error),
        }
    }

    fn answered(&mut self, lane: usize, spent: Spent) {
        self.lanes[lane].in_flight -= 1;
        self.lanes[lane].failures_in_a_row = 0;
        self.tally.answered(spent);
    }

    fn announce(
        &mut self,
        sample: OutstandingSample,
        transport: Transport,
        content: Option<Content>,
        verdict: Option<Verdict>,
        detail: Option<String>,
    ) {
        self.in_hand.remove(&sample.id);
        self.shared.hub.tell(RunEvent::SampleDone {
            run: self.shared.run.clone(),
            sample: sample.id,
            model: sample.model,
            problem: sample.problem,
            index: sample.index,
            transport,
            content,
            verdict,
            detail,
        });
    }

    fn failed_request(&mut self, lane: usize, error: ErrorInfo) {
        let row = &mut self.lanes[lane].failures_in_a_row;
        *row += 1;
        if *row < self.config.patience {
            self.warn_once(lane, error);
            return;
        }
        let row = *row;
        let error = ErrorInfo {
            message: format!(
                "{row} requests in a row failed, the last: {}",
                error.message
            ),
            ..error
        };
        self.halt(lane, error);
    }

    /// Gives a model up; the others of the run go on, and its samples stay outstanding.
    fn halt(&mut self, lane: usize, error: ErrorInfo) {
        let lane = &mut self.lanes[lane];
        if lane.halted.is_some() {
            return;
        }
        let error = ErrorInfo {
            message: format!("{} is given up: {}", lane.model, error.message),
            ..error
        };
        lane.cancel.cancel();
        lane.queue.clear();
        lane.halted = Some(error.clone());
        self.warn(error);
    }

    fn warn_once(&mut self, lane: usize, error: ErrorInfo) {
        if self.lanes[lane].told.insert(error.code.clone()) {
            self.warn(error);
        }
    }

    fn warn(&self, error: ErrorInfo) {
        tracing::warn!(run = %self.shared.run, code = error.code, "{}", error.message);
        self.shared.hub.tell(RunEvent::Warning {
            run: self.shared.run.clone(),
            error,
        });
    }

    fn judged(&mut self, verdict: Verdict, detail: Option<&str>) {
        if verdict.is_judged() {
            self.unjudged_in_a_row = 0;
            return;
        }
        self.unjudged_in_a_row += 1;
        let detail = detail.unwrap_or("no reason was given");
        let hint = "run `assay sandbox doctor`, then resume the run";
        if self.unjudged_in_a_row >= self.config.patience {
            let message = format!(
                "the sandbox could not judge the last {} programs, the last: {detail}",
                self.unjudged_in_a_row
            );
            self.fail(ErrorInfo::new("sandbox-unavailable", message).with_hint(hint));
        } else if self.unjudged_in_a_row == 1 {
            let message = format!("the sandbox could not judge a program: {detail}");
            self.warn(ErrorInfo::new("sandbox-trouble", message).with_hint(hint));
        }
    }

    /// Stops the run for an error; the first counts.
    fn fail(&mut self, error: ErrorInfo) {
        if self.stop.is_none() {
            self.stop = Some(Stop::Failed(error));
            self.shared.stop.cancel();
        }
    }

    async fn beat(&mut self) {
        let elapsed = self.elapsed_before + self.attempt().as_secs_f64();
        match self
            .context
            .store
            .heartbeat(&self.context.run, elapsed)
            .await
        {
            Ok(beat) if beat.cancel_requested => self.shared.stop.cancel(),
            Ok(_) => {}
            Err(error) => self.fail(error.info()),
        }
    }

    fn attempt(&self) -> Duration {
        self.began.elapsed()
    }

    fn progress(&mut self) -> RunProgress {
        let in_generation = self.lanes.iter().map(|l| l.in_flight).sum();
        let attempt = self.attempt();
        self.tally.progress(
            attempt,
            self.elapsed_before,
            in_generation,
            self.in_execution,
        )
    }

    fn tell_progress(&mut self) {
        let progress = self.progress();
        let still = RunProgress {
            elapsed_s: 0.0,
            rate_per_s: None,
            remaining_s: None,
            ..progress.clone()
        };
        // Where nothing moves, the clock does: once a second.
        if self.told.as_ref() == Some(&still) && self.told_at.elapsed() < Duration::from_secs(1) {
            return;
        }
        self.told = Some(still);
        self.told_at = Instant::now();
        self.shared.hub.tell(RunEvent::Progress {
            run: self.shared.run.clone(),
            progress,
        });
    }
}
