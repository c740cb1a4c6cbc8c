//! Ranges of user ids, one for each container.

use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

/// User ids below 65536 are all that a rootless engine has: 71 containers of 900 each.
pub(crate) const SLOTS: u32 = 71;

/// Which ranges are in use.
#[derive(Debug)]
pub(crate) struct Slots(Mutex<Vec<bool>>);

impl Default for Slots {
    fn default() -> Self {
        Self(Mutex::new(vec![false; SLOTS as usize]))
    }
}

impl Slots {
    /// A range that is free, in use from now on.
    pub fn take(&self) -> Slot<'_> {
        // Another process of this machine takes its own: random beginnings keep them apart mostly,
        // and where they meet, they share no more than the kernel's count of a user's processes.
        let start = (Uuid::now_v7().as_u128() % u128::from(SLOTS)) as usize;
        let mut taken = self.lock();
        let count = taken.len();
        let free = (0..count)
            .map(|step| (start + step) % count)
            .find(|at| !taken[*at])
            .unwrap_or(start);
        taken[free] = true;
        Slot {
            slots: self,
            number: free as u32,
            kept: false,
        }
    }

    pub fn free(&self, number: u32) {
        if let Some(taken) = self.lock().get_mut(number as usize) {
            *taken = false;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<bool>> {
        // Nothing panics while it is held; were it otherwise, the list would still be whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A range, given back unless a container keeps it.
pub(crate) struct Slot<'a> {
    slots: &'a Slots,
    pub number: u32,
    kept: bool,
}

impl Slot<'_> {
    pub fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.slots.free(self.number);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_containers_share_a_range_and_what_was_not_kept_is_free_again() {
        let slots = Slots::default();
        let all: Vec<_> = (0..SLOTS).map(|_| slots.take()).collect();
        let numbers: BTreeSet<_> = all.iter().map(|slot| slot.number).collect();
        assert_eq!(numbers.len(), SLOTS as usize);
        let mut all = all.into_iter();
        let (kept, dropped) = (all.next().unwrap(), all.next().unwrap());
        let number = dropped.number;
        kept.keep();
        drop(dropped);
        assert_eq!(slots.take().number, number);
    }
}
