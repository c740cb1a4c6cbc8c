//! How hard problems turned out to be.

use std::collections::{BTreeMap, BTreeSet};

use assay_core::{DatasetId, Language, ProblemId};
use serde::{Deserialize, Serialize};

use crate::score::count;
use crate::{AnalyticsError, Evidence, RunFacts};

/// A problem, and how many of all models' samples solved it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difficulty {
    pub dataset: DatasetId,
    pub dataset_version: String,
    pub language: Language,
    pub problem: ProblemId,
    /// The problem this one was translated from; its own id when it is an original.
    pub cluster: String,
    /// Models with a judged sample.
    pub n_models: u32,
    /// Judged samples, and those that passed.
    pub n_samples: u32,
    pub n_passed: u32,
    /// Share of the judged samples that passed; `None` without one.
    pub share: Option<f64>,
}

/// The problems of these runs, the hardest first, those without a judged sample last.
///
/// # Errors
/// When a row's run is unknown.
pub fn difficulty(evidence: &Evidence) -> Result<Vec<Difficulty>, AnalyticsError> {
    let runs: BTreeMap<_, &RunFacts> = evidence.runs.iter().map(|run| (&run.id, run)).collect();
    let mut problems: BTreeMap<_, (BTreeSet<&str>, &str, u64, u64)> = BTreeMap::new();
    for row in &evidence.rows {
        let run = runs
            .get(&row.run)
            .ok_or_else(|| AnalyticsError::UnknownRun {
                run: row.run.to_string(),
            })?;
        let key = (
            &run.dataset,
            &run.dataset_version,
            &row.language,
            &row.problem,
        );
        let (models, cluster, judged, passed) = problems.entry(key).or_default();
        if row.judged > 0 {
            models.insert(&row.model);
        }
        *cluster = &row.cluster;
        *judged += u64::from(row.judged);
        *passed += u64::from(row.passed);
    }
    let mut all: Vec<Difficulty> = problems
        .into_iter()
        .map(
            |((dataset, version, language, problem), (models, cluster, judged, passed))| {
                Difficulty {
                    dataset: dataset.clone(),
                    dataset_version: version.clone(),
                    language: language.clone(),
                    problem: problem.clone(),
                    cluster: cluster.to_owned(),
                    n_models: count(models.len() as u64),
                    n_samples: count(judged),
                    n_passed: count(passed),
                    share: (judged > 0).then(|| passed as f64 / judged as f64),
                }
            },
        )
        .collect();
    // Stable: equally hard ones stay in the order of their names.
    all.sort_by(|a, b| {
        let share = |d: &Difficulty| d.share.unwrap_or(f64::INFINITY);
        share(a).total_cmp(&share(b))
    });
    Ok(all)
}
