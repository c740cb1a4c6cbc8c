//! Files of samples made elsewhere.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests: a panic is a failed test"
)]

use std::fs;
use std::io::{Cursor, Write as _};

use assay_core::Coded;
use assay_datasets::{SampleText, closest, read_samples, read_samples_file};

fn texts(content: &str) -> Vec<SampleText> {
    read_samples(Cursor::new(content.to_owned()), "s.jsonl")
        .unwrap()
        .map(|sample| sample.unwrap().text)
        .collect()
}

#[test]
fn the_field_says_what_a_sample_is() {
    assert_eq!(
        texts(concat!(
            r#"{"task_id": "HumanEval/0", "completion": "    return 1\n"}"#,
            "\r\n",
            r#"{"task_id": "HumanEval/0", "solution": "def f(): return 1"}"#,
            "\n\n",
            r#"{"task_id": "HumanEval/1", "generation": "def g(): return 2", "extra": null}"#,
            "\n",
            r#"{"task_id": "HumanEval/1", "completion": ""}"#
        )),
        [
            SampleText::Completion("    return 1\n".to_owned()),
            SampleText::Program("def f(): return 1".to_owned()),
            SampleText::Program("def g(): return 2".to_owned()),
            SampleText::Completion(String::new()),
        ]
    );
}

#[test]
fn reading_goes_on_after_a_bad_line() {
    let content = "{\"task_id\": \"a\", \"completion\": \"x\"}\nnot json\n{\"task_id\": \"b\", \"completion\": 3}\n{\"task_id\": \"c\"}\n{\"completion\": \"x\"}\n{\"task_id\": \"d\", \"completion\": \"y\"}\n";
    let read: Vec<_> = read_samples(Cursor::new(content), "s.jsonl")
        .unwrap()
        .collect();
    let good: Vec<(String, usize)> = read
        .iter()
        .filter_map(|r| r.as_ref().ok())
        .map(|s| (s.task_id.to_string(), s.line))
        .collect();
    assert_eq!(good, [("a".to_owned(), 1), ("d".to_owned(), 6)]);
    let bad: Vec<String> = read
        .iter()
        .filter_map(|r| r.as_ref().err())
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        bad,
        [
            "s.jsonl: line 2: not JSON: expected ident (column 2)",
            "s.jsonl: line 3, field completion: must be text, not a number",
            "s.jsonl: line 4, field completion: missing (and there is no solution or generation)",
            "s.jsonl: line 5, field task_id: missing",
        ]
    );
}

#[test]
fn a_file_is_read_whole_or_refused_with_every_bad_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.jsonl.gz");
    let mut encoder = flate2::write::GzEncoder::new(
        fs::File::create(&path).unwrap(),
        flate2::Compression::fast(),
    );
    encoder
        .write_all(b"{\"task_id\": \"a\", \"completion\": \"x\"}\n")
        .unwrap();
    encoder.finish().unwrap();
    assert_eq!(read_samples_file(&path).unwrap().len(), 1);

    fs::write(&path, "{}\n{}\n").unwrap();
    let error = read_samples_file(&path).unwrap_err();
    assert_eq!(error.code(), "bad-samples-file");
    assert_eq!(error.issues().unwrap().total, 4);

    fs::write(&path, "").unwrap();
    assert_eq!(read_samples_file(&path).unwrap_err().code(), "empty-file");
    let error = read_samples_file(&folder.path().join("none")).unwrap_err();
    assert_eq!(error.code(), "io-error");
}

#[test]
fn near_misses_are_suggested() {
    let known = ["HumanEval/0", "HumanEval/1", "HumanEval/10"];
    assert_eq!(closest("humaneval/10", known), Some("HumanEval/10"));
    assert_eq!(closest("xyz", known), None);
}
