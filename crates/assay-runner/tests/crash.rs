//! A real SIGKILL, again and again, in the middle of real runs.
//!
//! The test starts itself as a child (told by an environment variable), which opens the store,
//! takes up what is interrupted or starts a new run, and prints every announced sample. The parent
//! kills it at a random moment and then looks: what was announced must be stored as it was
//! announced, what was stored must be there unchanged for ever after, nothing twice, and the file
//! sound.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.
#![allow(clippy::print_stdout)] // It is how the child tells its parent.
#![cfg(unix)]

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use assay_core::{RunEvent, RunId, RunStatus, Sample, SampleId, SampleStage, Verdict};
use assay_runner::Runner;
use assay_store::Store;
use common::{FakeModel, FakeSandbox, evaluation, execution, means, right_answer, runner_at};
use rand::{Rng, SeedableRng};

const STORE: &str = "ASSAY_CRASH_TEST_STORE";
const TEST: &str = "nothing_stored_is_lost_or_done_twice_by_a_kill";
const KILLS: u32 = 25;
const PROBLEMS: usize = 60;
const SAMPLES: u32 = 4;

/// Words that no other call of any process ever says.
fn nonce(call: usize) -> String {
    format!("{}-{call}", Runner::new_id())
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn child(path: &Path) {
    let models: Vec<_> = ["a", "b"]
        .map(|name| {
            let model = FakeModel::new(name, |_, call| Ok(right_answer(nonce(call))));
            Arc::new(model.slow(2))
        })
        .into();
    let sandbox = Arc::new(FakeSandbox::new(|_, call| {
        let verdict = [Verdict::Passed, Verdict::Failed, Verdict::Timeout][call % 3];
        execution(verdict, nonce(call))
    }));
    let (store, runner) = runner_at(path).await;
    store.mark_interrupted().await.unwrap();
    let open = store
        .list_runs()
        .await
        .unwrap()
        .into_iter()
        .find(|r| r.run.status != RunStatus::Completed);
    let handle = match open {
        Some(open) => {
            assert_eq!(open.run.status, RunStatus::Interrupted);
            runner
                .resume(&open.run.id, means(&models, &sandbox, PROBLEMS))
                .await
                .unwrap()
        }
        None => {
            let id = Runner::new_id();
            runner
                .start(evaluation(
                    id.as_str(),
                    &models,
                    &sandbox,
                    PROBLEMS,
                    SAMPLES,
                ))
                .await
                .unwrap()
        }
    };
    let mut events = handle.subscribe();
    while let Some(event) = events.next().await {
        if let RunEvent::SampleDone {
            sample,
            verdict: Some(verdict),
            detail: Some(detail),
            ..
        } = event
        {
            println!("announced {} {} {detail} .", sample.0, verdict.as_str());
        }
    }
    assert_eq!(handle.join().await.status, RunStatus::Completed);
}

/// What is stored, with the file examined.
async fn look(path: &Path) -> BTreeMap<(RunId, SampleId), Sample> {
    let store = Store::open(path).await.unwrap();
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let mut found = BTreeMap::new();
    for run in store.list_runs().await.unwrap() {
        let id = &run.run.id;
        let samples = store.samples_after(id, None, 100_000).await.unwrap();
        assert_eq!(
            samples.len(),
            2 * PROBLEMS * SAMPLES as usize,
            "the whole plan or nothing"
        );
        let mut keys: Vec<_> = samples.iter().map(|s| s.key.clone()).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), samples.len(), "no sample twice");
        found.extend(samples.into_iter().map(|s| ((id.clone(), s.id), s)));
    }
    store.close().await;
    found
}

#[test]
fn nothing_stored_is_lost_or_done_twice_by_a_kill() {
    if let Some(path) = std::env::var_os(STORE) {
        return child(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("assay.db");
    let seed: u64 = rand::rng().random();
    println!("moments of the kills from seed {seed}");
    let mut random = rand::rngs::StdRng::seed_from_u64(seed);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();

    let mut known: BTreeMap<(RunId, SampleId), Sample> = BTreeMap::new();
    let (mut kills, mut completed, mut announced_ever) = (0, 0, 0);
    loop {
        let last = kills == KILLS;
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", TEST, "--nocapture"])
            .env(STORE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let reader = std::thread::spawn(move || {
            BufReader::new(output)
                .lines()
                .map_while(Result::ok)
                // A line that the kill cut off lacks its end.
                .filter(|line| line.starts_with("announced ") && line.ends_with(" ."))
                .collect::<Vec<_>>()
        });
        if !last {
            std::thread::sleep(Duration::from_millis(random.random_range(20..320)));
            // On Unix this is SIGKILL: no handler, no destructor.
            child.kill().unwrap();
        }
        let status = child.wait().unwrap();
        if status.success() {
            completed += 1;
        } else {
            assert_eq!(
                std::os::unix::process::ExitStatusExt::signal(&status),
                Some(9),
                "{status}"
            );
            kills += 1;
        }
        let announced = reader.join().unwrap();
        announced_ever += announced.len();
        let stored = runtime.block_on(look(&path));
        for line in &announced {
            let words: Vec<_> = line.split(' ').collect();
            let id = SampleId(words[1].parse().unwrap());
            let (_, sample) = stored.iter().find(|((_, s), _)| *s == id).unwrap();
            let execution = sample.execution.as_ref().unwrap();
            assert_eq!(sample.stage, SampleStage::Done);
            assert_eq!(execution.verdict.as_str(), words[2]);
            assert_eq!(execution.detail.as_deref(), Some(words[3]));
        }
        for (key, before) in &known {
            let after = &stored[key];
            if before.stage != SampleStage::Pending {
                assert_eq!(before.raw, after.raw, "an answer was asked for again");
                assert_eq!(before.cleaned, after.cleaned);
                assert_ne!(after.stage, SampleStage::Pending);
            }
            if before.stage == SampleStage::Done {
                assert_eq!(before, after, "an outcome changed");
            }
        }
        known = stored;
        if last {
            assert!(status.success());
            break;
        }
    }
    // Every answer and every verdict is of a call of its own.
    let mut answers: Vec<_> = known.values().map(|s| s.raw.clone().unwrap()).collect();
    answers.sort();
    answers.dedup();
    assert_eq!(answers.len(), known.len());
    assert!(known.values().all(|s| s.stage == SampleStage::Done));
    assert!(announced_ever > 0 && completed >= 1);
    println!("{kills} kills, {completed} runs completed, {announced_ever} samples announced");
}
