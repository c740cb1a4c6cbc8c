//! Templates: what they may name, and how they are filled in.

use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use crate::PublicProblem;
use crate::docstring::PublicExample;
use crate::plan::{Feedback, TurnReply};
use crate::pool::Example;

/// Steps a template may take; the user's own may loop.
const FUEL: u64 = 1_000_000;

/// Everything a template of a problem may name.
const PROBLEM: &[&str] = &[
    "prompt",
    "beginning",
    "entry_point",
    "language",
    "fence",
    "signature",
    "docstring",
    "public_examples",
    "examples",
];
/// And what else there is once something was answered.
const CONVERSATION: &[&str] = &["reply", "replies", "feedback"];
/// Functions of the template language.
const FUNCTIONS: &[&str] = &["range", "dict", "namespace"];

/// The values of a template.
#[derive(Serialize)]
pub(crate) struct Values<'a> {
    prompt: &'a str,
    beginning: &'a str,
    entry_point: &'a str,
    language: &'a str,
    fence: &'a str,
    signature: &'a str,
    docstring: &'a str,
    public_examples: &'a [PublicExample],
    examples: &'a [Example],
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'a Example>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<&'a str>,
    replies: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feedback: Option<&'a Feedback>,
}

impl<'a> Values<'a> {
    /// For the turn that follows `history`.
    pub(crate) fn new(
        problem: &'a PublicProblem,
        examples: &'a [Example],
        history: &'a [TurnReply],
    ) -> Self {
        let last = history.last();
        Self {
            prompt: &problem.prompt,
            beginning: problem.beginning(),
            entry_point: &problem.entry_point,
            language: problem.language.title(),
            fence: problem.language.as_str(),
            signature: &problem.signature,
            docstring: &problem.docstring,
            public_examples: &problem.examples,
            examples,
            example: None,
            reply: last.map(|turn| turn.reply.as_str()),
            replies: history.iter().map(|turn| turn.reply.as_str()).collect(),
            feedback: last.and_then(|turn| turn.feedback.as_ref()),
        }
    }

    pub(crate) fn with_example(&mut self, example: Option<&'a Example>) {
        self.example = example;
    }
}

/// What `template` names that a template of this place does not have; the first by the alphabet.
pub(crate) fn unknown_name(
    template: &minijinja::Template<'_, '_>,
    first_turn: bool,
    each_example: bool,
) -> Option<String> {
    let mut names: Vec<String> = template
        .undeclared_variables(false)
        .into_iter()
        .filter(|name| {
            let name = name.as_str();
            !(PROBLEM.contains(&name)
                || FUNCTIONS.contains(&name)
                || (!first_turn && CONVERSATION.contains(&name))
                || (each_example && name == "example"))
        })
        .collect();
    names.sort();
    names.into_iter().next()
}

/// The names a template may use, for an error.
pub(crate) fn known_names(first_turn: bool, each_example: bool) -> String {
    let mut names = PROBLEM.to_vec();
    if !first_turn {
        names.extend(CONVERSATION);
    }
    if each_example {
        names.push("example");
    }
    names.join(", ")
}

pub(crate) fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_keep_trailing_newline(true);
    environment.set_fuel(Some(FUEL));
    environment
}
