//! Samples of several turns.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a panic is a failed test"
)]

mod common;

use std::sync::{Arc, Mutex};

use assay_core::{Language, RequestOrigin, RunId, RunStatus, Verdict};
use assay_providers::Failure;
use assay_runner::Evaluation;
use assay_store::{SampleFilter, SampleQuery};
use common::{Bench, FakeModel, FakeSandbox, evaluation, execution};

const WRONG: &str = "```python\ndef same_0(number):\n    return 0\n```";
const RIGHT: &str = "```python\ndef same_0(number):\n    return number\n```";

/// One problem with a public example, asked by self-repair.
fn repairing(models: &[Arc<FakeModel>], sandbox: &Arc<FakeSandbox>) -> Evaluation {
    let mut evaluation = evaluation("repair", models, sandbox, 1, 1);
    evaluation.spec.strategy = "self-repair".into();
    let problem = Arc::make_mut(&mut evaluation.means.problems[0]);
    problem.prompt = "def same_0(number: int) -> int:\n    \"\"\"Returns number.\n    >>> same_0(7)\n    7\n    \"\"\"\n".to_owned();
    problem.tests = "assert same_0(31) == 31  # hidden\n".to_owned();
    evaluation
}

/// Judges by the text, and keeps the tests it was given.
fn watching(seen: &Arc<Mutex<Vec<String>>>) -> Arc<FakeSandbox> {
    let seen = Arc::clone(seen);
    Arc::new(FakeSandbox::new(move |program, _| {
        seen.lock()
            .unwrap()
            .push(program.tests.as_ref().unwrap().source.clone());
        if program.source.contains("return number") {
            execution(Verdict::Passed, "")
        } else {
            execution(
                Verdict::Failed,
                "assert same_0(7) == 7\nsame_0(7) returned 0",
            )
        }
    }))
}

