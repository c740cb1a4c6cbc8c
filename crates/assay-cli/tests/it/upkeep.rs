//! Names, notes, tags, the archive, deletion, merging, splitting, and saved views.

use serde_json::{Value, json};

use crate::support::Home;

/// A graded run of the starter set, and its id.
fn graded(home: &Home, model: &str, answers: &[(&str, &str)]) -> String {
    let lines: Vec<String> = answers
        .iter()
        .map(|(problem, text)| json!({ "task_id": problem, "completion": text }).to_string())
        .collect();
    let file = home.file(&format!("{model}.jsonl"), lines.join("\n"));
    let said = home.json(
        0,
        &[
            "grade",
            "--dataset",
            "starter",
            "--samples",
            file.to_str().unwrap(),
            "--model",
            model,
        ],
    );
    said["run_id"].as_str().unwrap().to_owned()
}

fn ids(home: &Home, args: &[&str]) -> Vec<String> {
    let mut all = vec!["runs", "list"];
    all.extend(args);
    let listed = home.json(0, &all);
    let id = |run: &Value| run["id"].as_str().unwrap().to_owned();
    listed.as_array().unwrap().iter().map(id).collect()
}

#[test]
fn runs_are_named_tagged_put_away_merged_split_and_deleted() {
    let home = Home::empty();
    let first = graded(
        &home,
        "a",
        &[
            ("starter/greet-guest", "    return 1"),
            ("starter/seat-count", "    return 2"),
        ],
    );
    let second = graded(&home, "a", &[("starter/greet-guest", "    return 3")]);
    let third = graded(&home, "b", &[("starter/greet-guest", "    return 4")]);

    home.json(0, &["runs", "rename", &first, "the first"]);
    let said = home.json(0, &["runs", "note", &first, "two lines\nof text"]);
    assert_eq!(said["note"], "two lines\nof text");
    let said = home.json(0, &["runs", "note", &first]);
    assert_eq!(said["note"], "two lines\nof text");
    let said = home.json(0, &["runs", "tag", &first, "paper", "gpu"]);
    assert_eq!(said["tags"], json!(["gpu", "paper"]));
    let said = home.json(0, &["runs", "untag", &first, "GPU"]);
    assert_eq!(said["tags"], json!(["paper"]));
    assert_eq!(
        ids(&home, &["--tag", "Paper"]),
        std::slice::from_ref(&first)
    );
    let shown = home.json(0, &["runs", "show", &first]);
    assert_eq!(shown["summary"]["name"], "the first");
    let said = home.json(2, &["runs", "tag", &first, "a,b"]);
    assert_eq!(said["error"]["code"], "bad-tag");
    let said = home.json(0, &["runs", "note", &first, "--remove"]);
    assert_eq!(said["note"], Value::Null);

    home.json(0, &["runs", "archive", &third]);
    assert_eq!(ids(&home, &[]), [second.clone(), first.clone()]);
    assert_eq!(ids(&home, &["--archived"]).len(), 3);
    home.json(0, &["runs", "unarchive", &third]);

    // Deleted, nothing knows it; restored, it is as it was.
    let before = home.json(0, &["runs", "show", &third]);
    home.json(0, &["runs", "delete", &third]);
    assert_eq!(ids(&home, &["--archived"]).len(), 2);
    assert_eq!(ids(&home, &["--deleted"]), std::slice::from_ref(&third));
    for args in [
        vec!["runs", "show", &third],
        vec!["compare", &first, &third],
    ] {
        assert_eq!(home.json(2, &args)["error"]["code"], "run-not-found");
    }
    home.json(0, &["runs", "restore", &third]);
    assert_eq!(home.json(0, &["runs", "show", &third]), before);
    let said = home.json(2, &["runs", "purge", &third, "--yes"]);
    assert_eq!(said["error"]["code"], "run-not-found");

    // Merged: what was asked twice follows, and is said to.
    let plan = home.json(0, &["runs", "merge", &second, &first, &third, "--plan"]);
    assert_eq!(plan["samples"], 4);
    assert_eq!(plan["following"][0]["run"], second.as_str());
    assert_eq!(plan["following"][0]["samples"], 1);
    assert_eq!(ids(&home, &[]).len(), 3);
    let made = home.json(
        0,
        &["runs", "merge", &first, &second, &third, "--name", "all"],
    );
    let merged = made["run_id"].as_str().unwrap().to_owned();
    assert_eq!(ids(&home, &[]), std::slice::from_ref(&merged));
    let shown = home.json(0, &["runs", "show", &merged]);
    assert_eq!(shown["summary"]["origin"], "merged");
    assert_eq!(shown["sources"].as_array().unwrap().len(), 3);
    let note = shown["summary"]["note"].as_str().unwrap();
    for id in [&first, &second, &third] {
        assert!(note.contains(id.as_str()), "{note}");
    }
    let said = home.json(2, &["eval", "--resume", &merged]);
    assert_eq!(said["error"]["code"], "run-made-of-others");

    // Split by model, and both taken back.
    let made = home.json(0, &["runs", "split", &merged]);
    let parts: Vec<&str> = made["run_ids"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap())
        .collect();
    assert_eq!(parts.len(), 2);
    assert_eq!(ids(&home, &[]).len(), 2);
    home.json(0, &["runs", "undo", parts[0], parts[1]]);
    assert_eq!(ids(&home, &[]), std::slice::from_ref(&merged));
    home.json(0, &["runs", "undo", &merged]);
    assert_eq!(ids(&home, &["--archived"]).len(), 3);

    // For good only when it is confirmed.
    let said = home.json(2, &["runs", "purge", "--all"]);
    assert_eq!(said["error"]["code"], "confirmation-needed");
    assert_eq!(ids(&home, &["--deleted"]).len(), 3);
    assert_eq!(home.json(0, &["runs", "purge"])["run_ids"], json!([]));
    let said = home.json(0, &["runs", "purge", "--all", "--yes"]);
    assert_eq!(said["run_ids"].as_array().unwrap().len(), 3);
    assert_eq!(ids(&home, &["--deleted"]), Vec::<String>::new());
    assert_eq!(
        home.json(2, &["runs", "restore", &merged])["error"]["code"],
        "run-not-found"
    );
    assert_eq!(home.json(0, &["runs", "verify"])["wrong"], json!([]));
}

