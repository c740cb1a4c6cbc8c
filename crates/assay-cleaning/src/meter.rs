//! How much work a cleaning was, counted instead of timed: nothing outside tests.

use std::cell::Cell;

/// What was done in this thread since it was last asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Work {
    /// Bytes that parsers read, those read again included.
    pub read: usize,
    /// How often parsers asked whether to go on: at every hundredth operation.
    pub checks: usize,
    /// Parses that ended at an error.
    pub errors: usize,
    /// Bytes that were looked through without parsing.
    pub scanned: usize,
}

thread_local! {
    static WORK: Cell<Work> = const { Cell::new(Work { read: 0, checks: 0, errors: 0, scanned: 0 }) };
}

pub(crate) fn count(change: impl FnOnce(&mut Work)) {
    let mut work = WORK.get();
    change(&mut work);
    WORK.set(work);
}

/// What was done since the last call, from now on forgotten.
pub(crate) fn take() -> Work {
    WORK.replace(Work::default())
}
