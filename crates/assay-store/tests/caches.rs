//! Answers and executions that are kept: what comes back, what is counted, what is given up first.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use assay_core::{
    CacheTally, Fingerprint, FinishReason, Generation, Priority, RunId, SampleStage, Usage, Verdict,
};
use assay_store::{
    Cache, CacheKey, ExecutionRecord, GenerationRecord, KeptAnswer, OutstandingCursor, Store,
    StoreError,
};
use common::{answer, execution, new_run, plan, store};
use jiff::Timestamp;

fn key(n: u8) -> CacheKey {
    CacheKey([n; 32])
}

fn said(text: &str) -> Generation {
    Generation {
        text: text.to_owned(),
        finish: FinishReason::Stop,
        usage: Usage {
            prompt_tokens: Some(1),
            completion_tokens: Some(2),
        },
        latency_ms: 12.25,
        first_token_ms: Some(0.1),
        attempts: 1,
        served_model: Some("m".to_owned()),
        warnings: Vec::new(),
    }
}

fn kept(n: u8, text: &str) -> KeptAnswer {
    KeptAnswer {
        key: key(n),
        answer: said(text),
        cost_usd: Some(0.5),
    }
}

#[tokio::test]
async fn what_is_kept_with_a_sample_comes_back_whole() {
    let (_folder, store) = store().await;
    let run = RunId::from("r");
    store
        .create_run(new_run("r"), plan(&["local:a"], 1, 2))
        .await
        .unwrap();
    let open = store
        .outstanding(
            &run,
            SampleStage::Pending,
            None,
            OutstandingCursor::default(),
            9,
        )
        .await
        .unwrap();
    assert_eq!(store.cached_answer(key(1)).await.unwrap(), None);
    let record = GenerationRecord {
        keep: Some(kept(1, "né\0 \u{fffd}")),
        ..answer(Some("p"))
    };
    store
        .record_generation(open[0].id, record.clone())
        .await
        .unwrap();
    assert_eq!(
        store.cached_answer(key(1)).await.unwrap(),
        Some(said("né\0 \u{fffd}"))
    );
    assert_eq!(store.cached_execution(key(1)).await.unwrap(), None);
    let ran = ExecutionRecord {
        keep: Some(key(1)),
        ..execution(Verdict::Failed).into()
    };
    store
        .record_execution(open[0].id, ran.clone())
        .await
        .unwrap();
    assert_eq!(
        store.cached_execution(key(1)).await.unwrap(),
        Some(execution(Verdict::Failed))
    );

    // The second sample is another one, and says where its answer came from.
    let again = GenerationRecord {
        cached: true,
        keep: None,
        ..record
    };
    store.record_generation(open[1].id, again).await.unwrap();
    store
        .record_execution(
            open[1].id,
            ExecutionRecord {
                cached: true,
                keep: None,
                ..ran
            },
        )
        .await
        .unwrap();
    let totals = store.run_summary(&run).await.unwrap().totals;
    assert_eq!(
        (totals.done, totals.answers_cached, totals.executions_cached),
        (2, 1, 1)
    );
    // Paid once.
    assert_eq!(
        (totals.cost.usd, totals.saved_usd),
        (Some(0.25), Some(0.25))
    );

    // A step that is refused keeps nothing.
    let refused = GenerationRecord {
        keep: Some(kept(9, "late")),
        ..answer(Some("p"))
    };
    let error = store
        .record_generation(open[0].id, refused)
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::WrongStage { .. }));
    assert_eq!(store.cached_answer(key(9)).await.unwrap(), None);

    // What is kept outlives the run it was kept for.
    store
        .finish_run(&run, assay_core::RunStatus::Completed, None, None)
        .await
        .unwrap();
    store.purge_run(&run).await.unwrap();
    assert!(store.cached_answer(key(1)).await.unwrap().is_some());
}

#[tokio::test]
async fn hits_are_counted_and_a_cache_can_be_cleared_alone() {
    let (_folder, store) = store().await;
    for n in 0..7 {
        store.keep_answer(kept(n, "x")).await.unwrap();
        store
            .keep_execution(key(n), execution(Verdict::Passed))
            .await
            .unwrap();
    }
    let tally = CacheTally {
        answer_hits: 3,
        answer_misses: 7,
        execution_hits: 1,
        execution_misses: 2,
    };
    store.note_cache_use(tally).await.unwrap();
    store.note_cache_use(tally).await.unwrap();
    let answers = store.cache_stats(Cache::Answers).await.unwrap();
    assert_eq!((answers.entries, answers.hits, answers.misses), (7, 6, 14));
    assert_eq!(answers.cost_usd, Some(3.5));
    assert!(answers.bytes > 7 * 100);
    assert_eq!(store.clear_cache(Cache::Answers).await.unwrap(), 7);
    let answers = store.cache_stats(Cache::Answers).await.unwrap();
    assert_eq!(
        (answers.entries, answers.bytes, answers.hits, answers.misses),
        (0, 0, 0, 0)
    );
    let executions = store.cache_stats(Cache::Executions).await.unwrap();
    assert_eq!(
        (executions.entries, executions.hits, executions.misses),
        (7, 2, 4)
    );
}

