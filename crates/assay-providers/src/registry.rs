//! From a model's name to a provider.

use std::path::PathBuf;
use std::sync::Arc;

use assay_core::ModelRef;

use tokio_util::sync::CancellationToken;

use crate::local::Engine;
use crate::models::{HubConfig, InstalledModel, ModelError, ModelStore, OnProgress};
use crate::{
    ApiKeys, Failure, HttpConfig, LocalConfig, Provider, ProviderError, hf, local, openai,
};

/// What opening a provider needs to know.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// Where pulled models lie, below `models/`.
    pub data_dir: PathBuf,
    pub keys: ApiKeys,
    /// Where `openai:NAME` without a URL goes, instead of the vendor's own address.
    pub openai_base_url: Option<String>,
    pub http: HttpConfig,
    pub local: LocalConfig,
    /// Where `hf:` models are pulled from.
    pub hub: HubConfig,
}

impl ProviderConfig {
    /// No keys, nothing from the environment.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            keys: ApiKeys::none(),
            openai_base_url: None,
            http: HttpConfig::default(),
            local: LocalConfig::default(),
            hub: HubConfig::default(),
        }
    }

    /// From the environment: keys, `OPENAI_BASE_URL`, and what [`LocalConfig::from_env`] and
    /// [`HubConfig::from_env`] read.
    pub fn from_env(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            local: LocalConfig::from_env(),
            hub: HubConfig::from_env(),
            keys: ApiKeys::from_env(),
            openai_base_url: std::env::var("OPENAI_BASE_URL")
                .ok()
                .filter(|url| !url.trim().is_empty()),
            ..Self::new(data_dir)
        }
    }
}

type Open =
    fn(&ModelRef, &ProviderConfig, &ProviderRegistry) -> Result<Arc<dyn Provider>, ProviderError>;

/// Every provider there is: its name before the colon, and how it is opened.
const PROVIDERS: &[(&str, Open)] = &[
    ("local", local::open),
    ("hf", hf::open),
    ("openai", openai::open),
];

/// Opens providers. Keep one for the life of the program: all local models of a registry share one thread
/// of inference and one budget of memory, so that they never fight over the processor.
#[derive(Debug, Default)]
pub struct ProviderRegistry {
    pub(crate) engine: Arc<Engine>,
}

impl ProviderRegistry {
    pub fn new() -> Self {
        Self::default()
    }

    /// The names that may stand before the colon.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PROVIDERS.iter().map(|(name, _)| *name)
    }

    /// Brings here what can be brought before `model` is opened: a model of the hub that is not there is
    /// pulled. Answers its record when that was done, `None` when there was nothing to do; one that is there
    /// is left as it is, and no hub is asked.
    ///
    /// # Errors
    /// As [`ModelStore::pull`].
    pub async fn ensure(
        &self,
        model: &ModelRef,
        config: &ProviderConfig,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<Option<InstalledModel>, ModelError> {
        if model.provider != "hf" || model.url.is_some() {
            return Ok(None);
        }
        let store = ModelStore::new(&config.data_dir).with_hub(config.hub.clone());
        match store.hub_model(&model.name) {
            Err(ModelError::NotInstalled { .. } | ModelError::Damaged { .. }) => {
                let id = format!("hf:{}", model.name);
                store.pull(&id, progress, cancel).await.map(Some)
            }
            found => found.map(|_| None),
        }
    }

    /// A provider for `model`. No request is made and no weights are read: see [`Provider::check`].
    ///
    /// # Errors
    /// An unknown provider, a URL that is none, a local model that is not there or is no GGUF file.
    pub fn open(
        &self,
        model: &ModelRef,
        config: &ProviderConfig,
    ) -> Result<Arc<dyn Provider>, ProviderError> {
        let known = PROVIDERS.iter().find(|(name, _)| *name == model.provider);
        let Some((_, open)) = known else {
            return Err(Failure::UnknownProvider {
                provider: model.provider.clone(),
                known: Self::names().collect::<Vec<_>>().join(", "),
            }
            .into());
        };
        open(model, config, self)
    }
}
