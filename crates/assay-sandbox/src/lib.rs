//! Runs untrusted programs in hardened, warm containers and judges them.
//!
//! What is executed here was written by a language model and is treated as hostile. The promises
//! made about it, and what containers do not protect from, are in `docs/sandbox.md`; how a verdict
//! is reached by two processes that share no memory is in `docs/adr/0003-two-process-verdicts.md`.
//!
//! [`Sandbox`] is what everything above speaks to; [`DockerSandbox`] is the implementation over any
//! engine with Docker's API.

pub mod bench;
mod config;
mod container;
mod docker;
mod doctor;
mod engine;
mod error;
mod frame;
mod health;
mod image;
mod language;
mod owner;
mod pool;
mod program;
mod protocol;
mod room;
mod sandbox;
mod shape;
mod slot;

pub use bench::{
    BenchOptions, Crowd, ExecutorBench, LanguageBench, PEER_VERSION, Soak, Throughput, bench_crowd,
    bench_executor, bench_languages, bench_soak,
};
pub use config::{Isolation, SandboxConfig};
pub use docker::DockerSandbox;
pub use doctor::{Check, DoctorReport, doctor};
pub use error::SandboxError;
pub use health::{EngineInfo, Gauges, Health, ImageInfo, LanguageGauges};
pub use image::BuildEvent;
pub use language::{
    ImageDefinition, LanguageDefinition, LimitDefinition, SupervisorDefinition, SupervisorMode,
};
pub use program::{HARNESS_VERSION, Program, Tests};
pub use sandbox::Sandbox;
