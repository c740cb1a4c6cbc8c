//! Models of the Hugging Face hub, run by the local engine once they are here.

use std::sync::Arc;

use assay_core::{Coded, Generation, GenerationRequest, ModelRef};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::local::LocalModel;
use crate::models::{InstalledModel, ModelError, ModelOrigin, ModelStore};
use crate::{
    Capabilities, Check, Failure, ModelInfo, OnDelta, Provider, ProviderConfig, ProviderError,
    ProviderRegistry,
};

#[derive(Debug)]
struct HubModel {
    local: LocalModel,
    record: InstalledModel,
    store: ModelStore,
}

/// Opens what was pulled; nothing is downloaded here (see [`ProviderRegistry::ensure`]).
pub(crate) fn open(
    model: &ModelRef,
    config: &ProviderConfig,
    registry: &ProviderRegistry,
) -> Result<Arc<dyn Provider>, ProviderError> {
    if model.url.is_some() {
        return Err(Failure::Unsupported {
            model: model.to_string(),
            detail: "a model of the hub has no URL; HF_ENDPOINT names another hub".to_owned(),
        }
        .into());
    }
    let store = ModelStore::new(&config.data_dir);
    let (record, files) = store.hub_model(&model.name).map_err(|error| match error {
        ModelError::Damaged { .. } => Failure::Load {
            detail: error.to_string(),
        },
        error => Failure::ModelNotFound {
            model: model.name.clone(),
            detail: error.to_string(),
            hint: error.hint().unwrap_or_default(),
        },
    })?;
    Ok(Arc::new(HubModel {
        local: LocalModel::new(model, files, config, registry)?,
        record,
        store,
    }))
}

impl HubModel {
    /// Where the weights are from, for people.
    fn provenance(&self) -> String {
        let ModelOrigin::Hub {
            source,
            commit,
            quantisation,
            converted,
            ..
        } = &self.record.origin
        else {
            return String::new();
        };
        let asked = self.local.model().name.split(':').next();
        let by = if asked != Some(source) {
            format!(", quantised by others in {source}")
        } else if converted.is_some() {
            ", converted here from safetensors".to_owned()
        } else {
            String::new()
        };
        let commit = commit.get(..12).unwrap_or(commit);
        let quantisation = quantisation.as_deref().unwrap_or("quantisation unknown");
        format!("{quantisation}{by}, commit {commit}")
    }
}

#[async_trait]
impl Provider for HubModel {
    fn model(&self) -> &ModelRef {
        self.local.model()
    }

    fn capabilities(&self) -> Capabilities {
        self.local.capabilities()
    }

    async fn check(&self, cancel: &CancellationToken) -> Result<Check, ProviderError> {
        let found = self.local.check(cancel).await?;
        Ok(Check {
            summary: format!("{}; {}", found.summary, self.provenance()),
            ..found
        })
    }

    async fn list_models(&self, _: &CancellationToken) -> Result<Vec<ModelInfo>, ProviderError> {
        Ok(self
            .store
            .installed()
            .into_iter()
            .filter(|model| matches!(model.origin, ModelOrigin::Hub { .. }))
            .map(|model| ModelInfo {
                name: model.id,
                context_length: model.context_length,
            })
            .collect())
    }

    async fn generate(
        &self,
        request: &GenerationRequest,
        on_delta: OnDelta<'_>,
        cancel: &CancellationToken,
    ) -> Result<Generation, ProviderError> {
        self.local.generate(request, on_delta, cancel).await
    }
}
