//! What a model is asked to solve.

use serde::{Deserialize, Serialize};

use crate::{DatasetId, Language, ProblemId};

/// How a problem's tests are run against a solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TestForm {
    /// `tests` defines `check(candidate)`, called with the entry point (HumanEval).
    CheckFunction,
    /// `tests` are statements that call the solution by its name (MBPP, the starter set).
    Statements,
}

/// One problem of a data set in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Problem {
    pub dataset: DatasetId,
    pub id: ProblemId,
    /// The problem this one was translated from, the cluster of clustered standard errors
    /// (one HumanEval problem in seven languages is one cluster). Its own id when it is an original.
    pub cluster: String,
    pub language: Language,
    /// What the model is shown: imports, signature, docstring. It is a prefix of a valid program.
    pub prompt: String,
    pub entry_point: String,
    /// Continues `prompt` to a correct program.
    pub canonical_solution: Option<String>,
    /// Code of the data set's that every program is given and no model is shown: headers, the tests'
    /// own imports. Each language's driver knows where it belongs.
    #[serde(default)]
    pub setup: String,
    pub tests: String,
    pub test_form: TestForm,
}
