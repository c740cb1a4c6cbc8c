//! What the dispatcher makes of a step that has ended.

use assay_core::{Content, ErrorInfo, RunEvent, Transport, Verdict};
use assay_store::OutstandingSample;

use super::{Dispatcher, Stop};
use crate::metrics;
use crate::runner::internal;
use crate::steps::{Done, Spent};

impl Dispatcher {
    pub(super) fn take_in(&mut self, done: Done) {
        match done {
            Done::Generated { lane, ready, spent } => {
                self.answered(lane, spent);
                self.wait_for_execution(ready);
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
                metrics::asked(&self.lanes[lane].model, "failed", spent.report);
                self.report(lane, spent);
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
                self.in_hand.remove(&sample.id);
                self.ended(&sample, None);
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
                metrics::executed(verdict);
                self.tally.executed(verdict);
                self.judged(verdict, detail.as_deref());
                self.announce(sample, transport, content, Some(verdict), detail);
            }
            Done::GivenBack { lane, sample } => {
                self.in_hand.remove(&sample.id);
                self.ended(&sample, None);
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
        if !spent.known {
            metrics::asked(&self.lanes[lane].model, "answered", spent.report);
        }
        self.report(lane, spent);
        self.tally.answered(spent);
    }

    fn report(&self, lane: usize, spent: Spent) {
        if let Some(report) = spent.report {
            self.lanes[lane].seat.heard(report);
        }
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
        let passed = match (verdict, content) {
            (Some(verdict), _) => verdict.is_judged().then_some(verdict == Verdict::Passed),
            (None, content) => content.map(|_| false),
        };
        self.ended(&sample, passed);
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

    fn ended(&mut self, sample: &OutstandingSample, passed: Option<bool>) {
        if let Some(early) = &mut self.early {
            self.decided.extend(early.ended(sample, passed));
        }
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
    pub(super) fn fail(&mut self, error: ErrorInfo) {
        if self.stop.is_none() {
            self.stop = Some(Stop::Failed(error));
            self.shared.stop.cancel();
        }
    }
}
