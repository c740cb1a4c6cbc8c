//! Measurements of this machine.

use crate::dto::TaskProgress;
use crate::{App, AppError};

/// A measurement: for scripts, and for people.
#[derive(Debug, Clone)]
pub struct BenchAnswer {
    pub json: serde_json::Value,
    pub text: String,
}

impl App {
    pub async fn bench_executor(
        &self,
        _workers: usize,
        _rounds: usize,
        _task: &str,
        _on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<BenchAnswer, AppError> {
        Err(AppError::failed("pending", "pending"))
    }
}
