//! Scores and comparisons as a front asks for them.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

use assay_analytics::*;
use assay_core::{Coded, DatasetId, Language, ProblemId, RunId, StrategyId};

fn run(id: &str, version: &str) -> RunFacts {
    RunFacts {
        id: RunId::from(id),
        name: format!("name of {id}"),
        dataset: DatasetId::from("humaneval"),
        dataset_version: version.to_owned(),
    }
}

fn row(
    run: &str,
    model: &str,
    language: &str,
    problem: usize,
    judged: u32,
    passed: u32,
) -> ScoreRow {
    ScoreRow {
        run: RunId::from(run),
        model: model.to_owned(),
        strategy: StrategyId::from("auto"),
        language: Language::new(language),
        problem: ProblemId::new(format!("{language}/{problem}")),
        cluster: format!("HumanEval/{problem}"),
        judged,
        passed,
        infrastructure: 0,
        unanswered: 0,
        outstanding: 0,
    }
}

/// One sample each; `a` solves what `solves_a` says.
fn two(n: usize, solves_a: impl Fn(usize) -> bool, solves_b: impl Fn(usize) -> bool) -> Evidence {
    let rows = (0..n)
        .flat_map(|i| {
            [
                row("r1", "local:a", "python", i, 1, u32::from(solves_a(i))),
                row("r1", "local:b", "python", i, 1, u32::from(solves_b(i))),
            ]
        })
        .collect();
    Evidence {
        runs: vec![run("r1", "1")],
        rows,
    }
}

#[test]
fn one_sample_each_gets_wilson_and_mcnemar() {
    // 37 discordant problems of 164: 25 only a, 12 only b.
    let evidence = two(164, |i| !(80..139).contains(&i), |i| i < 92);
    let found = compare(&evidence, GroupBy::Series, &CompareOptions::default()).unwrap();
    assert_eq!(
        found
            .scores
            .iter()
            .map(|s| s.label.as_str())
            .collect::<Vec<_>>(),
        ["a", "b"]
    );
    let a = found.scores[0].at(1).unwrap();
    assert_eq!(a.value, 105.0 / 164.0);
    assert_eq!(a.kind, IntervalKind::Wilson);
    let wilson = assay_stats::wilson(105, 164, 0.95).unwrap();
    assert_eq!((a.low, a.high), (wilson.low, wilson.high));

    let [pair] = &found.pairs[..] else {
        panic!("{:?}", found.pairs)
    };
    assert_eq!(
        (pair.only_a, pair.only_b, pair.n),
        (Some(25), Some(12), 164)
    );
    assert_eq!(pair.test, TestKind::McnemarMidP);
    assert_eq!(pair.p, assay_stats::mcnemar_mid_p(25, 12));
    assert!((pair.diff - 13.0 / 164.0).abs() < 1e-12);
    assert!(pair.low < pair.diff && pair.diff < pair.high);
    assert_eq!(pair.effect.unwrap().odds_ratio, Some(25.0 / 12.0));
    assert_eq!(pair.p, pair.p_adjusted);
    assert!(pair.significant);
    assert_eq!(
        found
            .ranking
            .iter()
            .map(|r| (r.rank, r.tie_group))
            .collect::<Vec<_>>(),
        [(1, 1), (2, 2)]
    );
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
}

#[test]
fn what_is_not_judged_is_left_out_and_told() {
    let mut evidence = two(10, |i| i < 5, |i| i < 5);
    evidence.rows[0].judged = 0;
    evidence.rows[0].passed = 0;
    evidence.rows[0].infrastructure = 1;
    let found = scores(&evidence, GroupBy::Series, &ScoreOptions::default()).unwrap();
    let a = found.iter().find(|s| s.label == "a").unwrap();
    assert_eq!(a.at(1).unwrap().value, 4.0 / 9.0);
    assert_eq!((a.n_problems, a.n_samples), (10, 9));
    assert_eq!((a.incomplete.problems, a.incomplete.infrastructure), (1, 1));
    assert_eq!(a.at(1).unwrap().n_missing, 1);
    assert!(a.notes[0].contains("not counted as wrong"), "{:?}", a.notes);

    let compared = compare(&evidence, GroupBy::Series, &CompareOptions::default()).unwrap();
    assert_eq!((compared.pairs[0].n, compared.n_common), (9, 9));
    assert!(
        compared
            .warnings
            .iter()
            .any(|w| w.code == "incomplete-scores")
    );
    assert!(
        compared
            .warnings
            .iter()
            .any(|w| w.code == "problems-not-common")
    );
}

