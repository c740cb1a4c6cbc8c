//! Scores over time: one series a model, strategy, language and version of a data set, one point a run.
//!
//! What lies between two versions of a data set is never looked at: they are two series. Whether a series rises or falls is
//! Mann and Kendall's test with Theil and Sen's slope, where it changed its level the cumulative sum with a permutation test.
//! A regression is a significant paired difference between a run and the one before it, on the problems both have judged;
//! a lower score alone is none.

use std::collections::{BTreeMap, HashMap};

use assay_core::{DatasetId, Language, RunId, StrategyId};
use assay_stats::{PermutationMethod, RegressionRule, StatsError, TrendMethod, change_point};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::compare::{CompareOptions, Contender, Correction, Pair, adjust, dataset_facts};
use crate::error::check_share;
use crate::group::{GroupBy, UnitKey, groups};
use crate::label::{Line, line_labels};
use crate::pairing::paired;
use crate::score::{Estimates, IntervalKind, ScoreOptions, count, scored};
use crate::{AnalyticsError, DatasetFacts, Evidence, RunFacts};

/// Fewer runs than this can show no trend at 0.05: of the orders of four, the two extreme ones are a twelfth.
pub const RUNS_FOR_A_TREND: usize = 5;

/// How series are looked at over time.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendOptions {
    /// The k of pass@k.
    pub k: u32,
    /// Confidence level of all intervals.
    pub level: f64,
    /// p-values below it count as significant.
    pub alpha: f64,
    /// Significant drops up to this size are no regression: 0.01 is a point.
    pub tolerated_drop: f64,
    /// Resamples and seed of bootstraps and permutation tests.
    pub resamples: u32,
    pub seed: u64,
}

impl Default for TrendOptions {
    fn default() -> Self {
        let score = ScoreOptions::default();
        Self {
            k: 1,
            level: score.level,
            alpha: 0.05,
            tolerated_drop: 0.0,
            resamples: score.resamples,
            seed: score.seed,
        }
    }
}

/// What a series scored in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendPoint {
    pub run: RunId,
    pub run_name: String,
    /// When the run began, in milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// pass@k on the run's own problems, between 0 and 1, as the bounds are.
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub kind: IntervalKind,
    pub n_problems: u32,
    pub n_samples: u32,
    /// Whether all its samples are judged.
    pub complete: bool,
    /// Whether trend, change point and steps look at it: with less than half of the problems that the largest run of the
    /// series has, a run is a trial.
    pub counted: bool,
}

/// The time that a slope is given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    Hour,
    Day,
    Week,
    /// 30 days.
    Month,
}

impl TimeUnit {
    /// The unit that a series of this length has at least two of.
    fn of(span_ms: i64) -> Self {
        [Self::Month, Self::Week, Self::Day]
            .into_iter()
            .find(|unit| span_ms >= 2 * unit.ms())
            .unwrap_or(Self::Hour)
    }

    fn ms(self) -> i64 {
        const HOUR: i64 = 3_600_000;
        match self {
            Self::Hour => HOUR,
            Self::Day => 24 * HOUR,
            Self::Week => 7 * 24 * HOUR,
            Self::Month => 30 * 24 * HOUR,
        }
    }

    /// As it follows "points a".
    pub fn label(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month of 30 days",
        }
    }
}

/// Whether a series rises or falls, and how fast.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Slope {
    /// Kendall's tau-b; `None` where all scores are equal.
    pub tau: Option<f64>,
    /// Of Mann and Kendall's test, two-sided.
    pub p: f64,
    pub exact: bool,
    pub significant: bool,
    /// Theil and Sen's slope, as a share a unit of time, with its interval; the latter is `None` where all scores are equal.
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub unit: TimeUnit,
}

/// Where a series changed its level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelChange {
    /// The first run of the new level.
    pub run: RunId,
    /// Mean score before it, and from it on.
    pub before: f64,
    pub after: f64,
    pub p: f64,
    /// Orders that were drawn; `None` where all were visited.
    pub resamples: Option<u32>,
    pub significant: bool,
}

/// What came of a run beside the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Significantly worse, by more than is tolerated.
    Regression,
    /// Significantly better.
    Improvement,
    /// No change is shown. A bare drop is here.
    NotShown,
}

impl From<assay_stats::Change> for Change {
    fn from(change: assay_stats::Change) -> Self {
        match change {
            assay_stats::Change::Regression => Self::Regression,
            assay_stats::Change::Improvement => Self::Improvement,
            assay_stats::Change::NotShown => Self::NotShown,
        }
    }
}

