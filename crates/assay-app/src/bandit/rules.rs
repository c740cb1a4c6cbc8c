//! What `auto` stands for with models of a kind: by what was found here, or by what a person chose.

use std::collections::{BTreeMap, BTreeSet};

use assay_analytics::{CompareOptions, Comparison, Evidence, GroupBy, ScoreOptions};
use assay_core::{ModelRef, RunId, StrategyId};
use assay_prompting::{ADAPTIVE, AUTO, ModelFacts, Strategies};
use serde::{Deserialize, Serialize};

use crate::dto::{Bounded, FamilyRule, RuleEvidence, RuleReason};
use crate::figures::blocking;
use crate::{App, AppError};

const SETTING: &str = "family-rules";
/// Source problems a difference must rest on.
const ENOUGH: u32 = 20;

/// As they are kept. By kind of model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Rules {
    #[serde(default)]
    chosen: BTreeMap<String, StrategyId>,
    /// As it was found when it was last looked for.
    #[serde(default)]
    found: BTreeMap<String, StrategyId>,
}

impl App {
    /// What `auto` stands for, by kind of model, where it is not the plain way. Nothing where the store cannot be read: what
    /// needs the store says so itself.
    pub(crate) async fn rules_in_force(&self) -> BTreeMap<String, StrategyId> {
        // Looking at strategies makes no store.
        if !self.config.store_path().exists() {
            return BTreeMap::new();
        }
        let rules = self.kept_rules().await.unwrap_or_default();
        let mut all = rules.found;
        // `auto` as a choice is the plain way, whatever was found.
        for (kind, strategy) in rules.chosen {
            if strategy.as_str() == AUTO {
                all.remove(&kind);
            } else {
                all.insert(kind, strategy);
            }
        }
        all
    }

    /// Looks for what the evidence says, before a run that goes by it. Trouble with that holds up no run.
    pub(crate) async fn refresh_rules(&self) {
        if let Err(error) = self.family_rules().await {
            tracing::warn!(code = error.info.code, "{}", error.info.message);
        }
    }

    async fn kept_rules(&self) -> Result<Rules, AppError> {
        let store = self.store().await?;
        Ok(store.setting(SETTING).await?.unwrap_or_default())
    }