#[tokio::test]
async fn executions_go_first_and_of_each_what_was_not_used_for_longest() {
    let folder = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicI64::new(1_800_000_000_000));
    let clock = Arc::clone(&now);
    let store = Store::open_with_clock(folder.path().join("assay.db"), move || {
        Timestamp::from_millisecond(clock.load(Ordering::SeqCst)).unwrap()
    })
    .await
    .unwrap();
    let day = 86_400_000;
    for n in 0..10 {
        now.fetch_add(day, Ordering::SeqCst);
        store
            .keep_answer(kept(n, &"x".repeat(1_000)))
            .await
            .unwrap();
        store
            .keep_execution(key(n), execution(Verdict::Passed))
            .await
            .unwrap();
    }
    // The oldest is used again, which counts once it is written down.
    now.fetch_add(day, Ordering::SeqCst);
    assert!(store.cached_answer(key(0)).await.unwrap().is_some());
    store.note_cache_use(CacheTally::default()).await.unwrap();

    let answers = store.cache_stats(Cache::Answers).await.unwrap().bytes;
    let executions = store.cache_stats(Cache::Executions).await.unwrap().bytes;
    assert_eq!(store.trim_caches(answers + executions).await.unwrap(), 0);
    // A byte too much costs one execution: the oldest.
    assert_eq!(
        store.trim_caches(answers + executions - 1).await.unwrap(),
        1
    );
    assert_eq!(store.cached_execution(key(0)).await.unwrap(), None);
    assert!(store.cached_execution(key(1)).await.unwrap().is_some());
    // Room for three answers: no execution stays, and the three answers used last.
    let three = answers / 10 * 3;
    store.trim_caches(three).await.unwrap();
    assert_eq!(
        store.cache_stats(Cache::Executions).await.unwrap().entries,
        0
    );
    for n in 0..10 {
        let there = store.cached_answer(key(n)).await.unwrap().is_some();
        assert_eq!(there, [0, 8, 9].contains(&n), "{n}");
    }
}

#[tokio::test]
async fn failures_are_grouped_and_programs_told_apart() {
    let (_folder, store) = store().await;
    let run = RunId::from("r");
    store
        .create_run(new_run("r"), plan(&["local:a"], 2, 4))
        .await
        .unwrap();
    let open = store
        .outstanding(
            &run,
            SampleStage::Pending,
            None,
            OutstandingCursor::default(),
            9,
        )
        .await
        .unwrap();
    for (n, sample) in open.iter().enumerate() {
        // The first problem: two programs of one shape, four samples. The second: all different; one without code.
        let told = if n < 4 {
            (n as u64 % 2, 7)
        } else {
            (n as u64, n as u64)
        };
        let record = GenerationRecord {
            fingerprint: (n != 7).then_some(Fingerprint {
                program: told.0,
                shape: told.1,
            }),
            ..answer((n != 7).then_some("p"))
        };
        store.record_generation(sample.id, record).await.unwrap();
        if n != 7 {
            let verdict = if n < 3 {
                Verdict::Failed
            } else {
                Verdict::Passed
            };
            store
                .record_execution(sample.id, execution(verdict))
                .await
                .unwrap();
        }
    }
    let groups = store.failure_groups(&run).await.unwrap();
    assert_eq!(groups.len(), 2);
    assert_eq!(
        (groups[0].count, groups[0].verdict, groups[0].example),
        (3, Some(Verdict::Failed), open[2].id)
    );
    assert!(groups[0].detail.as_ref().unwrap().contains("assert 1 == 2"));
    assert_eq!((groups[1].count, groups[1].verdict), (1, None));
    let [diversity] = <[_; 1]>::try_from(store.diversity(&run).await.unwrap()).unwrap();
    assert_eq!((diversity.problems, diversity.samples), (2, 7));
    assert!((diversity.programs - (0.5 + 1.0) / 2.0).abs() < 1e-12);
    assert!((diversity.shapes - (0.25 + 1.0) / 2.0).abs() < 1e-12);
}

#[tokio::test]
async fn a_run_is_steered_by_any_program_and_withdraws_what_is_needless() {
    let (_folder, store) = store().await;
    let run = RunId::from("r");
    store
        .create_run(new_run("r"), plan(&["local:a", "local:b"], 2, 4))
        .await
        .unwrap();
    assert!(
        store
            .steer_run(&run, Some(true), Some(Priority::High))
            .await
            .unwrap()
    );
    let beat = store.heartbeat(&run, 1.0).await.unwrap();
    assert_eq!(
        (beat.paused, beat.priority, beat.cancel_requested),
        (true, Priority::High, false)
    );
    store.steer_run(&run, Some(false), None).await.unwrap();
    let beat = store.heartbeat(&run, 1.0).await.unwrap();
    assert_eq!((beat.paused, beat.priority), (false, Priority::High));

    let open = store
        .outstanding(
            &run,
            SampleStage::Pending,
            Some("local:b"),
            OutstandingCursor::default(),
            9,
        )
        .await
        .unwrap();
    let asked = &open[0];
    let gone = store
        .withdraw(
            &run,
            "local:b",
            &asked.language,
            &asked.problem,
            vec![open[1].id],
        )
        .await
        .unwrap();
    assert_eq!(gone, 3);
    let summary = store.run_summary(&run).await.unwrap();
    assert_eq!((summary.totals.total, summary.run.withdrawn), (13, 3));
    assert!(store.sample(open[1].id).await.is_ok());

    // Whoever takes it up again finds it going, at the priority it was given.
    store.steer_run(&run, Some(true), None).await.unwrap();
    store
        .finish_run(&run, assay_core::RunStatus::Cancelled, None, None)
        .await
        .unwrap();
    assert!(!store.steer_run(&run, Some(true), None).await.unwrap());
    let record = store.claim_run(&run).await.unwrap();
    assert_eq!(
        (record.paused, record.priority, record.withdrawn),
        (false, Priority::High, 3)
    );
    let missing = store
        .steer_run(&RunId::from("x"), None, None)
        .await
        .unwrap_err();
    assert!(matches!(missing, StoreError::RunNotFound(_)));
}
