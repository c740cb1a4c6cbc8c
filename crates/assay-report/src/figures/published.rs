//! Published scores beside measured ones: a figure of the differences, and the table of both.

use assay_analytics::{Reproduction, short_model_name};

use super::dot_interval::{distinct, fact, points_axis, summary};
use crate::figure::{
    Category, Column, DotInterval, Drawing, Emphasis, Figure, Mark, Reference, Row, Table,
};
use crate::format;
use crate::palette::{Colors, MarkColor};

/// Measured minus published, with the measurement's interval, in the order given. What was not measured stands in the
/// table alone; a published score within the interval is muted: there is nothing to see.
pub fn differences(reproductions: &[Reproduction], colors: &Colors) -> Figure {
    let mut categories = Vec::new();
    let mut marks = Vec::new();
    let mut sentences = Vec::new();
    for (place, one) in reproductions.iter().enumerate() {
        let published = &one.published;
        let key = place.to_string();
        let name = name(one);
        let (Some(measured), Some(difference), Some(within)) =
            (&one.measured, one.difference(), one.is_within())
        else {
            sentences.push(format!("{name}: not measured."));
            continue;
        };
        let (low, high) = (
            measured.low - published.value,
            measured.high - published.value,
        );
        let description = format!(
            "{name}: measured {} where {} was published, {} points, {} interval {}, {}.",
            format::percent(measured.value),
            format::percent(published.value),
            format::signed_points(difference),
            format::level(measured.level),
            format::points_interval(low, high),
            format::counted(u64::from(measured.n_problems), "problem"),
        );
        sentences.push(description.clone());
        categories.push(Category {
            key: key.clone(),
            label: short_model_name(&published.model).to_owned(),
            detail: Some(task(one)),
        });
        marks.push(Mark {
            category: key.clone(),
            keys: vec![key],
            value: difference,
            low,
            high,
            color: if within {
                MarkColor::muted()
            } else {
                colors.of(&published.model)
            },
            emphasis: if within {
                Emphasis::Muted
            } else {
                Emphasis::Normal
            },
            label: format::signed_points(difference),
            annotation: Some(format::points_interval(low, high)),
            description,
        });
    }
    let low = marks.iter().map(|m| m.low).fold(0.0, f64::min);
    let high = marks.iter().map(|m| m.high).fold(0.0, f64::max);
    let measured = reproductions.iter().filter_map(|r| r.measured.as_ref());
    let kinds = distinct(measured.clone().map(|m| m.kind.label()));
    let level = format::level(measured.map(|m| m.level).next().unwrap_or(0.95));
    let caption = format!(
        "Measured minus published score, in percentage points, with the {level} interval of what was measured ({kinds}). \
         {} Hollow grey: the published score lies within the interval.",
        counts(reproductions)
    );
    Figure {
        id: "published".to_owned(),
        title: "Measured minus published scores".to_owned(),
        subtitle: None,
        drawing: Drawing::DotInterval(DotInterval {
            x: points_axis("Measured minus published", low, high),
            categories,
            marks,
            references: vec![Reference::Line {
                value: 0.0,
                label: Some("as published".to_owned()),
            }],
        }),
        caption: caption.clone(),
        facts: vec![
            fact("Published scores", reproductions.len().to_string()),
            fact("Interval", format!("{level} {kinds}")),
        ],
        summary: summary("Measured minus published score", &sentences),
        table: table(reproductions),
    }
}

/// `12 of 13 published scores lie within the interval.`
pub(crate) fn counts(reproductions: &[Reproduction]) -> String {
    let within: Vec<bool> = reproductions
        .iter()
        .filter_map(Reproduction::is_within)
        .collect();
    let missing = reproductions.len() - within.len();
    let missing = match missing {
        0 => String::new(),
        n => format!(" {n} were not measured."),
    };
    format!(
        "{} of {} published scores lie within the interval of what was measured.{missing}",
        within.iter().filter(|inside| **inside).count(),
        within.len(),
    )
}

/// Published and measured scores side by side, with the sources by number as [`sources`] lists them.
pub(crate) fn table(reproductions: &[Reproduction]) -> Table {
    let sources = sources(reproductions);
    let level = reproductions
        .iter()
        .find_map(|r| r.measured.as_ref())
        .map_or(0.95, |m| m.level);
    let columns = vec![
        Column::text("Model"),
        Column::text("Data set"),
        Column::number("Problems"),
        Column::number("Samples"),
        Column::number("Measured").with_unit("%"),
        Column::number(&format!("{} interval", format::level(level))),
        Column::number("Published").with_unit("%"),
        Column::number("Difference").with_unit("points"),
        Column::number("Source"),
    ];
    let row = |one: &Reproduction| {
        let mut cells = vec![short_model_name(&one.published.model).to_owned(), task(one)];
        match (&one.measured, one.difference()) {
            (Some(m), Some(difference)) => cells.extend([
                format::thousands(u64::from(m.n_problems)),
                format::thousands(u64::from(m.n_samples)),
                format::percent_bare(m.value),
                format::percent_interval(m.low, m.high),
                format::percent_bare(one.published.value),
                format::signed_points(difference),
            ]),
            _ => {
                let none = || "—".to_owned();
                cells.extend([none(), none(), none(), none()]);
                cells.extend([format::percent_bare(one.published.value), none()]);
            }
        }
        let number = sources.iter().position(|s| *s == one.published.source);
        cells.push(number.map_or_else(String::new, |n| (n + 1).to_string()));
        Row {
            cells,
            is_muted: one.measured.is_none(),
        }
    };
    Table {
        caption: format!(
            "Scores measured here beside scores published elsewhere. {}",
            counts(reproductions)
        ),
        columns,
        rows: reproductions.iter().map(row).collect(),
    }
}

/// Where the scores were published, each once.
pub(crate) fn sources(reproductions: &[Reproduction]) -> Vec<String> {
    let mut sources: Vec<String> = Vec::new();
    for one in reproductions {
        if !sources.contains(&one.published.source) {
            sources.push(one.published.source.clone());
        }
    }
    sources
}

fn name(one: &Reproduction) -> String {
    format!("{}, {}", short_model_name(&one.published.model), task(one))
}

/// `humaneval, Python`; with the k where it is not 1.
fn task(one: &Reproduction) -> String {
    let published = &one.published;
    let k = match published.k {
        1 => String::new(),
        k => format!(", pass@{k}"),
    };
    format!("{}, {}{k}", published.dataset, published.language.title())
}
