//! `assay models`

use assay_app::dto::{ModelCheck, ModelStatus};
use assay_app::{App, AppError};

use super::{cancellable, task_bar};
use crate::Ending;
use crate::args::ModelsCommand;
use crate::output::{Output, table};

const TASK: &str = "pull";

pub async fn run(app: &App, command: ModelsCommand, output: Output) -> Result<Ending, AppError> {
    match command {
        ModelsCommand::List => {
            let models = app.list_models().await?;
            output.answer(&models, |m| list_text(m));
        }
        ModelsCommand::Check { model } => {
            let check = app.check_model(&model).await?;
            output.answer(&check, check_text);
        }
        ModelsCommand::Pull { id } => {
            let (bar, show) = task_bar();
            let pulled = cancellable(app, TASK, app.pull_model(&id, TASK, show)).await;
            bar.finish();
            output.answer(&pulled?, |m| match m.form.as_str() {
                "" => format!("{} is ready: {}", m.id, m.reference),
                form => format!("{} is ready: {} ({form})", m.id, m.reference),
            });
        }
    }
    Ok(Ending::Done)
}

fn check_text(check: &ModelCheck) -> String {
    let kinds = match (check.completion, check.chat) {
        (true, true) => "completion and chat",
        (true, false) => "completion only",
        (false, true) => "chat only",
        (false, false) => "nothing",
    };
    let context = check
        .context_length
        .map(|n| format!(", {n} tokens of context"))
        .unwrap_or_default();
    format!("{}: {kinds}{context}; {}", check.reference, check.detail)
}

fn list_text(models: &[ModelStatus]) -> String {
    let rows: Vec<Vec<String>> = models
        .iter()
        .map(|m| {
            vec![
                m.reference.clone(),
                m.title.clone(),
                if m.ready { "ready" } else { "not pulled" }.to_owned(),
                if m.chat {
                    "completion, chat"
                } else {
                    "completion"
                }
                .to_owned(),
                if m.bytes == 0 {
                    String::new()
                } else {
                    format!("{} MB", m.bytes / 1_000_000)
                },
                m.form.clone(),
                m.licence.clone(),
            ]
        })
        .collect();
    table(
        &[
            "model", "title", "state", "prompts", "size", "weights", "licence",
        ],
        &rows,
    )
}
