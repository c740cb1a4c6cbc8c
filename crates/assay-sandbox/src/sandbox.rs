//! The trait everything above this crate speaks to.

use assay_core::{Execution, Language, Limits};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::{Health, Program};

/// A place where untrusted programs are executed and judged.
#[async_trait]
pub trait Sandbox: Send + Sync {
    /// Executes `program` within `limits`. Waits while all places are taken.
    ///
    /// Trouble that is not the program's (engine gone, container lost, image missing, cancelled)
    /// is retried where that can help and then told as [`assay_core::Verdict::Infrastructure`];
    /// it is never a judgement on the program.
    async fn execute(
        &self,
        program: &Program,
        limits: &Limits,
        cancel: &CancellationToken,
    ) -> Execution;

    /// What decides a verdict besides program and limits: the image, and how programs are put together for it. Two
    /// executions of one program under one identity need not both be made. `None` where it cannot be told.
    async fn identity(&self, _language: &Language) -> Option<String> {
        None
    }

    /// How many programs are executed at once; more calls of `execute` than this wait.
    fn concurrency(&self) -> usize;

    async fn health(&self) -> Health;

    /// Ends everything that runs and removes every container. Later executions are
    /// `Infrastructure`.
    async fn close(&self);
}
