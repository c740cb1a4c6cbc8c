//! A hub with repositories of safetensors, and a data folder they are pulled into.

use std::path::PathBuf;
use std::sync::Mutex;

use assay_core::{GenerationRequest, ModelRef};
use assay_providers::models::{HubConfig, InstalledModel, ModelError, ModelStore, Progress, Stage};
use assay_providers::{CancellationToken, ProviderConfig, ProviderRegistry, ignore_deltas};
use tempfile::TempDir;

use super::gguf::Gguf;
use super::hub::Hub;
use super::layout::Files;

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

    /// Weights by Git LFS, as the public hub has them, and the rest in Git.
    pub fn put(&self, repo: &str, files: Files) {
        for (name, bytes) in files {
            match name.ends_with(".safetensors") {
                true => self.hub.put(repo, &name, bytes),
                false => self.hub.put_small(repo, &name, bytes),
            }
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

    /// As [`pull`](Self::pull), with what was heard: each stage in its order, once.
    pub async fn watch(&self, id: &str) -> (InstalledModel, Vec<Stage>) {
        let heard = Mutex::new(Vec::new());
        let hear = |p: Progress| {
            let mut heard = heard.lock().unwrap();
            if heard.last() != Some(&p.stage) {
                heard.push(p.stage);
            }
        };
        let cancel = CancellationToken::new();
        let model = self.store().pull(id, &hear, &cancel).await.unwrap();
        (model, heard.into_inner().unwrap())
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join("models/hf").join(path)
    }

    pub fn names(&self, path: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.at(path)) else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Paths that were downloaded since the last call.
    pub fn downloads(&self) -> Vec<String> {
        self.hub
            .seen()
            .into_iter()
            .filter(|(who, _)| *who == "cdn")
            .map(|(_, head)| head.split(' ').nth(1).unwrap().to_owned())
            .collect()
    }

    pub async fn answer(&self, id: &str, request: &GenerationRequest) -> String {
        let model: ModelRef = id.parse().unwrap();
        let provider = ProviderRegistry::new().open(&model, &self.config).unwrap();
        let cancel = CancellationToken::new();
        provider.check(&cancel).await.unwrap();
        provider
            .generate(request, &ignore_deltas, &cancel)
            .await
            .unwrap()
            .text
    }

    /// The file of a model, looked at.
    pub fn gguf(&self, id: &str) -> Gguf {
        let path = self.store().path(id).unwrap();
        Gguf::read(&std::fs::read(path).unwrap())
    }
}
