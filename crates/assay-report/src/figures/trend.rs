//! Scores over time: a line a series, a dot with its interval a run.

use assay_analytics::{Change, LevelChange, Slope, Step, TrendPoint, TrendSeries, Trends};

use super::dates;
use super::dot_interval::{dataset_line, distinct, fact, percent_axis, range, summary};
use crate::figure::{
    Column, Drawing, Emphasis, Fact, Figure, LevelMark, NumberFormat, Row, StepMark, Table,
    TimeLine, TimePoint, Timeline,
};
use crate::format;
use crate::palette::{Colors, MarkColor};

/// What is better and what is worse than before: (light, dark).
const BETTER: (&str, &str) = ("#0072b2", "#4aa8e8");
const WORSE: (&str, &str) = ("#b4480a", "#f58b45");

/// pass@k over time, of the series and means with these keys; of all series where none is named.
pub fn figure(trends: &Trends, shown: &[String], colors: &Colors) -> Figure {
    let series: Vec<&TrendSeries> = if shown.is_empty() {
        trends.series.iter().collect()
    } else {
        let all = trends.series.iter().chain(&trends.means);
        all.filter(|s| shown.contains(&s.key)).collect()
    };
    let what = format!("pass@{}", trends.k);
    let title = match &series[..] {
        [one] => format!("{what} of {} over time", one.label),
        _ => format!("{what} over time"),
    };
    let points = || series.iter().flat_map(|s| &s.points);
    let first = points().map(|p| p.at_ms).min().unwrap_or(0);
    let last = points().map(|p| p.at_ms).max().unwrap_or(first);
    let highest = points().map(|p| p.high).fold(0.0, f64::max);
    // Where all lines are of one model, its colour tells nothing apart.
    let by_line = series.len() > 1 && series.iter().all(|s| s.model == series[0].model);
    let apart = Colors::apart(series.iter().map(|s| s.key.as_str()));
    let color = |s: &TrendSeries| {
        if by_line {
            apart.of(&s.key)
        } else if !s.mean_of.is_empty() {
            colors.of(&s.key)
        } else {
            colors.of(&s.model)
        }
    };
    let (caption, facts) = caption(trends, &series);
    let sentences: Vec<String> = series.iter().map(|s| in_words(s)).collect();
    Figure {
        id: format!("trend-pass-at-{}", trends.k),
        title: title.clone(),
        subtitle: suite(&series),
        drawing: Drawing::Timeline(Timeline {
            x: dates::axis("Beginning of the run, UTC", first, last),
            y: percent_axis(&what, highest),
            lines: series.iter().map(|s| line(s, color(s))).collect(),
        }),
        caption: caption.clone(),
        facts,
        summary: summary(&title, &sentences),
        table: table(trends, &series, caption),
    }
}

/// What all these series were asked: the data set, its version and the language where they have one in common.
fn suite(series: &[&TrendSeries]) -> Option<String> {
    let datasets = distinct_datasets(series);
    let line = dataset_line(&datasets)?;
    let languages = distinct(series.iter().map(|s| s.language.title()));
    Some(format!("{line}, {}", languages.replace("; ", ", ")))
}

