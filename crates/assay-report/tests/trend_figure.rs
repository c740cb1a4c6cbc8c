//! The figure of scores over time.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic in a test's helper is a failed test too"
)]

mod support;

use std::collections::BTreeMap;

use assay_analytics::{Evidence, TrendOptions, Trends, trends};
use assay_core::{RunId, StrategyId};
use assay_report::figure::{Drawing, Emphasis, Timeline};
use assay_report::figures::trend;
use assay_report::svg::{Frame, Style, Theme};
use assay_report::{Colors, Figure, figure_csv, figure_pdf, png, svg};
use support::{row, run};

/// 2026-01-05, a Monday, in milliseconds since 1970.
const MONDAY: i64 = 1_767_571_200_000;
const WEEK: i64 = 7 * 86_400_000;

/// Nine weekly runs of a model that loses a sixth of the problems after the fifth, one of them with a few problems only, and
/// of another one with a strategy of its own that stays as it is.
fn made() -> Trends {
    let mut evidence = Evidence::default();
    let mut began = BTreeMap::new();
    for week in 0..9_usize {
        let id = format!("r{week}");
        began.insert(RunId::new(&id), MONDAY + week as i64 * WEEK);
        evidence
            .runs
            .push(run(&id, &format!("Weekly, {}", week + 1)));
        let problems = if week == 7 { 20 } else { 120 };
        for i in 0..problems {
            let wobble = (i * 7 + week * 11) % 29 == 0;
            let solved = i < if week < 5 { 84 } else { 64 };
            let judged = u32::from(!(week == 3 && i == 5));
            let passed = u32::from(solved != wobble).min(judged);
            evidence
                .rows
                .push(row(&id, "openai:Qwen/Qwen2.5-Coder-7B", i, judged, passed));
            let mut other = row(&id, "local:smollm2-135m", i, 1, u32::from(i < 9 || wobble));
            other.strategy = StrategyId::from("completion");
            evidence.rows.push(other);
        }
    }
    let options = TrendOptions {
        resamples: 1_000,
        ..TrendOptions::default()
    };
    trends(&evidence, &began, &options).unwrap()
}

fn colors() -> Colors {
    Colors::in_order(["openai:Qwen/Qwen2.5-Coder-7B", "local:smollm2-135m"])
}

fn one(made: &Trends) -> Figure {
    let key = made
        .series
        .iter()
        .find(|s| s.model.contains("Qwen"))
        .map(|s| s.key.clone());
    trend::figure(made, &[key.unwrap()], &colors())
}

fn timeline(figure: &Figure) -> &Timeline {
    match &figure.drawing {
        Drawing::Timeline(plot) => plot,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_series_over_time() {
    insta::assert_snapshot!(svg::draw(&one(&made()), Style::default()).unwrap());
}

#[test]
fn tells_a_series_over_time() {
    let figure = one(&made());
    insta::assert_json_snapshot!((
        &figure.title,
        &figure.caption,
        &figure.facts,
        &figure.summary,
        &figure.table
    ));
}

#[test]
fn what_is_significant_is_marked_and_nothing_else() {
    let made = made();
    let figure = one(&made);
    let [line] = &timeline(&figure).lines[..] else {
        panic!("{figure:?}")
    };
    let change = line.change.as_ref().unwrap();
    assert!(change.after < change.before && change.label.contains('−'));
    assert!(line.points[4].x < change.x && change.x < line.points[5].x);
    let steps: Vec<Option<bool>> = line
        .points
        .iter()
        .map(|p| p.step.as_ref().map(|s| s.is_worse))
        .collect();
    assert_eq!(steps.iter().flatten().count(), 1);
    assert_eq!(steps[5], Some(true));
    assert!(line.points[5].description.contains("a regression"));
    for (i, point) in line.points.iter().enumerate() {
        let hollow = point.emphasis == Emphasis::Muted;
        assert_eq!(hollow, i == 3 || i == 7, "{}", point.description);
        assert!(point.y_low <= point.y && point.y <= point.y_high);
        assert_eq!(hollow, figure.table.rows[i].is_muted);
    }
    for told in [
        "Mann–Kendall",
        "Theil–Sen",
        "CUSUM",
        "Holm",
        "seed 1",
        "n = 9 runs",
        "humaneval 1.0.3",
        "Wilson",
    ] {
        assert!(figure.caption.contains(told), "{told}: {}", figure.caption);
    }
    let both = trend::figure(&made, &[], &colors());
    let lines = &timeline(&both).lines;
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1].change, None, "what stays as it is has no mark");
    assert_ne!(lines[0].color, lines[1].color);
}

#[test]
fn every_theme_frame_and_width_is_drawn_and_the_same_twice() {
    let made = made();
    for figure in [
        one(&made),
        trend::figure(&made, &[], &colors()),
        trend::figure(&made, &["nothing".to_owned()], &colors()),
    ] {
        for theme in [Theme::Light, Theme::Dark, Theme::Print] {
            for (frame, width) in [(Frame::Full, 100), (Frame::Bare, 480), (Frame::Full, 1600)] {
                let style = Style {
                    theme,
                    frame,
                    width,
                };
                let text = svg::draw(&figure, style).unwrap();
                assert!(!text.contains("NaN"));
                assert_eq!(text, svg::draw(&figure, style).unwrap());
            }
        }
        assert!(figure_pdf(&figure).unwrap().starts_with(b"%PDF-"));
        assert!(figure_csv(&figure).lines().count() > figure.table.rows.len());
    }
    let nothing = trend::figure(&made, &["nothing".to_owned()], &colors());
    assert!(nothing.caption.starts_with("Nothing is drawn"));
}

#[test]
fn pictures_are_written_where_somebody_wants_to_look_at_them() {
    let made = made();
    for (name, figure) in [
        ("one", one(&made)),
        ("both", trend::figure(&made, &[], &colors())),
    ] {
        let draw = |theme, scale| {
            let style = Style {
                theme,
                ..Style::default()
            };
            png::draw(&figure, style, scale).unwrap()
        };
        let shown = std::env::var("ASSAY_SHOW");
        let scale = if shown.is_ok() { 2.0 } else { 0.3 };
        let (light, dark) = (draw(Theme::Light, scale), draw(Theme::Dark, scale));
        assert_ne!(light, dark);
        if let Ok(folder) = shown {
            std::fs::write(format!("{folder}/trend-{name}-light.png"), light).unwrap();
            std::fs::write(format!("{folder}/trend-{name}-dark.png"), dark).unwrap();
        }
    }
}
