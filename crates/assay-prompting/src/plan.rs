//! The prompts of one sample, turn by turn.

use assay_core::{Message, Prompt, ResponseMode, Role, StrategyId};
use serde::Serialize;

use crate::family::{Family, ModelFacts};
use crate::pool::Example;
use crate::strategy::{Join, StrategyKind};
use crate::{PromptingError, PublicProblem, Strategy};

/// What is sent, and how the answer to it is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltPrompt {
    pub prompt: Prompt,
    /// Stop sequences, the most important first: a provider that accepts only a few takes the first ones.
    pub stop: Vec<String>,
    /// The strategy that made it: never `auto`, but what `auto` stood for.
    pub strategy: StrategyId,
    /// How the answer is to be read. Messages that a family's template made a text of are still answered as
    /// messages are.
    pub mode: ResponseMode,
    /// What was put into the model's mouth, when something was.
    pub prefill: Option<String>,
}

/// What kind of thing went wrong with a program that everybody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackKind {
    /// It does not compile, or is no code.
    Compile,
    /// It ends with an error.
    Exception,
    /// A public example comes to something else.
    Example,
    /// It takes too long or too much.
    Limit,
}

/// What the model is told of its program. Never made of anything hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Feedback {
    pub kind: FeedbackKind,
    pub message: String,
}

/// An answer in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnReply {
    /// Exactly as received.
    pub reply: String,
    pub feedback: Option<Feedback>,
}

/// One turn of a plan as it is shown before anything is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedTurn {
    pub prompt: BuiltPrompt,
    /// Asked only when a check of the answer before it found something.
    pub on_feedback: bool,
}

/// How one problem is asked of one model.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(crate) strategy: Strategy,
    pub(crate) problem: PublicProblem,
    pub(crate) examples: Vec<Example>,
    pub(crate) family: Family,
    pub(crate) facts: ModelFacts,
}

impl Plan {
    /// The strategy: never `auto`.
    pub fn strategy(&self) -> &Strategy {
        &self.strategy
    }

    pub fn problem(&self) -> &PublicProblem {
        &self.problem
    }

    /// The family of the model that is asked.
    pub fn family(&self) -> &Family {
        &self.family
    }

    /// The first prompt.
    ///
    /// # Errors
    /// As [`Plan::next`].
    pub fn first(&self) -> Result<BuiltPrompt, PromptingError> {
        self.build(&[])
    }

    /// The prompt after `history`; `None` when the last reply is the answer. A turn on feedback is not asked without one.
    ///
    /// # Errors
    /// [`PromptingError::Template`] and [`PromptingError::ChatTemplate`].
    pub fn next(&self, history: &[TurnReply]) -> Result<Option<BuiltPrompt>, PromptingError> {
        let Some(turn) = self.strategy.turns.get(history.len()) else {
            return Ok(None);
        };
        let told = history.last().is_some_and(|last| last.feedback.is_some());
        if turn.on_feedback && !told {
            return Ok(None);
        }
        self.build(history).map(Some)
    }

    /// Whether the answer to turn `number` (from 0) is to be checked: whether the turn after it needs feedback.
    pub fn checks(&self, number: usize) -> bool {
        self.strategy
            .turns
            .get(number + 1)
            .is_some_and(|turn| turn.on_feedback)
    }

    /// The text the program is to be taken from, after `history`, of which the last prompt was `asked`.
    pub fn response(&self, history: &[TurnReply], asked: &BuiltPrompt) -> String {
        let last = history.last().map_or("", |turn| turn.reply.as_str());
        match self.strategy.join {
            Join::Reply => last.to_owned(),
            Join::Prefill => match &asked.prefill {
                Some(prefill) => joined(prefill, last),
                None => last.to_owned(),
            },
            Join::All => {
                let replies: Vec<&str> = history.iter().map(|turn| turn.reply.as_str()).collect();
                replies.join("\n\n")
            }
        }
    }

