//! How much memory runs may take before they ask for less.

use std::sync::atomic::{AtomicBool, Ordering};

/// Once short, memory must come down by so much of the budget before it is plenty again.
const RELIEF: f64 = 0.9;

/// A budget of memory for the program, and how what it takes is measured.
#[derive(Debug)]
pub struct MemoryBudget {
    bytes: u64,
    measure: fn() -> Option<u64>,
    short: AtomicBool,
}

impl MemoryBudget {
    /// Of the program's resident memory.
    pub fn of_program(bytes: u64) -> Self {
        Self::measured(bytes, || {
            memory_stats::memory_stats().map(|found| found.physical_mem as u64)
        })
    }

    pub fn measured(bytes: u64, measure: fn() -> Option<u64>) -> Self {
        Self {
            bytes,
            measure,
            short: AtomicBool::new(false),
        }
    }

    /// Whether nothing new should be taken in. What cannot be measured is not short.
    pub(crate) fn is_short(&self) -> bool {
        let Some(taken) = (self.measure)() else {
            return false;
        };
        let limit = if self.short.load(Ordering::Relaxed) {
            self.bytes as f64 * RELIEF
        } else {
            self.bytes as f64
        };
        let short = taken as f64 > limit;
        self.short.store(short, Ordering::Relaxed);
        short
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn it_is_short_above_the_budget_until_well_below_it() {
        static TAKEN: AtomicU64 = AtomicU64::new(0);
        let budget = MemoryBudget::measured(1_000, || Some(TAKEN.load(Ordering::SeqCst)));
        for (taken, short) in [
            (900, false),
            (1_001, true),
            (950, true),
            (899, false),
            (950, false),
        ] {
            TAKEN.store(taken, Ordering::SeqCst);
            assert_eq!(budget.is_short(), short, "{taken}");
        }
        assert!(!MemoryBudget::measured(0, || None).is_short());
    }

    #[test]
    fn this_program_takes_some() {
        assert!(MemoryBudget::of_program(1).is_short());
        assert!(!MemoryBudget::of_program(u64::MAX).is_short());
    }
}
