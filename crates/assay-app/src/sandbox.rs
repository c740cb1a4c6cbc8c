//! The sandbox as the fronts see it: languages, builds, the doctor.

use assay_core::{Coded as _, Language};
use assay_sandbox::{BuildEvent, Gauges, ImageInfo};

use crate::dto::{
    DoctorCheck, EngineStatus, LanguageGauges, LanguageStatus, SandboxGauges, TaskProgress,
};
use crate::{App, AppError};

impl App {
    /// The languages that can be executed, built or not.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn sandbox_languages(&self) -> Result<Vec<Language>, AppError> {
        let sandbox = self.sandbox().await?;
        Ok(sandbox
            .languages()
            .iter()
            .map(|l| Language::new(&l.id))
            .collect())
    }

    /// # Errors
    /// When the engine does not answer.
    pub async fn language_statuses(&self) -> Result<Vec<LanguageStatus>, AppError> {
        let images = self.sandbox().await?.images().await?;
        Ok(images.into_iter().map(language_status).collect())
    }

    /// The engine's state; trouble is in it rather than an error.
    pub(crate) async fn engine_status(&self) -> EngineStatus {
        let engine = match self.sandbox().await {
            Ok(sandbox) => sandbox.engine().await,
            Err(error) => Err(error),
        };
        match engine {
            Ok(engine) => EngineStatus {
                ok: true,
                detail: engine.label(),
                hint: None,
            },
            Err(error) => EngineStatus {
                ok: false,
                detail: error.info().message,
                hint: error.hint(),
            },
        }
    }

    /// What the executor does at the moment. `None` while this program has not used the sandbox yet:
    /// asking starts nothing.
    pub async fn sandbox_gauges(&self) -> Option<SandboxGauges> {
        let slot = self.sandbox.lock().await;
        slot.as_ref()
            .map(|sandbox| sandbox_gauges(sandbox.gauges()))
    }

    /// Builds the image of a language, telling each line of the build. One that is there is left as it
    /// is unless `again`.
    ///
    /// # Errors
    /// When the engine does not answer, the base is missing, or the build fails.
    pub async fn build_sandbox(
        &self,
        language: &str,
        again: bool,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<(), AppError> {
        let task = self.begin_task(task);
        let sandbox = self.sandbox().await?;
        let tell = |event: BuildEvent| {
            let (BuildEvent::Step(message) | BuildEvent::Log(message)) = event;
            on_progress(TaskProgress {
                message,
                fraction: None,
            });
        };
        sandbox
            .build(&Language::new(language), again, &tell, &task.cancel)
            .await?;
        Ok(())
    }

    /// Looks at everything the sandbox needs and lets hostile programs try it.
    ///
    /// # Errors
    /// Never: what is wrong is in the checks.
    pub async fn doctor(&self) -> Result<Vec<DoctorCheck>, AppError> {
        let report = assay_sandbox::doctor(&self.sandbox_config()).await;
        Ok(report
            .checks
            .into_iter()
            .map(|check| DoctorCheck {
                name: check.name,
                ok: check.ok,
                detail: check.detail,
                hint: check.hint,
            })
            .collect())
    }
}

pub(crate) fn language_status(image: ImageInfo) -> LanguageStatus {
    LanguageStatus {
        title: image.title,
        language: image.language,
        image: image.image,
        ready: image.present,
        digest: image.digest,
        toolchain: image.toolchain,
        size_bytes: image.size_bytes,
        created: image.created,
    }
}

fn sandbox_gauges(gauges: Gauges) -> SandboxGauges {
    SandboxGauges {
        concurrency: gauges.concurrency,
        containers: gauges.containers,
        running: gauges.running,
        waiting: gauges.waiting,
        executed: gauges.executed,
        recycled: gauges.recycled,
        retried: gauges.retried,
        overturned: gauges.overturned,
        languages: gauges
            .languages
            .into_iter()
            .map(|l| LanguageGauges {
                language: l.language,
                containers: l.containers,
                running: l.running,
                executed: l.executed,
                mean_ms: l.mean_ms,
            })
            .collect(),
    }
}
