//! What each group scores on its own problems.

use std::collections::BTreeMap;

use assay_core::{Language, RunId, StrategyId};
use assay_stats::{
    Bootstrap, BootstrapMethod, ClusterCorrection, Interval, IntervalMethod, StatsError,
    clustered_standard_error, mean_intervals, pass_at_k, wilson,
};
use serde::{Deserialize, Serialize};

use crate::alike::alike;
use crate::error::check_share;
use crate::group::{Group, Unit, UnitKey, groups};
use crate::{AnalyticsError, Evidence, GroupBy};

/// How scores are computed.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreOptions {
    /// The ks of pass@k, each from 1.
    pub k: Vec<u32>,
    /// Confidence level of the intervals.
    pub level: f64,
    /// Resamples and seed of the bootstrap, where one is used.
    pub resamples: u32,
    pub seed: u64,
}

impl Default for ScoreOptions {
    fn default() -> Self {
        Self {
            k: vec![1],
            level: 0.95,
            resamples: 10_000,
            seed: 1,
        }
    }
}

impl ScoreOptions {
    pub(crate) fn bootstrap(&self) -> Bootstrap {
        Bootstrap {
            method: BootstrapMethod::Bca,
            resamples: self.resamples,
            seed: self.seed,
            level: self.level,
        }
    }
}

/// How an interval was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalKind {
    Wilson,
    ClopperPearson,
    Jeffreys,
    BootstrapPercentile,
    BootstrapBca,
    /// Two series that never differ: Wilson's bound on the share of problems that may.
    WilsonUnseen,
}

impl IntervalKind {
    /// The name as it stands in a caption.
    pub fn label(self) -> &'static str {
        match self {
            Self::Wilson => "Wilson",
            Self::ClopperPearson => "Clopper–Pearson",
            Self::Jeffreys => "Jeffreys",
            Self::BootstrapPercentile => "bootstrap over problems (percentile)",
            Self::BootstrapBca => "bootstrap over problems (BCa)",
            Self::WilsonUnseen => "Wilson bound on unseen differences",
        }
    }

    /// Kind, resamples and seed of a computed interval.
    pub(crate) fn of(interval: &Interval) -> (Self, Option<u32>, Option<u64>) {
        match interval.method {
            IntervalMethod::Wilson => (Self::Wilson, None, None),
            IntervalMethod::ClopperPearson => (Self::ClopperPearson, None, None),
            IntervalMethod::Jeffreys => (Self::Jeffreys, None, None),
            IntervalMethod::BootstrapPercentile { resamples, seed } => {
                (Self::BootstrapPercentile, Some(resamples), Some(seed))
            }
            IntervalMethod::BootstrapBca { resamples, seed } => {
                (Self::BootstrapBca, Some(resamples), Some(seed))
            }
            IntervalMethod::WilsonOfUnseenDifference => (Self::WilsonUnseen, None, None),
        }
    }
}

/// Samples that say nothing of the model. A score with any is incomplete, never lower.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incomplete {
    /// Problems without a judged sample.
    pub problems: u32,
    /// Samples the sandbox could not judge.
    pub infrastructure: u32,
    /// Samples whose request was not answered.
    pub unanswered: u32,
    /// Samples that are not done yet.
    pub outstanding: u32,
}

impl Incomplete {
    pub fn is_complete(&self) -> bool {
        *self == Self::default()
    }

    /// Samples that are not judged, whatever the reason.
    pub fn samples(&self) -> u32 {
        self.infrastructure + self.unanswered + self.outstanding
    }
}

/// One pass@k: the mean over problems of the unbiased per-problem estimate, with its interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PassAt {
    pub k: u32,
    /// Between 0 and 1, as the bounds are.
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// Confidence level of the interval.
    pub level: f64,
    pub kind: IntervalKind,
    /// Of the bootstrap, when the interval is one.
    pub resamples: Option<u32>,
    pub seed: Option<u64>,
    /// Standard error clustered over source problems, corrected for few clusters; `None` below two.
    pub standard_error: Option<f64>,
    /// Problems the value stands on.
    pub n_problems: u32,
    /// Problems left out for lack of k judged samples.
    pub n_missing: u32,
}

/// What one group scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Stable: `RUN/STRATEGY/MODEL` for a series, else the model, the strategy or the language.
    pub key: String,
    /// For people; unique among the scores it was computed with.
    pub label: String,
    pub runs: Vec<RunId>,
    /// Models in their text form.
    pub models: Vec<String>,
    pub strategies: Vec<StrategyId>,
    pub languages: Vec<Language>,
    /// Problems in the group, judged or not. A problem in two languages is two; where strategies or
    /// languages are compared, a problem counts once for each model that was asked.
    pub n_problems: u32,
    /// Source problems among them.
    pub n_clusters: u32,
    /// Judged samples, and those that passed.
    pub n_samples: u32,
    pub n_passed: u32,
    pub incomplete: Incomplete,
    /// In the order of the ks asked for, without those no problem has enough samples for.
    pub pass_at: Vec<PassAt>,
    /// What a reader must know of these numbers, in sentences.
    pub notes: Vec<String>,
}

