//! Series over time as a front asks for them.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

use std::collections::BTreeMap;

use assay_analytics::*;
use assay_core::{Coded, DatasetId, Language, ProblemId, RunId, StrategyId};
use proptest::prelude::*;

const DAY: i64 = 86_400_000;

/// A run of a model on the first so many problems, of which it solves the first so many.
#[derive(Clone)]
struct Given {
    version: &'static str,
    model: &'static str,
    day: i64,
    problems: usize,
    solved: usize,
}

fn given(day: i64, solved: usize) -> Given {
    Given {
        version: "1",
        model: "local:a",
        day,
        problems: 100,
        solved,
    }
}

fn evidence(given: &[Given]) -> (Evidence, BTreeMap<RunId, i64>) {
    let mut evidence = Evidence::default();
    let mut began = BTreeMap::new();
    for (i, run) in given.iter().enumerate() {
        let id = RunId::new(format!("r{i}"));
        began.insert(id.clone(), run.day * DAY);
        evidence.runs.push(RunFacts {
            id: id.clone(),
            name: format!("run {i}"),
            dataset: DatasetId::from("humaneval"),
            dataset_version: run.version.to_owned(),
        });
        evidence.rows.extend((0..run.problems).map(|p| ScoreRow {
            run: id.clone(),
            model: run.model.to_owned(),
            strategy: StrategyId::from("auto"),
            language: Language::python(),
            problem: ProblemId::new(format!("HumanEval/{p}")),
            cluster: format!("HumanEval/{p}"),
            judged: 1,
            passed: u32::from(p < run.solved),
            infrastructure: 0,
            unanswered: 0,
            outstanding: 0,
        }));
    }
    (evidence, began)
}

fn options() -> TrendOptions {
    TrendOptions {
        resamples: 500,
        ..TrendOptions::default()
    }
}

fn made(given: &[Given]) -> Trends {
    let (evidence, began) = evidence(given);
    trends(&evidence, &began, &options()).unwrap()
}

fn changes(series: &TrendSeries) -> Vec<Change> {
    series.steps.iter().map(|step| step.change).collect()
}

#[test]
fn a_bare_drop_is_no_regression_and_a_significant_one_is() {
    // Five of a hundred problems lost are p = 2/32; six are 2/64, which Holm doubles.
    let found = made(&[given(1, 60), given(2, 55), given(3, 55), given(4, 40)]);
    let [series] = &found.series[..] else {
        unreachable!("{:?}", found.series)
    };
    assert_eq!(series.key, "humaneval/1/python/auto/local:a");
    assert_eq!(
        changes(series),
        [Change::NotShown, Change::NotShown, Change::Regression]
    );
    assert!(series.points[1].value < series.points[0].value);
    let latest = series.latest().unwrap();
    assert_eq!(latest.pair.label_a, "run 3");
    assert!((latest.pair.diff + 0.15).abs() < 1e-12);
    // Three tests: the smallest p is multiplied by three.
    assert!((latest.pair.p_adjusted - 3.0 * latest.pair.p).abs() < 1e-12);
    let alone = made(&[given(1, 61), given(2, 55)]);
    assert_eq!(changes(&alone.series[0]), [Change::Regression]);
    let among = made(&[given(1, 61), given(2, 55), given(3, 55)]);
    assert_eq!(
        changes(&among.series[0]),
        [Change::NotShown, Change::NotShown],
        "0.03125 is no longer below 0.05 when it is one of two"
    );
}

#[test]
fn what_is_tolerated_is_no_regression() {
    let (evidence, began) = evidence(&[given(1, 60), given(2, 50)]);
    let tolerant = TrendOptions {
        tolerated_drop: 0.1,
        ..options()
    };
    let found = trends(&evidence, &began, &tolerant).unwrap();
    let step = found.series[0].latest().unwrap();
    assert!(step.pair.significant);
    assert_eq!(step.change, Change::NotShown);
}

#[test]
fn versions_of_a_data_set_are_never_mixed() {
    let newer = Given {
        version: "2",
        ..given(3, 20)
    };
    let found = made(&[given(1, 60), given(2, 60), newer]);
    let keys: Vec<&str> = found.series.iter().map(|s| s.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "humaneval/1/python/auto/local:a",
            "humaneval/2/python/auto/local:a"
        ]
    );
    let labels: Vec<&str> = found.series.iter().map(|s| s.label.as_str()).collect();
    assert_eq!(labels, ["a · version 1", "a · version 2"]);
    assert_eq!(changes(&found.series[0]), [Change::NotShown]);
    assert!(found.series[1].steps.is_empty() && found.series[1].latest().is_none());
}

