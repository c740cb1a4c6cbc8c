use assay_core::{
    CacheUse, Cleaning, Content, Environment, Execution, Language, Limits, Priority, Problem,
    ProblemId, ProblemSelection, QualityWeights, RunId, RunOrigin, RunSpec, RunStatus, SampleStage,
    Sampling, StrategyId, Transport, Usage, Verdict,
};
use assay_store::{GenerationRecord, NewRun, OutstandingCursor, PlannedSample};

mod grids;
mod log;

use super::*;
use crate::AppConfig;
use crate::dto::{
    FeatureOverride, FigureFormat, FigureSource, PolicyAlgorithm, PolicyFigure, PolicyFigureQuery,
    RuleReason, WhatIfQuery,
};

/// A model that answers messages: by its family's template where its server only completes.
const MODEL: &str = "openai:smollm2-135m-instruct@http://127.0.0.1:1/v1";

async fn app() -> (tempfile::TempDir, App) {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(AppConfig::new(folder.path())).await.unwrap();
    (folder, app)
}

fn languages() -> Vec<Language> {
    vec![Language::python(), Language::new("go")]
}

/// A finished run over the starter set; `passes` says by language and problem's place what passed.
async fn put(app: &App, strategy: &str, passes: impl Fn(&Language, usize) -> bool) -> RunId {
    put_as(app, strategy, "1", |problem| problem.id.clone(), passes).await
}

