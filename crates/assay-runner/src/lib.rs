//! Carries out a run.
//!
//! One task, the dispatcher, owns all of a run's state and hands out work; a request needs one of
//! its model's permits, an execution one of the sandbox's. A sample goes: prompt → answer → program
//! → *stored as generated* → execution → *stored as done* → announced. So whatever was announced
//! survives a killed program, and resuming a run does only what is outstanding: an answer that is
//! stored is never asked for again, a program that was judged never executed again.
//!
//! A run may be cancelled at any moment; what is stored by then stays usable and can be resumed.
//! In memory are a page of keys for each model and the programs that wait for the sandbox, never a
//! whole run.

mod adapt;
mod adaptive;
mod attempt;
mod cache;
mod dispatch;
mod early;
mod error;
mod events;
mod generate;
mod lane;
mod memory;
mod metrics;
mod plan;
mod progress;
mod public_check;
mod runner;
mod seed;
mod share;
mod steps;

pub use adaptive::{Adaptive, Differing, PolicySettings, Replay, arms_for};
pub use error::RunnerError;
pub use events::Subscription;
pub use memory::MemoryFloor;
pub use metrics::describe_metrics;
pub use plan::{Completion, CompletionText, Evaluation, Grading, Means};
pub use runner::{ModelPlaces, Outcome, RunHandle, Runner, RunnerConfig};
pub use seed::sample_seed;
