//! Runs with fixed strategies, put together to full grids: one a model.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use assay_bandit::{Grid, GridRow, Outcome, reward};
use assay_core::{DatasetId, Language, ModelRef, ProblemId, RunId, StrategyId};
use assay_prompting::{ADAPTIVE, Context};
use assay_runner::PolicySettings;
use assay_store::{OutcomeRecord, RunRecord};

use crate::{App, AppError};

/// A grid of one model, with what is told about it.
pub(super) struct Collected {
    pub model: String,
    pub plain: Option<StrategyId>,
    pub datasets: BTreeSet<DatasetId>,
    pub languages: BTreeSet<Language>,
    pub left_out: u32,
    pub grid: Grid,
}

/// What was found of one problem in one language with one strategy.
#[derive(Default)]
struct Cell {
    n: f64,
    passed: f64,
    reward: f64,
}

/// Which version of each data set each model was asked, and the name of the run that was the first to ask it.
#[derive(Default)]
struct Versions(BTreeMap<(String, DatasetId), (String, String)>);

impl Versions {
    /// Notes that a run has an outcome of a model.
    ///
    /// # Errors
    /// When another run has one of another version.
    fn note(&mut self, model: &str, run: &RunRecord) -> Result<(), AppError> {
        let (version, first) = self
            .0
            .entry((model.to_owned(), run.dataset.clone()))
            .or_insert_with(|| (run.dataset_version.clone(), run.name.clone()));
        if *version == run.dataset_version {
            return Ok(());
        }
        Err(AppError::usage(
            "dataset-versions-differ",
            format!(
                "{model} was asked different versions of {}: {version} ({first}) and {} ({})",
                run.dataset, run.dataset_version, run.name
            ),
            "choose runs of one version: a problem of the same id may be another one in each",
        ))
    }
}

type Key = (DatasetId, Language, ProblemId);

struct Row {
    cluster: String,
    context: Context,
    cells: BTreeMap<StrategyId, Cell>,
}

impl App {
    /// The grids of these runs, and what is to be said about them.
    ///
    /// # Errors
    /// When there is no such run, or its data set is gone; when runs of one model asked different versions of a data set,
    /// whose problems of one id need not be the same.
    pub(super) async fn collect(
        &self,
        runs: &[RunId],
        settings: &PolicySettings,
    ) -> Result<(Vec<Collected>, Vec<String>), AppError> {
        let store = self.store().await?;
        let mut notes = Vec::new();
        let mut models: BTreeMap<String, HashMap<Key, Row>> = BTreeMap::new();
        let mut versions = Versions::default();
        for run in runs {
            let record = store.get_run(run).await?;
            if record.spec.strategy.as_str() == ADAPTIVE {
                notes.push(format!(
                    "{} was asked by a policy and is left out: a grid is made of fixed strategies.",
                    record.name
                ));
                continue;
            }
            let clusters = self
                .clusters(&record.dataset, &record.spec.languages)
                .await?;
            let contexts = self.contexts_of(run).await?;
            let strategies = self.strategy_set();
            for outcome in store.outcomes(run).await? {
                // What a policy chose, or who knows who asked, is no cell of a grid.
                if outcome.chosen || strategies.get(&outcome.arm).is_err() {
                    continue;
                }
                let key = (
                    record.dataset.clone(),
                    outcome.language.clone(),
                    outcome.problem.clone(),
                );
                let (Some(context), Some(cluster)) =
                    (contexts.of(&outcome), clusters.get(&outcome.problem))
                else {
                    continue;
                };
                versions.note(&outcome.model, &record)?;
                let row = models
                    .entry(outcome.model.clone())
                    .or_default()
                    .entry(key)
                    .or_insert_with(|| Row {
                        cluster: cluster.clone(),
                        context,
                        cells: BTreeMap::new(),
                    });
                add(row, &outcome, settings)?;
            }
        }
        let mut collected = Vec::new();
        for (model, rows) in models {
            match self.grid_of(&model, rows) {
                Some(grid) => collected.push(grid),
                None => notes.push(format!(
                    "{model} has outcomes of fewer than two strategies on the same problems and is left out."
                )),
            }
        }
        Ok((collected, notes))
    }

