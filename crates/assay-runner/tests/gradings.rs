//! Answers that were made elsewhere, executed as a run of their own.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use std::sync::Arc;

use assay_core::{Coded, Language, RunId, RunStatus, Transport};
use assay_runner::{Completion, CompletionText, Grading};
use common::{Bench, FakeSandbox, done, everything, means, problems, spec, wait_until};

fn completions(count: usize) -> Vec<Completion> {
    (0..count)
        .flat_map(|n| {
            [
                CompletionText::Completion("    return number\n".into()),
                // Nothing is cleaned: not the fence, not the missing line break.
                CompletionText::Completion("```python\n    return 0".into()),
                CompletionText::Program(format!("def same_{n}(number): return number")),
            ]
            .into_iter()
            .zip(0..)
            .map(move |(text, index)| Completion {
                problem: format!("Fake/{n}").as_str().into(),
                language: Language::python(),
                index,
                text,
            })
        })
        .collect()
}

fn grading(id: &str, sandbox: &Arc<FakeSandbox>, completions: Vec<Completion>) -> Grading {
    Grading {
        id: RunId::from(id),
        name: id.into(),
        note: None,
        model: "someone else's".into(),
        spec: spec(&[], 3, 1),
        environment: assay_core::Environment::default(),
        means: means(&[], sandbox, 10),
        completions,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_made_elsewhere_are_executed_as_they_are() {
    let bench = Bench::new().await;
    let slow = Arc::new(FakeSandbox::fair().slow(20));
    let handle = bench
        .runner
        .grade(grading("g", &slow, completions(10)))
        .await
        .unwrap();
    let run = handle.id().clone();
    wait_until(async || done(&bench.store, &run).await >= 3).await;
    handle.cancel();
    let outcome = handle.join().await;
    assert_eq!(outcome.status, RunStatus::Cancelled);

    let sandbox = Arc::new(FakeSandbox::fair());
    let handle = bench
        .runner
        .resume(&run, means(&[], &sandbox, 10))
        .await
        .unwrap();
    let before = outcome.progress.done;
    let outcome = handle.join().await;
    assert_eq!(
        (outcome.status, outcome.progress.done),
        (RunStatus::Completed, 30)
    );
    assert_eq!(
        (outcome.progress.passed, outcome.progress.verdicts["failed"]),
        (20, 10)
    );
    assert_eq!(sandbox.calls(), 30 - before as usize);

    let prompts = problems(10);
    for sample in everything(&bench.store, &run).await {
        let n: usize = sample.key.problem.as_str()[5..].parse().unwrap();
        let prompt = &prompts[n].prompt;
        let expected = match sample.key.index {
            0 => format!("{prompt}    return number\n"),
            1 => format!("{prompt}```python\n    return 0"),
            _ => format!("def same_{n}(number): return number"),
        };
        assert_eq!(sample.cleaned.as_deref(), Some(expected.as_str()));
        assert_eq!(sample.transport, Some(Transport::Provided));
        assert_eq!(sample.key.model, "someone else's");
        assert_eq!((sample.strategy.as_str(), sample.seed), ("provided", None));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_gradings_are_refused_before_anything_is_stored() {
    let bench = Bench::new().await;
    let sandbox = Arc::new(FakeSandbox::fair());
    let mut stranger = completions(2);
    stranger[4].problem = "Fake/77".into();
    let error = bench
        .runner
        .grade(grading("g", &sandbox, stranger))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "unknown-problem");
    assert!(error.to_string().contains("Fake/77"));
    let mut twice = completions(2);
    twice[1].index = 0;
    let error = bench
        .runner
        .grade(grading("g", &sandbox, twice))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "sample-duplicate");
    let error = bench
        .runner
        .grade(grading("g", &sandbox, Vec::new()))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "run-empty");
    assert_eq!(bench.store.list_runs().await.unwrap(), []);
}
