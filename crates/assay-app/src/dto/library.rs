//! What is installed and whether it works.

use assay_core::{DatasetId, Language};
use serde::{Deserialize, Serialize};

use super::ModelFacts;

/// One look at everything an evaluation needs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AppStatus {
    pub version: String,
    pub data_dir: String,
    pub engine: EngineStatus,
    pub languages: Vec<LanguageStatus>,
    pub models: Vec<ModelStatus>,
    pub datasets: Vec<DatasetStatus>,
    /// Whether the shipped example runs are in the store.
    pub sample_workspace: bool,
    pub runs: u32,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EngineStatus {
    pub ok: bool,
    /// `Docker 20.10.24`, or what is wrong.
    pub detail: String,
    pub hint: Option<String>,
}

/// A language the sandbox knows.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LanguageStatus {
    pub language: Language,
    pub title: String,
    pub image: String,
    /// Whether the image is built, for this version of the program: its tag names what it is made of.
    pub ready: bool,
    pub digest: Option<String>,
    /// With its edition: `g++ 12.2.0, C++17`.
    pub toolchain: Option<String>,
    /// What the image takes on the disk.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub size_bytes: Option<u64>,
    /// When it was built, RFC 3339.
    pub created: Option<String>,
}

/// What the executor of this program does at the moment, and has done since the program started.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SandboxGauges {
    /// Programs that may run at once.
    pub concurrency: u32,
    pub containers: u32,
    pub running: u32,
    pub waiting: u32,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub executed: u64,
    /// Containers replaced, for whatever reason.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub recycled: u64,
    /// Programs executed again because their container was lost.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub retried: u64,
    /// Timeouts and kills that did not stand when the program was executed alone.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub overturned: u64,
    /// Those that were used.
    pub languages: Vec<LanguageGauges>,
}

/// One language's share.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LanguageGauges {
    pub language: Language,
    pub containers: u32,
    pub running: u32,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub executed: u64,
    /// Wall clock of one program, in milliseconds.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub mean_ms: Option<f64>,
}

/// A model of the catalogue, or a file of the user's.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelStatus {
    /// `smollm2-135m`
    pub id: String,
    /// `local:smollm2-135m`: what a run spec takes.
    pub reference: String,
    pub title: String,
    pub licence: String,
    /// Size of the file in bytes.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub bytes: u64,
    pub ready: bool,
    /// How its numbers are kept, and whether they were converted here: `Q4_K_M`, `BF16, converted from
    /// safetensors`. Empty where that is not known.
    pub form: String,
    /// Whether it has a chat template; one without takes completions only.
    pub chat: bool,
    /// Whether it is in the list because its user put it there.
    pub added: bool,
    /// Of its key; `None` where it is asked without one.
    pub key_variable: Option<String>,
    /// The family whose optimisations it gets: `qwen2.5-coder`.
    pub family: String,
    pub facts: ModelFacts,
}

/// What a model answered when it was asked whether it is there.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelCheck {
    pub reference: String,
    pub completion: bool,
    pub chat: bool,
    pub context_length: Option<u32>,
    /// Whether its text arrives while it is made.
    pub streaming: bool,
    /// Whether a seed is sent with a request.
    pub seed: bool,
    pub family: String,
    pub facts: ModelFacts,
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum DatasetState {
    Ready,
    Missing,
    /// Its file does not have the checksum of the manifest.
    Damaged,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DatasetStatus {
    pub id: DatasetId,
    pub title: String,
    pub version: String,
    pub licence: String,
    pub languages: Vec<Language>,
    pub n_problems: u32,
    pub sha256: Option<String>,
    pub state: DatasetState,
    /// Whether it was imported by the user rather than known to the program.
    pub imported: bool,
}

/// A problem in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProblemSummary {
    pub dataset: DatasetId,
    pub id: String,
    pub entry_point: String,
    pub languages: Vec<Language>,
}

/// Progress of a download or a build.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TaskProgress {
    /// What is being done: `downloading`, `verifying`, a line of a build's log.
    pub message: String,
    /// Share done in [0, 1], when it is known.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub fraction: Option<f64>,
}

/// One thing `doctor` looked at.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DoctorCheck {
    pub name: String,
    pub ok: bool,
    pub detail: String,
    pub hint: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    System,
    Light,
    Dark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Density {
    Comfortable,
    Compact,
}

/// The user's settings, kept in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Settings {
    pub theme: Theme,
    pub density: Density,
    /// OpenAI-compatible models the user added, as references.
    pub models: Vec<String>,
    /// What both caches may take together, in millions of bytes.
    #[serde(default = "default_cache_limit")]
    pub cache_limit_mb: u32,
}

fn default_cache_limit() -> u32 {
    2_000
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            density: Density::Comfortable,
            models: Vec::new(),
            cache_limit_mb: default_cache_limit(),
        }
    }
}