#[test]
fn several_samples_get_the_bootstrap_and_the_sign_flip_test() {
    let rows = (0..30)
        .flat_map(|i| {
            let i = i as usize;
            [
                row("r1", "local:a", "python", i, 10, (i % 11) as u32),
                row(
                    "r1",
                    "local:b",
                    "python",
                    i,
                    10,
                    (i % 11).saturating_sub(3) as u32,
                ),
            ]
        })
        .collect();
    let evidence = Evidence {
        runs: vec![run("r1", "1")],
        rows,
    };
    let options = CompareOptions {
        score: ScoreOptions {
            k: vec![1, 10, 20],
            ..ScoreOptions::default()
        },
        ..CompareOptions::default()
    };
    let found = compare(&evidence, GroupBy::Model, &options).unwrap();
    let a = found.score("local:a").unwrap();
    assert_eq!(a.at(1).unwrap().kind, IntervalKind::BootstrapBca);
    assert_eq!(a.at(1).unwrap().seed, Some(1));
    assert!(a.at(10).unwrap().value > a.at(1).unwrap().value);
    assert!(a.at(20).is_none());
    assert!(a.notes.iter().any(|n| n.contains("pass@20 is undefined")));
    assert_eq!(found.pairs[0].test, TestKind::SignFlipMonteCarlo);
    assert_eq!(found.pairs[0].only_a, None);
    assert!(found.pairs[0].p < 0.001 && found.pairs[0].p > 0.0);
}

#[test]
fn one_problem_in_several_languages_is_one_cluster() {
    let languages = ["python", "rust", "go"];
    let rows = (0..20)
        .flat_map(|i| {
            languages.into_iter().flat_map(move |l| {
                [
                    row("r1", "local:a", l, i, 1, u32::from(i % 2 == 0)),
                    row("r1", "local:b", l, i, 1, u32::from(i % 4 == 0)),
                ]
            })
        })
        .collect();
    let evidence = Evidence {
        runs: vec![run("r1", "1")],
        rows,
    };
    let found = compare(&evidence, GroupBy::Model, &CompareOptions::default()).unwrap();
    let a = &found.scores[0];
    assert_eq!((a.n_problems, a.n_clusters), (60, 20));
    assert_eq!(a.at(1).unwrap().kind, IntervalKind::BootstrapBca);
    // 5 clusters of 20 differ, all one way: 2 / 2^5, as if each had one language.
    assert_eq!(found.pairs[0].test, TestKind::SignFlipExact);
    assert_eq!(found.pairs[0].p, 2.0 / 32.0);

    // Languages are paired by source problem; here no language is harder than another.
    let by_language = compare(&evidence, GroupBy::Language, &CompareOptions::default()).unwrap();
    assert_eq!(by_language.pairs.len(), 3);
    assert!(
        by_language
            .pairs
            .iter()
            .all(|p| p.n == 40 && p.n_clusters == 20 && p.p == 1.0)
    );
    assert!(
        by_language
            .ranking
            .iter()
            .all(|r| r.tie_group == 1 && r.rank == 1)
    );
    assert_eq!(
        by_language
            .scores
            .iter()
            .map(|s| s.label.as_str())
            .collect::<Vec<_>>(),
        ["Go", "Python", "Rust"]
    );
}

