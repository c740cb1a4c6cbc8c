//! What a policy sees, or would have seen, of problems and models.

use std::collections::HashMap;

use assay_core::{Language, ModelRef, Problem, ProblemId, RunId};
use assay_prompting::{Context, ContextInput, ModelFacts, PublicProblem, Strategies};
use assay_store::OutcomeRecord;

use crate::{App, AppError};

/// The contexts of one run's samples.
pub(crate) struct Contexts {
    by_key: HashMap<(String, Language, ProblemId), Context>,
}

impl Contexts {
    /// `None` of a problem that its data set no longer has.
    pub(crate) fn of(&self, outcome: &OutcomeRecord) -> Option<Context> {
        let key = (
            outcome.model.clone(),
            outcome.language.clone(),
            outcome.problem.clone(),
        );
        self.by_key.get(&key).cloned()
    }
}

impl App {
    /// What a policy would have seen of a run's problems and models.
    ///
    /// # Errors
    /// When there is no such run, or its data set cannot be read.
    pub(crate) async fn contexts_of(&self, run: &RunId) -> Result<Contexts, AppError> {
        let record = self.store().await?.get_run(run).await?;
        let problems = self
            .problems(&record.dataset, &record.spec.languages)
            .await?;
        let strategies = self.strategy_set();
        let models: Vec<(String, ModelFacts)> = record
            .spec
            .models
            .iter()
            .map(|model| (model.to_string(), self.model_facts(model)))
            .collect();
        let mut by_key = HashMap::new();
        for problem in &problems {
            let public = PublicProblem::of(problem);
            for (model, facts) in &models {
                by_key.insert(
                    (model.clone(), problem.language.clone(), problem.id.clone()),
                    context(&strategies, &public, facts),
                );
            }
        }
        Ok(Contexts { by_key })
    }

    /// What strategies have to know of a model: as far as its provider tells, and of one that is not there by its name.
    pub(crate) fn model_facts(&self, model: &ModelRef) -> ModelFacts {
        match self.provider(model) {
            Ok(provider) => {
                let (capabilities, _) = self.abilities(provider.as_ref());
                ModelFacts::new(
                    provider.model().name.clone(),
                    capabilities.chat,
                    capabilities.completion,
                )
            }
            Err(_) => ModelFacts::new(model.name.clone(), true, true),
        }
    }

    /// A problem of a data set, in a language of it.
    pub(crate) async fn one_problem(
        &self,
        dataset: &assay_core::DatasetId,
        language: Option<&Language>,
        id: &ProblemId,
    ) -> Result<Problem, AppError> {
        let languages = match language {
            Some(language) => vec![language.clone()],
            None => self.library().manifest(dataset.as_str())?.languages,
        };
        let problems = self.problems(dataset, &languages).await?;
        let python = |p: &Problem| language.is_none() && p.language != Language::python();
        let mut found: Vec<Problem> = problems.into_iter().filter(|p| p.id == *id).collect();
        found.sort_by_key(python);
        found.into_iter().next().ok_or_else(|| {
            AppError::usage(
                "unknown-problem",
                format!("{dataset} has no problem '{id}'"),
                "`assay problem --help` says how problems are named",
            )
        })
    }
}

/// Without what only a run knows: how the model answered lately.
pub(crate) fn context(
    strategies: &Strategies,
    problem: &PublicProblem,
    facts: &ModelFacts,
) -> Context {
    Context::of(&ContextInput {
        problem,
        family: strategies.families().of(&facts.names),
        facts,
        trouble: 0.0,
    })
}
