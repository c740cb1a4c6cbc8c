//! What was read lately, by run and state, within a bound.

use std::sync::Arc;

use assay_store::RunState;

use crate::ScoreRow;

/// Rows of settled runs that were used last; the longest unused go first.
#[derive(Debug)]
pub(crate) struct Warm {
    bound: usize,
    bytes: usize,
    /// The one that was used last stands last.
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    state: RunState,
    rows: Arc<Vec<ScoreRow>>,
    bytes: usize,
}

impl Warm {
    pub(crate) fn new(bound: usize) -> Self {
        Self {
            bound,
            bytes: 0,
            entries: Vec::new(),
        }
    }

    pub(crate) fn get(&mut self, state: &RunState) -> Option<Arc<Vec<ScoreRow>>> {
        let place = self
            .entries
            .iter()
            .position(|entry| entry.state == *state)?;
        let entry = self.entries.remove(place);
        let rows = Arc::clone(&entry.rows);
        self.entries.push(entry);
        Some(rows)
    }

    /// Keeps what was counted of a run, instead of what was known of it in another state.
    pub(crate) fn keep(&mut self, state: &RunState, rows: Arc<Vec<ScoreRow>>) {
        self.forget(&state.run);
        let bytes = size_of_rows(&rows);
        if bytes > self.bound {
            return;
        }
        self.bytes += bytes;
        self.entries.push(Entry {
            state: state.clone(),
            rows,
            bytes,
        });
        while self.bytes > self.bound && !self.entries.is_empty() {
            self.bytes -= self.entries.remove(0).bytes;
        }
    }

    pub(crate) fn forget(&mut self, run: &assay_core::RunId) {
        if let Some(place) = self
            .entries
            .iter()
            .position(|entry| entry.state.run == *run)
        {
            self.bytes -= self.entries.remove(place).bytes;
        }
    }

    /// What is kept, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// What rows take: themselves and their texts.
fn size_of_rows(rows: &[ScoreRow]) -> usize {
    rows.iter()
        .map(|row| {
            let texts = [
                row.run.as_str(),
                &row.model,
                row.strategy.as_str(),
                row.language.as_str(),
                row.problem.as_str(),
                &row.cluster,
            ];
            // An allocation takes a little more than what is in it.
            size_of::<ScoreRow>() + texts.iter().map(|text| text.len() + 16).sum::<usize>()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use assay_core::{Language, RunId, RunStatus};

    use super::*;

    fn state(run: &str, attempts: u32) -> RunState {
        RunState {
            run: RunId::from(run),
            status: RunStatus::Completed,
            attempts,
            finished_at_ms: Some(1),
            withdrawn: 0,
            first_question: Some(1),
            last_question: Some(1),
            first_sample: Some(1),
            last_sample: Some(1),
        }
    }

    fn rows(run: &str, count: usize) -> Arc<Vec<ScoreRow>> {
        let row = ScoreRow {
            run: RunId::from(run),
            model: "local:m".to_owned(),
            strategy: "auto".into(),
            language: Language::python(),
            problem: "p/1".into(),
            cluster: "p/1".to_owned(),
            judged: 1,
            passed: 1,
            infrastructure: 0,
            unanswered: 0,
            outstanding: 0,
        };
        Arc::new(vec![row; count])
    }

    #[test]
    fn the_longest_unused_goes_and_the_bound_holds() {
        let one = size_of_rows(&rows("a", 10));
        let mut warm = Warm::new(one * 2);
        for run in ["a", "b"] {
            warm.keep(&state(run, 1), rows(run, 10));
        }
        assert!(warm.get(&state("a", 1)).is_some());
        warm.keep(&state("c", 1), rows("c", 10));
        assert!(warm.get(&state("b", 1)).is_none());
        assert!(warm.get(&state("a", 1)).is_some() && warm.get(&state("c", 1)).is_some());
        assert_eq!(warm.bytes(), one * 2);
        // Too much for all there is.
        warm.keep(&state("d", 1), rows("d", 21));
        assert!(warm.get(&state("d", 1)).is_none());
        assert!(warm.get(&state("a", 1)).is_some());
    }

    #[test]
    fn another_state_is_another_matter() {
        let mut warm = Warm::new(1_000_000);
        warm.keep(&state("a", 1), rows("a", 1));
        assert!(warm.get(&state("a", 2)).is_none());
        warm.keep(&state("a", 2), rows("a", 3));
        assert!(warm.get(&state("a", 1)).is_none());
        assert_eq!(warm.get(&state("a", 2)).map(|rows| rows.len()), Some(3));
        warm.forget(&RunId::from("a"));
        assert_eq!((warm.get(&state("a", 2)), warm.bytes()), (None, 0));
    }
}
