//! What is installed: models, data sets, the sandbox; settings.

use assay_app::dto::{
    AppStatus, DatasetStatus, DoctorCheck, ModelCheck, ModelStatus, ProblemSummary, SandboxGauges,
    Settings, TaskProgress,
};
use tauri::ipc::Channel;

use super::{Answer, AppState, forward};

#[tauri::command]
#[specta::specta]
pub async fn app_status(app: AppState<'_>) -> Answer<AppStatus> {
    Ok(app.status().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn list_models(app: AppState<'_>) -> Answer<Vec<ModelStatus>> {
    Ok(app.list_models().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn add_model(app: AppState<'_>, reference: String) -> Answer<ModelCheck> {
    Ok(app.add_model(&reference).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn remove_model(app: AppState<'_>, reference: String) -> Answer<()> {
    Ok(app.remove_model(&reference).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn check_model(app: AppState<'_>, reference: String) -> Answer<ModelCheck> {
    Ok(app.check_model(&reference).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn pull_model(
    app: AppState<'_>,
    id: String,
    task: String,
    on_progress: Channel<TaskProgress>,
) -> Answer<ModelStatus> {
    Ok(app.pull_model(&id, &task, forward(on_progress)).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn list_datasets(app: AppState<'_>) -> Answer<Vec<DatasetStatus>> {
    Ok(app.list_datasets().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn pull_dataset(
    app: AppState<'_>,
    id: String,
    task: String,
    on_progress: Channel<TaskProgress>,
) -> Answer<DatasetStatus> {
    Ok(app
        .pull_dataset(&id, None, &task, forward(on_progress))
        .await?)
}

#[tauri::command]
#[specta::specta]
pub async fn verify_dataset(app: AppState<'_>, id: String) -> Answer<DatasetStatus> {
    Ok(app.verify_dataset(&id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn import_dataset(
    app: AppState<'_>,
    path: String,
    id: Option<String>,
) -> Answer<DatasetStatus> {
    Ok(app.import_dataset(path.as_ref(), id.as_deref()).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn list_problems(app: AppState<'_>, dataset: String) -> Answer<Vec<ProblemSummary>> {
    Ok(app.list_problems(&dataset).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn build_sandbox(
    app: AppState<'_>,
    language: String,
    again: bool,
    task: String,
    on_progress: Channel<TaskProgress>,
) -> Answer<()> {
    Ok(app
        .build_sandbox(&language, again, &task, forward(on_progress))
        .await?)
}

#[tauri::command]
#[specta::specta]
pub async fn sandbox_gauges(app: AppState<'_>) -> Answer<Option<SandboxGauges>> {
    Ok(app.sandbox_gauges().await)
}

#[tauri::command]
#[specta::specta]
pub async fn doctor(app: AppState<'_>) -> Answer<Vec<DoctorCheck>> {
    Ok(app.doctor().await?)
}

/// Stops the download or build that was started under this name; whether there was one.
#[tauri::command]
#[specta::specta]
pub async fn cancel_task(app: AppState<'_>, task: String) -> Answer<bool> {
    Ok(app.cancel_task(&task))
}

#[tauri::command]
#[specta::specta]
pub async fn get_settings(app: AppState<'_>) -> Answer<Settings> {
    Ok(app.settings().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn set_settings(app: AppState<'_>, settings: Settings) -> Answer<()> {
    Ok(app.set_settings(settings).await?)
}
