//! Why a policy chose as it did, and what it would choose.

use assay_bandit::{ArmScore, Policy};
use assay_core::{ModelRef, SampleId, StrategyId};
use assay_prompting::{FEATURES, PublicProblem};
use assay_runner::{PolicySettings, arms_for};

use super::contexts::context;
use crate::dto::{ArmChance, DecisionView, FeatureValue, WhatIf, WhatIfQuery};
use crate::{App, AppError};

impl App {
    /// Why a sample was asked by its strategy; `None` of one whose strategy was its run's.
    ///
    /// # Errors
    /// When the store cannot be read, or what is stored is not understood.
    pub async fn decision(&self, sample: SampleId) -> Result<Option<DecisionView>, AppError> {
        let store = self.store().await?;
        let Some(decision) = store.decision(sample).await? else {
            return Ok(None);
        };
        let record = store.policy_by_id(decision.policy).await?;
        let adaptive = self.adaptive().await?;
        let scores: Vec<ArmScore> = serde_json::from_str(&decision.scores)
            .map_err(|e| AppError::failed("policy-unusable", e.to_string()))?;
        // As it was when it chose, not as it is now.
        let policy = adaptive.policy_as_of(record.id, decision.seen).await?;
        let arms = self.chances(&scores);
        let mut features = features(&policy, &decision.context, &decision.arm, &arms);
        features.retain(|f| f.value != 0.0);
        let weight = |f: &FeatureValue| f.contribution.unwrap_or(0.0).abs();
        features.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        let reward = store
            .reward_of(record.id, sample)
            .await?
            .map(|(value, _)| value);
        Ok(Some(DecisionView {
            sample,
            words: decision_in_words(
                &arms,
                &decision.arm,
                decision.explored,
                decision.propensity,
                &features,
            ),
            policy: record.name,
            retired: record.retired_at.is_some(),
            arm: decision.arm,
            greedy: decision.greedy,
            explored: decision.explored,
            propensity: decision.propensity,
            seen: policy.updates(),
            arms,
            features,
            reward,
        }))
    }

    /// What a policy would choose for a problem, as it is now.
    ///
    /// # Errors
    /// When there is no such policy, data set or problem; an unknown feature or a value outside [0, 1].
    pub async fn what_if(&self, query: &WhatIfQuery) -> Result<WhatIf, AppError> {
        let model: ModelRef = query.model.parse().map_err(|_| {
            AppError::usage(
                "bad-model",
                format!("'{}' is no model", query.model),
                "write PROVIDER:NAME, such as local:smollm2-135m",
            )
        })?;
        let problem = self
            .one_problem(&query.dataset, query.language.as_ref(), &query.problem)
            .await?;
        let facts = self.model_facts(&model);
        let strategies = self.strategy_set();
        let mut context = context(&strategies, &PublicProblem::of(&problem), &facts);
        for instead in &query.instead {
            let at = FEATURES
                .iter()
                .position(|feature| feature.name == instead.feature)
                .ok_or_else(|| {
                    AppError::usage(
                        "unknown-feature",
                        format!("a context has no feature '{}'", instead.feature),
                        "`assay bandit features` lists them",
                    )
                })?;
            if !(0.0..=1.0).contains(&instead.value) {
                return Err(AppError::usage(
                    "bad-feature",
                    format!("{} cannot be {}", instead.feature, instead.value),
                    "give a number from 0 to 1",
                ));
            }
            context.values[at] = instead.value;
        }
        let (settings, policy) = self.policy_or_usual(&query.policy).await?;
        let arms = arms_for(&settings, &strategies, &facts)?;
        // What it expects: the random share is told in the propensities.
        let decision = policy
            .decide(&context.values, &arms, 0)
            .map_err(|e| AppError::failed("policy-unusable", e.to_string()))?;
        let mut arms = self.chances(&decision.scores);
        // Where scores are drawn, one draw tells little: the chances do.
        arms.sort_by(|a, b| b.propensity.total_cmp(&a.propensity));
        let likeliest = arms.first().map_or(decision.greedy, |arm| arm.arm.clone());
        let features = features(&policy, &context.values, &likeliest, &arms);
        let propensity = arms.first().map_or(0.0, |arm| arm.propensity);
        let mut ordered = features.clone();
        let weight = |f: &FeatureValue| f.contribution.unwrap_or(0.0).abs();
        ordered.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        Ok(WhatIf {
            words: decision_in_words(&arms, &likeliest, false, propensity, &ordered).replacen(
                "has the best score",
                "is the likeliest choice",
                1,
            ),
            arm: likeliest,
            arms,
            features,
        })
    }