/// A run and the one before it, on the problems both have judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub earlier: RunId,
    pub later: RunId,
    pub change: Change,
    /// `a` is the later run, `b` the earlier one; adjusted over the steps of the series.
    pub pair: Pair,
}

/// One model with one strategy in one language on one version of a data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendSeries {
    /// Stable: `DATASET/VERSION/LANGUAGE/STRATEGY/MODEL`.
    pub key: String,
    /// For people; unique among the series it was made with.
    pub label: String,
    pub model: String,
    pub strategy: StrategyId,
    pub language: Language,
    pub dataset: DatasetId,
    pub dataset_version: String,
    /// The oldest first; runs without a score have none.
    pub points: Vec<TrendPoint>,
    /// Problems that all counted runs have judged: what slope and change point stand on.
    pub n_common: u32,
    /// `None` with fewer than three counted runs, or without a common problem.
    pub slope: Option<Slope>,
    /// `None` as `slope` is, and where all scores are equal.
    pub level_change: Option<LevelChange>,
    /// One a pair of counted runs that follow each other and share a problem, the oldest first.
    pub steps: Vec<Step>,
    /// What a reader must know, in sentences.
    pub notes: Vec<String>,
}

impl TrendSeries {
    pub fn point(&self, run: &RunId) -> Option<&TrendPoint> {
        self.points.iter().find(|point| point.run == *run)
    }

    /// The newest run that counts, beside the one before it: what changed since last time.
    pub fn latest(&self) -> Option<&Step> {
        let newest = self.points.iter().rev().find(|point| point.counted)?;
        self.steps.last().filter(|step| step.later == newest.run)
    }
}

/// Series over time, with everything their figures and tables show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trends {
    pub k: u32,
    pub level: f64,
    pub alpha: f64,
    pub tolerated_drop: f64,
    pub resamples: u32,
    pub seed: u64,
    pub datasets: Vec<DatasetFacts>,
    /// By data set, version and language, then by label.
    pub series: Vec<TrendSeries>,
}

/// Looks at every series of the evidence over time. `began` says of each run when it began, in milliseconds since 1970.
///
/// Intervals, paired differences and their tests are those of [`compare`](crate::compare()); p-values of steps are adjusted
/// by Holm over the steps of their series.
///
/// # Errors
/// When nothing is selected, a run or its time is unknown, counts contradict each other, or an option is out of range.
pub fn trends(
    evidence: &Evidence,
    began: &BTreeMap<RunId, i64>,
    options: &TrendOptions,
) -> Result<Trends, AnalyticsError> {
    check_share("alpha", options.alpha)?;
    if evidence.rows.is_empty() {
        return Err(AnalyticsError::NothingSelected);
    }
    let parts = parts(evidence)?;
    let lines: Vec<Line<'_>> = parts.keys().map(Place::line).collect();
    let labels = line_labels(&lines);
    let places: Vec<(&Place<'_>, &Evidence)> = parts.iter().collect();
    let mut series = places
        .par_iter()
        .zip(labels)
        .map(|((place, evidence), label)| one(place, label, evidence, began, options))
        .collect::<Result<Vec<_>, _>>()?;
    series.retain(|series| !series.points.is_empty());
    series.sort_by(|a, b| {
        let of = |s: &TrendSeries| {
            let suite = (s.dataset.clone(), s.dataset_version.clone());
            (suite, s.language.to_string(), s.label.clone())
        };
        of(a).cmp(&of(b))
    });
    Ok(Trends {
        k: options.k,
        level: options.level,
        alpha: options.alpha,
        tolerated_drop: options.tolerated_drop,
        resamples: options.resamples,
        seed: options.seed,
        datasets: dataset_facts(evidence),
        series,
    })
}

/// What makes two rows of one series.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    dataset: &'a str,
    version: &'a str,
    language: &'a str,
    strategy: &'a str,
    model: &'a str,
}

impl Place<'_> {
    fn key(&self) -> String {
        // The model comes last: it alone may hold a slash.
        [
            self.dataset,
            self.version,
            self.language,
            self.strategy,
            self.model,
        ]
        .join("/")
    }

    fn line(&self) -> Line<'_> {
        Line {
            model: self.model,
            strategy: self.strategy,
            language: self.language,
            dataset: self.dataset,
            version: self.version,
        }
    }
}

