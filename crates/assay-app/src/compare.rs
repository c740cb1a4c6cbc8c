//! Comparisons: rows from the store, numbers from the analytics, a figure from the report room.

use std::collections::BTreeSet;
use std::sync::Arc;

use assay_analytics::{
    CompareOptions, Comparison, Evidence, GroupBy, Pair, RunFacts, ScoreOptions, Warning,
};
use assay_core::RunId;
use assay_prompting::ADAPTIVE;
use assay_report::figures::dot_interval;
use assay_report::{Colors, power_in_words};

use crate::dto::{
    CompareBy, CompareQuery, ComparisonView, Correction, PairView, PowerView, ScoreView,
};
use crate::figures::scores;
use crate::snapshots::MadeOf;
use crate::{App, AppError};

impl App {
    /// # Errors
    /// When no run is chosen, one is unknown, or the query asks for what is undefined.
    pub async fn compare(&self, query: &CompareQuery) -> Result<ComparisonView, AppError> {
        let comparison = self.comparison(query).await?;
        let colors = self.colors(&comparison).await?;
        Ok(view(query.clone(), &comparison, &colors))
    }

    pub(crate) async fn comparison(&self, query: &CompareQuery) -> Result<Comparison, AppError> {
        check(query)?;
        let runs = once_each(&query.runs);
        let made_of = MadeOf {
            query: query.clone(),
            facts: self.run_facts(&runs).await?,
            states: self.snapshots().await?.states(&runs).await?,
        };
        if let Some(known) = self.known_comparison(&made_of) {
            return Ok((*known).clone());
        }
        let rows = self.snapshots().await?.score_rows(&runs).await?;
        let evidence = Evidence {
            runs: made_of.facts.clone(),
            rows,
        };
        let mut flags = self.contamination_warnings(&evidence)?;
        flags.extend(not_cross_fitted(&evidence));
        let options = options(query);
        // Bootstraps take long enough to hold up other calls on a small machine.
        let by = group_by(query.by);
        let made =
            tokio::task::spawn_blocking(move || assay_analytics::compare(&evidence, by, &options))
                .await;
        match made {
            Ok(comparison) => {
                let mut comparison = comparison?;
                comparison.warnings.extend(flags);
                self.keep_comparison(made_of, &Arc::new(comparison.clone()));
                Ok(comparison)
            }
            Err(error) => Err(AppError::failed("comparison-failed", error.to_string())),
        }
    }

    /// A model has one colour everywhere: its place in the order in which models first came into the
    /// store. Strategies and languages are only kept apart.
    pub(crate) async fn colors(&self, comparison: &Comparison) -> Result<Colors, AppError> {
        if !matches!(comparison.by, GroupBy::Series | GroupBy::Model) {
            return Ok(dot_interval::colors(comparison));
        }
        let models = self.store().await?.models_in_order().await?;
        Ok(Colors::in_order(models))
    }

    /// What is known of these runs as a whole.
    pub(crate) async fn run_facts(&self, runs: &[RunId]) -> Result<Vec<RunFacts>, AppError> {
        let store = self.store().await?;
        let mut facts = Vec::with_capacity(runs.len());
        for run in runs {
            let record = store.get_run(run).await?;
            facts.push(RunFacts {
                id: record.id,
                name: record.name,
                dataset: record.dataset,
                dataset_version: record.dataset_version,
            });
        }
        Ok(facts)
    }

    /// What was counted in these runs.
    pub(crate) async fn evidence(&self, runs: &[RunId]) -> Result<Evidence, AppError> {
        let facts = self.run_facts(runs).await?;
        let rows = self.snapshots().await?.score_rows(runs).await?;
        Ok(Evidence { runs: facts, rows })
    }
}

/// Refuses what is undefined.
pub(crate) fn check(query: &CompareQuery) -> Result<(), AppError> {
    check_k_and_alpha(query.k, query.alpha)
}

pub(crate) fn check_k_and_alpha(k: u32, alpha: f64) -> Result<(), AppError> {
    if k == 0 {
        return Err(AppError::usage(
            "bad-k",
            "pass@0 is undefined",
            "give a k of at least 1",
        ));
    }
    if !(alpha > 0.0 && alpha < 1.0) {
        return Err(AppError::usage(
            "bad-alpha",
            format!("a level of significance of {alpha} is not possible"),
            "give an alpha between 0 and 1, such as 0.05",
        ));
    }
    Ok(())
}