#[test]
fn views_are_kept_by_name_in_an_order() {
    let home = Home::empty();
    let view = home.json(0, &["views", "save", "both", "/compare?runs=a,b"]);
    assert_eq!(
        (&view["page"], &view["address"]),
        (&json!("compare"), &json!("/compare?runs=a,b"))
    );
    home.json(0, &["views", "save", "failed", "#/samples?verdicts=failed"]);
    let said = home.json(2, &["views", "save", "BOTH", "/runs"]);
    assert_eq!(said["error"]["code"], "view-exists");
    home.json(
        0,
        &["views", "save", "both", "/compare?runs=a", "--replace"],
    );
    let moved = home.json(0, &["views", "move", "failed", "1"]);
    assert_eq!(moved[0]["name"], "failed");
    home.json(0, &["views", "rename", "failed", "wrong ones"]);
    home.json(0, &["views", "delete", "both"]);
    let listed = home.json(0, &["views", "list"]);
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["name"], "wrong ones");
    assert_eq!(listed[0]["address"], "/samples?verdicts=failed");
    for (args, code) in [
        (vec!["views", "delete", "both"], "view-not-found"),
        (
            vec!["views", "save", "x", "https://elsewhere"],
            "bad-address",
        ),
        (vec!["views", "save", " ", "/runs"], "bad-name"),
    ] {
        assert_eq!(home.json(2, &args)["error"]["code"], code, "{args:?}");
    }
}
