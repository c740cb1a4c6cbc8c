//! Sections of a report that are asked for.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

mod support;

use std::collections::BTreeMap;

use assay_analytics::{
    CompareOptions, Comparison, Effort, EffortKind, Evidence, GridOptions, GroupBy, IntervalKind,
    ScoreOptions, TrendOptions, by_language, compare, flips, grid, trends,
};
use assay_core::*;
use assay_report::{Colors, Figure, Section, Table, csv, figures, html, markdown, pdf};
use support::report::{report_of, show};
use support::{RUN, row, run};

/// Three models in two languages: the smaller ones were asked in one of them, and none of them has a cost.
fn sections(problems: usize) -> (Comparison, Vec<Section>) {
    let models = [
        "openai:big-coder-7b",
        "openai:small-coder-1.5b",
        "local:tiny",
    ];
    let mut rows = Vec::new();
    for (m, model) in models.into_iter().enumerate() {
        for (l, language) in ["python", "go"].into_iter().enumerate() {
            for i in 0..problems {
                let solved = (i * 7 + m) % 10 < 8 - 3 * m - 2 * l;
                let mut row = row(RUN, model, i, 1, u32::from(solved));
                row.language = Language::new(language);
                if (m, l) != (2, 1) {
                    rows.push(row);
                }
            }
        }
    }
    let evidence = Evidence {
        runs: vec![run(RUN, "Two languages")],
        rows,
    };
    let options = CompareOptions {
        score: ScoreOptions {
            resamples: 500,
            ..ScoreOptions::default()
        },
        ..CompareOptions::default()
    };
    let made = compare(&evidence, GroupBy::Series, &options).unwrap();
    let by = GroupBy::Series;
    let key = |i: usize| made.scores[i].key.as_str();
    let flips = flips(&evidence, by, key(0), key(1)).unwrap();
    let efforts = BTreeMap::from([
        (key(0).to_owned(), effort(0.002)),
        (key(1).to_owned(), effort(0.0004)),
    ]);
    let began = BTreeMap::from([(RunId::from(RUN), 1_767_571_200_000)]);
    let trends = trends(&evidence, &began, &TrendOptions::default()).unwrap();
    let colors = Colors::in_order(models);
    let section = |heading: &str, figures: Vec<Figure>, tables: Vec<Table>| Section {
        heading: heading.to_owned(),
        paragraphs: vec![format!("Of {heading}.")],
        figures,
        tables,
    };
    let sections = vec![
        section(
            "Significance",
            vec![figures::significance::figure(&made)],
            vec![],
        ),
        section(
            "Languages",
            vec![figures::languages::figure(
                &by_language(&evidence, by, &options.score).unwrap(),
            )],
            vec![],
        ),
        section(
            "Score and cost",
            vec![figures::tradeoff::figure(
                &made,
                &efforts,
                EffortKind::Cost,
                &colors,
            )],
            vec![],
        ),
        section(
            "Problems",
            vec![figures::problems::figure(
                &grid(&evidence, by, &GridOptions::default()).unwrap(),
            )],
            vec![],
        ),
        section("Flips", vec![], vec![figures::flips::table(&flips, 3)]),
        section(
            "Over time",
            vec![figures::trend::figure(&trends, &[], &colors)],
            vec![],
        ),
    ];
    (made, sections)
}

fn effort(value: f64) -> Effort {
    Effort {
        value,
        low: Some(value * 0.9),
        high: Some(value * 1.1),
        kind: Some(IntervalKind::BootstrapBca),
        n_problems: 30,
        n_answers: 60,
        n_unknown: 0,
    }
}

#[test]
fn sections_that_are_asked_for_stand_in_every_format() {
    let (comparison, sections) = sections(30);
    let mut report = report_of(comparison);
    let plain = (html(&report).unwrap(), markdown(&report), csv(&report));
    let figures = report.figures().len();
    report.sections = sections;
    assert_eq!(report.figures().len(), figures + 5);

    let text = markdown(&report);
    let begin = text.find("## Significance").unwrap();
    let end = begin + text[begin..].find("## How samples ended").unwrap();
    insta::assert_snapshot!(&text[begin..end]);
    assert!(text.contains("Mann and Kendall’s test \\[") && !plain.1.contains("Kendall"));
    assert!(text.contains("Pareto front. On it") && !plain.1.contains("Pareto"));

    let page = html(&report).unwrap();
    show("report-sections.html", page.as_bytes());
    // Cells are read as a picture, and as a table by who opens it; two languages take two pages of problems.
    assert_eq!(page.matches("<summary>").count(), 4);
    assert!(page.contains("Problems by series (2 of 2)"));
    assert!(!plain.0.contains("<summary>"));

    let bytes = pdf(&report).unwrap();
    show("report-sections.pdf", &bytes);
    assert_eq!(bytes, pdf(&report.clone()).unwrap());

    let tables = csv(&report);
    let added = tables.split("\r\n\r\n").count() - plain.2.split("\r\n\r\n").count();
    assert_eq!(added, 6);
}

#[test]
fn a_grid_of_very_many_problems_stays_readable_and_csv_has_all_of_it() {
    let (comparison, sections) = sections(400);
    let mut report = report_of(comparison);
    report.sections = vec![sections[3].clone()];
    let page = html(&report).unwrap();
    assert_eq!(page.matches("<figcaption><b>Figure").count(), 2 + 4);
    assert!(
        page.contains("This report as CSV has all of them"),
        "{page}"
    );
    show("report-many.pdf", &pdf(&report).unwrap());
    // 400 in either language.
    let table = csv(&report);
    let grid = table.split("\r\n\r\n").last().unwrap();
    assert_eq!(grid.lines().count(), 1 + 800);
}
