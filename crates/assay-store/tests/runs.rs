//! Runs and settings: stored whole, found, listed and deleted; and many writers at once.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use assay_core::{RunId, RunStatus, Verdict};
use assay_store::StoreError;
use common::{answer, execution, new_run, pending, plan, store};

#[tokio::test]
async fn a_run_is_stored_whole_or_not_at_all() {
    let (_folder, store) = store().await;
    let mut samples = plan(&["local:a"], 300, 2);
    samples.push(samples[0].clone());
    let twice = store.create_run(new_run("r"), samples).await;
    assert!(
        matches!(twice, Err(StoreError::DuplicateSample(_))),
        "{twice:?}"
    );
    assert_eq!(store.list_runs().await.unwrap(), []);

    store
        .create_run(new_run("r"), plan(&["local:a"], 2, 1))
        .await
        .unwrap();
    let again = store
        .create_run(new_run("r"), plan(&["local:a"], 2, 1))
        .await;
    assert!(matches!(again, Err(StoreError::RunExists(_))), "{again:?}");
    assert_eq!(store.list_runs().await.unwrap().len(), 1);
}

#[tokio::test]
async fn runs_are_found_by_the_beginning_of_their_id() {
    let (_folder, store) = store().await;
    for id in ["abc1", "abd2", "ab"] {
        store
            .create_run(new_run(id), plan(&["local:a"], 1, 1))
            .await
            .unwrap();
    }
    assert_eq!(store.resolve_run("abc").await.unwrap().as_str(), "abc1");
    assert_eq!(store.resolve_run("ab").await.unwrap().as_str(), "ab");
    let two = store.resolve_run("a").await;
    assert!(
        matches!(two, Err(StoreError::AmbiguousRun { count: 3, .. })),
        "{two:?}"
    );
    for nothing in ["x", "", "%"] {
        let found = store.resolve_run(nothing).await;
        assert!(matches!(
            found,
            Err(StoreError::RunNotFound(_) | StoreError::AmbiguousRun { .. })
        ));
    }
}

#[tokio::test]
async fn models_are_listed_in_the_order_of_the_plan() {
    let (_folder, store) = store().await;
    store
        .create_run(new_run("r"), plan(&["local:z", "local:a", "local:m"], 2, 1))
        .await
        .unwrap();
    let summary = &store.list_runs().await.unwrap()[0];
    let models: Vec<_> = summary
        .models
        .iter()
        .map(|(m, c)| (m.as_str(), c.total))
        .collect();
    assert_eq!(models, [("local:z", 2), ("local:a", 2), ("local:m", 2)]);
    assert_eq!(summary.run.status, RunStatus::Running);
    assert_eq!(summary.totals.pending, 6);
}

#[tokio::test]
async fn a_run_that_is_removed_for_good_leaves_nothing_and_no_id_comes_back() {
    let (_folder, store) = store().await;
    let run = RunId::from("r");
    store
        .create_run(new_run("r"), plan(&["local:a"], 3, 1))
        .await
        .unwrap();
    let ids = pending(&store, &run).await;
    store
        .record_generation(ids[0], answer(Some("x")))
        .await
        .unwrap();
    let busy = store.purge_run(&run).await;
    assert!(matches!(busy, Err(StoreError::RunBusy(_))), "{busy:?}");
    store
        .finish_run(&run, RunStatus::Cancelled, Some(1.0), None)
        .await
        .unwrap();
    store.purge_run(&run).await.unwrap();
    assert!(matches!(
        store.get_run(&run).await,
        Err(StoreError::RunNotFound(_))
    ));
    assert!(matches!(
        store.sample(ids[0]).await,
        Err(StoreError::SampleNotFound(_))
    ));
    assert!(matches!(
        store.program(ids[0]).await,
        Err(StoreError::SampleNotFound(_))
    ));
    store
        .create_run(new_run("r"), plan(&["local:a"], 3, 1))
        .await
        .unwrap();
    assert!(pending(&store, &run).await[0] > ids[2]);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn settings_are_json_by_key() {
    let (_folder, store) = store().await;
    assert_eq!(store.setting::<String>("theme").await.unwrap(), None);
    store.set_setting("theme", &"dark").await.unwrap();
    store.set_setting("theme", &"light").await.unwrap();
    assert_eq!(
        store.setting::<String>("theme").await.unwrap().as_deref(),
        Some("light")
    );
    let wrong = store.setting::<u32>("theme").await;
    assert!(
        matches!(wrong, Err(StoreError::BadValue { .. })),
        "{wrong:?}"
    );
    store.remove_setting("theme").await.unwrap();
    assert_eq!(store.setting::<String>("theme").await.unwrap(), None);
}

#[tokio::test]
async fn writes_at_the_same_time_all_count_and_one_that_fails_takes_none_with_it() {
    let (_folder, store) = store().await;
    let run = RunId::from("r");
    store
        .create_run(new_run("r"), plan(&["local:a"], 100, 2))
        .await
        .unwrap();
    let ids = pending(&store, &run).await;
    let mut tasks = tokio::task::JoinSet::new();
    for (n, id) in ids.into_iter().enumerate() {
        let store = store.clone();
        tasks.spawn(async move {
            // Every third is refused: it has no answer yet.
            if n % 3 == 0 {
                store
                    .record_execution(id, execution(Verdict::Passed))
                    .await
                    .is_ok()
            } else {
                store.record_generation(id, answer(Some("x"))).await.is_ok()
            }
        });
    }
    let stored = tasks.join_all().await.into_iter().filter(|ok| *ok).count();
    assert_eq!(stored, 133);
    let totals = store.run_summary(&run).await.unwrap().totals;
    assert_eq!((totals.generated, totals.pending), (133, 67));
}
