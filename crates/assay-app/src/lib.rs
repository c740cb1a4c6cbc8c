//! Every use case of Assay as a plain async function over [`App`].
//!
//! The fronts (window, command line) convert arguments, call one of these and show the answer; they
//! hold no logic. What crosses is in [`dto`] and in `assay-core`; errors cross as
//! [`ErrorInfo`](assay_core::ErrorInfo) inside an [`AppError`].

mod answers;
mod bandit;
mod bench;
mod bench_quality;
mod breakdown;
mod caches;
mod check;
mod clean;
mod compare;
mod config;
mod contamination;
mod datasets;
pub mod dto;
mod error;
mod evaluate;
mod exec;
mod export;
mod figures;
mod grade;
mod health;
mod keys;
pub mod logging;
mod metrics;
mod models;
mod outcome;
mod problem;
mod prompts;
mod providers;
mod published;
mod recovery;
mod regroup;
mod report_sections;
mod reports;
mod runs;
mod samples;
mod sandbox;
mod score;
mod settings;
mod snapshots;
mod status;
mod tasks;
mod trends;
mod upkeep;
mod views;
mod workspace;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use assay_analytics::{Comparison, Snapshots, Trends};
use assay_prompting::Strategies;
use assay_providers::{Capabilities, ProviderConfig, ProviderRegistry};
use assay_runner::Runner;
use assay_sandbox::{DockerSandbox, Sandbox as _, SandboxConfig, SandboxError};
use assay_store::{Store, StoreError};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

pub use answers::Answers;
pub use assay_report::{Figure, Table};
pub use assay_sandbox::Isolation;
pub use assay_secrets::Keyring;
pub use bench::{AnalyticsBench, BenchAnswer, BenchRequest, RequestsBench};
pub use bench_quality::{Area, BenchQualityRequest, QualityBench};
pub use check::CheckRequest;
pub use clean::{CleanedCount, CleanedReply};
pub use config::AppConfig;
pub use error::{AppError, ErrorKind};
pub use evaluate::EvalRequest;
pub use exec::ExecRequest;
pub use export::SampleExport;
pub use grade::{GradeRequest, Graded};
pub use recovery::RecoveryRequest;
pub use score::{ScoreRequest, ScoredLine};

/// The version every run, report and log line carries.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The program without a front. Cheap to open: store and engine are reached when first needed, so that
/// a broken one is an error of the call that needs it and not of the start.
pub struct App {
    config: AppConfig,
    store: OnceCell<Store>,
    snapshots: OnceCell<Snapshots>,
    /// What was compared lately, the last one last.
    comparisons: Mutex<Vec<(snapshots::MadeOf, Arc<Comparison>)>>,
    /// What was looked at over time lately, the last one last.
    trends: Mutex<Vec<(trends::MadeOf, Arc<Trends>)>>,
    /// The full grid that was evaluated last.
    grid: Mutex<Option<Arc<dto::GridView>>>,
    sandbox: tokio::sync::Mutex<Option<Arc<DockerSandbox>>>,
    providers: ProviderRegistry,
    provider_config: ProviderConfig,
    keyring: Arc<Keyring>,
    strategies: RwLock<Arc<Strategies>>,
    runner: OnceCell<Runner>,
    tasks: Mutex<HashMap<String, CancellationToken>>,
    exported: Mutex<BTreeSet<PathBuf>>,
    /// What models turned out to be able to do when they were last looked at, by reference.
    found: Mutex<HashMap<String, Capabilities>>,
}

impl App {
    /// # Errors
    /// When a strategy that ships with the program is wrong, which a test rules out.
    pub async fn open(config: AppConfig) -> Result<Self, AppError> {
        Self::open_with_keyring(config, Keyring::system()).await
    }

    /// With keys from elsewhere than the operating system's keyring.
    ///
    /// # Errors
    /// As [`App::open`].
    pub async fn open_with_keyring(config: AppConfig, keyring: Keyring) -> Result<Self, AppError> {
        if let Some(address) = &config.metrics {
            Self::serve_metrics(address)?;
        }
        let keyring = Arc::new(keyring);
        let mut provider_config = ProviderConfig::from_env(&config.data_dir);
        provider_config.keys = provider_config
            .keys
            .with_source(Arc::new(keys::Held(Arc::clone(&keyring))));
        let loaded = Strategies::load(&config.data_dir.join(prompts::FOLDER))?;
        for wrong in &loaded.wrong {
            tracing::warn!(error = %wrong.error, "a strategy is left out");
        }
        Ok(Self {
            config,
            store: OnceCell::new(),
            snapshots: OnceCell::new(),
            comparisons: Mutex::default(),
            trends: Mutex::default(),
            grid: Mutex::default(),
            sandbox: tokio::sync::Mutex::new(None),
            providers: ProviderRegistry::new(),
            provider_config,
            keyring,
            strategies: RwLock::new(Arc::new(loaded.strategies)),
            runner: OnceCell::new(),
            tasks: Mutex::default(),
            exported: Mutex::default(),
            found: Mutex::default(),
        })
    }

    /// Stops what runs (it can be resumed), removes the containers and closes the store.
    pub async fn close(&self) {
        self.stop_running().await;
        self.close_snapshots().await;
        if let Some(sandbox) = self.sandbox.lock().await.take() {
            sandbox.close().await;
        }
        if let Some(store) = self.store.get() {
            store.close().await;
        }
    }

    /// The store, opened at the first call; runs left open by a dead program are marked then, and what was deleted
    /// long ago is removed for good.
    async fn store(&self) -> Result<&Store, StoreError> {
        self.store
            .get_or_try_init(|| async {
                let store = Store::open(self.config.store_path()).await?;
                let interrupted = store.mark_interrupted().await?;
                if !interrupted.is_empty() {
                    tracing::info!(runs = interrupted.len(), "found interrupted runs");
                }
                Self::purge_at_start(&store);
                Ok(store)
            })
            .await
    }

    /// The sandbox, opened at the first call. A failure is not kept: the next call tries again, since
    /// engines are started while the program runs.
    async fn sandbox(&self) -> Result<Arc<DockerSandbox>, SandboxError> {
        let mut slot = self.sandbox.lock().await;
        if let Some(sandbox) = slot.as_ref() {
            return Ok(Arc::clone(sandbox));
        }
        let sandbox = Arc::new(DockerSandbox::open(self.sandbox_config()).await?);
        *slot = Some(Arc::clone(&sandbox));
        Ok(sandbox)
    }

    fn sandbox_config(&self) -> SandboxConfig {
        SandboxConfig {
            isolation: self.config.isolation,
            ..SandboxConfig::new(&self.config.data_dir)
        }
    }
}

/// The content of a mutex, whatever happened to its last holder: the maps behind them are valid after
/// every single operation.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
