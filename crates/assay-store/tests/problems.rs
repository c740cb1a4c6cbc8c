//! One problem across runs, and what answers took.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use assay_core::{DatasetId, Language, ProblemId, RunId, Verdict};
use assay_store::Store;
use common::{answer, execution, new_run, pending, plan, planned, store};

/// Runs `r` (two models, three problems, two samples) and `s` (one model, in Go too), all answered; the first
/// sample of `r` passes.
async fn two_runs(store: &Store) {
    store
        .create_run(new_run("r"), plan(&["local:a", "local:b"], 3, 2))
        .await
        .unwrap();
    let mut in_go = planned("local:a", 1, 0);
    in_go.language = Language::new("go");
    in_go.problem = ProblemId::new("go/1");
    store
        .create_run(new_run("s"), vec![planned("local:a", 1, 0), in_go])
        .await
        .unwrap();
    for run in ["r", "s"] {
        for (i, id) in pending(store, &RunId::from(run))
            .await
            .into_iter()
            .enumerate()
        {
            let program = (i != 3).then_some("x");
            store.record_generation(id, answer(program)).await.unwrap();
            if program.is_some() {
                let verdict = if i == 0 {
                    Verdict::Passed
                } else {
                    Verdict::Failed
                };
                store
                    .record_execution(id, execution(verdict))
                    .await
                    .unwrap();
            }
        }
    }
}

fn ids(names: &[&str]) -> Vec<RunId> {
    names.iter().map(|name| RunId::from(*name)).collect()
}

#[tokio::test]
async fn a_problem_has_the_answers_of_all_runs_and_its_translations() {
    let (_folder, store) = store().await;
    two_runs(&store).await;
    let dataset = DatasetId::from("starter");
    let of = async |problem: &str, runs: &[&str], limit| {
        store
            .answers_to(&dataset, &ProblemId::new(problem), &ids(runs), limit)
            .await
            .unwrap()
    };
    let all = of("p/1", &["r", "s"], 100).await;
    assert_eq!((all.total, all.answers.len(), all.counts.len()), (6, 6, 4));
    assert!(
        all.answers
            .iter()
            .all(|a| ["p/1", "go/1"].contains(&a.sample.key.problem.as_str()))
    );
    let without: Vec<_> = all.answers.iter().filter(|a| a.program.is_none()).collect();
    assert_eq!(without.len(), 1, "one answer held no program");

    // Its translation leads to the same answers.
    assert_eq!(of("go/1", &["r", "s"], 100).await, all);
    assert_eq!(of("p/1", &["s"], 100).await.total, 2);
    // Of a limit's worth, everyone has the first.
    let few = of("p/1", &["r"], 2).await;
    assert_eq!((few.total, few.answers.len()), (4, 2));
    assert!(few.answers.iter().all(|a| a.sample.key.index == 0));

    assert_eq!(of("p/9", &["r"], 100).await.total, 0);
    assert_eq!(of("p/1", &[], 100).await.total, 0);
    let elsewhere = store
        .answers_to(
            &DatasetId::from("other"),
            &ProblemId::new("p/1"),
            &ids(&["r"]),
            100,
        )
        .await
        .unwrap();
    assert_eq!(elsewhere.total, 0);
}

#[tokio::test]
async fn what_answers_took_is_added_up_by_problem() {
    let (_folder, store) = store().await;
    two_runs(&store).await;
    let rows = store.effort_rows(&ids(&["r"])).await.unwrap();
    assert_eq!(rows.len(), 6);
    for row in &rows {
        assert_eq!((row.answers, row.costs, row.times), (2, 2, 2));
        assert!((row.cost_usd - 0.5).abs() < 1e-9 && (row.latency_ms - 25.0).abs() < 1e-9);
    }
    assert!(store.effort_rows(&[]).await.unwrap().is_empty());
    // What has no answer yet took nothing.
    store
        .create_run(new_run("t"), plan(&["local:a"], 1, 1))
        .await
        .unwrap();
    assert!(store.effort_rows(&ids(&["t"])).await.unwrap().is_empty());
}
