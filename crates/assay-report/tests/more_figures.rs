//! Figures beside the scores: languages, significance, problems, cost and time, answers to one problem.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic in a test's helper is a failed test too"
)]

mod support;

use std::collections::BTreeMap;

use assay_analytics::{
    CompareOptions, EffortKind, EffortRow, Evidence, GridOptions, GroupBy, ScoreOptions,
    by_language, compare, efforts, grid,
};
use assay_core::{Language, ProblemId, RunId, StrategyId};
use assay_report::figure::{Cell, CellDensity, Drawing, Emphasis, Matrix, Scale};
use assay_report::figures::answers::Solver;
use assay_report::svg::{Frame, Style, Theme};
use assay_report::{Colors, Figure, figure_csv, figure_pdf, figures, png, svg};
use support::{RUN, comparison, evidence, row, run};

fn matrix(figure: &Figure) -> &Matrix {
    match &figure.drawing {
        Drawing::Matrix(matrix) => matrix,
        other => panic!("{other:?}"),
    }
}

fn cell(matrix: &Matrix, row: u32, column: u32) -> Option<&Cell> {
    matrix
        .cells
        .iter()
        .find(|cell| (cell.row, cell.column) == (row, column))
}

/// Three models in four languages, one of which was not asked in the last.
fn in_languages() -> Evidence {
    let mut rows = Vec::new();
    for (m, model) in [
        "openai:big-coder-7b",
        "openai:small-coder-1.5b",
        "local:tiny",
    ]
    .into_iter()
    .enumerate()
    {
        for (l, language) in ["python", "javascript", "go", "rust"]
            .into_iter()
            .enumerate()
        {
            if (m, l) == (2, 3) {
                continue;
            }
            for i in 0..40 {
                let solved = i * 7 % 40 < 34 - 12 * m - 5 * l;
                let mut row = row(RUN, model, i, 1, u32::from(solved));
                row.language = Language::new(language);
                row.problem = ProblemId::new(format!("{language}/{i}"));
                rows.push(row);
            }
        }
    }
    Evidence {
        runs: vec![run(RUN, "Small coders in four languages")],
        rows,
    }
}

fn languages_figure() -> Figure {
    let options = ScoreOptions {
        resamples: 1_000,
        ..ScoreOptions::default()
    };
    let found = by_language(&in_languages(), GroupBy::Model, &options).unwrap();
    figures::languages::figure(&found)
}

fn significance_figure() -> Figure {
    figures::significance::figure(&comparison(None))
}

/// Few problems with several samples each, so that all classes of cells come up.
fn sampled(options: GridOptions) -> Figure {
    let mut rows = Vec::new();
    for i in 0..12 {
        rows.push(row(
            RUN,
            "openai:big-coder-7b",
            i,
            5,
            (11 - i as u32).min(5),
        ));
        rows.push(row(RUN, "local:tiny", i, 5, 3_u32.saturating_sub(i as u32)));
        rows.push(row(
            RUN,
            "openai:small-coder-1.5b",
            i,
            if i == 4 { 0 } else { 5 },
            0,
        ));
    }
    let evidence = Evidence {
        runs: vec![run(RUN, "Sampled")],
        rows,
    };
    figures::problems::figure(&grid(&evidence, GroupBy::Model, &options).unwrap())
}

fn tradeoff_figure(kind: EffortKind) -> Figure {
    let evidence = evidence();
    let comparison = comparison(None);
    let models: [(&str, f64, f64); 4] = [
        ("openai:Qwen/Qwen2.5-Coder-7B-Instruct", 0.000_9, 3_100.0),
        ("openai:Qwen/Qwen2.5-Coder-1.5B-Instruct", 0.000_15, 900.0),
        (
            "openai:an-organisation-with-a-long-name/DeepSeek-Coder-V2-Lite-Instruct-AWQ-4bit-calibrated-2024-07-epoch3",
            0.004_2,
            5_200.0,
        ),
        ("openai:<script>alert('x')</script> & co", 0.000_4, 2_000.0),
    ];
    let rows: Vec<EffortRow> = models
        .iter()
        .flat_map(|&(model, cost, ms)| {
            (0..164).map(move |i| {
                let spread = 0.6 + f64::from(i % 9) / 10.0;
                EffortRow {
                    run: RunId::from(RUN),
                    model: model.to_owned(),
                    strategy: StrategyId::from("auto"),
                    language: Language::python(),
                    problem: ProblemId::new(format!("HumanEval/{i}")),
                    cluster: format!("HumanEval/{i}"),
                    answers: 1,
                    costs: 1,
                    cost_usd: cost * spread,
                    times: 1,
                    latency_ms: ms * spread,
                }
            })
        })
        .collect();
    let options = ScoreOptions {
        resamples: 1_000,
        ..ScoreOptions::default()
    };
    let found = efforts(&evidence.runs, &rows, GroupBy::Series, kind, &options).unwrap();
    let colors = Colors::in_order(models.map(|(model, ..)| model));
    figures::tradeoff::figure(&comparison, &found, kind, &colors)
}

