//! Making decisions again from what is stored, to see whether they come out the same.

use assay_bandit::ArmScore;
use assay_core::{SampleId, StrategyId};
use tokio_util::sync::CancellationToken;

use super::Adaptive;
use super::known::{Known, learn_more};
use crate::RunnerError;

/// Decisions read at a time.
const PAGE: u32 = 1_000;

/// What came of making a policy's decisions again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Replay {
    pub decisions: u32,
    /// Those with the same arm, propensity and scores, to the last bit.
    pub same: u32,
    /// The others, the first hundred.
    pub differing: Vec<Differing>,
}

/// A decision that came out otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Differing {
    pub sample: SampleId,
    pub stored: StrategyId,
    pub again: StrategyId,
    pub stored_propensity: f64,
    pub again_propensity: f64,
}

impl Adaptive {
    /// Makes every decision of a policy again: learns its lessons from the first one in their order, and decides where it
    /// decided. `step` is told how many decisions are made.
    ///
    /// # Errors
    /// [`RunnerError::Store`]; [`RunnerError::Policy`] where what is stored is not understood; [`RunnerError::Cancelled`].
    pub async fn replay(
        &self,
        policy: i64,
        cancel: &CancellationToken,
        step: &(dyn Fn(u32) + Send + Sync),
    ) -> Result<Replay, RunnerError> {
        let settings = self.settings_of(policy).await?;
        let mut decisions = Vec::new();
        let mut after = SampleId(i64::MIN);
        loop {
            let page = self.store.decisions_of_policy(policy, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.sample;
            decisions.extend(page);
        }
        // In the order of what they had seen: the policy then learns each lesson once.
        decisions.sort_by_key(|decision| decision.seen);
        let mut known = Known::afresh(&self.store, policy, &settings).await?;
        let mut replay = Replay::default();
        for decision in decisions {
            if cancel.is_cancelled() {
                return Err(RunnerError::Cancelled);
            }
            learn_more(&self.store, &mut known, Some(decision.seen)).await?;
            let scores: Vec<ArmScore> = serde_json::from_str(&decision.scores)
                .map_err(|e| RunnerError::Policy(format!("a decision is not understood: {e}")))?;
            let arms: Vec<StrategyId> = scores.iter().map(|score| score.arm.clone()).collect();
            let again = known
                .acting(decision.exploration, decision.frozen)?
                .decide(&decision.context, &arms, decision.seed)?;
            replay.decisions += 1;
            if again.arm == decision.arm
                && again.propensity.to_bits() == decision.propensity.to_bits()
                && again.scores == scores
            {
                replay.same += 1;
            } else if replay.differing.len() < 100 {
                replay.differing.push(Differing {
                    sample: decision.sample,
                    stored: decision.arm,
                    again: again.arm,
                    stored_propensity: decision.propensity,
                    again_propensity: again.propensity,
                });
            }
            step(replay.decisions);
        }
        Ok(replay)
    }
}
