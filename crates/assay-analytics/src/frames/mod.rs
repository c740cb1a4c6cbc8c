//! Samples as columns: snapshots of finished runs, and the tables that are made from single samples.
//!
//! Everything of polars is in here, and nothing of it shows: tables go out as plain records.

mod counts;
mod error;
mod file;
mod layout;
mod making;
mod recount;
mod snapshots;
mod tables;
mod warm;

pub use error::SnapshotError;
pub use recount::Recount;
pub use snapshots::{SnapshotProgress, Snapshots};
pub use tables::{DiversityOfGroup, Failures, Measure, Spread};
