//! `assay trends`

use assay_app::dto::{
    FigureSource, TrendChange, TrendQuery, TrendSeriesView, TrendStepView, TrendsView,
};
use assay_app::{App, AppError};
use assay_core::{DatasetId, Language, StrategyId};

use super::compare::format_of;
use crate::Ending;
use crate::args::TrendsArgs;
use crate::output::{Output, p_value, percent, table};

pub async fn run(app: &App, args: TrendsArgs, output: Output) -> Result<Ending, AppError> {
    let format = args.figure.as_deref().map(format_of).transpose()?;
    let query = TrendQuery {
        dataset: args.dataset.map(DatasetId::new),
        dataset_version: args.dataset_version,
        language: args.language.as_deref().map(Language::new),
        model: args.model,
        strategy: args.strategy.map(StrategyId::new),
        newest: args.newest,
        k: args.k,
        alpha: args.alpha,
        tolerated_drop: args.tolerate / 100.0,
        shown: args.series,
    };
    let view = app.trends(&query).await?;
    output.answer(&view, text);
    if let Some((path, format)) = args.figure.as_deref().zip(format) {
        let source = FigureSource::Trends(query);
        let written = app.export_figure(&source, format, Some(path)).await?;
        output.note(&format!("{} ({} bytes)", written.path, written.bytes));
    }
    let regressed = args.fail_on_regression && view.series.iter().any(has_regressed);
    Ok(if regressed {
        Ending::SomethingFailed
    } else {
        Ending::Done
    })
}

fn has_regressed(series: &TrendSeriesView) -> bool {
    series
        .latest
        .as_ref()
        .is_some_and(|step| step.change == TrendChange::Regression)
}

fn text(view: &TrendsView) -> String {
    if view.series.is_empty() {
        return format!(
            "no series: {} looked at, and none has a score",
            match view.n_runs {
                1 => "1 run was".to_owned(),
                n => format!("{n} runs were"),
            }
        );
    }
    let score = format!("pass@{}", view.query.k);
    let rows: Vec<Vec<String>> = view.series.iter().chain(&view.means).map(row).collect();
    let mut text = table(
        &[
            "series",
            "data set",
            "language",
            "runs",
            &score,
            "95 % interval",
            "since the run before",
            "trend",
            "level",
        ],
        &rows,
    );
    let steps: Vec<Vec<String>> = view
        .series
        .iter()
        .chain(&view.means)
        .flat_map(|series| series.steps.iter().map(move |step| (series, step)))
        .filter(|(_, step)| step.change != TrendChange::NotShown)
        .map(|(series, step)| step_row(series, step))
        .collect();
    if !steps.is_empty() {
        text.push_str("\n\n");
        text.push_str(&table(
            &[
                "change",
                "series",
                "run",
                "points",
                "interval",
                "test",
                "n",
                "p",
                "p adjusted",
            ],
            &steps,
        ));
    }
    text.push_str("\n\n");
    text.push_str(&view.figure.caption);
    for series in &view.series {
        for note in &series.notes {
            text.push_str(&format!("\nnote: {}: {note}", series.label));
        }
    }
    text
}

fn row(series: &TrendSeriesView) -> Vec<String> {
    let newest = series.points.last();
    let flag = |significant: bool, words: String| {
        if significant {
            words
        } else {
            "not shown".to_owned()
        }
    };
    vec![
        series.label.clone(),
        format!("{} {}", series.dataset, series.dataset_version),
        series.language.title().to_owned(),
        series.points.len().to_string(),
        newest.map(|p| percent(p.value)).unwrap_or_default(),
        newest
            .map(|p| format!("{} – {}", percent(p.low), percent(p.high)))
            .unwrap_or_default(),
        series.latest.as_ref().map(since).unwrap_or_default(),
        series
            .slope
            .as_ref()
            .map(|slope| {
                let speed = format!("{:+.1} points a {}", slope.value * 100.0, slope.unit);
                flag(slope.significant, speed)
            })
            .unwrap_or_default(),
        series
            .level_change
            .as_ref()
            .map(|change| {
                let levels = format!("{} to {}", percent(change.before), percent(change.after));
                flag(change.significant, levels)
            })
            .unwrap_or_default(),
    ]
}

/// `−7.9, regression`, `+1.2, not shown`.
fn since(step: &TrendStepView) -> String {
    format!("{:+.1}, {}", step.diff * 100.0, word(step.change))
}

fn word(change: TrendChange) -> &'static str {
    match change {
        TrendChange::Regression => "regression",
        TrendChange::Improvement => "improvement",
        TrendChange::NotShown => "not shown",
    }
}

fn step_row(series: &TrendSeriesView, step: &TrendStepView) -> Vec<String> {
    vec![
        word(step.change).to_owned(),
        series.label.clone(),
        format!("{} ({})", step.later_name, step.later),
        format!("{:+.1}", step.diff * 100.0),
        format!("{:+.1} … {:+.1}", step.low * 100.0, step.high * 100.0),
        step.test.clone(),
        step.n.to_string(),
        p_value(step.p),
        p_value(step.p_adjusted),
    ]
}
