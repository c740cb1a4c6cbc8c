//! Reports.

use assay_core::RunId;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    Html,
    Pdf,
    Markdown,
    Csv,
}

/// A section that a report has where it is asked for, beside those every report has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ReportSection {
    /// The matrix of all pairs' differences and adjusted p-values.
    Significance,
    /// Scores by series and language.
    Languages,
    /// Scores against what an answer costs.
    Cost,
    /// Scores against how long an answer takes.
    Time,
    /// Who solves which problem.
    Problems,
    /// Problems that one of a pair solves and the other does not.
    Flips,
    /// The chosen runs over time.
    Trends,
}

impl ReportSection {
    /// In the order in which they stand in a report.
    pub const ALL: [Self; 7] = [
        Self::Significance,
        Self::Languages,
        Self::Cost,
        Self::Time,
        Self::Problems,
        Self::Flips,
        Self::Trends,
    ];
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReportQuery {
    pub runs: Vec<RunId>,
    /// Made from the data set and the models when `None`.
    pub title: Option<String>,
    /// A file of published scores (`docs/guide/reports.md`) that the measured ones stand beside.
    #[serde(default)]
    pub published: Option<String>,
    /// Beside those every report has; in which order, and how often, they are named does not matter.
    #[serde(default)]
    pub sections: Vec<ReportSection>,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportedReport {
    pub path: String,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub bytes: u64,
    pub figures: u32,
}
