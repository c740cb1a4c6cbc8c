//! What a run makes of trouble: of models, servers, sandbox, disk and program.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use std::collections::HashSet;
use std::sync::Arc;

use assay_core::{
    Coded, Content, FinishReason, RunEvent, RunStatus, SampleId, SampleStage, Transport, Usage,
    Verdict,
};
use assay_providers::Failure;
use common::{
    Bench, FakeModel, FakeSandbox, asked, evaluation, events, everything, execution, means,
    refused, right_answer,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failed_requests_are_no_wrong_answers_and_are_asked_again_on_resuming() {
    let bench = Bench::new().await;
    let models = [Arc::new(FakeModel::new("a", |request, call| {
        match asked(request) {
            2 => Err(Failure::Truncated {
                detail: "connection reset".into(),
                partial: "    retu".into(),
            }),
            3 => Err(Failure::Empty {
                finish: FinishReason::Length,
                usage: Usage {
                    prompt_tokens: Some(5),
                    completion_tokens: Some(9),
                },
            }),
            4 => Ok("  \n".into()),
            _ => Ok(right_answer(call)),
        }
    }))];
    let sandbox = Arc::new(FakeSandbox::fair());
    let handle = bench
        .runner
        .start(evaluation("r", &models, &sandbox, 6, 1))
        .await
        .unwrap();
    let run = handle.id().clone();
    let heard = events(&handle).await;
    let outcome = handle.join().await;
    assert_eq!(outcome.status, RunStatus::Completed);
    assert_eq!((outcome.progress.done, outcome.progress.passed), (6, 3));
    assert_eq!(
        (
            outcome.progress.transport_failed,
            outcome.progress.content_failed
        ),
        (1, 2)
    );
    let warnings: Vec<_> = heard
        .iter()
        .filter_map(|e| match e {
            RunEvent::Warning { error, .. } => Some(error.code.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(warnings, ["truncated-reply"]);

    // Without the model nothing is put back: what failed is still told.
    let before = bench.store.run_summary(&run).await.unwrap();
    let missing = bench
        .runner
        .resume(&run, means(&[], &sandbox, 6))
        .await
        .unwrap_err();
    assert_eq!(missing.code(), "provider-missing");
    assert_eq!(bench.store.run_summary(&run).await.unwrap(), before);

    let samples = everything(&bench.store, &run).await;
    assert_eq!(samples[3].finish, Some(FinishReason::Length));
    assert_eq!(samples[3].usage.completion_tokens, Some(9));
    assert_eq!(samples[2].transport, Some(Transport::Truncated));
    assert_eq!(samples[2].raw.as_deref(), Some("    retu"));
    assert_eq!((samples[2].content, samples[2].attempts), (None, 3));
    assert!(
        samples[2]
            .transport_detail
            .as_ref()
            .unwrap()
            .contains("connection reset")
    );
    assert_eq!(
        (samples[3].transport, samples[3].content),
        (Some(Transport::Empty), Some(Content::NoCode))
    );
    assert_eq!(
        (samples[4].transport, samples[4].content),
        (Some(Transport::Ok), Some(Content::NoCode))
    );
    assert!(samples[3].execution.is_none() && samples[4].execution.is_none());
    assert_eq!(sandbox.calls(), 3);
    let rows = bench
        .store
        .score_rows(std::slice::from_ref(&run))
        .await
        .unwrap();
    let counts: Vec<_> = rows
        .iter()
        .map(|r| (r.judged, r.passed, r.unanswered))
        .collect();
    assert_eq!(
        counts,
        [
            (1, 1, 0),
            (1, 1, 0),
            (0, 0, 1),
            (1, 0, 0),
            (1, 0, 0),
            (1, 1, 0)
        ]
    );

    let again = [Arc::new(FakeModel::right("a"))];
    let handle = bench
        .runner
        .resume(&run, means(&again, &sandbox, 6))
        .await
        .unwrap();
    let outcome = handle.join().await;
    assert_eq!(
        (outcome.status, again[0].calls()),
        (RunStatus::Completed, 1)
    );
    assert_eq!(
        (outcome.progress.passed, outcome.progress.transport_failed),
        (4, 0)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_key_ends_one_model_and_not_the_others() {
    let bench = Bench::new().await;
    let refusing = |_: &_, _| {
        Err(Failure::Auth {
            url: "http://127.0.0.1:1/v1".into(),
            status: 401,
            detail: "wrong key".into(),
            variable: "ASSAY_KEY".into(),
            sent: true,
        })
    };
    let models = [
        Arc::new(FakeModel::new("bad", refusing)),
        Arc::new(FakeModel::right("good")),
    ];
    let sandbox = Arc::new(FakeSandbox::fair());
    let handle = bench
        .runner
        .start(evaluation("r", &models, &sandbox, 30, 1))
        .await
        .unwrap();
    let run = handle.id().clone();
    let outcome = handle.join().await;
    assert_eq!(outcome.status, RunStatus::Failed);
    let error = outcome.error.unwrap();
    assert_eq!(error.code, "api-key-refused");
    assert!(error.message.contains("openai:bad"), "{}", error.message);
    assert!(error.hint.unwrap().contains("ASSAY_KEY"));
    assert!(models[0].calls() <= 3, "{}", models[0].calls());
    assert_eq!(outcome.progress.passed, 30);
    // Not one sample was spoilt: all thirty can be asked later.
    assert_eq!(bench.store.count_outstanding(&run).await.unwrap(), (30, 60));
    let stored = bench.store.get_run(&run).await.unwrap();
    let before = stored.clone();
    assert_eq!(
        (stored.status, stored.error.unwrap().code.as_str()),
        (RunStatus::Failed, "api-key-refused")
    );

    let missing = bench
        .runner
        .resume(&run, means(&[], &sandbox, 30))
        .await
        .unwrap_err();
    assert_eq!(missing.code(), "provider-missing");
    let after = bench.store.get_run(&run).await.unwrap();
    assert_eq!(after, before, "a refused resume changes nothing");

    let mended = [Arc::new(FakeModel::right("bad"))];
    let handle = bench
        .runner
        .resume(&run, means(&mended, &sandbox, 30))
        .await
        .unwrap();
    let outcome = handle.join().await;
    assert_eq!(
        (outcome.status, outcome.progress.passed),
        (RunStatus::Completed, 60)
    );
    assert_eq!((mended[0].calls(), models[1].calls()), (30, 30));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_server_ends_the_run_early() {
    let bench = Bench::new().await;
    let models = [Arc::new(FakeModel::new("a", |_, call| {
        if call < 10 {
            Ok(right_answer(call))
        } else {
            Err(refused())
        }
    }))];
    let sandbox = Arc::new(FakeSandbox::fair());
    let handle = bench
        .runner
        .start(evaluation("r", &models, &sandbox, 200, 1))
        .await
        .unwrap();
    let run = handle.id().clone();
    let outcome = handle.join().await;
    assert_eq!(outcome.status, RunStatus::Failed);
    let error = outcome.error.unwrap();
    assert_eq!(error.code, "provider-unreachable");
    assert!(
        error.message.contains("4 requests in a row"),
        "{}",
        error.message
    );
    // The patience, what was under way when it ended, and two failures that a late answer forgave.
    assert!(models[0].calls() <= 10 + 4 + 2 + 2, "{}", models[0].calls());
    assert_eq!(outcome.progress.passed, 10);

    let mended = [Arc::new(FakeModel::right("a"))];
    let handle = bench
        .runner
        .resume(&run, means(&mended, &sandbox, 200))
        .await
        .unwrap();
    let outcome = handle.join().await;
    assert_eq!(
        (outcome.status, outcome.progress.passed),
        (RunStatus::Completed, 200)
    );
    assert_eq!(mended[0].calls(), 190);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sandbox_that_is_gone_ends_the_run_and_spoils_nothing() {
    let bench = Bench::new().await;
    let models = [Arc::new(FakeModel::right("a"))];
    let gone = Arc::new(FakeSandbox::new(|_, call| {
        if call < 5 {
            execution(Verdict::Passed, call)
        } else {
            execution(Verdict::Infrastructure, "the engine is gone")
        }
    }));
    let handle = bench
        .runner
        .start(evaluation("r", &models, &gone, 50, 1))
        .await
        .unwrap();
    let run = handle.id().clone();
    let outcome = handle.join().await;
    assert_eq!(outcome.status, RunStatus::Failed);
    let error = outcome.error.unwrap();
    assert_eq!(error.code, "sandbox-unavailable");
    assert!(error.message.contains("the engine is gone"));
    assert_eq!(outcome.progress.passed, 5);
    let rows = bench
        .store
        .score_rows(std::slice::from_ref(&run))
        .await
        .unwrap();
    assert_eq!(rows.iter().map(|r| r.judged).sum::<u32>(), 5);

    let sandbox = Arc::new(FakeSandbox::fair());
    let again = [Arc::new(FakeModel::right("a"))];
    let handle = bench
        .runner
        .resume(&run, means(&again, &sandbox, 50))
        .await
        .unwrap();
    let outcome = handle.join().await;
    assert_eq!(
        (outcome.status, outcome.progress.passed),
        (RunStatus::Completed, 50)
    );
    assert_eq!(outcome.progress.verdicts.get("infrastructure"), None);
    assert_eq!(sandbox.calls(), 45);
    // Whatever was answered before was not asked again, but for what was under way.
    assert!(models[0].calls() + again[0].calls() <= 50 + 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_program_that_breaks_its_container_does_not_end_the_run() {
    let bench = Bench::new().await;
    let models = [Arc::new(FakeModel::right("a"))];
    let sandbox = Arc::new(FakeSandbox::new(|_, call| {
        let verdict = if call.is_multiple_of(3) {
            Verdict::Infrastructure
        } else {
            Verdict::Passed
        };
        execution(verdict, call)
    }));
    let handle = bench
        .runner
        .start(evaluation("r", &models, &sandbox, 30, 1))
        .await
        .unwrap();
    let outcome = handle.join().await;
    assert_eq!(
        (outcome.status, outcome.progress.done),
        (RunStatus::Completed, 30)
    );
    assert_eq!(outcome.progress.verdicts["infrastructure"], 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_ends_the_run_with_a_word_and_loses_nothing() {
    let bench = Bench::new().await;
    let models = [Arc::new(FakeModel::new("a", |_, call| {
        Ok(right_answer("x".repeat(4_000) + &call.to_string()))
    }))];
    let sandbox = Arc::new(FakeSandbox::fair());
    bench.store.limit_pages(80).await.unwrap();
    let handle = bench
        .runner
        .start(evaluation("r", &models, &sandbox, 100, 1))
        .await
        .unwrap();
    let run = handle.id().clone();
    let mut stored_when_announced = HashSet::new();
    for event in events(&handle).await {
        if let RunEvent::SampleDone { sample, .. } = event {
            stored_when_announced.insert(sample);
        }
    }
    let outcome = handle.join().await;
    assert_eq!(outcome.status, RunStatus::Failed);
    assert_eq!(outcome.error.unwrap().code, "disk-full");
    let is_done = |samples: Vec<assay_core::Sample>| -> HashSet<SampleId> {
        samples
            .iter()
            .filter(|s| s.stage == SampleStage::Done)
            .map(|s| s.id)
            .collect()
    };
    assert!(stored_when_announced.is_subset(&is_done(everything(&bench.store, &run).await)));

    bench.store.limit_pages(1 << 30).await.unwrap();
    let handle = bench
        .runner
        .resume(&run, means(&models, &sandbox, 100))
        .await
        .unwrap();
    let outcome = handle.join().await;
    assert_eq!(
        (outcome.status, outcome.progress.passed),
        (RunStatus::Completed, 100)
    );
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_defect_in_a_step_ends_the_run_and_not_the_program() {
    let bench = Bench::new().await;
    let models = [Arc::new(FakeModel::new("a", |request, call| {
        assert!(asked(request) != 7, "a defect");
        Ok(right_answer(call))
    }))];
    let sandbox = Arc::new(FakeSandbox::fair());
    let handle = bench
        .runner
        .start(evaluation("r", &models, &sandbox, 30, 1))
        .await
        .unwrap();
    let outcome = handle.join().await;
    assert_eq!(outcome.status, RunStatus::Failed);
    assert_eq!(outcome.error.unwrap().code, "internal");
    let mended = [Arc::new(FakeModel::right("a"))];
    let handle = bench
        .runner
        .resume(handle.id(), means(&mended, &sandbox, 30))
        .await
        .unwrap();
    assert_eq!(handle.join().await.progress.passed, 30);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_problem_that_is_gone_from_its_data_set_is_named() {
    let bench = Bench::new().await;
    let models = [Arc::new(FakeModel::right("a").slow(3_600_000))];
    let sandbox = Arc::new(FakeSandbox::fair());
    let handle = bench
        .runner
        .start(evaluation("r", &models, &sandbox, 3, 1))
        .await
        .unwrap();
    handle.cancel();
    handle.join().await;
    let models = [Arc::new(FakeModel::right("a"))];
    let handle = bench
        .runner
        .resume(handle.id(), means(&models, &sandbox, 2))
        .await
        .unwrap();
    let outcome = handle.join().await;
    let error = outcome.error.unwrap();
    assert_eq!(
        (outcome.status, error.code.as_str()),
        (RunStatus::Failed, "unknown-problem")
    );
    assert!(error.message.contains("Fake/2"), "{}", error.message);
}
