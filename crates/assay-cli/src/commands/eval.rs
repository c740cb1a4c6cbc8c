//! `assay eval`

use assay_app::{Answers, App, AppError, EvalRequest};
use assay_core::{CacheUse, Cleaning, Language, ModelRef};

use super::runs::priority;
use super::score::weights;
use super::{cancellable, conclude, run_bar, see_through, task_bar};
use crate::Ending;
use crate::args::{CacheUseArg, CleaningArg, EvalArgs};
use crate::output::Output;

const TASK: &str = "pull";

pub async fn run(app: &App, args: EvalArgs, output: Output) -> Result<Ending, AppError> {
    let answers = match (args.record, args.replay) {
        (Some(file), _) => Answers::Recorded(file),
        (None, Some(file)) => Answers::Replayed(file),
        (None, None) => Answers::Asked,
    };
    let asks = !matches!(answers, Answers::Replayed(_));
    let (_bar, show) = run_bar();
    let run = match &args.resume {
        Some(prefix) => {
            let run = app.resolve_run(prefix).await?;
            if asks {
                bring(app, &app.models_to_ask(&run).await?, output).await?;
            }
            app.resume_run_with(&run, answers, show).await?;
            run
        }
        None => {
            // Parsed here and not by clap, whose error would repeat a credential in a URL.
            let models = args
                .models
                .iter()
                .map(|m| m.parse())
                .collect::<Result<Vec<ModelRef>, _>>()?;
            let spec = app.spec(EvalRequest {
                models,
                dataset: args.dataset.unwrap_or_default(),
                languages: args.languages.iter().map(|l| Language::new(l)).collect(),
                problems: args.problems,
                strategy: args.strategy,
                samples: args.samples,
                temperature: args.temperature,
                top_p: args.top_p,
                max_tokens: args.max_tokens,
                seed: args.seed,
                timeout_s: args.timeout,
                concurrency: args.concurrency,
                name: args.name,
                cleaning: match args.cleaning {
                    CleaningArg::Full => Cleaning::Full,
                    CleaningArg::Off => Cleaning::Off,
                },
                weights: weights(&args.weights)?,
                cache: match args.cache {
                    CacheUseArg::Full => CacheUse::Full,
                    CacheUseArg::Refresh => CacheUse::Refresh,
                    CacheUseArg::Off => CacheUse::Off,
                },
                early_stop: args.stop_early,
                priority: priority(args.priority),
                policy: args.policy,
                learn: !args.no_learning,
                k: args.k.clone(),
            })?;
            if asks {
                bring(app, &spec.models, output).await?;
            }
            app.start_run_with(spec, answers, show).await?
        }
    };
    see_through(app, &run, output).await?;
    conclude(app, &run, &args.k, output).await
}

/// Downloads what a run asks and is not here yet.
async fn bring(app: &App, models: &[ModelRef], output: Output) -> Result<(), AppError> {
    let (bar, show) = task_bar();
    let brought = cancellable(app, TASK, app.ensure_models(models, TASK, show)).await;
    bar.finish();
    for model in brought? {
        output.note(&format!("{model} was downloaded"));
    }
    Ok(())
}
