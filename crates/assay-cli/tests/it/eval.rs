//! Evaluations: of the embedded model, and of a server that behaves.

use std::time::Duration;

use serde_json::Value;

use crate::server;
use crate::support::Home;

/// Python problems of the starter set as (function, whole program), from the files that ship.
pub fn starter_answers() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/starter");
    let mut answers = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let python = entry.path().join("python");
        let Ok(prompt) = std::fs::read_to_string(python.join("prompt.py")) else {
            continue;
        };
        let solution = std::fs::read_to_string(python.join("solution.py")).unwrap();
        let name = prompt
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix("def "))
            .and_then(|rest| rest.split('(').next())
            .unwrap()
            .to_owned();
        answers.push((name, format!("{prompt}{solution}")));
    }
    assert!(answers.len() >= 12, "{}", answers.len());
    answers
}

#[test]
fn the_embedded_model_is_evaluated_reported_and_compared() {
    let home = Home::furnished();
    let eval = |name: &str, strategy: &str| {
        home.json(
            0,
            &[
                "eval",
                "--model",
                "local:smollm2-135m",
                "--dataset",
                "humaneval",
                "--problems",
                "2",
                "--max-tokens",
                "96",
                "--strategy",
                strategy,
                "--name",
                name,
            ],
        )
    };
    let first = eval("chat", "instruct");
    assert_eq!(first["status"], "completed");
    assert_eq!(first["n_problems"], 2);
    assert!(
        first["usage"]["completion_tokens"].as_u64().unwrap() > 0,
        "{first}"
    );
    assert_eq!(first["results"].as_array().unwrap().len(), 2);
    let second = eval("completion", "completion");

    // The same seed and temperature 0: the same texts, so the same verdicts.
    let again = eval("chat again", "instruct");
    let verdicts = |run: &Value| {
        run["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["verdict"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(verdicts(&first), verdicts(&again));

    let id = |run: &Value| run["run_id"].as_str().unwrap().to_owned();
    let compared = home.json(0, &["compare", &id(&first), &id(&second)]);
    assert_eq!(
        compared["scores"].as_array().unwrap().len(),
        2,
        "{compared}"
    );
    assert_eq!(compared["pairs"].as_array().unwrap().len(), 1);
    assert!(
        compared["pairs"][0]["test"]
            .as_str()
            .unwrap()
            .starts_with("McNemar"),
        "{compared}"
    );

    let runs = format!("{},{}", id(&first), id(&second));
    for (format, begins) in [
        ("html", "<!doctype html>"),
        ("pdf", "%PDF-"),
        ("md", "#"),
        ("csv", ""),
    ] {
        let path = home.path().join(format!("report.{format}"));
        let said = home.json(
            0,
            &[
                "report",
                "--runs",
                &runs,
                "--format",
                format,
                "--out",
                path.to_str().unwrap(),
            ],
        );
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(said["bytes"].as_u64().unwrap(), bytes.len() as u64);
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_lowercase();
        assert!(head.starts_with(&begins.to_lowercase()), "{format}: {head}");
    }

    let scores = home.path().join("scores.toml");
    std::fs::write(
        &scores,
        "[[score]]\nmodel = \"smollm2-135m\"\ndataset = \"humaneval\"\nscore = 14.0\nsource = \"a paper\"\n",
    )
    .unwrap();
    let report = home.path().join("published.md");
    let ask = [
        "report",
        "--runs",
        &runs,
        "--format",
        "md",
        "--out",
        report.to_str().unwrap(),
        "--published",
        scores.to_str().unwrap(),
    ];
    home.json(0, &ask);
    let text = std::fs::read_to_string(&report).unwrap();
    assert!(
        text.contains("| smollm2-135m | humaneval, Python |"),
        "{text}"
    );
    std::fs::write(&scores, "[[score]]\nmodel = 3\n").unwrap();
    let refused = home.json(2, &ask);
    assert!(
        refused.to_string().contains("scores.toml, line 2"),
        "{refused}"
    );
    assert_eq!(std::fs::read_to_string(&report).unwrap(), text);

    let shown = home.json(0, &["runs", "show", &id(&first)[..13]]);
    assert!(
        shown["command"]
            .as_str()
            .unwrap()
            .contains("--model local:smollm2-135m"),
        "{shown}"
    );
    assert!(
        shown["environment"]["images"]["python"]
            .as_str()
            .unwrap()
            .starts_with("sha256:")
    );
    let csv = home.run(&["runs", "export", &id(&first), "--format", "csv"]);
    let mut table = csv::Reader::from_reader(csv.out.as_bytes());
    assert_eq!(table.headers().unwrap().get(3), Some("problem"));
    assert_eq!(table.records().map(Result::unwrap).count(), 2, "{csv:?}");
    home.json(0, &["runs", "delete", &id(&first), "--yes"]);
    let left = home.json(0, &["runs", "list"]);
    assert_eq!(left.as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_knows_the_answers_scores_all_of_them() {
    let answers = starter_answers();
    let n = answers.len();
    let server = server::solver(answers, Duration::ZERO).await;
    let home = Home::empty();
    let model = server::model(&server);
    let answer = tokio::task::block_in_place(|| {
        home.json(
            0,
            &[
                "eval",
                "--model",
                &model,
                "--dataset",
                "starter",
                "--samples",
                "2",
                "--temperature",
                "0.5",
                "--k",
                "1,2",
            ],
        )
    });
    assert_eq!(
        answer["verdicts"]["passed"].as_u64().unwrap() as usize,
        2 * n,
        "{answer}"
    );
    assert_eq!(answer["pass_at"]["1"]["value"], 1.0);
    assert_eq!(answer["pass_at"]["2"]["value"], 1.0);
    assert_eq!(server::asked(&server).await, 2 * n);
}
