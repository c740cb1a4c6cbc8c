//! What is known of one policy: a fold over its lessons.

use assay_bandit::{Algorithm, Policy, PolicyState};
use assay_prompting::FEATURES;
use assay_store::Store;

use super::settings::{PolicySettings, to_json};
use crate::RunnerError;

/// Lessons read at a time.
const PAGE: u32 = 2_000;
/// Lessons after which what is known is kept.
const KEEP_EVERY: i64 = 500;

/// A policy after one of its lessons.
#[derive(Debug, Clone)]
pub(super) struct Known {
    id: i64,
    pub policy: Policy,
    /// The last lesson it has learned.
    pub seq: i64,
    /// The last lesson it was kept after.
    kept: i64,
}

impl Known {
    /// What is kept of a policy, up to the lesson `until`; what it learned after that is still to be learned.
    pub(super) async fn read(
        store: &Store,
        id: i64,
        settings: &PolicySettings,
        until: Option<i64>,
    ) -> Result<Self, RunnerError> {
        let kept = store.policy_knowledge(id, until).await?;
        let policy = match kept.state {
            None => Policy::new(settings.policy.clone(), FEATURES.len())?,
            Some(state) => restored(&state)?,
        };
        Ok(Self {
            id,
            policy,
            seq: kept.seq,
            kept: kept.seq,
        })
    }

    /// From the very beginning.
    pub(super) async fn afresh(
        store: &Store,
        id: i64,
        settings: &PolicySettings,
    ) -> Result<Self, RunnerError> {
        Self::read(store, id, settings, Some(-1)).await
    }

    /// The policy with another share of random choices; frozen, it leaves nothing to chance and takes what it expects most of.
    pub(super) fn acting(
        &self,
        exploration: f64,
        frozen: bool,
    ) -> Result<std::borrow::Cow<'_, Policy>, RunnerError> {
        let config = self.policy.config();
        let explores = !matches!(
            config.algorithm,
            Algorithm::Fixed { .. } | Algorithm::EpsilonGreedy
        );
        let settled = frozen && explores;
        if !settled && config.exploration.to_bits() == exploration.to_bits() {
            return Ok(std::borrow::Cow::Borrowed(&self.policy));
        }
        let mut state = self.policy.state();
        state.config.exploration = exploration;
        if settled {
            state.config.algorithm = Algorithm::EpsilonGreedy;
        }
        Ok(std::borrow::Cow::Owned(Policy::restore(state)?))
    }

    pub(super) async fn keep(&mut self, store: &Store) -> Result<(), RunnerError> {
        if self.seq > self.kept {
            let state = to_json(&self.policy.state())?;
            store.keep_policy_state(self.id, self.seq, state).await?;
            self.kept = self.seq;
        }
        Ok(())
    }
}

/// A policy as its state in JSON says.
pub(super) fn restored(state: &str) -> Result<Policy, RunnerError> {
    let state: PolicyState = serde_json::from_str(state)
        .map_err(|e| RunnerError::Policy(format!("what it knows is not understood: {e}")))?;
    let policy = Policy::restore(state)?;
    if policy.dimension() != FEATURES.len() {
        return Err(RunnerError::Policy(format!(
            "it was made for contexts of {} numbers, and there are {}",
            policy.dimension(),
            FEATURES.len()
        )));
    }
    Ok(policy)
}

/// Learns what was not learned yet, up to the lesson `until` where one is named.
pub(super) async fn learn_more(
    store: &Store,
    known: &mut Known,
    until: Option<i64>,
) -> Result<(), RunnerError> {
    loop {
        let lessons = store.lessons(known.id, known.seq, until, PAGE).await?;
        let full = lessons.len() == PAGE as usize;
        for lesson in lessons {
            known
                .policy
                .update(&lesson.arm, &lesson.context, lesson.reward)?;
            known.seq = lesson.seq;
        }
        if until.is_none() && known.seq - known.kept >= KEEP_EVERY {
            known.keep(store).await?;
        }
        if !full {
            return Ok(());
        }
    }
}
