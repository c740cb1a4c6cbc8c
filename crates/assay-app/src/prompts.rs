//! Strategies: what there is, the user's own, and what a model will be sent.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use assay_core::{Coded as _, DatasetId, Language, Problem, RunSpec, StrategyId};
use assay_prompting::{
    ADAPTIVE, ExamplePool, Loaded, ModelFacts, PromptingError, PublicProblem, Strategies, Strategy,
    WrongFile,
};
use assay_providers::Capabilities;

use sha2::{Digest as _, Sha256};

use crate::dto::{
    PreviewRequest, PreviewTurn, PromptPreview, StrategyList, StrategySource, StrategySummary,
    WrongStrategy,
};
use crate::export::write_whole;
use crate::{App, AppError};

/// Where the user's own lie, below the data folder.
pub(crate) const FOLDER: &str = "strategies";

impl App {
    /// Every strategy by id, the built-in ones and the user's own as they lie in `<data dir>/strategies` now.
    ///
    /// # Errors
    /// Only when a built-in one is wrong. A user's file that is wrong is part of the answer.
    pub async fn strategies(&self) -> Result<StrategyList, AppError> {
        let Loaded { strategies, wrong } = self.reload_strategies().await?;
        Ok(StrategyList {
            strategies: strategies.iter().map(summary).collect(),
            wrong: wrong.iter().map(wrong_strategy).collect(),
        })
    }

    /// A strategy's file as it was written; one of the user's that is wrong as well, with what is wrong with it.
    ///
    /// # Errors
    /// When there is no such strategy and no such file.
    pub async fn strategy_source(&self, id: &str) -> Result<StrategySource, AppError> {
        let Loaded { strategies, wrong } = self.reload_strategies().await?;
        let id = StrategyId::new(id);
        let unknown = match strategies.get(&id) {
            Ok(strategy) => {
                return Ok(StrategySource {
                    id,
                    builtin: strategy.builtin,
                    toml: strategy.source.clone(),
                    wrong: None,
                });
            }
            Err(unknown) => unknown,
        };
        let path = self.strategy_path(id.as_str())?;
        let Some(wrong) = wrong.into_iter().find(|wrong| wrong.path == path) else {
            return Err(unknown.into());
        };
        match std::fs::read_to_string(&path) {
            Ok(toml) => Ok(StrategySource {
                id,
                builtin: false,
                toml,
                wrong: Some(wrong.error.info()),
            }),
            // It cannot be shown: it is no text, or may not be read.
            Err(_) => Err(wrong.error.into()),
        }
    }

    /// Keeps `toml` as the user's own strategy `id`, in the place of one of that id.
    ///
    /// # Errors
    /// What is wrong with it, by line and field; an id that is a built-in strategy's, or not the one in the file.
    pub async fn save_strategy(&self, id: &str, toml: &str) -> Result<StrategySummary, AppError> {
        let path = self.strategy_path(id)?;
        let strategy = Strategies::builtin()?.own(&path.display().to_string(), id, toml)?;
        let folder = self.config.data_dir.join(FOLDER);
        std::fs::create_dir_all(&folder).map_err(|e| AppError::file("create", &folder, &e))?;
        write_whole(&path, toml.as_bytes())?;
        self.reload_strategies().await?;
        Ok(summary(&strategy))
    }

    /// A copy of a strategy under another id, as the user's own.
    ///
    /// # Errors
    /// When there is no such strategy; when the new id is taken or no id.
    pub async fn duplicate_strategy(
        &self,
        id: &str,
        new_id: &str,
    ) -> Result<StrategySummary, AppError> {
        let Loaded { strategies, .. } = self.reload_strategies().await?;
        let source = strategies.get(&StrategyId::new(id))?.source.clone();
        let path = self.strategy_path(new_id)?;
        if path.exists() {
            return Err(AppError::usage(
                "strategy-taken",
                format!("there is a strategy '{new_id}' already"),
                "choose another id",
            ));
        }
        self.save_strategy(new_id, &renamed(&source, new_id)).await
    }