/// The evidence of each series.
fn parts(evidence: &Evidence) -> Result<BTreeMap<Place<'_>, Evidence>, AnalyticsError> {
    let runs: HashMap<&RunId, &RunFacts> = evidence.runs.iter().map(|run| (&run.id, run)).collect();
    let mut parts: BTreeMap<Place<'_>, Evidence> = BTreeMap::new();
    for row in &evidence.rows {
        let run = runs
            .get(&row.run)
            .ok_or_else(|| AnalyticsError::UnknownRun {
                run: row.run.to_string(),
            })?;
        let place = Place {
            dataset: run.dataset.as_str(),
            version: &run.dataset_version,
            language: row.language.as_str(),
            strategy: row.strategy.as_str(),
            model: &row.model,
        };
        let part = parts.entry(place).or_default();
        if part.rows.last().is_none_or(|last| last.run != row.run)
            && !part.runs.iter().any(|known| known.id == run.id)
        {
            part.runs.push((*run).clone());
        }
        part.rows.push(row.clone());
    }
    Ok(parts)
}

fn one(
    place: &Place<'_>,
    label: String,
    evidence: &Evidence,
    began: &BTreeMap<RunId, i64>,
    options: &TrendOptions,
) -> Result<TrendSeries, AnalyticsError> {
    let compare = CompareOptions {
        score: ScoreOptions {
            k: vec![options.k],
            level: options.level,
            resamples: options.resamples,
            seed: options.seed,
        },
        baseline: None,
        alpha: options.alpha,
        correction: Correction::Holm,
    };
    let (points, contenders) = points(evidence, began, &compare)?;
    let counted: Vec<usize> = (0..points.len()).filter(|i| points[*i].counted).collect();
    let (common, values) = on_common(&contenders, &counted);
    let fail = |source| AnalyticsError::Stats {
        of: label.clone(),
        source,
    };
    let (slope, level_change) = if values.len() < 3 || common == 0 {
        (None, None)
    } else {
        let at: Vec<&TrendPoint> = counted.iter().map(|i| &points[*i]).collect();
        (
            slope(&at, &values, options).map_err(fail)?,
            level_change(&at, &values, options).map_err(fail)?,
        )
    };
    let steps = steps(&points, &contenders, &counted, &compare, options)?;
    let notes = notes(&points, counted.len(), common);
    Ok(TrendSeries {
        key: place.key(),
        label,
        model: place.model.to_owned(),
        strategy: StrategyId::from(place.strategy),
        language: Language::new(place.language),
        dataset: DatasetId::from(place.dataset),
        dataset_version: place.version.to_owned(),
        points,
        n_common: count(common as u64),
        slope,
        level_change,
        steps,
        notes,
    })
}

/// The runs that have a score, the oldest first, and what they are paired by.
fn points(
    evidence: &Evidence,
    began: &BTreeMap<RunId, i64>,
    options: &CompareOptions,
) -> Result<(Vec<TrendPoint>, Vec<Contender>), AnalyticsError> {
    let groups = groups(evidence, GroupBy::Series)?;
    let (scores, estimates) = scored(&groups, &options.score)?;
    let mut found = Vec::new();
    for ((mut group, score), estimates) in groups.into_iter().zip(scores).zip(estimates) {
        let (Some(run), Some(pass)) = (group.runs.first().cloned(), score.pass_at.first()) else {
            continue;
        };
        let at_ms = *began.get(&run).ok_or_else(|| AnalyticsError::UnknownRun {
            run: run.to_string(),
        })?;
        // Within a series, runs are told apart by nothing but themselves.
        group.label = evidence
            .runs
            .iter()
            .find(|facts| facts.id == run)
            .map_or_else(|| run.to_string(), |facts| facts.name.clone());
        let point = TrendPoint {
            run,
            run_name: group.label.clone(),
            at_ms,
            value: pass.value,
            low: pass.low,
            high: pass.high,
            kind: pass.kind,
            n_problems: pass.n_problems,
            n_samples: score.n_samples,
            complete: score.incomplete.is_complete(),
            counted: true,
        };
        let mean = Some(pass.value);
        found.push((
            point,
            Contender {
                group,
                estimates,
                mean,
            },
        ));
    }
    found.sort_by(|(a, _), (b, _)| (a.at_ms, &a.run).cmp(&(b.at_ms, &b.run)));
    let (mut points, contenders): (Vec<TrendPoint>, Vec<Contender>) = found.into_iter().unzip();
    let most = points.iter().map(|p| p.n_problems).max().unwrap_or(0);
    for point in &mut points {
        point.counted = u64::from(point.n_problems) * 2 >= u64::from(most);
    }
    Ok((points, contenders))
}

