//! From a model's name to a provider.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use assay_core::ModelRef;

use tokio_util::sync::CancellationToken;

use crate::local::Engine;
use crate::models::{HubConfig, InstalledModel, ModelError, ModelStore, OnProgress};
use crate::{
    ApiKeys, Failure, HttpConfig, LocalConfig, Provider, ProviderError, anthropic, hf, local,
    ollama, openai, program, template,
};

/// What opening a provider needs to know.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// Where pulled models lie, below `models/`.
    pub data_dir: PathBuf,
    pub keys: ApiKeys,
    /// By a provider's id, where its models are when a person names no address, instead of its own one.
    /// A key that is the provider's goes there too.
    pub base_urls: BTreeMap<String, String>,
    pub http: HttpConfig,
    pub local: LocalConfig,
    /// Where `hf:` models are pulled from.
    pub hub: HubConfig,
}

impl ProviderConfig {
    /// No keys, nothing from the environment (but the proxies it names).
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            keys: ApiKeys::none(),
            base_urls: BTreeMap::new(),
            http: HttpConfig::default(),
            local: LocalConfig::default(),
            hub: HubConfig::default(),
        }
    }

    /// Keys, certificates and addresses from the environment, and what [`LocalConfig::from_env`] and
    /// [`HubConfig::from_env`] read: the address of a provider is in the variable of its id in capitals and
    /// `_BASE_URL`, as in `OPENAI_BASE_URL` and `HF_INFERENCE_BASE_URL`.
    pub fn from_env(data_dir: impl Into<PathBuf>) -> Self {
        let mut base_urls: BTreeMap<String, String> = providers()
            .into_iter()
            .filter_map(|provider| {
                let variable = provider.id.to_ascii_uppercase().replace('-', "_") + "_BASE_URL";
                let url = std::env::var(variable).ok()?;
                (!url.trim().is_empty()).then_some((provider.id, url))
            })
            .collect();
        // One address and one key for both of the vendor's protocols.
        if let Some(url) = base_urls.get("openai").cloned() {
            base_urls
                .entry("openai-responses".to_owned())
                .or_insert(url);
        }
        let host = std::env::var("OLLAMA_HOST").ok();
        if let Some(url) = host.as_deref().and_then(ollama::base_of_host) {
            base_urls.entry("ollama".to_owned()).or_insert(url);
        }
        Self {
            local: LocalConfig::from_env(),
            hub: HubConfig::from_env(),
            keys: ApiKeys::from_env(),
            base_urls,
            http: HttpConfig::from_env(),
            ..Self::new(data_dir)
        }
    }
}

/// Where the models of a provider run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// Inside this program.
    InProcess,
    /// On a server of one's own, often on this machine.
    Server,
    /// With a company, over the internet.
    Vendor,
    /// Wherever the person says: each of its models is defined in `providers.toml`.
    Custom,
}

/// A provider, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ProviderInfo {
    /// Before the colon of a model's name.
    pub id: String,
    pub title: String,
    pub kind: ProviderKind,
    /// Where its models are when a name has no `@URL`; `None` where there is no address, or one must be named.
    pub default_url: Option<String>,
    /// The environment variable with the key of that address.
    pub key_variable: Option<String>,
    /// One sentence on what to know, or nothing.
    pub notes: String,
}

pub(crate) type Open =
    fn(&ModelRef, &ProviderConfig, &ProviderRegistry) -> Result<Arc<dyn Provider>, ProviderError>;

/// A provider that is written in Rust.
struct Builtin {
    id: &'static str,
    title: &'static str,
    kind: ProviderKind,
    default_url: Option<&'static str>,
    key_variable: Option<&'static str>,
    notes: &'static str,
    open: Open,
}

const BUILTIN: &[Builtin] = &[
    Builtin {
        id: "local",
        title: "Models in this program",
        kind: ProviderKind::InProcess,
        default_url: None,
        key_variable: None,
        notes: "GGUF files that were pulled or imported.",
        open: local::open,
    },
    Builtin {
        id: "hf",
        title: "Models of the Hugging Face hub",
        kind: ProviderKind::InProcess,
        default_url: None,
        key_variable: Some("HF_TOKEN"),
        notes: "GGUF files are downloaded when they are not there, and run in this program; the token is for private and gated ones.",
        open: hf::open,
    },
    Builtin {
        id: "openai-responses",
        title: "OpenAI's Responses API",
        kind: ProviderKind::Vendor,
        default_url: Some(openai::VENDOR_BASE),
        key_variable: Some(openai::VENDOR_KEY),
        notes: "It takes neither seed nor stop sequences; answers are cut here.",
        open: openai::open_responses,
    },
    Builtin {
        id: "anthropic",
        title: "Anthropic",
        kind: ProviderKind::Vendor,
        default_url: Some(anthropic::VENDOR_BASE),
        key_variable: Some(anthropic::VENDOR_KEY),
        notes: "It takes no seed; newer models take temperature or top_p and not both.",
        open: anthropic::open,
    },
    Builtin {
        id: "ollama",
        title: "Ollama",
        kind: ProviderKind::Server,
        default_url: Some(ollama::DEFAULT_BASE),
        key_variable: Some(ollama::KEY),
        notes: "The Modelfile's parameters hold for what a run does not set; OLLAMA_HOST names another address.",
        open: ollama::open,
    },
    Builtin {
        id: "program",
        title: "A program of your own",
        kind: ProviderKind::Custom,
        default_url: None,
        key_variable: None,
        notes: "It is started here and answers in JSON lines; defined in providers.toml.",
        open: program::open,
    },
    Builtin {
        id: "http",
        title: "An HTTP endpoint of your own",
        kind: ProviderKind::Custom,
        default_url: None,
        key_variable: None,
        notes: "Its request is made from a template, its reply read by pointers; defined in providers.toml.",
        open: template::open,
    },
];

/// Every provider there is, in the order in which they are shown.
pub fn providers() -> Vec<ProviderInfo> {
    let builtin = BUILTIN.iter().map(|provider| ProviderInfo {
        id: provider.id.to_owned(),
        title: provider.title.to_owned(),
        kind: provider.kind,
        default_url: provider.default_url.map(str::to_owned),
        key_variable: provider.key_variable.map(str::to_owned),
        notes: provider.notes.to_owned(),
    });
    let presets = openai::presets().iter().map(openai::Preset::info);
    builtin.chain(presets).collect()
}

fn open_of(id: &str) -> Option<Open> {
    let builtin = BUILTIN.iter().find(|provider| provider.id == id);
    builtin
        .map(|provider| provider.open)
        .or_else(|| openai::preset(id).map(|_| openai::open as Open))
}

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
        if !Self::is_of_hub(model) {
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

    /// Whether [`ensure`](Self::ensure) would have something to bring here.
    pub fn can_bring(&self, model: &ModelRef, config: &ProviderConfig) -> bool {
        Self::is_of_hub(model)
            && matches!(
                ModelStore::new(&config.data_dir).hub_model(&model.name),
                Err(ModelError::NotInstalled { .. } | ModelError::Damaged { .. })
            )
    }

    fn is_of_hub(model: &ModelRef) -> bool {
        model.provider == "hf" && model.url.is_none()
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
        let Some(open) = open_of(&model.provider) else {
            let known: Vec<String> = providers().into_iter().map(|p| p.id).collect();
            return Err(Failure::UnknownProvider {
                provider: model.provider.clone(),
                known: known.join(", "),
            }
            .into());
        };
        open(model, config, self)
    }
}
