//! What people make of their runs: tags, notes, what is put away, what is deleted and comes back, and saved views.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use assay_core::{RunId, RunStatus, SampleId};
use assay_store::{OutstandingCursor, SampleFilter, SampleQuery, Store, StoreError};
use common::{answer, new_run, pending, plan, store};
use jiff::Timestamp;

/// A run that has ended, with one answer.
async fn ended(store: &Store, id: &str) -> (RunId, SampleId) {
    let run = RunId::from(id);
    store
        .create_run(new_run(id), plan(&["local:a"], 3, 2))
        .await
        .unwrap();
    let sample = pending(store, &run).await[0];
    store.record_generation(sample, answer(None)).await.unwrap();
    store
        .finish_run(&run, RunStatus::Completed, Some(1.0), None)
        .await
        .unwrap();
    (run, sample)
}

fn everything() -> SampleQuery {
    SampleQuery {
        limit: 100,
        ..SampleQuery::default()
    }
}

fn strings(of: &[&str]) -> Vec<String> {
    of.iter().map(|&s| s.to_owned()).collect()
}

#[tokio::test]
async fn tags_are_told_apart_by_their_letters_and_not_by_their_case() {
    let (_folder, store) = store().await;
    let (a, _) = ended(&store, "a").await;
    let (b, _) = ended(&store, "b").await;
    let both = [a.clone(), b.clone()];
    store
        .tag_runs(&both, strings(&["Paper", "gpu"]), vec![])
        .await
        .unwrap();
    store
        .tag_runs(&both[..1], strings(&["GPU", "draft"]), strings(&["PAPER"]))
        .await
        .unwrap();
    assert_eq!(store.get_run(&a).await.unwrap().tags, ["draft", "gpu"]);
    assert_eq!(store.get_run(&b).await.unwrap().tags, ["gpu", "Paper"]);

    // All of them or none.
    let with_unknown = [a.clone(), RunId::from("x")];
    let error = store
        .tag_runs(&with_unknown, strings(&["new"]), vec![])
        .await;
    assert!(
        matches!(error, Err(StoreError::RunNotFound(_))),
        "{error:?}"
    );
    assert_eq!(store.get_run(&a).await.unwrap().tags, ["draft", "gpu"]);
}

