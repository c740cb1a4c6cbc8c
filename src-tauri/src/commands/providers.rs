//! Where models come from, and trying one.

use assay_app::dto::{CustomProvider, ModelOffer, ProviderInfo, TestAnswer};
use tauri::ipc::Channel;

use super::{Answer, AppState, forward};

#[tauri::command]
#[specta::specta]
pub async fn list_providers(app: AppState<'_>) -> Answer<Vec<ProviderInfo>> {
    Ok(app.list_providers())
}

#[tauri::command]
#[specta::specta]
pub async fn provider_models(
    app: AppState<'_>,
    provider: String,
    url: Option<String>,
    task: String,
) -> Answer<Vec<ModelOffer>> {
    Ok(app.provider_models(&provider, url, &task).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn test_prompt(
    app: AppState<'_>,
    reference: String,
    text: String,
    task: String,
    on_text: Channel<String>,
) -> Answer<TestAnswer> {
    Ok(app
        .test_prompt(&reference, &text, &task, forward(on_text))
        .await?)
}

#[tauri::command]
#[specta::specta]
pub async fn list_custom_providers(app: AppState<'_>) -> Answer<Vec<CustomProvider>> {
    Ok(app.list_custom_providers()?)
}

#[tauri::command]
#[specta::specta]
pub async fn save_custom_provider(app: AppState<'_>, provider: CustomProvider) -> Answer<()> {
    Ok(app.save_custom_provider(provider)?)
}

#[tauri::command]
#[specta::specta]
pub async fn remove_custom_provider(app: AppState<'_>, id: String) -> Answer<()> {
    Ok(app.remove_custom_provider(&id)?)
}
