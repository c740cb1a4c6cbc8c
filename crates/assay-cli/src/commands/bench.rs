//! `assay bench`

use assay_app::dto::{BenchPass, BenchRecord, RunnerBench};
use assay_app::{
    AnalyticsBench, App, AppError, Area, BenchQualityRequest, BenchRequest, QualityBench,
    RecoveryRequest, RequestsBench,
};
use assay_core::{DatasetId, Language, ResponseMode};

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
        BenchCommand::Runner {
            models,
            dataset,
            languages,
            problems,
            samples,
            baseline,
            concurrency,
            latency,
        } => {
            let (low, high) = range(&latency)?;
            let work = RunnerBench {
                models,
                dataset: DatasetId::new(dataset),
                languages: languages.iter().map(|l| Language::new(l)).collect(),
                problems,
                samples,
                baseline,
                concurrency,
                latency_low_ms: low,
                latency_high_ms: high,
            };
            let (bar, show) = task_bar();
            let result = cancellable(app, TASK, app.bench_runner(work, TASK, show)).await;
            bar.finish();
            output.answer(&result?, runner_text);
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
        BenchCommand::Respond {
            dataset,
            language,
            latency,
        } => {
            let say = |address: String| output.line(&address);
            match dataset {
                None => app.bench_respond(say).await?,
                Some(dataset) => {
                    let (dataset, language) = (DatasetId::new(dataset), Language::new(&language));
                    app.bench_stand_in(&dataset, &language, range(&latency)?, say)
                        .await?;
                }
            }
            Ok(Ending::Done)
        }
        BenchCommand::Analytics {
            samples,
            models,
            rounds,
            python,
            folder,
        } => {
            let (bar, show) = task_bar();
            let request = AnalyticsBench {
                samples,
                models,
                rounds,
                python,
                folder,
            };
            let result = cancellable(app, TASK, app.bench_analytics(request, TASK, show)).await;
            bar.finish();
            let result = result?;
            output.answer(&result.json, |_| result.text.clone());
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

/// A range of milliseconds: `50-800`.
fn range(text: &str) -> Result<(u32, u32), AppError> {
    text.split_once('-')
        .and_then(|(low, high)| Some((low.trim().parse().ok()?, high.trim().parse().ok()?)))
        .ok_or_else(|| {
            AppError::usage(
                "bad-latency",
                format!("{text} is no range of milliseconds"),
                "write it as 50-800",
            )
        })
}

fn runner_text(record: &BenchRecord) -> String {
    let share = |share: Option<f64>| share.map_or_else(|| "—".to_owned(), percent);
    let row = |name: &str, pass: &BenchPass| {
        vec![
            name.to_owned(),
            pass.samples.to_string(),
            pass.passed.to_string(),
            format!("{:.1}", pass.seconds),
            format!("{:.1}", pass.per_s),
            format!("{:.0}", pass.generation_ms),
            format!("{:.1}", pass.execution_ms),
            pass.own_cpu_ms
                .map_or_else(|| "—".to_owned(), |ms| format!("{ms:.2}")),
            share(pass.machine_busy),
            share(pass.machine_busy_when_full),
        ]
    };
    format!(
        "{}\n\n{:.1} times as fast [{:.1}, {:.1}]; {} of {} samples done both ways have the same verdict\n\
         highest memory of this program: {}; {}",
        table(
            &[
                "way",
                "samples",
                "passed",
                "s",
                "a second",
                "answer ms",
                "program ms",
                "own CPU ms",
                "machine busy",
                "when full"
            ],
            &[
                row("one after another", &record.sequential),
                row("all at once", &record.optimised)
            ],
        ),
        record.speedup,
        record.speedup_low,
        record.speedup_high,
        record.same_verdicts,
        record.compared,
        record
            .peak_memory_mb
            .map_or_else(|| "—".to_owned(), |mb| format!("{mb:.0} MB")),
        record.machine
    )
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