async fn only_sample(bench: &Bench) -> assay_core::Sample {
    let query = SampleQuery {
        filter: SampleFilter {
            runs: vec![RunId::from("repair")],
            ..SampleFilter::default()
        },
        limit: 10,
        ..SampleQuery::default()
    };
    let page = bench.store.samples_page(&query).await.unwrap();
    assert_eq!(page.total, 1);
    bench.store.sample(page.rows[0].id).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_repaired_by_public_examples_alone() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let model = Arc::new(
        FakeModel::new("chatty", move |request, call| {
            heard.lock().unwrap().push(request.prompt.display_text());
            Ok(if call == 0 { WRONG } else { RIGHT }.to_owned())
        })
        .talking(),
    );
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sandbox = watching(&seen);
    let bench = Bench::new().await;
    let handle = bench
        .runner
        .start(repairing(&[Arc::clone(&model)], &sandbox))
        .await
        .unwrap();
    assert_eq!(handle.join().await.status, RunStatus::Completed);

    // Two checks with the public example, then the verdict.
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen.len(), 3);
    assert_eq!(seen[0], "assert (same_0(7)) == (7)\n");
    assert_eq!(seen[1], seen[0]);
    assert!(seen[2].contains("hidden"));
    // The model was told what went wrong, and nothing hidden.
    let asked = asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 2);
    assert!(asked[1].contains("same_0(7) returned 0") && asked[1].contains("return 0\n"));
    assert!(
        asked
            .iter()
            .all(|text| !text.contains("31") && !text.contains("hidden"))
    );

    let sample = only_sample(&bench).await;
    assert_eq!(sample.raw.as_deref(), Some(RIGHT));
    assert_eq!(sample.execution.unwrap().verdict, Verdict::Passed);
    assert_eq!(sample.prompt.as_deref(), Some(asked[1].as_str()));
    // Over both turns.
    assert_eq!(
        (sample.usage.prompt_tokens, sample.usage.completion_tokens),
        (Some(20), Some(10))
    );
    assert_eq!((sample.latency_ms, sample.attempts), (Some(2.0), 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_says_which_turn_of_which_sample_it_is() {
    let origins = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&origins);
    let model = Arc::new(
        FakeModel::new("chatty", move |request, _| {
            heard.lock().unwrap().push(request.origin.clone().unwrap());
            Ok(WRONG.to_owned())
        })
        .talking(),
    );
    let bench = Bench::new().await;
    let handle = bench
        .runner
        .start(repairing(&[Arc::clone(&model)], &watching(&Arc::default())))
        .await
        .unwrap();
    assert_eq!(handle.join().await.status, RunStatus::Completed);
    let of_turn = |turn| RequestOrigin {
        language: Language::python(),
        problem: "Fake/0".into(),
        index: 0,
        turn,
    };
    assert_eq!(*origins.lock().unwrap(), [0, 1, 2].map(of_turn));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_answer_is_told_with_is_stored_with_its_sample_once() {
    let told = "the server takes no temperature: its own was used, not 0.8";
    let mut model = FakeModel::new("chatty", |_, _| Ok(WRONG.to_owned())).talking();
    model.warnings = vec![told.to_owned()];
    let bench = Bench::new().await;
    let handle = bench
        .runner
        .start(repairing(&[Arc::new(model)], &watching(&Arc::default())))
        .await
        .unwrap();
    assert_eq!(handle.join().await.status, RunStatus::Completed);
    let sample = only_sample(&bench).await;
    assert_eq!(sample.turns.len(), 2, "it was asked three times");
    assert_eq!(sample.warnings, [told]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_right_is_not_asked_again_and_what_stays_wrong_not_for_ever() {
    for (reply, calls, verdict) in [(RIGHT, 1, Verdict::Passed), (WRONG, 3, Verdict::Failed)] {
        let model = Arc::new(FakeModel::new("chatty", move |_, _| Ok(reply.to_owned())).talking());
        let sandbox = watching(&Arc::default());
        let bench = Bench::new().await;
        let handle = bench
            .runner
            .start(repairing(&[Arc::clone(&model)], &sandbox))
            .await
            .unwrap();
        assert_eq!(handle.join().await.status, RunStatus::Completed);
        assert_eq!(model.calls(), calls);
        assert_eq!(
            only_sample(&bench).await.execution.unwrap().verdict,
            verdict
        );
    }
}

/// A sandbox that cannot check says nothing of the answer: it stands, with a warning.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_cannot_be_made_is_no_feedback() {
    let model = Arc::new(FakeModel::new("chatty", |_, _| Ok(WRONG.to_owned())).talking());
    let sandbox = Arc::new(FakeSandbox::new(|program, _| {
        if program.tests.as_ref().unwrap().source.contains("hidden") {
            execution(Verdict::Failed, "")
        } else {
            execution(Verdict::Infrastructure, "container lost")
        }
    }));
    let bench = Bench::new().await;
    let handle = bench
        .runner
        .start(repairing(&[Arc::clone(&model)], &sandbox))
        .await
        .unwrap();
    assert_eq!(handle.join().await.status, RunStatus::Completed);
    assert_eq!(model.calls(), 1);
    let sample = only_sample(&bench).await;
    assert!(
        sample.warnings.iter().any(|w| w.contains("container lost")),
        "{:?}",
        sample.warnings
    );
}

/// A reply without code is told so, without a sandbox.
#[tokio::test(flavor = "multi_thread")]
async fn a_reply_without_code_is_asked_for_some() {
    let model = Arc::new(
        FakeModel::new("chatty", |_, call| {
            Ok(if call == 0 { "I am sorry." } else { RIGHT }.to_owned())
        })
        .talking(),
    );
    let sandbox = watching(&Arc::default());
    let bench = Bench::new().await;
    let handle = bench
        .runner
        .start(repairing(&[Arc::clone(&model)], &sandbox))
        .await
        .unwrap();
    assert_eq!(handle.join().await.status, RunStatus::Completed);
    assert_eq!((model.calls(), sandbox.calls()), (2, 2));
    assert_eq!(
        only_sample(&bench).await.execution.unwrap().verdict,
        Verdict::Passed
    );
}

/// Attempts of every turn are counted where a later one fails for good.
#[tokio::test(flavor = "multi_thread")]
async fn a_later_turn_that_fails_is_a_failed_request() {
    let model = Arc::new(
        FakeModel::new("chatty", |_, call| match call {
            0 => Ok(WRONG.to_owned()),
            _ => Err(Failure::Http {
                url: "u".into(),
                status: 500,
                detail: "d".into(),
            }),
        })
        .talking(),
    );
    let sandbox = watching(&Arc::default());
    let bench = Bench::new().await;
    let handle = bench
        .runner
        .start(repairing(&[Arc::clone(&model)], &sandbox))
        .await
        .unwrap();
    assert_eq!(handle.join().await.status, RunStatus::Completed);
    let sample = only_sample(&bench).await;
    assert_eq!((sample.attempts, sample.execution.is_none()), (4, true));
    // What was answered before is not lost with it.
    assert_eq!(sample.turns.len(), 1);
    assert_eq!(sample.turns[0].reply, WRONG);
}

/// Stopped between the turns: the sample is outstanding, and begins anew when the run goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_that_is_cut_short_begins_anew() {
    let model = Arc::new(
        FakeModel::new("chatty", |_, call| {
            Ok(if call == 0 { WRONG } else { RIGHT }.to_owned())
        })
        .talking(),
    );
    // The public check takes long enough to be stopped in.
    let sandbox = Arc::new(
        FakeSandbox::new(|program, _| {
            let right = program.source.contains("return number");
            execution(
                if right {
                    Verdict::Passed
                } else {
                    Verdict::Failed
                },
                "wrong",
            )
        })
        .slow(600),
    );
    let bench = Bench::new().await;
    let evaluation = repairing(&[Arc::clone(&model)], &sandbox);
    let means = evaluation.means.clone();
    let handle = bench.runner.start(evaluation).await.unwrap();
    while sandbox.crowd.now() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    handle.cancel();
    assert_eq!(handle.join().await.status, RunStatus::Cancelled);
    let left = bench
        .store
        .run_summary(&RunId::from("repair"))
        .await
        .unwrap()
        .totals;
    assert_eq!((left.pending, left.done, model.calls()), (1, 0, 1));
    let resumed = bench
        .runner
        .resume(&RunId::from("repair"), means)
        .await
        .unwrap();
    assert_eq!(resumed.join().await.status, RunStatus::Completed);
    assert_eq!(model.calls(), 2);
    assert_eq!(
        only_sample(&bench).await.execution.unwrap().verdict,
        Verdict::Passed
    );
}
