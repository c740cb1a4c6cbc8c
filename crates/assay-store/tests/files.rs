//! The file itself: other versions, damage, full disks, several programs.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use std::path::Path;

use assay_core::{Coded, RunId, RunStatus, SampleStage};
use assay_store::{OutstandingCursor, Store, StoreError};
use common::{answer, new_run, plan, store};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

async fn raw(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap()
}

async fn sql(path: &Path, statement: &'static str) {
    let mut connection = raw(path).await;
    sqlx::raw_sql(statement)
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_new_store_has_the_newest_layout_and_opens_again() {
    let (folder, store) = store().await;
    assert_eq!(store.layouts().await.unwrap(), [1, 2, 3, 4, 5, 6]);
    store
        .create_run(new_run("r"), plan(&["local:a"], 2, 1))
        .await
        .unwrap();
    store.close().await;
    let closed = store.list_runs().await;
    assert!(matches!(closed, Err(StoreError::Closed)), "{closed:?}");
    let closed = store.set_setting("a", &1).await;
    assert!(matches!(closed, Err(StoreError::Closed)), "{closed:?}");
    let again = Store::open(folder.path().join("assay.db")).await.unwrap();
    assert_eq!(again.list_runs().await.unwrap().len(), 1);
    assert_eq!(again.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_refused_and_left_as_it_is() {
    let (folder, store) = store().await;
    store.close().await;
    let path = folder.path().join("assay.db");
    sql(
        &path,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99, 'from the future', 1, x'00', 1)",
    )
    .await;
    let before = std::fs::read(&path).unwrap();
    let error = Store::open(&path).await.unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Newer {
                found: 99,
                known: 6,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(error.code(), "store-newer");
    assert!(error.hint().unwrap().contains("update Assay"));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn files_that_are_no_stores_are_refused_and_left_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "Dear diary, this is no database. ".repeat(200)).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::NotAStore { .. }), "{error:?}");
    assert_eq!(std::fs::read(&path).unwrap(), before);

    let path = folder.path().join("other.db");
    sql(&path, "CREATE TABLE cookies (id INTEGER)").await;
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::NotAStore { .. }), "{error:?}");

    let error = Store::open(folder.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::NotAStore { .. }), "{error:?}");

    let blocked = folder.path().join("notes.txt").join("assay.db");
    let error = Store::open(&blocked).await.unwrap_err();
    assert_eq!(error.code(), "store-file");
}

#[tokio::test]
async fn a_damaged_store_is_a_clear_error() {
    let (folder, store) = store().await;
    store
        .create_run(new_run("r"), plan(&["local:a"], 500, 1))
        .await
        .unwrap();
    store.close().await;
    let path = folder.path().join("assay.db");
    let whole = std::fs::read(&path).unwrap();

    // Cut off in the middle.
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("restore a backup"));

    // Overwritten behind the schema.
    let mut bad = whole.clone();
    let page = 4096;
    for byte in &mut bad[page * 3..] {
        *byte = 0xa5;
    }
    std::fs::write(&path, &bad).unwrap();
    let error = match Store::open(&path).await {
        Err(error) => error,
        Ok(store) => store.list_runs().await.unwrap_err(),
    };
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
}

#[tokio::test]
async fn an_empty_or_half_made_file_becomes_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep").join("assay.db");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "").unwrap();
    Store::open(&path).await.unwrap().close().await;

    // Killed after the table of layouts was made and before the first layout was.
    let path = folder.path().join("half.db");
    sql(
        &path,
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
         installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
         checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)",
    )
    .await;
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.layouts().await.unwrap(), [1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn many_programs_may_open_a_new_store_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("assay.db");
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..6 {
        let path = path.clone();
        tasks.spawn(async move {
            let store = Store::open(&path).await?;
            store.set_setting(&format!("key {n}"), &n).await
        });
    }
    for result in tasks.join_all().await {
        result.unwrap();
    }
    let store = Store::open(&path).await.unwrap();
    for n in 0..6 {
        assert_eq!(
            store.setting::<u32>(&format!("key {n}")).await.unwrap(),
            Some(n)
        );
    }
}

