//! What happens to the machine while an evaluation runs: it sleeps, its clock jumps, its engine or the model's server
//! goes away and comes back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::net::{UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;
use wiremock::{Request, Respond, ResponseTemplate};

use crate::eval::starter_answers;
use crate::server;
use crate::support::Home;

const SAMPLES: usize = 4;

fn eval<'a>(model: &'a str, samples: &'a str) -> Vec<&'a str> {
    let mut args = vec!["--json", "eval", "--model", model, "--dataset", "starter"];
    args.extend(["--samples", samples, "--temperature", "0.5"]);
    args.extend(["--concurrency", "4"]);
    args
}

fn run_id(home: &Home) -> String {
    let runs = home.json(0, &["runs", "list"]);
    runs[0]["id"].as_str().unwrap().to_owned()
}

/// Every sample of the run is there once, and passed.
fn is_whole(outcome: &Value, total: usize) {
    assert_eq!(outcome["status"], "completed", "{outcome}");
    let results = outcome["results"].as_array().unwrap();
    let keys: BTreeSet<_> = results
        .iter()
        .map(|r| (r["task_id"].to_string(), r["sample"].as_u64()))
        .collect();
    assert_eq!((results.len(), keys.len()), (total, total));
    assert_eq!(outcome["verdicts"]["passed"], total, "{outcome}");
}

