//! `kill -9` in the middle of a real evaluation, again and again: what is stored stays, what is outstanding
//! is done, nothing twice, and no container is left.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rand::{Rng as _, SeedableRng as _};

use crate::eval::starter_answers;
use crate::server;
use crate::support::Home;

/// Runs `assay` with these arguments and kills it after `life`; whether it had ended before.
fn live_for(home: &Home, args: &[&str], life: Duration) -> bool {
    let mut child = home
        .command(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + life;
    while Instant::now() < end {
        if child.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    // SIGKILL, on Unix.
    child.kill().unwrap();
    child.wait().unwrap();
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_a_run_still_does_everything_once() {
    let answers = starter_answers();
    let problems = answers.len();
    // So many kills at least: a handful unless more are asked for, which takes as long as they do.
    let wanted: usize = std::env::var("ASSAY_KILLS").map_or(3, |n| n.parse().unwrap());
    let samples = 6.max(wanted / 2);
    let total = problems * samples;
    // Slow enough that the run outlives many kills.
    let server = server::solver(answers, Duration::from_millis(150)).await;
    let home = Home::empty();
    let model = server::model(&server);
    let samples = samples.to_string();
    let start = [
        "eval",
        "--model",
        &model,
        "--dataset",
        "starter",
        "--samples",
        &samples,
        "--temperature",
        "0.5",
        "--concurrency",
        "4",
    ];
    let seed = 20_261_123;
    let mut rng = rand::rngs::StdRng::seed_from_u64(seed);
    let mut first = home
        .command(&start)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while server::asked(&server).await == 0 {
        assert!(first.try_wait().unwrap().is_none(), "it asked nobody");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    first.kill().unwrap();
    first.wait().unwrap();
    let outcome = tokio::task::block_in_place(|| {
        let runs = home.json(0, &["runs", "list"]);
        let run = runs[0]["id"]
            .as_str()
            .expect("the run is stored before its first sample")
            .to_owned();
        assert_eq!(runs[0]["status"], "interrupted", "{runs}");
        let mut done = 0;
        let mut kills = 1;
        for _ in 0..40.max(2 * wanted) {
            let life = Duration::from_millis(rng.random_range(300..1_500));
            let ended = live_for(&home, &["eval", "--resume", &run], life);
            let shown = home.json(0, &["runs", "show", &run]);
            let now = shown["summary"]["progress"]["done"].as_u64().unwrap();
            assert!(now >= done, "stored samples were lost: {now} after {done}");
            done = now;
            home.json(0, &["runs", "verify"]);
            if ended {
                break;
            }
            kills += 1;
        }
        println!("killed {kills} times (seed {seed})");
        assert!(kills >= wanted, "killed only {kills} times");
        home.json(0, &["eval", "--resume", &run])
    });
    assert_eq!(outcome["status"], "completed");
    let keys: BTreeSet<(String, u64)> = outcome["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| {
            (
                r["task_id"].as_str().unwrap().to_owned(),
                r["sample"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(keys.len(), total, "a sample is lost");
    assert_eq!(
        outcome["results"].as_array().unwrap().len(),
        total,
        "a sample is doubled"
    );
    assert_eq!(
        outcome["verdicts"]["passed"].as_u64().unwrap() as usize,
        total
    );
    let left = containers(home.path());
    assert!(left.is_empty(), "containers are left: {left:?}");

    // The same again asks nobody and executes nothing.
    let asked = server.received_requests().await.unwrap().len();
    let again = tokio::task::block_in_place(|| home.json(0, &start));
    assert_eq!(
        again["verdicts"]["passed"].as_u64().unwrap() as usize,
        total
    );
    let more: Vec<_> = server.received_requests().await.unwrap();
    let prompts = more[asked..]
        .iter()
        .filter(|request| request.method.as_str() == "POST")
        .count();
    assert_eq!(prompts, 0, "an answer was paid for twice");
}

/// Names of containers that belong to this data folder, asked of the engine itself.
fn containers(data: &std::path::Path) -> Vec<String> {
    let state = std::fs::read_to_string(data.join("sandbox/id")).unwrap();
    let filter = format!("label=assay.state={}", state.trim());
    let output = std::process::Command::new("docker")
        .args(["ps", "--all", "--filter", &filter, "--format", "{{.Names}}"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect()
}

/// The filter above finds what it should: a check that finds nothing would always be content.
#[test]
fn containers_of_a_folder_are_found_while_they_work() {
    let home = Home::empty();
    let program = home.file("p.py", "import time\ntime.sleep(20)");
    let mut child = home
        .command(&["exec", program.to_str().unwrap(), "--timeout", "25"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    let works = || home.path().join("sandbox/id").exists() && !containers(home.path()).is_empty();
    while Instant::now() < end && !works() {
        std::thread::sleep(Duration::from_millis(200));
    }
    let found = containers(home.path());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        !found.is_empty(),
        "no container is found while a program runs"
    );
    // The next use of the folder removes what the killed process left.
    let quick = home.file("q.py", "print(1)");
    home.json(0, &["exec", quick.to_str().unwrap()]);
    let left = containers(home.path());
    assert!(left.is_empty(), "containers are left: {left:?}");
}
