//! Models: those that can be pulled, those that were, and those of servers the user added.

use assay_core::{Coded, ModelRef};
use assay_fetch::{Progress, Stage};
use assay_providers::models::{HubConfig, ModelListing, ModelState, ModelStore};
use assay_providers::{
    Capabilities, Check, Prices, Provider, ProviderConfig, PullProgress, pull_ollama,
};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use crate::dto::{ModelCheck, ModelFacts, ModelStatus, TaskProgress};
use crate::{App, AppError, lock};

/// Of private and gated repositories of the hub.
const HUB_KEY: &str = "HF_TOKEN";

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
            models.push(self.server_status(&reference));
        }
        Ok(models)
    }

    /// A model of a server. Whether that answers is told by `check_model`, which may take seconds.
    fn server_status(&self, reference: &str) -> ModelStatus {
        let model = reference.parse::<ModelRef>().ok();
        ModelStatus {
            id: reference.to_owned(),
            reference: reference.to_owned(),
            title: model
                .as_ref()
                .map_or_else(|| reference.to_owned(), |m| m.name.clone()),
            licence: String::new(),
            bytes: 0,
            ready: true,
            form: String::new(),
            chat: true,
            added: true,
            key_variable: model.as_ref().and_then(App::key_variable_of),
            family: model.as_ref().map(|m| self.family(m)).unwrap_or_default(),
            facts: model.map(|m| self.facts(&m)).unwrap_or_default(),
        }
    }

    /// Asks a model whether it is there and what it can do.
    ///
    /// # Errors
    /// When the reference is no model's, its server does not answer, refuses the key or does not have it.
    pub async fn check_model(&self, reference: &str) -> Result<ModelCheck, AppError> {
        let model: ModelRef = reference.parse()?;
        let provider = self.provider_with_keys(&model).await?;
        let found = self
            .look_at(provider.as_ref(), &CancellationToken::new())
            .await?;
        let can = provider.capabilities();
        Ok(ModelCheck {
            reference: model.to_string(),
            completion: can.completion,
            chat: can.chat,
            context_length: can.context_length,
            streaming: can.streaming,
            seed: can.seed,
            family: self.family(&model),
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

    /// Downloads a model of the catalogue, or of the Hugging Face hub (`hf:ORG/NAME[:QUANT or FILE]`); one
    /// that is there already is only looked at.
    ///
    /// # Errors
    /// When it is unknown, cannot be fetched, or does not have the checksum that was promised.
    pub async fn pull_model(
        &self,
        id: &str,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<ModelStatus, AppError> {
        let id = id.strip_prefix("local:").unwrap_or(id);
        let task = self.begin_task(task);
        if id.starts_with("ollama:") {
            return self.pull_from_ollama(id, &task.cancel, on_progress).await;
        }
        let models = ModelStore::new(&self.config.data_dir).with_hub(self.hub().await);
        let pulled = models
            .pull(id, &|p| on_progress(fetch_progress(p)), &task.cancel)
            .await?;
        models
            .list()
            .into_iter()
            .find(|model| model.reference == pulled.reference())
            .map(|model| self.local_status(model))
            .ok_or_else(|| {
                AppError::failed("model-missing", format!("{id} was pulled and is gone"))
            })
    }

    /// Has an Ollama server fetch a model.
    async fn pull_from_ollama(
        &self,
        reference: &str,
        cancel: &CancellationToken,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<ModelStatus, AppError> {
        let model: ModelRef = reference.parse()?;
        self.load_keys(&model).await;
        let show = |progress: &PullProgress| {
            on_progress(TaskProgress {
                message: progress.status.clone(),
                fraction: progress
                    .total
                    .filter(|total| *total > 0)
                    .map(|total| (progress.bytes as f64 / total as f64).min(1.0)),
            });
        };
        pull_ollama(&model, &self.provider_config, &show, cancel).await?;
        Ok(self.server_status(reference))
    }

    /// The hub, with the token that is in the keyring where the environment has none.
    pub(crate) async fn hub(&self) -> HubConfig {
        let hub = self.provider_config.hub.clone();
        if hub.token.is_some() {
            return hub;
        }
        self.load_key(HUB_KEY).await;
        HubConfig {
            token: self.provider_config.keys.get(HUB_KEY),
            ..hub
        }
    }

    /// Brings here those of the models that can be and are not: models of the hub, before a run asks them. One
    /// that is there is left as it is, and no hub is asked. Answers the references of those that were
    /// downloaded.
    ///
    /// # Errors
    /// As [`App::pull_model`].
    pub async fn ensure_models(
        &self,
        models: &[ModelRef],
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<Vec<String>, AppError> {
        let task = self.begin_task(task);
        let mut brought = Vec::new();
        // Nothing is asked of the keyring for what does not come from the hub.
        for model in models.iter().filter(|model| model.provider == "hf") {
            let show = |p| {
                let progress = fetch_progress(p);
                on_progress(TaskProgress {
                    message: format!("{model}: {}", progress.message),
                    ..progress
                });
            };
            let config = &ProviderConfig {
                hub: self.hub().await,
                ..self.provider_config.clone()
            };
            let pulled = self
                .providers
                .ensure(model, config, &show, &task.cancel)
                .await?;
            if pulled.is_some() {
                brought.push(model.to_string());
            }
        }
        Ok(brought)
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

    /// Checks whether a model is there, and keeps what it can do for those who may ask nobody.
    pub(crate) async fn look_at(
        &self,
        provider: &dyn Provider,
        cancel: &CancellationToken,
    ) -> Result<Check, AppError> {
        let check = provider.check(cancel).await?;
        let model = provider.model().to_string();
        lock(&self.found).insert(model, provider.capabilities());
        Ok(check)
    }

    /// What a model can do as far as is known here: as it was found when it was last looked at, or else as it is
    /// taken for granted, which the second part says.
    pub(crate) fn abilities(&self, provider: &dyn Provider) -> (Capabilities, bool) {
        let found = lock(&self.found)
            .get(&provider.model().to_string())
            .copied();
        match found {
            Some(found) => (found, true),
            None => (provider.capabilities(), provider.capabilities_are_known()),
        }
    }

    /// What a model's tokens cost and how many it takes.
    pub(crate) fn facts(&self, model: &ModelRef) -> ModelFacts {
        let prices = match Prices::load(&self.config.data_dir) {
            Ok(prices) => prices,
            // What is wrong with the file is told where a person can mend it: no cost is made up meanwhile.
            Err(error) => {
                return ModelFacts {
                    source: Some(error.info().message),
                    ..ModelFacts::default()
                };
            }
        };
        match prices.lookup(model) {
            None => ModelFacts::default(),
            Some(found) => ModelFacts {
                source: found.price.map(|_| match found.as_of {
                    Some(as_of) => format!("as of {as_of}"),
                    None => "runs on this machine".to_owned(),
                }),
                price: found.price,
                context_length: found.context_length,
            },
        }
    }

    /// The title of the family a model belongs to by its name.
    pub(crate) fn family(&self, model: &ModelRef) -> String {
        let names = [model.name.clone()];
        self.strategy_set().families().of(&names).title.clone()
    }

    fn local_status(&self, model: ModelListing) -> ModelStatus {
        let named = model.reference.parse::<ModelRef>().ok();
        let made = model
            .converted
            .then(|| "converted from safetensors".to_owned());
        let form: Vec<String> = model.quantisation.into_iter().chain(made).collect();
        ModelStatus {
            reference: model.reference,
            id: model.id,
            title: model.name,
            licence: model.license.unwrap_or_default(),
            bytes: model.bytes,
            ready: matches!(model.state, ModelState::Installed { .. }),
            form: form.join(", "),
            chat: model.chat,
            added: false,
            key_variable: None,
            family: named.as_ref().map(|m| self.family(m)).unwrap_or_default(),
            facts: named.map(|m| self.facts(&m)).unwrap_or_default(),
        }
    }
}

/// A fetch's progress as fronts show it.
pub(crate) fn fetch_progress(progress: Progress) -> TaskProgress {
    let message = match progress.stage {
        Stage::Downloading => "downloading",
        Stage::Extracting => "extracting",
        Stage::Converting => "converting to GGUF",
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
