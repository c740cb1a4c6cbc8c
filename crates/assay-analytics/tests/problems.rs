//! Tables of what was counted: difficulty, consistency, contamination.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

use assay_analytics::*;
use assay_core::{Coded, DatasetId, Language, ProblemId, RunId};

fn row(run: &str, model: &str, problem: &str, judged: u32, passed: u32) -> ScoreRow {
    ScoreRow {
        run: RunId::from(run),
        model: model.to_owned(),
        strategy: "auto".into(),
        language: Language::python(),
        problem: ProblemId::from(problem),
        cluster: problem.to_owned(),
        judged,
        passed,
        infrastructure: 0,
        unanswered: 1,
        outstanding: 0,
    }
}

fn evidence(rows: Vec<ScoreRow>) -> Evidence {
    let run = |id: &str, dataset: &str| RunFacts {
        id: RunId::from(id),
        name: id.to_owned(),
        dataset: DatasetId::from(dataset),
        dataset_version: "1".to_owned(),
    };
    Evidence {
        runs: vec![
            run("r1", "humaneval"),
            run("r2", "humaneval"),
            run("r3", "own"),
        ],
        rows,
    }
}

#[test]
fn the_hardest_problem_comes_first_and_the_unjudged_last() {
    let found = difficulty(&evidence(vec![
        row("r1", "local:a", "p/easy", 4, 4),
        row("r1", "local:a", "p/none", 0, 0),
        row("r1", "local:a", "p/hard", 4, 0),
        row("r1", "local:b", "p/hard", 4, 1),
        row("r2", "local:b", "p/hard", 2, 1),
        row("r3", "local:b", "p/hard", 1, 1),
    ]))
    .unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|d| {
            (
                d.dataset.as_str(),
                d.problem.as_str(),
                d.n_models,
                d.n_samples,
                d.n_passed,
                d.share,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("humaneval", "p/hard", 2, 10, 2, Some(0.2)),
            ("humaneval", "p/easy", 1, 4, 4, Some(1.0)),
            ("own", "p/hard", 1, 1, 1, Some(1.0)),
            ("humaneval", "p/none", 0, 0, 0, None),
        ]
    );
    assert_eq!(difficulty(&Evidence::default()).unwrap(), []);
    let unknown = difficulty(&evidence(vec![row("r9", "local:a", "p/1", 1, 1)])).unwrap_err();
    assert_eq!(unknown.code(), "unknown-run");
}

#[test]
fn a_question_that_was_asked_in_two_runs_counts_in_both() {
    let rows = vec![
        row("r1", "local:a", "p/2", 5, 3),
        row("r1", "local:a", "p/1", 5, 5),
        row("r2", "local:a", "p/1", 4, 0),
    ];
    let found = consistency(&evidence(rows.clone()), GroupBy::Model).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].key.as_str(), found[0].label.as_str()),
        ("local:a", "a")
    );
    assert_eq!(found[0].questions, [(5, 5), (4, 0), (5, 3)]);
    let found = consistency(&evidence(rows), GroupBy::Series).unwrap();
    assert_eq!(found[0].questions, [(5, 5), (5, 3)]);
    assert_eq!(found[1].questions, [(4, 0)]);
}

#[test]
fn only_what_is_known_to_be_older_than_the_training_data_is_flagged() {
    let rows = vec![
        row("r1", "local:old", "p/1", 1, 1),
        row("r1", "local:new", "p/1", 1, 1),
        row("r1", "local:same", "p/1", 1, 1),
        row("r1", "local:unknown", "p/1", 1, 1),
        row("r3", "local:new", "p/1", 1, 1),
    ];
    let date = |text: &str| text.parse().ok();
    let published = |id: &DatasetId| {
        (id.as_str() == "humaneval")
            .then(|| date("2021-07-07"))
            .flatten()
    };
    let cutoff = |model: &str| match model {
        "local:old" => date("2021-06"),
        "local:same" => date("2021-07"),
        "local:new" => date("2023-12"),
        _ => None,
    };
    let found = contamination(&evidence(rows), published, cutoff).unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|c| (c.model.as_str(), c.dataset.as_str()))
        .collect();
    assert_eq!(told, [("local:new", "humaneval")]);
    assert_eq!(found[0].published.to_string(), "2021-07-07");
    assert_eq!(found[0].cutoff.to_string(), "2023-12");
}
