//! What a measurement takes of the machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// In words, for whoever reads the figures.
pub(super) fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    let system = sysinfo::System::new_with_specifics(
        sysinfo::RefreshKind::nothing().with_memory(sysinfo::MemoryRefreshKind::everything()),
    );
    format!(
        "{} {}, {processors} processors, {:.0} GB",
        std::env::consts::OS,
        std::env::consts::ARCH,
        system.total_memory() as f64 / 1e9
    )
}

/// Processor time of the whole machine.
#[derive(Debug, Clone, Copy)]
pub(super) struct MachineTime {
    busy: u64,
    all: u64,
}

impl MachineTime {
    /// As Linux counts it, in ticks; nothing elsewhere.
    pub(super) fn now() -> Option<Self> {
        Self::read(&std::fs::read_to_string("/proc/stat").ok()?)
    }

    fn read(stat: &str) -> Option<Self> {
        let line = stat.lines().find(|line| line.starts_with("cpu "))?;
        let ticks: Vec<u64> = line
            .split_whitespace()
            .skip(1)
            .take(8)
            .map(|n| n.parse().ok())
            .collect::<Option<_>>()?;
        let all: u64 = ticks.iter().sum();
        // The fourth and fifth are idle, and waiting for a disk.
        let idle = ticks.get(3)? + ticks.get(4)?;
        Some(Self {
            busy: all - idle,
            all,
        })
    }

    pub(super) fn busy_since(before: Option<Self>) -> Option<f64> {
        let (before, now) = (before?, Self::now()?);
        let all = now.all.checked_sub(before.all).filter(|all| *all > 0)?;
        Some(now.busy.saturating_sub(before.busy) as f64 / all as f64)
    }
}

/// Processor time of the machine over the moments at which programs waited for a container.
#[derive(Default)]
pub(super) struct Full {
    last: Option<(MachineTime, bool)>,
    busy: u64,
    all: u64,
}

impl Full {
    pub(super) fn look(&mut self, waiting: bool) {
        let Some(now) = MachineTime::now() else {
            return;
        };
        if let Some((last, true)) = self.last
            && waiting
        {
            self.busy += now.busy.saturating_sub(last.busy);
            self.all += now.all.saturating_sub(last.all);
        }
        self.last = Some((now, waiting));
    }

    pub(super) fn busy(&self) -> Option<f64> {
        (self.all > 0).then(|| self.busy as f64 / self.all as f64)
    }
}

/// The highest resident memory of this program while it lives.
pub(super) struct Peak {
    highest: Arc<AtomicU64>,
    watching: tokio::task::JoinHandle<()>,
}

impl Peak {
    pub(super) fn watch() -> Self {
        let highest = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&highest);
        let watching = tokio::spawn(async move {
            loop {
                let now = tokio::task::spawn_blocking(crate::health::resident).await;
                if let Ok(Some(bytes)) = now {
                    seen.fetch_max(bytes, Ordering::Relaxed);
                }
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
        });
        Self { highest, watching }
    }

    pub(super) fn highest(&self) -> Option<u64> {
        Some(self.highest.load(Ordering::Relaxed)).filter(|bytes| *bytes > 0)
    }
}

impl Drop for Peak {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_time_is_read_as_the_kernel_tells_it() {
        let one = MachineTime::read("cpu  10 0 5 80 5 0 0 0 0 0\ncpu0 1 1 1 1\n").unwrap();
        assert_eq!((one.busy, one.all), (15, 100));
        assert!(MachineTime::read("intr 1").is_none());
    }
}
