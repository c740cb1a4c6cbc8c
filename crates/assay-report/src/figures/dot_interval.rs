//! Dots with intervals: scores, and differences from a baseline.

use assay_analytics::{Comparison, DatasetFacts, GroupBy, Pair, PassAt, Score};

use crate::figure::{
    Axis, Category, Column, DotInterval, Drawing, Emphasis, Fact, Figure, Mark, NumberFormat,
    Reference, Row, Table, Tick,
};
use crate::format;
use crate::palette::{Colors, MarkColor};

/// The scores of a comparison at its k, in colours that keep them apart: for who has no assignment of
/// colours of its own.
pub fn figure(comparison: &Comparison) -> Figure {
    scores(
        &comparison.scores,
        comparison.by,
        comparison.k,
        &comparison.datasets,
        &colors(comparison),
    )
}

/// Colours that keep the scores of a comparison apart.
pub fn colors(comparison: &Comparison) -> Colors {
    Colors::apart(
        comparison
            .scores
            .iter()
            .map(|score| color_name(score, comparison.by)),
    )
}

/// pass@k of each group with its interval, in the order given (a comparison gives the best first).
///
/// Groups without a value for `k` stand in the table and in the summary, not in the drawing. An
/// incomplete score is drawn muted.
pub fn scores(
    scores: &[Score],
    by: GroupBy,
    k: u32,
    datasets: &[DatasetFacts],
    colors: &Colors,
) -> Figure {
    let mut marks = Vec::new();
    let mut categories = Vec::new();
    let mut rows = Vec::new();
    let mut sentences = Vec::new();
    for score in scores {
        let complete = score.incomplete.is_complete();
        let Some(pass) = score.at(k) else {
            sentences.push(format!("{}: no value.", score.label));
            rows.push(Row {
                cells: vec![
                    score.label.clone(),
                    "—".to_owned(),
                    "—".to_owned(),
                    "0".to_owned(),
                    format::thousands(u64::from(score.n_samples)),
                ],
                is_muted: true,
            });
            continue;
        };
        let interval = NumberFormat::Percent.interval(pass.low, pass.high);
        let description = format!(
            "{}: {}, {} interval {} to {}, {}, {}{}.",
            score.label,
            format::percent(pass.value),
            format::level(pass.level),
            format::percent_bare(pass.low),
            format::percent(pass.high),
            format::counted(u64::from(pass.n_problems), "problem"),
            format::counted(u64::from(score.n_samples), "sample"),
            if complete { "" } else { ", incomplete" },
        );
        sentences.push(description.clone());
        categories.push(Category {
            key: score.key.clone(),
            label: score.label.clone(),
            detail: (!complete).then(|| "incomplete".to_owned()),
        });
        rows.push(Row {
            cells: vec![
                score.label.clone(),
                format::percent_bare(pass.value),
                interval.clone(),
                format::thousands(u64::from(pass.n_problems)),
                format::thousands(u64::from(score.n_samples)),
            ],
            is_muted: !complete,
        });
        marks.push(Mark {
            category: score.key.clone(),
            keys: vec![score.key.clone()],
            value: pass.value,
            low: pass.low,
            high: pass.high,
            color: if complete {
                colors.of(color_name(score, by))
            } else {
                MarkColor::muted()
            },
            emphasis: if complete {
                Emphasis::Normal
            } else {
                Emphasis::Muted
            },
            label: format::percent(pass.value),
            annotation: Some(interval),
            description,
        });
    }
    let passes: Vec<&PassAt> = scores.iter().filter_map(|score| score.at(k)).collect();
    let (caption, facts) = scores_caption(scores, &passes, k, datasets);
    let what = format!("pass@{k}");
    Figure {
        id: format!("scores-pass-at-{k}"),
        title: format!("{what} by {}", group_word(by)),
        subtitle: dataset_line(datasets),
        drawing: Drawing::DotInterval(DotInterval {
            x: percent_axis(&what, marks.iter().map(|m| m.high).fold(0.0, f64::max)),
            categories,
            marks,
            references: Vec::new(),
        }),
        caption: caption.clone(),
        facts,
        summary: summary(&what, &sentences),
        table: Table {
            caption,
            columns: vec![
                Column::text(crate::tables::group_heading(by)),
                Column::number(&what).with_unit("%"),
                Column::number("Interval").with_unit("%"),
                Column::number("Problems"),
                Column::number("Samples"),
            ],
            rows,
        },
    }
}

