//! Score against what answers cost or how long they take, with the Pareto front.

use std::collections::BTreeMap;

use assay_analytics::{Comparison, Effort, EffortKind, PassAt, Score, dominates, pareto_front};

use super::dot_interval::{color_name, dataset_line, distinct, fact, percent_axis, range, summary};
use crate::figure::{
    Axis, Column, Drawing, Emphasis, Fact, Figure, NumberFormat, Point, Row, Scale, Scatter, Table,
    Tick,
};
use crate::format;
use crate::palette::{Colors, MarkColor};

/// What a figure is told of one series that has both numbers.
struct Both<'a> {
    score: &'a Score,
    pass: &'a PassAt,
    effort: &'a Effort,
}

/// pass@k over the mean cost, or time, of an answer. Who lacks one of the two stands in the table and is
/// named in the caption.
pub fn figure(
    comparison: &Comparison,
    efforts: &BTreeMap<String, Effort>,
    kind: EffortKind,
    colors: &Colors,
) -> Figure {
    let words = Words::of(kind);
    let what = format!("pass@{}", comparison.k);
    let both: Vec<Both<'_>> = comparison
        .scores
        .iter()
        .filter_map(|score| {
            Some(Both {
                score,
                pass: score.at(comparison.k)?,
                effort: efforts.get(&score.key)?,
            })
        })
        .collect();
    let places: Vec<(f64, f64)> = both
        .iter()
        .map(|b| (b.effort.value, b.pass.value))
        .collect();
    let on_front = pareto_front(&places);
    let mut front: Vec<u32> = (0..both.len() as u32)
        .filter(|i| on_front[*i as usize])
        .collect();
    front.sort_by(|i, j| places[*i as usize].0.total_cmp(&places[*j as usize].0));
    let points: Vec<Point> = both
        .iter()
        .enumerate()
        .map(|(i, b)| {
            point(
                comparison,
                b,
                on_front[i],
                &beaten_by(comparison, &both, i),
                &words,
                colors,
            )
        })
        .collect();
    let left_out: Vec<&str> = comparison
        .scores
        .iter()
        .filter(|score| !both.iter().any(|b| b.score.key == score.key))
        .map(|score| score.label.as_str())
        .collect();
    let rows = comparison
        .scores
        .iter()
        .map(|score| {
            row(
                comparison,
                score,
                efforts.get(&score.key),
                &both,
                &on_front,
                &words,
            )
        })
        .collect();
    let (caption, facts) = caption(comparison, &both, &front, &left_out, &words);
    let sentences: Vec<String> = points.iter().map(|p| p.description.clone()).collect();
    let (x, x_scale) = effort_axis(&both, &words);
    Figure {
        id: format!("{}-pass-at-{}", words.id, comparison.k),
        title: format!("{what} against {}", words.title),
        subtitle: dataset_line(&comparison.datasets),
        drawing: Drawing::Scatter(Scatter {
            x,
            x_scale,
            y: percent_axis(&what, points.iter().map(|p| p.y_high).fold(0.0, f64::max)),
            points,
            front: front.clone(),
            better: words.better.to_owned(),
        }),
        caption: caption.clone(),
        facts,
        summary: summary(
            &format!(
                "{what} against {}. {}",
                words.title,
                front_in_words(&both, &front, &words)
            ),
            &sentences,
        ),
        table: Table {
            caption,
            columns: vec![
                Column::text(crate::tables::group_heading(comparison.by)),
                Column::number(&what).with_unit("%"),
                Column::number("Interval").with_unit("%"),
                Column::number(words.column),
                Column::number(&format!("{} interval", words.column)),
                Column::number("Answers"),
                Column::text("Pareto front"),
            ],
            rows,
        },
    }
}

/// The words of one kind of effort.
struct Words {
    id: &'static str,
    title: &'static str,
    axis: &'static str,
    column: &'static str,
    better: &'static str,
    /// `no more costly than`.
    least: &'static str,
    format: NumberFormat,
}

