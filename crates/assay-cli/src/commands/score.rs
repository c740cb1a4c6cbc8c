//! `assay score`

use assay_app::{App, AppError, ScoreRequest};
use assay_core::{Language, QualityWeights};

use super::{cancellable, task_bar};
use crate::Ending;
use crate::args::ScoreArgs;
use crate::output::Output;

const TASK: &str = "score";

pub async fn run(app: &App, args: ScoreArgs, output: Output) -> Result<Ending, AppError> {
    let request = ScoreRequest {
        file: args.file,
        dataset: args.dataset,
        language: args.language.as_deref().map(Language::new),
        weights: weights(&args.weights)?,
    };
    let (bar, show) = task_bar();
    let scored = cancellable(app, TASK, app.score_file(request, TASK, show)).await;
    bar.finish();
    let scored = scored?;
    output.answer(&scored, |scored| {
        let lines: Vec<String> = scored
            .iter()
            .filter_map(|line| serde_json::to_string(line).ok())
            .collect();
        lines.join("\n")
    });
    Ok(Ending::Done)
}

/// The default weights with those that are given in their place.
pub(super) fn weights(given: &[String]) -> Result<QualityWeights, AppError> {
    let mut weights = QualityWeights::default();
    for text in given {
        let bad = |why: &str| {
            AppError::usage(
                "bad-weights",
                format!("--weights: {text:?} {why}"),
                "as in --weights semantic=0.5,executability=0.3",
            )
        };
        let (part, number) = text
            .split_once('=')
            .ok_or_else(|| bad("is not PART=NUMBER"))?;
        let number: f64 = number.trim().parse().map_err(|_| bad("has no number"))?;
        let place = match part.trim() {
            "syntactic" => &mut weights.syntactic,
            "completeness" => &mut weights.completeness,
            "semantic" => &mut weights.semantic,
            "executability" => &mut weights.executability,
            _ => {
                return Err(bad(
                    "names no part: syntactic, completeness, semantic, executability",
                ));
            }
        };
        *place = number;
    }
    Ok(weights)
}
