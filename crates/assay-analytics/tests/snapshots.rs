//! Snapshots say what the store says, and go when they should.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assay_analytics::{GroupBy, Measure, ScoreRow, Snapshots};
use assay_core::{Content, RunId, RunStatus, Sample, SampleStage, Transport, Verdict};
use assay_store::Store;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tokio_util::sync::CancellationToken;

use support::{Fate, MODELS, fate, put, store};

const WARM: usize = 1 << 20;

fn snapshots(folder: &Path, store: &Store) -> Snapshots {
    Snapshots::new(store.clone(), folder.join("snapshots"), WARM)
}

async fn prepared(folder: &Path, store: &Store, runs: &[RunId]) -> Snapshots {
    let snapshots = snapshots(folder, store);
    snapshots
        .prepare(runs, &CancellationToken::new(), &|_| {})
        .await
        .unwrap();
    snapshots
}

async fn by_store(store: &Store, runs: &[RunId]) -> Vec<ScoreRow> {
    let rows = store.score_rows(runs).await.unwrap();
    rows.into_iter().map(ScoreRow::from).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder.join("snapshots"))
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect();
    all.sort();
    all
}

fn passed(problem: u32, verdict: Verdict) -> Fate {
    Fate {
        model: 0,
        language: 0,
        problem,
        strategy: 0,
        transport: Some(Transport::Ok),
        content: Some(Content::Ok),
        verdict: Some(verdict),
        stage: SampleStage::Done,
        latency_ms: Some(10.0),
        cost_usd: None,
        program: Some(1),
    }
}

async fn samples(store: &Store, run: &RunId) -> Vec<Sample> {
    store.samples_after(run, None, 10_000).await.unwrap()
}

/// What the tables must say, told from the samples one by one.
struct Plain {
    /// By model and what became of request, answer and program.
    failures: BTreeMap<[Option<String>; 4], u32>,
    latencies: BTreeMap<String, Vec<f64>>,
}

fn plain(samples: &[Sample]) -> Plain {
    let (mut failures, mut latencies) = (BTreeMap::new(), BTreeMap::new());
    for sample in samples {
        let model = sample.key.model.clone();
        let verdict = sample.execution.as_ref().map(|e| e.verdict);
        if sample.stage == SampleStage::Done && verdict != Some(Verdict::Passed) {
            let kind = [
                Some(model.clone()),
                sample.transport.map(|w| w.as_str().to_owned()),
                sample.content.map(|w| w.as_str().to_owned()),
                verdict.map(|w| w.as_str().to_owned()),
            ];
            *failures.entry(kind).or_default() += 1;
        }
        if let Some(latency) = sample.latency_ms {
            latencies
                .entry(model)
                .or_insert_with(Vec::new)
                .push(latency);
        }
    }
    Plain {
        failures,
        latencies,
    }
}

fn quantile(values: &mut [f64], q: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = q * (values.len() - 1) as f64;
    let (low, high) = (
        values[place.floor() as usize],
        values[place.ceil() as usize],
    );
    low + (high - low) * (place - place.floor())
}

#[test]
fn whatever_the_samples_the_snapshots_say_what_the_store_says() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(24));
    let runs = prop::collection::vec(prop::collection::vec(fate(), 0..60), 1..4);
    runner
        .run(&runs, |runs| {
            runtime.block_on(say_the_same(&runs));
            Ok(())
        })
        .unwrap();
}

