//! The two caches: what is in them, and how to be rid of it.

use std::sync::atomic::Ordering;

use assay_core::CacheUse;
use assay_store::Cache;

use crate::dto::{CacheKind, CacheState, Caches};
use crate::{Answers, App, AppError};

const MEGABYTE: u64 = 1_000_000;

impl App {
    /// What the caches hold and how often they were of use.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn caches(&self) -> Result<Caches, AppError> {
        let limit = self.cache_limit().await;
        Ok(Caches {
            answers: self.cache_state(CacheKind::Answers).await?,
            executions: self.cache_state(CacheKind::Executions).await?,
            limit_bytes: limit as f64,
        })
    }

    async fn cache_state(&self, kind: CacheKind) -> Result<CacheState, AppError> {
        let stats = self.store().await?.cache_stats(cache(kind)).await?;
        let asked = stats.hits + stats.misses;
        Ok(CacheState {
            kind,
            entries: stats.entries as f64,
            bytes: stats.bytes as f64,
            hits: stats.hits as f64,
            misses: stats.misses as f64,
            hit_rate: (asked > 0).then(|| stats.hits as f64 / asked as f64),
            cost_usd: stats.cost_usd,
        })
    }

    /// Empties one cache, or both. Runs keep their samples. Answers how many entries went.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn clear_caches(&self, only: Option<CacheKind>) -> Result<u64, AppError> {
        let kinds = match only {
            Some(kind) => vec![kind],
            None => vec![CacheKind::Answers, CacheKind::Executions],
        };
        let store = self.store().await?;
        let mut gone = 0;
        for kind in kinds {
            gone += store.clear_cache(cache(kind)).await?;
        }
        Ok(gone)
    }

    /// What both caches may take together, in bytes, by the user's settings.
    pub(crate) async fn cache_limit(&self) -> u64 {
        let settings = self.settings().await.unwrap_or_default();
        u64::from(settings.cache_limit_mb) * MEGABYTE
    }

    /// Changes how much the caches may take, and gives up what is over it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn set_cache_limit(&self, megabytes: u32) -> Result<u64, AppError> {
        let settings = crate::dto::Settings {
            cache_limit_mb: megabytes,
            ..self.settings().await?
        };
        self.set_settings(settings).await?;
        let limit = u64::from(megabytes) * MEGABYTE;
        if let Some(runner) = self.runner.get() {
            runner.config().cache_bytes.store(limit, Ordering::Relaxed);
        }
        Ok(self.store().await?.trim_caches(limit).await?)
    }
}

impl Answers {
    /// What is recorded must have been asked, and what is replayed is not for later runs.
    pub(crate) fn settle_caches(&self, spec: &mut assay_core::RunSpec) {
        match self {
            Self::Asked => {}
            Self::Recorded(_) if spec.cache == CacheUse::Full => spec.cache = CacheUse::Refresh,
            Self::Recorded(_) => {}
            Self::Replayed(_) => spec.cache = CacheUse::Off,
        }
    }
}

fn cache(kind: CacheKind) -> Cache {
    match kind {
        CacheKind::Answers => Cache::Answers,
        CacheKind::Executions => Cache::Executions,
    }
}
