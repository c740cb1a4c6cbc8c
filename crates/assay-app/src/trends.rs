//! Scores over time: which runs make a series, and what came of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use assay_analytics::{
    Change, Evidence, LevelChange, Slope, Step, TrendOptions, TrendSeries, Trends,
};
use assay_core::{RunId, RunOrigin, RunStatus};
use assay_report::Colors;
use assay_report::figures::trend;
use assay_store::{RunRecord, RunState};
use jiff::Timestamp;

use crate::compare::check_k_and_alpha;
use crate::dto::{
    LevelChangeView, RunDifference, SlopeView, TrendChange, TrendPointView, TrendQuery,
    TrendSeriesView, TrendStepView, TrendsView,
};
use crate::figures::blocking;
use crate::{App, AppError, lock};

/// What is kept of trends: the page's, the overview's, and what was chosen just before.
const KEPT: usize = 4;

/// Everything that decides trends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MadeOf {
    query: TrendQuery,
    /// In the order in which they began; of each its name, which trends repeat.
    runs: Vec<(RunId, String)>,
    states: Vec<RunState>,
}

impl App {
    /// Series over time: one a model, strategy, language and version of a data set, of which at least one run has a score.
    /// Runs that are on, archived, or made of others are left out: the last hold samples that were measured before.
    ///
    /// # Errors
    /// When the query asks for what is undefined, or the store fails. Without any run there are no series.
    pub async fn trends(&self, query: &TrendQuery) -> Result<TrendsView, AppError> {
        check(query)?;
        let runs = self.runs_over_time(query).await?;
        let trends = self.trends_of(query, &runs).await?;
        let colors = Colors::in_order(self.store().await?.models_in_order().await?);
        Ok(view(query.clone(), &trends, &colors, &runs))
    }

    /// The series that two or more of these runs are of, each with those of them that trends look at; and the
    /// colours of their models.
    pub(crate) async fn trends_among(&self, ids: &[RunId]) -> Result<(Trends, Colors), AppError> {
        let query = TrendQuery::default();
        let store = self.store().await?;
        let mut runs = Vec::with_capacity(ids.len());
        for id in ids {
            runs.push(store.get_run(id).await?);
        }
        runs.retain(|run| is_looked_at(run, &query));
        runs.sort_by(|a, b| (began(a), &a.id).cmp(&(began(b), &b.id)));
        let mut trends = (*self.trends_of(&query, &runs).await?).clone();
        trends.series.retain(|series| series.points.len() > 1);
        Ok((trends, Colors::in_order(store.models_in_order().await?)))
    }

    /// The runs that the query leaves, in the order in which they began.
    async fn runs_over_time(&self, query: &TrendQuery) -> Result<Vec<RunRecord>, AppError> {
        let mut runs: Vec<RunRecord> = self
            .store()
            .await?
            .list_runs()
            .await?
            .into_iter()
            .map(|summary| summary.run)
            .filter(|run| is_looked_at(run, query))
            .collect();
        runs.sort_by(|a, b| (began(a), &a.id).cmp(&(began(b), &b.id)));
        let beyond = query
            .newest
            .map_or(0, |newest| runs.len().saturating_sub(newest as usize));
        Ok(runs.split_off(beyond))
    }

    async fn trends_of(
        &self,
        query: &TrendQuery,
        runs: &[RunRecord],
    ) -> Result<Arc<Trends>, AppError> {
        let options = TrendOptions {
            k: query.k,
            alpha: query.alpha,
            tolerated_drop: query.tolerated_drop,
            ..TrendOptions::default()
        };
        if runs.is_empty() {
            return Ok(Arc::new(nothing(&options)));
        }
        let ids: Vec<RunId> = runs.iter().map(|run| run.id.clone()).collect();
        let made_of = MadeOf {
            query: TrendQuery {
                shown: Vec::new(),
                ..query.clone()
            },
            runs: runs
                .iter()
                .map(|run| (run.id.clone(), run.name.clone()))
                .collect(),
            states: self.snapshots().await?.states(&ids).await?,
        };
        if let Some(known) = self.known_trends(&made_of) {
            return Ok(known);
        }
        let mut evidence = self.evidence(&ids).await?;
        keep_asked(&mut evidence, query);
        let times: BTreeMap<RunId, i64> = runs
            .iter()
            .map(|run| (run.id.clone(), began(run).as_millisecond()))
            .collect();
        let made = if evidence.rows.is_empty() {
            nothing(&options)
        } else {
            blocking(move || assay_analytics::trends(&evidence, &times, &options)).await?
        };
        let made = Arc::new(made);
        self.keep_trends(made_of, &made);
        Ok(made)
    }

    fn known_trends(&self, made_of: &MadeOf) -> Option<Arc<Trends>> {
        let known = lock(&self.trends);
        let (_, found) = known.iter().find(|(of, _)| of == made_of)?;
        Some(Arc::clone(found))
    }

    fn keep_trends(&self, made_of: MadeOf, trends: &Arc<Trends>) {
        if !made_of.states.iter().all(RunState::is_settled) {
            return;
        }
        let mut known = lock(&self.trends);
        known.push((made_of, Arc::clone(trends)));
        let gone = known.len().saturating_sub(KEPT);
        known.drain(..gone);
    }
}

/// Refuses what is undefined.
fn check(query: &TrendQuery) -> Result<(), AppError> {
    check_k_and_alpha(query.k, query.alpha)?;
    if !(0.0..=1.0).contains(&query.tolerated_drop) {
        return Err(AppError::usage(
            "bad-drop",
            format!(
                "a drop of {} points is not possible",
                query.tolerated_drop * 100.0
            ),
            "give a drop between 0 and 100 points",
        ));
    }
    Ok(())
}

