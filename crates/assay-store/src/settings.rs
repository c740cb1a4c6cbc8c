//! Settings: a JSON value by its key.

use futures::FutureExt;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::words::{from_json, to_json};
use crate::{Store, StoreError};

impl Store {
    /// The value of a setting; `None` where it was never set.
    ///
    /// # Errors
    /// [`StoreError::BadValue`] when what is stored is not a `T`.
    pub async fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let mut connection = self.reader().await?;
        let value: Option<String> = sqlx::query_scalar("SELECT value FROM settings WHERE key = ?")
            .bind(key)
            .fetch_optional(&mut *connection)
            .await?;
        value.map(|v| from_json("setting", &v)).transpose()
    }

    /// # Errors
    /// When the store cannot be written.
    pub async fn set_setting<T: Serialize + Sync>(
        &self,
        key: &str,
        value: &T,
    ) -> Result<(), StoreError> {
        let key = key.to_owned();
        let value = to_json("setting", value)?;
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    sqlx::query(
                        "INSERT INTO settings (key, value) VALUES (?, ?)
                         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    )
                    .bind(key)
                    .bind(value)
                    .execute(connection)
                    .await?;
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    /// Forgets a setting.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn remove_setting(&self, key: &str) -> Result<(), StoreError> {
        let key = key.to_owned();
        self.inner
            .writer
            .write(move |connection| {
                async move {
                    sqlx::query("DELETE FROM settings WHERE key = ?")
                        .bind(key)
                        .execute(connection)
                        .await?;
                    Ok(())
                }
                .boxed()
            })
            .await
    }
}
