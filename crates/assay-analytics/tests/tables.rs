//! Tables beside the comparison: languages, problems, flips, effort, and what a comparison can show.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

use assay_analytics::*;
use assay_core::{Coded, DatasetId, Language, ProblemId, RunId, StrategyId};
use proptest::prelude::*;

fn row(model: &str, language: &str, problem: usize, judged: u32, passed: u32) -> ScoreRow {
    ScoreRow {
        run: RunId::from("r1"),
        model: model.to_owned(),
        strategy: StrategyId::from("auto"),
        language: Language::new(language),
        problem: ProblemId::new(format!("P/{problem}")),
        cluster: format!("P/{problem}"),
        judged,
        passed,
        infrastructure: 0,
        unanswered: 0,
        outstanding: 0,
    }
}

fn evidence(rows: Vec<ScoreRow>) -> Evidence {
    Evidence {
        runs: vec![RunFacts {
            id: RunId::from("r1"),
            name: "run".to_owned(),
            dataset: DatasetId::from("set"),
            dataset_version: "1".to_owned(),
        }],
        rows,
    }
}

/// `a` solves 0..6, `b` solves 3..9 of twelve problems.
fn two() -> Evidence {
    evidence(
        (0..12)
            .flat_map(|i| {
                [
                    row("local:a", "python", i, 1, u32::from(i < 6)),
                    row("local:b", "python", i, 1, u32::from((3..9).contains(&i))),
                ]
            })
            .collect(),
    )
}

fn problems(grid: &Grid) -> Vec<&str> {
    grid.rows.iter().map(|r| r.at.problem.as_str()).collect()
}

#[test]
fn problems_come_by_difficulty_then_by_number() {
    let found = grid(&two(), GroupBy::Model, &GridOptions::default()).unwrap();
    assert_eq!(
        problems(&found),
        [
            "P/9", "P/10", "P/11", "P/0", "P/1", "P/2", "P/6", "P/7", "P/8", "P/3", "P/4", "P/5"
        ]
    );
    let easiest = GridOptions {
        easiest_first: true,
        ..GridOptions::default()
    };
    let found = grid(&two(), GroupBy::Model, &easiest).unwrap();
    assert_eq!(found.rows[0].at.problem.as_str(), "P/3");
    assert_eq!(found.rows[11].at.problem.as_str(), "P/11");
}

#[test]
fn only_where_they_differ_leaves_out_the_rest_and_says_of_how_many() {
    let options = GridOptions {
        only_differing: true,
        ..GridOptions::default()
    };
    let found = grid(&two(), GroupBy::Model, &options).unwrap();
    assert_eq!(problems(&found), ["P/0", "P/1", "P/2", "P/6", "P/7", "P/8"]);
    assert_eq!(found.n_problems, 12);
}

#[test]
fn columns_are_those_asked_for_by_key_or_label_and_difficulty_stays_that_of_all() {
    let options = GridOptions {
        columns: vec!["b".to_owned()],
        ..GridOptions::default()
    };
    let found = grid(&two(), GroupBy::Model, &options).unwrap();
    assert_eq!(found.columns.len(), 1);
    assert_eq!(found.columns[0].key, "local:b");
    assert!(found.rows.iter().all(|r| r.all.judged == 2));
    let unknown = GridOptions {
        columns: vec!["c".to_owned()],
        ..GridOptions::default()
    };
    let error = grid(&two(), GroupBy::Model, &unknown).unwrap_err();
    assert_eq!(error.code(), "unknown-group");
}

#[test]
fn flips_go_both_ways_and_add_up() {
    let found = flips(&two(), GroupBy::Model, "local:a", "local:b").unwrap();
    let ids = |flips: &[Flip]| -> Vec<String> {
        flips.iter().map(|f| f.at.problem.to_string()).collect()
    };
    assert_eq!(ids(&found.only_a), ["P/0", "P/1", "P/2"]);
    assert_eq!(ids(&found.only_b), ["P/6", "P/7", "P/8"]);
    assert_eq!((found.n, found.both, found.neither), (12, 3, 3));
    let error = flips(&two(), GroupBy::Model, "local:a", "local:a").unwrap_err();
    assert_eq!(error.code(), "unknown-group");
}

#[test]
fn translations_are_one_problem_where_languages_are_compared() {
    let rows = (0..4)
        .flat_map(|i| {
            [
                row("local:a", "python", i, 1, 1),
                row("local:a", "go", i, 1, u32::from(i == 0)),
            ]
        })
        .collect();
    let found = grid(&evidence(rows), GroupBy::Language, &GridOptions::default()).unwrap();
    assert_eq!(found.rows.len(), 4);
    assert!(found.rows.iter().all(|r| r.at.language.is_none()));
    let labels: Vec<&str> = found.columns.iter().map(|c| c.label.as_str()).collect();
    assert_eq!(labels, ["Python", "Go"]);
}

