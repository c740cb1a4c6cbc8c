//! `assay bench`

use assay_app::{App, AppError, BenchRequest, RecoveryRequest, RequestsBench};
use assay_core::{Language, ResponseMode};

use super::{cancellable, task_bar};
use crate::Ending;
use crate::args::{BenchCommand, ModeArg};
use crate::output::Output;

const TASK: &str = "bench";

pub async fn run(app: &App, command: BenchCommand, output: Output) -> Result<Ending, AppError> {
    match command {
        BenchCommand::Recovery {
            dataset,
            language,
            mode,
            files,
        } => {
            let (bar, show) = task_bar();
            let request = RecoveryRequest {
                dataset,
                language: Language::new(&language),
                files,
                mode: mode.map(|mode| match mode {
                    ModeArg::Chat => ResponseMode::Chat,
                    ModeArg::Completion => ResponseMode::Completion,
                }),
            };
            let result = cancellable(app, TASK, app.bench_recovery(request, TASK, show)).await;
            bar.finish();
            let result = result?;
            output.answer(&result.json, |_| result.text.clone());
            Ok(Ending::Done)
        }
        BenchCommand::Executor {
            workers,
            rounds,
            soak,
        } => {
            let (bar, show) = task_bar();
            let request = BenchRequest {
                workers,
                rounds,
                soak,
            };
            let result = cancellable(app, TASK, app.bench_executor(request, TASK, show)).await;
            bar.finish();
            let result = result?;
            output.answer(&result.json, |_| result.text.clone());
            Ok(Ending::Done)
        }
        BenchCommand::Requests {
            concurrency,
            requests,
            rounds,
        } => {
            let (bar, show) = task_bar();
            let request = RequestsBench {
                requests,
                concurrency: concurrency as usize,
                rounds,
                responder: std::env::current_exe()
                    .map_err(|e| AppError::failed("bench-failed", e.to_string()))?,
            };
            let result = cancellable(app, TASK, app.bench_requests(request, TASK, show)).await;
            bar.finish();
            let result = result?;
            output.answer(&result.json, |_| result.text.clone());
            Ok(Ending::Done)
        }
        BenchCommand::Respond => {
            app.bench_respond(|address| output.line(&address)).await?;
            Ok(Ending::Done)
        }
    }
}
