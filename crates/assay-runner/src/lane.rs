//! One model of a run: its permits, and its samples as they come from the store.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use assay_core::ErrorInfo;
use assay_providers::{CancellationToken, Provider};
use assay_store::{OutstandingCursor, OutstandingSample};

/// One model's samples and permits.
pub(crate) struct Lane {
    pub provider: Arc<dyn Provider>,
    pub model: String,
    pub permits: usize,
    pub cancel: CancellationToken,
    pub queue: VecDeque<OutstandingSample>,
    pub cursor: OutstandingCursor,
    /// Whether the store has no more of its samples beyond the queue.
    pub read: bool,
    pub in_flight: usize,
    pub failures_in_a_row: u32,
    /// Why the model was given up.
    pub halted: Option<ErrorInfo>,
    /// Codes of the failures that were told already.
    pub told: HashSet<String>,
}

impl Lane {
    pub(crate) fn new(
        provider: Arc<dyn Provider>,
        concurrency: u32,
        stop: &CancellationToken,
    ) -> Self {
        // More than a provider can do at once would only wait in line and count as latency.
        let permits = provider
            .capabilities()
            .concurrency
            .min(concurrency as usize)
            .max(1);
        Self {
            model: provider.model().to_string(),
            provider,
            permits,
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
}
