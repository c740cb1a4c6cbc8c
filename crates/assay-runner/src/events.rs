//! From the dispatcher to whoever listens, without either waiting for the other.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use assay_core::RunEvent;
use tokio::sync::Notify;

/// Events a listener may be behind by; beyond it the oldest that may be dropped are.
const BEHIND: usize = 4_096;

/// What one listener has not heard yet.
#[derive(Debug, Default)]
struct Queue {
    events: Mutex<VecDeque<RunEvent>>,
    more: Notify,
}

impl Queue {
    fn events(&self) -> MutexGuard<'_, VecDeque<RunEvent>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, event: RunEvent) {
        let mut events = self.events();
        if matches!(event, RunEvent::Progress { .. }) {
            // Only the newest progress is worth hearing.
            if let Some(old) = events
                .iter()
                .rposition(|e| matches!(e, RunEvent::Progress { .. }))
            {
                events.remove(old);
            }
        }
        if events.len() >= BEHIND
            && let Some(old) = events
                .iter()
                .position(|e| matches!(e, RunEvent::SampleDone { .. } | RunEvent::Warning { .. }))
        {
            events.remove(old);
        }
        events.push_back(event);
        drop(events);
        self.more.notify_one();
    }
}

/// Events of one run, from the moment of subscribing: first `Started` and the newest progress, last
/// `Finished`, also for who comes late.
#[derive(Debug)]
pub struct Subscription {
    queue: Arc<Queue>,
    over: bool,
}

impl Subscription {
    /// The next event; `None` after `Finished`. May be dropped at any await without loss.
    pub async fn next(&mut self) -> Option<RunEvent> {
        if self.over {
            return None;
        }
        loop {
            if let Some(event) = self.queue.events().pop_front() {
                self.over = matches!(event, RunEvent::Finished { .. });
                return Some(event);
            }
            self.queue.more.notified().await;
        }
    }
}

#[derive(Debug, Default)]
struct State {
    listeners: Vec<Weak<Queue>>,
    started: Option<RunEvent>,
    progress: Option<RunEvent>,
    finished: Option<RunEvent>,
}

/// Tells every listener of a run what happens.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    state: Mutex<State>,
    over: Notify,
}

impl Hub {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tell(&self, event: RunEvent) {
        let mut state = self.state();
        match event {
            RunEvent::Started { .. } => state.started = Some(event.clone()),
            RunEvent::Progress { .. } => state.progress = Some(event.clone()),
            RunEvent::Finished { .. } => {
                state.finished = Some(event.clone());
                self.over.notify_waiters();
            }
            RunEvent::SampleDone { .. } | RunEvent::Warning { .. } => {}
        }
        state.listeners.retain(|listener| match listener.upgrade() {
            Some(queue) => {
                queue.push(event.clone());
                true
            }
            None => false,
        });
    }

    pub(crate) fn progress(&self) -> Option<RunEvent> {
        self.state().progress.clone()
    }

    pub(crate) fn subscribe(&self) -> Subscription {
        let queue = Arc::new(Queue::default());
        let mut state = self.state();
        for event in [&state.started, &state.progress, &state.finished]
            .into_iter()
            .flatten()
        {
            queue.push(event.clone());
        }
        state.listeners.push(Arc::downgrade(&queue));
        Subscription { queue, over: false }
    }

    /// The last event, once it has happened.
    pub(crate) async fn finished(&self) -> RunEvent {
        loop {
            let over = self.over.notified();
            tokio::pin!(over);
            // Listening before looking, or an end in between would be missed.
            over.as_mut().enable();
            if let Some(event) = self.state().finished.clone() {
                return event;
            }
            over.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use assay_core::{RunId, RunProgress, RunStatus, SampleId, Transport};

    use super::*;

    fn progress(done: u32) -> RunEvent {
        RunEvent::Progress {
            run: RunId::from("r"),
            progress: RunProgress {
                done,
                ..RunProgress::default()
            },
        }
    }

    fn sample(n: i64) -> RunEvent {
        RunEvent::SampleDone {
            run: RunId::from("r"),
            sample: SampleId(n),
            model: "m".into(),
            problem: "p".into(),
            index: 0,
            transport: Transport::Ok,
            content: None,
            verdict: None,
            detail: None,
        }
    }

    fn finished() -> RunEvent {
        RunEvent::Finished {
            run: RunId::from("r"),
            status: RunStatus::Completed,
            progress: RunProgress::default(),
            error: None,
        }
    }

    fn started() -> RunEvent {
        RunEvent::Started {
            run: RunId::from("r"),
            total: 1,
            outstanding: 1,
        }
    }

    async fn all(mut subscription: Subscription) -> Vec<RunEvent> {
        let mut events = Vec::new();
        while let Some(event) = subscription.next().await {
            events.push(event);
        }
        events
    }

    #[tokio::test]
    async fn unread_progress_gives_way_to_newer() {
        let hub = Hub::default();
        let listener = hub.subscribe();
        for event in [
            started(),
            progress(1),
            sample(1),
            progress(2),
            progress(3),
            finished(),
        ] {
            hub.tell(event);
        }
        assert_eq!(
            all(listener).await,
            [started(), sample(1), progress(3), finished()]
        );
    }

    #[tokio::test]
    async fn a_slow_listener_loses_old_samples_and_never_the_ends() {
        let hub = Hub::default();
        let listener = hub.subscribe();
        hub.tell(started());
        let many = i64::try_from(BEHIND).unwrap() * 3;
        for n in 0..many {
            hub.tell(sample(n));
        }
        hub.tell(finished());
        let events = all(listener).await;
        assert_eq!(events.len(), BEHIND);
        assert_eq!(events[0], started());
        assert_eq!(events[BEHIND - 2], sample(many - 1));
        assert_eq!(events[BEHIND - 1], finished());
    }

    #[tokio::test]
    async fn who_comes_late_hears_how_it_is_and_how_it_ended() {
        let hub = Hub::default();
        hub.tell(started());
        hub.tell(sample(1));
        hub.tell(progress(5));
        let mut late = hub.subscribe();
        assert_eq!(late.next().await, Some(started()));
        assert_eq!(late.next().await, Some(progress(5)));
        hub.tell(finished());
        assert_eq!(late.next().await, Some(finished()));
        assert_eq!(late.next().await, None);
        assert_eq!(
            all(hub.subscribe()).await,
            [started(), progress(5), finished()]
        );
        assert_eq!(hub.finished().await, finished());
    }
}
