//! Containers come and go: what happens to programs then, and what is left.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a panic in a test is its failure"
)]

mod support;

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use assay_core::{Coded, Language, Limits, Verdict};
use assay_sandbox::{DockerSandbox, Isolation, Program, Sandbox, SandboxConfig, doctor};
use bollard::Docker;
use bollard::query_parameters::{KillContainerOptions, ListContainersOptionsBuilder};
use support::{HONEST, Place, SQUARE_TESTS, judged, open};
use tokio_util::sync::CancellationToken;

fn docker() -> Docker {
    Docker::connect_with_defaults().unwrap()
}

/// Ids of the containers that belong to the sandboxes with this state folder.
async fn containers(place: &Place) -> Vec<String> {
    let docker = docker().negotiate_version().await.unwrap();
    let state = std::fs::read_to_string(place.state.path().join("sandbox/id")).unwrap();
    let filters = std::collections::HashMap::from([(
        "label".to_owned(),
        vec![format!("assay.state={}", state.trim())],
    )]);
    let options = ListContainersOptionsBuilder::new()
        .all(true)
        .filters(&filters)
        .build();
    let found = docker.list_containers(Some(options)).await.unwrap();
    found.into_iter().filter_map(|one| one.id).collect()
}

async fn none_left(place: &Place) {
    for _ in 0..200 {
        if containers(place).await.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("left over: {:?}", containers(place).await);
}

fn honest() -> Program {
    judged(HONEST, SQUARE_TESTS, "square")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_container_costs_no_verdict() {
    let place = open(|_| ()).await;
    place.neighbour_passes("the start").await;
    let slow = judged(
        "import time\ndef square(x):\n    time.sleep(0.4)\n    return x * x",
        SQUARE_TESTS,
        "square",
    );
    let limits = Limits {
        wall_ms: 20_000,
        ..Limits::default()
    };
    let killer = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let docker = docker().negotiate_version().await.unwrap();
        for id in containers(&place).await {
            docker
                .kill_container(&id, None::<KillContainerOptions>)
                .await
                .unwrap();
        }
    };
    let (execution, ()) = tokio::join!(place.run(&slow, &limits), killer);
    assert_eq!(execution.verdict, Verdict::Passed, "{execution:#?}");
    assert_eq!(place.sandbox.health().await.gauges.retried, 1);
    place.sandbox.close().await;
    none_left(&place).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_ends_programs_and_their_containers() {
    let place = open(|config| config.concurrency = Some(2)).await;
    let endless = judged(
        "def square(x):\n    while True: pass",
        SQUARE_TESTS,
        "square",
    );
    let limits = Limits {
        wall_ms: 600_000,
        ..Limits::default()
    };
    let cancel = CancellationToken::new();
    let stop = async {
        while place.sandbox.health().await.gauges.containers == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        cancel.cancel();
    };
    let (one, other, ()) = tokio::join!(
        place.sandbox.execute(&endless, &limits, &cancel),
        place.sandbox.execute(&endless, &limits, &cancel),
        stop
    );
    assert_eq!(one.verdict, Verdict::Infrastructure);
    assert_eq!(other.detail.as_deref(), Some("cancelled"));
    none_left(&place).await;
    place.neighbour_passes("cancelled programs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_ends_everything() {
    let place = Arc::new(open(|config| config.concurrency = Some(2)).await);
    let running = {
        let place = place.clone();
        tokio::spawn(async move {
            let endless = judged("while True: pass", SQUARE_TESTS, "square");
            place
                .run(
                    &endless,
                    &Limits {
                        wall_ms: 600_000,
                        ..Limits::default()
                    },
                )
                .await
        })
    };
    while place.sandbox.health().await.gauges.containers == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    place.sandbox.close().await;
    assert_eq!(running.await.unwrap().verdict, Verdict::Infrastructure);
    none_left(&place).await;
    let later = place.run(&honest(), &Limits::default()).await;
    assert_eq!(later.verdict, Verdict::Infrastructure);
}

/// Not a test of its own: the process that the next one kills.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed() {
    let Some(state) = std::env::var_os("ASSAY_TEST_VICTIM") else {
        return;
    };
    let sandbox = DockerSandbox::open(SandboxConfig::new(state))
        .await
        .unwrap();
    sandbox
        .warm_up(&Language::python(), &Limits::default())
        .await
        .unwrap();
    let endless = judged("while True: pass", SQUARE_TESTS, "square");
    let limits = Limits {
        wall_ms: 600_000,
        ..Limits::default()
    };
    sandbox
        .execute(&endless, &limits, &CancellationToken::new())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_a_killed_process() {
    let place = open(|_| ()).await;
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_process_that_is_killed", "--nocapture"])
        .env("ASSAY_TEST_VICTIM", place.state.path())
        .spawn()
        .unwrap();
    let mut running = 0;
    for _ in 0..400 {
        running = containers(&place).await.len();
        if running >= 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(running >= 1, "the victim started no container");
    // While it lives, its containers are its own.
    assert_eq!(place.sandbox.reap().await.unwrap(), 0);
    victim.kill().unwrap();
    victim.wait().unwrap();
    // Idle containers end by themselves; one that is busy is removed by whoever comes next.
    place.sandbox.reap().await.unwrap();
    none_left(&place).await;
    let locks = std::fs::read_dir(place.state.path().join("sandbox"))
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().extension() == Some("lock".as_ref()))
        .count();
    assert_eq!(locks, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_for_every_program_where_that_is_asked_for() {
    let place = open(|config| config.isolation = Isolation::Container).await;
    place.neighbour_passes("the start").await;
    place.neighbour_passes("the first").await;
    let gauges = place.sandbox.health().await.gauges;
    assert_eq!((gauges.executed, gauges.recycled), (2, 2));
    none_left(&place).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn containers_are_replaced_after_their_share() {
    let place = open(|config| config.recycle_after = 3).await;
    for _ in 0..7 {
        place.neighbour_passes("some others").await;
    }
    assert_eq!(place.sandbox.health().await.gauges.recycled, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_limits_get_other_containers_and_find_them_again() {
    let place = open(|_| ()).await;
    let hog = judged(
        "def square(x):\n    data = bytearray(300 << 20)\n    return x * x",
        SQUARE_TESTS,
        "square",
    );
    let small = Limits {
        memory_mb: 128,
        ..Limits::default()
    };
    for _ in 0..3 {
        let execution = place.run(&hog, &small).await;
        assert_eq!(execution.verdict, Verdict::Memory, "{execution:#?}");
        let execution = place.run(&hog, &Limits::default()).await;
        assert_eq!(execution.verdict, Verdict::Passed, "{execution:#?}");
    }
    let gauges = place.sandbox.health().await.gauges;
    assert_eq!((gauges.containers, gauges.recycled), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn containers_that_nobody_wants_are_given_up() {
    let place = open(|config| config.idle_after = Duration::from_millis(400)).await;
    assert_eq!(
        place.run(&honest(), &Limits::default()).await.verdict,
        Verdict::Passed
    );
    none_left(&place).await;
    assert_eq!(place.sandbox.health().await.gauges.containers, 0);
    place.neighbour_passes("an idle time").await;
}

/// Two that warm up at the same time, each for every place, wait for each other and not for ever.
#[tokio::test(flavor = "multi_thread")]
async fn two_can_warm_up_at_once() {
    let place = open(|config| config.concurrency = Some(2)).await;
    let (python, limits) = (Language::python(), Limits::default());
    let both = futures::future::join(
        place.sandbox.warm_up(&python, &limits),
        place.sandbox.warm_up(&python, &limits),
    );
    let (one, other) = tokio::time::timeout(Duration::from_secs(60), both)
        .await
        .unwrap();
    one.unwrap();
    other.unwrap();
    assert_eq!(place.sandbox.health().await.gauges.containers, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeout_stands_only_when_it_happens_again() {
    let place = open(|config| config.concurrency = Some(2)).await;
    let endless = judged("while True: pass", SQUARE_TESTS, "square");
    let limits = Limits {
        wall_ms: 1_000,
        ..Limits::default()
    };
    let execution = place.run(&endless, &limits).await;
    assert_eq!(execution.verdict, Verdict::Timeout);
    let gauges = place.sandbox.health().await.gauges;
    assert_eq!((gauges.executed, gauges.overturned), (2, 0));
    place.neighbour_passes("a timeout").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_are_judged_by_how_they_end() {
    let place = open(|config| config.confirm = false).await;
    let run = async |source: &str, stdin: Option<&str>| {
        let mut program = Program::script(Language::python(), source);
        program.stdin = stdin.map(str::to_owned);
        let limits = Limits {
            wall_ms: 2_000,
            ..Limits::default()
        };
        place.run(&program, &limits).await
    };
    let done = run(
        "import sys, threading, atexit\nassert __name__ == '__main__'\natexit.register(print, 'last')\nthreading.Timer(0.05, print, ['thread']).start()\nprint(input()[::-1], open('/dev/stdin').read(), file=sys.stderr)\nprint('grüße')",
        Some("abc\nrest"),
    )
    .await;
    assert_eq!(done.verdict, Verdict::Passed, "{done:#?}");
    assert_eq!((done.exit_code, done.signal), (Some(0), None));
    assert_eq!(done.stdout, "grüße\nthread\nlast\n");
    assert!(done.stderr.starts_with("cba"), "{done:#?}");
    assert!(done.peak_memory_kb.unwrap() > 1_000);

    let exited = run("raise SystemExit(3)", None).await;
    assert_eq!(
        (exited.verdict, exited.exit_code),
        (Verdict::Failed, Some(3))
    );
    let raised = run("def f(): return 1 / 0\nf()", None).await;
    assert_eq!(
        (raised.verdict, raised.exit_code),
        (Verdict::Exception, Some(1))
    );
    assert_eq!(
        raised.detail.as_deref(),
        Some("ZeroDivisionError: division by zero")
    );
    assert!(raised.stderr.contains("line 1, in f"), "{raised:#?}");
    let wrong = run("def f(:", None).await;
    assert_eq!(wrong.verdict, Verdict::CompileError);
    let killed = run("import os\nos.kill(os.getpid(), 11)", None).await;
    assert_eq!(
        (killed.verdict, killed.signal),
        (Verdict::Exception, Some(11))
    );
    let slow = run("print('begun', flush=True)\nwhile True: pass", None).await;
    assert_eq!(
        (slow.verdict, slow.stdout.as_str()),
        (Verdict::Timeout, "begun\n")
    );
    let loud = run("while True: print('x' * 99)", None).await;
    assert_eq!(loud.verdict, Verdict::OutputLimit);
    assert!(loud.truncated && loud.stdout.len() == 16_384);
    let hungry = run("x = bytearray(1 << 33)", None).await;
    assert_eq!(hungry.verdict, Verdict::Memory);
    let input = run("input()", None).await;
    assert_eq!(
        input.detail.as_deref(),
        Some("EOFError: EOF when reading a line")
    );
    place.neighbour_passes("scripts").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_said_with_a_hint() {
    let state = tempfile::tempdir().unwrap();
    let mut config = SandboxConfig::new(state.path());
    config.engine = Some("unix:///nonexistent/docker.sock".to_owned());
    let error = DockerSandbox::open(config.clone()).await.err().unwrap();
    assert_eq!(error.code(), "engine-unreachable");
    assert!(error.is_missing_requirement() && error.hint().is_some());
    let report = doctor(&config).await;
    assert!(!report.is_well());
    assert_eq!(report.checks[0].name, "engine");
    assert!(report.checks[0].hint.is_some());

    config.engine = Some("gopher://engine".to_owned());
    let error = DockerSandbox::open(config).await.err().unwrap();
    assert_eq!(error.code(), "engine-address");

    let place = open(|_| ()).await;
    let unknown = Language::new("befunge");
    let error = place.sandbox.require(&unknown).await.unwrap_err();
    assert_eq!(error.code(), "unknown-language");
    let program = Program::script(unknown, "1");
    let execution = place.run(&program, &Limits::default()).await;
    assert_eq!(execution.verdict, Verdict::Infrastructure);
    assert!(execution.detail.unwrap().contains("befunge"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_everything_well() {
    let place = open(|_| ()).await;
    let mut config = SandboxConfig::new(place.state.path());
    config.concurrency = Some(1);
    let report = doctor(&config).await;
    assert!(report.is_well(), "{report:#?}");
    for name in [
        "engine",
        "image-python",
        "python-forged-pass",
        "python-network",
    ] {
        assert!(
            report.checks.iter().any(|check| check.name == name),
            "{name}"
        );
    }
    let image = place.sandbox.require(&Language::python()).await.unwrap();
    assert!(image.digest.unwrap().starts_with("sha256:"));
    assert!(image.toolchain.unwrap().starts_with("Python 3."));
}
