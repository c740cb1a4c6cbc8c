//! Whole runs: how they go, how they stop, how they are taken up again.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use assay_core::{
    Coded, Content, FinishReason, Language, RunEvent, RunId, RunStatus, SampleId, SampleStage,
    Transport, Usage, Verdict,
};
use assay_providers::Failure;
use assay_runner::{Completion, CompletionText, Grading, RunHandle, sample_seed};
use assay_store::{SampleFilter, SampleQuery, Store, StoreError};
use common::{
    Bench, FakeModel, FakeSandbox, asked, evaluation, execution, means, problems, refused,
    right_answer, runner_at, spec,
};

async fn wait_until(mut condition: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !condition().await {
        assert!(begin.elapsed() < Duration::from_secs(60), "waited in vain");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn done(store: &Store, run: &RunId) -> u32 {
    store.run_summary(run).await.unwrap().totals.done
}

async fn everything(store: &Store, run: &RunId) -> Vec<assay_core::Sample> {
    store.samples_after(run, None, 10_000).await.unwrap()
}

async fn events(handle: &RunHandle) -> Vec<RunEvent> {
    let mut heard = Vec::new();
    let mut subscription = handle.subscribe();
    while let Some(event) = subscription.next().await {
        heard.push(event);
    }
    heard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_outcome_is_stored_before_it_is_announced() {
    let bench = Bench::new().await;
    let models = [
        Arc::new(FakeModel::right("a")),
        Arc::new(FakeModel::new("b", |request, call| {
            Ok(if asked(request).is_multiple_of(2) {
                right_answer(call)
            } else {
                "    return 0\n".into()
            })
        })),
    ];
    let sandbox = Arc::new(FakeSandbox::fair());
    let began = Instant::now();
    let handle = bench
        .runner
        .start(evaluation("r", &models, &sandbox, 7, 4))
        .await
        .unwrap();
    let run = handle.id().clone();
    let mut subscription = handle.subscribe();
    let mut announced = HashSet::new();
    let mut progress_events = 0u32;
    let mut last = None;
    let mut first = true;
    while let Some(event) = subscription.next().await {
        assert!(last.is_none(), "nothing comes after the end");
        match event {
            RunEvent::Started {
                total, outstanding, ..
            } => {
                assert!(first);
                assert_eq!((total, outstanding), (56, 56));
            }
            RunEvent::SampleDone {
                sample,
                verdict,
                content,
                transport,
                ref problem,
                ..
            } => {
                let stored = bench.store.sample(sample).await.unwrap();
                assert_eq!(stored.stage, SampleStage::Done);
                assert_eq!(stored.execution.unwrap().verdict, verdict.unwrap());
                assert_eq!(
                    (stored.transport, stored.content),
                    (Some(transport), content)
                );
                assert_eq!(&stored.key.problem, problem);
                assert!(announced.insert(sample), "{sample:?} was announced twice");
            }
            RunEvent::Progress { progress, .. } => {
                progress_events += 1;
                assert!(
                    progress.done <= progress.generated && progress.generated <= progress.total
                );
            }
            RunEvent::Warning { error, .. } => panic!("{error:?}"),
            RunEvent::Finished {
                status,
                progress,
                error,
                ..
            } => last = Some((status, progress, error)),
        }
        first = false;
    }
    let (status, progress, error) = last.unwrap();
    assert_eq!((status, error), (RunStatus::Completed, None));
    assert_eq!(
        (progress.total, progress.generated, progress.done),
        (56, 56, 56)
    );
    assert_eq!(progress.passed, 28 + 16);
    assert_eq!(progress.verdicts["failed"], 12);
    assert_eq!((progress.in_generation, progress.in_execution), (0, 0));
    assert_eq!(progress.completion_tokens, 56 * 5);
    assert_eq!(announced.len(), 56);
    // By construction, however slow the machine: a tick is never earlier than 100 ms.
    let ticks = began.elapsed().as_millis() / 100 + 1;
    assert!(u128::from(progress_events) <= ticks);

    for model in &models {
        assert_eq!(model.calls(), 28);
        assert!(model.crowd.most() <= 3, "{}", model.crowd.most());
    }
    assert_eq!(sandbox.calls(), 56);
    assert!(sandbox.crowd.most() <= 4, "{}", sandbox.crowd.most());
    for sample in everything(&bench.store, &run).await {
        let key = &sample.key;
        let seed = sample_seed(11, &key.model, &key.language, &key.problem, key.index);
        assert_eq!(sample.seed, Some(seed));
        let model = models.iter().find(|m| m.name() == key.model).unwrap();
        assert_eq!(model.by_seed.lock().unwrap()[&seed], 1);
        // `auto` is stored as what it stood for.
        assert_eq!(sample.strategy.as_str(), "completion");
        assert!(sample.cleaned.unwrap().starts_with("def same_"));
        assert!(sample.prompt.unwrap().starts_with("def same_"));
    }
    let record = bench.store.get_run(&run).await.unwrap();
    assert_eq!((record.status, record.attempts), (RunStatus::Completed, 1));
    assert!(record.elapsed_s > 0.0 && record.finished_at.is_some());
    assert!(bench.runner.handle(&run).is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_run_is_usable_and_resuming_does_only_the_rest() {
    let bench = Bench::new().await;
    let models = [Arc::new(FakeModel::right("a").slow(5))];
    let sandbox = Arc::new(FakeSandbox::fair());
    let handle = bench
        .runner
        .start(evaluation("r", &models, &sandbox, 20, 2))
        .await
        .unwrap();
    let run = handle.id().clone();
    wait_until(async || done(&bench.store, &run).await >= 5).await;
    let busy = bench
        .runner
        .resume(&run, means(&models, &sandbox, 20))
        .await;
    assert_eq!(busy.unwrap_err().code(), "run-busy");
    handle.cancel();
    let outcome = handle.join().await;
    assert_eq!(
        (outcome.status, outcome.error),
        (RunStatus::Cancelled, None)
    );
    assert!(outcome.progress.done < 40);
    let before = everything(&bench.store, &run).await;
    assert_eq!(
        bench.store.get_run(&run).await.unwrap().status,
        RunStatus::Cancelled
    );
    let rows = bench
        .store
        .score_rows(std::slice::from_ref(&run))
        .await
        .unwrap();
    assert_eq!(
        rows.iter().map(|r| r.judged).sum::<u32>(),
        outcome.progress.done
    );
    assert_eq!(
        rows.iter().map(|r| r.outstanding).sum::<u32>(),
        40 - outcome.progress.done
    );

    let again = [Arc::new(FakeModel::right("a"))];
    let handle = bench
        .runner
        .resume(&run, means(&again, &sandbox, 20))
        .await
        .unwrap();
    let heard = events(&handle).await;
    assert!(
        matches!(heard[0], RunEvent::Started { total: 40, outstanding, .. } if outstanding == 40 - outcome.progress.done)
    );
    let outcome = handle.join().await;
    assert_eq!(
        (outcome.status, outcome.progress.done),
        (RunStatus::Completed, 40)
    );
    assert_eq!(outcome.progress.passed, 40);
    let answered = before.iter().filter(|s| s.raw.is_some()).count();
    assert_eq!(again[0].calls(), 40 - answered);
    assert_eq!(again[0].most_for_one_sample(), 1);
    for (before, after) in before.iter().zip(everything(&bench.store, &run).await) {
        assert_eq!(before.id, after.id);
        assert_eq!(after.stage, SampleStage::Done);
        if before.raw.is_some() {
            assert_eq!(before.raw, after.raw);
        }
        if before.execution.is_some() {
            assert_eq!(before.execution, after.execution);
        }
    }
    assert_eq!(bench.store.get_run(&run).await.unwrap().attempts, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_wait_for_their_execution_are_not_asked_for_again() {
    let bench = Bench::new().await;
    let models = [Arc::new(FakeModel::right("a"))];
    let stuck = Arc::new(FakeSandbox::fair().slow(3_600_000));
    let handle = bench
        .runner
        .start(evaluation("r", &models, &stuck, 5, 1))
        .await
        .unwrap();
    let run = handle.id().clone();
    wait_until(async || {
        let totals = bench.store.run_summary(&run).await.unwrap().totals;
        totals.generated == 5
    })
    .await;
    handle.cancel();
    assert_eq!(handle.join().await.status, RunStatus::Cancelled);

    // No model is needed for that.
    let sandbox = Arc::new(FakeSandbox::fair());
    let handle = bench
        .runner
        .resume(&run, means(&[], &sandbox, 5))
        .await
        .unwrap();
    let outcome = handle.join().await;
    assert_eq!(
        (outcome.status, outcome.progress.passed),
        (RunStatus::Completed, 5)
    );
    assert_eq!((models[0].calls(), sandbox.calls()), (5, 5));

    // Nothing is left: resuming once more does nothing.
    let handle = bench
        .runner
        .resume(&run, means(&[], &sandbox, 5))
        .await
        .unwrap();
    assert_eq!(handle.join().await.status, RunStatus::Completed);
    assert_eq!(sandbox.calls(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_sandbox_holds_the_models_back() {
    let bench = Bench::new().await;
    let models = [Arc::new(FakeModel::right("a"))];
    let stuck = Arc::new(FakeSandbox::fair().slow(3_600_000));
    let handle = bench
        .runner
        .start(evaluation("r", &models, &stuck, 60, 1))
        .await
        .unwrap();
    // 4 in execution, 6 waiting, and up to 3 that were under way when the line was full.
    wait_until(async || models[0].calls() >= 10 && models[0].crowd.now() == 0).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(models[0].calls() <= 13, "{}", models[0].calls());
    handle.cancel();
    handle.join().await;
}

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
async fn another_program_can_cancel_and_the_end_of_this_one_interrupts() {
    let bench = Bench::new().await;
    let models = [Arc::new(FakeModel::right("a").slow(3_600_000))];
    let sandbox = Arc::new(FakeSandbox::fair());
    let other = Store::open(bench.folder.path().join("assay.db"))
        .await
        .unwrap();
    let handle = bench
        .runner
        .start(evaluation("r", &models, &sandbox, 3, 1))
        .await
        .unwrap();
    assert_eq!(other.mark_interrupted().await.unwrap(), []);
    assert!(other.request_cancel(handle.id()).await.unwrap());
    assert_eq!(handle.join().await.status, RunStatus::Cancelled);

    let mut two = Vec::new();
    for id in ["s", "t"] {
        let run = evaluation(id, &models, &sandbox, 3, 1);
        two.push(bench.runner.start(run).await.unwrap());
    }
    assert_eq!(bench.runner.active().len(), 2);
    bench.runner.interrupt_all().await;
    for handle in two {
        let run = other.get_run(handle.id()).await.unwrap();
        assert_eq!(run.status, RunStatus::Interrupted);
    }
    assert!(bench.runner.active().is_empty());
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
async fn what_cannot_be_run_is_refused_before_anything_is_stored() {
    let bench = Bench::new().await;
    let model = Arc::new(FakeModel::right("a"));
    let sandbox = Arc::new(FakeSandbox::fair());
    let one = [Arc::clone(&model)];
    let mut chat = evaluation("r", &one, &sandbox, 2, 1);
    chat.spec.strategy = "instruct".into();
    let twice = evaluation(
        "r",
        &[Arc::clone(&model), Arc::clone(&model)],
        &sandbox,
        2,
        1,
    );
    for (run, code) in [
        (chat, "strategy-needs-chat"),
        (twice, "model-twice"),
        (evaluation("r", &[], &sandbox, 2, 1), "run-empty"),
        (evaluation("r", &one, &sandbox, 0, 1), "run-empty"),
        (evaluation("r", &one, &sandbox, 2, 0), "run-empty"),
    ] {
        assert_eq!(bench.runner.start(run).await.unwrap_err().code(), code);
    }
    assert_eq!(bench.store.list_runs().await.unwrap(), []);
    let unknown = bench
        .runner
        .resume(&RunId::from("x"), means(&one, &sandbox, 1))
        .await;
    assert_eq!(unknown.unwrap_err().code(), "run-not-found");
    assert_eq!(model.calls(), 0);
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_deleted_under_way_by_another_program_is_refused() {
    let bench = Bench::new().await;
    let models = [Arc::new(FakeModel::right("a").slow(3_600_000))];
    let sandbox = Arc::new(FakeSandbox::fair());
    let handle = bench
        .runner
        .start(evaluation("r", &models, &sandbox, 3, 1))
        .await
        .unwrap();
    let (other, other_runner) = runner_at(&bench.folder.path().join("assay.db")).await;
    let busy = other.delete_runs(std::slice::from_ref(handle.id())).await;
    assert!(matches!(busy, Err(StoreError::RunBusy(_))), "{busy:?}");
    let busy = other_runner
        .resume(handle.id(), means(&models, &sandbox, 3))
        .await;
    assert_eq!(busy.unwrap_err().code(), "run-busy");
    handle.cancel();
    handle.join().await;
    other
        .delete_runs(std::slice::from_ref(handle.id()))
        .await
        .unwrap();
    let page = other
        .samples_page(&SampleQuery {
            filter: SampleFilter::default(),
            limit: 10,
            ..SampleQuery::default()
        })
        .await
        .unwrap();
    assert_eq!(page.total, 0);
}
