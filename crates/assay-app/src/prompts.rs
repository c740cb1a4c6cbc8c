//! Strategies: what there is, the user's own, and what a model will be sent.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use assay_core::{DatasetId, Language, Problem, RunSpec, StrategyId};
use assay_prompting::{
    ExamplePool, Loaded, ModelFacts, PromptingError, PublicProblem, Strategies, Strategy,
};

use sha2::{Digest as _, Sha256};

use crate::dto::{
    PreviewRequest, PreviewTurn, PromptPreview, StrategyList, StrategySource, StrategySummary,
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
            wrong: wrong.iter().map(assay_core::Coded::info).collect(),
        })
    }

    /// A strategy's file as it was written.
    ///
    /// # Errors
    /// When there is no such strategy, or its file is wrong.
    pub async fn strategy_source(&self, id: &str) -> Result<StrategySource, AppError> {
        let Loaded { strategies, wrong } = self.reload_strategies().await?;
        let id = StrategyId::new(id);
        match strategies.get(&id) {
            Ok(strategy) => Ok(StrategySource {
                id,
                builtin: strategy.builtin,
                toml: strategy.source.clone(),
            }),
            // Its file may be there and be wrong: that is what has to be said, and shown to be put right.
            Err(unknown) => {
                let path = self.strategy_path(id.as_str())?;
                let name = path.display().to_string();
                let mut told = wrong.into_iter();
                Err(told
                    .find(|e| e.to_string().contains(&name))
                    .unwrap_or(unknown)
                    .into())
            }
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
        let strategies = self.reload_strategies().await?.strategies;
        let languages = match &request.language {
            Some(language) => vec![language.clone()],
            None => self.library().manifest(request.dataset.as_str())?.languages,
        };
        let problems = self.problems(&request.dataset, &languages).await?;
        let problem = one(&problems, &request)?;
        let provider = self.provider(&request.model)?;
        let capabilities = provider.capabilities();
        let facts = ModelFacts::new(
            provider.model().name.clone(),
            capabilities.chat,
            capabilities.completion,
        );
        let public = PublicProblem::of(problem);
        let strategy = strategies.resolve(&request.strategy, &facts)?;
        // As a run has it: the examples are those of the problem's own language.
        let own = problems.iter().filter(|p| p.language == problem.language);
        let pool = ExamplePool::of(own)?;
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
        let shows = strategies.get(&spec.strategy).is_ok_and(|s| s.examples > 0);
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
        let strategy = strategies.get(id).ok().filter(|s| !s.builtin)?;
        Some(hex(&Sha256::digest(strategy.source.as_bytes())))
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
        let loaded = Strategies::load(&self.config.data_dir.join(FOLDER))?;
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

    /// The file of the user's strategy `id`, which has to be a plain word: it becomes a file's name.
    fn strategy_path(&self, id: &str) -> Result<PathBuf, AppError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || id.len() > 64 || !id.chars().all(plain) {
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

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
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
mod tests {
    use super::*;

    const MINE: &str = "id = \"mine\"\ntitle = \"Mine\"\ndescription = \"d\"\nkind = \"completion\"\ntemplate = \"# hm\\n{{ prompt }}\"\n";

    async fn app() -> (tempfile::TempDir, App) {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(crate::AppConfig::new(folder.path()))
            .await
            .unwrap();
        (folder, app)
    }

    fn request(strategy: &str, language: Option<&str>) -> PreviewRequest {
        PreviewRequest {
            dataset: "starter".into(),
            problem: "starter/mask-middle".into(),
            language: language.map(Language::new),
            strategy: strategy.into(),
            model: "openai:qwen2.5-coder-7b-instruct@http://127.0.0.1:9/v1"
                .parse()
                .unwrap(),
            seed: 0,
        }
    }

    #[tokio::test]
    async fn a_users_strategy_from_its_first_line_to_its_end() {
        let (folder, app) = app().await;
        let saved = app.save_strategy("mine", MINE).await.unwrap();
        assert!(!saved.builtin);
        assert_eq!(app.strategy_source("mine").await.unwrap().toml, MINE);
        let listed = app.strategies().await.unwrap();
        assert!(listed.strategies.iter().any(|s| s.id.as_str() == "mine"));
        let shown = app.preview_prompt(request("mine", None)).await.unwrap();
        assert!(shown.turns[0].prompt.display_text().starts_with("# hm\n"));

        let copy = app
            .duplicate_strategy("self-repair", "my-repair")
            .await
            .unwrap();
        assert_eq!(
            (copy.turns, copy.builtin, copy.checks_answers),
            (3, false, true)
        );
        let taken = app
            .duplicate_strategy("instruct", "my-repair")
            .await
            .unwrap_err();
        assert_eq!(taken.info.code, "strategy-taken");
        app.delete_strategy("my-repair").await.unwrap();
        assert_eq!(
            app.strategy_source("my-repair")
                .await
                .unwrap_err()
                .info
                .code,
            "unknown-strategy"
        );
        assert_eq!(
            std::fs::read_dir(folder.path().join(FOLDER))
                .unwrap()
                .count(),
            1
        );
    }

    #[tokio::test]
    async fn what_is_refused_leaves_no_file() {
        let (folder, app) = app().await;
        let instruct = MINE.replace("mine", "instruct");
        for (id, text, code) in [
            ("instruct", instruct.as_str(), "strategy-taken"),
            ("other", MINE, "bad-strategy"),
            ("../mine", MINE, "bad-strategy"),
            ("mine", "id = 'mine'\n", "bad-strategy"),
        ] {
            assert_eq!(
                app.save_strategy(id, text).await.unwrap_err().info.code,
                code,
                "{id}"
            );
        }
        let leak = MINE.replace("{{ prompt }}", "{{ tests }}");
        let error = app.save_strategy("mine", &leak).await.unwrap_err();
        assert!(
            error.info.message.contains("mine.toml, line 5"),
            "{}",
            error.info.message
        );
        assert_eq!(
            app.delete_strategy("instruct").await.unwrap_err().info.code,
            "strategy-builtin"
        );
        assert!(!folder.path().join(FOLDER).exists());

        // A file that went wrong outside is told, hides nothing, and can be deleted.
        std::fs::create_dir_all(folder.path().join(FOLDER)).unwrap();
        std::fs::write(
            folder.path().join(FOLDER).join("mine.toml"),
            "id = 'mine'\n",
        )
        .unwrap();
        let listed = app.strategies().await.unwrap();
        assert_eq!((listed.wrong.len(), listed.strategies.len() > 5), (1, true));
        assert_eq!(
            app.strategy_source("mine").await.unwrap_err().info.code,
            "bad-strategy"
        );
        app.delete_strategy("mine").await.unwrap();
        assert!(app.strategies().await.unwrap().wrong.is_empty());
    }

    #[tokio::test]
    async fn previews_are_what_will_be_sent() {
        let (_folder, app) = app().await;
        let shown = app
            .preview_prompt(request("auto", Some("rust")))
            .await
            .unwrap();
        assert_eq!(
            (shown.strategy.as_str(), shown.kind.as_str()),
            ("instruct", "chat")
        );
        assert_eq!(shown.family, "Qwen2.5-Coder");
        assert!(
            shown.turns[0]
                .prompt
                .display_text()
                .contains("fn mask_middle")
        );
        let repair = app
            .preview_prompt(request("self-repair", None))
            .await
            .unwrap();
        assert_eq!(
            (repair.turns.len(), repair.language.as_str()),
            (3, "python")
        );
        assert!(repair.turns[0].note.is_none() && repair.turns[1].note.is_some());
        assert!(
            repair.turns[1]
                .prompt
                .display_text()
                .contains("«the model's first answer»")
        );
        let few = app.preview_prompt(request("few-shot", None)).await.unwrap();
        assert_eq!(
            few.turns[0]
                .prompt
                .display_text()
                .matches("[assistant]")
                .count(),
            2
        );
        let mut unknown = request("auto", None);
        unknown.problem = "starter/none".into();
        assert_eq!(
            app.preview_prompt(unknown).await.unwrap_err().info.code,
            "unknown-problem"
        );
    }
}