#[test]
fn a_baseline_is_compared_with_each_and_alone_counts_for_the_correction() {
    let rows = (0..40)
        .flat_map(|i| {
            [("a", 30), ("b", 20), ("c", 5), ("d", 28)]
                .map(|(m, solved)| row("r1", m, "python", i, 1, u32::from(i < solved)))
        })
        .collect();
    let evidence = Evidence {
        runs: vec![run("r1", "1")],
        rows,
    };
    let all = compare(&evidence, GroupBy::Model, &CompareOptions::default()).unwrap();
    assert_eq!(all.pairs.len(), 6);
    assert!(
        all.pairs
            .iter()
            .all(|p| p.diff >= 0.0 && p.p_adjusted >= p.p)
    );
    // a and d differ on two problems only.
    assert_eq!(
        all.ranking
            .iter()
            .map(|r| (r.key.as_str(), r.rank, r.tie_group))
            .collect::<Vec<_>>(),
        [("a", 1, 1), ("d", 2, 1), ("b", 3, 2), ("c", 4, 3)]
    );

    let options = CompareOptions {
        baseline: Some("b".to_owned()),
        ..CompareOptions::default()
    };
    let against = compare(&evidence, GroupBy::Model, &options).unwrap();
    assert_eq!(
        against
            .pairs
            .iter()
            .map(|p| (p.a.as_str(), p.b.as_str()))
            .collect::<Vec<_>>(),
        [("a", "b"), ("d", "b"), ("c", "b")]
    );
    assert!(against.pairs[2].diff < 0.0);
    assert!(against.pair("a", "b").unwrap().p_adjusted <= all.pair("a", "b").unwrap().p_adjusted);
    assert_eq!(against.ranking, all.ranking);

    let unknown = CompareOptions {
        baseline: Some("x".to_owned()),
        ..CompareOptions::default()
    };
    let error = compare(&evidence, GroupBy::Model, &unknown).unwrap_err();
    assert_eq!(error.code(), "unknown-baseline");
}

#[test]
fn versions_of_a_data_set_are_not_paired() {
    let mut rows: Vec<ScoreRow> = (0..5).map(|i| row("r1", "a", "python", i, 1, 1)).collect();
    rows.extend((0..5).map(|i| row("r2", "b", "python", i, 1, 1)));
    let evidence = Evidence {
        runs: vec![run("r1", "1"), run("r2", "2")],
        rows,
    };
    let found = compare(&evidence, GroupBy::Series, &CompareOptions::default()).unwrap();
    assert!(found.pairs.is_empty() && found.ranking.is_empty());
    assert_eq!(found.warnings[0].code, "dataset-versions-differ");
    assert_eq!(found.datasets.len(), 2);
    assert_eq!(found.scores.len(), 2);
}

#[test]
fn two_runs_of_one_model_are_two_series_and_one_model() {
    let mut rows: Vec<ScoreRow> = (0..8)
        .map(|i| row("r1", "local:a", "python", i, 1, u32::from(i < 4)))
        .collect();
    rows.extend((0..8).map(|i| row("r2", "local:a", "python", i, 1, u32::from(i < 6))));
    let evidence = Evidence {
        runs: vec![run("r1", "1"), run("r2", "1")],
        rows,
    };
    let series = scores(&evidence, GroupBy::Series, &ScoreOptions::default()).unwrap();
    assert_eq!(
        series.iter().map(|s| s.label.as_str()).collect::<Vec<_>>(),
        ["a · name of r1", "a · name of r2"]
    );
    let models = scores(&evidence, GroupBy::Model, &ScoreOptions::default()).unwrap();
    assert_eq!(models.len(), 1);
    assert_eq!(models[0].at(1).unwrap().value, 5.0 / 8.0);
    assert_eq!(models[0].n_samples, 16);
    assert_eq!(models[0].at(1).unwrap().kind, IntervalKind::BootstrapBca);
}

#[test]
fn series_that_never_differ_have_an_interval_and_no_win() {
    let evidence = two(50, |i| i < 20, |i| i < 20);
    let found = compare(&evidence, GroupBy::Series, &CompareOptions::default()).unwrap();
    let pair = &found.pairs[0];
    assert_eq!((pair.diff, pair.p, pair.significant), (0.0, 1.0, false));
    assert_eq!(pair.kind, IntervalKind::WilsonUnseen);
    assert!(pair.low < -0.05 && pair.high > 0.05);
    assert_eq!(pair.effect.unwrap().cohens_g, None);
}

