//! Grouping rows by what is compared.

use std::collections::{BTreeMap, BTreeSet};

use assay_core::{Language, RunId, StrategyId};
use serde::{Deserialize, Serialize};

use crate::label::{Names, series_labels, short_model_name};
use crate::{AnalyticsError, Evidence, RunFacts, ScoreRow};

/// What is scored and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// One model with one strategy in one run (`docs/adr/0005-series-are-what-is-compared.md`).
    #[default]
    Series,
    /// A model over all its runs and strategies.
    Model,
    /// A strategy over all models; paired model by model.
    Strategy,
    /// A language over all models and strategies; paired by source problem, model and strategy.
    Language,
}

/// What has one score and is paired with its like in another group: a problem, or a problem as one
/// model solved it where models are not what is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct UnitKey {
    pub dataset: String,
    pub version: String,
    pub language: String,
    pub problem: String,
    pub solver: String,
}

/// Counts of one series on one unit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cell {
    pub judged: u64,
    pub passed: u64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Unit {
    /// The source problem, the same for all translations of a problem.
    pub cluster: String,
    /// Cells by series. Series are not pooled: the unit's value is the mean of theirs.
    pub cells: BTreeMap<String, Cell>,
}

#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub key: String,
    pub label: String,
    pub runs: BTreeSet<RunId>,
    pub models: BTreeSet<String>,
    pub strategies: BTreeSet<StrategyId>,
    pub languages: BTreeSet<Language>,
    pub datasets: BTreeSet<(String, String)>,
    pub units: BTreeMap<UnitKey, Unit>,
    pub judged: u64,
    pub passed: u64,
    pub infrastructure: u64,
    pub unanswered: u64,
    pub outstanding: u64,
}

fn series_key(row: &ScoreRow) -> String {
    group_key(row, GroupBy::Series)
}

fn group_key(row: &ScoreRow, by: GroupBy) -> String {
    key_of(&row.run, &row.model, &row.strategy, &row.language, by)
}

/// The key of the group that samples of a model, a strategy and a language in a run belong to.
pub(crate) fn key_of(
    run: &RunId,
    model: &str,
    strategy: &StrategyId,
    language: &Language,
    by: GroupBy,
) -> String {
    match by {
        // The model comes last: it alone may hold a slash.
        GroupBy::Series => format!("{run}/{strategy}/{model}"),
        GroupBy::Model => model.to_owned(),
        GroupBy::Strategy => strategy.to_string(),
        GroupBy::Language => language.to_string(),
    }
}

fn unit_key(row: &ScoreRow, run: &RunFacts, by: GroupBy) -> UnitKey {
    let (language, problem, solver) = match by {
        GroupBy::Series | GroupBy::Model => (
            row.language.to_string(),
            row.problem.to_string(),
            String::new(),
        ),
        GroupBy::Strategy => (
            row.language.to_string(),
            row.problem.to_string(),
            row.model.clone(),
        ),
        GroupBy::Language => (
            String::new(),
            row.cluster.clone(),
            format!("{}/{}", row.strategy, row.model),
        ),
    };
    UnitKey {
        dataset: run.dataset.to_string(),
        version: run.dataset_version.clone(),
        language,
        problem,
        solver,
    }
}

/// The groups of the evidence, in the order in which their first rows come.
pub(crate) fn groups(evidence: &Evidence, by: GroupBy) -> Result<Vec<Group>, AnalyticsError> {
    let runs: BTreeMap<&RunId, &RunFacts> =
        evidence.runs.iter().map(|run| (&run.id, run)).collect();
    let mut positions: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut names: Vec<Names> = Vec::new();
    for row in &evidence.rows {
        let run = runs
            .get(&row.run)
            .ok_or_else(|| AnalyticsError::UnknownRun {
                run: row.run.to_string(),
            })?;
        let key = group_key(row, by);
        let position = *positions.entry(key.clone()).or_insert_with(|| {
            names.push(Names {
                model: row.model.clone(),
                strategy: row.strategy.to_string(),
                run_name: run.name.clone(),
                run_id: run.id.to_string(),
            });
            groups.push(Group {
                key,
                label: String::new(),
                runs: BTreeSet::new(),
                models: BTreeSet::new(),
                strategies: BTreeSet::new(),
                languages: BTreeSet::new(),
                datasets: BTreeSet::new(),
                units: BTreeMap::new(),
                judged: 0,
                passed: 0,
                infrastructure: 0,
                unanswered: 0,
                outstanding: 0,
            });
            groups.len() - 1
        });
        let group = &mut groups[position];
        group.runs.insert(row.run.clone());
        group.models.insert(row.model.clone());
        group.strategies.insert(row.strategy.clone());
        group.languages.insert(row.language.clone());
        group
            .datasets
            .insert((run.dataset.to_string(), run.dataset_version.clone()));
        group.judged += u64::from(row.judged);
        group.passed += u64::from(row.passed);
        group.infrastructure += u64::from(row.infrastructure);
        group.unanswered += u64::from(row.unanswered);
        group.outstanding += u64::from(row.outstanding);
        let unit = group.units.entry(unit_key(row, run, by)).or_default();
        unit.cluster = format!("{}\u{1f}{}", run.dataset, row.cluster);
        let cell = unit.cells.entry(series_key(row)).or_default();
        cell.judged += u64::from(row.judged);
        cell.passed += u64::from(row.passed);
    }
    label(&mut groups, &names, by);
    Ok(groups)
}

fn label(groups: &mut [Group], names: &[Names], by: GroupBy) {
    let labels: Vec<String> = match by {
        GroupBy::Series => series_labels(names),
        GroupBy::Model => groups
            .iter()
            .map(|group| {
                let short = short_model_name(&group.key);
                let alike = groups
                    .iter()
                    .filter(|other| short_model_name(&other.key) == short)
                    .count();
                if alike > 1 {
                    group.key.clone()
                } else {
                    short.to_owned()
                }
            })
            .collect(),
        GroupBy::Strategy => groups.iter().map(|group| group.key.clone()).collect(),
        GroupBy::Language => groups
            .iter()
            .map(|group| Language::new(&group.key).title().to_owned())
            .collect(),
    };
    for (group, label) in groups.iter_mut().zip(labels) {
        group.label = label;
    }
}
