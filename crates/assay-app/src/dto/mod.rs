//! What crosses to the fronts. Core records cross as they are; what is made for a page is here.

mod bandit;
mod bench;
mod breakdown;
mod caches;
mod check;
mod compare;
mod health;
mod keys;
mod library;
mod models;
mod outcome;
mod problem;
mod prompts;
mod report;
mod runs;
mod samples;
mod trends;
mod upkeep;

pub use bandit::*;
pub use bench::*;
pub use breakdown::*;
pub use caches::*;
pub use check::*;
pub use compare::*;
pub use health::*;
pub use keys::*;
pub use library::*;
pub use models::*;
pub use outcome::*;
pub use problem::*;
pub use prompts::*;
pub use report::*;
pub use runs::*;
pub use samples::*;
pub use trends::*;
pub use upkeep::*;
