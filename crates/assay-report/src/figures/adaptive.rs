//! What a policy that chooses strategies has learned, and what it is worth.

use super::dot_interval::{fact, percent_axis, summary};
use crate::figure::{
    Axis, Category, Column, DotInterval, Drawing, Emphasis, Figure, Mark, NumberFormat, Reference,
    Row, Table, Tick, TimeLine, TimePoint, Timeline,
};
use crate::format;
use crate::palette::{Colors, MarkColor};

/// The mean reward of one strategy.
#[derive(Debug, Clone, PartialEq)]
pub struct ArmReward {
    pub arm: String,
    pub title: String,
    pub pulls: u32,
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

/// A stretch of outcomes in the order they were learned in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// The number of its last outcome, from 1.
    pub last: usize,
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// The score of one way of choosing strategies, on a full grid.
#[derive(Debug, Clone, PartialEq)]
pub struct ChoiceScore {
    pub key: String,
    pub label: String,
    /// Under the label, in small.
    pub detail: Option<String>,
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// What the adaptive choice scores more, with its adjusted p; of a fixed strategy.
    pub beside: Option<(f64, f64)>,
    /// Nobody can choose like that without knowing the outcomes.
    pub out_of_reach: bool,
    pub adaptive: bool,
}

/// Regret over decisions.
#[derive(Debug, Clone, PartialEq)]
pub struct RegretLine {
    pub label: String,
    pub key: String,
    /// Decision, mean, low, high.
    pub points: Vec<(f64, f64, f64, f64)>,
}

/// Mean reward a strategy, the most used first.
pub fn rewards(policy: &str, arms: &[ArmReward]) -> Figure {
    let colors = Colors::apart(arms.iter().map(|arm| arm.arm.as_str()));
    let highest = arms.iter().map(|arm| arm.high).fold(0.0, f64::max);
    let mut sentences = Vec::new();
    let marks = arms
        .iter()
        .map(|arm| {
            let description = format!(
                "{}: mean reward {:.2}, 95 % interval {:.2} to {:.2}, {}.",
                arm.title,
                arm.mean,
                arm.low,
                arm.high,
                format::counted(u64::from(arm.pulls), "outcome")
            );
            sentences.push(description.clone());
            Mark {
                category: arm.arm.clone(),
                keys: vec![arm.arm.clone()],
                value: arm.mean,
                low: arm.low,
                high: arm.high,
                color: colors.of(&arm.arm),
                emphasis: Emphasis::Normal,
                label: format!("{:.2}", arm.mean),
                annotation: Some(format!("{:.2}–{:.2}", arm.low, arm.high)),
                description,
            }
        })
        .collect();
    let caption = format!(
        "Mean reward of each strategy where the policy “{policy}” learned of it, with normal 95 % intervals (1.96 standard errors). A policy \
         uses a strategy where it expects much of it, so that these means are no fair comparison of strategies; a full grid is."
    );
    Figure {
        id: "policy-rewards".to_owned(),
        title: format!("What the strategies brought to “{policy}”"),
        subtitle: None,
        drawing: Drawing::DotInterval(DotInterval {
            x: share_axis("Mean reward", highest),
            categories: arms
                .iter()
                .map(|arm| Category {
                    key: arm.arm.clone(),
                    label: arm.title.clone(),
                    detail: Some(format!("n = {}", format::thousands(u64::from(arm.pulls)))),
                })
                .collect(),
            marks,
            references: Vec::new(),
        }),
        caption: caption.clone(),
        facts: vec![fact("Strategies", arms.len().to_string())],
        summary: summary("Mean reward by strategy", &sentences),
        table: Table {
            caption,
            columns: vec![
                Column::text("Strategy"),
                Column::number("Outcomes"),
                Column::number("Mean reward"),
                Column::number("Low"),
                Column::number("High"),
            ],
            rows: arms
                .iter()
                .map(|arm| Row {
                    cells: vec![
                        arm.title.clone(),
                        arm.pulls.to_string(),
                        format!("{:.3}", arm.mean),
                        format!("{:.3}", arm.low),
                        format!("{:.3}", arm.high),
                    ],
                    is_muted: false,
                })
                .collect(),
        },
    }
}

/// The share that passed, some outcomes at a time; `None` with fewer than two stretches.
pub fn progress(policy: &str, stretches: &[Stretch]) -> Option<Figure> {
    let (first, last) = (stretches.first()?, stretches.last()?);
    if stretches.len() < 2 {
        return None;
    }
    let highest = stretches.iter().map(|s| s.high).fold(0.0, f64::max);
    let describe = |s: &Stretch| {
        format!(
            "Up to outcome {}: {} passed, interval {}.",
            s.last,
            format::percent(s.value),
            format::percent_interval(s.low, s.high)
        )
    };
    let sentences = [describe(first), describe(last)];
    let caption = format!(
        "Share of the outcomes that passed, in the order the policy “{policy}” learned them, {} at a time, with Wilson's 95 % intervals. Which \
         models and problems were asked changes along the way: a line that rises is no proof of learning.",
        first.last
    );
    Some(Figure {
        id: "policy-progress".to_owned(),
        title: format!("Passed, as “{policy}” went on"),
        subtitle: None,
        drawing: Drawing::Timeline(Timeline {
            x: count_axis("Outcomes learned", last.last as f64),
            y: percent_axis("Passed", highest),
            lines: vec![TimeLine {
                key: "passed".to_owned(),
                label: "passed".to_owned(),
                color: MarkColor::of_slot(0),
                points: stretches
                    .iter()
                    .map(|s| TimePoint {
                        key: s.last.to_string(),
                        x: s.last as f64,
                        y: s.value,
                        y_low: s.low,
                        y_high: s.high,
                        emphasis: Emphasis::Normal,
                        step: None,
                        description: describe(s),
                    })
                    .collect(),
                change: None,
            }],
        }),
        caption: caption.clone(),
        facts: vec![fact("Outcomes", format::thousands(last.last as u64))],
        summary: summary("Share that passed", &sentences),
        table: Table {
            caption,
            columns: vec![
                Column::number("Up to outcome"),
                Column::number("Passed").with_unit("%"),
                Column::number("Low").with_unit("%"),
                Column::number("High").with_unit("%"),
            ],
            rows: stretches
                .iter()
                .map(|s| Row {
                    cells: vec![
                        s.last.to_string(),
                        format::percent_bare(s.value),
                        format::percent_bare(s.low),
                        format::percent_bare(s.high),
                    ],
                    is_muted: false,
                })
                .collect(),
        },
    })
}

/// What a full grid's ways of choosing score, in the order given; `note` says how they came about.
pub fn choices(
    id: &str,
    title: &str,
    subtitle: &str,
    scores: &[ChoiceScore],
    note: &str,
) -> Figure {
    let fixed = scores
        .iter()
        .filter(|s| !s.adaptive && !s.out_of_reach)
        .map(|s| s.key.as_str());
    let colors = Colors::apart(fixed);
    let highest = scores.iter().map(|s| s.high).fold(0.0, f64::max);
    let mut sentences = Vec::new();
    let marks = scores
        .iter()
        .map(|score| {
            let beside = score.beside.map(|(difference, p)| {
                format!(
                    "; adaptive is {} points beside it, {} after correction",
                    format::signed_points(difference),
                    format::p_phrase(p)
                )
            });
            let description = format!(
                "{}: {}, interval {}{}.",
                score.label,
                format::percent(score.value),
                format::percent_interval(score.low, score.high),
                beside.unwrap_or_default()
            );
            sentences.push(description.clone());
            Mark {
                category: score.key.clone(),
                keys: vec![score.key.clone()],
                value: score.value,
                low: score.low,
                high: score.high,
                color: if score.out_of_reach {
                    MarkColor::muted()
                } else if score.adaptive {
                    MarkColor::of_slot(0)
                } else {
                    colors.of(&score.key)
                },
                emphasis: if score.out_of_reach {
                    Emphasis::Muted
                } else {
                    Emphasis::Normal
                },
                label: format::percent(score.value),
                annotation: Some(format::percent_interval(score.low, score.high)),
                description,
            }
        })
        .collect();
    let adaptive = scores.iter().find(|s| s.adaptive).map(|s| s.value);
    Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        subtitle: Some(subtitle.to_owned()),
        drawing: Drawing::DotInterval(DotInterval {
            x: percent_axis("pass@1", highest),
            categories: scores
                .iter()
                .map(|score| Category {
                    key: score.key.clone(),
                    label: score.label.clone(),
                    detail: score.detail.clone(),
                })
                .collect(),
            marks,
            references: adaptive
                .map(|value| Reference::Line {
                    value,
                    label: Some("adaptive".to_owned()),
                })
                .into_iter()
                .collect(),
        }),
        caption: note.to_owned(),
        facts: vec![fact("Ways of choosing", scores.len().to_string())],
        summary: summary(title, &sentences),
        table: Table {
            caption: note.to_owned(),
            columns: vec![
                Column::text("Choice"),
                Column::number("pass@1").with_unit("%"),
                Column::number("Low").with_unit("%"),
                Column::number("High").with_unit("%"),
                Column::number("Adaptive beside it").with_unit("points"),
                Column::number("p, adjusted"),
            ],
            rows: scores
                .iter()
                .map(|score| Row {
                    cells: vec![
                        score.label.clone(),
                        format::percent_bare(score.value),
                        format::percent_bare(score.low),
                        format::percent_bare(score.high),
                        score
                            .beside
                            .map(|(d, _)| format::signed_points(d))
                            .unwrap_or_default(),
                        score
                            .beside
                            .map(|(_, p)| format::p_value(p))
                            .unwrap_or_default(),
                    ],
                    is_muted: score.out_of_reach,
                })
                .collect(),
        },
    }
}

