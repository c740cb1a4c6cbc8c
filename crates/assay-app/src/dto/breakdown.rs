//! Runs seen sample by sample.

use assay_analytics::{Contamination, Difficulty, DiversityOfGroup, Failures, Spread};
use serde::Serialize;

/// Tables of single samples, by the groups of a comparison, whose keys they name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Breakdown {
    /// What did not pass, by reason, the most frequent first within a group.
    pub failures: Vec<Failures>,
    /// What answers took and cost, and what programs took.
    pub spreads: Vec<Spread>,
    /// How different the programs are that were written for the same problem.
    pub diversity: Vec<DiversityOfGroup>,
    /// All problems, the hardest first.
    pub difficulty: Vec<Difficulty>,
    /// Models that may have seen the problems while they were trained, as far as it is known.
    pub contaminated: Vec<Contamination>,
}
