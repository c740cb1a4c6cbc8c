//! What people make of their runs: names, notes, tags, the archive, deletion, merging and splitting.

use assay_app::dto::{DeletedRun, MergePreview, SplitBy, SplitPreview, TaskProgress};
use assay_core::RunId;
use tauri::ipc::Channel;

use super::{Answer, AppState, forward};

#[tauri::command]
#[specta::specta]
pub async fn rename_run(app: AppState<'_>, run: RunId, name: String) -> Answer<()> {
    Ok(app.rename_run(&run, &name).await?)
}

/// An empty note removes it.
#[tauri::command]
#[specta::specta]
pub async fn note_run(app: AppState<'_>, run: RunId, note: String) -> Answer<()> {
    Ok(app.note_run(&run, &note).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn tag_runs(
    app: AppState<'_>,
    runs: Vec<RunId>,
    add: Vec<String>,
    remove: Vec<String>,
) -> Answer<()> {
    Ok(app.tag_runs(&runs, &add, &remove).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn archive_runs(app: AppState<'_>, runs: Vec<RunId>, archived: bool) -> Answer<()> {
    Ok(app.archive_runs(&runs, archived).await?)
}

/// Deleted runs can be restored for 30 days.
#[tauri::command]
#[specta::specta]
pub async fn delete_runs(app: AppState<'_>, runs: Vec<RunId>) -> Answer<()> {
    Ok(app.delete_runs(&runs).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn restore_runs(app: AppState<'_>, runs: Vec<RunId>) -> Answer<()> {
    Ok(app.restore_runs(&runs).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn list_deleted_runs(app: AppState<'_>) -> Answer<Vec<DeletedRun>> {
    Ok(app.deleted_runs().await?)
}

/// Removes deleted runs for good.
#[tauri::command]
#[specta::specta]
pub async fn purge_runs(app: AppState<'_>, runs: Vec<RunId>) -> Answer<Vec<RunId>> {
    Ok(app.purge_runs(&runs).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn plan_merge(app: AppState<'_>, runs: Vec<RunId>) -> Answer<MergePreview> {
    Ok(app.plan_merge(&runs).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn merge_runs(
    app: AppState<'_>,
    runs: Vec<RunId>,
    name: Option<String>,
    task: String,
    on_progress: Channel<TaskProgress>,
) -> Answer<RunId> {
    Ok(app
        .merge_runs(&runs, name.as_deref(), &task, forward(on_progress))
        .await?)
}

#[tauri::command]
#[specta::specta]
pub async fn plan_split(app: AppState<'_>, run: RunId, by: SplitBy) -> Answer<SplitPreview> {
    Ok(app.plan_split(&run, by).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn split_run(
    app: AppState<'_>,
    run: RunId,
    by: SplitBy,
    task: String,
    on_progress: Channel<TaskProgress>,
) -> Answer<Vec<RunId>> {
    Ok(app.split_run(&run, by, &task, forward(on_progress)).await?)
}

/// Takes a merge or a split back; names the sources that are back.
#[tauri::command]
#[specta::specta]
pub async fn undo_regroup(app: AppState<'_>, runs: Vec<RunId>) -> Answer<Vec<RunId>> {
    Ok(app.undo_regroup(&runs).await?)
}