fn answers_figure() -> Figure {
    let solver = |key: &str, judged, passed| Solver {
        key: key.to_owned(),
        label: key.to_owned(),
        color: key.to_owned(),
        judged,
        passed,
    };
    figures::answers::figure(
        "HumanEval/7",
        "humaneval 1.0.3",
        "Model",
        &[
            solver("big-coder-7b", 5, 5),
            solver("small-coder-1.5b", 5, 2),
            solver("tiny", 5, 0),
            solver("never-asked", 0, 0),
        ],
        &Colors::default(),
    )
}

fn all() -> Vec<Figure> {
    vec![
        languages_figure(),
        significance_figure(),
        sampled(GridOptions::default()),
        tradeoff_figure(EffortKind::Cost),
        tradeoff_figure(EffortKind::Time),
        answers_figure(),
    ]
}

#[test]
fn a_heat_map_of_languages() {
    insta::assert_snapshot!(svg::draw(&languages_figure(), Style::default()).unwrap());
}

#[test]
fn a_matrix_of_significance() {
    insta::assert_snapshot!(svg::draw(&significance_figure(), Style::default()).unwrap());
}

#[test]
fn a_grid_of_problems() {
    let figure = sampled(GridOptions::default());
    insta::assert_snapshot!(svg::draw(&figure, Style::default()).unwrap());
}

#[test]
fn a_scatter_of_cost() {
    let figure = tradeoff_figure(EffortKind::Cost);
    insta::assert_snapshot!(svg::draw(&figure, Style::default()).unwrap());
}

#[test]
fn the_solvers_of_one_problem() {
    insta::assert_snapshot!(svg::draw(&answers_figure(), Style::default()).unwrap());
}

#[test]
fn what_each_figure_tells() {
    for figure in all() {
        insta::assert_json_snapshot!(
            format!("tells_{}", figure.id),
            (
                &figure.title,
                &figure.caption,
                &figure.facts,
                &figure.summary,
                &figure.table
            )
        );
    }
}

#[test]
fn every_caption_says_what_it_stands_on() {
    for figure in all() {
        for word in ["problem", "sample", "ata set"] {
            assert!(
                figure.caption.contains(word),
                "{}: {}",
                figure.id,
                figure.caption
            );
        }
        assert!(
            figure.caption.to_lowercase().contains("interval"),
            "{}: {}",
            figure.id,
            figure.caption
        );
        let columns = figure.table.columns.len();
        assert!(
            figure.table.rows.iter().all(|r| r.cells.len() == columns),
            "{}",
            figure.id
        );
    }
}

#[test]
fn a_language_that_was_not_asked_stays_empty() {
    let figure = languages_figure();
    let matrix = matrix(&figure);
    assert_eq!(matrix.rows.len(), 3);
    assert_eq!(matrix.columns.len(), 4);
    assert_eq!(matrix.cells.len(), 11);
    assert!(cell(matrix, 2, 3).is_none());
    let first = cell(matrix, 0, 0).unwrap();
    assert_eq!(first.label.as_deref(), Some("85.0"));
    assert!(
        first.annotation.as_deref().unwrap().contains('–'),
        "its interval"
    );
    assert_eq!(first.fill, 4);
}

#[test]
fn what_is_not_significant_is_grey_and_no_win() {
    let comparison = comparison(None);
    let figure = significance_figure();
    let matrix = matrix(&figure);
    let n = comparison.scores.len();
    assert_eq!(matrix.cells.len(), n * (n - 1));
    let mut classes = [0; 3];
    for cell in &matrix.cells {
        let (row, column) = (cell.row as usize, cell.column as usize);
        let pair = comparison
            .pair(&comparison.scores[row].key, &comparison.scores[column].key)
            .unwrap();
        assert_eq!(cell.fill == 2, !pair.significant, "{}", cell.description);
        assert_eq!(cell.emphasis == Emphasis::Muted, !pair.significant);
        classes[cell.fill as usize] += 1;
        // The other way round it says the opposite.
        let other = self::cell(matrix, cell.column, cell.row).unwrap();
        let opposite = |text: &str| match text.chars().next() {
            Some('+') => text.replacen('+', "−", 1),
            Some('−') => text.replacen('−', "+", 1),
            _ => text.to_owned(),
        };
        assert_eq!(other.label, cell.label.as_deref().map(opposite));
        assert_eq!(other.annotation, cell.annotation);
    }
    assert!(classes.iter().all(|n| *n > 0), "{classes:?}");
    assert_eq!(classes[0], classes[1]);
}

