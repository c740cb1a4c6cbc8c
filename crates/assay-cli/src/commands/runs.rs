//! `assay runs`

use std::io::{IsTerminal, Write};

use assay_app::dto::{RunDetail, RunSummary};
use assay_app::{App, AppError, SampleExport};
use assay_core::Priority;

use super::upkeep;
use crate::Ending;
use crate::args::{ExportFormat, ListArgs, PriorityArg, RunsCommand};
use crate::output::{Output, percent, table};

pub async fn run(app: &App, command: RunsCommand, output: Output) -> Result<Ending, AppError> {
    match command {
        RunsCommand::List(args) => list(app, args, output).await?,
        RunsCommand::Show { run } => {
            let run = app.resolve_run(&run).await?;
            let detail = app.get_run(&run).await?;
            output.answer(&detail, show_text);
        }
        RunsCommand::Cancel { run } => {
            let run = app.resolve_run(&run).await?;
            app.cancel_run(&run).await?;
            output.answer(
                &serde_json::json!({ "run_id": run, "cancelled": true }),
                |_| format!("run {run} is asked to stop; what is stored stays"),
            );
        }
        RunsCommand::Pause { run } => {
            let run = app.resolve_run(&run).await?;
            app.pause_run(&run, true).await?;
            output.answer(
                &serde_json::json!({ "run_id": run, "paused": true }),
                |_| {
                    format!(
                        "run {run} begins nothing new; `assay runs continue {run}` lets it go on"
                    )
                },
            );
        }
        RunsCommand::Continue { run } => {
            let run = app.resolve_run(&run).await?;
            app.pause_run(&run, false).await?;
            output.answer(
                &serde_json::json!({ "run_id": run, "paused": false }),
                |_| format!("run {run} goes on"),
            );
        }
        RunsCommand::Priority {
            run,
            priority: wanted,
        } => {
            let run = app.resolve_run(&run).await?;
            let wanted = priority(wanted);
            app.set_priority(&run, wanted).await?;
            output.answer(
                &serde_json::json!({ "run_id": run, "priority": wanted }),
                |_| format!("run {run} has {} priority", wanted.as_str()),
            );
        }
        RunsCommand::Verify => {
            let wrong = app.verify_store().await?;
            output.answer(&serde_json::json!({ "wrong": wrong }), |_| {
                if wrong.is_empty() {
                    "the store is sound".to_owned()
                } else {
                    wrong.join("\n")
                }
            });
            if !wrong.is_empty() {
                return Ok(Ending::SomethingFailed);
            }
        }
        RunsCommand::Export { run, format, out } => {
            let run = app.resolve_run(&run).await?;
            let format = match format {
                ExportFormat::Jsonl => SampleExport::Jsonl,
                ExportFormat::Csv => SampleExport::Csv,
            };
            match out {
                Some(path) => {
                    let bytes = app.export_run_to(&run, format, &path).await?;
                    output.answer(
                        &serde_json::json!({ "run_id": run, "path": path, "bytes": bytes }),
                        |_| format!("{} ({bytes} bytes)", path.display()),
                    );
                }
                None => app.export_run(&run, format, &mut std::io::stdout()).await?,
            }
        }
        RunsCommand::Upkeep(command) => upkeep::run(app, command, output).await?,
    }
    Ok(Ending::Done)
}

pub(super) fn priority(arg: PriorityArg) -> Priority {
    match arg {
        PriorityArg::Low => Priority::Low,
        PriorityArg::Normal => Priority::Normal,
        PriorityArg::High => Priority::High,
    }
}

pub(super) fn confirmed(question: &str) -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    let mut err = std::io::stderr();
    let _ = write!(err, "{question} [y/N] ").and_then(|()| err.flush());
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok()
        && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

async fn list(app: &App, args: ListArgs, output: Output) -> Result<(), AppError> {
    if args.deleted {
        let deleted = app.deleted_runs().await?;
        output.answer(&deleted, |runs| upkeep::deleted_text(runs));
        return Ok(());
    }
    let mut runs = app.list_runs().await?;
    let has = |run: &RunSummary, tag: &String| {
        let tag = tag.to_lowercase();
        run.tags.iter().any(|of| of.to_lowercase() == tag)
    };
    let all = runs.len();
    runs.retain(|run| args.archived || !run.archived);
    let archived = all - runs.len();
    runs.retain(|run| args.tags.iter().all(|tag| has(run, tag)));
    output.answer(&runs, |runs| list_text(runs));
    if archived > 0 {
        output.note(&format!(
            "{archived} more in the archive; --archived lists them, too"
        ));
    }
    Ok(())
}

fn list_text(runs: &[RunSummary]) -> String {
    if runs.is_empty() {
        return "no runs yet; start one with `assay eval --model local:smollm2-135m --dataset humaneval --problems 5`".to_owned();
    }
    let rows: Vec<Vec<String>> = runs
        .iter()
        .map(|run| {
            let scores: Vec<String> = run.scores.iter().map(|s| percent(s.value)).collect();
            vec![
                run.id.to_string(),
                if run.archived {
                    format!("{}, archived", run.status.as_str())
                } else {
                    run.status.as_str().to_owned()
                },
                run.dataset.to_string(),
                run.models.join(", "),
                format!("{}/{}", run.progress.done, run.progress.total),
                scores.join(", "),
                run.tags.join(", "),
                run.name.clone(),
            ]
        })
        .collect();
    table(
        &[
            "run", "status", "data set", "models", "done", "pass@1", "tags", "name",
        ],
        &rows,
    )
}

fn show_text(detail: &RunDetail) -> String {
    let run = &detail.summary;
    let mut text = format!(
        "{}\n  id        {}\n  status    {}\n  data set  {} {}\n  strategy  {}\n  created   {}\n  done      {}/{}",
        run.name,
        run.id,
        run.status.as_str(),
        run.dataset,
        run.dataset_version,
        run.strategy,
        run.created_at,
        run.progress.done,
        run.progress.total
    );
    for score in &run.scores {
        text.push_str(&format!(
            "\n  {}  pass@1 {} [{} – {}], {} problems",
            score.model,
            percent(score.value),
            percent(score.low),
            percent(score.high),
            score.n_problems
        ));
    }
    let cost = run.progress.cost();
    if cost.usd.is_some() {
        text.push_str(&format!("\n  cost      {cost}"));
    }
    if !run.tags.is_empty() {
        text.push_str(&format!("\n  tags      {}", run.tags.join(", ")));
    }
    if run.archived {
        text.push_str("\n  archived");
    }
    for source in &detail.sources {
        let gone = if source.there { "" } else { ", gone" };
        text.push_str(&format!(
            "\n  made of   {} ({}, {} samples{gone})",
            source.name, source.run, source.samples
        ));
    }
    for difference in &detail.differences {
        let values: Vec<&str> = difference
            .values
            .iter()
            .map(|value| value.as_deref().unwrap_or("–"))
            .collect();
        text.push_str(&format!(
            "\n  not the same in all: {} ({})",
            difference.what,
            values.join(" / ")
        ));
    }
    if let Some(note) = &run.note {
        text.push_str(&format!(
            "\n  note      {}",
            note.replace('\n', "\n            ")
        ));
    }
    if let Some(error) = &detail.error {
        text.push_str(&format!("\n  error     {}", error.message));
    }
    if let Some(command) = &detail.command {
        text.push_str(&format!("\n\nagain: {command}"));
    }
    text
}
