//! Starting, resuming and stopping runs.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use assay_core::{
    ErrorInfo, Priority, RunEvent, RunId, RunOrigin, RunProgress, RunStatus, StrategyId,
};
use assay_prompting::{ADAPTIVE, AUTO, Strategies};
use assay_providers::CancellationToken;
use assay_store::{Counters, NewRun, Store};
use tokio::sync::Notify;

use crate::adaptive::Adaptive;
use crate::attempt::{Attempt, Prepared, models_of, models_to_ask};
use crate::dispatch::Before;
use crate::early::Early;
use crate::events::{Hub, Subscription};
use crate::memory::MemoryFloor;
use crate::plan::{EvaluationPlan, facts, grading_plan};
use crate::share::Places;
use crate::{Evaluation, Grading, Means, RunnerError};

/// How a run is carried out, beyond what its spec says.
#[derive(Debug, Clone)]
pub struct RunnerConfig {
    /// After so many failed requests to a model in a row, each retried by its provider, the model is
    /// given up; after so many programs in a row that the sandbox could not judge, the run is.
    pub patience: u32,
    /// Programs that may wait for the sandbox; above it no more answers are asked for.
    pub waiting_programs: usize,
    /// What those may take, in bytes, besides.
    pub waiting_bytes: usize,
    /// Where less than this is available no more are asked for either; what is under way goes on.
    pub memory: Option<Arc<MemoryFloor>>,
    /// What the caches may take together; may change at any time.
    pub cache_bytes: Arc<AtomicU64>,
    /// Keys of samples that are read from the store at once.
    pub page: u32,
    pub progress_every: Duration,
    /// How often the time at work is stored, and a request to cancel from another program is seen.
    pub heartbeat_every: Duration,
    /// One sample after another, each to its end before the next is begun: what a run is measured against.
    pub in_sequence: bool,
}

impl Default for RunnerConfig {
    fn default() -> Self {
        Self {
            patience: 8,
            waiting_programs: 256,
            waiting_bytes: 32 << 20,
            memory: Some(Arc::new(MemoryFloor::of_machine())),
            cache_bytes: Arc::new(AtomicU64::new(2 << 30)),
            page: 256,
            progress_every: Duration::from_millis(100),
            heartbeat_every: Duration::from_secs(1),
            in_sequence: false,
        }
    }
}

/// Carries out runs, several at once. Clones share it.
///
/// Needs a multi-threaded tokio runtime: runs go on in its background.
#[derive(Clone)]
pub struct Runner {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) adaptive: Adaptive,
    pub(crate) strategies: Mutex<Arc<Strategies>>,
    pub(crate) config: RunnerConfig,
    pub(crate) active: Mutex<HashMap<RunId, RunHandle>>,
    /// By model; whichever runs ask it share them.
    pub(crate) model_places: Mutex<HashMap<String, Arc<Places>>>,
    /// Of the sandbox.
    pub(crate) sandbox_places: OnceLock<Arc<Places>>,
}

/// Requests to one model, over all runs of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelPlaces {
    pub model: String,
    pub in_flight: usize,
    pub limit: usize,
    pub most: usize,
}

/// How a run's attempt ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub status: RunStatus,
    pub progress: RunProgress,
    pub error: Option<ErrorInfo>,
}

/// A run at work. Clones are the same run; dropping one changes nothing.
#[derive(Debug, Clone)]
pub struct RunHandle {
    pub(crate) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) run: RunId,
    pub(crate) hub: Hub,
    pub(crate) stop: CancellationToken,
    /// Whether the stop is the program's end and not a person's wish.
    pub(crate) interrupted: AtomicBool,
    /// Nothing new is begun.
    pub(crate) paused: AtomicBool,
    /// Makes the dispatcher look up.
    pub(crate) wake: Arc<Notify>,
}

impl RunHandle {
    pub fn id(&self) -> &RunId {
        &self.shared.run
    }

    /// Stops the run as soon as can be: requests and executions under way are given up. What is
    /// stored stays; the rest can be resumed.
    pub fn cancel(&self) {
        self.shared.stop.cancel();
    }

    /// As [`RunHandle::cancel`], but the run is left `interrupted`: for the end of the program.
    pub fn interrupt(&self) {
        self.shared.interrupted.store(true, Ordering::SeqCst);
        self.shared.stop.cancel();
    }

    /// Begins nothing new until it is told to go on; what is under way ends. Lasts as long as the attempt.
    fn pause(&self, paused: bool) {
        self.shared.paused.store(paused, Ordering::SeqCst);
        self.shared.wake.notify_one();
    }

    /// How far it is, as it was last told.
    pub fn progress(&self) -> Option<RunProgress> {
        match self.shared.hub.progress()? {
            RunEvent::Progress { progress, .. } => Some(progress),
            _ => None,
        }
    }

