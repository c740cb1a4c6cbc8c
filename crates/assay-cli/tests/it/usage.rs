//! Help, exit codes and the form of answers.

use crate::support::Home;

#[test]
fn every_command_has_help() {
    let home = Home::empty();
    for command in [
        "eval",
        "grade",
        "clean",
        "exec",
        "runs",
        "views",
        "compare",
        "problem",
        "breakdown",
        "report",
        "datasets",
        "models",
        "keys",
        "sandbox",
        "bench",
    ] {
        let said = home.run(&[command, "--help"]);
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(said.out.contains("Usage: assay"), "{said:?}");
    }
    assert_eq!(
        std::fs::read_dir(home.path()).unwrap().count(),
        0,
        "help wrote something"
    );
}

#[test]
fn wrong_usage_ends_with_2() {
    let home = Home::empty();
    for args in [
        vec!["nonsense"],
        vec!["eval"],
        vec!["eval", "--model", "no-provider", "--dataset", "starter"],
        vec![
            "eval",
            "--model",
            "openai:m@http://me:secret@host/v1",
            "--dataset",
            "starter",
        ],
        vec![
            "eval",
            "--model",
            "local:smollm2-135m",
            "--dataset",
            "starter",
            "--samples",
            "0",
        ],
        vec!["exec", "/no/such/file.py"],
        vec!["compare"],
    ] {
        let said = home.run(&args);
        assert_eq!(said.code, Some(2), "{args:?}: {said:?}");
        assert!(!said.err.is_empty(), "{args:?}");
        assert!(
            !said.err.contains("secret"),
            "a credential was repeated: {said:?}"
        );
    }
}

#[test]
fn an_unknown_dataset_or_run_is_named() {
    let home = Home::empty();
    let said = home.json(2, &["datasets", "pull", "humanevil"]);
    let message = said["error"]["message"].as_str().unwrap();
    assert!(message.contains("humanevil"), "{said}");
    let said = home.json(2, &["runs", "show", "zzz"]);
    assert!(
        said["error"]["message"].as_str().unwrap().contains("zzz"),
        "{said}"
    );
}

#[test]
fn a_missing_requirement_ends_with_3_and_says_what_to_do() {
    let home = Home::empty();
    let program = home.file("p.py", "print(1)");
    let said = {
        let mut command = home.command(&["--json", "exec", program.to_str().unwrap()]);
        command.env("DOCKER_HOST", "unix:///no/such/engine.sock");
        crate::support::said(&mut command)
    };
    assert_eq!(said.code, Some(3), "{said:?}");
    let answer: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(answer["error"]["code"], "engine-unreachable");
    assert!(
        answer["error"]["hint"].as_str().unwrap().contains("Docker"),
        "{answer}"
    );

    // HumanEval is not in an empty data folder.
    let samples = home.file(
        "s.jsonl",
        r#"{"task_id": "HumanEval/0", "completion": "    pass"}"#,
    );
    let said = home.json(
        3,
        &[
            "grade",
            "--dataset",
            "humaneval",
            "--samples",
            samples.to_str().unwrap(),
        ],
    );
    assert!(
        said["error"]["hint"]
            .as_str()
            .unwrap()
            .contains("assay datasets pull humaneval"),
        "{said}"
    );

    let said = home.json(
        3,
        &[
            "eval",
            "--model",
            "local:smollm2-135m",
            "--dataset",
            "starter",
            "--problems",
            "1",
        ],
    );
    assert!(
        said["error"]["hint"]
            .as_str()
            .unwrap()
            .contains("assay models pull"),
        "{said}"
    );
}

#[test]
fn one_program_runs_and_its_verdict_is_the_exit_code() {
    let home = Home::empty();
    let program = home.file("p.py", "print(input()[::-1])");
    let input = home.file("in.txt", "stressed");
    let said = home.json(
        0,
        &[
            "exec",
            program.to_str().unwrap(),
            "--stdin",
            input.to_str().unwrap(),
        ],
    );
    assert_eq!(said["stdout"], "desserts\n");
    assert_eq!(said["verdict"], "passed");
    assert_eq!(said["exit_code"], 0);
    assert!(
        said["toolchain"].as_str().unwrap().contains("Python"),
        "{said}"
    );

    let program = home.file("p.py", "import sys\nsys.exit(3)");
    let said = home.json(1, &["exec", program.to_str().unwrap()]);
    assert_eq!(said["verdict"], "failed");
    assert_eq!(said["exit_code"], 3);

    let program = home.file("p.py", "while True: pass");
    let said = home.json(1, &["exec", program.to_str().unwrap(), "--timeout", "0.5"]);
    assert_eq!(said["verdict"], "timeout");
}

#[test]
fn the_doctor_looks_at_a_real_engine() {
    let home = Home::empty();
    let said = home.json(0, &["sandbox", "doctor"]);
    let checks = said.as_array().unwrap();
    assert!(checks.len() >= 4, "{said}");
    assert!(checks.iter().all(|check| check["ok"] == true), "{said}");
}