    async fn clusters(
        &self,
        dataset: &DatasetId,
        languages: &[Language],
    ) -> Result<HashMap<ProblemId, String>, AppError> {
        let problems = self.problems(dataset, languages).await?;
        Ok(problems.into_iter().map(|p| (p.id, p.cluster)).collect())
    }

    fn grid_of(&self, model: &str, rows: HashMap<Key, Row>) -> Option<Collected> {
        // Strategies that were hardly used would leave hardly a row: those with outcomes on nine tenths of the problems count.
        let mut counts: BTreeMap<&StrategyId, usize> = BTreeMap::new();
        for arm in rows.values().flat_map(|row| row.cells.keys()) {
            *counts.entry(arm).or_default() += 1;
        }
        let most = counts.values().copied().max()?;
        let arms: Vec<StrategyId> = counts
            .iter()
            .filter(|(_, count)| **count * 10 >= most * 9)
            .map(|(arm, _)| (*arm).clone())
            .collect();
        if arms.len() < 2 {
            return None;
        }
        let all = rows.len();
        let mut whole: Vec<(Key, Row)> = rows
            .into_iter()
            .filter(|(_, row)| arms.iter().all(|arm| row.cells.contains_key(arm)))
            .collect();
        whole.sort_by(|a, b| a.0.cmp(&b.0));
        if whole.is_empty() {
            return None;
        }
        let facts = model.parse::<ModelRef>().ok().map(|m| self.model_facts(&m));
        let plain = facts.and_then(|facts| {
            let strategies = self.strategy_set();
            strategies.plain(&facts).ok().map(|s| s.id.clone())
        });
        Some(Collected {
            model: model.to_owned(),
            plain,
            datasets: whole.iter().map(|((d, _, _), _)| d.clone()).collect(),
            languages: whole.iter().map(|((_, l, _), _)| l.clone()).collect(),
            left_out: u32::try_from(all - whole.len()).unwrap_or(u32::MAX),
            grid: Grid {
                rows: whole
                    .into_iter()
                    .map(|((dataset, language, problem), row)| {
                        let cells = || arms.iter().filter_map(|arm| row.cells.get(arm));
                        GridRow {
                            problem: problem.to_string(),
                            group: format!("{dataset} {language}"),
                            cluster: row.cluster.clone(),
                            context: row.context.values.clone(),
                            rewards: cells().map(|cell| cell.reward / cell.n).collect(),
                            scores: cells().map(|cell| cell.passed / cell.n).collect(),
                        }
                    })
                    .collect(),
                arms,
            },
        })
    }
}

/// What an outcome is worth by a policy's settings, in [0, 1].
pub(in crate::bandit) fn reward_of(
    outcome: &OutcomeRecord,
    settings: &PolicySettings,
) -> Result<f64, AppError> {
    let outcome = Outcome {
        passed: outcome.passed,
        quality: outcome.quality,
        cost_usd: outcome.cost_usd,
        latency_ms: outcome.latency_ms,
    };
    match reward(&outcome, settings.reward, settings.scales) {
        Ok(reward) => Ok(reward.value),
        Err(error) => Err(AppError::failed("policy-unusable", error.to_string())),
    }
}

fn add(row: &mut Row, outcome: &OutcomeRecord, settings: &PolicySettings) -> Result<(), AppError> {
    let reward = reward_of(outcome, settings)?;
    let cell = row.cells.entry(outcome.arm.clone()).or_default();
    cell.n += 1.0;
    cell.passed += f64::from(u8::from(outcome.passed));
    cell.reward += reward;
    Ok(())
}
