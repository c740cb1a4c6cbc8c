//! Lists of samples and their pages.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use std::collections::BTreeSet;

use assay_core::{Compilation, RunId, Transport, Usage, Verdict};
use assay_store::{
    FailureRecord, SampleFilter, SamplePage, SampleQuery, SampleSort, Store, StoreError,
};
use common::{answer, execution, new_run, pending, plan, store};

/// Two models, twelve problems, two samples each; every fifth waits for its answer.
async fn filled() -> (tempfile::TempDir, Store) {
    let (folder, store) = store().await;
    store
        .create_run(new_run("r"), plan(&["local:b", "local:a"], 12, 2))
        .await
        .unwrap();
    for (n, id) in pending(&store, &RunId::from("r"))
        .await
        .into_iter()
        .enumerate()
    {
        if n % 5 == 4 {
            continue;
        }
        let mut given = answer(Some("x"));
        given.latency_ms = Some(f64::from(u32::try_from(n * 7 % 11).unwrap()));
        store.record_generation(id, given).await.unwrap();
        let verdict = if n % 3 == 0 {
            Verdict::Passed
        } else {
            Verdict::Failed
        };
        store
            .record_execution(id, execution(verdict))
            .await
            .unwrap();
    }
    (folder, store)
}

async fn page(store: &Store, query: &SampleQuery, offset: u32, limit: u32) -> SamplePage {
    let query = SampleQuery {
        offset,
        limit,
        ..query.clone()
    };
    store.samples_page(&query).await.unwrap()
}

fn sorted(sort: SampleSort, descending: bool) -> SampleQuery {
    SampleQuery {
        sort,
        descending,
        ..SampleQuery::default()
    }
}

fn with_text(text: &str) -> SampleQuery {
    SampleQuery {
        filter: SampleFilter {
            text: Some(text.to_owned()),
            ..SampleFilter::default()
        },
        limit: 100,
        ..SampleQuery::default()
    }
}

#[tokio::test]
async fn the_pages_of_a_list_hold_each_sample_once_and_in_its_order() {
    let (_folder, store) = filled().await;
    for sort in [
        SampleSort::Plan,
        SampleSort::Model,
        SampleSort::Problem,
        SampleSort::Verdict,
        SampleSort::Latency,
    ] {
        for descending in [false, true] {
            let query = sorted(sort, descending);
            let whole = page(&store, &query, 0, 1_000).await;
            assert_eq!((whole.total, whole.rows.len()), (48, 48));
            let mut parts = Vec::new();
            for offset in (0..48).step_by(7) {
                parts.extend(page(&store, &query, offset, 7).await.rows);
            }
            assert_eq!(parts, whole.rows, "{sort:?} {descending}");
            let ids: BTreeSet<_> = parts.iter().map(|row| row.id).collect();
            assert_eq!(ids.len(), 48);
        }
    }
    let latencies: Vec<_> = page(&store, &sorted(SampleSort::Latency, true), 0, 100)
        .await
        .rows
        .iter()
        .map(|row| row.latency_ms)
        .collect();
    let known: Vec<f64> = latencies.iter().copied().flatten().collect();
    assert!(known.is_sorted_by(|a, b| a >= b), "{latencies:?}");
    assert!(latencies[known.len()..].iter().all(Option::is_none));
}

#[tokio::test]
async fn beyond_its_end_a_list_has_no_rows_and_its_total_all_the_same() {
    let (_folder, store) = filled().await;
    let query = SampleQuery::default();
    for offset in [48, 49, u32::MAX] {
        let page = page(&store, &query, offset, 100).await;
        assert_eq!((page.total, page.rows.len()), (48, 0));
    }
}

#[tokio::test]
async fn a_list_is_of_now_whoever_has_written() {
    let (_folder, store) = filled().await;
    let failed = SampleQuery {
        filter: SampleFilter {
            verdicts: vec![Verdict::Failed],
            ..SampleFilter::default()
        },
        ..SampleQuery::default()
    };
    let before = page(&store, &failed, 0, 100).await.total;
    let text = page(&store, &with_text("found later"), 0, 9).await.total;
    assert_eq!(text, 0);

    // Another program with the same file.
    let other = Store::open(store.path()).await.unwrap();
    let run = RunId::from("r");
    let open = pending(&other, &run).await;
    let mut given = answer(Some("found later"));
    given.raw = None;
    other.record_generation(open[0], given).await.unwrap();
    other
        .record_execution(open[0], execution(Verdict::Failed))
        .await
        .unwrap();
    assert_eq!(page(&store, &failed, 0, 100).await.total, before + 1);
    let found = page(&store, &with_text("found later"), 0, 9).await;
    assert_eq!((found.total, found.rows[0].id), (1, open[0]));

    // The same one.
    store
        .record_generation(open[1], answer(Some("found later")))
        .await
        .unwrap();
    let found = page(&store, &with_text("found later"), 0, 9).await;
    assert_eq!(found.total, 2);

    other.close().await;
    store.close().await;
    let error = store.samples_page(&failed).await.unwrap_err();
    assert!(matches!(error, StoreError::Closed), "{error:?}");
}

#[tokio::test]
async fn a_search_looks_through_every_text_and_within_the_other_filters() {
    let (_folder, store) = store().await;
    store
        .create_run(new_run("r"), plan(&["local:a"], 3, 1))
        .await
        .unwrap();
    let ids = pending(&store, &RunId::from("r")).await;
    let mut given = answer(Some("in the program"));
    given.prompt = Some("in the prompt".into());
    given.raw = Some("in the answer, after a zero\0byte".into());
    store.record_generation(ids[0], given).await.unwrap();
    let mut executed = execution(Verdict::Failed);
    executed.detail = Some("in the detail".into());
    executed.stdout = "in the output".into();
    executed.stderr = "in the errors".into();
    executed.compilation = Some(Compilation {
        ok: false,
        duration_ms: 1.0,
        diagnostics: "in the diagnostics".into(),
    });
    store.record_execution(ids[0], executed).await.unwrap();
    let failure = FailureRecord {
        prompt: None,
        raw: None,
        transport: Transport::Timeout,
        detail: "in the failed request".into(),
        latency_ms: None,
        usage: Usage::default(),
        attempts: 1,
        turns: Vec::new(),
        cost_usd: None,
    };
    store.record_failed(ids[1], failure).await.unwrap();

    for (text, expected) in [
        ("in the program", vec![ids[0]]),
        ("IN THE PROMPT", vec![ids[0]]),
        ("in the answer", vec![ids[0]]),
        ("in the detail", vec![ids[0]]),
        ("in the output", vec![ids[0]]),
        ("in the errors", vec![ids[0]]),
        ("in the diagnostics", vec![ids[0]]),
        ("failed request", vec![ids[1]]),
        ("in the", vec![ids[0], ids[1]]),
        ("p/2", vec![ids[2]]),
        ("p/", ids.clone()),
        ("in%the", vec![]),
        ("in_the", vec![]),
    ] {
        let page = store.samples_page(&with_text(text)).await.unwrap();
        let found: Vec<_> = page.rows.iter().map(|row| row.id).collect();
        assert_eq!(found, expected, "{text}");
        assert_eq!(page.total as usize, expected.len());
    }
    let mut within = with_text("in the");
    within.filter.verdicts = vec![Verdict::Failed];
    within.descending = true;
    let page = store.samples_page(&within).await.unwrap();
    assert_eq!((page.total, page.rows[0].id), (1, ids[0]));
}
