//! Runs: start, watch, stop, list.

use assay_app::dto::{
    BenchRecord, CacheKind, Caches, Estimate, FailureKind, HealthReport, RunDetail, RunSummary,
    RunnerBench, TaskProgress,
};
use assay_core::{Priority, RunEvent, RunId, RunSpec};
use tauri::ipc::Channel;

use super::{Answer, AppState, forward};

#[tauri::command]
#[specta::specta]
pub async fn estimate(app: AppState<'_>, spec: RunSpec) -> Answer<Estimate> {
    Ok(app.estimate(&spec).await?)
}

/// Downloads what a run of `spec` asks and is not here, before it is started; the references of those.
#[tauri::command]
#[specta::specta]
pub async fn ensure_models(
    app: AppState<'_>,
    spec: RunSpec,
    task: String,
    on_progress: Channel<TaskProgress>,
) -> Answer<Vec<String>> {
    Ok(app
        .ensure_models(&spec.models, &task, forward(on_progress))
        .await?)
}

/// As `ensure_models`, of a run that is resumed.
#[tauri::command]
#[specta::specta]
pub async fn ensure_models_of_run(
    app: AppState<'_>,
    run: RunId,
    task: String,
    on_progress: Channel<TaskProgress>,
) -> Answer<Vec<String>> {
    let models = app.models_to_ask(&run).await?;
    Ok(app
        .ensure_models(&models, &task, forward(on_progress))
        .await?)
}

#[tauri::command]
#[specta::specta]
pub async fn start_run(
    app: AppState<'_>,
    spec: RunSpec,
    on_event: Channel<RunEvent>,
) -> Answer<RunId> {
    Ok(app.start_run(spec, forward(on_event)).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn resume_run(app: AppState<'_>, run: RunId, on_event: Channel<RunEvent>) -> Answer<()> {
    Ok(app.resume_run(&run, forward(on_event)).await?)
}

/// Listens to a run that is already on; whether it is.
#[tauri::command]
#[specta::specta]
pub async fn watch_run(app: AppState<'_>, run: RunId, on_event: Channel<RunEvent>) -> Answer<bool> {
    Ok(app.watch_run(&run, forward(on_event)).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn cancel_run(app: AppState<'_>, run: RunId) -> Answer<()> {
    Ok(app.cancel_run(&run).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn pause_run(app: AppState<'_>, run: RunId, paused: bool) -> Answer<()> {
    Ok(app.pause_run(&run, paused).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn set_priority(app: AppState<'_>, run: RunId, priority: Priority) -> Answer<()> {
    Ok(app.set_priority(&run, priority).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn run_failures(app: AppState<'_>, run: RunId) -> Answer<Vec<FailureKind>> {
    Ok(app.run_failures(&run).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn caches(app: AppState<'_>) -> Answer<Caches> {
    Ok(app.caches().await?)
}

/// Answers how many entries went.
#[tauri::command]
#[specta::specta]
pub async fn clear_caches(app: AppState<'_>, only: Option<CacheKind>) -> Answer<u32> {
    Ok(u32::try_from(app.clear_caches(only).await?).unwrap_or(u32::MAX))
}

/// Answers how many entries went.
#[tauri::command]
#[specta::specta]
pub async fn set_cache_limit(app: AppState<'_>, megabytes: u32) -> Answer<u32> {
    Ok(u32::try_from(app.set_cache_limit(megabytes).await?).unwrap_or(u32::MAX))
}

#[tauri::command]
#[specta::specta]
pub async fn health(app: AppState<'_>) -> Answer<HealthReport> {
    Ok(app.health().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn bench_runs(app: AppState<'_>) -> Answer<Vec<BenchRecord>> {
    Ok(app.bench_records().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn start_bench(
    app: AppState<'_>,
    work: RunnerBench,
    task: String,
    on_progress: Channel<TaskProgress>,
) -> Answer<BenchRecord> {
    Ok(app.bench_runner(work, &task, forward(on_progress)).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn list_runs(app: AppState<'_>) -> Answer<Vec<RunSummary>> {
    Ok(app.list_runs().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn get_run(app: AppState<'_>, run: RunId) -> Answer<RunDetail> {
    Ok(app.get_run(&run).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn remove_sample_workspace(app: AppState<'_>) -> Answer<()> {
    Ok(app.remove_sample_workspace().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn restore_sample_workspace(app: AppState<'_>) -> Answer<()> {
    Ok(app.restore_sample_workspace().await?)
}
