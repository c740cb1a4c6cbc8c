//! What a data set's own solutions came to.

use assay_core::{DatasetId, Language, ProblemId, Verdict};
use serde::Serialize;

/// The self-check of a data set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatasetCheck {
    pub dataset: DatasetId,
    pub languages: Vec<LanguageCheck>,
}

/// Its part in one language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LanguageCheck {
    pub language: Language,
    /// Problems, with a solution or without.
    pub n: u32,
    pub passed: u32,
    /// Problems whose own solution does not pass, in the data set's order.
    pub broken: Vec<BrokenProblem>,
    /// Those of them that the manifest lists as such.
    pub known_broken: Vec<ProblemId>,
    /// Problems that bring no solution, which nothing was executed for.
    pub without_canonical: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BrokenProblem {
    pub id: ProblemId,
    pub verdict: Verdict,
    pub detail: Option<String>,
}

impl DatasetCheck {
    /// Whether every problem that does not pass is known not to.
    pub fn is_as_known(&self) -> bool {
        self.languages.iter().all(|language| {
            let mut broken = language.broken.iter();
            broken.all(|b| language.known_broken.contains(&b.id))
        })
    }
}
