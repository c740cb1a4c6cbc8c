//! `assay grade`

use assay_app::dto::RunOutcome;
use assay_app::{App, AppError, GradeRequest, Graded};
use assay_core::Language;
use serde::Serialize;

use super::{ending, outcome_text, run_bar, see_through};
use crate::Ending;
use crate::args::GradeArgs;
use crate::output::Output;

pub async fn run(app: &App, args: GradeArgs, output: Output) -> Result<Ending, AppError> {
    let (_bar, show) = run_bar();
    let request = GradeRequest {
        dataset: args.dataset,
        samples: args.samples,
        language: (args.language != "auto").then(|| Language::new(&args.language)),
        clean: args.clean,
        timeout_s: args.timeout,
        k: args.k.clone(),
        model: args.model,
        name: args.name,
        skip_unknown: args.skip_unknown,
    };
    let Graded { run, skipped } = app.start_grade(request, show).await?;
    see_through(app, &run, output).await?;
    let answer = GradeAnswer {
        outcome: app.outcome(&run, &args.k).await?,
        skipped,
    };
    output.answer(&answer, |answer| {
        let mut text = outcome_text(&answer.outcome);
        if answer.skipped > 0 {
            text.push_str(&format!(
                "\nskipped: {} samples of tasks that {} does not have",
                answer.skipped, answer.outcome.dataset.id
            ));
        }
        text
    });
    ending(app, &answer.outcome, output).await
}

/// What a run came to, and what was left out of it.
#[derive(Serialize)]
struct GradeAnswer {
    #[serde(flatten)]
    outcome: RunOutcome,
    skipped: u32,
}
