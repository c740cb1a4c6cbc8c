//! Verdicts on published data equal to the published ones. These read data that is not part of
//! this repository, where it is there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a panic in a test is its failure"
)]

mod support;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use assay_core::{Limits, Verdict};
use assay_sandbox::Sandbox;
use flate2::read::GzDecoder;
use futures::StreamExt;
use serde_json::Value;
use support::{Place, answering, judged, open, shared_data};

fn read_gz(path: &Path) -> String {
    let mut text = String::new();
    GzDecoder::new(File::open(path).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    text
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

fn humaneval(data: &Path) -> BTreeMap<String, Value> {
    json_lines(&read_gz(
        &data.join("benchmarks/humaneval/HumanEval.jsonl.gz"),
    ))
    .into_iter()
    .map(|problem| (text(&problem, "task_id").to_owned(), problem))
    .collect()
}

/// Verdicts by task id of `(problem, completion)`.
async fn verdicts(place: &Place, samples: Vec<(&Value, String)>) -> BTreeMap<String, Verdict> {
    futures::stream::iter(samples)
        .map(|(problem, completion)| async move {
            let prompt = text(problem, "prompt");
            let source = format!("{prompt}{completion}");
            let program = judged(&source, text(problem, "test"), text(problem, "entry_point"));
            let program = answering(prompt, program);
            let execution = place.run(&program, &Limits::default()).await;
            if !matches!(execution.verdict, Verdict::Passed | Verdict::Failed) {
                let id = text(problem, "task_id");
                eprintln!("{id}: {:?} {:?}", execution.verdict, execution.detail);
            }
            (text(problem, "task_id").to_owned(), execution.verdict)
        })
        .buffer_unordered(place.sandbox.concurrency())
        .collect()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_canonical_solution_of_humaneval_passes() {
    let Some(data) = shared_data() else { return };
    let problems = humaneval(&data);
    assert_eq!(problems.len(), 164);
    let place = open(|config| config.concurrency = Some(2)).await;
    let samples = problems
        .values()
        .map(|problem| (problem, text(problem, "canonical_solution").to_owned()))
        .collect();
    let verdicts = verdicts(&place, samples).await;
    let wrong: Vec<_> = verdicts
        .iter()
        .filter(|(_, verdict)| **verdict != Verdict::Passed)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(verdicts.len(), 164);
}

async fn recorded_generations_get_their_recorded_verdicts(model: &str, passed: usize) {
    let Some(data) = shared_data() else { return };
    let problems = humaneval(&data);
    let folder = data.join("generations").join(model);
    let generations = json_lines(&read_gz(&folder.join("humaneval_generated.jsonl.gz")));
    let recorded: Value = serde_json::from_str(&read_gz(
        &folder.join("humaneval_generated_eval_results.json.gz"),
    ))
    .unwrap();
    let place = open(|config| config.concurrency = Some(2)).await;
    let samples = generations
        .iter()
        .map(|sample| {
            (
                &problems[text(sample, "task_id")],
                text(sample, "completion").to_owned(),
            )
        })
        .collect();
    let verdicts = verdicts(&place, samples).await;
    let mut different = Vec::new();
    for (id, verdict) in &verdicts {
        let stored = recorded["eval"][id][0]["base_status"].as_str().unwrap();
        if (*verdict == Verdict::Passed) != (stored == "pass") {
            different.push(format!("{id}: {verdict:?}, stored {stored}"));
        }
        assert!(verdict.is_judged(), "{id}: {verdict:?}");
    }
    assert!(different.is_empty(), "{different:#?}");
    assert_eq!(verdicts.len(), 164);
    let count = verdicts.values().filter(|v| **v == Verdict::Passed).count();
    assert_eq!(count, passed);
}

#[tokio::test(flavor = "multi_thread")]
async fn qwen_7b_on_humaneval_is_as_recorded() {
    recorded_generations_get_their_recorded_verdicts("gen-qwen2.5-coder-7b-base", 101).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn qwen_1_5b_on_humaneval_is_as_recorded() {
    recorded_generations_get_their_recorded_verdicts("gen-qwen2.5-coder-1.5b-base", 72).await;
}

/// The six samples that HumanEval's authors publish to try a scorer with: three pass.
#[tokio::test(flavor = "multi_thread")]
async fn the_authors_own_example_is_as_published() {
    let Some(data) = shared_data() else { return };
    let folder = data.join("benchmarks/humaneval");
    let read = |name: &str| -> Vec<Value> {
        BufReader::new(File::open(folder.join(name)).unwrap())
            .lines()
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect()
    };
    let problem = read("example_problem.jsonl").remove(0);
    let place = open(|_| ()).await;
    let mut found = Vec::new();
    for sample in read("example_samples.jsonl") {
        let samples = vec![(&problem, text(&sample, "completion").to_owned())];
        found.extend(verdicts(&place, samples).await.into_values());
    }
    assert_eq!(
        found,
        [
            Verdict::Exception,
            Verdict::Timeout,
            Verdict::Exception,
            Verdict::Passed,
            Verdict::Passed,
            Verdict::Passed,
        ]
    );
}
