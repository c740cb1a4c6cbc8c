//! One problem and everyone's answers to it.

use assay_core::{DatasetId, Problem, ProblemId, RunId};
use assay_report::Figure;
use serde::{Deserialize, Serialize};

use crate::dto::{CompareBy, SampleRow};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProblemQuery {
    pub dataset: DatasetId,
    /// Its id, or that of the problem its translations were made from.
    pub problem: ProblemId,
    /// Whose answers; all runs of the data set when empty.
    pub runs: Vec<RunId>,
    /// What the figure has a row for.
    pub by: CompareBy,
}

/// One answer with its program.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProblemAnswer {
    pub sample: SampleRow,
    pub run_name: String,
    /// What was executed; `None` where there is none.
    pub program: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProblemView {
    pub query: ProblemQuery,
    /// Of the data set.
    pub title: String,
    /// The problem in each language it is there in; empty where the data set is not installed.
    pub problems: Vec<Problem>,
    /// Its neighbours in the data set's order.
    pub previous: Option<ProblemId>,
    pub next: Option<ProblemId>,
    /// Who solves it.
    pub figure: Figure,
    /// At most 400, the first of everyone before the second of anyone.
    pub answers: Vec<ProblemAnswer>,
    /// How many there are.
    pub total: u32,
    /// Samples that passed, of those that are judged.
    pub passed: u32,
    pub judged: u32,
}
