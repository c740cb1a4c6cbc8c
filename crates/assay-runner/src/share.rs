//! What runs share: requests to one model, programs in execution.
//!
//! Each has so many places. A run takes them as it can use them; where several want more than there are, each may hold
//! its share, by the weight of its priority, and what one does not want the others may have.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::adapt::{AdaptiveLimit, Report};

#[derive(Debug)]
struct Seated {
    weight: u32,
    held: usize,
    /// It was refused a place and has not said that it needs none.
    wants: bool,
    most: usize,
    wake: Arc<Notify>,
}

#[derive(Debug)]
struct State {
    limit: AdaptiveLimit,
    held: usize,
    next: u64,
    seated: HashMap<u64, Seated>,
}

/// Places that several runs take.
#[derive(Debug)]
pub(crate) struct Places {
    state: Mutex<State>,
    adapts: bool,
}

/// A run at some places. Leaves them when it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    places: Arc<Places>,
    id: u64,
}

/// One place, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    id: u64,
}

impl Places {
    /// As many as are found to be worth having.
    pub(crate) fn adaptive() -> Self {
        Self::with(AdaptiveLimit::new(1), true)
    }

    pub(crate) fn fixed(count: usize) -> Self {
        Self::with(AdaptiveLimit::fixed(count), false)
    }

