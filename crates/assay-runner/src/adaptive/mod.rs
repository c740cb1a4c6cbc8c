//! Runs whose strategies a policy chooses, sample by sample.
//!
//! What a policy knows is a fold over its lessons in the store, in their order, and every program that uses it applies the
//! same ones: runs that go on side by side, also in several programs, learn together, and nothing is lost with a killed one. A
//! decision keeps the last lesson it rested on, so that it can be made again exactly ([`Adaptive::replay`]).

mod known;
mod replay;
mod settings;
mod trouble;

use std::collections::HashMap;
use std::sync::{Arc, Mutex as Lock, MutexGuard, PoisonError};

use assay_bandit::{Outcome, Policy, reward};
use assay_core::{AdaptiveSpec, RunId, SampleId, StrategyId};
use assay_prompting::{Context, ContextInput, ModelFacts, PublicProblem, Strategies};
use assay_store::{
    DecisionRecord, NewLesson, OutcomeRecord, OutstandingSample, PolicyHead, Store, StoreError,
};
use tokio::sync::Mutex;

use crate::RunnerError;
use crate::seed::sample_seed;
use known::{Known, learn_more};
pub use replay::{Differing, Replay};
pub use settings::{PolicySettings, arms_for};
use trouble::Trouble;

/// The policies of a store, at work. Clones share what they know.
#[derive(Clone)]
pub struct Adaptive {
    store: Store,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// By the policy's row.
    known: Lock<HashMap<i64, Arc<Mutex<Known>>>>,
    /// Of rows that were looked at; they never change.
    settings: Lock<HashMap<i64, Arc<PolicySettings>>>,
    /// Which policy chose last for a run that is on.
    by_run: Lock<HashMap<RunId, i64>>,
    trouble: Trouble,
}

/// A sample that a strategy is to be chosen for.
pub(crate) struct Choosing<'a> {
    pub run: &'a RunId,
    pub spec: &'a AdaptiveSpec,
    pub sample: &'a OutstandingSample,
    pub problem: &'a PublicProblem,
    pub facts: &'a ModelFacts,
    pub strategies: &'a Strategies,
}

impl Adaptive {
    pub fn new(store: Store) -> Self {
        Self {
            store,
            shared: Arc::default(),
        }
    }

    /// The strategy for a sample: the one that was decided for it, or the one that is decided now and kept.
    pub(crate) async fn choose(&self, asked: &Choosing<'_>) -> Result<StrategyId, RunnerError> {
        let sample = asked.sample;
        if let Some(decided) = self.store.decision(sample.id).await? {
            return Ok(decided.arm);
        }
        let policy = self.chooser_of(asked.run, &asked.spec.policy).await?;
        let settings = self.settings_of(policy.id).await?;
        let arms = arms_for(&settings, asked.strategies, asked.facts)?;
        let context = Context::of(&ContextInput {
            problem: asked.problem,
            family: asked.strategies.families().of(&asked.facts.names),
            facts: asked.facts,
            trouble: self.shared.trouble.share(&sample.model),
        });
        let known = self.known(policy.id, &settings).await?;
        let mut known = known.lock().await;
        learn_more(&self.store, &mut known, None).await?;
        // Another run of the same samples is to try others at random.
        let seed = sample_seed(
            sample.seed.unwrap_or_default(),
            &format!("decision of {} after {}", policy.id, known.seq),
            &sample.language,
            &sample.problem,
            sample.index,
        );
        let frozen = policy.frozen || !asked.spec.learn;
        let exploration = if frozen {
            0.0
        } else {
            settings.policy.exploration
        };
        let decision = known
            .acting(exploration, frozen)?
            .decide(&context.values, &arms, seed)?;
        let record = DecisionRecord {
            sample: sample.id,
            policy: policy.id,
            seen: known.seq,
            context_version: context.version,
            context: context.values,
            arm: decision.arm,
            greedy: decision.greedy,
            explored: decision.explored,
            exploration,
            frozen,
            propensity: decision.propensity,
            scores: settings::to_json(&decision.scores)?,
            seed,
        };
        drop(known);
        Ok(self.store.record_decision(record).await?.arm)
    }

