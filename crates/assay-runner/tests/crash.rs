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

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use assay_core::{RunEvent, RunId, RunStatus, Sample, SampleId, SampleStage, Verdict};
use assay_runner::Runner;
use assay_store::Store;
use common::{FakeModel, FakeSandbox, evaluation, execution, means, right_answer, runner_at};
use rand::{Rng, SeedableRng};

const STORE: &str = "ASSAY_CRASH_TEST_STORE";
const TEST: &str = "nothing_stored_is_lost_or_done_twice_by_a_kill";
/// Unless `ASSAY_KILLS` says otherwise.
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
        Some(open) => runner
            .resume(&open.run.id, means(&models, &sandbox, PROBLEMS))
            .await
            .unwrap(),
        None => {
            let id = Runner::new_id();
            let runs = store.list_runs().await.unwrap().len() as u64;
            let mut run = evaluation(id.as_str(), &models, &sandbox, PROBLEMS, SAMPLES);
            // Every other run is the one before it again: what that one paid for is known.
            run.spec.seed = runs / 2;
            runner.start(run).await.unwrap()
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
    let ended = handle.join().await;
    assert_eq!(ended.status, RunStatus::Completed, "{ended:?}");
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

/// A child that is killed after `life`, or lives to its end; how it ended and what it announced.
fn live(command: &mut Command, life: Option<Duration>) -> (ExitStatus, Vec<String>) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let output = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            // A line that the kill cut off lacks its end.
            .filter(|line| line.starts_with("announced ") && line.ends_with(" ."))
            .collect::<Vec<_>>()
    });
    if let Some(life) = life {
        std::thread::sleep(life);
        // On Unix this is SIGKILL: no handler, no destructor.
        child.kill().unwrap();
    }
    (child.wait().unwrap(), reader.join().unwrap())
}

/// What was announced is stored as it was announced.
fn holds(stored: &BTreeMap<(RunId, SampleId), Sample>, announced: &[String]) {
    for line in announced {
        let words: Vec<_> = line.split(' ').collect();
        let id = SampleId(words[1].parse().unwrap());
        let (_, sample) = stored.iter().find(|((_, s), _)| *s == id).unwrap();
        let execution = sample.execution.as_ref().unwrap();
        assert_eq!(sample.stage, SampleStage::Done);
        assert_eq!(execution.verdict.as_str(), words[2]);
        assert_eq!(execution.detail.as_deref(), Some(words[3]));
    }
}

/// A library that lets every so-many-th `fsync` and `fdatasync` fail, as a disk does that is going.
const FAULTS: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
static atomic_int calls;
static int fails(void) {
    const char *every = getenv("ASSAY_FAULT_EVERY");
    return every && (atomic_fetch_add(&calls, 1) + 1) % atoi(every) == 0;
}
int fsync(int fd) {
    if (fails()) { errno = EIO; return -1; }
    return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
int fdatasync(int fd) {
    if (fails()) { errno = EIO; return -1; }
    return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
"#;

/// A disk that fails to write what it was given ends the run with an error, spoils nothing that was announced, and the
/// run goes on when the disk does.
#[cfg(target_os = "linux")]
#[test]
fn what_the_disk_failed_to_keep_was_never_announced() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("faults.c");
    let library = folder.path().join("faults.so");
    std::fs::write(&source, FAULTS).unwrap();
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status()
        .unwrap();
    assert!(compiled.success());
    let path = folder.path().join("assay.db");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (mut failed, mut announced_ever) = (0, 0);
    for every in [11, 17, 29, 43, 67, 0] {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", TEST, "--nocapture"])
            .env(STORE, &path)
            .stderr(Stdio::null());
        if every > 0 {
            command
                .env("LD_PRELOAD", &library)
                .env("ASSAY_FAULT_EVERY", every.to_string());
        }
        let (status, announced) = live(&mut command, None);
        failed += u32::from(!status.success());
        announced_ever += announced.len();
        let stored = runtime.block_on(look(&path));
        holds(&stored, &announced);
        assert!(every > 0 || status.success());
        assert!(every > 0 || stored.values().all(|s| s.stage == SampleStage::Done));
    }
    assert_eq!(failed, 5, "every disk that fails is met");
    assert!(announced_ever > 0);
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

    let wanted: u32 = std::env::var("ASSAY_KILLS").map_or(KILLS, |n| n.parse().unwrap());
    let mut known: BTreeMap<(RunId, SampleId), Sample> = BTreeMap::new();
    let (mut kills, mut completed, mut announced_ever) = (0, 0, 0);
    loop {
        let last = kills == wanted;
        let life = (!last).then(|| Duration::from_millis(random.random_range(20..320)));
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", TEST, "--nocapture"])
            .env(STORE, &path)
            .stderr(Stdio::inherit());
        let (status, announced) = live(&mut command, life);
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
        announced_ever += announced.len();
        let stored = runtime.block_on(look(&path));
        holds(&stored, &announced);
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
    assert!(known.values().all(|s| s.stage == SampleStage::Done));
    // Every answer is of a call of its own, once for each sample of each seed; a run that came again has the same.
    let mut by_seed: BTreeMap<(u64, String, String, u32), BTreeSet<String>> = BTreeMap::new();
    for sample in known.values() {
        let key = &sample.key;
        let key = (
            sample.seed.unwrap(),
            key.model.clone(),
            key.problem.to_string(),
            key.index,
        );
        by_seed
            .entry(key)
            .or_default()
            .insert(sample.raw.clone().unwrap());
    }
    assert!(
        by_seed.values().all(|answers| answers.len() == 1),
        "an answer was paid for twice"
    );
    let answers: BTreeSet<_> = by_seed.values().flatten().collect();
    assert_eq!(answers.len(), by_seed.len());
    assert!(announced_ever > 0 && completed >= 1);
    println!("{kills} kills, {completed} runs completed, {announced_ever} samples announced");
}
