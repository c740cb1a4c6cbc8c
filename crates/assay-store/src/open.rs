//! Opening: what the file is, whether this version may touch it, and what it must become.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqlSafeStr, SqliteConnection};

use crate::StoreError;

/// `ASSY`, in the header of every store.
const APPLICATION_ID: i64 = 0x4153_5359;

/// How long a write waits for another program's.
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);

/// Number, name and SQL of a layout. What was ever released is never edited: SQLx compares it.
type Layout = (i64, &'static str, &'static str);

const LAYOUTS: &[Layout] = &[
    (
        1,
        "runs and samples",
        include_str!("../migrations/0001_runs_and_samples.sql"),
    ),
    (
        2,
        "what executed it",
        include_str!("../migrations/0002_what_executed_it.sql"),
    ),
    (
        3,
        "quality, language, cost",
        include_str!("../migrations/0003_quality_language_cost.sql"),
    ),
    (
        4,
        "caches, shares, fingerprints",
        include_str!("../migrations/0004_caches_shares_fingerprints.sql"),
    ),
    (
        5,
        "tags, views, deletion",
        include_str!("../migrations/0005_tags_views_deletion.sql"),
    ),
    (
        6,
        "policies",
        include_str!("../migrations/0006_policies.sql"),
    ),
];

fn newest(layouts: &[Layout]) -> i64 {
    layouts.last().map_or(0, |l| l.0)
}

fn migrator(layouts: &[Layout]) -> Migrator {
    Migrator::with_migrations(
        layouts
            .iter()
            .map(|&(version, name, sql)| {
                Migration::new(
                    version,
                    name.into(),
                    MigrationType::Simple,
                    sql.into_sql_str(),
                    false,
                )
            })
            .collect(),
    )
}

pub(crate) fn reader_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        // Sorting and grouping stay in memory: no temporary files beside the store.
        .pragma("temp_store", "memory")
        .pragma("cache_size", "-16384")
        .disable_statement_logging()
}

/// A connection that only reads, beside those of the pool.
pub(crate) async fn reader(path: &Path) -> Result<SqliteConnection, StoreError> {
    reader_options(path)
        .connect()
        .await
        .map_err(|e| StoreError::opening(path, e))
}

fn writer_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL would survive a killed program but may lose the last transactions to a power cut.
        .synchronous(SqliteSynchronous::Full)
        .pragma("temp_store", "memory")
        .disable_statement_logging()
}

/// What a look at the file, without changing it, says.
enum Found {
    /// No file, or an empty one.
    Nothing,
    /// A store of this layout; 0 where its making was cut off before the first.
    Layout(i64),
}

async fn look(path: &Path) -> Result<Found, StoreError> {
    match std::fs::metadata(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(e) => return Err(StoreError::file("read", path, &e)),
        Ok(meta) if meta.is_dir() => {
            return Err(StoreError::NotAStore {
                path: path.to_owned(),
            });
        }
        Ok(meta) if meta.len() == 0 => return Ok(Found::Nothing),
        Ok(_) => {}
    }
    let opening = |e| StoreError::opening(path, e);
    let mut connection = reader_options(path).connect().await.map_err(opening)?;
    let found = look_inside(&mut connection, path).await;
    // A reader has nothing to lose by a failed close.
    let _ = connection.close().await;
    found
}

async fn look_inside(connection: &mut SqliteConnection, path: &Path) -> Result<Found, StoreError> {
    let opening = |e| StoreError::opening(path, e);
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await
        .map_err(opening)?;
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'")
            .fetch_all(&mut *connection)
            .await
            .map_err(opening)?;
    let ours = application == APPLICATION_ID
        || tables.is_empty()
        || (application == 0 && tables == ["_sqlx_migrations"]);
    if !ours {
        return Err(StoreError::NotAStore {
            path: path.to_owned(),
        });
    }
    if !tables.iter().any(|t| t == "_sqlx_migrations") {
        return Ok(Found::Layout(0));
    }
    let layout: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(connection)
        .await
        .map_err(opening)?;
    Ok(Found::Layout(layout.unwrap_or(0)))
}

