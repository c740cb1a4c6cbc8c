use assay_core::{
    Cleaning, Limits, ProblemSelection, QualityWeights, RunStatus, Sampling, Transport,
};
use assay_store::{FailureRecord, NewRun, PlannedSample};

use super::*;

const OF_HUB: &str = "hf:org/m";
const LOCAL: &str = "local:l";

fn spec(models: &[&str]) -> RunSpec {
    RunSpec {
        cache: assay_core::CacheUse::default(),
        early_stop: None,
        adaptive: None,
        priority: Priority::default(),
        name: None,
        models: models.iter().map(|m| m.parse().unwrap()).collect(),
        dataset: "starter".into(),
        languages: vec![Language::python()],
        problems: ProblemSelection::First { count: 1 },
        strategy: "auto".into(),
        samples: 1,
        sampling: Sampling::default(),
        seed: 0,
        limits: Limits::default(),
        concurrency: 1,
        cleaning: Cleaning::default(),
        quality_weights: QualityWeights::default(),
    }
}

/// A run of two models with a sample each, which nobody works on.
async fn stopped(app: &App, id: &str, origin: RunOrigin, replayed: bool) -> RunId {
    let store = app.store().await.unwrap();
    let run = RunId::from(id);
    let new = NewRun {
        id: run.clone(),
        name: id.to_owned(),
        origin,
        spec: spec(&[OF_HUB, LOCAL]),
        environment: Environment {
            replayed,
            ..Environment::default()
        },
        note: None,
    };
    let plan = [OF_HUB, LOCAL].map(|model| PlannedSample {
        model: model.to_owned(),
        language: Language::python(),
        problem: "starter/x".into(),
        cluster: "x".to_owned(),
        position: 0,
        index: 0,
        strategy: "instruct".into(),
        seed: None,
        generation: None,
    });
    store.create_run(new, plan.to_vec()).await.unwrap();
    store
        .finish_run(&run, RunStatus::Cancelled, None, None)
        .await
        .unwrap();
    run
}

async fn app() -> (tempfile::TempDir, App) {
    let folder = tempfile::tempdir().unwrap();
    let config = crate::AppConfig::new(folder.path());
    let mut app = App::open(config).await.unwrap();
    app.provider_config.hub.endpoint = "http://127.0.0.1:9".to_owned();
    (folder, app)
}

#[tokio::test]
async fn a_run_is_resumed_with_the_models_it_still_asks() {
    let (_folder, app) = app().await;
    let names =
        |models: Vec<ModelRef>| -> Vec<String> { models.iter().map(ToString::to_string).collect() };
    let run = stopped(&app, "evaluated", RunOrigin::Evaluated, false).await;
    let asked = app.models_to_ask(&run).await.unwrap();
    assert_eq!(names(asked.clone()), [OF_HUB, LOCAL]);
    // What is of the hub is fetched there, and that fails as a pull does.
    let error = app.ensure_models(&asked, "t", |_| {}).await.unwrap_err();
    assert_eq!(error.info.code, "hub-unreachable");
    assert!(error.info.hint.is_some());

    let store = app.store().await.unwrap();
    let cursor = assay_store::OutstandingCursor::default();
    let left = store
        .outstanding(&run, assay_core::SampleStage::Pending, None, cursor, 9)
        .await
        .unwrap();
    let failed = FailureRecord {
        prompt: None,
        raw: None,
        transport: Transport::Refused,
        detail: String::new(),
        attempts: 1,
        latency_ms: None,
        usage: assay_core::Usage::default(),
        cost_usd: None,
        turns: Vec::new(),
    };
    store.record_failed(left[1].id, failed).await.unwrap();
    // A failed request is made again.
    assert_eq!(names(app.models_to_ask(&run).await.unwrap()).len(), 2);

    for (id, origin, replayed) in [
        ("graded", RunOrigin::Graded, false),
        ("replayed", RunOrigin::Evaluated, true),
    ] {
        let run = stopped(&app, id, origin, replayed).await;
        assert!(app.models_to_ask(&run).await.unwrap().is_empty(), "{id}");
    }
}

#[tokio::test]
async fn a_model_of_the_hub_that_is_not_here_is_no_obstacle_but_a_download() {
    let (_folder, app) = app().await;
    let estimate = app.estimate(&spec(&[OF_HUB, LOCAL])).await.unwrap();
    assert_eq!(estimate.downloads, [OF_HUB]);
    let told: Vec<&str> = estimate
        .problems_found
        .iter()
        .map(|found| found.message.as_str())
        .collect();
    assert!(
        told.iter()
            .any(|told| told.contains("'l'") || told.contains(LOCAL)),
        "{told:?}"
    );
    assert!(!told.iter().any(|told| told.contains("org/m")), "{told:?}");
}
