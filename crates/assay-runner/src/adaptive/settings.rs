//! How a policy is set up.

use assay_bandit::{Outcome, Policy, PolicyConfig, RewardScales, RewardWeights, reward};
use assay_core::StrategyId;
use assay_prompting::{CONTEXT_VERSION, FEATURES, ModelFacts, Strategies};
use serde::{Deserialize, Serialize};

use crate::RunnerError;

/// Everything that decides what a policy does, but for what it has learned. Kept with it in JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicySettings {
    pub policy: PolicyConfig,
    pub reward: RewardWeights,
    pub scales: RewardScales,
    /// What it chooses from; every strategy a model can be asked by where it is empty. The plain way of asking is always
    /// among them.
    #[serde(default)]
    pub arms: Vec<StrategyId>,
    /// The rules its contexts are made by.
    pub context_version: u32,
}

impl Default for PolicySettings {
    fn default() -> Self {
        Self {
            policy: PolicyConfig::default(),
            reward: RewardWeights::default(),
            scales: RewardScales::default(),
            arms: Vec::new(),
            context_version: CONTEXT_VERSION,
        }
    }
}

impl PolicySettings {
    /// # Errors
    /// [`RunnerError::Policy`]: not understood, out of range, or of contexts this version does not make.
    pub fn from_json(text: &str) -> Result<Self, RunnerError> {
        let settings = Self::read(text)?;
        settings.check()?;
        Ok(settings)
    }

    /// As they are stored, whether they can be used or not: of a policy that is only looked at or begun anew.
    ///
    /// # Errors
    /// [`RunnerError::Policy`] where they are not understood.
    pub fn read(text: &str) -> Result<Self, RunnerError> {
        serde_json::from_str(text)
            .map_err(|e| RunnerError::Policy(format!("its settings are not understood: {e}")))
    }

    /// # Errors
    /// As [`PolicySettings::from_json`].
    pub fn check(&self) -> Result<(), RunnerError> {
        if self.context_version != CONTEXT_VERSION {
            return Err(RunnerError::Policy(format!(
                "it learned from contexts of version {}, and this version of Assay makes version {CONTEXT_VERSION}",
                self.context_version
            )));
        }
        Policy::new(self.policy.clone(), FEATURES.len())?;
        // A reward must be defined where nothing but the verdict is known, and where all is.
        for known in [None, Some(0.5)] {
            let outcome = Outcome {
                passed: true,
                quality: known,
                cost_usd: known,
                latency_ms: known,
            };
            reward(&outcome, self.reward, self.scales)?;
        }
        Ok(())
    }
}

/// The strategies a policy chooses from for one model: the plain way first, then those of its settings that the model can be
/// asked by, in the order of their ids.
///
/// # Errors
/// [`RunnerError::Prompting`] where the model cannot be asked at all.
pub fn arms_for(
    settings: &PolicySettings,
    strategies: &Strategies,
    facts: &ModelFacts,
) -> Result<Vec<StrategyId>, RunnerError> {
    let plain = strategies
        .plain(facts)
        .map_err(|source| RunnerError::Prompting {
            model: facts.names.first().cloned().unwrap_or_default(),
            source,
        })?
        .id
        .clone();
    let mut arms: Vec<StrategyId> = strategies
        .iter()
        .map(|strategy| strategy.id.clone())
        .filter(|id| settings.arms.is_empty() || settings.arms.contains(id))
        .filter(|id| strategies.resolve(id, facts).is_ok())
        .collect();
    arms.sort();
    // Where all are worth the same, the first is chosen.
    arms.retain(|arm| *arm != plain);
    arms.insert(0, plain);
    Ok(arms)
}

pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String, RunnerError> {
    serde_json::to_string(value).map_err(|e| RunnerError::Policy(e.to_string()))
}
