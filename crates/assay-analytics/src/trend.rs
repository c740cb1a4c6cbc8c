//! Scores over time: one series a model, strategy, language and version of a data set, one point a run.
//!
//! What lies between two versions of a data set is never looked at: they are two series. Whether a series rises or falls is
//! Mann and Kendall's test with Theil and Sen's slope, where it changed its level the cumulative sum with a permutation test.
//! A regression is a significant paired difference between a run and the one before it, on the problems both have judged;
//! a lower score alone is none.

mod mean;
mod records;

use std::collections::{BTreeMap, HashMap};

use assay_core::{DatasetId, Language, RunId, StrategyId};
use assay_stats::{PermutationMethod, RegressionRule, StatsError, TrendMethod, change_point};
use rayon::prelude::*;

use crate::compare::{CompareOptions, Contender, Correction, adjust, dataset_facts};
use crate::error::check_share;
use crate::group::{GroupBy, UnitKey, groups};
use crate::label::{Line, line_labels};
use crate::pairing::paired;
use crate::score::{Estimates, ScoreOptions, count, scored};
use crate::{AnalyticsError, Evidence, RunFacts};

pub use records::{
    Change, LevelChange, Slope, Step, TimeUnit, TrendOptions, TrendPoint, TrendSeries, Trends,
};

/// Fewer runs than this can show no trend at 0.05: of the orders of four, the two extreme ones are a twelfth.
pub const RUNS_FOR_A_TREND: usize = 5;

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
        .map(|((place, evidence), label)| {
            let found = over_time(&label, GroupBy::Series, evidence, began, options)?;
            Ok(TrendSeries {
                key: place.key(),
                label,
                model: place.model.to_owned(),
                strategy: StrategyId::from(place.strategy),
                language: Language::new(place.language),
                dataset: DatasetId::from(place.dataset),
                dataset_version: place.version.to_owned(),
                mean_of: Vec::new(),
                ..found
            })
        })
        .collect::<Result<Vec<_>, AnalyticsError>>()?;
    series.retain(|series| !series.points.is_empty());
    series.sort_by(|a, b| {
        let of = |s: &TrendSeries| {
            let suite = (s.dataset.clone(), s.dataset_version.clone());
            (suite, s.language.to_string(), s.label.clone())
        };
        of(a).cmp(&of(b))
    });
    let means = mean::means(evidence, &series, began, options)?;
    Ok(Trends {
        k: options.k,
        level: options.level,
        alpha: options.alpha,
        tolerated_drop: options.tolerated_drop,
        resamples: options.resamples,
        seed: options.seed,
        datasets: dataset_facts(evidence),
        series,
        means,
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

/// What the groups of this evidence, one a run, come to over time; the names are the caller's to give.
fn over_time(
    label: &str,
    by: GroupBy,
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
    let (points, contenders) = points(by, evidence, began, &compare)?;
    let counted: Vec<usize> = (0..points.len()).filter(|i| points[*i].counted).collect();
    let (common, values) = on_common(&contenders, &counted);
    let fail = |source| AnalyticsError::Stats {
        of: label.to_owned(),
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
        key: String::new(),
        label: String::new(),
        model: String::new(),
        strategy: StrategyId::from(""),
        language: Language::new(""),
        dataset: DatasetId::from(""),
        dataset_version: String::new(),
        mean_of: Vec::new(),
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
    by: GroupBy,
    evidence: &Evidence,
    began: &BTreeMap<RunId, i64>,
    options: &CompareOptions,
) -> Result<(Vec<TrendPoint>, Vec<Contender>), AnalyticsError> {
    let groups = groups(evidence, by)?;
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
