//! Measurements of the runner.

use assay_core::{DatasetId, Language};
use serde::{Deserialize, Serialize};

/// The work that is done one after another and all at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RunnerBench {
    pub models: u32,
    pub dataset: DatasetId,
    pub languages: Vec<Language>,
    /// The first so many; all when nothing is given.
    pub problems: Option<u32>,
    /// Samples per problem.
    pub samples: u32,
    /// Samples that are done one after another, spread evenly over the work: all of it would take an hour.
    pub baseline: u32,
    /// Requests in flight for each model.
    pub concurrency: u32,
    /// What an answer takes, in milliseconds: at least and at most.
    pub latency_low_ms: u32,
    pub latency_high_ms: u32,
}

impl Default for RunnerBench {
    fn default() -> Self {
        Self {
            models: 4,
            dataset: DatasetId::new("humaneval-x"),
            languages: ["python", "javascript", "go"].map(Language::new).into(),
            problems: None,
            samples: 5,
            baseline: 240,
            concurrency: 64,
            latency_low_ms: 50,
            latency_high_ms: 800,
        }
    }
}

/// One way of doing the work, or a part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BenchPass {
    pub samples: u32,
    pub passed: u32,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub seconds: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub per_s: f64,
    /// Means over the samples, in milliseconds: waiting for the answer, and the program with its tests.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub generation_ms: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub execution_ms: f64,
    /// Processor time of this program for one sample, server and containers not counted; milliseconds.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub own_cpu_ms: Option<f64>,
    /// Share of all processors' time that was used by whatever ran on this machine.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub machine_busy: Option<f64>,
    /// The same while programs waited for a container: where the processors are what limits.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub machine_busy_when_full: Option<f64>,
}

/// One measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BenchRecord {
    /// RFC 3339, UTC.
    pub at: String,
    pub version: String,
    /// `linux x86_64, 2 processors, 24 GB`.
    pub machine: String,
    pub work: RunnerBench,
    pub sequential: BenchPass,
    pub optimised: BenchPass,
    /// Samples a second over those of the sequential pass, with a 95 % interval from how much its samples differ.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub speedup: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub speedup_low: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub speedup_high: f64,
    /// Of the samples done both ways, those with the same verdict.
    pub compared: u32,
    pub same_verdicts: u32,
    /// Highest resident memory of this program, the stand-in for the models included.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub peak_memory_mb: Option<f64>,
}
