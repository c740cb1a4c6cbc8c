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
#[cfg(test)]
mod linearity;
#[cfg(test)]
mod meter;
mod plain;
mod python;
mod readings;
mod reasoning;
mod refused;
mod reply;
mod route;
mod sections;
mod solution;
mod statements;
mod strict;
mod undress;
mod unusable;
mod walk;

use assay_core::{Content, FinishReason, Language};
use grammars::{Grammar, Trait};
use reply::Reply;
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
    /// The languages that were asked for, the preferred one first. Several: the reply is taken to be in
    /// the one in which it makes a program. None: any that has a grammar here.
    pub languages: &'a [Language],
    /// The problem's own code prompt (imports, signature, docstring), not the message sent.
    pub prompt: &'a str,
    /// The function the tests call. Empty when it is not known: then it is the one that `prompt` leaves
    /// unfinished, and failing that any definition, or any script, will do.
    pub entry_point: &'a str,
    pub mode: ResponseMode,
    /// Why the model stopped, when it is known: an answer cut at its token limit is not `Ok`.
    pub finish: Option<FinishReason>,
}

/// What was made of a response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// The language the code is in: one that was asked for, or with [`Content::WrongLanguage`] another.
    /// `None` when there is no code.
    pub language: Option<Language>,
    /// How sure `language` is, from 0 to 1: about the share of such replies that are in it.
    pub confidence: f64,
}

/// Makes a program of a response. Time is linear in the length of the response.
pub fn clean(input: &CleaningInput<'_>) -> Cleaned {
    let naive = match input.mode {
        ResponseMode::Completion => format!("{}{}", input.prompt, input.response),
        ResponseMode::Chat => input.response.to_owned(),
    };
    let mut cleaned = route::clean(input, &naive);
    cleaned.changed = cleaned.program != naive;
    cleaned
}

/// A response used as it came, behind the prompt where that was continued: what cleaning is measured against.
/// What is said of the response (content, language, confidence) is what [`clean`] says.
pub fn as_it_came(input: &CleaningInput<'_>) -> Cleaned {
    let cleaned = clean(input);
    let program = match input.mode {
        ResponseMode::Completion => format!("{}{}", input.prompt, input.response),
        ResponseMode::Chat => input.response.to_owned(),
    };
    Cleaned {
        program,
        code: input.response.to_owned(),
        rule: "off".to_owned(),
        changed: false,
        warnings: Vec::new(),
        ..cleaned
    }
}

/// `input` cleaned as `language`, one of those asked for; `reply` is its response, looked at once for all.
fn in_language(
    input: &CleaningInput<'_>,
    reply: &Reply<'_>,
    language: &Language,
    naive: &str,
) -> Cleaned {
    if language.as_str() == "python" {
        return solution::clean(input, reply, naive);
    }
    match Grammar::of(language) {
        Some(grammar) if grammar.has(Trait::Braces) => {
            braces::clean(input, reply, language, naive, grammar)
        }
        _ => plain::clean(input, reply, language),
    }
}
