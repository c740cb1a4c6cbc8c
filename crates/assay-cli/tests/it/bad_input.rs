//! What goes wrong outside, and what a person is told of it. Nothing that is stored may be lost by it.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use wiremock::{Request, Respond, ResponseTemplate};

use crate::server;
use crate::support::Home;

/// Fails the first requests in some way, then answers.
struct After {
    failures: usize,
    failure: ResponseTemplate,
    seen: AtomicUsize,
}

impl After {
    fn new(failures: usize, failure: ResponseTemplate) -> Self {
        Self {
            failures,
            failure,
            seen: AtomicUsize::new(0),
        }
    }
}

impl Respond for After {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        if self.seen.fetch_add(1, Ordering::SeqCst) < self.failures {
            self.failure.clone()
        } else {
            server::stream("```python\ndef nothing():\n    return None\n```", true)
        }
    }
}

/// Asks a server that answers so for one starter problem.
async fn one_problem(answer: impl Respond + 'static, code: i32) -> (Home, Value) {
    let server = server::answering(answer).await;
    let home = Home::empty();
    let model = server::model(&server);
    let said = tokio::task::block_in_place(|| {
        home.json(
            code,
            &[
                "eval",
                "--model",
                &model,
                "--dataset",
                "starter",
                "--problems",
                "1",
            ],
        )
    });
    (home, said)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_asked_again_when_it_says() {
    let busy = ResponseTemplate::new(429).insert_header("Retry-After", "1");
    let (_home, said) = one_problem(After::new(1, busy), 0).await;
    assert_eq!(said["results"][0]["transport"], "ok", "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stumbles_is_asked_again() {
    let (_home, said) = one_problem(After::new(2, ResponseTemplate::new(503)), 0).await;
    assert_eq!(said["results"][0]["transport"], "ok", "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_stream_is_no_answer() {
    let cut = server::stream("```python\ndef nothing():\n", false);
    let (home, said) = one_problem(cut, 1).await;
    assert_eq!(said["results"][0]["transport"], "truncated", "{said}");
    assert_eq!(said["results"][0]["verdict"], Value::Null);
    assert_eq!(
        said["models"][0]["n_unjudged"], 1,
        "an unanswered request is no wrong answer"
    );
    let runs = home.json(0, &["runs", "list"]);
    assert_eq!(runs.as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_stops_the_run_and_names_the_variable() {
    let refusal = ResponseTemplate::new(401)
        .set_body_json(json!({ "error": { "message": "Incorrect API key provided: sk-secret" } }));
    let (home, said) = one_problem(refusal, 1).await;
    assert_eq!(said["status"], "failed", "{said}");
    let run = said["run_id"].as_str().unwrap();
    let shown = home.json(0, &["runs", "show", run]);
    let hint = shown["error"]["hint"].as_str().unwrap();
    assert!(
        hint.contains("OPENAI_API_KEY") || hint.contains("ASSAY_KEY"),
        "{hint}"
    );
}

#[test]
fn a_dead_server_stops_the_run_which_can_be_resumed() {
    let home = Home::empty();
    // Nothing listens at a port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let model = format!("openai:stub@http://127.0.0.1:{port}/v1");
    let said = home.run(&[
        "--json",
        "eval",
        "--model",
        &model,
        "--dataset",
        "starter",
        "--problems",
        "2",
    ]);
    assert!(matches!(said.code, Some(1 | 3)), "{said:?}");
    assert!(
        said.out.contains(&port.to_string()) || said.err.contains(&port.to_string()),
        "{said:?}"
    );
}

#[test]
fn a_bad_line_is_named_and_nothing_is_imported() {
    let home = Home::empty();
    let good = r#"{"task_id": "t/0", "prompt": "def f():\n", "entry_point": "f", "test": "def check(c):\n    assert c() == 1\n"}"#;
    for (bad, field) in [
        (
            r#"{"task_id": "t/1", "prompt": "def f():\n", "entry_point": "f"}"#,
            "test",
        ),
        (
            r#"{"task_id": 7, "prompt": "x", "entry_point": "f", "test": "y"}"#,
            "task_id",
        ),
        (
            r#"{"task_id": "t/0", "prompt": "x", "entry_point": "f", "test": "y"}"#,
            "t/0",
        ),
        (r#"{"task_id": "t/1", "prompt"#, "line 2"),
    ] {
        let file = home.file("mine.jsonl", format!("{good}\n{bad}\n"));
        let said = home.json(2, &["datasets", "import", file.to_str().unwrap()]);
        let message = said["error"]["message"].as_str().unwrap();
        assert!(message.contains("mine.jsonl"), "{message}");
        assert!(message.contains('2'), "the line is not named: {message}");
        assert!(message.contains(field), "{field} is not named: {message}");
        let datasets = home.json(0, &["datasets", "list"]);
        assert!(
            datasets
                .as_array()
                .unwrap()
                .iter()
                .all(|d| d["id"] != "mine"),
            "something was imported: {datasets}"
        );
    }
    let file = home.file("mine.jsonl", format!("{good}\n"));
    home.json(0, &["datasets", "import", file.to_str().unwrap()]);
    let samples = home.file(
        "s.jsonl",
        "{\"task_id\": \"t/0\", \"completion\": \"    return 1\\n\"}\n",
    );
    let graded = home.json(
        0,
        &[
            "grade",
            "--dataset",
            "mine",
            "--samples",
            samples.to_str().unwrap(),
        ],
    );
    assert_eq!(graded["verdicts"]["passed"], 1);
}

#[test]
fn unknown_tasks_and_bad_samples_are_named_before_anything_runs() {
    let home = Home::furnished();
    let grade = |text: &str| {
        let file = home.file("s.jsonl", text);
        let said = home.json(
            2,
            &[
                "grade",
                "--dataset",
                "humaneval",
                "--samples",
                file.to_str().unwrap(),
            ],
        );
        said["error"]["message"].as_str().unwrap().to_owned()
    };
    let message = grade(r#"{"task_id": "HumanEval/999", "completion": "x"}"#);
    assert!(message.contains("HumanEval/999"), "{message}");
    let message = grade(
        "{\"task_id\": \"HumanEval/0\", \"completion\": \"x\"}\n{\"task_id\": \"HumanEval/1\"}\n",
    );
    assert!(
        message.contains("s.jsonl") && message.contains('2') && message.contains("completion"),
        "{message}"
    );
    let message = grade("not json\n");
    assert!(
        message.contains("line 1") || message.contains(":1"),
        "{message}"
    );
    let runs = home.json(0, &["runs", "list"]);
    assert_eq!(
        runs.as_array().unwrap().len(),
        0,
        "a run was stored: {runs}"
    );
}

#[test]
fn a_store_that_is_none_is_refused_and_left_alone() {
    let home = Home::empty();
    let store = home.file(
        "assay.sqlite3",
        "this is a letter to my aunt, not a database",
    );
    let said = home.json(1, &["runs", "list"]);
    assert!(
        said["error"]["message"]
            .as_str()
            .unwrap()
            .contains("assay.sqlite3"),
        "{said}"
    );
    assert_eq!(
        std::fs::read_to_string(store).unwrap(),
        "this is a letter to my aunt, not a database"
    );
}