#[test]
fn nothing_contradictory_or_unknown_is_computed_with() {
    let empty = Evidence::default();
    assert_eq!(
        scores(&empty, GroupBy::Series, &ScoreOptions::default())
            .unwrap_err()
            .code(),
        "nothing-selected"
    );
    let stray = Evidence {
        runs: vec![],
        rows: vec![row("r9", "a", "python", 0, 1, 1)],
    };
    assert_eq!(
        scores(&stray, GroupBy::Series, &ScoreOptions::default())
            .unwrap_err()
            .code(),
        "unknown-run"
    );
    let absurd = Evidence {
        runs: vec![run("r1", "1")],
        rows: vec![row("r1", "a", "python", 0, 1, 2)],
    };
    assert_eq!(
        scores(&absurd, GroupBy::Series, &ScoreOptions::default())
            .unwrap_err()
            .code(),
        "more-passed-than-judged"
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
    #[test]
    fn any_counts_give_scores_within_their_intervals(
        counts in proptest::collection::vec((0_u32..5, 0_u32..5, 0_usize..3, 0_usize..6), 1..40)
    ) {
        let rows: Vec<ScoreRow> = counts
            .iter()
            .map(|&(judged, passed, model, problem)| {
                row("r1", ["a", "b", "c"][model], "python", problem, judged, passed.min(judged))
            })
            .collect();
        let evidence = Evidence { runs: vec![run("r1", "1")], rows };
        let options = CompareOptions {
            score: ScoreOptions { k: vec![1, 2], resamples: 200, ..ScoreOptions::default() },
            ..CompareOptions::default()
        };
        let found = compare(&evidence, GroupBy::Series, &options).unwrap();
        for score in &found.scores {
            for pass in &score.pass_at {
                proptest::prop_assert!(0.0 <= pass.low && pass.low <= pass.high && pass.high <= 1.0);
                proptest::prop_assert!((0.0..=1.0).contains(&pass.value));
            }
        }
        for pair in &found.pairs {
            proptest::prop_assert!((pair.score_a - pair.score_b - pair.diff).abs() < 1e-9);
            proptest::prop_assert!(pair.p <= pair.p_adjusted && pair.p_adjusted <= 1.0);
            proptest::prop_assert_eq!(pair.significant, pair.p_adjusted < 0.05);
        }
    }
}

#[test]
fn problems_only_one_side_has_are_counted_on_both_sides() {
    let rows = (0..7)
        .map(|i| row("r1", "local:a", "python", i, 1, 1))
        .chain((4..12).map(|i| row("r1", "local:b", "python", i, 1, 0)))
        .collect();
    let evidence = Evidence {
        runs: vec![run("r1", "1")],
        rows,
    };
    let found = compare(&evidence, GroupBy::Series, &CompareOptions::default()).unwrap();
    // 3 in common; a alone has 4, b alone 5.
    assert_eq!(found.pairs[0].n, 3);
    let note = found.pairs[0].note.as_deref().unwrap();
    assert!(note.contains("; 9 that only one has"), "{note}");
}

#[test]
fn three_that_overlap_only_pairwise_have_no_ranks_and_are_told_so() {
    let of = |model: &'static str, problems: std::ops::Range<usize>| {
        problems.map(move |i| row("r1", model, "python", i, 1, u32::from(i % 2 == 0)))
    };
    let rows = of("local:a", 0..8)
        .chain(of("local:b", 4..12))
        .chain(of("local:c", 8..12))
        .chain(of("local:c", 0..4))
        .collect();
    let evidence = Evidence {
        runs: vec![run("r1", "1")],
        rows,
    };
    let found = compare(&evidence, GroupBy::Series, &CompareOptions::default()).unwrap();
    assert_eq!((found.pairs.len(), found.n_common), (3, 0));
    assert!(found.ranking.is_empty(), "{:?}", found.ranking);
    let told = found
        .warnings
        .iter()
        .find(|w| w.code == "problems-not-common")
        .unwrap();
    assert!(told.message.contains("0 are common"), "{}", told.message);
    assert!(
        told.message.contains("there are no ranks"),
        "{}",
        told.message
    );
}
