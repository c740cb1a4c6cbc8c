use assay_core::{ProblemId, RunId};
use assay_report::figure::Drawing;

use super::*;
use crate::dto::{CompareBy, Correction, ProblemQuery};

/// A program with the example runs, which ask the starter set.
async fn app() -> (tempfile::TempDir, App, Vec<RunId>) {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(crate::AppConfig::new(folder.path()))
        .await
        .unwrap();
    app.welcome().await.unwrap();
    let runs = app.list_runs().await.unwrap();
    (folder, app, runs.into_iter().map(|run| run.id).collect())
}

fn compare(runs: &[RunId], by: CompareBy) -> CompareQuery {
    CompareQuery {
        runs: runs.to_vec(),
        by,
        baseline: None,
        alpha: 0.05,
        correction: Correction::Holm,
        k: 1,
    }
}

const ALL: [CompareFigure; 7] = [
    CompareFigure::Scores,
    CompareFigure::Differences,
    CompareFigure::Languages,
    CompareFigure::Significance,
    CompareFigure::Cost,
    CompareFigure::Time,
    CompareFigure::Problems,
];

#[tokio::test]
async fn every_figure_of_the_examples_is_made_and_written_in_every_format() {
    let (folder, app, runs) = app().await;
    for figure in ALL {
        for by in [
            CompareBy::Series,
            CompareBy::Model,
            CompareBy::Strategy,
            CompareBy::Language,
        ] {
            let query = FigureQuery::new(compare(&runs, by), figure);
            let made = app.compare_figure(&query).await.unwrap();
            assert!(!made.caption.is_empty() && !made.summary.is_empty());
            assert!(
                made.caption.contains("starter"),
                "{figure:?}: {}",
                made.caption
            );
        }
        let query = FigureQuery::new(compare(&runs, CompareBy::Series), figure);
        let source = FigureSource::Comparison(query);
        for (format, begins) in [
            (FigureFormat::Svg, "<svg"),
            (FigureFormat::Png, "\u{fffd}PNG"),
            (FigureFormat::Pdf, "%PDF-"),
            (FigureFormat::Csv, ""),
        ] {
            let path = folder.path().join("figure");
            let written = app
                .export_figure(&source, format, Some(&path))
                .await
                .unwrap();
            let bytes = std::fs::read(&path).unwrap();
            assert_eq!(bytes.len() as u64, written.bytes);
            let head = String::from_utf8_lossy(&bytes[..8]).into_owned();
            assert!(head.starts_with(begins), "{figure:?} {format:?}: {head}");
        }
    }
}

#[tokio::test]
async fn flips_and_grid_agree() {
    let (_folder, app, runs) = app().await;
    let query = compare(&runs, CompareBy::Series);
    let view = app.compare(&query).await.unwrap();
    assert!(view.scores.len() >= 2);
    let (a, b) = (&view.scores[0].key, &view.scores[1].key);
    let flips = app.flips(&query, a, b).await.unwrap();
    let flipped = flips.only_a.len() + flips.only_b.len();
    assert_eq!(
        flips.n as usize,
        flipped + flips.both as usize + flips.neither as usize
    );
    let grid = FigureQuery {
        columns: vec![a.clone(), b.clone()],
        only_differing: true,
        ..FigureQuery::new(query.clone(), CompareFigure::Problems)
    };
    let figure = app.compare_figure(&grid).await.unwrap();
    let Drawing::Matrix(matrix) = &figure.drawing else {
        panic!("{:?}", figure.drawing)
    };
    assert_eq!(matrix.columns.len(), 2);
    // Where one solves and the other does not, they differ.
    assert!(matrix.rows.len() >= flipped);
    for flip in flips.only_a.iter().chain(&flips.only_b) {
        assert!(
            matrix
                .rows
                .iter()
                .any(|row| row.label == flip.problem.as_str())
        );
    }
    let unknown = app.flips(&query, a, "nobody").await.unwrap_err();
    assert_eq!(unknown.info.code, "unknown-group");
}

#[tokio::test]
async fn what_is_not_significant_says_what_it_would_have_shown() {
    let (_folder, app, runs) = app().await;
    let view = app
        .compare(&compare(&runs, CompareBy::Series))
        .await
        .unwrap();
    assert!(!view.pairs.is_empty());
    for pair in &view.pairs {
        let power = pair.power.as_ref().unwrap();
        assert!(power.words.contains("problem"), "{}", power.words);
        if let Some(detectable) = power.detectable {
            assert!(detectable > 0.0 && detectable <= 1.0);
        }
    }
}

#[tokio::test]
async fn a_problem_shows_its_text_its_neighbours_and_everyones_answers() {
    let (_folder, app, runs) = app().await;
    let listed = app.list_problems("starter").await.unwrap();
    let asked = listed[1].id.clone();
    let mut query = ProblemQuery {
        dataset: "starter".into(),
        problem: ProblemId::new(asked.clone()),
        runs: Vec::new(),
        by: CompareBy::Model,
    };
    let all = app.problem(&query).await.unwrap();
    assert!(
        all.problems.len() > 1,
        "the starter set is in several languages"
    );
    assert_eq!(all.previous, Some(ProblemId::new(listed[0].id.clone())));
    assert_eq!(all.next, Some(ProblemId::new(listed[2].id.clone())));
    assert!(all.total > 0 && all.answers.len() == all.total as usize);
    assert!(all.answers.iter().any(|a| a.program.is_some()));
    assert!(all.answers.iter().all(|a| !a.run_name.is_empty()));
    assert!(all.figure.caption.contains("Wilson"));
    let counted = all
        .answers
        .iter()
        .filter(|a| a.sample.verdict == Some(assay_core::Verdict::Passed));
    assert_eq!(counted.count(), all.passed as usize);

    query.runs = runs[..1].to_vec();
    let of_one = app.problem(&query).await.unwrap();
    assert!(of_one.total < all.total);
    assert!(of_one.answers.iter().all(|a| a.sample.run == runs[0]));

    assert_eq!(
        app.dataset_of_problem(&ProblemId::new(asked))
            .await
            .unwrap()
            .as_str(),
        "starter"
    );
    query.problem = ProblemId::new("starter/no-such-thing");
    assert_eq!(
        app.problem(&query).await.unwrap_err().info.code,
        "problem-not-found"
    );
    query.runs = vec![RunId::from("no-such-run")];
    assert_eq!(
        app.problem(&query).await.unwrap_err().info.code,
        "run-not-found"
    );
}
