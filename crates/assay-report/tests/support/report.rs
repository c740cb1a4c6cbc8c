//! A report, as tests change it.

use std::collections::BTreeMap;

use assay_analytics::Comparison;
use assay_core::*;
use assay_report::{Colors, FailureRow, Report, RunSection};

use super::{RUN, evidence};

pub fn section(origin: RunOrigin) -> RunSection {
    let digest = "b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef";
    RunSection {
        id: RunId::from(RUN),
        name: "Small coders on HumanEval".to_owned(),
        status: RunStatus::Completed,
        origin,
        started_at: Some("2026-03-01T09:12:44Z".to_owned()),
        finished_at: Some("2026-03-01T09:40:03Z".to_owned()),
        spec: RunSpec {
            cleaning: Cleaning::default(),
            cache: CacheUse::default(),
            early_stop: None,
            adaptive: None,
            priority: Priority::default(),
            quality_weights: QualityWeights::default(),
            name: None,
            models: evidence()
                .rows
                .iter()
                .map(|r| r.model.parse().unwrap())
                .collect::<std::collections::BTreeSet<ModelRef>>()
                .into_iter()
                .collect(),
            dataset: DatasetId::from("humaneval"),
            languages: vec![Language::python()],
            problems: ProblemSelection::All,
            strategy: StrategyId::from("auto"),
            samples: 1,
            sampling: Sampling::default(),
            seed: 7,
            limits: Limits::default(),
            concurrency: 4,
        },
        sources: Vec::new(),
        differences: Vec::new(),
        cost: Spending {
            usd: Some(1.2),
            known: 37,
            unknown: 3,
        },
        environment: Environment {
            assay_version: "0.1.0".to_owned(),
            platform: "linux x86_64".to_owned(),
            dataset_version: "1.0.3".to_owned(),
            dataset_sha256: digest.to_owned(),
            engine: Some("Docker 20.10.24".to_owned()),
            images: BTreeMap::from([("python".to_owned(), format!("sha256:{digest}"))]),
            toolchains: BTreeMap::from([("python".to_owned(), "Python 3.11.2".to_owned())]),
            models: BTreeMap::from([("local:smollm2-135m".to_owned(), format!("sha256:{digest}"))]),
            strategy_sha256: None,
            replayed: false,
            prices: BTreeMap::new(),
            timeout_scale: Some(1.25),
        },
    }
}

pub fn report_of(comparison: Comparison) -> Report {
    let failures = comparison
        .scores
        .iter()
        .map(|score| FailureRow {
            label: score.label.clone(),
            counts: BTreeMap::from([
                ("passed".to_owned(), score.n_passed),
                ("failed".to_owned(), score.n_samples - score.n_passed),
                ("infrastructure".to_owned(), score.incomplete.infrastructure),
                ("no_code".to_owned(), 0),
            ]),
        })
        .collect();
    Report {
        title: "Small coders on HumanEval".to_owned(),
        generated_at: "2026-03-01T10:00:00Z".to_owned(),
        generator: "Assay 0.1.0".to_owned(),
        comparison,
        runs: vec![section(RunOrigin::Evaluated)],
        failures,
        sections: Vec::new(),
        published: Vec::new(),
        notes: vec!["Temperature 0, one sample per problem.".to_owned()],
        colors: Colors::in_order(["openai:Qwen/Qwen2.5-Coder-7B-Instruct"]),
    }
}

pub fn show(name: &str, bytes: &[u8]) {
    if let Ok(folder) = std::env::var("ASSAY_SHOW") {
        std::fs::write(format!("{folder}/{name}"), bytes).unwrap();
    }
}
