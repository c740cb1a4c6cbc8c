//! What people make of their runs: what is deleted, merged, split; and saved views.

use assay_core::{DatasetId, Language, RunId, RunStatus, StrategyId};
use serde::{Deserialize, Serialize};

/// A deleted run that can come back.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DeletedRun {
    pub id: RunId,
    pub name: String,
    pub dataset: DatasetId,
    pub models: Vec<String>,
    pub samples: u32,
    /// RFC 3339, UTC.
    pub deleted_at: String,
    /// When it is removed for good.
    pub gone_at: String,
}

/// A run that another one was made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RunSourceView {
    pub run: RunId,
    /// As it was called then.
    pub name: String,
    /// Of those the made run has.
    pub samples: u32,
    /// Whether it is still there.
    pub there: bool,
}

/// A run about to be merged or split.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PlannedSource {
    pub run: RunId,
    pub name: String,
    pub status: RunStatus,
    pub samples: u32,
}

/// Samples of a later run that follow those of an earlier one, since both were asked the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FollowingSamples {
    pub run: RunId,
    pub model: String,
    pub language: Language,
    pub problems: u32,
    pub samples: u32,
    /// Whether the run has the seed and the strategy of an earlier one: the answers may be the same once more.
    pub same_seed: bool,
}

/// A condition in which the sources of a merge differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RunDifference {
    pub what: String,
    /// One a source, in their order; `None` where it does not apply or is not known.
    pub values: Vec<Option<String>>,
}

/// What a merge will make.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MergePreview {
    /// What it is called when nothing else is said.
    pub name: String,
    /// In the order in which they were made.
    pub sources: Vec<PlannedSource>,
    pub dataset: DatasetId,
    pub dataset_version: String,
    pub models: Vec<String>,
    pub languages: Vec<Language>,
    pub strategies: Vec<StrategyId>,
    pub samples: u32,
    /// Of those, samples that are not done.
    pub outstanding: u32,
    pub following: Vec<FollowingSamples>,
    pub differences: Vec<RunDifference>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SplitBy {
    Model,
    Language,
}

/// One run that a split will make.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PlannedPart {
    /// The model or the language.
    pub key: String,
    pub name: String,
    pub samples: u32,
    pub outstanding: u32,
}

/// What a split will make.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SplitPreview {
    pub source: PlannedSource,
    pub by: SplitBy,
    pub parts: Vec<PlannedPart>,
}

/// A page with what is chosen in it, by name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SavedView {
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub id: i64,
    pub name: String,
    /// `compare`.
    pub page: String,
    /// `/compare?runs=a,b`.
    pub address: String,
    /// RFC 3339, UTC.
    pub created_at: String,
}