    /// The rules for the kinds of models that were run here, with their evidence: every run that is not archived, of every data
    /// set. What is found is kept, and counts for runs from now on.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn family_rules(&self) -> Result<Vec<FamilyRule>, AppError> {
        let mut rules = self.kept_rules().await?;
        let strategies = self.reload_strategies().await?.strategies;
        let evidence = self.all_evidence().await?;
        let mut kinds: BTreeMap<String, (ModelFacts, BTreeSet<String>)> = BTreeMap::new();
        for row in &evidence.rows {
            let Ok(model) = row.model.parse::<ModelRef>() else {
                continue;
            };
            let facts = self.model_facts(&model);
            let kind = kinds.entry(strategies.kind_of(&facts));
            let (_, models) = kind.or_insert_with(|| (facts, BTreeSet::new()));
            models.insert(row.model.clone());
        }
        let mut all = Vec::with_capacity(kinds.len());
        let before = rules.clone();
        // What was found of runs that are gone by now counts no longer.
        rules.found.clear();
        for (kind, (facts, models)) in kinds {
            let rule = self
                .rule(&kind, &facts, &models, &evidence, &strategies, &rules)
                .await?;
            let Some(rule) = rule else { continue };
            if rule.by_evidence != rule.plain {
                rules.found.insert(kind, rule.by_evidence.clone());
            }
            all.push(rule);
        }
        if rules != before {
            self.store().await?.set_setting(SETTING, &rules).await?;
            self.reload_strategies().await?;
        }
        Ok(all)
    }

    /// Uses `strategy` for models of a kind from now on, or goes by the evidence again.
    ///
    /// # Errors
    /// An unknown strategy, or one that such models cannot be asked by.
    pub async fn set_family_rule(
        &self,
        kind: &str,
        strategy: Option<&StrategyId>,
    ) -> Result<(), AppError> {
        let known = self.family_rules().await?;
        let mut rules = self.kept_rules().await?;
        let rule = known.iter().find(|rule| rule.kind == kind);
        if rule.is_none() && strategy.is_none() && rules.chosen.remove(kind).is_some() {
            self.store().await?.set_setting(SETTING, &rules).await?;
            self.reload_strategies().await?;
            return Ok(());
        }
        let Some(rule) = rule else {
            let kinds: Vec<&str> = known.iter().map(|rule| rule.kind.as_str()).collect();
            return Err(AppError::usage(
                "unknown-family",
                format!("no model of the kind '{kind}' was run here"),
                if kinds.is_empty() {
                    "run an evaluation first".to_owned()
                } else {
                    format!("there are {}", kinds.join(", "))
                },
            ));
        };
        match strategy {
            None => {
                rules.chosen.remove(kind);
            }
            Some(strategy) => {
                let strategies = self.strategy_set();
                for model in rule.models.iter().filter_map(|m| m.parse().ok()) {
                    strategies.resolve(strategy, &self.model_facts(&model))?;
                }
                rules.chosen.insert(kind.to_owned(), strategy.clone());
            }
        }
        self.store().await?.set_setting(SETTING, &rules).await?;
        self.reload_strategies().await?;
        Ok(())
    }

    /// Everything that was counted here of fixed strategies.
    async fn all_evidence(&self) -> Result<Evidence, AppError> {
        let runs: Vec<RunId> = self
            .store()
            .await?
            .list_runs()
            .await?
            .into_iter()
            .filter(|summary| !summary.run.archived)
            .map(|summary| summary.run.id)
            .collect();
        let mut evidence = self.evidence(&runs).await?;
        let strategies = self.strategy_set();
        evidence.rows.retain(|row| {
            row.strategy.as_str() != ADAPTIVE && strategies.get(&row.strategy).is_ok()
        });
        Ok(evidence)
    }

    async fn rule(
        &self,
        kind: &str,
        facts: &ModelFacts,
        models: &BTreeSet<String>,
        evidence: &Evidence,
        strategies: &Strategies,
        rules: &Rules,
    ) -> Result<Option<FamilyRule>, AppError> {
        let Ok(plain) = strategies.plain(facts).map(|s| s.id.clone()) else {
            return Ok(None);
        };
        let own = Evidence {
            runs: evidence.runs.clone(),
            rows: evidence
                .rows
                .iter()
                .filter(|row| models.contains(&row.model))
                .cloned()
                .collect(),
        };
        let has_plain = own.rows.iter().any(|row| row.strategy == plain);
        let options = CompareOptions {
            score: ScoreOptions {
                k: vec![1],
                ..ScoreOptions::default()
            },
            baseline: has_plain.then(|| plain.to_string()),
            ..CompareOptions::default()
        };
        let comparison =
            blocking(move || assay_analytics::compare(&own, GroupBy::Strategy, &options)).await?;
        let mut shown = self.shown(&comparison, &plain);
        if !has_plain {
            // Nothing to be measured by.
            for one in &mut shown {
                one.difference = None;
                one.p_adjusted = None;
                one.significant = false;
                one.n_shared = 0;
            }
        }
        shown.sort_by(|a, b| {
            let of = |e: &RuleEvidence| e.difference.map_or(0.0, |d| d.value);
            of(b).total_cmp(&of(a))
        });
        let best = shown.iter().find(|one| {
            one.significant
                && one.difference.is_some_and(|d| d.value > 0.0)
                && strategies.resolve(&one.strategy, facts).is_ok()
        });
        let by_evidence = best.map_or(&plain, |one| &one.strategy).clone();
        let (strategy, reason) = match rules.chosen.get(kind) {
            Some(chosen) if chosen.as_str() == AUTO => (plain.clone(), RuleReason::Chosen),
            Some(chosen) => (chosen.clone(), RuleReason::Chosen),
            None if by_evidence == plain => (plain.clone(), RuleReason::Plain),
            None => (by_evidence.clone(), RuleReason::Evidence),
        };
        let family = strategies.families().of(&facts.names);
        let words = self.rule_in_words(&strategy, reason, best, &plain);
        Ok(Some(FamilyRule {
            kind: kind.to_owned(),
            title: if kind.ends_with("/base") {
                format!("{}, base models", family.title)
            } else {
                family.title.clone()
            },
            models: models.iter().cloned().collect(),
            plain,
            strategy_title: self.arm_title(&strategy),
            strategy,
            reason,
            by_evidence,
            evidence: shown,
            words,
        }))
    }

    fn shown(&self, comparison: &Comparison, plain: &StrategyId) -> Vec<RuleEvidence> {
        comparison
            .scores
            .iter()
            .map(|score| {
                let strategy = StrategyId::new(&score.key);
                let pair = comparison
                    .pair(&score.key, plain.as_str())
                    .filter(|_| strategy != *plain);
                // The pair's sign is that of its first.
                let sign = pair.map_or(1.0, |pair| if pair.a == score.key { 1.0 } else { -1.0 });
                RuleEvidence {
                    title: self.arm_title(&strategy),
                    score: score.at(1).map(|at| Bounded {
                        value: at.value,
                        low: at.low,
                        high: at.high,
                    }),
                    n: score.n_problems,
                    difference: pair.map(|pair| {
                        let (one, other) = (pair.low * sign, pair.high * sign);
                        Bounded {
                            value: pair.diff * sign,
                            low: one.min(other),
                            high: one.max(other),
                        }
                    }),
                    n_shared: pair.map_or(0, |pair| pair.n),
                    p_adjusted: pair.map(|pair| pair.p_adjusted),
                    significant: pair
                        .is_some_and(|pair| pair.significant && pair.n_clusters >= ENOUGH),
                    strategy,
                }
            })
            .collect()
    }

    fn rule_in_words(
        &self,
        strategy: &StrategyId,
        reason: RuleReason,
        best: Option<&RuleEvidence>,
        plain: &StrategyId,
    ) -> String {
        let title = self.arm_title(strategy);
        let plain = self.arm_title(plain);
        let beside = |best: &RuleEvidence| {
            format!(
                "{:+.1} points beside {plain} on {} problems, p = {:.4} after correction",
                best.difference.map_or(0.0, |d| d.value * 100.0),
                best.n_shared,
                best.p_adjusted.unwrap_or(1.0)
            )
        };
        let nothing = format!("nothing was shown to be better than {plain}");
        match (reason, best) {
            (RuleReason::Chosen, Some(best)) => {
                let by_evidence = &best.title;
                format!(
                    "{title}, as was chosen. The evidence speaks for {by_evidence}: {}.",
                    beside(best)
                )
            }
            (RuleReason::Chosen, None) => {
                format!("{title}, as was chosen. By the evidence, {nothing}.")
            }
            (RuleReason::Evidence, Some(best)) => format!("{title}: {}.", beside(best)),
            _ => format!("{title}, the plain way: {nothing}."),
        }
    }
}
