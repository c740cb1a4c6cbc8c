//! What other policies would have earned, by the log of one that chose at random now and then.

use std::collections::BTreeSet;

use assay_bandit::{ArmScore, Estimator, LoggedRound, OffPolicy, OffPolicyPlan};
use assay_core::StrategyId;
use assay_store::PolicyRecord;

use super::grid::reward_of;
use crate::dto::{Bounded, LogEstimate};
use crate::{App, AppError};

/// Rounds that are looked at, the newest.
const MOST: u32 = 5_000;
/// Rounds without which nothing is said.
const FEWEST: usize = 30;

pub(super) fn estimator_name(estimator: Estimator) -> &'static str {
    match estimator {
        Estimator::Replay => "replay",
        Estimator::InversePropensity => "inverse propensity (IPS)",
        Estimator::SelfNormalized => "self-normalised IPS",
        Estimator::Direct => "direct method",
        Estimator::DoublyRobust => "doubly robust",
        Estimator::SelfNormalizedDoublyRobust => "self-normalised doubly robust",
    }
}

impl App {
    /// What each strategy would have earned everywhere, by a policy's log. Only rounds in which a strategy had a chance tell of
    /// it: where it was not among the arms (another model), they are left out.
    pub(super) async fn log_estimates(
        &self,
        record: &PolicyRecord,
    ) -> Result<Vec<LogEstimate>, AppError> {
        let log = self.logged(record).await?;
        let titles: Vec<(StrategyId, String)> = log
            .iter()
            .flat_map(|one| one.round.arms.iter().cloned())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|arm| (arm.clone(), self.arm_title(&arm)))
            .collect();
        tokio::task::spawn_blocking(move || {
            let mut all = Vec::new();
            for (arm, title) in titles {
                all.extend(of_arm(&log, &arm, &title)?);
            }
            Ok(all)
        })
        .await
        .map_err(|e| AppError::failed("internal", e.to_string()))?
    }

    /// A policy's newest decisions with what came of them.
    pub(super) async fn logged(&self, record: &PolicyRecord) -> Result<Vec<Round>, AppError> {
        let store = self.store().await?;
        let settings = self.adaptive().await?.settings_of(record.id).await?;
        let mut log: Vec<Round> = Vec::new();
        for decision in store.latest_decisions(record.id, MOST).await? {
            // Not only what it learned from: it learns no answer twice, and which answers are known depends on what was
            // chosen. And not only what was answered: which strategies are refused does, too.
            let (reward, cluster) = match store.outcome(decision.sample).await? {
                Some(outcome) => (reward_of(&outcome, &settings)?, outcome.cluster),
                None => {
                    let refused = store.reward_of(record.id, decision.sample).await?;
                    let cluster = store.cluster_of(decision.sample).await?;
                    match refused.zip(cluster) {
                        Some(((nothing, _), cluster)) => (nothing, cluster),
                        None => continue,
                    }
                }
            };
            let scores: Vec<ArmScore> = serde_json::from_str(&decision.scores)
                .map_err(|e| AppError::failed("policy-unusable", e.to_string()))?;
            let expected = scores.iter().map(|score| score.mean).collect();
            let chances = scores.iter().map(|score| score.propensity).collect();
            let round = LoggedRound {
                context: decision.context,
                arms: scores.into_iter().map(|score| score.arm).collect(),
                chosen: decision.arm,
                propensity: decision.propensity,
                reward,
                // A problem in several languages, or asked several times, is one; its translations have ids of their own.
                cluster,
            };
            log.push(Round {
                round,
                expected,
                chances,
            });
        }
        Ok(log)
    }
}

/// A decision with what came of it.
pub(super) struct Round {
    pub(super) round: LoggedRound,
    /// What each arm was expected to bring, and its chance.
    expected: Vec<f64>,
    chances: Vec<f64>,
}

fn of_arm(log: &[Round], arm: &StrategyId, title: &str) -> Result<Vec<LogEstimate>, AppError> {
    let (mut rounds, mut expected, mut target) = (Vec::new(), Vec::new(), Vec::new());
    for one in log {
        let round = &one.round;
        // Where it had no chance (a frozen policy, another model), nothing is told of it.
        let place = round.arms.iter().position(|other| other == arm);
        if place.is_none_or(|place| one.chances[place] <= 0.0) {
            continue;
        }
        target.push(
            round
                .arms
                .iter()
                .map(|one| f64::from(u8::from(one == arm)))
                .collect(),
        );
        // What was expected before the round's own reward was learned.
        expected.push(one.expected.clone());
        rounds.push(round.clone());
    }
    if rounds.len() < FEWEST {
        return Ok(Vec::new());
    }
    let bad = |e: assay_bandit::BanditError| AppError::failed("policy-unusable", e.to_string());
    let estimates = OffPolicy::new(&rounds, &target, OffPolicyPlan::default())
        .and_then(|log| log.all(Some(&expected)))
        .map_err(bad)?;
    Ok(estimates
        .into_iter()
        .filter_map(|one| {
            let bounds = one.interval?;
            Some(LogEstimate {
                arm: arm.clone(),
                title: title.to_owned(),
                estimator: estimator_name(one.estimator).to_owned(),
                estimate: Bounded {
                    value: one.value,
                    low: bounds.low,
                    high: bounds.high,
                },
                n: u32::try_from(one.n).unwrap_or(u32::MAX),
                effective_n: one.effective_sample_size,
                largest_weight: one.largest_weight,
            })
        })
        .collect())
}
