//! How many containers fit onto the machine.

use crate::language::LanguageFolder;

/// What an idle container takes, in MiB: a supervisor, and a resident compiler in some languages.
const IDLE_MB: u64 = 256;
/// The part of the engine's memory that idle containers may take together.
const SHARE: u64 = 4;
/// The part of the machine's memory that is left alone.
const RESERVE: u64 = 20;

/// The memory of the engine's machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    total_mb: Option<u64>,
    /// Whether this machine's own numbers are the engine's.
    local: bool,
}

impl Room {
    pub fn new(total_bytes: Option<u64>, endpoint: &str) -> Self {
        Self {
            total_mb: total_bytes.map(|bytes| bytes >> 20),
            local: endpoint.starts_with("unix:"),
        }
    }

    /// Containers that may be there at once, idle ones included.
    pub fn most(self) -> u32 {
        let most = self.total_mb.map_or(0, |total| total / SHARE / IDLE_MB);
        u32::try_from(most).unwrap_or(u32::MAX)
    }

    /// Whether a program of this language that may use `memory_mb` can be given its memory just now. Where that
    /// cannot be known, it can.
    pub fn has_memory_for(self, folder: &LanguageFolder, memory_mb: u32) -> bool {
        let (Some(total), true) = (self.total_mb, self.local) else {
            return true;
        };
        let limits = &folder.definition.limits;
        let own = u64::from(limits.overhead_mb) + u64::from(limits.build_mb);
        let wanted = own + u64::from(memory_mb.max(limits.least_memory_mb));
        available_mb().is_none_or(|available| available >= wanted + total / RESERVE)
    }
}

/// MiB that can be had without swapping, where the system says so.
fn available_mb() -> Option<u64> {
    available_in(&std::fs::read_to_string("/proc/meminfo").ok()?)
}

fn available_in(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib >> 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_memory_bounds_the_containers() {
        let room = Room::new(Some(16 << 30), "unix:///var/run/docker.sock");
        assert_eq!(room.most(), 16);
        assert_eq!(Room::new(None, "tcp://host:2375").most(), 0);
    }

    #[test]
    fn available_memory_is_read_as_the_kernel_tells_it() {
        let text = "MemTotal:  2048 kB\nMemAvailable:     1048576 kB\n";
        assert_eq!(available_in(text), Some(1024));
        assert_eq!(available_in("MemFree: 1 kB\n"), None);
    }
}
