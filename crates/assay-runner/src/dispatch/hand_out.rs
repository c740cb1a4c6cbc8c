//! What the dispatcher begins with, and when.

use std::sync::Arc;

use assay_core::SampleStage;
use assay_store::{OutstandingSample, StoreError};

use super::Dispatcher;
use crate::generate::generate;
use crate::steps::{Ready, execute};

/// Samples of a model that are looked through for one that may be begun, where a run stops early.
const LOOK_THROUGH: usize = 4_096;

impl Dispatcher {
    pub(super) fn wait_for_execution(&mut self, ready: Ready) {
        self.ready_bytes += ready.bytes();
        self.ready.push_back(ready);
    }

    /// Whether so much waits for the sandbox, or memory is so short, that no more answers should be asked for.
    fn is_full(&self) -> bool {
        // Answers that are being stored have given their place back, and will wait here in a moment.
        let coming: usize = self
            .lanes
            .iter()
            .map(|lane| lane.in_flight.saturating_sub(lane.seat.held()))
            .sum();
        self.ready.len() + coming >= self.config.waiting_programs
            || self.ready_bytes >= self.config.waiting_bytes
            // What is there must go on, or memory would never come free.
            || (self.memory_short && !self.tasks.is_empty())
    }

    /// Starts whatever there is a place for.
    pub(super) async fn hand_out(&mut self) -> Result<(), StoreError> {
        if self.config.in_sequence && !self.tasks.is_empty() {
            return Ok(());
        }
        if !self.backlog_read && self.ready.len() < self.config.waiting_programs / 2 {
            self.read_backlog().await?;
        }
        while !self.ready.is_empty()
            && let Some(place) = self.seat.take()
            && let Some(ready) = self.ready.pop_front()
        {
            self.ready_bytes -= ready.bytes();
            self.in_execution += 1;
            self.tasks
                .spawn(execute(Arc::clone(&self.context), ready, place));
        }
        if self.ready.is_empty() {
            self.seat.content();
        }
        if self.config.in_sequence && !self.tasks.is_empty() {
            return Ok(());
        }
        for number in 0..self.lanes.len() {
            while !self.is_full() {
                let Some(sample) = self.next_of(number).await? else {
                    self.lanes[number].seat.content();
                    break;
                };
                let lane = &mut self.lanes[number];
                let Some(place) = lane.seat.take() else {
                    lane.queue.push_front(sample);
                    break;
                };
                lane.in_flight += 1;
                self.in_hand.insert(sample.id);
                if let Some(early) = &mut self.early {
                    early.begun(&sample);
                }
                self.tasks.spawn(generate(
                    Arc::clone(&self.context),
                    number,
                    Arc::clone(&lane.provider),
                    lane.cancel.clone(),
                    sample,
                    place,
                ));
                if self.config.in_sequence {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The next sample of a model that may be begun.
    async fn next_of(&mut self, number: usize) -> Result<Option<OutstandingSample>, StoreError> {
        loop {
            let lane = &mut self.lanes[number];
            if lane.halted.is_some() {
                return Ok(None);
            }
            let found = match &self.early {
                None => (!lane.queue.is_empty()).then_some(0),
                Some(early) => lane.queue.iter().position(|sample| early.may_begin(sample)),
            };
            if let Some(found) = found {
                return Ok(lane.queue.remove(found));
            }
            let look_further = lane.queue.is_empty() || lane.queue.len() < LOOK_THROUGH;
            if lane.read || !look_further {
                return Ok(None);
            }
            let page = self
                .context
                .store
                .outstanding(
                    &self.context.run,
                    SampleStage::Pending,
                    Some(&lane.model),
                    lane.cursor,
                    self.config.page,
                )
                .await?;
            match page.last() {
                Some(last) => lane.cursor = last.cursor,
                None => lane.read = true,
            }
            lane.queue.extend(page);
        }
    }

    /// Reads a page of answers that wait for their execution since an earlier attempt.
    async fn read_backlog(&mut self) -> Result<(), StoreError> {
        let page = self
            .context
            .store
            .outstanding(
                &self.context.run,
                SampleStage::Generated,
                None,
                self.backlog,
                self.config.page,
            )
            .await?;
        match page.last() {
            Some(last) => self.backlog = last.cursor,
            None => self.backlog_read = true,
        }
        for sample in page {
            // Answers of this attempt are in the same stage; they are in hand until they are judged.
            if self.in_hand.insert(sample.id) {
                if let Some(early) = &mut self.early {
                    early.begun(&sample);
                }
                self.wait_for_execution(Ready {
                    sample,
                    answer: None,
                });
            }
        }
        Ok(())
    }
}