/// The runs without those that are named again.
pub(crate) fn once_each(runs: &[RunId]) -> Vec<RunId> {
    let mut seen = BTreeSet::new();
    runs.iter()
        .filter(|run| seen.insert(*run))
        .cloned()
        .collect()
}

pub(crate) fn group_by(by: CompareBy) -> GroupBy {
    match by {
        CompareBy::Series => GroupBy::Series,
        CompareBy::Model => GroupBy::Model,
        CompareBy::Strategy => GroupBy::Strategy,
        CompareBy::Language => GroupBy::Language,
    }
}

pub(crate) fn options(query: &CompareQuery) -> CompareOptions {
    CompareOptions {
        score: ScoreOptions {
            k: vec![query.k],
            ..ScoreOptions::default()
        },
        baseline: query.baseline.clone(),
        alpha: query.alpha,
        correction: match query.correction {
            Correction::Holm => assay_analytics::Correction::Holm,
            Correction::BenjaminiHochberg => assay_analytics::Correction::Bh,
        },
    }
}

/// What is to be said where a policy chose the strategies: its scores look like those of fixed strategies, and are less.
fn not_cross_fitted(evidence: &Evidence) -> Option<Warning> {
    let mut strategies = evidence.rows.iter().map(|row| row.strategy.as_str());
    strategies.any(|strategy| strategy == ADAPTIVE).then(|| Warning {
        code: "not-cross-fitted".to_owned(),
        message: "Scores of adaptive runs are not cross-fitted: the policy may have learned from the very problems it is scored on. \
                  What choosing is worth is told by a full grid (Adaptive, Full grid; `assay bandit evaluate`)."
            .to_owned(),
    })
}

/// The rank that all of a tie group are shown with: the best among them.
fn shared_rank(comparison: &Comparison, tie_group: u32) -> Option<u32> {
    comparison
        .ranking
        .iter()
        .filter(|r| r.tie_group == tie_group)
        .map(|r| r.rank)
        .min()
}

fn view(query: CompareQuery, comparison: &Comparison, colors: &Colors) -> ComparisonView {
    let lines = comparison
        .scores
        .iter()
        .map(|score| {
            let pass = score.at(comparison.k);
            let ranked = comparison.ranking.iter().find(|r| r.key == score.key);
            ScoreView {
                key: score.key.clone(),
                label: score.label.clone(),
                runs: score.runs.clone(),
                value: pass.map(|p| p.value),
                low: pass.map(|p| p.low),
                high: pass.map(|p| p.high),
                kind: pass.map(|p| p.kind.label().to_owned()),
                n_problems: score.n_problems,
                n_samples: score.n_samples,
                n_unjudged: score.incomplete.problems,
                rank: ranked.and_then(|r| shared_rank(comparison, r.tie_group)),
                rank_best: ranked.map(|r| r.rank_best),
                rank_worst: ranked.map(|r| r.rank_worst),
                tie_group: ranked.map(|r| r.tie_group),
                notes: score.notes.clone(),
            }
        })
        .collect();
    let pairs = comparison
        .pairs
        .iter()
        .map(|pair| PairView {
            a: pair.a.clone(),
            b: pair.b.clone(),
            n: pair.n,
            diff: pair.diff,
            low: pair.low,
            high: pair.high,
            interval: pair.kind.label().to_owned(),
            test: pair.test.label().to_owned(),
            only_a: pair.only_a,
            only_b: pair.only_b,
            p: pair.p,
            p_adjusted: pair.p_adjusted,
            significant: pair.significant,
            odds_ratio: pair.effect.and_then(|e| e.odds_ratio),
            power: power(pair),
            note: pair.note.clone(),
        })
        .collect();
    ComparisonView {
        query,
        n_common: comparison.n_common,
        scores: lines,
        pairs,
        figure: scores(comparison, colors),
        differences: dot_interval::differences(comparison, colors),
        warnings: comparison
            .warnings
            .iter()
            .map(|w| w.message.clone())
            .collect(),
    }
}

fn power(pair: &Pair) -> Option<PowerView> {
    let power = pair.power?;
    Some(PowerView {
        detectable: power.detectable,
        problems_needed: power.problems_needed,
        samples_needed: power.samples_needed,
        words: power_in_words(pair)?,
    })
}