async fn say_the_same(runs: &[Vec<Fate>]) {
    let (folder, store) = store().await;
    let mut ids = Vec::new();
    for (number, fates) in runs.iter().enumerate() {
        ids.push(put(&store, &format!("run-{number}"), fates).await);
    }
    // Asked for in another order than they came.
    ids.reverse();
    let expected = by_store(&store, &ids).await;
    let first = snapshots(folder.path(), &store);
    assert_eq!(
        first.score_rows(&ids).await.unwrap(),
        expected,
        "by the store"
    );
    first.close(Duration::from_secs(60)).await;
    assert_eq!(files(folder.path()).len(), 2 * ids.len());
    let cold = prepared(folder.path(), &store, &ids).await;
    assert_eq!(cold.score_rows(&ids).await.unwrap(), expected, "cold");
    assert_eq!(cold.score_rows(&ids).await.unwrap(), expected, "warm");

    for run in &ids {
        let samples = samples(&store, run).await;
        let mut plain = plain(&samples);
        let one = std::slice::from_ref(run);
        let failures = cold.failures(one, GroupBy::Model).await.unwrap();
        let counted: BTreeMap<_, _> = failures
            .iter()
            .map(|f| {
                let words = [&f.transport, &f.content, &f.verdict].map(Clone::clone);
                let [transport, content, verdict] = words;
                ([Some(f.key.clone()), transport, content, verdict], f.n)
            })
            .collect();
        assert_eq!(counted, plain.failures);
        let of_store: u32 = store
            .failure_groups(run)
            .await
            .unwrap()
            .iter()
            .map(|g| g.count)
            .sum();
        assert_eq!(failures.iter().map(|f| f.n).sum::<u32>(), of_store);

        let spread = cold
            .spread(one, GroupBy::Model, Measure::LatencyMs)
            .await
            .unwrap();
        assert_eq!(spread.len(), plain.latencies.len());
        for found in &spread {
            let values = plain.latencies.get_mut(&found.key).unwrap();
            assert_eq!(found.n as usize, values.len());
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            for (is, should) in [
                (found.mean, mean),
                (found.median, quantile(values, 0.5)),
                (found.p90, quantile(values, 0.9)),
            ] {
                assert!(
                    (is - should).abs() < 1e-9 * should.abs().max(1.0),
                    "{is} {should}"
                );
            }
        }
    }
    store.close().await;
}

#[tokio::test]
async fn programs_are_as_different_as_the_store_says() {
    let (folder, store) = store().await;
    let mut fates = Vec::new();
    for (problem, programs) in [(0, vec![1, 1, 2, 9]), (1, vec![4, 5]), (2, vec![7])] {
        for program in programs {
            fates.push(Fate {
                program: Some(program),
                ..passed(problem, Verdict::Passed)
            });
        }
        fates.push(Fate {
            program: None,
            ..passed(problem, Verdict::Passed)
        });
    }
    let run = put(&store, "r", &fates).await;
    let one = std::slice::from_ref(&run);
    let snapshots = prepared(folder.path(), &store, one).await;
    let found = snapshots.diversity(one, GroupBy::Model).await.unwrap();
    let told = store.diversity(&run).await.unwrap();
    let [(found, told)] = found.iter().zip(&told).collect::<Vec<_>>()[..] else {
        panic!("{found:?} {told:?}")
    };
    assert_eq!(found.key, told.model);
    assert_eq!(
        (found.problems, found.samples),
        (told.problems, told.samples)
    );
    assert_eq!((found.programs, found.shapes), (told.programs, told.shapes));
    // Three of four and two of two; shapes 0 0 1 4 and 2 2.
    assert_eq!((found.programs, found.shapes), (0.875, 0.625));
}

#[tokio::test]
async fn a_torn_snapshot_is_made_anew() {
    let (folder, store) = store().await;
    let fates: Vec<Fate> = (0..40).map(|n| passed(n % 4, Verdict::Passed)).collect();
    let run = put(&store, "r", &fates).await;
    let one = std::slice::from_ref(&run);
    let expected = by_store(&store, one).await;
    prepared(folder.path(), &store, one).await;
    let whole: Vec<(PathBuf, Vec<u8>)> = files(folder.path())
        .into_iter()
        .map(|path| (path.clone(), std::fs::read(&path).unwrap()))
        .collect();
    assert_eq!(whole.len(), 2);
    for (path, bytes) in &whole {
        let flipped: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
        let mut tail_lost = bytes.clone();
        let kept = bytes.len() / 2;
        tail_lost[kept..].fill(0);
        let mut ways: Vec<Vec<u8>> = (0..16)
            .map(|n| bytes[..bytes.len() * n / 16].to_vec())
            .collect();
        ways.extend([flipped, tail_lost, b"PAR1".to_vec()]);
        for torn in ways {
            std::fs::write(path, &torn).unwrap();
            let found = snapshots(folder.path(), &store);
            assert_eq!(found.score_rows(one).await.unwrap(), expected);
            let spread = found
                .spread(one, GroupBy::Series, Measure::LatencyMs)
                .await
                .unwrap();
            assert_eq!((spread[0].n, spread[0].median), (40, 10.0));
            found
                .prepare(one, &CancellationToken::new(), &|_| {})
                .await
                .unwrap();
            found.close(Duration::from_secs(60)).await;
            let size = std::fs::metadata(path).unwrap().len();
            assert_eq!(size, bytes.len() as u64, "{}", path.display());
        }
    }
}

