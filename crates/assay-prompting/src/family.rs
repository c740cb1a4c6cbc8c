//! Families of models: how those of one make are spoken to where nothing else says it.

use std::collections::BTreeMap;

use assay_core::{Message, Role};
use include_dir::{Dir, include_dir};
use minijinja::context;
use serde::Deserialize;

use crate::error::Place;
use crate::{PromptingError, render};

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/families");

/// The family of models that belong to no other.
const DEFAULT: &str = "default";

/// Who may stand before a model's name in the name of a repository (`microsoft_Phi-3.5-mini`).
const PUBLISHERS: &[&str] = &[
    "google-",
    "meta-",
    "meta-llama-",
    "microsoft-",
    "mistralai-",
    "qwen-",
    "bigcode-",
    "deepseek-ai-",
    "huggingfacetb-",
    "unsloth-",
    "codellama-",
];

/// The marks around a gap, as the model was trained on them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FillInTheMiddle {
    pub prefix: String,
    pub suffix: String,
    pub middle: String,
    /// What ends the filling, besides the end of text.
    #[serde(default)]
    pub stops: Vec<String>,
    /// Words of names whose models were not trained to fill gaps.
    #[serde(default)]
    pub except: Vec<String>,
}

/// How models of one make are asked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    pub id: String,
    pub title: String,
    /// What the name of a model begins with, in lower case with every `.`, `_`, `:` and space as `-`; whole words. A
    /// pattern that ends in `$` is the whole name.
    #[serde(default)]
    pub names: Vec<String>,
    /// Words of names that belong elsewhere all the same.
    #[serde(default)]
    pub except: Vec<String>,
    /// Words by which a name tells that the model answers messages; `*` where all do.
    #[serde(default)]
    pub instruct: Vec<String>,
    /// Messages as text, for servers that only complete: without the mark that begins a text, which
    /// tokenizers set themselves.
    pub chat_template: Option<String>,
    /// What ends an answer.
    #[serde(default)]
    pub stops: Vec<String>,
    pub fill_in_the_middle: Option<FillInTheMiddle>,
    /// The temperature its makers recommend for code, as a suggestion.
    pub temperature: Option<f64>,
}

impl Family {
    fn from_toml(file: &str, text: &str) -> Result<Self, PromptingError> {
        let bad = |line, detail| PromptingError::BadFile {
            place: Box::new(Place {
                file: file.to_owned(),
                line,
                field: None,
            }),
            detail,
        };
        let family: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|s| text[..s.start].lines().count().max(1));
            bad(line, error.message().to_owned())
        })?;
        if let Some(template) = &family.chat_template {
            chat_environment()
                .template_from_str(template)
                .map_err(|e| bad(None, format!("its chat template: {e}")))?;
        }
        Ok(family)
    }

    fn claims(&self, name: &str) -> bool {
        let starts = |candidate: &str| {
            self.names
                .iter()
                .any(|pattern| match pattern.strip_suffix('$') {
                    Some(whole) => candidate == whole,
                    None => candidate
                        .strip_prefix(pattern.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-')),
                })
        };
        let own = PUBLISHERS
            .iter()
            .filter_map(|publisher| name.strip_prefix(publisher))
            .chain([name])
            .any(starts);
        own && !has_word(name, &self.except)
    }

    /// Whether a model of this family and name answers messages, by its name.
    fn answers_messages(&self, names: &[String]) -> bool {
        self.chat_template.is_some()
            && (self.instruct.iter().any(|word| word == "*")
                || names
                    .iter()
                    .any(|name| has_word(&normal(name), &self.instruct)))
    }

    /// The marks around a gap for the model of these names.
    pub(crate) fn gap(&self, names: &[String]) -> Option<&FillInTheMiddle> {
        self.fill_in_the_middle.as_ref().filter(|gap| {
            !names
                .iter()
                .any(|name| has_word(&normal(name), &gap.except))
        })
    }

    /// `messages` as one text by the family's chat template. A last message of the assistant is left open, to be
    /// continued; otherwise the assistant's turn is opened.
    ///
    /// # Errors
    /// [`PromptingError::ChatTemplate`]; also for a family without a template.
    pub fn render_chat(&self, messages: &[Message]) -> Result<String, PromptingError> {
        let failed = |source: minijinja::Error| PromptingError::ChatTemplate {
            family: self.id.clone(),
            source: Box::new(source),
        };
        let missing = || {
            minijinja::Error::new(
                minijinja::ErrorKind::TemplateNotFound,
                "the family has none",
            )
        };
        let template = self
            .chat_template
            .as_deref()
            .ok_or_else(|| failed(missing()))?;
        let (closed, open) = match messages.split_last() {
            Some((last, before)) if last.role == Role::Assistant => (before, Some(&last.content)),
            _ => (messages, None),
        };
        let mut text = chat_environment()
            .render_str(template, context! { messages => closed })
            .map_err(failed)?;
        if let Some(content) = open {
            text.push_str(content);
        }
        Ok(text)
    }
}

