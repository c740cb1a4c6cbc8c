//! Several runs at once: what each gets, what a person decides of it, and when a problem has enough samples.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use assay_core::{EarlyStop, Priority, RunEvent, RunId, RunStatus, SampleStage};
use assay_runner::{MemoryFloor, Runner, RunnerConfig};
use common::{Bench, FakeModel, FakeSandbox, asked, config, evaluation, means, right_answer};

async fn wait_until(mut condition: impl AsyncFnMut() -> bool) {
    while !condition().await {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_of_one_model_share_its_places() {
    let bench = Bench::new().await;
    let model = Arc::new(FakeModel::right("a").slow(5));
    let sandbox = Arc::new(FakeSandbox::fair());
    let mut handles = Vec::new();
    for id in ["one", "two", "three"] {
        let mut run = evaluation(id, &[Arc::clone(&model)], &sandbox, 20, 1);
        // Different seeds: none finds the others' answers.
        run.spec.seed = id.len() as u64 * 100 + u64::from(id.as_bytes()[0]);
        handles.push(bench.runner.start(run).await.unwrap());
    }
    for handle in handles {
        assert_eq!(handle.join().await.status, RunStatus::Completed);
    }
    assert_eq!(model.calls(), 60);
    assert!(
        model.crowd.most() <= 3,
        "three at once, whoever asks: {}",
        model.crowd.most()
    );
    assert!(sandbox.crowd.most() <= 4, "{}", sandbox.crowd.most());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_of_high_priority_goes_first() {
    let bench = Bench::new().await;
    let model = Arc::new(FakeModel::right("a").slow(4));
    let sandbox = Arc::new(FakeSandbox::fair());
    let start = async |id: &str, priority, seed| {
        let mut run = evaluation(id, &[Arc::clone(&model)], &sandbox, 150, 1);
        run.spec.priority = priority;
        run.spec.seed = seed;
        run.spec.concurrency = 6;
        bench.runner.start(run).await.unwrap()
    };
    let low = start("low", Priority::Low, 1).await;
    let high = start("high", Priority::High, 2).await;
    assert_eq!(high.join().await.status, RunStatus::Completed);
    let left = bench.store.run_summary(low.id()).await.unwrap().totals;
    assert!(left.pending > 40, "the low one has {} left", left.pending);
    assert!(left.done > 0, "it is not starved either");
    // What is left has all to itself, and its person may change their mind.
    assert!(
        bench
            .runner
            .steer(low.id(), None, Some(Priority::High))
            .await
            .unwrap()
    );
    assert_eq!(low.join().await.status, RunStatus::Completed);
    assert_eq!(
        bench.store.get_run(low.id()).await.unwrap().priority,
        Priority::High
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_run_begins_nothing_and_goes_on_where_it_was() {
    let bench = Bench::new().await;
    let model = Arc::new(FakeModel::right("a").slow(2));
    let sandbox = Arc::new(FakeSandbox::fair());
    let handle = bench
        .runner
        .start(evaluation("r", &[Arc::clone(&model)], &sandbox, 100, 1))
        .await
        .unwrap();
    let run = RunId::from("r");
    wait_until(async || model.calls() > 5).await;
    assert!(bench.runner.steer(&run, Some(true), None).await.unwrap());
    let mut events = handle.subscribe();
    // It says so, once nothing is under way any more.
    loop {
        if let Some(RunEvent::Progress { progress, .. }) = events.next().await
            && progress.paused
            && progress.in_generation + progress.in_execution == 0
        {
            break;
        }
    }
    let calls = model.calls();
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(model.calls(), calls);
    assert!(calls < 100);
    // From another program: by the store alone.
    bench
        .store
        .steer_run(&run, Some(false), None)
        .await
        .unwrap();
    let outcome = handle.join().await;
    assert_eq!(
        (outcome.status, outcome.progress.done),
        (RunStatus::Completed, 100)
    );
    assert_eq!(model.calls(), 100);
    assert!(
        !bench.runner.steer(&run, Some(true), None).await.unwrap(),
        "it has ended"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_run_can_be_cancelled_and_resumed() {
    let bench = Bench::new().await;
    let model = Arc::new(FakeModel::right("a").slow(2));
    let sandbox = Arc::new(FakeSandbox::fair());
    let handle = bench
        .runner
        .start(evaluation("r", &[Arc::clone(&model)], &sandbox, 50, 1))
        .await
        .unwrap();
    let run = RunId::from("r");
    bench.runner.steer(&run, Some(true), None).await.unwrap();
    handle.cancel();
    assert_eq!(handle.join().await.status, RunStatus::Cancelled);
    let models = [model];
    let again = bench
        .runner
        .resume(&run, means(&models, &sandbox, 50))
        .await
        .unwrap();
    assert_eq!(again.join().await.progress.done, 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn short_memory_slows_the_run_and_never_stops_it() {
    static AVAILABLE: AtomicU64 = AtomicU64::new(100);
    let folder = tempfile::tempdir().unwrap();
    let store = assay_store::Store::open(folder.path().join("assay.db"))
        .await
        .unwrap();
    let strategies = Arc::new(assay_prompting::Strategies::builtin().unwrap());
    let budget = MemoryFloor::measured(1_000, || Some(AVAILABLE.load(Ordering::SeqCst)));
    let runner = Runner::new(
        store.clone(),
        strategies,
        RunnerConfig {
            memory: Some(Arc::new(budget)),
            progress_every: Duration::from_millis(5),
            ..config()
        },
    );
    let model = Arc::new(FakeModel::right("a").slow(3));
    let sandbox = Arc::new(FakeSandbox::fair());
    let handle = runner
        .start(evaluation("r", &[Arc::clone(&model)], &sandbox, 60, 1))
        .await
        .unwrap();
    let mut events = handle.subscribe();
    loop {
        if let Some(RunEvent::Progress { progress, .. }) = events.next().await
            && progress.memory_short
            && progress.done > 3
        {
            break;
        }
    }
    AVAILABLE.store(2_000, Ordering::SeqCst);
    assert_eq!(handle.join().await.progress.done, 60);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_overloaded_is_asked_less() {
    let bench = Bench::new().await;
    // It does four at once; with more, answers take retries.
    let mut model = FakeModel::right("a").slow(3);
    model.overloaded_above = Some(4);
    let model = Arc::new(model);
    let sandbox = Arc::new(FakeSandbox::fair());
    let mut run = evaluation("r", &[Arc::clone(&model)], &sandbox, 600, 1);
    run.spec.concurrency = 64;
    let handle = bench.runner.start(run).await.unwrap();
    let mut limits = Vec::new();
    let mut events = handle.subscribe();
    while let Some(event) = events.next().await {
        if let RunEvent::Progress { progress, .. } = event {
            limits.push(progress.generation_limit);
        }
    }
    assert_eq!(handle.join().await.status, RunStatus::Completed);
    assert!(
        model.crowd.most() < 24,
        "{} at once, of 64 allowed",
        model.crowd.most()
    );
    assert!(limits.iter().all(|limit| *limit < 24), "{limits:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_problem_that_is_decided_gets_no_more_samples() {
    let bench = Bench::new().await;
    // Even problems are always solved, odd ones never; the last one every other time.
    let model = Arc::new(FakeModel::new("a", |request, call| {
        let problem = asked(request);
        Ok(
            if problem == 9 && call.is_multiple_of(2) || problem.is_multiple_of(2) {
                right_answer(call)
            } else {
                format!("    return None  # {call}\n")
            },
        )
    }));
    let sandbox = Arc::new(FakeSandbox::fair());
    let mut run = evaluation("r", &[Arc::clone(&model)], &sandbox, 10, 40);
    run.spec.early_stop = Some(EarlyStop::default());
    let handle = bench.runner.start(run).await.unwrap();
    let outcome = handle.join().await;
    assert_eq!(outcome.status, RunStatus::Completed);
    let summary = bench.store.run_summary(&RunId::from("r")).await.unwrap();
    assert_eq!(summary.totals.pending + summary.totals.generated, 0);
    assert_eq!(summary.totals.total + summary.run.withdrawn, 400);
    assert_eq!(outcome.progress.withdrawn, summary.run.withdrawn);
    assert_eq!(outcome.progress.total, summary.totals.total);
    assert_eq!(
        model.calls() as u32,
        summary.totals.total,
        "nothing withdrawn was asked for"
    );
    let mut by_problem: BTreeMap<String, u32> = BTreeMap::new();
    for sample in bench
        .store
        .samples_after(&RunId::from("r"), None, 1_000)
        .await
        .unwrap()
    {
        assert_eq!(sample.stage, SampleStage::Done);
        *by_problem
            .entry(sample.key.problem.to_string())
            .or_default() += 1;
    }
    for (problem, count) in by_problem {
        let number: usize = problem.trim_start_matches("Fake/").parse().unwrap();
        match number {
            9 => assert!(count >= 5, "{count}"),
            // Five that pass are enough; of those that fail, six.
            even if even.is_multiple_of(2) => assert_eq!(count, 5, "{problem}"),
            _ => assert_eq!(count, 6, "{problem}"),
        }
    }
}
