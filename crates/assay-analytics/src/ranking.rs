//! Ranks with their uncertainty, and who cannot be told apart.

use std::collections::BTreeSet;

use assay_stats::rank_intervals;
use serde::{Deserialize, Serialize};

use crate::AnalyticsError;
use crate::compare::{CompareOptions, Contender, Pair};
use crate::group::UnitKey;
use crate::score::{cluster_numbers, count};

/// A group's place among the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    pub key: String,
    pub label: String,
    /// pass@k on the problems common to all.
    pub value: f64,
    /// From 1; equal values share the better rank.
    pub rank: u32,
    /// Ranks it may well have, by a bootstrap over the common problems.
    pub rank_best: u32,
    pub rank_worst: u32,
    /// From 1. A group begins with the best that is left and holds all that follow until the first
    /// that differs significantly from that best one: within it, no one is shown to be behind its
    /// first.
    pub tie_group: u32,
}

/// The ranking, and how many problems it stands on. Empty where groups share no problem.
pub(crate) fn ranking(
    contenders: &[Contender],
    pairs: &[Pair],
    options: &CompareOptions,
) -> Result<(Vec<Ranked>, u32), AnalyticsError> {
    let judged: Vec<&Contender> = contenders.iter().filter(|c| c.mean.is_some()).collect();
    let Some((first, others)) = judged.split_first() else {
        return Ok((Vec::new(), 0));
    };
    let common: Vec<&UnitKey> = first
        .estimates
        .keys()
        .filter(|key| others.iter().all(|o| o.estimates.contains_key(key)))
        .collect();
    if common.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let (clusters, _) = cluster_numbers(
        common
            .iter()
            .map(|key| first.estimates[*key].cluster.as_str()),
    );
    let series: Vec<Vec<f64>> = judged
        .iter()
        .map(|c| common.iter().map(|key| c.estimates[*key].value).collect())
        .collect();
    let intervals =
        rank_intervals(&series, Some(&clusters), &options.score.bootstrap()).map_err(|source| {
            AnalyticsError::Stats {
                of: "the ranking".to_owned(),
                source,
            }
        })?;
    let means: Vec<f64> = series
        .iter()
        .map(|values| values.iter().sum::<f64>() / values.len() as f64)
        .collect();
    let mut order: Vec<usize> = (0..judged.len()).collect();
    order.sort_by(|&i, &j| {
        means[j]
            .total_cmp(&means[i])
            .then_with(|| judged[i].group.label.cmp(&judged[j].group.label))
    });

    let differ: BTreeSet<(&str, &str)> = pairs
        .iter()
        .filter(|pair| pair.significant)
        .flat_map(|pair| {
            let (a, b) = (pair.a.as_str(), pair.b.as_str());
            [(a, b), (b, a)]
        })
        .collect();
    let mut ranked = Vec::new();
    let mut tie_group = 0;
    let mut leader: Option<&str> = None;
    for &i in &order {
        let key = judged[i].group.key.as_str();
        if leader.is_none_or(|leader| differ.contains(&(leader, key))) {
            tie_group += 1;
            leader = Some(key);
        }
        let above = means
            .iter()
            .filter(|mean| **mean > means[i] + 1e-12)
            .count();
        ranked.push(Ranked {
            key: key.to_owned(),
            label: judged[i].group.label.clone(),
            value: means[i],
            rank: count(above as u64) + 1,
            rank_best: intervals[i].best,
            rank_worst: intervals[i].worst,
            tie_group,
        });
    }
    Ok((ranked, count(common.len() as u64)))
}
