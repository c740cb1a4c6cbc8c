//! The mean of all series of a data set in a language, over time.
//!
//! It stands for the data set as a whole, and so it must always be the mean of the same: those series that the newest run
//! with several of them has, in the runs that have all of these, on the problems that all of these were judged on there. A
//! problem's value is the mean of theirs; intervals and tests are over problems, as those of one series are.

use std::collections::{BTreeMap, BTreeSet};

use assay_core::{DatasetId, Language, ProblemId, RunId, StrategyId};
use rayon::prelude::*;

use super::{TrendOptions, TrendSeries, over_time};
use crate::group::GroupBy;
use crate::{AnalyticsError, Evidence, RunFacts, ScoreRow};

/// A model with a strategy.
type Member<'a> = (&'a StrategyId, &'a str);

/// A data set, its version and a language, with its rows by run.
#[derive(Default)]
struct Suite<'a> {
    rows: BTreeMap<&'a RunId, Vec<&'a ScoreRow>>,
}

/// The means of the suites that have one.
pub(super) fn means(
    evidence: &Evidence,
    series: &[TrendSeries],
    began: &BTreeMap<RunId, i64>,
    options: &TrendOptions,
) -> Result<Vec<TrendSeries>, AnalyticsError> {
    let runs: BTreeMap<&RunId, &RunFacts> = evidence.runs.iter().map(|r| (&r.id, r)).collect();
    let mut suites: BTreeMap<(&DatasetId, &str, &Language), Suite<'_>> = BTreeMap::new();
    for row in &evidence.rows {
        if let Some(run) = runs.get(&row.run) {
            let name = (&run.dataset, run.dataset_version.as_str(), &row.language);
            let of_run = &mut suites.entry(name).or_default().rows;
            of_run.entry(&row.run).or_default().push(row);
        }
    }
    let found: Result<Vec<Option<TrendSeries>>, AnalyticsError> = suites
        .into_par_iter()
        .map(|((dataset, version, language), suite)| {
            let Some((members, rows)) = suite.averaged(began) else {
                return Ok(None);
            };
            let of_suite = |s: &&TrendSeries| {
                s.dataset == *dataset && s.dataset_version == version && s.language == *language
            };
            let labels: Vec<String> = series
                .iter()
                .filter(of_suite)
                .filter(|s| members.contains(&(&s.strategy, s.model.as_str())))
                .map(|s| s.label.clone())
                .collect();
            let label = format!("the mean of {} series", members.len());
            let of_runs: BTreeSet<&RunId> = rows.iter().map(|row| &row.run).collect();
            let averaged = Evidence {
                runs: evidence
                    .runs
                    .iter()
                    .filter(|run| of_runs.contains(&run.id))
                    .cloned()
                    .collect(),
                rows,
            };
            let found = over_time(&label, GroupBy::Model, &averaged, began, options)?;
            Ok((found.points.len() > 1).then(|| TrendSeries {
                key: format!("{dataset}/{version}/{language}"),
                label,
                language: language.clone(),
                dataset: dataset.clone(),
                dataset_version: version.to_owned(),
                mean_of: labels,
                ..found
            }))
        })
        .collect();
    Ok(found?.into_iter().flatten().collect())
}

impl<'a> Suite<'a> {
    /// Those it is the mean of, and their rows as those of one model a run, each of them a strategy of its own: series of
    /// one group are not pooled, and so its value on a problem is the mean of theirs. `None` where no two runs have the
    /// same two series.
    fn averaged(
        &self,
        began: &BTreeMap<RunId, i64>,
    ) -> Option<(BTreeSet<Member<'a>>, Vec<ScoreRow>)> {
        let members_of = |rows: &[&'a ScoreRow]| -> BTreeSet<Member<'a>> {
            rows.iter()
                .filter(|row| row.judged > 0)
                .map(|row| (&row.strategy, row.model.as_str()))
                .collect()
        };
        let (_, newest) = self
            .rows
            .iter()
            .filter(|(_, rows)| members_of(rows).len() > 1)
            .max_by_key(|(run, _)| (began.get(**run).copied(), **run))?;
        let members = members_of(newest);
        let mut averaged = Vec::new();
        let mut n_runs = 0;
        for (run, rows) in &self.rows {
            if !members.is_subset(&members_of(rows)) {
                continue;
            }
            n_runs += 1;
            let of_members: Vec<&&ScoreRow> = rows
                .iter()
                .filter(|row| members.contains(&(&row.strategy, row.model.as_str())))
                .collect();
            let mut judged: BTreeMap<&ProblemId, usize> = BTreeMap::new();
            for row in of_members.iter().filter(|row| row.judged > 0) {
                *judged.entry(&row.problem).or_default() += 1;
            }
            averaged.extend(
                of_members
                    .into_iter()
                    .filter(|row| judged.get(&row.problem) == Some(&members.len()))
                    .map(|row| ScoreRow {
                        model: run.to_string(),
                        strategy: StrategyId::new(format!("{}/{}", row.strategy, row.model)),
                        ..(**row).clone()
                    }),
            );
        }
        (n_runs > 1 && !averaged.is_empty()).then_some((members, averaged))
    }
}