impl Score {
    pub fn at(&self, k: u32) -> Option<&PassAt> {
        self.pass_at.iter().find(|pass| pass.k == k)
    }
}

/// The score of every group, in the order in which groups first come in the rows.
///
/// Per problem the unbiased pass@k; over problems the unweighted mean. Interval: Wilson where each
/// problem has one judged sample, k is 1 and no source problem comes twice; otherwise the BCa
/// bootstrap over source problems.
///
/// # Errors
/// When nothing is selected, a row's run is unknown, counts contradict each other, or the options
/// ask for what is undefined.
pub fn scores(
    evidence: &Evidence,
    by: GroupBy,
    options: &ScoreOptions,
) -> Result<Vec<Score>, AnalyticsError> {
    Ok(scored(&groups(evidence, by)?, options)?.0)
}

/// Estimates of the units that have one.
pub(crate) type Estimates = BTreeMap<UnitKey, Estimate>;

/// The groups' scores, in their order, and their estimates at the first of the ks; at 1 where there is none.
pub(crate) fn scored(
    groups: &[Group],
    options: &ScoreOptions,
) -> Result<(Vec<Score>, Vec<Estimates>), AnalyticsError> {
    check_share("a confidence level", options.level)?;
    if groups.is_empty() {
        return Err(AnalyticsError::NothingSelected);
    }
    let mut at: Vec<AtK> = Vec::with_capacity(options.k.len());
    for &k in &options.k {
        let found = groups
            .iter()
            .map(|group| estimates(group, k))
            .collect::<Result<Vec<_>, AnalyticsError>>()?;
        let intervals = intervals(groups, &found, options)?;
        at.push(AtK {
            k,
            of_groups: found.into_iter().zip(intervals).collect(),
        });
    }
    let scores = (0..groups.len())
        .map(|place| score(&groups[place], place, &at))
        .collect();
    let first = match at.into_iter().next() {
        Some(at) => at.of_groups.into_iter().map(|(found, _)| found).collect(),
        None => groups
            .iter()
            .map(|group| estimates(group, 1))
            .collect::<Result<Vec<_>, AnalyticsError>>()?,
    };
    Ok((scores, first))
}

/// What is known at one k: of each group its estimates and the interval of their mean, which groups without an estimate
/// do not have.
struct AtK {
    k: u32,
    of_groups: Vec<(Estimates, Option<Interval>)>,
}

/// The intervals of the means. Groups with the same problems share what is drawn of them, which changes nothing: each
/// draws the same alone.
fn intervals(
    groups: &[Group],
    found: &[Estimates],
    options: &ScoreOptions,
) -> Result<Vec<Option<Interval>>, AnalyticsError> {
    let fail = |place: usize, source| AnalyticsError::Stats {
        of: groups[place].label.clone(),
        source,
    };
    let mut intervals: Vec<Option<Interval>> = vec![None; groups.len()];
    let mut drawn = Vec::with_capacity(groups.len());
    for (place, found) in found.iter().enumerate() {
        let (clusters, n_clusters) = cluster_numbers(found.values().map(|e| e.cluster.as_str()));
        let n = found.len();
        let is_plain = n_clusters == n && found.values().all(|e| e.is_single);
        if n > 0 && is_plain {
            let passed = found.values().filter(|e| e.value == 1.0).count();
            let interval = wilson(passed as u64, n as u64, options.level);
            intervals[place] = Some(interval.map_err(|source| fail(place, source))?);
        }
        drawn.push((n > 0 && !is_plain).then(|| (found.keys().collect::<Vec<_>>(), clusters)));
    }
    for alike in alike(drawn.iter().map(Option::as_ref)) {
        let values: Vec<Vec<f64>> = alike
            .iter()
            .map(|place| found[*place].values().map(|e| e.value).collect())
            .collect();
        let clusters = alike
            .first()
            .and_then(|place| Some(drawn[*place].as_ref()?.1.as_slice()));
        let of_alike = mean_intervals(&values, clusters, &options.bootstrap())
            .map_err(|source| fail(alike[0], source))?;
        for (place, interval) in alike.into_iter().zip(of_alike) {
            intervals[place] = Some(interval);
        }
    }
    Ok(intervals)
}

/// A unit's estimate, with what decides which interval and test fit it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Estimate {
    pub value: f64,
    /// One judged sample of one series: the value is 0 or 1.
    pub is_single: bool,
    pub cluster: String,
}

/// pass@k of one unit: the mean over its series; `None` when one of them has fewer than k samples.
fn estimate(unit: &Unit, k: u32) -> Result<Option<Estimate>, StatsError> {
    let mut sum = 0.0;
    for cell in unit.cells.values() {
        if cell.judged < u64::from(k) && cell.passed <= cell.judged {
            return Ok(None);
        }
        sum += pass_at_k(cell.judged, cell.passed, u64::from(k))?;
    }
    Ok(Some(Estimate {
        value: sum / unit.cells.len() as f64,
        is_single: k == 1 && unit.cells.len() == 1 && unit.cells.values().all(|c| c.judged == 1),
        cluster: unit.cluster.clone(),
    }))
}