    /// What happens from now on.
    pub fn subscribe(&self) -> Subscription {
        self.shared.hub.subscribe()
    }

    /// Waits for the end. Dropping the wait does not stop the run.
    pub async fn join(&self) -> Outcome {
        match self.shared.hub.finished().await {
            RunEvent::Finished {
                status,
                progress,
                error,
                ..
            } => Outcome {
                status,
                progress,
                error,
            },
            // The hub keeps nothing else as the last event.
            _ => Outcome {
                status: RunStatus::Failed,
                progress: RunProgress::default(),
                error: None,
            },
        }
    }
}

impl Runner {
    pub fn new(store: Store, strategies: Arc<Strategies>, config: RunnerConfig) -> Self {
        Self {
            inner: Arc::new(Inner {
                adaptive: Adaptive::new(store.clone()),
                store,
                strategies: Mutex::new(strategies),
                config,
                active: Mutex::new(HashMap::new()),
                model_places: Mutex::default(),
                sandbox_places: OnceLock::new(),
            }),
        }
    }

    /// Other strategies for the runs that begin from now on; those at work keep theirs.
    pub fn set_strategies(&self, strategies: Arc<Strategies>) {
        *self
            .inner
            .strategies
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = strategies;
    }

    pub(crate) fn strategies(&self) -> Arc<Strategies> {
        Arc::clone(
            &self
                .inner
                .strategies
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// A new run's id: a UUIDv7.
    pub fn new_id() -> RunId {
        RunId::new(uuid::Uuid::now_v7().to_string())
    }

    /// Stores a run with all its samples and begins with it. Answers when it is stored.
    ///
    /// # Errors
    /// [`RunnerError::Prompting`] when a model cannot be asked by the spec's strategy,
    /// [`RunnerError::Nothing`], [`RunnerError::ModelTwice`], [`RunnerError::Store`]; nothing is then
    /// stored.
    pub async fn start(&self, evaluation: Evaluation) -> Result<RunHandle, RunnerError> {
        let strategies = self.strategies();
        let mut models = Vec::with_capacity(evaluation.means.providers.len());
        for provider in &evaluation.means.providers {
            let model = provider.model().to_string();
            let wanted = &evaluation.spec.strategy;
            // What a policy may choose from for this model is looked at before anything is stored.
            let adaptive = wanted.as_str() == ADAPTIVE;
            let asked_by = if adaptive {
                &StrategyId::from(AUTO)
            } else {
                wanted
            };
            let strategy = strategies
                .resolve(asked_by, &facts(provider.as_ref()))
                .map_err(|source| RunnerError::Prompting {
                    model: model.clone(),
                    source,
                })?;
            models.push((model, if adaptive { wanted } else { &strategy.id }.clone()));
        }
        let plan = EvaluationPlan::new(
            evaluation.spec.clone(),
            models,
            evaluation.means.problems.clone(),
        )?;
        let total = plan.total();
        let new = NewRun {
            id: evaluation.id,
            name: evaluation.name,
            origin: RunOrigin::Evaluated,
            spec: evaluation.spec,
            environment: evaluation.environment,
            note: evaluation.note,
        };
        let counters = Counters {
            total,
            pending: total,
            ..Counters::default()
        };
        self.create(new, plan, counters, evaluation.means).await
    }

    /// Stores answers made elsewhere as a run of their own and begins to execute them.
    ///
    /// # Errors
    /// [`RunnerError::UnknownProblem`], [`RunnerError::Nothing`], [`RunnerError::Store`] (an index
    /// given twice for one problem is [`assay_store::StoreError::DuplicateSample`]); nothing is then
    /// stored.
    pub async fn grade(&self, grading: Grading) -> Result<RunHandle, RunnerError> {
        let plan = grading_plan(&grading.model, &grading.means.problems, grading.completions)?;
        let total = u32::try_from(plan.len()).unwrap_or(u32::MAX);
        let new = NewRun {
            id: grading.id,
            name: grading.name,
            origin: RunOrigin::Graded,
            spec: grading.spec,
            environment: grading.environment,
            note: grading.note,
        };
        let counters = Counters {
            total,
            generated: total,
            ..Counters::default()
        };
        self.create(new, plan, counters, grading.means).await
    }

    async fn create<I>(
        &self,
        new: NewRun,
        plan: I,
        counters: Counters,
        means: Means,
    ) -> Result<RunHandle, RunnerError>
    where
        I: IntoIterator<Item = assay_store::PlannedSample> + Send + 'static,
        I::IntoIter: Send,
    {
        let runner = self.clone();
        // In a task of its own: a caller that goes away must not leave a stored run unattended.
        let created = tokio::spawn(async move {
            let (run, spec) = (new.id.clone(), new.spec.clone());
            let prices = new.environment.prices.clone();
            let model_digests = new.environment.models.clone();
            runner.inner.store.create_run(new, plan).await?;
            let attempt = Attempt {
                run,
                priority: spec.priority,
                early: spec.early_stop.map(|rule| Early::new(rule, &[])),
                spec,
                prices,
                model_digests,
                before: Before {
                    counters,
                    withdrawn: 0,
                    elapsed_s: 0.0,
                },
            };
            let models = models_of(&means);
            Ok(runner.launch(attempt, &models, means))
        });
        created
            .await
            .unwrap_or_else(|_| Err(RunnerError::Store(assay_store::StoreError::Closed)))
    }

    /// Takes up a run that nobody works on and does what is outstanding: samples without an answer are
    /// asked for, answers without a verdict executed, and failed requests and programs the sandbox
    /// could not judge are tried again. What was judged stays as it is.
    ///
    /// # Errors
    /// [`RunnerError::Store`] (`run-not-found`, `run-busy`), [`RunnerError::ProviderMissing`]; the run is
    /// then left as it was.
    pub async fn resume(&self, run: &RunId, means: Means) -> Result<RunHandle, RunnerError> {
        let runner = self.clone();
        let run = run.clone();
        let resumed = tokio::spawn(async move {
            let store = &runner.inner.store;
            let before = store.get_run(&run).await?;
            // Before the run is touched at all.
            models_to_ask(store, &run, &means).await?;
            let record = store.claim_run(&run).await?;
            match runner.prepare(&run, record.spec.early_stop, &means).await {
                Ok(Prepared {
                    counters,
                    models,
                    early,
                }) => {
                    let attempt = Attempt {
                        run,
                        priority: record.priority,
                        early,
                        spec: record.spec,
                        prices: record.environment.prices,
                        model_digests: record.environment.models,
                        before: Before {
                            counters,
                            withdrawn: record.withdrawn,
                            elapsed_s: record.elapsed_s,
                        },
                    };
                    Ok(runner.launch(attempt, &models, means))
                }
                Err(error) => {
                    // Nobody works on it: what says `running` was left so by a program that is gone.
                    let status = match before.status {
                        RunStatus::Running => RunStatus::Interrupted,
                        ended => ended,
                    };
                    store
                        .finish_run(&run, status, None, before.error.as_ref())
                        .await?;
                    Err(error)
                }
            }
        });
        resumed
            .await
            .unwrap_or_else(|_| Err(RunnerError::Store(assay_store::StoreError::Closed)))
    }

    /// Says how a run is to share the machine, whichever program works on it: whether it pauses, and how much of what runs
    /// share falls to it. `None` leaves a thing as it is. Answers whether anybody works on the run.
    ///
    /// # Errors
    /// [`RunnerError::Store`] (`run-not-found`).
    pub async fn steer(
        &self,
        run: &RunId,
        paused: Option<bool>,
        priority: Option<Priority>,
    ) -> Result<bool, RunnerError> {
        let running = self.inner.store.steer_run(run, paused, priority).await?;
        if let (Some(handle), Some(paused)) = (self.handle(run), paused) {
            handle.pause(paused);
        }
        Ok(running)
    }

    /// The models that are asked here: requests in flight, how many are worth having, and how many there may be.
    pub fn model_places(&self) -> Vec<ModelPlaces> {
        let places = self
            .inner
            .model_places
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = places
            .iter()
            .filter(|(_, places)| Arc::strong_count(places) > 1)
            .map(|(model, places)| {
                let (in_flight, limit, most) = places.gauges();
                ModelPlaces {
                    model: model.clone(),
                    in_flight,
                    limit,
                    most,
                }
            })
            .collect();
        all.sort_by(|a, b| a.model.cmp(&b.model));
        all
    }

    /// The policies that choose strategies, with what they have learned.
    pub fn adaptive(&self) -> &Adaptive {
        &self.inner.adaptive
    }

    /// How this runner was set up.
    pub fn config(&self) -> &RunnerConfig {
        &self.inner.config
    }

    /// The runs at work here.
    pub fn active(&self) -> Vec<RunHandle> {
        self.active_map().values().cloned().collect()
    }

    /// A run at work here.
    pub fn handle(&self, run: &RunId) -> Option<RunHandle> {
        self.active_map().get(run).cloned()
    }

    /// Stops every run, to be resumed another time, and waits until they have stopped: for the end of
    /// the program.
    pub async fn interrupt_all(&self) {
        let handles = self.active();
        for handle in &handles {
            handle.interrupt();
        }
        for handle in handles {
            handle.join().await;
        }
    }

    pub(crate) fn active_map(&self) -> MutexGuard<'_, HashMap<RunId, RunHandle>> {
        self.inner
            .active
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn internal(detail: &str) -> ErrorInfo {
    ErrorInfo::new(
        "internal",
        format!("the run met a defect of Assay: {detail}"),
    )
    .with_hint("please report this; the run can be resumed")
}
