//! Runs: start, watch, stop, resume.

use std::collections::BTreeMap;
use std::sync::Arc;

use assay_analytics::short_model_name;
use assay_core::{Environment, Language, ModelRef, Priority, RunEvent, RunId, RunOrigin, RunSpec};
use assay_prompting::{ADAPTIVE, AUTO};
use assay_providers::models::ModelStore;
use assay_runner::{Evaluation, Means, RunHandle, Runner, RunnerConfig};
use assay_sandbox::DockerSandbox;
use assay_store::RunSummary;

use crate::evaluate::check_numbers;
use crate::regroup::refuse_made_of_others;
use crate::{Answers, App, AppError, VERSION};

impl App {
    pub(crate) async fn runner(&self) -> Result<&Runner, AppError> {
        let store = self.store().await?.clone();
        Ok(self
            .runner
            .get_or_init(|| async {
                let config = RunnerConfig {
                    cache_bytes: Arc::new(self.cache_limit().await.into()),
                    ..RunnerConfig::default()
                };
                Runner::new(store, self.strategy_set(), config)
            })
            .await)
    }

    /// Checks everything a run needs, stores it with all its samples, begins, and answers at once.
    ///
    /// # Errors
    /// A spec no run can be made of; a missing data set, model, key, engine or image; a server that does
    /// not answer. Nothing is stored then.
    pub async fn start_run(
        &self,
        spec: RunSpec,
        on_event: impl Fn(RunEvent) + Send + Sync + 'static,
    ) -> Result<RunId, AppError> {
        self.start_run_with(spec, Answers::Asked, on_event).await
    }

    /// As [`App::start_run`], with answers that are recorded or replayed.
    ///
    /// # Errors
    /// As [`App::start_run`]; a recording that is there already, cannot be read, or does not know a model.
    pub async fn start_run_with(
        &self,
        mut spec: RunSpec,
        answers: Answers,
        on_event: impl Fn(RunEvent) + Send + Sync + 'static,
    ) -> Result<RunId, AppError> {
        check_numbers(&spec)?;
        answers.settle_caches(&mut spec);
        match spec.strategy.as_str() {
            AUTO => self.refresh_rules().await,
            ADAPTIVE => self.check_policy(&spec).await?,
            _ => {}
        }
        // The user may have changed a file since.
        self.reload_strategies().await?;
        let problems = self.chosen_problems(&spec).await?;
        let examples = self.example_pool(&spec).await?;
        let providers = self.providers(&spec.models, &answers).await?;
        // The provider's own form of the name: `local:x` and `local:X.gguf` must not be two models.
        spec.models = providers.iter().map(|p| p.model().clone()).collect();
        let sandbox = self.sandbox().await?;
        let environment = Environment {
            replayed: matches!(answers, Answers::Replayed(_)),
            ..self.environment(&spec, &sandbox).await?
        };
        let name = self.run_name(&spec).await?;
        let providers = answers.record_new(providers)?;
        let id = Runner::new_id();
        let handle = self
            .runner()
            .await?
            .start(Evaluation {
                id: id.clone(),
                name,
                note: answers.note(),
                spec,
                environment,
                means: Means {
                    problems,
                    providers,
                    sandbox,
                    examples,
                },
            })
            .await?;
        listen(&handle, on_event);
        self.snapshot_at_the_end(&handle).await?;
        Ok(id)
    }

    /// Does what is outstanding of a run, and only that.
    ///
    /// # Errors
    /// As [`App::start_run`]; when the run is unknown, or a live program works on it.
    pub async fn resume_run(
        &self,
        run: &RunId,
        on_event: impl Fn(RunEvent) + Send + Sync + 'static,
    ) -> Result<(), AppError> {
        self.resume_run_with(run, Answers::Asked, on_event).await
    }

