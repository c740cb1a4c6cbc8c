//! `assay score` and `assay bench quality`: from files, without a sandbox.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::Home;

const GOOD: &str = "def f(x):\n    return x + 1\n";

fn line(fields: &[(&str, &str)]) -> String {
    let object: serde_json::Map<String, Value> = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
        .collect();
    Value::Object(object).to_string() + "\n"
}

#[test]
fn every_line_gets_its_parts_in_order() {
    let home = Home::empty();
    let text = line(&[
        ("id", "a"),
        ("program", GOOD),
        ("entry_point", "f"),
        ("reference", GOOD),
    ]) + &line(&[
        ("id", "b"),
        ("code", "def f(x):\n    pass\n"),
        ("entry_point", "f"),
        ("language", "py"),
    ]) + &line(&[
        ("id", "c"),
        ("response", &format!("Sure:\n```python\n{GOOD}```\n")),
        ("entry_point", "f"),
    ]);
    let file = home.file("p.jsonl", &text);
    let file = file.to_str().unwrap();
    let scored = home.json(0, &["score", file]);
    let scored = scored.as_array().unwrap();
    let ids: Vec<&str> = scored.iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    for one in scored {
        for part in [
            "syntactic",
            "semantic",
            "completeness",
            "executability",
            "overall",
        ] {
            let value = one[part].as_f64().unwrap();
            assert!((0.0..=1.0).contains(&value), "{part}: {one}");
        }
    }
    assert!(scored[0]["overall"].as_f64() > scored[1]["overall"].as_f64());
    assert_eq!(scored[2]["executability"], 1.0);
    assert!(scored[1]["reasons"].to_string().contains("does nothing"));
    // A line each without --json.
    let said = home.run(&["score", file]);
    let lines: Vec<Value> = said
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(&lines, scored);
}

#[test]
fn weights_are_read_and_bad_ones_told() {
    let home = Home::empty();
    let file = home.file(
        "p.jsonl",
        line(&[
            ("program", "def f(x):\n    return y\n"),
            ("entry_point", "f"),
        ]),
    );
    let file = file.to_str().unwrap();
    let only = home.json(
        0,
        &[
            "score",
            file,
            "--weights",
            "syntactic=0,completeness=0,semantic=0",
        ],
    );
    assert_eq!(only[0]["overall"], only[0]["executability"]);
    for (weights, why) in [
        ("semantic", "is not PART=NUMBER"),
        ("semantic=x", "has no number"),
        ("beauty=1", "names no part"),
        ("semantic=-1", "from 0 up"),
    ] {
        let said = home.run(&["score", file, "--weights", weights]);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains(why), "{said:?}");
    }
}

#[test]
fn bad_lines_are_told_with_file_line_and_field() {
    let home = Home::empty();
    let file = home.file("p.jsonl", "{\"program\": 3}\n{\"id\": \"x\"}\n");
    let said = home.run(&["score", file.to_str().unwrap()]);
    assert_eq!(said.code, Some(2), "{said:?}");
    for part in [
        "p.jsonl: line 1, field program",
        "line 2, field program: is missing",
    ] {
        assert!(said.err.contains(part), "{part}: {said:?}");
    }
    let file = home.file(
        "s.jsonl",
        "{\"task_id\": \"nope\", \"completion\": \"x\"}\n",
    );
    let said = home.run(&[
        "score",
        "--dataset",
        "starter",
        "--language",
        "python",
        file.to_str().unwrap(),
    ]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("line 1, field task_id"), "{said:?}");
    let said = home.run(&["bench", "quality", file.to_str().unwrap()]);
    assert_ne!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("s.jsonl: line 1"), "{said:?}");
}

/// Both read a file that says nothing, as of a program that still works: the first interrupt ends them.
#[test]
fn scoring_ends_by_an_interrupt() {
    let home = Home::empty();
    let silent = home.path().join("silent.jsonl");
    let made = Command::new("mkfifo").arg(&silent).status().unwrap();
    assert!(made.success());
    let silent = silent.to_str().unwrap();
    for args in [&["score", silent][..], &["bench", "quality", silent]] {
        // One that comes before the program listens for it ends the program as any other.
        let code = (0..40).find_map(|tries| {
            let mut child = home
                .command(args)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(50 << tries.min(6)));
            let id = child.id().to_string();
            let sent = Command::new("kill").args(["-INT", &id]).status().unwrap();
            assert!(sent.success());
            child.wait().unwrap().code()
        });
        assert_eq!(code, Some(130), "{args:?}");
    }
}
