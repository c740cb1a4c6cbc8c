//! A run that is recorded, and the same run from the recording when its server is gone.

use serde_json::Value;
use wiremock::{Request, ResponseTemplate};

use crate::eval::starter_answers;
use crate::server;
use crate::support::{Home, said};

/// The samples of a run as `runs export` writes them, without what differs from run to run: ids, and the
/// time and memory its programs took.
fn samples(home: &Home, run: &Value) -> Vec<String> {
    let id = run["run_id"].as_str().unwrap();
    let said = home.run(&["runs", "export", id, "--format", "jsonl"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let samples: Vec<String> = said
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &Value| line["sample"].is_object())
        .map(|mut line| {
            forget(&mut line);
            line.to_string()
        })
        .collect();
    assert!(!samples.is_empty(), "{said:?}");
    samples
}

fn forget(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for name in [
                "id",
                "run",
                "finished_at",
                "duration_ms",
                "cpu_ms",
                "peak_memory_kb",
            ] {
                fields.remove(name);
            }
            fields.values_mut().for_each(forget);
        }
        Value::Array(items) => items.iter_mut().for_each(forget),
        _ => {}
    }
}

fn eval(home: &Home, model: &str, seed: &str, more: &[&str]) -> (Option<i32>, Value) {
    let mut args = vec![
        "--json",
        "eval",
        "--model",
        model,
        "--dataset",
        "starter",
        "--problems",
        "6",
        "--seed",
        seed,
    ];
    args.extend(more);
    let said = home.run(&args);
    let answer = serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {said:?}"));
    (said.code, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_run_is_replayed_byte_for_byte_without_its_server() {
    let answers = starter_answers();
    // One of the problems gets a refusal, one an answer that is wrong.
    let respond = move |request: &Request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let asked = body["messages"].to_string();
        let known = answers
            .iter()
            .enumerate()
            .find(|(_, (name, _))| asked.contains(&format!("def {name}(")));
        match known {
            Some((_, (name, _))) if name.len() % 5 == 0 => {
                ResponseTemplate::new(400).set_body_string("not this one")
            }
            Some((at, _)) if at % 4 == 0 => server::stream("I do not know.", true),
            Some((_, (_, program))) => {
                server::stream(&format!("```python\n{program}\n```\n"), true)
            }
            None => server::stream("?", true),
        }
    };
    let server = server::answering(respond).await;
    let home = Home::empty();
    let model = server::model(&server);
    let file = home.path().join("run.jsonl");
    let tape = file.to_str().unwrap().to_owned();
    tokio::task::block_in_place(|| {
        let (code, first) = eval(&home, &model, "3", &["--record", &tape]);
        assert!(first["run_id"].is_string(), "{first}");

        // A run that cannot begin leaves no recording.
        let unborn = home.path().join("unborn.jsonl");
        let unborn_tape = unborn.to_str().unwrap();
        let (unborn_code, error) = eval(
            &home,
            &model,
            "3",
            &["--strategy", "no-such", "--record", unborn_tape],
        );
        assert_ne!(unborn_code, Some(0), "{error}");
        assert_eq!(error["error"]["code"], "unknown-strategy", "{error}");
        assert!(!unborn.exists());
        drop(server);
        let (again_code, again) = eval(&home, &model, "3", &["--replay", &tape]);
        assert_eq!(code, again_code, "{again}");
        assert_ne!(first["run_id"], again["run_id"]);
        assert_eq!(first["verdicts"], again["verdicts"]);
        assert_eq!(first["pass_at"], again["pass_at"]);
        let recorded = samples(&home, &first);
        assert!(recorded.len() >= 6, "{recorded:?}");
        let passed = recorded.iter().filter(|s| s.contains("\"passed\"")).count();
        assert!((1..recorded.len()).contains(&passed), "{recorded:?}");
        assert_eq!(recorded, samples(&home, &again));

        // The server is gone, and this is no request that was recorded.
        let (code, other) = eval(
            &home,
            &model,
            "3",
            &["--max-tokens", "9", "--replay", &tape],
        );
        assert_eq!(code, Some(1), "{other}");
        let said = home.run(&["runs", "show", other["run_id"].as_str().unwrap(), "--json"]);
        assert!(said.out.contains("not-recorded"), "{said:?}");

        // What was begun from a recording does not go on from its model, nor the other way round.
        let resume = |run: &Value, more: &[&str]| {
            let run = run["run_id"].as_str().unwrap().to_owned();
            let said = home.run(&[&["--json", "eval", "--resume", &run], more].concat());
            let answer: Value = serde_json::from_str(&said.out).unwrap();
            (said.code, answer["error"]["code"].clone())
        };
        let refused = (Some(2), Value::from("bad-answers"));
        assert_eq!(resume(&other, &[]), refused);
        assert_eq!(resume(&first, &["--replay", &tape]), refused);

        // A recording is not written over, and both at once make no sense.
        let (code, error) = eval(&home, &model, "3", &["--record", &tape]);
        assert_eq!(code, Some(1), "{error}");
        let gone = eval(&home, &model, "3", &["--replay", "/no/such/file"]);
        assert_eq!(gone.1["error"]["code"], "recording-not-found");
        let both = home.run(&["eval", "--record", &tape, "--replay", &tape]);
        assert_eq!(both.code, Some(2), "{both:?}");
    });
}

/// Nothing is downloaded from a hub that is not there, and the run does not begin.
#[test]
fn a_model_of_the_hub_is_asked_for_before_a_run() {
    let home = Home::empty();
    let args = [
        "--json",
        "eval",
        "--model",
        "hf:org/m",
        "--dataset",
        "starter",
    ];
    for args in [&args[..], &["--json", "models", "pull", "hf:org/m"]] {
        let mut command = home.command(args);
        command
            .env("HF_ENDPOINT", "http://127.0.0.1:9")
            .env_remove("HF_TOKEN");
        let said = said(&mut command);
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(said.out.contains("hub-unreachable"), "{said:?}");
    }
    let said = home.run(&["models", "check", "hf:org/m"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("assay models pull hf:org/m"), "{said:?}");
    assert_eq!(home.json(0, &["runs", "list"]).as_array().unwrap().len(), 0);
}