impl Words {
    fn of(kind: EffortKind) -> Self {
        match kind {
            EffortKind::Cost => Self {
                id: "cost",
                title: "cost",
                axis: "US dollars an answer, mean",
                column: "Cost an answer",
                better: "cheaper and better",
                least: "costs no more and scores no less",
                format: NumberFormat::Dollars,
            },
            EffortKind::Time => Self {
                id: "time",
                title: "time",
                axis: "Seconds an answer, mean",
                column: "Time an answer",
                better: "faster and better",
                least: "takes no longer and scores no less",
                format: NumberFormat::Seconds,
            },
        }
    }
}

/// Those that beat a point, with whether the difference of the scores is shown by the test.
fn beaten_by<'a>(comparison: &Comparison, both: &[Both<'a>], i: usize) -> Vec<(&'a str, bool)> {
    let place = |b: &Both<'_>| (b.effort.value, b.pass.value);
    both.iter()
        .filter(|other| dominates(place(other), place(&both[i])))
        .map(|other| {
            let pair = comparison.pair(&other.score.key, &both[i].score.key);
            (
                other.score.label.as_str(),
                pair.is_some_and(|pair| pair.significant),
            )
        })
        .collect()
}

fn point(
    comparison: &Comparison,
    b: &Both<'_>,
    on_front: bool,
    beaten_by: &[(&str, bool)],
    words: &Words,
    colors: &Colors,
) -> Point {
    let complete = b.score.incomplete.is_complete();
    let where_it_is = if on_front {
        "on the Pareto front".to_owned()
    } else {
        let names: Vec<String> = beaten_by
            .iter()
            .map(|(name, significant)| {
                if *significant {
                    (*name).to_owned()
                } else {
                    format!("{name} (its score is not significantly higher)")
                }
            })
            .collect();
        format!("beaten by {}", names.join(", "))
    };
    let spread = match (b.effort.low, b.effort.high) {
        (Some(low), Some(high)) => format!(
            ", {} interval {}",
            format::level(b.pass.level),
            words.format.interval(low, high)
        ),
        _ => String::new(),
    };
    Point {
        key: b.score.key.clone(),
        label: b.score.label.clone(),
        x: b.effort.value,
        x_low: b.effort.low,
        x_high: b.effort.high,
        y: b.pass.value,
        y_low: b.pass.low,
        y_high: b.pass.high,
        color: if complete {
            colors.of(color_name(b.score, comparison.by))
        } else {
            MarkColor::muted()
        },
        emphasis: if complete {
            Emphasis::Normal
        } else {
            Emphasis::Muted
        },
        on_front,
        description: format!(
            "{}: {}, {} interval {}; {} an answer{spread}; {}, {}{}; {where_it_is}.",
            b.score.label,
            format::percent(b.pass.value),
            format::level(b.pass.level),
            NumberFormat::Percent.interval(b.pass.low, b.pass.high),
            words.format.value(b.effort.value),
            format::counted(u64::from(b.pass.n_problems), "problem"),
            format::counted(u64::from(b.effort.n_answers), "answer"),
            if complete { "" } else { ", incomplete" },
        ),
    }
}

