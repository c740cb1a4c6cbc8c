//! What a policy has learned, in numbers and words.

use assay_bandit::{ArmView, Policy};
use assay_core::StrategyId;
use assay_prompting::FEATURES;
use assay_report::Figure;
use assay_report::figures::adaptive as figures;
use assay_stats::wilson;
use assay_store::{ArmRecord, PolicyRecord};

use super::setup::setup_of;
use crate::dto::{
    Bounded, LearnedWeight, PolicyArm, PolicyFigure, PolicyFigureQuery, PolicySummary, PolicyView,
};
use crate::{App, AppError};

/// Of the intervals shown.
const LEVEL: f64 = 0.95;
/// The standard normal's quantile for it.
const NORMAL_95: f64 = 1.959_963_984_540_054;
/// Weights that are told of an arm.
const TOLD: usize = 8;
/// Outcomes an arm must have before anything is said of its weights.
const ENOUGH: u32 = 20;
/// Points of the figure of progress at most.
const POINTS: usize = 40;

impl App {
    pub(super) async fn policy_view(&self, record: &PolicyRecord) -> Result<PolicyView, AppError> {
        let store = self.store().await?;
        let adaptive = self.adaptive().await?;
        let settings = adaptive.settings_of(record.id).await?;
        let policy = adaptive.policy(record.id).await?;
        let counts = store.policy_arms(record.id).await?;
        let mut arms: Vec<PolicyArm> = policy
            .arms()
            .map(|view| {
                let count = counts.iter().find(|c| c.arm == *view.arm);
                self.arm(view, count, &policy)
            })
            .collect();
        arms.sort_by_key(|arm| std::cmp::Reverse(arm.pulls));
        let passed = store.lessons_passed(record.id).await?;
        let rewards: Vec<figures::ArmReward> = arms
            .iter()
            .filter_map(|arm| {
                let reward = arm.reward?;
                Some(figures::ArmReward {
                    arm: arm.arm.to_string(),
                    title: arm.title.clone(),
                    pulls: arm.pulls,
                    mean: reward.value,
                    low: reward.low,
                    high: reward.high,
                })
            })
            .collect();
        Ok(PolicyView {
            summary: PolicySummary {
                // With what it knew when it came from elsewhere.
                lessons: u32::try_from(policy.updates()).unwrap_or(u32::MAX),
                ..super::summary(record)?
            },
            setup: setup_of(&settings),
            words: words(&arms),
            rewards: (!rewards.is_empty()).then(|| figures::rewards(&record.name, &rewards)),
            progress: figures::progress(&record.name, &shares(&passed)?),
            arms,
            context_version: settings.context_version,
        })
    }

    /// A figure of a policy, for export.
    ///
    /// # Errors
    /// When there is no such policy, or nothing to draw yet.
    pub(crate) async fn policy_figure(
        &self,
        query: &PolicyFigureQuery,
    ) -> Result<Figure, AppError> {
        let view = self.policy(&query.policy).await?;
        let figure = match query.figure {
            PolicyFigure::Rewards => view.rewards,
            PolicyFigure::Progress => view.progress,
        };
        figure.ok_or_else(|| {
            AppError::usage(
                "nothing-learned",
                format!("{} has not learned enough to be drawn", query.policy),
                "run an evaluation with the strategy adaptive",
            )
        })
    }

    pub(super) fn arm_title(&self, arm: &StrategyId) -> String {
        let strategies = self.strategy_set();
        match strategies.get(arm) {
            Ok(strategy) => strategy.title.clone(),
            Err(_) => arm.to_string(),
        }
    }

