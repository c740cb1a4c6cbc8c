//! `assay breakdown`

use assay_app::dto::{Breakdown, CompareBy};
use assay_app::{App, AppError};

use super::{cancellable, task_bar};
use crate::Ending;
use crate::args::{BreakdownArgs, By};
use crate::output::{Output, percent, table};

const TASK: &str = "breakdown";
/// Problems that are shown; JSON has all.
const HARDEST: usize = 20;

pub async fn run(app: &App, args: BreakdownArgs, output: Output) -> Result<Ending, AppError> {
    let mut runs = Vec::new();
    for prefix in &args.runs {
        runs.push(app.resolve_run(prefix).await?);
    }
    let by = match args.by {
        By::Series => CompareBy::Series,
        By::Model => CompareBy::Model,
        By::Strategy => CompareBy::Strategy,
        By::Language => CompareBy::Language,
    };
    let (bar, show) = task_bar();
    let made = cancellable(app, TASK, app.breakdown(&runs, by, TASK, show)).await;
    bar.finish();
    output.answer(&made?, text);
    Ok(Ending::Done)
}

fn text(made: &Breakdown) -> String {
    let word = |word: &Option<String>| word.clone().unwrap_or_else(|| "—".to_owned());
    let failures: Vec<Vec<String>> = made
        .failures
        .iter()
        .map(|f| {
            vec![
                f.key.clone(),
                word(&f.transport),
                word(&f.content),
                word(&f.verdict),
                f.n.to_string(),
                percent(f64::from(f.n) / f64::from(f.of.max(1))),
            ]
        })
        .collect();
    let spreads: Vec<Vec<String>> = made
        .spreads
        .iter()
        .map(|s| {
            vec![
                s.key.clone(),
                s.measure.label().to_owned(),
                number(s.median),
                number(s.p90),
                number(s.mean),
                s.n.to_string(),
            ]
        })
        .collect();
    let diversity: Vec<Vec<String>> = made
        .diversity
        .iter()
        .map(|d| {
            vec![
                d.key.clone(),
                percent(d.programs),
                percent(d.shapes),
                d.problems.to_string(),
                d.samples.to_string(),
            ]
        })
        .collect();
    let hardest: Vec<Vec<String>> = made
        .difficulty
        .iter()
        .take(HARDEST)
        .map(|d| {
            vec![
                d.dataset.to_string(),
                d.problem.to_string(),
                d.language.title().to_owned(),
                d.share.map_or_else(|| "not judged".to_owned(), percent),
                d.n_passed.to_string(),
                d.n_samples.to_string(),
                d.n_models.to_string(),
            ]
        })
        .collect();
    let mut parts = Vec::new();
    let mut part = |title: &str, header: &[&str], rows: &[Vec<String>]| {
        if !rows.is_empty() {
            parts.push(format!("{title}\n{}", table(header, rows)));
        }
    };
    part(
        "What did not pass",
        &["group", "request", "answer", "program", "samples", "of all"],
        &failures,
    );
    part(
        "What it took",
        &["group", "what", "median", "p90", "mean", "samples"],
        &spreads,
    );
    part(
        "How different the programs for one problem are",
        &["group", "programs", "syntax trees", "problems", "samples"],
        &diversity,
    );
    part(
        "The hardest problems",
        &[
            "data set", "problem", "language", "solved", "passed", "samples", "models",
        ],
        &hardest,
    );
    for found in &made.contaminated {
        parts.push(format!(
            "{} was trained on data up to {}; the problems of {} were published on {}",
            found.model, found.cutoff, found.dataset, found.published
        ));
    }
    parts.join("\n\n")
}

/// With as many digits as say something.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.5}"),
    }
}
