//! What is known of the sandbox at a moment: for the window's gauges, and stored with each run.

use assay_core::Language;
use serde::{Deserialize, Serialize};

/// The container engine that answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineInfo {
    /// `Docker Engine - Community`, `Podman Engine`, or plain `Docker`.
    pub name: String,
    pub version: String,
    pub api_version: String,
    pub endpoint: String,
    pub platform: String,
    /// 1 or 2.
    pub cgroup_version: Option<u8>,
    pub storage_driver: Option<String>,
    pub rootless: bool,
    pub processors: Option<u32>,
    pub memory_bytes: Option<u64>,
}

impl EngineInfo {
    /// `Docker 20.10.24`: what a run's environment stores.
    pub fn label(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}

/// A language's image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageInfo {
    pub language: Language,
    /// The language's name for people.
    pub title: String,
    /// Name and tag. The tag names the content of the language's folder, so that another
    /// supervisor or Dockerfile is another image.
    pub image: String,
    /// Whether the engine has it.
    pub present: bool,
    /// `sha256:…` of the image, when present.
    pub digest: Option<String>,
    pub size_bytes: Option<u64>,
    /// `Python 3.11.2`, as the toolchain said when the image was built.
    pub toolchain: Option<String>,
    /// RFC 3339, as the engine tells it.
    pub created: Option<String>,
}

/// The executor's gauges.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Gauges {
    /// Programs that may run at once.
    pub concurrency: u32,
    pub containers: u32,
    pub running: u32,
    pub waiting: u32,
    pub executed: u64,
    /// Containers replaced since the start, for whatever reason.
    pub recycled: u64,
    /// Programs executed again because their container was lost.
    pub retried: u64,
    /// Timeouts and kills that the quiet retry overturned.
    pub overturned: u64,
    /// Those languages that were used, by id.
    pub languages: Vec<LanguageGauges>,
}

/// One language's share of the executor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LanguageGauges {
    pub language: Language,
    /// Warm and at work.
    pub containers: u32,
    pub running: u32,
    pub executed: u64,
    /// Wall clock of one program, making and waiting for its container not counted; milliseconds.
    pub mean_ms: Option<f64>,
}

/// The sandbox's state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// `None` when the engine does not answer now.
    pub engine: Option<EngineInfo>,
    pub images: Vec<ImageInfo>,
    /// By how much wall-clock limits are stretched (≥ 1); `None` before the first container.
    pub timeout_scale: Option<f64>,
    pub gauges: Gauges,
}
