//! Stores with runs of any samples, put in as exported runs are.

#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "a panic in a test's helper is a failed test too; each test file uses a part"
)]

use std::io::Cursor;

use assay_core::{
    Content, Environment, Execution, Fingerprint, Language, Limits, ProblemId, ProblemSelection,
    RunId, RunOrigin, RunSpec, RunStatus, Sample, SampleId, SampleKey, SampleStage, Sampling,
    StrategyId, Transport, Usage, Verdict,
};
use assay_store::{EXPORT_FORMAT, EXPORT_VERSION, Store};
use proptest::prelude::*;

pub async fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("assay.db")).await.unwrap();
    (folder, store)
}

/// What became of a sample.
#[derive(Debug, Clone)]
pub struct Fate {
    pub model: usize,
    pub language: usize,
    pub problem: u32,
    pub strategy: usize,
    pub transport: Option<Transport>,
    pub content: Option<Content>,
    pub verdict: Option<Verdict>,
    pub stage: SampleStage,
    pub latency_ms: Option<f64>,
    pub cost_usd: Option<f64>,
    pub program: Option<u64>,
}

/// Models, languages and strategies with names that sort otherwise than they come.
pub const MODELS: [&str; 3] = ["openai:b", "local:a", "openai:org/ü\u{1f}c"];
pub const LANGUAGES: [&str; 2] = ["python", "go"];
pub const STRATEGIES: [&str; 2] = ["instruct", "few-shot"];

pub fn fate() -> impl Strategy<Value = Fate> {
    let done = (
        prop::option::of(prop::sample::select(Verdict::ALL.to_vec())),
        prop::option::of(prop::sample::select(vec![
            Content::Ok,
            Content::NoCode,
            Content::Placeholder,
        ])),
        prop::sample::select(Transport::ALL.to_vec()),
    )
        .prop_map(|(verdict, content, transport)| {
            // What was executed had code.
            let content = if verdict.is_some() {
                Some(Content::Ok)
            } else {
                content
            };
            (SampleStage::Done, Some(transport), content, verdict)
        });
    let waiting = Just((
        SampleStage::Generated,
        Some(Transport::Ok),
        Some(Content::Ok),
        None,
    ));
    let pending = Just((SampleStage::Pending, None, None, None));
    (
        (
            0..MODELS.len(),
            0..LANGUAGES.len(),
            0..4_u32,
            0..STRATEGIES.len(),
        ),
        prop_oneof![8 => done, 1 => waiting, 1 => pending],
        prop::option::of(0.0..5_000.0_f64),
        prop::option::of(0.0..0.1_f64),
        prop::option::of(prop_oneof![0..4_u64, Just(u64::MAX)]),
    )
        .prop_map(
            |(
                (model, language, problem, strategy),
                (stage, transport, content, verdict),
                latency,
                cost,
                program,
            )| Fate {
                model,
                language,
                problem,
                strategy,
                transport,
                content,
                verdict,
                stage,
                latency_ms: latency,
                cost_usd: cost,
                program,
            },
        )
}

fn sample(run: &RunId, index: u32, fate: &Fate) -> Sample {
    let language = Language::new(LANGUAGES[fate.language]);
    Sample {
        id: SampleId(0),
        key: SampleKey {
            run: run.clone(),
            model: MODELS[fate.model].to_owned(),
            problem: ProblemId::new(format!("{language}/{}", fate.problem)),
            language,
            index,
        },
        strategy: StrategyId::from(STRATEGIES[fate.strategy]),
        stage: fate.stage,
        prompt: None,
        raw: None,
        cleaned: (fate.stage == SampleStage::Generated).then(|| "x".to_owned()),
        rule: fate.content.map(|_| "fence".to_owned()),
        warnings: Vec::new(),
        transport: fate.transport,
        content: fate.content,
        transport_detail: None,
        finish: None,
        usage: Usage {
            prompt_tokens: Some(fate.problem),
            completion_tokens: fate.latency_ms.map(|ms| ms as u32),
        },
        latency_ms: fate.latency_ms,
        first_token_ms: None,
        served_model: None,
        attempts: 1,
        detected: None,
        quality: None,
        turns: Vec::new(),
        arm: None,
        cost_usd: fate.cost_usd,
        answer_cached: fate.problem.is_multiple_of(2),
        execution_cached: false,
        fingerprint: fate.program.map(|program| Fingerprint {
            program,
            shape: program / 2,
        }),
        seed: None,
        execution: fate.verdict.map(|verdict| Execution {
            verdict,
            duration_ms: fate.latency_ms.unwrap_or(1.0) / 2.0,
            peak_memory_kb: Some(fate.problem + 1),
            ..Execution::infrastructure("")
        }),
    }
}

fn spec() -> RunSpec {
    RunSpec {
        name: None,
        models: vec!["local:a".parse().unwrap()],
        dataset: "starter".into(),
        languages: vec![Language::python()],
        problems: ProblemSelection::All,
        strategy: "auto".into(),
        samples: 1,
        sampling: Sampling::default(),
        seed: 0,
        limits: Limits::default(),
        cleaning: assay_core::Cleaning::default(),
        quality_weights: assay_core::QualityWeights::default(),
        concurrency: 1,
        cache: assay_core::CacheUse::default(),
        early_stop: None,
        adaptive: None,
        priority: assay_core::Priority::default(),
    }
}

/// Puts a finished run of these samples into the store; the nth of a question has index n.
pub async fn put(store: &Store, id: &str, fates: &[Fate]) -> RunId {
    let run = RunId::from(id);
    let record = assay_store::RunRecord {
        id: run.clone(),
        name: format!("name of {id}"),
        status: RunStatus::Completed,
        origin: RunOrigin::Evaluated,
        spec: spec(),
        environment: Environment::default(),
        dataset: "starter".into(),
        dataset_version: "1".to_owned(),
        created_at: "2026-01-02T03:04:05Z".parse().unwrap(),
        started_at: None,
        finished_at: Some("2026-01-02T03:05:05Z".parse().unwrap()),
        elapsed_s: 1.0,
        attempts: 1,
        note: None,
        error: None,
        paused: false,
        priority: assay_core::Priority::default(),
        withdrawn: 0,
        tags: Vec::new(),
        archived: false,
        sources: Vec::new(),
    };
    let mut lines = vec![serde_json::json!({
        "format": EXPORT_FORMAT, "version": EXPORT_VERSION, "run": record, "samples": fates.len(),
    })];
    let mut next = std::collections::HashMap::new();
    for fate in fates {
        let index = next
            .entry((fate.model, fate.language, fate.problem))
            .or_insert(0_u32);
        lines.push(serde_json::json!({
            "cluster": format!("starter/{}", fate.problem), "position": fate.problem, "finished_at": null,
            "sample": sample(&run, *index, fate),
        }));
        *index += 1;
    }
    lines.push(serde_json::json!({"end": true, "samples": fates.len()}));
    let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
    store
        .import_run(Cursor::new(text.join("\n")), None)
        .await
        .unwrap()
}
