//! How everything is, at a moment.

use std::path::Path;

use sysinfo::{Disks, ProcessRefreshKind, ProcessesToUpdate, System};

use crate::dto::{HealthReport, MemoryHealth, ProviderGauges, RunGauges, StoreHealth};
use crate::{App, AppError};

impl App {
    /// A look at what runs, and at what it runs on. Nothing is started for it.
    ///
    /// # Errors
    /// When the store cannot be read. Other trouble is in the answer.
    pub async fn health(&self) -> Result<HealthReport, AppError> {
        let engine = self.engine_status().await;
        let languages = if engine.ok {
            self.language_statuses().await.unwrap_or_default()
        } else {
            Vec::new()
        };
        let runner = self.runner().await?;
        let store = self.store().await?;
        let mut runs = Vec::new();
        for handle in runner.active() {
            if let Some(progress) = handle.progress() {
                let record = store.get_run(handle.id()).await?;
                runs.push(RunGauges {
                    run: record.id,
                    name: record.name,
                    progress,
                });
            }
        }
        runs.sort_by(|a, b| a.run.cmp(&b.run));
        let path = store.path().to_owned();
        let (bytes, free_bytes, resident_bytes) = tokio::task::spawn_blocking({
            let path = path.clone();
            move || (size_with_log(&path), free_on_disk(&path), resident())
        })
        .await
        .unwrap_or_default();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let floor = runner.config().memory.as_ref();
        Ok(HealthReport {
            engine,
            languages,
            sandbox: self.sandbox_gauges().await,
            runs,
            providers: runner
                .model_places()
                .into_iter()
                .map(|places| ProviderGauges {
                    model: places.model,
                    in_flight: count(places.in_flight),
                    limit: count(places.limit),
                    most: count(places.most),
                })
                .collect(),
            caches: self.caches().await?,
            store: StoreHealth {
                path: path.display().to_string(),
                bytes: bytes as f64,
                free_bytes: free_bytes.map(|bytes| bytes as f64),
                runs: self.count_runs().await?,
            },
            memory: MemoryHealth {
                resident_bytes: resident_bytes.map(|bytes| bytes as f64),
                available_bytes: floor.and_then(|floor| floor.available()).map(|b| b as f64),
                floor_bytes: floor.map(|floor| floor.bytes() as f64),
            },
            metrics: self.metrics_address(),
        })
    }
}

/// The store's file and what is written beside it.
fn size_with_log(path: &Path) -> u64 {
    ["", "-wal", "-shm"]
        .iter()
        .filter_map(|suffix| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            Some(std::fs::metadata(name).ok()?.len())
        })
        .sum()
}

/// What is left on the disk of a path: that of the mount point nearest to it.
fn free_on_disk(path: &Path) -> Option<u64> {
    let path = path.canonicalize().ok()?;
    Disks::new_with_refreshed_list()
        .iter()
        .filter(|disk| path.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().components().count())
        .map(|disk| disk.available_space())
}

/// This program's resident memory, in bytes.
pub(crate) fn resident() -> Option<u64> {
    let me = sysinfo::get_current_pid().ok()?;
    let mut system = System::new();
    system.refresh_processes_specifics(
        ProcessesToUpdate::Some(&[me]),
        false,
        ProcessRefreshKind::nothing().with_memory(),
    );
    Some(system.process(me)?.memory())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_look_says_what_is_there_and_starts_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(crate::AppConfig::new(folder.path()))
            .await
            .unwrap();
        let health = app.health().await.unwrap();
        assert!(health.engine.ok || health.engine.hint.is_some());
        assert!(health.runs.is_empty() && health.providers.is_empty());
        assert!(health.store.bytes > 0.0 && health.store.free_bytes.is_some());
        assert!(
            health
                .memory
                .resident_bytes
                .is_some_and(|bytes| bytes > 1e6)
        );
        assert!(health.memory.available_bytes > health.memory.floor_bytes);
        assert_eq!((health.caches.answers.entries, health.metrics), (0.0, None));
        app.close().await;
    }
}
