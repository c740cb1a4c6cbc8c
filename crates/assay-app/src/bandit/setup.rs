//! A policy's settings, to and from what fronts say.

use assay_bandit::{Algorithm, PolicyConfig, RewardScales, RewardWeights};
use assay_core::{AdaptiveSpec, RunSpec, StrategyId};
use assay_runner::PolicySettings;

use crate::dto::{PolicyAlgorithm, PolicySetup, RewardMix};
use crate::{App, AppError};

/// The settings as fronts see them.
pub(super) fn setup_of(settings: &PolicySettings) -> PolicySetup {
    let PolicySettings {
        policy,
        reward,
        scales,
        arms,
        ..
    } = settings;
    PolicySetup {
        algorithm: match &policy.algorithm {
            Algorithm::LinUcb { alpha } => PolicyAlgorithm::LinUcb { alpha: *alpha },
            Algorithm::Thompson { scale } => PolicyAlgorithm::Thompson { scale: *scale },
            Algorithm::EpsilonGreedy => PolicyAlgorithm::EpsilonGreedy,
            Algorithm::Fixed { arm } => PolicyAlgorithm::Fixed { arm: arm.clone() },
        },
        ridge: policy.ridge,
        exploration: policy.exploration,
        reward: RewardMix {
            pass: reward.pass,
            quality: reward.quality,
            cost: reward.cost,
            latency: reward.latency,
            half_cost_usd: scales.cost_usd,
            half_latency_ms: scales.latency_ms,
        },
        arms: arms.clone(),
    }
}

/// For people: `LinUCB, alpha 0.5`.
pub(super) fn algorithm_in_words(algorithm: &Algorithm) -> String {
    match algorithm {
        Algorithm::LinUcb { alpha } => format!("LinUCB, alpha {alpha}"),
        Algorithm::Thompson { scale } => format!("Thompson sampling, scale {scale}"),
        Algorithm::EpsilonGreedy => "epsilon-greedy".to_owned(),
        Algorithm::Fixed { arm } => format!("always {arm}"),
    }
}

impl App {
    /// Refuses a run whose policy there is none of; the usual one is made when it is first used.
    pub(crate) async fn check_policy(&self, spec: &RunSpec) -> Result<(), AppError> {
        let name = spec.adaptive.clone().unwrap_or_default().policy;
        if name != AdaptiveSpec::default().policy {
            self.store().await?.policy(&name).await?;
        }
        Ok(())
    }

    /// The usual set-up.
    pub fn usual_policy_setup(&self) -> PolicySetup {
        setup_of(&PolicySettings::default())
    }

    /// # Errors
    /// Settings out of range; strategies there are none of.
    pub(super) fn checked_setup(&self, setup: &PolicySetup) -> Result<PolicySettings, AppError> {
        let strategies = self.strategy_set();
        let fixed = match &setup.algorithm {
            PolicyAlgorithm::Fixed { arm } => Some(arm),
            _ => None,
        };
        for arm in setup.arms.iter().chain(fixed) {
            strategies.get(arm)?;
        }
        if let Some(arm) = fixed
            && !setup.arms.is_empty()
            && !setup.arms.contains(arm)
        {
            return Err(bad(&format!("its fixed arm {arm} is none of its arms")));
        }
        let mix = setup.reward;
        let settings = PolicySettings {
            policy: PolicyConfig {
                algorithm: match &setup.algorithm {
                    PolicyAlgorithm::LinUcb { alpha } => Algorithm::LinUcb { alpha: *alpha },
                    PolicyAlgorithm::Thompson { scale } => Algorithm::Thompson { scale: *scale },
                    PolicyAlgorithm::EpsilonGreedy => Algorithm::EpsilonGreedy,
                    PolicyAlgorithm::Fixed { arm } => Algorithm::Fixed { arm: arm.clone() },
                },
                ridge: setup.ridge,
                exploration: setup.exploration,
                ..PolicyConfig::default()
            },
            reward: RewardWeights {
                pass: mix.pass,
                quality: mix.quality,
                cost: mix.cost,
                latency: mix.latency,
            },
            scales: RewardScales {
                cost_usd: mix.half_cost_usd,
                latency_ms: mix.half_latency_ms,
            },
            arms: once_each(&setup.arms),
            ..PolicySettings::default()
        };
        settings.check().map_err(|e| bad(&e.to_string()))?;
        Ok(settings)
    }
}

fn once_each(arms: &[StrategyId]) -> Vec<StrategyId> {
    let mut arms = arms.to_vec();
    arms.sort();
    arms.dedup();
    arms
}

fn bad(why: &str) -> AppError {
    AppError::usage(
        "bad-policy",
        format!("no policy can be made like that: {why}"),
        "`assay bandit create --help` has the ranges",
    )
}