    /// The policy of a name with its settings; one that knows nothing where it was never used.
    async fn policy_or_usual(&self, name: &str) -> Result<(PolicySettings, Policy), AppError> {
        match self.store().await?.policy_head(name).await? {
            Some(head) => {
                let adaptive = self.adaptive().await?;
                let settings = adaptive.settings_of(head.id).await?;
                Ok(((*settings).clone(), adaptive.policy(head.id).await?))
            }
            None => {
                let settings = PolicySettings::default();
                let policy = Policy::new(settings.policy.clone(), FEATURES.len())
                    .map_err(|e| AppError::failed("policy-unusable", e.to_string()))?;
                Ok((settings, policy))
            }
        }
    }

    /// The best score first.
    fn chances(&self, scores: &[ArmScore]) -> Vec<ArmChance> {
        let mut arms: Vec<ArmChance> = scores
            .iter()
            .map(|score| ArmChance {
                arm: score.arm.clone(),
                title: self.arm_title(&score.arm),
                mean: score.mean,
                width: score.width,
                score: score.score,
                propensity: score.propensity,
            })
            .collect();
        // Stable: equal scores stay in the order they were offered in, by which the policy decides.
        arms.sort_by(|a, b| b.score.total_cmp(&a.score));
        arms
    }
}

/// Each feature with what it adds to the expected reward of `arm` beside the best of the others.
fn features(
    policy: &Policy,
    context: &[f64],
    arm: &StrategyId,
    arms: &[ArmChance],
) -> Vec<FeatureValue> {
    let theta = |id: &StrategyId| {
        policy
            .arms()
            .find(|view| view.arm == id)
            .map(|view| view.theta.to_vec())
    };
    let own = theta(arm);
    let next = arms
        .iter()
        .find(|other| other.arm != *arm)
        .and_then(|other| theta(&other.arm));
    FEATURES
        .iter()
        .zip(context)
        .enumerate()
        .map(|(at, (feature, value))| FeatureValue {
            feature: feature.name.to_owned(),
            title: feature.title.to_owned(),
            rule: feature.rule.to_owned(),
            value: *value,
            contribution: own.as_ref().map(|own| {
                let beside = next.as_ref().map_or(0.0, |next| next[at]);
                (own[at] - beside) * value
            }),
        })
        .collect()
}

fn decision_in_words(
    arms: &[ArmChance],
    arm: &StrategyId,
    explored: bool,
    propensity: f64,
    features: &[FeatureValue],
) -> String {
    let Some(chosen) = arms.iter().find(|one| one.arm == *arm) else {
        return String::new();
    };
    let share = |p: f64| format!("{:.0} %", p * 100.0);
    if explored {
        return format!(
            "Tried at random: {} was one of the choices that keep the policy learning (chance {}).",
            chosen.title,
            share(propensity)
        );
    }
    let unknown = arms.iter().all(|one| one.mean == 0.0);
    if unknown {
        return format!(
            "{} was chosen although nothing is known of any strategy here yet.",
            chosen.title
        );
    }
    let next = arms.iter().find(|one| one.arm != *arm);
    let against = match next {
        Some(next) if next.mean > chosen.mean => format!(
            "; {} is expected to bring more ({:.2}), and less is known of {} here",
            next.title, next.mean, chosen.title
        ),
        Some(next) => format!(", next {} with {:.2}", next.title, next.mean),
        None => String::new(),
    };
    let reasons: Vec<&str> = features
        .iter()
        .filter(|f| {
            f.feature != "bias" && f.contribution.is_some_and(|c| c > 0.005) && f.value > 0.0
        })
        .take(3)
        .map(|f| f.title.as_str())
        .collect();
    let because = if reasons.is_empty() {
        String::new()
    } else {
        format!(" What speaks for it: {}.", reasons.join("; "))
    };
    format!(
        "{} has the best score: an expected reward of {:.2}{against} (chance {}).{because}",
        chosen.title,
        chosen.mean,
        share(propensity)
    )
}
