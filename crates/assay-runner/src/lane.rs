//! One model of a run: its places, and its samples as they come from the store.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use assay_core::ErrorInfo;
use assay_providers::{CancellationToken, Provider};
use assay_store::{OutstandingCursor, OutstandingSample};
use tokio::sync::Notify;

use crate::share::{Places, Seat};

/// One model's samples, and the run's seat at its places.
pub(crate) struct Lane {
    pub provider: Arc<dyn Provider>,
    pub model: String,
    pub seat: Seat,
    pub cancel: CancellationToken,
    pub queue: VecDeque<OutstandingSample>,
    pub cursor: OutstandingCursor,
    /// Whether the store has no more of its samples beyond the queue.
    pub read: bool,
    /// Requests under way, and answers being stored.
    pub in_flight: usize,
    pub failures_in_a_row: u32,
    /// Why the model was given up.
    pub halted: Option<ErrorInfo>,
    /// Codes of the failures that were told already.
    pub told: HashSet<String>,
}

impl Lane {
    /// `places` are those of the model, whichever runs ask it.
    pub(crate) fn new(
        provider: Arc<dyn Provider>,
        places: &Arc<Places>,
        concurrency: u32,
        weight: u32,
        wake: &Arc<Notify>,
        stop: &CancellationToken,
    ) -> Self {
        Self {
            model: provider.model().to_string(),
            seat: places.seat(
                weight,
                most(provider.as_ref(), concurrency),
                Arc::clone(wake),
            ),
            provider,
            cancel: stop.child_token(),
            queue: VecDeque::new(),
            cursor: OutstandingCursor::default(),
            read: false,
            in_flight: 0,
            failures_in_a_row: 0,
            halted: None,
            told: HashSet::new(),
        }
    }

    /// Whether there may be something left to ask.
    pub(crate) fn has_more(&self) -> bool {
        self.halted.is_none() && !(self.read && self.queue.is_empty())
    }
}

/// Requests to a model at once, at most. More than a provider can do would only wait in line and count as latency.
pub(crate) fn most(provider: &dyn Provider, concurrency: u32) -> usize {
    provider
        .capabilities()
        .concurrency
        .min(concurrency as usize)
        .max(1)
}
