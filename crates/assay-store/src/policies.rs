//! Policies that choose strategies: what they are, and what they knew.

use assay_core::StrategyId;
use futures::FutureExt;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::words::{opt_time, time};
use crate::{Store, StoreError};

/// A policy, from its beginning until it is begun anew.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PolicyRecord {
    pub id: i64,
    /// Unlike that of any other policy in use, whatever the case.
    pub name: String,
    /// JSON, in the words of whoever made it.
    pub config: String,
    /// Learns nothing and tries nothing at random.
    pub frozen: bool,
    pub created_at: Timestamp,
    /// When it was begun anew or deleted.
    pub retired_at: Option<Timestamp>,
    pub decisions: u32,
    pub lessons: u32,
}

/// The policy in use of a name, for whoever asks before every sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyHead {
    pub id: i64,
    pub frozen: bool,
}

/// What a policy knew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyKnowledge {
    /// JSON; `None` for a policy that knows nothing.
    pub state: Option<String>,
    /// The last lesson in it.
    pub seq: i64,
}

/// What one strategy brought where a policy chose it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArmRecord {
    pub arm: StrategyId,
    pub lessons: u32,
    pub passed: u32,
    pub reward_sum: f64,
    pub reward_squares: f64,
}

const POLICIES: &str = "SELECT p.id, p.name, p.config, p.frozen, p.created_at, p.retired_at,
    (SELECT count(*) FROM decisions d WHERE d.policy = p.id) AS decisions,
    (SELECT count(*) FROM lessons l WHERE l.policy = p.id) AS lessons FROM policies p";

impl Store {
    /// The policies in use, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn policies(&self) -> Result<Vec<PolicyRecord>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{POLICIES} WHERE p.retired_at IS NULL ORDER BY p.name"
        )))
        .fetch_all(&mut *connection)
        .await?;
        rows.iter().map(read_policy).collect()
    }

    /// The policy in use of that name.
    ///
    /// # Errors
    /// [`StoreError::PolicyNotFound`].
    pub async fn policy(&self, name: &str) -> Result<PolicyRecord, StoreError> {
        let mut connection = self.reader().await?;
        in_use(&mut connection, name).await
    }

    /// The same, without what has to be counted; `None` where there is none of that name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn policy_head(&self, name: &str) -> Result<Option<PolicyHead>, StoreError> {
        let mut connection = self.reader().await?;
        let head: Option<(i64, bool)> =
            sqlx::query_as("SELECT id, frozen FROM policies WHERE name = ? AND retired_at IS NULL")
                .bind(name)
                .fetch_optional(&mut *connection)
                .await?;
        Ok(head.map(|(id, frozen)| PolicyHead { id, frozen }))
    }

    /// Any policy, also one that was begun anew since.
    ///
    /// # Errors
    /// [`StoreError::PolicyNotFound`].
    pub async fn policy_by_id(&self, id: i64) -> Result<PolicyRecord, StoreError> {
        let mut connection = self.reader().await?;
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{POLICIES} WHERE p.id = ?")))
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?
            .ok_or_else(|| StoreError::PolicyNotFound(id.to_string()))?;
        read_policy(&row)
    }

    /// Makes a policy that knows nothing, or what `base` says. Both are JSON.
    ///
    /// # Errors
    /// [`StoreError::PolicyExists`].
    pub async fn create_policy(
        &self,
        name: String,
        config: String,
        base: Option<String>,
    ) -> Result<PolicyRecord, StoreError> {
        let now = self.now_ms();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    insert_policy(connection, &name, &config, base.as_deref(), now).await?;
                    in_use(connection, &name).await
                }
                .boxed()
            })
            .await
    }

    /// Begins a policy anew under its name: with `config`, or the one it had. What it decided and learned before stays,
    /// and is no longer used.
    ///
    /// # Errors
    /// [`StoreError::PolicyNotFound`].
    pub async fn reset_policy(
        &self,
        name: String,
        config: Option<String>,
    ) -> Result<PolicyRecord, StoreError> {
        let now = self.now_ms();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let before = in_use(connection, &name).await?;
                    retire(connection, before.id, now).await?;
                    let config = config.unwrap_or(before.config);
                    insert_policy(connection, &before.name, &config, None, now).await?;
                    in_use(connection, &name).await
                }
                .boxed()
            })
            .await
    }

    /// Takes a policy out of use.
    ///
    /// # Errors
    /// [`StoreError::PolicyNotFound`].
    pub async fn retire_policy(&self, name: String) -> Result<(), StoreError> {
        let now = self.now_ms();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let policy = in_use(connection, &name).await?;
                    retire(connection, policy.id, now).await
                }
                .boxed()
            })
            .await
    }

    /// # Errors
    /// [`StoreError::PolicyNotFound`].
    pub async fn freeze_policy(&self, name: String, frozen: bool) -> Result<(), StoreError> {
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    let policy = in_use(connection, &name).await?;
                    sqlx::query("UPDATE policies SET frozen = ? WHERE id = ?")
                        .bind(frozen)
                        .bind(policy.id)
                        .execute(connection)
                        .await?;
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    /// What is kept of a policy's knowledge, up to the lesson `until` where one is named; the lessons after
    /// [`PolicyKnowledge::seq`] are to be learned on top of it.
    ///
    /// # Errors
    /// [`StoreError::PolicyNotFound`].
    pub async fn policy_knowledge(
        &self,
        policy: i64,
        until: Option<i64>,
    ) -> Result<PolicyKnowledge, StoreError> {
        let mut connection = self.reader().await?;
        let row = sqlx::query("SELECT base, state, state_seq FROM policies WHERE id = ?")
            .bind(policy)
            .fetch_optional(&mut *connection)
            .await?
            .ok_or_else(|| StoreError::PolicyNotFound(policy.to_string()))?;
        let state: Option<String> = row.try_get("state")?;
        let seq: i64 = row.try_get("state_seq")?;
        if state.is_some() && until.is_none_or(|until| seq <= until) {
            return Ok(PolicyKnowledge { state, seq });
        }
        Ok(PolicyKnowledge {
            state: row.try_get("base")?,
            seq: 0,
        })
    }

    /// Keeps what a policy knows after the lesson `seq`, unless later knowledge is kept.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn keep_policy_state(
        &self,
        policy: i64,
        seq: i64,
        state: String,
    ) -> Result<(), StoreError> {
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    sqlx::query("UPDATE policies SET state = ?, state_seq = ? WHERE id = ? AND state_seq < ?")
                        .bind(state)
                        .bind(seq)
                        .bind(policy)
                        .bind(seq)
                        .execute(connection)
                        .await?;
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    /// What each arm brought, by its id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn policy_arms(&self, policy: i64) -> Result<Vec<ArmRecord>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(
            "SELECT arm, count(*) AS lessons, sum(passed) AS passed, sum(reward) AS total,
                    sum(reward * reward) AS squares
             FROM lessons WHERE policy = ? GROUP BY arm ORDER BY arm",
        )
        .bind(policy)
        .fetch_all(&mut *connection)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(ArmRecord {
                    arm: StrategyId::new(row.try_get::<String, _>("arm")?),
                    lessons: row.try_get("lessons")?,
                    passed: row.try_get("passed")?,
                    reward_sum: row.try_get("total")?,
                    reward_squares: row.try_get("squares")?,
                })
            })
            .collect()
    }
}

