//! Data sets of many files: brought along, checked by their own solutions, graded.

use crate::support::{Home, shared_data};

/// A data set out of a folder of benchmarks, where the machine has one.
fn installed(home: &Home, id: &str) -> bool {
    let Some(folder) = shared_data("benchmarks") else {
        return false;
    };
    let folder = folder.to_str().unwrap().to_owned();
    let status = home.json(0, &["datasets", "pull", id, "--from", &folder]);
    assert_eq!(status["state"], "ready");
    assert_eq!(status["id"], id);
    true
}

#[test]
fn a_folder_without_the_files_is_refused_by_name() {
    let home = Home::empty();
    let file = home.file("humaneval_go.jsonl", "{}\n");
    for from in [file.as_path(), home.path()] {
        let args = ["datasets", "pull", "humaneval-x", "--from"];
        let mut args: Vec<&str> = args.to_vec();
        args.push(from.to_str().unwrap());
        let error = &home.json(1, &args)["error"];
        assert_eq!(error["code"], "checksum-mismatch");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("humaneval_go.jsonl"), "{message}");
    }
    std::fs::remove_file(file).unwrap();
    let folder = home.path().to_str().unwrap();
    let error = &home.json(3, &["datasets", "pull", "humaneval-x", "--from", folder])["error"];
    assert_eq!(error["code"], "dataset-files-missing");
    assert!(!home.path().join("datasets").exists());
}

#[test]
fn own_solutions_pass_their_tests() {
    let home = Home::empty();
    let answer = home.json(0, &["datasets", "check", "starter", "--language", "python"]);
    assert_eq!(answer["dataset"], "starter");
    let python = &answer["languages"][0];
    assert_eq!(python["language"], "python");
    assert_eq!(python["n"], 20);
    assert_eq!(python["passed"], 20);
    assert_eq!(python["without_canonical"], 0);
    assert_eq!(python["broken"], serde_json::json!([]));

    let broken = home.file(
        "broken.jsonl",
        concat!(
            r#"{"task_id": "b/0", "prompt": "def f():\n", "entry_point": "f", "canonical_solution": "    return 2\n", "test": "assert f() == 1"}"#,
            "\n",
            r#"{"task_id": "b/1", "prompt": "def f():\n", "entry_point": "f", "test": "assert f() == 1"}"#,
        ),
    );
    home.json(0, &["datasets", "import", broken.to_str().unwrap()]);
    let answer = home.json(1, &["datasets", "check", "broken"]);
    let python = &answer["languages"][0];
    assert_eq!(python["broken"][0]["id"], "b/0");
    assert_eq!(python["broken"][0]["verdict"], "failed");
    assert_eq!(python["without_canonical"], 1);
    assert_eq!(python["known_broken"], serde_json::json!([]));
}

#[test]
fn a_check_of_what_is_not_there_says_so() {
    let home = Home::empty();
    let error = &home.json(3, &["datasets", "check", "mbppplus"])["error"];
    assert_eq!(error["code"], "dataset-missing");
    let error = &home.json(2, &["datasets", "check", "starter", "--language", "cobol"])["error"];
    assert_eq!(error["code"], "unknown-language");
}

#[test]
fn unknown_tasks_are_refused_or_left_out_and_counted() {
    let home = Home::empty();
    let problems = home.file(
        "own.jsonl",
        r#"{"task_id": "o/0", "prompt": "def f():\n", "entry_point": "f", "test": "assert f() == 1"}"#,
    );
    home.json(0, &["datasets", "import", problems.to_str().unwrap()]);
    let sample = |id: &str, body: &str| {
        serde_json::json!({"task_id": id, "generation": format!("def f():\n{body}")}).to_string()
    };
    let lines = [
        sample("o/0", "    return 1\n"),
        sample("gone/1", "    return 1\n"),
        sample("gone/2", "    return 1\n"),
    ];
    let samples = home.file("samples.jsonl", lines.join("\n"));
    let mut args = vec!["grade", "--dataset", "own", "--samples"];
    args.push(samples.to_str().unwrap());
    let error = &home.json(2, &args)["error"];
    assert_eq!(error["code"], "unknown-problem");
    assert!(error["hint"].as_str().unwrap().contains("--skip-unknown"));
    args.push("--skip-unknown");
    let answer = home.json(0, &args);
    assert_eq!(answer["skipped"], 2);
    assert_eq!(answer["n_samples"], 1);
    assert_eq!(answer["verdicts"]["passed"], 1);
    // Nothing is left of a file of another data set.
    let others = home.file("others.jsonl", lines[1..].join("\n"));
    args[4] = others.to_str().unwrap();
    assert_eq!(home.json(2, &args)["error"]["code"], "unknown-problem");
}

#[test]
fn humaneval_x_in_python_solves_itself() {
    let home = Home::empty();
    if !installed(&home, "humaneval-x") {
        return;
    }
    let answer = home.json(
        0,
        &["datasets", "check", "humaneval-x", "--language", "python"],
    );
    assert_eq!(answer["languages"][0]["n"], 164);
    let files = shared_data("benchmarks/humaneval-x").unwrap();
    let samples = files.join("humaneval_python_generations.jsonl.gz");
    let answer = home.json(
        0,
        &[
            "grade",
            "--dataset",
            "humaneval-x",
            "--samples",
            samples.to_str().unwrap(),
        ],
    );
    assert_eq!(answer["n_samples"], 164);
    assert_eq!(answer["skipped"], 0);
}
