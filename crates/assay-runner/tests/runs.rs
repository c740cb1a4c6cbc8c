//! Whole runs: how they go, how they stop, how they are taken up again.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use assay_core::{Coded, RunEvent, RunId, RunStatus, SampleStage};
use assay_runner::sample_seed;
use assay_store::{SampleFilter, SampleQuery, Store, StoreError};
use common::{
    Bench, FakeModel, FakeSandbox, asked, done, evaluation, events, everything, means,
    right_answer, runner_at, wait_until,
};

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
