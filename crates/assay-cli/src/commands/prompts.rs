//! `assay prompts`

use assay_app::dto::{PreviewRequest, PromptPreview, StrategyList};
use assay_app::{App, AppError};
use assay_core::{DatasetId, Language, ProblemId, StrategyId};

use crate::Ending;
use crate::args::PromptsCommand;
use crate::output::{Output, table};

pub async fn run(app: &App, command: PromptsCommand, output: Output) -> Result<Ending, AppError> {
    match command {
        PromptsCommand::List => {
            let list = app.strategies().await?;
            output.answer(&list, list_text);
            for wrong in &list.wrong {
                output.note(&format!("left out: {}", wrong.error.message));
            }
        }
        PromptsCommand::Show { id } => {
            let source = app.strategy_source(&id).await?;
            output.answer(&source, |source| source.toml.clone());
            if let Some(wrong) = &source.wrong {
                output.note(&format!("left out: {}", wrong.message));
                return Ok(Ending::SomethingFailed);
            }
        }
        PromptsCommand::Preview(args) => {
            let request = PreviewRequest {
                dataset: DatasetId::new(args.dataset),
                problem: ProblemId::new(args.problem),
                language: args.language.as_deref().map(Language::new),
                languages: args.languages.iter().map(|l| Language::new(l)).collect(),
                strategy: StrategyId::new(args.strategy),
                model: args.model.parse()?,
                seed: args.seed,
            };
            let preview = app.preview_prompt(request).await?;
            output.answer(&preview, preview_text);
        }
    }
    Ok(Ending::Done)
}

fn list_text(list: &StrategyList) -> String {
    let rows: Vec<Vec<String>> = list
        .strategies
        .iter()
        .map(|s| {
            vec![
                s.id.to_string(),
                s.title.clone(),
                s.kind.clone(),
                s.turns.to_string(),
                if s.builtin { "built in" } else { "yours" }.to_owned(),
            ]
        })
        .collect();
    table(&["strategy", "title", "kind", "requests", ""], &rows)
}

fn preview_text(preview: &PromptPreview) -> String {
    let temperature = preview
        .temperature
        .map(|t| format!(", recommended temperature {t}"))
        .unwrap_or_default();
    let mut text = format!(
        "strategy {} ({}), {}, family {}{temperature}\n",
        preview.strategy,
        preview.kind,
        preview.language.title(),
        preview.family
    );
    if !preview.stop.is_empty() {
        text.push_str(&format!("stops {:?}\n", preview.stop));
    }
    if let Some(assumed) = &preview.assumed {
        text.push_str(&format!("note: {assumed}\n"));
    }
    for (number, turn) in preview.turns.iter().enumerate() {
        let note = turn
            .note
            .as_deref()
            .map(|n| format!(", {n}"))
            .unwrap_or_default();
        text.push_str(&format!(
            "\n--- request {}{note}\n{}\n",
            number + 1,
            turn.prompt.display_text()
        ));
    }
    text
}
