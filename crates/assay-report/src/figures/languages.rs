//! Scores by group and language, as a heat map.

use assay_analytics::{ByLanguage, LanguageCell, PassAt};

use super::class;
use super::dot_interval::{dataset_line, distinct, fact, group_word, range, summary};
use crate::figure::{
    Category, Cell, CellDensity, Column, Drawing, Emphasis, Figure, FillClass, Matrix,
    NumberFormat, Row, Sign, Table,
};
use crate::format;
use crate::palette::{NEITHER, SHARES};

/// The last class: no value.
const NONE: u32 = SHARES.len() as u32;

/// pass@k of each group in each language, its interval below it.
pub fn figure(found: &ByLanguage) -> Figure {
    let what = format!("pass@{}", found.k);
    let names: Vec<&str> = found.languages.iter().map(|l| l.title()).collect();
    let mut cells = Vec::new();
    let mut rows = Vec::new();
    let mut sentences = Vec::new();
    for (r, row) in found.rows.iter().enumerate() {
        let mut texts = vec![row.whole.label.clone()];
        for (c, (cell, name)) in row.cells.iter().zip(&names).enumerate() {
            let Some(cell) = cell else {
                texts.push("—".to_owned());
                continue;
            };
            let made = made(cell, r as u32, c as u32);
            sentences.push(format!(
                "{}, {name}: {}.",
                row.whole.label, made.description
            ));
            texts.push(match (&made.label, &made.annotation) {
                (Some(value), Some(interval)) => format!("{value} ({interval})"),
                _ => "—".to_owned(),
            });
            cells.push(made);
        }
        rows.push(Row {
            cells: texts,
            is_muted: false,
        });
    }
    let passes: Vec<&PassAt> = found
        .rows
        .iter()
        .flat_map(|row| row.cells.iter().flatten())
        .filter_map(|cell| cell.pass.as_ref())
        .collect();
    let level = format::level(passes.first().map_or(0.95, |p| p.level));
    let interval = distinct(passes.iter().map(|p| p.kind.label()));
    let n_problems = range(passes.iter().map(|p| p.n_problems));
    let n_samples = range(
        found
            .rows
            .iter()
            .flat_map(|row| row.cells.iter().flatten())
            .map(|cell| cell.n_samples),
    );
    let mut facts = vec![
        fact("Problems in each cell", n_problems.clone()),
        fact("Samples in each cell", n_samples.clone()),
        fact("Interval", format!("{level} {interval}")),
    ];
    let mut caption = format!(
        "Mean unbiased {what} in percent by {} and language, below it the {level} interval \
         ({interval}); n = {n_problems} problems, {n_samples} judged samples in each cell",
        group_word(found.by),
    );
    if let Some((resamples, seed)) = passes.iter().find_map(|p| Some((p.resamples?, p.seed?))) {
        let resamples = format::thousands(u64::from(resamples));
        caption.push_str(&format!("; {resamples} resamples, seed {seed}"));
        facts.push(fact("Resamples", resamples));
        facts.push(fact("Seed", seed.to_string()));
    }
    if let Some(line) = dataset_line(&found.datasets) {
        caption.push_str(&format!("; data set {line}"));
        facts.push(fact("Data set", line));
    }
    caption.push('.');
    if cells.iter().any(|cell| cell.emphasis == Emphasis::Muted) {
        caption.push_str(" Numbers in regular type: incomplete, some samples are not judged.");
    }
    let mut columns = vec![Column::text(crate::tables::group_heading(found.by))];
    columns.extend(names.iter().map(|name| Column::number(name).with_unit("%")));
    Figure {
        id: format!("languages-pass-at-{}", found.k),
        title: format!("{what} by {} and language", group_word(found.by)),
        subtitle: dataset_line(&found.datasets),
        drawing: Drawing::Matrix(Matrix {
            row_heading: crate::tables::group_heading(found.by).to_owned(),
            column_heading: "Language".to_owned(),
            columns: found
                .languages
                .iter()
                .map(|language| Category {
                    key: language.to_string(),
                    label: language.title().to_owned(),
                    detail: None,
                })
                .collect(),
            rows: found
                .rows
                .iter()
                .map(|row| Category {
                    key: row.whole.key.clone(),
                    label: row.whole.label.clone(),
                    detail: None,
                })
                .collect(),
            density: CellDensity::Roomy,
            fills: classes(),
            cells,
        }),
        caption: caption.clone(),
        facts,
        summary: summary(&format!("{what} by language"), &sentences),
        table: Table {
            caption,
            columns,
            rows,
        },
    }
}

fn made(cell: &LanguageCell, row: u32, column: u32) -> Cell {
    let n_samples = format::counted(u64::from(cell.n_samples), "sample");
    let Some(pass) = &cell.pass else {
        return Cell {
            row,
            column,
            fill: NONE,
            label: None,
            annotation: None,
            emphasis: Emphasis::Muted,
            description: format!("no value, {n_samples}"),
        };
    };
    let interval = NumberFormat::Percent.interval(pass.low, pass.high);
    Cell {
        row,
        column,
        fill: class_of(pass.value),
        label: Some(format::percent_bare(pass.value)),
        annotation: Some(interval.clone()),
        emphasis: if cell.is_complete {
            Emphasis::Normal
        } else {
            Emphasis::Muted
        },
        description: format!(
            "{}, {} interval {interval}, {}, {n_samples}{}",
            format::percent(pass.value),
            format::level(pass.level),
            format::counted(u64::from(pass.n_problems), "problem"),
            if cell.is_complete { "" } else { ", incomplete" },
        ),
    }
}

/// The class of a share: a fifth each, the last with its upper end.
fn class_of(share: f64) -> u32 {
    let fifths = SHARES.len() as f64;
    (share * fifths).floor().clamp(0.0, fifths - 1.0) as u32
}

fn classes() -> Vec<FillClass> {
    let step = 100 / SHARES.len();
    let mut classes: Vec<FillClass> = SHARES
        .into_iter()
        .enumerate()
        .map(|(i, colors)| {
            let label = format!("{}–{}\u{202f}%", i * step, (i + 1) * step);
            class(label, colors, None)
        })
        .collect();
    classes.push(class("no value", NEITHER, Some(Sign::Dash)));
    classes
}
