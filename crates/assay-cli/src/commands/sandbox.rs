//! `assay sandbox`

use assay_app::{App, AppError};

use super::{cancellable, task_bar};
use crate::Ending;
use crate::args::SandboxCommand;
use crate::output::Output;

const TASK: &str = "build";

pub async fn run(app: &App, command: SandboxCommand, output: Output) -> Result<Ending, AppError> {
    match command {
        SandboxCommand::Doctor => {
            let checks = app.doctor().await?;
            output.answer(&checks, |checks| {
                checks
                    .iter()
                    .map(|check| {
                        let mark = if check.ok { "ok  " } else { "FAIL" };
                        let hint = match (&check.hint, check.ok) {
                            (Some(hint), false) => format!("\n      hint: {hint}"),
                            _ => String::new(),
                        };
                        format!("{mark}  {}: {}{hint}", check.name, check.detail)
                    })
                    .collect::<Vec<_>>()
                    .join("\n")
            });
            Ok(if checks.iter().all(|check| check.ok) {
                Ending::Done
            } else {
                Ending::Missing
            })
        }
        SandboxCommand::Build { language } => {
            let languages = match language {
                Some(language) => vec![language],
                None => app
                    .sandbox_languages()
                    .await?
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
            };
            for language in &languages {
                let (bar, show) = task_bar();
                let built =
                    cancellable(app, TASK, app.build_sandbox(language, false, TASK, show)).await;
                bar.finish();
                built?;
            }
            let status = app.language_statuses().await?;
            output.answer(&status, |status| {
                status
                    .iter()
                    .map(|l| {
                        format!(
                            "{}: {} {} ({})",
                            l.title,
                            if l.ready { "ready" } else { "not built" },
                            l.toolchain.as_deref().unwrap_or(""),
                            l.image
                        )
                    })
                    .collect::<Vec<_>>()
                    .join("\n")
            });
            Ok(Ending::Done)
        }
    }
}
