//! The vocabulary of Assay: ids, newtypes and plain records that every other crate speaks in.
//!
//! Nothing here does IO, reads a clock or draws a random number. What a name means here is what it
//! means everywhere: see `docs/ARCHITECTURE.md`.

pub mod error;
pub mod execution;
pub mod generation;
pub mod ids;
pub mod language;
pub mod model;
pub mod period;
pub mod price;
pub mod problem;
pub mod quality;
pub mod run;
pub mod sample;

pub use error::{Coded, ErrorInfo};
pub use execution::{Compilation, Execution, Limits, Verdict};
pub use generation::{
    FinishReason, Generation, GenerationRequest, Message, Prompt, RequestOrigin, ResponseMode,
    Role, Sampling, Transport, Turn, Usage,
};
pub use ids::{DatasetId, IdError, ProblemId, RunId, SampleId, StrategyId};
pub use language::Language;
pub use model::{ModelRef, ModelRefError};
pub use period::{Period, PeriodError};
pub use price::{Price, Spending};
pub use problem::{Problem, TestForm};
pub use quality::{Quality, QualityBasis, QualityPart, QualityReason, QualityWeights};
pub use run::{
    AdaptiveSpec, CacheTally, CacheUse, Cleaning, EarlyStop, Environment, Priority,
    ProblemSelection, RunEvent, RunOrigin, RunProgress, RunSpec, RunStatus,
};
pub use sample::{Content, DetectedLanguage, Fingerprint, Sample, SampleKey, SampleStage};