fn signal(process: u32, signal: &str) {
    let sent = Command::new("kill")
        .args([signal, &process.to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_when_its_machine_wakes() {
    let answers = starter_answers();
    let total = answers.len() * SAMPLES;
    let server = server::solver(answers, Duration::from_millis(150)).await;
    let home = Home::empty();
    let (model, samples) = (server::model(&server), SAMPLES.to_string());
    let outcome = tokio::task::block_in_place(|| {
        let mut child = home
            .command(&eval(&model, &samples))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..2 {
            std::thread::sleep(Duration::from_millis(1_200));
            assert!(child.try_wait().unwrap().is_none(), "it was over too soon");
            signal(child.id(), "-STOP");
            // Longer than a program may take: no verdict may come of it.
            std::thread::sleep(Duration::from_secs(5));
            signal(child.id(), "-CONT");
        }
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    });
    is_whole(&outcome, total);
}

/// A clock that is a day off, then a year, then before its time, each time it is asked.
const CLOCK: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <time.h>
static const long off[] = { 0, 86400, -86400, 31536000, -31536000, 3600, -3600 };
static atomic_uint asked;
static long jump(void) { return off[atomic_fetch_add(&asked, 1) / 5 % 7]; }
int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int told = real(clock, now);
    if (clock == CLOCK_REALTIME) now->tv_sec += jump();
    return told;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec at;
    (void)zone;
    int told = clock_gettime(CLOCK_REALTIME, &at);
    now->tv_sec = at.tv_sec;
    now->tv_usec = at.tv_nsec / 1000;
    return told;
}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_decides_nothing() {
    let answers = starter_answers();
    let total = answers.len() * SAMPLES;
    let server = server::solver(answers, Duration::from_millis(100)).await;
    let home = Home::empty();
    let (model, samples) = (server::model(&server), SAMPLES.to_string());
    let source = home.file("clock.c", CLOCK);
    let library = home.path().join("clock.so");
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status()
        .unwrap();
    assert!(compiled.success());
    let mut command = home.command(&eval(&model, &samples));
    command.env("LD_PRELOAD", &library).stderr(Stdio::null());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    while server::asked(&server).await < 20 {
        assert!(child.try_wait().unwrap().is_none(), "it was over too soon");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    tokio::task::block_in_place(|| {
        // Interrupted in one time, gone on with in another.
        let run = run_id(&home);
        let output = home
            .command(&["--json", "eval", "--resume", &run])
            .env("LD_PRELOAD", &library)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
        is_whole(&outcome, total);
        let elapsed = home.json(0, &["runs", "show", &run])["summary"]["progress"]["elapsed_s"]
            .as_f64()
            .unwrap();
        assert!((0.0..600.0).contains(&elapsed), "{elapsed} s at work");
        home.json(0, &["runs", "verify"]);
    });
}

/// A way to the engine that can be cut.
struct Line {
    path: PathBuf,
    up: Arc<AtomicBool>,
    cut: Arc<std::sync::Mutex<CancellationToken>>,
}

impl Line {
    fn to_engine(folder: &Path) -> Self {
        let path = folder.join("engine.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let up = Arc::new(AtomicBool::new(true));
        let cut = Arc::new(std::sync::Mutex::new(CancellationToken::new()));
        let (open, cuts) = (Arc::clone(&up), Arc::clone(&cut));
        tokio::spawn(async move {
            loop {
                let (mut here, _) = listener.accept().await.unwrap();
                if !open.load(Ordering::SeqCst) {
                    continue;
                }
                let cut = cuts.lock().unwrap().clone();
                tokio::spawn(async move {
                    let mut there = UnixStream::connect(engine()).await.unwrap();
                    tokio::select! {
                        () = cut.cancelled() => {}
                        _ = tokio::io::copy_bidirectional(&mut here, &mut there) => {}
                    }
                });
            }
        });
        Self { path, up, cut }
    }

    /// Every connection ends, and none can be made.
    fn take_down(&self) {
        self.up.store(false, Ordering::SeqCst);
        let mut cut = self.cut.lock().unwrap();
        cut.cancel();
        *cut = CancellationToken::new();
    }

    fn bring_up(&self) {
        self.up.store(true, Ordering::SeqCst);
    }
}

fn engine() -> PathBuf {
    let address = std::env::var("DOCKER_HOST").unwrap_or_default();
    let path = address
        .strip_prefix("unix://")
        .unwrap_or("/var/run/docker.sock");
    PathBuf::from(path)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_restarts_costs_no_program_its_verdict() {
    let answers = starter_answers();
    let samples = 8;
    let total = answers.len() * samples;
    let server = server::solver(answers, Duration::from_millis(150)).await;
    let home = Home::empty();
    let line = Line::to_engine(home.path());
    let host = format!("unix://{}", line.path.display());
    let (model, samples) = (server::model(&server), samples.to_string());
    tokio::task::block_in_place(|| {
        let mut child = home
            .command(&eval(&model, &samples))
            .env("DOCKER_HOST", &host)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..2 {
            std::thread::sleep(Duration::from_millis(1_500));
            line.take_down();
            std::thread::sleep(Duration::from_millis(700));
            line.bring_up();
        }
        child.wait().unwrap();
        // However it ended: what the engine's absence kept from a verdict has none, and gets one now.
        let run = run_id(&home);
        let before = home.json(0, &["runs", "show", &run]);
        let verdicts = &before["summary"]["verdicts"];
        for wrong in ["failed", "exception", "timeout", "memory", "process_limit"] {
            assert!(verdicts[wrong].as_u64().unwrap_or(0) == 0, "{before}");
        }
        let outcome = home.json(0, &["eval", "--resume", &run]);
        is_whole(&outcome, total);
    });
}

/// Answers with what another would, but not at all for a while.
struct Outage<R> {
    inner: R,
    began: std::time::Instant,
    from: Duration,
    to: Duration,
}

impl<R: Respond> Respond for Outage<R> {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let now = self.began.elapsed();
        if self.from <= now && now < self.to {
            return ResponseTemplate::new(503).insert_header("retry-after", "1");
        }
        self.inner.respond(request)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_for_a_while_is_waited_for() {
    let answers = starter_answers();
    let total = answers.len() * SAMPLES;
    let server = server::answering(Outage {
        inner: server::Solver::new(answers, Duration::from_millis(100)),
        began: std::time::Instant::now(),
        from: Duration::from_millis(1_500),
        to: Duration::from_millis(3_500),
    })
    .await;
    let home = Home::empty();
    let (model, samples) = (server::model(&server), SAMPLES.to_string());
    let outcome = tokio::task::block_in_place(|| {
        home.run(&eval(&model, &samples));
        // Where the outage outlasted its patience, the rest is done now.
        home.json(0, &["eval", "--resume", &run_id(&home)])
    });
    is_whole(&outcome, total);
}