#[test]
fn a_fall_has_a_slope_and_a_level_a_change() {
    let falling: Vec<Given> = (0..6).map(|i| given(7 * i, 80 - 5 * i as usize)).collect();
    let found = made(&falling);
    let slope = found.series[0].slope.unwrap();
    assert_eq!(slope.unit, TimeUnit::Week);
    assert!((slope.tau.unwrap() + 1.0).abs() < 1e-12);
    assert!(slope.significant && slope.exact);
    assert!((slope.value + 0.05).abs() < 1e-12, "{slope:?}");
    // Out of order, and with another model in between: the same.
    let mut mixed: Vec<Given> = falling.iter().rev().cloned().collect();
    mixed.push(Given {
        model: "local:b",
        ..given(3, 10)
    });
    let again = made(&mixed);
    assert_eq!(again.series.len(), 2);
    assert_eq!(again.series[0].slope, Some(slope));

    let level: Vec<Given> = (0..8)
        .map(|i| given(i, if i < 4 { 70 } else { 50 } + (i % 2) as usize))
        .collect();
    let found = made(&level);
    let change = found.series[0].level_change.clone().unwrap();
    assert_eq!(change.run, RunId::from("r4"));
    assert!(change.significant && change.before > 0.7 && change.after < 0.51);
    assert_eq!(
        changes(&found.series[0])
            .iter()
            .filter(|c| **c == Change::Regression)
            .count(),
        1
    );
}

#[test]
fn a_trial_of_a_few_problems_hides_nothing() {
    let trial = Given {
        problems: 5,
        ..given(2, 5)
    };
    let found = made(&[given(1, 60), trial, given(3, 40), given(4, 40)]);
    let series = &found.series[0];
    let counted: Vec<bool> = series.points.iter().map(|p| p.counted).collect();
    assert_eq!(counted, [true, false, true, true]);
    assert_eq!(changes(series), [Change::Regression, Change::NotShown]);
    assert_eq!(series.steps[0].earlier, RunId::from("r0"));
    assert_eq!(series.n_common, 100);
    assert!(series.notes[0].starts_with("One run is left out"));
}

#[test]
fn runs_on_other_problems_are_compared_on_those_they_share() {
    let fewer = Given {
        problems: 60,
        ..given(2, 60)
    };
    // The later run has a higher score, on easier problems; on those both have, nothing changed.
    let found = made(&[given(1, 60), fewer]);
    let series = &found.series[0];
    assert!(series.points[1].value > series.points[0].value);
    assert_eq!((series.n_common, series.steps[0].pair.n), (60, 60));
    assert_eq!(series.steps[0].pair.diff, 0.0);
}

#[test]
fn few_runs_have_no_trend_and_that_is_said() {
    let one = made(&[given(1, 60)]);
    assert!(one.series[0].slope.is_none() && one.series[0].level_change.is_none());
    assert_eq!(one.series[0].notes, ["One run is no trend yet."]);
    let four = made(&[given(1, 90), given(2, 60), given(3, 30), given(4, 10)]);
    assert!(!four.series[0].slope.unwrap().significant);
    assert!(four.series[0].notes[0].starts_with("4 runs are too few"));
    // All at once: there is no time to have a trend over.
    let at_once = made(&[given(1, 60), given(1, 50), given(1, 40)]);
    assert!(at_once.series[0].slope.is_none());
}

#[test]
fn what_is_not_judged_is_no_point() {
    let (mut evidence, began) = evidence(&[given(1, 60), given(2, 50)]);
    for row in evidence.rows.iter_mut().filter(|r| r.run.as_str() == "r1") {
        (row.judged, row.passed, row.outstanding) = (0, 0, 1);
    }
    let found = trends(&evidence, &began, &options()).unwrap();
    assert_eq!(found.series[0].points.len(), 1);
    let empty = trends(&Evidence::default(), &began, &options()).unwrap_err();
    assert_eq!(empty.code(), "nothing-selected");
    let unknown = trends(&evidence, &BTreeMap::new(), &options()).unwrap_err();
    assert_eq!(unknown.code(), "unknown-run");
    let wrong = TrendOptions {
        alpha: 1.0,
        ..options()
    };
    assert_eq!(
        trends(&evidence, &began, &wrong).unwrap_err().code(),
        "not-a-share"
    );
}

