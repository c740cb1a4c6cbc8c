//! Turns a model's raw response into a complete program.
//!
//! [`clean`] never fails and never changes what is already pure code. Candidates are made (the response
//! as it is, every fence, the prompt joined with it, the spans that parse), judged by the language's
//! grammar, and the best one becomes the program. Nothing that code needs is removed: imports, helper
//! functions, decorators, globals; in doubt, a line stays.

mod braces;
mod chunks;
mod compose;
mod detect;
mod fences;
mod foreign;
mod grammars;
mod lexical;
mod plain;
mod python;
mod reasoning;
mod solution;
mod statements;
mod strict;
mod unusable;

use assay_core::{Content, FinishReason, Language};
use grammars::{Grammar, Trait};
use serde::{Deserialize, Serialize};

pub use assay_core::ResponseMode;
pub use detect::{DetectedBy, Detection, detect};

/// A parser of `language`; `None` if it is known by no grammar here.
pub fn parser(language: &Language) -> Option<tree_sitter::Parser> {
    Grammar::of(language).map(Grammar::parser)
}

/// The tree of `text` if it has no error, in time linear in its length whatever it holds.
pub fn flawless(language: &Language, text: &str) -> Option<tree_sitter::Tree> {
    // In hundreds of operations; code needs less than one operation a byte.
    strict::StrictParser::new(parser(language)?, 1_000 + text.len() / 50).tree(text)
}

/// One response and what is known of the question.
#[derive(Debug, Clone, Copy)]
pub struct CleaningInput<'a> {
    /// The response exactly as received.
    pub response: &'a str,
    /// The language that was asked for.
    pub language: &'a Language,
    /// The problem's own code prompt (imports, signature, docstring), not the message sent.
    pub prompt: &'a str,
    /// The function the tests call.
    pub entry_point: &'a str,
    pub mode: ResponseMode,
    /// Why the model stopped, when it is known: an answer cut at its token limit is not `Ok`.
    pub finish: Option<FinishReason>,
}

/// What was made of a response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleaned {
    /// A complete program without the tests: what the prompt provides and the response's code,
    /// ready to execute. Empty when there is no code at all.
    pub program: String,
    /// The part of the response that was taken as code.
    pub code: String,
    /// The rule that made the program, in snake_case: `as_is`, `fence`, `prompt_joined`, ...
    pub rule: String,
    /// Whether the program differs from naive use of the response (itself in chat mode, the prompt
    /// followed by it in completion mode).
    pub changed: bool,
    /// What people should know: reasoning set aside, text cut, imports added.
    pub warnings: Vec<String>,
    /// Whether this is a usable candidate. Only [`Content::NoCode`] leaves nothing to execute; every
    /// other program may be run, and its verdict outranks this static judgement.
    pub content: Content,
}

/// Makes a program of a response. Time is linear in the length of the response.
pub fn clean(input: &CleaningInput<'_>) -> Cleaned {
    let naive = match input.mode {
        ResponseMode::Completion => format!("{}{}", input.prompt, input.response),
        ResponseMode::Chat => input.response.to_owned(),
    };
    let mut cleaned = if input.language.as_str() == "python" {
        solution::clean(input, &naive)
    } else {
        match Grammar::of(input.language) {
            Some(grammar) if grammar.has(Trait::Braces) => braces::clean(input, &naive, grammar),
            _ => plain::clean(input),
        }
    };
    cleaned.changed = cleaned.program != naive;
    cleaned
}
