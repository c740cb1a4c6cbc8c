//! `assay datasets`

use assay_app::dto::{DatasetCheck, DatasetState, DatasetStatus, LanguageCheck};
use assay_app::{App, AppError, CheckRequest};
use assay_core::Language;

use super::{cancellable, task_bar};
use crate::Ending;
use crate::args::DatasetsCommand;
use crate::output::{Output, table};

const TASK: &str = "pull";
const CHECK: &str = "check";

pub async fn run(app: &App, command: DatasetsCommand, output: Output) -> Result<Ending, AppError> {
    match command {
        DatasetsCommand::List => {
            let datasets = app.list_datasets().await?;
            output.answer(&datasets, |d| list_text(d));
            Ok(Ending::Done)
        }
        DatasetsCommand::Pull { id, from } => {
            let (bar, show) = task_bar();
            let pulled = cancellable(
                app,
                TASK,
                app.pull_dataset(&id, from.as_deref(), TASK, show),
            )
            .await;
            bar.finish();
            output.answer(&pulled?, one_text);
            Ok(Ending::Done)
        }
        DatasetsCommand::Verify { id } => {
            let status = app.verify_dataset(&id).await?;
            output.answer(&status, one_text);
            Ok(match status.state {
                DatasetState::Ready => Ending::Done,
                DatasetState::Damaged => Ending::SomethingFailed,
                DatasetState::Missing => Ending::Missing,
            })
        }
        DatasetsCommand::Check {
            id,
            language,
            timeout,
        } => {
            let (bar, show) = task_bar();
            let request = CheckRequest {
                dataset: id,
                language: language.as_deref().map(Language::new),
                timeout_s: timeout,
            };
            let checked = cancellable(app, CHECK, app.check_dataset(request, CHECK, show)).await;
            bar.finish();
            let checked = checked?;
            output.answer(&checked, check_text);
            Ok(if checked.is_as_known() {
                Ending::Done
            } else {
                Ending::SomethingFailed
            })
        }
        DatasetsCommand::Import { file, id } => {
            let status = app.import_dataset(&file, id.as_deref()).await?;
            output.answer(&status, one_text);
            Ok(Ending::Done)
        }
    }
}

fn state(status: &DatasetStatus) -> &'static str {
    match status.state {
        DatasetState::Ready => "ready",
        DatasetState::Missing => "not pulled",
        DatasetState::Damaged => "damaged",
    }
}

fn one_text(status: &DatasetStatus) -> String {
    format!(
        "{} {}: {}, {} problems",
        status.id,
        status.version,
        state(status),
        status.n_problems
    )
}

fn list_text(datasets: &[DatasetStatus]) -> String {
    let rows: Vec<Vec<String>> = datasets
        .iter()
        .map(|d| {
            let languages: Vec<&str> = d.languages.iter().map(|l| l.title()).collect();
            vec![
                d.id.to_string(),
                d.version.clone(),
                state(d).to_owned(),
                d.n_problems.to_string(),
                d.licence.clone(),
                languages.join(", "),
            ]
        })
        .collect();
    table(
        &[
            "data set",
            "version",
            "state",
            "problems",
            "licence",
            "languages",
        ],
        &rows,
    )
}

fn check_text(check: &DatasetCheck) -> String {
    let languages: Vec<String> = check.languages.iter().map(language_text).collect();
    format!("{}\n{}", check.dataset, languages.join("\n"))
}

fn language_text(check: &LanguageCheck) -> String {
    let mut text = format!(
        "{}: {} of {} passed",
        check.language.title(),
        check.passed,
        check.n
    );
    if check.without_canonical > 0 {
        text.push_str(&format!(", {} bring no solution", check.without_canonical));
    }
    for broken in &check.broken {
        let known = if check.known_broken.contains(&broken.id) {
            " (known)"
        } else {
            ""
        };
        let detail = broken.detail.as_deref().unwrap_or_default();
        let detail = detail.lines().next().unwrap_or_default();
        text.push_str(&format!(
            "\n  {}{known}: {} {detail}",
            broken.id,
            broken.verdict.as_str().replace('_', " ")
        ));
    }
    text
}
