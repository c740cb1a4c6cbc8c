//! Files of samples made elsewhere, and the recorded ones.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests: a panic is a failed test"
)]

use std::path::{Path, PathBuf};

use assay_datasets::{SampleText, closest, read_samples_file};

#[test]
fn near_misses_are_suggested() {
    let known = ["HumanEval/0", "HumanEval/1", "HumanEval/10"];
    assert_eq!(closest("humaneval/10", known), Some("HumanEval/10"));
    assert_eq!(closest("xyz", known), None);
}

/// Recorded generations in HumanEval's own format, where the machine has them.
#[test]
fn recorded_generations_are_read() {
    let shared = std::env::var_os("ASSAY_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if !shared.is_dir() {
        eprintln!("no real data at {}: nothing to read", shared.display());
        return;
    }
    for (file, count) in [
        (
            "generations/gen-qwen2.5-coder-7b-base/humaneval_generated.jsonl.gz",
            164,
        ),
        (
            "generations/llm-humaneval-benchmarks/Bard_custom.jsonl.gz",
            164,
        ),
        ("benchmarks/humaneval/example_samples.jsonl", 6),
    ] {
        let samples = read_samples_file(&shared.join(file)).unwrap();
        assert_eq!(samples.len(), count, "{file}");
        assert!(
            samples
                .iter()
                .all(|s| matches!(s.text, SampleText::Completion(_))),
            "{file}"
        );
        assert!(
            samples.windows(2).all(|pair| pair[0].line < pair[1].line),
            "{file}"
        );
    }
}
