//! What of a problem may be shown.

use assay_core::{Language, Problem, ProblemId};

use crate::docstring::{PublicExample, public_examples};
use crate::parts::Parts;

/// A problem as a model may see it. Templates and turns are made from this type alone; it holds neither the
/// tests nor the reference solution, so no strategy can show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicProblem {
    pub id: ProblemId,
    /// See [`Problem::cluster`].
    pub cluster: String,
    pub language: Language,
    pub prompt: String,
    pub entry_point: String,
    /// The head of the function that is asked for, without what opens its body; its name alone where none is found.
    pub signature: String,
    /// What the prompt says in words: docstring or comment, without its marks; may be empty.
    pub docstring: String,
    /// The examples in the docstring, in their order.
    pub examples: Vec<PublicExample>,
}

impl PublicProblem {
    pub fn of(problem: &Problem) -> Self {
        let parts = Parts::of(&problem.prompt, &problem.entry_point, &problem.language);
        Self {
            id: problem.id.clone(),
            cluster: problem.cluster.clone(),
            language: problem.language.clone(),
            prompt: problem.prompt.clone(),
            entry_point: problem.entry_point.clone(),
            examples: public_examples(&parts.words, &problem.entry_point, &problem.language),
            signature: parts.signature,
            docstring: parts.docstring,
        }
    }

    /// The prompt as a model is to go on from it: without the white space at its end where it stops inside a function. It
    /// stays as it is where the function is still to begin (MBPP), which a stop such as `"\ndef "` would take for the
    /// next one, and behind a comment, which a model would go on with.
    pub fn beginning(&self) -> &str {
        let text = self.prompt.trim_end();
        let last = text.rsplit('\n').next().unwrap_or_default();
        let comments = ["//", "#", "/*", "*"];
        let is_comment = comments
            .iter()
            .any(|mark| last.trim_start().starts_with(mark));
        let is_inside = text.ends_with(['{', ':']) || last.starts_with([' ', '\t']);
        if is_inside && !is_comment {
            text
        } else {
            &self.prompt
        }
    }
}
