//! Evidence that figures and reports of the tests are made of.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "shared by several test programs; a panic is a failed test"
)]

pub mod report;

use assay_analytics::*;
use assay_core::{DatasetId, Language, ProblemId, RunId, StrategyId};

pub fn run(id: &str, name: &str) -> RunFacts {
    RunFacts {
        id: RunId::from(id),
        name: name.to_owned(),
        dataset: DatasetId::from("humaneval"),
        dataset_version: "1.0.3".to_owned(),
    }
}

pub fn row(run: &str, model: &str, problem: usize, judged: u32, passed: u32) -> ScoreRow {
    ScoreRow {
        run: RunId::from(run),
        model: model.to_owned(),
        strategy: StrategyId::from("auto"),
        language: Language::python(),
        problem: ProblemId::new(format!("HumanEval/{problem}")),
        cluster: format!("HumanEval/{problem}"),
        judged,
        passed,
        infrastructure: 1 - judged.min(1),
        unanswered: 0,
        outstanding: 0,
    }
}

pub const RUN: &str = "0192f0c1-2a7b-7c3d-8e4f-0123456789ab";

/// Five models on 164 problems: two close together, one with a very long name, one incomplete, one
/// with a name that would break out of careless markup.
pub fn evidence() -> Evidence {
    let models: [(&str, u64, u64); 5] = [
        ("openai:Qwen/Qwen2.5-Coder-7B-Instruct", 101, 7),
        ("openai:Qwen/Qwen2.5-Coder-1.5B-Instruct", 72, 11),
        (
            "openai:an-organisation-with-a-long-name/DeepSeek-Coder-V2-Lite-Instruct-AWQ-4bit-calibrated-2024-07-epoch3",
            97,
            5,
        ),
        ("local:smollm2-135m", 3, 3),
        ("openai:<script>alert('x')</script> & co", 60, 13),
    ];
    let rows = models
        .iter()
        .flat_map(|&(model, solved, stride)| {
            (0..164_u64).map(move |i| {
                let judged = u32::from(!(model.contains("script") && i % 40 == 9));
                let passed = u32::from((i * stride + stride) % 164 < solved).min(judged);
                row(RUN, model, i as usize, judged, passed)
            })
        })
        .collect();
    Evidence {
        runs: vec![run(RUN, "Small coders on HumanEval")],
        rows,
    }
}

pub fn comparison(baseline: Option<&str>) -> Comparison {
    let options = CompareOptions {
        baseline: baseline.map(|model| format!("{RUN}/auto/{model}")),
        score: ScoreOptions {
            resamples: 2_000,
            ..ScoreOptions::default()
        },
        ..CompareOptions::default()
    };
    compare(&evidence(), GroupBy::Series, &options).unwrap()
}
