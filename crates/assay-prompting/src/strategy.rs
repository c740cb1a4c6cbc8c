use std::collections::BTreeMap;

use assay_core::{Language, Message, ResponseMode, Role, StrategyId};
use serde::Deserialize;

use crate::plan::TurnReply;
use crate::pool::Example;
use crate::render::{Values, environment};
use crate::{PromptingError, PublicProblem};

/// How a strategy asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StrategyKind {
    /// A text to be continued; the answer continues the problem's prompt.
    Completion,
    /// Messages.
    Chat,
    /// Messages, the last of which is the beginning of the answer.
    Prefill,
    /// A text with a gap, marked as the model's family marks it; the answer continues the problem's prompt.
    FillInTheMiddle,
}

impl StrategyKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Completion => "completion",
            Self::Chat => "chat",
            Self::Prefill => "prefill",
            Self::FillInTheMiddle => "fill-in-the-middle",
        }
    }

    /// Whether it sends messages.
    pub fn sends_messages(self) -> bool {
        matches!(self, Self::Chat | Self::Prefill)
    }

    /// How its answers are read.
    pub fn mode(self) -> ResponseMode {
        if self.sends_messages() {
            ResponseMode::Chat
        } else {
            ResponseMode::Completion
        }
    }
}

/// What the program is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// The last reply.
    Reply,
    /// What was put into the model's mouth, and the last reply behind it.
    Prefill,
    /// All replies, one after the other.
    All,
}

/// One way to ask.
#[derive(Debug, Clone)]
pub struct Strategy {
    pub id: StrategyId,
    pub title: String,
    /// One or two sentences for people.
    pub description: String,
    pub kind: StrategyKind,
    /// Solved problems it shows.
    pub examples: usize,
    pub join: Join,
    /// Whether it ships with the program.
    pub builtin: bool,
    /// Its file, as it was written.
    pub source: String,
    pub(crate) turns: Vec<TurnTemplate>,
    pub(crate) stops: BTreeMap<Language, Vec<String>>,
}

#[derive(Debug, Clone)]
pub(crate) struct TurnTemplate {
    pub on_feedback: bool,
    /// Of kinds that send a text.
    pub text: Option<Template>,
    pub suffix: Option<Template>,
    pub messages: Vec<MessageTemplate>,
}

#[derive(Debug, Clone)]
pub(crate) struct MessageTemplate {
    pub role: Role,
    /// Once for each example.
    pub each_example: bool,
    pub content: Template,
}

/// A template with where it stands in the file.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub field: String,
    pub text: String,
}

impl Strategy {
    /// Requests a sample takes at most.
    pub fn turns(&self) -> usize {
        self.turns.len()
    }

    /// Whether some of its turns need what a check of the answer says.
    pub fn checks_answers(&self) -> bool {
        self.turns.iter().any(|turn| turn.on_feedback)
    }

    /// The text of the turn after `history`; empty for kinds that send messages.
    pub(crate) fn text(
        &self,
        problem: &PublicProblem,
        examples: &[Example],
        history: &[TurnReply],
    ) -> Result<String, PromptingError> {
        self.rendered(|turn| turn.text.as_ref(), problem, examples, history)
    }

    /// What stands behind the gap.
    pub(crate) fn suffix(
        &self,
        problem: &PublicProblem,
        examples: &[Example],
        history: &[TurnReply],
    ) -> Result<String, PromptingError> {
        self.rendered(|turn| turn.suffix.as_ref(), problem, examples, history)
    }

    fn rendered(
        &self,
        part: impl Fn(&TurnTemplate) -> Option<&Template>,
        problem: &PublicProblem,
        examples: &[Example],
        history: &[TurnReply],
    ) -> Result<String, PromptingError> {
        match self.turns.get(history.len()).and_then(part) {
            Some(template) => self.render(template, &Values::new(problem, examples, history)),
            None => Ok(String::new()),
        }
    }

    /// The messages of the turn after `history` alone.
    pub(crate) fn messages(
        &self,
        problem: &PublicProblem,
        examples: &[Example],
        history: &[TurnReply],
    ) -> Result<Vec<Message>, PromptingError> {
        let templates = self.turns.get(history.len()).map(|turn| &turn.messages);
        let mut values = Values::new(problem, examples, history);
        let mut messages = Vec::new();
        // Neighbours that are said for each example are said together: question, answer, question, answer.
        for group in templates
            .map(Vec::as_slice)
            .unwrap_or_default()
            .chunk_by(|a, b| a.each_example && b.each_example)
        {
            let shown: Vec<Option<&Example>> = if group[0].each_example {
                examples.iter().map(Some).collect()
            } else {
                vec![None]
            };
            for example in shown {
                values.with_example(example);
                for template in group {
                    messages.push(Message {
                        role: template.role,
                        content: self.render(&template.content, &values)?,
                    });
                }
            }
        }
        Ok(messages)
    }

    fn render(&self, template: &Template, values: &Values<'_>) -> Result<String, PromptingError> {
        environment()
            .render_str(&template.text, values)
            .map_err(|source| PromptingError::Template {
                id: self.id.clone(),
                field: template.field.clone(),
                source: Box::new(source),
            })
    }
}
