//! How many requests to a model are worth having in flight.
//!
//! Found out as congestion control finds it: the limit grows while answers come no slower for it, by as much again until something
//! first speaks against it and by ones from then on, and shrinks by a third when requests fail for being too many (a rate
//! limit, a time-out, an overloaded server, an answer that took retries).
//!
//! Answers take now longer, now shorter, whatever the limit, and by factors: means are geometric, and slower is what is
//! slower beyond the error of a window's mean.

/// Answers that are looked at together, at least.
const WINDOW: usize = 8;
/// By how much answers may be slower than the quickest window's before the limit grows no further, and shrinks.
const SLOWER: f64 = 1.5;
const MUCH_SLOWER: f64 = 2.5;
const START: f64 = 4.0;
const SHRINK: f64 = 0.7;
/// After so many windows the limit is halved for one, whose answers then say what quick is: a server may have become
/// slower for good, or quicker.
const PROBE_EVERY: u32 = 40;

/// What one request tells of its server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Report {
    /// Milliseconds; of what was answered.
    pub latency_ms: Option<f64>,
    pub completion_tokens: Option<u32>,
    /// It failed, or took retries, for a reason that fewer requests may mend.
    pub overloaded: bool,
}

/// A limit that follows what requests tell.
#[derive(Debug, Clone)]
pub(crate) struct AdaptiveLimit {
    limit: f64,
    most: usize,
    /// Nothing has spoken against growing yet.
    quick: bool,
    /// Of the window under way.
    seen: usize,
    timed: usize,
    /// Of the logarithms of their times by token.
    pace_sum: f64,
    pace_squares: f64,
    overloaded: bool,
    /// Requests that were under way when the limit shrank: what they tell is known already.
    stale: usize,
    /// Whether the limit was reached in it: one that is not needs no higher one.
    reached: bool,
    /// The logarithm of what the quickest window's answers took, at most.
    best: Option<f64>,
    /// Windows since quick was measured.
    since_probe: u32,
    /// The limit to go back to when the window that measures it has ended.
    probing: Option<f64>,
}

