//! What choosing strategies is worth, on a full grid.

use super::axes::count_axis;
use crate::figure::{
    Axis, Category, Column, DotInterval, Drawing, Emphasis, Figure, Mark, Reference, Row, Table,
    TimeLine, TimePoint, Timeline,
};
use crate::figures::dot_interval::{fact, percent_axis, summary};
use crate::format;
use crate::palette::{Colors, MarkColor};

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
