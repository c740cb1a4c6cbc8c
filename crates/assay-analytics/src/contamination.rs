//! Whether a model may have been trained on the problems it is asked.

use std::collections::{BTreeMap, BTreeSet};

use assay_core::{DatasetId, Period};
use serde::{Deserialize, Serialize};

use crate::{AnalyticsError, Evidence, RunFacts};

/// A model whose training data reach beyond the day the problems were published: they may be in it. It says nothing of
/// whether they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contamination {
    /// In its text form.
    pub model: String,
    pub dataset: DatasetId,
    pub published: Period,
    /// The end of the model's training data.
    pub cutoff: Period,
}

/// The models and data sets of these rows for which both dates are known and the problems were published before the
/// model's training data end. What is not known, or overlaps, is not flagged.
///
/// # Errors
/// When a row's run is unknown.
pub fn contamination(
    evidence: &Evidence,
    published: impl Fn(&DatasetId) -> Option<Period>,
    cutoff: impl Fn(&str) -> Option<Period>,
) -> Result<Vec<Contamination>, AnalyticsError> {
    let runs: BTreeMap<_, &RunFacts> = evidence.runs.iter().map(|run| (&run.id, run)).collect();
    let mut asked = BTreeSet::new();
    for row in &evidence.rows {
        let run = runs
            .get(&row.run)
            .ok_or_else(|| AnalyticsError::UnknownRun {
                run: row.run.to_string(),
            })?;
        asked.insert((&run.dataset, row.model.as_str()));
    }
    Ok(asked
        .into_iter()
        .filter_map(|(dataset, model)| {
            let (published, cutoff) = (published(dataset)?, cutoff(model)?);
            published.is_before(&cutoff).then(|| Contamination {
                model: model.to_owned(),
                dataset: dataset.clone(),
                published,
                cutoff,
            })
        })
        .collect())
}
