//! The readings of a reply, one after the other, whatever language it is cleaned in.

use assay_core::ResponseMode;

use crate::fences::{self, Fenced};
use crate::reply::Reply;
use crate::undress;

/// What a reading found.
pub(crate) trait Found {
    /// The rule that made it.
    fn rule(&self) -> &'static str;

    fn set_rule(&mut self, rule: &'static str);

    /// Whether none of the code it was taken from is missing.
    fn is_whole(&self) -> bool;

    fn warn(&mut self, warning: &str);
}

/// One language's way to read.
pub(crate) trait Reader {
    type Solution: Found;

    /// The solution in `text`, which has these fences.
    fn read(&mut self, mode: ResponseMode, text: &str, fenced: &Fenced) -> Option<Self::Solution>;

    /// The solution in one of these fences.
    fn in_fences(&mut self, fenced: &Fenced) -> Option<Self::Solution>;
}

/// The solution in `reply`: read as it stands, with its marks and what dresses it up taken for what else they
/// may be, and, where its reasoning never ends, in that.
pub(crate) fn solution<R: Reader>(
    reader: &mut R,
    mode: ResponseMode,
    reply: &Reply<'_>,
) -> Option<R::Solution> {
    let (answer, fenced) = (&reply.answer, reply.fenced());
    reader
        .read(mode, &answer.text, fenced)
        .or_else(|| again(reader, mode, &answer.text, fenced))
        .or_else(|| {
            // The answer was never separated from the thinking: its last draft is all there is.
            let draft = answer.drafts.last().filter(|_| answer.unclosed)?;
            let mut found = reader.read(ResponseMode::Chat, draft, &fences::find(draft))?;
            found.set_rule("reasoning_draft");
            found.warn("the code stands inside reasoning that never ends");
            Some(found)
        })
}

/// What is found when marks inside a fence are taken for text, or when what dresses the code up is taken off.
fn again<R: Reader>(
    reader: &mut R,
    mode: ResponseMode,
    text: &str,
    fenced: &Fenced,
) -> Option<R::Solution> {
    let longer = Fenced {
        fences: fences::longer(text),
        outside: String::new(),
    };
    let whole = reader
        .in_fences(&longer)
        .filter(|found| found.rule() == "fence");
    whole.or_else(|| {
        undress::variants(text, fenced)
            .into_iter()
            .find_map(|(rule, text)| {
                let found = reader.read(mode, &text, &fences::find(&text));
                let mut found = found.filter(Found::is_whole)?;
                // A docstring's examples are a transcript too: what was typed must be whole.
                let part = [
                    "fence_body",
                    "prompt_joined",
                    "salvaged",
                    "indentation_restored",
                ];
                if part.contains(&found.rule()) && rule != "unescaped" {
                    return None;
                }
                found.set_rule(rule);
                Some(found)
            })
    })
}
