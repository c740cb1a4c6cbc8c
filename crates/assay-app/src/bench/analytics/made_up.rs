//! Finished runs that are made up, to be compared.

use std::time::Instant;

use assay_core::{
    CacheUse, Cleaning, Environment, Language, Limits, Priority, ProblemSelection, QualityWeights,
    RunId, RunOrigin, RunSpec, Sampling,
};
use assay_store::{BenchRun, NewRun, Store};

use super::{AnalyticsBench, failed};
use crate::{App, AppError};

const LANGUAGES: [&str; 7] = [
    "python",
    "javascript",
    "typescript",
    "java",
    "cpp",
    "go",
    "rust",
];
const PROBLEMS: u32 = 164;

/// The runs, made where the store does not have them.
pub(super) async fn made_up(
    app: &App,
    request: &AnalyticsBench,
    tell: &(dyn Fn(String, Option<f64>) + Send + Sync),
) -> Result<(Vec<RunId>, Option<f64>), AppError> {
    let store: &Store = app.store().await?;
    let start = Instant::now();
    let each = request.samples / request.models;
    let more = request.samples % request.models;
    let known = store.run_ids().await?;
    let mut runs = Vec::new();
    let mut is_new = false;
    for number in 0..request.models {
        let samples = each + u32::from(number < more);
        let id = RunId::new(format!("bench-{}-{samples}-{number:03}", request.models));
        if !known.contains(&id) {
            is_new = true;
            tell(
                format!("making up run {} of {}", number + 1, request.models),
                Some(f64::from(number) / f64::from(request.models)),
            );
            store
                .make_up_run(run(&id, number, request.models, samples)?)
                .await?;
        }
        runs.push(id);
    }
    Ok((runs, is_new.then(|| start.elapsed().as_secs_f64())))
}

fn run(id: &RunId, number: u32, models: u32, samples: u32) -> Result<BenchRun, AppError> {
    let model = format!("openai:bench-{number:03}");
    let languages: Vec<Language> = LANGUAGES
        .iter()
        .map(|language| Language::new(language))
        .collect();
    Ok(BenchRun {
        new: NewRun {
            id: id.clone(),
            name: format!("bench {number:03}"),
            origin: RunOrigin::Evaluated,
            spec: RunSpec {
                name: None,
                models: vec![model.parse().map_err(failed)?],
                dataset: "bench".into(),
                languages: languages.clone(),
                problems: ProblemSelection::All,
                strategy: "instruct".into(),
                samples: samples / (PROBLEMS * LANGUAGES.len() as u32).max(1),
                sampling: Sampling::default(),
                seed: 0,
                limits: Limits::default(),
                cleaning: Cleaning::default(),
                quality_weights: QualityWeights::default(),
                concurrency: 1,
                cache: CacheUse::default(),
                early_stop: None,
                adaptive: None,
                priority: Priority::default(),
            },
            environment: Environment {
                dataset_version: "1".to_owned(),
                ..Environment::default()
            },
            note: None,
        },
        model,
        // From 30 % to 70 %, so that some differ and some do not.
        skill: 300 + 400 * number / (models - 1).max(1),
        languages,
        problems: PROBLEMS,
        samples,
    })
}