#[tokio::test]
async fn only_runs_of_dead_programs_are_interrupted() {
    let (folder, here) = store().await;
    let path = folder.path().join("assay.db");
    let other = Store::open(&path).await.unwrap();
    here.create_run(new_run("mine"), plan(&["local:a"], 1, 1))
        .await
        .unwrap();
    other
        .create_run(new_run("theirs"), plan(&["local:a"], 1, 1))
        .await
        .unwrap();
    let (mine, theirs) = (RunId::from("mine"), RunId::from("theirs"));

    assert_eq!(here.mark_interrupted().await.unwrap(), []);
    assert_eq!(other.mark_interrupted().await.unwrap(), []);
    for (store, run) in [(&here, &theirs), (&other, &mine), (&here, &mine)] {
        let busy = store.claim_run(run).await;
        assert!(matches!(busy, Err(StoreError::RunBusy(_))), "{busy:?}");
    }

    // The other program ends without a word.
    other.close().await;
    drop(other);
    assert_eq!(
        here.mark_interrupted().await.unwrap(),
        std::slice::from_ref(&theirs)
    );
    let run = here.get_run(&theirs).await.unwrap();
    assert_eq!(run.status, RunStatus::Interrupted);
    let run = here.claim_run(&theirs).await.unwrap();
    assert_eq!((run.status, run.attempts), (RunStatus::Running, 2));
    assert_eq!(
        here.get_run(&mine).await.unwrap().status,
        RunStatus::Running
    );
}

#[tokio::test]
async fn another_program_can_ask_a_run_to_stop() {
    let (folder, here) = store().await;
    let other = Store::open(folder.path().join("assay.db")).await.unwrap();
    let run = RunId::from("r");
    here.create_run(new_run("r"), plan(&["local:a"], 1, 1))
        .await
        .unwrap();
    assert!(!here.heartbeat(&run, 1.0).await.unwrap().cancel_requested);
    assert!(other.request_cancel(&run).await.unwrap());
    assert!(here.heartbeat(&run, 2.5).await.unwrap().cancel_requested);
    here.finish_run(&run, RunStatus::Cancelled, None, None)
        .await
        .unwrap();
    assert!(!other.request_cancel(&run).await.unwrap());
    let stored = other.get_run(&run).await.unwrap();
    assert_eq!(
        (stored.status, stored.elapsed_s),
        (RunStatus::Cancelled, 2.5)
    );
    assert!(stored.finished_at.is_some());
    let gone = other.heartbeat(&RunId::from("x"), 1.0).await;
    assert!(matches!(gone, Err(StoreError::RunNotFound(_))), "{gone:?}");
}

/// A file system of a few MiB that really fills up would need root; SQLite's page limit takes the
/// same path through it (`SQLITE_FULL`).
#[tokio::test]
async fn a_full_disk_is_told_as_such_and_loses_nothing_stored() {
    let (folder, store) = store().await;
    let run = RunId::from("r");
    store
        .create_run(new_run("r"), plan(&["local:a"], 50, 1))
        .await
        .unwrap();
    let pages = {
        let mut connection = raw(&folder.path().join("assay.db")).await;
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        pages
    };
    store
        .limit_pages(u32::try_from(pages).unwrap() + 8)
        .await
        .unwrap();
    let open = store
        .outstanding(
            &run,
            SampleStage::Pending,
            None,
            OutstandingCursor::default(),
            100,
        )
        .await
        .unwrap();
    let mut stored = 0;
    let mut error = None;
    for sample in &open {
        let mut big = answer(Some("x"));
        big.raw = Some("y".repeat(10_000));
        match store.record_generation(sample.id, big).await {
            Ok(_) => stored += 1,
            Err(e) => {
                error = Some(e);
                break;
            }
        }
    }
    let error = error.unwrap();
    assert!(matches!(error, StoreError::DiskFull), "{error:?}");
    assert_eq!(error.code(), "disk-full");
    assert!(stored > 0);
    assert_eq!(
        store.run_summary(&run).await.unwrap().totals.generated,
        stored
    );

    // Room again: the store goes on where it was.
    store.limit_pages(u32::MAX / 4).await.unwrap();
    let next = usize::try_from(stored).unwrap();
    store
        .record_generation(open[next].id, answer(Some("x")))
        .await
        .unwrap();
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}