async fn insert_policy(
    connection: &mut SqliteConnection,
    name: &str,
    config: &str,
    base: Option<&str>,
    now: i64,
) -> Result<(), StoreError> {
    let made =
        sqlx::query("INSERT INTO policies (name, config, base, created_at) VALUES (?, ?, ?, ?)")
            .bind(name)
            .bind(config)
            .bind(base)
            .bind(now)
            .execute(connection)
            .await;
    match made {
        Err(sqlx::Error::Database(e)) if e.is_unique_violation() => {
            Err(StoreError::PolicyExists(name.to_owned()))
        }
        Err(e) => Err(e.into()),
        Ok(_) => Ok(()),
    }
}

async fn retire(connection: &mut SqliteConnection, id: i64, now: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE policies SET retired_at = ? WHERE id = ?")
        .bind(now)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

async fn in_use(connection: &mut SqliteConnection, name: &str) -> Result<PolicyRecord, StoreError> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{POLICIES} WHERE p.name = ? AND p.retired_at IS NULL"
    )))
    .bind(name)
    .fetch_optional(connection)
    .await?
    .ok_or_else(|| StoreError::PolicyNotFound(name.to_owned()))?;
    read_policy(&row)
}

fn read_policy(row: &SqliteRow) -> Result<PolicyRecord, StoreError> {
    Ok(PolicyRecord {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        config: row.try_get("config")?,
        frozen: row.try_get("frozen")?,
        created_at: time("time", row.try_get("created_at")?)?,
        retired_at: opt_time("time", row.try_get("retired_at")?)?,
        decisions: row.try_get("decisions")?,
        lessons: row.try_get("lessons")?,
    })
}
