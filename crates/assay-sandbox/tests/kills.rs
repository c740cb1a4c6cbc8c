//! Whatever is killed while a program runs, in every language: no wrong verdict, and nothing is left.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a panic in a test is its failure"
)]

mod support;

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use assay_core::{Language, Limits, TestForm, Verdict};
use assay_sandbox::{Program, Sandbox as _, Tests};
use bollard::Docker;
use bollard::exec::StartExecOptions;
use bollard::models::ExecConfig;
use bollard::query_parameters::{
    KillContainerOptions, ListContainersOptionsBuilder, TopOptionsBuilder,
};
use support::{Place, open_for};

/// A right program that takes a second and a half, and its tests.
fn slow(language: &str) -> (&'static str, &'static str) {
    match language {
        "python" => (
            "import time\ndef twice(x):\n    time.sleep(1.5)\n    return 2 * x",
            "assert twice(2) == 4",
        ),
        "javascript" => (
            "function twice(x) { const end = Date.now() + 1500; while (Date.now() < end); return 2 * x }",
            "const assert = require('node:assert');\nassert.strictEqual(twice(2), 4);",
        ),
        "typescript" => (
            "function twice(x: number): number { const end = Date.now() + 1500; while (Date.now() < end); return 2 * x }",
            "import * as assert from 'assert';\nassert.strictEqual(twice(2), 4);",
        ),
        "java" => (
            "class Solution { static int twice(int x) throws Exception { Thread.sleep(1500); return 2 * x; } }",
            "public class Main { public static void main(String[] args) throws Exception { if (Solution.twice(2) != 4) throw new AssertionError(); } }",
        ),
        "cpp" => (
            "#include <chrono>\n#include <thread>\nint twice(int x) { std::this_thread::sleep_for(std::chrono::milliseconds(1500)); return 2 * x; }",
            "#include <cassert>\nint main() { assert(twice(2) == 4); }",
        ),
        "go" => (
            "package main\n\nimport \"time\"\n\nfunc twice(x int) int {\n\ttime.Sleep(1500 * time.Millisecond)\n\treturn 2 * x\n}\n",
            "func main() {\n\tif twice(2) != 4 {\n\t\tpanic(\"wrong\")\n\t}\n}\n",
        ),
        "rust" => (
            "fn twice(x: i32) -> i32 { std::thread::sleep(std::time::Duration::from_millis(1500)); 2 * x }",
            "fn main() { assert_eq!(twice(2), 4); }",
        ),
        "php" => (
            "<?php\nfunction twice($x) { usleep(1500000); return 2 * $x; }",
            "if (twice(2) !== 4) { throw new Exception(\"wrong\"); }",
        ),
        other => panic!("no slow program in {other}"),
    }
}

fn program(language: &Language) -> Program {
    let (source, tests) = slow(language.as_str());
    Program {
        language: language.clone(),
        source: source.to_owned(),
        stdin: None,
        tests: Some(Tests {
            source: tests.to_owned(),
            prompt: String::new(),
            setup: String::new(),
            entry_point: "twice".to_owned(),
            form: TestForm::Statements,
        }),
    }
}

struct Engine {
    docker: Docker,
    state: String,
}

impl Engine {
    async fn of(place: &Place) -> Self {
        let docker = Docker::connect_with_defaults().unwrap();
        Self {
            docker: docker.negotiate_version().await.unwrap(),
            state: std::fs::read_to_string(place.state.path().join("sandbox/id")).unwrap(),
        }
    }

    async fn containers(&self) -> Vec<String> {
        let label = format!("assay.state={}", self.state.trim());
        let options = ListContainersOptionsBuilder::new()
            .all(true)
            .filters(&HashMap::from([("label", vec![label.as_str()])]))
            .build();
        let found = self.docker.list_containers(Some(options)).await.unwrap();
        found.into_iter().filter_map(|one| one.id).collect()
    }

    /// The user ids of whoever is no supervisor in this container.
    async fn others(&self, container: &str) -> BTreeSet<String> {
        let options = TopOptionsBuilder::new().ps_args("-eo pid,uid").build();
        let Ok(top) = self.docker.top_processes(container, Some(options)).await else {
            return BTreeSet::new();
        };
        let rows = top.processes.unwrap_or_default();
        let uids = rows.into_iter().filter_map(|row| row.get(1).cloned());
        uids.filter(|uid| uid != "0").collect()
    }

    /// Kills the program, and what serves it, as the users they are.
    async fn kill_programs(&self) -> usize {
        let mut killed = 0;
        for container in self.containers().await {
            for uid in self.others(&container).await {
                let kill = "import os, signal; os.kill(-1, signal.SIGKILL)";
                let config = ExecConfig {
                    user: Some(uid),
                    cmd: Some(["python3", "-S", "-c", kill].map(str::to_owned).to_vec()),
                    ..ExecConfig::default()
                };
                let exec = self.docker.create_exec(&container, config).await.unwrap();
                let options = StartExecOptions {
                    detach: true,
                    ..StartExecOptions::default()
                };
                self.docker
                    .start_exec(&exec.id, Some(options))
                    .await
                    .unwrap();
                killed += 1;
            }
        }
        killed
    }

    async fn kill_containers(&self) -> usize {
        let found = self.containers().await;
        for id in &found {
            let options = None::<KillContainerOptions>;
            self.docker.kill_container(id, options).await.unwrap();
        }
        found.len()
    }

    async fn none_left(&self) {
        for _ in 0..200 {
            if self.containers().await.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("left over: {:?}", self.containers().await);
    }
}

async fn survives(language: &str) {
    let language = Language::new(language);
    let place = open_for(&language, |_| ()).await;
    let program = program(&language);
    let limits = Limits {
        wall_ms: 20_000,
        ..Limits::default()
    };
    // Warm: what follows is about the program, not about the start.
    let first = place.run(&program, &limits).await;
    assert_eq!(first.verdict, Verdict::Passed, "{first:#?}");
    let engine = Engine::of(&place).await;
    for containers in [false, true] {
        let kill = async {
            tokio::time::sleep(Duration::from_millis(900)).await;
            if containers {
                engine.kill_containers().await
            } else {
                engine.kill_programs().await
            }
        };
        let (execution, killed) = tokio::join!(place.run(&program, &limits), kill);
        assert!(killed > 0, "nothing was there to be killed");
        assert_eq!(
            execution.verdict,
            Verdict::Passed,
            "containers: {containers}: {execution:#?}"
        );
        let next = place.run(&program, &limits).await;
        assert_eq!(next.verdict, Verdict::Passed, "the neighbour: {next:#?}");
    }
    let gauges = place.sandbox.gauges();
    assert!(gauges.retried + gauges.overturned >= 2, "{gauges:?}");
    place.sandbox.close().await;
    engine.none_left().await;
}

macro_rules! languages {
    ($($name:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            survives(stringify!($name)).await;
        }
    )*};
}

languages! { cpp go java javascript php python rust typescript }