    /// # Errors
    /// When it is a built-in one, or there is none.
    pub async fn delete_strategy(&self, id: &str) -> Result<(), AppError> {
        let path = self.strategy_path(id)?;
        let builtin = Strategies::builtin()?;
        if builtin.get(&StrategyId::new(id)).is_ok() {
            return Err(AppError::usage(
                "strategy-builtin",
                format!("the strategy '{id}' ships with the program and cannot be deleted"),
                "only strategies of your own can be",
            ));
        }
        // One whose file is wrong can be deleted as well.
        if !path.exists() {
            let Loaded { strategies, .. } = self.reload_strategies().await?;
            strategies.get(&StrategyId::new(id))?;
        }
        std::fs::remove_file(&path).map_err(|e| AppError::file("delete", &path, &e))?;
        self.reload_strategies().await?;
        Ok(())
    }

    /// What a model will be sent for a problem: exactly, for the first request; with placeholders for what only the run will
    /// tell, for later ones. No request is made.
    ///
    /// # Errors
    /// An unknown data set, problem, language, strategy or model; a strategy the model cannot be asked by.
    pub async fn preview_prompt(&self, request: PreviewRequest) -> Result<PromptPreview, AppError> {
        if request.strategy.as_str() == ADAPTIVE {
            return Err(AppError::usage(
                "adaptive-has-no-prompt",
                "which strategy asks is chosen for each sample, so there is no prompt to show",
                "`assay bandit what-if` says what would be chosen for a problem",
            ));
        }
        let strategies = self.reload_strategies().await?.strategies;
        let mut languages = match &request.language {
            Some(language) => vec![language.clone()],
            None => self.library().manifest(request.dataset.as_str())?.languages,
        };
        for language in &request.languages {
            if !languages.contains(language) {
                languages.push(language.clone());
            }
        }
        let problems = self.problems(&request.dataset, &languages).await?;
        let problem = one(&problems, &request)?;
        let provider = self.provider(&request.model)?;
        let (capabilities, known) = self.abilities(provider.as_ref());
        let facts = ModelFacts::new(
            provider.model().name.clone(),
            capabilities.chat,
            capabilities.completion,
        );
        let public = PublicProblem::of(problem);
        let strategy = strategies.resolve(&request.strategy, &facts)?;
        // As a run has it: of all its languages, and of no other.
        let of_run = problems
            .iter()
            .filter(|p| p.language == problem.language || request.languages.contains(&p.language));
        let pool = ExamplePool::of(of_run)?;
        let examples = pool.choose(&public, strategy.examples, request.seed);
        let plan = strategies.plan(&request.strategy, public, &facts, examples)?;
        let planned = plan.preview()?;
        Ok(PromptPreview {
            strategy: plan.strategy().id.clone(),
            kind: plan.strategy().kind.as_str().to_owned(),
            language: problem.language.clone(),
            family: plan.family().title.clone(),
            stop: planned.first().map(|t| t.prompt.stop.clone()).unwrap_or_default(),
            temperature: plan.family().temperature,
            assumed: (!known).then(|| assumed(&capabilities)),
            turns: planned
                .into_iter()
                .map(|turn| PreviewTurn {
                    note: turn.on_feedback.then(|| {
                        "sent only when a public example or the compiler finds something wrong with the answer before"
                            .to_owned()
                    }),
                    prompt: turn.prompt.prompt,
                })
                .collect(),
        })
    }

    /// Solved problems for a run's prompts: all its data set has, in its languages; nothing where its strategy shows none.
    pub(crate) async fn example_pool(&self, spec: &RunSpec) -> Result<Arc<ExamplePool>, AppError> {
        let strategies = self.strategy_set();
        let shows = strategies
            .iter()
            .any(|s| s.examples > 0 && strategies.may_ask_by(&spec.strategy, s));
        if !shows {
            return Ok(Arc::default());
        }
        let dataset: &DatasetId = &spec.dataset;
        let problems = self.problems(dataset, &spec.languages).await?;
        Ok(Arc::new(ExamplePool::of(&problems)?))
    }

