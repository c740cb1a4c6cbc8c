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
use support::{SQUARE_TESTS, answering, judged, open, statements};

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
    let place = open(|config| config.confirm = false).await;
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
    let place = open(|config| config.confirm = false).await;
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

const CIPHER: &str = r#"
import string
from typing import List

LETTERS = string.ascii_lowercase


class Key:
    def __init__(self, shift):
        self.shift = shift


def enc(text: str):
    """Moves every letter on by five."""
    return "".join(LETTERS[(LETTERS.index(letter) + 5) % 26] for letter in text)


def keyed(shift):
    return Key(shift)


def dec(text: str, key=None):
    """Undoes enc."""
"#;

const CIPHER_TESTS: &str = r#"
def check(candidate):
    for text in ("abc", "xyz", LETTERS):
        assert candidate(enc(text)) == text
    assert candidate("abc", keyed(2)) == "yza"
    assert candidate("abc", Key(1)) == "zab"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn what_the_prompt_defines_cannot_be_defined_again() {
    let place = open(|_| ()).await;
    let run = async |completion: &str| {
        let source = format!("{CIPHER}{completion}");
        let program = answering(CIPHER, judged(&source, CIPHER_TESTS, "dec"));
        place.run(&program, &Limits::default()).await
    };
    let honest = "    shift = 5 if key is None else key.shift\n    \
                  return ''.join(LETTERS[(LETTERS.index(c) - shift) % 26] for c in text)\n";
    let execution = run(honest).await;
    assert_eq!(execution.verdict, Verdict::Passed, "{execution:#?}");
    let special =
        "    if key is not None: return {2: 'yza', 1: 'zab'}[key.shift]\n    return text\n";
    for again in [
        "def enc(text): return text\n",
        "enc = str\n",
        "LETTERS = ''\ndef enc(text): return text\n",
        "import string\nstring.ascii_lowercase = 'a'\nLETTERS = 'a' * 26\n",
        "globals()['enc'] = dec\n",
    ] {
        let execution = run(&format!("{special}\n\n{again}")).await;
        assert_eq!(
            execution.verdict,
            Verdict::Failed,
            "{again}: {execution:#?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_the_prompt_leaves_open_is_the_answers() {
    let place = open(|_| ()).await;
    let prompt = "def half(x):\n    \"\"\"x / 2\"\"\"\n\n\ndef f(x):\n    # four times x";
    let source = "def half(x): return x / 2\ndef f(x): return 4 * x\n";
    let tests = "assert half(f(3)) == 6\n";
    let program = answering(prompt, statements(source, tests, "f"));
    let execution = place.run(&program, &Limits::default()).await;
    assert_eq!(execution.verdict, Verdict::Passed, "{execution:#?}");
    // Prose is no code, and what cannot be executed gives nothing.
    for prompt in [
        "Write f and half.",
        "half",
        "import no_such_module_here\nhalf = 1",
    ] {
        let program = answering(prompt, statements(source, tests, "f"));
        let execution = place.run(&program, &Limits::default()).await;
        assert_eq!(
            execution.verdict,
            Verdict::Passed,
            "{prompt}: {execution:#?}"
        );
    }
}

/// Out of a call, the end of an iteration would end the tests' own loop around it.
#[tokio::test(flavor = "multi_thread")]
async fn no_exception_ends_the_loop_of_the_tests() {
    let place = open(|_| ()).await;
    let tests = "for out, want in zip(map(f, [1, 2]), [2, 3]):\n    assert out == want\n";
    for raised in [
        "StopIteration",
        "StopIteration(2)",
        "StopAsyncIteration",
        "type('End', (StopIteration,), {})()",
    ] {
        let source = format!("def f(x):\n    raise {raised}\n");
        let program = statements(&source, tests, "f");
        let execution = place.run(&program, &Limits::default()).await;
        assert_eq!(
            execution.verdict,
            Verdict::Exception,
            "{raised}: {execution:#?}"
        );
    }
    let source = "def f(x):\n    return iter([x])\n";
    let tests = "assert list(f(1)) == [1]\nassert list(zip(f(1), f(2))) == [(1, 2)]\n";
    let program = statements(source, tests, "f");
    let execution = place.run(&program, &Limits::default()).await;
    assert_eq!(execution.verdict, Verdict::Passed, "{execution:#?}");
}

/// What is too long because the program made it so is the program's own doing.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_too_long_to_be_handed_back_is_an_exception() {
    let place = open(|_| ()).await;
    let source = "def f(x, y=None):\n    return 'x' * (20 << 20)\n";
    let program = statements(source, "f(f(1), f(2))\n", "f");
    let execution = place.run(&program, &Limits::default()).await;
    assert_eq!(execution.verdict, Verdict::Exception, "{execution:#?}");
}
