//! A module a command: arguments in, one use case of `assay-app`, text or JSON out.

pub mod bandit;
mod bandit_grid;
pub mod bench;
pub mod breakdown;
pub mod cache;
pub mod clean;
pub mod compare;
pub mod datasets;
pub mod eval;
pub mod exec;
pub mod grade;
pub mod keys;
pub mod models;
pub mod problem;
pub mod prompts;
pub mod report;
pub mod runs;
pub mod sandbox;
pub mod score;
pub mod trends;
pub mod upkeep;
pub mod views;

use std::future::Future;
use std::sync::Arc;

use assay_app::{App, AppError};
use assay_core::{RunId, RunStatus, Verdict};

use crate::Ending;
use crate::output::{Output, percent, table};
use crate::progress::RunBar;
use assay_app::dto::RunOutcome;

/// Sees a run to its end; the first interrupt cancels it, which keeps what is stored.
async fn see_through(app: &App, run: &RunId, output: Output) -> Result<(), AppError> {
    tokio::select! {
        ended = app.join_run(run) => ended,
        _ = tokio::signal::ctrl_c() => {
            output.note("stopping; what is stored stays, and the run can be resumed");
            app.cancel_run(run).await?;
            app.join_run(run).await
        }
    }
}

/// Prints what a run came to, and how the command ends by it.
async fn conclude(app: &App, run: &RunId, ks: &[u32], output: Output) -> Result<Ending, AppError> {
    let outcome = app.outcome(run, ks).await?;
    output.answer(&outcome, outcome_text);
    ending(app, &outcome, output).await
}

/// How the command ends by what a run came to.
async fn ending(app: &App, outcome: &RunOutcome, output: Output) -> Result<Ending, AppError> {
    let failed = app.get_run(&outcome.run_id).await?.error;
    if let Some(error) = failed {
        output.note(&format!("error: {}", error.message));
        if let Some(hint) = error.hint {
            output.note(&format!("  hint: {hint}"));
        }
    }
    let unjudged = outcome.models.iter().any(|m| m.n_unjudged > 0)
        || outcome
            .verdicts
            .get(Verdict::Infrastructure.as_str())
            .is_some_and(|n| *n > 0);
    Ok(match outcome.status {
        RunStatus::Completed if !unjudged => Ending::Done,
        RunStatus::Cancelled | RunStatus::Interrupted => Ending::Interrupted,
        _ => Ending::SomethingFailed,
    })
}

fn outcome_text(outcome: &RunOutcome) -> String {
    let mut rows = Vec::new();
    for model in &outcome.models {
        for (k, score) in &model.pass_at {
            rows.push(vec![
                model.model.clone(),
                format!("pass@{k}"),
                percent(score.value),
                format!("{} – {}", percent(score.low), percent(score.high)),
                model.n_problems.to_string(),
                model.n_samples.to_string(),
                model.n_unjudged.to_string(),
            ]);
        }
    }
    let mut text = format!(
        "{} ({})\nrun {}, data set {} {}\n\n",
        outcome.name,
        outcome.status.as_str(),
        outcome.run_id,
        outcome.dataset.id,
        outcome.dataset.version
    );
    if rows.is_empty() {
        text.push_str("nothing is judged yet\n");
    } else {
        text.push_str(&table(
            &[
                "model",
                "score",
                "value",
                "95 % interval",
                "problems",
                "samples",
                "not judged",
            ],
            &rows,
        ));
        text.push('\n');
    }
    let verdicts: Vec<String> = outcome
        .verdicts
        .iter()
        .filter(|(_, n)| **n > 0)
        .map(|(verdict, n)| format!("{n} {}", verdict.replace('_', " ")))
        .collect();
    if !verdicts.is_empty() {
        text.push_str(&format!("\nverdicts: {}", verdicts.join(", ")));
    }
    text.push_str(&format!(
        "\ntime: {:.1} s, {:.1} programs/s",
        outcome.timing.wall_s, outcome.timing.programs_per_s
    ));
    let cost = outcome.usage.cost();
    if cost.usd.is_some() {
        text.push_str(&format!("\ncost: {cost}"));
    }
    for warning in &outcome.warnings {
        text.push_str(&format!("\nwarning: {warning}"));
    }
    text
}

/// A bar that shows a run's events.
fn run_bar() -> (
    RunBar,
    impl Fn(assay_core::RunEvent) + Send + Sync + 'static,
) {
    let bar = RunBar::new();
    let shown = bar.clone();
    (bar, move |event| shown.show(&event))
}

/// Runs `work`, which is cancelled by the first interrupt through its task's name.
async fn cancellable<T>(
    app: &App,
    task: &str,
    work: impl Future<Output = Result<T, AppError>>,
) -> Result<T, AppError> {
    let mut work = std::pin::pin!(work);
    tokio::select! {
        done = &mut work => done,
        _ = tokio::signal::ctrl_c() => {
            app.cancel_task(task);
            work.await
        }
    }
}

/// A bar that shows a task's progress.
fn task_bar() -> (
    Arc<crate::progress::TaskBar>,
    impl Fn(assay_app::dto::TaskProgress) + Send + Sync + 'static,
) {
    let bar = Arc::new(crate::progress::TaskBar::new());
    let shown = Arc::clone(&bar);
    (bar, move |progress| shown.show(&progress))
}