    fn arm(&self, view: ArmView<'_>, counts: Option<&ArmRecord>, policy: &Policy) -> PolicyArm {
        let n = view.pulls as f64;
        let reward = (view.pulls > 1).then(|| {
            let half = NORMAL_95 * (view.reward_variance / n).sqrt();
            Bounded {
                value: view.mean_reward,
                low: (view.mean_reward - half).max(0.0),
                high: (view.mean_reward + half).min(1.0),
            }
        });
        let (lessons, passed) = counts.map_or((0, 0), |c| (c.lessons, c.passed));
        PolicyArm {
            arm: view.arm.clone(),
            title: self.arm_title(view.arm),
            pulls: u32::try_from(view.pulls).unwrap_or(u32::MAX),
            passed,
            // Of what it learned elsewhere only the rewards are known.
            pass_share: wilson(u64::from(passed), u64::from(lessons), LEVEL)
                .ok()
                .map(|interval| Bounded {
                    value: f64::from(passed) / f64::from(lessons),
                    low: interval.low,
                    high: interval.high,
                }),
            reward,
            weights: weights(view.arm, policy),
        }
    }
}

/// The share that passed, over stretches of equal length.
fn shares(passed: &[bool]) -> Result<Vec<figures::Stretch>, AppError> {
    let length = passed.len().div_ceil(POINTS).max(10);
    let mut shares = Vec::new();
    for (number, stretch) in passed.chunks(length).enumerate() {
        let count = stretch.iter().filter(|p| **p).count() as u64;
        let interval = wilson(count, stretch.len() as u64, LEVEL)
            .map_err(|e| AppError::failed("internal", e.to_string()))?;
        shares.push(figures::Stretch {
            last: number * length + stretch.len(),
            value: count as f64 / stretch.len() as f64,
            low: interval.low,
            high: interval.high,
        });
    }
    Ok(shares)
}

/// An arm's coefficients that stand out most from those of the others.
fn weights(arm: &StrategyId, policy: &Policy) -> Vec<LearnedWeight> {
    let thetas: Vec<(&StrategyId, &[f64])> =
        policy.arms().map(|view| (view.arm, view.theta)).collect();
    let Some((_, own)) = thetas.iter().find(|(id, _)| *id == arm) else {
        return Vec::new();
    };
    let count = thetas.len() as f64;
    let mut weights: Vec<LearnedWeight> = FEATURES
        .iter()
        .enumerate()
        .map(|(at, feature)| {
            let mean = thetas.iter().map(|(_, theta)| theta[at]).sum::<f64>() / count;
            LearnedWeight {
                feature: feature.name.to_owned(),
                title: feature.title.to_owned(),
                weight: own[at],
                beside_others: own[at] - mean,
            }
        })
        .filter(|weight| weight.weight.abs() > 1e-9)
        .collect();
    weights.sort_by(|a, b| b.beside_others.abs().total_cmp(&a.beside_others.abs()));
    weights.truncate(TOLD);
    weights
}

/// What a policy prefers where, in sentences; nothing of arms it hardly knows.
fn words(arms: &[PolicyArm]) -> Vec<String> {
    let known: Vec<&PolicyArm> = arms.iter().filter(|arm| arm.pulls >= ENOUGH).collect();
    if known.is_empty() {
        return vec![format!(
            "Nothing can be said yet: no strategy has {ENOUGH} outcomes."
        )];
    }
    known
        .iter()
        .filter_map(|arm| {
            let side = |sign: f64| -> Vec<&str> {
                arm.weights
                    .iter()
                    .filter(|w| w.beside_others * sign > 0.01 && w.feature != "bias")
                    .take(3)
                    .map(|w| w.title.as_str())
                    .collect()
            };
            let (more, less) = (side(1.0), side(-1.0));
            let part = |what: &str, list: &[&str]| {
                (!list.is_empty()).then(|| format!("{what} where: {}", list.join(", ")))
            };
            let parts: Vec<String> = [part("more", &more), part("less", &less)]
                .into_iter()
                .flatten()
                .collect();
            (!parts.is_empty()).then(|| {
                format!(
                    "Beside the others, {} ({} outcomes) is expected to bring {}.",
                    arm.title,
                    arm.pulls,
                    parts.join("; and ")
                )
            })
        })
        .collect()
}