fn distinct_datasets(series: &[&TrendSeries]) -> Vec<assay_analytics::DatasetFacts> {
    let mut found: Vec<assay_analytics::DatasetFacts> = series
        .iter()
        .map(|s| assay_analytics::DatasetFacts {
            id: s.dataset.clone(),
            version: s.dataset_version.clone(),
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

fn line(series: &TrendSeries, color: MarkColor) -> TimeLine {
    TimeLine {
        key: series.key.clone(),
        label: series.label.clone(),
        color,
        points: series.points.iter().map(|p| point(series, p)).collect(),
        change: series
            .level_change
            .as_ref()
            .filter(|change| change.significant)
            .and_then(|change| level_mark(series, change)),
    }
}

fn point(series: &TrendSeries, point: &TrendPoint) -> TimePoint {
    let step = series.steps.iter().find(|step| step.later == point.run);
    let solid = point.complete && point.counted;
    let mut description = format!(
        "{}, {}, {}: {}, interval {}, {}",
        series.label,
        point.run_name,
        dates::minute(point.at_ms),
        format::percent(point.value),
        format::percent_interval(point.low, point.high),
        format::counted(u64::from(point.n_problems), "problem"),
    );
    if !point.complete {
        description.push_str(", incomplete");
    }
    if !point.counted {
        description.push_str(", left out of trend and steps");
    }
    if let Some(step) = step {
        description.push_str(&format!("; {}", step_in_words(step)));
    }
    description.push('.');
    TimePoint {
        key: point.run.to_string(),
        x: point.at_ms as f64,
        y: point.value,
        y_low: point.low,
        y_high: point.high,
        emphasis: if solid {
            Emphasis::Normal
        } else {
            Emphasis::Muted
        },
        step: step.and_then(step_mark),
        description,
    }
}

/// `−7.9 points from the run before, p = 0.004 after correction, significant`.
fn step_in_words(step: &Step) -> String {
    format!(
        "{} points from the run before, interval {}, {} after correction, {}",
        format::signed_points(step.pair.diff),
        format::points_interval(step.pair.low, step.pair.high),
        format::p_phrase(step.pair.p_adjusted),
        match step.change {
            Change::Regression => "a regression",
            Change::Improvement => "an improvement",
            Change::NotShown if step.pair.significant =>
                "significant, and no more than is tolerated",
            Change::NotShown => "not significant",
        }
    )
}

/// Only what is shown gets a mark.
fn step_mark(step: &Step) -> Option<StepMark> {
    let is_worse = match step.change {
        Change::Regression => true,
        Change::Improvement => false,
        Change::NotShown => return None,
    };
    let (light, dark) = if is_worse { WORSE } else { BETTER };
    Some(StepMark {
        is_worse,
        label: format::signed_points(step.pair.diff),
        color: MarkColor {
            slot: None,
            light: light.to_owned(),
            dark: dark.to_owned(),
        },
    })
}

fn level_mark(series: &TrendSeries, change: &LevelChange) -> Option<LevelMark> {
    let counted: Vec<&TrendPoint> = series.points.iter().filter(|p| p.counted).collect();
    let at = counted.iter().position(|p| p.run == change.run)?;
    let before = counted.get(at.checked_sub(1)?)?;
    Some(LevelMark {
        x: (before.at_ms as f64 + counted[at].at_ms as f64) / 2.0,
        before: change.before,
        after: change.after,
        label: format!(
            "level {}, {}",
            format::signed_points(change.after - change.before),
            format::p_phrase(change.p)
        ),
    })
}

/// `falls by 2.1 points a week (interval 0.4 to 3.0)`.
pub fn slope_in_words(slope: &Slope) -> String {
    let speed = format!(
        "{} points a {}{}",
        format::signed_points(slope.value),
        slope.unit.label(),
        match (slope.low, slope.high) {
            (Some(low), Some(high)) => {
                format!(", interval {}", format::points_interval(low, high))
            }
            _ => String::new(),
        }
    );
    let p = format::p_phrase(slope.p);
    match slope.tau {
        _ if !slope.significant => format!("no trend is shown ({speed}; {p})"),
        Some(tau) if tau < 0.0 => format!("it falls ({speed}; {p})"),
        _ => format!("it rises ({speed}; {p})"),
    }
}

/// `from 61.0 % to 53.2 % with the run of 2026-03-01 (p = 0.004)`.
pub fn level_in_words(series: &TrendSeries, change: &LevelChange) -> String {
    let at = series
        .point(&change.run)
        .map_or_else(|| change.run.to_string(), |p| dates::day(p.at_ms));
    if change.significant {
        format!(
            "its level went from {} to {} with the run of {at} ({})",
            format::percent(change.before),
            format::percent(change.after),
            format::p_phrase(change.p)
        )
    } else {
        format!(
            "no change of level is shown (likeliest at {at}, {})",
            format::p_phrase(change.p)
        )
    }
}

/// A series in one paragraph.
pub fn in_words(series: &TrendSeries) -> String {
    let runs = format::counted(series.points.len() as u64, "run");
    let mut parts = Vec::new();
    if let (Some(first), Some(last)) = (series.points.first(), series.points.last()) {
        parts.push(if series.points.len() == 1 {
            format!(
                "{} ({}) on {}",
                format::percent(first.value),
                format::percent_interval(first.low, first.high),
                dates::day(first.at_ms)
            )
        } else {
            format!(
                "{} ({}) on {} and {} ({}) on {}",
                format::percent(first.value),
                format::percent_interval(first.low, first.high),
                dates::day(first.at_ms),
                format::percent(last.value),
                format::percent_interval(last.low, last.high),
                dates::day(last.at_ms)
            )
        });
    }
    parts.extend(series.slope.as_ref().map(slope_in_words));
    parts.extend(
        series
            .level_change
            .as_ref()
            .map(|change| level_in_words(series, change)),
    );
    if let Some(step) = series.latest() {
        parts.push(format!("the newest run: {}", step_in_words(step)));
    }
    format!("{}, {runs}: {}.", series.label, parts.join("; "))
}

fn caption(trends: &Trends, series: &[&TrendSeries]) -> (String, Vec<Fact>) {
    let points: Vec<&TrendPoint> = series.iter().flat_map(|s| &s.points).collect();
    if points.is_empty() {
        return (
            "Nothing is drawn: no run has a score (n = 0 runs, no intervals).".to_owned(),
            Vec::new(),
        );
    }
    let level = format::level(trends.level);
    let kinds = distinct(points.iter().map(|p| p.kind.label()));
    let n_problems = range(points.iter().map(|p| p.n_problems));
    let n_samples = range(points.iter().map(|p| p.n_samples));
    let resamples = format::thousands(u64::from(trends.resamples));
    let runs = format::counted(points.len() as u64, "run");
    let mut caption = format!(
        "Mean unbiased pass@{} of each run with its {level} interval ({kinds}); n = {runs}, {n_problems} problems and \
         {n_samples} judged samples a run.",
        trends.k
    );
    let mut facts = vec![
        fact("Runs", points.len().to_string()),
        fact("Problems a run", n_problems),
        fact("Samples a run", n_samples),
        fact("Interval", format!("{level} {kinds}")),
    ];
    for one in series.iter().filter(|s| !s.mean_of.is_empty()) {
        let of = distinct(one.mean_of.iter().map(String::as_str));
        caption.push_str(&format!(
            " {}: each problem's score is the mean of {}, in runs that have all of them and on problems that all were \
             judged on.",
            sentence_start(&one.label),
            of.replace("; ", ", ")
        ));
        facts.push(fact("Mean of", of));
    }
    if let [one] = series {
        for (found, said) in [
            (one.slope.as_ref().map(slope_in_words), "Trend"),
            (
                one.level_change.as_ref().map(|c| level_in_words(one, c)),
                "Change point",
            ),
        ] {
            if let Some(found) = found {
                caption.push_str(&format!(" {said}: {found}."));
                facts.push(fact(said, found));
            }
        }
    }
    if series.iter().any(|s| s.slope.is_some()) {
        caption.push_str(&format!(
            " Trends by Mann–Kendall's test with Theil–Sen slopes and {level} intervals; changes of level (dashed, where \
             significant) by CUSUM with a permutation test of the order ({resamples} resamples beyond 8 runs); both on the \
             problems that all runs of a series judged, neither corrected for the number of series."
        ));
        facts.push(fact("Test of trends", "Mann–Kendall, Theil–Sen slope"));
        facts.push(fact("Test of levels", "CUSUM, permutation of the order"));
    }
    let steps: Vec<&Step> = series.iter().flat_map(|s| &s.steps).collect();
    if !steps.is_empty() {
        let tests = distinct(steps.iter().map(|s| s.pair.test.label()));
        let n = range(steps.iter().map(|s| s.pair.n));
        caption.push_str(&format!(
            " Triangles: significant differences from the run before, in points, on the problems both judged (n = {n}); \
             {tests}, Holm correction over the steps of a series ({} in all).",
            steps.len()
        ));
        facts.push(fact("Test of steps", tests));
        facts.push(fact("Correction", "Holm, over the steps of a series"));
    }
    caption.push_str(&format!(
        " α = {}; {resamples} resamples, seed {}.",
        trends.alpha, trends.seed
    ));
    facts.push(fact("Significance level", trends.alpha.to_string()));
    facts.push(fact("Resamples", resamples));
    facts.push(fact("Seed", trends.seed.to_string()));
    if points.iter().any(|p| !p.complete || !p.counted) {
        caption.push_str(
            " Hollow: incomplete, or with less than half of the problems of the largest run, which no test looks at.",
        );
    }
    if let Some(line) = dataset_line(&distinct_datasets(series)) {
        caption.push_str(&format!(" Data set {line}."));
        facts.push(fact("Data set", line));
    }
    (caption, facts)
}

/// With a capital at its beginning.
fn sentence_start(words: &str) -> String {
    let mut chars = words.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

fn table(trends: &Trends, series: &[&TrendSeries], caption: String) -> Table {
    let rows = series
        .iter()
        .flat_map(|s| s.points.iter().map(|p| row(s, p)))
        .collect();
    Table {
        caption,
        columns: vec![
            Column::text("Series"),
            Column::text("Run"),
            Column::text("Began").with_unit("UTC"),
            Column::number(&format!("pass@{}", trends.k)).with_unit("%"),
            Column::number("Interval").with_unit("%"),
            Column::number("Problems"),
            Column::number("Since the run before").with_unit("points"),
            Column::number("Interval of the difference").with_unit("points"),
            Column::number("p").with_unit("Holm"),
            Column::text("Change"),
        ],
        rows,
    }
}

fn row(series: &TrendSeries, point: &TrendPoint) -> Row {
    let step = series.steps.iter().find(|step| step.later == point.run);
    let none = || "—".to_owned();
    let [difference, interval, p, change] = step.map_or_else(
        || [none(), none(), none(), none()],
        |step| {
            let word = match step.change {
                Change::Regression => "regression",
                Change::Improvement => "improvement",
                Change::NotShown => "not shown",
            };
            [
                format::signed_points(step.pair.diff),
                NumberFormat::SignedPoints.interval(step.pair.low, step.pair.high),
                format::p_value(step.pair.p_adjusted),
                word.to_owned(),
            ]
        },
    );
    Row {
        cells: vec![
            series.label.clone(),
            point.run_name.clone(),
            dates::minute(point.at_ms),
            format::percent_bare(point.value),
            format::percent_interval(point.low, point.high),
            format::thousands(u64::from(point.n_problems)),
            difference,
            interval,
            p,
            change,
        ],
        is_muted: !point.complete || !point.counted,
    }
}
