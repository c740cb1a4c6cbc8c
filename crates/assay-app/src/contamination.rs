//! Which models may have seen the problems they are asked while they were trained.

use std::collections::{BTreeMap, HashMap};

use assay_analytics::{Contamination, Evidence, Warning, contamination, short_model_name};
use assay_core::{DatasetId, Period};
use assay_providers::training_cutoff;

use crate::{App, AppError};

impl App {
    /// The models that may have seen these problems, by the dates that makers published; unknown ones are not told of.
    pub(crate) fn contaminated(&self, evidence: &Evidence) -> Result<Vec<Contamination>, AppError> {
        let library = self.library();
        // A data set of the user's own that is gone by now has no date either.
        let published: HashMap<&DatasetId, Option<Period>> = evidence
            .runs
            .iter()
            .map(|run| &run.dataset)
            .map(|id| {
                (
                    id,
                    library.manifest(id.as_str()).ok().and_then(|m| m.published),
                )
            })
            .collect();
        let cutoff = |model: &str| training_cutoff(&model.parse().ok()?);
        Ok(contamination(
            evidence,
            |id| published.get(id).copied().flatten(),
            cutoff,
        )?)
    }

    /// The same in words, a sentence a data set.
    pub(crate) fn contamination_warnings(
        &self,
        evidence: &Evidence,
    ) -> Result<Vec<Warning>, AppError> {
        let mut by_dataset: BTreeMap<DatasetId, (Period, Vec<String>)> = BTreeMap::new();
        for found in self.contaminated(evidence)? {
            let (_, models) = by_dataset
                .entry(found.dataset)
                .or_insert_with(|| (found.published, Vec::new()));
            models.push(format!(
                "{} (trained on data up to {})",
                short_model_name(&found.model),
                found.cutoff
            ));
        }
        Ok(by_dataset
            .into_iter()
            .map(|(dataset, (published, models))| Warning {
                code: "may-be-contaminated".to_owned(),
                message: format!(
                    "May have seen the problems of {dataset}, which were published on {published}: {}.",
                    models.join(", ")
                ),
            })
            .collect())
    }
}