    /// Every turn, with placeholders for what the model will have said and what it will be told.
    ///
    /// # Errors
    /// As [`Plan::next`].
    pub fn preview(&self) -> Result<Vec<PlannedTurn>, PromptingError> {
        let mut history: Vec<TurnReply> = Vec::new();
        let mut turns = Vec::new();
        for (number, turn) in self.strategy.turns.iter().enumerate() {
            turns.push(PlannedTurn {
                prompt: self.build(&history)?,
                on_feedback: turn.on_feedback,
            });
            let feedback = self.checks(number).then(|| Feedback {
                kind: FeedbackKind::Example,
                message: "«what went wrong with a public example or the compiler»".to_owned(),
            });
            history.push(TurnReply {
                reply: format!("«the model's {} answer»", ordinal(number)),
                feedback,
            });
        }
        Ok(turns)
    }

    fn build(&self, history: &[TurnReply]) -> Result<BuiltPrompt, PromptingError> {
        let strategy = &self.strategy;
        let own_stops = || {
            let stops = strategy.stops.get(&self.problem.language);
            stops.cloned().unwrap_or_default()
        };
        let (prompt, stop, prefill) = match strategy.kind {
            StrategyKind::Completion => {
                let text = strategy.text(&self.problem, &self.examples, history)?;
                (Prompt::Completion { text }, own_stops(), None)
            }
            StrategyKind::FillInTheMiddle => {
                let text = strategy.text(&self.problem, &self.examples, history)?;
                let after = strategy.suffix(&self.problem, &self.examples, history)?;
                let gap = self.family.gap(&self.facts.names).ok_or_else(|| {
                    PromptingError::NeedsGapMarks {
                        id: strategy.id.clone(),
                        family: self.family.id.clone(),
                    }
                })?;
                let text = format!("{}{text}{}{after}{}", gap.prefix, gap.suffix, gap.middle);
                let mut stop = gap.stops.clone();
                stop.extend(own_stops());
                (Prompt::Completion { text }, stop, None)
            }
            StrategyKind::Chat | StrategyKind::Prefill => {
                let messages = self.conversation(history)?;
                let prefill = messages
                    .last()
                    .filter(|message| message.role == Role::Assistant)
                    .map(|message| message.content.clone());
                if self.facts.by_template(&self.family) {
                    let text = self.family.render_chat(&messages)?;
                    let mut stop = self.family.stops.clone();
                    stop.extend(own_stops());
                    (Prompt::Completion { text }, stop, prefill)
                } else {
                    (Prompt::Chat { messages }, own_stops(), prefill)
                }
            }
        };
        Ok(BuiltPrompt {
            prompt,
            stop,
            strategy: strategy.id.clone(),
            mode: strategy.kind.mode(),
            prefill,
        })
    }

    /// The messages of every turn so far and of the next, with the replies between them.
    fn conversation(&self, history: &[TurnReply]) -> Result<Vec<Message>, PromptingError> {
        let mut messages: Vec<Message> = Vec::new();
        for number in 0..=history.len() {
            messages.extend(self.strategy.messages(
                &self.problem,
                &self.examples,
                &history[..number],
            )?);
            let Some(turn) = history.get(number) else {
                break;
            };
            match messages.last_mut() {
                Some(last) if last.role == Role::Assistant => {
                    last.content = joined(&last.content, &turn.reply);
                }
                _ => messages.push(Message {
                    role: Role::Assistant,
                    content: turn.reply.clone(),
                }),
            }
        }
        Ok(messages)
    }
}

/// A reply behind what was put into the model's mouth. Some servers begin a new message all the same, and some repeat
/// the beginning: then the reply is whole by itself.
fn joined(prefill: &str, reply: &str) -> String {
    let first = prefill.lines().find(|line| !line.trim().is_empty());
    let begun = reply.trim_start();
    if first.is_some_and(|first| begun.starts_with(first.trim())) {
        return reply.to_owned();
    }
    format!("{prefill}{reply}")
}

fn ordinal(number: usize) -> &'static str {
    const WORDS: [&str; 8] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
    ];
    WORDS.get(number).unwrap_or(&"next")
}
