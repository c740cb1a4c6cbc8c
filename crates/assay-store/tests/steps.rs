//! A sample's way through its stages, and what the counters make of it.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use assay_core::{RunId, SampleId, SampleStage, Spending, Transport, Verdict};
use assay_store::{
    FailureRecord, OutstandingCursor, SampleFilter, SampleQuery, SampleSort, StoreError,
};
use common::{answer, execution, new_run, pending, plan, store};

fn failure() -> FailureRecord {
    FailureRecord {
        prompt: Some("def f():".into()),
        raw: None,
        transport: Transport::Refused,
        detail: "nobody there".into(),
        attempts: 4,
        latency_ms: None,
        usage: assay_core::Usage {
            prompt_tokens: Some(9),
            completion_tokens: Some(4),
        },
        cost_usd: Some(0.125),
        turns: Vec::new(),
    }
}

#[tokio::test]
async fn each_step_is_made_once_and_in_order() {
    let (_folder, store) = store().await;
    let run = RunId::from("r");
    store
        .create_run(new_run("r"), plan(&["local:a"], 1, 2))
        .await
        .unwrap();
    let ids = pending(&store, &run).await;
    assert_eq!(ids.len(), 2);

    let early = store
        .record_execution(ids[0], execution(Verdict::Passed))
        .await;
    assert!(
        matches!(
            early,
            Err(StoreError::WrongStage {
                found: SampleStage::Pending,
                ..
            })
        ),
        "{early:?}"
    );
    assert_eq!(
        store
            .record_generation(ids[0], answer(Some("x")))
            .await
            .unwrap(),
        SampleStage::Generated
    );
    let again = store.record_generation(ids[0], answer(Some("y"))).await;
    assert!(
        matches!(again, Err(StoreError::WrongStage { .. })),
        "{again:?}"
    );
    assert_eq!(store.program(ids[0]).await.unwrap(), "x");
    store
        .record_execution(ids[0], execution(Verdict::Failed))
        .await
        .unwrap();
    let again = store
        .record_execution(ids[0], execution(Verdict::Passed))
        .await;
    assert!(
        matches!(again, Err(StoreError::WrongStage { .. })),
        "{again:?}"
    );

    let sample = store.sample(ids[0]).await.unwrap();
    assert_eq!(sample.stage, SampleStage::Done);
    assert_eq!(sample.execution, Some(execution(Verdict::Failed)));
    assert_eq!(sample.cleaned.as_deref(), Some("x"));
    assert_eq!(sample.warnings, ["one"]);
    assert_eq!(pending(&store, &run).await, [ids[1]]);
    let missing = store.sample(SampleId(99)).await;
    assert!(
        matches!(missing, Err(StoreError::SampleNotFound(_))),
        "{missing:?}"
    );
}

#[tokio::test]
async fn scores_tell_wrong_answers_from_no_answers() {
    let (_folder, store) = store().await;
    let run = RunId::from("r");
    store
        .create_run(new_run("r"), plan(&["local:a"], 1, 6))
        .await
        .unwrap();
    let ids = pending(&store, &run).await;
    for (id, verdict) in [
        (ids[0], Verdict::Passed),
        (ids[1], Verdict::Timeout),
        (ids[2], Verdict::Infrastructure),
    ] {
        store
            .record_generation(id, answer(Some("x")))
            .await
            .unwrap();
        store
            .record_execution(id, execution(verdict))
            .await
            .unwrap();
    }
    let stage = store.record_generation(ids[3], answer(None)).await.unwrap();
    assert_eq!(stage, SampleStage::Done);
    store.record_failed(ids[4], failure()).await.unwrap();

    let rows = store.score_rows(std::slice::from_ref(&run)).await.unwrap();
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!((row.samples, row.judged, row.passed), (6, 3, 1));
    assert_eq!(
        (row.infrastructure, row.unanswered, row.outstanding),
        (1, 1, 1)
    );

    let totals = store.run_summary(&run).await.unwrap().totals;
    assert_eq!((totals.total, totals.done, totals.pending), (6, 5, 1));
    assert_eq!(
        (totals.judged, totals.passed, totals.without_code),
        (3, 1, 1)
    );
    assert_eq!((totals.infrastructure, totals.unanswered), (1, 1));
    assert_eq!(totals.verdicts["timeout"], 1);
    assert_eq!(totals.transports["refused"], 1);
    assert_eq!(totals.contents["no_code"], 1);
    assert_eq!((totals.prompt_tokens, totals.completion_tokens), (21, 24));

    assert_eq!(store.reset_unjudged(&run).await.unwrap(), (1, 1));
    let again = store.sample(ids[4]).await.unwrap();
    assert_eq!(again.stage, SampleStage::Pending);
    assert_eq!(
        (again.transport, again.transport_detail, again.attempts),
        (None, None, 0)
    );
    let again = store.sample(ids[2]).await.unwrap();
    assert_eq!(again.stage, SampleStage::Generated);
    assert_eq!(again.cleaned.as_deref(), Some("x"));
    assert_eq!(again.execution, None);
    // What was judged stays, the answer without code too.
    assert_eq!(store.run_summary(&run).await.unwrap().totals.judged, 3);
    assert_eq!(store.count_outstanding(&run).await.unwrap(), (3, 6));
}

