//! Saved views.

use assay_app::dto::SavedView;

use super::{Answer, AppState};

#[tauri::command]
#[specta::specta]
pub async fn list_views(app: AppState<'_>) -> Answer<Vec<SavedView>> {
    Ok(app.list_views().await?)
}

/// With `replace` in place of one of that name.
#[tauri::command]
#[specta::specta]
pub async fn save_view(
    app: AppState<'_>,
    name: String,
    address: String,
    replace: bool,
) -> Answer<SavedView> {
    Ok(app.save_view(&name, &address, replace).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn rename_view(app: AppState<'_>, id: i32, name: String) -> Answer<()> {
    Ok(app.rename_view(id.into(), &name).await?)
}

/// Into the place `to`, counted from 0.
#[tauri::command]
#[specta::specta]
pub async fn move_view(app: AppState<'_>, id: i32, to: u32) -> Answer<()> {
    Ok(app.move_view(id.into(), to).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn delete_view(app: AppState<'_>, id: i32) -> Answer<()> {
    Ok(app.delete_view(id.into()).await?)
}