    /// Of the user's own strategies: what its file says, so that a resumed run is not made of two.
    pub(crate) fn strategy_digest(&self, id: &StrategyId) -> Option<String> {
        let strategies = self.strategy_set();
        // A policy chooses for each sample anew: one more strategy must not keep its runs from being resumed.
        if id.as_str() == ADAPTIVE {
            return None;
        }
        let own: Vec<&Strategy> = strategies
            .iter()
            .filter(|s| !s.builtin && strategies.may_ask_by(id, s))
            .collect();
        if own.is_empty() {
            return None;
        }
        let mut digest = Sha256::new();
        for strategy in own {
            digest.update(strategy.source.as_bytes());
        }
        Some(assay_fetch::hex(&digest.finalize()))
    }

    /// The strategies as they were last read.
    pub(crate) fn strategy_set(&self) -> Arc<Strategies> {
        Arc::clone(
            &self
                .strategies
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Reads the user's files again; runs that begin from now on use what is found, those at work keep theirs.
    pub(crate) async fn reload_strategies(&self) -> Result<Loaded, PromptingError> {
        let mut loaded = Strategies::load(&self.config.data_dir.join(FOLDER))?;
        loaded.strategies = loaded.strategies.with_rules(self.rules_in_force().await);
        let fresh = Arc::new(loaded.strategies.clone());
        *self
            .strategies
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
        if let Some(runner) = self.runner.get() {
            runner.set_strategies(fresh);
        }
        Ok(loaded)
    }

    /// The file of the user's strategy `id`.
    fn strategy_path(&self, id: &str) -> Result<PathBuf, AppError> {
        if !is_id(id) {
            return Err(AppError::usage(
                "bad-strategy",
                format!("'{id}' cannot be a strategy's id"),
                "an id holds only lower-case letters, digits and hyphens, at most 64",
            ));
        }
        let folder = self.config.data_dir.join(FOLDER);
        Ok(folder.join(format!("{id}.toml")))
    }
}

/// What is taken for granted of a model that was not looked at.
fn assumed(capabilities: &Capabilities) -> String {
    let can = match (capabilities.chat, capabilities.completion) {
        (true, true) => "answer messages and continue texts",
        (true, false) => "answer messages",
        (false, _) => "continue texts",
    };
    format!(
        "its server was not looked at, and the model is taken to {can}; once it is checked, the preview is of what was found"
    )
}

fn wrong_strategy(wrong: &WrongFile) -> WrongStrategy {
    let stem = wrong.path.file_stem().unwrap_or_default().to_string_lossy();
    // What bears a built-in strategy's name needs another, which its text cannot give it.
    let taken = matches!(wrong.error, PromptingError::Taken { .. });
    WrongStrategy {
        id: (is_id(&stem) && !taken).then(|| StrategyId::new(stem)),
        error: wrong.error.info(),
    }
}

/// A plain word: it becomes a file's name.
fn is_id(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !id.is_empty() && id.len() <= 64 && id.chars().all(plain)
}

fn summary(strategy: &Strategy) -> StrategySummary {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    StrategySummary {
        id: strategy.id.clone(),
        title: strategy.title.clone(),
        description: strategy.description.clone(),
        kind: strategy.kind.as_str().to_owned(),
        builtin: strategy.builtin,
        turns: count(strategy.turns()),
        examples: count(strategy.examples),
        checks_answers: strategy.checks_answers(),
    }
}

/// The problem that is asked for.
fn one<'a>(problems: &'a [Problem], request: &PreviewRequest) -> Result<&'a Problem, AppError> {
    let mut found = problems.iter().filter(|p| p.id == request.problem);
    let python = found
        .clone()
        .find(|p| request.language.is_none() && p.language == Language::python());
    python.or_else(|| found.next()).ok_or_else(|| {
        let example = problems
            .first()
            .map(|p| p.id.to_string())
            .unwrap_or_default();
        AppError::usage(
            "unknown-problem",
            format!("{} has no problem '{}'", request.dataset, request.problem),
            format!("its ids are like {example}"),
        )
    })
}

/// A strategy's text with another id: only the line that says it changes.
fn renamed(source: &str, id: &str) -> String {
    let mut done = false;
    let lines: Vec<String> = source
        .lines()
        .map(|line| {
            let is_id = line
                .trim_start()
                .strip_prefix("id")
                .is_some_and(|rest| rest.trim_start().starts_with('='));
            if is_id && !done {
                done = true;
                format!("id = \"{id}\"")
            } else {
                line.to_owned()
            }
        })
        .collect();
    format!("{}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests;