/// Opens the one connection that writes, the layout brought up to this version's.
pub(crate) async fn open_writer(
    path: &Path,
    now: Timestamp,
) -> Result<SqliteConnection, StoreError> {
    open_with(path, now, LAYOUTS).await
}

async fn open_with(
    path: &Path,
    now: Timestamp,
    layouts: &[Layout],
) -> Result<SqliteConnection, StoreError> {
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| StoreError::file("make", folder, &e))?;
    }
    // Two programs that start at once must not both change the layout: SQLite's own locks do not
    // span the several transactions of it.
    let _lock = opening_lock(path).await?;
    let known = newest(layouts);
    if let Found::Layout(found) = look(path).await? {
        if found > known {
            return Err(StoreError::Newer {
                path: path.to_owned(),
                found,
                known,
            });
        }
        if found > 0 && found < known {
            copy_before(path, found, now).await?;
        }
    }
    let mut connection = writer_options(path)
        .connect()
        .await
        .map_err(|e| StoreError::opening(path, e))?;
    migrator(layouts)
        .run_direct(None, &mut connection, false)
        .await
        .map_err(|e| migration_error(path, known, e))?;
    Ok(connection)
}

async fn opening_lock(path: &Path) -> Result<std::fs::File, StoreError> {
    let mut lock = path.as_os_str().to_owned();
    lock.push("-opening");
    let lock = PathBuf::from(lock);
    let waited = tokio::task::spawn_blocking(move || {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock)
            .map_err(|e| StoreError::file("open", &lock, &e))?;
        file.lock()
            .map_err(|e| StoreError::file("lock", &lock, &e))?;
        Ok(file)
    });
    waited.await.map_err(|_| StoreError::Closed)?
}

/// Copies the store beside itself before its layout changes: `NAME.layout-1.20260102T030405Z.bak`.
async fn copy_before(path: &Path, layout: i64, now: Timestamp) -> Result<PathBuf, StoreError> {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ");
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".layout-{layout}.{stamp}.bak"));
    let copy = PathBuf::from(name);
    let mut half = copy.as_os_str().to_owned();
    half.push(".part");
    let half = PathBuf::from(half);
    let _ = std::fs::remove_file(&half);
    let mut connection = reader_options(path)
        .connect()
        .await
        .map_err(|e| StoreError::opening(path, e))?;
    // VACUUM INTO sees what is still in the write-ahead log; a copy of the file would not.
    let copied = sqlx::query("VACUUM INTO ?")
        .bind(half.to_string_lossy().into_owned())
        .execute(&mut connection)
        .await;
    let _ = connection.close().await;
    if let Err(error) = copied {
        let _ = std::fs::remove_file(&half);
        return Err(match StoreError::from(error) {
            StoreError::Database(e) => StoreError::File {
                action: "copy the store to",
                path: copy,
                why: e.to_string(),
            },
            known => known,
        });
    }
    std::fs::rename(&half, &copy).map_err(|e| StoreError::file("write", &copy, &e))?;
    tracing::info!(copy = %copy.display(), "copied the store before changing its layout");
    Ok(copy)
}

fn migration_error(path: &Path, known: i64, error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(e) => StoreError::opening(path, e),
        MigrateError::ExecuteMigration(e, version) => match StoreError::from(e) {
            StoreError::Database(e) => StoreError::Migration {
                version,
                detail: e.to_string(),
            },
            known => known,
        },
        MigrateError::VersionMissing(found) => StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        },
        other => StoreError::Migration {
            version: known,
            detail: other.to_string(),
        },
    }
}