    fn with(limit: AdaptiveLimit, adapts: bool) -> Self {
        Self {
            state: Mutex::new(State {
                limit,
                held: 0,
                next: 0,
                seated: HashMap::new(),
            }),
            adapts,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Places held, places there are, and places there may be.
    pub(crate) fn gauges(&self) -> (usize, usize, usize) {
        let state = self.state();
        (state.held, state.limit.now(), state.limit.most())
    }

    /// Sits a run down: `most` places are what it would have at once, `wake` is told when it may try again.
    pub(crate) fn seat(self: &Arc<Self>, weight: u32, most: usize, wake: Arc<Notify>) -> Seat {
        let mut state = self.state();
        let id = state.next;
        state.next += 1;
        let first = state.seated.is_empty();
        state.seated.insert(
            id,
            Seated {
                weight,
                held: 0,
                wants: false,
                most: most.max(1),
                wake,
            },
        );
        if self.adapts {
            if first {
                state.limit = AdaptiveLimit::new(most);
            }
            state.allow();
        }
        Seat {
            places: Arc::clone(self),
            id,
        }
    }
}

impl State {
    /// The most any run at these places would have.
    fn allow(&mut self) {
        let most = self.seated.values().map(|s| s.most).max().unwrap_or(1);
        self.limit.allow(most);
    }

    /// The share of a run of this weight, among those that hold or want a place; at least one.
    fn share(&self, weight: u32) -> usize {
        let all: u32 = self
            .seated
            .values()
            .filter(|s| s.wants || s.held > 0)
            .map(|s| s.weight)
            .sum();
        let limit = self.limit.now() as u64;
        let share = (limit * u64::from(weight)).div_ceil(u64::from(all.max(weight)));
        usize::try_from(share).unwrap_or(usize::MAX).max(1)
    }

    fn take(&mut self, id: u64) -> bool {
        let Some(me) = self.seated.get_mut(&id) else {
            return false;
        };
        // Counted in before shares are told: it wants one.
        me.wants = true;
        let (held, weight, most) = (me.held, me.weight, me.most);
        if self.held >= self.limit.now() {
            self.limit.reached();
            return false;
        }
        let mine = held < self.share(weight);
        let others_wait = self
            .seated
            .iter()
            .any(|(other, s)| *other != id && s.wants && s.held < self.share(s.weight));
        if held >= most || (!mine && others_wait) {
            return false;
        }
        self.held += 1;
        if self.held >= self.limit.now() {
            self.limit.reached();
        }
        if let Some(me) = self.seated.get_mut(&id) {
            me.held += 1;
            me.wants = false;
        }
        true
    }

    fn wake(&self) {
        for seated in self.seated.values().filter(|s| s.wants) {
            seated.wake.notify_one();
        }
    }
}

impl Seat {
    /// A place, if this run may have one now; its `wake` is told when it may be worth asking again.
    pub(crate) fn take(&self) -> Option<Place> {
        self.places.state().take(self.id).then(|| Place {
            places: Arc::clone(&self.places),
            id: self.id,
        })
    }

    /// Nothing more is wanted for now: what was refused may go to others.
    pub(crate) fn content(&self) {
        let mut state = self.places.state();
        if let Some(me) = state.seated.get_mut(&self.id)
            && std::mem::take(&mut me.wants)
        {
            state.wake();
        }
    }

    /// Places this run holds.
    pub(crate) fn held(&self) -> usize {
        self.places
            .state()
            .seated
            .get(&self.id)
            .map_or(0, |me| me.held)
    }

    pub(crate) fn weigh(&self, weight: u32) {
        let mut state = self.places.state();
        if let Some(me) = state.seated.get_mut(&self.id) {
            me.weight = weight;
        }
        state.wake();
    }

    pub(crate) fn heard(&self, report: Report) {
        if self.places.adapts {
            self.places.state().limit.heard(report);
        }
    }

    /// How many places there are now for all runs together.
    pub(crate) fn limit(&self) -> usize {
        self.places.state().limit.now()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.places.state();
        if let Some(gone) = state.seated.remove(&self.id) {
            // Places it still holds come back one by one, when their work has ended.
            tracing::trace!(held = gone.held, "a run leaves its seat");
        }
        if self.places.adapts {
            state.allow();
        }
        state.wake();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.places.state();
        state.held -= 1;
        if let Some(me) = state.seated.get_mut(&self.id) {
            me.held -= 1;
        }
        state.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(places: &Arc<Places>, weight: u32) -> Seat {
        places.seat(weight, 100, Arc::default())
    }

    fn all(seat: &Seat) -> Vec<Place> {
        std::iter::from_fn(|| seat.take()).collect()
    }

    #[test]
    fn one_run_alone_has_all_places() {
        let places = Arc::new(Places::fixed(6));
        let one = seat(&places, 1);
        assert_eq!(all(&one).len(), 6);
        assert_eq!(all(&one).len(), 6);
    }

    #[test]
    fn a_newcomer_gets_its_share_as_places_come_back() {
        let places = Arc::new(Places::fixed(8));
        let (one, other) = (seat(&places, 4), seat(&places, 4));
        let mut held = all(&one);
        assert_eq!(held.len(), 8);
        let mut others = all(&other);
        assert!(others.is_empty());
        // Whoever asks first: what comes back goes to the one that has less than its share.
        for _ in 0..4 {
            held.pop();
            held.extend(all(&one));
            others.extend(all(&other));
        }
        assert_eq!((held.len(), others.len()), (4, 4));
        held.pop();
        others.extend(all(&other));
        held.extend(all(&one));
        assert_eq!((held.len(), others.len()), (4, 4));
    }

    #[test]
    fn weights_decide_and_nothing_lies_idle() {
        let places = Arc::new(Places::fixed(10));
        let (high, low) = (seat(&places, 16), seat(&places, 4));
        let mut of_high = all(&high);
        let mut of_low = all(&low);
        assert_eq!((of_high.len(), of_low.len()), (10, 0));
        for _ in 0..10 {
            of_high.pop();
            of_low.extend(all(&low));
            of_high.extend(all(&high));
        }
        assert_eq!((of_high.len(), of_low.len()), (8, 2));
        // The high one has enough: the low one may have the rest.
        of_high.clear();
        high.content();
        of_low.extend(all(&low));
        assert_eq!(of_low.len(), 10);
    }

    #[test]
    fn even_the_lowest_gets_one_and_nobody_more_than_it_would_have() {
        let places = Arc::new(Places::fixed(2));
        let (high, low) = (seat(&places, 16), seat(&places, 1));
        let mut of_high = all(&high);
        assert!(low.take().is_none());
        of_high.pop();
        assert!(low.take().is_some());
        let few = places.seat(1, 1, Arc::default());
        of_high.clear();
        drop(high);
        assert_eq!(all(&few).len(), 1);
    }

    #[tokio::test]
    async fn who_waits_is_woken() {
        let places = Arc::new(Places::fixed(1));
        let wake = Arc::new(Notify::new());
        let one = seat(&places, 1);
        let other = places.seat(1, 1, Arc::clone(&wake));
        let held = one.take();
        assert!(other.take().is_none());
        let waiting = tokio::spawn(async move { wake.notified().await });
        drop(held);
        waiting.await.unwrap();
        assert!(other.take().is_some());
    }

    #[test]
    fn a_run_that_leaves_gives_everything_back() {
        let places = Arc::new(Places::fixed(3));
        let one = seat(&places, 1);
        let held = all(&one);
        drop(one);
        drop(held);
        assert_eq!(all(&seat(&places, 1)).len(), 3);
    }
}
