//! Nothing is asked or executed twice, and nothing that differs is taken for the same.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use assay_core::{CacheUse, RunId, RunStatus, Verdict};
use assay_runner::Evaluation;
use assay_store::{Cache, OutstandingCursor};
use common::{Bench, FakeModel, FakeSandbox, evaluation, execution, right_answer};

type Change = fn(&mut Evaluation);

const PROBLEMS: usize = 5;
const SAMPLES: u32 = 4;
const ALL: usize = PROBLEMS * SAMPLES as usize;

async fn carry_out(bench: &Bench, evaluation: Evaluation) -> assay_core::RunProgress {
    let handle = bench.runner.start(evaluation).await.unwrap();
    let outcome = handle.join().await;
    assert_eq!(outcome.status, RunStatus::Completed, "{outcome:?}");
    outcome.progress
}

async fn samples(bench: &Bench, run: &str) -> Vec<assay_core::Sample> {
    bench
        .store
        .samples_after(&RunId::from(run), None, 10_000)
        .await
        .unwrap()
}

/// Another model object of the same name: as after a restart of the program.
fn again(model: &Arc<FakeModel>) -> Arc<FakeModel> {
    let name = model.name();
    let name = name
        .trim_start_matches("openai:")
        .split('@')
        .next()
        .unwrap()
        .to_owned();
    Arc::new(FakeModel::right(&name))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_identical_run_makes_no_request_and_no_execution() {
    let bench = Bench::new().await;
    let model = Arc::new(FakeModel::right("a"));
    let sandbox = Arc::new(FakeSandbox::fair().known_as("image"));
    let first = carry_out(
        &bench,
        evaluation("one", &[Arc::clone(&model)], &sandbox, PROBLEMS, SAMPLES),
    )
    .await;
    assert_eq!((model.calls(), sandbox.calls()), (ALL, ALL));
    assert_eq!(
        (first.cache.answer_misses, first.cache.execution_misses),
        (20, 20)
    );

    let fresh = again(&model);
    let unused = Arc::new(FakeSandbox::fair().known_as("image"));
    let second = carry_out(
        &bench,
        evaluation("two", &[Arc::clone(&fresh)], &unused, PROBLEMS, SAMPLES),
    )
    .await;
    assert_eq!((fresh.calls(), unused.calls()), (0, 0));
    assert_eq!(
        (second.cache.answer_hits, second.cache.execution_hits),
        (20, 20)
    );

    // Every sample is a sample of its own, as it was made the first time.
    let (one, two) = (samples(&bench, "one").await, samples(&bench, "two").await);
    for (a, b) in one.iter().zip(&two) {
        assert_eq!(
            (&a.raw, &a.cleaned, &a.execution),
            (&b.raw, &b.cleaned, &b.execution)
        );
        assert_eq!((a.usage, a.latency_ms), (b.usage, b.latency_ms));
        assert!(!a.answer_cached && !a.execution_cached);
        assert!(b.answer_cached && b.execution_cached);
    }
    let distinct: BTreeSet<_> = two.iter().map(|s| s.raw.clone()).collect();
    assert_eq!(distinct.len(), ALL, "repeats are different answers");
    let stats = bench.store.cache_stats(Cache::Answers).await.unwrap();
    assert_eq!((stats.entries, stats.hits, stats.misses), (20, 20, 20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_decides_an_answer_makes_another_request() {
    let bench = Bench::new().await;
    let sandbox = Arc::new(FakeSandbox::fair().known_as("image"));
    let base = |id: &str, model: &Arc<FakeModel>| {
        evaluation(id, &[Arc::clone(model)], &sandbox, PROBLEMS, SAMPLES)
    };
    let first = Arc::new(FakeModel::right("a"));
    carry_out(&bench, base("first", &first)).await;
    let changes: [(&str, Change); 6] = [
        ("temperature", |e| e.spec.sampling.temperature = 0.7),
        ("top-p", |e| e.spec.sampling.top_p = Some(0.5)),
        ("length", |e| e.spec.sampling.max_tokens += 1),
        ("seed", |e| e.spec.seed += 1),
        ("stops", |e| e.spec.sampling.stop.push("never".into())),
        ("digest", |e| {
            let model = e.spec.models[0].to_string();
            e.environment.models.insert(model, "sha256:1".into());
        }),
    ];
    for (what, change) in changes {
        let model = Arc::new(FakeModel::right("a"));
        let mut changed = base(what, &model);
        change(&mut changed);
        carry_out(&bench, changed).await;
        assert_eq!(model.calls(), ALL, "{what}");
    }
    let other = Arc::new(FakeModel::right("b"));
    carry_out(&bench, base("other", &other)).await;
    assert_eq!(other.calls(), ALL);
    // More samples ask for the new ones alone; limits of execution change no answer.
    let more = Arc::new(FakeModel::new("a", |_, call| {
        Ok(right_answer(format!("more {call}")))
    }));
    let mut longer = base("more", &more);
    longer.spec.samples += 2;
    longer.spec.limits.wall_ms += 1;
    let executed = sandbox.calls();
    carry_out(&bench, longer).await;
    assert_eq!(more.calls(), 2 * PROBLEMS);
    assert_eq!(
        sandbox.calls() - executed,
        ALL + 2 * PROBLEMS,
        "other limits, other verdicts"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_may_ask_anew_or_keep_nothing() {
    let bench = Bench::new().await;
    let sandbox = Arc::new(FakeSandbox::fair().known_as("image"));
    let with = |id: &str, cache: CacheUse, model: &Arc<FakeModel>| {
        let mut one = evaluation(id, &[Arc::clone(model)], &sandbox, PROBLEMS, 1);
        one.spec.cache = cache;
        one
    };
    let off = Arc::new(FakeModel::right("a"));
    carry_out(&bench, with("off", CacheUse::Off, &off)).await;
    assert_eq!(
        bench
            .store
            .cache_stats(Cache::Answers)
            .await
            .unwrap()
            .entries,
        0
    );
    let full = Arc::new(FakeModel::new("a", |_, call| {
        Ok(right_answer(format!("old {call}")))
    }));
    carry_out(&bench, with("full", CacheUse::Full, &full)).await;
    assert_eq!(full.calls(), PROBLEMS);
    let anew = Arc::new(FakeModel::new("a", |_, call| {
        Ok(right_answer(format!("new {call}")))
    }));
    carry_out(&bench, with("anew", CacheUse::Refresh, &anew)).await;
    assert_eq!(anew.calls(), PROBLEMS);
    // The newest answer is the one that is known from then on.
    let last = again(&full);
    carry_out(&bench, with("last", CacheUse::Full, &last)).await;
    assert_eq!(last.calls(), 0);
    assert!(
        samples(&bench, "last")
            .await
            .iter()
            .all(|s| s.raw.as_ref().unwrap().contains("new"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_not_be_judged_and_another_image_are_executed_anew() {
    let bench = Bench::new().await;
    let model = Arc::new(FakeModel::right("a"));
    let one = |id: &str, sandbox: &Arc<FakeSandbox>| {
        let mut one = evaluation(id, &[again(&model)], sandbox, 3, 1);
        one.spec.cache = CacheUse::Full;
        one
    };
    let broken = Arc::new(
        FakeSandbox::new(|_, _| execution(Verdict::Infrastructure, "gone")).known_as("image"),
    );
    carry_out(&bench, one("broken", &broken)).await;
    let mended = Arc::new(FakeSandbox::fair().known_as("image"));
    carry_out(&bench, one("mended", &mended)).await;
    assert_eq!(mended.calls(), 3);
    let other = Arc::new(FakeSandbox::fair().known_as("image of tomorrow"));
    carry_out(&bench, one("other", &other)).await;
    assert_eq!(other.calls(), 3);
    // A sandbox that does not say what it is has nothing kept for it.
    let nameless = Arc::new(FakeSandbox::fair());
    for run in ["nameless", "nameless again"] {
        carry_out(&bench, one(run, &nameless)).await;
    }
    assert_eq!(nameless.calls(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_was_paid_for_is_there_for_the_next_attempt_of_another_run() {
    let bench = Bench::new().await;
    let model = Arc::new(FakeModel::right("a"));
    // Nothing is ever executed: the run is cut short while answers wait.
    let stuck = Arc::new(FakeSandbox::fair().slow(3_600_000));
    let handle = bench
        .runner
        .start(evaluation("cut", &[Arc::clone(&model)], &stuck, 4, 1))
        .await
        .unwrap();
    let run = RunId::from("cut");
    loop {
        let waiting = bench
            .store
            .outstanding(
                &run,
                assay_core::SampleStage::Generated,
                None,
                OutstandingCursor::default(),
                99,
            )
            .await
            .unwrap();
        if waiting.len() == 4 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    handle.cancel();
    handle.join().await;
    let next = again(&model);
    let sandbox = Arc::new(FakeSandbox::fair());
    carry_out(
        &bench,
        evaluation("next", &[Arc::clone(&next)], &sandbox, 4, 1),
    )
    .await;
    assert_eq!((next.calls(), sandbox.calls()), (0, 4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_caches_are_within_their_limit_when_a_run_has_ended() {
    let folder = tempfile::tempdir().unwrap();
    let store = assay_store::Store::open(folder.path().join("assay.db"))
        .await
        .unwrap();
    let limit = Arc::new(std::sync::atomic::AtomicU64::new(u64::MAX));
    let config = assay_runner::RunnerConfig {
        cache_bytes: Arc::clone(&limit),
        ..common::config()
    };
    let strategies = Arc::new(assay_prompting::Strategies::builtin().unwrap());
    let runner = assay_runner::Runner::new(store.clone(), strategies, config);
    let model = Arc::new(FakeModel::right("a"));
    let sandbox = Arc::new(FakeSandbox::fair().known_as("image"));
    let kept = async || {
        let mut bytes = 0;
        for cache in [Cache::Answers, Cache::Executions] {
            bytes += store.cache_stats(cache).await.unwrap().bytes;
        }
        bytes
    };
    let one = evaluation("one", &[Arc::clone(&model)], &sandbox, PROBLEMS, SAMPLES);
    runner.start(one).await.unwrap().join().await;
    let all = kept().await;
    assert!(all > 0);
    // Far too few entries for a look in between: the end of the run is one.
    limit.store(all / 2, std::sync::atomic::Ordering::Relaxed);
    let other = Arc::new(FakeModel::right("b"));
    let two = evaluation("two", &[other], &sandbox, PROBLEMS, SAMPLES);
    runner.start(two).await.unwrap().join().await;
    let left = kept().await;
    assert!(
        left > 0 && left <= all / 2,
        "{left} of {all} bytes are kept"
    );
}