/// Cumulative regret over decisions.
pub fn regret(id: &str, title: &str, subtitle: &str, lines: &[RegretLine], note: &str) -> Figure {
    let points = || lines.iter().flat_map(|line| &line.points);
    let last = points().map(|p| p.0).fold(1.0, f64::max);
    let highest = points().map(|p| p.3).fold(1.0, f64::max);
    let lowest = points().map(|p| p.2).fold(0.0, f64::min);
    let colors = Colors::apart(lines.iter().map(|line| line.key.as_str()));
    let describe = |line: &RegretLine, p: &(f64, f64, f64, f64)| {
        format!(
            "{}: after {} decisions {:.1} solutions behind, interval {:.1} to {:.1}.",
            line.label, p.0, p.1, p.2, p.3
        )
    };
    let sentences: Vec<String> = lines
        .iter()
        .filter_map(|line| line.points.last().map(|p| describe(line, p)))
        .collect();
    Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        subtitle: Some(subtitle.to_owned()),
        drawing: Drawing::Timeline(Timeline {
            x: count_axis("Decisions", last),
            y: Axis {
                min: lowest.min(0.0),
                ..count_axis("Regret: solutions behind", highest * 1.05)
            },
            lines: lines
                .iter()
                .map(|line| TimeLine {
                    key: line.key.clone(),
                    label: line.label.clone(),
                    color: colors.of(&line.key),
                    points: line
                        .points
                        .iter()
                        .map(|p| TimePoint {
                            key: format!("{}-{}", line.key, p.0),
                            x: p.0,
                            y: p.1,
                            y_low: p.2,
                            y_high: p.3,
                            emphasis: Emphasis::Normal,
                            step: None,
                            description: describe(line, p),
                        })
                        .collect(),
                    change: None,
                })
                .collect(),
        }),
        caption: note.to_owned(),
        facts: vec![fact("Decisions", format::thousands(last as u64))],
        summary: summary(title, &sentences),
        table: Table {
            caption: note.to_owned(),
            columns: vec![
                Column::text("Beside"),
                Column::number("Decisions"),
                Column::number("Regret"),
                Column::number("Low"),
                Column::number("High"),
            ],
            rows: lines
                .iter()
                .flat_map(|line| line.points.iter().map(move |p| (line, p)))
                .map(|(line, p)| Row {
                    cells: vec![
                        line.label.clone(),
                        format!("{}", p.0),
                        format!("{:.2}", p.1),
                        format!("{:.2}", p.2),
                        format!("{:.2}", p.3),
                    ],
                    is_muted: false,
                })
                .collect(),
        },
    }
}

