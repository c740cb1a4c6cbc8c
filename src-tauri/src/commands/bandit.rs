//! Policies that choose strategies.

use std::path::Path;

use assay_app::dto::{
    DecisionView, FamilyRule, FeatureValue, GridQuery, GridView, PolicySetup, PolicySummary,
    PolicyView, ReplayView, TaskProgress, WhatIf, WhatIfQuery,
};
use assay_core::{RunId, SampleId, StrategyId};
use tauri::ipc::Channel;

use super::{Answer, AppState, forward};

#[tauri::command]
#[specta::specta]
pub async fn list_policies(app: AppState<'_>) -> Answer<Vec<PolicySummary>> {
    Ok(app.policies().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn get_policy(app: AppState<'_>, name: String) -> Answer<PolicyView> {
    Ok(app.policy(&name).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn usual_policy_setup(app: AppState<'_>) -> Answer<PolicySetup> {
    Ok(app.usual_policy_setup())
}

#[tauri::command]
#[specta::specta]
pub async fn create_policy(
    app: AppState<'_>,
    name: String,
    setup: PolicySetup,
) -> Answer<PolicySummary> {
    Ok(app.create_policy(&name, &setup).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn reset_policy(
    app: AppState<'_>,
    name: String,
    setup: Option<PolicySetup>,
) -> Answer<PolicySummary> {
    Ok(app.reset_policy(&name, setup.as_ref()).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn freeze_policy(app: AppState<'_>, name: String, frozen: bool) -> Answer<PolicySummary> {
    Ok(app.freeze_policy(&name, frozen).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn delete_policy(app: AppState<'_>, name: String) -> Answer<()> {
    Ok(app.delete_policy(&name).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn export_policy(app: AppState<'_>, name: String, path: String) -> Answer<()> {
    Ok(app.export_policy(&name, Path::new(&path)).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn import_policy(
    app: AppState<'_>,
    path: String,
    name: Option<String>,
) -> Answer<PolicySummary> {
    Ok(app.import_policy(Path::new(&path), name.as_deref()).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn teach_policy(app: AppState<'_>, name: String, runs: Vec<RunId>) -> Answer<u32> {
    Ok(app.teach_policy(&name, &runs).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn get_decision(app: AppState<'_>, sample: SampleId) -> Answer<Option<DecisionView>> {
    Ok(app.decision(sample).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn what_if(app: AppState<'_>, query: WhatIfQuery) -> Answer<WhatIf> {
    Ok(app.what_if(&query).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn policy_features(app: AppState<'_>) -> Answer<Vec<FeatureValue>> {
    Ok(app.features())
}

#[tauri::command]
#[specta::specta]
pub async fn replay_policy(
    app: AppState<'_>,
    name: String,
    task: String,
    on_progress: Channel<TaskProgress>,
) -> Answer<ReplayView> {
    Ok(app
        .replay_policy(&name, &task, forward(on_progress))
        .await?)
}

#[tauri::command]
#[specta::specta]
pub async fn evaluate_grid(
    app: AppState<'_>,
    query: GridQuery,
    task: String,
    on_progress: Channel<TaskProgress>,
) -> Answer<GridView> {
    Ok(app
        .evaluate_grid(&query, &task, forward(on_progress))
        .await?)
}

#[tauri::command]
#[specta::specta]
pub async fn family_rules(app: AppState<'_>) -> Answer<Vec<FamilyRule>> {
    Ok(app.family_rules().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn set_family_rule(
    app: AppState<'_>,
    kind: String,
    strategy: Option<StrategyId>,
) -> Answer<()> {
    Ok(app.set_family_rule(&kind, strategy.as_ref()).await?)
}
