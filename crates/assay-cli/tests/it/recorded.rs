//! Verdicts that others published, reproduced: generations recorded with the verdict of each, graded here. Every
//! difference is named with its cause. Where the recordings are not on the machine there is nothing to compare with.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::support::{Home, shared_data};

/// One recorded model on one data set.
struct Recording {
    model: &'static str,
    dataset: &'static str,
    language: &'static str,
    samples: &'static str,
    verdicts: &'static str,
    /// Tasks that pass here and did not there.
    more: &'static [&'static str],
}

fn unzipped(path: &Path) -> Value {
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(path).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Whether each task passed, as the two kinds of files tell it: EvalPlus' and MultiPL-E's.
fn published(record: &Value) -> BTreeMap<String, bool> {
    let tasks = record.get("eval").unwrap_or(record).as_object().unwrap();
    tasks
        .iter()
        .map(|(task, samples)| {
            let sample = &samples[0];
            let passed = match sample.get("plus_status") {
                Some(plus) => *plus == "pass" && sample["base_status"] == "pass",
                None => sample[1]["passed"] == true,
            };
            (task.clone(), passed)
        })
        .collect()
}

fn reproduces(recording: &Recording) {
    let Some(benchmarks) = shared_data("benchmarks") else {
        return;
    };
    let Some(folder) = shared_data(&format!("generations/{}", recording.model)) else {
        return;
    };
    let home = Home::empty();
    let benchmarks = benchmarks.to_str().unwrap();
    home.json(
        0,
        &["datasets", "pull", recording.dataset, "--from", benchmarks],
    );
    let samples = folder.join(recording.samples);
    let answer = home.json(
        0,
        &[
            "grade",
            "--dataset",
            recording.dataset,
            "--language",
            recording.language,
            "--samples",
            samples.to_str().unwrap(),
            "--timeout",
            "15",
        ],
    );
    let theirs = published(&unzipped(&folder.join(recording.verdicts)));
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), theirs.len());
    let mut more = BTreeSet::new();
    for result in results {
        let task = result["task_id"].as_str().unwrap();
        let passed = result["verdict"] == "passed";
        assert_ne!(result["verdict"], "infrastructure", "{result}");
        assert!(passed || !theirs[task], "passed there: {result}");
        if passed && !theirs[task] {
            more.insert(task);
        }
    }
    assert_eq!(more, recording.more.iter().copied().collect());
}

const LARGE: &str = "gen-qwen2.5-coder-7b-base";
const SMALL: &str = "gen-qwen2.5-coder-1.5b-base";

#[test]
fn humanevalplus() {
    reproduces(&Recording {
        model: LARGE,
        dataset: "humanevalplus",
        language: "python",
        samples: "humaneval_generated.jsonl.gz",
        verdicts: "humaneval_generated_eval_results.json.gz",
        // Their time limit is a multiple of the reference's few milliseconds; the answer is right and slow.
        more: &["HumanEval/96"],
    });
}

#[test]
fn multipl_e_in_javascript() {
    for model in [LARGE, SMALL] {
        reproduces(&Recording {
            model,
            dataset: "multipl-e",
            language: "javascript",
            samples: "pred_js_output.jsonl.gz",
            verdicts: "humaneval-js-details.json.gz",
            more: &[],
        });
    }
}

#[test]
fn multipl_e_in_typescript() {
    // Type errors do not keep a program from running here, as they do not in the hands of its users: they are
    // reported beside the verdict. There they did, with the library of ES5.
    for (model, more) in [
        (
            LARGE,
            &[
                "HumanEval_113_odd_count",
                "HumanEval_117_select_words",
                "HumanEval_51_remove_vowels",
            ][..],
        ),
        (SMALL, &["HumanEval_71_triangle_area"]),
    ] {
        reproduces(&Recording {
            model,
            dataset: "multipl-e",
            language: "typescript",
            samples: "pred_ts_output.jsonl.gz",
            verdicts: "humaneval-ts-details.json.gz",
            more,
        });
    }
}

#[test]
fn multipl_e_in_java() {
    reproduces(&Recording {
        model: LARGE,
        dataset: "multipl-e",
        language: "java",
        samples: "pred_java_output.jsonl.gz",
        verdicts: "humaneval-java-details.json.gz",
        more: &[],
    });
}

#[test]
fn multipl_e_in_cpp() {
    reproduces(&Recording {
        model: LARGE,
        dataset: "multipl-e",
        language: "cpp",
        samples: "pred_cpp_output.jsonl.gz",
        verdicts: "humaneval-cpp-details.json.gz",
        more: &[],
    });
}
