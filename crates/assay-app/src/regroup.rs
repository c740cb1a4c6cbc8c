//! Runs made of other runs: several merged into one, one split by model or by language.

use std::ops::ControlFlow;

use assay_analytics::short_model_name;
use assay_core::{Language, RunId, RunOrigin};
use assay_runner::Runner;
use assay_store::{MergePlan, Regrouped, RunRecord, SourceRun, SplitPlan, Step};

use crate::dto::{
    FollowingSamples, MergePreview, PlannedPart, PlannedSource, RunDifference, SplitBy,
    SplitPreview, TaskProgress,
};
use crate::tasks::Task;
use crate::upkeep::a_name;
use crate::{App, AppError};

impl App {
    /// What merging these runs will make; changes nothing.
    ///
    /// # Errors
    /// When they are fewer than two, not of one version of one data set, unknown, or on.
    pub async fn plan_merge(&self, runs: &[RunId]) -> Result<MergePreview, AppError> {
        Ok(merge_preview(self.store().await?.plan_merge(runs).await?))
    }

    /// Merges runs into a new one, which has the samples of all of them and names them in its note, and archives them.
    /// Named for what it has where no name is given.
    ///
    /// # Errors
    /// As [`App::plan_merge`]; when it is cancelled by its task's name. Nothing is changed then.
    pub async fn merge_runs(
        &self,
        runs: &[RunId],
        name: Option<&str>,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<RunId, AppError> {
        let store = self.store().await?;
        let plan = store.plan_merge(runs).await?;
        let name = match name.map(str::trim).filter(|name| !name.is_empty()) {
            Some(name) => a_name("a run", name)?,
            None => merged_name(&plan),
        };
        let new = Regrouped {
            id: Runner::new_id(),
            name,
            note: Some(merge_note(&plan)),
        };
        let id = new.id.clone();
        let task = self.begin_task(task);
        store
            .merge_runs(plan, new, steps(&task, on_progress))
            .await?;
        Ok(id)
    }

    /// What splitting a run will make; changes nothing.
    ///
    /// # Errors
    /// When it has only one model or language, is unknown, or on.
    pub async fn plan_split(&self, run: &RunId, by: SplitBy) -> Result<SplitPreview, AppError> {
        let plan = self.store().await?.plan_split(run, stored(by)).await?;
        let names = part_names(&plan);
        Ok(SplitPreview {
            source: planned(plan.source),
            by,
            parts: plan
                .parts
                .into_iter()
                .zip(names)
                .map(|(part, name)| PlannedPart {
                    key: part.key,
                    name,
                    samples: part.samples,
                    outstanding: part.outstanding,
                })
                .collect(),
        })
    }

    /// Splits a run into one for each of its models or languages, and archives it. Answers the new runs in the order
    /// of the plan.
    ///
    /// # Errors
    /// As [`App::plan_split`]; when it is cancelled by its task's name. Nothing is changed then.
    pub async fn split_run(
        &self,
        run: &RunId,
        by: SplitBy,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<Vec<RunId>, AppError> {
        let store = self.store().await?;
        let plan = store.plan_split(run, stored(by)).await?;
        let note = format!("Split from {}.", called(&plan.source));
        let new: Vec<Regrouped> = part_names(&plan)
            .into_iter()
            .map(|name| Regrouped {
                id: Runner::new_id(),
                name,
                note: Some(note.clone()),
            })
            .collect();
        let ids = new.iter().map(|new| new.id.clone()).collect();
        let task = self.begin_task(task);
        store
            .split_run(plan, new, steps(&task, on_progress))
            .await?;
        Ok(ids)
    }

    /// Takes a merge or a split back: deletes what it made and brings its sources back. Names the sources.
    ///
    /// # Errors
    /// When one of the runs was not made of others, or is unknown.
    pub async fn undo_regroup(&self, runs: &[RunId]) -> Result<Vec<RunId>, AppError> {
        Ok(self.store().await?.undo_regroup(runs).await?)
    }
}

/// The runs it was made of had settings of their own, and only they can go on with these.
pub(crate) fn refuse_made_of_others(run: &RunRecord) -> Result<(), AppError> {
    if !matches!(run.origin, RunOrigin::Merged | RunOrigin::Split) {
        return Ok(());
    }
    let sources: Vec<String> = run.sources.iter().map(|s| s.run.to_string()).collect();
    Err(AppError::usage(
        "run-made-of-others",
        format!("run {} was made of others and cannot go on itself", run.id),
        format!("resume what it was made of: {}", sources.join(", ")),
    ))
}

fn steps(task: &Task<'_>, tell: impl Fn(TaskProgress) + Send + 'static) -> Step {
    let cancel = task.cancel.clone();
    Box::new(move |done, all| {
        if cancel.is_cancelled() {
            return ControlFlow::Break(());
        }
        tell(TaskProgress {
            message: format!("{done} of {all} samples copied"),
            fraction: (all > 0).then(|| f64::from(done) / f64::from(all)),
        });
        ControlFlow::Continue(())
    })
}

fn stored(by: SplitBy) -> assay_store::SplitBy {
    match by {
        SplitBy::Model => assay_store::SplitBy::Model,
        SplitBy::Language => assay_store::SplitBy::Language,
    }
}

fn planned(source: SourceRun) -> PlannedSource {
    PlannedSource {
        run: source.id,
        name: source.name,
        status: source.status,
        samples: source.samples,
    }
}

fn merge_preview(plan: MergePlan) -> MergePreview {
    MergePreview {
        name: merged_name(&plan),
        sources: plan.sources.into_iter().map(planned).collect(),
        dataset: plan.dataset,
        dataset_version: plan.dataset_version,
        models: plan.models,
        languages: plan.languages,
        strategies: plan.strategies,
        samples: plan.samples,
        outstanding: plan.outstanding,
        following: plan
            .renumbered
            .into_iter()
            .map(|moved| FollowingSamples {
                run: moved.run,
                model: moved.model,
                language: moved.language,
                problems: moved.problems,
                samples: moved.samples,
                same_seed: moved.same_seed,
            })
            .collect(),
        differences: plan
            .differences
            .into_iter()
            .map(|difference| RunDifference {
                what: difference.what,
                values: difference.values,
            })
            .collect(),
    }
}

fn merged_name(plan: &MergePlan) -> String {
    match plan.sources.as_slice() {
        [first, rest @ ..] => format!("{} and {} more, merged", first.name, rest.len()),
        [] => String::new(),
    }
}

fn part_names(plan: &SplitPlan) -> Vec<String> {
    plan.parts
        .iter()
        .map(|part| {
            let of = match plan.by {
                assay_store::SplitBy::Model => short_model_name(&part.key).to_owned(),
                assay_store::SplitBy::Language => Language::new(&part.key).title().to_owned(),
            };
            format!("{}: {of}", plan.source.name)
        })
        .collect()
}

/// By its name and its id, which stays when the name changes.
fn called(source: &SourceRun) -> String {
    format!("“{}” ({})", source.name, source.id)
}

/// What a merged run says of itself: what it has, where samples went, and what was not the same.
fn merge_note(plan: &MergePlan) -> String {
    let names: Vec<String> = plan.sources.iter().map(called).collect();
    let mut note = format!("Merged of {}.", names.join(", "));
    let name_of = |id: &RunId| {
        let source = plan.sources.iter().find(|s| s.id == *id);
        source.map_or_else(|| id.to_string(), |s| format!("“{}”", s.name))
    };
    for moved in &plan.renumbered {
        note.push_str(&format!(
            "\n{} samples of {} ({}, {} problems) follow those of earlier runs.",
            moved.samples,
            name_of(&moved.run),
            format_args!("{} in {}", moved.model, moved.language.title()),
            moved.problems,
        ));
        if moved.same_seed {
            note.push_str(" The seed is the same: they may be the same answers once more.");
        }
    }
    for difference in &plan.differences {
        let values: Vec<&str> = difference
            .values
            .iter()
            .map(|value| value.as_deref().unwrap_or("–"))
            .collect();
        note.push_str(&format!(
            "\nNot the same in all: {} ({}).",
            difference.what,
            values.join(" / ")
        ));
    }
    note
}

#[cfg(test)]
mod tests {
    use assay_core::RunStatus;
    use assay_store::{Difference, Renumbered};

    use super::*;

    fn source(id: &str, name: &str) -> SourceRun {
        SourceRun {
            id: RunId::from(id),
            name: name.to_owned(),
            status: RunStatus::Completed,
            samples: 4,
        }
    }

    #[test]
    fn a_merge_says_what_it_is_made_of_and_what_was_not_the_same() {
        let plan = MergePlan {
            sources: vec![source("1", "first"), source("2", "second")],
            dataset: "starter".into(),
            dataset_version: "1".to_owned(),
            models: vec!["local:a".to_owned()],
            languages: vec![Language::python()],
            strategies: Vec::new(),
            samples: 8,
            outstanding: 0,
            renumbered: vec![Renumbered {
                run: RunId::from("2"),
                model: "local:a".to_owned(),
                language: Language::python(),
                problems: 2,
                samples: 4,
                same_seed: true,
            }],
            differences: vec![Difference {
                what: "temperature".to_owned(),
                values: vec![Some("0".to_owned()), None],
            }],
        };
        assert_eq!(
            merge_note(&plan),
            "Merged of “first” (1), “second” (2).\n\
             4 samples of “second” (local:a in Python, 2 problems) follow those of earlier runs. The seed is the same: \
             they may be the same answers once more.\n\
             Not the same in all: temperature (0 / –)."
        );
        assert_eq!(merged_name(&plan), "first and 1 more, merged");
        let plan = SplitPlan {
            source: source("1", "first"),
            by: assay_store::SplitBy::Language,
            parts: vec![assay_store::SplitPart {
                key: "cpp".to_owned(),
                samples: 4,
                outstanding: 0,
            }],
        };
        assert_eq!(part_names(&plan), ["first: C++"]);
    }
}