/// Applied layouts, oldest first; for tests and health checks.
pub(crate) async fn layouts(connection: &mut SqliteConnection) -> Result<Vec<i64>, StoreError> {
    let applied = connection
        .list_applied_migrations("_sqlx_migrations")
        .await
        .map_err(|e| StoreError::Migration {
            version: newest(LAYOUTS),
            detail: e.to_string(),
        })?;
    Ok(applied.into_iter().map(|m| m.version).collect())
}

/// SQLite's own examination of the whole file: `ok`, or what is wrong, one line each.
pub(crate) async fn integrity(
    connection: &mut SqliteConnection,
) -> Result<Vec<String>, StoreError> {
    let lines: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_all(connection)
        .await?;
    Ok(if lines == ["ok"] { Vec::new() } else { lines })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEXT: &[Layout] = &[
        LAYOUTS[0],
        LAYOUTS[1],
        LAYOUTS[2],
        LAYOUTS[3],
        LAYOUTS[4],
        LAYOUTS[5],
        (7, "more", "CREATE TABLE more (id INTEGER) STRICT;"),
    ];
    const BROKEN: &[Layout] = &[
        LAYOUTS[0],
        LAYOUTS[1],
        LAYOUTS[2],
        LAYOUTS[3],
        LAYOUTS[4],
        LAYOUTS[5],
        (7, "wrong", "CREATE TABLE more (id NUMBER) STRICT;"),
    ];

    async fn older_store() -> (tempfile::TempDir, PathBuf, Timestamp) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("assay.db");
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let mut connection = open_with(&path, now, LAYOUTS).await.unwrap();
        sqlx::query("INSERT INTO settings (key, value) VALUES ('kept', '1')")
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        (folder, path, now)
    }

    async fn copies(folder: &Path) -> Vec<PathBuf> {
        let mut found: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().path())
            .filter(|p| p.to_string_lossy().contains(".bak"))
            .collect();
        found.sort();
        found
    }

    #[tokio::test]
    async fn an_older_store_is_copied_before_its_layout_changes() {
        let (folder, path, now) = older_store().await;
        assert_eq!(copies(folder.path()).await, Vec::<PathBuf>::new());
        let mut connection = open_with(&path, now, NEXT).await.unwrap();
        assert_eq!(
            layouts(&mut connection).await.unwrap(),
            [1, 2, 3, 4, 5, 6, 7]
        );
        connection.close().await.unwrap();

        let copy = path.with_file_name("assay.db.layout-6.20260102T030405Z.bak");
        assert_eq!(copies(folder.path()).await, std::slice::from_ref(&copy));
        let mut connection = reader_options(&copy).connect().await.unwrap();
        assert_eq!(layouts(&mut connection).await.unwrap(), [1, 2, 3, 4, 5, 6]);
        let kept: String = sqlx::query_scalar("SELECT value FROM settings WHERE key = 'kept'")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(kept, "1");

        // Brought up to date, it is not copied again; the older program now refuses it.
        open_with(&path, now, NEXT).await.unwrap();
        assert_eq!(copies(folder.path()).await.len(), 1);
        let error = open_with(&path, now, LAYOUTS).await.unwrap_err();
        assert!(
            matches!(
                error,
                StoreError::Newer {
                    found: 7,
                    known: 6,
                    ..
                }
            ),
            "{error:?}"
        );
    }

    #[tokio::test]
    async fn a_layout_that_cannot_be_made_leaves_the_store_at_the_one_before() {
        let (folder, path, now) = older_store().await;
        let error = open_with(&path, now, BROKEN).await.unwrap_err();
        assert!(
            matches!(error, StoreError::Migration { version: 7, .. }),
            "{error:?}"
        );
        assert_eq!(copies(folder.path()).await.len(), 1);
        let mut connection = open_with(&path, now, LAYOUTS).await.unwrap();
        assert_eq!(layouts(&mut connection).await.unwrap(), [1, 2, 3, 4, 5, 6]);
    }
}
