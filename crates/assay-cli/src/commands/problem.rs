//! `assay problem`

use assay_app::dto::{FigureSource, ProblemAnswer, ProblemQuery, ProblemView};
use assay_app::{App, AppError};
use assay_core::{DatasetId, ProblemId};

use super::compare::{compare_by, figure_text, format_of};
use crate::Ending;
use crate::args::ProblemArgs;
use crate::output::{Output, table};

pub async fn run(app: &App, args: ProblemArgs, output: Output) -> Result<Ending, AppError> {
    let format = args.figure.as_deref().map(format_of).transpose()?;
    let mut runs = Vec::new();
    for prefix in &args.runs {
        runs.push(app.resolve_run(prefix).await?);
    }
    let problem = ProblemId::new(args.id);
    let dataset = match args.dataset {
        Some(dataset) => DatasetId::new(dataset),
        None => app.dataset_of_problem(&problem).await?,
    };
    let query = ProblemQuery {
        dataset,
        problem,
        runs,
        by: compare_by(args.by),
    };
    let view = app.problem(&query).await?;
    output.answer(&view, |view| text(view, args.programs));
    if let Some((path, format)) = args.figure.as_deref().zip(format) {
        let source = FigureSource::Problem(query);
        let written = app.export_figure(&source, format, Some(path)).await?;
        output.note(&format!("{} ({} bytes)", written.path, written.bytes));
    }
    Ok(Ending::Done)
}

fn text(view: &ProblemView, with_programs: bool) -> String {
    let mut text = format!("{} ({})\n", view.query.problem, view.title);
    if let Some(problem) = view.problems.first() {
        text.push_str(&format!("\n{}\n", problem.prompt.trim_end()));
    }
    text.push_str(&format!("\n{}\n\n", figure_text(&view.figure)));
    if view.answers.is_empty() {
        text.push_str("nobody was asked yet");
        return text;
    }
    let rows: Vec<Vec<String>> = view.answers.iter().map(row).collect();
    text.push_str(&table(
        &[
            "sample", "model", "strategy", "language", "run", "ended", "why",
        ],
        &rows,
    ));
    let left = view.total as usize - view.answers.len();
    if left > 0 {
        text.push_str(&format!("\n{left} more are not listed"));
    }
    if with_programs {
        for answer in &view.answers {
            text.push_str(&format!(
                "\n\n── sample {}: {}, {}, {}\n{}",
                answer.sample.id.0,
                answer.sample.model,
                answer.sample.language.title(),
                ended(answer),
                answer
                    .program
                    .as_deref()
                    .unwrap_or("(no program)")
                    .trim_end(),
            ));
        }
    }
    text
}

fn row(answer: &ProblemAnswer) -> Vec<String> {
    let sample = &answer.sample;
    let why = sample.detail.as_deref().unwrap_or_default();
    let why: String = why
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(60)
        .collect();
    vec![
        sample.id.0.to_string(),
        sample.model.clone(),
        sample.strategy.to_string(),
        sample.language.title().to_owned(),
        answer.run_name.clone(),
        ended(answer),
        why,
    ]
}

/// How an answer ended: its verdict, else what kept it from having one.
fn ended(answer: &ProblemAnswer) -> String {
    let sample = &answer.sample;
    let word = match (sample.verdict, sample.content, sample.transport) {
        (Some(verdict), ..) => verdict.as_str(),
        (None, Some(content), _) => content.as_str(),
        (None, None, Some(transport)) => transport.as_str(),
        (None, None, None) => "pending",
    };
    word.replace('_', " ")
}
