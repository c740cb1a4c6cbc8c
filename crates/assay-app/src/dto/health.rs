//! How everything is.

use assay_core::{RunId, RunProgress};
use serde::Serialize;

use super::{Caches, EngineStatus, LanguageStatus, SandboxGauges};

/// A look at what runs, and at what it runs on.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct HealthReport {
    pub engine: EngineStatus,
    pub languages: Vec<LanguageStatus>,
    /// Nothing before the sandbox was first needed.
    pub sandbox: Option<SandboxGauges>,
    /// Runs that are on in this program.
    pub runs: Vec<RunGauges>,
    pub providers: Vec<ProviderGauges>,
    pub caches: Caches,
    pub store: StoreHealth,
    pub memory: MemoryHealth,
    /// Where metrics can be read from, where that is switched on.
    pub metrics: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RunGauges {
    pub run: RunId,
    pub name: String,
    pub progress: RunProgress,
}

/// Requests to one model, over all runs of this program.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProviderGauges {
    pub model: String,
    pub in_flight: u32,
    /// Requests that are worth having in flight now; follows latency and errors.
    pub limit: u32,
    /// Limit at most, by the runs that ask it.
    pub most: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct StoreHealth {
    pub path: String,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub bytes: f64,
    /// Left on the disk it lies on.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub free_bytes: Option<f64>,
    pub runs: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MemoryHealth {
    /// Of this program.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub resident_bytes: Option<f64>,
    /// Of the machine.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub available_bytes: Option<f64>,
    /// Where less is available runs take nothing new in.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub floor_bytes: Option<f64>,
}
