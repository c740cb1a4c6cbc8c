//! Saved views: a page with what is chosen in it, by name, in an order of its person's.

use futures::FutureExt;
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::words::time;
use crate::{Store, StoreError};

/// A page with what is chosen in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub id: i64,
    /// Unlike that of any other view, whatever the case.
    pub name: String,
    /// `compare`.
    pub page: String,
    /// `/compare?runs=a,b`.
    pub address: String,
    pub created_at: Timestamp,
}

const VIEWS: &str = "SELECT id, name, page, address, created_at FROM views";

impl Store {
    /// All views in their order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn views(&self) -> Result<Vec<View>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{VIEWS} ORDER BY position, id"
        )))
        .fetch_all(&mut *connection)
        .await?;
        rows.iter().map(read_view).collect()
    }

    /// Keeps a view, behind those there are. With `replace`, one of that name leads to the new address from now on
    /// and stays in its place.
    ///
    /// # Errors
    /// [`StoreError::ViewExists`].
    pub async fn save_view(
        &self,
        name: String,
        page: String,
        address: String,
        replace: bool,
    ) -> Result<View, StoreError> {
        let now = self.now_ms();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    if replace {
                        let changed =
                            sqlx::query("UPDATE views SET page = ?, address = ? WHERE name = ?")
                                .bind(&page)
                                .bind(&address)
                                .bind(&name)
                                .execute(&mut *connection)
                                .await?;
                        if changed.rows_affected() > 0 {
                            return named(connection, &name).await;
                        }
                    }
                    let made = sqlx::query(
                        "INSERT INTO views (name, page, address, created_at, position)
                         VALUES (?, ?, ?, ?, (SELECT coalesce(max(position), -1) + 1 FROM views))",
                    )
                    .bind(&name)
                    .bind(page)
                    .bind(address)
                    .bind(now)
                    .execute(&mut *connection)
                    .await;
                    taken(made, &name)?;
                    named(connection, &name).await
                }
                .boxed()
            })
            .await
    }

    /// # Errors
    /// [`StoreError::ViewNotFound`], [`StoreError::ViewExists`].
    pub async fn rename_view(&self, id: i64, name: String) -> Result<(), StoreError> {
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let done = sqlx::query("UPDATE views SET name = ? WHERE id = ?")
                        .bind(&name)
                        .bind(id)
                        .execute(connection)
                        .await;
                    there(taken(done, &name)?, id)
                }
                .boxed()
            })
            .await
    }

    /// Puts a view into the place `to`, counted from 0; beyond the last is the last.
    ///
    /// # Errors
    /// [`StoreError::ViewNotFound`].
    pub async fn move_view(&self, id: i64, to: u32) -> Result<(), StoreError> {
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let mut order: Vec<i64> =
                        sqlx::query_scalar("SELECT id FROM views ORDER BY position, id")
                            .fetch_all(&mut *connection)
                            .await?;
                    let at = order.iter().position(|of| *of == id);
                    let at = at.ok_or_else(|| StoreError::ViewNotFound(id.to_string()))?;
                    order.remove(at);
                    order.insert((to as usize).min(order.len()), id);
                    for (position, id) in (0i64..).zip(order) {
                        sqlx::query("UPDATE views SET position = ? WHERE id = ?")
                            .bind(position)
                            .bind(id)
                            .execute(&mut *connection)
                            .await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    /// # Errors
    /// [`StoreError::ViewNotFound`].
    pub async fn delete_view(&self, id: i64) -> Result<(), StoreError> {
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let done = sqlx::query("DELETE FROM views WHERE id = ?")
                        .bind(id)
                        .execute(connection)
                        .await?;
                    there(done, id)
                }
                .boxed()
            })
            .await
    }
}

type Done = sqlx::sqlite::SqliteQueryResult;

fn taken(done: Result<Done, sqlx::Error>, name: &str) -> Result<Done, StoreError> {
    match done {
        Err(sqlx::Error::Database(e)) if e.is_unique_violation() => {
            Err(StoreError::ViewExists(name.to_owned()))
        }
        other => Ok(other?),
    }
}

fn there(done: Done, id: i64) -> Result<(), StoreError> {
    if done.rows_affected() == 0 {
        return Err(StoreError::ViewNotFound(id.to_string()));
    }
    Ok(())
}

async fn named(connection: &mut SqliteConnection, name: &str) -> Result<View, StoreError> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{VIEWS} WHERE name = ?")))
        .bind(name)
        .fetch_one(connection)
        .await?;
    read_view(&row)
}

fn read_view(row: &SqliteRow) -> Result<View, StoreError> {
    Ok(View {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        page: row.try_get("page")?,
        address: row.try_get("address")?,
        created_at: time("time", row.try_get("created_at")?)?,
    })
}