    /// Teaches the policy that decided for a sample what became of it. Nothing where no policy did, or nothing is known yet.
    pub(crate) async fn learn(&self, sample: SampleId) -> Result<(), RunnerError> {
        let Some(decision) = self.store.decision(sample).await? else {
            return Ok(());
        };
        let Some(outcome) = self.store.outcome(sample).await? else {
            return Ok(());
        };
        let settings = self.settings_of(decision.policy).await?;
        let lesson = lesson(
            &settings,
            decision.policy,
            &outcome,
            decision.context,
            decision.context_version,
        )?;
        self.store.learn(vec![lesson]).await?;
        Ok(())
    }

    /// Teaches the policy that decided for a sample that a request like that is refused: worth nothing, whatever the answer
    /// would have been. The sample stays without a verdict.
    pub(crate) async fn learn_refused(&self, sample: SampleId) -> Result<(), RunnerError> {
        let Some(decision) = self.store.decision(sample).await? else {
            return Ok(());
        };
        let settings = self.settings_of(decision.policy).await?;
        let nothing = Outcome {
            passed: false,
            quality: None,
            cost_usd: None,
            latency_ms: None,
        };
        let reward = reward(&nothing, settings.reward, settings.scales)?;
        let lesson = NewLesson {
            policy: decision.policy,
            sample,
            arm: decision.arm,
            context_version: decision.context_version,
            context: decision.context,
            reward: reward.value,
            parts: settings::to_json(&reward)?,
            passed: false,
            cell: format!("refused {}", sample.0),
        };
        self.store.learn(vec![lesson]).await?;
        Ok(())
    }

    /// Teaches what a killed program left untaught of a run.
    pub(crate) async fn catch_up(&self, run: &RunId) -> Result<(), RunnerError> {
        for sample in self.store.untaught(run).await? {
            self.learn(sample).await?;
        }
        Ok(())
    }

    /// Finds out which policy chooses for a run that begins, so that the run can go on by it when it is deleted.
    pub(crate) async fn begin(&self, run: &RunId, name: &str) -> Result<(), RunnerError> {
        self.chooser_of(run, name).await.map(|_| ())
    }

    /// Keeps what the policy of a run that ends knows, so that it need not be made of its lessons again.
    pub(crate) async fn end(&self, run: &RunId, name: &str) -> Result<(), RunnerError> {
        let policy = self.chooser_of(run, name).await;
        self.by_run().remove(run);
        let policy = policy?;
        let settings = self.settings_of(policy.id).await?;
        let known = self.known(policy.id, &settings).await?;
        let mut known = known.lock().await;
        learn_more(&self.store, &mut known, None).await?;
        known.keep(&self.store).await
    }

    /// A policy with all it has learned.
    ///
    /// # Errors
    /// [`RunnerError::Store`]; [`RunnerError::Policy`] where what is stored of it is not understood.
    pub async fn policy(&self, id: i64) -> Result<Policy, RunnerError> {
        let settings = self.settings_of(id).await?;
        let known = self.known(id, &settings).await?;
        let mut known = known.lock().await;
        learn_more(&self.store, &mut known, None).await?;
        Ok(known.policy.clone())
    }

    /// A policy as it was after the lesson `seq`.
    ///
    /// # Errors
    /// As [`Adaptive::policy`].
    pub async fn policy_as_of(&self, id: i64, seq: i64) -> Result<Policy, RunnerError> {
        let settings = self.settings_of(id).await?;
        let mut known = Known::read(&self.store, id, &settings, Some(seq)).await?;
        learn_more(&self.store, &mut known, Some(seq)).await?;
        Ok(known.policy)
    }

    /// Teaches a policy outcomes that no policy decided: those of runs with a fixed strategy. `context_of` says what a
    /// policy would have seen of a sample; those it knows nothing of are left out. Answers how many were new to it.
    ///
    /// # Errors
    /// [`RunnerError::Store`], [`RunnerError::Policy`].
    pub async fn teach(
        &self,
        policy: i64,
        outcomes: &[OutcomeRecord],
        context_of: impl Fn(&OutcomeRecord) -> Option<Context> + Send + Sync,
    ) -> Result<u32, RunnerError> {
        let settings = self.settings_of(policy).await?;
        let mut taught = 0;
        for outcomes in outcomes.chunks(500) {
            let lessons: Result<Vec<_>, RunnerError> = outcomes
                .iter()
                .filter_map(|outcome| {
                    let context = context_of(outcome)?;
                    Some(lesson(
                        &settings,
                        policy,
                        outcome,
                        context.values,
                        context.version,
                    ))
                })
                .collect();
            taught += self.store.learn(lessons?).await?;
        }
        Ok(taught)
    }

