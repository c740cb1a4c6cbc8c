//! `assay runs`: names, notes, tags, the archive, deletion, merging and splitting.

use std::io::Read;

use assay_app::dto::{DeletedRun, MergePreview, SplitBy, SplitPreview};
use assay_app::{App, AppError};
use assay_core::{Language, RunId};
use serde_json::json;

use super::runs::confirmed;
use super::{cancellable, task_bar};
use crate::args::{SplitArg, UpkeepCommand};
use crate::output::{Output, table};

const TASK: &str = "regroup";

pub(super) async fn run(app: &App, command: UpkeepCommand, output: Output) -> Result<(), AppError> {
    match command {
        UpkeepCommand::Rename { run, name } => {
            let run = app.resolve_run(&run).await?;
            app.rename_run(&run, &name).await?;
            output.answer(&json!({ "run_id": run, "name": name.trim() }), |_| {
                format!("run {run} is called “{}”", name.trim())
            });
        }
        UpkeepCommand::Note { run, text, remove } => note(app, &run, text, remove, output).await?,
        UpkeepCommand::Tag { run, tags } => tag(app, &run, &tags, &[], output).await?,
        UpkeepCommand::Untag { run, tags } => tag(app, &run, &[], &tags, output).await?,
        UpkeepCommand::Archive { runs } => archive(app, &runs, true, output).await?,
        UpkeepCommand::Unarchive { runs } => archive(app, &runs, false, output).await?,
        UpkeepCommand::Delete { runs, yes: _ } => {
            let runs = resolve(app, &runs).await?;
            app.delete_runs(&runs).await?;
            output.answer(&json!({ "run_ids": runs, "deleted": true }), |_| {
                format!(
                    "deleted: {}\n`assay runs restore {}` brings back what was deleted, for 30 days",
                    listed(&runs),
                    listed_plain(&runs)
                )
            });
        }
        UpkeepCommand::Restore { runs } => {
            let runs = resolve_deleted(app, &runs).await?;
            app.restore_runs(&runs).await?;
            output.answer(&json!({ "run_ids": runs, "restored": true }), |_| {
                format!("back: {}", listed(&runs))
            });
        }
        UpkeepCommand::Purge { runs, all, yes } => purge(app, &runs, all, yes, output).await?,
        UpkeepCommand::Merge { runs, name, plan } => {
            let runs = resolve(app, &runs).await?;
            let preview = app.plan_merge(&runs).await?;
            if plan {
                output.answer(&preview, merge_text);
                return Ok(());
            }
            let (bar, show) = task_bar();
            let work = app.merge_runs(&runs, name.as_deref(), TASK, show);
            let made = cancellable(app, TASK, work).await;
            bar.finish();
            let made = made?;
            output.answer(&json!({ "run_id": made, "plan": preview }), |_| {
                format!(
                    "{}\n\nmade: run {made}; its sources are in the archive\n`assay runs undo {made}` takes it back",
                    merge_text(&preview)
                )
            });
        }
        UpkeepCommand::Split { run, by, plan } => {
            let run = app.resolve_run(&run).await?;
            let by = match by {
                SplitArg::Model => SplitBy::Model,
                SplitArg::Language => SplitBy::Language,
            };
            let preview = app.plan_split(&run, by).await?;
            if plan {
                output.answer(&preview, split_text);
                return Ok(());
            }
            let (bar, show) = task_bar();
            let work = app.split_run(&run, by, TASK, show);
            let made = cancellable(app, TASK, work).await;
            bar.finish();
            let made = made?;
            output.answer(&json!({ "run_ids": made, "plan": preview }), |_| {
                format!(
                    "{}\n\nmade: {}; the run itself is in the archive\n`assay runs undo {}` takes it back",
                    split_text(&preview),
                    listed(&made),
                    listed_plain(&made)
                )
            });
        }
        UpkeepCommand::Undo { runs } => {
            let runs = resolve(app, &runs).await?;
            let back = app.undo_regroup(&runs).await?;
            output.answer(&json!({ "deleted": runs, "back": back }), |_| {
                format!("deleted: {}\nback: {}", listed(&runs), listed(&back))
            });
        }
    }
    Ok(())
}

async fn note(
    app: &App,
    run: &str,
    text: Option<String>,
    remove: bool,
    output: Output,
) -> Result<(), AppError> {
    let run = app.resolve_run(run).await?;
    let text = match text.as_deref() {
        _ if remove => Some(String::new()),
        Some("-") => {
            let mut read = String::new();
            std::io::stdin().read_to_string(&mut read).map_err(|e| {
                AppError::failed("stdin", format!("failed to read standard input: {e}"))
            })?;
            Some(read)
        }
        _ => text,
    };
    if let Some(text) = text {
        app.note_run(&run, &text).await?;
    }
    let note = app.get_run(&run).await?.summary.note;
    output.answer(&json!({ "run_id": run, "note": note }), |_| {
        note.clone().unwrap_or_else(|| "no note".to_owned())
    });
    Ok(())
}

async fn tag(
    app: &App,
    run: &str,
    add: &[String],
    remove: &[String],
    output: Output,
) -> Result<(), AppError> {
    let run = app.resolve_run(run).await?;
    app.tag_runs(std::slice::from_ref(&run), add, remove)
        .await?;
    let tags = app.get_run(&run).await?.summary.tags;
    output.answer(&json!({ "run_id": run, "tags": tags }), |_| {
        if tags.is_empty() {
            format!("run {run} has no tags")
        } else {
            format!("run {run} has the tags {}", tags.join(", "))
        }
    });
    Ok(())
}

