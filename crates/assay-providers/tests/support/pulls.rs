//! A hub with models in it, and a folder they are brought to.

use std::path::PathBuf;
use std::sync::Arc;

use assay_core::ModelRef;
use assay_providers::models::{HubConfig, InstalledModel, ModelError, ModelStore};
use assay_providers::{
    CancellationToken, Provider, ProviderConfig, ProviderError, ProviderRegistry,
};
use tempfile::TempDir;

use super::hub::Hub;

/// A GGUF file (version 3) with metadata, `padding` bytes long behind it, and no tensors.
pub fn gguf(name: &str, padding: usize) -> Vec<u8> {
    let pairs = [("general.architecture", "llama"), ("general.name", name)];
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend(0_u64.to_le_bytes());
    bytes.extend((pairs.len() as u64).to_le_bytes());
    for (key, value) in pairs {
        bytes.extend((key.len() as u64).to_le_bytes());
        bytes.extend(key.as_bytes());
        bytes.extend(8_u32.to_le_bytes());
        bytes.extend((value.len() as u64).to_le_bytes());
        bytes.extend(value.as_bytes());
    }
    bytes.extend((0..padding).map(|i| (i % 251) as u8));
    bytes
}

pub struct Bench {
    pub hub: Hub,
    pub folder: TempDir,
    pub config: ProviderConfig,
}

impl Bench {
    pub async fn new() -> Self {
        let hub = Hub::start().await;
        let folder = tempfile::tempdir().unwrap();
        let mut config = ProviderConfig::new(folder.path());
        config.hub = HubConfig {
            endpoint: hub.url.clone(),
            ..HubConfig::default()
        };
        Self {
            hub,
            folder,
            config,
        }
    }

    pub fn store(&self) -> ModelStore {
        ModelStore::new(self.folder.path()).with_hub(self.config.hub.clone())
    }

    pub async fn pull(&self, id: &str) -> Result<InstalledModel, ModelError> {
        self.store()
            .pull(id, &|_| {}, &CancellationToken::new())
            .await
    }

    pub fn open(&self, name: &str) -> Result<Arc<dyn Provider>, ProviderError> {
        let model: ModelRef = name.parse().unwrap();
        ProviderRegistry::new().open(&model, &self.config)
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join("models/hf").join(path)
    }

    pub fn downloads(&self) -> Vec<String> {
        self.hub
            .seen()
            .into_iter()
            .filter(|(who, _)| *who == "cdn")
            .map(|(_, head)| head)
            .collect()
    }
}
