//! Models: those that can be pulled, those that were, and those of servers the user added.

use assay_core::ModelRef;
use assay_fetch::{Progress, Stage};
use assay_providers::Provider;
use assay_providers::models::{ModelListing, ModelState, ModelStore};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use crate::dto::{ModelCheck, ModelFacts, ModelStatus, TaskProgress};
use crate::{App, AppError};

impl App {
    /// The catalogue, the user's own files, then the models of servers they added.
    ///
    /// # Errors
    /// When the settings cannot be read.
    pub async fn list_models(&self) -> Result<Vec<ModelStatus>, AppError> {
        let mut models: Vec<ModelStatus> = ModelStore::new(&self.config.data_dir)
            .list()
            .into_iter()
            .map(|model| self.local_status(model))
            .collect();
        for reference in self.settings().await?.models {
            let model = reference.parse::<ModelRef>().ok();
            models.push(ModelStatus {
                id: reference.clone(),
                title: model
                    .as_ref()
                    .map_or_else(|| reference.clone(), |m| m.name.clone()),
                licence: String::new(),
                bytes: 0,
                // Whether its server answers is told by `check_model`, which may take seconds.
                ready: true,
                chat: true,
                added: true,
                family: String::new(),
                facts: model.map(|m| self.facts(&m)).unwrap_or_default(),
                reference,
            });
        }
        Ok(models)
    }

    /// Asks a model whether it is there and what it can do.
    ///
    /// # Errors
    /// When the reference is no model's, its server does not answer, refuses the key or does not have it.
    pub async fn check_model(&self, reference: &str) -> Result<ModelCheck, AppError> {
        let model: ModelRef = reference.parse()?;
        let provider = self.provider_with_keys(&model).await?;
        let found = provider.check(&CancellationToken::new()).await?;
        let can = provider.capabilities();
        Ok(ModelCheck {
            reference: model.to_string(),
            completion: can.completion,
            chat: can.chat,
            context_length: can.context_length,
            streaming: can.streaming,
            seed: can.seed,
            family: String::new(),
            facts: self.facts(&model),
            detail: found.summary,
        })
    }

    /// Checks a server's model and keeps it in the list.
    ///
    /// # Errors
    /// As [`App::check_model`]; a model that does not answer is not kept.
    pub async fn add_model(&self, reference: &str) -> Result<ModelCheck, AppError> {
        let check = self.check_model(reference).await?;
        let mut settings = self.settings().await?;
        if !settings.models.contains(&check.reference) {
            settings.models.push(check.reference.clone());
            self.set_settings(settings).await?;
        }
        Ok(check)
    }

    /// Takes a server's model out of the list.
    ///
    /// # Errors
    /// When the settings cannot be written.
    pub async fn remove_model(&self, reference: &str) -> Result<(), AppError> {
        let mut settings = self.settings().await?;
        settings.models.retain(|known| known != reference);
        self.set_settings(settings).await
    }

    /// Downloads a model of the catalogue; one that is there already is only looked at.
    ///
    /// # Errors
    /// When it is unknown, cannot be fetched, or does not have the checksum of the catalogue.
    pub async fn pull_model(
        &self,
        id: &str,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<ModelStatus, AppError> {
        let id = id.strip_prefix("local:").unwrap_or(id);
        let task = self.begin_task(task);
        let models = ModelStore::new(&self.config.data_dir);
        models
            .pull(id, &|p| on_progress(fetch_progress(p)), &task.cancel)
            .await?;
        models
            .list()
            .into_iter()
            .find(|model| model.id == id)
            .map(|model| self.local_status(model))
            .ok_or_else(|| {
                AppError::failed("model-missing", format!("{id} was pulled and is gone"))
            })
    }

    /// A provider with the keys it is sent, for which the keyring is asked.
    pub(crate) async fn provider_with_keys(
        &self,
        model: &ModelRef,
    ) -> Result<Arc<dyn Provider>, AppError> {
        self.load_keys(model).await;
        self.provider(model)
    }

    /// A provider to look at, which asks nobody for anything.
    pub(crate) fn provider(&self, model: &ModelRef) -> Result<Arc<dyn Provider>, AppError> {
        Ok(self.providers.open(model, &self.provider_config)?)
    }

    /// What a model's tokens cost and how many it takes.
    pub(crate) fn facts(&self, _model: &ModelRef) -> ModelFacts {
        ModelFacts::default()
    }

    fn local_status(&self, model: ModelListing) -> ModelStatus {
        ModelStatus {
            reference: format!("local:{}", model.id),
            id: model.id,
            title: model.name,
            licence: model.license.unwrap_or_default(),
            bytes: model.bytes,
            ready: matches!(model.state, ModelState::Installed { .. }),
            chat: model.chat,
            added: false,
            family: String::new(),
            facts: ModelFacts::default(),
        }
    }
}

/// A fetch's progress as fronts show it.
pub(crate) fn fetch_progress(progress: Progress) -> TaskProgress {
    let message = match progress.stage {
        Stage::Downloading => "downloading",
        Stage::Extracting => "extracting",
        Stage::Verifying => "verifying the checksum",
        Stage::Done => "done",
    };
    TaskProgress {
        message: message.to_owned(),
        fraction: match progress.stage {
            Stage::Done => Some(1.0),
            _ => progress
                .total
                .filter(|total| *total > 0)
                .map(|total| (progress.bytes as f64 / total as f64).min(1.0)),
        },
    }
}
