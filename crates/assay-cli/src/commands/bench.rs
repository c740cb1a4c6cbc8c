//! `assay bench`

use assay_app::{
    App, AppError, Area, BenchQualityRequest, BenchRequest, QualityBench, RecoveryRequest,
    RequestsBench,
};
use assay_core::{Language, ResponseMode};

use super::{cancellable, task_bar};
use crate::Ending;
use crate::args::{BenchCommand, ModeArg};
use crate::output::{Output, percent, table};

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
        BenchCommand::Quality {
            files,
            references,
            svg,
            seed,
        } => {
            let request = BenchQualityRequest {
                files,
                references,
                svg,
                seed,
            };
            let (bar, show) = task_bar();
            let measured = cancellable(app, TASK, app.bench_quality(request, TASK, show)).await;
            bar.finish();
            let measured = measured?;
            output.answer(&measured, quality_text);
            Ok(Ending::Done)
        }
    }
}

fn quality_text(measured: &QualityBench) -> String {
    let area = |area: &Area| match (area.value, area.low, area.high) {
        (Some(value), Some(low), Some(high)) => format!("{value:.3} [{low:.3}, {high:.3}]"),
        (Some(value), ..) => format!("{value:.3}"),
        _ => "—".to_owned(),
    };
    let rows: Vec<Vec<String>> = measured
        .rows
        .iter()
        .map(|row| {
            vec![
                row.model.clone(),
                format!("{} {}", row.dataset, row.languages.join(", ")),
                row.n.to_string(),
                percent(row.passed as f64 / row.n.max(1) as f64),
                area(&row.auc),
                area(&row.auc_odd),
                area(&row.auc_without_reference),
                format!("{:.3}", row.brier),
            ]
        })
        .collect();
    let bins: Vec<Vec<String>> = measured
        .calibration
        .iter()
        .map(|bin| {
            vec![
                format!("{:.1}–{:.1}", bin.low, bin.high),
                bin.n.to_string(),
                percent(bin.predicted),
                percent(bin.observed),
            ]
        })
        .collect();
    format!(
        "{}\n\nall together: {}\nintervals: 95 %, BCa bootstrap over problems, {} resamples, seed {}\n\n{}",
        table(
            &[
                "model",
                "data set",
                "n",
                "passed",
                "AUC",
                "AUC, odd problems",
                "AUC without reference",
                "Brier"
            ],
            &rows
        ),
        area(&measured.pooled),
        measured.resamples,
        measured.seed,
        table(&["score", "n", "mean score", "passed"], &bins),
    )
}
