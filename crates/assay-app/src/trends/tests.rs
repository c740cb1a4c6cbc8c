use assay_core::{
    CacheUse, Cleaning, Environment, Language, Limits, Priority, ProblemSelection, QualityWeights,
    RunId, RunOrigin, RunSpec, Sampling,
};
use assay_report::figure::Drawing;
use assay_store::{BenchRun, NewRun};

use super::*;
use crate::AppConfig;
use crate::dto::{FigureFormat, FigureSource};

const MODEL: &str = "local:m";

/// A finished run of a hundred problems, of which so many thousandths are solved.
async fn put(app: &App, id: &str, version: &str, origin: RunOrigin, skill: u32) -> RunId {
    let spec = RunSpec {
        name: None,
        models: vec![MODEL.parse().unwrap()],
        dataset: "humaneval".into(),
        languages: vec![Language::python()],
        problems: ProblemSelection::All,
        strategy: "instruct".into(),
        samples: 1,
        sampling: Sampling {
            temperature: if id == "3" { 0.8 } else { 0.0 },
            ..Sampling::default()
        },
        seed: 0,
        limits: Limits::default(),
        cleaning: Cleaning::default(),
        quality_weights: QualityWeights::default(),
        concurrency: 1,
        cache: CacheUse::default(),
        early_stop: None,
        adaptive: None,
        priority: Priority::default(),
    };
    let run = BenchRun {
        new: NewRun {
            id: RunId::new(id),
            name: format!("name of {id}"),
            origin,
            spec,
            environment: Environment {
                dataset_version: version.to_owned(),
                ..Environment::default()
            },
            note: None,
        },
        model: MODEL.to_owned(),
        skill,
        languages: vec![Language::python()],
        problems: 100,
        samples: 100,
    };
    app.store().await.unwrap().make_up_run(run).await.unwrap()
}

async fn app() -> (tempfile::TempDir, App) {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(AppConfig::new(folder.path())).await.unwrap();
    (folder, app)
}

#[tokio::test]
async fn runs_of_one_kind_are_a_line_and_a_regression_is_told() {
    let (_folder, app) = app().await;
    for (id, skill) in [("1", 700), ("2", 700), ("3", 300)] {
        put(&app, id, "1.0.3", RunOrigin::Evaluated, skill).await;
    }
    put(&app, "4", "1.0.4", RunOrigin::Evaluated, 100).await;
    // What is made of other runs was measured when they were.
    put(&app, "5", "1.0.3", RunOrigin::Merged, 0).await;
    let archived = put(&app, "6", "1.0.3", RunOrigin::Graded, 0).await;
    app.archive_runs(&[archived], true).await.unwrap();

    let query = TrendQuery::default();
    let view = app.trends(&query).await.unwrap();
    assert_eq!((view.n_runs, view.series.len()), (4, 2));
    let [old, new] = &view.series[..] else {
        unreachable!()
    };
    assert_eq!(old.dataset_version, "1.0.3");
    assert_eq!(old.points.len(), 3);
    let changes: Vec<TrendChange> = old.steps.iter().map(|step| step.change).collect();
    assert_eq!(changes, [TrendChange::NotShown, TrendChange::Regression]);
    let latest = old.latest.as_ref().unwrap();
    assert_eq!(
        (latest.earlier_name.as_str(), latest.later_name.as_str()),
        ("name of 2", "name of 3")
    );
    assert!(latest.p_adjusted < 0.05 && latest.diff < 0.0 && latest.n == 100);
    let differ: Vec<&str> = latest.differences.iter().map(|d| d.what.as_str()).collect();
    assert_eq!(differ, ["temperature"], "what may explain it is told");
    assert_eq!(old.steps[0].differences, []);
    assert!(new.latest.is_none() && new.points.len() == 1);
    // One run is no line.
    let Drawing::Timeline(plot) = &view.figure.drawing else {
        unreachable!()
    };
    assert_eq!(plot.lines.len(), 1);
    assert_eq!(app.trends(&query).await.unwrap(), view, "known by now");

    // Names are in what is known, and a run that goes is gone.
    app.rename_run(&RunId::new("3"), "renamed").await.unwrap();
    let renamed = app.trends(&query).await.unwrap();
    let latest = renamed.series[0].latest.as_ref().unwrap();
    assert_eq!(latest.later_name, "renamed");
    app.delete_runs(&[RunId::new("3")]).await.unwrap();
    let fewer = app.trends(&query).await.unwrap();
    assert_eq!(
        fewer.series[0].latest.as_ref().unwrap().change,
        TrendChange::NotShown
    );
    app.close().await;
}

#[tokio::test]
async fn what_is_asked_for_is_what_is_shown_and_written() {
    let (folder, app) = app().await;
    let nothing = app.trends(&TrendQuery::default()).await.unwrap();
    assert!(nothing.series.is_empty() && nothing.n_runs == 0);
    for (id, skill) in [("1", 400), ("2", 500), ("3", 600)] {
        put(&app, id, "1.0.3", RunOrigin::Evaluated, skill).await;
    }
    let newest = TrendQuery {
        newest: Some(2),
        ..TrendQuery::default()
    };
    assert_eq!(app.trends(&newest).await.unwrap().series[0].points.len(), 2);
    for none in [
        TrendQuery {
            dataset: Some("starter".into()),
            ..TrendQuery::default()
        },
        TrendQuery {
            language: Some(Language::new("go")),
            ..TrendQuery::default()
        },
        TrendQuery {
            model: Some("local:other".to_owned()),
            ..TrendQuery::default()
        },
        TrendQuery {
            strategy: Some("auto".into()),
            ..TrendQuery::default()
        },
    ] {
        assert!(app.trends(&none).await.unwrap().series.is_empty());
    }
    let source = FigureSource::Trends(TrendQuery::default());
    for (format, begins) in [
        (FigureFormat::Svg, "<svg"),
        (FigureFormat::Csv, "Series,Run,"),
    ] {
        let path = folder.path().join("figure");
        app.export_figure(&source, format, Some(&path))
            .await
            .unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(begins), "{}", &text[..80.min(text.len())]);
    }
    for (wrong, code) in [
        (
            TrendQuery {
                k: 0,
                ..TrendQuery::default()
            },
            "bad-k",
        ),
        (
            TrendQuery {
                alpha: 1.5,
                ..TrendQuery::default()
            },
            "bad-alpha",
        ),
        (
            TrendQuery {
                tolerated_drop: -0.1,
                ..TrendQuery::default()
            },
            "bad-drop",
        ),
    ] {
        assert_eq!(app.trends(&wrong).await.unwrap_err().info.code, code);
    }
    app.close().await;
}
