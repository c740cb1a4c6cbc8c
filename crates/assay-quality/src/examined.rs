//! A program with all that is asked of it more than once.

use std::collections::HashSet;

use crate::completeness::is_expression;
use crate::ends::{gives_value, terminating};
use crate::outline::{Arity, Callable, Outline};
use crate::source::Source;

pub(crate) struct Examined<'a> {
    pub program: &'a Source<'a>,
    pub outline: &'a Outline<'a>,
    pub entry_point: &'a str,
    pub entry: Option<&'a Callable<'a>>,
    /// By node: whether control cannot pass its end.
    pub ends: Vec<bool>,
    /// What the prompt's signature takes.
    pub prompt_arity: Option<Arity>,
    /// The words of the prompt, in lower case.
    pub prompt_terms: HashSet<String>,
    /// Whether the reference returns a value; none without a reference.
    pub reference_returns: Option<bool>,
    /// Whether every way through the reference returns; true without one.
    pub reference_always_returns: bool,
}

/// Whether a function returns a value, and whether on every way through it.
pub(crate) fn returns(source: &Source<'_>, outline: &Outline<'_>, function: usize) -> (bool, bool) {
    let Some(body) = source.body(function) else {
        return (false, false);
    };
    if is_expression(source, body) {
        return (true, true);
    }
    let gives = source
        .below(function)
        .any(|n| outline.owner[n] == Some(function) && gives_value(source, n));
    (gives, terminating(source)[body])
}

/// The words of a text, in lower case; identifiers fall into their parts.
pub(crate) fn terms(text: &str) -> HashSet<String> {
    let mut words = HashSet::new();
    let mut word = String::new();
    let mut was_lower = false;
    for c in text.chars().take(100_000) {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            if word.len() > 1 {
                words.insert(std::mem::take(&mut word));
            }
            word.clear();
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
    }
    if word.len() > 1 {
        words.insert(word);
    }
    words
}