/// The same of another version of the set, with ids of its problems as `named` says.
async fn put_as(
    app: &App,
    strategy: &str,
    version: &str,
    named: impl Fn(&Problem) -> ProblemId,
    passes: impl Fn(&Language, usize) -> bool,
) -> RunId {
    let store = app.store().await.unwrap();
    let id = RunId::new(format!("run-{strategy}"));
    let spec = RunSpec {
        name: None,
        models: vec![MODEL.parse().unwrap()],
        dataset: "starter".into(),
        languages: languages(),
        problems: ProblemSelection::All,
        strategy: strategy.into(),
        samples: 1,
        sampling: Sampling::default(),
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
    let problems = app.problems(&spec.dataset, &spec.languages).await.unwrap();
    let mut places: std::collections::HashMap<Language, u32> = std::collections::HashMap::new();
    let plan: Vec<PlannedSample> = problems
        .iter()
        .map(|problem| {
            let place = places.entry(problem.language.clone()).or_default();
            *place += 1;
            PlannedSample {
                model: MODEL.to_owned(),
                language: problem.language.clone(),
                problem: named(problem),
                cluster: problem.cluster.clone(),
                position: *place - 1,
                index: 0,
                strategy: strategy.into(),
                seed: Some(1),
                generation: None,
            }
        })
        .collect();
    let positions: std::collections::HashMap<(Language, ProblemId), u32> = plan
        .iter()
        .map(|p| ((p.language.clone(), p.problem.clone()), p.position))
        .collect();
    let new = NewRun {
        id: id.clone(),
        name: format!("with {strategy}"),
        origin: RunOrigin::Evaluated,
        spec,
        environment: Environment {
            dataset_version: version.to_owned(),
            ..Environment::default()
        },
        note: None,
    };
    store.create_run(new, plan).await.unwrap();
    let pending = store
        .outstanding(
            &id,
            SampleStage::Pending,
            None,
            OutstandingCursor::default(),
            1_000,
        )
        .await
        .unwrap();
    for sample in pending {
        let place = positions[&(sample.language.clone(), sample.problem.clone())];
        let verdict = if passes(&sample.language, place as usize) {
            Verdict::Passed
        } else {
            Verdict::Failed
        };
        let record = GenerationRecord {
            prompt: None,
            raw: Some("x".into()),
            program: Some("x".into()),
            rule: None,
            warnings: Vec::new(),
            transport: Transport::Ok,
            content: Content::Ok,
            finish: None,
            usage: Usage::default(),
            latency_ms: Some(100.0),
            first_token_ms: None,
            served_model: None,
            attempts: 1,
            detected: None,
            quality: None,
            turns: Vec::new(),
            cost_usd: None,
            cached: false,
            keep: None,
            fingerprint: None,
        };
        store.record_generation(sample.id, record).await.unwrap();
        let execution = Execution {
            verdict,
            ..Execution::infrastructure("")
        };
        store.record_execution(sample.id, execution).await.unwrap();
    }
    store
        .finish_run(&id, RunStatus::Completed, None, None)
        .await
        .unwrap();
    id
}

/// What helps in one language hurts in the other, so that no single strategy is good.
async fn two_runs(app: &App) -> Vec<RunId> {
    vec![
        put(app, "instruct", |language, n| {
            (language.as_str() == "python") == (n % 10 != 0)
        })
        .await,
        put(app, "restated", |language, n| {
            (language.as_str() == "go") == (n % 10 != 0)
        })
        .await,
    ]
}

#[tokio::test]
async fn a_policy_is_taught_looked_at_taken_elsewhere_and_begun_anew() {
    let (folder, app) = app().await;
    let runs = two_runs(&app).await;
    assert_eq!(app.teach_policy("mine", &runs).await.unwrap(), 80);
    assert_eq!(
        app.teach_policy("mine", &runs).await.unwrap(),
        0,
        "it knows them"
    );
    let view = app.policy("mine").await.unwrap();
    assert_eq!((view.summary.lessons, view.arms.len()), (80, 2));
    for arm in &view.arms {
        let share = arm.pass_share.unwrap();
        assert!((share.value - 0.5).abs() < 1e-9 && share.low < 0.5 && share.high > 0.5);
        assert!(arm.reward.unwrap().low < arm.reward.unwrap().high);
    }
    let told = view.words.join(" ");
    assert!(
        told.contains("in Go") && told.contains("in Python"),
        "{told}"
    );
    let figure = FigureSource::Policy(PolicyFigureQuery {
        policy: "mine".into(),
        figure: PolicyFigure::Rewards,
    });
    let path = folder.path().join("rewards.csv");
    app.export_figure(&figure, FigureFormat::Csv, Some(&path))
        .await
        .unwrap();

    // What it would choose, and what it would in another language.
    let problems = app.problems(&"starter".into(), &languages()).await.unwrap();
    let query = WhatIfQuery {
        policy: "mine".into(),
        model: MODEL.into(),
        dataset: "starter".into(),
        language: Some(Language::new("go")),
        problem: problems[0].id.clone(),
        instead: Vec::new(),
    };
    let in_go = app.what_if(&query).await.unwrap();
    let mean = |what_if: &crate::dto::WhatIf, arm: &str| {
        what_if
            .arms
            .iter()
            .find(|a| a.arm.as_str() == arm)
            .unwrap()
            .mean
    };
    assert!(mean(&in_go, "restated") > mean(&in_go, "instruct") + 0.3);
    let instead = [("go", 0.0), ("python", 1.0)];
    let in_python = app
        .what_if(&WhatIfQuery {
            instead: instead
                .map(|(feature, value)| FeatureOverride {
                    feature: feature.into(),
                    value,
                })
                .to_vec(),
            ..query.clone()
        })
        .await
        .unwrap();
    assert!(mean(&in_python, "instruct") > mean(&in_python, "restated"));
    for (feature, value, code) in [
        ("colour", 0.5, "unknown-feature"),
        ("go", 2.0, "bad-feature"),
    ] {
        let wrong = WhatIfQuery {
            instead: vec![FeatureOverride {
                feature: feature.into(),
                value,
            }],
            ..query.clone()
        };
        assert_eq!(app.what_if(&wrong).await.unwrap_err().info.code, code);
    }

    // Elsewhere it knows the same.
    let file = folder.path().join("policy.json");
    app.export_policy("mine", &file).await.unwrap();
    let taken = app.import_policy(&file, None).await.unwrap_err();
    assert_eq!(taken.info.code, "policy-exists");
    app.import_policy(&file, Some("copy")).await.unwrap();
    let copied = app
        .what_if(&WhatIfQuery {
            policy: "copy".into(),
            ..query.clone()
        })
        .await
        .unwrap();
    assert_eq!(copied.arms, in_go.arms);
    std::fs::write(&file, "{\"format\":\"assay-policy\"}").unwrap();
    let broken = app.import_policy(&file, Some("broken")).await.unwrap_err();
    assert_eq!(broken.info.code, "bad-policy");

    let anew = app.reset_policy("mine", None).await.unwrap();
    assert_eq!((anew.decisions, anew.lessons), (0, 0));
    let frozen = app.freeze_policy("mine", true).await.unwrap();
    assert!(frozen.frozen);
    let taught = app.teach_policy("mine", &runs).await.unwrap_err();
    assert_eq!(taught.info.code, "policy-frozen");
    assert_eq!(app.policy("mine").await.unwrap().summary.lessons, 0);
    app.delete_policy("mine").await.unwrap();
    assert_eq!(app.policies().await.unwrap().len(), 1);
    app.close().await;
}

#[tokio::test]
async fn settings_out_of_range_are_refused_before_anything_is_made() {
    let (_folder, app) = app().await;
    let usual = app.usual_policy_setup();
    let with = |change: &dyn Fn(&mut PolicySetup)| {
        let mut setup = usual.clone();
        change(&mut setup);
        setup
    };
    for setup in [
        with(&|s| s.exploration = 1.5),
        with(&|s| s.ridge = 0.0),
        with(&|s| s.reward.pass = -1.0),
        with(&|s| s.reward.half_cost_usd = 0.0),
        with(&|s| s.algorithm = PolicyAlgorithm::LinUcb { alpha: f64::NAN }),
        with(&|s| {
            s.algorithm = PolicyAlgorithm::Fixed {
                arm: "restated".into(),
            };
            s.arms = vec!["instruct".into()];
        }),
    ] {
        let error = app.create_policy("p", &setup).await.unwrap_err();
        assert_eq!(error.info.code, "bad-policy", "{setup:?}");
    }
    let unknown = with(&|s| s.arms = vec!["no-such".into()]);
    assert!(app.create_policy("p", &unknown).await.is_err());
    assert!(app.create_policy("  ", &usual).await.is_err());
    assert!(app.policies().await.unwrap().is_empty());
    app.close().await;
}

#[tokio::test]
async fn auto_follows_the_evidence_and_a_person_over_it() {
    let (_folder, app) = app().await;
    put(&app, "instruct", |_, n| n == 0).await;
    put(&app, "restated", |_, n| n < 15).await;
    let rules = app.family_rules().await.unwrap();
    let [rule] = &rules[..] else { unreachable!() };
    assert_eq!(rule.kind, "smollm2");
    assert_eq!(rule.strategy.as_str(), "restated");
    assert_eq!(rule.reason, RuleReason::Evidence);
    let evidence = rule
        .evidence
        .iter()
        .find(|e| e.strategy.as_str() == "restated")
        .unwrap();
    assert!(evidence.significant && evidence.difference.unwrap().low > 0.0);
    let facts = app.model_facts(&MODEL.parse().unwrap());
    let auto = |app: &App| {
        let strategies = app.strategy_set();
        strategies
            .resolve(&StrategyId::from("auto"), &facts)
            .unwrap()
            .id
            .to_string()
    };
    assert_eq!(auto(&app), "restated");

    app.set_family_rule("smollm2", Some(&"few-shot".into()))
        .await
        .unwrap();
    assert_eq!(auto(&app), "few-shot");
    let chosen = app.family_rules().await.unwrap().remove(0);
    assert_eq!(
        (chosen.reason, chosen.by_evidence.as_str()),
        (RuleReason::Chosen, "restated")
    );
    app.set_family_rule("smollm2", Some(&"auto".into()))
        .await
        .unwrap();
    assert_eq!(auto(&app), "instruct", "the plain way, whatever was found");
    app.set_family_rule("smollm2", None).await.unwrap();
    assert_eq!(auto(&app), "restated");
    let unknown = app.set_family_rule("nobody", None).await.unwrap_err();
    assert_eq!(unknown.info.code, "unknown-family");
    let impossible = app
        .set_family_rule("smollm2", Some(&"fill-in-the-middle".into()))
        .await;
    assert!(impossible.is_err());
    app.close().await;
}
