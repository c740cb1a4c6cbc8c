use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assay_core::StrategyId;
use include_dir::{Dir, include_dir};

use crate::error::Place;
use crate::family::{Families, ModelFacts};
use crate::pool::Example;
use crate::{Plan, PromptingError, PublicProblem, Strategy, StrategyKind};

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/strategies");

/// The strategy that asks each model in the way it can answer: `instruct` where the model takes messages,
/// `completion` where it takes none, unless a rule for its kind says otherwise.
pub const AUTO: &str = "auto";

/// The strategy of which a policy chooses another for each sample: it is in no file, and resolves to none.
pub const ADAPTIVE: &str = "adaptive";

/// The strategies a run can choose from, and the families of the models it asks.
#[derive(Debug, Clone)]
pub struct Strategies {
    by_id: BTreeMap<String, Strategy>,
    families: Families,
    /// What `auto` stands for with models of a kind, where it is not the plain way: see [`Strategies::kind_of`].
    rules: BTreeMap<String, StrategyId>,
}

/// Strategies read from a folder, with what is wrong with the files that were left out.
#[derive(Debug)]
pub struct Loaded {
    pub strategies: Strategies,
    pub wrong: Vec<WrongFile>,
}

/// A file that was left out.
#[derive(Debug)]
pub struct WrongFile {
    pub path: PathBuf,
    pub error: PromptingError,
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
            let text = file.contents_utf8().unwrap_or_default();
            let mut strategy = Strategy::from_toml(&name, text)?;
            strategy.builtin = true;
            by_id.insert(strategy.id.as_str().to_owned(), strategy);
        }
        Ok(Self {
            by_id,
            families: Families::builtin()?,
            rules: BTreeMap::new(),
        })
    }

    /// The built-in strategies and the user's own, `<id>.toml` in `folder`; none when there is no such folder. A file
    /// that is wrong is left out and hides no other. A user's id cannot be a built-in's: results under one name would be
    /// results of two strategies.
    ///
    /// # Errors
    /// Only for what [`Strategies::builtin`] fails by.
    pub fn load(folder: &Path) -> Result<Loaded, PromptingError> {
        let mut strategies = Self::builtin()?;
        let mut wrong = Vec::new();
        let mut paths: Vec<_> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|e| e == "toml"))
            .collect();
        paths.sort();
        for path in paths {
            match strategies.read(&path) {
                Ok(strategy) => {
                    strategies
                        .by_id
                        .insert(strategy.id.as_str().to_owned(), strategy);
                }
                Err(error) => wrong.push(WrongFile { path, error }),
            }
        }
        Ok(Loaded { strategies, wrong })
    }

    fn read(&self, path: &Path) -> Result<Strategy, PromptingError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|source| PromptingError::Unreadable {
            file: file.clone(),
            source,
        })?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        self.own(&file, &stem, &text)
    }

    /// Reads a strategy of the user's own that is to lie in `file`, whose name without its ending is `stem`.
    ///
    /// # Errors
    /// As [`Strategy::from_toml`]; [`PromptingError::Taken`] for the id of a built-in strategy; an id that is not the
    /// file's name.
    pub fn own(&self, file: &str, stem: &str, text: &str) -> Result<Strategy, PromptingError> {
        let strategy = Strategy::from_toml(file, text)?;
        let id = strategy.id.clone();
        if self
            .by_id
            .get(id.as_str())
            .is_some_and(|known| known.builtin)
        {
            return Err(PromptingError::Taken {
                file: file.to_owned(),
                id,
            });
        }
        if id.as_str() != stem {
            return Err(PromptingError::BadFile {
                place: Box::new(Place {
                    file: file.to_owned(),
                    line: None,
                    field: Some("id".to_owned()),
                }),
                detail: format!("the id is '{id}', and the file's name says '{stem}'"),
            });
        }
        Ok(strategy)
    }

    /// Every strategy by id; `auto` is not among them, being a choice between two.
    pub fn iter(&self) -> impl Iterator<Item = &Strategy> {
        self.by_id.values()
    }

    pub fn families(&self) -> &Families {
        &self.families
    }

    /// # Errors
    /// [`PromptingError::Unknown`], which lists the known ids.
    pub fn get(&self, id: &StrategyId) -> Result<&Strategy, PromptingError> {
        self.by_id
            .get(id.as_str())
            .ok_or_else(|| PromptingError::Unknown {
                id: id.clone(),
                known: [AUTO.to_owned(), ADAPTIVE.to_owned()]
                    .into_iter()
                    .chain(self.by_id.keys().cloned())
                    .collect(),
            })
    }

    /// The same with other rules of what `auto` stands for, by the kind of a model.
    #[must_use]
    pub fn with_rules(mut self, rules: BTreeMap<String, StrategyId>) -> Self {
        // A rule that points to a choice between strategies would never end.
        self.rules = rules;
        self.rules
            .retain(|_, rule| ![AUTO, ADAPTIVE].contains(&rule.as_str()));
        self
    }

    /// Whether a run by `id` may ask by `strategy`: the same one; what a rule makes of `auto`; any that a policy chooses.
    pub fn may_ask_by(&self, id: &StrategyId, strategy: &Strategy) -> bool {
        match id.as_str() {
            ADAPTIVE => true,
            AUTO => self.rules.values().any(|rule| *rule == strategy.id),
            _ => strategy.id == *id,
        }
    }

    /// The kind of a model that a rule is for: its family's id, with `/base` behind it where it takes no messages.
    pub fn kind_of(&self, facts: &ModelFacts) -> String {
        let family = self.families.of(&facts.names);
        if facts.chat || facts.by_template(family) {
            family.id.clone()
        } else {
            format!("{}/base", family.id)
        }
    }

    /// The plain way of asking a model: `instruct` where it takes messages, `completion` where it takes none.
    ///
    /// # Errors
    /// As [`Strategies::resolve`].
    pub fn plain(&self, facts: &ModelFacts) -> Result<&Strategy, PromptingError> {
        let family = self.families.of(&facts.names);
        let messages = facts.chat || facts.by_template(family);
        let id = if messages { "instruct" } else { "completion" };
        self.resolve(&StrategyId::from(id), facts)
    }

    /// The strategy that `id` stands for with a model. `auto` is what the rule for its kind says where the model can be asked
    /// like that, and the plain way otherwise.
    ///
    /// # Errors
    /// [`PromptingError::Unknown`]; [`PromptingError::NeedsChat`], [`PromptingError::NeedsCompletion`] and
    /// [`PromptingError::NeedsGapMarks`] where the model cannot be asked like that.
    pub fn resolve(
        &self,
        id: &StrategyId,
        facts: &ModelFacts,
    ) -> Result<&Strategy, PromptingError> {
        if id.as_str() == AUTO {
            let rule = self.rules.get(&self.kind_of(facts));
            let ruled = rule.and_then(|rule| self.resolve(rule, facts).ok());
            return match ruled {
                Some(strategy) => Ok(strategy),
                None => self.plain(facts),
            };
        }
        let family = self.families.of(&facts.names);
        let messages = facts.chat || facts.by_template(family);
        let strategy = self.get(id)?;
        let id = strategy.id.clone();
        if strategy.kind.sends_messages() && !messages {
            return Err(PromptingError::NeedsChat { id });
        }
        if !strategy.kind.sends_messages() && !facts.completion {
            return Err(PromptingError::NeedsCompletion { id });
        }
        if strategy.kind == StrategyKind::FillInTheMiddle && family.gap(&facts.names).is_none() {
            return Err(PromptingError::NeedsGapMarks {
                id,
                family: family.id.clone(),
            });
        }
        Ok(strategy)
    }

    /// How `problem` is asked of a model by the strategy `id` (`auto` too). `examples` are what
    /// [`ExamplePool::choose`](crate::ExamplePool::choose) answers for as many as the strategy shows.
    ///
    /// # Errors
    /// As [`Strategies::resolve`].
    pub fn plan(
        &self,
        id: &StrategyId,
        problem: PublicProblem,
        facts: &ModelFacts,
        examples: Vec<Example>,
    ) -> Result<Plan, PromptingError> {
        Ok(Plan {
            strategy: self.resolve(id, facts)?.clone(),
            problem,
            examples,
            family: self.families.of(&facts.names).clone(),
            facts: facts.clone(),
        })
    }
}
