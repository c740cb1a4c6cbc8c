//! How far a run is, and how fast it goes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use assay_core::{CacheTally, RunProgress, Spending, Verdict};
use assay_store::Counters;

use crate::metrics;
use crate::steps::Spent;

/// Over how long the rate is taken.
const WINDOW: Duration = Duration::from_secs(60);
/// How often the window takes a point.
const STEP: Duration = Duration::from_secs(1);

/// What the caches did in one attempt; counted by every step.
#[derive(Debug, Default)]
pub(crate) struct CacheCounts([AtomicU32; 4]);

impl CacheCounts {
    pub(crate) fn answer(&self, hit: bool) {
        metrics::looked_up("answers", hit);
        self.0[usize::from(!hit)].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn execution(&self, hit: bool) {
        metrics::looked_up("executions", hit);
        self.0[2 + usize::from(!hit)].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn tally(&self) -> CacheTally {
        let [a, b, c, d] = &self.0;
        let read = |count: &AtomicU32| count.load(Ordering::Relaxed);
        CacheTally {
            answer_hits: read(a),
            answer_misses: read(b),
            execution_hits: read(c),
            execution_misses: read(d),
        }
    }
}

/// What is going on at a moment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Gauges {
    pub in_generation: usize,
    pub generation_limit: usize,
    pub waiting: usize,
    pub in_execution: usize,
    pub paused: bool,
    pub memory_short: bool,
    pub cache: CacheTally,
}

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
    pub(crate) fn new(stored: &Counters, withdrawn: u32) -> Self {
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
                withdrawn,
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
        if !spent.known {
            self.cost.count(spent.cost_usd);
        }
    }

    /// Samples that are needless leave the plan.
    pub(crate) fn withdrawn(&mut self, count: u32) {
        self.progress.withdrawn += count;
        self.progress.total = self.progress.total.saturating_sub(count);
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
        gauges: &Gauges,
    ) -> RunProgress {
        self.rate.push(attempt, self.progress.done);
        let rate = self.rate.rate();
        let (slow, fast) = self.rate.bounds().unzip();
        let left = f64::from(self.progress.total.saturating_sub(self.progress.done));
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let answered = f64::from(self.progress.generated);
        let open = f64::from(
            self.progress
                .total
                .saturating_sub(self.progress.generated + self.progress.transport_failed),
        );
        RunProgress {
            in_generation: count(gauges.in_generation),
            generation_limit: count(gauges.generation_limit),
            waiting: count(gauges.waiting),
            in_execution: count(gauges.in_execution),
            paused: gauges.paused,
            memory_short: gauges.memory_short,
            cache: gauges.cache,
            cost_projected_usd: self
                .cost
                .usd
                .filter(|_| answered > 0.0)
                .map(|cost| cost + cost / answered * open),
            remaining_low_s: fast.map(|rate| left / rate),
            remaining_high_s: slow.filter(|rate| *rate > 0.0).map(|rate| left / rate),
            completion_tokens: u32::try_from(self.completion_tokens).unwrap_or(u32::MAX),
            cost_usd: self.cost.usd,
            costs_known: self.cost.known,
            costs_unknown: self.cost.unknown,
            elapsed_s: before + attempt.as_secs_f64(),
            rate_per_s: rate,
            remaining_s: rate.map(|rate| left / rate),
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

    /// The rate two standard errors of its mean lower and higher, over the window's seconds; `None` before there are
    /// enough of them to say.
    fn bounds(&self) -> Option<(f64, f64)> {
        const ENOUGH: usize = 5;
        let rates: Vec<f64> = self
            .points
            .iter()
            .zip(self.points.iter().skip(1))
            .map(|((from, before), (to, after))| {
                f64::from(after.saturating_sub(*before)) / (*to - *from).as_secs_f64()
            })
            .collect();
        if rates.len() < ENOUGH {
            return None;
        }
        let n = rates.len() as f64;
        let mean = rates.iter().sum::<f64>() / n;
        let variance = rates.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let wide = 2.0 * (variance / n).sqrt();
        (mean > 0.0).then_some(((mean - wide).max(0.0), mean + wide))
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
    fn the_time_left_is_as_sure_as_the_rate_is_steady() {
        let mut steady = RateWindow::default();
        let mut jumpy = RateWindow::default();
        let mut done = 0;
        for second in 0..=40_u32 {
            steady.push(at(second.into()), 10 * second);
            jumpy.push(at(second.into()), done);
            done += if second % 4 == 0 { 40 } else { 0 };
        }
        assert_eq!(steady.bounds(), Some((10.0, 10.0)));
        let (slow, fast) = jumpy.bounds().unwrap();
        assert!(slow < 6.0 && slow > 0.0 && fast > 14.0, "{slow} {fast}");
        assert_eq!(RateWindow::default().bounds(), None);
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
        let mut tally = Tally::new(&stored, 3);
        tally.answered(Spent {
            completion_tokens: Some(7),
            cost_usd: Some(0.5),
            ..Spent::default()
        });
        // What was known costs nothing again.
        tally.progress.generated -= 1;
        tally.answered(Spent {
            cost_usd: Some(9.0),
            known: true,
            ..Spent::default()
        });
        for _ in 0..10 {
            tally.executed(Verdict::Passed);
        }
        tally.answered(Spent::default());
        tally.unanswered(Spent::default());
        let gauges = Gauges {
            in_generation: 3,
            in_execution: 4,
            ..Gauges::default()
        };
        let progress = tally.progress(at(11), 100.0, &gauges);
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
