//! Policies that choose strategies: what there is, what they have learned, and what becomes of them.

mod contexts;
mod estimates;
mod explain;
mod grid;
mod knowledge;
mod rules;
mod setup;

use std::path::Path;

use assay_bandit::PolicyState;
use assay_core::RunId;
use assay_runner::{Adaptive, PolicySettings};
use assay_store::PolicyRecord;
use serde::{Deserialize, Serialize};

use crate::dto::{
    DifferingDecision, FeatureValue, PolicySetup, PolicySummary, PolicyView, ReplayView,
    TaskProgress,
};
use crate::export::write_whole;
use crate::tasks::Task;
use crate::{App, AppError};

/// The name of a file with a policy in it.
const EXPORT_FORMAT: &str = "assay-policy";
const EXPORT_VERSION: u32 = 1;

/// A policy as it is taken elsewhere.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exported {
    format: String,
    version: u32,
    name: String,
    settings: PolicySettings,
    state: PolicyState,
}

impl App {
    pub(crate) async fn adaptive(&self) -> Result<Adaptive, AppError> {
        Ok(self.runner().await?.adaptive().clone())
    }

    /// The policies in use, by name.
    ///
    /// # Errors
    /// When the store cannot be read, or a policy in it is not understood.
    pub async fn policies(&self) -> Result<Vec<PolicySummary>, AppError> {
        let records = self.store().await?.policies().await?;
        records.iter().map(summary).collect()
    }

