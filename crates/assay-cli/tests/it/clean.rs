//! `assay clean`: lines in, lines out.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::Home;

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn replies() -> String {
    let fenced = "Sure!\n```python\ndef f(x):\n    return x\n```\nDone.";
    [
        json!({"id": "a", "response": fenced, "language": "python", "entry_point": "f"}),
        json!({"id": 7, "response": "fn f(x: i64) -> i64 {\n    x\n}\n"}),
        json!({"id": "c", "response": "    return x\n\nThat's it, (isn't it?\n", "prompt": "import math\n\ndef f(x):\n", "language": "python", "mode": "completion"}),
        json!({"id": "d", "response": "I can't help with that.", "language": ["python", "go"]}),
    ]
    .iter()
    .map(|line| format!("{line}\n"))
    .collect()
}

#[test]
fn each_reply_gives_a_line() {
    let home = Home::empty();
    let file = home.file("replies.jsonl", replies());
    let said = home.run(&["clean", file.to_str().unwrap()]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let found = lines(&said.out);
    assert_eq!(found.len(), 4);
    assert_eq!(found[0]["id"], "a");
    assert_eq!(found[0]["code"], "def f(x):\n    return x\n");
    assert_eq!(found[0]["rule"], "fence");
    assert_eq!(found[0]["content"], "ok");
    assert_eq!(found[0]["changed"], true);
    assert!(found[0].get("program").is_none());
    assert_eq!(found[1]["id"], 7);
    assert_eq!(
        (&found[1]["language"], &found[1]["changed"]),
        (&json!("rust"), &json!(false))
    );
    assert_eq!(found[2]["content"], "ok");
    let program = found[2]["program"].as_str().unwrap();
    assert_eq!(program.trim_end(), "import math\n\ndef f(x):\n    return x");
    assert_eq!(
        (&found[3]["content"], &found[3]["language"]),
        (&json!("no_code"), &Value::Null)
    );
    assert!(said.err.contains("3 of 4"), "{said:?}");
}

#[test]
fn one_document_when_asked_and_standard_input_and_gzip() {
    let home = Home::empty();
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(replies().as_bytes()).unwrap();
    let file = home.file("replies.jsonl.gz", zipped.finish().unwrap());
    let answer = home.json(0, &["clean", file.to_str().unwrap()]);
    assert_eq!(answer["results"].as_array().unwrap().len(), 4);
    assert_eq!(
        (&answer["n_replies"], &answer["n_usable"]),
        (&json!(4), &json!(3))
    );

    let mut command = home.command(&["clean", "-"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(replies().as_bytes())
        .unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success());
    assert_eq!(lines(std::str::from_utf8(&done.stdout).unwrap()).len(), 4);
}

#[test]
fn a_bad_line_is_named_and_nothing_is_written() {
    let home = Home::empty();
    let bad = format!(
        "{}{}\n",
        replies(),
        json!({"id": "e", "response": 3, "mode": "talk"})
    );
    let file = home.file("replies.jsonl", &bad);
    let said = home.run(&["clean", file.to_str().unwrap()]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{said:?}");
    for part in ["replies.jsonl", "line 5", "response", "mode"] {
        assert!(said.err.contains(part), "{part}: {said:?}");
    }
    let missing = home.run(&["clean", "/no/such/file.jsonl"]);
    assert_ne!(missing.code, Some(0));
    assert!(missing.err.contains("/no/such/file.jsonl"), "{missing:?}");
}
