//! Figures: what they tell, and how they are drawn.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

mod support;

use assay_analytics::GroupBy;
use assay_report::figure::{Drawing, Emphasis};
use assay_report::svg::{Frame, Style, Theme};
use assay_report::{Colors, Figure, figures, png, svg};
use support::comparison;

fn scores_figure() -> Figure {
    let comparison = comparison(None);
    figures::dot_interval::scores(
        &comparison.scores,
        GroupBy::Series,
        1,
        &comparison.datasets,
        &Colors::in_order(["openai:Qwen/Qwen2.5-Coder-7B-Instruct"]),
    )
}

fn differences_figure() -> Figure {
    let comparison = comparison(Some("openai:Qwen/Qwen2.5-Coder-7B-Instruct"));
    figures::dot_interval::differences(&comparison, &Colors::default())
}

#[test]
fn a_figure_of_scores() {
    insta::assert_json_snapshot!(scores_figure());
}

#[test]
fn a_figure_of_differences() {
    insta::assert_json_snapshot!(differences_figure());
}

#[test]
fn a_figure_drawn() {
    insta::assert_snapshot!(svg::draw(&scores_figure(), Style::default()).unwrap());
}

#[test]
fn what_is_not_significant_is_grey_and_hollow() {
    let Drawing::DotInterval(drawing) = differences_figure().drawing else {
        panic!("rows of dots are expected")
    };
    for mark in &drawing.marks {
        let is_grey = mark.color.slot.is_none();
        assert_eq!(
            is_grey,
            mark.emphasis == Emphasis::Muted,
            "{}",
            mark.description
        );
        assert_eq!(is_grey, mark.description.contains("not significant"));
    }
    assert!(drawing.marks.iter().any(|m| m.emphasis == Emphasis::Muted));
    assert!(drawing.marks.iter().any(|m| m.emphasis == Emphasis::Normal));
}

#[test]
fn every_theme_frame_and_width_draws_well_formed_markup_without_the_names_in_it() {
    for figure in [scores_figure(), differences_figure()] {
        for theme in [Theme::Light, Theme::Dark, Theme::Print] {
            for frame in [Frame::Full, Frame::Bare] {
                for width in [100, 480, 760, 1600] {
                    let style = Style {
                        theme,
                        frame,
                        width,
                    };
                    let text = svg::draw(&figure, style).unwrap();
                    assert!(!text.contains("<script"));
                    assert_eq!(text, svg::draw(&figure, style).unwrap());
                    if (theme, width) == (Theme::Dark, 100) {
                        png::draw(&figure, style, 0.2).unwrap();
                    }
                }
            }
        }
    }
}

#[test]
fn a_picture_is_as_large_as_was_asked_and_the_impossible_is_refused() {
    let bytes = png::draw(&scores_figure(), Style::default(), 2.0).unwrap();
    assert_eq!(&bytes[1..4], b"PNG");
    let width = u32::from_be_bytes(bytes[16..20].try_into().unwrap());
    assert_eq!(width, 1520);
    assert!(png::draw(&scores_figure(), Style::default(), 1e9).is_err());
    if let Ok(folder) = std::env::var("ASSAY_SHOW") {
        for (name, theme) in [
            ("light", Theme::Light),
            ("dark", Theme::Dark),
            ("print", Theme::Print),
        ] {
            for figure in [scores_figure(), differences_figure()] {
                let style = Style {
                    theme,
                    ..Style::default()
                };
                let path = format!("{folder}/{}-{name}", figure.id);
                std::fs::write(
                    format!("{path}.png"),
                    png::draw(&figure, style, 2.0).unwrap(),
                )
                .unwrap();
                std::fs::write(format!("{path}.svg"), svg::draw(&figure, style).unwrap()).unwrap();
            }
        }
    }
}
