//! One attempt at a run: what it needs to know, its dispatcher, and its end.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError};

use assay_core::{
    AdaptiveSpec, Coded, EarlyStop, Price, Priority, RunEvent, RunId, RunProgress, RunSpec,
    RunStatus,
};
use assay_prompting::ADAPTIVE;
use assay_providers::CancellationToken;
use assay_store::{Counters, Store};

use crate::dispatch::{Before, Dispatcher};
use crate::early::Early;
use crate::events::Hub;
use crate::lane::Lane;
use crate::plan::index;
use crate::progress::CacheCounts;
use crate::runner::{RunHandle, Runner, Shared, internal};
use crate::share::Places;
use crate::steps::Context;
use crate::{Means, RunnerError};

pub(crate) struct Attempt {
    pub run: RunId,
    pub spec: RunSpec,
    pub prices: BTreeMap<String, Price>,
    pub model_digests: BTreeMap<String, String>,
    pub priority: Priority,
    pub early: Option<Early>,
    pub before: Before,
}

/// What is found out of a run before it goes on.
pub(crate) struct Prepared {
    pub counters: Counters,
    pub models: Vec<String>,
    pub early: Option<Early>,
}

/// The models a resumed run still has to ask: for what is pending, and for the requests that failed and
/// are put back.
pub(crate) async fn models_to_ask(
    store: &Store,
    run: &RunId,
    means: &Means,
) -> Result<Vec<String>, RunnerError> {
    let offered = models_of(means);
    let models = store.models_to_ask(run).await?;
    match models.iter().find(|model| !offered.contains(model)) {
        Some(model) => Err(RunnerError::ProviderMissing {
            model: model.clone(),
        }),
        None => Ok(models),
    }
}

pub(crate) fn models_of(means: &Means) -> Vec<String> {
    means
        .providers
        .iter()
        .map(|p| p.model().to_string())
        .collect()
}

impl Runner {
    /// Puts back what is to be tried again, and says which models still have to be asked.
    pub(crate) async fn prepare(
        &self,
        run: &RunId,
        rule: Option<EarlyStop>,
        means: &Means,
    ) -> Result<Prepared, RunnerError> {
        let store = &self.inner.store;
        // Once more, now that nobody else can change it.
        let models = models_to_ask(store, run, means).await?;
        store.reset_unjudged(run).await?;
        let spec = store.get_run(run).await?.spec;
        if spec.strategy.as_str() == ADAPTIVE && spec.adaptive.is_none_or(|a| a.learn) {
            self.inner.adaptive.catch_up(run).await?;
        }
        let early = match rule {
            None => None,
            Some(rule) => {
                let rows = store.score_rows(std::slice::from_ref(run)).await?;
                Some(Early::new(rule, &rows))
            }
        };
        Ok(Prepared {
            counters: store.run_summary(run).await?.totals,
            models,
            early,
        })
    }

    fn places_of(&self, model: &str) -> Arc<Places> {
        let mut places = self
            .inner
            .model_places
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Those nobody sits at any more have nothing to remember that still holds.
        places.retain(|_, places| Arc::strong_count(places) > 1);
        Arc::clone(
            places
                .entry(model.to_owned())
                .or_insert_with(|| Arc::new(Places::adaptive())),
        )
    }

    pub(crate) fn launch(&self, attempt: Attempt, models: &[String], means: Means) -> RunHandle {
        let shared = Arc::new(Shared {
            run: attempt.run.clone(),
            hub: Hub::default(),
            stop: CancellationToken::new(),
            interrupted: AtomicBool::new(false),
            paused: AtomicBool::new(false),
            wake: Arc::default(),
        });
        let handle = RunHandle {
            shared: Arc::clone(&shared),
        };
        self.active_map()
            .insert(attempt.run.clone(), handle.clone());
        let lanes = means
            .providers
            .iter()
            .filter(|p| models.contains(&p.model().to_string()))
            .map(|p| {
                Lane::new(
                    Arc::clone(p),
                    &self.places_of(&p.model().to_string()),
                    attempt.spec.concurrency,
                    attempt.priority.weight(),
                    &shared.wake,
                    &shared.stop,
                )
            })
            .collect();
        // Twice what runs at once: a place is taken again while the outcome is being stored.
        let containers = 2 * means.sandbox.concurrency().max(1);
        let seat = self
            .inner
            .sandbox_places
            .get_or_init(|| Arc::new(Places::fixed(containers)))
            .seat(
                attempt.priority.weight(),
                containers,
                Arc::clone(&shared.wake),
            );
        let context = Arc::new(Context {
            store: self.inner.store.clone(),
            adaptive: self.inner.adaptive.clone(),
            strategies: self.strategies(),
            problems: index(&means.problems),
            examples: means.examples,
            sandbox: means.sandbox,
            spec: attempt.spec,
            prices: attempt.prices,
            model_digests: attempt.model_digests,
            identities: tokio::sync::Mutex::default(),
            cached: CacheCounts::default(),
            run: attempt.run,
            stop: shared.stop.clone(),
        });
        let chooser = context.chooser();
        let dispatcher = Dispatcher::new(
            context,
            Arc::clone(&shared),
            self.inner.config.clone(),
            lanes,
            seat,
            attempt.early,
            &attempt.before,
        );
        let counters = attempt.before.counters;
        tokio::spawn(self.clone().attend(shared, dispatcher, counters, chooser));
        handle
    }

    /// Sees a run to its end, whatever happens to its dispatcher.
    async fn attend(
        self,
        shared: Arc<Shared>,
        dispatcher: Dispatcher,
        counters: Counters,
        chooser: Option<AdaptiveSpec>,
    ) {
        if let Some(chooser) = &chooser
            && let Err(error) = self
                .inner
                .adaptive
                .begin(&shared.run, &chooser.policy)
                .await
        {
            // The first sample that is to be chosen for says it to who asked.
            tracing::warn!(policy = chooser.policy, %error, "failed to find the policy of a run");
        }
        let ended = tokio::spawn(dispatcher.run()).await;
        let mut end = ended.unwrap_or_else(|panic| crate::dispatch::End {
            status: RunStatus::Failed,
            error: Some(internal(&panic.to_string())),
            progress: RunProgress {
                total: counters.total,
                done: counters.done,
                ..RunProgress::default()
            },
            elapsed_s: None,
        });
        if let Some(chooser) = chooser
            && let Err(error) = self.inner.adaptive.end(&shared.run, &chooser.policy).await
        {
            // Nothing is lost: it is made of its lessons again.
            tracing::warn!(policy = chooser.policy, %error, "failed to keep what a policy knows");
        }
        let stored = self
            .inner
            .store
            .finish_run(&shared.run, end.status, end.elapsed_s, end.error.as_ref())
            .await;
        if let Err(error) = stored {
            tracing::error!(run = %shared.run, %error, "failed to store how a run ended");
            end.status = RunStatus::Failed;
            end.error.get_or_insert_with(|| error.info());
        }
        self.active_map().remove(&shared.run);
        shared.hub.tell(RunEvent::Finished {
            run: shared.run.clone(),
            status: end.status,
            progress: end.progress,
            error: end.error,
        });
    }
}
