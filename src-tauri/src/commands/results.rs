//! What came of runs: samples, comparisons, reports.

use std::path::Path;

use assay_app::Figure;
use assay_app::dto::{
    CompareQuery, ComparisonView, ExportedReport, FigureFormat, FigureQuery, FigureSource,
    FlipsView, ProblemQuery, ProblemView, ReportFormat, ReportQuery, SampleDetail, SamplePage,
    SampleQuery, TrendQuery, TrendsView,
};
use assay_core::{ErrorInfo, SampleId};

use super::{Answer, AppState};

#[tauri::command]
#[specta::specta]
pub async fn list_samples(app: AppState<'_>, query: SampleQuery) -> Answer<SamplePage> {
    Ok(app.list_samples(&query).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn get_sample(app: AppState<'_>, sample: SampleId) -> Answer<SampleDetail> {
    Ok(app.sample(sample).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn compare(app: AppState<'_>, query: CompareQuery) -> Answer<ComparisonView> {
    Ok(app.compare(&query).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn compare_figure(app: AppState<'_>, query: FigureQuery) -> Answer<Figure> {
    Ok(app.compare_figure(&query).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn flips(
    app: AppState<'_>,
    query: CompareQuery,
    a: String,
    b: String,
) -> Answer<FlipsView> {
    Ok(app.flips(&query, &a, &b).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn trends(app: AppState<'_>, query: TrendQuery) -> Answer<TrendsView> {
    Ok(app.trends(&query).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn get_problem(app: AppState<'_>, query: ProblemQuery) -> Answer<ProblemView> {
    Ok(app.problem(&query).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn export_figure(
    app: AppState<'_>,
    source: FigureSource,
    format: FigureFormat,
    path: Option<String>,
) -> Answer<ExportedReport> {
    Ok(app
        .export_figure(&source, format, path.as_deref().map(Path::new))
        .await?)
}

#[tauri::command]
#[specta::specta]
pub async fn preview_report(app: AppState<'_>, query: ReportQuery) -> Answer<String> {
    Ok(app.preview_report(&query).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn export_report(
    app: AppState<'_>,
    query: ReportQuery,
    format: ReportFormat,
    path: Option<String>,
) -> Answer<ExportedReport> {
    Ok(app
        .export_report(&query, format, path.as_deref().map(Path::new))
        .await?)
}

/// Opens an export or the data folder with the system's own program.
#[tauri::command]
#[specta::specta]
pub async fn open_path(app: AppState<'_>, path: String) -> Answer<()> {
    let path = app.openable(path.as_ref())?;
    tauri_plugin_opener::open_path(path, None::<&str>).map_err(cannot_open)
}

/// Shows an export in the system's file manager.
#[tauri::command]
#[specta::specta]
pub async fn reveal_path(app: AppState<'_>, path: String) -> Answer<()> {
    let path = app.openable(path.as_ref())?;
    tauri_plugin_opener::reveal_item_in_dir(path).map_err(cannot_open)
}

fn cannot_open(error: tauri_plugin_opener::Error) -> ErrorInfo {
    ErrorInfo::new("cannot-open", format!("failed to open it: {error}"))
        .with_hint("open it by hand; its path is shown")
}
