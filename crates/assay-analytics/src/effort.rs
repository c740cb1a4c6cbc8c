//! What answers cost, and how long they took.

use std::collections::BTreeMap;

use assay_core::{Language, ProblemId, RunId, StrategyId};
use assay_stats::mean_interval;
use serde::{Deserialize, Serialize};

use crate::group::{GroupBy, key_of};
use crate::score::{IntervalKind, ScoreOptions, cluster_numbers, count};
use crate::{AnalyticsError, RunFacts};

/// What the answers of one model to one problem took, within one run.
#[derive(Debug, Clone, PartialEq)]
pub struct EffortRow {
    pub run: RunId,
    pub model: String,
    pub strategy: StrategyId,
    pub language: Language,
    pub problem: ProblemId,
    pub cluster: String,
    /// Answers there were.
    pub answers: u32,
    /// Those whose cost is known, and what they cost together in US dollars.
    pub costs: u32,
    pub cost_usd: f64,
    /// Those whose time is known, and how long they took together in milliseconds, from sending the
    /// request to the end of the answer.
    pub times: u32,
    pub latency_ms: f64,
}

/// What is measured of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffortKind {
    /// US dollars an answer.
    Cost,
    /// Seconds an answer.
    Time,
}

/// What an answer of one group takes: the mean over problems of their means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effort {
    /// Dollars or seconds.
    pub value: f64,
    /// Its interval; `None` where all problems take the same, so that nothing tells how sure it is.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub kind: Option<IntervalKind>,
    pub n_problems: u32,
    /// Answers it stands on, and those of which nothing is known.
    pub n_answers: u32,
    pub n_unknown: u32,
}

/// What each group's answers take, by the group's key; groups of which nothing is known are left out.
/// The interval is a BCa bootstrap over source problems, as that of a score is.
///
/// # Errors
/// When the statistics cannot be computed.
pub fn efforts(
    runs: &[RunFacts],
    rows: &[EffortRow],
    by: GroupBy,
    kind: EffortKind,
    options: &ScoreOptions,
) -> Result<BTreeMap<String, Effort>, AnalyticsError> {
    #[derive(Default)]
    struct Problem {
        sum: f64,
        n: u64,
        cluster: String,
    }
    #[derive(Default)]
    struct Group {
        problems: BTreeMap<(String, String, String, String), Problem>,
        unknown: u64,
    }
    let dataset_of: BTreeMap<&RunId, (&str, &str)> = runs
        .iter()
        .map(|run| {
            (
                &run.id,
                (run.dataset.as_str(), run.dataset_version.as_str()),
            )
        })
        .collect();
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for row in rows {
        let (dataset, version) =
            *dataset_of
                .get(&row.run)
                .ok_or_else(|| AnalyticsError::UnknownRun {
                    run: row.run.to_string(),
                })?;
        let key = key_of(&row.run, &row.model, &row.strategy, &row.language, by);
        let group = groups.entry(key).or_default();
        let (n, sum) = match kind {
            EffortKind::Cost => (row.costs, row.cost_usd),
            EffortKind::Time => (row.times, row.latency_ms / 1000.0),
        };
        group.unknown += u64::from(row.answers.saturating_sub(n));
        if n == 0 {
            continue;
        }
        let problem = group
            .problems
            .entry((
                dataset.to_owned(),
                version.to_owned(),
                row.language.to_string(),
                row.problem.to_string(),
            ))
            .or_default();
        problem.sum += sum;
        problem.n += u64::from(n);
        problem.cluster = format!("{dataset}\u{1f}{}", row.cluster);
    }
    let mut found = BTreeMap::new();
    for (key, group) in groups {
        if group.problems.is_empty() {
            continue;
        }
        let means: Vec<f64> = group
            .problems
            .values()
            .map(|p| p.sum / p.n as f64)
            .collect();
        let (clusters, _) = cluster_numbers(group.problems.values().map(|p| p.cluster.as_str()));
        // The bootstrap is one of shares.
        let most = means.iter().copied().fold(0.0_f64, f64::max);
        let interval = if most > 0.0 {
            let shares: Vec<f64> = means.iter().map(|mean| mean / most).collect();
            let interval = mean_interval(&shares, Some(&clusters), &options.bootstrap()).map_err(
                |source| AnalyticsError::Stats {
                    of: key.clone(),
                    source,
                },
            )?;
            (!interval.is_fallback).then_some(interval)
        } else {
            None
        };
        found.insert(
            key,
            Effort {
                value: means.iter().sum::<f64>() / means.len() as f64,
                low: interval.map(|i| i.low * most),
                high: interval.map(|i| i.high * most),
                kind: interval.map(|i| IntervalKind::of(&i).0),
                n_problems: count(means.len() as u64),
                n_answers: count(group.problems.values().map(|p| p.n).sum()),
                n_unknown: count(group.unknown),
            },
        );
    }
    Ok(found)
}