/// The differences of a comparison with their intervals: from the baseline, or of all pairs.
///
/// A difference that is not significant after correction is muted, and so is never seen as a win.
pub fn differences(comparison: &Comparison, colors: &Colors) -> Figure {
    let baseline = comparison
        .baseline
        .as_deref()
        .and_then(|key| comparison.score(key));
    let what = format!("Difference in pass@{}", comparison.k);
    let mut categories = Vec::new();
    let mut marks = Vec::new();
    let mut sentences = Vec::new();
    for pair in &comparison.pairs {
        let key = format!("{}|{}", pair.a, pair.b);
        categories.push(Category {
            key: key.clone(),
            label: pair.label_a.clone(),
            detail: baseline.is_none().then(|| format!("− {}", pair.label_b)),
        });
        let description = describe(pair);
        sentences.push(description.clone());
        marks.push(Mark {
            category: key,
            keys: vec![pair.a.clone(), pair.b.clone()],
            value: pair.diff,
            low: pair.low,
            high: pair.high,
            color: if pair.significant {
                comparison
                    .score(&pair.a)
                    .map_or_else(MarkColor::muted, |score| {
                        colors.of(color_name(score, comparison.by))
                    })
            } else {
                MarkColor::muted()
            },
            emphasis: if pair.significant {
                Emphasis::Normal
            } else {
                Emphasis::Muted
            },
            label: format::signed_points(pair.diff),
            annotation: Some(format::p_phrase(pair.p_adjusted)),
            description,
        });
    }
    let (caption, facts) = differences_caption(comparison, baseline);
    let (low, high) = marks.iter().fold((0.0_f64, 0.0_f64), |(l, h), m| {
        (l.min(m.low), h.max(m.high))
    });
    Figure {
        id: format!("differences-pass-at-{}", comparison.k),
        title: match baseline {
            Some(score) => format!("{what} from {}", score.label),
            None => what.clone(),
        },
        subtitle: dataset_line(&comparison.datasets),
        drawing: Drawing::DotInterval(DotInterval {
            x: points_axis(&what, low, high),
            categories,
            marks,
            references: vec![Reference::Line {
                value: 0.0,
                label: Some("no difference".to_owned()),
            }],
        }),
        caption: caption.clone(),
        facts,
        summary: summary(&what, &sentences),
        table: crate::tables::pairs(comparison),
    }
}

/// One pair in one sentence.
pub(crate) fn describe(pair: &Pair) -> String {
    format!(
        "{} against {}: {} points, {} interval {}, {} after correction, {}, {}.",
        pair.label_a,
        pair.label_b,
        format::signed_points(pair.diff),
        format::level(pair.level),
        format::points_interval(pair.low, pair.high),
        format::p_phrase(pair.p_adjusted),
        format::counted(u64::from(pair.n), "common problem"),
        if pair.significant {
            "significant"
        } else {
            "not significant"
        },
    )
}

/// What a score's colour goes by: its model where models or series are compared, so that a model
/// keeps its colour in every run and page; else the strategy or the language.
pub fn color_name(score: &Score, by: GroupBy) -> &str {
    match (by, &score.models[..]) {
        (GroupBy::Series, [model]) => model,
        _ => &score.key,
    }
}

pub(crate) fn dataset_line(datasets: &[DatasetFacts]) -> Option<String> {
    (!datasets.is_empty()).then(|| {
        datasets
            .iter()
            .map(|d| format!("{} {}", d.id, d.version))
            .collect::<Vec<_>>()
            .join(", ")
    })
}

pub(crate) fn summary(what: &str, sentences: &[String]) -> String {
    if sentences.is_empty() {
        format!("{what}: nothing to show.")
    } else {
        format!("{what}. {}", sentences.join(" "))
    }
}

/// `164`, or `5–164` where it differs.
pub(crate) fn range(counts: impl Iterator<Item = u32> + Clone) -> String {
    let (low, high) = (counts.clone().min().unwrap_or(0), counts.max().unwrap_or(0));
    if low == high {
        format::thousands(u64::from(low))
    } else {
        format!(
            "{}–{}",
            format::thousands(u64::from(low)),
            format::thousands(u64::from(high))
        )
    }
}

/// Each label once, in the order in which they first come.
pub(crate) fn distinct<'a>(labels: impl Iterator<Item = &'a str>) -> String {
    let mut found: Vec<&str> = Vec::new();
    for label in labels {
        if !found.contains(&label) {
            found.push(label);
        }
    }
    found.join("; ")
}

pub(crate) fn fact(label: &str, value: impl Into<String>) -> Fact {
    Fact {
        label: label.to_owned(),
        value: value.into(),
    }
}

