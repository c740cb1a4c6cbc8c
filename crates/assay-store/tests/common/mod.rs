//! A store in a folder of its own, and runs to put into it.

#![allow(dead_code)] // Each test file uses a part.

use assay_core::{
    Content, Environment, Execution, Language, Limits, ProblemId, ProblemSelection, RunId,
    RunOrigin, RunSpec, SampleId, SampleStage, Sampling, StrategyId, Transport, Usage, Verdict,
};
use assay_store::{GenerationRecord, NewRun, OutstandingCursor, PlannedSample, Store};

pub async fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("assay.db")).await.unwrap();
    (folder, store)
}

pub fn spec(models: &[&str]) -> RunSpec {
    RunSpec {
        name: None,
        models: models.iter().map(|m| m.parse().unwrap()).collect(),
        dataset: "starter".into(),
        languages: vec![Language::python()],
        problems: ProblemSelection::All,
        strategy: "auto".into(),
        samples: 2,
        sampling: Sampling::default(),
        seed: 7,
        limits: Limits::default(),
        cleaning: assay_core::Cleaning::default(),
        quality_weights: assay_core::QualityWeights::default(),
        concurrency: 2,
        cache: assay_core::CacheUse::default(),
        early_stop: None,
        adaptive: None,
        priority: assay_core::Priority::default(),
    }
}

pub fn new_run(id: &str) -> NewRun {
    NewRun {
        id: RunId::from(id),
        name: format!("run {id}"),
        origin: RunOrigin::Evaluated,
        spec: spec(&["local:a", "local:b"]),
        environment: Environment {
            assay_version: "0.1.0".into(),
            dataset_version: "1".into(),
            ..Environment::default()
        },
        note: None,
    }
}

pub fn planned(model: &str, problem: u32, index: u32) -> PlannedSample {
    PlannedSample {
        model: model.into(),
        language: Language::python(),
        problem: ProblemId::new(format!("p/{problem}")),
        cluster: format!("p/{problem}"),
        position: problem,
        index,
        strategy: StrategyId::from("completion"),
        seed: Some(u64::from(problem) << 32 | u64::from(index)),
        generation: None,
    }
}

/// `models` × `problems` × `samples`, model by model.
pub fn plan(models: &[&str], problems: u32, samples: u32) -> Vec<PlannedSample> {
    let mut plan = Vec::new();
    for model in models {
        for problem in 0..problems {
            for index in 0..samples {
                plan.push(planned(model, problem, index));
            }
        }
    }
    plan
}

pub fn answer(program: Option<&str>) -> GenerationRecord {
    GenerationRecord {
        prompt: Some("def f():".into()),
        raw: Some("    return 1".into()),
        program: program.map(str::to_owned),
        rule: Some("as_is".into()),
        warnings: vec!["one".into()],
        transport: Transport::Ok,
        content: if program.is_some() {
            Content::Ok
        } else {
            Content::NoCode
        },
        finish: Some(assay_core::FinishReason::Stop),
        usage: Usage {
            prompt_tokens: Some(3),
            completion_tokens: Some(5),
        },
        latency_ms: Some(12.5),
        first_token_ms: Some(2.25),
        served_model: Some("a-2".into()),
        attempts: 1,
        detected: Some(assay_core::DetectedLanguage {
            language: Language::python(),
            confidence: 0.75,
        }),
        quality: Some(quality(0.5)),
        turns: Vec::new(),
        cost_usd: Some(0.25),
        cached: false,
        keep: None,
        fingerprint: None,
    }
}

pub fn quality(overall: f64) -> assay_core::Quality {
    assay_core::Quality {
        syntactic: 1.0,
        completeness: 1.0,
        semantic: 0.25,
        executability: 0.5,
        overall,
        basis: assay_core::QualityBasis::Static,
        reasons: vec![assay_core::QualityReason {
            part: assay_core::QualityPart::Semantic,
            text: "nothing of it is like the reference".into(),
        }],
    }
}

pub fn execution(verdict: Verdict) -> Execution {
    Execution {
        verdict,
        detail: Some("assert 1 == 2".into()),
        exit_code: Some(1),
        signal: None,
        stdout: "out".into(),
        stderr: "err".into(),
        truncated: false,
        duration_ms: 3.5,
        peak_memory_kb: Some(9_000),
        ..Execution::infrastructure("")
    }
}

/// The samples of a run that wait for an answer.
pub async fn pending(store: &Store, run: &RunId) -> Vec<SampleId> {
    store
        .outstanding(
            run,
            SampleStage::Pending,
            None,
            OutstandingCursor::default(),
            1_000,
        )
        .await
        .unwrap()
        .into_iter()
        .map(|s| s.id)
        .collect()
}
