//! Scores that others published, beside what was measured here.

use assay_core::{DatasetId, Language, RunId};
use serde::{Deserialize, Serialize};

use crate::score::{IntervalKind, ScoreOptions};
use crate::{AnalyticsError, Evidence, GroupBy, scores, short_model_name};

/// A score as somebody published it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublishedScore {
    /// The model in its text form, or the name it is shown by.
    pub model: String,
    pub dataset: DatasetId,
    pub language: Language,
    /// Of pass@k.
    pub k: u32,
    /// Between 0 and 1.
    pub value: f64,
    /// Where it was published.
    pub source: String,
}

/// A published score and what the runs say of the same model, data set, language and k.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reproduction {
    pub published: PublishedScore,
    /// `None` when nothing here measured it.
    pub measured: Option<Measured>,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Between 0 and 1, as the bounds are.
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub level: f64,
    pub kind: IntervalKind,
    pub n_problems: u32,
    pub n_samples: u32,
    pub runs: Vec<RunId>,
}

impl Reproduction {
    /// Measured minus published, as a share.
    pub fn difference(&self) -> Option<f64> {
        Some(self.measured.as_ref()?.value - self.published.value)
    }

    /// Whether the published score lies within the interval of the measured one.
    pub fn is_within(&self) -> Option<bool> {
        let measured = self.measured.as_ref()?;
        // Published scores are rounded; what is rounded onto a bound is within it.
        const ROUNDING: f64 = 5e-4;
        let published = self.published.value;
        Some(published >= measured.low - ROUNDING && published <= measured.high + ROUNDING)
    }
}

/// Each of `published` with its measurement among these rows: the score of the model over its runs on that data set in
/// that language, estimated as [`scores`] does.
///
/// # Errors
/// As [`scores`], but for a score that nothing here measured.
pub fn reproductions(
    evidence: &Evidence,
    published: &[PublishedScore],
    options: &ScoreOptions,
) -> Result<Vec<Reproduction>, AnalyticsError> {
    published
        .iter()
        .map(|one| {
            Ok(Reproduction {
                measured: measured(evidence, one, options)?,
                published: one.clone(),
            })
        })
        .collect()
}

fn measured(
    evidence: &Evidence,
    published: &PublishedScore,
    options: &ScoreOptions,
) -> Result<Option<Measured>, AnalyticsError> {
    let runs: Vec<_> = evidence
        .runs
        .iter()
        .filter(|run| run.dataset == published.dataset)
        .cloned()
        .collect();
    let rows: Vec<_> = evidence
        .rows
        .iter()
        .filter(|row| {
            row.language == published.language
                && (row.model == published.model || short_model_name(&row.model) == published.model)
                && runs.iter().any(|run| run.id == row.run)
        })
        .cloned()
        .collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let options = ScoreOptions {
        k: vec![published.k],
        ..options.clone()
    };
    let scored = scores(&Evidence { runs, rows }, GroupBy::Language, &options)?;
    Ok(scored.first().and_then(|score| {
        let pass = score.at(published.k)?;
        Some(Measured {
            value: pass.value,
            low: pass.low,
            high: pass.high,
            level: pass.level,
            kind: pass.kind,
            n_problems: pass.n_problems,
            n_samples: score.n_samples,
            runs: score.runs.clone(),
        })
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

    use assay_core::{ProblemId, StrategyId};

    use super::*;
    use crate::{RunFacts, ScoreRow};

    fn evidence() -> Evidence {
        let run = |id: &str, dataset: &str| RunFacts {
            id: RunId::from(id),
            name: id.to_owned(),
            dataset: DatasetId::new(dataset),
            dataset_version: "1".to_owned(),
        };
        let mut rows = Vec::new();
        for (id, language, of_ten) in [("a", "python", 6), ("a", "go", 3), ("b", "python", 9)] {
            for n in 0..40_u32 {
                rows.push(ScoreRow {
                    run: RunId::from(id),
                    model: "openai:maker/model".to_owned(),
                    strategy: StrategyId::from("auto"),
                    language: Language::new(language),
                    problem: ProblemId::new(format!("{n}")),
                    cluster: format!("{n}"),
                    judged: 1,
                    passed: u32::from(n % 10 < of_ten),
                    infrastructure: 0,
                    unanswered: 0,
                    outstanding: 0,
                });
            }
        }
        Evidence {
            runs: vec![run("a", "one"), run("b", "two")],
            rows,
        }
    }

    fn published(model: &str, dataset: &str, language: &str, value: f64) -> PublishedScore {
        PublishedScore {
            model: model.to_owned(),
            dataset: DatasetId::new(dataset),
            language: Language::new(language),
            k: 1,
            value,
            source: "a paper".to_owned(),
        }
    }

    #[test]
    fn each_score_is_held_against_its_own_measurement() {
        let asked = [
            published("model", "one", "python", 0.62),
            published("openai:maker/model", "one", "go", 0.62),
            published("model", "two", "python", 0.9),
            published("another", "two", "python", 0.9),
            published("model", "three", "python", 0.9),
        ];
        let found = reproductions(&evidence(), &asked, &ScoreOptions::default()).unwrap();
        let values: Vec<_> = found
            .iter()
            .map(|f| f.measured.as_ref().map(|m| (m.value, m.n_problems)))
            .collect();
        assert_eq!(
            values,
            [
                Some((0.6, 40)),
                Some((0.3, 40)),
                Some((0.9, 40)),
                None,
                None
            ]
        );
        let within: Vec<_> = found.iter().map(Reproduction::is_within).collect();
        assert_eq!(within, [Some(true), Some(false), Some(true), None, None]);
        assert!((found[1].difference().unwrap() + 0.32).abs() < 1e-12);
    }

    #[test]
    fn a_k_that_no_problem_has_samples_for_is_not_measured() {
        let mut asked = published("model", "one", "python", 0.62);
        asked.k = 10;
        let found = reproductions(&evidence(), &[asked], &ScoreOptions::default()).unwrap();
        assert_eq!(found[0].measured, None);
    }
}
