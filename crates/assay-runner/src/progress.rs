//! How far a run is, and how fast it goes.

use std::collections::VecDeque;
use std::time::Duration;

use assay_core::{RunProgress, Spending, Verdict};
use assay_store::Counters;

use crate::steps::Spent;

/// Over how long the rate is taken.
const WINDOW: Duration = Duration::from_secs(60);
/// How often the window takes a point.
const STEP: Duration = Duration::from_secs(1);

/// Counts samples as they go through their stages.
#[derive(Debug)]
pub(crate) struct Tally {
    progress: RunProgress,
    completion_tokens: u64,
    cost: Spending,
    rate: RateWindow,
}

impl Tally {
    /// From what is stored at the start of an attempt.
    pub(crate) fn new(stored: &Counters) -> Self {
        let mut rate = RateWindow::default();
        rate.push(Duration::ZERO, stored.done);
        Self {
            progress: RunProgress {
                total: stored.total,
                generated: stored.generated + stored.done - stored.unanswered,
                done: stored.done,
                passed: stored.passed,
                transport_failed: stored.unanswered,
                content_failed: stored.without_code,
                verdicts: stored.verdicts.clone(),
                ..RunProgress::default()
            },
            cost: stored.cost,
            completion_tokens: stored.completion_tokens,
            rate,
        }
    }

    pub(crate) fn answered(&mut self, spent: Spent) {
        self.progress.generated += 1;
        self.completion_tokens += u64::from(spent.completion_tokens.unwrap_or(0));
        self.cost.count(spent.cost_usd);
    }

    pub(crate) fn without_code(&mut self) {
        self.progress.done += 1;
        self.progress.content_failed += 1;
    }

    pub(crate) fn unanswered(&mut self, spent: Spent) {
        self.completion_tokens += u64::from(spent.completion_tokens.unwrap_or(0));
        if spent.cost_usd.is_some() {
            // Of the turns that were answered before.
            self.cost.count(spent.cost_usd);
        }
        self.progress.done += 1;
        self.progress.transport_failed += 1;
    }

    pub(crate) fn executed(&mut self, verdict: Verdict) {
        self.progress.done += 1;
        if verdict == Verdict::Passed {
            self.progress.passed += 1;
        }
        *self
            .progress
            .verdicts
            .entry(verdict.as_str().to_owned())
            .or_default() += 1;
    }

    /// `attempt` is the time since this attempt began, `before` that of the attempts before it.
    pub(crate) fn progress(
        &mut self,
        attempt: Duration,
        before: f64,
        in_generation: usize,
        in_execution: usize,
    ) -> RunProgress {
        self.rate.push(attempt, self.progress.done);
        let rate = self.rate.rate();
        let left = self.progress.total.saturating_sub(self.progress.done);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        RunProgress {
            in_generation: count(in_generation),
            in_execution: count(in_execution),
            completion_tokens: u32::try_from(self.completion_tokens).unwrap_or(u32::MAX),
            cost_usd: self.cost.usd,
            costs_known: self.cost.known,
            costs_unknown: self.cost.unknown,
            elapsed_s: before + attempt.as_secs_f64(),
            rate_per_s: rate,
            remaining_s: rate.map(|rate| f64::from(left) / rate),
            ..self.progress.clone()
        }
    }
}

/// Samples done over the last minute.
#[derive(Debug, Default)]
struct RateWindow {
    /// When, and how many were done by then; the last is the newest.
    points: VecDeque<(Duration, u32)>,
    latest: (Duration, u32),
}

impl RateWindow {
    fn push(&mut self, at: Duration, done: u32) {
        self.latest = (at, done);
        if self
            .points
            .back()
            .is_none_or(|(last, _)| at >= *last + STEP)
        {
            self.points.push_back((at, done));
        }
        // The second point, not the first, so that the window is never shorter than a minute.
        while self
            .points
            .get(1)
            .is_some_and(|(second, _)| at.saturating_sub(*second) >= WINDOW)
        {
            self.points.pop_front();
        }
    }

    /// Samples a second; `None` before a second has passed or a sample is done.
    fn rate(&self) -> Option<f64> {
        let (first, before) = self.points.front()?;
        let (at, done) = self.latest;
        let time = at.saturating_sub(*first);
        let gained = done.saturating_sub(*before);
        if time < STEP || gained == 0 {
            return None;
        }
        Some(f64::from(gained) / time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_rate_is_that_of_the_last_minute() {
        let mut rate = RateWindow::default();
        rate.push(at(0), 100);
        assert_eq!(rate.rate(), None);
        rate.push(Duration::from_millis(500), 110);
        assert_eq!(rate.rate(), None);
        // Ten a second for two minutes.
        for second in 1..=120 {
            rate.push(at(second), 100 + 10 * u32::try_from(second).unwrap());
        }
        assert!((rate.rate().unwrap() - 10.0).abs() < 1e-9);
        assert!(rate.points.len() <= 62, "{}", rate.points.len());
        // Then nothing for half a minute: half of the minute's samples.
        for second in 121..=150 {
            rate.push(at(second), 1_300);
        }
        assert!((rate.rate().unwrap() - 5.0).abs() < 0.2);
        // And nothing for a whole one.
        for second in 151..=220 {
            rate.push(at(second), 1_300);
        }
        assert_eq!(rate.rate(), None);
    }

    #[test]
    fn a_clock_that_stands_still_does_no_harm() {
        let mut rate = RateWindow::default();
        for done in 0..10 {
            rate.push(at(5), done);
        }
        assert_eq!(rate.rate(), None);
    }

    #[test]
    fn a_resumed_run_counts_what_is_stored_and_times_what_is_new() {
        let stored = Counters {
            total: 100,
            pending: 40,
            generated: 10,
            done: 50,
            judged: 45,
            passed: 30,
            unanswered: 5,
            without_code: 2,
            completion_tokens: 1_000,
            cost: Spending {
                usd: Some(2.0),
                known: 20,
                unknown: 1,
            },
            ..Counters::default()
        };
        let mut tally = Tally::new(&stored);
        tally.answered(Spent {
            completion_tokens: Some(7),
            cost_usd: Some(0.5),
        });
        for _ in 0..10 {
            tally.executed(Verdict::Passed);
        }
        tally.answered(Spent::default());
        tally.unanswered(Spent::default());
        let progress = tally.progress(at(11), 100.0, 3, 4);
        assert_eq!(
            (progress.total, progress.done, progress.passed),
            (100, 61, 40)
        );
        assert_eq!((progress.generated, progress.transport_failed), (57, 6));
        assert_eq!(
            (
                progress.cost_usd,
                progress.costs_known,
                progress.costs_unknown
            ),
            (Some(2.5), 21, 2),
            "a request that failed is no answer of unknown cost"
        );
        assert_eq!(progress.completion_tokens, 1_007);
        assert_eq!(progress.elapsed_s, 111.0);
        assert_eq!(progress.rate_per_s, Some(1.0));
        assert_eq!(progress.remaining_s, Some(39.0));
        assert_eq!((progress.in_generation, progress.in_execution), (3, 4));
    }
}
