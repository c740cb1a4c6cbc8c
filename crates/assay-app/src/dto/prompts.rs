//! Strategies, and what they will say.

use assay_core::{DatasetId, ErrorInfo, Language, ModelRef, ProblemId, Prompt, StrategyId};
use serde::{Deserialize, Serialize};

/// A strategy in the list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct StrategySummary {
    pub id: StrategyId,
    pub title: String,
    pub description: String,
    /// `completion`, `chat`, `prefill` or `fill-in-the-middle`.
    pub kind: String,
    /// Whether it ships with the program; the others are the user's, to be changed and deleted.
    pub builtin: bool,
    /// Requests a sample takes at most.
    pub turns: u32,
    /// Solved problems it shows.
    pub examples: u32,
    /// Whether answers are checked, with public examples and the compiler alone, before they are asked to be repaired.
    pub checks_answers: bool,
}

/// Every strategy, and the user's files that are none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct StrategyList {
    pub strategies: Vec<StrategySummary>,
    /// Files that were left out.
    pub wrong: Vec<WrongStrategy>,
}

/// A file of the user's that is no strategy.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WrongStrategy {
    /// The one that its file's name says, by which it can be read and mended; `None` where that is no id, or one that
    /// is taken.
    pub id: Option<StrategyId>,
    /// Its message names file, line and field.
    pub error: ErrorInfo,
}

/// A strategy's file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct StrategySource {
    pub id: StrategyId,
    pub builtin: bool,
    pub toml: String,
    /// Why it is no strategy, where it is none.
    pub wrong: Option<ErrorInfo>,
}

/// Which prompt is to be shown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PreviewRequest {
    pub dataset: DatasetId,
    pub problem: ProblemId,
    /// Python, or else the first the problem comes in, when `None`.
    pub language: Option<Language>,
    /// All of the run's: examples are held back that would give away a problem in any of them. Only the one
    /// shown when it is empty.
    pub languages: Vec<Language>,
    /// `auto` too.
    pub strategy: StrategyId,
    pub model: ModelRef,
    /// The run's: it decides which examples are shown.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub seed: u64,
}

/// What one model will be sent for one problem.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PromptPreview {
    /// Never `auto`, but what it stands for with this model.
    pub strategy: StrategyId,
    pub kind: String,
    pub language: Language,
    /// The family the model belongs to, by its name.
    pub family: String,
    pub turns: Vec<PreviewTurn>,
    /// Stop sequences of the strategy, beside those of the run.
    pub stop: Vec<String>,
    /// What the model's makers recommend; a run uses its own.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub temperature: Option<f64>,
    /// What was taken for granted of the model, where its server was not looked at; for people.
    pub assumed: Option<String>,
}

/// One request of a preview, with placeholders («…») for what is not known yet.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PreviewTurn {
    pub prompt: Prompt,
    /// When it is not simply sent: on which condition.
    pub note: Option<String>,
}