async fn archive(
    app: &App,
    runs: &[String],
    archived: bool,
    output: Output,
) -> Result<(), AppError> {
    let runs = resolve(app, runs).await?;
    app.archive_runs(&runs, archived).await?;
    output.answer(&json!({ "run_ids": runs, "archived": archived }), |_| {
        let what = if archived { "in the archive" } else { "back" };
        format!("{what}: {}", listed(&runs))
    });
    Ok(())
}

async fn purge(
    app: &App,
    runs: &[String],
    all: bool,
    yes: bool,
    output: Output,
) -> Result<(), AppError> {
    let named = if all {
        let deleted = app.deleted_runs().await?;
        deleted.into_iter().map(|run| run.id).collect()
    } else {
        resolve_deleted(app, runs).await?
    };
    // What was deleted long ago was to go anyway.
    if !named.is_empty()
        && !yes
        && !confirmed(&format!(
            "remove for good, with all samples: {}?",
            listed(&named)
        ))
    {
        return Err(AppError::usage(
            "confirmation-needed",
            "nothing was removed: the removal was not confirmed",
            "answer y, or give --yes",
        ));
    }
    let gone = if all && named.is_empty() {
        Vec::new()
    } else {
        app.purge_runs(&named).await?
    };
    output.answer(&json!({ "run_ids": gone, "purged": true }), |_| {
        if gone.is_empty() {
            "nothing was to be removed".to_owned()
        } else {
            format!("removed for good: {}", listed(&gone))
        }
    });
    Ok(())
}

async fn resolve(app: &App, prefixes: &[String]) -> Result<Vec<RunId>, AppError> {
    let mut runs = Vec::with_capacity(prefixes.len());
    for prefix in prefixes {
        runs.push(app.resolve_run(prefix).await?);
    }
    Ok(runs)
}

async fn resolve_deleted(app: &App, prefixes: &[String]) -> Result<Vec<RunId>, AppError> {
    let mut runs = Vec::with_capacity(prefixes.len());
    for prefix in prefixes {
        runs.push(app.resolve_deleted(prefix).await?);
    }
    Ok(runs)
}

fn listed(runs: &[RunId]) -> String {
    let ids: Vec<&str> = runs.iter().map(RunId::as_str).collect();
    ids.join(", ")
}

fn listed_plain(runs: &[RunId]) -> String {
    listed(runs).replace(", ", " ")
}

pub(super) fn deleted_text(runs: &[DeletedRun]) -> String {
    if runs.is_empty() {
        return "no deleted runs".to_owned();
    }
    let rows: Vec<Vec<String>> = runs
        .iter()
        .map(|run| {
            vec![
                run.id.to_string(),
                run.dataset.to_string(),
                run.models.join(", "),
                run.samples.to_string(),
                run.deleted_at.clone(),
                run.gone_at.clone(),
                run.name.clone(),
            ]
        })
        .collect();
    table(
        &[
            "run",
            "data set",
            "models",
            "samples",
            "deleted",
            "gone for good",
            "name",
        ],
        &rows,
    )
}

fn merge_text(plan: &MergePreview) -> String {
    let mut text = format!(
        "{} samples of {} {}, {}",
        plan.samples,
        plan.dataset,
        plan.dataset_version,
        plan.models.join(", ")
    );
    for source in &plan.sources {
        text.push_str(&format!(
            "\n  {} of {} ({})",
            source.samples, source.name, source.run
        ));
    }
    if plan.outstanding > 0 {
        text.push_str(&format!(
            "\nnot done: {} samples; only the sources can do them",
            plan.outstanding
        ));
    }
    let name_of = |run: &RunId| {
        let source = plan.sources.iter().find(|s| s.run == *run);
        source.map_or_else(|| run.to_string(), |s| s.name.clone())
    };
    for moved in &plan.following {
        text.push_str(&format!(
            "\nfollowing: {} samples of {} ({} in {}, {} problems) come behind those of earlier runs{}",
            moved.samples,
            name_of(&moved.run),
            moved.model,
            moved.language.title(),
            moved.problems,
            if moved.same_seed {
                "; the seed is the same, so they may be the same answers"
            } else {
                ""
            }
        ));
    }
    for difference in &plan.differences {
        let values: Vec<&str> = difference
            .values
            .iter()
            .map(|value| value.as_deref().unwrap_or("–"))
            .collect();
        text.push_str(&format!(
            "\nnot the same in all: {} ({})",
            difference.what,
            values.join(" / ")
        ));
    }
    text
}

fn split_text(plan: &SplitPreview) -> String {
    let mut text = format!(
        "{} samples of {} ({})",
        plan.source.samples, plan.source.name, plan.source.run
    );
    for part in &plan.parts {
        let of = match plan.by {
            SplitBy::Model => part.key.clone(),
            SplitBy::Language => Language::new(&part.key).title().to_owned(),
        };
        text.push_str(&format!("\n  {} of {of}", part.samples));
        if part.outstanding > 0 {
            text.push_str(&format!(", {} not done", part.outstanding));
        }
    }
    text
}
