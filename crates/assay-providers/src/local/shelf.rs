//! Which models stay in memory: as many as fit a budget, the one unused for longest making room first.
//!
//! No clock and no model in here: the caller says what time it is and what is kept.

use std::time::{Duration, Instant};

/// Something kept, and since when it has not been used.
#[derive(Debug)]
struct Kept<K, M> {
    key: K,
    /// Bytes it is counted with.
    bytes: u64,
    used: Instant,
    idle_after: Duration,
    item: M,
}

/// What is kept, the most recently used last.
#[derive(Debug)]
pub(super) struct Shelf<K, M>(Vec<Kept<K, M>>);

impl<K, M> Default for Shelf<K, M> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: PartialEq, M> Shelf<K, M> {
    pub(super) fn contains(&self, key: &K) -> bool {
        self.0.iter().any(|kept| kept.key == *key)
    }

    /// The item of `key`, which becomes the most recently used.
    pub(super) fn take_up(&mut self, key: &K, now: Instant, idle_after: Duration) -> Option<&M> {
        let at = self.0.iter().position(|kept| kept.key == *key)?;
        let mut kept = self.0.remove(at);
        kept.used = now;
        kept.idle_after = idle_after;
        self.0.push(kept);
        self.0.last().map(|kept| &kept.item)
    }

    /// The use of `key` has ended only now: its idle time begins.
    pub(super) fn put_back(&mut self, key: &K, now: Instant) {
        if let Some(kept) = self.0.iter_mut().find(|kept| kept.key == *key) {
            kept.used = now;
        }
    }

    /// Those that have to go so that `bytes` more fit `budget`, in the order they go. More than the
    /// budget never fits: `None`.
    pub(super) fn in_the_way(&self, bytes: u64, budget: u64) -> Option<impl Iterator<Item = &K>> {
        let room = budget.checked_sub(bytes)?;
        let mut kept = self.bytes();
        let mut going = 0;
        for oldest in &self.0 {
            if kept <= room {
                break;
            }
            kept -= oldest.bytes;
            going += 1;
        }
        Some(self.0.iter().take(going).map(|kept| &kept.key))
    }

    /// Lets go of what stands in the way of `bytes` within `budget`; whether they fit now.
    pub(super) fn make_room(&mut self, bytes: u64, budget: u64) -> bool {
        let Some(going) = self.in_the_way(bytes, budget).map(Iterator::count) else {
            return false;
        };
        self.0.drain(..going);
        true
    }

    /// Keeps an item for which room was made.
    pub(super) fn put(
        &mut self,
        key: K,
        bytes: u64,
        now: Instant,
        idle_after: Duration,
        item: M,
    ) -> &M {
        self.0.push(Kept {
            key,
            bytes,
            used: now,
            idle_after,
            item,
        });
        let last = self.0.len() - 1;
        &self.0[last].item
    }

    /// Lets go of what is kept under a key that `gone` names.
    pub(super) fn remove(&mut self, gone: impl Fn(&K) -> bool) {
        self.0.retain(|kept| !gone(&kept.key));
    }

    /// Lets go of what has not been used for its idle time; how many those were.
    pub(super) fn expire(&mut self, now: Instant) -> usize {
        let before = self.0.len();
        self.0
            .retain(|kept| now.saturating_duration_since(kept.used) < kept.idle_after);
        before - self.0.len()
    }

    /// How long from `now` until the next one expires; `None` when nothing is kept.
    pub(super) fn expires_in(&self, now: Instant) -> Option<Duration> {
        self.0
            .iter()
            .map(|kept| {
                kept.idle_after
                    .saturating_sub(now.saturating_duration_since(kept.used))
            })
            .min()
    }

    fn bytes(&self) -> u64 {
        self.0.iter().map(|kept| kept.bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const IDLE: Duration = Duration::from_secs(300);

    fn keys(shelf: &Shelf<u8, ()>) -> Vec<u8> {
        shelf.0.iter().map(|kept| kept.key).collect()
    }

    #[test]
    fn the_one_unused_for_longest_goes_first_and_only_as_many_as_must() {
        let now = Instant::now();
        let mut shelf = Shelf::default();
        for key in 0..4 {
            assert!(shelf.make_room(25, 100));
            shelf.put(key, 25, now, IDLE, ());
        }
        assert_eq!(keys(&shelf), [0, 1, 2, 3]);
        assert!(shelf.take_up(&0, now, IDLE).is_some());
        assert_eq!(
            shelf
                .in_the_way(30, 100)
                .unwrap()
                .copied()
                .collect::<Vec<_>>(),
            [1, 2]
        );
        assert!(shelf.make_room(30, 100));
        assert_eq!(keys(&shelf), [3, 0]);
        assert!(!shelf.make_room(101, 100));
        assert_eq!(keys(&shelf), [3, 0], "what never fits drives nothing out");
        assert!(shelf.make_room(100, 100));
        assert!(keys(&shelf).is_empty());
    }

    #[test]
    fn idle_time_runs_from_the_end_of_the_last_use() {
        let began = Instant::now();
        let mut shelf = Shelf::default();
        shelf.put(1, 1, began, IDLE, ());
        shelf.put(2, 1, began, IDLE * 2, ());
        assert_eq!(shelf.expires_in(began + IDLE / 3), Some(IDLE * 2 / 3));
        shelf.put_back(&1, began + IDLE / 2);
        assert_eq!(shelf.expire(began + IDLE), 0);
        assert_eq!(shelf.expires_in(began + IDLE), Some(IDLE / 2));
        assert_eq!(shelf.expire(began + IDLE * 3 / 2), 1);
        assert_eq!(keys(&shelf), [2]);
        assert_eq!(shelf.expire(began + IDLE * 2), 1);
        assert_eq!(shelf.expires_in(began), None);
    }

    proptest! {
        /// Whatever is asked for: the sum stays within the budget, what was asked for last is there, and
        /// what went was unused for longer than what stayed.
        #[test]
        fn the_budget_holds(
            budget in 1_u64..1000,
            sizes in proptest::collection::vec(0_u64..1200, 8),
            asked in proptest::collection::vec(0_usize..8, 1..60),
        ) {
            let start = Instant::now();
            let mut shelf: Shelf<usize, ()> = Shelf::default();
            let mut last_use = [None; 8];
            for (step, key) in asked.into_iter().enumerate() {
                let now = start + Duration::from_secs(step as u64);
                let before: Vec<usize> = shelf.0.iter().map(|kept| kept.key).collect();
                if shelf.take_up(&key, now, IDLE).is_none() {
                    let fits = shelf.make_room(sizes[key], budget);
                    prop_assert_eq!(fits, sizes[key] <= budget);
                    if !fits {
                        let after: Vec<usize> = shelf.0.iter().map(|kept| kept.key).collect();
                        prop_assert_eq!(before, after);
                        continue;
                    }
                    shelf.put(key, sizes[key], now, IDLE, ());
                }
                last_use[key] = Some(step);
                prop_assert!(shelf.bytes() <= budget);
                prop_assert!(shelf.contains(&key));
                let stayed = before.iter().filter(|k| shelf.contains(k) && **k != key);
                for gone in before.iter().filter(|k| !shelf.contains(k)) {
                    for stayed in stayed.clone() {
                        prop_assert!(last_use[*gone] < last_use[*stayed]);
                    }
                }
            }
        }
    }
}
