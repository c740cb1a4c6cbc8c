//! The user's settings.

use crate::dto::Settings;
use crate::{App, AppError};

const KEY: &str = "settings";

impl App {
    /// # Errors
    /// When the store cannot be read.
    pub async fn settings(&self) -> Result<Settings, AppError> {
        Ok(self.store().await?.setting(KEY).await?.unwrap_or_default())
    }

    /// # Errors
    /// When the store cannot be written.
    pub async fn set_settings(&self, settings: Settings) -> Result<(), AppError> {
        Ok(self.store().await?.set_setting(KEY, &settings).await?)
    }
}