    /// As [`App::resume_run`], with answers that are recorded or replayed; a recording that is there is added
    /// to.
    ///
    /// # Errors
    /// As [`App::resume_run`] and [`App::start_run_with`].
    pub async fn resume_run_with(
        &self,
        run: &RunId,
        answers: Answers,
        on_event: impl Fn(RunEvent) + Send + Sync + 'static,
    ) -> Result<(), AppError> {
        let summary = self.store().await?.run_summary(run).await?;
        let to_ask = still_to_ask(&summary);
        let record = summary.run;
        refuse_made_of_others(&record)?;
        let replays = matches!(answers, Answers::Replayed(_));
        if record.environment.replayed != replays && record.origin != RunOrigin::Graded {
            return Err(mixed(replays));
        }
        let providers = self.providers(&to_ask, &answers).await?;
        self.reload_strategies().await?;
        let sandbox = self.sandbox().await?;
        let now = self.environment(&record.spec, &sandbox).await?;
        if now.dataset_sha256 != record.environment.dataset_sha256 {
            return Err(AppError::failed(
                "dataset-changed",
                format!(
                    "the data set {} is another one than when the run was started",
                    record.dataset
                ),
            ));
        }
        if now.strategy_sha256 != record.environment.strategy_sha256 {
            return Err(AppError::failed(
                "strategy-changed",
                format!(
                    "the strategy {} is another one than when the run was started",
                    record.spec.strategy
                ),
            ));
        }
        if now.images != record.environment.images {
            tracing::warn!("the sandbox image is another one than when the run was started");
        }
        let problems = self.chosen_problems(&record.spec).await?;
        let examples = self.example_pool(&record.spec).await?;
        let providers = answers.record_more(providers)?;
        let handle = self
            .runner()
            .await?
            .resume(
                run,
                Means {
                    problems,
                    providers,
                    sandbox,
                    examples,
                },
            )
            .await?;
        listen(&handle, on_event);
        self.snapshot_at_the_end(&handle).await?;
        Ok(())
    }

    /// The models that resuming a run would ask, for [`App::ensure_models`]; none of a run whose answers come
    /// from elsewhere.
    ///
    /// # Errors
    /// When there is no such run, or it was made of others.
    pub async fn models_to_ask(&self, run: &RunId) -> Result<Vec<ModelRef>, AppError> {
        let summary = self.store().await?.run_summary(run).await?;
        refuse_made_of_others(&summary.run)?;
        if summary.run.environment.replayed {
            return Ok(Vec::new());
        }
        Ok(still_to_ask(&summary))
    }