#[test]
fn each_language_is_scored_on_its_own() {
    let rows = (0..10)
        .flat_map(|i| {
            [
                row("local:a", "python", i, 1, u32::from(i < 8)),
                row("local:a", "go", i, 1, u32::from(i < 2)),
                row("local:b", "python", i, 1, u32::from(i < 4)),
            ]
        })
        .collect();
    let found = by_language(&evidence(rows), GroupBy::Model, &ScoreOptions::default()).unwrap();
    let names: Vec<&str> = found.languages.iter().map(Language::as_str).collect();
    assert_eq!(names, ["python", "go"]);
    assert_eq!(found.rows[0].whole.label, "a");
    let value = |r: usize, c: usize| {
        found.rows[r].cells[c]
            .as_ref()
            .and_then(|cell| cell.pass.as_ref())
            .map(|pass| (pass.value, pass.low < pass.value, pass.n_problems))
    };
    assert_eq!(value(0, 0), Some((0.8, true, 10)));
    assert_eq!(value(0, 1), Some((0.2, true, 10)));
    assert_eq!(value(1, 0), Some((0.4, true, 10)));
    assert_eq!(value(1, 1), None);
}

fn effort(model: &str, problem: usize, cost: Option<f64>, ms: f64) -> EffortRow {
    EffortRow {
        run: RunId::from("r1"),
        model: model.to_owned(),
        strategy: StrategyId::from("auto"),
        language: Language::python(),
        problem: ProblemId::new(format!("P/{problem}")),
        cluster: format!("P/{problem}"),
        answers: 2,
        costs: if cost.is_some() { 2 } else { 0 },
        cost_usd: cost.unwrap_or(0.0),
        times: 2,
        latency_ms: ms,
    }
}

#[test]
fn effort_is_a_mean_over_problems_and_what_is_unknown_is_left_out() {
    let runs = evidence(Vec::new()).runs;
    let rows: Vec<EffortRow> = (0..20)
        .flat_map(|i| {
            [
                effort("local:a", i, None, 4_000.0),
                effort(
                    "x:b",
                    i,
                    Some(0.002 * (i % 3 + 1) as f64),
                    1_000.0 * (i + 1) as f64,
                ),
            ]
        })
        .collect();
    let of = |kind| efforts(&runs, &rows, GroupBy::Model, kind, &ScoreOptions::default()).unwrap();
    let costs = of(EffortKind::Cost);
    assert!(!costs.contains_key("local:a"));
    let b = &costs["x:b"];
    let expected = (0..20).map(|i| 0.001 * f64::from(i % 3 + 1)).sum::<f64>() / 20.0;
    assert!((b.value - expected).abs() < 1e-12);
    assert!(b.low.unwrap() < b.value && b.value < b.high.unwrap());
    assert_eq!((b.n_problems, b.n_answers, b.n_unknown), (20, 40, 0));
    let times = of(EffortKind::Time);
    // Every answer took as long: nothing tells how sure the mean is.
    assert_eq!((times["local:a"].value, times["local:a"].low), (2.0, None));
    let unknown = efforts(
        &[],
        &rows,
        GroupBy::Model,
        EffortKind::Cost,
        &ScoreOptions::default(),
    );
    assert_eq!(unknown.unwrap_err().code(), "unknown-run");
}

#[test]
fn a_comparison_says_what_it_would_miss() {
    let found = compare(&two(), GroupBy::Model, &CompareOptions::default()).unwrap();
    let pair = &found.pairs[0];
    let power = pair.power.unwrap();
    assert!(!pair.significant);
    // Three flips each way of twelve: differences of variance 6/11.
    let sd = (6.0_f64 / 11.0).sqrt();
    let expected = power::detectable_difference(sd, 12, 0.05, 0.8).unwrap();
    assert!((power.detectable.unwrap() - expected).abs() < 1e-9);
    assert_eq!(power.problems_needed, None, "no difference was seen");
    assert_eq!(power.samples_needed, None, "one sample each does not vary");
}

#[test]
fn tests_are_held_to_alpha_over_their_number() {
    let mut rows = two().rows;
    rows.extend((0..12).map(|i| row("local:c", "python", i, 1, u32::from(i % 2 == 0))));
    let of = |baseline: Option<&str>| {
        let options = CompareOptions {
            baseline: baseline.map(str::to_owned),
            ..CompareOptions::default()
        };
        let found = compare(&evidence(rows.clone()), GroupBy::Model, &options).unwrap();
        (found.baseline, found.pairs[0].power.unwrap().alpha)
    };
    assert_eq!(of(None), (None, 0.05 / 3.0));
    // A baseline may be named by its label.
    assert_eq!(of(Some("c")), (Some("local:c".to_owned()), 0.025));
}

proptest! {
    #[test]
    fn flips_agree_with_mcnemars_counts(solved in prop::collection::vec((any::<bool>(), any::<bool>()), 2..60)) {
        let rows = solved
            .iter()
            .enumerate()
            .flat_map(|(i, (a, b))| {
                [
                    row("local:a", "python", i, 1, u32::from(*a)),
                    row("local:b", "python", i, 1, u32::from(*b)),
                ]
            })
            .collect();
        let evidence = evidence(rows);
        let found = flips(&evidence, GroupBy::Model, "local:a", "local:b").unwrap();
        let options = CompareOptions {
            baseline: Some("local:b".to_owned()),
            score: ScoreOptions { resamples: 200, ..ScoreOptions::default() },
            ..CompareOptions::default()
        };
        let compared = compare(&evidence, GroupBy::Model, &options).unwrap();
        let pair = &compared.pairs[0];
        prop_assert_eq!(pair.only_a, Some(found.only_a.len() as u32));
        prop_assert_eq!(pair.only_b, Some(found.only_b.len() as u32));
        prop_assert_eq!(found.n as usize, solved.len());
        let sum = found.both + found.neither + (found.only_a.len() + found.only_b.len()) as u32;
        prop_assert_eq!(found.n, sum);
    }
}
