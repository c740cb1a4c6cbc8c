//! Every pair's difference and adjusted p-value, as a matrix.

use assay_analytics::{Comparison, Pair};

use super::dot_interval::{dataset_line, describe, distinct, fact, range, summary};
use super::{BLANK, class};
use crate::figure::{Category, Cell, CellDensity, Drawing, Emphasis, Figure, Matrix, Sign};
use crate::format;
use crate::palette::{BETTER, NEITHER, WORSE};

/// Row less column, with the adjusted p-value below it. A difference that is not significant is grey,
/// whatever its size, and so is never seen as a win.
///
/// Give a comparison without a baseline: what is not among its pairs is marked as not compared.
pub fn figure(comparison: &Comparison) -> Figure {
    let scores = &comparison.scores;
    let categories: Vec<Category> = scores
        .iter()
        .map(|score| Category {
            key: score.key.clone(),
            label: score.label.clone(),
            detail: None,
        })
        .collect();
    let mut cells = Vec::new();
    for (r, row) in scores.iter().enumerate() {
        for (c, column) in scores.iter().enumerate() {
            if r != c {
                let pair = comparison.pair(&row.key, &column.key);
                cells.push(cell(pair, &row.key, r as u32, c as u32));
            }
        }
    }
    let pairs = &comparison.pairs;
    let n = range(pairs.iter().map(|p| p.n));
    let tests = distinct(pairs.iter().map(|p| p.test.label()));
    let significant = pairs.iter().filter(|p| p.significant).count();
    let resamples = format::thousands(u64::from(comparison.resamples));
    let mut caption = format!(
        "Differences in percentage points of pass@{}, row less column, on the problems both have \
         judged (n = {n}); below each its p-value: {tests}, {} correction over {}. Grey: not \
         significant at {}. Intervals of the differences ({}, {}; {resamples} resamples, seed {}) \
         stand in the table.",
        comparison.k,
        comparison.correction.label(),
        format::counted(pairs.len() as u64, "comparison"),
        comparison.alpha,
        format::level(comparison.level),
        distinct(pairs.iter().map(|p| p.kind.label())),
        comparison.seed,
    );
    let mut facts = vec![
        fact("Common problems", n),
        fact(
            "Samples per series",
            range(scores.iter().map(|s| s.n_samples)),
        ),
        fact("Test", tests),
        fact("Correction", comparison.correction.label()),
        fact("Significance level", comparison.alpha.to_string()),
        fact("Resamples", resamples),
        fact("Seed", comparison.seed.to_string()),
    ];
    if let Some(line) = dataset_line(&comparison.datasets) {
        caption.push_str(&format!(
            " {} judged samples per series. Data set {line}.",
            range(scores.iter().map(|s| s.n_samples))
        ));
        facts.push(fact("Data set", line));
    }
    let sentences: Vec<String> = std::iter::once(format!(
        "{significant} of {} significant.",
        format::counted(pairs.len() as u64, "difference")
    ))
    .chain(pairs.iter().map(describe))
    .collect();
    Figure {
        id: format!("significance-pass-at-{}", comparison.k),
        title: format!(
            "Differences in pass@{}, and which are significant",
            comparison.k
        ),
        subtitle: dataset_line(&comparison.datasets),
        drawing: Drawing::Matrix(Matrix {
            row_heading: format!("{} (row)", crate::tables::group_heading(comparison.by)),
            column_heading: "less column".to_owned(),
            columns: categories.clone(),
            rows: categories,
            density: CellDensity::Roomy,
            fills: vec![
                class("row scores higher, significant", BETTER, None),
                class("row scores lower, significant", WORSE, None),
                class("not significant", NEITHER, None),
                class("not compared", BLANK, Some(Sign::Dash)),
            ],
            cells,
        }),
        caption,
        facts,
        summary: summary("Pairs", &sentences),
        table: crate::tables::pairs(comparison),
    }
}

fn cell(pair: Option<&Pair>, row_key: &str, row: u32, column: u32) -> Cell {
    let Some(pair) = pair else {
        return Cell {
            row,
            column,
            fill: 3,
            label: None,
            annotation: None,
            emphasis: Emphasis::Muted,
            description: "not compared, no problem is judged for both".to_owned(),
        };
    };
    let (diff, low, high) = if pair.a == row_key {
        (pair.diff, pair.low, pair.high)
    } else {
        (-pair.diff, -pair.high, -pair.low)
    };
    let fill = match (pair.significant, diff >= 0.0) {
        (true, true) => 0,
        (true, false) => 1,
        (false, _) => 2,
    };
    let effect = pair
        .effect
        .and_then(|e| e.cohens_g)
        .map(|g| format!(", Cohen's g {:.2}", g.abs()))
        .unwrap_or_default();
    Cell {
        row,
        column,
        fill,
        label: Some(format::signed_points(diff)),
        annotation: Some(format::p_phrase(pair.p_adjusted)),
        emphasis: if pair.significant {
            Emphasis::Normal
        } else {
            Emphasis::Muted
        },
        description: format!(
            "{} points, {} interval {}, {} after correction, {}{effect}, {}",
            format::signed_points(diff),
            format::level(pair.level),
            format::points_interval(low, high),
            format::p_phrase(pair.p_adjusted),
            if pair.significant {
                "significant"
            } else {
                "not significant"
            },
            format::counted(u64::from(pair.n), "common problem"),
        ),
    }
}