    /// One policy with all it has learned.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn policy(&self, name: &str) -> Result<PolicyView, AppError> {
        let record = self.store().await?.policy(name).await?;
        self.policy_view(&record).await
    }

    /// How a policy is set up, whether it can be used or not.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn policy_setup(&self, name: &str) -> Result<PolicySetup, AppError> {
        let record = self.store().await?.policy(name).await?;
        Ok(setup::setup_of(&PolicySettings::read(&record.config)?))
    }

    /// Makes a policy that knows nothing.
    ///
    /// # Errors
    /// A name that is none or taken; settings out of range; unknown strategies.
    pub async fn create_policy(
        &self,
        name: &str,
        setup: &PolicySetup,
    ) -> Result<PolicySummary, AppError> {
        let name = checked_name(name)?;
        let settings = self.checked_setup(setup)?;
        let config = json(&settings)?;
        let store = self.store().await?;
        summary(&store.create_policy(name, config, None).await?)
    }

    /// Begins a policy anew: as it was set up, or by `setup`. What it decided and learned before stays stored.
    ///
    /// # Errors
    /// As [`App::create_policy`]; when there is none of that name.
    pub async fn reset_policy(
        &self,
        name: &str,
        setup: Option<&PolicySetup>,
    ) -> Result<PolicySummary, AppError> {
        let store = self.store().await?;
        let settings = match setup {
            None => PolicySettings {
                // One that learned from other contexts can be used again like that.
                context_version: assay_prompting::CONTEXT_VERSION,
                ..PolicySettings::read(&store.policy(name).await?.config)?
            },
            Some(setup) => self.checked_setup(setup)?,
        };
        let config = json(&settings)?;
        summary(&store.reset_policy(name.to_owned(), Some(config)).await?)
    }

    /// Makes a policy learn nothing more and try nothing at random, or go on learning.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn freeze_policy(&self, name: &str, frozen: bool) -> Result<PolicySummary, AppError> {
        let store = self.store().await?;
        store.freeze_policy(name.to_owned(), frozen).await?;
        summary(&store.policy(name).await?)
    }

    /// Takes a policy out of use; what it decided and learned stays stored.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn delete_policy(&self, name: &str) -> Result<(), AppError> {
        Ok(self.store().await?.retire_policy(name.to_owned()).await?)
    }

    /// Writes a policy with all it knows to a file.
    ///
    /// # Errors
    /// When there is none of that name, or the file cannot be written.
    pub async fn export_policy(&self, name: &str, path: &Path) -> Result<(), AppError> {
        let record = self.store().await?.policy(name).await?;
        let adaptive = self.adaptive().await?;
        let exported = Exported {
            format: EXPORT_FORMAT.to_owned(),
            version: EXPORT_VERSION,
            name: record.name,
            settings: (*adaptive.settings_of(record.id).await?).clone(),
            state: adaptive.policy(record.id).await?.state(),
        };
        write_whole(path, json(&exported)?.as_bytes())
    }

    /// Makes a policy of a file, under its name or another.
    ///
    /// # Errors
    /// A file that is no policy, says where; a name that is taken.
    pub async fn import_policy(
        &self,
        path: &Path,
        name: Option<&str>,
    ) -> Result<PolicySummary, AppError> {
        let text = std::fs::read_to_string(path).map_err(|e| AppError::file("read", path, &e))?;
        let wrong = |why: String| {
            AppError::usage(
                "bad-policy",
                format!("{} is not a policy: {why}", path.display()),
                "`assay bandit export` writes such files",
            )
        };
        let exported: Exported = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
        if exported.format != EXPORT_FORMAT || exported.version != EXPORT_VERSION {
            return Err(wrong(format!(
                "its format is {} {}, and this version reads {EXPORT_FORMAT} {EXPORT_VERSION}",
                exported.format, exported.version
            )));
        }
        exported
            .settings
            .check()
            .map_err(|e| wrong(e.to_string()))?;
        if exported.state.config != exported.settings.policy {
            return Err(wrong(
                "it chooses by other settings than it says".to_owned(),
            ));
        }
        let state = json(&exported.state)?;
        let policy =
            assay_bandit::Policy::restore(exported.state).map_err(|e| wrong(e.to_string()))?;
        if policy.dimension() != assay_prompting::FEATURES.len() {
            return Err(wrong("it was made for other contexts".to_owned()));
        }
        let name = checked_name(name.unwrap_or(&exported.name))?;
        let config = json(&exported.settings)?;
        let store = self.store().await?;
        summary(&store.create_policy(name, config, Some(state)).await?)
    }

    /// Makes every decision of a policy again, and says whether they come out the same.
    ///
    /// # Errors
    /// When there is none of that name; when it is cancelled by `task`'s name.
    pub async fn replay_policy(
        &self,
        name: &str,
        task: &str,
        tell: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<ReplayView, AppError> {
        let record = self.store().await?.policy(name).await?;
        let task: Task<'_> = self.begin_task(task);
        let all = f64::from(record.decisions.max(1));
        let replay = self
            .adaptive()
            .await?
            .replay(record.id, &task.cancel, &|done| {
                if done % 100 == 0 {
                    tell(TaskProgress {
                        message: format!("{done} decisions made again"),
                        fraction: Some(f64::from(done) / all),
                    });
                }
            })
            .await?;
        let estimates = self.log_estimates(&record).await?;
        Ok(ReplayView {
            estimates,
            policy: record.name,
            decisions: replay.decisions,
            same: replay.same,
            differing: replay
                .differing
                .into_iter()
                .map(|one| DifferingDecision {
                    sample: one.sample,
                    stored: one.stored,
                    again: one.again,
                })
                .collect(),
        })
    }

    /// Teaches a policy what came of runs with fixed strategies. Answers how many outcomes were new to it.
    ///
    /// # Errors
    /// When there is no such run, or a run's data set is gone; when the policy is frozen, and so learns nothing.
    pub async fn teach_policy(&self, name: &str, runs: &[RunId]) -> Result<u32, AppError> {
        let store = self.store().await?;
        let policy = match store.policy(name).await {
            Ok(record) if record.frozen => {
                return Err(AppError::usage(
                    "policy-frozen",
                    format!("{} is frozen and has learned nothing of this", record.name),
                    "let it go on learning first: `assay bandit unfreeze`, or Go on learning in the window",
                ));
            }
            Ok(record) => record.id,
            Err(assay_store::StoreError::PolicyNotFound(_)) => {
                let config = json(&PolicySettings::default())?;
                let name = checked_name(name)?;
                store.create_policy(name, config, None).await?.id
            }
            Err(error) => return Err(error.into()),
        };
        let adaptive = self.adaptive().await?;
        let mut taught = 0;
        let strategies = self.strategy_set();
        for run in runs {
            // The runs it was made of have the same answers.
            crate::regroup::refuse_made_of_others(&store.get_run(run).await?)?;
            let contexts = self.contexts_of(run).await?;
            let mut outcomes = store.outcomes(run).await?;
            outcomes.retain(|outcome| strategies.get(&outcome.arm).is_ok());
            taught += adaptive
                .teach(policy, &outcomes, |outcome| contexts.of(outcome))
                .await?;
        }
        Ok(taught)
    }
}

pub(crate) fn summary(record: &PolicyRecord) -> Result<PolicySummary, AppError> {
    let settings = PolicySettings::read(&record.config)?;
    Ok(PolicySummary {
        name: record.name.clone(),
        algorithm: setup::algorithm_in_words(&settings.policy.algorithm),
        frozen: record.frozen,
        created_at: record.created_at.to_string(),
        decisions: record.decisions,
        lessons: record.lessons,
    })
}

impl App {
    /// The features of a context, without values.
    pub fn features(&self) -> Vec<FeatureValue> {
        assay_prompting::FEATURES
            .iter()
            .map(|feature| FeatureValue {
                feature: feature.name.to_owned(),
                title: feature.title.to_owned(),
                rule: feature.rule.to_owned(),
                value: 0.0,
                contribution: None,
            })
            .collect()
    }
}

fn checked_name(name: &str) -> Result<String, AppError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 64 || name.chars().any(char::is_control) {
        return Err(AppError::usage(
            "bad-policy",
            "that cannot be a policy's name",
            "give a name of 1 to 64 characters",
        ));
    }
    Ok(name.to_owned())
}

fn json<T: Serialize>(value: &T) -> Result<String, AppError> {
    serde_json::to_string(value).map_err(|e| AppError::failed("internal", e.to_string()))
}

#[cfg(test)]
mod tests;