/// A server that counts no tokens leaves an answer's cost unknown; a request that failed had no answer.
#[tokio::test]
async fn the_sum_of_costs_tells_how_many_it_is_of() {
    let (_folder, store) = store().await;
    let run = RunId::from("r");
    let samples = plan(&["openai:a", "openai:b"], 1, 4);
    store.create_run(new_run("r"), samples).await.unwrap();
    let ids = pending(&store, &run).await;
    for (id, program, cost_usd) in [
        (ids[0], Some("x"), Some(0.25)),
        (ids[1], Some("x"), None),
        (ids[2], None, Some(0.5)),
    ] {
        let answer = assay_store::GenerationRecord {
            cost_usd,
            ..answer(program)
        };
        store.record_generation(id, answer).await.unwrap();
    }
    store.record_failed(ids[3], failure()).await.unwrap();
    let nothing_said = assay_store::GenerationRecord {
        transport: Transport::Empty,
        cost_usd: None,
        ..answer(None)
    };
    store.record_generation(ids[4], nothing_said).await.unwrap();
    let unanswered = FailureRecord {
        cost_usd: None,
        ..failure()
    };
    store.record_failed(ids[5], unanswered).await.unwrap();
    let summary = store.run_summary(&run).await.unwrap();
    let spent = |usd, known, unknown| Spending {
        usd,
        known,
        unknown,
    };
    // The failed request of the first model had earlier turns, whose cost is known.
    assert_eq!(summary.models[0].1.cost, spent(Some(0.875), 3, 1));
    assert_eq!(summary.models[1].1.cost, spent(None, 0, 1));
    assert_eq!(summary.totals.cost, spent(Some(0.875), 3, 2));
}

#[tokio::test]
async fn outstanding_samples_come_page_by_page_in_the_order_of_the_plan() {
    let (_folder, store) = store().await;
    let run = RunId::from("r");
    // An older run, so that ids do not start with this one's.
    store
        .create_run(new_run("old"), plan(&["local:b"], 3, 2))
        .await
        .unwrap();
    store
        .create_run(new_run("r"), plan(&["local:a", "local:b"], 5, 3))
        .await
        .unwrap();
    let done = pending(&store, &run).await[4];
    store.record_failed(done, failure()).await.unwrap();
    for model in [None, Some("local:a"), Some("local:b")] {
        let mut seen = Vec::new();
        let mut after = OutstandingCursor::default();
        loop {
            let page = store
                .outstanding(&run, SampleStage::Pending, model, after, 4)
                .await
                .unwrap();
            let Some(last) = page.last() else { break };
            after = last.cursor;
            seen.extend(
                page.iter()
                    .map(|s| (s.model.clone(), s.problem.clone(), s.index)),
            );
        }
        let mut expected: Vec<_> = plan(&["local:a", "local:b"], 5, 3)
            .into_iter()
            .map(|p| (p.model, p.problem, p.index))
            .collect();
        expected.remove(4);
        expected.retain(|(m, ..)| model.is_none_or(|only| only == m));
        assert_eq!(seen, expected);
    }
    let all = store
        .outstanding(
            &run,
            SampleStage::Generated,
            None,
            OutstandingCursor::default(),
            9,
        )
        .await
        .unwrap();
    assert_eq!(all, []);
}

