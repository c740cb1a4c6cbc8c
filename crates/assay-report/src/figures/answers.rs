//! Who solves one problem: the share of each group's samples that passed.

use assay_stats::wilson;

use super::dot_interval::{fact, percent_axis, range, summary};
use crate::figure::{
    Category, Column, DotInterval, Drawing, Emphasis, Figure, Mark, NumberFormat, Row, Table,
};
use crate::format;
use crate::palette::{Colors, MarkColor};

/// One group's samples of the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solver {
    pub key: String,
    pub label: String,
    /// What its colour goes by.
    pub color: String,
    pub judged: u32,
    pub passed: u32,
}

/// The share of samples that passed with its Wilson interval, a row a group, in the order given.
///
/// Groups without a judged sample stand in the table alone. `dataset` is the data set with its version.
pub fn figure(
    problem: &str,
    dataset: &str,
    heading: &str,
    solvers: &[Solver],
    colors: &Colors,
) -> Figure {
    const LEVEL: f64 = 0.95;
    let mut categories = Vec::new();
    let mut marks = Vec::new();
    let mut rows = Vec::new();
    let mut sentences = Vec::new();
    for solver in solvers {
        let tally = format!("{} of {}", solver.passed, solver.judged);
        let known = wilson(u64::from(solver.passed), u64::from(solver.judged), LEVEL).ok();
        let Some(interval) = known.filter(|_| solver.judged > 0) else {
            sentences.push(format!("{}: no judged sample.", solver.label));
            rows.push(Row {
                cells: vec![
                    solver.label.clone(),
                    "—".to_owned(),
                    "—".to_owned(),
                    "0".to_owned(),
                    "0".to_owned(),
                ],
                is_muted: true,
            });
            continue;
        };
        let share = f64::from(solver.passed) / f64::from(solver.judged);
        let bounds = NumberFormat::Percent.interval(interval.low, interval.high);
        let description = format!(
            "{}: {tally} samples passed, {}, {} interval {bounds}.",
            solver.label,
            format::percent(share),
            format::level(LEVEL),
        );
        sentences.push(description.clone());
        categories.push(Category {
            key: solver.key.clone(),
            label: solver.label.clone(),
            detail: None,
        });
        rows.push(Row {
            cells: vec![
                solver.label.clone(),
                format::percent_bare(share),
                bounds,
                format::thousands(u64::from(solver.passed)),
                format::thousands(u64::from(solver.judged)),
            ],
            is_muted: false,
        });
        marks.push(Mark {
            category: solver.key.clone(),
            keys: vec![solver.key.clone()],
            value: share,
            low: interval.low,
            high: interval.high,
            color: if solver.passed == 0 {
                MarkColor::muted()
            } else {
                colors.of(&solver.color)
            },
            emphasis: if solver.passed == 0 {
                Emphasis::Muted
            } else {
                Emphasis::Normal
            },
            label: tally,
            annotation: Some(format::percent(share)),
            description,
        });
    }
    let samples: u64 = solvers.iter().map(|s| u64::from(s.judged)).sum();
    let level = format::level(LEVEL);
    let caption = format!(
        "Share of judged samples that pass {problem}, with {level} Wilson intervals over samples; n = 1 \
         problem, {} ({} per row); data set {dataset}. Hollow grey: none passes. An interval over the \
         samples of one problem says nothing of other problems.",
        format::counted(samples, "judged sample"),
        range(solvers.iter().map(|s| s.judged)),
    );
    Figure {
        id: "answers".to_owned(),
        title: format!("Who solves {problem}"),
        subtitle: Some(dataset.to_owned()),
        drawing: Drawing::DotInterval(DotInterval {
            x: percent_axis("Samples that pass", 1.0),
            categories,
            marks,
            references: Vec::new(),
        }),
        caption: caption.clone(),
        facts: vec![
            fact("Problems", "1"),
            fact("Judged samples", format::thousands(samples)),
            fact("Interval", format!("{level} Wilson")),
            fact("Data set", dataset),
        ],
        summary: summary(&format!("Samples that pass {problem}"), &sentences),
        table: Table {
            caption,
            columns: vec![
                Column::text(heading),
                Column::number("Passed").with_unit("%"),
                Column::number("Interval").with_unit("%"),
                Column::number("Passed samples"),
                Column::number("Judged samples"),
            ],
            rows,
        },
    }
}
