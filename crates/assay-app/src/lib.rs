//! App stub.
pub mod dto;
pub mod logging { pub fn init(_: Option<&str>) {} }
use std::path::Path;
use assay_core::*;
use dto::*;
pub type Answer<T> = Result<T, ErrorInfo>;
pub struct App;
pub struct AppConfig;
impl AppConfig { pub fn from_environment() -> Self { Self } }
fn no<T>() -> Answer<T> { Err(ErrorInfo::new("x", "x")) }
impl App {
 pub async fn open(_: AppConfig) -> Answer<Self> { no() }
 pub async fn close(&self) {}
 pub async fn status(&self) -> Answer<AppStatus> { no() }
 pub async fn list_models(&self) -> Answer<Vec<ModelStatus>> { no() }
 pub async fn add_model(&self, _: &str) -> Answer<ModelCheck> { no() }
 pub async fn remove_model(&self, _: &str) -> Answer<()> { no() }
 pub async fn check_model(&self, _: &str) -> Answer<ModelCheck> { no() }
 pub async fn pull_model(&self, _: &str, _: &str, _: impl Fn(TaskProgress)+Send+Sync+'static) -> Answer<ModelStatus> { no() }
 pub async fn list_datasets(&self) -> Answer<Vec<DatasetStatus>> { no() }
 pub async fn pull_dataset(&self, _: &str, _: Option<&Path>, _: &str, _: impl Fn(TaskProgress)+Send+Sync+'static) -> Answer<DatasetStatus> { no() }
 pub async fn verify_dataset(&self, _: &str) -> Answer<DatasetStatus> { no() }
 pub async fn import_dataset(&self, _: &Path, _: Option<&str>) -> Answer<DatasetStatus> { no() }
 pub async fn list_problems(&self, _: &str) -> Answer<Vec<ProblemSummary>> { no() }
 pub async fn build_sandbox(&self, _: &str, _: &str, _: impl Fn(TaskProgress)+Send+Sync+'static) -> Answer<()> { no() }
 pub async fn doctor(&self) -> Answer<Vec<DoctorCheck>> { no() }
 pub fn cancel_task(&self, _: &str) -> bool { false }
 pub async fn settings(&self) -> Answer<Settings> { no() }
 pub async fn set_settings(&self, _: Settings) -> Answer<()> { no() }
 pub async fn estimate(&self, _: &RunSpec) -> Answer<Estimate> { no() }
 pub async fn start_run(&self, _: RunSpec, _: impl Fn(RunEvent)+Send+Sync+'static) -> Answer<RunId> { no() }
 pub async fn resume_run(&self, _: &RunId, _: impl Fn(RunEvent)+Send+Sync+'static) -> Answer<()> { no() }
 pub async fn watch_run(&self, _: &RunId, _: impl Fn(RunEvent)+Send+Sync+'static) -> Answer<bool> { no() }
 pub async fn cancel_run(&self, _: &RunId) -> Answer<()> { no() }
 pub async fn delete_run(&self, _: &RunId) -> Answer<()> { no() }
 pub async fn rename_run(&self, _: &RunId, _: &str) -> Answer<()> { no() }
 pub async fn list_runs(&self) -> Answer<Vec<RunSummary>> { no() }
 pub async fn get_run(&self, _: &RunId) -> Answer<RunDetail> { no() }
 pub async fn remove_sample_workspace(&self) -> Answer<()> { no() }
 pub async fn restore_sample_workspace(&self) -> Answer<()> { no() }
 pub async fn list_samples(&self, _: &SampleQuery) -> Answer<SamplePage> { no() }
 pub async fn sample(&self, _: SampleId) -> Answer<SampleDetail> { no() }
 pub async fn compare(&self, _: &CompareQuery) -> Answer<ComparisonView> { no() }
 pub async fn export_figure(&self, _: &CompareQuery, _: FigureFormat, _: &Path) -> Answer<ExportedReport> { no() }
 pub async fn preview_report(&self, _: &ReportQuery) -> Answer<String> { no() }
 pub async fn export_report(&self, _: &ReportQuery, _: ReportFormat, _: &Path) -> Answer<ExportedReport> { no() }
}