    /// Listens to a run that is on in this program; whether it is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn watch_run(
        &self,
        run: &RunId,
        on_event: impl Fn(RunEvent) + Send + Sync + 'static,
    ) -> Result<bool, AppError> {
        let handle = self.runner().await?.handle(run);
        if let Some(handle) = &handle {
            listen(handle, on_event);
        }
        Ok(handle.is_some())
    }

    /// Stops a run, here or in another program of this user. What is stored stays.
    ///
    /// # Errors
    /// When there is no such run, or it is not on.
    pub async fn cancel_run(&self, run: &RunId) -> Result<(), AppError> {
        if let Some(handle) = self.runner().await?.handle(run) {
            handle.cancel();
            return Ok(());
        }
        if self.store().await?.request_cancel(run).await? {
            return Ok(());
        }
        Err(AppError::usage(
            "run-not-on",
            format!("run {run} is not on"),
            "nothing was changed",
        ))
    }

    /// Lets a run begin nothing new until it is told to go on, here or in another program of this user.
    ///
    /// # Errors
    /// When there is no such run, or it is not on.
    pub async fn pause_run(&self, run: &RunId, paused: bool) -> Result<(), AppError> {
        if self.runner().await?.steer(run, Some(paused), None).await? {
            return Ok(());
        }
        Err(AppError::usage(
            "run-not-on",
            format!("run {run} is not on"),
            "only a run that is on can be paused; one that was stopped can be resumed",
        ))
    }

    /// How much of what runs share falls to this one; stays with it.
    ///
    /// # Errors
    /// When there is no such run.
    pub async fn set_priority(&self, run: &RunId, priority: Priority) -> Result<(), AppError> {
        self.runner()
            .await?
            .steer(run, None, Some(priority))
            .await?;
        Ok(())
    }

    /// Waits until a run that was started here has ended; one that has is fine too.
    ///
    /// # Errors
    /// When there is no such run.
    pub async fn join_run(&self, run: &RunId) -> Result<(), AppError> {
        if let Some(handle) = self.runner().await?.handle(run) {
            handle.join().await;
        }
        self.store().await?.get_run(run).await?;
        Ok(())
    }

    /// Whether a run is on in this program: to be asked before its window closes.
    pub fn is_running(&self) -> bool {
        self.runner
            .get()
            .is_some_and(|runner| !runner.active().is_empty())
    }

    pub(crate) async fn stop_running(&self) {
        if let Some(runner) = self.runner.get() {
            runner.interrupt_all().await;
        }
    }

    /// What the results of a spec depend on besides it.
    pub(crate) async fn environment(
        &self,
        spec: &RunSpec,
        sandbox: &DockerSandbox,
    ) -> Result<Environment, AppError> {
        let dataset = self.dataset_tag(&spec.dataset).await?;
        let mut images = BTreeMap::new();
        let mut toolchains = BTreeMap::new();
        let mut scale: Option<f64> = None;
        for language in &spec.languages {
            let image = sandbox.require(language).await?;
            let key = language.to_string();
            if let Some(digest) = image.digest {
                images.insert(key.clone(), digest);
            }
            if let Some(toolchain) = image.toolchain {
                toolchains.insert(key, toolchain);
            }
            let stretch = sandbox.timeout_scale(language).await?;
            scale = Some(scale.map_or(stretch, |s| s.max(stretch)));
        }
        let store = ModelStore::new(&self.config.data_dir);
        let models = spec
            .models
            .iter()
            .filter_map(|model| {
                let found = store.find(model)?;
                Some((model.to_string(), format!("sha256:{}", found.sha256)))
            })
            .collect();
        Ok(Environment {
            assay_version: VERSION.to_owned(),
            platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            dataset_version: dataset.version,
            dataset_sha256: dataset.sha256,
            engine: Some(sandbox.engine().await?.label()),
            images,
            toolchains,
            models,
            strategy_sha256: self.strategy_digest(&spec.strategy),
            replayed: false,
            prices: spec
                .models
                .iter()
                .filter_map(|model| Some((model.to_string(), self.facts(model).price?)))
                .collect(),
            timeout_scale: scale,
        })
    }

    async fn run_name(&self, spec: &RunSpec) -> Result<String, AppError> {
        if let Some(name) = spec
            .name
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            return Ok(name.to_owned());
        }
        let dataset = self.dataset_title(&spec.dataset).await?;
        let models: Vec<String> = spec
            .models
            .iter()
            .map(|model| short_model_name(&model.to_string()).to_owned())
            .collect();
        let models = match models.as_slice() {
            [one] => one.clone(),
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
            [] => String::new(),
        };
        let languages: Vec<&str> = spec.languages.iter().map(Language::title).collect();
        Ok(match languages.as_slice() {
            ["Python"] => format!("{models} on {dataset}"),
            _ => format!("{models} on {dataset} ({})", languages.join(", ")),
        })
    }
}

/// The models of which an answer is outstanding; none where the answers were given.
fn still_to_ask(summary: &RunSummary) -> Vec<ModelRef> {
    if summary.run.origin == RunOrigin::Graded {
        return Vec::new();
    }
    let outstanding = |model: &&ModelRef| {
        let name = model.to_string();
        summary
            .models
            .iter()
            .any(|(of, counters)| *of == name && (counters.pending > 0 || counters.unanswered > 0))
    };
    let models = summary.run.spec.models.iter();
    models.filter(outstanding).cloned().collect()
}

/// A run's answers come from its models or from a recording, not from both.
fn mixed(replays: bool) -> AppError {
    let (message, hint) = if replays {
        (
            "the run was asked of its models and cannot go on from a recording",
            "resume it without a replay",
        )
    } else {
        (
            "the run's answers come from a recording, and its models must not be asked for the rest",
            "resume it with the recording: assay eval --resume RUN --replay FILE",
        )
    };
    AppError::usage("bad-answers", message, hint)
}

/// Tells a front what happens in a run, until its end.
pub(crate) fn listen(handle: &RunHandle, on_event: impl Fn(RunEvent) + Send + Sync + 'static) {
    let mut events = handle.subscribe();
    tokio::spawn(async move {
        while let Some(event) = events.next().await {
            on_event(event);
        }
    });
}

#[cfg(test)]
mod tests;
