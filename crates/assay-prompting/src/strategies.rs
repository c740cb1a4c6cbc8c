use std::collections::BTreeMap;

use assay_core::{Language, Message, Problem, Prompt, ResponseMode, StrategyId};
use include_dir::{Dir, include_dir};
use minijinja::{Environment, UndefinedBehavior, context};

use crate::PromptingError;
use crate::file::{MessageTemplate, StrategyFile};

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/strategies");

/// The strategy that asks each model in the way it can answer: `instruct` where the model has a chat
/// template, `completion` where it has none.
pub const AUTO: &str = "auto";

/// One way to ask.
#[derive(Debug, Clone)]
pub struct Strategy {
    pub id: StrategyId,
    pub title: String,
    /// One or two sentences for people.
    pub description: String,
    pub kind: ResponseMode,
    template: Option<String>,
    messages: Vec<MessageTemplate>,
    stops: BTreeMap<Language, Vec<String>>,
}

/// What is sent for one problem, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltPrompt {
    pub prompt: Prompt,
    /// Stop sequences, the most important first: a provider that accepts only a few takes the first ones.
    pub stop: Vec<String>,
    /// The strategy that made it: never `auto`, but what `auto` stood for.
    pub strategy: StrategyId,
    /// How the answer is to be read.
    pub mode: ResponseMode,
}

impl Strategy {
    /// Reads a strategy file; `file` names it in errors.
    ///
    /// # Errors
    /// [`PromptingError::BadFile`] for bad TOML, missing or unknown fields, a bad id, an empty stop;
    /// [`PromptingError::Template`] for a template that is not valid.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, PromptingError> {
        let bad = |detail: String| PromptingError::BadFile {
            file: file.to_owned(),
            detail,
        };
        let parsed: StrategyFile = toml::from_str(text).map_err(|e| bad(e.to_string()))?;
        if let Some(defect) = parsed.defect() {
            return Err(bad(defect.to_owned()));
        }
        let strategy = Self {
            id: StrategyId::new(parsed.id),
            title: parsed.title,
            description: parsed.description,
            kind: parsed.kind,
            template: parsed.template,
            messages: parsed.messages,
            stops: parsed
                .stops
                .into_iter()
                .map(|(language, stops)| (Language::new(&language), stops))
                .collect(),
        };
        let environment = environment();
        for template in strategy.templates() {
            environment
                .template_from_str(template)
                .map_err(|source| strategy.template_error(source))?;
        }
        Ok(strategy)
    }

    /// The prompt of this strategy for `problem`.
    ///
    /// # Errors
    /// [`PromptingError::Template`] when a template names something a problem does not have.
    pub fn build(&self, problem: &Problem) -> Result<BuiltPrompt, PromptingError> {
        let prompt = match &self.template {
            Some(template) => Prompt::Completion {
                text: self.render(template, problem)?,
            },
            None => Prompt::Chat {
                messages: self
                    .messages
                    .iter()
                    .map(|message| {
                        Ok(Message {
                            role: message.role,
                            content: self.render(&message.content, problem)?,
                        })
                    })
                    .collect::<Result<_, PromptingError>>()?,
            },
        };
        Ok(BuiltPrompt {
            prompt,
            stop: self
                .stops
                .get(&problem.language)
                .cloned()
                .unwrap_or_default(),
            strategy: self.id.clone(),
            mode: self.kind,
        })
    }

    fn templates(&self) -> impl Iterator<Item = &str> {
        self.template
            .iter()
            .map(String::as_str)
            .chain(self.messages.iter().map(|m| m.content.as_str()))
    }

    /// The tests and the reference solution are not in the context, so no template can show them.
    fn render(&self, template: &str, problem: &Problem) -> Result<String, PromptingError> {
        environment()
            .render_str(
                template,
                context! {
                    prompt => problem.prompt,
                    entry_point => problem.entry_point,
                    language => problem.language.title(),
                    fence => problem.language.as_str(),
                },
            )
            .map_err(|source| self.template_error(source))
    }

    fn template_error(&self, source: minijinja::Error) -> PromptingError {
        PromptingError::Template {
            id: self.id.clone(),
            source: Box::new(source),
        }
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_keep_trailing_newline(true);
    environment
}

/// The strategies a run can choose from.
#[derive(Debug, Clone)]
pub struct Strategies {
    by_id: BTreeMap<String, Strategy>,
}

impl Strategies {
    /// The strategies that ship inside the program.
    ///
    /// # Errors
    /// When a shipped file is wrong, which a test rules out.
    pub fn builtin() -> Result<Self, PromptingError> {
        let mut by_id = BTreeMap::new();
        for file in BUILTIN.files() {
            let name = file.path().display().to_string();
            let text = file
                .contents_utf8()
                .ok_or_else(|| PromptingError::BadFile {
                    file: name.clone(),
                    detail: "it is not UTF-8".to_owned(),
                })?;
            let strategy = Strategy::from_toml(&name, text)?;
            by_id.insert(strategy.id.as_str().to_owned(), strategy);
        }
        Ok(Self { by_id })
    }

    /// Every strategy by id; `auto` is not among them, being a choice between two.
    pub fn iter(&self) -> impl Iterator<Item = &Strategy> {
        self.by_id.values()
    }

    /// # Errors
    /// [`PromptingError::Unknown`], which lists the known ids.
    pub fn get(&self, id: &StrategyId) -> Result<&Strategy, PromptingError> {
        self.by_id
            .get(id.as_str())
            .ok_or_else(|| PromptingError::Unknown {
                id: id.clone(),
                known: std::iter::once(AUTO.to_owned())
                    .chain(self.by_id.keys().cloned())
                    .collect(),
            })
    }

    /// The strategy that `id` stands for with a model that has a chat template (`chat`) or has none.
    ///
    /// # Errors
    /// [`PromptingError::Unknown`], and [`PromptingError::NeedsChat`] for a chat strategy without one.
    pub fn resolve(&self, id: &StrategyId, chat: bool) -> Result<&Strategy, PromptingError> {
        let strategy = match (id.as_str(), chat) {
            (AUTO, true) => self.get(&StrategyId::from("instruct"))?,
            (AUTO, false) => self.get(&StrategyId::from("completion"))?,
            _ => self.get(id)?,
        };
        if strategy.kind == ResponseMode::Chat && !chat {
            return Err(PromptingError::NeedsChat { id: id.clone() });
        }
        Ok(strategy)
    }

    /// The prompt for `problem` by the strategy `id` (`auto` too).
    ///
    /// # Errors
    /// As [`Strategies::resolve`] and [`Strategy::build`].
    pub fn build(
        &self,
        id: &StrategyId,
        problem: &Problem,
        chat: bool,
    ) -> Result<BuiltPrompt, PromptingError> {
        self.resolve(id, chat)?.build(problem)
    }
}
