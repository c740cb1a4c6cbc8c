//! From a model's name to a provider.

use std::path::PathBuf;
use std::sync::Arc;

use assay_core::ModelRef;

use crate::local::Engine;
use crate::{
    ApiKeys, Failure, HttpConfig, LocalConfig, Provider, ProviderError, local, openai, program,
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
        }
    }

    /// Keys and `OPENAI_BASE_URL` from the environment.
    pub fn from_env(data_dir: impl Into<PathBuf>) -> Self {
        Self {
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
    ("openai", openai::open),
    ("program", program::open),
];

/// Opens providers. Keep one for the life of the program: all local models of a registry share one thread
/// of inference, so that they never fight over the processor.
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
