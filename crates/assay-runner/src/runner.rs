//! Starting, resuming and stopping runs.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use assay_core::{
    Coded, EarlyStop, ErrorInfo, Price, Priority, RunEvent, RunId, RunOrigin, RunProgress, RunSpec,
    RunStatus,
};
use assay_prompting::Strategies;
use assay_providers::CancellationToken;
use assay_store::{Counters, NewRun, RunSummary, Store};
use tokio::sync::Notify;

use crate::dispatch::{Before, Dispatcher};
use crate::early::Early;
use crate::events::{Hub, Subscription};
use crate::lane::Lane;
use crate::memory::MemoryBudget;
use crate::plan::{EvaluationPlan, facts, grading_plan, index};
use crate::progress::CacheCounts;
use crate::share::Places;
use crate::steps::Context;
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
    /// Above it, too; what is under way goes on.
    pub memory: Option<Arc<MemoryBudget>>,
    /// What the caches may take together.
    pub cache_bytes: u64,
    /// Keys of samples that are read from the store at once.
    pub page: u32,
    pub progress_every: Duration,
    /// How often the time at work is stored, and a request to cancel from another program is seen.
    pub heartbeat_every: Duration,
}

impl Default for RunnerConfig {
    fn default() -> Self {
        Self {
            patience: 8,
            waiting_programs: 256,
            waiting_bytes: 32 << 20,
            memory: Some(Arc::new(MemoryBudget::of_program(1 << 30))),
            cache_bytes: 2 << 30,
            page: 256,
            progress_every: Duration::from_millis(100),
            heartbeat_every: Duration::from_secs(1),
        }
    }
}

/// Carries out runs, several at once. Clones share it.
///
/// Needs a multi-threaded tokio runtime: runs go on in its background.
#[derive(Clone)]
pub struct Runner {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    strategies: Mutex<Arc<Strategies>>,
    config: RunnerConfig,
    active: Mutex<HashMap<RunId, RunHandle>>,
    /// By model; whichever runs ask it share them.
    model_places: Mutex<HashMap<String, Arc<Places>>>,
    /// Of the sandbox.
    sandbox_places: OnceLock<Arc<Places>>,
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
    shared: Arc<Shared>,
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

    fn strategies(&self) -> Arc<Strategies> {
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
            let strategy = strategies
                .resolve(&evaluation.spec.strategy, &facts(provider.as_ref()))
                .map_err(|source| RunnerError::Prompting {
                    model: model.clone(),
                    source,
                })?;
            models.push((model, strategy.id.clone()));
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
            let before = store.run_summary(&run).await?;
            // Before the run is touched at all.
            models_to_ask(&before, &means)?;
            let before = before.run;
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

    /// Puts back what is to be tried again, and says which models still have to be asked.
    async fn prepare(
        &self,
        run: &RunId,
        rule: Option<EarlyStop>,
        means: &Means,
    ) -> Result<Prepared, RunnerError> {
        let store = &self.inner.store;
        // Once more, now that nobody else can change it.
        let models = models_to_ask(&store.run_summary(run).await?, means)?;
        store.reset_unjudged(run).await?;
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

    fn active_map(&self) -> MutexGuard<'_, HashMap<RunId, RunHandle>> {
        self.inner
            .active
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
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

    fn launch(&self, attempt: Attempt, models: &[String], means: Means) -> RunHandle {
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
        let context = Context {
            store: self.inner.store.clone(),
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
        };
        let dispatcher = Dispatcher::new(
            Arc::new(context),
            Arc::clone(&shared),
            self.inner.config.clone(),
            lanes,
            seat,
            attempt.early,
            &attempt.before,
        );
        let counters = attempt.before.counters;
        tokio::spawn(self.clone().attend(shared, dispatcher, counters));
        handle
    }

    /// Sees a run to its end, whatever happens to its dispatcher.
    async fn attend(self, shared: Arc<Shared>, dispatcher: Dispatcher, counters: Counters) {
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

struct Attempt {
    run: RunId,
    spec: RunSpec,
    prices: BTreeMap<String, Price>,
    model_digests: BTreeMap<String, String>,
    priority: Priority,
    early: Option<Early>,
    before: Before,
}

/// What is found out of a run before it goes on.
struct Prepared {
    counters: Counters,
    models: Vec<String>,
    early: Option<Early>,
}

/// The models a resumed run still has to ask: for what is pending, and for the requests that failed and
/// are put back.
fn models_to_ask(summary: &RunSummary, means: &Means) -> Result<Vec<String>, RunnerError> {
    let offered = models_of(means);
    summary
        .models
        .iter()
        .filter(|(_, counters)| counters.pending + counters.unanswered > 0)
        .map(|(model, _)| {
            if offered.contains(model) {
                Ok(model.clone())
            } else {
                Err(RunnerError::ProviderMissing {
                    model: model.clone(),
                })
            }
        })
        .collect()
}

fn models_of(means: &Means) -> Vec<String> {
    means
        .providers
        .iter()
        .map(|p| p.model().to_string())
        .collect()
}

pub(crate) fn internal(detail: &str) -> ErrorInfo {
    ErrorInfo::new(
        "internal",
        format!("the run met a defect of Assay: {detail}"),
    )
    .with_hint("please report this; the run can be resumed")
}