#[tokio::test]
async fn names_and_notes_are_changed_one_by_one() {
    let (_folder, store) = store().await;
    let (run, _) = ended(&store, "r").await;
    store.note_run(&run, Some("why".into())).await.unwrap();
    store.rename_run(&run, "other".into()).await.unwrap();
    let record = store.get_run(&run).await.unwrap();
    assert_eq!(
        (record.name.as_str(), record.note.as_deref()),
        ("other", Some("why"))
    );
    store.note_run(&run, None).await.unwrap();
    assert_eq!(store.get_run(&run).await.unwrap().note, None);
    let error = store.rename_run(&RunId::from("x"), "n".into()).await;
    assert!(
        matches!(error, Err(StoreError::RunNotFound(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_run_that_is_put_away_is_listed_as_such_and_its_samples_only_where_it_is_named() {
    let (_folder, store) = store().await;
    let (run, _) = ended(&store, "r").await;
    store
        .archive_runs(std::slice::from_ref(&run), true)
        .await
        .unwrap();
    assert!(store.list_runs().await.unwrap()[0].run.archived);
    assert_eq!(store.samples_page(&everything()).await.unwrap().total, 0);
    let named = SampleQuery {
        filter: SampleFilter {
            runs: vec![run.clone()],
            ..SampleFilter::default()
        },
        ..everything()
    };
    assert_eq!(store.samples_page(&named).await.unwrap().total, 6);
    assert!(
        !store
            .score_rows(std::slice::from_ref(&run))
            .await
            .unwrap()
            .is_empty()
    );
    store
        .archive_runs(std::slice::from_ref(&run), false)
        .await
        .unwrap();
    assert_eq!(store.samples_page(&everything()).await.unwrap().total, 6);

    // One that is on stays where it is.
    store
        .create_run(new_run("on"), plan(&["local:a"], 1, 1))
        .await
        .unwrap();
    let busy = store.archive_runs(&[RunId::from("on")], true).await;
    assert!(matches!(busy, Err(StoreError::RunBusy(_))), "{busy:?}");
}

#[tokio::test]
async fn a_deleted_run_is_in_no_answer_and_comes_back_as_it_was() {
    let (_folder, store) = store().await;
    let (kept, _) = ended(&store, "kept").await;
    let (run, sample) = ended(&store, "gone").await;
    let one = std::slice::from_ref(&run);
    store.tag_runs(one, strings(&["t"]), vec![]).await.unwrap();
    let before = store.run_summary(&run).await.unwrap();
    let rows = store.score_rows(one).await.unwrap();
    let page = store.samples_page(&everything()).await.unwrap();
    let whole = store.sample(sample).await.unwrap();
    store.delete_runs(one).await.unwrap();

    let listed = store.list_runs().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].run.id, kept);
    assert!(store.score_rows(one).await.unwrap().is_empty());
    assert_eq!(store.samples_page(&everything()).await.unwrap().total, 6);
    assert!(store.failure_groups(&run).await.unwrap().is_empty());
    assert!(store.diversity(&run).await.unwrap().is_empty());
    assert!(store.samples_after(&run, None, 9).await.unwrap().is_empty());
    assert_eq!(store.count_outstanding(&run).await.unwrap(), (0, 0));
    let open = store
        .outstanding(
            &run,
            assay_core::SampleStage::Pending,
            None,
            OutstandingCursor::default(),
            9,
        )
        .await
        .unwrap();
    assert!(open.is_empty());
    assert!(matches!(
        store.sample(sample).await,
        Err(StoreError::SampleNotFound(_))
    ));
    let none = |result: Result<(), StoreError>| {
        assert!(
            matches!(result, Err(StoreError::RunNotFound(_))),
            "{result:?}"
        );
    };
    none(store.get_run(&run).await.map(drop));
    none(store.run_summary(&run).await.map(drop));
    none(store.resolve_run("go").await.map(drop));
    none(store.claim_run(&run).await.map(drop));
    none(store.request_cancel(&run).await.map(drop));
    none(store.steer_run(&run, Some(true), None).await.map(drop));
    none(store.rename_run(&run, "n".into()).await);
    none(store.archive_runs(one, true).await);
    none(store.tag_runs(one, strings(&["u"]), vec![]).await);
    none(store.delete_runs(one).await);
    none(store.export_run(&run, &mut Vec::new()).await.map(drop));

    assert_eq!(store.resolve_deleted("go").await.unwrap(), run);
    none(store.resolve_deleted("kept").await.map(drop));
    let deleted = store.deleted_runs().await.unwrap();
    assert_eq!(deleted.len(), 1);
    assert_eq!((&deleted[0].run, deleted[0].samples), (&before.run, 6));

    store.restore_runs(one).await.unwrap();
    assert_eq!(store.run_summary(&run).await.unwrap(), before);
    assert_eq!(store.score_rows(one).await.unwrap(), rows);
    assert_eq!(store.samples_page(&everything()).await.unwrap(), page);
    assert_eq!(store.sample(sample).await.unwrap(), whole);
    none(store.restore_runs(one).await);
}

#[tokio::test]
async fn several_runs_are_deleted_together_or_not_at_all() {
    let (_folder, store) = store().await;
    let (a, _) = ended(&store, "a").await;
    store
        .create_run(new_run("on"), plan(&["local:a"], 1, 1))
        .await
        .unwrap();
    let busy = store.delete_runs(&[a, RunId::from("on")]).await;
    assert!(matches!(busy, Err(StoreError::RunBusy(_))), "{busy:?}");
    assert_eq!(store.list_runs().await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_was_deleted_long_ago_is_removed_for_good_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicI64::new(1_000_000));
    let clock = Arc::clone(&now);
    let store = Store::open_with_clock(folder.path().join("assay.db"), move || {
        Timestamp::from_millisecond(clock.load(Ordering::SeqCst)).unwrap()
    })
    .await
    .unwrap();
    let (old, sample) = ended(&store, "old").await;
    let (new, _) = ended(&store, "new").await;
    ended(&store, "kept").await;
    store.delete_runs(std::slice::from_ref(&old)).await.unwrap();
    now.store(2_000_000, Ordering::SeqCst);
    store.delete_runs(std::slice::from_ref(&new)).await.unwrap();

    let before = Timestamp::from_millisecond(1_500_000).unwrap();
    let gone = store.purge_deleted(before).await.unwrap();
    assert_eq!(gone, std::slice::from_ref(&old));
    assert_eq!(store.purge_deleted(before).await.unwrap(), []);
    let gone = store.restore_runs(std::slice::from_ref(&old)).await;
    assert!(matches!(gone, Err(StoreError::RunNotFound(_))), "{gone:?}");
    assert!(store.program(sample).await.is_err());
    store
        .restore_runs(std::slice::from_ref(&new))
        .await
        .unwrap();
    assert_eq!(store.list_runs().await.unwrap().len(), 2);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_deleted_run_that_is_imported_again_is_there_again() {
    let (_folder, store) = store().await;
    let (run, _) = ended(&store, "r").await;
    let one = std::slice::from_ref(&run);
    store.tag_runs(one, strings(&["t"]), vec![]).await.unwrap();
    let mut file = Vec::new();
    store.export_run(&run, &mut file).await.unwrap();
    let before = store.run_summary(&run).await.unwrap();
    let twice = store
        .import_run(std::io::Cursor::new(file.clone()), None)
        .await;
    assert!(matches!(twice, Err(StoreError::RunExists(_))), "{twice:?}");
    store.delete_runs(one).await.unwrap();
    store
        .import_run(std::io::Cursor::new(file), None)
        .await
        .unwrap();
    assert_eq!(store.run_summary(&run).await.unwrap(), before);
    assert!(store.deleted_runs().await.unwrap().is_empty());
}

async fn names(store: &Store) -> Vec<String> {
    let views = store.views().await.unwrap();
    views.into_iter().map(|v| v.name).collect()
}

#[tokio::test]
async fn views_keep_their_order_and_their_names_apart() {
    let (_folder, store) = store().await;
    let save = |name: &'static str, replace| {
        let store = store.clone();
        async move {
            let address = format!("/compare?runs={name}");
            store
                .save_view(name.into(), "compare".into(), address, replace)
                .await
        }
    };
    let a = save("a", false).await.unwrap();
    let b = save("b", false).await.unwrap();
    let c = save("c", true).await.unwrap();
    assert_eq!(names(&store).await, ["a", "b", "c"]);
    assert_eq!(
        (a.page.as_str(), a.address.as_str()),
        ("compare", "/compare?runs=a")
    );

    let taken = save("A", false).await;
    assert!(matches!(taken, Err(StoreError::ViewExists(_))), "{taken:?}");
    let replaced = save("A", true).await.unwrap();
    assert_eq!(
        (replaced.id, replaced.address.as_str()),
        (a.id, "/compare?runs=A")
    );

    store.move_view(c.id, 0).await.unwrap();
    assert_eq!(names(&store).await, ["c", "a", "b"]);
    store.move_view(c.id, 99).await.unwrap();
    assert_eq!(names(&store).await, ["a", "b", "c"]);
    store.rename_view(b.id, "B".into()).await.unwrap();
    let taken = store.rename_view(b.id, "C".into()).await;
    assert!(matches!(taken, Err(StoreError::ViewExists(_))), "{taken:?}");
    store.delete_view(a.id).await.unwrap();
    assert_eq!(names(&store).await, ["B", "c"]);
    for result in [
        store.delete_view(a.id).await,
        store.rename_view(a.id, "x".into()).await,
        store.move_view(a.id, 0).await,
    ] {
        assert!(
            matches!(result, Err(StoreError::ViewNotFound(_))),
            "{result:?}"
        );
    }
}