fn scores_caption(
    scores: &[Score],
    passes: &[&PassAt],
    k: u32,
    datasets: &[DatasetFacts],
) -> (String, Vec<Fact>) {
    let n_problems = range(passes.iter().map(|p| p.n_problems));
    let n_samples = range(scores.iter().map(|s| s.n_samples));
    let interval = distinct(passes.iter().map(|p| p.kind.label()));
    let level = passes.first().map_or(0.95, |p| p.level);
    let mut facts = vec![
        fact("Problems", n_problems.clone()),
        fact("Samples per series", n_samples.clone()),
        fact("Interval", format!("{} {interval}", format::level(level))),
    ];
    let mut caption = format!(
        "Mean unbiased pass@{k} over problems with {} intervals ({interval}); n = {n_problems} \
         problems, {n_samples} judged samples per series",
        format::level(level)
    );
    if let Some((resamples, seed)) = passes.iter().find_map(|p| Some((p.resamples?, p.seed?))) {
        let resamples = format::thousands(u64::from(resamples));
        caption.push_str(&format!("; {resamples} resamples, seed {seed}"));
        facts.push(fact("Resamples", resamples));
        facts.push(fact("Seed", seed.to_string()));
    }
    if let Some(line) = dataset_line(datasets) {
        caption.push_str(&format!("; data set {line}"));
        facts.push(fact("Data set", line));
    }
    caption.push('.');
    let incomplete = scores
        .iter()
        .filter(|s| !s.incomplete.is_complete())
        .count();
    if incomplete > 0 {
        caption.push_str(
            " Hollow grey: incomplete, some samples are not judged and are left out, not counted \
             as wrong.",
        );
        facts.push(fact("Incomplete series", incomplete.to_string()));
    }
    (caption, facts)
}

fn differences_caption(comparison: &Comparison, baseline: Option<&Score>) -> (String, Vec<Fact>) {
    let pairs = &comparison.pairs;
    let n = range(pairs.iter().map(|p| p.n));
    let interval = distinct(pairs.iter().map(|p| p.kind.label()));
    let tests = distinct(pairs.iter().map(|p| p.test.label()));
    let against = baseline.map_or_else(
        || "Differences of all pairs".to_owned(),
        |score| format!("Differences from {}", score.label),
    );
    let resamples = format::thousands(u64::from(comparison.resamples));
    let caption = format!(
        "{against} in percentage points of pass@{}, on the problems both have judged (n = {n}), \
         with {} intervals ({interval}; {resamples} resamples, seed {}). p: {tests}, {} correction \
         over {}. Hollow grey: not significant at {}.{}",
        comparison.k,
        format::level(comparison.level),
        comparison.seed,
        comparison.correction.label(),
        format::counted(pairs.len() as u64, "comparison"),
        comparison.alpha,
        dataset_line(&comparison.datasets)
            .map(|line| format!(" Data set {line}."))
            .unwrap_or_default(),
    );
    let mut facts = vec![
        fact("Common problems", n),
        fact(
            "Interval",
            format!("{} {interval}", format::level(comparison.level)),
        ),
        fact("Test", tests),
        fact("Correction", comparison.correction.label()),
        fact("Significance level", comparison.alpha.to_string()),
        fact("Resamples", resamples),
        fact("Seed", comparison.seed.to_string()),
    ];
    facts.extend(dataset_line(&comparison.datasets).map(|line| fact("Data set", line)));
    (caption, facts)
}

/// An axis from 0 to 1, or to the next round number above the highest bound where all are small.
pub(crate) fn percent_axis(label: &str, high: f64) -> Axis {
    let max = [0.1, 0.2, 0.4, 0.5]
        .into_iter()
        .find(|m| high <= *m)
        .unwrap_or(1.0);
    let step = match max {
        m if m <= 0.1 => 0.02,
        m if m <= 0.2 => 0.05,
        m if m <= 0.5 => 0.1,
        _ => 0.2,
    };
    let count = (max / step).round() as u32;
    Axis {
        label: label.to_owned(),
        unit: Some("%".to_owned()),
        min: 0.0,
        max,
        ticks: (0..=count)
            .map(|i| {
                let value = f64::from(i) * step;
                Tick {
                    value,
                    label: format!("{:.0}\u{202f}%", value * 100.0),
                }
            })
            .collect(),
        format: NumberFormat::Percent,
    }
}

/// An axis around 0 that holds both bounds, with four to nine round ticks.
pub(crate) fn points_axis(label: &str, low: f64, high: f64) -> Axis {
    let span = (high - low).max(0.02);
    let step = [0.01, 0.02, 0.05, 0.1, 0.2]
        .into_iter()
        .find(|step| span / step <= 7.0)
        .unwrap_or(0.5);
    let first = (low / step - 1e-9).floor().min(-1.0) as i32;
    let last = (high / step + 1e-9).ceil().max(1.0) as i32;
    Axis {
        label: label.to_owned(),
        unit: Some("points".to_owned()),
        min: f64::from(first) * step,
        max: f64::from(last) * step,
        ticks: (first..=last)
            .map(|i| {
                let points = f64::from(i) * step * 100.0;
                Tick {
                    value: f64::from(i) * step,
                    label: if i == 0 {
                        "0".to_owned()
                    } else {
                        format!("{points:+.0}").replace('-', "−")
                    },
                }
            })
            .collect(),
        format: NumberFormat::SignedPoints,
    }
}

/// What is grouped by, as a word for headings.
pub fn group_word(by: GroupBy) -> &'static str {
    match by {
        GroupBy::Series => "series",
        GroupBy::Model => "model",
        GroupBy::Strategy => "strategy",
        GroupBy::Language => "language",
    }
}