fn is_looked_at(run: &RunRecord, query: &TrendQuery) -> bool {
    run.status != RunStatus::Running
        && !matches!(run.origin, RunOrigin::Merged | RunOrigin::Split)
        && !run.archived
        && query.dataset.as_ref().is_none_or(|id| *id == run.dataset)
        && query
            .dataset_version
            .as_ref()
            .is_none_or(|version| *version == run.dataset_version)
}

fn began(run: &RunRecord) -> Timestamp {
    run.started_at.unwrap_or(run.created_at)
}

/// Leaves what the query asks for.
fn keep_asked(evidence: &mut Evidence, query: &TrendQuery) {
    evidence.rows.retain(|row| {
        query
            .language
            .as_ref()
            .is_none_or(|asked| *asked == row.language)
            && query.model.as_ref().is_none_or(|asked| *asked == row.model)
            && query
                .strategy
                .as_ref()
                .is_none_or(|asked| *asked == row.strategy)
    });
}

fn nothing(options: &TrendOptions) -> Trends {
    Trends {
        k: options.k,
        level: options.level,
        alpha: options.alpha,
        tolerated_drop: options.tolerated_drop,
        resamples: options.resamples,
        seed: options.seed,
        datasets: Vec::new(),
        series: Vec::new(),
        means: Vec::new(),
    }
}

fn view(query: TrendQuery, trends: &Trends, colors: &Colors, runs: &[RunRecord]) -> TrendsView {
    // One run alone is no line: where there are lines, it is shown when it is asked for.
    let lines: Vec<String> = trends
        .series
        .iter()
        .filter(|series| series.points.len() > 1)
        .map(|series| series.key.clone())
        .collect();
    let shown = if query.shown.is_empty() {
        &lines
    } else {
        &query.shown
    };
    TrendsView {
        figure: trend::figure(trends, shown, colors),
        series: trends
            .series
            .iter()
            .map(|series| series_view(series, runs))
            .collect(),
        means: trends
            .means
            .iter()
            .map(|mean| series_view(mean, runs))
            .collect(),
        n_runs: u32::try_from(runs.len()).unwrap_or(u32::MAX),
        query,
    }
}

fn series_view(series: &TrendSeries, runs: &[RunRecord]) -> TrendSeriesView {
    TrendSeriesView {
        key: series.key.clone(),
        label: series.label.clone(),
        model: series.model.clone(),
        strategy: series.strategy.clone(),
        language: series.language.clone(),
        dataset: series.dataset.clone(),
        dataset_version: series.dataset_version.clone(),
        mean_of: series.mean_of.clone(),
        points: series
            .points
            .iter()
            .map(|point| TrendPointView {
                run: point.run.clone(),
                run_name: point.run_name.clone(),
                at: at(point.at_ms),
                value: point.value,
                low: point.low,
                high: point.high,
                interval: point.kind.label().to_owned(),
                n_problems: point.n_problems,
                n_samples: point.n_samples,
                complete: point.complete,
                counted: point.counted,
            })
            .collect(),
        n_common: series.n_common,
        slope: series.slope.as_ref().map(slope_view),
        level_change: series
            .level_change
            .as_ref()
            .map(|change| level_view(series, change)),
        steps: series
            .steps
            .iter()
            .map(|step| step_view(series, step, runs))
            .collect(),
        latest: series.latest().map(|step| step_view(series, step, runs)),
        notes: series.notes.clone(),
    }
}

fn at(ms: i64) -> String {
    Timestamp::from_millisecond(ms)
        .map(|at| at.to_string())
        .unwrap_or_default()
}

fn step_view(series: &TrendSeries, step: &Step, runs: &[RunRecord]) -> TrendStepView {
    let pair = &step.pair;
    TrendStepView {
        earlier: step.earlier.clone(),
        earlier_name: pair.label_b.clone(),
        later: step.later.clone(),
        later_name: pair.label_a.clone(),
        at: series
            .point(&step.later)
            .map(|point| at(point.at_ms))
            .unwrap_or_default(),
        change: match step.change {
            Change::Regression => TrendChange::Regression,
            Change::Improvement => TrendChange::Improvement,
            Change::NotShown => TrendChange::NotShown,
        },
        n: pair.n,
        diff: pair.diff,
        low: pair.low,
        high: pair.high,
        interval: pair.kind.label().to_owned(),
        test: pair.test.label().to_owned(),
        p: pair.p,
        p_adjusted: pair.p_adjusted,
        differences: differences(step, runs),
        note: pair.note.clone(),
    }
}

fn differences(step: &Step, runs: &[RunRecord]) -> Vec<RunDifference> {
    let of = |id: &RunId| runs.iter().find(|run| run.id == *id);
    let (Some(earlier), Some(later)) = (of(&step.earlier), of(&step.later)) else {
        return Vec::new();
    };
    later
        .differences_from(earlier)
        .into_iter()
        .map(|difference| RunDifference {
            what: difference.what,
            values: difference.values,
        })
        .collect()
}

fn slope_view(slope: &Slope) -> SlopeView {
    SlopeView {
        tau: slope.tau,
        p: slope.p,
        significant: slope.significant,
        value: slope.value,
        low: slope.low,
        high: slope.high,
        unit: slope.unit.label().to_owned(),
        words: sentence(&trend::slope_in_words(slope)),
    }
}

fn level_view(series: &TrendSeries, change: &LevelChange) -> LevelChangeView {
    LevelChangeView {
        run: change.run.clone(),
        before: change.before,
        after: change.after,
        p: change.p,
        significant: change.significant,
        words: sentence(&trend::level_in_words(series, change)),
    }
}

/// With a capital at its beginning and a full stop at its end.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    chars
        .next()
        .map(|first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
