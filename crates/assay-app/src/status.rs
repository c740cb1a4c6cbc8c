//! One look at everything.

use crate::dto::AppStatus;
use crate::{App, AppError, VERSION};

impl App {
    /// # Errors
    /// When the store cannot be read. A missing engine is a status, not an error.
    pub async fn status(&self) -> Result<AppStatus, AppError> {
        let engine = self.engine_status().await;
        let languages = if engine.ok {
            self.language_statuses().await.unwrap_or_else(|error| {
                tracing::warn!(code = error.info.code, "{}", error.info.message);
                Vec::new()
            })
        } else {
            Vec::new()
        };
        Ok(AppStatus {
            version: VERSION.to_owned(),
            data_dir: self.config.data_dir.display().to_string(),
            engine,
            languages,
            models: self.list_models().await?,
            datasets: self.list_datasets().await?,
            sample_workspace: self.has_sample_workspace().await?,
            runs: self.count_runs().await?,
        })
    }
}
