//! When the machine is too short of memory to take more in.
//!
//! What a run itself holds is bounded (see `RunnerConfig`); models, containers and other programs are not, and when they
//! have taken nearly all there is, every further answer would be one more program for the machine to hold.

use std::sync::atomic::{AtomicBool, Ordering};

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// Once short, so much more than the floor must be available before it is plenty again.
const RELIEF: f64 = 1.1;
/// Of the machine's memory, at least and at most.
const FLOOR_SHARE: u64 = 20;
const SMALLEST_FLOOR: u64 = 128 << 20;
const LARGEST_FLOOR: u64 = 1 << 30;

/// Memory that must be available before runs take anything new in.
#[derive(Debug)]
pub struct MemoryFloor {
    bytes: u64,
    available: fn() -> Option<u64>,
    short: AtomicBool,
}

impl MemoryFloor {
    /// A twentieth of this machine's memory, from 128 MiB to 1 GiB.
    pub fn of_machine() -> Self {
        let total = machine().map_or(0, |system| system.total_memory());
        let floor = (total / FLOOR_SHARE).clamp(SMALLEST_FLOOR, LARGEST_FLOOR);
        Self::measured(floor, || machine().map(|system| system.available_memory()))
    }

    /// `available` says how much there is, `None` where that cannot be told.
    pub fn measured(bytes: u64, available: fn() -> Option<u64>) -> Self {
        Self {
            bytes,
            available,
            short: AtomicBool::new(false),
        }
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn available(&self) -> Option<u64> {
        (self.available)()
    }

    /// Whether nothing new should be taken in. What cannot be measured is not short.
    pub(crate) fn is_short(&self) -> bool {
        let Some(available) = self.available() else {
            return false;
        };
        let floor = if self.short.load(Ordering::Relaxed) {
            self.bytes as f64 * RELIEF
        } else {
            self.bytes as f64
        };
        let short = (available as f64) < floor;
        self.short.store(short, Ordering::Relaxed);
        short
    }
}

/// The machine's memory; nothing on a system that does not tell.
fn machine() -> Option<System> {
    sysinfo::IS_SUPPORTED_SYSTEM.then(|| {
        System::new_with_specifics(
            RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram()),
        )
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn it_is_short_below_the_floor_until_well_above_it() {
        static AVAILABLE: AtomicU64 = AtomicU64::new(0);
        let floor = MemoryFloor::measured(1_000, || Some(AVAILABLE.load(Ordering::SeqCst)));
        for (available, short) in [
            (1_050, false),
            (999, true),
            (1_050, true),
            (1_101, false),
            (1_050, false),
        ] {
            AVAILABLE.store(available, Ordering::SeqCst);
            assert_eq!(floor.is_short(), short, "{available}");
        }
        assert!(!MemoryFloor::measured(u64::MAX, || None).is_short());
    }

    #[test]
    fn this_machine_has_some() {
        let floor = MemoryFloor::of_machine();
        assert!((SMALLEST_FLOOR..=LARGEST_FLOOR).contains(&floor.bytes()));
        assert!(floor.available().is_some_and(|bytes| bytes > 0));
    }
}
