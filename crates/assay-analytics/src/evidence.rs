//! What was counted: the input of every score.

use assay_core::{DatasetId, Language, ProblemId, RunId, StrategyId};

/// What the answers of one model to one problem count for, within one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreRow {
    pub run: RunId,
    /// The model in its text form; for graded files, the name the run was given.
    pub model: String,
    pub strategy: StrategyId,
    pub language: Language,
    pub problem: ProblemId,
    /// The problem this one was translated from; its own id when it is an original.
    pub cluster: String,
    /// Samples that say something of the model: the n of pass@k.
    pub judged: u32,
    /// The c of pass@k.
    pub passed: u32,
    /// Samples the sandbox could not judge.
    pub infrastructure: u32,
    /// Samples whose request was not answered.
    pub unanswered: u32,
    /// Samples that are not done yet.
    pub outstanding: u32,
}

/// What is known of a run as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFacts {
    pub id: RunId,
    pub name: String,
    pub dataset: DatasetId,
    pub dataset_version: String,
}

/// Rows of counts and the runs they are from. Rows may come in any order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    pub runs: Vec<RunFacts>,
    pub rows: Vec<ScoreRow>,
}

impl From<assay_store::ScoreRow> for ScoreRow {
    fn from(row: assay_store::ScoreRow) -> Self {
        Self {
            run: row.run,
            model: row.model,
            strategy: row.strategy,
            language: row.language,
            problem: row.problem,
            cluster: row.cluster,
            judged: row.judged,
            passed: row.passed,
            infrastructure: row.infrastructure,
            unanswered: row.unanswered,
            outstanding: row.outstanding,
        }
    }
}
