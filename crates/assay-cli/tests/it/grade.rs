//! Generations made elsewhere, executed here: verdicts equal to the published ones.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use crate::support::{Home, shared_data};

fn gz_json(path: &Path) -> Value {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Grades a recorded model and compares each verdict with the one its authors stored.
fn reproduces(model: &str, expected: usize) {
    let Some(folder) = shared_data(&format!("generations/{model}")) else {
        return;
    };
    let home = Home::furnished();
    let samples = folder.join("humaneval_generated.jsonl.gz");
    let answer = home.json(
        0,
        &[
            "grade",
            "--dataset",
            "humaneval",
            "--samples",
            samples.to_str().unwrap(),
        ],
    );
    let ours: BTreeMap<String, bool> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| {
            (
                r["task_id"].as_str().unwrap().to_owned(),
                r["verdict"] == "passed",
            )
        })
        .collect();
    let stored = gz_json(&folder.join("humaneval_generated_eval_results.json.gz"));
    let theirs: BTreeMap<String, bool> = stored["eval"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(id, results)| (id.clone(), results[0]["base_status"] == "pass"))
        .collect();
    let differing: Vec<&String> = theirs
        .iter()
        .filter(|(id, passed)| ours.get(*id) != Some(passed))
        .map(|(id, _)| id)
        .collect();
    assert!(
        differing.is_empty(),
        "{model}: verdicts differ on {differing:?}"
    );
    assert_eq!(ours.len(), 164);
    assert_eq!(ours.values().filter(|passed| **passed).count(), expected);
    let value = answer["pass_at"]["1"]["value"].as_f64().unwrap();
    assert!((value - expected as f64 / 164.0).abs() < 1e-12, "{value}");
}

#[test]
fn qwen_7b_is_101_of_164_as_stored() {
    reproduces("gen-qwen2.5-coder-7b-base", 101);
}

#[test]
fn qwen_1_5b_is_72_of_164_as_stored() {
    reproduces("gen-qwen2.5-coder-1.5b-base", 72);
}

#[test]
fn the_authors_example_scores_what_they_publish() {
    let Some(folder) = shared_data("benchmarks/humaneval") else {
        return;
    };
    let home = Home::empty();
    let example = folder.join("example_problem.jsonl");
    home.json(
        0,
        &[
            "datasets",
            "import",
            example.to_str().unwrap(),
            "--id",
            "example",
        ],
    );
    let samples = folder.join("example_samples.jsonl");
    let answer = home.json(
        0,
        &[
            "grade",
            "--dataset",
            "example",
            "--samples",
            samples.to_str().unwrap(),
        ],
    );
    // The authors: 6 samples, of which the three that return 1 in whatever indentation pass.
    assert_eq!(answer["n_samples"], 6);
    assert_eq!(answer["verdicts"]["passed"], 3);
    assert_eq!(answer["verdicts"]["timeout"], 1);
    assert!((answer["pass_at"]["1"]["value"].as_f64().unwrap() - 0.5).abs() < 1e-12);
}

#[test]
fn every_canonical_solution_of_humaneval_passes() {
    let home = Home::furnished();
    let file = crate::support::test_data().join("datasets");
    let problems = find(&file, "HumanEval.jsonl.gz").expect("HumanEval in the test data");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(problems).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    let samples: String = text
        .lines()
        .map(|line| {
            let problem: Value = serde_json::from_str(line).unwrap();
            let sample = serde_json::json!({
                "task_id": problem["task_id"], "completion": problem["canonical_solution"],
            });
            format!("{sample}\n")
        })
        .collect();
    let samples = home.file("canonical.jsonl", samples);
    let answer = home.json(
        0,
        &[
            "grade",
            "--dataset",
            "humaneval",
            "--samples",
            samples.to_str().unwrap(),
        ],
    );
    assert_eq!(answer["verdicts"]["passed"], 164, "{:?}", failed(&answer));
    assert_eq!(answer["pass_at"]["1"]["value"], 1.0);
    assert_eq!(answer["dataset"]["id"], "humaneval");
    assert!(
        answer["dataset"]["sha256"]
            .as_str()
            .unwrap()
            .starts_with("b796127e")
    );
    assert!(answer["timing"]["programs_per_s"].as_f64().unwrap() > 0.0);
}

fn failed(answer: &Value) -> Vec<&Value> {
    answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|r| r["verdict"] != "passed")
        .collect()
}

fn find(folder: &Path, name: &str) -> Option<std::path::PathBuf> {
    for entry in std::fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if let Some(found) = find(&path, name) {
                return Some(found);
            }
        } else if path.file_name().is_some_and(|n| n == name) {
            return Some(path);
        }
    }
    None
}

#[test]
fn standard_input_is_a_samples_file_too() {
    use std::io::Write as _;
    use std::process::Stdio;
    let home = Home::furnished();
    let mut child = home
        .command(&[
            "--json",
            "grade",
            "--dataset",
            "humaneval",
            "--samples",
            "-",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let line = r#"{"task_id": "HumanEval/28", "completion": "    return ''.join(strings)\n"}"#;
    writeln!(child.stdin.take().unwrap(), "{line}").unwrap();
    let output = child.wait_with_output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["results"][0]["verdict"], "passed", "{answer}");
}

#[test]
fn replies_are_cleaned_and_their_language_is_told() {
    let home = Home::empty();
    let reply = |code: &str| {
        let text = format!(
            "Sure! Here it is:\n\n```\n{code}\n```\n\nIt multiplies. Ask if anything is unclear!"
        );
        serde_json::json!({"task_id": "starter/seat-count", "generation": text}).to_string()
    };
    let replies = [
        reply(
            "def seat_count(rows: int, seats_per_row: int) -> int:\n    return rows * seats_per_row",
        ),
        reply("function seatCount(rows, seatsPerRow) {\n  return rows * seatsPerRow;\n}"),
        reply(
            "<?php\nfunction seatCount(int $rows, int $seatsPerRow): int {\n    return $rows + $seatsPerRow;\n}",
        ),
        reply("fn seat_count(rows: i64, seats_per_row: i64) -> i64 {\n    rows * seats_per_row\n}"),
    ];
    let file = home.file("replies.jsonl", replies.join("\n"));
    let mut args = vec!["grade", "--dataset", "starter", "--samples"];
    args.extend([file.to_str().unwrap(), "--clean", "--language", "auto"]);
    let answer = home.json(0, &args);
    let told: Vec<(&str, &str)> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| {
            (
                r["language"].as_str().unwrap(),
                r["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    let mut told = told;
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("javascript", "passed"),
            ("php", "failed"),
            ("python", "passed"),
            ("rust", "passed")
        ]
    );
    // As they are, they are no programs.
    args.retain(|arg| *arg != "--clean");
    args[6] = "python";
    let answer = home.json(0, &args);
    assert_eq!(answer["verdicts"]["passed"], 0, "{answer}");
    let error = &home.json(
        2,
        &[
            "grade",
            "--dataset",
            "starter",
            "--samples",
            file.to_str().unwrap(),
            "--language",
            "cobol",
        ],
    )["error"];
    assert_eq!(error["code"], "unknown-language");
}
