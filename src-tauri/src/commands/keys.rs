//! Keys of model servers. A key goes in and never comes out.

use assay_app::dto::KeyStatus;

use super::{Answer, AppState};

#[tauri::command]
#[specta::specta]
pub async fn list_keys(app: AppState<'_>) -> Answer<Vec<KeyStatus>> {
    Ok(app.keys().await?)
}

/// Cancelled as the task `key-VARIABLE`.
#[tauri::command]
#[specta::specta]
pub async fn set_key(app: AppState<'_>, variable: String, secret: String) -> Answer<KeyStatus> {
    Ok(app.set_key(&variable, secret).await?)
}

/// Whether there was one; cancelled as the task `key-VARIABLE`.
#[tauri::command]
#[specta::specta]
pub async fn forget_key(app: AppState<'_>, variable: String) -> Answer<bool> {
    Ok(app.forget_key(&variable).await?)
}

/// The variable that holds the key of a server at this address; null of what is no address.
#[tauri::command]
#[specta::specta]
pub async fn key_variable(app: AppState<'_>, url: String) -> Answer<Option<String>> {
    Ok(app.key_variable(&url))
}