/// From nothing to `most`, in round steps.
fn count_axis(label: &str, most: f64) -> Axis {
    let step = round_step(most / 5.0);
    let ticks = (0..=(most / step).floor() as u64)
        .map(|n| {
            let value = n as f64 * step;
            Tick {
                value,
                label: NumberFormat::Count.value(value),
            }
        })
        .collect();
    Axis {
        label: label.to_owned(),
        unit: None,
        min: 0.0,
        max: most,
        ticks,
        format: NumberFormat::Count,
    }
}

/// 1, 2 or 5 times a power of ten, at least as large.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.max(0.1).log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|of| of * power)
        .find(|step| *step >= least)
        .unwrap_or(10.0 * power)
}

/// From 0 to a little above `highest`, in tenths or fifths.
fn share_axis(label: &str, highest: f64) -> Axis {
    let step = if highest > 0.5 { 0.2 } else { 0.1 };
    let max = ((highest * 1.12).max(step) / step).ceil() * step;
    let ticks = (0..=(max / step).round() as u64)
        .map(|n| {
            let value = n as f64 * step;
            Tick {
                value,
                label: format!("{value:.1}"),
            }
        })
        .collect();
    Axis {
        label: label.to_owned(),
        unit: None,
        min: 0.0,
        max,
        ticks,
        format: NumberFormat::Share,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_a_handful_of_round_ticks() {
        for most in [1.0, 7.0, 40.0, 164.0, 1_230.0, 99_999.0] {
            let axis = count_axis("x", most);
            assert!(
                (2..=11).contains(&axis.ticks.len()),
                "{most}: {}",
                axis.ticks.len()
            );
            assert!(axis.ticks.iter().all(|t| t.value <= axis.max));
        }
        let axis = share_axis("x", 0.93);
        assert_eq!(axis.ticks.last().map(|t| t.label.as_str()), Some("1.2"));
    }

    #[test]
    fn one_stretch_is_no_line() {
        let stretch = Stretch {
            last: 10,
            value: 0.5,
            low: 0.2,
            high: 0.8,
        };
        assert!(progress("p", &[stretch]).is_none());
        let later = Stretch {
            last: 20,
            ..stretch
        };
        assert!(progress("p", &[stretch, later]).is_some());
        assert!(progress("p", &[]).is_none());
    }
}