#[tokio::test]
async fn pages_filter_sort_and_count() {
    let (_folder, store) = store().await;
    store
        .create_run(new_run("r"), plan(&["local:a", "local:b"], 12, 1))
        .await
        .unwrap();
    let run = RunId::from("r");
    for (n, id) in pending(&store, &run).await.into_iter().enumerate() {
        let mut given = answer(Some("x"));
        given.raw = Some(if n == 3 { "50%_off\0é" } else { "50 off" }.into());
        given.latency_ms = (n != 5).then_some(1_000.0 - f64::from(u32::try_from(n).unwrap()));
        store.record_generation(id, given).await.unwrap();
        let verdict = if n % 2 == 0 {
            Verdict::Passed
        } else {
            Verdict::Failed
        };
        store
            .record_execution(id, execution(verdict))
            .await
            .unwrap();
    }
    let query = |filter: SampleFilter| SampleQuery {
        filter,
        limit: 5,
        ..SampleQuery::default()
    };
    let page = store
        .samples_page(&query(SampleFilter::default()))
        .await
        .unwrap();
    assert_eq!((page.total, page.rows.len()), (24, 5));
    assert_eq!(page.rows[0].detail.as_deref(), Some("assert 1 == 2"));

    let page = store
        .samples_page(&query(SampleFilter {
            runs: vec![run.clone()],
            models: vec!["local:b".into()],
            verdicts: vec![Verdict::Passed],
            ..SampleFilter::default()
        }))
        .await
        .unwrap();
    assert_eq!(page.total, 6);
    assert!(
        page.rows
            .iter()
            .all(|r| r.key.model == "local:b" && r.verdict == Some(Verdict::Passed))
    );

    // The marks of LIKE mean themselves.
    let text = |text: &str| SampleFilter {
        text: Some(text.into()),
        ..SampleFilter::default()
    };
    assert_eq!(
        store
            .samples_page(&query(text("50%_")))
            .await
            .unwrap()
            .total,
        1
    );
    assert_eq!(
        store
            .samples_page(&query(text("50% OFF")))
            .await
            .unwrap()
            .total,
        0
    );
    assert_eq!(
        store
            .samples_page(&query(text("50 OFF")))
            .await
            .unwrap()
            .total,
        23
    );
    assert_eq!(
        store
            .samples_page(&query(text("ASSERT")))
            .await
            .unwrap()
            .total,
        24
    );
    let problem = SampleFilter {
        problem: Some("p/1".into()),
        ..SampleFilter::default()
    };
    assert_eq!(store.samples_page(&query(problem)).await.unwrap().total, 6);

    // The data set's order, not the alphabet's: p/10 comes after p/9.
    let page = store
        .samples_page(&SampleQuery {
            sort: SampleSort::Problem,
            limit: 100,
            ..SampleQuery::default()
        })
        .await
        .unwrap();
    let order: Vec<_> = page
        .rows
        .iter()
        .map(|r| r.key.problem.to_string())
        .collect();
    let expected: Vec<_> = (0..12)
        .flat_map(|n| [format!("p/{n}"), format!("p/{n}")])
        .collect();
    assert_eq!(order, expected);

    // What has no latency comes last both ways.
    for descending in [false, true] {
        let page = store
            .samples_page(&SampleQuery {
                sort: SampleSort::Latency,
                descending,
                offset: 20,
                limit: 100,
                ..SampleQuery::default()
            })
            .await
            .unwrap();
        assert_eq!(page.rows.len(), 4);
        assert_eq!(page.rows[3].latency_ms, None);
        assert!(page.rows[2].latency_ms.is_some());
    }
}
