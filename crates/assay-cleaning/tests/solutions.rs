//! Code that is known to be right comes back byte for byte: the starter set's solutions in eight languages,
//! and those of the benchmarks where the machine has them.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests: a panic is a failed test"
)]

use std::path::{Path, PathBuf};

use assay_cleaning::{CleaningInput, ResponseMode, clean};
use assay_core::{Content, Language};
use serde_json::Value;

fn lines(path: &Path) -> Vec<Value> {
    use std::io::Read as _;
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Whether `code` comes back as it is, when it is the whole reply and when it continues `prompt`, without a
/// name to look for.
fn untouched(language: &str, prompt: &str, rest: &str) -> bool {
    let languages = [Language::new(language)];
    let whole = format!("{prompt}{rest}");
    let go = |response: &str, prompt: &str, mode| {
        clean(&CleaningInput {
            response,
            languages: &languages,
            prompt,
            entry_point: "",
            mode,
            finish: None,
        })
    };
    let chat = go(&whole, "", ResponseMode::Chat);
    let same = chat.program == whole && !chat.changed && chat.content == Content::Ok;
    let completion = go(rest, prompt, ResponseMode::Completion);
    let continued = completion.program == whole && completion.content == Content::Ok;
    if !(same && continued) {
        eprintln!(
            "{language}: {:?} by {}, {:?} by {}\n{whole}",
            chat.content, chat.rule, completion.content, completion.rule
        );
    }
    same && continued
}

#[test]
fn solutions_of_the_starter_set_are_not_touched() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/starter");
    let (mut all, mut same) = (0, 0);
    for problem in std::fs::read_dir(root).unwrap() {
        let problem = problem.unwrap().path();
        for (language, extension) in [
            ("python", "py"),
            ("javascript", "js"),
            ("typescript", "ts"),
            ("java", "java"),
            ("cpp", "cpp"),
            ("go", "go"),
            ("rust", "rs"),
            ("php", "php"),
        ] {
            let folder = problem.join(language);
            if !folder.is_dir() {
                continue;
            }
            let part = |name: &str| {
                std::fs::read_to_string(folder.join(format!("{name}.{extension}"))).unwrap()
            };
            all += 1;
            same += usize::from(untouched(language, &part("prompt"), &part("solution")));
        }
    }
    eprintln!("{same} of {all}");
    assert!(all >= 128, "{all}");
    assert_eq!(same, all);
}

#[test]
fn solutions_of_the_benchmarks_are_not_touched() {
    let shared = std::env::var_os("ASSAY_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if !shared.is_dir() {
        eprintln!("no real data at {}: nothing to read", shared.display());
        return;
    }
    for (language, file) in [
        ("python", "humaneval/HumanEval.jsonl.gz"),
        ("python", "humaneval-x/humanevalx_python.jsonl.gz"),
        ("cpp", "humaneval-x/humanevalx_cpp.jsonl.gz"),
        ("go", "humaneval-x/humanevalx_go.jsonl.gz"),
        ("java", "humaneval-x/humanevalx_java.jsonl.gz"),
        ("javascript", "humaneval-x/humanevalx_js.jsonl.gz"),
        ("rust", "humaneval-x/humanevalx_rust.jsonl.gz"),
    ] {
        let (mut all, mut same) = (0, 0);
        for row in lines(&shared.join("benchmarks").join(file)) {
            let text = |name: &str| row[name].as_str().unwrap_or_default();
            all += 1;
            same += usize::from(untouched(
                language,
                text("prompt"),
                text("canonical_solution"),
            ));
        }
        eprintln!("{language}: {same} of {all}");
        assert_eq!(same, all, "{file}");
    }
}