    /// That a request to a model was answered, or was not.
    pub(crate) fn asked(&self, model: &str, answered: bool) {
        self.shared.trouble.note(model, answered);
    }

    /// The policy that chooses for a run: the one in use of that name. Where it was deleted since the run began, the one that
    /// chose until then, with what it knew: what somebody deleted is not made again behind their back, and no sample is lost
    /// for it. As it is no longer in use, it learns nothing.
    async fn chooser_of(&self, run: &RunId, name: &str) -> Result<PolicyHead, RunnerError> {
        if let Some(head) = self.store.policy_head(name).await? {
            self.by_run().insert(run.clone(), head.id);
            return Ok(head);
        }
        let before = self.by_run().get(run).copied();
        let before = match before {
            Some(id) => Some(id),
            // By another program, or before the run was stopped.
            None => self.store.policy_of_run(run).await?,
        };
        let head = match before {
            Some(id) => PolicyHead { id, frozen: true },
            None => self.usual(name).await?,
        };
        self.by_run().insert(run.clone(), head.id);
        Ok(head)
    }

    fn by_run(&self) -> MutexGuard<'_, HashMap<RunId, i64>> {
        self.shared
            .by_run
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The policy that is made when it is first used; of another name there must be one.
    async fn usual(&self, name: &str) -> Result<PolicyHead, RunnerError> {
        if name != AdaptiveSpec::default().policy {
            return Err(StoreError::PolicyNotFound(name.to_owned()).into());
        }
        let config = settings::to_json(&PolicySettings::default())?;
        match self
            .store
            .create_policy(name.to_owned(), config, None)
            .await
        {
            Ok(_) | Err(StoreError::PolicyExists(_)) => {}
            Err(error) => return Err(error.into()),
        }
        let head = self.store.policy_head(name).await?;
        Ok(head.ok_or_else(|| StoreError::PolicyNotFound(name.to_owned()))?)
    }

    /// How a policy was set up.
    ///
    /// # Errors
    /// [`RunnerError::Store`]; [`RunnerError::Policy`] where it is not understood.
    pub async fn settings_of(&self, id: i64) -> Result<Arc<PolicySettings>, RunnerError> {
        let held = || {
            self.shared
                .settings
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(known) = held().get(&id) {
            return Ok(Arc::clone(known));
        }
        let record = self.store.policy_by_id(id).await?;
        let settings = Arc::new(PolicySettings::from_json(&record.config)?);
        held().insert(id, Arc::clone(&settings));
        Ok(settings)
    }

    async fn known(
        &self,
        id: i64,
        settings: &PolicySettings,
    ) -> Result<Arc<Mutex<Known>>, RunnerError> {
        let held = || {
            self.shared
                .known
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(known) = held().get(&id) {
            return Ok(Arc::clone(known));
        }
        let read = Known::read(&self.store, id, settings, None).await?;
        // Whoever was first counts: what is known of a policy is there once.
        Ok(Arc::clone(
            held()
                .entry(id)
                .or_insert_with(|| Arc::new(Mutex::new(read))),
        ))
    }
}

/// What an outcome teaches.
fn lesson(
    settings: &PolicySettings,
    policy: i64,
    outcome: &OutcomeRecord,
    context: Vec<f64>,
    context_version: u32,
) -> Result<NewLesson, RunnerError> {
    let reward = reward(
        &Outcome {
            passed: outcome.passed,
            quality: outcome.quality,
            cost_usd: outcome.cost_usd,
            latency_ms: outcome.latency_ms,
        },
        settings.reward,
        settings.scales,
    )?;
    Ok(NewLesson {
        policy,
        sample: outcome.sample,
        arm: outcome.arm.clone(),
        context_version,
        context,
        reward: reward.value,
        parts: settings::to_json(&reward)?,
        passed: outcome.passed,
        cell: outcome.cell.clone(),
    })
}