/// How many problems all of these have judged, and what each scores on them.
fn on_common(contenders: &[Contender], counted: &[usize]) -> (usize, Vec<f64>) {
    let all: Vec<&Estimates> = counted.iter().map(|i| &contenders[*i].estimates).collect();
    let Some((first, others)) = all.split_first() else {
        return (0, Vec::new());
    };
    let common: Vec<&UnitKey> = first
        .keys()
        .filter(|key| others.iter().all(|other| other.contains_key(key)))
        .collect();
    if common.is_empty() {
        return (0, Vec::new());
    }
    let mean = |estimates: &Estimates| {
        let sum: f64 = common.iter().map(|key| estimates[*key].value).sum();
        sum / common.len() as f64
    };
    (common.len(), all.into_iter().map(mean).collect())
}

/// `None` where all runs began at once.
fn slope(
    at: &[&TrendPoint],
    values: &[f64],
    options: &TrendOptions,
) -> Result<Option<Slope>, StatsError> {
    let first = at.first().map_or(0, |point| point.at_ms);
    let span = at.last().map_or(0, |point| point.at_ms - first);
    if span == 0 {
        return Ok(None);
    }
    let unit = TimeUnit::of(span);
    let times: Vec<f64> = at
        .iter()
        .map(|point| (point.at_ms - first) as f64 / unit.ms() as f64)
        .collect();
    let found = assay_stats::trend(&times, values, options.level)?;
    Ok(Some(Slope {
        tau: found.tau,
        p: found.p,
        exact: found.method == TrendMethod::Exact,
        significant: found.p < options.alpha,
        value: found.slope,
        low: found.interval.map(|(low, _)| low),
        high: found.interval.map(|(_, high)| high),
        unit,
    }))
}

fn level_change(
    at: &[&TrendPoint],
    values: &[f64],
    options: &TrendOptions,
) -> Result<Option<LevelChange>, StatsError> {
    let found = change_point(values, options.resamples, options.seed)?;
    Ok(found.at.map(|first| LevelChange {
        run: at[first].run.clone(),
        before: found.before,
        after: found.after,
        p: found.p,
        resamples: match found.method {
            PermutationMethod::Exact { .. } => None,
            PermutationMethod::MonteCarlo { resamples, .. } => Some(resamples),
        },
        significant: found.p < options.alpha,
    }))
}

fn steps(
    points: &[TrendPoint],
    contenders: &[Contender],
    counted: &[usize],
    compare: &CompareOptions,
    options: &TrendOptions,
) -> Result<Vec<Step>, AnalyticsError> {
    let places: Vec<(usize, usize)> = counted.windows(2).map(|w| (w[1], w[0])).collect();
    let mut kept = Vec::new();
    let mut pairs = Vec::new();
    for (place, pair) in places.iter().zip(paired(contenders, &places, compare)?) {
        if let Some(pair) = pair {
            kept.push(*place);
            pairs.push(pair);
        }
    }
    adjust(&mut pairs, compare)?;
    let rule = RegressionRule {
        alpha: options.alpha,
        tolerated_drop: options.tolerated_drop,
        bootstrap: compare.score.bootstrap(),
        ..RegressionRule::default()
    };
    Ok(kept
        .into_iter()
        .zip(pairs)
        .map(|((later, earlier), pair)| Step {
            earlier: points[earlier].run.clone(),
            later: points[later].run.clone(),
            change: rule.judge(pair.diff, pair.p_adjusted).into(),
            pair,
        })
        .collect())
}

fn notes(points: &[TrendPoint], counted: usize, common: usize) -> Vec<String> {
    let mut notes = Vec::new();
    let left_out = points.len() - counted;
    if left_out > 0 {
        let runs = match left_out {
            1 => "One run is".to_owned(),
            n => format!("{n} runs are"),
        };
        notes.push(format!(
            "{runs} left out of trend, change point and steps, having less than half of the problems of the largest run."
        ));
    }
    if counted >= 3 && common == 0 {
        notes.push("No problem is judged in all runs, so there is no trend.".to_owned());
    } else if counted >= 3
        && points
            .iter()
            .any(|p| p.counted && p.n_problems as usize != common)
    {
        notes.push(format!(
            "Trend and change point stand on the {common} problems that all counted runs have judged, each dot on its own run's."
        ));
    }
    if counted == 1 {
        notes.push("One run is no trend yet.".to_owned());
    } else if counted < RUNS_FOR_A_TREND && counted > 1 {
        notes.push(format!(
            "{counted} runs are too few to show a trend at 0.05, which takes {RUNS_FOR_A_TREND}; steps between runs can be shown all the same."
        ));
    }
    notes
}