#[test]
fn steps_are_those_of_the_comparison() {
    let (evidence, began) = evidence(&[given(1, 60), given(2, 47)]);
    let step = trends(&evidence, &began, &options()).unwrap().series[0].steps[0].clone();
    let compared = compare(
        &evidence,
        GroupBy::Series,
        &CompareOptions {
            score: ScoreOptions {
                resamples: 500,
                ..ScoreOptions::default()
            },
            ..CompareOptions::default()
        },
    )
    .unwrap();
    let pair = &compared.pairs[0];
    assert_eq!((step.pair.p, step.pair.n), (pair.p, pair.n));
    assert_eq!(step.pair.diff, -pair.diff);
    // Which of two resamples bounds an interval depends on its direction.
    assert!((step.pair.low + pair.high).abs() < 0.02 && (step.pair.high + pair.low).abs() < 0.02);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn a_regression_is_significant_and_a_drop(runs in prop::collection::vec((0_i64..30, 0_usize..=40, 5_usize..=40), 1..8)) {
        let all: Vec<Given> = runs.iter().map(|(day, solved, problems)| Given {
            problems: *problems,
            solved: *solved.min(problems),
            ..given(*day, 0)
        }).collect();
        let found = made(&all);
        let series = &found.series[0];
        prop_assert_eq!(series.points.len(), all.len());
        prop_assert!(series.points.is_sorted_by_key(|p| p.at_ms));
        let counted = series.points.iter().filter(|p| p.counted).count();
        prop_assert_eq!(series.steps.len(), counted - 1);
        for step in &series.steps {
            let pair = &step.pair;
            prop_assert!(pair.p_adjusted >= pair.p);
            match step.change {
                Change::Regression => prop_assert!(pair.significant && pair.diff < 0.0),
                Change::Improvement => prop_assert!(pair.significant && pair.diff > 0.0),
                Change::NotShown => prop_assert!(!pair.significant || pair.diff == 0.0),
            }
        }
        for point in &series.points {
            prop_assert!(point.low <= point.value && point.value <= point.high);
        }
    }
}

/// Several models in the same runs: of each run, who was asked and how many of twenty problems each solves.
fn together(runs: &[&[(&str, usize)]]) -> (Evidence, BTreeMap<RunId, i64>) {
    let mut all = Evidence::default();
    let mut began = BTreeMap::new();
    for (i, models) in runs.iter().enumerate() {
        let id = RunId::new(format!("r{i}"));
        began.insert(id.clone(), i as i64 * DAY);
        for (m, (model, solved)) in models.iter().enumerate() {
            let model: &'static str = if *model == "local:a" {
                "local:a"
            } else {
                "local:b"
            };
            let one = Given {
                model,
                problems: 20,
                ..given(i as i64, *solved)
            };
            let (evidence, _) = evidence(&[one]);
            if m == 0 {
                all.runs.push(RunFacts {
                    id: id.clone(),
                    name: format!("run {i}"),
                    ..evidence.runs[0].clone()
                });
            }
            all.rows
                .extend(evidence.rows.into_iter().map(|row| ScoreRow {
                    run: id.clone(),
                    ..row
                }));
        }
    }
    (all, began)
}

#[test]
fn a_suite_is_the_mean_of_the_same_series_on_the_same_problems() {
    let (mut evidence, began) = together(&[
        &[("local:a", 10), ("local:b", 4)],
        // Without the second model this run says nothing of the mean.
        &[("local:a", 20)],
        &[("local:a", 12), ("local:b", 6)],
    ]);
    // One problem of which one model's sample was not judged is out of the mean of that run.
    let lost = evidence.rows.len() - 1;
    assert_eq!(evidence.rows[lost].model, "local:b");
    evidence.rows[lost].judged = 0;
    let found = trends(&evidence, &began, &options()).unwrap();
    assert_eq!(found.series.len(), 2);
    let [mean] = &found.means[..] else {
        unreachable!("{:?}", found.means)
    };
    assert_eq!(mean.key, "humaneval/1/python");
    assert_eq!(mean.mean_of.len(), 2);
    let runs: Vec<&str> = mean.points.iter().map(|p| p.run.as_str()).collect();
    assert_eq!(runs, ["r0", "r2"]);
    assert!((mean.points[0].value - 14.0 / 40.0).abs() < 1e-12);
    assert!((mean.points[1].value - 18.0 / 38.0).abs() < 1e-12);
    assert_eq!(
        mean.points.iter().map(|p| p.n_problems).collect::<Vec<_>>(),
        [20, 19]
    );
    let step = mean.latest().unwrap();
    // Two problems more of either model, of the nineteen both runs have.
    assert_eq!(step.pair.n, 19);
    assert!((step.pair.diff - 4.0 / 38.0).abs() < 1e-12);
    assert_eq!(step.pair.label_b, "run 0");
}

#[test]
fn there_is_no_mean_of_one_series_or_of_runs_that_share_none() {
    let (one, began) = together(&[&[("local:a", 10)], &[("local:a", 12)]]);
    assert!(trends(&one, &began, &options()).unwrap().means.is_empty());
    let (apart, began) = together(&[&[("local:a", 10), ("local:b", 4)], &[("local:b", 4)]]);
    assert!(trends(&apart, &began, &options()).unwrap().means.is_empty());
}
