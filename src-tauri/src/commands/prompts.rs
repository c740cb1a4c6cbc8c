//! Strategies, and what a model will be sent.

use assay_app::dto::{
    PreviewRequest, PromptPreview, StrategyList, StrategySource, StrategySummary,
};

use super::{Answer, AppState};

#[tauri::command]
#[specta::specta]
pub async fn list_strategies(app: AppState<'_>) -> Answer<StrategyList> {
    Ok(app.strategies().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn strategy_source(app: AppState<'_>, id: String) -> Answer<StrategySource> {
    Ok(app.strategy_source(&id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn save_strategy(app: AppState<'_>, id: String, toml: String) -> Answer<StrategySummary> {
    Ok(app.save_strategy(&id, &toml).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn duplicate_strategy(
    app: AppState<'_>,
    id: String,
    new_id: String,
) -> Answer<StrategySummary> {
    Ok(app.duplicate_strategy(&id, &new_id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn delete_strategy(app: AppState<'_>, id: String) -> Answer<()> {
    Ok(app.delete_strategy(&id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn preview_prompt(app: AppState<'_>, request: PreviewRequest) -> Answer<PromptPreview> {
    Ok(app.preview_prompt(request).await?)
}
