//! Every program under `tests/hostile/` gets its verdict, and the honest program after it, in the
//! same pool, passes. To add one, add a file; its first lines say what is expected:
//!
//! ```text
//! # about: what it tries
//! # verdict: timeout            (any of these, separated by spaces)
//! # detail: a part of the detail
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a panic in a test is its failure"
)]

mod support;

use std::fs;
use std::path::Path;

use assay_core::{Limits, Verdict};
use support::{SQUARE_TESTS, judged, open};

struct Case {
    name: String,
    source: String,
    verdicts: Vec<String>,
    detail: Option<String>,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/python");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let head = |key: &str| {
                let prefix = format!("# {key}: ");
                text.lines()
                    .find_map(|line| line.strip_prefix(&prefix))
                    .map(str::to_owned)
            };
            let verdicts = head("verdict").expect("a verdict in the first lines");
            Case {
                name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
                // A line `# source:` stands for bytes that do not belong into a file.
                source: head("source").map_or(text.clone(), |line| line.replace("\\0", "\0")),
                verdicts: verdicts.split_whitespace().map(str::to_owned).collect(),
                detail: head("detail"),
            }
        })
        .collect();
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hostile_program_gets_its_verdict_and_its_neighbour_passes() {
    // One place: the neighbour runs in the very container, unless that was thrown away.
    let place = open(|config| config.confirm_timeouts = false).await;
    let limits = Limits {
        wall_ms: 2_500,
        ..Limits::default()
    };
    let mut wrong = Vec::new();
    for case in cases() {
        let program = judged(&case.source, SQUARE_TESTS, "square");
        let execution = place.run(&program, &limits).await;
        let verdict = execution.verdict.as_str();
        let detail = execution.detail.clone().unwrap_or_default();
        eprintln!(
            "{:28} {verdict:15} {}",
            case.name,
            detail.replace('\n', " | ")
        );
        if !case.verdicts.iter().any(|expected| expected == verdict)
            || case
                .detail
                .as_ref()
                .is_some_and(|part| !detail.contains(part))
        {
            wrong.push(format!(
                "{}: expected {:?} with {:?}, got {execution:#?}",
                case.name, case.verdicts, case.detail
            ));
        }
        place.neighbour_passes(&case.name).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A program that answers its tests with whatever the protocol might or might not know.
const BABBLER: &str = r#"
import json, os, random, sys

rng = random.Random(SEED)
ATOMS = [None, True, False, 0, -1, 4, 9, 2**70, 1e308, float("nan"), "", "x", "\ud800", "0x10",
         "__import__('os')._exit(0)"]
TAGS = list("ltszdOCqKVIbBcreniFDMYHPShyfoAEvxkprGSmug[]-!") + ["", "zz", "passed"]


def value(depth=0):
    kind = rng.randrange(6)
    if kind < 2 or depth > 4:
        return rng.choice(ATOMS)
    if kind == 5:
        return {rng.choice(["a", "outcome", "v"]): value(depth + 1) for _ in range(rng.randrange(3))}
    return [rng.choice(TAGS), *(value(depth + 1) for _ in range(rng.randrange(5)))]


def message():
    return [rng.choice("vxkrsph"), *(value() for _ in range(rng.randrange(8)))]


def babble(self, real):
    for _ in range(rng.randrange(1, 4)):
        body = json.dumps(message()).encode()
        if rng.random() < 0.1:
            body = bytes(rng.randrange(256) for _ in range(20))
        length = len(body) if rng.random() < 0.95 else rng.randrange(1 << 32)
        os.write(self.fd, length.to_bytes(4, "big") + body)


def square(x):
    frame = sys._getframe()
    while "link" not in frame.f_locals:
        frame = frame.f_back
    link = type(frame.f_locals["link"])
    link.send = lambda self, message: babble(self, None)
"#;

#[tokio::test(flavor = "multi_thread")]
async fn no_babble_is_taken_for_a_pass() {
    let place = open(|config| config.confirm_timeouts = false).await;
    let limits = Limits {
        wall_ms: 2_500,
        ..Limits::default()
    };
    for seed in 0..150 {
        let source = format!("SEED = {seed}\n{BABBLER}");
        let program = judged(&source, SQUARE_TESTS, "square");
        let execution = place.run(&program, &limits).await;
        assert!(
            execution.verdict.is_judged() && execution.verdict != Verdict::Passed,
            "seed {seed}: {execution:#?}"
        );
    }
    place.neighbour_passes("all that babble").await;
}