fn row(
    comparison: &Comparison,
    score: &Score,
    effort: Option<&Effort>,
    both: &[Both<'_>],
    on_front: &[bool],
    words: &Words,
) -> Row {
    let none = || "—".to_owned();
    let (value, interval) = score.at(comparison.k).map_or_else(
        || (none(), none()),
        |pass| {
            (
                format::percent_bare(pass.value),
                NumberFormat::Percent.interval(pass.low, pass.high),
            )
        },
    );
    let (mean, spread, answers) = effort.map_or_else(
        || (none(), none(), "0".to_owned()),
        |effort| {
            let spread = match (effort.low, effort.high) {
                (Some(low), Some(high)) => words.format.interval(low, high),
                _ => none(),
            };
            let answers = format::thousands(u64::from(effort.n_answers));
            (words.format.value(effort.value), spread, answers)
        },
    );
    let at = both.iter().position(|b| b.score.key == score.key);
    Row {
        cells: vec![
            score.label.clone(),
            value,
            interval,
            mean,
            spread,
            answers,
            match at.map(|i| on_front[i]) {
                Some(true) => "yes".to_owned(),
                Some(false) => "no".to_owned(),
                None => none(),
            },
        ],
        is_muted: at.is_none() || !score.incomplete.is_complete(),
    }
}

fn front_in_words(both: &[Both<'_>], front: &[u32], words: &Words) -> String {
    let names: Vec<String> = front
        .iter()
        .map(|i| {
            let b = &both[*i as usize];
            format!(
                "{} ({}, {})",
                b.score.label,
                words.format.value(b.effort.value),
                format::percent(b.pass.value)
            )
        })
        .collect();
    match &names[..] {
        [] => "Nothing is drawn.".to_owned(),
        [one] => format!("On the Pareto front: {one} alone; no other is better in either."),
        many => format!(
            "On the Pareto front, from left to right: {}.",
            many.join("; ")
        ),
    }
}

fn caption(
    comparison: &Comparison,
    both: &[Both<'_>],
    front: &[u32],
    left_out: &[&str],
    words: &Words,
) -> (String, Vec<Fact>) {
    let level = format::level(comparison.level);
    let n_problems = range(both.iter().map(|b| b.pass.n_problems));
    let n_samples = range(both.iter().map(|b| b.score.n_samples));
    let n_answers = range(both.iter().map(|b| b.effort.n_answers));
    let of_scores = distinct(both.iter().map(|b| b.pass.kind.label()));
    let of_efforts = distinct(both.iter().filter_map(|b| Some(b.effort.kind?.label())));
    let resamples = format::thousands(u64::from(comparison.resamples));
    if both.is_empty() {
        let caption = format!(
            "Nothing is drawn: no series has both a score and a known {} (n = 0 problems, 0 judged samples, no \
             intervals). Data set {}.",
            words.title,
            dataset_line(&comparison.datasets).unwrap_or_else(|| "unknown".to_owned()),
        );
        return (caption, vec![fact("Not drawn", left_out.join(", "))]);
    }
    let mut caption = format!(
        "{} Bars: {level} intervals (scores: {of_scores}; {}: {}; {resamples} resamples, seed {}); \
         n = {n_problems} problems, {n_samples} judged samples and {n_answers} answers per series. The \
         dashed line is the front: whoever is off it is beaten by one that {}. It is drawn through the \
         estimates; where intervals overlap, another sample may draw it otherwise.",
        front_in_words(both, front, words),
        words.title,
        if of_efforts.is_empty() {
            "none"
        } else {
            of_efforts.as_str()
        },
        comparison.seed,
        words.least,
    );
    let mut facts = vec![
        fact("Problems", n_problems),
        fact("Samples per series", n_samples),
        fact("Answers per series", n_answers),
        fact("Interval of scores", format!("{level} {of_scores}")),
        fact("Resamples", resamples),
        fact("Seed", comparison.seed.to_string()),
    ];
    if !left_out.is_empty() {
        caption.push_str(&format!(
            " Not drawn, for its score or its {} is not known: {}.",
            words.title,
            left_out.join(", ")
        ));
        facts.push(fact("Not drawn", left_out.join(", ")));
    }
    let unknown: u64 = both.iter().map(|b| u64::from(b.effort.n_unknown)).sum();
    if unknown > 0 {
        caption.push_str(&format!(
            " The {} of {} is not known and left out.",
            words.title,
            format::counted(unknown, "answer")
        ));
    }
    if both.iter().any(|b| !b.score.incomplete.is_complete()) {
        caption.push_str(" Hollow grey: incomplete, some samples are not judged.");
    }
    if let Some(line) = dataset_line(&comparison.datasets) {
        caption.push_str(&format!(" Data set {line}."));
        facts.push(fact("Data set", line));
    }
    (caption, facts)
}

/// Linear from 0, or logarithmic where the highest is more than twenty times the lowest.
fn effort_axis(both: &[Both<'_>], words: &Words) -> (Axis, Scale) {
    let lows = both.iter().map(|b| b.effort.low.unwrap_or(b.effort.value));
    let highs = both.iter().map(|b| b.effort.high.unwrap_or(b.effort.value));
    let low = lows.fold(f64::INFINITY, f64::min);
    let high = highs.fold(0.0_f64, f64::max);
    let (scale, values) = if low > 0.0 && low.is_finite() && high / low > 20.0 {
        (Scale::Log, log_ticks(low, high))
    } else {
        (
            Scale::Linear,
            linear_ticks(if high > 0.0 { high } else { 1.0 }),
        )
    };
    let axis = Axis {
        label: words.axis.to_owned(),
        unit: None,
        min: values.first().copied().unwrap_or(0.0),
        max: values.last().copied().unwrap_or(1.0),
        ticks: values
            .into_iter()
            .map(|value| Tick {
                value,
                label: tick(words.format, value),
            })
            .collect(),
        format: words.format,
    };
    (axis, scale)
}

/// A round number without the zeros at its end: `$0.001`.
fn tick(format: NumberFormat, value: f64) -> String {
    let text = format.value(value);
    if format == NumberFormat::Dollars && value < 0.1 && text.contains('.') {
        text.trim_end_matches('0').to_owned()
    } else {
        text
    }
}

/// 1, 2 and 5 of each power of ten; of many powers, their ones alone.
fn log_ticks(low: f64, high: f64) -> Vec<f64> {
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let steps: &[f64] = if last - first > 3 {
        &[1.0]
    } else {
        &[1.0, 2.0, 5.0]
    };
    let all: Vec<f64> = (first..=last)
        .flat_map(|power| steps.iter().map(move |step| step * 10f64.powi(power)))
        .collect();
    // The last tick at or below the lowest value, to the first at or above the highest.
    let from = all
        .iter()
        .rposition(|t| *t <= low * (1.0 + 1e-9))
        .unwrap_or(0);
    let to = all
        .iter()
        .position(|t| *t >= high * (1.0 - 1e-9))
        .unwrap_or(all.len() - 1);
    all[from..=to.max(from)].to_vec()
}

/// From 0 in four to eight round steps.
fn linear_ticks(high: f64) -> Vec<f64> {
    let power = 10f64.powf(high.log10().floor());
    let step = [0.1, 0.2, 0.25, 0.5, 1.0, 2.0]
        .into_iter()
        .map(|s| s * power)
        .find(|step| high / step <= 6.5)
        .unwrap_or(power);
    let count = (high / step - 1e-9).ceil().max(1.0) as u32;
    (0..=count).map(|i| f64::from(i) * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round() {
        let dollars = |value| tick(NumberFormat::Dollars, value);
        assert_eq!(dollars(0.000_1), "$0.0001");
        assert_eq!(dollars(0.05), "$0.05");
        assert_eq!(dollars(10.0), "$10.00");
        assert_eq!(dollars(0.0), "$0");
    }

    proptest! {
        #[test]
        fn ticks_hold_what_is_drawn(low in 1e-6_f64..10.0, times in 1.0_f64..1e5) {
            let high = low * times;
            let log = log_ticks(low, high);
            prop_assert!(log[0] <= low * 1.001 && *log.last().unwrap() >= high * 0.999);
            prop_assert!(log.len() <= 14, "{log:?}");
            let linear = linear_ticks(high);
            prop_assert!(linear[0] == 0.0 && *linear.last().unwrap() >= high * 0.999);
            prop_assert!((2..=9).contains(&linear.len()), "{linear:?}");
        }
    }
}