/// As chat templates are written: blocks take their line with them.
fn chat_environment() -> minijinja::Environment<'static> {
    let mut environment = render::environment();
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment
}

fn has_word(name: &str, words: &[String]) -> bool {
    name.split('-')
        .any(|part| words.iter().any(|word| word == part))
}

/// A model's own name in the form that patterns are in: without folders, in lower case, words joined by `-`.
fn normal(name: &str) -> String {
    let trimmed = name.trim().trim_end_matches(['/', '\\']);
    let own = trimmed.rsplit(['/', '\\']).next().unwrap_or(trimmed);
    own.to_lowercase().replace(
        |c: char| c == '_' || c == '.' || c == ':' || c.is_whitespace(),
        "-",
    )
}

/// The families that ship inside the program.
#[derive(Debug, Clone)]
pub struct Families {
    by_id: BTreeMap<String, Family>,
    other: Family,
}

impl Families {
    /// # Errors
    /// When a shipped file is wrong, which a test rules out.
    pub fn builtin() -> Result<Self, PromptingError> {
        let mut by_id = BTreeMap::new();
        for file in BUILTIN.files() {
            let name = file.path().display().to_string();
            let text = file.contents_utf8().unwrap_or_default();
            let family = Family::from_toml(&name, text)?;
            by_id.insert(family.id.clone(), family);
        }
        let other = by_id
            .remove(DEFAULT)
            .ok_or_else(|| PromptingError::BadFile {
                place: Box::new(Place {
                    file: format!("{DEFAULT}.toml"),
                    line: None,
                    field: None,
                }),
                detail: "it is missing".to_owned(),
            })?;
        Ok(Self { by_id, other })
    }

    /// Every family by id, the default one last.
    pub fn iter(&self) -> impl Iterator<Item = &Family> {
        self.by_id.values().chain([&self.other])
    }

    /// The family of a model: the one that claims one of its names (the first name that is claimed counts), or else
    /// the default.
    pub fn of(&self, names: &[String]) -> &Family {
        names
            .iter()
            .map(|name| normal(name))
            .find_map(|name| self.by_id.values().find(|family| family.claims(&name)))
            .unwrap_or(&self.other)
    }
}

/// What is known of a model when it is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFacts {
    /// What it is called: the name it is asked by first, then what else says what it is (a repository, a
    /// file's own `general.name`).
    pub names: Vec<String>,
    /// Its server (or file) takes messages.
    pub chat: bool,
    /// Its server (or file) continues a text.
    pub completion: bool,
}

impl ModelFacts {
    pub fn new(name: impl Into<String>, chat: bool, completion: bool) -> Self {
        Self {
            names: vec![name.into()],
            chat,
            completion,
        }
    }

    /// Whether its messages have to be made a text by `family`, and can be.
    pub(crate) fn by_template(&self, family: &Family) -> bool {
        !self.chat && self.completion && family.answers_messages(&self.names)
    }
}