#[tokio::test]
async fn a_run_that_went_on_is_read_anew_and_one_that_is_on_has_no_snapshot() {
    let (folder, store) = store().await;
    let pending = Fate {
        transport: None,
        content: None,
        verdict: None,
        stage: SampleStage::Pending,
        program: None,
        latency_ms: None,
        ..passed(1, Verdict::Passed)
    };
    let run = put(&store, "r", &[passed(0, Verdict::Failed), pending]).await;
    let one = std::slice::from_ref(&run);
    let snapshots = prepared(folder.path(), &store, one).await;
    let stopped = snapshots.score_rows(one).await.unwrap();
    assert_eq!(stopped.iter().map(|row| row.outstanding).sum::<u32>(), 1);

    store.claim_run(&run).await.unwrap();
    let last = samples(&store, &run).await[1].id;
    store
        .record_failed(
            last,
            assay_store::FailureRecord {
                prompt: None,
                raw: None,
                transport: Transport::Refused,
                detail: String::new(),
                attempts: 1,
                latency_ms: Some(3.0),
                usage: assay_core::Usage::default(),
                cost_usd: None,
                turns: Vec::new(),
            },
        )
        .await
        .unwrap();
    let on = snapshots.score_rows(one).await.unwrap();
    assert_eq!(on, by_store(&store, one).await);
    assert_eq!(on.iter().map(|row| row.unanswered).sum::<u32>(), 1);
    let spread = snapshots
        .spread(one, GroupBy::Series, Measure::LatencyMs)
        .await
        .unwrap();
    assert_eq!((spread[0].n, spread[0].mean), (2, 6.5));

    store
        .finish_run(&run, RunStatus::Completed, None, None)
        .await
        .unwrap();
    snapshots.settle(run.clone());
    assert_eq!(snapshots.score_rows(one).await.unwrap(), on);
    snapshots.close(Duration::from_secs(60)).await;
    // What is in the files now is of the new state.
    let again = prepared(folder.path(), &store, one).await;
    store.close().await;
    assert_eq!(files(folder.path()).len(), 2);
    drop(again);
}

#[tokio::test]
async fn what_is_deleted_leaves_nothing() {
    let (folder, store) = store().await;
    let gone = put(&store, "gone", &[passed(0, Verdict::Passed)]).await;
    let kept = put(&store, "kept", &[passed(0, Verdict::Failed)]).await;
    let both = [gone.clone(), kept.clone()];
    let snapshots = prepared(folder.path(), &store, &both).await;
    snapshots.score_rows(&both).await.unwrap();
    assert_eq!(files(folder.path()).len(), 4);
    store.purge_run(&gone).await.unwrap();
    snapshots.forget(&gone).await;
    assert_eq!(files(folder.path()).len(), 2);
    assert!(snapshots.score_rows(&both).await.is_err());

    // By another program, or by a version that knows nothing of snapshots.
    store.purge_run(&kept).await.unwrap();
    let unfinished = folder.path().join("snapshots/half.part");
    std::fs::write(&unfinished, "").unwrap();
    snapshots.sweep().await.unwrap();
    assert_eq!(
        files(folder.path()),
        [unfinished],
        "one that may be being written"
    );

    // The same run again is another one.
    let again = put(&store, "gone", &[passed(0, Verdict::Failed)]).await;
    let rows = snapshots.score_rows(&[again]).await.unwrap();
    assert_eq!((rows[0].judged, rows[0].passed), (1, 0));
    assert_eq!(rows[0].model, MODELS[0]);
    snapshots.close(Duration::from_secs(60)).await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_no_obstacle() {
    let (folder, store) = store().await;
    let run = put(&store, "r", &[passed(0, Verdict::Passed)]).await;
    // A file where the folder should be.
    std::fs::write(folder.path().join("snapshots"), "").unwrap();
    let snapshots = snapshots(folder.path(), &store);
    let one = std::slice::from_ref(&run);
    assert_eq!(
        snapshots.score_rows(one).await.unwrap(),
        by_store(&store, one).await
    );
    let spread = snapshots
        .spread(one, GroupBy::Model, Measure::LatencyMs)
        .await
        .unwrap();
    assert_eq!(spread[0].n, 1);
    let failed = snapshots
        .prepare(one, &CancellationToken::new(), &|_| {})
        .await;
    assert!(failed.is_err());
    snapshots.close(Duration::from_secs(60)).await;
}
