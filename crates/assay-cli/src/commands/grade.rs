//! `assay grade`

use assay_app::{App, AppError, GradeRequest};
use assay_core::Language;

use super::{conclude, run_bar, see_through};
use crate::Ending;
use crate::args::GradeArgs;
use crate::output::Output;

pub async fn run(app: &App, args: GradeArgs, output: Output) -> Result<Ending, AppError> {
    let (_bar, show) = run_bar();
    let request = GradeRequest {
        dataset: args.dataset,
        samples: args.samples,
        language: Language::new(&args.language),
        timeout_s: args.timeout,
        k: args.k.clone(),
        model: args.model,
        name: args.name,
    };
    let run = app.start_grade(request, show).await?;
    see_through(app, &run, output).await?;
    conclude(app, &run, &args.k, output).await
}
