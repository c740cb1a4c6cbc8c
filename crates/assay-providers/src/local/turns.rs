//! Whose prompt is answered next when several models are asked at once.
//!
//! Models take turns, one prompt each. A model that would drive another out of memory while that one is
//! still asked for waits for at most [`PATIENCE`]: without that, two models that do not fit together would be
//! loaded anew for every prompt; with more, the other would starve.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long a model that is not in memory waits for those that are, when they do not fit together.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

#[derive(Debug)]
struct Line<K, J> {
    key: K,
    jobs: VecDeque<J>,
    /// Since when its first job has been the next of its model.
    since: Instant,
}

/// The jobs that wait, in a line for each model; the model served longest ago comes first.
#[derive(Debug)]
pub(super) struct Turns<K, J>(VecDeque<Line<K, J>>);

impl<K, J> Default for Turns<K, J> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<K: PartialEq + Clone, J> Turns<K, J> {
    pub(super) fn add(&mut self, key: K, job: J, now: Instant) {
        match self.0.iter_mut().find(|line| line.key == key) {
            Some(line) => {
                if line.jobs.is_empty() {
                    line.since = now;
                }
                line.jobs.push_back(job);
            }
            None => self.0.push_back(Line {
                key,
                jobs: VecDeque::from([job]),
                since: now,
            }),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|line| line.jobs.is_empty())
    }

    /// Takes out the jobs that nobody waits for any more.
    pub(super) fn withdraw(&mut self, gone: impl Fn(&J) -> bool) -> Vec<J> {
        let mut out = Vec::new();
        for line in &mut self.0 {
            let (leaving, staying): (Vec<J>, Vec<J>) = line.jobs.drain(..).partition(&gone);
            line.jobs = staying.into();
            out.extend(leaving);
        }
        self.0.retain(|line| !line.jobs.is_empty());
        out
    }

    /// The next job. `displaces` says whether a job would drive a model out of memory of which it is told
    /// whether prompts wait for it.
    pub(super) fn next(
        &mut self,
        now: Instant,
        displaces: impl Fn(&J, &dyn Fn(&K) -> bool) -> bool,
    ) -> Option<J> {
        self.0.retain(|line| !line.jobs.is_empty());
        let waited_for = |key: &K| self.0.iter().any(|line| line.key == *key);
        let at = self.0.iter().position(|line| {
            now.saturating_duration_since(line.since) >= PATIENCE
                || line
                    .jobs
                    .front()
                    .is_some_and(|job| !displaces(job, &waited_for))
        });
        let mut line = self.0.remove(at.unwrap_or(0))?;
        let job = line.jobs.pop_front();
        line.since = now;
        if !line.jobs.is_empty() {
            self.0.push_back(line);
        }
        job
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drain(turns: &mut Turns<char, char>, now: Instant) -> String {
        std::iter::from_fn(|| turns.next(now, |_, _| false)).collect()
    }

    #[test]
    fn models_take_turns() {
        let now = Instant::now();
        let mut turns = Turns::default();
        for job in "aaaabbc".chars() {
            turns.add(job, job, now);
        }
        assert_eq!(drain(&mut turns, now), "abcabaa");
        assert!(turns.is_empty());
    }

    #[test]
    fn what_nobody_waits_for_is_taken_out() {
        let now = Instant::now();
        let mut turns = Turns::default();
        for (key, job) in [('a', 1), ('a', 2), ('b', 3)] {
            turns.add(key, job, now);
        }
        assert_eq!(turns.withdraw(|job| *job != 2), [1, 3]);
        assert_eq!(turns.next(now, |_, _| false), Some(2));
        assert_eq!(turns.next(now, |_, _| false), None);
    }

    /// Two models of which one fits: the loaded one is served until the other's patience ends.
    #[test]
    fn a_model_is_not_driven_out_at_every_prompt_and_not_kept_for_ever() {
        let start = Instant::now();
        let mut turns = Turns::default();
        for _ in 0..60 {
            turns.add('a', 'a', start);
            turns.add('b', 'b', start);
        }
        let (mut loaded, mut order) = ('a', String::new());
        for second in 0..60 {
            let now = start + Duration::from_secs(second);
            let job = turns
                .next(now, |job, waited_for| *job != loaded && waited_for(&loaded))
                .unwrap();
            loaded = job;
            order.push(job);
        }
        let patience = usize::try_from(PATIENCE.as_secs()).unwrap();
        assert_eq!(order[..patience], "a".repeat(patience));
        let changes = order
            .as_bytes()
            .windows(2)
            .filter(|pair| pair[0] != pair[1])
            .count();
        assert!((3..=4).contains(&changes), "{order}");
    }

    proptest! {
        /// Nobody starves: with a prompt a second and `n` models of which one fits, the longest wait is that
        /// of patience once for each other model.
        #[test]
        fn every_model_is_served_in_bounded_time(n in 2_u8..6, steps in 100_u64..300) {
            let start = Instant::now();
            let mut turns = Turns::default();
            let mut served = vec![start; usize::from(n)];
            let mut loaded = 0;
            for step in 0..steps {
                let now = start + Duration::from_secs(step);
                for model in 0..n {
                    turns.add(model, model, now);
                }
                let job = turns
                    .next(now, |job, waited_for| *job != loaded && waited_for(&loaded))
                    .unwrap();
                loaded = job;
                served[usize::from(job)] = now;
                for last in &served {
                    prop_assert!(now.duration_since(*last) <= (PATIENCE + Duration::from_secs(1)) * u32::from(n));
                }
            }
        }
    }
}