impl AdaptiveLimit {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            limit: START.min(most.max(1) as f64),
            most: most.max(1),
            quick: true,
            seen: 0,
            timed: 0,
            pace_sum: 0.0,
            pace_squares: 0.0,
            overloaded: false,
            stale: 0,
            reached: false,
            best: None,
            since_probe: 0,
            probing: None,
        }
    }

    /// One that never changes.
    pub(crate) fn fixed(limit: usize) -> Self {
        Self {
            limit: limit.max(1) as f64,
            ..Self::new(limit)
        }
    }

    pub(crate) fn allow(&mut self, most: usize) {
        self.most = most.max(1);
        self.limit = self.limit.min(self.most as f64);
    }

    pub(crate) fn now(&self) -> usize {
        (self.limit as usize).clamp(1, self.most)
    }

    pub(crate) fn most(&self) -> usize {
        self.most
    }

    /// Told whenever all that may be in flight is.
    pub(crate) fn reached(&mut self) {
        self.reached = true;
    }

    pub(crate) fn heard(&mut self, report: Report) {
        if self.stale > 0 {
            self.stale -= 1;
            return;
        }
        self.seen += 1;
        self.overloaded |= report.overloaded;
        if let Some(latency) = report.latency_ms {
            // A long answer is not a slow one. The fifty are for what is not the tokens': the prompt, the way.
            let tokens = f64::from(report.completion_tokens.unwrap_or(0));
            let pace = (latency.max(1e-3) / (50.0 + tokens)).ln();
            self.pace_sum += pace;
            self.pace_squares += pace * pace;
            self.timed += 1;
        }
        if self.seen >= self.now().max(WINDOW) {
            self.turn();
        }
    }

    fn shrink(&mut self) {
        self.stale = self.now();
        self.limit = (self.limit * SHRINK).max(1.0);
        self.quick = false;
    }

    /// The logarithm of the window's mean pace, give or take two standard errors.
    fn pace(&self) -> Option<(f64, f64)> {
        if self.timed == 0 {
            return None;
        }
        let n = self.timed as f64;
        let mean = self.pace_sum / n;
        let variance = (self.pace_squares / n - mean * mean).max(0.0);
        let error = 2.0 * (variance / (n - 1.0).max(1.0)).sqrt();
        Some((mean - error, mean + error))
    }

    /// The end of a window.
    fn turn(&mut self) {
        let pace = self.pace();
        if let Some(limit) = self.probing.take() {
            self.limit = limit.min(self.most as f64);
            self.best = pace.map(|(_, most)| most).or(self.best);
            self.since_probe = 0;
        } else if self.overloaded {
            self.shrink();
        } else if let Some((least, most)) = pace {
            let best = self.best.map_or(most, |best| best.min(most));
            self.best = Some(best);
            if least > best + MUCH_SLOWER.ln() {
                self.shrink();
            } else if least > best + SLOWER.ln() {
                self.quick = false;
            } else if self.reached {
                let step = if self.quick { self.limit } else { 1.0 };
                self.limit = (self.limit + step.max(1.0)).min(self.most as f64);
            }
        }
        if !self.quick {
            self.since_probe += 1;
            if self.since_probe >= PROBE_EVERY {
                self.probing = Some(self.limit);
                self.stale = self.now();
                self.limit = (self.limit * 0.5).max(1.0);
            }
        }
        self.seen = 0;
        self.timed = 0;
        self.pace_sum = 0.0;
        self.pace_squares = 0.0;
        self.overloaded = false;
        self.reached = false;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quick(latency_ms: f64) -> Report {
        Report {
            latency_ms: Some(latency_ms),
            completion_tokens: Some(50),
            overloaded: false,
        }
    }

    /// `count` answers with the limit reached, `latency` of how many are in flight.
    fn drive(limit: &mut AdaptiveLimit, count: usize, latency: impl Fn(usize) -> f64) {
        for _ in 0..count {
            limit.reached();
            limit.heard(quick(latency(limit.now())));
        }
    }

    #[test]
    fn a_server_that_never_slows_gets_all_that_is_allowed() {
        let mut limit = AdaptiveLimit::new(64);
        assert_eq!(limit.now(), 4);
        drive(&mut limit, 400, |_| 300.0);
        assert_eq!(limit.now(), 64);
        limit.allow(16);
        assert_eq!(limit.now(), 16);
    }

    #[test]
    fn a_server_of_eight_places_gets_about_as_many_as_it_can_do() {
        let mut limit = AdaptiveLimit::new(128);
        // Beyond eight at once, all wait for each other.
        drive(&mut limit, 4_000, |n| 100.0 * (n as f64 / 8.0).max(1.0));
        assert!((8..=24).contains(&limit.now()), "{}", limit.now());
    }

    #[test]
    fn answers_that_take_now_longer_now_shorter_are_not_taken_for_slow_ones() {
        // Log-uniform between 50 and 800 ms, of 10 to 300 tokens; the worst of many orders still grows to the whole.
        for order in 0..50 {
            let mut limit = AdaptiveLimit::new(64);
            let mut random = f64::from(order) * 0.013_7;
            let mut next = || {
                random = (random * 997.0 + 0.314_159_265).fract();
                random
            };
            for _ in 0..600 {
                limit.reached();
                limit.heard(Report {
                    latency_ms: Some(50.0 * 16_f64.powf(next())),
                    completion_tokens: Some((10.0 * 30_f64.powf(next())) as u32),
                    overloaded: false,
                });
            }
            assert!(limit.now() > 32, "{} in order {order}", limit.now());
        }
    }

    #[test]
    fn being_refused_shrinks_it_and_it_grows_again_by_ones() {
        let mut limit = AdaptiveLimit::new(64);
        drive(&mut limit, 400, |_| 300.0);
        limit.seen = 0;
        for _ in 0..100 {
            limit.heard(Report {
                latency_ms: None,
                completion_tokens: None,
                overloaded: true,
            });
        }
        // Once, however many of those that were under way then say the same.
        let after = limit.now();
        assert_eq!(after, 44);
        // Those that were under way, then a window.
        drive(&mut limit, 64 + after, |_| 300.0);
        assert_eq!(limit.now(), after + 1);
    }

    #[test]
    fn what_is_not_used_does_not_grow() {
        let mut limit = AdaptiveLimit::new(64);
        for _ in 0..100 {
            limit.heard(quick(10.0));
        }
        assert_eq!(limit.now(), 4);
    }

    #[test]
    fn a_server_that_became_slower_for_good_is_not_kept_small_for_ever() {
        let mut limit = AdaptiveLimit::new(32);
        drive(&mut limit, 400, |_| 10.0);
        drive(&mut limit, 6_000, |_| 100.0);
        assert_eq!(limit.now(), 32);
    }

    proptest! {
        #[test]
        fn it_stays_within_its_bounds(most in 1_usize..100, told in proptest::collection::vec((any::<bool>(), 0.0..1e6_f64, 0_u32..5_000), 0..300)) {
            let mut limit = AdaptiveLimit::new(most);
            for (overloaded, latency, tokens) in told {
                limit.reached();
                limit.heard(Report { latency_ms: Some(latency), completion_tokens: Some(tokens), overloaded });
                prop_assert!((1..=most).contains(&limit.now()));
            }
        }
    }
}
