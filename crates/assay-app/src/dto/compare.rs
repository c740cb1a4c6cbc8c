//! What a comparison is asked for.

use assay_core::RunId;
use serde::{Deserialize, Serialize};

/// What is compared: each group of samples with the same key is one line of the chart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum CompareBy {
    /// One model with one strategy in one run.
    #[default]
    Series,
    Model,
    Strategy,
    Language,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Correction {
    #[default]
    Holm,
    BenjaminiHochberg,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CompareQuery {
    pub runs: Vec<RunId>,
    pub by: CompareBy,
    /// Key of the series the others are compared with; all pairs when `None`.
    pub baseline: Option<String>,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub alpha: f64,
    pub correction: Correction,
    /// The k of pass@k.
    pub k: u32,
}
