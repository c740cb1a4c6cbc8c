//! What a policy that chooses strategies has learned, and ([`choices`], [`regret`]) what it is worth.

mod axes;
mod worth;

use super::dot_interval::{fact, percent_axis, summary};
use crate::figure::{
    Category, Column, DotInterval, Drawing, Emphasis, Figure, Mark, Row, Table, TimeLine,
    TimePoint, Timeline,
};
use crate::format;
use crate::palette::{Colors, MarkColor};
use axes::{count_axis, share_axis};
pub use worth::{ChoiceScore, RegretLine, choices, regret};

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

#[cfg(test)]
mod tests {
    use super::*;

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