/// Estimates of all units that have one.
pub(crate) fn estimates(group: &Group, k: u32) -> Result<Estimates, AnalyticsError> {
    let mut found = BTreeMap::new();
    for (key, unit) in &group.units {
        let estimate = estimate(unit, k).map_err(|source| AnalyticsError::Stats {
            of: format!("{} on {}", group.label, key.problem),
            source,
        })?;
        if let Some(estimate) = estimate {
            found.insert(key.clone(), estimate);
        }
    }
    Ok(found)
}

/// Cluster numbers of the names, equal for equal names, and how many there are.
pub(crate) fn cluster_numbers<'a>(names: impl Iterator<Item = &'a str>) -> (Vec<usize>, usize) {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let numbers = names
        .map(|name| {
            let next = known.len();
            *known.entry(name).or_insert(next)
        })
        .collect();
    (numbers, known.len())
}

/// The score of the group at this place.
fn score(group: &Group, place: usize, at: &[AtK]) -> Score {
    let (_, n_clusters) = cluster_numbers(group.units.values().map(|u| u.cluster.as_str()));
    let unjudged = group
        .units
        .values()
        .filter(|unit| unit.cells.values().any(|cell| cell.judged == 0))
        .count();
    let incomplete = Incomplete {
        problems: count(unjudged as u64),
        infrastructure: count(group.infrastructure),
        unanswered: count(group.unanswered),
        outstanding: count(group.outstanding),
    };
    let mut pass_at = Vec::new();
    let mut notes = Vec::new();
    for AtK { k, of_groups } in at {
        let (k, (found, interval)) = (*k, &of_groups[place]);
        let Some(interval) = interval else {
            notes.push(if unjudged == group.units.len() {
                format!("pass@{k} is unknown: no sample is judged.")
            } else {
                format!("pass@{k} is undefined: no problem has {k} judged samples.")
            });
            continue;
        };
        let pass = pass(group, k, found, interval);
        // Problems without any judged sample are told of once, below.
        let short = (pass.n_missing as usize).saturating_sub(unjudged);
        if short > 0 {
            notes.push(format!(
                "pass@{k} leaves out {short} of {} problems with fewer than {k} judged samples.",
                group.units.len()
            ));
        }
        if pass.kind == IntervalKind::Wilson && !found.values().all(|e| e.is_single) {
            notes.push(format!(
                "The bootstrap shows no variation for pass@{k}: the interval is Wilson's on the \
                 number of source problems."
            ));
        }
        pass_at.push(pass);
    }
    if !incomplete.is_complete() {
        notes.push(incomplete_note(&incomplete, group.units.len()));
    }
    Score {
        key: group.key.clone(),
        label: group.label.clone(),
        runs: group.runs.iter().cloned().collect(),
        models: group.models.iter().cloned().collect(),
        strategies: group.strategies.iter().cloned().collect(),
        languages: group.languages.iter().cloned().collect(),
        n_problems: count(group.units.len() as u64),
        n_clusters: count(n_clusters as u64),
        n_samples: count(group.judged),
        n_passed: count(group.passed),
        incomplete,
        pass_at,
        notes,
    }
}

fn pass(group: &Group, k: u32, found: &BTreeMap<UnitKey, Estimate>, interval: &Interval) -> PassAt {
    let values: Vec<f64> = found.values().map(|e| e.value).collect();
    let n = values.len();
    let (clusters, _) = cluster_numbers(found.values().map(|e| e.cluster.as_str()));
    let (kind, resamples, seed) = IntervalKind::of(interval);
    PassAt {
        k,
        value: values.iter().sum::<f64>() / n as f64,
        low: interval.low,
        high: interval.high,
        level: interval.level,
        kind,
        resamples,
        seed,
        standard_error: clustered_standard_error(
            &values,
            &clusters,
            ClusterCorrection::SmallSample,
        )
        .ok(),
        n_problems: count(n as u64),
        n_missing: count((group.units.len() - n) as u64),
    }
}

fn incomplete_note(incomplete: &Incomplete, n_problems: usize) -> String {
    let mut reasons = Vec::new();
    for (n, what) in [
        (incomplete.outstanding, "not done"),
        (incomplete.unanswered, "not answered"),
        (incomplete.infrastructure, "not judged by the sandbox"),
    ] {
        match n {
            0 => {}
            1 => reasons.push(format!("1 sample is {what}")),
            n => reasons.push(format!("{n} samples are {what}")),
        }
    }
    if incomplete.problems > 0 {
        reasons.push(format!(
            "{} of {n_problems} problems have no judged sample",
            incomplete.problems
        ));
    }
    format!(
        "Incomplete: {}. What is not judged is left out, not counted as wrong.",
        reasons.join(", ")
    )
}

pub(crate) fn count(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