#[test]
fn a_grid_says_what_is_solved_by_text_or_sign() {
    let figure = sampled(GridOptions::default());
    let matrix = matrix(&figure);
    assert_eq!(matrix.density, CellDensity::Dense);
    for cell in &matrix.cells {
        let fill = &matrix.fills[cell.fill as usize];
        assert!(
            cell.label.is_some() || fill.sign.is_some(),
            "{}",
            cell.description
        );
    }
    let classes: std::collections::BTreeSet<u32> = matrix.cells.iter().map(|c| c.fill).collect();
    assert_eq!(classes.len(), 4, "all classes come up");
    assert_eq!(matrix.rows[0].key, "humaneval/HumanEval/11");
    let differing = sampled(GridOptions {
        only_differing: true,
        ..GridOptions::default()
    });
    assert!(self::matrix(&differing).rows.len() < matrix.rows.len());
    assert!(
        differing.caption.contains("of 12 on which they differ"),
        "{}",
        differing.caption
    );
}

#[test]
fn the_front_is_named_and_who_is_unknown_is_not_drawn() {
    let figure = tradeoff_figure(EffortKind::Cost);
    let Drawing::Scatter(plot) = &figure.drawing else {
        panic!("{:?}", figure.drawing)
    };
    assert_eq!(plot.points.len(), 4);
    assert_eq!(plot.x_scale, Scale::Log);
    assert!(
        figure.caption.contains("On the Pareto front"),
        "{}",
        figure.caption
    );
    assert!(figure.caption.contains("Not drawn") && figure.caption.contains("smollm2-135m"));
    let xs: Vec<f64> = plot
        .front
        .iter()
        .map(|i| plot.points[*i as usize].x)
        .collect();
    assert!(xs.len() >= 2 && xs.is_sorted());
    for (i, point) in plot.points.iter().enumerate() {
        assert_eq!(point.on_front, plot.front.contains(&(i as u32)));
        assert_eq!(
            point.on_front,
            point.description.contains("on the Pareto front")
        );
        assert!(point.y_low <= point.y && point.y <= point.y_high);
        assert!(plot.x.min <= point.x && point.x <= plot.x.max);
    }
}

#[test]
fn every_theme_frame_and_width_draws_the_same_bytes_twice() {
    for figure in all() {
        for theme in [Theme::Light, Theme::Dark, Theme::Print] {
            for frame in [Frame::Full, Frame::Bare] {
                // Every width in one theme, every theme in one width.
                let widths: &[u32] = match (theme, frame) {
                    (Theme::Light, Frame::Full) => &[100, 480, 760, 1600],
                    _ => &[760],
                };
                for &width in widths {
                    let style = Style {
                        theme,
                        frame,
                        width,
                    };
                    let text = svg::draw(&figure, style).unwrap();
                    assert!(!text.contains("<script"), "{}", figure.id);
                    assert!(!text.contains("NaN"), "{}", figure.id);
                    assert_eq!(text, svg::draw(&figure, style).unwrap());
                }
            }
        }
        let pdf = figure_pdf(&figure).unwrap();
        assert!(pdf.starts_with(b"%PDF-"), "{}", figure.id);
        assert_eq!(pdf, figure_pdf(&figure).unwrap());
        assert!(figure_csv(&figure).lines().count() > figure.table.rows.len());
    }
}

#[test]
fn nothing_to_show_is_drawn_too() {
    let comparison = comparison(None);
    let empty = figures::tradeoff::figure(
        &comparison,
        &BTreeMap::new(),
        EffortKind::Time,
        &Colors::default(),
    );
    assert!(
        empty.caption.contains("no series has both"),
        "{}",
        empty.caption
    );
    svg::draw(&empty, Style::default()).unwrap();
    let alone = compare(
        &Evidence {
            runs: vec![run(RUN, "One")],
            rows: vec![row(RUN, "local:tiny", 0, 1, 1)],
        },
        GroupBy::Model,
        &CompareOptions::default(),
    )
    .unwrap();
    svg::draw(&figures::significance::figure(&alone), Style::default()).unwrap();
}

#[test]
fn pictures_are_written_where_somebody_wants_to_look_at_them() {
    for figure in all() {
        let style = |theme| Style {
            theme,
            ..Style::default()
        };
        let shown = std::env::var("ASSAY_SHOW");
        let scale = if shown.is_ok() { 2.0 } else { 0.3 };
        let light = png::draw(&figure, style(Theme::Light), scale).unwrap();
        let dark = png::draw(&figure, style(Theme::Dark), scale).unwrap();
        assert_ne!(light, dark, "{}", figure.id);
        if let Ok(folder) = shown {
            std::fs::write(format!("{folder}/{}-light.png", figure.id), light).unwrap();
            std::fs::write(format!("{folder}/{}-dark.png", figure.id), dark).unwrap();
        }
    }
}
