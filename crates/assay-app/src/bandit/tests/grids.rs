//! What choosing is worth, on runs that make a grid.

use super::*;
use crate::dto::{ChoiceRole, FigureFormat, FigureSource, GridFigure, GridFigureQuery, GridQuery};

fn grid_query(runs: Vec<RunId>) -> GridQuery {
    GridQuery {
        runs,
        policy: None,
        baseline: None,
        folds: 5,
        seed: 3,
        own_choices: false,
    }
}

#[tokio::test]
async fn choosing_wins_where_context_matters_and_every_number_stands_beside_its_test() {
    let (folder, app) = app().await;
    let runs = two_runs(&app).await;
    let view = app
        .evaluate_grid(&grid_query(runs.clone()), "grid", |_| {})
        .await
        .unwrap();
    assert_eq!(view.notes, Vec::<String>::new());
    let [model] = &view.models[..] else {
        unreachable!()
    };
    assert_eq!(
        (model.n_problems, model.n_clusters, model.n_left_out),
        (40, 20, 0)
    );
    assert_eq!(model.baseline.as_str(), "instruct", "the plain way");
    let of = |role| model.choices.iter().find(|c| c.role == role).unwrap();
    let adaptive = of(ChoiceRole::Adaptive);
    assert!(adaptive.score.value > 0.85, "{adaptive:?}");
    assert!((of(ChoiceRole::Random).score.value - 0.5).abs() < 1e-9);
    assert_eq!(of(ChoiceRole::Oracle).score.value, 1.0);
    let fixed: Vec<_> = model
        .choices
        .iter()
        .filter(|c| c.role == ChoiceRole::Fixed)
        .collect();
    assert_eq!(fixed.len(), 2);
    assert!(
        fixed
            .iter()
            .all(|c| c.significant && c.difference.unwrap().low > 0.0)
    );
    assert!(model.gain.unwrap().low > 0.2, "{:?}", model.gain);
    assert!(
        model.words.starts_with("Choosing strategies solves more"),
        "{}",
        model.words
    );
    assert_eq!(model.picked.iter().map(|p| p.count).sum::<u32>(), 40);
    assert!(!model.estimators.is_empty());

    // The same question has the same answer; its figures can be written.
    let again = app
        .evaluate_grid(&grid_query(runs.clone()), "grid", |_| {})
        .await
        .unwrap();
    assert_eq!(again, view);
    for figure in [GridFigure::Scores, GridFigure::Regret] {
        let source = FigureSource::Grid(GridFigureQuery {
            grid: grid_query(runs.clone()),
            model: model.model.clone(),
            figure,
        });
        let path = folder.path().join("figure.svg");
        app.export_figure(&source, FigureFormat::Svg, Some(&path))
            .await
            .unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains("<svg"));
    }
    app.close().await;
}

#[tokio::test]
async fn where_nothing_differs_nothing_is_claimed() {
    let (_folder, app) = app().await;
    let half = |_: &Language, n: usize| n.is_multiple_of(2);
    let runs = vec![
        put(&app, "instruct", half).await,
        put(&app, "restated", half).await,
    ];
    let view = app
        .evaluate_grid(&grid_query(runs), "grid", |_| {})
        .await
        .unwrap();
    let model = &view.models[0];
    assert!(model.choices.iter().all(|c| !c.significant));
    assert!(
        model.words.starts_with("No difference is shown"),
        "{}",
        model.words
    );
    app.close().await;
}

#[tokio::test]
async fn one_strategy_is_no_grid_and_wrong_questions_are_refused() {
    let (_folder, app) = app().await;
    let runs = two_runs(&app).await;
    let one = app
        .evaluate_grid(&grid_query(runs[..1].to_vec()), "grid", |_| {})
        .await
        .unwrap();
    assert!(one.models.is_empty());
    assert!(
        one.notes[0].contains("fewer than two strategies"),
        "{:?}",
        one.notes
    );
    let refused = |query: GridQuery| {
        let app = &app;
        async move {
            app.evaluate_grid(&query, "grid", |_| {})
                .await
                .unwrap_err()
                .info
                .code
        }
    };
    assert_eq!(refused(grid_query(Vec::new())).await, "no-runs");
    assert_eq!(
        refused(GridQuery {
            folds: 1,
            ..grid_query(runs.clone())
        })
        .await,
        "bad-folds"
    );
    let unknown = GridQuery {
        policy: Some("nobody".into()),
        ..grid_query(runs)
    };
    assert_eq!(refused(unknown).await, "policy-not-found");
    app.close().await;
}

#[tokio::test]
async fn versions_of_a_data_set_are_not_pooled() {
    let (_folder, app) = app().await;
    let id = |problem: &Problem| problem.id.clone();
    let runs = vec![
        put(&app, "instruct", |_, _| true).await,
        put_as(&app, "restated", "2", id, |_, _| true).await,
    ];
    let refused = app
        .evaluate_grid(&grid_query(runs), "grid", |_| {})
        .await
        .unwrap_err();
    assert_eq!(refused.info.code, "dataset-versions-differ");
    let told = refused.info.message;
    assert!(
        told.contains("1 (with instruct)") && told.contains("2 (with restated)"),
        "{told}"
    );
    app.close().await;
}
